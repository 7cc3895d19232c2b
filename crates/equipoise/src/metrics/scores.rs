//! How good a score is in one group: ranking, probability, calibration.

use super::{Alias, Kind, Method, Metric, Needs, Parameter, Range, Toolkit::*, Undefined, table::divide};
use crate::{
    inference::{
        Confidence, Interval,
        auc::{self, Level},
        calibration,
        laws::Law,
    },
    stats::{
        Task,
        view::{Cell, Moment, View},
    },
};

/// Returns positives and negatives at each value of the score, ascending.
///
/// `NotGiven` where score or binary target lack.
pub(super) fn levels(view: &View) -> Result<Vec<Level>, Undefined> {
    match view.law.as_slice() {
        // In regression the two sides would be bins of a real outcome.
        [negatives, positives] if view.matrix.n_target == 2 && view.moments.target.is_none() => {
            Ok(auc::levels(positives, negatives)?)
        }
        _ => Err(Undefined::NotGiven),
    }
}

/// The same, where both outcomes must occur.
pub(super) fn levels_of_both(view: &View) -> Result<Vec<Level>, Undefined> {
    let levels = levels(view)?;
    let has = |side: fn(&Level) -> f64| levels.iter().any(|level| side(level) > 0.0);
    match (has(|level| level.positive.weight), has(|level| level.negative.weight)) {
        (true, true) => Ok(levels),
        (true, false) => Err(Undefined::NoNegatives),
        (false, true) => Err(Undefined::NoPositives),
        (false, false) => Err(Undefined::NoRows),
    }
}

/// The same, where scores must be probabilities.
fn probabilities(view: &View) -> Result<Vec<Level>, Undefined> {
    let levels = levels(view)?;
    match levels.iter().all(|level| (0.0..=1.0).contains(&level.value)) {
        true => Ok(levels),
        false => Err(Undefined::NotAProbability),
    }
}

/// Returns the moments of a function of outcome and score over the rows.
pub(super) fn moment_of(
    levels: &[Level],
    of_positive: impl Fn(f64) -> f64,
    of_negative: impl Fn(f64) -> f64,
) -> Result<Moment, Undefined> {
    let values = || {
        let sides = levels.iter().flat_map(|level| {
            [(of_positive(level.value), level.positive), (of_negative(level.value), level.negative)]
        });
        sides.filter(|(_, cell)| cell.weight > 0.0)
    };
    let cell: Cell = values().map(|(_, cell)| cell).sum();
    if cell.weight <= 0.0 {
        return Err(Undefined::NoRows);
    }
    if values().any(|(value, _)| value.is_infinite()) {
        return Err(Undefined::Infinite);
    }
    let total = cell.weight;
    let mean = values().map(|(value, cell)| value * (cell.weight / total)).sum::<f64>();
    let variance = values().map(|(value, cell)| (value - mean).powi(2) * (cell.weight / total)).sum();
    let variance_of_mean =
        values().map(|(value, cell)| (value - mean).powi(2) * (cell.weight_squared / total / total)).sum();
    Ok(Moment { cell, mean, variance, variance_of_mean })
}

fn mean_prediction(view: &View) -> Result<Moment, Undefined> {
    if let Some(moment) = view.moments.score {
        return Ok(moment);
    }
    Err(if view.law.is_empty() { Undefined::NotGiven } else { Undefined::NoRows })
}

fn score_of(view: &View, class: usize, none: Undefined) -> Result<Moment, Undefined> {
    if view.matrix.n_target != 2 || view.moments_by_target.len() != 2 {
        return Err(Undefined::NotGiven);
    }
    view.moments_by_target[class].score.ok_or(none)
}

fn complement(moment: Moment) -> Moment {
    Moment { mean: 1.0 - moment.mean, ..moment }
}

pub(super) fn generalized_fpr(view: &View) -> Result<Moment, Undefined> {
    score_of(view, 0, Undefined::NoNegatives)
}

pub(super) fn generalized_tpr(view: &View) -> Result<Moment, Undefined> {
    score_of(view, 1, Undefined::NoPositives)
}

fn generalized_fnr(view: &View) -> Result<Moment, Undefined> {
    generalized_tpr(view).map(complement)
}

fn generalized_tnr(view: &View) -> Result<Moment, Undefined> {
    generalized_fpr(view).map(complement)
}

fn roc_auc(view: &View, _: f64) -> Result<f64, Undefined> {
    Ok(auc::delong(&levels_of_both(view)?)?.value)
}

fn roc_auc_limits(view: &View, _: f64, confidence: Confidence) -> Option<Interval> {
    let auc = auc::delong(&levels_of_both(view).ok()?).ok()?;
    Some(auc.interval(confidence).interval)
}

fn average_precision(view: &View, _: f64) -> Result<f64, Undefined> {
    let levels = levels(view)?;
    if levels.iter().all(|level| level.positive.weight <= 0.0) {
        let rows = levels.iter().any(|level| level.negative.weight > 0.0);
        return Err(if rows { Undefined::NoPositives } else { Undefined::NoRows });
    }
    Ok(auc::average_precision(&levels)?)
}

fn brier(view: &View) -> Result<Moment, Undefined> {
    moment_of(&probabilities(view)?, |score| (1.0 - score).powi(2), |score| score * score)
}

fn log_loss(view: &View) -> Result<Moment, Undefined> {
    moment_of(&probabilities(view)?, |score| -score.ln(), |score| -(-score).ln_1p())
}

fn in_the_large(view: &View) -> Result<Moment, Undefined> {
    moment_of(&levels(view)?, |score| 1.0 - score, |score| -score)
}

fn calibration_errors(view: &View, n_bins: f64) -> Result<calibration::CalibrationErrors, Undefined> {
    let levels = probabilities(view)?;
    let edges: Vec<f64> = (1..n_bins as u64).map(|bin| bin as f64 / n_bins).collect();
    Ok(calibration::calibration_errors(&calibration::bins(&levels, &edges)?)?)
}

fn recalibration(view: &View, confidence: Confidence) -> Result<calibration::Recalibration, Undefined> {
    Ok(calibration::recalibration(&levels_of_both(view)?, confidence)?)
}

/// The point estimates of a fit do not depend on the level; any will do.
fn fitted(view: &View) -> Result<calibration::Recalibration, Undefined> {
    recalibration(view, Confidence::from_alpha(0.05).map_err(|_| Undefined::NotConverged)?)
}

fn xauc(concern: &View, reference: &View, _: f64) -> Result<f64, Undefined> {
    let side = |view: &View, class: usize| match view.law.len() {
        2 if view.matrix.n_target == 2 => Ok(view.law[class].clone()),
        _ => Err(Undefined::NotGiven),
    };
    let (positives, negatives) = (side(concern, 1)?, side(reference, 0)?);
    let has = |atoms: &[crate::stats::view::Atom]| atoms.iter().any(|atom| atom.cell.weight > 0.0);
    if !has(&positives) {
        return Err(Undefined::NoPositives);
    }
    if !has(&negatives) {
        return Err(Undefined::NoNegatives);
    }
    Ok(auc::delong(&auc::levels(&positives, &negatives)?)?.value)
}

fn abroca(concern: &View, reference: &View, _: f64) -> Result<f64, Undefined> {
    Ok(auc::abroca(&levels_of_both(concern)?, &levels_of_both(reference)?)?)
}

fn scoring_rate(group: &View, overall: &View, _: f64) -> Result<f64, Undefined> {
    if overall.law.is_empty() {
        return Err(Undefined::NotGiven);
    }
    let median = Law::new(&overall.pooled_law())?.quantile(0.5)?;
    let atoms = group.pooled_law();
    let total: f64 = atoms.iter().map(|atom| atom.cell.weight).sum();
    let above: f64 = atoms.iter().filter(|atom| atom.value > median).map(|atom| atom.cell.weight).sum();
    divide(above, total, Undefined::NoRows)
}

const BINS: Parameter = Parameter {
    symbol: "bins",
    meaning: "number of equally wide bins of [0, 1]; a score on an edge belongs to the bin below",
    default: 10.0,
    allowed: Range { lowest: 1.0, highest: 1000.0 },
    is_whole: true,
};
const ECE_BIAS: &str = "How much of it is noise: the estimate is biased up, the more so the smaller the group, so gaps \
    between groups of unequal size are artefacts. Use the debiased error or calibration in the \
    large to compare groups.";
const NOT_PROBABILITY: &str = "there are no rows, or a score is outside 0 to 1";
const SCORED: Metric = Metric { needs: Needs::SCORED, ..Metric::BASE };

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "mean_prediction",
        title: "Mean prediction",
        tasks: &[Task::Binary, Task::Regression],
        needs: Needs::SCORE,
        kind: Kind::Mean(mean_prediction),
        range: Range::REAL,
        aliases: &[Alias::new(Fairlearn, "mean_prediction")],
        definition: "Σ w r / Σ w",
        measures: "The average score or predicted value.",
        cannot_see: "The shape of the law: two groups may have one mean and very different shares above a \
            threshold.",
        reading: "0.63 in one group and 0.58 in another: the first is scored 0.05 higher on average.",
        undefined_when: "there are no rows",
        source: "standard",
        ..Metric::BASE
    },
    Metric {
        name: "generalized_false_positive_rate",
        title: "Generalized false positive rate",
        kind: Kind::Mean(generalized_fpr),
        range: Range::REAL,
        best: Some(0.0),
        aliases: &[
            Alias::new(Aif360, "generalized_false_positive_rate"),
            Alias::new(Aif360Sklearn, "generalized_fpr"),
        ],
        definition: "Σ_{y=0} w r / N",
        measures: "The average score of negative rows; equal ones are balance for the negative class.",
        cannot_see: "What a threshold makes of the scores.",
        reading: "0.45: negative rows get a score of 0.45 on average. Inside 0 to 1 where scores are.",
        undefined_when: "no row is negative",
        source: "Kleinberg, Mullainathan & Raghavan 2017; Pleiss et al. 2017",
        ..SCORED
    },
    Metric {
        name: "generalized_false_negative_rate",
        title: "Generalized false negative rate",
        kind: Kind::Mean(generalized_fnr),
        range: Range::REAL,
        best: Some(0.0),
        aliases: &[
            Alias::new(Aif360, "generalized_false_negative_rate"),
            Alias::new(Aif360Sklearn, "generalized_fnr"),
        ],
        definition: "Σ_{y=1} w (1 − r) / P",
        measures: "How far below 1 positive rows are scored on average; equal ones are balance for the \
            positive class.",
        cannot_see: "What a threshold makes of the scores.",
        reading: "0.30: positive rows get a score of 0.70 on average.",
        undefined_when: "no row is positive",
        source: "Kleinberg, Mullainathan & Raghavan 2017; Pleiss et al. 2017",
        ..SCORED
    },
    Metric {
        name: "generalized_true_positive_rate",
        title: "Generalized true positive rate",
        kind: Kind::Mean(generalized_tpr),
        range: Range::REAL,
        best: Some(1.0),
        aliases: &[Alias::new(Aif360, "generalized_true_positive_rate")],
        definition: "Σ_{y=1} w r / P",
        measures: "The average score of positive rows.",
        cannot_see: "What a threshold makes of the scores.",
        reading: "0.70: positive rows get a score of 0.70 on average.",
        undefined_when: "no row is positive",
        source: "Pleiss et al. 2017",
        ..SCORED
    },
    Metric {
        name: "generalized_true_negative_rate",
        title: "Generalized true negative rate",
        kind: Kind::Mean(generalized_tnr),
        range: Range::REAL,
        best: Some(1.0),
        aliases: &[Alias::new(Aif360, "generalized_true_negative_rate")],
        definition: "Σ_{y=0} w (1 − r) / N",
        measures: "How far below 1 negative rows are scored on average.",
        cannot_see: "What a threshold makes of the scores.",
        reading: "0.55: negative rows get a score of 0.45 on average.",
        undefined_when: "no row is negative",
        source: "Pleiss et al. 2017",
        ..SCORED
    },
    Metric {
        name: "roc_auc",
        title: "Area under the ROC curve",
        kind: Kind::Group { value: roc_auc, limits: Some((Method::DeLong, roc_auc_limits)) },
        best: Some(1.0),
        aliases: &[Alias::new(Sklearn, "roc_auc_score"), Alias::new(Lift, "AUC")],
        definition: "P(score of a random positive row > that of a random negative row), ties one half",
        measures: "How well the score ranks positives above negatives inside the group.",
        cannot_see: "Ranking across groups (see xauc), calibration, and where a threshold lies.",
        reading: "0.5 is chance, 1 is perfect.",
        undefined_when: "one of the outcomes does not occur",
        source: "Hanley & McNeil 1982; interval by DeLong et al. 1988",
        ..SCORED
    },
    Metric {
        name: "average_precision",
        title: "Average precision",
        kind: Kind::Group { value: average_precision, limits: None },
        best: Some(1.0),
        aliases: &[Alias::but(
            Sklearn,
            "average_precision_score",
            "scikit-learn prints 0 without positive rows",
        )],
        definition: "Σ (R_i − R_{i−1}) P_i over descending thresholds, without interpolation",
        measures: "Precision averaged over recall: ranking quality where positives are rare.",
        cannot_see: "True negatives. Its chance level is the base rate, so groups of unequal base rates do \
            not compare.",
        reading: "A random score reaches the base rate; 1 is perfect.",
        undefined_when: "no row is positive",
        source: "scikit-learn's definition",
        ..SCORED
    },
    Metric {
        name: "brier_score",
        title: "Brier score",
        kind: Kind::Mean(brier),
        best: Some(0.0),
        aliases: &[Alias::new(Sklearn, "brier_score_loss")],
        definition: "Σ w (y − r)² / Σ w",
        measures: "The squared error of a probability: calibration and sharpness together.",
        cannot_see: "Which of the two is bad; its floor depends on the base rate.",
        reading: "0 is perfect, 0.25 is what a constant 0.5 reaches.",
        undefined_when: NOT_PROBABILITY,
        source: "Brier 1950",
        ..SCORED
    },
    Metric {
        name: "log_loss",
        title: "Log loss",
        kind: Kind::Mean(log_loss),
        range: Range::POSITIVE,
        best: Some(0.0),
        aliases: &[Alias::but(
            Sklearn,
            "log_loss",
            "scikit-learn clips probabilities of 0 and 1, which hides an infinite loss",
        )],
        definition: "−Σ w ln(probability given to what happened) / Σ w",
        measures: "The surprise of the outcomes under the score read as a probability.",
        cannot_see: "Which rows cause it: a single confident error can dominate.",
        reading: "0 is perfect, 0.693 is what a constant 0.5 reaches.",
        undefined_when: "there are no rows, a score is outside 0 to 1, or an outcome that was given probability \
            0 occurred",
        source: "Good 1952",
        ..SCORED
    },
    Metric {
        name: "expected_calibration_error",
        title: "Expected calibration error",
        kind: Kind::Group { value: |view, bins| Ok(calibration_errors(view, bins)?.expected), limits: None },
        parameter: Some(BINS),
        best: Some(0.0),
        definition: "Σ_b (n_b / n) |mean y − mean r| over bins of the score",
        measures: "How far observed frequencies are from the scores, averaged over bins.",
        cannot_see: ECE_BIAS,
        reading: "0.05: a score of 0.6 stands for frequencies that are about 0.05 off. No interval: it \
            would surround a biased figure.",
        undefined_when: NOT_PROBABILITY,
        source: "Naeini, Cooper & Hauskrecht 2015",
        ..SCORED
    },
    Metric {
        name: "maximum_calibration_error",
        title: "Maximum calibration error",
        kind: Kind::Group { value: |view, bins| Ok(calibration_errors(view, bins)?.maximum), limits: None },
        parameter: Some(BINS),
        best: Some(0.0),
        definition: "max_b |mean y − mean r| over bins that have rows",
        measures: "The worst bin of the reliability curve.",
        cannot_see: ECE_BIAS,
        reading: "0.20: in some range of scores, frequencies are 0.20 off; often the bin with the fewest \
            rows.",
        undefined_when: NOT_PROBABILITY,
        source: "Naeini, Cooper & Hauskrecht 2015",
        ..SCORED
    },
    Metric {
        name: "debiased_squared_calibration_error",
        title: "Debiased squared calibration error",
        kind: Kind::Group {
            value: |view, bins| Ok(calibration_errors(view, bins)?.squared_debiased),
            limits: None,
        },
        parameter: Some(BINS),
        range: Range::SIGNED_UNIT,
        best: Some(0.0),
        definition: "Σ_b (n_b / n) [(mean y − mean r)² − ȳ_b (1 − ȳ_b) / (n_b − 1)]",
        measures: "The squared calibration error with the part that is sampling noise taken off, so that \
            groups of unequal size compare.",
        cannot_see: "Errors inside a bin that cancel.",
        reading: "Near 0, also slightly below, is calibrated; 0.0025 is an error of about 0.05.",
        undefined_when: NOT_PROBABILITY,
        source: "Kumar, Liang & Ma 2019",
        ..SCORED
    },
    Metric {
        name: "calibration_in_the_large",
        title: "Calibration in the large",
        kind: Kind::Mean(in_the_large),
        range: Range::REAL,
        best: Some(0.0),
        definition: "Σ w (y − r) / Σ w",
        measures: "Whether outcomes are more (+) or less (−) frequent than the scores say, over all rows \
            of the group.",
        cannot_see: "Scores too low here and too high there, which cancel.",
        reading: "−0.05: the group's scores are 0.05 too high on average.",
        undefined_when: "there are no rows",
        source: "Cox 1958; Van Calster et al. 2019",
        ..SCORED
    },
    Metric {
        name: "calibration_slope",
        title: "Calibration slope",
        kind: Kind::Group {
            value: |view, _| Ok(fitted(view)?.slope),
            limits: Some((Method::Sandwich, |view, _, confidence| {
                Some(recalibration(view, confidence).ok()?.slope_interval)
            })),
        },
        range: Range::REAL,
        best: Some(1.0),
        definition: "b in logit P(y = 1) = a + b logit(r), by maximum likelihood",
        measures: "Whether scores are too extreme (below 1) or too timid (above 1).",
        cannot_see: "A shift of all scores (see the intercept), and shapes that are not a line.",
        reading: "0.7: odds should move only 0.7 times as far as the score says, on the log scale.",
        undefined_when: "one of the outcomes does not occur, a score is not strictly between 0 and 1, scores do \
            not vary or separate the outcomes",
        source: "Cox 1958",
        ..SCORED
    },
    Metric {
        name: "calibration_intercept",
        title: "Calibration intercept",
        kind: Kind::Group {
            value: |view, _| Ok(fitted(view)?.intercept),
            limits: Some((Method::Sandwich, |view, _, confidence| {
                Some(recalibration(view, confidence).ok()?.intercept_interval)
            })),
        },
        range: Range::REAL,
        best: Some(0.0),
        definition: "a in logit P(y = 1) = a + b logit(r), by maximum likelihood",
        measures: "The log odds of the outcome where the score is one half.",
        cannot_see: "The slope, without which it is hard to read.",
        reading: "Positive: outcomes are more frequent than a score of 0.5 says.",
        undefined_when: "as the calibration slope",
        source: "Cox 1958",
        ..SCORED
    },
    Metric {
        name: "scoring_rate",
        title: "Scoring rate",
        tasks: &[Task::Binary, Task::Regression],
        needs: Needs::SCORE,
        kind: Kind::Within(scoring_rate),
        definition: "share of the group's rows with a score above the median of all rows",
        measures: "How often the group is scored in the upper half; New York City's rule for tools that \
            score.",
        cannot_see: "Differences on either side of the median.",
        reading: "Divide by the highest group's rate: below 0.8 is what the four-fifths rule flags.",
        undefined_when: "there are no rows",
        source: "New York City Local Law 144, rules of 2023",
        ..Metric::BASE
    },
    Metric {
        name: "xauc",
        title: "Cross-group AUC",
        kind: Kind::Pair(xauc),
        definition: "P(score of a positive row of u > score of a negative row of v), ties one half",
        measures: "Whether positives of one group are ranked above negatives of the other.",
        cannot_see: "Ranking inside the groups. Compare with the same figure with the groups exchanged.",
        reading: "0.60 one way and 0.75 the other: positives of the first group are ranked below \
            negatives of the second more often than the reverse.",
        undefined_when: "u has no positive or v no negative row",
        source: "Kallus & Zhou 2019",
        ..SCORED
    },
    Metric {
        name: "abroca",
        title: "Area between ROC curves",
        kind: Kind::Pair(abroca),
        best: Some(0.0),
        aliases: &[Alias::new(HolisticAi, "abroca")],
        definition: "∫ |ROC_u − ROC_v| over the false positive rate",
        measures: "How much the ranking quality of two groups differs at any threshold.",
        cannot_see: "Which group is better off: crossing curves add up. It is positive by chance alone, the \
            more the smaller the groups.",
        reading: "0 is equal curves.",
        undefined_when: "one of the outcomes does not occur in a group",
        source: "Gardner, Brooks & Baker 2019",
        ..SCORED
    },
];
