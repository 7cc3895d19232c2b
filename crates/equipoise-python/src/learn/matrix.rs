//! The rows of a design matrix from NumPy: dense or sparse, in double or single precision, where they lie.
//!
//! Python (`python/equipoise/_matrix.py`) brings a matrix into one of these forms; most are in one already.

use std::sync::Arc;

use arrow::{
    array::{Array, AsArray},
    buffer::ScalarBuffer,
    datatypes::{ArrowPrimitiveType, DataType, Float32Type, Float64Type, UInt32Type, UInt64Type},
};
use equipoise::solvers::{Rows, RowsError};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
};

use crate::columns::Column;

/// Rows of numbers, not checked yet.
#[pyclass(frozen, module = "equipoise._equipoise")]
pub(crate) struct Matrix {
    stored: Arc<Stored>,
}

impl Matrix {
    /// Returns what work on another thread can hold.
    pub(crate) fn stored(&self) -> Arc<Stored> {
        self.stored.clone()
    }
}

/// The numbers, and the shape that they are said to have.
pub(crate) struct Stored {
    n: usize,
    d: usize,
    entries: Entries,
}

enum Entries {
    Dense(ScalarBuffer<f64>),
    DenseSingle(ScalarBuffer<f32>),
    Sparse { offsets: Vec<usize>, indices: ScalarBuffer<u32>, values: ScalarBuffer<f64> },
    SparseSingle { offsets: Vec<usize>, indices: ScalarBuffer<u32>, values: ScalarBuffer<f32> },
}

impl Stored {
    /// Returns `n` rows of no columns.
    pub(crate) fn without_columns(n: usize) -> Self {
        Self { n, d: 0, entries: Entries::Dense(Vec::new().into()) }
    }

    /// Returns the number of rows.
    pub(crate) fn n(&self) -> usize {
        self.n
    }

    /// Returns whether zeros are left out.
    pub(crate) fn is_sparse(&self) -> bool {
        matches!(self.entries, Entries::Sparse { .. } | Entries::SparseSingle { .. })
    }

    /// Returns the rows, checked: one pass over the numbers.
    pub(crate) fn rows(&self) -> Result<Rows<'_>, RowsError> {
        match &self.entries {
            Entries::Dense(values) => Rows::dense(values, self.n, self.d),
            Entries::DenseSingle(values) => Rows::dense_f32(values, self.n, self.d, self.d),
            Entries::Sparse { offsets, indices, values } => Rows::csr(offsets, indices, values, self.d),
            Entries::SparseSingle { offsets, indices, values } => {
                Rows::csr_f32(offsets, indices, values, self.d)
            }
        }
    }
}

#[pymethods]
impl Matrix {
    /// Takes `n` rows of `d` numbers, one row after the other.
    #[staticmethod]
    fn dense(values: &Column, n: usize, d: usize) -> PyResult<Self> {
        let entries = match data_type(values)? {
            DataType::Float64 => Entries::Dense(numbers::<Float64Type>(values)?),
            DataType::Float32 => Entries::DenseSingle(numbers::<Float32Type>(values)?),
            other => return Err(PyTypeError::new_err(format!("no matrix of {other}"))),
        };
        Ok(Self { stored: Arc::new(Stored { n, d, entries }) })
    }

    /// Takes compressed sparse rows: offsets of 64 bits, column indices of 32, both without sign.
    #[staticmethod]
    fn sparse(offsets: &Column, indices: &Column, values: &Column, d: usize) -> PyResult<Self> {
        let offsets: Vec<usize> = numbers::<UInt64Type>(offsets)?
            .iter()
            .map(|&offset| {
                usize::try_from(offset).map_err(|_| PyValueError::new_err("an offset is too large"))
            })
            .collect::<PyResult<_>>()?;
        let indices = numbers::<UInt32Type>(indices)?;
        let n = offsets.len().saturating_sub(1);
        let entries = match data_type(values)? {
            DataType::Float64 => {
                Entries::Sparse { offsets, indices, values: numbers::<Float64Type>(values)? }
            }
            DataType::Float32 => {
                Entries::SparseSingle { offsets, indices, values: numbers::<Float32Type>(values)? }
            }
            other => return Err(PyTypeError::new_err(format!("no sparse matrix of {other}"))),
        };
        Ok(Self { stored: Arc::new(Stored { n, d, entries }) })
    }

    /// The shape.
    #[getter]
    pub(crate) fn shape(&self) -> (usize, usize) {
        (self.stored.n, self.stored.d)
    }
}

fn data_type(column: &Column) -> PyResult<DataType> {
    let first = column.chunks().first().map(|array| array.data_type().clone());
    first.ok_or_else(|| PyValueError::new_err("an array of numbers is wanted"))
}

/// Returns the numbers of a column of one array, shared with whoever made it.
pub(crate) fn numbers<T: ArrowPrimitiveType>(column: &Column) -> PyResult<ScalarBuffer<T::Native>> {
    let [array] = column.chunks() else {
        return Err(PyValueError::new_err("one array of numbers is wanted"));
    };
    let array = array.as_primitive_opt::<T>().ok_or_else(|| {
        PyTypeError::new_err(format!("an array of {}, not of {}", T::DATA_TYPE, array.data_type()))
    })?;
    Ok(array.values().clone())
}
