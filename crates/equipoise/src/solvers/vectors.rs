//! Products and sums of dense vectors, the inner loops of everything dense.
//!
//! Sums run in several accumulators: a single one waits for the latency of each addition (4 cycles), which is longer
//! than the rest of the work. The order of additions is fixed, so the bits are too.

/// Accumulators of a dense sum: enough for two vector registers of four numbers, or four of two.
const LANES: usize = 8;

/// Returns Σ x_j w_j.
#[inline]
pub(crate) fn dot<T: Copy + Into<f64>>(x: &[T], w: &[f64]) -> f64 {
    assert_eq!(x.len(), w.len(), "one weight a column");
    let mut lanes = [0.0; LANES];
    let (x_blocks, w_blocks) = (x.chunks_exact(LANES), w.chunks_exact(LANES));
    let (x_rest, w_rest) = (x_blocks.remainder(), w_blocks.remainder());
    for (x, w) in x_blocks.zip(w_blocks) {
        for lane in 0..LANES {
            lanes[lane] += x[lane].into() * w[lane];
        }
    }
    let rest: f64 = x_rest.iter().zip(w_rest).map(|(&x, &w)| x.into() * w).sum();
    let [a, b, c, d, e, f, g, h] = lanes;
    (((a + e) + (c + g)) + ((b + f) + (d + h))) + rest
}

/// Adds a·x to w.
#[inline]
pub(super) fn add_scaled<T: Copy + Into<f64>>(x: &[T], a: f64, w: &mut [f64]) {
    assert_eq!(x.len(), w.len(), "one weight a column");
    for (w, &x) in w.iter_mut().zip(x) {
        *w += a * x.into();
    }
}
