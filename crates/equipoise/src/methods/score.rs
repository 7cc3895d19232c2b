//! The score of a fitted model: what is left of it when training is over.

use rayon::prelude::*;

use crate::{
    kernels::{Fourier, Function, Gram, KernelError, KernelRows, Nystrom},
    methods::ApplyError,
    solvers::{OwnedRows, Rows},
};

/// Rows that are scored together, by one thread.
const ROWS: usize = 1024;

/// A real-valued function of a row. The group of a row is not needed, unless it is among the columns.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Score {
    /// f(x) = ⟨w, x⟩ + b. With a precomputed kernel the columns are the similarities to the fitting rows, and w is β.
    Linear(LinearScore),
    /// f(x) = Σ β_i K(x_i, x) + b.
    Kernel(KernelScore),
    /// f(x) = ⟨w, φ(x)⟩ + b with features φ that approximate a kernel.
    Features(FeatureScore),
}

/// f(x) = ⟨w, x⟩ + b.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearScore {
    /// w, one a column.
    pub coefficients: Vec<f64>,
    /// b; 0 where there is none.
    pub intercept: f64,
}

/// f(x) = Σ β_i K(x_i, x) + b. **Holds rows of the fit**: those whose β is not 0.
#[derive(Clone, Debug, PartialEq)]
pub struct KernelScore {
    /// K.
    pub kernel: Function,
    /// The rows x_i.
    pub support: OwnedRows,
    /// β, one a row of the support.
    pub coefficients: Vec<f64>,
    /// b.
    pub intercept: f64,
}

/// f(x) = ⟨w, φ(x)⟩ + b.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureScore {
    /// φ.
    pub map: FeatureMap,
    /// w, one a feature.
    pub coefficients: Vec<f64>,
    /// b.
    pub intercept: f64,
}

/// Features whose inner products approximate a kernel.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FeatureMap {
    /// The kernel against landmarks. **Holds rows of the fit**, the landmarks.
    Nystrom {
        /// The kernel.
        kernel: Function,
        /// The landmarks and their factor.
        map: Nystrom,
    },
    /// Cosines and sines of random frequencies. Holds no rows.
    Fourier(Fourier),
}

impl Score {
    /// Returns the number of columns of the rows it takes.
    pub fn d(&self) -> usize {
        match self {
            Self::Linear(score) => score.coefficients.len(),
            Self::Kernel(score) => score.support.d(),
            Self::Features(score) => score.map.d(),
        }
    }

    /// Returns b.
    pub const fn intercept(&self) -> f64 {
        match self {
            Self::Linear(LinearScore { intercept, .. })
            | Self::Kernel(KernelScore { intercept, .. })
            | Self::Features(FeatureScore { intercept, .. }) => *intercept,
        }
    }

    /// Returns the weights w of the columns, where the score is linear in them.
    pub fn linear(&self) -> Option<&LinearScore> {
        match self {
            Self::Linear(score) => Some(score),
            Self::Kernel(_) | Self::Features(_) => None,
        }
    }

    /// Returns f of each row. Each row is computed by itself, in the same way whatever rows are beside it.
    ///
    /// # Errors
    /// When the rows have another number of columns.
    pub fn of_rows(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        if rows.d() != self.d() {
            return Err(ApplyError::Columns { found: rows.d(), expected: self.d() });
        }
        let parts: Vec<Rows<'_>> =
            (0..rows.n()).step_by(ROWS).map(|start| rows.part(start..(start + ROWS).min(rows.n()))).collect();
        let scores: Vec<Vec<f64>> = match self {
            Self::Linear(score) => parts.par_iter().map(|part| score.of_rows(part)).collect(),
            Self::Kernel(score) => score.of_parts(&parts)?,
            // A part at a time: its features are many more numbers than its rows.
            Self::Features(score) => {
                parts.iter().map(|part| score.of_rows(part)).collect::<Result<_, _>>()?
            }
        };
        Ok(scores.concat())
    }
}

impl LinearScore {
    fn of_rows(&self, rows: &Rows<'_>) -> Vec<f64> {
        (0..rows.n()).map(|i| rows.dot(i, &self.coefficients) + self.intercept).collect()
    }
}

impl FeatureScore {
    fn of_rows(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        let features = self.map.features(rows)?;
        let dot = |phi: &[f64]| phi.iter().zip(&self.coefficients).map(|(phi, w)| phi * w).sum::<f64>();
        let width = self.coefficients.len().max(1);
        Ok(features.chunks_exact(width).map(|phi| dot(phi) + self.intercept).collect())
    }
}

impl KernelScore {
    fn of_parts(&self, parts: &[Rows<'_>]) -> Result<Vec<Vec<f64>>, ApplyError> {
        let gram = Gram::new(self.kernel, self.support.view())?;
        let of_part = |part: &Rows<'_>| {
            let mut similarities = vec![0.0; self.coefficients.len()];
            let score = |i: usize| {
                gram.row_of(part, i, &mut similarities);
                let sum: f64 = similarities.iter().zip(&self.coefficients).map(|(k, beta)| k * beta).sum();
                sum + self.intercept
            };
            (0..part.n()).map(score).collect()
        };
        Ok(parts.par_iter().map(of_part).collect())
    }
}

impl FeatureMap {
    /// Returns the number of columns of the rows it takes.
    pub fn d(&self) -> usize {
        match self {
            Self::Nystrom { map, .. } => map.d(),
            Self::Fourier(map) => map.d(),
        }
    }

    /// Returns the features of each row, row after row.
    ///
    /// # Errors
    /// When the rows have another number of columns, or a feature is not finite.
    pub fn features(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        Ok(self.values(rows)?)
    }

    pub(super) fn values(&self, rows: &Rows<'_>) -> Result<Vec<f64>, KernelError> {
        match self {
            Self::Nystrom { kernel, map } => map.features(kernel, *rows),
            Self::Fourier(map) => map.features(*rows),
        }
    }

    /// Returns the number of features.
    pub fn n_features(&self) -> usize {
        match self {
            Self::Nystrom { map, .. } => map.rank(),
            Self::Fourier(map) => map.n_features(),
        }
    }
}
