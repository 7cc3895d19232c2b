//! SageMaker Clarify: facet d against facet a, with its rules for 0/0, x/0 and ∞ − ∞.

use super::{Quote, counts, has_decisions, rows_only};
use crate::{
    metrics::{Counts, clarify::conditional_disparity, divergences, inequality, rates},
    stats::view::View,
};

const ZERO: &str = "0/0 counts as 0 and x/0 as infinity; ours is undefined there, with the reason";
const DROPPED: &str = "labels that do not occur in both groups are dropped first, without renormalising; ours keeps \
    them (KL: infinite)";
const NO_WEIGHTS: &str = "Clarify counts rows and knows no weights";

fn ratio(numerator: f64, denominator: f64) -> f64 {
    match (numerator, denominator) {
        (n, d) if d != 0.0 => n / d,
        (0.0, _) => 0.0,
        _ => f64::INFINITY,
    }
}

fn minus(a: f64, b: f64) -> f64 {
    if a.is_infinite() && b.is_infinite() { 0.0 } else { a - b }
}

/// Label laws of a and d, classes that lack in either dropped.
fn label_laws(d: &View, a: &View) -> (Vec<f64>, Vec<f64>) {
    let weight = |view: &View, class: usize| view.matrix.target(class).weight;
    let (of_d, of_a) = (d.matrix.total().weight, a.matrix.total().weight);
    (0..d.matrix.n_target)
        .map(|class| (weight(a, class), weight(d, class)))
        .filter(|(in_a, in_d)| *in_a > 0.0 && *in_d > 0.0)
        .map(|(in_a, in_d)| (in_a / of_a, in_d / of_d))
        .unzip()
}

/// Returns what Clarify prints for facet d against facet a: names, figures, ours.
///
/// `strata` holds the views of d and a inside each value of Clarify's group variable; empty: no CDDL and CDDPL. FT, the flip
/// test, trains a model and is not among them. Without a common label KL, JS, LP, TVD and KS are errors there, NaN here.
pub fn clarify(d: &View, a: &View, strata: &[(View, View)]) -> Vec<Quote> {
    let (d, a) = (&rows_only(d), &rows_only(a));
    let strata: Vec<(View, View)> = strata.iter().map(|(d, a)| (rows_only(d), rows_only(a))).collect();
    let mut quotes = Vec::new();
    let (n_d, n_a) = (d.matrix.total().weight, a.matrix.total().weight);
    quotes.push(Quote::new("CI", ratio(n_a - n_d, n_a + n_d)).ours("class_imbalance").note(NO_WEIGHTS));
    if d.matrix.n_target == 2 && a.matrix.n_target == 2 {
        labels(d, a, &strata, &mut quotes);
    }
    if d.matrix.n_prediction == 2 && a.matrix.n_prediction == 2 {
        decisions(d, a, &strata, &mut quotes);
    }
    if has_decisions(d) && has_decisions(a) {
        both(d, a, &mut quotes);
    }
    quotes
}

fn labels(d: &View, a: &View, strata: &[(View, View)], quotes: &mut Vec<Quote>) {
    let rate = |view: &View| ratio(view.matrix.target(1).weight, view.matrix.total().weight);
    quotes.push(Quote::new("DPL", rate(a) - rate(d)).ours("label_proportion_difference").note(NO_WEIGHTS));
    let (p, q) = label_laws(d, a);
    type Distance = fn(&[f64], &[f64]) -> Result<f64, crate::metrics::Undefined>;
    let distances: [(&str, Distance, &'static str); 5] = [
        ("KL", kl, "kl_divergence_labels"),
        ("JS", js, "js_divergence_labels"),
        ("LP", divergences::lp, "lp_norm_labels"),
        ("TVD", divergences::tvd, "total_variation_labels"),
        ("KS", divergences::ks, "ks_labels"),
    ];
    for (name, distance, ours) in distances {
        let value = if p.is_empty() { f64::NAN } else { distance(&p, &q).unwrap_or(f64::NAN) };
        quotes.push(Quote::new(name, value).ours(ours).note(DROPPED));
    }
    if !strata.is_empty() {
        let value = conditional_disparity(rates::positives, strata).unwrap_or(f64::NAN);
        quotes
            .push(Quote::new("CDDL", value).ours("conditional_disparity_in_strata_labels").note(NO_WEIGHTS));
    }
}

/// Without clipping at 0: shares that were not renormalised may give a negative divergence.
fn kl(p: &[f64], q: &[f64]) -> Result<f64, crate::metrics::Undefined> {
    Ok(p.iter().zip(q).map(|(p, q)| p * (p / q).ln()).sum())
}

fn js(p: &[f64], q: &[f64]) -> Result<f64, crate::metrics::Undefined> {
    let middle: Vec<f64> = p.iter().zip(q).map(|(p, q)| (p + q) / 2.0).collect();
    Ok((kl(p, &middle)? + kl(q, &middle)?) / 2.0)
}

fn decisions(d: &View, a: &View, strata: &[(View, View)], quotes: &mut Vec<Quote>) {
    let rate = |view: &View| ratio(view.matrix.prediction(1).weight, view.matrix.total().weight);
    let dppl = Quote::new("DPPL", rate(a) - rate(d)).ours("predicted_proportion_difference");
    quotes.push(dppl.note(NO_WEIGHTS));
    quotes.push(Quote::new("DI", ratio(rate(d), rate(a))).ours("disparate_impact").note(ZERO));
    if !strata.is_empty() {
        let value = conditional_disparity(rates::selected, strata).unwrap_or(f64::NAN);
        quotes.push(Quote::new("CDDPL", value).ours("conditional_disparity_in_strata").note(NO_WEIGHTS));
    }
}

fn both(d: &View, a: &View, quotes: &mut Vec<Quote>) {
    let (d, a) = (counts(d), counts(a));
    type Of = fn(&Counts) -> f64;
    let acceptance: Of = |c| ratio(c.positives(), c.selected());
    let rejection: Of = |c| ratio(c.negatives(), c.rejected());
    let accuracy: Of = |c| ratio(c.tp + c.tn, c.total());
    let of: [(&str, Of, &Counts, &Counts, &'static str); 8] = [
        ("DCA", acceptance, &a, &d, "conditional_acceptance_difference"),
        ("DCR", rejection, &d, &a, "conditional_rejection_difference"),
        ("RD", |c| ratio(c.tp, c.positives()), &a, &d, "recall_difference"),
        ("SD", |c| ratio(c.tn, c.negatives()), &d, &a, "specificity_difference"),
        ("DAR", |c| ratio(c.tp, c.selected()), &a, &d, "acceptance_rate_difference"),
        ("DRR", |c| ratio(c.tn, c.rejected()), &d, &a, "rejection_rate_difference"),
        ("AD", accuracy, &a, &d, "accuracy_difference"),
        ("TE", |c| ratio(c.fn_, c.fp), &d, &a, "treatment_equality"),
    ];
    for (name, value, first, second, ours) in of {
        quotes.push(Quote::new(name, minus(value(first), value(second))).ours(ours).note(ZERO));
    }
    let all = Counts { tp: d.tp + a.tp, fp: d.fp + a.fp, fn_: d.fn_ + a.fn_, tn: d.tn + a.tn };
    for alpha in [2.0, 3.0] {
        let value = inequality::entropy_of(all, alpha).unwrap_or(f64::NAN);
        quotes.push(Quote::new("GE", value).with(format!("alpha={alpha}")).ours("generalized_entropy"));
    }
}
