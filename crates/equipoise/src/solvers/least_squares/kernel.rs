//! Ridge regression with a kernel.
//!
//! f(x) = Σ α_i K(x, x_i) + b minimises Σ weight_i (y_i − f(x_i))² + penalty αᵀKα where (K + penalty W⁻¹) α + b1 = y and, with
//! an intercept, Σ α = 0. A constraint on groups is the same problem with the corrected kernel, K − κM⁺κᵀ: give
//! that matrix, or a product that corrects as it goes.

use super::{
    super::{
        Accuracy, Intercept, Outcome, SolverError, Status,
        cholesky::Cholesky,
        examples::{check_length, check_positive, check_range},
        rows::MAGNITUDE_MAX,
        vectors::{add_scaled, dot},
    },
    GradientOptions, Ridge,
};

/// How far two entries that must be equal may differ, relative to the diagonal: rounding of a row made in another order.
const ASYMMETRY_MAX: f64 = 1e-8;

/// A fitted score f(x) = Σ α_i K(x, x_i) + b.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct KernelFit {
    /// α, one a row.
    pub coefficients: Vec<f64>,
    /// b; 0 where there is none.
    pub intercept: f64,
    /// The objective at the answer.
    pub objective: f64,
    /// How the solver ended.
    pub outcome: Outcome,
}

/// Returns the kernel ridge regression of targets on a kernel matrix (n × n, row-major, symmetric, positive
/// semidefinite up to rounding). n³/3 multiplications, n² numbers of memory.
///
/// A row of weight 0 has no say and the coefficient 0.
///
/// # Errors
/// When lengths do not fit, a number is out of range, the matrix is not symmetric, no row has weight, or K plus the
/// penalty is not positive definite.
pub fn kernel_ridge(
    kernel: &[f64],
    targets: &[f64],
    weights: Option<&[f64]>,
    options: Ridge,
) -> Result<KernelFit, SolverError> {
    let problem = Problem::new(targets, weights, options)?;
    let n = targets.len();
    check_length("the kernel matrix", kernel.len(), n.saturating_mul(n))?;
    check_symmetric(kernel, n)?;
    let members: Vec<usize> = (0..n).filter(|&i| problem.weights[i] > 0.0).collect();
    let m = members.len();
    let mut matrix = Vec::with_capacity(m * m);
    for &i in &members {
        matrix.extend(members.iter().map(|&j| kernel[i * n + j]));
    }
    for (place, &i) in members.iter().enumerate() {
        matrix[place * m + place] += options.penalty / problem.weights[i];
    }
    let factor = Cholesky::factor(matrix, m)
        .map_err(|failure| SolverError::Singular { column: members[failure.column] })?;
    let solve = |right: &[f64]| {
        let mut part: Vec<f64> = members.iter().map(|&i| right[i]).collect();
        factor.solve(&mut part);
        let mut whole = vec![0.0; n];
        members.iter().zip(part).for_each(|(&i, value)| whole[i] = value);
        whole
    };
    let (alpha, intercept) = problem.combine(solve(targets), || solve(&vec![1.0; n]));
    let mut product = vec![0.0; n];
    (0..n).for_each(|i| product[i] = dot(&kernel[i * n..(i + 1) * n], &alpha));
    problem.finish(alpha, intercept, &product, 0, Status::Converged)
}

/// Returns the kernel ridge regression by conjugate gradients, where the matrix does not fit: `multiply` writes K v
/// into its second argument, once for each step. With an intercept two systems are solved. O(n) memory besides.
///
/// # Errors
/// As [`kernel_ridge`]; the penalty must be positive, and what `multiply` writes is trusted to be symmetric.
pub fn kernel_ridge_by_gradients(
    mut multiply: impl FnMut(&[f64], &mut [f64]),
    targets: &[f64],
    weights: Option<&[f64]>,
    ridge: Ridge,
    options: GradientOptions,
) -> Result<KernelFit, SolverError> {
    check_positive("penalty", ridge.penalty)?;
    check_positive("tolerance", options.tolerance)?;
    let problem = Problem::new(targets, weights, ridge)?;
    let n = targets.len();
    let mut iterations = 0;
    let mut status = Status::Converged;
    let mut solve = |right: &[f64]| {
        let run = problem.conjugate_gradients(&mut multiply, right, options);
        iterations += run.iterations;
        if run.status != Status::Converged {
            status = run.status;
        }
        run.alpha
    };
    let first = solve(targets);
    let (alpha, intercept) = problem.combine(first, || solve(&vec![1.0; n]));
    let mut product = vec![0.0; n];
    multiply(&alpha, &mut product);
    problem.finish(alpha, intercept, &product, iterations, status)
}

struct Problem<'a> {
    targets: &'a [f64],
    weights: Vec<f64>,
    options: Ridge,
}

struct Run {
    alpha: Vec<f64>,
    iterations: usize,
    status: Status,
}

impl<'a> Problem<'a> {
    fn new(targets: &'a [f64], weights: Option<&[f64]>, options: Ridge) -> Result<Self, SolverError> {
        options.check()?;
        check_range("targets", targets, -MAGNITUDE_MAX)?;
        let weights = match weights {
            Some(weights) => {
                check_length("weights", weights.len(), targets.len())?;
                check_range("weights", weights, 0.0)?;
                weights.to_vec()
            }
            None => vec![1.0; targets.len()],
        };
        if weights.iter().all(|&weight| weight == 0.0) {
            return Err(SolverError::NoRows);
        }
        Ok(Self { targets, weights, options })
    }

    /// Returns α and b from A⁻¹y and, with an intercept, A⁻¹1.
    fn combine(&self, mut alpha: Vec<f64>, ones: impl FnOnce() -> Vec<f64>) -> (Vec<f64>, f64) {
        if self.options.intercept == Intercept::Absent {
            return (alpha, 0.0);
        }
        let ones = ones();
        let total: f64 = ones.iter().sum();
        let intercept = alpha.iter().sum::<f64>() / total;
        add_scaled(&ones, -intercept, &mut alpha);
        (alpha, intercept)
    }

    /// Solves (K + penalty W⁻¹) α = right, preconditioned by the weights: W^½KW^½ + penalty · I is what the steps see.
    fn conjugate_gradients(
        &self,
        multiply: &mut impl FnMut(&[f64], &mut [f64]),
        right: &[f64],
        options: GradientOptions,
    ) -> Run {
        let n = right.len();
        let masked = |v: &mut [f64]| {
            v.iter_mut().zip(&self.weights).filter(|(_, w)| **w == 0.0).for_each(|(v, _)| *v = 0.0);
        };
        let mut alpha = vec![0.0; n];
        let mut r = right.to_vec();
        masked(&mut r);
        let scaled = |r: &[f64]| r.iter().zip(&self.weights).map(|(r, w)| r * w).collect::<Vec<f64>>();
        let mut z = scaled(&r);
        let mut rz = dot(&r, &z);
        let target = rz * options.tolerance * options.tolerance;
        let (mut p, mut product) = (z.clone(), vec![0.0; n]);
        let (mut iterations, mut status) = (0, Status::Converged);
        while rz > target {
            if iterations == options.iterations_max {
                status = Status::IterationLimit;
                break;
            }
            multiply(&p, &mut product);
            for ((q, p), weight) in product.iter_mut().zip(&p).zip(&self.weights) {
                *q = if *weight > 0.0 { *q + self.options.penalty / weight * p } else { 0.0 };
            }
            let curvature = dot(&p, &product);
            // NaN, or a matrix that is not positive semidefinite.
            let is_positive = curvature > 0.0 && curvature.is_finite();
            if !is_positive {
                status = Status::Stalled;
                break;
            }
            let step = rz / curvature;
            add_scaled(&p, step, &mut alpha);
            add_scaled(&product, -step, &mut r);
            z = scaled(&r);
            let next = dot(&r, &z);
            let ratio = next / rz;
            p.iter_mut().zip(&z).for_each(|(p, z)| *p = z + ratio * *p);
            rz = next;
            iterations += 1;
        }
        Run { alpha, iterations, status }
    }

    /// Measures the equation and the objective, given K α.
    fn finish(
        &self,
        alpha: Vec<f64>,
        intercept: f64,
        product: &[f64],
        iterations: usize,
        status: Status,
    ) -> Result<KernelFit, SolverError> {
        let (mut residual, mut scale, mut loss) = (0.0, 0.0, 0.0);
        for (i, &weight) in self.weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            let error = self.targets[i] - product[i] - intercept;
            residual += (error - self.options.penalty * alpha[i] / weight).powi(2);
            scale += self.targets[i].powi(2);
            loss += weight * error * error;
        }
        let objective = loss + self.options.penalty * dot(&alpha, product);
        let accuracy = Accuracy::Residual { norm: f64::sqrt(residual), scale: f64::sqrt(scale) };
        let is_finite = objective.is_finite() && intercept.is_finite() && alpha.iter().all(|a| a.is_finite());
        if !is_finite {
            return Err(SolverError::Overflow);
        }
        let outcome = Outcome::new(iterations, accuracy, status);
        Ok(KernelFit { coefficients: alpha, intercept, objective, outcome })
    }
}

fn check_symmetric(kernel: &[f64], n: usize) -> Result<(), SolverError> {
    for (row, values) in kernel.chunks_exact(n.max(1)).enumerate() {
        if let Some(&value) = values.iter().find(|value| value.is_nan() || value.abs() > MAGNITUDE_MAX) {
            return Err(SolverError::OutOfRange { argument: "the kernel matrix", row, value });
        }
    }
    for row in 0..n {
        for column in 0..row {
            let (a, b) = (kernel[row * n + column], kernel[column * n + row]);
            let scale = kernel[row * n + row].abs().max(kernel[column * n + column].abs());
            if (a - b).abs() > ASYMMETRY_MAX * scale.max(a.abs()) {
                return Err(SolverError::NotSymmetric { row, column });
            }
        }
    }
    Ok(())
}
