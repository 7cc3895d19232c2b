//! Licences, banned crates, sources and advisories, by cargo-deny; and the tools that the test needs.
//!
//! The policy stands in `deny.toml`. What the machine lacks is installed: cargo-deny into `tools/` of the target
//! folder (once; about two minutes of two processors), components of the toolchain by rustup.

use std::{ffi::OsString, process::Command};

use crate::{
    failure::Failure,
    workspace::{self, Workspace},
};

/// The version that reads our `deny.toml`; another minor version may read it differently.
const DENY_VERSION: &str = "0.20.2";
const DENY_VERSION_ACCEPTED: &str = "cargo-deny 0.20.";

/// Checks licences, bans and sources always, advisories where their database can be fetched.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Failure> {
    let deny = match find_deny(workspace)? {
        Some(deny) => deny,
        None => install_deny(workspace)?,
    };
    let check = ["check", "--hide-inclusion-graph", "licenses", "bans", "sources"];
    workspace::run_visibly(workspace.command(&deny).args(check))?;
    if let Some(reason) = unreachable_database(workspace.command(&deny).args(["fetch", "db"])) {
        println!("skipped: security advisories, whose database cannot be fetched here ({reason})");
        return Ok(());
    }
    workspace::run_visibly(workspace.command(&deny).args(["check", "--hide-inclusion-graph", "advisories"]))
}

/// Adds a component of the toolchain where `cargo <subcommand>` does not answer.
pub(crate) fn ensure_component(
    workspace: &Workspace,
    subcommand: &str,
    component: &str,
) -> Result<(), Failure> {
    if workspace::succeeds(workspace.cargo().args([subcommand, "--version"])) {
        return Ok(());
    }
    println!("installing the toolchain component {component}");
    workspace::run_visibly(workspace.command("rustup").args(["component", "add", component]))
}

/// Returns the cargo-deny on the PATH or among our own tools, if it is of the right version.
fn find_deny(workspace: &Workspace) -> Result<Option<OsString>, Failure> {
    let ours = workspace.target_folder()?.join("tools/bin/cargo-deny").into_os_string();
    Ok([OsString::from("cargo-deny"), ours].into_iter().find(|program| {
        Command::new(program).arg("--version").output().is_ok_and(|output| {
            output.status.success()
                && String::from_utf8_lossy(&output.stdout).starts_with(DENY_VERSION_ACCEPTED)
        })
    }))
}

fn install_deny(workspace: &Workspace) -> Result<OsString, Failure> {
    println!("installing cargo-deny {DENY_VERSION} (once; some minutes)");
    let tools = workspace.target_folder()?.join("tools");
    let mut install = workspace.cargo();
    install.args(["install", "cargo-deny", "--locked", "--quiet", "--version", DENY_VERSION, "--root"]);
    workspace::run_visibly(install.arg(&tools))?;
    Ok(tools.join("bin/cargo-deny").into_os_string())
}

/// Returns why the database of advisories cannot be fetched, or `None` when it was.
fn unreachable_database(fetch: &mut Command) -> Option<String> {
    match fetch.output() {
        Err(error) => Some(error.to_string()),
        Ok(output) if output.status.success() => None,
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr);
            let reason = said.lines().find(|line| line.starts_with("fatal:")).or(said.lines().last());
            Some(reason.unwrap_or("it gives no reason").to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Checks the policy against this workspace's own metadata with a fault planted in it, and expects the fault
    /// to be named. Where cargo-deny is absent (it is installed by the step before the tests), says so.
    #[track_caller]
    fn check_rejects(plant: impl FnOnce(&mut Value), check: &str, expected: &str) {
        let workspace = Workspace::locate().expect("the tests run inside the workspace");
        let Some(deny) = find_deny(&workspace).expect("cargo answers") else {
            println!("skipped: cargo-deny is not installed; `cargo xtask test --only licences` installs it");
            return;
        };
        let mut metadata = workspace.metadata(&["--all-features"]).expect("cargo answers");
        plant(&mut metadata);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("metadata.json");
        std::fs::write(&file, metadata.to_string()).expect("the temporary folder can be written");
        let mut command = workspace.command(&deny);
        command.arg("--metadata-path").arg(&file).args(["check", "--hide-inclusion-graph", check]);
        let output = command.output().expect("cargo-deny starts");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "the planted fault was not seen:\n{said}");
        assert!(said.contains(expected), "`{expected}` is not in:\n{said}");
    }

    fn package<'a>(metadata: &'a mut Value, name: &str) -> &'a mut Value {
        let packages = metadata["packages"].as_array_mut().expect("metadata lists packages");
        packages.iter_mut().find(|package| package["name"] == name).expect("the workspace uses this package")
    }

    #[test]
    fn copyleft_licence_is_rejected() {
        check_rejects(
            |metadata| package(metadata, "memchr")["license"] = "GPL-3.0-only".into(),
            "licenses",
            "GPL-3.0-only",
        );
    }

    #[test]
    fn missing_licence_is_rejected() {
        let plant = |metadata: &mut Value| {
            let package = package(metadata, "equipoise-table");
            package["license"] = Value::Null;
            package["manifest_path"] = "/nowhere/Cargo.toml".into();
        };
        check_rejects(plant, "licenses", "equipoise-table");
    }

    /// Gives a package another id, wherever it is mentioned.
    fn give_id(metadata: &mut Value, name: &str, id: &str) {
        let old = package(metadata, name)["id"].as_str().expect("an id is text").to_owned();
        let text = metadata.to_string().replace(&format!("\"{old}\""), &format!("\"{id}\""));
        *metadata = serde_json::from_str(&text).expect("an id replaced by an id is still JSON");
    }

    #[test]
    fn git_source_is_rejected() {
        let plant = |metadata: &mut Value| {
            let git =
                "git+https://github.com/someone/memchr?rev=0123456#0123456789012345678901234567890123456789";
            give_id(metadata, "memchr", &format!("{git}#memchr@2.0.0"));
            package(metadata, "memchr")["source"] = git.into();
        };
        check_rejects(plant, "sources", "memchr");
    }

    #[test]
    fn second_arrow_is_rejected() {
        let plant = |metadata: &mut Value| {
            let id = "registry+https://github.com/rust-lang/crates.io-index#arrow-array@1.1.2";
            give_id(metadata, "snap", id);
            package(metadata, "snap")["name"] = "arrow-array".into();
        };
        check_rejects(plant, "bans", "arrow-array");
    }

    #[test]
    fn banned_crate_is_rejected() {
        let plant = |metadata: &mut Value| package(metadata, "snap")["name"] = "openssl-sys".into();
        check_rejects(plant, "bans", "openssl-sys");
    }
}
