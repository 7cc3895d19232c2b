//! The normal law.
//!
//! Everything rests on erf near 0 (its power series) and on the scaled complement e^{x²}·erfc(x) elsewhere (a
//! Chebyshev series in 2/(2 + x), computed in 60 digits), so that no tail is ever the small difference of two
//! large numbers.

/// Below this, erf is summed as a power series.
const SERIES_LIMIT: f64 = 0.5;

/// Chebyshev coefficients of e^{x²}·erfc(x)·(1 + 2x) in the variable 5/(2 + x) − 1, for x ≥ 1/2.
const SCALED_ERFC: [f64; 25] = [
    1.2189843018755826,
    0.06694052041928128,
    -0.0366203654058652,
    -0.015414982880477912,
    -0.002538753286427615,
    -2.8290134783006504e-05,
    5.6244174093159375e-05,
    3.625662410105677e-06,
    -1.5532852974322157e-06,
    -1.1445498337487254e-07,
    5.5875288361873414e-08,
    1.9595989736283648e-09,
    -2.295803704902964e-09,
    8.632838012860832e-11,
    9.195146896381982e-11,
    -1.315398462116888e-11,
    -2.8559296112983967e-12,
    1.0013437454114811e-12,
    9.214870380346258e-15,
    -5.39367432287417e-14,
    7.920326388303916e-15,
    1.696210487882122e-15,
    -7.498935122886903e-16,
    3.76147465717703e-17,
    3.798242164018268e-17,
];

/// Returns the sum of a Chebyshev series at `u` in [−1, 1] (Clenshaw's recurrence).
pub(super) fn chebyshev(coefficients: &[f64], u: f64) -> f64 {
    let (mut b1, mut b2) = (0.0, 0.0);
    for &c in coefficients.iter().skip(1).rev() {
        let b0 = 2.0 * u * b1 - b2 + c;
        b2 = b1;
        b1 = b0;
    }
    u * b1 - b2 + coefficients.first().copied().unwrap_or(0.0)
}

/// Returns e^{x²}·erfc(x) for x ≥ 1/2.
fn scaled_erfc(x: f64) -> f64 {
    chebyshev(&SCALED_ERFC, 5.0 / (2.0 + x) - 1.0) / (1.0 + 2.0 * x)
}

/// Returns e^{−x²} with the rounding of x² carried along (it matters when x² is in the hundreds).
fn exp_minus_square(x: f64) -> f64 {
    let square = x * x;
    let rounding = x.mul_add(x, -square);
    (-square).exp() * (1.0 - rounding)
}

/// Returns the error function, 2/√π·∫₀ˣ e^{−t²} dt.
pub fn erf(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x.abs() >= SERIES_LIMIT {
        return if x > 0.0 { 1.0 - erfc(x) } else { erfc(-x) - 1.0 };
    }
    // x·Σ (−x²)^j / (j! (2j + 1)): fifteen terms reach 1e-18 at x = 1/2.
    let square = x * x;
    let mut term = 1.0;
    let mut sum = 1.0;
    for j in 1..16 {
        let j = f64::from(j);
        term *= -square / j;
        sum += term / (2.0 * j + 1.0);
    }
    x * sum * std::f64::consts::FRAC_2_SQRT_PI
}

/// Returns the complement of the error function, with full relative accuracy in its tail.
pub fn erfc(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    if x.abs() < SERIES_LIMIT {
        return 1.0 - erf(x);
    }
    if x < 0.0 {
        return 2.0 - erfc(-x);
    }
    if x > 28.0 {
        return 0.0;
    }
    exp_minus_square(x) * scaled_erfc(x)
}

/// Returns the density of the standard normal law.
pub fn normal_density(x: f64) -> f64 {
    exp_minus_square(x.clamp(-1e10, 1e10) * std::f64::consts::FRAC_1_SQRT_2)
        / (2.0 * std::f64::consts::PI).sqrt()
}

/// Returns Φ(x), the probability of a standard normal value at or below x.
///
/// ```
/// use equipoise::inference::special::normal_cdf;
/// assert!((normal_cdf(1.959963984540054) - 0.975).abs() < 1e-15);
/// ```
pub fn normal_cdf(x: f64) -> f64 {
    normal_survival(-x)
}

/// Returns 1 − Φ(x), the probability of a standard normal value above x, with full relative accuracy.
pub fn normal_survival(x: f64) -> f64 {
    // x/√2 is rounded; the missing part δ changes erfc by −2/√π·e^{−y²}·δ, which counts once y² is large.
    let y = x * std::f64::consts::FRAC_1_SQRT_2;
    if y.abs() < SERIES_LIMIT {
        return 0.5 - 0.5 * erf(y);
    }
    if y < 0.0 {
        return 1.0 - normal_survival(-x);
    }
    if x > 39.0 {
        return 0.0;
    }
    let half_square = 0.5 * x * x;
    let rounding = 0.5 * x.mul_add(x, -(x * x));
    0.5 * (-half_square).exp() * (1.0 - rounding) * scaled_erfc(y)
}

/// Returns ln(1 − Φ(x)); finite where the probability itself would be 0.
pub fn normal_ln_survival(x: f64) -> f64 {
    let y = x * std::f64::consts::FRAC_1_SQRT_2;
    if y < SERIES_LIMIT {
        return (-normal_survival(-x)).ln_1p();
    }
    (0.5 * scaled_erfc(y)).ln() - 0.5 * x * x
}

/// Returns ln Φ(x); finite where the probability itself would be 0.
pub fn normal_ln_cdf(x: f64) -> f64 {
    normal_ln_survival(-x)
}

/// Returns the x with Φ(x) = p; −∞ at p ≤ 0 and ∞ at p ≥ 1.
///
/// ```
/// use equipoise::inference::special::normal_quantile;
/// assert!((normal_quantile(0.975) - 1.959963984540054).abs() < 1e-14);
/// ```
pub fn normal_quantile(p: f64) -> f64 {
    -normal_quantile_upper(p)
}

/// Returns the x with 1 − Φ(x) = q; ∞ at q ≤ 0 and −∞ at q ≥ 1. Small q lose no digits.
pub fn normal_quantile_upper(q: f64) -> f64 {
    if q.is_nan() {
        return q;
    }
    if q <= 0.0 {
        return f64::INFINITY;
    }
    if q >= 1.0 {
        return f64::NEG_INFINITY;
    }
    if q > 0.5 {
        return -normal_quantile_upper(1.0 - q);
    }
    let mut x = first_guess(q);
    if q > 0.31 {
        // Near the middle solve erf(x/√2)/2 = 1/2 − q, so that x near 0 keeps its relative accuracy.
        let target = 0.5 - q;
        for _ in 0..4 {
            let f = 0.5 * erf(x * std::f64::consts::FRAC_1_SQRT_2) - target;
            let newton = f / normal_density(x);
            x -= newton / (1.0 + 0.5 * x * newton);
        }
        return x;
    }
    let target = q.ln();
    for _ in 0..4 {
        // Halley's step on ln(1 − Φ): its derivative is −h and its second −h(h − x), with h the hazard.
        let ln_survival = normal_ln_survival(x);
        let hazard =
            std::f64::consts::FRAC_2_PI.sqrt() / scaled_erfc(x * std::f64::consts::FRAC_1_SQRT_2).max(1e-300);
        let newton = (ln_survival - target) / hazard;
        x += newton / (1.0 + 0.5 * (hazard - x) * newton);
    }
    x
}

/// Returns the quantile of the upper tail to about 5e-4 (Abramowitz and Stegun 26.2.23), for q ≤ 1/2.
fn first_guess(q: f64) -> f64 {
    let t = (-2.0 * q.ln()).sqrt();
    let numerator = 2.515517 + t * (0.802853 + t * 0.010328);
    let denominator = 1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308));
    t - numerator / denominator
}
