//! Which module of the library may use which.
//!
//! Cargo forbids cycles between crates, not between modules; this table does. Tests at the foot of a file are not
//! held to it: nothing can depend on them.

use super::{
    Finding,
    rust_text::{self, UsedPath},
};
use crate::workspace::TextFile;

/// The folder of the library's source.
pub(super) const LIBRARY: &str = "crates/equipoise/src/";

/// The allowed edges between the library's top modules, in reading order: a row may use rows above it only.
const MODULES: &[(&str, &[&str])] = &[
    ("notion", &[]),
    ("groups", &[]),
    ("sample", &["groups"]),
    ("stats", &["groups", "sample"]),
    ("inference", &["stats"]),
    ("metrics", &["notion", "groups", "stats", "inference"]),
    ("verdict", &["notion", "groups", "stats", "inference", "metrics"]),
    ("audit", &["notion", "groups", "sample", "stats", "inference", "metrics", "verdict"]),
    ("solvers", &["inference"]),
    ("kernels", &["inference", "solvers"]),
    ("methods", &["notion", "groups", "sample", "stats", "inference", "solvers", "kernels"]),
];

const TABLE: &str = "`MODULES` in xtask/src/tidy/modules.rs";

/// Checks every path that leads from one top module to another, and that table and folder agree.
pub(super) fn check(files: &[TextFile]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = Vec::new();
    for file in files.iter().filter(|file| file.is_rust()) {
        let Some(module) = file.path.strip_prefix(LIBRARY).map(module_of) else { continue };
        let Some(top) = module.first().copied() else { continue };
        seen.push(top);
        match MODULES.iter().find(|(name, _)| *name == top) {
            Some((_, may_use)) => findings.extend(check_file(file, &module, may_use)),
            None => {
                let what = format!("the module `{top}` has no row in the table of modules");
                findings.push(Finding::of(&file.path, what, format!("add it to {TABLE}")));
            }
        }
    }
    for (name, _) in MODULES.iter().filter(|(name, _)| !seen.contains(name)) {
        let what = format!("the table of modules has a row `{name}`, which is no module");
        findings.push(Finding::of(LIBRARY, what, format!("remove it from {TABLE}")));
    }
    findings
}

fn check_file(file: &TextFile, module: &[&str], may_use: &[&str]) -> Vec<Finding> {
    let code = rust_text::code_of(&file.text);
    let tokens = rust_text::without_tests(&rust_text::tokens(&code));
    let mut findings = Vec::new();
    for path in rust_text::paths(&tokens) {
        let Some(used) = top_module_used(&path, module.len()) else { continue };
        if used == module[0] || may_use.contains(&used) {
            continue;
        }
        if MODULES.iter().any(|(name, _)| *name == used) {
            let what = format!(
                "`{}` uses `{used}` (`{}`), an edge the table of modules does not have",
                module[0],
                path.text()
            );
            let remedy = "modules point one way: move the code down, or pass the value in from above";
            findings.push(Finding::at(file, path.line, what, remedy));
        } else {
            let what = format!("`{}` does not name the top module it uses", path.text());
            findings.push(Finding::at(
                file,
                path.line,
                what,
                "write `crate::module::Name`, so that the layer shows",
            ));
        }
    }
    findings
}

/// Returns the module path of a file of the library: `stats/view.rs` is `[stats, view]`, `lib.rs` is `[]`.
fn module_of(file: &str) -> Vec<&str> {
    let path = file.strip_suffix(".rs").unwrap_or(file);
    let mut module: Vec<&str> = path.split('/').collect();
    if matches!(module.last(), Some(&("mod" | "lib"))) {
        module.pop();
    }
    module
}

/// Returns what follows the crate's root in a path, for a file at this depth; `None` where the path stays below.
fn top_module_used(path: &UsedPath, depth: usize) -> Option<&str> {
    let first = path.segments.first()?;
    let ups = path.segments.iter().take_while(|segment| *segment == "super").count();
    let root = match first.as_str() {
        "crate" => 1,
        "super" if ups == depth + path.inline_depth => ups,
        _ => return None,
    };
    path.segments.get(root).map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::{super::tests::facts, *};

    /// Checks one file of the library beside empty files for the other modules.
    fn check_one(path: &str, text: &str) -> Vec<String> {
        let mut files = vec![TextFile::new(format!("{LIBRARY}{path}"), text)];
        files.extend(MODULES.iter().map(|(name, _)| TextFile::new(format!("{LIBRARY}{name}/mod.rs"), "")));
        facts(&check(&files)).into_iter().map(|fact| fact.replace(LIBRARY, "")).collect()
    }

    #[test]
    fn table_of_modules_has_no_cycle() {
        for (position, (name, may_use)) in MODULES.iter().enumerate() {
            for used in *may_use {
                assert!(MODULES[..position].iter().any(|(above, _)| above == used), "{name} → {used}");
            }
        }
    }

    #[test]
    fn downward_paths_pass() {
        let text = "use crate::{groups::Label, stats::view};\nuse super::law;\nfn f() -> super::super::inference::Interval { self::g() }";
        assert_eq!(check_one("metrics/rates.rs", text), [] as [&str; 0]);
    }

    #[test]
    fn upward_paths_are_found() {
        let edge = |line: usize, path: &str| {
            format!(
                "stats/cells.rs:{line}: `stats` uses `audit` (`{path}`), an edge the table of modules does not have"
            )
        };
        let text = "use crate::{groups::Label, audit::Report};\nfn f(x: crate::audit::Layout) {}\nuse super::super::audit::*;\nmod a { use super::super::super::audit; }";
        let expected = [
            edge(1, "crate::audit::Report"),
            edge(2, "crate::audit::Layout"),
            edge(3, "super::super::audit::*"),
            edge(4, "super::super::super::audit"),
        ];
        assert_eq!(check_one("stats/cells.rs", text), expected);
    }

    #[test]
    fn comments_texts_and_tests_do_not_count() {
        let text = "//! See [`crate::audit`].\n/// crate::audit\nfn f() { \"crate::audit\" }\n#[cfg(test)]\nmod tests { use crate::audit; }";
        assert_eq!(check_one("notion/mod.rs", text), [] as [&str; 0]);
    }

    #[test]
    fn path_through_the_root_is_found() {
        let found = check_one("verdict.rs", "use crate::Label;\nuse crate::*;");
        let expected = [
            "verdict.rs:1: `crate::Label` does not name the top module it uses",
            "verdict.rs:2: `crate::*` does not name the top module it uses",
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn unknown_module_is_found() {
        let found = check_one("shapes.rs", "");
        assert_eq!(found, ["shapes.rs: the module `shapes` has no row in the table of modules"]);
    }

    #[test]
    fn stale_row_is_found() {
        let files: Vec<TextFile> = MODULES
            .iter()
            .skip(1)
            .map(|(name, _)| TextFile::new(format!("{LIBRARY}{name}.rs"), ""))
            .collect();
        let what = format!("{LIBRARY}: the table of modules has a row `notion`, which is no module");
        assert_eq!(facts(&check(&files)), [what]);
    }
}
