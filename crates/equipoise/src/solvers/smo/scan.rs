//! The three passes over the active rows that an iteration consists of, as plain loops that become vector code.
//!
//! | here | meaning |
//! |---|---|
//! | `e` | t − Kβ: minus the gradient of the smooth part |
//! | `up` | what is added to `e` for the rate of gain when β rises: −ε, +ε, or −∞ where β is at its upper bound |
//! | `low` | what is added to `e` for the rate of loss when β falls: −ε, +ε, or +∞ where β is at its lower bound |
//!
//! Infinite summands take rows out of the running without a branch.

use super::cache::Entry;

/// Rows compared at once; maxima are kept lane by lane.
const LANES: usize = 8;

/// Rows whose best is noted together: the place of the best is looked for in one block only.
const BLOCK: usize = 512;

/// Curvatures are at least this, as in LIBSVM: equal rows, and matrices that are not positive semi-definite.
pub(super) const CURVATURE_MIN: f64 = 1e-12;

/// Where the most can be gained, and the least that must be lost.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extremes {
    /// Largest e + up; −∞ where no β can rise.
    pub(super) up_max: f64,
    /// Its position: the first of equals.
    pub(super) position: usize,
    /// Smallest e + low; +∞ where no β can fall.
    pub(super) low_min: f64,
}

impl Extremes {
    /// The largest violation of the optimality conditions: positive where some pair of steps gains.
    pub(super) fn violation(&self) -> f64 {
        self.up_max - self.low_min
    }
}

/// A change of one coefficient and the kernel row that belongs to it.
#[derive(Clone, Copy)]
pub(super) struct Change<'a, T> {
    pub(super) delta: f64,
    pub(super) row: &'a [T],
}

/// Subtracts both changes from `e` and returns the extremes of what results.
pub(super) fn update<T: Entry>(
    e: &mut [f64],
    up: &[f64],
    low: &[f64],
    first: Change<'_, T>,
    second: Change<'_, T>,
) -> Extremes {
    let n = e.len();
    let (a, b) = (first.delta, second.delta);
    let (row_a, row_b) = (&first.row[..n], &second.row[..n]);
    let blocks = e.chunks_mut(BLOCK).zip(row_a.chunks(BLOCK)).zip(row_b.chunks(BLOCK));
    for ((e, row_a), row_b) in blocks {
        for ((e, &x), &y) in e.iter_mut().zip(row_a).zip(row_b) {
            *e -= a * x.into() + b * y.into();
        }
    }
    extremes(e, up, low)
}

/// Returns the largest e + up with its position, and the smallest e + low.
pub(super) fn extremes(e: &[f64], up: &[f64], low: &[f64]) -> Extremes {
    let n = e.len();
    let (up, low) = (&up[..n], &low[..n]);
    let mut best = Extremes { up_max: f64::NEG_INFINITY, position: 0, low_min: f64::INFINITY };
    let mut best_block = None;
    for (block, ((e, up), low)) in e.chunks(BLOCK).zip(up.chunks(BLOCK)).zip(low.chunks(BLOCK)).enumerate() {
        let (block_max, block_min) = block_extremes(e, up, low);
        if block_max > best.up_max {
            best.up_max = block_max;
            best_block = Some(block);
        }
        best.low_min = block_min.min(best.low_min);
    }
    if let Some(block) = best_block {
        let start = block * BLOCK;
        let within = e[start..].iter().zip(&up[start..]).position(|(e, up)| e + up == best.up_max);
        best.position = start + within.unwrap_or(0);
    }
    best
}

fn block_extremes(e: &[f64], up: &[f64], low: &[f64]) -> (f64, f64) {
    let mut max = [f64::NEG_INFINITY; LANES];
    let mut min = [f64::INFINITY; LANES];
    let (e_lanes, up_lanes, low_lanes) =
        (e.chunks_exact(LANES), up.chunks_exact(LANES), low.chunks_exact(LANES));
    let rest = e_lanes.remainder().iter().zip(up_lanes.remainder()).zip(low_lanes.remainder());
    for ((e, up), low) in rest {
        max[0] = larger(e + up, max[0]);
        min[0] = smaller(e + low, min[0]);
    }
    for ((e, up), low) in e_lanes.zip(up_lanes).zip(low_lanes) {
        for lane in 0..LANES {
            max[lane] = larger(e[lane] + up[lane], max[lane]);
            min[lane] = smaller(e[lane] + low[lane], min[lane]);
        }
    }
    (max.into_iter().fold(f64::NEG_INFINITY, larger), min.into_iter().fold(f64::INFINITY, smaller))
}

/// What the choice of the second row needs of the first.
#[derive(Clone, Copy)]
pub(super) struct FirstRow<'a, T> {
    /// e + up of the first row.
    pub(super) gain: f64,
    /// Its entry on the diagonal.
    pub(super) diagonal: f64,
    /// Its kernel row.
    pub(super) row: &'a [T],
}

/// Returns the position whose β, falling as the first one rises, lowers the objective most by the second-order
/// estimate (gain − e − low)²/(K_ii + K_jj − 2 K_ij); `None` where no pair gains.
///
/// Fan, Chen & Lin 2005, *Working set selection using second order information for training SVM*, WSS 2.
pub(super) fn second<T: Entry>(
    first: FirstRow<'_, T>,
    e: &[f64],
    low: &[f64],
    diagonal: &[f64],
) -> Option<usize> {
    let n = e.len();
    let (low, diagonal, row) = (&low[..n], &diagonal[..n], &first.row[..n]);
    let mut best = 0.0;
    let mut best_block = None;
    for block in 0..n.div_ceil(BLOCK) {
        let range = block * BLOCK..n.min((block + 1) * BLOCK);
        let block_best = block_decrease(
            first,
            &e[range.clone()],
            &low[range.clone()],
            &diagonal[range.clone()],
            &row[range],
        );
        if block_best > best {
            best = block_best;
            best_block = Some(block);
        }
    }
    let start = best_block? * BLOCK;
    (start..n.min(start + BLOCK)).find(|&j| decrease(first, e[j], low[j], diagonal[j], row[j]) == best)
}

fn block_decrease<T: Entry>(
    first: FirstRow<'_, T>,
    e: &[f64],
    low: &[f64],
    diagonal: &[f64],
    row: &[T],
) -> f64 {
    let mut max = [0.0; LANES];
    let (e_lanes, low_lanes) = (e.chunks_exact(LANES), low.chunks_exact(LANES));
    let (diagonal_lanes, row_lanes) = (diagonal.chunks_exact(LANES), row.chunks_exact(LANES));
    let rest = e_lanes.remainder().iter().zip(low_lanes.remainder());
    for ((e, low), (d, &k)) in rest.zip(diagonal_lanes.remainder().iter().zip(row_lanes.remainder())) {
        max[0] = larger(decrease(first, *e, *low, *d, k), max[0]);
    }
    for ((e, low), (d, k)) in e_lanes.zip(low_lanes).zip(diagonal_lanes.zip(row_lanes)) {
        for lane in 0..LANES {
            max[lane] = larger(decrease(first, e[lane], low[lane], d[lane], k[lane]), max[lane]);
        }
    }
    max.into_iter().fold(0.0, larger)
}

#[inline(always)]
fn decrease<T: Entry>(first: FirstRow<'_, T>, e: f64, low: f64, diagonal: f64, k: T) -> f64 {
    let difference = first.gain - (e + low);
    let curvature = larger(first.diagonal + diagonal - 2.0 * k.into(), CURVATURE_MIN);
    let decrease = difference * difference / curvature;
    if difference > 0.0 { decrease } else { 0.0 }
}

/// `f64::max` treats NaN with care and costs several instructions; this is one, and NaN never comes here.
#[inline(always)]
fn larger(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

#[inline(always)]
fn smaller(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: usize = 1300;

    fn numbers(seed: u64) -> Vec<f64> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f64 / f64::from(1 << 24) - 0.5
        };
        (0..N).map(|_| next()).collect()
    }

    #[test]
    fn passes_equal_their_naive_twins() {
        let (mut e, row, other, diagonal) = (numbers(1), numbers(2), numbers(3), vec![1.0; N]);
        let up: Vec<f64> = (0..N).map(|i| if i % 3 == 0 { f64::NEG_INFINITY } else { -0.1 }).collect();
        let low: Vec<f64> = (0..N).map(|i| if i % 5 == 0 { f64::INFINITY } else { 0.1 }).collect();
        let expected: Vec<f64> = (0..N).map(|i| e[i] - (0.25 * row[i] + -0.5 * other[i])).collect();
        let found =
            update(&mut e, &up, &low, Change { delta: 0.25, row: &row }, Change { delta: -0.5, row: &other });
        assert_eq!(e, expected);
        let up_max = (0..N).map(|i| e[i] + up[i]).fold(f64::NEG_INFINITY, f64::max);
        assert_eq!(found.up_max, up_max);
        assert_eq!(Some(found.position), (0..N).position(|i| e[i] + up[i] == up_max));
        assert_eq!(found.low_min, (0..N).map(|i| e[i] + low[i]).fold(f64::INFINITY, f64::min));

        let first = FirstRow { gain: found.up_max, diagonal: 1.0, row: &row };
        let scores: Vec<f64> = (0..N).map(|j| decrease(first, e[j], low[j], diagonal[j], row[j])).collect();
        let best = scores.iter().copied().fold(0.0, f64::max);
        assert_eq!(second(first, &e, &low, &diagonal), scores.iter().position(|&s| s == best));
    }

    #[test]
    fn no_pair_is_found_where_none_gains() {
        let (e, row) = (vec![0.0; 3], vec![0.0; 3]);
        let first = FirstRow { gain: 0.0, diagonal: 1.0, row: &row };
        assert_eq!(second(first, &e, &[0.0; 3], &[1.0; 3]), None);
        assert_eq!(second(first, &[], &[], &[]), None);
    }
}
