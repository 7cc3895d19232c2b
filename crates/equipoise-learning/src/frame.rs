//! Columns of a whole table in memory, in the order of the rows.
//!
//! The table is read on several threads; every batch knows where its rows stand, so what comes out does not depend on
//! their number.

use std::{cmp::Ordering, sync::Arc};

use equipoise::groups::Label;
use equipoise_table::{Batch, ColumnData, ColumnRequest, FoldError, ReadSummary, Rows, Source};
use hashbrown::HashMap;

use crate::Watch;

/// Why a pass stops.
#[derive(Debug)]
pub(crate) enum Stop {
    /// A column of labels has more than are allowed.
    TooManyLevels {
        /// The request.
        column: usize,
    },
    /// The watch wants no more.
    Cancelled,
}

/// A column in memory.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Column {
    /// Numbers; NaN where missing.
    Real(Vec<f64>),
    /// Labels by code.
    Labels(Coded),
}

/// Labels by code.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Coded {
    /// One a row.
    pub(crate) codes: Vec<u32>,
    /// Those that occur, each once: texts in the order of their bytes, missing last.
    pub(crate) labels: Vec<Label>,
}

/// The columns that were asked for, in the order of the requests.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<Column>,
    pub(crate) summary: ReadSummary,
}

/// Texts in the order of their bytes, missing last.
pub(crate) fn in_byte_order(a: &Label, b: &Label) -> Ordering {
    match (a.text(), b.text()) {
        (Some(a), Some(b)) => a.as_bytes().cmp(b.as_bytes()),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// The labels of one thread, numbered as they appear.
#[derive(Default)]
struct Table {
    labels: Vec<Label>,
    numbers: HashMap<Label, u32>,
    /// The labels of the batch before and their numbers here: batches of one dictionary share them.
    last: Option<(Arc<[Label]>, Vec<u32>)>,
}

/// Not numbered yet: labels of a dictionary need not occur.
const UNSEEN: u32 = u32::MAX;

impl Table {
    fn codes_of(&mut self, codes: equipoise::sample::Codes<'_>, labels: &Arc<[Label]>) -> Vec<u32> {
        let mut known = match self.last.take() {
            Some((last, known)) if Arc::ptr_eq(&last, labels) => known,
            _ => vec![UNSEEN; labels.len()],
        };
        let numbered = (0..codes.len())
            .map(|row| {
                let code = codes.get(row);
                if known[code] == UNSEEN {
                    let next = self.labels.len() as u32;
                    let label = &labels[code];
                    known[code] = *self.numbers.entry_ref(label).or_insert_with(|| {
                        self.labels.push(label.clone());
                        next
                    });
                }
                known[code]
            })
            .collect();
        self.last = Some((labels.clone(), known));
        numbered
    }
}

enum Piece {
    Real(Vec<f64>),
    Codes(Vec<u32>),
}

struct Chunk {
    order: (usize, u64),
    rows: usize,
    columns: Vec<Piece>,
}

/// What one thread has read.
struct Part {
    chunks: Vec<Chunk>,
    tables: Vec<Table>,
}

impl Part {
    fn add(&mut self, batch: &Batch, rows: &Rows<'_>, levels_max: &[usize]) -> Result<(), Stop> {
        let mut columns = Vec::with_capacity(batch.columns.len());
        for (column, data) in batch.columns.iter().enumerate() {
            columns.push(match data {
                ColumnData::Real(values) => Piece::Real(values.clone()),
                ColumnData::Categorical { codes, labels } => {
                    let table = &mut self.tables[column];
                    let codes = table.codes_of(codes.as_codes(), labels);
                    if table.labels.len() > levels_max[column] {
                        return Err(Stop::TooManyLevels { column });
                    }
                    Piece::Codes(codes)
                }
            });
        }
        self.chunks.push(Chunk { order: rows.order(), rows: batch.rows, columns });
        Ok(())
    }
}

/// Reads some columns; one of labels may have as many as `levels_max` says of it.
pub(crate) fn read(
    source: &Source,
    requests: &[ColumnRequest],
    levels_max: &[usize],
    threads: usize,
    watch: &dyn Watch,
) -> Result<Frame, FoldError<Stop>> {
    watch.begin(crate::Pass::Reading);
    let (parts, summary) = source.fold_rows(
        requests,
        threads,
        &|at| watch.at(at),
        || Part { chunks: Vec::new(), tables: requests.iter().map(|_| Table::default()).collect() },
        |part, batch, rows| {
            if watch.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            part.add(batch, rows, levels_max)
        },
    )?;
    let mut levels = Vec::with_capacity(requests.len());
    for (column, &most) in levels_max.iter().enumerate() {
        let merged = merged(parts.iter().map(|part| &part.tables[column]));
        if merged.labels.len() > most {
            return Err(FoldError::Step(Stop::TooManyLevels { column }));
        }
        levels.push(merged);
    }
    Ok(joined(parts, levels, summary))
}

/// The labels of all threads, and the number there of each thread's labels.
struct Merged {
    labels: Vec<Label>,
    numbers: Vec<Vec<u32>>,
}

fn merged<'a>(tables: impl Iterator<Item = &'a Table> + Clone) -> Merged {
    let mut labels: Vec<Label> = tables.clone().flat_map(|table| table.labels.iter().cloned()).collect();
    labels.sort_unstable_by(in_byte_order);
    labels.dedup();
    let number = |label: &Label| {
        labels.binary_search_by(|other| in_byte_order(other, label)).expect("invariant: it is among them")
            as u32
    };
    let numbers = tables.map(|table| table.labels.iter().map(number).collect()).collect();
    Merged { labels, numbers }
}

/// Puts the chunks of all threads in the order of the table.
fn joined(parts: Vec<Part>, levels: Vec<Merged>, summary: ReadSummary) -> Frame {
    let mut chunks: Vec<(usize, Chunk)> = Vec::new();
    for (part, read) in parts.into_iter().enumerate() {
        chunks.extend(read.chunks.into_iter().map(|chunk| (part, chunk)));
    }
    chunks.sort_by_key(|(_, chunk)| chunk.order);
    let rows = chunks.iter().map(|(_, chunk)| chunk.rows).sum();
    let mut columns: Vec<Option<Column>> = levels.iter().map(|_| None).collect();
    for (part, chunk) in chunks {
        for (column, piece) in chunk.columns.into_iter().enumerate() {
            match piece {
                Piece::Real(values) => {
                    match columns[column].get_or_insert_with(|| Column::Real(Vec::with_capacity(rows))) {
                        Column::Real(all) => all.extend(values),
                        Column::Labels(_) => {}
                    }
                }
                Piece::Codes(codes) => {
                    let empty =
                        || Column::Labels(Coded { codes: Vec::with_capacity(rows), labels: Vec::new() });
                    let numbers = &levels[column].numbers[part];
                    match columns[column].get_or_insert_with(empty) {
                        Column::Labels(all) => {
                            all.codes.extend(codes.iter().map(|&code| numbers[code as usize]))
                        }
                        Column::Real(_) => {}
                    }
                }
            }
        }
    }
    let columns = columns.into_iter().zip(levels).map(|(column, merged)| match column {
        Some(Column::Labels(coded)) => Column::Labels(Coded { labels: merged.labels, ..coded }),
        Some(column) => column,
        None => Column::Real(Vec::new()),
    });
    Frame { rows, columns: columns.collect(), summary }
}

impl Coded {
    /// Borrows the column as the library takes it.
    pub(crate) fn view(&self) -> equipoise::sample::Categorical<'_> {
        equipoise::sample::Categorical {
            codes: equipoise::sample::Codes::U32(&self.codes),
            labels: &self.labels,
        }
    }

    /// Returns some of the rows.
    pub(crate) fn rows(&self, rows: &[usize]) -> Self {
        Self { codes: rows.iter().map(|&row| self.codes[row]).collect(), labels: self.labels.clone() }
    }
}
