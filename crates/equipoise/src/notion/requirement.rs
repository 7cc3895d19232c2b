//! A notion or metric, what of it is compared between which groups, and the bound.

use std::{fmt, str::FromStr};

use super::{
    Compared, Comparison, Functional, MetricName, Need, Notion, RequirementError,
    RequirementErrorKind as Kind, Selector, comparison::write_number, error::shown, grammar,
};

/// What a requirement is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A notion: the law of a variable inside events.
    Notion(Notion),
    /// A metric by its name in the metric registry.
    Metric(MetricName),
}

impl Subject {
    /// Returns the comparison that is meant where none is written, if that can be said.
    pub fn default_comparison(&self) -> Option<Comparison> {
        match self {
            Self::Notion(notion) => Some(notion.entry().default_comparison()),
            Self::Metric(_) => None,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Notion(notion) => notion.fmt(f),
            Self::Metric(metric) => metric.fmt(f),
        }
    }
}

/// On which side of the bound the number has to lie; the bound itself is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `<=`
    AtMost,
    /// `>=`
    AtLeast,
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AtMost => "<=",
            Self::AtLeast => ">=",
        })
    }
}

/// A one-sided bound: the closed half-line of numbers with which a requirement holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bound {
    relation: Relation,
    // Finite, and never -0.
    value: f64,
}

impl Bound {
    /// Returns the bound, checked.
    ///
    /// # Errors
    /// When the value is not finite.
    pub fn new(relation: Relation, value: f64) -> Result<Self, Kind> {
        if !value.is_finite() {
            return Err(Kind::NotFinite { value });
        }
        // Adding 0 turns -0 into 0, so that equal bounds print alike.
        Ok(Self { relation, value: value + 0.0 })
    }

    /// Returns the side.
    pub const fn relation(self) -> Relation {
        self.relation
    }

    /// Returns the number, finite.
    pub const fn value(self) -> f64 {
        self.value
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.relation)?;
        write_number(f, self.value)
    }
}

/// A requirement: a subject, a functional, a comparison, the groups, and a bound.
///
/// Its text form is printed in full and canonically, and reads back as the same requirement; see the
/// [module](super) for the grammar. Checked as a whole: what can be constructed can be meant.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    subject: Subject,
    functional: Functional,
    comparison: Comparison,
    selector: Selector,
    bound: Bound,
}

impl Requirement {
    /// The longest text of a requirement, in bytes, as written and as printed.
    pub const BYTES_MAX: usize = 4096;

    /// Returns the requirement, checked.
    ///
    /// # Errors
    /// When the parts do not go together (a metric has no functional, a distance between laws no ratio, only a
    /// difference or ratio can be of a pair), the bound points the wrong way or lies outside the comparison's range,
    /// or the text form is longer than [`Requirement::BYTES_MAX`].
    pub fn new(
        subject: Subject,
        functional: Functional,
        comparison: Comparison,
        selector: Selector,
        bound: Bound,
    ) -> Result<Self, Kind> {
        let requirement = Self { subject, functional, comparison, selector, bound };
        requirement.check_functional()?;
        requirement.check_comparison()?;
        requirement.check_selector()?;
        requirement.check_relation()?;
        requirement.check_range()?;
        match requirement.to_string().len() {
            0..=Self::BYTES_MAX => Ok(requirement),
            bytes => Err(Kind::TooLong { bytes, limit: Self::BYTES_MAX }),
        }
    }

    /// Returns what the requirement is about.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Returns the notion, if the requirement is about one.
    pub fn notion(&self) -> Option<&Notion> {
        match &self.subject {
            Subject::Notion(notion) => Some(notion),
            Subject::Metric(_) => None,
        }
    }

    /// Returns the metric's name, if the requirement is about one.
    pub fn metric(&self) -> Option<&MetricName> {
        match &self.subject {
            Subject::Notion(_) => None,
            Subject::Metric(metric) => Some(metric),
        }
    }

    /// Returns the feature of the law that is compared; of a metric always [`Functional::Mean`], meaning the
    /// metric's own value.
    pub fn functional(&self) -> Functional {
        self.functional
    }

    /// Returns how the groups' values become one number.
    pub fn comparison(&self) -> Comparison {
        self.comparison
    }

    /// Returns which groups are compared.
    pub fn selector(&self) -> &Selector {
        &self.selector
    }

    /// Returns the bound.
    pub fn bound(&self) -> Bound {
        self.bound
    }

    /// Returns what a row must have for the requirement to be audited, in order, each once; `None` for a metric,
    /// whose needs its registry knows.
    ///
    /// A quantile or a distance between distribution functions needs numbers, so a score in place of any prediction.
    pub fn needs(&self) -> Option<Vec<Need>> {
        self.notion().map(|notion| needs_of(notion, self.functional))
    }

    fn check_functional(&self) -> Result<(), Kind> {
        let functional = self.functional.name();
        match &self.subject {
            Subject::Metric(_) if self.functional == Functional::Mean => Ok(()),
            Subject::Metric(metric) => {
                Err(Kind::FunctionalOfMetric { functional, metric: shown(metric.as_str()) })
            }
            Subject::Notion(notion) if self.functional.applies_to(notion.compared()) => Ok(()),
            Subject::Notion(notion) => Err(Kind::FunctionalOfNotion {
                functional,
                notion: notion.name(),
                compared: notion.compared(),
            }),
        }
    }

    fn check_comparison(&self) -> Result<(), Kind> {
        let comparison = self.comparison;
        if self.functional.is_distance() && !comparison.applies_to_distances() {
            return Err(Kind::ComparisonOfDistance { comparison, functional: self.functional.name() });
        }
        let Some(notion) = self.notion() else { return Ok(()) };
        if comparison == Comparison::Overall {
            return Err(Kind::OverallOfNotion { notion: notion.name() });
        }
        // A residual has either sign, so a quotient of two says nothing.
        if comparison.is_ratio() && notion.compared() == Compared::Residual {
            return Err(Kind::RatioOfResiduals { comparison, notion: notion.name() });
        }
        Ok(())
    }

    fn check_selector(&self) -> Result<(), Kind> {
        let (comparison, selector) = (self.comparison, &self.selector);
        if comparison == Comparison::Overall && *selector != Selector::default() {
            return Err(Kind::GroupsOfOverall);
        }
        if comparison == Comparison::SignedDifference && !selector.is_pair() {
            return Err(Kind::PairMissing { comparison });
        }
        if selector.is_pair() && !comparison.takes_pair() {
            return Err(Kind::PairNotTaken { comparison });
        }
        if !selector.is_pair() && selector.reference().is_some() && !comparison.needs_reference() {
            return Err(Kind::ReferenceNotTaken { comparison });
        }
        Ok(())
    }

    /// The word for the number that is bounded: that of the distance, or else of the comparison.
    fn compared_name(&self) -> &'static str {
        if self.functional.is_distance() { self.functional.name() } else { self.comparison.name() }
    }

    fn check_relation(&self) -> Result<(), Kind> {
        let (comparison, relation) = (self.comparison, self.bound.relation);
        let only = match comparison {
            Comparison::Min => Some(Relation::AtLeast),
            Comparison::Max => Some(Relation::AtMost),
            _ if comparison.is_gap() => Some(Relation::AtMost),
            _ if comparison.is_ratio() && !self.selector.is_pair() => Some(Relation::AtLeast),
            _ => None,
        };
        match only {
            Some(only) if only != relation => {
                Err(Kind::WrongRelation { of: self.compared_name(), comparison, relation })
            }
            _ => Ok(()),
        }
    }

    /// The range of the number that is bounded, as far as it is known without the data: values of rates and of the
    /// two distances of that kind lie in [0, 1], other values are in the unit of their variable.
    fn range(&self) -> (f64, f64) {
        let rate = matches!(self.functional, Functional::Ks | Functional::TotalVariation)
            || self
                .notion()
                .is_some_and(|notion| matches!(notion.compared(), Compared::Outcome | Compared::Correctness));
        let size = if rate { 1.0 } else { f64::INFINITY };
        match self.comparison {
            Comparison::Ratio if self.selector.is_pair() => (0.0, f64::INFINITY),
            comparison if comparison.is_ratio() => (0.0, 1.0),
            comparison if comparison.is_gap() => (0.0, size),
            Comparison::Min | Comparison::Max if rate => (0.0, 1.0),
            _ => (-size, size),
        }
    }

    fn check_range(&self) -> Result<(), Kind> {
        let (lower, upper) = self.range();
        let value = self.bound.value;
        if lower <= value && value <= upper {
            Ok(())
        } else {
            let of =
                if self.functional.is_distance() { self.functional.name() } else { self.comparison.name() };
            Err(Kind::BoundOutOfRange { of, value, lower, upper })
        }
    }
}

/// What a row must have for a functional of a notion to be audited: see [`Requirement::needs`].
pub(crate) fn needs_of(notion: &Notion, functional: Functional) -> Vec<Need> {
    let mut needs = notion.needs();
    let numeric = !matches!(functional, Functional::Mean | Functional::TotalVariation);
    if numeric && notion.compared() == Compared::Prediction {
        needs.retain(|&need| need != Need::Prediction);
        needs.push(Need::Score);
        needs.sort_unstable();
        needs.dedup();
    }
    needs
}

impl fmt::Display for Requirement {
    /// Writes the canonical form: full names, defaults spelled out but for the functional `mean` and the difference
    /// of a distance.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.subject)?;
        if self.functional != Functional::Mean {
            write!(f, ".{}", self.functional)?;
        }
        if !(self.functional.is_distance() && self.comparison == Comparison::Difference) {
            write!(f, ".{}", self.comparison)?;
        }
        write!(f, "{} {}", self.selector, self.bound)
    }
}

impl FromStr for Requirement {
    type Err = RequirementError;

    /// Reads the text form.
    fn from_str(text: &str) -> Result<Self, RequirementError> {
        grammar::requirement(text)
    }
}
