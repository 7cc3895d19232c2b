//! Choosing among parameters: the papers' cross-validation, and the whole trade-off between bound and loss.
//!
//! [`nvp()`] looks for the parameters with the smallest unfairness among those that are nearly as accurate as the best.
//! [`path()`] fits one learner at every bound from the ordinary one's own gap down to 0. Both judge by [`Figures`], which are
//! of the rows given: a choice among many makes the figures of the chosen look better than they are, so audit it on rows
//! that had no part in it.
//!
//! ```
//! use equipoise::{
//!     groups::Label,
//!     methods::{Fairness, Labelled, inprocessing::fair_erm::{Loss, Parameters}, selection::path},
//!     notion::Notion,
//!     sample::{Categorical, Codes},
//!     solvers::Rows,
//! };
//! let labels = ["a", "b"].map(Label::new);
//! let sample = Labelled {
//!     rows: Rows::dense(&[0.0, 1.0, 2.0, 0.0, 1.0, 3.0, 3.0, 2.0], 4, 2)?,
//!     target: &[-1.0, -1.0, 1.0, 1.0],
//!     sensitive: &[Categorical { codes: Codes::U8(&[0, 0, 1, 1]), labels: &labels }],
//!     strata: &[],
//!     weights: None,
//! };
//! let parameters = Parameters::new(Loss::Squared { penalty: 1.0 }, Fairness::new(Notion::DemographicParity));
//! let points = path(&parameters, &sample, None, 4)?;
//! assert_eq!(points.len(), 5);
//! assert!(points.windows(2).all(|two| two[0].training.objective <= two[1].training.objective));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod nvp;

mod path;

pub use nvp::{Entry, Nvp, Performance, Selection, Unfairness, nvp};
pub use path::{Point, path};

use super::{
    Fairness, FitError, Labelled, PlanError, TargetEvents,
    inprocessing::{Cell, Constraints, EventRows, fair_erm::Loss},
};

/// Why nothing can be selected.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectionError {
    /// There are no parameters to choose among.
    #[error("there are no parameters to choose among")]
    EmptyGrid,
    /// Parameters are no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The rows cannot be fitted; of several parameters, none can, and this is why the first cannot.
    #[error(transparent)]
    Fit(#[from] FitError),
}

/// What a score is like on some rows. Weights count as repetitions.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Figures {
    /// Share of rows with the sign of f that of the target (f = 0 counts as −1), where targets are −1 and +1.
    pub accuracy: Option<f64>,
    /// Mean of (target − f)².
    pub squared_error: f64,
    /// The difference of mean scores of each constraint that these rows have; none where nothing can be compared.
    pub mean_gaps: Vec<f64>,
    /// The difference of rates of f > 0 of each.
    pub rate_gaps: Vec<f64>,
    /// The largest distance of Kolmogorov and Smirnov between the scores of two groups in an event.
    pub ks: Option<f64>,
}

impl Figures {
    /// Returns the largest difference of mean scores; `None` where nothing can be compared.
    pub fn mean_gap(&self) -> Option<f64> {
        largest(&self.mean_gaps)
    }

    /// Returns the largest difference of rates; `None` where nothing can be compared.
    pub fn rate_gap(&self) -> Option<f64> {
        largest(&self.rate_gaps)
    }

    /// Looks at the scores of rows, of which those with a weight count.
    fn new(
        sample: &Labelled<'_>,
        fairness: &Fairness,
        default: &TargetEvents,
        scores: &[f64],
    ) -> Result<Self, FitError> {
        let weights = sample.check()?;
        let total: f64 = weights.iter().sum();
        let mean = |of: &dyn Fn(usize) -> f64| -> f64 {
            (0..scores.len()).filter(|&i| weights[i] > 0.0).map(|i| weights[i] * of(i)).sum::<f64>() / total
        };
        let y = sample.target;
        let decisions: Vec<f64> = scores.iter().map(|&f| f64::from(u8::from(f > 0.0))).collect();
        let is_right = |i: usize| f64::from(u8::from((scores[i] > 0.0) == (y[i] > 0.0)));
        let constraints = match sample.sensitive {
            [] => None,
            _ => match Constraints::new(sample, fairness, default) {
                Ok(constraints) => Some(constraints),
                Err(FitError::NothingToCompare { .. }) => None,
                Err(error) => return Err(error),
            },
        };
        let gaps = |values: &[f64]| constraints.as_ref().map_or_else(Vec::new, |all| all.gaps(values));
        Ok(Self {
            accuracy: sample.check_binary().is_ok().then(|| mean(&is_right)),
            squared_error: mean(&|i| (y[i] - scores[i]) * (y[i] - scores[i])),
            mean_gaps: gaps(scores),
            rate_gaps: gaps(&decisions),
            ks: constraints.as_ref().map(|all| ks(all, scores)),
        })
    }
}

fn largest(gaps: &[f64]) -> Option<f64> {
    gaps.iter().map(|gap| gap.abs()).reduce(f64::max)
}

/// Returns the events of a loss where nothing is said of them.
const fn default_events(loss: Loss) -> TargetEvents {
    match loss.is_classifier() {
        true => TargetEvents::Classes,
        false => TargetEvents::Quantiles(3),
    }
}

/// Returns what is asked, with quantile bins as the cut points that they have in these rows, so that parts and other rows
/// are judged in the same events.
fn with_cuts(
    fairness: &Fairness,
    default: &TargetEvents,
    sample: &Labelled<'_>,
) -> Result<Fairness, FitError> {
    let events = fairness.events.as_ref().unwrap_or(default);
    if sample.sensitive.is_empty() || !matches!(events, TargetEvents::Quantiles(_)) {
        return Ok(fairness.clone());
    }
    let constraints = Constraints::new(sample, fairness, default)?;
    let end = |event: &EventRows| match event {
        EventRows::Bin { to, .. } if to.is_finite() => Some(*to),
        _ => None,
    };
    match constraints.events() {
        [EventRows::Bin { .. }, ..] => {
            let cuts = constraints.events().iter().filter_map(end).collect();
            Ok(fairness.clone().events(TargetEvents::Cuts(cuts)))
        }
        _ => Ok(fairness.clone()),
    }
}

/// The largest distance of the laws of two groups in an event. O(n log n).
fn ks(constraints: &Constraints, scores: &[f64]) -> f64 {
    let cells = constraints.cells();
    let law = |cell: usize| -> Vec<(f64, f64)> {
        let mut rows: Vec<(f64, f64)> =
            (constraints.rows_of(cell).into_iter()).map(|(row, weight)| (scores[row], weight)).collect();
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        rows
    };
    let laws: Vec<Vec<(f64, f64)>> = (0..cells.len()).map(law).collect();
    let is_together = |a: &Cell, b: &Cell| (a.grouping, a.event) == (b.grouping, b.event);
    let mut largest = 0.0_f64;
    for first in 0..cells.len() {
        for second in first + 1..cells.len() {
            if is_together(&cells[first], &cells[second]) {
                largest = largest.max(ks_of(&laws[first], &laws[second]));
            }
        }
    }
    largest
}

/// sup |F − G| of two sorted laws, whose weights sum to 1; equal values are one step.
fn ks_of(a: &[(f64, f64)], b: &[(f64, f64)]) -> f64 {
    let (mut i, mut j, mut below) = (0, 0, [0.0_f64; 2]);
    let mut largest = 0.0_f64;
    while i < a.len() && j < b.len() {
        let value = a[i].0.min(b[j].0);
        while i < a.len() && a[i].0 <= value {
            below[0] += a[i].1;
            i += 1;
        }
        while j < b.len() && b[j].0 <= value {
            below[1] += b[j].1;
            j += 1;
        }
        largest = largest.max((below[0] - below[1]).abs());
    }
    largest.min(1.0)
}
