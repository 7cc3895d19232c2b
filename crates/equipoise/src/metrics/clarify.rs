//! What SageMaker Clarify measures, with its signs, for names that stand nowhere else in the registry.
//!
//! The group of concern is Clarify's facet d, the reference its facet a (all other rows, unless a group is named).
//! Values are undefined where Clarify counts 0/0 as 0 and x/0 as ∞; [`like`](super::like) prints Clarify's. FT, the
//! flip test, is not a statistic of the rows: it trains a model (nearest neighbours), and is left out.

use super::{
    Alias, Counts, Kind, Metric, Needs, Range, Rate,
    Toolkit::*,
    Undefined,
    gaps::{accuracy, base_rate, difference, npv, ppv, selection_rate, tnr, tpr},
    rates,
    table::divide,
};
use crate::stats::view::View;

pub(super) fn acceptance(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.positives(), c.selected(), Undefined::NothingSelected)
}

pub(super) fn rejection(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.negatives(), c.rejected(), Undefined::EverythingSelected)
}

pub(super) fn errors(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.fn_, c.fp, if c.fn_ > 0.0 { Undefined::Infinite } else { Undefined::ZeroDenominator })
}

/// Σ_z (n_z/n) DD_z, DD = (share of d among the rejected) − (share of d among the accepted); an empty set has share 0,
/// which is part of Clarify's definition.
pub(super) fn conditional_disparity(
    of: fn(&View) -> Option<Rate>,
    strata: &[(View, View)],
) -> Result<f64, Undefined> {
    let (mut sum, mut total) = (0.0, 0.0);
    for (concern, reference) in strata {
        let (d, a) = (of(concern).ok_or(Undefined::NotGiven)?, of(reference).ok_or(Undefined::NotGiven)?);
        let accepted = (d.hits.weight, d.hits.weight + a.hits.weight);
        let n = d.of.weight + a.of.weight;
        let rejected = (d.of.weight - accepted.0, n - accepted.1);
        let share = |(of_d, of_all): (f64, f64)| if of_all > 0.0 { of_d / of_all } else { 0.0 };
        sum += n * (share(rejected) - share(accepted));
        total += n;
    }
    divide(sum, total, Undefined::NoRows)
}

const CLARIFY: Metric = Metric {
    kind: Kind::Pair(|_, _, _| Err(Undefined::NotGiven)),
    range: Range::SIGNED_UNIT,
    best: Some(0.0),
    reading: "0 is equality; positive: the reference is ahead.",
    undefined_when: "the figure is undefined in one of the groups",
    source: "SageMaker Clarify, smclarify 0.5",
    ..Metric::BASE
};
const STRATA: Metric = Metric {
    needs: Needs::NOTHING,
    reading: "Positive: inside strata the group of concern is a larger part of the rejected than of the \
        accepted. Strata count by their rows.",
    cannot_see: "Whether the strata are legitimate, or themselves the result of unequal treatment.",
    undefined_when: "there are no rows",
    ..CLARIFY
};
const ZERO: &str = "Clarify counts 0/0 as 0 and x/0 as infinity";

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "label_proportion_difference",
        title: "Difference in proportions of labels",
        needs: Needs::TARGET,
        kind: Kind::Pair(|d, a, _| difference(base_rate, a, d)),
        aliases: &[Alias::new(Clarify, "DPL")],
        definition: "P_v/n_v − P_u/n_u",
        measures: "How much more often the outcome is positive in the reference.",
        cannot_see: "Whether recorded outcomes are true ones.",
        ..CLARIFY
    },
    Metric {
        name: "predicted_proportion_difference",
        title: "Difference in proportions of predicted labels",
        needs: Needs::DECISIONS,
        kind: Kind::Pair(|d, a, _| difference(selection_rate, a, d)),
        aliases: &[Alias::new(Clarify, "DPPL")],
        definition: "PP_v/n_v − PP_u/n_u",
        measures: "How much more often the reference is selected.",
        cannot_see: "Whether the decisions are right.",
        ..CLARIFY
    },
    Metric {
        name: "conditional_acceptance_difference",
        title: "Difference in conditional acceptance",
        kind: Kind::Pair(|d, a, _| difference(acceptance, a, d)),
        range: Range::REAL,
        aliases: &[Alias::but(Clarify, "DCA", ZERO), Alias::but(Clarify, "DCAcc", ZERO)],
        definition: "P_v/PP_v − P_u/PP_u",
        measures: "Whether the reference is selected more sparingly, given its outcomes, than the group of \
            concern.",
        cannot_see: "Whether the right rows are selected: only totals enter.",
        reading: "Negative: the group of concern is selected more sparingly, given its outcomes.",
        ..CLARIFY
    },
    Metric {
        name: "conditional_rejection_difference",
        title: "Difference in conditional rejection",
        kind: Kind::Pair(|d, a, _| difference(rejection, d, a)),
        range: Range::REAL,
        aliases: &[Alias::but(Clarify, "DCR", ZERO)],
        definition: "N_u/PN_u − N_v/PN_v",
        measures: "Whether the group of concern is rejected more sparingly, given its outcomes, than the \
            reference.",
        cannot_see: "Whether the right rows are rejected: only totals enter.",
        reading: "Negative: the group of concern is rejected more often, given its outcomes.",
        ..CLARIFY
    },
    Metric {
        name: "recall_difference",
        title: "Recall difference",
        kind: Kind::Pair(|d, a, _| difference(tpr, a, d)),
        aliases: &[Alias::but(Clarify, "RD", ZERO)],
        definition: "TPR_v − TPR_u",
        measures: "How many more of its positive rows the reference has found: equal opportunity with the \
            sign reversed.",
        cannot_see: "False alarms.",
        ..CLARIFY
    },
    Metric {
        name: "specificity_difference",
        title: "Specificity difference",
        kind: Kind::Pair(|d, a, _| difference(tnr, d, a)),
        aliases: &[Alias::but(Clarify, "SD", ZERO)],
        definition: "TNR_u − TNR_v",
        measures: "How many more of its negative rows the group of concern has left alone.",
        cannot_see: "Missed positives.",
        reading: "0 is equality; negative: more false alarms in the group of concern.",
        ..CLARIFY
    },
    Metric {
        name: "acceptance_rate_difference",
        title: "Difference in acceptance rates",
        kind: Kind::Pair(|d, a, _| difference(ppv, a, d)),
        aliases: &[Alias::but(Clarify, "DAR", ZERO)],
        definition: "PPV_v − PPV_u",
        measures: "How much more often a positive decision is right in the reference: predictive parity.",
        cannot_see: "Missed positives.",
        ..CLARIFY
    },
    Metric {
        name: "rejection_rate_difference",
        title: "Difference in rejection rates",
        kind: Kind::Pair(|d, a, _| difference(npv, d, a)),
        aliases: &[Alias::but(Clarify, "DRR", ZERO)],
        definition: "NPV_u − NPV_v",
        measures: "How much more often a negative decision is right in the group of concern.",
        cannot_see: "Positive decisions.",
        reading: "0 is equality; negative: negative decisions are wrong more often in the group of concern.",
        ..CLARIFY
    },
    Metric {
        name: "accuracy_difference",
        title: "Accuracy difference",
        kind: Kind::Pair(|d, a, _| difference(accuracy, a, d)),
        aliases: &[Alias::new(Clarify, "AD"), Alias::new(Clarify, "DAcc")],
        definition: "accuracy_v − accuracy_u",
        measures: "How much more often decisions are right in the reference.",
        cannot_see: "Which error is made.",
        ..CLARIFY
    },
    Metric {
        name: "treatment_equality",
        title: "Treatment equality",
        kind: Kind::Pair(|d, a, _| difference(errors, d, a)),
        range: Range::REAL,
        aliases: &[Alias::but(
            Clarify,
            "TE",
            "Clarify counts 0/0 as 0, x/0 as infinity and infinity − infinity as 0",
        )],
        definition: "FN_u/FP_u − FN_v/FP_v",
        measures: "Whether misses outweigh false alarms more in the group of concern.",
        cannot_see: "How many errors there are.",
        reading: "Positive: errors in the group of concern are misses rather than false alarms.",
        undefined_when: "a group has no false positive",
        source: "Berk et al. 2021; SageMaker Clarify",
        ..CLARIFY
    },
    Metric {
        name: "conditional_disparity_in_strata_labels",
        title: "Conditional demographic disparity of labels",
        needs: Needs { target: true, strata: true, ..Needs::NOTHING },
        kind: Kind::Strata(|strata| conditional_disparity(rates::positives, strata)),
        aliases: &[Alias::new(Clarify, "CDDL")],
        definition: "Σ_z (n_z/n) (share of u among the negatives of z − share of u among the positives of \
            z), an empty set's share 0",
        measures: "Whether, inside strata, the group of concern has more of the negative than of the \
            positive outcomes.",
        ..STRATA
    },
    Metric {
        name: "conditional_disparity_in_strata",
        title: "Conditional demographic disparity of decisions",
        needs: Needs { decisions: true, strata: true, ..Needs::NOTHING },
        kind: Kind::Strata(|strata| conditional_disparity(rates::selected, strata)),
        aliases: &[Alias::new(Clarify, "CDDPL")],
        definition: "Σ_z (n_z/n) (share of u among the rejected of z − share of u among the selected of z), \
            an empty set's share 0",
        measures: "Whether, inside strata, the group of concern is a larger part of the rejected than of \
            the selected.",
        source: "Wachter, Mittelstadt & Russell 2021; SageMaker Clarify",
        ..STRATA
    },
];
