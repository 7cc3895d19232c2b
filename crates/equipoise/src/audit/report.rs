//! What an audit says, as data: no prose, no formatting, nothing rounded.

use std::fmt;

use super::quantity::Quantity;
use crate::{
    groups::Label,
    inference::{Confidence, Interval},
    metrics::Undefined,
    notion::{Need, Notion, Requirement},
    stats::Layout,
    verdict::Outcome,
};

/// The answer to a [`super::Request`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Report {
    /// What was there to audit.
    pub subject: Subject,
    /// The task and the columns by role.
    pub layout: Layout,
    /// The classes of the target: in binary tasks the negative and the positive ones; none in regression without bins.
    pub target_classes: Vec<Label>,
    /// The classes of the prediction.
    pub prediction_classes: Vec<Label>,
    /// Rows audited.
    pub rows: u64,
    /// Σw over the rows; the rows themselves without weights.
    pub weight: f64,
    /// The level of all intervals.
    pub confidence: Confidence,
    /// Groups with fewer rows (with frequency weights, people) are shown, but take no part in gaps and verdicts.
    pub rows_min: u64,
    /// One for each attribute, or for the crossing.
    pub sections: Vec<Section>,
    /// One for each requirement and section that it applies to, in the order asked.
    pub verdicts: Vec<Verdict>,
    /// Notions that cannot be said from what is there.
    pub unsaid: Vec<Unsaid>,
    /// Whether the law of the score is exact or on the fixed grid; `None` where there is none.
    pub law_is_exact: Option<bool>,
}

impl Report {
    /// Returns the worst outcome of all verdicts: violated beats undecided beats holds; `None` without verdicts.
    pub fn outcome(&self) -> Option<Outcome> {
        self.verdicts.iter().map(|verdict| verdict.outcome).max()
    }
}

/// What was there to audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A target alone: the recorded outcomes are audited as decisions.
    Labels,
    /// A prediction or score alone: who is selected, or scored how.
    Selection,
    /// Both: a model against the outcomes.
    Model,
}

/// A group's name: one label for each attribute of its section.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupName(pub Vec<Label>);

impl fmt::Display for GroupName {
    /// Writes the labels with `, ` between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, label) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            label.fmt(f)?;
        }
        Ok(())
    }
}

/// The groups of one attribute, or of a crossing of several.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Section {
    /// The attributes; several are crossed.
    pub attributes: Vec<String>,
    /// All rows, as one group without a name.
    pub overall: Group,
    /// The groups, ordered by their labels, missing last.
    pub groups: Vec<Group>,
    /// What the request asked to compare, in its order.
    pub gaps: Vec<Gap>,
    /// Metrics of a group against a reference or of all groups together.
    pub comparisons: Vec<ComparisonFigure>,
    /// The groups inside each stratum, where strata are given.
    pub strata: Option<Strata>,
}

/// A group and its figures.
#[derive(Clone, Debug)]
pub struct Group {
    /// The group's name; empty for all rows.
    pub name: GroupName,
    /// Rows.
    pub rows: u64,
    /// Σw.
    pub weight: f64,
    /// Share of all weight, in [0, 1].
    pub share: f64,
    /// Whether it takes part in gaps and verdicts.
    pub standing: Standing,
    /// One figure for each metric of the request that applies to a group, in the same order in every group.
    pub figures: Vec<Figure>,
}

/// Whether a group takes part in gaps and verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Compared,
    /// It has fewer than the least number of rows: shown only.
    TooFewRows,
}

/// A metric's value in one group, with a pointwise interval.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The metric's name, with its parameter where it has one.
    pub metric: String,
    /// The value, or why there is none.
    pub value: Result<f64, Undefined>,
    /// The interval, where the metric has one.
    pub interval: Option<Interval>,
    /// The interval's method, for example `Wilson`.
    pub method: Option<&'static str>,
    /// For a rate: the rows (with frequency weights, the people) that count, and those they are a share of.
    pub counts: Option<(f64, f64)>,
}

/// A metric of one group against a reference, or of all groups together.
#[derive(Clone, Debug, PartialEq)]
pub struct ComparisonFigure {
    /// The metric's name, with its parameter where it has one.
    pub metric: String,
    /// The group of concern; `None` for a metric of all groups.
    pub group: Option<GroupName>,
    /// The reference group; `None` means all other rows (or a metric of all groups).
    pub reference: Option<GroupName>,
    /// The value, or why there is none.
    pub value: Result<f64, Undefined>,
}

/// How unequal groups are in one respect.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Gap {
    /// What is compared and how.
    pub quantity: Quantity,
    /// The estimate, or why there is none. Of a largest gap it is biased up: see `expected_if_equal`.
    pub value: Result<f64, Undefined>,
    /// The interval, simultaneous over all that the quantity compares.
    pub interval: Option<Interval>,
    /// The interval's method.
    pub method: Option<&'static str>,
    /// Comparisons (pairs of groups × events) that the interval covers together.
    pub n_comparisons: usize,
    /// What groups of these sizes would show on average if they were equal; of several events, as if independent, the
    /// worst.
    pub expected_if_equal: Option<f64>,
    /// The pair of groups, and the event, that the value comes from.
    pub extremes: Option<Extremes>,
    /// Groups that were compared.
    pub n_groups: usize,
    /// Groups left out for having fewer than the least number of rows.
    pub left_out: LeftOut,
    /// Groups that are large enough, but in which the statistic is undefined: the verdict is undecided.
    pub undefined: Vec<(GroupName, Undefined)>,
    /// Where more rows would tell most, for the verdict.
    pub(super) scarcest: Option<Scarcest>,
}

/// Of the two groups that a gap comes from, the one whose value varies more.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Scarcest {
    pub(super) group: GroupName,
    /// Its rows, whether or not they are in the event.
    pub(super) rows: f64,
    /// Share of the gap's variance that is not its own.
    pub(super) share_of_others: f64,
}

/// Where a gap comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Extremes {
    /// The group with the smaller value (of a pair: the group written first).
    pub low: GroupName,
    /// The group with the larger value (of a pair: the reference); `None` stands for all rows or the rest.
    pub high: Option<GroupName>,
    /// Their values.
    pub low_value: Option<f64>,
    /// The value of `high`.
    pub high_value: Option<f64>,
    /// The event, where there are several: `income = >50K`, `department = A`.
    pub event: Option<String>,
}

/// Groups that take no part.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LeftOut {
    /// How many groups; inside strata, how many groups of a stratum. Several events of the same rows count once.
    pub n_groups: usize,
    /// Their share of the weight, in [0, 1].
    pub share: f64,
}

/// The verdict on one requirement in one section.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Verdict {
    /// The requirement.
    pub requirement: Requirement,
    /// The section's attributes.
    pub attributes: Vec<String>,
    /// Holds, violated or undecided.
    pub outcome: Outcome,
    /// The figures it was decided on.
    pub gap: Gap,
    /// Why it is undecided, where it is.
    pub undecided: Option<Undecided>,
}

/// Why a verdict is undecided, and what would decide it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Undecided {
    /// The interval holds the bound. If the values stay as seen, so many times the present rows would decide, with
    /// power 80 %; the group that needs them most, and how many more of its rows.
    MoreRows {
        /// Factor on the present rows, at most 100.
        factor: f64,
        /// The group whose rows are scarcest.
        group: Option<GroupName>,
        /// More rows of that group.
        rows: Option<u64>,
    },
    /// The same, but more than a hundred times the present rows would be needed.
    MoreThanHundredfold,
    /// Fewer than two groups are large enough.
    TooFewGroups,
    /// The value is undefined, and no single group is the reason.
    Undefined {
        /// Why.
        why: Undefined,
    },
    /// The statistic is undefined in a group that is large enough.
    UndefinedInGroup {
        /// The first such group.
        group: GroupName,
        /// Why.
        why: Undefined,
    },
    /// The statistic has no interval here, so nothing can be claimed.
    NoInterval,
}

/// A notion that cannot be said.
#[derive(Clone, Debug, PartialEq)]
pub struct Unsaid {
    /// The notion.
    pub notion: Notion,
    /// What is not there.
    pub missing: Vec<Need>,
}

/// The groups inside each stratum.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Strata {
    /// The stratum columns; several are crossed.
    pub columns: Vec<String>,
    /// The metric shown: the selection rate where the request has it, else its first rate or mean.
    pub metric: String,
    /// One for each stratum, ordered by labels.
    pub rows: Vec<Stratum>,
    /// For two groups and a rate: the common difference and ratio within strata (Mantel–Haenszel).
    pub within: Option<WithinStrata>,
}

/// One stratum.
#[derive(Clone, Debug)]
pub struct Stratum {
    /// The stratum's labels, one for each column.
    pub name: GroupName,
    /// Rows; with frequency weights, the people they stand for.
    pub rows: u64,
    /// The figure of each group, in the order of the section's groups.
    pub figures: Vec<Figure>,
}

/// What two groups differ by within strata: groups in the section's order, first minus second, first over second.
#[derive(Clone, Debug, PartialEq)]
pub struct WithinStrata {
    /// The two groups.
    pub groups: [GroupName; 2],
    /// The difference over all rows, strata ignored.
    pub difference_pooled: f64,
    /// Mantel–Haenszel risk difference and its interval (Sato 1989).
    pub difference: f64,
    /// Its interval.
    pub difference_interval: Interval,
    /// Mantel–Haenszel risk ratio, where it is defined.
    pub ratio: Option<f64>,
    /// Its interval (Greenland & Robins 1985).
    pub ratio_interval: Option<Interval>,
    /// The p value of the Breslow–Day test (Tarone) that the odds ratio is the same in all strata.
    pub homogeneity_p: Option<f64>,
    /// Rows in strata that hold one group only and so say nothing.
    pub rows_uninformative: u64,
}

impl Gap {
    pub(super) fn of_nothing(
        quantity: Quantity,
        left_out: LeftOut,
        undefined: Vec<(GroupName, Undefined)>,
    ) -> Self {
        Self {
            quantity,
            value: Err(Undefined::FewerThanTwoGroups),
            interval: None,
            method: None,
            n_comparisons: 0,
            expected_if_equal: None,
            extremes: None,
            n_groups: 0,
            left_out,
            undefined,
            scarcest: None,
        }
    }
}
