//! The configuration file: the flags by name, flags on the command line first.

use expect_test::{Expect, expect};

use crate::Place;

#[track_caller]
fn refused(config: &str, expected: Expect) {
    let place = Place::with_loans();
    place.write("audit.toml", config);
    let run = place.run("audit --config audit.toml").ends(2);
    assert_eq!(run.stdout, "");
    expected.assert_eq(&run.stderr);
}

/// Runs with a configuration and flags, and without configuration, and compares.
#[track_caller]
fn same(config: &str, with_config: &str, without: &str) {
    let place = Place::with_loans();
    place.write("audit.toml", config);
    let a = place.run(&format!("audit --config audit.toml {with_config} --save-state a.state"));
    let b = place.run(&format!("audit {without} --save-state b.state"));
    assert_eq!((a.code, &a.stdout, &a.stderr), (b.code, &b.stdout, &b.stderr));
    assert_eq!(place.read("a.state"), place.read("b.state"));
}

#[test]
fn keys_are_the_names_of_the_flags() {
    same(
        "data = [\"loans.csv\"]\ntarget = \"repaid\"\nscore = \"age\"\nthreshold = 30\nsensitive = [\"sex\"]\n\
         gate = ['dp.difference <= 1', 'eo.difference <= 1']\nundecided = \"pass\"\nconfidence = 0.9\nquiet = true\n\
         rows-min = 0x3\nseed = 1_000\ndrop-missing = true\ntrim = false\n",
        "",
        "loans.csv --target repaid --score age --threshold 30 --sensitive sex --gate 'dp.difference <= 1' \
         --gate 'eo.difference <= 1' --undecided pass --confidence 0.9 --quiet --rows-min 3 --seed 1000 --drop-missing",
    );
}

#[test]
fn a_typed_flag_replaces_the_key_as_a_whole() {
    same(
        "data = \"loans.csv\"\nprediction = \"approved\"\nsensitive = [\"sex\", \"age\"]\ncross = true\n",
        "--sensitive sex,repaid",
        "loans.csv --prediction approved --sensitive sex,repaid --cross",
    );
}

#[test]
fn typed_data_replaces_data_and_a_typed_state_all_about_reading() {
    let config =
        "data = \"nowhere.csv\"\nprediction = \"approved\"\nsensitive = \"sex\"\ndelimiter = \",\"\n";
    same(config, "loans.csv", "loans.csv --prediction approved --sensitive sex --delimiter ,");
    let place = Place::with_loans();
    place.write("audit.toml", config);
    place.run("audit --config audit.toml loans.csv --save-state s.state").ends(0);
    place.run("audit --config audit.toml --from-state s.state").ends(0);
}

#[test]
fn an_item_of_a_list_is_one_whole_name() {
    let place = Place::new();
    place.write("comma.csv", "\"sex, or gender\",y\nf,1\nm,0\n");
    place.write("audit.toml", "data = \"comma.csv\"\ntarget = \"y\"\nsensitive = [\"sex, or gender\"]\n");
    place.run("audit --config audit.toml").ends(0);
}

#[test]
fn errors_name_file_line_and_key() {
    refused(
        "target = \"repaid\"\nsensitve = \"sex\"\n",
        expect![[r#"
        error: `sensitve` is not a key of a configuration
          in audit.toml, line 2
          help: the nearest key is `sensitive`
    "#]],
    );
    refused(
        "target = \"repaid\"\n\nconfidence = 95\n",
        expect![[r#"
        error: `confidence` has a value that does not fit: it lies strictly between 0 and 1, for example 0.95 or 95%
          in audit.toml, line 3
    "#]],
    );
    refused(
        "cross = \"yes\"\n",
        expect![[r#"
        error: `cross` is true or false, not a text
          in audit.toml, line 1
    "#]],
    );
    refused(
        "target = [\"a\", \"b\"]\n",
        expect![[r#"
        error: `target` is one value, not a list
          in audit.toml, line 1
    "#]],
    );
    refused(
        "sensitive = [[\"a\"]]\n",
        expect![[r#"
        error: `sensitive` is a list of texts, not of a list
          in audit.toml, line 1
    "#]],
    );
    refused(
        "format = \"yaml\"\n",
        expect![[r#"
        error: `format` has a value that does not fit: possible values are text, json, csv, markdown
          in audit.toml, line 1
    "#]],
    );
    refused(
        "[audit]\ntarget = \"a\"\n",
        expect![[r#"
            error: `audit` is a table; keys stand alone
              in audit.toml, line 1
        "#]],
    );
    refused(
        "config = \"other.toml\"\n",
        expect![[r#"
        error: `config` is not a key of a configuration
          in audit.toml, line 1
          help: keys are data, from-state, target, prediction, score, threshold, positive,
                positive-prediction, weight, weight-kind, task, join, on, drop-missing, sensitive, cross,
                cut, strata, reference, rows-min and 22 more
    "#]],
    );
    refused(
        "target = \n",
        expect![[r#"
        error: audit.toml is not TOML: string values must be quoted, expected literal string
          in audit.toml, line 1
    "#]],
    );
    refused(
        "target = \"a\"\ntarget = \"b\"\n",
        expect![[r#"
        error: audit.toml is not TOML: duplicate key
          in audit.toml, line 2
    "#]],
    );
}

#[test]
fn a_missing_configuration_is_an_error() {
    let run = Place::new().run("audit --config nowhere.toml").ends(2);
    assert_eq!(run.stderr, "error: cannot read nowhere.toml: no such file or directory\n");
}
