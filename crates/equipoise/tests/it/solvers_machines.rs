//! Linear support vector machines against LIBLINEAR, LIBSVM and a quadratic program, and their invariances.

use equipoise::solvers::{
    Accuracy, ClassWeights, Constraints, Examples, Intercept, LinearFit, Rows, SolverError, Status, Subspace,
    dual_descent::{self, Options, Power},
    newton,
};

use crate::solvers_data::{Csr, Sample, all_close, close, hinge_program, product};

fn options(power: Power, intercept: Intercept) -> Options {
    let mut options = Options::default();
    (options.cost, options.power, options.intercept) = (2.0, power, intercept);
    (options.tolerance, options.iterations_max) = (1e-9, 100_000);
    options
}

fn classify(examples: &Examples<'_>, subspace: Option<&Subspace>, options: Options) -> LinearFit {
    let fit = dual_descent::classify(examples, subspace, ClassWeights::EQUAL, options).unwrap();
    check_certificate(&fit, options);
    fit
}

/// Converged, with a gap that says so, and the objective it claims at the coefficients it gives.
#[track_caller]
fn check_certificate(fit: &LinearFit, options: Options) {
    assert_eq!(fit.outcome.status, Status::Converged, "{:?}", fit.outcome);
    let Accuracy::DualityGap { primal, dual } = fit.outcome.accuracy else { panic!("{:?}", fit.outcome) };
    assert_eq!(primal, fit.objective);
    assert!(
        dual <= primal + 1e-12 * primal && primal - dual <= options.tolerance * primal,
        "{primal} {dual}"
    );
}

fn hinge_objective(examples: &Examples<'_>, fit: &LinearFit, cost: f64, power: i32) -> f64 {
    let weight = |i: usize| examples.weights.map_or(1.0, |weights| weights[i]);
    let loss = |i: usize| {
        weight(i) * (1.0 - examples.targets[i] * fit.score(&examples.rows, i)).max(0.0).powi(power)
    };
    0.5 * product(&fit.coefficients, &fit.coefficients) + cost * (0..examples.rows.n()).map(loss).sum::<f64>()
}

/// Objectives of scikit-learn 1.9.1 on the sample, C = 2, tolerances of 1e-10 and below: `LinearSVC` and `LinearSVR`
/// (LIBLINEAR) with `fit_intercept=False`, `SVC` and `SVR` (LIBSVM) with a linear kernel; the squared losses with a free
/// intercept by scipy 1.17's BFGS.
#[test]
fn optima_are_those_of_liblinear_and_libsvm() {
    let sample = Sample::new();
    let plain = sample.classified();
    let hinge = classify(&plain, None, options(Power::Linear, Intercept::Absent));
    close(hinge.objective, 62.852_396_723_197_14, 2e-9);
    let squared = classify(&plain, None, options(Power::Squared, Intercept::Absent));
    close(squared.objective, 72.659_939_442_926_07, 2e-9);
    let expected =
        [0.894_965_859_333, 0.630_564_327_363, 0.032_748_995_433_6, 0.063_902_017_465_5, 0.021_969_629_470_3];
    all_close(&squared.coefficients, &expected, 1e-3);
    let free = classify(&plain, None, options(Power::Linear, Intercept::Free));
    // LIBSVM stops on another criterion, a little above the optimum.
    close(free.objective, 49.398_009_407_024_73, 1e-7);
    assert!(free.objective <= 49.398_009_407_024_73);
    let free = classify(&plain, None, options(Power::Squared, Intercept::Free));
    close(free.objective, 55.968_127_986_331_98, 2e-9);
    let weighted = Examples { weights: Some(&sample.weights), ..plain };
    let weighted = classify(&weighted, None, options(Power::Linear, Intercept::Free));
    close(weighted.objective, 65.847_552_334_456_8, 1e-7);

    let regress = |power, intercept| {
        let options = options(power, intercept);
        let fit = dual_descent::regress(&sample.measured(), None, 0.2, options).unwrap();
        check_certificate(&fit, options);
        fit.objective
    };
    close(regress(Power::Linear, Intercept::Absent), 326.604_661_891_620_6, 2e-9);
    close(regress(Power::Squared, Intercept::Absent), 933.517_197_010_651, 2e-9);
    close(regress(Power::Linear, Intercept::Free), 10.154_214_491_751_068, 1e-7);
    close(regress(Power::Squared, Intercept::Free), 4.117_529_767_965_943, 2e-9);
}

/// The twelve points of Donini et al.'s reference set, their labels, and u, the difference of the groups' positives.
/// Objectives by Clarabel.
#[test]
fn hand_set_has_its_constrained_optima() {
    let x = [
        0.5, 1.0, 1.0, 2.0, 1.5, 0.5, 2.0, 1.5, 2.5, 2.5, 0.0, 0.0, -0.5, 1.0, -1.0, -1.0, -1.5, 0.5, 0.5,
        -1.0, -2.0, -0.5, 1.0, -0.5,
    ];
    let y = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0];
    let u = [-7.0 / 6.0, -1.5];
    let examples = Examples { rows: Rows::dense(&x, 12, 2).unwrap(), targets: &y, weights: None };
    let mut options = options(Power::Linear, Intercept::Free);
    options.cost = 1.0;
    let solve = |values: Option<&[f64]>| {
        let subspace = Subspace::new(Constraints { vectors: &u, d: 2, values, scales: None }).unwrap();
        classify(&examples, Some(&subspace), options)
    };
    let plain = classify(&examples, None, options);
    close(plain.objective, 4.172_839_51, 1e-8);
    close(product(&plain.coefficients, &u), -19.0 / 9.0, 1e-4);
    let fair = solve(None);
    close(fair.objective, 9.689_986_28, 1e-8);
    assert!(product(&fair.coefficients, &u).abs() < 1e-14);
    for (bound, objective) in [(0.05, 9.373_257_89), (0.2, 8.429_384_62)] {
        let bounded = solve(Some(&[-bound]));
        close(bounded.objective, objective, 1e-8);
        close(product(&bounded.coefficients, &u), -bound, 1e-12);
    }
}

#[test]
fn constrained_machines_agree_with_a_quadratic_program() {
    let sample = Sample::new();
    let vectors = sample.differences(3);
    for k in [1, 3] {
        let u = &vectors[..k * 5];
        let c: Vec<f64> = (0..k).map(|j| 0.1 * j as f64).collect();
        let constraints = Constraints { vectors: u, d: 5, values: Some(&c), scales: None };
        let subspace = Subspace::new(constraints).unwrap();
        for (power, squared) in [(Power::Linear, false), (Power::Squared, true)] {
            let weighted = Examples { weights: Some(&sample.weights), ..sample.classified() };
            let costs: Vec<f64> = sample.weights.iter().map(|w| 2.0 * w).collect();
            let fit = classify(&weighted, Some(&subspace), options(power, Intercept::Free));
            let expected = hinge_program(&sample.x, &sample.classes, &costs, u, &c, squared);
            close(fit.objective, expected, 1e-7);
            close(hinge_objective(&weighted, &fit, 2.0, if squared { 2 } else { 1 }), fit.objective, 1e-12);
            for (u, c) in u.chunks(5).zip(&c) {
                assert!((product(&fit.coefficients, u) - c).abs() < 1e-13);
            }
        }
    }
}

#[test]
fn subspace_is_the_same_as_projected_rows() {
    let sample = Sample::new();
    let subspace = Subspace::orthogonal_to(&sample.differences(2), 5).unwrap();
    let mut projected = sample.x.clone();
    projected.chunks_exact_mut(5).for_each(|row| subspace.project(row));
    let rows = Rows::dense(&projected, sample.n, 5).unwrap();
    for intercept in [Intercept::Absent, Intercept::Free] {
        for power in [Power::Linear, Power::Squared] {
            let options = options(power, intercept);
            let inside = classify(&sample.classified(), Some(&subspace), options);
            let outside = classify(&Examples { rows, ..sample.classified() }, None, options);
            close(inside.objective, outside.objective, 2e-9);
            all_close(&inside.coefficients, &outside.coefficients, 1e-3);
        }
    }
}

#[test]
fn sparse_rows_are_solved_like_dense_ones() {
    let sample = Sample::new();
    let csr = Csr::of(&sample.x, 5);
    let subspace = Subspace::orthogonal_to(&sample.differences(1), 5).unwrap();
    let options = options(Power::Linear, Intercept::Free);
    let dense = classify(&sample.classified(), Some(&subspace), options);
    let sparse = classify(&Examples { rows: csr.rows(), ..sample.classified() }, Some(&subspace), options);
    close(sparse.objective, dense.objective, 2e-9);
}

#[test]
fn weight_is_repetition_and_weight_zero_is_absence() {
    let sample = Sample::new();
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for i in 0..sample.n {
        for _ in 0..i % 4 {
            x.extend_from_slice(&sample.x[i * 5..(i + 1) * 5]);
            y.push(sample.classes[i]);
        }
    }
    let repeated = Examples { rows: Rows::dense(&x, y.len(), 5).unwrap(), targets: &y, weights: None };
    let weighted = Examples { weights: Some(&sample.weights), ..sample.classified() };
    for power in [Power::Linear, Power::Squared] {
        let options = options(power, Intercept::Free);
        close(
            classify(&weighted, None, options).objective,
            classify(&repeated, None, options).objective,
            2e-9,
        );
    }
}

#[test]
fn class_weights_multiply_the_cost() {
    let sample = Sample::new();
    let weights: Vec<f64> = sample.classes.iter().map(|y| if *y > 0.0 { 3.0 } else { 0.5 }).collect();
    let by_row = Examples { weights: Some(&weights), ..sample.classified() };
    let options = options(Power::Linear, Intercept::Free);
    let classes = ClassWeights { negative: 0.5, positive: 3.0 };
    let by_class = dual_descent::classify(&sample.classified(), None, classes, options).unwrap();
    assert_eq!(by_class, classify(&by_row, None, options));
}

#[test]
fn scaling_rows_and_cost_together_changes_nothing_but_the_scale() {
    let sample = Sample::new();
    let scaled: Vec<f64> = sample.x.iter().map(|x| 8.0 * x).collect();
    let rows = Rows::dense(&scaled, sample.n, 5).unwrap();
    let mut options = options(Power::Linear, Intercept::Free);
    let fit = classify(&sample.classified(), None, options);
    options.cost /= 64.0;
    let other = classify(&Examples { rows, ..sample.classified() }, None, options);
    close(64.0 * other.objective, fit.objective, 2e-9);
}

#[test]
fn shifting_targets_moves_the_free_intercept_alone() {
    let sample = Sample::new();
    let shifted: Vec<f64> = sample.numbers.iter().map(|y| y + 1000.0).collect();
    let options = options(Power::Linear, Intercept::Free);
    let fit = dual_descent::regress(&sample.measured(), None, 0.2, options).unwrap();
    let targets = Examples { targets: &shifted, ..sample.measured() };
    let other = dual_descent::regress(&targets, None, 0.2, options).unwrap();
    check_certificate(&other, options);
    close(other.objective, fit.objective, 1e-8);
    close(other.intercept - 1000.0, fit.intercept, 1e-2);
}

#[test]
fn the_seed_changes_the_answer_within_the_tolerance_and_the_same_seed_not_at_all() {
    let sample = Sample::new();
    let mut options = options(Power::Linear, Intercept::Free);
    let fit = classify(&sample.classified(), None, options);
    assert_eq!(fit, classify(&sample.classified(), None, options));
    options.seed = 1;
    let other = classify(&sample.classified(), None, options);
    assert_ne!(fit.coefficients, other.coefficients);
    close(other.objective, fit.objective, 2e-9);
}

#[test]
fn both_routes_to_the_squared_hinge_agree() {
    let sample = Sample::new();
    let subspace = Subspace::orthogonal_to(&sample.differences(2), 5).unwrap();
    for (subspace, intercept) in
        [(None, Intercept::Free), (Some(&subspace), Intercept::Free), (Some(&subspace), Intercept::Absent)]
    {
        let dual = classify(&sample.classified(), subspace, options(Power::Squared, intercept));
        let mut newton_options = newton::Options::default();
        (newton_options.cost, newton_options.intercept, newton_options.tolerance) = (2.0, intercept, 1e-10);
        let primal = newton::squared_hinge(&sample.classified(), subspace, newton_options).unwrap();
        assert!(primal.outcome.converged(), "{:?}", primal.outcome);
        close(primal.objective, dual.objective, 2e-9);
        assert!(primal.objective <= dual.objective * (1.0 + 1e-13));
    }
}

#[test]
fn fewer_rows_than_columns_and_constant_columns_converge() {
    let x = [1.0, 5.0, 0.0, 2.0, 1.0, 5.0, 1.0, -1.0, 1.0, 5.0, 0.5, 0.25];
    let examples =
        Examples { rows: Rows::dense(&x, 3, 4).unwrap(), targets: &[1.0, -1.0, 1.0], weights: None };
    let subspace = Subspace::orthogonal_to(&[0.0, 0.0, 1.0, 1.0], 4).unwrap();
    for power in [Power::Linear, Power::Squared] {
        let fit = classify(&examples, Some(&subspace), options(power, Intercept::Free));
        let costs = [2.0; 3];
        let u = [0.0, 0.0, 1.0, 1.0];
        let expected = hinge_program(&x, examples.targets, &costs, &u, &[0.0], power == Power::Squared);
        close(fit.objective, expected, 1e-7);
    }
}

#[test]
fn rows_inside_the_span_leave_only_the_intercept() {
    // The second column is the constraint itself; after projection every row is zero.
    let x = [0.0, 1.0, 0.0, 2.0, 0.0, -1.0];
    let examples =
        Examples { rows: Rows::dense(&x, 3, 2).unwrap(), targets: &[1.0, 1.0, -1.0], weights: None };
    let subspace = Subspace::orthogonal_to(&[0.0, 3.0], 2).unwrap();
    let fit = classify(&examples, Some(&subspace), options(Power::Linear, Intercept::Free));
    assert_eq!(fit.coefficients, [0.0, 0.0]);
    close(fit.intercept, 1.0, 1e-12);
    close(fit.objective, 4.0, 1e-12);
    let fit = classify(&examples, Some(&subspace), options(Power::Linear, Intercept::Absent));
    close(fit.objective, 6.0, 1e-12);
}

#[test]
fn one_class_with_an_intercept_needs_no_weights() {
    let sample = Sample::new();
    let ones = vec![1.0; sample.n];
    let one_class = Examples { targets: &ones, ..sample.classified() };
    for power in [Power::Linear, Power::Squared] {
        let fit = classify(&one_class, None, options(power, Intercept::Free));
        assert!(fit.objective < 1e-12 && fit.coefficients.iter().all(|w| w.abs() < 1e-6), "{fit:?}");
    }
    let negative = vec![-1.0; sample.n];
    let fit = newton::squared_hinge(
        &Examples { targets: &negative, ..one_class },
        None,
        newton::Options::default(),
    );
    assert_eq!(fit.unwrap().objective, 0.0);
}

#[test]
fn a_limit_on_passes_is_reported_with_the_gap_it_leaves() {
    let sample = Sample::new();
    let mut options = options(Power::Linear, Intercept::Absent);
    options.iterations_max = 3;
    let fit = dual_descent::classify(&sample.classified(), None, ClassWeights::EQUAL, options).unwrap();
    assert_eq!((fit.outcome.iterations, fit.outcome.status), (3, Status::IterationLimit));
    assert!(fit.outcome.accuracy.relative() > options.tolerance);
    let Accuracy::DualityGap { dual, .. } = fit.outcome.accuracy else { panic!("{:?}", fit.outcome) };
    assert!(dual <= 62.852_396_723_197_14 && fit.objective >= 62.852_396_723_197_14);
}

#[test]
fn hostile_arguments_are_refused_by_name() {
    let sample = Sample::new();
    let plain = sample.classified();
    let solve = |examples: Examples<'_>, subspace: Option<&Subspace>, options: Options| {
        dual_descent::classify(&examples, subspace, ClassWeights::EQUAL, options).unwrap_err()
    };
    let some = options(Power::Linear, Intercept::Free);
    let short = Examples { targets: &sample.classes[1..], ..plain };
    assert!(matches!(solve(short, None, some), SolverError::LengthMismatch { argument: "targets", .. }));
    let wrong = Examples { targets: &sample.numbers, ..plain };
    assert!(matches!(solve(wrong, None, some), SolverError::NotBinary { row: 0, .. }));
    for bad in [f64::NAN, f64::INFINITY, -1.0] {
        let weights: Vec<f64> = (0..sample.n).map(|i| if i == 7 { bad } else { 1.0 }).collect();
        let found = solve(Examples { weights: Some(&weights), ..plain }, None, some);
        assert!(matches!(found, SolverError::OutOfRange { argument: "weights", row: 7, .. }));
        let mut options = some;
        options.cost = bad;
        assert!(matches!(solve(plain, None, options), SolverError::Parameter { parameter: "cost", .. }));
        options = some;
        options.tolerance = bad;
        assert!(matches!(solve(plain, None, options), SolverError::Parameter { parameter: "tolerance", .. }));
        let found = dual_descent::regress(&sample.measured(), None, bad, some).unwrap_err();
        assert!(matches!(found, SolverError::Parameter { parameter: "epsilon", .. }));
    }
    let nothing = vec![0.0; sample.n];
    assert_eq!(solve(Examples { weights: Some(&nothing), ..plain }, None, some), SolverError::NoRows);
    let other = Subspace::orthogonal_to(&[1.0, 0.0], 2).unwrap();
    assert!(matches!(solve(plain, Some(&other), some), SolverError::LengthMismatch { .. }));
}

#[test]
fn huge_numbers_end_as_an_error_or_a_finite_answer() {
    let x = [1e40, -1e40, 1e-40, 3.0];
    let examples =
        Examples { rows: Rows::dense(&x, 4, 1).unwrap(), targets: &[1.0, -1.0, 1.0, -1.0], weights: None };
    for power in [Power::Linear, Power::Squared] {
        for cost in [1e-40, 1.0, 1e40] {
            let mut options = options(power, Intercept::Free);
            (options.cost, options.iterations_max) = (cost, 200);
            match dual_descent::classify(&examples, None, ClassWeights::EQUAL, options) {
                Ok(fit) => assert!(fit.objective.is_finite() && fit.coefficients[0].is_finite()),
                Err(error) => assert_eq!(error, SolverError::Overflow),
            }
        }
    }
}

#[test]
fn subspaces_of_every_rank_are_the_same_as_projected_rows() {
    // Ranks whose coordinates lie beside a row's own numbers, in one line more, and in several.
    let (n, d) = (60, 16);
    let number = |i: usize, j: usize| ((i * 37 + j * 53 + i * j * 11) % 101) as f64 / 50.0 - 1.0;
    let x: Vec<f64> = (0..n * d).map(|place| number(place / d, place % d)).collect();
    let sample = Sample::new();
    fn examples<'a>(x: &'a [f64], targets: &'a [f64], d: usize) -> Examples<'a> {
        Examples { rows: Rows::dense(x, targets.len(), d).unwrap(), targets, weights: None }
    }
    for rank in [1, 2, 3, 10, 11, 15] {
        let vectors: Vec<f64> = (0..rank * d).map(|place| number(place % d + 3, place / d + 70)).collect();
        let subspace = Subspace::orthogonal_to(&vectors, d).unwrap();
        assert_eq!(subspace.rank(), rank);
        let mut projected = x.clone();
        projected.chunks_exact_mut(d).for_each(|row| subspace.project(row));
        for (power, intercept) in [(Power::Squared, Intercept::Absent), (Power::Linear, Intercept::Free)] {
            let mut options = options(power, intercept);
            options.tolerance = 1e-7;
            let inside = classify(&examples(&x, &sample.classes, d), Some(&subspace), options);
            let plain = classify(&examples(&projected, &sample.classes, d), None, options);
            close(inside.objective, plain.objective, 2e-7);
            for u in vectors.chunks_exact(d) {
                assert!(product(u, &inside.coefficients).abs() < 1e-12, "rank {rank}");
            }
        }
    }
}
