//! Errors of a predicted value in one group, and their comparison.

use super::{
    Alias, Kind, Method, Metric, Needs, Parameter, Range, Toolkit::*, Undefined, figure, scores,
    table::divide,
};
use crate::{
    inference::{Confidence, Interval},
    stats::{
        Task,
        view::{Moment, Moments, View},
    },
};

/// A moment that regression keeps; in binary tasks the score is the predicted value and the moment comes from its law.
fn moment(
    view: &View,
    kept: fn(&Moments) -> Option<Moment>,
    of_residual: fn(f64) -> f64,
) -> Result<Moment, Undefined> {
    match kept(&view.moments) {
        Some(moment) => Ok(moment),
        None if view.law.len() == 2 && view.matrix.n_target == 2 && view.moments.target.is_none() => {
            scores::moment_of(
                &scores::levels(view)?,
                |score| of_residual(1.0 - score),
                |score| of_residual(-score),
            )
        }
        None if view.matrix.total().weight <= 0.0 => Err(Undefined::NoRows),
        None => Err(Undefined::NotGiven),
    }
}

fn residual(view: &View) -> Result<Moment, Undefined> {
    moment(view, |moments| moments.residual, |residual| residual)
}

fn absolute_error(view: &View) -> Result<Moment, Undefined> {
    moment(view, |moments| moments.absolute_error, f64::abs)
}

fn squared_error(view: &View) -> Result<Moment, Undefined> {
    moment(view, |moments| moments.squared_error, |residual| residual * residual)
}

fn mean_target(view: &View) -> Result<Moment, Undefined> {
    let none = if view.matrix.total().weight <= 0.0 { Undefined::NoRows } else { Undefined::NotGiven };
    view.moments.target.ok_or(none)
}

fn rmse(view: &View, _: f64) -> Result<f64, Undefined> {
    Ok(squared_error(view)?.mean.sqrt())
}

fn rmse_limits(view: &View, _: f64, confidence: Confidence) -> Option<Interval> {
    // What weights mean is already in the view.
    let interval = figure::mean_interval(squared_error(view).ok()?, confidence, None).ok()?;
    Some(Interval { lower: interval.lower.max(0.0).sqrt(), upper: interval.upper.sqrt() })
}

fn mae(view: &View, _: f64) -> Result<f64, Undefined> {
    Ok(absolute_error(view)?.mean)
}

fn r2(view: &View, _: f64) -> Result<f64, Undefined> {
    let error = squared_error(view)?.mean;
    let variance = match view.moments.target {
        Some(target) => target.variance,
        None => scores::moment_of(&scores::levels(view)?, |_| 1.0, |_| 0.0)?.variance,
    };
    Ok(1.0 - divide(error, variance, Undefined::NoVariance)?)
}

fn pinball(view: &View, tau: f64) -> Result<f64, Undefined> {
    // τ max(e, 0) + (1 − τ) max(−e, 0) = (|e| + (2τ − 1) e) / 2
    Ok((absolute_error(view)?.mean + (2.0 * tau - 1.0) * residual(view)?.mean) / 2.0)
}

fn correlation(view: &View, _: f64) -> Result<f64, Undefined> {
    let Moments { score: Some(score), target: Some(target), covariance: Some(covariance), .. } = view.moments
    else {
        return Err(if view.matrix.total().weight <= 0.0 { Undefined::NoRows } else { Undefined::NotGiven });
    };
    let spread = score.variance.sqrt() * target.variance.sqrt();
    divide(covariance, spread, Undefined::NoVariance).map(|r| r.clamp(-1.0, 1.0))
}

type OfGroup = fn(&View, f64) -> Result<f64, Undefined>;

fn difference(of: OfGroup, u: &View, v: &View) -> Result<f64, Undefined> {
    Ok(of(u, 0.0)? - of(v, 0.0)?)
}

fn ratio(of: OfGroup, u: &View, v: &View) -> Result<f64, Undefined> {
    let (u, v) = (of(u, 0.0)?, of(v, 0.0)?);
    divide(u, v, if u > 0.0 { Undefined::Infinite } else { Undefined::ZeroDenominator })
}

const ERROR: Metric = Metric {
    tasks: &[Task::Regression, Task::Binary],
    needs: Needs::SCORED,
    range: Range::POSITIVE,
    best: Some(0.0),
    undefined_when: "there are no rows",
    source: "standard",
    ..Metric::BASE
};
const RATIO: Metric = Metric {
    kind: Kind::Pair(|_, _, _| Err(Undefined::NotGiven)),
    best: Some(1.0),
    undefined_when: "a group has no rows, or the reference has no error",
    ..ERROR
};

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "mean_target",
        title: "Mean outcome",
        tasks: &[Task::Regression],
        needs: Needs::TARGET,
        kind: Kind::Mean(mean_target),
        range: Range::REAL,
        best: None,
        definition: "Σ w y / Σ w",
        measures: "The average outcome in the group.",
        cannot_see: "Predictions.",
        reading: "Set it beside the mean prediction: a gap in both is a gap in the data.",
        ..ERROR
    },
    Metric {
        name: "mean_residual",
        title: "Mean residual",
        kind: Kind::Mean(residual),
        range: Range::REAL,
        definition: "Σ w (y − f) / Σ w",
        measures: "Whether the group is predicted too low (+) or too high (−).",
        cannot_see: "Errors that cancel.",
        reading: "−0.2: predictions are 0.2 too high on average, in units of the outcome.",
        ..ERROR
    },
    Metric {
        name: "mean_absolute_error",
        title: "Mean absolute error",
        kind: Kind::Mean(absolute_error),
        aliases: &[Alias::new(Sklearn, "mean_absolute_error")],
        definition: "Σ w |y − f| / Σ w",
        measures: "The average size of the error.",
        cannot_see: "Its direction.",
        reading: "0.5 in units of the outcome.",
        ..ERROR
    },
    Metric {
        name: "mean_squared_error",
        title: "Mean squared error",
        kind: Kind::Mean(squared_error),
        aliases: &[Alias::new(Sklearn, "mean_squared_error")],
        definition: "Σ w (y − f)² / Σ w",
        measures: "The average squared error; bounded group loss bounds its largest value over groups.",
        cannot_see: "Its direction; a few large errors dominate.",
        reading: "In squared units of the outcome: take the root.",
        ..ERROR
    },
    Metric {
        name: "root_mean_squared_error",
        title: "Root mean squared error",
        kind: Kind::Group { value: rmse, limits: Some((Method::RootOfStudentT, rmse_limits)) },
        aliases: &[Alias::new(Sklearn, "root_mean_squared_error")],
        definition: "√(Σ w (y − f)² / Σ w)",
        measures: "The typical size of the error, large errors counting more.",
        cannot_see: "Its direction.",
        reading: "0.7 in units of the outcome.",
        ..ERROR
    },
    Metric {
        name: "r2",
        title: "R²",
        kind: Kind::Group { value: r2, limits: None },
        range: Range { lowest: f64::NEG_INFINITY, highest: 1.0 },
        best: Some(1.0),
        aliases: &[Alias::but(
            Sklearn,
            "r2_score",
            "scikit-learn prints 1 or 0 where the outcome does not vary",
        )],
        definition: "1 − Σ w (y − f)² / Σ w (y − ȳ)²",
        measures: "The share of the group's variance that is predicted.",
        cannot_see: "The size of errors: a group whose outcomes vary little has a low R² with small errors.",
        reading: "0.2: one fifth of the variance; below 0 is worse than the group's mean.",
        undefined_when: "there are no rows, or the outcome does not vary",
        ..ERROR
    },
    Metric {
        name: "pinball",
        title: "Quantile loss",
        kind: Kind::Group { value: pinball, limits: None },
        parameter: Some(Parameter {
            symbol: "tau",
            meaning: "the quantile that is predicted",
            default: 0.5,
            allowed: Range::UNIT,
            is_whole: false,
        }),
        aliases: &[Alias::new(Sklearn, "mean_pinball_loss")],
        definition: "Σ w [τ max(y − f, 0) + (1 − τ) max(f − y, 0)] / Σ w",
        measures: "The loss whose minimum is the τ-quantile: errors below and above cost τ and 1 − τ.",
        cannot_see: "Whether the share of outcomes below f is τ.",
        reading: "`pinball(0.9)` judges predictions of the 90 % quantile; at 0.5 it is half the mean \
            absolute error.",
        source: "Koenker & Bassett 1978",
        ..ERROR
    },
    Metric {
        name: "correlation",
        title: "Correlation of outcome and prediction",
        tasks: &[Task::Regression],
        kind: Kind::Group { value: correlation, limits: None },
        range: Range::SIGNED_UNIT,
        best: Some(1.0),
        definition: "cov(y, f) / (sd y · sd f)",
        measures: "How closely predictions follow outcomes on a line.",
        cannot_see: "Shift and scale.",
        reading: "0 is no linear relation, 1 is perfect.",
        undefined_when: "outcome or prediction does not vary",
        ..ERROR
    },
    Metric {
        name: "correlation_difference",
        title: "Difference of correlations",
        tasks: &[Task::Regression],
        kind: Kind::Pair(|u, v, _| difference(correlation, u, v)),
        range: Range { lowest: -2.0, highest: 2.0 },
        aliases: &[Alias::new(HolisticAi, "correlation_diff")],
        definition: "corr_u(y, f) − corr_v(y, f)",
        measures: "Whether predictions follow outcomes less closely in the group of concern.",
        cannot_see: "Shift and scale.",
        reading: "−0.2: predictions tell less about the group of concern.",
        undefined_when: "outcome or prediction does not vary in a group",
        source: "Holistic AI",
        ..ERROR
    },
    Metric {
        name: "root_mean_squared_error_ratio",
        title: "Ratio of RMSE",
        kind: Kind::Pair(|u, v, _| ratio(rmse, u, v)),
        aliases: &[Alias::new(HolisticAi, "rmse_ratio")],
        definition: "RMSE_u / RMSE_v",
        measures: "How much larger errors are in the group of concern.",
        cannot_see: "Whether its outcomes are harder to predict.",
        reading: "1.2: errors are a fifth larger.",
        source: "Holistic AI",
        ..RATIO
    },
    Metric {
        name: "mean_absolute_error_ratio",
        title: "Ratio of MAE",
        kind: Kind::Pair(|u, v, _| ratio(mae, u, v)),
        aliases: &[Alias::new(HolisticAi, "mae_ratio")],
        definition: "MAE_u / MAE_v",
        measures: "How much larger errors are in the group of concern.",
        cannot_see: "Whether its outcomes are harder to predict.",
        reading: "1.2: errors are a fifth larger.",
        source: "Holistic AI",
        ..RATIO
    },
];
