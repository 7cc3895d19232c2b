//! `equipoise methods`: the table of methods, listed and explained.

use expect_test::expect;

use crate::Place;

#[test]
fn methods_are_listed_by_stage() {
    let run = Place::new().run("methods").ends(0);
    assert_eq!(run.stderr, "");
    let names: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(
        names,
        [
            "reweighing",
            "fair_projection",
            "fair_elimination",
            "fair_svm",
            "fair_logistic",
            "fair_ridge",
            "fair_svr"
        ]
    );
    assert!(run.stdout.starts_with("Before training\n"), "{}", run.stdout);
    assert!(run.stdout.lines().all(|line| line.chars().count() <= 80), "{}", run.stdout);
}

#[test]
fn a_method_is_explained_with_its_limits() {
    let run = Place::new().run("methods reweighing").ends(0);
    expect![[r#"
        Reweighing (reweighing)

        Weights rows so that the outcome does not depend on the group in the weighted
        data.

          - what it does: A row of group g with outcome y gets its weight times P(g)
            P(y) / P(g, y), within each stratum.
          - makes equal: weighted rates of the outcome in the training data
          - cannot do: What it equalises in the predictions of a learner that follows is
            not promised.
          - notions: none is promised
          - stage: preprocessing
          - what comes of it: weights
          - tasks: binary, multiclass
          - needs the outcome to be fitted: yes
          - needs the group at prediction: no
          - source: Kamiran, Calders 2012, *Data preprocessing techniques for
            classification without discrimination*
    "#]]
    .assert_eq(&run.stdout);
}

#[test]
fn parameters_come_with_range_and_default() {
    let run = Place::new().run("methods fair_ridge --format markdown").ends(0);
    let line =
        |name: &str| run.stdout.lines().find(|line| line.starts_with(&format!("- `{name}`"))).unwrap_or("");
    assert_eq!(
        line("penalty"),
        "- `penalty`, or `alpha`: a number that is not negative, at most 1e40; `1` unless given. How much the penalty on \
         the weights weighs against the errors: the larger, the smoother the fit."
    );
    assert!(line("notion").contains("`demographic_parity` unless given"), "{}", run.stdout);
    assert_eq!(line("C"), "");
}

#[test]
fn an_unknown_method_is_an_error_with_the_nearest_name() {
    let run = Place::new().run("methods fair_sum").ends(2);
    assert_eq!(run.stdout, "");
    expect![[r#"
        error: `fair_sum` is not a method
          help: the nearest name is `fair_svm`
    "#]]
    .assert_eq(&run.stderr);
    let run = Place::new().run("methods qqq").ends(2);
    assert!(run.stderr.contains("help: `equipoise methods` lists them"), "{}", run.stderr);
}
