//! What is wrong, where, and what to do: one shape for every error, printed in one place.
//!
//! ```text
//! error: column `sex` is not in loans.parquet
//!   columns there: age, gender, income
//!   help: the nearest name is `gender`
//! ```

use std::{fmt, io, path::Path};

use crate::layout::words;

/// An error as a person reads it. Each layer on the way up may add the place that it knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    what: String,
    details: Vec<String>,
    help: Vec<String>,
}

impl Failure {
    /// Returns a failure: what is wrong, in lower case, without full stop.
    pub(crate) fn new(what: impl fmt::Display) -> Self {
        Self { what: what.to_string(), details: Vec::new(), help: Vec::new() }
    }

    /// Adds where, or what was found and allowed.
    pub(crate) fn detail(mut self, detail: impl fmt::Display) -> Self {
        self.details.push(detail.to_string());
        self
    }

    /// Adds what to do.
    pub(crate) fn help(mut self, help: impl fmt::Display) -> Self {
        self.help.push(help.to_string());
        self
    }

    /// Adds what to do, where something is known.
    pub(crate) fn help_if(self, help: Option<impl fmt::Display>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Returns the failure to read a file.
    pub(crate) fn reading(file: &Path, error: &io::Error) -> Self {
        Self::new(format_args!("cannot read {}: {}", file.display(), reason(error)))
    }

    /// Returns the failure to write a file.
    pub(crate) fn writing(file: &Path, error: &io::Error) -> Self {
        Self::new(format_args!("cannot write {}: {}", file.display(), reason(error)))
    }

    /// Returns what is wrong.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// Returns the lines under the first one.
    pub(crate) fn lines(&self) -> impl Iterator<Item = String> {
        let details = self
            .details
            .iter()
            .flat_map(|detail| detail.lines())
            .flat_map(|line| wrapped(line, "  ", "    "));
        let help = self
            .help
            .iter()
            .flat_map(|help| help.lines())
            .flat_map(|line| wrapped(line, "  help: ", "        "));
        details.chain(help)
    }
}

/// Columns of a message: longer lines are broken between words.
const WIDTH: usize = 100;

fn wrapped(text: &str, first: &str, others: &str) -> Vec<String> {
    let mut lines = vec![first.to_owned()];
    if first.chars().count() + text.chars().count() <= WIDTH {
        // As it is: the carets under an excerpt stand where they must.
        lines[0].push_str(text);
        return lines;
    }
    let mut width = first.chars().count();
    for (place, word) in words(text).enumerate() {
        let added = word.chars().count() + usize::from(place > 0);
        if place > 0 && width + added > WIDTH {
            lines.push(others.to_owned());
            width = others.chars().count();
        } else if place > 0 {
            lines.last_mut().expect("invariant: there is a first line").push(' ');
            width += 1;
        }
        lines.last_mut().expect("invariant: there is a first line").push_str(word);
        width += word.chars().count();
    }
    lines
}

/// What the system said, without the number of the error.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let plain = text.split(" (os error").next().unwrap_or(&text);
    let mut letters = plain.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Returns a list for a message: the first few, and how many more there are.
pub(crate) fn listed<T: fmt::Display>(names: impl IntoIterator<Item = T>, n_all: usize) -> String {
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
    fn details_come_before_help_and_all_are_indented() {
        let failure = Failure::new("it broke").help("mend it").detail("here").detail("and\nthere");
        let lines: Vec<String> = failure.lines().collect();
        assert_eq!(lines, ["  here", "  and", "  there", "  help: mend it"]);
    }

    #[test]
    fn long_lines_are_broken_between_words() {
        let lines: Vec<String> = Failure::new("").help("word ".repeat(40)).lines().collect();
        assert!(
            lines.len() == 3 && lines[0].starts_with("  help: word") && lines[1].starts_with("        word")
        );
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
        let long = "x".repeat(200);
        assert_eq!(Failure::new("").detail(&long).lines().next(), Some(format!("  {long}")));
    }

    #[test]
    fn the_reason_of_the_system_has_no_number() {
        assert_eq!(reason(&io::Error::from_raw_os_error(2)), "no such file or directory");
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(listed(["a", "b"], 2), "a, b");
        assert!(listed(0..100, 100).ends_with("19 and 80 more"));
    }
}
