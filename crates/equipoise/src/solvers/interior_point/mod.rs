//! A primal–dual interior-point method for dense convex quadratic programs over a box with a few equalities.
//!
//! ```text
//! minimise ½ xᵀPx + qᵀx   subject to   lower ≤ x ≤ upper,  A x = b
//!
//! with slacks s ≥ 0 and multipliers z ≥ 0 of the 2n bounds, from one linear system at s∘z = 1 (see `start`), repeat:
//!   residuals; stop when they and the gap sᵀz are small
//!   predictor: Newton's step for s∘z = 0, as far as s and z stay positive; σ = (what it would leave of the gap)³
//!   corrector: Newton's step for s∘z = σμ − (products of the predictor's steps), 0.99 of the way to the boundary
//! ```
//!
//! Primal and dual take the same step, as they must in a quadratic program. A step costs one factorisation of
//! P + diag(z/s), n³/3 multiplications; some ten to twenty steps are needed, hardly more for a tight tolerance. Memory is
//! that of P once more. It is an independent check of [`smo`](super::smo), and the solver of problems that have more
//! equalities than one.
//!
//! Source: Mehrotra 1992; starting point, step rule, tolerances and the order of the tests are those that Vandenberghe
//! 2010, *The CVXOPT linear and quadratic cone program solvers*, describes for `coneqp`, so that a run takes the same
//! iterations as CVXOPT's.

mod problem;

mod newton;

mod iteration;

pub use problem::{Argument, InteriorPointError, Problem, Settings, Solution};

use iteration::Iteration;

/// Solves the problem.
///
/// ```
/// use equipoise::solvers::interior_point::{Problem, Settings, solve};
/// // The point of the unit square on x₀ + x₁ = 1 that is nearest to (2, 0.5).
/// let problem = Problem {
///     quadratic: &[1.0, 0.0, 0.0, 1.0],
///     linear: &[-2.0, -0.5],
///     lower: &[0.0, 0.0],
///     upper: &[1.0, 1.0],
///     equalities: &[1.0, 1.0],
///     values: &[1.0],
/// };
/// let solution = solve(&problem, &Settings::default())?;
/// assert!(solution.outcome.converged());
/// assert!((solution.x[0] - 1.0).abs() < 1e-5 && solution.x[1].abs() < 1e-5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When shapes do not fit, a number is not finite, a box is empty, the equalities depend on each other, or P is not
/// positive semidefinite. Not converging is not an error: see [`Solution::outcome`].
pub fn solve(problem: &Problem<'_>, settings: &Settings) -> Result<Solution, InteriorPointError> {
    settings.check()?;
    problem.check()?;
    Iteration::start(problem)?.run(settings)
}
