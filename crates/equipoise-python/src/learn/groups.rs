//! Columns that tell people apart, as codes and labels: by the same rules as in audits.

use std::{collections::HashMap, sync::Arc};

use arrow::array::ArrayRef;
use equipoise::{
    groups::Label,
    sample::{Categorical, Codes},
};
use equipoise_audit::{Failure, Spelling};
use equipoise_table::{Batch, ColumnData, ColumnRequest, FoldError, Kind, MissingPolicy, Source};
use pyo3::prelude::*;

use super::complaint::Complaint;
use crate::columns::Column;

/// A column that is not coded yet: its name and its arrays, which work on another thread can hold.
pub(crate) struct Uncoded {
    name: String,
    chunks: Vec<ArrayRef>,
}

/// Returns columns as work on another thread can hold them.
pub(crate) fn uncoded(columns: &[(String, Bound<'_, Column>)]) -> Vec<Uncoded> {
    columns
        .iter()
        .map(|(name, column)| Uncoded { name: name.clone(), chunks: column.get().chunks().to_vec() })
        .collect()
}

/// A coded column. A missing value has a label of its own.
#[derive(Default)]
pub(crate) struct Coded {
    codes: Vec<u32>,
    labels: Vec<Label>,
    numbers: HashMap<Label, u32>,
    /// The labels of the last batch and their numbers here: batches of one dictionary share them.
    last: Option<(Arc<[Label]>, Vec<u32>)>,
}

impl Coded {
    /// Returns the column as the library borrows it.
    pub(crate) fn view(&self) -> Categorical<'_> {
        Categorical { codes: Codes::U32(&self.codes), labels: &self.labels }
    }

    /// Returns the codes of an outcome as numbers, one for each label.
    pub(crate) fn numbers(&self) -> Result<Vec<f64>, Complaint> {
        let is_missing = |code: &u32| self.labels[*code as usize].is_missing();
        match self.codes.iter().position(is_missing) {
            Some(row) => Err(Complaint::no_value("y", row)),
            None => Ok(self.codes.iter().map(|&code| f64::from(code)).collect()),
        }
    }

    fn number(&mut self, label: &Label) -> u32 {
        if let Some(&number) = self.numbers.get(label) {
            return number;
        }
        let number = self.labels.len() as u32;
        self.labels.push(label.clone());
        self.numbers.insert(label.clone(), number);
        number
    }

    fn add(&mut self, batch: &Batch) {
        for column in &batch.columns {
            let ColumnData::Categorical { codes, labels } = column else { continue };
            let known = self.last.take().filter(|(last, _)| Arc::ptr_eq(last, labels));
            // A dictionary may have grown since: then it is another allocation.
            let (labels, numbers) = known.unwrap_or_else(|| {
                let numbers = labels.iter().map(|label| self.number(label)).collect();
                (labels.clone(), numbers)
            });
            let codes = codes.as_codes();
            self.codes.extend((0..codes.len()).map(|row| numbers[codes.get(row)]));
            self.last = Some((labels, numbers));
        }
    }
}

/// Codes columns.
pub(crate) fn coded(columns: Vec<Uncoded>, spelling: Spelling) -> Result<Vec<Coded>, Failure> {
    columns.into_iter().map(|column| code(column, spelling)).collect()
}

fn code(Uncoded { name, chunks }: Uncoded, spelling: Spelling) -> Result<Coded, Failure> {
    let request = ColumnRequest::new("#1", Kind::Categorical, MissingPolicy::Label);
    let source = Source::of_columns(vec![(name, chunks)])
        .map_err(|error| Failure::of_table(&error, spelling))?
        .with_missing(Vec::new());
    // One thread, so that the batches come in the order of the rows.
    let step = |coded: &mut Coded, batch: &Batch| {
        coded.add(batch);
        Ok::<(), std::convert::Infallible>(())
    };
    let folded = source.fold(&[request], 1, &|_| {}, Coded::default, step);
    match folded {
        Ok((parts, _)) => Ok(parts.into_iter().next().unwrap_or_default()),
        Err(FoldError::Table(error)) => Err(Failure::of_table(&error, spelling)),
        Err(FoldError::Step(never)) => match never {},
    }
}
