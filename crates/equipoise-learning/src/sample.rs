//! From the columns of a table to what a method is fitted on.

use equipoise::{
    groups::{Cuts, Label},
    methods::{Labelled, one_vs_rest::Classed},
    sample::{Categorical, Codes},
    solvers::OwnedRows,
};
use equipoise_audit::{Cut, CutPoints, Failure, Kind, Parameter, Spelling};

use crate::{
    frame::{Coded, Column},
    recipe::Recipe,
};

/// Groups that numbers make without being cut: more are no groups, but a forgotten cut.
const UNCUT_MAX: usize = 100;

/// The rows that a method is fitted on.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) rows: OwnedRows,
    pub(crate) sensitive: Vec<Coded>,
    pub(crate) strata: Vec<Coded>,
    pub(crate) weights: Option<Vec<f64>>,
}

impl Sample {
    /// Hands the rows on as the library takes them, with some target.
    pub(crate) fn with<T>(&self, target: &[f64], then: impl FnOnce(&Labelled<'_>) -> T) -> T {
        let sensitive: Vec<Categorical<'_>> = self.sensitive.iter().map(Coded::view).collect();
        let strata: Vec<Categorical<'_>> = self.strata.iter().map(Coded::view).collect();
        then(&Labelled {
            rows: self.rows.view(),
            target,
            sensitive: &sensitive,
            strata: &strata,
            weights: self.weights.as_deref(),
        })
    }
}

impl Sample {
    /// Hands the rows on as the library takes them, with their classes.
    pub(crate) fn with_classes<T>(
        &self,
        codes: &[u32],
        n_classes: usize,
        then: impl FnOnce(&Classed<'_>) -> T,
    ) -> T {
        self.with(&[], |labelled| {
            let Labelled { rows, sensitive, strata, weights, .. } = *labelled;
            then(&Classed { rows, codes: Codes::U32(codes), n_classes, sensitive, strata, weights })
        })
    }
}

/// Returns the groups that a column makes; of a column of numbers, those between its cut points.
pub(crate) fn groups(
    column: Column,
    name: &str,
    cut: Option<&Cuts>,
    recipe: &Recipe,
) -> Result<Coded, Failure> {
    match (column, cut) {
        (Column::Real(values), Some(cuts)) => {
            let codes = values.iter().map(|&value| cuts.group(value) as u32).collect();
            Ok(Coded { codes, labels: cuts.labels() })
        }
        (Column::Labels(coded), _) => check_uncut(coded, name, recipe.spelling),
        (Column::Real(_), None) => unreachable!("invariant: a column that is not cut is read as labels"),
    }
}

fn check_uncut(coded: Coded, name: &str, spelling: Spelling) -> Result<Coded, Failure> {
    let is_number =
        |label: &Label| label.text().is_none_or(|text| equipoise_table::number_of(text).is_some());
    if coded.labels.len() <= UNCUT_MAX || !coded.labels.iter().all(is_number) {
        return Ok(coded);
    }
    let n = coded.labels.len();
    Err(Failure::new(format_args!("`{name}` would make {n} groups, one for each number"))
        .of_kind(Kind::Data)
        .about(Parameter::Cuts)
        .help(format_args!("{} makes groups of a numeric column", spelling.cut_form(name))))
}

/// Returns the cut points of a column; quantiles are those of its values.
pub(crate) fn cut_points(cut: &Cut, values: &[f64], spelling: Spelling) -> Result<Cuts, Failure> {
    let fault = |failure: Failure| failure.detail(spelling.within(Parameter::Cuts)).about(Parameter::Cuts);
    let column = &cut.column;
    match &cut.points {
        CutPoints::Numbers(points) => Cuts::new(points.clone())
            .map_err(|error| fault(Failure::new(format_args!("`{column}` cannot be cut so: {error}")))),
        CutPoints::Quantiles(n_groups) => Cuts::at_quantiles(values.to_vec(), *n_groups).map_err(|_| {
            fault(Failure::new(format_args!(
                "`{column}` cannot be cut at quantiles: its values do not vary enough"
            )))
            .of_kind(Kind::Data)
            .help(format_args!("state numbers: {}, or leave it uncut", spelling.cut_form(column)))
        }),
    }
}

/// Returns the weights of rows, which may not be negative.
pub(crate) fn weights(values: Vec<f64>, name: &str) -> Result<Vec<f64>, Failure> {
    let fault = |value: f64| {
        Failure::new(format_args!("column `{name}` has the weight {value}: weights are not negative"))
            .of_kind(Kind::Data)
            .about(Parameter::Weight)
    };
    match values.iter().find(|value| **value < 0.0) {
        Some(&value) => Err(fault(value)),
        None => Ok(values),
    }
}
