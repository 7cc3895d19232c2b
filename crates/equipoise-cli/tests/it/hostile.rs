//! Hostile and broken inputs: the table in `cases/hostile/README.md`, row by row.
//!
//! Each row runs in a folder of its own with bounded memory. Whatever the attack: one error or one answer, the exit
//! code of the table, no panic, nothing on the screen that drives it, no row in an error, and nothing half-written.
#![cfg(target_os = "linux")]

mod made;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use equipoise_testing::{cases_folder, hostile::Attack};

use crate::{Place, Run, words};

/// Address space of a run, in KiB: the program itself and its threads' stacks take a part of it without using it.
const MEMORY_KIB: u64 = 3 << 19;

/// In rows of files that must not be shown.
const SECRET: &str = "SECRET";

fn folder() -> PathBuf {
    cases_folder().join("hostile")
}

fn attacks() -> Vec<Attack> {
    let text = fs::read_to_string(folder().join("README.md")).expect("the table can be read");
    equipoise_testing::hostile::table(&text).expect("the table is one")
}

#[test]
fn every_attack_ends_as_the_table_says() {
    let attacks = attacks();
    assert!(attacks.len() >= 40, "only {} rows are found", attacks.len());
    let broken: Vec<String> = attacks.iter().filter_map(|attack| tried(attack).err()).collect();
    assert!(broken.is_empty(), "{} of {}:\n\n{}", broken.len(), attacks.len(), broken.join("\n\n"));
}

#[test]
fn every_file_and_everything_made_has_a_row() {
    let attacks = attacks();
    let entries = fs::read_dir(folder().join("files")).expect("the folder of files can be listed");
    for entry in entries {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(attacks.iter().any(|attack| attack.files.contains(&name)), "no row needs {name}");
    }
    for (place, attack) in attacks.iter().enumerate() {
        let is_new = attacks[..place].iter().all(|before| before.name != attack.name);
        assert!(is_new, "two rows are called {}", attack.name);
    }
}

/// Runs a row; the error says what differs from the table.
fn tried(attack: &Attack) -> Result<(), String> {
    let place = Place::new();
    for file in &attack.files {
        fs::copy(folder().join("files").join(file), place.path(file)).expect("the file is there");
    }
    let made = made::make(&attack.name, &place);
    assert_eq!(made.is_some(), attack.is_made, "{}: what is made, and what the table says", attack.name);
    let before = contents(&place.path(""));
    let arguments = words(&attack.arguments).into_iter().chain(made.unwrap_or_default());
    let mut run = bounded(&place, arguments.collect(), &attack.name);
    if attack.arguments.contains("--color always") {
        run.stderr = without_colors(&run.stderr);
    }
    let mut after = contents(&place.path(""));
    if run.code == 0 {
        after.retain(|file, _| before.contains_key(file));
    }
    let said = problems(attack, &run, before == after);
    if said.is_empty() {
        return Ok(());
    }
    let head = |text: &str| text.chars().take(1500).collect::<String>();
    let (stdout, stderr) = (head(&run.stdout), head(&run.stderr));
    Err(format!("{}: {}\n--- stdout\n{stdout}\n--- stderr\n{stderr}", attack.name, said.join("; ")))
}

/// What is wrong with a run.
fn problems(attack: &Attack, run: &Run, is_unchanged: bool) -> Vec<String> {
    let mut said = Vec::new();
    let mut claim = |holds: bool, what: &str| {
        if !holds {
            said.push(what.to_owned());
        }
    };
    claim(run.code == attack.exit, &format!("exit code {}, not {}", run.code, attack.exit));
    claim(is_unchanged, "files changed");
    claim(!run.stderr.contains("panicked"), "a panic");
    claim(!drives_a_terminal(&run.stdout) && !drives_a_terminal(&run.stderr), "raw control characters");
    let errors = run.stderr.lines().filter(|line| line.starts_with("error:")).count();
    if attack.exit == 2 {
        claim(run.stdout.is_empty(), "an answer beside the error");
        claim(errors == 1, &format!("{errors} errors"));
        claim(!run.stderr.contains(SECRET) || attack.says.contains(SECRET), "a row in the error");
        let first = run.stderr.lines().find(|line| line.starts_with("error:")).unwrap_or_default();
        claim(first == attack.says, &format!("another error than `{}`", attack.says));
    } else {
        claim(errors == 0, "an error beside the answer");
        claim(run.stdout.contains(&attack.says), &format!("no `{}` in the answer", attack.says));
    }
    said
}

/// Whether a text holds characters that move the cursor, hide, or turn the line around.
fn drives_a_terminal(text: &str) -> bool {
    let drives = |c: char| {
        (c.is_control() && c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.contains(drives)
}

/// Leaves out the sequences that set colours and weights, which are the program's own; no file of these has any.
fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.find(|c: char| !c.is_ascii_digit() && c != ';') {
            Some(end) if part[end..].starts_with('m') => plain.push_str(&part[end + 1..]),
            _ => plain.push_str(&format!("\u{1b}[{part}")),
        }
    }
    plain
}

/// Runs the program with bounded memory.
fn bounded(place: &Place, arguments: Vec<String>, name: &str) -> Run {
    let program = place.command(&arguments);
    let mut command = Command::new("sh");
    command.arg("-c").arg(format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\""));
    command.arg(program.get_program()).args(program.get_args());
    command.current_dir(place.path("")).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    for (variable, value) in program.get_envs() {
        match value {
            Some(value) => command.env(variable, value),
            None => command.env_remove(variable),
        };
    }
    // Address space that is set aside for each thread is not memory that is used.
    command.env("MALLOC_ARENA_MAX", "2");
    if name == "stdout_full_disk" {
        let device = fs::OpenOptions::new().write(true).open("/dev/full").expect("the device is there");
        command.stdout(device);
    }
    let mut child = command.spawn().expect("the program starts");
    if name == "stdout_closed" {
        drop(child.stdout.take());
    }
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Run { code: output.status.code().unwrap_or(-1), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// Everything in a folder: links and folders by name, files with their content.
fn contents(folder: &Path) -> BTreeMap<PathBuf, Option<Vec<u8>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("an entry").path();
        let kind = fs::symlink_metadata(&path).expect("an entry").file_type();
        if kind.is_dir() {
            found.extend(contents(&path));
        }
        let content = if kind.is_file() { fs::read(&path).ok() } else { None };
        found.insert(path, content);
    }
    found
}
