//! Learners as optimisation problems, usable with and without constraints on groups.
//!
//! Each solver takes borrowed rows and plain parameters, and returns a solution with an [`Outcome`]: how many
//! iterations it took and how far from the optimum it can be. Not converging is a value, with numbers.
//!
//! # What enters how
//! - **A constraint on groups** that is linear in the weights, ⟨w, u_j⟩ = c_j, enters as a [`Subspace`], and the solver
//!   works inside it: k extra numbers a row, so sparse rows stay sparse (Donini et al. 2018; the derivation is in
//!   the module [`subspace`]).
//! - **The intercept is never penalised** (and never constrained: differences of group means do not see it).
//! - **Weights** multiply a row's loss, so an integer weight is a repetition.
//! - **Threads**: sums run over blocks of rows that depend on the data's shape alone and are added in order. The bytes
//!   of a result do not depend on the number of threads, which is that of the surrounding rayon pool.

pub(crate) mod vectors;

pub mod rows;

pub mod subspace;

pub mod outcome;

pub mod gram;

pub mod correction;

mod jacobi;

pub mod smo;

pub mod examples;

mod blocks;

mod cholesky;

mod quadratic;

pub mod interior_point;

pub mod newton;

pub mod dual_descent;

pub mod least_squares;

pub mod linear_interior_point;

pub use examples::{ClassWeights, Examples, Intercept, LinearFit, SolverError};
pub use gram::GramRows;
pub use outcome::{Accuracy, Outcome, Status};
pub use rows::{OwnedRows, Rows, RowsError};
pub use subspace::{Constraints, Subspace, SubspaceError};
