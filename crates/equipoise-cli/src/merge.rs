//! `equipoise merge`: states of parts of a table become one.

use equipoise_audit::{
    Spelling,
    states::{Identical, merged},
};

use crate::{
    args::MergeArgs,
    exit::Exit,
    failure::Failure,
    output::{Destination, Existing},
    terminal::Terminal,
};

/// Runs `equipoise merge`.
pub(crate) fn run(args: &MergeArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let output = Destination::new(Some(&args.output), Existing::of_force(args.force))?;
    let identical = if args.allow_identical { Identical::Allow } else { Identical::Refuse };
    let statistics = merged(&args.states, identical, Spelling::CommandLine)?;
    output.write(&statistics.to_bytes())?;
    let n = args.states.len();
    terminal.note(&format!("{n} states merged: {} rows", statistics.rows()));
    Ok(Exit::Done)
}
