//! What a statistic is a statistic of: the task and the columns by role.

use crate::groups::Cuts;

/// What is predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Task {
    /// A yes or no; one or several labels are named positive.
    Binary,
    /// One of several classes.
    Multiclass,
    /// A number.
    Regression,
}

/// What a weight says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WeightKind {
    /// The row stands for that many identical people: the sample size is Σw.
    Frequency,
    /// The row was drawn with a probability inverse to the weight: same estimates, wider intervals.
    Sampling,
}

/// A sensitive or stratum column.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribute {
    /// The column's name.
    pub name: String,
    /// Cut points, where the column is numeric and cut into groups.
    pub cuts: Option<Cuts>,
}

impl Attribute {
    /// Returns an attribute whose values are its groups.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), cuts: None }
    }
}

/// The task and the columns by role. Two statistics merge only when their layouts are equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// What is predicted.
    pub task: Task,
    /// The sensitive attributes; the statistics are kept for their crossing.
    pub sensitive: Vec<Attribute>,
    /// The legitimate strata.
    pub strata: Vec<Attribute>,
    /// The outcome's column.
    pub target: Option<String>,
    /// Cut points that make bins of a real outcome (regression): the events of equalized odds.
    pub target_cuts: Option<Cuts>,
    /// The hard prediction's column (classification).
    pub prediction: Option<String>,
    /// The score's column, or in regression that of the predicted value.
    pub score: Option<String>,
    /// Predicted positive means score ≥ threshold (binary tasks without a prediction column).
    pub threshold: Option<f64>,
    /// Labels of the target that are positive. Empty: decided from the labels where they are 0/1, false/true,
    /// no/yes or −1/1.
    pub positive: Vec<String>,
    /// Labels of the prediction that are positive, where they differ from those of the target.
    pub positive_prediction: Vec<String>,
    /// The weight's column and what it says.
    pub weight: Option<(String, WeightKind)>,
}

impl Layout {
    /// Returns a layout for a task, with no column yet.
    pub fn new(task: Task) -> Self {
        Self {
            task,
            sensitive: Vec::new(),
            strata: Vec::new(),
            target: None,
            target_cuts: None,
            prediction: None,
            score: None,
            threshold: None,
            positive: Vec::new(),
            positive_prediction: Vec::new(),
            weight: None,
        }
    }

    /// Checks that the parts agree with each other.
    pub fn check(&self) -> Result<(), LayoutError> {
        if self.sensitive.is_empty() {
            return Err(LayoutError::NoSensitive);
        }
        let mut names: Vec<&str> =
            self.sensitive.iter().chain(&self.strata).map(|attribute| attribute.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(LayoutError::AttributeTwice { name: pair[0].to_owned() });
        }
        if self.target.is_none() && self.prediction.is_none() && self.score.is_none() {
            return Err(LayoutError::NothingToAudit);
        }
        if let Some(threshold) = self.threshold {
            if !threshold.is_finite() {
                return Err(LayoutError::Threshold { threshold });
            }
            if self.score.is_none() || self.prediction.is_some() || self.task != Task::Binary {
                return Err(LayoutError::ThresholdWithoutUse);
            }
        }
        if self.task != Task::Binary && !(self.positive.is_empty() && self.positive_prediction.is_empty()) {
            return Err(LayoutError::PositiveWithoutUse);
        }
        match self.task {
            Task::Regression if self.prediction.is_some() => Err(LayoutError::PredictionInRegression),
            Task::Multiclass if self.score.is_some() => Err(LayoutError::ScoreInMulticlass),
            Task::Binary | Task::Multiclass if self.target_cuts.is_some() => Err(LayoutError::CutsWithoutUse),
            _ => Ok(()),
        }
    }

    /// Returns whether rows are put into predicted classes.
    pub fn has_decisions(&self) -> bool {
        self.prediction.is_some() || self.threshold.is_some()
    }
}

/// What is wrong with a layout.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// No sensitive attribute.
    #[error("no sensitive attribute is named: an audit compares groups")]
    NoSensitive,
    /// An attribute stands twice among sensitive attributes and strata.
    #[error("`{name}` is named twice among the sensitive attributes and strata")]
    AttributeTwice {
        /// The attribute.
        name: String,
    },
    /// Neither target, prediction nor score.
    #[error("nothing to audit: name a target, a prediction or a score")]
    NothingToAudit,
    /// The threshold is not finite.
    #[error("the threshold is {threshold}, not a finite number")]
    Threshold {
        /// The threshold.
        threshold: f64,
    },
    /// A threshold without a score, beside a prediction or outside binary tasks.
    #[error("a threshold makes decisions of the score of a binary task that has no prediction column")]
    ThresholdWithoutUse,
    /// Positive labels outside binary tasks.
    #[error("positive labels are for binary tasks")]
    PositiveWithoutUse,
    /// A prediction column in regression.
    #[error("in regression the predicted value is the score")]
    PredictionInRegression,
    /// A score in a multiclass task.
    #[error(
        "a multiclass task is audited by its predicted classes; a score needs a binary task or regression"
    )]
    ScoreInMulticlass,
    /// Cut points of a target that is not real.
    #[error("cut points of the target are for regression")]
    CutsWithoutUse,
}
