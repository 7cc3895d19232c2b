//! Row weights under which the outcome does not depend on the group.
//!
//! In each stratum a row of group g with outcome y gets its own weight times P(g) P(y) / P(g, y), shares of weight within
//! the stratum. Then the weighted share of every outcome is the same in every group of the stratum, and the weight of
//! each group and of each outcome is what it was. Any learner that takes weights can follow; what it equalises in the
//! predictions is not promised.
//!
//! Source: Kamiran and Calders 2012, *Data preprocessing techniques for classification without discrimination*; any number
//! of groups, outcomes of −1 and +1, crossed attributes, strata.

use std::collections::BTreeMap;

use crate::methods::{FitError, Grouping, Labelled};

/// A group and an outcome that a stratum lacks together though it has both: no weight can make up for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacking {
    /// The number of the stratum, in the order of the labels.
    pub stratum: u32,
    /// The number of the group.
    pub group: u32,
    /// Whether the outcome is +1.
    pub positive: bool,
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

/// Returns the weights. Several attributes are crossed. O(n log n).
///
/// # Errors
/// When the sample is out of order, a target is neither −1 nor +1, or there is no sensitive attribute.
pub fn reweigh(sample: &Labelled<'_>) -> Result<Reweighed, FitError> {
    let weights = sample.check()?;
    sample.check_binary()?;
    if sample.sensitive.is_empty() {
        return Err(FitError::NothingToCompare { events: 1 });
    }
    let n = weights.len();
    let (groups, strata) = (Grouping::crossed(sample.sensitive, n), Grouping::crossed(sample.strata, n));
    let key = |row: usize| (strata.codes()[row], groups.codes()[row], sample.target[row] > 0.0);
    let (mut total, mut of_group) = (BTreeMap::new(), BTreeMap::new());
    let (mut of_outcome, mut of_both) = (BTreeMap::new(), BTreeMap::new());
    for (row, weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
        let (stratum, group, positive) = key(row);
        *total.entry(stratum).or_insert(0.0) += weight;
        *of_group.entry((stratum, group)).or_insert(0.0) += weight;
        *of_outcome.entry((stratum, positive)).or_insert(0.0) += weight;
        *of_both.entry((stratum, group, positive)).or_insert(0.0) += weight;
    }
    let factor = |row: usize| -> f64 {
        let (stratum, group, positive) = key(row);
        let (group, outcome) =
            (of_group[&(stratum, group)] / total[&stratum], of_outcome[&(stratum, positive)]);
        group * outcome / of_both[&key(row)]
    };
    let new = |(row, &weight): (usize, &f64)| if weight > 0.0 { weight * factor(row) } else { 0.0 };
    let mut lacking = Vec::new();
    for &(stratum, group) in of_group.keys() {
        for positive in [false, true] {
            let is_possible = of_outcome.contains_key(&(stratum, positive));
            if is_possible && !of_both.contains_key(&(stratum, group, positive)) {
                lacking.push(Lacking { stratum, group, positive });
            }
        }
    }
    Ok(Reweighed { weights: weights.iter().enumerate().map(new).collect(), lacking })
}
