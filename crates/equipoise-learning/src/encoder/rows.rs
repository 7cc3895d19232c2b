//! From the values of some rows to rows of features.

use std::ops::Range;

use equipoise::{
    groups::Label,
    sample::Codes,
    solvers::{OwnedRows, RowsError},
};

use super::{Coding, EncodedColumn, Encoder, Storage};
use crate::frame::in_byte_order;

/// The values of one column in some rows.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Values<'a> {
    Real(&'a [f64]),
    Labels { codes: Codes<'a>, labels: &'a [Label] },
}

impl<'a> Values<'a> {
    /// Returns some of the rows.
    pub(crate) fn slice(&self, rows: &Range<usize>) -> Values<'a> {
        let rows = rows.clone();
        match *self {
            Self::Real(values) => Self::Real(&values[rows]),
            Self::Labels { codes, labels } => {
                let codes = match codes {
                    Codes::U8(codes) => Codes::U8(&codes[rows]),
                    Codes::U16(codes) => Codes::U16(&codes[rows]),
                    Codes::U32(codes) => Codes::U32(&codes[rows]),
                };
                Self::Labels { codes, labels }
            }
        }
    }
}

/// What was unusual in the rows that a model was applied to, column by column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Oddities {
    /// The column.
    pub column: String,
    /// Rows with a label that training did not see.
    pub unseen: u64,
    /// Rows without a value, where training saw none such, or which take the mean.
    pub missing: u64,
}

/// Rows with something unusual, by column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tally {
    unseen: Vec<u64>,
    missing: Vec<u64>,
}

impl Tally {
    pub(crate) fn new(n_columns: usize) -> Self {
        Self { unseen: vec![0; n_columns], missing: vec![0; n_columns] }
    }

    /// Adds the rows that another thread has seen.
    pub(crate) fn add(&mut self, other: &Self) {
        let add = |own: &mut Vec<u64>, other: &[u64]| own.iter_mut().zip(other).for_each(|(a, b)| *a += b);
        add(&mut self.unseen, &other.unseen);
        add(&mut self.missing, &other.missing);
    }

    /// Returns the columns with something unusual.
    pub(crate) fn oddities(&self, encoder: &Encoder) -> Vec<Oddities> {
        let counts = self.unseen.iter().zip(&self.missing).zip(encoder.columns());
        counts
            .filter(|((unseen, missing), _)| **unseen + **missing > 0)
            .map(|((&unseen, &missing), column)| Oddities { column: column.name.clone(), unseen, missing })
            .collect()
    }
}

/// The level of a label that training did not see.
const UNSEEN: u32 = u32::MAX;

/// One column, ready to be read row by row.
enum Reader<'a> {
    /// x ↦ (x − shift) / scale, `empty` where missing.
    Number { values: &'a [f64], shift: f64, scale: f64, empty: f64, indicator: bool },
    /// The level of each code.
    Levels { codes: Codes<'a>, level: Vec<u32> },
}

impl Encoder {
    /// Returns the features of some rows, whose columns are in the order of the encoder's, and counts what is unusual.
    ///
    /// # Errors
    /// When a feature is out of range.
    pub(crate) fn encode(
        &self,
        columns: &[Values<'_>],
        n_rows: usize,
        tally: &mut Tally,
    ) -> Result<OwnedRows, RowsError> {
        let readers: Vec<Reader<'_>> =
            self.columns.iter().zip(columns).map(|(column, values)| reader(column, *values)).collect();
        for (place, reader) in readers.iter().enumerate() {
            reader.count(columns[place], place, tally);
        }
        match self.storage {
            Storage::Dense => self.dense(&readers, n_rows),
            Storage::Sparse => self.sparse(&readers, n_rows),
        }
    }

    fn dense(&self, readers: &[Reader<'_>], n_rows: usize) -> Result<OwnedRows, RowsError> {
        let d = self.n_features;
        let mut features = vec![0.0; n_rows * d];
        for (column, reader) in self.columns.iter().zip(readers) {
            for (row, features) in features.chunks_exact_mut(d.max(1)).enumerate() {
                reader.each(row, |offset, value| features[column.first + offset] = value);
            }
        }
        OwnedRows::dense(features, n_rows, d)
    }

    fn sparse(&self, readers: &[Reader<'_>], n_rows: usize) -> Result<OwnedRows, RowsError> {
        let mut offsets = Vec::with_capacity(n_rows + 1);
        let (mut indices, mut values) = (Vec::new(), Vec::new());
        offsets.push(0);
        for row in 0..n_rows {
            for (column, reader) in self.columns.iter().zip(readers) {
                reader.each(row, |offset, value| {
                    if value != 0.0 {
                        indices.push((column.first + offset) as u32);
                        values.push(value);
                    }
                });
            }
            offsets.push(values.len());
        }
        OwnedRows::csr(offsets, indices, values, self.n_features)
    }
}

fn reader<'a>(column: &EncodedColumn, values: Values<'a>) -> Reader<'a> {
    match (&column.coding, values) {
        (Coding::Levels(levels), Values::Labels { codes, labels }) => {
            let level = |label: &Label| {
                let found = levels.binary_search_by(|level| in_byte_order(level, label));
                found.map_or(UNSEEN, |level| level as u32)
            };
            Reader::Levels { codes, level: labels.iter().map(level).collect() }
        }
        (Coding::Number { mean, shift, scale, indicator }, Values::Real(values)) => Reader::Number {
            values,
            shift: *shift,
            scale: *scale,
            empty: (mean - shift) / scale,
            indicator: *indicator,
        },
        (_, Values::Real(values)) => {
            Reader::Number { values, shift: 0.0, scale: 1.0, empty: f64::NAN, indicator: false }
        }
        (_, Values::Labels { .. }) => unreachable!("invariant: a column is read as its coding asks"),
    }
}

impl Reader<'_> {
    /// Hands on the features of a row, by their numbers within the column.
    #[inline]
    fn each(&self, row: usize, mut put: impl FnMut(usize, f64)) {
        match self {
            Self::Number { values, shift, scale, empty, indicator } => {
                let value = values[row];
                put(0, if value.is_nan() { *empty } else { (value - shift) / scale });
                if *indicator && value.is_nan() {
                    put(1, 1.0);
                }
            }
            Self::Levels { codes, level } => {
                let level = level[codes.get(row)];
                if level != UNSEEN {
                    put(level as usize, 1.0);
                }
            }
        }
    }

    fn count(&self, values: Values<'_>, place: usize, tally: &mut Tally) {
        match (self, values) {
            (Self::Number { values, .. }, _) => {
                tally.missing[place] += values.iter().filter(|value| value.is_nan()).count() as u64;
            }
            (Self::Levels { codes, level }, Values::Labels { labels, .. }) => {
                for code in (0..codes.len()).map(|row| codes.get(row)).filter(|&code| level[code] == UNSEEN) {
                    let counts =
                        if labels[code].is_missing() { &mut tally.missing } else { &mut tally.unseen };
                    counts[place] += 1;
                }
            }
            (Self::Levels { .. }, Values::Real(_)) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use equipoise::groups::Label;

    use super::*;
    use crate::{
        encoder::{FitOptions, fit},
        frame::{Coded, Column},
        recipe::Scaling,
    };

    /// Six people, one age missing.
    const AGES: [f64; 6] = [39.0, 50.0, f64::NAN, 38.0, 53.0, 28.0];
    /// Their jobs: clerk, Manager, clerk, äpfel, Zoo, clerk; of scikit-learn's `OneHotEncoder` these are the categories.
    const JOBS: [&str; 4] = ["Manager", "Zoo", "clerk", "äpfel"];

    fn columns() -> [Column; 2] {
        let labels = JOBS.map(Label::new).to_vec();
        [Column::Real(AGES.to_vec()), Column::Labels(Coded { codes: vec![2, 0, 2, 3, 1, 2], labels })]
    }

    fn fitted(scaling: Scaling, missing_indicators: bool) -> Encoder {
        let columns = columns();
        let named = [("age", &columns[0]), ("job", &columns[1])];
        fit(&named, &[0, 1, 2, 3, 4, 5], FitOptions { scaling, missing_indicators })
    }

    fn encoded(encoder: &Encoder, columns: &[Values<'_>], n: usize) -> (Vec<f64>, Tally) {
        let mut tally = Tally::new(columns.len());
        let rows = encoder.encode(columns, n, &mut tally).unwrap();
        (rows.dense_values().unwrap().to_vec(), tally)
    }

    #[test]
    fn features_are_those_of_scikit_learn() {
        // scikit-learn 1.9.1: StandardScaler().fit_transform(ages) and OneHotEncoder().fit_transform(jobs); the scaler leaves
        // the missing age missing, where here it is the mean.
        let of_age = [
            -0.2888175847069097,
            0.9331029659761692,
            0.0,
            -0.3999012711326441,
            1.2663540252533725,
            -1.5107381353899885,
        ];
        let jobs = [2, 0, 2, 3, 1, 2];
        let columns = columns();
        let values: Vec<Values<'_>> = columns.iter().map(Column::values).collect();
        let (features, tally) = encoded(&fitted(Scaling::Standard, false), &values, 6);
        for (row, features) in features.chunks_exact(5).enumerate() {
            assert!((features[0] - of_age[row]).abs() < 1e-13, "row {row}: {}", features[0]);
            let hot: Vec<f64> = (0..4).map(|level| f64::from(u8::from(level == jobs[row]))).collect();
            assert_eq!(features[1..], hot, "row {row}");
        }
        assert_eq!((tally.missing, tally.unseen), (vec![1, 0], vec![0, 0]));
    }

    #[test]
    fn a_second_feature_says_where_a_number_is_missing() {
        let encoder = fitted(Scaling::Off, true);
        let names = encoder.feature_names();
        assert_eq!(names[..2], ["age", "age is missing"]);
        let columns = columns();
        let values: Vec<Values<'_>> = columns.iter().map(Column::values).collect();
        let (features, _) = encoded(&encoder, &values, 6);
        let ages: Vec<[f64; 2]> = features.chunks_exact(6).map(|row| [row[0], row[1]]).collect();
        // The mean of the five that are there: 208 / 5.
        assert_eq!(ages, [[39.0, 0.0], [50.0, 0.0], [41.6, 1.0], [38.0, 0.0], [53.0, 0.0], [28.0, 0.0]]);
    }

    #[test]
    fn unseen_and_missing_labels_have_no_feature_and_are_counted() {
        let labels = ["baker", "clerk"].map(Label::new);
        let labels = [&labels[..], &[Label::Missing]].concat();
        let jobs = Values::Labels { codes: Codes::U8(&[0, 1, 2, 0]), labels: &labels };
        let (features, tally) =
            encoded(&fitted(Scaling::Off, false), &[Values::Real(&[1.0, 2.0, 3.0, 4.0]), jobs], 4);
        let hot: Vec<&[f64]> = features.chunks_exact(5).map(|row| &row[1..]).collect();
        let none: &[f64] = &[0.0; 4];
        assert_eq!(hot, [none, &[0.0, 0.0, 1.0, 0.0], none, none]);
        assert_eq!((tally.unseen, tally.missing), (vec![0, 2], vec![0, 1]));
    }

    #[test]
    fn many_levels_make_sparse_rows_with_the_same_entries() {
        let levels: Vec<Label> = (100..140).map(|level| Label::new(level.to_string())).collect();
        let codes: Vec<u32> = (0..40).collect();
        let jobs = Column::Labels(Coded { codes: codes.clone(), labels: levels });
        let ages = Column::Real((0..40).map(|i| f64::from(i) - 3.0).collect());
        let rows: Vec<usize> = (0..40).collect();
        let options = FitOptions { scaling: Scaling::Off, missing_indicators: false };
        let encoder = fit(&[("job", &jobs), ("age", &ages)], &rows, options);
        assert_eq!(encoder.storage(), Storage::Sparse);
        let mut tally = Tally::new(2);
        let encoded = encoder.encode(&[jobs.values(), ages.values()], 40, &mut tally).unwrap();
        let (offsets, indices, values) = encoded.sparse_parts().unwrap();
        // Row 3 has the age 0, which is not stored.
        assert_eq!(offsets[3..6], [6, 7, 9]);
        assert_eq!(indices[6..9], [3, 4, 40]);
        assert_eq!(values[6..9], [1.0, 1.0, 1.0]);
    }
}
