//! The data sets of the catalogue, where `EQUIPOISE_DATA` says where they are.

use std::path::Path;

use crate::{Place, Run, data, has, run, words};

#[track_caller]
fn in_data(place: &Place, folder: &Path, line: &str) -> Run {
    run(place.command(words(line)).env("EQUIPOISE_DATA", folder))
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
