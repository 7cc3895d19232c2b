//! What is compared between groups and how: a requirement without its bound.

use std::fmt;

use crate::notion::{Comparison, Functional, Need, Notion, Requirement, Selector, Subject, needs_of};

/// What is compared, which feature of it, how the groups' values become one number, and which groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantity {
    /// A notion or a metric.
    pub subject: Subject,
    /// The feature of the law.
    pub functional: Functional,
    /// How the groups' values become one number.
    pub comparison: Comparison,
    /// Which groups.
    pub selector: Selector,
}

impl Quantity {
    /// Returns a notion's or metric's comparison over all groups of a section.
    pub fn new(subject: Subject, functional: Functional, comparison: Comparison) -> Self {
        Self { subject, functional, comparison, selector: Selector::all() }
    }
}

impl Quantity {
    /// Returns the notion, if one is compared.
    pub(super) fn notion(&self) -> Option<&Notion> {
        match &self.subject {
            Subject::Notion(notion) => Some(notion),
            Subject::Metric(_) => None,
        }
    }

    /// Returns what the rows must have for a notion to be compared: see [`Requirement::needs`].
    pub(super) fn needs(&self) -> Vec<Need> {
        let Some(notion) = self.notion() else { return Vec::new() };
        needs_of(notion, self.functional)
    }
}

impl From<&Requirement> for Quantity {
    fn from(requirement: &Requirement) -> Self {
        Self {
            subject: requirement.subject().clone(),
            functional: requirement.functional(),
            comparison: requirement.comparison(),
            selector: requirement.selector().clone(),
        }
    }
}

impl fmt::Display for Quantity {
    /// Writes the quantity as a requirement spells it, without the bound.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.subject)?;
        if self.functional != Functional::Mean {
            write!(f, ".{}", self.functional)?;
        }
        // A distance is of two laws: its largest over pairs needs no word.
        if !(self.functional.is_distance() && self.comparison == Comparison::Difference) {
            write!(f, ".{}", self.comparison)?;
        }
        write!(f, "{}", self.selector)
    }
}
