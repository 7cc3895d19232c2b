//! Everything a person runs in this workspace: `cargo xtask test`, `tidy`, `bench`, `generate`.
//!
//! | module | what it holds |
//! |---|---|
//! | `failure` | what went wrong, and the remedy |
//! | `workspace` | the root folder, tracked files, cargo and its metadata |
//! | `test` | the list of steps that is the whole test |
//! | `python` | the Python package: its environment, its checks, its wheel |
//! | `policy` | licences, banned crates, sources and advisories |
//! | `tidy` | the laws of the workspace, each a pure function with a planted fault in its test |
//! | `generate` | files made from the code, written or compared |
//! | `bench` | our command and others by turns, in seconds of processor time |

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "the terminal is what this program is for")]

mod failure;

mod workspace;

mod test;

mod python;

mod policy;

mod tidy;

mod generate;

mod bench;

use std::process::ExitCode;

use crate::{failure::Failure, workspace::Workspace};

const HELP: &str = "\
Everything a person runs in this workspace.

usage: cargo xtask <command>

  test [--only STEP]... [--keep-going] [--list]
                         every check, as continuous integration runs it
  tidy                   the laws of the workspace: who may use whom, what the library never does
  generate [--check]     write the files made from the code, or say which are stale
  bench [audit|python|ferm] [--rounds N] [--threads N] [--only PART]... [--list]
                         our command and the others by turns, in seconds of processor time
  help                   this page
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), Failure> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", arguments),
    };
    match command {
        "test" => test::run(&Workspace::locate()?, &test::Options::parse(rest)?),
        "tidy" => no_arguments(rest).and_then(|()| tidy::run(&Workspace::locate()?)),
        "generate" => {
            let mode = generate::Mode::parse(rest)?;
            generate::run(&Workspace::locate()?, mode, generate::BUILD_COMMAND)
        }
        "bench" => bench::run(&Workspace::locate()?, &bench::Options::parse(rest)?),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(())
        }
        other => Err(Failure::new(format!("no command `{other}`"), "see `cargo xtask help`")),
    }
}

fn no_arguments(rest: &[String]) -> Result<(), Failure> {
    match rest.first() {
        None => Ok(()),
        Some(other) => Err(Failure::unexpected_argument(other)),
    }
}
