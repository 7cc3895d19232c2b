//! The spread of the true group values behind their noisy estimates.

use super::Draws;
use super::quadrature::root;
use crate::inference::bootstrap::quantile_of_sorted;
use crate::inference::calibration::ChiSquareTest;
use crate::inference::special::{chi_square_quantile, chi_square_quantile_upper};
use crate::inference::{Confidence, Interval, Undefined};

/// Returns the unbiased sampling variance p(1 − p)/(n − 1) of a rate of k in n, kept away from zero at k = 0 and k = n
/// (p = ½/n there), so that no group counts as certain.
///
/// `NotCounts` unless 0 ≤ k ≤ n, `TooFewRows` unless n > 1.
pub fn rate_variance(k: f64, n: f64) -> Result<f64, Undefined> {
    if !(k.is_finite() && n.is_finite() && (0.0..=n).contains(&k)) {
        return Err(Undefined::NotCounts);
    }
    if n <= 1.0 {
        return Err(Undefined::TooFewRows);
    }
    let (p, least) = (k / n, 0.5 / n);
    Ok((p * (1.0 - p)).max(least * (1.0 - least)) / (n - 1.0))
}

/// The spread between groups: estimates of the variance of the true values, and Cochran's test that it is zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// S², the variance of the estimates (divisor K − 1): biased up by the sampling variance.
    pub variance_of_estimates: f64,
    /// The mean sampling variance.
    pub sampling_variance_mean: f64,
    /// The unbiased estimate S² − mean v (Lum, Zhang & Bower 2022); may be negative: print √max(0, ·).
    pub variance: f64,
    /// Cochran's Q = Σ(y − ȳ_w)²/v against χ² with K − 1 degrees of freedom.
    pub homogeneity: ChiSquareTest,
    /// τ² of DerSimonian & Laird, at least 0.
    pub tau2_dersimonian_laird: f64,
    /// τ² of Paule & Mandel, at least 0.
    pub tau2_paule_mandel: f64,
}

pub(super) fn check(estimates: &[f64], variances: &[f64]) -> Result<(), Undefined> {
    if estimates.len() != variances.len() {
        return Err(Undefined::LengthMismatch);
    }
    if estimates.len() < 2 {
        return Err(Undefined::TooFewGroups);
    }
    if !estimates.iter().chain(variances).all(|x| x.is_finite()) || variances.iter().any(|v| *v < 0.0) {
        return Err(Undefined::OutOfRange);
    }
    if variances.contains(&0.0) {
        return Err(Undefined::NoVariation);
    }
    Ok(())
}

/// Σ(y − ȳ)²/(v + τ²) with ȳ the mean weighted by the same.
fn generalised_q(y: &[f64], v: &[f64], tau2: f64) -> f64 {
    let (mut weights, mut sum) = (0.0, 0.0);
    for (y, v) in y.iter().zip(v) {
        weights += 1.0 / (v + tau2);
        sum += y / (v + tau2);
    }
    let mean = sum / weights;
    y.iter().zip(v).map(|(y, v)| (y - mean).powi(2) / (v + tau2)).sum()
}

/// The τ² ≥ 0 at which the decreasing generalised Q equals `target`; 0 when it is below already.
fn tau2_at(y: &[f64], v: &[f64], target: f64) -> f64 {
    if generalised_q(y, v, 0.0) <= target {
        return 0.0;
    }
    let mut high = variance_of(y) + v.iter().copied().fold(0.0, f64::max);
    while generalised_q(y, v, high) > target && high < f64::MAX / 4.0 {
        high *= 2.0;
    }
    root(0.0, high, |tau2| generalised_q(y, v, tau2) - target)
}

pub(super) fn variance_of(y: &[f64]) -> f64 {
    let mean = y.iter().sum::<f64>() / y.len() as f64;
    y.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / (y.len() as f64 - 1.0)
}

/// Returns the spread between K groups from their estimates and unbiased sampling variances.
///
/// `LengthMismatch`, `TooFewGroups` below 2, `OutOfRange` for numbers that are not finite or negative variances,
/// `NoVariation` when a sampling variance is zero. O(K) for each step of one root.
pub fn between_group_variance(estimates: &[f64], variances: &[f64]) -> Result<Spread, Undefined> {
    check(estimates, variances)?;
    let df = (estimates.len() - 1) as f64;
    let q = generalised_q(estimates, variances, 0.0);
    let (sum, squares) = variances.iter().fold((0.0, 0.0), |(s, t), v| (s + 1.0 / v, t + 1.0 / (v * v)));
    let variance_of_estimates = variance_of(estimates);
    let sampling_variance_mean = variances.iter().sum::<f64>() / variances.len() as f64;
    Ok(Spread {
        variance_of_estimates,
        sampling_variance_mean,
        variance: variance_of_estimates - sampling_variance_mean,
        homogeneity: ChiSquareTest::new(q, df)?,
        tau2_dersimonian_laird: ((q - df) / (sum - squares / sum)).max(0.0),
        tau2_paule_mandel: tau2_at(estimates, variances, df),
    })
}

/// Returns the double-corrected interval of the variance between groups: quantiles of S*² − 2·mean v floored at 0, where
/// S*² is the variance of estimates drawn anew from their normal laws.
///
/// Each redraw adds a second copy of the sampling variance, hence the 2. Conservative (simulated 0.98–1.00 at 95 %).
/// The default is [`q_profile`]. Errors as [`between_group_variance`]; `LengthMismatch` when the draws are for another
/// number of groups.
pub fn between_group_variance_interval(
    estimates: &[f64],
    variances: &[f64],
    draws: &Draws,
    confidence: Confidence,
) -> Result<Interval, Undefined> {
    check(estimates, variances)?;
    if draws.n_groups() != estimates.len() {
        return Err(Undefined::LengthMismatch);
    }
    let se: Vec<f64> = variances.iter().map(|v| v.sqrt()).collect();
    let mean_variance = variances.iter().sum::<f64>() / variances.len() as f64;
    let mut redrawn = estimates.to_vec();
    let mut values = Vec::new();
    draws.each(|z| {
        for (((target, y), s), z) in redrawn.iter_mut().zip(estimates).zip(&se).zip(z) {
            *target = y + s * z;
        }
        values.push(variance_of(&redrawn) - 2.0 * mean_variance);
    });
    values.sort_by(f64::total_cmp);
    let tail = 0.5 * confidence.alpha();
    Ok(Interval {
        lower: quantile_of_sorted(&values, tail).max(0.0),
        upper: quantile_of_sorted(&values, 1.0 - tail).max(0.0),
    })
}

/// Returns the Q-profile interval of τ², the variance between groups (Viechtbauer 2007): all τ² at which the generalised
/// Q lies between the α/2 and 1 − α/2 quantiles of χ²_{K−1}; cut at 0.
///
/// Errors as [`between_group_variance`].
pub fn q_profile(
    estimates: &[f64],
    variances: &[f64],
    confidence: Confidence,
) -> Result<Interval, Undefined> {
    check(estimates, variances)?;
    let df = (estimates.len() - 1) as f64;
    let tail = 0.5 * confidence.alpha();
    Ok(Interval {
        lower: tau2_at(estimates, variances, chi_square_quantile_upper(tail, df)),
        upper: tau2_at(estimates, variances, chi_square_quantile(tail, df)),
    })
}

/// Returns Pearson's χ² test, without correction, that K groups share one rate, from events k of n.
///
/// The variance is at the pooled rate. `LengthMismatch`, `TooFewGroups` below 2, `NotCounts`, `NoRows` when a group is
/// empty, `NoVariation` when no row or every row is an event.
pub fn chi2_homogeneity(k: &[f64], n: &[f64]) -> Result<ChiSquareTest, Undefined> {
    if k.len() != n.len() {
        return Err(Undefined::LengthMismatch);
    }
    if k.len() < 2 {
        return Err(Undefined::TooFewGroups);
    }
    if !k.iter().zip(n).all(|(k, n)| k.is_finite() && n.is_finite() && *k >= 0.0 && k <= n) {
        return Err(Undefined::NotCounts);
    }
    if n.contains(&0.0) {
        return Err(Undefined::NoRows);
    }
    let (events, rows) = (k.iter().sum::<f64>(), n.iter().sum::<f64>());
    let rate = events / rows;
    if !(rate > 0.0 && rate < 1.0) {
        return Err(Undefined::NoVariation);
    }
    let statistic: f64 =
        k.iter().zip(n).map(|(k, n)| (k - n * rate).powi(2) / (n * rate * (1.0 - rate))).sum();
    ChiSquareTest::new(statistic, (k.len() - 1) as f64)
}
