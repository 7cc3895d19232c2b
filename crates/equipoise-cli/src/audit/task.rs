//! Binary or multiclass, where the arguments leave it open.
//!
//! Labels are counted alike in both, so this is decided when they have been seen. It is decided only where there is
//! no doubt: three or more values of the target, none of them said to be positive, and a prediction with the same values
//! make a multiclass task.

use equipoise::{
    groups::Levels,
    stats::{Statistics, Task},
};

use super::plan::Plan;
use crate::{
    args::AuditArgs,
    failure::{Failure, listed},
};

/// Settles the task.
pub(crate) fn settle(
    statistics: Statistics,
    args: &AuditArgs,
    plan: &mut Plan,
) -> Result<Statistics, Failure> {
    let layout = statistics.layout();
    if args.columns.task.is_some() || !layout.positive.is_empty() {
        return Ok(statistics);
    }
    let target = statistics.target_levels();
    let prediction = statistics.prediction_levels();
    if target.len() <= 2 {
        return Ok(statistics);
    }
    let is_among = |label| target.labels().contains(label);
    let has_classes =
        layout.prediction.is_some() && layout.score.is_none() && layout.positive_prediction.is_empty();
    if !has_classes || !prediction.labels().iter().all(is_among) {
        return Err(unclear(layout.target.as_deref().unwrap_or_default(), target));
    }
    plan.notes.push(format!(
        "the task is multiclass, with {} classes; `--task multiclass` says so itself",
        target.len()
    ));
    plan.layout.task = Task::Multiclass;
    statistics.with_task(Task::Multiclass).map_err(Failure::new)
}

fn unclear(column: &str, target: &Levels) -> Failure {
    let mut labels = target.labels().to_vec();
    labels.sort();
    let values = labels.iter().map(|label| format!("`{label}`"));
    Failure::new(format_args!("`{column}` has {} different values, and none is said to be positive", target.len()))
        .detail(format_args!("values there: {}", listed(values, labels.len())))
        .help(
            "`--positive VALUE` makes it a yes or no, `--task multiclass` audits every class, `--task regression` \
             takes it as a number",
        )
}
