//! The rows that a method learns from, by role, and their groups.

use super::FitError;
use crate::{
    groups::Label,
    sample::{Categorical, MAGNITUDE_MAX},
    solvers::Rows,
};

/// Rows with outcomes, groups, strata and weights: what every method that reads labels is fitted on, unchecked.
///
/// Groups travel with the rows: a subset of the rows is a subset of all the columns here.
#[derive(Clone, Copy, Debug)]
pub struct Labelled<'a> {
    /// The features.
    pub rows: Rows<'a>,
    /// The outcome, one a row: −1 or +1 for classifiers, any number for regression.
    pub target: &'a [f64],
    /// The sensitive attributes. A missing value is a group of its own. Without any, the ordinary model is fitted, without
    /// constraints.
    pub sensitive: &'a [Categorical<'a>],
    /// The legitimate columns whose crossing makes the strata of conditional parity; else empty.
    pub strata: &'a [Categorical<'a>],
    /// How much each row counts, finite and not negative; `None` for 1. An integer weight is a repetition.
    pub weights: Option<&'a [f64]>,
}

impl Labelled<'_> {
    /// Checks lengths and ranges; returns the weights.
    pub(super) fn check(&self) -> Result<Vec<f64>, FitError> {
        let n = self.rows.n();
        check_length("target", self.target.len(), n)?;
        if let Some(row) = self.target.iter().position(|y| !(-MAGNITUDE_MAX..=MAGNITUDE_MAX).contains(y)) {
            return Err(FitError::OutOfRange { argument: "target", row, value: self.target[row] });
        }
        check_columns("sensitive", self.sensitive, n)?;
        check_columns("strata", self.strata, n)?;
        let weights = match self.weights {
            Some(weights) => {
                check_length("weights", weights.len(), n)?;
                if let Some(row) = weights.iter().position(|w| !(0.0..=MAGNITUDE_MAX).contains(w)) {
                    return Err(FitError::OutOfRange { argument: "weights", row, value: weights[row] });
                }
                weights.to_vec()
            }
            None => vec![1.0; n],
        };
        if weights.iter().all(|&weight| weight == 0.0) {
            return Err(FitError::NoRows);
        }
        Ok(weights)
    }

    /// Checks that every target is −1 or +1.
    pub(super) fn check_binary(&self) -> Result<(), FitError> {
        match self.target.iter().position(|&y| y != 1.0 && y != -1.0) {
            Some(row) => Err(FitError::NotBinary { row, value: self.target[row] }),
            None => Ok(()),
        }
    }
}

pub(super) fn check_length(argument: &'static str, found: usize, expected: usize) -> Result<(), FitError> {
    if found == expected { Ok(()) } else { Err(FitError::LengthMismatch { argument, found, expected }) }
}

fn check_columns(argument: &'static str, columns: &[Categorical<'_>], n: usize) -> Result<(), FitError> {
    for column in columns {
        check_length(argument, column.codes.len(), n)?;
        if let Some(row) = (0..n).find(|&row| column.codes.get(row) >= column.labels.len()) {
            return Err(FitError::UnknownCode { argument, row, code: column.codes.get(row) });
        }
    }
    Ok(())
}

/// How several sensitive attributes become groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Crossing {
    /// Each attribute divides the rows by itself, and each is constrained.
    #[default]
    Separate,
    /// The combinations of values are the groups.
    Crossed,
}

/// A division of the rows into groups: those that occur, in the order of their labels.
#[derive(Clone, Debug, PartialEq)]
pub struct Grouping {
    labels: Vec<Vec<Label>>,
    codes: Vec<u32>,
}

impl Grouping {
    /// Returns the crossing of columns that have been checked; of none, one group of all rows.
    pub(super) fn crossed(columns: &[Categorical<'_>], n: usize) -> Self {
        let mut grouping = Self { labels: vec![Vec::new()], codes: vec![0; n] };
        for column in columns {
            grouping.cross(column);
        }
        grouping
    }

    /// Returns the groups that attributes make.
    pub(super) fn of(columns: &[Categorical<'_>], crossing: Crossing, n: usize) -> Vec<Self> {
        match crossing {
            Crossing::Separate => columns.iter().map(|column| Self::crossed(&[*column], n)).collect(),
            Crossing::Crossed => vec![Self::crossed(columns, n)],
        }
    }

    fn cross(&mut self, column: &Categorical<'_>) {
        let mut sorted: Vec<&Label> = column.labels.iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        // Labels may repeat: rows are told apart by label, not by code.
        let ranks: Vec<u64> =
            column.labels.iter().map(|label| sorted.partition_point(|other| *other < label) as u64).collect();
        let width = sorted.len() as u64;
        let key = |row: usize| u64::from(self.codes[row]) * width + ranks[column.codes.get(row)];
        let keys = Ranks::of((0..self.codes.len()).map(key), self.labels.len() as u64 * width);
        let label = |key: &u64| {
            let mut labels = self.labels[(key / width) as usize].clone();
            labels.push(sorted[(key % width) as usize].clone());
            labels
        };
        let labels = keys.distinct().iter().map(label).collect();
        let codes = (0..self.codes.len()).map(|row| keys.rank(key(row)).unwrap_or(0)).collect();
        (self.labels, self.codes) = (labels, codes);
    }

    /// Returns the number of groups.
    pub fn n_groups(&self) -> usize {
        self.labels.len()
    }

    /// Returns the labels of each group, one an attribute.
    pub fn labels(&self) -> &[Vec<Label>] {
        &self.labels
    }

    /// Returns the number of each row's group.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }
}

/// The different numbers among many, and the place of each in their order.
#[derive(Clone, Debug)]
pub(super) struct Ranks {
    distinct: Vec<u64>,
    /// The rank of every number below the range, where it is short.
    table: Vec<u32>,
}

impl Ranks {
    /// A table of so many ranks stays in the cache.
    const RANGE_SHORT: u64 = 1 << 16;
    const ABSENT: u32 = u32::MAX;

    /// Takes numbers below `range`; sorts them where that is long.
    pub(super) fn of(numbers: impl Iterator<Item = u64>, range: u64) -> Self {
        if range > Self::RANGE_SHORT {
            let mut distinct: Vec<u64> = numbers.collect();
            distinct.sort_unstable();
            distinct.dedup();
            return Self { distinct, table: Vec::new() };
        }
        let mut table = vec![Self::ABSENT; range as usize];
        numbers.for_each(|number| table[number as usize] = 0);
        let mut distinct = Vec::new();
        for (number, rank) in table.iter_mut().enumerate().filter(|(_, rank)| **rank == 0) {
            *rank = distinct.len() as u32;
            distinct.push(number as u64);
        }
        Self { distinct, table }
    }

    /// Returns the different numbers, rising.
    pub(super) fn distinct(&self) -> &[u64] {
        &self.distinct
    }

    /// Returns the place of a number, if it is there.
    pub(super) fn rank(&self, number: u64) -> Option<u32> {
        match self.table.get(number as usize) {
            Some(&rank) => (rank != Self::ABSENT).then_some(rank),
            None => self.distinct.binary_search(&number).ok().map(|rank| rank as u32),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_the_sorted_numbers_in_a_short_range_and_a_long_one() {
        let numbers = [7, 3, 900, 3, 0, 7];
        for range in [901, 1 << 40] {
            let ranks = Ranks::of(numbers.into_iter(), range);
            assert_eq!(ranks.distinct(), [0, 3, 7, 900]);
            assert_eq!([0, 3, 7, 900].map(|number| ranks.rank(number)), [0, 1, 2, 3].map(Some));
            assert_eq!([1, 8, 899, 1 << 20].map(|number| ranks.rank(number)), [None; 4]);
        }
    }
}
