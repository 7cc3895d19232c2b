//! AIF360: the classic classes and the scikit-learn functions, on a pair of groups or on all groups.

use super::{Quote, counts, has_decisions, has_scores, rows_only};
use crate::{
    metrics::{Choice, Counts, Undefined, find},
    stats::view::View,
};

const NAN: &str =
    "the classic interface prints nan for 0/0 and inf for x/0; ours is undefined there, with the reason";
const SKLEARN: &str = "the scikit-learn interface counts an undefined rate, and a ratio to 0, as 0 with a warning; \
    ours is undefined there";
const CANCELS: &str = "signed gaps cancel: 0 does not mean equalized odds";
const SIGN: &str = "the sign is the reverse of ours (and of Clarify's CI)";
const ONE_ATTRIBUTE: &str = "over the crossing of all protected attributes; here the same as between the two groups. Rows \
    count once, whatever their weights";
const UNWEIGHTED: &str = "the classic interface ignores weights here: rows count once; ours are weighted";
const CLASSES: &str = "classes are counted inside each group, so a group with one outcome only gets another prior; the \
    classic class and ours count two classes everywhere";

/// A metric of ours with its argument.
fn of_group(name: &str, argument: Option<f64>, view: &View) -> f64 {
    value(name, argument, |choice| choice.of_group(view))
}

fn of_pair(name: &str, u: &View, v: &View) -> f64 {
    value(name, None, |choice| choice.of_pair(u, v))
}

fn of_family(name: &str, argument: Option<f64>, groups: &[View], overall: &View) -> f64 {
    value(name, argument, |choice| choice.of_family(groups, overall))
}

/// Our value; where ours is undefined, the toolkit's inf or nan.
fn value(name: &str, argument: Option<f64>, of: impl Fn(Choice) -> Result<f64, Undefined>) -> f64 {
    let Some(metric) = find(name) else { return f64::NAN };
    let choice = match argument {
        Some(argument) => Choice::with(metric, argument).unwrap_or(Choice::of(metric)),
        None => Choice::of(metric),
    };
    match of(choice) {
        Ok(value) => value,
        Err(Undefined::Infinite) => f64::INFINITY,
        Err(_) => f64::NAN,
    }
}

/// Names of the classic `ClassificationMetric` that compare two groups, and ours.
const PAIRS: [(&str, &str, &str); 19] = [
    ("false_positive_rate_difference", "false_positive_rate_difference", NAN),
    ("false_negative_rate_difference", "false_negative_rate_difference", NAN),
    ("false_omission_rate_difference", "false_omission_rate_difference", NAN),
    ("false_discovery_rate_difference", "false_discovery_rate_difference", NAN),
    ("true_positive_rate_difference", "equal_opportunity_difference", NAN),
    ("error_rate_difference", "error_rate_difference", NAN),
    ("false_positive_rate_ratio", "false_positive_rate_ratio", NAN),
    ("false_negative_rate_ratio", "false_negative_rate_ratio", NAN),
    ("false_omission_rate_ratio", "false_omission_rate_ratio", NAN),
    ("false_discovery_rate_ratio", "false_discovery_rate_ratio", NAN),
    ("error_rate_ratio", "error_rate_ratio", NAN),
    ("average_odds_difference", "average_odds_difference", CANCELS),
    ("average_abs_odds_difference", "average_abs_odds_difference", NAN),
    ("average_predictive_value_difference", "average_predictive_value_difference", CANCELS),
    ("generalized_equalized_odds_difference", "generalized_equalized_odds_difference", NAN),
    ("equal_opportunity_difference", "equal_opportunity_difference", NAN),
    ("disparate_impact", "disparate_impact", NAN),
    ("statistical_parity_difference", "statistical_parity_difference", NAN),
    ("equalized_odds_difference", "equalized_odds_difference", NAN),
];
/// Names that describe one group, and ours.
const ALONE: [(&str, &str); 20] = [
    ("ClassificationMetric.true_positive_rate", "true_positive_rate"),
    ("ClassificationMetric.false_positive_rate", "false_positive_rate"),
    ("ClassificationMetric.true_negative_rate", "true_negative_rate"),
    ("ClassificationMetric.false_negative_rate", "false_negative_rate"),
    ("ClassificationMetric.positive_predictive_value", "positive_predictive_value"),
    ("ClassificationMetric.negative_predictive_value", "negative_predictive_value"),
    ("ClassificationMetric.false_discovery_rate", "false_discovery_rate"),
    ("ClassificationMetric.false_omission_rate", "false_omission_rate"),
    ("ClassificationMetric.accuracy", "accuracy"),
    ("ClassificationMetric.error_rate", "error_rate"),
    ("ClassificationMetric.selection_rate", "selection_rate"),
    ("ClassificationMetric.generalized_true_positive_rate", "generalized_true_positive_rate"),
    ("ClassificationMetric.generalized_false_positive_rate", "generalized_false_positive_rate"),
    ("ClassificationMetric.generalized_true_negative_rate", "generalized_true_negative_rate"),
    ("ClassificationMetric.generalized_false_negative_rate", "generalized_false_negative_rate"),
    ("ClassificationMetric.num_true_positives", "true_positives"),
    ("ClassificationMetric.num_false_positives", "false_positives"),
    ("ClassificationMetric.num_true_negatives", "true_negatives"),
    ("ClassificationMetric.num_false_negatives", "false_negatives"),
    ("BinaryLabelDatasetMetric.base_rate", "base_rate"),
];

/// Returns what AIF360 prints for an unprivileged and a privileged group, by both interfaces (classic names carry their
/// class). `both` is the view of the rows of the two groups. Groups: 0 unprivileged, 1 privileged.
pub fn aif360(unprivileged: &View, privileged: &View, both: &View) -> Vec<Quote> {
    let mut quotes = Vec::new();
    if !has_decisions(both) {
        return quotes;
    }
    classic(unprivileged, privileged, both, &mut quotes);
    sklearn(unprivileged, privileged, both, &mut quotes);
    quotes
}

fn classic(u: &View, v: &View, both: &View, quotes: &mut Vec<Quote>) {
    let groups = [u.clone(), v.clone()];
    let scores = has_scores(both);
    for (name, ours, note) in PAIRS {
        if name.starts_with("generalized") && !scores {
            continue;
        }
        let value = match name {
            "equalized_odds_difference" => of_family(ours, None, &groups, both),
            _ => of_pair(ours, u, v),
        };
        quotes.push(Quote::new(format!("ClassificationMetric.{name}"), value).ours(ours).note(note));
    }
    benefits(&groups, both, quotes);
    let amplification = of_family("differential_fairness_amplification", None, &groups, both);
    quotes.push(
        Quote::new("ClassificationMetric.differential_fairness_bias_amplification", amplification)
            .ours("differential_fairness_amplification"),
    );
    let labels = [
        ("disparate_impact", "base_rate_ratio", of_pair("base_rate_ratio", u, v)),
        ("statistical_parity_difference", "base_rate_difference", of_pair("base_rate_difference", u, v)),
        (
            "smoothed_empirical_differential_fairness",
            "differential_fairness_labels",
            of_family("differential_fairness_labels", None, &groups, both),
        ),
    ];
    for (name, ours, value) in labels {
        quotes.push(Quote::new(format!("BinaryLabelDatasetMetric.{name}"), value).ours(ours).note(NAN));
    }
    for (name, ours) in ALONE {
        if name.contains("generalized") && !scores {
            continue;
        }
        let quote = |view: &View| Quote::new(name, of_group(ours, None, view)).ours(ours).note(NAN);
        quotes.push(quote(u).of(0));
        quotes.push(quote(v).of(1));
        quotes.push(quote(both).with("both groups"));
    }
}

/// The entropy family of the classic interface, which looks at rows and not at their weights.
fn benefits(groups: &[View; 2], both: &View, quotes: &mut Vec<Quote>) {
    let (groups, both) = (groups.each_ref().map(rows_only), &rows_only(both));
    let mut put = |name: &str, setting: &str, value: f64, ours: &'static str, note: &'static str| {
        let quote = Quote::new(format!("ClassificationMetric.{name}"), value).with(setting);
        quotes.push(quote.ours(ours).note(note));
    };
    for ours in ["theil_index", "coefficient_of_variation"] {
        put(ours, "", of_group(ours, None, both), ours, UNWEIGHTED);
    }
    for (what, ours) in [
        ("theil_index", "between_group_theil_index"),
        ("coefficient_of_variation", "between_group_coefficient_of_variation"),
    ] {
        let value = of_family(ours, None, &groups, both);
        put(ours, "", value, ours, UNWEIGHTED);
        put(&format!("between_all_groups_{what}"), "", value, ours, ONE_ATTRIBUTE);
    }
    for alpha in [2.0, 3.0, 0.5] {
        let setting = format!("alpha={alpha}");
        let total = of_group("generalized_entropy", Some(alpha), both);
        put("generalized_entropy_index", &setting, total, "generalized_entropy", UNWEIGHTED);
        let ours = "between_group_generalized_entropy";
        let between = of_family(ours, Some(alpha), &groups, both);
        put("between_group_generalized_entropy_index", &setting, between, ours, UNWEIGHTED);
    }
}

fn or_zero(numerator: f64, denominator: f64) -> f64 {
    if denominator > 0.0 { numerator / denominator } else { 0.0 }
}

/// Rates of the scikit-learn interface: name, ours, value.
type SklearnRate = (&'static str, &'static str, fn(&Counts) -> f64);

const SKLEARN_RATES: [SklearnRate; 7] = [
    ("false_negative_rate_error", "false_negative_rate", |c| or_zero(c.fn_, c.positives())),
    ("false_positive_rate_error", "false_positive_rate", |c| or_zero(c.fp, c.negatives())),
    ("false_omission_rate_error", "false_omission_rate", |c| or_zero(c.fn_, c.rejected())),
    ("specificity_score", "true_negative_rate", |c| or_zero(c.tn, c.negatives())),
    ("selection_rate", "selection_rate", |c| or_zero(c.selected(), c.total())),
    ("precision_score", "positive_predictive_value", |c| or_zero(c.tp, c.selected())),
    ("accuracy_score", "accuracy", |c| or_zero(c.tp + c.tn, c.total())),
];

fn sklearn(u: &View, v: &View, both: &View, quotes: &mut Vec<Quote>) {
    let (a, b) = (counts(u), counts(v));
    for (of, difference, ratio, rate) in [
        (
            "of=prediction",
            "statistical_parity_difference",
            "disparate_impact",
            selected as fn(&Counts) -> f64,
        ),
        ("of=label", "base_rate_difference", "base_rate_ratio", positive),
    ] {
        let (x, y) = (rate(&a), rate(&b));
        let quote = Quote::new("statistical_parity_difference", x - y).with(of);
        quotes.push(quote.ours(difference).note(SKLEARN));
        quotes.push(Quote::new("disparate_impact_ratio", or_zero(x, y)).with(of).ours(ratio).note(SKLEARN));
    }
    let tpr = |c: &Counts| or_zero(c.tp, c.positives());
    let fpr = |c: &Counts| or_zero(c.fp, c.negatives());
    let ppv = |c: &Counts| or_zero(c.tp, c.selected());
    let omission = |c: &Counts| or_zero(c.fn_, c.rejected());
    let (d_tpr, d_fpr) = (tpr(&a) - tpr(&b), fpr(&a) - fpr(&b));
    let predictive = (ppv(&a) - ppv(&b) + omission(&a) - omission(&b)) / 2.0;
    let named = [
        ("equal_opportunity_difference", "equal_opportunity_difference", d_tpr, SKLEARN),
        ("average_odds_difference", "average_odds_difference", (d_fpr + d_tpr) / 2.0, CANCELS),
        ("average_odds_error", "average_abs_odds_difference", (d_fpr.abs() + d_tpr.abs()) / 2.0, SKLEARN),
        ("average_predictive_value_difference", "average_predictive_value_difference", predictive, CANCELS),
    ];
    for (name, ours, value, note) in named {
        quotes.push(Quote::new(name, value).ours(ours).note(note));
    }
    for (name, ours, rate) in SKLEARN_RATES {
        let (x, y) = (rate(&a), rate(&b));
        quotes.push(Quote::new(format!("{name}.difference"), x - y).ours(ours).note(SKLEARN));
        quotes.push(Quote::new(format!("{name}.ratio"), or_zero(x, y)).ours(ours).note(SKLEARN));
    }
    let imbalance = -of_pair("class_imbalance", u, v);
    quotes.push(Quote::new("class_imbalance", imbalance).ours("class_imbalance").note(SIGN));
    for (of, ours) in [("of=label", "kl_divergence_labels"), ("of=prediction", "kl_divergence")] {
        quotes.push(Quote::new("kl_divergence", of_pair(ours, u, v)).with(of).ours(ours));
    }
    if has_scores(both) {
        for (name, ours) in [
            ("generalized_fpr", "generalized_false_positive_rate"),
            ("generalized_fnr", "generalized_false_negative_rate"),
        ] {
            quotes.push(Quote::new(name, of_group(ours, None, u)).of(0).ours(ours));
            quotes.push(Quote::new(name, of_group(ours, None, v)).of(1).ours(ours));
            quotes.push(Quote::new(name, of_group(ours, None, both)).with("both groups").ours(ours));
        }
    }
}

fn selected(c: &Counts) -> f64 {
    or_zero(c.selected(), c.total())
}

fn positive(c: &Counts) -> f64 {
    or_zero(c.positives(), c.total())
}

/// Returns what AIF360's scikit-learn functions print for all groups of an attribute (or of a crossing) together.
pub fn aif360_groups(groups: &[View], overall: &View) -> Vec<Quote> {
    let mut quotes = Vec::new();
    if !has_decisions(overall) {
        return quotes;
    }
    let present: Vec<Counts> = groups.iter().map(counts).filter(|c| c.total() > 0.0).collect();
    for kappa in [1.0, 0.01] {
        let setting = |of: &str| format!("concentration={kappa}{of}");
        let labels = smoothed_edf(&present, Counts::positives, kappa);
        let decisions = smoothed_edf(&present, Counts::selected, kappa);
        let named = [
            ("smoothed_edf", " of=label", labels, "differential_fairness_labels"),
            ("smoothed_edf", " of=prediction", decisions, "differential_fairness"),
            ("df_bias_amplification", "", decisions - labels, "differential_fairness_amplification"),
        ];
        for (name, of, value, ours) in named {
            quotes.push(Quote::new(name, value).with(setting(of)).ours(ours).note(CLASSES));
        }
    }
    for (group, view) in groups.iter().enumerate() {
        let c = counts(view);
        let value = smoothed(c.selected(), c.total(), 1.0);
        let quote = Quote::new("smoothed_selection_rate", value).of(group).with("concentration=1");
        quotes.push(quote.ours("smoothed_selection_rate").note(CLASSES));
    }
    for (of, ours) in [
        ("of=label", "conditional_demographic_disparity"),
        ("of=prediction", "conditional_demographic_disparity_decisions"),
    ] {
        let value = of_family(ours, None, groups, overall);
        quotes.push(Quote::new("conditional_demographic_disparity", value).with(of).ours(ours));
    }
    for alpha in [2.0, 1.0, 3.0, 0.5] {
        let setting = format!("alpha={alpha}");
        let total = of_group("generalized_entropy", Some(alpha), overall);
        let total = Quote::new("generalized_entropy_error", total).with(setting.clone());
        quotes.push(total.ours("generalized_entropy"));
        let between = of_family("between_group_generalized_entropy", Some(alpha), groups, overall);
        let between = Quote::new("between_group_generalized_entropy_error", between).with(setting);
        quotes.push(between.ours("between_group_generalized_entropy"));
    }
    for ours in ["theil_index", "coefficient_of_variation"] {
        quotes.push(Quote::new(ours, of_group(ours, None, overall)).ours(ours));
    }
    quotes
}

/// The smoothed rate with the number of classes counted inside the group.
fn smoothed(hits: f64, total: f64, kappa: f64) -> f64 {
    let n_classes = if hits > 0.0 && hits < total { 2.0 } else { 1.0 };
    (hits + kappa / n_classes) / (total + kappa)
}

fn smoothed_edf(groups: &[Counts], hits: fn(&Counts) -> f64, kappa: f64) -> f64 {
    let rates: Vec<f64> = groups.iter().map(|c| smoothed(hits(c), c.total(), kappa)).collect();
    let spread = |of: fn(f64) -> f64| {
        let logs = rates.iter().map(|rate| of(*rate).ln());
        let (low, high) = logs.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| (l.min(x), h.max(x)));
        if low.is_infinite() && high.is_infinite() { f64::NAN } else { high - low }
    };
    spread(|rate| rate).max(spread(|rate| 1.0 - rate))
}
