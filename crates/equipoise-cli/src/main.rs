//! The equipoise command: arguments → request → report → exit code.
//!
//! The map, in reading order:
//!
//! | module | what it holds |
//! |---|---|
//! | `args` | every flag, and its documentation |
//! | `config` | the same flags, from a TOML file |
//! | `exit` | the exit codes |
//! | `failure` | what is wrong, where, and what to do: the one error printer |
//! | `terminal`, `progress` | colours, widths, notes on stderr; bars |
//! | `layout` | prose for a terminal |
//! | `output` | answers to stdout or, whole or not at all, to a file |
//! | `audit` | `equipoise audit`: from arguments to a report |
//! | `learn` | `equipoise train`, `predict` and `explain` |
//! | `merge`, `demo`, `registry`, `datasets`, `reproduce`, `pages` | the other commands, one file each |
//!
//! What is deliberately absent: statistics (the library's), file formats (the table crate's) and layout of reports
//! (the report crate's).

mod args;

mod config;

mod exit;

mod failure;

mod terminal;

mod progress;

mod layout;

mod output;

mod audit;

mod learn;

mod merge;

mod demo;

mod registry;

mod datasets;

mod reproduce;

mod pages;

use std::{ffi::OsString, process::ExitCode};

use args::{Cli, Command};
use clap::{CommandFactory, FromArgMatches};
use exit::Exit;
use failure::Failure;
use terminal::Terminal;

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let terminal = Terminal::new(terminal::color_of(&arguments));
    let exit = match parse(arguments, &terminal) {
        Ok(cli) => {
            let terminal = Terminal::new(cli.color).quiet(cli.quiet);
            run(cli.command, &terminal).unwrap_or_else(|failure| {
                terminal.failure(&failure);
                Exit::Failed
            })
        }
        Err(exit) => exit,
    };
    exit.into()
}

fn run(command: Command, terminal: &Terminal) -> Result<Exit, Failure> {
    match command {
        Command::Audit(args) => audit::run(&args, terminal),
        Command::Merge(args) => merge::run(&args, terminal),
        Command::Train(args) => learn::train(&args, terminal),
        Command::Predict(args) => learn::predict(&args, terminal),
        Command::Explain(args) => learn::explain_model(&args, terminal),
        Command::Metrics(args) => registry::metrics(&args, terminal),
        Command::Notions(args) => registry::notions(&args, terminal),
        Command::Methods(args) => registry::methods(&args, terminal),
        Command::Datasets { command } => datasets::run(&command, terminal),
        Command::Reproduce { experiment } => reproduce::run(&experiment, terminal),
        Command::Demo => demo::run(terminal),
        Command::Completions(args) => pages::completions(&args),
        Command::Man(args) => pages::man(&args),
        Command::Generate(args) => pages::generate(&args),
    }
}

/// Reads the arguments, and the configuration file that they name.
fn parse(mut arguments: Vec<OsString>, terminal: &Terminal) -> Result<Cli, Exit> {
    let command = || Cli::command().color(terminal.clap_color());
    let say = |error: &clap::Error| terminal.clap_message(error);
    let mut matches = command().try_get_matches_from(&arguments).map_err(|error| say(&error))?;
    if let Some(("audit", audit)) = matches.subcommand() {
        let typed = config::arguments(audit).map_err(|failure| {
            terminal.failure(&failure);
            Exit::Failed
        })?;
        if !typed.is_empty() {
            // No flag before the command's name takes `audit` as its value, so its first occurrence is the command.
            let place =
                arguments.iter().position(|argument| argument == "audit").map_or(1, |place| place + 1);
            arguments.splice(place..place, typed);
            matches = command().try_get_matches_from(&arguments).map_err(|error| say(&error))?;
        }
    }
    Cli::from_arg_matches(&matches).map_err(|error| say(&error))
}
