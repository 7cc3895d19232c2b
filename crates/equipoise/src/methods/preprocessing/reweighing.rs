//! Row weights under which the outcome does not depend on the group.
//!
//! In each stratum a row of group g with outcome y gets its own weight times P(g) P(y) / P(g, y), shares of weight within
//! the stratum. Then the weighted share of every outcome is the same in every group of the stratum, and the weight of
//! each group and of each outcome is what it was. Any learner that takes weights can follow; what it equalises in the
//! predictions is not promised.
//!
//! Source: Kamiran and Calders 2012, *Data preprocessing techniques for classification without discrimination*; any number
//! of groups and outcomes, crossed attributes, strata.

use std::collections::BTreeMap;

use crate::methods::{FitError, Grouping, Labelled};

/// A group and an outcome that a stratum lacks together though it has both: no weight can make up for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lacking {
    /// The number of the stratum, in the order of the labels.
    pub stratum: u32,
    /// The number of the group.
    pub group: u32,
    /// The outcome.
    pub target: f64,
}

/// Weights, and where they cannot do what they are for.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Reweighed {
    /// The new weight of each row; the sum is that of the old ones, less what is lacking.
    pub weights: Vec<f64>,
    /// Groups and outcomes that do not occur together.
    pub lacking: Vec<Lacking>,
}

/// Returns the weights. Each value of the target is an outcome; several attributes are crossed. O(n log n).
///
/// # Errors
/// When the sample is out of order, or there is no sensitive attribute.
pub fn reweigh(sample: &Labelled<'_>) -> Result<Reweighed, FitError> {
    let weights = sample.check()?;
    if sample.sensitive.is_empty() {
        return Err(FitError::NothingToCompare { events: 1 });
    }
    let n = weights.len();
    let (groups, strata) = (Grouping::crossed(sample.sensitive, n), Grouping::crossed(sample.strata, n));
    let (outcomes, outcome_of_row) = outcomes(sample.target);
    let key = |row: usize| (strata.codes()[row], groups.codes()[row], outcome_of_row[row]);
    let (mut total, mut of_group) = (BTreeMap::new(), BTreeMap::new());
    let (mut of_outcome, mut of_both) = (BTreeMap::new(), BTreeMap::new());
    for (row, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        let (stratum, group, outcome) = key(row);
        *total.entry(stratum).or_insert(0.0) += weight;
        *of_group.entry((stratum, group)).or_insert(0.0) += weight;
        *of_outcome.entry((stratum, outcome)).or_insert(0.0) += weight;
        *of_both.entry((stratum, group, outcome)).or_insert(0.0) += weight;
    }
    let factor = |row: usize| -> f64 {
        let (stratum, group, outcome) = key(row);
        let share = of_group[&(stratum, group)] / total[&stratum];
        share * of_outcome[&(stratum, outcome)] / of_both[&key(row)]
    };
    let new = |(row, &weight): (usize, &f64)| if weight > 0.0 { weight * factor(row) } else { 0.0 };
    let mut lacking = Vec::new();
    for &(stratum, group) in of_group.keys() {
        for (outcome, &target) in outcomes.iter().enumerate() {
            let is_possible = of_outcome.contains_key(&(stratum, outcome));
            if is_possible && !of_both.contains_key(&(stratum, group, outcome)) {
                lacking.push(Lacking { stratum, group, target });
            }
        }
    }
    Ok(Reweighed { weights: weights.iter().enumerate().map(new).collect(), lacking })
}

/// Returns the distinct targets, ascending, and the number of each row's.
fn outcomes(target: &[f64]) -> (Vec<f64>, Vec<usize>) {
    // 0 and −0 are one outcome.
    let mut distinct: Vec<f64> = target.iter().map(|y| y + 0.0).collect();
    distinct.sort_unstable_by(f64::total_cmp);
    distinct.dedup();
    let of_row = target.iter().map(|y| distinct.partition_point(|other| other < y)).collect();
    (distinct, of_row)
}
