//! The workspace on disk: its root, its tracked files, and cargo as a child process.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::failure::Failure;

/// The environment variable that names the folder of data sets for tests.
pub(crate) const DATA_VARIABLE: &str = "EQUIPOISE_DATA";

/// The folder that holds the root `Cargo.toml`.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
}

/// A tracked file that is text.
#[derive(Clone, Debug)]
pub(crate) struct TextFile {
    /// Relative to the root, with `/` between the parts.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl TextFile {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    pub(crate) fn is_python(&self) -> bool {
        self.path.ends_with(".py")
    }
}

impl Workspace {
    /// Returns a workspace in a folder of a test.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }

    /// Finds the workspace around the current folder.
    pub(crate) fn locate() -> Result<Self, Failure> {
        let mut command = Command::new(cargo_program());
        command.args(["locate-project", "--workspace", "--message-format", "plain"]);
        let manifest = PathBuf::from(output_of(&mut command)?.trim());
        let root = manifest.parent().map(Path::to_path_buf).ok_or_else(|| {
            Failure::new(
                format!("`{}` has no parent folder", manifest.display()),
                "run in a clone of the repository",
            )
        })?;
        Ok(Self { root })
    }

    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Returns cargo, to be run at the root, with [`DATA_VARIABLE`] set where the data lie beside the repository.
    pub(crate) fn cargo(&self) -> Command {
        let mut command = self.command(cargo_program());
        if let Some(folder) = self.data_folder() {
            command.env(DATA_VARIABLE, folder);
        }
        command
    }

    /// Returns any program, to be run at the root.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }

    /// Returns the folder of data sets: what the variable says, else `../shared/data` where that exists.
    ///
    /// Absolute either way, since cargo runs each test in the folder of its own crate.
    pub(crate) fn data_folder(&self) -> Option<PathBuf> {
        if let Some(folder) = std::env::var_os(DATA_VARIABLE) {
            let folder = PathBuf::from(folder);
            return Some(std::path::absolute(&folder).unwrap_or(folder));
        }
        self.root.join("../shared/data").canonicalize().ok().filter(|folder| folder.is_dir())
    }

    /// Returns the folder where cargo builds.
    pub(crate) fn target_folder(&self) -> Result<PathBuf, Failure> {
        let metadata = self.metadata(&["--no-deps"])?;
        metadata["target_directory"].as_str().map(PathBuf::from).ok_or_else(|| {
            Failure::new("cargo metadata names no target directory", "is this cargo older than 1.89?")
        })
    }

    /// Returns `cargo metadata`, format version 1.
    pub(crate) fn metadata(&self, arguments: &[&str]) -> Result<Value, Failure> {
        let text = output_of(self.cargo().args(["metadata", "--format-version", "1"]).args(arguments))?;
        serde_json::from_str(&text).map_err(|error| {
            Failure::new(format!("cargo metadata is not JSON: {error}"), "is cargo installed well?")
        })
    }

    /// Builds by a cargo command and returns the program that it made of the target with this name and kind
    /// (`bin`, `bench`).
    pub(crate) fn build(&self, arguments: &[&str], name: &str, kind: &str) -> Result<PathBuf, Failure> {
        let mut command = self.cargo();
        let messages = output_of(command.args(arguments).arg("--message-format=json-render-diagnostics"))?;
        program_in(&messages, name, kind).ok_or_else(|| {
            let line = format!("`cargo {}` makes no {kind} `{name}`", arguments.join(" "));
            Failure::new(line, "does its Cargo.toml still name the target so?")
        })
    }

    /// Returns every file that git tracks or would track (new and not ignored) and that is UTF-8, in order of path.
    ///
    /// Files that are not UTF-8 (images, Parquet, hostile inputs) and links that lead nowhere are left out:
    /// no law of `tidy` concerns them.
    pub(crate) fn text_files(&self) -> Result<Vec<TextFile>, Failure> {
        let mut command = self.command("git");
        command.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listing = output_of(&mut command)?;
        let mut paths: Vec<&str> = listing.split_terminator('\0').collect();
        paths.sort_unstable();
        paths.dedup();
        Ok(paths
            .into_iter()
            .filter_map(|path| fs::read_to_string(self.path(path)).ok().map(|text| TextFile::new(path, text)))
            .collect())
    }
}

/// Finds the program of a target in cargo's messages. The unit tests of a `bin` are a program too, not this one.
fn program_in(messages: &str, name: &str, kind: &str) -> Option<PathBuf> {
    messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let target = &message["target"];
        let is_kind = target["kind"].as_array().is_some_and(|kinds| kinds.iter().any(|found| found == kind));
        let is_tests = kind == "bin" && message["profile"]["test"] == true;
        let is_wanted = target["name"] == name && is_kind && !is_tests;
        message["executable"].as_str().filter(|_| is_wanted).map(PathBuf::from)
    })
}

/// Runs a command, its output on our own terminal; a failed command names itself.
pub(crate) fn run_visibly(command: &mut Command) -> Result<(), Failure> {
    let line = command_line(command);
    let status = command.status().map_err(|error| cannot_start(&line, &error))?;
    if status.success() {
        Ok(())
    } else {
        Err(Failure::new(format!("`{line}` ended with {status}"), "read its output above"))
    }
}

/// Runs a command and returns what it wrote to stdout; stderr goes to our own.
pub(crate) fn output_of(command: &mut Command) -> Result<String, Failure> {
    let line = command_line(command);
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| cannot_start(&line, &error))?;
    if !output.status.success() {
        return Err(Failure::new(format!("`{line}` ended with {}", output.status), "read its output above"));
    }
    String::from_utf8(output.stdout).map_err(|_| {
        Failure::new(format!("`{line}` wrote text that is not UTF-8"), "rename the files it lists")
    })
}

/// Returns whether a command runs and succeeds, in silence.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Returns a command as a person would type it.
pub(crate) fn command_line(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(|word| {
            let word = word.to_string_lossy();
            if word.is_empty() || word.contains([' ', '"', '$', '*', '>', '<', '|', '&', ';']) {
                format!("'{word}'")
            } else {
                word.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// The cargo that runs us, so that a `+toolchain` holds for the children too.
fn cargo_program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn cannot_start(line: &str, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{line}` does not start: {error}"), "is the program installed and on the PATH?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_line_can_be_typed_again() {
        let mut command = Command::new("/usr/bin/cargo");
        command.args(["test", "--", "a b", ""]);
        assert_eq!(command_line(&command), "cargo test -- 'a b' ''");
    }

    #[test]
    fn program_is_told_from_its_unit_tests() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"name":"equipoise","kind":["lib"]},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"equipoise","kind":["bin"]},"profile":{"test":true},"executable":"deps/t"}
            {"reason":"compiler-artifact","target":{"name":"equipoise","kind":["bin"]},"profile":{"test":false},"executable":"debug/e"}
            {"reason":"build-finished","success":true}
        "#;
        assert_eq!(program_in(messages, "equipoise", "bin"), Some(PathBuf::from("debug/e")));
        assert_eq!(program_in(messages, "audit", "bench"), None);
    }

    #[test]
    fn failed_child_is_named() {
        let failure = run_visibly(Command::new("false").arg("now")).expect_err("`false` fails");
        assert!(failure.to_string().contains("`false now` ended with"), "{failure}");
    }

    #[test]
    fn missing_program_is_named() {
        let failure = run_visibly(&mut Command::new("no-such-program-anywhere")).expect_err("there is none");
        assert!(failure.to_string().contains("`no-such-program-anywhere` does not start"), "{failure}");
    }
}
