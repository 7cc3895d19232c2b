//! Features whose group means are equal: the orthogonal projection x − Ûᵀ(Û x).
//!
//! Û is an orthonormal basis of the span of the differences u_j of group means ([`Constraints`]). Any *linear* learner with
//! the penalty ‖w‖² on the projected rows solves the constrained problem exactly: the same optimum as the learner with
//! ⟨w, u_j⟩ = 0 inside. Rows must not be standardised again afterwards: that would bring the differences back.
//!
//! Source: Donini et al. 2018 (linear case). DIFFERENCE: the paper eliminates a column, which leaves its weight out of the
//! penalty and depends on the scales of the columns.

use crate::{
    methods::{
        ApplyError, Bounds, Fairness, FitError, Labelled, PlanError, TargetEvents, inprocessing::Constraints,
    },
    solvers::{Constraints as Equalities, Rows, Subspace, SubspaceError},
};

const METHOD: &str = "fair_projection";

/// Parameters that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    fairness: Fairness,
}

impl Plan {
    /// Checks what is asked of the groups.
    ///
    /// # Errors
    /// When the notion is not one of means in events known while fitting, or a bound is not 0: a projection leaves no
    /// difference.
    ///
    /// ```
    /// use equipoise::{methods::{Fairness, preprocessing::fair_projection::Plan}, notion::Notion};
    /// assert!(Plan::new(Fairness::new(Notion::DemographicParity)).is_ok());
    /// assert!(Plan::new(Fairness::new(Notion::DemographicParity).bound(0.1)).is_err());
    /// ```
    pub fn new(fairness: Fairness) -> Result<Self, PlanError> {
        fairness.check(METHOD)?;
        let bounds = match &fairness.bounds {
            Bounds::Same(bound) => std::slice::from_ref(bound),
            Bounds::Each(bounds) => bounds,
        };
        match bounds.iter().find(|&&bound| bound != 0.0) {
            Some(&value) => Err(PlanError::OutOfRange { parameter: "bound", value, allowed: "0" }),
            None => Ok(Self { fairness }),
        }
    }

    /// Finds the differences of group means. One pass over the rows for each attribute.
    ///
    /// # Errors
    /// When the sample is out of order or there is nothing to compare (no sensitive attribute included).
    pub fn fit(&self, sample: &Labelled<'_>) -> Result<Model, FitError> {
        let constraints = Constraints::new(sample, &self.fairness, &TargetEvents::Quantiles(3))?;
        let directions = constraints.directions(&sample.rows);
        let subspace = Subspace::new(Equalities {
            vectors: &directions.vectors,
            d: sample.rows.d(),
            values: None,
            // Without columns there is no vector to count the scales by.
            scales: (sample.rows.d() > 0).then_some(&directions.scales),
        })?;
        Ok(Model { constraints, projection: Projection { subspace }, vectors: directions.vectors })
    }
}

/// A fitted projection, and what the fit says of itself. The group is not needed to apply it.
#[derive(Clone, Debug)]
pub struct Model {
    constraints: Constraints,
    projection: Projection,
    vectors: Vec<f64>,
}

impl Model {
    /// Returns the constraints that the projection satisfies.
    pub const fn constraints(&self) -> &Constraints {
        &self.constraints
    }

    /// Returns u_j of every constraint, k × d: which columns carry the difference between the groups.
    pub fn signal(&self) -> &[f64] {
        &self.vectors
    }

    /// Returns how many independent directions are taken out.
    pub const fn rank(&self) -> usize {
        self.projection.rank()
    }

    /// Returns the projection alone.
    pub const fn projection(&self) -> &Projection {
        &self.projection
    }

    /// Returns the projected rows, as [`Projection::transform`].
    ///
    /// # Errors
    /// When the rows have another number of columns.
    pub fn transform(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        self.projection.transform(rows)
    }
}

/// What is kept of a fit: the directions that are taken out. Holds no rows.
#[derive(Clone, Debug)]
pub struct Projection {
    subspace: Subspace,
}

impl Projection {
    /// Returns the projection that takes out the rows of an orthonormal [`basis`](Self::basis), rank × d.
    ///
    /// # Errors
    /// When the basis has no whole number of rows, or they are not orthonormal.
    pub fn from_parts(basis: Vec<f64>, d: usize) -> Result<Self, SubspaceError> {
        Ok(Self { subspace: Subspace::from_basis(basis, d)? })
    }

    /// Returns the number of columns of the rows it takes.
    pub const fn d(&self) -> usize {
        self.subspace.d()
    }

    /// Returns how many independent directions are taken out.
    pub const fn rank(&self) -> usize {
        self.subspace.rank()
    }

    /// Returns the directions that are taken out: orthonormal rows, rank × d.
    pub fn basis(&self) -> &[f64] {
        self.subspace.basis()
    }

    /// Returns the projected rows, n × d, row after row; dense even where the rows are sparse.
    ///
    /// # Errors
    /// When the rows have another number of columns.
    pub fn transform(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        let d = self.subspace.d();
        if rows.d() != d {
            return Err(ApplyError::Columns { found: rows.d(), expected: d });
        }
        let mut projected = vec![0.0; rows.n() * d];
        for (i, row) in projected.chunks_exact_mut(d.max(1)).enumerate() {
            rows.add_scaled(i, 1.0, row);
            self.subspace.project(row);
        }
        Ok(projected)
    }
}
