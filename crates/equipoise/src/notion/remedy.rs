//! What to do about a fault in a requirement: the allowed words, the form, an example.

use super::{
    Comparison, Functional, RequirementErrorKind as Kind, all,
    error::{Expected, near_notion},
};

const FORM: &str =
    "write `SUBJECT.COMPARISON <= NUMBER`, such as `dp.difference <= 0.1` or `dp.ratio[sex] >= 0.8`";
const ORDER: &str = "the order is `SUBJECT.FUNCTIONAL.COMPARISON[attributes](pair) <= NUMBER`";
const PATH: &str = "one functional may stand before one comparison: `dp.quantile(0.5).difference <= 2`";
const QUOTES: &str = "names and labels with blanks or signs stand in double quotes: `\"African American\"`";
const OPEN_LIST: &str = "the list is not closed, or a name with a sign in it is not in double quotes";
const ESCAPES: &str = r#"escapes: \", \\, \n, \r, \t, \u{1f600}"#;
const STRATA: &str = "the first parentheses of conditional_parity name its strata, a pair stands in the next";
const LOSS: &str = "a loss is a metric, named in parentheses: `bounded_loss(log_loss) <= 0.2`";
const PAIR: &str = "a pair is written `(race = Black, reference = White)`";
const CROSSING: &str = "a crossing is written `(race = Black, sex = f, reference = (White, m))`";
const REFERENCE: &str = "write difference_to_reference or ratio_to_reference, or name the group before the \
                         reference: `(race = Black, reference = White)`";
const RATIO: &str = "write `ratio >=`; the ratio of a pair, `ratio(race = Black, reference = White)`, can be bounded \
                     on either side";
const NUMBERS: &str = "numbers are written 0.1, 1e-3 or 5%";
const POINT: &str = "numbers have a decimal point, and one text holds one requirement";
const MEDIAN: &str = "the median is `quantile(0.5)`";

/// Returns what to do, if there is more to say than the message of the fault does.
pub(super) fn remedy(kind: &Kind) -> Option<String> {
    spelling(kind).or_else(|| sense(kind))
}

/// The remedies of faults in how a requirement is written.
fn spelling(kind: &Kind) -> Option<String> {
    let fixed = match kind {
        Kind::Unexpected { found, expected } => return instead(found, *expected),
        Kind::Ends { expected } => return instead("", *expected),
        Kind::UnknownNotion { near, .. } => return Some(meant(*near, notions())),
        Kind::UnknownMetric { near, .. } => return Some(near_metrics(near)),
        Kind::UnknownPart { functional: false, near, .. } => return Some(meant(*near, comparisons())),
        Kind::UnknownPart { functional: true, near, .. } => return Some(meant(*near, parts())),
        Kind::NotAName { found } => return Some(meant(near_notion(found), FORM.to_owned())),
        Kind::Trailing { found } if found == "," => POINT,
        Kind::Trailing { .. } => "one text holds one requirement, or one notion",
        Kind::UnclosedQuote => "end the name with `\"`, and write a quote inside it as `\\\"`",
        Kind::BadEscape { .. } => ESCAPES,
        Kind::NameTwice { .. } | Kind::ReferenceTwice => "name it once",
        Kind::ComparisonFirst { .. } => FORM,
        Kind::PartOrder { .. } => PATH,
        Kind::LossMissing | Kind::NotionAsMetric { .. } => LOSS,
        Kind::NotARelation { .. } => "relations: <= and >=, the bound itself is allowed",
        Kind::NotANumber { .. } => NUMBERS,
        Kind::LevelOutOfRange { .. } => MEDIAN,
        _ => return None,
    };
    Some(fixed.to_owned())
}

/// The remedies of parts that do not go together.
fn sense(kind: &Kind) -> Option<String> {
    let fixed = match kind {
        Kind::ComparisonMissing { metric } => {
            return Some(format!(
                "write `{metric}.difference` for the gap between groups, `{metric}.max` or `{metric}.min` for each \
                 group, `{metric}.overall` for all rows"
            ));
        }
        Kind::FunctionalOfMetric { .. } => return Some(format!("leave it out; {}", comparisons())),
        Kind::FunctionalOfNotion { notion, .. } => {
            return Some(format!("write `{notion}.difference`, of the means"));
        }
        Kind::ComparisonOfDistance { functional, .. } => {
            let others = list(Comparison::all().filter(|c| c.applies_to_distances()).map(Comparison::name));
            return Some(format!(
                "write `{functional}` alone for the largest distance of a pair, or add one of {others}"
            ));
        }
        Kind::RatioOfResiduals { notion, .. } => return Some(format!("write `{notion}.difference`")),
        Kind::PairMissing { comparison } => {
            return Some(format!(
                "write `{comparison}(race = Black, reference = White)`, or `difference` for all groups"
            ));
        }
        Kind::WrongRelation { of, comparison, .. } => return Some(turned(of, *comparison)),
        Kind::BoundOutOfRange { value, upper, .. } if *upper == 1.0 && (2.0..=100.0).contains(value) => {
            return Some(format!("did you mean `{value}%`?"));
        }
        Kind::LabelCount { .. } => CROSSING,
        Kind::ReferenceMissing => PAIR,
        Kind::AttributesDiffer { .. } => "leave the brackets out, the pair names its attributes",
        Kind::SameGroup => "name two different groups",
        Kind::OverallOfNotion { .. } => "name the metric: `selection_rate.overall <= 0.5`",
        Kind::GroupsOfOverall => "leave the groups out, or write `min` or `max`",
        Kind::PairNotTaken { comparison: Comparison::RatioToReference } => "write `ratio(…)` for the pair",
        Kind::PairNotTaken { comparison: Comparison::DifferenceToReference } => {
            "write `difference(…)` for the pair"
        }
        Kind::PairNotTaken { .. } => "a pair has difference, signed_difference and ratio",
        Kind::ReferenceNotTaken { .. } => REFERENCE,
        _ => return None,
    };
    Some(fixed.to_owned())
}

/// What to write where something else was expected.
fn instead(found: &str, expected: Expected) -> Option<String> {
    let is_sign = matches!(found, "<" | ">" | "≤" | "≥" | ".");
    let fixed = match expected {
        Expected::Notion => return Some(notions()),
        Expected::Part => return Some(parts()),
        Expected::Sign("`=`") => {
            return Some(format!("{PAIR}; strata are named in `conditional_parity(department)`"));
        }
        Expected::Subject => FORM,
        Expected::Column if found == "]" => "without brackets every attribute of the request is meant",
        Expected::Column | Expected::PairEntry | Expected::Label => QUOTES,
        Expected::ListSign(_) | Expected::StrataSign if is_sign => OPEN_LIST,
        Expected::StrataSign if found == "=" => STRATA,
        Expected::ListSign(_) if found == "=" || found == "(" => return None,
        Expected::ListSign(_) | Expected::StrataSign => QUOTES,
        Expected::LevelOpen => MEDIAN,
        Expected::Relation => ORDER,
        Expected::Number => NUMBERS,
        Expected::Loss | Expected::Sign(_) => return None,
    };
    Some(fixed.to_owned())
}

/// What to write in place of a bound on the wrong side.
fn turned(of: &str, comparison: Comparison) -> String {
    match comparison {
        Comparison::Min => "write `max <=` to bound every group from above, or `min >=`".to_owned(),
        Comparison::Max => "write `min >=` to bound every group from below, or `max <=`".to_owned(),
        Comparison::Ratio => RATIO.to_owned(),
        _ if comparison.is_ratio() => format!("write `{of} >=`"),
        _ => format!("write `{of} <=`"),
    }
}

fn near_metrics(near: &[String]) -> String {
    match near {
        [] => "the lists of metrics and of notions hold the names that are known".to_owned(),
        [one] => format!("did you mean `{one}`?"),
        [rest @ .., last] => {
            let rest = rest.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            format!("did you mean {rest} or `{last}`?")
        }
    }
}

fn meant(near: Option<&str>, allowed: String) -> String {
    match near {
        Some(near) => format!("did you mean `{near}`? {allowed}"),
        None => allowed,
    }
}

fn comparisons() -> String {
    format!("comparisons: {}", list(Comparison::all().map(Comparison::name)))
}

fn parts() -> String {
    format!("{}; functionals: {}", comparisons(), list(Functional::names()))
}

fn notions() -> String {
    format!("notions: {}", list(all().iter().map(|entry| entry.name())))
}

fn list(names: impl IntoIterator<Item = &'static str>) -> String {
    names.into_iter().collect::<Vec<_>>().join(", ")
}
