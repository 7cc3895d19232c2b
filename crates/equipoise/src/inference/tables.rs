//! Odds ratios and tests of a 2×2 table: two groups, events or not.
//!
//! The conditional methods fix all four margins; the count k₁ then follows the noncentral hypergeometric law, whose
//! only parameter is the odds ratio ψ = p₁(1 − p₂)/((1 − p₁)p₂). Their sums run outwards from the mode and stop
//! where terms vanish, so they cost as many steps as the law has width (about √rows), not as it has values.

use super::root;
use super::special::{normal_survival, student_t_survival};
use super::{Confidence, Interval, Undefined, check_counts, check_pair};

/// The standard deviation of the conditional law from which the exact methods refuse: 10⁵, cells of about 4·10¹⁰.
const WIDTH_MAX: f64 = 1e5;

/// Two tables whose probabilities agree to this are as extreme as one another (rounding must not decide).
pub(super) const TIE: f64 = 1e-7;

/// Nothing is known about the odds ratio.
const ANY_RATIO: Interval = Interval { lower: 0.0, upper: f64::INFINITY };

/// Returns Woolf's interval (1955) of the odds ratio: log ψ̂ ± z·√(1/a + 1/b + 1/c + 1/d).
///
/// # Errors
/// [`Undefined::NoVariation`] where a cell is empty; [`Undefined::NoRows`], [`Undefined::NotCounts`],
/// [`Undefined::NotACriticalValue`].
pub fn woolf(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    let cells = [k1, n1 - k1, k2, n2 - k2];
    if cells.contains(&0.0) {
        return Err(Undefined::NoVariation);
    }
    Ok(log_interval(cells, z))
}

/// Returns Gart's interval (1966) of the odds ratio: Woolf's with ½ added to every cell, defined for empty cells.
///
/// # Errors
/// [`Undefined::NoRows`], [`Undefined::NotCounts`], [`Undefined::NotACriticalValue`].
pub fn gart(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<Interval, Undefined> {
    check_pair(k1, n1, k2, n2, z)?;
    Ok(log_interval([k1 + 0.5, n1 - k1 + 0.5, k2 + 0.5, n2 - k2 + 0.5], z))
}

fn log_interval([a, b, c, d]: [f64; 4], z: f64) -> Interval {
    let centre = (a / b).ln() - (c / d).ln();
    let half = z * (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt();
    if !half.is_finite() {
        return ANY_RATIO;
    }
    Interval { lower: (centre - half).exp(), upper: (centre + half).exp() }
}

/// How much of the observed table's probability a tail contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// All of it: the exact method, which keeps its level and is wide.
    Exact,
    /// Half of it: mid-P, which keeps its level on average.
    MidP,
}

impl Tail {
    const fn observed_share(self) -> f64 {
        match self {
            Self::Exact => 1.0,
            Self::MidP => 0.5,
        }
    }
}

/// Returns the conditional interval of the odds ratio (Cornfield 1956), exact or mid-P; mid-P is the default.
///
/// Inverts the tails of the noncentral hypergeometric law. Where the margins allow only the observed table the
/// interval is (0, ∞). Swapping the groups, or events and non-events, gives the reciprocal.
///
/// # Errors
/// [`Undefined::NotCounts`] also for counts that are not integers (the law has no other); [`Undefined::NoRows`];
/// [`Undefined::TooLarge`] from about 4·10¹⁰ rows a cell.
///
/// ```
/// use equipoise::inference::{Confidence, tables::{Tail, conditional_odds_ratio}};
/// let level = Confidence::new(0.95).unwrap();
/// let interval = conditional_odds_ratio(56.0, 70.0, 48.0, 80.0, level, Tail::MidP).unwrap();
/// assert!((interval.lower - 1.2761592).abs() < 1e-7 && (interval.upper - 5.6708665).abs() < 1e-7);
/// ```
pub fn conditional_odds_ratio(
    k1: f64,
    n1: f64,
    k2: f64,
    n2: f64,
    confidence: Confidence,
    tail: Tail,
) -> Result<Interval, Undefined> {
    let law = Conditional::new(k1, n1, k2, n2)?;
    let mirrored = Conditional::new(k2, n2, k1, n1)?;
    let target = 0.5 * confidence.alpha();
    // The upper limit is the reciprocal of the lower limit of the swapped groups.
    Ok(Interval {
        lower: law.lower_odds_ratio(target, tail.observed_share()),
        upper: 1.0 / mirrored.lower_odds_ratio(target, tail.observed_share()),
    })
}

/// Returns Fisher's exact p-value of equal rates, two-sided by the probability of the tables.
///
/// Sums the tables with the same margins that are no more probable than the observed one. Conservative: it is never
/// evidence *for* equality.
///
/// # Errors
/// As [`conditional_odds_ratio`].
pub fn fisher_p(k1: f64, n1: f64, k2: f64, n2: f64) -> Result<f64, Undefined> {
    let rarity = Conditional::new(k1, n1, k2, n2)?.rarity();
    Ok((rarity.rarer + rarity.tied).min(1.0))
}

/// Returns Fisher's mid-P value: half of the observed table's probability and of its ties is left out.
///
/// The default test of equal rates below 1,000 rows.
///
/// # Errors
/// As [`conditional_odds_ratio`].
///
/// ```
/// use equipoise::inference::tables::fisher_midp;
/// assert!((fisher_midp(9.0, 10.0, 3.0, 10.0).unwrap() - 0.0102405).abs() < 1e-7);
/// ```
pub fn fisher_midp(k1: f64, n1: f64, k2: f64, n2: f64) -> Result<f64, Undefined> {
    let rarity = Conditional::new(k1, n1, k2, n2)?.rarity();
    Ok((rarity.rarer + 0.5 * rarity.tied).min(1.0))
}

/// Returns the pooled z statistic of equal rates, (p̂₁ − p̂₂)/√(p̄(1 − p̄)(1/n₁ + 1/n₂)).
///
/// Its square is Pearson's χ² without correction.
///
/// # Errors
/// [`Undefined::NoVariation`] where all or none are events; [`Undefined::NoRows`], [`Undefined::NotCounts`].
pub fn pooled_z(k1: f64, n1: f64, k2: f64, n2: f64) -> Result<f64, Undefined> {
    check_counts(k1, n1)?;
    check_counts(k2, n2)?;
    let (events, misses, n) = (k1 + k2, (n1 - k1) + (n2 - k2), n1 + n2);
    if events == 0.0 || misses == 0.0 {
        return Err(Undefined::NoVariation);
    }
    // p̄(1 − p̄)(1/n₁ + 1/n₂) = (events/n₁)·(misses/n₂)/n
    let z = (k1 / n1 - k2 / n2) / (events / n1 * (misses / n2) / n).sqrt();
    if z.is_finite() { Ok(z) } else { Err(Undefined::NoVariation) }
}

/// Returns the two-sided p-value of the pooled z statistic.
///
/// # Errors
/// As [`pooled_z`].
pub fn pooled_z_p(k1: f64, n1: f64, k2: f64, n2: f64) -> Result<f64, Undefined> {
    pooled_z(k1, n1, k2, n2).map(two_sided_p)
}

/// Returns the two-sided p-value of a standard normal statistic.
pub fn two_sided_p(z: f64) -> f64 {
    2.0 * normal_survival(z.abs())
}

/// Returns the two-sided p-value of a t statistic with `df` degrees of freedom.
pub fn two_sided_t_p(t: f64, df: f64) -> f64 {
    2.0 * student_t_survival(t.abs(), df)
}

/// The conditional law of k₁ given the margins, and the observed value.
pub(super) struct Conditional {
    observed: f64,
    n1: f64,
    n2: f64,
    events: f64,
    lowest: f64,
    highest: f64,
}

/// Sums of probabilities on the three sides of the observed value.
pub(super) struct Sides {
    pub(super) below: f64,
    pub(super) at: f64,
    pub(super) above: f64,
}

/// The probability of tables rarer than the observed one, and of those as probable (itself included).
struct Rarity {
    rarer: f64,
    tied: f64,
}

impl Conditional {
    pub(super) fn new(k1: f64, n1: f64, k2: f64, n2: f64) -> Result<Self, Undefined> {
        check_counts(k1, n1)?;
        check_counts(k2, n2)?;
        let cells = [k1, n1 - k1, k2, n2 - k2];
        if [k1, n1, k2, n2].iter().any(|count| count.fract() != 0.0) {
            return Err(Undefined::NotCounts);
        }
        let width = cells.iter().map(|cell| 1.0 / (cell + 1.0)).sum::<f64>().recip().sqrt();
        if width > WIDTH_MAX || n1 + n2 > 9e15 {
            return Err(Undefined::TooLarge);
        }
        let events = k1 + k2;
        Ok(Self { observed: k1, n1, n2, events, lowest: (events - n2).max(0.0), highest: events.min(n1) })
    }

    /// Returns P(k + 1)/P(k).
    fn ratio(&self, k: f64, psi: f64) -> f64 {
        (self.n1 - k) / (k + 1.0) * ((self.events - k) / (self.n2 - self.events + k + 1.0)) * psi
    }

    /// Returns the most probable value (Liao and Rosen 2001), to a step or so.
    fn mode(&self, psi: f64) -> f64 {
        let a = psi - 1.0;
        let minus_b = (self.n1 + self.events + 2.0) * psi + self.n2 - self.events;
        let c = (self.n1 + 1.0) * (self.events + 1.0) * psi;
        let root = (minus_b * minus_b - 4.0 * a * c).max(0.0).sqrt();
        let mode = (2.0 * c / (minus_b + root)).floor();
        if mode.is_finite() { mode.clamp(self.lowest, self.highest) } else { self.highest }
    }

    /// Calls `visit(k, weight)` from the mode (weight 1) outwards until `visit` says that a weight no longer counts.
    fn walk(&self, psi: f64, mut visit: impl FnMut(f64, f64) -> bool) {
        let mode = self.mode(psi);
        let (mut k, mut weight) = (mode, 1.0);
        while visit(k, weight) && k < self.highest {
            weight *= self.ratio(k, psi);
            k += 1.0;
        }
        let (mut k, mut weight) = (mode, 1.0);
        while k > self.lowest {
            k -= 1.0;
            weight /= self.ratio(k, psi);
            if !visit(k, weight) {
                break;
            }
        }
    }

    /// Returns the probabilities below, at and above the observed value.
    pub(super) fn sides(&self, psi: f64) -> Sides {
        let mut sides = Sides { below: 0.0, at: 0.0, above: 0.0 };
        self.walk(psi, |k, weight| {
            let side = if k < self.observed {
                &mut sides.below
            } else if k > self.observed {
                &mut sides.above
            } else {
                &mut sides.at
            };
            *side += weight;
            weight > 1e-17 * *side
        });
        let total = sides.below + sides.at + sides.above;
        Sides { below: sides.below / total, at: sides.at / total, above: sides.above / total }
    }

    /// Returns the ψ at which P(K > k) + share·P(K = k) is `target`.
    fn lower_odds_ratio(&self, target: f64, share: f64) -> f64 {
        if self.observed == self.lowest {
            return 0.0;
        }
        let cells = [
            self.observed + 0.5,
            self.n1 - self.observed + 0.5,
            self.events - self.observed + 0.5,
            self.n2 - self.events + self.observed + 0.5,
        ];
        let near = log_interval(cells, -super::special::normal_quantile(target)).lower.ln();
        // Bounded; decreasing because a larger ψ makes the upper tail larger.
        let balance = |ln_psi: f64| {
            let sides = self.sides(ln_psi.exp());
            let tail = sides.above + share * sides.at;
            (target - tail) / (target + tail)
        };
        root::decreasing_from_guess(balance, near, 0.2, -700.0, 700.0).exp()
    }

    /// Returns how much probability, at equal odds, lies in tables rarer than the observed one and in its ties.
    fn rarity(&self) -> Rarity {
        let mut observed = 0.0;
        self.walk(1.0, |k, weight| {
            if k == self.observed {
                observed = weight;
            }
            weight > 0.0
        });
        let mut rarity = Rarity { rarer: 0.0, tied: 0.0 };
        let mut total = 0.0;
        self.walk(1.0, |_, weight| {
            total += weight;
            if weight < observed * (1.0 - TIE) {
                rarity.rarer += weight;
            } else if weight <= observed * (1.0 + TIE) {
                rarity.tied += weight;
            }
            weight > 1e-17 * rarity.rarer.min(total) || weight > observed
        });
        Rarity { rarer: rarity.rarer / total, tied: rarity.tied / total }
    }
}
