//! aequitas: the cross table, disparities to a reference group, and parities by the τ rule.

use super::{Quote, counts, has_decisions, rows_only};
use crate::stats::view::View;

/// Which group aequitas compares with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reference {
    /// A named group (`get_disparity_predefined_groups`), by its place.
    Predefined(usize),
    /// The largest group (`get_disparity_major_group`).
    Majority,
    /// For each metric the group where it is smallest (`get_disparity_min_metric`).
    Minimum,
}

impl Reference {
    fn name(self) -> &'static str {
        match self {
            Self::Predefined(_) => "predefined",
            Self::Majority => "majority",
            Self::Minimum => "minimum",
        }
    }
}

/// What aequitas puts where a disparity is infinite (`fill_divbyzero`, unless set).
const FILL: f64 = 10.0;
const FILLED: &str = "aequitas puts 10 where the reference's rate is 0; ours is undefined (infinite)";
const POINT: &str =
    "passes if the estimate lies in the band, however few the rows; our verdict asks the whole interval";
const SHARE: &str = "the share of all selected, which a large group has under equal treatment too";
const NO_WEIGHTS: &str = "aequitas counts rows and knows no weights";

/// Columns of the cross table: name, our metric.
const COLUMNS: [(&str, Option<&str>); 23] = [
    ("accuracy", Some("accuracy")),
    ("tpr", Some("true_positive_rate")),
    ("tnr", Some("true_negative_rate")),
    ("for", Some("false_omission_rate")),
    ("fdr", Some("false_discovery_rate")),
    ("fpr", Some("false_positive_rate")),
    ("fnr", Some("false_negative_rate")),
    ("npv", Some("negative_predictive_value")),
    ("precision", Some("positive_predictive_value")),
    ("pp", Some("selected")),
    ("pn", Some("rejected")),
    ("ppr", Some("share_of_selected")),
    ("pprev", Some("selection_rate")),
    ("fp", Some("false_positives")),
    ("fn", Some("false_negatives")),
    ("tn", Some("true_negatives")),
    ("tp", Some("true_positives")),
    ("group_label_pos", Some("positives")),
    ("group_label_neg", Some("negatives")),
    ("group_size", Some("count")),
    ("total_entities", None),
    ("prev", Some("base_rate")),
    ("k", None),
];
/// Columns that disparities are taken of, our ratio, and the parity that depends on it.
const DISPARITIES: [(&str, Option<&str>, &str); 10] = [
    ("ppr", None, "Statistical Parity"),
    ("pprev", Some("disparate_impact"), "Impact Parity"),
    ("precision", None, "Precision Parity"),
    ("fdr", Some("false_discovery_rate_ratio"), "FDR Parity"),
    ("for", Some("false_omission_rate_ratio"), "FOR Parity"),
    ("fpr", Some("false_positive_rate_ratio"), "FPR Parity"),
    ("fnr", Some("false_negative_rate_ratio"), "FNR Parity"),
    ("tpr", None, "TPR Parity"),
    ("tnr", None, "TNR Parity"),
    ("npv", None, "NPV Parity"),
];
/// Parities that stand for two others.
const COMBINED: [(&str, [&str; 2]); 5] = [
    ("TypeI Parity", ["FDR Parity", "FPR Parity"]),
    ("TypeII Parity", ["FOR Parity", "FNR Parity"]),
    ("Equalized Odds", ["FPR Parity", "TPR Parity"]),
    ("Unsupervised Fairness", ["Statistical Parity", "Impact Parity"]),
    ("Supervised Fairness", ["TypeI Parity", "TypeII Parity"]),
];

fn column(name: &str, group: &View, overall: &View) -> f64 {
    let c = counts(group);
    let (p, n, pp, pn, total) = (c.positives(), c.negatives(), c.selected(), c.rejected(), c.total());
    match name {
        "accuracy" => (c.tp + c.tn) / total,
        "tpr" => c.tp / p,
        "tnr" => c.tn / n,
        "for" => c.fn_ / pn,
        "fdr" => c.fp / pp,
        "fpr" => c.fp / n,
        "fnr" => c.fn_ / p,
        "npv" => c.tn / pn,
        "precision" => c.tp / pp,
        "pp" => pp,
        "pn" => pn,
        "ppr" => pp / counts(overall).selected(),
        "pprev" => pp / total,
        "fp" => c.fp,
        "fn" => c.fn_,
        "tn" => c.tn,
        "tp" => c.tp,
        "group_label_pos" => p,
        "group_label_neg" => n,
        "group_size" => total,
        "total_entities" => counts(overall).total(),
        "prev" => p / total,
        "k" => counts(overall).selected(),
        _ => f64::NAN,
    }
}

/// The group that a metric is compared with; `None` where no group has a value.
fn reference_group(reference: Reference, groups: &[View], values: &[f64]) -> Option<usize> {
    let least = |of: &dyn Fn(usize) -> f64| {
        (0..groups.len()).filter(|group| !of(*group).is_nan()).min_by(|a, b| of(*a).total_cmp(&of(*b)))
    };
    match reference {
        Reference::Predefined(group) => (group < groups.len()).then_some(group),
        Reference::Majority => least(&|group| -(groups[group].matrix.total().rows as f64)),
        Reference::Minimum => least(&|group| values[group]),
    }
}

/// Returns what aequitas prints: the cross table, disparities to a reference, and parities for a τ (0.8 there).
///
/// aequitas leaves groups whose label is missing out in silence; pass the groups that it would see.
pub fn aequitas(groups: &[View], overall: &View, reference: Reference, tau: f64) -> Vec<Quote> {
    if !has_decisions(overall) {
        return Vec::new();
    }
    let groups: Vec<View> = groups.iter().map(rows_only).collect();
    let overall = &rows_only(overall);
    let mut quotes = Vec::new();
    for (name, ours) in COLUMNS {
        for (group, view) in groups.iter().enumerate() {
            let quote = Quote::new(name, column(name, view, overall)).of(group).note(NO_WEIGHTS);
            quotes.push(Quote { ours, ..quote });
        }
    }
    let setting = format!("reference={}", reference.name());
    let mut parities: Vec<Vec<(&str, f64)>> = vec![Vec::new(); groups.len()];
    for (name, ours, parity) in DISPARITIES {
        let values: Vec<f64> = groups.iter().map(|view| column(name, view, overall)).collect();
        let against = reference_group(reference, &groups, &values).map_or(f64::NAN, |group| values[group]);
        for (group, value) in values.into_iter().enumerate() {
            let disparity = value / against;
            let disparity = if disparity.is_infinite() { FILL } else { disparity };
            let note = if name == "ppr" { SHARE } else { FILLED };
            let quote = Quote::new(format!("{name}_disparity"), disparity).of(group).with(setting.clone());
            quotes.push(Quote { ours, ..quote.note(note) });
            parities[group].push((parity, passes(disparity, tau)));
        }
    }
    for (group, mut parities) in parities.into_iter().enumerate() {
        for (name, parts) in COMBINED {
            let part =
                |part: &str| parities.iter().find(|(name, _)| *name == part).map_or(f64::NAN, |(_, p)| *p);
            let [a, b] = parts.map(part);
            // Undefined only if both are: one that passes beside one that is undefined does not pass.
            let both = if a.is_nan() && b.is_nan() { f64::NAN } else { f64::from(a == 1.0 && b == 1.0) };
            parities.push((name, both));
        }
        let quote = |(name, value)| Quote::new(name, value).of(group).with(setting.clone()).note(POINT);
        quotes.extend(parities.into_iter().map(quote));
    }
    quotes
}

/// 1 passes, 0 does not, NaN where the disparity is.
fn passes(disparity: f64, tau: f64) -> f64 {
    if disparity.is_nan() { f64::NAN } else { f64::from(tau <= disparity && disparity <= 1.0 / tau) }
}
