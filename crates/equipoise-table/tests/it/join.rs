//! Attributes in another file.

use equipoise_table::{Join, MissingPolicy, ReadOptions, Source};
use expect_test::expect;

use crate::support::{Value, file, label, message, read, real, text, with};

fn join(main: &str, other: &str, key: &str, key_there: &str) -> (Vec<tempfile::TempDir>, Source) {
    let (one, main) = file("main.csv", main);
    let (two, other) = file("people.csv", other);
    let other = Source::open(&[other.into()], ReadOptions::new()).unwrap();
    let join = Join::new(other, key).with_key_there(key_there);
    let source = Source::open(&[main.into()], ReadOptions::new()).unwrap().with_join(join);
    (vec![one, two], source)
}

const MAIN: &str = "id,y\n1,a\n2,b\n9,c\n,d\n1,e\n";

#[test]
fn joined_columns_stand_beside_the_own_ones() {
    let (_folders, source) =
        join(MAIN, "person,sex,age\n2,f,30\n1,m,40\n3,f,50\n,m,1\n1,m,40\n", "id", "person");
    let (rows, summary) = read(&source, &[label("sex"), label("y"), real("age"), label("id")]).unwrap();
    let expected = [
        [text("m"), text("a"), Value::Number(40.0), text("1")],
        [text("f"), text("b"), Value::Number(30.0), text("2")],
        [Value::Missing, text("c"), Value::Missing, text("9")],
        [Value::Missing, text("d"), Value::Missing, Value::Missing],
        [text("m"), text("e"), Value::Number(40.0), text("1")],
    ];
    assert_eq!(rows, expected);
    let join = summary.join.unwrap();
    assert_eq!((join.rows_matched, join.rows_unmatched), (3, 2));
    assert_eq!((join.keys, join.keys_unmatched, join.rows_duplicate, join.rows_without_key), (3, 1, 1, 1));
    assert_eq!(summary.missing, [2, 0, 2, 1]);
    let dropped = [with(label("sex"), MissingPolicy::Drop), label("y")];
    let (rows, summary) = read(&source, &dropped).unwrap();
    assert_eq!((rows.len(), summary.rows_dropped), (3, 2));
    let rejected = read(&source, &[with(label("sex"), MissingPolicy::Reject)]).map(|(rows, _)| rows);
    expect!["column `sex` has 2 missing values, the first in main.csv, line 4"].assert_eq(&message(rejected));
}

#[test]
fn a_key_with_two_values_is_an_error() {
    let (_folders, source) = join(MAIN, "id,sex\n1,f\n2,f\n1,m\n", "id", "id");
    let error = read(&source, &[label("sex")]).unwrap_err().to_string();
    assert!(error.starts_with("a key of column `id` occurs twice with different values"), "{error}");
    assert!(error.contains("people.csv, line 2 and in") && error.ends_with("people.csv, line 4"), "{error}");
    assert_eq!(read(&source, &[label("y"), label("id")]).unwrap().0.len(), 5);
}

#[test]
fn a_column_in_both_files_is_an_error() {
    let (_folders, source) = join(MAIN, "id,y\n1,f\n", "id", "id");
    let error = read(&source, &[label("y")]).unwrap_err().to_string();
    assert!(error.starts_with("column `y` is both in"), "{error}");
    assert_eq!(read(&source, &[label("#2")]).unwrap().0.len(), 5);
    let error = read(&source, &[label("none")]).unwrap_err().to_string();
    assert!(error.starts_with("column `none` is not in"), "{error}");
}
