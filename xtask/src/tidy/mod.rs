//! The laws of the workspace, as tables and pure functions.
//!
//! | module | law |
//! |---|---|
//! | `crates` | which crate may use which; who may reach the network and the table formats |
//! | `modules` | which module of the library may use which |
//! | `purity` | the library opens no file, prints nothing, reads no clock |
//! | `house` | names, lengths, docs, markers, `unsafe`, machine paths |
//! | `rust_text` | reads Rust well enough for the others: no comments, no literals, no tests |
//!
//! Every law takes (path, text) or metadata and returns findings; each is proven by a planted fault in its test.

mod crates;

mod modules;

mod purity;

mod house;

mod rust_text;

use std::fmt;

use crate::{
    failure::Failure,
    workspace::{TextFile, Workspace},
};

/// A broken law: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Finding {
    place: String,
    what: String,
    remedy: String,
}

impl Finding {
    fn at(file: &TextFile, line: usize, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::of(format!("{}:{line}", file.path), what, remedy)
    }

    fn of(place: impl Into<String>, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}\n  help: {}", self.place, self.what, self.remedy)
    }
}

pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let files = workspace.text_files()?;
    let metadata = workspace.metadata(&["--all-features"])?;
    let findings = [
        crates::edges(&metadata),
        crates::reach(&metadata),
        modules::check(&files),
        purity::check(&files),
        house::check(&files),
    ]
    .concat();
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("tidy: {} files, every law holds", files.len());
            Ok(())
        }
        1 => Err(Failure::new("1 law is broken", "it stands above, with its remedy")),
        n => Err(Failure::new(format!("{n} laws are broken"), "they stand above, each with its remedy")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the places and facts of findings, a line each: what most tests of laws compare.
    pub(super) fn facts(findings: &[Finding]) -> Vec<String> {
        findings.iter().map(|finding| format!("{}: {}", finding.place, finding.what)).collect()
    }

    #[test]
    fn finding_says_where_what_and_remedy() {
        let finding = Finding::at(&TextFile::new("a.rs", ""), 3, "it is so", "make it otherwise");
        assert_eq!(finding.to_string(), "a.rs:3: it is so\n  help: make it otherwise");
    }
}
