//! What a solver says about its own answer.

/// How a run of a solver ended: iterations, distance from the optimum, and whether that is what was asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    /// Iterations of the outer loop: passes over the rows, Newton steps, conjugate gradient steps; 0 for a direct
    /// solution.
    pub iterations: usize,
    /// How far from the optimum the answer can be.
    pub accuracy: Accuracy,
    /// Why the run ended.
    pub status: Status,
}

impl Outcome {
    /// Returns an outcome from its parts.
    pub const fn new(iterations: usize, accuracy: Accuracy, status: Status) -> Self {
        Self { iterations, accuracy, status }
    }

    /// Returns whether the answer is as accurate as was asked for.
    pub const fn converged(&self) -> bool {
        matches!(self.status, Status::Converged)
    }
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// The tolerance was met.
    Converged,
    /// The limit on iterations was met first.
    IterationLimit,
    /// Rounding keeps the objective from falling further: a tolerance below what the arithmetic can show.
    Stalled,
}

/// A measured distance from the optimum.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Accuracy {
    /// The objective at the answer, and a value that no solution can be below.
    DualityGap {
        /// The objective at the answer.
        primal: f64,
        /// The lower bound: the dual objective at a feasible point.
        dual: f64,
    },
    /// The norm of the (projected) gradient.
    GradientNorm {
        /// At the answer.
        norm: f64,
        /// At the point where the solver started, which gives it a scale.
        start: f64,
        /// The objective at the answer.
        objective: f64,
    },
    /// The norm of a linear system's residual.
    Residual {
        /// At the answer.
        norm: f64,
        /// The norm of the right-hand side, which gives it a scale.
        scale: f64,
    },
}

impl Accuracy {
    /// Returns the distance on the scale that tolerances are stated in: the gap over the objective, the norm over its
    /// scale. It is 0 where both are 0.
    pub fn relative(&self) -> f64 {
        let (distance, scale) = match *self {
            Self::DualityGap { primal, dual } => (primal - dual, primal.abs().max(dual.abs())),
            Self::GradientNorm { norm, start, .. } => (norm, start),
            Self::Residual { norm, scale } => (norm, scale),
        };
        if distance <= 0.0 { 0.0 } else { distance / scale.max(f64::MIN_POSITIVE) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_accuracy_is_the_gap_over_the_objective() {
        assert_eq!(Accuracy::DualityGap { primal: 4.0, dual: 3.0 }.relative(), 0.25);
        assert_eq!(Accuracy::DualityGap { primal: 0.0, dual: 0.0 }.relative(), 0.0);
        assert_eq!(Accuracy::GradientNorm { norm: 1.0, start: 8.0, objective: 3.0 }.relative(), 0.125);
        assert_eq!(Accuracy::Residual { norm: 0.0, scale: 0.0 }.relative(), 0.0);
    }
}
