//! What must not depend on the group, and requirements on it.
//!
//! A [`Notion`] says what must not depend on the group: inside each of its [events](Event), the law of a
//! [compared variable](Compared). A [`Requirement`] adds the [functional](Functional) of that law, the
//! [comparison](Comparison) of the groups, the groups themselves ([`Selector`]) and the [bound](Bound). It has one
//! textual grammar, which is printed back in one canonical form:
//!
//! ```
//! use equipoise::notion::Requirement;
//! let requirement: Requirement = "dp.ratio[race] >= 80%".parse()?;
//! assert_eq!(requirement.to_string(), "demographic_parity.ratio[race] >= 0.8");
//! # Ok::<(), equipoise::notion::RequirementError>(())
//! ```
//!
//! # The grammar
//!
//! ```text
//! requirement = subject [ "." functional ] [ "." comparison ] [ groups ] [ pair ] relation number
//! subject     = notion | metric
//! notion      = name or alias
//!             | "conditional_parity" [ "(" column { "," column } ")" ]
//!             | "bounded_loss" "(" metric ")"
//! functional  = "mean" | "rate" | "quantile" "(" number ")" | "ks" | "w1" | "w2" | "mmd" | "tv"
//! comparison  = "difference" | "signed_difference" | "ratio" | "difference_to_overall" | "ratio_to_overall"
//!             | "difference_to_reference" | "ratio_to_reference" | "difference_to_rest" | "spread"
//!             | "min" | "group_min" | "max" | "group_max" | "overall"
//! groups      = "[" column { "," column } "]"
//! pair        = "(" [ column "=" label { "," column "=" label } "," ] "reference" "=" reference ")"
//! reference   = label | "(" label { "," label } ")"
//! relation    = "<=" | ">=" | "≤" | "≥"
//! number      = a decimal number, also with an exponent or with "%"
//! column      = word | quoted text
//! label       = word | quoted text | "missing"
//! word        = letters, digits, "_" and "-"
//! quoted text = '"' … '"' with \" \\ \n \r \t \u{hex}
//! ```
//!
//! Blanks may stand between all parts. What is left out has a meaning: `dp <= 0.1` is `dp.difference <= 0.1`,
//! `bounded_loss(L) <= b` is `bounded_loss(L).max <= b`, a distance between laws (`dp.ks <= 0.1`) is compared by its
//! difference, the largest over all pairs. A metric has no such default, since `fpr <= 0.1` could be meant of the
//! gap, of each group or of all rows: `fpr.difference`, `fpr.max` and `fpr.overall` say which.

mod caret;
mod comparison;
mod error;
mod event;
mod explain;
mod grammar;
mod names;
mod near;
mod remedy;
mod requirement;
mod scanner;
mod selector;

use std::{fmt, mem, str::FromStr};

pub use self::{
    caret::RequirementError,
    comparison::{Comparison, Functional, Level},
    error::{Expected, RequirementErrorKind},
    event::{Compared, Event, Need},
    explain::Explanation,
    names::{ColumnNames, GroupLabel, MetricName},
    near::nearest,
    requirement::{Bound, Relation, Requirement, Subject},
    selector::Selector,
};

pub(crate) use self::requirement::needs_of;

/// What must not depend on the group.
///
/// | notion | alias | events | compared variable |
/// | --- | --- | --- | --- |
/// | `demographic_parity` | `dp` | all rows | prediction |
/// | `equal_opportunity` | `eo` | Y = positive | prediction |
/// | `predictive_equality` | `pe` | Y = negative | prediction |
/// | `equalized_odds` | `eodds` | Y = y for each y | prediction |
/// | `conditional_parity(Z)` | `cp` | Z = z for each z | prediction |
/// | `predictive_parity` | `pp` | prediction = positive | outcome |
/// | `calibration` | | score in bin b for each b | outcome - score |
/// | `accuracy_parity` | | all rows | correctness |
/// | `bounded_loss(L)` | | all rows | loss L |
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Notion {
    #[doc = include_str!("explain/demographic_parity.md")]
    DemographicParity,
    #[doc = include_str!("explain/equal_opportunity.md")]
    EqualOpportunity,
    #[doc = include_str!("explain/predictive_equality.md")]
    PredictiveEquality,
    #[doc = include_str!("explain/equalized_odds.md")]
    EqualizedOdds,
    #[doc = include_str!("explain/conditional_parity.md")]
    ConditionalParity(
        /// The legitimate columns Z; none means the strata of the request.
        ColumnNames,
    ),
    #[doc = include_str!("explain/predictive_parity.md")]
    PredictiveParity,
    #[doc = include_str!("explain/calibration.md")]
    Calibration,
    #[doc = include_str!("explain/accuracy_parity.md")]
    AccuracyParity,
    #[doc = include_str!("explain/bounded_loss.md")]
    BoundedLoss(
        /// The metric whose group means are bounded.
        MetricName,
    ),
}

/// The row of a notion in the table that the grammar, the command line and the docs read.
#[derive(Debug)]
pub struct NotionEntry {
    // The notion with a stand-in for its argument.
    notion: Notion,
    name: &'static str,
    aliases: &'static [&'static str],
    event: Event,
    compared: Compared,
    explanation: Explanation,
}

static NOTIONS: [NotionEntry; 9] = [
    NotionEntry {
        notion: Notion::DemographicParity,
        name: "demographic_parity",
        aliases: &["dp", "statistical_parity"],
        event: Event::AllRows,
        compared: Compared::Prediction,
        explanation: Explanation::new(include_str!("explain/demographic_parity.md")),
    },
    NotionEntry {
        notion: Notion::EqualOpportunity,
        name: "equal_opportunity",
        aliases: &["eo"],
        event: Event::TargetPositive,
        compared: Compared::Prediction,
        explanation: Explanation::new(include_str!("explain/equal_opportunity.md")),
    },
    NotionEntry {
        notion: Notion::PredictiveEquality,
        name: "predictive_equality",
        aliases: &["pe"],
        event: Event::TargetNegative,
        compared: Compared::Prediction,
        explanation: Explanation::new(include_str!("explain/predictive_equality.md")),
    },
    NotionEntry {
        notion: Notion::EqualizedOdds,
        name: "equalized_odds",
        aliases: &["eodds"],
        event: Event::EachTarget,
        compared: Compared::Prediction,
        explanation: Explanation::new(include_str!("explain/equalized_odds.md")),
    },
    NotionEntry {
        notion: Notion::ConditionalParity(ColumnNames::none()),
        name: "conditional_parity",
        aliases: &["cp"],
        event: Event::EachStratum,
        compared: Compared::Prediction,
        explanation: Explanation::new(include_str!("explain/conditional_parity.md")),
    },
    NotionEntry {
        notion: Notion::PredictiveParity,
        name: "predictive_parity",
        aliases: &["pp"],
        event: Event::PredictionPositive,
        compared: Compared::Outcome,
        explanation: Explanation::new(include_str!("explain/predictive_parity.md")),
    },
    NotionEntry {
        notion: Notion::Calibration,
        name: "calibration",
        aliases: &[],
        event: Event::EachScoreBin,
        compared: Compared::Residual,
        explanation: Explanation::new(include_str!("explain/calibration.md")),
    },
    NotionEntry {
        notion: Notion::AccuracyParity,
        name: "accuracy_parity",
        aliases: &[],
        event: Event::AllRows,
        compared: Compared::Correctness,
        explanation: Explanation::new(include_str!("explain/accuracy_parity.md")),
    },
    NotionEntry {
        notion: Notion::BoundedLoss(MetricName::known("loss")),
        name: "bounded_loss",
        aliases: &[],
        event: Event::AllRows,
        compared: Compared::Loss,
        explanation: Explanation::new(include_str!("explain/bounded_loss.md")),
    },
];

/// Returns the table of all notions, in the order of the docs.
pub fn all() -> &'static [NotionEntry] {
    &NOTIONS
}

/// Returns the row of a notion by its name or an alias.
pub fn by_name(name: &str) -> Option<&'static NotionEntry> {
    NOTIONS.iter().find(|entry| entry.name == name || entry.aliases.contains(&name))
}

/// What stands in the parentheses after the name of a notion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NotionArgument {
    /// Nothing, and no parentheses.
    Nothing,
    /// Columns; without parentheses the strata of the request are meant.
    Columns,
    /// The name of a loss, always.
    Loss,
}

impl NotionEntry {
    /// Returns the full name.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Returns the other names that are read for it.
    pub fn aliases(&self) -> &'static [&'static str] {
        self.aliases
    }

    /// Returns the rows inside which nothing may depend on the group.
    pub fn event(&self) -> Event {
        self.event
    }

    /// Returns the variable whose law is compared there.
    pub fn compared(&self) -> Compared {
        self.compared
    }

    /// Returns what the notion measures, what it cannot see, how to read it, an example and sources.
    pub fn explanation(&self) -> Explanation {
        self.explanation
    }

    /// Returns what stands in parentheses after the name.
    pub fn argument(&self) -> NotionArgument {
        match self.notion {
            Notion::ConditionalParity(_) => NotionArgument::Columns,
            Notion::BoundedLoss(_) => NotionArgument::Loss,
            _ => NotionArgument::Nothing,
        }
    }

    /// Returns the notion, or `None` where it needs an argument to be one.
    ///
    /// Conditional parity is that over the strata of the request.
    pub fn notion(&self) -> Option<Notion> {
        (self.argument() != NotionArgument::Loss).then(|| self.notion.clone())
    }

    /// Returns what a row must have for the notion to be audited, in order, each once.
    pub fn needs(&self) -> Vec<Need> {
        let mut needs: Vec<Need> = self.compared.needs().iter().copied().chain(self.event.need()).collect();
        needs.sort_unstable();
        needs.dedup();
        needs
    }

    /// Returns the comparison that is meant where a requirement names none.
    pub fn default_comparison(&self) -> Comparison {
        match self.compared {
            Compared::Loss => Comparison::Max,
            _ => Comparison::Difference,
        }
    }
}

impl Notion {
    /// Returns the notion's row in the table.
    pub fn entry(&self) -> &'static NotionEntry {
        NOTIONS
            .iter()
            .find(|entry| mem::discriminant(&entry.notion) == mem::discriminant(self))
            .expect("invariant: every notion has a row in the table")
    }

    /// Returns the full name, without an argument.
    pub fn name(&self) -> &'static str {
        self.entry().name
    }

    /// Returns the rows inside which nothing may depend on the group.
    pub fn event(&self) -> Event {
        self.entry().event
    }

    /// Returns the variable whose law is compared there.
    pub fn compared(&self) -> Compared {
        self.entry().compared
    }

    /// Returns what a row must have for the notion to be audited, in order, each once.
    pub fn needs(&self) -> Vec<Need> {
        self.entry().needs()
    }

    /// Returns the explanation.
    pub fn explanation(&self) -> Explanation {
        self.entry().explanation
    }
}

impl fmt::Display for Notion {
    /// Writes the full name with its argument, as [`Notion::from_str`] reads it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self {
            Self::ConditionalParity(columns) if !columns.is_empty() => write!(f, "({columns})"),
            Self::BoundedLoss(loss) => write!(f, "({loss})"),
            _ => Ok(()),
        }
    }
}

impl FromStr for Notion {
    type Err = RequirementError;

    /// Reads a name or alias, with an argument where the notion takes one: `eodds`, `conditional_parity(department)`.
    fn from_str(text: &str) -> Result<Self, RequirementError> {
        grammar::notion(text)
    }
}
