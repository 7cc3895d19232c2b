//! The problem that the code published with the paper solves, to reproduce its figures.
//!
//! ```text
//! maximise Σ α_i − ½ Σ α_i α_j y_i y_j K(x_i, x_j)
//! subject to 0 ≤ α_i ≤ cost_i,  Σ α_i y_i = 0,  Σ α_i y_i κ_i = 0,      κ(x) = ⟨φ(x), u⟩
//! f(x) = Σ α_i y_i K(x_i, x) + b over the rows with α_i > 1e-7, b the mean of y_i − f_i over the same rows
//! ```
//!
//! The second equality makes ⟨w, u⟩ = 0, but inside the box: it is not the dual of the constrained problem. It is the dual
//! of a machine with κ(x) as one more feature, free of charge, whose part of the score is then left out. So w is feasible
//! and not optimal. The mean over all support vectors is no best intercept either: those at the upper bound lie off the
//! margin.
//!
//! Which α exceed 1e-7 depends on what the solver leaves of those that are 0 at the optimum, and the figures do depend on
//! it. Hence the solver is an interior-point method that takes the steps of CVXOPT, which the code calls, to its
//! tolerances.
//!
//! Source: Donini et al. 2018, the code at `jmikko/fair_ERM`, `ferm.py`.

use rayon::prelude::*;

use super::{gram::OverGram, solution::Solution, task::Task};
use crate::{
    methods::FitError,
    solvers::{
        Accuracy, GramRows, Outcome,
        interior_point::{Problem, Settings, solve},
    },
};

/// The most rows: the matrix and its factor take 1.6 GB then, and a step a minute.
pub(super) const ROWS_MAX: usize = 10_000;
/// Rows whose α is above this are support vectors.
const SUPPORT_FROM: f64 = 1e-7;
/// The tolerance at which the solver stops as CVXOPT does; others scale all that it stops at.
const TOLERANCE_OF_CVXOPT: f64 = 1e-3;

/// Checks that there are two groups wherever there are some, and not too many rows.
pub(super) fn check(task: &Task<'_>) -> Result<(), FitError> {
    let found = task.costs.len();
    if found > ROWS_MAX {
        return Err(FitError::TooManyRows { found, allowed: ROWS_MAX });
    }
    let groups = task.constraints.iter().flat_map(|constraints| constraints.groups());
    match groups.map(Vec::len).find(|&n| n != 2) {
        Some(found) => Err(FitError::NotTwoGroups { found }),
        None => Ok(()),
    }
}

/// Solves the problem over a Gram matrix.
pub(super) fn fit(task: &Task<'_>, over: &OverGram<'_>, gram: &dyn GramRows) -> Result<Solution, FitError> {
    let y = task.sample.target;
    let kept: Vec<usize> = (0..y.len()).filter(|&i| task.costs[i] > 0.0).collect();
    let quadratic = signed_gram(gram, &kept, y);
    let constraints = over.all_substantial();
    let mut equalities: Vec<f64> = kept.iter().map(|&i| y[i]).collect();
    for &constraint in &constraints {
        let kappa = over.kappa(constraint);
        equalities.extend(kept.iter().map(|&i| y[i] * kappa[i]));
    }
    let upper: Vec<f64> = kept.iter().map(|&i| task.costs[i]).collect();
    let problem = Problem {
        quadratic: &quadratic,
        linear: &vec![-1.0; kept.len()],
        lower: &vec![0.0; kept.len()],
        upper: &upper,
        equalities: &equalities,
        values: &vec![0.0; 1 + constraints.len()],
    };
    let settings = Settings::scaled(task.parameters.tolerance / TOLERANCE_OF_CVXOPT);
    let optimum = solve(&problem, &settings)?;
    drop(quadratic);
    let mut coefficients = vec![0.0; y.len()];
    for (&i, &alpha) in kept.iter().zip(&optimum.x) {
        coefficients[i] = if alpha > SUPPORT_FROM { alpha * y[i] } else { 0.0 };
    }
    Ok(scored(task, gram, coefficients, of_the_dual(optimum.outcome)))
}

/// Returns the matrix of y_i y_j K(x_i, x_j) over some of the rows.
fn signed_gram(gram: &dyn GramRows, kept: &[usize], y: &[f64]) -> Vec<f64> {
    let mut matrix = vec![0.0; kept.len() * kept.len()];
    matrix.par_chunks_exact_mut(kept.len().max(1)).zip(kept).for_each_init(
        || vec![0.0; gram.n()],
        |row, (signed, &i)| {
            gram.row(i, row);
            signed.iter_mut().zip(kept).for_each(|(signed, &j)| *signed = y[i] * y[j] * row[j]);
        },
    );
    matrix
}

/// Returns the bounds of the maximum that is searched: the solver minimises its negative.
fn of_the_dual(outcome: Outcome) -> Outcome {
    match outcome.accuracy {
        Accuracy::DualityGap { primal, dual } => {
            Outcome { accuracy: Accuracy::DualityGap { primal: -dual, dual: -primal }, ..outcome }
        }
        _ => outcome,
    }
}

/// Returns the solution with its scores and its intercept. A weight counts in the mean as a repetition would.
fn scored(task: &Task<'_>, gram: &dyn GramRows, coefficients: Vec<f64>, outcome: Outcome) -> Solution {
    let n = coefficients.len();
    let support: Vec<usize> = (0..n).filter(|&i| coefficients[i] != 0.0).collect();
    let mut scores = vec![0.0; n];
    scores.par_iter_mut().enumerate().for_each_init(
        || vec![0.0; n],
        |row, (i, score)| {
            gram.row(i, row);
            *score = support.iter().map(|&j| coefficients[j] * row[j]).sum();
        },
    );
    let squared_norm: f64 = support.iter().map(|&i| coefficients[i] * scores[i]).sum();
    let weight = |i: usize| task.sample.weights.map_or(1.0, |weights| weights[i]);
    let total: f64 = support.iter().map(|&i| weight(i)).sum();
    let residuals: f64 = support.iter().map(|&i| weight(i) * (task.sample.target[i] - scores[i])).sum();
    let intercept = if total > 0.0 { residuals / total } else { 0.0 };
    scores.iter_mut().for_each(|score| *score += intercept);
    let active: Vec<_> =
        task.constraints.iter().flat_map(|all| 0..all.list().len()).map(|j| (j, 0.0)).collect();
    Solution {
        coefficients,
        intercept,
        dual: Vec::new(),
        scores,
        squared_norm: squared_norm.max(0.0),
        outcome,
        multipliers: vec![0.0; active.len()],
        active,
    }
}
