//! Finds the separator and the names of a CSV file.

use std::path::Path;

use crate::{
    csv::{
        blocks::Blocks,
        scan::{Dialect, Field, content, first_record},
    },
    error::TableError,
    names,
    options::{Header, ReadOptions},
};

/// The most columns a file may have.
pub(crate) const N_COLUMNS_MAX: usize = 1 << 21;

/// What the head of a file told.
pub(crate) struct Head {
    pub(crate) dialect: Dialect,
    pub(crate) names: Vec<String>,
}

/// Checks that the bytes with a meaning are distinct.
pub(crate) fn check_options(options: &ReadOptions) -> Result<(), TableError> {
    let bytes = [
        ("the separator", options.delimiter),
        ("the quote", options.quote),
        ("the comment", options.comment),
        ("the line end", Some(b'\n')),
        ("the carriage return", Some(b'\r')),
    ];
    for (at, &(first, value)) in bytes.iter().enumerate() {
        for &(second, other) in &bytes[at + 1..] {
            if let (Some(value), Some(other)) = (value, other)
                && value == other
            {
                return Err(TableError::OptionsClash { first, second, value });
            }
        }
    }
    match options.quote {
        Some(value @ (b' ' | b'\t')) if options.trim => {
            Err(TableError::OptionsClash { first: "the quote", second: "a blank that is left out", value })
        }
        _ => Ok(()),
    }
}

/// Reads the head of a file, and leaves `blocks` at its first row. `None` where the file holds nothing at all.
pub(crate) fn read_head(
    blocks: &mut Blocks,
    name: &Path,
    options: &ReadOptions,
) -> Result<Option<Head>, TableError> {
    blocks.skip_byte_order_mark()?;
    for _ in 0..options.skip_rows {
        match blocks.first_line()? {
            Some(length) => blocks.skip(length),
            None => return Ok(None),
        }
    }
    let length = loop {
        let Some(length) = blocks.first_line()? else { return Ok(None) };
        let line = &blocks.rest()[..length];
        let is_comment = options.comment.is_some_and(|comment| line[0] == comment);
        if !is_comment && !matches!(line, b"\n" | b"\r\n" | b"\r") {
            break length;
        }
        blocks.skip(length);
    };
    if is_of_carriage_returns(&blocks.rest()[..length]) {
        return Err(TableError::Malformed {
            file: name.to_owned(),
            format: "CSV",
            detail: "its lines end in carriage returns alone; convert it first".to_owned(),
        });
    }
    let delimiter = match options.delimiter {
        Some(delimiter) => delimiter,
        None => {
            let found = find_delimiter(&blocks.rest()[..length], name, options.quote)?;
            check_options(&ReadOptions { delimiter: Some(found), ..options.clone() })?;
            found
        }
    };
    let dialect = Dialect { delimiter, quote: options.quote, comment: options.comment, trim: options.trim };
    let (found, length) = read_names(blocks, name, dialect)?;
    let names = match &options.header {
        Header::First => {
            blocks.skip(length);
            found
        }
        Header::None => (1..=found.len()).map(|column| format!("#{column}")).collect(),
        Header::Names(given) if given.len() == found.len() => given.clone(),
        Header::Names(given) => {
            return Err(TableError::NamesMismatch {
                file: name.to_owned(),
                found: found.len(),
                given: given.len(),
            });
        }
    };
    Ok(Some(Head { dialect, names: names::distinct(names) }))
}

/// Whether what should be the first line is a file of lines that end as they did on old Macs.
fn is_of_carriage_returns(line: &[u8]) -> bool {
    let [before @ .., last] = line else { return false };
    *last != b'\n' && before.contains(&b'\r')
}

/// Reads the fields of the first record, and its length.
fn read_names(
    blocks: &mut Blocks,
    name: &Path,
    dialect: Dialect,
) -> Result<(Vec<String>, usize), TableError> {
    let mut ends = Vec::new();
    let mut wanted = blocks.rest().len().max(1 << 16);
    let length = loop {
        ends.clear();
        if let Some(length) = first_record(blocks.rest(), dialect, &mut ends) {
            break length;
        }
        if !blocks.read_more(wanted)? && blocks.rest().len() < wanted {
            // The file ends in its first record: it has no line end, or a quote is open.
            let mut line = blocks.rest().to_vec();
            line.push(b'\n');
            ends.clear();
            if first_record(&line, dialect, &mut ends).is_none() {
                return Err(TableError::UnclosedQuote { place: blocks.place() });
            }
            break blocks.rest().len();
        }
        wanted = blocks.longer(wanted, "header")?;
    };
    if ends.len() > N_COLUMNS_MAX {
        return Err(TableError::TooManyColumns { file: name.to_owned(), limit: N_COLUMNS_MAX });
    }
    let bytes = blocks.rest();
    let mut scratch = Vec::new();
    let mut start = 0;
    let mut names = Vec::with_capacity(ends.len());
    for (column, &end) in ends.iter().enumerate() {
        let mut end = end as usize;
        let next = end + 1;
        if column + 1 == ends.len() && end > start && bytes[end - 1] == b'\r' {
            end -= 1;
        }
        let field = match content(bytes, start, end, dialect, &mut scratch) {
            Field::Part(start, end) => &bytes[start..end],
            Field::Unescaped(text) => text,
        };
        names.push(String::from_utf8_lossy(field).into_owned());
        start = next;
    }
    Ok((names, length))
}

/// Finds the separator from a file's first line.
fn find_delimiter(line: &[u8], name: &Path, quote: Option<u8>) -> Result<u8, TableError> {
    const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
    let lower = name.to_string_lossy().to_ascii_lowercase();
    if [".tsv", ".tab", ".tsv.gz", ".tab.gz", ".tsv.zst", ".tab.zst"].iter().any(|end| lower.ends_with(end)) {
        return Ok(b'\t');
    }
    let mut n_found = [0_usize; CANDIDATES.len()];
    let mut inside = false;
    for &byte in line {
        if quote == Some(byte) {
            inside = !inside;
        } else if let Some(at) = CANDIDATES.iter().position(|&other| other == byte)
            && !inside
        {
            n_found[at] += 1;
        }
    }
    let n_all: usize = n_found.iter().sum();
    match (0..CANDIDATES.len()).find(|&at| n_found[at] > 0 && n_found[at] >= 10 * (n_all - n_found[at])) {
        Some(at) => Ok(CANDIDATES[at]),
        None if n_all == 0 => Ok(b','),
        None => Err(TableError::UnclearDelimiter {
            file: name.to_owned(),
            found: CANDIDATES
                .iter()
                .zip(n_found)
                .filter(|&(_, n)| n > 0)
                .map(|(&c, n)| (char::from(c), n))
                .collect(),
        }),
    }
}
