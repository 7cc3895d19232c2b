//! The regularised incomplete beta function and its inverse.

use super::log_gamma::{HALF_LN_2PI, deviance, exp_m1_minus, ln_1p_minus, ln_beta, stirling_error};
use super::normal::normal_quantile_upper;
use super::tail::{Asymptote, Tails, integrate, is_shape, solve_concave};

/// Up to this shape the lower tail is summed as a power series (about 50 terms); above it is integrated.
const SERIES_SHAPE_MAX: f64 = 30.0;

/// Below this logit the lower tail is its first term to far more digits than a double has.
const LOGIT_FIRST_TERM: f64 = -700.0;

/// Returns I_x(a, b), the probability that a Beta(a, b) value is at most x.
///
/// 0 for x ≤ 0, 1 for x ≥ 1; NaN where a shape is not in [10⁻¹⁰⁰, 10¹⁰⁰]. At most about 10 µs, whatever the
/// shapes.
///
/// ```
/// use equipoise::inference::special::beta_cdf;
/// assert!((beta_cdf(0.5, 2.0, 2.0) - 0.5).abs() < 1e-15);
/// ```
pub fn beta_cdf(x: f64, a: f64, b: f64) -> f64 {
    if !shapes_valid(a, b) || x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    tails(a, b, x, 1.0 - x).lower()
}

/// Returns 1 − I_x(a, b), the probability that a Beta(a, b) value exceeds x, with full relative accuracy.
pub fn beta_survival(x: f64, a: f64, b: f64) -> f64 {
    if !shapes_valid(a, b) || x.is_nan() {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 1.0;
    }
    if x >= 1.0 {
        return 0.0;
    }
    tails(a, b, x, 1.0 - x).upper()
}

/// Returns the x with I_x(a, b) = p: the quantile of Beta(a, b).
///
/// 0 for p ≤ 0, 1 for p ≥ 1; NaN where a shape is not in [10⁻¹⁰⁰, 10¹⁰⁰]. Right for rare events in large
/// tables; 0 or 1 where the quantile has no other representation.
///
/// ```
/// use equipoise::inference::special::beta_quantile;
/// let x = beta_quantile(0.025, 3.0, 999_998.0); // the Clopper–Pearson limit for 3 events in a million
/// assert!((x / 6.18672e-7 - 1.0).abs() < 1e-5);
/// ```
pub fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    if !shapes_valid(a, b) || p.is_nan() {
        return f64::NAN;
    }
    if p <= 0.0 {
        return 0.0;
    }
    if p >= 1.0 {
        return 1.0;
    }
    logistic(beta_quantile_logit(p, 1.0 - p, a, b))
}

/// Returns the x with 1 − I_x(a, b) = q: the quantile of the upper tail, without loss for small q.
pub fn beta_quantile_upper(q: f64, a: f64, b: f64) -> f64 {
    if !shapes_valid(a, b) || q.is_nan() {
        return f64::NAN;
    }
    if q <= 0.0 {
        return 1.0;
    }
    if q >= 1.0 {
        return 0.0;
    }
    logistic(beta_quantile_logit(1.0 - q, q, a, b))
}

/// Returns the logit of the quantile; `p` and `q` are the two tails, in (0, 1), of which the smaller counts.
pub(super) fn beta_quantile_logit(p: f64, q: f64, a: f64, b: f64) -> f64 {
    if p <= q { lower_quantile_logit(p, a, b) } else { -lower_quantile_logit(q, b, a) }
}

fn shapes_valid(a: f64, b: f64) -> bool {
    is_shape(a) && is_shape(b)
}

/// Returns 1/(1 + e^{−s}) with relative accuracy at both ends.
fn logistic(s: f64) -> f64 {
    if s < 0.0 {
        let e = s.exp();
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + (-s).exp())
    }
}

/// Returns the logit of the quantile for a lower tail p ≤ 1/2.
fn lower_quantile_logit(p: f64, a: f64, b: f64) -> f64 {
    // F(s) ≤ e^{as}/(a·B(a, b)), so this is never right of the root (but for rounding).
    let first_term = (p.ln() + a.ln() + ln_beta(a, b)) / a;
    if first_term < LOGIT_FIRST_TERM {
        return first_term;
    }
    let lowest = first_term - 1e-12 * (1.0 + first_term.abs());
    let spread = (1.0 / a + 1.0 / b).sqrt();
    let start = (a / b).ln() - normal_quantile_upper(p) * spread;
    let at = |s: f64| {
        let tails = tails(a, b, logistic(s), logistic(-s));
        let ln_lower = tails.ln_lower();
        (ln_lower, (tails.ln_density - ln_lower).exp())
    };
    // A logit of 745 is where 1 − x has no representation left.
    solve_concave(at, p.ln(), start, lowest, lowest.max(745.0))
}

/// Returns the tails at x, with y = 1 − x, both in (0, 1).
fn tails(a: f64, b: f64, x: f64, y: f64) -> Tails {
    if x > y { tails_left_half(b, a, y, x).mirrored() } else { tails_left_half(a, b, x, y) }
}

/// Returns the tails at x ≤ 1/2.
fn tails_left_half(a: f64, b: f64, x: f64, y: f64) -> Tails {
    let n = a + b;
    let drift = drift(a, b, x);
    let ln_density = ln_kernel(a, b, x, y, drift);
    let direct_is_lower = drift >= 0.0;
    let scale = 1.0 / (drift.abs() + (n * x * y).sqrt());
    let factor = if !direct_is_lower {
        let asymptote = Asymptote { from: (n * y).ln() - x.ln() + 40.0, rate: b };
        integrate(|sigma| drift * sigma - n * cumulant(sigma, x, y), scale, Some(asymptote))
    } else if a <= SERIES_SHAPE_MAX {
        power_series(n, a, x) / a
    } else {
        integrate(|sigma| -drift * sigma - n * cumulant(-sigma, x, y), scale, None)
    };
    Tails { ln_direct: ln_density + factor.ln(), direct_is_lower, ln_density }
}

/// Returns a − (a + b)·x, the slope of the log density in the logit, as exactly as the arguments allow.
fn drift(a: f64, b: f64, x: f64) -> f64 {
    let n = a + b;
    let b_in_n = n - a;
    let rounding = (a - (n - b_in_n)) + (b - b_in_n);
    (-n).mul_add(x, a) - rounding * x
}

/// Returns ln[x^a·y^b/B(a, b)] in saddle-point form; `drift` is a − (a + b)·x.
fn ln_kernel(a: f64, b: f64, x: f64, y: f64, drift: f64) -> f64 {
    let n = a + b;
    let (small, large) = if a <= b { (a, b) } else { (b, a) };
    let scale = 0.5 * (small.ln() + (large / n).ln()) - HALF_LN_2PI;
    let stirling = stirling_error(n) - stirling_error(large) - stirling_error(small);
    scale + stirling - deviance(drift, n * x) - deviance(-drift, n * y)
}

/// Returns ln(1 − x + x·e^σ) − x·σ, the cumulant generating function of a centred Bernoulli variable, x ≤ 1/2.
fn cumulant(sigma: f64, x: f64, y: f64) -> f64 {
    let w = x * sigma.exp_m1();
    if w <= 0.5 {
        return ln_1p_minus(w) + x * exp_m1_minus(sigma);
    }
    if sigma > 30.0 {
        // e^σ may overflow: take it out of the logarithm.
        return y * sigma + x.ln() + (y / x * (-sigma).exp()).ln_1p();
    }
    w.ln_1p() - x * sigma
}

/// Returns Σ_k (n)_k/(a + 1)_k·x^k; every term is positive, and the terms fall once n·x ≤ a.
fn power_series(n: f64, a: f64, x: f64) -> f64 {
    let mut term = 1.0;
    let mut sum = 1.0;
    let mut k = 0.0;
    // At x ≤ 1/2 the ratio of terms tends to x: 60 terms after the first a there is nothing left.
    while term > 1e-17 * sum && k < 1000.0 {
        term *= (n + k) * x / (a + 1.0 + k);
        sum += term;
        k += 1.0;
    }
    sum
}
