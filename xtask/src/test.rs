//! `cargo xtask test`: the list of steps that is the whole test.
//!
//! Continuous integration runs this command and nothing more. The order is: what fails fast first, then what
//! compiles. The tests are compiled in a step of their own, so that the timing of `test` is the tests'. A crate is
//! checked once (clippy and the documentation share check artefacts) and compiled once (`build`, `generate` and
//! `test` share test artefacts): no step may set RUSTFLAGS, which would make cargo start over.

use std::{
    io::Write,
    time::{Duration, Instant},
};

use crate::{
    failure::Failure,
    generate, policy, python, tidy,
    workspace::{self, DATA_VARIABLE, Workspace},
};

/// One step: a cargo command, or a function of this program.
struct Step {
    name: &'static str,
    about: &'static str,
    action: Action,
}

enum Action {
    Cargo { arguments: &'static [&'static str], environment: &'static [(&'static str, &'static str)] },
    Own { run: fn(&Workspace) -> Result<(), Failure>, repeat: &'static str },
}

/// What `test` compiles; `generate` uses the same selection, so that it finds the command already built.
const BUILD_TESTS: &[&str] = &["test", "--workspace", "--no-run"];

/// Every step, in order. A new language or tool is a new row.
const STEPS: &[Step] = &[
    Step {
        name: "fmt",
        about: "every Rust file is formatted",
        action: Action::Own {
            run: |workspace| {
                policy::ensure_component(workspace, "fmt", "rustfmt")?;
                workspace::run_visibly(workspace.cargo().args(["fmt", "--all", "--check"]))
            },
            repeat: "cargo fmt --all --check",
        },
    },
    Step {
        name: "tidy",
        about: "the laws of the workspace hold",
        action: Action::Own { run: tidy::run, repeat: "cargo xtask tidy" },
    },
    Step {
        name: "licences",
        about: "licences, banned crates, sources; advisories where reachable",
        action: Action::Own { run: policy::run, repeat: "cargo xtask test --only licences" },
    },
    Step {
        name: "clippy",
        about: "no lint warns",
        action: Action::Own {
            run: |workspace| {
                policy::ensure_component(workspace, "clippy", "clippy")?;
                let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
                workspace::run_visibly(workspace.cargo().args(arguments))
            },
            repeat: "cargo clippy --workspace --all-targets -- -D warnings",
        },
    },
    Step {
        name: "doc",
        about: "the documentation builds without a warning",
        action: Action::Cargo {
            arguments: &["doc", "--workspace", "--no-deps"],
            environment: &[("RUSTDOCFLAGS", "-D warnings")],
        },
    },
    Step {
        name: "build",
        about: "everything that the tests need compiles",
        action: Action::Cargo { arguments: BUILD_TESTS, environment: &[] },
    },
    Step {
        name: "generate",
        about: "the files made from the code are fresh",
        action: Action::Own {
            run: |workspace| generate::run(workspace, generate::Mode::Check, BUILD_TESTS),
            repeat: "cargo xtask generate --check",
        },
    },
    Step {
        name: "test",
        about: "every test and every example in the documentation passes",
        // The same random cases each time, so that a change is judged by what it changed; a plain `cargo test`
        // looks for new ones.
        action: Action::Cargo {
            arguments: &["test", "--workspace", "--no-fail-fast"],
            environment: &[("PROPTEST_RNG_SEED", "1973")],
        },
    },
    Step {
        name: "python",
        about: "the Python package: lints, types, stubs, tests and examples",
        action: Action::Own { run: python::check, repeat: "cargo xtask test --only python" },
    },
    Step {
        name: "wheel",
        about: "`pip install .` makes a package that imports and audits",
        action: Action::Own { run: python::check_wheel, repeat: "cargo xtask test --only wheel" },
    },
];

impl Step {
    fn run(&self, workspace: &Workspace) -> Result<(), Failure> {
        match &self.action {
            Action::Cargo { arguments, environment } => {
                workspace::run_visibly(workspace.cargo().args(*arguments).envs(environment.iter().copied()))
            }
            Action::Own { run, .. } => run(workspace),
        }
    }

    /// Returns the command that repeats the step.
    fn repeat(&self) -> String {
        match &self.action {
            Action::Cargo { arguments, environment } => {
                let variables = environment.iter().map(|(name, value)| format!("{name}='{value}' "));
                format!("{}cargo {}", variables.collect::<String>(), arguments.join(" "))
            }
            Action::Own { repeat, .. } => (*repeat).to_owned(),
        }
    }
}

/// What `cargo xtask test` was asked.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Options {
    only: Vec<String>,
    keep_going: bool,
    list: bool,
}

impl Options {
    pub(crate) fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let mut options = Self::default();
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--keep-going" => options.keep_going = true,
                "--list" => options.list = true,
                "--only" => {
                    let name = rest.next().map_or("", String::as_str);
                    if !STEPS.iter().any(|step| step.name == name) {
                        let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
                        let what = format!("`--only {name}` names no step");
                        return Err(Failure::new(what, format!("the steps are {}", names.join(", "))));
                    }
                    options.only.push(name.to_owned());
                }
                other => return Err(Failure::unexpected_argument(other)),
            }
        }
        Ok(options)
    }

    fn selects(&self, step: &Step) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == step.name)
    }
}

/// How a step went. A step that was not reached has no outcome.
struct Outcome {
    name: &'static str,
    took: Duration,
    failure: Option<Failure>,
    repeat: String,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<(), Failure> {
    let selected: Vec<&Step> = STEPS.iter().filter(|step| options.selects(step)).collect();
    if options.list {
        for step in selected {
            println!("{:<10}{}\n{:10}{}", step.name, step.about, "", step.repeat());
        }
        return Ok(());
    }
    match workspace.data_folder() {
        Some(folder) => println!("{DATA_VARIABLE}={}", folder.display()),
        None => println!("{DATA_VARIABLE} is not set: tests that read data sets say so and are skipped"),
    }
    let mut outcomes = Vec::new();
    for (position, step) in selected.iter().enumerate() {
        println!("\n── {}/{} {}: {}", position + 1, selected.len(), step.name, step.about);
        println!("   {}", step.repeat());
        // The child writes to the same terminal: what we said must stand before what it says.
        let _ = std::io::stdout().flush();
        let start = Instant::now();
        let failure = step.run(workspace).err();
        let outcome = Outcome { name: step.name, took: start.elapsed(), failure, repeat: step.repeat() };
        if let Some(failure) = &outcome.failure {
            println!("{failure}");
        }
        let stop = outcome.failure.is_some() && !options.keep_going;
        outcomes.push(outcome);
        if stop {
            break;
        }
    }
    print!("\n{}", summary(&outcomes, selected.len()));
    verdict(&outcomes)
}

fn summary(outcomes: &[Outcome], selected: usize) -> String {
    let mut lines = String::from("summary\n");
    for outcome in outcomes {
        let word = if outcome.failure.is_some() { "FAILED" } else { "ok" };
        lines += &format!("  {:<10}{word:<8}{:>8.1} s\n", outcome.name, outcome.took.as_secs_f64());
    }
    let total: Duration = outcomes.iter().map(|outcome| outcome.took).sum();
    lines += &format!("  {:<10}{:<8}{:>8.1} s\n", "total", "", total.as_secs_f64());
    match selected - outcomes.len() {
        0 => {}
        1 => lines += "  1 step was not run\n",
        more => lines += &format!("  {more} steps were not run\n"),
    }
    lines
}

fn verdict(outcomes: &[Outcome]) -> Result<(), Failure> {
    let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.failure.is_some()).collect();
    if failed.is_empty() {
        return Ok(());
    }
    let names: Vec<&str> = failed.iter().map(|outcome| outcome.name).collect();
    let commands: Vec<&str> = failed.iter().map(|outcome| outcome.repeat.as_str()).collect();
    Err(Failure::new(
        format!("failed: {}", names.join(", ")),
        format!("repeat with\n    {}", commands.join("\n    ")),
    ))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    fn outcome(name: &'static str, fails: bool) -> Outcome {
        let failure = fails.then(|| Failure::new("broken", "mend it"));
        Outcome { name, took: Duration::from_millis(1500), failure, repeat: format!("cargo {name}") }
    }

    #[test]
    fn unknown_step_lists_the_steps() {
        let failure = Options::parse(&words("--only clipy")).expect_err("no such step");
        expect![[r#"
            error: `--only clipy` names no step
              help: the steps are fmt, tidy, licences, clippy, doc, build, generate, test, python, wheel"#]]
        .assert_eq(&failure.to_string());
    }

    #[test]
    fn only_may_be_given_twice() {
        let options = Options::parse(&words("--only fmt --only tidy --keep-going")).expect("both are steps");
        let names: Vec<_> = STEPS.iter().filter(|step| options.selects(step)).map(|step| step.name).collect();
        assert_eq!(names, ["fmt", "tidy"]);
        assert!(options.keep_going);
    }

    #[test]
    fn summary_counts_what_was_not_run() {
        let text = summary(&[outcome("fmt", false), outcome("tidy", true)], 8);
        expect![[r#"
            summary
              fmt       ok           1.5 s
              tidy      FAILED       1.5 s
              total                  3.0 s
              6 steps were not run
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn failure_names_the_command_to_repeat() {
        assert_eq!(verdict(&[outcome("fmt", false)]), Ok(()));
        let failure = verdict(&[outcome("fmt", true), outcome("doc", true)]).expect_err("two failed");
        expect![[r#"
            error: failed: fmt, doc
              help: repeat with
                cargo fmt
                cargo doc"#]]
        .assert_eq(&failure.to_string());
    }

    #[test]
    fn environment_is_part_of_the_repeat_command() {
        let doc = STEPS.iter().find(|step| step.name == "doc").expect("there is a step `doc`");
        assert_eq!(doc.repeat(), "RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps");
    }
}
