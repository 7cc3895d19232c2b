//! Sums over rows by several threads, with the same bits for any number of them.

use std::ops::Range;

use rayon::prelude::*;

use super::Rows;

/// Most blocks: enough to keep a few threads busy; each costs a vector of d numbers.
const BLOCKS_MAX: usize = 16;
/// Fewest rows of a block: below, handing the work over costs more than the work.
const ROWS_MIN: usize = 1024;
/// Entries read per number of a block's vector: below, adding the vectors up would be a large part of the work.
const ENTRIES_PER_NUMBER: usize = 8;

/// A split of rows into blocks. It depends on the shape of the data alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct Blocks {
    n: usize,
    /// Rows of each block but the last.
    pub(super) size: usize,
}

impl Blocks {
    pub(super) fn of(rows: &Rows<'_>) -> Self {
        let by_rows = rows.n() / ROWS_MIN;
        let by_entries = rows.n_entries() / (ENTRIES_PER_NUMBER * rows.d().max(1));
        let n_blocks = by_rows.min(by_entries).clamp(1, BLOCKS_MAX);
        Self { n: rows.n(), size: rows.n().div_ceil(n_blocks).max(1) }
    }

    fn ranges(&self) -> Vec<Range<usize>> {
        (0..self.n).step_by(self.size).map(|start| start..(start + self.size).min(self.n)).collect()
    }

    /// Returns the sum of a vector of `length` numbers over the blocks, added in the order of the rows.
    pub(super) fn sum(&self, length: usize, add: impl Fn(Range<usize>, &mut [f64]) + Sync) -> Vec<f64> {
        let work = |range: Range<usize>| {
            let mut part = vec![0.0; length];
            add(range, &mut part);
            part
        };
        let ranges = self.ranges();
        let parts: Vec<Vec<f64>> = if ranges.len() <= 1 {
            ranges.into_iter().map(work).collect()
        } else {
            ranges.into_par_iter().map(work).collect()
        };
        let mut parts = parts.into_iter();
        let mut total = parts.next().unwrap_or_else(|| vec![0.0; length]);
        for part in parts {
            total.iter_mut().zip(&part).for_each(|(total, part)| *total += part);
        }
        total
    }

    /// Computes a number for every row.
    pub(super) fn fill(&self, values: &mut [f64], value: impl Fn(usize) -> f64 + Sync) {
        assert_eq!(values.len(), self.n, "one value a row");
        let work = |(block, values): (usize, &mut [f64])| {
            let start = block * self.size;
            values.iter_mut().enumerate().for_each(|(offset, v)| *v = value(start + offset));
        };
        if self.n <= self.size {
            values.chunks_mut(self.size).enumerate().for_each(work);
        } else {
            values.par_chunks_mut(self.size).enumerate().for_each(work);
        }
    }
}
