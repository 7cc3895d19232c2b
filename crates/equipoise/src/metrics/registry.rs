//! The table of all metrics, looked up by name.

use super::{
    Figure, Kind, Metric, Undefined, clarify, distributions, divergences, errors, figure, gaps, inequality,
    multiclass, rates, regression, scores,
    table::{Table, divide},
};
use crate::{
    inference::Confidence,
    stats::{WeightKind, view::View},
};

/// The families, in the order in which they are listed.
static FAMILIES: [&[Metric]; 10] = [
    rates::TABLE,
    errors::TABLE,
    scores::TABLE,
    regression::TABLE,
    multiclass::TABLE,
    gaps::TABLE,
    clarify::TABLE,
    divergences::TABLE,
    distributions::TABLE,
    inequality::TABLE,
];

/// Names listed in a message about an unknown one.
const NEAR_MAX: usize = 3;

/// Returns all metrics, in the order of the families.
pub fn all() -> impl Iterator<Item = &'static Metric> + Clone {
    FAMILIES.iter().flat_map(|family| family.iter())
}

/// Returns the metric with a name: our own name first, then a toolkit's. Case, spaces and hyphens do not matter.
///
/// ```
/// use equipoise::metrics::find;
/// assert_eq!(find("Selection-Rate").unwrap().name, "selection_rate");
/// assert_eq!(find("recall_score").unwrap().name, "true_positive_rate");
/// assert!(find("fairness").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Metric> {
    let name = normalised(name);
    all()
        .find(|metric| metric.name == name)
        .or_else(|| all().find(|metric| metric.aliases.iter().any(|alias| normalised(alias.name) == name)))
}

/// Returns the names nearest to one that is not there, ours and toolkits', nearest first; at most three.
pub fn near(name: &str) -> Vec<&'static str> {
    let name = normalised(name);
    let names = all()
        .flat_map(|metric| std::iter::once(metric.name).chain(metric.aliases.iter().map(|alias| alias.name)));
    let mut near: Vec<(usize, &str)> = names
        .map(|other| (distance(&name, &normalised(other)), other))
        .filter(|(distance, other)| *distance * 3 <= name.len().max(other.len()))
        .collect();
    near.sort();
    near.dedup();
    near.into_iter().take(NEAR_MAX).map(|(_, name)| name).collect()
}

fn normalised(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// The number of letters to insert, delete or replace (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let cost = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = cost.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// Why a text is not a metric.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ChoiceError {
    /// No metric has that name.
    #[error("`{name}` is not a metric{}", suggestion(near))]
    Unknown {
        /// The name.
        name: String,
        /// Names like it.
        near: Vec<&'static str>,
    },
    /// The parentheses are not closed, or stand in the wrong place.
    #[error("`{text}` is not of the form `name` or `name(number)`")]
    Form {
        /// The text.
        text: String,
    },
    /// The metric has no parameter.
    #[error("`{name}` has no parameter")]
    NoParameter {
        /// The metric.
        name: &'static str,
    },
    /// The parameter is not a number in its range.
    #[error("the parameter {symbol} of `{name}` is `{found}`; allowed is {allowed}")]
    Parameter {
        /// The metric.
        name: &'static str,
        /// The parameter.
        symbol: &'static str,
        /// What was given.
        found: String,
        /// What may be given.
        allowed: String,
    },
}

fn suggestion(near: &[&'static str]) -> String {
    match near {
        [] => String::new(),
        near => {
            format!("; near are {}", near.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A metric and its parameter: `selection_rate`, `pinball(0.9)`.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    metric: &'static Metric,
    argument: f64,
}

impl PartialEq for Choice {
    fn eq(&self, other: &Self) -> bool {
        self.metric.name == other.metric.name && self.argument == other.argument
    }
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.argument() {
            Some(argument) => write!(f, "{}({argument})", self.metric.name),
            None => f.write_str(self.metric.name),
        }
    }
}

impl std::str::FromStr for Choice {
    type Err = ChoiceError;

    fn from_str(text: &str) -> Result<Self, ChoiceError> {
        // A toolkit's name may itself hold parentheses.
        if let Some(metric) = find(text) {
            return Ok(Self::of(metric));
        }
        let (name, argument) = match text.split_once('(') {
            None => (text, None),
            Some((name, rest)) => {
                let argument = rest.trim_end().strip_suffix(')');
                (name, Some(argument.ok_or_else(|| ChoiceError::Form { text: text.to_owned() })?))
            }
        };
        let unknown = || ChoiceError::Unknown { name: name.trim().to_owned(), near: near(name) };
        let metric = find(name).ok_or_else(unknown)?;
        match argument {
            None => Ok(Self::of(metric)),
            Some(argument) => {
                // `pinball(tau = 0.9)` says the same as `pinball(0.9)`.
                let number = argument.rsplit('=').next().unwrap_or(argument).trim();
                let value = number.parse().unwrap_or(f64::NAN);
                Self::with_argument(metric, value, number)
            }
        }
    }
}

impl Choice {
    /// Returns a metric with the default of its parameter.
    pub fn of(metric: &'static Metric) -> Self {
        Self { metric, argument: metric.parameter.map_or(0.0, |parameter| parameter.default) }
    }

    /// Returns a metric with a value of its parameter.
    ///
    /// # Errors
    /// When the metric has no parameter, or the value is outside its range.
    pub fn with(metric: &'static Metric, argument: f64) -> Result<Self, ChoiceError> {
        Self::with_argument(metric, argument, &argument.to_string())
    }

    fn with_argument(metric: &'static Metric, argument: f64, found: &str) -> Result<Self, ChoiceError> {
        let parameter = metric.parameter.ok_or(ChoiceError::NoParameter { name: metric.name })?;
        let is_allowed = argument.is_finite()
            && parameter.allowed.contains(argument)
            && (!parameter.is_whole || argument.fract() == 0.0);
        if !is_allowed {
            let kind = if parameter.is_whole { "a whole number, " } else { "" };
            return Err(ChoiceError::Parameter {
                name: metric.name,
                symbol: parameter.symbol,
                found: found.to_owned(),
                allowed: format!("{kind}{}", parameter.allowed),
            });
        }
        Ok(Self { metric, argument })
    }

    /// Returns the metric.
    pub fn metric(&self) -> &'static Metric {
        self.metric
    }

    /// Returns the parameter; `None` for a metric without one.
    pub fn argument(&self) -> Option<f64> {
        self.metric.parameter.map(|_| self.argument)
    }

    /// Returns the value for one group. `NotGiven` for a metric that is not a number of one group.
    ///
    /// The debiased calibration error depends on what weights mean; here they are sampling weights, and
    /// [`figure`](Self::figure) is told.
    pub fn of_group(&self, view: &View) -> Result<f64, Undefined> {
        let value = match self.metric.kind {
            Kind::Count(count) => count(view).map(|cell| cell.weight).ok_or(Undefined::NotGiven),
            Kind::Rate(rate, empty) => {
                let rate = rate(view).ok_or(Undefined::NotGiven)?;
                divide(rate.hits.weight, rate.of.weight, empty).map(|share| share.min(1.0))
            }
            Kind::Mean(mean) => mean(view).map(|moment| moment.mean),
            Kind::Table(function) => function(&Table::of(&view.matrix), self.argument),
            Kind::Group { value, .. } => value(view, self.argument),
            _ => Err(Undefined::NotGiven),
        };
        finite(value)
    }

    /// Returns the value for one group, its pointwise interval at a level of confidence, and the counts behind it.
    ///
    /// `weights` says what weights mean, where rows are weighted. For a metric that is not a number of one group
    /// the value is `NotGiven`.
    pub fn figure(&self, view: &View, confidence: Confidence, weights: Option<WeightKind>) -> Figure {
        figure::figure(self, view, confidence, weights)
    }

    /// Returns the value of a group within all rows ([`Kind::Within`]).
    pub fn of_group_within(&self, view: &View, overall: &View) -> Result<f64, Undefined> {
        match self.metric.kind {
            Kind::Within(function) => finite(function(view, overall, self.argument)),
            _ => Err(Undefined::NotGiven),
        }
    }

    /// Returns the value of a group of concern and a reference ([`Kind::Pair`]).
    pub fn of_pair(&self, concern: &View, reference: &View) -> Result<f64, Undefined> {
        match self.metric.kind {
            Kind::Pair(function) => finite(function(concern, reference, self.argument)),
            _ => Err(Undefined::NotGiven),
        }
    }

    /// Returns the value of a group of concern and a reference inside strata ([`Kind::Strata`]).
    pub fn of_strata(&self, strata: &[(View, View)]) -> Result<f64, Undefined> {
        match self.metric.kind {
            Kind::Strata(function) => finite(function(strata)),
            _ => Err(Undefined::NotGiven),
        }
    }

    /// Returns the value of all groups together ([`Kind::Family`]).
    pub fn of_family(&self, groups: &[View], overall: &View) -> Result<f64, Undefined> {
        match self.metric.kind {
            Kind::Family(function) => finite(function(groups, overall, self.argument)),
            _ => Err(Undefined::NotGiven),
        }
    }
}

/// No metric prints NaN or an infinity.
fn finite(value: Result<f64, Undefined>) -> Result<f64, Undefined> {
    match value {
        Ok(value) if value.is_infinite() => Err(Undefined::Infinite),
        Ok(value) if value.is_nan() => Err(Undefined::ZeroDenominator),
        value => value,
    }
}
