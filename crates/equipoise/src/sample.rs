//! Checked, borrowed views of the rows.
//!
//! [`Columns`] is what a caller has; [`Sample::new`] checks it once, at the door, and everything behind trusts it.

use crate::groups::Label;

/// The codes of a categorical column: one number a row, an index into the column's labels.
///
/// The width is the caller's: a byte a row is enough for 256 labels and is counted at memory speed.
#[derive(Clone, Copy, Debug)]
pub enum Codes<'a> {
    /// One byte a row.
    U8(&'a [u8]),
    /// Two bytes a row.
    U16(&'a [u16]),
    /// Four bytes a row.
    U32(&'a [u32]),
}

impl Codes<'_> {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::U8(codes) => codes.len(),
            Self::U16(codes) => codes.len(),
            Self::U32(codes) => codes.len(),
        }
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the code of one row.
    ///
    /// # Panics
    /// When `row` is out of range.
    pub fn get(&self, row: usize) -> usize {
        match self {
            Self::U8(codes) => usize::from(codes[row]),
            Self::U16(codes) => usize::from(codes[row]),
            Self::U32(codes) => codes[row] as usize,
        }
    }

    /// The largest code; 0 without rows. A fold without a way out early becomes vector code, `Iterator::max` does not.
    fn max(&self) -> usize {
        match self {
            Self::U8(codes) => {
                usize::from(codes.iter().fold(0, |max, &code| if code > max { code } else { max }))
            }
            Self::U16(codes) => {
                usize::from(codes.iter().fold(0, |max, &code| if code > max { code } else { max }))
            }
            Self::U32(codes) => {
                codes.iter().fold(0, |max, &code| if code > max { code } else { max }) as usize
            }
        }
    }
}

/// A categorical column: codes and the labels they stand for.
///
/// Labels may repeat and need not all occur (a Parquet dictionary is like that): rows are counted by label.
#[derive(Clone, Copy, Debug)]
pub struct Categorical<'a> {
    /// One code a row, each below `labels.len()`.
    pub codes: Codes<'a>,
    /// The labels of the codes.
    pub labels: &'a [Label],
}

impl<'a> Categorical<'a> {
    fn slice(&self, start: usize, end: usize) -> Self {
        let codes = match self.codes {
            Codes::U8(codes) => Codes::U8(&codes[start..end]),
            Codes::U16(codes) => Codes::U16(&codes[start..end]),
            Codes::U32(codes) => Codes::U32(&codes[start..end]),
        };
        Self { codes, labels: self.labels }
    }
}

/// A column of either kind.
#[derive(Clone, Copy, Debug)]
pub enum Variable<'a> {
    /// Labels.
    Categorical(Categorical<'a>),
    /// Numbers; NaN is a missing value where the role allows one (attributes), an error elsewhere.
    Real(&'a [f64]),
}

impl Variable<'_> {
    /// Returns the number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Categorical(column) => column.codes.len(),
            Self::Real(values) => values.len(),
        }
    }

    /// Returns whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The columns of a batch of rows by role, unchecked.
#[derive(Clone, Debug, Default)]
pub struct Columns<'a> {
    /// The sensitive attributes, in the order of [`crate::stats::Layout`]. Real ones need cut points there.
    pub sensitive: Vec<Variable<'a>>,
    /// The legitimate strata, likewise.
    pub strata: Vec<Variable<'a>>,
    /// The outcome Y: categorical in classification, real in regression.
    pub target: Option<Variable<'a>>,
    /// The hard prediction, in classification.
    pub prediction: Option<Categorical<'a>>,
    /// The score, or in regression the predicted value.
    pub score: Option<&'a [f64]>,
    /// Weights, finite and not negative.
    pub weights: Option<&'a [f64]>,
}

/// The largest magnitude of a score, an outcome or a weight. Squares of squares stay inside the range of f64,
/// so no sum of an audit can overflow; nothing measured about people comes near.
pub const MAGNITUDE_MAX: f64 = 1e40;

/// Why columns are not a sample.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SampleError {
    /// Two columns differ in length.
    #[error("{argument} has {found} rows where {expected} were expected")]
    LengthMismatch {
        /// The column's role.
        argument: Argument,
        /// Its rows.
        found: usize,
        /// The rows of the columns before it.
        expected: usize,
    },
    /// A code is not the number of a label.
    #[error("{argument} holds code {code}, but has only {n_labels} labels")]
    CodeOutOfRange {
        /// The column's role.
        argument: Argument,
        /// The largest code.
        code: usize,
        /// The number of labels.
        n_labels: usize,
    },
    /// A value is missing where the role allows none.
    #[error("{argument} is missing at row {row}")]
    Missing {
        /// The column's role.
        argument: Argument,
        /// The first such row, from 0.
        row: usize,
    },
    /// A number is infinite, NaN or beyond [`MAGNITUDE_MAX`].
    #[error("{argument} at row {row} is {value}, not a finite number of at most {MAGNITUDE_MAX:e}")]
    NotFinite {
        /// The column's role.
        argument: Argument,
        /// The row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
    /// A weight is negative.
    #[error("the weight at row {row} is {value}: weights are not negative")]
    NegativeWeight {
        /// The row, from 0.
        row: usize,
        /// The value.
        value: f64,
    },
}

/// The role of a column, for messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A sensitive attribute, by its place.
    Sensitive(usize),
    /// A stratum column, by its place.
    Stratum(usize),
    /// The target.
    Target,
    /// The prediction.
    Prediction,
    /// The score.
    Score,
    /// The weights.
    Weights,
}

impl std::fmt::Display for Argument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sensitive(place) => write!(f, "sensitive attribute {}", place + 1),
            Self::Stratum(place) => write!(f, "stratum {}", place + 1),
            Self::Target => f.write_str("the target"),
            Self::Prediction => f.write_str("the prediction"),
            Self::Score => f.write_str("the score"),
            Self::Weights => f.write_str("the weight"),
        }
    }
}

/// A batch of rows whose columns agree in length, whose codes have labels and whose numbers are finite.
///
/// Checking costs one pass over each column, at memory speed for byte codes.
#[derive(Clone, Debug)]
pub struct Sample<'a> {
    columns: Columns<'a>,
    rows: usize,
}

impl<'a> Sample<'a> {
    /// Checks the columns.
    pub fn new(columns: Columns<'a>) -> Result<Self, SampleError> {
        let mut rows = None;
        for (argument, length) in columns.lengths() {
            let expected = *rows.get_or_insert(length);
            if length != expected {
                return Err(SampleError::LengthMismatch { argument, found: length, expected });
            }
        }
        for (place, variable) in columns.sensitive.iter().enumerate() {
            check_attribute(Argument::Sensitive(place), variable)?;
        }
        for (place, variable) in columns.strata.iter().enumerate() {
            check_attribute(Argument::Stratum(place), variable)?;
        }
        match &columns.target {
            Some(Variable::Categorical(target)) => check_outcome(Argument::Target, target)?,
            Some(Variable::Real(values)) => check_finite(Argument::Target, values)?,
            None => {}
        }
        if let Some(prediction) = &columns.prediction {
            check_outcome(Argument::Prediction, prediction)?;
        }
        if let Some(score) = columns.score {
            check_finite(Argument::Score, score)?;
        }
        if let Some(weights) = columns.weights {
            check_finite(Argument::Weights, weights)?;
            if let Some(row) = weights.iter().position(|&weight| weight < 0.0) {
                return Err(SampleError::NegativeWeight { row, value: weights[row] });
            }
        }
        Ok(Self { columns, rows: rows.unwrap_or(0) })
    }

    /// Returns the number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the columns.
    pub fn columns(&self) -> &Columns<'a> {
        &self.columns
    }

    /// Returns the rows `start..end`.
    ///
    /// # Panics
    /// When the range is not within the rows.
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let variable = |variable: &Variable<'a>| match *variable {
            Variable::Categorical(column) => Variable::Categorical(column.slice(start, end)),
            Variable::Real(values) => Variable::Real(&values[start..end]),
        };
        let columns = &self.columns;
        let columns = Columns {
            sensitive: columns.sensitive.iter().map(variable).collect(),
            strata: columns.strata.iter().map(variable).collect(),
            target: columns.target.as_ref().map(variable),
            prediction: columns.prediction.map(|column| column.slice(start, end)),
            score: columns.score.map(|values| &values[start..end]),
            weights: columns.weights.map(|values| &values[start..end]),
        };
        Self { columns, rows: end - start }
    }
}

impl Columns<'_> {
    fn lengths(&self) -> impl Iterator<Item = (Argument, usize)> {
        let sensitive = self.sensitive.iter().enumerate().map(|(i, v)| (Argument::Sensitive(i), v.len()));
        let strata = self.strata.iter().enumerate().map(|(i, v)| (Argument::Stratum(i), v.len()));
        let rest = [
            self.target.map(|target| (Argument::Target, target.len())),
            self.prediction.map(|prediction| (Argument::Prediction, prediction.codes.len())),
            self.score.map(|score| (Argument::Score, score.len())),
            self.weights.map(|weights| (Argument::Weights, weights.len())),
        ];
        sensitive.chain(strata).chain(rest.into_iter().flatten())
    }
}

fn check_codes(argument: Argument, column: &Categorical<'_>) -> Result<(), SampleError> {
    let code = column.codes.max();
    if !column.codes.is_empty() && code >= column.labels.len() {
        return Err(SampleError::CodeOutOfRange { argument, code, n_labels: column.labels.len() });
    }
    Ok(())
}

fn check_attribute(argument: Argument, variable: &Variable<'_>) -> Result<(), SampleError> {
    match variable {
        Variable::Categorical(column) => check_codes(argument, column),
        Variable::Real(_) => Ok(()), // NaN is a missing value, and infinities fall into the outer groups
    }
}

fn check_outcome(argument: Argument, column: &Categorical<'_>) -> Result<(), SampleError> {
    check_codes(argument, column)?;
    if column.labels.iter().any(Label::is_missing) {
        let missing = |&row: &usize| column.labels[column.codes.get(row)].is_missing();
        if let Some(row) = (0..column.codes.len()).find(missing) {
            return Err(SampleError::Missing { argument, row });
        }
    }
    Ok(())
}

fn check_finite(argument: Argument, values: &[f64]) -> Result<(), SampleError> {
    // `!(x <= max)` is also true of NaN; the fold has no early exit and so becomes vector code.
    let fits = |x: f64| x.abs() <= MAGNITUDE_MAX;
    if values.iter().fold(true, |all, &x| all & fits(x)) {
        return Ok(());
    }
    match values.iter().position(|&x| !fits(x)) {
        Some(row) => Err(SampleError::NotFinite { argument, row, value: values[row] }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(texts: &[&str]) -> Vec<Label> {
        texts.iter().map(|&text| if text.is_empty() { Label::Missing } else { Label::new(text) }).collect()
    }

    #[test]
    fn columns_of_two_lengths_are_refused_by_role() {
        let labels = labels(&["a", "b"]);
        let column = |codes: &'static [u8]| Categorical { codes: Codes::U8(codes), labels: &labels };
        let error = Sample::new(Columns {
            sensitive: vec![Variable::Categorical(column(&[0, 1, 1]))],
            prediction: Some(column(&[0, 1])),
            ..Columns::default()
        })
        .unwrap_err();
        assert_eq!(error.to_string(), "the prediction has 2 rows where 3 were expected");
    }

    #[test]
    fn a_code_without_label_is_refused() {
        let labels = labels(&["a", "b"]);
        let column = Categorical { codes: Codes::U16(&[0, 2]), labels: &labels };
        let error = Sample::new(Columns { prediction: Some(column), ..Columns::default() }).unwrap_err();
        assert_eq!(error.to_string(), "the prediction holds code 2, but has only 2 labels");
    }

    #[test]
    fn a_missing_outcome_is_refused_but_an_unused_missing_label_is_not() {
        let labels = labels(&["a", ""]);
        let column = |codes: &'static [u8]| Categorical { codes: Codes::U8(codes), labels: &labels };
        let new = |column| Sample::new(Columns { prediction: Some(column), ..Columns::default() });
        assert!(new(column(&[0, 0])).is_ok());
        assert_eq!(
            new(column(&[0, 1])).unwrap_err(),
            SampleError::Missing { argument: Argument::Prediction, row: 1 }
        );
    }

    #[test]
    fn numbers_that_are_not_finite_and_negative_weights_are_refused_with_their_row() {
        for bad in [f64::NAN, f64::INFINITY, -1e41] {
            let error = Sample::new(Columns { score: Some(&[0.0, bad]), ..Columns::default() }).unwrap_err();
            assert!(matches!(error, SampleError::NotFinite { argument: Argument::Score, row: 1, .. }));
        }
        let error =
            Sample::new(Columns { weights: Some(&[1.0, 0.0, -0.5]), ..Columns::default() }).unwrap_err();
        assert_eq!(error.to_string(), "the weight at row 2 is -0.5: weights are not negative");
    }
}
