//! Exact sums from which mean, variance and the variance of a weighted mean are evaluated.

use super::{
    ExactSum,
    exact_sum::product,
    view::{Cell, Moment},
};

/// Exact sums of one real variable x over some rows: Σwx, Σwx², and with weights Σw²x, Σw²x².
///
/// Squares are summed as exact pairs, so a variance is right to the last digits even where the mean is a
/// million times the spread, and the same for any split of the rows.
#[derive(Clone, Debug, Default)]
pub(crate) struct RealSums {
    pub(crate) sums: [ExactSum; 4],
}

impl RealSums {
    pub(crate) fn add(&mut self, x: f64) {
        self.sums[0].add(x);
        self.sums[1].add_product(x, x);
    }

    pub(crate) fn add_weighted(&mut self, x: f64, weight: f64) {
        let [first, second, first_squared, second_squared] = &mut self.sums;
        add_times(first, weight, x);
        add_times_square(second, weight, x);
        let (high, low) = product(weight, weight);
        add_times(first_squared, high, x);
        first_squared.add(low * x);
        add_times_square(second_squared, high, x);
        second_squared.add(low * x * x);
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (sum, other) in self.sums.iter_mut().zip(&other.sums) {
            sum.merge(other);
        }
    }

    /// Evaluates the moments; `None` where there are no rows or no weight.
    pub(crate) fn evaluate(&self, cell: Cell, weighted: bool) -> Option<Moment> {
        if cell.weight <= 0.0 {
            return None;
        }
        let total = Pair::from(cell.weight);
        let [first, second] = [0, 1].map(|i| Pair::of(&self.sums[i]));
        let mean = first / total;
        let variance = ((second / total) - mean * mean).value().max(0.0);
        let variance_of_mean = if weighted {
            let [first, second] = [2, 3].map(|i| Pair::of(&self.sums[i]));
            let squares = second - (mean * first).scaled(2.0) + mean * mean * Pair::from(cell.weight_squared);
            (squares / total / total).value().max(0.0)
        } else {
            variance / cell.weight
        };
        Some(Moment { cell, mean: mean.value(), variance, variance_of_mean })
    }
}

fn add_times(sum: &mut ExactSum, weight: f64, x: f64) {
    sum.add_product(weight, x);
}

fn add_times_square(sum: &mut ExactSum, weight: f64, x: f64) {
    let (high, low) = product(weight, x);
    sum.add_product(high, x);
    sum.add(low * x);
}

/// An unevaluated sum of two f64 (about 106 bits), for the one subtraction that would otherwise cancel.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair(f64, f64);

impl Pair {
    pub(crate) fn of(sum: &ExactSum) -> Self {
        let (high, low) = sum.pair();
        Self(high, low)
    }

    pub(crate) fn value(self) -> f64 {
        self.0 + self.1
    }

    fn scaled(self, power_of_two: f64) -> Self {
        Self(self.0 * power_of_two, self.1 * power_of_two)
    }

    fn renormalised(high: f64, low: f64) -> Self {
        let sum = high + low;
        Self(sum, low - (sum - high))
    }
}

impl From<f64> for Pair {
    fn from(x: f64) -> Self {
        Self(x, 0.0)
    }
}

impl std::ops::Add for Pair {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let sum = self.0 + other.0;
        let part = sum - self.0;
        let error = (self.0 - (sum - part)) + (other.0 - part);
        Self::renormalised(sum, error + self.1 + other.1)
    }
}

impl std::ops::Sub for Pair {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + Self(-other.0, -other.1)
    }
}

impl std::ops::Mul for Pair {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let (high, low) = product(self.0, other.0);
        Self::renormalised(high, low + (self.0 * other.1 + self.1 * other.0))
    }
}

impl std::ops::Div for Pair {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let quotient = self.0 / other.0;
        let rest = self - other * Self::from(quotient);
        Self::renormalised(quotient, rest.value() / other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn moments(rows: &[(f64, f64)], weighted: bool) -> Moment {
        let mut sums = RealSums::default();
        let mut cell = Cell::default();
        for &(x, weight) in rows {
            if weighted {
                sums.add_weighted(x, weight);
            } else {
                sums.add(x);
            }
            let weight = if weighted { weight } else { 1.0 };
            cell = cell + Cell { rows: 1, weight, weight_squared: weight * weight };
        }
        sums.evaluate(cell, weighted).unwrap()
    }

    #[test]
    fn a_mean_a_million_times_the_spread_keeps_its_variance() {
        // population variance of 1, 2, 3, 4 is 1.25, whatever is added to all of them
        let shifted: Vec<(f64, f64)> = [1.0, 2.0, 3.0, 4.0].iter().map(|x| (x + 1e9, 2.0)).collect();
        assert_eq!(moments(&shifted, false).variance, 1.25);
        assert_eq!(moments(&shifted, true).variance, 1.25);
        assert_eq!(moments(&shifted, true).variance_of_mean, 1.25 / 4.0);
    }

    #[test]
    fn no_rows_have_no_moments() {
        assert!(RealSums::default().evaluate(Cell::default(), false).is_none());
    }

    proptest! {
        #[test]
        fn moments_equal_the_two_pass_twin(rows in prop::collection::vec((-1e3..1e3, 0.1..10.0), 1..50)) {
            let rows: Vec<(f64, f64)> = rows;
            let total: f64 = rows.iter().map(|row| row.1).sum();
            let mean = rows.iter().map(|row| row.0 * row.1).sum::<f64>() / total;
            let variance = rows.iter().map(|row| row.1 * (row.0 - mean).powi(2)).sum::<f64>() / total;
            let of_mean = rows.iter().map(|row| (row.1 * (row.0 - mean)).powi(2)).sum::<f64>() / total.powi(2);
            let moment = moments(&rows, true);
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + b.abs());
            prop_assert!(near(moment.mean, mean), "{} {mean}", moment.mean);
            prop_assert!(near(moment.variance, variance), "{} {variance}", moment.variance);
            prop_assert!(near(moment.variance_of_mean, of_mean), "{} {of_mean}", moment.variance_of_mean);
        }
    }
}
