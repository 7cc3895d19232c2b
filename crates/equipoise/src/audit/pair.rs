//! Two groups: their difference and ratio, with intervals, and what becomes of these without a sign or a direction.

use super::estimate::{Estimate, sound};
use crate::{
    inference::{
        Confidence, Interval, Undefined as NoValue, differences::miettinen_nurminen, means, mover, ratios,
    },
    metrics::Undefined,
};

/// a / b for values that are not negative; a quotient out of the range of numbers is as infinite as one by 0.
pub(super) fn ratio_of(a: f64, b: f64) -> Result<f64, Undefined> {
    match (a, b) {
        (a, b) if a < 0.0 || b < 0.0 => Err(Undefined::Negative),
        (0.0, 0.0) => Err(Undefined::ZeroDenominator),
        (_, 0.0) => Err(Undefined::Infinite),
        (a, b) => Some(a / b).filter(|ratio| ratio.is_finite()).ok_or(Undefined::Infinite),
    }
}

/// min(a / b, b / a): 0 where one of the two is 0.
pub(super) fn smaller_ratio(a: f64, b: f64) -> Result<f64, Undefined> {
    ratio_of(a.min(b), a.max(b))
}

pub(super) fn difference(a: &Estimate<'_>, b: &Estimate<'_>, z: f64) -> Result<Interval, NoValue> {
    let interval = match (a, b) {
        (Estimate::Rate { k: k1, n: n1, .. }, Estimate::Rate { k: k2, n: n2, .. }) => {
            miettinen_nurminen(*k1, *n1, *k2, *n2, z)
        }
        (Estimate::Mean { mean: a, .. }, Estimate::Mean { mean: b, .. }) => {
            means::welch(a, b, Confidence::from_z(z).map_err(|_| NoValue::NotACriticalValue)?)
        }
        _ => Ok(mover::difference(&a.at(z)?, &b.at(z)?)),
    };
    sound(interval?)
}

pub(super) fn ratio(a: &Estimate<'_>, b: &Estimate<'_>, z: f64) -> Result<Interval, NoValue> {
    let interval = match (a, b) {
        (Estimate::Rate { k: k1, n: n1, .. }, Estimate::Rate { k: k2, n: n2, .. }) => {
            ratios::miettinen_nurminen(*k1, *n1, *k2, *n2, z)
        }
        _ => {
            let (a, b) = (a.at(z)?, b.at(z)?);
            if a.interval.lower < 0.0 || b.interval.lower < 0.0 {
                return Err(NoValue::OutOfRange);
            }
            Ok(mover::ratio(&a, &b))
        }
    };
    sound(interval?)
}

pub(super) fn method_of(a: &Estimate<'_>, b: &Estimate<'_>, as_ratio: bool) -> &'static str {
    match (a, b) {
        (Estimate::Rate { .. }, Estimate::Rate { .. }) => "Miettinen–Nurminen",
        (Estimate::Mean { .. }, Estimate::Mean { .. }) if !as_ratio => "Welch",
        _ if as_ratio => "MOVER-R",
        _ => "MOVER",
    }
}

pub(super) fn worst_method(estimates: &[Estimate<'_>], as_ratio: bool) -> &'static str {
    let rates = estimates.iter().all(|estimate| matches!(estimate, Estimate::Rate { .. }));
    match (rates, as_ratio) {
        (true, false) => "Newcombe, max-t",
        (false, false) => "MOVER, max-t",
        (_, true) => "MOVER-R, max-t",
    }
}

/// The interval of |x| from that of x.
pub(super) fn fold(interval: Interval) -> Interval {
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
pub(super) fn fold_ratio(interval: Interval) -> Interval {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_beyond_the_range_of_numbers_is_infinite() {
        assert_eq!(ratio_of(1e40, 1e-300), Err(Undefined::Infinite));
        assert_eq!(ratio_of(1e-300, 1e40), Ok(0.0));
        assert_eq!(smaller_ratio(1e40, 1e-300), Ok(0.0));
    }
}
