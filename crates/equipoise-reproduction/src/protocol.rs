//! The experiment of the paper: random splits, cross-validation on the rows of the fit, figures on the others.
//!
//! ```text
//! for each table, with the group among the features and without, linear and RBF kernel, each split:
//!     standardise by the rows of the fit
//!     machine without a constraint: figures of the whole grid by cross-validation; the point chosen by accuracy alone, and
//!         the point chosen by NVP
//!     machine with equal mean scores of the positives: the point chosen by NVP
//!     fit the three to all rows of the fit; accuracy and difference of equal opportunity on the test rows
//! ```
//!
//! The columns are standardised once for a split, not once for a fold: a fold's rows have a part in the means and
//! deviations of the columns, no part in anything that reads the outcome.

use rayon::prelude::*;

use crate::{
    ReproductionError,
    data::{Data, Split},
    learner::{Family, Gammas, Learner, Point, fit, grid},
    sample::{Figures, GroupInX, Sample, standardise},
    selection::{TOLERANCE, by_accuracy, by_nvp, cross_validate},
    splits::{TwoParts, folds, split},
};

/// How much of the experiment is made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Random splits of a table without a given one; at least 1.
    pub splits: usize,
    /// Folds of cross-validation; at least 2.
    pub folds: usize,
    /// Of splits and folds.
    pub seed: u64,
    /// The most rows of a fit with the linear kernel; the first ones of the part are taken.
    pub rows_linear: usize,
    /// The most rows of a fit with the RBF kernel.
    pub rows_rbf: usize,
    /// Which γ are tried.
    pub gammas: Gammas,
}

impl Options {
    /// Returns the whole experiment: ten splits, ten folds, all rows but for the RBF kernel on Adult, which is fitted to
    /// 10,000 rows.
    pub const fn full() -> Self {
        Self {
            splits: 10,
            folds: 10,
            seed: 0,
            rows_linear: usize::MAX,
            rows_rbf: 10_000,
            gammas: Gammas::Wide,
        }
    }

    /// Returns a small experiment: three splits, five folds, the RBF kernel fitted to at most 1,500 rows.
    pub const fn quick() -> Self {
        Self { splits: 3, folds: 5, seed: 0, rows_linear: usize::MAX, rows_rbf: 1500, gammas: Gammas::Wide }
    }

    /// Checks the options.
    ///
    /// # Errors
    /// When one is out of range.
    pub fn check(&self) -> Result<(), ReproductionError> {
        let out_of_range =
            |option, value, allowed| Err(ReproductionError::OutOfRange { option, value, allowed });
        match self {
            Self { splits: 0, .. } => out_of_range("splits", 0, "at least 1"),
            Self { folds: folds @ 0..=1, .. } => out_of_range("folds", *folds, "at least 2"),
            _ => Ok(()),
        }
    }
}

/// A learner and how its point of the grid was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The machine without a constraint, by accuracy.
    NaiveSvm,
    /// The machine without a constraint, by NVP.
    Svm,
    /// The machine with equal mean scores, by NVP.
    Ferm,
}

impl Method {
    /// All, in the order of the reports.
    pub const ALL: [Self; 3] = [Self::NaiveSvm, Self::Svm, Self::Ferm];

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NaiveSvm => "naive svm",
            Self::Svm => "svm",
            Self::Ferm => "ferm",
        }
    }
}

/// One method on one split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run {
    /// The point that was chosen.
    pub point: Point,
    /// On the test rows.
    pub figures: Figures,
    /// On the rows of the fit.
    pub figures_train: Figures,
}

/// One method on all splits of a table.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Series {
    /// The name of the table.
    pub data: &'static str,
    /// Whether the group is among the features.
    pub group_in_x: GroupInX,
    /// The kernels.
    pub family: Family,
    /// The method.
    pub method: Method,
    /// One a split.
    pub runs: Vec<Run>,
}

/// A mean over splits and the standard deviation, with one less than their number in its denominator; 0 for one split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation.
    pub deviation: f64,
}

impl Spread {
    /// Returns the spread of numbers; `None` of none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let n = values.len();
        if n == 0 {
            return None;
        }
        let mean = values.iter().sum::<f64>() / n as f64;
        let squares: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
        Some(Self { mean, deviation: (squares / n.saturating_sub(1).max(1) as f64).sqrt() })
    }
}

impl Series {
    /// Returns the accuracy on the test rows.
    pub fn accuracy(&self) -> Option<Spread> {
        Spread::of(&self.runs.iter().map(|run| run.figures.accuracy).collect::<Vec<_>>())
    }

    /// Returns in how many splits all test rows are decided alike.
    pub fn n_constant(&self) -> usize {
        self.runs.iter().filter(|run| run.figures.is_constant()).count()
    }

    /// Returns the difference of equal opportunity on the test rows, over the splits where it is defined.
    pub fn deo(&self) -> Option<Spread> {
        Spread::of(&self.runs.iter().filter_map(|run| run.figures.deo).collect::<Vec<_>>())
    }
}

/// Returns the splits of a table: the given one, or random ones.
pub fn splits_of(data: &Data, options: &Options) -> Vec<TwoParts> {
    match data.split {
        Split::Given { train } => {
            vec![TwoParts { train: (0..train).collect(), test: (train..data.n()).collect() }]
        }
        Split::Random => (0..options.splits).map(|number| split(data.n(), options.seed, number)).collect(),
    }
}

/// Makes the experiment on one table with one family of kernels: three methods, with the group among the features or not.
/// The result does not depend on the number of threads.
///
/// # Errors
/// When an option is out of range or a fit fails.
pub fn run(
    data: &Data,
    group_in_x: GroupInX,
    family: Family,
    options: &Options,
) -> Result<Vec<Series>, ReproductionError> {
    options.check()?;
    let splits: Vec<(usize, TwoParts)> = splits_of(data, options).into_iter().enumerate().collect();
    let of_split =
        |(number, parts): &(usize, TwoParts)| run_split(data, group_in_x, family, options, *number, parts);
    let runs: Vec<[Run; 3]> = splits.par_iter().map(of_split).collect::<Result<_, _>>()?;
    let series = |(place, method): (usize, &Method)| Series {
        data: data.name,
        group_in_x,
        family,
        method: *method,
        runs: runs.iter().map(|runs| runs[place]).collect(),
    };
    Ok(Method::ALL.iter().enumerate().map(series).collect())
}

fn run_split(
    data: &Data,
    group_in_x: GroupInX,
    family: Family,
    options: &Options,
    number: usize,
    parts: &TwoParts,
) -> Result<[Run; 3], ReproductionError> {
    let rows_max = match family {
        Family::Linear => options.rows_linear,
        Family::Rbf => options.rows_rbf,
    };
    let mut train = Sample::of(data, &parts.train[..parts.train.len().min(rows_max)], group_in_x);
    let mut test = Sample::of(data, &parts.test, group_in_x);
    if !data.is_standardised {
        standardise(&mut train, &mut test);
    }
    let grid = grid(family, options.gammas);
    let fold_of_row = folds(&train, options.folds, options.seed, number);
    let candidates = |learner| cross_validate(data.data_set, &train, learner, &grid, &fold_of_row);
    let (plain, fair) = (candidates(Learner::Svm)?, candidates(Learner::Ferm)?);
    let chosen =
        [(Learner::Svm, by_accuracy(&plain)), (Learner::Svm, by_nvp(&plain)), (Learner::Ferm, by_nvp(&fair))];
    let mut runs = Vec::with_capacity(chosen.len());
    for (learner, point) in chosen {
        let point = point.expect("invariant: a grid has points, and the best is on its own shortlist");
        let fitted = fit(data.data_set, &train, learner, point, TOLERANCE)?;
        let scores = fitted.score.of_rows(&test.rows()?)?;
        runs.push(Run {
            point,
            figures: Figures::of(&scores, &test.y, &test.s),
            figures_train: Figures::of(&fitted.scores, &train.y, &train.s),
        });
    }
    runs.try_into().map_err(|_| ReproductionError::Unexpected {
        data_set: data.data_set,
        what: "three methods gave another number of results",
    })
}
