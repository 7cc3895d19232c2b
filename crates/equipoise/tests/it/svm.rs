//! Support vector machines on cases small enough to do by hand, at the ends of what parameters allow.

use std::sync::atomic::{AtomicUsize, Ordering};

use equipoise::{
    kernels::{Function, Gram, Precomputed},
    solvers::{
        ClassWeights, GramRows, Rows, Status,
        smo::{
            Argument, Classification, Problem, Regression, Settings, Shrinking, SmoError, Solution, Storage,
            classify, costs, regress, solve,
        },
    },
};

use super::svm_twin::{Clouds, exact, primal_and_dual};

const POINTS: [f64; 4] = [-2.0, -1.0, 1.0, 3.0];

fn line() -> Gram<'static> {
    Gram::new(Function::Linear, Rows::dense(&POINTS, 4, 1).unwrap()).unwrap()
}

fn svc(gram: &dyn GramRows, positive: &[bool], cost: &[f64]) -> Result<Solution, SmoError> {
    classify(gram, &Classification { positive, cost, offset: None, start: None }, &exact())
}

#[track_caller]
fn assert_near(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() <= tolerance, "{found:?}, expected {expected:?}");
    }
}

#[test]
fn widest_margin_on_a_line() {
    let solution = svc(&line(), &[false, false, true, true], &[10.0; 4]).unwrap();
    // The nearest points −1 and 1 carry it: w = 1, b = 0.
    assert_eq!(solution.coefficients, [0.0, -0.5, 0.5, 0.0]);
    assert_eq!(solution.intercept, 0.0);
    assert_eq!(solution.scores, POINTS);
    assert_eq!(primal_and_dual(&solution), (0.5, 0.5));
    assert_eq!((solution.report.n_support, solution.report.n_bounded), (2, 0));
}

#[test]
fn tiny_cost_bounds_every_coefficient() {
    let solution = svc(&line(), &[false, false, true, true], &[1e-6; 4]).unwrap();
    assert_eq!(solution.coefficients, [-1e-6, -1e-6, 1e-6, 1e-6]);
    assert_eq!(solution.report.n_bounded, 4);
}

#[test]
fn huge_cost_is_the_hard_margin() {
    let solution = svc(&line(), &[false, false, true, true], &[1e12; 4]).unwrap();
    assert_near(&solution.coefficients, &[0.0, -0.5, 0.5, 0.0], 1e-9);
    assert_eq!(solution.report.outcome.status, Status::Converged);
}

#[test]
fn coefficients_follow_the_order_of_labels() {
    let up = svc(&line(), &[false, false, true, true], &[1.0; 4]).unwrap();
    let down = svc(&line(), &[true, true, false, false], &[1.0; 4]).unwrap();
    let mirrored: Vec<f64> = down.coefficients.iter().map(|b| -b).collect();
    assert_eq!(up.coefficients, mirrored);
}

#[test]
fn regression_of_a_line_is_exact_within_the_tube() {
    // z = 2 x + 1: with ε = 0.5 the flattest line that stays in the tube over [−2, 3] has slope (5·2 − 1)/5 = 1.8.
    let target = POINTS.map(|x| 2.0 * x + 1.0);
    let rows = Regression { target: &target, tube: 0.5, cost: &[100.0; 4], offset: None, start: None };
    let solution = regress(&line(), &rows, &exact()).unwrap();
    let slope: f64 = solution.coefficients.iter().zip(POINTS).map(|(b, x)| b * x).sum();
    assert!((slope - 1.8).abs() < 1e-9 && (solution.intercept - 1.1).abs() < 1e-9);
    assert_near(&solution.coefficients, &[-0.36, 0.0, 0.0, 0.36], 1e-9);
}

#[test]
fn regression_of_one_row_is_its_value() {
    let gram = Precomputed::new(&[2.0], 1).unwrap();
    let rows = Regression { target: &[3.0], tube: 0.1, cost: &[1.0], offset: Some(&[1.0]), start: None };
    let solution = regress(&gram, &rows, &Settings::default()).unwrap();
    assert_eq!((solution.coefficients, solution.intercept), (vec![0.0], 2.0));
}

#[test]
fn wide_tube_needs_no_coefficients() {
    let rows = Regression { target: &POINTS, tube: 9.0, cost: &[1.0; 4], offset: None, start: None };
    let solution = regress(&line(), &rows, &Settings::default()).unwrap();
    assert_eq!(solution.coefficients, [0.0; 4]);
    assert_eq!(solution.report.rows_computed, 0);
}

#[test]
fn zero_kernel_gives_the_majority() {
    let gram = Precomputed::new(&[0.0; 9], 3).unwrap();
    let solution = svc(&gram, &[true, true, false], &[1.0; 3]).unwrap();
    assert_eq!(solution.report.outcome.status, Status::Converged);
    assert_eq!((solution.scores, solution.intercept), (vec![0.0; 3], 1.0));
}

#[test]
fn row_without_kernel_does_no_harm() {
    let matrix = [0.0, 0.0, 0.0, 0.0, 1.0, -1.0, 0.0, -1.0, 1.0];
    let solution = svc(&Precomputed::new(&matrix, 3).unwrap(), &[true, true, false], &[1.0; 3]).unwrap();
    // By hand: the row without kernel sits at b, and b = 1 costs it nothing; then w = 2 at its bound of 1 each.
    assert_eq!(solution.report.outcome.status, Status::Converged);
    let (primal, dual) = primal_and_dual(&solution);
    assert!(primal - dual < 1e-8, "{primal} and {dual}");
}

#[test]
fn weights_are_repetitions() {
    let clouds = Clouds::new(40, 2, 1);
    let weight: Vec<f64> = (0..40).map(|i| f64::from(i % 3)).collect();
    let repeated: Vec<usize> = (0..40).flat_map(|i| std::iter::repeat_n(i, i % 3)).collect();
    let x: Vec<f64> = repeated.iter().flat_map(|&i| [clouds.x[2 * i], clouds.x[2 * i + 1]]).collect();
    let positive: Vec<bool> = repeated.iter().map(|&i| clouds.positive[i]).collect();
    let class_weights = ClassWeights { negative: 0.5, positive: 2.0 };
    let rows = Rows::dense(&x, repeated.len(), 2).unwrap();
    let long = svc(
        &Gram::new(Function::Rbf { gamma: 0.5 }, rows).unwrap(),
        &positive,
        &costs(0.7, &positive, class_weights, None).unwrap(),
    )
    .unwrap();
    let short = svc(
        &clouds.rbf(0.5),
        &clouds.positive,
        &costs(0.7, &clouds.positive, class_weights, Some(&weight)).unwrap(),
    )
    .unwrap();
    let (a, b) = (primal_and_dual(&long).0, primal_and_dual(&short).0);
    assert!((a - b).abs() < 1e-8 * a, "{a} and {b}");
    let at_repeated: Vec<f64> = repeated.iter().map(|&i| short.scores[i] + short.intercept).collect();
    let of_long: Vec<f64> = long.scores.iter().map(|score| score + long.intercept).collect();
    assert_near(&of_long, &at_repeated, 1e-6);
}

#[test]
fn sigmoid_kernel_that_is_not_positive_ends() {
    let clouds = Clouds::new(60, 3, 2);
    let function = Function::Sigmoid { gamma: 0.7, constant: -1.0 };
    let gram = Gram::new(function, clouds.rows()).unwrap();
    let solution = svc(&gram, &clouds.positive, &[5.0; 60]).unwrap();
    assert_eq!(solution.report.outcome.status, Status::Converged);
    assert!(solution.report.violation <= 1e-9);
}

#[test]
fn iterations_that_run_out_are_told() {
    let clouds = Clouds::new(200, 3, 3);
    let mut settings = exact();
    settings.iterations_max = 7;
    let rows = Classification { positive: &clouds.positive, cost: &[1.0; 200], offset: None, start: None };
    let solution = classify(&clouds.rbf(0.5), &rows, &settings).unwrap();
    assert_eq!(solution.report.outcome.status, Status::IterationLimit);
    assert_eq!(solution.report.outcome.iterations, 7);
    assert!(solution.report.violation > 1e-9);
    let (primal, dual) = primal_and_dual(&solution);
    assert!(primal > dual);
}

#[test]
fn tolerance_below_the_numbers_stalls_or_converges() {
    let clouds = Clouds::new(80, 3, 4);
    let mut settings = exact();
    settings.tolerance = 1e-300;
    settings.iterations_max = 200_000;
    let rows = Classification { positive: &clouds.positive, cost: &[1e9; 80], offset: None, start: None };
    let solution = classify(&clouds.rbf(0.5), &rows, &settings).unwrap();
    assert!(solution.report.violation < 1e-6, "{:?}", solution.report);
}

/// A Gram matrix that counts, and that may yield one bad number.
struct Watched<'a> {
    gram: &'a dyn GramRows,
    rows: AtomicUsize,
    bad: Option<(usize, usize, f64)>,
}

impl GramRows for Watched<'_> {
    fn n(&self) -> usize {
        self.gram.n()
    }

    fn diagonal(&self) -> Vec<f64> {
        self.gram.diagonal()
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        self.rows.fetch_add(1, Ordering::Relaxed);
        self.gram.row(i, out);
        if let Some((_, column, value)) = self.bad.filter(|bad| bad.0 == i) {
            out[column] = value;
        }
    }
}

#[test]
fn rows_are_counted() {
    let clouds = Clouds::new(120, 3, 5);
    let gram = clouds.rbf(0.5);
    let watched = Watched { gram: &gram, rows: AtomicUsize::new(0), bad: None };
    let solution = svc(&watched, &clouds.positive, &[1.0; 120]).unwrap();
    assert_eq!(solution.report.rows_computed, watched.rows.into_inner());
}

#[test]
fn kernel_that_is_not_finite_is_an_error() {
    let gram = line();
    for (value, storage, is_error) in [
        (f64::NAN, Storage::Double, true),
        (f64::INFINITY, Storage::Double, true),
        (1e39, Storage::Single, true),
        (-1e39, Storage::Double, false),
    ] {
        let watched = Watched { gram: &gram, rows: AtomicUsize::new(0), bad: Some((2, 3, value)) };
        let mut settings = Settings::default();
        settings.storage = storage;
        settings.iterations_max = 10;
        let positive = [false, false, true, true];
        let rows = Classification { positive: &positive, cost: &[1.0; 4], offset: None, start: None };
        let found = classify(&watched, &rows, &settings);
        let expected = SmoError::KernelNotFinite { row: 2, column: 3 };
        assert_eq!(found.err(), is_error.then_some(expected), "{value}");
    }
}

#[test]
fn one_class_is_an_error() {
    let gram = line();
    assert_eq!(svc(&gram, &[true; 4], &[1.0; 4]), Err(SmoError::OneClass));
    // The negatives weigh nothing.
    let positive = [false, true, true, true];
    assert_eq!(svc(&gram, &positive, &[0.0, 1.0, 1.0, 1.0]), Err(SmoError::OneClass));
    let one = Precomputed::new(&[1.0], 1).unwrap();
    assert_eq!(svc(&one, &[true], &[1.0]), Err(SmoError::OneClass));
    let none = Precomputed::new(&[], 0).unwrap();
    assert_eq!(svc(&none, &[], &[]), Err(SmoError::NoRows));
}

#[test]
fn bad_columns_are_errors() {
    let gram = line();
    let positive = [false, false, true, true];
    let check = |found: Result<Solution, SmoError>, expected: &str| {
        assert_eq!(found.unwrap_err().to_string(), expected);
    };
    check(svc(&gram, &positive[..3], &[1.0; 4]), "positive has 3 rows where 4 were expected");
    check(svc(&gram, &positive, &[1.0; 5]), "cost has 5 rows where 4 were expected");
    check(svc(&gram, &positive, &[1.0, -1.0, 1.0, 1.0]), "cost at row 1 is -1, which is negative");
    check(
        svc(&gram, &positive, &[1.0, f64::INFINITY, 1.0, 1.0]),
        "cost at row 1 is inf, not a finite number",
    );
    let offset = [0.0, 0.0, f64::NAN, 0.0];
    let rows = Classification { positive: &positive, cost: &[1.0; 4], offset: Some(&offset), start: None };
    check(classify(&gram, &rows, &exact()), "offset at row 2 is NaN, not a finite number");
    let rows = Regression { target: &[0.0; 4], tube: -1.0, cost: &[1.0; 4], offset: None, start: None };
    check(regress(&gram, &rows, &exact()), "tube is -1, which is not a finite number of at least 0");
    let mut settings = exact();
    settings.tolerance = 0.0;
    let rows = Regression { tube: 0.0, ..rows };
    check(regress(&gram, &rows, &settings), "tolerance is 0, which is not a positive finite number");
    assert_eq!(
        costs(1.0, &positive, ClassWeights::EQUAL, Some(&[1.0, 2.0, f64::NAN, 1.0]))
            .map_err(|e| e.to_string()),
        Err("weight at row 2 is NaN, not a finite number".into())
    );
    assert!(costs(0.0, &positive, ClassWeights::EQUAL, None).is_err());
}

#[test]
fn general_problem_checks_bounds_and_sum() {
    let gram = line();
    let problem =
        Problem { target: &[0.0; 4], tube: 0.0, lower: &[0.0; 4], upper: &[1.0; 4], sum: 5.0, start: None };
    assert!(matches!(solve(&gram, &problem, &exact()), Err(SmoError::OutOfRange { name: "sum", .. })));
    let problem = Problem { lower: &[0.5, 0.0, 0.0, 0.0], sum: 1.0, ..problem };
    let expected = SmoError::BoundsWithoutZero { row: 0, lower: 0.5, upper: 1.0 };
    assert_eq!(solve(&gram, &problem, &exact()), Err(expected));
    let problem = Problem { lower: &[0.0; 4], start: Some(&[0.0; 3]), ..problem };
    let expected = SmoError::LengthMismatch { argument: Argument::Start, found: 3, expected: 4 };
    assert_eq!(solve(&gram, &problem, &exact()), Err(expected));
}

#[test]
fn sum_other_than_zero_is_kept() {
    // One-class: ½ βᵀKβ over the simplex on points of a line ends with the mean nearest to 0, which is 0 itself.
    let problem =
        Problem { target: &[0.0; 4], tube: 0.0, lower: &[0.0; 4], upper: &[1.0; 4], sum: 1.0, start: None };
    let solution = solve(&line(), &problem, &exact()).unwrap();
    assert!((solution.coefficients.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert_near(&solution.scores, &[0.0; 4], 1e-9);
}

#[test]
fn shrinking_can_be_turned_off() {
    let clouds = Clouds::new(300, 3, 6);
    let gram = clouds.rbf(0.5);
    let rows = Classification { positive: &clouds.positive, cost: &[10.0; 300], offset: None, start: None };
    let mut settings = exact();
    settings.shrinking = Shrinking::Off;
    let off = classify(&gram, &rows, &settings).unwrap();
    assert!(off.report.rows_computed <= 300);
}
