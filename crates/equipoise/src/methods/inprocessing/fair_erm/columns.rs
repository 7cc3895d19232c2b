//! Learners over columns: of the rows themselves, or of features in their place.
//!
//! The equalities enter as a [`Subspace`] of w, so the rows are read as they are and sparse ones stay sparse. Memory beside
//! the rows is O(n · rank + k · d).

use rayon::prelude::*;

use super::{
    Loss, Parameters,
    refine::Redirect,
    solution::{Active, Learner, Solution},
    task::Task,
};
use crate::{
    kernels::{Function, Gram},
    methods::{FitError, inprocessing::constraints::Directions},
    solvers::{
        ClassWeights, Constraints as Equalities, Examples, Intercept, LinearFit, Outcome, Rows, Subspace,
        correction::{Corrected, Correction},
        dual_descent,
        least_squares::{GradientOptions, Moments, Ridge, ridge, ridge_by_gradients},
        linear_interior_point, newton,
        smo::{Classification, Regression, Settings, Storage, classify, regress},
    },
};

/// Up to so many rows a support vector machine is solved by a method that meets any tolerance: an interior point, or with
/// many columns sequential minimal optimisation. Beyond, dual coordinate descent costs O(entries) a pass.
const FEW_ROWS: usize = 2000;
/// Up to so many columns an interior point method is at hand: its steps cost O(n d²).
const FEW_COLUMNS: usize = 500;
/// Up to so many columns ridge regression is solved directly: 128 MB of moments.
const DIRECT_COLUMNS_MAX: usize = 4000;
/// What a descent's duality gap, relative to the objective, is of the tolerance.
const GAP_SHARE: f64 = 0.1;
/// Most rows that a descent visits, all passes together.
const VISITS_MAX: usize = 1_000_000_000;

pub(super) struct Columns<'a> {
    task: &'a Task<'a>,
    rows: Rows<'a>,
    directions: Directions,
    solver: Solver<'a>,
}

enum Solver<'a> {
    Direct(Moments),
    Gradients,
    Newton,
    Machine(Gram<'a>),
    Interior,
    Descent,
}

/// What a solver finds, and β where it works with it.
struct Answer {
    coefficients: Vec<f64>,
    intercept: f64,
    outcome: Outcome,
    dual: Vec<f64>,
}

impl From<LinearFit> for Answer {
    fn from(fit: LinearFit) -> Self {
        let LinearFit { coefficients, intercept, outcome, .. } = fit;
        Self { coefficients, intercept, outcome, dual: Vec::new() }
    }
}

impl From<dual_descent::DualFit> for Answer {
    fn from(fit: dual_descent::DualFit) -> Self {
        Self { dual: fit.variables, ..Self::from(fit.fit) }
    }
}

impl<'a> Columns<'a> {
    /// Takes the task's rows, or features in their place.
    pub(super) fn new(task: &'a Task<'a>, rows: Rows<'a>) -> Result<Self, FitError> {
        let directions = task.constraints.as_ref().map_or_else(
            || Directions { vectors: Vec::new(), scales: Vec::new() },
            |constraints| constraints.directions(&rows),
        );
        let intercept = task.parameters.intercept;
        let solver = match task.parameters.loss {
            Loss::Squared { penalty } if rows.d() > DIRECT_COLUMNS_MAX && penalty > 0.0 => Solver::Gradients,
            Loss::Squared { .. } => {
                let mut moments = Moments::new(rows.d(), 0)?;
                moments.update(&task.examples(rows), None)?;
                Solver::Direct(moments)
            }
            Loss::Logistic { .. } => Solver::Newton,
            Loss::Hinge { .. } | Loss::EpsilonInsensitive { .. } => {
                let (few_rows, few_columns) = (rows.n() <= FEW_ROWS, rows.d() <= FEW_COLUMNS);
                match (few_rows, few_columns, intercept) {
                    (true, true, _) => Solver::Interior,
                    // It keeps Σβ = 0, which is the condition of a free intercept.
                    (true, false, Intercept::Free) => Solver::Machine(Gram::new(Function::Linear, rows)?),
                    _ => Solver::Descent,
                }
            }
        };
        Ok(Self { task, rows, directions, solver })
    }

    /// Returns the vectors u_j, k × d.
    pub(super) fn vectors(&self) -> &[f64] {
        &self.directions.vectors
    }

    /// Returns ‖u_j‖ of each constraint.
    pub(super) fn distances(&self) -> Vec<f64> {
        (0..self.directions.scales.len()).map(|j| inner(self.vector(j), self.vector(j)).sqrt()).collect()
    }

    /// Returns how many constraints are independent.
    pub(super) fn rank(&self) -> Result<usize, FitError> {
        let all: Vec<Active> = (0..self.directions.scales.len()).map(|j| (j, 0.0)).collect();
        Ok(self.subspace(&all)?.rank())
    }

    fn vector(&self, constraint: usize) -> &[f64] {
        let d = self.rows.d();
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
        Ok(Subspace::new(Equalities { vectors: &vectors, d: self.rows.d(), values, scales })?)
    }

    fn answer(&self, subspace: &Subspace, start: Option<&Solution>) -> Result<Answer, FitError> {
        let parameters = self.task.parameters;
        let (intercept, examples) = (parameters.intercept, self.task.examples(self.rows));
        let within = Some(subspace);
        match (&self.solver, parameters.loss) {
            (Solver::Direct(moments), Loss::Squared { penalty }) => {
                Ok(ridge(moments, within, Ridge { penalty, intercept })?.into())
            }
            (Solver::Machine(gram), _) => self.by_machine(gram, subspace, start),
            (_, Loss::Squared { penalty }) => {
                let options = GradientOptions { tolerance: parameters.tolerance, ..Default::default() };
                Ok(ridge_by_gradients(&examples, within, Ridge { penalty, intercept }, options)?.into())
            }
            (_, Loss::Logistic { .. }) => self.by_newton(&examples, subspace, start),
            (_, Loss::Hinge { .. } | Loss::EpsilonInsensitive { .. }) => {
                self.by_descent(&examples, subspace, start)
            }
        }
    }

    fn by_newton(
        &self,
        examples: &Examples<'_>,
        subspace: &Subspace,
        start: Option<&Solution>,
    ) -> Result<Answer, FitError> {
        let Parameters { intercept, tolerance, .. } = *self.task.parameters;
        let options = newton::Options { intercept, tolerance, ..Default::default() };
        let start = start.filter(|start| start.coefficients.len() == self.rows.d());
        Ok(match start {
            Some(Solution { coefficients, intercept, .. }) => {
                let start = newton::Start { coefficients, intercept: *intercept };
                newton::logistic_from(examples, Some(subspace), options, start)?
            }
            None => newton::logistic(examples, Some(subspace), options)?,
        }
        .into())
    }

    /// By dual coordinate descent and, where that creeps or there are few rows, by an interior point.
    fn by_descent(
        &self,
        examples: &Examples<'_>,
        subspace: &Subspace,
        start: Option<&Solution>,
    ) -> Result<Answer, FitError> {
        let parameters = self.task.parameters;
        let few_columns = self.rows.d() <= FEW_COLUMNS;
        let options = dual_descent::Options {
            intercept: parameters.intercept,
            tolerance: GAP_SHARE * parameters.tolerance,
            iterations_max: (VISITS_MAX / self.rows.n()).clamp(1000, 100_000),
            seed: parameters.seed,
            ..Default::default()
        };
        let start = start
            .filter(|start| start.dual.len() == self.rows.n())
            .map(|start| dual_descent::Start { variables: &start.dual, intercept: start.intercept });
        let (within, equal) = (Some(subspace), ClassWeights::EQUAL);
        if !matches!(self.solver, Solver::Interior) {
            let fit = match parameters.loss {
                Loss::EpsilonInsensitive { epsilon, .. } => {
                    dual_descent::regress_from(examples, within, epsilon, options, start)?
                }
                _ => dual_descent::classify_from(examples, within, equal, options, start)?,
            };
            if fit.fit.outcome.converged() || !few_columns {
                return Ok(fit.into());
            }
        }
        Ok(match parameters.loss {
            Loss::EpsilonInsensitive { epsilon, .. } => {
                linear_interior_point::regress(examples, within, epsilon, options)?
            }
            _ => linear_interior_point::classify(examples, within, equal, options)?,
        }
        .into())
    }

    /// K̃ = K − ZZᵀ with Z = X Ûᵀ; w = Xᵀβ, moved into the subspace.
    fn by_machine(
        &self,
        gram: &Gram<'_>,
        subspace: &Subspace,
        start: Option<&Solution>,
    ) -> Result<Answer, FitError> {
        let (n, rank) = (self.rows.n(), subspace.rank());
        let coordinates = subspace.coordinates(&self.rows);
        let column = |r: usize| coordinates.iter().skip(r).step_by(rank).copied();
        let factor: Vec<f64> = (0..rank).flat_map(column).collect();
        let mut offset = vec![0.0; n];
        for (z, t) in factor.chunks_exact(n).zip(subspace.fixed()) {
            offset.iter_mut().zip(z).for_each(|(offset, z)| *offset += t * z);
        }
        let corrected = Corrected::new(gram, factor)?;
        let parameters = self.task.parameters;
        let Parameters { tolerance, cache_bytes, .. } = *parameters;
        let settings = Settings { tolerance, cache_bytes, storage: Storage::Double, ..Default::default() };
        let start = start.map(|start| start.dual.as_slice()).filter(|dual| dual.len() == n);
        let solution = match parameters.loss {
            Loss::EpsilonInsensitive { epsilon, .. } => {
                let (target, cost) = (self.task.sample.target, &self.task.costs);
                let rows = Regression { target, tube: epsilon, cost, offset: Some(&offset), start };
                regress(&corrected, &rows, &settings)?
            }
            _ => {
                let positive: Vec<bool> = self.task.sample.target.iter().map(|&y| y > 0.0).collect();
                let cost = &self.task.costs;
                let rows = Classification { positive: &positive, cost, offset: Some(&offset), start };
                classify(&corrected, &rows, &settings)?
            }
        };
        let mut coefficients = self.combination(&solution.coefficients);
        subspace.move_into(&mut coefficients);
        Ok(Answer {
            coefficients,
            intercept: solution.intercept,
            outcome: solution.report.outcome,
            dual: solution.coefficients,
        })
    }

    /// Returns Σ β_i x_i.
    fn combination(&self, beta: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; self.rows.d()];
        for (i, &beta) in beta.iter().enumerate().filter(|(_, beta)| **beta != 0.0) {
            self.rows.add_scaled(i, beta, &mut sum);
        }
        sum
    }

    /// Returns how each row pulls: minus the derivative of its loss in its score, where β is not known.
    fn pulls(&self, scores: &[f64]) -> Vec<f64> {
        let rows = self.task.sample.target.iter().zip(scores).zip(&self.task.costs);
        let pull = |((&y, &f), &cost): ((&f64, &f64), &f64)| match self.task.parameters.loss {
            Loss::Logistic { .. } => cost * y / (1.0 + (y * f).exp()),
            _ => cost * (y - f),
        };
        rows.map(pull).collect()
    }

    /// Returns γ = M⁺U(Σ β_i x_i − penalty · w), the least squares solution of ∂F + Uᵀγ = 0; 0 where all bounds are 0.
    fn multipliers(&self, answer: &Answer, scores: &[f64], active: &[Active]) -> Result<Vec<f64>, FitError> {
        let (d, k) = (self.rows.d(), active.len());
        // What must be 0 cannot be left, so nobody asks how it pulls.
        if d == 0 || active.iter().all(|active| active.1 == 0.0) {
            return Ok(vec![0.0; k]);
        }
        let mut force = match answer.dual.is_empty() {
            true => self.combination(&self.pulls(scores)),
            false => self.combination(&answer.dual),
        };
        let penalty = match self.task.parameters.loss {
            Loss::Squared { penalty } => penalty,
            _ => 1.0,
        };
        force.iter_mut().zip(&answer.coefficients).for_each(|(force, w)| *force -= penalty * w);
        let vectors: Vec<f64> = active.iter().flat_map(|(j, _)| self.vector(*j)).copied().collect();
        let u = |j: usize| &vectors[j * d..][..d];
        let moments: Vec<f64> = (0..k * k).map(|place| inner(u(place / k), u(place % k))).collect();
        Ok(Correction::new(&moments, k, 0.0)?.multipliers(&vectors, &force)?)
    }
}

impl Learner for Columns<'_> {
    fn solve(&self, active: &[Active], start: Option<&Solution>) -> Result<Solution, FitError> {
        let subspace = self.subspace(active)?;
        let answer = self.answer(&subspace, start)?;
        let (rows, w, b) = (self.rows, &answer.coefficients, answer.intercept);
        let scores: Vec<f64> = (0..rows.n()).into_par_iter().map(|i| rows.dot(i, w) + b).collect();
        let multipliers = self.multipliers(&answer, &scores, active)?;
        Ok(Solution {
            squared_norm: inner(w, w),
            scores,
            multipliers,
            active: active.to_vec(),
            coefficients: answer.coefficients,
            intercept: answer.intercept,
            dual: answer.dual,
            outcome: answer.outcome,
        })
    }

    fn gaps(&self, solution: &Solution) -> Vec<f64> {
        let k = self.directions.scales.len();
        (0..k).map(|constraint| inner(self.vector(constraint), &solution.coefficients)).collect()
    }
}

impl Redirect for Columns<'_> {
    type Vectors = Directions;

    fn vectors_of(&self, c: Vec<f64>, k: usize) -> Result<Directions, FitError> {
        let (n, d) = (self.rows.n(), self.rows.d());
        let mut directions = Directions { vectors: vec![0.0; k * d], scales: vec![0.0; k] };
        for (j, c) in c.chunks_exact(n.max(1)).enumerate() {
            let vector = &mut directions.vectors[j * d..][..d];
            for (i, &c) in c.iter().enumerate().filter(|(_, c)| **c != 0.0) {
                self.rows.add_scaled(i, c, vector);
                directions.scales[j] += c.abs() * self.rows.squared_norm(i).sqrt();
            }
        }
        Ok(directions)
    }

    fn exchange(&mut self, vectors: &mut Directions) {
        std::mem::swap(&mut self.directions, vectors);
    }
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
