//! How a model came out: what `train` tells at once.

use equipoise::solvers::{Accuracy, Outcome as Ending, Status};
use equipoise_audit::{Parameter, Spelling};

use crate::{
    encoder::{Reason, Storage},
    model::Model,
    outcome::Outcome,
    split::Split,
    target::Target,
    train::Counts,
};

/// How a model came out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// Rows read.
    pub rows_read: u64,
    /// Rows left out for a missing outcome or weight.
    pub rows_dropped: u64,
    /// Rows that the model was fitted to.
    pub rows_fitted: u64,
    /// Rows held out.
    pub rows_held_out: u64,
    /// Columns that became features.
    pub columns: usize,
    /// Features.
    pub features: usize,
    /// Whether rows are stored with their zeros.
    pub storage: Storage,
    /// How well the fitted rows are predicted; `None` where nothing is.
    pub fit: Option<Quality>,
}

/// How well rows are predicted, each row counting once.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Quality {
    /// The share of rows whose class is predicted.
    Accuracy {
        /// The share.
        share: f64,
        /// The share of the most frequent class: what predicting it alone would reach.
        largest_class: f64,
    },
    /// Of numbers.
    Error {
        /// The root of the mean squared error.
        rmse: f64,
        /// The standard deviation of the outcome: the error of predicting its mean alone.
        deviation: f64,
    },
}

impl Summary {
    /// Sums up from the scores of the fitted rows.
    pub(crate) fn new(
        model: &Model,
        outcome: &Outcome,
        parts: &Split,
        scores: &[Vec<f64>],
        counts: Counts,
    ) -> Self {
        let encoder = model.encoder();
        Self {
            rows_read: counts.read,
            rows_dropped: counts.dropped,
            rows_fitted: parts.fitted.len() as u64,
            rows_held_out: parts.held_out.len() as u64,
            columns: encoder.columns().len(),
            features: encoder.n_features(),
            storage: encoder.storage(),
            fit: quality(model, outcome, &parts.fitted, scores),
        }
    }

    /// Returns what there is to tell of the rows, a line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut rows = format!("fitted to {} rows", self.rows_fitted);
        if self.rows_dropped > 0 {
            rows.push_str(&format!("; {} left out for a missing outcome or weight", self.rows_dropped));
        }
        if self.rows_held_out > 0 {
            rows.push_str(&format!("; {} held out", self.rows_held_out));
        }
        let fit = self.fit.map(|fit| match fit {
            Quality::Accuracy { share, largest_class } => format!(
                "of these it predicts {:.1} % right; the largest class alone would be {:.1} %",
                100.0 * share,
                100.0 * largest_class
            ),
            Quality::Error { rmse, deviation } => format!(
                "on these its error is {rmse:.4} (root mean square); that of the mean alone would be {deviation:.4}"
            ),
        });
        [rows].into_iter().chain(fit).collect()
    }

    /// Returns what to beware of, a sentence each.
    pub(crate) fn warnings(&self, model: &Model, spelling: Spelling) -> Vec<String> {
        let mut warnings = Vec::new();
        for (number, head) in model.heads().iter().enumerate() {
            let outcome = &head.training.outcome;
            if outcome.converged() {
                continue;
            }
            let of = match model.target() {
                Target::Classes(classes) => format!(" for `{}`", classes[number]),
                _ => String::new(),
            };
            warnings.push(format!(
                "the fit{of} is {} ({}): the model is not the best under its bounds; {} accepts less",
                outcome_words(outcome),
                accuracy_words(&outcome.accuracy),
                spelling.word(Parameter::Settings, "tol=…"),
            ));
        }
        if let Some(comparison) = model.heads().first().and_then(|head| head.training.comparison.as_ref())
            && !comparison.empty.is_empty()
        {
            let groups: Vec<String> = comparison
                .empty
                .iter()
                .map(|empty| {
                    let labels = &comparison.groups[empty.grouping][empty.group];
                    labels.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(" × ")
                })
                .collect();
            warnings.push(format!(
                "groups without rows in an event, of which nothing is asked there: {}",
                equipoise_audit::listed(&groups, groups.len())
            ));
        }
        warnings.extend(self.crowded(model, spelling));
        warnings.extend(self.dropped(model));
        if model.notion().is_none() && model.transform().is_none() {
            warnings.push("no sensitive column is named: this is the ordinary model".to_owned());
        }
        warnings
    }

    /// Where the constraints take most directions of a linear score, hardly anything is left to predict with.
    fn crowded(&self, model: &Model, spelling: Spelling) -> Option<String> {
        let head = model.heads().first()?;
        let rank = head.training.comparison.as_ref()?.rank;
        let d = head.score.linear()?.coefficients.len();
        (2 * rank >= d).then(|| {
            format!(
                "the groups differ in {rank} independent directions, and there are {d} features: little is left to predict \
                 with; {} above 0 asks for less",
                spelling.name(Parameter::Bound)
            )
        })
    }

    fn dropped(&self, model: &Model) -> Vec<String> {
        let of = |reason: Reason| {
            let dropped = model.encoder().dropped().iter().filter(move |column| column.reason == reason);
            let names: Vec<String> = dropped.map(|column| format!("`{}`", column.name)).collect();
            (!names.is_empty()).then(|| equipoise_audit::listed(&names, names.len()))
        };
        let constant = of(Reason::Constant).map(|names| format!("left out for one value alone: {names}"));
        let empty = of(Reason::Empty).map(|names| format!("left out for no value at all: {names}"));
        constant.into_iter().chain(empty).collect()
    }
}

/// Returns how a fit ended, as one word.
pub(crate) fn status_word(outcome: &Ending) -> &'static str {
    match outcome.status {
        Status::Converged => "converged",
        Status::Stalled => "stalled",
        _ => "iteration_limit",
    }
}

/// Returns how a fit ended, in words.
pub(crate) fn outcome_words(outcome: &Ending) -> String {
    let n = outcome.iterations;
    let s = if n == 1 { "" } else { "s" };
    match (outcome.status, n) {
        (Status::Converged, 0) => "solved directly".to_owned(),
        (Status::Converged, _) => format!("converged after {n} iteration{s}"),
        (Status::Stalled, _) => format!("stalled after {n} iteration{s}: rounding allows no more"),
        _ => format!("NOT converged after {n} iteration{s}"),
    }
}

/// Returns a distance from the optimum in words.
pub(crate) fn accuracy_words(accuracy: &Accuracy) -> String {
    match accuracy {
        Accuracy::DualityGap { .. } => format!("duality gap {:.0e} of the objective", accuracy.relative()),
        Accuracy::GradientNorm { .. } => format!("gradient {:.0e} of that at the start", accuracy.relative()),
        Accuracy::Residual { .. } => format!("residual {:.0e} of the right-hand side", accuracy.relative()),
        _ => "short of the tolerance".to_owned(),
    }
}

fn quality(model: &Model, outcome: &Outcome, rows: &[usize], scores: &[Vec<f64>]) -> Option<Quality> {
    let n = rows.len() as f64;
    if matches!(model.target(), Target::Transformed) {
        return None;
    }
    if matches!(model.target(), Target::Number) {
        let numbers = outcome.numbers(rows);
        let mean = numbers.iter().sum::<f64>() / n;
        let root = |squares: f64| (squares / n).sqrt();
        let predicted = scores.first().map_or(&[] as &[f64], Vec::as_slice);
        let errors = numbers.iter().zip(predicted).map(|(y, f)| (y - f) * (y - f));
        let deviations = numbers.iter().map(|y| (y - mean) * (y - mean));
        return Some(Quality::Error { rmse: root(errors.sum()), deviation: root(deviations.sum()) });
    }
    let predicted = model.classes_of(scores);
    let right = rows.iter().zip(&predicted).filter(|&(&row, &class)| outcome.class(row) == class).count();
    let mut sizes = vec![0_usize; model.target().labels().len()];
    rows.iter().for_each(|&row| sizes[outcome.class(row) as usize] += 1);
    let largest = sizes.into_iter().max().unwrap_or(0);
    Some(Quality::Accuracy { share: right as f64 / n, largest_class: largest as f64 / n })
}
