//! Boschloo's unconditional exact test of equal rates.
//!
//! Fisher's one-sided p-value orders the tables; the p-value is the largest probability, over the common rate π, of a
//! table that is at least as extreme. It keeps its level as Fisher's test does and is never less powerful.
//!
//! ```text
//! t(x₁) ← the largest x₂ at which (x₁, x₂) is as extreme as what was seen    (rises with x₁: one walk)
//! p     ← max over π of Σ_{x₁} P(X₁ = x₁)·P(X₂ ≤ t(x₁))                       (grid, then golden section)
//! ```

use super::special::binomial_pmf;
use super::tables::{Conditional, TIE};
use super::{Undefined, check_counts};

/// The largest total of rows; the test is meant for small samples and costs rows² beyond them.
const ROWS_MAX: f64 = 2000.0;

/// Points of the first search over π, equally spaced in arcsin √π, where every binomial law has the same width.
const GRID: u32 = 256;

/// Golden-section steps: 0.618⁴⁰ of a grid step is far below what moves the maximum.
const GOLDEN_STEPS: u32 = 40;

/// Returns Boschloo's two-sided p-value of equal rates: twice the smaller of the one-sided ones, at most 1.
///
/// The groups' sizes are taken as fixed, the number of events is not.
///
/// # Errors
/// [`Undefined::NotCounts`] also for counts that are not integers; [`Undefined::NoRows`]; [`Undefined::TooLarge`]
/// above 2,000 rows.
///
/// ```
/// use equipoise::inference::boschloo::boschloo_p;
/// assert!((boschloo_p(9.0, 10.0, 3.0, 10.0).unwrap() - 0.0079556).abs() < 1e-6);
/// ```
pub fn boschloo_p(k1: f64, n1: f64, k2: f64, n2: f64) -> Result<f64, Undefined> {
    check_counts(k1, n1)?;
    check_counts(k2, n2)?;
    if n1 + n2 > ROWS_MAX {
        return Err(Undefined::TooLarge);
    }
    let larger = one_sided(k1, n1, k2, n2)?;
    let smaller = one_sided(k2, n2, k1, n1)?;
    Ok((2.0 * larger.min(smaller)).min(1.0))
}

/// Returns the p-value against p₁ > p₂.
fn one_sided(k1: f64, n1: f64, k2: f64, n2: f64) -> Result<f64, Undefined> {
    let observed = fisher_one_sided(k1, n1, k2, n2)? * (1.0 + TIE);
    let thresholds = thresholds(observed, n1, n2)?;
    let probability = |angle: f64| {
        let rate = angle.sin().powi(2);
        extreme_probability(&thresholds, n1, n2, rate)
    };
    let step = std::f64::consts::FRAC_PI_2 / f64::from(GRID);
    let values: Vec<f64> = (0..=GRID).map(|j| probability(f64::from(j) * step)).collect();
    let mut largest = values.iter().copied().fold(0.0, f64::max);
    for j in 1..GRID {
        let index = j as usize;
        let here = values[index];
        // Only a local maximum within reach of the largest can hide the true one.
        if here >= values[index - 1] && here >= values[index + 1] && here > 0.8 * largest {
            let middle = f64::from(j) * step;
            largest = largest.max(golden_maximum(&probability, middle - step, middle + step));
        }
    }
    Ok(largest)
}

/// Returns P(K ≥ k₁) given all margins: Fisher's p-value against p₁ > p₂.
fn fisher_one_sided(k1: f64, n1: f64, k2: f64, n2: f64) -> Result<f64, Undefined> {
    let sides = Conditional::new(k1, n1, k2, n2)?.sides(1.0);
    Ok(sides.at + sides.above)
}

/// Returns, for each x₁, how many values of x₂ (0, 1, …) make the table as extreme as `observed`.
fn thresholds(observed: f64, n1: f64, n2: f64) -> Result<Vec<usize>, Undefined> {
    let mut thresholds = Vec::new();
    let (mut x1, mut x2) = (0.0, 0.0);
    let mut count = 0;
    while x1 <= n1 {
        while x2 <= n2 && fisher_one_sided(x1, n1, x2, n2)? <= observed {
            x2 += 1.0;
            count += 1;
        }
        thresholds.push(count);
        x1 += 1.0;
    }
    Ok(thresholds)
}

/// Returns the probability of the extreme tables when both groups have this rate.
fn extreme_probability(thresholds: &[usize], n1: f64, n2: f64, rate: f64) -> f64 {
    let (mut sum, mut below, mut counted) = (0.0, 0.0, 0);
    let (mut x1, mut x2) = (0.0, 0.0);
    for &threshold in thresholds {
        while counted < threshold {
            below += binomial_pmf(x2, n2, rate);
            x2 += 1.0;
            counted += 1;
        }
        if below > 0.0 {
            sum += binomial_pmf(x1, n1, rate) * below;
        }
        x1 += 1.0;
    }
    sum
}

/// Returns the largest value of a function with one maximum in [`low`, `high`].
fn golden_maximum(f: &impl Fn(f64) -> f64, mut low: f64, mut high: f64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let (mut left, mut right) = (high - GOLDEN * (high - low), low + GOLDEN * (high - low));
    let (mut at_left, mut at_right) = (f(left), f(right));
    for _ in 0..GOLDEN_STEPS {
        if at_left > at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - GOLDEN * (high - low);
            at_left = f(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + GOLDEN * (high - low);
            at_right = f(right);
        }
    }
    at_left.max(at_right)
}
