//! Moves scores to the Wasserstein barycenter of the groups' laws, which makes their law the same in every group.
//!
//! A score keeps its rank within its group and gets the value that the average of the groups' quantile functions has there:
//!
//! g(x, s) = Σ_{s'} p_{s'} · Q_{s'}(F_s(f(x, s)))
//!
//! Of all scores whose law does not depend on the group this one is nearest to f in mean square (weighted by p). It reads no
//! labels and needs the group where it is applied. Order within a group is kept, and the mean over all rows.
//!
//! | here | paper | meaning |
//! |---|---|---|
//! | shares | p_s | whose change counts how much |
//! | ranks | F_s | the distribution function of a group |
//! | quantiles | Q_s | its inverse |
//! | alpha | α | the share of the squared unfairness U that is left |
//!
//! ```text
//! Parameters → Plan::new → fit(&Scored) → Model → transform(&Scored) → Repaired
//! ```
//!
//! Scores for the fit should not be those of rows that the model was trained on: their law is another one, and the repair is
//! harmed by it. Out-of-fold scores serve, and rows without labels.
//!
//! Sources: Chzhen, Denis, Hebiri, Oneto, Pontil 2020, *Fair regression with Wasserstein barycenters* (Algorithm 1; all groups,
//! whole numbers for ranks). Partial repair: Chzhen and Schreuder 2022, *A minimax framework for quantifying risk-fairness
//! trade-off in regression*. DIFFERENCE: ties are broken by the rank within the atom and not by noise of a width, which is the limit of
//! ever smaller noise; the noise of a width is there on request.

mod plan;

mod sort;

mod steps;

mod table;

mod fit;

mod model;

mod measure;

mod partial;

mod certificate;

mod explain;

mod parts;

mod sequence;

mod unaware;

pub use certificate::{Certificate, Condition, DRAWS, Uncertified, rows_needed};
pub use explain::{Explanation, Movement, SHIFT_LEVELS, Summary};
pub use fit::GroupAtoms;
pub use measure::{Unfairness, measure};
pub use model::{Flag, Model, Repaired};
pub use partial::{FrontPoint, Least, Limit};
pub use parts::{GroupParts, Parts, PartsError, StepParts};
pub use plan::{Beyond, Interpolation, Jitter, Parameters, Plan, Quantiles, Sample, Shares, Target, Unseen};
pub use sequence::{Sequence, Staged, Turn, Waterfall};
