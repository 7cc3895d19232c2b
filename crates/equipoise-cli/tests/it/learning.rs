//! `train`, `predict` and `explain` as a program.

use std::fmt::Write as _;

use expect_test::expect;

use crate::{Place, data, has, run, words};

/// Forty people whose outcome hangs on experience and, in the past, on sex.
fn place() -> Place {
    let mut text = String::from("id,sex,years,trade,hired\n");
    for row in 0..40 {
        let is_woman = row % 2 == 0;
        let years = (row * 7) % 13;
        let trade = ["cook", "smith", "tailor"][row % 3];
        let hired = if years + usize::from(!is_woman) * 3 > 7 { "yes" } else { "no" };
        writeln!(text, "{row},{},{years},{trade},{hired}", if is_woman { "f" } else { "m" })
            .expect("writing to a string does not fail");
    }
    let place = Place::new();
    place.write("people.csv", text);
    place
}

const TRAIN: &str = "train people.csv --method fair_ridge --target hired --sensitive sex --drop id --notion dp -o hired.model";

#[test]
fn a_model_is_made_applied_and_explained() {
    let place = place();
    let made = place.run(TRAIN).ends(0);
    expect![[r#"
        fair_ridge: hired is yes
          4 features of 2 columns
          the file holds no row of the fit
          fitted to 40 rows
          of these it predicts 50.0 % right; the largest class alone would be 52.5 %
          demographic_parity: 1 difference, 1 of them independent

        sex, all rows
          group  rows  mean score  score above 0
          f        20     -0.0500         35.0 %
          m        20     -0.0500         30.0 %
          difference of mean scores: 0.0000 (f − m), bound 0.0000
          the rates of scores above 0 differ by 5.0 points
    "#]]
    .assert_eq(&made.stdout);
    assert_eq!(made.stderr, "");
    let predicted = place.run("predict hired.model people.csv --keep id").ends(0).stdout;
    assert!(predicted.starts_with("id,score,prediction\n0,"), "{predicted}");
    assert_eq!(predicted.lines().count(), 41);
    let explained = place.run("explain hired.model").ends(0).stdout;
    assert!(explained.contains("the parts of all features add up"), "{explained}");
    assert!(explained.contains("What was shown"), "{explained}");
    let measured = place.run("explain hired.model people.csv").ends(0).stdout;
    assert!(measured.contains("those of 40 rows of the table"), "{measured}");
}

#[test]
fn formats_of_predictions_agree() {
    let place = place();
    place.run(TRAIN).ends(0);
    place.run("predict hired.model people.csv --keep all -o out.csv").ends(0);
    place.run("predict hired.model people.csv --keep all -o out.parquet").ends(0);
    let audit = |file: &str| {
        let line =
            format!("audit {file} --target hired --prediction prediction --sensitive sex --format json");
        place.run(&line).ends(0).stdout
    };
    assert_eq!(audit("out.csv"), audit("out.parquet"));
    let again = place.run("predict hired.model out.parquet --prefix new_ --keep score").ends(0).stdout;
    let pairs = again.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect::<Vec<String>>());
    for pair in pairs {
        assert_eq!(pair[0], pair[1], "the score is kept to the bit, and found again");
    }
}

#[test]
fn files_are_written_whole_or_not_at_all() {
    let place = place();
    place.run(TRAIN).ends(0);
    let bytes = place.read("hired.model");
    let kept = place.run(TRAIN).ends(2);
    assert!(kept.stderr.starts_with("error: hired.model exists already"), "{}", kept.stderr);
    place.run(&format!("{TRAIN} --force")).ends(0);
    assert_eq!(place.read("hired.model"), bytes, "the same rows give the same bytes");
    place.write("bad.csv", "years,trade\n1,cook\nmany,cook\n");
    let broken = place.run("predict hired.model bad.csv -o out.csv").ends(2);
    assert!(
        broken.stderr.contains("column `years` has `many` where a number is needed"),
        "{}",
        broken.stderr
    );
    assert_eq!(place.names(), ["bad.csv", "hired.model", "people.csv"]);
    place.write("out.csv", "mine");
    place.run("predict hired.model people.csv -o out.csv").ends(2);
    assert_eq!(place.read("out.csv"), b"mine");
}

#[test]
fn hostile_models_end_with_one_error() {
    let place = place();
    place.run(TRAIN).ends(0);
    let good = place.read("hired.model");
    let mut length = good.clone();
    length[..8].copy_from_slice(&u64::MAX.to_le_bytes());
    let mut changed = good.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let files: [(&str, &[u8]); 5] = [
        ("empty", b""),
        ("text", b"sex,hired\nf,yes\n"),
        ("cut", &good[..good.len() / 2]),
        ("length", &length),
        ("changed", &changed),
    ];
    for (name, bytes) in files {
        place.write(name, bytes);
        for line in [format!("predict {name} people.csv"), format!("explain {name}")] {
            let run = place.run(&line).ends(2);
            assert_eq!(run.stdout, "", "{line}");
            assert!(run.stderr.starts_with(&format!("error: cannot use {name}: ")), "{line}: {}", run.stderr);
            assert_eq!(run.stderr.matches("error:").count(), 1, "{line}");
        }
    }
    place.run("explain nowhere.model").ends(2);
    let endless = place.run("explain /dev/zero").ends(2);
    assert!(endless.stderr.contains("not an equipoise model file"), "{}", endless.stderr);
}

#[test]
fn the_explanation_as_json_is_what_the_schema_says() {
    let place = place();
    place.run(TRAIN).ends(0);
    place.run("train people.csv --method fair_projection --target hired --sensitive sex -o t.model").ends(0);
    place.run("train people.csv --method fair_svm --target hired --set kernel=rbf -o k.model").ends(0);
    let schema = place.run("generate explain-schema").ends(0).stdout;
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    let published = include_str!("../../../../docs/formats/explain.schema.json");
    assert_eq!(serde_json::from_str::<serde_json::Value>(published).unwrap(), schema);
    let schema = jsonschema::validator_for(&schema).unwrap();
    for line in
        ["explain hired.model", "explain hired.model people.csv", "explain t.model", "explain k.model"]
    {
        let text = place.run(&format!("{line} --format json")).ends(0).stdout;
        let document: serde_json::Value = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = schema.iter_errors(&document).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{line}: {errors:?}");
        assert_eq!(document["schema"], "equipoise.explain/1");
    }
}

#[test]
fn wrong_arguments_are_told_with_a_remedy() {
    let place = place();
    let check = |line: &str, expected: expect_test::Expect| {
        let run = place.run(line).ends(2);
        assert_eq!(run.stdout, "");
        expected.assert_eq(&run.stderr);
    };
    check(
        "train people.csv --method fair_svn --target hired --sensitive sex -o m",
        expect![[r#"
            error: `fair_svn` is not a method
              methods are reweighing, fair_projection, fair_elimination, fair_svm, fair_logistic, fair_ridge,
                fair_svr
              help: the nearest name is `fair_svm`
        "#]],
    );
    check(
        "train people.csv --method fair_svm --target hired --sensitive sex --set kernal=rbf -o m",
        expect![[r#"
            error: fair_svm has no parameter `kernal`; it has notion, bound, pairs, crossing, C, kernel, gamma, degree, coef0, approximation, components, class_weight, intercept, tol, cache_size, seed, refine, formulation
              help: the nearest is `kernel`
              help: `equipoise methods fair_svm` explains them
        "#]],
    );
    check(
        "train people.csv --method fair_svm --target hires --sensitive sex -o m",
        expect![[r#"
            error: column `hires` is not in people.csv
              columns there: id, sex, years, trade, hired
              in `--target`
              help: the nearest name is `hired`
        "#]],
    );
    assert_eq!(place.names(), ["people.csv"]);
}

#[test]
fn adult_goes_all_the_way() {
    let Some(folder) = data() else { return };
    if !has(&folder, "adult/adult.data") {
        return;
    }
    let place = Place::new();
    let at = |line: &str| run(place.command(words(line)).env("EQUIPOISE_DATA", &folder)).ends(0);
    at("train dataset:adult/train --method fair_ridge --target income --sensitive sex -o adult.model");
    let predicted = at("predict adult.model dataset:adult/test --keep income,sex").stdout;
    assert_eq!(predicted.lines().count(), 16_282);
    let explained = at("explain adult.model dataset:adult/test --top 3").stdout;
    assert!(explained.contains("those of 16281 rows of the table"), "{explained}");
}
