//! Labels, levels and cut points: how the values of a column become groups.
//!
//! A sensitive column may have any number of values; several columns give one attribute each, and their
//! crossing. Labels are kept as the user's own text. A missing value is a label of its own.

use std::{cmp::Ordering, fmt};

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
