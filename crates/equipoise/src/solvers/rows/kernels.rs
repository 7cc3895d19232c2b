//! The inner loops over one row. They are most of the time of every linear solver.
//!
//! Sums run in several accumulators: a single one waits for the latency of each addition (4 cycles), which is longer
//! than the rest of the work. The order of additions is fixed, so the bits are too.

/// Adds a·x² to w.
#[inline]
pub(super) fn add_squares_dense<T: Copy + Into<f64>>(x: &[T], a: f64, w: &mut [f64]) {
    assert_eq!(x.len(), w.len(), "one weight a column");
    for (w, &x) in w.iter_mut().zip(x) {
        let x: f64 = x.into();
        *w += a * (x * x);
    }
}

/// Returns Σ x_j w_j over the stored columns.
#[inline]
pub(super) fn dot_sparse<T: Copy + Into<f64>>(indices: &[u32], values: &[T], w: &[f64]) -> f64 {
    assert_eq!(indices.len(), values.len(), "one value an index");
    let mut lanes = [0.0; 4];
    let (index_blocks, value_blocks) = (indices.chunks_exact(4), values.chunks_exact(4));
    let (index_rest, value_rest) = (index_blocks.remainder(), value_blocks.remainder());
    for (j, x) in index_blocks.zip(value_blocks) {
        for lane in 0..4 {
            lanes[lane] += x[lane].into() * w[j[lane] as usize];
        }
    }
    let mut rest = 0.0;
    for (&j, &x) in index_rest.iter().zip(value_rest) {
        rest += x.into() * w[j as usize];
    }
    ((lanes[0] + lanes[2]) + (lanes[1] + lanes[3])) + rest
}

/// Adds a·x to w at the stored columns.
#[inline]
pub(super) fn add_scaled_sparse<T: Copy + Into<f64>>(indices: &[u32], values: &[T], a: f64, w: &mut [f64]) {
    assert_eq!(indices.len(), values.len(), "one value an index");
    for (&j, &x) in indices.iter().zip(values) {
        w[j as usize] += a * x.into();
    }
}

/// Adds a·x² to w at the stored columns.
#[inline]
pub(super) fn add_squares_sparse<T: Copy + Into<f64>>(indices: &[u32], values: &[T], a: f64, w: &mut [f64]) {
    assert_eq!(indices.len(), values.len(), "one value an index");
    for (&j, &x) in indices.iter().zip(values) {
        let x: f64 = x.into();
        w[j as usize] += a * (x * x);
    }
}
