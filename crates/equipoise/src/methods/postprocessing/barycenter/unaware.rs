//! A repair where the group of a row is not known but how likely each group is: the projection of the repair.
//!
//! ĝ(x) = Σ_s P(s | x) · T_s(f(x)), the mean of what the row would get as a member of each group. The repair without knowledge of the
//! group has no closed form, and this is not it: no parity is promised. It is to be measured on rows whose group is known
//! ([`measure`](super::measure)), before and after.

use super::model::Model;
use crate::methods::postprocessing::{RepairApplyError, Scored};

/// What the probabilities of a row may miss 1 by: they come from other programs, perhaps in single precision.
const SUM_SLACK: f64 = 1e-6;

impl Model {
    /// Returns the projected scores: each row's mean over the groups it may be of, without a promise.
    ///
    /// `probabilities` holds, row by row, one number for each of [`groups`](Self::groups). The sensitive columns of the
    /// sample and its weights are not read.
    ///
    /// # Errors
    /// When the rows are out of order, or a row's probabilities are negative or do not sum to 1.
    pub fn project(&self, sample: &Scored<'_>, probabilities: &[f64]) -> Result<Vec<f64>, RepairApplyError> {
        let (n, n_groups) = (sample.n(), self.groups.len());
        let sample = Scored { sensitive: &[], weights: None, ..*sample };
        sample.check()?;
        if probabilities.len() != n * n_groups {
            let (found, expected) = (probabilities.len(), n * n_groups);
            let error =
                crate::methods::FitError::LengthMismatch { argument: "probabilities", found, expected };
            return Err(error.into());
        }
        let one = |(row, likely): (usize, &[f64])| {
            let sum: f64 = likely.iter().sum();
            let is_sound = likely.iter().all(|p| *p >= 0.0) && (sum - 1.0).abs() <= SUM_SLACK;
            if !is_sound {
                return Err(RepairApplyError::Probabilities { row, sum });
            }
            let (score, id) = (sample.scores[row], sample.row_ids.get(row));
            let parts = likely.iter().enumerate().filter(|(_, p)| **p > 0.0);
            Ok(parts.map(|(group_idx, p)| p / sum * self.repaired(score, group_idx, id).1).sum())
        };
        probabilities.chunks_exact(n_groups).enumerate().map(one).collect()
    }
}
