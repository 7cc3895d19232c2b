//! What every linear solver takes and returns.

use super::{Outcome, Rows, Subspace, rows::MAGNITUDE_MAX};

/// Rows with their targets and weights, unchecked: each solver checks them at its door.
#[derive(Clone, Copy, Debug)]
pub struct Examples<'a> {
    /// The rows.
    pub rows: Rows<'a>,
    /// One target a row: −1 or +1 for classifiers, any number for regression.
    pub targets: &'a [f64],
    /// How much each row's loss counts, finite and not negative; `None` for 1.
    pub weights: Option<&'a [f64]>,
}

/// Whether the score has a constant, which is never penalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intercept {
    /// f(x) = ⟨w, x⟩.
    Absent,
    /// f(x) = ⟨w, x⟩ + b, with b free.
    Free,
}

/// How much the rows of each class count, beside their own weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassWeights {
    /// Factor of rows with target −1.
    pub negative: f64,
    /// Factor of rows with target +1.
    pub positive: f64,
}

impl ClassWeights {
    /// Both classes count as their rows do.
    pub const EQUAL: Self = Self { negative: 1.0, positive: 1.0 };
}

/// A fitted linear score f(x) = ⟨w, x⟩ + b.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct LinearFit {
    /// w, one a column.
    pub coefficients: Vec<f64>,
    /// b; 0 where there is none.
    pub intercept: f64,
    /// The objective at the answer.
    pub objective: f64,
    /// How the solver ended.
    pub outcome: Outcome,
}

impl LinearFit {
    /// Returns the score of one row.
    ///
    /// # Panics
    /// When the rows have another number of columns, or fewer than `i` + 1 rows.
    pub fn score(&self, rows: &Rows<'_>, i: usize) -> f64 {
        rows.dot(i, &self.coefficients) + self.intercept
    }
}

/// Why a problem cannot be solved as stated.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SolverError {
    /// Two arguments differ in length.
    #[error("{argument} has {found} entries where {expected} were expected")]
    LengthMismatch {
        /// The argument.
        argument: &'static str,
        /// Its length.
        found: usize,
        /// The length expected.
        expected: usize,
    },
    /// A target, a weight or an entry is NaN, infinite, too large, or negative where it must not be.
    #[error("{argument}, row {row}: {value} is out of range")]
    OutOfRange {
        /// The argument.
        argument: &'static str,
        /// The row.
        row: usize,
        /// The number.
        value: f64,
    },
    /// A target of a classifier is neither −1 nor +1.
    #[error("row {row} has the target {value}, which is neither -1 nor 1")]
    NotBinary {
        /// The row.
        row: usize,
        /// The target.
        value: f64,
    },
    /// A parameter is outside its range.
    #[error("{parameter} is {value}; it must be {range}")]
    Parameter {
        /// The parameter.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// The range in words.
        range: &'static str,
    },
    /// There are no rows, or none with a positive weight.
    #[error("no row has a positive weight")]
    NoRows,
    /// Only one class has rows with a positive weight, so the best intercept is infinite.
    #[error("all rows that count have the target {target}: the best intercept is infinite")]
    OneClass {
        /// The class that there is.
        target: f64,
    },
    /// A matrix that must be positive definite is not, up to rounding.
    #[error("the matrix is singular at column {column}: raise the penalty")]
    Singular {
        /// The first column whose pivot is not positive.
        column: usize,
    },
    /// A matrix that must be symmetric is not.
    #[error("the matrix is not symmetric at row {row}, column {column}")]
    NotSymmetric {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
    },
    /// Numbers grew beyond what f64 holds.
    #[error("the numbers are too large or too small for the solution to be represented: rescale the columns")]
    Overflow,
}

impl Examples<'_> {
    /// Checks lengths and ranges, and returns each row's weight (not yet multiplied by a cost).
    pub(super) fn check(&self, subspace: Option<&Subspace>) -> Result<Vec<f64>, SolverError> {
        let n = self.rows.n();
        check_length("targets", self.targets.len(), n)?;
        check_range("targets", self.targets, -MAGNITUDE_MAX)?;
        if let Some(subspace) = subspace {
            check_length("the subspace", subspace.d(), self.rows.d())?;
        }
        let weights = match self.weights {
            Some(weights) => {
                check_length("weights", weights.len(), n)?;
                check_range("weights", weights, 0.0)?;
                weights.to_vec()
            }
            None => vec![1.0; n],
        };
        if weights.iter().all(|&weight| weight == 0.0) { Err(SolverError::NoRows) } else { Ok(weights) }
    }

    /// Checks that targets are −1 or +1 as well, and returns the rows' costs: cost · class weight · row weight.
    pub(super) fn check_binary(
        &self,
        subspace: Option<&Subspace>,
        cost: f64,
        classes: ClassWeights,
    ) -> Result<Vec<f64>, SolverError> {
        check_positive("cost", cost)?;
        for (parameter, value) in [("negative", classes.negative), ("positive", classes.positive)] {
            if !(0.0..=MAGNITUDE_MAX).contains(&value) {
                return Err(SolverError::Parameter { parameter, value, range: "finite and not negative" });
            }
        }
        let mut costs = self.check(subspace)?;
        for (row, (costs, &target)) in costs.iter_mut().zip(self.targets).enumerate() {
            *costs *= cost
                * match target {
                    1.0 => classes.positive,
                    -1.0 => classes.negative,
                    value => return Err(SolverError::NotBinary { row, value }),
                };
        }
        if costs.iter().all(|&cost| cost == 0.0) { Err(SolverError::NoRows) } else { Ok(costs) }
    }
}

pub(super) fn check_length(argument: &'static str, found: usize, expected: usize) -> Result<(), SolverError> {
    if found == expected { Ok(()) } else { Err(SolverError::LengthMismatch { argument, found, expected }) }
}

pub(super) fn check_range(argument: &'static str, values: &[f64], least: f64) -> Result<(), SolverError> {
    match values.iter().enumerate().find(|(_, value)| !(least..=MAGNITUDE_MAX).contains(*value)) {
        Some((row, &value)) => Err(SolverError::OutOfRange { argument, row, value }),
        None => Ok(()),
    }
}

pub(super) fn check_positive(parameter: &'static str, value: f64) -> Result<(), SolverError> {
    if value > 0.0 && value <= MAGNITUDE_MAX {
        Ok(())
    } else {
        Err(SolverError::Parameter { parameter, value, range: "positive and at most 1e40" })
    }
}

/// Returns the fit, unless a number in it is not finite.
pub(super) fn finite(fit: LinearFit) -> Result<LinearFit, SolverError> {
    let is_finite = fit.objective.is_finite()
        && fit.intercept.is_finite()
        && fit.coefficients.iter().all(|coefficient| coefficient.is_finite());
    if is_finite { Ok(fit) } else { Err(SolverError::Overflow) }
}
