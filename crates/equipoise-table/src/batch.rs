//! What comes out of a table: batches of coded columns.

use std::sync::Arc;

use equipoise::{
    groups::Label,
    sample::{Categorical, Codes, Variable},
};

use crate::known::UNKNOWN;

/// The codes of a categorical column, in the narrowest width that the number of labels allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeVec {
    /// Up to 256 labels.
    U8(Vec<u8>),
    /// Up to 65,536 labels.
    U16(Vec<u16>),
    /// More.
    U32(Vec<u32>),
}

impl Default for CodeVec {
    fn default() -> Self {
        Self::U8(Vec::new())
    }
}

impl CodeVec {
    /// Returns the codes as the library borrows them.
    pub fn as_codes(&self) -> Codes<'_> {
        match self {
            Self::U8(codes) => Codes::U8(codes),
            Self::U16(codes) => Codes::U16(codes),
            Self::U32(codes) => Codes::U32(codes),
        }
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        self.as_codes().len()
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Empties the vector and makes it wide enough for `n_labels` labels; the memory is kept where the width stays.
    pub(crate) fn reset(&mut self, n_labels: usize) {
        match self {
            Self::U8(codes) if n_labels <= 1 << 8 => codes.clear(),
            Self::U16(codes) if n_labels > 1 << 8 && n_labels <= 1 << 16 => codes.clear(),
            Self::U32(codes) if n_labels > 1 << 16 => codes.clear(),
            _ if n_labels <= 1 << 8 => *self = Self::U8(Vec::new()),
            _ if n_labels <= 1 << 16 => *self = Self::U16(Vec::new()),
            _ => *self = Self::U32(Vec::new()),
        }
    }

    /// Makes the codes wide enough for the code `code`.
    pub(crate) fn widen_for(&mut self, code: u32) {
        if code > 0xffff {
            match self {
                Self::U8(codes) => *self = Self::U32(codes.iter().map(|&code| u32::from(code)).collect()),
                Self::U16(codes) => *self = Self::U32(codes.iter().map(|&code| u32::from(code)).collect()),
                Self::U32(_) => {}
            }
        } else if code > 0xff
            && let Self::U8(codes) = self
        {
            *self = Self::U16(codes.iter().map(|&code| u16::from(code)).collect());
        }
    }

    /// Appends a code, widening where needed.
    #[inline]
    pub(crate) fn push(&mut self, code: u32) {
        match self {
            Self::U8(codes) if code <= 0xff => codes.push(code as u8),
            Self::U16(codes) if code <= 0xffff => codes.push(code as u16),
            Self::U32(codes) => codes.push(code),
            _ => {
                self.widen_for(code);
                self.push(code);
            }
        }
    }

    /// Appends `n` codes if all of them fit the width, which [`UNKNOWN`] does not; else returns `false`, with as many
    /// codes of no meaning appended.
    #[inline(always)]
    pub(crate) fn try_extend(&mut self, n: usize, code: impl Fn(usize) -> u32) -> bool {
        // The bits of all codes together show whether one was too wide; it needs no branch.
        let mut bits = 0;
        let code = |row| {
            let code = code(row);
            bits |= code;
            code
        };
        match self {
            Self::U8(codes) => {
                codes.extend((0..n).map(code).map(|code| code as u8));
                bits <= 0xff
            }
            Self::U16(codes) => {
                codes.extend((0..n).map(code).map(|code| code as u16));
                bits <= 0xffff
            }
            Self::U32(codes) => {
                codes.extend((0..n).map(code));
                bits < UNKNOWN
            }
        }
    }

    /// Keeps the first `n` rows.
    pub(crate) fn truncate(&mut self, n: usize) {
        match self {
            Self::U8(codes) => codes.truncate(n),
            Self::U16(codes) => codes.truncate(n),
            Self::U32(codes) => codes.truncate(n),
        }
    }

    /// Returns how many rows have the code, and the first of them.
    pub(crate) fn count(&self, code: usize) -> (u64, Option<usize>) {
        fn count<T: Copy + PartialEq>(codes: &[T], code: Option<T>) -> (u64, Option<usize>) {
            let Some(code) = code else { return (0, None) };
            let n = codes.iter().filter(|&&other| other == code).count() as u64;
            (n, if n == 0 { None } else { codes.iter().position(|&other| other == code) })
        }
        match self {
            Self::U8(codes) => count(codes, u8::try_from(code).ok()),
            Self::U16(codes) => count(codes, u16::try_from(code).ok()),
            Self::U32(codes) => count(codes, u32::try_from(code).ok()),
        }
    }

    /// Keeps the rows marked `true`.
    pub(crate) fn retain(&mut self, keep: &[bool]) {
        match self {
            Self::U8(codes) => retain(codes, keep),
            Self::U16(codes) => retain(codes, keep),
            Self::U32(codes) => retain(codes, keep),
        }
    }
}

fn retain<T: Copy>(values: &mut Vec<T>, keep: &[bool]) {
    let mut n_kept = 0;
    for row in 0..values.len() {
        values[n_kept] = values[row];
        n_kept += usize::from(keep[row]);
    }
    values.truncate(n_kept);
}

/// A column of a batch.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnData {
    /// Labels.
    Categorical {
        /// One code a row, each below `labels.len()`.
        codes: CodeVec,
        /// The labels of the codes. They may repeat, and need not all occur. Batches that come from the same
        /// dictionary share one allocation, so what was derived from it can be kept while [`Arc::ptr_eq`] holds.
        labels: Arc<[Label]>,
    },
    /// Numbers: finite, or NaN where missing (only with [`crate::MissingPolicy::Label`]).
    Real(Vec<f64>),
}

impl ColumnData {
    /// Returns the column as the library borrows it.
    pub fn as_variable(&self) -> Variable<'_> {
        match self {
            Self::Categorical { codes, labels } => {
                Variable::Categorical(Categorical { codes: codes.as_codes(), labels })
            }
            Self::Real(values) => Variable::Real(values),
        }
    }

    /// Returns the codes and labels of a categorical column.
    pub fn as_categorical(&self) -> Option<Categorical<'_>> {
        match self {
            Self::Categorical { codes, labels } => Some(Categorical { codes: codes.as_codes(), labels }),
            Self::Real(_) => None,
        }
    }

    /// Returns the numbers of a real column.
    pub fn as_real(&self) -> Option<&[f64]> {
        match self {
            Self::Categorical { .. } => None,
            Self::Real(values) => Some(values),
        }
    }

    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Categorical { codes, .. } => codes.len(),
            Self::Real(values) => values.len(),
        }
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns how many rows are missing, and the first of them.
    pub(crate) fn missing(&self) -> (u64, Option<usize>) {
        match self {
            Self::Categorical { codes, labels } => {
                let mut found = (0, None);
                for (code, _) in labels.iter().enumerate().filter(|(_, label)| label.is_missing()) {
                    let (n, first) = codes.count(code);
                    found.0 += n;
                    found.1 = match (found.1, first) {
                        (Some(a), Some(b)) => Some(std::cmp::min::<usize>(a, b)),
                        (a, b) => a.or(b),
                    };
                }
                found
            }
            Self::Real(values) => {
                let n = values.iter().filter(|value| value.is_nan()).count() as u64;
                (n, if n == 0 { None } else { values.iter().position(|value| value.is_nan()) })
            }
        }
    }

    /// Clears `keep` where the column is missing.
    pub(crate) fn mark_missing(&self, keep: &mut [bool]) {
        match self {
            Self::Categorical { codes, labels } => {
                let codes = codes.as_codes();
                for (row, keep) in keep.iter_mut().enumerate() {
                    *keep &= !labels[codes.get(row)].is_missing();
                }
            }
            Self::Real(values) => {
                for (keep, value) in keep.iter_mut().zip(values) {
                    *keep &= !value.is_nan();
                }
            }
        }
    }

    /// Keeps the rows marked `true`.
    pub(crate) fn retain(&mut self, keep: &[bool]) {
        match self {
            Self::Categorical { codes, .. } => codes.retain(keep),
            Self::Real(values) => retain(values, keep),
        }
    }
}

/// Some rows of a table: the requested columns, in the order of the requests.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Batch {
    /// Number of rows, the same in all columns; at most some ten thousand.
    pub rows: usize,
    /// The columns, one for each request.
    pub columns: Vec<ColumnData>,
}
