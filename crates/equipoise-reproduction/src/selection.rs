//! Cross-validation over a grid, and how one of its points is chosen.

use rayon::prelude::*;

use crate::{
    ReproductionError,
    learner::{Learner, Point, fit},
    sample::{Figures, Sample},
};

/// The share of the best accuracy from which a point is on the shortlist of [`by_nvp`].
pub const SHORTLIST: f64 = 0.9;
/// The tolerance of fits.
pub const TOLERANCE: f64 = 1e-3;

/// A point of the grid, and its figures on rows that were not fitted to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The point.
    pub point: Point,
    /// The figures of the scores of all folds together, each from the model of the other folds.
    pub figures: Figures,
}

/// Returns each point's figures by cross-validation. The groups travel with the rows: each fold's model sees those of its own
/// rows.
///
/// The figures are those of all folds' scores together, not means over folds: a fold may hold two positives of the
/// smaller group, and a mean of such differences is far from the difference.
///
/// # Errors
/// When a fold's model cannot be fitted.
pub fn cross_validate(
    data_set: &'static str,
    sample: &Sample,
    learner: Learner,
    grid: &[Point],
    fold_of_row: &[usize],
) -> Result<Vec<Candidate>, ReproductionError> {
    let n_folds = fold_of_row.iter().max().map_or(0, |&last| last + 1);
    let parts: Vec<(Vec<usize>, Vec<usize>)> =
        (0..n_folds).map(|fold| (0..sample.n()).partition(|&row| fold_of_row[row] != fold)).collect();
    let tasks: Vec<(usize, usize)> =
        (0..grid.len()).flat_map(|point| (0..n_folds).map(move |fold| (point, fold))).collect();
    let run = |&(point, fold): &(usize, usize)| -> Result<Vec<f64>, ReproductionError> {
        let (fitted_to, held_out) = &parts[fold];
        let fitted = fit(data_set, &sample.rows_of(fitted_to), learner, grid[point], TOLERANCE)?;
        Ok(fitted.score.of_rows(&sample.rows_of(held_out).rows()?)?)
    };
    let scores: Vec<Vec<f64>> = tasks.par_iter().map(run).collect::<Result<_, _>>()?;
    let figures = |point: usize| {
        let mut of_rows = vec![0.0; sample.n()];
        for (fold, (_, held_out)) in parts.iter().enumerate() {
            for (&row, &score) in held_out.iter().zip(&scores[point * n_folds + fold]) {
                of_rows[row] = score;
            }
        }
        Figures::of(&of_rows, &sample.y, &sample.s)
    };
    let candidate = |point: usize| Candidate { point: grid[point], figures: figures(point) };
    Ok((0..grid.len()).map(candidate).collect())
}

/// Returns the point with the best accuracy; of equal ones the first.
pub fn by_accuracy(candidates: &[Candidate]) -> Option<Point> {
    let mut best: Option<&Candidate> = None;
    for candidate in candidates {
        if best.is_none_or(|best| candidate.figures.accuracy > best.figures.accuracy) {
            best = Some(candidate);
        }
    }
    best.map(|best| best.point)
}

/// Returns the point that the paper's procedure (NVP) chooses: of those with at least 90 % of the best accuracy the one with
/// the least difference of equal opportunity; of equal ones the more accurate, then the first.
pub fn by_nvp(candidates: &[Candidate]) -> Option<Point> {
    let accuracy = |candidate: &Candidate| candidate.figures.accuracy;
    let best = candidates.iter().map(accuracy).fold(0.0, f64::max);
    let deo = |candidate: &Candidate| candidate.figures.deo.unwrap_or(f64::INFINITY);
    candidates
        .iter()
        .filter(|candidate| accuracy(candidate) >= SHORTLIST * best)
        .min_by(|a, b| deo(a).total_cmp(&deo(b)).then(accuracy(b).total_cmp(&accuracy(a))))
        .map(|chosen| chosen.point)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(cost: f64, accuracy: f64, deo: f64) -> Candidate {
        Candidate {
            point: Point { cost, gamma: None },
            figures: Figures { accuracy, deo: Some(deo), selected: 0.5 },
        }
    }

    #[test]
    fn shortlist_reaches_to_nine_tenths_of_the_best_accuracy() {
        let candidates = [candidate(1.0, 0.8, 0.2), candidate(2.0, 0.73, 0.1), candidate(3.0, 0.71, 0.0)];
        assert_eq!(by_accuracy(&candidates).map(|point| point.cost), Some(1.0));
        assert_eq!(by_nvp(&candidates).map(|point| point.cost), Some(2.0));
    }

    #[test]
    fn of_equal_differences_the_more_accurate_is_taken_and_then_the_first() {
        let candidates = [candidate(1.0, 0.8, 0.1), candidate(2.0, 0.81, 0.1), candidate(3.0, 0.81, 0.1)];
        assert_eq!(by_nvp(&candidates).map(|point| point.cost), Some(2.0));
        assert_eq!(by_nvp(&[]), None);
    }
}
