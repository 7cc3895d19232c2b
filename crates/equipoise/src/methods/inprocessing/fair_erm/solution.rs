//! What every solver's answer is turned into.

use crate::{methods::FitError, solvers::Outcome};

/// A constraint that holds with equality: its number, and the value of ⟨w, u⟩.
pub(super) type Active = (usize, f64);

/// The minimiser subject to equalities.
#[derive(Clone, Debug)]
pub(super) struct Solution {
    /// w over the columns, or β of the fitting rows in Σ β_i K(x_i, x).
    pub(super) coefficients: Vec<f64>,
    pub(super) intercept: f64,
    /// The part of w in the subspace as a combination of rows; empty where the solver does not work with it.
    pub(super) dual: Vec<f64>,
    /// f of the fitting rows.
    pub(super) scores: Vec<f64>,
    pub(super) squared_norm: f64,
    pub(super) outcome: Outcome,
    pub(super) active: Vec<Active>,
    /// γ of each active constraint, up to a positive factor: ∂F + Σ γ_j u_j = 0.
    pub(super) multipliers: Vec<f64>,
}

/// A learner that takes equalities.
pub(super) trait Learner {
    /// Returns the minimiser subject to the equalities, started from a solution for others.
    fn solve(&self, active: &[Active], start: Option<&Solution>) -> Result<Solution, FitError>;

    /// Returns ⟨w, u_j⟩ of every constraint.
    fn gaps(&self, solution: &Solution) -> Vec<f64>;
}
