//! The table.

use super::{Method, Output, Stage, parameters};
use crate::{methods::fairness::MEAN_NOTIONS, stats::Task};

const MEANS: &str = "the mean of the score in every event of the notion, up to `bound`";
const NOT_RATES: &str = "It equalises means of the score, not the rates of decisions: these can still differ, unless `refine` drives them together.";
const FERM: &str = "Donini, Oneto, Ben-David, Shawe-Taylor, Pontil 2018, *Empirical risk minimization under fairness \
                    constraints*; Oneto, Donini, Pontil 2019, *General fair empirical risk minimization*";
const CLASSES: &[Task] = &[Task::Binary, Task::Multiclass];
const NUMBERS: &[Task] = &[Task::Regression];
const EVERYTHING: &[Task] = &[Task::Binary, Task::Multiclass, Task::Regression];

/// By stage, in the order of time; what acts on scores that there are comes last.
pub(super) const METHODS: &[Method] = &[
    Method {
        name: "reweighing",
        title: "Reweighing",
        stage: Stage::Preprocessing,
        summary: "Weights rows so that the outcome does not depend on the group in the weighted data.",
        does: "A row of group g with outcome y gets its weight times P(g) P(y) / P(g, y), within each stratum.",
        equalises: "weighted rates of the outcome in the training data",
        cannot: "What it equalises in the predictions of a learner that follows is not promised.",
        notions: &[],
        tasks: CLASSES,
        output: Output::Weights,
        needs_labels: true,
        needs_groups_at_predict: false,
        parameters: &[],
        source: "Kamiran, Calders 2012, *Data preprocessing techniques for classification without discrimination*",
    },
    Method {
        name: "fair_projection",
        title: "Fair projection",
        stage: Stage::Preprocessing,
        summary: "Projects features so that their group means are equal, for any linear learner.",
        does: "x − Ûᵀ(Û x), with Û an orthonormal basis of the differences of group means.",
        equalises: "the means of every feature, and so of every linear score",
        cannot: "A learner that is not linear can find the group again, and so can a linear one after the columns are \
                 standardised anew.",
        notions: MEAN_NOTIONS,
        tasks: EVERYTHING,
        output: Output::Transformer,
        needs_labels: true,
        needs_groups_at_predict: false,
        parameters: parameters::TRANSFORMER,
        source: FERM,
    },
    Method {
        name: "fair_elimination",
        title: "Fair elimination",
        stage: Stage::Preprocessing,
        summary: "Takes out one feature for each difference of group means, as the paper does for linear learners.",
        does: "x_c − x_i u_c / u_i for every column c but i, the column where the difference u is largest.",
        equalises: "the means of every feature, and so of every linear score",
        cannot: "The eliminated column leaves the penalty, so the result depends on the scales of the columns; \
                 `fair_projection` does not.",
        notions: MEAN_NOTIONS,
        tasks: EVERYTHING,
        output: Output::Transformer,
        needs_labels: true,
        needs_groups_at_predict: false,
        parameters: parameters::TRANSFORMER,
        source: FERM,
    },
    Method {
        name: "fair_svm",
        title: "Fair support vector machine",
        stage: Stage::Inprocessing,
        summary: "A support vector machine whose mean score is the same in every group.",
        does: "½‖w‖² + C Σ weight · max(0, 1 − y f(x)), subject to |⟨w, u⟩| ≤ bound for every difference u of group means.",
        equalises: MEANS,
        cannot: NOT_RATES,
        notions: MEAN_NOTIONS,
        tasks: CLASSES,
        output: Output::Score,
        needs_labels: true,
        needs_groups_at_predict: false,
        parameters: parameters::FAIR_SVM,
        source: FERM,
    },
    Method {
        name: "fair_logistic",
        title: "Fair logistic regression",
        stage: Stage::Inprocessing,
        summary: "Logistic regression whose mean log-odds are the same in every group.",
        does: "½‖w‖² + C Σ weight · ln(1 + exp(−y f(x))), subject to |⟨w, u⟩| ≤ bound for every difference u of group means.",
        equalises: "the mean of the log-odds in every event of the notion, up to `bound`",
        cannot: "It equalises means of the log-odds, not of the probabilities, and not the rates of decisions unless `refine` \
                 drives them together.",
        notions: MEAN_NOTIONS,
        tasks: CLASSES,
        output: Output::Score,
        needs_labels: true,
        needs_groups_at_predict: false,
        parameters: parameters::FAIR_LOGISTIC,
        source: FERM,
    },
    Method {
        name: "fair_ridge",
        title: "Fair ridge",
        stage: Stage::Inprocessing,
        summary: "Ridge regression (or a classifier by it) whose mean prediction is the same in every group.",
        does: "penalty ‖w‖² + Σ weight · (y − f(x))², subject to |⟨w, u⟩| ≤ bound for every difference u of group means.",
        equalises: MEANS,
        cannot: "It equalises means of the prediction, not its whole distribution and not the rates of decisions.",
        notions: MEAN_NOTIONS,
        tasks: EVERYTHING,
        output: Output::Score,
        needs_labels: true,
        needs_groups_at_predict: false,
        parameters: parameters::FAIR_RIDGE,
        source: FERM,
    },
    Method {
        name: "fair_svr",
        title: "Fair support vector regression",
        stage: Stage::Inprocessing,
        summary: "Support vector regression whose mean prediction is the same in every group.",
        does: "½‖w‖² + C Σ weight · max(0, |y − f(x)| − epsilon), subject to |⟨w, u⟩| ≤ bound for every difference u of \
               group means.",
        equalises: MEANS,
        cannot: "It equalises means of the prediction, not its whole distribution.",
        notions: MEAN_NOTIONS,
        tasks: NUMBERS,
        output: Output::Score,
        needs_labels: true,
        needs_groups_at_predict: false,
        parameters: parameters::FAIR_SVR,
        source: FERM,
    },
];
