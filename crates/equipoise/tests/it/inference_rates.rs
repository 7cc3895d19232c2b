//! Laws that the intervals and tests of rates must obey, and inputs that are no counts.

use equipoise::inference::boschloo::boschloo_p;
use equipoise::inference::differences::{constrained_mle_diff, mee, miettinen_nurminen, newcombe};
use equipoise::inference::multiplicity::{benjamini_hochberg, holm};
use equipoise::inference::ratios::{self, constrained_mle_ratio};
use equipoise::inference::rows_needed::{
    Design, PlannedRates, RowsNeeded, minimum_detectable_gap, n_equivalence_diff, n_four_fifths,
    n_violation_diff, rows_to_decide,
};
use equipoise::inference::special::*;
use equipoise::inference::tables::{self, Tail};
use equipoise::inference::weighted::{ClusterSums, WeightedSums, clustered_rate, weighted_rate};
use equipoise::inference::{Confidence, Interval, Undefined, rates};
use proptest::prelude::*;

const Z: f64 = 1.959963984540054;

fn confidence(level: f64) -> Confidence {
    Confidence::new(level).unwrap()
}

#[track_caller]
fn assert_near(a: f64, b: f64, relative: f64) {
    assert!(a == b || (a - b).abs() <= relative * a.abs().max(b.abs()), "{a} and {b} differ");
}

type PairMethod = fn(f64, f64, f64, f64, f64) -> Result<Interval, Undefined>;

const DIFFERENCES: [PairMethod; 3] = [newcombe, miettinen_nurminen, mee];

const RATIOS: [PairMethod; 5] =
    [ratios::koopman, ratios::miettinen_nurminen, ratios::mover_r, ratios::katz, ratios::katz_plus_half];

/// All intervals of one rate at a confidence, by name.
fn one_rate_intervals(k: f64, n: f64, c: Confidence) -> [Result<Interval, Undefined>; 4] {
    [
        rates::wilson(k, n, c.z()),
        rates::clopper_pearson(k, n, c),
        rates::jeffreys(k, n, c),
        rates::midp_one(k, n, c),
    ]
}

/// k of n: small, large and huge tables, with rare and frequent events.
fn k_of_n() -> impl Strategy<Value = (f64, f64)> {
    let rows = prop_oneof![1_u64..40, 1_u64..5_000, 1_u64..2_000_000_000];
    (rows, prop_oneof![Just(0.0), Just(1.0), 0.0..1.0_f64, 0.0..1e-6_f64])
        .prop_map(|(n, share)| ((n as f64 * share).round(), n as f64))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn one_rate_lies_in_its_intervals_and_they_in_0_1((k, n) in k_of_n(), level in 0.5..0.9999_f64) {
        for interval in one_rate_intervals(k, n, confidence(level)) {
            let interval = interval.unwrap();
            prop_assert!(0.0 <= interval.lower && interval.upper <= 1.0, "{interval:?}");
            prop_assert!(interval.lower <= k / n && k / n <= interval.upper, "{interval:?} of {k}/{n}");
            prop_assert!(interval.lower < interval.upper);
            prop_assert_eq!(interval.lower == 0.0, k == 0.0);
            prop_assert!(k < n || interval.upper == 1.0);
        }
    }

    #[test]
    fn one_rate_mirrors_when_events_and_misses_change_places((k, n) in k_of_n()) {
        let c = confidence(0.95);
        for (a, b) in one_rate_intervals(k, n, c).into_iter().zip(one_rate_intervals(n - k, n, c)) {
            let (a, b) = (a.unwrap(), b.unwrap());
            prop_assert!((a.lower - (1.0 - b.upper)).abs() < 1e-12, "{a:?} {b:?}");
            prop_assert!((a.upper - (1.0 - b.lower)).abs() < 1e-12, "{a:?} {b:?}");
        }
    }

    #[test]
    fn more_confidence_is_wider_and_more_rows_are_narrower((k, n) in k_of_n(), level in 0.5..0.99_f64) {
        let narrow = one_rate_intervals(k, n, confidence(level));
        let wide = one_rate_intervals(k, n, confidence(level + 0.009));
        let more = one_rate_intervals(4.0 * k, 4.0 * n, confidence(level));
        for ((narrow, wide), more) in narrow.into_iter().zip(wide).zip(more) {
            let (narrow, wide, more) = (narrow.unwrap(), wide.unwrap(), more.unwrap());
            prop_assert!(wide.lower <= narrow.lower && narrow.upper <= wide.upper, "{narrow:?} {wide:?}");
            prop_assert!(more.width() < narrow.width(), "{narrow:?} {more:?}");
        }
    }

    #[test]
    fn clopper_pearson_limits_put_half_alpha_in_each_tail((k, n) in k_of_n(), level in 0.5..0.9999_f64) {
        let c = confidence(level);
        let interval = rates::clopper_pearson(k, n, c).unwrap();
        if k > 0.0 && k < n {
            let tail = binomial_survival(k - 1.0, n, interval.lower);
            prop_assert!((tail / (0.5 * c.alpha()) - 1.0).abs() < 1e-8, "lower {interval:?}: {tail}");
            let tail = binomial_cdf(k, n, interval.upper);
            // A limit next to 1 is rounded to 2⁻⁵³, which moves the tail by a relative n·2⁻⁵³ and more.
            prop_assert!((tail / (0.5 * c.alpha()) - 1.0).abs() < 1e-5, "upper {interval:?}: {tail}");
        }
    }

    #[test]
    fn differences_change_sign_with_the_groups_and_with_the_outcome((k1, n1) in k_of_n(), (k2, n2) in k_of_n()) {
        for method in DIFFERENCES {
            let interval = method(k1, n1, k2, n2, Z).unwrap();
            let d = k1 / n1 - k2 / n2;
            prop_assert!(-1.0 <= interval.lower && interval.upper <= 1.0, "{interval:?}");
            prop_assert!(interval.lower <= d && d <= interval.upper, "{interval:?} {d}");
            let swapped = method(k2, n2, k1, n1, Z).unwrap();
            prop_assert_eq!(interval.lower, -swapped.upper);
            prop_assert_eq!(interval.upper, -swapped.lower);
            let failures = method(n1 - k1, n1, n2 - k2, n2, Z).unwrap();
            let scale = interval.width();
            prop_assert!((interval.lower + failures.upper).abs() < 1e-9 * scale + 1e-15, "{interval:?} {failures:?}");
            prop_assert!((interval.upper + failures.lower).abs() < 1e-9 * scale + 1e-15, "{interval:?} {failures:?}");
            let wider = method(k1, n1, k2, n2, 1.3 * Z).unwrap();
            prop_assert!(wider.lower <= interval.lower && interval.upper <= wider.upper);
        }
    }

    #[test]
    fn score_limits_solve_the_score_equation((k1, n1) in k_of_n(), (k2, n2) in k_of_n()) {
        let d = k1 / n1 - k2 / n2;
        for limit in [mee(k1, n1, k2, n2, Z).unwrap().lower, mee(k1, n1, k2, n2, Z).unwrap().upper] {
            if limit.abs() < 1.0 - 1e-9 {
                let (p1, p2) = constrained_mle_diff(k1, n1, k2, n2, limit).unwrap();
                let se = (p1 * (1.0 - p1) / n1 + p2 * (1.0 - p2) / n2).sqrt();
                prop_assert!(((d - limit).abs() / se - Z).abs() < 1e-6, "{limit} {p1} {p2}");
            }
        }
    }

    #[test]
    fn constrained_rates_maximise_the_likelihood(
        (k1, n1) in k_of_n(), (k2, n2) in k_of_n(), delta in -0.99..0.99_f64, ratio in 0.01..100.0_f64,
    ) {
        let likelihood = |p1: f64, p2: f64| binomial_ln_pmf(k1, n1, p1) + binomial_ln_pmf(k2, n2, p2);
        let (p1, p2) = constrained_mle_diff(k1, n1, k2, n2, delta).unwrap();
        prop_assert!((0.0..=1.0).contains(&p1) && (0.0..=1.0).contains(&p2));
        prop_assert!((p1 - p2 - delta).abs() < 1e-15);
        let best = likelihood(p1, p2);
        for step in [1e-4, 1e-2, -1e-4, -1e-2] {
            let other = p2 + step * p2.min(1.0 - p2).max(1e-9);
            if (0.0..=1.0).contains(&other) && (0.0..=1.0).contains(&(other + delta)) {
                prop_assert!(likelihood(other + delta, other) <= best + 1e-9 * best.abs(), "{p2} {other}");
            }
        }
        let (p1, p2) = constrained_mle_ratio(k1, n1, k2, n2, ratio).unwrap();
        prop_assert!((0.0..=1.0).contains(&p1) && (0.0..=1.0).contains(&p2));
        let best = likelihood(p1, p2);
        for step in [1e-4, 1e-2, -1e-4, -1e-2] {
            let other = p2 * (1.0 + step);
            if other <= 1.0 && ratio * other <= 1.0 {
                prop_assert!(likelihood(ratio * other, other) <= best + 1e-9 * best.abs(), "{p2} {other}");
            }
        }
    }

    #[test]
    fn ratios_turn_over_with_the_groups((k1, n1) in k_of_n(), (k2, n2) in k_of_n()) {
        for method in RATIOS {
            let interval = method(k1, n1, k2, n2, Z).unwrap();
            prop_assert!(0.0 <= interval.lower && interval.lower <= interval.upper, "{interval:?}");
            let wider = method(k1, n1, k2, n2, 1.3 * Z).unwrap();
            prop_assert!(wider.lower <= interval.lower && interval.upper <= wider.upper, "{interval:?} {wider:?}");
            if k1 > 0.0 && k2 > 0.0 {
                let ratio = (k1 / n1) / (k2 / n2);
                prop_assert!(interval.lower <= ratio * (1.0 + 1e-12) && ratio <= interval.upper * (1.0 + 1e-12));
                let swapped = method(k2, n2, k1, n1, Z).unwrap();
                assert_near(interval.lower, 1.0 / swapped.upper, 1e-9);
                assert_near(interval.upper, 1.0 / swapped.lower, 1e-9);
            }
        }
    }

    #[test]
    fn odds_ratios_turn_over_with_the_groups_and_with_the_outcome(
        n1 in 1_u32..300, n2 in 1_u32..300, s1 in 0.0..1.0_f64, s2 in 0.0..1.0_f64,
    ) {
        let (n1, n2) = (f64::from(n1), f64::from(n2));
        let (k1, k2) = ((n1 * s1).round(), (n2 * s2).round());
        let exact = |k1, n1, k2, n2| tables::conditional_odds_ratio(k1, n1, k2, n2, confidence(0.95), Tail::Exact);
        let midp = |k1, n1, k2, n2| tables::conditional_odds_ratio(k1, n1, k2, n2, confidence(0.95), Tail::MidP);
        let interval = exact(k1, n1, k2, n2).unwrap();
        let swapped = exact(k2, n2, k1, n1).unwrap();
        assert_near(interval.lower, 1.0 / swapped.upper, 1e-15);
        let failures = exact(n1 - k1, n1, n2 - k2, n2).unwrap();
        assert_near(interval.lower, 1.0 / failures.upper, 1e-9);
        assert_near(interval.upper, 1.0 / failures.lower, 1e-9);
        let shorter = midp(k1, n1, k2, n2).unwrap();
        prop_assert!(interval.lower <= shorter.lower && shorter.upper <= interval.upper);
        let (p, midp) = (tables::fisher_p(k1, n1, k2, n2).unwrap(), tables::fisher_midp(k1, n1, k2, n2).unwrap());
        prop_assert!(0.0 < midp && midp <= p && p <= 1.0);
    }

    #[test]
    fn pooled_z_square_is_pearsons_chi_square((k1, n1) in k_of_n(), (k2, n2) in k_of_n()) {
        if let Ok(z) = tables::pooled_z(k1, n1, k2, n2) {
            let (events, n) = (k1 + k2, n1 + n2);
            let chi2: f64 = [(k1, n1, events), (n1 - k1, n1, n - events), (k2, n2, events), (n2 - k2, n2, n - events)]
                .iter()
                .map(|(cell, row, column)| {
                    let expected = row / n * column;
                    (cell - expected) * (cell - expected) / expected
                })
                .sum();
            prop_assert!((z * z - chi2).abs() <= 1e-6 * chi2 + 1e-12, "{} {chi2}", z * z);
        } else {
            prop_assert!(k1 + k2 == 0.0 || k1 + k2 == n1 + n2);
        }
    }

    #[test]
    fn boschloo_is_at_most_twice_fishers_one_sided_p(n1 in 1_u32..12, n2 in 1_u32..12, s1 in 0.0..1.0_f64, s2 in 0.0..1.0_f64) {
        let (n1, n2) = (f64::from(n1), f64::from(n2));
        let (k1, k2) = ((n1 * s1).round(), (n2 * s2).round());
        let p = boschloo_p(k1, n1, k2, n2).unwrap();
        prop_assert!(p > 0.0 && p <= 1.0);
        // P(K ≥ k₁) and P(K ≤ k₁) of the hypergeometric law, summed naively.
        let m = k1 + k2;
        let mass = |k: f64| (ln_choose(n1, k) + ln_choose(n2, m - k) - ln_choose(n1 + n2, m)).exp();
        let above: f64 = (0..=12).map(f64::from).filter(|k| *k >= k1).map(mass).sum();
        let below: f64 = (0..=12).map(f64::from).filter(|k| *k <= k1).map(mass).sum();
        prop_assert!(p <= 2.0 * above.min(below) * (1.0 + 1e-6), "{p} {above} {below}");
    }

    #[test]
    fn equal_weights_give_the_unweighted_rate_with_n_less_one(k in 0_u32..50, misses in 0_u32..50, w in 0.01..100.0_f64) {
        let (k, n) = (f64::from(k), f64::from(k + misses));
        let sums = WeightedSums {
            rows: n,
            weight: n * w,
            weight_square: n * w * w,
            event_weight: k * w,
            event_weight_square: k * w * w,
        };
        match weighted_rate(&sums) {
            Err(error) => prop_assert_eq!((error, n), (Undefined::NoRows, 0.0)),
            Ok(rate) => {
                prop_assert!((rate.rate - k / n).abs() < 1e-14);
                // Var = p(1 − p)/(n − 1), so n_eff = n − 1 where the rows vary, and Kish's n where they do not.
                let expected = if k == 0.0 || k == n { n } else { n - 1.0 };
                assert_near(rate.rows_effective, expected, 1e-12);
                assert_near(rate.rows_kish, n, 1e-12);
            }
        }
    }

    #[test]
    fn no_input_gives_nan_or_panics(a in any::<f64>(), b in any::<f64>(), c in any::<f64>(), d in any::<f64>(), z in any::<f64>()) {
        for method in DIFFERENCES.iter().chain(&RATIOS).chain(&[tables::woolf as PairMethod, tables::gart]) {
            check_limits(method(a, b, c, d, z));
            check_limits(method(a.abs().min(b.abs()), b.abs(), c.abs().min(d.abs()), d.abs(), z.abs()));
        }
        for interval in one_rate_intervals(a.abs().min(b.abs()), b.abs(), confidence(0.9)) {
            check_limits(interval);
        }
    }
}

#[track_caller]
fn check_limits(interval: Result<Interval, Undefined>) {
    if let Ok(Interval { lower, upper }) = interval {
        assert!(lower <= upper, "{lower} {upper}");
    }
}

#[test]
fn no_rows_and_no_counts_are_told_apart() {
    let c = confidence(0.95);
    for interval in one_rate_intervals(0.0, 0.0, c) {
        assert_eq!(interval, Err(Undefined::NoRows));
    }
    for (k, n) in
        [(3.0, 2.0), (-1.0, 5.0), (f64::NAN, 5.0), (1.0, f64::NAN), (1.0, f64::INFINITY), (0.0, -1.0)]
    {
        for interval in one_rate_intervals(k, n, c) {
            assert_eq!(interval, Err(Undefined::NotCounts), "{k} of {n}");
        }
        for method in DIFFERENCES.iter().chain(&RATIOS) {
            assert_eq!(method(k, n, 1.0, 2.0, Z), Err(Undefined::NotCounts));
            assert_eq!(method(1.0, 2.0, k, n, Z), Err(Undefined::NotCounts));
        }
        assert_eq!(tables::fisher_p(k, n, 1.0, 2.0), Err(Undefined::NotCounts));
        assert_eq!(tables::pooled_z(k, n, 1.0, 2.0), Err(Undefined::NotCounts));
        assert_eq!(boschloo_p(k, n, 1.0, 2.0), Err(Undefined::NotCounts));
    }
    for z in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(rates::wilson(1.0, 2.0, z), Err(Undefined::NotACriticalValue));
        assert_eq!(newcombe(1.0, 2.0, 1.0, 2.0, z), Err(Undefined::NotACriticalValue));
    }
}

#[test]
fn ratio_without_any_event_is_unknown() {
    for method in [ratios::koopman, ratios::miettinen_nurminen, ratios::mover_r, ratios::katz] {
        let interval = method(0.0, 10.0, 0.0, 20.0, Z).unwrap();
        assert_eq!(interval, Interval { lower: 0.0, upper: f64::INFINITY });
    }
}

#[test]
fn ratio_of_rates_that_are_both_one_keeps_its_digits() {
    // With no miss at all the score limit is 1/(1 + c²/n): at n = 10⁹ it differs from 1 in the ninth digit.
    let (n1, n2) = (1e9_f64, 1.0);
    for (method, c) in [
        (ratios::koopman as PairMethod, Z),
        (ratios::miettinen_nurminen, Z * ((n1 + n2) / (n1 + n2 - 1.0)).sqrt()),
        (ratios::mover_r, Z),
    ] {
        let lower = method(n1, n1, n2, n2, Z).unwrap().lower;
        assert_near(1.0 - lower, c * c / n1, 1e-6);
    }
}

#[test]
fn conditional_methods_refuse_fractions_and_huge_tables() {
    let c = confidence(0.95);
    assert_eq!(tables::conditional_odds_ratio(1.5, 3.0, 1.0, 3.0, c, Tail::MidP), Err(Undefined::NotCounts));
    assert_eq!(tables::fisher_p(4e11, 8e11, 4e11, 8e11), Err(Undefined::TooLarge));
    assert_eq!(boschloo_p(500.0, 1500.0, 500.0, 1500.0), Err(Undefined::TooLarge));
    // A million rows a group are not huge.
    let interval = tables::conditional_odds_ratio(3.0, 1e6, 12.0, 1e6, c, Tail::Exact).unwrap();
    assert!(interval.lower > 0.04 && interval.upper < 1.0, "{interval:?}");
}

#[test]
fn rare_events_in_huge_tables_keep_their_digits() {
    // The law of k is then Poisson: the exact limits are chi-square quantiles over 2n (Garwood 1936), to 1e-8 here.
    let c = confidence(0.95);
    let n = 1e9;
    for k in [1.0, 3.0, 50.0] {
        let interval = rates::clopper_pearson(k, n, c).unwrap();
        assert_near(interval.lower, chi_square_quantile(0.025, 2.0 * k) / (2.0 * n), 1e-7);
        assert_near(interval.upper, chi_square_quantile_upper(0.025, 2.0 * k + 2.0) / (2.0 * n), 1e-7);
    }
}

#[test]
fn critical_values_and_levels_are_inverse() {
    assert_near(confidence(0.95).z(), Z, 1e-15);
    for z in [0.01, 1.0, Z, 4.0, 7.5, 12.0, 30.0] {
        assert_near(Confidence::from_z(z).unwrap().z(), z, 1e-13);
        assert!(Confidence::from_z(z).unwrap().get() < 1.0);
    }
    for level in [0.0, 1.0, -0.1, 1.5, f64::NAN] {
        assert!(Confidence::new(level).is_err());
        assert!(Confidence::from_alpha(level).is_err());
    }
    for z in [0.0, -1.0, 50.0, f64::NAN, f64::INFINITY] {
        assert!(Confidence::from_z(z).is_err(), "{z}");
    }
    assert!(Confidence::new(f64::MIN_POSITIVE).unwrap().z() > 0.0);
}

#[test]
fn special_functions_end_where_their_laws_end() {
    assert_eq!(normal_quantile(0.0), f64::NEG_INFINITY);
    assert_eq!(normal_quantile(1.0), f64::INFINITY);
    assert_eq!((beta_quantile(0.0, 2.0, 3.0), beta_quantile(1.0, 2.0, 3.0)), (0.0, 1.0));
    assert_eq!((beta_cdf(-1.0, 2.0, 3.0), beta_cdf(2.0, 2.0, 3.0)), (0.0, 1.0));
    assert_eq!((gamma_p(2.0, 0.0), gamma_q(2.0, f64::INFINITY)), (0.0, 0.0));
    assert_eq!(student_t_quantile(1.0, 3.0), f64::INFINITY);
    assert_eq!(student_t_survival(2.0, f64::INFINITY), normal_survival(2.0));
    assert_eq!((kolmogorov_survival(0.0), kolmogorov_survival(1e-310)), (1.0, 1.0));
    assert_eq!(kolmogorov_survival(f64::INFINITY), 0.0);
    // Shapes so small that the quantile has no representation, and so large that the law is a point.
    assert_eq!(beta_quantile(0.025, 1e-5, 10.0), 0.0);
    assert_near(beta_quantile(0.5, 1e15, 1e15), 0.5, 1e-15);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn special_functions_are_monotone_and_inverse(
        ln_a in -6.0..28.0_f64, ln_b in -6.0..28.0_f64, p in 1e-12..1.0_f64, df in 0.1..1e6_f64,
    ) {
        let (a, b) = (ln_a.exp(), ln_b.exp());
        let x = beta_quantile(p, a, b);
        prop_assert!((0.0..=1.0).contains(&x));
        prop_assert!(beta_quantile(0.9 * p, a, b) <= x);
        if x > 1e-290 && x < 0.99 {
            // x is rounded to a relative 2⁻⁵³, which moves the probability by its density there.
            let slack = 1e-11 + 1e-15 * ((a + b) * x / (1.0 - x)).sqrt();
            prop_assert!((beta_cdf(x, a, b) / p - 1.0).abs() < slack, "{a} {b} {p} {x} {}", beta_cdf(x, a, b));
        }
        let lower_and_upper = beta_cdf(0.3, a, b) + beta_survival(0.3, a, b);
        prop_assert!((lower_and_upper - 1.0).abs() < 1e-14);
        let t = student_t_quantile(p, df);
        prop_assert!((student_t_cdf(t, df) / p - 1.0).abs() < 1e-11);
        let x = chi_square_quantile(p, df);
        prop_assert!(x < 1e-290 || (chi_square_cdf(x, df) / p - 1.0).abs() < 1e-10, "{df} {p} {x}");
    }

    #[test]
    fn no_special_function_hangs_or_leaves_its_range(
        ln_a in -225.0..225.0_f64, ln_b in -225.0..225.0_f64, x in any::<f64>(), share in 0.0..1.0_f64,
    ) {
        let (a, b) = (ln_a.exp(), ln_b.exp());
        prop_assert!(student_t_quantile(share, a).signum() == (share - 0.5).signum());
        for value in [
            beta_cdf(x, a, b), beta_survival(x, a, b), gamma_p(a, x), gamma_q(a, x), normal_cdf(x),
            student_t_cdf(x, a), beta_quantile(share, a, b), kolmogorov_survival(x),
        ] {
            prop_assert!((0.0..=1.0).contains(&value) || (x.is_nan() && value.is_nan()), "{value}");
        }
        prop_assert!(chi_square_quantile(share, a) >= 0.0);
        prop_assert!(chi_square_quantile_upper(share, a) >= 0.0);
    }
}

#[test]
fn single_cluster_says_nothing_about_variation() {
    let sums = WeightedSums {
        rows: 3.0,
        weight: 3.0,
        weight_square: 3.0,
        event_weight: 1.0,
        event_weight_square: 1.0,
    };
    let cluster = ClusterSums { weight: 3.0, event_weight: 1.0 };
    assert_eq!(clustered_rate(&sums, &[cluster]), Err(Undefined::NoVariation));
    let bad = [cluster, ClusterSums { weight: 1.0, event_weight: 2.0 }];
    assert_eq!(clustered_rate(&sums, &bad), Err(Undefined::NotCounts));
    let nothing = WeightedSums { weight: 0.0, event_weight: 0.0, ..sums };
    assert_eq!(weighted_rate(&nothing), Err(Undefined::NoRows));
    let nan = WeightedSums { weight: f64::NAN, ..sums };
    assert_eq!(weighted_rate(&nan), Err(Undefined::NotCounts));
}

#[test]
fn rows_as_their_own_clusters_are_unclustered() {
    let weights = [1.0, 2.0, 0.5, 4.0, 1.5];
    let events = [1.0, 0.0, 1.0, 1.0, 0.0];
    let mut sums = WeightedSums::default();
    let mut clusters = Vec::new();
    for (w, y) in weights.iter().zip(events) {
        sums.rows += 1.0;
        sums.weight += w;
        sums.weight_square += w * w;
        sums.event_weight += w * y;
        sums.event_weight_square += w * w * y;
        clusters.push(ClusterSums { weight: *w, event_weight: w * y });
    }
    let (rows, clustered) = (weighted_rate(&sums).unwrap(), clustered_rate(&sums, &clusters).unwrap());
    assert_near(rows.variance, clustered.variance, 1e-14);
    assert_eq!(rows.rows_effective_at(confidence(0.95)), rows.rows_effective);
    let all = WeightedSums { event_weight: sums.weight, event_weight_square: sums.weight_square, ..sums };
    let all = weighted_rate(&all).unwrap();
    assert_eq!(all.rows_effective, all.rows_kish);
    assert_eq!(all.korn_graubard(confidence(0.95)).unwrap().upper, 1.0);
}

#[test]
fn rows_that_decide_give_the_verdict_they_promise() {
    // At the planned number of rows the interval's half-width leaves room for z_power standard errors.
    let design = Design::new(Z, 0.8).unwrap();
    let RowsNeeded::Rows(n) = rows_to_decide(1000.0, 0.04, 0.02, design).unwrap() else {
        panic!("a number was expected");
    };
    let half_width = 0.04 * (1000.0 / n as f64).sqrt();
    assert_near(half_width * (1.0 + 0.8416212335729143 / Z), 0.02, 1e-3);
    assert_eq!(rows_to_decide(1000.0, 0.04, 0.001, design), Ok(RowsNeeded::MoreThanHundredfold));
    assert_eq!(rows_to_decide(0.0, 0.04, 0.001, design), Err(Undefined::NoRows));
    assert_eq!(rows_to_decide(10.0, f64::NAN, 0.001, design), Err(Undefined::OutOfRange));
    assert_eq!(rows_to_decide(10.0, 0.0, 0.0, design), Ok(RowsNeeded::MoreThanHundredfold));
    assert_near(
        minimum_detectable_gap(0.05, 0.01, design).unwrap(),
        0.05 + 0.01 * (Z + 0.8416212335729143),
        1e-12,
    );
}

#[test]
fn plans_that_cannot_be_met_have_no_number() {
    let design = Design::new(Z, 0.8).unwrap();
    let rates = PlannedRates { p1: 0.3, p2: 0.4, rows_ratio: 1.0 };
    assert_eq!(n_equivalence_diff(&rates, 0.05, design), Ok(None));
    assert_eq!(n_violation_diff(&rates, 0.2, design), Ok(None));
    let edge = PlannedRates { p1: 0.5, p2: 0.5, rows_ratio: 1.0 };
    assert_eq!(n_four_fifths(&edge, 1.0, design), Ok(None));
    let none = PlannedRates { p1: 0.0, p2: 0.4, rows_ratio: 1.0 };
    assert_eq!(n_four_fifths(&none, 0.8, design), Err(Undefined::NoVariation));
    let wrong = PlannedRates { p1: 1.2, p2: 0.4, rows_ratio: 1.0 };
    assert_eq!(n_equivalence_diff(&wrong, 0.05, design), Err(Undefined::OutOfRange));
    assert_eq!(Design::new(Z, 1.0), Err(Undefined::OutOfRange));
    assert_eq!(Design::new(f64::NAN, 0.8), Err(Undefined::NotACriticalValue));
}

#[test]
fn adjusted_p_values_are_capped_ordered_and_checked() {
    assert_eq!(holm(&[]), Ok(vec![]));
    assert_eq!(holm(&[0.9, 0.8]), Ok(vec![1.0, 1.0]));
    assert_eq!(benjamini_hochberg(&[0.9, 0.8]), Ok(vec![0.9, 0.9]));
    for bad in [f64::NAN, -0.1, 1.1] {
        assert_eq!(holm(&[0.5, bad]), Err(Undefined::OutOfRange));
        assert_eq!(benjamini_hochberg(&[0.5, bad]), Err(Undefined::OutOfRange));
    }
}
