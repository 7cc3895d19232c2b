//! Distances between laws against scipy, naive twins, and simulated coverage.

use equipoise::inference::laws::{self, KsTestMethod, Law, Range};
use equipoise::inference::normals::Stream;
use equipoise::inference::{Confidence, Undefined};
use equipoise::stats::view::{Atom, Cell};
use proptest::prelude::*;

fn level(confidence: f64) -> Confidence {
    Confidence::new(confidence).unwrap()
}

fn law(values: &[f64]) -> Law {
    Law::of_values(values).unwrap()
}

fn weighted(atoms: &[(f64, f64)]) -> Law {
    let atom = |(value, weight): &(f64, f64)| Atom {
        value: *value,
        cell: Cell { rows: 1, weight: *weight, weight_squared: weight * weight },
    };
    Law::new(&atoms.iter().map(atom).collect::<Vec<_>>()).unwrap()
}

#[track_caller]
fn close(ours: f64, expected: f64) {
    assert!((ours - expected).abs() <= 1e-12 * expected.abs().max(1e-3), "{ours}, expected {expected}");
}

#[test]
fn distances_equal_scipys() {
    // scipy 1.17.1: ks_2samp, wasserstein_distance, energy_distance (with u_weights, v_weights).
    let a = law(&[0.1, 0.2, 0.2, 0.5, 0.9]);
    let b = law(&[0.2, 0.3, 0.5, 0.5, 0.5, 0.8, 1.0]);
    close(laws::ks(&a, &b), 0.457_142_857_142_857_13);
    close(laws::wasserstein1(&a, &b), 0.174_285_714_285_714_27);
    close(laws::energy_distance(&a, &b), 0.313_765_803_732_396_5);
    let a = weighted(&[(1.0, 2.0), (2.0, 0.5), (3.0, 1.0), (5.0, 3.0)]);
    let b = weighted(&[(2.0, 1.5), (3.0, 1.0), (7.0, 0.25)]);
    close(laws::wasserstein1(&a, &b), 1.391_608_391_608_391_7);
    close(laws::energy_distance(&a, &b), 0.907_529_589_863_101_5);
}

#[test]
fn kolmogorovs_law_equals_scipys() {
    // scipy 1.17.1, kstwo.cdf.
    for (n, d, expected) in [
        (5, 0.3, 0.336),
        (20, 0.25, 0.862_374_301_632_825_1),
        (140, 0.1, 0.886_463_427_099_090_5),
        (141, 0.1, 0.888_715_544_835_320_6),
        (1000, 0.03, 0.677_309_785_608_536_5),
    ] {
        let ours = laws::kolmogorov_cdf(n, d);
        assert!((ours - expected).abs() < 1e-9, "{n} {d}: {ours}");
    }
    assert_eq!(laws::kolmogorov_cdf(0, 0.5), 0.0);
    assert_eq!(laws::kolmogorov_cdf(10, 0.05), 0.0);
    assert_eq!(laws::kolmogorov_cdf(10, 1.0), 1.0);
    assert_eq!(laws::kolmogorov_quantile(0, 0.05), Err(Undefined::NoRows));
}

#[test]
fn exact_permutation_p_equals_scipys_without_ties_and_enumeration_with_ties() {
    // scipy 1.17.1, ks_2samp(method="exact"): 20 values 0, 1, … against 30 values 0.25, 0.75, ….
    let a: Vec<f64> = (0..20).map(f64::from).collect();
    let b: Vec<f64> = (0..30).map(|i| 0.5 * f64::from(i) + 0.25).collect();
    close(laws::ks_exact_p(&law(&a), &law(&b)).unwrap(), 0.399_477_105_970_254_03);
    // All 126 ways to choose 4 of 9 tied values.
    let pooled = [1.0, 1.0, 1.0, 2.0, 2.0, 3.0, 3.0, 3.0, 4.0];
    let mine = [0, 1, 3, 5];
    let distance = |chosen: &[usize]| {
        let (x, y): (Vec<usize>, Vec<usize>) = (0..9).partition(|i| chosen.contains(i));
        let take = |s: &[usize]| s.iter().map(|i| pooled[*i]).collect::<Vec<_>>();
        (laws::ks(&law(&take(&x)), &law(&take(&y))), take(&x), take(&y))
    };
    let (observed, x, y) = distance(&mine);
    let (mut all, mut far) = (0.0, 0.0);
    for mask in 0_u32..512 {
        let chosen: Vec<usize> = (0..9).filter(|i| mask & (1 << i) != 0).collect();
        if chosen.len() == 4 {
            all += 1.0;
            far += f64::from(distance(&chosen).0 >= observed - 1e-12);
        }
    }
    close(laws::ks_exact_p(&law(&x), &law(&y)).unwrap(), far / all);
}

#[test]
fn permuted_tables_agree_with_exact_counting() {
    let a: Vec<f64> = (0..40).map(|i| f64::from(i % 7)).collect();
    let b: Vec<f64> = (0..60).map(|i| f64::from(i % 9)).collect();
    let (a, b) = (law(&a), law(&b));
    let exact = laws::ks_exact_p(&a, &b).unwrap();
    let drawn = laws::ks_permutation_p(&a, &b, 4000, 1).unwrap();
    assert!((drawn - exact).abs() < 4.0 * (exact * (1.0 - exact) / 4000.0).sqrt() + 1e-3, "{drawn} {exact}");
    assert_eq!(drawn, laws::ks_permutation_p(&a, &b, 4000, 1).unwrap());
}

#[test]
fn large_tables_are_permuted_and_weighted_laws_use_the_limit() {
    let atoms = |shift: u64| -> Vec<Atom> {
        (0..20).map(|i| Atom { value: i as f64, cell: Cell::of_rows(10_000 + 40 * shift * i) }).collect()
    };
    let (a, b) = (Law::new(&atoms(0)).unwrap(), Law::new(&atoms(1)).unwrap());
    assert_eq!(laws::ks_exact_p(&a, &b), Err(Undefined::TooLarge));
    let test = laws::ks_test(&a, &b, 199, 3);
    assert_eq!(test.method, KsTestMethod::Permutation { draws: 199 });
    assert!(test.p < 0.011, "{test:?}");
    let test =
        laws::ks_test(&weighted(&[(1.0, 2.0), (2.0, 0.5)]), &weighted(&[(1.0, 1.0), (3.0, 1.0)]), 99, 3);
    assert_eq!(test.method, KsTestMethod::Limit);
    assert!(test.p > 0.0 && test.p <= 1.0);
}

#[test]
fn quantile_interval_has_the_ranks_of_the_binomial() {
    // Ranks from scipy's binom.cdf and binom.sf; the values are the ranks themselves.
    for (n, q, lower, upper) in
        [(50, 0.5, 18.0, 33.0), (200, 0.9, 171.0, 189.0), (30, 0.1, f64::NEG_INFINITY, 8.0)]
    {
        let values: Vec<f64> = (1..=n).map(f64::from).collect();
        let interval = laws::quantile_interval(&law(&values), q, level(0.95)).unwrap();
        assert_eq!((interval.lower, interval.upper), (lower, upper), "n = {n}, q = {q}");
    }
    assert_eq!(laws::quantile_interval(&law(&[1.0]), 1.0, level(0.95)), Err(Undefined::OutOfRange));
}

/// F at every value of both laws, by counting.
fn naive_cdf(x: &[f64], at: f64) -> f64 {
    x.iter().filter(|v| **v <= at).count() as f64 / x.len() as f64
}

/// W_p^p by matching sorted samples repeated to a common length.
fn naive_wasserstein(x: &[f64], y: &[f64], p: i32) -> f64 {
    let (mut x, mut y) = (x.to_vec(), y.to_vec());
    x.sort_by(f64::total_cmp);
    y.sort_by(f64::total_cmp);
    let n = x.len() * y.len();
    (0..n).map(|i| (x[i / y.len()] - y[i / x.len()]).abs().powi(p)).sum::<f64>() / n as f64
}

fn sample() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-8_i32..8).prop_map(|v| f64::from(v) / 4.0), 1..14)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn distances_equal_their_naive_twins(x in sample(), y in sample()) {
        let (a, b) = (law(&x), law(&y));
        let ks = x.iter().chain(&y).map(|v| (naive_cdf(&x, *v) - naive_cdf(&y, *v)).abs()).fold(0.0, f64::max);
        prop_assert!((laws::ks(&a, &b) - ks).abs() < 1e-14);
        prop_assert!((laws::wasserstein1(&a, &b) - naive_wasserstein(&x, &y, 1)).abs() < 1e-13);
        prop_assert!((laws::wasserstein2(&a, &b).powi(2) - naive_wasserstein(&x, &y, 2)).abs() < 1e-12);
        prop_assert_eq!(laws::ks(&a, &b), laws::ks(&b, &a));
        prop_assert!((laws::wasserstein1(&a, &b) - laws::wasserstein1(&b, &a)).abs() < 1e-14);
        prop_assert_eq!(laws::wasserstein2(&a, &a), 0.0);
    }

    #[test]
    fn bounds_contain_the_estimate_and_widen_with_confidence(x in sample(), y in sample()) {
        let (a, b) = (law(&x), law(&y));
        let range = Range::new(-2.0, 2.0).unwrap();
        let (ks, w1) = (laws::ks(&a, &b), laws::wasserstein1(&a, &b));
        let mut before = (0.0, 0.0);
        for confidence in [0.5, 0.9, 0.99] {
            let k = laws::ks_bounds(&a, &b, level(confidence)).unwrap();
            let w = laws::wasserstein1_bounds(&a, &b, range, level(confidence)).unwrap();
            prop_assert!(k.lower <= ks && ks <= k.upper && k.upper <= 1.0);
            prop_assert!(w.lower <= w1 + 1e-12 && w1 <= w.upper + 1e-12 && w.upper <= 4.0);
            prop_assert!(k.width() >= before.0 && w.width() >= before.1);
            before = (k.width(), w.width());
        }
        let p = laws::ks_exact_p(&a, &b).unwrap();
        prop_assert!(p > 0.0 && p <= 1.0);
    }

    #[test]
    fn integer_weights_are_repetition(x in sample(), copies in 1_u64..4) {
        let a = law(&x);
        let repeated = law(&x.iter().flat_map(|v| std::iter::repeat_n(*v, copies as usize)).collect::<Vec<_>>());
        prop_assert!(laws::ks(&a, &repeated) < 1e-14);
        prop_assert!(laws::wasserstein2(&a, &repeated) < 1e-7);
        prop_assert_eq!(a.quantile(0.5).unwrap(), repeated.quantile(0.5).unwrap());
    }
}

/// A sample of normal scores.
fn normals(stream: &mut Stream, n: usize, mean: f64) -> Vec<f64> {
    (0..n).map(|_| mean + stream.normal()).collect()
}

#[test]
fn ks_bounds_cover_at_equality_and_away_from_it() {
    // The table of the reference: n = 200 and 300, shifts 0 and 0.3; the DKW pair covers always, width 0.38 where
    // it is not cut at 0. True distance 2Φ(0.15) − 1.
    let runs = 150;
    for (shift, truth) in [(0.0, 0.0), (0.3, 0.119_235_384_740_485_7)] {
        let mut stream = Stream::new(71, shift as u64);
        for _ in 0..runs {
            let (a, b) = (law(&normals(&mut stream, 200, shift)), law(&normals(&mut stream, 300, 0.0)));
            let interval = laws::ks_bounds(&a, &b, level(0.95)).unwrap();
            assert!(interval.contains(truth));
            let radius: f64 = [200.0, 300.0].iter().map(|n| laws::dkw_radius(*n, 0.025).unwrap()).sum();
            assert!((2.0 * radius - 0.38).abs() < 0.005);
        }
    }
}

#[test]
fn mean_distance_at_equality_is_the_printed_bias() {
    let mut stream = Stream::new(5, 0);
    let runs = 300;
    let sum: f64 = (0..runs)
        .map(|_| laws::ks(&law(&normals(&mut stream, 200, 0.0)), &law(&normals(&mut stream, 300, 0.0))))
        .sum();
    let printed = laws::ks_at_equality(200.0, 300.0).unwrap();
    // The limit law has a standard deviation of 0.26/√n_e = 0.0237: four errors of a mean of 300 are 0.0055; the
    // finite sample lies below the limit by about 1/(6n) + 1/(6m) = 0.0014.
    assert!((sum / f64::from(runs) - printed).abs() < 0.007, "{} {printed}", sum / f64::from(runs));
}

#[test]
fn wasserstein1_bounds_cover() {
    // Uniform on [0, 1] against its square: W₁ = ½ − ⅓.
    let mut stream = Stream::new(6, 0);
    for _ in 0..150 {
        let x: Vec<f64> = (0..100).map(|_| stream.uniform()).collect();
        let y: Vec<f64> = (0..150).map(|_| stream.uniform().powi(2)).collect();
        let range = Range::new(0.0, 1.0).unwrap();
        let interval = laws::wasserstein1_bounds(&law(&x), &law(&y), range, level(0.95)).unwrap();
        assert!(interval.contains(1.0 / 6.0), "{interval:?}");
        let radius: f64 = [100.0, 150.0].iter().map(|n| laws::dkw_radius(*n, 0.025).unwrap()).sum();
        assert!(interval.width() <= 2.0 * radius);
    }
}

#[test]
fn wasserstein2_interval_covers_away_from_equality() {
    // Two normal laws at distance 1.
    let runs = 300;
    let mut stream = Stream::new(7, 0);
    let mut hits = 0;
    for _ in 0..runs {
        let (a, b) = (law(&normals(&mut stream, 300, 1.0)), law(&normals(&mut stream, 400, 0.0)));
        hits += usize::from(laws::wasserstein2_interval(&a, &b, level(0.95)).unwrap().contains(1.0));
    }
    let coverage = hits as f64 / f64::from(runs);
    // Four Monte Carlo errors of 300 runs are 0.05; an approximation may be a little off besides.
    assert!(coverage > 0.89, "{coverage}");
    let same = law(&[1.0, 2.0, 3.0]);
    assert_eq!(laws::wasserstein2_interval(&same, &same, level(0.95)), Err(Undefined::NearEquality));
}

#[test]
fn degenerate_laws_are_undefined_or_exact() {
    assert_eq!(Law::of_values(&[]).unwrap_err(), Undefined::NoRows);
    assert_eq!(Law::of_values(&[f64::NAN]).unwrap_err(), Undefined::OutOfRange);
    let atom =
        |value: f64, weight: f64| Atom { value, cell: Cell { rows: 1, weight, weight_squared: weight } };
    assert_eq!(Law::new(&[atom(1.0, 0.0)]).unwrap_err(), Undefined::NoRows);
    assert_eq!(Law::new(&[atom(2.0, 1.0), atom(1.0, 1.0)]).unwrap_err(), Undefined::NotSorted);
    assert_eq!(Law::new(&[atom(2.0, f64::INFINITY)]).unwrap_err(), Undefined::OutOfRange);
    assert_eq!(Law::new(&[atom(2.0, -1.0)]).unwrap_err(), Undefined::OutOfRange);
    let (point, other) = (law(&[2.0, 2.0]), law(&[5.0]));
    assert_eq!(laws::ks(&point, &other), 1.0);
    assert_eq!(laws::wasserstein1(&point, &other), 3.0);
    assert_eq!(laws::wasserstein2(&point, &other), 3.0);
    assert_eq!(laws::ks(&point, &point), 0.0);
    assert_eq!(laws::ks_exact_p(&point, &law(&[2.0])).unwrap(), 1.0);
    let narrow = Range::new(0.0, 3.0).unwrap();
    assert_eq!(laws::wasserstein1_bounds(&point, &other, narrow, level(0.9)), Err(Undefined::OutOfRange));
    assert_eq!(Range::new(1.0, 1.0).unwrap_err(), Undefined::OutOfRange);
    assert_eq!(laws::total_variation(&[1.0], &[1.0, 2.0]), Err(Undefined::LengthMismatch));
    assert_eq!(laws::total_variation(&[0.0, 0.0], &[1.0, 2.0]), Err(Undefined::NoRows));
    assert_eq!(laws::total_variation(&[3.0, 0.0], &[0.0, 2.0]).unwrap(), 1.0);
    assert_eq!(laws::total_variation(&[1.0, 3.0], &[3.0, 1.0]).unwrap(), 0.5);
}
