//! The value of a metric for one group, how sure one can be of it, and the counts behind it.
//!
//! | kind | interval |
//! |---|---|
//! | share of rows | Wilson's score interval; with sampling weights at the effective number of rows |
//! | mean | t, with the linearised variance of a weighted mean |
//! | smooth function of the table (F1, MCC, …) | delta method, on the logit, atanh or log scale that keeps it in its range |
//! | AUC | DeLong's variance on the logit scale |
//! | RMSE | the root of the interval of the mean squared error |
//! | other (calibration error, R², quantile loss, …) | none: plug-in estimates with a bias that an interval around them would hide |
//!
//! The delta method and not the bootstrap of the table, because it costs a handful of evaluations and needs no seed.
//! Where 95 % is asked it covered 94.9 to 96.5 % of 10,000 tables of 100 rows (0.30, 0.15, 0.10, 0.45 of TP, FP, FN,
//! TN) for F1, Jaccard, balanced accuracy, MCC, kappa, FN/FP and Theil; at 50 rows 95.0 to 98.0 %. Near the end
//! of a range, and with nearly empty cells, it is rougher.
//!
//! All intervals are pointwise; intervals of gaps between groups are simultaneous and belong to the audit.

use std::borrow::Cow;

use super::{Choice, Kind, Metric, Rate, Undefined, table::Table};
use crate::{
    inference::{
        Confidence, Interval,
        means::Mean,
        rates::wilson,
        special::student_t_quantile_upper,
        weighted::{WeightedSums, weighted_rate},
    },
    stats::{
        WeightKind,
        view::{Cell, Moment, View},
    },
};

/// How an interval was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Method {
    /// Wilson's score interval of a share.
    Wilson,
    /// Wilson's interval at the effective number of rows of a weighted sample.
    WilsonEffective,
    /// Student's t interval of a mean.
    StudentT,
    /// The delta method on a smooth function of the table of outcome by decision.
    Delta,
    /// DeLong's variance of the AUC, on the logit scale.
    DeLong,
    /// Wald limits from the sandwich variance of a logistic fit.
    Sandwich,
    /// The root of an interval of a mean of squares.
    RootOfStudentT,
}

impl Method {
    /// Returns the name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wilson => "Wilson",
            Self::WilsonEffective => "Wilson at the effective number of rows",
            Self::StudentT => "Student t",
            Self::Delta => "delta method",
            Self::DeLong => "DeLong, logit scale",
            Self::Sandwich => "Wald, sandwich variance",
            Self::RootOfStudentT => "root of Student t",
        }
    }
}

impl std::fmt::Display for Method {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a figure has no interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum NoInterval {
    /// The figure itself is undefined.
    #[error("the figure is undefined")]
    NoValue,
    /// A count describes the rows that are there; it estimates nothing.
    #[error("a count is not an estimate")]
    Count,
    /// No formula is known whose coverage we would vouch for.
    #[error("no interval with known coverage exists for this metric")]
    NoFormula,
    /// The rows do not vary, or the value lies at the end of its range: an interval of width zero would claim certainty.
    #[error("the rows do not vary, and an interval of width zero would claim certainty")]
    NoVariation,
    /// A single row, which has no variance.
    #[error("there are too few rows for a variance")]
    TooFewRows,
}

/// The value of a metric for one group.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The value, or why there is none.
    pub value: Result<f64, Undefined>,
    /// The pointwise interval.
    pub interval: Option<Interval>,
    /// How the interval was found.
    pub method: Option<Method>,
    /// Why there is no interval, where there is none.
    pub no_interval: Option<NoInterval>,
    /// For a share of rows, how many of which ("k of n"); also where n is 0.
    pub counts: Option<Rate>,
    /// All rows of the view.
    pub rows: Cell,
}

pub(super) fn figure(
    choice: &Choice,
    view: &View,
    confidence: Confidence,
    weights: Option<WeightKind>,
) -> Figure {
    let metric = choice.metric();
    let argument = choice.argument().unwrap_or(0.0);
    // The debiased calibration error asks how many rows weights stand for; other values do not.
    let counted = &as_counted(view, weights, metric.kind);
    let value = choice.of_group(counted);
    let counts = match metric.kind {
        Kind::Rate(rate, _) => rate(view),
        _ => None,
    };
    let limits = match (value, metric.kind) {
        (Err(_), _) => Err(NoInterval::NoValue),
        (Ok(_), Kind::Count(_)) => Err(NoInterval::Count),
        (Ok(_), Kind::Rate(..)) => counts
            .and_then(|rate| rate_interval(rate, confidence, weights))
            .ok_or(NoInterval::NoVariation)
            .map(|interval| match weights {
                Some(WeightKind::Sampling) => (interval, Method::WilsonEffective),
                _ => (interval, Method::Wilson),
            }),
        (Ok(_), Kind::Mean(mean)) => mean(view)
            .map_err(|_| NoInterval::NoValue)
            .and_then(|moment| mean_interval(moment, confidence, weights))
            .map(|interval| (metric.clip(interval), Method::StudentT)),
        (Ok(value), Kind::Table(function)) => {
            let rows = Rows { cells: &view.matrix.cells, weights };
            delta(metric, value, &Table::of(&view.matrix), rows, confidence, |table| {
                function(table, argument)
            })
            .map(|interval| (interval, Method::Delta))
        }
        (Ok(_), Kind::Group { limits: Some((method, limits)), .. }) => limits(counted, argument, confidence)
            .ok_or(NoInterval::NoVariation)
            .map(|limits| (limits, method)),
        (Ok(_), _) => Err(NoInterval::NoFormula),
    };
    Figure {
        value,
        interval: limits.ok().map(|(interval, _)| interval),
        method: limits.ok().map(|(_, method)| method),
        no_interval: limits.err(),
        counts,
        rows: view.matrix.total(),
    }
}

impl Metric {
    fn clip(&self, interval: Interval) -> Interval {
        let clamp = |x: f64| x.clamp(self.range.lowest, self.range.highest);
        Interval { lower: clamp(interval.lower), upper: clamp(interval.upper) }
    }
}

/// Returns the interval of a share of rows.
///
/// Frequency weights say how many people a row stands for: k and n are sums of weights. With sampling weights
/// n is the number of independent rows whose share would vary as much ([`weighted_rate`]).
fn rate_interval(rate: Rate, confidence: Confidence, weights: Option<WeightKind>) -> Option<Interval> {
    let z = confidence.z();
    match weights {
        None | Some(WeightKind::Frequency) => {
            // Sums of weights may disagree in the last digit where every row counts.
            wilson(rate.hits.weight.min(rate.of.weight), rate.of.weight, z).ok()
        }
        Some(WeightKind::Sampling) => {
            let sums = WeightedSums {
                rows: rate.of.rows as f64,
                weight: rate.of.weight,
                weight_square: rate.of.weight_squared,
                event_weight: rate.hits.weight.min(rate.of.weight),
                event_weight_square: rate.hits.weight_squared.min(rate.of.weight_squared),
            };
            weighted_rate(&sums).and_then(|rate| rate.wilson(z)).ok()
        }
    }
}

/// Frequency weights make a row many: the moment is as if each of them had been written out.
fn as_frequency(moment: Moment) -> Moment {
    let Moment { cell, mean, variance, .. } = moment;
    let n = cell.weight;
    let cell = Cell { rows: n.round() as u64, weight: n, weight_squared: n };
    Moment { cell, mean, variance, variance_of_mean: variance / n }
}

pub(super) fn mean_interval(
    moment: Moment,
    confidence: Confidence,
    weights: Option<WeightKind>,
) -> Result<Interval, NoInterval> {
    let moment = if weights == Some(WeightKind::Frequency) { as_frequency(moment) } else { moment };
    let mean = Mean::of_moment(&moment).map_err(|_| NoInterval::TooFewRows)?;
    mean.interval(confidence).map_err(|_| NoInterval::NoVariation)
}

/// Rewrites a view so that a method that reads Σw² sees what the weights say.
fn as_counted(view: &View, weights: Option<WeightKind>, kind: Kind) -> Cow<'_, View> {
    if weights != Some(WeightKind::Frequency) || !matches!(kind, Kind::Group { .. }) {
        return Cow::Borrowed(view);
    }
    let mut view = view.clone();
    let count = |cell: &mut Cell| {
        *cell = Cell { rows: cell.weight.round() as u64, weight_squared: cell.weight, ..*cell };
    };
    view.matrix.cells.iter_mut().for_each(count);
    view.law.iter_mut().flatten().for_each(|atom| count(&mut atom.cell));
    let squared = &mut view.moments.squared_error;
    *squared = squared.map(as_frequency);
    Cow::Owned(view)
}

struct Rows<'a> {
    cells: &'a [Cell],
    weights: Option<WeightKind>,
}

/// The relative step of a central difference: its error is of order step², and rounding of order ε/step.
const STEP: f64 = 1e-4;

/// Returns the delta-method interval of a smooth function of the table.
///
/// Var ≈ Σ_cells g² Var(W), g the gradient and Var(W) = Σw² of the cell. The functions do not change when the whole
/// table is multiplied (Σ g W = 0), so independent cells and a fixed total give the same variance. Cells without rows add
/// nothing. The scale is the one on which the metric's range is the whole line.
fn delta(
    metric: &Metric,
    value: f64,
    table: &Table,
    rows: Rows<'_>,
    confidence: Confidence,
    function: impl Fn(&Table) -> Result<f64, Undefined>,
) -> Result<Interval, NoInterval> {
    let mut variance = 0.0;
    let mut moved = table.clone();
    for (idx, cell) in rows.cells.iter().enumerate().filter(|(_, cell)| cell.weight > 0.0) {
        let at = |moved: &mut Table, factor: f64| {
            moved.weights[idx] = cell.weight * factor;
            let value = function(moved);
            moved.weights[idx] = cell.weight;
            value.map_err(|_| NoInterval::NoVariation)
        };
        // The derivative with respect to the logarithm of the cell, g·W.
        let slope = (at(&mut moved, 1.0 + STEP)? - at(&mut moved, 1.0 - STEP)?) / (2.0 * STEP);
        let relative = match rows.weights {
            Some(WeightKind::Sampling) => cell.weight_squared / cell.weight / cell.weight,
            _ => 1.0 / cell.weight,
        };
        variance += slope * slope * relative;
    }
    let total: Cell = rows.cells.iter().copied().sum();
    let n = match rows.weights {
        Some(WeightKind::Sampling) => total.weight * (total.weight / total.weight_squared),
        _ => total.weight,
    };
    if n <= 1.0 {
        return Err(NoInterval::TooFewRows);
    }
    let scale = Scale::of(metric);
    let slope = scale.slope(value);
    let half = student_t_quantile_upper(0.5 * confidence.alpha(), n - 1.0)
        * (variance * n / (n - 1.0)).sqrt()
        * slope;
    // Rounding of a function that is constant leaves about ε/STEP, which is no variance.
    if !(half.is_finite() && half > 1e-9) {
        return Err(NoInterval::NoVariation);
    }
    let centre = scale.to(value);
    Ok(metric.clip(Interval { lower: scale.from(centre - half), upper: scale.from(centre + half) }))
}

/// A scale on which a range is the whole line.
enum Scale {
    Identity,
    Log,
    Logit,
    Atanh,
}

impl Scale {
    fn of(metric: &Metric) -> Self {
        match (metric.range.lowest, metric.range.highest) {
            (lowest, highest) if lowest == 0.0 && highest == 1.0 => Self::Logit,
            (lowest, highest) if lowest == -1.0 && highest == 1.0 => Self::Atanh,
            (lowest, highest) if lowest == 0.0 && highest == f64::INFINITY => Self::Log,
            _ => Self::Identity,
        }
    }

    fn to(&self, x: f64) -> f64 {
        match self {
            Self::Identity => x,
            Self::Log => x.ln(),
            Self::Logit => (x / (1.0 - x)).ln(),
            Self::Atanh => x.atanh(),
        }
    }

    fn from(&self, y: f64) -> f64 {
        match self {
            Self::Identity => y,
            Self::Log => y.exp(),
            Self::Logit => 1.0 / (1.0 + (-y).exp()),
            Self::Atanh => y.tanh(),
        }
    }

    /// The derivative of `to`; infinite at the end of the range.
    fn slope(&self, x: f64) -> f64 {
        match self {
            Self::Identity => 1.0,
            Self::Log => 1.0 / x,
            Self::Logit => 1.0 / (x * (1.0 - x)),
            Self::Atanh => 1.0 / (1.0 - x * x),
        }
    }
}
