//! The cases of fair learners: what fairness costs, scikit-learn and fairlearn beside, and the largest tables.
//!
//! The bench of the library times everything in its own process, by turns, and prints the tables. The others' Python is
//! that of the folder named by `EQB_VENV`, which the scripts of the audit's rivals describe; without it only our own
//! figures are shown.

use std::{path::PathBuf, process::Command};

use super::{Options, Part, audit::set_threads};
use crate::{
    failure::Failure,
    workspace::{self, DATA_VARIABLE, Workspace},
};

/// Every part, in order.
pub(super) const PARTS: [Part; 4] = [
    Part {
        name: "unit",
        about: "fair against ordinary: a visit of a row, a Newton step, a kernel row",
        run: unit,
    },
    Part { name: "total", about: "fair against ordinary: whole fits of the five data sets", run: total },
    Part { name: "rivals", about: "scikit-learn and fairlearn on Adult", run: rivals },
    Part { name: "scale", about: "the largest tables, each in a process of its own", run: scale },
];

/// The cases of `scale`.
const TABLES: &[&str] = &["dense", "sparse", "stream", "nystrom", "rbf"];

fn unit(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    run(workspace, options, &["unit"])
}

fn total(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    run(workspace, options, &["total"])
}

fn rivals(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    run(workspace, options, &["rivals"])
}

fn scale(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    println!("| fit | CPU s | peak MB | about it |\n|---|--:|--:|---|");
    TABLES.iter().try_for_each(|table| run(workspace, options, &["scale", table]))
}

fn run(workspace: &Workspace, options: &Options, words: &[&str]) -> Result<(), Failure> {
    let build = ["bench", "--package", "equipoise", "--bench", "ferm", "--no-run"];
    let mut command = workspace.command(workspace.build(&build, "ferm", "bench")?);
    command.args(words).env("EQUIPOISE_TURNS", options.rounds.to_string());
    if let Some(folder) = workspace.data_folder() {
        command.env(DATA_VARIABLE, folder);
    }
    if let Some(python) = python() {
        command.env("EQUIPOISE_PYTHON", python);
    }
    set_threads(&mut command, options.threads);
    workspace::run_visibly(&mut command)
}

/// Returns a Python that has the others, if one is there and answers.
fn python() -> Option<PathBuf> {
    let python = PathBuf::from(std::env::var_os("EQB_VENV")?).join("main/bin/python");
    let found = Command::new(&python).args(["-c", "import sklearn, fairlearn"]).status();
    found.is_ok_and(|status| status.success()).then_some(python)
}
