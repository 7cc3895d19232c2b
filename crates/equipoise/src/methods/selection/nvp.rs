//! The papers' validation procedure: nearly the best accuracy, then the smallest unfairness.

use rayon::prelude::*;

use super::{Figures, SelectionError, default_events, with_cuts};
use crate::methods::{
    Fairness, FitError, Labelled,
    inprocessing::fair_erm::{Parameters, Plan},
    one_vs_rest::stratified,
};

/// How parameters are judged.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Nvp {
    /// The question by which unfairness is measured, the same for all parameters; bounds do not matter.
    pub fairness: Fairness,
    /// What counts as unfairness.
    pub unfairness: Unfairness,
    /// What counts as good.
    pub performance: Performance,
    /// How many folds, at least 2.
    pub folds: usize,
    /// How near the best performance must be, in (0, 1]: an accuracy of at least this share of the best, or a squared error
    /// of at most the best divided by it.
    pub share: f64,
    /// Of the order in which rows are dealt to the folds.
    pub seed: u64,
}

/// What counts as unfairness on the rows left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfairness {
    /// The largest difference of rates of f > 0: for equal opportunity the DEO of the papers.
    RateGap,
    /// The largest difference of mean scores.
    MeanGap,
    /// The largest distance of Kolmogorov and Smirnov.
    Ks,
}

/// What counts as good on the rows left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Performance {
    /// The share of right signs.
    Accuracy,
    /// The mean squared error.
    SquaredError,
}

impl Nvp {
    /// Asks for accuracy and the difference of rates, in 10 folds, within 90 % of the best accuracy: the papers' procedure.
    pub const fn decisions(fairness: Fairness) -> Self {
        let (unfairness, performance) = (Unfairness::RateGap, Performance::Accuracy);
        Self { fairness, unfairness, performance, folds: 10, share: 0.9, seed: 0 }
    }

    /// Asks for squared error and the distance of the laws, in 10 folds, within a squared error of the best / 0.9.
    pub const fn numbers(fairness: Fairness) -> Self {
        let (unfairness, performance) = (Unfairness::Ks, Performance::SquaredError);
        Self { fairness, unfairness, performance, folds: 10, share: 0.9, seed: 0 }
    }
}

/// What became of one set of parameters.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// What each fold's left-out rows show, or why the others could not be fitted.
    pub folds: Vec<Result<Figures, FitError>>,
    /// The mean performance over folds; `None` where a fold could not be fitted.
    pub performance: Option<f64>,
    /// The mean unfairness over the folds in which groups can be compared; `None` where there is no such fold.
    pub unfairness: Option<f64>,
    /// Whether the performance is near enough to the best.
    pub is_shortlisted: bool,
}

/// The whole table, and the choice.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Selection {
    /// The number of the parameters chosen: those shortlisted with the smallest unfairness; of equal ones the better
    /// performance; of equal ones again the first. Where unfairness is undefined it is larger than any number.
    pub chosen: usize,
    /// One for each set of parameters, in order.
    pub entries: Vec<Entry>,
    /// The fold in which each row is left out.
    pub fold_of_row: Vec<usize>,
}

/// Chooses among parameters by cross-validation.
///
/// The folds have their share of every sign of the target and every group, and groups, strata and weights travel with their
/// rows. Rows are left out by a weight of 0: rules that look at all rows (γ by scale, landmarks) look at all of them. All fits
/// run on the threads of the surrounding rayon pool; the answer does not depend on their number. Time is that of
/// parameters × folds fits; each that runs has a cache for kernel rows of its own.
///
/// # Errors
/// When there are no parameters, some are no plan, the folds are fewer than 2, the share is not in (0, 1], the rows are out of
/// order or without groups, or no parameters can be fitted in every fold.
///
/// Source: Donini et al. 2018 (their NVP: of the hyperparameters with at least 90 % of the best validation accuracy the one
/// with the smallest DEO). DIFFERENCE: the published code gives all folds the sensitive column of all rows, so groups do not
/// belong to their rows.
pub fn nvp(grid: &[Parameters], sample: &Labelled<'_>, how: &Nvp) -> Result<Selection, SelectionError> {
    let plans: Vec<Plan> =
        grid.iter().map(|parameters| Plan::new(parameters.clone())).collect::<Result<_, _>>()?;
    let Some(first) = grid.first() else { return Err(SelectionError::EmptyGrid) };
    how.check()?;
    sample.check()?;
    if how.performance == Performance::Accuracy {
        sample.check_binary()?;
    }
    if sample.sensitive.is_empty() {
        return Err(FitError::NothingToCompare { events: 1 }.into());
    }
    let default = default_events(first.loss);
    let fairness = with_cuts(&how.fairness, &default, sample)?;
    let fold_of_row = stratified(sample, how.folds, how.seed);
    let weights_of = |fold: usize, is_out: bool| -> Vec<f64> {
        let weight = |row: usize| sample.weights.map_or(1.0, |weights| weights[row]);
        let kept = |row: usize| if (fold_of_row[row] == fold) == is_out { weight(row) } else { 0.0 };
        (0..fold_of_row.len()).map(kept).collect()
    };
    let judge = |job: usize| -> Result<Figures, FitError> {
        let (plan, fold) = (&plans[job / how.folds], job % how.folds);
        let (rest, out) = (weights_of(fold, false), weights_of(fold, true));
        let fitted = plan.fit(&Labelled { weights: Some(&rest), ..*sample })?;
        Figures::new(&Labelled { weights: Some(&out), ..*sample }, &fairness, &default, &fitted.scores)
    };
    let figures: Vec<Result<Figures, FitError>> =
        (0..plans.len() * how.folds).into_par_iter().map(judge).collect();
    let mut entries: Vec<Entry> = figures.chunks(how.folds).map(|folds| how.entry(folds.to_vec())).collect();
    let Some(best) = entries.iter().filter_map(|entry| entry.performance).reduce(|a, b| how.better(a, b))
    else {
        let failed = figures.into_iter().find_map(Result::err);
        return Err(failed.unwrap_or(FitError::NoRows).into());
    };
    for entry in &mut entries {
        entry.is_shortlisted = entry.performance.is_some_and(|value| how.is_near(value, best));
    }
    Ok(Selection { chosen: how.choose(&entries), entries, fold_of_row })
}

impl Nvp {
    fn check(&self) -> Result<(), SelectionError> {
        if self.folds < 2 {
            return Err(FitError::Folds { found: self.folds }.into());
        }
        self.fairness.check("nvp")?;
        if !(self.share > 0.0 && self.share <= 1.0) {
            let (parameter, value) = ("share of the best", self.share);
            let allowed = "above 0 and at most 1";
            return Err(crate::methods::PlanError::OutOfRange { parameter, value, allowed }.into());
        }
        Ok(())
    }

    fn entry(&self, folds: Vec<Result<Figures, FitError>>) -> Entry {
        let mean =
            |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        let performance = |figures: &Result<Figures, FitError>| {
            let figures = figures.as_ref().ok()?;
            match self.performance {
                Performance::Accuracy => figures.accuracy,
                Performance::SquaredError => Some(figures.squared_error),
            }
        };
        let unfairness = |figures: &Figures| match self.unfairness {
            Unfairness::RateGap => figures.rate_gap(),
            Unfairness::MeanGap => figures.mean_gap(),
            Unfairness::Ks => figures.ks,
        };
        Entry {
            performance: folds.iter().map(performance).collect::<Option<Vec<f64>>>().and_then(mean),
            unfairness: mean(folds.iter().flatten().filter_map(unfairness).collect()),
            folds,
            is_shortlisted: false,
        }
    }

    fn better(&self, a: f64, b: f64) -> f64 {
        match self.performance {
            Performance::Accuracy => a.max(b),
            Performance::SquaredError => a.min(b),
        }
    }

    fn is_near(&self, value: f64, best: f64) -> bool {
        match self.performance {
            Performance::Accuracy => value >= self.share * best,
            Performance::SquaredError => value * self.share <= best,
        }
    }

    fn choose(&self, entries: &[Entry]) -> usize {
        let key = |entry: &Entry| {
            let performance = entry.performance.unwrap_or(f64::INFINITY);
            let cost = match self.performance {
                Performance::Accuracy => -performance,
                Performance::SquaredError => performance,
            };
            (entry.unfairness.unwrap_or(f64::INFINITY), cost)
        };
        let shortlisted = entries.iter().enumerate().filter(|(_, entry)| entry.is_shortlisted);
        let order = |a: &(f64, f64), b: &(f64, f64)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1));
        // Of equal ones `min_by` takes the first.
        let chosen = shortlisted.min_by(|a, b| order(&key(a.1), &key(b.1)));
        chosen.map_or(0, |(number, _)| number)
    }
}
