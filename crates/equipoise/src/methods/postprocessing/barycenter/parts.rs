//! A model as plain numbers, for files: taken apart, and put together again with every law checked.

use super::{
    model::{Group, Model},
    plan::{Parameters, Plan, Target},
    steps::Steps,
};
use crate::{
    groups::Label,
    methods::{PlanError, postprocessing::lookup::Lookup},
    sample::MAGNITUDE_MAX,
};

/// A step function: ascending points and the weight at or below each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepParts {
    /// Ascending; strictly so where ranks step.
    pub points: Vec<f64>,
    /// Strictly ascending and positive; the last is the total.
    pub cumulative: Vec<f64>,
    /// Whether the weights are whole numbers, so that levels are compared as integers.
    pub is_whole: bool,
}

/// What a model knows of one group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupParts {
    /// Its labels, one an attribute.
    pub labels: Vec<Label>,
    /// Its rows in the fit.
    pub rows: f64,
    /// The rows behind its ranks; with weights the effective number.
    pub rank_rows: f64,
    /// Whether its rows had weights.
    pub is_weighted: bool,
    /// Its weight in the fit.
    pub weight: f64,
    /// Its share p in the barycenter.
    pub share: f64,
    /// Whether some of its scores were equal.
    pub has_ties: bool,
    /// Whether its law was coarsened to equal shares.
    pub is_coarse: bool,
    /// The largest share of rows in one cell of a grid; 0 for exact scores.
    pub rank_error: f64,
    /// The law for ranks.
    pub ranks: StepParts,
    /// The law for quantiles, where it is another.
    pub quantiles: Option<StepParts>,
}

/// Everything a model is: its parameters and its groups in the order of their labels. Tables are computed from them.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// The parameters of the fit.
    pub parameters: Parameters,
    /// The groups.
    pub groups: Vec<GroupParts>,
}

/// Why numbers are no model.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PartsError {
    /// The parameters are out of range.
    #[error(transparent)]
    Parameters(#[from] PlanError),
    /// There is no group, labels do not ascend, or groups differ in their number of attributes.
    #[error("the groups are not in the order of their labels, one number of attributes each")]
    Groups,
    /// The target is a group that is not there.
    #[error("the target is a group that is not there")]
    Target,
    /// A number of a group is out of range.
    #[error("group {group_idx}: `{field}` is out of range")]
    Number {
        /// The group, from 0.
        group_idx: usize,
        /// Which number.
        field: &'static str,
    },
    /// A law's points or weights do not ascend, or are not numbers.
    #[error("group {group_idx}: `{field}` is no law")]
    Law {
        /// The group, from 0.
        group_idx: usize,
        /// Which law.
        field: &'static str,
    },
}

impl Model {
    /// Takes the model apart. O(quantiles).
    pub fn parts(&self) -> Parts {
        let steps = |steps: &Steps| StepParts {
            points: steps.points.clone(),
            cumulative: steps.cumulative.clone(),
            is_whole: steps.is_whole,
        };
        let group = |group: &Group| GroupParts {
            labels: group.labels.clone(),
            rows: group.rows,
            rank_rows: group.rank_rows,
            is_weighted: group.is_weighted,
            weight: group.weight,
            share: group.share,
            has_ties: group.has_ties,
            is_coarse: group.is_coarse,
            rank_error: group.rank_error,
            ranks: steps(&group.ranks),
            quantiles: group.quantiles.as_ref().map(steps),
        };
        Parts { parameters: self.parameters.clone(), groups: self.groups.iter().map(group).collect() }
    }

    /// Puts a model together: the same as the one that was taken apart, to the bit.
    ///
    /// # Errors
    /// When the numbers are no model.
    pub fn from_parts(parts: Parts) -> Result<Self, PartsError> {
        let parameters = Plan::new(parts.parameters)?.parameters().clone();
        let n_attributes = parts.groups.first().map_or(0, |group| group.labels.len());
        let ascends = parts.groups.windows(2).all(|pair| pair[0].labels < pair[1].labels);
        if n_attributes == 0
            || !ascends
            || parts.groups.iter().any(|group| group.labels.len() != n_attributes)
        {
            return Err(PartsError::Groups);
        }
        if let Target::Group(labels) = &parameters.target
            && parts.groups.binary_search_by(|group| group.labels.cmp(labels)).is_err()
        {
            return Err(PartsError::Target);
        }
        let lookup = Lookup::new(parts.groups.iter().map(|group| group.labels.clone()).collect());
        let groups: Vec<Group> =
            parts.groups.into_iter().enumerate().map(checked).collect::<Result<_, PartsError>>()?;
        let sum: f64 = groups.iter().map(|group| group.share).sum();
        if (sum - 1.0).abs() > 1e-9 {
            return Err(PartsError::Number { group_idx: 0, field: "share" });
        }
        Ok(Self::new(parameters, lookup, groups))
    }
}

fn checked((group_idx, group): (usize, GroupParts)) -> Result<Group, PartsError> {
    let max = MAGNITUDE_MAX * MAGNITUDE_MAX;
    let numbers = [
        ("rows", group.rows, f64::MIN_POSITIVE..=max),
        ("rank_rows", group.rank_rows, f64::MIN_POSITIVE..=max),
        ("weight", group.weight, f64::MIN_POSITIVE..=max),
        ("share", group.share, 0.0..=1.0),
        ("rank_error", group.rank_error, 0.0..=1.0),
    ];
    if let Some((field, ..)) = numbers.iter().find(|(_, value, range)| !range.contains(value)) {
        return Err(PartsError::Number { group_idx, field });
    }
    let law = |field: &'static str, law: StepParts, is_strict: bool| {
        let in_order = |pair: &[f64]| if is_strict { pair[0] < pair[1] } else { pair[0] <= pair[1] };
        let is_sound = !law.points.is_empty()
            && law.points.len() == law.cumulative.len()
            && law.points.iter().all(|point| point.abs() <= MAGNITUDE_MAX)
            && law.points.windows(2).all(in_order)
            && law.cumulative.iter().all(|c| *c > 0.0 && *c <= max)
            && law.cumulative.windows(2).all(|pair| pair[0] < pair[1])
            // Whole weights are below 2⁵³.
            && (!law.is_whole || law.cumulative.iter().all(|c| c.fract() == 0.0 && *c < 9_007_199_254_740_992.0));
        match is_sound {
            true => Ok(Steps { points: law.points, cumulative: law.cumulative, is_whole: law.is_whole }),
            false => Err(PartsError::Law { group_idx, field }),
        }
    };
    Ok(Group {
        ranks: law("ranks", group.ranks, true)?,
        quantiles: group.quantiles.map(|quantiles| law("quantiles", quantiles, false)).transpose()?,
        labels: group.labels,
        rows: group.rows,
        rank_rows: group.rank_rows,
        is_weighted: group.is_weighted,
        weight: group.weight,
        share: group.share,
        has_ties: group.has_ties,
        is_coarse: group.is_coarse,
        rank_error: group.rank_error,
    })
}
