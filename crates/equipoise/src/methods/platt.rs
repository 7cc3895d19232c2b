//! Probabilities from scores: a sigmoid fitted to scores of rows that the scoring model has not seen.
//!
//! P(y = 1 | f) = 1 / (1 + exp(slope · f + offset)) minimises the weighted log loss against Platt's targets,
//! (N₊ + 1)/(N₊ + 2) for positives and 1/(N₋ + 2) for negatives, which keep it finite where the scores separate the classes.
//! A weight counts as repetitions, in N₊ and N₋ too.
//!
//! The sigmoid keeps the order of scores. It says nothing of groups: a probability that is right on the whole need not be
//! so in each group.
//!
//! Sources: Platt 2000; Lin, Lin & Weng 2007, *A note on Platt's probabilistic outputs* (the algorithm: Newton's method with
//! backtracking, and sums that neither overflow nor cancel).

use super::{FitError, labelled::check_length};
use crate::solvers::{Accuracy, Outcome, Status};

/// Most Newton steps.
const ITERATIONS_MAX: usize = 100;
/// The largest component of the gradient to stop at, as a share of the weight.
const TOLERANCE: f64 = 1e-10;
/// The shortest step of a line search.
const STEP_MIN: f64 = 1e-10;
/// What is added to the Hessian's diagonal, as a share of the weight: it keeps the step finite where all scores are equal.
const DAMPING: f64 = 1e-12;

/// A sigmoid of a score.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Platt {
    /// A; negative where higher scores mean more positives.
    pub slope: f64,
    /// B.
    pub offset: f64,
}

impl Platt {
    /// The sigmoid of logistic regression, whose score is the logarithm of the odds already.
    pub const LOG_ODDS: Self = Self { slope: -1.0, offset: 0.0 };

    /// Fits a sigmoid to scores of rows with targets −1 and +1; O(n) a step, some ten steps.
    ///
    /// # Errors
    /// When columns differ in length, a score is not finite, a target is neither −1 nor +1, a weight is negative or not
    /// finite, or no row has weight. Not converging is a value.
    ///
    /// ```
    /// use equipoise::methods::platt::Platt;
    /// let (sigmoid, outcome) = Platt::fit(&[-2.0, -1.0, 1.0, 2.0], &[-1.0, 1.0, -1.0, 1.0], None)?;
    /// assert!(outcome.converged());
    /// assert!(sigmoid.slope < 0.0 && sigmoid.offset.abs() < 1e-9);
    /// assert!((sigmoid.probability(0.0) - 0.5).abs() < 1e-9);
    /// # Ok::<(), equipoise::methods::FitError>(())
    /// ```
    pub fn fit(scores: &[f64], target: &[f64], weights: Option<&[f64]>) -> Result<(Self, Outcome), FitError> {
        let problem = Problem::new(scores, target, weights)?;
        let mut now =
            Self { slope: 0.0, offset: f64::ln((problem.negative + 1.0) / (problem.positive + 1.0)) };
        let mut value = problem.value(now);
        let mut gradient = problem.gradient(now);
        let start = gradient.norm();
        let (mut iterations, mut status) = (0, Status::IterationLimit);
        while iterations < ITERATIONS_MAX {
            if gradient.norm() <= TOLERANCE * problem.scale {
                status = Status::Converged;
                break;
            }
            iterations += 1;
            let Some((next, lower)) = problem.advance(now, value, &gradient) else {
                status = Status::Stalled;
                break;
            };
            (now, value) = (next, lower);
            gradient = problem.gradient(now);
        }
        let accuracy = Accuracy::GradientNorm { norm: gradient.norm(), start, objective: value };
        Ok((now, Outcome::new(iterations, accuracy, status)))
    }

    /// Returns the probability of the positive class, without overflow.
    pub fn probability(&self, score: f64) -> f64 {
        let z = self.slope * score + self.offset;
        if z >= 0.0 { (-z).exp() / (1.0 + (-z).exp()) } else { 1.0 / (1.0 + z.exp()) }
    }
}

/// The log loss as a function of slope and offset.
struct Problem<'a> {
    scores: &'a [f64],
    /// Platt's targets.
    wanted: Vec<f64>,
    weights: Vec<f64>,
    positive: f64,
    negative: f64,
    /// Σ weight · max(1, |score|): the size of the gradient's terms.
    scale: f64,
}

struct Gradient {
    slope: f64,
    offset: f64,
    /// The Hessian's entries.
    slope_slope: f64,
    slope_offset: f64,
    offset_offset: f64,
}

impl Gradient {
    fn norm(&self) -> f64 {
        self.slope.abs().max(self.offset.abs())
    }
}

impl<'a> Problem<'a> {
    fn new(scores: &'a [f64], target: &[f64], weights: Option<&[f64]>) -> Result<Self, FitError> {
        let n = scores.len();
        check_length("target", target.len(), n)?;
        let bad = |value: &f64| !value.is_finite();
        if let Some(row) = scores.iter().position(bad) {
            return Err(FitError::OutOfRange { argument: "scores", row, value: scores[row] });
        }
        if let Some(row) = target.iter().position(|y| *y != 1.0 && *y != -1.0) {
            return Err(FitError::NotBinary { row, value: target[row] });
        }
        let weights = weights.map_or_else(|| vec![1.0; n], <[f64]>::to_vec);
        check_length("weights", weights.len(), n)?;
        if let Some(row) = weights.iter().position(|weight| bad(weight) || *weight < 0.0) {
            return Err(FitError::OutOfRange { argument: "weights", row, value: weights[row] });
        }
        let total = |class: f64| -> f64 {
            target.iter().zip(&weights).filter(|(y, _)| **y == class).map(|(_, weight)| weight).sum()
        };
        let (positive, negative) = (total(1.0), total(-1.0));
        if positive + negative == 0.0 {
            return Err(FitError::NoRows);
        }
        let high = (positive + 1.0) / (positive + 2.0);
        let low = 1.0 / (negative + 2.0);
        let wanted = target.iter().map(|&y| if y > 0.0 { high } else { low }).collect();
        let scale = scores.iter().zip(&weights).map(|(f, weight)| weight * f.abs().max(1.0)).sum();
        Ok(Self { scores, wanted, weights, positive, negative, scale })
    }

    fn rows(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        let columns = self.scores.iter().zip(&self.wanted).zip(&self.weights);
        columns.map(|((&score, &wanted), &weight)| (score, wanted, weight))
    }

    fn value(&self, at: Platt) -> f64 {
        let loss = |(score, wanted, weight): (f64, f64, f64)| {
            let z = at.slope * score + at.offset;
            let loss = match z >= 0.0 {
                true => wanted * z + (-z).exp().ln_1p(),
                false => (wanted - 1.0) * z + z.exp().ln_1p(),
            };
            weight * loss
        };
        self.rows().map(loss).sum()
    }

    fn gradient(&self, at: Platt) -> Gradient {
        let damping = DAMPING * self.weights.iter().sum::<f64>();
        let mut sums = Gradient {
            slope: 0.0,
            offset: 0.0,
            slope_slope: damping,
            slope_offset: 0.0,
            offset_offset: damping,
        };
        for (score, wanted, weight) in self.rows() {
            let p = at.probability(score);
            let (pull, curvature) = (weight * (wanted - p), weight * p * (1.0 - p));
            sums.slope += score * pull;
            sums.offset += pull;
            sums.slope_slope += score * score * curvature;
            sums.slope_offset += score * curvature;
            sums.offset_offset += curvature;
        }
        sums
    }

    /// Returns the next point and its value; `None` where no step lowers the value.
    fn advance(&self, at: Platt, value: f64, gradient: &Gradient) -> Option<(Platt, f64)> {
        let Gradient { slope, offset, slope_slope, slope_offset, offset_offset } = *gradient;
        let determinant = slope_slope * offset_offset - slope_offset * slope_offset;
        let step_slope = -(offset_offset * slope - slope_offset * offset) / determinant;
        let step_offset = -(slope_slope * offset - slope_offset * slope) / determinant;
        let decrease = slope * step_slope + offset * step_offset;
        let mut size = 1.0;
        while size >= STEP_MIN {
            let next = Platt { slope: at.slope + size * step_slope, offset: at.offset + size * step_offset };
            let lower = self.value(next);
            if lower < value + 1e-4 * size * decrease {
                return Some((next, lower));
            }
            size *= 0.5;
        }
        None
    }
}
