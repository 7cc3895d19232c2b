//! How well a score ranks positives above negatives: AUC by DeLong, its interval, ROC, average precision, ABROCA.
//!
//! Everything comes from the weights of positives and negatives at each distinct value of the score, so it costs
//! O(distinct values) whatever the rows, and merges by addition. Ties count one half.

use super::special::{beta_quantile, beta_quantile_upper};
use super::{Confidence, Interval, Undefined};
use crate::stats::view::{Atom, Cell};

/// Positives and negatives at one value of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// The value.
    pub value: f64,
    /// Rows whose outcome is positive.
    pub positive: Cell,
    /// Rows whose outcome is negative.
    pub negative: Cell,
}

/// Merges the laws of a score among positives and among negatives into levels, ascending, one for each value.
///
/// Positives of one group and negatives of another give the cross-group AUC (xAUC), by the same functions.
/// `NotSorted` when the atoms of a side do not ascend, `OutOfRange` for values or weights that are no numbers.
pub fn levels(positives: &[Atom], negatives: &[Atom]) -> Result<Vec<Level>, Undefined> {
    for side in [positives, negatives] {
        let valid = |a: &Atom| a.value.is_finite() && a.cell.weight.is_finite() && a.cell.weight >= 0.0;
        if !side.iter().all(valid) {
            return Err(Undefined::OutOfRange);
        }
        if !side.is_sorted_by(|a, b| a.value < b.value) {
            return Err(Undefined::NotSorted);
        }
    }
    let mut merged = Vec::with_capacity(positives.len() + negatives.len());
    let (mut i, mut j) = (0, 0);
    loop {
        let value = match (positives.get(i), negatives.get(j)) {
            (Some(p), Some(n)) => p.value.min(n.value),
            (Some(a), None) | (None, Some(a)) => a.value,
            (None, None) => return Ok(merged),
        };
        let take = |side: &[Atom], idx: &mut usize| match side.get(*idx) {
            Some(atom) if atom.value == value => {
                *idx += 1;
                atom.cell
            }
            _ => Cell::default(),
        };
        let (positive, negative) = (take(positives, &mut i), take(negatives, &mut j));
        merged.push(Level { value, positive, negative });
    }
}

/// The area under the ROC curve with DeLong's variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Auc {
    /// P(score of a positive > score of a negative) + ½ P(equal), in [0, 1].
    pub value: f64,
    /// DeLong's variance; `None` when a side has a single row.
    pub variance: Option<f64>,
    /// Positive rows; with weights the effective number (Σw)²/Σw².
    pub n_positive: f64,
    /// Negative rows, likewise.
    pub n_negative: f64,
}

/// The interval of an AUC, with what a reader must know about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AucInterval {
    /// The limits, inside [0, 1].
    pub interval: Interval,
    /// DeLong's variance is zero or absent (perfect ranking, one value, one row): the limits are those of
    /// Clopper & Pearson for min(m, n) rows instead.
    pub is_degenerate: bool,
    /// The smaller class has under 20 (effective) rows, where coverage is not to be relied on.
    pub is_small: bool,
}

/// Classes with fewer rows than this are marked small.
const SMALL_BELOW: f64 = 20.0;

/// Returns the AUC and DeLong's variance (DeLong, DeLong & Clarke-Pearson 1988) from levels in ascending order.
///
/// The placement of a positive is the share of negatives below it, ties half; that of a negative the share of positives
/// above. Var = s²(placements of positives)/m + s²(placements of negatives)/n. With weights w, s²/m becomes
/// Σw²(V − A)²/(Σw)² · m/(m − 1), m the rows: the same without weights. `NoRows` without any weight, `OneOutcome` when
/// one of the outcomes has none. O(levels).
pub fn delong(levels: &[Level]) -> Result<Auc, Undefined> {
    let positive: Cell = levels.iter().map(|l| l.positive).sum();
    let negative: Cell = levels.iter().map(|l| l.negative).sum();
    let has_weight = |c: &Cell| c.weight > 0.0 && c.weight_squared > 0.0;
    match (has_weight(&positive), has_weight(&negative)) {
        (false, false) => return Err(Undefined::NoRows),
        (true, true) => {}
        _ => return Err(Undefined::OneOutcome),
    }
    if !(positive.weight_squared.is_finite() && negative.weight_squared.is_finite()) {
        return Err(Undefined::OutOfRange);
    }
    // Placements at each level, in ascending order: `below` for its positives, `above` for its negatives.
    let placements = || {
        levels.iter().scan((0.0, 0.0), |(negatives, positives), level| {
            let below = (*negatives + 0.5 * level.negative.weight) / negative.weight;
            let above = 1.0 - (*positives + 0.5 * level.positive.weight) / positive.weight;
            *negatives += level.negative.weight;
            *positives += level.positive.weight;
            Some((level, below, above))
        })
    };
    let value =
        placements().map(|(level, below, _)| level.positive.weight * below).sum::<f64>() / positive.weight;
    let value = value.clamp(0.0, 1.0);
    let (mut spread_positive, mut spread_negative) = (0.0, 0.0);
    for (level, below, above) in placements() {
        spread_positive += level.positive.weight_squared * (below - value).powi(2);
        spread_negative += level.negative.weight_squared * (above - value).powi(2);
    }
    let part = |spread: f64, c: &Cell| {
        (c.rows > 1).then(|| spread / (c.weight * c.weight) * (c.rows as f64 / (c.rows as f64 - 1.0)))
    };
    let variance = part(spread_positive, &positive)
        .zip(part(spread_negative, &negative))
        // Sums of rounding errors of a perfect ranking are no variance.
        .map(|(p, n)| if p + n < 1e-28 { 0.0 } else { p + n });
    let effective = |c: &Cell| c.weight * (c.weight / c.weight_squared);
    Ok(Auc { value, variance, n_positive: effective(&positive), n_negative: effective(&negative) })
}

impl Auc {
    /// Returns the interval on the logit scale, logit(A) ± z·√Var/(A(1 − A)): inside [0, 1] and close to its level from
    /// 20 rows of each class.
    ///
    /// Where the variance is zero or absent the limits are Clopper & Pearson's for k = A·n of n = min(m, n) rows: for a
    /// perfect ranking, lower = (α/2)^{1/n} and upper = 1. Always defined.
    pub fn interval(&self, confidence: Confidence) -> AucInterval {
        let is_small = self.n_positive.min(self.n_negative) < SMALL_BELOW;
        let (interval, is_degenerate) = match self.variance {
            Some(variance) if variance > 0.0 && self.value > 0.0 && self.value < 1.0 => {
                (self.logit_interval(variance, confidence), false)
            }
            _ => (self.fallback(confidence), true),
        };
        AucInterval { interval, is_degenerate, is_small }
    }

    fn logit_interval(&self, variance: f64, confidence: Confidence) -> Interval {
        let centre = (self.value / (1.0 - self.value)).ln();
        let h = confidence.z() * variance.sqrt() / (self.value * (1.0 - self.value));
        let inverse = |x: f64| 1.0 / (1.0 + (-x).exp());
        Interval { lower: inverse(centre - h), upper: inverse(centre + h) }
    }

    fn fallback(&self, confidence: Confidence) -> Interval {
        let n = self.n_positive.min(self.n_negative);
        let k = n * self.value;
        let tail = 0.5 * confidence.alpha();
        let lower = if self.value <= 0.0 { 0.0 } else { beta_quantile(tail, k, n - k + 1.0) };
        let upper = if self.value >= 1.0 { 1.0 } else { beta_quantile_upper(tail, k + 1.0, n - k) };
        Interval { lower, upper }
    }
}

/// Returns the interval of the difference a − b of the AUCs of two independent groups.
///
/// d ± √(sum of the squared one-sided half-widths of the two logit intervals) (MOVER; Donner & Zou 2012): it equals the
/// interval from summed DeLong variances in large samples, stays inside [−1, 1], and survives a perfect ranking.
/// Not for two models on the same rows, whose AUCs are paired.
pub fn auc_difference(a: &Auc, b: &Auc, confidence: Confidence) -> Interval {
    let (x, y) = (a.interval(confidence).interval, b.interval(confidence).interval);
    let d = a.value - b.value;
    Interval {
        lower: (d - (a.value - x.lower).hypot(y.upper - b.value)).max(-1.0),
        upper: (d + (x.upper - a.value).hypot(b.value - y.lower)).min(1.0),
    }
}

/// A point of the ROC curve: the rates among rows with a score of at least the threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RocPoint {
    /// The threshold; ∞ for the first point, (0, 0).
    pub threshold: f64,
    /// Share of the negatives at or above the threshold.
    pub false_positive_rate: f64,
    /// Share of the positives at or above the threshold.
    pub true_positive_rate: f64,
}

/// Returns the ROC curve from (0, 0) to (1, 1), thresholds descending, one point for each value of the score.
///
/// `OneOutcome` when one of the outcomes has no weight, `NoRows` when neither has.
pub fn roc_curve(levels: &[Level]) -> Result<Vec<RocPoint>, Undefined> {
    let (positives, negatives) = weights(levels);
    if positives <= 0.0 || negatives <= 0.0 {
        return Err(if positives + negatives > 0.0 { Undefined::OneOutcome } else { Undefined::NoRows });
    }
    let mut curve = Vec::with_capacity(levels.len() + 1);
    curve.push(RocPoint { threshold: f64::INFINITY, false_positive_rate: 0.0, true_positive_rate: 0.0 });
    let (mut tp, mut fp) = (0.0, 0.0);
    for level in levels.iter().rev() {
        tp += level.positive.weight;
        fp += level.negative.weight;
        curve.push(RocPoint {
            threshold: level.value,
            false_positive_rate: (fp / negatives).min(1.0),
            true_positive_rate: (tp / positives).min(1.0),
        });
    }
    Ok(curve)
}

fn weights(levels: &[Level]) -> (f64, f64) {
    levels.iter().fold((0.0, 0.0), |(p, n), l| (p + l.positive.weight, n + l.negative.weight))
}

/// Returns the average precision Σ (R_i − R_{i−1})·P_i over descending thresholds, without interpolation (the
/// definition of scikit-learn).
///
/// `OneOutcome` when no row is positive, `NoRows` without rows.
pub fn average_precision(levels: &[Level]) -> Result<f64, Undefined> {
    let (positives, negatives) = weights(levels);
    if positives <= 0.0 {
        return Err(if negatives > 0.0 { Undefined::OneOutcome } else { Undefined::NoRows });
    }
    let (mut tp, mut all, mut sum) = (0.0, 0.0, 0.0);
    for level in levels.iter().rev() {
        tp += level.positive.weight;
        all += level.positive.weight + level.negative.weight;
        if level.positive.weight > 0.0 {
            sum += level.positive.weight / positives * (tp / all);
        }
    }
    Ok(sum)
}

/// Returns ABROCA, the area ∫|ROC_a − ROC_b| between the ROC curves of two groups, in [0, 1].
///
/// Exact for the piecewise linear curves, crossings included. Errors as [`roc_curve`]. O(levels).
pub fn abroca(a: &[Level], b: &[Level]) -> Result<f64, Undefined> {
    let (a, b) = (roc_curve(a)?, roc_curve(b)?);
    let mut area = 0.0;
    let (mut i, mut j, mut x) = (0, 0, 0.0);
    while x < 1.0 {
        // The segments that lie to the right of x, steps straight up passed over.
        while i + 1 < a.len() && a[i + 1].false_positive_rate <= x {
            i += 1;
        }
        while j + 1 < b.len() && b[j + 1].false_positive_rate <= x {
            j += 1;
        }
        if i + 1 >= a.len() || j + 1 >= b.len() {
            break;
        }
        let next = a[i + 1].false_positive_rate.min(b[j + 1].false_positive_rate);
        let gap = |at: f64| height(&a[i], &a[i + 1], at) - height(&b[j], &b[j + 1], at);
        area += absolute_trapezium(gap(x), gap(next), next - x);
        x = next;
    }
    Ok(area)
}

/// The height of a segment of a curve that is not vertical.
fn height(from: &RocPoint, to: &RocPoint, x: f64) -> f64 {
    let share = (x - from.false_positive_rate) / (to.false_positive_rate - from.false_positive_rate);
    from.true_positive_rate + share * (to.true_positive_rate - from.true_positive_rate)
}

/// ∫|linear function| over a stretch, from its values at the ends.
fn absolute_trapezium(left: f64, right: f64, width: f64) -> f64 {
    if left * right >= 0.0 {
        0.5 * (left.abs() + right.abs()) * width
    } else {
        0.5 * (left * left + right * right) / (left.abs() + right.abs()) * width
    }
}
