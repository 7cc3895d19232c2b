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
//! Several events share the level by Šidák's rule: each is answered at (1 − α)^(1/events). The far end of the interval of
//! the worst comparison (the upper one of a gap) is the ordinary one throughout: the truly worst comparison's own end
//! covers by itself.

use super::{
    compared::{Compared, Gathered, compare_event, overall_view},
    error::AuditError,
    estimate::{Estimate, sound},
    events::{EventOf, events},
    pair::{difference, fold, fold_ratio, method_of, ratio, ratio_of, smaller_ratio, worst_method},
    quantity::Quantity,
    report::{Extremes, Gap, LeftOut},
    section::{Context, Groups},
};
use crate::{
    inference::{
        Confidence, Interval, Undefined as NoValue,
        many::{self, Family},
        mover::Located,
    },
    metrics::Undefined,
    notion::{Comparison, GroupLabel, Relation},
};

/// Above this many groups, pairs are not compared one by one.
pub(super) const PAIRS_MAX: usize = many::N_GROUPS_MAX;

/// One number of one event.
struct Single {
    value: f64,
    interval: Option<Interval>,
    method: &'static str,
    n_comparisons: usize,
    low: (usize, f64),
    high: Option<(usize, f64)>,
    high_value: Option<f64>,
}

/// Compares the groups of a section by values. The relation of a bound says which end is the worse where a number
/// has no natural one, as a signed difference.
pub(super) fn compare_values(
    context: &Context<'_>,
    groups: &Groups,
    quantity: &Quantity,
    reference: Option<usize>,
    relation: Option<Relation>,
) -> Result<Gap, AuditError> {
    let pair = pair_of(groups, quantity)?;
    if quantity.comparison == Comparison::SignedDifference && pair.is_none() {
        return Err(AuditError::PairNeeded { quantity: quantity.to_string() });
    }
    let events = events(context, groups, quantity)?;
    if quantity.comparison == Comparison::Overall {
        return Ok(overall(context, quantity, &events));
    }
    let mut gathered = Gathered::default();
    let mut compared: Vec<Compared<'_>> = Vec::new();
    for event in &events {
        compared.push(compare_event(context, groups, event, quantity, pair, &mut gathered));
    }
    let least = if matches!(quantity.comparison, Comparison::Min | Comparison::Max) { 1 } else { 2 };
    compared.retain(|event| event.places.len() >= least);
    let confidence = shared_level(context.confidence, compared.len());
    let smaller_is_worse = match relation {
        Some(relation) => relation == Relation::AtLeast,
        None => quantity.comparison.is_ratio() || quantity.comparison == Comparison::Min,
    };
    let comparing = Comparing {
        context,
        quantity,
        confidence,
        ordinary: context.confidence,
        pair,
        reference,
        smaller_is_worse,
    };
    let mut singles = Vec::new();
    for event in &compared {
        let mut undefined = Vec::new();
        match comparing.event(event, &mut undefined).map(|single| single.and_then(finite)) {
            Some(Ok(single)) => singles.push((event, single)),
            Some(Err(no_number)) => undefined.push(no_number),
            None => {}
        }
        undefined.into_iter().for_each(|(place, why)| gathered.undefined(groups, place, why));
    }
    let several = gathered.undefined.len() + gathered.n_groups >= 2;
    let mut gap = Gap::of_nothing(quantity.clone(), gathered.left_out, gathered.undefined);
    gap.n_groups = gathered.n_groups;
    if singles.is_empty() {
        gap.value = Err(match gap.undefined.first() {
            Some((_, why)) if several => *why,
            _ => Undefined::FewerThanTwoGroups,
        });
        return Ok(gap);
    }
    gap.expected_if_equal = expected_if_equal(context, quantity, &singles);
    finish(&mut gap, groups, smaller_is_worse, &singles);
    Ok(gap)
}

/// The value over all rows: no groups are compared, so none is left out or undefined.
fn overall(context: &Context<'_>, quantity: &Quantity, events: &[EventOf<'_>]) -> Gap {
    let mut gap = Gap::of_nothing(quantity.clone(), LeftOut::default(), Vec::new());
    // Only metrics have an overall value, and they have one event.
    if let [event] = events {
        let estimate = (event.value)(overall_view(context, event));
        gap.value = estimate.as_ref().map(Estimate::value).map_err(|why| *why);
        gap.interval =
            estimate.ok().and_then(|estimate| estimate.at(context.confidence.z()).ok()).map(|at| at.interval);
        gap.method = gap.interval.map(|_| "of all rows");
        gap.n_comparisons = 1;
    }
    gap
}

/// What equal groups of these sizes would show on average: of several events the worst.
fn expected_if_equal(
    context: &Context<'_>,
    quantity: &Quantity,
    singles: &[(&Compared<'_>, Single)],
) -> Option<f64> {
    if quantity.selector.is_pair() {
        return None;
    }
    let pick: fn(many::AtEquality) -> Option<f64> = match quantity.comparison {
        Comparison::Difference => |at| Some(at.gap),
        Comparison::Ratio => |at| at.ratio,
        Comparison::DifferenceToOverall => |at| Some(at.deviation),
        _ => return None,
    };
    let family = |event: &Compared<'_>| {
        let shares: Vec<f64> = event.estimates.iter().map(Estimate::weight).collect();
        Family { common: weighted_mean(&event.estimates, &shares), se: event.errors(), shares }
    };
    // The normal law of an estimate knows no limits, a rate does.
    let is_rate = |estimate: &Estimate<'_>| matches!(estimate, Estimate::Rate { .. });
    let all_rates = singles.iter().all(|(event, _)| event.estimates.iter().all(is_rate));
    let families: Vec<Family> = singles.iter().map(|(event, _)| family(event)).collect();
    let at = match families.as_slice() {
        [one] => context.draws(one.se.len())?.at_equality(&one.se, &one.shares, one.common),
        several => many::worst_at_equality(several, context.seed),
    };
    pick(at.ok()?).map(|expected| if all_rates { expected.min(1.0) } else { expected })
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
    /// Which of two numbers is the worse.
    smaller_is_worse: bool,
}

/// Why an event has no number, and the group to blame.
type NoNumber = (usize, Undefined);

impl Comparing<'_> {
    /// The number of an event; `None` where the reference is not there. Comparisons without a value, of which the
    /// worst of the others is no less true, go into `undefined`.
    fn event(&self, event: &Compared<'_>, undefined: &mut Vec<NoNumber>) -> Option<Result<Single, NoNumber>> {
        let comparison = self.quantity.comparison;
        Some(match comparison {
            Comparison::Difference | Comparison::Ratio | Comparison::SignedDifference => match self.pair {
                Some((group, reference)) => self.named_pair(event, group, reference)?,
                None => self.all_pairs(event, comparison == Comparison::Ratio),
            },
            Comparison::DifferenceToReference | Comparison::RatioToReference => {
                let reference = self.reference.and_then(|place| event.position(place))?;
                Ok(self.against_reference(event, reference, undefined)?)
            }
            Comparison::DifferenceToOverall | Comparison::RatioToOverall | Comparison::DifferenceToRest => {
                Ok(self.against_all(event, undefined)?)
            }
            Comparison::Min | Comparison::Max => Ok(self.extreme(event, comparison == Comparison::Min)),
            Comparison::Spread => self.spread(event),
            // Answered before any group is looked at.
            Comparison::Overall => return None,
        })
    }

    /// The interval of one of the compared numbers from its intervals at a critical value: the near end simultaneous,
    /// the far end ordinary.
    fn ends(&self, z: f64, at: impl Fn(f64) -> Result<Interval, NoValue>) -> Option<Interval> {
        let ordinary = self.ordinary.z();
        let wide = at(z.max(ordinary)).ok()?;
        if z <= ordinary {
            return Some(wide);
        }
        let far = at(ordinary).ok()?;
        Some(if self.smaller_is_worse {
            Interval { lower: far.lower, upper: wide.upper }
        } else {
            Interval { lower: wide.lower, upper: far.upper }
        })
    }

    fn named_pair(
        &self,
        event: &Compared<'_>,
        group: usize,
        reference: usize,
    ) -> Option<Result<Single, NoNumber>> {
        let (a, b) = (event.position(group)?, event.position(reference)?);
        let (a, b) = (&event.estimates[a], &event.estimates[b]);
        let z = self.confidence.z();
        let as_ratio = self.quantity.comparison == Comparison::Ratio;
        let value = match self.quantity.comparison {
            Comparison::Ratio => ratio_of(a.value(), b.value()),
            Comparison::Difference => Ok((a.value() - b.value()).abs()),
            _ => Ok(a.value() - b.value()),
        };
        let interval = self.ends(z, |z| match self.quantity.comparison {
            Comparison::Ratio => ratio(a, b, z),
            Comparison::Difference => difference(a, b, z).map(fold),
            _ => difference(a, b, z),
        });
        Some(value.map_err(|why| (reference, why)).map(|value| Single {
            value,
            interval,
            method: method_of(a, b, as_ratio),
            n_comparisons: 1,
            low: (group, a.value()),
            high: Some((reference, b.value())),
            high_value: Some(b.value()),
        }))
    }

    fn all_pairs(&self, event: &Compared<'_>, as_ratio: bool) -> Result<Single, NoNumber> {
        let estimates = &event.estimates;
        let n = estimates.len();
        let (low, high) = event.extremes();
        let value =
            if as_ratio { ratio_of(low.1, high.1).map_err(|why| (high.0, why))? } else { high.1 - low.1 };
        let (interval, method) = if n == 2 {
            let (a, b) = (&estimates[0], &estimates[1]);
            let interval = self.ends(self.confidence.z(), |z| {
                if as_ratio { ratio(a, b, z).map(fold_ratio) } else { difference(a, b, z).map(fold) }
            });
            (interval, method_of(a, b, as_ratio))
        } else if n <= PAIRS_MAX {
            let errors = event.errors();
            let relative = |(error, estimate): (&f64, &Estimate<'_>)| error / estimate.value().max(1e-9);
            let scaled: Vec<f64> =
                if as_ratio { errors.iter().zip(estimates).map(relative).collect() } else { errors };
            let drawn = self.context.draws(n);
            let z = drawn.and_then(|draws| draws.max_t_all_pairs(&scaled, self.confidence).ok());
            (z.and_then(|z| self.worst_pair(event, as_ratio, z)), worst_method(estimates, as_ratio))
        } else {
            (self.by_groups(event, as_ratio), "limits of each group alone (Šidák)")
        };
        Ok(Single {
            value,
            interval,
            method,
            n_comparisons: n * (n - 1) / 2,
            low,
            high: Some(high),
            high_value: Some(high.1),
        })
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

    fn against_reference(
        &self,
        event: &Compared<'_>,
        reference: usize,
        undefined: &mut Vec<NoNumber>,
    ) -> Option<Single> {
        let as_ratio = self.quantity.comparison == Comparison::RatioToReference;
        let drawn = self.context.draws(event.estimates.len());
        let z = drawn.and_then(|draws| {
            draws.max_t_against_reference(&event.errors(), reference, self.confidence).ok()
        });
        let (place, b) = (event.places[reference], &event.estimates[reference]);
        let others = (0..event.estimates.len()).filter(|&i| i != reference).map(|i| {
            let a = &event.estimates[i];
            let value = if as_ratio {
                smaller_ratio(a.value(), b.value()).map_err(|why| (event.places[i], why))?
            } else {
                (a.value() - b.value()).abs()
            };
            let interval = z.and_then(|z| {
                self.ends(z, |z| {
                    if as_ratio { ratio(a, b, z).map(fold_ratio) } else { difference(a, b, z).map(fold) }
                })
            });
            Ok(Single {
                value,
                interval,
                method: method_against(as_ratio),
                n_comparisons: event.estimates.len() - 1,
                low: (event.places[i], a.value()),
                high: Some((place, b.value())),
                high_value: Some(b.value()),
            })
        });
        worst_of(others, as_ratio, undefined)
    }

    fn against_all(&self, event: &Compared<'_>, undefined: &mut Vec<NoNumber>) -> Option<Single> {
        let as_ratio = self.quantity.comparison == Comparison::RatioToOverall;
        let to_rest = self.quantity.comparison == Comparison::DifferenceToRest;
        let overall = event.overall.as_ref()?;
        let weights: Vec<f64> = event.estimates.iter().map(Estimate::weight).collect();
        let drawn = self.context.draws(weights.len());
        let z = drawn
            .and_then(|draws| draws.max_t_against_overall(&event.errors(), &weights, self.confidence).ok());
        let singles = event.estimates.iter().enumerate().map(|(i, estimate)| {
            let blame = |why: Undefined| (event.places[i], why);
            let rest = event.rest[i].as_ref();
            let there = if to_rest { rest.map_err(|why| blame(*why))?.value() } else { overall.value() };
            let value = if as_ratio {
                smaller_ratio(estimate.value(), there).map_err(blame)?
            } else {
                (estimate.value() - there).abs()
            };
            // group − overall = (1 − share)·(group − rest), and group/overall is a monotone function of group/rest,
            // so the interval against the rest, which is independent of the group, gives both: for rates and means.
            let is_mean = !matches!(estimate, Estimate::Other { .. });
            let share = (weights[i] / overall.weight()).clamp(0.0, 1.0);
            let interval = z.zip(rest.ok()).filter(|_| to_rest || is_mean).and_then(|(z, rest)| {
                self.ends(z, |z| {
                    if as_ratio {
                        return ratio(estimate, rest, z).map(|gap| fold_ratio(ratio_to_overall(gap, share)));
                    }
                    let factor = if to_rest { 1.0 } else { 1.0 - share };
                    let gap = difference(estimate, rest, z)?;
                    Ok(fold(Interval { lower: gap.lower * factor, upper: gap.upper * factor }))
                })
            });
            Ok(Single {
                value,
                interval,
                method: method_against(as_ratio),
                n_comparisons: event.estimates.len(),
                low: (event.places[i], estimate.value()),
                high: None,
                high_value: Some(there),
            })
        });
        worst_of(singles, as_ratio, undefined)
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
            n_comparisons: n,
            low: chosen,
            high: None,
            high_value: None,
        }
    }

    fn spread(&self, event: &Compared<'_>) -> Result<Single, NoNumber> {
        let values: Vec<f64> = event.estimates.iter().map(Estimate::value).collect();
        let mut variances = Vec::with_capacity(values.len());
        for (estimate, &place) in event.estimates.iter().zip(&event.places) {
            variances.push(estimate.sampling_variance().map_err(|why| (place, why))?);
        }
        let blame = |why: NoValue| {
            // The first group whose values do not vary, where that is the reason.
            let still = variances.iter().position(|variance| *variance <= 0.0).unwrap_or(0);
            (event.places[still], Undefined::from(why))
        };
        let spread = many::between_group_variance(&values, &variances).map_err(blame)?;
        let profile = many::q_profile(&values, &variances, self.confidence).ok();
        let (low, high) = event.extremes();
        Ok(Single {
            value: spread.variance.max(0.0).sqrt(),
            interval: profile
                .map(|i| Interval { lower: i.lower.max(0.0).sqrt(), upper: i.upper.max(0.0).sqrt() }),
            method: "Q-profile",
            n_comparisons: values.len(),
            low,
            high: Some(high),
            high_value: Some(high.1),
        })
    }
}

/// From the interval of group/rest to that of group/overall, in which the group has this share.
fn ratio_to_overall(ratio: Interval, share: f64) -> Interval {
    let map = |r: f64| if r.is_finite() { r / (share * r + 1.0 - share) } else { 1.0 / share };
    Interval { lower: map(ratio.lower), upper: map(ratio.upper) }
}

fn method_against(as_ratio: bool) -> &'static str {
    if as_ratio {
        "Miettinen–Nurminen or MOVER-R, max-t"
    } else {
        "Miettinen–Nurminen, Welch or MOVER, max-t"
    }
}

/// Values of 10³⁰⁸ can be further apart than numbers reach: there is no number then.
fn finite(single: Single) -> Result<Single, NoNumber> {
    if single.value.is_finite() { Ok(single) } else { Err((single.low.0, Undefined::Infinite)) }
}

/// The worst of the numbers there are; `None` of none.
fn worst_of(
    singles: impl Iterator<Item = Result<Single, NoNumber>>,
    as_ratio: bool,
    undefined: &mut Vec<NoNumber>,
) -> Option<Single> {
    let there = singles
        .filter_map(|single| single.and_then(finite).map_err(|no_number| undefined.push(no_number)).ok());
    there.reduce(|a, b| worse(a, b, as_ratio))
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
fn finish(gap: &mut Gap, groups: &Groups, smaller_is_worse: bool, singles: &[(&Compared<'_>, Single)]) {
    let Some((event, worst)) = singles.iter().reduce(|a, b| {
        let b_is_worse = if smaller_is_worse { b.1.value < a.1.value } else { b.1.value > a.1.value };
        if b_is_worse { b } else { a }
    }) else {
        return;
    };
    let choose: fn(f64, f64) -> f64 = if smaller_is_worse { f64::min } else { f64::max };
    let intervals: Option<Vec<Interval>> = singles.iter().map(|(_, single)| single.interval).collect();
    gap.value = Ok(worst.value);
    gap.interval = intervals.and_then(|intervals| {
        intervals
            .into_iter()
            .reduce(|a, b| Interval { lower: choose(a.lower, b.lower), upper: choose(a.upper, b.upper) })
            .and_then(|interval| sound(interval).ok())
    });
    gap.method = gap.interval.map(|_| worst.method);
    gap.n_comparisons = singles.iter().map(|(_, single)| single.n_comparisons).sum();
    gap.extremes = Some(Extremes {
        low: groups.names[worst.low.0].clone(),
        high: worst.high.map(|(place, _)| groups.names[place].clone()),
        low_value: Some(worst.low.1),
        high_value: worst.high_value,
        event: event.event.clone(),
    });
    gap.scarcest = event.scarcest(groups, worst.low.0, worst.high.map(|(place, _)| place));
}

fn weighted_mean(estimates: &[Estimate<'_>], shares: &[f64]) -> f64 {
    let total: f64 = shares.iter().sum();
    estimates.iter().zip(shares).map(|(estimate, share)| estimate.value() * share).sum::<f64>() / total
}
