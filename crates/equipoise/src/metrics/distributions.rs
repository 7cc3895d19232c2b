//! Distances between the groups' laws of a score or predicted value.

use super::{Alias, Kind, Metric, Needs, Parameter, Range, Toolkit::*, Undefined, table::divide};
use crate::{
    inference::laws::{self, Law},
    stats::{
        Task,
        view::{Atom, View},
    },
};

fn law(view: &View) -> Result<Law, Undefined> {
    if view.law.is_empty() {
        return Err(Undefined::NotGiven);
    }
    Ok(Law::new(&view.pooled_law())?)
}

fn pair(distance: fn(&Law, &Law) -> f64, concern: &View, reference: &View) -> Result<f64, Undefined> {
    Ok(distance(&law(concern)?, &law(reference)?))
}

/// A group's law as atoms and its weight; groups without rows are left out.
fn groups_with_rows(groups: &[View]) -> Result<Vec<(Vec<Atom>, f64)>, Undefined> {
    let mut all = Vec::with_capacity(groups.len());
    for view in groups {
        if view.law.is_empty() {
            return Err(Undefined::NotGiven);
        }
        let mut atoms = view.pooled_law();
        atoms.retain(|atom| atom.cell.weight > 0.0);
        let weight: f64 = atoms.iter().map(|atom| atom.cell.weight).sum();
        if weight > 0.0 {
            all.push((atoms, weight));
        }
    }
    if all.len() < 2 { Err(Undefined::FewerThanTwoGroups) } else { Ok(all) }
}

fn laws_of(groups: &[View]) -> Result<Vec<Law>, Undefined> {
    groups_with_rows(groups)?.iter().map(|(atoms, _)| Ok(Law::new(atoms)?)).collect()
}

/// sup_t (max_s F_s(t) − min_s F_s(t)), which is the largest Kolmogorov distance of any pair. O(groups · values).
fn ks_unfairness(groups: &[View], _: &View, _: f64) -> Result<f64, Undefined> {
    let laws = laws_of(groups)?;
    let mut values: Vec<f64> = laws.iter().flat_map(|law| law.values().iter().copied()).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    let spread = |value: &f64| {
        let shares = laws.iter().map(|law| law.cdf(*value));
        let (low, high) =
            shares.fold((1.0_f64, 0.0_f64), |(low, high), share| (low.min(share), high.max(share)));
        high - low
    };
    Ok(values.iter().map(spread).fold(0.0, f64::max))
}

fn to_overall(distance: fn(&Law, &Law) -> f64, groups: &[View], overall: &View) -> Result<f64, Undefined> {
    let all = law(overall)?;
    Ok(laws_of(groups)?.iter().map(|law| distance(law, &all)).fold(0.0, f64::max))
}

fn wasserstein_pairs(groups: &[View], _: &View, _: f64) -> Result<f64, Undefined> {
    let laws = laws_of(groups)?;
    let pairs = laws.iter().enumerate().flat_map(|(i, a)| laws[i + 1..].iter().map(move |b| (a, b)));
    Ok(pairs.map(|(a, b)| laws::wasserstein1(a, b)).fold(0.0, f64::max))
}

/// Σ_s p_s W₂²(ν_s, barycenter) = ∫ Var_s(Q_s(u)) du, exactly: quantile functions are steps. O(groups² · values).
fn barycenter(groups: &[View], _: &View, _: f64) -> Result<f64, Undefined> {
    let groups = groups_with_rows(groups)?;
    let total: f64 = groups.iter().map(|(_, weight)| weight).sum();
    // Where each group's quantile function steps: (level, group), in ascending order of level.
    let mut steps: Vec<(f64, usize)> = Vec::new();
    for (idx, (atoms, weight)) in groups.iter().enumerate() {
        let mut below = 0.0;
        for atom in &atoms[..atoms.len() - 1] {
            below += atom.cell.weight;
            steps.push((below / weight, idx));
        }
    }
    steps.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut at = vec![0_usize; groups.len()];
    let variance = |at: &[usize]| {
        let quantiles =
            || groups.iter().zip(at).map(|((atoms, weight), &at)| (atoms[at].value, weight / total));
        let mean: f64 = quantiles().map(|(value, share)| value * share).sum();
        quantiles().map(|(value, share)| share * (value - mean).powi(2)).sum::<f64>()
    };
    let (mut sum, mut level) = (0.0, 0.0);
    for (next, group) in steps {
        if next > level {
            sum += (next - level) * variance(&at);
            level = next;
        }
        at[group] += 1;
    }
    Ok(sum + (1.0 - level).max(0.0) * variance(&at))
}

fn mean_gap(groups: &[View], overall: &View, _: f64) -> Result<f64, Undefined> {
    let all = law(overall)?.mean();
    Ok(laws_of(groups)?.iter().map(|law| (law.mean() - all).abs()).fold(0.0, f64::max))
}

fn quantile_gap(groups: &[View], overall: &View, _: f64) -> Result<f64, Undefined> {
    let all = law(overall)?;
    let mut worst = 0.0_f64;
    for law in laws_of(groups)? {
        for percent in 1..100 {
            let level = f64::from(percent) / 100.0;
            worst = worst.max((law.quantile(level)? - all.quantile(level)?).abs());
        }
    }
    Ok(worst)
}

/// The smallest and the largest share of a group above a quantile of all rows.
fn above(groups: &[View], overall: &View, level: f64) -> Result<(f64, f64), Undefined> {
    let threshold = law(overall)?.quantile(level)?;
    let shares = laws_of(groups)?.into_iter().map(|law| 1.0 - law.cdf(threshold));
    Ok(shares.fold((1.0, 0.0), |(low, high), share| (share.min(low), share.max(high))))
}

fn no_impact_level(groups: &[View], overall: &View, ratio: f64) -> Result<f64, Undefined> {
    let (all, laws) = (law(overall)?, laws_of(groups)?);
    let mut reached = 0.0;
    for &threshold in all.values() {
        let shares = laws.iter().map(|law| 1.0 - law.cdf(threshold));
        let (low, high) =
            shares.fold((1.0_f64, 0.0_f64), |(low, high), share| (low.min(share), high.max(share)));
        if high > 0.0 && low < ratio * high {
            break;
        }
        reached = all.cdf(threshold);
    }
    Ok(reached)
}

const LEVEL: Parameter = Parameter {
    symbol: "q",
    meaning: "the quantile of all rows' scores that is the threshold",
    default: 0.5,
    allowed: Range::UNIT,
    is_whole: false,
};
const BIASED: &str = "Whether it differs from 0 by more than chance: it is positive for equal groups too, the more \
    the smaller they are.";
const DISTANCE: Metric = Metric {
    tasks: &[Task::Regression, Task::Binary],
    needs: Needs::SCORE,
    range: Range::POSITIVE,
    best: Some(0.0),
    cannot_see: BIASED,
    undefined_when: "a group has no rows",
    source: "standard",
    ..Metric::BASE
};
const FAMILY: Metric = Metric { undefined_when: "fewer than two groups have rows", ..DISTANCE };

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "ks_distance",
        title: "Kolmogorov distance of two groups",
        kind: Kind::Pair(|u, v, _| pair(laws::ks, u, v)),
        range: Range::UNIT,
        aliases: &[Alias::new(HolisticAi, "max_statistical_parity")],
        definition: "sup_t |F_u(t) − F_v(t)|, F the distribution function of the score",
        measures: "The largest gap of selection rates that any threshold makes.",
        reading: "0.2: some threshold selects 20 points more of one group.",
        ..DISTANCE
    },
    Metric {
        name: "wasserstein1_distance",
        title: "Wasserstein distance of two groups",
        kind: Kind::Pair(|u, v, _| pair(laws::wasserstein1, u, v)),
        definition: "∫ |F_u(t) − F_v(t)| dt",
        measures: "How far scores must be moved on average to make the laws equal.",
        reading: "0.05 in units of the score.",
        ..DISTANCE
    },
    Metric {
        name: "wasserstein2_distance",
        title: "Quadratic Wasserstein distance of two groups",
        kind: Kind::Pair(|u, v, _| pair(laws::wasserstein2, u, v)),
        definition: "√∫ (Q_u(t) − Q_v(t))² dt, Q the quantile function of the score",
        measures: "The same with squared distances, so that long moves weigh more.",
        reading: "0.06 in units of the score.",
        ..DISTANCE
    },
    Metric {
        name: "energy_distance",
        title: "Energy distance of two groups",
        kind: Kind::Pair(|u, v, _| pair(laws::energy_distance, u, v)),
        definition: "√(2 ∫ (F_u(t) − F_v(t))² dt)",
        measures: "A distance of laws that is 0 only for equal ones.",
        reading: "Not in units of the score: compare only with itself.",
        source: "Székely & Rizzo 2013",
        ..DISTANCE
    },
    Metric {
        name: "ks_unfairness",
        title: "Largest Kolmogorov distance of any two groups",
        kind: Kind::Family(ks_unfairness),
        range: Range::UNIT,
        definition: "max over pairs of groups of sup_t |F_s(t) − F_s'(t)|",
        measures: "The largest gap of selection rates that any threshold makes between any groups.",
        reading: "0.2: some threshold selects 20 points more of one group than of another.",
        source: "Chzhen et al. 2020",
        ..FAMILY
    },
    Metric {
        name: "ks_to_overall",
        title: "Largest Kolmogorov distance to all rows",
        kind: Kind::Family(|groups, overall, _| to_overall(laws::ks, groups, overall)),
        range: Range::UNIT,
        definition: "max_s sup_t |F_s(t) − F_all(t)|",
        measures: "How far a group's law is from that of all rows.",
        reading: "0.1: some threshold selects 10 points more or less of a group than of all.",
        ..FAMILY
    },
    Metric {
        name: "wasserstein1_unfairness",
        title: "Largest Wasserstein distance of any two groups",
        kind: Kind::Family(wasserstein_pairs),
        definition: "max over pairs of groups of ∫ |F_s(t) − F_s'(t)| dt",
        measures: "How far scores must be moved on average to make the two most unlike laws equal.",
        reading: "0.05 in units of the score. O(groups² · values).",
        ..FAMILY
    },
    Metric {
        name: "wasserstein1_to_overall",
        title: "Largest Wasserstein distance to all rows",
        kind: Kind::Family(|groups, overall, _| to_overall(laws::wasserstein1, groups, overall)),
        definition: "max_s ∫ |F_s(t) − F_all(t)| dt",
        measures: "How far a group's scores must be moved on average to have the law of all rows.",
        reading: "0.03 in units of the score.",
        ..FAMILY
    },
    Metric {
        name: "barycenter_unfairness",
        title: "Distance to the barycenter",
        kind: Kind::Family(barycenter),
        definition: "Σ_s p_s W₂²(ν_s, ν_bar), ν_bar the groups' Wasserstein barycenter, p_s the share of the \
            rows",
        measures: "The squared error that making the groups' laws equal costs, at least.",
        reading: "0.01: a root mean square move of 0.1.",
        source: "Chzhen et al. 2020; Chzhen & Schreuder 2022",
        ..FAMILY
    },
    Metric {
        name: "mean_gap_to_overall",
        title: "Largest gap of means",
        kind: Kind::Family(mean_gap),
        definition: "max_s |mean of f in s − mean of f in all rows|",
        measures: "The group whose mean score is farthest from that of all rows.",
        cannot_see: "Everything about the laws but their means.",
        reading: "0.05 in units of the score.",
        ..FAMILY
    },
    Metric {
        name: "quantile_gap_to_overall",
        title: "Largest gap of quantiles",
        kind: Kind::Family(quantile_gap),
        aliases: &[Alias::but(
            EquiPy,
            "unfairness",
            "EquiPy sums it over attributes and interpolates quantiles",
        )],
        definition: "max over groups and over the percentiles 1 … 99 of |Q_s − Q_all|",
        measures: "How far a group's scores are from those of all rows at the same rank, at worst.",
        reading: "0.1: at some rank, a group's score is 0.1 off. Few distinct scores make it jump.",
        source: "EquiPy",
        ..FAMILY
    },
    Metric {
        name: "parity_above_quantile",
        title: "Parity above a quantile",
        kind: Kind::Family(|groups, overall, q| above(groups, overall, q).map(|(low, high)| high - low)),
        parameter: Some(LEVEL),
        range: Range::UNIT,
        aliases: &[Alias::but(
            HolisticAi,
            "statistical_parity_regression",
            "Holistic AI takes the signed difference of two groups",
        )],
        definition: "max_s − min_s of the share of s above the q-quantile of all rows",
        measures: "The gap of selection rates if the share 1 − q with the highest scores were selected.",
        reading: "`parity_above_quantile(0.8)` is for a process that takes the top fifth.",
        source: "Holistic AI",
        ..FAMILY
    },
    Metric {
        name: "impact_above_quantile",
        title: "Impact ratio above a quantile",
        kind: Kind::Family(|groups, overall, q| {
            let (low, high) = above(groups, overall, q)?;
            divide(low, high, Undefined::NothingSelected)
        }),
        parameter: Some(LEVEL),
        range: Range::UNIT,
        best: Some(1.0),
        aliases: &[Alias::but(
            HolisticAi,
            "disparate_impact_regression",
            "Holistic AI takes the ratio of two groups",
        )],
        definition: "min_s / max_s of the share of s above the q-quantile of all rows",
        measures: "The impact ratio if the share 1 − q with the highest scores were selected.",
        reading: "Below 0.8 is what the four-fifths rule flags.",
        undefined_when: "fewer than two groups have rows, or no score is above the quantile",
        source: "Holistic AI; New York City Local Law 144 at q = 0.5",
        ..FAMILY
    },
    Metric {
        name: "no_disparate_impact_level",
        title: "Level without disparate impact",
        kind: Kind::Family(no_impact_level),
        parameter: Some(Parameter {
            symbol: "ratio",
            meaning: "the smallest ratio of selection rates that is accepted",
            default: 0.8,
            allowed: Range::UNIT,
            is_whole: false,
        }),
        range: Range::UNIT,
        best: Some(1.0),
        aliases: &[Alias::but(
            HolisticAi,
            "no_disparate_impact_level",
            "Holistic AI searches a grid of thresholds for two groups",
        )],
        definition: "the largest level q such that selecting scores above the quantile of any level up to q \
            keeps min_s / max_s at the ratio",
        measures: "How selective a threshold may be before the ratio rule fails.",
        reading: "0.6: one may select the top 40 % of all rows, but no fewer.",
        source: "Holistic AI",
        ..FAMILY
    },
];
