//! The interval of the worst gap and of the worst ratio over all pairs of groups.
//!
//! The largest observed gap is biased up, and the pair that shows it was chosen by looking. The interval is
//! [max over pairs of the *simultaneous* lower limits, max over pairs of the *ordinary* upper limits]: the lower end is a
//! union over pairs and needs the simultaneous critical value; the upper end does not, since the limit of the truly
//! worst pair is at most the maximum, and covers by itself. The worst ratio is the mirror image.
//! It misses with at most 1.5 α as far as each pair's interval holds its own tail level; Newcombe's does so from about
//! 50 rows and rates away from 0 and 1.

use crate::inference::mover::{self, Located};
use crate::inference::{Interval, Undefined};

/// Returns the interval of the largest gap max − min of the true values over all pairs of `n_groups` groups.
///
/// `pair(i, j, z)` gives the interval of value i − value j at critical value z for i < j: Newcombe's for rates. `z` is
/// the ordinary critical value and `z_simultaneous` the one for all pairs. `TooFewGroups` below 2, `NotACriticalValue`
/// unless 0 < z ≤ z_simultaneous; errors of `pair` go through. O(K²) intervals, twice.
pub fn worst_gap(
    n_groups: usize,
    z: f64,
    z_simultaneous: f64,
    pair: impl Fn(usize, usize, f64) -> Result<Interval, Undefined>,
) -> Result<Interval, Undefined> {
    check(n_groups, z, z_simultaneous)?;
    largest_gap(n_groups, |i, j| Ok((pair(i, j, z_simultaneous)?, pair(i, j, z)?)))
}

/// From a pair's (simultaneous, ordinary) intervals.
fn largest_gap(
    n_groups: usize,
    pair: impl Fn(usize, usize) -> Result<(Interval, Interval), Undefined>,
) -> Result<Interval, Undefined> {
    // Every gap is at least 0, and so is the largest.
    let (mut lower, mut upper) = (0.0_f64, 0.0_f64);
    for i in 0..n_groups {
        for j in i + 1..n_groups {
            let (wide, ordinary) = pair(i, j)?;
            lower = lower.max(wide.lower).max(-wide.upper);
            upper = upper.max(ordinary.upper).max(-ordinary.lower);
        }
    }
    Ok(Interval { lower, upper })
}

/// Returns the interval of the smallest ratio min/max of the true values over all pairs of `n_groups` groups, in [0, 1].
///
/// `pair(i, j, z)` gives the interval of value i / value j at critical value z for i < j (MOVER-R for rates; its upper
/// limit may be infinite). Otherwise as [`worst_gap`], in the mirror.
pub fn worst_ratio(
    n_groups: usize,
    z: f64,
    z_simultaneous: f64,
    pair: impl Fn(usize, usize, f64) -> Result<Interval, Undefined>,
) -> Result<Interval, Undefined> {
    check(n_groups, z, z_simultaneous)?;
    smallest_ratio(n_groups, |i, j| Ok((pair(i, j, z_simultaneous)?, pair(i, j, z)?)))
}

/// From a pair's (simultaneous, ordinary) intervals.
fn smallest_ratio(
    n_groups: usize,
    pair: impl Fn(usize, usize) -> Result<(Interval, Interval), Undefined>,
) -> Result<Interval, Undefined> {
    let (mut lower, mut upper) = (1.0_f64, 1.0_f64);
    for i in 0..n_groups {
        for j in i + 1..n_groups {
            let (wide, ordinary) = pair(i, j)?;
            lower = lower.min(ordinary.lower).min(inverse(ordinary.upper));
            upper = upper.min(wide.upper).min(inverse(wide.lower));
        }
    }
    Ok(Interval { lower, upper })
}

/// Returns [`worst_gap`] from one interval for each group at either critical value, by the method of variance estimates
/// recovery: Newcombe's interval for each pair when the groups' are Wilson's. `TooFewGroups`, `LengthMismatch`.
pub fn worst_gap_of_values(ordinary: &[Located], simultaneous: &[Located]) -> Result<Interval, Undefined> {
    let n_groups = paired(ordinary, simultaneous)?;
    largest_gap(n_groups, |i, j| {
        let wide = mover::difference(&simultaneous[i], &simultaneous[j]);
        Ok((wide, mover::difference(&ordinary[i], &ordinary[j])))
    })
}

/// Returns [`worst_ratio`] from one interval for each group at either critical value, by the method of variance estimates
/// recovery: MOVER-R for each pair when the groups' are Wilson's. `TooFewGroups`, `LengthMismatch`, and `OutOfRange` for
/// negative values.
pub fn worst_ratio_of_values(ordinary: &[Located], simultaneous: &[Located]) -> Result<Interval, Undefined> {
    if ordinary.iter().chain(simultaneous).any(|v| v.value < 0.0) {
        return Err(Undefined::OutOfRange);
    }
    let n_groups = paired(ordinary, simultaneous)?;
    smallest_ratio(n_groups, |i, j| {
        let wide = mover::ratio(&simultaneous[i], &simultaneous[j]);
        Ok((wide, mover::ratio(&ordinary[i], &ordinary[j])))
    })
}

fn paired(ordinary: &[Located], simultaneous: &[Located]) -> Result<usize, Undefined> {
    match ordinary.len() {
        n if n != simultaneous.len() => Err(Undefined::LengthMismatch),
        0 | 1 => Err(Undefined::TooFewGroups),
        n => Ok(n),
    }
}

/// 1/x for x ≥ 0, infinite at 0 (also at −0).
fn inverse(x: f64) -> f64 {
    if x > 0.0 { 1.0 / x } else { f64::INFINITY }
}

fn check(n_groups: usize, z: f64, z_simultaneous: f64) -> Result<(), Undefined> {
    if n_groups < 2 {
        return Err(Undefined::TooFewGroups);
    }
    if z.is_finite() && z_simultaneous.is_finite() && 0.0 < z && z <= z_simultaneous {
        Ok(())
    } else {
        Err(Undefined::NotACriticalValue)
    }
}

/// Returns the interval of the largest gap from one interval for each group: the family for more than 100 groups, O(K).
///
/// `simultaneous` holds for all groups at once with 1 − α (Wilson's at Šidák's critical value for K): where they
/// hold, every gap is at least lower_i − upper_j. `halved` holds for each group alone with 1 − α/2 (Wilson's at
/// Φ⁻¹(1 − α/4)): the two groups that truly are the extremes are covered together, by Bonferroni over the two alone, so
/// max upper − min lower is above their gap except with α/2 for the two ends that matter. Wider than
/// [`worst_gap`] and always valid where the groups' intervals are. `TooFewGroups`, `LengthMismatch`.
pub fn worst_gap_by_groups(simultaneous: &[Interval], halved: &[Interval]) -> Result<Interval, Undefined> {
    let (inner, outer) = (Extremes::of(simultaneous)?, Extremes::of(halved)?);
    same_length(simultaneous, halved)?;
    Ok(Interval {
        lower: (inner.lower_max - inner.upper_min).max(0.0),
        upper: (outer.upper_max - outer.lower_min).max(0.0),
    })
}

/// Returns the interval of the smallest ratio from one interval of a non-negative value for each group: the mirror of
/// [`worst_gap_by_groups`].
///
/// In [0, 1]; [0, 1] where nothing is known. `OutOfRange` when a limit is negative.
pub fn worst_ratio_by_groups(simultaneous: &[Interval], halved: &[Interval]) -> Result<Interval, Undefined> {
    let (inner, outer) = (Extremes::of(simultaneous)?, Extremes::of(halved)?);
    same_length(simultaneous, halved)?;
    if inner.lower_min < 0.0 || outer.lower_min < 0.0 {
        return Err(Undefined::OutOfRange);
    }
    let ratio = |over: f64, under: f64| if under > 0.0 { (over / under).min(1.0) } else { 1.0 };
    let lower = if outer.upper_max > 0.0 { outer.lower_min / outer.upper_max } else { 0.0 };
    Ok(Interval { lower: lower.min(1.0), upper: ratio(inner.upper_min, inner.lower_max) })
}

fn same_length(a: &[Interval], b: &[Interval]) -> Result<(), Undefined> {
    if a.len() == b.len() { Ok(()) } else { Err(Undefined::LengthMismatch) }
}

struct Extremes {
    lower_min: f64,
    lower_max: f64,
    upper_min: f64,
    upper_max: f64,
}

impl Extremes {
    fn of(intervals: &[Interval]) -> Result<Self, Undefined> {
        if intervals.len() < 2 {
            return Err(Undefined::TooFewGroups);
        }
        let start = Self {
            lower_min: f64::INFINITY,
            lower_max: f64::NEG_INFINITY,
            upper_min: f64::INFINITY,
            upper_max: f64::NEG_INFINITY,
        };
        Ok(intervals.iter().fold(start, |e, i| Self {
            lower_min: e.lower_min.min(i.lower),
            lower_max: e.lower_max.max(i.lower),
            upper_min: e.upper_min.min(i.upper),
            upper_max: e.upper_max.max(i.upper),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(lower: f64, upper: f64) -> Interval {
        Interval { lower, upper }
    }

    #[test]
    fn worst_gap_takes_the_simultaneous_end_below_and_the_ordinary_end_above() {
        // Values 1, 3, 4 with pair half-widths equal to z.
        let values = [1.0, 3.0, 4.0];
        let pair = |i: usize, j: usize, z: f64| {
            let d: f64 = values[i] - values[j];
            Ok(interval(d - z, d + z))
        };
        assert_eq!(worst_gap(3, 0.5, 0.8, pair).unwrap(), interval(3.0 - 0.8, 3.0 + 0.5));
        assert_eq!(worst_gap(3, 5.0, 8.0, pair).unwrap(), interval(0.0, 8.0));
        assert_eq!(worst_gap(1, 1.0, 1.0, pair), Err(Undefined::TooFewGroups));
        assert_eq!(worst_gap(3, 2.0, 1.0, pair), Err(Undefined::NotACriticalValue));
    }

    #[test]
    fn worst_ratio_is_the_mirror() {
        let values = [1.0, 4.0, 2.0];
        let pair = |i: usize, j: usize, z: f64| {
            let r: f64 = values[i] / values[j];
            Ok(interval(r / z, r * z))
        };
        assert_eq!(worst_ratio(3, 2.0, 3.0, pair).unwrap(), interval(0.125, 0.75));
        let unknown = |_: usize, _: usize, _: f64| Ok(interval(0.0, f64::INFINITY));
        assert_eq!(worst_ratio(3, 2.0, 3.0, unknown).unwrap(), interval(0.0, 1.0));
    }

    #[test]
    fn values_with_their_intervals_give_the_same_as_their_pairs() {
        let at = |z: f64| {
            [0.2, 0.5, 0.35]
                .map(|value| Located { value, interval: interval(value - 0.02 * z, value + 0.03 * z) })
        };
        let (ordinary, wide) = (at(2.0), at(3.0));
        let of = |z: f64| if z == 2.0 { &ordinary } else { &wide };
        let gap = worst_gap(3, 2.0, 3.0, |i, j, z| Ok(mover::difference(&of(z)[i], &of(z)[j])));
        assert_eq!(worst_gap_of_values(&ordinary, &wide), gap);
        let ratio = worst_ratio(3, 2.0, 3.0, |i, j, z| Ok(mover::ratio(&of(z)[i], &of(z)[j])));
        assert_eq!(worst_ratio_of_values(&ordinary, &wide), ratio);
        assert!(gap.unwrap().contains(0.3) && ratio.unwrap().contains(0.4));
        assert_eq!(worst_gap_of_values(&ordinary[..1], &wide[..1]), Err(Undefined::TooFewGroups));
        assert_eq!(worst_ratio_of_values(&ordinary, &wide[..1]), Err(Undefined::LengthMismatch));
    }

    #[test]
    fn intervals_of_groups_bound_gap_and_ratio() {
        let (sim, half) =
            ([interval(0.1, 0.3), interval(0.4, 0.8)], [interval(0.15, 0.25), interval(0.5, 0.7)]);
        let gap = worst_gap_by_groups(&sim, &half).unwrap();
        assert!((gap.lower - 0.1).abs() < 1e-15 && (gap.upper - 0.55).abs() < 1e-15);
        let ratio = worst_ratio_by_groups(&sim, &half).unwrap();
        assert!((ratio.lower - 0.15 / 0.7).abs() < 1e-15 && (ratio.upper - 0.75).abs() < 1e-15);
        assert_eq!(worst_gap_by_groups(&sim[..1], &half), Err(Undefined::TooFewGroups));
        let nothing = [interval(0.0, 1.0), interval(0.0, 1.0)];
        assert_eq!(worst_ratio_by_groups(&nothing, &nothing).unwrap(), interval(0.0, 1.0));
    }
}
