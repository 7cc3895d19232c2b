//! What is wrong with a learner's parameters or its rows, under the names that scikit-learn's users know.

use equipoise::{
    methods::{ApplyError, FitError, PlanError, registry::SettingError},
    solvers::{RowsError, SubspaceError},
};
use equipoise_audit::{Failure, Spelling};
use equipoise_report::shown;
use pyo3::prelude::*;

use crate::errors;

/// An error as it becomes an exception.
#[derive(Debug)]
pub(crate) enum Complaint {
    /// One that audits have too.
    Failure(Box<Failure>),
    /// One of learners.
    Own {
        /// The class of the exception.
        class: &'static str,
        /// The parameter that it is about.
        parameter: Option<&'static str>,
        /// What is wrong.
        message: String,
        /// What to do.
        help: Option<String>,
    },
}

impl Complaint {
    fn input(parameter: Option<&'static str>, message: impl ToString) -> Self {
        Self::Own { class: "InputError", parameter, message: message.to_string(), help: None }
    }

    fn help(self, text: &str) -> Self {
        match self {
            Self::Own { class, parameter, message, .. } => {
                Self::Own { class, parameter, message, help: Some(text.to_owned()) }
            }
            failure @ Self::Failure(_) => failure,
        }
    }

    /// Returns that a parameter is none of the words that it may be.
    pub(crate) fn of_word(parameter: &'static str, found: &str, allowed: &[&str]) -> Self {
        let message = format!("`{parameter}` is {:?}; it may be {}", shown(found), allowed.join(", "));
        Self::input(Some(parameter), message)
    }

    /// Returns that a level is none.
    pub(crate) fn of_confidence(error: &dyn std::fmt::Display) -> Self {
        Self::input(Some("confidence"), error)
    }

    /// Returns that rows held out show nothing.
    pub(crate) fn of_held_out(error: &dyn std::fmt::Display) -> Self {
        Self::input(None, format!("the rows held out show nothing: {error}"))
    }

    /// Returns that a row has no value.
    pub(crate) fn no_value(parameter: &'static str, row: usize) -> Self {
        Self::input(Some(parameter), format!("`{parameter}` is missing at row {row}"))
            .help("leave such rows out")
    }

    /// Returns that a notion compares rows by their outcome, and there is none that it can read.
    pub(crate) fn no_target() -> Self {
        Self::input(
            Some("y"),
            "the notion compares rows by their outcome, and `y` is neither two classes nor numbers",
        )
        .help("pass `y` to `fit`, or ask for `notion=\"demographic_parity\"`")
    }

    fn of_notion(message: String) -> Self {
        Self::Own { class: "RequirementError", parameter: Some("notion"), message, help: None }
    }

    /// Returns the exception.
    pub(crate) fn exception(&self, py: Python<'_>) -> PyErr {
        match self {
            Self::Failure(failure) => errors::exception(py, failure, Spelling::PythonArrays),
            Self::Own { class, parameter, message, help } => {
                errors::instance(py, class, &shown(message), *parameter, help.as_deref())
                    .unwrap_or_else(|error| error)
            }
        }
    }
}

impl From<Failure> for Complaint {
    fn from(failure: Failure) -> Self {
        Self::Failure(Box::new(failure))
    }
}

/// Returns what scikit-learn's users call a parameter or a column of the library.
fn spelled(name: &'static str) -> &'static str {
    match name {
        "target" => "y",
        "weights" => "sample_weight",
        "sensitive" => "sensitive_features",
        "strata" => "control_features",
        "cost" => "C",
        "penalty" => "alpha",
        "tolerance" => "tol",
        "constant" => "coef0",
        "cache_bytes" => "cache_size",
        "class factors" => "class_weight",
        "components" | "landmarks" => "n_components",
        "number of bins" | "cut point" | "cuts" => "bins",
        "crossing" => "cross",
        "intercept" => "fit_intercept",
        "seed" => "random_state",
        _ => name,
    }
}

/// Returns the parameter that is meant by a choice that does not go with another.
fn chosen(choice: &str) -> Option<&'static str> {
    match choice {
        "an approximation" => Some("approximation"),
        "a balance of classes" => Some("class_weight"),
        "the published formulation" => Some("formulation"),
        "the refinement of rates" => Some("refine"),
        "the sigmoid kernel" => Some("kernel"),
        _ => None,
    }
}

impl From<PlanError> for Complaint {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Setting(error) => error.into(),
            PlanError::OutOfRange { parameter, value, allowed } => {
                let name = spelled(parameter);
                Self::input(Some(name), format!("`{name}` is {value}; it must be {allowed}"))
            }
            PlanError::Unsupported(error) => Self::of_notion(error.to_string()),
            PlanError::Conflict { choice, .. } => Self::input(chosen(choice), error),
            other => Self::input(None, other),
        }
    }
}

impl From<SettingError> for Complaint {
    fn from(error: SettingError) -> Self {
        match error {
            SettingError::Value { key, value, allowed, nearest } => {
                let name = spelled(key);
                let message = format!("`{name}` is {value}; it must be {allowed}");
                let complaint = match key {
                    "notion" => Self::of_notion(message),
                    _ => Self::input(Some(name), message),
                };
                match nearest {
                    Some(near) => complaint.help(&format!("did you mean {near:?}?")),
                    None => complaint,
                }
            }
            other => Self::input(None, other),
        }
    }
}

impl From<FitError> for Complaint {
    fn from(error: FitError) -> Self {
        match error {
            FitError::LengthMismatch { argument, found, expected } => {
                let name = spelled(argument);
                Self::input(Some(name), format!("`{name}` has {found} rows where {expected} were expected"))
                    .help("give every row one value")
            }
            FitError::OutOfRange { argument: "class factors", value, .. } => Self::input(
                Some("class_weight"),
                format!("`class_weight` holds {value}; it must be positive"),
            ),
            FitError::EmptyClass { .. } => Self::input(
                Some("sample_weight"),
                "the rows of one class have no positive weight, and a classifier needs rows of each class",
            ),
            FitError::OutOfRange { argument, row, value } => {
                let name = spelled(argument);
                Self::input(Some(name), format!("`{name}` is {value} at row {row}, which is out of range"))
            }
            FitError::NoRows => Self::input(Some("sample_weight"), "no row has a positive weight"),
            FitError::OneClass { .. } => {
                Self::input(Some("y"), "`y` has rows of one class only, and a classifier needs two classes")
            }
            FitError::NoStrata => Self::input(
                Some("control_features"),
                "conditional parity compares inside strata, and there are none",
            )
            .help("pass `control_features`, or ask for `notion=\"demographic_parity\"`"),
            FitError::NothingToCompare { .. } => Self::input(
                Some("sensitive_features"),
                "no event of the notion has rows of two groups, so there is nothing to compare",
            ),
            FitError::Bounds { found, expected } => {
                let message = format!("`bound` has {found} values for {expected} differences of groups");
                Self::input(Some("bound"), message).help("pass one number for all, or one for each")
            }
            other => Self::input(None, other),
        }
    }
}

impl From<ApplyError> for Complaint {
    fn from(error: ApplyError) -> Self {
        Self::input(Some("X"), error)
    }
}

impl From<RowsError> for Complaint {
    fn from(error: RowsError) -> Self {
        let message = match error {
            RowsError::OutOfRange { row, column, value } => format!(
                "`X` is {value} at row {row}, column {column}, which is no number of magnitude at most 1e40"
            ),
            other => format!("`X`: {other}"),
        };
        Self::input(Some("X"), message)
    }
}

impl From<SubspaceError> for Complaint {
    fn from(error: SubspaceError) -> Self {
        Self::input(None, error)
    }
}
