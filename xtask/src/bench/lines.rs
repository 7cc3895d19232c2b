//! Programs that time themselves and print a JSON line a case: for work inside a process, without its start.
//!
//! A line holds `tool`, `n` (rows) and `ns_per_row` or `seconds_cpu`; where present, `groups` and `key` belong to
//! the name of the case. A line of ours may hold `against`: the `tool` of another program's line with the same `n`
//! that it is to be compared with.

use std::{collections::BTreeMap, process::Command};

use serde_json::Value;

use super::turns::Spread;
use crate::{failure::Failure, workspace};

/// One line a program printed.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    case: Case,
    ns_per_row: f64,
    against: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Case {
    n: u64,
    name: String,
}

/// The figures of a case, one a round, and the case it is compared with.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Figures {
    rounds: Vec<f64>,
    against: Option<String>,
}

/// The figures of every case of every program.
#[derive(Debug, Default)]
pub(super) struct Collected(BTreeMap<Case, Figures>);

/// Runs every program once a round, by turns, and collects the lines they print.
pub(super) fn collect(programs: &mut [Command], rounds: usize) -> Result<Collected, Failure> {
    let mut collected = Collected::default();
    for _ in 0..rounds {
        for program in &mut *programs {
            let output = workspace::output_of(program)?;
            if collected.add(&output) == 0 {
                let what = format!("`{}` prints no figure", workspace::command_line(program));
                return Err(Failure::new(
                    what,
                    "run it by hand: each case is a JSON line with `tool`, `n`, `ns_per_row`",
                ));
            }
        }
    }
    Ok(collected)
}

impl Collected {
    /// Adds one round of one program and returns how many cases it had. Lines that are no case (a remark, a failed
    /// case) are passed over.
    fn add(&mut self, output: &str) -> usize {
        let mut cases = 0;
        for line in output.lines().filter_map(parse) {
            let figures = self.0.entry(line.case).or_default();
            figures.rounds.push(line.ns_per_row);
            figures.against = line.against;
            cases += 1;
        }
        cases
    }

    /// Returns the figures as a Markdown table, by number of rows, and ratios within a round where one was asked.
    pub(super) fn table(&self) -> String {
        let mut text = String::from(
            "| rows | case | ns a row, min | median | max | against | times that, min | median | max |\n\
             |--:|---|--:|--:|--:|---|--:|--:|--:|\n",
        );
        for (case, figures) in &self.0 {
            let other =
                figures.against.as_ref().and_then(|name| self.0.get(&Case { n: case.n, name: name.clone() }));
            let ratios = other
                .map(|other| figures.rounds.iter().zip(&other.rounds).map(|(ours, theirs)| ours / theirs));
            text += &format!(
                "| {} | {} | {} | {} | {} |\n",
                case.n,
                case.name,
                Spread::cells(Spread::of(figures.rounds.iter().copied()), 3),
                figures.against.as_deref().unwrap_or("–"),
                Spread::cells(ratios.and_then(Spread::of), 2),
            );
        }
        text
    }
}

fn parse(line: &str) -> Option<Line> {
    let line: Value = serde_json::from_str(line).ok()?;
    let n = line["n"].as_u64().filter(|&n| n > 0)?;
    let mut name = line["tool"].as_str()?.to_owned();
    for part in ["groups", "key"] {
        if let Some(value) = line[part].as_str() {
            name += &format!(" {part}={value}");
        }
    }
    let by_seconds = || line["seconds_cpu"].as_f64().map(|seconds| 1e9 * seconds / n as f64);
    let ns_per_row = line["ns_per_row"].as_f64().or_else(by_seconds)?;
    let against = line["against"].as_str().map(str::to_owned);
    Some(Line { case: Case { n, name }, ns_per_row, against })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn figures_are_compared_within_a_round() {
        let mut collected = Collected::default();
        for (ours, floor) in [(3.0, 2.0), (4.0, 1.0)] {
            collected.add(&format!(
                "a remark\n{{\"tool\": \"cells 2 groups\", \"n\": 1000, \"ns_per_row\": {ours}, \"against\": \"count\"}}"
            ));
            collected.add(&format!("{{\"tool\": \"count\", \"n\": 1000, \"ns_per_row\": {floor}}}\n{{\"tool\": \"count\", \"n\": 10, \"ns_per_row\": 9}}"));
        }
        expect![[r#"
            | rows | case | ns a row, min | median | max | against | times that, min | median | max |
            |--:|---|--:|--:|--:|---|--:|--:|--:|
            | 10 | count | 9.000 | 9.000 | 9.000 | – | – | – | – |
            | 1000 | cells 2 groups | 3.000 | 3.500 | 4.000 | count | 1.50 | 2.75 | 4.00 |
            | 1000 | count | 1.000 | 1.500 | 2.000 | – | – | – | – |
        "#]]
        .assert_eq(&collected.table());
    }

    #[test]
    fn lines_of_the_other_programs_are_read() {
        let line = r#"{"workload": "audit_memory", "tool": "polars", "n": 1000, "seconds_cpu": 2e-6, "groups": "2", "key": "str"}"#;
        let parsed = parse(line).expect("it is a case");
        assert_eq!(parsed.case, Case { n: 1000, name: "polars groups=2 key=str".into() });
        assert!((parsed.ns_per_row - 2.0).abs() < 1e-12, "{parsed:?}");
    }

    #[test]
    fn lines_that_are_no_case_are_passed_over() {
        for line in [
            "",
            "text",
            "{}",
            r#"{"tool": "a", "n": 0, "ns_per_row": 1}"#,
            r#"{"tool": "a", "n": 5, "failed": "x"}"#,
        ] {
            assert_eq!(parse(line), None, "{line}");
        }
    }

    #[test]
    fn programs_run_by_turns() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let program = |name: &str| {
            let mut command = Command::new("sh");
            command.current_dir(folder.path());
            command.args([
                "-c",
                &format!("echo {name} >> order; echo '{{\"tool\":\"{name}\",\"n\":1,\"ns_per_row\":1}}'"),
            ]);
            command
        };
        let collected = collect(&mut [program("a"), program("b")], 2).expect("a shell is there");
        let order = std::fs::read_to_string(folder.path().join("order")).expect("the programs wrote it");
        assert_eq!(order, "a\nb\na\nb\n");
        assert_eq!(collected.0.len(), 2);
    }

    #[test]
    fn program_without_a_figure_is_an_error() {
        let failure = collect(&mut [Command::new("true")], 1).map(|_| ()).expect_err("`true` prints nothing");
        assert!(failure.to_string().contains("`true` prints no figure"), "{failure}");
    }
}
