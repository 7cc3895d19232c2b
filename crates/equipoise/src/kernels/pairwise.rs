//! A kernel that the caller writes.

use super::{Kernel, KernelError, KernelRows};
use crate::solvers::{GramRows, Rows};

/// A kernel given as a function of two rows, each a slice of d numbers (sparse rows are written out).
///
/// The function must be symmetric and give the same value for the same rows each time; values that are not finite are
/// an error where they are used. It is called once for each entry, so it is the slowest kind of kernel.
///
/// ```
/// use equipoise::kernels::{Kernel, Pairwise};
/// use equipoise::solvers::{GramRows, Rows};
/// let overlap = Pairwise(|x: &[f64], z: &[f64]| x.iter().zip(z).map(|(x, z)| x.min(*z)).sum::<f64>());
/// let rows = Rows::dense(&[1.0, 2.0, 3.0, 0.5], 2, 2)?;
/// let gram = overlap.over(rows)?;
/// let mut row = [0.0; 2];
/// gram.row(0, &mut row);
/// assert_eq!(row, [3.0, 1.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pairwise<F>(pub F);

impl<F: Fn(&[f64], &[f64]) -> f64 + Sync> Kernel for Pairwise<F> {
    fn over<'a>(&'a self, rows: Rows<'a>) -> Result<Box<dyn KernelRows + 'a>, KernelError> {
        let mut values = Vec::with_capacity(rows.n().saturating_mul(rows.d()));
        for i in 0..rows.n() {
            values.extend(written_out(&rows, i));
        }
        Ok(Box::new(PairwiseRows { function: &self.0, n: rows.n(), d: rows.d(), values }))
    }
}

struct PairwiseRows<'a, F> {
    function: &'a F,
    n: usize,
    d: usize,
    values: Vec<f64>,
}

impl<F: Fn(&[f64], &[f64]) -> f64> PairwiseRows<'_, F> {
    fn data(&self, i: usize) -> &[f64] {
        &self.values[i * self.d..][..self.d]
    }

    fn fill(&self, x: &[f64], out: &mut [f64]) {
        for (j, out) in out.iter_mut().enumerate() {
            *out = (self.function)(x, self.data(j));
        }
    }
}

impl<F: Fn(&[f64], &[f64]) -> f64 + Sync> GramRows for PairwiseRows<'_, F> {
    fn n(&self) -> usize {
        self.n
    }

    fn diagonal(&self) -> Vec<f64> {
        (0..self.n).map(|i| (self.function)(self.data(i), self.data(i))).collect()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        assert_eq!(out.len(), self.n, "one entry a row");
        self.fill(self.data(i), out);
    }

    fn restricted(&self, rows: &[usize]) -> Option<Box<dyn GramRows + '_>> {
        let values = rows.iter().flat_map(|&row| self.data(row)).copied().collect();
        Some(Box::new(PairwiseRows { function: self.function, n: rows.len(), d: self.d, values }))
    }
}

impl<F: Fn(&[f64], &[f64]) -> f64 + Sync> KernelRows for PairwiseRows<'_, F> {
    fn row_of(&self, others: &Rows<'_>, i: usize, out: &mut [f64]) {
        assert_eq!(out.len(), self.n, "one entry a row");
        assert_eq!(others.d(), self.d, "one entry a column");
        self.fill(&written_out(others, i), out);
    }
}

fn written_out(rows: &Rows<'_>, i: usize) -> Vec<f64> {
    let mut row = vec![0.0; rows.d()];
    for (column, value) in rows.entries(i) {
        row[column] = value;
    }
    row
}
