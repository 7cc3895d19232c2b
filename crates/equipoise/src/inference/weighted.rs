//! Rates of weighted and clustered rows.
//!
//! Survey weights and repeated persons make rows worth less than one each. The variance of the weighted rate is
//! linearised, turned into an **effective number of rows**, and that number goes into the ordinary intervals: Wilson
//! on screen, Korn and Graubard's on a certificate. Frequency weights ("this row stands for three identical people")
//! are another thing: there n is Σw, and the ordinary functions of [`rates`](super::rates) apply.

use super::rates::{clopper_pearson, wilson};
use super::special::student_t_quantile_upper;
use super::{Confidence, Interval, Undefined};

/// Sums over the rows of a group whose rows are independent; two of them merge by addition.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WeightedSums {
    /// The number of rows.
    pub rows: f64,
    /// Σw.
    pub weight: f64,
    /// Σw².
    pub weight_square: f64,
    /// Σwy: the weight of the rows with the event.
    pub event_weight: f64,
    /// Σw²y.
    pub event_weight_square: f64,
}

/// Sums over the rows of one cluster (one person, one household).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusterSums {
    /// Σw.
    pub weight: f64,
    /// Σwy.
    pub event_weight: f64,
}

/// A weighted rate and what its rows are worth.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WeightedRate {
    /// p̂ = Σwy/Σw.
    pub rate: f64,
    /// The linearised variance of the rate: g/(g − 1)·Σ_c(Σ_{i∈c} w_i(y_i − p̂)/Σw)².
    pub variance: f64,
    /// The number of rows.
    pub rows: f64,
    /// The number of clusters g; the rows where unclustered.
    pub clusters: f64,
    /// The effective number of rows p̂(1 − p̂)/variance, at most the rows.
    pub rows_effective: f64,
    /// Kish's (Σw)²/Σw², the part of it that is due to unequal weights alone.
    pub rows_kish: f64,
}

/// Returns the weighted rate of independent rows.
///
/// Where all or no rows have the event the residuals vanish, and the effective number of rows is Kish's.
///
/// # Errors
/// [`Undefined::NoRows`] where there is no row or no weight; [`Undefined::NotCounts`] where the sums are negative, not
/// finite, or say that events weigh more than all.
pub fn weighted_rate(sums: &WeightedSums) -> Result<WeightedRate, Undefined> {
    let WeightedSums { rows, weight, weight_square, event_weight, event_weight_square } = *sums;
    check_sums(rows, weight, weight_square, event_weight)?;
    if !(0.0 <= event_weight_square && event_weight_square <= weight_square) {
        return Err(Undefined::NotCounts);
    }
    let rate = (event_weight / weight).min(1.0);
    // Σw²(y − p)² split by y, so that both parts are sums of squares and nothing cancels.
    let miss = 1.0 - rate;
    let squares = event_weight_square * miss * miss + (weight_square - event_weight_square) * rate * rate;
    Ok(rate_from(sums, rate, squares / weight / weight, rows))
}

/// Returns the weighted rate of clustered rows, with the clusters' own sums.
///
/// `sums` are the totals of the group (its Σw and Σwy are those of the clusters); rows of one cluster may depend on
/// each other in any way. Clusters with no weight still count as clusters.
///
/// # Errors
/// As [`weighted_rate`]; [`Undefined::NoVariation`] for a single cluster, which says nothing about variation.
pub fn clustered_rate(sums: &WeightedSums, clusters: &[ClusterSums]) -> Result<WeightedRate, Undefined> {
    let WeightedSums { rows, weight, weight_square, event_weight, .. } = *sums;
    check_sums(rows, weight, weight_square, event_weight)?;
    if clusters.len() < 2 {
        return Err(Undefined::NoVariation);
    }
    let rate = (event_weight / weight).min(1.0);
    let mut squares = 0.0;
    for cluster in clusters {
        let within = 0.0 <= cluster.event_weight && cluster.event_weight <= cluster.weight;
        if !within || cluster.weight == f64::INFINITY {
            return Err(Undefined::NotCounts);
        }
        // Σw(y − p) = Σwy·(1 − p) − (Σw − Σwy)·p
        let misses = cluster.weight - cluster.event_weight;
        let residual = (cluster.event_weight * (1.0 - rate) - misses * rate) / weight;
        squares += residual * residual;
    }
    Ok(rate_from(sums, rate, squares, clusters.len() as f64))
}

fn check_sums(rows: f64, weight: f64, weight_square: f64, event_weight: f64) -> Result<(), Undefined> {
    let ordered = 0.0 <= event_weight && event_weight <= weight && 0.0 <= weight_square && 0.0 <= rows;
    if !ordered || !(rows + weight + weight_square).is_finite() {
        return Err(Undefined::NotCounts);
    }
    if rows < 1.0 || weight == 0.0 || weight_square == 0.0 { Err(Undefined::NoRows) } else { Ok(()) }
}

fn rate_from(sums: &WeightedSums, rate: f64, squares: f64, clusters: f64) -> WeightedRate {
    let rows_kish = (sums.weight / sums.weight_square * sums.weight).min(sums.rows);
    // One row leaves no residual: 0, not 0·∞.
    let variance =
        if squares == 0.0 || clusters <= 1.0 { 0.0 } else { clusters / (clusters - 1.0) * squares };
    let rows_effective = if variance == 0.0 { rows_kish } else { rate * (1.0 - rate) / variance };
    WeightedRate {
        rate,
        variance,
        rows: sums.rows,
        clusters,
        rows_effective: rows_effective.min(sums.rows),
        rows_kish,
    }
}

impl WeightedRate {
    /// Returns the effective number of rows at a level of confidence, after Korn and Graubard's correction.
    ///
    /// Few clusters estimate the variance badly: the number is multiplied by (t_{n−1}/t_{g−1})², both quantiles at
    /// 1 − α/2, and is again at most the rows. Without clusters, and where the variance is 0, it is
    /// [`rows_effective`](Self::rows_effective).
    pub fn rows_effective_at(&self, confidence: Confidence) -> f64 {
        if self.variance == 0.0 || self.clusters == self.rows || self.rows <= 1.0 || self.clusters <= 1.0 {
            return self.rows_effective;
        }
        let tail = 0.5 * confidence.alpha();
        let correction = student_t_quantile_upper(tail, self.rows - 1.0)
            / student_t_quantile_upper(tail, self.clusters - 1.0);
        let corrected = self.rate * (1.0 - self.rate) / self.variance * correction * correction;
        if corrected.is_finite() { corrected.min(self.rows) } else { self.rows_effective }
    }

    /// Returns the interval of Korn and Graubard (1998): Clopper and Pearson's at the effective number of rows.
    ///
    /// # Errors
    /// [`Undefined::NoRows`] where the effective number of rows is 0.
    pub fn korn_graubard(&self, confidence: Confidence) -> Result<Interval, Undefined> {
        let n = self.rows_effective_at(confidence);
        clopper_pearson((self.rate * n).min(n), n, confidence)
    }

    /// Returns Wilson's interval at the effective number of rows.
    ///
    /// # Errors
    /// [`Undefined::NoRows`] where the effective number of rows is 0; [`Undefined::NotACriticalValue`].
    pub fn wilson(&self, z: f64) -> Result<Interval, Undefined> {
        let n = match Confidence::from_z(z) {
            Ok(confidence) => self.rows_effective_at(confidence),
            Err(_) => self.rows_effective,
        };
        wilson((self.rate * n).min(n), n, z)
    }
}
