//! Intervals, tests, simultaneity, and the bias of the largest gap.
//!
//! Everything here is a pure function of a few numbers (counts, sums, variances), so that it costs the same for a
//! hundred rows and for a billion. The defaults, and the reason for each, are stated where they are chosen (the
//! audit); this module offers the methods by name.
//!
//! # What the arguments are
//! - **Counts are real numbers** (`k` of `n`, as `f64`): weighted data bring an *effective* number of rows, which is
//!   not an integer. Integers up to 2⁵³ are exact.
//! - **Closed forms and score intervals take a critical value** `z` (1.96 for a pointwise 95 %), because a
//!   simultaneous interval is the ordinary one at a larger `z`. **Beta, conditional and t methods take a
//!   [`Confidence`]**; [`Confidence::from_z`] turns a simultaneous critical value into one, [`Confidence::z`] goes
//!   the other way.
//!
//! # What comes back
//! A function whose answer may not exist returns `Result<_, Undefined>`: no rows, counts that are no counts, a
//! critical value that is none, or a statistic that the data leave open. No function here returns NaN, and none
//! panics. Limits lie inside the parameter's space and are set exactly where they are known exactly (0 at no
//! events, 1 at all events, ∞ for a ratio over nothing).

pub mod special;

mod root;

pub mod mover;

pub mod normals;

pub mod bootstrap;

pub mod rates;

pub mod differences;

pub mod ratios;

pub mod tables;

pub mod boschloo;

pub mod weighted;

pub mod multiplicity;

pub mod rows_needed;

pub mod means;

pub mod laws;

pub mod auc;

pub mod calibration;

pub mod many;

pub mod strata;

use special::{normal_quantile_upper, normal_survival};

/// An interval of plausible values, both ends included.
///
/// `lower ≤ upper`; neither end is ever NaN. For ratios and odds ratios `upper` may be [`f64::INFINITY`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit; infinite where the data set no upper limit to a ratio.
    pub upper: f64,
}

impl Interval {
    /// Returns whether the value lies in the interval, ends included.
    pub fn contains(&self, value: f64) -> bool {
        self.lower <= value && value <= self.upper
    }

    /// Returns the length of the interval: infinite where the upper limit is.
    pub fn width(&self) -> f64 {
        self.upper - self.lower
    }
}

/// A number outside the range that its meaning allows.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{argument} is {value}; allowed is {allowed}")]
pub struct OutOfRange {
    /// What the number stands for.
    pub argument: &'static str,
    /// The number that was given.
    pub value: f64,
    /// The allowed range, in words.
    pub allowed: &'static str,
}

/// Why a statistic, an interval or a test has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undefined {
    /// A group has no rows (or no weight), so it has no rate.
    #[error("a group has no rows")]
    NoRows,
    /// The numbers are not counts: negative, not finite, or more events than rows; also more than 10¹⁸ rows, and
    /// effective numbers below 10⁻⁵⁰ other than 0.
    #[error("the counts are not numbers with 0 ≤ events ≤ rows ≤ 10¹⁸")]
    NotCounts,
    /// The critical value is not a number from 10⁻⁹ to 10⁶.
    #[error("the critical value is not a number from 10⁻⁹ to 10⁶")]
    NotACriticalValue,
    /// An argument other than the counts lies outside its range (a probability outside (0, 1), a negative bound).
    #[error("an argument lies outside its range")]
    OutOfRange,
    /// The statistic divides by something that is zero in these data (no variation, no events).
    #[error("the data do not vary enough to define the statistic")]
    NoVariation,
    /// An exact method would visit too many tables; use an approximate one.
    #[error("too many rows for the exact method")]
    TooLarge,
    /// Fewer groups than the figure needs.
    #[error("there are too few groups")]
    TooFewGroups,
    /// Fewer rows than the figure needs (a variance needs two).
    #[error("a group has too few rows for a variance")]
    TooFewRows,
    /// One of the two outcomes does not occur.
    #[error("one of the two outcomes does not occur")]
    OneOutcome,
    /// The denominator of a ratio is zero.
    #[error("the denominator is zero")]
    ZeroDenominator,
    /// The denominator of a ratio is not distinguishable from zero (Fieller).
    #[error("the denominator is not distinguishable from zero, so the interval is unbounded")]
    Unbounded,
    /// Arguments that belong together have different lengths.
    #[error("arguments that belong together have different lengths")]
    LengthMismatch,
    /// Values that must ascend do not.
    #[error("the values are not in ascending order")]
    NotSorted,
    /// The approximation holds only away from equality, and the data do not show inequality.
    #[error("the laws are not distinguishable, and the normal approximation does not hold at equality")]
    NearEquality,
    /// A stratum that carries weight has no rows of one of the groups (positivity fails).
    #[error("a stratum has no rows of one of the groups")]
    EmptyStratum,
    /// The score separates the two outcomes, so the likelihood has no maximum.
    #[error("the score separates the outcomes, so the likelihood has no maximum")]
    Separated,
    /// The iteration stopped before it reached its tolerance.
    #[error("the iteration did not converge in {iterations} steps")]
    NotConverged {
        /// Steps that were made.
        iterations: usize,
    },
    /// The statistic is undefined in too many replicates of a bootstrap.
    #[error("the statistic is undefined in {undefined} of {replicates} replicates")]
    UndefinedReplicates {
        /// Replicates in which the statistic is undefined.
        undefined: usize,
        /// Replicates that were drawn.
        replicates: usize,
    },
}

/// A level of confidence, such as 0.95: a number strictly between 0 and 1.
///
/// The complement α is kept beside it, so that levels next to 1 (many comparisons at once) lose no digits.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence {
    level: f64,
    alpha: f64,
}

impl Confidence {
    /// Checks a level of confidence.
    ///
    /// # Errors
    /// When `level` is not strictly between 0 and 1.
    ///
    /// ```
    /// use equipoise::inference::Confidence;
    /// assert_eq!(Confidence::new(0.95).unwrap().get(), 0.95);
    /// assert!(Confidence::new(95.0).is_err());
    /// ```
    pub fn new(level: f64) -> Result<Self, OutOfRange> {
        if level > 0.0 && level < 1.0 {
            Ok(Self { level, alpha: 1.0 - level })
        } else {
            Err(OutOfRange { argument: "confidence", value: level, allowed: "strictly between 0 and 1" })
        }
    }

    /// Makes the level 1 − α from α, the probability of missing.
    ///
    /// Keeps all digits of a small α; [`get`](Self::get) is then the nearest number below 1 that 1 − α rounds to.
    ///
    /// # Errors
    /// When `alpha` is not strictly between 0 and 1.
    pub fn from_alpha(alpha: f64) -> Result<Self, OutOfRange> {
        if alpha > 0.0 && alpha < 1.0 {
            Ok(Self { level: (1.0 - alpha).min(LARGEST_BELOW_ONE), alpha })
        } else {
            Err(OutOfRange { argument: "alpha", value: alpha, allowed: "strictly between 0 and 1" })
        }
    }

    /// Makes the level whose two-sided normal critical value is `z`: 2Φ(z) − 1.
    ///
    /// So a simultaneous critical value goes into an interval that asks for a level of confidence.
    ///
    /// # Errors
    /// When `z` is not positive, or so large (about 38) that α has no representation.
    pub fn from_z(z: f64) -> Result<Self, OutOfRange> {
        let allowed = "positive and below 38";
        if !(z > 0.0 && z < 38.0) {
            return Err(OutOfRange { argument: "critical value", value: z, allowed });
        }
        let alpha = 2.0 * normal_survival(z);
        Self::from_alpha(alpha).map_err(|_| OutOfRange { argument: "critical value", value: z, allowed })
    }

    /// Returns the level, such as 0.95.
    pub const fn get(self) -> f64 {
        self.level
    }

    /// Returns α = 1 − level, the probability of missing.
    pub const fn alpha(self) -> f64 {
        self.alpha
    }

    /// Returns the two-sided normal critical value, Φ⁻¹(1 − α/2): 1.959964 at 0.95.
    ///
    /// At least 10⁻⁹, the smallest critical value that the intervals take, however close to 0 the level.
    pub fn z(self) -> f64 {
        normal_quantile_upper(0.5 * self.alpha).max(*CRITICAL_RANGE.start())
    }
}

impl Default for Confidence {
    /// Returns 95 %.
    fn default() -> Self {
        Self { level: 0.95, alpha: 1.0 - 0.95 }
    }
}

/// The largest number below 1.
const LARGEST_BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// More rows than this are no count: beyond it squares and cubes of counts would overflow.
const ROWS_MAX: f64 = 1e18;

/// Smaller numbers of effective rows or events (other than none) are no counts: their powers would vanish.
const COUNT_MIN: f64 = 1e-50;

/// The critical values that make sense: from next to no confidence to far beyond every table of the normal law.
const CRITICAL_RANGE: std::ops::RangeInclusive<f64> = 1e-9..=1e6;

/// Checks k events of n rows: 0 ≤ k ≤ n, n > 0, and sizes that a count can have.
fn check_counts(k: f64, n: f64) -> Result<(), Undefined> {
    let is_size = |count: f64| count == 0.0 || (COUNT_MIN..=ROWS_MAX).contains(&count);
    if !(k <= n && is_size(k) && is_size(n)) {
        return Err(Undefined::NotCounts);
    }
    if n == 0.0 { Err(Undefined::NoRows) } else { Ok(()) }
}

/// Checks a critical value: positive and finite, in a range that leaves room for its square.
fn check_critical(z: f64) -> Result<(), Undefined> {
    if CRITICAL_RANGE.contains(&z) { Ok(()) } else { Err(Undefined::NotACriticalValue) }
}

/// Checks the counts of two groups and a critical value.
fn check_pair(k1: f64, n1: f64, k2: f64, n2: f64, z: f64) -> Result<(), Undefined> {
    check_counts(k1, n1)?;
    check_counts(k2, n2)?;
    check_critical(z)
}
