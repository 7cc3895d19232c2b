//! The Cholesky factorisation, in blocks whose products a linear algebra library makes.
//!
//! Where the time goes (n³/3 multiplications in matrix products) ndarray's product does the work, at the speed of
//! the machine; the rest is n²·[`BLOCK`]. faer would factorise as fast, but costs 105 seconds of processor time to build
//! against 6 for ndarray, which the Python extension links anyway.
//!
//! The products of the lower triangle's blocks of rows are independent, and each is made by one thread: the bits do not
//! depend on how many there are.

use ndarray::{ArrayView2, ArrayViewMut2, linalg::general_mat_mul, s};
use rayon::prelude::*;

use super::vectors::{add_scaled, dot};

/// Columns that are factorised before the rest is updated.
const BLOCK: usize = 64;
/// Rows of one product.
const ROWS: usize = 128;

/// L of A = L Lᵀ, row-major; only the lower triangle is meant.
pub(super) struct Cholesky {
    n: usize,
    factor: Vec<f64>,
}

/// The first column whose pivot is not positive, up to rounding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotPositive {
    pub(super) column: usize,
}

impl Cholesky {
    /// Factorises a symmetric n × n matrix, of which the lower triangle is read. n³/3 multiplications, in place.
    ///
    /// A pivot counts as positive above n rounding errors of its own diagonal entry, which is the size of what has
    /// been subtracted from it.
    pub(super) fn factor(mut matrix: Vec<f64>, n: usize) -> Result<Self, NotPositive> {
        assert_eq!(matrix.len(), n * n, "a square matrix");
        let least: Vec<f64> =
            (0..n).map(|j| n as f64 * f64::EPSILON * matrix[j * n + j].max(f64::MIN_POSITIVE)).collect();
        let mut start = 0;
        while start < n {
            let end = (start + BLOCK).min(n);
            factor_diagonal(&mut matrix, n, start, end, &least)?;
            let (upper, lower) = matrix.split_at_mut(end * n);
            lower.par_chunks_exact_mut(n).with_min_len(ROWS).for_each(|row| {
                solve_row(upper, n, start, end, row);
            });
            update_rest(lower, n, start, end);
            start = end;
        }
        Ok(Self { n, factor: matrix })
    }

    /// Replaces b by the solution of A x = b. n² multiplications.
    pub(super) fn solve(&self, b: &mut [f64]) {
        let n = self.n;
        assert_eq!(b.len(), n, "one number a row");
        for i in 0..n {
            let row = &self.factor[i * n..i * n + i];
            b[i] = (b[i] - dot(row, &b[..i])) / self.factor[i * n + i];
        }
        for i in (0..n).rev() {
            let (above, rest) = b.split_at_mut(i);
            rest[0] /= self.factor[i * n + i];
            add_scaled(&self.factor[i * n..i * n + i], -rest[0], above);
        }
    }
}

/// Factorises the block on the diagonal; what stands left of it has been subtracted before.
fn factor_diagonal(
    matrix: &mut [f64],
    n: usize,
    start: usize,
    end: usize,
    least: &[f64],
) -> Result<(), NotPositive> {
    for i in start..end {
        let (upper, row) = matrix.split_at_mut(i * n);
        solve_row(upper, n, start, i, row);
        let pivot = row[i] - dot(&row[start..i], &row[start..i]);
        // A comparison that NaN fails.
        let is_positive = pivot > least[i] && pivot.is_finite();
        if !is_positive {
            return Err(NotPositive { column: i });
        }
        row[i] = pivot.sqrt();
    }
    Ok(())
}

/// Replaces the columns start..end of a row by its part of L, given the rows start..end of L above.
fn solve_row(upper: &[f64], n: usize, start: usize, end: usize, row: &mut [f64]) {
    for j in start..end {
        let above = &upper[j * n..j * n + j + 1];
        row[j] = (row[j] - dot(&above[start..j], &row[start..j])) / above[j];
    }
}

/// Subtracts the finished columns' product from the lower triangle of what is left.
fn update_rest(lower: &mut [f64], n: usize, start: usize, end: usize) {
    let width = end - start;
    let panel: Vec<f64> = lower.chunks_exact(n).flat_map(|row| &row[start..end]).copied().collect();
    let panel = matrix_view(&panel, n - end, width);
    lower.par_chunks_mut(ROWS * n).enumerate().for_each(|(chunk, rows)| {
        let first = chunk * ROWS;
        let n_rows = rows.len() / n;
        let left = panel.slice(s![first..first + n_rows, ..]);
        let right = panel.slice(s![..first + n_rows, ..]);
        let mut target = matrix_view_mut(rows, n_rows, n);
        let mut target = target.slice_mut(s![.., end..end + first + n_rows]);
        general_mat_mul(-1.0, &left, &right.t(), 1.0, &mut target);
    });
}

/// Adds XᵀX to the lower triangle of a d × d matrix, for m row-major rows.
pub(super) fn add_gram(x: &[f64], m: usize, d: usize, gram: &mut [f64]) {
    assert_eq!(gram.len(), d * d, "a square matrix");
    if m == 0 || d == 0 {
        return;
    }
    let x = matrix_view(x, m, d);
    gram.chunks_mut(ROWS * d).enumerate().for_each(|(chunk, rows)| {
        let first = chunk * ROWS;
        let n_rows = rows.len() / d;
        let left = x.slice(s![.., first..first + n_rows]);
        let right = x.slice(s![.., ..first + n_rows]);
        let mut target = matrix_view_mut(rows, n_rows, d);
        let mut target = target.slice_mut(s![.., ..first + n_rows]);
        general_mat_mul(1.0, &left.t(), &right, 1.0, &mut target);
    });
}

fn matrix_view(values: &[f64], rows: usize, columns: usize) -> ArrayView2<'_, f64> {
    ArrayView2::from_shape((rows, columns), values).expect("the slice has rows × columns numbers")
}

fn matrix_view_mut(values: &mut [f64], rows: usize, columns: usize) -> ArrayViewMut2<'_, f64> {
    ArrayViewMut2::from_shape((rows, columns), values).expect("the slice has rows × columns numbers")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A = B Bᵀ + I of integers, so that A is exact.
    fn positive(n: usize) -> Vec<f64> {
        let b: Vec<f64> = (0..n * n).map(|i| ((i * 7919 + i / n) % 11) as f64 - 5.0).collect();
        let mut a = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                a[i * n + j] = dot(&b[i * n..(i + 1) * n], &b[j * n..(j + 1) * n]);
            }
            a[i * n + i] += n as f64;
        }
        a
    }

    #[test]
    fn solution_solves_the_system_across_block_borders() {
        for n in [1, 2, 63, 64, 65, 130, 300] {
            let a = positive(n);
            let x: Vec<f64> = (0..n).map(|i| (i % 5) as f64 - 2.0).collect();
            let mut b: Vec<f64> = (0..n).map(|i| dot(&a[i * n..(i + 1) * n], &x)).collect();
            Cholesky::factor(a, n).map_err(|_| ()).unwrap().solve(&mut b);
            let error = b.iter().zip(&x).map(|(b, x)| (b - x).abs()).fold(0.0, f64::max);
            assert!(error < 1e-10, "n = {n}: {error}");
        }
    }

    #[test]
    fn first_column_without_a_positive_pivot_is_named() {
        let n = 100;
        let mut a = positive(n);
        for i in 0..n {
            let copy = a[i * n + 3];
            a[i * n + 80] = copy;
        }
        for j in 0..n {
            a[80 * n + j] = a[3 * n + j];
        }
        a[80 * n + 80] = a[3 * n + 3];
        assert_eq!(Cholesky::factor(a, n).err(), Some(NotPositive { column: 80 }));
        assert_eq!(Cholesky::factor(vec![f64::NAN], 1).err(), Some(NotPositive { column: 0 }));
    }

    #[test]
    fn gram_is_the_sum_of_products() {
        let (m, d) = (7, 150);
        let x: Vec<f64> = (0..m * d).map(|i| (i % 13) as f64 - 6.0).collect();
        let mut gram = vec![1.0; d * d];
        add_gram(&x, m, d, &mut gram);
        for j in 0..d {
            for k in 0..=j {
                let sum: f64 = (0..m).map(|i| x[i * d + j] * x[i * d + k]).sum();
                assert_eq!(gram[j * d + k], 1.0 + sum);
            }
        }
    }
}
