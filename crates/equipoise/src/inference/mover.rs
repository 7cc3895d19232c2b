//! Intervals of a difference and of a ratio from one interval for each value: the method of variance estimates recovery.
//!
//! With Wilson's intervals for two rates the difference is Newcombe's hybrid score interval (1998, method 10) and the
//! ratio Donner & Zou's MOVER-R (2012). Any value with an interval of its own can be compared in the same way, and a
//! simultaneous critical value in the two intervals gives a simultaneous interval of the comparison.

use super::Interval;

/// A value and its interval, both finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Located {
    /// The value.
    pub value: f64,
    /// Its interval, which holds the value.
    pub interval: Interval,
}

/// Returns the interval of a − b.
pub fn difference(a: &Located, b: &Located) -> Interval {
    let d = a.value - b.value;
    let below = (a.value - a.interval.lower).hypot(b.interval.upper - b.value);
    let above = (a.interval.upper - a.value).hypot(b.value - b.interval.lower);
    Interval { lower: d - below, upper: d + above }
}

/// Returns the interval of a / b for values that are not negative, in [0, ∞].
///
/// The lower limit is computed in the form that does not divide by zero where the upper limit of b is twice b
/// (see the reference of the method); 0 at a = 0, ∞ at b = 0.
pub fn ratio(a: &Located, b: &Located) -> Interval {
    let product = a.value * b.value;
    // l(2p − l) for the near limit of each, which is what the closed form is made of; a limit beyond twice the value
    // would make it negative, where the far limit is unbounded.
    let part = |value: f64, limit: f64| limit * (2.0 * value - limit);
    let lower = if a.value <= 0.0 {
        0.0
    } else {
        let (of_a, of_b) = (part(a.value, a.interval.lower), part(b.value, b.interval.upper));
        let root = (product * product - of_a * of_b).max(0.0).sqrt();
        of_a / (product + root)
    };
    let of_b = part(b.value, b.interval.lower);
    let upper = if b.value <= 0.0 || of_b <= 0.0 {
        f64::INFINITY
    } else {
        let of_a = part(a.value, a.interval.upper);
        let root = (product * product - of_a * of_b).max(0.0).sqrt();
        (product + root) / of_b
    };
    let lower = if lower.is_finite() { lower.max(0.0) } else { 0.0 };
    Interval { lower, upper: upper.max(lower) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn located(value: f64, lower: f64, upper: f64) -> Located {
        Located { value, interval: Interval { lower, upper } }
    }

    #[test]
    fn newcombes_example_of_56_of_70_against_48_of_80() {
        // Wilson limits of 0.8 and 0.6, and the interval [0.0524, 0.3339] that Newcombe (1998, table II, method 10) prints
        let a = located(0.8, 0.692_174_5, 0.876_954_9);
        let b = located(0.6, 0.490_387_5, 0.700_414_6);
        let interval = difference(&a, &b);
        assert!((interval.lower - 0.0524).abs() < 5e-4, "{interval:?}");
        assert!((interval.upper - 0.3339).abs() < 5e-4, "{interval:?}");
    }

    #[test]
    fn a_ratio_and_its_inverse_have_inverse_limits() {
        let a = located(0.3, 0.25, 0.36);
        let b = located(0.5, 0.45, 0.55);
        let (there, back) = (ratio(&a, &b), ratio(&b, &a));
        assert!((there.lower * back.upper - 1.0).abs() < 1e-12);
        assert!((there.upper * back.lower - 1.0).abs() < 1e-12);
    }

    #[test]
    fn nothing_over_something_is_zero_and_something_over_nothing_unbounded() {
        let nothing = located(0.0, 0.0, 0.1);
        let something = located(0.5, 0.4, 0.6);
        assert_eq!(ratio(&nothing, &something).lower, 0.0);
        assert!(ratio(&nothing, &something).upper.is_finite());
        assert_eq!(ratio(&something, &nothing).upper, f64::INFINITY);
        let neither = ratio(&nothing, &nothing);
        assert_eq!((neither.lower, neither.upper), (0.0, f64::INFINITY));
    }
}
