//! Kernels: similarities of rows, served as rows of their Gram matrix.
//!
//! | name | what it is |
//! |---|---|
//! | [`Function`] | linear, RBF, polynomial, sigmoid, Laplacian |
//! | [`Pairwise`] | a kernel of the caller's own, as a function of two rows |
//! | [`Precomputed`], [`PrecomputedRows`] | a Gram matrix that is there already |
//! | [`Gamma`] | scikit-learn's rules for γ |
//! | [`Factor`] | columns in place of a kernel, exactly |
//! | [`Nystrom`] | features from landmarks, which approximate any kernel |
//! | [`Fourier`] | random features, which approximate the RBF and Laplacian kernels |
//!
//! A kernel is put [over](Kernel::over) rows once and then yields rows of the Gram matrix, for training
//! ([`GramRows`]) and against other rows ([`KernelRows`]). With n beyond some 50,000 rows, the features take the place
//! of the kernel, and linear solvers that of kernel ones.

mod function;

mod gram;

mod columns;

mod exp;

mod precomputed;

mod pairwise;

mod factor;

mod nystrom;

mod fourier;

pub use factor::Factor;
pub use fourier::Fourier;
pub use function::{Function, Gamma};
pub use gram::Gram;
pub use nystrom::{Landmarks, Nystrom};
pub use pairwise::Pairwise;
pub use precomputed::{Precomputed, PrecomputedRows};

use crate::solvers::{GramRows, Rows};

/// A symmetric function of two rows that can be evaluated against a data set.
pub trait Kernel: Sync {
    /// Makes the kernel ready for these rows.
    ///
    /// # Errors
    /// When a parameter is out of range.
    fn over<'a>(&'a self, rows: Rows<'a>) -> Result<Box<dyn KernelRows + 'a>, KernelError>;
}

/// Rows of a Gram matrix, also for rows outside the data set.
pub trait KernelRows: GramRows {
    /// Writes K(x, z_j) for every row z_j of the data set, x being row `i` of `others`.
    ///
    /// # Panics
    /// When `i`, the length of `out` or the number of columns is out of range.
    fn row_of(&self, others: &Rows<'_>, i: usize, out: &mut [f64]);
}

impl Kernel for Function {
    fn over<'a>(&'a self, rows: Rows<'a>) -> Result<Box<dyn KernelRows + 'a>, KernelError> {
        Ok(Box::new(Gram::new(*self, rows)?))
    }
}

/// Why a kernel, or features in its place, cannot be had.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KernelError {
    /// A parameter is out of range.
    #[error("{name} is {value}, which is not {allowed}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// A Gram matrix is not square.
    #[error("a Gram matrix of {n} rows has {found} entries")]
    NotSquare {
        /// The rows.
        n: usize,
        /// The entries.
        found: usize,
    },
    /// An entry of a Gram matrix is not finite.
    #[error("the kernel of rows {row} and {column} is not a finite number")]
    NotFinite {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
    },
    /// A Gram matrix is not symmetric.
    #[error("the kernel of rows {row} and {column} is {value}, but {mirrored} the other way round")]
    NotSymmetric {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
        /// The entry.
        value: f64,
        /// The entry on the other side of the diagonal.
        mirrored: f64,
    },
    /// There are no rows to learn features from.
    #[error("there are no rows")]
    NoRows,
    /// All landmarks have a kernel of 0 with themselves, or a kernel that is negative there.
    #[error("no row has a positive kernel with itself")]
    NothingPositive,
    /// A full factor of the Gram matrix is beyond 4 GB.
    #[error("{n} rows have a factor of more than {columns} columns: take features in place of the kernel")]
    FactorTooLarge {
        /// The rows.
        n: usize,
        /// The columns there is room for.
        columns: usize,
    },
    /// Random features exist for kernels of differences only.
    #[error("random Fourier features approximate the RBF and the Laplacian kernel only")]
    NoFourier,
}
