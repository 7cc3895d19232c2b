//! The parameters, each written once and named by the methods that have it.

use super::{Parameter, ValueKind};

const fn parameter(
    name: &'static str,
    aliases: &'static [&'static str],
    kind: ValueKind,
    range: &'static str,
    default: &'static str,
    doc: &'static str,
) -> Parameter {
    Parameter { name, aliases, kind, range, default, doc }
}

const COST: Parameter = parameter(
    "C",
    &["cost"],
    ValueKind::Number,
    "a positive number, at most 1e40",
    "1",
    "How much errors weigh against the penalty on the weights: the larger, the closer the fit.",
);

const PENALTY: Parameter = parameter(
    "penalty",
    &["alpha"],
    ValueKind::Number,
    "a number that is not negative, at most 1e40",
    "1",
    "How much the penalty on the weights weighs against the errors: the larger, the smoother the fit.",
);

const EPSILON: Parameter = parameter(
    "epsilon",
    &[],
    ValueKind::Number,
    "a number that is not negative, at most 1e40",
    "0.1",
    "Half the width of the tube around the outcome in which errors cost nothing. Not the bound on unfairness, which is `bound`.",
);

const fn notion(default: &'static str) -> Parameter {
    parameter(
        "notion",
        &[],
        ValueKind::Notion,
        "demographic_parity, equal_opportunity, predictive_equality, equalized_odds or conditional_parity",
        default,
        "What must not depend on the group.",
    )
}

const BOUND: Parameter = parameter(
    "bound",
    &[],
    ValueKind::Numbers,
    "a number that is not negative, or one for each constraint with commas between",
    "0",
    "How far the mean scores of two groups may differ in an event; 0 makes them equal. A list has one bound for each \
     constraint, in the order in which the model explains them.",
);

const PAIRS: Parameter = parameter(
    "pairs",
    &[],
    ValueKind::Word,
    "all or pooled",
    "all",
    "Which differences are bounded: those of every pair of groups, or of each group and all rows of the event together. It \
     makes no difference at a bound of 0.",
);

const CROSSING: Parameter = parameter(
    "crossing",
    &[],
    ValueKind::Word,
    "separate or crossed",
    "separate",
    "How several sensitive columns become groups: each by itself, or by the combinations of their values.",
);

const BINS: Parameter = parameter(
    "bins",
    &[],
    ValueKind::Count,
    "a whole number, at least 1",
    "3",
    "For equalized odds with a numeric outcome: into how many bins of about equal weight the outcome is divided.",
);

const BINS_OR_CLASSES: Parameter = parameter(
    "bins",
    &[],
    ValueKind::Word,
    "a whole number, at least 1, or classes",
    "3",
    "For equalized odds: into how many bins of about equal weight the outcome is divided; `classes` where it is -1 and +1.",
);

const CUTS: Parameter = parameter(
    "cuts",
    &[],
    ValueKind::Numbers,
    "none, or ascending numbers with commas between",
    "none",
    "For equalized odds with a numeric outcome: where its bins end, in place of `bins`. A value at a cut belongs to the bin \
     below.",
);

const KERNEL: Parameter = parameter(
    "kernel",
    &[],
    ValueKind::Word,
    "linear, rbf, polynomial, sigmoid, laplacian or precomputed",
    "linear",
    "The similarity of two rows. `linear` gives one weight a column; the others give curved scores, and the model then keeps \
     rows of the fitting data unless `approximation` is `fourier`.",
);

const GAMMA: Parameter = parameter(
    "gamma",
    &[],
    ValueKind::Word,
    "scale, auto or a positive number",
    "scale",
    "How fast similarity falls with distance, in all kernels but the linear one. `scale`: 1 / (columns × variance of all \
     entries); `auto`: 1 / columns.",
);

const DEGREE: Parameter = parameter(
    "degree",
    &[],
    ValueKind::Count,
    "a whole number, at least 1",
    "3",
    "The power of the polynomial kernel.",
);

const COEF0: Parameter = parameter(
    "coef0",
    &["constant"],
    ValueKind::Number,
    "a number of magnitude at most 1e40",
    "0",
    "The constant in the polynomial and the sigmoid kernel.",
);

const APPROXIMATION: Parameter = parameter(
    "approximation",
    &[],
    ValueKind::Word,
    "exact, nystrom or fourier",
    "exact",
    "Whether the kernel is used as it is (up to some 50,000 rows), or replaced by features: of landmark rows, or of random \
     frequencies (RBF and Laplacian kernels).",
);

const COMPONENTS: Parameter = parameter(
    "components",
    &["n_components"],
    ValueKind::Count,
    "a whole number, at least 1",
    "300",
    "How many features replace the kernel where it is approximated; an odd number of Fourier features is rounded up.",
);

const CLASS_WEIGHT: Parameter = parameter(
    "class_weight",
    &[],
    ValueKind::Word,
    "none, balanced, or two positive numbers with a comma between",
    "none",
    "How much rows of each class count beside their own weights. `balanced`: inversely to the weight of their class; two \
     numbers: of the negative class, of the positive one.",
);

const INTERCEPT: Parameter = parameter(
    "intercept",
    &["fit_intercept"],
    ValueKind::Flag,
    "true or false",
    "true",
    "Whether the score has a constant. It is never penalised.",
);

const fn tolerance(default: &'static str) -> Parameter {
    parameter(
        "tol",
        &["tolerance"],
        ValueKind::Number,
        "a positive number, at most 1e40",
        default,
        "How accurate the optimum is: the violation of its conditions, or the gradient relative to the start.",
    )
}

const CACHE_SIZE: Parameter = parameter(
    "cache_size",
    &[],
    ValueKind::Number,
    "a number of megabytes from 0 to 1e6",
    "200",
    "Memory for rows of the kernel, in megabytes. It changes the time, not the model.",
);

const SEED: Parameter = parameter(
    "seed",
    &["random_state"],
    ValueKind::Count,
    "a whole number below 2^64",
    "0",
    "Of landmarks, random frequencies and the order of coordinates. The same seed gives the same model.",
);

const REFINE: Parameter = parameter(
    "refine",
    &[],
    ValueKind::Word,
    "none or rates",
    "none",
    "`rates`: from equal means on, the rates of positive decisions are driven within `bound` of each other on the fitting rows, and \
     the bound on means is given up for it. Whether that was reached is said with the model; look at held-out rows.",
);

const FORMULATION: Parameter = parameter(
    "formulation",
    &[],
    ValueKind::Word,
    "exact or published",
    "exact",
    "Which problem is solved: the constrained one, or that of the code published with the paper, which has a worse optimum \
     and is there to reproduce its figures.",
);

pub(super) const FAIR_SVM: &[Parameter] = &[
    notion("equal_opportunity"),
    BOUND,
    PAIRS,
    CROSSING,
    COST,
    KERNEL,
    GAMMA,
    DEGREE,
    COEF0,
    APPROXIMATION,
    COMPONENTS,
    CLASS_WEIGHT,
    INTERCEPT,
    tolerance("0.001"),
    CACHE_SIZE,
    SEED,
    REFINE,
    FORMULATION,
];

pub(super) const FAIR_LOGISTIC: &[Parameter] = &[
    notion("equal_opportunity"),
    BOUND,
    PAIRS,
    CROSSING,
    COST,
    KERNEL,
    GAMMA,
    DEGREE,
    COEF0,
    APPROXIMATION,
    COMPONENTS,
    CLASS_WEIGHT,
    INTERCEPT,
    tolerance("0.000001"),
    CACHE_SIZE,
    SEED,
    REFINE,
];

pub(super) const FAIR_RIDGE: &[Parameter] = &[
    notion("demographic_parity"),
    BOUND,
    PAIRS,
    CROSSING,
    BINS_OR_CLASSES,
    CUTS,
    PENALTY,
    KERNEL,
    GAMMA,
    DEGREE,
    COEF0,
    APPROXIMATION,
    COMPONENTS,
    CLASS_WEIGHT,
    INTERCEPT,
    tolerance("0.00000001"),
    CACHE_SIZE,
    SEED,
    REFINE,
];

pub(super) const FAIR_SVR: &[Parameter] = &[
    notion("demographic_parity"),
    BOUND,
    PAIRS,
    CROSSING,
    BINS,
    CUTS,
    COST,
    EPSILON,
    KERNEL,
    GAMMA,
    DEGREE,
    COEF0,
    APPROXIMATION,
    COMPONENTS,
    INTERCEPT,
    tolerance("0.001"),
    CACHE_SIZE,
    SEED,
];

pub(super) const TRANSFORMER: &[Parameter] =
    &[notion("demographic_parity"), PAIRS, CROSSING, BINS_OR_CLASSES, CUTS];
