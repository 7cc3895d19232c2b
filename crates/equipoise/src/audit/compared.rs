//! The values of the groups that are compared in one event, and who takes no part.

use std::collections::{BTreeSet, HashSet};

use super::{
    estimate::Estimate,
    events::EventOf,
    gap::PAIRS_MAX,
    quantity::Quantity,
    report::{GroupName, LeftOut, Scarcest},
    section::{Context, Groups},
};
use crate::{
    inference::Confidence,
    metrics::Undefined,
    notion::Comparison,
    stats::{View, view::Cell},
};

/// The values of the groups that take part, in one event.
pub(super) struct Compared<'a> {
    pub(super) event: Option<String>,
    /// Places of the groups in the section.
    pub(super) places: Vec<usize>,
    pub(super) estimates: Vec<Estimate<'a>>,
    /// Rows of each group, in the stratum where the event has one.
    rows: Vec<u64>,
    /// The value over all rows.
    pub(super) overall: Option<Estimate<'a>>,
    /// The value over the rows of all other groups, where it is compared with.
    pub(super) rest: Vec<Result<Estimate<'a>, Undefined>>,
}

/// What all events say together, before it is put into words.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) left_out: LeftOut,
    pub(super) undefined: Vec<(GroupName, Undefined)>,
    pub(super) n_groups: usize,
    /// Stratum and group of those left out: several events of the same rows count once.
    seen: BTreeSet<(Option<usize>, usize)>,
    reasons: HashSet<(usize, Undefined)>,
}

impl Gathered {
    /// Notes a group that has rows, but too few.
    pub(super) fn leave_out(&mut self, stratum: Option<usize>, place: usize, cell: Cell, total: Cell) {
        if cell.rows > 0 && self.seen.insert((stratum, place)) {
            self.left_out.n_groups += 1;
            if total.weight > 0.0 {
                self.left_out.share = (self.left_out.share + cell.weight / total.weight).min(1.0);
            }
        }
    }

    /// Notes a group without a value; the same reason in several events is said once.
    pub(super) fn undefined(&mut self, groups: &Groups, place: usize, why: Undefined) {
        if self.reasons.insert((place, why)) {
            self.undefined.push((groups.names[place].clone(), why));
        }
    }
}

/// The values of the groups in one event; groups that are small or without a value are noted.
pub(super) fn compare_event<'a>(
    context: &'a Context<'_>,
    groups: &'a Groups,
    event: &'a EventOf<'a>,
    quantity: &Quantity,
    pair: Option<(usize, usize)>,
    gathered: &mut Gathered,
) -> Compared<'a> {
    let views = event.views(groups);
    let needs_rest = matches!(
        quantity.comparison,
        Comparison::DifferenceToOverall | Comparison::RatioToOverall | Comparison::DifferenceToRest
    );
    let mut compared = Compared {
        event: event.name.clone(),
        places: Vec::new(),
        estimates: Vec::new(),
        rows: Vec::new(),
        overall: None,
        rest: Vec::new(),
    };
    if needs_rest {
        compared.overall = (event.value)(overall_view(context, event)).ok();
    }
    for (place, view) in views.iter().enumerate() {
        if pair.is_some_and(|(a, b)| place != a && place != b) {
            continue;
        }
        // Inside a stratum the group is the group in that stratum; elsewhere its size does not depend on the event.
        let cell = view.matrix.total();
        // Where a group has no rows (in a stratum), it is not there.
        if cell.rows == 0 || !context.is_large(cell) {
            gathered.leave_out(event.stratum, place, cell, context.overall.matrix.total());
            continue;
        }
        match (event.value)(view) {
            Ok(estimate) => {
                compared.places.push(place);
                compared.rows.push(cell.rows);
                if needs_rest {
                    let to_rest = quantity.comparison == Comparison::DifferenceToRest;
                    compared.rest.push(rest(context, groups, event, place, to_rest));
                }
                compared.estimates.push(estimate);
            }
            Err(why) => gathered.undefined(groups, place, why),
        }
    }
    gathered.n_groups = gathered.n_groups.max(compared.places.len());
    compared
}

/// The rows of all groups in an event.
pub(super) fn overall_view<'a>(context: &'a Context<'_>, event: &EventOf<'_>) -> &'a View {
    match event.stratum {
        None => &context.overall,
        Some(stratum) => &context.strata_overall[stratum],
    }
}

/// The value over the rows outside one group; one that needs the law of the score only where it is compared with.
fn rest<'a>(
    context: &'a Context<'_>,
    groups: &Groups,
    event: &'a EventOf<'a>,
    place: usize,
    with_law: bool,
) -> Result<Estimate<'a>, Undefined> {
    let view = groups.rest(context, event.stratum, place);
    // The estimate may borrow the view, which lives here only: keep the numbers.
    match (event.value)(&view) {
        Ok(Estimate::Rate { k, n, weight }) => return Ok(Estimate::Rate { k, n, weight }),
        Ok(Estimate::Mean { mean, weight }) => return Ok(Estimate::Mean { mean, weight }),
        Ok(Estimate::Other { .. }) | Err(_) if with_law && context.has_law() => {}
        Ok(Estimate::Other { .. }) => return Err(Undefined::NotGiven),
        Err(why) => return Err(why),
    }
    // All rows are gathered anew for each group.
    if groups.names.len() > PAIRS_MAX {
        return Err(Undefined::TooManyGroups);
    }
    let view = groups.everyone_else(context, event.stratum, place);
    let (value, rows) = (event.value)(&view).map(|estimate| (estimate.value(), estimate.rows()))?;
    let interval = move |confidence: Confidence| {
        let estimate = (event.value)(&view).ok()?;
        estimate.at(confidence.z()).ok().map(|at| at.interval)
    };
    Ok(Estimate::Other { value, rows, interval: Box::new(interval) })
}

impl Compared<'_> {
    pub(super) fn position(&self, place: usize) -> Option<usize> {
        self.places.iter().position(|&p| p == place)
    }

    pub(super) fn errors(&self) -> Vec<f64> {
        self.estimates.iter().map(Estimate::standard_error).collect()
    }

    /// Of the two groups that a number comes from, the one that varies more.
    pub(super) fn scarcest(&self, groups: &Groups, low: usize, high: Option<usize>) -> Option<Scarcest> {
        let of = |place: usize| {
            let i = self.position(place)?;
            Some((place, self.estimates[i].standard_error().powi(2), self.rows[i] as f64))
        };
        let (low, high) = (of(low)?, high.and_then(of));
        let (scarce, other) = match high {
            Some(high) if high.1 > low.1 => (high, low.1),
            Some(high) => (low, high.1),
            None => (low, 0.0),
        };
        let total = scarce.1 + other;
        (total > 0.0 && total.is_finite()).then(|| Scarcest {
            group: groups.names[scarce.0].clone(),
            rows: scarce.2,
            share_of_others: other / total,
        })
    }

    /// The groups (by place) with the smallest and the largest value.
    pub(super) fn extremes(&self) -> ((usize, f64), (usize, f64)) {
        let values = self.places.iter().copied().zip(self.estimates.iter().map(Estimate::value));
        let start = (self.places[0], self.estimates[0].value());
        let (low, high) = values.fold((start, start), |(low, high), next| {
            (if next.1 < low.1 { next } else { low }, if next.1 > high.1 { next } else { high })
        });
        // Where all are equal the first and the last are named, not one of them twice.
        let last = self.places.len() - 1;
        if low == high { (low, (self.places[last], self.estimates[last].value())) } else { (low, high) }
    }
}
