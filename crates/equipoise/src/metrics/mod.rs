//! One registry of every metric: name, aliases, meaning, what it cannot see, range, source, and how it is computed.

use crate::stats::{
    Task,
    view::{Cell, Moment, View},
};

/// Why a statistic has no value. Never 0, never 1, never NaN: a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Undefined {
    /// There are no rows (or no weight).
    NoRows,
    /// No row has the positive outcome.
    NoPositives,
    /// No row has the negative outcome.
    NoNegatives,
    /// No row is predicted positive.
    NothingSelected,
    /// Every row is predicted positive.
    EverythingSelected,
    /// The variable does not vary.
    NoVariance,
    /// A denominator is zero.
    ZeroDenominator,
    /// The logarithm of zero would be taken (the value would be infinite).
    Infinite,
    /// Fewer than two groups are large enough to compare.
    FewerThanTwoGroups,
    /// The request has no target, no prediction, no score or no strata that the metric needs.
    NotGiven,
}

/// A share of rows: how many of which.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// The rows that count.
    pub hits: Cell,
    /// All rows they are a share of.
    pub of: Cell,
}

/// What a metric is computed from.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A share of rows in one group: score intervals.
    Rate(fn(&View) -> Rate),
    /// A mean over one group's rows: t intervals.
    Mean(fn(&View) -> Option<Moment>),
    /// Any other number of one group.
    Group(fn(&View) -> Result<f64, Undefined>),
    /// A number of a group and a reference (all other rows, or a named group): first the group of concern
    /// (unprivileged, facet d), then the reference.
    Pair(fn(&View, &View) -> Result<f64, Undefined>),
    /// A number of all groups together: the groups' views, then all rows.
    Family(fn(&[View], &View) -> Result<f64, Undefined>),
}

/// What a metric needs to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

/// A metric. The registry is one table of these.
#[derive(Clone, Copy, Debug)]
pub struct Metric {
    /// The name here.
    pub name: &'static str,
    /// The tasks it is for.
    pub tasks: &'static [Task],
    /// What it needs.
    pub needs: Needs,
    /// How it is computed.
    pub kind: Kind,
}
