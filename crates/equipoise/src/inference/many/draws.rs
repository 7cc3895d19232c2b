//! Critical values and biases of maxima over many groups, from one set of normal draws.
//!
//! The max-t value for all pairs is the quantile of max |Z_i s_i − Z_j s_j|/√(s_i² + s_j²). Two facts make it cheap:
//! - By Cauchy's inequality a pair of opposite signs is at most √(Z_i² + Z_j²), and a pair of one sign at most
//!   max(|Z_i|, |Z_j|). So a draw's maximum is at most √(max Z⁺² + max Z⁻²), whatever the standard errors are.
//! - The pair (largest Z, smallest Z) is a lower limit of a draw's maximum. The quantile of these lower limits is a
//!   lower limit of the quantile, and draws whose upper limit is below it cannot change it: they are not looked at.
//!
//! The rest looks only at pairs that the first fact leaves open. The result equals that of all pairs, bit for bit.

use super::critical::{three_groups, z_sidak, z_tukey_all_pairs};
use super::quadrature::trapezium;
use crate::inference::normals::Stream;
use crate::inference::special::normal_survival;
use crate::inference::{Confidence, Undefined};

/// Draws behind every simulated critical value: the standard error of a 95 % value is about 0.01.
pub const N_DRAWS: usize = 20_000;

/// Normal numbers behind a bias mark: 20,000 draws up to ten groups, fewer for more, whose range varies less. The
/// mark is then right to about one per cent, which is more than a reader of it uses.
const NUMBERS_AT_EQUALITY: usize = 200_000;

/// The largest number of groups whose pairs are compared, and whose draws are kept: 20,000 × 100 numbers are 16 MB.
pub const N_GROUPS_MAX: usize = 100;

/// Normal numbers for K groups, drawn once and used for every family of K groups.
///
/// Draw d is the first K numbers of stream d of the seed. Up to [`N_GROUPS_MAX`] groups, 20,000 draws are kept;
/// above, 2·10⁵/K of them (at least 200) are drawn anew at each use, for the biases alone.
#[derive(Clone, Debug)]
pub struct Draws {
    n_groups: usize,
    n_draws: usize,
    seed: u64,
    /// Draw-major; empty above [`N_GROUPS_MAX`] groups.
    normals: Vec<f64>,
    /// For each draw kept: the groups of the largest and of the smallest number.
    extremes: Vec<(u8, u8)>,
}

/// What groups without any true difference show on average, at given standard errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtEquality {
    /// Expected largest minus smallest estimate.
    pub gap: f64,
    /// Expected smallest over largest estimate; `None` when the common value is not positive.
    pub ratio: Option<f64>,
    /// Expected largest |group − overall|.
    pub deviation: f64,
}

/// Draws that must lie beyond a simulated critical value: with fewer it is no more than a guess.
const N_BEYOND_MIN: f64 = 100.0;

/// Whether the draws say something about a critical value at this level. Where they do not (levels above 99.5 %: many
/// events that share one), Šidák's value takes their place; so far out it is hardly larger.
fn draws_reach(confidence: Confidence) -> bool {
    confidence.alpha() * N_DRAWS as f64 >= N_BEYOND_MIN
}

/// Groups compared in one event, for [`worst_at_equality`].
#[derive(Clone, Debug, PartialEq)]
pub struct Family {
    /// Standard errors of the groups.
    pub se: Vec<f64>,
    /// Weights of the groups in the overall value; they need not sum to 1.
    pub shares: Vec<f64>,
    /// The common value.
    pub common: f64,
}

/// Returns what groups without any true difference show on average where several events are compared and the worst of
/// them is told: the expected largest gap and deviation, and the expected smallest ratio, over independent events.
///
/// The ratio is `None` where one event has none. Errors as [`Draws::at_equality`], for each family; `TooFewGroups`
/// without families. At most 20,000 draws, at least 200: about 2·10⁵ normal numbers up to a thousand groups in all.
pub fn worst_at_equality(families: &[Family], seed: u64) -> Result<AtEquality, Undefined> {
    let n_numbers: usize = families.iter().map(|family| family.se.len()).sum();
    if families.is_empty() {
        return Err(Undefined::TooFewGroups);
    }
    for family in families {
        check_errors(&family.se)?;
        check_shares(&family.se, &family.shares)?;
        if family.se.len() < 2 || !family.common.is_finite() {
            return Err(Undefined::OutOfRange);
        }
    }
    let totals: Vec<f64> = families.iter().map(|family| family.shares.iter().sum()).collect();
    let n_draws = (NUMBERS_AT_EQUALITY / n_numbers).clamp(200, N_DRAWS);
    let (mut gap, mut ratio, mut deviation) = (0.0, 0.0, 0.0);
    let mut draw = vec![0.0; n_numbers];
    for d in 0..n_draws {
        fill(&mut draw, seed, d);
        let (mut worst_gap, mut worst_ratio, mut worst_deviation) = (0.0_f64, 1.0_f64, 0.0_f64);
        let mut rest = draw.as_slice();
        for (family, total) in families.iter().zip(&totals) {
            let (z, others) = rest.split_at(family.se.len());
            rest = others;
            let one = one_draw(z, &family.se, &family.shares, *total, family.common);
            worst_gap = worst_gap.max(one.gap);
            worst_deviation = worst_deviation.max(one.deviation);
            worst_ratio = worst_ratio.min(one.ratio.unwrap_or(1.0));
        }
        gap += worst_gap;
        ratio += worst_ratio;
        deviation += worst_deviation;
    }
    let n = n_draws as f64;
    let has_ratio = families.iter().all(|family| family.common > 0.0);
    Ok(AtEquality { gap: gap / n, ratio: has_ratio.then_some(ratio / n), deviation: deviation / n })
}

/// What one draw shows.
fn one_draw(z: &[f64], se: &[f64], shares: &[f64], total: f64, common: f64) -> AtEquality {
    let (mut least, mut most, mut overall) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
    for ((z, s), share) in z.iter().zip(se).zip(shares) {
        let x = z * s;
        least = least.min(x);
        most = most.max(x);
        overall += x * share;
    }
    overall /= total;
    let top = common + most;
    AtEquality {
        gap: most - least,
        ratio: Some(if top > 0.0 { (common + least).max(0.0) / top } else { 1.0 }),
        deviation: (most - overall).max(overall - least),
    }
}

fn check_errors(se: &[f64]) -> Result<(), Undefined> {
    if !se.iter().all(|s| s.is_finite() && *s >= 0.0) {
        return Err(Undefined::OutOfRange);
    }
    if se.iter().all(|s| *s == 0.0) { Err(Undefined::NoVariation) } else { Ok(()) }
}

impl Draws {
    /// Draws the numbers for `n_groups` groups. `TooFewGroups` below 2. At 100 groups about 10 ms and 16 MB.
    pub fn new(n_groups: usize, seed: u64) -> Result<Self, Undefined> {
        if n_groups < 2 {
            return Err(Undefined::TooFewGroups);
        }
        if n_groups > N_GROUPS_MAX {
            let n_draws = (NUMBERS_AT_EQUALITY / n_groups).max(200);
            return Ok(Self { n_groups, n_draws, seed, normals: Vec::new(), extremes: Vec::new() });
        }
        let mut normals = vec![0.0; n_groups * N_DRAWS];
        let mut extremes = Vec::with_capacity(N_DRAWS);
        for (d, draw) in normals.chunks_exact_mut(n_groups).enumerate() {
            fill(draw, seed, d);
            let (mut top, mut bottom) = ((draw[0], 0), (draw[0], 0));
            for (i, &z) in draw.iter().enumerate() {
                top = if z > top.0 { (z, i) } else { top };
                bottom = if z < bottom.0 { (z, i) } else { bottom };
            }
            extremes.push((top.1 as u8, bottom.1 as u8));
        }
        Ok(Self { n_groups, n_draws: N_DRAWS, seed, normals, extremes })
    }

    /// Returns the number of groups.
    pub fn n_groups(&self) -> usize {
        self.n_groups
    }

    /// Visits every draw.
    pub(super) fn each(&self, visit: impl FnMut(&[f64])) {
        self.first(self.n_draws, visit);
    }

    /// Visits the first draws.
    fn first(&self, n_draws: usize, mut visit: impl FnMut(&[f64])) {
        if !self.normals.is_empty() {
            self.normals.chunks_exact(self.n_groups).take(n_draws).for_each(visit);
            return;
        }
        let mut draw = vec![0.0; self.n_groups];
        for d in 0..n_draws.min(self.n_draws) {
            fill(&mut draw, self.seed, d);
            visit(&draw);
        }
    }

    fn check(&self, se: &[f64]) -> Result<(), Undefined> {
        if se.len() != self.n_groups {
            return Err(Undefined::LengthMismatch);
        }
        check_errors(se)
    }

    /// Returns the critical value for all pairs of groups with these standard errors.
    ///
    /// Exact for two and three groups and for equal standard errors (Tukey), else from the draws; above 99.5 %, where too
    /// few draws would lie beyond it, Šidák's for all pairs. `LengthMismatch`,
    /// `OutOfRange` for a standard error that is negative or not finite, `NoVariation` when all are zero, `TooLarge`
    /// above 100 groups: compare each with the overall value there.
    pub fn max_t_all_pairs(&self, se: &[f64], confidence: Confidence) -> Result<f64, Undefined> {
        self.check(se)?;
        if self.n_groups > N_GROUPS_MAX {
            return Err(Undefined::TooLarge);
        }
        if let [_, _] = se {
            return Ok(confidence.z());
        }
        if !draws_reach(confidence) {
            return z_sidak(se.len() * (se.len() - 1) / 2, confidence);
        }
        if let [a, b, c] = *se {
            return Ok(three_groups([a, b, c], confidence));
        }
        let (least, most) = se.iter().fold((f64::INFINITY, 0.0_f64), |(l, m), s| (l.min(*s), m.max(*s)));
        if most - least <= 1e-9 * most {
            return z_tukey_all_pairs(self.n_groups, confidence);
        }
        // Scaled so that squares neither overflow nor vanish.
        let se: Vec<f64> = se.iter().map(|s| s / most).collect();
        Ok(self.all_pairs_quantile(&se, confidence).sqrt())
    }

    /// The squared critical value; see the head of the file.
    fn all_pairs_quantile(&self, se: &[f64], confidence: Confidence) -> f64 {
        let draws = || self.normals.chunks_exact(self.n_groups).zip(&self.extremes);
        let mut maxima: Vec<f64> = draws()
            .map(|(z, (top, bottom))| {
                let (i, j) = (usize::from(*top), usize::from(*bottom));
                square(z[i] * se[i] - z[j] * se[j]) / variance(se[i], se[j])
            })
            .collect();
        let rank = quantile_rank(self.n_draws, confidence);
        let floor = *maxima.clone().select_nth_unstable_by(rank, f64::total_cmp).1;
        let mut scratch = Vec::with_capacity(self.n_groups);
        for ((z, (top, bottom)), maximum) in draws().zip(&mut maxima) {
            let cap = square(z[usize::from(*top)].max(0.0)) + square(z[usize::from(*bottom)].min(0.0));
            if cap > floor {
                *maximum = largest_pair(z, se, maximum.max(0.0), &mut scratch);
            }
        }
        *maxima.select_nth_unstable_by(rank, f64::total_cmp).1
    }

    /// Returns the critical value for comparing each group with one reference group (Dunnett's family).
    ///
    /// Up to 100 groups from the draws, with the true covariance; above, Šidák's for K − 1 comparisons, which is valid
    /// for any correlation. Errors as [`Self::max_t_all_pairs`], and `OutOfRange` when the reference is no group.
    pub fn max_t_against_reference(
        &self,
        se: &[f64],
        reference: usize,
        confidence: Confidence,
    ) -> Result<f64, Undefined> {
        self.check(se)?;
        let Some(s0) = se.get(reference).copied() else { return Err(Undefined::OutOfRange) };
        if self.n_groups > N_GROUPS_MAX {
            return z_sidak(self.n_groups - 1, confidence);
        }
        if self.n_groups == 2 {
            return Ok(confidence.z());
        }
        if !draws_reach(confidence) {
            return z_sidak(se.len() - 1, confidence);
        }
        let inverse: Vec<f64> = se.iter().map(|s| reciprocal(s.hypot(s0))).collect();
        Ok(self.quantile_of(confidence, |z| {
            let x0 = z[reference] * s0;
            let t = |i: usize| ((z[i] * se[i] - x0) * inverse[i]).abs();
            (0..z.len()).map(t).fold(0.0, f64::max)
        }))
    }

    /// Returns the critical value for comparing each group with the overall value Σ share·group, of which it is part.
    ///
    /// The standard errors of the differences are those of [`deviation_se`]. Up to 100 groups from the draws, with the
    /// true covariance; above, Šidák's for K comparisons. `shares` are weights and need not sum to 1. Errors as
    /// [`Self::max_t_all_pairs`].
    pub fn max_t_against_overall(
        &self,
        se: &[f64],
        shares: &[f64],
        confidence: Confidence,
    ) -> Result<f64, Undefined> {
        self.check(se)?;
        let deviations = deviation_se(se, shares)?;
        if self.n_groups > N_GROUPS_MAX {
            return z_sidak(self.n_groups, confidence);
        }
        if self.n_groups == 2 {
            return Ok(confidence.z());
        }
        if !draws_reach(confidence) {
            return z_sidak(se.len(), confidence);
        }
        let total: f64 = shares.iter().sum();
        let inverse: Vec<f64> = deviations.iter().map(|s| reciprocal(*s)).collect();
        let pull: Vec<f64> = se.iter().zip(shares).map(|(s, w)| s * w / total).collect();
        Ok(self.quantile_of(confidence, |z| {
            let overall: f64 = z.iter().zip(&pull).map(|(z, p)| z * p).sum();
            let t = |i: usize| ((z[i] * se[i] - overall) * inverse[i]).abs();
            (0..z.len()).map(t).fold(0.0, f64::max)
        }))
    }

    fn quantile_of(&self, confidence: Confidence, statistic: impl Fn(&[f64]) -> f64) -> f64 {
        let mut values = Vec::with_capacity(self.n_draws);
        self.each(|z| values.push(statistic(z)));
        *values.select_nth_unstable_by(quantile_rank(self.n_draws, confidence), f64::total_cmp).1
    }

    /// Returns what K groups without any true difference show on average at these standard errors: the number to print
    /// beside the largest gap, the smallest ratio and the largest deviation from the overall value.
    ///
    /// `common` is the common value (only the ratio needs it), `shares` the weights of the groups in the overall value.
    /// For the ratio, estimates below 0 count as 0. Errors as [`Self::max_t_all_pairs`], except `TooLarge`.
    pub fn at_equality(&self, se: &[f64], shares: &[f64], common: f64) -> Result<AtEquality, Undefined> {
        self.check(se)?;
        check_shares(se, shares)?;
        if !common.is_finite() {
            return Err(Undefined::OutOfRange);
        }
        let total: f64 = shares.iter().sum();
        let (mut gap, mut ratio, mut deviation) = (0.0, 0.0, 0.0);
        let n_draws = (NUMBERS_AT_EQUALITY / self.n_groups).clamp(200, N_DRAWS).min(self.n_draws);
        self.first(n_draws, |z| {
            let one = one_draw(z, se, shares, total, common);
            gap += one.gap;
            deviation += one.deviation;
            ratio += one.ratio.unwrap_or(1.0);
        });
        let n = n_draws as f64;
        let ratio = (common > 0.0).then_some(ratio / n);
        Ok(AtEquality { gap: gap / n, ratio, deviation: deviation / n })
    }
}

/// Returns the standard error of group − overall for each group, overall = Σ share·group, groups independent:
/// √((1 − w_g)² s_g² + Σ_{h≠g} w_h² s_h²).
///
/// `LengthMismatch`; `OutOfRange` for shares or standard errors that are negative or not finite; `NoRows` when all
/// shares are zero. O(K).
pub fn deviation_se(se: &[f64], shares: &[f64]) -> Result<Vec<f64>, Undefined> {
    check_shares(se, shares)?;
    let total: f64 = shares.iter().sum();
    let part = |s: f64, w: f64| square(s * w / total);
    let all: f64 = se.iter().zip(shares).map(|(s, w)| part(*s, *w)).sum();
    let one = |(s, w): (&f64, &f64)| ((all - part(*s, *w)).max(0.0) + square(s * (1.0 - w / total))).sqrt();
    Ok(se.iter().zip(shares).map(one).collect())
}

fn check_shares(se: &[f64], shares: &[f64]) -> Result<(), Undefined> {
    if se.len() != shares.len() {
        return Err(Undefined::LengthMismatch);
    }
    if !se.iter().chain(shares).all(|x| x.is_finite() && *x >= 0.0) {
        return Err(Undefined::OutOfRange);
    }
    if shares.iter().sum::<f64>() > 0.0 { Ok(()) } else { Err(Undefined::NoRows) }
}

/// Returns the mean range of K standard normals, d₂(K) = ∫1 − Φ(x)^K − (1 − Φ(x))^K dx: K equal groups with standard
/// error s show a largest gap of s·d₂(K) on average. 0 for K below 2.
pub fn expected_range_of_normals(n_groups: usize) -> f64 {
    if n_groups < 2 {
        return 0.0;
    }
    let k = n_groups as f64;
    // Symmetric about 0, where 1 − Φ^K is written without cancellation.
    2.0 * trapezium(-12.0, 12.0, 480, |x| {
        0.5 * (-(k * (-normal_survival(x)).ln_1p()).exp_m1() - normal_survival(x).powf(k))
    })
}

fn fill(draw: &mut [f64], seed: u64, index: usize) {
    Stream::new(seed, index as u64).fill_normal(draw);
}

fn square(x: f64) -> f64 {
    x * x
}

/// s_i² + s_j², or infinity for two groups without error, whose difference is not compared.
fn variance(a: f64, b: f64) -> f64 {
    let sum = a * a + b * b;
    if sum > 0.0 { sum } else { f64::INFINITY }
}

fn reciprocal(s: f64) -> f64 {
    if s > 0.0 { 1.0 / s } else { 0.0 }
}

/// The index of the order statistic ⌈(n + 1)(1 − α)⌉, the conservative quantile of a simulated law.
fn quantile_rank(n: usize, confidence: Confidence) -> usize {
    let rank = ((n + 1) as f64 * (1.0 - confidence.alpha())).ceil() as usize;
    rank.clamp(1, n) - 1
}

/// The largest squared standardised difference over all pairs of a draw, given one that is known.
fn largest_pair(z: &[f64], se: &[f64], known: f64, negatives: &mut Vec<usize>) -> f64 {
    let mut best = known;
    let look = |best: f64, i: usize, j: usize| {
        let difference = square(z[i] * se[i] - z[j] * se[j]);
        let spread = variance(se[i], se[j]);
        if difference > best * spread { difference / spread } else { best }
    };
    let highest = z.iter().fold(0.0_f64, |m, z| m.max(square(*z)));
    // Pairs of one sign matter only where one of the two exceeds the best alone.
    if highest > best {
        for i in 0..z.len() {
            if square(z[i]) > best {
                for j in 0..z.len() {
                    if z[j].is_sign_negative() == z[i].is_sign_negative() && j != i {
                        best = look(best, i, j);
                    }
                }
            }
        }
    }
    negatives.clear();
    negatives.extend((0..z.len()).filter(|&j| z[j] < 0.0 && square(z[j]) + highest > best));
    for i in 0..z.len() {
        if z[i] >= 0.0 && square(z[i]) + highest > best {
            for &j in negatives.iter() {
                if square(z[i]) + square(z[j]) > best {
                    best = look(best, i, j);
                }
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(confidence: f64) -> Confidence {
        Confidence::new(confidence).unwrap()
    }

    /// All pairs of all draws.
    fn naive(draws: &Draws, se: &[f64], confidence: Confidence) -> f64 {
        let mut maxima = Vec::new();
        draws.each(|z| {
            let mut best = 0.0_f64;
            for i in 0..z.len() {
                for j in 0..i {
                    best = best.max(square(z[i] * se[i] - z[j] * se[j]) / variance(se[i], se[j]));
                }
            }
            maxima.push(best);
        });
        maxima.sort_by(f64::total_cmp);
        maxima[quantile_rank(draws.n_draws, confidence)].sqrt()
    }

    #[test]
    fn pruned_search_equals_brute_force() {
        let spread: fn(usize) -> f64 = |i| 1.0 + i as f64;
        let wild: fn(usize) -> f64 = |i| 10.0_f64.powi(i as i32 % 5);
        let zeros: fn(usize) -> f64 = |i| if i % 3 == 0 { 0.0 } else { 0.1 * (i as f64).sqrt() };
        for n_groups in [4, 7, 16] {
            let draws = Draws::new(n_groups, 9).unwrap();
            for shape in [spread, wild, zeros] {
                let se: Vec<f64> = (0..n_groups).map(shape).collect();
                for confidence in [level(0.5), level(0.95), level(0.995)] {
                    let fast = draws.max_t_all_pairs(&se, confidence).unwrap();
                    let slow = naive(&draws, &se, confidence);
                    assert!((fast - slow).abs() < 1e-12, "{n_groups} {se:?}: {fast} {slow}");
                }
            }
        }
    }

    /// At 1 − 10⁻⁶ no draw of 20,000 lies beyond the true value, so their largest would be far too small.
    #[test]
    fn levels_beyond_the_draws_are_not_read_off_them() {
        let draws = Draws::new(5, 3).unwrap();
        let se = [1.0, 1.1, 1.2, 1.3, 1.4];
        for confidence in [level(0.999), level(1.0 - 1e-6)] {
            let ten_pairs = z_sidak(10, confidence).unwrap();
            // Bonferroni's inequality from the other side: two of the pairs share no group.
            let two_pairs = z_sidak(2, confidence).unwrap();
            let z = draws.max_t_all_pairs(&se, confidence).unwrap();
            assert!(two_pairs < z && z <= ten_pairs, "{z}");
            assert_eq!(draws.max_t_against_reference(&se, 0, confidence), z_sidak(4, confidence));
            assert_eq!(draws.max_t_against_overall(&se, &[1.0; 5], confidence), z_sidak(5, confidence));
        }
    }

    #[test]
    fn one_family_shows_what_its_draws_show_and_two_show_more() {
        let family = Family { se: vec![0.1, 0.2, 0.1], shares: vec![1.0, 2.0, 3.0], common: 0.5 };
        let draws = Draws::new(3, 5).unwrap();
        let alone = draws.at_equality(&family.se, &family.shares, family.common).unwrap();
        assert_eq!(worst_at_equality(std::slice::from_ref(&family), 5), Ok(alone));
        let two = worst_at_equality(&[family.clone(), family.clone()], 5).unwrap();
        assert!(two.gap > alone.gap && two.deviation > alone.deviation && two.ratio < alone.ratio);
        assert_eq!(worst_at_equality(&[], 5), Err(Undefined::TooFewGroups));
        let still = Family { se: vec![0.0, 0.0], ..family };
        assert!(worst_at_equality(&[still], 5).is_err());
    }

    #[test]
    fn simulated_value_for_nearly_equal_errors_is_tukeys() {
        for n_groups in [4, 10, 40] {
            let draws = Draws::new(n_groups, 1).unwrap();
            let mut se = vec![1.0; n_groups];
            se[0] = 1.0 + 1e-6;
            let simulated = draws.max_t_all_pairs(&se, level(0.95)).unwrap();
            let exact = z_tukey_all_pairs(n_groups, level(0.95)).unwrap();
            // √(αβ/n) over the density at the quantile (about 0.12 for each K): 0.013; four of them.
            assert!((simulated - exact).abs() < 0.05, "{n_groups}: {simulated} {exact}");
        }
    }

    #[test]
    fn three_groups_exact_equals_simulation() {
        let draws = Draws::new(3, 4).unwrap();
        for se in [[0.1, 0.2, 0.7], [1.0, 1.0, 0.01], [3.0, 2.0, 1.0]] {
            let exact = draws.max_t_all_pairs(&se, level(0.9)).unwrap();
            // Density at the 90 % quantile is about 0.24: standard error 0.009.
            assert!((exact - naive(&draws, &se, level(0.9))).abs() < 0.04, "{se:?}");
        }
    }

    #[test]
    fn reference_family_of_equal_groups_is_dunnetts() {
        // Two-sided Dunnett, infinite df, correlation 1/2, 95 %: 2.212 for 2 comparisons, 2.442 for 4 (Dunnett 1964).
        for (n_groups, expected) in [(3, 2.212), (5, 2.442)] {
            let draws = Draws::new(n_groups, 2).unwrap();
            let value = draws.max_t_against_reference(&vec![1.0; n_groups], 0, level(0.95)).unwrap();
            assert!((value - expected).abs() < 0.05, "{n_groups}: {value}");
        }
    }

    #[test]
    fn overall_family_lies_between_one_comparison_and_sidak() {
        let draws = Draws::new(6, 3).unwrap();
        let value =
            draws.max_t_against_overall(&[1.0, 2.0, 1.0, 3.0, 1.0, 1.0], &[1.0; 6], level(0.95)).unwrap();
        assert!(value > 1.96 && value < z_sidak(6, level(0.95)).unwrap() + 0.04, "{value}");
        // Equal groups: the studentised extreme deviate, 95 % two-sided for 3 groups is that of 3 lines at 60°: Tukey's.
        let three = Draws::new(3, 3).unwrap();
        let value = three.max_t_against_overall(&[1.0; 3], &[1.0; 3], level(0.95)).unwrap();
        assert!((value - z_tukey_all_pairs(3, level(0.95)).unwrap()).abs() < 0.05, "{value}");
    }

    #[test]
    fn bias_of_equal_groups_is_the_mean_range_of_normals() {
        for n_groups in [2, 10, 150] {
            let draws = Draws::new(n_groups, 5).unwrap();
            let at = draws.at_equality(&vec![0.02; n_groups], &vec![1.0; n_groups], 0.3).unwrap();
            let expected = 0.02 * expected_range_of_normals(n_groups);
            // The range has a standard deviation of at most 0.853 standard errors (K = 2); four errors of the mean.
            let error = 4.0 * 0.02 * 0.86 / (draws.n_draws as f64).sqrt();
            assert!((at.gap - expected).abs() < error, "{n_groups}: {} {expected}", at.gap);
            assert!(at.deviation > 0.49 * at.gap && at.deviation < 0.8 * at.gap);
            assert!(at.ratio.unwrap() < 1.0 && at.ratio.unwrap() > 0.5);
        }
    }

    #[test]
    fn degenerate_families_are_undefined() {
        assert_eq!(Draws::new(1, 0).unwrap_err(), Undefined::TooFewGroups);
        let draws = Draws::new(4, 0).unwrap();
        let c = level(0.95);
        assert_eq!(draws.max_t_all_pairs(&[1.0; 3], c), Err(Undefined::LengthMismatch));
        assert_eq!(draws.max_t_all_pairs(&[0.0; 4], c), Err(Undefined::NoVariation));
        assert_eq!(draws.max_t_all_pairs(&[1.0, f64::NAN, 1.0, 1.0], c), Err(Undefined::OutOfRange));
        assert_eq!(draws.max_t_against_reference(&[1.0; 4], 4, c), Err(Undefined::OutOfRange));
        assert_eq!(draws.max_t_against_overall(&[1.0; 4], &[0.0; 4], c), Err(Undefined::NoRows));
        assert_eq!(Draws::new(101, 0).unwrap().max_t_all_pairs(&[1.0; 101], c), Err(Undefined::TooLarge));
    }
}
