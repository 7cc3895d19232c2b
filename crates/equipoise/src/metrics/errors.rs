//! Smooth functions of one group's table of outcome by decision.

use super::{Alias, Kind, Metric, Parameter, Range, Table, Toolkit::*, Undefined, table::divide};
use crate::stats::Task;

const SKLEARN_ZERO: &str = "scikit-learn prints 0 (with or without a warning) where it is undefined";

fn balanced_accuracy(table: &Table, _: f64) -> Result<f64, Undefined> {
    let c = table.binary()?;
    let tpr = divide(c.tp, c.positives(), Undefined::NoPositives)?;
    let tnr = divide(c.tn, c.negatives(), Undefined::NoNegatives)?;
    Ok((tpr + tnr) / 2.0)
}

fn f_beta(table: &Table, beta: f64) -> Result<f64, Undefined> {
    let c = table.binary()?;
    let b2 = beta * beta;
    divide((1.0 + b2) * c.tp, (1.0 + b2) * c.tp + b2 * c.fn_ + c.fp, Undefined::ZeroDenominator)
}

fn f1(table: &Table, _: f64) -> Result<f64, Undefined> {
    f_beta(table, 1.0)
}

fn jaccard(table: &Table, _: f64) -> Result<f64, Undefined> {
    let c = table.binary()?;
    divide(c.tp, c.tp + c.fp + c.fn_, Undefined::ZeroDenominator)
}

/// Matthews' correlation for any number of classes (Gorodkin's R_K), from shares.
fn mcc(table: &Table, _: f64) -> Result<f64, Undefined> {
    let m = table.square()?;
    let (rows, columns) = margins(&m);
    let agree: f64 = (0..m.len()).map(|k| m[k][k]).sum();
    let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() };
    let spread = |a: &[f64]| 1.0 - dot(a, a);
    // A side with one class has no spread; the margin is for the rounding of 1 − 1.
    let (x, y) = (spread(&rows), spread(&columns));
    if one_class(&rows) || one_class(&columns) {
        return Err(Undefined::NoVariance);
    }
    divide(agree - dot(&rows, &columns), (x * y).sqrt(), Undefined::NoVariance).map(|r| r.clamp(-1.0, 1.0))
}

fn kappa(table: &Table, _: f64) -> Result<f64, Undefined> {
    let m = table.square()?;
    let (rows, columns) = margins(&m);
    let agree: f64 = (0..m.len()).map(|k| m[k][k]).sum();
    let chance: f64 = rows.iter().zip(&columns).map(|(x, y)| x * y).sum();
    if one_class(&rows) && one_class(&columns) && agree > 0.0 {
        return Err(Undefined::NoVariance);
    }
    divide(agree - chance, 1.0 - chance, Undefined::NoVariance).map(|r| r.clamp(-1.0, 1.0))
}

fn margins(m: &[Vec<f64>]) -> (Vec<f64>, Vec<f64>) {
    let rows = m.iter().map(|row| row.iter().sum()).collect();
    let columns = (0..m.len()).map(|k| m.iter().map(|row| row[k]).sum()).collect();
    (rows, columns)
}

fn one_class(margin: &[f64]) -> bool {
    margin.iter().filter(|share| **share > 0.0).count() < 2
}

fn error_ratio(table: &Table, _: f64) -> Result<f64, Undefined> {
    let c = table.binary()?;
    let why = if c.fn_ > 0.0 { Undefined::Infinite } else { Undefined::ZeroDenominator };
    divide(c.fn_, c.fp, why)
}

fn conditional_acceptance(table: &Table, _: f64) -> Result<f64, Undefined> {
    let c = table.binary()?;
    divide(c.positives(), c.selected(), Undefined::NothingSelected)
}

fn conditional_rejection(table: &Table, _: f64) -> Result<f64, Undefined> {
    let c = table.binary()?;
    divide(c.negatives(), c.rejected(), Undefined::EverythingSelected)
}

fn error_imbalance(table: &Table, _: f64) -> Result<f64, Undefined> {
    let c = table.binary()?;
    Ok((c.fn_ - c.fp).abs())
}

const BOTH_CLASSES: &[Task] = &[Task::Binary, Task::Multiclass];

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "balanced_accuracy",
        title: "Balanced accuracy",
        kind: Kind::Table(balanced_accuracy),
        best: Some(1.0),
        aliases: &[Alias::but(
            Sklearn,
            "balanced_accuracy_score",
            "scikit-learn averages over the outcomes that occur, so one outcome alone gives its rate",
        )],
        definition: "(TPR + TNR) / 2",
        measures: "Accuracy as if both outcomes were equally frequent, so that groups of unequal base \
            rates compare.",
        cannot_see: "Which of the two errors is made.",
        reading: "0.5 is what a coin reaches, 1 is perfect.",
        undefined_when: "one of the outcomes does not occur",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "f1",
        title: "F1",
        kind: Kind::Table(f1),
        best: Some(1.0),
        aliases: &[Alias::but(Sklearn, "f1_score", SKLEARN_ZERO)],
        definition: "2 TP / (2 TP + FP + FN)",
        measures: "The harmonic mean of precision and recall.",
        cannot_see: "True negatives. It rises with the base rate, so groups of unequal base rates differ \
            under one rule.",
        reading: "0.49: precision and recall are both near one half.",
        undefined_when: "no row is positive or predicted positive",
        source: "van Rijsbergen 1979",
        ..Metric::BASE
    },
    Metric {
        name: "f_beta",
        title: "F-beta",
        kind: Kind::Table(f_beta),
        parameter: Some(Parameter {
            symbol: "beta",
            meaning: "how many times as much recall matters as precision",
            default: 2.0,
            allowed: Range { lowest: 0.0, highest: 1e6 },
            is_whole: false,
        }),
        best: Some(1.0),
        aliases: &[Alias::but(Sklearn, "fbeta_score", SKLEARN_ZERO)],
        definition: "(1 + β²) TP / ((1 + β²) TP + β² FN + FP)",
        measures: "Precision and recall in one number, recall weighing β times as much.",
        cannot_see: "True negatives.",
        reading: "`f_beta(2)` is for cases where a miss costs more than a false alarm; `f_beta(1)` is F1.",
        undefined_when: "no row is positive or predicted positive (β = 0: nobody is selected)",
        source: "van Rijsbergen 1979",
        ..Metric::BASE
    },
    Metric {
        name: "jaccard",
        title: "Jaccard index",
        kind: Kind::Table(jaccard),
        best: Some(1.0),
        aliases: &[Alias::but(Sklearn, "jaccard_score", SKLEARN_ZERO)],
        definition: "TP / (TP + FP + FN)",
        measures: "The overlap of the positive rows and the selected rows.",
        cannot_see: "True negatives.",
        reading: "0.33: of all rows that are positive or selected, one third is both.",
        undefined_when: "no row is positive or predicted positive",
        source: "Jaccard 1901",
        ..Metric::BASE
    },
    Metric {
        name: "matthews_correlation",
        title: "Matthews correlation",
        tasks: BOTH_CLASSES,
        kind: Kind::Table(mcc),
        range: Range::SIGNED_UNIT,
        best: Some(1.0),
        aliases: &[
            Alias::but(Sklearn, "matthews_corrcoef", SKLEARN_ZERO),
            Alias::new(FairnessR, "mcc_parity"),
            Alias::new(FairBench, "mcc"),
        ],
        definition: "(TP·TN − FP·FN) / √(P·N·PP·PN); with several classes Gorodkin's R_K",
        measures: "The correlation of outcome and decision.",
        cannot_see: "Which error is made.",
        reading: "0 is what a coin reaches, 1 is perfect, −1 is always wrong.",
        undefined_when: "outcome or decision does not vary",
        source: "Matthews 1975; Gorodkin 2004",
        ..Metric::BASE
    },
    Metric {
        name: "cohen_kappa",
        title: "Cohen's kappa",
        tasks: BOTH_CLASSES,
        kind: Kind::Table(kappa),
        range: Range::SIGNED_UNIT,
        best: Some(1.0),
        aliases: &[Alias::new(Sklearn, "cohen_kappa_score"), Alias::new(FairBench, "kappa")],
        definition: "(accuracy − c) / (1 − c), c the accuracy expected by chance from the margins",
        measures: "Agreement of outcome and decision beyond chance.",
        cannot_see: "Which error is made; it depends on the base rate.",
        reading: "0 is chance, 1 is perfect.",
        undefined_when: "outcome and decision are one and the same class throughout",
        source: "Cohen 1960",
        ..Metric::BASE
    },
    Metric {
        name: "error_ratio",
        title: "Ratio of misses to false alarms",
        kind: Kind::Table(error_ratio),
        range: Range::POSITIVE,
        aliases: &[Alias::but(OxonFair, "error_ratio", "OxonFair's is the inverse, FP/FN")],
        definition: "FN / FP",
        measures: "Which of the two errors the group suffers more; treatment equality compares it.",
        cannot_see: "How many errors there are.",
        reading: "2 means two missed positives for each false alarm.",
        undefined_when: "there is no false positive",
        source: "Berk et al. 2021 (treatment equality)",
        ..Metric::BASE
    },
    Metric {
        name: "conditional_acceptance",
        title: "Conditional acceptance",
        kind: Kind::Table(conditional_acceptance),
        range: Range::POSITIVE,
        aliases: &[Alias::new(OxonFair, "cond_accept")],
        definition: "P / PP",
        measures: "Positive outcomes per positive decision: above 1 the group is selected less often than \
            it is positive.",
        cannot_see: "Whether the right rows are selected: only the totals enter.",
        reading: "1.2: for each selected row there are 1.2 positive ones.",
        undefined_when: "nobody is selected",
        source: "SageMaker Clarify (DCA)",
        ..Metric::BASE
    },
    Metric {
        name: "conditional_rejection",
        title: "Conditional rejection",
        kind: Kind::Table(conditional_rejection),
        range: Range::POSITIVE,
        aliases: &[Alias::new(OxonFair, "cond_reject")],
        definition: "N / PN",
        measures: "Negative outcomes per negative decision: below 1 the group is rejected more often than \
            it is negative.",
        cannot_see: "Whether the right rows are rejected: only the totals enter.",
        reading: "0.8: for each rejected row there are 0.8 negative ones.",
        undefined_when: "everybody is selected",
        source: "SageMaker Clarify (DCR)",
        ..Metric::BASE
    },
    Metric {
        name: "error_imbalance",
        title: "Imbalance of errors",
        kind: Kind::Group {
            value: |view, argument| error_imbalance(&Table::of(&view.matrix), argument),
            limits: None,
        },
        best: Some(0.0),
        aliases: &[Alias::new(OxonFair, "bias_amplification")],
        definition: "|FN − FP| / n",
        measures: "How far the selection rate is from the base rate.",
        cannot_see: "Errors that balance out.",
        reading: "0 means as many positive decisions as positive outcomes, right or wrong. No interval: \
            the absolute value has a corner at 0.",
        undefined_when: "there are no rows",
        source: "OxonFair",
        ..Metric::BASE
    },
];
