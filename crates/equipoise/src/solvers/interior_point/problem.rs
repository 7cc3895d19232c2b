//! What is solved, to what accuracy, and what comes back.

use crate::solvers::Outcome;

/// minimise ½ xᵀPx + qᵀx subject to lower ≤ x ≤ upper and A x = b.
#[derive(Clone, Copy, Debug)]
pub struct Problem<'a> {
    /// P, n × n, symmetric and positive semidefinite.
    pub quadratic: &'a [f64],
    /// q, n numbers.
    pub linear: &'a [f64],
    /// Lower bounds, finite.
    pub lower: &'a [f64],
    /// Upper bounds, finite, each above its lower one.
    pub upper: &'a [f64],
    /// A, row after row, each of n numbers; the rows must not depend on each other.
    pub equalities: &'a [f64],
    /// b, one a row of A.
    pub values: &'a [f64],
}

/// When to stop. [`Settings::default`] gives CVXOPT's: 1e-7, 1e-6, 1e-7 and 100 iterations.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// The gap sᵀz that is small enough; positive.
    pub gap_absolute: f64,
    /// Or the gap over the size of the objective; positive.
    pub gap_relative: f64,
    /// The norms of the residuals over those of b, the bounds and q (at least 1); positive.
    pub feasibility: f64,
    /// The largest number of iterations; ending there is a status, not an error.
    pub iterations_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { gap_absolute: 1e-7, gap_relative: 1e-6, feasibility: 1e-7, iterations_max: 100 }
    }
}

/// A solved problem.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Solution {
    /// x, inside the box up to [`primal_residual`](Self::primal_residual) of rounding and never on its edge: what is 0
    /// at the optimum is small here.
    pub x: Vec<f64>,
    /// y: the multipliers of A x = b, with P x + q + Aᵀy − lower multipliers + upper multipliers = 0.
    pub multipliers: Vec<f64>,
    /// Multipliers of the lower bounds, not negative.
    pub lower_multipliers: Vec<f64>,
    /// Multipliers of the upper bounds, not negative.
    pub upper_multipliers: Vec<f64>,
    /// Iterations, the primal and dual objective, and how the run ended.
    pub outcome: Outcome,
    /// The violation of A x = b and the box over the norm of b and the bounds.
    pub primal_residual: f64,
    /// The violation of stationarity over the norm of q.
    pub dual_residual: f64,
}

/// A part of the problem, for errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Argument {
    /// P.
    Quadratic,
    /// q.
    Linear,
    /// The lower bounds.
    Lower,
    /// The upper bounds.
    Upper,
    /// A.
    Equalities,
    /// b.
    Values,
}

impl std::fmt::Display for Argument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Quadratic => "quadratic",
            Self::Linear => "linear",
            Self::Lower => "lower",
            Self::Upper => "upper",
            Self::Equalities => "equalities",
            Self::Values => "values",
        })
    }
}

/// Why a problem cannot be solved.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InteriorPointError {
    /// There are no variables.
    #[error("there are no variables")]
    NoVariables,
    /// A part has the wrong length.
    #[error("{argument} has {found} numbers where {expected} were expected")]
    LengthMismatch {
        /// The part.
        argument: Argument,
        /// Its length.
        found: usize,
        /// The length that its shape needs.
        expected: usize,
    },
    /// A number is not finite.
    #[error("{argument} holds {value} at place {place}, not a finite number")]
    NotFinite {
        /// The part.
        argument: Argument,
        /// Where, from 0.
        place: usize,
        /// What it holds.
        value: f64,
    },
    /// A bound leaves no room.
    #[error("variable {variable} lies between {lower} and {upper}, which leaves no room")]
    NoRoom {
        /// The variable, from 0.
        variable: usize,
        /// Its lower bound.
        lower: f64,
        /// Its upper bound.
        upper: f64,
    },
    /// P is not positive semidefinite.
    #[error("the quadratic form is not convex: the pivot of variable {variable} is not positive")]
    NotConvex {
        /// The variable, from 0.
        variable: usize,
    },
    /// A row of A depends on those before it.
    #[error("equality {equality} depends on those before it")]
    DependentEqualities {
        /// The row of A, from 0.
        equality: usize,
    },
    /// A setting is out of range.
    #[error("{name} is {value}, which is not {allowed}")]
    OutOfRange {
        /// The setting.
        name: &'static str,
        /// What it is.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
}

impl Problem<'_> {
    /// Returns the number of variables.
    pub(super) const fn n(&self) -> usize {
        self.linear.len()
    }

    pub(super) fn check(&self) -> Result<(), InteriorPointError> {
        let (n, m) = (self.n(), self.values.len());
        if n == 0 {
            return Err(InteriorPointError::NoVariables);
        }
        for (argument, part, expected) in [
            (Argument::Quadratic, self.quadratic, n.saturating_mul(n)),
            (Argument::Linear, self.linear, n),
            (Argument::Lower, self.lower, n),
            (Argument::Upper, self.upper, n),
            (Argument::Equalities, self.equalities, n.saturating_mul(m)),
            (Argument::Values, self.values, m),
        ] {
            if part.len() != expected {
                return Err(InteriorPointError::LengthMismatch { argument, found: part.len(), expected });
            }
            if let Some(place) = part.iter().position(|value| !value.is_finite()) {
                return Err(InteriorPointError::NotFinite { argument, place, value: part[place] });
            }
        }
        let has_room = |variable: usize| self.lower[variable] < self.upper[variable];
        match (0..n).find(|&variable| !has_room(variable)) {
            None => Ok(()),
            Some(variable) => Err(InteriorPointError::NoRoom {
                variable,
                lower: self.lower[variable],
                upper: self.upper[variable],
            }),
        }
    }
}

impl Settings {
    /// Returns settings whose three tolerances are `factor` times those of CVXOPT.
    pub fn scaled(factor: f64) -> Self {
        let standard = Self::default();
        Self {
            gap_absolute: factor * standard.gap_absolute,
            gap_relative: factor * standard.gap_relative,
            feasibility: factor * standard.feasibility,
            ..standard
        }
    }

    pub(super) fn check(&self) -> Result<(), InteriorPointError> {
        let tolerances = [
            ("gap_absolute", self.gap_absolute),
            ("gap_relative", self.gap_relative),
            ("feasibility", self.feasibility),
        ];
        match tolerances.into_iter().find(|(_, value)| !(*value > 0.0 && value.is_finite())) {
            None => Ok(()),
            Some((name, value)) => {
                let allowed = "a positive finite number";
                Err(InteriorPointError::OutOfRange { name, value, allowed })
            }
        }
    }
}
