//! The law of a score: how many rows have each value, by strip (unit and target class).
//!
//! Exact up to [`DISTINCT_MAX`] distinct values over all rows; beyond, values are put on a fixed grid (the first
//! 10 bits of the mantissa, a relative step of 1/1024, toward zero, so that 0, ½ and 1 stay what they are).
//! Which of the two holds depends on the set of values alone, never on how the rows were split or ordered.

use hashbrown::HashMap;

use super::{ExactSum, view::Cell};

/// Distinct values that a law keeps exactly.
pub const DISTINCT_MAX: usize = 65_536;
/// Bits of the mantissa that the grid leaves out.
const GRID_BITS: u32 = 42;
/// What the bits of two neighbouring values of the grid differ by.
pub(crate) const GRID_STEP: u64 = 1 << GRID_BITS;

/// Rows and weights of one value in one strip.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mass {
    pub(crate) rows: u64,
    /// Σw and Σw², where rows are weighted.
    pub(crate) weights: Option<Box<[ExactSum; 2]>>,
}

impl Mass {
    fn add(&mut self, weight: Option<f64>) {
        self.rows += 1;
        if let Some(weight) = weight {
            let [first, second] = &mut **self.weights.get_or_insert_default();
            first.add(weight);
            second.add_product(weight, weight);
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        if let Some(other) = &other.weights {
            let weights = self.weights.get_or_insert_default();
            weights.iter_mut().zip(other.iter()).for_each(|(sum, other)| sum.merge(other));
        }
    }

    pub(crate) fn evaluate(&self) -> Cell {
        match &self.weights {
            None => Cell::of_rows(self.rows),
            Some(weights) => {
                Cell { rows: self.rows, weight: weights[0].value(), weight_squared: weights[1].value() }
            }
        }
    }
}

/// The law of one real variable by strip.
#[derive(Clone, Debug)]
pub(crate) struct Law {
    exact: bool,
    values: Vec<f64>,
    numbers: HashMap<u64, u32>,
    /// Keyed by strip << 32 | number of the value.
    masses: HashMap<u64, Mass>,
}

impl Default for Law {
    fn default() -> Self {
        Self { exact: true, values: Vec::new(), numbers: HashMap::new(), masses: HashMap::new() }
    }
}

impl Law {
    pub(crate) fn is_exact(&self) -> bool {
        self.exact
    }

    pub(crate) fn add(&mut self, strip: u32, value: f64, weight: Option<f64>) {
        let number = self.number(value);
        self.masses.entry(key(strip, number)).or_default().add(weight);
    }

    pub(crate) fn add_mass(&mut self, strip: u32, value: f64, mass: &Mass) {
        let number = self.number(value);
        self.masses.entry(key(strip, number)).or_default().merge(mass);
    }

    /// Iterates over (strip, value, mass) in no particular order.
    pub(crate) fn masses(&self) -> impl Iterator<Item = (u32, f64, &Mass)> {
        self.masses.iter().map(|(&key, mass)| ((key >> 32) as u32, self.values[key as u32 as usize], mass))
    }

    /// Puts the values on the grid, if they are not there yet.
    pub(crate) fn coarsen(&mut self) {
        if !self.exact {
            return;
        }
        let fine = std::mem::take(self);
        self.exact = false;
        fine.masses().for_each(|(strip, value, mass)| self.add_mass(strip, value, mass));
    }

    fn number(&mut self, value: f64) -> u32 {
        // −0 and 0 are one value.
        let mut value = if self.exact { value + 0.0 } else { on_grid(value) };
        if let Some(&number) = self.numbers.get(&value.to_bits()) {
            return number;
        }
        if self.exact && self.values.len() == DISTINCT_MAX {
            self.coarsen();
            value = on_grid(value);
            if let Some(&number) = self.numbers.get(&value.to_bits()) {
                return number;
            }
        }
        let number = self.values.len() as u32;
        self.values.push(value);
        self.numbers.insert(value.to_bits(), number);
        number
    }
}

fn key(strip: u32, number: u32) -> u64 {
    u64::from(strip) << 32 | u64::from(number)
}

pub(crate) fn on_grid(value: f64) -> f64 {
    f64::from_bits(value.to_bits() >> GRID_BITS << GRID_BITS) + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(law: &Law) -> Vec<(u32, u64, u64)> {
        let mut all: Vec<_> =
            law.masses().map(|(strip, value, mass)| (strip, value.to_bits(), mass.rows)).collect();
        all.sort_unstable();
        all
    }

    #[test]
    fn negative_zero_is_zero() {
        let mut law = Law::default();
        law.add(0, 0.0, None);
        law.add(0, -0.0, None);
        assert_eq!(sorted(&law), [(0, 0, 2)]);
    }

    #[test]
    fn one_value_too_many_puts_all_on_the_grid_in_any_order() {
        let n = DISTINCT_MAX + 1;
        let value = |i: usize| i as f64 / n as f64;
        let (mut forward, mut backward) = (Law::default(), Law::default());
        (0..n).for_each(|i| forward.add(0, value(i), None));
        (0..n).rev().for_each(|i| backward.add(0, value(i), None));
        assert!(!forward.is_exact());
        assert_eq!(sorted(&forward), sorted(&backward));
        let mut exact = Law::default();
        (0..n - 1).for_each(|i| exact.add(0, value(i), None));
        assert!(exact.is_exact());
        exact.coarsen();
        exact.add(0, value(n - 1), None);
        assert_eq!(sorted(&exact), sorted(&forward));
    }

    #[test]
    fn the_grid_keeps_round_numbers_and_steps_by_a_thousandth() {
        for value in [0.0, 0.5, 1.0, -1.0, 13.0, 1024.0] {
            assert_eq!(on_grid(value), value);
        }
        for value in [0.123_456, -7.891, 1e-9, 12_345.678] {
            assert!(((on_grid(value) - value) / value).abs() < 1.0 / 1024.0);
            assert_eq!(on_grid(on_grid(value)), on_grid(value));
        }
    }
}
