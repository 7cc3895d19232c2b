//! The Python package: its virtual environment, its extension, its checks, and its wheel.
//!
//! Everything lies in `python/` of the target folder, so that nothing of the machine's own Python is touched. The
//! environment is made once for a Python and a requirements file. The extension is the one that cargo builds beside
//! the other crates, copied into the package; that maturin makes a wheel of it is a test of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    failure::Failure,
    workspace::{self, DATA_VARIABLE, Workspace},
};

/// The environment variable that names the Python to test with.
const PYTHON_VARIABLE: &str = "EQUIPOISE_PYTHON";

/// The environment variable that tells the tests where the command is.
const COMMAND_VARIABLE: &str = "EQUIPOISE_COMMAND";

/// The names under which a Python may be on the PATH, the most usual first.
const PYTHON_NAMES: &[&str] =
    &["python3", "python", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10"];

/// The lowest version that the package runs on, as `requires-python` in `pyproject.toml` says.
const PYTHON_LOWEST: (u32, u32) = (3, 10);

/// What the tests need, pinned.
const REQUIREMENTS: &str = "python/tests/requirements.txt";

/// The checks of the package, in order: what fails fast first. Each is a module that the environment's Python runs.
const CHECKS: &[&[&str]] = &[
    &["ruff", "check", "python", "examples"],
    &["ruff", "format", "--check", "python", "examples"],
    &["mypy"],
    &["mypy.stubtest", "equipoise._equipoise"],
    &["pytest"],
];

/// What the installed wheel must be able to do, without any package that is not its own dependency.
const WHEEL_PROGRAM: &str = "\
import sys, equipoise
from importlib.resources import files
report = equipoise.audit([1, 0, 1, 0], [1, 0, 0, 0], sensitive_features=['a', 'a', 'b', 'b'])
assert report.to_json().startswith('{'), report
assert files('equipoise').joinpath('py.typed').is_file()
assert files('equipoise').joinpath('_equipoise.pyi').is_file()
heavy = {'pandas', 'polars', 'pyarrow', 'sklearn', 'scipy', 'matplotlib'} & set(sys.modules)
assert not heavy, heavy
print('equipoise', equipoise.__version__, 'is installed and audits')
";

/// How the extension is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// As the tests are.
    Dev,
    /// As users have it.
    Release,
}

/// Builds the extension and runs every check of the package.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let python = environment(workspace)?;
    install_extension(workspace, Profile::Dev)?;
    for check in CHECKS {
        workspace::run_visibly(in_package(workspace, &python).arg("-m").args(*check))?;
    }
    Ok(())
}

/// Installs the package as its users do, into an environment that has nothing else, and runs it there.
///
/// The profile is that of the tests, so that what they compiled is used again.
pub(crate) fn check_wheel(workspace: &Workspace) -> Result<(), Failure> {
    let folder = python_folder(workspace)?.join("wheel");
    let python = new_environment(workspace, &folder, &find_python(workspace)?)?;
    let build = ["--config-settings", "build-args=--profile dev"];
    workspace::run_visibly(pip_install(workspace, &python).args(build).arg("."))?;
    // From another folder and without the caller's variables: the package of the source tree must not be found.
    let mut program = workspace.command(&python);
    workspace::run_visibly(program.args(["-I", "-c", WHEEL_PROGRAM]).current_dir(&folder))
}

/// Returns the Python of the environment of tests, made where it is missing or stale.
pub(crate) fn environment(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let base = find_python(workspace)?;
    let requirements = fs::read_to_string(workspace.path(REQUIREMENTS)).map_err(|error| {
        Failure::new(format!("`{REQUIREMENTS}` cannot be read: {error}"), "restore it from the repository")
    })?;
    let identity = workspace::output_of(
        workspace.command(&base).args(["-c", "import sys; print(sys.version); print(sys.base_prefix)"]),
    )?;
    let folder = python_folder(workspace)?.join("tests");
    let stamp = folder.join("equipoise-stamp.txt");
    let wanted = format!("{identity}\n{requirements}");
    if fs::read_to_string(&stamp).is_ok_and(|found| found == wanted) {
        return Ok(python_in(&folder));
    }
    println!("making the environment of the tests, with {} (once; a minute)", base.display());
    let python = new_environment(workspace, &folder, &base)?;
    workspace::run_visibly(pip_install(workspace, &python).args(["--requirement", REQUIREMENTS]))?;
    write(&stamp, wanted.as_bytes())?;
    Ok(python)
}

/// Makes an empty virtual environment, in place of what is there, and returns its Python.
fn new_environment(workspace: &Workspace, folder: &Path, base: &Path) -> Result<PathBuf, Failure> {
    let mut command = workspace.command(base);
    workspace::run_visibly(command.args(["-m", "venv", "--clear"]).arg(folder)).map_err(|failure| {
        failure
            .help("does this Python lack the module `venv`? install it, or name another by EQUIPOISE_PYTHON")
    })?;
    Ok(python_in(folder))
}

fn pip_install(workspace: &Workspace, python: &Path) -> Command {
    let mut command = workspace.command(python);
    command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    command
}

/// Builds the extension and copies it to where the package imports it from.
pub(crate) fn install_extension(workspace: &Workspace, profile: Profile) -> Result<(), Failure> {
    // The command too: pages of the guide hand states over to it.
    let what: &[&str] = match profile {
        // With the tests the dependencies have the features that the other steps built them with.
        Profile::Dev => &["--workspace", "--lib", "--bins", "--tests"],
        Profile::Release => &["--release", "--package", "equipoise-python", "--package", "equipoise-cli"],
    };
    let arguments = ["build", "--message-format=json-render-diagnostics"];
    let messages = workspace::output_of(workspace.cargo().args(arguments).args(what))?;
    let library = library_in(&messages, "_equipoise").ok_or_else(|| {
        Failure::new(
            "`equipoise-python` makes no library `_equipoise`",
            "does its Cargo.toml still name it so?",
        )
    })?;
    let name = if cfg!(windows) { "_equipoise.pyd" } else { "_equipoise.abi3.so" };
    let installed = workspace.path("python/equipoise").join(name);
    let bytes = fs::read(&library).map_err(|error| {
        Failure::new(format!("`{}` cannot be read: {error}", library.display()), "build it again")
    })?;
    // A new file under the old name: a running interpreter keeps the one that it mapped.
    if let Err(error) = fs::remove_file(&installed)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        let what = format!("`{}` cannot be replaced: {error}", installed.display());
        return Err(Failure::new(what, "end the program that uses it"));
    }
    write(&installed, &bytes)
}

/// Returns the environment's Python, to be run at the root with the package of the source tree importable.
pub(crate) fn in_package(workspace: &Workspace, python: &Path) -> Command {
    let mut command = workspace.command(python);
    let package = workspace.path("python");
    command.env("PYTHONPATH", &package).env("MYPYPATH", package);
    if let Some(folder) = workspace.data_folder() {
        command.env(DATA_VARIABLE, folder);
    }
    let program = format!("debug/equipoise{}", std::env::consts::EXE_SUFFIX);
    if let Ok(program) = workspace.target_folder().map(|folder| folder.join(program)) {
        command.env(COMMAND_VARIABLE, program);
    }
    command
}

/// Returns the first Python that is new enough: the one that the variable names, else one on the PATH.
fn find_python(workspace: &Workspace) -> Result<PathBuf, Failure> {
    let named = std::env::var_os(PYTHON_VARIABLE).map(PathBuf::from);
    let candidates = match &named {
        Some(path) => vec![path.clone()],
        None => PYTHON_NAMES.iter().map(PathBuf::from).collect(),
    };
    let is_new_enough = |python: &PathBuf| {
        let (major, minor) = PYTHON_LOWEST;
        let program = format!("import sys; sys.exit(sys.version_info < ({major}, {minor}))");
        workspace::succeeds(workspace.command(python).args(["-c", &program]))
    };
    candidates.into_iter().find(is_new_enough).ok_or_else(|| {
        let (major, minor) = PYTHON_LOWEST;
        let what = match named {
            Some(path) => format!("`{}` is no Python {major}.{minor} or newer", path.display()),
            None => format!("no Python {major}.{minor} or newer is on the PATH"),
        };
        Failure::new(what, format!("install one, or name it: {PYTHON_VARIABLE}=… cargo xtask test"))
    })
}

fn python_folder(workspace: &Workspace) -> Result<PathBuf, Failure> {
    Ok(workspace.target_folder()?.join("python"))
}

fn python_in(environment: &Path) -> PathBuf {
    environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| {
        Failure::new(format!("`{}` cannot be written: {error}", path.display()), "is the folder writable?")
    })
}

/// Finds the library of a target in cargo's messages.
fn library_in(messages: &str, name: &str) -> Option<PathBuf> {
    messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let is_wanted = message["reason"] == "compiler-artifact" && message["target"]["name"] == name;
        let files = message["filenames"].as_array().filter(|_| is_wanted)?;
        // Windows lists an import library beside it.
        let is_library = |path: &str| [".so", ".dylib", ".dll"].iter().any(|ending| path.ends_with(ending));
        files.iter().filter_map(Value::as_str).find(|path| is_library(path)).map(PathBuf::from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn library_is_told_from_its_import_library() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"name":"equipoise"},"filenames":["d/libequipoise.rlib"]}
            {"reason":"compiler-artifact","target":{"name":"_equipoise"},"filenames":["d/_equipoise.dll.lib","d/_equipoise.dll"]}
            {"reason":"build-finished","success":true}
        "#;
        assert_eq!(library_in(messages, "_equipoise"), Some(PathBuf::from("d/_equipoise.dll")));
        assert_eq!(library_in(messages, "equipoise"), None);
    }

    #[test]
    fn every_requirement_is_pinned() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
        let text = fs::read_to_string(root.join(REQUIREMENTS)).expect("it is a file of the repository");
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            assert!(line.contains("=="), "{line}");
        }
    }

    #[test]
    fn lowest_python_is_that_of_the_package() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace");
        let text = fs::read_to_string(root.join("pyproject.toml")).expect("it is a file of the repository");
        let (major, minor) = PYTHON_LOWEST;
        assert!(text.contains(&format!("requires-python = \">={major}.{minor}\"")));
    }
}
