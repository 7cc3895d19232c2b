//! Distances between two groups' laws of outcomes or decisions (their shares of each class).
//!
//! p is the reference's law, q that of the group of concern; logarithms are natural.

use super::{Alias, Kind, Metric, Needs, Range, Toolkit::*, Undefined};
use crate::stats::{Task, view::View};

fn law(view: &View, is_label: bool) -> Result<Vec<f64>, Undefined> {
    let m = &view.matrix;
    let weights: Vec<f64> = match is_label {
        true => (0..m.n_target).map(|class| m.target(class).weight).collect(),
        false => (0..m.n_prediction).map(|class| m.prediction(class).weight).collect(),
    };
    if weights.len() < 2 {
        return Err(Undefined::NotGiven);
    }
    let total: f64 = weights.iter().sum();
    if total <= 0.0 {
        return Err(Undefined::NoRows);
    }
    Ok(weights.into_iter().map(|weight| weight / total).collect())
}

/// The laws (p of the reference, q of the concern) of the classes.
fn laws(concern: &View, reference: &View, is_label: bool) -> Result<(Vec<f64>, Vec<f64>), Undefined> {
    let (p, q) = (law(reference, is_label)?, law(concern, is_label)?);
    if p.len() == q.len() { Ok((p, q)) } else { Err(Undefined::NotGiven) }
}

pub(super) fn kl(p: &[f64], q: &[f64]) -> Result<f64, Undefined> {
    let mut sum = 0.0;
    for (&p, &q) in p.iter().zip(q).filter(|(p, _)| **p > 0.0) {
        if q <= 0.0 {
            return Err(Undefined::Infinite);
        }
        sum += p * (p / q).ln();
    }
    Ok(sum.max(0.0))
}

pub(super) fn js(p: &[f64], q: &[f64]) -> Result<f64, Undefined> {
    let middle: Vec<f64> = p.iter().zip(q).map(|(p, q)| (p + q) / 2.0).collect();
    Ok((kl(p, &middle)? + kl(q, &middle)?) / 2.0)
}

pub(super) fn lp(p: &[f64], q: &[f64]) -> Result<f64, Undefined> {
    Ok(p.iter().zip(q).map(|(p, q)| (p - q).powi(2)).sum::<f64>().sqrt())
}

pub(super) fn tvd(p: &[f64], q: &[f64]) -> Result<f64, Undefined> {
    Ok((p.iter().zip(q).map(|(p, q)| (p - q).abs()).sum::<f64>() / 2.0).min(1.0))
}

pub(super) fn ks(p: &[f64], q: &[f64]) -> Result<f64, Undefined> {
    Ok(p.iter().zip(q).map(|(p, q)| (p - q).abs()).fold(0.0, f64::max))
}

/// A distance of two laws on the same classes.
type Distance = fn(&[f64], &[f64]) -> Result<f64, Undefined>;

fn of_labels(distance: Distance, concern: &View, reference: &View) -> Result<f64, Undefined> {
    let (p, q) = laws(concern, reference, true)?;
    distance(&p, &q)
}

fn of_decisions(distance: Distance, concern: &View, reference: &View) -> Result<f64, Undefined> {
    let (p, q) = laws(concern, reference, false)?;
    distance(&p, &q)
}

const LABELS: Metric = Metric {
    tasks: &[Task::Binary, Task::Multiclass],
    needs: Needs::TARGET,
    range: Range::POSITIVE,
    best: Some(0.0),
    cannot_see: "Which class differs, and how sure that is: every such distance is positive by chance alone.",
    undefined_when: "a group has no rows",
    source: "SageMaker Clarify; standard",
    ..Metric::BASE
};
const DECISIONS: Metric = Metric { needs: Needs::DECISIONS, ..LABELS };
const DROPS: &str = "Clarify first drops labels that do not occur in both groups, without renormalising";

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "kl_divergence_labels",
        title: "Kullback–Leibler divergence of outcomes",
        kind: Kind::Pair(|u, v, _| of_labels(kl, u, v)),
        aliases: &[
            Alias::but(Clarify, "KL", DROPS),
            Alias::new(Aif360Sklearn, "kl_divergence"),
            Alias::but(Lift, "KL_DIVERGENCE", "LiFT counts in bits and adds 1 to each count"),
        ],
        definition: "Σ_c p_c ln(p_c / q_c), p of the reference, q of the group of concern",
        measures: "How surprising the reference's outcomes would be under the law of the group of concern.",
        reading: "0 is equal laws; it is not symmetric.",
        undefined_when: "a group has no rows, or a class of the reference is absent from the group of concern \
            (infinite)",
        ..LABELS
    },
    Metric {
        name: "js_divergence_labels",
        title: "Jensen–Shannon divergence of outcomes",
        kind: Kind::Pair(|u, v, _| of_labels(js, u, v)),
        range: Range { lowest: 0.0, highest: std::f64::consts::LN_2 },
        aliases: &[
            Alias::but(Clarify, "JS", DROPS),
            Alias::but(Lift, "JS_DIVERGENCE", "LiFT counts in bits"),
        ],
        definition: "½ KL(p‖m) + ½ KL(q‖m), m = ½(p + q)",
        measures: "A symmetric divergence that is always finite.",
        reading: "0 is equal laws, ln 2 = 0.693 is laws without a common class.",
        ..LABELS
    },
    Metric {
        name: "lp_norm_labels",
        title: "Euclidean distance of outcome shares",
        kind: Kind::Pair(|u, v, _| of_labels(lp, u, v)),
        range: Range { lowest: 0.0, highest: std::f64::consts::SQRT_2 },
        aliases: &[Alias::but(Clarify, "LP", DROPS)],
        definition: "√Σ_c (p_c − q_c)²",
        measures: "How far apart the groups' shares of classes are.",
        reading: "With two classes it is √2 times the difference of base rates.",
        ..LABELS
    },
    Metric {
        name: "total_variation_labels",
        title: "Total variation distance of outcomes",
        kind: Kind::Pair(|u, v, _| of_labels(tvd, u, v)),
        range: Range::UNIT,
        aliases: &[Alias::but(Clarify, "TVD", DROPS), Alias::new(Lift, "TOTAL_VAR_DIST")],
        definition: "½ Σ_c |p_c − q_c|",
        measures: "The share of one group's outcomes that would have to change to equal the other's law.",
        reading: "0.2: 20 in 100 outcomes. With two classes it is the difference of base rates.",
        ..LABELS
    },
    Metric {
        name: "ks_labels",
        title: "Largest difference of outcome shares",
        kind: Kind::Pair(|u, v, _| of_labels(ks, u, v)),
        range: Range::UNIT,
        aliases: &[Alias::but(Clarify, "KS", DROPS), Alias::new(Lift, "INF_NORM_DIST")],
        definition: "max_c |p_c − q_c|",
        measures: "The class whose share differs most. Clarify calls it KS; it is over classes, not over a \
            distribution function.",
        reading: "0.2: some class is 20 points more frequent in one group.",
        ..LABELS
    },
    Metric {
        name: "kl_divergence",
        title: "Kullback–Leibler divergence of decisions",
        kind: Kind::Pair(|u, v, _| of_decisions(kl, u, v)),
        aliases: &[Alias::new(Aif360Sklearn, "kl_divergence (predictions)")],
        definition: "Σ_c p_c ln(p_c / q_c), p of the reference, q of the group of concern",
        measures: "How surprising the reference's decisions would be under the law of the group of concern.",
        reading: "0 is equal laws; it is not symmetric.",
        undefined_when: "a group has no rows, or a decision of the reference is absent from the group of concern \
            (infinite)",
        ..DECISIONS
    },
    Metric {
        name: "js_divergence",
        title: "Jensen–Shannon divergence of decisions",
        kind: Kind::Pair(|u, v, _| of_decisions(js, u, v)),
        range: Range { lowest: 0.0, highest: std::f64::consts::LN_2 },
        definition: "½ KL(p‖m) + ½ KL(q‖m), m = ½(p + q)",
        measures: "A symmetric divergence that is always finite.",
        reading: "0 is equal laws, ln 2 = 0.693 is laws without a common class.",
        ..DECISIONS
    },
    Metric {
        name: "lp_norm",
        title: "Euclidean distance of decision shares",
        kind: Kind::Pair(|u, v, _| of_decisions(lp, u, v)),
        range: Range { lowest: 0.0, highest: std::f64::consts::SQRT_2 },
        definition: "√Σ_c (p_c − q_c)²",
        measures: "How far apart the groups' shares of decisions are.",
        reading: "With two classes it is √2 times the difference of selection rates.",
        ..DECISIONS
    },
    Metric {
        name: "total_variation",
        title: "Total variation distance of decisions",
        kind: Kind::Pair(|u, v, _| of_decisions(tvd, u, v)),
        range: Range::UNIT,
        definition: "½ Σ_c |p_c − q_c|",
        measures: "The share of one group's decisions that would have to change to equal the other's law.",
        reading: "0.2: 20 in 100 decisions. With two classes it is the difference of selection rates.",
        ..DECISIONS
    },
    Metric {
        name: "ks_decisions",
        title: "Largest difference of decision shares",
        kind: Kind::Pair(|u, v, _| of_decisions(ks, u, v)),
        range: Range::UNIT,
        definition: "max_c |p_c − q_c|",
        measures: "The decision whose share differs most.",
        reading: "0.2: some decision is 20 points more frequent in one group.",
        ..DECISIONS
    },
];
