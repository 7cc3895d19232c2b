//! Parquet: row group by row group, column by column.
//!
//! The usual page (dictionary indices, or plain values, of a column that is no list) is decoded to codes directly
//! ([`native`]); everything else goes through the Arrow reader of the `parquet` crate, one column chunk at a time, so
//! one column with a rare encoding does not slow down the others.

mod native;

mod hybrid;

use std::{fs::File, sync::Arc};

use arrow::{
    array::{Array, ArrayRef},
    datatypes::SchemaRef,
};
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{
            ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
            ParquetRecordBatchReaderBuilder,
        },
    },
    errors::ParquetError,
};

use crate::{
    error::TableError,
    guard::guarded,
    inputs::InputFile,
    plan::{Halt, Lanes, N_ROWS_MAX, Plan, Sink},
    values::{Target, append},
};

/// An opened file: its metadata, shared by all threads.
pub(crate) struct Table {
    file: InputFile,
    metadata: ArrowReaderMetadata,
    /// The number of the first row of each row group, from 1.
    first_rows: Vec<u64>,
    /// The leaf of each column of the schema that has just one.
    leaf_of_root: Vec<Option<usize>>,
}

fn malformed(file: &InputFile, error: &ParquetError) -> TableError {
    let detail = match error {
        ParquetError::General(text) | ParquetError::NYI(text) | ParquetError::EOF(text) => text.clone(),
        other => other.to_string(),
    };
    TableError::Malformed {
        file: file.name.clone(),
        format: "Parquet",
        detail: crate::error::clipped(&detail),
    }
}

/// Runs one of the crate's decoders.
fn decoded<T>(file: &InputFile, decode: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, TableError> {
    guarded(decode)
        .unwrap_or_else(|panic| Err(ParquetError::General(panic)))
        .map_err(|error| malformed(file, &error))
}

impl Table {
    /// Reads a file's metadata.
    pub(crate) fn open(file: &InputFile, opened: &File) -> Result<Self, TableError> {
        // Types are taken from Parquet's own schema. The Arrow schema that some writers add says nothing more that
        // matters here, and decoding a corrupt one panics in `arrow-ipc`.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let metadata = ArrowReaderMetadata::load(opened, options).map_err(|error| malformed(file, &error))?;
        let mut next = 1_u64;
        let mut first_rows = Vec::new();
        for group in metadata.metadata().row_groups() {
            first_rows.push(next);
            let n_rows = u64::try_from(group.num_rows()).ok();
            next =
                n_rows.and_then(|n_rows| next.checked_add(n_rows)).ok_or_else(|| TableError::Malformed {
                    file: file.name.clone(),
                    format: "Parquet",
                    detail: "a row group has an impossible number of rows".to_owned(),
                })?;
        }
        let leaf_of_root = leaves(&metadata);
        Ok(Self { file: file.clone(), metadata, first_rows, leaf_of_root })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    pub(crate) fn n_row_groups(&self) -> usize {
        self.first_rows.len()
    }

    /// Returns the bytes of a row group in the file.
    pub(crate) fn n_bytes(&self, group: usize) -> u64 {
        u64::try_from(self.metadata.metadata().row_group(group).compressed_size()).unwrap_or(0)
    }
}

/// Returns the leaf of each column that is a leaf itself.
fn leaves(metadata: &ArrowReaderMetadata) -> Vec<Option<usize>> {
    let mut leaf_of_root = vec![None; metadata.schema().fields().len()];
    let schema = metadata.parquet_schema();
    for leaf in 0..schema.num_columns() {
        let root = schema.get_column_root_idx(leaf);
        if let Some(slot) = leaf_of_root.get_mut(root).filter(|_| schema.get_column_root(leaf).is_primitive())
        {
            *slot = Some(leaf);
        }
    }
    leaf_of_root
}

/// Reads one column of a row group from front to back.
enum Cursor {
    Native(Box<native::Pages>),
    Arrow { reader: ParquetRecordBatchReader, rest: Option<ArrayRef> },
}

/// Decodes a row group into batches.
pub(crate) fn decode(
    table: &Table,
    group: usize,
    plan: &Plan,
    lanes: &mut Lanes,
    sink: &mut Sink<'_>,
) -> Result<(), Halt> {
    let file = Arc::new(table.file.reopen()?);
    let mut cursors = Vec::with_capacity(plan.stored.len());
    for stored in 0..plan.stored.len() {
        cursors.push(open_column(table, &file, group, plan, stored)?);
    }
    let mut first_row = table.first_rows[group];
    // Checked when the file was opened.
    let mut n_left = u64::try_from(table.metadata.metadata().row_group(group).num_rows()).unwrap_or(0);
    while n_left > 0 {
        let n_rows = N_ROWS_MAX.min(usize::try_from(n_left).unwrap_or(usize::MAX));
        lanes.start_batch(plan);
        for (at, cursor) in cursors.iter_mut().enumerate() {
            let lane = &mut lanes.lanes[plan.stored[at].request];
            let target = Target { plan, stored: at, lane, column: &mut lanes.columns[at], first_row };
            cursor.read(&table.file, n_rows, target)?;
        }
        sink(n_rows, &mut lanes.columns, &|row| first_row + row as u64)?;
        first_row += n_rows as u64;
        n_left -= n_rows as u64;
    }
    Ok(())
}

fn open_column(
    table: &Table,
    file: &Arc<File>,
    group: usize,
    plan: &Plan,
    stored: usize,
) -> Result<Cursor, TableError> {
    if let Some(pages) = decoded(&table.file, || native::Pages::open(table, file, group, plan, stored))? {
        return Ok(Cursor::Native(Box::new(pages)));
    }
    let reader = file.try_clone().map_err(|error| TableError::io(&table.file.name, error))?;
    let mask = ProjectionMask::roots(table.metadata.parquet_schema(), [plan.stored[stored].column]);
    let reader = decoded(&table.file, || {
        ParquetRecordBatchReaderBuilder::new_with_metadata(reader, table.metadata.clone())
            .with_row_groups(vec![group])
            .with_projection(mask)
            .with_batch_size(N_ROWS_MAX)
            .build()
    })?;
    Ok(Cursor::Arrow { reader, rest: None })
}

impl Cursor {
    /// Appends `n_rows` rows to the column.
    fn read(&mut self, file: &InputFile, mut n_rows: usize, target: Target<'_>) -> Result<(), TableError> {
        let (reader, rest) = match self {
            Self::Native(pages) => return pages.read(file, n_rows, target),
            Self::Arrow { reader, rest } => (reader, rest),
        };
        let Target { plan, stored, lane, column, mut first_row } = target;
        while n_rows > 0 {
            let array = match rest.take() {
                Some(array) => array,
                None => match guarded(|| reader.next()) {
                    Ok(Some(Ok(batch))) if batch.num_columns() == 1 => batch.column(0).clone(),
                    Ok(Some(Err(error))) => {
                        return Err(crate::ipc::malformed_as(&file.name, "Parquet", &error));
                    }
                    Ok(Some(Ok(_)) | None) => return Err(too_short(file)),
                    Err(panic) => return Err(malformed(file, &ParquetError::General(panic))),
                },
            };
            let n = n_rows.min(array.len());
            if n < array.len() {
                *rest = Some(array.slice(n, array.len() - n));
            }
            let part = array.slice(0, n);
            append(&part, Target { plan, stored, lane: &mut *lane, column: &mut *column, first_row })?;
            first_row += n as u64;
            n_rows -= n;
        }
        lane.end_column(column);
        Ok(())
    }
}

/// A column has fewer values than its row group has rows.
fn too_short(file: &InputFile) -> TableError {
    TableError::Malformed {
        file: file.name.clone(),
        format: "Parquet",
        detail: "a column ends before its row group".to_owned(),
    }
}
