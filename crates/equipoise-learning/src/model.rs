//! A model that takes the raw table: encoder, scores, and what there is to say of them.

use equipoise::{
    methods::{
        Score, inprocessing::fair_erm::Training, one_vs_rest::class_probabilities, platt::Platt,
        preprocessing::fair_projection::Projection,
    },
    notion::Notion,
    solvers::Rows,
};
use equipoise_audit::{Cut, Failure, Kind, Parameter};

use crate::{
    encoder::{Encoder, Storage},
    target::Target,
};

/// One score of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// The score.
    pub score: Score,
    /// What the fit said of itself.
    pub training: Training,
}

/// What a model was made with: nothing that it needs to predict, all that a person may ask later.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Ingredients {
    /// The method.
    pub method: String,
    /// Its parameters, as texts.
    pub settings: Vec<(String, String)>,
    /// The column of the outcome; `None` where the model was made of arrays.
    pub target: Option<String>,
    /// The columns that made groups.
    pub sensitive: Vec<String>,
    /// Where numeric ones among these and the strata were cut.
    pub cuts: Vec<Cut>,
    /// The columns that made strata.
    pub strata: Vec<String>,
    /// The column of weights.
    pub weight: Option<String>,
    /// The bounds that were asked for: one for all, or one for each constraint.
    pub bound: Vec<f64>,
    /// The seed.
    pub seed: u64,
}

/// A fitted model. Holds no rows but the support vectors or landmarks of a kernel score.
#[derive(Clone, Debug)]
pub struct Model {
    encoder: Encoder,
    target: Target,
    heads: Vec<Head>,
    calibration: Option<Vec<Platt>>,
    transform: Option<Projection>,
    ingredients: Ingredients,
}

/// What a model that was fitted to arrays is put together from.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Parts {
    /// The name of each column of the array: those of the frame, or x0, x1, ….
    pub feature_names: Vec<String>,
    /// Whether rows were stored with their zeros.
    pub storage: Storage,
    /// What is predicted, in the user's own labels.
    pub target: Target,
    /// The scores: one for yes or no and for a number, one a class else.
    pub heads: Vec<Head>,
    /// For each score the sigmoid that makes it a probability; `None` where there are none.
    pub calibration: Option<Vec<Platt>>,
    /// Where nothing is predicted: how features are transformed.
    pub transform: Option<Projection>,
    /// What the model was made with.
    pub ingredients: Ingredients,
}

impl Parts {
    /// Returns the parts of a model on dense rows, made with what the fit says of itself.
    pub fn new(feature_names: Vec<String>, target: Target, heads: Vec<Head>) -> Self {
        let method = heads.first().map_or("", |head| head.training.method);
        let ingredients = Ingredients { method: method.to_owned(), ..Ingredients::default() };
        Self {
            feature_names,
            storage: Storage::Dense,
            target,
            heads,
            calibration: None,
            transform: None,
            ingredients,
        }
    }
}

impl Model {
    /// Returns a model that was fitted to arrays. Applied to a table, it reads the columns of these names, as numbers.
    ///
    /// # Errors
    /// When there are not as many scores as the target needs, or they take another number of columns.
    pub fn of_arrays(parts: Parts) -> Result<Self, Failure> {
        let encoder = Encoder::of_arrays(parts.feature_names.clone(), parts.storage);
        Self::new(encoder, parts)
    }

    /// Puts a model together; what the parts say of features is that of the encoder.
    pub(crate) fn new(encoder: Encoder, parts: Parts) -> Result<Self, Failure> {
        let Parts { target, heads, calibration, transform, ingredients, .. } = parts;
        let unfit = |what: String| Err(Failure::new(what).of_kind(Kind::Data).about(Parameter::Model));
        if heads.len() != target.n_scores() {
            let (found, expected) = (heads.len(), target.n_scores());
            return unfit(format!("the model has {found} scores where {expected} were expected"));
        }
        if let Target::Binary { negative, positive } = &target
            && (negative.is_empty() || positive.is_empty())
        {
            return unfit("the model has a class without a label".to_owned());
        }
        if let Target::Classes(classes) = &target
            && classes.len() < 2
        {
            return unfit("the model has fewer than two classes".to_owned());
        }
        let d = encoder.n_features();
        if let Some(head) = heads.iter().find(|head| head.score.d() != d) {
            let found = head.score.d();
            return unfit(format!("a score of the model takes {found} columns, and it has {d}"));
        }
        if calibration.as_ref().is_some_and(|sigmoids| {
            sigmoids.len() != heads.len() || matches!(target, Target::Number | Target::Transformed)
        }) {
            return unfit("the model has not one sigmoid for each of its classes' scores".to_owned());
        }
        if transform.is_some() != (target == Target::Transformed) {
            return unfit("the model both predicts and transforms, or does neither".to_owned());
        }
        if let Some(transform) = transform.as_ref().filter(|transform| transform.d() != d) {
            let found = transform.d();
            return unfit(format!("the model transforms {found} columns, and it has {d}"));
        }
        Ok(Self { encoder, target, heads, calibration, transform, ingredients })
    }

    /// Returns how columns become features.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// Returns what is predicted.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// Returns the scores.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// Returns the sigmoid of each score; `None` where there are no probabilities.
    pub fn calibration(&self) -> Option<&[Platt]> {
        self.calibration.as_deref()
    }

    /// Returns how features are transformed, where nothing is predicted.
    pub fn transform(&self) -> Option<&Projection> {
        self.transform.as_ref()
    }

    /// Returns what the model was made with.
    pub fn ingredients(&self) -> &Ingredients {
        &self.ingredients
    }

    /// Returns what was asked of the groups; `None` for an ordinary model.
    pub fn notion(&self) -> Option<&Notion> {
        self.heads.first()?.training.comparison.as_ref().map(|comparison| &comparison.notion)
    }

    /// Returns the scores of rows of features: for each score, one a row.
    ///
    /// # Errors
    /// When the rows have another number of columns than the model has features.
    pub fn scores_of(&self, rows: &Rows<'_>) -> Result<Vec<Vec<f64>>, Failure> {
        let of_head = |head: &Head| head.score.of_rows(rows).map_err(|error| failure(&error));
        self.heads.iter().map(of_head).collect()
    }

    /// Returns what is predicted of rows of features before classes are chosen: the scores, or the transformed features,
    /// column by column.
    pub(crate) fn outputs_of(&self, rows: &Rows<'_>) -> Result<Vec<Vec<f64>>, Failure> {
        let Some(transform) = &self.transform else { return self.scores_of(rows) };
        let features = transform.transform(rows).map_err(|error| failure(&error))?;
        let d = rows.d();
        Ok((0..d).map(|column| features.iter().skip(column).step_by(d).copied().collect()).collect())
    }

    /// Returns the probability of each class in each row, class by class; empty where there are none.
    pub fn probabilities_of(&self, scores: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let Some(sigmoids) = &self.calibration else { return Vec::new() };
        let rows = scores.first().map_or(0, Vec::len);
        let by_row: Vec<f64> = (0..rows).flat_map(|row| scores.iter().map(move |score| score[row])).collect();
        let by_row = class_probabilities(&by_row, sigmoids);
        let classes = self.target.labels().len();
        (0..classes).map(|class| by_row.iter().skip(class).step_by(classes).copied().collect()).collect()
    }

    /// Returns the number of the class of each row: of yes or no, 1 where the score is above 0; else the class of the
    /// largest score, the first of equals. Empty where a number is predicted.
    pub fn classes_of(&self, scores: &[Vec<f64>]) -> Vec<u32> {
        match (&self.target, scores) {
            (Target::Binary { .. }, [score]) => score.iter().map(|&score| u32::from(score > 0.0)).collect(),
            (Target::Classes(_), [first, ..]) => (0..first.len()).map(|row| largest(scores, row)).collect(),
            _ => Vec::new(),
        }
    }
}

fn largest(scores: &[Vec<f64>], row: usize) -> u32 {
    let mut best = 0;
    for class in 1..scores.len() {
        if scores[class][row] > scores[best][row] {
            best = class;
        }
    }
    best as u32
}

fn failure(error: &equipoise::methods::ApplyError) -> Failure {
    Failure::new(error).of_kind(Kind::Data).about(Parameter::Model)
}
