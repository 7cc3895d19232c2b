//! Linear support vector machines by dual coordinate descent, dense and sparse, inside a subspace.
//!
//! Classification with the hinge and its square (Hsieh, Chang, Lin, Keerthi and Sundararajan 2008), regression with the
//! ε-insensitive loss and its square (Ho and Lin 2012). A step solves the dual problem in one variable exactly and
//! costs one product with a row and, if the variable moves, one addition of it.
//!
//! DIFFERENCE: LIBLINEAR penalises the intercept, as the weight of a constant column. Here it is free, see [`classify`];
//! [`Intercept::Absent`] is where the two agree.

mod descent;
mod losses;

use super::{
    ClassWeights, Examples, Intercept, LinearFit, Rows, SolverError, Subspace,
    examples::{check_length, check_positive, check_range, finite},
    rows::MAGNITUDE_MAX,
};
use descent::Descent;
pub(super) use losses::Losses;
use losses::RowLoss;

/// A fit with its dual variables, one a row: w = Σ β_i x_i, projected, plus what the subspace fixes.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DualFit {
    /// The fit.
    pub fit: LinearFit,
    /// β.
    pub variables: Vec<f64>,
}

/// Where a descent starts: the answer to a problem that is much the same.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// β, one a row; each is moved between its bounds.
    pub variables: &'a [f64],
    /// b; of no account without an intercept.
    pub intercept: f64,
}

/// What a row's distance beyond the margin or the tube costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// In proportion to the distance.
    Linear,
    /// In proportion to the square of the distance.
    Squared,
}

/// Parameters that both tasks share.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// C, the cost of a row's loss against ½‖w‖².
    pub cost: f64,
    /// Whether the loss is linear or squared.
    pub power: Power,
    /// Whether there is a constant.
    pub intercept: Intercept,
    /// The duality gap to stop at, relative to the objective.
    pub tolerance: f64,
    /// Most passes over the rows.
    pub iterations_max: usize,
    /// Of the order in which rows are visited. It changes the answer within the tolerance only.
    pub seed: u64,
}

impl Default for Options {
    /// Cost 1, linear loss, an intercept, a gap of 1e-4, 1,000 passes, seed 0.
    fn default() -> Self {
        Self {
            cost: 1.0,
            power: Power::Linear,
            intercept: Intercept::Free,
            tolerance: 1e-4,
            iterations_max: 1000,
            seed: 0,
        }
    }
}

/// Returns the minimiser of ½‖w‖² + Σ_i c_i max(0, 1 − y_i (⟨w, x_i⟩ + b))^p over the subspace, with p = 1 or 2,
/// c_i = cost · class weight · row weight and targets y_i of −1 or +1.
///
/// The fit has converged when the duality gap is at most `tolerance` times the objective. The gap is measured at a
/// point that satisfies every constraint of the dual, so no solution can be better than the answer by more.
///
/// **The intercept** is not penalised, so the dual variables must sum to zero, which single steps cannot keep. The
/// method of multipliers does it: within a round the intercept is penalised around a centre, (b − centre)²/(2σ), which
/// is a constant column of weight σ in the dual, and the centre moves to b after it. These are proximal point steps on
/// the best objective as a function of b. They converge, at any σ and with rounds solved inexactly, when a
/// round's duality gap is at most a fixed share of σ(Σβ)²/2 before the centre moves (the relative-error rule of
/// Solodov and Svaiter 1999). The first passes move the centre without that proof of accuracy, which is faster; the
/// rule holds from pass 64 on. At the end b is the exact minimiser for the w found.
///
/// A pass costs O(entries + n · rank); memory is O(n · (rank + 6) + d).
///
/// # Errors
/// When arguments do not fit together or are out of range. One class alone is no error: with an intercept its
/// solution is w = 0.
///
/// ```
/// use equipoise::solvers::{ClassWeights, Examples, Rows, dual_descent};
/// let rows = Rows::dense(&[-2.0, -1.0, 1.0, 2.0], 4, 1)?;
/// let examples = Examples { rows, targets: &[-1.0, -1.0, 1.0, 1.0], weights: None };
/// let fit = dual_descent::classify(&examples, None, ClassWeights::EQUAL, dual_descent::Options::default())?;
/// assert!(fit.outcome.converged());
/// assert!((fit.coefficients[0] - 1.0).abs() < 1e-3 && (fit.objective - 0.5).abs() < 1e-3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn classify(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    class_weights: ClassWeights,
    options: Options,
) -> Result<LinearFit, SolverError> {
    Ok(classify_from(examples, subspace, class_weights, options, None)?.fit)
}

/// Returns what [`classify`] does with its dual variables, from a start (or zeros).
///
/// # Errors
/// As [`classify`], and when the start does not have one finite number a row.
pub fn classify_from(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    class_weights: ClassWeights,
    options: Options,
    start: Option<Start<'_>>,
) -> Result<DualFit, SolverError> {
    check_positive("tolerance", options.tolerance)?;
    let losses = losses_of(examples, subspace, class_weights, options.cost, options.power)?;
    descend(examples.rows, subspace, losses, options, start)
}

/// Returns the hinge losses of rows.
pub(super) fn losses_of_classes(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    class_weights: ClassWeights,
    cost: f64,
) -> Result<Losses, SolverError> {
    losses_of(examples, subspace, class_weights, cost, Power::Linear)
}

fn losses_of(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    class_weights: ClassWeights,
    cost: f64,
    power: Power,
) -> Result<Losses, SolverError> {
    let costs = examples.check_binary(subspace, cost, class_weights)?;
    let row = |(&cost, &target): (&f64, &f64)| {
        let (bound, ridge) = bound_and_ridge(cost, power);
        let (lower, upper) = if target > 0.0 { (0.0, bound) } else { (-bound, 0.0) };
        RowLoss { target, lower, upper, ridge }
    };
    let rows = costs.iter().zip(examples.targets).map(row).collect();
    Ok(Losses { epsilon: 0.0, rows })
}

/// Returns the minimiser of ½‖w‖² + Σ_i c_i max(0, |y_i − ⟨w, x_i⟩ − b| − `epsilon`)^p over the subspace, with p = 1
/// or 2 and c_i = cost · row weight.
///
/// `epsilon` ≥ 0 is half the width of the tube without loss. Convergence, intercept and cost are as in [`classify`].
///
/// # Errors
/// When arguments do not fit together or are out of range.
///
/// ```
/// use equipoise::solvers::{Examples, Rows, dual_descent};
/// let rows = Rows::dense(&[0.0, 1.0, 2.0], 3, 1)?;
/// let examples = Examples { rows, targets: &[5.0, 6.0, 7.0], weights: None };
/// let options = dual_descent::Options::default();
/// let fit = dual_descent::regress(&examples, None, 0.0, options)?;
/// // w = 1 and b = 5 leave ½ and no loss; no other w has less.
/// assert!((fit.objective - 0.5).abs() < 1e-3 && (fit.intercept - 5.0).abs() < 1e-2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn regress(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    epsilon: f64,
    options: Options,
) -> Result<LinearFit, SolverError> {
    Ok(regress_from(examples, subspace, epsilon, options, None)?.fit)
}

/// Returns what [`regress`] does with its dual variables, from a start (or zeros).
///
/// # Errors
/// As [`regress`], and when the start does not have one finite number a row.
pub fn regress_from(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    epsilon: f64,
    options: Options,
    start: Option<Start<'_>>,
) -> Result<DualFit, SolverError> {
    check_positive("tolerance", options.tolerance)?;
    let losses = losses_of_distances(examples, subspace, epsilon, options.cost, options.power)?;
    descend(examples.rows, subspace, losses, options, start)
}

/// Returns the ε-insensitive losses of rows.
pub(super) fn losses_of_tube(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    epsilon: f64,
    cost: f64,
) -> Result<Losses, SolverError> {
    losses_of_distances(examples, subspace, epsilon, cost, Power::Linear)
}

fn losses_of_distances(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    epsilon: f64,
    cost: f64,
    power: Power,
) -> Result<Losses, SolverError> {
    check_positive("cost", cost)?;
    if !(0.0..=MAGNITUDE_MAX).contains(&epsilon) {
        let (parameter, range) = ("epsilon", "finite and not negative");
        return Err(SolverError::Parameter { parameter, value: epsilon, range });
    }
    let weights = examples.check(subspace)?;
    let row = |(&weight, &target): (&f64, &f64)| {
        let (bound, ridge) = bound_and_ridge(cost * weight, power);
        RowLoss { target, lower: -bound, upper: bound, ridge }
    };
    let rows = weights.iter().zip(examples.targets).map(row).collect();
    Ok(Losses { epsilon, rows })
}

fn descend(
    rows: Rows<'_>,
    subspace: Option<&Subspace>,
    losses: Losses,
    options: Options,
    start: Option<Start<'_>>,
) -> Result<DualFit, SolverError> {
    let mut descent = Descent::new(rows, subspace, losses, &options);
    if let Some(start) = start {
        check_length("the start", start.variables.len(), rows.n())?;
        check_range("the start", start.variables, -MAGNITUDE_MAX)?;
        check_range("the start's intercept", &[start.intercept], -MAGNITUDE_MAX)?;
        descent.start_at(start);
    }
    let DualFit { fit, variables } = descent.run();
    Ok(DualFit { fit: finite(fit)?, variables })
}

/// Returns the largest dual variable of a row, and its ridge in the dual.
fn bound_and_ridge(cost: f64, power: Power) -> (f64, f64) {
    match power {
        Power::Linear => (cost, 0.0),
        Power::Squared if cost > 0.0 => (f64::INFINITY, 0.5 / cost),
        Power::Squared => (0.0, 1.0),
    }
}
