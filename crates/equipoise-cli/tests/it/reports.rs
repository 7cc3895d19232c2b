//! Whole reports: the demonstration, and each format once.

use expect_test::{expect, expect_file};

use crate::Place;

#[test]
fn the_demonstration_fits_80_columns_and_ends_with_what_to_do_next() {
    let run = Place::new().run("demo").ends(0);
    expect_file!["snapshots/demo.txt"].assert_eq(&run.stdout);
    assert_eq!(run.stderr, "");
    for line in run.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn the_commands_of_the_demonstration_work() {
    let place = Place::new();
    let demo = place.run("demo").ends(0).stdout;
    let joined = demo.replace("\\\n", " ");
    let commands: Vec<&str> = joined.lines().filter_map(|line| line.strip_prefix("  equipoise ")).collect();
    assert_eq!(commands.len(), 6);
    for command in commands.iter().filter(|command| !command.contains("YOUR.csv")) {
        let code = i32::from(command.contains("--gate"));
        place.run(command).ends(code);
    }
}

#[test]
fn formats_differ_in_form_only() {
    let place = Place::with_loans();
    let line =
        "audit loans.csv --prediction approved --sensitive sex --rows-min 1 --gate 'dp.difference <= 1'";
    let report = |format: &str| place.run(&format!("{line} --format {format}")).ends(0).stdout;
    expect_file!["snapshots/loans.txt"].assert_eq(&report("text"));
    expect_file!["snapshots/loans.md"].assert_eq(&report("markdown"));
    expect_file!["snapshots/loans.csv"].assert_eq(&report("csv"));
    expect_file!["snapshots/loans.json"].assert_eq(&report("json"));
}

#[test]
fn metrics_and_notions_are_named_by_any_of_their_names() {
    let place = Place::with_loans();
    let line = "audit loans.csv --target repaid --prediction approved --sensitive sex --rows-min 1";
    let names = |flags: &str| {
        let json = place.run(&format!("{line} {flags} --format json")).ends(0).stdout;
        let report: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let section = &report["sections"][0];
        let list = |values: &serde_json::Value, key: &str| {
            let values = values.as_array().expect("a list").iter();
            values.map(|value| value[key].as_str().expect("a text").to_owned()).collect::<Vec<_>>()
        };
        (list(&section["overall"]["figures"], "metric"), list(&section["gaps"], "quantity"))
    };
    let (metrics, gaps) = names("--metric fpr,recall_score --notion eo,dp.ratio,fpr.difference");
    assert_eq!(metrics, ["false_positive_rate", "true_positive_rate"]);
    expect![[r#"
        equal_opportunity.difference
        demographic_parity.ratio
        fpr.difference"#]]
    .assert_eq(&gaps.join("\n"));
    let run = place.run(&format!("{line} --metric fairness")).ends(2);
    assert!(run.stderr.starts_with("error: `fairness` is not a metric\n"), "{}", run.stderr);
    let run = place.run(&format!("{line} --notion dp.ratoi")).ends(2);
    assert!(run.stderr.contains("did you mean `ratio`?"), "{}", run.stderr);
}

#[test]
fn multiclass_is_seen_where_target_and_prediction_share_three_values() {
    let place = Place::new();
    let mut rows = String::from("g,y,p\n");
    for i in 0..60 {
        rows.push_str(&format!(
            "{},{},{}\n",
            ["a", "b"][i % 2],
            ["x", "y", "z"][i % 3],
            ["x", "y", "z"][(i / 2) % 3]
        ));
    }
    place.write("classes.csv", rows);
    let run = place.run("audit classes.csv --target y --prediction p --sensitive g --format json").ends(0);
    assert!(run.stdout.contains("\"task\": \"multiclass\""));
    expect![[r#"
        note: the task is multiclass, with 3 classes; `--task multiclass` says so itself
    "#]]
    .assert_eq(&run.stderr);
    let said = place
        .run("audit classes.csv --target y --prediction p --sensitive g --format json --task multiclass");
    assert_eq!((said.stdout, said.stderr.as_str()), (run.stdout, ""));
}

#[test]
fn regression_takes_the_predicted_number_by_either_flag() {
    let place = Place::new();
    let mut rows = String::from("g,y,p\n");
    for i in 0..60 {
        rows.push_str(&format!("{},{},{}\n", ["a", "b"][i % 2], i % 7, f64::from(i as u8 % 5) / 2.0));
    }
    place.write("numbers.csv", rows);
    let line = "audit numbers.csv --task regression --target y --sensitive g --format json";
    let by_score = place.run(&format!("{line} --score p")).ends(0);
    let by_prediction = place.run(&format!("{line} --prediction p")).ends(0);
    assert_eq!(by_score.stdout, by_prediction.stdout);
    let cut = place.run(&format!("{line} --score p --cut y=2,5 --notion eodds.difference")).ends(0);
    assert!(cut.stdout.contains("\"target_cuts\""));
}
