//! Bounds of distances and quantiles from bands around the empirical distribution functions.

use super::{Law, ks, stretches, wasserstein2_squared};
use crate::inference::special::beta_cdf;
use crate::inference::{Confidence, Interval, Undefined};

/// Returns the Dvoretzky–Kiefer–Wolfowitz radius √(ln(2/δ)/2n) with Massart's (1990) constant:
/// P(sup|F̂ − F| > radius) ≤ δ for every F, atoms included.
///
/// `n` is the number of rows or an effective number (then an approximation). `NoRows` unless n > 0, `OutOfRange` unless
/// 0 < δ < 1. May exceed 1, where it says nothing.
pub fn dkw_radius(n: f64, delta: f64) -> Result<f64, Undefined> {
    if !(n > 0.0 && n.is_finite()) {
        return Err(Undefined::NoRows);
    }
    if !(delta > 0.0 && delta < 1.0) {
        return Err(Undefined::OutOfRange);
    }
    Ok(((2.0 / delta).ln() / (2.0 * n)).sqrt())
}

/// Returns the Kolmogorov–Smirnov distance that two *equal* continuous laws show on average at these sizes:
/// 0.8687·√(1/n₁ + 1/n₂), the mean of Kolmogorov's law; at most 1.
///
/// For laws with few atoms equal groups show less. `NoRows` unless both numbers are positive.
pub fn ks_at_equality(n_a: f64, n_b: f64) -> Result<f64, Undefined> {
    if !(n_a > 0.0 && n_b > 0.0) {
        return Err(Undefined::NoRows);
    }
    Ok((KOLMOGOROV_MEAN * (1.0 / n_a + 1.0 / n_b).sqrt()).min(1.0))
}

/// √(π/2)·ln 2, the mean of Kolmogorov's limit law.
const KOLMOGOROV_MEAN: f64 = 0.868_731_160_636_159_5;

/// The radii of two bands that hold together with the confidence: half of α each.
fn radii(a: &Law, b: &Law, confidence: Confidence) -> Result<(f64, f64), Undefined> {
    let delta = confidence.alpha() / 2.0;
    Ok((dkw_radius(a.n(), delta)?, dkw_radius(b.n(), delta)?))
}

/// Returns the interval D̂ ± (ε_a + ε_b) of the Kolmogorov–Smirnov distance, ε the DKW radii at α/2 each, cut to [0, 1].
///
/// Covers with at least the confidence for all laws and sizes, at equality too, where the percentile bootstrap never
/// does. With weights ε uses the effective numbers of rows.
pub fn ks_bounds(a: &Law, b: &Law, confidence: Confidence) -> Result<Interval, Undefined> {
    let (epsilon_a, epsilon_b) = radii(a, b, confidence)?;
    let (distance, slack) = (ks(a, b), epsilon_a + epsilon_b);
    Ok(Interval { lower: (distance - slack).max(0.0), upper: (distance + slack).min(1.0) })
}

/// The bounded range in which the values of a score lie for certain, such as [0, 1].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    lower: f64,
    upper: f64,
}

impl Range {
    /// Checks a range: finite, lower below upper; `OutOfRange` otherwise.
    pub fn new(lower: f64, upper: f64) -> Result<Self, Undefined> {
        if lower.is_finite() && upper.is_finite() && lower < upper {
            Ok(Self { lower, upper })
        } else {
            Err(Undefined::OutOfRange)
        }
    }
}

/// Returns bounds of the 1-Wasserstein distance on a bounded range, from the clipped DKW bands of both laws.
///
/// At every x the true F lies in [max(0, F̂ − ε), min(1, F̂ + ε)]; the integral of the smallest possible |F_a − F_b| is
/// the lower limit, that of the largest possible the upper limit. Holds with at least the confidence, at equality too.
/// `OutOfRange` when a value lies outside the range. O(atoms).
pub fn wasserstein1_bounds(
    a: &Law,
    b: &Law,
    range: Range,
    confidence: Confidence,
) -> Result<Interval, Undefined> {
    let (epsilon_a, epsilon_b) = radii(a, b, confidence)?;
    let ends = [a, b].map(|law| (law.values[0], law.values[law.values.len() - 1]));
    let (first, last) = (ends[0].0.min(ends[1].0), ends[0].1.max(ends[1].1));
    if first < range.lower || last > range.upper {
        return Err(Undefined::OutOfRange);
    }
    let band = |f: f64, epsilon: f64| ((f - epsilon).max(0.0), (f + epsilon).min(1.0));
    let extremes = |f_a: f64, f_b: f64| {
        let ((low_a, high_a), (low_b, high_b)) = (band(f_a, epsilon_a), band(f_b, epsilon_b));
        ((low_a - high_b).max(low_b - high_a).max(0.0), (high_a - low_b).max(high_b - low_a))
    };
    let (mut lower, mut upper) = (0.0, 0.0);
    // Below the first value both F̂ are 0 and above the last both are 1, but the true laws may differ there.
    let outside = (first - range.lower) * extremes(0.0, 0.0).1 + (range.upper - last) * extremes(1.0, 1.0).1;
    for s in stretches(a, b) {
        let (least, most) = extremes(s.a, s.b);
        lower += least * (s.to - s.from);
        upper += most * (s.to - s.from);
    }
    Ok(Interval { lower, upper: (upper + outside).min(range.upper - range.lower) })
}

/// Returns the delta-method interval of the 2-Wasserstein distance, valid away from equality only.
///
/// Var(Ŵ₂²) ≈ Var(ψ_a)/n_a + Var(ψ_b)/n_b with ψ the Kantorovich potentials, ψ_a(x) = ∫^x 2(t − T(t)) dt with T the
/// monotone transport map (del Barrio, Gordaliza & Loubes 2019). The interval is Ŵ₂² ± z·se, cut at 0, then the root.
/// `NearEquality` unless the DKW bound of the Kolmogorov–Smirnov distance excludes 0 at this confidence: at equality
/// the limit is not normal; use the permutation test there. With weights n is the effective number of rows. O(atoms).
pub fn wasserstein2_interval(a: &Law, b: &Law, confidence: Confidence) -> Result<Interval, Undefined> {
    if ks_bounds(a, b, confidence)?.lower <= 0.0 {
        return Err(Undefined::NearEquality);
    }
    let squared = wasserstein2_squared(a, b);
    let variance = potential_variance(a, b) / a.n() + potential_variance(b, a) / b.n();
    let h = confidence.z() * variance.sqrt();
    Ok(Interval { lower: (squared - h).max(0.0).sqrt(), upper: (squared + h).sqrt() })
}

/// The variance under `a` of the potential ψ with ψ' = 2(t − T(t)), T the map from `a` to `b`.
///
/// Between two neighbouring atoms x < y of `a` the level F_a is constant, so T is the quantile of `b` at that level
/// and ψ(y) − ψ(x) = y² − x² − 2T(y − x). Where the level is exactly a step of `b`, every value between that step and
/// the next is a quantile; the middle is taken.
fn potential_variance(a: &Law, b: &Law) -> f64 {
    let total = a.total();
    let (mut psi, mut mass_before, mut j) = (0.0, 0.0, 0);
    let (mut mean, mut second) = (0.0, 0.0);
    for (i, &x) in a.values.iter().enumerate() {
        if i > 0 {
            let previous = a.values[i - 1];
            let level = a.cdf_at(i - 1);
            while j + 1 < b.values.len() && b.cdf_at(j) < level {
                j += 1;
            }
            let on_step = b.cdf_at(j) == level && j + 1 < b.values.len();
            let target = if on_step { 0.5 * (b.values[j] + b.values[j + 1]) } else { b.values[j] };
            psi += (x - previous) * (x + previous - 2.0 * target);
        }
        let mass = (a.cumulative[i] - mass_before) / total;
        mass_before = a.cumulative[i];
        // Welford's update: the potentials may be large beside their spread.
        let share = mass / (mass_before / total);
        let gap = psi - mean;
        mean += share * gap;
        second += mass * gap * (psi - mean);
    }
    second.max(0.0)
}

/// Returns the order-statistics interval of a quantile of the law: distribution-free, at least the confidence.
///
/// The ranks l and u have Binomial(n, level) tails of at most α/2 each. Where the sample is too small for a limit, it
/// is −∞ or ∞. With weights, the ranks are those of the effective number of rows (an approximation). `OutOfRange`
/// unless 0 < level < 1. O(log n) evaluations of the beta integral.
pub fn quantile_interval(law: &Law, level: f64, confidence: Confidence) -> Result<Interval, Undefined> {
    if !(level > 0.0 && level < 1.0) {
        return Err(Undefined::OutOfRange);
    }
    let n = law.n();
    let tail = confidence.alpha() / 2.0;
    let last = n.floor();
    // P(Bin(n, q) ≤ l − 1) = I_{1−q}(n − l + 1, l), increasing in l: the largest l with at most `tail`.
    let below = |l: f64| beta_cdf(1.0 - level, n - l + 1.0, l) <= tail;
    // P(Bin(n, q) ≥ u) = I_q(u, n − u + 1), decreasing in u: the smallest u with at most `tail`.
    let above = |u: f64| beta_cdf(level, u, n - u + 1.0) <= tail;
    let lower_rank = largest_true(last, below);
    let upper_rank = last - largest_true(last, |back| above(last + 1.0 - back)) + 1.0;
    let weight_per_row = law.total() / n;
    // Half a unit in the last place of slack, so that rank r of n unweighted rows finds the r-th smallest value.
    let at = |rank: f64| law.quantile_of_weight(rank * weight_per_row * (1.0 - 4.0 * f64::EPSILON));
    Ok(Interval {
        lower: if lower_rank >= 1.0 { at(lower_rank) } else { f64::NEG_INFINITY },
        upper: if upper_rank <= last { at(upper_rank) } else { f64::INFINITY },
    })
}

/// The largest whole number in 1..=last for which a statement holds that holds up to some number and not beyond; else 0.
fn largest_true(last: f64, holds: impl Fn(f64) -> bool) -> f64 {
    let (mut yes, mut no) = (0.0, last + 1.0);
    while no - yes > 1.0 {
        let middle = ((yes + no) / 2.0).floor();
        if holds(middle) { yes = middle } else { no = middle }
    }
    yes
}
