//! From the groups' values to one number with an interval.
//!
//! | comparison | groups | interval |
//! |---|---|---|
//! | difference, ratio | 2 | Miettinen–Nurminen (rates), Welch (means), else from the groups' own intervals |
//! | | 3 to 100 | worst gap: simultaneous lower limits (max-t), ordinary upper limits; Newcombe and MOVER-R |
//! | | above 100 | from each group's interval alone (Šidák), O(groups) |
//! | to a reference, to overall, to the rest | any | Newcombe and MOVER-R at the max-t (above 100 groups Šidák) value |
//! | of a named pair | 2 | as for two groups |
//! | min, max, spread | any | from the groups' intervals; Q-profile |
//!
//! Several events share the level by Šidák's rule: each is answered at (1 − α)^(1/events).

use super::{
    error::AuditError,
    estimate::Estimate,
    events::{EventOf, events},
    quantity::Quantity,
    report::{Extremes, Gap, GroupName, LeftOut, Scarcest},
    section::{Context, Groups},
};
use crate::{
    inference::{
        Confidence, Interval, Undefined as NoValue,
        differences::miettinen_nurminen,
        many, means,
        mover::{self, Located},
        ratios,
    },
    metrics::Undefined,
    notion::{Comparison, GroupLabel},
    stats::View,
};

/// Above this many groups, pairs are not compared one by one.
const PAIRS_MAX: usize = many::N_GROUPS_MAX;

/// The values of the groups that take part, in one event.
pub(super) struct Compared<'a> {
    pub(super) event: Option<String>,
    /// Places of the groups in the section.
    pub(super) places: Vec<usize>,
    pub(super) estimates: Vec<Estimate<'a>>,
    /// The value over all rows, and each group's share of its rows.
    overall: Option<Estimate<'a>>,
    shares: Vec<f64>,
    /// The value over the rows of all other groups.
    rest: Vec<Option<Estimate<'a>>>,
}

/// What all events say together, before it is put into words.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) left_out: LeftOut,
    pub(super) undefined: Vec<(GroupName, Undefined)>,
    n_groups: usize,
}

/// One number of one event.
struct Single {
    value: f64,
    interval: Option<Interval>,
    method: &'static str,
    expected_if_equal: Option<f64>,
    n_comparisons: usize,
    low: (usize, f64),
    high: Option<(usize, f64)>,
    high_value: Option<f64>,
}

/// Compares the groups of a section by values.
pub(super) fn compare_values(
    context: &Context<'_>,
    groups: &Groups,
    quantity: &Quantity,
    reference: Option<usize>,
) -> Result<Gap, AuditError> {
    let pair = pair_of(groups, quantity)?;
    let events = events(context, groups, quantity)?;
    let mut gathered = Gathered::default();
    let mut compared: Vec<Compared<'_>> = Vec::new();
    for event in &events {
        compared.push(compare_event(context, groups, event, quantity, pair, &mut gathered));
    }
    let least = if matches!(quantity.comparison, Comparison::Min | Comparison::Max | Comparison::Overall) {
        1
    } else {
        2
    };
    compared.retain(|event| event.places.len() >= least);
    let mut gap = Gap::of_nothing(quantity.clone(), gathered.left_out, gathered.undefined.clone());
    gap.n_groups = gathered.n_groups;
    if compared.is_empty() {
        let several = gathered.undefined.len() + gathered.n_groups >= 2;
        gap.value = Err(match gathered.undefined.first() {
            Some((_, why)) if several => *why,
            _ => Undefined::FewerThanTwoGroups,
        });
        return Ok(gap);
    }
    let confidence = shared_level(context.confidence, compared.len());
    let mut singles = Vec::new();
    for event in &compared {
        let request =
            Comparing { context, quantity, confidence, ordinary: context.confidence, pair, reference };
        if let Some(single) = request.event(event)? {
            singles.push((event, single));
        }
    }
    finish(&mut gap, groups, quantity.comparison, singles);
    Ok(gap)
}

/// Each of n events is answered at this level, so that all hold together at the level asked.
pub(super) fn shared_level(confidence: Confidence, n_events: usize) -> Confidence {
    if n_events <= 1 {
        return confidence;
    }
    let alpha = -((-confidence.alpha()).ln_1p() / n_events as f64).exp_m1();
    Confidence::from_alpha(alpha).unwrap_or(confidence)
}

/// The places of a named pair: group, reference.
pub(super) fn pair_of(groups: &Groups, quantity: &Quantity) -> Result<Option<(usize, usize)>, AuditError> {
    let selector = &quantity.selector;
    let (Some(group), Some(reference)) = (selector.group(), selector.reference()) else { return Ok(None) };
    let attributes: Vec<String> = selector.attributes().iter().map(str::to_owned).collect();
    let find = |labels: &[GroupLabel]| groups.find(&attributes, labels);
    Ok(Some((find(group)?, find(reference)?)))
}

fn compare_event<'a>(
    context: &'a Context<'_>,
    groups: &'a Groups,
    event: &EventOf<'a>,
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
        overall: None,
        shares: Vec::new(),
        rest: Vec::new(),
    };
    if needs_rest || quantity.comparison == Comparison::Overall {
        compared.overall = (event.value)(overall_view(context, event)).ok();
    }
    for (place, view) in views.iter().enumerate() {
        if pair.is_some_and(|(a, b)| place != a && place != b) {
            continue;
        }
        // Inside a stratum the group is the group in that stratum; elsewhere its size does not depend on the event.
        let rows = view.matrix.total().rows;
        if !context.is_large(view.matrix.total()) {
            if rows > 0 {
                gathered.left_out.n_groups += 1;
                gathered.left_out.share += view.matrix.total().weight / context.overall.matrix.total().weight;
            }
            continue;
        }
        match (event.value)(view) {
            Ok(estimate) => {
                compared.places.push(place);
                compared.shares.push(estimate.rows());
                compared.rest.push(if needs_rest { rest(context, groups, event, place) } else { None });
                compared.estimates.push(estimate);
            }
            Err(why) => gathered.undefined.push((groups.names[place].clone(), why)),
        }
    }
    gathered.n_groups = gathered.n_groups.max(compared.places.len());
    compared
}

fn overall_view<'a>(context: &'a Context<'_>, event: &EventOf<'_>) -> &'a View {
    match event.stratum {
        None => &context.overall,
        Some(stratum) => &context.strata_overall[stratum],
    }
}

/// The value over the rows outside one group.
fn rest<'a>(
    context: &'a Context<'_>,
    groups: &Groups,
    event: &EventOf<'a>,
    place: usize,
) -> Option<Estimate<'a>> {
    let view = groups.rest(context, event.stratum, place);
    // The estimate may borrow the view, which lives here only: keep the numbers.
    match (event.value)(&view).ok()? {
        Estimate::Rate { k, n } => Some(Estimate::Rate { k, n }),
        Estimate::Mean(mean) => Some(Estimate::Mean(mean)),
        Estimate::Other { .. } => None,
    }
}

/// How one event is compared.
struct Comparing<'a> {
    context: &'a Context<'a>,
    quantity: &'a Quantity,
    /// The level of this event's simultaneous limits.
    confidence: Confidence,
    /// The level asked for.
    ordinary: Confidence,
    pair: Option<(usize, usize)>,
    reference: Option<usize>,
}

impl Comparing<'_> {
    fn event(&self, event: &Compared<'_>) -> Result<Option<Single>, AuditError> {
        let comparison = self.quantity.comparison;
        Ok(match comparison {
            Comparison::Difference | Comparison::Ratio | Comparison::SignedDifference => match self.pair {
                Some((group, reference)) => self.named_pair(event, group, reference),
                None => Some(self.all_pairs(event, comparison == Comparison::Ratio)),
            },
            Comparison::DifferenceToReference | Comparison::RatioToReference => {
                let Some(reference) = self.reference.and_then(|place| event.position(place)) else {
                    return Ok(None);
                };
                Some(self.against_reference(event, reference))
            }
            Comparison::DifferenceToOverall | Comparison::RatioToOverall | Comparison::DifferenceToRest => {
                self.against_all(event)
            }
            Comparison::Min | Comparison::Max => Some(self.extreme(event, comparison == Comparison::Min)),
            Comparison::Spread => self.spread(event),
            Comparison::Overall => self.overall(event),
        })
    }

    fn named_pair(&self, event: &Compared<'_>, group: usize, reference: usize) -> Option<Single> {
        let (a, b) = (event.position(group)?, event.position(reference)?);
        let (a, b) = (&event.estimates[a], &event.estimates[b]);
        let (low, high) = ((group, a.value()), (reference, b.value()));
        let z = self.confidence.z();
        let (value, interval, method) = match self.quantity.comparison {
            Comparison::Ratio => (ratio_of(a.value(), b.value())?, ratio(a, b, z), method_of(a, b, true)),
            Comparison::Difference => {
                let folded = difference(a, b, z).map(fold);
                ((a.value() - b.value()).abs(), folded, method_of(a, b, false))
            }
            _ => (a.value() - b.value(), difference(a, b, z), method_of(a, b, false)),
        };
        Some(Single {
            value,
            interval: interval.ok(),
            method,
            expected_if_equal: None,
            n_comparisons: 1,
            low,
            high: Some(high),
            high_value: Some(high.1),
        })
    }

    fn all_pairs(&self, event: &Compared<'_>, as_ratio: bool) -> Single {
        let estimates = &event.estimates;
        let n = estimates.len();
        let (low, high) = event.extremes();
        let errors: Vec<f64> = estimates.iter().map(|estimate| estimate.standard_error()).collect();
        let common = weighted_mean(estimates, &event.shares);
        let drawn = self.context.draws(n);
        let at_equality =
            drawn.as_ref().and_then(|draws| draws.at_equality(&errors, &event.shares, common).ok());
        let value = if as_ratio { ratio_of(low.1, high.1).unwrap_or(1.0) } else { high.1 - low.1 };
        let (interval, method) = if n == 2 {
            let (a, b) = (&estimates[0], &estimates[1]);
            let z = self.confidence.z();
            let interval =
                if as_ratio { ratio(a, b, z).map(fold_ratio) } else { difference(a, b, z).map(fold) };
            (interval.ok(), method_of(a, b, as_ratio))
        } else if n <= PAIRS_MAX {
            let relative = |(error, estimate): (&f64, &Estimate<'_>)| error / estimate.value().max(1e-9);
            let scaled: Vec<f64> =
                if as_ratio { errors.iter().zip(estimates).map(relative).collect() } else { errors.clone() };
            let z = drawn.as_ref().and_then(|draws| draws.max_t_all_pairs(&scaled, self.confidence).ok());
            (z.and_then(|z| self.worst_pair(event, as_ratio, z)), worst_method(estimates, as_ratio))
        } else {
            (self.by_groups(event, as_ratio), "limits of each group alone (Šidák)")
        };
        Single {
            value,
            interval,
            method,
            expected_if_equal: at_equality.and_then(|at| if as_ratio { at.ratio } else { Some(at.gap) }),
            n_comparisons: n * (n - 1) / 2,
            low,
            high: Some(high),
            high_value: Some(high.1),
        }
    }

    fn worst_pair(&self, event: &Compared<'_>, as_ratio: bool, simultaneous: f64) -> Option<Interval> {
        // The ordinary limit of the truly worst pair covers by itself, at the level asked for.
        let ordinary = self.ordinary.z();
        let simultaneous = simultaneous.max(ordinary);
        let at = |z: f64| -> Result<Vec<Located>, NoValue> {
            event.estimates.iter().map(|estimate| estimate.at(z)).collect()
        };
        let (near, wide) = (at(ordinary).ok()?, at(simultaneous).ok()?);
        let interval = if as_ratio {
            many::worst_ratio_of_values(&near, &wide)
        } else {
            many::worst_gap_of_values(&near, &wide)
        };
        interval.ok()
    }

    fn by_groups(&self, event: &Compared<'_>, as_ratio: bool) -> Option<Interval> {
        let n = event.estimates.len();
        let limits = |z: f64| -> Option<Vec<Interval>> {
            event.estimates.iter().map(|estimate| estimate.at(z).ok().map(|at| at.interval)).collect()
        };
        let simultaneous = limits(many::z_sidak(n, self.confidence).ok()?)?;
        let halved = limits(Confidence::from_alpha(self.ordinary.alpha() / 2.0).ok()?.z())?;
        if as_ratio {
            many::worst_ratio_by_groups(&simultaneous, &halved).ok()
        } else {
            many::worst_gap_by_groups(&simultaneous, &halved).ok()
        }
    }

    fn against_reference(&self, event: &Compared<'_>, reference: usize) -> Single {
        let as_ratio = self.quantity.comparison == Comparison::RatioToReference;
        let errors: Vec<f64> = event.estimates.iter().map(|estimate| estimate.standard_error()).collect();
        let z = self
            .context
            .draws(errors.len())
            .and_then(|draws| draws.max_t_against_reference(&errors, reference, self.confidence).ok());
        let others = (0..event.estimates.len()).filter(|&i| i != reference);
        let pairs = others.map(|i| (i, &event.estimates[i], &event.estimates[reference]));
        self.worst_of(event, pairs, z, as_ratio, Some(event.places[reference]))
    }

    fn against_all(&self, event: &Compared<'_>) -> Option<Single> {
        let as_ratio = self.quantity.comparison == Comparison::RatioToOverall;
        let to_rest = self.quantity.comparison == Comparison::DifferenceToRest;
        let overall = event.overall.as_ref()?;
        let errors: Vec<f64> = event.estimates.iter().map(|estimate| estimate.standard_error()).collect();
        let drawn = self.context.draws(errors.len());
        let z = drawn
            .as_ref()
            .and_then(|draws| draws.max_t_against_overall(&errors, &event.shares, self.confidence).ok());
        let at_equality =
            drawn.as_ref().and_then(|draws| draws.at_equality(&errors, &event.shares, overall.value()).ok());
        let mut worst: Option<Single> = None;
        let total = overall.rows();
        for (i, estimate) in event.estimates.iter().enumerate() {
            let rest = event.rest[i].as_ref();
            let value_there = if to_rest { rest?.value() } else { overall.value() };
            let value = if as_ratio {
                let ratio = ratio_of(estimate.value(), value_there)?;
                ratio.min(1.0 / ratio)
            } else {
                (estimate.value() - value_there).abs()
            };
            // group − overall = (1 − share)·(group − rest), and group/overall is a monotone function of group/rest,
            // so the interval against the rest, which is independent of the group, gives both.
            let share = (event.shares[i] / total).clamp(0.0, 1.0);
            let interval = z.and_then(|z| {
                let rest = rest?;
                if as_ratio {
                    let to_overall =
                        |r: f64| if r.is_finite() { r / (share * r + 1.0 - share) } else { 1.0 / share };
                    let ratio = ratio(estimate, rest, z).ok()?;
                    Some(fold_ratio(Interval {
                        lower: to_overall(ratio.lower),
                        upper: to_overall(ratio.upper),
                    }))
                } else {
                    let factor = if to_rest { 1.0 } else { 1.0 - share };
                    let gap = difference(estimate, rest, z).ok()?;
                    Some(fold(Interval { lower: gap.lower * factor, upper: gap.upper * factor }))
                }
            });
            let single = Single {
                value,
                interval,
                method: if as_ratio {
                    "Miettinen–Nurminen or MOVER-R, max-t"
                } else {
                    "Miettinen–Nurminen or MOVER, max-t"
                },
                expected_if_equal: if as_ratio || to_rest {
                    None
                } else {
                    at_equality.map(|at| at.deviation)
                },
                n_comparisons: event.estimates.len(),
                low: (event.places[i], estimate.value()),
                high: None,
                high_value: Some(value_there),
            };
            worst = Some(match worst {
                None => single,
                Some(before) => worse(before, single, as_ratio),
            });
        }
        worst
    }

    fn worst_of<'e>(
        &self,
        event: &Compared<'_>,
        pairs: impl Iterator<Item = (usize, &'e Estimate<'e>, &'e Estimate<'e>)>,
        z: Option<f64>,
        as_ratio: bool,
        reference: Option<usize>,
    ) -> Single {
        let mut worst: Option<Single> = None;
        for (i, a, b) in pairs {
            let value = if as_ratio {
                let ratio = ratio_of(a.value(), b.value()).unwrap_or(1.0);
                ratio.min(1.0 / ratio)
            } else {
                (a.value() - b.value()).abs()
            };
            let interval = z.and_then(|z| {
                if as_ratio {
                    ratio(a, b, z).map(fold_ratio).ok()
                } else {
                    difference(a, b, z).map(fold).ok()
                }
            });
            let single = Single {
                value,
                interval,
                method: if as_ratio {
                    "Miettinen–Nurminen or MOVER-R, max-t"
                } else {
                    "Miettinen–Nurminen or MOVER, max-t"
                },
                expected_if_equal: None,
                n_comparisons: event.estimates.len() - 1,
                low: (event.places[i], a.value()),
                high: reference.map(|place| (place, b.value())),
                high_value: Some(b.value()),
            };
            worst = Some(match worst {
                None => single,
                Some(before) => worse(before, single, as_ratio),
            });
        }
        worst.unwrap_or(Single {
            value: if as_ratio { 1.0 } else { 0.0 },
            interval: None,
            method: "",
            expected_if_equal: None,
            n_comparisons: 0,
            low: (event.places[0], event.estimates[0].value()),
            high: None,
            high_value: None,
        })
    }

    fn extreme(&self, event: &Compared<'_>, least: bool) -> Single {
        let (low, high) = event.extremes();
        let chosen = if least { low } else { high };
        let n = event.estimates.len();
        let limits = |z: f64| -> Option<Vec<Interval>> {
            event.estimates.iter().map(|estimate| estimate.at(z).ok().map(|at| at.interval)).collect()
        };
        // The truly extreme group's own limit covers on the far side; the near side needs all groups at once.
        let interval = (|| {
            let ordinary = limits(self.ordinary.z())?;
            let simultaneous = limits(many::z_sidak(n, self.confidence).ok()?)?;
            let fold = |intervals: &[Interval], pick: fn(&Interval) -> f64, choose: fn(f64, f64) -> f64| {
                intervals.iter().map(pick).reduce(choose)
            };
            let choose: fn(f64, f64) -> f64 = if least { f64::min } else { f64::max };
            let (lower_of, upper_of) =
                if least { (&ordinary, &simultaneous) } else { (&simultaneous, &ordinary) };
            Some(Interval {
                lower: fold(lower_of, |i| i.lower, choose)?,
                upper: fold(upper_of, |i| i.upper, choose)?,
            })
        })();
        Single {
            value: chosen.1,
            interval,
            method: "limits of each group alone (Šidák)",
            expected_if_equal: None,
            n_comparisons: n,
            low: chosen,
            high: None,
            high_value: None,
        }
    }

    fn spread(&self, event: &Compared<'_>) -> Option<Single> {
        let values: Vec<f64> = event.estimates.iter().map(Estimate::value).collect();
        let variances: Vec<f64> = event.estimates.iter().map(|e| e.standard_error().powi(2)).collect();
        let spread = many::between_group_variance(&values, &variances).ok()?;
        let profile = many::q_profile(&values, &variances, self.confidence).ok();
        let (low, high) = event.extremes();
        Some(Single {
            value: spread.variance.max(0.0).sqrt(),
            interval: profile
                .map(|i| Interval { lower: i.lower.max(0.0).sqrt(), upper: i.upper.max(0.0).sqrt() }),
            method: "Q-profile",
            expected_if_equal: None,
            n_comparisons: values.len(),
            low,
            high: Some(high),
            high_value: Some(high.1),
        })
    }

    fn overall(&self, event: &Compared<'_>) -> Option<Single> {
        let overall = event.overall.as_ref()?;
        Some(Single {
            value: overall.value(),
            interval: overall.at(self.confidence.z()).ok().map(|at| at.interval),
            method: "of all rows",
            expected_if_equal: None,
            n_comparisons: 1,
            low: (usize::MAX, overall.value()),
            high: None,
            high_value: None,
        })
    }
}

impl Compared<'_> {
    fn position(&self, place: usize) -> Option<usize> {
        self.places.iter().position(|&p| p == place)
    }

    /// Of the two groups that a number comes from, the one that varies more.
    fn scarcest(&self, groups: &Groups, low: usize, high: Option<usize>) -> Option<Scarcest> {
        let of = |place: usize| {
            let estimate = &self.estimates[self.position(place)?];
            Some((place, estimate.standard_error().powi(2), estimate.rows()))
        };
        let (low, high) = (of(low)?, high.and_then(of));
        let (scarce, other) = match high {
            Some(high) if high.1 > low.1 => (high, low.1),
            Some(high) => (low, high.1),
            None => (low, 0.0),
        };
        let total = scarce.1 + other;
        (total > 0.0).then(|| Scarcest {
            group: groups.names[scarce.0].clone(),
            rows: scarce.2,
            share_of_others: other / total,
        })
    }

    /// The groups (by place) with the smallest and the largest value.
    fn extremes(&self) -> ((usize, f64), (usize, f64)) {
        let values = self.places.iter().copied().zip(self.estimates.iter().map(Estimate::value));
        let start = (self.places[0], self.estimates[0].value());
        values.fold((start, start), |(low, high), next| {
            (if next.1 < low.1 { next } else { low }, if next.1 > high.1 { next } else { high })
        })
    }
}

fn worse(a: Single, b: Single, as_ratio: bool) -> Single {
    let b_is_worse = if as_ratio { b.value < a.value } else { b.value > a.value };
    let interval = match (a.interval, b.interval) {
        (Some(x), Some(y)) if as_ratio => {
            Some(Interval { lower: x.lower.min(y.lower), upper: x.upper.min(y.upper) })
        }
        (Some(x), Some(y)) => Some(Interval { lower: x.lower.max(y.lower), upper: x.upper.max(y.upper) }),
        _ => None,
    };
    Single { interval, ..if b_is_worse { b } else { a } }
}

/// The worst event's value, with the interval of the worst over events.
fn finish(gap: &mut Gap, groups: &Groups, comparison: Comparison, singles: Vec<(&Compared<'_>, Single)>) {
    let smaller_is_worse = comparison.is_ratio() || comparison == Comparison::Min;
    let Some((event, worst)) = singles.iter().reduce(|a, b| {
        let b_is_worse = if smaller_is_worse { b.1.value < a.1.value } else { b.1.value > a.1.value };
        if b_is_worse { b } else { a }
    }) else {
        gap.value = Err(Undefined::FewerThanTwoGroups);
        return;
    };
    let choose: fn(f64, f64) -> f64 = if smaller_is_worse { f64::min } else { f64::max };
    let intervals: Option<Vec<Interval>> = singles.iter().map(|(_, single)| single.interval).collect();
    gap.value = Ok(worst.value);
    gap.interval = intervals.and_then(|intervals| {
        intervals
            .into_iter()
            .reduce(|a, b| Interval { lower: choose(a.lower, b.lower), upper: choose(a.upper, b.upper) })
    });
    gap.method = gap.interval.map(|_| worst.method);
    gap.n_comparisons = singles.iter().map(|(_, single)| single.n_comparisons).sum();
    gap.expected_if_equal = worst.expected_if_equal;
    if worst.low.0 != usize::MAX {
        let event_name = event.event.clone();
        gap.extremes = Some(Extremes {
            low: groups.names[worst.low.0].clone(),
            high: worst.high.map(|(place, _)| groups.names[place].clone()),
            low_value: Some(worst.low.1),
            high_value: worst.high_value,
            event: event_name,
        });
        gap.scarcest = event.scarcest(groups, worst.low.0, worst.high.map(|(place, _)| place));
    }
}

fn weighted_mean(estimates: &[Estimate<'_>], shares: &[f64]) -> f64 {
    let total: f64 = shares.iter().sum();
    estimates.iter().zip(shares).map(|(estimate, share)| estimate.value() * share).sum::<f64>() / total
}

/// a / b for values that are not negative; both zero are equal.
fn ratio_of(a: f64, b: f64) -> Option<f64> {
    match (a, b) {
        (a, b) if a < 0.0 || b < 0.0 => None,
        (0.0, 0.0) => Some(1.0),
        (_, 0.0) => None,
        (a, b) => Some(a / b),
    }
}

fn difference(a: &Estimate<'_>, b: &Estimate<'_>, z: f64) -> Result<Interval, NoValue> {
    match (a, b) {
        (Estimate::Rate { k: k1, n: n1 }, Estimate::Rate { k: k2, n: n2 }) => {
            miettinen_nurminen(*k1, *n1, *k2, *n2, z)
        }
        (Estimate::Mean(a), Estimate::Mean(b)) => {
            means::welch(a, b, Confidence::from_z(z).map_err(|_| NoValue::NotACriticalValue)?)
        }
        _ => Ok(mover::difference(&a.at(z)?, &b.at(z)?)),
    }
}

fn ratio(a: &Estimate<'_>, b: &Estimate<'_>, z: f64) -> Result<Interval, NoValue> {
    match (a, b) {
        (Estimate::Rate { k: k1, n: n1 }, Estimate::Rate { k: k2, n: n2 }) => {
            ratios::miettinen_nurminen(*k1, *n1, *k2, *n2, z)
        }
        _ => {
            let (a, b) = (a.at(z)?, b.at(z)?);
            if a.interval.lower < 0.0 || b.interval.lower < 0.0 {
                return Err(NoValue::OutOfRange);
            }
            Ok(mover::ratio(&a, &b))
        }
    }
}

fn method_of(a: &Estimate<'_>, b: &Estimate<'_>, as_ratio: bool) -> &'static str {
    match (a, b) {
        (Estimate::Rate { .. }, Estimate::Rate { .. }) => "Miettinen–Nurminen",
        (Estimate::Mean(_), Estimate::Mean(_)) if !as_ratio => "Welch",
        _ if as_ratio => "MOVER-R",
        _ => "MOVER",
    }
}

fn worst_method(estimates: &[Estimate<'_>], as_ratio: bool) -> &'static str {
    let rates = estimates.iter().all(|estimate| matches!(estimate, Estimate::Rate { .. }));
    match (rates, as_ratio) {
        (true, false) => "Newcombe, max-t",
        (false, false) => "MOVER, max-t",
        (_, true) => "MOVER-R, max-t",
    }
}

/// The interval of |x| from that of x.
fn fold(interval: Interval) -> Interval {
    let Interval { lower, upper } = interval;
    if lower >= 0.0 {
        interval
    } else if upper <= 0.0 {
        Interval { lower: -upper, upper: -lower }
    } else {
        Interval { lower: 0.0, upper: upper.max(-lower) }
    }
}

/// The interval of min(x, 1/x) from that of x ≥ 0.
fn fold_ratio(interval: Interval) -> Interval {
    let Interval { lower, upper } = interval;
    let inverse = |x: f64| if x > 0.0 { 1.0 / x } else { f64::INFINITY };
    if upper <= 1.0 {
        interval
    } else if lower >= 1.0 {
        Interval { lower: inverse(upper), upper: inverse(lower) }
    } else {
        Interval { lower: lower.min(inverse(upper)), upper: 1.0 }
    }
}
