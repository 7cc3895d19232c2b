//! Shares and counts of rows in one group.

use super::{Alias, Kind, Metric, Needs, Rate, Toolkit::*, Undefined, table::divide};
use crate::stats::{
    Task,
    view::{Cell, Confusion, View},
};

const ANY_TASK: &[Task] = &[Task::Binary, Task::Multiclass, Task::Regression];

const COUNT: Metric = Metric {
    kind: Kind::Count(rows),
    range: super::Range::POSITIVE,
    reading: "A number of rows (with weights, of weight); compare shares, not counts, between groups.",
    source: "standard",
    ..Metric::BASE
};

/// 0 where fairlearn's rates have no rows to be a share of.
const FAIRLEARN_ZERO: &str = "fairlearn prints 0 where the denominator is empty, which reads as a real rate and can make a \
    gap out of nothing";
const MLR3_GAP: &str = "mlr3fairness takes the absolute difference between groups";
const SKLEARN_ZERO: &str = "scikit-learn prints 0 with a warning where the denominator is empty";

fn rows(view: &View) -> Option<Cell> {
    Some(view.matrix.total())
}

fn confusion_rate(view: &View, pick: impl Fn(Confusion) -> (Cell, Cell)) -> Option<Rate> {
    let (hits, rest) = pick(view.confusion()?);
    Some(Rate { hits, of: hits + rest })
}

/// Rows whose predicted class is their outcome, where both sides have the same classes.
fn correct(view: &View) -> Option<Rate> {
    let matrix = &view.matrix;
    let is_square = matrix.n_target == matrix.n_prediction && matrix.n_target > 1;
    is_square.then(|| Rate {
        hits: (0..matrix.n_target).map(|class| matrix.get(class, class)).sum(),
        of: matrix.total(),
    })
}

fn wrong(view: &View) -> Option<Rate> {
    let rate = correct(view)?;
    let matrix = &view.matrix;
    let classes = 0..matrix.n_target;
    let off_diagonal = classes
        .clone()
        .flat_map(|t| classes.clone().map(move |p| (t, p)))
        .filter(|(t, p)| t != p)
        .map(|(t, p)| matrix.get(t, p));
    Some(Rate { hits: off_diagonal.sum(), of: rate.of })
}

pub(super) fn selected(view: &View) -> Option<Rate> {
    (view.matrix.n_prediction == 2).then(|| Rate { hits: view.matrix.prediction(1), of: view.matrix.total() })
}

pub(super) fn positives(view: &View) -> Option<Rate> {
    (view.matrix.n_target == 2).then(|| Rate { hits: view.matrix.target(1), of: view.matrix.total() })
}

fn share_of_selected(group: &View, overall: &View, _: f64) -> Result<f64, Undefined> {
    let hits = |view| selected(view).map(|rate| rate.hits.weight).ok_or(Undefined::NotGiven);
    divide(hits(group)?, hits(overall)?, Undefined::NothingSelected)
}

fn share_of_rows(group: &View, overall: &View, _: f64) -> Result<f64, Undefined> {
    divide(group.matrix.total().weight, overall.matrix.total().weight, Undefined::NoRows)
}

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "count",
        title: "Count",
        tasks: ANY_TASK,
        needs: Needs::NOTHING,
        aliases: &[
            Alias::but(Fairlearn, "count", "fairlearn counts rows and ignores weights"),
            Alias::new(Aequitas, "group_size"),
            Alias::new(Aif360, "num_instances"),
        ],
        definition: "n = Σ w",
        measures: "How many rows the group has; with weights, how much weight.",
        cannot_see: "Anything about outcomes or decisions.",
        ..COUNT
    },
    Metric {
        name: "group_share",
        title: "Group share",
        tasks: ANY_TASK,
        needs: Needs::NOTHING,
        kind: Kind::Within(share_of_rows),
        definition: "n_s / n_all",
        measures: "Which part of all rows the group is.",
        cannot_see: "Whether that part is the one the population has.",
        reading: "0.05 means that one row in twenty is of this group.",
        undefined_when: "there are no rows",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "true_positives",
        title: "True positives",
        kind: Kind::Count(|view| view.confusion().map(|c| c.tp)),
        aliases: &[Alias::new(Aif360, "num_true_positives"), Alias::new(Aequitas, "tp")],
        definition: "TP",
        measures: "Positive rows that are predicted positive.",
        cannot_see: "How many there could have been: see the true positive rate.",
        ..COUNT
    },
    Metric {
        name: "false_positives",
        title: "False positives",
        kind: Kind::Count(|view| view.confusion().map(|c| c.fp)),
        aliases: &[Alias::new(Aif360, "num_false_positives"), Alias::new(Aequitas, "fp")],
        definition: "FP",
        measures: "Negative rows that are predicted positive.",
        cannot_see: "How many there could have been: see the false positive rate.",
        ..COUNT
    },
    Metric {
        name: "true_negatives",
        title: "True negatives",
        kind: Kind::Count(|view| view.confusion().map(|c| c.tn)),
        aliases: &[Alias::new(Aif360, "num_true_negatives"), Alias::new(Aequitas, "tn")],
        definition: "TN",
        measures: "Negative rows that are predicted negative.",
        cannot_see: "How many there could have been: see the true negative rate.",
        ..COUNT
    },
    Metric {
        name: "false_negatives",
        title: "False negatives",
        kind: Kind::Count(|view| view.confusion().map(|c| c.fn_)),
        aliases: &[Alias::new(Aif360, "num_false_negatives"), Alias::new(Aequitas, "fn")],
        definition: "FN",
        measures: "Positive rows that are predicted negative.",
        cannot_see: "How many there could have been: see the false negative rate.",
        ..COUNT
    },
    Metric {
        name: "positives",
        title: "Positives",
        needs: Needs::TARGET,
        kind: Kind::Count(|view| positives(view).map(|rate| rate.hits)),
        aliases: &[Alias::new(Aequitas, "group_label_pos")],
        definition: "P = TP + FN",
        measures: "Rows with the positive outcome.",
        cannot_see: "Decisions.",
        ..COUNT
    },
    Metric {
        name: "negatives",
        title: "Negatives",
        needs: Needs::TARGET,
        kind: Kind::Count(|view| (view.matrix.n_target == 2).then(|| view.matrix.target(0))),
        aliases: &[Alias::new(Aequitas, "group_label_neg")],
        definition: "N = FP + TN",
        measures: "Rows with the negative outcome.",
        cannot_see: "Decisions.",
        ..COUNT
    },
    Metric {
        name: "selected",
        title: "Selected",
        needs: Needs::DECISIONS,
        kind: Kind::Count(|view| selected(view).map(|rate| rate.hits)),
        aliases: &[
            Alias::new(Aequitas, "pp"),
            Alias::but(Aequitas, "k", "aequitas' k is the number selected in all groups together"),
        ],
        definition: "PP = TP + FP",
        measures: "Rows that are predicted positive.",
        cannot_see: "Outcomes.",
        ..COUNT
    },
    Metric {
        name: "rejected",
        title: "Rejected",
        needs: Needs::DECISIONS,
        kind: Kind::Count(|view| (view.matrix.n_prediction == 2).then(|| view.matrix.prediction(0))),
        aliases: &[Alias::new(Aequitas, "pn")],
        definition: "PN = FN + TN",
        measures: "Rows that are predicted negative.",
        cannot_see: "Outcomes.",
        ..COUNT
    },
    Metric {
        name: "base_rate",
        title: "Base rate",
        needs: Needs::TARGET,
        kind: Kind::Rate(positives, Undefined::NoRows),
        aliases: &[
            Alias::new(Aif360, "base_rate"),
            Alias::new(Aequitas, "prev"),
            Alias::new(OxonFair, "pos_data_rate"),
        ],
        definition: "P / n",
        measures: "How often the outcome is positive in the group.",
        cannot_see: "Decisions; and whether the recorded outcome is the true one. Unequal base rates may \
            come from the world or from how it was recorded.",
        reading: "0.25 means that one row in four is positive. Groups of unequal base rates cannot have \
            equal PPV, FPR and FNR at once unless prediction is perfect.",
        undefined_when: "there are no rows",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "selection_rate",
        title: "Selection rate",
        needs: Needs::DECISIONS,
        kind: Kind::Rate(selected, Undefined::NoRows),
        aliases: &[
            Alias::new(Fairlearn, "selection_rate"),
            Alias::new(Aif360, "selection_rate"),
            Alias::new(Aif360Sklearn, "selection_rate"),
            Alias::new(Aequitas, "pprev"),
            Alias::new(OxonFair, "pos_pred_rate"),
            Alias::new(FairBench, "pr"),
            Alias::new(Clarify, "PPL"),
            Alias::new(HolisticAi, "success_rate"),
            Alias::new(Fairmodels, "STP"),
        ],
        definition: "PP / n",
        measures: "How often the decision is positive in the group; what demographic parity and the \
            four-fifths rule compare.",
        cannot_see: "Whether the decisions are right: a coin has equal selection rates.",
        reading: "0.59 in one group and 0.35 in another: the first is selected 1.7 times as often.",
        undefined_when: "there are no rows",
        source: "US Uniform Guidelines on Employee Selection Procedures, 1978",
        ..Metric::BASE
    },
    Metric {
        name: "share_of_selected",
        title: "Share of all selected",
        needs: Needs::DECISIONS,
        kind: Kind::Within(share_of_selected),
        aliases: &[Alias::new(Aequitas, "ppr"), Alias::new(OxonFair, "pos_pred_proportion")],
        definition: "PP_s / PP_all",
        measures: "Which part of all selected rows is of this group.",
        cannot_see: "How large the group is: a large group has a large share under equal treatment.",
        reading: "0.66 means that two of three selected rows are of this group; set it beside the group's \
            share of all rows.",
        undefined_when: "nobody is selected",
        source: "Saleiro et al. 2018 (aequitas)",
        ..Metric::BASE
    },
    Metric {
        name: "true_positive_rate",
        title: "True positive rate",
        kind: Kind::Rate(|view| confusion_rate(view, |c| (c.tp, c.fn_)), Undefined::NoPositives),
        best: Some(1.0),
        aliases: &[
            Alias::but(Fairlearn, "true_positive_rate", FAIRLEARN_ZERO),
            Alias::new(Aif360, "true_positive_rate"),
            Alias::new(Aequitas, "tpr"),
            Alias::but(Sklearn, "recall_score", SKLEARN_ZERO),
            Alias::but(Clarify, "recall", "Clarify counts 0/0 as 0"),
            Alias::new(Aif360Sklearn, "sensitivity_score"),
            Alias::new(OxonFair, "true_pos_rate"),
            Alias::but(Mlr3, "fairness.tpr", MLR3_GAP),
        ],
        definition: "TP / P",
        measures: "How many of the positive rows are found: recall, sensitivity. Equal opportunity \
            compares it.",
        cannot_see: "False alarms; and positives that were never recorded as such.",
        reading: "0.72 means that 28 in 100 positive rows are missed.",
        undefined_when: "no row is positive",
        source: "standard; as a fairness notion Hardt, Price & Srebro 2016",
        ..Metric::BASE
    },
    Metric {
        name: "false_negative_rate",
        title: "False negative rate",
        kind: Kind::Rate(|view| confusion_rate(view, |c| (c.fn_, c.tp)), Undefined::NoPositives),
        best: Some(0.0),
        aliases: &[
            Alias::but(Fairlearn, "false_negative_rate", FAIRLEARN_ZERO),
            Alias::new(Aif360, "false_negative_rate"),
            Alias::but(Aif360Sklearn, "false_negative_rate_error", SKLEARN_ZERO),
            Alias::new(Aequitas, "fnr"),
            Alias::new(OxonFair, "false_neg_rate"),
        ],
        definition: "FN / P = 1 − TPR",
        measures: "How many of the positive rows are missed.",
        cannot_see: "False alarms.",
        reading: "0.28 means that 28 in 100 positive rows are predicted negative.",
        undefined_when: "no row is positive",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "false_positive_rate",
        title: "False positive rate",
        kind: Kind::Rate(|view| confusion_rate(view, |c| (c.fp, c.tn)), Undefined::NoNegatives),
        best: Some(0.0),
        aliases: &[
            Alias::but(Fairlearn, "false_positive_rate", FAIRLEARN_ZERO),
            Alias::new(Aif360, "false_positive_rate"),
            Alias::but(Aif360Sklearn, "false_positive_rate_error", SKLEARN_ZERO),
            Alias::new(Aequitas, "fpr"),
            Alias::new(OxonFair, "false_pos_rate"),
            Alias::but(Mlr3, "fairness.fpr", MLR3_GAP),
        ],
        definition: "FP / N",
        measures: "How many of the negative rows are falsely predicted positive. Predictive equality \
            compares it.",
        cannot_see: "Missed positives; and negatives that were recorded as positives.",
        reading: "COMPAS, race: 805 of 1,795 African-American defendants who did not reoffend were called \
            high risk, 0.448; of Caucasian ones 349 of 1,488, 0.235.",
        undefined_when: "no row is negative",
        source: "standard; Angwin et al. 2016 (ProPublica) for the example",
        ..Metric::BASE
    },
    Metric {
        name: "true_negative_rate",
        title: "True negative rate",
        kind: Kind::Rate(|view| confusion_rate(view, |c| (c.tn, c.fp)), Undefined::NoNegatives),
        best: Some(1.0),
        aliases: &[
            Alias::but(Fairlearn, "true_negative_rate", FAIRLEARN_ZERO),
            Alias::new(Aif360, "true_negative_rate"),
            Alias::but(Aif360Sklearn, "specificity_score", SKLEARN_ZERO),
            Alias::new(Aequitas, "tnr"),
            Alias::new(OxonFair, "true_neg_rate"),
        ],
        definition: "TN / N = 1 − FPR",
        measures: "How many of the negative rows are left alone: specificity.",
        cannot_see: "Missed positives.",
        reading: "0.55 means that 45 in 100 negative rows are falsely predicted positive.",
        undefined_when: "no row is negative",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "positive_predictive_value",
        title: "Positive predictive value",
        kind: Kind::Rate(|view| confusion_rate(view, |c| (c.tp, c.fp)), Undefined::NothingSelected),
        best: Some(1.0),
        aliases: &[
            Alias::new(Aif360, "positive_predictive_value"),
            Alias::new(Aequitas, "precision"),
            Alias::but(Sklearn, "precision_score", SKLEARN_ZERO),
            Alias::but(Clarify, "acceptance rate", "Clarify counts 0/0 as 0"),
            Alias::new(OxonFair, "pos_pred_val"),
            Alias::but(Mlr3, "fairness.ppv", MLR3_GAP),
        ],
        definition: "TP / PP",
        measures: "How many of the selected rows are positive: precision. Predictive parity compares it.",
        cannot_see: "How many positives are missed. It falls with the base rate, so groups may differ \
            although decisions follow one rule.",
        reading: "0.63 means that a positive decision is right in 63 of 100 cases.",
        undefined_when: "nobody is selected",
        source: "standard; as a fairness notion Chouldechova 2017",
        ..Metric::BASE
    },
    Metric {
        name: "false_discovery_rate",
        title: "False discovery rate",
        kind: Kind::Rate(|view| confusion_rate(view, |c| (c.fp, c.tp)), Undefined::NothingSelected),
        best: Some(0.0),
        aliases: &[Alias::new(Aif360, "false_discovery_rate"), Alias::new(Aequitas, "fdr")],
        definition: "FP / PP = 1 − PPV",
        measures: "How many of the selected rows are negative.",
        cannot_see: "How many positives are missed.",
        reading: "0.37 means that 37 of 100 positive decisions are wrong.",
        undefined_when: "nobody is selected",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "negative_predictive_value",
        title: "Negative predictive value",
        kind: Kind::Rate(|view| confusion_rate(view, |c| (c.tn, c.fn_)), Undefined::EverythingSelected),
        best: Some(1.0),
        aliases: &[
            Alias::new(Aif360, "negative_predictive_value"),
            Alias::new(Aequitas, "npv"),
            Alias::but(Clarify, "rejection rate", "Clarify counts 0/0 as 0"),
            Alias::new(OxonFair, "neg_pred_val"),
        ],
        definition: "TN / PN",
        measures: "How many of the rejected rows are negative.",
        cannot_see: "How many negatives are selected.",
        reading: "0.65 means that 35 of 100 negative decisions are wrong.",
        undefined_when: "everybody is selected",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "false_omission_rate",
        title: "False omission rate",
        kind: Kind::Rate(|view| confusion_rate(view, |c| (c.fn_, c.tn)), Undefined::EverythingSelected),
        best: Some(0.0),
        aliases: &[
            Alias::new(Aif360, "false_omission_rate"),
            Alias::but(Aif360Sklearn, "false_omission_rate_error", SKLEARN_ZERO),
            Alias::new(Aequitas, "for"),
            Alias::but(Mlr3, "fairness.fomr", MLR3_GAP),
        ],
        definition: "FN / PN = 1 − NPV",
        measures: "How many of the rejected rows are positive.",
        cannot_see: "How many negatives are selected.",
        reading: "0.35 means that 35 of 100 negative decisions are wrong.",
        undefined_when: "everybody is selected",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "accuracy",
        title: "Accuracy",
        tasks: &[Task::Binary, Task::Multiclass],
        kind: Kind::Rate(correct, Undefined::NoRows),
        best: Some(1.0),
        aliases: &[
            Alias::new(Sklearn, "accuracy_score"),
            Alias::new(Aif360, "accuracy"),
            Alias::new(Aequitas, "accuracy"),
            Alias::but(Mlr3, "fairness.acc", MLR3_GAP),
        ],
        definition: "(TP + TN) / n; with several classes, rows predicted as what they are / n",
        measures: "How often the decision is right.",
        cannot_see: "Which error is made: a group with rare positives has high accuracy when all of them are \
            missed.",
        reading: "0.64 means that 36 of 100 decisions are wrong.",
        undefined_when: "there are no rows",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "error_rate",
        title: "Error rate",
        tasks: &[Task::Binary, Task::Multiclass],
        kind: Kind::Rate(wrong, Undefined::NoRows),
        best: Some(0.0),
        aliases: &[Alias::new(Sklearn, "zero_one_loss"), Alias::new(Aif360, "error_rate")],
        definition: "(FP + FN) / n = 1 − accuracy",
        measures: "How often the decision is wrong.",
        cannot_see: "Which error is made.",
        reading: "0.36 means that 36 of 100 decisions are wrong.",
        undefined_when: "there are no rows",
        source: "standard",
        ..Metric::BASE
    },
];
