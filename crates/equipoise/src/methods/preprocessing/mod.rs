//! Transformations of the rows before any learner sees them.

pub mod fair_projection;

pub mod fair_elimination;

pub mod reweighing;
