//! Whether a score means what it says: calibration errors by bins, in the large, by recalibration; Brier, log loss.
//!
//! The plain calibration error is biased up, the more so the fewer rows: a gap of ECE between groups of unequal size is
//! an artefact. What can be compared across groups is the debiased squared error and calibration in the large.

use super::auc::Level;
use super::means::Mean;
use super::special::chi_square_survival;
use super::{Confidence, Interval, Undefined};
use crate::stats::view::Cell;

/// The rows whose score falls into one bin.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Bin {
    /// Rows; with weights Σw.
    pub weight: f64,
    /// The number of rows that decides about variances: rows, or with weights the effective number (Σw)²/Σw².
    pub n: f64,
    /// Σ w·score.
    pub score_sum: f64,
    /// Σ w over rows with a positive outcome.
    pub positive: f64,
}

impl Bin {
    /// Returns a bin of unweighted rows.
    pub fn of_rows(n: u64, score_sum: f64, positive: u64) -> Self {
        Self { weight: n as f64, n: n as f64, score_sum, positive: positive as f64 }
    }

    /// Returns the mean score and the share of positives; `None` when the bin is empty.
    pub fn means(&self) -> Option<(f64, f64)> {
        (self.weight > 0.0).then(|| (self.score_sum / self.weight, self.positive / self.weight))
    }
}

/// Returns at most `n_bins` − 1 inner edges that split the rows of `levels` into bins of nearly equal weight.
///
/// Bin b holds scores in (edge b − 1, edge b]. Take the levels of all groups together, so that groups share their edges.
/// Scores with many rows may leave fewer bins. `NoRows` without weight, `OutOfRange` for 0 bins.
pub fn equal_mass_edges(levels: &[Level], n_bins: usize) -> Result<Vec<f64>, Undefined> {
    if n_bins == 0 {
        return Err(Undefined::OutOfRange);
    }
    let total: f64 = levels.iter().map(|l| l.positive.weight + l.negative.weight).sum();
    if !(total > 0.0 && total.is_finite()) {
        return Err(Undefined::NoRows);
    }
    let mut edges: Vec<f64> = Vec::with_capacity(n_bins - 1);
    let (mut below, mut wanted) = (0.0, 1);
    let last = levels.last().map_or(0.0, |l| l.value);
    for level in levels {
        below += level.positive.weight + level.negative.weight;
        if wanted < n_bins && below >= total * wanted as f64 / n_bins as f64 {
            if level.value < last {
                edges.push(level.value);
            }
            while wanted < n_bins && below >= total * wanted as f64 / n_bins as f64 {
                wanted += 1;
            }
        }
    }
    Ok(edges)
}

/// Puts levels into the bins between ascending inner edges; bin b holds scores in (edge b − 1, edge b].
///
/// Returns edges + 1 bins, some perhaps empty. `NotSorted` when levels or edges do not ascend.
pub fn bins(levels: &[Level], edges: &[f64]) -> Result<Vec<Bin>, Undefined> {
    if !edges.is_sorted_by(|a, b| a < b) || !levels.is_sorted_by(|a, b| a.value < b.value) {
        return Err(Undefined::NotSorted);
    }
    let mut bins = vec![(Bin::default(), Cell::default()); edges.len() + 1];
    for level in levels {
        let (bin, cell) = &mut bins[edges.partition_point(|e| *e < level.value)];
        let here = level.positive + level.negative;
        *cell = *cell + here;
        bin.score_sum += level.value * here.weight;
        bin.positive += level.positive.weight;
    }
    let finish = |(bin, cell): (Bin, Cell)| {
        let n =
            if cell.weight_squared > 0.0 { cell.weight * (cell.weight / cell.weight_squared) } else { 0.0 };
        Bin { weight: cell.weight, n, ..bin }
    };
    Ok(bins.into_iter().map(finish).collect())
}

/// Calibration errors over bins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationErrors {
    /// Expected calibration error Σ (n_b/N)·|ȳ_b − s̄_b|: biased up.
    pub expected: f64,
    /// Maximum calibration error max |ȳ_b − s̄_b| over bins with rows: biased up, more so.
    pub maximum: f64,
    /// Σ (n_b/N)·(ȳ_b − s̄_b)²: biased up.
    pub squared: f64,
    /// Σ (n_b/N)·[(ȳ_b − s̄_b)² − ȳ_b(1 − ȳ_b)/(n_b − 1)] (Kumar, Liang & Ma 2019): nearly unbiased, may be negative.
    pub squared_debiased: f64,
}

/// Returns the calibration errors over bins. Empty bins do not count; a bin of one row cannot be debiased and is taken
/// as it is. `NoRows` when all bins are empty, `OutOfRange` when a bin is not a bin.
pub fn calibration_errors(bins: &[Bin]) -> Result<CalibrationErrors, Undefined> {
    let total = total_weight(bins)?;
    let mut errors = CalibrationErrors { expected: 0.0, maximum: 0.0, squared: 0.0, squared_debiased: 0.0 };
    for bin in bins {
        let Some((score, rate)) = bin.means() else { continue };
        let share = bin.weight / total;
        let gap = rate - score;
        errors.expected += share * gap.abs();
        errors.maximum = errors.maximum.max(gap.abs());
        errors.squared += share * gap * gap;
        let noise = if bin.n > 1.0 { rate * (1.0 - rate) / (bin.n - 1.0) } else { 0.0 };
        errors.squared_debiased += share * (gap * gap - noise);
    }
    Ok(errors)
}

fn total_weight(bins: &[Bin]) -> Result<f64, Undefined> {
    let valid = |b: &Bin| {
        [b.weight, b.n, b.score_sum, b.positive].iter().all(|x| x.is_finite())
            && b.weight >= 0.0
            && b.n >= 0.0
            && (0.0..=b.weight).contains(&b.positive)
    };
    if !bins.iter().all(valid) {
        return Err(Undefined::OutOfRange);
    }
    let total: f64 = bins.iter().map(|b| b.weight).sum();
    if total > 0.0 { Ok(total) } else { Err(Undefined::NoRows) }
}

/// On which rows the model was fitted, which decides the degrees of freedom of Hosmer & Lemeshow's test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FittedOn {
    /// On other rows than these: B degrees of freedom for B bins.
    OtherRows,
    /// On these very rows: B − 2.
    TheseRows,
}

/// A χ² test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChiSquareTest {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// The p-value.
    pub p: f64,
}

impl ChiSquareTest {
    /// Evaluates a statistic against χ² with `df` degrees of freedom. `NoVariation` when there are none.
    pub(super) fn new(statistic: f64, df: f64) -> Result<Self, Undefined> {
        if df.is_nan() || df <= 0.0 || !statistic.is_finite() {
            return Err(Undefined::NoVariation);
        }
        Ok(Self { statistic, df, p: chi_square_survival(statistic.max(0.0), df) })
    }
}

/// Returns Hosmer & Lemeshow's test Σ(k − Σp)²/(n s̄(1 − s̄)) over bins with rows.
///
/// With weights, n is the effective number of rows of a bin. Its power depends on bins and rows, so it is no default.
/// `ZeroDenominator` when the mean score of a bin is 0 or 1, `NoVariation` when no degrees of freedom are left.
pub fn hosmer_lemeshow(bins: &[Bin], fitted_on: FittedOn) -> Result<ChiSquareTest, Undefined> {
    total_weight(bins)?;
    let (mut statistic, mut filled) = (0.0, 0.0);
    for bin in bins {
        let Some((score, rate)) = bin.means() else { continue };
        if !(score > 0.0 && score < 1.0) {
            return Err(Undefined::ZeroDenominator);
        }
        statistic += bin.n * (rate - score).powi(2) / (score * (1.0 - score));
        filled += 1.0;
    }
    ChiSquareTest::new(statistic, if fitted_on == FittedOn::OtherRows { filled } else { filled - 2.0 })
}

/// Calibration in the large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct InTheLarge {
    /// Mean outcome minus mean score: positive where the score is too low.
    pub value: f64,
    /// Its t interval.
    pub interval: Interval,
    /// The residual y − score as a mean, for gaps between groups (see [`welch`](super::means::welch)).
    pub residual: Mean,
}

/// Returns mean(y − score) with its t interval, from levels.
///
/// `NoRows` without weight, `TooFewRows` for one row, `NoVariation` when all residuals are equal. O(levels).
pub fn calibration_in_the_large(levels: &[Level], confidence: Confidence) -> Result<InTheLarge, Undefined> {
    let total: Cell = levels.iter().map(|l| l.positive + l.negative).sum();
    if total.rows == 0 || !(total.weight > 0.0 && total.weight_squared > 0.0) {
        return Err(Undefined::NoRows);
    }
    if total.rows < 2 {
        return Err(Undefined::TooFewRows);
    }
    let residuals = || levels.iter().flat_map(|l| [(l.positive, 1.0 - l.value), (l.negative, -l.value)]);
    let value = residuals().map(|(cell, r)| cell.weight * r).sum::<f64>() / total.weight;
    let spread = residuals().map(|(cell, r)| cell.weight_squared * (r - value).powi(2)).sum::<f64>();
    let rows = total.rows as f64;
    let variance_of_mean = spread / (total.weight * total.weight) * (rows / (rows - 1.0));
    let n = total.weight * (total.weight / total.weight_squared);
    let residual = Mean::of_weighted(value, variance_of_mean, n)?;
    Ok(InTheLarge { value, interval: residual.interval(confidence)?, residual })
}

/// The logistic recalibration logit P(y = 1) = intercept + slope·logit(score).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recalibration {
    /// 0 for a calibrated score.
    pub intercept: f64,
    /// 1 for a calibrated score; below 1 for scores that are too extreme.
    pub slope: f64,
    /// Wald interval of the intercept.
    pub intercept_interval: Interval,
    /// Wald interval of the slope.
    pub slope_interval: Interval,
    /// Newton steps that were made.
    pub iterations: usize,
}

/// Newton steps allowed; a fit that has a maximum takes under ten.
const NEWTON_STEPS_MAX: usize = 60;
/// Gradient per unit of weight at which the fit stands still: rounding of sums of probabilities.
const NEWTON_TOLERANCE: f64 = 1e-11;
/// Coefficients beyond this mean that the likelihood rises without end.
const COEFFICIENT_MAX: f64 = 1e4;

/// Fits the outcome to logit(score) by weighted logistic regression, Newton's steps halved while the likelihood falls.
///
/// The intervals use the sandwich variance with squared weights, which is the usual Wald variance up to the model's
/// own misfit. `OutOfRange` when a score with rows is not strictly between 0 and 1; `OneOutcome`; `NoVariation` when all
/// scores are equal; `Separated` when the score separates the outcomes; `NotConverged` otherwise. O(levels) a step.
pub fn recalibration(levels: &[Level], confidence: Confidence) -> Result<Recalibration, Undefined> {
    let rows: Vec<&Level> = levels.iter().filter(|l| l.positive.weight + l.negative.weight > 0.0).collect();
    let (first, last) = rows.first().zip(rows.last()).ok_or(Undefined::NoRows)?;
    if !rows.iter().all(|l| l.value > 0.0 && l.value < 1.0) {
        return Err(Undefined::OutOfRange);
    }
    let sum = |of: fn(&Level) -> f64| rows.iter().map(|l| of(l)).sum::<f64>();
    let (positives, negatives) = (sum(|l| l.positive.weight), sum(|l| l.negative.weight));
    if positives <= 0.0 || negatives <= 0.0 {
        return Err(Undefined::OneOutcome);
    }
    if first.value >= last.value {
        return Err(Undefined::NoVariation);
    }
    let points: Vec<(f64, Cell, Cell)> =
        rows.iter().map(|l| ((l.value / (1.0 - l.value)).ln(), l.positive, l.negative)).collect();
    if separates(&points) {
        return Err(Undefined::Separated);
    }
    let (beta, iterations) = newton(&points, positives + negatives)?;
    let information = Information::at(&points, beta);
    let variance = information.sandwich().ok_or(Undefined::NoVariation)?;
    let wald = |value: f64, variance: f64| {
        let h = confidence.z() * variance.sqrt();
        Interval { lower: value - h, upper: value + h }
    };
    Ok(Recalibration {
        intercept: beta[0],
        slope: beta[1],
        intercept_interval: wald(beta[0], variance[0]),
        slope_interval: wald(beta[1], variance[1]),
        iterations,
    })
}

/// Whether all negatives lie on one side of all positives, ties at a single value allowed: then no maximum exists.
fn separates(points: &[(f64, Cell, Cell)]) -> bool {
    let range = |of: fn(&(f64, Cell, Cell)) -> f64| {
        let mut x = points.iter().filter(|p| of(p) > 0.0).map(|p| p.0);
        let first = x.next().unwrap_or(0.0);
        (first, x.next_back().unwrap_or(first))
    };
    let (positive, negative) = (range(|p| p.1.weight), range(|p| p.2.weight));
    negative.1 <= positive.0 || positive.1 <= negative.0
}

/// Sums over the points at a pair of coefficients.
struct Information {
    log_likelihood: f64,
    gradient: [f64; 2],
    /// Σ w p(1 − p)·(1, x, x²).
    hessian: [f64; 3],
    /// Σ w² (y − p)²·(1, x, x²).
    scores: [f64; 3],
}

impl Information {
    fn at(points: &[(f64, Cell, Cell)], beta: [f64; 2]) -> Self {
        let mut s = Self { log_likelihood: 0.0, gradient: [0.0; 2], hessian: [0.0; 3], scores: [0.0; 3] };
        for (x, positive, negative) in points {
            let eta = beta[0] + beta[1] * x;
            let p = 1.0 / (1.0 + (-eta).exp());
            let q = 1.0 / (1.0 + eta.exp());
            // ln p = −ln(1 + e^{−η}), by the branch that does not overflow.
            let ln_p = eta.min(0.0) - (-eta.abs()).exp().ln_1p();
            s.log_likelihood += positive.weight * ln_p + negative.weight * (ln_p - eta);
            let residual = positive.weight * q - negative.weight * p;
            let curvature = (positive.weight + negative.weight) * p * q;
            let squares = positive.weight_squared * q * q + negative.weight_squared * p * p;
            for (k, power) in [1.0, *x, x * x].into_iter().enumerate() {
                if k < 2 {
                    s.gradient[k] += residual * power;
                }
                s.hessian[k] += curvature * power;
                s.scores[k] += squares * power;
            }
        }
        s
    }

    fn determinant(&self) -> f64 {
        self.hessian[0] * self.hessian[2] - self.hessian[1] * self.hessian[1]
    }

    fn step(&self) -> Option<[f64; 2]> {
        let [a, b, c] = self.hessian;
        let determinant = self.determinant();
        let step = [
            (c * self.gradient[0] - b * self.gradient[1]) / determinant,
            (a * self.gradient[1] - b * self.gradient[0]) / determinant,
        ];
        (determinant > 0.0 && step.iter().all(|v| v.is_finite())).then_some(step)
    }

    /// The diagonal of H⁻¹ S H⁻¹.
    fn sandwich(&self) -> Option<[f64; 2]> {
        let [a, b, c] = self.hessian;
        let [s, t, u] = self.scores;
        let square = self.determinant() * self.determinant();
        let variance = [
            (c * c * s - 2.0 * b * c * t + b * b * u) / square,
            (b * b * s - 2.0 * a * b * t + a * a * u) / square,
        ];
        variance.iter().all(|v| v.is_finite() && *v > 0.0).then_some(variance)
    }
}

fn newton(points: &[(f64, Cell, Cell)], total: f64) -> Result<([f64; 2], usize), Undefined> {
    let mut beta = [0.0, 1.0];
    let mut here = Information::at(points, beta);
    for iteration in 0..NEWTON_STEPS_MAX {
        // The gradient of the slope is measured in units of the spread of x.
        let scale = (here.hessian[2] / here.hessian[0]).sqrt().max(1.0);
        if here.gradient[0].abs() <= NEWTON_TOLERANCE * total
            && here.gradient[1].abs() <= NEWTON_TOLERANCE * total * scale
        {
            return Ok((beta, iteration));
        }
        let step = here.step().ok_or(Undefined::NotConverged { iterations: iteration })?;
        let mut length = 1.0;
        loop {
            let next = [beta[0] + length * step[0], beta[1] + length * step[1]];
            let there = Information::at(points, next);
            // The last steps change the likelihood by less than its rounding error: that much fall is allowed.
            if there.log_likelihood >= here.log_likelihood - 1e-12 * here.log_likelihood.abs() {
                (beta, here) = (next, there);
                break;
            }
            length *= 0.5;
            if length < 1e-6 {
                return Err(Undefined::NotConverged { iterations: iteration });
            }
        }
        if beta.iter().any(|b| b.abs() > COEFFICIENT_MAX) {
            return Err(Undefined::Separated);
        }
    }
    Err(Undefined::NotConverged { iterations: NEWTON_STEPS_MAX })
}

/// Returns the Brier score, the mean of (y − score)², in [0, 1] for scores in [0, 1]. `NoRows` without weight.
pub fn brier(levels: &[Level]) -> Result<f64, Undefined> {
    mean_loss(levels, |score| ((1.0 - score).powi(2), score * score))
}

/// Returns the log loss, the mean of −ln P(y): ∞ when an outcome of probability 0 occurred.
///
/// scikit-learn clips probabilities instead. `NoRows` without weight, `OutOfRange` when a score is outside [0, 1].
pub fn log_loss(levels: &[Level]) -> Result<f64, Undefined> {
    if !levels.iter().all(|l| (0.0..=1.0).contains(&l.value)) {
        return Err(Undefined::OutOfRange);
    }
    mean_loss(levels, |score| (-score.ln(), -(-score).ln_1p()))
}

/// The weighted mean of the losses of a positive and a negative; a loss without weight does not count, even if infinite.
fn mean_loss(levels: &[Level], losses: impl Fn(f64) -> (f64, f64)) -> Result<f64, Undefined> {
    let (mut sum, mut total) = (0.0, 0.0);
    for level in levels {
        let (of_positive, of_negative) = losses(level.value);
        for (weight, loss) in [(level.positive.weight, of_positive), (level.negative.weight, of_negative)] {
            if weight > 0.0 {
                sum += weight * loss;
                total += weight;
            }
        }
    }
    if total > 0.0 && total.is_finite() { Ok(sum / total) } else { Err(Undefined::NoRows) }
}
