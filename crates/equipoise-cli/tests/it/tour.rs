//! The commands of `docs/tour.md`, run as they stand: their exit codes, and their documents against the schema.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use serde_json::Value;

struct Step {
    command: String,
    exit: i32,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The fenced blocks of the tour; each ends in a comment with its exit code.
fn steps() -> Vec<Step> {
    let text = std::fs::read_to_string(root().join("docs/tour.md")).expect("the tour can be read");
    let blocks = text.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next());
    blocks
        .map(|block| {
            let (command, code) =
                block.split_once("# exit code ").expect("a command is followed by its exit code");
            Step { command: command.to_owned(), exit: code.trim().parse().expect("an exit code is a number") }
        })
        .collect()
}

fn sh(command: &str, folder: &Path) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_equipoise"));
    let mut path = std::ffi::OsString::from(program.parent().expect("the program lies in a folder"));
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    Command::new("sh")
        .args(["-c", command])
        .env("PATH", path)
        .env("FOLDER", folder)
        .output()
        .expect("sh runs")
}

#[test]
fn the_commands_of_the_tour_end_as_it_says() {
    if std::env::var_os("EQUIPOISE_DATA").is_none() {
        eprintln!("skipped: the tour needs the data sets in EQUIPOISE_DATA");
        return;
    }
    let steps = steps();
    assert!(steps.len() >= 15, "only {} commands are found", steps.len());
    for step in &steps {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let output = sh(&step.command, folder.path());
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(step.exit), "{}\n{stderr}", step.command);
        assert!(!stderr.contains("error:"), "{}\n{stderr}", step.command);
        let text = String::from_utf8(output.stdout).expect("text is UTF-8");
        let longest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        assert!((20..=80).contains(&longest), "{longest} columns: {}", step.command);
    }
}

#[test]
fn the_documents_of_the_tour_fit_the_schema() {
    if std::env::var_os("EQUIPOISE_DATA").is_none() {
        eprintln!("skipped: the tour needs the data sets in EQUIPOISE_DATA");
        return;
    }
    let schema: Value = serde_json::from_str(&equipoise_report::schema()).expect("the schema is JSON");
    let schema = jsonschema::validator_for(&schema).expect("the schema is a schema");
    for step in steps().iter().filter(|step| !step.command.contains("&&") && !step.command.contains("--like"))
    {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let output = sh(&format!("{} --format json", step.command.trim_end()), folder.path());
        assert_eq!(output.status.code(), Some(step.exit), "{}", step.command);
        let document: Value = serde_json::from_slice(&output.stdout).expect("the document is JSON");
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}\n{errors:?}", step.command);
    }
}
