//! Tests of equality of two laws by permutation: exact by counting paths, or by drawing permuted count tables.

use super::{Law, ks};
use crate::inference::Undefined;
use crate::inference::normals::Stream;
use crate::inference::special::kolmogorov_survival;

/// How a p-value of the Kolmogorov–Smirnov test came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KsTestMethod {
    /// All permutations counted, ties included.
    Exact,
    /// Permuted count tables drawn from a fixed seed; the p-value counts the data themselves as one of them.
    Permutation {
        /// Tables drawn.
        draws: usize,
    },
    /// Kolmogorov's limit law at the effective numbers of rows: the way for weighted rows.
    Limit,
}

/// A test of equality of two laws.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KsTest {
    /// The distance.
    pub distance: f64,
    /// The p-value of "both laws are equal", in (0, 1].
    pub p: f64,
    /// How it came about.
    pub method: KsTestMethod,
}

/// Up to this many (rows of a) × (rows of b), all permutations are counted: a few milliseconds.
const EXACT_STEPS_MAX: f64 = 2e6;

/// Tests equality of two laws by the Kolmogorov–Smirnov distance, by the best method that fits.
///
/// Unweighted rows: exactly up to 2·10⁶ pairs of rows, else by `draws` permuted tables from `seed`. Weighted rows:
/// Kolmogorov's limit law at the effective numbers of rows, since permuting weighted rows needs the rows.
pub fn ks_test(a: &Law, b: &Law, draws: usize, seed: u64) -> KsTest {
    let distance = ks(a, b);
    if let Ok(p) = ks_exact_p(a, b) {
        return KsTest { distance, p, method: KsTestMethod::Exact };
    }
    match ks_permutation_p(a, b, draws, seed) {
        Ok(p) => KsTest { distance, p, method: KsTestMethod::Permutation { draws } },
        Err(_) => {
            let n = 1.0 / (1.0 / a.n() + 1.0 / b.n());
            let p = kolmogorov_survival(n.sqrt() * distance).max(f64::MIN_POSITIVE);
            KsTest { distance, p, method: KsTestMethod::Limit }
        }
    }
}

/// The rows of both laws at each of their values together, in ascending order.
fn merged_rows(a: &Law, b: &Law) -> Result<Vec<(u64, u64)>, Undefined> {
    let (Some(rows_a), Some(rows_b)) = (&a.rows, &b.rows) else { return Err(Undefined::NotCounts) };
    let mut merged = Vec::with_capacity(rows_a.len() + rows_b.len());
    let (mut i, mut j) = (0, 0);
    while i < rows_a.len() || j < rows_b.len() {
        let (x, y) = (a.values.get(i), b.values.get(j));
        let takes_a = x.is_some_and(|x| y.is_none_or(|y| x <= y));
        let takes_b = y.is_some_and(|y| x.is_none_or(|x| y <= x));
        merged.push((if takes_a { rows_a[i] } else { 0 }, if takes_b { rows_b[j] } else { 0 }));
        i += usize::from(takes_a);
        j += usize::from(takes_b);
    }
    Ok(merged)
}

/// The distance times n_a·n_b as a whole number, so that comparisons are exact: max |A·n_b − B·n_a|.
fn whole_distance(table: impl Iterator<Item = (u64, u64)>, n_a: u64, n_b: u64) -> u128 {
    let (mut sum_a, mut sum_b, mut largest) = (0_u128, 0_u128, 0);
    for (x, y) in table {
        sum_a += u128::from(x);
        sum_b += u128::from(y);
        largest = largest.max((sum_a * u128::from(n_b)).abs_diff(sum_b * u128::from(n_a)));
    }
    largest
}

/// Returns the exact permutation p-value of the Kolmogorov–Smirnov distance, conditional on the ties.
///
/// Walks the lattice of (rows of a, rows of b) taken in ascending order; a path is lost where, at the end of a run of
/// ties, it is at least as far from the diagonal as the data. Only sums of positive numbers: relative error about
/// 1e-13. `NotCounts` for weighted laws, `TooLarge` beyond 2·10⁶ lattice points. O(n_a · n_b) time, O(n_b) memory.
pub fn ks_exact_p(a: &Law, b: &Law) -> Result<f64, Undefined> {
    if a.n() * b.n() > EXACT_STEPS_MAX {
        return Err(Undefined::TooLarge);
    }
    let table = merged_rows(a, b)?;
    let (n_a, n_b) = table.iter().fold((0, 0), |(x, y), row| (x + row.0, y + row.1));
    let observed = whole_distance(table.iter().copied(), n_a, n_b);
    if observed == 0 {
        return Ok(1.0);
    }
    // Which numbers of rows taken are ends of runs of ties: only there the distance is looked at.
    let total = (n_a + n_b) as usize;
    let mut is_end = vec![false; total + 1];
    table.iter().fold(0, |taken, row| {
        let taken = taken + (row.0 + row.1) as usize;
        is_end[taken] = true;
        taken
    });
    let lost = |i: u64, j: u64| {
        is_end[(i + j) as usize]
            && (u128::from(i) * u128::from(n_b)).abs_diff(u128::from(j) * u128::from(n_a)) >= observed
    };
    // `alive[j]` is the probability of being at (i, j) with no loss so far; the next row is a's with probability
    // (n_a − i)/(what is left).
    let mut alive = vec![0.0; n_b as usize + 1];
    alive[0] = 1.0;
    let mut p = 0.0;
    for i in 0..=n_a {
        for j in 0..=n_b {
            let at = j as usize;
            let from_a =
                if i > 0 { alive[at] * (n_a - i + 1) as f64 / (n_a - i + 1 + n_b - j) as f64 } else { 0.0 };
            let from_b = if j > 0 {
                alive[at - 1] * (n_b - j + 1) as f64 / (n_a - i + n_b - j + 1) as f64
            } else {
                0.0
            };
            let here = if i == 0 && j == 0 { 1.0 } else { from_a + from_b };
            if lost(i, j) {
                p += here;
                alive[at] = 0.0;
            } else {
                alive[at] = here;
            }
        }
    }
    Ok(p.min(1.0))
}

/// Returns the p-value of the Kolmogorov–Smirnov distance by permuted count tables: the rows at each value stay, and
/// which of them belong to group a is drawn anew (multivariate hypergeometric), `draws` times from `seed`.
///
/// (1 + tables at least as far)/(1 + draws): valid at every number of draws, with a Monte Carlo error of
/// √(p(1 − p)/draws). `NotCounts` for weighted laws, `NoRows` for 0 draws. O(draws · atoms), whatever the rows.
pub fn ks_permutation_p(a: &Law, b: &Law, draws: usize, seed: u64) -> Result<f64, Undefined> {
    let table = merged_rows(a, b)?;
    if draws == 0 {
        return Err(Undefined::NoRows);
    }
    let (n_a, n_b) = table.iter().fold((0, 0), |(x, y), row| (x + row.0, y + row.1));
    let observed = whole_distance(table.iter().copied(), n_a, n_b);
    let mut at_least = 0_usize;
    for draw in 0..draws {
        let mut stream = Stream::new(seed, draw as u64);
        let (mut left, mut left_a) = (n_a + n_b, n_a);
        let permuted = table.iter().map(|(x, y)| {
            let here = x + y;
            let mine = stream.hypergeometric(left, here, left_a);
            left -= here;
            left_a -= mine;
            (mine, here - mine)
        });
        at_least += usize::from(whole_distance(permuted, n_a, n_b) >= observed);
    }
    Ok((at_least + 1) as f64 / (draws + 1) as f64)
}
