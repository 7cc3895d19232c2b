//! The binomial law, for real-valued numbers of trials and events.

use super::beta::{beta_cdf, beta_survival};
use super::log_gamma::{HALF_LN_2PI, deviance, stirling_error};

/// Returns ln P(X = k) for X binomial with n trials of probability p, in saddle-point form.
///
/// Real k and n mean the same formula with gamma functions. −∞ outside 0 ≤ k ≤ n and where the event is impossible;
/// NaN where p is no probability or an argument is NaN.
pub fn binomial_ln_pmf(k: f64, n: f64, p: f64) -> f64 {
    if k.is_nan() || n.is_nan() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if k < 0.0 || k > n {
        return f64::NEG_INFINITY;
    }
    if k == 0.0 {
        return if n == 0.0 { 0.0 } else { n * (-p).ln_1p() };
    }
    if k == n {
        return n * p.ln();
    }
    if p == 0.0 || p == 1.0 {
        return f64::NEG_INFINITY;
    }
    let misses = n - k;
    let drift = (-n).mul_add(p, k);
    let scale = 0.5 * (n / k / misses).ln() - HALF_LN_2PI;
    let stirling = stirling_error(n) - stirling_error(k) - stirling_error(misses);
    scale + stirling - deviance(drift, n * p) - deviance(-drift, n * (1.0 - p))
}

/// Returns P(X = k) for X binomial with n trials of probability p.
pub fn binomial_pmf(k: f64, n: f64, p: f64) -> f64 {
    binomial_ln_pmf(k, n, p).exp()
}

/// Returns P(X ≤ k) for X binomial with n trials of probability p; NaN where p is no probability.
///
/// ```
/// use equipoise::inference::special::binomial_cdf;
/// assert!((binomial_cdf(1.0, 10.0, 0.1) - 0.7360989291).abs() < 1e-12);
/// ```
pub fn binomial_cdf(k: f64, n: f64, p: f64) -> f64 {
    if k.is_nan() || n.is_nan() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if k < 0.0 {
        return 0.0;
    }
    if k >= n {
        return 1.0;
    }
    beta_survival(p, k + 1.0, n - k)
}

/// Returns P(X > k) for X binomial with n trials of probability p, with full relative accuracy.
pub fn binomial_survival(k: f64, n: f64, p: f64) -> f64 {
    if k.is_nan() || n.is_nan() || !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if k < 0.0 {
        return 1.0;
    }
    if k >= n {
        return 0.0;
    }
    beta_cdf(p, k + 1.0, n - k)
}
