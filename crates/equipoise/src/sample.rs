//! Checked, borrowed views of the rows.
//!
//! [`Columns`] is what a caller has; [`Sample::new`] checks it once, at the door, and everything behind trusts it.

use crate::groups::Label;

/// The codes of a categorical column: one number a row, an index into the column's labels.
///
/// The width is the caller's: a byte a row is enough for 256 labels and is counted at memory speed.
#[derive(Clone, Copy, Debug)]
pub enum Codes<'a> {
    /// One byte a row.
    U8(&'a [u8]),
    /// Two bytes a row.
    U16(&'a [u16]),
    /// Four bytes a row.
    U32(&'a [u32]),
}

impl Codes<'_> {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len(),
            Self::U32(codes) => codes.len(),
        }
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the code of one row.
    ///
    /// # Panics
    /// When `row` is out of range.
    pub fn get(&self, row: usize) -> usize {
        match self {
            Self::U8(codes) => usize::from(codes[row]),
            Self::U16(codes) => usize::from(codes[row]),
            Self::U32(codes) => codes[row] as usize,
        }
    }

    fn max(&self) -> Option<usize> {
        match self {
            Self::U8(codes) => codes.iter().max().map(|&code| usize::from(code)),
            Self::U16(codes) => codes.iter().max().map(|&code| usize::from(code)),
            Self::U32(codes) => codes.iter().max().map(|&code| code as usize),
        }
    }
}

/// A categorical column: codes and the labels they stand for.
///
/// Labels may repeat and need not all occur (a Parquet dictionary is like that): rows are counted by label.
#[derive(Clone, Copy, Debug)]
pub struct Categorical<'a> {
    /// One code a row, each below `labels.len()`.
    pub codes: Codes<'a>,
    /// The labels of the codes.
    pub labels: &'a [Label],
}

/// A column of either kind.
#[derive(Clone, Copy, Debug)]
pub enum Variable<'a> {
    /// Labels.
    Categorical(Categorical<'a>),
    /// Numbers; NaN is a missing value where the role allows one (attributes), an error elsewhere.
    Real(&'a [f64]),
}

impl Variable<'_> {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Categorical(column) => column.codes.len(),
            Self::Real(values) => values.len(),
        }
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The columns of a batch of rows by role, unchecked.
#[derive(Clone, Debug, Default)]
pub struct Columns<'a> {
    /// The sensitive attributes, in the order of [`crate::audit::Layout`]. Real ones need cut points there.
    pub sensitive: Vec<Variable<'a>>,
    /// The legitimate strata, likewise.
    pub strata: Vec<Variable<'a>>,
    /// The outcome Y: categorical in classification, real in regression.
    pub target: Option<Variable<'a>>,
    /// The hard prediction, in classification.
    pub prediction: Option<Categorical<'a>>,
    /// The score, or in regression the predicted value.
    pub score: Option<&'a [f64]>,
    /// Weights, finite and not negative.
    pub weights: Option<&'a [f64]>,
}
