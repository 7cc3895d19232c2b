//! The trade of change against unfairness, and the least repair that meets a requirement.

use super::{
    measure::{Unfairness, measure},
    model::Model,
    plan::Shares,
};
use crate::{
    inference::Confidence,
    methods::postprocessing::{RepairApplyError, Scored},
};

/// One point of the front between change and unfairness, measured on rows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct FrontPoint {
    /// The share of the squared unfairness that is left.
    pub alpha: f64,
    /// The weighted mean of (repaired − score)².
    pub risk: f64,
    /// How unequal the laws are.
    pub unfairness: Unfairness,
}

/// What a repaired score must meet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Limit {
    /// The largest Kolmogorov–Smirnov distance of two groups is at most this: `dp.ks <= bound`.
    Ks(f64),
    /// The shares of rows at or above the threshold differ by at most the bound between groups: `dp.difference <= bound`.
    Difference {
        /// From here on a decision is positive.
        threshold: f64,
        /// The largest difference.
        bound: f64,
    },
}

/// The least repair that meets a limit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Least {
    /// The repair.
    pub model: Model,
    /// What the limit speaks of, on these rows.
    pub value: f64,
    /// Whether it is within the limit: full repair may not be enough on few rows.
    pub is_met: bool,
}

/// What rounding does to a difference of two quotients: a figure that is the bound exactly meets it.
const SLACK: f64 = 4.0 * f64::EPSILON;
/// Halvings of √α: more digits than anyone reads.
const HALVINGS: usize = 40;

impl Model {
    /// Measures the repair at each alpha on rows, best those that played no part in the fit. O(n log n) an alpha.
    ///
    /// # Errors
    /// When the rows cannot be repaired or compared, or an alpha is not in [0, 1].
    pub fn front(
        &self,
        sample: &Scored<'_>,
        alphas: &[f64],
        confidence: Confidence,
    ) -> Result<Vec<FrontPoint>, RepairApplyError> {
        let full = self.fully(sample)?;
        let shares = self.given_shares();
        let point = |&alpha: &f64| {
            if !(0.0..=1.0).contains(&alpha) {
                return Err(RepairApplyError::OutOfRange {
                    parameter: "alpha",
                    value: alpha,
                    allowed: "from 0 to 1",
                });
            }
            let scores = self.mixture(alpha.sqrt(), sample.scores, &full);
            let weight = |row: usize| sample.weights.map_or(1.0, |weights| weights[row]);
            let (mut sum, mut total) = (0.0, 0.0);
            for (row, (score, before)) in scores.iter().zip(sample.scores).enumerate() {
                sum += weight(row) * (score - before).powi(2);
                total += weight(row);
            }
            let unfairness = measure(&Scored { scores: &scores, ..*sample }, &shares, confidence)?;
            Ok(FrontPoint { alpha, risk: sum / total, unfairness })
        };
        alphas.iter().map(point).collect()
    }

    /// Finds the least repair (the largest alpha) that meets a limit on rows that played no part in the fit.
    ///
    /// √α is halved between a repair that meets the limit and one that does not: the distance need not fall evenly, so another,
    /// larger alpha may meet it too. The value found on these rows is a little flattering, since they chose alpha; rows of
    /// their own tell how far.
    ///
    /// # Errors
    /// When the rows cannot be repaired or compared, or a bound is not in [0, 1].
    pub fn least(&self, sample: &Scored<'_>, limit: Limit) -> Result<Least, RepairApplyError> {
        let (Limit::Ks(bound) | Limit::Difference { bound, .. }) = limit;
        if !(0.0..=1.0).contains(&bound) {
            return Err(RepairApplyError::OutOfRange {
                parameter: "bound",
                value: bound,
                allowed: "from 0 to 1",
            });
        }
        let meets_limit = |value: f64| value <= bound + SLACK;
        let full = self.fully(sample)?;
        // By way of alpha, so that the model that is returned computes the same to the bit.
        let value =
            |root: f64| self.value(&self.mixture((root * root).sqrt(), sample.scores, &full), sample, limit);
        let at = |root: f64, value: f64| {
            let mut model = self.clone();
            model.parameters.alpha = (root * root).min(1.0);
            Least { model, value, is_met: meets_limit(value) }
        };
        let (none, all) = (value(1.0)?, value(0.0)?);
        if meets_limit(none) {
            return Ok(at(1.0, none));
        }
        if !meets_limit(all) {
            return Ok(at(0.0, all));
        }
        let (mut meets, mut fails, mut found) = (0.0, 1.0, all);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (meets + fails);
            let value = value(middle)?;
            if meets_limit(value) {
                (meets, found) = (middle, value);
            } else {
                fails = middle;
            }
        }
        Ok(at(meets, found))
    }

    /// Repairs in full, whatever the model's alpha.
    fn fully(&self, sample: &Scored<'_>) -> Result<Vec<f64>, RepairApplyError> {
        let mut full = self.clone();
        full.parameters.alpha = 0.0;
        Ok(full.transform(sample)?.scores)
    }

    fn mixture(&self, root: f64, scores: &[f64], full: &[f64]) -> Vec<f64> {
        scores.iter().zip(full).map(|(&score, &repaired)| self.mixed(root, score, repaired)).collect()
    }

    /// The model's weights of groups, by label.
    pub(super) fn given_shares(&self) -> Shares {
        Shares::Given(self.groups.iter().map(|group| (group.labels.clone(), group.share)).collect())
    }

    fn value(&self, scores: &[f64], sample: &Scored<'_>, limit: Limit) -> Result<f64, RepairApplyError> {
        // The limit speaks of the figure, not of its interval: any confidence will do.
        let confidence = Confidence::default();
        let of =
            |scores: &[f64]| measure(&Scored { scores, ..*sample }, &Shares::Equal, confidence).map(|u| u.ks);
        match limit {
            Limit::Ks(_) => of(scores),
            Limit::Difference { threshold, .. } => {
                // The distance of two laws on two values is the difference of their shares.
                of(&scores.iter().map(|&score| f64::from(u8::from(score >= threshold))).collect::<Vec<_>>())
            }
        }
    }
}
