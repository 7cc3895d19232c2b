//! Flags on reading tables: a table written in another way, read with the right flags, is the same table.

use expect_test::expect;

use crate::{LOANS, Place};

const ROLES: &str = "--prediction approved --target repaid --sensitive sex,age --cut age=30,50";

/// Checks that a file read with flags gives the statistics of the loans.
#[track_caller]
fn same(name: &str, text: impl AsRef<[u8]>, flags: &str) {
    let place = Place::with_loans();
    place.write(name, text);
    place.run(&format!("audit loans.csv {ROLES} --save-state a")).ends(0);
    place.run(&format!("audit {name} {ROLES} {flags} --save-state b")).ends(0);
    assert!(place.read("a") == place.read("b"));
}

fn headless() -> String {
    LOANS.lines().skip(1).map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_separator_is_found_or_named() {
    same("loans.tsv", LOANS.replace(',', "\t"), "");
    same("semicolons.csv", LOANS.replace(',', ";"), "");
    same("colons.csv", LOANS.replace(',', ":"), "--delimiter :");
    same("tabs.csv", LOANS.replace(',', "\t"), "--delimiter tab");
}

#[test]
fn names_of_columns_may_come_from_the_command_line() {
    same("plain.csv", headless(), "--columns sex,age,approved,repaid");
    let place = Place::new();
    place.write("plain.csv", headless());
    place.run("audit plain.csv --no-header --prediction #3 --sensitive #1").ends(0);
}

#[test]
fn lines_may_be_left_out() {
    same("titled.csv", format!("loans of 2024\n\n{LOANS}"), "--skip-rows 2");
    same("comments.csv", LOANS.replace("m,19", "|x\nm,19"), "--comment |");
}

#[test]
fn quotes_blanks_and_missing_markers_are_read_as_said() {
    same("single.csv", LOANS.replace("yes", "~yes~"), "--quote ~");
    same("spaced.csv", LOANS.replace(',', ", "), "--trim");
    let place = Place::new();
    place.write("a.csv", LOANS.replace("f,21", "?,21").replace("m,66", "-,66"));
    place.write("b.csv", LOANS.replace("f,21", ",21").replace("m,66", ",66"));
    place.run(&format!("audit a.csv {ROLES} --missing ?,- --save-state a")).ends(0);
    place.run(&format!("audit b.csv {ROLES} --save-state b")).ends(0);
    assert!(place.read("a") == place.read("b"));
}

#[test]
fn other_formats_are_the_same_table() {
    let json: String = LOANS
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            let [sex, age, approved, repaid] = fields[..] else { panic!("four fields") };
            format!(
                "{{\"sex\": \"{sex}\", \"age\": {age}, \"approved\": \"{approved}\", \"repaid\": \"{repaid}\"}}\n"
            )
        })
        .collect();
    same("loans.jsonl", &json, "");
    same("loans.log", &json, "--input-format json-lines");
}

#[test]
fn several_files_are_one_table() {
    let place = Place::with_loans();
    let (head, rows) = LOANS.split_once('\n').unwrap();
    for (part, lines) in rows.lines().collect::<Vec<_>>().chunks(5).enumerate() {
        place.write(&format!("part-{part}.csv"), format!("{head}\n{}\n", lines.join("\n")));
    }
    place.run(&format!("audit loans.csv {ROLES} --save-state a")).ends(0);
    place.run(&format!("audit part-0.csv part-1.csv part-2.csv {ROLES} --save-state b")).ends(0);
    place.run(&format!("audit part-*.csv {ROLES} --save-state c")).ends(0);
    assert!(place.read("a") == place.read("b") && place.read("a") == place.read("c"));
}

/// The loans with a key, and what is kept apart from them.
fn with_people(place: &Place) {
    let mut loans = String::from("id,age,approved,repaid\n");
    let mut people = String::from("person,sex\n");
    for (id, line) in LOANS.lines().skip(1).enumerate() {
        let (sex, rest) = line.split_once(',').expect("two fields");
        loans.push_str(&format!("{id},{rest}\n"));
        people.push_str(&format!("{id},{sex}\n"));
    }
    place.write("keyed.csv", loans);
    place.write("people.csv", people);
}

#[test]
fn attributes_from_another_file_are_those_of_one_table() {
    let place = Place::with_loans();
    with_people(&place);
    place.run(&format!("audit loans.csv {ROLES} --save-state a")).ends(0);
    place.run(&format!("audit keyed.csv {ROLES} --join people.csv --on id=person --save-state b")).ends(0);
    assert!(place.read("a") == place.read("b"));
}

#[test]
fn a_column_of_both_tables_is_refused() {
    let place = Place::with_loans();
    with_people(&place);
    place.write("people.csv", "id,sex,age\n1,f,2\n");
    let run = place.run(&format!("audit keyed.csv {ROLES} --join people.csv --on id")).ends(2);
    assert!(run.stderr.contains("column `age` is both in keyed.csv and in people.csv"), "{}", run.stderr);
}

#[test]
fn rows_and_keys_without_a_match_are_counted() {
    let place = Place::with_loans();
    with_people(&place);
    place.write("people.csv", "person,sex\n0,f\n1,f\n1,f\n77,m\n,m\n");
    let run = place
        .run("audit keyed.csv --prediction approved --sensitive sex --join people.csv --on id=person")
        .ends(0);
    expect![[r#"
        note: rows without a match in the joined file: 10
        note: keys of the joined file without a row: 1
        note: rows of the joined file that repeat a key: 1
        note: rows of the joined file without a key: 1
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
fn rows_left_out_are_counted() {
    let place = Place::new();
    place.write("gaps.csv", "g,y,p\na,1,\na,,1\nb,0,0\nb,1,1\n,,\n");
    let run = place.run("audit gaps.csv --target y --prediction p --sensitive g --drop-missing").ends(0);
    expect![[r#"
        note: 3 of 5 rows are left out: `y` is missing in 2, `p` is missing in 2
    "#]]
    .assert_eq(&run.stderr);
}

#[test]
#[cfg(unix)]
fn a_file_name_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt;
    let place = Place::new();
    let name = std::ffi::OsStr::from_bytes(b"loans-\xff.csv");
    std::fs::write(place.path("").join(name), LOANS).unwrap();
    let mut command = place.command(["audit", "--prediction", "approved", "--sensitive", "sex"]);
    crate::run(command.arg(name)).ends(0);
}
