//! Exact coverage of the intervals of rates, differences and ratios, by enumerating every table.
//!
//! The figures were printed to three digits by an independent script (`simulate one`, `simulate two`) that shares no
//! code with the library; ours must print the same, so they may differ by half a unit of the third digit.

use equipoise::inference::special::binomial_pmf;
use equipoise::inference::{Confidence, Interval, Undefined, differences, rates, ratios};

/// Half a unit of the last digit printed, and a hair for numbers that fall on the edge.
const PRINTED: f64 = 0.0005 + 1e-6;

/// The same for shares of the grid, printed with two digits.
const PRINTED_SHARE: f64 = 0.005 + 1e-6;

fn confidence() -> Confidence {
    Confidence::new(0.95).unwrap()
}

fn counts(n: u32) -> impl Iterator<Item = f64> {
    (0..=n).map(f64::from)
}

/// Coverage of one rate: smallest and mean over 397 rates from 0.005 to 0.995.
#[track_caller]
fn check_one(n: u32, limits: impl Fn(f64, f64) -> Result<Interval, Undefined>, min: f64, mean: f64) {
    let intervals: Vec<Interval> = counts(n).map(|k| limits(k, f64::from(n)).unwrap()).collect();
    let coverage: Vec<f64> = (0..397)
        .map(|j| {
            let p = 0.005 + 0.99 * f64::from(j) / 396.0;
            let covering = counts(n).zip(&intervals).filter(|(_, interval)| interval.contains(p));
            covering.map(|(k, _)| binomial_pmf(k, f64::from(n), p)).sum()
        })
        .collect();
    let smallest = coverage.iter().copied().fold(1.0, f64::min);
    let average = coverage.iter().sum::<f64>() / 397.0;
    assert!((smallest - min).abs() <= PRINTED, "n = {n}: smallest {smallest}, printed {min}");
    assert!((average - mean).abs() <= PRINTED, "n = {n}: mean {average}, printed {mean}");
}

#[test]
fn wilson_covers_as_enumerated() {
    let z = confidence().z();
    for (n, min, mean) in [(10, 0.838, 0.953), (30, 0.860, 0.952), (100, 0.910, 0.950), (1000, 0.938, 0.950)]
    {
        check_one(n, |k, n| rates::wilson(k, n, z), min, mean);
    }
}

#[test]
fn clopper_pearson_covers_as_enumerated() {
    for (n, min, mean) in [(10, 0.961, 0.984), (30, 0.951, 0.973), (100, 0.952, 0.965), (1000, 0.950, 0.955)]
    {
        check_one(n, |k, n| rates::clopper_pearson(k, n, confidence()), min, mean);
    }
}

#[test]
fn jeffreys_covers_as_enumerated() {
    for (n, min, mean) in [(10, 0.868, 0.953), (30, 0.889, 0.950), (100, 0.881, 0.950), (1000, 0.928, 0.950)]
    {
        check_one(n, |k, n| rates::jeffreys(k, n, confidence()), min, mean);
    }
}

#[test]
fn midp_covers_as_enumerated() {
    for (n, min, mean) in [(10, 0.927, 0.968), (30, 0.925, 0.958), (100, 0.921, 0.953)] {
        check_one(n, |k, n| rates::midp_one(k, n, confidence()), min, mean);
    }
}

/// What is printed of two rates: smallest and mean coverage, and the share of the grid under 0.94 where printed.
struct Printed {
    min: f64,
    mean: f64,
    share_under: Option<f64>,
}

/// Coverage of a function of two rates over the 39 × 39 grid of rates from 0.025 to 0.975.
#[track_caller]
fn check_two(
    (n1, n2): (u32, u32),
    limits: impl Fn(f64, f64, f64, f64, f64) -> Result<Interval, Undefined>,
    truth: impl Fn(f64, f64) -> f64,
    printed: &Printed,
) {
    let z = confidence().z();
    let (rows1, rows2) = (f64::from(n1), f64::from(n2));
    let tables: Vec<Interval> = counts(n1)
        .flat_map(|k1| counts(n2).map(move |k2| (k1, k2)))
        .map(|(k1, k2)| limits(k1, rows1, k2, rows2, z).unwrap())
        .collect();
    let grid: Vec<f64> = (1..=39).map(|j| f64::from(j) / 40.0).collect();
    let laws = |n: u32| -> Vec<Vec<f64>> {
        grid.iter().map(|&p| counts(n).map(|k| binomial_pmf(k, f64::from(n), p)).collect()).collect()
    };
    let (laws1, laws2) = (laws(n1), laws(n2));
    let mut coverage = Vec::new();
    for (p1, law1) in grid.iter().zip(&laws1) {
        for (p2, law2) in grid.iter().zip(&laws2) {
            let value = truth(*p1, *p2);
            let mut covered = 0.0;
            for (row, weight1) in tables.chunks(law2.len()).zip(law1) {
                let pairs = row.iter().zip(law2).filter(|(interval, _)| interval.contains(value));
                covered += weight1 * pairs.map(|(_, weight2)| weight2).sum::<f64>();
            }
            coverage.push(covered);
        }
    }
    let n_points = coverage.len() as f64;
    let smallest = coverage.iter().copied().fold(1.0, f64::min);
    let mean = coverage.iter().sum::<f64>() / n_points;
    let share_under = coverage.iter().filter(|&&c| c < 0.94).count() as f64 / n_points;
    let at = format!("n = {n1}, {n2}");
    assert!((smallest - printed.min).abs() <= PRINTED, "{at}: smallest {smallest}, printed {}", printed.min);
    assert!((mean - printed.mean).abs() <= PRINTED, "{at}: mean {mean}, printed {}", printed.mean);
    if let Some(share) = printed.share_under {
        assert!(
            (share_under - share).abs() <= PRINTED_SHARE,
            "{at}: under 0.94 {share_under}, printed {share}"
        );
    }
}

const SIZES: [(u32, u32); 4] = [(10, 10), (10, 50), (30, 30), (20, 200)];

#[test]
fn newcombe_covers_as_enumerated() {
    let printed = [(0.897, 0.953, 0.21), (0.903, 0.953, 0.02), (0.922, 0.951, 0.08), (0.932, 0.952, 0.00)];
    for (sizes, (min, mean, share)) in SIZES.into_iter().zip(printed) {
        let printed = Printed { min, mean, share_under: Some(share) };
        check_two(sizes, differences::newcombe, |p1, p2| p1 - p2, &printed);
    }
}

#[test]
fn miettinen_nurminen_difference_covers_as_enumerated() {
    let printed = [(0.912, 0.958, 0.10), (0.927, 0.957, 0.00), (0.937, 0.951, 0.02), (0.942, 0.954, 0.00)];
    for (sizes, (min, mean, share)) in SIZES.into_iter().zip(printed) {
        let printed = Printed { min, mean, share_under: Some(share) };
        check_two(sizes, differences::miettinen_nurminen, |p1, p2| p1 - p2, &printed);
    }
}

#[test]
fn ratio_intervals_cover_as_enumerated() {
    type Limits = fn(f64, f64, f64, f64, f64) -> Result<Interval, Undefined>;
    let methods: [(Limits, [(f64, f64); 4]); 4] = [
        (ratios::miettinen_nurminen, [(0.912, 0.958), (0.914, 0.955), (0.938, 0.953), (0.912, 0.951)]),
        (ratios::katz, [(0.535, 0.958), (0.401, 0.945), (0.889, 0.958), (0.555, 0.944)]),
        (ratios::katz_plus_half, [(0.535, 0.940), (0.401, 0.930), (0.889, 0.950), (0.555, 0.936)]),
        (ratios::mover_r, [(0.914, 0.956), (0.914, 0.954), (0.939, 0.954), (0.912, 0.951)]),
    ];
    for (limits, printed) in methods {
        for (sizes, (min, mean)) in SIZES.into_iter().zip(printed) {
            check_two(sizes, limits, |p1, p2| p1 / p2, &Printed { min, mean, share_under: None });
        }
    }
}
