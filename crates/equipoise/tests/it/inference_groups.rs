//! Many groups, strata and the bootstrap: simulated coverage against the tables of the reference, twins, degenerate input.

use equipoise::inference::bootstrap::{PoissonTable, bca_acceleration, replicates};
use equipoise::inference::many::{self, Draws};
use equipoise::inference::normals::Stream;
use equipoise::inference::strata::{self, Continuity, Stratum};
use equipoise::inference::{Confidence, Interval, Undefined};
use equipoise::stats::view::Cell;
use proptest::prelude::*;

const Z: f64 = 1.959_963_984_540_054;

fn level(confidence: f64) -> Confidence {
    Confidence::new(confidence).unwrap()
}

fn binomial(stream: &mut Stream, n: u32, p: f64) -> f64 {
    f64::from((0..n).map(|_| u32::from(stream.uniform() < p)).sum::<u32>())
}

/// Wilson's interval, written out.
fn wilson(k: f64, n: f64, z: f64) -> (f64, f64) {
    let p = k / n;
    let (centre, shrink) = (p + z * z / (2.0 * n), 1.0 + z * z / n);
    let h = z * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (((centre - h) / shrink).max(0.0), ((centre + h) / shrink).min(1.0))
}

/// Newcombe's interval of a difference of rates, written out.
fn newcombe(a: (f64, f64), b: (f64, f64), z: f64) -> Interval {
    let (p, q) = (a.0 / a.1, b.0 / b.1);
    let ((l1, u1), (l2, u2)) = (wilson(a.0, a.1, z), wilson(b.0, b.1, z));
    Interval { lower: p - q - (p - l1).hypot(u2 - q), upper: p - q + (u1 - p).hypot(q - l2) }
}

#[test]
fn tukeys_values_equal_scipys() {
    // scipy 1.17.1, studentized_range.ppf(1 − α, K, inf)/√2, whose own accuracy is about 1e-10.
    for (n_groups, alpha, expected) in [
        (3, 0.05, 2.343_700_586_378_409),
        (3, 0.001, 3.580_401_654_145_933),
        (10, 0.05, 3.163_683_577_053_373),
        (10, 0.001, 4.223_765_550_922_99),
        (50, 0.05, 3.992_343_290_009_407_6),
        (50, 0.001, 4.907_734_713_337_944),
    ] {
        let ours = many::z_tukey_all_pairs(n_groups, level(1.0 - alpha)).unwrap();
        assert!((ours / expected - 1.0).abs() < 1e-8, "{n_groups} {alpha}: {ours}");
    }
}

#[test]
fn worst_gap_covers_and_its_upper_end_is_as_short_as_the_table_says() {
    // 10 groups of 100, rates around 0.3: covers .948 / .998 / 1.000, mean upper end .262 / .293 / .360.
    let runs = 250;
    let z_all = many::z_tukey_all_pairs(10, level(0.95)).unwrap();
    for (spread, coverage, upper) in [(0.0, 0.948, 0.262), (0.1, 0.998, 0.293), (0.2, 1.0, 0.360)] {
        let mut stream = Stream::new(19, (spread * 10.0) as u64);
        let (mut hits, mut sum) = (0.0, 0.0);
        for _ in 0..runs {
            let k: Vec<f64> = (0..10)
                .map(|g| binomial(&mut stream, 100, 0.3 + spread * (f64::from(g) / 9.0 - 0.5)))
                .collect();
            let pair = |i: usize, j: usize, z: f64| Ok(newcombe((k[i], 100.0), (k[j], 100.0), z));
            let interval = many::worst_gap(10, Z, z_all, pair).unwrap();
            hits += f64::from(interval.lower <= spread + 1e-12 && spread <= interval.upper);
            sum += interval.upper;
        }
        let n = f64::from(runs);
        let error = 4.0 * (0.05_f64 * 0.95 / n).sqrt();
        assert!((hits / n - coverage).abs() < error, "{spread}: covers {}", hits / n);
        // The upper end has a standard deviation of about .04: four errors of 250 runs are .010.
        assert!((sum / n - upper).abs() < 0.010, "{spread}: upper {}", sum / n);
    }
}

#[test]
fn bound_from_groups_covers_and_is_wider() {
    let runs = 150;
    let z_sim = many::z_sidak(10, level(0.95)).unwrap();
    // Φ⁻¹(1 − 0.0125).
    let z_half = 2.241_402_727_604_945_4;
    let z_all = many::z_tukey_all_pairs(10, level(0.95)).unwrap();
    let mut stream = Stream::new(23, 0);
    for _ in 0..runs {
        let k: Vec<f64> =
            (0..10).map(|g| binomial(&mut stream, 100, 0.2 + 0.2 * f64::from(g) / 9.0)).collect();
        let intervals = |z: f64| {
            let one = |k: &f64| {
                let (lower, upper) = wilson(*k, 100.0, z);
                Interval { lower, upper }
            };
            k.iter().map(one).collect::<Vec<_>>()
        };
        let bound = many::worst_gap_by_groups(&intervals(z_sim), &intervals(z_half)).unwrap();
        let pairs =
            many::worst_gap(10, Z, z_all, |i, j, z| Ok(newcombe((k[i], 100.0), (k[j], 100.0), z))).unwrap();
        assert!(bound.contains(0.2), "{bound:?}");
        assert!(bound.lower <= pairs.lower + 1e-12 && pairs.upper <= bound.upper + 1e-12);
        let ratio = many::worst_ratio_by_groups(&intervals(z_sim), &intervals(z_half)).unwrap();
        assert!(ratio.contains(0.5), "{ratio:?}");
    }
}

#[test]
fn all_pairs_are_covered_together_at_the_max_t_value() {
    // Five normal means with unequal standard errors: the coverage is exactly 95 % but for the simulated value.
    let se = [0.02, 0.03, 0.05, 0.08, 0.04];
    let z = Draws::new(5, 1).unwrap().max_t_all_pairs(&se, level(0.95)).unwrap();
    let mut stream = Stream::new(99, 0);
    let runs = 4000;
    let mut hits = 0.0;
    for _ in 0..runs {
        let x: Vec<f64> = se.iter().map(|s| s * stream.normal()).collect();
        let covered = (0..5).all(|i| (0..i).all(|j| (x[i] - x[j]).abs() <= z * se[i].hypot(se[j])));
        hits += f64::from(covered);
    }
    // Four errors of 4,000 runs and of the 20,000 draws together.
    let error = 4.0 * (0.05 * 0.95 * (1.0 / 4000.0 + 1.0 / 20_000.0_f64)).sqrt();
    assert!((hits / f64::from(runs) - 0.95).abs() < error, "{}", hits / f64::from(runs));
}

#[test]
fn naive_gap_of_equal_groups_is_the_printed_bias() {
    // The table: K = 10 groups of 50 at rate 0.3: E[max gap] = .1974, E[S²] = .004159, debiased −.000044 (error .000032).
    let runs = 1500;
    let mut stream = Stream::new(29, 0);
    let (mut gap, mut raw, mut debiased, mut squares) = (0.0, 0.0, 0.0, 0.0);
    for _ in 0..runs {
        let y: Vec<f64> = (0..10).map(|_| binomial(&mut stream, 50, 0.3)).collect();
        let v: Vec<f64> = y.iter().map(|k| many::rate_variance(*k, 50.0).unwrap()).collect();
        let y: Vec<f64> = y.iter().map(|k| k / 50.0).collect();
        gap += y.iter().copied().fold(0.0, f64::max) - y.iter().copied().fold(1.0, f64::min);
        let spread = many::between_group_variance(&y, &v).unwrap();
        raw += spread.variance_of_estimates;
        debiased += spread.variance;
        squares += spread.variance * spread.variance;
    }
    let n = f64::from(runs);
    let error = 4.0 * (squares / n / n).sqrt();
    // The range has a standard deviation of .8 standard errors, .052: four errors are .0054.
    assert!((gap / n - 0.1974).abs() < 0.006, "{}", gap / n);
    assert!((raw / n - 0.0042).abs() < error, "{}", raw / n);
    assert!((debiased / n).abs() < error, "{} {error}", debiased / n);
    let se = [(0.21_f64 / 50.0).sqrt(); 10];
    let printed = Draws::new(10, 1).unwrap().at_equality(&se, &[1.0; 10], 0.3).unwrap();
    // The normal range of .1994 is a little above that of binomial counts.
    assert!((printed.gap - 0.1994).abs() < 0.002, "{}", printed.gap);
}

#[test]
fn q_profile_and_double_correction_cover_the_variance_between_groups() {
    // 12 normal groups with standard deviation .06 between them: Q-profile is exact under this law.
    let runs = 400;
    let draws = Draws::new(12, 2).unwrap();
    let v: Vec<f64> = (0..12).map(|g| 0.0002 * (1.0 + f64::from(g))).collect();
    let mut stream = Stream::new(31, 0);
    let (mut profile, mut double) = (0.0, 0.0);
    for run in 0..runs {
        let y: Vec<f64> = v.iter().map(|v| 0.06 * stream.normal() + v.sqrt() * stream.normal()).collect();
        profile += f64::from(many::q_profile(&y, &v, level(0.95)).unwrap().contains(0.0036));
        if run < 20 {
            let i = many::between_group_variance_interval(&y, &v, &draws, level(0.95)).unwrap();
            double += f64::from(i.lower >= 0.0 && i.upper >= i.lower);
        }
    }
    let coverage = profile / f64::from(runs);
    assert!((coverage - 0.95).abs() < 4.0 * (0.05 * 0.95 / f64::from(runs)).sqrt(), "{coverage}");
    assert_eq!(double, 20.0);
}

#[test]
fn shrunken_values_lie_between_the_estimate_and_the_mean() {
    let (y, v) = ([0.1, 0.5, 0.3, 0.35], [0.01, 0.02, 0.0001, 0.5]);
    for shrunken in [many::eb_shrinkage(&y, &v, 0.01).unwrap(), many::hb_shrinkage(&y, &v).unwrap()] {
        for g in 0..4 {
            assert!((0.0..=1.0).contains(&shrunken.shrinkage[g]) && shrunken.sd[g] > 0.0);
        }
        assert!(
            shrunken.shrinkage[2] < shrunken.shrinkage[0] && shrunken.shrinkage[0] < shrunken.shrinkage[3]
        );
        assert!(shrunken.values[0] > 0.1 && shrunken.values[1] < 0.5);
    }
    let whole = many::eb_shrinkage(&y, &v, 0.0).unwrap();
    assert!(whole.values.iter().all(|t| (t - whole.mean).abs() < 1e-15));
}

#[test]
fn degenerate_groups_are_undefined() {
    assert_eq!(many::between_group_variance(&[0.1], &[0.1]).unwrap_err(), Undefined::TooFewGroups);
    assert_eq!(many::between_group_variance(&[0.1, 0.2], &[0.1]).unwrap_err(), Undefined::LengthMismatch);
    assert_eq!(many::q_profile(&[0.1, 0.2], &[0.1, 0.0], level(0.9)), Err(Undefined::NoVariation));
    assert_eq!(many::hb_shrinkage(&[0.1, f64::NAN], &[0.1, 0.1]).unwrap_err(), Undefined::OutOfRange);
    assert_eq!(many::rate_variance(3.0, 2.0), Err(Undefined::NotCounts));
    assert_eq!(many::rate_variance(0.0, 1.0), Err(Undefined::TooFewRows));
    assert!(many::rate_variance(0.0, 10.0).unwrap() > 0.0);
    assert_eq!(many::chi2_homogeneity(&[0.0, 0.0], &[5.0, 5.0]).unwrap_err(), Undefined::NoVariation);
    assert_eq!(many::chi2_homogeneity(&[0.0, 0.0], &[5.0, 0.0]).unwrap_err(), Undefined::NoRows);
    assert_eq!(many::z_tukey_all_pairs(1, level(0.9)), Err(Undefined::TooFewGroups));
    assert_eq!(many::scheffe_multiplier(1, level(0.9)), Err(Undefined::TooFewGroups));
    assert_eq!(many::expected_range_of_normals(1), 0.0);
    // Equal estimates: no spread, and a test with p = 1.
    let equal = many::between_group_variance(&[0.3; 3], &[0.01; 3]).unwrap();
    assert!(equal.variance < 0.0 && equal.tau2_paule_mandel == 0.0 && equal.homogeneity.p == 1.0);
}

fn stratum(yes1: f64, no1: f64, yes2: f64, no2: f64) -> Stratum {
    Stratum { yes1, no1, yes2, no2 }
}

fn table() -> impl Strategy<Value = Stratum> {
    (1_u32..40, 1_u32..40, 1_u32..40, 1_u32..40)
        .prop_map(|(a, b, c, d)| stratum(f64::from(a), f64::from(b), f64::from(c), f64::from(d)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn common_effects_turn_round_with_the_groups_and_lie_within_the_strata(s in prop::collection::vec(table(), 1..5)) {
        let swapped: Vec<Stratum> = s.iter().map(|h| stratum(h.yes2, h.no2, h.yes1, h.no1)).collect();
        let c = level(0.95);
        let (rd, back) = (strata::mantel_haenszel_risk_difference(&s, c).unwrap(),
            strata::mantel_haenszel_risk_difference(&swapped, c).unwrap());
        prop_assert!((rd.value + back.value).abs() < 1e-12 && (rd.interval.lower + back.interval.upper).abs() < 1e-12);
        for f in [strata::mantel_haenszel_odds_ratio, strata::mantel_haenszel_risk_ratio] {
            let (r, back) = (f(&s, c).unwrap(), f(&swapped, c).unwrap());
            prop_assert!((r.value * back.value - 1.0).abs() < 1e-10);
            prop_assert!((r.interval.lower * back.interval.upper - 1.0).abs() < 1e-10);
        }
        let odds: Vec<f64> = s.iter().map(|h| h.yes1 * h.no2 / (h.no1 * h.yes2)).collect();
        let or = strata::mantel_haenszel_odds_ratio(&s, c).unwrap().value;
        let (least, most) = odds.iter().fold((f64::INFINITY, 0.0_f64), |(l, m), o| (l.min(*o), m.max(*o)));
        prop_assert!(or >= least * (1.0 - 1e-12) && or <= most * (1.0 + 1e-12));
        let corrected = strata::cochran_mantel_haenszel(&s, Continuity::Corrected).unwrap();
        let plain = strata::cochran_mantel_haenszel(&s, Continuity::Uncorrected).unwrap();
        prop_assert!(corrected.statistic <= plain.statistic && corrected.p >= plain.p && plain.p <= 1.0);
    }

    #[test]
    fn parts_of_the_gap_sum_to_it(s in prop::collection::vec(table(), 1..5)) {
        let d = strata::decompose(&s).unwrap();
        prop_assert!((d.rate_effect + d.composition_effect - d.gap).abs() < 1e-12);
        prop_assert!((d.endowment + d.coefficient + d.interaction - d.gap).abs() < 1e-12);
        let rate = |yes: fn(&Stratum) -> f64, no: fn(&Stratum) -> f64| {
            let (y, n) = s.iter().fold((0.0, 0.0), |(y, n), h| (y + yes(h), n + no(h)));
            y / (y + n)
        };
        let pooled = rate(|h| h.yes1, |h| h.no1) - rate(|h| h.yes2, |h| h.no2);
        prop_assert!((d.gap - pooled).abs() < 1e-12);
    }

    #[test]
    fn equal_odds_ratios_are_homogeneous(s in table(), factors in prop::collection::vec(1_u32..5, 2..5)) {
        // Multiples of one table share its odds ratio exactly.
        let tables: Vec<Stratum> = factors.iter().map(|f| f64::from(*f))
            .map(|f| stratum(f * s.yes1, f * s.no1, f * s.yes2, f * s.no2)).collect();
        let or = strata::mantel_haenszel_odds_ratio(&tables, level(0.95)).unwrap().value;
        let test = strata::breslow_day(&tables, or).unwrap();
        prop_assert!(test.breslow_day.statistic < 1e-12 && test.tarone.p > 0.999);
    }
}

#[test]
fn standardised_difference_with_the_strata_of_one_group_is_its_crude_rate_against_the_other_reweighted() {
    let s = [stratum(20.0, 80.0, 30.0, 70.0), stratum(60.0, 40.0, 10.0, 40.0)];
    let d = strata::standardised_difference(&s, &[1.0, 3.0], level(0.95)).unwrap();
    assert!((d.value - (0.25 * (0.2 - 0.3) + 0.75 * (0.6 - 0.2))).abs() < 1e-15);
    let variance = 0.0625 * (0.16 / 100.0 + 0.21 / 100.0) + 0.5625 * (0.24 / 100.0 + 0.16 / 50.0);
    assert!((d.variance - variance).abs() < 1e-15);
}

#[test]
fn strata_without_a_group_are_counted_not_compared() {
    let full = stratum(20.0, 80.0, 30.0, 70.0);
    let s = [full, stratum(5.0, 7.0, 0.0, 0.0)];
    let c = level(0.95);
    assert_eq!(strata::rows_not_compared(&s), 12.0);
    let alone = strata::mantel_haenszel_risk_difference(&[full], c).unwrap();
    assert_eq!(strata::mantel_haenszel_risk_difference(&s, c).unwrap(), alone);
    assert_eq!(strata::decompose(&s).unwrap_err(), Undefined::EmptyStratum);
    assert_eq!(strata::standardised_difference(&s, &[1.0, 1.0], c).unwrap_err(), Undefined::EmptyStratum);
    assert!(strata::standardised_difference(&s, &[1.0, 0.0], c).is_ok());
    let one_sided = [stratum(5.0, 7.0, 0.0, 0.0)];
    assert_eq!(strata::mantel_haenszel_risk_difference(&one_sided, c).unwrap_err(), Undefined::EmptyStratum);
    assert_eq!(strata::mantel_haenszel_odds_ratio(&one_sided, c).unwrap_err(), Undefined::ZeroDenominator);
    assert_eq!(strata::breslow_day(&[full], 1.0).unwrap_err(), Undefined::NoVariation);
    assert_eq!(strata::breslow_day(&[full, full], 0.0).unwrap_err(), Undefined::OutOfRange);
    assert_eq!(strata::cochran_mantel_haenszel(&[], Continuity::Corrected).unwrap_err(), Undefined::NoRows);
    assert_eq!(strata::decompose(&[stratum(-1.0, 1.0, 1.0, 1.0)]).unwrap_err(), Undefined::NotCounts);
    let no_yes = [stratum(0.0, 5.0, 0.0, 5.0)];
    assert_eq!(strata::conditional_demographic_disparity(&no_yes).unwrap_err(), Undefined::OneOutcome);
    let mixed = strata::conditional_demographic_disparity(&[full, no_yes[0]]).unwrap();
    assert_eq!((mixed.by_stratum[1], mixed.rows_left_out), (None, 10.0));
    let extreme = [stratum(5.0, 0.0, 0.0, 5.0)];
    assert_eq!(strata::mantel_haenszel_odds_ratio(&extreme, c).unwrap_err(), Undefined::ZeroDenominator);
    assert_eq!(strata::mantel_haenszel_risk_difference(&extreme, c).unwrap_err(), Undefined::NoVariation);
}

fn rows(counts: [f64; 4]) -> Vec<Cell> {
    counts.iter().map(|c| Cell::of_rows(*c as u64)).collect()
}

fn log_ratio(c: &[f64]) -> Option<f64> {
    (c[0] > 0.0 && c[2] > 0.0).then(|| (c[0] / (c[0] + c[1])).ln() - (c[2] / (c[2] + c[3])).ln())
}

#[test]
fn bootstrap_intervals_of_a_ratio_cover_as_the_table_says() {
    // Rates .30/.45, 200 and 300 rows: percentile .960 (500 runs of 999).
    let runs = 250;
    let mut stream = Stream::new(41, 0);
    let (mut percentile, mut bca) = (0.0, 0.0);
    let truth = (0.30_f64 / 0.45).ln();
    for run in 0..runs {
        let (a, b) = (binomial(&mut stream, 200, 0.30), binomial(&mut stream, 300, 0.45));
        let table = rows([a, 200.0 - a, b, 300.0 - b]);
        let r = replicates(&table, 599, run, log_ratio).unwrap();
        percentile += f64::from(r.percentile(level(0.95)).unwrap().contains(truth));
        let acceleration = bca_acceleration(&table, log_ratio).unwrap();
        bca += f64::from(r.bca(acceleration, level(0.95)).unwrap().contains(truth));
    }
    // Four errors of 250 runs and of the table's 500 together: .068 below, and never above 1.
    for coverage in [percentile / runs as f64, bca / runs as f64] {
        assert!((coverage - 0.955).abs() < 0.068 && coverage < 0.995, "{coverage}");
    }
}

#[test]
fn replicates_do_not_depend_on_threads() {
    let table = PoissonTable::new(&rows([30.0, 70.0, 45.0, 0.0])).unwrap();
    let draw = |index: u64| {
        let mut cells = [0.0; 4];
        table.draw(11, index, &mut cells);
        cells
    };
    let here: Vec<[f64; 4]> = (0..64).map(draw).collect();
    let elsewhere: Vec<[f64; 4]> = std::thread::scope(|scope| {
        let draw = &draw;
        let parts =
            [0..20, 20..41, 41..64].map(|part| scope.spawn(move || part.map(draw).collect::<Vec<_>>()));
        parts.into_iter().flat_map(|p| p.join().unwrap()).collect()
    });
    assert_eq!(here, elsewhere);
}
