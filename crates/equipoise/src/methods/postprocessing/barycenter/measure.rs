//! How unequal the laws of scores are: measured on rows, with how sure one can be of it.

use super::{plan::Shares, sort::by_group, steps::Steps};
use crate::{
    groups::Label,
    inference::{
        Confidence, Interval,
        laws::{dkw_radius, ks_at_equality},
    },
    methods::postprocessing::{RepairApplyError, RepairFitError, Scored, lookup::divide},
};

/// The largest distance between the groups' laws of a score, and the cost of closing it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Unfairness {
    /// The groups, in order, and their rows (with weights, the effective numbers).
    pub groups: Vec<(Vec<Label>, f64)>,
    /// The largest Kolmogorov–Smirnov distance of two groups, in [0, 1].
    pub ks: f64,
    /// Its groups, by their places.
    pub pair: (usize, usize),
    /// Where the largest distance of the populations lies: Dvoretzky–Kiefer–Wolfowitz bands, simultaneous over all groups. For
    /// rows that played no part in the fit; with weights an approximation.
    pub interval: Interval,
    /// The distance that this pair would show on average if its laws were equal: a distance near it is as small as can be seen.
    pub floor: f64,
    /// U = min over laws ν of Σ p_s W₂²(law of group s, ν), in the score's unit squared: the least mean squared change that
    /// makes the laws equal.
    pub wasserstein: f64,
}

/// Measures how unequal the laws of scores are between groups. O(n log n + n · groups).
///
/// # Errors
/// When the sample is out of order, fewer than two groups have rows, or a group has no share.
pub fn measure(
    sample: &Scored<'_>,
    shares: &Shares,
    confidence: Confidence,
) -> Result<Unfairness, RepairApplyError> {
    sample.check()?;
    let (lookup, codes) = divide(sample).map_err(|error| match error {
        RepairFitError::Sample(error) => RepairApplyError::Sample(error),
        _ => RepairApplyError::NothingToCompare,
    })?;
    let n_groups = lookup.groups().len();
    if n_groups < 2 {
        return Err(RepairApplyError::NothingToCompare);
    }
    let sorted = by_group(sample.scores, &codes, n_groups, sample.weights);
    let rows = sorted.iter().map(|group| match &group.weights {
        Some(weights) => {
            let sum: f64 = weights.iter().sum();
            1.0 / weights.iter().map(|w| (w / sum).powi(2)).sum::<f64>()
        }
        None => group.scores.len() as f64,
    });
    let rows: Vec<f64> = rows.collect();
    let weight = |idx: usize| match &sorted[idx].weights {
        Some(weights) => weights.iter().sum::<f64>(),
        None => rows[idx],
    };
    let share = |(idx, group): (usize, &Vec<Label>)| match shares {
        Shares::Data => weight(idx),
        Shares::Equal => 1.0,
        Shares::Given(given) => {
            given.iter().find(|(labels, _)| labels == group).map_or(0.0, |(_, share)| *share)
        }
    };
    let shares: Vec<f64> = lookup.groups().iter().enumerate().map(share).collect();
    let laws: Vec<Steps> = sorted.iter().map(Steps::of_sorted).collect();
    let slack = confidence.alpha() / n_groups as f64;
    let radii: Vec<f64> = rows.iter().map(|&n| dkw_radius(n, slack).unwrap_or(1.0)).collect();
    let distance = distance(&laws, &radii);
    let (a, b) = distance.pair;
    Ok(Unfairness {
        ks: distance.largest,
        pair: distance.pair,
        interval: distance.interval,
        floor: ks_at_equality(rows[a], rows[b]).unwrap_or(1.0),
        wasserstein: wasserstein(&laws, &shares),
        groups: lookup.groups().iter().cloned().zip(rows).collect(),
    })
}

struct Distance {
    largest: f64,
    pair: (usize, usize),
    interval: Interval,
}

/// Walks the points of all laws in order; at each, the largest gap of two distribution functions.
fn distance(laws: &[Steps], radii: &[f64]) -> Distance {
    let mut points: Vec<(f64, u32, f64)> = Vec::with_capacity(laws.iter().map(Steps::len).sum());
    for (number, law) in (0_u32..).zip(laws) {
        let total = law.total();
        points.extend(law.points.iter().zip(&law.cumulative).map(|(&point, &c)| (point, number, c / total)));
    }
    points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut levels = vec![0.0; laws.len()];
    let (mut largest, mut pair) = (0.0, (0, 1));
    let (mut lower, mut upper) = (0.0_f64, 0.0_f64);
    let mut shifted = [vec![0.0; laws.len()], vec![0.0; laws.len()]];
    for (place, &(point, number, level)) in points.iter().enumerate() {
        levels[number as usize] = level;
        if points.get(place + 1).is_some_and(|next| next.0 == point) {
            continue;
        }
        let (gap, of) = spread(&levels, &levels);
        if gap > largest {
            (largest, pair) = (gap, of);
        }
        let [up, down] = &mut shifted;
        for (idx, level) in levels.iter().enumerate() {
            (up[idx], down[idx]) = (level + radii[idx], level - radii[idx]);
        }
        upper = upper.max(spread(up, down).0);
        lower = lower.max(spread(down, up).0);
    }
    Distance { largest, pair, interval: Interval { lower, upper: upper.min(1.0) } }
}

/// Returns the largest difference of a number of the first list and one of the second at another place, and the places.
fn spread(high: &[f64], low: &[f64]) -> (f64, (usize, usize)) {
    let (mut first, mut second) = (0, usize::MAX);
    let (mut least, mut next) = (0, usize::MAX);
    for idx in 1..high.len() {
        if high[idx] > high[first] {
            (first, second) = (idx, first);
        } else if second == usize::MAX || high[idx] > high[second] {
            second = idx;
        }
        if low[idx] < low[least] {
            (least, next) = (idx, least);
        } else if next == usize::MAX || low[idx] < low[next] {
            next = idx;
        }
    }
    if first != least {
        return (high[first] - low[least], (first, least));
    }
    let (one, other) = (high[first] - low[next], high[second] - low[least]);
    if one >= other { (one, (first, next)) } else { (other, (second, least)) }
}

/// Returns U of laws with shares, exactly from their quantile functions: Σ p ∫ (Q_s − Σ p Q)² over the common steps.
pub(super) fn wasserstein(laws: &[Steps], shares: &[f64]) -> f64 {
    let sum: f64 = shares.iter().sum();
    if sum <= 0.0 {
        return 0.0;
    }
    let mut levels: Vec<f64> = Vec::with_capacity(laws.iter().map(Steps::len).sum());
    for law in laws {
        levels.extend(law.cumulative.iter().map(|c| c / law.total()));
    }
    levels.sort_unstable_by(f64::total_cmp);
    levels.dedup();
    let mut places = vec![0_usize; laws.len()];
    let (mut total, mut before) = (0.0, 0.0);
    for level in levels {
        let mut mean = 0.0;
        for ((law, place), share) in laws.iter().zip(&mut places).zip(shares) {
            while *place + 1 < law.len() && law.cumulative[*place] / law.total() < level {
                *place += 1;
            }
            mean += share / sum * law.points[*place];
        }
        let squares: f64 = laws
            .iter()
            .zip(&places)
            .zip(shares)
            .map(|((law, &place), share)| share / sum * (law.points[place] - mean).powi(2))
            .sum();
        total += (level - before) * squares;
        before = level;
    }
    total
}
