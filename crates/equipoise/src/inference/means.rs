//! Differences and ratios of means: Welch, Hedges' g, Fieller, and log-scale intervals.
//!
//! A mean enters as [`Mean`]: its value, the variance of one row, the variance of the mean, and the number of rows or,
//! with weights, the effective number. Every interval here is approximate in the usual sense: right for means that
//! are nearly normal.

use super::special::student_t_quantile_upper;
use super::{Confidence, Interval, Undefined};
use crate::stats::view::Moment;

/// A mean with what is needed for its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// The mean.
    pub value: f64,
    /// The variance of a row (with the divisor n − 1).
    pub variance: f64,
    /// The variance of the mean; `variance / n` without weights.
    pub variance_of_mean: f64,
    /// Rows; with sampling weights the effective number (Σw)²/Σw² of Kish, from which the degrees of freedom come.
    pub n: f64,
}

impl Mean {
    /// Returns the mean of `n` unweighted rows with the given variance (divisor n − 1).
    ///
    /// `TooFewRows` below two rows, `OutOfRange` for numbers that are not finite or a negative variance.
    pub fn of_rows(value: f64, variance: f64, n: f64) -> Result<Self, Undefined> {
        Self { value, variance, variance_of_mean: variance / n, n }.checked()
    }

    /// Returns the mean of an evaluated moment, whose variances have the divisor n.
    ///
    /// With weights the variance of the mean is the linearised one, Σw²(x − mean)²/(Σw)², times n/(n − 1) with the
    /// number of rows, and the degrees of freedom come from Kish's effective number. `NoRows` without weight,
    /// `TooFewRows` for a single row.
    pub fn of_moment(moment: &Moment) -> Result<Self, Undefined> {
        let cell = moment.cell;
        if cell.rows == 0 || cell.weight <= 0.0 || cell.weight_squared <= 0.0 {
            return Err(Undefined::NoRows);
        }
        if cell.rows < 2 {
            return Err(Undefined::TooFewRows);
        }
        let bessel = cell.rows as f64 / (cell.rows as f64 - 1.0);
        Self {
            value: moment.mean,
            variance: moment.variance * bessel,
            variance_of_mean: moment.variance_of_mean * bessel,
            n: cell.weight * (cell.weight / cell.weight_squared),
        }
        .checked()
    }

    /// Returns the mean of a weighted sample from its variance of the mean and its effective number of rows.
    ///
    /// The variance of a row is taken as `variance_of_mean · n_effective`. Errors as [`Mean::of_rows`].
    pub fn of_weighted(value: f64, variance_of_mean: f64, n_effective: f64) -> Result<Self, Undefined> {
        Self { value, variance: variance_of_mean * n_effective, variance_of_mean, n: n_effective }.checked()
    }

    fn checked(self) -> Result<Self, Undefined> {
        let non_negative = |x: f64| x.is_finite() && x >= 0.0;
        if !self.n.is_finite() || !self.value.is_finite() {
            Err(Undefined::OutOfRange)
        } else if self.n <= 1.0 {
            Err(Undefined::TooFewRows)
        } else if non_negative(self.variance) && non_negative(self.variance_of_mean) {
            Ok(self)
        } else {
            Err(Undefined::OutOfRange)
        }
    }

    /// Returns the t interval of the mean itself, with n − 1 degrees of freedom.
    ///
    /// Zero variance gives an interval of width zero around the mean: `NoVariation`, since it would claim certainty.
    pub fn interval(&self, confidence: Confidence) -> Result<Interval, Undefined> {
        if self.variance_of_mean <= 0.0 {
            return Err(Undefined::NoVariation);
        }
        let h =
            student_t_quantile_upper(0.5 * confidence.alpha(), self.n - 1.0) * self.variance_of_mean.sqrt();
        Ok(Interval { lower: self.value - h, upper: self.value + h })
    }
}

/// Returns Satterthwaite's degrees of freedom of a difference of two means.
///
/// `NoVariation` when both variances are zero.
pub fn welch_df(a: &Mean, b: &Mean) -> Result<f64, Undefined> {
    let total = a.variance_of_mean + b.variance_of_mean;
    if total <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    // Shares of the total first: the squares of small variances would underflow.
    let share = |m: &Mean| (m.variance_of_mean / total).powi(2) / (m.n - 1.0);
    Ok(1.0 / (share(a) + share(b)))
}

/// Returns Welch's interval of the difference a − b of two means.
///
/// `NoVariation` when both variances are zero: an interval of width zero would claim certainty.
pub fn welch(a: &Mean, b: &Mean, confidence: Confidence) -> Result<Interval, Undefined> {
    let df = welch_df(a, b)?;
    Ok(around(a.value - b.value, student_t_quantile_upper(0.5 * confidence.alpha(), df), a, b))
}

/// Returns the interval of a − b at a given critical value, for simultaneous intervals over many pairs.
///
/// `NoVariation` when both variances are zero, `OutOfRange` for a critical value that is not positive.
pub fn difference_at(a: &Mean, b: &Mean, critical: f64) -> Result<Interval, Undefined> {
    if !(critical.is_finite() && critical > 0.0) {
        return Err(Undefined::OutOfRange);
    }
    welch_df(a, b)?;
    Ok(around(a.value - b.value, critical, a, b))
}

fn around(difference: f64, critical: f64, a: &Mean, b: &Mean) -> Interval {
    let h = critical * (a.variance_of_mean + b.variance_of_mean).sqrt();
    Interval { lower: difference - h, upper: difference + h }
}

/// A standardised mean difference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HedgesG {
    /// The estimate.
    pub value: f64,
    /// Its interval.
    pub interval: Interval,
}

/// Returns Hedges' g, the difference a − b in units of the pooled standard deviation, corrected for small samples.
///
/// J = 1 − 3/(4(n₁+n₂) − 9); Var ≈ (n₁+n₂)/(n₁n₂) + g²/(2(n₁+n₂)); normal interval. `NoVariation` when the pooled
/// variance is zero, `TooFewRows` below three rows in both groups together.
pub fn hedges_g(a: &Mean, b: &Mean, confidence: Confidence) -> Result<HedgesG, Undefined> {
    let n = a.n + b.n;
    if n < 3.0 {
        return Err(Undefined::TooFewRows);
    }
    let pooled = ((a.n - 1.0) * a.variance + (b.n - 1.0) * b.variance) / (n - 2.0);
    if pooled <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let value = (1.0 - 3.0 / (4.0 * n - 9.0)) * (a.value - b.value) / pooled.sqrt();
    let se = (n / (a.n * b.n) + value * value / (2.0 * n)).sqrt();
    let h = confidence.z() * se;
    Ok(HedgesG { value, interval: Interval { lower: value - h, upper: value + h } })
}

/// Returns Fieller's interval of the ratio a/b of two means.
///
/// Finite only if the denominator differs from zero at this level (g = z²·Var(b)/b² < 1): `Unbounded` otherwise,
/// `ZeroDenominator` when b is 0, `NoVariation` when both variances are zero.
pub fn fieller_ratio(a: &Mean, b: &Mean, confidence: Confidence) -> Result<Interval, Undefined> {
    if b.value == 0.0 {
        return Err(Undefined::ZeroDenominator);
    }
    if a.variance_of_mean + b.variance_of_mean <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let z = confidence.z();
    let ratio = a.value / b.value;
    let g = z * z * b.variance_of_mean / (b.value * b.value);
    if g.is_nan() || g >= 1.0 {
        return Err(Undefined::Unbounded);
    }
    let root = (a.variance_of_mean * (1.0 - g) + ratio * ratio * b.variance_of_mean).sqrt();
    let h = z / b.value.abs() * root;
    Ok(Interval { lower: (ratio - h) / (1.0 - g), upper: (ratio + h) / (1.0 - g) })
}

/// Returns the log-scale delta interval of the ratio a/b of two positive means: of mean squared errors, say.
///
/// log(a/b) ± z·√(Var(a)/a² + Var(b)/b²). `OutOfRange` when a is not positive, since its log
/// does not exist; `ZeroDenominator` when b is 0; `NoVariation` when both variances are zero.
pub fn log_ratio(a: &Mean, b: &Mean, confidence: Confidence) -> Result<Interval, Undefined> {
    log_ratio_at(a, b, confidence.z())
}

/// Returns [`log_ratio`] at a given critical value, for simultaneous intervals over many pairs.
pub fn log_ratio_at(a: &Mean, b: &Mean, critical: f64) -> Result<Interval, Undefined> {
    if b.value == 0.0 {
        return Err(Undefined::ZeroDenominator);
    }
    if a.value <= 0.0 || b.value < 0.0 || !(critical.is_finite() && critical > 0.0) {
        return Err(Undefined::OutOfRange);
    }
    let relative = |m: &Mean| m.variance_of_mean / (m.value * m.value);
    let variance = relative(a) + relative(b);
    if variance <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let (centre, h) = ((a.value / b.value).ln(), critical * variance.sqrt());
    Ok(Interval { lower: (centre - h).exp(), upper: (centre + h).exp() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::view::Cell;

    fn level(confidence: f64) -> Confidence {
        Confidence::new(confidence).unwrap()
    }

    #[test]
    fn moment_and_rows_agree_without_weights() {
        let x = [0.1, 0.4, 0.7, 0.2];
        let mean = x.iter().sum::<f64>() / 4.0;
        let population = x.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / 4.0;
        let moment =
            Moment { cell: Cell::of_rows(4), mean, variance: population, variance_of_mean: population / 4.0 };
        let a = Mean::of_moment(&moment).unwrap();
        let b = Mean::of_rows(mean, population * 4.0 / 3.0, 4.0).unwrap();
        assert!(
            (a.variance_of_mean - b.variance_of_mean).abs() < 1e-16
                && (a.variance - b.variance).abs() < 1e-16
        );
        assert_eq!(a.n, b.n);
    }

    #[test]
    fn difference_is_antisymmetric_and_ratio_inverts() {
        let a = Mean::of_rows(2.0, 0.5, 30.0).unwrap();
        let b = Mean::of_rows(3.0, 0.9, 20.0).unwrap();
        let (ab, ba) = (welch(&a, &b, level(0.95)).unwrap(), welch(&b, &a, level(0.95)).unwrap());
        assert!((ab.lower + ba.upper).abs() < 1e-14 && (ab.upper + ba.lower).abs() < 1e-14);
        for f in [fieller_ratio, log_ratio] {
            let (ab, ba) = (f(&a, &b, level(0.95)).unwrap(), f(&b, &a, level(0.95)).unwrap());
            assert!((ab.lower * ba.upper - 1.0).abs() < 1e-12 && (ab.upper * ba.lower - 1.0).abs() < 1e-12);
            assert!(ab.lower < 2.0 / 3.0 && 2.0 / 3.0 < ab.upper);
        }
    }

    #[test]
    fn fieller_limits_solve_fiellers_equation() {
        // (a − φb)² = z²(Var a + φ² Var b) at both limits: the definition.
        let a = Mean::of_rows(-1.0, 0.5, 30.0).unwrap();
        let b = Mean::of_rows(3.0, 0.9, 20.0).unwrap();
        let interval = fieller_ratio(&a, &b, level(0.95)).unwrap();
        let z2 = 1.959_963_984_540_054_f64.powi(2);
        for phi in [interval.lower, interval.upper] {
            let left = (a.value - phi * b.value).powi(2);
            let right = z2 * (a.variance_of_mean + phi * phi * b.variance_of_mean);
            assert!((left / right - 1.0).abs() < 1e-10, "{phi}: {left} {right}");
        }
    }

    #[test]
    fn degenerate_means_are_undefined() {
        let constant = Mean::of_rows(1.0, 0.0, 5.0).unwrap();
        let zero = Mean::of_rows(0.0, 1.0, 5.0).unwrap();
        let far = Mean::of_rows(0.1, 1.0, 5.0).unwrap();
        assert_eq!(welch(&constant, &constant, level(0.9)), Err(Undefined::NoVariation));
        assert_eq!(hedges_g(&constant, &constant, level(0.9)).unwrap_err(), Undefined::NoVariation);
        assert_eq!(constant.interval(level(0.9)), Err(Undefined::NoVariation));
        assert_eq!(fieller_ratio(&constant, &zero, level(0.9)), Err(Undefined::ZeroDenominator));
        assert_eq!(fieller_ratio(&constant, &far, level(0.9)), Err(Undefined::Unbounded));
        assert_eq!(log_ratio(&zero, &constant, level(0.9)), Err(Undefined::OutOfRange));
        assert_eq!(Mean::of_rows(1.0, 1.0, 1.0), Err(Undefined::TooFewRows));
        assert_eq!(Mean::of_rows(f64::NAN, 1.0, 9.0), Err(Undefined::OutOfRange));
        assert_eq!(Mean::of_moment(&Moment::default()), Err(Undefined::NoRows));
    }
}
