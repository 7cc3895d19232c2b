//! Errors of tables and of methods in the words of the front: columns, features and parameters.

use equipoise::{
    methods::{FitError, PlanError},
    solvers::RowsError,
};
use equipoise_audit::{Failure, Kind, Parameter};
use equipoise_table::{FoldError, TableError};

use crate::{encoder::Encoder, frame::Stop, recipe::Recipe, target::Target};

/// Returns an error of reading columns; `places` holds the column and the parameter of each request.
pub(crate) fn read_error(error: FoldError<Stop>, places: &[(&str, Parameter)], recipe: &Recipe) -> Failure {
    match error {
        FoldError::Table(error) => {
            let about = named_column(&error)
                .and_then(|column| places.iter().find(|(name, _)| *name == column))
                .map(|(_, parameter)| *parameter);
            Failure::of_table(&error, recipe.spelling).about_if(about)
        }
        FoldError::Step(Stop::Cancelled) => cancelled(),
        FoldError::Step(Stop::TooManyLevels { column }) => match places.get(column) {
            Some((name, parameter)) => too_many(name, *parameter, recipe),
            None => Failure::new("a column has too many different values").of_kind(Kind::Data),
        },
    }
}

/// Returns that the work was stopped on request.
pub(crate) fn cancelled() -> Failure {
    Failure::new("the work was cancelled").of_kind(Kind::Cancelled)
}

/// Returns the column that an error of a table is about.
pub(crate) fn named_column(error: &TableError) -> Option<&str> {
    match error {
        TableError::UnknownColumn { column, .. }
        | TableError::FilesDisagree { column, .. }
        | TableError::Missing { column, .. }
        | TableError::NotANumber { column, .. }
        | TableError::NotFinite { column, .. }
        | TableError::NotUtf8 { column, .. }
        | TableError::UnsupportedType { column, .. }
        | TableError::Nested { column, .. }
        | TableError::TooManyValues { column, .. } => Some(column),
        _ => None,
    }
}

fn too_many(name: &str, parameter: Parameter, recipe: &Recipe) -> Failure {
    let spelling = recipe.spelling;
    let failure = Failure::new(format_args!("`{name}` has too many different values"))
        .of_kind(Kind::Data)
        .about(parameter);
    match parameter {
        Parameter::Features => failure
            .detail(format_args!("more than {} of them, each of which would be a feature", recipe.levels_max))
            .help(format_args!(
                "is it a name or a number of a row? then {} leaves it out",
                spelling.item(Parameter::Drop, name)
            ))
            .help(format_args!("{} allows more", spelling.form(Parameter::LevelsMax, "N"))),
        Parameter::Target => failure.detail("too many to be classes").help(format_args!(
            "numbers are predicted by {} and {}",
            spelling.word(Parameter::Method, "fair_ridge"),
            spelling.word(Parameter::Method, "fair_svr")
        )),
        _ => failure
            .detail("too many to be groups")
            .help(format_args!("{} makes groups of a numeric column", spelling.cut_form(name))),
    }
}

/// Returns an error of the features of some rows.
pub(crate) fn rows_error(error: &RowsError, encoder: &Encoder) -> Failure {
    match error {
        RowsError::OutOfRange { column, value, .. } => {
            let feature = encoder.feature_names().get(*column).cloned().unwrap_or_default();
            Failure::new(format_args!("`{feature}` has the value {value:e}, too large to learn from"))
        }
        _ => Failure::new(error),
    }
    .of_kind(Kind::Data)
    .about(Parameter::Features)
}

/// Returns an error of the parameters of a method.
pub(crate) fn plan_error(error: &PlanError, recipe: &Recipe) -> Failure {
    let failure = Failure::new(error);
    match error {
        PlanError::OutOfRange { parameter: "bound", .. } => failure.about(Parameter::Bound),
        PlanError::OutOfRange { .. } | PlanError::Conflict { .. } => failure.about(Parameter::Settings),
        PlanError::Unsupported(_) => {
            failure.about(Parameter::Notion).detail(recipe.spelling.within(Parameter::Notion))
        }
        _ => failure,
    }
}

/// Returns an error of fitting one score of a model.
pub(crate) fn fit_error(error: &FitError, recipe: &Recipe, encoder: &Encoder, target: &Target) -> Failure {
    let spelling = recipe.spelling;
    let failure = match error {
        FitError::Rows(error) => return rows_error(error, encoder),
        FitError::NothingToCompare { .. } => {
            let columns = equipoise_audit::listed(&recipe.sensitive, recipe.sensitive.len());
            Failure::new("there is nothing to compare: no event has rows of two groups")
                .about(Parameter::Sensitive)
                .detail(format_args!("sensitive columns: {columns}"))
                .help(format_args!(
                    "{} compares all rows; without {} the ordinary model is made",
                    spelling.word(Parameter::Notion, "demographic_parity"),
                    spelling.name(Parameter::Sensitive)
                ))
        }
        FitError::OneClass { .. } => {
            Failure::new("the rows have one class alone, and a classifier needs two").about(Parameter::Target)
        }
        FitError::Bounds { found, expected } => {
            let s = if *expected == 1 { "" } else { "s" };
            Failure::new(format_args!("{found} bounds are given, and {expected} difference{s} to bound"))
                .about(Parameter::Bound)
                .detail(spelling.within(Parameter::Bound))
                .help("one number bounds all of them")
        }
        FitError::EmptyClass { class } => {
            let label = target.labels().get(*class).cloned().unwrap_or_default();
            Failure::new(format_args!(
                "no row that is fitted, with a weight above 0, has the outcome `{label}`"
            ))
            .about(Parameter::Target)
        }
        FitError::OutOfRange { argument: "target", value, .. } => {
            Failure::new(format_args!("the outcome has the value {value:e}, too large to learn from"))
                .about(Parameter::Target)
        }
        _ => Failure::new(error),
    };
    failure.of_kind(Kind::Data)
}
