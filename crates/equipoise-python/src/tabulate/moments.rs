//! Sums over the rows of each group, for metrics of numbers rather than labels, and the area under the ROC curve.

use super::cells::Sum;

/// Sums of one group, in the order in which Python unpacks them.
pub(super) const N_MOMENTS: usize = 6;

/// Two numbers for each row, an optional weight, and the group that the row is in (none: all are in group 0).
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) ids: Option<&'a [u32]>,
    pub(super) target: &'a [f64],
    pub(super) prediction: &'a [f64],
    pub(super) weights: Option<&'a [f64]>,
}

impl Rows<'_> {
    fn for_each(&self, mut each: impl FnMut(usize, f64, f64, f64)) {
        for (row, (&y, &p)) in self.target.iter().zip(self.prediction).enumerate() {
            let id = self.ids.map_or(0, |ids| ids[row] as usize);
            each(id, self.weights.map_or(1.0, |w| w[row]), y, p);
        }
    }
}

/// Returns for each group Σw, Σwp, Σwy, Σw|y−p|, Σw(y−p)² and Σw(y−ȳ)², ȳ being the group's own mean.
///
/// The last takes a second pass: a difference of large sums would lose the digits that R² lives on.
pub(super) fn moments(rows: Rows<'_>, n_groups: usize) -> Vec<[f64; N_MOMENTS]> {
    let mut sums = vec![[Sum::default(); N_MOMENTS]; n_groups];
    rows.for_each(|id, w, y, p| {
        let group = &mut sums[id];
        let error = y - p;
        for (sum, value) in group.iter_mut().zip([w, w * p, w * y, w * error.abs(), w * error * error]) {
            sum.add(value);
        }
    });
    let means: Vec<f64> = sums.iter().map(|s| s[2].get() / s[0].get()).collect();
    rows.for_each(|id, w, y, _| {
        let deviation = y - means[id];
        sums[id][N_MOMENTS - 1].add(w * deviation * deviation);
    });
    sums.into_iter().map(|s| s.map(Sum::get)).collect()
}

/// Returns for each group Σw and the weighted sum of −ln of the probability given to what came to pass.
///
/// `target` is 1 for the positive class, `prediction` its probability, kept `least` away from 0 and 1.
pub(super) fn log_losses(rows: Rows<'_>, n_groups: usize, least: f64) -> Vec<[f64; 2]> {
    let mut sums = vec![[Sum::default(); 2]; n_groups];
    rows.for_each(|id, w, y, p| {
        let p = p.clamp(least, 1.0 - least);
        sums[id][0].add(w);
        sums[id][1].add(-w * if y == 1.0 { p.ln() } else { (1.0 - p).ln() });
    });
    sums.into_iter().map(|s| s.map(Sum::get)).collect()
}

/// Returns for each group the weight of its positives, that of its negatives, and the area under the ROC curve:
/// the chance that a positive has the higher score, ties counting half. The area is NaN where one class is missing.
///
/// `order` holds the rows group by group, `offsets` where each group begins. O(n log n).
pub(super) fn areas(rows: Rows<'_>, order: &[i64], offsets: &[i64]) -> Vec<[f64; 3]> {
    let mut scored: Vec<(f64, f64, bool)> = Vec::new();
    let of_group = |bounds: &[i64]| {
        let members = &order[bounds[0] as usize..bounds[1] as usize];
        scored.clear();
        scored.extend(members.iter().map(|&row| {
            let row = row as usize;
            (rows.prediction[row], rows.weights.map_or(1.0, |w| w[row]), rows.target[row] == 1.0)
        }));
        scored.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        area(scored.iter().copied())
    };
    offsets.windows(2).map(of_group).collect()
}

/// Returns the weights of both classes and the area, of (score, weight, positive) in ascending order of the score.
pub(super) fn area(ascending: impl Iterator<Item = (f64, f64, bool)>) -> [f64; 3] {
    let (mut positives, mut negatives, mut wins) = (Sum::default(), Sum::default(), Sum::default());
    let (mut tied_positives, mut tied_negatives, mut score) = (0.0, 0.0, f64::NAN);
    let mut below = 0.0;
    let mut close = |tied_positives: f64, tied_negatives: f64, below: &mut f64| {
        wins.add(tied_positives * (*below + 0.5 * tied_negatives));
        *below += tied_negatives;
    };
    for (value, weight, positive) in ascending {
        if value != score {
            close(tied_positives, tied_negatives, &mut below);
            (tied_positives, tied_negatives, score) = (0.0, 0.0, value);
        }
        if positive {
            tied_positives += weight;
            positives.add(weight);
        } else {
            tied_negatives += weight;
            negatives.add(weight);
        }
    }
    close(tied_positives, tied_negatives, &mut below);
    let (positives, negatives) = (positives.get(), negatives.get());
    let defined = positives > 0.0 && negatives > 0.0;
    [positives, negatives, if defined { wins.get() / (positives * negatives) } else { f64::NAN }]
}
