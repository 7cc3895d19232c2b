//! A sample that has been checked, with what the parameters make of it: costs, constraints, the objective.

use super::{ClassBalance, Loss, Parameters};
use crate::{
    methods::{FitError, Labelled, TargetEvents, inprocessing::Constraints},
    solvers::Examples,
};

pub(super) struct Task<'a> {
    pub(super) parameters: &'a Parameters,
    pub(super) sample: Labelled<'a>,
    /// The factor of each row's loss in the objective: cost · class · weight.
    pub(super) costs: Vec<f64>,
    /// `None` for the ordinary learner.
    pub(super) constraints: Option<Constraints>,
}

impl<'a> Task<'a> {
    pub(super) fn new(parameters: &'a Parameters, sample: &Labelled<'a>) -> Result<Self, FitError> {
        let mut costs = sample.check()?;
        if parameters.loss.is_classifier() {
            sample.check_binary()?;
            balance(&mut costs, sample.target, parameters.class_balance)?;
        }
        if let Loss::Hinge { cost } | Loss::Logistic { cost } | Loss::EpsilonInsensitive { cost, .. } =
            parameters.loss
        {
            costs.iter_mut().for_each(|factor| *factor *= cost);
        }
        let default = match parameters.loss.is_classifier() {
            true => TargetEvents::Classes,
            false => TargetEvents::Quantiles(3),
        };
        let constraints = match sample.sensitive {
            [] => None,
            _ => Some(Constraints::new(sample, &parameters.fairness, &default)?),
        };
        Ok(Self { parameters, sample: *sample, costs, constraints })
    }

    pub(super) fn bounds(&self) -> Vec<f64> {
        let list = self.constraints.iter().flat_map(Constraints::list);
        list.map(|constraint| constraint.bound).collect()
    }

    /// Returns the rows (or features in their place) with targets and costs.
    pub(super) fn examples<'r>(&'r self, rows: crate::solvers::Rows<'r>) -> Examples<'r> {
        Examples { rows, targets: self.sample.target, weights: Some(&self.costs) }
    }

    /// Returns the whole objective of the loss.
    pub(super) fn objective(&self, scores: &[f64], squared_norm: f64) -> f64 {
        let loss = self.parameters.loss;
        let rows = self.sample.target.iter().zip(scores).zip(&self.costs);
        let total: f64 = rows.map(|((&target, &score), cost)| cost * loss.at(target, score)).sum();
        loss.penalty() * squared_norm + total
    }

    /// Returns the number of rows with a positive weight.
    pub(super) fn n_weighted(&self) -> usize {
        self.costs.iter().filter(|&&cost| cost > 0.0).count()
    }
}

impl Loss {
    /// Returns the factor of ‖w‖² in the objective.
    const fn penalty(self) -> f64 {
        match self {
            Self::Squared { penalty } => penalty,
            Self::Hinge { .. } | Self::Logistic { .. } | Self::EpsilonInsensitive { .. } => 0.5,
        }
    }

    /// Returns the loss of a row with cost 1.
    fn at(self, target: f64, score: f64) -> f64 {
        match self {
            Self::Hinge { .. } => (1.0 - target * score).max(0.0),
            Self::Logistic { .. } => {
                let margin = target * score;
                (-margin.abs()).exp().ln_1p() + (-margin).max(0.0)
            }
            Self::Squared { .. } => (target - score) * (target - score),
            Self::EpsilonInsensitive { epsilon, .. } => ((target - score).abs() - epsilon).max(0.0),
        }
    }
}

/// Multiplies weights by the factor of their class.
fn balance(weights: &mut [f64], target: &[f64], balance: ClassBalance) -> Result<(), FitError> {
    let total = |class: f64| -> f64 {
        target.iter().zip(&*weights).filter(|(y, _)| **y == class).map(|(_, weight)| weight).sum()
    };
    let (negative, positive) = (total(-1.0), total(1.0));
    if negative == 0.0 || positive == 0.0 {
        return Err(FitError::OneClass { target: if positive > 0.0 { 1.0 } else { -1.0 } });
    }
    let (negative, positive) = match balance {
        ClassBalance::Equal => return Ok(()),
        ClassBalance::Balanced => {
            let half = f64::midpoint(negative, positive);
            (half / negative, half / positive)
        }
        ClassBalance::Factors { negative, positive } => (negative, positive),
    };
    for (weight, &y) in weights.iter_mut().zip(target) {
        *weight *= if y > 0.0 { positive } else { negative };
    }
    Ok(())
}
