//! One group's value of what is compared, with what its interval at any critical value is made of.

use crate::{
    inference::{
        Confidence, Interval, Undefined as NoValue,
        many::rate_variance,
        means::Mean,
        mover::Located,
        rates::wilson,
        weighted::{WeightedSums, weighted_rate},
    },
    metrics::Undefined,
    stats::{
        WeightKind,
        view::{Cell, Moment},
    },
};

/// How a value's interval is found at a critical value.
pub(super) type IntervalAt<'a> = Box<dyn Fn(Confidence) -> Option<Interval> + 'a>;

/// One group's value.
pub(super) enum Estimate<'a> {
    /// k of n; real numbers, since weighted rows have an effective number.
    Rate {
        /// Rows that count.
        k: f64,
        /// Rows they are a share of.
        n: f64,
        /// Σw over the rows they are a share of.
        weight: f64,
    },
    /// A mean with its variance.
    Mean {
        /// The mean.
        mean: Mean,
        /// Σw over its rows.
        weight: f64,
    },
    /// Anything else with an interval of its own.
    Other { value: f64, rows: f64, interval: IntervalAt<'a> },
}

impl Estimate<'_> {
    /// Returns the rate of `hits` among `of`.
    pub(super) fn rate(hits: Cell, of: Cell, kind: Option<WeightKind>) -> Result<Self, Undefined> {
        if of.rows == 0 || of.weight <= 0.0 {
            return Err(Undefined::NoRows);
        }
        let (k, n) = match kind {
            None => (hits.rows as f64, of.rows as f64),
            Some(WeightKind::Frequency) => (hits.weight, of.weight),
            Some(WeightKind::Sampling) => effective(hits, of)?,
        };
        Ok(Self::Rate { k: k.min(n), n, weight: of.weight })
    }

    /// Returns the mean of a moment.
    pub(super) fn mean(moment: Option<Moment>, kind: Option<WeightKind>) -> Result<Self, Undefined> {
        let Some(moment) = moment else { return Err(Undefined::NoRows) };
        let mean = match kind {
            Some(WeightKind::Frequency) if moment.cell.weight > 1.0 => {
                let n = moment.cell.weight;
                Mean::of_rows(moment.mean, moment.variance * n / (n - 1.0), n)
            }
            _ => Mean::of_moment(&moment),
        };
        mean.map(|mean| Self::Mean { mean, weight: moment.cell.weight }).map_err(|_| Undefined::TooFewRows)
    }

    pub(super) fn value(&self) -> f64 {
        match self {
            Self::Rate { k, n, .. } => k / n,
            Self::Mean { mean, .. } => mean.value,
            Self::Other { value, .. } => *value,
        }
    }

    /// Rows, or the effective number of them.
    pub(super) fn rows(&self) -> f64 {
        match self {
            Self::Rate { n, .. } => *n,
            Self::Mean { mean, .. } => mean.n,
            Self::Other { rows, .. } => *rows,
        }
    }

    /// Σw over the rows behind the value: what it counts for in a value over all rows.
    pub(super) fn weight(&self) -> f64 {
        match self {
            Self::Rate { weight, .. } | Self::Mean { weight, .. } => *weight,
            Self::Other { rows, .. } => *rows,
        }
    }

    /// The unbiased sampling variance, from which the spread between groups is found.
    pub(super) fn sampling_variance(&self) -> Result<f64, Undefined> {
        match self {
            Self::Rate { k, n, .. } => rate_variance(*k, *n).map_err(Undefined::from),
            _ => Ok(self.standard_error().powi(2)),
        }
    }

    /// The standard error that critical values and biases are drawn with: for rates at (k + ½)/(n + 1), so that
    /// a group without events does not count as known exactly.
    pub(super) fn standard_error(&self) -> f64 {
        match self {
            Self::Rate { k, n, .. } => {
                let p = (k + 0.5) / (n + 1.0);
                (p * (1.0 - p) / (n + 1.0)).sqrt()
            }
            Self::Mean { mean, .. } => mean.variance_of_mean.sqrt(),
            Self::Other { .. } => {
                let confidence = Confidence::default();
                self.at(confidence.z()).map_or(0.0, |at| at.interval.width() / (2.0 * confidence.z()))
            }
        }
    }

    /// The value with its interval at a critical value.
    pub(super) fn at(&self, z: f64) -> Result<Located, NoValue> {
        let confidence = || Confidence::from_z(z).map_err(|_| NoValue::NotACriticalValue);
        let interval = match self {
            Self::Rate { k, n, .. } => wilson(*k, *n, z)?,
            Self::Mean { mean, .. } => mean.interval(confidence()?)?,
            Self::Other { interval, .. } => interval(confidence()?).ok_or(NoValue::NoVariation)?,
        };
        Ok(Located { value: self.value(), interval: sound(interval)? })
    }
}

/// Weights of 10⁻²⁰⁰ or 10⁴⁰ can take an interval out of the range of numbers: then there is none.
pub(super) fn sound(interval: Interval) -> Result<Interval, NoValue> {
    if interval.lower <= interval.upper { Ok(interval) } else { Err(NoValue::OutOfRange) }
}

/// The effective k and n of a rate under sampling weights.
fn effective(hits: Cell, of: Cell) -> Result<(f64, f64), Undefined> {
    let rate = weighted_rate(&WeightedSums {
        rows: of.rows as f64,
        weight: of.weight,
        weight_square: of.weight_squared,
        event_weight: hits.weight.min(of.weight),
        event_weight_square: hits.weight_squared.min(of.weight_squared),
    })?;
    Ok((rate.rate * rate.rows_effective, rate.rows_effective))
}
