//! Bounds above 0: which of them hold with equality.
//!
//! The problem min F(w) subject to |⟨w, u_j⟩| ≤ ε_j, F convex, is a sequence of problems with equalities,
//! each of which a learner solves exactly:
//!
//! ```text
//! t ← 0 (feasible: the gaps of w = 0);  S ← constraints with ε = 0
//! repeat
//!     t* ← gaps of the minimiser subject to ⟨w, u_j⟩ = ±ε_j, j in S
//!     if going from t to t* leaves the bounds: go as far as they let, and take the constraint met first into S
//!     else: t ← t*; drop from S a constraint that the objective would leave inwards, or stop if there is none
//! ```
//!
//! This is the primal active-set method. F falls along each segment since it is convex, so no S is met twice and the
//! end is the optimum; only the gaps of the current point are needed, not the point. A constraint met on a segment along
//! which those of S do not move is independent of them, so dependent constraints never meet in S unless their bound is 0,
//! where they do no harm. For one constraint it is the rule of fixed offsets: solve without, and if the gap is outside, at
//! the bound.
//!
//! **Leaving inwards** is the sign of the constraint's multiplier.
//!
//! Where a solution for other bounds is at hand, S starts as its active constraints, if the minimiser for them is feasible.

use super::solution::{Active, Learner, Solution};
use crate::{
    methods::FitError,
    solvers::{Status, SubspaceError},
};

/// A gap beyond its bound by less than this share of it is at the bound.
const AT_BOUND: f64 = 1e-9;
/// Multipliers below this share of the largest are taken for 0.
const NO_FORCE: f64 = 1e-7;

/// Minimises with |⟨w, u_j⟩| ≤ bounds_j; returns the solution and how many problems with equalities were solved.
pub(super) fn minimise<L: Learner>(
    learner: &L,
    bounds: &[f64],
    start: Option<&Solution>,
) -> Result<(Solution, usize), FitError> {
    let mut search = Search { bounds, active: Vec::new(), visited: Vec::new(), solves: 0 };
    let (mut solution, mut t) = search.begin(learner, start)?;
    // The latest solution within all bounds, which is also the one of the lowest objective.
    let mut within: Option<Solution> = None;
    loop {
        let target = learner.gaps(&solution);
        search.visited.push(search.active.clone());
        if let Some((share, met)) = search.first_met(&t, &target) {
            t.iter_mut().zip(&target).for_each(|(t, target)| *t += share * (target - *t));
            t[met] = bounds[met].copysign(target[met]);
            search.active.push((met, t[met]));
            search.active.sort_by_key(|active| active.0);
        } else {
            t = target;
            match search.slack(&solution) {
                Some(place) => {
                    within = Some(solution.clone());
                    search.active.remove(place);
                }
                None => return Ok((solution, search.solves)),
            }
        }
        solution = search.solve(learner, Some(&solution))?;
        if search.visited.contains(&search.active) {
            // While the objective falls the same equalities cannot come again: what it can still fall by is below what
            // the solver's tolerance shows.
            let end = within.unwrap_or_else(|| {
                solution.outcome.status = Status::Stalled;
                solution
            });
            return Ok((end, search.solves));
        }
    }
}

struct Search<'a> {
    bounds: &'a [f64],
    active: Vec<Active>,
    /// Equalities that have been the active ones.
    visited: Vec<Vec<Active>>,
    solves: usize,
}

impl Search<'_> {
    /// Returns the first solution and a feasible point from which it is looked at.
    fn begin<L: Learner>(
        &mut self,
        learner: &L,
        start: Option<&Solution>,
    ) -> Result<(Solution, Vec<f64>), FitError> {
        let equal = |j: &usize| self.bounds[*j] == 0.0;
        let least: Vec<Active> = (0..self.bounds.len()).filter(equal).map(|j| (j, 0.0)).collect();
        let guess = start.map_or_else(|| least.clone(), |start| self.guess(start));
        let mut before = start.cloned();
        if guess != least {
            self.active = guess;
            match self.solve(learner, start) {
                Ok(solution) => {
                    let gaps = learner.gaps(&solution);
                    if self.is_feasible(&gaps) {
                        return Ok((solution, gaps));
                    }
                    before = Some(solution);
                }
                // The guess asks for what cannot be had together, and the equalities are not met.
                Err(FitError::Subspace(SubspaceError::Inconsistent { .. }) | FitError::Indefinite { .. }) => {
                }
                Err(error) => return Err(error),
            }
        }
        self.active = least;
        Ok((self.solve(learner, before.as_ref())?, vec![0.0; self.bounds.len()]))
    }

    fn solve<L: Learner>(&mut self, learner: &L, start: Option<&Solution>) -> Result<Solution, FitError> {
        self.solves += 1;
        learner.solve(&self.active, start)
    }

    /// Returns the constraints active at the start, at their bounds of now.
    fn guess(&self, start: &Solution) -> Vec<Active> {
        let side = |j: usize| -> Option<f64> {
            let place = start.active.iter().position(|active| active.0 == j)?;
            let value = start.active[place].1;
            // At a bound of 0 the force tells to which side it gives way.
            let force = start.multipliers.get(place).copied().unwrap_or(0.0);
            Some(if value == 0.0 { force } else { value }).filter(|side| *side != 0.0)
        };
        let value = |j: usize| match self.bounds[j] {
            0.0 => Some((j, 0.0)),
            bound => side(j).map(|side| (j, bound.copysign(side))),
        };
        (0..self.bounds.len()).filter_map(value).collect()
    }

    fn is_feasible(&self, gaps: &[f64]) -> bool {
        let largest = self.bounds.iter().copied().fold(0.0, f64::max);
        let off = |active: &Active| (gaps[active.0] - active.1).abs() > AT_BOUND * largest;
        let beyond = |j: usize| gaps[j].abs() > self.bounds[j] * (1.0 + AT_BOUND) && !self.is_active(j);
        !self.active.iter().any(off) && !(0..gaps.len()).any(beyond)
    }

    fn is_active(&self, j: usize) -> bool {
        self.active.iter().any(|active| active.0 == j)
    }

    /// Returns the first constraint met on the way, and the share of the way.
    fn first_met(&self, t: &[f64], target: &[f64]) -> Option<(f64, usize)> {
        let share = |j: usize| {
            let limit = self.bounds[j].copysign(target[j]);
            let is_beyond = target[j].abs() > self.bounds[j] * (1.0 + AT_BOUND);
            (is_beyond && !self.is_active(j))
                .then(|| (((limit - t[j]) / (target[j] - t[j])).clamp(0.0, 1.0), j))
        };
        (0..t.len()).filter_map(share).min_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// Returns the place in the active set of the constraint that holds the objective back least, if it does not at all.
    fn slack(&self, solution: &Solution) -> Option<usize> {
        let may_leave = |place: &usize| {
            self.bounds[self.active[*place].0] > 0.0 && !self.visited.contains(&self.without(*place))
        };
        let multipliers = &solution.multipliers;
        let largest = multipliers.iter().fold(0.0_f64, |largest, gamma| largest.max(gamma.abs()));
        let force = |place: usize| multipliers[place] * self.active[place].1.signum();
        let worst = (0..self.active.len()).filter(may_leave).min_by(|&a, &b| force(a).total_cmp(&force(b)));
        worst.filter(|&place| force(place) < -NO_FORCE * largest)
    }

    fn without(&self, place: usize) -> Vec<Active> {
        let mut active = self.active.clone();
        active.remove(place);
        active
    }
}
