//! Inequality of benefits over people and groups, and differential fairness.
//!
//! The benefit of a row is b = ŷ − y + 1: 1 for a right decision, 2 for a false positive, 0 for a false negative. So
//! everything here comes from the four cells of a table.

use super::{
    Alias, Counts, Kind, Metric, Needs, Parameter, Range, Table, Toolkit::*, Undefined, table::divide,
};
use crate::stats::view::View;

/// Values and their shares of the rows.
type Benefits = Vec<(f64, f64)>;

fn benefits(c: Counts) -> Result<Benefits, Undefined> {
    let c = c.shares()?;
    let all = [(1.0, c.tp + c.tn), (2.0, c.fp), (0.0, c.fn_)];
    Ok(all.into_iter().filter(|(_, share)| *share > 0.0).collect())
}

fn benefits_of(table: &Table) -> Result<Benefits, Undefined> {
    benefits(table.binary()?)
}

fn mean(benefits: &[(f64, f64)]) -> f64 {
    benefits.iter().map(|(value, share)| value * share).sum()
}

/// The generalized entropy index of values with shares that sum to 1.
///
/// Both forms of the general case subtract a term whose mean is known, so that nothing cancels near α = 0 and 1.
fn generalized_entropy(benefits: &[(f64, f64)], alpha: f64) -> Result<f64, Undefined> {
    let mu = mean(benefits);
    if mu <= 0.0 {
        return Err(Undefined::ZeroDenominator);
    }
    if alpha <= 0.0 && benefits.iter().any(|(value, _)| *value <= 0.0) {
        return Err(Undefined::Infinite);
    }
    let term = |x: f64| {
        if alpha == 0.0 {
            -x.ln()
        } else if alpha == 1.0 {
            if x > 0.0 { x * x.ln() } else { 0.0 }
        } else if (alpha - 1.0).abs() < 0.5 {
            if x > 0.0 { x * ((alpha - 1.0) * x.ln()).exp_m1() / (alpha * (alpha - 1.0)) } else { 0.0 }
        } else {
            // At x = 0 and α > 0 the logarithm is −∞ and exp_m1 is −1, as it should be.
            (alpha * x.ln()).exp_m1() / (alpha * (alpha - 1.0))
        }
    };
    let sum: f64 = benefits.iter().map(|(value, share)| share * term(value / mu)).sum();
    Ok(sum.max(0.0))
}

pub(super) fn entropy_of(c: Counts, alpha: f64) -> Result<f64, Undefined> {
    generalized_entropy(&benefits(c)?, alpha)
}

fn entropy(table: &Table, alpha: f64) -> Result<f64, Undefined> {
    generalized_entropy(&benefits_of(table)?, alpha)
}

fn theil(table: &Table, _: f64) -> Result<f64, Undefined> {
    entropy(table, 1.0)
}

fn mean_log_deviation(table: &Table, _: f64) -> Result<f64, Undefined> {
    entropy(table, 0.0)
}

fn coefficient_of_variation(table: &Table, _: f64) -> Result<f64, Undefined> {
    Ok((2.0 * entropy(table, 2.0)?).sqrt())
}

fn atkinson(table: &Table, epsilon: f64) -> Result<f64, Undefined> {
    let benefits = benefits_of(table)?;
    let mu = mean(&benefits);
    if mu <= 0.0 {
        return Err(Undefined::ZeroDenominator);
    }
    if epsilon >= 1.0 && benefits.iter().any(|(value, _)| *value <= 0.0) {
        return Ok(1.0); // the limit: one row without benefit makes the equal-benefit equivalent 0
    }
    let equivalent = if epsilon == 1.0 {
        benefits.iter().map(|(value, share)| share * (value / mu).ln()).sum::<f64>().exp()
    } else {
        let power = 1.0 - epsilon;
        benefits.iter().map(|(value, share)| share * (value / mu).powf(power)).sum::<f64>().powf(1.0 / power)
    };
    Ok((1.0 - equivalent).clamp(0.0, 1.0))
}

fn gini(table: &Table, _: f64) -> Result<f64, Undefined> {
    let benefits = benefits_of(table)?;
    let pairs = benefits.iter().flat_map(|a| benefits.iter().map(move |b| a.1 * b.1 * (a.0 - b.0).abs()));
    divide(pairs.sum::<f64>() / 2.0, mean(&benefits), Undefined::ZeroDenominator)
}

/// Each group's table, groups without rows left out, and each group's share of the rows.
fn tables(groups: &[View]) -> Result<Vec<(Counts, f64)>, Undefined> {
    let mut counts = Vec::with_capacity(groups.len());
    for view in groups {
        let c = Counts::of(view)?;
        if c.total() > 0.0 {
            counts.push((c, c.total()));
        }
    }
    let total: f64 = counts.iter().map(|(_, weight)| weight).sum();
    if counts.is_empty() {
        return Err(Undefined::NoRows);
    }
    Ok(counts.into_iter().map(|(c, weight)| (c, weight / total)).collect())
}

/// Every row gets its group's mean benefit.
fn group_means(groups: &[View]) -> Result<Benefits, Undefined> {
    tables(groups)?.into_iter().map(|(c, share)| Ok((mean(&benefits(c)?), share))).collect()
}

fn between(groups: &[View], _: &View, alpha: f64) -> Result<f64, Undefined> {
    generalized_entropy(&group_means(groups)?, alpha)
}

/// Σ_s p_s (μ_s/μ)^α GE_s(α).
fn within(groups: &[View], _: &View, alpha: f64) -> Result<f64, Undefined> {
    let mu = mean(&group_means(groups)?);
    let mut sum = 0.0;
    for (c, share) in tables(groups)? {
        let benefits = benefits(c)?;
        let relative = mean(&benefits) / mu;
        // A group without any benefit weighs 0^α: nothing for positive α.
        if relative > 0.0 || alpha <= 0.0 {
            sum += share * relative.powf(alpha) * generalized_entropy(&benefits, alpha)?;
        }
    }
    if mu > 0.0 { Ok(sum) } else { Err(Undefined::ZeroDenominator) }
}

/// Which side of the table.
#[derive(Clone, Copy)]
enum Side {
    Labels,
    Predictions,
}

/// Weights by class in each group that has rows.
fn class_weights(groups: &[View], side: Side) -> Result<Vec<Vec<f64>>, Undefined> {
    let mut all = Vec::with_capacity(groups.len());
    for view in groups {
        let m = &view.matrix;
        let weights: Vec<f64> = match side {
            Side::Labels => (0..m.n_target).map(|class| m.target(class).weight).collect(),
            Side::Predictions => (0..m.n_prediction).map(|class| m.prediction(class).weight).collect(),
        };
        if weights.len() < 2 || all.first().is_some_and(|first: &Vec<f64>| first.len() != weights.len()) {
            return Err(Undefined::NotGiven);
        }
        if weights.iter().sum::<f64>() > 0.0 {
            all.push(weights);
        }
    }
    Ok(all)
}

/// The largest |ln q_s − ln q_s'| over pairs of groups and classes: for each class largest minus smallest logarithm.
fn epsilon(groups: &[View], side: Side, kappa: f64) -> Result<f64, Undefined> {
    let weights = class_weights(groups, side)?;
    if weights.len() < 2 {
        return Err(Undefined::FewerThanTwoGroups);
    }
    let n_classes = weights[0].len();
    let mut worst = 0.0_f64;
    for class in 0..n_classes {
        let (mut lowest, mut highest) = (f64::INFINITY, f64::NEG_INFINITY);
        for of_group in &weights {
            // ln(1 − q) would lose digits; each class's own count does not.
            let q = (of_group[class] + kappa / n_classes as f64) / (of_group.iter().sum::<f64>() + kappa);
            (lowest, highest) = (lowest.min(q.ln()), highest.max(q.ln()));
        }
        if highest == f64::NEG_INFINITY {
            continue; // a class that occurs in no group says nothing about them
        }
        if lowest == f64::NEG_INFINITY {
            return Err(Undefined::Infinite);
        }
        worst = worst.max(highest - lowest);
    }
    Ok(worst)
}

fn smoothed(view: &View, side: Side, kappa: f64) -> Result<f64, Undefined> {
    let weights = class_weights(std::slice::from_ref(view), side)?;
    match weights.first().map(Vec::as_slice) {
        Some([negative, positive]) => {
            divide(positive + kappa / 2.0, negative + positive + kappa, Undefined::NoRows)
        }
        Some(_) => Err(Undefined::NotGiven),
        None => Err(Undefined::NoRows),
    }
}

const ALPHA: Parameter = Parameter {
    symbol: "alpha",
    meaning: "how much large benefits weigh; 0 is the mean log deviation, 1 Theil, 2 half the squared \
        variation",
    default: 2.0,
    allowed: Range { lowest: -10.0, highest: 10.0 },
    is_whole: false,
};
const KAPPA: Parameter = Parameter {
    symbol: "kappa",
    meaning: "rows added to each group, spread evenly over the classes",
    default: 1.0,
    allowed: Range { lowest: 0.0, highest: 1e6 },
    is_whole: false,
};
const BENEFIT_BLIND: &str = "Who profits. It rests on b = ŷ − y + 1, which counts a false positive as a double benefit: \
    right only where the positive decision is the wished-for one.";
const AIF360_ALPHA0: &str =
    "AIF360 0.6.1 divides the case alpha = 0 once more by the mean benefit, in both interfaces";

const INEQUALITY: Metric = Metric {
    range: Range::POSITIVE,
    best: Some(0.0),
    cannot_see: BENEFIT_BLIND,
    undefined_when: "there are no rows, or every row is a false negative",
    ..Metric::BASE
};
const DIFFERENTIAL: Metric = Metric {
    kind: Kind::Family(|_, _, _| Err(Undefined::NotGiven)),
    parameter: Some(KAPPA),
    range: Range::POSITIVE,
    best: Some(0.0),
    cannot_see: "Noise: the smallest group dominates the maximum. Give it the crossing of all attributes, \
        and read the groups' sizes beside it.",
    undefined_when: "fewer than two groups have rows; at kappa = 0 a class is absent from a group (infinite)",
    source: "Foulds, Islam, Keya & Pan 2020",
    ..Metric::BASE
};

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "generalized_entropy",
        title: "Generalized entropy index",
        kind: Kind::Table(entropy),
        parameter: Some(ALPHA),
        aliases: &[
            Alias::but(Aif360, "generalized_entropy_index", AIF360_ALPHA0),
            Alias::but(Aif360Sklearn, "generalized_entropy_error", AIF360_ALPHA0),
            Alias::new(Jurity, "GeneralizedEntropyIndex"),
            Alias::new(Clarify, "GE"),
        ],
        definition: "mean[(b/μ)^α − 1] / (α(α − 1)), b = ŷ − y + 1, μ = mean b; α = 1: mean[(b/μ) ln(b/μ)]; \
            α = 0: −mean ln(b/μ)",
        measures: "How unequally the decisions' benefits fall on people, inside groups and between them.",
        reading: "0: everybody benefits alike. 0.12 at α = 2: a coefficient of variation of √0.24 = 0.49.",
        undefined_when: "there are no rows, every row is a false negative, or alpha is at most 0 and some row is \
            one (infinite)",
        source: "Shorrocks 1980; Speicher et al. 2018",
        ..INEQUALITY
    },
    Metric {
        name: "theil_index",
        title: "Theil index",
        kind: Kind::Table(theil),
        aliases: &[
            Alias::new(Aif360, "theil_index"),
            Alias::new(Aif360Sklearn, "theil_index"),
            Alias::new(Jurity, "TheilIndex"),
        ],
        definition: "mean[(b/μ) ln(b/μ)], b = ŷ − y + 1, μ = mean b, 0 ln 0 = 0",
        measures: "How unequally the decisions' benefits fall on people: generalized entropy at α = 1.",
        reading: "0: everybody benefits alike; at most ln(n / rows that benefit).",
        source: "Theil 1967; Speicher et al. 2018",
        ..INEQUALITY
    },
    Metric {
        name: "mean_log_deviation",
        title: "Mean log deviation",
        kind: Kind::Table(mean_log_deviation),
        aliases: &[Alias::new(Lift, "Theil L")],
        definition: "−mean ln(b/μ), b = ŷ − y + 1, μ = mean b",
        measures: "Generalized entropy at α = 0, which weighs low benefits most.",
        reading: "0: everybody benefits alike.",
        undefined_when: "there are no rows, or some row is a false negative (infinite)",
        source: "Theil 1967",
        ..INEQUALITY
    },
    Metric {
        name: "coefficient_of_variation",
        title: "Coefficient of variation of benefits",
        kind: Kind::Table(coefficient_of_variation),
        aliases: &[
            Alias::new(Aif360, "coefficient_of_variation"),
            Alias::new(Aif360Sklearn, "coefficient_of_variation"),
            Alias::but(
                HolisticAi,
                "coefficient_of_variation",
                "Holistic AI returns 2√GE(2), √2 times the coefficient of variation",
            ),
        ],
        definition: "sd b / mean b = √(2 GE(2)), population sd",
        measures: "The spread of benefits relative to their mean.",
        reading: "0.49: benefits spread by half their mean.",
        source: "standard",
        ..INEQUALITY
    },
    Metric {
        name: "atkinson",
        title: "Atkinson index",
        kind: Kind::Table(atkinson),
        range: Range::UNIT,
        parameter: Some(Parameter {
            symbol: "epsilon",
            meaning: "aversion to inequality",
            default: 0.5,
            allowed: Range { lowest: 0.0, highest: 10.0 },
            is_whole: false,
        }),
        aliases: &[Alias::but(Lift, "Atkinson", "LiFT takes a benefit per group, not per row")],
        definition: "1 − (mean (b/μ)^(1−ε))^(1/(1−ε)); ε = 1: 1 − geometric mean / μ",
        measures: "The share of all benefit that could be given up if the rest were spread evenly.",
        reading: "0.1: the same welfare with 90 % of the benefit, spread evenly. From ε = 1 on, one false \
            negative makes it 1.",
        source: "Atkinson 1970",
        ..INEQUALITY
    },
    Metric {
        name: "gini",
        title: "Gini index of benefits",
        kind: Kind::Table(gini),
        range: Range::UNIT,
        aliases: &[Alias::but(FairBench, "gini", "FairBench takes it over groups, not over rows")],
        definition: "mean |b_i − b_j| over all pairs of rows / (2μ)",
        measures: "The expected difference of two rows' benefits, relative to twice the mean.",
        reading: "0: everybody benefits alike.",
        source: "Gini 1912",
        ..INEQUALITY
    },
    Metric {
        name: "between_group_generalized_entropy",
        title: "Generalized entropy between groups",
        kind: Kind::Family(between),
        parameter: Some(ALPHA),
        aliases: &[
            Alias::but(Aif360, "between_group_generalized_entropy_index", AIF360_ALPHA0),
            Alias::but(Aif360Sklearn, "between_group_generalized_entropy_error", AIF360_ALPHA0),
        ],
        definition: "GE(α) after each row's benefit is replaced by its group's mean",
        measures: "The part of the inequality that lies between groups; total = between + within.",
        reading: "Set it beside the total: 0.0004 of 0.12 means that nearly all inequality is inside groups.",
        source: "Shorrocks 1980; Speicher et al. 2018",
        ..INEQUALITY
    },
    Metric {
        name: "within_group_generalized_entropy",
        title: "Generalized entropy within groups",
        kind: Kind::Family(within),
        parameter: Some(ALPHA),
        definition: "Σ_s (n_s/n) (μ_s/μ)^α GE_s(α)",
        measures: "The part of the inequality that lies inside groups; total = between + within.",
        reading: "Close to the total: groups are treated alike on average.",
        source: "Shorrocks 1980",
        ..INEQUALITY
    },
    Metric {
        name: "between_group_theil_index",
        title: "Theil index between groups",
        kind: Kind::Family(|groups, overall, _| between(groups, overall, 1.0)),
        aliases: &[
            Alias::new(Aif360, "between_group_theil_index"),
            Alias::but(
                Aif360,
                "between_all_groups_theil_index",
                "AIF360 takes the crossing of all protected attributes: give it that grouping",
            ),
        ],
        definition: "Theil index after each row's benefit is replaced by its group's mean",
        measures: "The part of the Theil index that lies between groups.",
        reading: "Set it beside the Theil index.",
        source: "Speicher et al. 2018",
        ..INEQUALITY
    },
    Metric {
        name: "between_group_coefficient_of_variation",
        title: "Coefficient of variation between groups",
        kind: Kind::Family(|groups, overall, _| Ok((2.0 * between(groups, overall, 2.0)?).sqrt())),
        aliases: &[
            Alias::new(Aif360, "between_group_coefficient_of_variation"),
            Alias::but(
                Aif360,
                "between_all_groups_coefficient_of_variation",
                "AIF360 takes the crossing of all protected attributes: give it that grouping",
            ),
        ],
        definition: "√(2 GE(2)) after each row's benefit is replaced by its group's mean",
        measures: "The spread of the groups' mean benefits relative to the mean of all.",
        reading: "0.07: group means spread by 7 % of the mean.",
        source: "Speicher et al. 2018",
        ..INEQUALITY
    },
    Metric {
        name: "differential_fairness",
        title: "Differential fairness of decisions",
        needs: Needs::DECISIONS,
        kind: Kind::Family(|groups, _, kappa| epsilon(groups, Side::Predictions, kappa)),
        aliases: &[Alias::but(
            Aif360Sklearn,
            "smoothed_edf",
            "AIF360's scikit-learn function counts classes inside each group, so a group with one \
            outcome gets another prior; the classic class does not",
        )],
        definition: "max over pairs of groups and classes of |ln q_s − ln q_s'|, q_s = (n_{s,c} + κ/C) / \
            (n_s + κ)",
        measures: "The largest ratio of chances between any two groups, on the log scale, for every class \
            of decision.",
        reading: "1.48: some decision is e^1.48 = 4.4 times as likely in one group as in another.",
        ..DIFFERENTIAL
    },
    Metric {
        name: "differential_fairness_labels",
        title: "Differential fairness of outcomes",
        needs: Needs::TARGET,
        kind: Kind::Family(|groups, _, kappa| epsilon(groups, Side::Labels, kappa)),
        aliases: &[
            Alias::new(Aif360, "smoothed_empirical_differential_fairness"),
            Alias::but(
                Aif360Sklearn,
                "smoothed_edf (labels)",
                "AIF360's scikit-learn function counts classes inside each group",
            ),
        ],
        definition: "as differential_fairness, of the outcome's classes",
        measures: "The same ratio in the recorded outcomes: what a faithful model would reproduce.",
        reading: "1.03: some outcome is 2.8 times as frequent in one group as in another.",
        ..DIFFERENTIAL
    },
    Metric {
        name: "differential_fairness_amplification",
        title: "Bias amplification",
        kind: Kind::Family(|groups, _, kappa| {
            Ok(epsilon(groups, Side::Predictions, kappa)? - epsilon(groups, Side::Labels, kappa)?)
        }),
        range: Range::REAL,
        aliases: &[
            Alias::new(Aif360, "differential_fairness_bias_amplification"),
            Alias::but(
                Aif360Sklearn,
                "df_bias_amplification",
                "AIF360's scikit-learn function counts classes inside each group",
            ),
        ],
        definition: "differential_fairness − differential_fairness_labels",
        measures: "Whether decisions differ between groups more (+) or less (−) than outcomes do.",
        reading: "−0.83: decisions differ much less than outcomes.",
        ..DIFFERENTIAL
    },
    Metric {
        name: "smoothed_selection_rate",
        title: "Smoothed selection rate",
        needs: Needs::DECISIONS,
        kind: Kind::Group { value: |view, kappa| smoothed(view, Side::Predictions, kappa), limits: None },
        range: Range::UNIT,
        best: None,
        aliases: &[Alias::but(
            Aif360Sklearn,
            "smoothed_selection_rate",
            "AIF360 counts classes inside each group",
        )],
        definition: "(PP + κ/2) / (n + κ)",
        measures: "The selection rate drawn towards one half by κ rows; what differential fairness compares.",
        cannot_see: "How sure the rate is. No interval: it is a drawn-in figure.",
        reading: "0 of 2 rows at κ = 1: 0.5 / 3 = 0.17.",
        undefined_when: "there are no rows",
        ..DIFFERENTIAL
    },
    Metric {
        name: "smoothed_base_rate",
        title: "Smoothed base rate",
        needs: Needs::TARGET,
        kind: Kind::Group { value: |view, kappa| smoothed(view, Side::Labels, kappa), limits: None },
        range: Range::UNIT,
        best: None,
        aliases: &[Alias::but(
            Aif360Sklearn,
            "smoothed_base_rate",
            "AIF360 counts classes inside each group",
        )],
        definition: "(P + κ/2) / (n + κ)",
        measures: "The base rate drawn towards one half by κ rows.",
        cannot_see: "How sure the rate is. No interval: it is a drawn-in figure.",
        reading: "0 of 2 rows at κ = 1: 0.5 / 3 = 0.17.",
        undefined_when: "there are no rows",
        ..DIFFERENTIAL
    },
];
