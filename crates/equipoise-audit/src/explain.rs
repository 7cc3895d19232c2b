//! Errors of the table and of the library in the words of the front: columns, files, rows and parameters.

use std::io;

use equipoise::{
    audit::{AuditError, Quantity, Request},
    groups::Label,
    notion::{Notion, Subject, nearest},
    sample::{Argument, SampleError},
    stats::{CLASSES_MAX, ClassesError, Layout, LayoutError, Statistics, StatsError, Task},
};
use equipoise_table::{Place, TableError};

use crate::{
    failure::{Failure, Kind, listed},
    question::Question,
    spelling::{Parameter, Spelling},
};

impl Failure {
    /// Returns why the labels of the column of the outcome could not be made classes.
    pub fn of_classes(error: &ClassesError, target: &str, spelling: Spelling) -> Self {
        let mut layout = Layout::new(Task::Binary);
        layout.target = Some(target.to_owned());
        classes_error(error, &layout, spelling).of_kind(Kind::Data)
    }

    /// Returns an error of opening or reading a table.
    pub fn of_table(error: &TableError, spelling: Spelling) -> Self {
        if let TableError::Io { file, error } = error {
            return Self::reading(file, error);
        }
        let kind = match error {
            TableError::NoFile { .. } => Kind::File(io::ErrorKind::NotFound),
            TableError::BadPattern { .. } | TableError::OptionsClash { .. } => Kind::Usage,
            _ => Kind::Data,
        };
        let failure = Self::new(error).of_kind(kind);
        match error {
            TableError::UnknownColumn { available, n_available, nearest, .. } => failure
                .of_kind(Kind::Usage)
                .detail(format_args!("columns there: {}", listed(available, *n_available)))
                .help_if(nearest.as_ref().map(|near| format!("the nearest name is `{near}`"))),
            TableError::Missing { .. } => failure.help(missing(spelling)),
            TableError::NotANumber { .. } if spelling.has(Parameter::Missing) => failure.help(format_args!(
                "{} takes a value for missing; name another column where numbers are meant",
                spelling.form(Parameter::Missing, "VALUE")
            )),
            TableError::NotANumber { .. } => failure.help("pass numbers where numbers are meant"),
            TableError::NotFinite { .. } => failure.help(not_finite(spelling)),
            TableError::UnclearDelimiter { found, .. } => {
                let found =
                    found.iter().map(|(separator, n)| format!("{n} × `{}`", separator.escape_default()));
                failure
                    .detail(format_args!("found: {}", found.collect::<Vec<_>>().join(", ")))
                    .help(format_args!("name it: {}", spelling.item(Parameter::Delimiter, ";")))
                    .about(Parameter::Delimiter)
            }
            TableError::AmbiguousColumn { .. } => failure.help("rename it in one of the two files"),
            TableError::Nested { .. } => failure.help("name a column of texts, numbers or true and false"),
            TableError::ContradictingKey { .. } => failure
                .help(format_args!(
                    "a key may repeat in {} only with the same values",
                    spelling.name(Parameter::Join)
                ))
                .about(Parameter::Join),
            _ => failure.help_if(reading(error, spelling)),
        }
    }
}

fn missing(spelling: Spelling) -> String {
    let drop = spelling.on(Parameter::DropMissing);
    let markers = match spelling.has(Parameter::Missing) {
        true => format!("; {} names what means missing", spelling.name(Parameter::Missing)),
        false => String::new(),
    };
    format!("{drop} leaves such rows out and says how many{markers}")
}

fn not_finite(spelling: Spelling) -> String {
    let drop = spelling.on(Parameter::DropMissing);
    if spelling.has(Parameter::Missing) {
        let missing = spelling.list(Parameter::Missing, &["inf", "-inf"]);
        format!("{missing} with {drop} leaves such rows out")
    } else {
        format!("make it NaN: then {drop} leaves such rows out")
    }
}

/// What to do about a file that is not read as it was meant.
fn reading(error: &TableError, spelling: Spelling) -> Option<String> {
    let name = |parameter| spelling.name(parameter);
    let no_quotes = spelling.word(Parameter::Quote, "none");
    Some(match error {
        TableError::Ragged { .. } => format!(
            "is the separator right ({}), and what quotes mean ({no_quotes})?",
            name(Parameter::Delimiter)
        ),
        TableError::TooLong { .. } | TableError::UnclosedQuote { .. } => {
            format!("{no_quotes} reads quotes as part of the text")
        }
        TableError::NamesMismatch { .. } => {
            format!("{} names every column, in order", name(Parameter::Columns))
        }
        TableError::Malformed { .. } if spelling.has(Parameter::InputFormat) => {
            format!("{} says what it is where the suffix is wrong", name(Parameter::InputFormat))
        }
        TableError::NotUtf8 { .. } => {
            "convert the file, for example by `iconv -f latin1 -t utf-8`".to_owned()
        }
        TableError::BadJson { .. } => {
            "each line is one object: {\"column\": value, \"other\": value}".to_owned()
        }
        TableError::NoFile { .. } => "hidden files, and those that begin with `_`, are not read".to_owned(),
        _ => return None,
    })
}

/// Returns an error of reading the columns of a question.
pub(crate) fn table_error(error: &TableError, question: &Question) -> Failure {
    let column = match error {
        TableError::UnknownColumn { column, .. }
        | TableError::FilesDisagree { column, .. }
        | TableError::Missing { column, .. }
        | TableError::NotANumber { column, .. }
        | TableError::NotFinite { column, .. }
        | TableError::NotUtf8 { column, .. }
        | TableError::UnsupportedType { column, .. }
        | TableError::Nested { column, .. }
        | TableError::AmbiguousColumn { column, .. }
        | TableError::TooManyValues { column, .. } => Some(column),
        _ => None,
    };
    let is_of_numbers = matches!(error, TableError::NotANumber { .. } | TableError::NotFinite { .. });
    Failure::of_table(error, question.spelling).about_if(column.and_then(|column| match is_of_numbers {
        true => question.parameter_of_numbers(column),
        false => question.parameter_of(column),
    }))
}

/// Returns an error of the columns' values.
pub(crate) fn sample_error(
    error: &SampleError,
    question: &Question,
    layout: &Layout,
    place: Option<&Place>,
) -> Failure {
    let argument = match error {
        SampleError::NotFinite { argument, .. }
        | SampleError::Missing { argument, .. }
        | SampleError::LengthMismatch { argument, .. }
        | SampleError::CodeOutOfRange { argument, .. } => Some(*argument),
        SampleError::NegativeWeight { .. } => Some(Argument::Weights),
        _ => None,
    };
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
    let failure = failure
        .of_kind(Kind::Data)
        .about_if(argument.and_then(|argument| question.parameter_of(&name(argument, layout))));
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
pub(crate) fn stats_error(error: &StatsError, question: &Question, layout: &Layout) -> Failure {
    let spelling = question.spelling;
    match error {
        StatsError::Layout(error) => layout_error(error, spelling),
        StatsError::TooManyClasses { argument } => {
            let column = name(*argument, layout);
            Failure::new(format_args!("`{column}` has more than {CLASSES_MAX} different values"))
                .of_kind(Kind::Data)
                .about_if(question.parameter_of(&column))
                .help(format_args!(
                    "is it a number? then {}; is it a score? then {}",
                    spelling.word(Parameter::Task, "regression"),
                    spelling.name(Parameter::Score)
                ))
        }
        StatsError::TooManyUnits => {
            let columns = layout.sensitive.iter().chain(&layout.strata).map(|attribute| &attribute.name);
            let columns: Vec<&String> = columns.collect();
            Failure::new(error)
                .of_kind(Kind::Data)
                .about(Parameter::Sensitive)
                .detail(format_args!("columns: {}", listed(&columns, columns.len())))
                .help(format_args!("{} makes groups of a numeric column", spelling.cut_form("COLUMN")))
        }
        StatsError::RealWithoutCuts { column } | StatsError::NotANumber { column, .. } => {
            Failure::new(error).of_kind(Kind::Data).about_if(question.parameter_of(column))
        }
        _ => Failure::new(error).of_kind(Kind::Data),
    }
}

/// Returns an error of a layout.
pub(crate) fn layout_error(error: &LayoutError, spelling: Spelling) -> Failure {
    let failure = Failure::new(error);
    let name = |parameter| spelling.name(parameter);
    match error {
        LayoutError::NoSensitive => failure.about(Parameter::Sensitive).help(format_args!(
            "name the columns that make groups: {}",
            spelling.form(Parameter::Sensitive, "COLUMN,…")
        )),
        LayoutError::AttributeTwice { .. } => failure.about(Parameter::Sensitive),
        LayoutError::NothingToAudit => failure.about(Parameter::Target).help(format_args!(
            "{}, {} and {} take a column each",
            name(Parameter::Target),
            name(Parameter::Prediction),
            name(Parameter::Score)
        )),
        LayoutError::Threshold { .. } => failure.about(Parameter::Threshold),
        LayoutError::ThresholdWithoutUse => failure.about(Parameter::Threshold).help(format_args!(
            "{} goes with {}, without {}, in a binary task",
            name(Parameter::Threshold),
            name(Parameter::Score),
            name(Parameter::Prediction)
        )),
        LayoutError::PositiveWithoutUse => failure.about(Parameter::Positive).help(format_args!(
            "leave out {} and {}",
            name(Parameter::Positive),
            name(Parameter::PositivePrediction)
        )),
        LayoutError::PredictionInRegression => failure.about(Parameter::Prediction),
        LayoutError::ScoreInMulticlass => failure
            .about(Parameter::Score)
            .help(format_args!("name predicted classes: {}", spelling.form(Parameter::Prediction, "COLUMN"))),
        LayoutError::CutsWithoutUse => failure.about(Parameter::Cuts),
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
pub(crate) fn audit_error(
    error: &AuditError,
    statistics: &Statistics,
    request: &Request,
    spelling: Spelling,
) -> Failure {
    let (layout, name) = (statistics.layout(), |parameter| spelling.name(parameter));
    let failure = Failure::new(error);
    let failure = match error {
        AuditError::NoRows => failure.of_kind(Kind::Data),
        AuditError::Classes(error) => classes_error(error, layout, spelling),
        AuditError::NoReference { attribute, .. } => failure.about(Parameter::References).help(format_args!(
            "name it: {}, or write a pair into the {}",
            spelling.reference_form(attribute),
            spelling.requirement()
        )),
        AuditError::NotGiven { .. } => failure.help(format_args!(
            "{}, {}, {} and {} take a column each",
            name(Parameter::Target),
            name(Parameter::Prediction),
            name(Parameter::Score),
            name(Parameter::Strata)
        )),
        AuditError::UnknownAttribute { attribute, known, .. } => {
            let near = nearest(attribute, known.iter().map(String::as_str));
            failure.help_if(near.map(|near| format!("the nearest name is `{near}`")))
        }
        AuditError::UnknownGroup { group, known, .. } => {
            let near = nearest(group, known.iter().filter_map(Label::text));
            failure.help_if(near.map(|near| format!("the nearest name is `{near}`")))
        }
        AuditError::OtherStrata { .. } => {
            failure.help(format_args!("{} names the columns to compare inside", name(Parameter::Strata)))
        }
        AuditError::TooManyCells { .. } => failure.of_kind(Kind::Data).about(Parameter::Sensitive),
        _ => failure,
    };
    match asked_by(error, request) {
        Some(Parameter::Requirements) => {
            let failure = failure.of_kind(Kind::Requirement);
            if failure.parameter().is_none() { failure.about(Parameter::Requirements) } else { failure }
        }
        Some(parameter) => failure.about(parameter),
        None => failure,
    }
}

/// The parameter that asked for what cannot be answered.
fn asked_by(error: &AuditError, request: &Request) -> Option<Parameter> {
    let quantities = request.quantities.as_deref().unwrap_or_default();
    let of_text = |text: &str| {
        let is_required = |requirement: &equipoise::notion::Requirement| {
            requirement.to_string() == text || Quantity::from(requirement).to_string() == text
        };
        if request.requirements.iter().any(is_required) {
            return Some(Parameter::Requirements);
        }
        quantities.iter().any(|quantity| quantity.to_string() == text).then_some(Parameter::Notions)
    };
    let of_notion = |notion: &Notion| {
        let is_it = |subject: &Subject| matches!(subject, Subject::Notion(other) if other == notion);
        if request.requirements.iter().any(|requirement| is_it(requirement.subject())) {
            return Some(Parameter::Requirements);
        }
        request.quantities.is_some().then_some(Parameter::Notions)
    };
    match error {
        AuditError::Metric(_) => Some(Parameter::Metrics),
        AuditError::UnsuitedMetric { name, .. } if request.metrics.contains(name) => Some(Parameter::Metrics),
        AuditError::UnsuitedMetric { .. } => Some(Parameter::Requirements),
        AuditError::UnsuitedNotion { notion, .. } | AuditError::OtherStrata { notion, .. } => {
            of_notion(notion)
        }
        AuditError::NotGiven { requirement: text, .. }
        | AuditError::UnknownAttribute { requirement: text, .. }
        | AuditError::PairNeeded { quantity: text }
        | AuditError::NoSection { quantity: text, .. } => of_text(text),
        AuditError::UnknownGroup { attribute, group, .. } => {
            let is_it = |(name, label): &(String, Label)| name == attribute && label.to_string() == *group;
            let is_reference = request.references.iter().any(is_it);
            Some(if is_reference { Parameter::References } else { Parameter::Requirements })
        }
        _ => None,
    }
}

fn classes_error(error: &ClassesError, layout: &Layout, spelling: Spelling) -> Failure {
    let (argument, found) = match error {
        ClassesError::PositiveUnknown { argument, found }
        | ClassesError::PositiveAbsent { argument, found, .. } => (*argument, found),
        _ => return Failure::new(error).about(Parameter::Positive),
    };
    let column = name(argument, layout);
    let parameter = if argument == Argument::Prediction && layout.target.is_some() {
        Parameter::PositivePrediction
    } else {
        Parameter::Positive
    };
    let failure = match error {
        ClassesError::PositiveAbsent { named, .. } => {
            let named = named.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(" or ");
            Failure::new(format_args!("no value of `{column}` is {named}"))
        }
        _ => Failure::new(format_args!("which values of `{column}` are positive is not said")),
    };
    let example = found.iter().filter_map(Label::text).next_back().unwrap_or("VALUE");
    let values = found.iter().map(|label| format!("`{label}`"));
    let naming = format!("name the positive ones, for example {}", spelling.item(parameter, example));
    failure.about(parameter).detail(format_args!("values there: {}", listed(values, found.len()))).help(
        match argument == Argument::Prediction && are_scores(found) {
            true => format!(
                "if they are scores, give them as {} with {}; if they are classes, {naming}",
                spelling.name(Parameter::Score),
                spelling.name(Parameter::Threshold)
            ),
            false => naming,
        },
    )
}

/// Returns whether labels of predictions look like scores that were given for decisions: more than two, all numbers.
fn are_scores(found: &[Label]) -> bool {
    let is_number = |label: &Label| label.text().is_some_and(|text| text.parse().is_ok_and(f64::is_finite));
    found.len() > 2 && found.iter().all(is_number)
}
