//! The intercept that is exactly best for given coefficients, and what each row still lacks to the optimum.

/// Rows as the intercept sees them: what is left of the target, and how far a coefficient may go.
#[derive(Clone, Copy, Debug)]
pub struct Residuals<'a> {
    /// e = t − Kβ, one a row.
    pub residual: &'a [f64],
    /// Half the width ε of the tube.
    pub tube: f64,
    /// Lower bounds, at most 0.
    pub lower: &'a [f64],
    /// Upper bounds, at least 0.
    pub upper: &'a [f64],
    /// What the coefficients sum to.
    pub sum: f64,
}

/// Slopes within this share of the whole are flat: sums of costs are exact to far less.
const FLAT: f64 = 1e-12;

/// Returns the b that minimises Σ_i loss_i(e_i − b) + b·sum, loss_i(u) being the largest of u·β − ε|β| over the row's
/// bounds: the hinge or the ε-insensitive loss at the row's cost. Of an interval of minimisers it is the midpoint.
///
/// The function is convex and piecewise linear; its slope rises by the upper bound at e_i − ε and by the size of
/// the lower one at e_i + ε. So for equal costs and the hinge the minimisers lie between the n₊-th and the
/// (n₊ + 1)-th smallest of y_i − f_i, where n₊ is the number of positives. No free support vector is needed.
/// Where the minimisers reach to infinity the finite end is returned, and 0 where no row has a positive cost.
/// O(n log n) time.
pub fn intercept(rows: Residuals<'_>) -> f64 {
    let mut steps = Vec::new();
    for (i, &e) in rows.residual.iter().enumerate() {
        if rows.upper[i] > 0.0 {
            steps.push((e - rows.tube, rows.upper[i]));
        }
        if rows.lower[i] < 0.0 {
            steps.push((e + rows.tube, -rows.lower[i]));
        }
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = steps.iter().map(|step| step.1).sum();
    let mut slope = rows.sum - rows.upper.iter().sum::<f64>();
    if slope >= -FLAT * total {
        return steps.first().map_or(0.0, |&(place, _)| place);
    }
    for (k, &(place, rise)) in steps.iter().enumerate() {
        slope += rise;
        if slope > FLAT * total {
            return place;
        }
        if slope >= -FLAT * total {
            let next = steps.get(k + 1).map_or(place, |next| next.0);
            return place + 0.5 * (next - place);
        }
    }
    // Out of reach: the slope ends at sum − Σ lower ≥ 0 by the check of the problem.
    steps.last().map_or(0.0, |&(place, _)| place)
}

/// Returns Σ_i loss_i(e_i − b) − ((e_i − b) β_i − ε|β_i|): primal minus dual objective. Every summand is at least 0,
/// and 0 where the row meets its optimality condition.
pub(super) fn gap(rows: Residuals<'_>, beta: &[f64], b: f64) -> f64 {
    let summand = |i: usize| {
        let u = rows.residual[i] - b;
        let loss = if u > rows.tube {
            rows.upper[i] * (u - rows.tube)
        } else if u < -rows.tube {
            rows.lower[i] * (u + rows.tube)
        } else {
            0.0
        };
        (loss - (u * beta[i] - rows.tube * beta[i].abs())).max(0.0)
    };
    (0..beta.len()).map(summand).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(residual: &[f64], tube: f64, lower: &[f64], upper: &[f64], expected: f64) {
        let rows = Residuals { residual, tube, lower, upper, sum: 0.0 };
        assert_eq!(intercept(rows), expected);
        let at = |b| gap(rows, &vec![0.0; residual.len()], b);
        let least = (-4000..4000).map(|k| at(f64::from(k) * 1e-3)).fold(f64::INFINITY, f64::min);
        assert!(at(expected) <= least + 1e-12, "{} at {expected}, but {least} elsewhere", at(expected));
    }

    #[test]
    fn hinge_takes_the_middle_between_the_order_statistics() {
        // Two positives of four: between the second and the third smallest.
        let (lower, upper) = ([0.0, 0.0, -0.1, -0.1], [0.1, 0.1, 0.0, 0.0]);
        check(&[2.0, 0.5, 1.0, -3.0], 0.0, &lower, &upper, 0.75);
    }

    #[test]
    fn weights_move_the_intercept() {
        let (lower, upper) = ([0.0, 0.0, -3.0, 0.0], [1.0, 1.0, 0.0, 0.0]);
        check(&[1.0, 0.5, -2.0, 7.0], 0.0, &lower, &upper, -2.0);
    }

    #[test]
    fn tube_takes_the_middle_of_what_it_allows() {
        check(&[3.0], 0.5, &[-1.0], &[1.0], 3.0);
        check(&[0.0, 1.0], 0.75, &[-1.0, -1.0], &[1.0, 1.0], 0.5);
        check(&[0.0, 1.0, 1.5], 0.0, &[-1.0; 3], &[1.0; 3], 1.0);
    }

    #[test]
    fn rows_without_cost_say_nothing() {
        check(&[3.0, 1.0], 0.0, &[0.0, 0.0], &[0.0, 0.0], 0.0);
    }
}
