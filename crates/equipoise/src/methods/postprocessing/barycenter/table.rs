//! A group's repair as a monotone table: one search a score, whatever the number of groups.

use super::{
    plan::Interpolation,
    steps::{Compare, Steps},
};

/// The law that all groups get, as a weighted average of quantile functions.
#[derive(Clone, Debug)]
pub(super) struct Barycenter<'a> {
    /// Shares, and the laws whose quantiles are averaged, in the order of the groups.
    pub(super) parts: Vec<(f64, &'a Steps)>,
}

impl Barycenter<'_> {
    /// Returns Σ p Q at the levels of the points of `ranks`, by walking each law once. O(Σ points).
    pub(super) fn at_steps(&self, ranks: &Steps) -> Vec<f64> {
        let mut sums = vec![0.0; ranks.len()];
        for (share, law) in &self.parts {
            if law.has_rows_apart() && ranks.has_rows_apart() {
                add_rows(&mut sums, *share, &law.points);
                continue;
            }
            let compare = Compare::new(law, ranks);
            let mut idx = 0;
            for (sum, &level) in sums.iter_mut().zip(&ranks.cumulative) {
                while idx + 1 < law.len() && !compare.reaches(law.cumulative[idx], level) {
                    idx += 1;
                }
                *sum += share * law.points[idx];
            }
        }
        sums
    }

    /// Returns Σ p Q at one level in [0, 1].
    pub(super) fn at(&self, level: f64, interpolation: Interpolation) -> f64 {
        let values = self.quantiles(level, interpolation);
        self.parts.iter().zip(values).map(|((share, _), value)| share * value).sum()
    }

    /// Returns Σ p Q of the linear quantiles at the levels `ranks`/`total`, ascending.
    pub(super) fn linear(&self, ranks: &[f64], total: f64) -> Vec<f64> {
        let mut sums = vec![0.0; ranks.len()];
        for (share, law) in &self.parts {
            let mut idx = 0;
            for (sum, &rank) in sums.iter_mut().zip(ranks) {
                // In this order a rank of a law of the same total stays what it is, to the bit.
                *sum += share * law.linear(rank * law.total() / total, &mut idx);
            }
        }
        sums
    }

    /// Returns each part's quantile at one level in [0, 1].
    pub(super) fn quantiles(&self, level: f64, interpolation: Interpolation) -> Vec<f64> {
        let value = |law: &Steps| match interpolation {
            Interpolation::Step => law.quantile(level),
            Interpolation::Midpoint => law.linear(level * law.total(), &mut 0),
        };
        self.parts.iter().map(|(_, law)| value(law)).collect()
    }

    /// Returns the lowest value.
    pub(super) fn first(&self) -> f64 {
        self.parts.iter().map(|(share, law)| share * law.points[0]).sum()
    }

    /// Returns the whole step function: for levels between those of the tables.
    pub(super) fn curve(&self) -> Curve {
        let total = |law: &Steps| law.total();
        let mut levels: Vec<f64> = self
            .parts
            .iter()
            .flat_map(|(_, law)| law.cumulative.iter().map(move |c| c / total(law)))
            .collect();
        levels.sort_unstable_by(f64::total_cmp);
        levels.dedup();
        let mut values = vec![0.0; levels.len()];
        for (share, law) in &self.parts {
            let mut idx = 0;
            for (sum, &level) in values.iter_mut().zip(&levels) {
                while idx + 1 < law.len() && law.cumulative[idx] / total(law) < level {
                    idx += 1;
                }
                *sum += share * law.points[idx];
            }
        }
        Curve { levels, values }
    }
}

/// A nondecreasing step function of the level, left-continuous.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Curve {
    levels: Vec<f64>,
    values: Vec<f64>,
}

impl Curve {
    pub(super) fn at(&self, level: f64) -> f64 {
        let idx = self.levels.partition_point(|&l| l < level);
        self.values[idx.min(self.values.len() - 1)]
    }
}

/// From a score to the repaired score, for one group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    /// The scores where the rank steps, strictly ascending.
    pub(super) edges: Vec<f64>,
    /// One more: the value below all edges, then that from each edge on.
    pub(super) values: Vec<f64>,
    /// The value on each edge where it differs from that beyond it (midpoint), else empty.
    on_edges: Vec<f64>,
}

/// Where a score lies in a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Place {
    /// How many edges are at or below the score.
    pub(super) steps: usize,
    /// Whether the score is on the last of them.
    pub(super) is_on_edge: bool,
}

impl Table {
    pub(super) fn new(ranks: &Steps, barycenter: &Barycenter<'_>, interpolation: Interpolation) -> Self {
        let mut values = Vec::with_capacity(ranks.len() + 1);
        values.push(barycenter.first());
        let mut on_edges = Vec::new();
        match interpolation {
            Interpolation::Step => values.extend(barycenter.at_steps(ranks)),
            Interpolation::Midpoint => {
                values.extend(barycenter.linear(&ranks.cumulative, ranks.total()));
                on_edges = barycenter.linear(&ranks.middles(), ranks.total());
            }
        }
        keep_order(&mut values, &mut on_edges);
        Self { edges: ranks.points.clone(), values, on_edges }
    }

    #[inline]
    pub(super) fn place(&self, score: f64) -> Place {
        // The standard library's search does not branch on the comparisons.
        let steps = self.edges.partition_point(|&edge| edge <= score);
        Place { steps, is_on_edge: steps > 0 && self.edges[steps - 1] == score }
    }

    #[inline]
    pub(super) fn value(&self, place: Place) -> f64 {
        if place.is_on_edge && !self.on_edges.is_empty() {
            self.on_edges[place.steps - 1]
        } else {
            self.values[place.steps]
        }
    }
}

/// Sums of products may fall by a rounding error where the laws are flat; order within groups is a promise.
fn keep_order(values: &mut [f64], on_edges: &mut [f64]) {
    let mut top = f64::NEG_INFINITY;
    for (idx, value) in values.iter_mut().enumerate() {
        if idx > 0
            && let Some(on_edge) = on_edges.get_mut(idx - 1)
        {
            top = on_edge.max(top);
            *on_edge = top;
        }
        top = value.max(top);
        *value = top;
    }
}

/// Adds p · Q[⌈N k/m⌉] for k = 1..m, N values and m sums: the quotient and its remainder go up by fixed steps.
fn add_rows(sums: &mut [f64], share: f64, values: &[f64]) {
    let (n, m) = (values.len(), sums.len());
    let (step, part) = (n / m, n % m);
    // Before each addition N k = m · whole + rest with 0 < rest ≤ m, so that ⌈N k/m⌉ = whole + 1.
    let (mut whole, mut rest) = (0, 0);
    for sum in sums {
        whole += step;
        rest += part;
        let carry = usize::from(rest > m);
        whole += carry;
        rest -= carry * m;
        // With nothing left over the quotient is whole itself.
        let idx = whole + usize::from(rest > 0) - 1;
        *sum += share * values[idx];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_by_steps_are_quotients_rounded_up() {
        for n in 1..30_usize {
            for m in 1..30_usize {
                let values: Vec<f64> = (1..=n).map(|i| i as f64).collect();
                let mut sums = vec![0.0; m];
                add_rows(&mut sums, 1.0, &values);
                let expected: Vec<f64> = (1..=m).map(|k| (n * k).div_ceil(m) as f64).collect();
                assert_eq!(sums, expected, "{n} {m}");
            }
        }
    }
}
