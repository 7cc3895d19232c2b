//! What can be wrong with a requirement, and what was allowed instead.

use std::fmt;

use super::{Compared, Comparison, Relation, all, names::write_visible, nearest, remedy::remedy};

/// What is wrong with a requirement or a notion.
///
/// Texts in the fields are excerpts fit to be shown: clipped, and with everything invisible escaped.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RequirementErrorKind {
    /// The text, as written or as it would be printed, is longer than the limit.
    #[error("the text is {bytes} bytes long, at most {limit} are allowed")]
    TooLong {
        /// The length.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Something stands where something else must.
    #[error("`{found}` stands where {expected} is needed")]
    Unexpected {
        /// The character or word.
        found: String,
        /// What may stand there.
        expected: Expected,
    },
    /// The text ends too early.
    #[error("the text ends where {expected} is needed")]
    Ends {
        /// What may stand there.
        expected: Expected,
    },
    /// A quoted text has no closing quote.
    #[error("the quote is not closed")]
    UnclosedQuote,
    /// A backslash is not followed by a known escape.
    #[error("`{found}` is not an escape")]
    BadEscape {
        /// The backslash and what follows.
        found: String,
    },
    /// A word cannot be the name of a notion or metric.
    #[error("`{found}` cannot be the name of a notion or metric")]
    NotAName {
        /// The word.
        found: String,
    },
    /// A comparison stands where the name of a notion or metric must.
    #[error("`{found}` is a comparison, not a notion or metric")]
    ComparisonFirst {
        /// The word.
        found: String,
    },
    /// A notion stands where the name of a metric must.
    #[error("`{found}` is a notion, not a metric")]
    NotionAsMetric {
        /// The word.
        found: String,
    },
    /// Something follows a complete requirement or notion.
    #[error("`{found}` stands after the end")]
    Trailing {
        /// The character or word.
        found: String,
    },
    /// A column is named twice in one list.
    #[error("column `{found}` is named twice")]
    NameTwice {
        /// The column.
        found: String,
    },
    /// There is no such notion.
    #[error("`{found}` is not a notion")]
    UnknownNotion {
        /// The word.
        found: String,
        /// The nearest name.
        near: Option<&'static str>,
    },
    /// There is neither a notion nor a metric of that name.
    #[error("`{found}` is neither a notion nor a metric")]
    UnknownMetric {
        /// The word.
        found: String,
        /// The nearest names, best first.
        near: Vec<String>,
    },
    /// There is no such comparison, or functional where one may still come.
    #[error("`{found}` is not a {}", if *.functional { "functional or comparison" } else { "comparison" })]
    UnknownPart {
        /// The word.
        found: String,
        /// Whether a functional could have stood there.
        functional: bool,
        /// The nearest name.
        near: Option<&'static str>,
    },
    /// A functional stands after the comparison, or a part is there twice.
    #[error("`{found}` cannot follow `{after}`")]
    PartOrder {
        /// The later part.
        found: &'static str,
        /// The earlier part.
        after: &'static str,
    },
    /// A metric has no comparison, and none can be guessed.
    #[error("metric `{metric}` has no comparison")]
    ComparisonMissing {
        /// The metric.
        metric: String,
    },
    /// A bounded loss has no loss.
    #[error("`bounded_loss` does not say which loss")]
    LossMissing,
    /// A sign is not one of the two relations.
    #[error("`{found}` is not a relation")]
    NotARelation {
        /// The sign.
        found: String,
    },
    /// A word is not a decimal number.
    #[error("`{found}` is not a number")]
    NotANumber {
        /// The word.
        found: String,
    },
    /// A number is infinite or not a number.
    #[error("{value} is not a finite number")]
    NotFinite {
        /// The number.
        value: f64,
    },
    /// A quantile's level is not inside (0, 1).
    #[error("the level {level} of a quantile is not above 0 and below 1")]
    LevelOutOfRange {
        /// The level.
        level: f64,
    },
    /// A group or reference has not one label for each attribute.
    #[error("the {labels} has {found} {} where {expected} {} needed, one for each attribute",
        if *.found == 1 { "label" } else { "labels" }, if *.expected == 1 { "is" } else { "are" })]
    LabelCount {
        /// `group` or `reference`.
        labels: &'static str,
        /// The number of attributes.
        expected: usize,
        /// The number of labels.
        found: usize,
    },
    /// A group is named without a reference.
    #[error("the group has no reference to compare it with")]
    ReferenceMissing,
    /// The reference is given twice.
    #[error("the reference is given twice")]
    ReferenceTwice,
    /// The attributes in brackets are not those of the pair.
    #[error("the brackets name `{brackets}`, the pair names `{pair}`")]
    AttributesDiffer {
        /// The attributes in brackets.
        brackets: String,
        /// The attributes of the pair.
        pair: String,
    },
    /// A group is compared with itself.
    #[error("the group and its reference are the same")]
    SameGroup,
    /// A functional is asked of a metric, which already is a number.
    #[error("`{functional}` cannot be asked of metric `{metric}`, which is a number for each group already")]
    FunctionalOfMetric {
        /// The functional.
        functional: &'static str,
        /// The metric.
        metric: String,
    },
    /// A functional is asked of a variable that is compared by its mean only.
    #[error("`{functional}` cannot be asked of {notion}, whose variable is {compared}")]
    FunctionalOfNotion {
        /// The functional.
        functional: &'static str,
        /// The notion.
        notion: &'static str,
        /// Its compared variable.
        compared: Compared,
    },
    /// A comparison needs a value for each group, and a distance has one for each pair only.
    #[error("`{functional}` is a distance between two groups, so there is no `{comparison}` of it")]
    ComparisonOfDistance {
        /// The comparison.
        comparison: Comparison,
        /// The distance.
        functional: &'static str,
    },
    /// A notion is about groups; the value over all rows belongs to a metric.
    #[error("{notion} is about groups and has no value over all rows")]
    OverallOfNotion {
        /// The notion.
        notion: &'static str,
    },
    /// A quotient of residuals, which have either sign.
    #[error("{notion} compares residuals, which have either sign, so there is no `{comparison}` of them")]
    RatioOfResiduals {
        /// The comparison.
        comparison: Comparison,
        /// The notion.
        notion: &'static str,
    },
    /// Groups are named though all rows are taken together.
    #[error("`overall` takes all rows together, so no groups can be named")]
    GroupsOfOverall,
    /// A signed difference is of a pair.
    #[error("`{comparison}` has a sign only between two named groups")]
    PairMissing {
        /// The comparison.
        comparison: Comparison,
    },
    /// A pair is named for a comparison that runs over all groups.
    #[error("`{comparison}` runs over all groups and takes no pair")]
    PairNotTaken {
        /// The comparison.
        comparison: Comparison,
    },
    /// A reference alone is named for a comparison that has none.
    #[error("`{comparison}` does not compare with a reference")]
    ReferenceNotTaken {
        /// The comparison.
        comparison: Comparison,
    },
    /// The bound points to the side on which inequality lies.
    #[error("`{of} {relation}` does not ask for equal treatment{}", wrong_relation_reason(*.comparison))]
    WrongRelation {
        /// The comparison, or the distance that is compared, as written.
        of: &'static str,
        /// The comparison.
        comparison: Comparison,
        /// The relation.
        relation: Relation,
    },
    /// The bound is a number that the comparison never takes.
    #[error("the bound {value} is out of range, `{of}` lies {}", range_text(*.lower, *.upper))]
    BoundOutOfRange {
        /// The comparison, or the distance that is compared.
        of: &'static str,
        /// The bound.
        value: f64,
        /// The least value.
        lower: f64,
        /// The greatest value.
        upper: f64,
    },
}

/// What may stand at a place of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// A notion or a metric.
    Subject,
    /// A notion alone.
    Notion,
    /// A functional or a comparison.
    Part,
    /// The name of a column.
    Column,
    /// The name of a column, or the word `reference`.
    PairEntry,
    /// The label of a group.
    Label,
    /// The name of a loss.
    Loss,
    /// One of these signs.
    Sign(&'static str),
    /// One of the signs after a name or label in a list.
    ListSign(&'static str),
    /// A sign after a column in the argument of conditional parity.
    StrataSign,
    /// The parenthesis after `quantile`.
    LevelOpen,
    /// A relation.
    Relation,
    /// A number.
    Number,
}

impl fmt::Display for Expected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Subject => "a notion or a metric",
            Self::Notion => "a notion",
            Self::Part => "a functional or a comparison",
            Self::Column => "a column",
            Self::PairEntry => "a column or `reference`",
            Self::Label => "a label",
            Self::Loss => "a loss",
            Self::Sign(signs) | Self::ListSign(signs) => signs,
            Self::StrataSign => "`,` or `)`",
            Self::LevelOpen => "`(`",
            Self::Relation => "`<=` or `>=`",
            Self::Number => "a number",
        })
    }
}

fn wrong_relation_reason(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Min => ", it holds as soon as one group is low",
        Comparison::Max => ", it holds as soon as one group is high",
        _ if comparison.is_ratio() => ", 1 is equality and the ratio is at most 1",
        _ => ", 0 is equality and the gap is at least 0",
    }
}

fn range_text(lower: f64, upper: f64) -> String {
    match (lower.is_finite(), upper.is_finite()) {
        (true, true) => format!("between {lower} and {upper}"),
        (true, false) => format!("at or above {lower}"),
        (false, true) => format!("at or below {upper}"),
        (false, false) => "anywhere".to_owned(),
    }
}

impl RequirementErrorKind {
    /// Returns what to do about it, if there is more to say than the message does.
    pub fn help(&self) -> Option<String> {
        remedy(self)
    }

    /// Returns the name that was probably meant, if a name is wrong and another one is near.
    pub fn suggestion(&self) -> Option<&str> {
        match self {
            Self::UnknownNotion { near, .. } | Self::UnknownPart { near, .. } => *near,
            Self::UnknownMetric { near, .. } => near.first().map(String::as_str),
            Self::NotAName { found } => near_notion(found),
            _ => None,
        }
    }

    /// Returns the part of a requirement that is at fault, where the fault is in the sense and not in the spelling.
    pub(super) fn part(&self) -> Part {
        match self {
            Self::FunctionalOfMetric { .. } | Self::FunctionalOfNotion { .. } => Part::Functional,
            Self::ComparisonOfDistance { .. }
            | Self::OverallOfNotion { .. }
            | Self::RatioOfResiduals { .. }
            | Self::PairMissing { .. } => Part::Comparison,
            Self::GroupsOfOverall
            | Self::PairNotTaken { .. }
            | Self::ReferenceNotTaken { .. }
            | Self::SameGroup
            | Self::ReferenceMissing
            | Self::LabelCount { .. }
            | Self::AttributesDiffer { .. } => Part::Selector,
            Self::WrongRelation { .. } => Part::Relation,
            Self::BoundOutOfRange { .. } | Self::NotFinite { .. } => Part::Number,
            _ => Part::Whole,
        }
    }
}

/// A part of a requirement's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Whole,
    Functional,
    Comparison,
    Selector,
    Relation,
    Number,
}

/// Returns the notion's name that a word probably misspells.
pub(super) fn near_notion(word: &str) -> Option<&'static str> {
    alias_in_other_case(word).or_else(|| nearest(word, all().iter().map(|entry| entry.name())))
}

/// Returns the alias that a word spells in capitals. Aliases are so short that any other nearness is an accident.
pub(super) fn alias_in_other_case(word: &str) -> Option<&'static str> {
    all().iter().flat_map(|entry| entry.aliases()).copied().find(|alias| alias.eq_ignore_ascii_case(word))
}

/// Returns an excerpt of a text fit to be shown in a message: at most 40 characters, invisible ones escaped.
pub(super) fn shown(text: &str) -> String {
    let mut out: String = text.chars().take(40).map(visible).collect();
    if text.chars().nth(40).is_some() {
        out.push('…');
    }
    out
}

/// Returns a character, or its escape where it would not be seen.
pub(super) fn visible(c: char) -> String {
    let mut cell = String::new();
    // Writing to a string does not fail.
    let _ = write_visible(&mut cell, c);
    cell
}
