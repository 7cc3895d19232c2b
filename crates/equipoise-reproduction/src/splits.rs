//! Random splits and folds, from a generator that is easy to write again.
//!
//! SplitMix64 (Steele, Lea and Flood 2014), started at `seed · 1,000 + number`; an integer below m is the upper half of
//! the 128-bit product of a draw and m. Permutations are Fisher and Yates's, from the last place down.

use crate::sample::Sample;

/// Rows of the fit and rows of the test.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwoParts {
    /// Numbers of the rows of the fit, in random order.
    pub train: Vec<usize>,
    /// Numbers of the other rows, rising.
    pub test: Vec<usize>,
}

/// Returns the split of this number: two thirds of the rows, rounded up, to the fit.
pub fn split(n: usize, seed: u64, number: usize) -> TwoParts {
    let mut order = permutation(n, &mut Generator::new(seed, number));
    let mut test = order.split_off(n - n / 3);
    test.sort_unstable();
    TwoParts { train: order, test }
}

/// Returns the fold of each row, from 0: the rows of each class and group, in random order, are dealt out in turn. So a
/// group's positives are in every fold, as far as there are enough of them.
pub fn folds(sample: &Sample, n_folds: usize, seed: u64, number: usize) -> Vec<usize> {
    let mut generator = Generator::new(seed, number);
    let mut fold_of_row = vec![0; sample.n()];
    let mut next = 0;
    for (class, group) in [(1.0, 0), (1.0, 1), (-1.0, 0), (-1.0, 1)] {
        let rows: Vec<usize> =
            (0..sample.n()).filter(|&row| sample.y[row] == class && sample.s[row] == group).collect();
        for place in permutation(rows.len(), &mut generator) {
            fold_of_row[rows[place]] = next % n_folds.max(1);
            next += 1;
        }
    }
    fold_of_row
}

fn permutation(n: usize, generator: &mut Generator) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    for last in (1..n).rev() {
        order.swap(last, generator.below(last + 1));
    }
    order
}

struct Generator(u64);

impl Generator {
    const fn new(seed: u64, number: usize) -> Self {
        Self(seed.wrapping_mul(1000).wrapping_add(number as u64))
    }

    fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.next()) * limit as u128) >> 64) as usize
    }

    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generator_is_splitmix64() {
        // The first outputs for the seed 1234567 in the reference implementation's test vectors.
        let mut generator = Generator(1_234_567);
        assert_eq!(generator.next(), 6_457_827_717_110_365_317);
        assert_eq!(generator.next(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn parts_are_disjoint_and_whole_and_differ_by_number() {
        let first = split(100, 1, 0);
        assert_eq!((first.train.len(), first.test.len()), (67, 33));
        let mut all = [first.train.clone(), first.test.clone()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..100).collect::<Vec<_>>());
        assert_eq!(first, split(100, 1, 0));
        assert_ne!(first, split(100, 1, 1));
    }
}
