//! Scores by group, ascending: as ordered 64-bit keys, which the standard library sorts faster than it compares floats.

/// Returns a key whose order as a whole number is that of the score; −0 and 0 have the same.
fn key(score: f64) -> u64 {
    let bits = (score + 0.0).to_bits();
    // Negative numbers are turned round, positive ones put above them.
    bits ^ (((bits as i64 >> 63) as u64) | 1 << 63)
}

/// Returns the score of a key.
fn score(key: u64) -> f64 {
    f64::from_bits(key ^ (((!key as i64 >> 63) as u64) | 1 << 63))
}

/// The scores of one group in ascending order, and in the same order the weights where rows have them.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sorted {
    pub(super) scores: Vec<f64>,
    pub(super) weights: Option<Vec<f64>>,
}

/// Returns the scores of each group in order. Rows without weight, and rows of no group, are left out.
///
/// One pass to scatter, then one sort a group: O(n log n) in all. Rows with equal scores come in the order of their weights,
/// so that no result depends on the order of the rows.
pub(super) fn by_group(
    scores: &[f64],
    codes: &[u32],
    n_groups: usize,
    weights: Option<&[f64]>,
) -> Vec<Sorted> {
    match weights {
        None => {
            let keys = scatter(codes, n_groups, |_| true, |row| key(scores[row]));
            let sort = |mut keys: Vec<u64>| {
                keys.sort_unstable();
                Sorted { scores: keys.into_iter().map(score).collect(), weights: None }
            };
            keys.into_iter().map(sort).collect()
        }
        Some(weights) => {
            let counts = |row: usize| weights[row] > 0.0;
            let pairs = scatter(codes, n_groups, counts, |row| (key(scores[row]), key(weights[row])));
            let sort = |mut pairs: Vec<(u64, u64)>| {
                pairs.sort_unstable();
                let (scores, weights) = pairs.into_iter().map(|(a, b)| (score(a), score(b))).unzip();
                Sorted { scores, weights: Some(weights) }
            };
            pairs.into_iter().map(sort).collect()
        }
    }
}

fn scatter<T>(
    codes: &[u32],
    n_groups: usize,
    counts: impl Fn(usize) -> bool,
    make: impl Fn(usize) -> T,
) -> Vec<Vec<T>> {
    // One group more takes the rows of no group, so that nothing is to be asked of a row.
    let place = |code: u32| (code as usize).min(n_groups);
    let mut sizes = vec![0_usize; n_groups + 1];
    for &code in codes {
        sizes[place(code)] += 1;
    }
    sizes[n_groups] = 0;
    let mut groups: Vec<Vec<T>> = sizes.into_iter().map(Vec::with_capacity).collect();
    for (row, &code) in codes.iter().enumerate() {
        if code as usize >= n_groups || !counts(row) {
            continue;
        }
        groups[code as usize].push(make(row));
    }
    groups.pop();
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_ordered_as_the_scores_and_both_zeros_are_one() {
        let scores = [-1e40, -2.5, -1e-300, 0.0, 1e-310, 0.5, 1e40];
        for pair in scores.windows(2) {
            assert!(key(pair[0]) < key(pair[1]), "{pair:?}");
        }
        assert_eq!(key(-0.0), key(0.0));
        for value in scores {
            assert_eq!(score(key(value)), value);
        }
    }

    #[test]
    fn groups_are_sorted_apart_and_rows_without_weight_are_left_out() {
        let scores = [3.0, 1.0, 2.0, -1.0, 5.0];
        let codes = [0, 1, 0, 1, u32::MAX];
        let plain = by_group(&scores, &codes, 2, None);
        assert_eq!(plain[0].scores, [2.0, 3.0]);
        assert_eq!(plain[1].scores, [-1.0, 1.0]);
        let weighted = by_group(&scores, &codes, 2, Some(&[1.0, 0.0, 2.0, 0.5, 1.0]));
        assert_eq!(
            (&*weighted[0].scores, weighted[0].weights.as_deref()),
            (&[2.0, 3.0][..], Some(&[2.0, 1.0][..]))
        );
        assert_eq!(weighted[1].scores, [-1.0]);
    }
}
