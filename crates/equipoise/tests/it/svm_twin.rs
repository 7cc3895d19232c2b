//! What the tests of support vector machines share: random problems, and another solver for them.

use clarabel::{
    algebra::CscMatrix,
    solver::{DefaultSettings, DefaultSolver, IPSolver, SolverStatus, SupportedConeT},
};
use equipoise::{
    inference::normals::Stream,
    kernels::{Function, Gram},
    solvers::{
        Accuracy, GramRows, Rows, Status,
        smo::{Problem, Settings, Solution, Storage},
    },
};

/// A whole Gram matrix, row by row.
pub(crate) fn matrix_of(gram: &dyn GramRows) -> Vec<f64> {
    let n = gram.n();
    let mut values = vec![0.0; n * n];
    for (i, row) in values.chunks_exact_mut(n.max(1)).enumerate() {
        gram.row(i, row);
    }
    values
}

/// Settings for comparisons: nothing is rounded, and the gap is far below what is compared.
pub(crate) fn exact() -> Settings {
    let mut settings = Settings::default();
    settings.tolerance = 1e-9;
    settings.storage = Storage::Double;
    settings
}

pub(crate) fn primal_and_dual(solution: &Solution) -> (f64, f64) {
    match solution.report.outcome.accuracy {
        Accuracy::DualityGap { primal, dual } => (primal, dual),
        other => panic!("{other:?}"),
    }
}

/// Numbers of two clouds: n rows of d normal numbers, positives shifted.
pub(crate) struct Clouds {
    pub(crate) x: Vec<f64>,
    pub(crate) positive: Vec<bool>,
    pub(crate) d: usize,
}

impl Clouds {
    pub(crate) fn new(n: usize, d: usize, seed: u64) -> Self {
        let mut stream = Stream::new(seed, 0);
        let positive: Vec<bool> =
            (0..n).map(|i| if i < 2 { i == 0 } else { stream.uniform() < 0.4 }).collect();
        let shift = |i: usize| if positive[i] { 0.8 } else { 0.0 };
        let x = (0..n * d).map(|place| stream.normal() + shift(place / d)).collect();
        Self { x, positive, d }
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows::dense(&self.x, self.positive.len(), self.d).unwrap()
    }

    pub(crate) fn rbf(&self, gamma: f64) -> Gram<'_> {
        Gram::new(Function::Rbf { gamma }, self.rows()).unwrap()
    }
}

/// The least of ½ βᵀKβ − tᵀβ + ε Σ|β| by an interior-point method (Clarabel 0.11).
pub(crate) fn optimum(matrix: &[f64], problem: &Problem<'_>) -> f64 {
    let n = problem.target.len();
    // Variables: β, and for a tube s ≥ |β|.
    let with_tube = problem.tube > 0.0;
    let n_variables = if with_tube { 2 * n } else { n };
    let mut p = Triplets::default();
    for column in 0..n {
        for row in 0..=column {
            p.add(row, column, matrix[row * n + column]);
        }
    }
    let mut q: Vec<f64> = problem.target.iter().map(|t| -t).collect();
    q.resize(n_variables, problem.tube);
    let mut a = Triplets::default();
    let mut b = vec![problem.sum];
    for i in 0..n {
        a.add(0, i, 1.0);
    }
    let mut at_most = |terms: &[(usize, f64)], most: f64| {
        for &(column, value) in terms {
            a.add(b.len(), column, value);
        }
        b.push(most);
    };
    for i in 0..n {
        at_most(&[(i, 1.0)], problem.upper[i]);
        at_most(&[(i, -1.0)], -problem.lower[i]);
        if with_tube {
            at_most(&[(i, 1.0), (n + i, -1.0)], 0.0);
            at_most(&[(i, -1.0), (n + i, -1.0)], 0.0);
        }
    }
    let cones = [SupportedConeT::ZeroConeT(1), SupportedConeT::NonnegativeConeT(b.len() - 1)];
    let settings = DefaultSettings {
        verbose: false,
        tol_gap_abs: 1e-11,
        tol_gap_rel: 1e-11,
        tol_feas: 1e-11,
        ..DefaultSettings::default()
    };
    let p = p.matrix(n_variables, n_variables);
    let a = a.matrix(b.len(), n_variables);
    let mut solver = DefaultSolver::new(&p, &q, &a, &b, &cones, settings).unwrap();
    solver.solve();
    let status = solver.solution.status;
    assert!(matches!(status, SolverStatus::Solved | SolverStatus::AlmostSolved), "{status:?}");
    solver.solution.obj_val
}

#[derive(Default)]
struct Triplets(Vec<(usize, usize, f64)>);

impl Triplets {
    fn add(&mut self, row: usize, column: usize, value: f64) {
        self.0.push((column, row, value));
    }

    fn matrix(mut self, rows: usize, columns: usize) -> CscMatrix<f64> {
        self.0.sort_by_key(|&(column, row, _)| (column, row));
        let mut starts = vec![0; columns + 1];
        for &(column, ..) in &self.0 {
            starts[column + 1] += 1;
        }
        for column in 0..columns {
            starts[column + 1] += starts[column];
        }
        let places = self.0.iter().map(|entry| entry.1).collect();
        CscMatrix::new(rows, columns, starts, places, self.0.iter().map(|entry| entry.2).collect())
    }
}

/// Checks a solution against its problem: bounds, sum, scores, objective, gap, and the optimality conditions.
#[track_caller]
pub(crate) fn check_solution(
    gram: &dyn GramRows,
    problem: &Problem<'_>,
    solution: &Solution,
    tolerance: f64,
) {
    let (n, beta) = (problem.target.len(), &solution.coefficients);
    let matrix = matrix_of(gram);
    let sum: f64 = beta.iter().sum();
    let scale: f64 = 1.0 + beta.iter().map(|b| b.abs()).sum::<f64>();
    assert!((sum - problem.sum).abs() <= 1e-12 * scale, "sum {sum}");
    let score = |i: usize| (0..n).map(|j| matrix[i * n + j] * beta[j]).sum::<f64>();
    let (mut up_max, mut low_min) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut dual = 0.0;
    for (i, &b) in beta.iter().enumerate() {
        let (lower, upper) = (problem.lower[i], problem.upper[i]);
        assert!(lower <= b && b <= upper, "coefficient {i} is {b}");
        assert!((score(i) - solution.scores[i]).abs() <= 1e-9 * scale, "score {i}");
        let e = problem.target[i] - score(i);
        dual += b * problem.target[i] - problem.tube * b.abs() - 0.5 * b * score(i);
        if b < upper {
            up_max = up_max.max(e - if b < 0.0 { -problem.tube } else { problem.tube });
        }
        if b > lower {
            low_min = low_min.min(e - if b > 0.0 { problem.tube } else { -problem.tube });
        }
    }
    let report = &solution.report;
    assert_eq!(report.outcome.status, Status::Converged);
    assert!(report.violation <= tolerance, "violation {}", report.violation);
    assert!((up_max - low_min).max(0.0) <= tolerance + 1e-9 * scale, "violation {}", up_max - low_min);
    let (primal_told, dual_told) = primal_and_dual(solution);
    assert!((dual - dual_told).abs() <= 1e-9 * scale, "dual {dual}, told {dual_told}");
    assert!(primal_told >= dual_told);
    // Every coefficient that may move contributes at most its distance to a bound times the violation.
    let room: f64 = (0..n).map(|i| problem.upper[i] - problem.lower[i]).sum();
    assert!(primal_told - dual_told <= tolerance * room + 1e-9 * scale, "gap {}", primal_told - dual_told);
}
