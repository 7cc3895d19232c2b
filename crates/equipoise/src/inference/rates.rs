//! Intervals of one rate, k events in n rows.
//!
//! | method | guarantee | use |
//! |---|---|---|
//! | [`wilson`] | right on average | on screen; takes any critical value |
//! | [`jeffreys`] | right on average | users who ask for it |
//! | [`midp_one`] | nearly at least the level | where a closed form is not needed |
//! | [`clopper_pearson`] | at least the level | certificates, and wherever "at least" is said |
//!
//! Wald's interval is absent on purpose: at 10 rows it covers as little as 5 % where it promises 95 %.
//! Sources: Wilson 1927; Clopper and Pearson 1934; Brown, Cai and DasGupta 2001; Newcombe 1998.

use super::root;
use super::special::{beta_cdf, beta_quantile, beta_quantile_upper, beta_survival};
use super::{Confidence, Interval, Undefined, check_counts, check_critical};

/// Returns Wilson's score interval of a rate: all p with |p̂ − p| ≤ z·√(p(1 − p)/n).
///
/// (p̂ + z²/2n ± z·√(p̂(1 − p̂)/n + z²/4n²))/(1 + z²/n), from real counts 0 ≤ k ≤ n. The lower limit is exactly 0 at
/// k = 0 and the upper exactly 1 at k = n; neither loses digits for rare events. A few nanoseconds.
///
/// # Errors
/// [`Undefined::NoRows`] at n = 0, [`Undefined::NotCounts`], [`Undefined::NotACriticalValue`].
///
/// ```
/// use equipoise::inference::rates::wilson;
/// let interval = wilson(1.0, 10.0, 1.959963984540054).unwrap();
/// assert!((interval.lower - 0.0178762).abs() < 1e-7 && (interval.upper - 0.4041500).abs() < 1e-7);
/// ```
pub fn wilson(k: f64, n: f64, z: f64) -> Result<Interval, Undefined> {
    check_counts(k, n)?;
    check_critical(z)?;
    let (lower, upper) = wilson_limits(k, n, z);
    Ok(Interval { lower, upper })
}

/// Returns Wilson's limits for arguments that were checked.
pub(super) fn wilson_limits(k: f64, n: f64, z: f64) -> (f64, f64) {
    // Both limits are roots of (n + z²)p² − (2k + z²)p + k²/n; their product gives the lower one without the
    // difference that cancels when events are rare.
    let square = z * z;
    let root = z * (k * ((n - k) / n) + 0.25 * square).sqrt();
    let sum = k + 0.5 * square + root;
    let lower = k * (k / n) / sum; // (sum ≥ z²/2 > 0)
    let upper = sum / (n + square);
    (lower.min(k / n), if k == n { 1.0 } else { upper.clamp(k / n, 1.0) })
}

/// Returns the interval of Clopper and Pearson, which covers with at least the stated confidence.
///
/// Beta quantiles: α/2 of Beta(k, n − k + 1) and 1 − α/2 of Beta(k + 1, n − k), exactly 0 at k = 0 and 1 at k = n.
/// Real-valued counts are allowed (effective numbers of rows), then without the guarantee.
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`].
///
/// ```
/// use equipoise::inference::{Confidence, rates::clopper_pearson};
/// let interval = clopper_pearson(0.0, 10.0, Confidence::new(0.95).unwrap()).unwrap();
/// assert_eq!(interval.lower, 0.0);
/// assert!((interval.upper - 0.3084971078).abs() < 1e-10);
/// ```
pub fn clopper_pearson(k: f64, n: f64, confidence: Confidence) -> Result<Interval, Undefined> {
    check_counts(k, n)?;
    let tail = 0.5 * confidence.alpha();
    Ok(Interval { lower: at_least_limit(k, n, tail), upper: at_most_limit(k, n, tail) })
}

/// Returns the p at which P(X ≥ k) is `tail`: the lower limit of Clopper and Pearson.
fn at_least_limit(k: f64, n: f64, tail: f64) -> f64 {
    if k == 0.0 {
        0.0
    } else if k == n {
        (tail.ln() / n).exp()
    } else {
        beta_quantile(tail, k, n - k + 1.0)
    }
}

/// Returns the p at which P(X ≤ k) is `tail`: the upper limit of Clopper and Pearson.
fn at_most_limit(k: f64, n: f64, tail: f64) -> f64 {
    if k == n {
        1.0
    } else if k == 0.0 {
        -(tail.ln() / n).exp_m1()
    } else {
        beta_quantile_upper(tail, k + 1.0, n - k)
    }
}

/// Returns Jeffreys' interval: the α/2 and 1 − α/2 quantiles of Beta(k + ½, n − k + ½).
///
/// The end is set to 0 at k = 0 and to 1 at k = n, without which the interval misses there.
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`].
pub fn jeffreys(k: f64, n: f64, confidence: Confidence) -> Result<Interval, Undefined> {
    check_counts(k, n)?;
    let tail = 0.5 * confidence.alpha();
    let (a, b) = (k + 0.5, n - k + 0.5);
    let lower = if k == 0.0 { 0.0 } else { beta_quantile(tail, a, b) };
    let upper = if k == n { 1.0 } else { beta_quantile_upper(tail, a, b) };
    Ok(Interval { lower, upper })
}

/// Returns the mid-P interval: Clopper and Pearson's with half the weight of the observed count.
///
/// The limits solve P(X > k) + ½P(X = k) = α/2 and its mirror. Nearly always covers at the level, and is shorter than
/// the exact interval. About twenty evaluations of the beta law, 0.1 to 0.2 ms.
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`].
pub fn midp_one(k: f64, n: f64, confidence: Confidence) -> Result<Interval, Undefined> {
    check_counts(k, n)?;
    let tail = 0.5 * confidence.alpha();
    Ok(Interval { lower: midp_lower(k, n, tail), upper: midp_upper(k, n, tail) })
}

/// Returns the p at which P(X > k) + ½P(X = k) = ½[P(X > k) + P(X ≥ k)] is `tail`.
fn midp_lower(k: f64, n: f64, tail: f64) -> f64 {
    if k == 0.0 {
        return 0.0;
    }
    if k == n {
        return ((2.0 * tail).ln() / n).exp();
    }
    // At the first limit P(X ≥ k) alone is the tail, at the second P(X > k) alone.
    let low = at_least_limit(k, n, tail);
    let high = if k + 1.0 >= n { (tail.ln() / n).exp() } else { beta_quantile(tail, k + 1.0, n - k) };
    let gap = |p: f64| {
        let above = beta_cdf(p, k + 1.0, n - k);
        let from = beta_cdf(p, k, n - k + 1.0);
        log_distance(0.5 * (above + from), tail)
    };
    solve_in_logs(gap, low, high)
}

/// Returns the p at which P(X < k) + ½P(X = k) is `tail`; searched in ln p, which keeps the digits of rare events.
fn midp_upper(k: f64, n: f64, tail: f64) -> f64 {
    if k == n {
        return 1.0;
    }
    if k == 0.0 {
        return -((2.0 * tail).ln() / n).exp_m1();
    }
    let high = at_most_limit(k, n, tail);
    let low = if k <= 1.0 { -(tail.ln() / n).exp_m1() } else { beta_quantile_upper(tail, k, n - k + 1.0) };
    let low = low.min(high);
    let gap = |p: f64| {
        let below = beta_survival(p, k, n - k + 1.0);
        let up_to = beta_survival(p, k + 1.0, n - k);
        -log_distance(0.5 * (below + up_to), tail)
    };
    solve_in_logs(gap, low, high)
}

/// Returns (t − target)/(t + target), which has the sign of the difference and is bounded.
fn log_distance(t: f64, target: f64) -> f64 {
    (t - target) / (t + target)
}

/// Returns the root of an increasing function of p between two positive ends, searched in ln p.
fn solve_in_logs(gap: impl Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    if low <= 0.0 {
        return low;
    }
    let (first, second) = (low.ln(), high.ln());
    let ends = [first, second].map(|at| root::End { at, value: gap(at.exp()) });
    root::between(|s| gap(s.exp()), ends[0], ends[1]).exp().clamp(0.0, 1.0)
}
