//! Fair empirical risk minimization: one plan for all losses and kernels.
//!
//! Minimises the penalised loss of a score f(x) = ⟨w, φ(x)⟩ + b subject to |⟨w, u_j⟩| ≤ bound_j, where u_j is a difference
//! of the groups' means of φ(x) inside an event of the notion. Without sensitive attributes it is the ordinary learner.
//!
//! What is equalised is the *mean* of the score. The rates of decisions may still differ.
//!
//! ```
//! use equipoise::{
//!     groups::Label,
//!     methods::{Fairness, Labelled, inprocessing::fair_erm::{Loss, Parameters, Plan}},
//!     notion::Notion,
//!     sample::{Categorical, Codes},
//!     solvers::Rows,
//! };
//! let plan = Plan::new(Parameters::new(Loss::Hinge { cost: 1.0 }, Fairness::new(Notion::DemographicParity)))?;
//! let labels = ["a", "b"].map(Label::new);
//! let sample = Labelled {
//!     rows: Rows::dense(&[0.0, 1.0, 2.0, 0.0, 1.0, 3.0, 3.0, 2.0], 4, 2)?,
//!     target: &[-1.0, 1.0, -1.0, 1.0],
//!     sensitive: &[Categorical { codes: Codes::U8(&[0, 0, 1, 1]), labels: &labels }],
//!     strata: &[],
//!     weights: None,
//! };
//! let fitted = plan.fit(&sample)?;
//! let comparison = fitted.training.comparison.as_ref().ok_or("no groups")?;
//! assert!(comparison.gaps[0].abs() < 1e-12);
//! assert_eq!(fitted.score.of_rows(&sample.rows)?, fitted.scores);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # How each problem is solved
//!
//! | loss | over columns (linear kernel, features) | over a kernel |
//! |---|---|---|
//! | hinge, ε-insensitive | few rows: an interior point (with many columns sequential minimal optimisation); many rows: dual coordinate descent, and the interior point where it creeps | sequential minimal optimisation |
//! | squared | moments and Cholesky; with very many columns conjugate gradients | Cholesky; with many rows conjugate gradients |
//! | logistic | truncated Newton | a full factor of the kernel as columns |
//!
//! Machines without an intercept are solved over such a factor too, since sequential minimal optimisation needs one.
//!
//! At a bound of 0 the problem is the ordinary one inside a subspace of w ([`Subspace`](crate::solvers::Subspace)), or with
//! the corrected kernel K̃ = K − κM⁺κᵀ ([`correction`](crate::solvers::correction)). Above 0 an active set finds which
//! constraints hold with equality; w = w⊥ + Σ a_j u_j with M a = t then adds a fixed offset κ(x)ᵀa to every score.
//!
//! Source: Donini et al. 2018; Oneto et al. 2019. DIFFERENCE: the code published with the paper constrains the dual
//! variables, Σ α_i y_i κ_i = 0 within the box, which is another problem with a worse optimum; here the constrained
//! problem itself is solved. [`Formulation::Published`] solves the other one, to reproduce figures.

mod parameters;

mod training;

mod plan;

mod task;

mod solution;

mod active_set;

mod columns;

mod gram;

mod kept;

mod comparison;

mod published;

mod refine;

mod moments;

pub use moments::{Difference, FromMoments, ridge_of_moments};
pub use parameters::{Approximation, ClassBalance, Formulation, KernelChoice, Loss, Parameters, Refine};
pub use plan::Plan;
pub use refine::Refinement;
pub use training::{CellFigures, Comparison, Fitted, Training};
