//! Distances between the laws of a score in two groups, with bounds that hold at equality too.
//!
//! A [`Law`] is a step function: ascending values and the share of weight on each. With weights, the bounds use
//! Kish's effective number of rows (Σw)²/Σw² in place of n: an approximation, where without weights they are
//! theorems for every law, atoms included.
//!
//! All plug-in distances are biased **up**: two equal groups show a positive distance. [`ks_at_equality`] is what to
//! print beside a small one.

mod bands;
mod kolmogorov;
mod permutation;

pub use bands::{
    Range, dkw_radius, ks_at_equality, ks_bounds, quantile_interval, wasserstein1_bounds,
    wasserstein2_interval,
};
pub use kolmogorov::{kolmogorov_cdf, kolmogorov_quantile};
pub use permutation::{KsTest, KsTestMethod, ks_exact_p, ks_permutation_p, ks_test};

use super::Undefined;
use crate::stats::view::{Atom, Cell};

/// The law of a real variable in one group: a distribution on finitely many values.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    /// Strictly ascending, finite.
    values: Vec<f64>,
    /// Weight at or below each value; the last is the total. No weight in between is zero.
    cumulative: Vec<f64>,
    /// Rows at each value, where each row stands for one; `None` with weights.
    rows: Option<Vec<u64>>,
    /// Rows, or the effective number.
    n: f64,
}

impl Law {
    /// Makes a law from atoms in strictly ascending order of value. Atoms without weight are left out.
    ///
    /// `NoRows` when no atom has weight, `NotSorted` when values repeat or fall, `OutOfRange` when a value or a
    /// weight is not finite, or a weight is negative. O(atoms).
    pub fn new(atoms: &[Atom]) -> Result<Self, Undefined> {
        Self::from_masses(atoms.iter().map(|a| (a.value, a.cell)))
    }

    /// Makes a law from values in any order, one row each.
    ///
    /// Errors as [`Law::new`], except `NotSorted`. O(n log n).
    pub fn of_values(values: &[f64]) -> Result<Self, Undefined> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let mut atoms: Vec<(f64, Cell)> = Vec::with_capacity(sorted.len());
        for value in sorted {
            match atoms.last_mut() {
                Some((last, cell)) if *last == value => *cell = *cell + Cell::of_rows(1),
                _ => atoms.push((value, Cell::of_rows(1))),
            }
        }
        Self::from_masses(atoms.into_iter())
    }

    fn from_masses(atoms: impl Iterator<Item = (f64, Cell)>) -> Result<Self, Undefined> {
        let (mut values, mut cumulative, mut rows) = (Vec::new(), Vec::new(), Vec::new());
        let mut total = Cell::default();
        let mut unweighted = true;
        let mut previous = f64::NEG_INFINITY;
        for (value, cell) in atoms {
            if !value.is_finite() || !cell.weight.is_finite() || cell.weight < 0.0 {
                return Err(Undefined::OutOfRange);
            }
            if value <= previous {
                return Err(Undefined::NotSorted);
            }
            previous = value;
            if cell.weight > 0.0 {
                total = total + cell;
                unweighted &= cell.weight == cell.rows as f64 && cell.weight_squared == cell.weight;
                values.push(value);
                cumulative.push(total.weight);
                rows.push(cell.rows);
            }
        }
        if values.is_empty() {
            return Err(Undefined::NoRows);
        }
        let n = total.weight * (total.weight / total.weight_squared);
        if !total.weight.is_finite() || !n.is_finite() || n <= 0.0 {
            return Err(Undefined::OutOfRange);
        }
        Ok(Self { values, cumulative, rows: unweighted.then_some(rows), n })
    }

    /// Returns the rows of the law; with weights the effective number (Σw)²/Σw².
    pub fn n(&self) -> f64 {
        self.n
    }

    /// Returns the values that have weight, ascending.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Returns the share of weight at or below the `idx`-th value.
    fn cdf_at(&self, idx: usize) -> f64 {
        self.cumulative[idx] / self.total()
    }

    /// Returns the share of weight strictly below the `idx`-th value; 1 for one past the last.
    fn cdf_before(&self, idx: usize) -> f64 {
        if idx == 0 { 0.0 } else { self.cdf_at(idx - 1) }
    }

    fn total(&self) -> f64 {
        self.cumulative[self.cumulative.len() - 1]
    }

    /// Returns the share of weight at or below `value`: the distribution function, right-continuous.
    pub fn cdf(&self, value: f64) -> f64 {
        self.cdf_before(self.values.partition_point(|v| *v <= value))
    }

    /// Returns the lower quantile: the smallest value with at least the share `level` at or below it.
    ///
    /// `OutOfRange` unless 0 ≤ level ≤ 1. O(log atoms).
    pub fn quantile(&self, level: f64) -> Result<f64, Undefined> {
        if !(0.0..=1.0).contains(&level) {
            return Err(Undefined::OutOfRange);
        }
        Ok(self.quantile_of_weight(level * self.total()))
    }

    /// The smallest value with at least `weight` at or below it; the last one beyond the total.
    fn quantile_of_weight(&self, weight: f64) -> f64 {
        let idx = self.cumulative.partition_point(|c| *c < weight);
        self.values[idx.min(self.values.len() - 1)]
    }

    /// Returns the mean of the law.
    pub fn mean(&self) -> f64 {
        let mut before = 0.0;
        let mut sum = 0.0;
        for (value, cumulative) in self.values.iter().zip(&self.cumulative) {
            sum += value * (cumulative - before);
            before = *cumulative;
        }
        sum / self.total()
    }
}

/// One stretch between two neighbouring values of two laws together: [from, to), where both are constant.
struct Stretch {
    from: f64,
    to: f64,
    a: f64,
    b: f64,
}

/// Walks the stretches between the values of two laws in ascending order, one for each distinct value but the last.
fn stretches<'l>(a: &'l Law, b: &'l Law) -> impl Iterator<Item = Stretch> + 'l {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        let from = match (a.values.get(i), b.values.get(j)) {
            (Some(x), Some(y)) => x.min(*y),
            (Some(x), None) | (None, Some(x)) => *x,
            (None, None) => return None,
        };
        i += usize::from(a.values.get(i) == Some(&from));
        j += usize::from(b.values.get(j) == Some(&from));
        let to = match (a.values.get(i), b.values.get(j)) {
            (Some(x), Some(y)) => x.min(*y),
            (Some(x), None) | (None, Some(x)) => *x,
            (None, None) => return None,
        };
        Some(Stretch { from, to, a: a.cdf_before(i), b: b.cdf_before(j) })
    })
}

/// Returns the Kolmogorov–Smirnov distance sup |F_a − F_b|, in [0, 1]. O(atoms).
pub fn ks(a: &Law, b: &Law) -> f64 {
    stretches(a, b).map(|s| (s.a - s.b).abs()).fold(0.0, f64::max)
}

/// Returns the 1-Wasserstein distance ∫|F_a − F_b| dx, in the unit of the values. O(atoms).
pub fn wasserstein1(a: &Law, b: &Law) -> f64 {
    stretches(a, b).map(|s| (s.a - s.b).abs() * (s.to - s.from)).sum()
}

/// Returns the energy distance √(2 ∫(F_a − F_b)² dx), as scipy defines it. O(atoms).
pub fn energy_distance(a: &Law, b: &Law) -> f64 {
    (2.0 * stretches(a, b).map(|s| (s.a - s.b).powi(2) * (s.to - s.from)).sum::<f64>()).sqrt()
}

/// Returns the 2-Wasserstein distance √∫(Q_a − Q_b)² dq, by merging the two step functions. O(atoms).
pub fn wasserstein2(a: &Law, b: &Law) -> f64 {
    wasserstein2_squared(a, b).sqrt()
}

fn wasserstein2_squared(a: &Law, b: &Law) -> f64 {
    let (mut i, mut j, mut level, mut sum) = (0, 0, 0.0, 0.0);
    while i < a.values.len() && j < b.values.len() {
        let (x, y) = (a.cdf_at(i), b.cdf_at(j));
        let next = x.min(y);
        sum += (next - level).max(0.0) * (a.values[i] - b.values[j]).powi(2);
        level = next;
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    sum
}

/// Returns the total variation distance ½ Σ |p_c − q_c| between two laws on the same classes, in [0, 1].
///
/// The arguments are weights by class, in the same order, and need not sum to 1. `LengthMismatch` when the numbers of
/// classes differ, `OutOfRange` for a weight that is negative or not finite, `NoRows` when a side has none.
pub fn total_variation(a: &[f64], b: &[f64]) -> Result<f64, Undefined> {
    if a.len() != b.len() {
        return Err(Undefined::LengthMismatch);
    }
    if !a.iter().chain(b).all(|w| w.is_finite() && *w >= 0.0) {
        return Err(Undefined::OutOfRange);
    }
    let (total_a, total_b) = (a.iter().sum::<f64>(), b.iter().sum::<f64>());
    if !total_a.is_finite() || !total_b.is_finite() {
        return Err(Undefined::OutOfRange);
    }
    if total_a <= 0.0 || total_b <= 0.0 {
        return Err(Undefined::NoRows);
    }
    Ok((0.5 * a.iter().zip(b).map(|(x, y)| (x / total_a - y / total_b).abs()).sum::<f64>()).min(1.0))
}
