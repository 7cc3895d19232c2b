//! The incomplete gamma functions and the chi-square law.

use super::log_gamma::{HALF_LN_2PI, deviance, exp_m1_minus, ln_gamma, stirling_error};
use super::normal::normal_quantile_upper;
use super::tail::{Tails, integrate, is_shape, solve_concave};

/// Up to this shape the lower tail is summed as a power series; above it is integrated.
const SERIES_SHAPE_MAX: f64 = 30.0;

/// Below this ln x the lower tail is its first term to far more digits than a double has.
const LN_FIRST_TERM: f64 = -700.0;

/// Returns P(a, x), the probability that a Gamma(a) value is at most x; NaN where a is not in [10⁻¹⁰⁰, 10¹⁰⁰].
pub fn gamma_p(a: f64, x: f64) -> f64 {
    if !is_shape(a) || x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if x == f64::INFINITY {
        return 1.0;
    }
    tails(a, x).lower()
}

/// Returns Q(a, x) = 1 − P(a, x) with full relative accuracy; NaN where a is not in [10⁻¹⁰⁰, 10¹⁰⁰].
pub fn gamma_q(a: f64, x: f64) -> f64 {
    if !is_shape(a) || x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if x == f64::INFINITY {
        return 0.0;
    }
    tails(a, x).upper()
}

/// Returns the probability that a chi-square value with `df` degrees of freedom is at most x.
pub fn chi_square_cdf(x: f64, df: f64) -> f64 {
    gamma_p(0.5 * df, 0.5 * x)
}

/// Returns the probability that a chi-square value with `df` degrees of freedom exceeds x.
///
/// ```
/// use equipoise::inference::special::chi_square_survival;
/// assert!((chi_square_survival(3.841458820694124, 1.0) - 0.05).abs() < 1e-14);
/// ```
pub fn chi_square_survival(x: f64, df: f64) -> f64 {
    gamma_q(0.5 * df, 0.5 * x)
}

/// Returns the x at or below which a chi-square value lies with probability p; 0 for p ≤ 0 and ∞ for p ≥ 1.
pub fn chi_square_quantile(p: f64, df: f64) -> f64 {
    2.0 * gamma_quantile(p, 1.0 - p, 0.5 * df)
}

/// Returns the x that a chi-square value exceeds with probability q, without loss for small q.
pub fn chi_square_quantile_upper(q: f64, df: f64) -> f64 {
    2.0 * gamma_quantile(1.0 - q, q, 0.5 * df)
}

/// Returns the quantile of Gamma(a); `p` and `q` are the two tails, of which the smaller counts.
fn gamma_quantile(p: f64, q: f64, a: f64) -> f64 {
    if !is_shape(a) || p.is_nan() || q.is_nan() {
        return f64::NAN;
    }
    if p <= 0.0 {
        return 0.0;
    }
    if q <= 0.0 {
        return f64::INFINITY;
    }
    if p <= q {
        // F(x) ≤ x^a/Γ(a + 1): never right of the root, but for rounding.
        let first_term = (p.ln() + a.ln() + ln_gamma(a)) / a;
        if first_term < LN_FIRST_TERM {
            return first_term.exp();
        }
        let start = a.ln() - normal_quantile_upper(p) / a.sqrt();
        let at = |s: f64| {
            let tails = tails(a, s.exp());
            let ln_lower = tails.ln_lower();
            (ln_lower, (tails.ln_density - ln_lower).exp())
        };
        // The smaller tail is the lower one, so the root lies below the median, which is below the mean.
        let lowest = first_term - 1e-12 * (1.0 + first_term.abs());
        return solve_concave(at, p.ln(), start, lowest, lowest.max(a.ln() + 1e-6)).exp();
    }
    // Upper tail, in −s: P(X ≥ a + √(2al) + l) ≤ e^{−l} (Laurent and Massart 2000) ends the bracket.
    let l = -q.ln();
    let farthest = (a + (2.0 * a * l).sqrt() + l).ln() + 1e-6;
    let start = a.ln() + normal_quantile_upper(q) / a.sqrt();
    let at = |minus_s: f64| {
        let tails = tails(a, (-minus_s).exp());
        let ln_upper = tails.ln_upper();
        (ln_upper, (tails.ln_density - ln_upper).exp())
    };
    // The upper tail is below ½, but for small shapes the median is far below the mean: from the first term again.
    let median_at_least = (a.ln() + ln_gamma(a) - std::f64::consts::LN_2) / a - 1e-6;
    (-solve_concave(at, q.ln(), -start, -farthest, (-median_at_least).min(745.0).max(-farthest))).exp()
}

/// Returns the tails of Gamma(a) at x, positive and finite.
fn tails(a: f64, x: f64) -> Tails {
    let drift = a - x;
    let ln_density = 0.5 * a.ln() - HALF_LN_2PI - stirling_error(a) - deviance(drift, x);
    let direct_is_lower = drift >= 0.0;
    let scale = 1.0 / (drift.abs() + x.sqrt());
    let factor = if !direct_is_lower {
        integrate(|sigma| drift * sigma - x * exp_m1_minus(sigma), scale, None)
    } else if a <= SERIES_SHAPE_MAX {
        power_series(a, x) / a
    } else {
        integrate(|sigma| -drift * sigma - x * exp_m1_minus(-sigma), scale, None)
    };
    Tails { ln_direct: ln_density + factor.ln(), direct_is_lower, ln_density }
}

/// Returns Σ_k x^k/(a + 1)_k for x ≤ a.
fn power_series(a: f64, x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut k = 1.0;
    while term > 1e-17 * sum && k < 1000.0 {
        term *= x / (a + k);
        sum += term;
        k += 1.0;
    }
    sum
}
