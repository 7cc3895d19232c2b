//! What must be true of any bytes read as CSV under any options; a property test and the fuzz target call this.
//!
//! The twin below reads character by character, one state after the other, as the options' documentation says. It
//! knows nothing of blocks, masks, codes or threads.

use std::{convert::Infallible, fs};

use equipoise::groups::Label;
use equipoise_table::{
    Batch, ColumnData, ColumnRequest, FoldError, Header, Kind, MissingPolicy, ReadOptions, Source, TableError,
};

/// Options as plain values, in the order: separator, quote, comment, header, skipped lines, trim, missing markers.
/// The header is 0 for the first line, 1 for none, and one more than the number of names for names that are given.
pub(crate) type Options = (Option<u8>, Option<u8>, Option<u8>, u8, u8, bool, Vec<String>);

/// Columns that are read: few, since each is a pass of its own.
const N_COLUMNS_READ: usize = 4;

/// Reads `bytes` under the options, and checks that every column is what the twin says, or that both refuse.
///
/// # Panics
/// When a promise is broken.
pub(crate) fn check(bytes: &[u8], plain: Options) {
    let others: [&[u8]; 6] =
        [b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PAR1", b"PARE", b"ARROW1", b"\xff\xff\xff\xff"];
    if others.iter().any(|magic| bytes.starts_with(magic)) {
        return; // a compressed file, or one of another format, whatever its name
    }
    let options = options(plain);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("t.csv");
    fs::write(&path, bytes).expect("the temporary folder can be written");
    let source = match Source::open(&[path.into()], options.clone()) {
        Ok(source) => source,
        Err(error) => return assert!(!are_distinct(&options), "{error}"),
    };
    let twin = twin(bytes, &options);
    let n_columns = twin.as_ref().map_or(1, |twin| twin.names.len() + 1);
    for number in 1..=n_columns.min(N_COLUMNS_READ) {
        let column = twin.as_ref().and_then(|twin| twin.column(number));
        check_labels(&source, number, column.as_deref(), &options);
        check_numbers(&source, number, column.as_deref(), &options);
    }
}

fn options((delimiter, quote, comment, header, skip_rows, trim, missing): Options) -> ReadOptions {
    let mut options = ReadOptions::new();
    (options.delimiter, options.quote, options.comment) = (delimiter, quote, comment);
    options.header = match header % 5 {
        0 => Header::First,
        1 => Header::None,
        n => Header::Names((1..n).map(|name| format!("x{name}")).collect()),
    };
    (options.skip_rows, options.trim, options.missing) = (usize::from(skip_rows % 4), trim, missing);
    options
}

/// Whether no two bytes with a meaning are the same.
fn are_distinct(options: &ReadOptions) -> bool {
    let mut bytes: Vec<u8> =
        [options.delimiter, options.quote, options.comment].into_iter().flatten().collect();
    bytes.extend(b"\n\r");
    if options.trim && options.quote.is_some_and(|quote| b" \t".contains(&quote)) {
        return false;
    }
    bytes.iter().enumerate().all(|(at, byte)| !bytes[..at].contains(byte))
}

fn check_labels(source: &Source, number: usize, expected: Option<&[Vec<u8>]>, options: &ReadOptions) {
    match (read(source, number, Kind::Categorical), expected) {
        (Ok(found), Some(expected)) => {
            let expected: Vec<Value> = expected.iter().map(|text| label(text, options)).collect();
            assert_eq!(found, expected, "column {number}");
        }
        (Err(TableError::NotUtf8 { .. }), Some(expected)) => {
            assert!(expected.iter().any(|text| str::from_utf8(text).is_err()), "column {number}");
        }
        (Err(error), None) => assert_has_words(&error),
        (found, expected) => panic!("column {number}: {found:?} is not {expected:?}"),
    }
}

fn check_numbers(source: &Source, number: usize, expected: Option<&[Vec<u8>]>, options: &ReadOptions) {
    let numbers: Option<Vec<Value>> = expected.map(|texts| {
        texts
            .iter()
            .map(|text| match label(text, options) {
                Value::Text(text) => text.parse::<f64>().map_or(Value::Text(text), |n| {
                    if n.is_nan() { Value::Missing } else { Value::Number(n) }
                }),
                other => other,
            })
            .collect()
    });
    let is_finite = |value: &Value| match value {
        Value::Number(number) => number.is_finite(),
        Value::Missing => true,
        Value::Text(_) => false,
    };
    match (read(source, number, Kind::Real), numbers) {
        (Ok(found), Some(numbers)) => assert_eq!(found, numbers, "column {number}"),
        (Err(error), Some(numbers)) => {
            assert_has_words(&error);
            assert!(!numbers.iter().all(is_finite), "column {number}: {error}");
        }
        (Err(error), None) => assert_has_words(&error),
        (found, None) => panic!("column {number}: {found:?}, but the twin refuses"),
    }
}

/// An error has words. Names of columns stand in them as they are in the file: who prints them escapes them.
fn assert_has_words(error: &TableError) {
    assert!(!error.to_string().is_empty(), "{error:?}");
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Number(f64),
    Missing,
}

fn label(text: &[u8], options: &ReadOptions) -> Value {
    let is_marker = |marker: &String| {
        let marker = if options.trim { marker.trim() } else { marker };
        marker.as_bytes() == text
    };
    if text.is_empty() || options.missing.iter().any(is_marker) {
        return Value::Missing;
    }
    Value::Text(String::from_utf8_lossy(text).into_owned())
}

fn read(source: &Source, number: usize, kind: Kind) -> Result<Vec<Value>, TableError> {
    let request = ColumnRequest::new(format!("#{number}").as_str(), kind, MissingPolicy::Label);
    let step = |values: &mut Vec<Value>, batch: &Batch| -> Result<(), Infallible> {
        values.extend((0..batch.rows).map(|row| match &batch.columns[0] {
            ColumnData::Categorical { codes, labels } => match &labels[codes.as_codes().get(row)] {
                Label::Value(text) => Value::Text(text.to_string()),
                Label::Missing => Value::Missing,
            },
            ColumnData::Real(numbers) if numbers[row].is_nan() => Value::Missing,
            ColumnData::Real(numbers) => Value::Number(numbers[row]),
        }));
        Ok(())
    };
    match source.fold(&[request], 1, &|_| {}, Vec::new, step) {
        Ok((parts, _)) => Ok(parts.concat()),
        Err(FoldError::Table(error)) => Err(error),
        Err(FoldError::Step(never)) => match never {},
    }
}

/// What the twin reads.
struct Twin {
    names: Vec<String>,
    rows: Vec<Vec<Vec<u8>>>,
}

impl Twin {
    /// Returns a column by its number, unless another has that number for a name.
    fn column(&self, number: usize) -> Option<Vec<Vec<u8>>> {
        let literal = format!("#{number}");
        let of_name = self.names.iter().position(|name| *name == literal);
        let column = of_name.or(Some(number - 1)).filter(|&column| column < self.names.len())?;
        Some(self.rows.iter().map(|row| row[column].clone()).collect())
    }
}

/// Reads a text; `None` where it is refused.
fn twin(bytes: &[u8], options: &ReadOptions) -> Option<Twin> {
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return None;
    }
    let mut rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    for _ in 0..options.skip_rows {
        rest = after_line(rest);
    }
    while is_left_out(rest, options) {
        rest = after_line(rest);
    }
    if let [before @ .., last] = rest
        && !rest.contains(&b'\n')
        && *last != b'\n'
        && before.contains(&b'\r')
    {
        return None;
    }
    let delimiter = match options.delimiter {
        Some(delimiter) => delimiter,
        None => delimiter_of(first_line(rest), options)?,
    };
    let mut records = Vec::new();
    while !rest.is_empty() {
        if is_left_out(rest, options) {
            rest = after_line(rest);
        } else {
            let (record, after) = record(rest, delimiter, options)?;
            records.push(record);
            rest = after;
        }
    }
    let n_columns = records.first()?.len();
    if records.iter().any(|record| record.len() != n_columns) {
        return None;
    }
    let name = |(at, text): (usize, &Vec<u8>)| match text.is_empty() {
        true => format!("#{}", at + 1),
        false => String::from_utf8_lossy(text).into_owned(),
    };
    let names: Vec<String> = match &options.header {
        Header::First => records.remove(0).iter().enumerate().map(name).collect(),
        Header::None => (1..=n_columns).map(|column| format!("#{column}")).collect(),
        Header::Names(names) => names.clone(),
    };
    (names.len() == n_columns).then_some(Twin { names, rows: records })
}

fn first_line(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == b'\n').next().unwrap_or_default()
}

fn after_line(text: &[u8]) -> &[u8] {
    text.get(first_line(text).len() + 1..).unwrap_or_default()
}

/// Whether the text begins with a comment or an empty line.
fn is_left_out(text: &[u8], options: &ReadOptions) -> bool {
    match text.first() {
        None => false,
        Some(&first) if options.comment == Some(first) => true,
        Some(_) => matches!(first_line(text), b"" | b"\r"),
    }
}

/// The separator that is at least ten times as frequent as all others; the comma where there is none.
fn delimiter_of(line: &[u8], options: &ReadOptions) -> Option<u8> {
    let mut outside = Vec::new();
    let mut is_inside = false;
    for &byte in line {
        if options.quote == Some(byte) {
            is_inside = !is_inside;
        } else if !is_inside && b",;\t|".contains(&byte) {
            outside.push(byte);
        }
    }
    let count = |byte: u8| outside.iter().filter(|&&other| other == byte).count();
    let found = match outside.is_empty() {
        true => b',',
        false => *b",;\t|"
            .iter()
            .find(|&&byte| count(byte) > 0 && count(byte) >= 10 * (outside.len() - count(byte)))?,
    };
    (options.quote != Some(found) && options.comment != Some(found)).then_some(found)
}

/// Where a field stands.
#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Nothing but blanks that are left out has come.
    Start,
    /// In text without quotes.
    Plain,
    /// Behind the opening quote.
    Inside,
    /// Behind a quote that may be the first of two.
    Quote,
    /// Behind the closing quote.
    After,
}

/// Reads a record; returns its fields and what comes after. `None` where a quote stays open.
fn record<'a>(text: &'a [u8], delimiter: u8, options: &ReadOptions) -> Option<(Vec<Vec<u8>>, &'a [u8])> {
    let is_blank = |byte: u8| options.trim && (byte == b' ' || byte == b'\t') && byte != delimiter;
    let is_quote = |byte: u8| options.quote == Some(byte);
    let mut fields = Vec::new();
    let (mut quoted, mut plain, mut state) = (Vec::new(), Vec::new(), State::Start);
    let mut bytes = text.iter().copied().enumerate().chain([(text.len(), b'\n')]);
    loop {
        let (at, byte) = bytes.next()?;
        if state == State::Inside {
            if is_quote(byte) {
                state = State::Quote
            } else {
                quoted.push(byte)
            }
            continue;
        }
        if state == State::Quote && is_quote(byte) {
            quoted.push(byte);
            state = State::Inside;
            continue;
        }
        if byte == delimiter || byte == b'\n' {
            if byte == b'\n' && plain.last() == Some(&b'\r') {
                plain.pop();
            }
            while plain.last().is_some_and(|&last| is_blank(last)) {
                plain.pop();
            }
            quoted.append(&mut plain);
            fields.push(std::mem::take(&mut quoted));
            state = State::Start;
            if byte == b'\n' {
                return Some((fields, text.get(at + 1..).unwrap_or_default()));
            }
            continue;
        }
        state = match state {
            State::Start if is_blank(byte) => continue,
            State::Start if is_quote(byte) => {
                state = State::Inside;
                continue;
            }
            State::Start => State::Plain,
            State::Quote => State::After,
            other => other,
        };
        plain.push(byte);
    }
}
