//! What is shown of each group: metrics by name, and those that look at a reference or at all groups.

use std::borrow::Cow;

use super::{
    error::AuditError,
    estimate::{Estimate, sound},
    gap,
    report::{ComparisonFigure, Figure},
    request::Request,
    section::{Context, Groups},
    stated_reference,
};
use crate::{
    groups::Label,
    metrics::{Choice, Kind, Needs, Undefined},
    stats::{Task, View, WeightKind, view::Cell},
};

/// Classes of a multiclass task whose shares are shown for each group.
const CLASSES_SHOWN: usize = 12;

/// Returns a metric by name, if it suits the task and what is there.
pub(super) fn choose(context: &Context<'_>, name: &str) -> Result<Choice, AuditError> {
    let layout = context.layout();
    let choice: Choice = name.parse().map_err(AuditError::Metric)?;
    let metric = choice.metric();
    let unsuited = |why: String| AuditError::UnsuitedMetric { name: choice.to_string(), why };
    if !metric.tasks.contains(&layout.task) {
        let task = match layout.task {
            Task::Binary => "binary tasks",
            Task::Multiclass => "multiclass tasks",
            Task::Regression => "regression",
        };
        return Err(unsuited(format!("it is not for {task}")));
    }
    match metric.needs.lacking(Needs::given_by(layout)).as_slice() {
        [] => Ok(choice),
        lacking => Err(unsuited(format!("it needs {}", lacking.join(" and ")))),
    }
}

pub(super) fn figure_of(context: &Context<'_>, choice: &Choice, view: &View) -> Figure {
    let figure = choice.figure(view, context.confidence, context.weights());
    let counts = figure.counts.and_then(|rate| {
        let estimate = Estimate::rate(rate.hits, rate.of, context.weights()).ok()?;
        counts_of(context, rate.hits, rate.of, &estimate)
    });
    Figure {
        metric: choice.to_string(),
        value: figure.value,
        interval: figure.interval.and_then(|interval| sound(interval).ok()),
        method: figure.method.map(crate::metrics::Method::name),
        counts,
    }
}

/// The counts behind a rate, as a reader would count them.
fn counts_of(context: &Context<'_>, hits: Cell, of: Cell, estimate: &Estimate<'_>) -> Option<(f64, f64)> {
    match *estimate {
        // Under sampling weights an effective number is not what a reader would count: show rows.
        Estimate::Rate { .. } if context.weights() == Some(WeightKind::Sampling) => {
            Some((hits.rows as f64, of.rows as f64))
        }
        Estimate::Rate { k, n, .. } => Some((k, n)),
        _ => None,
    }
}

/// In a multiclass task without metrics of the request's own, the share of each class.
pub(super) fn class_shares(context: &Context<'_>, view: &View, request: &Request) -> Vec<Figure> {
    let layout = context.layout();
    if layout.task != Task::Multiclass || !request.metrics.is_empty() {
        return Vec::new();
    }
    let of_outcomes = !layout.has_decisions();
    let (name, classes) = if of_outcomes {
        ("class_share", context.evaluation.target())
    } else {
        ("predicted_share", context.evaluation.prediction())
    };
    let share = |(class, label): (usize, &Label)| {
        let hits = if of_outcomes { view.matrix.target(class) } else { view.matrix.prediction(class) };
        let metric = format!("{name}({label})");
        let of = view.matrix.total();
        match Estimate::rate(hits, of, context.weights()) {
            Ok(estimate) => Figure {
                metric,
                value: Ok(estimate.value()),
                interval: estimate.at(context.confidence.z()).ok().map(|at| at.interval),
                method: Some("Wilson"),
                counts: counts_of(context, hits, of, &estimate),
            },
            Err(why) => Figure { metric, value: Err(why), interval: None, method: None, counts: None },
        }
    };
    classes.labels.iter().enumerate().take(CLASSES_SHOWN).map(share).collect()
}

/// The request's metrics that are of a group within all, of a group and a reference, or of all groups.
pub(super) fn comparisons(
    context: &Context<'_>,
    groups: &Groups,
    choices: &[Choice],
    request: &Request,
) -> Result<Vec<ComparisonFigure>, AuditError> {
    let mut figures = Vec::new();
    let large: Vec<usize> =
        (0..groups.names.len()).filter(|&g| context.is_large(groups.views[g].matrix.total())).collect();
    for choice in choices {
        let metric = choice.to_string();
        if let Kind::Family(_) = choice.metric().kind {
            let views: Vec<View> = large.iter().map(|&group| groups.views[group].clone()).collect();
            let value = if views.len() < 2 {
                Err(Undefined::FewerThanTwoGroups)
            } else {
                choice.of_family(&views, &context.overall)
            };
            figures.push(ComparisonFigure { metric, group: None, reference: None, value });
            continue;
        }
        if choice.metric().is_of_one_group() {
            continue;
        }
        let reference = stated_reference(groups, request)?;
        let laws =
            context.has_law() && (choice.metric().needs.score || context.layout().task == Task::Regression);
        let within = matches!(choice.metric().kind, Kind::Within(_));
        for &group in &large {
            if reference == Some(group) && !within {
                continue;
            }
            let value = match choice.metric().kind {
                Kind::Within(_) => choice.of_group_within(&groups.views[group], &context.overall),
                Kind::Strata(_) => choice.of_strata(&strata_pairs(context, groups, group, reference)),
                // Each pair looks at the whole law of the reference.
                _ if laws && large.len() > gap::PAIRS_MAX => Err(Undefined::TooManyGroups),
                _ => {
                    let other = reference_view(context, groups, group, reference);
                    choice.of_pair(&groups.views[group], &other)
                }
            };
            figures.push(ComparisonFigure {
                metric: metric.clone(),
                group: Some(groups.names[group].clone()),
                reference: reference.filter(|_| !within).map(|place| groups.names[place].clone()),
                value,
            });
        }
    }
    Ok(figures)
}

/// The reference group's view, or that of everyone outside the group: with the law of its score, but for many groups.
fn reference_view<'g>(
    context: &Context<'_>,
    groups: &'g Groups,
    group: usize,
    reference: Option<usize>,
) -> Cow<'g, View> {
    match reference {
        Some(reference) => Cow::Borrowed(&groups.views[reference]),
        None if groups.names.len() > gap::PAIRS_MAX => Cow::Owned(groups.rest(context, None, group)),
        None => Cow::Owned(groups.everyone_else(context, None, group)),
    }
}

fn strata_pairs(
    context: &Context<'_>,
    groups: &Groups,
    group: usize,
    reference: Option<usize>,
) -> Vec<(View, View)> {
    let pairs = groups.strata.iter().enumerate();
    pairs
        .map(|(stratum, (_, views))| {
            let other = match reference {
                Some(reference) => views[reference].clone(),
                None => groups.rest(context, Some(stratum), group),
            };
            (views[group].clone(), other)
        })
        .collect()
}
