//! Saved states: whatever the parts, the order and the threads, one state and one report.

use expect_test::{Expect, expect};

use crate::Place;

const COLUMNS: &str = "--target y --score f --threshold 0.5 --sensitive g,age --cut age=30,50 --strata z \
                       --weight w --weight-kind sampling";

/// 700 rows of a small linear congruential generator.
fn rows() -> Vec<String> {
    let mut state = 12_345_u64;
    let mut next = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    (0..700)
        .map(|_| {
            let (y, f, g) = (next(2), next(1000), ["a", "b", "c", ""][next(4) as usize]);
            format!("{y},{},{g},{},{},{}", f as f64 / 1000.0, 18 + next(60), next(3), next(90) as f64 / 7.0)
        })
        .collect()
}

fn with_parts(n: usize) -> (Place, String) {
    let place = Place::new();
    let rows = rows();
    let head = "y,f,g,age,z,w";
    place.write("all.csv", format!("{head}\n{}\n", rows.join("\n")));
    let mut names = Vec::new();
    for part in 0..n {
        let chosen: Vec<&str> = rows.iter().skip(part).step_by(n).map(String::as_str).collect();
        place.write(&format!("{part}.csv"), format!("{head}\n{}\n", chosen.join("\n")));
        place.run(&format!("audit {part}.csv {COLUMNS} --save-state {part}.state")).ends(0);
        names.push(format!("{part}.state"));
    }
    (place, names.join(" "))
}

#[test]
fn seven_parts_merged_in_any_order_are_the_whole() {
    let (place, names) = with_parts(7);
    let one_pass =
        place.run(&format!("audit all.csv {COLUMNS} --cross --format json --save-state all.state")).ends(0);
    let whole = place.read("all.state");
    place.run(&format!("merge {names} -o forward.state")).ends(0);
    let backward: Vec<&str> = names.split(' ').rev().collect();
    place.run(&format!("merge {} -o backward.state", backward.join(" "))).ends(0);
    place.run("merge 3.state 0.state 6.state -o some.state").ends(0);
    place.run("merge 1.state 5.state some.state 4.state 2.state -o nested.state").ends(0);
    for merged in ["forward.state", "backward.state", "nested.state"] {
        assert!(place.read(merged) == whole, "{merged}");
    }
    for format in ["json", "text"] {
        let report = |states: &str| {
            place.run(&format!("audit --from-state {states} --cross --format {format} -q")).ends(0).stdout
        };
        let expected = report("all.state");
        for merged in ["forward.state", "backward.state", "nested.state"] {
            assert_eq!(report(merged).replace(merged, "all.state"), expected);
        }
        if format == "json" {
            assert_eq!(expected, one_pass.stdout);
        }
    }
}

#[test]
fn threads_do_not_show() {
    let (place, _) = with_parts(1);
    let report = |threads: usize| {
        let line =
            format!("audit all.csv {COLUMNS} --format json --threads {threads} --save-state {threads}.bin");
        place.run(&line).ends(0).stdout
    };
    assert_eq!(report(1), report(2));
    assert_eq!(place.read("1.bin"), place.read("2.bin"));
}

#[test]
fn quantile_cuts_are_numbers_in_the_state() {
    let (place, _) = with_parts(1);
    let line = "audit all.csv --target y --sensitive age";
    let run = place.run(&format!("{line} --cut age=quantiles:4 --save-state a.state")).ends(0);
    let note = run
        .stderr
        .lines()
        .find_map(|line| line.split_once("its quantiles: "))
        .map(|(_, flag)| flag.to_owned());
    let flag = note.unwrap_or_else(|| panic!("{}", run.stderr));
    place.run(&format!("{line} {flag} --save-state b.state")).ends(0);
    assert_eq!(place.read("a.state"), place.read("b.state"));
    place.run(&format!("audit --from-state a.state {flag}")).ends(0);
}

#[track_caller]
fn refused(place: &Place, line: &str, expected: Expect) {
    let run = place.run(line).ends(2);
    assert_eq!(run.stdout, "");
    expected.assert_eq(&run.stderr);
}

#[test]
fn the_same_rows_twice_are_refused() {
    let (place, _) = with_parts(2);
    std::fs::copy(place.path("0.state"), place.path("copy.state")).unwrap();
    refused(
        &place,
        "merge 0.state 0.state -o m.state",
        expect![[r#"
        error: 0.state is named twice
          its rows would be counted twice
    "#]],
    );
    refused(
        &place,
        "merge 0.state 1.state copy.state -o m.state",
        expect![[r#"
        error: 0.state and copy.state are equal
          nearly always this is the same rows given twice
          help: parts that happen to be equal merge with `equipoise merge --allow-identical`
    "#]],
    );
    refused(
        &place,
        "audit --from-state 0.state copy.state",
        expect![[r#"
        error: 0.state and copy.state are equal
          nearly always this is the same rows given twice
          help: parts that happen to be equal merge with `equipoise merge --allow-identical`
    "#]],
    );
    place.run("merge 0.state 1.state copy.state -o m.state --allow-identical").ends(0);
}

#[test]
fn states_of_other_columns_do_not_merge() {
    let (place, _) = with_parts(1);
    place.run("audit all.csv --target y --sensitive g --save-state other.state").ends(0);
    refused(
        &place,
        "merge 0.state other.state -o m.state",
        expect![[r#"
        error: cannot merge 0.state and other.state
          the statistics differ in sensitive columns or their cut points, so they cannot be merged
          help: count all parts with the same flags; `--task`, `--positive` and `--cut` say outright what
                else is found from the rows
    "#]],
    );
}

#[test]
fn flags_that_name_again_what_was_counted_must_agree() {
    let (place, _) = with_parts(1);
    place.run(&format!("audit --from-state 0.state {COLUMNS}")).ends(0);
    place.run("audit --from-state 0.state --cut age=quantiles:3").ends(0);
    refused(
        &place,
        "audit --from-state 0.state --sensitive g",
        expect![[r#"
        error: `--sensitive` differs from what the state was counted with
          given: g
          counted: g, age
          help: leave the flag out, or count the rows again
    "#]],
    );
    refused(
        &place,
        "audit --from-state 0.state --cut age=30",
        expect![[r#"
        error: `--cut age=` differs from what the state was counted with
          given: 30
          counted: 30, 50
          help: leave the flag out, or count the rows again
    "#]],
    );
    refused(
        &place,
        "audit --from-state 0.state --cut age=quantiles:2",
        expect![[r#"
            error: `--cut age=` differs from what the state was counted with
              given: quantiles:2
              counted: 30, 50
              help: leave the flag out, or count the rows again
        "#]],
    );
    refused(
        &place,
        "audit --from-state 0.state --threshold 0.6",
        expect![[r#"
        error: `--threshold` differs from what the state was counted with
          given: 0.6
          counted: 0.5
          help: leave the flag out, or count the rows again
    "#]],
    );
    refused(
        &place,
        "audit --from-state 0.state --weight-kind frequency",
        expect![[r#"
        error: `--weight-kind` differs from what the state was counted with
          given: frequency
          counted: sampling
          help: leave the flag out, or count the rows again
    "#]],
    );
    refused(
        &place,
        "audit --from-state 0.state --prediction f",
        expect![[r#"
        error: `--prediction` differs from what the state was counted with
          given: f
          counted: nothing
          help: leave the flag out, or count the rows again
    "#]],
    );
    refused(
        &place,
        "audit --from-state 0.state --drop-missing",
        expect![[r#"
        error: `--drop-missing` is about reading a table, and `--from-state` reads none
          help: give it when the state is saved
    "#]],
    );
    refused(
        &place,
        "audit all.csv --from-state 0.state",
        expect![[r#"
        error: both data and `--from-state` are given
          help: a state takes the place of data
    "#]],
    );
}

#[test]
fn what_is_no_state_is_refused() {
    let (place, _) = with_parts(1);
    refused(
        &place,
        "audit --from-state all.csv",
        expect![[r#"
            error: cannot use all.csv: this is not an equipoise state file
              help: a state is what `equipoise audit --save-state` or `equipoise merge` wrote
        "#]],
    );
    let mut bytes = place.read("0.state");
    bytes[100] ^= 1;
    place.write("broken.state", &bytes);
    refused(
        &place,
        "merge broken.state -o m.state",
        expect![[r#"
            error: cannot use broken.state: the state is damaged: its checksum does not match
              help: a state is what `equipoise audit --save-state` or `equipoise merge` wrote
        "#]],
    );
    place.write("short.state", &bytes[..60]);
    refused(
        &place,
        "merge short.state -o m.state",
        expect![[r#"
            error: cannot use short.state: the state is 60 bytes long where its header says 51663
              help: a state is what `equipoise audit --save-state` or `equipoise merge` wrote
        "#]],
    );
    refused(
        &place,
        "merge nowhere.state -o m.state",
        expect![[r#"
        error: cannot read nowhere.state: no such file or directory
    "#]],
    );
}
