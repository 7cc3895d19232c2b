//! The names that documents use, and the sentences that text and Markdown share.

use std::str::FromStr;

use equipoise::{
    audit::{Gap, LeftOut, Subject, Undecided, Unsaid},
    metrics::{Choice, Undefined},
    notion::{Comparison, Need},
    stats::{Task, WeightKind},
};

use crate::{labels, numbers};

/// The method of the difference within strata.
pub(crate) const WITHIN_DIFFERENCE: &str = "Mantel–Haenszel risk difference (Sato)";

/// The method of the ratio within strata.
pub(crate) const WITHIN_RATIO: &str = "Mantel–Haenszel risk ratio (Greenland–Robins)";

pub(crate) fn subject_name(subject: Subject) -> &'static str {
    match subject {
        Subject::Labels => "labels",
        Subject::Selection => "selection",
        Subject::Model => "model",
    }
}

/// Returns the subject as the first words of a report.
pub(crate) fn subject_title(subject: Subject) -> &'static str {
    match subject {
        Subject::Labels => "Audit of recorded outcomes",
        Subject::Selection => "Audit of a selection",
        Subject::Model => "Audit of a model",
    }
}

pub(crate) fn task_name(task: Task) -> &'static str {
    match task {
        Task::Binary => "binary",
        Task::Multiclass => "multiclass",
        Task::Regression => "regression",
    }
}

pub(crate) fn weight_name(kind: WeightKind) -> &'static str {
    match kind {
        WeightKind::Frequency => "frequency",
        WeightKind::Sampling => "sampling",
    }
}

/// Returns the name of a reason, as JSON and CSV have it. The sentence is the reason's own.
pub(crate) fn undefined_name(why: Undefined) -> &'static str {
    match why {
        Undefined::NoRows => "no_rows",
        Undefined::NoPositives => "no_positives",
        Undefined::NoNegatives => "no_negatives",
        Undefined::NothingSelected => "nothing_selected",
        Undefined::EverythingSelected => "everything_selected",
        Undefined::NoVariance => "no_variance",
        Undefined::ZeroDenominator => "zero_denominator",
        Undefined::Infinite => "infinite",
        Undefined::FewerThanTwoGroups => "fewer_than_two_groups",
        Undefined::TooManyGroups => "too_many_groups",
        Undefined::Negative => "negative",
        Undefined::NotGiven => "not_given",
        Undefined::NotAProbability => "not_a_probability",
        Undefined::TooFewRows => "too_few_rows",
        Undefined::Separated => "separated",
        Undefined::NotConverged => "not_converged",
        _ => "undefined",
    }
}

pub(crate) fn undecided_name(why: &Undecided) -> &'static str {
    match why {
        Undecided::MoreRows { .. } => "more_rows",
        Undecided::MoreThanHundredfold => "more_than_hundredfold",
        Undecided::TooFewGroups => "too_few_groups",
        Undecided::Undefined { .. } => "undefined",
        Undecided::UndefinedInGroup { .. } => "undefined_in_group",
        Undecided::NoInterval => "no_interval",
        _ => "other",
    }
}

/// Returns the heading of a metric: its title, with the parameter where it has one; else the name as it is.
pub(crate) fn metric_title(name: &str) -> String {
    known_title(name).unwrap_or_else(|| labels::shown(name))
}

/// Returns the heading of a metric of the registry. The share of a class is none: its name holds a label.
pub(crate) fn known_title(name: &str) -> Option<String> {
    let choice = Choice::from_str(name).ok()?;
    Some(match choice.argument() {
        Some(argument) => format!("{} ({argument})", choice.metric().title),
        None => choice.metric().title.to_owned(),
    })
}

/// Returns a crossing's title: `race × sex`.
pub(crate) fn attributes_title(attributes: &[String], times: &str) -> String {
    let names: Vec<String> = attributes.iter().map(|name| labels::brief(&labels::shown(name))).collect();
    names.join(&format!(" {times} "))
}

/// Says why a verdict is undecided and what would decide it.
pub(crate) fn undecided(why: &Undecided, rows_min: u64) -> String {
    match why {
        Undecided::MoreRows { factor, group, rows } => {
            let what = match (group, rows) {
                (Some(group), Some(rows)) => format!(
                    "about {} more {} of group {} would decide",
                    numbers::about(*rows),
                    if *rows == 1 { "row" } else { "rows" },
                    labels::brief_group(group),
                ),
                _ => format!("about {} times the rows would decide", numbers::figures(*factor, 2)),
            };
            format!("the interval holds the bound; if the values stay as seen, {what}")
        }
        Undecided::MoreThanHundredfold => {
            "the interval holds the bound, and more than a hundred times the rows would be needed to decide"
                .to_owned()
        }
        Undecided::TooFewGroups => {
            format!("fewer than two groups have at least {} rows and a value", numbers::count(rows_min))
        }
        Undecided::Undefined { why } => format!("it is undefined: {why}"),
        Undecided::UndefinedInGroup { group, why } => {
            format!("it is undefined in group {}: {why}", labels::brief_group(group))
        }
        Undecided::NoInterval => "the quantity has no interval here, so nothing can be claimed".to_owned(),
        _ => "it cannot be decided from these rows".to_owned(),
    }
}

/// Says which groups a gap comes from: `Female 0.113, Male 0.305, at department = A`.
pub(crate) fn extremes(gap: &Gap, decimals: usize) -> Option<String> {
    let extremes = gap.extremes.as_ref()?;
    let with_value = |name: String, value: Option<f64>| match value {
        Some(value) => format!("{name} {}", numbers::decimal(value, decimals)),
        None => name,
    };
    let comparison = gap.quantity.comparison;
    // Of all rows together there is one value, which is no group's.
    if comparison == Comparison::Overall {
        return extremes.event.as_deref().map(|event| format!("at {}", event_name(event)));
    }
    let low = with_value(labels::brief_group(&extremes.low), extremes.low_value);
    let other = match comparison {
        Comparison::DifferenceToRest => Some("all other rows"),
        Comparison::DifferenceToOverall | Comparison::RatioToOverall => Some("all rows"),
        _ => None,
    };
    let high = match (&extremes.high, other) {
        (Some(high), _) => Some(with_value(labels::brief_group(high), extremes.high_value)),
        (None, Some(other)) => Some(with_value(other.to_owned(), extremes.high_value)),
        (None, None) => None,
    };
    let mut text = match high {
        Some(high) => format!("{low}, {high}"),
        None => low,
    };
    if let Some(event) = &extremes.event {
        text.push_str(&format!(", at {}", event_name(event)));
    }
    Some(text)
}

/// An event names columns and labels, perhaps several of each.
fn event_name(event: &str) -> String {
    labels::clipped(&labels::shown(event), 2 * labels::BRIEF_MAX, "...")
}

/// Says what equal groups would show on average, where the estimate is biased by taking a largest or smallest value.
pub(crate) fn expected(gap: &Gap, decimals: usize) -> Option<String> {
    let expected = gap.expected_if_equal.filter(|expected| expected.is_finite())?;
    let decimals = decimals.max(numbers::decimals_for(&[expected.abs()]).min(decimals + 1));
    Some(format!("equal groups would show {} on average", numbers::decimal(expected, decimals)))
}

/// Says how many groups take no part; why, the legend says.
pub(crate) fn left_out(left_out: LeftOut) -> Option<String> {
    let groups = numbers::of_things(left_out.n_groups as u64, "group");
    (left_out.n_groups > 0)
        .then(|| format!("{groups} left out ({} of rows)", numbers::percent(left_out.share)))
}

/// Says in which groups the quantity is undefined; names at most `shown` of them.
pub(crate) fn undefined_groups(gap: &Gap, shown: usize) -> Option<String> {
    if gap.undefined.is_empty() {
        return None;
    }
    let named = gap.undefined.iter().take(shown);
    let mut parts: Vec<String> =
        named.map(|(group, why)| format!("{} ({why})", labels::brief_group(group))).collect();
    let more = gap.undefined.len().saturating_sub(shown);
    if more > 0 {
        parts.push(format!("{} more", numbers::count(more as u64)));
    }
    Some(format!("undefined in {}", parts.join(", ")))
}

/// Says which notions need what is not there, those with the same need together: `without a target`, and the notions.
pub(crate) fn unsaid(all: &[Unsaid]) -> Vec<(String, Vec<String>)> {
    let mut lines: Vec<(String, Vec<String>)> = Vec::new();
    for unsaid in all {
        let missing: Vec<&str> = unsaid
            .missing
            .iter()
            .map(|need| match need {
                Need::Target => "a target",
                Need::Prediction => "a prediction or score",
                Need::Score => "a score",
                Need::Strata => "strata",
            })
            .collect();
        let without = format!("without {}", missing.join(" and "));
        let notion = labels::shown(&unsaid.notion.to_string());
        match lines.iter_mut().find(|(known, _)| *known == without) {
            Some((_, notions)) => notions.push(notion),
            None => lines.push((without, vec![notion])),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use equipoise::{
        audit::{GroupName, Undecided},
        groups::Label,
    };

    use super::undecided;

    #[test]
    fn what_would_decide_is_said_in_rows_of_a_group() {
        let group = GroupName(vec![Label::new("B")]);
        let why = |group, rows| Undecided::MoreRows { factor: 3.24, group, rows };
        assert_eq!(
            undecided(&why(Some(group), Some(1_801)), 10),
            "the interval holds the bound; if the values stay as seen, about 1,900 more rows of group B would decide"
        );
        assert_eq!(
            undecided(&why(None, None), 10),
            "the interval holds the bound; if the values stay as seen, about 3.2 times the rows would decide"
        );
    }

    #[test]
    fn every_other_reason_has_words_of_its_own() {
        assert_eq!(
            undecided(&Undecided::TooFewGroups, 10),
            "fewer than two groups have at least 10 rows and a value"
        );
        let group = GroupName(vec![Label::Missing]);
        let why = Undecided::UndefinedInGroup { group, why: equipoise::metrics::Undefined::NoPositives };
        assert_eq!(undecided(&why, 10), "it is undefined in group missing: no row has the positive outcome");
    }
}
