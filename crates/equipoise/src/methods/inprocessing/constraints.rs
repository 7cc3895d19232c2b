//! Events × groups as linear constraints on the score.
//!
//! A notion asks that inside each of its events the mean score be the same in every group. A **cell** is the rows of one
//! group in one event; with normalised weights a_i over its rows, the mean score of a cell is ⟨w, Σ a_i φ(x_i)⟩ + b. So each
//! pair of cells is one constraint |⟨w, u⟩| ≤ bound, with u = Σ_i c_i φ(x_i), c the weights of one cell minus those of the
//! other, and the intercept drops out. c has one column a constraint and as many non-zeros as its cells have rows, so
//! what is kept is the cell of each row.
//!
//! Source: Donini et al. 2018; for bins of the outcome Oneto et al. 2019.

use std::collections::BTreeMap;

use crate::{
    groups::Label,
    methods::{Fairness, FitError, Grouping, Labelled, Pairs, TargetEvents, fairness::Bounds},
    notion::Event,
    solvers::Rows,
};

/// The event or cell of a row that is in none.
const NONE: u32 = u32::MAX;

/// The rows inside which means are compared.
#[derive(Clone, Debug, PartialEq)]
pub enum EventRows {
    /// Every row.
    All,
    /// Rows whose outcome is +1.
    Positive,
    /// Rows whose outcome is −1.
    Negative,
    /// Rows whose outcome is above `above` and at most `to`; infinite at the ends.
    Bin {
        /// The open lower end.
        above: f64,
        /// The closed upper end.
        to: f64,
    },
    /// Rows of one stratum.
    Stratum(
        /// Its labels, one a column.
        Vec<Label>,
    ),
}

/// The rows of one group in one event.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Cell {
    /// Which grouping: the number of the attribute, or 0 where they are crossed.
    pub grouping: usize,
    /// The number of the event.
    pub event: usize,
    /// The number of the group.
    pub group: usize,
    /// Rows with a positive weight.
    pub rows: usize,
    /// Their weight.
    pub weight: f64,
    /// Σ a_i² of the normalised weights: 1/rows where they are equal.
    pub concentration: f64,
}

/// What a cell is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// Another cell of the event, by its number.
    Cell(usize),
    /// All rows of the event.
    Pooled,
}

/// One difference of means that is bounded.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Constraint {
    /// The number of the cell.
    pub cell: usize,
    /// What its mean is compared with.
    pub against: Against,
    /// How large the difference may be.
    pub bound: f64,
}

/// A group that has no rows in an event, so nothing is asked of it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmptyCell {
    /// Which grouping.
    pub grouping: usize,
    /// The event.
    pub event: usize,
    /// The group.
    pub group: usize,
}

/// The differences of group means that a notion bounds, for given rows.
#[derive(Clone, Debug)]
pub struct Constraints {
    events: Vec<EventRows>,
    groups: Vec<Vec<Vec<Label>>>,
    cells: Vec<Cell>,
    list: Vec<Constraint>,
    empty: Vec<EmptyCell>,
    /// For each grouping the cell of each row.
    cell_of_row: Vec<Vec<u32>>,
    weights: Vec<f64>,
}

/// The vectors u_j of a linear score, k × d, and the sizes of the means that they are differences of.
#[derive(Clone, Debug)]
pub(in crate::methods) struct Directions {
    pub(in crate::methods) vectors: Vec<f64>,
    pub(in crate::methods) scales: Vec<f64>,
}

impl Constraints {
    /// Returns the constraints that `fairness` asks for on these rows.
    ///
    /// An event with rows of one group only yields no constraint; groups without rows in an event are listed in
    /// [`empty`](Self::empty). O(n · groupings) time and memory, besides sorting the outcome for quantile bins.
    ///
    /// # Errors
    /// When the sample is out of order, strata are missing, an event needs classes and there are none, no event has
    /// rows of two groups, or there are not as many bounds as constraints.
    pub fn new(sample: &Labelled<'_>, fairness: &Fairness, default: &TargetEvents) -> Result<Self, FitError> {
        let weights = sample.check()?;
        let n = sample.rows.n();
        let (events, event_of_row) =
            events(sample, fairness.notion.event(), fairness.events.as_ref().unwrap_or(default), &weights)?;
        let groupings = Grouping::of(sample.sensitive, fairness.crossing, n);
        let mut constraints = Self {
            events,
            groups: groupings.iter().map(|grouping| grouping.labels().to_vec()).collect(),
            cells: Vec::new(),
            list: Vec::new(),
            empty: Vec::new(),
            cell_of_row: Vec::new(),
            weights,
        };
        for (number, grouping) in groupings.iter().enumerate() {
            constraints.add_cells(number, grouping, &event_of_row);
        }
        constraints.compare(fairness.pairs);
        if constraints.list.is_empty() {
            return Err(FitError::NothingToCompare { events: constraints.events.len() });
        }
        constraints.set_bounds(&fairness.bounds)?;
        Ok(constraints)
    }

    fn add_cells(&mut self, number: usize, grouping: &Grouping, event_of_row: &[u32]) {
        let mut sums: BTreeMap<(u32, u32), (usize, f64, f64)> = BTreeMap::new();
        let key = |row: usize| (event_of_row[row], grouping.codes()[row]);
        for (row, &weight) in self.weights.iter().enumerate() {
            if weight > 0.0 && event_of_row[row] != NONE {
                let sum = sums.entry(key(row)).or_default();
                *sum = (sum.0 + 1, sum.1 + weight, sum.2 + weight * weight);
            }
        }
        let first = self.cells.len();
        let numbers: BTreeMap<(u32, u32), u32> =
            sums.keys().enumerate().map(|(place, &key)| (key, (first + place) as u32)).collect();
        for (&(event, group), &(rows, weight, squares)) in &sums {
            self.cells.push(Cell {
                grouping: number,
                event: event as usize,
                group: group as usize,
                rows,
                weight,
                concentration: squares / (weight * weight),
            });
        }
        for event in 0..self.events.len() {
            for group in 0..grouping.n_groups() {
                if !sums.contains_key(&(event as u32, group as u32)) {
                    self.empty.push(EmptyCell { grouping: number, event, group });
                }
            }
        }
        let cell = |row: usize| match self.weights[row] > 0.0 {
            true => numbers.get(&key(row)).copied().unwrap_or(NONE),
            false => NONE,
        };
        self.cell_of_row.push((0..self.weights.len()).map(cell).collect());
    }

    /// Lists the differences, event by event; cells are sorted by event and group within a grouping.
    fn compare(&mut self, pairs: Pairs) {
        for (first, cell) in self.cells.iter().enumerate() {
            let same_event = |other: &Cell| other.grouping == cell.grouping && other.event == cell.event;
            let others =
                self.cells.iter().enumerate().filter(|(place, other)| *place != first && same_event(other));
            let constraint = |against| Constraint { cell: first, against, bound: 0.0 };
            match pairs {
                Pairs::All => {
                    let later = others.filter(|(second, _)| *second > first);
                    self.list.extend(later.map(|(second, _)| constraint(Against::Cell(second))));
                }
                Pairs::Pooled => self.list.extend(others.take(1).map(|_| constraint(Against::Pooled))),
            }
        }
    }

    fn set_bounds(&mut self, bounds: &Bounds) -> Result<(), FitError> {
        match bounds {
            Bounds::Same(bound) => self.list.iter_mut().for_each(|constraint| constraint.bound = *bound),
            Bounds::Each(bounds) if bounds.len() == self.list.len() => {
                self.list.iter_mut().zip(bounds).for_each(|(constraint, bound)| constraint.bound = *bound);
            }
            Bounds::Each(bounds) => {
                return Err(FitError::Bounds { found: bounds.len(), expected: self.list.len() });
            }
        }
        Ok(())
    }

    /// Returns the number of rows.
    pub fn n(&self) -> usize {
        self.weights.len()
    }

    /// Returns the constraints.
    pub fn list(&self) -> &[Constraint] {
        &self.list
    }

    /// Returns the cells with rows, by grouping, event and group.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// Returns the events.
    pub fn events(&self) -> &[EventRows] {
        &self.events
    }

    /// Returns the labels of the groups of each grouping.
    pub fn groups(&self) -> &[Vec<Vec<Label>>] {
        &self.groups
    }

    /// Returns the groups without rows in an event.
    pub fn empty(&self) -> &[EmptyCell] {
        &self.empty
    }

    /// Returns the coefficients c of one constraint as (row, coefficient), by rising row: u = Σ c_i φ(x_i).
    ///
    /// # Panics
    /// When there is no constraint of that number.
    pub fn coefficients(&self, constraint: usize) -> impl Iterator<Item = (usize, f64)> + '_ {
        let Constraint { cell: first, against, .. } = self.list[constraint];
        let Cell { grouping, event, weight: of_first, .. } = self.cells[first];
        let of_event = self.event_weight(first);
        self.cell_of_row[grouping].iter().zip(&self.weights).enumerate().filter_map(
            move |(row, (&cell, weight))| {
                if cell == NONE {
                    return None;
                }
                let cell = cell as usize;
                let plus = if cell == first { weight / of_first } else { 0.0 };
                let minus = match against {
                    Against::Cell(second) if cell == second => weight / self.cells[second].weight,
                    Against::Pooled if self.cells[cell].event == event => weight / of_event,
                    _ => 0.0,
                };
                (plus != 0.0 || minus != 0.0).then_some((row, plus - minus))
            },
        )
    }

    /// Returns the numbers of the rows that are in a cell, by rising number.
    pub(super) fn rows_compared(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.n()).filter(|&row| self.cell_of_row.iter().any(|cells| cells[row] != NONE))
    }

    /// Returns the rows of a cell with their shares of its weight, by rising number.
    pub(in crate::methods) fn rows_of(&self, cell: usize) -> Vec<(usize, f64)> {
        let Cell { grouping, weight, .. } = self.cells[cell];
        let rows = self.cell_of_row[grouping].iter().enumerate();
        rows.filter(|(_, of)| **of == cell as u32).map(|(row, _)| (row, self.weights[row] / weight)).collect()
    }

    /// Returns the number of the event that a row is in; `None` for rows that are compared with none.
    pub(crate) fn event_of_row(&self, row: usize) -> Option<usize> {
        let cell = self.cell_of_row.first().map_or(NONE, |cells| cells[row]);
        (cell != NONE).then(|| self.cells[cell as usize].event)
    }

    /// Returns the mean of one number a row in each cell.
    ///
    /// # Panics
    /// When there are not as many values as rows.
    pub fn cell_means(&self, values: &[f64]) -> Vec<f64> {
        assert_eq!(values.len(), self.n(), "one value a row");
        let mut means = vec![0.0; self.cells.len()];
        for cells in &self.cell_of_row {
            for (row, &cell) in cells.iter().enumerate().filter(|(_, cell)| **cell != NONE) {
                means[cell as usize] += self.weights[row] * values[row];
            }
        }
        means.iter_mut().zip(&self.cells).for_each(|(mean, cell)| *mean /= cell.weight);
        means
    }

    /// Returns the difference of means that each constraint bounds, cᵀ f; an intercept in the scores has no part in it.
    ///
    /// # Panics
    /// When there are not as many scores as rows.
    pub fn gaps(&self, scores: &[f64]) -> Vec<f64> {
        let means = self.cell_means(scores);
        (0..self.list.len()).map(|constraint| self.difference(constraint, &means)).collect()
    }

    /// Returns a cell's value minus that of what it is compared with, given one value a cell.
    pub(super) fn difference(&self, constraint: usize, of_cells: &[f64]) -> f64 {
        let Constraint { cell, against, .. } = self.list[constraint];
        match against {
            Against::Cell(second) => of_cells[cell] - of_cells[second],
            Against::Pooled => {
                // Against the others rather than all: the own share cancels exactly.
                let total = self.event_weight(cell);
                self.event_cells(cell)
                    .map(|other| self.cells[other].weight / total * (of_cells[cell] - of_cells[other]))
                    .sum()
            }
        }
    }

    /// Returns the numbers of the cells in a cell's event, itself included.
    pub(super) fn event_cells(&self, cell: usize) -> impl Iterator<Item = usize> + '_ {
        let Cell { grouping, event, .. } = self.cells[cell];
        let is_there = move |other: &(usize, &Cell)| other.1.grouping == grouping && other.1.event == event;
        self.cells.iter().enumerate().filter(is_there).map(|(number, _)| number)
    }

    fn event_weight(&self, cell: usize) -> f64 {
        self.event_cells(cell).map(|other| self.cells[other].weight).sum()
    }

    /// Returns the vectors u_j = cᵀX. One pass over the rows for each grouping; O(cells · d) memory.
    pub(in crate::methods) fn directions(&self, rows: &Rows<'_>) -> Directions {
        let (d, k) = (rows.d(), self.list.len());
        let mut means = vec![0.0; self.cells.len() * d];
        for cells in &self.cell_of_row {
            for (row, &cell) in cells.iter().enumerate().filter(|(_, cell)| **cell != NONE) {
                let cell = cell as usize;
                rows.add_scaled(
                    row,
                    self.weights[row] / self.cells[cell].weight,
                    &mut means[cell * d..][..d],
                );
            }
        }
        let norms: Vec<f64> = (0..self.cells.len())
            .map(|cell| means[cell * d..][..d].iter().map(|x| x * x).sum::<f64>().sqrt())
            .collect();
        let mut vectors = Vec::with_capacity(k * d);
        let mut scales = Vec::with_capacity(k);
        let mut of_cells = vec![0.0; self.cells.len()];
        for constraint in 0..k {
            for column in 0..d {
                of_cells.iter_mut().enumerate().for_each(|(cell, value)| *value = means[cell * d + column]);
                vectors.push(self.difference(constraint, &of_cells));
            }
            let Constraint { cell, against, .. } = self.list[constraint];
            scales.push(match against {
                Against::Cell(second) => norms[cell] + norms[second],
                Against::Pooled => self.event_cells(cell).map(|other| norms[other]).sum(),
            });
        }
        Directions { vectors, scales }
    }
}

/// Returns the events of a family and the number of each row's event.
fn events(
    sample: &Labelled<'_>,
    family: Event,
    of_target: &TargetEvents,
    weights: &[f64],
) -> Result<(Vec<EventRows>, Vec<u32>), FitError> {
    let n = sample.rows.n();
    let by_sign = |positive: u32, negative: u32| -> Result<Vec<u32>, FitError> {
        sample.check_binary()?;
        Ok(sample.target.iter().map(|&y| if y > 0.0 { positive } else { negative }).collect())
    };
    match family {
        Event::TargetPositive => Ok((vec![EventRows::Positive], by_sign(0, NONE)?)),
        Event::TargetNegative => Ok((vec![EventRows::Negative], by_sign(NONE, 0)?)),
        Event::EachTarget => match of_target {
            TargetEvents::Classes => Ok((vec![EventRows::Positive, EventRows::Negative], by_sign(0, 1)?)),
            TargetEvents::Quantiles(n_bins) => {
                Ok(bins(sample.target, &quantiles(sample.target, weights, *n_bins)))
            }
            TargetEvents::Cuts(cuts) => Ok(bins(sample.target, cuts)),
        },
        Event::EachStratum => {
            if sample.strata.is_empty() {
                return Err(FitError::NoStrata);
            }
            let strata = Grouping::crossed(sample.strata, n);
            let events = strata.labels().iter().map(|labels| EventRows::Stratum(labels.clone())).collect();
            Ok((events, strata.codes().to_vec()))
        }
        // The plan has refused events that depend on the prediction.
        Event::AllRows | Event::PredictionPositive | Event::EachScoreBin => {
            Ok((vec![EventRows::All], vec![0; n]))
        }
    }
}

fn bins(target: &[f64], edges: &[f64]) -> (Vec<EventRows>, Vec<u32>) {
    let edge = |place: usize| edges.get(place).copied().unwrap_or(f64::INFINITY);
    let bin = |place: usize| {
        let above = if place == 0 { f64::NEG_INFINITY } else { edge(place - 1) };
        EventRows::Bin { above, to: edge(place) }
    };
    let of_row = |y: &f64| edges.partition_point(|edge| edge < y) as u32;
    ((0..=edges.len()).map(bin).collect(), target.iter().map(of_row).collect())
}

/// Returns the distinct inner quantiles of order i/k, by linear interpolation between order statistics, a weight counting
/// as that many repetitions.
fn quantiles(target: &[f64], weights: &[f64], n_bins: usize) -> Vec<f64> {
    let mut rows: Vec<(f64, f64)> =
        target.iter().copied().zip(weights.iter().copied()).filter(|(_, weight)| *weight > 0.0).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ends = Vec::with_capacity(rows.len());
    let mut total = 0.0;
    for (_, weight) in &rows {
        total += weight;
        ends.push(total);
    }
    let order_statistic = |rank: f64| {
        let place = ends.partition_point(|&end| end <= rank);
        rows.get(place).or(rows.last()).map_or(0.0, |row| row.0)
    };
    let quantile = |i: usize| {
        let position = (i as f64 / n_bins as f64) * (total - 1.0).max(0.0);
        let (low, high) = (order_statistic(position.floor()), order_statistic(position.floor() + 1.0));
        low + (high - low) * (position - position.floor())
    };
    let mut edges: Vec<f64> = (1..n_bins).map(quantile).collect();
    edges.dedup();
    edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_linear_and_weights_are_repetitions() {
        let y = [3.0, 1.0, 2.0, 10.0];
        assert_eq!(quantiles(&y, &[1.0; 4], 2), [2.5]);
        assert_eq!(quantiles(&y, &[1.0; 4], 4), [1.75, 2.5, 4.75]);
        let repeated = quantiles(&[1.0, 1.0, 1.0, 2.0, 10.0, 10.0], &[1.0; 6], 3);
        assert_eq!(quantiles(&[10.0, 1.0, 2.0, 5.0], &[2.0, 3.0, 1.0, 0.0], 3), repeated);
        assert_eq!(quantiles(&[1.0; 5], &[1.0; 5], 3), [1.0]);
    }

    #[test]
    fn bins_are_closed_above() {
        let (events, of_row) = bins(&[0.0, 1.0, 1.5, 2.0, 3.0], &[1.0, 2.0]);
        assert_eq!(of_row, [0, 0, 1, 1, 2]);
        assert_eq!(events[1], EventRows::Bin { above: 1.0, to: 2.0 });
    }
}
