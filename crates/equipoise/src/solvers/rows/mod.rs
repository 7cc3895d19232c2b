//! The rows of a design matrix, dense or sparse, borrowed and checked.
//!
//! [`Rows`] is what every linear solver reads. Its constructors refuse what a solver would choke on (numbers that are
//! not finite, indices out of range or order), once, so that no loop has to ask again. Values in f32 are read as they
//! lie and widened in the register: half the memory traffic, and the same arithmetic in f64.

mod kernels;

mod owned;

pub use owned::OwnedRows;

use super::vectors::{add_scaled, dot};
use kernels::{add_scaled_sparse, add_squares_dense, add_squares_sparse, dot_sparse};

/// The largest magnitude of a value, a target, a weight or a cost: no sum of squares of products of two overflows.
pub const MAGNITUDE_MAX: f64 = 1e40;

/// n rows of d numbers, borrowed from the caller: row-major dense or compressed sparse rows (CSR), in f64 or f32.
///
/// ```
/// use equipoise::solvers::Rows;
/// let dense = Rows::dense(&[1.0, 2.0, 0.0, 0.0, 0.0, 3.0], 2, 3)?;
/// let sparse = Rows::csr(&[0, 2, 3], &[0, 1, 2], &[1.0, 2.0, 3.0], 3)?;
/// assert_eq!(dense.dot(1, &[1.0, 1.0, 2.0]), 6.0);
/// assert_eq!(sparse.dot(1, &[1.0, 1.0, 2.0]), 6.0);
/// # Ok::<(), equipoise::solvers::RowsError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rows<'a> {
    n: usize,
    d: usize,
    values: Values<'a>,
}

/// Invariants: dense values hold n rows of `stride` ≥ d (the last may be cut after d); sparse offsets are n + 1,
/// start anywhere, do not decrease and end inside `indices` and `values`; indices rise within a row and are below d;
/// every value that belongs to a row is finite and at most [`MAGNITUDE_MAX`].
#[derive(Clone, Copy, Debug)]
enum Values<'a> {
    Dense { values: &'a [f64], stride: usize },
    DenseF32 { values: &'a [f32], stride: usize },
    Sparse { offsets: &'a [usize], indices: &'a [u32], values: &'a [f64] },
    SparseF32 { offsets: &'a [usize], indices: &'a [u32], values: &'a [f32] },
}

/// Why values are not rows.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RowsError {
    /// A slice is too short or too long for the shape.
    #[error("{what} has {found} entries where {n} rows of {d} columns need {expected}")]
    Shape {
        /// Which slice.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length that the shape needs.
        expected: usize,
        /// The rows.
        n: usize,
        /// The columns.
        d: usize,
    },
    /// The rows would overlap.
    #[error("rows of {d} columns cannot lie {stride} entries apart")]
    Stride {
        /// The columns.
        d: usize,
        /// The distance between two rows' starts.
        stride: usize,
    },
    /// There are more columns than an index of 32 bits can name.
    #[error("{d} columns are more than a sparse index of 32 bits can name")]
    TooManyColumns {
        /// The columns.
        d: usize,
    },
    /// The rows' offsets decrease, or point beyond the entries.
    #[error("the entries of row {row} run from {start} to {end}, of {n_entries}")]
    Offsets {
        /// The row.
        row: usize,
        /// Where it starts.
        start: usize,
        /// Where it ends.
        end: usize,
        /// How many entries there are.
        n_entries: usize,
    },
    /// A column index is out of range.
    #[error("row {row} names column {column}, but there are {d} columns")]
    ColumnOutOfRange {
        /// The row.
        row: usize,
        /// The index.
        column: u32,
        /// The columns.
        d: usize,
    },
    /// The column indices of a row do not rise: out of order, or a column named twice.
    #[error("row {row} names column {column} after column {before}: indices must rise within a row")]
    ColumnOrder {
        /// The row.
        row: usize,
        /// The index.
        column: u32,
        /// The index before it.
        before: u32,
    },
    /// A value is NaN, infinite, or so large that its square's square would be.
    #[error(
        "row {row}, column {column} is {value}, which is not a number of magnitude at most {MAGNITUDE_MAX:e}"
    )]
    OutOfRange {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The value.
        value: f64,
    },
}

impl<'a> Rows<'a> {
    /// Returns n rows of d numbers that lie one after the other.
    ///
    /// # Errors
    /// When the slice does not hold n·d numbers, or one is out of range. O(n·d).
    pub fn dense(values: &'a [f64], n: usize, d: usize) -> Result<Self, RowsError> {
        Self::dense_strided(values, n, d, d)
    }

    /// Returns n rows of d numbers whose starts lie `stride` ≥ d entries apart; what lies between is not read.
    ///
    /// # Errors
    /// When the stride is below d, the slice is too short or too long, or a number is out of range. O(n·d).
    pub fn dense_strided(values: &'a [f64], n: usize, d: usize, stride: usize) -> Result<Self, RowsError> {
        check_dense(values, n, d, stride)?;
        Ok(Self { n, d, values: Values::Dense { values, stride } })
    }

    /// Returns n rows of d numbers in f32, which are widened as they are read.
    ///
    /// # Errors
    /// As [`Rows::dense_strided`].
    pub fn dense_f32(values: &'a [f32], n: usize, d: usize, stride: usize) -> Result<Self, RowsError> {
        check_dense(values, n, d, stride)?;
        Ok(Self { n, d, values: Values::DenseF32 { values, stride } })
    }

    /// Returns compressed sparse rows: row i has the columns `indices[offsets[i]..offsets[i + 1]]`, which rise, and
    /// the values at the same places. A stored zero is allowed.
    ///
    /// # Errors
    /// When offsets decrease or point outside, an index is out of range or order, or a value is out of range.
    /// O(entries).
    pub fn csr(
        offsets: &'a [usize],
        indices: &'a [u32],
        values: &'a [f64],
        d: usize,
    ) -> Result<Self, RowsError> {
        let n = check_sparse(offsets, indices, values, d)?;
        Ok(Self { n, d, values: Values::Sparse { offsets, indices, values } })
    }

    /// Returns compressed sparse rows with values in f32, which are widened as they are read.
    ///
    /// # Errors
    /// As [`Rows::csr`].
    pub fn csr_f32(
        offsets: &'a [usize],
        indices: &'a [u32],
        values: &'a [f32],
        d: usize,
    ) -> Result<Self, RowsError> {
        let n = check_sparse(offsets, indices, values, d)?;
        Ok(Self { n, d, values: Values::SparseF32 { offsets, indices, values } })
    }

    /// Returns the number of rows.
    pub const fn n(&self) -> usize {
        self.n
    }

    /// Returns the number of columns.
    pub const fn d(&self) -> usize {
        self.d
    }

    /// Returns the number of stored entries: n·d of dense rows, the non-zeros of sparse ones.
    pub fn n_entries(&self) -> usize {
        match self.values {
            Values::Dense { .. } | Values::DenseF32 { .. } => self.n * self.d,
            Values::Sparse { offsets, .. } | Values::SparseF32 { offsets, .. } => {
                offsets[self.n] - offsets[0]
            }
        }
    }

    /// Returns whether rows are stored sparse.
    pub const fn is_sparse(&self) -> bool {
        matches!(self.values, Values::Sparse { .. } | Values::SparseF32 { .. })
    }

    /// Returns the rows of these numbers.
    ///
    /// # Panics
    /// When the range decreases or ends beyond n.
    pub fn part(&self, range: std::ops::Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.n, "{range:?} of {} rows", self.n);
        let within = |stride: usize| match range.is_empty() {
            true => 0..0,
            // The last row may be cut after its last column.
            false => range.start * stride..(range.end - 1) * stride + self.d,
        };
        let values = match self.values {
            Values::Dense { values, stride } => Values::Dense { values: &values[within(stride)], stride },
            Values::DenseF32 { values, stride } => {
                Values::DenseF32 { values: &values[within(stride)], stride }
            }
            Values::Sparse { offsets, indices, values } => {
                Values::Sparse { offsets: &offsets[range.start..=range.end], indices, values }
            }
            Values::SparseF32 { offsets, indices, values } => {
                Values::SparseF32 { offsets: &offsets[range.start..=range.end], indices, values }
            }
        };
        Self { n: range.len(), d: self.d, values }
    }

    /// Returns ⟨x_i, w⟩.
    ///
    /// # Panics
    /// When `i` ≥ n or `w` is not d long.
    #[inline]
    pub fn dot(&self, i: usize, w: &[f64]) -> f64 {
        assert_eq!(w.len(), self.d, "one weight a column");
        match self.values {
            Values::Dense { values, stride } => dot(self.dense_row(values, stride, i), w),
            Values::DenseF32 { values, stride } => dot(self.dense_row(values, stride, i), w),
            Values::Sparse { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                dot_sparse(&indices[range.clone()], &values[range], w)
            }
            Values::SparseF32 { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                dot_sparse(&indices[range.clone()], &values[range], w)
            }
        }
    }

    /// Adds a·x_i to `w`.
    ///
    /// # Panics
    /// When `i` ≥ n or `w` is not d long.
    #[inline]
    pub fn add_scaled(&self, i: usize, a: f64, w: &mut [f64]) {
        assert_eq!(w.len(), self.d, "one weight a column");
        match self.values {
            Values::Dense { values, stride } => add_scaled(self.dense_row(values, stride, i), a, w),
            Values::DenseF32 { values, stride } => add_scaled(self.dense_row(values, stride, i), a, w),
            Values::Sparse { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                add_scaled_sparse(&indices[range.clone()], &values[range], a, w);
            }
            Values::SparseF32 { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                add_scaled_sparse(&indices[range.clone()], &values[range], a, w);
            }
        }
    }

    /// Adds a·x_ij² to every w_j.
    ///
    /// # Panics
    /// When `i` ≥ n or `w` is not d long.
    #[inline]
    pub fn add_scaled_squares(&self, i: usize, a: f64, w: &mut [f64]) {
        assert_eq!(w.len(), self.d, "one weight a column");
        match self.values {
            Values::Dense { values, stride } => add_squares_dense(self.dense_row(values, stride, i), a, w),
            Values::DenseF32 { values, stride } => add_squares_dense(self.dense_row(values, stride, i), a, w),
            Values::Sparse { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                add_squares_sparse(&indices[range.clone()], &values[range], a, w);
            }
            Values::SparseF32 { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                add_squares_sparse(&indices[range.clone()], &values[range], a, w);
            }
        }
    }

    /// Returns ‖x_i‖².
    ///
    /// # Panics
    /// When `i` ≥ n.
    #[inline]
    pub fn squared_norm(&self, i: usize) -> f64 {
        self.entries(i).map(|(_, value)| value * value).sum()
    }

    /// Returns x_ij; 0 where it is not stored.
    ///
    /// # Panics
    /// When `i` ≥ n or `j` ≥ d.
    #[inline]
    pub fn at(&self, i: usize, j: usize) -> f64 {
        assert!(j < self.d, "column {j} of {}", self.d);
        // Indices are of 32 bits, and so is d where there are any.
        let find = |indices: &[u32]| indices.binary_search(&(j as u32)).ok();
        match self.values {
            Values::Dense { values, stride } => self.dense_row(values, stride, i)[j],
            Values::DenseF32 { values, stride } => f64::from(self.dense_row(values, stride, i)[j]),
            Values::Sparse { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                find(&indices[range.clone()]).map_or(0.0, |place| values[range][place])
            }
            Values::SparseF32 { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                find(&indices[range.clone()]).map_or(0.0, |place| f64::from(values[range][place]))
            }
        }
    }

    /// Returns the stored entries of a row as (column, value), by rising column.
    ///
    /// # Panics
    /// When `i` ≥ n.
    pub fn entries(&self, i: usize) -> Entries<'a> {
        match self.values {
            Values::Dense { values, stride } => Entries(Parts::Dense(self.dense_row(values, stride, i), 0)),
            Values::DenseF32 { values, stride } => {
                Entries(Parts::DenseF32(self.dense_row(values, stride, i), 0))
            }
            Values::Sparse { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                Entries(Parts::Sparse(&indices[range.clone()], &values[range]))
            }
            Values::SparseF32 { offsets, indices, values } => {
                let range = offsets[i]..offsets[i + 1];
                Entries(Parts::SparseF32(&indices[range.clone()], &values[range]))
            }
        }
    }

    #[inline]
    fn dense_row<T>(&self, values: &'a [T], stride: usize, i: usize) -> &'a [T] {
        assert!(i < self.n, "row {i} of {}", self.n);
        let start = i * stride;
        &values[start..start + self.d]
    }
}

/// The stored entries of one row, as (column, value).
#[derive(Clone, Debug)]
pub struct Entries<'a>(Parts<'a>);

#[derive(Clone, Debug)]
enum Parts<'a> {
    Dense(&'a [f64], usize),
    DenseF32(&'a [f32], usize),
    Sparse(&'a [u32], &'a [f64]),
    SparseF32(&'a [u32], &'a [f32]),
}

impl Iterator for Entries<'_> {
    type Item = (usize, f64);

    #[inline]
    fn next(&mut self) -> Option<(usize, f64)> {
        match &mut self.0 {
            Parts::Dense(values, column) => {
                let (&value, rest) = values.split_first()?;
                (*values, *column) = (rest, *column + 1);
                Some((*column - 1, value))
            }
            Parts::DenseF32(values, column) => {
                let (&value, rest) = values.split_first()?;
                (*values, *column) = (rest, *column + 1);
                Some((*column - 1, f64::from(value)))
            }
            Parts::Sparse(indices, values) => {
                let (&index, indices_rest) = indices.split_first()?;
                let (&value, values_rest) = values.split_first()?;
                (*indices, *values) = (indices_rest, values_rest);
                Some((index as usize, value))
            }
            Parts::SparseF32(indices, values) => {
                let (&index, indices_rest) = indices.split_first()?;
                let (&value, values_rest) = values.split_first()?;
                (*indices, *values) = (indices_rest, values_rest);
                Some((index as usize, f64::from(value)))
            }
        }
    }
}

fn check_dense<T: Copy + Into<f64>>(
    values: &[T],
    n: usize,
    d: usize,
    stride: usize,
) -> Result<(), RowsError> {
    if stride < d {
        return Err(RowsError::Stride { d, stride });
    }
    let shape = |expected| RowsError::Shape { what: "values", found: values.len(), expected, n, d };
    let whole = n.checked_mul(stride).ok_or_else(|| shape(usize::MAX))?;
    // The last row may end with its last column or with its padding, as the views of other libraries do.
    let least = if n == 0 { 0 } else { whole - (stride - d) };
    if values.len() < least || values.len() > whole {
        return Err(shape(least));
    }
    for row in 0..n {
        let start = row * stride;
        for (column, &value) in values[start..start + d].iter().enumerate() {
            check_value(row, column, value.into())?;
        }
    }
    Ok(())
}

fn check_sparse<T: Copy + Into<f64>>(
    offsets: &[usize],
    indices: &[u32],
    values: &[T],
    d: usize,
) -> Result<usize, RowsError> {
    let Some(n) = offsets.len().checked_sub(1) else {
        return Err(RowsError::Shape { what: "offsets", found: 0, expected: 1, n: 0, d });
    };
    if u32::try_from(d).is_err() {
        return Err(RowsError::TooManyColumns { d });
    }
    if values.len() != indices.len() {
        let (found, expected) = (values.len(), indices.len());
        return Err(RowsError::Shape { what: "values", found, expected, n, d });
    }
    for row in 0..n {
        let (start, end) = (offsets[row], offsets[row + 1]);
        if start > end || end > indices.len() {
            return Err(RowsError::Offsets { row, start, end, n_entries: indices.len() });
        }
        let mut before = None;
        for (&column, &value) in indices[start..end].iter().zip(&values[start..end]) {
            if column as usize >= d {
                return Err(RowsError::ColumnOutOfRange { row, column, d });
            }
            if let Some(before) = before.filter(|&before| before >= column) {
                return Err(RowsError::ColumnOrder { row, column, before });
            }
            check_value(row, column as usize, value.into())?;
            before = Some(column);
        }
    }
    Ok(n)
}

#[inline]
fn check_value(row: usize, column: usize, value: f64) -> Result<(), RowsError> {
    if value.abs() <= MAGNITUDE_MAX { Ok(()) } else { Err(RowsError::OutOfRange { row, column, value }) }
}
