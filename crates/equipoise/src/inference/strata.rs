//! Two groups compared within strata: common effects, tests, decompositions, and disparity given a stratum.

use super::calibration::ChiSquareTest;
use super::{Confidence, Interval, Undefined};

/// One stratum: outcomes of two groups. Counts may be weights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stratum {
    /// Group 1, outcome yes.
    pub yes1: f64,
    /// Group 1, outcome no.
    pub no1: f64,
    /// Group 2, outcome yes.
    pub yes2: f64,
    /// Group 2, outcome no.
    pub no2: f64,
}

impl Stratum {
    fn n1(&self) -> f64 {
        self.yes1 + self.no1
    }

    fn n2(&self) -> f64 {
        self.yes2 + self.no2
    }

    fn total(&self) -> f64 {
        self.n1() + self.n2()
    }

    fn cells(&self) -> [f64; 4] {
        [self.yes1, self.no1, self.yes2, self.no2]
    }

    /// Whether both groups are there: only such strata compare anything.
    fn compares(&self) -> bool {
        self.n1() > 0.0 && self.n2() > 0.0
    }
}

fn check(strata: &[Stratum]) -> Result<(), Undefined> {
    if !strata.iter().flat_map(Stratum::cells).all(|c| c.is_finite() && c >= 0.0) {
        return Err(Undefined::NotCounts);
    }
    if strata.iter().any(|s| s.total() > 0.0) { Ok(()) } else { Err(Undefined::NoRows) }
}

/// An estimate with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its variance: of the logarithm, for ratios.
    pub variance: f64,
    /// Its interval.
    pub interval: Interval,
}

impl Estimate {
    fn difference(value: f64, variance: f64, confidence: Confidence) -> Result<Self, Undefined> {
        if !(value.is_finite() && variance.is_finite() && variance > 0.0) {
            return Err(Undefined::NoVariation);
        }
        let h = confidence.z() * variance.sqrt();
        Ok(Self { value, variance, interval: Interval { lower: value - h, upper: value + h } })
    }

    fn ratio(value: f64, log_variance: f64, confidence: Confidence) -> Result<Self, Undefined> {
        if !(value.is_finite() && value > 0.0 && log_variance.is_finite() && log_variance > 0.0) {
            return Err(Undefined::ZeroDenominator);
        }
        let factor = (confidence.z() * log_variance.sqrt()).exp();
        Ok(Self {
            value,
            variance: log_variance,
            interval: Interval { lower: value / factor, upper: value * factor },
        })
    }
}

/// Returns Mantel & Haenszel's common odds ratio with the variance of Robins, Breslow & Greenland (1986).
///
/// Valid for few large and for many small strata; strata without one of the groups contribute nothing (see
/// [`rows_not_compared`]). `ZeroDenominator` when a needed sum is zero, `NotCounts`, `NoRows`.
pub fn mantel_haenszel_odds_ratio(strata: &[Stratum], confidence: Confidence) -> Result<Estimate, Undefined> {
    check(strata)?;
    let (mut r, mut s, mut pr, mut ps_qr, mut qs) = (0.0, 0.0, 0.0, 0.0, 0.0);
    for h in strata.iter().filter(|h| h.compares()) {
        let n = h.total();
        let (rk, sk) = (h.yes1 * h.no2 / n, h.no1 * h.yes2 / n);
        let (p, q) = ((h.yes1 + h.no2) / n, (h.no1 + h.yes2) / n);
        r += rk;
        s += sk;
        pr += p * rk;
        ps_qr += p * sk + q * rk;
        qs += q * sk;
    }
    if r <= 0.0 || s <= 0.0 {
        return Err(Undefined::ZeroDenominator);
    }
    let variance = pr / (2.0 * r * r) + ps_qr / (2.0 * r * s) + qs / (2.0 * s * s);
    Estimate::ratio(r / s, variance, confidence)
}

/// Returns Mantel & Haenszel's common risk difference, group 1 − group 2, with Sato's (1989) variance.
///
/// `EmptyStratum` when no stratum holds both groups, `NoVariation` when the variance is zero.
pub fn mantel_haenszel_risk_difference(
    strata: &[Stratum],
    confidence: Confidence,
) -> Result<Estimate, Undefined> {
    check(strata)?;
    let (mut weight, mut sum, mut p, mut q) = (0.0, 0.0, 0.0, 0.0);
    for h in strata.iter().filter(|h| h.compares()) {
        let (n1, n2, n) = (h.n1(), h.n2(), h.total());
        weight += n1 * n2 / n;
        sum += (h.yes1 * n2 - h.yes2 * n1) / n;
        p += (n1 * n1 * h.yes2 - n2 * n2 * h.yes1 + n1 * n2 * (n2 - n1) / 2.0) / (n * n);
        q += (h.yes1 * h.no2 + h.yes2 * h.no1) / (2.0 * n);
    }
    if weight <= 0.0 {
        return Err(Undefined::EmptyStratum);
    }
    let value = sum / weight;
    let estimate = Estimate::difference(value, (value * p + q) / (weight * weight), confidence)?;
    let cut = |x: f64| x.clamp(-1.0, 1.0);
    let interval = Interval { lower: cut(estimate.interval.lower), upper: cut(estimate.interval.upper) };
    Ok(Estimate { interval, ..estimate })
}

/// Returns Mantel & Haenszel's common risk ratio, group 1 over group 2, with the variance of Greenland & Robins (1985).
///
/// `ZeroDenominator` when one of the groups has no yes in any stratum that holds both groups.
pub fn mantel_haenszel_risk_ratio(strata: &[Stratum], confidence: Confidence) -> Result<Estimate, Undefined> {
    check(strata)?;
    let (mut over, mut under, mut spread) = (0.0, 0.0, 0.0);
    for h in strata.iter().filter(|h| h.compares()) {
        let (n1, n2, n) = (h.n1(), h.n2(), h.total());
        over += h.yes1 * n2 / n;
        under += h.yes2 * n1 / n;
        spread += (n1 * n2 * (h.yes1 + h.yes2) - h.yes1 * h.yes2 * n) / (n * n);
    }
    if over <= 0.0 || under <= 0.0 {
        return Err(Undefined::ZeroDenominator);
    }
    Estimate::ratio(over / under, spread / (over * under), confidence)
}

/// Whether ½ is taken off the difference before it is squared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// No correction.
    Uncorrected,
    /// The correction for continuity: conservative.
    Corrected,
}

/// Returns the Cochran–Mantel–Haenszel test that the outcome does not depend on the group in any stratum.
///
/// `NoVariation` when no stratum holds both groups and both outcomes.
pub fn cochran_mantel_haenszel(
    strata: &[Stratum],
    continuity: Continuity,
) -> Result<ChiSquareTest, Undefined> {
    check(strata)?;
    let (mut difference, mut variance) = (0.0, 0.0);
    for h in strata.iter().filter(|h| h.compares() && h.total() > 1.0) {
        let (n1, n2, n, m) = (h.n1(), h.n2(), h.total(), h.yes1 + h.yes2);
        difference += h.yes1 - n1 * m / n;
        variance += n1 * n2 * m * (n - m) / (n * n * (n - 1.0));
    }
    if variance <= 0.0 {
        return Err(Undefined::NoVariation);
    }
    let distance = match continuity {
        Continuity::Uncorrected => difference,
        // Not past zero: a difference under ½ is no evidence at all.
        Continuity::Corrected => (difference.abs() - 0.5).max(0.0),
    };
    ChiSquareTest::new(distance * distance / variance, 1.0)
}

/// Tests that the odds ratio is the same in all strata.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homogeneity {
    /// Breslow & Day's statistic.
    pub breslow_day: ChiSquareTest,
    /// With Tarone's correction, which makes it efficient.
    pub tarone: ChiSquareTest,
}

/// Returns Breslow & Day's test, plain and with Tarone's correction, at a common odds ratio (Mantel & Haenszel's).
///
/// Strata without both groups and both outcomes do not count. `OutOfRange` unless the odds ratio is positive and finite,
/// `NoVariation` when fewer than two strata count.
pub fn breslow_day(strata: &[Stratum], odds_ratio: f64) -> Result<Homogeneity, Undefined> {
    check(strata)?;
    if !(odds_ratio.is_finite() && odds_ratio > 0.0) {
        return Err(Undefined::OutOfRange);
    }
    let (mut statistic, mut difference, mut variance, mut counted) = (0.0, 0.0, 0.0, 0.0);
    for h in strata {
        let (n1, n2, m) = (h.n1(), h.n2(), h.yes1 + h.yes2);
        let rest = h.total() - m;
        if !(h.compares() && m > 0.0 && rest > 0.0) {
            continue;
        }
        let expected = expected_at(odds_ratio, n1, n2, m);
        let v =
            1.0 / (1.0 / expected + 1.0 / (n1 - expected) + 1.0 / (m - expected) + 1.0 / (n2 - m + expected));
        if !(v > 0.0 && v.is_finite()) {
            continue;
        }
        statistic += (h.yes1 - expected).powi(2) / v;
        difference += h.yes1 - expected;
        variance += v;
        counted += 1.0;
    }
    if counted < 2.0 {
        return Err(Undefined::NoVariation);
    }
    Ok(Homogeneity {
        breslow_day: ChiSquareTest::new(statistic, counted - 1.0)?,
        tarone: ChiSquareTest::new((statistic - difference * difference / variance).max(0.0), counted - 1.0)?,
    })
}

/// The count of group 1's yes that has this odds ratio with the margins of the stratum.
///
/// The root of (1 − ψ)e² + (n₂ − m + ψ(n₁ + m))e − ψn₁m, in the form 2C/(B + √(B² − 4AC)), which neither cancels near
/// ψ = 1 nor needs a choice between two roots.
fn expected_at(odds_ratio: f64, n1: f64, n2: f64, m: f64) -> f64 {
    let a = 1.0 - odds_ratio;
    let b = n2 - m + odds_ratio * (n1 + m);
    let c = odds_ratio * n1 * m;
    let root = (b * b + 4.0 * a * c).max(0.0).sqrt();
    // The sign that keeps the denominator away from zero: b ≥ 0 unless n₂ < m and ψ is small.
    let e = if b >= 0.0 { 2.0 * c / (b + root) } else { (root - b) / (2.0 * a) };
    e.clamp((m - n2).max(0.0), n1.min(m))
}

/// The gap between two groups, taken apart into rates and composition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decomposition {
    /// Rate of group 1 − rate of group 2, over all strata.
    pub gap: f64,
    /// Kitagawa: Σ ½(s₁ + s₂)(r₁ − r₂), what differing rates account for.
    pub rate_effect: f64,
    /// Kitagawa: Σ ½(r₁ + r₂)(s₁ − s₂), what differing composition accounts for.
    pub composition_effect: f64,
    /// Oaxaca–Blinder, group 2 as base: Σ (s₁ − s₂) r₂.
    pub endowment: f64,
    /// Oaxaca–Blinder: Σ s₂ (r₁ − r₂).
    pub coefficient: f64,
    /// Oaxaca–Blinder: Σ (s₁ − s₂)(r₁ − r₂).
    pub interaction: f64,
}

/// Returns the gap taken apart (Kitagawa 1955; Oaxaca–Blinder threefold). The parts sum to the gap.
///
/// This is accounting: a stratum variable can itself be the channel of discrimination. `EmptyStratum` when a stratum with
/// rows lacks one of the groups, whose rate there is unknown; `NoRows`, `NotCounts`. Intervals: the bootstrap.
pub fn decompose(strata: &[Stratum]) -> Result<Decomposition, Undefined> {
    check(strata)?;
    let (n1, n2) = strata.iter().fold((0.0, 0.0), |(x, y), h| (x + h.n1(), y + h.n2()));
    let mut d = Decomposition {
        gap: 0.0,
        rate_effect: 0.0,
        composition_effect: 0.0,
        endowment: 0.0,
        coefficient: 0.0,
        interaction: 0.0,
    };
    for h in strata.iter().filter(|h| h.total() > 0.0) {
        if !h.compares() {
            return Err(Undefined::EmptyStratum);
        }
        let (r1, r2) = (h.yes1 / h.n1(), h.yes2 / h.n2());
        let (s1, s2) = (h.n1() / n1, h.n2() / n2);
        d.gap += s1 * r1 - s2 * r2;
        d.rate_effect += 0.5 * (s1 + s2) * (r1 - r2);
        d.composition_effect += 0.5 * (r1 + r2) * (s1 - s2);
        d.endowment += (s1 - s2) * r2;
        d.coefficient += s2 * (r1 - r2);
        d.interaction += (s1 - s2) * (r1 - r2);
    }
    Ok(d)
}

/// Conditional demographic disparity of group 2.
#[derive(Clone, Debug, PartialEq)]
pub struct ConditionalDisparity {
    /// Share of the group among the no minus its share among the yes, over all strata together: positive where the group
    /// is worse off. `None` when an outcome does not occur.
    pub overall: Option<f64>,
    /// The same in each stratum; `None` where an outcome does not occur.
    pub by_stratum: Vec<Option<f64>>,
    /// The mean over the strata that have a value, weighted by their rows.
    pub conditional: f64,
    /// Rows in strata without a value, which are left out.
    pub rows_left_out: f64,
}

/// Returns conditional demographic disparity (Wachter, Mittelstadt & Russell 2021) of group 2.
///
/// `OneOutcome` when no stratum has both outcomes; `NoRows`, `NotCounts`. Intervals: the bootstrap.
pub fn conditional_demographic_disparity(strata: &[Stratum]) -> Result<ConditionalDisparity, Undefined> {
    check(strata)?;
    let disparity = |h: &Stratum| {
        let (yes, no) = (h.yes1 + h.yes2, h.no1 + h.no2);
        (yes > 0.0 && no > 0.0).then(|| h.no2 / no - h.yes2 / yes)
    };
    let by_stratum: Vec<Option<f64>> = strata.iter().map(disparity).collect();
    let (mut sum, mut rows, mut rows_left_out) = (0.0, 0.0, 0.0);
    for (h, value) in strata.iter().zip(&by_stratum) {
        match value {
            Some(value) => {
                sum += h.total() * value;
                rows += h.total();
            }
            None => rows_left_out += h.total(),
        }
    }
    if rows <= 0.0 {
        return Err(Undefined::OneOutcome);
    }
    let pooled = strata.iter().fold(Stratum::default(), |a, b| Stratum {
        yes1: a.yes1 + b.yes1,
        no1: a.no1 + b.no1,
        yes2: a.yes2 + b.yes2,
        no2: a.no2 + b.no2,
    });
    Ok(ConditionalDisparity {
        overall: disparity(&pooled),
        by_stratum,
        conditional: sum / rows,
        rows_left_out,
    })
}

/// Returns the difference of rates, group 1 − group 2, standardised directly to stated shares of the strata:
/// Σ s_h (r₁h − r₂h), Var = Σ s_h² (v₁h + v₂h) with v = r(1 − r)/n, kept from zero at rates of 0 and 1 by (k + ½)/(n + 1).
///
/// `shares` are weights and need not sum to 1. `EmptyStratum` when a stratum with a share lacks a group (positivity),
/// `LengthMismatch`, `OutOfRange` for shares that are negative or not finite, `NoRows` when all are zero.
pub fn standardised_difference(
    strata: &[Stratum],
    shares: &[f64],
    confidence: Confidence,
) -> Result<Estimate, Undefined> {
    check(strata)?;
    if strata.len() != shares.len() {
        return Err(Undefined::LengthMismatch);
    }
    if !shares.iter().all(|s| s.is_finite() && *s >= 0.0) {
        return Err(Undefined::OutOfRange);
    }
    let total: f64 = shares.iter().sum();
    if total <= 0.0 {
        return Err(Undefined::NoRows);
    }
    let (mut value, mut variance) = (0.0, 0.0);
    for (h, share) in strata.iter().zip(shares).filter(|(_, share)| **share > 0.0) {
        if !h.compares() {
            return Err(Undefined::EmptyStratum);
        }
        let s = share / total;
        let spread = |k: f64, n: f64| {
            let r = (k + 0.5) / (n + 1.0);
            if k > 0.0 && k < n { k / n * (1.0 - k / n) / n } else { r * (1.0 - r) / n }
        };
        value += s * (h.yes1 / h.n1() - h.yes2 / h.n2());
        variance += s * s * (spread(h.yes1, h.n1()) + spread(h.yes2, h.n2()));
    }
    Estimate::difference(value, variance, confidence)
}

/// Returns the rows in strata that hold only one of the groups, which no common effect compares.
pub fn rows_not_compared(strata: &[Stratum]) -> f64 {
    strata.iter().filter(|h| !h.compares()).map(Stratum::total).sum()
}
