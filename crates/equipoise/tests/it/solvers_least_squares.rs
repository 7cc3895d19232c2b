//! Ridge regression against closed forms and scikit-learn, and every route to it against the others.

use equipoise::solvers::{
    Constraints, Examples, Intercept, LinearFit, Rows, SolverError, Status, Subspace,
    least_squares::{
        GradientOptions, Moments, Ridge, kernel_ridge, kernel_ridge_by_gradients, ridge, ridge_by_gradients,
    },
};

use crate::solvers_data::{Csr, Sample, all_close, close, product};

const FREE: Ridge = Ridge { penalty: 0.7, intercept: Intercept::Free };
const ABSENT: Ridge = Ridge { penalty: 0.7, intercept: Intercept::Absent };

fn moments_of(examples: &Examples<'_>) -> Moments {
    let mut moments = Moments::new(examples.rows.d(), 0).unwrap();
    moments.update(examples, None).unwrap();
    moments
}

fn objective(examples: &Examples<'_>, fit: &LinearFit, penalty: f64) -> f64 {
    let weight = |i: usize| examples.weights.map_or(1.0, |weights| weights[i]);
    let loss = |i: usize| weight(i) * (examples.targets[i] - fit.score(&examples.rows, i)).powi(2);
    (0..examples.rows.n()).map(loss).sum::<f64>() + penalty * product(&fit.coefficients, &fit.coefficients)
}

/// scikit-learn 1.9.1, `Ridge(alpha=0.7)` with sample weights.
#[test]
fn weighted_ridge_is_that_of_scikit_learn() {
    let sample = Sample::new();
    let examples = Examples { weights: Some(&sample.weights), ..sample.measured() };
    let expected =
        [0.955_548_766_935, 0.010_093_003_7, -1.873_348_056_42, 0.010_278_111_730_4, 0.231_477_488_794];
    let direct = ridge(&moments_of(&examples), None, FREE).unwrap();
    let gradients = ridge_by_gradients(&examples, None, FREE, GradientOptions::default()).unwrap();
    for fit in [direct, gradients] {
        assert!(fit.outcome.converged());
        all_close(&fit.coefficients, &expected, 1e-8);
        close(fit.intercept, 3.016_283_835_381_736_5, 1e-9);
        close(fit.objective, objective(&examples, &fit, 0.7), 1e-12);
    }
}

/// The twelve points of Donini et al.'s reference set with λ = 0.5 and no intercept, by the closed form.
#[test]
fn hand_set_has_its_constrained_ridge() {
    let x = [
        0.5, 1.0, 1.0, 2.0, 1.5, 0.5, 2.0, 1.5, 2.5, 2.5, 0.0, 0.0, -0.5, 1.0, -1.0, -1.0, -1.5, 0.5, 0.5,
        -1.0, -2.0, -0.5, 1.0, -0.5,
    ];
    let y = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0];
    let examples = Examples { rows: Rows::dense(&x, 12, 2).unwrap(), targets: &y, weights: None };
    let options = Ridge { penalty: 0.5, intercept: Intercept::Absent };
    let moments = moments_of(&examples);
    all_close(&ridge(&moments, None, options).unwrap().coefficients, &[0.332_465, 0.273_739], 5e-7);
    let subspace = Subspace::orthogonal_to(&[-7.0 / 6.0, -1.5], 2).unwrap();
    let fair = ridge(&moments, Some(&subspace), options).unwrap();
    all_close(&fair.coefficients, &[0.269_663, -0.209_738], 5e-7);
    close(fair.objective, 10.921_348, 1e-7);
}

#[test]
fn every_route_finds_the_same_constrained_optimum() {
    let sample = Sample::new();
    let csr = Csr::of(&sample.x, 5);
    let vectors = sample.differences(3);
    for (values, options) in [(None, FREE), (None, ABSENT), (Some(&[0.3, -0.1, 0.2][..]), FREE)] {
        let subspace = Subspace::new(Constraints { vectors: &vectors, d: 5, values, scales: None }).unwrap();
        let examples = Examples { weights: Some(&sample.weights), ..sample.measured() };
        let direct = ridge(&moments_of(&examples), Some(&subspace), options).unwrap();
        close(direct.objective, objective(&examples, &direct, 0.7), 1e-11);
        let sparse = Examples { rows: csr.rows(), ..examples };
        for examples in [examples, sparse] {
            let fit =
                ridge_by_gradients(&examples, Some(&subspace), options, GradientOptions::default()).unwrap();
            assert!(fit.outcome.converged(), "{:?}", fit.outcome);
            all_close(&fit.coefficients, &direct.coefficients, 1e-8);
            close(fit.intercept, direct.intercept, 1e-8);
        }
        for (j, u) in vectors.chunks(5).enumerate() {
            let value = values.map_or(0.0, |values| values[j]);
            assert!((product(u, &direct.coefficients) - value).abs() < 1e-13);
        }
    }
}

/// Ridge with the projected rows is ridge inside the subspace.
#[test]
fn subspace_is_the_same_as_projected_rows() {
    let sample = Sample::new();
    let subspace = Subspace::orthogonal_to(&sample.differences(2), 5).unwrap();
    let mut projected = sample.x.clone();
    projected.chunks_exact_mut(5).for_each(|row| subspace.project(row));
    let rows = Rows::dense(&projected, sample.n, 5).unwrap();
    let inside = ridge(&moments_of(&sample.measured()), Some(&subspace), FREE).unwrap();
    let outside = ridge(&moments_of(&Examples { rows, ..sample.measured() }), None, FREE).unwrap();
    all_close(&inside.coefficients, &outside.coefficients, 1e-13);
    close(inside.intercept, outside.intercept, 1e-13);
}

#[test]
fn parts_merge_to_the_whole() {
    let (n, d) = (700, 6);
    let x: Vec<f64> = (0..n * d).map(|i| 1e6 + ((i * 7919 + i / d * 31) % 1009) as f64 / 500.0).collect();
    let y: Vec<f64> = (0..n).map(|i| ((i * 53) % 101) as f64).collect();
    let groups: Vec<u32> = (0..n).map(|i| (i % 3) as u32).collect();
    let part = |from: usize, to: usize| {
        let mut moments = Moments::new(d, 4).unwrap();
        let rows = Rows::dense(&x[from * d..to * d], to - from, d).unwrap();
        let examples = Examples { rows, targets: &y[from..to], weights: None };
        moments.update(&examples, Some(&groups[from..to])).unwrap();
        moments
    };
    let whole = part(0, n);
    let mut merged = Moments::new(d, 4).unwrap();
    for (from, to) in [(0, 1), (1, 300), (300, 300), (300, 700)] {
        merged.merge(&part(from, to)).unwrap();
    }
    let (a, b) = (ridge(&whole, None, FREE).unwrap(), ridge(&merged, None, FREE).unwrap());
    all_close(&a.coefficients, &b.coefficients, 1e-9);
    assert_eq!(merged.weight(), 700.0);
    assert_eq!(merged.groups().iter().map(|g| g.rows).collect::<Vec<_>>(), [234, 233, 233, 0]);
    let difference = whole.difference(0, 2).unwrap();
    all_close(&difference, &merged.difference(0, 2).unwrap(), 1e-8);
    assert_eq!(whole.difference(0, 3), None);
    assert_eq!(whole.difference(0, 9), None);
    // Columns far from zero keep their digits: the same rows without the shift have the same coefficients.
    let near: Vec<f64> = x.iter().map(|x| x - 1e6).collect();
    let examples = Examples { rows: Rows::dense(&near, n, d).unwrap(), targets: &y, weights: None };
    all_close(&ridge(&moments_of(&examples), None, FREE).unwrap().coefficients, &a.coefficients, 1e-7);
}

#[test]
fn very_sparse_rows_have_the_moments_of_dense_ones() {
    let (n, d) = (300, 40);
    let mut x = vec![0.0; n * d];
    for i in 0..n {
        for j in [i * 7 % d, i * 13 % d, (i * i + 3) % d] {
            x[i * d + j] = ((i + j) % 9) as f64 - 3.0;
        }
    }
    let csr = Csr::of(&x, d);
    let y: Vec<f64> = (0..n).map(|i| ((i * 53) % 101) as f64 / 10.0).collect();
    let weights: Vec<f64> = (0..n).map(|i| (i % 3) as f64).collect();
    let sparse = Examples { rows: csr.rows(), targets: &y, weights: Some(&weights) };
    let dense = Examples { rows: Rows::dense(&x, n, d).unwrap(), ..sparse };
    for options in [FREE, ABSENT] {
        let (a, b) = (
            ridge(&moments_of(&sparse), None, options).unwrap(),
            ridge(&moments_of(&dense), None, options).unwrap(),
        );
        all_close(&a.coefficients, &b.coefficients, 1e-11);
        close(a.objective, b.objective, 1e-11);
    }
}

#[test]
fn weight_is_repetition_and_weight_zero_is_absence() {
    let sample = Sample::new();
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for i in 0..sample.n {
        for _ in 0..i % 4 {
            x.extend_from_slice(&sample.x[i * 5..(i + 1) * 5]);
            y.push(sample.numbers[i]);
        }
    }
    let repeated = Examples { rows: Rows::dense(&x, y.len(), 5).unwrap(), targets: &y, weights: None };
    let weighted = Examples { weights: Some(&sample.weights), ..sample.measured() };
    let (a, b) = (
        ridge(&moments_of(&weighted), None, FREE).unwrap(),
        ridge(&moments_of(&repeated), None, FREE).unwrap(),
    );
    all_close(&a.coefficients, &b.coefficients, 1e-12);
}

#[test]
fn dependent_columns_need_a_penalty() {
    let x = [1.0, 2.0, 2.0, 4.0, 3.0, 6.0];
    let examples =
        Examples { rows: Rows::dense(&x, 3, 2).unwrap(), targets: &[1.0, 2.0, 2.0], weights: None };
    let none = Ridge { penalty: 0.0, intercept: Intercept::Free };
    let moments = moments_of(&examples);
    assert_eq!(ridge(&moments, None, none), Err(SolverError::Singular { column: 1 }));
    let small = Ridge { penalty: 1e-3, intercept: Intercept::Free };
    let fit = ridge(&moments, None, small).unwrap();
    // Along (1, 2): 5 Sxx s + λ s = Sxy √5 … the penalty prefers the columns in proportion.
    close(fit.coefficients[1], 2.0 * fit.coefficients[0], 1e-9);
}

#[test]
fn fewer_rows_than_columns_interpolate_as_the_penalty_falls() {
    let x = [1.0, 0.0, 2.0, 1.0, -1.0, 0.5, 3.0, 0.0];
    let examples = Examples { rows: Rows::dense(&x, 2, 4).unwrap(), targets: &[3.0, -1.0], weights: None };
    let options = Ridge { penalty: 1e-6, intercept: Intercept::Absent };
    let direct = ridge(&moments_of(&examples), None, options).unwrap();
    let gradients = ridge_by_gradients(&examples, None, options, GradientOptions::default()).unwrap();
    all_close(&direct.coefficients, &gradients.coefficients, 1e-6);
    assert!((direct.score(&examples.rows, 0) - 3.0).abs() < 1e-5);
}

/// scikit-learn 1.9.1, `KernelRidge(alpha=0.7, kernel="rbf", gamma=0.5)` with sample weights 1, 2, 3, 4, 1, …, no
/// intercept: the first dual coefficients, for the weights' convention (y − Kα = λα/w).
#[test]
fn kernel_ridge_is_that_of_scikit_learn() {
    let sample = Sample::new();
    let kernel = rbf(&sample.x, 5, 0.5);
    let weights: Vec<f64> = sample.weights.iter().map(|w| w + 1.0).collect();
    let fit = kernel_ridge(&kernel, &sample.numbers, Some(&weights), ABSENT).unwrap();
    let expected = [0.748_024_737_985, 0.178_926_533_598, -0.783_802_029_227, 0.878_589_840_867];
    all_close(&fit.coefficients[..4], &expected, 1e-9);
    assert!(fit.outcome.accuracy.relative() < 1e-13);
}

fn rbf(x: &[f64], d: usize, gamma: f64) -> Vec<f64> {
    let mut kernel = Vec::new();
    for a in x.chunks(d) {
        for b in x.chunks(d) {
            let squared: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
            kernel.push((-gamma * squared).exp());
        }
    }
    kernel
}

#[test]
fn kernel_ridge_with_the_linear_kernel_is_ridge() {
    let sample = Sample::new();
    let n = sample.n;
    let linear: Vec<f64> =
        (0..n * n).map(|at| product(&sample.x[at / n * 5..][..5], &sample.x[at % n * 5..][..5])).collect();
    let examples = Examples { weights: Some(&sample.weights), ..sample.measured() };
    for options in [FREE, ABSENT] {
        let direct = ridge(&moments_of(&examples), None, options).unwrap();
        let by_kernel = kernel_ridge(&linear, &sample.numbers, Some(&sample.weights), options).unwrap();
        let product_of = |v: &[f64], out: &mut [f64]| {
            (0..n).for_each(|i| out[i] = product(&linear[i * n..(i + 1) * n], v));
        };
        let (numbers, weights) = (&sample.numbers, Some(&sample.weights[..]));
        let by_gradients =
            kernel_ridge_by_gradients(product_of, numbers, weights, options, GradientOptions::default())
                .unwrap();
        for fit in [by_kernel, by_gradients] {
            assert!(fit.outcome.converged());
            let mut w = vec![0.0; 5];
            for (i, alpha) in fit.coefficients.iter().enumerate() {
                sample.rows().add_scaled(i, *alpha, &mut w);
                assert!(sample.weights[i] > 0.0 || *alpha == 0.0);
            }
            all_close(&w, &direct.coefficients, 1e-6);
            close(fit.intercept, direct.intercept, 1e-6);
            close(fit.objective, direct.objective, 1e-9);
        }
    }
}

#[test]
fn hostile_kernels_are_refused() {
    let solve = |kernel: &[f64]| kernel_ridge(kernel, &[1.0, 2.0], None, FREE);
    assert!(matches!(solve(&[1.0; 3]), Err(SolverError::LengthMismatch { .. })));
    assert_eq!(solve(&[1.0, 0.5, 0.4, 1.0]), Err(SolverError::NotSymmetric { row: 1, column: 0 }));
    assert!(matches!(solve(&[1.0, f64::NAN, 0.5, 1.0]), Err(SolverError::OutOfRange { row: 0, .. })));
    assert!(matches!(solve(&[1.0, 5.0, 5.0, 1.0]), Err(SolverError::Singular { column: 1 })));
    let nothing = kernel_ridge(&[], &[], None, FREE);
    assert_eq!(nothing, Err(SolverError::NoRows));
    let indefinite = |v: &[f64], out: &mut [f64]| (out[0], out[1]) = (v[0] + 5.0 * v[1], 5.0 * v[0] + v[1]);
    let fit = kernel_ridge_by_gradients(indefinite, &[1.0, -1.0], None, ABSENT, GradientOptions::default())
        .unwrap();
    assert_eq!(fit.outcome.status, Status::Stalled);
}

#[test]
fn hostile_moments_are_refused_and_leave_nothing_behind() {
    let sample = Sample::new();
    let mut moments = Moments::new(5, 2).unwrap();
    let before = moments.clone();
    let nan = vec![f64::NAN; sample.n];
    let bad = Examples { targets: &nan, ..sample.measured() };
    assert!(matches!(moments.update(&bad, None), Err(SolverError::OutOfRange { argument: "targets", .. })));
    let groups = vec![2; sample.n];
    let found = moments.update(&sample.measured(), Some(&groups));
    assert_eq!(found, Err(SolverError::OutOfRange { argument: "groups", row: 0, value: 2.0 }));
    assert!(moments.update(&sample.measured(), Some(&groups[1..])).is_err());
    assert!(moments.merge(&Moments::new(5, 3).unwrap()).is_err());
    assert!(moments.merge(&Moments::new(4, 2).unwrap()).is_err());
    assert_eq!(moments, before);
    assert_eq!(ridge(&moments, None, FREE), Err(SolverError::NoRows));
    assert!(matches!(Moments::new(1 << 40, 0), Err(SolverError::Parameter { .. })));
    for penalty in [f64::NAN, -1.0, f64::INFINITY] {
        let options = Ridge { penalty, intercept: Intercept::Free };
        assert!(matches!(ridge(&before, None, options), Err(SolverError::Parameter { .. })));
    }
}
