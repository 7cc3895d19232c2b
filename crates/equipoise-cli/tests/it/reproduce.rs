//! `equipoise reproduce`, where `EQUIPOISE_DATA` says where the data sets are.

use std::path::Path;

use expect_test::expect;
use serde_json::Value;

use crate::{Place, Run, data, has, run, words};

fn run_with(place: &Place, line: &str, folder: &Path) -> Run {
    run(place.command(words(line)).env("EQUIPOISE_DATA", folder))
}

#[test]
fn a_data_set_that_is_not_here_is_named_with_the_command_that_fetches_it() {
    let place = Place::new();
    let mut command = place.command(["reproduce", "ferm", "--quick", "--only", "drug"]);
    command.env("EQUIPOISE_DATA", "nowhere").env("XDG_CACHE_HOME", "/nowhere-cache");
    expect![[r#"
        error: data set `drug_consumption` is not here
          missing: drug_consumption.data
          looked in nowhere/drug_consumption
          looked in /nowhere-cache/equipoise/datasets/drug_consumption
          help: `equipoise datasets fetch drug_consumption` downloads it
    "#]]
    .assert_eq(&run(&mut command).ends(2).stderr);
}

#[test]
fn options_out_of_range_are_refused_before_the_work() {
    let place = Place::new();
    expect![[r#"
        error: `--folds 1` is out of range
          it must be at least 2
    "#]]
    .assert_eq(&place.run("reproduce ferm --folds 1").ends(2).stderr);
    assert!(place.run("reproduce ferm --only titanic").ends(2).stderr.contains("german-sex"));
}

#[test]
fn a_small_experiment_is_a_document_and_the_same_each_time() {
    let Some(folder) = data() else { return };
    if !has(&folder, "arrhythmia/arrhythmia.data") {
        return;
    }
    let place = Place::new();
    let line = "reproduce ferm --quick --only arrhythmia --splits 1 --folds 2 --rows 60 --format json";
    let first = run_with(&place, line, &folder).ends(0).stdout;
    let document: Value = serde_json::from_str(&first).unwrap();
    assert_eq!((&document["format"], &document["version"]), (&"equipoise-reproduction".into(), &1.into()));
    assert_eq!(document["protocol"]["folds"], 2);
    assert_eq!(document["printed"], Value::Array(Vec::new()));
    assert_eq!(document["tables"][0]["rows"], 452);
    let results = document["results"].as_array().unwrap();
    assert_eq!(results.len(), 12);
    for result in results {
        let accuracy = result["accuracy"]["mean"].as_f64().unwrap();
        assert!((0.3..=1.0).contains(&accuracy), "{result}");
        assert_eq!(result["splits"].as_array().unwrap().len(), 1);
    }
    run_with(&place, &format!("{line} -o again.json"), &folder).ends(0);
    assert_eq!(String::from_utf8(place.read("again.json")).unwrap(), first);
}

#[test]
fn encoded_tables_are_written_and_kept() {
    let Some(folder) = data() else { return };
    if !has(&folder, "arrhythmia/arrhythmia.data") {
        return;
    }
    let place = Place::new();
    let line = "reproduce ferm --only arrhythmia --splits 2 --tables encoded";
    run_with(&place, line, &folder).ends(0);
    let text = String::from_utf8(place.read("encoded/arrhythmia.csv")).unwrap();
    assert!(text.lines().next().unwrap().ends_with("y,s,split.0,split.1"));
    assert_eq!(text.lines().count(), 453);
    assert!(run_with(&place, line, &folder).ends(2).stderr.contains("exists already"));
    run_with(&place, &format!("{line} --force"), &folder).ends(0);
}
