//! The logarithms of the gamma and beta functions, and the parts they are made of.
//!
//! Every density of this module is written in Loader's saddle-point form (C. Loader 2000, "Fast and accurate
//! computation of binomial probabilities"): the error of Stirling's formula, [`stirling_error`], and the deviance
//! [`deviance`], both small numbers computed directly, instead of differences of huge logarithms.

use super::normal::chebyshev;

/// ½·ln 2π.
pub(super) const HALF_LN_2PI: f64 = 0.918_938_533_204_672_8;

/// From here on Stirling's series is exact to rounding with the terms below.
const STIRLING_FROM: f64 = 10.0;

/// B_{2j}/(2j(2j − 1)): the coefficients of Stirling's series.
const STIRLING: [f64; 9] = [
    1.0 / 12.0,
    -1.0 / 360.0,
    1.0 / 1260.0,
    -1.0 / 1680.0,
    1.0 / 1188.0,
    -691.0 / 360_360.0,
    1.0 / 156.0,
    -3617.0 / 122_400.0,
    43867.0 / 244_188.0,
];

/// Chebyshev coefficients of ln Γ(x)/((x − 1)(x − 2)) on [1, 3] in the variable x − 2.
const LN_GAMMA_MIDDLE: [f64; 28] = [
    0.44148902545501423,
    -0.11119580321752523,
    0.01951044826068884,
    -0.003922461463025264,
    0.0008478989895953857,
    -0.00019153855341365593,
    4.454470184975607e-05,
    -1.05728743735943e-05,
    2.5474336873408417e-06,
    -6.208535880776316e-07,
    1.5268677399071546e-07,
    -3.782637660291326e-08,
    9.428100823624284e-09,
    -2.361999702184645e-09,
    5.943541905817546e-10,
    -1.501312977072867e-10,
    3.8050196458110534e-11,
    -9.672485299656325e-12,
    2.465348198355661e-12,
    -6.298868140791711e-13,
    1.6128460030283787e-13,
    -4.137949206814042e-14,
    1.0635701227757898e-14,
    -2.7382420786652826e-15,
    7.060670507214892e-16,
    -1.8232177141662118e-16,
    4.714169006756272e-17,
    -1.2204107319639856e-17,
];

/// Returns ln Γ(x) for x > 0, with relative accuracy also next to its zeros at 1 and 2.
///
/// ∞ at 0; NaN below.
pub fn ln_gamma(x: f64) -> f64 {
    if x.is_nan() || x < 0.0 {
        return f64::NAN;
    }
    if x == 0.0 || x == f64::INFINITY {
        return f64::INFINITY;
    }
    if x >= STIRLING_FROM {
        return (x - 0.5) * x.ln() - x + HALF_LN_2PI + stirling_error(x);
    }
    if x < 1.0 {
        return ln_gamma_middle(1.0 + x, x) - x.ln();
    }
    // Γ(x) = (x − 1)(x − 2)…(y)·Γ(y) with y in [1, 3].
    let mut y = x;
    let mut product = 1.0;
    while y > 3.0 {
        y -= 1.0;
        product *= y;
    }
    let middle = ln_gamma_middle(y, y - 1.0);
    if product == 1.0 { middle } else { middle + f64::ln(product) }
}

/// Returns ln Γ(y) for y in [1, 3]; `above_one` is y − 1 before rounding.
fn ln_gamma_middle(y: f64, above_one: f64) -> f64 {
    above_one * (above_one - 1.0) * chebyshev(&LN_GAMMA_MIDDLE, y - 2.0)
}

/// Returns ln Γ(x) − [(x − ½)·ln x − x + ½·ln 2π], the error of Stirling's formula, for x > 0.
pub(super) fn stirling_error(x: f64) -> f64 {
    if x < STIRLING_FROM {
        return ln_gamma(x) - ((x - 0.5) * x.ln() - x + HALF_LN_2PI);
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    inverse * STIRLING.iter().rev().fold(0.0, |sum, c| sum * square + c)
}

/// Returns ln(1 + u) − u for u > −1, without cancellation near 0.
pub(super) fn ln_1p_minus(u: f64) -> f64 {
    if !(-0.5..=1.0).contains(&u) {
        return u.ln_1p() - u;
    }
    // ln(1 + u) = 2·artanh r with r = u/(2 + u), and 2r − u = −r·u.
    let r = u / (2.0 + u);
    let square = r * r;
    let mut sum = 1.0 / 3.0;
    let mut power = square;
    let mut odd = 5.0;
    while power > 1e-17 {
        sum += power / odd;
        power *= square;
        odd += 2.0;
    }
    r * (2.0 * square * sum - u)
}

/// Returns e^σ − 1 − σ, without cancellation near 0.
pub(super) fn exp_m1_minus(sigma: f64) -> f64 {
    if sigma.abs() > 1.0 {
        return sigma.exp_m1() - sigma;
    }
    let mut term = 0.5 * sigma * sigma;
    let mut sum = term;
    let mut j = 3.0;
    while term.abs() > 1e-17 * sum {
        term *= sigma / j;
        sum += term;
        j += 1.0;
    }
    sum
}

/// Returns the deviance a·ln(a/m) + m − a ≥ 0 from a − m and m, both positive where they are not equal.
///
/// The difference is an argument of its own because the caller knows it better than a − m would give it.
pub(super) fn deviance(a_minus_m: f64, m: f64) -> f64 {
    let u = a_minus_m / m;
    if u <= -1.0 {
        return m;
    }
    // m·φ(u), φ(u) = (1 + u)·ln(1 + u) − u = (1 + u)·(ln(1 + u) − u) + u².
    if u.abs() <= 0.5 {
        return m * ((1.0 + u) * ln_1p_minus(u) + u * u);
    }
    if u > 1e300 {
        // m vanishes beside a: the logarithms are taken apart before the ratio overflows.
        return a_minus_m * (a_minus_m.ln() - m.ln() - 1.0);
    }
    m * ((1.0 + u) * u.ln_1p() - u)
}

/// Returns ln B(a, b) = ln Γ(a) + ln Γ(b) − ln Γ(a + b) for a, b > 0, without the cancellation of that formula.
pub fn ln_beta(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() || a < 0.0 || b < 0.0 {
        return f64::NAN;
    }
    if a == 0.0 || b == 0.0 {
        return f64::INFINITY;
    }
    let (a, b) = if a <= b { (a, b) } else { (b, a) };
    if b < STIRLING_FROM {
        return ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b);
    }
    // b·ln(b/n) + a·ln(a/n) + ½·ln(2πn/(ab)), with the errors of Stirling's formula.
    let ratio = a / b;
    let stirling = stirling_error(b) - stirling_error(a + b);
    if a < STIRLING_FROM {
        let ln_n = b.ln() + ratio.ln_1p();
        return ln_gamma(a) + a - a * ln_n - (b - 0.5) * ratio.ln_1p() + stirling;
    }
    let log_share = (ratio / (1.0 + ratio)).ln();
    a * log_share - b * ratio.ln_1p()
        + 0.5 * (ratio.ln_1p() - a.ln())
        + HALF_LN_2PI
        + stirling_error(a)
        + stirling
}

/// Returns the logarithm of the binomial coefficient "n choose k" for real 0 ≤ k ≤ n; −∞ outside.
pub fn ln_choose(n: f64, k: f64) -> f64 {
    if n.is_nan() || k.is_nan() {
        return f64::NAN;
    }
    if k < 0.0 || k > n {
        return f64::NEG_INFINITY;
    }
    if k == 0.0 || k == n {
        return 0.0;
    }
    -(n + 1.0).ln() - ln_beta(n - k + 1.0, k + 1.0)
}
