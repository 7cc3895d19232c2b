//! Coefficients to start from that meet the bounds and the sum.

use super::problem::Problem;

/// Returns the problem's start (or zeros) cut to the bounds, with its sum set right.
///
/// Coefficients on the side of the excess shrink in proportion, which keeps zeros zero: a start from the solution at
/// another cost keeps its support. Only what this cannot settle is taken from rows in their order.
pub(super) fn feasible(problem: &Problem<'_>) -> Vec<f64> {
    let n = problem.target.len();
    let mut beta: Vec<f64> = match problem.start {
        Some(start) => (0..n).map(|i| start[i].clamp(problem.lower[i], problem.upper[i])).collect(),
        None => vec![0.0; n],
    };
    let excess = beta.iter().sum::<f64>() - problem.sum;
    let on_its_side: f64 = beta.iter().filter(|&&b| b * excess > 0.0).sum();
    if on_its_side != 0.0 {
        let factor = (1.0 - excess / on_its_side).max(0.0);
        for b in beta.iter_mut().filter(|b| **b * excess > 0.0) {
            *b *= factor;
        }
    }
    let mut excess = beta.iter().sum::<f64>() - problem.sum;
    // What rounding leaves is left alone: moving it would make one zero coefficient non-zero for nothing.
    let rounding = 1e-14 * beta.iter().map(|b| b.abs()).sum::<f64>();
    for (b, (&lower, &upper)) in beta.iter_mut().zip(problem.lower.iter().zip(problem.upper)) {
        if excess.abs() <= rounding {
            break;
        }
        let moved = (*b - excess).clamp(lower, upper);
        excess -= *b - moved;
        *b = moved;
    }
    beta
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(start: Option<&[f64]>, sum: f64, expected: [f64; 4]) {
        let (lower, upper) = ([-1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 1.0]);
        let problem = Problem { target: &[0.0; 4], tube: 0.0, lower: &lower, upper: &upper, sum, start };
        assert_eq!(feasible(&problem), expected);
    }

    #[test]
    fn feasible_start_stays() {
        check(Some(&[-0.5, 0.0, 0.25, 0.25]), 0.0, [-0.5, 0.0, 0.25, 0.25]);
        check(None, 0.0, [0.0; 4]);
    }

    #[test]
    fn excess_is_taken_from_its_side_in_proportion() {
        check(Some(&[-0.5, 0.0, 1.0, 3.0]), 0.0, [-0.5, 0.0, 0.25, 0.25]);
        check(Some(&[-2.0, -1.0, 0.0, 0.5]), 0.0, [-0.25, -0.25, 0.0, 0.5]);
    }

    #[test]
    fn sum_other_than_zero_is_filled_in_order() {
        check(None, 1.5, [0.0, 0.0, 1.0, 0.5]);
        check(None, -1.25, [-1.0, -0.25, 0.0, 0.0]);
    }
}
