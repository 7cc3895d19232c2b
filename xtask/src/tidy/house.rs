//! The rules of the house that a program can see: names, lengths, docs, markers, `unsafe`, machine paths.

use super::{
    Finding,
    rust_text::{self, Kind},
};
use crate::workspace::TextFile;

/// Lines from which a source file is asked for its seam.
const LINES_MAX: usize = 800;

/// Files that may be longer: one table or one algorithm each, with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Names that say nothing of what is inside.
const EMPTY_NAMES: &[&str] = &["utils", "util", "common", "misc", "types", "helpers"];

/// Checks all of it.
pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        findings.extend(empty_name(file));
        findings.extend(marker(file));
        findings.extend(machine_path(file));
        findings.extend(registry(file));
        if file.is_rust() {
            findings.extend(unfinished(file));
            findings.extend(unexplained_unsafe(file));
            findings.extend(missing_module_doc(file));
        }
        if file.is_python() {
            findings.extend(missing_docstring(file));
        }
    }
    findings.extend(long_files(files, LONG_FILES));
    findings.extend(missing_changelog(files));
    findings
}

fn empty_name(file: &TextFile) -> Option<Finding> {
    let stem =
        |part: &str| part.rsplit_once('.').map_or(part, |(stem, _)| stem).trim_start_matches('_').to_owned();
    let is_empty = |part: &str| EMPTY_NAMES.contains(&stem(part).as_str());
    let part = file.path.split('/').find(|part| is_empty(part))?;
    let what = format!("the name `{part}` says nothing");
    Some(Finding::of(&file.path, what, "name the file by its idea, or move each part to where it belongs"))
}

/// Finds words that promise work for later. The words are put together here, so that this file passes.
fn marker(file: &TextFile) -> Vec<Finding> {
    let markers = [concat!("TO", "DO"), concat!("FIX", "ME")];
    lines_with(file, |line| words(line).find(|word| markers.contains(word)))
        .map(|(line, word)| {
            Finding::at(file, line, format!("`{word}`"), "do it, or file an issue and leave the word out")
        })
        .collect()
}

fn unfinished(file: &TextFile) -> Vec<Finding> {
    let code = rust_text::code_of(&file.text);
    rust_text::paths(&rust_text::tokens(&code))
        .into_iter()
        .filter(|path| {
            matches!(path.segments.last().map(String::as_str), Some("todo!" | "unimplemented!" | "dbg!"))
        })
        .map(|path| {
            Finding::at(file, path.line, format!("`{}`", path.text()), "finish it before it is committed")
        })
        .collect()
}

/// Finds absolute paths of somebody's machine.
fn machine_path(file: &TextFile) -> Vec<Finding> {
    let folders =
        [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/Us", "ers/")];
    lines_with(file, |line| folders.into_iter().find(|folder| has_absolute(line, folder)))
        .map(|(line, folder)| {
            let remedy = "name it by an environment variable or relative to the repository";
            Finding::at(file, line, format!("a path below `{folder}`, which is one machine's own"), remedy)
        })
        .collect()
}

/// Returns whether the folder occurs at the start of a path, not inside a longer path or a web address.
fn has_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        !line[..at].chars().next_back().is_some_and(|c| c.is_alphanumeric() || "._-~/}".contains(c))
    })
}

/// Finds package sources other than the public ones.
fn registry(file: &TextFile) -> Vec<Finding> {
    let is_settings = [".toml", ".lock", ".cfg", ".ini", ".conf", ".yml", ".yaml"];
    if !is_settings.iter().any(|ending| file.path.ends_with(ending)) {
        return Vec::new();
    }
    let settings = ["index-url", "replace-with", "[registries", "[source.", "artifactory"];
    let public = "\"registry+https://github.com/rust-lang/crates.io-index\"";
    let is_foreign_source = |line: &str| {
        file.path.ends_with("Cargo.lock") && line.starts_with("source = ") && !line.ends_with(public)
    };
    lines_with(file, |line| {
        let setting = settings.into_iter().find(|setting| line.contains(setting));
        setting.or(is_foreign_source(line).then_some("source"))
    })
    .map(|(line, setting)| {
        let what = format!("`{setting}` names a package source of its own");
        Finding::at(
            file,
            line,
            what,
            "packages come from the public registry; set a mirror outside the repository",
        )
    })
    .collect()
}

fn unexplained_unsafe(file: &TextFile) -> Vec<Finding> {
    let code = rust_text::code_of(&file.text);
    let lines: Vec<&str> = file.text.lines().collect();
    // A statement may break over some lines between its comment and the word.
    let is_explained = |line: usize| {
        let around = &lines[line.saturating_sub(8)..line.min(lines.len())];
        around.iter().any(|text| text.contains("SAFETY:") || text.contains("# Safety"))
    };
    rust_text::tokens(&code)
        .into_iter()
        .filter(|token| token.kind == Kind::Word("unsafe") && !is_explained(token.line))
        .map(|token| {
            let remedy = "say above it, after `// SAFETY:`, why it holds; or do without";
            Finding::at(file, token.line, "`unsafe` without its reason", remedy)
        })
        .collect()
}

fn missing_module_doc(file: &TextFile) -> Option<Finding> {
    let is_source = file.path.contains("/src/");
    let first = file.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    (is_source && !first.starts_with("//! ")).then(|| {
        Finding::at(
            file,
            1,
            "the file does not say what it holds",
            "begin with a `//! ` line that names its one idea",
        )
    })
}

/// A Python file begins with a docstring; the linter says so too, but this law also knows what it is for.
fn missing_docstring(file: &TextFile) -> Option<Finding> {
    let first = file.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("");
    let is_doc = first.starts_with("\"\"\"") && first.len() > 3;
    (!is_doc).then(|| {
        let remedy = "begin with a docstring whose first line names its one idea";
        Finding::at(file, 1, "the file does not say what it holds", remedy)
    })
}

fn long_files(files: &[TextFile], allowed: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| file.is_rust() || file.is_python()) {
        let lines = file.text.lines().count();
        if lines > LINES_MAX && !allowed.iter().any(|(path, _)| *path == file.path) {
            let what = format!("{lines} lines, more than {LINES_MAX}");
            let remedy =
                "find the seam; one table or one algorithm may be entered in `LONG_FILES` with its reason";
            findings.push(Finding::of(&file.path, what, remedy));
        }
    }
    for (path, _) in allowed {
        let is_long = |file: &TextFile| file.path == *path && file.text.lines().count() > LINES_MAX;
        if !files.iter().any(is_long) {
            findings.push(Finding::of(*path, "it is in `LONG_FILES`, but is not long", "remove the entry"));
        }
    }
    findings
}

fn missing_changelog(files: &[TextFile]) -> Option<Finding> {
    let exists =
        files.iter().any(|file| file.path == "CHANGELOG.md" && file.text.contains("\n## [Unreleased]"));
    (!exists).then(|| {
        let remedy = "write what the next release changes for its users, by Keep a Changelog";
        Finding::of("CHANGELOG.md", "it has no section `## [Unreleased]`", remedy)
    })
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|c: char| c != '_' && !c.is_alphanumeric())
}

/// Returns the lines (from 1) in which something is found, with what was found.
fn lines_with<'a, T>(
    file: &'a TextFile,
    find: impl Fn(&'a str) -> Option<T>,
) -> impl Iterator<Item = (usize, T)> {
    file.text.lines().enumerate().filter_map(move |(at, line)| find(line).map(|found| (at + 1, found)))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::facts, *};

    fn file(path: &str, text: impl Into<String>) -> TextFile {
        TextFile::new(path, text)
    }

    #[test]
    fn empty_names_are_found() {
        for path in ["crates/a/src/utils.rs", "crates/a/src/common/mod.rs", "crates/a/src/x/types.rs"] {
            assert!(empty_name(&file(path, "")).is_some(), "{path}");
        }
        for path in ["crates/a/src/utility.rs", "docs/common-questions.md", "crates/a/src/datatypes.rs"] {
            assert_eq!(empty_name(&file(path, "")), None, "{path}");
        }
    }

    #[test]
    fn markers_are_found() {
        let text = format!("fine\n// {}{}: later\n{}{}(x)\nTODOS are fine", "TO", "DO", "FIX", "ME");
        let found: Vec<String> =
            marker(&file("a.rs", text)).into_iter().map(|finding| finding.place).collect();
        assert_eq!(found, ["a.rs:2", "a.rs:3"]);
    }

    #[test]
    fn unfinished_code_is_found() {
        let text = "fn f() { todo!() }\nfn g() { std::unimplemented!(\"x\") }\n// dbg!\nfn h() { dbg!(1); }";
        let found = facts(&unfinished(&file("a.rs", text)));
        assert_eq!(found, ["a.rs:1: `todo!`", "a.rs:2: `std::unimplemented!`", "a.rs:4: `dbg!`"]);
    }

    #[test]
    fn machine_paths_are_found() {
        let text =
            format!("a\nread(\"{}ot/x\")\nEQUIPOISE_DATA={}rk/data\n({}me/ann/x)", "/ro", "/wo", "/ho");
        let found: Vec<String> =
            machine_path(&file("a.md", text)).into_iter().map(|finding| finding.place).collect();
        assert_eq!(found, ["a.md:2", "a.md:3", "a.md:4"]);
    }

    #[test]
    fn web_addresses_and_relative_paths_are_no_machine_paths() {
        let text = format!("https://a.org{0}rk/b ../net{0}rk/x my{0}rk/x ~{0}rk/y $HOME{0}rk/z", "/wo");
        assert_eq!(machine_path(&file("a.md", text)), []);
    }

    #[test]
    fn other_registries_are_found() {
        let text = format!("[source.crates-io]\n{}with = \"mirror\"\nname = \"a\"", "replace-");
        assert_eq!(registry(&file(".cargo/config.toml", text)).len(), 2);
        let text = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nsource = \"git+https://a.org/b#1\"";
        let found = facts(&registry(&file("Cargo.lock", text)));
        assert_eq!(found, ["Cargo.lock:2: `source` names a package source of its own"]);
    }

    #[test]
    fn unexplained_unsafe_is_found() {
        let bare = "fn f() {\n    unsafe { g() }\n}";
        assert_eq!(facts(&unexplained_unsafe(&file("a.rs", bare))), ["a.rs:2: `unsafe` without its reason"]);
        let explained = "fn f() {\n    // SAFETY: g has no precondition.\n    unsafe { g() }\n}";
        assert_eq!(unexplained_unsafe(&file("a.rs", explained)), []);
        let only_words = "// unsafe\nfn f() { \"unsafe\" }\n#![deny(unsafe_code)]";
        assert_eq!(unexplained_unsafe(&file("a.rs", only_words)), []);
    }

    #[test]
    fn file_without_module_doc_is_found() {
        let path = "crates/a/src/b.rs";
        assert!(missing_module_doc(&file(path, "use std::fmt;\n//! Late.")).is_some());
        assert!(missing_module_doc(&file(path, "")).is_some());
        assert_eq!(missing_module_doc(&file(path, "\n//! What it holds.\n")), None);
        assert_eq!(missing_module_doc(&file("crates/a/tests/it/b.rs", "use std::fmt;")), None);
    }

    #[test]
    fn python_file_without_docstring_is_found() {
        assert!(missing_docstring(&file("python/a.py", "import os\n\"\"\"Late.\"\"\"")).is_some());
        assert_eq!(missing_docstring(&file("python/a.py", "\"\"\"What it holds.\"\"\"\n")), None);
        assert!(empty_name(&file("python/_utils.py", "")).is_some());
    }

    #[test]
    fn long_file_is_found_unless_entered() {
        let long = file("a.rs", "x\n".repeat(LINES_MAX + 1));
        assert_eq!(facts(&long_files(std::slice::from_ref(&long), &[])), ["a.rs: 801 lines, more than 800"]);
        assert_eq!(long_files(std::slice::from_ref(&long), &[("a.rs", "one table")]), []);
        let short = file("a.rs", "x\n".repeat(LINES_MAX));
        assert_eq!(long_files(std::slice::from_ref(&short), &[]), []);
        assert_eq!(long_files(&[short], &[("a.rs", "one table")]).len(), 1);
    }

    #[test]
    fn missing_changelog_is_found() {
        assert!(missing_changelog(&[]).is_some());
        assert!(missing_changelog(&[file("CHANGELOG.md", "# Changelog\n")]).is_some());
        assert_eq!(missing_changelog(&[file("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n")]), None);
    }
}
