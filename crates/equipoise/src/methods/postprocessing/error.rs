//! Why a repair cannot be fitted or applied.

use crate::{groups::Label, methods::FitError};

/// Why a repair cannot be fitted to these rows.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RepairFitError {
    /// The rows are out of order.
    #[error(transparent)]
    Sample(#[from] FitError),
    /// There is no sensitive attribute.
    #[error("a repair needs at least one sensitive attribute")]
    NoAttributes,
    /// The attributes have more combinations of labels than 64 bits can number.
    #[error("the attributes have too many combinations of labels to be crossed")]
    TooManyCombinations,
    /// A group has too few rows: its law is no law, or its half is empty.
    #[error("the group {} has {rows} rows with weight; at least {needed} are needed", list(group))]
    SmallGroup {
        /// Its labels.
        group: Vec<Label>,
        /// Its rows.
        rows: usize,
        /// How many are needed.
        needed: usize,
    },
    /// A group that a share or the target names does not occur.
    #[error("{parameter} names the group {}, which does not occur", list(group))]
    UnknownGroup {
        /// The parameter.
        parameter: &'static str,
        /// The labels.
        group: Vec<Label>,
    },
    /// A group has no share although shares were given.
    #[error("the group {} has no share", list(group))]
    NoShare {
        /// The labels.
        group: Vec<Label>,
    },
    /// A fitted score lies outside the range that was to be kept.
    #[error("scores, row {row}: {value} lies outside the range {lower} to {upper} that is to be kept")]
    OutsideRange {
        /// The row, from 0.
        row: usize,
        /// The score.
        value: f64,
        /// The lower end.
        lower: f64,
        /// The upper end.
        upper: f64,
    },
    /// A parameter has no meaning where attributes are repaired one after the other.
    #[error("{parameter} cannot be set where attributes are repaired one after the other")]
    NotInSequence {
        /// The parameter.
        parameter: &'static str,
    },
    /// The order does not name every attribute once, or alphas are not one an attribute and in [0, 1].
    #[error(
        "the order must name each of the {attributes} attributes once, with an alpha from 0 to 1 for each"
    )]
    Order {
        /// How many attributes there are.
        attributes: usize,
    },
    /// A law's atoms do not ascend, or have no weight.
    #[error("the law of the group {} is no law: its values must ascend and have weight", list(group))]
    NotALaw {
        /// The labels.
        group: Vec<Label>,
    },
    /// The same group is given twice, or groups differ in their number of attributes.
    #[error("the group {} is given twice, or has another number of attributes than the first", list(group))]
    GroupsDisagree {
        /// The labels.
        group: Vec<Label>,
    },
}

/// Why a repair cannot be applied to these rows.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RepairApplyError {
    /// The rows are out of order.
    #[error(transparent)]
    Sample(#[from] FitError),
    /// The rows have another number of sensitive attributes than those of the fit.
    #[error("there are {found} sensitive attributes; the repair was fitted with {expected}")]
    Attributes {
        /// How many there are.
        found: usize,
        /// How many there were.
        expected: usize,
    },
    /// A row's group did not occur in the fit.
    #[error("row {row} is of the group {}, which did not occur where the repair was fitted", list(group))]
    UnseenGroup {
        /// The row, from 0.
        row: usize,
        /// Its labels.
        group: Vec<Label>,
    },
    /// Probabilities of groups are negative, not finite, or do not sum to 1 in a row.
    #[error(
        "row {row}: the groups' probabilities must not be negative and must sum to 1; their sum is {sum}"
    )]
    Probabilities {
        /// The row, from 0.
        row: usize,
        /// Their sum.
        sum: f64,
    },
    /// A parameter is out of range.
    #[error("{parameter} is {value}; it must be {allowed}")]
    OutOfRange {
        /// The parameter.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// Fewer than two groups have rows, so that nothing can be compared.
    #[error("fewer than two groups have rows: there is nothing to compare")]
    NothingToCompare,
}

fn list(group: &[Label]) -> String {
    group.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(" × ")
}
