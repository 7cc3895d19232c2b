//! Support vector machines against another solver, and against themselves by other ways.

use std::sync::atomic::{AtomicUsize, Ordering};

use equipoise::{
    inference::normals::Stream,
    kernels::{Function, Gram},
    solvers::{
        GramRows, Rows,
        smo::{
            Classification, Problem, Regression, Settings, Shrinking, Solution, Storage, classify, regress,
            solve,
        },
    },
};

use super::svm_twin::{Clouds, check_solution, exact, matrix_of, optimum, primal_and_dual};

/// Checks the general solver on one problem against Clarabel, shrinking or not, cached or not, started anywhere.
#[track_caller]
fn check(gram: &dyn GramRows, problem: &Problem<'_>) {
    let least = optimum(&matrix_of(gram), problem);
    let mut settings = exact();
    for (shrinking, cache_bytes) in [(Shrinking::On, 1 << 30), (Shrinking::Off, 1 << 30), (Shrinking::On, 0)]
    {
        (settings.shrinking, settings.cache_bytes) = (shrinking, cache_bytes);
        let solution = solve(gram, problem, &settings).unwrap();
        check_solution(gram, problem, &solution, settings.tolerance);
        let (primal, dual) = primal_and_dual(&solution);
        let scale = 1.0 + least.abs();
        assert!((dual + least).abs() < 1e-7 * scale, "{dual} and {}", -least);
        assert!((primal + least).abs() < 1e-7 * scale, "{primal} and {}", -least);
    }
}

#[test]
fn classifiers_reach_the_optimum() {
    for (seed, n, cost, gamma) in
        [(1, 30, 1.0, 0.5), (2, 61, 100.0, 0.1), (3, 80, 0.01, 2.0), (4, 3, 1.0, 1.0)]
    {
        let clouds = Clouds::new(n, 3, seed);
        let mut stream = Stream::new(seed, 1);
        let bound = |class: bool| -> Vec<f64> {
            let mut stream = Stream::new(seed, 2);
            let mut weight = || if stream.uniform() < 0.2 { 0.0 } else { cost * stream.uniform() };
            // Rows 0 and 1 are of both classes and always weigh something.
            let costs = (0..n).map(|i| if i < 2 { cost } else { weight() }).collect::<Vec<_>>();
            let sign = if class { 1.0 } else { -1.0 };
            (0..n).map(|i| if clouds.positive[i] == class { sign * costs[i] } else { 0.0 }).collect()
        };
        let offset: Vec<f64> = (0..n).map(|_| 0.3 * stream.normal()).collect();
        let target: Vec<f64> =
            (0..n).map(|i| if clouds.positive[i] { 1.0 } else { -1.0 } - offset[i]).collect();
        let (lower, upper) = (bound(false), bound(true));
        let start: Vec<f64> = (0..n).map(|_| cost * stream.normal()).collect();
        for start in [None, Some(&start[..])] {
            let problem =
                Problem { target: &target, tube: 0.0, lower: &lower, upper: &upper, sum: 0.0, start };
            check(&clouds.rbf(gamma), &problem);
        }
    }
}

#[test]
fn regressors_reach_the_optimum() {
    for (seed, n, cost, tube) in [(5, 30, 1.0, 0.1), (6, 60, 20.0, 0.4), (7, 40, 0.1, 0.0)] {
        let clouds = Clouds::new(n, 2, seed);
        let mut stream = Stream::new(seed, 1);
        let target: Vec<f64> = (0..n).map(|i| clouds.x[2 * i].sin() + 0.3 * stream.normal()).collect();
        let upper: Vec<f64> = (0..n).map(|_| cost * stream.uniform()).collect();
        let lower: Vec<f64> = upper.iter().map(|u| -u).collect();
        let start: Vec<f64> = (0..n).map(|_| cost * stream.normal()).collect();
        for start in [None, Some(&start[..])] {
            let problem = Problem { target: &target, tube, lower: &lower, upper: &upper, sum: 0.0, start };
            check(&clouds.rbf(0.7), &problem);
        }
    }
}

#[test]
fn duplicated_rows_and_a_low_rank_reach_the_optimum() {
    let clouds = Clouds::new(20, 2, 8);
    let twice: Vec<f64> = clouds.x.iter().chain(&clouds.x).copied().collect();
    let positive: Vec<bool> = (0..40).map(|i| clouds.positive[i % 20]).collect();
    let gram = Gram::new(Function::Linear, Rows::dense(&twice, 40, 2).unwrap()).unwrap();
    let target: Vec<f64> = positive.iter().map(|&p| if p { 1.0 } else { -1.0 }).collect();
    let bound = |class: bool, size: f64| -> Vec<f64> {
        positive.iter().map(|&p| if p == class { size } else { 0.0 }).collect()
    };
    let (lower, upper) = (bound(false, -0.5), bound(true, 0.5));
    let problem = Problem { target: &target, tube: 0.0, lower: &lower, upper: &upper, sum: 0.0, start: None };
    check(&gram, &problem);
}

/// Counts how often rows are set aside, and hides that submatrices are cheap.
struct Whole<'a> {
    gram: &'a dyn GramRows,
    n_narrowings: AtomicUsize,
}

impl<'a> Whole<'a> {
    fn new(gram: &'a dyn GramRows) -> Self {
        Self { gram, n_narrowings: AtomicUsize::new(0) }
    }
}

impl GramRows for Whole<'_> {
    fn n(&self) -> usize {
        self.gram.n()
    }

    fn diagonal(&self) -> Vec<f64> {
        self.gram.diagonal()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        self.gram.row(i, out);
    }

    fn restricted(&self, _: &[usize]) -> Option<Box<dyn GramRows + '_>> {
        self.n_narrowings.fetch_add(1, Ordering::Relaxed);
        None
    }
}

/// A problem large enough for rows to be set aside and taken back.
fn large() -> (Clouds, Vec<f64>) {
    let clouds = Clouds::new(400, 4, 9);
    let cost = vec![20.0; 400];
    (clouds, cost)
}

fn solved(
    gram: &dyn GramRows,
    clouds: &Clouds,
    cost: &[f64],
    start: Option<&[f64]>,
    settings: &Settings,
) -> Solution {
    let rows = Classification { positive: &clouds.positive, cost, offset: None, start };
    classify(gram, &rows, settings).unwrap()
}

#[test]
fn rows_set_aside_change_nothing_that_matters() {
    let (clouds, cost) = large();
    let gram = clouds.rbf(0.3);
    let mut settings = exact();
    settings.tolerance = 1e-6;
    let counting = Whole::new(&gram);
    let on = solved(&counting, &clouds, &cost, None, &settings);
    assert!(counting.n_narrowings.load(Ordering::Relaxed) >= 2);
    settings.shrinking = Shrinking::Off;
    let off = solved(&gram, &clouds, &cost, None, &settings);
    let (a, b) = (primal_and_dual(&on), primal_and_dual(&off));
    assert!((a.1 - b.1).abs() < 1e-6 * b.1, "{a:?} and {b:?}");
    assert!(on.report.violation <= 1e-6 && a.0 - a.1 < 1e-5 * a.0, "{a:?}");
}

#[test]
fn small_cache_gives_the_same_bytes() {
    let (clouds, cost) = large();
    let gram = clouds.rbf(0.3);
    for storage in [Storage::Single, Storage::Double] {
        let mut settings = Settings::default();
        settings.storage = storage;
        // Without setting aside, since what is set aside when depends on what is cached.
        settings.shrinking = Shrinking::Off;
        let all = solved(&gram, &clouds, &cost, None, &settings);
        for cache_bytes in [0, 20 * 400 * 4, 150 * 400 * 4] {
            settings.cache_bytes = cache_bytes;
            let few = solved(&gram, &clouds, &cost, None, &settings);
            assert!(few.report.rows_computed > all.report.rows_computed);
            assert_eq!(few.coefficients, all.coefficients);
        }
    }
}

#[test]
fn small_cache_with_rows_set_aside_reaches_the_same_optimum() {
    let (clouds, cost) = large();
    let gram = clouds.rbf(0.3);
    let mut settings = exact();
    settings.tolerance = 1e-6;
    let all = primal_and_dual(&solved(&gram, &clouds, &cost, None, &settings)).1;
    for cache_bytes in [0, 20 * 400 * 8, 150 * 400 * 8] {
        settings.cache_bytes = cache_bytes;
        let few = solved(&gram, &clouds, &cost, None, &settings);
        assert!((primal_and_dual(&few).1 - all).abs() < 1e-6 * all);
        assert!(few.report.violation <= 1e-6);
    }
}

#[test]
fn submatrices_of_rows_give_the_bytes_of_whole_ones() {
    let (clouds, cost) = large();
    let gram = clouds.rbf(0.3);
    let settings = Settings::default();
    let (a, b) = (
        solved(&gram, &clouds, &cost, None, &settings),
        solved(&Whole::new(&gram), &clouds, &cost, None, &settings),
    );
    assert_eq!(a, b);
}

#[test]
fn warm_start_reaches_the_cold_optimum_in_fewer_steps() {
    let (clouds, cost) = large();
    let gram = clouds.rbf(0.3);
    let settings = Settings::default();
    let cold = solved(&gram, &clouds, &cost, None, &settings);
    let again = solved(&gram, &clouds, &cost, Some(&cold.coefficients), &settings);
    assert!(again.report.outcome.iterations <= 2, "{:?}", again.report.outcome);
    let dearer = vec![22.0; 400];
    let cold = solved(&gram, &clouds, &dearer, None, &settings);
    let warm = solved(&gram, &clouds, &dearer, Some(&again.coefficients), &settings);
    assert!(warm.report.outcome.iterations < cold.report.outcome.iterations);
    let (cold, warm) = (primal_and_dual(&cold), primal_and_dual(&warm));
    assert!(warm.1 <= cold.0 && cold.1 <= warm.0, "{cold:?} and {warm:?}");
    // Back to a lower cost: the start is cut to the bounds.
    let cheaper = vec![15.0; 400];
    let back = solved(&gram, &clouds, &cheaper, Some(&again.coefficients), &settings);
    let anew = solved(&gram, &clouds, &cheaper, None, &settings);
    let (back, anew) = (primal_and_dual(&back), primal_and_dual(&anew));
    assert!(back.1 <= anew.0 && anew.1 <= back.0, "{back:?} and {anew:?}");
}

#[test]
fn single_storage_is_as_good_as_its_rounding() {
    let (clouds, cost) = large();
    let gram = clouds.rbf(0.3);
    let mut settings = exact();
    settings.tolerance = 1e-6;
    let double = primal_and_dual(&solved(&gram, &clouds, &cost, None, &settings)).1;
    settings.storage = Storage::Single;
    let single = primal_and_dual(&solved(&gram, &clouds, &cost, None, &settings)).1;
    assert!((single - double).abs() < 1e-6 * double, "{single} and {double}");
}

#[test]
fn regression_sets_rows_aside_too() {
    let clouds = Clouds::new(400, 3, 10);
    let gram = clouds.rbf(0.5);
    let mut stream = Stream::new(10, 1);
    let target: Vec<f64> = (0..400).map(|i| clouds.x[3 * i].cos() + 0.2 * stream.normal()).collect();
    let rows = Regression { target: &target, tube: 0.1, cost: &[20.0; 400], offset: None, start: None };
    let mut settings = exact();
    settings.tolerance = 1e-6;
    let counting = Whole::new(&gram);
    let on = regress(&counting, &rows, &settings).unwrap();
    assert!(counting.n_narrowings.into_inner() >= 2);
    settings.shrinking = Shrinking::Off;
    let off = regress(&gram, &rows, &settings).unwrap();
    let (a, b) = (primal_and_dual(&on), primal_and_dual(&off));
    assert!((a.1 - b.1).abs() < 1e-7 * b.1.abs(), "{a:?} and {b:?}");
    assert!(on.report.violation <= 1e-6);
}
