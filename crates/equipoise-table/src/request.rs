//! Which columns are read, in which role, and what a missing value means there.

use std::{fmt, str::FromStr};

/// A column as the user names it.
///
/// Written `NAME`, or `#15` for the fifteenth column. A column whose name really is `#15` wins over the number.
/// Where a name occurs several times it means the first; the later ones are `NAME.1`, `NAME.2`, … unless the file
/// has columns of these names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ColumnRef {
    /// By name.
    Name(String),
    /// By number, counted from 1.
    Number(usize),
}

impl From<&str> for ColumnRef {
    fn from(text: &str) -> Self {
        let number =
            text.strip_prefix('#').and_then(|digits| digits.parse().ok()).filter(|&number| number > 0);
        number.map_or_else(|| Self::Name(text.to_owned()), Self::Number)
    }
}

impl FromStr for ColumnRef {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.into())
    }
}

impl fmt::Display for ColumnRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Number(number) => write!(f, "#{number}"),
        }
    }
}

/// What a role needs of a column; it fixes the type, nothing is inferred from the values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Labels.
    Categorical,
    /// Finite numbers. Infinities and texts that are no number are errors; NaN is a missing value.
    Real,
}

/// What a missing value (null, NaN, a missing marker) means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MissingPolicy {
    /// It is a value of its own: [`equipoise::groups::Label::Missing`], or NaN in a real column.
    Label,
    /// It is an error, raised at the end of the pass, with the number of missing values and the first row.
    Reject,
    /// Rows with one are left out and counted.
    Drop,
}

/// One column to read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnRequest {
    /// Which column.
    pub column: ColumnRef,
    /// What the role needs.
    pub kind: Kind,
    /// What a missing value means.
    pub missing: MissingPolicy,
}

impl ColumnRequest {
    /// Returns a request.
    pub fn new(column: impl Into<ColumnRef>, kind: Kind, missing: MissingPolicy) -> Self {
        Self { column: column.into(), kind, missing }
    }
}
