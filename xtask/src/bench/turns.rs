//! Cases run by turns, and the table of their ratios.

use std::process::Command;

use super::process::{self, Usage};
use crate::{failure::Failure, workspace};

/// A command to be timed, under the name it has in the table.
pub(super) struct Case {
    pub(super) name: String,
    pub(super) command: Command,
}

/// A case and what it used, one entry a round.
#[derive(Clone, Debug)]
pub(super) struct Timed {
    name: String,
    rounds: Vec<Usage>,
}

/// Runs all cases `rounds` times, one after the other in each round. A first round, which fills the caches, does
/// not count; in it every case must print something, since a command that does nothing is fast.
pub(super) fn alternate(cases: &mut [Case], rounds: usize) -> Result<Vec<Timed>, Failure> {
    for case in &mut *cases {
        if workspace::output_of(&mut case.command)?.trim().is_empty() {
            let line = workspace::command_line(&case.command);
            let what = format!("`{line}` prints nothing, so its time means nothing");
            return Err(Failure::new(what, "run it by hand: does it do what the case is about?"));
        }
    }
    let mut timed: Vec<Timed> =
        cases.iter().map(|case| Timed { name: case.name.clone(), rounds: Vec::new() }).collect();
    for _ in 0..rounds {
        for (case, timed) in cases.iter_mut().zip(&mut timed) {
            timed.rounds.push(process::measure(&mut case.command)?);
        }
    }
    Ok(timed)
}

/// Least, middle and greatest of some figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spread {
    pub(super) min: f64,
    pub(super) median: f64,
    pub(super) max: f64,
}

impl Spread {
    /// Returns the spread of figures; `None` where there are none.
    pub(super) fn of(figures: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = figures.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let middle = sorted.len() / 2;
        let median =
            if sorted.len() % 2 == 1 { sorted[middle] } else { (sorted[middle - 1] + sorted[middle]) / 2.0 };
        Some(Self { min, median, max })
    }

    /// Returns three cells of a Markdown table.
    pub(super) fn cells(spread: Option<Self>, decimals: usize) -> String {
        match spread.filter(|spread| spread.max.is_finite()) {
            Some(Self { min, median, max }) => {
                format!("{min:.decimals$} | {median:.decimals$} | {max:.decimals$}")
            }
            None => "– | – | –".to_owned(),
        }
    }
}

/// Returns the cases as a Markdown table. The ratios say how many times the processor time of the first case each
/// case needs, round by round.
pub(super) fn table(timed: &[Timed]) -> String {
    let mut text = String::from(
        "| case | CPU s, min | median | max | times the first, min | median | max | wall s, median | peak MB |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let Some(first) = timed.first() else { return text };
    for case in timed {
        let seconds = case.rounds.iter().map(|used| used.processor.as_secs_f64());
        let pairs = case.rounds.iter().zip(&first.rounds);
        let ratios = pairs.map(|(used, first)| used.processor.as_secs_f64() / first.processor.as_secs_f64());
        let wall = Spread::of(case.rounds.iter().map(|used| used.wall.as_secs_f64()));
        let peak = case.rounds.iter().map(|used| used.peak_bytes).max().unwrap_or(0);
        text += &format!(
            "| {} | {} | {} | {:.3} | {} |\n",
            case.name,
            Spread::cells(Spread::of(seconds), 3),
            Spread::cells(Spread::of(ratios), 2),
            wall.map_or(0.0, |spread| spread.median),
            peak / 1_000_000,
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use expect_test::expect;

    use super::*;

    fn timed(name: &str, milliseconds: &[u64]) -> Timed {
        let used = |&ms: &u64| Usage {
            processor: Duration::from_millis(ms),
            wall: Duration::from_millis(2 * ms),
            peak_bytes: ms * 1_000_000,
        };
        Timed { name: name.to_owned(), rounds: milliseconds.iter().map(used).collect() }
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let text = table(&[timed("ours", &[100, 200, 400]), timed("other", &[300, 500, 800])]);
        expect![[r#"
            | case | CPU s, min | median | max | times the first, min | median | max | wall s, median | peak MB |
            |---|--:|--:|--:|--:|--:|--:|--:|--:|
            | ours | 0.100 | 0.200 | 0.400 | 1.00 | 1.00 | 1.00 | 0.400 | 400 |
            | other | 0.300 | 0.500 | 0.800 | 2.00 | 2.50 | 3.00 | 1.000 | 800 |
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn ratio_to_nothing_is_not_shown() {
        assert!(
            table(&[timed("ours", &[0]), timed("other", &[5])])
                .contains("| other | 0.005 | 0.005 | 0.005 | – | – | – |")
        );
    }

    #[test]
    fn even_number_of_figures_has_its_median_between() {
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 8.0]), Some(Spread { min: 1.0, median: 3.0, max: 8.0 }));
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn each_round_runs_every_case_and_the_first_does_not_count() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let case = |name: &str| {
            let mut command = Command::new("sh");
            command.args(["-c", &format!("echo {name} | tee -a order")]).current_dir(folder.path());
            Case { name: name.to_owned(), command }
        };
        let timed = alternate(&mut [case("a"), case("b")], 2).expect("a shell is there");
        let order = std::fs::read_to_string(folder.path().join("order")).expect("the cases wrote it");
        assert_eq!(order, "a\nb\na\nb\na\nb\n");
        assert_eq!(timed.iter().map(|case| case.rounds.len()).collect::<Vec<_>>(), [2, 2]);
    }

    #[test]
    fn silent_case_is_not_timed() {
        let silent = Case { name: "silent".to_owned(), command: Command::new("true") };
        let failure = alternate(&mut [silent], 1).expect_err("`true` prints nothing");
        assert!(failure.to_string().contains("`true` prints nothing"), "{failure}");
    }
}
