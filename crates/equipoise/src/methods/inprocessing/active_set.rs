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

use crate::methods::FitError;

/// A gap beyond its bound by less than this share of it is at the bound.
const AT_BOUND: f64 = 1e-9;
/// Multipliers below this share of the largest are taken for 0.
const NO_FORCE: f64 = 1e-7;

/// A constraint that holds with equality: its number, and the value of ⟨w, u⟩.
pub(super) type Active = (usize, f64);

/// A learner that takes equalities.
pub(super) trait Learner {
    /// A solution.
    type Fit;

    /// Returns the minimiser subject to the equalities, started from a solution for others.
    fn solve(&mut self, active: &[Active], start: Option<&Self::Fit>) -> Result<Self::Fit, FitError>;

    /// Returns ⟨w, u_j⟩ of every constraint.
    fn gaps(&self, fit: &Self::Fit) -> Vec<f64>;

    /// Returns the multiplier of each active constraint: γ, up to a positive factor, with ∂F + Σ γ_j u_j = 0.
    fn multipliers(&self, fit: &Self::Fit, active: &[Active]) -> Result<Vec<f64>, FitError>;
}

/// The solution of the bounded problem.
pub(super) struct Bounded<F> {
    pub(super) fit: F,
    /// Constraints that hold with equality.
    pub(super) active: Vec<Active>,
    /// How many problems with equalities were solved.
    pub(super) solves: usize,
}

/// Minimises with |⟨w, u_j⟩| ≤ bounds_j.
pub(super) fn minimise<L: Learner>(learner: &mut L, bounds: &[f64]) -> Result<Bounded<L::Fit>, FitError> {
    let active = (0..bounds.len()).filter(|&j| bounds[j] == 0.0).map(|j| (j, 0.0)).collect();
    let mut search = Search { bounds, active, visited: Vec::new(), solves: 1 };
    let mut t = vec![0.0; bounds.len()];
    let mut fit = learner.solve(&search.active, None)?;
    loop {
        let target = learner.gaps(&fit);
        search.visited.push(search.active.clone());
        if let Some((share, met)) = search.first_met(&t, &target) {
            t.iter_mut().zip(&target).for_each(|(t, target)| *t += share * (target - *t));
            t[met] = bounds[met].copysign(target[met]);
            search.active.push((met, t[met]));
            search.active.sort_by_key(|active| active.0);
        } else {
            t = target;
            match search.slack(&*learner, &fit)? {
                Some(place) => drop(search.active.remove(place)),
                None => return Ok(search.end(fit)),
            }
        }
        fit = learner.solve(&search.active, Some(&fit))?;
        search.solves += 1;
        if search.visited.contains(&search.active) {
            // Rounding only: while the objective falls the same equalities cannot come again.
            return Ok(search.end(fit));
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
    fn end<F>(self, fit: F) -> Bounded<F> {
        Bounded { fit, active: self.active, solves: self.solves }
    }

    /// Returns the first constraint met on the way, and the share of the way.
    fn first_met(&self, t: &[f64], target: &[f64]) -> Option<(f64, usize)> {
        let is_active = |j: usize| self.active.iter().any(|active| active.0 == j);
        let share = |j: usize| {
            let limit = self.bounds[j].copysign(target[j]);
            let is_beyond = target[j].abs() > self.bounds[j] * (1.0 + AT_BOUND);
            (is_beyond && !is_active(j)).then(|| (((limit - t[j]) / (target[j] - t[j])).clamp(0.0, 1.0), j))
        };
        (0..t.len()).filter_map(share).min_by(|a, b| a.0.total_cmp(&b.0))
    }

    /// Returns the place in the active set of the constraint that holds the objective back least, if it does not at all.
    fn slack<L: Learner>(&self, learner: &L, fit: &L::Fit) -> Result<Option<usize>, FitError> {
        let places: Vec<usize> = (0..self.active.len())
            .filter(|&place| {
                self.bounds[self.active[place].0] > 0.0 && !self.visited.contains(&self.without(place))
            })
            .collect();
        if places.is_empty() {
            return Ok(None);
        }
        let multipliers = learner.multipliers(fit, &self.active)?;
        let largest = multipliers.iter().fold(0.0_f64, |largest, gamma| largest.max(gamma.abs()));
        let force = |place: usize| multipliers[place] * self.active[place].1.signum();
        let worst = places.into_iter().min_by(|&a, &b| force(a).total_cmp(&force(b)));
        Ok(worst.filter(|&place| force(place) < -NO_FORCE * largest))
    }

    fn without(&self, place: usize) -> Vec<Active> {
        let mut active = self.active.clone();
        active.remove(place);
        active
    }
}
