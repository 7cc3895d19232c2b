//! Intervals of the difference of two rates, p₁ − p₂.
//!
//! [`miettinen_nurminen`] is the default for one pair; [`newcombe`] is a closed form and the one for simultaneous
//! critical values over many pairs. Both respect [−1, 1], survive zeros, and change sign when the groups are swapped
//! or events and non-events are. [`constrained_mle_diff`] is their common primitive with sequential tests.

use super::rates::wilson_limits;
use super::root;
use super::{Interval, Undefined, check_counts, check_pair};

/// Returns Newcombe's hybrid score interval (1998, method 10) of p₁ − p₂, from two Wilson intervals.
///
/// With d = p̂₁ − p̂₂ and Wilson limits (lᵢ, uᵢ) at critical value z:
/// [d − √((p̂₁ − l₁)² + (u₂ − p̂₂)²), d + √((u₁ − p̂₁)² + (p̂₂ − l₂)²)]. A few tens of nanoseconds.
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`], [`Undefined::NotACriticalValue`].
///
/// ```
/// use equipoise::inference::differences::newcombe;
/// let interval = newcombe(56.0, 70.0, 48.0, 80.0, 1.959963984540054).unwrap();
/// assert!((interval.lower - 0.0524314).abs() < 1e-7 && (interval.upper - 0.3338727).abs() < 1e-7);
/// ```
pub fn newcombe(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    Ok(newcombe_limits(k1, n1, k2, n2, z))
}

fn newcombe_limits(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Interval {
    let (p1, p2) = (k1 / n1, k2 / n2);
    let (l1, u1) = wilson_limits(k1, n1, z);
    let (l2, u2) = wilson_limits(k2, n2, z);
    let d = p1 - p2;
    // All four distances are at most 1, so no hypot is needed.
    let down = ((p1 - l1) * (p1 - l1) + (u2 - p2) * (u2 - p2)).sqrt();
    let up = ((u1 - p1) * (u1 - p1) + (p2 - l2) * (p2 - l2)).sqrt();
    Interval { lower: (d - down).max(-1.0), upper: (d + up).min(1.0) }
}

/// Returns the score interval of Miettinen and Nurminen (1985) of p₁ − p₂.
///
/// All δ with |p̂₁ − p̂₂ − δ| ≤ z·√(V(δ)·N/(N − 1)), V the variance at the most likely rates that differ by δ
/// ([`constrained_mle_diff`]). The statistic falls as δ grows, so each limit is one root. Two to four microseconds.
///
/// # Errors
/// [`Undefined::NoRows`] (also when both groups together have no more than one effective row),
/// [`Undefined::NotCounts`], [`Undefined::NotACriticalValue`].
///
/// ```
/// use equipoise::inference::differences::miettinen_nurminen;
/// let interval = miettinen_nurminen(56.0, 70.0, 48.0, 80.0, 1.959963984540054).unwrap();
/// assert!((interval.lower - 0.0528297).abs() < 1e-7 && (interval.upper - 0.3381729).abs() < 1e-7);
/// ```
pub fn miettinen_nurminen(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    let n = n1 + n2;
    if n <= 1.0 {
        return Err(Undefined::NoRows);
    }
    let critical = z * (n / (n - 1.0)).sqrt();
    Ok(score_interval(k1, n1, k2, n2, z, critical))
}

/// Returns Mee's score interval (1984) of p₁ − p₂: Miettinen and Nurminen's without the factor N/(N − 1).
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`], [`Undefined::NotACriticalValue`].
pub fn mee(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    Ok(score_interval(k1, n1, k2, n2, z, z))
}

/// The upper limit is the lower one of the swapped groups, negated, so swapping changes signs bit for bit.
///
/// Where events are the larger part, non-events are counted instead (the same difference with the groups in the other
/// order), because the variance of rates near 1 is made of what they miss.
fn score_interval(k1: f64, n1: f64, k2: f64, n2: f64, z: f64, critical: f64) -> Interval {
    let (misses1, misses2) = (n1 - k1, n2 - k2);
    if k1 + k2 > misses1 + misses2 {
        return score_interval_of_rarer(misses2, n2, misses1, n1, z, critical);
    }
    score_interval_of_rarer(k1, n1, k2, n2, z, critical)
}

fn score_interval_of_rarer(k1: f64, n1: f64, k2: f64, n2: f64, z: f64, critical: f64) -> Interval {
    let near = newcombe_limits(k1, n1, k2, n2, z);
    Interval {
        lower: lower_score_limit(k1, n1, k2, n2, near.lower, critical),
        upper: -lower_score_limit(k2, n2, k1, n1, -near.upper, critical),
    }
}

/// Returns the δ below d at which (d − δ) = critical·√V(δ).
fn lower_score_limit(k1: f64, n1: f64, k2: f64, n2: f64, near: f64, critical: f64) -> f64 {
    let d = k1 / n1 - k2 / n2;
    if d <= -1.0 {
        return -1.0;
    }
    // Bounded, +1 at δ = −1 where V = 0, −1 at δ = d where the distance is 0.
    let balance = |delta: f64| {
        let (p1, p2) = constrained_rates(k1, n1, k2, n2, delta);
        let distance = d - delta;
        let threshold = critical * (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2).sqrt();
        if distance + threshold > 0.0 { (distance - threshold) / (distance + threshold) } else { -1.0 }
    };
    root::decreasing_from_guess(balance, near, 0.05 * (d - near), -1.0, d)
}

/// Returns the most likely rates (p̃₁, p̃₂) of two groups under p₁ − p₂ = δ.
///
/// One root of a cubic, polished by Newton's method on the score equation, whose terms keep the relative accuracy
/// of rare events that the closed form loses.
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`]; [`Undefined::OutOfRange`] where δ is not in [−1, 1].
///
/// ```
/// use equipoise::inference::differences::constrained_mle_diff;
/// let (p1, p2) = constrained_mle_diff(20.0, 50.0, 30.0, 60.0, -0.1).unwrap();
/// assert!((p1 - 0.4).abs() < 1e-15 && (p2 - 0.5).abs() < 1e-15);
/// ```
pub fn constrained_mle_diff(k1: f64, n1: f64, k2: f64, n2: f64, delta: f64) -> Result<(f64, f64), Undefined> {
    check_counts(k1, n1)?;
    check_counts(k2, n2)?;
    if !(-1.0..=1.0).contains(&delta) {
        return Err(Undefined::OutOfRange);
    }
    Ok(constrained_rates(k1, n1, k2, n2, delta))
}

/// The group with the larger rate is the one whose rate is p₂ + δ, δ ≥ 0, so that swapping groups swaps the answer.
fn constrained_rates(k1: f64, n1: f64, k2: f64, n2: f64, delta: f64) -> (f64, f64) {
    if delta < 0.0 {
        let (p2, p1) = constrained_rates(k2, n2, k1, n1, -delta);
        return (p1, p2);
    }
    if delta == 0.0 {
        let p = ((k1 + k2) / (n1 + n2)).min(1.0);
        return (p, p);
    }
    let p2 = lower_constrained_rate(k1, n1, k2, n2, delta);
    ((p2 + delta).min(1.0), p2)
}

/// The most polishing steps: as many bisections exhaust a double.
const POLISH_MAX: usize = 80;

/// Returns p̃₂ in [0, 1 − δ] for δ in (0, 1].
fn lower_constrained_rate(k1: f64, n1: f64, k2: f64, n2: f64, delta: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0 - delta);
    let (misses1, misses2) = (n1 - k1, n2 - k2);
    // At an end the likelihood may still be rising outwards, if no observation forbids that rate.
    if high <= 0.0 || (k2 == 0.0 && k1 / delta <= misses1 / high + n2) {
        return 0.0;
    }
    if misses1 == 0.0 && n1 + k2 / high >= misses2 / delta {
        return high;
    }
    let mut x = cubic_root(k1, n1, k2, n2, delta);
    for _ in 0..POLISH_MAX {
        if !(x > low && x < high) {
            x = 0.5 * (low + high);
        }
        let (y, upper) = (x + delta, 1.0 - x);
        let lower_misses = upper - delta;
        if lower_misses <= 0.0 {
            return x;
        }
        let terms = [k1 / y, k2 / x, misses1 / lower_misses, misses2 / upper];
        let score = terms[0] + terms[1] - terms[2] - terms[3];
        let slope = terms[0] / y + terms[1] / x + terms[2] / lower_misses + terms[3] / upper;
        if score > 0.0 {
            low = x;
        } else {
            high = x;
        }
        let step = score / slope;
        x += step;
        // Newton's method doubles its digits: a step of 1e-9 leaves an error of about 1e-18.
        if step.abs() <= 1e-9 * x.min(1.0 - delta - x).max(f64::MIN_POSITIVE)
            || high - low <= f64::EPSILON * low
        {
            break;
        }
    }
    x.clamp(0.0, 1.0 - delta)
}

/// Returns the root of the likelihood's cubic in closed form (Miettinen and Nurminen 1985, appendix).
fn cubic_root(k1: f64, n1: f64, k2: f64, n2: f64, delta: f64) -> f64 {
    let (n, m) = (n1 + n2, k1 + k2);
    let b = ((n1 + 2.0 * n2) * delta - n - m) / (3.0 * n);
    let c = ((n2 * delta - n - 2.0 * k2) * delta + m) / (3.0 * n);
    let e = k2 * delta * (1.0 - delta) / (2.0 * n);
    let q = b * b * b - 1.5 * b * c + e;
    let p = (b * b - c).max(0.0).sqrt().copysign(q);
    if p == 0.0 {
        return -b;
    }
    let angle = (std::f64::consts::PI + (q / (p * p * p)).clamp(-1.0, 1.0).acos()) / 3.0;
    2.0 * p * angle.cos() - b
}
