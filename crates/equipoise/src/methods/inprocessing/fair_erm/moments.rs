//! Fair ridge regression of rows that are gone: from their moments.
//!
//! [`Moments`] are made in one pass over rows that need not fit in memory, in parts that merge. Their groups are the cells
//! whose means are compared: the groups themselves for demographic parity, the groups among the rows of one class or one
//! bin of the outcome for the other notions (rows outside of every event in a cell that is compared with none).

use super::{
    active_set::minimise,
    solution::{Active, Learner, Solution},
};
use crate::{
    methods::FitError,
    solvers::{
        Constraints as Equalities, LinearFit, Outcome, Subspace,
        correction::Correction,
        least_squares::{Moments, Ridge, ridge},
    },
};

/// A difference of two groups' mean scores that is bounded.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The number of a group of the moments.
    pub group: usize,
    /// The number of the group that it is compared with.
    pub other: usize,
    /// How large the difference of their mean scores may be; at least 0.
    pub bound: f64,
}

/// A fair ridge regression of moments.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FromMoments {
    /// w, one a column.
    pub coefficients: Vec<f64>,
    /// b; 0 where there is none.
    pub intercept: f64,
    /// Σ weight (y − f)² + penalty · ‖w‖².
    pub objective: f64,
    /// How the last solve ended.
    pub outcome: Outcome,
    /// Each difference of mean scores.
    pub gaps: Vec<f64>,
    /// The numbers of the differences that are at their bound.
    pub active: Vec<usize>,
    /// How many of the differences are independent.
    pub rank: usize,
    /// How many problems with equalities were solved.
    pub solves: usize,
}

/// Returns the minimiser of Σ weight (y − ⟨w, x⟩ − b)² + penalty · ‖w‖² whose mean scores differ by at most the bounds: what
/// [`Plan::fit`](super::Plan::fit) finds for the squared loss, without the rows. O(d³ + d² · differences) for each set of
/// differences tried (one at bounds of 0).
///
/// # Errors
/// When a group does not exist or has no weight, a bound is not a number from 0 on, no row has weight, or the system is
/// singular (penalty 0 and dependent columns).
///
/// ```
/// use equipoise::methods::inprocessing::fair_erm::{Difference, ridge_of_moments};
/// use equipoise::solvers::{Examples, Intercept, Rows, least_squares::{Moments, Ridge}};
/// // Two parts of the rows; the second column tells the groups apart.
/// let mut moments = Moments::new(2, 2)?;
/// for (x, y) in [([1.0, 0.0, 2.0, 1.0], [1.0, 5.0]), ([3.0, 1.0, 2.0, 0.0], [6.0, 2.0])] {
///     let groups: Vec<u32> = [x[1], x[3]].map(|s| s as u32).into();
///     let mut part = Moments::new(2, 2)?;
///     part.update(&Examples { rows: Rows::dense(&x, 2, 2)?, targets: &y, weights: None }, Some(&groups))?;
///     moments.merge(&part)?;
/// }
/// let ridge = Ridge { penalty: 1e-3, intercept: Intercept::Free };
/// let fit = ridge_of_moments(&moments, &[Difference { group: 1, other: 0, bound: 0.5 }], ridge)?;
/// assert!((fit.gaps[0] - 0.5).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn ridge_of_moments(
    moments: &Moments,
    differences: &[Difference],
    options: Ridge,
) -> Result<FromMoments, FitError> {
    let mut vectors = Vec::with_capacity(differences.len() * moments.d());
    let mut scales = Vec::with_capacity(differences.len());
    for (number, Difference { group, other, bound }) in differences.iter().copied().enumerate() {
        if !(bound >= 0.0 && bound.is_finite()) {
            return Err(FitError::OutOfRange {
                argument: "the bound of a difference",
                row: number,
                value: bound,
            });
        }
        let has_weight = |group: usize| moments.groups().get(group).is_some_and(|group| group.weight > 0.0);
        if let Some(group) = [group, other].into_iter().find(|&group| !has_weight(group)) {
            return Err(FitError::EmptyGroup { group });
        }
        vectors.extend(moments.difference(group, other).unwrap_or_default());
        let size = |group: usize| inner(&moments.groups()[group].mean, &moments.groups()[group].mean).sqrt();
        scales.push(size(group) + size(other));
    }
    let learner = OfMoments { moments, vectors, scales, options };
    let bounds: Vec<f64> = differences.iter().map(|difference| difference.bound).collect();
    let (solution, solves) = minimise(&learner, &bounds, None)?;
    let all: Vec<Active> = (0..differences.len()).map(|j| (j, 0.0)).collect();
    Ok(FromMoments {
        gaps: learner.gaps(&solution),
        active: solution.active.iter().map(|active| active.0).collect(),
        rank: learner.subspace(&all)?.rank(),
        solves,
        objective: moments.objective(&solution.coefficients, options),
        coefficients: solution.coefficients,
        intercept: solution.intercept,
        outcome: solution.outcome,
    })
}

struct OfMoments<'a> {
    moments: &'a Moments,
    /// k × d.
    vectors: Vec<f64>,
    scales: Vec<f64>,
    options: Ridge,
}

impl OfMoments<'_> {
    fn vector(&self, constraint: usize) -> &[f64] {
        let d = self.moments.d();
        &self.vectors[constraint * d..][..d]
    }

    fn subspace(&self, active: &[Active]) -> Result<Subspace, FitError> {
        let vectors: Vec<f64> = active.iter().flat_map(|(j, _)| self.vector(*j)).copied().collect();
        let values: Vec<f64> = active.iter().map(|active| active.1).collect();
        let scales: Vec<f64> = active.iter().map(|(j, _)| self.scales[*j]).collect();
        let some = !vectors.is_empty();
        let (values, scales) = (some.then_some(values.as_slice()), some.then_some(scales.as_slice()));
        Ok(Subspace::new(Equalities { vectors: &vectors, d: self.moments.d(), values, scales })?)
    }

    /// γ = M⁺ U force, with the force the negative half gradient at w: the least squares solution of force = Uᵀγ.
    fn multipliers(&self, fit: &LinearFit, active: &[Active]) -> Result<Vec<f64>, FitError> {
        let (d, k) = (self.moments.d(), active.len());
        let vectors: Vec<f64> = active.iter().flat_map(|(j, _)| self.vector(*j)).copied().collect();
        let u = |j: usize| &vectors[j * d..][..d];
        let moments: Vec<f64> = (0..k * k).map(|place| inner(u(place / k), u(place % k))).collect();
        let force = self.moments.force(&fit.coefficients, self.options);
        Ok(Correction::new(&moments, k, 0.0)?.multipliers(&vectors, &force)?)
    }
}

impl Learner for OfMoments<'_> {
    fn solve(&self, active: &[Active], _start: Option<&Solution>) -> Result<Solution, FitError> {
        let fit = ridge(self.moments, Some(&self.subspace(active)?), self.options)?;
        Ok(Solution {
            squared_norm: inner(&fit.coefficients, &fit.coefficients),
            multipliers: self.multipliers(&fit, active)?,
            active: active.to_vec(),
            scores: Vec::new(),
            dual: Vec::new(),
            outcome: fit.outcome,
            intercept: fit.intercept,
            coefficients: fit.coefficients,
        })
    }

    fn gaps(&self, solution: &Solution) -> Vec<f64> {
        (0..self.scales.len()).map(|j| inner(self.vector(j), &solution.coefficients)).collect()
    }
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
