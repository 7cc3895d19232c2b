//! Who moves, by how much, and why a row's score is what it is: as data.

use super::{measure::wasserstein, model::Model, plan::Interpolation, steps::Steps};
use crate::groups::Label;

/// The levels at which shifts are described.
pub const SHIFT_LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Why a row's repaired score is what it is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// The score as it was.
    pub before: f64,
    /// The score after the repair.
    pub after: f64,
    /// The share of the row's group with lower scores, and with scores at most this: its rank in its own group.
    pub rank: (f64, f64),
    /// The level that stood for the rank: where the groups' quantiles were read.
    pub level: f64,
    /// The value of each law that is averaged at that level, with its weight: the groups' quantiles, or the target alone.
    pub quantiles: Vec<(Vec<Label>, f64, f64)>,
    /// Whether the score is beyond those of its group in the fit.
    pub is_beyond: bool,
}

/// How the scores of one group move, over the law of the fit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Movement {
    /// The group.
    pub labels: Vec<Label>,
    /// Its rows in the fit.
    pub rows: f64,
    /// Its share of weight in the barycenter.
    pub share: f64,
    /// The mean score before and after.
    pub means: (f64, f64),
    /// The mean of |after − before|, in the score's unit.
    pub shift_absolute: f64,
    /// The mean of (after − before)².
    pub shift_squared: f64,
    /// The shift after − before at [`SHIFT_LEVELS`].
    pub shifts: [f64; 5],
    /// The shares of rows whose score rises and falls.
    pub rising: f64,
    /// See `rising`.
    pub falling: f64,
}

/// What a repair costs, over the laws of the fit.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Summary {
    /// Each group's movement, in order.
    pub groups: Vec<Movement>,
    /// The mean of |after − before| over the groups by their weights p.
    pub shift_absolute: f64,
    /// The root of the mean of (after − before)² over the groups by their weights p.
    pub shift_root_mean_square: f64,
    /// U of the scores as they were: the least mean squared change that makes the laws equal. After the repair about αU is left.
    pub wasserstein: f64,
}

impl Model {
    /// Explains the repair of one score of a group, given by its place in [`groups`](Self::groups) and the row's id.
    ///
    /// Returns `None` when there is no such group or the score is not a number.
    pub fn explain(&self, group_idx: usize, score: f64, row_id: u64) -> Option<Explanation> {
        let group = self.groups.get(group_idx).filter(|_| score.abs() <= crate::sample::MAGNITUDE_MAX)?;
        let (place, after) = self.repaired(score, group_idx, row_id);
        let (_, level) = self.level(score, group_idx, row_id);
        let total = group.ranks.total();
        let upper = if place.steps == 0 { 0.0 } else { group.ranks.cumulative[place.steps - 1] / total };
        let lower = if place.is_on_edge { group.ranks.before(place.steps - 1) / total } else { upper };
        let barycenter = self.barycenter();
        let values = barycenter.quantiles(level, self.parameters.interpolation);
        let names = self.target_names();
        let weights = barycenter.parts.iter().map(|(share, _)| *share);
        Some(Explanation {
            before: score,
            after,
            rank: (lower, upper),
            level,
            quantiles: names.into_iter().zip(weights).zip(values).map(|((n, w), v)| (n, w, v)).collect(),
            is_beyond: place.steps == 0 || (place.steps == self.n_steps(group_idx) && !place.is_on_edge),
        })
    }

    /// Says who moves and by how much. O(quantiles · groups).
    pub fn summary(&self) -> Summary {
        let groups: Vec<Movement> = (0..self.groups.len()).map(|idx| self.movement(idx)).collect();
        let laws: Vec<Steps> = self.groups.iter().map(|group| group.quantiles().clone()).collect();
        let shares = self.shares();
        let mean = |of: fn(&Movement) -> f64| groups.iter().map(|group| group.share * of(group)).sum::<f64>();
        Summary {
            shift_absolute: mean(|group| group.shift_absolute),
            shift_root_mean_square: mean(|group| group.shift_squared).sqrt(),
            wasserstein: wasserstein(&laws, &shares),
            groups,
        }
    }

    fn movement(&self, idx: usize) -> Movement {
        let group = &self.groups[idx];
        let law = group.quantiles();
        let barycenter = self.barycenter();
        let repaired = match self.parameters.interpolation {
            Interpolation::Step => barycenter.at_steps(law),
            Interpolation::Midpoint => barycenter.linear(&law.middles(), law.total()),
        };
        let total = law.total();
        let mut moves: Vec<(f64, f64)> = Vec::with_capacity(law.len());
        let (mut before, mut after) = (0.0, 0.0);
        for (place, (&score, repaired)) in law.points.iter().zip(repaired).enumerate() {
            let mixed = self.mixed(self.parameters.alpha.sqrt(), score, repaired);
            let mass = law.at(place) / total;
            before += mass * score;
            after += mass * mixed;
            moves.push((mixed - score, mass));
        }
        moves.sort_by(|a, b| a.0.total_cmp(&b.0));
        let sum = |of: &dyn Fn(f64) -> f64| moves.iter().map(|(shift, mass)| mass * of(*shift)).sum::<f64>();
        let at = |level: f64| {
            let mut below = 0.0;
            let found = moves.iter().find(|(_, mass)| {
                below += mass;
                below >= level
            });
            found.or(moves.last()).map_or(0.0, |(shift, _)| *shift)
        };
        Movement {
            labels: group.labels.clone(),
            rows: group.rows,
            share: group.share,
            means: (before, after),
            shift_absolute: sum(&f64::abs),
            shift_squared: sum(&|shift| shift * shift),
            shifts: SHIFT_LEVELS.map(at),
            rising: sum(&|shift| f64::from(u8::from(shift > 0.0))),
            falling: sum(&|shift| f64::from(u8::from(shift < 0.0))),
        }
    }

    /// Returns the quantiles of each group before the repair at the levels given, cut to [0, 1], for a picture.
    pub fn quantiles(&self, group_idx: usize, levels: &[f64]) -> Option<Vec<f64>> {
        let law = self.groups.get(group_idx)?.quantiles();
        Some(levels.iter().map(|level| law.quantile(level.clamp(0.0, 1.0))).collect())
    }

    /// Returns the quantiles of the law that all groups get at the levels given, cut to [0, 1].
    pub fn target_quantiles(&self, levels: &[f64]) -> Vec<f64> {
        let barycenter = self.barycenter();
        levels
            .iter()
            .map(|level| barycenter.at(level.clamp(0.0, 1.0), self.parameters.interpolation))
            .collect()
    }
}
