//! What is read of one file, and how a reader hands it on.

use std::{path::PathBuf, sync::Arc};

use crate::{
    batch::{CodeVec, ColumnData},
    coding::{Coder, Markers},
    error::{Place, RowUnit, TableError},
    known::NumberCodes,
    request::{ColumnRequest, Kind},
    values::DictionaryCodes,
};

/// Rows of a batch, at most.
pub(crate) const N_ROWS_MAX: usize = 1 << 16;

/// A requested column that a file stores.
#[derive(Clone, Debug)]
pub(crate) struct Stored {
    /// Which request.
    pub(crate) request: usize,
    /// The column's index in the file.
    pub(crate) column: usize,
    /// The column's name.
    pub(crate) name: String,
    /// What the role needs.
    pub(crate) kind: Kind,
}

/// What is read of one file.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The file's number among the table's files.
    pub(crate) file_idx: usize,
    /// The file's name.
    pub(crate) file: PathBuf,
    /// How its rows are counted.
    pub(crate) unit: RowUnit,
    /// The columns it stores, in the order of the requests.
    pub(crate) stored: Vec<Stored>,
    /// Requests answered by a folder's name.
    pub(crate) constant: Vec<(usize, String)>,
}

impl Plan {
    /// Returns a row of the file as a place.
    pub(crate) fn place(&self, row: u64) -> Place {
        Place { file: self.file.clone(), row, unit: self.unit }
    }

    pub(crate) fn not_utf8(&self, stored: usize, row: u64) -> TableError {
        TableError::NotUtf8 { column: self.stored[stored].name.clone(), place: self.place(row) }
    }

    pub(crate) fn not_a_number(&self, stored: usize, row: u64, value: &str) -> TableError {
        TableError::NotANumber {
            column: self.stored[stored].name.clone(),
            value: crate::error::shown(value),
            place: self.place(row),
        }
    }

    pub(crate) fn not_finite(&self, stored: usize, row: u64, value: f64) -> TableError {
        TableError::NotFinite { column: self.stored[stored].name.clone(), value, place: self.place(row) }
    }

    pub(crate) fn unsupported(&self, stored: usize, found: impl Into<String>) -> TableError {
        let Stored { name, kind, .. } = &self.stored[stored];
        TableError::UnsupportedType {
            column: name.clone(),
            file: self.file.clone(),
            found: found.into(),
            needed: match kind {
                Kind::Categorical => "labels",
                Kind::Real => "numbers",
            },
        }
    }
}

/// Why a reader stops.
#[derive(Debug)]
pub(crate) enum Halt {
    /// The table is at fault.
    Error(TableError),
    /// Whoever takes the batches wants no more.
    Stopped,
}

impl From<TableError> for Halt {
    fn from(error: TableError) -> Self {
        Self::Error(error)
    }
}

/// Takes batches: the number of rows, the stored columns, and the row number of each row.
pub(crate) type Sink<'a> =
    dyn FnMut(usize, &mut Vec<ColumnData>, &dyn Fn(usize) -> u64) -> Result<(), Halt> + 'a;

/// What one thread keeps for one request.
pub(crate) struct Lane {
    pub(crate) markers: Arc<Markers>,
    pub(crate) coder: Coder,
    pub(crate) numbers: NumberCodes,
    pub(crate) dictionary: DictionaryCodes,
}

impl Lane {
    /// Begins a batch.
    pub(crate) fn start_batch(&mut self) {
        if self.coder.start_batch() {
            self.numbers.clear();
        }
    }

    /// Ends a column: gives it the labels of its codes.
    pub(crate) fn end_column(&mut self, column: &mut ColumnData) {
        if let ColumnData::Categorical { labels, .. } = column {
            *labels = self.coder.shared_labels();
        }
    }
}

/// What one thread keeps from batch to batch.
pub(crate) struct Lanes {
    /// By request.
    pub(crate) lanes: Vec<Lane>,
    /// The columns under construction, by stored column.
    pub(crate) columns: Vec<ColumnData>,
}

impl Lanes {
    pub(crate) fn new(requests: &[ColumnRequest], markers: &Arc<Markers>) -> Self {
        let lane = |_: &ColumnRequest| Lane {
            markers: markers.clone(),
            coder: Coder::new(markers.clone()),
            numbers: NumberCodes::new(),
            dictionary: DictionaryCodes::default(),
        };
        Self { lanes: requests.iter().map(lane).collect(), columns: Vec::new() }
    }

    /// Makes empty columns of the right kinds, keeping memory where there is some.
    pub(crate) fn start_batch(&mut self, plan: &Plan) {
        self.columns.resize_with(plan.stored.len(), || ColumnData::Real(Vec::new()));
        for (column, stored) in self.columns.iter_mut().zip(&plan.stored) {
            self.lanes[stored.request].start_batch();
            let n_labels = self.lanes[stored.request].coder.n_labels();
            match (stored.kind, &mut *column) {
                (Kind::Real, ColumnData::Real(values)) => values.clear(),
                (Kind::Real, _) => *column = ColumnData::Real(Vec::new()),
                (Kind::Categorical, ColumnData::Categorical { codes, labels }) => {
                    codes.reset(n_labels);
                    *labels = Arc::from([]);
                }
                (Kind::Categorical, _) => {
                    let mut codes = CodeVec::default();
                    codes.reset(n_labels);
                    *column = ColumnData::Categorical { codes, labels: Arc::from([]) };
                }
            }
        }
    }
}
