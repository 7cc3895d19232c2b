//! fairlearn: a `MetricFrame` of every metric, and the ready-made differences and ratios.

use super::{Quote, counts, has_decisions, has_errors, has_scores};
use crate::{
    metrics::{Choice, find},
    stats::view::View,
};

/// A metric as fairlearn computes it, on one group.
struct Entry {
    name: &'static str,
    ours: &'static str,
    note: Option<&'static str>,
    value: fn(&View) -> f64,
}

/// What scikit-learn prints for 0/0.
fn or_zero(numerator: f64, denominator: f64) -> f64 {
    if denominator > 0.0 { numerator / denominator } else { 0.0 }
}

fn balanced_accuracy(view: &View) -> f64 {
    let c = counts(view);
    let recalls = [(c.tp, c.positives()), (c.tn, c.negatives())];
    let present: Vec<f64> = recalls.iter().filter(|(_, of)| *of > 0.0).map(|(hits, of)| hits / of).collect();
    present.iter().sum::<f64>() / present.len() as f64
}

fn ours(name: &str, view: &View, undefined: f64) -> f64 {
    find(name).map_or(undefined, |metric| Choice::of(metric).of_group(view).unwrap_or(undefined))
}

const ZERO: Option<&str> =
    Some("0 where the denominator is empty: ours is undefined there, and takes no part in differences");
const SKLEARN_ZERO: Option<&str> =
    Some("scikit-learn's 0 where it is undefined: ours says why it is undefined");

const HARD: [Entry; 16] = [
    Entry {
        name: "count",
        ours: "count",
        note: Some("fairlearn counts rows whatever their weights"),
        value: |view| view.matrix.total().rows as f64,
    },
    Entry { name: "selection_rate", ours: "selection_rate", note: None, value: selection_rate },
    Entry {
        name: "true_positive_rate",
        ours: "true_positive_rate",
        note: ZERO,
        value: |view| or_zero(counts(view).tp, counts(view).positives()),
    },
    Entry {
        name: "true_negative_rate",
        ours: "true_negative_rate",
        note: ZERO,
        value: |view| or_zero(counts(view).tn, counts(view).negatives()),
    },
    Entry {
        name: "false_positive_rate",
        ours: "false_positive_rate",
        note: ZERO,
        value: |view| or_zero(counts(view).fp, counts(view).negatives()),
    },
    Entry {
        name: "false_negative_rate",
        ours: "false_negative_rate",
        note: ZERO,
        value: |view| or_zero(counts(view).fn_, counts(view).positives()),
    },
    Entry { name: "mean_prediction", ours: "selection_rate", note: None, value: selection_rate },
    Entry {
        name: "accuracy_score",
        ours: "accuracy",
        note: None,
        value: |view| ours("accuracy", view, f64::NAN),
    },
    Entry {
        name: "balanced_accuracy_score",
        ours: "balanced_accuracy",
        note: Some(
            "scikit-learn averages over the outcomes that occur: ours is undefined where one does not",
        ),
        value: balanced_accuracy,
    },
    Entry {
        name: "precision_score",
        ours: "positive_predictive_value",
        note: SKLEARN_ZERO,
        value: |view| or_zero(counts(view).tp, counts(view).selected()),
    },
    Entry {
        name: "recall_score",
        ours: "true_positive_rate",
        note: SKLEARN_ZERO,
        value: |view| or_zero(counts(view).tp, counts(view).positives()),
    },
    Entry { name: "f1_score", ours: "f1", note: SKLEARN_ZERO, value: |view| ours("f1", view, 0.0) },
    Entry {
        name: "zero_one_loss",
        ours: "error_rate",
        note: None,
        value: |view| ours("error_rate", view, f64::NAN),
    },
    Entry {
        name: "matthews_corrcoef",
        ours: "matthews_correlation",
        note: SKLEARN_ZERO,
        value: |view| ours("matthews_correlation", view, 0.0),
    },
    Entry {
        name: "cohen_kappa_score",
        ours: "cohen_kappa",
        note: None,
        value: |view| ours("cohen_kappa", view, f64::NAN),
    },
    Entry {
        name: "jaccard_score",
        ours: "jaccard",
        note: SKLEARN_ZERO,
        value: |view| ours("jaccard", view, 0.0),
    },
];

/// How many of [`SOFT`] need a binary target.
const RANKING: usize = 3;
/// Metrics of a score: the first three need a binary target, the others take a real one too.
const SOFT: [Entry; 7] = [
    Entry {
        name: "roc_auc_score",
        ours: "roc_auc",
        note: None,
        value: |view| ours("roc_auc", view, f64::NAN),
    },
    Entry {
        name: "average_precision_score",
        ours: "average_precision",
        note: SKLEARN_ZERO,
        value: |view| ours("average_precision", view, 0.0),
    },
    Entry {
        name: "brier_score_loss",
        ours: "brier_score",
        note: None,
        value: |view| ours("brier_score", view, f64::NAN),
    },
    Entry {
        name: "mean_absolute_error",
        ours: "mean_absolute_error",
        note: None,
        value: |view| ours("mean_absolute_error", view, f64::NAN),
    },
    Entry {
        name: "mean_squared_error",
        ours: "mean_squared_error",
        note: None,
        value: |view| ours("mean_squared_error", view, f64::NAN),
    },
    Entry {
        name: "r2_score",
        ours: "r2",
        note: Some("scikit-learn prints 1 or 0 where the outcome does not vary"),
        value: r2,
    },
    Entry {
        name: "mean_prediction(score)",
        ours: "mean_prediction",
        note: None,
        value: |view| ours("mean_prediction", view, f64::NAN),
    },
];

fn selection_rate(view: &View) -> f64 {
    ours("selection_rate", view, f64::NAN)
}

fn r2(view: &View) -> f64 {
    let perfect = ours("mean_squared_error", view, f64::NAN) == 0.0;
    ours("r2", view, if perfect { 1.0 } else { 0.0 })
}

/// A row of the frame: the value of every group (NaN for a group without rows) and of all rows.
struct Row {
    by_group: Vec<f64>,
    overall: f64,
}

impl Row {
    fn new(entry: &Entry, groups: &[View], overall: &View) -> Self {
        let value = |view: &View| match view.matrix.total().rows {
            0 => f64::NAN,
            _ => (entry.value)(view),
        };
        Self { by_group: groups.iter().map(value).collect(), overall: value(overall) }
    }

    /// Largest of a figure over the groups, NaN passed over; NaN where nothing is left.
    fn max(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.by_group.iter().map(|x| of(*x)).filter(|x| !x.is_nan()).fold(f64::NAN, f64::max)
    }

    fn min(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.by_group.iter().map(|x| of(*x)).filter(|x| !x.is_nan()).fold(f64::NAN, f64::min)
    }

    fn group_max(&self) -> f64 {
        self.max(|x| x)
    }

    fn group_min(&self) -> f64 {
        self.min(|x| x)
    }

    fn difference(&self, method: Method) -> f64 {
        match method {
            Method::BetweenGroups => self.group_max() - self.group_min(),
            Method::ToOverall => self.max(|x| (x - self.overall).abs()),
        }
    }

    fn ratio(&self, method: Method) -> f64 {
        match method {
            Method::BetweenGroups => self.group_min() / self.group_max(),
            Method::ToOverall => self.min(|x| {
                let ratio = x / self.overall;
                if ratio > 1.0 { 1.0 / ratio } else { ratio }
            }),
        }
    }
}

#[derive(Clone, Copy)]
enum Method {
    BetweenGroups,
    ToOverall,
}

impl Method {
    const ALL: [Self; 2] = [Self::BetweenGroups, Self::ToOverall];

    fn setting(self) -> &'static str {
        match self {
            Self::BetweenGroups => "method=between_groups",
            Self::ToOverall => "method=to_overall",
        }
    }
}

/// Returns what fairlearn prints: for each metric `by_group`, `overall`, `difference`, `ratio`, `group_min` and
/// `group_max`, then the ready-made functions (`demographic_parity_difference`, …).
///
/// Metrics of decisions where target and decision are there, metrics of the score where target and score are, in
/// regression those of errors. With
/// control features, call it inside each stratum: `overall` is then the stratum's.
pub fn fairlearn(groups: &[View], overall: &View) -> Vec<Quote> {
    let mut quotes = Vec::new();
    let hard = if has_decisions(overall) { HARD.as_slice() } else { &[] };
    let soft = match (has_scores(overall), has_errors(overall)) {
        (true, _) => SOFT.as_slice(),
        (false, true) => &SOFT[RANKING..],
        (false, false) => &[],
    };
    for entry in hard.iter().chain(soft) {
        let row = Row::new(entry, groups, overall);
        let quote = |name: String, value: f64| {
            let quote = Quote::new(name, value).ours(entry.ours);
            match entry.note {
                Some(note) => quote.note(note),
                None => quote,
            }
        };
        for (group, &value) in row.by_group.iter().enumerate() {
            quotes.push(quote(entry.name.to_owned(), value).of(group));
        }
        quotes.push(quote(entry.name.to_owned(), row.overall).with("overall"));
        for method in Method::ALL {
            let named = |aspect: &str| format!("{}.{aspect}", entry.name);
            quotes.push(quote(named("difference"), row.difference(method)).with(method.setting()));
            quotes.push(quote(named("ratio"), row.ratio(method)).with(method.setting()));
        }
        quotes.push(quote(format!("{}.group_min", entry.name), row.group_min()));
        quotes.push(quote(format!("{}.group_max", entry.name), row.group_max()));
    }
    if has_decisions(overall) {
        ready_made(groups, overall, &mut quotes);
    }
    quotes
}

const NOISE: &str = "the largest gap over groups is biased up; ours stands beside its interval and bias";

fn ready_made(groups: &[View], overall: &View, quotes: &mut Vec<Quote>) {
    let row = |name: &str| {
        HARD.iter().find(|entry| entry.name == name).map(|entry| Row::new(entry, groups, overall))
    };
    let (Some(rate), Some(tpr), Some(fpr)) =
        (row("selection_rate"), row("true_positive_rate"), row("false_positive_rate"))
    else {
        return;
    };
    for method in Method::ALL {
        let mut put = |name: &str, ours: &'static str, value: f64, agg: &str| {
            let setting = format!("{agg}{}", method.setting());
            quotes.push(Quote::new(name, value).with(setting).ours(ours).note(NOISE));
        };
        let (d_tpr, d_fpr) = (tpr.difference(method), fpr.difference(method));
        let (r_tpr, r_fpr) = (tpr.ratio(method), fpr.ratio(method));
        put("demographic_parity_difference", "demographic_parity_difference", rate.difference(method), "");
        put("demographic_parity_ratio", "demographic_parity_ratio", rate.ratio(method), "");
        put("equalized_odds_difference", "equalized_odds_difference", d_tpr.max(d_fpr), "");
        put(
            "equalized_odds_difference",
            "equalized_odds_difference_mean",
            (d_tpr + d_fpr) / 2.0,
            "agg=mean ",
        );
        put("equalized_odds_ratio", "equalized_odds_ratio", r_tpr.min(r_fpr), "");
        put("equalized_odds_ratio", "equalized_odds_ratio_mean", (r_tpr + r_fpr) / 2.0, "agg=mean ");
        put("equal_opportunity_difference", "true_positive_rate_gap", d_tpr, "");
        put("equal_opportunity_ratio", "true_positive_rate", r_tpr, "");
    }
    const DERIVED: [&str; 7] = [
        "selection_rate",
        "true_positive_rate",
        "true_negative_rate",
        "false_positive_rate",
        "false_negative_rate",
        "accuracy_score",
        "zero_one_loss",
    ];
    for entry in HARD.iter() {
        let row = Row::new(entry, groups, overall);
        if DERIVED.contains(&entry.name) {
            for method in Method::ALL {
                let quote = |aspect: &str, value: f64| {
                    Quote::new(format!("{}_{aspect}", entry.name), value)
                        .with(method.setting())
                        .ours(entry.ours)
                };
                quotes.push(quote("difference", row.difference(method)).note(NOISE));
                quotes.push(quote("ratio", row.ratio(method)).note(NOISE));
            }
        }
        let mut put = |aspect: &str, value: f64| {
            quotes.push(Quote::new(format!("{}_{aspect}", entry.name), value).ours(entry.ours));
        };
        match entry.name {
            "accuracy_score"
            | "balanced_accuracy_score"
            | "precision_score"
            | "recall_score"
            | "f1_score" => {
                put("group_min", row.group_min());
            }
            "zero_one_loss" => put("group_max", row.group_max()),
            _ => {}
        }
    }
}
