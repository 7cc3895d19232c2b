//! The interior-point solver against CVXOPT, against sequential minimal optimisation, and on what it cannot solve.

use equipoise::{
    kernels::{Function, Gram},
    solvers::{
        Accuracy, GramRows, Rows, Status,
        interior_point::{Argument, InteriorPointError, Problem, Settings, Solution, solve},
        smo::{Classification, Settings as Machine, classify},
    },
};

const N: usize = 60;

/// Sixty rows of three columns, by formula, their classes and their groups.
fn made() -> (Vec<f64>, Vec<f64>, Vec<bool>) {
    let row = |i: usize| {
        let i_real = i as f64;
        [i_real.sin(), (2.0 * i_real * i_real).cos(), (i % 7) as f64 / 3.0 - 1.0]
    };
    let y = |i: usize| if (0.7 * i as f64).sin() + row(i)[0] > 0.2 { 1.0 } else { -1.0 };
    ((0..N).flat_map(row).collect(), (0..N).map(y).collect(), (0..N).map(|i| i % 3 == 0).collect())
}

fn gram(x: &[f64]) -> Vec<f64> {
    let gram = Gram::new(Function::Rbf { gamma: 0.5 }, Rows::dense(x, N, 3).unwrap()).unwrap();
    let mut matrix = vec![0.0; N * N];
    matrix.chunks_exact_mut(N).enumerate().for_each(|(i, row)| gram.row(i, row));
    matrix
}

fn signed(gram: &[f64], y: &[f64]) -> Vec<f64> {
    (0..N * N).map(|place| gram[place] * y[place / N] * y[place % N]).collect()
}

/// y, and y times the difference of the positives' mean kernels: the equalities of the restricted dual.
fn equalities(gram: &[f64], y: &[f64], groups: &[bool]) -> Vec<f64> {
    let count = |group: bool| (0..N).filter(|&i| y[i] > 0.0 && groups[i] == group).count() as f64;
    let c = |j: usize| match (y[j] > 0.0, groups[j]) {
        (true, true) => 1.0 / count(true),
        (true, false) => -1.0 / count(false),
        (false, _) => 0.0,
    };
    let kappa = |i: usize| -> f64 { (0..N).map(|j| gram[i * N + j] * c(j)).sum() };
    y.iter().copied().chain((0..N).map(|i| y[i] * kappa(i))).collect()
}

/// What CVXOPT 1.3.3 gives at its defaults: iterations, primal and dual objective, the first four variables and how many
/// are above 1e-7. The variables are those of its last iterate, not of the optimum.
struct Expected {
    iterations: usize,
    primal: f64,
    dual: f64,
    x: [f64; 4],
    n_above: usize,
}

#[track_caller]
fn check(solution: &Solution, expected: &Expected) {
    assert_eq!(
        (solution.outcome.status, solution.outcome.iterations),
        (Status::Converged, expected.iterations)
    );
    let Accuracy::DualityGap { primal, dual } = solution.outcome.accuracy else { panic!("no gap") };
    let close = |value: f64, expected: f64, by: f64| {
        assert!((value - expected).abs() <= by, "{value}, expected {expected}");
    };
    close(primal, expected.primal, 1e-11 * expected.primal.abs());
    close(dual, expected.dual, 1e-11 * expected.dual.abs());
    // Seven digits of what is left of a variable that is 0 at the optimum.
    solution
        .x
        .iter()
        .zip(expected.x)
        .for_each(|(&x, expected)| close(x, expected, 1e-14 + 1e-7 * expected.abs()));
    assert_eq!(solution.x.iter().filter(|&&x| x > 1e-7).count(), expected.n_above);
}

#[test]
fn restricted_duals_take_the_iterations_of_cvxopt() {
    let (x, y, groups) = made();
    let gram = gram(&x);
    let (quadratic, equalities) = (signed(&gram, &y), equalities(&gram, &y, &groups));
    let solve = |cost: f64| {
        let problem = Problem {
            quadratic: &quadratic,
            linear: &[-1.0; N],
            lower: &[0.0; N],
            upper: &[cost; N],
            equalities: &equalities,
            values: &[0.0; 2],
        };
        solve(&problem, &Settings::default()).unwrap()
    };
    let expected = Expected {
        iterations: 8,
        primal: -18.960820918686153,
        dual: -18.96082128915999,
        x: [0.49999975681366615, 0.12596749102825844, 0.4999999775090396, 0.49999999851720045],
        n_above: 45,
    };
    check(&solve(0.5), &expected);
    let expected = Expected {
        iterations: 8,
        primal: -294.81242567288405,
        dual: -294.8124568566104,
        x: [9.838575209386338, 8.234679869731272e-08, 1.222741130390343e-07, 9.999999980465597],
        n_above: 47,
    };
    check(&solve(10.0), &expected);
}

#[test]
fn boxes_off_zero_and_linear_programs_take_the_iterations_of_cvxopt() {
    let (x, ..) = made();
    let linear: Vec<f64> = (0..N).map(|i| (i as f64).cos()).collect();
    let upper: Vec<f64> = (0..N).map(|i| 0.2 + (3.0 * i as f64).sin().abs()).collect();
    let gram = gram(&x);
    let within = Problem {
        quadratic: &gram,
        linear: &linear,
        lower: &[-0.3; N],
        upper: &upper,
        equalities: &[],
        values: &[],
    };
    let expected = Expected {
        iterations: 8,
        primal: -14.34954691279475,
        dual: -14.34954724148124,
        x: [-0.2999999995315904, -0.2999999991901935, -0.0486392772302809, -0.2999011966545977],
        n_above: 20,
    };
    check(&solve(&within, &Settings::default()).unwrap(), &expected);
    let equalities: Vec<f64> = std::iter::repeat_n(1.0, N).chain((0..N).map(|i| (i as f64).sin())).collect();
    let flat = Problem { quadratic: &[0.0; N * N], equalities: &equalities, values: &[1.5, -0.5], ..within };
    let expected = Expected {
        iterations: 7,
        primal: -17.205083837030582,
        dual: -17.205093838266794,
        x: [-0.2999999618909084, -0.29999993746863135, -0.29999965790749455, 0.6121181698989977],
        n_above: 16,
    };
    check(&solve(&flat, &Settings::default()).unwrap(), &expected);
}

#[test]
fn machines_have_the_optimum_of_sequential_minimal_optimisation() {
    let (x, y, _) = made();
    let rows = Rows::dense(&x, N, 3).unwrap();
    let quadratic = signed(&gram(&x), &y);
    let positive: Vec<bool> = y.iter().map(|&y| y > 0.0).collect();
    for cost in [0.1, 1.0, 100.0] {
        let data = Classification { positive: &positive, cost: &[cost; N], offset: None, start: None };
        let mut settings = Machine::default();
        (settings.tolerance, settings.storage) = (1e-10, equipoise::solvers::smo::Storage::Double);
        let by_pairs =
            classify(&Gram::new(Function::Rbf { gamma: 0.5 }, rows).unwrap(), &data, &settings).unwrap();
        let problem = Problem {
            quadratic: &quadratic,
            linear: &[-1.0; N],
            lower: &[0.0; N],
            upper: &[cost; N],
            equalities: &y,
            values: &[0.0],
        };
        let solution = solve(&problem, &Settings::scaled(1e-5)).unwrap();
        assert!(solution.outcome.converged(), "{:?}", solution.outcome);
        for ((alpha, y), beta) in solution.x.iter().zip(&y).zip(&by_pairs.coefficients) {
            assert!((alpha * y - beta).abs() < 1e-6 * cost, "{} for {beta}", alpha * y);
        }
        check_conditions(&problem, &solution);
    }
}

/// Stationarity, signs and complementarity, from the numbers returned alone.
#[track_caller]
fn check_conditions(problem: &Problem<'_>, solution: &Solution) {
    for i in 0..N {
        let row = &problem.quadratic[i * N..][..N];
        let quadratic: f64 = row.iter().zip(&solution.x).map(|(p, x)| p * x).sum();
        let equalities = solution.multipliers.iter().enumerate();
        let of_equalities: f64 = equalities.map(|(row, y)| problem.equalities[row * N + i] * y).sum();
        let (lower, upper) = (solution.lower_multipliers[i], solution.upper_multipliers[i]);
        let sum = quadratic + problem.linear[i] + of_equalities - lower + upper;
        assert!(sum.abs() < 1e-9, "row {i}: {sum}");
        assert!(lower >= 0.0 && upper >= 0.0);
        assert!(lower * (solution.x[i] - problem.lower[i]) < 1e-8);
        assert!(upper * (problem.upper[i] - solution.x[i]) < 1e-8);
    }
}

#[test]
fn singular_forms_are_solved() {
    // Every row twice: free variables with a form of half its rank.
    let (x, y, _) = made();
    let half = gram(&x);
    let at = |i: usize, j: usize| half[i / 2 * N + j / 2] * y[i / 2] * y[j / 2];
    let n = 2 * N;
    let quadratic: Vec<f64> = (0..n * n).map(|place| at(place / n, place % n)).collect();
    let twice: Vec<f64> = (0..n).map(|i| y[i / 2]).collect();
    let solve_with = |quadratic: &[f64], cost: f64, equalities: &[f64], n: usize| {
        let (linear, lower, upper) = (vec![-1.0; n], vec![0.0; n], vec![cost; n]);
        let problem =
            Problem { quadratic, linear: &linear, lower: &lower, upper: &upper, equalities, values: &[0.0] };
        let solution = solve(&problem, &Settings::scaled(1e-4)).unwrap();
        assert!(solution.outcome.converged(), "{:?}", solution.outcome);
        let Accuracy::DualityGap { primal, .. } = solution.outcome.accuracy else { panic!("no gap") };
        primal
    };
    let (once, doubled) =
        (solve_with(&signed(&half, &y), 2.0, &y, N), solve_with(&quadratic, 1.0, &twice, n));
    assert!((once - doubled).abs() < 1e-8 * once.abs(), "{once} and {doubled}");
}

#[test]
fn what_cannot_be_solved_is_an_error_with_its_place() {
    let square = Problem {
        quadratic: &[1.0, 0.0, 0.0, 1.0],
        linear: &[0.0; 2],
        lower: &[0.0; 2],
        upper: &[1.0; 2],
        equalities: &[1.0, 1.0],
        values: &[1.0],
    };
    let error = |problem: Problem<'_>| solve(&problem, &Settings::default()).unwrap_err();
    let empty = Problem { quadratic: &[], linear: &[], lower: &[], upper: &[], equalities: &[], values: &[] };
    assert_eq!(error(empty), InteriorPointError::NoVariables);
    let mismatch =
        InteriorPointError::LengthMismatch { argument: Argument::Equalities, found: 1, expected: 2 };
    assert_eq!(error(Problem { equalities: &[1.0], ..square }), mismatch);
    assert!(matches!(
        error(Problem { linear: &[0.0, f64::NAN], ..square }),
        InteriorPointError::NotFinite { argument: Argument::Linear, place: 1, .. }
    ));
    let no_room = InteriorPointError::NoRoom { variable: 1, lower: 0.0, upper: 0.0 };
    assert_eq!(error(Problem { upper: &[1.0, 0.0], ..square }), no_room);
    let not_convex = InteriorPointError::NotConvex { variable: 1 };
    assert_eq!(error(Problem { quadratic: &[1.0, 5.0, 5.0, 1.0], ..square }), not_convex);
    let dependent = InteriorPointError::DependentEqualities { equality: 1 };
    let twice = Problem { equalities: &[1.0, 1.0, 2.0, 2.0], values: &[1.0, 2.0], ..square };
    assert_eq!(error(twice), dependent);
    let mut settings = Settings::default();
    settings.feasibility = 0.0;
    assert!(matches!(
        solve(&square, &settings),
        Err(InteriorPointError::OutOfRange { name: "feasibility", .. })
    ));
}

#[test]
fn what_has_no_solution_does_not_converge() {
    let apart = Problem {
        quadratic: &[1.0, 0.0, 0.0, 1.0],
        linear: &[0.0; 2],
        lower: &[0.0; 2],
        upper: &[1.0; 2],
        equalities: &[1.0, 1.0],
        values: &[5.0],
    };
    let solution = solve(&apart, &Settings::default()).unwrap();
    assert!(!solution.outcome.converged() && solution.primal_residual > 1e-3, "{:?}", solution.outcome);
    let mut settings = Settings::default();
    settings.iterations_max = 2;
    let within = Problem { values: &[1.0], ..apart };
    let solution = solve(&within, &settings).unwrap();
    assert_eq!((solution.outcome.status, solution.outcome.iterations), (Status::IterationLimit, 2));
}
