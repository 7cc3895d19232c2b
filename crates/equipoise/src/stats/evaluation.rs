//! Statistics as plain numbers: which labels are positive is decided here, and cells become a [`View`] for each group.

use std::collections::HashSet;

use super::{
    ExactSum, Statistics,
    law::Mass,
    layout::{Layout, Task},
    moments::Pair,
    statistics::{CellSums, StripSums},
    view::{Atom, Cell, Matrix, Moments, View},
};
use crate::{
    groups::{Label, Levels},
    sample::Argument,
};

/// Labels that name a positive outcome where the user named none: negative, positive.
const FAMILIES: [[&str; 2]; 5] = [["0", "1"], ["false", "true"], ["no", "yes"], ["n", "y"], ["-1", "1"]];
/// Labels listed in a message.
const LISTED_MAX: usize = 8;

/// The classes of one side and the class of each level.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// The classes' labels. In binary tasks there are two: all negative labels, all positive ones, joined for display.
    pub labels: Vec<Label>,
    of_level: Vec<usize>,
}

impl Classes {
    fn single() -> Self {
        Self { labels: Vec::new(), of_level: vec![0] }
    }

    /// Decides which of some labels are positive: those named, else as the labels themselves say. What an audit does with
    /// a binary target, for others who need the same answer.
    ///
    /// # Errors
    /// When no label is one of those named, or none is named and the labels do not say it.
    ///
    /// ```
    /// use equipoise::{groups::Label, sample::Argument, stats::Classes};
    /// let labels = [Label::new("no"), Label::new("yes")];
    /// let classes = Classes::of_labels(Argument::Target, &labels, &[])?;
    /// assert_eq!(classes.of_level(), [0, 1]);
    /// # Ok::<(), equipoise::stats::ClassesError>(())
    /// ```
    pub fn of_labels(
        argument: Argument,
        labels: &[Label],
        positive: &[String],
    ) -> Result<Self, ClassesError> {
        split(argument, labels, positive)
    }

    /// Returns the class of each label, by number.
    pub fn of_level(&self) -> &[usize] {
        &self.of_level
    }

    /// Returns the number of classes; 1 for a side that is absent.
    pub fn len(&self) -> usize {
        self.labels.len().max(1)
    }

    /// Returns whether the side is absent.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }
}

/// Why labels could not be made classes.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClassesError {
    /// No positive label was named, and the labels do not say it themselves.
    #[error("which values of {argument} are positive is not said; its values are {}", list(found))]
    PositiveUnknown {
        /// The side.
        argument: Argument,
        /// The labels there (at most a few are shown).
        found: Vec<Label>,
    },
    /// No label is one of those named positive.
    #[error("no value of {argument} is {}; its values are {}", alternatives(named), list(found))]
    PositiveAbsent {
        /// The side.
        argument: Argument,
        /// The labels named positive.
        named: Vec<String>,
        /// The labels there.
        found: Vec<Label>,
    },
}

fn list(labels: &[Label]) -> String {
    let mut texts: Vec<String> = labels.iter().take(LISTED_MAX).map(|label| format!("`{label}`")).collect();
    if labels.len() > LISTED_MAX {
        texts.push(format!("and {} more", labels.len() - LISTED_MAX));
    }
    texts.join(", ")
}

fn alternatives(named: &[String]) -> String {
    named.iter().map(|label| format!("`{label}`")).collect::<Vec<_>>().join(" or ")
}

/// One combination of the attributes' and the strata's values, by level numbers.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    /// Levels of the sensitive attributes.
    pub sensitive: &'a [u32],
    /// Levels of the strata.
    pub strata: &'a [u32],
}

/// Statistics whose classes are decided, ready to be looked at.
#[derive(Clone, Debug)]
pub struct Evaluation<'a> {
    statistics: &'a Statistics,
    target: Classes,
    prediction: Classes,
}

impl<'a> Evaluation<'a> {
    /// Decides the classes of target and prediction.
    pub fn new(statistics: &'a Statistics) -> Result<Self, ClassesError> {
        let layout = &statistics.layout;
        let (target, prediction) = match layout.task {
            Task::Binary => binary_classes(statistics)?,
            Task::Multiclass => shared_classes(layout, &statistics.target, &statistics.prediction),
            Task::Regression => (bins(layout, &statistics.target), Classes::single()),
        };
        Ok(Self { statistics, target, prediction })
    }

    /// Returns the statistics.
    pub fn statistics(&self) -> &'a Statistics {
        self.statistics
    }

    /// Returns the classes of the target; in regression its bins.
    pub fn target(&self) -> &Classes {
        &self.target
    }

    /// Returns the classes of the prediction.
    pub fn prediction(&self) -> &Classes {
        &self.prediction
    }

    /// Iterates over the units that occur.
    pub fn units(&self) -> impl Iterator<Item = Unit<'_>> {
        let n_sensitive = self.statistics.layout.sensitive.len();
        let keys = self.statistics.units.entries.iter().map(|(key, ())| key);
        keys.map(move |key| Unit { sensitive: &key[..n_sensitive], strata: &key[n_sensitive..] })
    }

    /// Returns `n` views: each unit's rows go into the view that `assign` names, or into none.
    ///
    /// O(cells + n + distinct values · log) time.
    pub fn views(&self, n: usize, assign: impl Fn(Unit<'_>) -> Option<usize>) -> Vec<View> {
        let of_unit: Vec<Option<usize>> = self.units().map(assign).collect();
        let mut gathering: Vec<Gathering<'_>> = Vec::new();
        let reals = self.statistics.has_reals();
        gathering.resize_with(n, || Gathering::new(self.target.len(), self.prediction.len(), reals));
        for ([unit, t, p], sums) in &self.statistics.cells.entries {
            if let Some(view) = of_unit[*unit as usize] {
                let (t, p) = (class(&self.target, *t), class(&self.prediction, *p));
                gathering[view].cells[t * self.prediction.len() + p].merge(sums);
            }
        }
        // Strips are there only where something real is.
        let entries = &self.statistics.strips.entries;
        for ([unit, t], sums) in entries.iter().filter(|_| reals) {
            if let Some(view) = of_unit[*unit as usize] {
                gathering[view].strips[class(&self.target, *t)].merge(sums);
            }
        }
        let strips = entries;
        for (strip, value, mass) in self.statistics.law.masses() {
            let [unit, t] = strips[strip as usize].0;
            if let Some(view) = of_unit[unit as usize] {
                gathering[view].masses[class(&self.target, t)].push((value, mass));
            }
        }
        gathering.into_iter().map(|gathering| gathering.evaluate(self.statistics)).collect()
    }

    /// Returns the view of all rows.
    pub fn overall(&self) -> View {
        self.views(1, |_| Some(0)).pop().unwrap_or_default()
    }
}

fn class(classes: &Classes, level: u32) -> usize {
    classes.of_level.get(level as usize).copied().unwrap_or(0)
}

/// What goes into one view.
struct Gathering<'a> {
    n_target: usize,
    n_prediction: usize,
    cells: Vec<CellSums>,
    strips: Vec<StripSums>,
    masses: Vec<Vec<(f64, &'a Mass)>>,
}

impl<'a> Gathering<'a> {
    fn new(n_target: usize, n_prediction: usize, reals: bool) -> Self {
        // The sums of what is real are large, and there may be a million views.
        let n_strips = if reals { n_target } else { 0 };
        Self {
            n_target,
            n_prediction,
            cells: vec![CellSums::default(); n_target * n_prediction],
            strips: vec![StripSums::default(); n_strips],
            masses: vec![Vec::new(); n_strips],
        }
    }

    fn evaluate(self, statistics: &Statistics) -> View {
        let weighted = statistics.layout.weight.is_some();
        let cell = |sums: &CellSums| match weighted {
            false => Cell::of_rows(sums.rows),
            true => Cell {
                rows: sums.rows,
                weight: sums.weight.value(),
                weight_squared: sums.weight_squared.value(),
            },
        };
        let matrix = Matrix {
            n_target: self.n_target,
            n_prediction: self.n_prediction,
            cells: self.cells.iter().map(cell).collect(),
        };
        // Totals are summed exactly before they are rounded, so that a view does not depend on its classes.
        let total = |cells: &[CellSums]| {
            let mut sums = CellSums::default();
            cells.iter().for_each(|cell| sums.merge(cell));
            cell(&sums)
        };
        let mut moments = Moments::default();
        let mut moments_by_target = Vec::new();
        if statistics.has_reals() {
            let mut pooled = StripSums::default();
            self.strips.iter().for_each(|strip| pooled.merge(strip));
            moments = evaluate_strip(&statistics.layout, &pooled, total(&self.cells), weighted);
            let strips = self.strips.iter().zip(self.cells.chunks(self.n_prediction));
            moments_by_target = strips
                .map(|(strip, cells)| evaluate_strip(&statistics.layout, strip, total(cells), weighted))
                .collect();
        }
        let law =
            if statistics.has_reals() { self.masses.into_iter().map(atoms).collect() } else { Vec::new() };
        View { matrix, moments, moments_by_target, law, law_is_exact: statistics.law.is_exact() }
    }
}

fn evaluate_strip(layout: &Layout, sums: &StripSums, cell: Cell, weighted: bool) -> Moments {
    let regression = layout.task == Task::Regression;
    let (has_target, has_score) = (regression && layout.target.is_some(), layout.score.is_some());
    let both = has_target && has_score;
    let of = |there: bool, sums: &super::moments::RealSums| {
        if there { sums.evaluate(cell, weighted) } else { None }
    };
    let mean_pair = |sum: &ExactSum| Pair::of(sum) / Pair::from(cell.weight);
    let covariance = (both && cell.weight > 0.0).then(|| {
        let product = mean_pair(&sums.product);
        (product - mean_pair(&sums.target.sums[0]) * mean_pair(&sums.score.sums[0])).value()
    });
    Moments {
        score: of(has_score, &sums.score),
        target: of(has_target, &sums.target),
        residual: of(both, &sums.residual),
        absolute_error: of(both, &sums.absolute_error),
        squared_error: of(both, &sums.squared_error),
        covariance,
    }
}

/// Sorts masses by value and sums those of one value, exactly.
fn atoms(mut masses: Vec<(f64, &Mass)>) -> Vec<Atom> {
    masses.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let same = masses.chunk_by(|a, b| a.0 == b.0);
    same.map(|same| {
        let mut sum = same[0].1.clone();
        same[1..].iter().for_each(|(_, mass)| sum.merge(mass));
        Atom { value: same[0].0, cell: sum.evaluate() }
    })
    .collect()
}

impl Statistics {
    /// Returns the named positive values that no row has, in the order named: a slip, or a part of a table without
    /// such rows.
    ///
    /// Where one list of values is for target and prediction together, a value is seen where either has it. Where
    /// none of a side's values is seen, an audit is an error that says so itself.
    pub fn unseen_positives(&self) -> Vec<&str> {
        let layout = &self.layout;
        let is_in = |levels: &Levels, name: &str| {
            levels.labels().iter().filter_map(Label::text).any(|text| same(name, text))
        };
        let both = [&self.target, &self.prediction];
        let sides = if layout.positive_prediction.is_empty() { &both[..] } else { &both[..1] };
        let is_seen = |sides: &[&Levels], name: &str| sides.iter().any(|levels| is_in(levels, name));
        let target = layout.positive.iter().filter(|name| !is_seen(sides, name));
        let prediction = layout.positive_prediction.iter().filter(|name| !is_seen(&both[1..], name));
        target.chain(prediction).map(String::as_str).collect()
    }
}

fn binary_classes(statistics: &Statistics) -> Result<(Classes, Classes), ClassesError> {
    let layout = &statistics.layout;
    let target = match &layout.target {
        None => Classes::single(),
        Some(_) => split(Argument::Target, statistics.target.labels(), &layout.positive)?,
    };
    if layout.threshold.is_some() {
        let of_level =
            statistics.prediction.labels().iter().map(|label| usize::from(label.text() == Some("1")));
        let labels = vec![Label::new("below the threshold"), Label::new("at or above the threshold")];
        return Ok((target, Classes { labels, of_level: of_level.collect() }));
    }
    let prediction = match &layout.prediction {
        None => Classes::single(),
        Some(_) if !layout.positive_prediction.is_empty() => {
            split(Argument::Prediction, statistics.prediction.labels(), &layout.positive_prediction)?
        }
        Some(_) => split(Argument::Prediction, statistics.prediction.labels(), &layout.positive)?,
    };
    Ok((target, prediction))
}

/// Splits the labels of one side into negative and positive.
fn split(argument: Argument, levels: &[Label], named: &[String]) -> Result<Classes, ClassesError> {
    // `A` beside `a` means `A` alone; case and the spelling of numbers are forgiven where nothing is spelled exactly so.
    let is_exact = |name: &str| levels.iter().any(|label| label.text() == Some(name));
    let exact: Vec<bool> = named.iter().map(|name| is_exact(name)).collect();
    let means =
        |(name, exact): (&String, &bool), text: &str| if *exact { name == text } else { same(name, text) };
    let is_named = |label: &Label| {
        label.text().is_some_and(|text| named.iter().zip(&exact).any(|pair| means(pair, text)))
    };
    let positive: Vec<bool> = if !named.is_empty() {
        let positive: Vec<bool> = levels.iter().map(is_named).collect();
        if !positive.contains(&true) && !levels.is_empty() {
            return Err(ClassesError::PositiveAbsent {
                argument,
                named: named.to_vec(),
                found: sorted(levels),
            });
        }
        positive
    } else {
        let of_family = |family: &[&str; 2]| {
            let place = |label: &Label| {
                let text = label.text()?.trim();
                family.iter().position(|name| same(name, text))
            };
            levels.iter().map(|label| Some(place(label)? == 1)).collect::<Option<Vec<bool>>>()
        };
        FAMILIES
            .iter()
            .find_map(of_family)
            .ok_or_else(|| ClassesError::PositiveUnknown { argument, found: sorted(levels) })?
    };
    let join = |wanted: bool| {
        let mut labels: Vec<&Label> =
            levels.iter().zip(&positive).filter(|(_, is)| **is == wanted).map(|(label, _)| label).collect();
        labels.sort();
        match labels.as_slice() {
            [] => Label::new(if wanted { "positive" } else { "negative" }),
            [label] => (*label).clone(),
            several if several.len() <= 4 => {
                Label::new(several.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "))
            }
            several => Label::new(format!("{} other values", several.len())),
        }
    };
    Ok(Classes {
        labels: vec![join(false), join(true)],
        of_level: positive.into_iter().map(usize::from).collect(),
    })
}

/// Returns whether a label is the named one: the same text but for case, or the same number (`1` and `1.0`).
fn same(name: &str, text: &str) -> bool {
    name == text
        || name.eq_ignore_ascii_case(text)
        || matches!((name.parse::<f64>(), text.parse::<f64>()), (Ok(a), Ok(b)) if a == b)
}

fn sorted(labels: &[Label]) -> Vec<Label> {
    let mut labels = labels.to_vec();
    labels.sort();
    labels
}

/// One list of classes for both sides of a multiclass task, so that equal numbers mean equal labels.
fn shared_classes(layout: &Layout, target: &Levels, prediction: &Levels) -> (Classes, Classes) {
    let mut labels: Vec<Label> = target.labels().iter().chain(prediction.labels()).cloned().collect();
    let mut seen = HashSet::new();
    labels.retain(|label| seen.insert(label.clone()));
    labels.sort();
    let classes = |levels: &Levels| Classes {
        of_level: levels
            .labels()
            .iter()
            .map(|label| labels.iter().position(|l| l == label).unwrap_or(0))
            .collect(),
        labels: labels.clone(),
    };
    let side = |there: bool, levels: &Levels| if there { classes(levels) } else { Classes::single() };
    (side(layout.target.is_some(), target), side(layout.prediction.is_some(), prediction))
}

fn bins(layout: &Layout, target: &Levels) -> Classes {
    let Some(cuts) = &layout.target_cuts else { return Classes::single() };
    let mut labels = cuts.labels();
    labels.pop(); // a target has no missing values
    let place = |label: &Label| labels.iter().position(|l| l == label).unwrap_or(0);
    Classes { of_level: target.labels().iter().map(place).collect(), labels }
}
