//! Rows with a score: what a repair is fitted on and applied to.

use crate::{
    inference::normals::Stream,
    methods::{FitError, labelled::check_length},
    sample::{Categorical, MAGNITUDE_MAX},
};

/// By what a row is known when random numbers are drawn for it, so that a person gets the same answer in every batch.
#[derive(Clone, Copy, Debug)]
pub enum RowIds<'a> {
    /// The rows are numbered onwards from here: 0 for a whole table, the number of rows before it for a part of one.
    From(u64),
    /// One number a row, kept by the caller. Equal numbers draw equally.
    Given(&'a [u64]),
}

impl Default for RowIds<'_> {
    fn default() -> Self {
        Self::From(0)
    }
}

impl RowIds<'_> {
    pub(super) fn get(&self, row: usize) -> u64 {
        match self {
            Self::From(first) => first.wrapping_add(row as u64),
            Self::Given(ids) => ids[row],
        }
    }
}

/// Returns a uniform number in (0, 1) that depends on the seed, the purpose and the row only.
pub(super) fn uniform(seed: u64, purpose: u64, id: u64) -> f64 {
    Stream::new(seed.wrapping_add(purpose.wrapping_mul(0xD1B5_4A32_D192_ED03)), id).uniform()
}

/// Rows with scores and groups, unchecked. No labels: rows without an outcome are welcome.
///
/// Groups travel with the rows: a subset of the rows is a subset of all the columns here.
#[derive(Clone, Copy, Debug)]
pub struct Scored<'a> {
    /// The scores or predicted values, finite and at most 1e40 in magnitude.
    pub scores: &'a [f64],
    /// The sensitive attributes, at least one; several are crossed. A missing value is a group of its own.
    pub sensitive: &'a [Categorical<'a>],
    /// How much each row counts, finite and not negative; `None` for 1. An integer weight is a repetition.
    pub weights: Option<&'a [f64]>,
    /// By what the rows are known.
    pub row_ids: RowIds<'a>,
}

impl<'a> Scored<'a> {
    /// Makes a view of rows that count alike and are numbered from 0.
    pub fn new(scores: &'a [f64], sensitive: &'a [Categorical<'a>]) -> Self {
        Self { scores, sensitive, weights: None, row_ids: RowIds::default() }
    }

    /// Returns the number of rows.
    pub fn n(&self) -> usize {
        self.scores.len()
    }

    /// Checks lengths and numbers; codes are checked where they are looked up.
    pub(super) fn check(&self) -> Result<(), FitError> {
        let n = self.n();
        check_finite("scores", self.scores)?;
        for column in self.sensitive {
            check_length("sensitive", column.codes.len(), n)?;
        }
        if let Some(weights) = self.weights {
            check_length("weights", weights.len(), n)?;
            let fits = |w: f64| (0.0..=MAGNITUDE_MAX).contains(&w);
            if let Some(row) = weights.iter().position(|&w| !fits(w)) {
                return Err(FitError::OutOfRange { argument: "weights", row, value: weights[row] });
            }
        }
        if let RowIds::Given(ids) = self.row_ids {
            check_length("row_ids", ids.len(), n)?;
        }
        Ok(())
    }
}

fn check_finite(argument: &'static str, values: &[f64]) -> Result<(), FitError> {
    // The fold has no way out early and so becomes vector code; `<=` is false of NaN.
    let fits = |x: f64| x.abs() <= MAGNITUDE_MAX;
    if values.iter().fold(true, |all, &x| all & fits(x)) {
        return Ok(());
    }
    match values.iter().position(|&x| !fits(x)) {
        Some(row) => Err(FitError::OutOfRange { argument, row, value: values[row] }),
        None => Ok(()),
    }
}
