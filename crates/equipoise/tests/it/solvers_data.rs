//! The samples that the tests of the solvers share, and a quadratic program as an independent solver.

use clarabel::{algebra::CscMatrix, solver::*};
use equipoise::solvers::{Examples, Rows};

/// 60 rows of 5 columns by a formula, so that other programs can make the same ones: x_ij =
/// ((37 i + 53 j + 11 i j) mod 101)/50 − 1, the last column 0 where it is below 0.6 in magnitude.
pub(crate) struct Sample {
    pub(crate) n: usize,
    pub(crate) d: usize,
    pub(crate) x: Vec<f64>,
    /// −1 or 1.
    pub(crate) classes: Vec<f64>,
    pub(crate) numbers: Vec<f64>,
    /// 0, 1, 2, 3, 0, 1, …
    pub(crate) weights: Vec<f64>,
    /// 0 to 6.
    pub(crate) groups: Vec<usize>,
}

impl Sample {
    pub(crate) fn new() -> Self {
        let (n, d) = (60, 5);
        let mut x = Vec::new();
        for i in 0..n {
            for j in 0..d {
                let value = ((i * 37 + j * 53 + i * j * 11) % 101) as f64 / 50.0 - 1.0;
                x.push(if j == 4 && value.abs() < 0.6 { 0.0 } else { value });
            }
        }
        let noise = |i: usize| ((i * 61) % 97) as f64 / 97.0 - 0.5;
        let groups: Vec<usize> = (0..n).map(|i| i * 29 % 7).collect();
        let class = |i: usize| {
            let shift = if groups[i] < 3 { 0.4 } else { 0.0 };
            let score = x[i * d] + 0.5 * x[i * d + 1] - 0.3 + noise(i) * 1.5 + shift;
            if score > 0.0 { 1.0 } else { -1.0 }
        };
        Self {
            n,
            d,
            classes: (0..n).map(class).collect(),
            numbers: (0..n).map(|i| x[i * d] - 2.0 * x[i * d + 2] + 3.0 + noise(i)).collect(),
            weights: (0..n).map(|i| (i % 4) as f64).collect(),
            groups,
            x,
        }
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows::dense(&self.x, self.n, self.d).unwrap()
    }

    pub(crate) fn classified(&self) -> Examples<'_> {
        Examples { rows: self.rows(), targets: &self.classes, weights: None }
    }

    pub(crate) fn measured(&self) -> Examples<'_> {
        Examples { rows: self.rows(), targets: &self.numbers, weights: None }
    }

    /// Differences of the mean rows of the positives in groups 1 to k to those in group 0.
    pub(crate) fn differences(&self, k: usize) -> Vec<f64> {
        let mean = |group: usize| {
            let is_in = |i: &usize| self.groups[*i] == group && self.numbers[*i] > 2.5;
            let members: Vec<usize> = (0..self.n).filter(is_in).collect();
            let mut mean = vec![0.0; self.d];
            for i in &members {
                self.rows().add_scaled(*i, 1.0 / members.len() as f64, &mut mean);
            }
            mean
        };
        let first = mean(0);
        (1..=k).flat_map(|g| mean(g).into_iter().zip(first.clone()).map(|(a, b)| a - b)).collect()
    }
}

/// A matrix as compressed sparse rows.
pub(crate) struct Csr {
    pub(crate) offsets: Vec<usize>,
    pub(crate) indices: Vec<u32>,
    pub(crate) values: Vec<f64>,
    d: usize,
}

impl Csr {
    pub(crate) fn of(x: &[f64], d: usize) -> Self {
        let mut csr = Self { offsets: vec![0], indices: Vec::new(), values: Vec::new(), d };
        for row in x.chunks_exact(d) {
            for (j, value) in row.iter().enumerate().filter(|(_, value)| **value != 0.0) {
                csr.indices.push(j as u32);
                csr.values.push(*value);
            }
            csr.offsets.push(csr.indices.len());
        }
        csr
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows::csr(&self.offsets, &self.indices, &self.values, self.d).unwrap()
    }
}

/// The least ½‖w‖² + Σ c_i max(0, 1 − y_i(⟨w, x_i⟩ + b)), or with the square, under U w = c: the primal problem as
/// Clarabel (an interior point method) solves it.
pub(crate) fn hinge_program(x: &[f64], y: &[f64], costs: &[f64], u: &[f64], c: &[f64], squared: bool) -> f64 {
    let (n, k) = (y.len(), c.len());
    let d = x.len() / n;
    let (mut rows, mut columns, mut entries) = (Vec::new(), Vec::new(), Vec::new());
    let mut put = |row: usize, column: usize, value: f64| {
        if value != 0.0 {
            rows.push(row);
            columns.push(column);
            entries.push(value);
        }
    };
    // Variables: w, b, ξ. Rows: U w = c; −y(x w + b) − ξ ≤ −1; −ξ ≤ 0.
    for j in 0..k {
        (0..d).for_each(|column| put(j, column, u[j * d + column]));
    }
    for i in 0..n {
        (0..d).for_each(|j| put(k + i, j, -y[i] * x[i * d + j]));
        put(k + i, d, -y[i]);
        put(k + i, d + 1 + i, -1.0);
        put(k + n + i, d + 1 + i, -1.0);
    }
    let size = d + 1 + n;
    let a = CscMatrix::new_from_triplets(k + 2 * n, size, rows, columns, entries);
    let bound: Vec<f64> = c.iter().copied().chain(vec![-1.0; n]).chain(vec![0.0; n]).collect();
    let ridge = |i: usize| if squared { 2.0 * costs[i] } else { 0.0 };
    let diagonal: Vec<f64> = (0..size)
        .map(|v| {
            if v < d {
                1.0
            } else if v == d {
                0.0
            } else {
                ridge(v - d - 1)
            }
        })
        .collect();
    let p = CscMatrix::new_from_triplets(size, size, (0..size).collect(), (0..size).collect(), diagonal);
    let linear = |v: usize| if v > d && !squared { costs[v - d - 1] } else { 0.0 };
    let q: Vec<f64> = (0..size).map(linear).collect();
    let cones = [ZeroConeT(k), NonnegativeConeT(2 * n)];
    let settings = DefaultSettingsBuilder::default()
        .verbose(false)
        .tol_gap_abs(1e-11)
        .tol_gap_rel(1e-11)
        .tol_feas(1e-11)
        .build()
        .unwrap();
    let mut solver = DefaultSolver::new(&p, &q, &a, &bound, &cones, settings).unwrap();
    solver.solve();
    solver.solution.obj_val
}

#[track_caller]
pub(crate) fn close(found: f64, expected: f64, relative: f64) {
    let scale = expected.abs().max(found.abs()).max(1e-300);
    assert!((found - expected).abs() <= relative * scale, "{found} instead of {expected}");
}

#[track_caller]
pub(crate) fn all_close(found: &[f64], expected: &[f64], absolute: f64) {
    assert_eq!(found.len(), expected.len());
    for (j, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= absolute, "{j}: {found} instead of {expected}");
    }
}

pub(crate) fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
