//! What a quantity of the grammar is, and which of two of its values is better.

use equipoise::{
    audit::Quantity,
    metrics::{self, Metric},
    notion::{Comparison, Need, Subject},
};
use equipoise_audit::{Question, Spelling};
use pyo3::prelude::*;

use crate::errors;

/// Reads a notion, or a requirement without its bound: its canonical text, whether larger values are better (`None`
/// where neither side is), and whether it reads outcomes.
#[pyfunction]
pub(crate) fn read_quantity(py: Python<'_>, text: &str) -> PyResult<(String, Option<bool>, bool)> {
    let mut question = Question::new(Spelling::PythonArrays);
    question.notions = Some(vec![text.to_owned()]);
    let request = question.request().map_err(|failure| errors::exception(py, &failure, question.spelling))?;
    let quantities = request.quantities.unwrap_or_default();
    let quantity = quantities.first().expect("invariant: one notion was asked for, so one is answered");
    Ok((quantity.to_string(), greater_is_better(quantity), reads_target(quantity)))
}

/// Distances from equality are better small, ratios near 1; of a level the metric's best value decides, else which
/// bound the grammar allows. A signed difference, or a ratio of a pair, is best in the middle.
fn greater_is_better(quantity: &Quantity) -> Option<bool> {
    match quantity.comparison {
        comparison if comparison.is_gap() => Some(false),
        Comparison::Ratio if quantity.selector.is_pair() => None,
        comparison if comparison.is_ratio() => Some(true),
        Comparison::Min => best_is_greatest(quantity).or(Some(true)),
        Comparison::Max => best_is_greatest(quantity).or(Some(false)),
        Comparison::Overall => best_is_greatest(quantity),
        _ => None,
    }
}

/// Whether the metric's best value is its largest (`true`) or its smallest (`false`); `None` where it is neither.
fn best_is_greatest(quantity: &Quantity) -> Option<bool> {
    let metric = metric(quantity)?;
    let best = metric.best?;
    if best >= metric.range.highest {
        Some(true)
    } else if best <= metric.range.lowest {
        Some(false)
    } else {
        None
    }
}

fn reads_target(quantity: &Quantity) -> bool {
    match &quantity.subject {
        Subject::Notion(notion) => notion.needs().contains(&Need::Target),
        Subject::Metric(_) => metric(quantity).is_none_or(|metric| metric.needs.target),
    }
}

fn metric(quantity: &Quantity) -> Option<&'static Metric> {
    match &quantity.subject {
        Subject::Notion(_) => None,
        Subject::Metric(name) => metrics::find(name.as_str()),
    }
}
