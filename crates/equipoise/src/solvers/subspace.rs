//! Linear constraints on the weights, as the subspace that satisfies them.
//!
//! A constraint on groups that is linear in the score, such as "the mean score of the positives is the same in both
//! groups", reads ⟨w, u⟩ = 0 with u the difference of the groups' mean rows; the intercept drops out of it. k of them
//! ask for w ⟂ span{u_1, …, u_k}, so the learner only ever sees the part of a row outside of the span:
//!
//! x̃ = x − Ûᵀ(Û x),  Û an orthonormal basis of the span (r × d, r ≤ k its rank).
//!
//! The constrained problem *is* the ordinary problem on the rows x̃: same optimum, same predictor (Donini et al. 2018,
//! corrected: the restricted dual of the published code is another problem). Rows x̃ are dense even where x is sparse,
//! so they are never made. A solver that adds rows up keeps v = Σ β_i x_i and the r numbers a = Û v, and reads
//! ⟨x̃_i, v⟩ = ⟨x_i, v⟩ − ⟨z_i, a⟩ with z_i = Û x_i, r numbers a row. A solver that works on whole vectors projects them.
//!
//! Right-hand sides other than 0, ⟨w, u_j⟩ = c_j, fix the part of w in the span: w = w⊥ + Ûᵀt. It gives each row a fixed
//! offset ⟨t, z_i⟩, and ½‖w‖² is ½‖w⊥‖² + ½‖t‖².

use super::{
    rows::{MAGNITUDE_MAX, Rows},
    vectors::{add_scaled, dot},
};

/// A vector counts as a combination of others where what they leave of it is below this share of its scale. Rounding
/// leaves 1e-15 of exact combinations; differences of means over columns whose mean is 1e5 times their spread, 1e-11.
pub const RANK_TOLERANCE: f64 = 1e-10;

/// How far the right-hand side of a dependent constraint may be from what the others imply, relative to their size.
const CONSISTENCY_TOLERANCE: f64 = 1e-8;

/// How far products of the rows of a basis may be from 1 and 0: Gram–Schmidt, done twice, leaves 1e-15.
const BASIS_TOLERANCE: f64 = 1e-9;

/// k constraints ⟨w, u_j⟩ = c_j on d weights, unchecked.
#[derive(Clone, Copy, Debug)]
pub struct Constraints<'a> {
    /// The vectors u_j, one after the other: k × d.
    pub vectors: &'a [f64],
    /// The number of weights.
    pub d: usize,
    /// The right-hand sides c_j; `None` for zeros.
    pub values: Option<&'a [f64]>,
    /// The size of what u_j was computed from (say ‖mean of one group‖ + ‖mean of the other‖), below whose
    /// [`RANK_TOLERANCE`] u_j counts as zero; `None` where the vectors are exact.
    pub scales: Option<&'a [f64]>,
}

/// The weights that satisfy k linear constraints.
///
/// ```
/// use equipoise::solvers::Subspace;
/// // The third constraint is the sum of the others.
/// let subspace = Subspace::orthogonal_to(&[1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 1.0, 2.0, 0.0], 3)?;
/// assert_eq!((subspace.n_constraints(), subspace.rank()), (3, 2));
/// let mut w = [3.0, 4.0, 5.0];
/// subspace.project(&mut w);
/// assert!(w[0].abs() < 1e-15 && w[1].abs() < 1e-15 && w[2] == 5.0);
/// # Ok::<(), equipoise::solvers::SubspaceError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Subspace {
    d: usize,
    n_constraints: usize,
    /// Û: orthonormal rows, rank × d.
    basis: Vec<f64>,
    /// t = Û w, which the constraints fix: one number a basis row.
    fixed: Vec<f64>,
}

/// Why constraints are not a subspace.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SubspaceError {
    /// The lengths do not fit together.
    #[error("{what} has {found} entries where {expected} were expected")]
    Shape {
        /// Which slice.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length expected.
        expected: usize,
    },
    /// A number is NaN, infinite or too large; a scale may not be negative.
    #[error("{what} of constraint {constraint} is {value}, which is out of range")]
    OutOfRange {
        /// Which number.
        what: &'static str,
        /// The constraint.
        constraint: usize,
        /// The number.
        value: f64,
    },
    /// Rows that should be an orthonormal basis are none.
    #[error("rows {row} and {other} of a basis have the product {product}, which is not {expected}")]
    NotOrthonormal {
        /// A row.
        row: usize,
        /// The same row, or another.
        other: usize,
        /// Their inner product.
        product: f64,
        /// 1 of a row with itself, 0 of two rows.
        expected: f64,
    },
    /// No weights satisfy all constraints.
    #[error("constraint {constraint} contradicts the others: they imply {implied}, it asks for {value}")]
    Inconsistent {
        /// The constraint.
        constraint: usize,
        /// What the others imply for ⟨w, u⟩.
        implied: f64,
        /// What it asks for.
        value: f64,
    },
}

impl Subspace {
    /// Returns the weights orthogonal to the given vectors (k × d, one after the other). O(k² d).
    ///
    /// # Errors
    /// As [`Subspace::new`].
    pub fn orthogonal_to(vectors: &[f64], d: usize) -> Result<Self, SubspaceError> {
        Self::new(Constraints { vectors, d, values: None, scales: None })
    }

    /// Returns the weights that satisfy the constraints. Dependent and zero vectors are allowed and reported by the
    /// rank. O(k² d).
    ///
    /// The basis is made by Gram–Schmidt with pivoting, each vector orthogonalised twice: the first time leaves an
    /// error of the size of what was cancelled, the second leaves rounding (Giraud et al. 2005). A QR factorisation by
    /// reflections would do as well; with k of a few tens there is nothing to gain.
    ///
    /// # Errors
    /// When lengths do not fit, a number is out of range, or a dependent constraint contradicts the others.
    pub fn new(constraints: Constraints<'_>) -> Result<Self, SubspaceError> {
        let scales = check(&constraints)?;
        let Constraints { vectors, d, values, .. } = constraints;
        let k = scales.len();
        let mut rests: Vec<Rest> = (0..k)
            .map(|j| Rest {
                constraint: j,
                vector: vectors[j * d..(j + 1) * d].iter().map(|u| u / scales[j]).collect(),
                value: values.map_or(0.0, |values| values[j]) / scales[j],
            })
            .collect();
        let mut subspace = Self { d, n_constraints: k, basis: Vec::new(), fixed: Vec::new() };
        let mut dependent = Vec::new();
        while let Some(pivot) = (0..rests.len()).max_by(|&a, &b| rests[a].norm().total_cmp(&rests[b].norm()))
        {
            let mut rest = rests.swap_remove(pivot);
            // The others were only made orthogonal to each new vector once.
            rest.take_out(&subspace, 0);
            rest.take_out(&subspace, 0);
            let norm = rest.norm();
            if norm <= RANK_TOLERANCE || subspace.rank() == d {
                dependent.push(rest);
                continue;
            }
            subspace.basis.extend(rest.vector.iter().map(|x| x / norm));
            subspace.fixed.push(rest.value / norm);
            let newest = subspace.rank() - 1;
            rests.iter_mut().for_each(|rest| rest.take_out(&subspace, newest));
        }
        let size = subspace.fixed.iter().map(|t| t.abs()).fold(0.0, f64::max);
        for rest in &dependent {
            let scale = scales[rest.constraint];
            let value = values.map_or(0.0, |values| values[rest.constraint]);
            if rest.value.abs() > CONSISTENCY_TOLERANCE * size.max(value.abs() / scale) {
                let implied = value - rest.value * scale;
                return Err(SubspaceError::Inconsistent { constraint: rest.constraint, implied, value });
            }
        }
        Ok(subspace)
    }

    /// Returns the weights orthogonal to an orthonormal basis (rank × d, row after row) that [`basis`](Self::basis)
    /// returned: it projects to the same bits. O(rank² d).
    ///
    /// # Errors
    /// When the basis has no whole number of rows, a number is not finite, or the rows are not orthonormal.
    pub fn from_basis(basis: Vec<f64>, d: usize) -> Result<Self, SubspaceError> {
        let rank = basis.len().checked_div(d).unwrap_or(0);
        if rank * d != basis.len() {
            return Err(SubspaceError::Shape { what: "basis", found: basis.len(), expected: rank * d });
        }
        let subspace = Self { d, n_constraints: rank, basis, fixed: vec![0.0; rank] };
        for (row, a) in subspace.vectors().enumerate() {
            for (other, b) in subspace.vectors().enumerate().take(row + 1) {
                let (product, expected) = (dot(a, b), f64::from(u8::from(row == other)));
                // A product that is NaN is not near anything.
                let is_near = (product - expected).abs() <= BASIS_TOLERANCE;
                if !is_near {
                    return Err(SubspaceError::NotOrthonormal { row, other, product, expected });
                }
            }
        }
        Ok(subspace)
    }

    /// Returns the number of weights.
    pub const fn d(&self) -> usize {
        self.d
    }

    /// Returns the number of constraints that were given.
    pub const fn n_constraints(&self) -> usize {
        self.n_constraints
    }

    /// Returns the number of constraints that are independent: what they take from the degrees of freedom.
    pub const fn rank(&self) -> usize {
        self.fixed.len()
    }

    /// Returns Û, an orthonormal basis of the span of the u_j: rank × d.
    pub fn basis(&self) -> &[f64] {
        &self.basis
    }

    /// Returns t = Û w, which all weights of the subspace share; zeros where the right-hand sides are.
    pub fn fixed(&self) -> &[f64] {
        &self.fixed
    }

    /// Returns Ûᵀt, the point of the subspace that is nearest to 0.
    pub fn nearest_to_zero(&self) -> Vec<f64> {
        let mut point = vec![0.0; self.d];
        for (basis, t) in self.vectors().zip(&self.fixed) {
            add_scaled(basis, *t, &mut point);
        }
        point
    }

    /// Replaces a direction by its part orthogonal to the span: w − Ûᵀ(Û w). Done twice, so that what is left along the
    /// span is rounding of the result and not of the argument.
    ///
    /// # Panics
    /// When `w` is not d long.
    pub fn project(&self, w: &mut [f64]) {
        assert_eq!(w.len(), self.d, "one weight a column");
        for basis in self.vectors().chain(self.vectors()) {
            add_scaled(basis, -dot(basis, w), w);
        }
    }

    /// Moves weights to the nearest point of the subspace: the projection of the direction, plus the fixed part.
    ///
    /// # Panics
    /// When `w` is not d long.
    pub fn move_into(&self, w: &mut [f64]) {
        self.project(w);
        for (basis, t) in self.vectors().zip(&self.fixed) {
            add_scaled(basis, *t, w);
        }
    }

    /// Returns Z = X Ûᵀ, the r numbers that a solver keeps for each row: n × rank.
    ///
    /// # Panics
    /// When the rows have another number of columns.
    pub fn coordinates(&self, rows: &Rows<'_>) -> Vec<f64> {
        let mut coordinates = Vec::with_capacity(rows.n() * self.rank());
        for i in 0..rows.n() {
            coordinates.extend(self.vectors().map(|basis| rows.dot(i, basis)));
        }
        coordinates
    }

    /// Returns the basis vectors in turn.
    pub(super) fn vectors(&self) -> impl Iterator<Item = &[f64]> {
        // An empty basis has no chunks, whatever their size; a size of 0 is not allowed.
        self.basis.chunks_exact(self.d.max(1))
    }
}

/// What the basis so far has left of a constraint.
struct Rest {
    constraint: usize,
    vector: Vec<f64>,
    value: f64,
}

impl Rest {
    fn norm(&self) -> f64 {
        dot(&self.vector, &self.vector).sqrt()
    }

    /// Subtracts what the basis explains from one of its vectors on, vector and right-hand side alike.
    fn take_out(&mut self, subspace: &Subspace, from: usize) {
        for (basis, t) in subspace.vectors().zip(&subspace.fixed).skip(from) {
            let along = dot(basis, &self.vector);
            add_scaled(basis, -along, &mut self.vector);
            self.value -= along * t;
        }
    }
}

/// Returns the scale of each constraint: the larger of its norm and what the caller says, and 1 for zeros.
fn check(constraints: &Constraints<'_>) -> Result<Vec<f64>, SubspaceError> {
    let &Constraints { vectors, d, values, scales } = constraints;
    let k = vectors.len().checked_div(d).unwrap_or(0);
    if k * d != vectors.len() {
        return Err(SubspaceError::Shape { what: "vectors", found: vectors.len(), expected: k * d });
    }
    let optional = [("values", values), ("scales", scales)];
    for (what, numbers) in optional.into_iter().filter_map(|(what, numbers)| numbers.map(|n| (what, n))) {
        if numbers.len() != k {
            return Err(SubspaceError::Shape { what, found: numbers.len(), expected: k });
        }
        let bad =
            |value: f64| value.abs() > MAGNITUDE_MAX || value.is_nan() || (what == "scales" && value < 0.0);
        if let Some((constraint, &value)) = numbers.iter().enumerate().find(|(_, value)| bad(**value)) {
            return Err(SubspaceError::OutOfRange { what, constraint, value });
        }
    }
    if let Some((at, &value)) =
        vectors.iter().enumerate().find(|(_, u)| u.is_nan() || u.abs() > MAGNITUDE_MAX)
    {
        return Err(SubspaceError::OutOfRange { what: "a component", constraint: at / d, value });
    }
    Ok((0..k)
        .map(|j| {
            let u = &vectors[j * d..(j + 1) * d];
            let scale = dot(u, u).sqrt().max(scales.map_or(0.0, |scales| scales[j]));
            if scale > 0.0 { scale } else { 1.0 }
        })
        .collect())
}
