//! From the values of some rows to rows of features.

use std::ops::Range;

use equipoise::{
    groups::Label,
    sample::Codes,
    solvers::{OwnedRows, RowsError},
};

use super::{Coding, EncodedColumn, Encoder, Storage};
use crate::frame::in_byte_order;

/// The values of one column in some rows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Values<'a> {
    Real(&'a [f64]),
    Labels { codes: Codes<'a>, labels: &'a [Label] },
}

impl<'a> Values<'a> {
    /// Returns some of the rows.
    pub(crate) fn slice(&self, rows: &Range<usize>) -> Values<'a> {
        let rows = rows.clone();
        match *self {
            Self::Real(values) => Self::Real(&values[rows]),
            Self::Labels { codes, labels } => {
                let codes = match codes {
                    Codes::U8(codes) => Codes::U8(&codes[rows]),
                    Codes::U16(codes) => Codes::U16(&codes[rows]),
                    Codes::U32(codes) => Codes::U32(&codes[rows]),
                };
                Self::Labels { codes, labels }
            }
        }
    }
}

/// What was unusual in the rows that a model was applied to, column by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Oddities {
    /// The column.
    pub column: String,
    /// Rows with a label that training did not see.
    pub unseen: u64,
    /// Rows without a value, where training saw none such, or which take the mean.
    pub missing: u64,
}

/// Rows with something unusual, by column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    unseen: Vec<u64>,
    missing: Vec<u64>,
}

impl Tally {
    pub(crate) fn new(n_columns: usize) -> Self {
        Self { unseen: vec![0; n_columns], missing: vec![0; n_columns] }
    }

    /// Adds the rows that another thread has seen.
    pub(crate) fn add(&mut self, other: &Self) {
        let add = |own: &mut Vec<u64>, other: &[u64]| own.iter_mut().zip(other).for_each(|(a, b)| *a += b);
        add(&mut self.unseen, &other.unseen);
        add(&mut self.missing, &other.missing);
    }

    /// Returns the columns with something unusual.
    pub(crate) fn oddities(&self, encoder: &Encoder) -> Vec<Oddities> {
        let counts = self.unseen.iter().zip(&self.missing).zip(encoder.columns());
        counts
            .filter(|((unseen, missing), _)| **unseen + **missing > 0)
            .map(|((&unseen, &missing), column)| Oddities { column: column.name.clone(), unseen, missing })
            .collect()
    }
}

/// The level of a label that training did not see.
const UNSEEN: u32 = u32::MAX;

/// One column, ready to be read row by row.
enum Reader<'a> {
    /// x ↦ (x − shift) / scale, `empty` where missing.
    Number { values: &'a [f64], shift: f64, scale: f64, empty: f64, indicator: bool },
    /// The level of each code.
    Levels { codes: Codes<'a>, level: Vec<u32> },
}

impl Encoder {
    /// Returns the features of some rows, whose columns are in the order of the encoder's, and counts what is unusual.
    ///
    /// # Errors
    /// When a feature is out of range.
    pub(crate) fn encode(
        &self,
        columns: &[Values<'_>],
        n_rows: usize,
        tally: &mut Tally,
    ) -> Result<OwnedRows, RowsError> {
        let readers: Vec<Reader<'_>> =
            self.columns.iter().zip(columns).map(|(column, values)| reader(column, *values)).collect();
        for (place, reader) in readers.iter().enumerate() {
            reader.count(columns[place], place, tally);
        }
        match self.storage {
            Storage::Dense => self.dense(&readers, n_rows),
            Storage::Sparse => self.sparse(&readers, n_rows),
        }
    }

    fn dense(&self, readers: &[Reader<'_>], n_rows: usize) -> Result<OwnedRows, RowsError> {
        let d = self.n_features;
        let mut features = vec![0.0; n_rows * d];
        for (column, reader) in self.columns.iter().zip(readers) {
            for (row, features) in features.chunks_exact_mut(d.max(1)).enumerate() {
                reader.each(row, |offset, value| features[column.first + offset] = value);
            }
        }
        OwnedRows::dense(features, n_rows, d)
    }

    fn sparse(&self, readers: &[Reader<'_>], n_rows: usize) -> Result<OwnedRows, RowsError> {
        let mut offsets = Vec::with_capacity(n_rows + 1);
        let (mut indices, mut values) = (Vec::new(), Vec::new());
        offsets.push(0);
        for row in 0..n_rows {
            for (column, reader) in self.columns.iter().zip(readers) {
                reader.each(row, |offset, value| {
                    if value != 0.0 {
                        indices.push((column.first + offset) as u32);
                        values.push(value);
                    }
                });
            }
            offsets.push(values.len());
        }
        OwnedRows::csr(offsets, indices, values, self.n_features)
    }
}

fn reader<'a>(column: &EncodedColumn, values: Values<'a>) -> Reader<'a> {
    match (&column.coding, values) {
        (Coding::Levels(levels), Values::Labels { codes, labels }) => {
            let level = |label: &Label| {
                let found = levels.binary_search_by(|level| in_byte_order(level, label));
                found.map_or(UNSEEN, |level| level as u32)
            };
            Reader::Levels { codes, level: labels.iter().map(level).collect() }
        }
        (Coding::Number { mean, shift, scale, indicator }, Values::Real(values)) => Reader::Number {
            values,
            shift: *shift,
            scale: *scale,
            empty: (mean - shift) / scale,
            indicator: *indicator,
        },
        (_, Values::Real(values)) => {
            Reader::Number { values, shift: 0.0, scale: 1.0, empty: f64::NAN, indicator: false }
        }
        (_, Values::Labels { .. }) => unreachable!("invariant: a column is read as its coding asks"),
    }
}

impl Reader<'_> {
    /// Hands on the features of a row, by their numbers within the column.
    #[inline]
    fn each(&self, row: usize, mut put: impl FnMut(usize, f64)) {
        match self {
            Self::Number { values, shift, scale, empty, indicator } => {
                let value = values[row];
                put(0, if value.is_nan() { *empty } else { (value - shift) / scale });
                if *indicator && value.is_nan() {
                    put(1, 1.0);
                }
            }
            Self::Levels { codes, level } => {
                let level = level[codes.get(row)];
                if level != UNSEEN {
                    put(level as usize, 1.0);
                }
            }
        }
    }

    fn count(&self, values: Values<'_>, place: usize, tally: &mut Tally) {
        match (self, values) {
            (Self::Number { values, .. }, _) => {
                tally.missing[place] += values.iter().filter(|value| value.is_nan()).count() as u64;
            }
            (Self::Levels { codes, level }, Values::Labels { labels, .. }) => {
                for code in (0..codes.len()).map(|row| codes.get(row)).filter(|&code| level[code] == UNSEEN) {
                    let counts =
                        if labels[code].is_missing() { &mut tally.missing } else { &mut tally.unseen };
                    counts[place] += 1;
                }
            }
            (Self::Levels { .. }, Values::Real(_)) => {}
        }
    }
}
