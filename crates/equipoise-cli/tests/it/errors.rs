//! Errors say what is wrong, where, and what to do; exit code 2, nothing on stdout.

use expect_test::{Expect, expect};

use crate::Place;

#[track_caller]
fn check(arguments: &str, expected: Expect) {
    check_in(&Place::with_loans(), arguments, expected);
}

#[track_caller]
fn check_in(place: &Place, arguments: &str, expected: Expect) {
    let run = place.run(arguments).ends(2);
    assert_eq!(run.stdout, "");
    expected.assert_eq(&run.stderr);
}

#[test]
fn an_unknown_column_is_told_the_nearest() {
    check(
        "audit loans.csv --prediction aproved --sensitive sex",
        expect![[r#"
        error: column `aproved` is not in loans.csv
          columns there: sex, age, approved, repaid
          help: the nearest name is `approved`
    "#]],
    );
}

#[test]
fn an_audit_needs_data_groups_and_something_to_audit() {
    check(
        "audit",
        expect![[r#"
            error: no data is named
              help: name files or a data set: `equipoise audit loans.csv …`, or saved states:
                    `--from-state FILE`
        "#]],
    );
    check(
        "audit loans.csv --prediction approved",
        expect![[r#"
        error: no sensitive attribute is named: an audit compares groups
          help: name the columns that make groups: `--sensitive COLUMN,…`
    "#]],
    );
    check(
        "audit loans.csv --sensitive sex",
        expect![[r#"
        error: nothing to audit: name a target, a prediction or a score
          help: `--target`, `--prediction` and `--score` take a column each
    "#]],
    );
}

#[test]
fn a_missing_file_is_named() {
    check(
        "audit nowhere.csv --prediction approved --sensitive sex",
        expect![[r#"
        error: cannot read nowhere.csv: no such file or directory
    "#]],
    );
}

#[test]
fn a_gate_is_pointed_at() {
    check(
        "audit loans.csv --prediction approved --sensitive sex --gate 'dp.ration >= 0.8'",
        expect![[r#"
            error: `ration` is not a functional or comparison
              dp.ration >= 0.8
                 ^^^^^^
              in `--gate`
              help: did you mean `ratio`? comparisons: difference, signed_difference, ratio,
                    difference_to_overall, ratio_to_overall, difference_to_reference, ratio_to_reference,
                    difference_to_rest, spread, min, max, overall; functionals: mean, rate, ks, w1, w2, mmd, tv,
                    quantile
        "#]],
    );
}

#[test]
fn positive_values_are_asked_for_with_the_values_there() {
    check(
        "audit loans.csv --prediction age --sensitive sex",
        expect![[r#"
            error: which values of `age` are positive is not said
              values there: `19`, `21`, `25`, `28`, `33`, `34`, `45`, `47`, `52`, `58`, `61`, `66`
              help: if they are scores, give them as `--score` with `--threshold`; if they are classes, name the
                    positive ones, for example `--positive '66'`
        "#]],
    );
    check(
        "audit loans.csv --prediction approved --positive maybe --sensitive sex",
        expect![[r#"
        error: no value of `approved` is `maybe`
          values there: `no`, `yes`
          help: name the positive ones, for example `--positive 'yes'`
    "#]],
    );
}

#[test]
fn many_values_of_a_target_ask_for_the_task() {
    check(
        "audit loans.csv --target age --sensitive sex",
        expect![[r#"
            error: `age` has 12 different values, and none is said to be positive
              values there: `19`, `21`, `25`, `28`, `33`, `34`, `45`, `47`, `52`, `58`, `61`, `66`
              help: `--positive VALUE` makes it a yes or no, `--task multiclass` audits every class,
                    `--task regression` takes it as a number
        "#]],
    );
}

#[test]
fn missing_outcomes_are_counted_and_placed() {
    let place = Place::new();
    place.write("gaps.csv", "sex,y\nf,1\nf,\nm,0\nm,\n");
    check_in(
        &place,
        "audit gaps.csv --target y --sensitive sex",
        expect![[r#"
        error: column `y` has 2 missing values, the first in gaps.csv, line 3
          help: `--drop-missing` leaves such rows out and says how many; `--missing` names what means
                missing
    "#]],
    );
}

#[test]
fn a_negative_weight_is_placed_also_behind_dropped_rows() {
    let place = Place::new();
    place.write("weights.csv", "sex,y,w\nf,,1\nf,1,2\nm,0,-3\n");
    check_in(
        &place,
        "audit weights.csv --target y --sensitive sex --weight w --drop-missing",
        expect![[r#"
            error: column `w` has the weight -3: weights are not negative
              in weights.csv, line 4
        "#]],
    );
}

#[test]
fn no_rows_are_an_error() {
    let place = Place::new();
    place.write("head.csv", "sex,y\n");
    check_in(
        &place,
        "audit head.csv --target y --sensitive sex",
        expect![[r#"
        error: there are no rows to audit
          read: head.csv
    "#]],
    );
    place.write("gaps.csv", "sex,y\nf,\nm,\n");
    check_in(
        &place,
        "audit gaps.csv --target y --sensitive sex --drop-missing",
        expect![[r#"
        error: there are no rows to audit
          read: gaps.csv
          `--drop-missing` left out all 2 rows
    "#]],
    );
}

#[test]
fn flags_that_would_change_nothing_are_refused() {
    check(
        "audit loans.csv --target repaid --sensitive sex --positive-prediction yes",
        expect![[r#"
        error: `--positive-prediction` is given without `--prediction`
          help: a score with `--threshold` makes decisions that need no positive value; name a column of
                decisions otherwise
    "#]],
    );
    check(
        "audit loans.csv --score age --sensitive sex --positive yes",
        expect![[r#"
        error: `--positive` is given, but neither `--target` nor `--prediction`
    "#]],
    );
    check(
        "audit loans.csv --target repaid --sensitive sex --cross",
        expect![[r#"
        error: `--cross` needs two or more sensitive columns
    "#]],
    );
    check(
        "audit loans.csv --target repaid --sensitive sex --cut age=30",
        expect![[r#"
        error: `age` is cut, but is neither a sensitive column nor a stratum
          in `--cut`
    "#]],
    );
    check(
        "audit loans.csv --target repaid --sensitive sex --weight-kind sampling",
        expect![[r#"
        error: `--weight-kind` is given without `--weight`
          help: name the column of weights: `--weight COLUMN`
    "#]],
    );
    check(
        "audit loans.csv --target repaid --sensitive sex --join loans.csv",
        expect![[r#"
        error: `--join` is given without `--on`
          help: name the key: `--on COLUMN`
    "#]],
    );
    check(
        "audit loans.csv --target repaid --sensitive sex --on id",
        expect![[r#"
        error: `--on` is given without `--join`
          help: name the file: `--join FILE`
    "#]],
    );
    check(
        "audit loans.csv --target repaid --sensitive sex --threshold 3",
        expect![[r#"
        error: a threshold makes decisions of the score of a binary task that has no prediction column
          help: `--threshold` goes with `--score`, without `--prediction`, in a binary task
    "#]],
    );
    check(
        "audit loans.csv --target repaid --sensitive sex --reference race=White",
        expect![[r#"
        error: `race` is not a sensitive column of this audit
          sensitive columns: sex
          in `--reference`
    "#]],
    );
}

#[test]
fn a_column_has_one_role_among_groups() {
    check(
        "audit loans.csv --target repaid --sensitive sex --strata sex",
        expect![[r#"
        error: `sex` is named twice among the sensitive attributes and strata
    "#]],
    );
    check(
        "audit loans.csv --target repaid --sensitive age --cut age=30 --cut age=40",
        expect![[r#"
        error: `age` is cut twice
          in `--cut`
    "#]],
    );
}

#[test]
fn regression_is_never_guessed_and_takes_one_column_of_numbers() {
    check(
        "audit loans.csv --task regression --target age --prediction age --score approved --sensitive sex",
        expect![[r#"
            error: `--prediction` and `--score` name two columns of predicted numbers
              in regression both flags mean the predicted number
              help: name one of them
        "#]],
    );
    check(
        "audit loans.csv --task regression --target repaid --sensitive sex",
        expect![[r#"
        error: column `repaid` has `no` where a number is needed, in loans.csv, line 2
          help: `--missing VALUE` takes a value for missing; name another column where numbers are meant
    "#]],
    );
}

#[test]
fn an_unknown_data_set_is_told_the_nearest_and_a_known_one_how_to_get_it() {
    check(
        "audit dataset:adlt --target income --sensitive sex",
        expect![[r#"
        error: no data set is called `adlt`
          known: acs_2018, adult, arrhythmia, bank_marketing, berkeley, communities_crime, compas,
            credit_default, diabetes_130, drug_consumption, dutch_census, german_credit, heart_cleveland,
            kdd_census_income, law_school, nlsy79, oulad, ricci, school_ilea, student_performance
          help: the nearest name is `adult`
    "#]],
    );
    check(
        "audit dataset:berkeley loans.csv --target income --sensitive sex",
        expect![[r#"
        error: `dataset:berkeley` stands beside other data
          help: a data set is read alone; `equipoise datasets path` prints its files
    "#]],
    );
    check(
        "datasets path berkeley",
        expect![[r#"
        error: `berkeley` is built in and has no file
          help: audit it as `dataset:berkeley`
    "#]],
    );
    let place = Place::new();
    let mut command = place.command(["audit", "dataset:ricci", "--target", "x", "--sensitive", "Race"]);
    command.env("EQUIPOISE_DATA", "nowhere").env("XDG_CACHE_HOME", "/nowhere-cache");
    let run = crate::run(&mut command).ends(2);
    expect![[r#"
        error: data set `ricci` is not here
          missing: ricci.csv
          looked in nowhere/ricci
          looked in /nowhere-cache/equipoise/datasets/ricci
          help: `equipoise datasets fetch ricci` downloads it
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn quantiles_of_one_value_are_refused() {
    let place = Place::new();
    place.write("same.csv", "age,y\n3,1\n3,0\n");
    check_in(
        &place,
        "audit same.csv --target y --sensitive age --cut age=quantiles:4",
        expect![[r#"
        note: quantiles need a pass of their own over the columns that are cut
        error: `age` cannot be cut at quantiles: its values do not vary enough
          help: state numbers: `--cut age=NUMBER,…`, or leave it uncut
    "#]],
    );
}

#[test]
fn errors_stay_when_notes_are_silenced() {
    let run = Place::with_loans().run("audit loans.csv --target nothing --sensitive sex --quiet").ends(2);
    assert!(run.stderr.starts_with("error: column `nothing`"), "{}", run.stderr);
}

#[test]
fn no_row_is_ever_printed() {
    let place = Place::new();
    place.write("ragged.csv", "name,y\nAda Lovelace,1\nGrace Hopper,0,secret\n");
    let run = place.run("audit ragged.csv --target y --sensitive name").ends(2);
    assert!(!run.stderr.contains("Grace") && !run.stderr.contains("secret"), "{}", run.stderr);
}
