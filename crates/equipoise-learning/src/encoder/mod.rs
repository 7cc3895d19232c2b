//! From the columns of a table to the features of a model: a part of the model, so that it takes the raw table.
//!
//! | column holds | features | missing | at prediction |
//! |---|---|---|---|
//! | numbers | one: minus the mean, over the population standard deviation, of the values that are there | the mean; on request a second feature says where | a text is an error |
//! | labels | one a level: 1 where it is the row's, else 0 | a level of its own, where training saw one | a level that training did not see: all zeros, counted |
//!
//! All levels are kept, in the order of their bytes: a penalised model does not mind that they add up to 1, and no level is
//! the hidden reference. Zeros and ones are not scaled, since centring them would fill a sparse table: to a penalised
//! model a rare level therefore weighs less than a common one. Columns without a value and columns with one value alone
//! say nothing and are dropped, and the encoder knows which.

mod fit;

mod rows;

use equipoise::{groups::Label, sample::MAGNITUDE_MAX};
use equipoise_table::{ColumnRequest, Kind, MissingPolicy};

pub(crate) use fit::{FitOptions, fit};
pub use rows::Oddities;
pub(crate) use rows::{Tally, Values};

use crate::frame::in_byte_order;

/// What becomes of a column.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Coding {
    /// Numbers as they are; none may be missing.
    Plain,
    /// Numbers: (x − shift) / scale.
    Number {
        /// What stands for a missing value: the mean of the training rows' values that are there.
        mean: f64,
        /// What is taken off.
        shift: f64,
        /// What it is divided by; positive.
        scale: f64,
        /// Whether a second feature says where the value is missing.
        indicator: bool,
    },
    /// Labels: one feature a level.
    Levels(
        /// The levels: texts in the order of their bytes, missing last.
        Vec<Label>,
    ),
}

/// A column that becomes features.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct EncodedColumn {
    /// Its name in the table.
    pub name: String,
    /// What becomes of it.
    pub coding: Coding,
    /// The number of its first feature.
    pub first: usize,
}

/// Why a column became no feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// It has one value alone in the training rows.
    Constant,
    /// It has no value in the training rows.
    Empty,
}

/// A column that became no feature.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DroppedColumn {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: Reason,
}

/// Whether rows of features are stored with their zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// With zeros.
    Dense,
    /// Without: compressed sparse rows.
    Sparse,
}

/// From columns to features. Holds names, levels, means and scales; no rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Encoder {
    columns: Vec<EncodedColumn>,
    dropped: Vec<DroppedColumn>,
    storage: Storage,
    n_features: usize,
}

/// Rows are stored without zeros from this many features on, where at most one in [`SPARSE_SHARE`] is not zero.
const SPARSE_FEATURES_MIN: usize = 32;
/// A stored non-zero takes half as much memory again as a number in a dense row, and more time.
const SPARSE_SHARE: usize = 3;

impl Encoder {
    /// Returns the encoder of a model that was fitted to an array: every column is one feature, as it is.
    ///
    /// ```
    /// use equipoise_learning::{Encoder, Storage};
    /// let encoder = Encoder::of_arrays(vec!["age".into(), "income".into()], Storage::Dense);
    /// assert_eq!(encoder.feature_names(), ["age", "income"]);
    /// ```
    pub fn of_arrays(names: Vec<String>, storage: Storage) -> Self {
        let n_features = names.len();
        let column = |(first, name)| EncodedColumn { name, coding: Coding::Plain, first };
        let columns = names.into_iter().enumerate().map(column).collect();
        Self { columns, dropped: Vec::new(), storage, n_features }
    }

    /// Puts columns together, and decides from how many of a row's features are zeros how rows are stored.
    pub(crate) fn of_columns(columns: Vec<(String, Coding)>, dropped: Vec<DroppedColumn>) -> Self {
        let non_zeros = columns.len();
        let n_features: usize = columns.iter().map(|(_, coding)| coding.width()).sum();
        let is_sparse = n_features >= SPARSE_FEATURES_MIN && non_zeros * SPARSE_SHARE <= n_features;
        let storage = if is_sparse { Storage::Sparse } else { Storage::Dense };
        Self::of_parts(columns, dropped, storage)
    }

    /// Puts columns together.
    pub(crate) fn of_parts(
        columns: Vec<(String, Coding)>,
        dropped: Vec<DroppedColumn>,
        storage: Storage,
    ) -> Self {
        let mut n_features = 0;
        let column = |(name, coding): (String, Coding)| {
            let first = n_features;
            n_features += coding.width();
            EncodedColumn { name, coding, first }
        };
        let columns = columns.into_iter().map(column).collect();
        Self { columns, dropped, storage, n_features }
    }

    /// Returns the columns that become features.
    pub fn columns(&self) -> &[EncodedColumn] {
        &self.columns
    }

    /// Returns the columns that became no feature.
    pub fn dropped(&self) -> &[DroppedColumn] {
        &self.dropped
    }

    /// Returns how rows are stored.
    pub fn storage(&self) -> Storage {
        self.storage
    }

    /// Returns the number of features.
    pub fn n_features(&self) -> usize {
        self.n_features
    }

    /// Returns the names of the features: `age`, `workclass=Private`, `workclass is missing`.
    pub fn feature_names(&self) -> Vec<String> {
        self.columns.iter().flat_map(EncodedColumn::feature_names).collect()
    }

    /// Returns the column of each feature, by number.
    pub fn column_of_feature(&self) -> Vec<usize> {
        let columns = self.columns.iter().enumerate();
        columns.flat_map(|(number, column)| std::iter::repeat_n(number, column.coding.width())).collect()
    }

    /// Returns what is to be read of a table, column by column.
    pub(crate) fn requests(&self) -> Vec<ColumnRequest> {
        let request = |column: &EncodedColumn| {
            let (kind, missing) = match column.coding {
                Coding::Plain => (Kind::Real, MissingPolicy::Reject),
                Coding::Number { .. } => (Kind::Real, MissingPolicy::Label),
                Coding::Levels(_) => (Kind::Categorical, MissingPolicy::Label),
            };
            ColumnRequest::new(column.name.as_str(), kind, missing)
        };
        self.columns.iter().map(request).collect()
    }

    /// Checks what a file may have wrong: numbers in range, levels in order, each once.
    pub(crate) fn check(&self) -> Result<(), String> {
        for column in &self.columns {
            column.coding.check().map_err(|what| format!("column `{}`: {what}", column.name))?;
        }
        Ok(())
    }
}

impl EncodedColumn {
    /// Returns the names of its features.
    pub fn feature_names(&self) -> Vec<String> {
        let name = &self.name;
        let missing = || format!("{name} is missing");
        match &self.coding {
            Coding::Number { indicator: true, .. } => vec![name.clone(), missing()],
            Coding::Plain | Coding::Number { .. } => vec![name.clone()],
            Coding::Levels(levels) => levels
                .iter()
                .map(|level| level.text().map_or_else(missing, |level| format!("{name}={level}")))
                .collect(),
        }
    }
}

impl Coding {
    /// Returns the number of features.
    pub fn width(&self) -> usize {
        match self {
            Self::Plain => 1,
            Self::Number { indicator, .. } => 1 + usize::from(*indicator),
            Self::Levels(levels) => levels.len(),
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        match self {
            Self::Plain => Ok(()),
            Self::Number { mean, shift, scale, .. } => {
                let in_range = |x: &f64| x.abs() <= MAGNITUDE_MAX;
                let is_right = in_range(mean) && in_range(shift) && in_range(scale) && *scale > 0.0;
                if is_right { Ok(()) } else { Err("a mean or scale is out of range") }
            }
            Self::Levels(levels) => {
                let is_right = levels.windows(2).all(|pair| in_byte_order(&pair[0], &pair[1]).is_lt());
                if is_right { Ok(()) } else { Err("its levels are not in order, each once") }
            }
        }
    }
}
