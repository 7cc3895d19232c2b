//! The table of outcome by decision as plain weights, which smooth metrics are functions of.

use super::Undefined;
use crate::stats::view::{Matrix, View};

/// Weights by target class and predicted class, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Number of target classes.
    pub n_target: usize,
    /// Number of predicted classes.
    pub n_prediction: usize,
    /// `weights[target * n_prediction + prediction]`.
    pub weights: Vec<f64>,
}

impl Table {
    /// Returns the weights of a matrix.
    pub fn of(matrix: &Matrix) -> Self {
        Self {
            n_target: matrix.n_target,
            n_prediction: matrix.n_prediction,
            weights: matrix.cells.iter().map(|cell| cell.weight).collect(),
        }
    }

    /// Returns Σw.
    pub fn total(&self) -> f64 {
        self.weights.iter().sum()
    }

    /// Returns the four shares of a binary table; they sum to 1.
    ///
    /// `NotGiven` unless both sides have two classes, `NoRows` without weight.
    pub fn binary(&self) -> Result<Counts, Undefined> {
        match (self.n_target, self.n_prediction, self.weights.as_slice()) {
            (2, 2, &[tn, fp, fn_, tp]) => Counts { tp, fp, fn_, tn }.shares(),
            _ => Err(Undefined::NotGiven),
        }
    }

    /// Returns the shares of a square table: one side's classes are the other's.
    pub(super) fn square(&self) -> Result<Vec<Vec<f64>>, Undefined> {
        let n = self.n_target;
        if n < 2 || n != self.n_prediction {
            return Err(Undefined::NotGiven);
        }
        let total = self.total();
        if total <= 0.0 {
            return Err(Undefined::NoRows);
        }
        Ok(self.weights.chunks(n).map(|row| row.iter().map(|weight| weight / total).collect()).collect())
    }
}

/// The four weights of a binary table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counts {
    /// Positive and predicted positive.
    pub tp: f64,
    /// Negative and predicted positive.
    pub fp: f64,
    /// Positive and predicted negative.
    pub fn_: f64,
    /// Negative and predicted negative.
    pub tn: f64,
}

impl Counts {
    /// Returns the four weights of a view; `NotGiven` where target or decision lack.
    pub fn of(view: &View) -> Result<Self, Undefined> {
        let confusion = view.confusion().ok_or(Undefined::NotGiven)?;
        Ok(Self {
            tp: confusion.tp.weight,
            fp: confusion.fp.weight,
            fn_: confusion.fn_.weight,
            tn: confusion.tn.weight,
        })
    }

    /// Returns Σw.
    pub fn total(&self) -> f64 {
        self.tp + self.fp + self.fn_ + self.tn
    }

    /// Returns the weights divided by their sum, so that products of them neither overflow nor vanish.
    pub fn shares(self) -> Result<Self, Undefined> {
        let n = self.total();
        if n <= 0.0 {
            return Err(Undefined::NoRows);
        }
        Ok(Self { tp: self.tp / n, fp: self.fp / n, fn_: self.fn_ / n, tn: self.tn / n })
    }

    pub(super) fn positives(&self) -> f64 {
        self.tp + self.fn_
    }

    pub(super) fn negatives(&self) -> f64 {
        self.fp + self.tn
    }

    pub(super) fn selected(&self) -> f64 {
        self.tp + self.fp
    }

    pub(super) fn rejected(&self) -> f64 {
        self.fn_ + self.tn
    }
}

/// Divides, or says why not.
pub(super) fn divide(numerator: f64, denominator: f64, why: Undefined) -> Result<f64, Undefined> {
    if denominator > 0.0 { Ok(numerator / denominator) } else { Err(why) }
}
