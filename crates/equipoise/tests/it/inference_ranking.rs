//! AUC, ROC and calibration against naive twins, scikit-learn, statsmodels and simulated coverage.

use equipoise::inference::auc::{self, Level, levels};
use equipoise::inference::calibration::{self, Bin, FittedOn};
use equipoise::inference::normals::Stream;
use equipoise::inference::{Confidence, Undefined};
use equipoise::stats::view::{Atom, Cell};
use proptest::prelude::*;

fn level(confidence: f64) -> Confidence {
    Confidence::new(confidence).unwrap()
}

/// Levels of rows (score, outcome, weight).
fn of_rows(rows: &[(f64, bool, f64)]) -> Vec<Level> {
    let side = |outcome: bool| {
        let mut side: Vec<_> = rows.iter().filter(|r| r.1 == outcome).collect();
        side.sort_by(|a, b| a.0.total_cmp(&b.0));
        let cell = |w: f64| Cell { rows: 1, weight: w, weight_squared: w * w };
        side.chunk_by(|a, b| a.0 == b.0)
            .map(|run| Atom { value: run[0].0, cell: run.iter().map(|r| cell(r.2)).sum() })
            .collect::<Vec<_>>()
    };
    levels(&side(true), &side(false)).unwrap()
}

fn unweighted(rows: &[(f64, bool)]) -> Vec<Level> {
    of_rows(&rows.iter().map(|r| (r.0, r.1, 1.0)).collect::<Vec<_>>())
}

const SCORES: [f64; 9] = [0.1, 0.4, 0.35, 0.8, 0.4, 0.9, 0.65, 0.2, 0.8];
const OUTCOMES: [bool; 9] = [false, false, true, true, true, true, false, false, false];
const WEIGHTS: [f64; 9] = [1.0, 2.0, 0.5, 1.0, 3.0, 1.0, 1.5, 2.0, 1.0];

#[track_caller]
fn close(ours: f64, expected: f64) {
    assert!((ours - expected).abs() < 1e-12, "{ours}, expected {expected}");
}

#[test]
fn ranking_and_losses_equal_scikit_learns() {
    // scikit-learn: average_precision_score, roc_auc_score, brier_score_loss, log_loss (sample_weight).
    let rows: Vec<_> = (0..9).map(|i| (SCORES[i], OUTCOMES[i], WEIGHTS[i])).collect();
    let plain: Vec<_> = rows.iter().map(|r| (r.0, r.1)).collect();
    close(auc::average_precision(&unweighted(&plain)).unwrap(), 0.684_523_809_523_809_5);
    let weighted = of_rows(&rows);
    close(auc::average_precision(&weighted).unwrap(), 0.640_111_642_743_221_6);
    close(auc::delong(&weighted).unwrap().value, 0.678_787_878_787_878_7);
    close(calibration::brier(&weighted).unwrap(), 0.232_692_307_692_307_7);
    close(calibration::log_loss(&weighted).unwrap(), 0.643_058_253_064_967_1);
}

/// DeLong's estimate and variance from all pairs of rows.
fn naive_delong(rows: &[(f64, bool)]) -> (f64, f64) {
    let side = |outcome: bool| rows.iter().filter(|r| r.1 == outcome).map(|r| r.0).collect::<Vec<_>>();
    let (positive, negative) = (side(true), side(false));
    let psi = |p: f64, n: f64| {
        if p > n {
            1.0
        } else if p == n {
            0.5
        } else {
            0.0
        }
    };
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let v10: Vec<f64> =
        positive.iter().map(|p| mean(&negative.iter().map(|n| psi(*p, *n)).collect::<Vec<_>>())).collect();
    let v01: Vec<f64> =
        negative.iter().map(|n| mean(&positive.iter().map(|p| psi(*p, *n)).collect::<Vec<_>>())).collect();
    let variance = |x: &[f64]| {
        x.iter().map(|v| (v - mean(x)).powi(2)).sum::<f64>() / (x.len() as f64 - 1.0) / x.len() as f64
    };
    (mean(&v10), variance(&v10) + variance(&v01))
}

fn rows() -> impl Strategy<Value = Vec<(f64, bool)>> {
    prop::collection::vec(((1_u8..12).prop_map(|v| f64::from(v) / 12.0), any::<bool>()), 2..30).prop_map(
        |mut rows| {
            // Two of each outcome, so that the variance exists.
            rows.extend([(0.25, true), (0.75, true), (0.25, false), (0.5, false)]);
            rows
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn delong_equals_its_naive_twin(rows in rows()) {
        let ours = auc::delong(&unweighted(&rows)).unwrap();
        let (value, variance) = naive_delong(&rows);
        prop_assert!((ours.value - value).abs() < 1e-13);
        prop_assert!((ours.variance.unwrap() - variance).abs() < 1e-13);
        let interval = ours.interval(level(0.95)).interval;
        prop_assert!(0.0 <= interval.lower && interval.lower <= value + 1e-12);
        prop_assert!(value <= interval.upper + 1e-12 && interval.upper <= 1.0);
        // Turning the score round turns the curve round.
        let turned: Vec<_> = rows.iter().map(|r| (-r.0, r.1)).collect();
        prop_assert!((auc::delong(&unweighted(&turned)).unwrap().value - (1.0 - value)).abs() < 1e-13);
    }

    #[test]
    fn area_under_the_roc_curve_is_the_auc(rows in rows()) {
        let levels = unweighted(&rows);
        let curve = auc::roc_curve(&levels).unwrap();
        let area: f64 = curve.windows(2).map(|w| (w[1].false_positive_rate - w[0].false_positive_rate)
            * 0.5 * (w[1].true_positive_rate + w[0].true_positive_rate)).sum();
        prop_assert!((area - auc::delong(&levels).unwrap().value).abs() < 1e-13);
    }

    #[test]
    fn abroca_equals_a_fine_sum_and_bounds_the_difference_of_aucs(a in rows(), b in rows()) {
        let (a, b) = (unweighted(&a), unweighted(&b));
        let ours = auc::abroca(&a, &b).unwrap();
        let (x, y) = (auc::roc_curve(&a).unwrap(), auc::roc_curve(&b).unwrap());
        let height = |curve: &[auc::RocPoint], at: f64| {
            let i = curve.iter().rposition(|p| p.false_positive_rate <= at).unwrap();
            let (p, q) = (curve[i], curve[i + 1]);
            p.true_positive_rate + (at - p.false_positive_rate) / (q.false_positive_rate - p.false_positive_rate)
                * (q.true_positive_rate - p.true_positive_rate)
        };
        // The midpoint rule errs by less than slopes' differences times the step squared, and a step at each jump.
        let n = 4000;
        let fine: f64 = (0..n).map(|i| (f64::from(i) + 0.5) / f64::from(n))
            .map(|at| (height(&x, at) - height(&y, at)).abs()).sum::<f64>() / f64::from(n);
        prop_assert!((ours - fine).abs() < 5e-3, "{} {}", ours, fine);
        let gap = auc::delong(&a).unwrap().value - auc::delong(&b).unwrap().value;
        prop_assert!(ours >= gap.abs() - 1e-12);
        prop_assert_eq!(auc::abroca(&a, &a).unwrap(), 0.0);
    }
}

#[test]
fn logit_interval_has_the_coverage_of_the_table() {
    // Simulated coverages of the logit interval (binormal): 20, 20, AUC .86: .959; 50, 50, AUC .96: .944.
    let runs = 500;
    for (m, d, truth, table) in
        [(20, 1.5, 0.855_578_100_000_000, 0.959), (50, 2.5, 0.961_450_000_000_000, 0.944)]
    {
        let mut stream = Stream::new(51, m);
        let mut hits = 0.0;
        for _ in 0..runs {
            let mut rows: Vec<(f64, bool)> = (0..m).map(|_| (d + stream.normal(), true)).collect();
            rows.extend((0..m).map(|_| (stream.normal(), false)));
            let auc = auc::delong(&unweighted(&rows)).unwrap().interval(level(0.95));
            hits += f64::from(auc.interval.contains(truth));
        }
        let coverage = hits / f64::from(runs);
        // Four Monte Carlo errors of 500 runs and of the table's 2,000 together: 0.044.
        assert!((coverage - table).abs() < 0.044, "{m}: {coverage}");
    }
}

#[test]
fn perfect_ranking_has_clopper_and_pearsons_lower_limit() {
    let rows = unweighted(&[(0.1, false), (0.2, false), (0.3, false), (0.8, true), (0.9, true)]);
    let a = auc::delong(&rows).unwrap();
    assert_eq!((a.value, a.variance), (1.0, Some(0.0)));
    let interval = a.interval(level(0.95));
    assert!(interval.is_degenerate && interval.is_small);
    close(interval.interval.lower, 0.025_f64.sqrt());
    assert_eq!(interval.interval.upper, 1.0);
    let gap = auc::auc_difference(&a, &a, level(0.95));
    assert!(gap.lower >= -1.0 && gap.lower < 0.0 && gap.upper == -gap.lower);
    // The worst ranking is the mirror, and one value of the score says nothing.
    let worst = auc::delong(&unweighted(&[(0.9, false), (0.8, false), (0.1, true)])).unwrap();
    assert_eq!((worst.value, worst.variance), (0.0, None));
    assert_eq!(worst.interval(level(0.95)).interval.lower, 0.0);
    let flat = auc::delong(&unweighted(&[(0.5, false), (0.5, false), (0.5, true), (0.5, true)])).unwrap();
    assert_eq!(flat.value, 0.5);
    let interval = flat.interval(level(0.95));
    assert!(interval.is_degenerate && interval.interval.lower > 0.0 && interval.interval.upper < 1.0);
}

#[test]
fn difference_of_aucs_has_the_delong_width_in_large_samples() {
    let mut stream = Stream::new(3, 0);
    let mut group = |d: f64| {
        let mut rows: Vec<(f64, bool)> = (0..2000).map(|_| (d + stream.normal(), true)).collect();
        rows.extend((0..2000).map(|_| (stream.normal(), false)));
        auc::delong(&unweighted(&rows)).unwrap()
    };
    let (a, b) = (group(1.0), group(0.7));
    let interval = auc::auc_difference(&a, &b, level(0.95));
    let se = (a.variance.unwrap() + b.variance.unwrap()).sqrt();
    assert!((interval.width() / (2.0 * 1.959_964 * se) - 1.0).abs() < 0.01);
}

#[test]
fn recalibration_equals_statsmodels() {
    // statsmodels 0.15.0, Logit(...).fit(cov_type="HC0"): coefficients and standard errors.
    let s = [0.1, 0.4, 0.35, 0.8, 0.45, 0.9, 0.65, 0.2, 0.75, 0.3];
    let t = [false, false, true, true, true, true, false, false, false, true];
    let fit = calibration::recalibration(&unweighted(&s.into_iter().zip(t).collect::<Vec<_>>()), level(0.95))
        .unwrap();
    let se = |i: equipoise::inference::Interval| i.width() / (2.0 * 1.959_963_984_540_054);
    let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-8, "{a} {b}");
    near(fit.intercept, 0.023_016_598_348_373_87);
    near(fit.slope, 0.554_672_269_596_013_6);
    near(se(fit.intercept_interval), 0.675_759_465_942_538_3);
    near(se(fit.slope_interval), 0.439_257_702_064_059_7);
}

#[test]
fn recalibration_undoes_a_distorted_score() {
    // Outcomes of probability q, shown as logit(score) = 2·logit(q) + 0.5: slope ½, intercept −¼, exactly in mass.
    let weight = |w: f64| Cell { rows: 1000, weight: w, weight_squared: w };
    let levels: Vec<Level> = (1..20)
        .map(|i| {
            let q = f64::from(i) / 20.0;
            let eta = 2.0 * (q / (1.0 - q)).ln() + 0.5;
            let score = 1.0 / (1.0 + f64::exp(-eta));
            Level { value: score, positive: weight(1000.0 * q), negative: weight(1000.0 * (1.0 - q)) }
        })
        .collect();
    let fit = calibration::recalibration(&levels, level(0.95)).unwrap();
    assert!((fit.slope - 0.5).abs() < 1e-9 && (fit.intercept + 0.25).abs() < 1e-9, "{fit:?}");
}

#[test]
fn recalibration_without_a_maximum_is_named() {
    let fit =
        |rows: &[(f64, bool)]| calibration::recalibration(&unweighted(rows), level(0.95)).map(|f| f.slope);
    let f = false;
    assert_eq!(fit(&[(0.1, f), (0.2, f), (0.8, true)]), Err(Undefined::Separated));
    assert_eq!(fit(&[(0.1, f), (0.2, f), (0.2, true), (0.8, true)]), Err(Undefined::Separated));
    assert_eq!(fit(&[(0.5, f), (0.5, true)]), Err(Undefined::NoVariation));
    assert_eq!(fit(&[(0.5, f), (0.6, f)]), Err(Undefined::OneOutcome));
    assert_eq!(fit(&[(0.0, f), (0.6, true)]), Err(Undefined::OutOfRange));
    assert_eq!(fit(&[]), Err(Undefined::NoRows));
}

/// Rows with scores from Beta(2, 3), the second smallest of four uniform numbers, and outcomes of that probability.
fn calibrated(stream: &mut Stream, n: usize) -> Vec<(f64, bool)> {
    (0..n)
        .map(|_| {
            let mut u = [stream.uniform(), stream.uniform(), stream.uniform(), stream.uniform()];
            u.sort_by(f64::total_cmp);
            (u[1], stream.uniform() < u[1])
        })
        .collect()
}

#[test]
fn plain_error_of_a_calibrated_score_is_biased_and_the_debiased_is_not() {
    // The table of the reference, 10 equal-mass bins, n = 100: mean ECE .112, squared .01997, debiased −.00014 ± noise.
    let runs = 400;
    let mut stream = Stream::new(61, 0);
    let (mut expected, mut squared, mut debiased, mut spread) = (0.0, 0.0, 0.0, 0.0);
    for _ in 0..runs {
        let levels = unweighted(&calibrated(&mut stream, 100));
        let edges = calibration::equal_mass_edges(&levels, 10).unwrap();
        assert_eq!(edges.len(), 9);
        let bins = calibration::bins(&levels, &edges).unwrap();
        assert!(bins.iter().all(|b| b.n == 10.0));
        let errors = calibration::calibration_errors(&bins).unwrap();
        expected += errors.expected;
        squared += errors.squared;
        debiased += errors.squared_debiased;
        spread += errors.squared_debiased.powi(2);
    }
    let n = f64::from(runs);
    let error = (spread / n).sqrt() / n.sqrt();
    // The standard deviation of an ECE is about .026: four errors of 400 runs are .005.
    assert!((expected / n - 0.112).abs() < 0.0055, "{}", expected / n);
    assert!((squared / n - 0.019_97).abs() < 4.0 * error + 1e-4, "{}", squared / n);
    assert!((debiased / n).abs() < 4.0 * error, "{} {error}", debiased / n);
}

#[test]
fn calibration_in_the_large_covers_zero_for_a_calibrated_score() {
    let runs = 400;
    let mut stream = Stream::new(62, 0);
    let mut hits = 0.0;
    for _ in 0..runs {
        let levels = unweighted(&calibrated(&mut stream, 200));
        let large = calibration::calibration_in_the_large(&levels, level(0.95)).unwrap();
        hits += f64::from(large.interval.contains(0.0));
    }
    let coverage = hits / f64::from(runs);
    assert!((coverage - 0.95).abs() < 4.0 * (0.05 * 0.95 / f64::from(runs)).sqrt(), "{coverage}");
}

#[test]
fn bins_hold_every_row_once_and_equal_scores_stay_together() {
    let levels = unweighted(&[(0.2, true), (0.2, false), (0.2, false), (0.7, true), (0.9, true)]);
    let edges = calibration::equal_mass_edges(&levels, 3).unwrap();
    assert_eq!(edges, [0.2, 0.7]);
    let bins = calibration::bins(&levels, &edges).unwrap();
    assert_eq!(bins.iter().map(|b| b.n).collect::<Vec<_>>(), [3.0, 1.0, 1.0]);
    assert_eq!(calibration::equal_mass_edges(&unweighted(&[(0.5, true); 4]), 5).unwrap(), Vec::<f64>::new());
    assert_eq!(calibration::bins(&levels, &[0.5, 0.4]), Err(Undefined::NotSorted));
}

#[test]
fn nothing_is_computed_from_nothing() {
    assert_eq!(auc::delong(&[]).unwrap_err(), Undefined::NoRows);
    assert_eq!(auc::delong(&unweighted(&[(0.5, true)])).unwrap_err(), Undefined::OneOutcome);
    assert_eq!(auc::delong(&of_rows(&[(0.5, true, 0.0), (0.4, false, 0.0)])).unwrap_err(), Undefined::NoRows);
    assert_eq!(auc::roc_curve(&[]).unwrap_err(), Undefined::NoRows);
    assert_eq!(auc::average_precision(&unweighted(&[(0.5, false)])), Err(Undefined::OneOutcome));
    assert_eq!(auc::abroca(&[], &[]), Err(Undefined::NoRows));
    let atom = |value: f64| Atom { value, cell: Cell::of_rows(1) };
    assert_eq!(levels(&[atom(2.0), atom(1.0)], &[]), Err(Undefined::NotSorted));
    assert_eq!(levels(&[atom(f64::NAN)], &[]), Err(Undefined::OutOfRange));
    assert_eq!(calibration::brier(&[]), Err(Undefined::NoRows));
    assert_eq!(calibration::log_loss(&unweighted(&[(1.5, true)])), Err(Undefined::OutOfRange));
    assert_eq!(calibration::log_loss(&unweighted(&[(0.0, true)])), Ok(f64::INFINITY));
    assert_eq!(calibration::log_loss(&unweighted(&[(0.0, false)])), Ok(0.0));
    assert_eq!(calibration::calibration_errors(&[Bin::default()]).unwrap_err(), Undefined::NoRows);
    assert_eq!(
        calibration::calibration_errors(&[Bin::of_rows(1, 0.5, 2)]).unwrap_err(),
        Undefined::OutOfRange
    );
    let bins = [Bin::of_rows(5, 2.0, 1), Bin::of_rows(5, 3.0, 1)];
    assert_eq!(calibration::hosmer_lemeshow(&bins, FittedOn::TheseRows).unwrap_err(), Undefined::NoVariation);
    assert_eq!(
        calibration::hosmer_lemeshow(&[Bin::of_rows(5, 5.0, 1)], FittedOn::OtherRows).unwrap_err(),
        Undefined::ZeroDenominator
    );
    let one = unweighted(&[(0.5, true)]);
    assert_eq!(calibration::calibration_in_the_large(&one, level(0.9)).unwrap_err(), Undefined::TooFewRows);
}
