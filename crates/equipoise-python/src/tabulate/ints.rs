//! Columns of small integers, borrowed from NumPy without a copy.
//!
//! Whatever tells rows apart (a label, a group, a stratum) arrives as integers: those of the user where they are
//! integers, codes otherwise. One narrow kernel then serves all of them.

use numpy::PyReadonlyArray1;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// A column held for the duration of a call.
pub(super) enum Ints<'py> {
    I8(PyReadonlyArray1<'py, i8>),
    I16(PyReadonlyArray1<'py, i16>),
    I32(PyReadonlyArray1<'py, i32>),
    I64(PyReadonlyArray1<'py, i64>),
    U8(PyReadonlyArray1<'py, u8>),
    U16(PyReadonlyArray1<'py, u16>),
    U32(PyReadonlyArray1<'py, u32>),
    Bool(PyReadonlyArray1<'py, bool>),
}

/// The values of a column, free of the interpreter.
#[derive(Clone, Copy)]
pub(super) enum IntSlice<'a> {
    I8(&'a [i8]),
    I16(&'a [i16]),
    I32(&'a [i32]),
    I64(&'a [i64]),
    U8(&'a [u8]),
    U16(&'a [u16]),
    U32(&'a [u32]),
    Bool(&'a [bool]),
}

/// Runs one generic expression on the slice of whatever type is inside.
macro_rules! with_slice {
    ($column:expr, $values:ident => $body:expr) => {
        match $column {
            IntSlice::I8($values) => $body,
            IntSlice::I16($values) => $body,
            IntSlice::I32($values) => $body,
            IntSlice::I64($values) => $body,
            IntSlice::U8($values) => $body,
            IntSlice::U16($values) => $body,
            IntSlice::U32($values) => $body,
            IntSlice::Bool($values) => $body,
        }
    };
}

impl<'py> Ints<'py> {
    /// Borrows a contiguous one-dimensional array of whole numbers. `TypeError` for anything else.
    pub(super) fn borrow(array: &Bound<'py, PyAny>) -> PyResult<Self> {
        macro_rules! first_of {
            ($($variant:ident),*) => { $(
                if let Ok(values) = array.extract() {
                    return Ok(Self::$variant(values));
                }
            )* };
        }
        first_of!(I64, I8, I32, U8, Bool, I16, U32, U16);
        Err(PyTypeError::new_err("a contiguous array of whole numbers was expected"))
    }

    /// Returns the values. An error when the array is not contiguous.
    pub(super) fn slice(&self) -> PyResult<IntSlice<'_>> {
        Ok(match self {
            Self::I8(a) => IntSlice::I8(a.as_slice()?),
            Self::I16(a) => IntSlice::I16(a.as_slice()?),
            Self::I32(a) => IntSlice::I32(a.as_slice()?),
            Self::I64(a) => IntSlice::I64(a.as_slice()?),
            Self::U8(a) => IntSlice::U8(a.as_slice()?),
            Self::U16(a) => IntSlice::U16(a.as_slice()?),
            Self::U32(a) => IntSlice::U32(a.as_slice()?),
            Self::Bool(a) => IntSlice::Bool(a.as_slice()?),
        })
    }
}

impl IntSlice<'_> {
    /// Returns how many rows there are.
    pub(super) fn len(self) -> usize {
        with_slice!(self, v => v.len())
    }

    /// Returns the value of one row.
    pub(super) fn value(self, row: usize) -> i64 {
        with_slice!(self, v => wide(v[row]))
    }

    /// Returns the least and the greatest value of the first `rows` rows; (0, 0) without rows.
    pub(super) fn extent(self, rows: usize) -> (i64, i64) {
        with_slice!(self, v => extent(&v[..rows.min(v.len())]))
    }

    /// Adds (value − lo) << shift to `out` for the rows from `start` on, and returns the union of the bits of all
    /// value − lo: a value outside lo .. lo + 2^b shows as a bit from b on, so one test serves a whole chunk.
    pub(super) fn add_offsets(self, start: usize, lo: i64, shift: u32, out: &mut [u32]) -> u64 {
        let end = start + out.len();
        match self {
            Self::I64(v) => add_offsets_wide(&v[start..end], lo, shift, out),
            Self::U32(v) => add_offsets_wide(&v[start..end], lo, shift, out),
            Self::I32(v) => add_offsets_wide(&v[start..end], lo, shift, out),
            Self::I16(v) => add_offsets_narrow(&v[start..end], lo, shift, out),
            Self::U16(v) => add_offsets_narrow(&v[start..end], lo, shift, out),
            Self::I8(v) => add_offsets_narrow(&v[start..end], lo, shift, out),
            Self::U8(v) => add_offsets_narrow(&v[start..end], lo, shift, out),
            Self::Bool(v) => add_offsets_narrow(&v[start..end], lo, shift, out),
        }
    }
}

fn wide(value: impl Into<i64>) -> i64 {
    value.into()
}

fn extent<T: Copy + Ord + Into<i64>>(values: &[T]) -> (i64, i64) {
    match (values.iter().min(), values.iter().max()) {
        (Some(&lo), Some(&hi)) => (lo.into(), hi.into()),
        _ => (0, 0),
    }
}

fn add_offsets_wide<T: Copy + Into<i64>>(values: &[T], lo: i64, shift: u32, out: &mut [u32]) -> u64 {
    let mut seen = 0;
    for (slot, &value) in out.iter_mut().zip(values) {
        let offset = value.into().wrapping_sub(lo) as u64;
        seen |= offset;
        *slot |= (offset as u32) << shift;
    }
    seen
}

/// Types of up to 16 bits fit 32-bit lanes, twice as many of which go into a register.
fn add_offsets_narrow<T: Copy + Into<i32>>(values: &[T], lo: i64, shift: u32, out: &mut [u32]) -> u64 {
    let lo = lo as i32;
    let mut seen = 0;
    for (slot, &value) in out.iter_mut().zip(values) {
        let offset = value.into().wrapping_sub(lo) as u32;
        seen |= offset;
        *slot |= offset << shift;
    }
    u64::from(seen)
}
