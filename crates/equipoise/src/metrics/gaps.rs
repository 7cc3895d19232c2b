//! Comparisons of groups that have a name of their own.
//!
//! Gaps of any metric (largest difference, smallest ratio, to a reference, to all rows) are made by the audit, with
//! their intervals; here are the single numbers that people ask for by name. Pairs are signed: the group of
//! concern (u) first, minus or over the reference (v).

use super::{Alias, Counts, Kind, Metric, Needs, Range, Toolkit::*, Undefined, rates, scores, table::divide};
use crate::stats::{
    Task,
    view::{Moment, View},
};

/// A figure of one group.
pub(super) type OfGroup = fn(&View) -> Result<f64, Undefined>;

pub(super) fn selection_rate(view: &View) -> Result<f64, Undefined> {
    let rate = rates::selected(view).ok_or(Undefined::NotGiven)?;
    divide(rate.hits.weight, rate.of.weight, Undefined::NoRows)
}

pub(super) fn base_rate(view: &View) -> Result<f64, Undefined> {
    let rate = rates::positives(view).ok_or(Undefined::NotGiven)?;
    divide(rate.hits.weight, rate.of.weight, Undefined::NoRows)
}

pub(super) fn tpr(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.tp, c.positives(), Undefined::NoPositives)
}

fn fnr(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.fn_, c.positives(), Undefined::NoPositives)
}

pub(super) fn fpr(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.fp, c.negatives(), Undefined::NoNegatives)
}

pub(super) fn tnr(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.tn, c.negatives(), Undefined::NoNegatives)
}

pub(super) fn ppv(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.tp, c.selected(), Undefined::NothingSelected)
}

fn fdr(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.fp, c.selected(), Undefined::NothingSelected)
}

pub(super) fn npv(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.tn, c.rejected(), Undefined::EverythingSelected)
}

fn false_omission(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.fn_, c.rejected(), Undefined::EverythingSelected)
}

pub(super) fn accuracy(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.tp + c.tn, c.total(), Undefined::NoRows)
}

fn error_rate(view: &View) -> Result<f64, Undefined> {
    let c = Counts::of(view)?;
    divide(c.fp + c.fn_, c.total(), Undefined::NoRows)
}

pub(super) fn difference(of: OfGroup, u: &View, v: &View) -> Result<f64, Undefined> {
    Ok(of(u)? - of(v)?)
}

pub(super) fn ratio(of: OfGroup, u: &View, v: &View) -> Result<f64, Undefined> {
    let (u, v) = (of(u)?, of(v)?);
    divide(u, v, if u > 0.0 { Undefined::Infinite } else { Undefined::ZeroDenominator })
}

/// The smallest and largest value over the groups that have rows. A group with rows whose value is undefined makes
/// the comparison undefined: it is not passed over in silence.
fn extremes(of: OfGroup, groups: &[View]) -> Result<(f64, f64), Undefined> {
    let mut values = Vec::with_capacity(groups.len());
    for view in groups.iter().filter(|view| view.matrix.total().weight > 0.0) {
        values.push(of(view)?);
    }
    if values.len() < 2 {
        return Err(Undefined::FewerThanTwoGroups);
    }
    Ok(values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x))))
}

fn gap(of: OfGroup, groups: &[View]) -> Result<f64, Undefined> {
    extremes(of, groups).map(|(low, high)| high - low)
}

fn min_ratio(of: OfGroup, groups: &[View]) -> Result<f64, Undefined> {
    let (low, high) = extremes(of, groups)?;
    divide(low, high, Undefined::ZeroDenominator)
}

fn average_odds(u: &View, v: &View, _: f64) -> Result<f64, Undefined> {
    Ok((difference(fpr, u, v)? + difference(tpr, u, v)?) / 2.0)
}

fn average_abs_odds(u: &View, v: &View, _: f64) -> Result<f64, Undefined> {
    Ok((difference(fpr, u, v)?.abs() + difference(tpr, u, v)?.abs()) / 2.0)
}

fn average_predictive_value(u: &View, v: &View, _: f64) -> Result<f64, Undefined> {
    Ok((difference(ppv, u, v)? + difference(false_omission, u, v)?) / 2.0)
}

fn generalized_odds(u: &View, v: &View, _: f64) -> Result<f64, Undefined> {
    let gap = |of: fn(&View) -> Result<Moment, Undefined>| -> Result<f64, Undefined> {
        Ok((of(u)?.mean - of(v)?.mean).abs())
    };
    Ok(gap(scores::generalized_fpr)?.max(gap(scores::generalized_tpr)?))
}

pub(super) fn class_imbalance(u: &View, v: &View, _: f64) -> Result<f64, Undefined> {
    let (u, v) = (u.matrix.total().weight, v.matrix.total().weight);
    divide(v - u, u + v, Undefined::NoRows)
}

/// The mean and variance of a variable in each group, with the groups' weights.
struct TwoSamples {
    difference: f64,
    variances: [f64; 2],
    weights: [f64; 2],
}

impl TwoSamples {
    fn of_scores(u: &View, v: &View) -> Result<Self, Undefined> {
        let of = |view: &View| match (view.moments.score, view.law.is_empty()) {
            (Some(moment), _) => Ok(moment),
            (None, true) => Err(Undefined::NotGiven),
            (None, false) => Err(Undefined::NoRows),
        };
        let (u, v) = (of(u)?, of(v)?);
        Ok(Self {
            difference: u.mean - v.mean,
            variances: [u.variance, v.variance],
            weights: [u.cell.weight, v.cell.weight],
        })
    }

    fn of_decisions(u: &View, v: &View) -> Result<Self, Undefined> {
        let (p, q) = (selection_rate(u)?, selection_rate(v)?);
        Ok(Self {
            difference: p - q,
            variances: [p * (1.0 - p), q * (1.0 - q)],
            weights: [u.matrix.total().weight, v.matrix.total().weight],
        })
    }

    fn standardised(&self) -> Result<f64, Undefined> {
        let total = self.weights[0] + self.weights[1];
        let [a, b] = self.weights.map(|weight| weight / total);
        let all = a * self.variances[0] + b * self.variances[1] + a * b * self.difference * self.difference;
        divide(self.difference, all.sqrt(), Undefined::NoVariance)
    }

    /// Cohen's d: the pooled variance within the groups, divisor n − 2.
    fn pooled(&self) -> Result<f64, Undefined> {
        let squares = self.weights[0] * self.variances[0] + self.weights[1] * self.variances[1];
        let variance = divide(squares, self.weights[0] + self.weights[1] - 2.0, Undefined::TooFewRows)?;
        divide(self.difference, variance.sqrt(), Undefined::NoVariance)
    }
}

fn z_test(u: &View, v: &View, _: f64) -> Result<f64, Undefined> {
    let d = TwoSamples::of_decisions(u, v)?;
    let [n, m] = d.weights;
    let (p, q) = (selection_rate(u)?, selection_rate(v)?);
    let pooled = (p * n + q * m) / (n + m);
    divide(d.difference, (pooled * (1.0 - pooled) * (1.0 / n + 1.0 / m)).sqrt(), Undefined::NoVariance)
}

const PAIR: Metric = Metric {
    kind: Kind::Pair(|_, _, _| Err(Undefined::NotGiven)),
    range: Range::SIGNED_UNIT,
    best: Some(0.0),
    reading: "0 is equality; negative: lower in the group of concern.",
    undefined_when: "the rate is undefined in one of the groups",
    source: "AIF360",
    ..Metric::BASE
};
const RATIO: Metric = Metric {
    range: Range::POSITIVE,
    best: Some(1.0),
    reading: "1 is equality; below 1: lower in the group of concern.",
    undefined_when: "the rate is undefined in one of the groups, or 0 in the reference",
    ..PAIR
};
const FAMILY: Metric = Metric {
    kind: Kind::Family(|_, _, _| Err(Undefined::NotGiven)),
    range: Range::UNIT,
    best: Some(0.0),
    undefined_when: "fewer than two groups have rows, or the rate is undefined in one that has",
    source: "fairlearn",
    ..Metric::BASE
};
const ONE_RATE: &str = "The other error; and which groups lie between, and how sure the extremes are: a largest gap \
    over small groups is mostly noise.";
const FAIRLEARN_ZERO: &str = "fairlearn takes an undefined rate for 0, which can make the gap; ours is undefined and says in \
    which group";
const AIF360_NAN: &str = "AIF360's classic interface prints nan for 0/0 and inf for x/0";
const AIF360_RATIO: &str =
    "AIF360's scikit-learn interface prints 0 with a warning where the reference's rate is 0";

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "statistical_parity_difference",
        title: "Statistical parity difference",
        needs: Needs::DECISIONS,
        kind: Kind::Pair(|u, v, _| difference(selection_rate, u, v)),
        aliases: &[
            Alias::new(Aif360, "statistical_parity_difference"),
            Alias::new(Aif360, "mean_difference"),
            Alias::new(Aif360Sklearn, "statistical_parity_difference"),
            Alias::new(Jurity, "StatisticalParity"),
            Alias::new(HolisticAi, "statistical_parity"),
        ],
        definition: "PP_u/n_u − PP_v/n_v",
        measures: "How much less often the group of concern is selected.",
        cannot_see: "Whether the decisions are right.",
        reading: "−0.05: selected 5 points less often than the reference.",
        ..PAIR
    },
    Metric {
        name: "disparate_impact",
        title: "Disparate impact",
        needs: Needs::DECISIONS,
        kind: Kind::Pair(|u, v, _| ratio(selection_rate, u, v)),
        aliases: &[
            Alias::but(Aif360, "disparate_impact", AIF360_NAN),
            Alias::but(Aif360Sklearn, "disparate_impact_ratio", AIF360_RATIO),
            Alias::but(Clarify, "DI", "Clarify counts 0/0 as 0 and x/0 as infinity"),
            Alias::but(
                Jurity,
                "DisparateImpact",
                "jurity prints the count of selected rows where only the reference has none",
            ),
            Alias::but(Aequitas, "pprev_disparity", "aequitas replaces infinity by 10"),
            Alias::new(HolisticAi, "disparate_impact"),
            Alias::new(HolisticAi, "four_fifths"),
        ],
        definition: "(PP_u/n_u) / (PP_v/n_v)",
        measures: "How many times as often the group of concern is selected: the adverse impact ratio.",
        cannot_see: "Whether the decisions are right; and how rare selection is: 1 % against 2 % is 0.5.",
        reading: "0.82: four-fifths rule holds; below 0.8 it flags adverse impact.",
        source: "US Uniform Guidelines on Employee Selection Procedures, 1978",
        ..RATIO
    },
    Metric {
        name: "base_rate_difference",
        title: "Difference of base rates",
        needs: Needs::TARGET,
        kind: Kind::Pair(|u, v, _| difference(base_rate, u, v)),
        aliases: &[Alias::new(Aif360, "statistical_parity_difference (BinaryLabelDatasetMetric)")],
        definition: "P_u/n_u − P_v/n_v",
        measures: "How much less often the outcome is positive in the group of concern.",
        cannot_see: "Whether recorded outcomes are true ones.",
        ..PAIR
    },
    Metric {
        name: "base_rate_ratio",
        title: "Ratio of base rates",
        needs: Needs::TARGET,
        kind: Kind::Pair(|u, v, _| ratio(base_rate, u, v)),
        aliases: &[Alias::but(Aif360, "disparate_impact (BinaryLabelDatasetMetric)", AIF360_NAN)],
        definition: "(P_u/n_u) / (P_v/n_v)",
        measures: "How many times as often the outcome is positive in the group of concern.",
        cannot_see: "Whether recorded outcomes are true ones.",
        ..RATIO
    },
    Metric {
        name: "equal_opportunity_difference",
        title: "Equal opportunity difference",
        kind: Kind::Pair(|u, v, _| difference(tpr, u, v)),
        aliases: &[
            Alias::new(Aif360, "equal_opportunity_difference"),
            Alias::new(Aif360, "true_positive_rate_difference"),
            Alias::new(Aif360Sklearn, "equal_opportunity_difference"),
            Alias::new(Jurity, "EqualOpportunity"),
            Alias::but(
                Fairlearn,
                "equal_opportunity_difference",
                "fairlearn's is the largest absolute gap between any two groups, with undefined rates as 0",
            ),
        ],
        definition: "TPR_u − TPR_v",
        measures: "How many more or fewer of its positive rows the group of concern has found.",
        cannot_see: "False alarms.",
        source: "Hardt, Price & Srebro 2016",
        ..PAIR
    },
    Metric {
        name: "false_positive_rate_difference",
        title: "False positive rate difference",
        kind: Kind::Pair(|u, v, _| difference(fpr, u, v)),
        aliases: &[
            Alias::new(Aif360, "false_positive_rate_difference"),
            Alias::new(Jurity, "PredictiveEquality"),
            Alias::but(
                Fairlearn,
                "false_positive_rate_difference",
                "fairlearn's is the largest absolute gap between any two groups, with undefined rates as 0",
            ),
        ],
        definition: "FPR_u − FPR_v",
        measures: "How much more often the group of concern is falsely predicted positive.",
        cannot_see: "Missed positives.",
        reading: "COMPAS, African-American against Caucasian defendants: 0.448 − 0.235 = 0.214.",
        source: "Chouldechova 2017 (predictive equality: Corbett-Davies et al. 2017)",
        ..PAIR
    },
    Metric {
        name: "false_negative_rate_difference",
        title: "False negative rate difference",
        kind: Kind::Pair(|u, v, _| difference(fnr, u, v)),
        aliases: &[Alias::new(Aif360, "false_negative_rate_difference"), Alias::new(Jurity, "FNRDifference")],
        definition: "FNR_u − FNR_v",
        measures: "How much more often the group of concern is missed: equal opportunity with the sign \
            reversed.",
        cannot_see: "False alarms.",
        ..PAIR
    },
    Metric {
        name: "false_omission_rate_difference",
        title: "False omission rate difference",
        kind: Kind::Pair(|u, v, _| difference(false_omission, u, v)),
        aliases: &[Alias::new(Aif360, "false_omission_rate_difference"), Alias::new(Jurity, "FORDifference")],
        definition: "FOR_u − FOR_v",
        measures: "How much more often a negative decision is wrong in the group of concern.",
        cannot_see: "Positive decisions.",
        ..PAIR
    },
    Metric {
        name: "false_discovery_rate_difference",
        title: "False discovery rate difference",
        kind: Kind::Pair(|u, v, _| difference(fdr, u, v)),
        aliases: &[Alias::new(Aif360, "false_discovery_rate_difference")],
        definition: "FDR_u − FDR_v",
        measures: "How much more often a positive decision is wrong in the group of concern.",
        cannot_see: "Negative decisions.",
        ..PAIR
    },
    Metric {
        name: "error_rate_difference",
        title: "Error rate difference",
        kind: Kind::Pair(|u, v, _| difference(error_rate, u, v)),
        aliases: &[Alias::new(Aif360, "error_rate_difference")],
        definition: "(FP + FN)_u/n_u − (FP + FN)_v/n_v",
        measures: "How much more often decisions are wrong in the group of concern.",
        cannot_see: "Which error is made.",
        ..PAIR
    },
    Metric {
        name: "false_positive_rate_ratio",
        title: "False positive rate ratio",
        kind: Kind::Pair(|u, v, _| ratio(fpr, u, v)),
        aliases: &[
            Alias::but(Aif360, "false_positive_rate_ratio", AIF360_NAN),
            Alias::but(Aequitas, "fpr_disparity", "aequitas replaces infinity by 10"),
        ],
        definition: "FPR_u / FPR_v",
        measures: "How many times as often the group of concern is falsely predicted positive.",
        cannot_see: "Missed positives.",
        ..RATIO
    },
    Metric {
        name: "false_negative_rate_ratio",
        title: "False negative rate ratio",
        kind: Kind::Pair(|u, v, _| ratio(fnr, u, v)),
        aliases: &[
            Alias::but(Aif360, "false_negative_rate_ratio", AIF360_NAN),
            Alias::but(Aequitas, "fnr_disparity", "aequitas replaces infinity by 10"),
        ],
        definition: "FNR_u / FNR_v",
        measures: "How many times as often the group of concern is missed.",
        cannot_see: "False alarms.",
        ..RATIO
    },
    Metric {
        name: "false_omission_rate_ratio",
        title: "False omission rate ratio",
        kind: Kind::Pair(|u, v, _| ratio(false_omission, u, v)),
        aliases: &[
            Alias::but(Aif360, "false_omission_rate_ratio", AIF360_NAN),
            Alias::but(Aequitas, "for_disparity", "aequitas replaces infinity by 10"),
        ],
        definition: "FOR_u / FOR_v",
        measures: "How many times as often a negative decision is wrong in the group of concern.",
        cannot_see: "Positive decisions.",
        ..RATIO
    },
    Metric {
        name: "false_discovery_rate_ratio",
        title: "False discovery rate ratio",
        kind: Kind::Pair(|u, v, _| ratio(fdr, u, v)),
        aliases: &[
            Alias::but(Aif360, "false_discovery_rate_ratio", AIF360_NAN),
            Alias::but(Aequitas, "fdr_disparity", "aequitas replaces infinity by 10"),
        ],
        definition: "FDR_u / FDR_v",
        measures: "How many times as often a positive decision is wrong in the group of concern.",
        cannot_see: "Negative decisions.",
        ..RATIO
    },
    Metric {
        name: "error_rate_ratio",
        title: "Error rate ratio",
        kind: Kind::Pair(|u, v, _| ratio(error_rate, u, v)),
        aliases: &[Alias::but(Aif360, "error_rate_ratio", AIF360_NAN)],
        definition: "(FP + FN)_u/n_u / ((FP + FN)_v/n_v)",
        measures: "How many times as often decisions are wrong in the group of concern.",
        cannot_see: "Which error is made.",
        ..RATIO
    },
    Metric {
        name: "average_odds_difference",
        title: "Average odds difference",
        kind: Kind::Pair(average_odds),
        aliases: &[
            Alias::new(Aif360, "average_odds_difference"),
            Alias::new(Aif360Sklearn, "average_odds_difference"),
            Alias::new(Jurity, "AverageOdds"),
            Alias::new(HolisticAi, "average_odds_diff"),
        ],
        definition: "½ [(FPR_u − FPR_v) + (TPR_u − TPR_v)]",
        measures: "Whether the group of concern is predicted positive more often given the outcome, both \
            outcomes averaged.",
        cannot_see: "Gaps of opposite sign, which cancel to 0: prefer the absolute version.",
        ..PAIR
    },
    Metric {
        name: "average_abs_odds_difference",
        title: "Average absolute odds difference",
        kind: Kind::Pair(average_abs_odds),
        range: Range::UNIT,
        aliases: &[
            Alias::new(Aif360, "average_abs_odds_difference"),
            Alias::new(Aif360Sklearn, "average_odds_error"),
            Alias::new(Mlr3, "fairness.eod"),
        ],
        definition: "½ [|FPR_u − FPR_v| + |TPR_u − TPR_v|]",
        measures: "How far the groups are from equalized odds, both outcomes averaged.",
        cannot_see: "Who is worse off.",
        reading: "0 is equalized odds.",
        ..PAIR
    },
    Metric {
        name: "average_predictive_value_difference",
        title: "Average predictive value difference",
        kind: Kind::Pair(average_predictive_value),
        aliases: &[
            Alias::new(Aif360, "average_predictive_value_difference"),
            Alias::new(Aif360Sklearn, "average_predictive_value_difference"),
        ],
        definition: "½ [(PPV_u − PPV_v) + (FOR_u − FOR_v)]",
        measures: "Whether a decision means a positive outcome more often in the group of concern: \
            sufficiency, averaged.",
        cannot_see: "Gaps of opposite sign, which cancel to 0.",
        ..PAIR
    },
    Metric {
        name: "generalized_equalized_odds_difference",
        title: "Generalized equalized odds difference",
        needs: Needs::SCORED,
        kind: Kind::Pair(generalized_odds),
        range: Range::POSITIVE,
        aliases: &[Alias::new(Aif360, "generalized_equalized_odds_difference")],
        definition: "max(|mean score of negatives, u − v|, |mean score of positives, u − v|)",
        measures: "How far the groups are from balance for the negative and the positive class.",
        cannot_see: "What a threshold makes of the scores; who is worse off.",
        reading: "0 is balance for both classes.",
        undefined_when: "one of the outcomes does not occur in a group",
        source: "Kleinberg, Mullainathan & Raghavan 2017",
        ..PAIR
    },
    Metric {
        name: "class_imbalance",
        title: "Class imbalance",
        tasks: &[Task::Binary, Task::Multiclass, Task::Regression],
        needs: Needs::NOTHING,
        kind: Kind::Pair(class_imbalance),
        aliases: &[
            Alias::new(Clarify, "CI"),
            Alias::but(Aif360Sklearn, "class_imbalance", "AIF360's sign is the reverse: (n_u − n_v) / n"),
        ],
        definition: "(n_v − n_u) / (n_v + n_u)",
        measures: "How much smaller the group of concern is.",
        cannot_see: "Outcomes and decisions; and whether the sample should be balanced.",
        reading: "0.34: 33 of 100 rows are of the group of concern; 0 is two equal groups.",
        undefined_when: "there are no rows",
        source: "SageMaker Clarify",
        ..PAIR
    },
    Metric {
        name: "standardised_mean_difference",
        title: "Standardised mean difference",
        tasks: &[Task::Binary, Task::Regression],
        needs: Needs::SCORE,
        kind: Kind::Pair(|u, v, _| TwoSamples::of_scores(u, v)?.standardised()),
        range: Range::REAL,
        definition: "(mean r_u − mean r_v) / sd of r over the rows of both groups, population sd",
        measures: "The gap of mean scores in units of their spread (SMD, US lending).",
        cannot_see: "The shapes of the laws.",
        reading: "−0.3: scored 0.3 standard deviations lower; −0.3 and beyond is what US lending practice \
            looks into.",
        undefined_when: "a group has no rows, or scores do not vary",
        source: "US fair-lending practice",
        ..PAIR
    },
    Metric {
        name: "cohen_d",
        title: "Cohen's d of decisions",
        needs: Needs::DECISIONS,
        kind: Kind::Pair(|u, v, _| TwoSamples::of_decisions(u, v)?.pooled()),
        range: Range::REAL,
        aliases: &[Alias::new(HolisticAi, "cohen_d")],
        definition: "(SR_u − SR_v) / pooled sd of the 0/1 decision within the groups, divisor n − 2",
        measures: "The gap of selection rates in units of their spread.",
        cannot_see: "Whether the decisions are right.",
        reading: "0.2 is called small, 0.8 large.",
        undefined_when: "there are two rows or fewer, or decisions do not vary inside groups",
        source: "Cohen 1988",
        ..PAIR
    },
    Metric {
        name: "z_test_difference",
        title: "z statistic of selection rates",
        needs: Needs::DECISIONS,
        kind: Kind::Pair(z_test),
        range: Range::REAL,
        aliases: &[Alias::new(HolisticAi, "z_test_diff")],
        definition: "(SR_u − SR_v) / √(p̄ (1 − p̄) (1/n_u + 1/n_v)), p̄ the rate of both groups together",
        measures: "How surprising the gap would be if both groups had one rate. Rows count as weighted: \
            use unweighted rows or frequency weights.",
        cannot_see: "The size of the gap: with many rows a gap of no consequence is far from 0.",
        reading: "Beyond ±1.96 is what chance alone makes in 5 of 100 cases.",
        undefined_when: "a group has no rows, or nobody or everybody is selected",
        source: "standard; US adverse-impact practice",
        ..PAIR
    },
    Metric {
        name: "demographic_parity_difference",
        title: "Demographic parity difference",
        needs: Needs::DECISIONS,
        kind: Kind::Family(|groups, _, _| gap(selection_rate, groups)),
        aliases: &[
            Alias::new(Fairlearn, "demographic_parity_difference"),
            Alias::new(Fairlearn, "selection_rate_difference"),
        ],
        definition: "max_s SR_s − min_s SR_s",
        measures: "The largest gap of selection rates.",
        cannot_see: "Whether the decisions are right; and how sure the extremes are: a largest gap over \
            small groups is mostly noise.",
        reading: "0.46: some group is selected 46 points more often than another.",
        ..FAMILY
    },
    Metric {
        name: "demographic_parity_ratio",
        title: "Demographic parity ratio",
        needs: Needs::DECISIONS,
        kind: Kind::Family(|groups, _, _| min_ratio(selection_rate, groups)),
        best: Some(1.0),
        aliases: &[
            Alias::new(Fairlearn, "demographic_parity_ratio"),
            Alias::new(Fairlearn, "selection_rate_ratio"),
        ],
        definition: "min_s SR_s / max_s SR_s",
        measures: "The smallest impact ratio: New York City's Local Law 144 prints SR_s / max SR for every \
            group.",
        cannot_see: "Whether the decisions are right; and how sure the extremes are.",
        reading: "0.31: some group is selected less than a third as often as another; the four-fifths \
            rule asks for 0.8.",
        undefined_when: "fewer than two groups have rows, or nobody is selected",
        source: "fairlearn; New York City Local Law 144, rules of 2023",
        ..FAMILY
    },
    Metric {
        name: "equalized_odds_difference",
        title: "Equalized odds difference",
        kind: Kind::Family(|groups, _, _| Ok(gap(tpr, groups)?.max(gap(fpr, groups)?))),
        aliases: &[
            Alias::but(Fairlearn, "equalized_odds_difference", FAIRLEARN_ZERO),
            Alias::new(Aif360, "equalized_odds_difference"),
        ],
        definition: "max(max_s TPR_s − min_s TPR_s, max_s FPR_s − min_s FPR_s)",
        measures: "The larger of the gaps of TPR and FPR.",
        cannot_see: "Which of the two; and how sure the extremes are.",
        reading: "0.58: for one of the outcomes, decisions of two groups differ by 58 points.",
        source: "Hardt, Price & Srebro 2016; fairlearn (worst case)",
        ..FAMILY
    },
    Metric {
        name: "equalized_odds_difference_mean",
        title: "Equalized odds difference, mean",
        kind: Kind::Family(|groups, _, _| Ok((gap(tpr, groups)? + gap(fpr, groups)?) / 2.0)),
        aliases: &[Alias::but(Fairlearn, "equalized_odds_difference(agg='mean')", FAIRLEARN_ZERO)],
        definition: "½ [(max_s TPR_s − min_s TPR_s) + (max_s FPR_s − min_s FPR_s)]",
        measures: "The mean of the gaps of TPR and FPR.",
        cannot_see: "Which of the two; and how sure the extremes are.",
        reading: "0 is equalized odds.",
        ..FAMILY
    },
    Metric {
        name: "equalized_odds_ratio",
        title: "Equalized odds ratio",
        kind: Kind::Family(|groups, _, _| Ok(min_ratio(tpr, groups)?.min(min_ratio(fpr, groups)?))),
        best: Some(1.0),
        aliases: &[Alias::but(Fairlearn, "equalized_odds_ratio", FAIRLEARN_ZERO)],
        definition: "min(min_s TPR_s / max_s TPR_s, min_s FPR_s / max_s FPR_s)",
        measures: "The smaller of the ratios of TPR and FPR.",
        cannot_see: "Which of the two; and how rare the event is.",
        reading: "1 is equalized odds.",
        undefined_when: "fewer than two groups have rows, a rate is undefined in one that has, or 0 in all",
        ..FAMILY
    },
    Metric {
        name: "equalized_odds_ratio_mean",
        title: "Equalized odds ratio, mean",
        kind: Kind::Family(|groups, _, _| Ok((min_ratio(tpr, groups)? + min_ratio(fpr, groups)?) / 2.0)),
        best: Some(1.0),
        aliases: &[Alias::but(Fairlearn, "equalized_odds_ratio(agg='mean')", FAIRLEARN_ZERO)],
        definition: "½ [min_s TPR_s / max_s TPR_s + min_s FPR_s / max_s FPR_s]",
        measures: "The mean of the ratios of TPR and FPR.",
        cannot_see: "Which of the two; and how rare the event is.",
        reading: "1 is equalized odds.",
        undefined_when: "fewer than two groups have rows, a rate is undefined in one that has, or 0 in all",
        ..FAMILY
    },
    Metric {
        name: "true_positive_rate_gap",
        title: "Equal opportunity gap",
        kind: Kind::Family(|groups, _, _| gap(tpr, groups)),
        aliases: &[Alias::but(Fairlearn, "true_positive_rate_difference", FAIRLEARN_ZERO)],
        definition: "max_s TPR_s − min_s TPR_s",
        measures: "The largest gap of true positive rates.",
        cannot_see: ONE_RATE,
        reading: "0.3: in some group 30 points more of the positive rows are found.",
        source: "Hardt, Price & Srebro 2016",
        ..FAMILY
    },
    Metric {
        name: "false_positive_rate_gap",
        title: "Predictive equality gap",
        kind: Kind::Family(|groups, _, _| gap(fpr, groups)),
        definition: "max_s FPR_s − min_s FPR_s",
        measures: "The largest gap of false positive rates.",
        cannot_see: ONE_RATE,
        reading: "0.3: in some group false alarms are 30 points more frequent.",
        source: "Corbett-Davies et al. 2017",
        ..FAMILY
    },
    Metric {
        name: "conditional_demographic_disparity",
        title: "Disparity over groups as strata",
        needs: Needs::TARGET,
        kind: Kind::Family(|groups, overall, _| disparity_over_groups(rates::positives, groups, overall)),
        range: Range::SIGNED_UNIT,
        aliases: &[Alias::new(Aif360Sklearn, "conditional_demographic_disparity")],
        definition: "Σ_s (n_s/n) (N_s/N_all − P_s/P_all): the groups are the strata",
        measures: "Whether large groups have more than their share of negative outcomes.",
        cannot_see: "A single group. It is not Clarify's CDDL, which compares two groups inside strata.",
        reading: "Near 0 where base rates are equal.",
        undefined_when: "no row is positive, or none is negative",
        source: "AIF360 0.6",
        ..FAMILY
    },
    Metric {
        name: "conditional_demographic_disparity_decisions",
        title: "Disparity of decisions over groups as strata",
        needs: Needs::DECISIONS,
        kind: Kind::Family(|groups, overall, _| disparity_over_groups(rates::selected, groups, overall)),
        range: Range::SIGNED_UNIT,
        aliases: &[Alias::new(Aif360Sklearn, "conditional_demographic_disparity (predictions)")],
        definition: "Σ_s (n_s/n) (PN_s/PN_all − PP_s/PP_all): the groups are the strata",
        measures: "Whether large groups have more than their share of negative decisions.",
        cannot_see: "A single group. It is not Clarify's CDDPL, which compares two groups inside strata.",
        reading: "Near 0 where selection rates are equal.",
        undefined_when: "nobody or everybody is selected",
        source: "AIF360 0.6",
        ..FAMILY
    },
];

fn disparity_over_groups(
    of: fn(&View) -> Option<super::Rate>,
    groups: &[View],
    overall: &View,
) -> Result<f64, Undefined> {
    let all = of(overall).ok_or(Undefined::NotGiven)?;
    let (n, hits) = (all.of.weight, all.hits.weight);
    let mut sum = 0.0;
    for view in groups {
        let rate = of(view).ok_or(Undefined::NotGiven)?;
        let misses = divide(rate.of.weight - rate.hits.weight, n - hits, Undefined::ZeroDenominator)?;
        let hits = divide(rate.hits.weight, hits, Undefined::ZeroDenominator)?;
        sum += rate.of.weight / n * (misses - hits);
    }
    Ok(sum)
}
