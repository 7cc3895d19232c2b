//! The sufficient statistics of an audit: filled batch by batch, merged in any order.
//!
//! A *unit* is one combination of the sensitive attributes' and the strata's values; a *cell* is a unit, a target class
//! and a predicted class; a *strip* is a unit and a target class. Cells hold counts (and exact sums of weights),
//! strips the moments and the law of what is real. Only what occurred is stored.
//!
//! Labels are counted as they come; which of them are positive is decided when the statistics are evaluated.

use std::hash::Hash;

use hashbrown::HashMap;

use super::{
    ExactSum,
    batch::{Batch, LocalCells},
    law::Law,
    layout::{Layout, LayoutError, Task},
    moments::RealSums,
};
use crate::{
    groups::{Label, Levels},
    sample::{Argument, Sample},
};

/// Classes a target or a prediction may have.
pub const CLASSES_MAX: usize = 1024;
/// Combinations of attributes and strata that are kept apart.
pub const UNITS_MAX: usize = 1_000_000;
/// Rows counted in one go: their counts fit 32 bits, and scratch memory stays small.
const ROWS_AT_ONCE: usize = 1 << 22;

/// Why rows could not be counted, or statistics not merged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatsError {
    /// The layout contradicts itself.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The sample has other columns than the layout.
    #[error("the sample does not fit the layout: {argument} is {found}, but {expected} in the layout")]
    Shape {
        /// The column's role.
        argument: Argument,
        /// What the sample has.
        found: &'static str,
        /// What the layout has.
        expected: &'static str,
    },
    /// A numeric attribute without cut points.
    #[error("`{column}` is numeric and has no cut points: state some, or pass it as categorical")]
    RealWithoutCuts {
        /// The column.
        column: String,
    },
    /// A label of a column with cut points is not a number.
    #[error("`{column}` is cut at numbers, but has the value `{label}`")]
    NotANumber {
        /// The column.
        column: String,
        /// The label, as it is.
        label: String,
    },
    /// More classes than [`CLASSES_MAX`].
    #[error("{argument} has more than {CLASSES_MAX} different values: is this a regression task?")]
    TooManyClasses {
        /// The column's role.
        argument: Argument,
    },
    /// More units than [`UNITS_MAX`].
    #[error("attributes and strata make more than {UNITS_MAX} combinations: cut or drop a column")]
    TooManyUnits,
    /// 2⁶⁴ rows or more, which only a state that was tampered with says.
    #[error("more rows than can be counted")]
    TooManyRows,
    /// Two statistics differ in layout.
    #[error("the statistics differ in {what}, so they cannot be merged")]
    DifferentLayouts {
        /// The first part of the layout that differs.
        what: &'static str,
    },
}

/// Values by key, numbered in order of appearance.
#[derive(Clone, Debug)]
pub(crate) struct Keyed<K, V> {
    numbers: HashMap<K, u32>,
    pub(crate) entries: Vec<(K, V)>,
}

impl<K, V> Default for Keyed<K, V> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), entries: Vec::new() }
    }
}

impl<K: Hash + Eq + Clone, V: Default> Keyed<K, V> {
    pub(crate) fn number(&mut self, key: K) -> u32 {
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        let number = self.entries.len() as u32;
        self.numbers.insert(key.clone(), number);
        self.entries.push((key, V::default()));
        number
    }

    pub(crate) fn at(&mut self, number: u32) -> &mut V {
        &mut self.entries[number as usize].1
    }
}

/// Counts and weight sums of one cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct CellSums {
    pub(crate) rows: u64,
    pub(crate) weight: ExactSum,
    pub(crate) weight_squared: ExactSum,
}

impl CellSums {
    pub(crate) fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.weight.merge(&other.weight);
        self.weight_squared.merge(&other.weight_squared);
    }
}

/// Sums of everything real over one strip. In classification only `score` is used.
#[derive(Clone, Debug, Default)]
pub(crate) struct StripSums {
    pub(crate) score: RealSums,
    pub(crate) target: RealSums,
    pub(crate) residual: RealSums,
    pub(crate) absolute_error: RealSums,
    pub(crate) squared_error: RealSums,
    /// Σ w y f.
    pub(crate) product: ExactSum,
}

impl StripSums {
    pub(crate) fn all(&self) -> [&RealSums; 5] {
        [&self.score, &self.target, &self.residual, &self.absolute_error, &self.squared_error]
    }

    pub(crate) fn all_mut(&mut self) -> [&mut RealSums; 5] {
        let Self { score, target, residual, absolute_error, squared_error, .. } = self;
        [score, target, residual, absolute_error, squared_error]
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.all_mut().into_iter().zip(other.all()).for_each(|(sums, other)| sums.merge(other));
        self.product.merge(&other.product);
    }

    /// Adds a row of a regression (either side may be absent) or the score of a classified row.
    fn add(&mut self, target: Option<f64>, score: Option<f64>, weight: Option<f64>) {
        let put = |sums: &mut RealSums, x: f64| match weight {
            None => sums.add(x),
            Some(weight) => sums.add_weighted(x, weight),
        };
        if let Some(score) = score {
            put(&mut self.score, score);
        }
        let Some(target) = target else { return };
        put(&mut self.target, target);
        let Some(score) = score else { return };
        let residual = target - score;
        put(&mut self.residual, residual);
        put(&mut self.absolute_error, residual.abs());
        put(&mut self.squared_error, residual * residual);
        match weight {
            None => self.product.add_product(target, score),
            Some(weight) => {
                let (high, low) = super::exact_sum::product(weight, target);
                self.product.add_product(high, score);
                self.product.add(low * score);
            }
        }
    }
}

/// The mergeable statistics of an audit.
///
/// Memory is a few dozen bytes for each occurring cell and for each distinct score value by strip; it does not
/// grow with the rows. Any split of the rows into batches, in any order, by any number of threads, gives
/// equal statistics, bit for bit.
#[derive(Clone, Debug)]
pub struct Statistics {
    pub(crate) layout: Layout,
    pub(crate) rows: u64,
    /// Levels of the sensitive attributes, then of the strata.
    pub(crate) attributes: Vec<Levels>,
    pub(crate) target: Levels,
    pub(crate) prediction: Levels,
    pub(crate) units: Keyed<Box<[u32]>, ()>,
    /// Keyed by unit, target level, predicted level.
    pub(crate) cells: Keyed<[u32; 3], CellSums>,
    /// Keyed by unit and target level.
    pub(crate) strips: Keyed<[u32; 2], StripSums>,
    pub(crate) law: Law,
}

impl Statistics {
    /// Returns the statistics of no rows.
    pub fn new(layout: Layout) -> Result<Self, StatsError> {
        layout.check()?;
        let attributes = vec![Levels::default(); layout.sensitive.len() + layout.strata.len()];
        Ok(Self {
            layout,
            rows: 0,
            attributes,
            target: Levels::default(),
            prediction: Levels::default(),
            units: Keyed::default(),
            cells: Keyed::default(),
            strips: Keyed::default(),
            law: Law::default(),
        })
    }

    /// Returns the statistics of a sample that lies in memory, counted by `n_threads` threads (0: as many as there
    /// are cores). The result does not depend on that number.
    pub fn collect(layout: &Layout, sample: &Sample<'_>, n_threads: usize) -> Result<Self, StatsError> {
        let n_threads = if n_threads == 0 { rayon::current_num_threads() } else { n_threads };
        let rows_each = sample.rows().div_ceil(n_threads).max(1 << 16);
        let one = |start: usize| {
            let mut statistics = Self::new(layout.clone())?;
            statistics.update(&sample.slice(start, sample.rows().min(start + rows_each)))?;
            Ok(statistics)
        };
        if rows_each >= sample.rows() {
            return one(0);
        }
        let starts: Vec<usize> = (0..sample.rows()).step_by(rows_each).collect();
        let mut parts: Vec<Option<Result<Self, StatsError>>> = Vec::new();
        parts.resize_with(starts.len(), || None);
        rayon::scope(|scope| {
            for (part, &start) in parts.iter_mut().zip(&starts) {
                scope.spawn(move |_| *part = Some(one(start)));
            }
        });
        let mut merged = Self::new(layout.clone())?;
        for part in parts.into_iter().flatten() {
            merged.merge(&part?)?;
        }
        Ok(merged)
    }

    /// Returns what the statistics are statistics of.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Returns the number of rows counted.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Returns the labels seen in each attribute: sensitive ones first, then strata, in the order of the layout.
    pub fn attribute_levels(&self) -> &[Levels] {
        &self.attributes
    }

    /// Returns the labels seen in the target (empty in regression without bins, and without a target).
    pub fn target_levels(&self) -> &Levels {
        &self.target
    }

    /// Returns the labels seen in the prediction.
    pub fn prediction_levels(&self) -> &Levels {
        &self.prediction
    }

    /// Returns the same counts as those of another classification task: labels are counted alike in binary and
    /// multiclass tasks, so which of them it is may be decided after they have been seen.
    ///
    /// # Errors
    /// When one of the two tasks is regression, or the layout does not allow the task.
    pub fn with_task(mut self, task: Task) -> Result<Self, StatsError> {
        if task != self.layout.task && (task == Task::Regression || self.layout.task == Task::Regression) {
            return Err(StatsError::DifferentLayouts { what: "task" });
        }
        self.layout.task = task;
        self.layout.check()?;
        Ok(self)
    }

    /// Counts a batch of rows.
    ///
    /// After an error the statistics hold part of the batch and should be dropped.
    pub fn update(&mut self, sample: &Sample<'_>) -> Result<(), StatsError> {
        for start in (0..sample.rows()).step_by(ROWS_AT_ONCE) {
            let part = sample.slice(start, sample.rows().min(start + ROWS_AT_ONCE));
            let batch = Batch::new(&self.layout, &part)?;
            self.count(&batch)?;
        }
        Ok(())
    }

    /// Adds the statistics of other rows.
    pub fn merge(&mut self, other: &Self) -> Result<(), StatsError> {
        if let Some(what) = difference(&self.layout, &other.layout) {
            return Err(StatsError::DifferentLayouts { what });
        }
        // Every other count is at most that of all rows.
        let rows = self.rows.checked_add(other.rows).ok_or(StatsError::TooManyRows)?;
        let translate = |into: &mut Levels, from: &Levels| -> Vec<u32> {
            from.labels().iter().map(|label| into.number(label)).collect()
        };
        let attributes: Vec<Vec<u32>> =
            self.attributes.iter_mut().zip(&other.attributes).map(|(a, b)| translate(a, b)).collect();
        let target = translate(&mut self.target, &other.target);
        let prediction = translate(&mut self.prediction, &other.prediction);
        self.check_classes()?;
        let mut units = Vec::with_capacity(other.units.entries.len());
        for (key, ()) in &other.units.entries {
            let key: Box<[u32]> =
                key.iter().zip(&attributes).map(|(&level, map)| map[level as usize]).collect();
            units.push(self.unit(key)?);
        }
        let level = |map: &[u32], number: u32| map.get(number as usize).copied().unwrap_or(0);
        for ([unit, t, p], sums) in &other.cells.entries {
            let key = [units[*unit as usize], level(&target, *t), level(&prediction, *p)];
            let number = self.cells.number(key);
            self.cells.at(number).merge(sums);
        }
        let mut strips = Vec::with_capacity(other.strips.entries.len());
        for ([unit, t], sums) in &other.strips.entries {
            let number = self.strips.number([units[*unit as usize], level(&target, *t)]);
            self.strips.at(number).merge(sums);
            strips.push(number);
        }
        if !other.law.is_exact() {
            self.law.coarsen();
        }
        for (strip, value, mass) in other.law.masses() {
            self.law.add_mass(strips[strip as usize], value, mass);
        }
        self.rows = rows;
        Ok(())
    }

    fn count(&mut self, batch: &Batch<'_>) -> Result<(), StatsError> {
        let rows = self.rows.checked_add(batch.rows as u64).ok_or(StatsError::TooManyRows)?;
        let cells = batch.count();
        let numbers = self.cell_numbers(batch, &cells)?;
        for (&number, &(_, rows)) in numbers.iter().zip(&cells.occupied) {
            self.cells.at(number).rows += u64::from(rows);
        }
        self.rows = rows;
        if batch.weights.is_none() && !batch.has_reals() {
            return Ok(());
        }
        let strips: Vec<u32> = numbers
            .iter()
            .map(|&number| {
                let [unit, target, _] = self.cells.entries[number as usize].0;
                if batch.has_reals() { self.strips.number([unit, target]) } else { 0 }
            })
            .collect();
        batch.for_each_row(&cells, |row, place| {
            let weight = batch.weights.map(|weights| weights[row]);
            if let Some(weight) = weight {
                let cell = self.cells.at(numbers[place]);
                cell.weight.add(weight);
                cell.weight_squared.add_product(weight, weight);
            }
            let (target, score) = (batch.real_target.map(|y| y[row]), batch.score.map(|f| f[row]));
            if let Some(value) = score.or(target) {
                self.strips.at(strips[place]).add(target, score, weight);
                self.law.add(strips[place], value, weight);
            }
        });
        Ok(())
    }

    /// Returns the numbers here of the cells that a batch occupies there.
    fn cell_numbers(&mut self, batch: &Batch<'_>, cells: &LocalCells) -> Result<Vec<u32>, StatsError> {
        let mut levels: Vec<Vec<Option<u32>>> =
            batch.attributes.iter().map(|attribute| vec![None; attribute.labels.len()]).collect();
        let mut target = vec![None; batch.target_labels.len()];
        let mut prediction = vec![None; batch.prediction_labels.len()];
        let mut last_unit: Option<(usize, u32)> = None;
        let mut numbers = Vec::with_capacity(cells.occupied.len());
        for &(cell, _) in &cells.occupied {
            let unit_code = (cell >> (batch.target_bits + batch.prediction_bits)) as usize;
            let unit = match last_unit {
                Some((code, unit)) if code == unit_code => unit,
                _ => {
                    let mut key = Vec::with_capacity(levels.len());
                    batch.unit_labels(unit_code, |attribute, code| {
                        let labels = batch.attributes[attribute].labels.as_ref();
                        let into = &mut self.attributes[attribute];
                        key.push(resolve(&mut levels[attribute], code, labels, into));
                    });
                    self.unit(key.into())?
                }
            };
            last_unit = Some((unit_code, unit));
            let of = |shift: u32, bits: u32| (cell >> shift) as usize & ((1 << bits) - 1);
            let t = of(batch.prediction_bits, batch.target_bits);
            let p = of(0, batch.prediction_bits);
            let t = resolve(&mut target, t, &batch.target_labels, &mut self.target);
            let p = resolve(&mut prediction, p, &batch.prediction_labels, &mut self.prediction);
            numbers.push(self.cells.number([unit, t, p]));
        }
        self.check_classes()?;
        Ok(numbers)
    }

    pub(crate) fn unit(&mut self, key: Box<[u32]>) -> Result<u32, StatsError> {
        let number = self.units.number(key);
        if self.units.entries.len() > UNITS_MAX { Err(StatsError::TooManyUnits) } else { Ok(number) }
    }

    fn check_classes(&self) -> Result<(), StatsError> {
        if self.target.len() > CLASSES_MAX {
            return Err(StatsError::TooManyClasses { argument: Argument::Target });
        }
        if self.prediction.len() > CLASSES_MAX {
            return Err(StatsError::TooManyClasses { argument: Argument::Prediction });
        }
        Ok(())
    }

    /// Returns whether anything real is kept (moments and a law).
    pub(crate) fn has_reals(&self) -> bool {
        self.layout.score.is_some() || (self.layout.task == Task::Regression && self.layout.target.is_some())
    }
}

/// Returns the number of a local label, looking it up once. A side without labels has one class, 0.
fn resolve(cache: &mut [Option<u32>], code: usize, labels: &[Label], into: &mut Levels) -> u32 {
    match cache.get_mut(code) {
        None => 0,
        Some(known) => *known.get_or_insert_with(|| into.number(&labels[code])),
    }
}

/// Names the first part in which two layouts differ.
fn difference(a: &Layout, b: &Layout) -> Option<&'static str> {
    let parts = [
        ("task", a.task != b.task),
        ("sensitive columns or their cut points", a.sensitive != b.sensitive),
        ("strata or their cut points", a.strata != b.strata),
        ("target column", a.target != b.target || a.target_cuts != b.target_cuts),
        ("prediction column", a.prediction != b.prediction),
        ("score column or threshold", a.score != b.score || a.threshold != b.threshold),
        ("positive labels", a.positive != b.positive || a.positive_prediction != b.positive_prediction),
        ("weight column or kind", a.weight != b.weight),
    ];
    parts.into_iter().find(|(_, differs)| *differs).map(|(what, _)| what)
}
