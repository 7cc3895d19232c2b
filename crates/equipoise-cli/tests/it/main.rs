//! The program as a whole: arguments and files in, bytes and exit codes out.

mod cases;
mod config;
mod data_sets;
mod errors;
mod gates;
mod help;
mod hostile;
mod learning;
mod like;
mod methods;
mod outputs;
mod reports;
mod reproduce;
mod states;
mod tables;
mod tour;

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// A folder of its own to run the program in.
pub(crate) struct Place {
    folder: tempfile::TempDir,
}

/// How a run ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// A place with the twelve loans that most tests are about.
    pub(crate) fn with_loans() -> Self {
        let place = Self::new();
        place.write("loans.csv", LOANS);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("the temporary folder can be written");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).expect("the temporary folder can be listed");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// The program in this folder, with an environment that says nothing.
    pub(crate) fn command<S: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
        command.args(arguments).current_dir(self.folder.path()).stdin(Stdio::null());
        for variable in ["COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "EQUIPOISE_DATA"] {
            command.env_remove(variable);
        }
        command
    }

    /// Runs the program with the words of a line; blanks inside `'…'` do not separate.
    #[track_caller]
    pub(crate) fn run(&self, line: &str) -> Run {
        run(&mut self.command(words(line)))
    }
}

#[track_caller]
pub(crate) fn run(command: &mut Command) -> Run {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Run {
        code: output.status.code().expect("the program ends by itself"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

pub(crate) fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let words = parts.flat_map(|(place, part)| match place % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

impl Run {
    /// Checks the exit code, and shows what was said where it is another.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

/// The folder of data sets; `None`, with a message, where it is not said.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("EQUIPOISE_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: EQUIPOISE_DATA is not set");
    }
    folder
}

/// Returns whether a data set is there; says so where it is not.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn has(folder: &Path, file: &str) -> bool {
    let is_there = folder.join(file).exists();
    if !is_there {
        eprintln!("skipped: {file} is not in EQUIPOISE_DATA");
    }
    is_there
}

pub(crate) const LOANS: &str = "\
sex,age,approved,repaid
f,21,no,no
f,25,yes,yes
f,34,no,yes
f,47,no,no
f,52,yes,yes
f,61,no,no
m,19,yes,no
m,28,yes,yes
m,33,no,no
m,45,yes,yes
m,58,yes,yes
m,66,yes,no
";
