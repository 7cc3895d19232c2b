//! Labels, levels and cut points: how the values of a column become groups.
//!
//! A sensitive column may have any number of values; several columns give one attribute each, and their
//! crossing. Labels are kept as the user's own text. A missing value is a label of its own.

use std::{cmp::Ordering, fmt};

use hashbrown::HashMap;

/// One value of a categorical column: the user's own text, or missing.
///
/// Labels are ordered as people read them: numbers by value, then other texts by their characters, missing last.
/// `1` and `1.0` are two labels (the text is kept), though they sort beside each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// The value as text, never reformatted once it is here.
    Value(Box<str>),
    /// No value: null, an empty field, or one of the missing markers the reader was given.
    Missing,
}

impl Label {
    /// Returns the label of a text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self::Value(text.into())
    }

    /// Returns the text, or `None` where the value is missing.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Value(text) => Some(text),
            Self::Missing => None,
        }
    }

    /// Returns whether the value is missing.
    pub fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    fn number(&self) -> Option<f64> {
        self.text().and_then(|text| text.trim().parse::<f64>().ok()).filter(|number| !number.is_nan())
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().unwrap_or("missing"))
    }
}

impl PartialOrd for Label {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Label {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Missing, Self::Missing) => Ordering::Equal,
            (Self::Missing, Self::Value(_)) => Ordering::Greater,
            (Self::Value(_), Self::Missing) => Ordering::Less,
            (Self::Value(a), Self::Value(b)) => match (self.number(), other.number()) {
                (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => a.cmp(b),
            },
        }
    }
}

/// The distinct labels of one column, numbered in order of appearance.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    labels: Vec<Label>,
    numbers: HashMap<Label, u32>,
}

impl Levels {
    /// Returns the number of a label, giving it the next one when it is new.
    pub(crate) fn number(&mut self, label: &Label) -> u32 {
        if let Some(&number) = self.numbers.get(label) {
            return number;
        }
        let number = self.labels.len() as u32;
        self.labels.push(label.clone());
        self.numbers.insert(label.clone(), number);
        number
    }

    /// Returns the labels in order of their numbers.
    pub fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// Returns the label of a number.
    ///
    /// # Panics
    /// When no label has that number.
    pub fn label(&self, number: u32) -> &Label {
        &self.labels[number as usize]
    }

    /// Returns the number of distinct labels.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Returns whether there are no labels.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

/// Cut points of a numeric column: c₁ < c₂ < … < c_k make the k + 1 groups `< c₁`, `c₁ to < c₂`, …, `>= c_k`.
#[derive(Clone, Debug, PartialEq)]
pub struct Cuts(Vec<f64>);

impl Cuts {
    /// Checks that there is at least one cut point and that they are finite and ascending.
    pub fn new(points: Vec<f64>) -> Result<Self, CutsError> {
        if points.is_empty() {
            return Err(CutsError::Empty);
        }
        if let Some(&point) = points.iter().find(|point| !point.is_finite()) {
            return Err(CutsError::NotFinite { point });
        }
        if let Some(pair) = points.windows(2).find(|pair| pair[0] >= pair[1]) {
            return Err(CutsError::NotAscending { before: pair[0], after: pair[1] });
        }
        // −0 and 0 are one point, and one spelling keeps state files equal.
        Ok(Self(points.into_iter().map(|point| point + 0.0).collect()))
    }

    /// Returns cut points at the k − 1 inner quantiles i/k of the values (their order does not matter),
    /// equal ones merged; a value equal to a cut point belongs to the group above it.
    ///
    /// The quantile is the smallest value v with F(v) ≥ i/k. NaN values are left out.
    pub fn at_quantiles(mut values: Vec<f64>, n_groups: usize) -> Result<Self, CutsError> {
        values.retain(|value| !value.is_nan());
        if values.is_empty() || n_groups < 2 {
            return Err(CutsError::Empty);
        }
        values.sort_by(f64::total_cmp);
        let n = values.len();
        let mut points: Vec<f64> =
            (1..n_groups).map(|i| values[(i * n).div_ceil(n_groups).clamp(1, n) - 1]).collect();
        points.dedup();
        // A cut at the smallest value would leave the first group empty.
        points.retain(|&point| point > values[0]);
        Self::new(points)
    }

    /// Returns the cut points, ascending.
    pub fn points(&self) -> &[f64] {
        &self.0
    }

    /// Returns the number of the group of a value: how many cut points are at or below it.
    /// NaN, a missing value, has the number after the last group.
    pub fn group(&self, value: f64) -> usize {
        if value.is_nan() { self.0.len() + 1 } else { self.0.partition_point(|&point| point <= value) }
    }

    /// Returns the labels of the groups in order, with `Missing` last.
    pub fn labels(&self) -> Vec<Label> {
        let points = &self.0;
        let mut labels = vec![Label::new(format!("< {}", points[0]))];
        labels.extend(points.windows(2).map(|pair| Label::new(format!("{} to < {}", pair[0], pair[1]))));
        labels.push(Label::new(format!(">= {}", points[points.len() - 1])));
        labels.push(Label::Missing);
        labels
    }
}

/// What is wrong with cut points.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CutsError {
    /// There is no cut point (or, for quantiles, no value or fewer than two groups).
    #[error("no cut point is left: at least one is needed, inside the range of the values")]
    Empty,
    /// A cut point is infinite or NaN.
    #[error("cut point {point} is not a finite number")]
    NotFinite {
        /// The point.
        point: f64,
    },
    /// Cut points do not ascend.
    #[error("cut points must ascend, but {after} follows {before}")]
    NotAscending {
        /// The earlier point.
        before: f64,
        /// The later point.
        after: f64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_sort_as_people_read_them() {
        let mut labels = ["b", "10", "9", "a", "-1"].map(Label::new).to_vec();
        labels.push(Label::Missing);
        labels.sort();
        let texts: Vec<String> = labels.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["-1", "9", "10", "a", "b", "missing"]);
    }

    #[test]
    fn a_text_spelled_missing_is_not_a_missing_value() {
        assert_ne!(Label::new("missing"), Label::Missing);
    }

    #[test]
    fn values_fall_between_cuts_and_at_a_cut_into_the_group_above() {
        let cuts = Cuts::new(vec![25.0, 40.0]).unwrap();
        let labels = cuts.labels();
        let group = |value: f64| labels[cuts.group(value)].to_string();
        assert_eq!(group(24.9), "< 25");
        assert_eq!(group(25.0), "25 to < 40");
        assert_eq!(group(40.0), ">= 40");
        assert_eq!(group(f64::INFINITY), ">= 40");
        assert_eq!(group(f64::NAN), "missing");
    }

    #[test]
    fn cuts_that_cannot_be_are_refused() {
        assert_eq!(Cuts::new(vec![]), Err(CutsError::Empty));
        assert!(matches!(Cuts::new(vec![f64::NAN]), Err(CutsError::NotFinite { .. })));
        assert_eq!(Cuts::new(vec![2.0, 2.0]), Err(CutsError::NotAscending { before: 2.0, after: 2.0 }));
    }

    #[test]
    fn quantile_cuts_split_evenly_and_merge_ties() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!(Cuts::at_quantiles(values, 4).unwrap().points(), [25.0, 50.0, 75.0]);
        assert_eq!(Cuts::at_quantiles(vec![1.0, 2.0, 2.0, 2.0, f64::NAN], 4).unwrap().points(), [2.0]);
        assert_eq!(Cuts::at_quantiles(vec![3.0; 9], 4), Err(CutsError::Empty));
    }
}
