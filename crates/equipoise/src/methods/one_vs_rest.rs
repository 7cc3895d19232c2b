//! Classifiers of any number of classes: one score a class, each fitted to its class against the rest.
//!
//! The constraints are those of each class: equal opportunity of class c compares the groups' mean scores for c over the
//! rows *of* class c, equalized odds over the rows of c and over the others. A row is given the class of the largest
//! score. With two classes there is one score, of class 1, and its sign decides.
//!
//! Equal means of each score say nothing of the largest of them: the rates of decisions are to be audited apart.

use super::{
    ApplyError, FitError, Labelled, Score, TargetEvents,
    inprocessing::fair_erm::{Fitted, Loss, Plan, Training},
    labelled::check_length,
    platt::Platt,
};
use crate::{
    inference::normals::Stream,
    sample::{Categorical, Codes},
    solvers::Rows,
};

/// Rows with classes: [`Labelled`] with the code of a class in place of the target, unchecked.
#[derive(Clone, Copy, Debug)]
pub struct Classed<'a> {
    /// The features.
    pub rows: Rows<'a>,
    /// The class of each row, below `n_classes`.
    pub codes: Codes<'a>,
    /// How many classes there are, at least 2.
    pub n_classes: usize,
    /// As in [`Labelled`].
    pub sensitive: &'a [Categorical<'a>],
    /// As in [`Labelled`].
    pub strata: &'a [Categorical<'a>],
    /// As in [`Labelled`].
    pub weights: Option<&'a [f64]>,
}

/// Whether a classifier gives probabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probabilities {
    /// Only those that cost nothing: logistic regression's.
    Direct,
    /// Of every loss: where the score is not the logarithm of the odds, by [Platt's sigmoid](Platt) on the scores of rows
    /// left out of the fit, in so many folds (at least 2; scikit-learn's number is 5).
    OutOfFold {
        /// How many.
        folds: usize,
    },
}

/// A fitted classifier.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Classifier {
    /// How many classes.
    pub classes: usize,
    /// One a class; a single one, of class 1, where there are two.
    pub scores: Vec<Score>,
    /// What the fit of each score says of itself.
    pub trainings: Vec<Training>,
    /// A sigmoid for each score; `None` where there are no probabilities.
    pub calibration: Option<Vec<Platt>>,
}

impl Classifier {
    /// Takes a fit of targets −1 (class 0) and +1 (class 1) as a classifier, without probabilities.
    pub fn of_two(score: Score, training: Training) -> Self {
        Self { classes: 2, scores: vec![score], trainings: vec![training], calibration: None }
    }

    /// Returns the scores of the rows, row after row: one for each class, or one where there are two.
    ///
    /// # Errors
    /// When the rows have another number of columns.
    pub fn decision(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        let columns: Vec<Vec<f64>> =
            self.scores.iter().map(|score| score.of_rows(rows)).collect::<Result<_, _>>()?;
        Ok((0..rows.n()).flat_map(|row| columns.iter().map(move |column| column[row])).collect())
    }

    /// Returns the class of each row: the one of the largest score, the first of equals; of two, class 1 where the score is
    /// positive.
    ///
    /// # Errors
    /// As [`decision`](Self::decision).
    pub fn predict(&self, rows: &Rows<'_>) -> Result<Vec<u32>, ApplyError> {
        let decision = self.decision(rows)?;
        let largest = |scores: &[f64]| match scores {
            [score] => u32::from(*score > 0.0),
            _ => (1..scores.len()).fold(0, |best, c| if scores[c] > scores[best] { c } else { best }) as u32,
        };
        Ok(decision.chunks_exact(self.scores.len().max(1)).map(largest).collect())
    }

    /// Returns the probability of each class for each row, row after row, n × classes. Those of one class against the rest are
    /// divided by their sum; where all are 0 the classes are equally likely.
    ///
    /// # Errors
    /// As [`decision`](Self::decision); when the classifier was fitted without probabilities.
    pub fn probabilities(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        let Some(calibration) = &self.calibration else { return Err(ApplyError::NoProbabilities) };
        let decision = self.decision(rows)?;
        let mut probabilities = Vec::with_capacity(rows.n() * self.classes);
        for scores in decision.chunks_exact(self.scores.len().max(1)) {
            let start = probabilities.len();
            let each = scores.iter().zip(calibration).map(|(score, sigmoid)| sigmoid.probability(*score));
            if let [_] = scores {
                probabilities.extend(each.flat_map(|p| [1.0 - p, p]));
                continue;
            }
            probabilities.extend(each);
            let row = &mut probabilities[start..];
            let total: f64 = row.iter().sum();
            let equal = 1.0 / row.len() as f64;
            row.iter_mut().for_each(|p| *p = if total > 0.0 { *p / total } else { equal });
        }
        Ok(probabilities)
    }
}

/// Fits a plan to each class against the rest. Any loss will do; squared and ε-insensitive ones are fitted to −1 and +1.
/// A balance of classes is that of the class and the rest.
///
/// One fit a score, and for probabilities out of folds as many again as there are folds, each started from the fit of
/// all rows.
///
/// # Errors
/// When there are fewer than two classes, a code is out of range or a class has no row with a positive weight; as
/// [`Plan::fit`] for each class.
pub fn fit(plan: &Plan, sample: &Classed<'_>, probabilities: Probabilities) -> Result<Classifier, FitError> {
    check(sample, probabilities)?;
    let mut parameters = plan.parameters().clone();
    // The events of a class against the rest are classes, whatever the loss.
    parameters.fairness.events.get_or_insert(TargetEvents::Classes);
    let plan = Plan::of_checked(parameters);
    let against_rest = if sample.n_classes == 2 { 1..2 } else { 0..sample.n_classes };
    let (mut scores, mut trainings, mut calibration) = (Vec::new(), Vec::new(), Vec::new());
    for class in against_rest {
        let is_class = |row: usize| sample.codes.get(row) == class;
        let target: Vec<f64> =
            (0..sample.rows.n()).map(|row| if is_class(row) { 1.0 } else { -1.0 }).collect();
        let Classed { rows, sensitive, strata, weights, .. } = *sample;
        let of_class = Labelled { rows, target: &target, sensitive, strata, weights };
        let fitted = plan.fit(&of_class)?;
        calibration.extend(sigmoid(&plan, &of_class, &fitted, probabilities)?);
        scores.push(fitted.score);
        trainings.push(fitted.training);
    }
    let calibration = Some(calibration).filter(|calibration| calibration.len() == scores.len());
    Ok(Classifier { classes: sample.n_classes, scores, trainings, calibration })
}

fn check(sample: &Classed<'_>, probabilities: Probabilities) -> Result<(), FitError> {
    check_length("classes", sample.codes.len(), sample.rows.n())?;
    if let Some(weights) = sample.weights {
        check_length("weights", weights.len(), sample.rows.n())?;
    }
    if sample.n_classes < 2 {
        return Err(FitError::Classes { found: sample.n_classes });
    }
    if let Probabilities::OutOfFold { folds: folds @ 0..2 } = probabilities {
        return Err(FitError::Folds { found: folds });
    }
    let mut has_rows = vec![false; sample.n_classes];
    for row in 0..sample.rows.n() {
        let code = sample.codes.get(row);
        let Some(has_rows) = has_rows.get_mut(code) else {
            return Err(FitError::UnknownCode { argument: "classes", row, code });
        };
        *has_rows |= sample.weights.is_none_or(|weights| weights[row] > 0.0);
    }
    match has_rows.iter().position(|has_rows| !has_rows) {
        Some(class) => Err(FitError::EmptyClass { class }),
        None => Ok(()),
    }
}

/// Returns the sigmoid of one score, if there is to be one.
fn sigmoid(
    plan: &Plan,
    sample: &Labelled<'_>,
    fitted: &Fitted,
    probabilities: Probabilities,
) -> Result<Option<Platt>, FitError> {
    match (plan.parameters().loss, probabilities) {
        (Loss::Logistic { .. }, _) => Ok(Some(Platt::LOG_ODDS)),
        (_, Probabilities::Direct) => Ok(None),
        (_, Probabilities::OutOfFold { folds }) => {
            let scores = out_of_fold(plan, sample, fitted, folds)?;
            Ok(Some(Platt::fit(&scores, sample.target, sample.weights)?.0))
        }
    }
}

/// Returns the score of each row (targets −1 and +1) by a fit that has not seen it, in `folds` folds that each have their
/// share of every class and group.
///
/// Rows are left out by a weight of 0, so rules that look at all rows (γ, landmarks) give what they gave the fit of
/// all rows. A fold whose other rows leave nothing to compare is fitted without constraints: its scores serve to find a
/// sigmoid, not to decide.
///
/// # Errors
/// As [`Plan::fit`], for the rows of each fold.
pub fn out_of_fold(
    plan: &Plan,
    sample: &Labelled<'_>,
    fitted: &Fitted,
    folds: usize,
) -> Result<Vec<f64>, FitError> {
    let fold_of_row = stratified(sample, folds, plan.parameters().seed);
    let mut scores = vec![0.0; sample.rows.n()];
    for fold in 0..folds {
        let is_out = |row: usize| fold_of_row[row] == fold;
        let weight = |row: usize| sample.weights.map_or(1.0, |weights| weights[row]);
        let weights: Vec<f64> =
            (0..scores.len()).map(|row| if is_out(row) { 0.0 } else { weight(row) }).collect();
        let rest = Labelled { weights: Some(&weights), ..*sample };
        let of_rest = match plan.fit_from(&rest, fitted) {
            Err(FitError::NothingToCompare { .. }) => plan.fit(&Labelled { sensitive: &[], ..rest })?,
            fitted => fitted?,
        };
        for row in (0..scores.len()).filter(|&row| is_out(row)) {
            scores[row] = of_rest.scores[row];
        }
    }
    Ok(scores)
}

/// Deals the rows of every class and group to the folds in turn, in an order drawn by the seed.
pub(super) fn stratified(sample: &Labelled<'_>, folds: usize, seed: u64) -> Vec<usize> {
    let n = sample.rows.n();
    let mut stream = Stream::new(seed, 0);
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        let other = (u128::from(stream.bits()) * (last as u128 + 1)) >> 64;
        order.swap(last, other as usize);
    }
    let of_row = |row: usize| {
        let groups: Vec<usize> = sample.sensitive.iter().map(|column| column.codes.get(row)).collect();
        let weighs = sample.weights.is_none_or(|weights| weights[row] > 0.0);
        (weighs, sample.target[row] > 0.0, groups)
    };
    order.sort_by_cached_key(|&row| of_row(row));
    let mut fold_of_row = vec![0; n];
    order.iter().enumerate().for_each(|(place, &row)| fold_of_row[row] = place % folds);
    fold_of_row
}
