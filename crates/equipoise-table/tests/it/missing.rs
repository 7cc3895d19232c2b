//! What a missing value means, and that threads change nothing.

use equipoise_table::{
    Batch, ColumnRequest, FoldError, MissingPolicy, ReadOptions, Rows, Source, TableError,
};
use expect_test::expect;

use crate::support::{counts, file, label, message, open, read, read_file, real, text, with};

const TABLE: &str = "sex,y,s\nf,1,0.5\n,0,0.25\nm,,0.125\nf,1,\nm,0,1\n";

#[test]
fn a_missing_value_is_a_label_of_its_own() {
    let (_folder, path) = file("t.csv", TABLE);
    let (rows, summary) = read(&open(&path, ReadOptions::new()), &[label("sex"), real("s")]).unwrap();
    assert_eq!(rows.len(), 5);
    assert_eq!((summary.rows, summary.rows_dropped, summary.missing), (5, 0, vec![1, 1]));
}

#[test]
fn rows_with_missing_values_can_be_dropped() {
    let (_folder, path) = file("t.csv", TABLE);
    let requests =
        [label("sex"), with(label("y"), MissingPolicy::Drop), with(real("s"), MissingPolicy::Drop)];
    let (rows, summary) = read(&open(&path, ReadOptions::new()), &requests).unwrap();
    assert_eq!(rows.iter().map(|row| row[1].clone()).collect::<Vec<_>>(), [text("1"), text("0"), text("0")]);
    assert_eq!((summary.rows, summary.rows_dropped, summary.missing), (3, 2, vec![1, 1, 1]));
}

#[test]
fn rejected_values_are_counted_to_the_end() {
    let reject = |name: &str| with(label(name), MissingPolicy::Reject);
    let outcome = read_file("t.csv", TABLE, ReadOptions::new(), &[label("sex"), reject("y")]);
    expect!["column `y` has 1 missing value, the first in t.csv, line 4"].assert_eq(&message(outcome));
    let n = 300_000;
    let table = "y\n".to_owned() + &"1\n".repeat(10) + &"NA\n1\n".repeat(n);
    let mut options = ReadOptions::new();
    options.missing = vec!["NA".to_owned()];
    let outcome = read_file("t.csv", table, options, &[reject("y")]);
    expect!["column `y` has 300000 missing values, the first in t.csv, line 12"].assert_eq(&message(outcome));
}

/// A table of some blocks, whose last third has words in column `x`.
fn large() -> String {
    let row = |row: usize| format!("{},{}\n", row % 13, if row < 400_000 { "1" } else { "oops" });
    "g,x\n".to_owned() + &(0..600_000).map(row).collect::<String>()
}

#[test]
fn any_number_of_threads_gives_the_same() {
    let (_folder, path) = file("t.csv", large());
    let source = open(&path, ReadOptions::new());
    let expected = counts(&source, &["g"]);
    assert_eq!(expected.values().sum::<u64>(), 600_000);
    for threads in [1, 2, 8] {
        let step = |n: &mut usize, batch: &Batch| {
            *n += batch.rows;
            Ok::<_, String>(())
        };
        let (parts, summary) = source.fold(&[label("g")], threads, &|_| {}, || 0, step).unwrap();
        assert_eq!((parts.iter().sum::<usize>(), summary.rows), (600_000, 600_000));
        let Err(FoldError::Table(error)) = source.fold(&[real("x")], threads, &|_| {}, || 0, step) else {
            panic!("words are no numbers");
        };
        assert!(matches!(&error, TableError::NotANumber { place, .. } if place.row == 400_002), "{error}");
        let failing = |_: &mut usize, _: &Batch| Err("no");
        let outcome = source.fold(&[label("g")], threads, &|_| {}, || 0, failing);
        assert!(matches!(outcome, Err(FoldError::Step("no"))));
    }
}

#[test]
fn progress_reaches_the_whole() {
    let (_folder, path) = file("t.csv", large());
    let source: Source = open(&path, ReadOptions::new());
    let last = std::sync::Mutex::new(None);
    let requests: [ColumnRequest; 1] = [label("g")];
    let note = |progress| *last.lock().unwrap() = Some(progress);
    source.fold(&requests, 1, &note, || (), |(), _| Ok::<_, String>(())).unwrap();
    let last = last.into_inner().unwrap().unwrap();
    assert_eq!((last.rows, last.bytes), (600_000, last.bytes_total));
}

#[test]
fn rows_know_their_lines_also_behind_dropped_ones() {
    let (_folder, path) = file("t.csv", "g,x\na,1\na,\nb,2\nb,\nc,3\n");
    let source: Source = open(&path, ReadOptions::new());
    let requests = [label("g"), with(real("x"), MissingPolicy::Drop)];
    let step = |lines: &mut Vec<u64>, batch: &Batch, rows: &Rows<'_>| {
        lines.extend((0..batch.rows).map(|row| rows.place(row).row));
        Ok::<_, String>(())
    };
    let (lines, summary) = source.fold_rows(&requests, 1, &|_| {}, Vec::new, step).unwrap();
    assert_eq!((lines.concat(), summary.rows_dropped), (vec![2, 4, 6], 2));
}
