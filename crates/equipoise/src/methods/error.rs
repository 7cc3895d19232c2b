//! Why a plan cannot be made, fitted or used.

use super::registry::SettingError;
use crate::{
    kernels::KernelError,
    notion::Notion,
    solvers::{
        RowsError, SolverError, SubspaceError, correction::CorrectionError,
        interior_point::InteriorPointError, smo::SmoError,
    },
};

/// A notion that a method cannot serve.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{method} cannot serve {notion}; it serves {}", supported.join(", "))]
pub struct Unsupported {
    /// The method.
    pub method: &'static str,
    /// The notion that was asked for.
    pub notion: Notion,
    /// The names of the notions that it serves.
    pub supported: &'static [&'static str],
}

/// Why parameters are no plan.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
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
    /// Two choices do not go together.
    #[error("{choice} does not go with {with}: {reason}")]
    Conflict {
        /// The one.
        choice: &'static str,
        /// The other.
        with: &'static str,
        /// Why.
        reason: &'static str,
    },
    /// The method cannot serve the notion.
    #[error(transparent)]
    Unsupported(#[from] Unsupported),
    /// Settings given as texts are no parameters.
    #[error(transparent)]
    Setting(#[from] SettingError),
}

pub(super) fn check_positive(parameter: &'static str, value: f64) -> Result<(), PlanError> {
    if value > 0.0 && value <= crate::sample::MAGNITUDE_MAX {
        Ok(())
    } else {
        Err(PlanError::OutOfRange { parameter, value, allowed: "positive and at most 1e40" })
    }
}

pub(super) fn check_not_negative(parameter: &'static str, value: f64) -> Result<(), PlanError> {
    if (0.0..=crate::sample::MAGNITUDE_MAX).contains(&value) {
        Ok(())
    } else {
        Err(PlanError::OutOfRange { parameter, value, allowed: "not negative and at most 1e40" })
    }
}

/// Why a plan cannot be fitted to these rows.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// Two columns differ in length.
    #[error("{argument} has {found} entries where {expected} were expected")]
    LengthMismatch {
        /// The column.
        argument: &'static str,
        /// Its length.
        found: usize,
        /// The length expected.
        expected: usize,
    },
    /// A number is NaN, infinite, too large, or negative where it must not be.
    #[error("{argument}, row {row}: {value} is out of range")]
    OutOfRange {
        /// The column.
        argument: &'static str,
        /// The row, from 0.
        row: usize,
        /// The number.
        value: f64,
    },
    /// A target is neither −1 nor +1 where two classes are needed.
    #[error("row {row} has the target {value}, which is neither -1 nor 1")]
    NotBinary {
        /// The row, from 0.
        row: usize,
        /// The target.
        value: f64,
    },
    /// A code has no label.
    #[error("{argument}, row {row}: the code {code} has no label")]
    UnknownCode {
        /// The column.
        argument: &'static str,
        /// The row, from 0.
        row: usize,
        /// The code.
        code: usize,
    },
    /// There are no rows, or none with a positive weight.
    #[error("no row has a positive weight")]
    NoRows,
    /// A classifier was given rows of one class only.
    #[error("all rows with a positive weight have the target {target}, and a classifier needs both")]
    OneClass {
        /// The class that there is.
        target: f64,
    },
    /// There are fewer than two classes.
    #[error("{found} class(es) were given, and a classifier needs at least 2")]
    Classes {
        /// How many.
        found: usize,
    },
    /// A class has no rows.
    #[error("class {class} has no row with a positive weight")]
    EmptyClass {
        /// Its code.
        class: usize,
    },
    /// A group whose mean is compared does not exist or has no rows.
    #[error("group {group} has no row with a positive weight, so its mean cannot be compared")]
    EmptyGroup {
        /// Its number.
        group: usize,
    },
    /// There are too few folds.
    #[error("{found} fold(s) leave nothing to fit; at least 2 are needed")]
    Folds {
        /// How many.
        found: usize,
    },
    /// The features that stand in for a kernel are no rows.
    #[error(transparent)]
    Rows(#[from] RowsError),
    /// Conditional parity was asked for, and there are no strata.
    #[error("conditional parity needs strata, and there are none")]
    NoStrata,
    /// No event has rows of two groups, so nothing can be constrained.
    #[error("{events} event(s), and none has rows of two groups: there is nothing to compare")]
    NothingToCompare {
        /// How many events there are.
        events: usize,
    },
    /// The kernel is not positive semidefinite along a difference of the groups' means, which then has no direction that
    /// could be taken out.
    #[error("the kernel is not positive semidefinite along constraint {constraint}, which cannot be met")]
    Indefinite {
        /// The constraint.
        constraint: usize,
    },
    /// There are more bounds, or fewer, than constraints.
    #[error("{found} bounds were given for {expected} constraints")]
    Bounds {
        /// How many bounds.
        found: usize,
        /// How many constraints.
        expected: usize,
    },
    /// The published formulation compares two groups.
    #[error("the published formulation compares two groups, and there are {found}")]
    NotTwoGroups {
        /// How many groups an attribute has.
        found: usize,
    },
    /// There are more rows than a dense matrix of them is solved for.
    #[error(
        "{found} rows are too many for a solver over the whole kernel matrix, which takes at most {allowed}"
    )]
    TooManyRows {
        /// The rows.
        found: usize,
        /// The most that are solved.
        allowed: usize,
    },
    /// The interior-point solver cannot solve the problem.
    #[error(transparent)]
    InteriorPoint(#[from] InteriorPointError),
    /// The column to remove cannot be chosen as the published code does.
    #[error(
        "the published pivot is for one constraint with an entry to divide by; there are {constraints}, the largest entry of the first is {entry}"
    )]
    PublishedPivot {
        /// How many constraints there are.
        constraints: usize,
        /// The entry that would be divided by.
        entry: f64,
    },
    /// The linear solver cannot solve the problem.
    #[error(transparent)]
    Solver(#[from] SolverError),
    /// The solver of support vector machines cannot solve the problem.
    #[error(transparent)]
    Smo(#[from] SmoError),
    /// The kernel cannot be had.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// The constraints are no subspace.
    #[error(transparent)]
    Subspace(#[from] SubspaceError),
    /// A product of the constraints is not finite.
    #[error(transparent)]
    Correction(#[from] CorrectionError),
}

/// Why a model cannot be applied to these rows.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ApplyError {
    /// The rows have another number of columns than those of the fit.
    #[error("the rows have {found} columns, the model was fitted to {expected}")]
    Columns {
        /// Columns of the rows.
        found: usize,
        /// Columns of the fit.
        expected: usize,
    },
    /// The kernel cannot be had.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// Probabilities were asked for, and the classifier has none.
    #[error("the classifier was fitted without probabilities")]
    NoProbabilities,
}
