//! A Gram matrix that is there already.

use super::KernelError;
use crate::solvers::{GramRows, Rows};

/// A Gram matrix in memory, row by row: K(x_i, x_j) at i·n + j.
#[derive(Clone, Copy, Debug)]
pub struct Precomputed<'a> {
    n: usize,
    values: &'a [f64],
}

/// Entries (i, j) and (j, i) may differ by this share of the larger one: what different orders of summation leave.
const SYMMETRIC: f64 = 1e-8;

impl<'a> Precomputed<'a> {
    /// Returns the matrix with these n × n values.
    ///
    /// # Errors
    /// When they are not n × n, not finite, or not symmetric to 10⁻⁸ of the larger of two entries. O(n²).
    pub fn new(values: &'a [f64], n: usize) -> Result<Self, KernelError> {
        if Some(values.len()) != n.checked_mul(n) {
            return Err(KernelError::NotSquare { n, found: values.len() });
        }
        for row in 0..n {
            for column in 0..=row {
                let (value, mirrored) = (values[row * n + column], values[column * n + row]);
                if !(value.is_finite() && mirrored.is_finite()) {
                    return Err(KernelError::NotFinite { row, column });
                }
                if (value - mirrored).abs() > SYMMETRIC * value.abs().max(mirrored.abs()) {
                    return Err(KernelError::NotSymmetric { row, column, value, mirrored });
                }
            }
        }
        Ok(Self { n, values })
    }
}

impl GramRows for Precomputed<'_> {
    fn n(&self) -> usize {
        self.n
    }

    fn diagonal(&self) -> Vec<f64> {
        (0..self.n).map(|i| self.values[i * self.n + i]).collect()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        out.copy_from_slice(&self.values[i * self.n..][..self.n]);
    }
}

/// A Gram matrix whose rows come as [`Rows`]: dense or sparse, in f64 or f32.
#[derive(Clone, Copy, Debug)]
pub struct PrecomputedRows<'a>(Rows<'a>);

impl<'a> PrecomputedRows<'a> {
    /// Returns the matrix with these rows.
    ///
    /// # Errors
    /// When there are not as many columns as rows, or it is not symmetric to 10⁻⁸ of the larger of two entries. O(entries), times a logarithm where the rows are sparse.
    pub fn new(rows: Rows<'a>) -> Result<Self, KernelError> {
        let n = rows.n();
        if rows.d() != n {
            return Err(KernelError::NotSquare { n, found: n.saturating_mul(rows.d()) });
        }
        for row in 0..n {
            for (column, value) in rows.entries(row) {
                let mirrored = rows.at(column, row);
                if (value - mirrored).abs() > SYMMETRIC * value.abs().max(mirrored.abs()) {
                    return Err(KernelError::NotSymmetric { row, column, value, mirrored });
                }
            }
        }
        Ok(Self(rows))
    }
}

impl GramRows for PrecomputedRows<'_> {
    fn n(&self) -> usize {
        self.0.n()
    }

    fn diagonal(&self) -> Vec<f64> {
        (0..self.n()).map(|i| self.0.at(i, i)).collect()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        out.fill(0.0);
        self.0.entries(i).for_each(|(column, value)| out[column] = value);
    }
}
