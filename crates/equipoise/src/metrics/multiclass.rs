//! Decisions among several classes: averages over classes, and distances between groups' class shares.

use super::{Alias, Kind, Metric, Needs, Range, Table, Toolkit::*, Undefined, table::divide};
use crate::stats::{Task, view::View};

/// The rates of one class against the rest: recall (where it occurs), precision (where it is predicted), F1, share.
struct OfClass {
    recall: Option<f64>,
    precision: Option<f64>,
    f1: Option<f64>,
    share: f64,
}

fn classes(table: &Table) -> Result<Vec<OfClass>, Undefined> {
    let m = table.square()?;
    let of = |k: usize| {
        let actual: f64 = m[k].iter().sum();
        let predicted: f64 = m.iter().map(|row| row[k]).sum();
        let share = |of: f64| (of > 0.0).then(|| m[k][k] / of);
        OfClass {
            recall: share(actual),
            precision: share(predicted),
            f1: (actual + predicted > 0.0).then(|| 2.0 * m[k][k] / (actual + predicted)),
            share: actual,
        }
    };
    Ok((0..m.len()).map(of).collect())
}

/// The plain mean over the classes where the figure exists.
fn macro_mean(table: &Table, pick: fn(&OfClass) -> Option<f64>) -> Result<f64, Undefined> {
    let values: Vec<f64> = classes(table)?.iter().filter_map(pick).collect();
    divide(values.iter().sum(), values.len() as f64, Undefined::NoRows)
}

fn macro_recall(table: &Table, _: f64) -> Result<f64, Undefined> {
    macro_mean(table, |class| class.recall)
}

fn macro_precision(table: &Table, _: f64) -> Result<f64, Undefined> {
    macro_mean(table, |class| class.precision)
}

fn macro_f1(table: &Table, _: f64) -> Result<f64, Undefined> {
    macro_mean(table, |class| class.f1)
}

fn weighted_f1(table: &Table, _: f64) -> Result<f64, Undefined> {
    Ok(classes(table)?.iter().map(|class| class.share * class.f1.unwrap_or(0.0)).sum())
}

fn worst_recall(view: &View, _: f64) -> Result<f64, Undefined> {
    let recalls = classes(&Table::of(&view.matrix))?;
    recalls.iter().filter_map(|class| class.recall).min_by(f64::total_cmp).ok_or(Undefined::NoRows)
}

/// Shares of predicted classes in each group, among all rows or those of one target class; groups without such rows
/// are left out.
fn shares(groups: &[View], target: Option<usize>) -> Result<Vec<Vec<f64>>, Undefined> {
    let mut all = Vec::with_capacity(groups.len());
    for view in groups {
        let m = &view.matrix;
        if m.n_prediction < 2 || target.is_some_and(|class| class >= m.n_target) {
            return Err(Undefined::NotGiven);
        }
        let weights: Vec<f64> = (0..m.n_prediction)
            .map(|class| target.map_or_else(|| m.prediction(class), |target| m.get(target, class)).weight)
            .collect();
        let total: f64 = weights.iter().sum();
        if total > 0.0 {
            all.push(weights.into_iter().map(|weight| weight / total).collect());
        }
    }
    Ok(all)
}

/// Total variation distances of all pairs: the largest and the mean; `None` for fewer than two groups.
fn pairs(shares: &[Vec<f64>]) -> Option<(f64, f64)> {
    let (mut largest, mut sum, mut n) = (0.0_f64, 0.0, 0.0);
    for (i, a) in shares.iter().enumerate() {
        for b in &shares[i + 1..] {
            let distance = a.iter().zip(b).map(|(x, y)| (x - y).abs()).sum::<f64>() / 2.0;
            largest = largest.max(distance);
            sum += distance;
            n += 1.0;
        }
    }
    (n > 0.0).then(|| (largest.min(1.0), (sum / n).min(1.0)))
}

fn parity(groups: &[View]) -> Result<(f64, f64), Undefined> {
    pairs(&shares(groups, None)?).ok_or(Undefined::FewerThanTwoGroups)
}

/// Over the target classes that occur in at least two groups: the mean of the largest and of the mean distances.
fn opportunity(groups: &[View]) -> Result<(f64, f64), Undefined> {
    let n_target = groups.first().map_or(0, |view| view.matrix.n_target);
    if groups.is_empty() {
        return Err(Undefined::FewerThanTwoGroups);
    }
    if n_target < 2 {
        return Err(Undefined::NotGiven);
    }
    let mut of_class = Vec::with_capacity(n_target);
    for class in 0..n_target {
        of_class.extend(pairs(&shares(groups, Some(class))?));
    }
    let n = of_class.len() as f64;
    let mean = |pick: fn(&(f64, f64)) -> f64| {
        divide(of_class.iter().map(pick).sum(), n, Undefined::FewerThanTwoGroups)
    };
    Ok((mean(|(largest, _)| *largest)?, mean(|(_, mean)| *mean)?))
}

const CLASSES: Metric = Metric {
    tasks: &[Task::Multiclass, Task::Binary],
    range: Range::UNIT,
    best: Some(1.0),
    undefined_when: "there are no rows",
    source: "standard",
    ..Metric::BASE
};
const DISTANCE: Metric = Metric {
    kind: Kind::Family(|_, _, _| Err(Undefined::NotGiven)),
    best: Some(0.0),
    undefined_when: "fewer than two groups have rows",
    source: "Holistic AI; total variation distance",
    ..CLASSES
};

pub(super) const TABLE: &[Metric] = &[
    Metric {
        name: "macro_recall",
        title: "Macro recall",
        kind: Kind::Table(macro_recall),
        aliases: &[Alias::new(Sklearn, "balanced_accuracy_score (several classes)")],
        definition: "mean over classes that occur of (rows of the class predicted as it / rows of the class)",
        measures: "Accuracy as if all classes were equally frequent.",
        cannot_see: "Which class is confused with which.",
        reading: "1 / number of classes is what guessing one class reaches.",
        ..CLASSES
    },
    Metric {
        name: "macro_precision",
        title: "Macro precision",
        kind: Kind::Table(macro_precision),
        definition: "mean over classes that are predicted of (rows of the class predicted as it / rows \
            predicted as it)",
        measures: "How far a predicted class can be trusted, each class counting alike.",
        cannot_see: "Classes that are never predicted.",
        reading: "0.6: a predicted class is right in 60 of 100 cases, averaged over classes.",
        ..CLASSES
    },
    Metric {
        name: "macro_f1",
        title: "Macro F1",
        kind: Kind::Table(macro_f1),
        aliases: &[Alias::new(Sklearn, "f1_score(average='macro')")],
        definition: "mean over classes that occur or are predicted of 2 hits / (rows of the class + rows \
            predicted as it)",
        measures: "Precision and recall together, each class counting alike.",
        cannot_see: "Which class is confused with which.",
        reading: "Between 0 and 1; a class that is never hit counts 0.",
        ..CLASSES
    },
    Metric {
        name: "weighted_f1",
        title: "Weighted F1",
        kind: Kind::Table(weighted_f1),
        aliases: &[Alias::new(Sklearn, "f1_score(average='weighted')")],
        definition: "mean of the classes' F1 weighted by how often they occur",
        measures: "Precision and recall together, frequent classes counting more.",
        cannot_see: "Failure on a rare class.",
        reading: "Between 0 and 1.",
        ..CLASSES
    },
    Metric {
        name: "worst_class_recall",
        title: "Recall of the worst class",
        kind: Kind::Group { value: worst_recall, limits: None },
        definition: "min over classes that occur of recall",
        measures: "The class that is served worst.",
        cannot_see: "All other classes. The minimum is biased down when classes are small.",
        reading: "0.1: of some class only one row in ten is recognised.",
        ..CLASSES
    },
    Metric {
        name: "multiclass_parity_max",
        title: "Multiclass parity, worst pair",
        needs: Needs::DECISIONS,
        kind: Kind::Family(|groups, _, _| parity(groups).map(|(largest, _)| largest)),
        aliases: &[Alias::new(HolisticAi, "multiclass_statistical_parity(aggregation_fun='max')")],
        definition: "max over pairs of groups of ½ Σ_c |share predicted c in s − in s'|",
        measures: "The largest share of decisions that would have to change to give two groups the same \
            classes.",
        cannot_see: "Which class; and it is positive by chance, the more the smaller the groups.",
        reading: "0.15: 15 in 100 decisions. O(groups²).",
        ..DISTANCE
    },
    Metric {
        name: "multiclass_parity_mean",
        title: "Multiclass parity, mean of pairs",
        needs: Needs::DECISIONS,
        kind: Kind::Family(|groups, _, _| parity(groups).map(|(_, mean)| mean)),
        aliases: &[Alias::new(HolisticAi, "multiclass_statistical_parity(aggregation_fun='mean')")],
        definition: "mean over pairs of groups of ½ Σ_c |share predicted c in s − in s'|",
        measures: "The same distance, averaged over pairs.",
        cannot_see: "A single group that is treated differently among many.",
        reading: "0.05: on average 5 in 100 decisions. O(groups²).",
        ..DISTANCE
    },
    Metric {
        name: "multiclass_opportunity_max",
        title: "Multiclass equality of opportunity, worst pair",
        kind: Kind::Family(|groups, _, _| opportunity(groups).map(|(largest, _)| largest)),
        aliases: &[Alias::new(HolisticAi, "multiclass_equality_of_opp(aggregation_fun='max')")],
        definition: "mean over outcomes y of the max over pairs of groups of ½ Σ_c |P(ŷ = c | y, s) − P(ŷ = \
            c | y, s')|",
        measures: "The distance between groups' rows of the confusion matrix: equalized odds for several \
            classes.",
        cannot_see: "Which class. Outcomes that occur in fewer than two groups take no part.",
        reading: "0.2: among rows of one outcome, 20 in 100 decisions differ in law. O(groups²).",
        ..DISTANCE
    },
    Metric {
        name: "multiclass_opportunity_mean",
        title: "Multiclass equality of opportunity, mean of pairs",
        kind: Kind::Family(|groups, _, _| opportunity(groups).map(|(_, mean)| mean)),
        aliases: &[Alias::new(HolisticAi, "multiclass_equality_of_opp(aggregation_fun='mean')")],
        definition: "mean over outcomes y of the mean over pairs of groups of ½ Σ_c |P(ŷ = c | y, s) − P(ŷ = \
            c | y, s')|",
        measures: "The same distance, averaged over pairs.",
        cannot_see: "A single group that is treated differently among many.",
        reading: "0.05: on average 5 in 100 decisions differ in law. O(groups²).",
        ..DISTANCE
    },
];
