//! What is asked of the groups: the parameters that all methods of fair learning share.

use super::{Crossing, PlanError, Unsupported, error::check_not_negative};
use crate::notion::Notion;

/// Which differences of group means are bounded.
///
/// At a bound of 0 the choice makes no difference, since both span the same directions; above 0 it does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pairs {
    /// Every pair of groups within an event.
    #[default]
    All,
    /// Each group against all rows of the event together.
    Pooled,
}

/// How events are made of the outcome, for equalized odds.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetEvents {
    /// Two events, the classes −1 and +1.
    Classes,
    /// Bins of the outcome between its quantiles of order i/k (numpy's linear quantiles of the fitting rows; a weight
    /// counts as repetitions), each closed above. Equal quantiles are one.
    Quantiles(usize),
    /// Bins between these ascending cut points, each closed above.
    Cuts(Vec<f64>),
}

/// The bounds of the constraints.
#[derive(Clone, Debug, PartialEq)]
pub enum Bounds {
    /// One for all.
    Same(f64),
    /// One for each constraint, in the order of [`Constraints::list`](super::inprocessing::Constraints::list).
    Each(Vec<f64>),
}

/// What must not depend on the group, and by how much it may.
///
/// The bound is on the difference of *mean scores*, |mean of f in one group − mean of f in the other|, without the factor ½
/// that the linear loss of the paper has.
///
/// ```
/// use equipoise::{methods::{Fairness, Pairs}, notion::Notion};
/// let asked = Fairness::new(Notion::EqualizedOdds).bound(0.05).pairs(Pairs::Pooled);
/// assert_eq!(asked.notion, Notion::EqualizedOdds);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Fairness {
    /// What must not depend on the group.
    pub notion: Notion,
    /// How large a difference of mean scores may be; at least 0.
    pub bounds: Bounds,
    /// Which differences are bounded.
    pub pairs: Pairs,
    /// How several attributes become groups.
    pub crossing: Crossing,
    /// How events are made of the outcome; `None` for the method's default: classes for a classifier, terciles for
    /// regression.
    pub events: Option<TargetEvents>,
}

/// The notions that a linear constraint on the score can serve: means of the score in events known while fitting.
pub(super) const MEAN_NOTIONS: &[&str] = &[
    "demographic_parity",
    "equal_opportunity",
    "predictive_equality",
    "equalized_odds",
    "conditional_parity",
];

impl Fairness {
    /// Asks for equal mean scores in the notion's events, in all pairs of groups.
    pub const fn new(notion: Notion) -> Self {
        Self {
            notion,
            bounds: Bounds::Same(0.0),
            pairs: Pairs::All,
            crossing: Crossing::Separate,
            events: None,
        }
    }

    /// Sets one bound for all constraints.
    #[must_use]
    pub fn bound(mut self, bound: f64) -> Self {
        self.bounds = Bounds::Same(bound);
        self
    }

    /// Sets a bound for each constraint.
    #[must_use]
    pub fn bounds(mut self, bounds: Vec<f64>) -> Self {
        self.bounds = Bounds::Each(bounds);
        self
    }

    /// Sets which differences are bounded.
    #[must_use]
    pub fn pairs(mut self, pairs: Pairs) -> Self {
        self.pairs = pairs;
        self
    }

    /// Sets how several attributes become groups.
    #[must_use]
    pub fn crossing(mut self, crossing: Crossing) -> Self {
        self.crossing = crossing;
        self
    }

    /// Sets how events are made of the outcome.
    #[must_use]
    pub fn events(mut self, events: TargetEvents) -> Self {
        self.events = Some(events);
        self
    }

    /// Checks everything that needs no rows.
    pub(super) fn check(&self, method: &'static str) -> Result<(), PlanError> {
        let supported = MEAN_NOTIONS;
        if !supported.contains(&self.notion.name()) {
            return Err(Unsupported { method, notion: self.notion.clone(), supported }.into());
        }
        match &self.bounds {
            Bounds::Same(bound) => check_not_negative("bound", *bound)?,
            Bounds::Each(bounds) => {
                bounds.iter().try_for_each(|bound| check_not_negative("bound", *bound))?
            }
        }
        match &self.events {
            Some(TargetEvents::Quantiles(0)) => {
                let allowed = "at least 1";
                Err(PlanError::OutOfRange { parameter: "number of bins", value: 0.0, allowed })
            }
            Some(TargetEvents::Cuts(cuts)) => {
                let allowed = "finite and above the one before";
                let is_bad = |place: &usize| {
                    !cuts[*place].is_finite() || *place > 0 && cuts[*place - 1] >= cuts[*place]
                };
                match (0..cuts.len()).find(is_bad) {
                    Some(place) => {
                        Err(PlanError::OutOfRange { parameter: "cut point", value: cuts[place], allowed })
                    }
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}
