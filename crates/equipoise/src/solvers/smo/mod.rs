//! Sequential minimal optimisation: support vector classifiers and regressors over any Gram matrix.
//!
//! The idea, for coefficients β with f(x) = Σ β_i K(x_i, x) + b:
//!
//! ```text
//! repeat: take the row i with the most to gain when β_i rises,
//!         and the row j with which the pair lowers the objective most (second-order estimate)
//!         move β_i up and β_j down by the same amount, to the bottom of the parabola or to a bound
//! until no pair gains more than the tolerance
//! ```
//!
//! What makes it fast: kernel rows are cached within a budget, rows that seem settled are set aside, and the passes over
//! rows are plain loops over columns of numbers. What makes it exact: rows set aside are looked at again before the
//! end, the intercept is the minimiser for the coefficients found, and the duality gap is computed, not assumed.
//!
//! | function | problem |
//! |---|---|
//! | [`classify`] | ½‖w‖² + Σ cost_i max(0, 1 − y_i f(x_i)) |
//! | [`regress`] | ½‖w‖² + Σ cost_i max(0, abs(z_i − f(x_i)) − ε) |
//! | [`solve`] | the general form of both |
//!
//! The intercept is never penalised. A constraint on groups enters through the matrix
//! ([`Corrected`](super::correction::Corrected)) and, for a bound above 0, through the offsets. The run is sequential;
//! a Gram matrix may evaluate its rows on several threads. Same input, same bytes.
//!
//! Sources: Platt 1998; Keerthi et al. 2001; Fan, Chen & Lin 2005 (second-order choice); Chang & Lin 2011, *LIBSVM*
//! (setting rows aside); Donini et al. 2018 for what the offsets are for.

mod problem;

mod machines;

mod start;

mod solver;

mod pair;

mod scan;

mod cache;

pub mod intercept;

pub use machines::{Classification, Regression, classify, costs, regress};
pub use problem::{Argument, Problem, Report, Settings, Shrinking, SmoError, Solution, Storage};

use super::GramRows;
use solver::Solver;

/// Solves the general problem.
///
/// ```
/// use equipoise::kernels::Precomputed;
/// use equipoise::solvers::smo::{Problem, Settings, solve};
/// // Two points at −1 and 1 with the linear kernel: the widest margin has w = 1, so β = ½ and −½.
/// let gram = Precomputed::new(&[1.0, -1.0, -1.0, 1.0], 2)?;
/// let problem = Problem {
///     target: &[-1.0, 1.0],
///     tube: 0.0,
///     lower: &[-1.0, 0.0],
///     upper: &[0.0, 1.0],
///     sum: 0.0,
///     start: None,
/// };
/// let solution = solve(&gram, &problem, &Settings::default())?;
/// assert_eq!(solution.coefficients, [-0.5, 0.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When there are no rows, columns differ in length, a number is not finite or out of range, or the kernel yields a
/// number that is not finite. Not converging is not an error: see [`Report`].
pub fn solve(gram: &dyn GramRows, problem: &Problem<'_>, settings: &Settings) -> Result<Solution, SmoError> {
    settings.check()?;
    problem.check(gram.n())?;
    match settings.storage {
        Storage::Single => Solver::<f32>::new(gram, problem, settings)?.run(),
        Storage::Double => Solver::<f64>::new(gram, problem, settings)?.run(),
    }
}
