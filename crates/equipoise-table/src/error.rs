//! Everything that can be wrong with a table.
//!
//! Errors carry fields, and name the file, the column and the row as the user counts them; the file of a table in
//! memory is `the table`. No row's content is
//! ever in an error; the one value that may be shown is a text that should have been a number, clipped and escaped.

use std::{fmt, io, path::PathBuf};

/// How rows of a file are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowUnit {
    /// Lines of a text file, from 1, header and skipped lines counted.
    Line,
    /// Rows, from 1.
    Row,
    /// Rows of a table in memory, from 0. There is no file to name.
    Index,
}

impl fmt::Display for RowUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Line => "line",
            Self::Row | Self::Index => "row",
        })
    }
}

/// A row of a file or of a table in memory, as the user counts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file; `the table` where it lies in memory.
    pub file: PathBuf,
    /// The row's number.
    pub row: u64,
    /// What is counted.
    pub unit: RowUnit,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.unit != RowUnit::Index {
            write!(f, "{}, ", self.file.display())?;
        }
        write!(f, "{} {}", self.unit, self.row)
    }
}

/// Clips a value to 40 characters and escapes what a terminal should not see.
pub(crate) fn shown(value: &str) -> String {
    let mut text: String = value.chars().take(40).flat_map(char::escape_debug).collect();
    if value.chars().nth(40).is_some() {
        text.push('…');
    }
    text
}

/// What can be wrong with a table.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// A file or folder could not be opened or read.
    #[error("cannot read {}: {error}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A glob or folder holds no file.
    #[error("no file matches {}", input.display())]
    NoFile {
        /// The path as the user wrote it.
        input: PathBuf,
    },
    /// A glob pattern is malformed.
    #[error("{} is not a pattern of file names: {detail}", input.display())]
    BadPattern {
        /// The pattern.
        input: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A column is in no file.
    #[error("column `{column}` is not in {}", file.display())]
    UnknownColumn {
        /// The column as the user named it.
        column: String,
        /// The first file.
        file: PathBuf,
        /// The columns there, the first thousand at most.
        available: Vec<String>,
        /// The number of columns there.
        n_available: usize,
        /// The column with the nearest name, if one is near.
        nearest: Option<String>,
    },
    /// A column is in the first file but not in a later one.
    #[error("column `{column}` is in {} but not in {}", first.display(), file.display())]
    FilesDisagree {
        /// The column as the user named it.
        column: String,
        /// The first file, which has it.
        first: PathBuf,
        /// The file that lacks it.
        file: PathBuf,
    },
    /// A column has missing values where its role allows none.
    #[error("column `{column}` has {count} missing value{}, the first in {first}", if *count == 1 { "" } else { "s" })]
    Missing {
        /// The column.
        column: String,
        /// The number of missing values in all files.
        count: u64,
        /// The first of them.
        first: Place,
    },
    /// A value is not a number.
    #[error("column `{column}` has `{value}` where a number is needed, in {place}")]
    NotANumber {
        /// The column.
        column: String,
        /// The value, clipped and escaped.
        value: String,
        /// Where it stands.
        place: Place,
    },
    /// A number is infinite.
    #[error("column `{column}` has the value {value}, not a finite number, in {place}")]
    NotFinite {
        /// The column.
        column: String,
        /// `inf` or `-inf`.
        value: f64,
        /// Where it stands.
        place: Place,
    },
    /// A text is not UTF-8.
    #[error("column `{column}` has text that is not UTF-8, in {place}")]
    NotUtf8 {
        /// The column.
        column: String,
        /// Where it stands.
        place: Place,
    },
    /// A type cannot serve.
    #[error("column `{column}` of {} has type {found}, which cannot be read as {needed}", file.display())]
    UnsupportedType {
        /// The column.
        column: String,
        /// The file.
        file: PathBuf,
        /// The type found.
        found: String,
        /// What the role needs: `labels` or `numbers`.
        needed: &'static str,
    },
    /// A JSON value is an object or an array.
    #[error("column `{column}` holds an object or array, in {place}")]
    Nested {
        /// The column.
        column: String,
        /// Where it stands.
        place: Place,
    },
    /// A line of a CSV file has another number of fields than the header.
    #[error("{found} fields where {expected} were expected, in {place}")]
    Ragged {
        /// Fields in the line.
        found: usize,
        /// Fields in the header.
        expected: usize,
        /// The line.
        place: Place,
    },
    /// A field or a line is longer than the limit; usually a quote that is never closed.
    #[error("a {what} longer than {limit} bytes begins in {place}: a quote that is not closed?")]
    TooLong {
        /// `field`, `line` or `header`.
        what: &'static str,
        /// The limit in bytes.
        limit: usize,
        /// Where it begins.
        place: Place,
    },
    /// A quote is open at the end of the file.
    #[error("a quote that begins in {place} is never closed")]
    UnclosedQuote {
        /// The line on which the record begins.
        place: Place,
    },
    /// A file has more columns than can be handled.
    #[error("{} has more than {limit} columns", file.display())]
    TooManyColumns {
        /// The file.
        file: PathBuf,
        /// The limit.
        limit: usize,
    },
    /// A CSV file has not as many columns as names were given.
    #[error("{} has {found} columns, but {given} names were given", file.display())]
    NamesMismatch {
        /// The file.
        file: PathBuf,
        /// Columns in its first line.
        found: usize,
        /// Names given.
        given: usize,
    },
    /// Two columns of a table in memory have not as many rows.
    #[error("column `{first}` has {n_first} row{}, but column `{second}` has {n_second}", if *n_first == 1 { "" } else { "s" })]
    LengthsDiffer {
        /// The first column.
        first: String,
        /// Its rows.
        n_first: u64,
        /// The first column with another number of rows.
        second: String,
        /// Its rows.
        n_second: u64,
    },
    /// The separator could not be found from the header line.
    #[error("the separator of {} is not clear from its first line", file.display())]
    UnclearDelimiter {
        /// The file.
        file: PathBuf,
        /// The separators that occur in the line, with their number.
        found: Vec<(char, usize)>,
    },
    /// Two options exclude each other, such as the same byte for separator and quote.
    #[error("{first} and {second} are both `{}`", value.escape_ascii())]
    OptionsClash {
        /// One option.
        first: &'static str,
        /// The other option.
        second: &'static str,
        /// The byte of both.
        value: u8,
    },
    /// The file is not what its format demands: truncated, corrupt, encrypted.
    #[error("{} is not a readable {format} file: {detail}", file.display())]
    Malformed {
        /// The file.
        file: PathBuf,
        /// The format.
        format: &'static str,
        /// What is wrong, without any content of rows.
        detail: String,
    },
    /// A line is not a JSON object.
    #[error("not a JSON object: {detail} at column {column}, in {place}")]
    BadJson {
        /// What is wrong, without any content.
        detail: &'static str,
        /// The byte of the line, from 1.
        column: usize,
        /// The line.
        place: Place,
    },
    /// A column is both in the table and in the file joined to it.
    #[error("column `{column}` is both in {} and in {}", file.display(), joined.display())]
    AmbiguousColumn {
        /// The column.
        column: String,
        /// The table.
        file: PathBuf,
        /// The file joined to it.
        joined: PathBuf,
    },
    /// A key occurs twice in a joined file, with different values.
    #[error("a key of column `{column}` occurs twice with different values, in {first} and in {second}")]
    ContradictingKey {
        /// The key's column.
        column: String,
        /// The first row with the key.
        first: Place,
        /// The second row with the key.
        second: Place,
    },
    /// More than 2³² − 1 distinct values or keys.
    #[error("column `{column}` has more distinct values than can be counted ({limit})")]
    TooManyValues {
        /// The column.
        column: String,
        /// The limit.
        limit: u64,
    },
}

impl TableError {
    /// Returns an error of reading a file.
    pub(crate) fn io(file: impl Into<PathBuf>, error: io::Error) -> Self {
        Self::Io { file: file.into(), error }
    }
}

/// Why a pass over a table ended early.
#[derive(Debug, thiserror::Error)]
pub enum FoldError<E> {
    /// The table is at fault.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The caller's step returned an error.
    #[error("{0}")]
    Step(E),
}

/// Shortens the text of another library's error to one line of at most 200 characters.
pub(crate) fn clipped(text: &str) -> String {
    let mut line: String = text.chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(200).is_some() {
        line.push('…');
    }
    line
}
