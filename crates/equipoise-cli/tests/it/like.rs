//! Other toolkits' own names and numbers beside ours.

use expect_test::expect;

use crate::{LOANS, Place};

#[track_caller]
fn figures(flags: &str) -> String {
    let place = Place::with_loans();
    place.write("loans.csv", LOANS);
    let line = "audit loans.csv --target repaid --prediction approved --sensitive sex --quiet";
    let run = place.run(&format!("{line} {flags}")).ends(0);
    run.stdout.split_once("\nAs ").map(|(_, figures)| format!("As {figures}")).unwrap_or(run.stdout)
}

#[test]
fn fairlearn_prints_its_own_names_beside_ours() {
    let text = figures("--like fairlearn");
    let of_rate: String = text
        .lines()
        .skip_while(|line| !line.starts_with("  selection_rate"))
        .take_while(|line| !line.contains("true_positive_rate"))
        .map(|line| format!("{}\n", line.strip_prefix("  ").unwrap_or(line)))
        .collect();
    expect![[r#"
          selection_rate
            f                                                      0.333333     0.333333
            m                                                      0.833333     0.833333
            overall                                                0.583333     0.583333
          selection_rate.difference (here selection_rate)
            method=between_groups                                  0.500000     0.500000
          selection_rate.ratio (here selection_rate)
            method=between_groups                                  0.400000     0.400000
          selection_rate.difference (here selection_rate)
            method=to_overall                                      0.250000            -
          selection_rate.ratio (here selection_rate)
            method=to_overall                                      0.571429            -
          selection_rate.group_min (here selection_rate)           0.333333     0.333333
          selection_rate.group_max (here selection_rate)           0.833333     0.833333
    "#]]
    .assert_eq(&of_rate);
}

#[test]
fn every_toolkit_has_figures_in_text_and_markdown() {
    for toolkit in ["fairlearn", "aif360", "aequitas", "clarify"] {
        for format in ["text", "markdown"] {
            let text = figures(&format!("--like {toolkit} --format {format} --reference sex=m"));
            assert!(
                text.contains("there") && text.contains("selection") || text.contains("DPL"),
                "{toolkit}: {text}"
            );
        }
    }
}

#[test]
fn a_toolkit_without_figures_says_so() {
    let place = Place::with_loans();
    let line = "audit loans.csv --task regression --target age --sensitive sex --like aequitas";
    let run = place.run(line).ends(0);
    assert!(run.stdout.ends_with("aequitas has no figures for these columns.\n"), "{}", run.stdout);
}

#[test]
fn formats_for_programs_are_refused() {
    let place = Place::with_loans();
    let run =
        place.run("audit loans.csv --target repaid --sensitive sex --like aif360 --format json").ends(2);
    expect![[r#"
        error: `--like` is for people, and this format is for programs
          help: `--format text` or `--format markdown`
    "#]]
    .assert_eq(&run.stderr);
}
