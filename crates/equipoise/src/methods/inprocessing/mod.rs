//! Learners with constraints on groups inside.

mod constraints;

pub mod fair_erm;

pub use constraints::{Against, Cell, Constraint, Constraints, EmptyCell, EventRows};
