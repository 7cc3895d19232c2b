//! What went wrong, and what the person shall do.

use std::fmt;

/// A failed command: one fact and one remedy, printed once, by `main`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    what: String,
    remedy: String,
}

impl Failure {
    pub(crate) fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }

    /// Replaces the remedy.
    pub(crate) fn help(self, remedy: impl Into<String>) -> Self {
        Self { remedy: remedy.into(), ..self }
    }

    pub(crate) fn unexpected_argument(argument: &str) -> Self {
        Self::new(format!("unexpected argument `{argument}`"), "see `cargo xtask help`")
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}\n  help: {}", self.what, self.remedy)
    }
}
