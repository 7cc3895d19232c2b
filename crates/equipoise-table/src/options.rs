//! How a table is to be read.

use std::{fmt, path::Path, str::FromStr};

/// The format of a table file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// Text with separators: `.csv`, `.tsv`, `.data`, `.test`, `.txt`, also behind `.gz` or `.zst`.
    Csv,
    /// Apache Parquet: `.parquet`, `.pq`.
    Parquet,
    /// One JSON object a line: `.jsonl`, `.ndjson`, `.json`, also behind `.gz` or `.zst`.
    JsonLines,
    /// Arrow IPC, file or stream: `.arrow`, `.feather`, `.ipc`, `.arrows`.
    ArrowIpc,
}

impl Format {
    /// Returns every format, in the order in which help pages list them.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Parquet, Self::JsonLines, Self::ArrowIpc];

    /// Returns the name used on the command line: `csv`, `parquet`, `json-lines`, `arrow-ipc`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::JsonLines => "json-lines",
            Self::ArrowIpc => "arrow-ipc",
        }
    }

    /// Returns the format that a file's suffix stands for, looking through `.gz` and `.zst`.
    pub fn of_suffix(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = [".gz", ".zst", ".zstd"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        Some(match name.rsplit_once('.')?.1 {
            "csv" | "tsv" | "tab" | "data" | "test" | "txt" => Self::Csv,
            "parquet" | "pq" => Self::Parquet,
            "jsonl" | "ndjson" | "json" => Self::JsonLines,
            "arrow" | "arrows" | "feather" | "ipc" => Self::ArrowIpc,
            _ => return None,
        })
    }

    /// Returns the format that a file's first bytes show, decompressed; `None` is text of an unknown kind.
    pub(crate) fn of_magic(head: &[u8]) -> Option<Self> {
        if head.starts_with(b"PAR1") || head.starts_with(b"PARE") {
            return Some(Self::Parquet);
        }
        // A stream begins with the continuation marker of its schema message.
        if head.starts_with(b"ARROW1") || head.starts_with(&[0xff, 0xff, 0xff, 0xff]) {
            return Some(Self::ArrowIpc);
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let inside = text.strip_prefix(b"{").map(<[u8]>::trim_ascii_start)?;
        (inside.starts_with(b"\"") || inside.starts_with(b"}")).then_some(Self::JsonLines)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Format {
    type Err = String;

    /// Reads a format's name; the error is the list of names.
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| {
            format!("formats are {}", Self::ALL.map(|format| format!("`{format}`")).join(", "))
        })
    }
}

/// Where the names of a CSV file's columns come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Header {
    /// The first line (after the skipped ones) holds them. An empty name becomes `#k`, k being the column's number.
    #[default]
    First,
    /// The file has no header; columns are `#1`, `#2`, …
    None,
    /// The file has no header; these are its columns, as many as it has.
    Names(Vec<String>),
}

/// How the files of a table are to be read.
///
/// The default reads what most files are: format by suffix or first bytes, separator found from the header line,
/// `"` as quote, names in the first line, an empty field of a CSV file missing.
///
/// ```
/// use equipoise_table::{Header, ReadOptions};
/// // the files of UCI's Adult: `, ` between fields, no header, `?` for a missing value
/// let mut options = ReadOptions::default();
/// options.header = Header::None;
/// options.trim = true;
/// options.missing = vec!["?".into()];
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// The format; `None` takes it from the suffix, else from the first bytes, else CSV.
    pub format: Option<Format>,
    /// CSV: the separator. `None` finds it among `,` `;` tab and `|`: the one that the header line contains
    /// outside quotes. Where it contains several and none is ten times as frequent as all others, an error asks for it.
    pub delimiter: Option<u8>,
    /// CSV: the quote; `None` for files in which quotes mean nothing.
    pub quote: Option<u8>,
    /// CSV: where the names come from.
    pub header: Header,
    /// CSV: lines to leave out at the beginning of each file, before the header.
    pub skip_rows: usize,
    /// Texts that stand for a missing value, in every format, beside what is missing anyway: the empty field of a
    /// CSV file (quoted or not), null, and NaN. In a real role a numeric column is compared with those that are
    /// numbers.
    pub missing: Vec<String>,
    /// CSV: whether blanks (spaces and tabs) around a field are left out; needed for `, ` separators.
    pub trim: bool,
    /// CSV: lines that begin with this byte are left out; `None` for no comments.
    pub comment: Option<u8>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            delimiter: None,
            quote: Some(b'"'),
            header: Header::First,
            skip_rows: 0,
            missing: Vec::new(),
            trim: false,
            comment: None,
        }
    }
}

impl ReadOptions {
    /// Returns the default options.
    pub fn new() -> Self {
        Self::default()
    }
}

/// How a file is compressed as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Compression {
    /// Returns the compression that the first bytes show. The suffix is not asked: it adds nothing.
    pub(crate) fn of_magic(head: &[u8]) -> Self {
        if head.starts_with(&[0x1f, 0x8b]) {
            Self::Gzip
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Self::Zstd
        } else {
            Self::None
        }
    }
}
