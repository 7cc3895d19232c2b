//! The solution by conjugate gradients, which read the rows and keep a few vectors.

use super::{
    super::{
        Accuracy, Examples, Intercept, LinearFit, Outcome, SolverError, Status, Subspace,
        blocks::Blocks,
        examples::{check_positive, finite},
        quadratic::{Quadratic, Sums},
        vectors::{add_scaled, dot},
    },
    Ridge,
};

/// Restarts from the true residual, which undo the rounding that a long run gathers.
const RESTARTS_MAX: usize = 10;

/// When conjugate gradients stop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GradientOptions {
    /// The norm of the residual to stop at, relative to the one at the start.
    pub tolerance: f64,
    /// Most steps, each of which reads the rows (or the kernel matrix) once.
    pub iterations_max: usize,
}

impl Default for GradientOptions {
    /// Tolerance 1e-8, 1,000 steps.
    fn default() -> Self {
        Self { tolerance: 1e-8, iterations_max: 1000 }
    }
}

/// Returns the minimiser of Σ weight (y − ⟨w, x⟩ − b)² + penalty · ‖w‖² over the subspace, without d × d numbers.
///
/// Preconditioned by the diagonal, inside the subspace, with the intercept eliminated. A step costs one pass over the
/// rows, and O(rank · d) for constraints; memory is O(n + 20 d).
///
/// # Errors
/// When arguments do not fit together or are out of range. The penalty must be positive here.
pub fn ridge_by_gradients(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    ridge: Ridge,
    options: GradientOptions,
) -> Result<LinearFit, SolverError> {
    check_positive("penalty", ridge.penalty)?;
    check_positive("tolerance", options.tolerance)?;
    let weights = examples.check(subspace)?;
    let rows = examples.rows;
    let mut w = subspace.map_or_else(|| vec![0.0; rows.d()], Subspace::nearest_to_zero);
    let mut b = 0.0;
    let mut now = Gradient::at(examples, subspace, &weights, ridge, &w, b);
    let model = Quadratic::new(
        rows,
        subspace,
        ridge.penalty,
        &weights,
        sums(examples, &weights, ridge.intercept),
        ridge.intercept,
    );
    if ridge.intercept == Intercept::Free {
        // The best intercept first: the start's residual is that of the columns, not of the target's mean.
        b = model.intercept_step(&vec![0.0; rows.d()], now.g_b);
        now = Gradient::at(examples, subspace, &weights, ridge, &w, b);
    }
    let start = now.norm;
    let floor = f64::EPSILON * now.scale;
    let (mut iterations, mut status) = (0, Status::Stalled);
    for _ in 0..RESTARTS_MAX {
        if now.norm <= (options.tolerance * start).max(floor) {
            status = Status::Converged;
            break;
        }
        if iterations >= options.iterations_max {
            status = Status::IterationLimit;
            break;
        }
        // The preconditioner's norm is another one than the residual's: a tenth leaves room between them.
        let tolerance = 0.1 * (options.tolerance * start / now.norm).min(1.0);
        let step =
            model.minimise(&model.reduce(&now.g, now.g_b), tolerance, options.iterations_max - iterations);
        if step.iterations == 0 {
            break;
        }
        iterations += step.iterations;
        add_scaled(&step.s, 1.0, &mut w);
        b += model.intercept_step(&step.s, now.g_b);
        if let Some(subspace) = subspace {
            subspace.move_into(&mut w);
        }
        now = Gradient::at(examples, subspace, &weights, ridge, &w, b);
    }
    finite(LinearFit {
        coefficients: w,
        intercept: b,
        objective: now.objective,
        outcome: Outcome::new(iterations, Accuracy::Residual { norm: now.norm, scale: start }, status),
    })
}

/// Half the gradient of the objective, projected, and the objective.
struct Gradient {
    g: Vec<f64>,
    g_b: f64,
    norm: f64,
    objective: f64,
    /// Σ w |residual| ‖x‖, of which rounding leaves a share of 2⁻⁵³.
    scale: f64,
}

impl Gradient {
    fn at(
        examples: &Examples<'_>,
        subspace: Option<&Subspace>,
        weights: &[f64],
        ridge: Ridge,
        w: &[f64],
        b: f64,
    ) -> Self {
        let (rows, d) = (examples.rows, examples.rows.d());
        let sums = Blocks::of(&rows).sum(d + 3, |range, sums| {
            let (g, totals) = sums.split_at_mut(d);
            for i in range.filter(|&i| weights[i] > 0.0) {
                let residual = rows.dot(i, w) + b - examples.targets[i];
                rows.add_scaled(i, weights[i] * residual, g);
                totals[0] += weights[i] * residual;
                totals[1] += weights[i] * residual * residual;
                totals[2] += weights[i] * residual.abs() * rows.squared_norm(i).sqrt();
            }
        });
        let mut g = sums[..d].to_vec();
        add_scaled(w, ridge.penalty, &mut g);
        if let Some(subspace) = subspace {
            subspace.project(&mut g);
        }
        let g_b = if ridge.intercept == Intercept::Free { sums[d] } else { 0.0 };
        let norm = (dot(&g, &g) + g_b * g_b).sqrt();
        Self { g, g_b, norm, objective: sums[d + 1] + ridge.penalty * dot(w, w), scale: sums[d + 2] }
    }
}

/// Returns what the quadratic model needs besides the weights.
fn sums(examples: &Examples<'_>, weights: &[f64], intercept: Intercept) -> Sums {
    let (rows, d) = (examples.rows, examples.rows.d());
    let sums = Blocks::of(&rows).sum(2 * d + 1, |range, sums| {
        let (h, rest) = sums.split_at_mut(d);
        let (squares, total) = rest.split_at_mut(d);
        for i in range {
            if intercept == Intercept::Free {
                rows.add_scaled(i, weights[i], h);
            }
            rows.add_scaled_squares(i, weights[i], squares);
            total[0] += weights[i];
        }
    });
    Sums { h: sums[..d].to_vec(), squares: sums[d..2 * d].to_vec(), total: sums[2 * d] }
}
