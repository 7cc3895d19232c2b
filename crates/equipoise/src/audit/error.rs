//! Why a request cannot be answered.

use crate::{
    groups::Label,
    metrics::ChoiceError,
    notion::{Functional, Need, Notion},
    stats::ClassesError,
};

/// Why a request cannot be answered. Everything else is an answer, if only "undefined" or "undecided".
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AuditError {
    /// There are no rows.
    #[error("there are no rows to audit: the table is empty, or all its rows were left out")]
    NoRows,
    /// Which labels are positive cannot be decided.
    #[error(transparent)]
    Classes(#[from] ClassesError),
    /// A text is not a metric.
    #[error(transparent)]
    Metric(ChoiceError),
    /// A notion that makes no sense for the task.
    #[error("`{notion}` cannot be audited here: {why}")]
    UnsuitedNotion {
        /// The notion.
        notion: Notion,
        /// Why.
        why: &'static str,
    },
    /// The metric is for another task, or needs something that is not there.
    #[error("`{name}` cannot be computed here: {why}")]
    UnsuitedMetric {
        /// The metric.
        name: String,
        /// What it needs.
        why: String,
    },
    /// A requirement is about a notion that needs something that is not there.
    #[error("`{requirement}` cannot be audited: there is no {}", list(missing))]
    NotGiven {
        /// The requirement.
        requirement: String,
        /// What is missing.
        missing: Vec<Need>,
    },
    /// A signed difference of no pair of groups.
    #[error(
        "`{quantity}` needs two groups: write `(attribute = group, reference = other)` after the comparison"
    )]
    PairNeeded {
        /// What is compared.
        quantity: String,
    },
    /// A quantity names attributes of which the request makes no section.
    #[error(
        "`{quantity}` compares the groups of {}, but the sections of this audit are {}",
        names(asked),
        names(sections)
    )]
    NoSection {
        /// What is compared.
        quantity: String,
        /// The attributes it names.
        asked: Vec<String>,
        /// The attribute, or the crossing, of each section.
        sections: Vec<String>,
    },
    /// More groups, strata and classes than an audit keeps apart.
    #[error(
        "`{attribute}` makes {groups} groups in {} strata with tables of {cells} cells each, too many to compare: \
         merge groups, strata or classes, or audit fewer columns",
        strata.max(&1)
    )]
    TooManyCells {
        /// The attribute, or the crossing.
        attribute: String,
        /// Its groups.
        groups: usize,
        /// The strata; 0 where there are none.
        strata: usize,
        /// Cells of a table: target classes times predicted classes.
        cells: usize,
    },
    /// A requirement names an attribute that is not a sensitive one.
    #[error(
        "`{requirement}` names `{attribute}`, which is not among the sensitive attributes: {}",
        names(known)
    )]
    UnknownAttribute {
        /// The requirement.
        requirement: String,
        /// The attribute.
        attribute: String,
        /// The sensitive attributes.
        known: Vec<String>,
    },
    /// A requirement, or the request, names a group that is not there.
    #[error("`{attribute}` has no group `{group}`; its groups are {}", labels(known))]
    UnknownGroup {
        /// The attribute, or the crossing.
        attribute: String,
        /// The group.
        group: String,
        /// The groups there.
        known: Vec<Label>,
    },
    /// A comparison to a reference, and no reference is named for the attribute.
    #[error(
        "`{quantity}` compares with a reference group, and none is named for `{attribute}`: name one in the request, or \
         write `(reference = …)` after the comparison"
    )]
    NoReference {
        /// What is compared.
        quantity: String,
        /// The attribute, or the crossing.
        attribute: String,
    },
    /// Conditional parity over columns that are not the strata of the statistics.
    #[error(
        "`{notion}` needs the strata {}, but the statistics were taken with {}",
        names(asked),
        names(known)
    )]
    OtherStrata {
        /// The notion.
        notion: Notion,
        /// The columns it names.
        asked: Vec<String>,
        /// The strata there.
        known: Vec<String>,
    },
    /// A functional that an audit does not compute for this variable.
    #[error("`{functional}` cannot be computed for {variable}")]
    UnsupportedFunctional {
        /// The functional.
        functional: Functional,
        /// The variable, in words.
        variable: &'static str,
    },
}

fn list(needs: &[Need]) -> String {
    needs.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and no ")
}

fn names(names: &[String]) -> String {
    match names {
        [] => "none".to_owned(),
        _ => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

fn labels(labels: &[Label]) -> String {
    const SHOWN: usize = 12;
    let mut texts: Vec<String> = labels.iter().take(SHOWN).map(|label| format!("`{label}`")).collect();
    if labels.len() > SHOWN {
        texts.push(format!("and {} more", labels.len() - SHOWN));
    }
    texts.join(", ")
}
