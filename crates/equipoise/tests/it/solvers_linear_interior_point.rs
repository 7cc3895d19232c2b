//! The interior point method against LIBLINEAR, LIBSVM, a quadratic program and dual coordinate descent.

use equipoise::solvers::{
    Accuracy, ClassWeights, Constraints, Examples, Intercept, Rows, SolverError, Subspace,
    dual_descent::{self, DualFit, Options},
    linear_interior_point,
};

use crate::solvers_data::{Csr, Sample, all_close, close, hinge_program, product};

fn options(intercept: Intercept) -> Options {
    let mut options = Options::default();
    (options.cost, options.intercept, options.tolerance) = (2.0, intercept, 1e-10);
    options
}

#[track_caller]
fn classify(examples: &Examples<'_>, subspace: Option<&Subspace>, options: Options) -> DualFit {
    let dual = linear_interior_point::classify(examples, subspace, ClassWeights::EQUAL, options).unwrap();
    check_certificate(&dual, options);
    dual
}

#[track_caller]
fn check_certificate(dual: &DualFit, options: Options) {
    let outcome = dual.fit.outcome;
    assert!(outcome.converged(), "{outcome:?}");
    let Accuracy::DualityGap { primal, dual: lower } = outcome.accuracy else { panic!("{outcome:?}") };
    assert_eq!(primal, dual.fit.objective);
    assert!(lower <= primal * (1.0 + 1e-12) && primal - lower <= options.tolerance * primal);
}

/// The figures of `solvers_machines`, where their sources are.
#[test]
fn optima_are_those_of_liblinear_and_libsvm() {
    let sample = Sample::new();
    let plain = sample.classified();
    let absent = classify(&plain, None, options(Intercept::Absent));
    close(absent.fit.objective, 62.852_396_723_197_14, 2e-9);
    let free = classify(&plain, None, options(Intercept::Free));
    close(free.fit.objective, 49.398_009_407_024_73, 1e-7);
    let weighted = Examples { weights: Some(&sample.weights), ..plain };
    close(classify(&weighted, None, options(Intercept::Free)).fit.objective, 65.847_552_334_456_8, 1e-7);
    for intercept in [Intercept::Free, Intercept::Absent] {
        let tube = linear_interior_point::regress(&sample.measured(), None, 0.2, options(intercept)).unwrap();
        check_certificate(&tube, options(intercept));
        let mut longer = options(intercept);
        (longer.tolerance, longer.iterations_max) = (1e-9, 100_000);
        let descent = dual_descent::regress(&sample.measured(), None, 0.2, longer).unwrap();
        close(tube.fit.objective, descent.objective, 2e-9);
    }
}

/// Two constraints with right-hand sides other than 0.
#[test]
fn constrained_machines_agree_with_a_quadratic_program() {
    let sample = Sample::new();
    let (u, c) = (sample.differences(2), [0.3, -0.2]);
    let constraints = Constraints { vectors: &u, d: sample.d, values: Some(&c), scales: None };
    let subspace = Subspace::new(constraints).unwrap();
    let expected = hinge_program(&sample.x, &sample.classes, &vec![2.0; sample.n], &u, &c, false);
    let dual = classify(&sample.classified(), Some(&subspace), options(Intercept::Free));
    close(dual.fit.objective, expected, 2e-9);
    for (u, c) in u.chunks(sample.d).zip(c) {
        assert!((product(u, &dual.fit.coefficients) - c).abs() < 1e-13);
    }
    assert!(dual.variables.iter().sum::<f64>().abs() < 1e-9);
}

#[test]
fn sparse_rows_are_solved_like_dense_ones() {
    let sample = Sample::new();
    let csr = Csr::of(&sample.x, sample.d);
    let sparse = Examples { rows: csr.rows(), ..sample.classified() };
    let (a, b) = (
        classify(&sample.classified(), None, options(Intercept::Free)),
        classify(&sparse, None, options(Intercept::Free)),
    );
    all_close(&a.fit.coefficients, &b.fit.coefficients, 1e-6);
}

/// Columns of large numbers and errors that are dear, where single steps creep.
#[test]
fn scales_of_columns_do_not_matter() {
    let sample = Sample::new();
    for scale in [1e-6, 1e4, 1e9] {
        let x: Vec<f64> =
            sample.x.iter().enumerate().map(|(i, x)| if i % 2 == 0 { scale * x } else { *x }).collect();
        let examples = Examples { rows: Rows::dense(&x, 60, 5).unwrap(), ..sample.classified() };
        for cost in [1e-3, 1.0, 1e5] {
            let mut options = options(Intercept::Free);
            (options.cost, options.tolerance) = (cost, 1e-7);
            let fit = classify(&examples, None, options).fit;
            assert!(fit.outcome.iterations < 100, "{scale} {cost} {:?}", fit.outcome);
        }
    }
}

#[test]
fn rows_that_a_hyperplane_separates_and_rows_without_columns_have_answers() {
    let separable = Examples {
        rows: Rows::dense(&[-2.0, -1.0, 1.0, 2.0], 4, 1).unwrap(),
        targets: &[-1.0, -1.0, 1.0, 1.0],
        weights: None,
    };
    let fit = classify(&separable, None, options(Intercept::Free)).fit;
    all_close(&[fit.coefficients[0], fit.intercept, fit.objective], &[1.0, 0.0, 0.5], 1e-8);
    let bare = Examples { rows: Rows::dense(&[], 4, 0).unwrap(), ..separable };
    close(classify(&bare, None, options(Intercept::Free)).fit.objective, 8.0, 1e-9);
}

#[test]
fn hostile_arguments_are_refused_by_name() {
    let sample = Sample::new();
    let mut bad = options(Intercept::Free);
    bad.tolerance = 0.0;
    let refused = linear_interior_point::classify(&sample.classified(), None, ClassWeights::EQUAL, bad);
    assert!(matches!(refused, Err(SolverError::Parameter { parameter: "tolerance", .. })));
    let refused = linear_interior_point::regress(&sample.measured(), None, -1.0, options(Intercept::Free));
    assert!(matches!(refused, Err(SolverError::Parameter { parameter: "epsilon", .. })));
    let one = Examples { targets: &[1.0; 60], ..sample.classified() };
    let refused = linear_interior_point::classify(&one, None, ClassWeights::EQUAL, options(Intercept::Free));
    assert_eq!(refused, Err(SolverError::OneClass { target: 1.0 }));
}
