//! The iterate, its residuals and its steps.

use rayon::prelude::*;

use super::{InteriorPointError, Problem, Settings, Solution, newton::Newton};
use crate::solvers::{
    Accuracy, Outcome, Status,
    vectors::{add_scaled, dot},
};

/// The bounds as sign · x + s = h with s ≥ 0: lower, then upper.
const SIGNS: [f64; 2] = [-1.0, 1.0];
/// How far a corrector goes towards the boundary.
const STEP: f64 = 0.99;
/// The power of what the predictor would leave of the gap, which is aimed at.
const EXPONENT: i32 = 3;
/// Slacks of the starting point above this share of their norm need no shift.
const INSIDE: f64 = 1e-8;
/// Rows of one thread in a product with P.
const ROWS: usize = 64;

/// One number for each lower and each upper bound.
type Sides = [Vec<f64>; 2];

pub(super) struct Iteration<'a> {
    problem: &'a Problem<'a>,
    x: Vec<f64>,
    y: Vec<f64>,
    slack: Sides,
    z: Sides,
}

/// What is missing to the optimum.
struct Residuals {
    /// P x + q + Aᵀy + Σ sign z.
    stationarity: Vec<f64>,
    /// A x − b.
    equalities: Vec<f64>,
    /// s + sign x − h.
    bounds: Sides,
    gap: f64,
    primal: f64,
    dual: f64,
    primal_residual: f64,
    dual_residual: f64,
}

/// A step of every variable.
struct Step {
    x: Vec<f64>,
    y: Vec<f64>,
    slack: Sides,
    z: Sides,
}

impl<'a> Iteration<'a> {
    /// Returns the starting point: the solution of the problem with ½‖s‖² in place of s ≥ 0, whose slacks and multipliers
    /// are then raised to at least 1 where they are not positive.
    pub(super) fn start(problem: &'a Problem<'a>) -> Result<Self, InteriorPointError> {
        let n = problem.n();
        let newton = Newton::factor(problem, &vec![2.0; n])?;
        let mut x: Vec<f64> =
            (0..n).map(|i| problem.upper[i] + problem.lower[i] - problem.linear[i]).collect();
        let mut y = problem.values.to_vec();
        newton.solve(problem, &mut x, &mut y);
        let z = [0, 1].map(|side| (0..n).map(|i| SIGNS[side] * x[i] - h(problem, side, i)).collect());
        let slack = [0, 1].map(|side: usize| {
            let z: &Vec<f64> = &z[side];
            z.iter().map(|z| -z).collect()
        });
        Ok(Self { problem, x, y, slack: raised(slack), z: raised(z) })
    }

    /// Iterates until the tolerances are met, the limit is, or rounding allows no further step.
    pub(super) fn run(mut self, settings: &Settings) -> Result<Solution, InteriorPointError> {
        let mut iterations = 0;
        loop {
            let residuals = self.residuals();
            if residuals.are_small(settings) {
                return Ok(self.finish(&residuals, iterations, Status::Converged));
            }
            if iterations == settings.iterations_max {
                return Ok(self.finish(&residuals, iterations, Status::IterationLimit));
            }
            let Some(next) = self.step(&residuals, iterations == 0)? else {
                return Ok(self.finish(&residuals, iterations, Status::Stalled));
            };
            self = next;
            iterations += 1;
        }
    }

    /// Returns the next iterate; `None` where rounding leaves no direction.
    fn step(&self, residuals: &Residuals, is_first: bool) -> Result<Option<Self>, InteriorPointError> {
        let n = self.problem.n();
        let weight = |i: usize| self.z[0][i] / self.slack[0][i] + self.z[1][i] / self.slack[1][i];
        let newton = match Newton::factor(self.problem, &(0..n).map(weight).collect::<Vec<_>>()) {
            Ok(newton) => newton,
            Err(singular) if is_first => return Err(singular.into()),
            Err(_) => return Ok(None),
        };
        let predictor = self.solve(&newton, residuals, |side, i| -self.slack[side][i] * self.z[side][i]);
        let length = self.length_to_boundary(&predictor, 1.0);
        let products: f64 = (0..2).map(|side| dot(&predictor.slack[side], &predictor.z[side])).sum();
        let left = 1.0 - length + products / residuals.gap * length * length;
        let target = left.clamp(0.0, 1.0).powi(EXPONENT) * residuals.gap / (2 * n) as f64;
        let corrector = self.solve(&newton, residuals, |side, i| {
            target - self.slack[side][i] * self.z[side][i] - predictor.slack[side][i] * predictor.z[side][i]
        });
        let length = self.length_to_boundary(&corrector, STEP);
        Ok(self.moved(&corrector, length))
    }

    /// Solves Newton's equations, in which z∘ds + s∘dz = `products`.
    fn solve(&self, newton: &Newton, residuals: &Residuals, products: impl Fn(usize, usize) -> f64) -> Step {
        let n = self.problem.n();
        let products: Sides = [0, 1].map(|side| (0..n).map(|i| products(side, i)).collect());
        // dz = (products + z·r + sign z dx)/s, and its part without dx goes to the right-hand side.
        let fixed: Sides = [0, 1].map(|side: usize| {
            let of = |i: usize| {
                (products[side][i] + self.z[side][i] * residuals.bounds[side][i]) / self.slack[side][i]
            };
            (0..n).map(of).collect()
        });
        let mut x: Vec<f64> = (0..n).map(|i| fixed[0][i] - fixed[1][i] - residuals.stationarity[i]).collect();
        let mut y: Vec<f64> = residuals.equalities.iter().map(|residual| -residual).collect();
        newton.solve(self.problem, &mut x, &mut y);
        let slack = [0, 1]
            .map(|side: usize| (0..n).map(|i| -residuals.bounds[side][i] - SIGNS[side] * x[i]).collect());
        let z = [0, 1].map(|side: usize| {
            let of = |i: usize| fixed[side][i] + SIGNS[side] * self.z[side][i] / self.slack[side][i] * x[i];
            (0..n).map(of).collect()
        });
        Step { x, y, slack, z }
    }

    /// Returns `share` of the way to where a slack or multiplier becomes 0, at most 1.
    fn length_to_boundary(&self, step: &Step, share: f64) -> f64 {
        let pairs = [
            (&self.slack[0], &step.slack[0]),
            (&self.slack[1], &step.slack[1]),
            (&self.z[0], &step.z[0]),
            (&self.z[1], &step.z[1]),
        ];
        let fastest = pairs
            .into_iter()
            .flat_map(|(at, by)| at.iter().zip(by).map(|(at, by)| -by / at))
            .fold(0.0, f64::max);
        if fastest > share { share / fastest } else { 1.0 }
    }

    fn moved(&self, step: &Step, length: f64) -> Option<Self> {
        let add = |at: &[f64], by: &[f64]| -> Vec<f64> {
            at.iter().zip(by).map(|(at, by)| at + length * by).collect()
        };
        let next = Self {
            problem: self.problem,
            x: add(&self.x, &step.x),
            y: add(&self.y, &step.y),
            slack: [0, 1].map(|side: usize| add(&self.slack[side], &step.slack[side])),
            z: [0, 1].map(|side: usize| add(&self.z[side], &step.z[side])),
        };
        let is_inside = |values: &Vec<f64>| values.iter().all(|&value| value > 0.0 && value.is_finite());
        let is_finite = next.x.iter().chain(&next.y).all(|value| value.is_finite());
        (is_finite && next.slack.iter().chain(&next.z).all(is_inside)).then_some(next)
    }

    fn residuals(&self) -> Residuals {
        let problem = self.problem;
        let n = problem.n();
        let mut stationarity = vec![0.0; n];
        stationarity.par_iter_mut().with_min_len(ROWS).enumerate().for_each(|(i, sum)| {
            *sum = dot(&problem.quadratic[i * n..][..n], &self.x);
        });
        let quadratic = dot(&stationarity, &self.x);
        add_scaled(problem.linear, 1.0, &mut stationarity);
        let mut equalities = Vec::with_capacity(problem.values.len());
        for ((row, value), y) in problem.equalities.chunks_exact(n).zip(problem.values).zip(&self.y) {
            equalities.push(dot(row, &self.x) - value);
            add_scaled(row, *y, &mut stationarity);
        }
        for (sign, z) in SIGNS.into_iter().zip(&self.z) {
            add_scaled(z, sign, &mut stationarity);
        }
        let bounds: Sides = [0, 1].map(|side: usize| {
            let of = |i: usize| self.slack[side][i] + SIGNS[side] * self.x[i] - h(problem, side, i);
            (0..n).map(of).collect()
        });
        let gap: f64 = (0..2).map(|side| dot(&self.slack[side], &self.z[side])).sum();
        let primal = 0.5 * quadratic + dot(problem.linear, &self.x);
        let violation: f64 = (0..2).map(|side| dot(&bounds[side], &self.z[side])).sum();
        let dual = primal + dot(&equalities, &self.y) + violation - gap;
        let norm_of_bounds = dot(problem.lower, problem.lower) + dot(problem.upper, problem.upper);
        let of_bounds = (dot(&bounds[0], &bounds[0]) + dot(&bounds[1], &bounds[1])).sqrt();
        Residuals {
            gap,
            primal,
            dual,
            primal_residual: (norm(&equalities) / norm(problem.values).max(1.0))
                .max(of_bounds / norm_of_bounds.sqrt().max(1.0)),
            dual_residual: norm(&stationarity) / norm(problem.linear).max(1.0),
            stationarity,
            equalities,
            bounds,
        }
    }

    fn finish(self, residuals: &Residuals, iterations: usize, status: Status) -> Solution {
        let accuracy = Accuracy::DualityGap { primal: residuals.primal, dual: residuals.dual };
        let [lower_multipliers, upper_multipliers] = self.z;
        Solution {
            x: self.x,
            multipliers: self.y,
            lower_multipliers,
            upper_multipliers,
            outcome: Outcome::new(iterations, accuracy, status),
            primal_residual: residuals.primal_residual,
            dual_residual: residuals.dual_residual,
        }
    }
}

impl Residuals {
    fn are_small(&self, settings: &Settings) -> bool {
        let relative = if self.primal < 0.0 {
            self.gap / -self.primal
        } else if self.dual > 0.0 {
            self.gap / self.dual
        } else {
            f64::INFINITY
        };
        self.primal_residual <= settings.feasibility
            && self.dual_residual <= settings.feasibility
            && (self.gap <= settings.gap_absolute || relative <= settings.gap_relative)
    }
}

/// The right-hand side of a bound.
fn h(problem: &Problem<'_>, side: usize, i: usize) -> f64 {
    if side == 0 { -problem.lower[i] } else { problem.upper[i] }
}

fn norm(values: &[f64]) -> f64 {
    dot(values, values).sqrt()
}

/// Raises all numbers by one more than the least lacks to 0, unless all are positive.
fn raised(mut sides: Sides) -> Sides {
    let norm = (dot(&sides[0], &sides[0]) + dot(&sides[1], &sides[1])).sqrt();
    let lacking = sides.iter().flatten().fold(f64::NEG_INFINITY, |most, value| most.max(-value));
    if lacking >= -INSIDE * norm.max(1.0) {
        sides.iter_mut().flatten().for_each(|value| *value += 1.0 + lacking);
    }
    sides
}
