//! The parameters of the method, and which of them go together.

use crate::{
    kernels::{Function, Gamma, KernelError},
    methods::{
        Bounds, Fairness, Pairs, PlanError, TargetEvents,
        error::{check_not_negative, check_positive},
    },
    sample::MAGNITUDE_MAX,
    solvers::{Intercept, Rows},
};

/// What a row's error costs, and the weight of errors against the penalty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// `fair_svm`: ½‖w‖² + cost · Σ weight · max(0, 1 − y f(x)).
    Hinge {
        /// C, positive.
        cost: f64,
    },
    /// `fair_logistic`: ½‖w‖² + cost · Σ weight · ln(1 + exp(−y f(x))).
    Logistic {
        /// C, positive.
        cost: f64,
    },
    /// `fair_ridge`: penalty · ‖w‖² + Σ weight · (y − f(x))².
    Squared {
        /// λ, not negative.
        penalty: f64,
    },
    /// `fair_svr`: ½‖w‖² + cost · Σ weight · max(0, |y − f(x)| − epsilon).
    EpsilonInsensitive {
        /// C, positive.
        cost: f64,
        /// Half the width of the tube in which errors are free, not negative.
        epsilon: f64,
    },
}

/// The kernel, its parameters not resolved yet.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum KernelChoice {
    /// ⟨x, x'⟩, solved over the columns.
    Linear,
    /// exp(−γ‖x − x'‖²).
    Rbf(
        /// γ; its rules are resolved on the fitting rows.
        Gamma,
    ),
    /// (γ⟨x, x'⟩ + constant)^degree.
    Polynomial {
        /// The power, at least 1.
        degree: u32,
        /// γ.
        gamma: Gamma,
        /// The constant.
        constant: f64,
    },
    /// tanh(γ⟨x, x'⟩ + constant), which need not be positive semidefinite.
    Sigmoid {
        /// γ.
        gamma: Gamma,
        /// The constant.
        constant: f64,
    },
    /// exp(−γ‖x − x'‖₁).
    Laplacian(
        /// γ.
        Gamma,
    ),
    /// The rows of the sample are rows of the kernel matrix itself, n × n and symmetric; to predict, the similarities
    /// of a row to the fitting rows. A kernel of one's own is used in this way.
    Precomputed,
}

/// Whether the kernel is exact.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Approximation {
    /// The kernel itself; up to some 50,000 rows, some thousands for logistic regression, for machines without an
    /// intercept and for ridge regression, which need the whole matrix.
    #[default]
    Exact,
    /// Nyström features of randomly pivoted landmarks (function kernels that are positive semidefinite).
    Nystrom {
        /// How many.
        landmarks: usize,
    },
    /// Random Fourier features (RBF and Laplacian kernels).
    Fourier {
        /// How many frequencies; each makes two features.
        pairs: usize,
    },
}

/// How much the rows of each class count, beside their own weights.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum ClassBalance {
    /// As many as there are.
    #[default]
    Equal,
    /// Inversely to the weight of their class: n / (2 n_class), n being sums of weights, as `class_weight="balanced"` of
    /// scikit-learn's linear classifiers (its `SVC` counts rows).
    Balanced,
    /// By these factors.
    Factors {
        /// Of rows with target −1; positive.
        negative: f64,
        /// Of rows with target +1; positive.
        positive: f64,
    },
}

/// Which problem the constraint is put into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Formulation {
    /// The constrained problem itself: the corrected kernel K̃ = K − κM⁺κᵀ.
    #[default]
    Exact,
    /// The dual restricted by Σ α_i y_i κ_i = 0 within the box, and the intercept averaged over all support vectors: what
    /// the code published with the paper does. A worse optimum, offered to reproduce its figures only. Hinge loss, bound
    /// 0, two groups, at most 10,000 rows. A tolerance of 1e-3 stops where CVXOPT does by default, which the figures
    /// depend on.
    Published,
}

/// Whether the *rates* of decisions are driven below the bound after the means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Refine {
    /// The constraint on means only.
    #[default]
    Not,
    /// A sequence of constraints on rows near the boundary, until the rates of f > 0 on the fitting rows differ by at most
    /// this in every pair that is compared. The bound on means, from which it starts, is given up for it. Ours; where it
    /// fails, and what it costs, stands at [`Refinement`](super::Refinement). Not for `fair_svr`; with `fair_ridge` f > 0 is
    /// taken for a decision.
    Rates {
        /// The largest gap of rates, in 0..1.
        bound: f64,
    },
}

/// All parameters of the method, not checked yet. [`Plan::new`](super::Plan::new) checks them.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameters {
    /// The loss, which names the method.
    pub loss: Loss,
    /// The kernel.
    pub kernel: KernelChoice,
    /// Whether the kernel is exact.
    pub approximation: Approximation,
    /// Whether there is a constant; it is never penalised.
    pub intercept: Intercept,
    /// What is asked of the groups.
    pub fairness: Fairness,
    /// How much each class counts (where targets are classes only).
    pub class_balance: ClassBalance,
    /// How accurate; positive. Support vector machines over a kernel (and over more columns than 500 with few rows): the
    /// violation of the optimality conditions, in units of the score; over columns: ten times the duality gap relative to
    /// the objective.
    /// Logistic: the gradient's norm relative to the start. Squared, where conjugate gradients are used: the residual's
    /// norm relative to the start.
    pub tolerance: f64,
    /// Bytes for kernel rows that are kept.
    pub cache_bytes: usize,
    /// Of landmarks, frequencies and the order of coordinates.
    pub seed: u64,
    /// Which problem is solved.
    pub formulation: Formulation,
    /// Whether rates are refined.
    pub refine: Refine,
}

impl Parameters {
    /// Returns a loss and what is asked of the groups, with the defaults: linear kernel, intercept, equal classes,
    /// tolerance 1e-3 (logistic 1e-6, squared 1e-8), 200 MB, seed 0, the exact formulation.
    pub const fn new(loss: Loss, fairness: Fairness) -> Self {
        let tolerance = match loss {
            Loss::Squared { .. } => 1e-8,
            Loss::Logistic { .. } => 1e-6,
            Loss::Hinge { .. } | Loss::EpsilonInsensitive { .. } => 1e-3,
        };
        Self {
            loss,
            kernel: KernelChoice::Linear,
            approximation: Approximation::Exact,
            intercept: Intercept::Free,
            fairness,
            class_balance: ClassBalance::Equal,
            tolerance,
            cache_bytes: 200 << 20,
            seed: 0,
            formulation: Formulation::Exact,
            refine: Refine::Not,
        }
    }
}

impl Loss {
    /// Returns the name of the method with this loss.
    pub const fn method(&self) -> &'static str {
        match self {
            Self::Hinge { .. } => "fair_svm",
            Self::Logistic { .. } => "fair_logistic",
            Self::Squared { .. } => "fair_ridge",
            Self::EpsilonInsensitive { .. } => "fair_svr",
        }
    }

    /// Returns whether targets are −1 and +1.
    pub const fn is_classifier(&self) -> bool {
        matches!(self, Self::Hinge { .. } | Self::Logistic { .. })
    }
}

impl Parameters {
    /// Returns whether targets are −1 and +1: for the squared loss, where events are made of classes.
    pub fn has_classes(&self) -> bool {
        let is_of_classes = self.fairness.events == Some(TargetEvents::Classes);
        self.loss.is_classifier() || matches!(self.loss, Loss::Squared { .. }) && is_of_classes
    }

    /// Checks everything that needs no rows.
    pub(super) fn check(&self) -> Result<(), PlanError> {
        self.fairness.check(self.loss.method())?;
        self.loss.check()?;
        self.kernel.check()?;
        check_positive("tolerance", self.tolerance)?;
        self.check_approximation()?;
        self.check_class_balance()?;
        self.check_variant()
    }

    fn check_approximation(&self) -> Result<(), PlanError> {
        let conflict =
            |reason| PlanError::Conflict { choice: "an approximation", with: "the kernel", reason };
        match (self.approximation, self.kernel) {
            (Approximation::Exact, KernelChoice::Sigmoid { .. }) if self.needs_factor() => {
                Err(PlanError::Conflict {
                    choice: "the sigmoid kernel",
                    with: "the loss",
                    reason: "it need not be positive semidefinite, and so has no columns",
                })
            }
            (Approximation::Exact, _) => Ok(()),
            (_, KernelChoice::Linear) => {
                Err(conflict("the linear kernel is solved over the columns as it is"))
            }
            (_, KernelChoice::Precomputed) => Err(conflict("features are made of rows, and there are none")),
            (Approximation::Nystrom { .. }, KernelChoice::Sigmoid { .. }) => {
                Err(conflict("the sigmoid kernel need not be positive semidefinite"))
            }
            (Approximation::Nystrom { landmarks: 0 }, _) => {
                Err(PlanError::OutOfRange { parameter: "landmarks", value: 0.0, allowed: "at least 1" })
            }
            (Approximation::Nystrom { .. }, _) => Ok(()),
            (Approximation::Fourier { pairs: 0 }, KernelChoice::Rbf(_) | KernelChoice::Laplacian(_)) => {
                Err(PlanError::OutOfRange { parameter: "pairs", value: 0.0, allowed: "at least 1" })
            }
            (Approximation::Fourier { .. }, KernelChoice::Rbf(_) | KernelChoice::Laplacian(_)) => Ok(()),
            (Approximation::Fourier { .. }, _) => {
                Err(conflict("random Fourier features approximate the RBF and the Laplacian kernel only"))
            }
        }
    }

    fn check_class_balance(&self) -> Result<(), PlanError> {
        match self.class_balance {
            ClassBalance::Equal => Ok(()),
            _ if !self.has_classes() => Err(PlanError::Conflict {
                choice: "a balance of classes",
                with: "the loss",
                reason: "regression has no classes",
            }),
            ClassBalance::Balanced => Ok(()),
            ClassBalance::Factors { negative, positive } => {
                check_positive("factor of the negative class", negative)?;
                check_positive("factor of the positive class", positive)
            }
        }
    }

    /// Refuses the variants of the problem that nothing solves: the one place where a new one is let in.
    fn check_variant(&self) -> Result<(), PlanError> {
        match (self.formulation, self.refine) {
            (Formulation::Exact, Refine::Not) => Ok(()),
            (Formulation::Published, Refine::Not) => self.check_published(),
            (Formulation::Exact, Refine::Rates { .. })
                if matches!(self.loss, Loss::EpsilonInsensitive { .. }) =>
            {
                Err(PlanError::Conflict {
                    choice: "the refinement of rates",
                    with: "the loss",
                    reason: "regression makes no decisions",
                })
            }
            (Formulation::Exact, Refine::Rates { bound }) if (0.0..=1.0).contains(&bound) => Ok(()),
            (Formulation::Exact, Refine::Rates { bound }) => {
                let allowed = "from 0 to 1";
                Err(PlanError::OutOfRange { parameter: "bound of the rates", value: bound, allowed })
            }
            (Formulation::Published, Refine::Rates { .. }) => Err(PlanError::Conflict {
                choice: "the published formulation",
                with: "the refinement of rates",
                reason: "it equalises means only",
            }),
        }
    }

    /// Refuses what the published code does not have.
    fn check_published(&self) -> Result<(), PlanError> {
        let is_zero = match &self.fairness.bounds {
            Bounds::Same(bound) => *bound == 0.0,
            Bounds::Each(bounds) => bounds.iter().all(|&bound| bound == 0.0),
        };
        let refusals = [
            (!matches!(self.loss, Loss::Hinge { .. }), "the loss", "it is a problem of the hinge loss"),
            (!is_zero, "a bound above 0", "it has equalities only"),
            (
                self.fairness.pairs != Pairs::All,
                "differences to the pooled mean",
                "of two groups they say one thing twice",
            ),
            (
                self.approximation != Approximation::Exact,
                "an approximation",
                "it is solved over the kernel matrix",
            ),
            (
                self.intercept != Intercept::Free,
                "a score without intercept",
                "it has one, by a rule of its own",
            ),
            (
                self.class_balance != ClassBalance::Equal,
                "a balance of classes",
                "its intercept is a mean over rows",
            ),
        ];
        match refusals.into_iter().find(|refusal| refusal.0) {
            None => Ok(()),
            Some((_, with, reason)) => {
                Err(PlanError::Conflict { choice: "the published formulation", with, reason })
            }
        }
    }

    /// Returns whether the exact kernel is solved as columns: where the solver over a kernel does not know the loss, or
    /// needs the intercept.
    pub(super) fn needs_factor(&self) -> bool {
        match self.loss {
            Loss::Logistic { .. } => true,
            Loss::Squared { .. } => false,
            Loss::Hinge { .. } | Loss::EpsilonInsensitive { .. } => self.intercept == Intercept::Absent,
        }
    }
}

impl Loss {
    fn check(&self) -> Result<(), PlanError> {
        match *self {
            Self::Hinge { cost } | Self::Logistic { cost } => check_positive("cost", cost),
            Self::Squared { penalty } => check_not_negative("penalty", penalty),
            Self::EpsilonInsensitive { cost, epsilon } => {
                check_positive("cost", cost)?;
                check_not_negative("epsilon", epsilon)
            }
        }
    }
}

impl KernelChoice {
    fn check(&self) -> Result<(), PlanError> {
        let gamma = |gamma: Gamma| match gamma {
            Gamma::Value(gamma) => check_positive("gamma", gamma),
            Gamma::Scale | Gamma::Auto => Ok(()),
        };
        let constant = |value: f64| match (-MAGNITUDE_MAX..=MAGNITUDE_MAX).contains(&value) {
            true => Ok(()),
            false => {
                let allowed = "of magnitude at most 1e40";
                Err(PlanError::OutOfRange { parameter: "constant", value, allowed })
            }
        };
        match *self {
            Self::Linear | Self::Precomputed => Ok(()),
            Self::Rbf(of) | Self::Laplacian(of) => gamma(of),
            Self::Sigmoid { gamma: of, constant: value } => gamma(of).and_then(|()| constant(value)),
            Self::Polynomial { degree: 0, .. } => {
                Err(PlanError::OutOfRange { parameter: "degree", value: 0.0, allowed: "at least 1" })
            }
            Self::Polynomial { gamma: of, constant: value, .. } => gamma(of).and_then(|()| constant(value)),
        }
    }

    /// Returns the kernel with γ found from the rows; `None` where it is precomputed.
    ///
    /// # Errors
    /// As [`Gamma::resolve`].
    pub fn resolve(&self, rows: &Rows<'_>) -> Result<Option<Function>, KernelError> {
        Ok(Some(match *self {
            Self::Precomputed => return Ok(None),
            Self::Linear => Function::Linear,
            Self::Rbf(gamma) => Function::Rbf { gamma: gamma.resolve(rows)? },
            Self::Laplacian(gamma) => Function::Laplacian { gamma: gamma.resolve(rows)? },
            Self::Polynomial { degree, gamma, constant } => {
                Function::Polynomial { degree, gamma: gamma.resolve(rows)?, constant }
            }
            Self::Sigmoid { gamma, constant } => Function::Sigmoid { gamma: gamma.resolve(rows)?, constant },
        }))
    }
}
