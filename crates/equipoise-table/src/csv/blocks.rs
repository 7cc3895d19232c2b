//! Cuts a text file into blocks of whole records.

use std::{
    io::{self, Read},
    path::Path,
};

use crate::{
    csv::scan::{Dialect, last_record_end},
    error::{Place, RowUnit, TableError},
};

/// Bytes of a block, unless a record is longer.
const BLOCK: usize = 1 << 20;

/// The longest record, in bytes: a header of a million columns fits, a quote that is never closed is found.
pub(crate) const RECORD_MAX: usize = 1 << 25;

/// Zero bytes behind a block, so that 16 bytes can be read from any position of a field.
const PADDING: usize = 16;

/// Some whole records.
#[derive(Debug, Default)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    length: usize,
    /// The line on which the block begins, from 1.
    pub(crate) line: u64,
}

impl Block {
    /// Returns the records; the last one ends with a line end.
    pub(crate) fn records(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    /// Returns the records and 16 bytes more.
    pub(crate) fn padded(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the line on which a byte stands.
    pub(crate) fn line_of(&self, at: usize) -> u64 {
        self.line + count_lines(&self.bytes[..at])
    }
}

fn count_lines(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Reads a file block by block.
pub(crate) struct Blocks {
    reader: Box<dyn Read + Send>,
    name: std::path::PathBuf,
    /// What was read and not given out.
    rest: Vec<u8>,
    /// The line on which `rest` begins.
    line: u64,
    at_end: bool,
}

impl Blocks {
    pub(crate) fn new(reader: Box<dyn Read + Send>, name: &Path) -> Self {
        Self { reader, name: name.to_owned(), rest: Vec::new(), line: 1, at_end: false }
    }

    /// Returns what is read and not given out.
    pub(crate) fn rest(&self) -> &[u8] {
        &self.rest
    }

    /// Returns the line on which the rest begins, as a place.
    pub(crate) fn place(&self) -> Place {
        Place { file: self.name.clone(), row: self.line, unit: RowUnit::Line }
    }

    /// Leaves out the first bytes of the rest.
    pub(crate) fn skip(&mut self, n_bytes: usize) {
        self.line += count_lines(&self.rest[..n_bytes]);
        self.rest.drain(..n_bytes);
    }

    /// Leaves out a byte order mark; one of UTF-16 is an error.
    pub(crate) fn skip_byte_order_mark(&mut self) -> Result<(), TableError> {
        self.read_more(BLOCK)?;
        if self.rest.starts_with(b"\xef\xbb\xbf") {
            self.rest.drain(..3);
        } else if self.rest.starts_with(&[0xff, 0xfe]) || self.rest.starts_with(&[0xfe, 0xff]) {
            return Err(TableError::Malformed {
                file: self.name.clone(),
                format: "UTF-8 text",
                detail: "it is UTF-16; convert it first".to_owned(),
            });
        }
        Ok(())
    }

    /// Reads on until the rest has `length` bytes; returns whether there may be more to read.
    pub(crate) fn read_more(&mut self, length: usize) -> Result<bool, TableError> {
        let mut filled = self.rest.len();
        if filled < length && !self.at_end {
            self.rest.resize(length, 0);
        }
        let mut outcome = Ok(());
        while filled < length && !self.at_end {
            match self.reader.read(&mut self.rest[filled..]) {
                Ok(0) => self.at_end = true,
                Ok(n) => filled += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    outcome = Err(TableError::io(&self.name, error));
                    break;
                }
            }
        }
        self.rest.truncate(filled);
        outcome.map(|()| !self.at_end)
    }

    /// Returns the first line of the rest with its line end, if it ends; reads on as needed.
    pub(crate) fn first_line(&mut self) -> Result<Option<usize>, TableError> {
        let mut length = BLOCK;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.rest) {
                return Ok(Some(at + 1));
            }
            if !self.read_more(length)? && self.rest.len() < length {
                return Ok((!self.rest.is_empty()).then_some(self.rest.len()));
            }
            length = self.longer(length, "line")?;
        }
    }

    /// Doubles a length, within the limit of a record.
    pub(crate) fn longer(&self, length: usize, what: &'static str) -> Result<usize, TableError> {
        if length >= RECORD_MAX {
            return Err(TableError::TooLong { what, limit: RECORD_MAX, place: self.place() });
        }
        Ok(2 * length)
    }

    /// Gives out the next block; `false` at the end of the file.
    pub(crate) fn next(&mut self, dialect: Dialect, block: &mut Block) -> Result<bool, TableError> {
        let mut length = BLOCK;
        let whole = loop {
            let more = self.read_more(length)?;
            if self.rest.is_empty() {
                return Ok(false);
            }
            if !more && self.rest.last() != Some(&b'\n') {
                self.rest.push(b'\n');
            }
            let cut = last_record_end(&self.rest, dialect);
            if !more && cut.open_quote {
                self.line += count_lines(&self.rest[..cut.whole]);
                return Err(TableError::UnclosedQuote { place: self.place() });
            }
            if cut.whole > 0 {
                break cut.whole;
            }
            length = self.longer(length.max(self.rest.len()), "line")?;
        };
        // The block takes the buffer and leaves its own for the rest: nothing but the rest is copied.
        std::mem::swap(&mut self.rest, &mut block.bytes);
        self.rest.clear();
        self.rest.extend_from_slice(&block.bytes[whole..]);
        block.bytes.truncate(whole);
        block.bytes.resize(whole + PADDING, 0);
        block.length = whole;
        block.line = self.line;
        self.line += count_lines(&block.bytes[..whole]);
        Ok(true)
    }
}
