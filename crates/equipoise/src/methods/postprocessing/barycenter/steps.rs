//! A law as a step function, and the one comparison of levels that everything here rests on.

use super::sort::Sorted;

/// Ascending points and the weight at or below each.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Steps {
    pub(super) points: Vec<f64>,
    /// Strictly ascending, positive; the last is the total.
    pub(super) cumulative: Vec<f64>,
    /// Whether all weights are whole numbers, and their sum is exact: then levels are compared as integers.
    pub(super) is_whole: bool,
}

/// Up to here every whole number is a float.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;
/// What rounding may do to a level made of weights that are not whole: the cumulated weights are correct to 2⁻⁵² of the total
/// (the sum is compensated), their products and quotients to another 2⁻⁵².
const LEVEL_SLACK: f64 = 16.0 * f64::EPSILON;

/// Returns whether a/A ≥ b/B: in whole numbers where both are such, else up to rounding.
#[derive(Clone, Copy, Debug)]
pub(super) enum Compare {
    /// Products below 2⁵³ are exact.
    Float { a_total: f64, b_total: f64 },
    /// Products of up to 106 bits.
    Whole { a_total: u128, b_total: u128 },
    /// Weights that are not whole.
    Rounded { a_total: f64, b_total: f64 },
}

impl Compare {
    pub(super) fn new(a: &Steps, b: &Steps) -> Self {
        let (a_total, b_total) = (a.total(), b.total());
        if !(a.is_whole && b.is_whole) {
            Self::Rounded { a_total, b_total }
        } else if a_total * b_total <= WHOLE_MAX {
            Self::Float { a_total, b_total }
        } else {
            Self::Whole { a_total: a_total as u128, b_total: b_total as u128 }
        }
    }

    #[inline]
    pub(super) fn reaches(self, a: f64, b: f64) -> bool {
        match self {
            Self::Float { a_total, b_total } => a * b_total >= b * a_total,
            Self::Whole { a_total, b_total } => a as u128 * b_total >= b as u128 * a_total,
            Self::Rounded { a_total, b_total } => a / a_total >= b / b_total - LEVEL_SLACK,
        }
    }
}

impl Steps {
    /// Makes the step function of points in ascending order, each with its weight; equal points are one.
    ///
    /// Weights are positive. The sum is compensated (Neumaier), so that its error does not grow with the number of rows.
    pub(super) fn of(points: impl Iterator<Item = (f64, f64)>) -> Self {
        let mut steps = Self { is_whole: true, ..Self::default() };
        let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
        for (point, weight) in points {
            let next = sum + weight;
            lost += if sum >= weight { (sum - next) + weight } else { (weight - next) + sum };
            sum = next;
            steps.is_whole &= weight.fract() == 0.0;
            let cumulative = sum + lost;
            match steps.points.last() {
                Some(&last) if last == point => {
                    if let Some(top) = steps.cumulative.last_mut() {
                        *top = cumulative;
                    }
                }
                _ if steps.cumulative.last().is_some_and(|&top| top >= cumulative) => {
                    // A weight too small to be seen beside the others has no level of its own.
                }
                _ => {
                    steps.points.push(point);
                    steps.cumulative.push(cumulative);
                }
            }
        }
        steps.is_whole &= steps.total() < WHOLE_MAX;
        steps
    }

    pub(super) fn of_sorted(sorted: &Sorted) -> Self {
        match &sorted.weights {
            Some(weights) => Self::of(sorted.scores.iter().copied().zip(weights.iter().copied())),
            None => Self::of_rows(&sorted.scores),
        }
    }

    /// Rows that count 1 each, ascending.
    fn of_rows(scores: &[f64]) -> Self {
        let mut steps = Self { is_whole: true, ..Self::default() };
        steps.points.reserve(scores.len());
        steps.cumulative.reserve(scores.len());
        for (row, &score) in scores.iter().enumerate() {
            if scores.get(row + 1) != Some(&score) {
                steps.points.push(score);
                steps.cumulative.push((row + 1) as f64);
            }
        }
        steps
    }

    pub(super) fn len(&self) -> usize {
        self.points.len()
    }

    pub(super) fn total(&self) -> f64 {
        self.cumulative.last().copied().unwrap_or(0.0)
    }

    /// Returns the weight strictly below the point.
    pub(super) fn before(&self, idx: usize) -> f64 {
        if idx == 0 { 0.0 } else { self.cumulative[idx - 1] }
    }

    /// Returns the weight at the point.
    pub(super) fn at(&self, idx: usize) -> f64 {
        self.cumulative[idx] - self.before(idx)
    }

    /// Returns the middle of each point's ranks.
    pub(super) fn middles(&self) -> Vec<f64> {
        (0..self.len()).map(|idx| 0.5 * (self.before(idx) + self.cumulative[idx])).collect()
    }

    /// Returns whether each point stands for one row.
    pub(super) fn has_rows_apart(&self) -> bool {
        self.is_whole && self.len() as f64 == self.total()
    }

    /// Returns whether some point stands for more than one row.
    pub(super) fn has_atoms(&self) -> bool {
        self.is_whole && (self.len() as f64) < self.total()
    }

    /// Returns the smallest point with at least the level (in [0, 1]) at or below it.
    pub(super) fn quantile(&self, level: f64) -> f64 {
        let weight = (level - LEVEL_SLACK) * self.total();
        let idx = self.cumulative.partition_point(|&c| c < weight);
        self.points[idx.min(self.len() - 1)]
    }

    /// Returns the value at a rank (from 0 to the total) of the quantile function that is linear between the points at the
    /// middles of their rows' ranks and flat outside; `from` is where a walk over ascending ranks stands.
    ///
    /// A point of weight c above weight L holds the ranks L + ½ to L + c − ½; without whole weights, only L + c/2.
    pub(super) fn linear(&self, rank: f64, from: &mut usize) -> f64 {
        let margin = |idx: usize| if self.is_whole { 0.5 } else { 0.5 * self.at(idx) };
        let last = |idx: usize| self.cumulative[idx] - margin(idx);
        let first = |idx: usize| self.before(idx) + margin(idx);
        let mut idx = *from;
        while idx + 1 < self.len() && last(idx) < rank {
            idx += 1;
        }
        *from = idx;
        let value = self.points[idx];
        if idx == 0 || rank >= first(idx) {
            return value;
        }
        let (x0, x1) = (last(idx - 1), first(idx));
        let before = self.points[idx - 1];
        before + (value - before) * ((rank - x0) / (x1 - x0))
    }

    /// Coarsens ascending rows that count 1 each to `n` equal shares of them, the lowest row of each.
    pub(super) fn lowest_of_rows(rows: &[f64], n: usize) -> Self {
        Self::of((0..n).map(|cell| (rows[scaled(rows.len(), cell, n).0], 1.0)))
    }

    /// Coarsens ascending rows that count 1 each to `n` equal shares of them, the middle row of each.
    pub(super) fn middle_of_rows(rows: &[f64], n: usize) -> Self {
        Self::of((0..n).map(|cell| (rows[scaled(rows.len(), 2 * cell + 1, 2 * n).0], 1.0)))
    }

    /// Coarsens ascending rows that count 1 each to `n` equal shares of them, the mean of each.
    pub(super) fn means_of_rows(rows: &[f64], n: usize) -> Self {
        let mut previous = f64::NEG_INFINITY;
        let points = (0..n).map(|cell| {
            let ((first, left_out), (last, taken)) =
                (scaled(rows.len(), cell, n), scaled(rows.len(), cell + 1, n));
            // Deviations from the first row, so that equal rows have exactly their own mean.
            let base = rows[first];
            let mut sum: f64 = rows[first..last].iter().map(|row| row - base).sum();
            if taken > 0.0 {
                sum += taken * (rows[last] - base);
            }
            // The part left out is of the first row, whose deviation is 0: only the divisor knows of it.
            let mean = base + sum / ((last - first) as f64 + taken - left_out);
            previous = mean.max(previous);
            (previous, 1.0)
        });
        Self::of(points)
    }

    /// Coarsens to `n` equal shares of weight, the lowest point of each: where a rank steps. Equal ones are one step.
    pub(super) fn lowest_of_shares(&self, n: usize) -> Self {
        self.pick(n, |idx, cell| {
            let below = cell as f64 * self.total();
            self.cumulative[idx] * n as f64 > below
        })
    }

    /// Coarsens to `n` equal shares of weight, the point in the middle of each.
    pub(super) fn middle_of_shares(&self, n: usize) -> Self {
        self.pick(n, |idx, cell| {
            let below = (cell as f64 + 0.5) * self.total();
            self.cumulative[idx] * n as f64 > below
        })
    }

    fn pick(&self, n: usize, is_reached: impl Fn(usize, usize) -> bool) -> Self {
        let mut idx = 0;
        let points = (0..n).map(|cell| {
            while idx + 1 < self.len() && !is_reached(idx, cell) {
                idx += 1;
            }
            (self.points[idx], 1.0)
        });
        Self::of(points)
    }

    /// Coarsens to `n` equal shares of weight, the mean of each: the values that keep the law's mean.
    pub(super) fn means_of_shares(&self, n: usize) -> Self {
        let share = self.total() / n as f64;
        let (mut idx, mut taken) = (0, 0.0);
        let mut previous = f64::NEG_INFINITY;
        let points = (0..n).map(|cell| {
            let end = if cell + 1 == n { self.total() } else { share * (cell + 1) as f64 };
            let start = taken;
            // Deviations from the first value, so that equal values have exactly their own mean.
            let base = self.points[idx];
            let mut sum = 0.0;
            loop {
                let upto = self.cumulative[idx].min(end);
                sum += (upto - taken).max(0.0) * (self.points[idx] - base);
                taken = taken.max(upto);
                if self.cumulative[idx] > end || idx + 1 == self.len() {
                    break;
                }
                idx += 1;
            }
            let mean = if taken > start { base + sum / (taken - start) } else { base };
            // Rounding may not turn the order round.
            previous = mean.max(previous);
            (previous, 1.0)
        });
        Self::of(points)
    }
}

/// Returns rows · numerator/denominator as a whole number and a fraction.
fn scaled(rows: usize, numerator: usize, denominator: usize) -> (usize, f64) {
    let product = rows as u128 * numerator as u128;
    let (whole, rest) = (product / denominator as u128, product % denominator as u128);
    (whole as usize, rest as f64 / denominator as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(scores: &[f64]) -> Steps {
        Steps::of_sorted(&Sorted { scores: scores.to_vec(), weights: None })
    }

    #[test]
    fn equal_points_are_one_step() {
        let steps = rows(&[1.0, 1.0, 2.0]);
        assert_eq!((&*steps.points, &*steps.cumulative), (&[1.0, 2.0][..], &[2.0, 3.0][..]));
        assert!(steps.has_atoms());
        let weighted = Sorted { scores: vec![1.0, 2.0], weights: Some(vec![2.0, 1.0]) };
        assert_eq!(Steps::of_sorted(&weighted), steps);
    }

    #[test]
    fn shares_hold_equal_numbers_of_rows() {
        let steps = rows(&(1..=12).map(f64::from).collect::<Vec<_>>());
        assert_eq!(steps.lowest_of_shares(4).points, [1.0, 4.0, 7.0, 10.0]);
        assert_eq!(steps.means_of_shares(4).points, [2.0, 5.0, 8.0, 11.0]);
        assert_eq!(steps.middle_of_shares(4).points, [2.0, 5.0, 8.0, 11.0]);
        assert_eq!(
            steps.means_of_shares(8).points,
            [
                1.0 + 1.0 / 3.0,
                2.0 + 2.0 / 3.0,
                4.0 + 1.0 / 3.0,
                5.0 + 2.0 / 3.0,
                7.0 + 1.0 / 3.0,
                8.0 + 2.0 / 3.0,
                10.0 + 1.0 / 3.0,
                11.0 + 2.0 / 3.0
            ]
        );
    }

    #[test]
    fn means_of_shares_keep_the_mean_and_the_order() {
        let steps = Steps::of([(0.0, 0.3), (1.0, 0.05), (1.5, 2.2), (9.0, 0.45)].into_iter());
        let coarse = steps.means_of_shares(7);
        let mean = |steps: &Steps| {
            (0..steps.len()).map(|i| steps.points[i] * steps.at(i)).sum::<f64>() / steps.total()
        };
        assert!((mean(&steps) - mean(&coarse)).abs() < 1e-14);
        assert!(coarse.points.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn rows_are_coarsened_as_laws_are() {
        let scores: Vec<f64> = (0..101).map(|i| (f64::from(i * 37 % 101) * 0.21).exp()).collect();
        let mut scores: Vec<f64> = scores.iter().map(|x| x.floor()).collect();
        scores.sort_by(f64::total_cmp);
        let steps = rows(&scores);
        for n in 1..60 {
            assert_eq!(Steps::lowest_of_rows(&scores, n), steps.lowest_of_shares(n), "{n}");
            assert_eq!(Steps::middle_of_rows(&scores, n), steps.middle_of_shares(n), "{n}");
            let (a, b) = (Steps::means_of_rows(&scores, n), steps.means_of_shares(n));
            let total = |steps: &Steps| (0..steps.len()).map(|i| steps.points[i] * steps.at(i)).sum::<f64>();
            assert!((total(&a) - total(&b)).abs() <= 1e-13 * total(&b), "{n}");
        }
    }

    #[test]
    fn linear_quantile_passes_through_the_middles_of_ranks() {
        let steps = rows(&[1.0, 2.0, 2.0, 4.0]);
        let q = |level: f64| steps.linear(4.0 * level, &mut 0);
        for (level, value) in [
            (0.0, 1.0),
            (0.125, 1.0),
            (0.25, 1.5),
            (0.375, 2.0),
            (0.5, 2.0),
            (0.625, 2.0),
            (0.75, 3.0),
            (0.875, 4.0),
            (1.0, 4.0),
        ] {
            assert_eq!(q(level), value, "{level}");
        }
    }
}
