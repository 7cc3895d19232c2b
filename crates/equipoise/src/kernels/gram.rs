//! Kernel rows of a built-in kernel against a data set.

use std::borrow::Cow;

use super::columns::{Columns, Entries};
use super::{Function, KernelError, KernelRows};
use crate::solvers::{GramRows, Rows};

/// A built-in kernel and the rows it is taken over, made ready: the Gram matrix, row by row.
///
/// Holds a copy of the data, column by column (8 bytes an entry of a column with many non-zeros, 10 bytes a non-zero
/// of one with few). A row costs one multiplication and addition for each pair of non-zeros that share a column, plus
/// the kernel's function, and is spread over threads from some 500,000 of them on. The bits of an entry do not depend on
/// threads, nor on whether rows came dense or sparse.
#[derive(Clone, Debug)]
pub struct Gram<'a> {
    function: Function,
    rows: Rows<'a>,
    /// The numbers of the rows that the matrix is over; none for all of them.
    numbers: Option<Vec<usize>>,
    columns: Cow<'a, Columns>,
    /// ‖z_j‖² (Σ |z_jc| for the Laplacian), summed in the order of the products.
    norms: Vec<f64>,
}

impl<'a> Gram<'a> {
    /// Returns the Gram matrix of `rows`. O(entries) time and memory.
    ///
    /// # Errors
    /// When a parameter of the kernel is out of range.
    pub fn new(function: Function, rows: Rows<'a>) -> Result<Self, KernelError> {
        function.check()?;
        let numbers: Vec<usize> = (0..rows.n()).collect();
        let columns = Columns::new(&rows, &numbers);
        let norms = numbers.iter().map(|&i| norm(function, &Entries::of(&rows, i))).collect();
        Ok(Self { function, rows, numbers: None, columns: Cow::Owned(columns), norms })
    }

    fn number(&self, i: usize) -> usize {
        self.numbers.as_ref().map_or(i, |numbers| numbers[i])
    }

    /// Writes the kernel of x with the rows from `start` on.
    fn fill(&self, x: &Entries, start: usize, out: &mut [f64]) {
        let norm = norm(self.function, x);
        self.columns.for_blocks(x, start, out, |first, out| {
            let norms = &self.norms[first..first + out.len()];
            if self.function.needs_distance() {
                for (out, norm_j) in out.iter_mut().zip(norms) {
                    *out = norm + norm_j;
                }
                self.columns.add_distance(x, first, out);
            } else {
                self.columns.dot(x, first, out);
            }
            self.function.finish(norm, norms, out);
        });
    }
}

fn norm(function: Function, x: &Entries) -> f64 {
    if function.needs_distance() {
        x.values.iter().map(|x| x.abs()).sum()
    } else {
        x.values.iter().map(|x| x * x).sum()
    }
}

impl GramRows for Gram<'_> {
    fn n(&self) -> usize {
        self.columns.n()
    }

    fn diagonal(&self) -> Vec<f64> {
        self.norms.iter().map(|&norm| self.function.at_itself(norm)).collect()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        assert_eq!(out.len(), self.n(), "one entry a row");
        self.fill(&Entries::of(&self.rows, self.number(i)), 0, out);
    }

    fn row_from(&self, i: usize, first: usize, out: &mut [f64]) {
        assert_eq!(out.len(), self.n(), "one entry a row");
        self.fill(&Entries::of(&self.rows, self.number(i)), first, &mut out[first..]);
    }

    fn restricted(&self, rows: &[usize]) -> Option<Box<dyn GramRows + '_>> {
        let numbers: Vec<usize> = rows.iter().map(|&row| self.number(row)).collect();
        let columns = Columns::new(&self.rows, &numbers);
        let norms = rows.iter().map(|&row| self.norms[row]).collect();
        Some(Box::new(Gram {
            function: self.function,
            rows: self.rows,
            numbers: Some(numbers),
            columns: Cow::Owned(columns),
            norms,
        }))
    }
}

impl KernelRows for Gram<'_> {
    fn row_of(&self, others: &Rows<'_>, i: usize, out: &mut [f64]) {
        assert_eq!(out.len(), self.n(), "one entry a row");
        assert_eq!(others.d(), self.columns.d(), "one entry a column");
        self.fill(&Entries::of(others, i), 0, out);
    }
}
