//! The losses of support vector machines as one family, through their conjugates.
//!
//! ℓ(f) = max over lower ≤ β ≤ upper of  β (target − f) − ε|β| − ½ ridge β²
//!
//! | loss | target | ε | lower, upper | ridge |
//! |---|---|---|---|---|
//! | c max(0, 1 − y f), y = 1 | 1 | 0 | 0, c | 0 |
//! | c max(0, 1 − y f), y = −1 | −1 | 0 | −c, 0 | 0 |
//! | c max(0, 1 − y f)² | y | 0 | as above with c = ∞ | 1/(2c) |
//! | c max(0, \|y − f\| − ε) | y | ε | −c, c | 0 |
//! | c max(0, \|y − f\| − ε)² | y | ε | −∞, ∞ | 1/(2c) |
//!
//! So one descent serves all of them, and the maximiser β is the dual variable: w = Σ β_i x_i. A row's share of the
//! duality gap is ℓ(f) minus the bracket at its β, and never negative (Fenchel and Young).

/// Losses of every row. Invariant: lower ≤ 0 ≤ upper; infinite only where the ridge is positive.
pub(in crate::solvers) struct Losses {
    /// Half the width of the tube, the same for all rows.
    pub(in crate::solvers) epsilon: f64,
    pub(in crate::solvers) rows: Vec<RowLoss>,
}

/// The loss of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::solvers) struct RowLoss {
    pub(in crate::solvers) target: f64,
    pub(in crate::solvers) lower: f64,
    pub(in crate::solvers) upper: f64,
    pub(super) ridge: f64,
}

impl RowLoss {
    /// Returns the loss at a score.
    pub(super) fn at(&self, epsilon: f64, score: f64) -> f64 {
        let residual = self.target - score;
        let beyond =
            if residual > 0.0 { (residual - epsilon).max(0.0) } else { (residual + epsilon).min(0.0) };
        if beyond == 0.0 {
            return 0.0;
        }
        if self.ridge > 0.0 {
            let beta = (beyond / self.ridge).clamp(self.lower, self.upper);
            beta * beyond - 0.5 * self.ridge * beta * beta
        } else {
            beyond * if beyond > 0.0 { self.upper } else { self.lower }
        }
    }

    /// Returns what a dual variable adds to the dual objective, besides −½‖w‖².
    pub(super) fn dual_at(&self, epsilon: f64, beta: f64) -> f64 {
        self.target * beta - epsilon * beta.abs() - 0.5 * self.ridge * beta * beta
    }

    /// Returns whether the row counts at all.
    pub(super) fn counts(&self) -> bool {
        self.lower < self.upper
    }
}

impl Losses {
    /// Returns Σ ℓ_i(score_i + b).
    pub(in crate::solvers) fn total(&self, scores: &[f64], b: f64) -> f64 {
        self.rows.iter().zip(scores).map(|(row, score)| row.at(self.epsilon, score + b)).sum()
    }

    /// Returns the b that minimises Σ ℓ_i(score_i + b), the middle of the interval where there is one, its finite end
    /// where it is half a line. O(n log n).
    ///
    /// The negative derivative in b is φ(b) = Σ β_i(b), which falls, and bends or jumps where a row enters or leaves
    /// its tube. The breakpoints are sorted, and φ is followed until it crosses zero.
    pub(in crate::solvers) fn best_intercept(&self, scores: &[f64]) -> f64 {
        let mut breaks = self.breaks(scores);
        breaks.sort_unstable_by(|a, b| a.at.total_cmp(&b.at));
        let Some(first) = breaks.first().copied() else { return 0.0 };
        // Left of all breakpoints φ is a constant plus a slope: rows above their tube are linear there.
        let mut value: f64 = self.rows.iter().filter(|row| row.ridge == 0.0).map(|row| row.upper).sum();
        let mut slope = 0.0;
        for (row, score) in self.rows.iter().zip(scores).filter(|(row, _)| row.ridge > 0.0) {
            if row.upper > 0.0 {
                value += (row.target - score - self.epsilon - first.at) / row.ridge;
                slope -= 1.0 / row.ridge;
            }
        }
        let scale = value.abs() + breaks.iter().map(|b| b.drop).sum::<f64>();
        let is_zero = |value: f64| value.abs() <= 1e-13 * scale;
        let mut at = first.at;
        let mut zero_from = None;
        for point in &breaks {
            let reached = value + slope * (point.at - at);
            if let Some(from) = zero_from {
                return if is_zero(reached) { f64::midpoint(from, point.at) } else { from };
            }
            if reached <= 0.0 && !is_zero(reached) {
                // Crossed on the way; at the very first point only if nothing pulls upward, which is a zero.
                return if slope < 0.0 { (at - value / slope).clamp(at, point.at) } else { point.at };
            }
            at = point.at;
            value = reached - point.drop;
            slope += point.bend;
            if is_zero(value) && slope.abs() * scale <= f64::EPSILON * scale {
                zero_from = Some(at);
            } else if value < 0.0 && !is_zero(value) {
                return at;
            }
        }
        match zero_from {
            None if slope < 0.0 && value > 0.0 => at - value / slope,
            _ => at,
        }
    }

    fn breaks(&self, scores: &[f64]) -> Vec<Break> {
        let mut breaks = Vec::with_capacity(scores.len());
        for (row, score) in self.rows.iter().zip(scores).filter(|(row, _)| row.counts()) {
            let middle = row.target - score;
            let bend = if row.ridge > 0.0 { 1.0 / row.ridge } else { 0.0 };
            let drop = |bound: f64| if row.ridge > 0.0 { 0.0 } else { bound };
            if row.upper > 0.0 {
                breaks.push(Break { at: middle - self.epsilon, drop: drop(row.upper), bend });
            }
            if row.lower < 0.0 {
                breaks.push(Break { at: middle + self.epsilon, drop: drop(-row.lower), bend: -bend });
            }
        }
        breaks
    }
}

/// A value of b where φ jumps down by `drop` or changes its slope by `bend`.
#[derive(Clone, Copy)]
struct Break {
    at: f64,
    drop: f64,
    bend: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hinge(y: f64, c: f64) -> RowLoss {
        RowLoss { target: y, lower: (y * c).min(0.0), upper: (y * c).max(0.0), ridge: 0.0 }
    }

    fn squared_hinge(y: f64, c: f64) -> RowLoss {
        let bound = y * f64::INFINITY;
        RowLoss { target: y, lower: bound.min(0.0), upper: bound.max(0.0), ridge: 0.5 / c }
    }

    fn tube(y: f64, c: f64) -> RowLoss {
        RowLoss { target: y, lower: -c, upper: c, ridge: 0.0 }
    }

    fn squared_tube(y: f64, c: f64) -> RowLoss {
        RowLoss { target: y, lower: f64::NEG_INFINITY, upper: f64::INFINITY, ridge: 0.5 / c }
    }

    #[test]
    fn losses_are_those_of_the_table() {
        for f in [-2.5_f64, -1.0, -0.2, 0.0, 0.7, 1.0, 3.0] {
            for y in [-1.0, 1.0] {
                let m = (1.0 - y * f).max(0.0);
                assert_eq!(hinge(y, 3.0).at(0.0, f), 3.0 * m);
                assert!((squared_hinge(y, 3.0).at(0.0, f) - 3.0 * m * m).abs() <= 1e-13 * m * m);
            }
            let t = ((0.4 - f).abs() - 0.5).max(0.0);
            assert!((tube(0.4, 2.0).at(0.5, f) - 2.0 * t).abs() < 1e-14);
            assert!((squared_tube(0.4, 2.0).at(0.5, f) - 2.0 * t * t).abs() < 1e-13);
        }
    }

    /// The best intercept must be no worse than any point of a fine grid around it.
    #[track_caller]
    fn check_best(epsilon: f64, rows: Vec<RowLoss>, scores: &[f64]) -> f64 {
        let losses = Losses { epsilon, rows };
        let best = losses.best_intercept(scores);
        let value = losses.total(scores, best);
        for step in -4000..4000 {
            let b = best + f64::from(step) * 1e-3;
            assert!(losses.total(scores, b) >= value - 1e-12 * value.abs(), "{b} beats {best}");
        }
        best
    }

    #[test]
    fn intercept_of_hinges_is_the_middle_of_the_best_interval() {
        // Scores −1 and 1 with the right signs: margins of 1 at b = 0 alone.
        assert_eq!(check_best(0.0, vec![hinge(-1.0, 1.0), hinge(1.0, 1.0)], &[-1.0, 1.0]), 0.0);
        // Separated by 4: every b in [−1, 1] is free of loss.
        assert_eq!(check_best(0.0, vec![hinge(-1.0, 1.0), hinge(1.0, 1.0)], &[-2.0, 2.0]), 0.0);
        assert_eq!(check_best(0.0, vec![hinge(-1.0, 1.0), hinge(1.0, 1.0)], &[0.0, 4.0]), -2.0);
        // One class: the nearest intercept without loss.
        assert_eq!(check_best(0.0, vec![hinge(1.0, 1.0), hinge(1.0, 2.0)], &[0.5, -0.5]), 1.5);
        assert_eq!(check_best(0.0, vec![hinge(-1.0, 1.0), hinge(-1.0, 2.0)], &[0.5, -0.5]), -1.5);
    }

    #[test]
    fn intercept_of_a_linear_tube_is_a_weighted_median() {
        let rows = vec![tube(0.0, 1.0), tube(1.0, 1.0), tube(10.0, 1.0)];
        assert_eq!(check_best(0.0, rows, &[0.0; 3]), 1.0);
        let rows = vec![tube(0.0, 1.0), tube(1.0, 1.0), tube(10.0, 5.0)];
        assert_eq!(check_best(0.0, rows, &[0.0; 3]), 10.0);
        assert_eq!(check_best(1.0, vec![tube(0.0, 1.0), tube(1.0, 1.0)], &[0.0; 2]), 0.5);
    }

    #[test]
    fn intercept_of_squared_losses_is_the_root_of_the_slope() {
        let mean = check_best(0.0, vec![squared_tube(0.0, 1.0), squared_tube(3.0, 2.0)], &[0.0; 2]);
        assert!((mean - 2.0).abs() < 1e-14);
        assert_eq!(check_best(1.0, vec![squared_tube(0.0, 1.0), squared_tube(1.0, 1.0)], &[0.0; 2]), 0.5);
        let rows = vec![squared_hinge(1.0, 1.0), squared_hinge(-1.0, 1.0), squared_hinge(-1.0, 1.0)];
        let b = check_best(0.0, rows, &[0.0; 3]);
        // 1 − b = 2 (1 + b)
        assert!((b + 1.0 / 3.0).abs() < 1e-14);
        assert_eq!(check_best(0.0, vec![squared_hinge(1.0, 1.0)], &[-3.0]), 4.0);
    }

    #[test]
    fn no_row_that_counts_leaves_the_intercept_at_zero() {
        assert_eq!(check_best(0.0, vec![hinge(1.0, 0.0)], &[0.3]), 0.0);
    }

    #[test]
    fn intercept_of_many_mixed_rows_is_best() {
        let scores: Vec<f64> = (0..60).map(|i| f64::from(i * 37 % 61) / 10.0 - 3.0).collect();
        let y = |i: i32| if i * 29 % 7 < 3 { 1.0 } else { -1.0 };
        let c = |i: i32| f64::from(i % 4);
        check_best(0.0, (0..60).map(|i| hinge(y(i), c(i))).collect(), &scores);
        check_best(0.0, (0..60).map(|i| squared_hinge(y(i), c(i) + 0.5)).collect(), &scores);
        check_best(0.3, (0..60).map(|i| tube(2.0 * y(i), c(i))).collect(), &scores);
        check_best(0.3, (0..60).map(|i| squared_tube(2.0 * y(i), c(i) + 0.5)).collect(), &scores);
    }
}
