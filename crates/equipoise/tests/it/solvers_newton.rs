//! Logistic regression against scikit-learn and finite differences, and its invariances.

use equipoise::solvers::{
    Accuracy, ClassWeights, Constraints, Examples, Intercept, LinearFit, Rows, SolverError, Status, Subspace,
    newton::{self, Options},
};

use crate::solvers_data::{Csr, Sample, all_close, close, product};

fn options(intercept: Intercept) -> Options {
    let mut options = Options::default();
    (options.cost, options.intercept, options.tolerance) = (2.0, intercept, 1e-11);
    options
}

#[track_caller]
fn logistic(examples: &Examples<'_>, subspace: Option<&Subspace>, options: Options) -> LinearFit {
    let fit = newton::logistic(examples, subspace, options).unwrap();
    assert!(fit.outcome.converged(), "{:?}", fit.outcome);
    fit
}

fn objective(examples: &Examples<'_>, w: &[f64], b: f64) -> f64 {
    let weight = |i: usize| examples.weights.map_or(1.0, |weights| weights[i]);
    let margin = |i: usize| examples.targets[i] * (examples.rows.dot(i, w) + b);
    let loss: f64 = (0..examples.rows.n()).map(|i| weight(i) * (-margin(i)).exp().ln_1p()).sum();
    0.5 * product(w, w) + 2.0 * loss
}

/// scikit-learn 1.9.1, `LogisticRegression(C=2, solver="newton-cholesky", tol=1e-12)`; the second with sample weights
/// and `class_weight={-1: 1, 1: 3}`.
#[test]
fn optimum_is_that_of_scikit_learn() {
    let sample = Sample::new();
    let fit = logistic(&sample.classified(), None, options(Intercept::Free));
    close(fit.objective, 48.309_124_831_390_314, 1e-13);
    close(fit.intercept, -1.104_896_235_610_158_6, 1e-9);
    let expected =
        [2.337_278_722_34, 1.793_831_167_38, 0.194_332_943_329, 0.213_894_714_606, 0.120_110_103_121];
    all_close(&fit.coefficients, &expected, 1e-9);
    let weighted = Examples { weights: Some(&sample.weights), ..sample.classified() };
    let mut options = options(Intercept::Free);
    options.class_weights = ClassWeights { negative: 1.0, positive: 3.0 };
    let fit = logistic(&weighted, None, options);
    close(fit.objective, 106.151_989_434_762_84, 1e-13);
    close(fit.intercept, -0.250_349_205_071_519_14, 1e-8);
}

/// At the optimum no direction of the subspace goes down: the gradient by central differences is orthogonal to it.
#[test]
fn gradient_by_differences_vanishes_inside_the_subspace() {
    let sample = Sample::new();
    let subspace = Subspace::orthogonal_to(&sample.differences(2), 5).unwrap();
    let examples = Examples { weights: Some(&sample.weights), ..sample.classified() };
    let fit = logistic(&examples, Some(&subspace), options(Intercept::Free));
    close(fit.objective, objective(&examples, &fit.coefficients, fit.intercept), 1e-13);
    let step = 1e-5;
    let slope = |j: usize| {
        let at = |change: f64| {
            let mut w = fit.coefficients.clone();
            w[j] += change;
            objective(&examples, &w, fit.intercept)
        };
        (at(step) - at(-step)) / (2.0 * step)
    };
    let mut gradient: Vec<f64> = (0..5).map(slope).collect();
    assert!(product(&gradient, &gradient) > 1.0, "the constraint costs nothing: {gradient:?}");
    subspace.project(&mut gradient);
    all_close(&gradient, &[0.0; 5], 1e-7);
    let at = |b: f64| objective(&examples, &fit.coefficients, b);
    assert!(((at(fit.intercept + step) - at(fit.intercept - step)) / (2.0 * step)).abs() < 1e-7);
}

#[test]
fn subspace_is_the_same_as_projected_rows() {
    let sample = Sample::new();
    let subspace = Subspace::orthogonal_to(&sample.differences(3), 5).unwrap();
    let mut projected = sample.x.clone();
    projected.chunks_exact_mut(5).for_each(|row| subspace.project(row));
    let rows = Rows::dense(&projected, sample.n, 5).unwrap();
    for intercept in [Intercept::Absent, Intercept::Free] {
        let inside = logistic(&sample.classified(), Some(&subspace), options(intercept));
        let outside = logistic(&Examples { rows, ..sample.classified() }, None, options(intercept));
        close(inside.objective, outside.objective, 1e-13);
        all_close(&inside.coefficients, &outside.coefficients, 1e-9);
        close(inside.intercept, outside.intercept, 1e-9);
        assert!(sample.differences(3).chunks(5).all(|u| product(u, &inside.coefficients).abs() < 1e-14));
    }
}

#[test]
fn fixed_right_hand_sides_are_met_and_cost_what_a_search_finds() {
    let sample = Sample::new();
    let u = sample.differences(1);
    let at = |value: f64| {
        let values = Some(&[value][..]);
        let subspace = Subspace::new(Constraints { vectors: &u, d: 5, values, scales: None }).unwrap();
        let fit = logistic(&sample.classified(), Some(&subspace), options(Intercept::Free));
        close(product(&fit.coefficients, &u), value, 1e-12);
        fit.objective
    };
    let plain = logistic(&sample.classified(), None, options(Intercept::Free));
    let free = product(&plain.coefficients, &u);
    close(at(free), plain.objective, 1e-12);
    // Convex in the right-hand side, with its minimum where nothing binds.
    let values: Vec<f64> = (-3..=3).map(|step| at(free + 0.2 * f64::from(step))).collect();
    assert!(values.windows(3).all(|three| three[0] + three[2] > 2.0 * three[1]));
    assert!(values.iter().all(|value| *value >= plain.objective * (1.0 - 1e-13)));
}

#[test]
fn eight_constraints_some_dependent_are_met_on_sparse_rows() {
    let (n, d) = (200, 12);
    let x: Vec<f64> = (0..n * d)
        .map(|i| if i * 7 % 3 == 0 { ((i * 37 + i / d * 11) % 23) as f64 - 11.0 } else { 0.0 })
        .collect();
    let csr = Csr::of(&x, d);
    let y: Vec<f64> = (0..n).map(|i| if (i * 29 + i * i) % 7 < 3 { 1.0 } else { -1.0 }).collect();
    let mut u: Vec<f64> = (0..6 * d).map(|i| ((i * 13) % 17) as f64 - 8.0).collect();
    u.extend((0..d).map(|j| 0.0 * j as f64));
    let sum: Vec<f64> = (0..d).map(|j| u[j] - 2.0 * u[d + j]).collect();
    u.extend(sum);
    let subspace = Subspace::orthogonal_to(&u, d).unwrap();
    assert_eq!((subspace.n_constraints(), subspace.rank()), (8, 6));
    let examples = Examples { rows: csr.rows(), targets: &y, weights: None };
    let sparse = logistic(&examples, Some(&subspace), options(Intercept::Free));
    let dense = Examples { rows: Rows::dense(&x, n, d).unwrap(), ..examples };
    close(sparse.objective, logistic(&dense, Some(&subspace), options(Intercept::Free)).objective, 1e-13);
    assert!(u.chunks(d).all(|u| product(u, &sparse.coefficients).abs() < 1e-11));
}

#[test]
fn weight_is_repetition() {
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
    let (a, b) = (
        logistic(&weighted, None, options(Intercept::Free)),
        logistic(&repeated, None, options(Intercept::Free)),
    );
    all_close(&a.coefficients, &b.coefficients, 1e-10);
}

#[test]
fn a_shift_of_every_column_moves_the_intercept_alone() {
    let sample = Sample::new();
    let shifted: Vec<f64> = sample.x.iter().map(|x| x + 100.0).collect();
    let rows = Rows::dense(&shifted, sample.n, 5).unwrap();
    let plain = logistic(&sample.classified(), None, options(Intercept::Free));
    let mut loose = options(Intercept::Free);
    loose.tolerance = 1e-8;
    let moved = logistic(&Examples { rows, ..sample.classified() }, None, loose);
    all_close(&moved.coefficients, &plain.coefficients, 1e-6);
    close(moved.intercept + 100.0 * moved.coefficients.iter().sum::<f64>(), plain.intercept, 1e-6);
}

#[test]
fn bytes_do_not_depend_on_the_number_of_threads() {
    let (n, d) = (20_000, 7);
    let x: Vec<f64> = (0..n * d).map(|i| ((i * 7919 + i / d * 31) % 1009) as f64 / 500.0 - 1.0).collect();
    let y: Vec<f64> =
        (0..n).map(|i| if x[i * d] + x[i * d + 3] > 0.1 * (i % 7) as f64 { 1.0 } else { -1.0 }).collect();
    let examples = Examples { rows: Rows::dense(&x, n, d).unwrap(), targets: &y, weights: None };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| logistic(&examples, None, Options::default()))
    };
    let one = with(1);
    assert_eq!(one, with(2));
    assert_eq!(one, with(3));
}

#[test]
fn one_class_has_no_finite_intercept_but_may_do_without() {
    let sample = Sample::new();
    let ones = vec![1.0; sample.n];
    let one_class = Examples { targets: &ones, ..sample.classified() };
    let error = newton::logistic(&one_class, None, options(Intercept::Free)).unwrap_err();
    assert_eq!(error, SolverError::OneClass { target: 1.0 });
    let fit = logistic(&one_class, None, options(Intercept::Absent));
    assert!(fit.intercept == 0.0 && fit.coefficients.iter().all(|w| w.is_finite()));
    // The other class has rows, but none that counts.
    let weights: Vec<f64> = sample.classes.iter().map(|y| (1.0 - y) / 2.0).collect();
    let unweighted = Examples { weights: Some(&weights), ..sample.classified() };
    let error = newton::logistic(&unweighted, None, options(Intercept::Free)).unwrap_err();
    assert_eq!(error, SolverError::OneClass { target: -1.0 });
}

#[test]
fn columns_without_signal_give_the_log_odds() {
    let x = vec![3.0; 40];
    let y: Vec<f64> = (0..40).map(|i| if i < 10 { 1.0 } else { -1.0 }).collect();
    let examples = Examples { rows: Rows::dense(&x, 40, 1).unwrap(), targets: &y, weights: None };
    let fit = logistic(&examples, None, options(Intercept::Free));
    close(fit.intercept + 3.0 * fit.coefficients[0], (10.0_f64 / 30.0).ln(), 1e-9);
    assert!(fit.coefficients[0].abs() < 1e-9, "{fit:?}");
    let empty = Examples { rows: Rows::dense(&[], 40, 0).unwrap(), ..examples };
    close(logistic(&empty, None, options(Intercept::Free)).intercept, -3.0_f64.ln(), 1e-12);
}

#[test]
fn separable_rows_of_any_scale_converge() {
    for scale in [1e-12, 1.0, 1e8] {
        let x: Vec<f64> = (0..40).map(|i| scale * (f64::from(i) - 19.5)).collect();
        let y: Vec<f64> = x.iter().map(|x| x.signum()).collect();
        let examples = Examples { rows: Rows::dense(&x, 40, 1).unwrap(), targets: &y, weights: None };
        let mut options = options(Intercept::Free);
        options.tolerance = 1e-8;
        logistic(&examples, None, options);
    }
}

#[test]
fn a_limit_on_steps_is_reported_with_the_norm_it_leaves() {
    let sample = Sample::new();
    let mut options = options(Intercept::Free);
    options.iterations_max = 1;
    let fit = newton::logistic(&sample.classified(), None, options).unwrap();
    assert_eq!((fit.outcome.iterations, fit.outcome.status), (1, Status::IterationLimit));
    let Accuracy::GradientNorm { norm, start, objective } = fit.outcome.accuracy else { panic!("{fit:?}") };
    assert!(norm > 0.0 && norm < start && objective == fit.objective);
    // Strong convexity: above the optimum by at most half the square of the norm, up to the part of b.
    assert!(objective - 48.309_124_831_390_314 <= 0.5 * norm * norm);
}
