//! Reads the requested fields of a block.

use crate::{
    batch::ColumnData,
    coding::parse_number,
    csv::{
        blocks::Block,
        scan::{Dialect, Field, Index, RaggedRecord, content, index},
    },
    error::TableError,
    plan::{Halt, Lane, Lanes, N_ROWS_MAX, Plan, Sink},
};

/// The longest field, in bytes.
pub(crate) const FIELD_MAX: usize = 1 << 20;

/// What one thread keeps from block to block.
#[derive(Default)]
pub(crate) struct Decoder {
    index: Index,
    scratch: Vec<u8>,
}

/// One column of some records of a block.
struct Fields<'a> {
    block: &'a Block,
    dialect: Dialect,
    /// Whether fields have to be looked at for quotes and blanks.
    plain: bool,
    /// Where each record begins.
    starts: &'a [u32],
    /// Where each field ends.
    ends: &'a [u32],
    column: usize,
    n_columns: usize,
}

impl Decoder {
    /// Decodes a block into batches.
    pub(crate) fn decode(
        &mut self,
        block: &Block,
        plan: &Plan,
        dialect: Dialect,
        n_columns: usize,
        lanes: &mut Lanes,
        sink: &mut Sink<'_>,
    ) -> Result<(), Halt> {
        index(block.records(), dialect, n_columns, &mut self.index).map_err(
            |RaggedRecord { start, found }| TableError::Ragged {
                found,
                expected: n_columns,
                place: plan.place(block.line_of(start)),
            },
        )?;
        let has_quote = dialect.quote.is_some_and(|quote| memchr::memchr(quote, block.records()).is_some());
        let Index { starts, ends } = &self.index;
        for (starts, ends) in starts.chunks(N_ROWS_MAX).zip(ends.chunks(N_ROWS_MAX * n_columns)) {
            lanes.start_batch(plan);
            for (at, stored) in plan.stored.iter().enumerate() {
                let plain = !has_quote && !dialect.trim;
                let fields = Fields { block, dialect, plain, starts, ends, column: stored.column, n_columns };
                let lane = &mut lanes.lanes[stored.request];
                match &mut lanes.columns[at] {
                    ColumnData::Categorical { codes, labels } => {
                        fields.each(plan, at, &mut self.scratch, |bytes, start, end| {
                            codes
                                .push(lane.coder.code_padded(bytes, start, end).map_err(|_| Fault::NotUtf8)?);
                            Ok(())
                        })?;
                        *labels = lane.coder.shared_labels();
                    }
                    ColumnData::Real(values) => {
                        fields.each(plan, at, &mut self.scratch, |bytes, start, end| {
                            values.push(number(&bytes[start..end], lane)?);
                            Ok(())
                        })?;
                    }
                }
            }
            let line = |row: usize| block.line_of(starts[row] as usize);
            sink(starts.len(), &mut lanes.columns, &line)?;
        }
        Ok(())
    }
}

/// What can be wrong with a field.
pub(crate) enum Fault {
    NotUtf8,
    NotANumber,
    NotFinite(f64),
}

impl Fault {
    /// Adds the column, the place and, of a number, the text.
    pub(crate) fn at(self, plan: &Plan, stored: usize, row: u64, text: &[u8]) -> TableError {
        match self {
            Self::NotUtf8 => plan.not_utf8(stored, row),
            Self::NotANumber => {
                let clipped = &text[..text.len().min(200)];
                plan.not_a_number(stored, row, &String::from_utf8_lossy(clipped))
            }
            Self::NotFinite(value) => plan.not_finite(stored, row, value),
        }
    }
}

/// Reads a number; NaN where the text is missing.
#[inline]
pub(crate) fn number(text: &[u8], lane: &Lane) -> Result<f64, Fault> {
    if lane.markers.is_missing(text) {
        return Ok(f64::NAN);
    }
    let number = parse_number(text).ok_or(Fault::NotANumber)?;
    if number.is_infinite() { Err(Fault::NotFinite(number)) } else { Ok(number) }
}

impl Fields<'_> {
    /// Calls `visit` with each field: bytes that at least 16 others follow, and where in them the field lies.
    #[inline(always)]
    fn each(
        &self,
        plan: &Plan,
        stored: usize,
        scratch: &mut Vec<u8>,
        mut visit: impl FnMut(&[u8], usize, usize) -> Result<(), Fault>,
    ) -> Result<(), TableError> {
        let bytes = self.block.padded();
        let is_last = self.column + 1 == self.n_columns;
        for (&record, ends) in self.starts.iter().zip(self.ends.chunks_exact(self.n_columns)) {
            let start = if self.column == 0 { record as usize } else { ends[self.column - 1] as usize + 1 };
            let mut end = ends[self.column] as usize;
            if is_last && end > start && bytes[end - 1] == b'\r' {
                end -= 1;
            }
            let line = || self.block.line_of(record as usize);
            if end - start > FIELD_MAX {
                return Err(TableError::TooLong {
                    what: "field",
                    limit: FIELD_MAX,
                    place: plan.place(line()),
                });
            }
            if self.plain {
                visit(bytes, start, end)
                    .map_err(|fault| fault.at(plan, stored, line(), &bytes[start..end]))?;
                continue;
            }
            match content(bytes, start, end, self.dialect, scratch) {
                Field::Part(start, end) => visit(bytes, start, end)
                    .map_err(|fault| fault.at(plan, stored, line(), &bytes[start..end]))?,
                Field::Unescaped(text) => {
                    visit(text, 0, text.len()).map_err(|fault| fault.at(plan, stored, line(), text))?
                }
            }
        }
        Ok(())
    }
}
