//! A factor of a Gram matrix, one pivot after the other.

use rayon::prelude::*;

use super::KernelError;
use crate::inference::normals::Stream;
use crate::solvers::{GramRows, vectors::dot};

/// A pivot below this share of the largest entry on the diagonal is rounding: its row depends on those before it.
const PIVOT_CUT: f64 = 1e-12;

/// Most numbers of a full factor: 4 GB.
const NUMBERS_MAX: usize = 1 << 29;

/// Rows that one thread updates: a thousand short sums are worth handing over.
const ROWS: usize = 1024;

/// F with F Fᵀ = K: columns in place of a kernel, one a pivot (Cholesky with pivots).
///
/// For a positive semidefinite kernel a linear learner on the rows of F *is* the learner on K: nothing but ‖w‖² and
/// ⟨w, φ⟩ enters either. n × rank numbers, and half as many again while it is made; the rank is at most n.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    n: usize,
    pivots: Vec<usize>,
    /// n × rank, row after row.
    values: Vec<f64>,
}

/// What the pivots leave of the matrix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    Something,
}

/// How the next pivot is found.
pub(super) enum Choice {
    /// The row of which least is told so far.
    Largest,
    /// Drawn with the probability of what is not told yet.
    Drawn(Stream),
}

impl Factor {
    /// Factorises the whole matrix, as far as its pivots are above 10⁻¹² of its diagonal. O(n · rank²) time.
    ///
    /// # Errors
    /// When an entry is not finite, no row has a positive kernel with itself, or n × rank is beyond 4 GB. A matrix that is not positive
    /// semidefinite is not noticed: what is negative in it is left out.
    ///
    /// ```
    /// use equipoise::kernels::{Factor, Precomputed};
    /// let factor = Factor::new(&Precomputed::new(&[4.0, 2.0, 2.0, 1.0], 2)?)?;
    /// assert_eq!((factor.rank(), factor.values()), (1, [2.0, 1.0].as_slice()));
    /// # Ok::<(), equipoise::kernels::KernelError>(())
    /// ```
    pub fn new(gram: &dyn GramRows) -> Result<Self, KernelError> {
        Self::within(gram, NUMBERS_MAX)
    }

    fn within(gram: &dyn GramRows, numbers_max: usize) -> Result<Self, KernelError> {
        let n = gram.n();
        let columns = n.min(numbers_max / n.max(1));
        match Self::run(gram, columns, Choice::Largest)? {
            (factor, Rest::Nothing) => Ok(factor),
            (_, Rest::Something) => Err(KernelError::FactorTooLarge { n, columns }),
        }
    }

    /// Factorises with at most so many pivots: F Fᵀ is K in their rows and below it elsewhere.
    pub(super) fn pivoted(gram: &dyn GramRows, rank_max: usize, choice: Choice) -> Result<Self, KernelError> {
        Ok(Self::run(gram, rank_max, choice)?.0)
    }

    fn run(gram: &dyn GramRows, rank_max: usize, mut choice: Choice) -> Result<(Self, Rest), KernelError> {
        let n = gram.n();
        // What the pivots so far leave of each row's kernel with itself.
        let mut left: Vec<f64> = gram.diagonal();
        if let Some(row) = left.iter().position(|k| !k.is_finite()) {
            return Err(KernelError::NotFinite { row, column: row });
        }
        left.iter_mut().for_each(|k| *k = k.max(0.0));
        let cut = PIVOT_CUT * left.iter().copied().fold(0.0, f64::max);
        let mut columns = Growing::new(n);
        let mut pivots: Vec<usize> = Vec::new();
        let mut column = vec![0.0; n];
        while pivots.len() < rank_max && left.iter().any(|&k| k > cut) {
            let pivot = choice.next(&left);
            gram.row(pivot, &mut column);
            if let Some(row) = column.iter().position(|k| !k.is_finite()) {
                return Err(KernelError::NotFinite { row: pivot, column: row });
            }
            columns.subtract_product(pivot, &mut column);
            let root = column[pivot].max(cut).sqrt();
            for (entry, left) in column.iter_mut().zip(&mut left) {
                *entry /= root;
                *left = (*left - *entry * *entry).max(0.0);
                // What remains at a pivot's copies is rounding.
                *left = if *left > cut { *left } else { 0.0 };
            }
            // At pivots the factor is triangular.
            pivots.iter().for_each(|&before| column[before] = 0.0);
            (left[pivot], column[pivot]) = (0.0, root);
            columns.push(&column);
            pivots.push(pivot);
        }
        let rest = if left.iter().any(|&k| k > cut) { Rest::Something } else { Rest::Nothing };
        if pivots.is_empty() && rest == Rest::Nothing {
            return Err(KernelError::NothingPositive);
        }
        Ok((Self { n, pivots, values: columns.finish() }, rest))
    }

    /// Returns the number of columns.
    pub fn rank(&self) -> usize {
        self.pivots.len()
    }

    /// Returns the rows that became pivots, in order.
    pub fn pivots(&self) -> &[usize] {
        &self.pivots
    }

    /// Returns F, row after row: n × rank.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns β, one a row and 0 outside of the pivots, with which Σ β_i K(x_i, x) is ⟨w, φ(x)⟩ for any x, w being weights of
    /// the columns.
    ///
    /// # Panics
    /// When there are not as many weights as columns.
    pub fn coefficients(&self, w: &[f64]) -> Vec<f64> {
        let rank = self.rank();
        assert_eq!(w.len(), rank, "one weight a column");
        let row = |i: usize| &self.values[self.pivots[i] * rank..][..rank];
        let mut solved = w.to_vec();
        for i in (0..rank).rev() {
            solved[i] /= row(i)[i];
            let (above, rest) = solved.split_at_mut(i);
            above.iter_mut().zip(row(i)).for_each(|(above, l)| *above -= l * rest[0]);
        }
        let mut beta = vec![0.0; self.n];
        self.pivots.iter().zip(solved).for_each(|(&pivot, value)| beta[pivot] = value);
        beta
    }
}

impl Choice {
    fn next(&mut self, left: &[f64]) -> usize {
        match self {
            Self::Largest => (1..left.len()).fold(0, |best, i| if left[i] > left[best] { i } else { best }),
            Self::Drawn(stream) => {
                let total: f64 = left.iter().sum();
                let mut threshold = stream.uniform() * total;
                let mut last = 0;
                for (i, &weight) in left.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
                    last = i;
                    threshold -= weight;
                    if threshold <= 0.0 {
                        break;
                    }
                }
                last
            }
        }
    }
}

/// Rows that grow by a column at a time. A row's entries lie together, with room for more, since sums run along them.
struct Growing {
    n: usize,
    width: usize,
    room: usize,
    values: Vec<f64>,
}

impl Growing {
    fn new(n: usize) -> Self {
        let room = 64.min(n);
        Self { n, width: 0, room, values: vec![0.0; n * room] }
    }

    /// Subtracts ⟨row i, row `pivot`⟩ from entry i.
    fn subtract_product(&self, pivot: usize, column: &mut [f64]) {
        let row = |i: usize| &self.values[i * self.room..][..self.width];
        column.par_chunks_mut(ROWS).enumerate().for_each(|(chunk, entries)| {
            for (place, entry) in entries.iter_mut().enumerate() {
                *entry -= dot(row(chunk * ROWS + place), row(pivot));
            }
        });
    }

    fn push(&mut self, column: &[f64]) {
        if self.width == self.room {
            self.resize((2 * self.room).min(self.n));
        }
        for (row, entry) in self.values.chunks_exact_mut(self.room).zip(column) {
            row[self.width] = *entry;
        }
        self.width += 1;
    }

    fn resize(&mut self, room: usize) {
        let mut values = vec![0.0; self.n * room];
        for (to, from) in values.chunks_exact_mut(room).zip(self.values.chunks_exact(self.room)) {
            to[..self.width].copy_from_slice(&from[..self.width]);
        }
        (self.room, self.values) = (room, values);
    }

    fn finish(mut self) -> Vec<f64> {
        // In place: a row never moves beyond where it was.
        for i in 0..self.n {
            self.values.copy_within(i * self.room..i * self.room + self.width, i * self.width);
        }
        self.values.truncate(self.n * self.width);
        self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::Precomputed;

    #[test]
    fn factors_beyond_the_limit_are_refused_and_those_within_are_whole() {
        let matrix = [2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 2.0];
        let gram = Precomputed::new(&matrix, 3).unwrap();
        let too_large = KernelError::FactorTooLarge { n: 3, columns: 2 };
        assert_eq!(Factor::within(&gram, 8), Err(too_large));
        assert_eq!(Factor::within(&gram, 9).unwrap().rank(), 3);
        let of_rank_one = [1.0; 9];
        let gram = Precomputed::new(&of_rank_one, 3).unwrap();
        assert_eq!(Factor::within(&gram, 3).unwrap().rank(), 1);
        assert_eq!(Factor::within(&gram, 2), Err(KernelError::FactorTooLarge { n: 3, columns: 0 }));
    }
}
