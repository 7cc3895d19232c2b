//! What an audit shows and compares where the request does not say.

use super::{quantity::Quantity, report::Subject};
use crate::{
    notion::{ColumnNames, Comparison, Functional, MetricName, Notion, Subject as Of},
    stats::{Layout, Task},
};

/// Returns what was there to audit.
pub(super) fn subject(layout: &Layout) -> Subject {
    let model = layout.prediction.is_some() || layout.score.is_some();
    match (layout.target.is_some(), model) {
        (true, true) => Subject::Model,
        (true, false) => Subject::Labels,
        (false, _) => Subject::Selection,
    }
}

/// Returns the metrics of a group that suit.
pub(super) fn metrics(layout: &Layout) -> Vec<&'static str> {
    let subject = subject(layout);
    match (layout.task, subject) {
        (Task::Binary, Subject::Labels) => vec!["base_rate"],
        (Task::Binary, Subject::Selection) if layout.has_decisions() => vec!["selection_rate"],
        (Task::Binary | Task::Regression, Subject::Selection) => vec!["mean_prediction"],
        (Task::Binary, Subject::Model) => {
            let mut metrics = vec!["base_rate"];
            if layout.has_decisions() {
                let decisions = [
                    "selection_rate",
                    "true_positive_rate",
                    "false_positive_rate",
                    "positive_predictive_value",
                ];
                metrics.extend(decisions);
                metrics.push("accuracy");
            }
            if layout.score.is_some() {
                metrics.push("roc_auc");
            }
            metrics
        }
        (Task::Multiclass, Subject::Model) => vec!["accuracy"],
        (Task::Multiclass, _) => vec![],
        (Task::Regression, Subject::Labels) => vec!["mean_target"],
        (Task::Regression, Subject::Model) => {
            vec![
                "mean_target",
                "mean_prediction",
                "mean_residual",
                "mean_absolute_error",
                "root_mean_squared_error",
            ]
        }
    }
}

/// Returns what to compare between groups, of the notions that suit.
pub(super) fn quantities(layout: &Layout) -> Vec<Quantity> {
    let subject = subject(layout);
    let mean = |notion, comparison| Quantity::new(Of::Notion(notion), Functional::Mean, comparison);
    let gap = |notion| mean(notion, Comparison::Difference);
    let law = |notion, functional| Quantity::new(Of::Notion(notion), functional, Comparison::Difference);
    let dp = Notion::DemographicParity;
    let decided = layout.has_decisions() || (subject == Subject::Labels && layout.task != Task::Regression);
    let mut quantities = match layout.task {
        Task::Multiclass => vec![law(dp.clone(), Functional::TotalVariation)],
        Task::Binary if decided => vec![gap(dp.clone()), mean(dp.clone(), Comparison::Ratio)],
        Task::Binary | Task::Regression => vec![gap(dp.clone())],
    };
    if layout.task == Task::Binary && layout.has_decisions() && subject == Subject::Model {
        quantities.extend([
            gap(Notion::EqualOpportunity),
            gap(Notion::PredictiveEquality),
            gap(Notion::EqualizedOdds),
            gap(Notion::PredictiveParity),
            gap(Notion::AccuracyParity),
        ]);
    }
    if layout.task == Task::Multiclass && subject == Subject::Model {
        quantities
            .extend([law(Notion::EqualizedOdds, Functional::TotalVariation), gap(Notion::AccuracyParity)]);
    }
    if layout.score.is_some() || (layout.task == Task::Regression && layout.target.is_some()) {
        quantities.push(law(dp, Functional::Ks));
    }
    if subject == Subject::Model && layout.task == Task::Binary && layout.score.is_some() {
        quantities.extend(metric("roc_auc"));
    }
    if subject == Subject::Model && layout.task == Task::Regression {
        quantities.extend(metric("mean_residual"));
        quantities.extend(metric("mean_absolute_error"));
        if layout.target_cuts.is_some() {
            quantities.push(gap(Notion::EqualizedOdds));
        }
    }
    if !layout.strata.is_empty() {
        quantities.push(gap(Notion::ConditionalParity(ColumnNames::none())));
    }
    quantities
}

fn metric(name: &str) -> Option<Quantity> {
    let name = MetricName::new(name).ok()?;
    Some(Quantity::new(Of::Metric(name), Functional::Mean, Comparison::Difference))
}
