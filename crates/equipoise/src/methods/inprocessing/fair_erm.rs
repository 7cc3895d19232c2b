//! Fair empirical risk minimization: one plan for all losses and kernels.
//!
//! Minimises the penalised loss of a score f(x) = ⟨w, φ(x)⟩ + b subject to |⟨w, u_j⟩| ≤ bound_j, where u_j is a difference
//! of the groups' means of φ(x) inside an event of the notion. Without sensitive attributes it is the ordinary learner.
//!
//! What is equalised is the *mean* of the score. The rates of decisions may still differ.
//!
//! Source: Donini et al. 2018; Oneto et al. 2019.

use super::{Cell, Constraint, EmptyCell, EventRows};
use crate::{
    groups::Label,
    kernels::Gamma,
    methods::{Crossing, Fairness, Pairs, Score},
    notion::Notion,
    solvers::{Intercept, Outcome},
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
        /// γ.
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
    /// The kernel itself; up to some 50,000 rows.
    #[default]
    Exact,
    /// Nyström features of randomly pivoted landmarks.
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
    /// Inversely to the weight of their class: n / (2 n_class), as scikit-learn's `class_weight="balanced"`.
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
    /// 0, two groups.
    Published,
}

/// Whether the *rates* of decisions are driven below the bound after the means.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Refine {
    /// The constraint on means only.
    #[default]
    Not,
    /// A sequence of constraints on rows near the boundary, until the gap of the rates of f > 0 on the fitting rows is at
    /// most this. Ours; see [`refine`](super::refine) for where it fails.
    Rates {
        /// The largest gap of rates, in 0..1.
        bound: f64,
    },
}

/// All parameters of the method, not checked yet. [`Plan::new`] checks them.
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
    /// How much each class counts (classifiers only).
    pub class_balance: ClassBalance,
    /// How accurate: the violation of the optimality conditions (support vector machines) or the gradient's norm
    /// relative to the start (logistic). Positive.
    pub tolerance: f64,
    /// Bytes for cached kernel rows.
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
    /// tolerance 1e-3 (logistic 1e-6), 200 MB, seed 0, the exact formulation.
    pub const fn new(loss: Loss, fairness: Fairness) -> Self {
        let tolerance = match loss {
            Loss::Logistic { .. } => 1e-6,
            Loss::Hinge { .. } | Loss::Squared { .. } | Loss::EpsilonInsensitive { .. } => 1e-3,
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

/// What a fit returns.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fitted {
    /// The model: what is kept.
    pub score: Score,
    /// What the fit says of itself; O(columns · constraints), no rows.
    pub training: Training,
    /// f of the fitting rows.
    pub scores: Vec<f64>,
}

/// What a fit says of itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Training {
    /// The method.
    pub method: &'static str,
    /// Rows with a positive weight.
    pub rows: usize,
    /// How the last solve ended.
    pub outcome: Outcome,
    /// The whole objective of the [`Loss`] on the fitting rows.
    pub objective: f64,
    /// ‖w‖², in the space of φ.
    pub squared_norm: f64,
    /// How many problems with equalities were solved.
    pub solves: usize,
    /// What was asked of the groups and what came of it; `None` for the ordinary model.
    pub comparison: Option<Comparison>,
}

/// What was asked of the groups, and what came of it on the fitting rows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// The notion.
    pub notion: Notion,
    /// Which differences were bounded.
    pub pairs: Pairs,
    /// How attributes became groups.
    pub crossing: Crossing,
    /// The events.
    pub events: Vec<EventRows>,
    /// The labels of the groups of each grouping.
    pub groups: Vec<Vec<Vec<Label>>>,
    /// The cells with rows.
    pub cells: Vec<Cell>,
    /// Figures of the score in each cell.
    pub figures: Vec<CellFigures>,
    /// Groups without rows in an event.
    pub empty: Vec<EmptyCell>,
    /// The differences that were bounded, in order.
    pub constraints: Vec<Constraint>,
    /// The difference of mean scores of each constraint.
    pub gaps: Vec<f64>,
    /// Constraints that hold with equality, by number.
    pub active: Vec<usize>,
    /// How many constraints are independent: the rank of M.
    pub rank: usize,
    /// ‖u_j‖ of each constraint: the distance between the groups' means of φ (the biased MMD).
    pub distances: Vec<f64>,
    /// u_j in the columns of x, k × d, where the score is linear in them; else empty.
    pub signal: Vec<f64>,
    /// The largest ‖φ(x)‖ of a fitting row in an event.
    pub radius: f64,
}

/// Weighted figures of the score over the rows of one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CellFigures {
    /// Mean of f.
    pub mean: f64,
    /// Share of f > 0.
    pub rate: f64,
}
