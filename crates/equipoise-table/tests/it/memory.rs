//! Tables in memory: the same as from a file, whatever the chunks.

use std::sync::Arc;

use arrow::{array::*, datatypes::Int32Type};
use equipoise_table::{ColumnRequest, Join, Kind, MissingPolicy, ReadOptions, RowUnit, Source, TableError};
use expect_test::expect;

use crate::{
    ipc::{all_types, batch_of_all_types, stream_of},
    support::{Rows, Value, counts, label, read, read_file, real, text, with},
};

fn made(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}

fn table(columns: &[(&str, Vec<ArrayRef>)]) -> Source {
    Source::of_columns(columns.iter().map(|(name, chunks)| ((*name).to_owned(), chunks.clone())).collect())
        .unwrap()
}

fn rows(source: &Source, requests: &[ColumnRequest]) -> Result<Rows, TableError> {
    read(source, requests).map(|(rows, _)| rows)
}

#[track_caller]
fn error(source: &Source, requests: &[ColumnRequest]) -> String {
    rows(source, requests).expect_err("an error was expected").to_string()
}

#[test]
fn every_type_reads_as_from_a_file() {
    let (mut columns, mut requests) = (Vec::new(), Vec::new());
    for (name, array, _, numbers) in all_types() {
        columns.push((name.to_owned(), vec![array]));
        requests.push(label(name));
        if numbers.is_some() {
            requests.push(real(name));
        }
    }
    let source = Source::of_columns(columns).unwrap();
    let (found, summary) = read(&source, &requests).unwrap();
    let expected =
        read_file("t.arrows", stream_of(&[batch_of_all_types()]), ReadOptions::new(), &requests).unwrap();
    assert_eq!(found, expected);
    assert_eq!((summary.rows, summary.files), (3, 0));
}

#[test]
fn chunks_of_columns_need_not_align() {
    let numbers = Int64Array::from_iter((0..10).map(|n| (n != 4).then_some(n)));
    let letters = StringArray::from_iter_values((0..12).map(|n| if n % 3 == 0 { "x" } else { "y" }));
    let source = table(&[
        ("n", vec![made(numbers.slice(0, 0)), made(numbers.slice(0, 3)), made(numbers.slice(3, 7))]),
        ("l", vec![made(letters.slice(2, 9)), made(letters.slice(0, 0)), made(letters.slice(11, 1))]),
    ]);
    let found = rows(&source, &[label("n"), real("n"), label("l")]).unwrap();
    for (row, values) in found.into_iter().enumerate() {
        let (name, number) = match row {
            4 => (Value::Missing, Value::Missing),
            _ => (text(&row.to_string()), Value::Number(row as f64)),
        };
        let letter = text(if (row + 2) % 3 == 0 { "x" } else { "y" });
        assert_eq!(values, [name, number, letter]);
    }
}

#[test]
fn columns_of_different_lengths_are_refused() {
    let columns = vec![
        ("a".to_owned(), vec![made(Int8Array::from(vec![1])), made(Int8Array::from(vec![2]))]),
        ("b".to_owned(), vec![made(Int8Array::from(vec![1, 2]))]),
        ("c".to_owned(), vec![]),
    ];
    let error = Source::of_columns(columns).unwrap_err();
    expect!["column `a` has 2 rows, but column `c` has 0"].assert_eq(&error.to_string());
}

#[test]
fn empty_tables_have_no_rows() {
    let none = table(&[]);
    assert_eq!(none.columns().unwrap(), []);
    assert_eq!(read(&none, &[]).unwrap().1.rows, 0);
    expect!["column `a` is not in the table"].assert_eq(&error(&none, &[label("a")]));
    let empty = table(&[("a", vec![]), ("b", vec![made(StringArray::from(vec![""; 0]))])]);
    let types: Vec<_> = empty.columns().unwrap().into_iter().map(|column| column.type_name).collect();
    assert_eq!(types, ["Null", "Utf8"]);
    assert_eq!(rows(&empty, &[label("a"), real("b")]).unwrap(), Rows::new());
    assert_eq!(empty.files().len(), 0);
}

#[test]
fn errors_number_rows_from_zero_and_name_no_file() {
    let source = table(&[
        ("x", vec![made(StringArray::from(vec![Some("1"), None])), made(StringArray::from(vec!["2", "no"]))]),
        ("y", vec![made(Float64Array::from(vec![0.0, 1.0, f64::INFINITY, 2.0]))]),
        ("z", vec![made(BinaryArray::from_vec(vec![b"a", b"\xff", b"c", b"d"]))]),
        (
            "l",
            vec![made(ListArray::new_null(
                Arc::new(arrow::datatypes::Field::new_list_field(arrow::datatypes::DataType::Int8, true)),
                4,
            ))],
        ),
    ]);
    expect!["column `x` has `no` where a number is needed, in row 3"]
        .assert_eq(&error(&source, &[real("x")]));
    expect!["column `y` has the value inf, not a finite number, in row 2"]
        .assert_eq(&error(&source, &[real("y")]));
    expect!["column `z` has text that is not UTF-8, in row 1"].assert_eq(&error(&source, &[label("z")]));
    expect!["column `l` of the table has type List(Int8), which cannot be read as labels"]
        .assert_eq(&error(&source, &[label("l")]));
    let missing = rows(&source, &[with(label("x"), MissingPolicy::Reject)]).unwrap_err();
    expect!["column `x` has 1 missing value, the first in row 1"].assert_eq(&missing.to_string());
    assert!(matches!(missing, TableError::Missing { first, .. } if first.unit == RowUnit::Index));
}

#[test]
fn repeated_names_are_told_apart() {
    let source =
        table(&[("a", vec![made(Int8Array::from(vec![1]))]), ("a", vec![made(Int8Array::from(vec![2]))])]);
    assert_eq!(rows(&source, &[label("a"), label("a.1")]).unwrap(), [[text("1"), text("2")]]);
}

#[test]
fn policies_and_markers_hold() {
    let source = table(&[("x", vec![made(Int16Array::from(vec![Some(-9), Some(3), None, Some(4)]))])]);
    let source = source.with_missing(vec!["-9".into()]);
    let found = rows(&source, &[label("x"), real("x")]).unwrap();
    let missing = || vec![Value::Missing, Value::Missing];
    let number = |n: f64| vec![text(&n.to_string()), Value::Number(n)];
    assert_eq!(found, [missing(), number(3.0), missing(), number(4.0)]);
    let (found, summary) = read(&source, &[with(real("x"), MissingPolicy::Drop)]).unwrap();
    assert_eq!(found, [[Value::Number(3.0)], [Value::Number(4.0)]]);
    assert_eq!((summary.rows, summary.rows_dropped, summary.missing), (2, 2, vec![2]));
}

#[test]
fn tables_in_memory_are_joined() {
    let keys = |keys: &[i32]| vec![made(Int32Array::from(keys.to_vec()))];
    let names = |names: &[&str]| vec![made(StringArray::from(names.to_vec()))];
    let main = table(&[("id", keys(&[3, 1, 2])), ("c", keys(&[0, 0, 0]))]);
    let other = table(&[("id", keys(&[1, 3, 1])), ("sex", names(&["f", "m", "f"])), ("c", keys(&[0, 0, 0]))]);
    let joined = main.clone().with_join(Join::new(other.clone(), "id"));
    let found = rows(&joined, &[label("sex"), label("id")]).unwrap();
    assert_eq!(found, [[text("m"), text("3")], [text("f"), text("1")], [Value::Missing, text("2")]]);
    expect!["column `c` is both in the table and in the joined table"]
        .assert_eq(&error(&joined, &[label("c")]));
    let wrong = table(&[("id", keys(&[1, 3, 1])), ("sex", names(&["f", "m", "m"]))]);
    expect!["a key of column `id` occurs twice with different values, in row 0 and in row 2"]
        .assert_eq(&error(&main.with_join(Join::new(wrong, "id")), &[label("sex")]));
}

#[test]
fn a_table_in_memory_is_not_chained() {
    let one = table(&[("a", vec![made(Int8Array::from(vec![1]))])]);
    assert!(one.clone().chain(one).is_none());
}

#[test]
fn any_number_of_threads_counts_the_same() {
    let n = 300_000;
    let group: DictionaryArray<Int32Type> = (0..n).map(|row| Some(["a", "b", "c"][row % 3])).collect();
    let ids = StringArray::from_iter_values((0..n).map(|row| (row % 100_000).to_string()));
    let source =
        table(&[("g", vec![made(group)]), ("id", vec![made(ids.slice(0, 77)), made(ids.slice(77, n - 77))])]);
    let counts = counts(&source, &["g", "id"]);
    assert_eq!(counts.len(), 300_000);
    assert!(counts.values().all(|&n| n == 1));
}

#[test]
fn the_error_of_the_earliest_piece_is_returned() {
    let bad = |row: usize| row == 150_000 || row == 299_999;
    let texts = (0..300_000).map(|row| if bad(row) { "?" } else { "1" });
    let source = table(&[("x", vec![made(LargeStringArray::from_iter_values(texts))])]);
    for threads in [1, 3] {
        let requests = [ColumnRequest::new("x", Kind::Real, MissingPolicy::Label)];
        let outcome = source.fold(&requests, threads, &|_| {}, || (), |(), _| Ok::<_, String>(()));
        expect!["column `x` has `?` where a number is needed, in row 150000"]
            .assert_eq(&outcome.unwrap_err().to_string());
    }
}

#[test]
fn a_printed_source_shows_no_values() {
    let source = table(&[("a", vec![made(StringArray::from(vec!["secret"]))])]);
    assert!(!format!("{source:?}").contains("secret"));
}
