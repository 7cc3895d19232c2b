//! The direct solution from moments.

use super::{
    super::{
        Accuracy, Intercept, LinearFit, Outcome, SolverError, Status, Subspace,
        cholesky::Cholesky,
        examples::{check_length, finite},
        vectors::{add_scaled, dot},
    },
    Moments, Ridge,
};

/// Returns the minimiser of Σ weight (y − ⟨w, x⟩ − b)² + penalty · ‖w‖² over the subspace, from moments.
///
/// With A = XᵀX + penalty · I (of centred columns where there is an intercept), w₀ = A⁻¹Xᵀy and Û the basis of the
/// constraints, w = w₀ − A⁻¹Ûᵀ(ÛA⁻¹Ûᵀ)⁻¹(Ûw₀ − t). The solution is refined once, so that its residual is rounding.
/// d³/3 + O(d² (rank + 2)) multiplications.
///
/// # Errors
/// When the subspace has another number of columns, no row has weight, the penalty is out of range, or the matrix is
/// singular (penalty 0 and dependent columns).
pub fn ridge(
    moments: &Moments,
    subspace: Option<&Subspace>,
    options: Ridge,
) -> Result<LinearFit, SolverError> {
    options.check()?;
    if let Some(subspace) = subspace {
        check_length("the subspace", subspace.d(), moments.d)?;
    }
    if moments.weight <= 0.0 {
        return Err(SolverError::NoRows);
    }
    let system = System::new(moments, options);
    let factor = Cholesky::factor(system.matrix.clone(), system.d)
        .map_err(|failure| SolverError::Singular { column: failure.column })?;
    let reduced = Reduced::new(&factor, subspace)?;
    let mut w = system.right.clone();
    factor.solve(&mut w);
    reduced.constrain(&mut w, subspace.map_or(&[], Subspace::fixed));
    let mut residual = system.residual(&w, subspace);
    // ‖b‖, which the residual of a solution w = 0 is compared with as well.
    let scale = dot(&system.right, &system.right).sqrt();
    let mut step = residual.clone();
    factor.solve(&mut step);
    reduced.constrain(&mut step, &vec![0.0; reduced.rank]);
    add_scaled(&step, 1.0, &mut w);
    if let Some(subspace) = subspace {
        subspace.move_into(&mut w);
    }
    residual = system.residual(&w, subspace);
    let intercept = match options.intercept {
        Intercept::Free => moments.mean_target - dot(&moments.mean, &w),
        Intercept::Absent => 0.0,
    };
    let objective = system.objective(&w);
    let accuracy = Accuracy::Residual { norm: dot(&residual, &residual).sqrt(), scale };
    finite(LinearFit {
        coefficients: w,
        intercept,
        objective,
        outcome: Outcome::new(0, accuracy, Status::Converged),
    })
}

impl Moments {
    /// Returns minus half the gradient of the objective in w, the intercept at its best.
    pub(crate) fn force(&self, w: &[f64], options: Ridge) -> Vec<f64> {
        System::new(self, options).residual(w, None)
    }

    /// Returns the objective, the intercept at its best.
    pub(crate) fn objective(&self, w: &[f64], options: Ridge) -> f64 {
        System::new(self, options).objective(w)
    }
}

/// A w = right, whose objective is ⟨w, A w⟩ − 2⟨right, w⟩ + constant.
struct System {
    d: usize,
    /// Lower triangle.
    matrix: Vec<f64>,
    right: Vec<f64>,
    constant: f64,
}

impl System {
    fn new(moments: &Moments, options: Ridge) -> Self {
        let d = moments.d;
        let (mut matrix, mut right) = (moments.scatter.clone(), moments.cross.clone());
        let mut constant = moments.scatter_target;
        if options.intercept == Intercept::Absent {
            for (row, mean) in matrix.chunks_exact_mut(d.max(1)).zip(&moments.mean) {
                add_scaled(&moments.mean, moments.weight * mean, row);
            }
            add_scaled(&moments.mean, moments.weight * moments.mean_target, &mut right);
            constant += moments.weight * moments.mean_target * moments.mean_target;
        }
        (0..d).for_each(|j| matrix[j * d + j] += options.penalty);
        Self { d, matrix, right, constant }
    }

    /// Returns A w, from the lower triangle.
    fn multiply(&self, w: &[f64]) -> Vec<f64> {
        let mut product = vec![0.0; self.d];
        for j in 0..self.d {
            let row = &self.matrix[j * self.d..j * self.d + j];
            product[j] += dot(row, &w[..j]) + self.matrix[j * self.d + j] * w[j];
            add_scaled(row, w[j], &mut product[..j]);
        }
        product
    }

    fn objective(&self, w: &[f64]) -> f64 {
        (self.constant - 2.0 * dot(&self.right, w) + dot(&self.multiply(w), w)).max(0.0)
    }

    /// Returns what is left of the equation inside the subspace.
    fn residual(&self, w: &[f64], subspace: Option<&Subspace>) -> Vec<f64> {
        let mut residual = self.multiply(w);
        residual.iter_mut().zip(&self.right).for_each(|(product, right)| *product = right - *product);
        if let Some(subspace) = subspace {
            subspace.project(&mut residual);
        }
        residual
    }
}

/// A⁻¹Ûᵀ and the factor of ÛA⁻¹Ûᵀ.
struct Reduced<'a> {
    rank: usize,
    subspace: Option<&'a Subspace>,
    solved: Vec<f64>,
    factor: Option<Cholesky>,
}

impl<'a> Reduced<'a> {
    fn new(matrix: &Cholesky, subspace: Option<&'a Subspace>) -> Result<Self, SolverError> {
        let rank = subspace.map_or(0, Subspace::rank);
        let Some(subspace) = subspace.filter(|_| rank > 0) else {
            return Ok(Self { rank, subspace: None, solved: Vec::new(), factor: None });
        };
        let d = subspace.d();
        let mut solved = subspace.basis().to_vec();
        solved.chunks_exact_mut(d).for_each(|row| matrix.solve(row));
        let mut gram = Vec::with_capacity(rank * rank);
        for row in solved.chunks_exact(d) {
            gram.extend(subspace.vectors().map(|basis| dot(basis, row)));
        }
        let factor = Cholesky::factor(gram, rank)
            .map_err(|failure| SolverError::Singular { column: failure.column })?;
        Ok(Self { rank, subspace: Some(subspace), solved, factor: Some(factor) })
    }

    /// Moves w along A⁻¹Ûᵀ to where Û w is `fixed`.
    fn constrain(&self, w: &mut [f64], fixed: &[f64]) {
        let (Some(subspace), Some(factor)) = (self.subspace, &self.factor) else { return };
        let mut excess: Vec<f64> =
            subspace.vectors().zip(fixed).map(|(basis, t)| dot(basis, w) - t).collect();
        factor.solve(&mut excess);
        for (row, excess) in self.solved.chunks_exact(subspace.d()).zip(excess) {
            add_scaled(row, -excess, w);
        }
    }
}
