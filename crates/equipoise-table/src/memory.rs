//! Tables that lie in memory already, as Arrow arrays.
//!
//! A column is a list of chunks, whose borders no other column needs to share. The rows are given out in pieces of
//! one batch, so that above the arrays only a few batches a thread are needed.

use std::{fmt, ops::Range, sync::Arc};

use arrow::{
    array::{Array, ArrayRef},
    datatypes::{DataType, Field, Schema, SchemaRef},
};

use crate::{
    error::TableError,
    plan::{Halt, Lanes, N_ROWS_MAX, Plan, Sink},
    values::{Target, append},
};

/// The columns of a table in memory.
pub(crate) struct Columns {
    /// Names as given, and the type of each column's first chunk.
    schema: SchemaRef,
    chunks: Vec<Chunks>,
    n_rows: usize,
}

/// The chunks of a column that are not empty.
struct Chunks {
    arrays: Vec<ArrayRef>,
    /// The row at which each ends.
    ends: Vec<usize>,
}

impl fmt::Debug for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The rows are no one's business who prints a source.
        let names: Vec<_> = self.schema.fields().iter().map(|field| field.name()).collect();
        f.debug_struct("Columns").field("names", &names).field("n_rows", &self.n_rows).finish()
    }
}

impl Columns {
    /// Takes columns, which must be of one length.
    pub(crate) fn new(columns: Vec<(String, Vec<ArrayRef>)>) -> Result<Self, TableError> {
        let (mut fields, mut chunks) = (Vec::new(), Vec::new());
        for (name, arrays) in columns {
            let data_type = arrays.first().map_or(DataType::Null, |array| array.data_type().clone());
            fields.push(Field::new(name, data_type, true));
            chunks.push(Chunks::new(arrays));
        }
        let n_rows = chunks.first().map_or(0, Chunks::n_rows);
        if let Some(other) = chunks.iter().position(|chunks| chunks.n_rows() != n_rows) {
            return Err(TableError::LengthsDiffer {
                first: fields[0].name().clone(),
                n_first: n_rows as u64,
                second: fields[other].name().clone(),
                n_second: chunks[other].n_rows() as u64,
            });
        }
        Ok(Self { schema: Arc::new(Schema::new(fields)), chunks, n_rows })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Returns the size of the arrays; parts of one array may count as the whole of it.
    pub(crate) fn n_bytes(&self) -> u64 {
        let arrays = self.chunks.iter().flat_map(|chunks| &chunks.arrays);
        arrays.fold(0, |sum, array| sum.saturating_add(array.get_buffer_memory_size() as u64))
    }

    /// Returns the rows of the piece that begins at `start`; `None` at the end.
    pub(crate) fn piece(&self, start: usize) -> Option<Range<usize>> {
        (start < self.n_rows).then(|| start..self.n_rows.min(start + N_ROWS_MAX))
    }

    /// Returns which part of some bytes lies before a row.
    pub(crate) fn share(&self, n_bytes: u64, row: usize) -> u64 {
        let share = u128::from(n_bytes) * row as u128 / self.n_rows.max(1) as u128;
        u64::try_from(share).unwrap_or(n_bytes)
    }
}

impl Chunks {
    fn new(mut arrays: Vec<ArrayRef>) -> Self {
        arrays.retain(|array| !array.is_empty());
        let ends = arrays.iter().scan(0, |end: &mut usize, array| {
            *end = end.saturating_add(array.len());
            Some(*end)
        });
        let ends = ends.collect();
        Self { arrays, ends }
    }

    fn n_rows(&self) -> usize {
        self.ends.last().copied().unwrap_or(0)
    }

    /// Returns some rows, each part with the number of its first row.
    fn parts(&self, rows: Range<usize>) -> impl Iterator<Item = (ArrayRef, u64)> + '_ {
        let first = self.ends.partition_point(|&end| end <= rows.start);
        let ends = self.arrays.iter().zip(&self.ends).skip(first);
        let of_rows = ends.map_while(move |(array, &end)| {
            let chunk = end - array.len()..end;
            let part = chunk.start.max(rows.start)..end.min(rows.end);
            let array = || array.slice(part.start - chunk.start, part.len());
            (part.start < part.end).then(|| (array(), part.start as u64))
        });
        of_rows.fuse()
    }
}

/// Codes a piece.
pub(crate) fn decode(
    columns: &Columns,
    rows: Range<usize>,
    plan: &Plan,
    lanes: &mut Lanes,
    sink: &mut Sink<'_>,
) -> Result<(), Halt> {
    lanes.start_batch(plan);
    for (at, stored) in plan.stored.iter().enumerate() {
        let lane = &mut lanes.lanes[stored.request];
        let column = &mut lanes.columns[at];
        for (array, first_row) in columns.chunks[stored.column].parts(rows.clone()) {
            append(&array, Target { plan, stored: at, lane: &mut *lane, column: &mut *column, first_row })?;
        }
        lane.end_column(column);
    }
    sink(rows.len(), &mut lanes.columns, &|row| (rows.start + row) as u64)
}
