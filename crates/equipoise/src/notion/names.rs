//! Names inside a requirement: metrics, columns, labels, and how each is spelled.
//!
//! Columns and labels are the user's own texts. A text of letters, digits, `_` and `-` stands bare; any other
//! (blanks, signs, nothing at all) stands in double quotes, with backslash escapes for quotes, backslashes and
//! everything that cannot be seen.

use std::{borrow::Cow, fmt};

use super::{Comparison, RequirementErrorKind, by_name, error::shown};

/// The name of a metric: a letter or `_`, then letters, digits and `_`, all ASCII, and no word of the grammar.
///
/// Whether there is such a metric is for the metric registry to say, see
/// [`RequirementError::unknown_metric`](super::RequirementError::unknown_metric).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MetricName(Cow<'static, str>);

impl MetricName {
    /// Returns the name, checked.
    ///
    /// # Errors
    /// When the text is not such a name, or is the name of a notion or of a comparison.
    pub fn new(name: &str) -> Result<Self, RequirementErrorKind> {
        let mut chars = name.chars();
        let head = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
        if !head || !chars.all(|c| c.is_ascii_alphanumeric() || c == '_') {
            return Err(RequirementErrorKind::NotAName { found: shown(name) });
        }
        if by_name(name).is_some() {
            return Err(RequirementErrorKind::NotionAsMetric { found: shown(name) });
        }
        if Comparison::by_name(name).is_some() {
            return Err(RequirementErrorKind::ComparisonFirst { found: shown(name) });
        }
        Ok(Self(Cow::Owned(name.to_owned())))
    }

    pub(super) const fn known(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// Returns the name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MetricName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Distinct names of columns, in the order in which they were written; possibly none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ColumnNames(Vec<Box<str>>);

impl ColumnNames {
    /// Returns the names, checked to be distinct.
    ///
    /// # Errors
    /// When a name is there twice.
    pub fn new(names: impl IntoIterator<Item = impl Into<Box<str>>>) -> Result<Self, RequirementErrorKind> {
        let mut checked = Self::none();
        names.into_iter().try_for_each(|name| checked.push(name.into()))?;
        Ok(checked)
    }

    /// Returns no names: those that the request gives are meant.
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    pub(super) fn push(&mut self, name: Box<str>) -> Result<(), RequirementErrorKind> {
        if self.0.contains(&name) {
            return Err(RequirementErrorKind::NameTwice { found: shown(&name) });
        }
        self.0.push(name);
        Ok(())
    }

    /// Returns the names in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.0.iter().map(|name| &**name)
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for ColumnNames {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (idx, name) in self.iter().enumerate() {
            f.write_str(if idx == 0 { "" } else { "," })?;
            write_name(f, name)?;
        }
        Ok(())
    }
}

/// A group's label on one attribute, as a requirement spells it: `missing` is the missing value, `"missing"` the
/// text.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum GroupLabel {
    /// The label's text.
    Value(Box<str>),
    /// The rows where the attribute has no value.
    Missing,
}

impl GroupLabel {
    /// Returns the label of a text.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self::Value(text.into())
    }

    /// Returns the text, or `None` where the missing value is meant.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Value(text) => Some(text),
            Self::Missing => None,
        }
    }
}

impl fmt::Display for GroupLabel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str(MISSING),
            Self::Value(text) if **text == *MISSING => write_quoted(f, text),
            Self::Value(text) => write_name(f, text),
        }
    }
}

/// The bare word that stands for a missing value.
pub(super) const MISSING: &str = "missing";

/// The bare word that introduces the reference of a pair.
pub(super) const REFERENCE: &str = "reference";

/// Returns whether a character may stand in a bare word.
pub(super) fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Writes a column's name or a label's text: bare where it may stand bare, else quoted.
pub(super) fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if !name.is_empty() && name != REFERENCE && name.chars().all(is_word_char) {
        f.write_str(name)
    } else {
        write_quoted(f, name)
    }
}

fn write_quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for c in text.chars() {
        match c {
            '"' | '\\' => write!(f, "\\{c}")?,
            _ => write_visible(f, c)?,
        }
    }
    f.write_str("\"")
}

/// Writes a character, or its escape where it would move the cursor, hide, or turn the line around.
pub(super) fn write_visible(f: &mut impl fmt::Write, c: char) -> fmt::Result {
    match c {
        '\n' => f.write_str("\\n"),
        '\r' => f.write_str("\\r"),
        '\t' => f.write_str("\\t"),
        _ if c.is_control() || is_invisible(c) => write!(f, "\\u{{{:x}}}", u32::from(c)),
        _ => f.write_char(c),
    }
}

/// Format characters that change the order or the shape of a line without being seen (Unicode's bidirectional
/// controls, zero-width characters, line and paragraph separators, tags), and blanks that look like another blank.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
        || (c != ' ' && c.is_whitespace())
}
