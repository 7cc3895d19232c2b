//! What is asked, as data; metrics, notions and requirements become the library's request, which needs no rows.

use std::ops::RangeInclusive;

use equipoise::{
    audit::{Grouping, Quantity, Request},
    groups::Label,
    inference::Confidence,
    metrics::{self, Choice, ChoiceError},
    notion::{Functional, Notion, Requirement, RequirementError, Subject},
    stats::{Task, WeightKind},
};

use crate::{
    failure::{Failure, Kind, listed},
    spelling::{Parameter, Spelling},
};

/// How many groups quantiles may make.
pub const QUANTILE_GROUPS: RangeInclusive<usize> = 2..=1000;

/// What is asked of a table, as a front has read it: nothing is decided or checked yet.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// In whose words errors and notes are written.
    pub spelling: Spelling,
    /// The column of the true outcome.
    pub target: Option<String>,
    /// The column of the decision or predicted class; in regression, of the predicted number.
    pub prediction: Option<String>,
    /// The column of a numeric score, higher meaning more likely positive; in regression, of the predicted number.
    pub score: Option<String>,
    /// Scores of at least this are positive decisions.
    pub threshold: Option<f64>,
    /// The columns whose values make groups.
    pub sensitive: Vec<String>,
    /// Whether these are crossed; otherwise each is audited on its own.
    pub cross: bool,
    /// Where numeric columns are cut into groups.
    pub cuts: Vec<Cut>,
    /// The columns inside whose values groups are compared.
    pub strata: Vec<String>,
    /// The values that are positive: the target's, and the prediction's where nothing else is said. Empty: as the
    /// values themselves say (0/1, false/true, no/yes, n/y, −1/1), or as the hints do.
    pub positive: Vec<String>,
    /// The values of the prediction that are positive, where they differ from those of the target.
    pub positive_prediction: Vec<String>,
    /// The column of weights.
    pub weight: Option<String>,
    /// What a weight means; `None`: as the hints say, else sampling, with a note.
    pub weight_kind: Option<WeightKind>,
    /// What is predicted; `None`: binary, or multiclass where the values leave no doubt, with a note.
    pub task: Option<Task>,
    /// The reference group of an attribute.
    pub references: Vec<(String, Label)>,
    /// Whether rows are left out in which target, prediction, score or weight is missing; otherwise such a row is an
    /// error.
    pub drop_missing: bool,
    /// The metrics shown of each group; empty: those that suit.
    pub metrics: Vec<String>,
    /// The notions whose gaps are shown, or requirements without their bounds; `None`: those that suit.
    pub notions: Option<Vec<String>>,
    /// What must hold.
    pub requirements: Vec<String>,
    /// The level of all intervals, strictly between 0 and 1.
    pub confidence: f64,
    /// Groups with fewer rows are shown, but take no part in gaps and verdicts.
    pub rows_min: u64,
    /// The seed of everything drawn at random.
    pub seed: u64,
    /// Threads that read and count; 0: one for each core. No result depends on it.
    pub threads: usize,
}

/// A numeric column that is cut into groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// The column: a sensitive one, a stratum, or in regression the target.
    pub column: String,
    /// Where it is cut.
    pub points: CutPoints,
}

/// Where a column is cut.
#[derive(Clone, Debug, PartialEq)]
pub enum CutPoints {
    /// At these numbers, ascending.
    Numbers(Vec<f64>),
    /// At the quantiles that make this many groups, found in a pass of their own; [`QUANTILE_GROUPS`] are possible.
    Quantiles(usize),
}

impl Question {
    /// Returns a question with all defaults: 95 %, groups from 10 rows on, each attribute alone, no column yet.
    pub fn new(spelling: Spelling) -> Self {
        Self {
            spelling,
            target: None,
            prediction: None,
            score: None,
            threshold: None,
            sensitive: Vec::new(),
            cross: false,
            cuts: Vec::new(),
            strata: Vec::new(),
            positive: Vec::new(),
            positive_prediction: Vec::new(),
            weight: None,
            weight_kind: None,
            task: None,
            references: Vec::new(),
            drop_missing: false,
            metrics: Vec::new(),
            notions: None,
            requirements: Vec::new(),
            confidence: 0.95,
            rows_min: 10,
            seed: 0,
            threads: 0,
        }
    }

    /// Returns what is asked of the statistics. It needs no rows, so a front calls it before anything is read.
    ///
    /// # Errors
    /// When a metric, a notion or a requirement cannot be read, an attribute has two reference groups, or the level is
    /// none.
    pub fn request(&self) -> Result<Request, Failure> {
        let spelling = self.spelling;
        let mut request = Request::new();
        for name in &self.metrics {
            request.metrics.push(metric(name, spelling)?);
        }
        if let Some(notions) = &self.notions {
            request.quantities =
                Some(notions.iter().map(|name| quantity(name, spelling)).collect::<Result<_, _>>()?);
        }
        for text in &self.requirements {
            let requirement = requirement(text).map_err(|failure| {
                failure
                    .detail(spelling.within(Parameter::Requirements))
                    .of_kind(Kind::Requirement)
                    .about(Parameter::Requirements)
            })?;
            request.requirements.push(requirement);
        }
        request.grouping = if self.cross { Grouping::Crossed } else { Grouping::Each };
        for (attribute, label) in &self.references {
            if request.references.iter().any(|(before, _)| before == attribute) {
                return Err(Failure::new(format_args!("`{attribute}` has two reference groups"))
                    .detail(spelling.within(Parameter::References))
                    .about(Parameter::References));
            }
            request.references.push((attribute.clone(), label.clone()));
        }
        request.confidence = Confidence::new(self.confidence).map_err(|error| {
            Failure::new(error).detail(spelling.within(Parameter::Confidence)).about(Parameter::Confidence)
        })?;
        request.rows_min = self.rows_min;
        request.seed = self.seed;
        Ok(request)
    }

    /// The number of threads as the table takes it. More than there can be cores helps nobody.
    pub(crate) fn n_threads(&self) -> usize {
        self.threads.min(1024)
    }

    /// The parameter by which a column came to be read as numbers.
    pub(crate) fn parameter_of_numbers(&self, column: &str) -> Option<Parameter> {
        let is_cut = self.cuts.iter().any(|cut| cut.column == column);
        let is = |name: &Option<String>| !is_cut && name.as_deref() == Some(column);
        match (is(&self.score), is(&self.weight)) {
            (true, _) => Some(Parameter::Score),
            (_, true) => Some(Parameter::Weight),
            _ => self.parameter_of(column),
        }
    }

    /// The parameter by which a column came into the question.
    pub(crate) fn parameter_of(&self, column: &str) -> Option<Parameter> {
        let is = |name: &Option<String>| name.as_deref() == Some(column);
        let is_among = |names: &[String]| names.iter().any(|name| name == column);
        let roles = [
            (is_among(&self.sensitive), Parameter::Sensitive),
            (is_among(&self.strata), Parameter::Strata),
            (is(&self.target), Parameter::Target),
            (is(&self.prediction), Parameter::Prediction),
            (is(&self.score), Parameter::Score),
            (is(&self.weight), Parameter::Weight),
        ];
        roles.into_iter().find(|(is_it, _)| *is_it).map(|(_, parameter)| parameter)
    }
}

impl Default for Question {
    fn default() -> Self {
        Self::new(Spelling::default())
    }
}

fn metric(name: &str, spelling: Spelling) -> Result<String, Failure> {
    let choice: Choice = name.parse().map_err(|error| {
        let failure = match error {
            ChoiceError::Unknown { name, .. } => unknown_metric(&name, spelling),
            error => Failure::new(error),
        };
        failure.detail(spelling.within(Parameter::Metrics)).about(Parameter::Metrics)
    })?;
    Ok(choice.to_string())
}

/// Returns that a name is not a metric, and which ones are near.
pub fn unknown_metric(name: &str, spelling: Spelling) -> Failure {
    let failure = Failure::new(format_args!("`{name}` is not a metric"));
    let near: Vec<String> = metrics::near(name).iter().map(|near| format!("`{near}`")).collect();
    match (near.is_empty(), spelling) {
        (true, Spelling::CommandLine) => failure.help("`equipoise metrics` lists them"),
        (false, Spelling::CommandLine) => {
            failure.help(format_args!("near are {}; `equipoise metrics` lists all", near.join(", ")))
        }
        (true, _) => {
            let names: Vec<&str> = metrics::all().map(|metric| metric.name).collect();
            failure.detail(format_args!("metrics are {}", listed(&names, names.len())))
        }
        (false, _) => failure.help(format_args!("near are {}", near.join(", "))),
    }
}

/// Returns what to compare: a notion by its name, or a requirement without its bound, such as `dp.ratio`.
fn quantity(text: &str, spelling: Spelling) -> Result<Quantity, Failure> {
    let error = match text.parse::<Notion>() {
        Ok(notion) => {
            let comparison = notion.entry().default_comparison();
            return Ok(Quantity::new(Subject::Notion(notion), Functional::Mean, comparison));
        }
        Err(error) => error,
    };
    // Which relation fits depends on the comparison; no bound is used.
    let bounded = [format!("{text} <= 1"), format!("{text} >= 1")].map(|text| requirement(&text));
    let failure = match bounded {
        [Ok(requirement), _] | [_, Ok(requirement)] => return Ok(Quantity::from(&requirement)),
        [Err(failure), Err(_)] if text.contains('.') => failure,
        _ => unreadable(&error),
    };
    let failure = failure.detail(spelling.within(Parameter::Notions));
    Err(failure.of_kind(Kind::Requirement).about(Parameter::Notions))
}

fn requirement(text: &str) -> Result<Requirement, Failure> {
    let requirement: Requirement = text.parse().map_err(|error| unreadable(&error))?;
    if let Subject::Metric(name) = requirement.subject()
        && metrics::find(name.as_str()).is_none()
    {
        let known = metrics::all().map(|metric| metric.name);
        return Err(unreadable(&RequirementError::unknown_metric(text, known)));
    }
    Ok(requirement)
}

fn unreadable(error: &RequirementError) -> Failure {
    let (line, carets) = error.excerpt();
    Failure::new(error).detail(line).detail(carets).help_if(error.help())
}
