//! What is solved, how, and what comes back.

use crate::solvers::Outcome;

/// A column of numbers that a problem is made of, for errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Argument {
    /// Which rows are positive.
    Positive,
    /// The linear term, or the value to predict.
    Target,
    /// The cost of a row's loss.
    Cost,
    /// The weight of a row.
    Weight,
    /// The fixed part of a row's score.
    Offset,
    /// The lower bound of a coefficient.
    Lower,
    /// The upper bound of a coefficient.
    Upper,
    /// The coefficients to start from.
    Start,
}

impl std::fmt::Display for Argument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Positive => "positive",
            Self::Target => "target",
            Self::Cost => "cost",
            Self::Weight => "weight",
            Self::Offset => "offset",
            Self::Lower => "lower",
            Self::Upper => "upper",
            Self::Start => "start",
        })
    }
}

/// Why a problem cannot be solved.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SmoError {
    /// The Gram matrix has no row.
    #[error("there are no rows")]
    NoRows,
    /// A column has another number of rows than the Gram matrix.
    #[error("{argument} has {found} rows where {expected} were expected")]
    LengthMismatch {
        /// The column.
        argument: Argument,
        /// Its rows.
        found: usize,
        /// The rows of the Gram matrix.
        expected: usize,
    },
    /// A number is not finite.
    #[error("{argument} at row {row} is {value}, not a finite number")]
    NotFinite {
        /// The column.
        argument: Argument,
        /// The row, from 0.
        row: usize,
        /// What it holds.
        value: f64,
    },
    /// A cost or weight is negative.
    #[error("{argument} at row {row} is {value}, which is negative")]
    Negative {
        /// The column.
        argument: Argument,
        /// The row, from 0.
        row: usize,
        /// What it holds.
        value: f64,
    },
    /// A coefficient may not be 0: its bounds lie on one side.
    #[error("the bounds at row {row} are {lower} and {upper}, which leave no room for 0")]
    BoundsWithoutZero {
        /// The row, from 0.
        row: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// All rows with a positive cost are of one class, or no row has a positive cost.
    #[error("a classifier needs rows of both classes with a positive cost")]
    OneClass,
    /// A setting or a number of the problem is out of range.
    #[error("{name} is {value}, which is not {allowed}")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// An entry of the Gram matrix is not finite (or, with [`Storage::Single`], beyond 3.4·10³⁸).
    #[error("the kernel of rows {row} and {column} is not a finite number")]
    KernelNotFinite {
        /// The row, from 0.
        row: usize,
        /// The column, from 0.
        column: usize,
    },
}

/// The general problem: minimise ½ βᵀKβ − tᵀβ + ε Σ|β_i| over lower ≤ β ≤ upper with Σβ = sum.
///
/// β are the coefficients of the representer theorem, f(x) = Σ_i β_i K(x_i, x) + b. In the usual notation with dual
/// variables α, where ½αᵀQα + pᵀα is minimised subject to yᵀα = sum and 0 ≤ α ≤ C, β = y∘α, t = −y∘p, and a row's
/// bounds are 0 and C (y = 1) or −C and 0 (y = −1). ε-SVR's two variables a row are one β between −C and C.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// t, one number a row.
    pub target: &'a [f64],
    /// ε ≥ 0: half the width of the tube in which errors are free; 0 for classifiers.
    pub tube: f64,
    /// Lower bounds, at most 0 and finite.
    pub lower: &'a [f64],
    /// Upper bounds, at least 0 and finite.
    pub upper: &'a [f64],
    /// What the coefficients sum to; 0 for SVC and SVR.
    pub sum: f64,
    /// Coefficients to start from; all 0 without. They are cut to the bounds and their sum is set right.
    pub start: Option<&'a [f64]>,
}

/// How rows lie in the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Storage {
    /// Four bytes an entry, as in LIBSVM: twice the rows in the same memory. Entries are rounded to 6·10⁻⁸ of
    /// themselves, and so is the problem that is solved; sums are kept in double precision.
    Single,
    /// Eight bytes an entry, for kernels whose entries are large beside the differences that matter (linear or
    /// polynomial on columns far from their mean).
    Double,
}

/// Whether rows whose coefficients seem to stay at a bound are set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shrinking {
    /// Set aside, and looked at again before the end: the result meets the same tolerance.
    On,
    /// All rows take part in every iteration.
    Off,
}

/// How a problem is solved. [`Settings::default`] gives LIBSVM's: tolerance 1e-3, 200 MB, shrinking, single storage.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// The largest violation of the optimality conditions that is accepted; positive.
    pub tolerance: f64,
    /// The largest number of iterations; ending there is a status, not an error.
    pub iterations_max: usize,
    /// Bytes for cached kernel rows. Two rows are kept whatever the budget is.
    pub cache_bytes: usize,
    /// Whether rows are set aside.
    pub shrinking: Shrinking,
    /// How cached rows are kept.
    pub storage: Storage,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            tolerance: 1e-3,
            iterations_max: 10_000_000,
            cache_bytes: 200 << 20,
            shrinking: Shrinking::On,
            storage: Storage::Single,
        }
    }
}

/// What a run took and what it reached. All figures refer to the matrix as it was cached (see [`Storage`]).
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// Steps (each changes two coefficients), how the run ended, and primal and dual objective. Primal is ½‖w‖² + the
    /// sum of losses at the coefficients and the intercept, dual −(½ βᵀKβ − tᵀβ + ε Σ|β_i|). When the kernel is
    /// positive semi-definite the optimum lies between them; otherwise their distance says nothing.
    pub outcome: Outcome,
    /// Kernel rows evaluated, whole or in part.
    pub rows_computed: usize,
    /// Largest violation of the optimality conditions: largest gain of a rise minus least loss of a fall, in units
    /// of the score; at least 0.
    pub violation: f64,
    /// Rows whose coefficient is not 0.
    pub n_support: usize,
    /// Rows whose coefficient is at a bound other than 0.
    pub n_bounded: usize,
}

/// A solved problem: f(x) = Σ_i coefficients_i K(x_i, x) + intercept (+ the offset of x, where there are offsets).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Solution {
    /// β, one a row of the Gram matrix.
    pub coefficients: Vec<f64>,
    /// b, exactly minimal for these coefficients: see [`intercept`](super::intercept::intercept).
    pub intercept: f64,
    /// Kβ: the scores of the rows without intercept and offset.
    pub scores: Vec<f64>,
    /// What it took.
    pub report: Report,
}

pub(super) fn check_length(argument: Argument, found: usize, expected: usize) -> Result<(), SmoError> {
    if found == expected { Ok(()) } else { Err(SmoError::LengthMismatch { argument, found, expected }) }
}

pub(super) fn check_finite(argument: Argument, column: &[f64]) -> Result<(), SmoError> {
    match column.iter().position(|value| !value.is_finite()) {
        Some(row) => Err(SmoError::NotFinite { argument, row, value: column[row] }),
        None => Ok(()),
    }
}

pub(super) fn check_not_negative(argument: Argument, column: &[f64]) -> Result<(), SmoError> {
    check_finite(argument, column)?;
    match column.iter().position(|&value| value < 0.0) {
        Some(row) => Err(SmoError::Negative { argument, row, value: column[row] }),
        None => Ok(()),
    }
}

impl Problem<'_> {
    /// Checks everything but the kernel.
    pub(super) fn check(&self, n: usize) -> Result<(), SmoError> {
        if n == 0 {
            return Err(SmoError::NoRows);
        }
        let start = self.start.map(|start| (Argument::Start, start));
        let columns =
            [(Argument::Target, self.target), (Argument::Lower, self.lower), (Argument::Upper, self.upper)];
        for (argument, column) in columns.into_iter().chain(start) {
            check_length(argument, column.len(), n)?;
            check_finite(argument, column)?;
        }
        if let Some(row) = (0..n).find(|&row| self.lower[row] > 0.0 || self.upper[row] < 0.0) {
            return Err(SmoError::BoundsWithoutZero { row, lower: self.lower[row], upper: self.upper[row] });
        }
        if !(self.tube >= 0.0 && self.tube.is_finite()) {
            let allowed = "a finite number of at least 0";
            return Err(SmoError::OutOfRange { name: "tube", value: self.tube, allowed });
        }
        let (least, most) = (self.lower.iter().sum::<f64>(), self.upper.iter().sum::<f64>());
        if !(least <= self.sum && self.sum <= most && (most - least).is_finite()) {
            let allowed = "between the finite sums of the lower and of the upper bounds";
            return Err(SmoError::OutOfRange { name: "sum", value: self.sum, allowed });
        }
        Ok(())
    }
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), SmoError> {
        if self.tolerance > 0.0 && self.tolerance.is_finite() {
            return Ok(());
        }
        let allowed = "a positive finite number";
        Err(SmoError::OutOfRange { name: "tolerance", value: self.tolerance, allowed })
    }
}
