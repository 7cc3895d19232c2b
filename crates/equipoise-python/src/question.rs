//! A question from Python: a dictionary with a key for each field, made and checked by `python/equipoise/_question.py`.

use equipoise::{
    groups::Label,
    stats::{Task, WeightKind},
};
use equipoise_audit::{Cut, CutPoints, Question, Spelling};
use pyo3::{exceptions::PyValueError, prelude::*};

/// The dictionary.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked {
    spelling: String,
    target: Option<String>,
    prediction: Option<String>,
    score: Option<String>,
    threshold: Option<f64>,
    sensitive: Vec<String>,
    cross: bool,
    /// Column; numbers; or the number of groups that quantiles make.
    cuts: Vec<(String, Option<Vec<f64>>, Option<usize>)>,
    strata: Vec<String>,
    positive: Vec<String>,
    positive_prediction: Vec<String>,
    weight: Option<String>,
    weight_kind: Option<String>,
    task: Option<String>,
    /// Attribute; label, `None` where it is the missing one.
    reference: Vec<(String, Option<String>)>,
    drop_missing: bool,
    metrics: Vec<String>,
    notions: Option<Vec<String>>,
    requirements: Vec<String>,
    confidence: f64,
    rows_min: u64,
    seed: u64,
    threads: usize,
}

impl Asked {
    /// Returns the question. Words that the Python side lets through are known here.
    pub(crate) fn question(self) -> PyResult<Question> {
        let mut question = Question::new(match self.spelling.as_str() {
            "arrays" => Spelling::PythonArrays,
            _ => Spelling::PythonTable,
        });
        question.target = self.target;
        question.prediction = self.prediction;
        question.score = self.score;
        question.threshold = self.threshold;
        question.sensitive = self.sensitive;
        question.cross = self.cross;
        question.cuts = self.cuts.into_iter().map(cut).collect::<PyResult<_>>()?;
        question.strata = self.strata;
        question.positive = self.positive;
        question.positive_prediction = self.positive_prediction;
        question.weight = self.weight;
        question.weight_kind = self.weight_kind.as_deref().map(weight_kind).transpose()?;
        question.task = self.task.as_deref().map(task).transpose()?;
        let label = |text: Option<String>| text.map_or(Label::Missing, Label::new);
        question.references = self.reference.into_iter().map(|(name, text)| (name, label(text))).collect();
        question.drop_missing = self.drop_missing;
        question.metrics = self.metrics;
        question.notions = self.notions;
        question.requirements = self.requirements;
        question.confidence = self.confidence;
        question.rows_min = self.rows_min;
        question.seed = self.seed;
        question.threads = self.threads;
        Ok(question)
    }
}

pub(crate) fn cut((column, numbers, n_groups): (String, Option<Vec<f64>>, Option<usize>)) -> PyResult<Cut> {
    let points = match (numbers, n_groups) {
        (Some(numbers), None) => CutPoints::Numbers(numbers),
        (None, Some(n_groups)) => CutPoints::Quantiles(n_groups),
        _ => return Err(PyValueError::new_err("a cut is made at numbers, or at quantiles")),
    };
    Ok(Cut { column, points })
}

fn weight_kind(word: &str) -> PyResult<WeightKind> {
    match word {
        "frequency" => Ok(WeightKind::Frequency),
        "sampling" => Ok(WeightKind::Sampling),
        _ => Err(PyValueError::new_err(format!("no kind of weights `{word}`"))),
    }
}

pub(crate) fn task(word: &str) -> PyResult<Task> {
    match word {
        "binary" => Ok(Task::Binary),
        "multiclass" => Ok(Task::Multiclass),
        "regression" => Ok(Task::Regression),
        _ => Err(PyValueError::new_err(format!("no task `{word}`"))),
    }
}
