//! Student's t law, with real degrees of freedom.

use super::beta::{beta_cdf, beta_quantile_logit, beta_survival};
use super::tail::is_shape;

/// From here on the law is the normal one in every digit.
const DF_NORMAL: f64 = 1e30;

/// Returns the probability that a t value with `df` > 0 degrees of freedom is at most t.
pub fn student_t_cdf(t: f64, df: f64) -> f64 {
    student_t_survival(-t, df)
}

/// Returns the probability that a t value with `df` > 0 degrees of freedom exceeds t, with full relative accuracy.
///
/// Infinite degrees of freedom give the normal law; NaN where `df` is not positive.
pub fn student_t_survival(t: f64, df: f64) -> f64 {
    if df >= DF_NORMAL {
        return super::normal_survival(t);
    }
    if t < 0.0 {
        return 1.0 - student_t_survival(-t, df);
    }
    // P(|T| > t) is the upper tail of t²/(df + t²) ~ Beta(1/2, df/2). The smaller of the two shares is computed
    // without rounding against 1.
    let square = t * t;
    if square <= df {
        0.5 * beta_survival(square / (df + square), 0.5, 0.5 * df)
    } else {
        // (also where t² overflows: the share is then 0)
        0.5 * beta_cdf(df / (df + square), 0.5 * df, 0.5)
    }
}

/// Returns the t at or below which a t value with `df` degrees of freedom lies with probability p.
///
/// −∞ for p ≤ 0 and ∞ for p ≥ 1; infinite degrees of freedom give the normal law; NaN where `df` is not positive.
///
/// ```
/// use equipoise::inference::special::student_t_quantile;
/// assert!((student_t_quantile(0.975, 10.0) - 2.228138851986274).abs() < 1e-13);
/// ```
pub fn student_t_quantile(p: f64, df: f64) -> f64 {
    if p < 0.5 { -student_t_quantile_upper(p, df) } else { student_t_quantile_upper(1.0 - p, df) }
}

/// Returns the t that a t value with `df` degrees of freedom exceeds with probability q, without loss for small q.
pub fn student_t_quantile_upper(q: f64, df: f64) -> f64 {
    if df >= DF_NORMAL {
        return super::normal_quantile_upper(q);
    }
    if q.is_nan() || !is_shape(0.5 * df) {
        return f64::NAN;
    }
    if q > 0.5 {
        return -student_t_quantile_upper(1.0 - q, df);
    }
    if q <= 0.0 {
        return f64::INFINITY;
    }
    if q == 0.5 {
        return 0.0;
    }
    // The logit of t²/(df + t²) is ln(t²/df).
    let logit = beta_quantile_logit(1.0 - 2.0 * q, 2.0 * q, 0.5, 0.5 * df);
    df.sqrt() * (0.5 * logit).exp()
}
