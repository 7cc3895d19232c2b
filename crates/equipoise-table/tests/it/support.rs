//! Reads tables whole, so that tests can compare them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use equipoise::groups::Label;
use equipoise_table::{
    Batch, ColumnData, ColumnRequest, FoldError, Input, Kind, MissingPolicy, ReadOptions, ReadSummary,
    Source, TableError,
};

/// A value of a table as a test writes it.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(crate) enum Value {
    Text(String),
    Number(f64),
    Missing,
}

/// Rows of values.
pub(crate) type Rows = Vec<Vec<Value>>;

pub(crate) fn label(name: &str) -> ColumnRequest {
    ColumnRequest::new(name, Kind::Categorical, MissingPolicy::Label)
}

pub(crate) fn real(name: &str) -> ColumnRequest {
    ColumnRequest::new(name, Kind::Real, MissingPolicy::Label)
}

pub(crate) fn with(request: ColumnRequest, missing: MissingPolicy) -> ColumnRequest {
    let mut request = request;
    request.missing = missing;
    request
}

fn rows_of(batch: &Batch) -> Rows {
    let value = |column: &ColumnData, row: usize| match column {
        ColumnData::Categorical { codes, labels } => match &labels[codes.as_codes().get(row)] {
            Label::Value(text) => Value::Text(text.to_string()),
            Label::Missing => Value::Missing,
        },
        ColumnData::Real(values) if values[row].is_nan() => Value::Missing,
        ColumnData::Real(values) => Value::Number(values[row]),
    };
    for column in &batch.columns {
        assert_eq!(column.len(), batch.rows);
    }
    (0..batch.rows).map(|row| batch.columns.iter().map(|column| value(column, row)).collect()).collect()
}

/// Reads all rows on one thread, hence in order.
pub(crate) fn read(source: &Source, requests: &[ColumnRequest]) -> Result<(Rows, ReadSummary), TableError> {
    let step = |rows: &mut Rows, batch: &Batch| {
        rows.extend(rows_of(batch));
        Ok::<_, std::convert::Infallible>(())
    };
    match source.fold(requests, 1, &|_| {}, Rows::new, step) {
        Ok((rows, summary)) => Ok((rows.concat(), summary)),
        Err(FoldError::Table(error)) => Err(error),
        Err(FoldError::Step(never)) => match never {},
    }
}

/// Counts the rows of each combination of labels on two threads.
pub(crate) fn counts(source: &Source, columns: &[&str]) -> BTreeMap<String, u64> {
    let requests: Vec<_> = columns.iter().map(|column| label(column)).collect();
    let step = |counts: &mut BTreeMap<String, u64>, batch: &Batch| {
        for row in rows_of(batch) {
            let texts = row.into_iter().map(|value| match value {
                Value::Text(text) => text,
                _ => "missing".to_owned(),
            });
            *counts.entry(texts.collect::<Vec<_>>().join("|")).or_insert(0) += 1;
        }
        Ok::<_, std::convert::Infallible>(())
    };
    let (parts, _) = source.fold(&requests, 2, &|_| {}, BTreeMap::new, step).expect("the table can be read");
    let mut all = BTreeMap::new();
    for (texts, n) in parts.into_iter().flatten() {
        *all.entry(texts).or_insert(0) += n;
    }
    all
}

pub(crate) fn open(path: &Path, options: ReadOptions) -> Source {
    Source::open(&[Input::from(path)], options).expect("the file can be opened")
}

/// The folder of real data, or a message.
pub(crate) fn data(file: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("EQUIPOISE_DATA").map(PathBuf::from);
    let path = folder.map(|folder| folder.join(file)).filter(|path| path.exists());
    if path.is_none() {
        println!("skipped: {file} is not in the folder that EQUIPOISE_DATA names");
    }
    path
}

/// Writes a file into a folder of its own.
pub(crate) fn file(name: &str, bytes: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

/// Reads columns of a file that the test writes.
pub(crate) fn read_file(
    name: &str,
    bytes: impl AsRef<[u8]>,
    options: ReadOptions,
    requests: &[ColumnRequest],
) -> Result<Rows, TableError> {
    let (_folder, path) = file(name, bytes);
    let source = Source::open(&[path.into()], options)?;
    read(&source, requests).map(|(rows, _)| rows)
}

/// Returns an error's text without the folder of the test.
#[track_caller]
pub(crate) fn message(outcome: Result<Rows, TableError>) -> String {
    let error = outcome.expect_err("an error was expected").to_string();
    let Some(at) = error.find("/") else { return error };
    let end = error[at..].find(['/']).map_or(at, |_| error.rfind('/').map_or(at, |end| end + 1));
    format!("{}{}", &error[..at], &error[end..])
}
