//! Columns by role: what of the table is read, and what for.

use equipoise_audit::{Failure, Hints, Parameter, Table};
use equipoise_table::{ColumnInfo, ColumnRef, TableError};

use crate::recipe::Recipe;

/// The columns of a table by role, under the names they have there.
#[derive(Clone, Debug)]
pub(crate) struct Roles {
    /// All columns of the table.
    pub(crate) columns: Vec<ColumnInfo>,
    /// By their numbers.
    pub(crate) target: usize,
    pub(crate) sensitive: Vec<usize>,
    pub(crate) strata: Vec<usize>,
    pub(crate) weight: Option<usize>,
    pub(crate) features: Vec<usize>,
    /// Those of the features that are numbers and are to be labels.
    pub(crate) categorical: Vec<usize>,
}

impl Roles {
    /// Gives every column its role.
    pub(crate) fn new(recipe: &Recipe, strata: &[String], table: &Table) -> Result<Self, Failure> {
        let spelling = recipe.spelling;
        let Some(target) = &recipe.target else {
            return Err(Failure::new("no column of the outcome is named")
                .about(Parameter::Target)
                .help(format_args!("name it: {}", spelling.form(Parameter::Target, "COLUMN"))));
        };
        let finder = Finder { recipe, table };
        let (columns, target) = finder.find(std::slice::from_ref(target), Parameter::Target)?;
        let target = target[0];
        let numbers = |names: &[String], parameter| finder.find(names, parameter).map(|(_, numbers)| numbers);
        let sensitive = numbers(&recipe.sensitive, Parameter::Sensitive)?;
        let strata = numbers(strata, Parameter::Strata)?;
        let weight = numbers(recipe.weight.as_slice(), Parameter::Weight)?.first().copied();
        let named = numbers(&recipe.features, Parameter::Features)?;
        let drop = numbers(&recipe.drop, Parameter::Drop)?;
        let categorical = numbers(&recipe.categorical, Parameter::Categorical)?;
        let name = |column: usize| columns[column].name.as_str();
        for (role, column) in [(Parameter::Target, Some(target)), (Parameter::Weight, weight)] {
            let Some(column) = column else { continue };
            if let Some(parameter) = [(&named, Parameter::Features), (&categorical, Parameter::Categorical)]
                .into_iter()
                .find_map(|(columns, parameter)| columns.contains(&column).then_some(parameter))
            {
                return Err(both(name(column), role, parameter, recipe));
            }
        }
        if let Some(&column) = sensitive.iter().find(|column| **column == target) {
            return Err(both(name(column), Parameter::Target, Parameter::Sensitive, recipe));
        }
        let has_role = |column: usize| {
            let is_sensitive = sensitive.contains(&column) && !recipe.sensitive_in_features;
            column == target || weight == Some(column) || is_sensitive
        };
        let wanted: Vec<usize> = match named.is_empty() {
            false => named,
            true => (0..columns.len()).filter(|&column| !has_role(column)).collect(),
        };
        let features: Vec<usize> = wanted.into_iter().filter(|column| !drop.contains(column)).collect();
        if features.is_empty() {
            return Err(Failure::new("no column is left to make a model of")
                .about(Parameter::Features)
                .help(format_args!("name some: {}", spelling.form(Parameter::Features, "COLUMN,…"))));
        }
        if let Some(&column) = categorical.iter().find(|column| !features.contains(column)) {
            return Err(Failure::new(format_args!("`{}` is not one of the features", name(column)))
                .about(Parameter::Categorical)
                .detail(spelling.within(Parameter::Categorical)));
        }
        Ok(Self { target, sensitive, strata, weight, features, categorical, columns })
    }

    pub(crate) fn name(&self, column: usize) -> &str {
        &self.columns[column].name
    }
}

fn both(column: &str, one: Parameter, other: Parameter, recipe: &Recipe) -> Failure {
    let spelling = recipe.spelling;
    Failure::new(format_args!("`{column}` is both in {} and in {}", spelling.name(one), spelling.name(other)))
        .about(other)
        .help("a model that is made of what it is to predict is none; name it once")
}

struct Finder<'a> {
    recipe: &'a Recipe,
    table: &'a Table,
}

impl Finder<'_> {
    fn find(&self, names: &[String], parameter: Parameter) -> Result<(Vec<ColumnInfo>, Vec<usize>), Failure> {
        let spelling = self.recipe.spelling;
        let wanted: Vec<ColumnRef> = names.iter().map(|name| name.as_str().into()).collect();
        let (columns, numbers) = self.table.source.find(&wanted).map_err(|error| {
            let failure = Failure::of_table(&error, spelling);
            match error {
                TableError::UnknownColumn { .. } => {
                    failure.about(parameter).detail(spelling.within(parameter))
                }
                _ => failure,
            }
        })?;
        for (place, number) in numbers.iter().enumerate() {
            if numbers[..place].contains(number) {
                return Err(Failure::new(format_args!("`{}` is named twice", columns[*number].name))
                    .about(parameter)
                    .detail(spelling.within(parameter)));
            }
        }
        Ok((columns, numbers))
    }
}

/// Returns the positive values that a catalogue knows of a column; none where it knows none.
pub(crate) fn known_positives<'a>(hints: &'a Hints, column: &str) -> &'a [String] {
    hints.positives.iter().find(|(known, _)| known == column).map_or(&[], |(_, values)| values)
}
