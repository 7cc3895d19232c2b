//! A kernel matrix that fits into the memory for kernel rows, evaluated once.
//!
//! Means of features need most rows of the matrix before the first step of a machine, which needs them again. As the
//! matrix is symmetric, all of it costs the evaluation of half: hardly more than what the machine alone would evaluate.

use rayon::prelude::*;

use crate::solvers::GramRows;

/// Rows and columns that are mirrored together: two such squares stay in the nearest cache.
const TILE: usize = 64;

pub(super) struct Kept {
    n: usize,
    entries: Vec<f64>,
    diagonal: Vec<f64>,
}

impl Kept {
    /// Returns how many bytes the matrix takes.
    pub(super) const fn bytes(n: usize) -> usize {
        n.saturating_mul(n).saturating_mul(size_of::<f64>())
    }

    /// Returns whether the matrix leaves a third of the memory for what a machine keeps of it itself.
    pub(super) const fn fits(n: usize, cache_bytes: usize) -> bool {
        Self::bytes(n) <= cache_bytes / 3 * 2
    }

    /// Evaluates the matrix. The bytes do not depend on threads.
    pub(super) fn of(gram: &dyn GramRows) -> Self {
        let n = gram.n();
        let mut entries = vec![0.0; n * n];
        entries.par_chunks_mut((TILE * n).max(1)).enumerate().for_each(|(panel, rows)| {
            for (offset, row) in rows.chunks_exact_mut(n).enumerate() {
                gram.row_from(panel * TILE + offset, panel * TILE, row);
            }
        });
        for first in (0..n).step_by(TILE) {
            for column in (0..first).step_by(TILE) {
                for i in first..(first + TILE).min(n) {
                    for j in column..column + TILE {
                        entries[i * n + j] = entries[j * n + i];
                    }
                }
            }
        }
        Self { n, entries, diagonal: gram.diagonal() }
    }
}

impl GramRows for Kept {
    fn n(&self) -> usize {
        self.n
    }

    fn diagonal(&self) -> Vec<f64> {
        self.diagonal.clone()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        out.copy_from_slice(&self.entries[i * self.n..][..self.n]);
    }

    fn restricted(&self, rows: &[usize]) -> Option<Box<dyn GramRows + '_>> {
        Some(Box::new(Part { whole: self, rows: rows.to_vec() }))
    }
}

/// Some rows and the same columns.
struct Part<'a> {
    whole: &'a Kept,
    rows: Vec<usize>,
}

impl GramRows for Part<'_> {
    fn n(&self) -> usize {
        self.rows.len()
    }

    fn diagonal(&self) -> Vec<f64> {
        self.rows.iter().map(|&row| self.whole.diagonal[row]).collect()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        self.row_from(i, 0, out);
    }

    fn row_from(&self, i: usize, first: usize, out: &mut [f64]) {
        let row = &self.whole.entries[self.rows[i] * self.whole.n..][..self.whole.n];
        out[first..].iter_mut().zip(&self.rows[first..]).for_each(|(entry, &j)| *entry = row[j]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernels::{Function, Gram},
        solvers::Rows,
    };

    #[test]
    fn kept_matrix_is_the_matrix() {
        for n in [1, 63, 64, 65, 200] {
            let x: Vec<f64> = (0..3 * n).map(|place| ((place * 37 + 11) % 101) as f64 / 50.0).collect();
            let rows = Rows::dense(&x, n, 3).expect("the numbers are finite");
            let gram = Gram::new(Function::Rbf { gamma: 0.7 }, rows).expect("the parameter is positive");
            let kept = Kept::of(&gram);
            assert_eq!(kept.diagonal(), gram.diagonal());
            let (mut found, mut expected) = (vec![0.0; n], vec![0.0; n]);
            for i in 0..n {
                gram.row(i, &mut expected);
                kept.row(i, &mut found);
                assert_eq!(found, expected, "row {i} of {n}");
            }
            let some: Vec<usize> = (0..n).rev().step_by(2).collect();
            let part = kept.restricted(&some).expect("it restricts itself");
            let mut found = vec![0.0; some.len()];
            for (place, &i) in some.iter().enumerate() {
                gram.row(i, &mut expected);
                part.row(place, &mut found);
                assert_eq!(found, some.iter().map(|&j| expected[j]).collect::<Vec<_>>(), "row {i} of {n}");
                assert_eq!(part.diagonal()[place], kept.diagonal()[i]);
            }
        }
    }
}
