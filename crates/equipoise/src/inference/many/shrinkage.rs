//! Shrinkage of small groups' estimates toward the common mean: to rank and to draw, never to accuse one group.

use super::spread::{check, variance_of};
use crate::inference::Undefined;

/// Shrunken group values.
///
/// Their intervals cover on average over groups, not for each group: raw values and intervals stand beside them.
#[derive(Clone, Debug, PartialEq)]
pub struct Shrunken {
    /// The shrunken value of each group.
    pub values: Vec<f64>,
    /// The standard deviation of each group's true value around it.
    pub sd: Vec<f64>,
    /// How far each group was moved to the common mean: 0 not at all, 1 wholly.
    pub shrinkage: Vec<f64>,
    /// The common mean.
    pub mean: f64,
    /// The standard deviation τ between groups: the given one, or its posterior mean.
    pub tau: f64,
}

/// Returns the empirical-Bayes values at a given variance τ² between groups: B = v/(v + τ²), value = B·mean + (1 − B)·y,
/// sd² = (1 − B)v + B²/Σw, with the mean weighted by w = 1/(v + τ²).
///
/// Ignores that τ² is estimated and so under-covers; [`hb_shrinkage`] does not. Errors as
/// [`between_group_variance`](super::between_group_variance), `OutOfRange` when τ² is negative.
pub fn eb_shrinkage(estimates: &[f64], variances: &[f64], tau2: f64) -> Result<Shrunken, Undefined> {
    check(estimates, variances)?;
    if !(tau2.is_finite() && tau2 >= 0.0) {
        return Err(Undefined::OutOfRange);
    }
    let (sum, mean) = weighted_mean(estimates, variances, tau2);
    let shrinkage: Vec<f64> = variances.iter().map(|v| v / (v + tau2)).collect();
    let values = estimates.iter().zip(&shrinkage).map(|(y, b)| b * mean + (1.0 - b) * y).collect();
    let sd = variances.iter().zip(&shrinkage).map(|(v, b)| ((1.0 - b) * v + b * b / sum).sqrt()).collect();
    Ok(Shrunken { values, sd, shrinkage, mean, tau: tau2.sqrt() })
}

/// Σ 1/(v + τ²) and the mean weighted by it.
fn weighted_mean(y: &[f64], v: &[f64], tau2: f64) -> (f64, f64) {
    let sum: f64 = v.iter().map(|v| 1.0 / (v + tau2)).sum();
    (sum, y.iter().zip(v).map(|(y, v)| y / (v + tau2)).sum::<f64>() / sum)
}

/// Points of the grid over τ.
const GRID: usize = 400;

/// Returns the shrunken values averaged over τ, with flat priors on the mean and on τ: the default.
///
/// The midpoints of a grid of 400 on τ from 0 to 5·max(sd of the estimates, √mean v), weighted by
/// Πw^{½}·(Σw)^{−½}·exp(−½Σw(y − mean)²). Errors as [`eb_shrinkage`]. O(400·K).
pub fn hb_shrinkage(estimates: &[f64], variances: &[f64]) -> Result<Shrunken, Undefined> {
    check(estimates, variances)?;
    let n = estimates.len();
    let mean_variance = variances.iter().sum::<f64>() / n as f64;
    let top = 5.0 * variance_of(estimates).sqrt().max(mean_variance.sqrt());
    let tau = |i: usize| (i as f64 + 0.5) / GRID as f64 * top;
    let log_weights: Vec<f64> =
        (0..GRID).map(|i| log_posterior(estimates, variances, tau(i).powi(2))).collect();
    let highest = log_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> = log_weights.iter().map(|l| (l - highest).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|w| *w /= total);

    let mut averaged =
        Shrunken { values: vec![0.0; n], sd: vec![0.0; n], shrinkage: vec![0.0; n], mean: 0.0, tau: 0.0 };
    for (i, weight) in weights.iter().enumerate() {
        let point = eb_shrinkage(estimates, variances, tau(i).powi(2))?;
        averaged.mean += weight * point.mean;
        averaged.tau += weight * point.tau;
        for g in 0..n {
            averaged.values[g] += weight * point.values[g];
            averaged.shrinkage[g] += weight * point.shrinkage[g];
        }
    }
    // A second pass, since the variance over τ needs the mean first: variance within a τ plus that of the value.
    for (i, weight) in weights.iter().enumerate() {
        let point = eb_shrinkage(estimates, variances, tau(i).powi(2))?;
        for g in 0..n {
            averaged.sd[g] += weight * (point.sd[g].powi(2) + (point.values[g] - averaged.values[g]).powi(2));
        }
    }
    averaged.sd.iter_mut().for_each(|s| *s = s.sqrt());
    Ok(averaged)
}

/// The logarithm of the posterior density of τ, up to a constant.
fn log_posterior(y: &[f64], v: &[f64], tau2: f64) -> f64 {
    let (sum, mean) = weighted_mean(y, v, tau2);
    let each = |(y, v): (&f64, &f64)| {
        let w = 1.0 / (v + tau2);
        0.5 * w.ln() - 0.5 * w * (y - mean).powi(2)
    };
    y.iter().zip(v).map(each).sum::<f64>() - 0.5 * sum.ln()
}
