//! The limit law of Kolmogorov and Smirnov.

use std::f64::consts::PI;

/// Returns 2·Σ_{j≥1} (−1)^{j−1}·e^{−2j²t²}, the limit of P(√n·sup|F̂ − F| > t).
///
/// 1 for t ≤ 0. Below 1 the theta-function form is summed instead, which converges there at once; either series
/// needs at most five terms.
///
/// ```
/// use equipoise::inference::special::kolmogorov_survival;
/// assert!((kolmogorov_survival(1.358) - 0.05).abs() < 1e-4);
/// ```
pub fn kolmogorov_survival(t: f64) -> f64 {
    if t.is_nan() {
        return t;
    }
    // Below 0.04 the complement is under 1e-300, and 1/t² would overflow further down.
    if t <= 0.04 {
        return 1.0;
    }
    if t < 1.0 {
        let base = -PI * PI / (8.0 * t * t);
        let sum: f64 = [1.0, 3.0, 5.0, 7.0].iter().map(|j: &f64| (base * j * j).exp()).sum();
        return 1.0 - (2.0 * PI).sqrt() / t * sum;
    }
    let square = -2.0 * t * t;
    let mut sum = 0.0;
    let mut sign = 1.0;
    for j in [1.0_f64, 2.0, 3.0, 4.0, 5.0] {
        sum += sign * (square * j * j).exp();
        sign = -sign;
    }
    2.0 * sum
}
