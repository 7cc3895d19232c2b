//! The trade-off between bound and loss: one learner at falling bounds, each fit started from the last.

use super::{Figures, SelectionError, default_events, with_cuts};
use crate::methods::{
    Bounds, FitError, Labelled, Score,
    inprocessing::fair_erm::{Fitted, Parameters, Plan, Training},
};

/// A bound that no difference of scores comes near.
const NO_BOUND: f64 = 1e40;

/// The learner at one bound.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Point {
    /// The bound on differences of mean scores.
    pub bound: f64,
    /// The model.
    pub score: Score,
    /// What the fit says of itself: the objective and the gaps among it.
    pub training: Training,
    /// What the scores are like on the fitting rows.
    pub fitting: Figures,
    /// The same on held-out rows.
    pub held_out: Option<Figures>,
}

/// Fits a learner at `steps` + 1 bounds, evenly from the largest gap of the ordinary model (first, where nothing is bound) down
/// to 0 (last). The objective never falls along the path, and is convex in the bound. Bounds of the parameters do not matter.
///
/// Each fit starts from the one before, so a path costs less than its fits apart. Where the ordinary model has no gap
/// there is one point. Held-out rows are judged in the events of the fitting rows.
///
/// # Errors
/// When the parameters are no plan; as [`Plan::fit`]; when there is no sensitive attribute, or held-out rows have another number
/// of columns.
pub fn path(
    parameters: &Parameters,
    sample: &Labelled<'_>,
    held_out: Option<&Labelled<'_>>,
    steps: usize,
) -> Result<Vec<Point>, SelectionError> {
    let plan = |bound: f64| {
        let mut parameters = parameters.clone();
        parameters.fairness.bounds = Bounds::Same(bound);
        Plan::new(parameters)
    };
    let ordinary = plan(NO_BOUND)?.fit(sample)?;
    let Some(comparison) = &ordinary.training.comparison else {
        return Err(FitError::NothingToCompare { events: 1 }.into());
    };
    let widest = comparison.gaps.iter().fold(0.0_f64, |widest, gap| widest.max(gap.abs()));
    let default = default_events(parameters.loss);
    let fairness = with_cuts(&parameters.fairness, &default, sample)?;
    let point = |bound: f64, fitted: &Fitted| -> Result<Point, SelectionError> {
        let judge = |sample: &Labelled<'_>, scores: &[f64]| Figures::new(sample, &fairness, &default, scores);
        let of_held_out = |rows: &Labelled<'_>| -> Result<Figures, FitError> {
            let (found, expected) = (rows.rows.d(), fitted.score.d());
            let argument = "columns of held-out rows";
            let mismatch = |_| FitError::LengthMismatch { argument, found, expected };
            judge(rows, &fitted.score.of_rows(&rows.rows).map_err(mismatch)?)
        };
        Ok(Point {
            bound,
            score: fitted.score.clone(),
            training: fitted.training.clone(),
            fitting: judge(sample, &fitted.scores)?,
            held_out: held_out.map(of_held_out).transpose()?,
        })
    };
    let mut points = vec![point(widest, &ordinary)?];
    if widest == 0.0 {
        return Ok(points);
    }
    let mut last = ordinary;
    for step in 1..=steps {
        // The last is 0 exactly.
        let bound = widest * ((steps - step) as f64 / steps as f64);
        last = plan(bound)?.fit_from(sample, &last)?;
        points.push(point(bound, &last)?);
    }
    Ok(points)
}
