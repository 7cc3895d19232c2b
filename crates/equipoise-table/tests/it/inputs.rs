//! Several files, folders and patterns.

use std::{fs, path::Path};

use equipoise_table::{Format, Input, ReadOptions, Source};
use expect_test::expect;

use crate::support::{Value, counts, label, read, real, text};

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("year=2020/part-1.csv", "a,b\n1,x\n");
    write("year=2020/part-0.csv", "b;a\ny;2\n");
    write("year=2021/deep/part-0.csv", "a,b\n3,z\n");
    write("year=__HIVE_DEFAULT_PARTITION__/part-0.csv", "a,b\n4,w\n");
    write("year=2021/empty.csv", "");
    write("_SUCCESS", "");
    write(".hidden/part-0.csv", "nothing\n");
    folder
}

#[test]
fn folders_are_read_in_order_and_name_columns() {
    let folder = folder();
    let source = Source::open(&[folder.path().into()], ReadOptions::new()).unwrap();
    let (rows, summary) = read(&source, &[label("a"), label("year"), real("year")]).unwrap();
    let expected = [
        [text("2"), text("2020"), Value::Number(2020.0)],
        [text("1"), text("2020"), Value::Number(2020.0)],
        [text("3"), text("2021"), Value::Number(2021.0)],
        [text("4"), Value::Missing, Value::Missing],
    ];
    assert_eq!(rows, expected);
    assert_eq!(summary.files, 5);
    assert_eq!(source.columns().unwrap().len(), 3);
    assert_eq!(counts(&source, &["b"]).len(), 4);
}

#[test]
fn patterns_find_files() {
    let folder = folder();
    let pattern = folder.path().join("*/part-0.csv");
    let source = Source::open(&[pattern.into()], ReadOptions::new()).unwrap();
    let names: Vec<_> = source.files().map(Path::to_path_buf).collect();
    assert_eq!(names.len(), 2);
    assert!(names.is_sorted());
    for (pattern, expected) in
        [("*.parquet", "no file matches *.parquet"), ("**a/[", "**a/[ is not a pattern of file names")]
    {
        let error = Source::open(&[folder.path().join(pattern).into()], ReadOptions::new()).unwrap_err();
        let error = error.to_string().replace(&format!("{}/", folder.path().display()), "");
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn files_that_disagree_are_named() {
    let folder = folder();
    fs::write(folder.path().join("year=2021/other.csv"), "a,c\n1,2\n").unwrap();
    let source = Source::open(&[folder.path().into()], ReadOptions::new()).unwrap();
    assert!(read(&source, &[label("a")]).is_ok());
    let error = read(&source, &[label("b")]).unwrap_err().to_string();
    let error = error.replace(&format!("{}/", folder.path().display()), "");
    expect!["column `b` is in year=2020/part-0.csv but not in year=2021/other.csv"].assert_eq(&error);
}

#[test]
fn what_cannot_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let open = |path: &Path| Source::open(&[path.into()], ReadOptions::new()).unwrap_err().to_string();
    assert!(open(&folder.path().join("none.csv")).contains("none.csv: No such file"));
    assert!(open(folder.path()).starts_with("no file matches"));
    assert_eq!(Input::from("-"), Input::Stdin);
}

#[test]
fn formats_are_known_by_suffix() {
    let of = |name: &str| Format::of_suffix(Path::new(name));
    for name in ["a.csv", "a.TSV", "a.data", "a.test", "a.csv.gz", "a.txt.zst"] {
        assert_eq!(of(name), Some(Format::Csv), "{name}");
    }
    assert_eq!(of("a.ndjson.gz"), Some(Format::JsonLines));
    assert_eq!(of("a.pq"), Some(Format::Parquet));
    assert_eq!(of("a.feather"), Some(Format::ArrowIpc));
    assert_eq!(of("a"), None);
    assert_eq!("json-lines".parse(), Ok(Format::JsonLines));
    assert!("xml".parse::<Format>().unwrap_err().contains("`parquet`"));
}

#[cfg(unix)]
#[test]
fn pipes_are_read_more_than_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    if !made.is_ok_and(|status| status.success()) {
        println!("skipped: there is no mkfifo");
        return;
    }
    let there = path.clone();
    let writer = std::thread::spawn(move || fs::write(there, "a,b\n1,2\n"));
    let source = Source::open(&[path.into()], ReadOptions::new()).unwrap();
    writer.join().unwrap().unwrap();
    for _ in 0..2 {
        assert_eq!(read(&source, &[label("b")]).unwrap().0, [[text("2")]]);
    }
}

#[test]
fn chained_files_are_read_each_in_its_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let open = |name: &str, text: &str, options: ReadOptions| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        Source::open(&[path.into()], options).unwrap()
    };
    let mut titled = ReadOptions::new();
    titled.skip_rows = 1;
    let plain = open("a.csv", "a,b\n1,2\n", ReadOptions::new());
    let chained = plain.clone().chain(open("b.csv", "a title\na;b\n3;4\n", titled)).unwrap();
    assert_eq!(chained.files().len(), 2);
    assert_eq!(read(&chained, &[label("b")]).unwrap().0, [[text("2")], [text("4")]]);
    let mut marked = ReadOptions::new();
    marked.missing = vec!["?".into()];
    assert!(plain.chain(open("c.csv", "a,b\n?,5\n", marked)).is_none());
}
