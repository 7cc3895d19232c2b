//! The learners that are compared, and the grids of their parameters.

use equipoise::{
    kernels::Gamma,
    methods::{
        Fairness,
        inprocessing::fair_erm::{Fitted, Formulation, KernelChoice, Loss, Parameters, Plan},
    },
    notion::Notion,
};

use crate::{ReproductionError, sample::Sample};

/// Which kernels are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// ⟨x, x'⟩.
    Linear,
    /// exp(−γ‖x − x'‖²).
    Rbf,
}

impl Family {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Linear, Self::Rbf];

    /// Returns its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linear => "linear",
            Self::Rbf => "rbf",
        }
    }
}

/// What is asked of the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learner {
    /// Nothing: the support vector machine.
    Svm,
    /// Equal mean scores of the positives of both groups, at a bound of 0.
    Ferm,
    /// The same, as the published code has it.
    FermPublished,
}

/// A point of a grid.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// C.
    pub cost: f64,
    /// γ; `None` for the linear kernel.
    pub gamma: Option<f64>,
}

impl Point {
    /// Returns which kernel the point is for.
    pub const fn family(&self) -> Family {
        if self.gamma.is_some() { Family::Rbf } else { Family::Linear }
    }
}

/// C of the linear kernel: the grid of the published code.
pub const COSTS_LINEAR: [f64; 3] = [0.01, 0.1, 1.0];
/// C of the RBF kernel: the grid of the published code.
pub const COSTS_RBF: [f64; 3] = [0.1, 1.0, 10.0];
/// Which γ are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gammas {
    /// 0.1 and 0.01: those of the published code.
    Published,
    /// 0.001 besides, since with Arrhythmia's 250 standardised columns the others make every row similar to itself alone.
    Wide,
}

impl Gammas {
    /// Returns the numbers, falling.
    pub const fn values(self) -> &'static [f64] {
        match self {
            Self::Published => &[0.1, 0.01],
            Self::Wide => &[0.1, 0.01, 0.001],
        }
    }
}

/// Returns the points of a grid, by rising γ and then C.
pub fn grid(family: Family, gammas: Gammas) -> Vec<Point> {
    match family {
        Family::Linear => COSTS_LINEAR.map(|cost| Point { cost, gamma: None }).to_vec(),
        Family::Rbf => gammas
            .values()
            .iter()
            .rev()
            .flat_map(|&gamma| COSTS_RBF.map(|cost| Point { cost, gamma: Some(gamma) }))
            .collect(),
    }
}

/// Fits a learner. The group is read by the fair ones alone, and while fitting alone.
///
/// # Errors
/// When the sample has one class, or the positives are of one group and that matters.
pub fn fit(
    data_set: &'static str,
    sample: &Sample,
    learner: Learner,
    point: Point,
    tolerance: f64,
) -> Result<Fitted, ReproductionError> {
    let loss = Loss::Hinge { cost: point.cost };
    let mut parameters = Parameters::new(loss, Fairness::new(Notion::EqualOpportunity));
    if let Some(gamma) = point.gamma {
        parameters.kernel = KernelChoice::Rbf(Gamma::Value(gamma));
    }
    if learner == Learner::FermPublished {
        parameters.formulation = Formulation::Published;
    }
    parameters.tolerance = tolerance;
    let plan = Plan::new(parameters)?;
    let fitted = sample.with(learner != Learner::Svm, |labelled| plan.fit(labelled))?;
    fitted.map_err(|source| ReproductionError::Fit { data_set, source })
}
