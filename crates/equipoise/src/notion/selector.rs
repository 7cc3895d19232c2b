//! Which groups a requirement compares.

use std::fmt;

use super::{
    ColumnNames, GroupLabel, RequirementErrorKind as Kind,
    names::{REFERENCE, write_name},
};

/// Which groups are compared.
///
/// | text | meaning |
/// | --- | --- |
/// | nothing | the groups of every attribute, and crossing, of the request, each on its own |
/// | `[race]` | the groups of one attribute |
/// | `[race,sex]` | the groups of a crossing |
/// | `(race = Black, reference = White)` | one group with one other |
/// | `(race = Black, sex = female, reference = (White, male))` | the same on a crossing |
/// | `[race](reference = White)` | every group of the attribute with one of them |
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selector {
    // Invariant: `group` is empty or has a label for each attribute, and then so has `reference`, and they differ;
    // without `group`, `reference` is empty, or has a label for each attribute if there are attributes.
    attributes: ColumnNames,
    group: Vec<GroupLabel>,
    reference: Vec<GroupLabel>,
}

impl Selector {
    /// Returns the selector of all groupings of the request.
    pub fn all() -> Self {
        Self::default()
    }

    /// Returns the selector of one attribute's groups, or of those of a crossing; without names, [`Selector::all`].
    pub fn over(attributes: ColumnNames) -> Self {
        Self { attributes, ..Self::default() }
    }

    /// Returns the selector of one group and one reference, with a label of each for every attribute.
    ///
    /// # Errors
    /// When there are no attributes, a count differs, or the two are the same group.
    pub fn pair(
        attributes: ColumnNames,
        group: Vec<GroupLabel>,
        reference: Vec<GroupLabel>,
    ) -> Result<Self, Kind> {
        if attributes.is_empty() || group.len() != attributes.len() {
            return Err(Kind::LabelCount {
                labels: "group",
                expected: attributes.len().max(1),
                found: group.len(),
            });
        }
        if reference.is_empty() {
            return Err(Kind::ReferenceMissing);
        }
        if reference.len() != attributes.len() {
            let (expected, found) = (attributes.len(), reference.len());
            return Err(Kind::LabelCount { labels: REFERENCE, expected, found });
        }
        if group == reference {
            return Err(Kind::SameGroup);
        }
        Ok(Self { attributes, group, reference })
    }

    /// Returns the selector of every group of the attributes with a reference; without attributes they are those of
    /// the request.
    ///
    /// # Errors
    /// When there is no label, or their number is not that of the attributes.
    pub fn with_reference(attributes: ColumnNames, reference: Vec<GroupLabel>) -> Result<Self, Kind> {
        let expected = if attributes.is_empty() { reference.len().max(1) } else { attributes.len() };
        if reference.len() != expected {
            return Err(Kind::LabelCount { labels: REFERENCE, expected, found: reference.len() });
        }
        Ok(Self { attributes, group: Vec::new(), reference })
    }

    /// Returns the attributes named; none means those of the request, several a crossing.
    pub fn attributes(&self) -> &ColumnNames {
        &self.attributes
    }

    /// Returns the labels of the group that is compared with the reference, one for each attribute, if it is a pair.
    pub fn group(&self) -> Option<&[GroupLabel]> {
        (!self.group.is_empty()).then_some(&self.group)
    }

    /// Returns the labels of the reference group, if one is named.
    pub fn reference(&self) -> Option<&[GroupLabel]> {
        (!self.reference.is_empty()).then_some(&self.reference)
    }

    /// Returns whether one group is compared with one other.
    pub fn is_pair(&self) -> bool {
        !self.group.is_empty()
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_pair() && !self.attributes.is_empty() {
            write!(f, "[{}]", self.attributes)?;
        }
        let Some(reference) = self.reference() else { return Ok(()) };
        f.write_str("(")?;
        for (name, label) in self.attributes.iter().zip(&self.group) {
            write_name(f, name)?;
            write!(f, " = {label}, ")?;
        }
        write!(f, "{REFERENCE} = ")?;
        match reference {
            [label] => write!(f, "{label})"),
            labels => {
                for (idx, label) in labels.iter().enumerate() {
                    write!(f, "{}{label}", if idx == 0 { "(" } else { ", " })?;
                }
                f.write_str("))")
            }
        }
    }
}
