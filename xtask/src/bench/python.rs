//! The cases of the Python package, beside fairlearn and Polars.
//!
//! The other packages are those of the environment that the tests use, pinned; the extension is a release build in
//! the place where the package of the source tree looks for it, until the tests put theirs there again.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use super::{
    Options, Part,
    audit::set_threads,
    lines,
    turns::{self, Case},
};
use crate::{
    failure::Failure,
    python::{self, Profile},
    workspace::{self, Workspace},
};

/// Every part, in order.
pub(super) const PARTS: [Part; 4] = [
    Part { name: "frame", about: "four rates by group, beside fairlearn and a Polars group-by", run: frame },
    Part { name: "intervals", about: "their bootstrap intervals, beside fairlearn", run: intervals },
    Part { name: "import", about: "importing the package, in a process of its own", run: import },
    Part { name: "peak", about: "memory above the input, and after many audits", run: peak },
];

/// What is imported; the name is that of the table.
const IMPORTS: &[(&str, &str)] = &[
    ("equipoise", "import equipoise"),
    ("equipoise.metrics", "import equipoise.metrics"),
    ("numpy alone", "import numpy"),
    ("no package", ""),
    ("fairlearn.metrics", "import fairlearn.metrics"),
];

/// The environment's Python, with a release build of the extension.
fn environment(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let python = python::environment(workspace)?;
    python::install_extension(workspace, Profile::Release)?;
    Ok(python)
}

fn script(workspace: &Workspace, python: &Path, name: &str, options: &Options) -> Command {
    let mut command = python::in_package(workspace, python);
    command.arg(workspace.path("python/benches").join(name));
    set_threads(&mut command, options.threads);
    command
}

fn timed(workspace: &Workspace, options: &Options, name: &str) -> Result<(), Failure> {
    let python = environment(workspace)?;
    let mut programs = [script(workspace, &python, name, options)];
    print!("{}", lines::collect(&mut programs, options.rounds)?.table());
    Ok(())
}

fn frame(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    timed(workspace, options, "metric_frame.py")
}

fn intervals(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    timed(workspace, options, "intervals.py")
}

fn import(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let python = environment(workspace)?;
    let case = |(name, program): &(&str, &str)| {
        let mut command = python::in_package(workspace, &python);
        command.arg("-c").arg(format!("{program}\nprint(1)"));
        set_threads(&mut command, options.threads);
        Case { name: (*name).to_owned(), command }
    };
    let mut cases: Vec<Case> = IMPORTS.iter().map(case).collect();
    println!("{}", turns::table(&turns::alternate(&mut cases, options.rounds)?));
    Ok(())
}

fn peak(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let python = environment(workspace)?;
    workspace::run_visibly(&mut script(workspace, &python, "memory.py", options))
}
