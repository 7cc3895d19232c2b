//! The Poisson bootstrap of a count table: its cost depends on the cells, never on the rows.
//!
//! Resampling n rows and resampling the count table are the same thing; independent Poisson cells differ from the
//! multinomial only in statistics that depend on the total (Hanley & MacGibbon 2006; Chamandy et al. 2012).
//! Replicate b of a table is drawn from stream b of the seed, so replicates may be computed in any order and on any
//! thread, and the replicates of shards add.
//!
//! What it is for: statistics without a formula (decompositions, a user's own metric, several statistics at once).
//! What it is **not** for: rates, differences and ratios (score intervals are better); the largest gap of many groups
//! and distances near equality (percentile intervals cover 0 % and 70 % there); groups under 20 rows; clustered rows.

use super::normals::Stream;
use super::special::{normal_cdf, normal_quantile};
use super::{Confidence, Interval, Undefined};
use crate::stats::view::Cell;

/// The largest share of replicates in which a statistic may be undefined before its interval is.
///
/// At 2.5 % the undefined replicates could all lie beyond one end of a 95 % interval.
const UNDEFINED_SHARE_MAX: f64 = 0.025;

/// A count table made ready for Poisson draws.
///
/// A cell with weights w is drawn as c·Poisson(m) with c = Σw²/Σw and m = (Σw)²/Σw², which has mean Σw and variance
/// Σw²: exactly the Poisson bootstrap for rows that stand for one each (c = 1) and for equal weights, the right first
/// two moments for others. A cell without rows would stay empty in every replicate and give an interval of width
/// zero: it is drawn as if it held half a row of the table's mean weight.
#[derive(Clone, Debug, PartialEq)]
pub struct PoissonTable {
    /// (scale c, mean m) for each cell.
    cells: Vec<(f64, f64)>,
}

impl PoissonTable {
    /// Prepares a table. `Undefined::NoRows` when it holds no weight, `OutOfRange` when a sum is negative or not finite.
    pub fn new(table: &[Cell]) -> Result<Self, Undefined> {
        let total: Cell = table.iter().copied().sum();
        let valid = |x: f64| x.is_finite() && x >= 0.0;
        if !table.iter().all(|c| valid(c.weight) && valid(c.weight_squared))
            || !total.weight_squared.is_finite()
        {
            return Err(Undefined::OutOfRange);
        }
        if total.weight <= 0.0 || total.weight_squared <= 0.0 || total.rows == 0 {
            return Err(Undefined::NoRows);
        }
        let row_weight = total.weight / total.rows as f64;
        let cells = table
            .iter()
            .map(|c| {
                if c.weight > 0.0 && c.weight_squared > 0.0 {
                    (c.weight_squared / c.weight, c.weight * (c.weight / c.weight_squared))
                } else {
                    (row_weight, 0.5)
                }
            })
            .collect();
        Ok(Self { cells })
    }

    /// Writes replicate `index` of `seed` into `replicate`, which has one number for each cell.
    ///
    /// # Panics
    /// When `replicate` has another length than the table.
    pub fn draw(&self, seed: u64, index: u64, replicate: &mut [f64]) {
        assert_eq!(replicate.len(), self.cells.len(), "one number for each cell");
        let mut stream = Stream::new(seed, index);
        for (value, &(scale, mean)) in replicate.iter_mut().zip(&self.cells) {
            *value = scale * stream.poisson(mean);
        }
    }
}

/// The values of a statistic in the replicates of a table, in the order of the replicates.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicates {
    /// The statistic of the table itself.
    pub estimate: f64,
    /// The statistic in each replicate where it is defined and finite.
    pub values: Vec<f64>,
    /// Replicates in which it is undefined.
    pub undefined: usize,
}

/// Draws `n` replicates of `table` and evaluates `statistic` (of the cells' weights) on each.
///
/// The statistic answers `None` where it does not exist. Errors: those of [`PoissonTable::new`];
/// `ZeroDenominator` when the statistic does not exist on the table itself. O(n · cells), no allocation per replicate.
pub fn replicates(
    table: &[Cell],
    n: usize,
    seed: u64,
    statistic: impl Fn(&[f64]) -> Option<f64>,
) -> Result<Replicates, Undefined> {
    let poisson = PoissonTable::new(table)?;
    let weights: Vec<f64> = table.iter().map(|c| c.weight).collect();
    let estimate = statistic(&weights).filter(|v| v.is_finite()).ok_or(Undefined::ZeroDenominator)?;
    let mut cells = weights;
    let mut values = Vec::with_capacity(n);
    for index in 0..n {
        poisson.draw(seed, index as u64, &mut cells);
        values.extend(statistic(&cells).filter(|v| v.is_finite()));
    }
    let undefined = n - values.len();
    Ok(Replicates { estimate, values, undefined })
}

impl Replicates {
    /// Returns the values in ascending order, or why there are too few.
    fn sorted(&self) -> Result<Vec<f64>, Undefined> {
        let replicates = self.values.len() + self.undefined;
        if self.values.len() < 2 || self.undefined as f64 > UNDEFINED_SHARE_MAX * replicates as f64 {
            return Err(Undefined::UndefinedReplicates { undefined: self.undefined, replicates });
        }
        let mut sorted = self.values.clone();
        sorted.sort_by(f64::total_cmp);
        Ok(sorted)
    }

    /// Returns the percentile interval: the α/2 and 1 − α/2 quantiles of the replicates.
    ///
    /// First-order accurate, not for maxima or distances. `UndefinedReplicates` when over 2.5 % are undefined.
    pub fn percentile(&self, confidence: Confidence) -> Result<Interval, Undefined> {
        let sorted = self.sorted()?;
        let tail = confidence.alpha() / 2.0;
        Ok(Interval {
            lower: quantile_of_sorted(&sorted, tail),
            upper: quantile_of_sorted(&sorted, 1.0 - tail),
        })
    }

    /// Returns the bias-corrected and accelerated interval (Efron 1987), given the acceleration of
    /// [`bca_acceleration`].
    ///
    /// The share of replicates below the estimate (ties half) is kept half a replicate away from 0 and 1.
    pub fn bca(&self, acceleration: f64, confidence: Confidence) -> Result<Interval, Undefined> {
        if !acceleration.is_finite() {
            return Err(Undefined::OutOfRange);
        }
        let sorted = self.sorted()?;
        let n = sorted.len() as f64;
        let below = sorted.partition_point(|v| *v < self.estimate) as f64;
        let not_above = sorted.partition_point(|v| *v <= self.estimate) as f64;
        let share = (0.5 * (below + not_above) / n).clamp(0.5 / n, 1.0 - 0.5 / n);
        let z0 = normal_quantile(share);
        let limit = |p: f64| {
            let z = z0 + normal_quantile(p);
            let denominator = 1.0 - acceleration * z;
            // Past the pole the transformation has run through all of the replicates on that side.
            let level = if denominator > 0.0 { normal_cdf(z0 + z / denominator) } else { f64::from(z > 0.0) };
            quantile_of_sorted(&sorted, level)
        };
        let tail = confidence.alpha() / 2.0;
        Ok(Interval { lower: limit(tail), upper: limit(1.0 - tail) })
    }
}

/// Returns the studentised interval θ̂ − t*·se, t* the quantiles of (θ* − θ̂)/se* over `n` replicates.
///
/// `statistic` gives the value and its standard error on a table (on the log or logit scale for ratios and rates).
/// Second-order accurate where cells are not small; poor with nearly empty cells. Replicates with a standard error of
/// zero count as undefined. Errors: as [`replicates`], and `NoVariation` when the table's own standard error is zero.
pub fn studentised(
    table: &[Cell],
    n: usize,
    seed: u64,
    confidence: Confidence,
    statistic: impl Fn(&[f64]) -> Option<(f64, f64)>,
) -> Result<Interval, Undefined> {
    let weights: Vec<f64> = table.iter().map(|c| c.weight).collect();
    let (estimate, se) = statistic(&weights).ok_or(Undefined::ZeroDenominator)?;
    if !estimate.is_finite() || !se.is_finite() {
        return Err(Undefined::ZeroDenominator);
    }
    if se <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    // On the table itself the pivot is 0, so the replicates' estimate is 0 and their values are the pivots.
    let pivots = replicates(table, n, seed, |cells| {
        statistic(cells).filter(|(_, se)| *se > 0.0).map(|(value, se)| (value - estimate) / se)
    })?
    .percentile(confidence)?;
    Ok(Interval { lower: estimate - pivots.upper * se, upper: estimate - pivots.lower * se })
}

/// Returns the acceleration of the BCa interval from leave-one-row-out values, one for each cell:
/// a = Σ c l³ / (6 (Σ c l²)^{3/2}), l = mean of θ(−j) − θ(−j), c the rows of the cell.
///
/// In weighted tables the row that is left out has the cell's mean weight. `NoVariation` when no row matters,
/// `ZeroDenominator` when the statistic does not exist without one of the rows. O(cells) evaluations.
pub fn bca_acceleration(table: &[Cell], statistic: impl Fn(&[f64]) -> Option<f64>) -> Result<f64, Undefined> {
    let mut weights: Vec<f64> = table.iter().map(|c| c.weight).collect();
    let mut left_out = Vec::with_capacity(table.len());
    for (j, cell) in table.iter().enumerate().filter(|(_, cell)| cell.rows > 0) {
        let whole = weights[j];
        weights[j] = (whole - cell.weight / cell.rows as f64).max(0.0);
        let value = statistic(&weights).filter(|v| v.is_finite()).ok_or(Undefined::ZeroDenominator)?;
        weights[j] = whole;
        left_out.push((cell.rows as f64, value));
    }
    let rows: f64 = left_out.iter().map(|(c, _)| c).sum();
    if rows <= 0.0 {
        return Err(Undefined::NoRows);
    }
    let mean = left_out.iter().map(|(c, v)| c * v).sum::<f64>() / rows;
    let power = |p: i32| left_out.iter().map(|(c, v)| c * (mean - v).powi(p)).sum::<f64>();
    let acceleration = power(3) / (6.0 * power(2).powf(1.5));
    if acceleration.is_finite() { Ok(acceleration) } else { Err(Undefined::NoVariation) }
}

/// Returns the quantile of ascending values, interpolated linearly between order statistics (Hyndman & Fan type 7).
///
/// # Panics
/// When `sorted` is empty; callers have checked.
pub(super) fn quantile_of_sorted(sorted: &[f64], level: f64) -> f64 {
    let last = sorted.len() - 1;
    let position = level.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(counts: &[u64]) -> Vec<Cell> {
        counts.iter().map(|&n| Cell::of_rows(n)).collect()
    }

    fn rate_difference(c: &[f64]) -> Option<f64> {
        let (n1, n2) = (c[0] + c[1], c[2] + c[3]);
        (n1 > 0.0 && n2 > 0.0).then(|| c[0] / n1 - c[2] / n2)
    }

    fn level(confidence: f64) -> Confidence {
        Confidence::new(confidence).unwrap()
    }

    #[test]
    fn replicates_of_a_difference_have_its_standard_error() {
        let table = rows(&[60, 140, 135, 165]);
        let r = replicates(&table, 4_000, 1, rate_difference).unwrap();
        let mean = r.values.iter().sum::<f64>() / 4_000.0;
        let sd = (r.values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 3_999.0).sqrt();
        let exact = (0.3 * 0.7 / 200.0 + 0.45 * 0.55 / 300.0_f64).sqrt();
        // The standard error of a standard deviation is sd/√(2B) = 1.1 %; four of them.
        assert!((sd / exact - 1.0).abs() < 0.045, "{sd} {exact}");
        assert!((mean + 0.15).abs() < 4.0 * exact / 4_000.0_f64.sqrt());
        let interval = r.percentile(level(0.95)).unwrap();
        assert!((interval.upper - interval.lower - 2.0 * 1.96 * exact).abs() < 0.15 * exact);
    }

    #[test]
    fn a_zero_cell_does_not_give_a_width_of_zero() {
        let table = rows(&[0, 50, 5, 45]);
        let interval = replicates(&table, 500, 2, rate_difference).unwrap().percentile(level(0.95)).unwrap();
        assert!(interval.lower < -0.1 && interval.upper > interval.lower);
        let rate = |c: &[f64]| Some(c[0] / (c[0] + c[1]));
        let alone = replicates(&rows(&[0, 50]), 500, 2, rate).unwrap().percentile(level(0.95)).unwrap();
        assert!(alone.upper > 0.0);
    }

    #[test]
    fn weighted_cells_have_mean_and_variance_of_their_weights() {
        let cell = Cell { rows: 40, weight: 100.0, weight_squared: 400.0 };
        let r = replicates(&[cell], 20_000, 3, |c| Some(c[0])).unwrap();
        let mean = r.values.iter().sum::<f64>() / 20_000.0;
        let variance = r.values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 20_000.0;
        assert!((mean - 100.0).abs() < 5.0 * (400.0 / 20_000.0_f64).sqrt(), "{mean}");
        assert!((variance / 400.0 - 1.0).abs() < 5.0 * (2.2 / 20_000.0_f64).sqrt(), "{variance}");
    }

    #[test]
    fn same_seed_gives_the_same_replicates_and_another_seed_others() {
        let table = rows(&[6, 14, 12, 18]);
        let a = replicates(&table, 20, 7, rate_difference).unwrap();
        assert_eq!(a, replicates(&table, 20, 7, rate_difference).unwrap());
        assert_ne!(a, replicates(&table, 20, 8, rate_difference).unwrap());
        // Replicate b does not depend on how many are drawn.
        assert_eq!(a.values[..5], replicates(&table, 5, 7, rate_difference).unwrap().values[..]);
    }

    #[test]
    fn bca_without_bias_and_acceleration_is_the_percentile_interval() {
        let values: Vec<f64> = (0..=1000).map(|i| f64::from(i) / 1000.0).collect();
        let r = Replicates { estimate: 0.5, values, undefined: 0 };
        let (p, b) = (r.percentile(level(0.9)).unwrap(), r.bca(0.0, level(0.9)).unwrap());
        assert!((p.lower - b.lower).abs() < 1e-9 && (p.upper - b.upper).abs() < 1e-9);
        // Efron's formula by hand at z0 = 0, a = 0.05, z = ±1.6448536270.
        let shifted = r.bca(0.05, level(0.9)).unwrap();
        let z = 1.644_853_626_951_472_2_f64;
        assert!((shifted.lower - normal_cdf(-z / (1.0 + 0.05 * z))).abs() < 1e-9);
        assert!((shifted.upper - normal_cdf(z / (1.0 - 0.05 * z))).abs() < 1e-9);
    }

    #[test]
    fn studentised_interval_of_a_log_rate_ratio_contains_the_estimate_and_is_not_wider_than_twice_katz() {
        let table = rows(&[60, 140, 135, 165]);
        let log_ratio = |c: &[f64]| {
            let (n1, n2) = (c[0] + c[1], c[2] + c[3]);
            let se = 1.0 / c[0] - 1.0 / n1 + 1.0 / c[2] - 1.0 / n2;
            (c[0] > 0.0 && c[2] > 0.0).then(|| ((c[0] / n1 / (c[2] / n2)).ln(), se.sqrt()))
        };
        let interval = studentised(&table, 2_000, 4, level(0.95), log_ratio).unwrap();
        let (estimate, se) = log_ratio(&[60.0, 140.0, 135.0, 165.0]).unwrap();
        // Quantiles of 2,000 pivots near ±1.96 have a standard error of about 0.06.
        assert!((interval.lower - (estimate - 1.96 * se)).abs() < 0.35 * se);
        assert!((interval.upper - (estimate + 1.96 * se)).abs() < 0.35 * se);
    }

    #[test]
    fn tables_without_rows_and_statistics_without_value_are_undefined() {
        assert_eq!(PoissonTable::new(&[]).unwrap_err(), Undefined::NoRows);
        assert_eq!(PoissonTable::new(&rows(&[0, 0])).unwrap_err(), Undefined::NoRows);
        let bad = Cell { rows: 1, weight: f64::NAN, weight_squared: 1.0 };
        assert_eq!(PoissonTable::new(&[bad]).unwrap_err(), Undefined::OutOfRange);
        assert_eq!(replicates(&rows(&[1]), 5, 0, |_| None).unwrap_err(), Undefined::ZeroDenominator);
        let sometimes = replicates(&rows(&[1, 1]), 100, 0, |c| (c[0] > 0.0).then_some(1.0)).unwrap();
        assert!(sometimes.undefined > 10);
        assert!(matches!(sometimes.percentile(level(0.95)), Err(Undefined::UndefinedReplicates { .. })));
        assert_eq!(bca_acceleration(&rows(&[3, 3]), |_| Some(1.0)).unwrap_err(), Undefined::NoVariation);
        assert_eq!(bca_acceleration(&rows(&[0]), |_| Some(1.0)).unwrap_err(), Undefined::NoRows);
    }
}
