//! From a gap and a bound to a verdict, by the printed interval and nothing else.

use super::report::{Gap, Scarcest, Undecided, Verdict};
use crate::{
    inference::{
        Confidence, Interval,
        rows_needed::{Design, RowsNeeded, rows_to_decide},
    },
    metrics::Undefined,
    notion::{Relation, Requirement},
    verdict::{Outcome, decide},
};

/// The chance that the rows said to decide do decide, if the values stay as seen.
const POWER: f64 = 0.8;
/// The unit in which the factor on the present rows is computed: fine enough for its first three digits.
const PRESENT_ROWS: f64 = 1e6;

/// Gives the verdict on a requirement.
pub(super) fn verdict(
    requirement: &Requirement,
    attributes: &[String],
    gap: Gap,
    confidence: Confidence,
) -> Verdict {
    let bound = requirement.bound();
    let (outcome, undecided) = match (gap.value, gap.interval) {
        (Ok(value), Some(interval)) => match decide(interval.lower, interval.upper, bound) {
            // A group without a value may be worse than all others, but cannot make a violation good.
            Outcome::Holds if !gap.undefined.is_empty() => (Outcome::Undecided, undefined_group(&gap)),
            Outcome::Undecided => {
                let toward = far_end(value, interval, bound.relation(), bound.value());
                (Outcome::Undecided, Some(more_rows(value, toward, bound.value(), &gap, confidence)))
            }
            outcome => (outcome, None),
        },
        (Ok(_), None) => (Outcome::Undecided, undefined_group(&gap).or(Some(Undecided::NoInterval))),
        (Err(Undefined::FewerThanTwoGroups), _) => {
            (Outcome::Undecided, undefined_group(&gap).or(Some(Undecided::TooFewGroups)))
        }
        (Err(why), _) => (Outcome::Undecided, undefined_group(&gap).or(Some(Undecided::Undefined { why }))),
    };
    Verdict { requirement: requirement.clone(), attributes: attributes.to_vec(), outcome, gap, undecided }
}

fn undefined_group(gap: &Gap) -> Option<Undecided> {
    let (group, why) = gap.undefined.first()?;
    Some(Undecided::UndefinedInGroup { group: group.clone(), why: *why })
}

/// The end of the interval that lies beyond the bound, seen from the value.
fn far_end(value: f64, interval: Interval, relation: Relation, bound: f64) -> f64 {
    let satisfied = match relation {
        Relation::AtMost => value <= bound,
        Relation::AtLeast => value >= bound,
    };
    match (relation, satisfied) {
        (Relation::AtMost, true) | (Relation::AtLeast, false) => interval.upper,
        _ => interval.lower,
    }
}

/// How many rows would decide if the values stayed as seen: half-widths shrink with the root of the rows.
fn more_rows(value: f64, end: f64, bound: f64, gap: &Gap, confidence: Confidence) -> Undecided {
    let (half_width, distance) = ((end - value).abs(), (bound - value).abs());
    let needed = Design::new(confidence.z(), POWER)
        .and_then(|design| rows_to_decide(PRESENT_ROWS, half_width, distance, design));
    match needed {
        Ok(RowsNeeded::Rows(rows)) => {
            // The estimate decides with half its rows only in a lucky draw: at least one more is said.
            let factor = (rows as f64 / PRESENT_ROWS).max(1.0);
            let alone = gap.scarcest.as_ref().and_then(|scarcest| rows_of_one_group(scarcest, factor));
            let group = alone.map(|_| gap.scarcest.as_ref().map(|scarcest| scarcest.group.clone()));
            Undecided::MoreRows { factor, group: group.flatten(), rows: alone }
        }
        _ => Undecided::MoreThanHundredfold,
    }
}

/// More rows of the scarcest group alone that shrink the variance of the gap by the factor; `None` where the other
/// group's own variance is too large for that, or it would take more than a hundred times the rows.
fn rows_of_one_group(scarcest: &Scarcest, factor: f64) -> Option<u64> {
    let left = 1.0 / factor - scarcest.share_of_others;
    let multiple = (1.0 - scarcest.share_of_others) / left;
    (left > 0.0 && multiple <= 100.0).then(|| (scarcest.rows * (multiple - 1.0)).ceil().max(1.0) as u64)
}
