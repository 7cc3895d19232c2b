//! One registry of every metric: name, aliases, meaning, what it cannot see, range, source, and how it is computed.
//!
//! | part | what it holds |
//! |---|---|
//! | [`Metric`] | one row of the registry; its [`Kind`] says what it is a number of |
//! | [`all`], [`find`], [`Choice`] | the rows; by our name or a toolkit's; a name with its parameter, `pinball(0.9)` |
//! | [`Figure`] | the value for one group, its pointwise interval and the counts behind it |
//! | [`like`] | what other toolkits print for the same data, by their names and rules |
//!
//! Groups come in as [`View`]s, so a metric costs the same for a hundred rows and for a billion. A metric
//! that has no value says why ([`Undefined`]): it is never NaN, and never 0 or 1 by convention.

mod table;

mod toolkit;

mod registry;

mod figure;

mod rates;

mod errors;

mod scores;

mod regression;

mod multiclass;

mod gaps;

mod clarify;

mod divergences;

mod distributions;

mod inequality;

pub mod like;

pub use figure::{Figure, Method, NoInterval};
pub use registry::{Choice, ChoiceError, all, find, near};
pub use table::{Counts, Table};
pub use toolkit::{Alias, Toolkit};

use crate::{
    inference::{self, Confidence, Interval},
    stats::{
        Layout, Task,
        view::{Cell, Moment, View},
    },
};

/// Why a statistic has no value. Never 0, never 1, never NaN: a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Undefined {
    /// There are no rows (or no weight).
    #[error("there are no rows")]
    NoRows,
    /// No row has the positive outcome.
    #[error("no row has the positive outcome")]
    NoPositives,
    /// No row has the negative outcome.
    #[error("no row has the negative outcome")]
    NoNegatives,
    /// No row is predicted positive.
    #[error("no row is predicted positive")]
    NothingSelected,
    /// Every row is predicted positive.
    #[error("every row is predicted positive")]
    EverythingSelected,
    /// The variable does not vary.
    #[error("the values do not vary")]
    NoVariance,
    /// A denominator is zero.
    #[error("a denominator is zero")]
    ZeroDenominator,
    /// The logarithm of zero would be taken, or a positive number divided by zero, or the value is beyond the range
    /// of numbers.
    #[error("the value would be infinite")]
    Infinite,
    /// Fewer than two groups are large enough to compare.
    #[error("fewer than two groups can be compared")]
    FewerThanTwoGroups,
    /// More groups than whole laws (or anything else that needs all rows for each group) are compared for.
    #[error(
        "there are more than 100 groups, too many for this comparison: name a pair of groups, or compare means"
    )]
    TooManyGroups,
    /// A ratio of which a side is negative.
    #[error("a value is negative, so a ratio has no meaning: compare by difference")]
    Negative,
    /// The request has no target, no prediction, no score or no strata that the metric needs.
    #[error("the metric needs a column that was not given")]
    NotGiven,
    /// A score is not a probability that the metric can use: outside [0, 1], or 0 or 1 where odds are taken.
    #[error("a score is no probability: outside 0 to 1, or 0 or 1 where odds are taken")]
    NotAProbability,
    /// Fewer rows than the metric needs.
    #[error("there are too few rows")]
    TooFewRows,
    /// The score separates the outcomes completely, so the fit has no finite solution.
    #[error("the score separates the outcomes, so the fit has no finite solution")]
    Separated,
    /// An iteration did not reach its tolerance.
    #[error("the fit did not converge")]
    NotConverged,
}

impl From<inference::Undefined> for Undefined {
    fn from(reason: inference::Undefined) -> Self {
        use inference::Undefined as Reason;
        match reason {
            Reason::NoRows => Self::NoRows,
            Reason::NoVariation => Self::NoVariance,
            Reason::TooFewRows => Self::TooFewRows,
            Reason::TooFewGroups => Self::FewerThanTwoGroups,
            Reason::OneOutcome => Self::NoVariance,
            Reason::OutOfRange => Self::NotAProbability,
            Reason::Unbounded => Self::Infinite,
            Reason::Separated => Self::Separated,
            Reason::NotConverged { .. } => Self::NotConverged,
            _ => Self::ZeroDenominator,
        }
    }
}

/// A share of rows: how many of which ("k of n").
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The rows that count.
    pub hits: Cell,
    /// All rows they are a share of.
    pub of: Cell,
}

/// Finds the limits of a figure of one group; `None` where the rows do not vary.
pub type Limits = fn(&View, f64, Confidence) -> Option<Interval>;

/// Compares two groups inside strata.
pub type OfStrata = fn(&[(View, View)]) -> Result<f64, Undefined>;

/// What a metric is a number of, and how it is computed. Functions that take an `f64` get the metric's parameter
/// (0 where it has none).
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A number of rows in one group.
    Count(fn(&View) -> Option<Cell>),
    /// A share of rows in one group, and why it is undefined when there are none to take it of: score intervals.
    Rate(fn(&View) -> Option<Rate>, Undefined),
    /// A mean over one group's rows: t intervals.
    Mean(fn(&View) -> Result<Moment, Undefined>),
    /// A smooth function of one group's table of outcome by decision, the same for any multiple of the table:
    /// delta-method intervals.
    Table(fn(&Table, f64) -> Result<f64, Undefined>),
    /// Any other number of one group, and its interval, where one is known.
    Group {
        /// The value.
        value: fn(&View, f64) -> Result<f64, Undefined>,
        /// How limits are found; `None` where no honest formula is known.
        limits: Option<(Method, Limits)>,
    },
    /// A number of a group within all rows: first the group, then all rows.
    Within(fn(&View, &View, f64) -> Result<f64, Undefined>),
    /// A number of a group and a reference (all other rows, or a named group): first the group of concern
    /// (unprivileged, facet d), then the reference.
    Pair(fn(&View, &View, f64) -> Result<f64, Undefined>),
    /// The same inside strata: for each stratum the group of concern and the reference.
    Strata(OfStrata),
    /// A number of all groups together: the groups' views, then all rows. Groups without rows are passed over.
    Family(fn(&[View], &View, f64) -> Result<f64, Undefined>),
}

/// What a metric needs to be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "a set of four independent facts, read by name")]
pub struct Needs {
    /// An outcome.
    pub target: bool,
    /// Predicted classes, by a prediction column or a threshold.
    pub decisions: bool,
    /// A score (in regression the predicted value).
    pub score: bool,
    /// Legitimate strata.
    pub strata: bool,
}

impl Needs {
    const NOTHING: Self = Self { target: false, decisions: false, score: false, strata: false };
    const TARGET: Self = Self { target: true, ..Self::NOTHING };
    const DECISIONS: Self = Self { decisions: true, ..Self::NOTHING };
    const SCORE: Self = Self { score: true, ..Self::NOTHING };
    const BOTH: Self = Self { target: true, decisions: true, ..Self::NOTHING };
    const SCORED: Self = Self { target: true, score: true, ..Self::NOTHING };

    /// Returns what a layout gives.
    pub fn given_by(layout: &Layout) -> Self {
        Self {
            target: layout.target.is_some(),
            decisions: layout.has_decisions(),
            score: layout.score.is_some(),
            strata: !layout.strata.is_empty(),
        }
    }

    /// Returns what is needed here and not given, in words; empty when nothing lacks.
    pub fn lacking(self, given: Self) -> Vec<&'static str> {
        let parts = [
            ("a target", self.target && !given.target),
            ("a prediction or a threshold", self.decisions && !given.decisions),
            ("a score", self.score && !given.score),
            ("strata", self.strata && !given.strata),
        ];
        parts.into_iter().filter(|(_, lacks)| *lacks).map(|(name, _)| name).collect()
    }
}

/// The values that a metric or a parameter can take, both ends included where they are finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Range {
    /// The smallest value, perhaps −∞.
    pub lowest: f64,
    /// The largest value, perhaps ∞.
    pub highest: f64,
}

impl Range {
    const UNIT: Self = Self { lowest: 0.0, highest: 1.0 };
    const SIGNED_UNIT: Self = Self { lowest: -1.0, highest: 1.0 };
    const POSITIVE: Self = Self { lowest: 0.0, highest: f64::INFINITY };
    const REAL: Self = Self { lowest: f64::NEG_INFINITY, highest: f64::INFINITY };

    /// Returns whether a value lies in the range. NaN lies in none.
    pub fn contains(&self, value: f64) -> bool {
        self.lowest <= value && value <= self.highest
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.lowest.is_finite(), self.highest.is_finite()) {
            (true, true) => write!(f, "{} to {}", self.lowest, self.highest),
            (true, false) => write!(f, "{} or more", self.lowest),
            (false, true) => write!(f, "{} or less", self.highest),
            (false, false) => f.write_str("any number"),
        }
    }
}

/// The parameter of a metric: `pinball(0.9)`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameter {
    /// Its name in the definition.
    pub symbol: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Its value where none is given.
    pub default: f64,
    /// What it may be.
    pub allowed: Range,
    /// Whether it counts something, so that only whole numbers are allowed.
    pub is_whole: bool,
}

/// A metric. The registry is one table of these.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// The name here.
    pub name: &'static str,
    /// The name as a heading.
    pub title: &'static str,
    /// The tasks it is for.
    pub tasks: &'static [Task],
    /// What it needs.
    pub needs: Needs,
    /// How it is computed.
    pub kind: Kind,
    /// Its parameter, where it has one.
    pub parameter: Option<Parameter>,
    /// The values it can take.
    pub range: Range,
    /// The best value, where there is one; for a comparison of groups, the value at equality.
    pub best: Option<f64>,
    /// Names in other toolkits.
    pub aliases: &'static [Alias],
    /// The definition, as a formula in plain text.
    pub definition: &'static str,
    /// What it measures.
    pub measures: &'static str,
    /// What it cannot see.
    pub cannot_see: &'static str,
    /// How to read it, with an example.
    pub reading: &'static str,
    /// When it is undefined.
    pub undefined_when: &'static str,
    /// Where it comes from.
    pub source: &'static str,
}

impl Metric {
    /// What entries of the table start from.
    const BASE: Self = Self {
        name: "",
        title: "",
        tasks: &[Task::Binary],
        needs: Needs::BOTH,
        kind: Kind::Count(|view| Some(view.matrix.total())),
        parameter: None,
        range: Range::UNIT,
        best: None,
        aliases: &[],
        definition: "",
        measures: "",
        cannot_see: "",
        reading: "",
        undefined_when: "never",
        source: "",
    };

    /// Returns the metric with a parameter's default value.
    pub fn choose(&'static self) -> Choice {
        Choice::of(self)
    }

    /// Returns whether it is a number of one group, which the audit compares between groups.
    pub fn is_of_one_group(&self) -> bool {
        matches!(
            self.kind,
            Kind::Count(_) | Kind::Rate(..) | Kind::Mean(_) | Kind::Table(_) | Kind::Group { .. }
        )
    }
}

/// Words of the notation that definitions share; printed once above a list of definitions.
pub const NOTATION: &str = "\
TP, FP, FN, TN: weighted rows by outcome and decision; P = TP + FN, N = FP + TN, PP = TP + FP, PN = FN + TN, n = P + N.
y outcome, ŷ decision, r score, f predicted value, w weight, s group; _u group of concern, _v reference, _all all rows.";
