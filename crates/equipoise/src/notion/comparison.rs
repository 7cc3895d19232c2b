//! Which feature of a law is compared, and how the groups' values become one number.

use std::fmt;

use super::{Compared, RequirementErrorKind};

/// The feature of the compared variable's law that a requirement is about.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Functional {
    /// The mean; of a decision, the rate of positives. The default, written by leaving it out (`mean` and `rate`
    /// are read as well).
    Mean,
    /// A quantile, `quantile(0.9)`.
    Quantile(Level),
    /// The whole law by the Kolmogorov–Smirnov distance: the largest gap between distribution functions.
    Ks,
    /// The whole law by the Wasserstein distance of order 1, in the unit of the variable.
    W1,
    /// The whole law by the Wasserstein distance of order 2, in the unit of the variable.
    W2,
    /// The whole law by the maximum mean discrepancy.
    Mmd,
    /// The law over classes by total variation: half the sum of the classes' absolute gaps.
    TotalVariation,
}

/// The words of the functionals that take no argument; `quantile` is the other one. First the canonical one.
const FUNCTIONALS: [(&str, Functional); 7] = [
    ("mean", Functional::Mean),
    ("rate", Functional::Mean),
    ("ks", Functional::Ks),
    ("w1", Functional::W1),
    ("w2", Functional::W2),
    ("mmd", Functional::Mmd),
    ("tv", Functional::TotalVariation),
];

/// The word of [`Functional::Quantile`].
pub(super) const QUANTILE: &str = "quantile";

impl Functional {
    /// Returns the words for functionals that the grammar knows.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FUNCTIONALS.iter().map(|&(name, _)| name).chain([QUANTILE])
    }

    /// Returns the functional of a word that takes no argument.
    pub(super) fn by_name(word: &str) -> Option<Self> {
        FUNCTIONALS.iter().find(|(name, _)| *name == word).map(|&(_, functional)| functional)
    }

    /// Returns the word, without an argument.
    pub fn name(self) -> &'static str {
        match self {
            Self::Quantile(_) => QUANTILE,
            Self::Mean => "mean",
            Self::Ks => "ks",
            Self::W1 => "w1",
            Self::W2 => "w2",
            Self::Mmd => "mmd",
            Self::TotalVariation => "tv",
        }
    }

    /// Returns whether this is a distance between two laws, so that a single group has no value of its own.
    pub fn is_distance(self) -> bool {
        matches!(self, Self::Ks | Self::W1 | Self::W2 | Self::Mmd | Self::TotalVariation)
    }

    /// Returns whether the functional can be said of a compared variable.
    ///
    /// Predictions have laws worth comparing whole; of outcomes total variation serves targets with many classes;
    /// residuals, correctness and losses are compared by their means.
    pub fn applies_to(self, compared: Compared) -> bool {
        match compared {
            Compared::Prediction => true,
            Compared::Outcome => matches!(self, Self::Mean | Self::TotalVariation),
            Compared::Residual | Compared::Correctness | Compared::Loss => self == Self::Mean,
        }
    }
}

impl fmt::Display for Functional {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quantile(level) => write!(f, "{QUANTILE}({level})"),
            other => f.write_str(other.name()),
        }
    }
}

/// The level of a quantile: above 0 and below 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// Returns the level, checked.
    ///
    /// # Errors
    /// When it is not above 0 and below 1 (the extremes of a law have no interval).
    pub fn new(level: f64) -> Result<Self, RequirementErrorKind> {
        if 0.0 < level && level < 1.0 {
            Ok(Self(level))
        } else {
            Err(RequirementErrorKind::LevelOutOfRange { level })
        }
    }

    /// Returns the level as a number.
    pub const fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_number(f, self.0)
    }
}

/// Writes a finite number so that it reads back as the same number: plainly, or with an exponent where that would
/// be long.
pub(super) fn write_number(f: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e15).contains(&size) { write!(f, "{number}") } else { write!(f, "{number:e}") }
}

/// How the groups' values become the one number that is bounded.
///
/// m_s is the value of group s, m_∪ the value over all rows, m_¬s over all rows but those of s, m_r the value of
/// the reference group. With several events, the number is the worst one over the events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Comparison {
    /// max m_s − min m_s; of a pair abs(m_group − m_reference); of a distance, the largest over all pairs.
    Difference,
    /// m_group − m_reference of a pair, with its sign.
    SignedDifference,
    /// min m_s / max m_s, at most 1; of a pair m_group / m_reference, one-sided as written.
    Ratio,
    /// max over s of abs(m_s − m_∪).
    DifferenceToOverall,
    /// min over s of min(m_s / m_∪, m_∪ / m_s), at most 1.
    RatioToOverall,
    /// max over s of abs(m_s − m_r).
    DifferenceToReference,
    /// min over s of min(m_s / m_r, m_r / m_s), at most 1. For one side only, write the pair's `ratio`.
    RatioToReference,
    /// max over s of abs(m_s − m_¬s).
    DifferenceToRest,
    /// The standard deviation of m_s over the groups.
    Spread,
    /// min m_s: every group reaches the bound. Also `group_min`.
    Min,
    /// max m_s: no group exceeds the bound. Also `group_max`.
    Max,
    /// m_∪: no groups are compared. For metrics only.
    Overall,
}

/// One row per spelling; the first spelling of a comparison is the canonical one.
const COMPARISONS: [(&str, Comparison); 14] = [
    ("difference", Comparison::Difference),
    ("signed_difference", Comparison::SignedDifference),
    ("ratio", Comparison::Ratio),
    ("difference_to_overall", Comparison::DifferenceToOverall),
    ("ratio_to_overall", Comparison::RatioToOverall),
    ("difference_to_reference", Comparison::DifferenceToReference),
    ("ratio_to_reference", Comparison::RatioToReference),
    ("difference_to_rest", Comparison::DifferenceToRest),
    ("spread", Comparison::Spread),
    ("min", Comparison::Min),
    ("max", Comparison::Max),
    ("overall", Comparison::Overall),
    ("group_min", Comparison::Min),
    ("group_max", Comparison::Max),
];

impl Comparison {
    /// Returns every comparison, in the order of the docs.
    pub fn all() -> impl Iterator<Item = Self> {
        COMPARISONS
            .iter()
            .filter(|(name, comparison)| *name == comparison.name())
            .map(|&(_, comparison)| comparison)
    }

    /// Returns the comparison of a word.
    pub(super) fn by_name(word: &str) -> Option<Self> {
        COMPARISONS.iter().find(|(name, _)| *name == word).map(|&(_, comparison)| comparison)
    }

    /// Returns the canonical word.
    pub fn name(self) -> &'static str {
        COMPARISONS
            .iter()
            .find(|(_, comparison)| *comparison == self)
            .map(|&(name, _)| name)
            .expect("invariant: every comparison has a row in the table")
    }

    /// Returns the other words that are read for it.
    pub fn aliases(self) -> impl Iterator<Item = &'static str> {
        COMPARISONS
            .iter()
            .filter(move |(name, other)| *other == self && *name != self.name())
            .map(|&(name, _)| name)
    }

    /// Returns whether the comparison needs a reference group.
    pub fn needs_reference(self) -> bool {
        matches!(self, Self::DifferenceToReference | Self::RatioToReference)
    }

    /// Returns whether the comparison can be of one group with another, `(race = Black, reference = White)`.
    pub fn takes_pair(self) -> bool {
        matches!(self, Self::Difference | Self::SignedDifference | Self::Ratio)
    }

    /// Returns whether the number is a quotient.
    pub fn is_ratio(self) -> bool {
        matches!(self, Self::Ratio | Self::RatioToOverall | Self::RatioToReference)
    }

    /// Returns whether the number is a distance from equality: 0 is best, and only an upper bound is a requirement.
    pub fn is_gap(self) -> bool {
        matches!(
            self,
            Self::Difference
                | Self::DifferenceToOverall
                | Self::DifferenceToReference
                | Self::DifferenceToRest
                | Self::Spread
        )
    }

    /// Returns whether the comparison can be made of a distance between laws.
    pub(super) fn applies_to_distances(self) -> bool {
        self.is_gap() && self != Self::Spread
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
