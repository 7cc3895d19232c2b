//! The tables of the experiments as numbers.
//!
//! | name | data set | outcome +1 | groups 0 and 1 | features |
//! |---|---|---|---|---|
//! | `adult` | Adult | income over 50,000 USD | women, men | 13 columns, texts as integer codes |
//! | `compas` | COMPAS, ProPublica's filter | charged again within two years | others, African-American | 8 columns |
//! | `german` | German credit | a good risk | foreign workers, others | 20 columns, texts one-hot |
//! | `german-sex` | German credit | a good risk | others, A92 (women but single ones) | the same |
//! | `drug` | Drug consumption | cocaine never used | other ethnicities, White | 12 columns |
//! | `arrhythmia` | Cardiac arrhythmia | a normal electrocardiogram | men, women | 279 columns |
//!
//! Adult is encoded as the code published with the paper does it, mistakes included (see [`adult`](load)); the others by
//! the rules that are usual. Which drug, which labels of Arrhythmia and COMPAS the paper counts as +1 was not found: these
//! are choices.

mod columns;

mod frame;

mod sets;

use equipoise_datasets::Folders;

use crate::ReproductionError;

/// A table of an experiment, encoded.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Data {
    /// Its name here.
    pub name: &'static str,
    /// Its name in the catalogue of data sets.
    pub data_set: &'static str,
    /// What an outcome of +1 means.
    pub positive: &'static str,
    /// The two groups.
    pub groups: Groups,
    /// The names of the features.
    pub columns: Vec<String>,
    /// The features, row after row.
    pub x: Vec<f64>,
    /// The outcome, −1 or +1.
    pub y: Vec<f64>,
    /// The group, 0 or 1.
    pub s: Vec<u8>,
    /// The features that tell the group by themselves; they are left out where it is not to be among the features.
    pub of_sensitive: Vec<usize>,
    /// How rows are split.
    pub split: Split,
    /// Whether the features are standardised already, over all rows.
    pub is_standardised: bool,
}

/// The two groups of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Groups {
    /// The attribute.
    pub attribute: &'static str,
    /// What the groups 0 and 1 are.
    pub names: [&'static str; 2],
}

/// How rows are split into those of the fit and those of the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// The first so many rows are those of the fit.
    Given {
        /// How many.
        train: usize,
    },
    /// At random, two thirds to the fit.
    Random,
}

/// The names of all tables, in the order of the reports.
pub const NAMES: [&str; 6] = ["adult", "compas", "german", "german-sex", "drug", "arrhythmia"];

impl Data {
    /// Returns the number of rows.
    pub fn n(&self) -> usize {
        self.y.len()
    }

    /// Returns the number of features.
    pub fn d(&self) -> usize {
        self.columns.len()
    }
}

/// Reads and encodes a table of [`NAMES`].
///
/// `adult` repeats what the published code does. Rows of both files with a missing value are dropped; then the first
/// 32,561 rows are those of the fit, which is the number of rows of the first file *before* they were dropped, so that
/// 2,399 rows of the official test file are among them. Texts are numbered in alphabetical order. All columns are
/// standardised over both parts together. `native-country` is left out.
///
/// # Errors
/// When the data set is not here, a file cannot be read, or the name is not one of [`NAMES`].
pub fn load(name: &str, folders: &Folders) -> Result<Data, ReproductionError> {
    match name {
        "adult" => sets::adult(folders),
        "compas" => sets::compas(folders),
        "german" => sets::german(folders, sets::GermanGroups::ForeignWorker),
        "german-sex" => sets::german(folders, sets::GermanGroups::Sex),
        "drug" => sets::drug(folders),
        "arrhythmia" => sets::arrhythmia(folders),
        _ => Err(ReproductionError::Unexpected {
            data_set: "reproduction",
            what: "no table of the experiments has this name",
        }),
    }
}
