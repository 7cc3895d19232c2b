//! What is asked of an audit.

use super::quantity::Quantity;
use crate::{groups::Label, inference::Confidence, notion::Requirement};

/// What is asked of an audit. Nothing here needs the rows again: a saved state answers any request.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Request {
    /// Metrics by name, for each group; empty: those that suit the task and what is there.
    pub metrics: Vec<String>,
    /// What to compare between groups: `None` means the common notions that suit, an empty list nothing.
    pub quantities: Option<Vec<Quantity>>,
    /// Requirements to give a verdict on.
    pub requirements: Vec<Requirement>,
    /// Whether the sensitive attributes are crossed; otherwise each has a section of its own.
    pub grouping: Grouping,
    /// The reference group of an attribute, for comparisons to a reference.
    pub references: Vec<(String, Label)>,
    /// The level of all intervals.
    pub confidence: Confidence,
    /// Groups with fewer rows (with frequency weights, people) take no part in gaps and verdicts.
    pub rows_min: u64,
    /// Seed of everything drawn at random.
    pub seed: u64,
}

/// How several sensitive attributes become sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// A section for each attribute.
    Each,
    /// One section for the crossing of all.
    Crossed,
}

impl Request {
    /// Returns the request with all defaults: 95 %, groups from 10 rows on, each attribute alone.
    pub fn new() -> Self {
        Self {
            metrics: Vec::new(),
            quantities: None,
            requirements: Vec::new(),
            grouping: Grouping::Each,
            references: Vec::new(),
            confidence: Confidence::default(),
            rows_min: 10,
            seed: 0,
        }
    }
}

impl Default for Request {
    fn default() -> Self {
        Self::new()
    }
}
