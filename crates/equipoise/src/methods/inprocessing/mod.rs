//! Learners with constraints on groups inside.

mod constraints;

mod active_set;

pub mod fair_erm;

pub mod fair_ridge;

pub mod fair_svm;

pub use constraints::{Against, Cell, Constraint, Constraints, EmptyCell, EventRows};
