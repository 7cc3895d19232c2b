//! How many rows would decide, and the smallest gap that a sample could show.
//!
//! Every figure here is a plan, not a promise: it takes the rates seen as the rates that are.

use super::special::{normal_quantile, normal_quantile_upper};
use super::{Undefined, check_critical};

/// The number of rows that would turn *undecided* into a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowsNeeded {
    /// So many rows in all (not in addition), of the group or sample that was asked about.
    Rows(u64),
    /// More than a hundred times the present rows: the estimate lies on the edge of the band, or next to it.
    MoreThanHundredfold,
}

/// Beyond this multiple of the present rows no number is given.
const HUNDREDFOLD: f64 = 100.0;

/// How sure a planned audit shall be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Design {
    z: f64,
    power: f64,
}

impl Design {
    /// Makes a design from the interval's two-sided critical value and the chance of reaching the verdict.
    ///
    /// The critical value is 1.96 for one comparison at 95 %, larger for simultaneous ones; the usual power is 0.8.
    ///
    /// # Errors
    /// [`Undefined::NotACriticalValue`]; [`Undefined::OutOfRange`] where the power is not in (0, 1).
    pub fn new(z: f64, power: f64) -> Result<Self, Undefined> {
        check_critical(z)?;
        if power > 0.0 && power < 1.0 { Ok(Self { z, power }) } else { Err(Undefined::OutOfRange) }
    }

    fn z_power(self) -> f64 {
        normal_quantile(self.power)
    }
}

/// The rates that a plan takes for true, and the sizes of the two groups relative to each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PlannedRates {
    /// The rate of group 1, in [0, 1].
    pub p1: f64,
    /// The rate of group 2, in [0, 1].
    pub p2: f64,
    /// Rows of group 2 for each row of group 1, positive.
    pub rows_ratio: f64,
}

impl PlannedRates {
    fn check(&self) -> Result<(), Undefined> {
        let rates = (0.0..=1.0).contains(&self.p1) && (0.0..=1.0).contains(&self.p2);
        if rates && self.rows_ratio > 0.0 && self.rows_ratio < f64::INFINITY {
            Ok(())
        } else {
            Err(Undefined::OutOfRange)
        }
    }

    /// The variance of the difference, times the rows of group 1.
    fn variance(&self) -> f64 {
        self.p1 * (1.0 - self.p1) + self.p2 * (1.0 - self.p2) / self.rows_ratio
    }

    fn gap(&self) -> f64 {
        (self.p1 - self.p2).abs()
    }
}

/// Returns the rows of group 1 after which the interval of p₁ − p₂ lies inside [−bound, bound]; `None` where the
/// rates themselves do not.
///
/// n₁ = ⌈(z + z_power)²·v/(bound − d)²⌉, v = p₁(1 − p₁) + p₂(1 − p₂)/r, d = |p₁ − p₂|; at d = 0 both ends must hold,
/// so 1 − β/2 takes the place of the power 1 − β. At least 1.
///
/// # Errors
/// [`Undefined::OutOfRange`] where a rate, the ratio of rows or the bound is outside its range.
///
/// ```
/// use equipoise::inference::rows_needed::{Design, PlannedRates, n_equivalence_diff};
/// let design = Design::new(1.959963984540054, 0.8).unwrap();
/// let rates = PlannedRates { p1: 0.3, p2: 0.3, rows_ratio: 1.0 };
/// assert_eq!(n_equivalence_diff(&rates, 0.05, design).unwrap(), Some(1766));
/// ```
pub fn n_equivalence_diff(
    rates: &PlannedRates,
    bound: f64,
    design: Design,
) -> Result<Option<u64>, Undefined> {
    rates.check()?;
    check_bound(bound)?;
    let d = rates.gap();
    if d >= bound {
        return Ok(None);
    }
    let miss = 1.0 - design.power;
    let z_power = normal_quantile_upper(if d == 0.0 { 0.5 * miss } else { miss });
    Ok(Some(rows(design.z + z_power, rates.variance(), bound - d)))
}

/// Returns the rows of group 1 after which the interval of p₁ − p₂ lies outside [−bound, bound]; `None` where the
/// rates lie inside.
///
/// n₁ = ⌈(z + z_power)²·v/(d − bound)²⌉. At least 1.
///
/// # Errors
/// As [`n_equivalence_diff`].
pub fn n_violation_diff(rates: &PlannedRates, bound: f64, design: Design) -> Result<Option<u64>, Undefined> {
    rates.check()?;
    check_bound(bound)?;
    let d = rates.gap();
    if d <= bound {
        return Ok(None);
    }
    Ok(Some(rows(design.z + design.z_power(), rates.variance(), d - bound)))
}

/// Returns the rows of group 1 after which the interval of p₁/p₂ lies on one side of τ (0.8 for four fifths); `None`
/// where the ratio is τ itself.
///
/// n₁ = ⌈(z + z_power)²·v/(log φ − log τ)²⌉, v = (1 − p₁)/p₁ + (1 − p₂)/(p₂·r). At least 1.
///
/// # Errors
/// [`Undefined::NoVariation`] where a rate is 0, so that the ratio has no logarithm; [`Undefined::OutOfRange`].
pub fn n_four_fifths(rates: &PlannedRates, tau: f64, design: Design) -> Result<Option<u64>, Undefined> {
    rates.check()?;
    if !(tau > 0.0 && tau < f64::INFINITY) {
        return Err(Undefined::OutOfRange);
    }
    if rates.p1 == 0.0 || rates.p2 == 0.0 {
        return Err(Undefined::NoVariation);
    }
    let variance = (1.0 - rates.p1) / rates.p1 + (1.0 - rates.p2) / rates.p2 / rates.rows_ratio;
    let distance = ((rates.p1 / rates.p2).ln() - tau.ln()).abs();
    Ok((distance > 0.0).then(|| rows(design.z + design.z_power(), variance, distance)))
}

/// Returns the rows that would decide, from the interval at hand: n·(h·(1 + z_power/z)/distance)².
///
/// `half_width` is that of the interval at the design's critical value, `distance` the way from the estimate to the
/// nearest edge of the band, both on the scale on which the interval is symmetric (the logarithm for ratios). Right
/// for every statistic whose interval shrinks like 1/√n, weighted and clustered ones included.
///
/// # Errors
/// [`Undefined::NoRows`] at n = 0; [`Undefined::OutOfRange`] where an argument is negative or not finite.
///
/// ```
/// use equipoise::inference::rows_needed::{Design, RowsNeeded, rows_to_decide};
/// let design = Design::new(1.959963984540054, 0.8).unwrap();
/// assert_eq!(rows_to_decide(1000.0, 0.04, 0.03, design), Ok(RowsNeeded::Rows(3633)));
/// assert_eq!(rows_to_decide(1000.0, 0.04, 0.0, design), Ok(RowsNeeded::MoreThanHundredfold));
/// ```
pub fn rows_to_decide(
    n: f64,
    half_width: f64,
    distance: f64,
    design: Design,
) -> Result<RowsNeeded, Undefined> {
    if ![n, half_width, distance].iter().all(|value| (0.0..f64::INFINITY).contains(value)) {
        return Err(Undefined::OutOfRange);
    }
    if n == 0.0 {
        return Err(Undefined::NoRows);
    }
    let factor = half_width * (1.0 + design.z_power() / design.z).max(0.0) / distance;
    let multiple = factor * factor;
    // 0/0, an interval of no width on the edge, is not a number.
    if multiple.is_nan() || multiple > HUNDREDFOLD {
        return Ok(RowsNeeded::MoreThanHundredfold);
    }
    Ok(RowsNeeded::Rows(whole_rows(n * multiple)))
}

/// Returns the smallest gap that this sample shows to be above the bound with the design's power.
///
/// bound + (z + z_power)·se, with the standard error of the gap.
///
/// # Errors
/// [`Undefined::OutOfRange`] where the bound or the standard error is negative or not finite.
pub fn minimum_detectable_gap(bound: f64, standard_error: f64, design: Design) -> Result<f64, Undefined> {
    check_bound(bound)?;
    check_bound(standard_error)?;
    Ok(bound + (design.z + design.z_power()).max(0.0) * standard_error)
}

fn check_bound(bound: f64) -> Result<(), Undefined> {
    if (0.0..f64::INFINITY).contains(&bound) { Ok(()) } else { Err(Undefined::OutOfRange) }
}

/// Returns ⌈(z·√v/distance)²⌉, at least 1. A power below the level can make z negative: then one row is enough.
fn rows(z: f64, variance: f64, distance: f64) -> u64 {
    let standard = z.max(0.0) / distance;
    whole_rows(standard * standard * variance)
}

/// Rounds up to whole rows, at least 1; numbers beyond u64 become its largest value.
fn whole_rows(rows: f64) -> u64 {
    // A cast from floating point saturates, which is what is wanted at the top.
    rows.ceil().max(1.0) as u64
}
