//! Support vector classification and regression as cases of the general problem.

use super::problem::{
    Argument, Problem, Settings, SmoError, Solution, check_finite, check_length, check_not_negative,
};
use crate::solvers::{ClassWeights, GramRows};

/// A classifier's rows: minimise ½‖w‖² + Σ_i cost_i max(0, 1 − y_i (f(x_i) + offset_i)), y_i = 1 where positive, else −1.
#[derive(Clone, Copy, Debug)]
pub struct Classification<'a> {
    /// Which rows are positive.
    pub positive: &'a [bool],
    /// C of each row, at least 0: see [`costs`].
    pub cost: &'a [f64],
    /// A fixed part of each row's score, which the coefficients do not make; none is 0.
    pub offset: Option<&'a [f64]>,
    /// Coefficients to start from, for example those at another cost.
    pub start: Option<&'a [f64]>,
}

/// A regressor's rows: minimise ½‖w‖² + Σ_i cost_i max(0, |z_i − f(x_i) − offset_i| − ε).
#[derive(Clone, Copy, Debug)]
pub struct Regression<'a> {
    /// z, the values to predict.
    pub target: &'a [f64],
    /// ε ≥ 0: errors up to it are free.
    pub tube: f64,
    /// C of each row, at least 0.
    pub cost: &'a [f64],
    /// A fixed part of each row's score, which the coefficients do not make; none is 0.
    pub offset: Option<&'a [f64]>,
    /// Coefficients to start from.
    pub start: Option<&'a [f64]>,
}

/// Solves a support vector classifier.
///
/// ```
/// use equipoise::kernels::Precomputed;
/// use equipoise::solvers::smo::{Classification, Settings, classify};
/// let gram = Precomputed::new(&[1.0, -1.0, -1.0, 1.0], 2)?; // points −1 and 1, linear kernel
/// let rows = Classification { positive: &[false, true], cost: &[1.0; 2], offset: None, start: None };
/// let solution = classify(&gram, &rows, &Settings::default())?;
/// assert_eq!((solution.coefficients, solution.intercept), (vec![-0.5, 0.5], 0.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// As [`solve`](super::solve); [`SmoError::OneClass`] when the rows with a positive cost are all of one class.
pub fn classify(
    gram: &dyn GramRows,
    rows: &Classification<'_>,
    settings: &Settings,
) -> Result<Solution, SmoError> {
    let n = gram.n();
    if n == 0 {
        return Err(SmoError::NoRows);
    }
    check_length(Argument::Positive, rows.positive.len(), n)?;
    check_cost_and_offset(rows.cost, rows.offset, n)?;
    let has = |class: bool| rows.positive.iter().zip(rows.cost).any(|(&p, &cost)| p == class && cost > 0.0);
    if !(has(true) && has(false)) {
        return Err(SmoError::OneClass);
    }
    let sign = |i: usize| if rows.positive[i] { 1.0 } else { -1.0 };
    let target: Vec<f64> = (0..n).map(|i| sign(i) - offset_at(rows.offset, i)).collect();
    let bound = |class: bool| {
        let bound = |i: usize| if rows.positive[i] == class { sign(i) * rows.cost[i] } else { 0.0 };
        (0..n).map(bound).collect::<Vec<f64>>()
    };
    let (lower, upper) = (bound(false), bound(true));
    let problem =
        Problem { target: &target, tube: 0.0, lower: &lower, upper: &upper, sum: 0.0, start: rows.start };
    super::solve(gram, &problem, settings)
}

/// Solves a support vector regressor.
///
/// # Errors
/// As [`solve`](super::solve).
pub fn regress(
    gram: &dyn GramRows,
    rows: &Regression<'_>,
    settings: &Settings,
) -> Result<Solution, SmoError> {
    let n = gram.n();
    check_length(Argument::Target, rows.target.len(), n)?;
    check_cost_and_offset(rows.cost, rows.offset, n)?;
    let target: Vec<f64> = (0..n).map(|i| rows.target[i] - offset_at(rows.offset, i)).collect();
    let lower: Vec<f64> = rows.cost.iter().map(|cost| -cost).collect();
    let problem = Problem {
        target: &target,
        tube: rows.tube,
        lower: &lower,
        upper: rows.cost,
        sum: 0.0,
        start: rows.start,
    };
    super::solve(gram, &problem, settings)
}

/// Returns each row's cost: `cost` times the weight of its class times its own weight.
///
/// A row with weight 0 is as good as absent, one with weight 2 as good as there twice.
///
/// # Errors
/// When `cost` or a class weight is not a finite positive number, a weight is negative or not finite, or the weights are
/// not as many as the rows.
pub fn costs(
    cost: f64,
    positive: &[bool],
    class_weights: ClassWeights,
    weight: Option<&[f64]>,
) -> Result<Vec<f64>, SmoError> {
    let factors = [
        ("cost", cost),
        ("weight of the negative class", class_weights.negative),
        ("weight of the positive class", class_weights.positive),
    ];
    for (name, value) in factors {
        if !(value > 0.0 && value.is_finite()) {
            return Err(SmoError::OutOfRange { name, value, allowed: "a positive finite number" });
        }
    }
    if let Some(weight) = weight {
        check_length(Argument::Weight, weight.len(), positive.len())?;
        check_not_negative(Argument::Weight, weight)?;
    }
    let of_class = |positive: bool| if positive { class_weights.positive } else { class_weights.negative };
    let of_row = |row: usize| weight.map_or(1.0, |weight| weight[row]);
    Ok(positive.iter().enumerate().map(|(row, &p)| cost * of_class(p) * of_row(row)).collect())
}

fn check_cost_and_offset(cost: &[f64], offset: Option<&[f64]>, n: usize) -> Result<(), SmoError> {
    check_length(Argument::Cost, cost.len(), n)?;
    check_not_negative(Argument::Cost, cost)?;
    if let Some(offset) = offset {
        check_length(Argument::Offset, offset.len(), n)?;
        check_finite(Argument::Offset, offset)?;
    }
    Ok(())
}

fn offset_at(offset: Option<&[f64]>, row: usize) -> f64 {
    offset.map_or(0.0, |offset| offset[row])
}
