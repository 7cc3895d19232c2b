//! Rows that a model keeps: support vectors, landmarks.

use super::{Rows, RowsError};

/// Rows that are owned, dense or sparse; what [`Rows`] borrows. Checked when they are made.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedRows {
    n: usize,
    d: usize,
    values: Values,
}

#[derive(Clone, Debug, PartialEq)]
enum Values {
    Dense(Vec<f64>),
    Sparse { offsets: Vec<usize>, indices: Vec<u32>, values: Vec<f64> },
}

impl OwnedRows {
    /// Takes n rows of d numbers that lie one after the other.
    ///
    /// # Errors
    /// As [`Rows::dense`].
    pub fn dense(values: Vec<f64>, n: usize, d: usize) -> Result<Self, RowsError> {
        Rows::dense(&values, n, d)?;
        Ok(Self { n, d, values: Values::Dense(values) })
    }

    /// Takes compressed sparse rows.
    ///
    /// # Errors
    /// As [`Rows::csr`].
    pub fn csr(
        offsets: Vec<usize>,
        indices: Vec<u32>,
        values: Vec<f64>,
        d: usize,
    ) -> Result<Self, RowsError> {
        let n = Rows::csr(&offsets, &indices, &values, d)?.n();
        Ok(Self { n, d, values: Values::Sparse { offsets, indices, values } })
    }

    /// Copies the rows of these numbers, dense where the rows are dense, sparse where they are sparse (stored zeros are
    /// left out), in double precision.
    ///
    /// # Panics
    /// When a number is not below n.
    pub fn of(rows: &Rows<'_>, numbers: impl IntoIterator<Item = usize>) -> Self {
        let d = rows.d();
        let mut n = 0;
        if rows.is_sparse() {
            let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
            for i in numbers {
                for (column, value) in rows.entries(i).filter(|&(_, value)| value != 0.0) {
                    indices.push(column as u32);
                    values.push(value);
                }
                offsets.push(values.len());
                n += 1;
            }
            return Self { n, d, values: Values::Sparse { offsets, indices, values } };
        }
        let mut values = Vec::new();
        for i in numbers {
            values.extend(rows.entries(i).map(|(_, value)| value));
            n += 1;
        }
        Self { n, d, values: Values::Dense(values) }
    }

    /// Returns the number of rows.
    pub const fn n(&self) -> usize {
        self.n
    }

    /// Returns the number of columns.
    pub const fn d(&self) -> usize {
        self.d
    }

    /// Returns the entries, row after row, where the rows are dense.
    pub fn dense_values(&self) -> Option<&[f64]> {
        match &self.values {
            Values::Dense(values) => Some(values),
            Values::Sparse { .. } => None,
        }
    }

    /// Returns offsets, column indices and values where the rows are sparse.
    pub fn sparse_parts(&self) -> Option<(&[usize], &[u32], &[f64])> {
        match &self.values {
            Values::Dense(_) => None,
            Values::Sparse { offsets, indices, values } => Some((offsets, indices, values)),
        }
    }

    /// Borrows the rows. They were checked when they were made, and are again: O(entries).
    pub fn view(&self) -> Rows<'_> {
        let rows = match &self.values {
            Values::Dense(values) => Rows::dense(values, self.n, self.d),
            Values::Sparse { offsets, indices, values } => Rows::csr(offsets, indices, values, self.d),
        };
        rows.expect("invariant: the rows were checked when they were made")
    }
}
