//! Intervals of the ratio of two rates, φ = p₁/p₂ (disparate impact, adverse impact ratio).
//!
//! Group 1 is the group of concern, group 2 the reference. [`miettinen_nurminen`] is the default for one pair;
//! [`mover_r`] is a closed form and the one for simultaneous critical values. Without events in group 1 the lower
//! limit is 0, without events in group 2 the upper one is ∞, and without any the interval is (0, ∞), which is what
//! such data say about a ratio.

use super::rates::wilson_limits;
use super::root;
use super::{Interval, Undefined, check_counts, check_pair};

/// Nothing is known about the ratio.
const ANY_RATIO: Interval = Interval { lower: 0.0, upper: f64::INFINITY };

/// Returns the interval of Katz et al. (1978): log φ̂ ± z·√(1/k₁ − 1/n₁ + 1/k₂ − 1/n₂), (0, ∞) where a count is 0.
///
/// Offered because it is in wide use. It covers as little as 40 % for a nominal 95 % at 10 and 50 rows, and it fails
/// the exchange of events and non-events; prefer [`miettinen_nurminen`] or [`mover_r`].
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`], [`Undefined::NotACriticalValue`].
pub fn katz(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    Ok(katz_limits(k1, n1, k2, n2, z))
}

/// Returns Katz's interval with ½ added to all four numbers (Walter 1975), which is defined for zero counts.
///
/// # Errors
/// As [`katz`].
pub fn katz_plus_half(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    Ok(katz_limits(k1 + 0.5, n1 + 0.5, k2 + 0.5, n2 + 0.5, z))
}

fn katz_limits(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Interval {
    if k1 == 0.0 || k2 == 0.0 {
        return ANY_RATIO;
    }
    let log_ratio = (k1 / n1).ln() - (k2 / n2).ln();
    // 1/k − 1/n = (n − k)/(k·n), which is never negative.
    let half = z * ((n1 - k1) / n1 / k1 + (n2 - k2) / n2 / k2).sqrt();
    if !half.is_finite() {
        return ANY_RATIO;
    }
    Interval { lower: (log_ratio - half).exp(), upper: (log_ratio + half).exp() }
}

/// Returns Koopman's score interval (1984): all φ with |p̂₁ − φ·p̂₂| ≤ z·√V(φ).
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`], [`Undefined::NotACriticalValue`].
pub fn koopman(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    Ok(score_interval(k1, n1, k2, n2, z, z))
}

/// Returns the score interval of Miettinen and Nurminen (1985): Koopman's with the variance times N/(N − 1).
///
/// Solved in ln φ; swapping the groups gives the reciprocal interval. About a microsecond.
///
/// # Errors
/// [`Undefined::NoRows`] (also when both groups together have no more than one effective row),
/// [`Undefined::NotCounts`], [`Undefined::NotACriticalValue`].
///
/// ```
/// use equipoise::inference::ratios::miettinen_nurminen;
/// let interval = miettinen_nurminen(56.0, 70.0, 48.0, 80.0, 1.959963984540054).unwrap();
/// assert!((interval.lower - 1.0790471).abs() < 1e-7 && (interval.upper - 1.6721454).abs() < 1e-7);
/// ```
pub fn miettinen_nurminen(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    let n = n1 + n2;
    if n <= 1.0 {
        return Err(Undefined::NoRows);
    }
    Ok(score_interval(k1, n1, k2, n2, z, z * (n / (n - 1.0)).sqrt()))
}

fn score_interval(k1: f64, n1: f64, k2: f64, n2: f64, z: f64, critical: f64) -> Interval {
    if k1 == 0.0 && k2 == 0.0 {
        return ANY_RATIO;
    }
    let near = [mover_r_lower(k1, n1, k2, n2, z), mover_r_lower(k2, n2, k1, n1, z)];
    Interval {
        lower: lower_score_limit(k1, n1, k2, n2, near[0], critical),
        upper: 1.0 / lower_score_limit(k2, n2, k1, n1, near[1], critical),
    }
}

/// The widest ln φ that is searched: beyond it φ is 0 or ∞ for every purpose.
const LN_RATIO_MAX: f64 = 700.0;

/// Returns the φ below φ̂ at which p̂₁ − φ·p̂₂ = critical·√V(φ).
fn lower_score_limit(k1: f64, n1: f64, k2: f64, n2: f64, near: f64, critical: f64) -> f64 {
    if k1 == 0.0 {
        return 0.0;
    }
    let (rate1, rate2) = (k1 / n1, k2 / n2);
    let (misses1, misses2) = (n1 - k1, n2 - k2);
    // p̂₁ − φp̂₂ = (p̂₁ − p̂₂) − (φ − 1)p̂₂; rates near 1 differ by what they miss.
    let gap = if rate1 > 0.5 && rate2 > 0.5 { misses2 / n2 - misses1 / n1 } else { rate1 - rate2 };
    // Bounded, and +1 as φ → 0; −1 at φ̂.
    let balance = |ln_ratio: f64| {
        let (ratio, above_one) = (ln_ratio.exp(), ln_ratio.exp_m1());
        let p2 = lower_root(k1, n1, k2, n2, ratio);
        let miss1 = miss_rate(k2, n2, k1, n1, 1.0 / ratio, (-ln_ratio).exp_m1());
        let miss2 = miss_rate(k1, n1, k2, n2, ratio, above_one);
        let variance = ratio * p2 * (miss1 / n1 + ratio * miss2 / n2);
        let distance = gap - above_one * rate2;
        let threshold = critical * variance.sqrt();
        if distance + threshold > 0.0 { (distance - threshold) / (distance + threshold) } else { -1.0 }
    };
    let highest = if k2 == 0.0 { LN_RATIO_MAX } else { (gap / rate2).ln_1p().min(LN_RATIO_MAX) };
    let guess = near.max(f64::MIN_POSITIVE).ln();
    let reach = if highest - guess < 20.0 { 0.05 * (highest - guess) } else { 1.0 };
    root::decreasing_from_guess(balance, guess, reach, -LN_RATIO_MAX, highest).exp()
}

/// Returns the most likely rates (p̃₁, p̃₂) of two groups under p₁ = φ·p₂.
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`]; [`Undefined::OutOfRange`] where φ is not positive and finite.
///
/// ```
/// use equipoise::inference::ratios::constrained_mle_ratio;
/// let (p1, p2) = constrained_mle_ratio(20.0, 50.0, 30.0, 60.0, 0.8).unwrap();
/// assert!((p1 - 0.4).abs() < 1e-15 && (p2 - 0.5).abs() < 1e-15);
/// ```
pub fn constrained_mle_ratio(
    k1: f64,
    n1: f64,
    k2: f64,
    n2: f64,
    ratio: f64,
) -> Result<(f64, f64), Undefined> {
    check_counts(k1, n1)?;
    check_counts(k2, n2)?;
    if ratio > 0.0 && ratio < f64::INFINITY {
        Ok(constrained_rates(k1, n1, k2, n2, ratio))
    } else {
        Err(Undefined::OutOfRange)
    }
}

fn constrained_rates(k1: f64, n1: f64, k2: f64, n2: f64, ratio: f64) -> (f64, f64) {
    let p2 = lower_root(k1, n1, k2, n2, ratio);
    ((ratio * p2).min(1.0), p2)
}

/// Returns p̃₂, the smaller root of N·φ·x² − (φ(n₁ + k₂) + n₂ + k₁)·x + m, without cancellation.
fn lower_root(k1: f64, n1: f64, k2: f64, n2: f64, ratio: f64) -> f64 {
    let (u, v) = (ratio * (n1 + k2), n2 + k1);
    (2.0 * (k1 + k2) / (u + v + discriminant_root(k1, n1, k2, n2, ratio))).min(1.0)
}

/// Returns √((φ(n₁ + k₂) − (n₂ + k₁))² + 4φ·(n₁ − k₁)(n₂ − k₂)).
///
/// This is √(B² − 4AC), written as a sum of squares and products of non-negative numbers; the usual form loses its
/// digits when both rates are near 1.
fn discriminant_root(k1: f64, n1: f64, k2: f64, n2: f64, ratio: f64) -> f64 {
    let difference = ratio * (n1 + k2) - (n2 + k1);
    (difference * difference + 4.0 * ratio * (n1 - k1) * (n2 - k2)).sqrt()
}

/// Returns 1 − p̃₂, the larger root y of N·φ·y² − b·y + (φ − 1)·(n₂ − k₂), b = φ(n₂ + N − k₂) − (n₂ + k₁).
///
/// An equation of its own, because where both rates are next to 1 the variance is made of what they miss.
fn miss_rate(k1: f64, n1: f64, k2: f64, n2: f64, ratio: f64, above_one: f64) -> f64 {
    let b = ratio * (n1 + n2 + (n2 - k2)) - (n2 + k1);
    let root = discriminant_root(k1, n1, k2, n2, ratio);
    let larger = if b >= 0.0 {
        (b + root) / (2.0 * (n1 + n2) * ratio)
    } else {
        2.0 * above_one * (n2 - k2) / (b - root)
    };
    larger.clamp(0.0, 1.0)
}

/// Returns the MOVER-R interval (Donner and Zou 2012): a closed form from two Wilson intervals.
///
/// As good as the score interval at usual sizes; the one to use with a simultaneous critical value. Written so that
/// few events do not divide 0 by 0. Without events in the reference group the point estimate is ∞ and the interval
/// is (0, ∞); with events in both, swapping the groups gives the reciprocal interval.
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`], [`Undefined::NotACriticalValue`].
///
/// ```
/// use equipoise::inference::ratios::mover_r;
/// let interval = mover_r(56.0, 70.0, 48.0, 80.0, 1.959963984540054).unwrap();
/// assert!((interval.lower - 1.0782946).abs() < 1e-7 && (interval.upper - 1.6629200).abs() < 1e-7);
/// ```
pub fn mover_r(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    Ok(mover_r_limits(k1, n1, k2, n2, z))
}

fn mover_r_limits(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Interval {
    if k2 == 0.0 {
        return ANY_RATIO;
    }
    let lower = mover_r_lower(k1, n1, k2, n2, z);
    // The upper limit of φ is the reciprocal of the lower limit of 1/φ: the same formula, rationalised.
    Interval { lower, upper: 1.0 / mover_r_lower(k2, n2, k1, n1, z) }
}

/// Returns l₁(2p̂₁ − l₁)/(p̂₁p̂₂ + √(p̂₁²p̂₂² − l₁u₂(2p̂₁ − l₁)(2p̂₂ − u₂))).
fn mover_r_lower(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> f64 {
    if k1 == 0.0 {
        return 0.0;
    }
    let (p1, p2) = (k1 / n1, k2 / n2);
    let (l1, _) = wilson_limits(k1, n1, z);
    let (_, u2) = wilson_limits(k2, n2, z);
    // With A = p̂₁ − l₁ and B = u₂ − p̂₂ the printed root is √(B²·l₁(2p̂₁ − l₁) + A²p̂₂²): a sum of non-negative parts,
    // where the printed difference loses half the digits next to 1.
    let own = l1 * (2.0 * p1 - l1);
    let (down1, up2) = (p1 - l1, u2 - p2);
    let root = (up2 * up2 * own + (down1 * p2) * (down1 * p2)).sqrt();
    own / (p1 * p2 + root)
}
