//! Errors of the table and of the library in the words of the command line: columns, files, rows and flags.

use equipoise::{
    audit::AuditError,
    groups::Label,
    notion::nearest,
    sample::{Argument, SampleError},
    stats::{ClassesError, Layout, LayoutError, Statistics, StatsError},
};
use equipoise_table::{Place, TableError};

use crate::failure::{Failure, listed};

/// Returns an error of reading a table.
pub(crate) fn table_error(error: &TableError) -> Failure {
    if let TableError::Io { file, error } = error {
        return Failure::reading(file, error);
    }
    let failure = Failure::new(error);
    match error {
        TableError::UnknownColumn { available, n_available, nearest, .. } => {
            let failure = failure.detail(format_args!("columns there: {}", listed(available, *n_available)));
            failure.help_if(nearest.as_ref().map(|near| format!("the nearest name is `{near}`")))
        }
        TableError::Missing { .. } => failure.help(
            "`--drop-missing` leaves such rows out and says how many; `--missing` names what means missing",
        ),
        TableError::NotANumber { .. } => failure
            .help("`--missing VALUE` takes a value for missing; name another column where numbers are meant"),
        TableError::NotFinite { .. } => {
            failure.help("`--missing inf,-inf` with `--drop-missing` leaves such rows out")
        }
        TableError::Ragged { .. } => {
            failure.help("is the separator right (`--delimiter`), and what quotes mean (`--quote none`)?")
        }
        TableError::TooLong { .. } | TableError::UnclosedQuote { .. } => {
            failure.help("`--quote none` reads quotes as part of the text")
        }
        TableError::NamesMismatch { .. } => failure.help("`--columns` names every column, in order"),
        TableError::UnclearDelimiter { found, .. } => {
            let found = found.iter().map(|(separator, n)| format!("{n} × `{}`", separator.escape_default()));
            let found = found.collect::<Vec<_>>().join(", ");
            failure.detail(format_args!("found: {found}")).help("name it: `--delimiter ';'`")
        }
        TableError::Malformed { .. } => {
            failure.help("`--input-format` says what it is where the suffix is wrong")
        }
        TableError::NotUtf8 { .. } => {
            failure.help("convert the file, for example by `iconv -f latin1 -t utf-8`")
        }
        TableError::BadJson { .. } => {
            failure.help("each line is one object: {\"column\": value, \"other\": value}")
        }
        TableError::Nested { .. } => failure.help("name a column of texts, numbers or true and false"),
        TableError::AmbiguousColumn { .. } => failure.help("rename it in one of the two files"),
        TableError::NoFile { .. } => {
            failure.help("hidden files, and those that begin with `_`, are not read")
        }
        TableError::ContradictingKey { .. } => {
            failure.help("a key may repeat in `--join` only with the same values")
        }
        _ => failure,
    }
}

/// Returns an error of the columns' values.
pub(crate) fn sample_error(error: &SampleError, layout: &Layout, place: Option<&Place>) -> Failure {
    let failure = match error {
        SampleError::NotFinite { argument, value, .. } => Failure::new(format_args!(
            "column `{}` has the value {}, too large to count with",
            name(*argument, layout),
            number(*value)
        )),
        SampleError::NegativeWeight { value, .. } => {
            let column = name(Argument::Weights, layout);
            let value = number(*value);
            Failure::new(format_args!("column `{column}` has the weight {value}: weights are not negative"))
        }
        SampleError::Missing { argument, .. } => {
            Failure::new(format_args!("column `{}` is missing in a row", name(*argument, layout)))
        }
        _ => Failure::new(error),
    };
    match place {
        Some(place) => failure.detail(format_args!("in {place}")),
        None => failure,
    }
}

/// Writes a number; a long one with an exponent.
fn number(value: f64) -> String {
    if value == 0.0 || (1e-5..1e16).contains(&value.abs()) { value.to_string() } else { format!("{value:e}") }
}

/// Returns the name of a column by its role.
fn name(argument: Argument, layout: &Layout) -> String {
    let attribute = match argument {
        Argument::Sensitive(place) => layout.sensitive.get(place),
        Argument::Stratum(place) => layout.strata.get(place),
        _ => None,
    };
    let column = match argument {
        Argument::Target => layout.target.as_deref(),
        Argument::Prediction => layout.prediction.as_deref(),
        Argument::Score => layout.score.as_deref(),
        Argument::Weights => layout.weight.as_ref().map(|(column, _)| column.as_str()),
        Argument::Sensitive(_) | Argument::Stratum(_) => attribute.map(|attribute| attribute.name.as_str()),
    };
    column.map_or_else(|| argument.to_string(), str::to_owned)
}

/// Returns an error of counting.
pub(crate) fn stats_error(error: &StatsError, layout: &Layout) -> Failure {
    match error {
        StatsError::Layout(error) => layout_error(error),
        StatsError::TooManyClasses { argument } => {
            let column = name(*argument, layout);
            Failure::new(format_args!(
                "`{column}` has more than {} different values",
                equipoise::stats::CLASSES_MAX
            ))
            .help("is it a number? then `--task regression`; is it a score? then `--score`")
        }
        StatsError::TooManyUnits => {
            let columns = layout.sensitive.iter().chain(&layout.strata).map(|attribute| &attribute.name);
            let columns: Vec<&String> = columns.collect();
            Failure::new(error)
                .detail(format_args!("columns: {}", listed(&columns, columns.len())))
                .help("`--cut COLUMN=NUMBER,…` makes groups of a numeric column")
        }
        _ => Failure::new(error),
    }
}

/// Returns an error of a layout.
pub(crate) fn layout_error(error: &LayoutError) -> Failure {
    let failure = Failure::new(error);
    match error {
        LayoutError::NoSensitive => failure.help("name the columns that make groups: `--sensitive COLUMN,…`"),
        LayoutError::NothingToAudit => {
            failure.help("`--target`, `--prediction` and `--score` take a column each")
        }
        LayoutError::ThresholdWithoutUse => {
            failure.help("`--threshold` goes with `--score`, without `--prediction`, in a binary task")
        }
        LayoutError::PositiveWithoutUse => failure.help("leave out `--positive` and `--positive-prediction`"),
        LayoutError::ScoreInMulticlass => failure.help("name predicted classes: `--prediction COLUMN`"),
        _ => failure,
    }
}

/// Returns that an attribute is not among the sensitive columns.
pub(crate) fn unknown_attribute(attribute: &str, layout: &Layout) -> Failure {
    let names: Vec<&str> = layout.sensitive.iter().map(|attribute| attribute.name.as_str()).collect();
    let near = nearest(attribute, names.iter().copied());
    Failure::new(format_args!("`{attribute}` is not a sensitive column of this audit"))
        .detail(format_args!("sensitive columns: {}", listed(&names, names.len())))
        .help_if(near.map(|near| format!("the nearest name is `{near}`")))
}

/// Returns an error of the audit proper.
pub(crate) fn audit_error(error: &AuditError, statistics: &Statistics) -> Failure {
    let layout = statistics.layout();
    match error {
        AuditError::Classes(error) => classes_error(error, layout),
        AuditError::NoReference { attribute, .. } => Failure::new(error)
            .help(format_args!("name it: `--reference {attribute}=VALUE`, or write a pair into the gate")),
        AuditError::NotGiven { .. } => Failure::new(error)
            .help("`--target`, `--prediction`, `--score` and `--strata` take a column each"),
        AuditError::UnknownAttribute { attribute, known, .. } => {
            let near = nearest(attribute, known.iter().map(String::as_str));
            Failure::new(error).help_if(near.map(|near| format!("the nearest name is `{near}`")))
        }
        AuditError::UnknownGroup { group, known, .. } => {
            let near = nearest(group, known.iter().filter_map(Label::text));
            Failure::new(error).help_if(near.map(|near| format!("the nearest name is `{near}`")))
        }
        AuditError::OtherStrata { .. } => {
            Failure::new(error).help("`--strata` names the columns to compare inside")
        }
        _ => Failure::new(error),
    }
}

fn classes_error(error: &ClassesError, layout: &Layout) -> Failure {
    let (argument, found) = match error {
        ClassesError::PositiveUnknown { argument, found }
        | ClassesError::PositiveAbsent { argument, found, .. } => (*argument, found),
        _ => return Failure::new(error),
    };
    let column = name(argument, layout);
    let flag = if argument == Argument::Prediction && layout.target.is_some() {
        "--positive-prediction"
    } else {
        "--positive"
    };
    let failure = match error {
        ClassesError::PositiveAbsent { named, .. } => {
            let named = named.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" or ");
            Failure::new(format_args!("no value of `{column}` is {named}"))
        }
        _ => Failure::new(format_args!("which values of `{column}` are positive is not said")),
    };
    let example = found.iter().filter_map(Label::text).next_back().unwrap_or("VALUE");
    failure
        .detail(format_args!(
            "values there: {}",
            listed(found.iter().map(|label| format!("`{label}`")), found.len())
        ))
        .help(format_args!(
            "name the positive ones, for example `{flag} '{}'`",
            crate::args::values::Names::quote(example)
        ))
}
