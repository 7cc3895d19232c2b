//! Linear support vector machines with few columns by an interior point method, inside a subspace.
//!
//! A step costs O(n d²), and some thirty steps reach any accuracy, whatever the scales of the columns and the cost: where
//! [`dual_descent`](super::dual_descent) and [`smo`](super::smo) creep (columns of large numbers, dear errors, tight
//! tolerances), this does not.
//!
//! ```text
//! each loss is a sum of pieces c max(0, a (τ − f)), a = ±1; their dual variables 0 ≤ α ≤ c make w = P Σ a α x
//! z, v ≥ 0 belong to the bounds:  a (f − τ) = z − v,  α z = μ,  (c − α) v = μ,  and Σ a α = 0 with an intercept
//! repeat: Newton's step to the equations with a smaller μ, as far as all numbers stay positive
//! ```
//!
//! Eliminating α, z and v leaves, for the step of w and b, a *weighted ridge regression*: the rows with weights
//! ω = Σ 1/(z/α + v/(c − α)). So moments and constraints are those of [`least_squares`](super::least_squares).
//!
//! Source: Ferris & Munson 2002, *Interior-point methods for massive support vector machines* (the structure).

use rayon::prelude::*;

use super::{
    Accuracy, ClassWeights, Examples, Intercept, LinearFit, Outcome, Rows, SolverError, Status, Subspace,
    dual_descent::{DualFit, Losses, Options, losses_of_classes, losses_of_tube},
    examples::{check_positive, finite},
    least_squares::{Moments, Ridge, ridge},
    vectors::{add_scaled, dot},
};

/// How far towards the first bound a step goes.
const TO_BOUND: f64 = 0.99;
/// Most steps; some thirty are usual.
const STEPS_MAX: usize = 200;

/// Returns the minimiser of ½‖w‖² + Σ_i c_i max(0, 1 − y_i (⟨w, x_i⟩ + b)) over the subspace, as
/// [`dual_descent::classify`](super::dual_descent::classify) does, with its dual variables. Of the options the cost,
/// the intercept and the tolerance count.
///
/// O(n d² + d³) a step, O(n + d²) memory.
///
/// # Errors
/// When arguments do not fit together or are out of range, or only one class has weight.
pub fn classify(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    class_weights: ClassWeights,
    options: Options,
) -> Result<DualFit, SolverError> {
    check_positive("tolerance", options.tolerance)?;
    let losses = losses_of_classes(examples, subspace, class_weights, options.cost)?;
    InteriorPoint::new(examples.rows, subspace, losses, options)?.run()
}

/// Returns the minimiser of ½‖w‖² + Σ_i c_i max(0, |y_i − ⟨w, x_i⟩ − b| − `epsilon`) over the subspace, as
/// [`dual_descent::regress`](super::dual_descent::regress) does, with its dual variables.
///
/// # Errors
/// When arguments do not fit together or are out of range.
pub fn regress(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    epsilon: f64,
    options: Options,
) -> Result<DualFit, SolverError> {
    check_positive("tolerance", options.tolerance)?;
    let losses = losses_of_tube(examples, subspace, epsilon, options.cost)?;
    InteriorPoint::new(examples.rows, subspace, losses, options)?.run()
}

/// One piece of a row's loss, c max(0, a (τ − f)), and its variables.
#[derive(Clone, Copy)]
struct Piece {
    row: usize,
    a: f64,
    tau: f64,
    c: f64,
    alpha: f64,
    z: f64,
    v: f64,
}

/// A step of a piece's variables.
#[derive(Clone, Copy)]
struct Step {
    alpha: f64,
    z: f64,
    v: f64,
}

/// What the products α z and (c − α) v are to become, to first order.
#[derive(Clone, Copy)]
struct Aim {
    z: f64,
    v: f64,
}

impl Piece {
    /// a (f − τ): what z − v must be.
    fn slope(&self, score: f64) -> f64 {
        self.a * (score - self.tau)
    }

    fn room(&self) -> f64 {
        self.c - self.alpha
    }

    /// How strongly the variable resists: 1/ω.
    fn stiffness(&self) -> f64 {
        self.z / self.alpha + self.v / self.room()
    }

    /// The right-hand side of the step's equation, times a.
    fn pull(&self, score: f64, aim: Aim) -> f64 {
        self.a * (aim.z / self.alpha - aim.v / self.room() - self.slope(score))
    }

    fn step(&self, score: f64, along: f64, aim: Aim) -> Step {
        let alpha = self.a * (self.pull(score, aim) - along) / self.stiffness();
        Step {
            alpha,
            z: (aim.z - self.z * alpha) / self.alpha - self.z,
            v: (aim.v + self.v * alpha) / self.room() - self.v,
        }
    }

    /// The largest share of a step that leaves everything positive.
    fn share(&self, step: &Step) -> f64 {
        let until = |value: f64, change: f64| if change < 0.0 { -value / change } else { f64::INFINITY };
        until(self.alpha, step.alpha)
            .min(until(self.room(), -step.alpha))
            .min(until(self.z, step.z))
            .min(until(self.v, step.v))
    }

    /// α z + (c − α) v after a share of a step.
    fn products(&self, step: &Step, share: f64) -> f64 {
        let moved = |value: f64, change: f64| value + share * change;
        moved(self.alpha, step.alpha) * moved(self.z, step.z)
            + moved(self.room(), -step.alpha) * moved(self.v, step.v)
    }
}

/// Newton's equation of one point, for several right-hand sides.
struct Newton {
    /// ω.
    weights: Vec<f64>,
    moments: Moments,
}

impl Newton {
    /// Returns the step of w and b, and those of the pieces.
    fn solve(
        &mut self,
        point: &InteriorPoint<'_>,
        aims: &[Aim],
    ) -> Result<Option<(LinearFit, Vec<Step>)>, SolverError> {
        let mut targets = vec![0.0; self.weights.len()];
        for (piece, aim) in point.pieces.iter().zip(aims) {
            targets[piece.row] += piece.pull(point.scores[piece.row], *aim) / piece.stiffness();
        }
        for (target, weight) in targets.iter_mut().zip(&self.weights).filter(|(_, weight)| **weight > 0.0) {
            *target /= weight;
        }
        let rows = point.rows;
        let examples = Examples { rows, targets: &targets, weights: Some(&self.weights) };
        // What w still differs by from the rows' combination.
        let missing: Vec<f64> = point.of_pieces.iter().zip(&point.w).map(|(goal, w)| goal - w).collect();
        if passable(self.moments.replace_targets(&examples, &missing))?.is_none() {
            return Ok(None);
        }
        let options = Ridge { penalty: 1.0, intercept: point.options.intercept };
        let Some(fit) = passable(ridge(&self.moments, point.directions.as_ref(), options))? else {
            return Ok(None);
        };
        let along: Vec<f64> = (0..rows.n()).into_par_iter().map(|i| fit.score(&rows, i)).collect();
        let step = |(piece, aim): (&Piece, &Aim)| piece.step(point.scores[piece.row], along[piece.row], *aim);
        let steps = point.pieces.iter().zip(aims).map(step).collect();
        Ok(Some((fit, steps)))
    }
}

/// Turns errors that come of weights that span more than f64 holds into `None`: this near the end there is no better step.
fn passable<T>(result: Result<T, SolverError>) -> Result<Option<T>, SolverError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(SolverError::Singular { .. } | SolverError::OutOfRange { .. } | SolverError::Overflow) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

struct InteriorPoint<'a> {
    rows: Rows<'a>,
    subspace: Option<&'a Subspace>,
    /// The subspace's directions.
    directions: Option<Subspace>,
    /// With what the subspace fixes of each score taken from the targets.
    losses: Losses,
    options: Options,
    pieces: Vec<Piece>,
    /// The part of the weights that is not fixed, and P Σ a α x, which it is to equal.
    w: Vec<f64>,
    of_pieces: Vec<f64>,
    b: f64,
    /// ⟨x, w⟩ + b.
    scores: Vec<f64>,
}

impl<'a> InteriorPoint<'a> {
    fn new(
        rows: Rows<'a>,
        subspace: Option<&'a Subspace>,
        mut losses: Losses,
        options: Options,
    ) -> Result<Self, SolverError> {
        let directions = subspace
            .map(|subspace| Subspace::orthogonal_to(subspace.basis(), subspace.d()))
            .transpose()
            .expect("invariant: a basis is independent and finite");
        if let Some(subspace) = subspace {
            let fixed = subspace.nearest_to_zero();
            losses.rows.iter_mut().enumerate().for_each(|(i, loss)| loss.target -= rows.dot(i, &fixed));
        }
        let mut pieces = Vec::with_capacity(rows.n());
        for (row, loss) in losses.rows.iter().enumerate() {
            for (a, c) in [(1.0, loss.upper), (-1.0, -loss.lower)] {
                if c > 0.0 {
                    let tau = loss.target - a * losses.epsilon;
                    pieces.push(Piece { row, a, tau, c, alpha: 0.0, z: 0.0, v: 0.0 });
                }
            }
        }
        let (d, n) = (rows.d(), rows.n());
        let mut point = Self {
            rows,
            subspace,
            directions,
            losses,
            options,
            pieces,
            w: vec![0.0; d],
            of_pieces: vec![0.0; d],
            b: 0.0,
            scores: vec![0.0; n],
        };
        point.start()?;
        Ok(point)
    }

    /// Starts at w = 0 and the best b for it, in the middle of the bounds, with Σ a α = 0.
    fn start(&mut self) -> Result<(), SolverError> {
        let total = |a: f64| -> f64 { self.pieces.iter().filter(|p| p.a == a).map(|p| p.c).sum() };
        let (positive, negative) = (total(1.0), total(-1.0));
        let is_free = self.options.intercept == Intercept::Free;
        let least = positive.min(negative);
        if is_free && least == 0.0 {
            return Err(SolverError::OneClass { target: if positive > 0.0 { 1.0 } else { -1.0 } });
        }
        if is_free {
            self.b = self.losses.best_intercept(&self.scores);
            self.scores.fill(self.b);
        }
        let slopes = self.pieces.iter().map(|piece| piece.slope(self.b).abs());
        let middle = (slopes.sum::<f64>() / self.pieces.len().max(1) as f64).max(f64::MIN_POSITIVE);
        for piece in &mut self.pieces {
            let total = if piece.a > 0.0 { positive } else { negative };
            piece.alpha = 0.5 * piece.c * if is_free { least / total } else { 1.0 };
            let slope = piece.slope(self.b);
            (piece.z, piece.v) = (slope.max(0.0) + middle, (-slope).max(0.0) + middle);
        }
        self.renew();
        Ok(())
    }

    /// β of each row.
    fn dual(&self) -> Vec<f64> {
        let mut beta = vec![0.0; self.rows.n()];
        self.pieces.iter().for_each(|piece| beta[piece.row] += piece.a * piece.alpha);
        beta
    }

    /// Makes P Σ a α x of the dual variables, and the scores of w and b.
    fn renew(&mut self) {
        self.of_pieces.fill(0.0);
        for (row, beta) in self.dual().into_iter().enumerate().filter(|(_, beta)| *beta != 0.0) {
            self.rows.add_scaled(row, beta, &mut self.of_pieces);
        }
        if let Some(subspace) = self.subspace {
            subspace.project(&mut self.of_pieces);
        }
        let (rows, w, b) = (self.rows, &self.w, self.b);
        self.scores.par_iter_mut().enumerate().for_each(|(i, score)| *score = rows.dot(i, w) + b);
    }

    /// Returns primal and dual objective of the part that is not fixed: at w and b, and at the dual variables.
    fn objectives(&self) -> (f64, f64) {
        let primal = 0.5 * dot(&self.w, &self.w) + self.losses.total(&self.scores, 0.0);
        let linear: f64 = self.pieces.iter().map(|p| p.a * p.alpha * p.tau).sum();
        (primal, linear - 0.5 * dot(&self.of_pieces, &self.of_pieces))
    }

    fn run(mut self) -> Result<DualFit, SolverError> {
        let (mut steps, mut status) = (0, Status::IterationLimit);
        loop {
            let (primal, dual) = self.objectives();
            if primal - dual <= self.options.tolerance * primal.abs().max(f64::MIN_POSITIVE) {
                status = Status::Converged;
                break;
            }
            if steps == STEPS_MAX {
                break;
            }
            if !self.advance()? {
                status = Status::Stalled;
                break;
            }
            steps += 1;
        }
        self.finish(steps, status)
    }

    /// Takes a step of Mehrotra's: a look ahead to μ = 0 says how far μ can fall, and how the equations bend on the way.
    /// Returns `false` where rounding leaves no way.
    fn advance(&mut self) -> Result<bool, SolverError> {
        let zero = Step { alpha: 0.0, z: 0.0, v: 0.0 };
        let mean = |pieces: &[Piece], steps: &dyn Fn(usize) -> Step, share: f64| {
            let products = pieces.iter().enumerate().map(|(p, piece)| piece.products(&steps(p), share));
            products.sum::<f64>() / (2 * pieces.len().max(1)) as f64
        };
        let mu = mean(&self.pieces, &|_| zero, 0.0);
        let Some(mut newton) = self.newton()? else { return Ok(false) };
        let aims = vec![Aim { z: 0.0, v: 0.0 }; self.pieces.len()];
        let Some((_, ahead)) = newton.solve(self, &aims)? else { return Ok(false) };
        let left = mean(&self.pieces, &|p| ahead[p], self.share(&ahead).min(1.0));
        let aim = mu * (left / mu).powi(3);
        let bent = |step: &Step| Aim { z: aim - step.alpha * step.z, v: aim + step.alpha * step.v };
        let aims: Vec<Aim> = ahead.iter().map(bent).collect();
        let Some((step, steps)) = newton.solve(self, &aims)? else { return Ok(false) };
        let share = (TO_BOUND * self.share(&steps)).min(1.0);
        let is_way = share > 1e-10;
        if !is_way {
            return Ok(false);
        }
        for (piece, step) in self.pieces.iter_mut().zip(&steps) {
            piece.alpha += share * step.alpha;
            piece.z += share * step.z;
            piece.v += share * step.v;
        }
        self.b += share * step.intercept;
        add_scaled(&step.coefficients, share, &mut self.w);
        self.renew();
        let is_inside = |p: &Piece| p.alpha > 0.0 && p.room() > 0.0 && p.z > 0.0 && p.v > 0.0;
        Ok(self.pieces.iter().all(is_inside))
    }

    /// Returns the largest share of steps that leaves everything positive.
    fn share(&self, steps: &[Step]) -> f64 {
        let shares = self.pieces.iter().zip(steps).map(|(piece, step)| piece.share(step));
        shares.fold(f64::INFINITY, f64::min)
    }

    /// Returns the rows' moments under the weights of now; `None` where these span more than f64 holds.
    fn newton(&self) -> Result<Option<Newton>, SolverError> {
        let mut weights = vec![0.0; self.rows.n()];
        self.pieces.iter().for_each(|piece| weights[piece.row] += 1.0 / piece.stiffness());
        let targets = vec![0.0; self.rows.n()];
        let mut moments = Moments::new(self.rows.d(), 0)?;
        let examples = Examples { rows: self.rows, targets: &targets, weights: Some(&weights) };
        Ok(passable(moments.update(&examples, None))?.map(|()| Newton { weights, moments }))
    }

    /// With the exactly best intercept for w, and what is fixed.
    fn finish(mut self, steps: usize, status: Status) -> Result<DualFit, SolverError> {
        let (mut primal, dual) = self.objectives();
        if self.options.intercept == Intercept::Free {
            let bare: Vec<f64> = self.scores.iter().map(|score| score - self.b).collect();
            let best = self.losses.best_intercept(&bare);
            let at_best = 0.5 * dot(&self.w, &self.w) + self.losses.total(&bare, best);
            if at_best <= primal {
                (primal, self.b) = (at_best, best);
            }
        }
        let variables = self.dual();
        let mut fixed = 0.0;
        if let Some(subspace) = self.subspace {
            subspace.move_into(&mut self.w);
            fixed = 0.5 * dot(subspace.fixed(), subspace.fixed());
        }
        let fit = LinearFit {
            coefficients: self.w,
            intercept: self.b,
            objective: primal + fixed,
            outcome: Outcome::new(
                steps,
                Accuracy::DualityGap { primal: primal + fixed, dual: dual + fixed },
                status,
            ),
        };
        Ok(DualFit { fit: finite(fit)?, variables })
    }
}
