//! Ridge regression whose mean score differs between groups by no more than a bound.
//!
//! Minimises Σ weight (y − ⟨w, x⟩ − b)² + penalty · ‖w‖² subject to |⟨w, u_j⟩| ≤ bound_j, where u_j is a difference of
//! mean rows of two groups inside an event ([`Constraints`]). The intercept is not penalised and drops out of every
//! constraint. At a bound of 0 it is the closed form w = w₀ − A⁻¹U(UᵀA⁻¹U)⁺Uᵀw₀; above 0 a few such problems, one for each
//! change of the set of constraints that hold with equality.
//!
//! What is equalised is the *mean* of the score. The rates of decisions made from it at a threshold may still differ.
//!
//! Source: Oneto et al. 2019, *General Fair Empirical Risk Minimization*.

use super::{
    Constraints,
    active_set::{Active, Learner, minimise},
    constraints::Directions,
};
use crate::{
    methods::{ApplyError, Fairness, FitError, Labelled, PlanError, TargetEvents, error::check_not_negative},
    solvers::{
        Constraints as Equalities, Examples, Intercept, LinearFit, Outcome, Rows, Subspace,
        correction::Correction,
        least_squares::{Moments, Ridge, ridge},
    },
};

const METHOD: &str = "fair_ridge";

/// Parameters that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    fairness: Fairness,
    penalty: f64,
    intercept: Intercept,
}

/// Parameters that have not been checked yet.
#[derive(Clone, Debug)]
pub struct Builder(Plan);

impl Plan {
    /// Starts with what is asked of the groups, a penalty of 1 and an intercept.
    ///
    /// ```
    /// use equipoise::{methods::{Fairness, inprocessing::fair_ridge::Plan}, notion::Notion};
    /// assert!(Plan::builder(Fairness::new(Notion::DemographicParity)).penalty(10.0).build().is_ok());
    /// assert!(Plan::builder(Fairness::new(Notion::Calibration)).build().is_err());
    /// ```
    pub const fn builder(fairness: Fairness) -> Builder {
        Builder(Self { fairness, penalty: 1.0, intercept: Intercept::Free })
    }

    /// Fits the plan to rows. One pass over the rows for the moments and one for each attribute, then
    /// O(d³ + d² k) for each set of constraints tried; O(d²) memory.
    ///
    /// Without sensitive attributes the ordinary ridge regression is fitted.
    ///
    /// # Errors
    /// When the sample is out of order, there is nothing to compare, bounds are not as many as constraints, or the
    /// system is singular (penalty 0 and dependent columns).
    pub fn fit(&self, sample: &Labelled<'_>) -> Result<Model, FitError> {
        sample.check()?;
        let constraints = match sample.sensitive {
            [] => None,
            _ => Some(Constraints::new(sample, &self.fairness, &TargetEvents::Quantiles(3))?),
        };
        let examples = Examples { rows: sample.rows, targets: sample.target, weights: sample.weights };
        let mut moments = Moments::new(sample.rows.d(), 0)?;
        moments.update(&examples, None)?;
        let directions = constraints.as_ref().map_or_else(
            || Directions { vectors: Vec::new(), scales: Vec::new() },
            |constraints| constraints.directions(&sample.rows),
        );
        let options = Ridge { penalty: self.penalty, intercept: self.intercept };
        let mut learner = Linear { examples, moments, options, directions };
        let bounds: Vec<f64> = constraints
            .iter()
            .flat_map(|constraints| constraints.list().iter().map(|constraint| constraint.bound))
            .collect();
        let bounded = minimise(&mut learner, &bounds)?;
        let gaps = learner.gaps(&bounded.fit);
        let rank = learner.subspace(&(0..bounds.len()).map(|j| (j, 0.0)).collect::<Vec<_>>())?.rank();
        Ok(Model {
            fit: bounded.fit,
            constraints,
            vectors: learner.directions.vectors,
            gaps,
            active: bounded.active.into_iter().map(|active| active.0).collect(),
            rank,
            solves: bounded.solves,
        })
    }
}

impl Builder {
    /// Sets what ‖w‖² costs: positive, or 0 where the columns are independent.
    #[must_use]
    pub const fn penalty(mut self, penalty: f64) -> Self {
        self.0.penalty = penalty;
        self
    }

    /// Sets whether there is a constant.
    #[must_use]
    pub const fn intercept(mut self, intercept: Intercept) -> Self {
        self.0.intercept = intercept;
        self
    }

    /// Checks the parameters.
    ///
    /// # Errors
    /// When one is out of range, or the notion is not one of means in events known while fitting.
    pub fn build(self) -> Result<Plan, PlanError> {
        self.0.fairness.check(METHOD)?;
        check_not_negative("penalty", self.0.penalty)?;
        Ok(self.0)
    }
}

/// A fitted score f(x) = ⟨w, x⟩ + b. Holds no rows; the group is not needed to apply it.
#[derive(Clone, Debug)]
pub struct Model {
    fit: LinearFit,
    constraints: Option<Constraints>,
    vectors: Vec<f64>,
    gaps: Vec<f64>,
    active: Vec<usize>,
    rank: usize,
    solves: usize,
}

impl Model {
    /// Returns w, one a column.
    pub fn coefficients(&self) -> &[f64] {
        &self.fit.coefficients
    }

    /// Returns b; 0 where there is none.
    pub const fn intercept(&self) -> f64 {
        self.fit.intercept
    }

    /// Returns Σ weight (y − f)² + penalty · ‖w‖² on the fitting rows.
    pub const fn objective(&self) -> f64 {
        self.fit.objective
    }

    /// Returns how the solver ended.
    pub const fn outcome(&self) -> Outcome {
        self.fit.outcome
    }

    /// Returns the constraints; `None` for the ordinary model.
    pub const fn constraints(&self) -> Option<&Constraints> {
        self.constraints.as_ref()
    }

    /// Returns u_j of every constraint, k × d: which columns carry the difference between the groups.
    pub fn signal(&self) -> &[f64] {
        &self.vectors
    }

    /// Returns the difference of mean scores of every constraint on the fitting rows.
    pub fn gaps(&self) -> &[f64] {
        &self.gaps
    }

    /// Returns the numbers of the constraints that hold with equality.
    pub fn active(&self) -> &[usize] {
        &self.active
    }

    /// Returns how many of the constraints are independent.
    pub const fn rank(&self) -> usize {
        self.rank
    }

    /// Returns how many problems with equalities were solved.
    pub const fn solves(&self) -> usize {
        self.solves
    }

    /// Returns the score of each row.
    ///
    /// # Errors
    /// When the rows have another number of columns.
    pub fn predict(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        let expected = self.fit.coefficients.len();
        if rows.d() != expected {
            return Err(ApplyError::Columns { found: rows.d(), expected });
        }
        Ok((0..rows.n()).map(|i| self.fit.score(rows, i)).collect())
    }
}

struct Linear<'a> {
    examples: Examples<'a>,
    moments: Moments,
    options: Ridge,
    directions: Directions,
}

impl Linear<'_> {
    fn vector(&self, constraint: usize) -> &[f64] {
        let d = self.examples.rows.d();
        &self.directions.vectors[constraint * d..][..d]
    }

    fn subspace(&self, active: &[Active]) -> Result<Subspace, FitError> {
        let vectors: Vec<f64> = active.iter().flat_map(|(j, _)| self.vector(*j)).copied().collect();
        let values: Vec<f64> = active.iter().map(|active| active.1).collect();
        let scales: Vec<f64> = active.iter().map(|(j, _)| self.directions.scales[*j]).collect();
        // Without a constraint (or a column) there is no vector to count the values by.
        let (values, scales) = match vectors.is_empty() {
            true => (None, None),
            false => (Some(values.as_slice()), Some(scales.as_slice())),
        };
        Ok(Subspace::new(Equalities { vectors: &vectors, d: self.examples.rows.d(), values, scales })?)
    }

    /// Half the gradient of the objective in w, with the intercept at its best.
    fn slope(&self, fit: &LinearFit) -> Vec<f64> {
        let Examples { rows, targets, weights } = self.examples;
        let mut slope: Vec<f64> = fit.coefficients.iter().map(|w| self.options.penalty * w).collect();
        for i in 0..rows.n() {
            let weight = weights.map_or(1.0, |weights| weights[i]);
            rows.add_scaled(i, weight * (fit.score(&rows, i) - targets[i]), &mut slope);
        }
        slope
    }
}

impl Learner for Linear<'_> {
    type Fit = LinearFit;

    fn solve(&mut self, active: &[Active], _start: Option<&LinearFit>) -> Result<LinearFit, FitError> {
        Ok(ridge(&self.moments, Some(&self.subspace(active)?), self.options)?)
    }

    fn gaps(&self, fit: &LinearFit) -> Vec<f64> {
        let inner = |u: &[f64]| u.iter().zip(&fit.coefficients).map(|(u, w)| u * w).sum();
        (0..self.directions.scales.len()).map(|constraint| inner(self.vector(constraint))).collect()
    }

    fn multipliers(&self, fit: &LinearFit, active: &[Active]) -> Result<Vec<f64>, FitError> {
        let (d, k) = (self.examples.rows.d(), active.len());
        let vectors: Vec<f64> = active.iter().flat_map(|(j, _)| self.vector(*j)).copied().collect();
        let u = |j: usize| &vectors[j * d..][..d];
        let inner = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let moments: Vec<f64> = (0..k * k).map(|place| inner(u(place / k), u(place % k))).collect();
        let correction = Correction::new(&moments, k)?;
        // γ = −M⁺ U slope, the least squares solution of slope + Uᵀγ = 0.
        let gamma = correction.multipliers(&vectors, &self.slope(fit))?;
        Ok(gamma.into_iter().map(|gamma| -gamma).collect())
    }
}
