//! `cargo xtask generate`: files made from the code, so that they cannot disagree with it.
//!
//! Each file is what the command prints for `equipoise generate <what>`, a hidden subcommand. `cargo xtask test`
//! runs the same with `--check`, and fails where a file is stale.

use std::fs;

use crate::{
    failure::Failure,
    workspace::{self, Workspace},
};

/// A generated file: where it lies, and the arguments that make the command print it.
struct Page {
    path: &'static str,
    arguments: &'static [&'static str],
}

/// Every generated file.
///
/// A row reads `Page { path: "docs/cli.md", arguments: &["generate", "cli"] }`.
const PAGES: &[Page] = &[
    Page { path: "docs/cli.md", arguments: &["generate", "cli"] },
    Page { path: "docs/metrics.md", arguments: &["generate", "metrics"] },
    Page { path: "docs/notions.md", arguments: &["generate", "notions"] },
    Page { path: "docs/methods.md", arguments: &["generate", "methods"] },
    Page { path: "crates/equipoise/src/methods/table.md", arguments: &["generate", "methods-table"] },
    Page { path: "docs/datasets.md", arguments: &["generate", "datasets"] },
    Page { path: "docs/formats/report.schema.json", arguments: &["generate", "schema"] },
    Page { path: "docs/formats/explain.schema.json", arguments: &["generate", "explain-schema"] },
];

/// How to build the command when nothing else is to be built.
pub(crate) const BUILD_COMMAND: &[&str] = &["build", "--package", "equipoise-cli", "--bin", "equipoise"];

/// Whether files are written or compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Write,
    Check,
}

impl Mode {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, Failure> {
        match arguments {
            [] => Ok(Self::Write),
            [check] if check == "--check" => Ok(Self::Check),
            [first, rest @ ..] => Err(Failure::unexpected_argument(rest.first().unwrap_or(first))),
        }
    }
}

/// Builds the command by `build`, a cargo command, and makes every generated file with it.
pub(crate) fn run(workspace: &Workspace, mode: Mode, build: &[&str]) -> Result<(), Failure> {
    let program = workspace.build(build, "equipoise", "bin")?;
    refresh(workspace, mode, PAGES, |page| {
        workspace::output_of(workspace.command(&program).args(page.arguments))
    })
}

/// What is known of one file.
#[derive(Debug, PartialEq, Eq)]
enum State {
    Fresh,
    Missing,
    /// The first line that differs, from 1.
    Stale(usize),
}

fn state(existing: Option<&str>, fresh: &str) -> State {
    match existing {
        None => State::Missing,
        Some(existing) if existing == fresh => State::Fresh,
        Some(existing) => {
            let same = existing.lines().zip(fresh.lines()).take_while(|(a, b)| a == b).count();
            State::Stale(same + 1)
        }
    }
}

fn refresh(
    workspace: &Workspace,
    mode: Mode,
    pages: &[Page],
    print: impl Fn(&Page) -> Result<String, Failure>,
) -> Result<(), Failure> {
    let mut stale = Vec::new();
    for page in pages {
        let fresh = print(page)?;
        let existing = fs::read_to_string(workspace.path(page.path)).ok();
        let word = match state(existing.as_deref(), &fresh) {
            State::Fresh => {
                println!("fresh    {}", page.path);
                continue;
            }
            State::Missing => "missing".to_owned(),
            State::Stale(line) => format!("differs from line {line} on"),
        };
        match mode {
            Mode::Check => {
                println!("STALE    {}: {word}", page.path);
                stale.push(page.path);
            }
            Mode::Write => {
                write(workspace, page.path, &fresh)?;
                println!("written  {}", page.path);
            }
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    let what = format!("stale: {}", stale.join(", "));
    Err(Failure::new(what, "run `cargo xtask generate`, read the difference and commit it"))
}

fn write(workspace: &Workspace, path: &str, text: &str) -> Result<(), Failure> {
    let file = workspace.path(path);
    let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
    folder.and_then(|()| fs::write(&file, text)).map_err(|error| {
        Failure::new(
            format!("`{path}` cannot be written: {error}"),
            "is the folder yours, and the disk not full?",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &[Page] = &[
        Page { path: "docs/a.md", arguments: &["generate", "a"] },
        Page { path: "docs/deep/b.json", arguments: &["generate", "b"] },
    ];

    fn print(page: &Page) -> Result<String, Failure> {
        Ok(format!("from {}\n", page.arguments.join(" ")))
    }

    #[test]
    fn written_files_are_fresh() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = Workspace::at(folder.path());
        assert_eq!(refresh(&workspace, Mode::Write, TWO, print), Ok(()));
        let text = fs::read_to_string(folder.path().join("docs/deep/b.json")).expect("it was written");
        assert_eq!(text, "from generate b\n");
        assert_eq!(refresh(&workspace, Mode::Check, TWO, print), Ok(()));
    }

    #[test]
    fn stale_and_missing_files_are_named_and_left_alone() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = Workspace::at(folder.path());
        write(&workspace, "docs/a.md", "old\n").expect("the temporary folder can be written");
        let failure = refresh(&workspace, Mode::Check, TWO, print).expect_err("both are stale");
        assert!(failure.to_string().starts_with("error: stale: docs/a.md, docs/deep/b.json\n"), "{failure}");
        assert_eq!(fs::read_to_string(folder.path().join("docs/a.md")).expect("it is there"), "old\n");
        assert!(!folder.path().join("docs/deep").exists());
    }

    #[test]
    fn failed_command_is_passed_on() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let broken = |_: &Page| Err(Failure::new("no such page", "ask for another"));
        let result = refresh(&Workspace::at(folder.path()), Mode::Write, TWO, broken);
        assert_eq!(result, Err(Failure::new("no such page", "ask for another")));
    }

    #[test]
    fn first_difference_is_told_by_its_line() {
        assert_eq!(state(None, "a\n"), State::Missing);
        assert_eq!(state(Some("a\nb\n"), "a\nb\n"), State::Fresh);
        assert_eq!(state(Some("a\nb\n"), "a\nc\n"), State::Stale(2));
        assert_eq!(state(Some("a\n"), "a\nb\n"), State::Stale(2));
    }

    #[test]
    fn only_check_is_an_option() {
        assert_eq!(Mode::parse(&[]), Ok(Mode::Write));
        assert_eq!(Mode::parse(&["--check".into()]), Ok(Mode::Check));
        assert!(Mode::parse(&["--chek".into()]).is_err());
        assert!(Mode::parse(&["--check".into(), "docs".into()]).is_err());
    }
}
