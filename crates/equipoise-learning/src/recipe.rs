//! The request for a model, as data: nothing is decided or checked yet.

use equipoise::stats::Task;
use equipoise_audit::{Cut, Spelling};

/// Levels that a column of labels may have, unless the recipe says otherwise.
pub const LEVELS_MAX: usize = 1000;

/// What a model is to be made of, and how.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Recipe {
    /// In whose words errors and notes are written.
    pub spelling: Spelling,
    /// The name of the method, one of [`equipoise::methods::registry`].
    pub method: String,
    /// The method's own parameters, as texts.
    pub settings: Vec<(String, String)>,
    /// The column of the outcome.
    pub target: Option<String>,
    /// The values of the outcome that are positive. Empty: as the values themselves say (0/1, false/true, no/yes, n/y,
    /// −1/1), or as the table's hints do.
    pub positive: Vec<String>,
    /// The columns whose values make groups. Empty: the ordinary model.
    pub sensitive: Vec<String>,
    /// Whether these are crossed; otherwise each is constrained on its own.
    pub cross: bool,
    /// Where numeric sensitive columns and strata are cut into groups; quantiles are those of the training rows.
    pub cuts: Vec<Cut>,
    /// The columns inside whose values groups are compared, for conditional parity.
    pub strata: Vec<String>,
    /// The column of weights.
    pub weight: Option<String>,
    /// The columns that the model is made of. Empty: all that have no other role.
    pub features: Vec<String>,
    /// Columns that the model is not made of.
    pub drop: Vec<String>,
    /// Columns of numbers that are labels, such as codes of occupations.
    pub categorical: Vec<String>,
    /// Whether the sensitive columns are features too.
    pub sensitive_in_features: bool,
    /// How columns of numbers are scaled.
    pub scaling: Scaling,
    /// Whether a column of numbers with missing values gets a second feature that says where.
    pub missing_indicators: bool,
    /// The most levels of a column of labels.
    pub levels_max: usize,
    /// What must not depend on the group, by name or alias; `None`: equal opportunity for classes, demographic parity
    /// for numbers.
    pub notion: Option<String>,
    /// How large a difference of mean scores may be: one number for all, or one for each constraint; empty: 0.
    pub bound: Vec<f64>,
    /// Whether a classifier gives probabilities where its score is none: by Platt's sigmoid on scores out of five folds.
    /// Logistic regression gives them always.
    pub probabilities: bool,
    /// What is predicted; `None`: as the method and the values say, with a note where something had to be decided.
    pub task: Option<Task>,
    /// The seed of everything drawn at random.
    pub seed: u64,
    /// The share of rows that take no part in the fit and are kept for the certificate; strictly between 0 and 1.
    pub held_out: Option<f64>,
    /// The level of the certificate's intervals and bounds, strictly between 0 and 1.
    pub confidence: f64,
    /// Whether rows are left out in which the outcome or the weight is missing; otherwise such a row is an error.
    pub drop_missing: bool,
    /// Threads that read; 0: one for each core. No result depends on it.
    pub threads: usize,
}

/// How columns of numbers are scaled. Columns of labels become zeros and ones that are never scaled: centring them would
/// fill a sparse table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scaling {
    /// Minus the mean, over the population standard deviation, of the training rows' values that are there.
    #[default]
    Standard,
    /// As they are.
    Off,
}

impl Recipe {
    /// Returns a recipe with all defaults and no column yet.
    pub fn new(method: impl Into<String>, spelling: Spelling) -> Self {
        Self {
            spelling,
            method: method.into(),
            settings: Vec::new(),
            target: None,
            positive: Vec::new(),
            sensitive: Vec::new(),
            cross: false,
            cuts: Vec::new(),
            strata: Vec::new(),
            weight: None,
            features: Vec::new(),
            drop: Vec::new(),
            categorical: Vec::new(),
            sensitive_in_features: false,
            scaling: Scaling::default(),
            missing_indicators: false,
            levels_max: LEVELS_MAX,
            notion: None,
            bound: Vec::new(),
            probabilities: false,
            task: None,
            seed: 0,
            held_out: None,
            confidence: 0.95,
            drop_missing: false,
            threads: 0,
        }
    }
}
