//! What is wrong, where, and what to do: one shape for every error, whoever reads it.

use std::{error::Error, fmt, io, path::Path};

use crate::spelling::Parameter;

/// What an error is about, for programs: which exception to raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A parameter is wrong, missing, or at odds with another.
    Usage,
    /// A requirement cannot be read or cannot be answered.
    Requirement,
    /// The rows or the columns are at fault.
    Data,
    /// A saved state is at fault, or does not fit another one or the question.
    State,
    /// A file could not be found, read or written.
    File(io::ErrorKind),
    /// Whoever waits wanted no more.
    Cancelled,
}

/// An error as a person reads it. Each layer on the way up may add the place that it knows.
///
/// Texts may hold names and values from files of strangers: whoever shows them on a terminal escapes them
/// ([`equipoise_report::shown`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    kind: Kind,
    parameter: Option<Parameter>,
    what: String,
    details: Vec<String>,
    help: Vec<String>,
}

impl Failure {
    /// Returns a failure of usage: what is wrong, in lower case, without full stop.
    pub fn new(what: impl fmt::Display) -> Self {
        Self {
            kind: Kind::Usage,
            parameter: None,
            what: what.to_string(),
            details: Vec::new(),
            help: Vec::new(),
        }
    }

    /// Sets the kind.
    pub fn of_kind(self, kind: Kind) -> Self {
        Self { kind, ..self }
    }

    /// Sets the parameter that the failure is about.
    pub fn about(self, parameter: Parameter) -> Self {
        Self { parameter: Some(parameter), ..self }
    }

    /// Sets the parameter that the failure is about, where one is known.
    pub fn about_if(self, parameter: Option<Parameter>) -> Self {
        Self { parameter: parameter.or(self.parameter), ..self }
    }

    /// Adds where, or what was found and allowed.
    pub fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.details.push(detail.to_string());
        self
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl fmt::Display) -> Self {
        self.help.push(help.to_string());
        self
    }

    /// Adds what to do, where something is known.
    pub fn help_if(self, help: Option<impl fmt::Display>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Returns the failure to read a file.
    pub fn reading(file: &Path, error: &io::Error) -> Self {
        Self::new(format_args!("cannot read {}: {}", file.display(), reason(error)))
            .of_kind(Kind::File(error.kind()))
    }

    /// Returns the failure to write a file.
    pub fn writing(file: &Path, error: &io::Error) -> Self {
        Self::new(format_args!("cannot write {}: {}", file.display(), reason(error)))
            .of_kind(Kind::File(error.kind()))
    }

    /// Returns that the work was stopped on request.
    pub fn cancelled() -> Self {
        Self::new("the audit was cancelled").of_kind(Kind::Cancelled)
    }

    /// Returns the kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the parameter that the failure is about, where it is about one.
    pub fn parameter(&self) -> Option<Parameter> {
        self.parameter
    }

    /// Returns what is wrong.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Returns where, and what was found and allowed.
    pub fn details(&self) -> &[String] {
        &self.details
    }

    /// Returns what to do.
    pub fn remedies(&self) -> &[String] {
        &self.help
    }
}

/// Everything, a line each: what is wrong, the details, what to do.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        for line in self.details.iter().flat_map(|detail| detail.lines()) {
            write!(f, "\n  {line}")?;
        }
        for line in self.help.iter().flat_map(|help| help.lines()) {
            write!(f, "\n  help: {line}")?;
        }
        Ok(())
    }
}

impl Error for Failure {}

/// Returns what the system said, without the number of the error.
pub fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = plain.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Returns a list for a message: the first few, and how many more there are.
pub fn listed<T: fmt::Display>(names: impl IntoIterator<Item = T>, n_all: usize) -> String {
    const SHOWN_MAX: usize = 20;
    // Names come from files of strangers; a line end in one must not become one of ours.
    let shown = names.into_iter().take(SHOWN_MAX).map(|name| equipoise_report::shown(&name.to_string()));
    let shown: Vec<String> = shown.collect();
    let more = n_all.saturating_sub(shown.len());
    let list = shown.join(", ");
    if more == 0 { list } else { format!("{list} and {more} more") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_the_system_has_no_number() {
        assert_eq!(reason(&io::Error::from_raw_os_error(2)), "no such file or directory");
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(listed(["a", "b"], 2), "a, b");
        assert!(listed(0..100, 100).ends_with("19 and 80 more"));
    }

    #[test]
    fn details_stand_before_help() {
        let failure = Failure::new("it broke").help("mend it").detail("here\nand there");
        assert_eq!(failure.to_string(), "it broke\n  here\n  and there\n  help: mend it");
    }
}
