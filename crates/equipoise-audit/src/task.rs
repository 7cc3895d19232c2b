//! Binary or multiclass, where the question leaves it open.
//!
//! Labels are counted alike in both, so this is decided when they have been seen. It is decided only where there is
//! no doubt: three or more values of the target, none of them said to be positive, and a prediction with the same values
//! make a multiclass task.

use equipoise::{
    groups::Levels,
    stats::{Statistics, Task},
};

use crate::{
    failure::{Failure, listed},
    question::Question,
    spelling::{Parameter, Spelling},
};

/// Settles the task, and takes note where something had to be decided.
pub(crate) fn settle(
    statistics: Statistics,
    question: &Question,
    notes: &mut Vec<String>,
) -> Result<Statistics, Failure> {
    let (layout, spelling) = (statistics.layout(), question.spelling);
    if question.task.is_some() || !layout.positive.is_empty() || layout.task != Task::Binary {
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
        return Err(unclear(layout.target.as_deref().unwrap_or_default(), target, spelling));
    }
    notes.push(format!(
        "the task is multiclass, with {} classes; {} says so itself",
        target.len(),
        spelling.word(Parameter::Task, task_word(Task::Multiclass))
    ));
    statistics.with_task(Task::Multiclass).map_err(Failure::new)
}

fn unclear(column: &str, target: &Levels, spelling: Spelling) -> Failure {
    let mut labels = target.labels().to_vec();
    labels.sort();
    let values = labels.iter().map(|label| format!("`{label}`"));
    let task = |task| spelling.word(Parameter::Task, task_word(task));
    Failure::new(format_args!(
        "`{column}` has {} different values, and none is said to be positive",
        target.len()
    ))
    .about(Parameter::Positive)
    .detail(format_args!("values there: {}", listed(values, labels.len())))
    .help(format_args!(
        "{} makes it a yes or no, {} audits every class, {} takes it as a number",
        spelling.form(Parameter::Positive, "VALUE"),
        task(Task::Multiclass),
        task(Task::Regression)
    ))
}

pub(crate) fn task_word(task: Task) -> &'static str {
    match task {
        Task::Binary => "binary",
        Task::Multiclass => "multiclass",
        Task::Regression => "regression",
    }
}
