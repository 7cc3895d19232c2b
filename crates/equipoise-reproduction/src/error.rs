//! Why an experiment cannot be made.

use equipoise::{
    methods::{ApplyError, FitError, PlanError},
    solvers::RowsError,
};
use equipoise_datasets::locate::LocateError;
use equipoise_table::TableError;

/// Why an experiment cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReproductionError {
    /// A data set is not here.
    #[error(transparent)]
    Locate(#[from] LocateError),
    /// A file cannot be read as the catalogue describes it.
    #[error(transparent)]
    Table(#[from] TableError),
    /// A file is not the one that the encoding is for.
    #[error("data set `{data_set}`: {what}")]
    Unexpected {
        /// The data set.
        data_set: &'static str,
        /// What is amiss.
        what: &'static str,
    },
    /// A learner's parameters are no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A learner cannot be fitted.
    #[error("data set `{data_set}`: {source}")]
    Fit {
        /// The data set.
        data_set: &'static str,
        /// Why not.
        source: FitError,
    },
    /// A model cannot be applied.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// Encoded rows are no rows.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// An option is out of range.
    #[error("{option} is {value}, which is not {allowed}")]
    OutOfRange {
        /// The option.
        option: &'static str,
        /// What it is.
        value: usize,
        /// What it may be.
        allowed: &'static str,
    },
}
