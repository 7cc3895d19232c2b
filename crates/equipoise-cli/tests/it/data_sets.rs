//! The data sets of the catalogue, where `EQUIPOISE_DATA` says where they are.

use std::path::Path;

use serde_json::Value;

use crate::{Place, Run, data, has, run, words};

#[track_caller]
fn in_data(place: &Place, folder: &Path, line: &str) -> Run {
    run(place.command(words(line)).env("EQUIPOISE_DATA", folder))
}

/// The JSON report of an audit, checked against the schema; `None` where the data set is not here.
#[track_caller]
fn report(reference: &str, flags: &str) -> Option<Value> {
    let folder = data()?;
    let place = Place::new();
    let is_embedded = reference == "dataset:berkeley";
    if !is_embedded && in_data(&place, &folder, &format!("datasets path {reference}")).code != 0 {
        return None;
    }
    let line = format!("audit {reference} {flags} --format json --quiet");
    let report = serde_json::from_str(&in_data(&place, &folder, &line).ends(0).stdout).expect("JSON");
    let schema = serde_json::from_str(&place.run("generate schema").ends(0).stdout).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    Some(report)
}

/// The group of a section whose labels are these; `missing` is the missing value.
#[track_caller]
fn group<'a>(report: &'a Value, section: usize, labels: &[&str]) -> &'a Value {
    let groups = report["sections"][section]["groups"].as_array().expect("groups");
    let is_it = |group: &&Value| {
        let levels = group["group"].as_array().expect("levels");
        let label = |level: &Value| level["value"].as_str().unwrap_or("missing").to_owned();
        levels.iter().map(label).eq(labels.iter().map(|&label| label.to_owned()))
    };
    groups.iter().find(is_it).unwrap_or_else(|| panic!("no group {labels:?}"))
}

/// Count and denominator of a rate.
#[track_caller]
fn counts(group: &Value, metric: &str) -> (f64, f64) {
    let figures = group["figures"].as_array().expect("figures");
    let figure = figures.iter().find(|figure| figure["metric"] == metric);
    let counts = &figure.unwrap_or_else(|| panic!("no {metric}"))["counts"];
    (counts["count"].as_f64().expect("a count"), counts["of"].as_f64().expect("a denominator"))
}

#[track_caller]
fn value(group: &Value, metric: &str) -> f64 {
    let figures = group["figures"].as_array().expect("figures");
    let figure = figures.iter().find(|figure| figure["metric"] == metric);
    figure.unwrap_or_else(|| panic!("no {metric}"))["value"].as_f64().expect("a number")
}

/// A percentage with two digits, as the descriptions of data sets print them.
fn percent(share: f64) -> String {
    format!("{:.2}", 100.0 * share)
}

#[test]
fn compas_by_race_is_the_table_of_propublica() {
    let flags = "--target two_year_recid --prediction score_text --positive-prediction Medium,High \
                 --sensitive race --metric false_positive_rate,false_negative_rate";
    let Some(report) = report("dataset:compas", flags) else { return };
    // Angwin, Larson, Mattu, Kirchner (2016): 44.85, 23.45; 27.99, 47.72.
    let of = |label: &str, metric: &str| counts(group(&report, 0, &[label]), metric);
    assert_eq!(of("African-American", "false_positive_rate"), (805.0, 1795.0));
    assert_eq!(of("Caucasian", "false_positive_rate"), (349.0, 1488.0));
    assert_eq!(of("African-American", "false_negative_rate"), (532.0, 1901.0));
    assert_eq!(of("Caucasian", "false_negative_rate"), (461.0, 966.0));
    assert_eq!(report["rows"], 7214);
}

#[test]
fn compas_takes_the_deciles_as_a_score_too() {
    let flags = "--target two_year_recid --score decile_score --threshold 5 --sensitive race";
    let Some(report) = report("dataset:compas", flags) else { return };
    let black = group(&report, 0, &["African-American"]);
    // Medium begins at decile 5, so these are the same decisions.
    assert_eq!(counts(black, "false_positive_rate"), (805.0, 1795.0));
    assert!((0.5..1.0).contains(&value(black, "roc_auc")));
}

#[test]
fn adult_by_sex_race_and_both_has_the_published_rates() {
    let flags = "--target income --score education-num --threshold 13 --sensitive sex,race";
    let Some(apart) = report("dataset:adult", flags) else { return };
    // 1179 + 590 of 10,771 + 5,421 women; 6662 + 3256 of 21,790 + 10,860 men.
    assert_eq!(counts(group(&apart, 0, &["Female"]), "base_rate"), (1769.0, 16192.0));
    assert_eq!(counts(group(&apart, 0, &["Male"]), "base_rate"), (9918.0, 32650.0));
    assert_eq!(group(&apart, 1, &["White"])["rows"], 41762);
    let Some(crossed) = report("dataset:adult", &format!("{flags} --cross")) else { return };
    assert_eq!(crossed["sections"].as_array().map(Vec::len), Some(1));
    let women: u64 = ["White", "Black", "Asian-Pac-Islander", "Amer-Indian-Eskimo", "Other"]
        .iter()
        .map(|race| group(&crossed, 0, &["Female", race])["rows"].as_u64().expect("rows"))
        .sum();
    assert_eq!(women, 16192);
}

#[test]
fn acs_income_is_read_whole_from_two_parquet_files() {
    let Some(report) = report("dataset:acs_2018", "--target PINCP --sensitive SEX,RAC1P") else { return };
    assert_eq!(report["rows"], 665_800);
    let (men, women) = (group(&report, 0, &["1"]), group(&report, 0, &["2"]));
    assert_eq!((&men["rows"], percent(value(men, "base_rate")).as_str()), (&346_838.into(), "44.22"));
    assert_eq!((&women["rows"], percent(value(women, "base_rate")).as_str()), (&318_962.into(), "28.89"));
    assert_eq!(group(&report, 1, &["3"])["rows"], 363);
}

#[test]
fn kdd_census_income_is_audited_with_its_weights() {
    let rows = "--target income --sensitive sex";
    let Some(unweighted) = report("dataset:kdd_census_income", rows) else { return };
    let women = group(&unweighted, 0, &["Female"]);
    assert_eq!((&women["rows"], percent(value(women, "base_rate")).as_str()), (&51_791.into(), "2.52"));
    let weighted = format!("{rows} --weight instance_weight");
    let Some(weighted) = report("dataset:kdd_census_income", &weighted) else { return };
    assert_eq!(weighted["columns"]["weight"]["kind"], "sampling");
    assert_eq!(group(&weighted, 0, &["Female"])["rows"], 51_791);
    let weight = weighted["weight"].as_f64().expect("a weight");
    assert!(weight > 99_762.0 * 1000.0, "a row stands for some 1,700 people: {weight}");
}

#[test]
fn law_school_is_audited_as_a_score_and_as_a_regression() {
    let score = "--target pass_bar --score dnn_bar_pass_prediction --threshold 0.5 --sensitive race1";
    let Some(scored) = report("dataset:law_school", score) else { return };
    assert_eq!(counts(&scored["sections"][0]["overall"], "base_rate"), (21238.0, 22407.0));
    let regression = "--task regression --target zfygpa --score ugpa --sensitive race1 --drop-missing";
    let Some(real) = report("dataset:law_school", regression) else { return };
    assert_eq!(real["rows"], 22407 - 984);
    assert!(
        value(group(&real, 0, &["black"]), "mean_target") < value(group(&real, 0, &["white"]), "mean_target")
    );
}

#[test]
fn diabetes_has_three_classes_or_one_that_counts() {
    let Some(classes) =
        report("dataset:diabetes_130", "--task multiclass --target readmitted --sensitive race")
    else {
        return;
    };
    assert_eq!(classes["target_classes"].as_array().map(Vec::len), Some(3));
    assert_eq!(group(&classes, 0, &["missing"])["rows"], 2273);
    let Some(early) = report("dataset:diabetes_130", "--target readmitted --positive <30 --sensitive race")
    else {
        return;
    };
    let of = |label: &str| percent(value(group(&early, 0, &[label]), "base_rate"));
    assert_eq!([of("Caucasian"), of("AfricanAmerican"), of("Hispanic")], ["11.29", "11.22", "10.41"]);
}

#[test]
fn berkeley_is_pooled_and_inside_departments() {
    let flags = "--prediction admitted --sensitive gender --weight applicants --strata department";
    let Some(report) = report("dataset:berkeley", flags) else { return };
    assert_eq!(counts(group(&report, 0, &["men"]), "selection_rate"), (1198.0, 2691.0));
    assert_eq!(counts(group(&report, 0, &["women"]), "selection_rate"), (557.0, 1835.0));
    assert_eq!(report["columns"]["weight"]["kind"], "frequency");
    let strata = &report["sections"][0]["strata"];
    assert_eq!(strata["strata"].as_array().map(Vec::len), Some(6));
    let within = &strata["within"];
    let (pooled, inside) = (within["difference_pooled"].as_f64(), within["difference"].as_f64());
    assert!(pooled.expect("a number").abs() > 0.14 && inside.expect("a number").abs() < 0.05, "{within}");
}

#[test]
fn adult_as_plain_files_is_adult_of_the_catalogue() {
    let Some(folder) = data() else { return };
    if !has(&folder, "adult/adult.data") || !has(&folder, "adult/adult.test") {
        return;
    }
    let place = Place::new();
    let rule = "--target income --score education-num --threshold 13 --sensitive sex,race";
    in_data(&place, &folder, &format!("audit dataset:adult {rule} --save-state a")).ends(0);
    let files = folder.join("adult");
    let line = format!(
        "audit {0}/adult.data {0}/adult.test {rule} --save-state b --trim --comment | --missing ? \
         --positive >50K,>50K. --columns age,workclass,fnlwgt,education,education-num,marital-status,\
         occupation,relationship,race,sex,capital-gain,capital-loss,hours-per-week,native-country,income",
        files.display()
    );
    place.run(&line).ends(0);
    assert!(place.read("a") == place.read("b"));
}

#[test]
fn every_suggested_audit_runs() {
    let Some(folder) = data() else { return };
    let place = Place::new();
    let pages = place.run("datasets list --format markdown").ends(0).stdout;
    let commands =
        pages.lines().filter_map(|line| line.trim().strip_prefix("`equipoise ")?.strip_suffix('`'));
    let mut n_run = 0;
    for command in commands {
        let reference = command.split_whitespace().nth(1).unwrap();
        let is_here = in_data(&place, &folder, &format!("datasets path {reference}")).code == 0;
        if is_here || reference.starts_with("dataset:berkeley") {
            in_data(&place, &folder, command).ends(0);
            n_run += 1;
        }
    }
    assert!(n_run > 0, "not even the data set that is built in was audited");
}

#[test]
fn what_is_here_is_what_was_published() {
    let Some(folder) = data() else { return };
    let place = Place::new();
    let run = in_data(&place, &folder, "datasets verify");
    assert!(
        run.stdout.lines().all(|line| line.ends_with(": right") || line.ends_with(": missing")),
        "{}",
        run.stdout
    );
    assert_eq!(run.code, 0);
    in_data(&place, &folder, "datasets verify berkeley").ends(0);
}

#[test]
fn a_file_that_was_changed_is_found() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("ricci")).unwrap();
    place.write("ricci/ricci.csv", "not the published bytes");
    let run = in_data(&place, &place.path(""), "datasets verify ricci").ends(2);
    assert!(run.stdout.starts_with("ricci/ricci.csv: WRONG: SHA-256 "), "{}", run.stdout);
    assert!(run.stderr.starts_with("error: 1 files are not what was published"), "{}", run.stderr);
}
