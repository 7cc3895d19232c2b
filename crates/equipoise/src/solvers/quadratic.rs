//! Conjugate gradients on the quadratic model of a linear learner, inside a subspace.
//!
//! The model of Σ c_i ℓ(y_i, ⟨w, x_i⟩ + b) + ½λ‖w‖² in the directions s of w and β of b is
//!
//! ½ [s β] [ λI + XᵀDX   h ] [s]  +  ⟨g, s⟩ + g_b β,     D = diag(second derivatives),  h = XᵀD1,  D̄ = Σ D.
//!         [     hᵀ      D̄ ] [β]
//!
//! The free intercept is eliminated: β = −(g_b + ⟨h, s⟩)/D̄ leaves λI + XᵀDX − hhᵀ/D̄, the matrix of centred columns, whose
//! product with a vector costs one pass over the rows, and one in which each row is read once: its score, and at
//! once its share of the result. Constraints keep s in the span's complement (projected conjugate gradients, Gould,
//! Hribar and Nocedal 2001): the preconditioner M⁻¹ becomes M⁻¹ − M⁻¹Ûᵀ(ÛM⁻¹Ûᵀ)⁻¹ÛM⁻¹, O(r d) a step. With M the
//! diagonal of the matrix, the steps do not depend on the scales of the columns more than the penalty does.

use super::{
    Intercept, Rows, Subspace,
    blocks::Blocks,
    cholesky::Cholesky,
    vectors::{add_scaled, dot},
};

/// The quadratic model: everything but its gradient.
pub(super) struct Quadratic<'a> {
    rows: Rows<'a>,
    blocks: Blocks,
    subspace: Option<&'a Subspace>,
    penalty: f64,
    /// D: one a row.
    curvatures: &'a [f64],
    /// h and D̄, where there is an intercept with any curvature.
    centre: Option<(Vec<f64>, f64)>,
    preconditioner: Preconditioner,
}

/// Sums over the rows that the model needs, besides the curvatures themselves.
pub(super) struct Sums {
    /// XᵀD1.
    pub(super) h: Vec<f64>,
    /// Diagonal of XᵀDX.
    pub(super) squares: Vec<f64>,
    /// Σ D.
    pub(super) total: f64,
}

/// A solution of the model.
pub(super) struct Step {
    pub(super) s: Vec<f64>,
    pub(super) iterations: usize,
}

impl<'a> Quadratic<'a> {
    pub(super) fn new(
        rows: Rows<'a>,
        subspace: Option<&'a Subspace>,
        penalty: f64,
        curvatures: &'a [f64],
        sums: Sums,
        intercept: Intercept,
    ) -> Self {
        let Sums { h, squares, total } = sums;
        let mut diagonal = squares;
        diagonal.iter_mut().for_each(|entry| *entry += penalty);
        let has_centre = intercept == Intercept::Free && total > f64::MIN_POSITIVE;
        if has_centre {
            // By Cauchy–Schwarz h_j² ≤ D̄ Σ D x_j²; a constant column is left with the penalty.
            for (entry, h) in diagonal.iter_mut().zip(&h) {
                *entry = (*entry - h * (h / total)).max(penalty);
            }
        }
        let centre = has_centre.then_some((h, total));
        let preconditioner = Preconditioner::new(&diagonal, subspace);
        Self { rows, blocks: Blocks::of(&rows), subspace, penalty, curvatures, centre, preconditioner }
    }

    /// Returns the gradient in s once the intercept is eliminated: g − h g_b/D̄.
    pub(super) fn reduce(&self, g: &[f64], g_b: f64) -> Vec<f64> {
        let mut reduced = g.to_vec();
        if let Some((h, total)) = &self.centre {
            add_scaled(h, -g_b / total, &mut reduced);
        }
        reduced
    }

    /// Returns the step of the intercept that goes with s; 0 without one.
    pub(super) fn intercept_step(&self, s: &[f64], g_b: f64) -> f64 {
        self.centre.as_ref().map_or(0.0, |(h, total)| -(g_b + dot(h, s)) / total)
    }

    /// Returns the matrix times s.
    fn multiply(&self, s: &[f64]) -> Vec<f64> {
        let (rows, curvatures) = (self.rows, self.curvatures);
        let mut product = self.blocks.sum(rows.d(), |range, part| {
            for i in range {
                let curvature = curvatures[i];
                if curvature > 0.0 {
                    rows.add_scaled(i, curvature * rows.dot(i, s), part);
                }
            }
        });
        add_scaled(s, self.penalty, &mut product);
        if let Some((h, total)) = &self.centre {
            add_scaled(h, -dot(h, s) / total, &mut product);
        }
        product
    }

    /// Minimises ½⟨s, A s⟩ + ⟨gradient, s⟩ over the subspace's directions, until the residual in the preconditioner's
    /// norm has fallen by `tolerance`.
    pub(super) fn minimise(&self, gradient: &[f64], tolerance: f64, iterations_max: usize) -> Step {
        let d = gradient.len();
        let mut s = vec![0.0; d];
        let mut r: Vec<f64> = gradient.iter().map(|g| -g).collect();
        self.project(&mut r);
        let mut z = self.preconditioner.apply(&r, self.subspace);
        let mut rz = dot(&r, &z);
        let target = rz * tolerance * tolerance;
        let mut p = z.clone();
        let mut iterations = 0;
        while rz > target && iterations < iterations_max {
            let product = self.multiply(&p);
            let curvature = dot(&p, &product);
            if curvature <= 0.0 || !curvature.is_finite() {
                break;
            }
            let alpha = rz / curvature;
            add_scaled(&p, alpha, &mut s);
            add_scaled(&product, -alpha, &mut r);
            // What the product has along the span grows by rounding and never shrinks: it is taken out each time.
            self.project(&mut r);
            z = self.preconditioner.apply(&r, self.subspace);
            let rz_next = dot(&r, &z);
            let beta = rz_next / rz;
            p.iter_mut().zip(&z).for_each(|(p, z)| *p = z + beta * *p);
            rz = rz_next;
            iterations += 1;
        }
        self.project(&mut s);
        Step { s, iterations }
    }

    fn project(&self, w: &mut [f64]) {
        if let Some(subspace) = self.subspace {
            subspace.project(w);
        }
    }
}

/// The inverse of the matrix's diagonal, kept inside the subspace.
struct Preconditioner {
    inverse: Vec<f64>,
    /// M⁻¹Ûᵀ as rank × d rows, and the factor of ÛM⁻¹Ûᵀ.
    correction: Option<(Vec<f64>, Cholesky)>,
}

impl Preconditioner {
    fn new(diagonal: &[f64], subspace: Option<&Subspace>) -> Self {
        let d = diagonal.len();
        let inverse: Vec<f64> = diagonal.iter().map(|entry| 1.0 / entry).collect();
        let correction = subspace.filter(|subspace| subspace.rank() > 0).and_then(|subspace| {
            let rank = subspace.rank();
            let mut scaled = subspace.basis().to_vec();
            for row in scaled.chunks_exact_mut(d) {
                row.iter_mut().zip(&inverse).for_each(|(u, inverse)| *u *= inverse);
            }
            let mut gram = vec![0.0; rank * rank];
            for (j, row) in scaled.chunks_exact(d).enumerate() {
                for (k, basis) in subspace.vectors().enumerate() {
                    gram[j * rank + k] = dot(row, basis);
                }
            }
            // Columns of wildly different scales can make this Gram matrix singular in rounding; the plain projection
            // is a valid, slower preconditioner then.
            Cholesky::factor(gram, rank).ok().map(|factor| (scaled, factor))
        });
        let identity = subspace.is_some_and(|subspace| subspace.rank() > 0) && correction.is_none();
        Self { inverse: if identity { vec![1.0; d] } else { inverse }, correction }
    }

    fn apply(&self, r: &[f64], subspace: Option<&Subspace>) -> Vec<f64> {
        let mut z: Vec<f64> = r.iter().zip(&self.inverse).map(|(r, inverse)| r * inverse).collect();
        if let (Some((scaled, factor)), Some(subspace)) = (&self.correction, subspace) {
            let mut along: Vec<f64> = subspace.vectors().map(|basis| dot(basis, &z)).collect();
            factor.solve(&mut along);
            for (row, along) in scaled.chunks_exact(r.len()).zip(&along) {
                add_scaled(row, -along, &mut z);
            }
        }
        z
    }
}
