//! Newton's linear system, factorised once a step and solved for two right-hand sides.

use super::{InteriorPointError, Problem};
use crate::solvers::{
    cholesky::Cholesky,
    vectors::{add_scaled, dot},
};

/// Multiples of the mean diagonal that are tried where rounding makes P + diag(weights) lose its positive pivots: late in a
/// run the weights of free variables fall below the rounding of a singular P. The step is then inexact by as much.
const RIDGES: [f64; 3] = [0.0, 1e-13, 1e-10];

/// The factors of [H Aᵀ; A 0] with H = P + diag(weights).
pub(super) struct Newton {
    factor: Cholesky,
    /// H⁻¹Aᵀ, row after row of A.
    columns: Vec<f64>,
    /// Of A H⁻¹Aᵀ.
    schur: Cholesky,
}

/// Why there are no factors.
pub(super) enum Singular {
    /// No pivot of H at this variable.
    Variable(usize),
    /// No pivot of A H⁻¹Aᵀ at this row of A.
    Equality(usize),
}

impl From<Singular> for InteriorPointError {
    fn from(singular: Singular) -> Self {
        match singular {
            Singular::Variable(variable) => Self::NotConvex { variable },
            Singular::Equality(equality) => Self::DependentEqualities { equality },
        }
    }
}

impl Newton {
    pub(super) fn factor(problem: &Problem<'_>, weights: &[f64]) -> Result<Self, Singular> {
        let (n, m) = (problem.n(), problem.values.len());
        let factor = factor_with_ridge(problem.quadratic, weights)?;
        let mut columns = problem.equalities.to_vec();
        columns.chunks_exact_mut(n).for_each(|column| factor.solve(column));
        let mut schur = vec![0.0; m * m];
        for (i, row) in problem.equalities.chunks_exact(n).enumerate() {
            for (j, column) in columns.chunks_exact(n).enumerate().take(i + 1) {
                schur[i * m + j] = dot(row, column);
            }
        }
        let schur = Cholesky::factor(schur, m).map_err(|error| Singular::Equality(error.column))?;
        Ok(Self { factor, columns, schur })
    }

    /// Solves H dx + Aᵀdy = `dx`, A dx = `dy` in place.
    pub(super) fn solve(&self, problem: &Problem<'_>, dx: &mut [f64], dy: &mut [f64]) {
        let n = problem.n();
        self.factor.solve(dx);
        for (value, row) in dy.iter_mut().zip(problem.equalities.chunks_exact(n)) {
            *value = dot(row, dx) - *value;
        }
        self.schur.solve(dy);
        for (&value, column) in dy.iter().zip(self.columns.chunks_exact(n)) {
            add_scaled(column, -value, dx);
        }
    }
}

fn factor_with_ridge(quadratic: &[f64], weights: &[f64]) -> Result<Cholesky, Singular> {
    let n = weights.len();
    let mean = (0..n).map(|i| quadratic[i * n + i].abs()).sum::<f64>() / n as f64;
    let mut refused = 0;
    for ridge in RIDGES {
        let mut matrix = quadratic.to_vec();
        for (i, weight) in weights.iter().enumerate() {
            matrix[i * n + i] += weight + ridge * mean;
        }
        match Cholesky::factor(matrix, n) {
            Ok(factor) => return Ok(factor),
            Err(error) => refused = error.column,
        }
    }
    Err(Singular::Variable(refused))
}
