//! Arrow IPC: the file and the stream format, with any compression of buffers that Arrow knows.
//!
//! Record batches are decoded one after the other (which costs little: no text is parsed) and coded on any thread.

use std::{
    fs::File,
    io::{BufReader, Read, Seek, SeekFrom},
    sync::Arc,
};

use arrow::{
    array::ArrayRef,
    datatypes::SchemaRef,
    error::ArrowError,
    ipc::reader::{FileReader, StreamReader},
    record_batch::RecordBatch,
};

use crate::{
    error::TableError,
    inputs::InputFile,
    plan::{Halt, Lanes, N_ROWS_MAX, Plan, Sink},
    values::{Target, append},
};

enum Reader {
    File(Box<FileReader<BufReader<File>>>),
    Stream(Box<StreamReader<BufReader<Box<dyn Read + Send>>>>),
}

/// Reads the record batches of a file.
pub(crate) struct Batches {
    reader: Reader,
    /// The number of the next row.
    row: u64,
}

/// A record batch and the number of its first row.
pub(crate) struct Numbered {
    batch: RecordBatch,
    first_row: u64,
}

fn malformed(file: &InputFile, error: &ArrowError) -> TableError {
    malformed_as(file, "Arrow IPC", error)
}

/// Returns the error of a file of some format that the Arrow reader refused.
pub(crate) fn malformed_as(file: &InputFile, format: &'static str, error: &ArrowError) -> TableError {
    let detail = match error {
        ArrowError::IpcError(text) | ArrowError::ParseError(text) | ArrowError::SchemaError(text) => {
            text.clone()
        }
        ArrowError::IoError(_, error) => error.to_string(),
        other => other.to_string(),
    };
    TableError::Malformed { file: file.name.clone(), format, detail: crate::error::clipped(&detail) }
}

/// Opens a file and returns its schema. `decompressed` reads a file that is compressed as a whole.
pub(crate) fn open(
    file: &InputFile,
    mut plain: File,
    decompressed: Option<Box<dyn Read + Send>>,
) -> Result<(SchemaRef, Batches), TableError> {
    let bad = |error| malformed(file, &error);
    let stream =
        |reader: Box<dyn Read + Send>| StreamReader::try_new(BufReader::new(reader), None).map_err(bad);
    let reader = match decompressed {
        Some(reader) => Reader::Stream(Box::new(stream(reader)?)),
        None => {
            let mut magic = [0; 6];
            let n = plain.read(&mut magic).map_err(|error| TableError::io(&file.name, error))?;
            plain.seek(SeekFrom::Start(0)).map_err(|error| TableError::io(&file.name, error))?;
            if &magic[..n] == b"ARROW1" {
                Reader::File(Box::new(FileReader::try_new(BufReader::new(plain), None).map_err(bad)?))
            } else {
                Reader::Stream(Box::new(stream(Box::new(plain))?))
            }
        }
    };
    let schema = match &reader {
        Reader::File(reader) => reader.schema(),
        Reader::Stream(reader) => reader.schema(),
    };
    Ok((schema, Batches { reader, row: 1 }))
}

impl Batches {
    /// Returns the next record batch, `None` at the end.
    pub(crate) fn next(&mut self, file: &InputFile) -> Result<Option<Numbered>, TableError> {
        let batch = match &mut self.reader {
            Reader::File(reader) => reader.next(),
            Reader::Stream(reader) => reader.next(),
        };
        let batch = batch.transpose().map_err(|error| malformed(file, &error))?;
        Ok(batch.map(|batch| {
            let first_row = self.row;
            self.row += batch.num_rows() as u64;
            Numbered { batch, first_row }
        }))
    }
}

/// Codes a record batch.
pub(crate) fn decode(
    numbered: &Numbered,
    plan: &Plan,
    lanes: &mut Lanes,
    sink: &mut Sink<'_>,
) -> Result<(), Halt> {
    let Numbered { batch, first_row } = numbered;
    for start in (0..batch.num_rows()).step_by(N_ROWS_MAX) {
        let n_rows = N_ROWS_MAX.min(batch.num_rows() - start);
        lanes.start_batch(plan);
        let first_row = first_row + start as u64;
        for (at, stored) in plan.stored.iter().enumerate() {
            let array: ArrayRef = Arc::clone(batch.column(stored.column)).slice(start, n_rows);
            let lane = &mut lanes.lanes[stored.request];
            append(&array, Target { plan, stored: at, lane, column: &mut lanes.columns[at], first_row })?;
        }
        sink(n_rows, &mut lanes.columns, &|row| first_row + row as u64)?;
    }
    Ok(())
}
