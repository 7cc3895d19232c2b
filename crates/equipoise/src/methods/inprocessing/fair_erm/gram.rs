//! Learners over a Gram matrix, with the corrected kernel K̃ = K − κM⁺κᵀ.

use rayon::prelude::*;

use super::{
    Loss,
    refine::Redirect,
    solution::{Active, Learner, Solution},
    task::Task,
};
use crate::{
    methods::{FitError, inprocessing::Constraints},
    solvers::{
        GramRows, Outcome,
        correction::{Classes, Corrected, Correction, MeanMaps},
        least_squares::{GradientOptions, KernelFit, Ridge, kernel_ridge, kernel_ridge_by_gradients},
        smo::{Classification, Regression, Settings, Storage, classify, regress},
    },
};

/// A direction with ‖u‖² below this share of the largest ‖φ(x)‖² is rounding: equal means.
const NO_DIRECTION: f64 = 1e-14;
/// An equality that is off by more than this share of the largest score was not met, even with kernel entries in single
/// precision: the kernel is indefinite.
const NOT_MET: f64 = 1e-3;
/// From this tolerance down kernel entries are kept in double precision.
const DOUBLE_FROM: f64 = 1e-5;
/// Up to so many rows kernel ridge regression is solved directly: 1 GB for the matrix and its factor.
const DIRECT_ROWS_MAX: usize = 8192;

pub(super) struct OverGram<'a> {
    task: &'a Task<'a>,
    gram: &'a dyn GramRows,
    /// Bytes for what a solver keeps of it.
    cache_bytes: usize,
    n: usize,
    /// c, n × k, column after column.
    c: Vec<f64>,
    maps: MeanMaps,
    /// Whether u_j is 0 up to rounding.
    vacuous: Vec<bool>,
    diagonal: Vec<f64>,
}

/// What a solver finds for K̃: f = K̃β + offset + b.
struct Answer {
    beta: Vec<f64>,
    /// K̃β.
    product: Vec<f64>,
    intercept: f64,
    outcome: Outcome,
}

impl<'a> OverGram<'a> {
    pub(super) fn new(
        task: &'a Task<'a>,
        gram: &'a dyn GramRows,
        cache_bytes: usize,
    ) -> Result<Self, FitError> {
        let n = gram.n();
        let k = task.constraints.as_ref().map_or(0, |constraints| constraints.list().len());
        let (of_row, weights, factors) = match &task.constraints {
            Some(constraints) => constraints.classes(),
            None => (vec![Classes::NONE; n], task.costs.as_slice(), Vec::new()),
        };
        let classes = Classes { of_row: &of_row, weights, factors: &factors, k };
        let mut c = vec![0.0; n * k];
        for (constraint, column) in c.chunks_exact_mut(n.max(1)).enumerate() {
            let entries = task.constraints.iter().flat_map(|all: &Constraints| all.coefficients(constraint));
            entries.for_each(|(row, entry)| column[row] = entry);
        }
        let maps = MeanMaps::of_classes(gram, &classes)?;
        let diagonal = gram.diagonal();
        let largest = diagonal.iter().copied().fold(0.0, f64::max);
        let indefinite = |j: &usize| maps.moments[j * k + j] < -NO_DIRECTION * largest;
        if let Some(constraint) = (0..k).find(indefinite) {
            return Err(FitError::Indefinite { constraint });
        }
        let vacuous = (0..k).map(|j| maps.moments[j * k + j] <= NO_DIRECTION * largest).collect();
        Ok(Self { task, gram, cache_bytes, n, c, maps, vacuous, diagonal })
    }

    /// Returns ‖u_j‖ of each constraint.
    pub(super) fn distances(&self) -> Vec<f64> {
        let k = self.vacuous.len();
        (0..k).map(|j| self.maps.moments[j * k + j].max(0.0).sqrt()).collect()
    }

    /// Returns K(x, x) of every row.
    pub(super) fn diagonal(&self) -> &[f64] {
        &self.diagonal
    }

    /// Returns the rank of M.
    pub(super) fn rank(&self) -> Result<usize, FitError> {
        let all: Vec<Active> = (0..self.vacuous.len()).map(|j| (j, 0.0)).collect();
        let all = self.substantial(&all);
        Ok(Correction::new(&self.moments_of(&all), all.len(), self.maps.scale)?.rank())
    }

    /// Returns the constraints whose means differ at all.
    pub(super) fn all_substantial(&self) -> Vec<usize> {
        (0..self.vacuous.len()).filter(|&j| !self.vacuous[j]).collect()
    }

    /// Returns ⟨φ(x), u_j⟩ of every row.
    pub(super) fn kappa(&self, constraint: usize) -> &[f64] {
        &self.maps.kappa[constraint * self.n..][..self.n]
    }

    fn substantial(&self, active: &[Active]) -> Vec<Active> {
        active.iter().copied().filter(|active| !self.vacuous[active.0]).collect()
    }

    fn columns(&self, of: &[f64], active: &[Active]) -> Vec<f64> {
        active.iter().flat_map(|(j, _)| &of[j * self.n..][..self.n]).copied().collect()
    }

    fn moments_of(&self, active: &[Active]) -> Vec<f64> {
        let k = self.vacuous.len();
        let row = |j: usize| active.iter().map(move |(l, _)| self.maps.moments[j * k + l]);
        active.iter().flat_map(|(j, _)| row(*j)).collect()
    }

    /// Returns Σ_j factors_j · column_j.
    fn combine(&self, columns: &[f64], factors: &[f64]) -> Vec<f64> {
        let mut sum = vec![0.0; self.n];
        for (column, factor) in columns.chunks_exact(self.n).zip(factors) {
            sum.iter_mut().zip(column).for_each(|(sum, entry)| *sum += factor * entry);
        }
        sum
    }

    fn answer(
        &self,
        corrected: &dyn GramRows,
        offset: &[f64],
        start: Option<&[f64]>,
    ) -> Result<Answer, FitError> {
        let parameters = self.task.parameters;
        if let Loss::Squared { penalty } = parameters.loss {
            return self.by_squares(corrected, offset, Ridge { penalty, intercept: parameters.intercept });
        }
        let (tolerance, cache_bytes) = (parameters.tolerance, self.cache_bytes);
        let storage = if tolerance <= DOUBLE_FROM { Storage::Double } else { Storage::Single };
        let settings = Settings { tolerance, cache_bytes, storage, ..Default::default() };
        let (target, cost, offset) = (self.task.sample.target, &self.task.costs, Some(offset));
        let solution = match parameters.loss {
            Loss::EpsilonInsensitive { epsilon, .. } => {
                regress(corrected, &Regression { target, tube: epsilon, cost, offset, start }, &settings)?
            }
            _ => {
                let positive: Vec<bool> = target.iter().map(|&y| y > 0.0).collect();
                let rows = Classification { positive: &positive, cost, offset, start };
                classify(corrected, &rows, &settings)?
            }
        };
        Ok(Answer {
            beta: solution.coefficients,
            product: solution.scores,
            intercept: solution.intercept,
            outcome: solution.report.outcome,
        })
    }

    fn by_squares(&self, corrected: &dyn GramRows, offset: &[f64], ridge: Ridge) -> Result<Answer, FitError> {
        let target: Vec<f64> =
            self.task.sample.target.iter().zip(offset).map(|(target, offset)| target - offset).collect();
        let weights = Some(self.task.costs.as_slice());
        let direct = self.n <= DIRECT_ROWS_MAX;
        let kept = match direct {
            true => self.n,
            false => (self.cache_bytes / (8 * self.n)).min(self.n),
        };
        let mut matrix = vec![0.0; kept * self.n];
        matrix.par_chunks_exact_mut(self.n).enumerate().for_each(|(i, row)| corrected.row(i, row));
        let multiply = |v: &[f64], product: &mut [f64]| {
            let (known, rest) = product.split_at_mut(kept);
            known.par_iter_mut().zip(matrix.par_chunks_exact(self.n)).for_each(|(p, row)| *p = inner(row, v));
            rest.par_iter_mut().enumerate().for_each_init(
                || vec![0.0; self.n],
                |row, (place, p)| {
                    corrected.row(kept + place, row);
                    *p = inner(row, v);
                },
            );
        };
        let fit = match direct {
            true => kernel_ridge(&matrix, &target, weights, ridge)?,
            false => {
                let tolerance = self.task.parameters.tolerance;
                let options = GradientOptions { tolerance, ..GradientOptions::default() };
                kernel_ridge_by_gradients(multiply, &target, weights, ridge, options)?
            }
        };
        let KernelFit { coefficients: beta, intercept, outcome, .. } = fit;
        let mut product = vec![0.0; self.n];
        multiply(&beta, &mut product);
        Ok(Answer { beta, product, intercept, outcome })
    }
}

impl Learner for OverGram<'_> {
    fn solve(&self, active: &[Active], start: Option<&Solution>) -> Result<Solution, FitError> {
        let within = self.substantial(active);
        let k = within.len();
        let (kappa, c) = (self.columns(&self.maps.kappa, &within), self.columns(&self.c, &within));
        let correction = Correction::new(&self.moments_of(&within), k, self.maps.scale)?;
        // a = M⁺ t: with the identity for κ, the correction's M⁺κᵀβ is M⁺β.
        let identity: Vec<f64> = (0..k * k).map(|place| f64::from(u8::from(place % (k + 1) == 0))).collect();
        let values: Vec<f64> = within.iter().map(|active| active.1).collect();
        let a = correction.multipliers(&identity, &values)?;
        let offset = self.combine(&kappa, &a);
        let corrected = Corrected::new(self.gram, correction.factor(&kappa)?)?;
        let start = start.map(|start| start.dual.as_slice()).filter(|dual| dual.len() == self.n);
        let Answer { beta, product, intercept, outcome } = self.answer(&corrected, &offset, start)?;
        let gamma = correction.multipliers(&kappa, &beta)?;
        let along: Vec<f64> = gamma.iter().zip(&a).map(|(gamma, a)| gamma - a).collect();
        let mut coefficients = self.combine(&c, &along);
        coefficients.iter_mut().zip(&beta).for_each(|(along, beta)| *along = beta - *along);
        let mut given = along.iter();
        let multiplier = |j: usize| if self.vacuous[j] { None } else { given.next().copied() };
        let multipliers = active.iter().map(|active| active.0).map(multiplier).map(Option::unwrap_or_default);
        let multipliers = multipliers.collect();
        let solution = Solution {
            coefficients,
            intercept,
            squared_norm: (inner(&beta, &product) + inner(&a, &values)).max(0.0),
            scores: product.iter().zip(&offset).map(|(f, o)| f + o + intercept).collect(),
            dual: beta,
            outcome,
            active: active.to_vec(),
            multipliers,
        };
        // Of the vectors at hand, which need not be differences of means.
        let met: Vec<f64> =
            active.iter().map(|(j, _)| inner(&self.c[j * self.n..][..self.n], &solution.scores)).collect();
        let largest = solution.scores.iter().fold(0.0_f64, |largest, f| largest.max(f.abs()));
        let is_off = |((_, value), met): &(&Active, &f64)| (*met - value).abs() > NOT_MET * largest;
        match active.iter().zip(&met).find(is_off) {
            Some(((constraint, _), _)) => Err(FitError::Indefinite { constraint: *constraint }),
            None => Ok(solution),
        }
    }

    fn gaps(&self, solution: &Solution) -> Vec<f64> {
        self.task.constraints.as_ref().map_or_else(Vec::new, |all| all.gaps(&solution.scores))
    }
}

/// The constraint vectors through the kernel.
pub(super) struct Maps {
    c: Vec<f64>,
    maps: MeanMaps,
    vacuous: Vec<bool>,
}

impl Redirect for OverGram<'_> {
    type Vectors = Maps;

    fn vectors_of(&self, c: Vec<f64>, k: usize) -> Result<Maps, FitError> {
        let maps = MeanMaps::of(self.gram, &c, k)?;
        let largest = self.diagonal.iter().copied().fold(0.0, f64::max);
        let vacuous = (0..k).map(|j| maps.moments[j * k + j] <= NO_DIRECTION * largest).collect();
        Ok(Maps { c, maps, vacuous })
    }

    fn exchange(&mut self, vectors: &mut Maps) {
        std::mem::swap(&mut self.c, &mut vectors.c);
        std::mem::swap(&mut self.maps, &mut vectors.maps);
        std::mem::swap(&mut self.vacuous, &mut vectors.vacuous);
    }
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
