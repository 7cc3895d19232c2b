//! Parameters and samples of fair empirical risk minimization that are refused, and degenerate ones that are not.

use equipoise::{
    groups::Label,
    kernels::{Factor, Gamma, KernelError, Precomputed, PrecomputedRows},
    methods::{
        Bounds, Fairness, FitError, Labelled, PlanError,
        inprocessing::fair_erm::{
            Approximation, ClassBalance, Formulation, KernelChoice, Loss, Parameters, Plan, Refine,
        },
    },
    notion::Notion,
    solvers::{GramRows, Intercept, Rows},
};

use super::methods_samples::{Table, all_close, close, comparison};

const LOSSES: [Loss; 4] = [
    Loss::Hinge { cost: 1.0 },
    Loss::Logistic { cost: 1.0 },
    Loss::Squared { penalty: 1.0 },
    Loss::EpsilonInsensitive { cost: 1.0, epsilon: 0.1 },
];
const RBF: KernelChoice = KernelChoice::Rbf(Gamma::Scale);

fn asked(loss: Loss) -> Parameters {
    Parameters::new(loss, Fairness::new(Notion::DemographicParity))
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Parameters), loss: Loss) -> PlanError {
    let mut parameters = asked(loss);
    change(&mut parameters);
    Plan::new(parameters).unwrap_err()
}

#[test]
fn parameters_out_of_range_are_errors_that_name_them() {
    let hinge = LOSSES[0];
    let name = |error: PlanError| match error {
        PlanError::OutOfRange { parameter, .. } => parameter,
        other => panic!("{other}"),
    };
    for cost in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert_eq!(name(refused(|p| p.loss = Loss::Hinge { cost }, hinge)), "cost");
        assert_eq!(name(refused(|p| p.loss = Loss::Logistic { cost }, hinge)), "cost");
    }
    assert_eq!(name(refused(|p| p.loss = Loss::Squared { penalty: -1.0 }, hinge)), "penalty");
    let tube = Loss::EpsilonInsensitive { cost: 1.0, epsilon: -0.1 };
    assert_eq!(name(refused(|p| p.loss = tube, hinge)), "epsilon");
    assert_eq!(name(refused(|p| p.tolerance = 0.0, hinge)), "tolerance");
    assert_eq!(name(refused(|p| p.kernel = KernelChoice::Laplacian(Gamma::Value(0.0)), hinge)), "gamma");
    let polynomial = |degree, constant| KernelChoice::Polynomial { degree, gamma: Gamma::Auto, constant };
    assert_eq!(name(refused(|p| p.kernel = polynomial(0, 1.0), hinge)), "degree");
    assert_eq!(name(refused(|p| p.kernel = polynomial(2, f64::NAN), hinge)), "constant");
    let features = |approximation: Approximation| {
        move |p: &mut Parameters| (p.kernel, p.approximation) = (RBF, approximation)
    };
    assert_eq!(name(refused(features(Approximation::Nystrom { landmarks: 0 }), hinge)), "landmarks");
    assert_eq!(name(refused(features(Approximation::Fourier { pairs: 0 }), hinge)), "pairs");
    let factors = ClassBalance::Factors { negative: 1.0, positive: 0.0 };
    assert_eq!(name(refused(|p| p.class_balance = factors, hinge)), "factor of the positive class");
    assert_eq!(name(refused(|p| p.fairness.bounds = Bounds::Same(-1.0), hinge)), "bound");
}

#[test]
fn choices_that_do_not_go_together_are_errors() {
    let conflict = |error: PlanError| matches!(error, PlanError::Conflict { .. });
    let nystrom = Approximation::Nystrom { landmarks: 3 };
    let fourier = Approximation::Fourier { pairs: 3 };
    let sigmoid = KernelChoice::Sigmoid { gamma: Gamma::Auto, constant: 0.0 };
    let polynomial = KernelChoice::Polynomial { degree: 2, gamma: Gamma::Auto, constant: 0.0 };
    for (kernel, approximation) in [
        (KernelChoice::Linear, nystrom),
        (KernelChoice::Linear, fourier),
        (KernelChoice::Precomputed, nystrom),
        (sigmoid, nystrom),
        (sigmoid, fourier),
        (polynomial, fourier),
    ] {
        let change = |p: &mut Parameters| (p.kernel, p.approximation) = (kernel, approximation);
        assert!(conflict(refused(change, LOSSES[0])), "{kernel:?} {approximation:?}");
    }
    assert!(conflict(refused(|p| p.kernel = sigmoid, LOSSES[1])));
    for loss in [LOSSES[2], LOSSES[3]] {
        assert!(conflict(refused(|p| p.class_balance = ClassBalance::Balanced, loss)));
    }
    assert!(matches!(
        refused(|p| p.fairness.notion = Notion::Calibration, LOSSES[3]),
        PlanError::Unsupported(unsupported) if unsupported.method == "fair_svr"
    ));
    for loss in &LOSSES[1..] {
        assert!(conflict(refused(|p| p.formulation = Formulation::Published, *loss)));
    }
    let published_and_refined = |p: &mut Parameters| {
        (p.formulation, p.refine) = (Formulation::Published, Refine::Rates { bound: 0.1 });
    };
    assert!(conflict(refused(published_and_refined, LOSSES[0])));
    assert!(conflict(refused(|p| p.refine = Refine::Rates { bound: 0.1 }, LOSSES[3])));
}

/// Weights of the classes are those that scikit-learn 1.9 computes from weighted rows: n / (2 n_class).
#[test]
fn balanced_classes_weigh_the_same() {
    let table = Table::three_groups();
    let y: Vec<f64> = (0..60).map(|i| if i % 4 == 0 { 1.0 } else { -1.0 }).collect();
    let weights: Vec<f64> = (0..60).map(|i| 1.0 + (i % 3) as f64).collect();
    let total = |class: f64| -> f64 { (0..60).filter(|&i| y[i] == class).map(|i| weights[i]).sum() };
    let half = 0.5 * weights.iter().sum::<f64>();
    let (negative, positive) = (half / total(-1.0), half / total(1.0));
    let table = Table { y, weights: Some(weights), ..table };
    for loss in [LOSSES[0], LOSSES[1]] {
        let fit = |balance| {
            let mut parameters = asked(loss);
            (parameters.class_balance, parameters.tolerance) = (balance, 1e-9);
            table.fit(parameters).training.objective
        };
        let balanced = fit(ClassBalance::Balanced);
        close(balanced, fit(ClassBalance::Factors { negative, positive }), 1e-9 * balanced);
        assert!((balanced - fit(ClassBalance::Equal)).abs() > 1e-3);
    }
}

#[test]
fn matrices_that_are_no_kernel_are_errors() {
    let mut parameters = asked(LOSSES[2]);
    parameters.kernel = KernelChoice::Precomputed;
    let fit = |x: &[f64], d: usize, y: &[f64]| Table::new(x, d, y, &[0, 1]).try_fit(parameters.clone());
    let oblong = fit(&[1.0, 0.0, 0.0, 0.0, 1.0, 0.0], 3, &[1.0, 2.0]);
    assert!(matches!(oblong, Err(FitError::Kernel(KernelError::NotSquare { n: 2, .. }))));
    let crooked = fit(&[1.0, 0.5, 0.0, 1.0], 2, &[1.0, 2.0]);
    assert!(matches!(crooked, Err(FitError::Kernel(KernelError::NotSymmetric { .. }))));
    let negative = fit(&[-3.0, 0.0, 0.0, -3.0], 2, &[1.0, 2.0]);
    assert_eq!(negative.unwrap_err(), FitError::Indefinite { constraint: 0 });
    let overflow = Table::new(&[1e30, -1e30, 1e30, 2e30], 2, &[1.0, -1.0], &[0, 1]);
    for loss in LOSSES {
        let mut parameters = asked(loss);
        parameters.kernel = KernelChoice::Polynomial { degree: 9, gamma: Gamma::Value(1.0), constant: 0.0 };
        assert!(overflow.try_fit(parameters).is_err(), "{loss:?}");
    }
}

/// Rows without columns, identical rows, one row a group: a constant or a small model, never a panic.
#[test]
fn degenerate_samples_have_answers() {
    let tables = [
        Table::new(&[], 0, &[1.0, -1.0, 1.0], &[0, 1, 1]),
        Table::new(&[2.0; 8], 2, &[1.0, -1.0, 1.0, -1.0], &[0, 0, 1, 1]),
        Table::new(&[0.0, 1.0], 1, &[-1.0, 1.0], &[0, 1]),
        Table::new(&[1e-200, 2e-200, -1e-200, 5e-200], 1, &[-1.0, 1.0, 1.0, -1.0], &[0, 0, 1, 1]),
        Table::new(&[1e9, -1e9, 3e9, 2e9], 1, &[-1.0, 1.0, 1.0, -1.0], &[0, 0, 1, 1]),
    ];
    for (number, table) in tables.iter().enumerate() {
        for loss in LOSSES {
            for kernel in [KernelChoice::Linear, KernelChoice::Rbf(Gamma::Value(0.5))] {
                for bound in [0.0, 0.1] {
                    let mut parameters = asked(loss);
                    (parameters.kernel, parameters.fairness.bounds) = (kernel, Bounds::Same(bound));
                    let fitted = table.try_fit(parameters).unwrap();
                    assert!(fitted.training.objective.is_finite(), "{number} {loss:?} {kernel:?}");
                    let scores = fitted.score.of_rows(&table.rows()).unwrap();
                    assert!(scores.iter().all(|f| f.is_finite()), "{number} {loss:?} {kernel:?}");
                }
            }
        }
    }
}

#[test]
fn no_rows_are_an_error() {
    for loss in LOSSES {
        for kernel in [KernelChoice::Linear, KernelChoice::Rbf(Gamma::Value(1.0)), KernelChoice::Precomputed]
        {
            let mut parameters = asked(loss);
            parameters.kernel = kernel;
            let rows = Rows::dense(&[], 0, 0).unwrap();
            let sample = Labelled { rows, target: &[], sensitive: &[], strata: &[], weights: None };
            assert_eq!(Plan::new(parameters).unwrap().fit(&sample).unwrap_err(), FitError::NoRows);
        }
    }
}

/// Rows of weight 0 are as good as absent, also where they would be a class or a group of their own.
#[test]
fn rows_without_weight_have_no_say() {
    let table = Table::three_groups();
    for loss in LOSSES {
        let table = if loss.is_classifier() { table.clone().classified() } else { table.clone() };
        let weights: Vec<f64> = table.s.iter().map(|&s| if s == 2 { 0.0 } else { 1.0 }).collect();
        let kept: Vec<usize> = (0..60).filter(|&i| weights[i] > 0.0).collect();
        let mut parameters = asked(loss);
        (parameters.kernel, parameters.tolerance) = (KernelChoice::Rbf(Gamma::Value(0.5)), 1e-9);
        let weighted = Table { weights: Some(weights), ..table.clone() }.fit(parameters.clone());
        let absent = table.rows_of(&kept).fit(parameters);
        assert_eq!(weighted.training.rows, kept.len());
        let value = absent.training.objective;
        close(weighted.training.objective, value, 1e-8 * value);
        let scores: Vec<f64> = kept.iter().map(|&i| weighted.scores[i]).collect();
        all_close(&scores, &absent.scores, 1e-5);
        assert_eq!(comparison(&weighted).empty.len(), 1);
        assert_eq!(table.labels[2], Label::new("2"));
    }
}

/// A tolerance that cannot be met is a status with numbers.
#[test]
fn not_converging_is_a_value() {
    let table = Table::three_groups();
    let mut parameters = asked(Loss::EpsilonInsensitive { cost: 1e6, epsilon: 0.0 });
    (parameters.intercept, parameters.tolerance) = (Intercept::Absent, 1e-30);
    let fitted = table.fit(parameters);
    assert!(!fitted.training.outcome.converged(), "{:?}", fitted.training.outcome);
    assert!(fitted.training.objective.is_finite());
}

#[test]
fn parts_of_rows_and_single_entries_are_those_of_the_whole() {
    let x: Vec<f64> = (0..12).map(|i| if i % 3 == 1 { 0.0 } else { f64::from(i) }).collect();
    let x_f32: Vec<f32> = x.iter().map(|&x| x as f32).collect();
    let (offsets, indices) = ([0, 2, 3, 6], [0, 2, 1, 0, 1, 2]);
    let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let values_f32 = values.map(|value| value as f32);
    for rows in [
        Rows::dense_strided(&x[..11], 3, 3, 4).unwrap(),
        Rows::dense_f32(&x_f32, 4, 3, 3).unwrap(),
        Rows::csr(&offsets, &indices, &values, 3).unwrap(),
        Rows::csr_f32(&offsets, &indices, &values_f32, 3).unwrap(),
    ] {
        for start in 0..=rows.n() {
            for end in start..=rows.n() {
                let part = rows.part(start..end);
                assert_eq!((part.n(), part.d(), part.is_sparse()), (end - start, 3, rows.is_sparse()));
                for i in 0..part.n() {
                    assert!(part.entries(i).eq(rows.entries(start + i)));
                    for j in 0..3 {
                        let mut unit = [0.0; 3];
                        unit[j] = 1.0;
                        assert_eq!(part.at(i, j), part.dot(i, &unit));
                    }
                }
            }
        }
    }
}

#[test]
fn factors_make_the_matrix_and_turn_weights_into_coefficients() {
    // Rank 2: the third row is the sum of the others.
    let matrix = [2.0, 1.0, 3.0, 1.0, 5.0, 6.0, 3.0, 6.0, 9.0];
    let sparse = Rows::csr(&[0, 3, 6, 9], &[0, 1, 2, 0, 1, 2, 0, 1, 2], &matrix, 3).unwrap();
    let precomputed = PrecomputedRows::new(sparse).unwrap();
    assert_eq!(precomputed.diagonal(), [2.0, 5.0, 9.0]);
    let factor = Factor::new(&precomputed).unwrap();
    assert_eq!(factor, Factor::new(&Precomputed::new(&matrix, 3).unwrap()).unwrap());
    assert_eq!((factor.rank(), factor.pivots()), (2, &[2, 0][..]));
    let row = |i: usize| &factor.values()[2 * i..2 * i + 2];
    let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    for (place, entry) in matrix.iter().enumerate() {
        close(product(row(place / 3), row(place % 3)), *entry, 1e-14);
    }
    let w = [0.3, -0.7];
    let beta = factor.coefficients(&w);
    for i in 0..3 {
        close(product(&matrix[3 * i..3 * i + 3], &beta), product(row(i), &w), 1e-14);
    }
    assert_eq!(Factor::new(&Precomputed::new(&[-1.0], 1).unwrap()), Err(KernelError::NothingPositive));
}

#[test]
fn kernels_that_are_indefinite_along_the_groups_are_errors() {
    let mut parameters = asked(LOSSES[0]);
    parameters.kernel = KernelChoice::Precomputed;
    let matrix: Vec<f64> = (0..16).map(|place| if place % 5 == 0 { -1.0 } else { 0.0 }).collect();
    let table = Table::new(&matrix, 4, &[1.0, -1.0, 1.0, -1.0], &[0, 0, 1, 1]);
    assert_eq!(table.try_fit(parameters).unwrap_err(), FitError::Indefinite { constraint: 0 });
    // A kernel that need not be semidefinite, but is along what is asked.
    let mut parameters = asked(LOSSES[0]);
    parameters.kernel = KernelChoice::Sigmoid { gamma: Gamma::Value(0.1), constant: 0.0 };
    let fitted = Table::three_groups().classified().fit(parameters);
    assert!(comparison(&fitted).gaps.iter().all(|gap| gap.abs() < 1e-6), "{:?}", comparison(&fitted).gaps);
}

/// 2,500 rows, enough for every solver over many rows and for several blocks of sums.
#[test]
fn results_have_the_same_bytes_on_any_number_of_threads() {
    let table = Table::three_groups();
    let numbers: Vec<usize> = (0..2500).map(|i| i * 7919 % 60).collect();
    let shaken = |(i, x): (usize, &f64)| x + ((i * 37 % 101) as f64 / 101.0 - 0.5);
    let table = table.rows_of(&numbers);
    let table = Table { x: table.x.iter().enumerate().map(shaken).collect(), ..table };
    let nystrom = Approximation::Nystrom { landmarks: 20 };
    for loss in LOSSES {
        let table = if loss.is_classifier() { table.clone().classified() } else { table.clone() };
        for (kernel, approximation) in [(KernelChoice::Linear, Approximation::Exact), (RBF, nystrom)] {
            let fit = |threads| {
                let mut parameters = asked(loss);
                (parameters.kernel, parameters.approximation) = (kernel, approximation);
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                pool.install(|| {
                    let fitted = table.fit(parameters);
                    let scores = fitted.score.of_rows(&table.rows()).unwrap();
                    (fitted.score, fitted.training, fitted.scores, scores)
                })
            };
            assert_eq!(fit(1), fit(3), "{loss:?} {kernel:?}");
        }
    }
}
