//! Some rows of a table, standardised, and the figures of a score on them.

use equipoise::{
    groups::Label,
    methods::Labelled,
    sample::{Categorical, Codes},
    solvers::{Rows, RowsError},
};

use crate::data::Data;

/// A column whose standard deviation is at most this is constant.
const CONSTANT: f64 = 1e-12;

/// Rows with outcomes and groups.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Sample {
    /// The features, row after row.
    pub x: Vec<f64>,
    /// The number of features.
    pub d: usize,
    /// The outcome, −1 or +1.
    pub y: Vec<f64>,
    /// The group, 0 or 1.
    pub s: Vec<u8>,
    pub(crate) labels: [Label; 2],
}

/// Whether the group is among the features.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupInX {
    /// The features that tell it by themselves are left out.
    No,
    /// All features are there.
    Yes,
}

impl Sample {
    /// Returns rows of a table, not standardised.
    ///
    /// # Panics
    /// When the table has no row of such a number.
    pub fn of(data: &Data, rows: &[usize], group_in_x: GroupInX) -> Self {
        let is_kept = |column: &usize| group_in_x == GroupInX::Yes || !data.of_sensitive.contains(column);
        let columns: Vec<usize> = (0..data.d()).filter(is_kept).collect();
        let x =
            rows.iter().flat_map(|&row| columns.iter().map(move |&column| data.x[row * data.d() + column]));
        Self {
            x: x.collect(),
            d: columns.len(),
            y: rows.iter().map(|&row| data.y[row]).collect(),
            s: rows.iter().map(|&row| data.s[row]).collect(),
            labels: [Label::new("0"), Label::new("1")],
        }
    }

    /// Returns the number of rows.
    pub fn n(&self) -> usize {
        self.y.len()
    }

    /// Returns some of the rows.
    ///
    /// # Panics
    /// When there is no row of such a number.
    #[must_use]
    pub fn rows_of(&self, numbers: &[usize]) -> Self {
        Self {
            x: numbers.iter().flat_map(|&row| &self.x[row * self.d..][..self.d]).copied().collect(),
            d: self.d,
            y: numbers.iter().map(|&row| self.y[row]).collect(),
            s: numbers.iter().map(|&row| self.s[row]).collect(),
            labels: self.labels.clone(),
        }
    }

    /// Returns the features as the library takes them.
    ///
    /// # Errors
    /// When they are no rows, which a table of numbers is not.
    pub fn rows(&self) -> Result<Rows<'_>, RowsError> {
        Rows::dense(&self.x, self.n(), self.d)
    }

    /// Calls with the sample as the library takes it, with the groups or without.
    pub(crate) fn with<T>(
        &self,
        has_groups: bool,
        read: impl FnOnce(&Labelled<'_>) -> T,
    ) -> Result<T, RowsError> {
        let sensitive = [Categorical { codes: Codes::U8(&self.s), labels: &self.labels }];
        let rows = self.rows()?;
        let sensitive = if has_groups { &sensitive[..] } else { &[] };
        Ok(read(&Labelled { rows, target: &self.y, sensitive, strata: &[], weights: None }))
    }
}

/// Takes the means of the columns off and divides by their standard deviations, both of the rows of the fit (with n in the
/// denominator). Columns that are constant there are dropped.
pub fn standardise(train: &mut Sample, test: &mut Sample) {
    let (n, d) = (train.n() as f64, train.d);
    let column = |j: usize| train.x.iter().skip(j).step_by(d.max(1));
    let scale = |j: usize| {
        let mean = column(j).sum::<f64>() / n;
        let variance = column(j).map(|value| (value - mean) * (value - mean)).sum::<f64>() / n;
        (j, mean, variance.sqrt())
    };
    let scales: Vec<(usize, f64, f64)> =
        (0..d).map(scale).filter(|(_, _, deviation)| *deviation > CONSTANT).collect();
    for sample in [train, test] {
        let row = |row: &[f64]| -> Vec<f64> {
            scales.iter().map(|&(j, mean, deviation)| (row[j] - mean) / deviation).collect()
        };
        sample.x = sample.x.chunks_exact(d.max(1)).flat_map(row).collect();
        sample.d = scales.len();
    }
}

/// What a score is worth on rows. A row is decided positively where its score is above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Figures {
    /// Share of rows decided rightly.
    pub accuracy: f64,
    /// The difference of equal opportunity: |true positive rate of group 0 − that of group 1|; `None` where a group has
    /// no positive row.
    pub deo: Option<f64>,
    /// Share of rows decided positively; at 0 and 1 all are decided alike, and the difference is 0 without any merit.
    pub selected: f64,
}

impl Figures {
    /// Returns the figures of one score a row.
    ///
    /// # Panics
    /// When the slices differ in length.
    pub fn of(scores: &[f64], y: &[f64], s: &[u8]) -> Self {
        assert!(scores.len() == y.len() && y.len() == s.len(), "one score, outcome and group a row");
        let right = scores.iter().zip(y).filter(|(score, y)| (**score > 0.0) == (**y > 0.0)).count();
        let rate = |group: u8| {
            let rows = (0..y.len()).filter(|&row| y[row] > 0.0 && s[row] == group);
            let (n, n_selected) =
                rows.fold((0_usize, 0_usize), |(n, m), row| (n + 1, m + usize::from(scores[row] > 0.0)));
            (n > 0).then(|| n_selected as f64 / n as f64)
        };
        Self {
            accuracy: right as f64 / y.len() as f64,
            deo: rate(0).zip(rate(1)).map(|(a, b)| (a - b).abs()),
            selected: scores.iter().filter(|score| **score > 0.0).count() as f64 / y.len() as f64,
        }
    }

    /// Returns whether all rows are decided alike.
    pub fn is_constant(&self) -> bool {
        self.selected == 0.0 || self.selected == 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_of_zero_decides_negatively() {
        let figures = Figures::of(&[0.0, 1.0, -1.0, 2.0], &[1.0, 1.0, -1.0, -1.0], &[0, 1, 0, 1]);
        assert_eq!((figures.accuracy, figures.deo, figures.selected), (0.5, Some(1.0), 0.5));
    }

    #[test]
    fn a_group_without_positives_has_no_difference() {
        let figures = Figures::of(&[1.0, 1.0], &[1.0, -1.0], &[0, 1]);
        assert_eq!((figures.deo, figures.is_constant()), (None, true));
    }
}
