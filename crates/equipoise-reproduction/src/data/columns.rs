//! Columns of a data set in the order of its rows.

use equipoise_datasets::{Folders, locate, locate::Place};
use equipoise_table::{Batch, ColumnRequest, FoldError, Input, Kind, MissingPolicy, Source};

use crate::ReproductionError;

/// A column to be read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Wanted {
    /// Numbers; a missing one is NaN.
    Number(&'static str),
    /// Texts; a missing one is empty.
    Text(&'static str),
    /// Texts; rows without one are left out.
    Known(&'static str),
}

/// A column that was read.
#[derive(Debug)]
enum Read {
    Numbers(Vec<f64>),
    Texts(Vec<Box<str>>),
}

/// The columns asked for, in that order.
#[derive(Debug)]
pub(super) struct Columns(Vec<Read>);

impl Columns {
    /// Reads columns of the files that a reference names, file after file, on one thread: so the order of rows is that of
    /// the files.
    pub(super) fn read(
        reference: &str,
        wanted: &[Wanted],
        folders: &Folders,
    ) -> Result<Self, ReproductionError> {
        let located = locate(reference, folders)?;
        let requests: Vec<ColumnRequest> = wanted.iter().copied().map(request).collect();
        let mut columns: Vec<Read> = wanted.iter().copied().map(empty).collect();
        for found in &located.files {
            let (Place::Path(path), Some(table)) = (&found.place, &found.file.table) else { continue };
            let source = Source::open(&[Input::from(path.as_path())], (&table.reading).into())?;
            let step = |rows: &mut Vec<Read>, batch: &Batch| -> Result<(), std::convert::Infallible> {
                append(rows, batch);
                Ok(())
            };
            let fresh = || wanted.iter().copied().map(empty).collect::<Vec<_>>();
            let folded = source.fold(&requests, 1, &|_| {}, fresh, step);
            let (parts, _) = folded.map_err(|error| match error {
                FoldError::Table(error) => error,
                FoldError::Step(never) => match never {},
            })?;
            for part in parts {
                columns.iter_mut().zip(part).for_each(|(column, part)| column.extend(part));
            }
        }
        Ok(Self(columns))
    }

    /// Returns a column of numbers; empty where it is one of texts.
    pub(super) fn numbers(&self, column: usize) -> &[f64] {
        match &self.0[column] {
            Read::Numbers(values) => values,
            Read::Texts(_) => &[],
        }
    }

    /// Returns a column of texts; empty where it is one of numbers.
    pub(super) fn texts(&self, column: usize) -> &[Box<str>] {
        match &self.0[column] {
            Read::Numbers(_) => &[],
            Read::Texts(texts) => texts,
        }
    }

    /// Returns the number of rows.
    pub(super) fn n(&self) -> usize {
        self.0.first().map_or(0, |column| match column {
            Read::Numbers(values) => values.len(),
            Read::Texts(texts) => texts.len(),
        })
    }
}

impl Read {
    fn extend(&mut self, other: Self) {
        match (self, other) {
            (Self::Numbers(values), Self::Numbers(more)) => values.extend(more),
            (Self::Texts(texts), Self::Texts(more)) => texts.extend(more),
            (Self::Numbers(_), Self::Texts(_)) | (Self::Texts(_), Self::Numbers(_)) => {}
        }
    }
}

fn request(wanted: Wanted) -> ColumnRequest {
    match wanted {
        Wanted::Number(name) => ColumnRequest::new(name, Kind::Real, MissingPolicy::Label),
        Wanted::Text(name) => ColumnRequest::new(name, Kind::Categorical, MissingPolicy::Label),
        Wanted::Known(name) => ColumnRequest::new(name, Kind::Categorical, MissingPolicy::Drop),
    }
}

fn empty(wanted: Wanted) -> Read {
    match wanted {
        Wanted::Number(_) => Read::Numbers(Vec::new()),
        Wanted::Text(_) | Wanted::Known(_) => Read::Texts(Vec::new()),
    }
}

fn append(columns: &mut [Read], batch: &Batch) {
    for (column, data) in columns.iter_mut().zip(&batch.columns) {
        match column {
            Read::Numbers(values) => values.extend(data.as_real().unwrap_or_default()),
            Read::Texts(texts) => {
                let Some(labels) = data.as_categorical() else { continue };
                let text = |row| labels.labels[labels.codes.get(row)].text().unwrap_or_default().into();
                texts.extend((0..batch.rows).map(text));
            }
        }
    }
}
