//! Classifiers with a smooth loss by a truncated Newton method, dense and sparse, inside a subspace: logistic regression
//! and the squared hinge.
//!
//! Each Newton step minimises the quadratic model by conjugate gradients, as far as it pays (Dembo, Eisenstat and
//! Steihaug 1982), and is followed by a line search, which costs O(n) because the scores along the step are known
//! after one pass. A line search does the work of the trust region of Lin, Weng and Keerthi (2008) with fewer wasted
//! steps, the finding of Galli and Lin (2021), after which LIBLINEAR changed too. The objective is strongly convex in w
//! and, as soon as both classes have weight, its sublevel sets are bounded in b, so the iterates converge to the
//! optimum, in the end faster than linearly.
//!
//! With few columns and many rows this is faster than coordinate descent on the dual of the squared hinge
//! ([`super::dual_descent`]); with many columns it need not be.

use super::{
    Accuracy, ClassWeights, Examples, Intercept, LinearFit, Outcome, SolverError, Status, Subspace,
    blocks::Blocks,
    examples::{check_length, check_positive, check_range, finite},
    quadratic::{Quadratic, Sums},
    rows::MAGNITUDE_MAX,
    vectors::{add_scaled, dot},
};

/// Share of the decrease promised by the gradient that a step must deliver (Armijo).
const DECREASE: f64 = 1e-4;
/// Halvings of a step before it is given up.
const HALVINGS_MAX: usize = 40;
/// Relative rounding of an objective that is a sum of n logarithms, added in blocks.
const ROUNDING: f64 = 1e-14;

/// Parameters of [`logistic`] and [`squared_hinge`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// C, the cost of a row's loss against ½‖w‖².
    pub cost: f64,
    /// How much the rows of each class count.
    pub class_weights: ClassWeights,
    /// Whether there is a constant.
    pub intercept: Intercept,
    /// The norm of the gradient to stop at, relative to the one at the start.
    pub tolerance: f64,
    /// Most Newton steps.
    pub iterations_max: usize,
}

impl Default for Options {
    /// Cost 1, an intercept, tolerance 1e-6, 100 Newton steps.
    fn default() -> Self {
        Self {
            cost: 1.0,
            class_weights: ClassWeights::EQUAL,
            intercept: Intercept::Free,
            tolerance: 1e-6,
            iterations_max: 100,
        }
    }
}

/// Returns the logistic regression of −1 and +1: the minimiser of ½‖w‖² + Σ_i c_i ln(1 + exp(−y_i (⟨w, x_i⟩ + b))) over
/// the subspace, with c_i = cost · class weight · row weight.
///
/// The start is w = the subspace's point nearest to 0, and the intercept that is best for w = 0. The fit has converged
/// when the norm of the projected gradient is `tolerance` times the one at the start, or at the level of rounding. As
/// the objective is strongly convex, it is then above the optimum by at most about half the norm's square.
///
/// A Newton step costs 3 passes over the rows and one for each step of conjugate gradients; constraints cost O(rank · d)
/// for each pass and nothing for each row. Memory is O(n + 16 d).
///
/// # Errors
/// When arguments do not fit together or are out of range; when there is an intercept and only one class has weight.
///
/// ```
/// use equipoise::solvers::{Examples, Rows, newton};
/// let rows = Rows::dense(&[-2.0, -1.0, 1.0, 2.0], 4, 1)?;
/// let examples = Examples { rows, targets: &[-1.0, 1.0, -1.0, 1.0], weights: None };
/// let fit = newton::logistic(&examples, None, newton::Options::default())?;
/// assert!(fit.outcome.converged());
/// assert!(fit.intercept.abs() < 1e-9 && (fit.coefficients[0] - 0.2905).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn logistic(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    options: Options,
) -> Result<LinearFit, SolverError> {
    fit(Loss::Logistic, examples, subspace, options, None)
}

/// Returns what [`logistic`] does, started at the weights and the intercept of another fit (moved into the subspace) if
/// the objective is lower there than at the usual start. The tolerance remains relative to the usual start.
///
/// # Errors
/// As [`logistic`], and when the start does not have one finite number a column.
pub fn logistic_from(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    options: Options,
    start: Start<'_>,
) -> Result<LinearFit, SolverError> {
    check_length("the start", start.coefficients.len(), examples.rows.d())?;
    check_range("the start", start.coefficients, -MAGNITUDE_MAX)?;
    check_range("the start's intercept", &[start.intercept], -MAGNITUDE_MAX)?;
    fit(Loss::Logistic, examples, subspace, options, Some(start))
}

/// Where Newton's method starts.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// w, one a column.
    pub coefficients: &'a [f64],
    /// b; of no account without an intercept.
    pub intercept: f64,
}

/// Returns the support vector machine with the squared hinge: the minimiser of
/// ½‖w‖² + Σ_i c_i max(0, 1 − y_i (⟨w, x_i⟩ + b))² over the subspace. Everything else is as in [`logistic`].
///
/// The second derivative jumps where a row meets its margin; the generalised one of Mangasarian (2002) takes its place.
///
/// # Errors
/// When arguments do not fit together or are out of range. One class alone is no error: its solution is w = 0.
pub fn squared_hinge(
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    options: Options,
) -> Result<LinearFit, SolverError> {
    fit(Loss::SquaredHinge, examples, subspace, options, None)
}

fn fit(
    loss: Loss,
    examples: &Examples<'_>,
    subspace: Option<&Subspace>,
    options: Options,
    warm: Option<Start<'_>>,
) -> Result<LinearFit, SolverError> {
    check_positive("tolerance", options.tolerance)?;
    let costs = examples.check_binary(subspace, options.cost, options.class_weights)?;
    let mut state = State::start(loss, examples, subspace, costs, options.intercept)?;
    let mut gradient = state.gradient();
    let (start, floor) = (gradient.norm, state.rounding_of_gradient(&gradient));
    if warm.is_some_and(|warm| state.move_if_lower(warm)) {
        gradient = state.gradient();
    }
    let (mut iterations, mut status) = (0, Status::IterationLimit);
    loop {
        if gradient.norm <= (options.tolerance * start).max(floor) {
            status = Status::Converged;
            break;
        }
        if iterations == options.iterations_max {
            break;
        }
        iterations += 1;
        // Tight enough for superlinear convergence near the optimum, loose far from it.
        let forcing = (gradient.norm / start).sqrt().min(0.1);
        let before = gradient.norm;
        let progress = state.advance(gradient, forcing);
        gradient = state.gradient();
        if progress == Progress::Rounding && gradient.norm >= 0.5 * before {
            status = if gradient.norm <= (options.tolerance * start).max(floor) {
                Status::Converged
            } else {
                Status::Stalled
            };
            break;
        }
    }
    let accuracy = Accuracy::GradientNorm { norm: gradient.norm, start, objective: state.objective };
    finite(LinearFit {
        coefficients: state.w,
        intercept: state.b,
        objective: state.objective,
        outcome: Outcome::new(iterations, accuracy, status),
    })
}

/// Whether a step made the objective fall by more than rounding.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Progress {
    Visible,
    Rounding,
}

/// The iterate, with the scores of the rows.
struct State<'a> {
    loss: Loss,
    examples: Examples<'a>,
    subspace: Option<&'a Subspace>,
    intercept: Intercept,
    blocks: Blocks,
    costs: Vec<f64>,
    w: Vec<f64>,
    b: f64,
    scores: Vec<f64>,
    objective: f64,
}

/// The gradient at an iterate, and the sums of the model there.
struct Gradient {
    /// Projected.
    g: Vec<f64>,
    g_b: f64,
    norm: f64,
    curvatures: Vec<f64>,
    sums: Sums,
}

impl<'a> State<'a> {
    fn start(
        loss: Loss,
        examples: &Examples<'a>,
        subspace: Option<&'a Subspace>,
        costs: Vec<f64>,
        intercept: Intercept,
    ) -> Result<Self, SolverError> {
        let b = match intercept {
            Intercept::Absent => 0.0,
            Intercept::Free => loss.best_constant(examples.targets, &costs)?,
        };
        let rows = examples.rows;
        let w = subspace.map_or_else(|| vec![0.0; rows.d()], Subspace::nearest_to_zero);
        let blocks = Blocks::of(&rows);
        let mut scores = vec![b; rows.n()];
        if w.iter().any(|&w| w != 0.0) {
            blocks.fill(&mut scores, |i| rows.dot(i, &w) + b);
        }
        let mut state = Self {
            loss,
            examples: *examples,
            subspace,
            intercept,
            blocks,
            costs,
            w,
            b,
            scores,
            objective: 0.0,
        };
        state.objective = state.objective_at(&state.w, |i| state.scores[i]);
        Ok(state)
    }

    /// Returns the objective at weights whose scores are given.
    fn objective_at(&self, w: &[f64], score: impl Fn(usize) -> f64 + Sync) -> f64 {
        let (loss, targets, costs) = (self.loss, self.examples.targets, &self.costs);
        let total = self.blocks.sum(1, |range, sum| {
            sum[0] = range.map(|i| costs[i] * loss.at(targets[i] * score(i))).sum();
        });
        0.5 * dot(w, w) + total[0]
    }

    /// One pass over the rows: the gradient and what the model needs.
    fn gradient(&self) -> Gradient {
        let (rows, targets, costs) = (self.examples.rows, self.examples.targets, &self.costs);
        let (n, d) = (rows.n(), rows.d());
        let centred = self.intercept == Intercept::Free;
        let scores = &self.scores;
        let (loss, mut pulls) = (self.loss, vec![0.0; n]);
        self.blocks.fill(&mut pulls, |i| loss.pull(targets[i] * scores[i]));
        let pull = &pulls;
        // Layout of a block's sums: Xᵀr, h, the diagonal, Σ r, Σ D.
        let sums = self.blocks.sum(3 * d + 2, |range, sums| {
            let (g, rest) = sums.split_at_mut(d);
            let (h, rest) = rest.split_at_mut(d);
            let (squares, totals) = rest.split_at_mut(d);
            for i in range.filter(|&i| costs[i] > 0.0) {
                let slope = -costs[i] * targets[i] * pull[i];
                let curvature = costs[i] * loss.curvature(pull[i]);
                rows.add_scaled(i, slope, g);
                if centred {
                    rows.add_scaled(i, curvature, h);
                }
                rows.add_scaled_squares(i, curvature, squares);
                totals[0] += slope;
                totals[1] += curvature;
            }
        });
        let mut curvatures = pulls;
        curvatures.iter_mut().zip(costs).for_each(|(p, cost)| *p = cost * loss.curvature(*p));
        let mut g = sums[..d].to_vec();
        add_scaled(&self.w, 1.0, &mut g);
        if let Some(subspace) = self.subspace {
            subspace.project(&mut g);
        }
        let g_b = if centred { sums[3 * d] } else { 0.0 };
        let norm = (dot(&g, &g) + g_b * g_b).sqrt();
        let (h, squares) = (sums[d..2 * d].to_vec(), sums[2 * d..3 * d].to_vec());
        let sums = Sums { h, squares, total: sums[3 * d + 1] };
        Gradient { g, g_b, norm, curvatures, sums }
    }

    /// Below this norm a gradient at the start is rounding: Σ c_i |x_ij| ≤ (Σ c_i · Σ c_i x_ij²)^½, and the sum's terms
    /// each carry a rounding of 2⁻⁵³. The curvatures are of the size of the c_i at the start.
    fn rounding_of_gradient(&self, gradient: &Gradient) -> f64 {
        let total: f64 = self.costs.iter().sum();
        let squares: f64 = gradient.sums.squares.iter().sum();
        f64::EPSILON * (total * squares).sqrt()
    }

    /// Takes one Newton step.
    fn advance(&mut self, gradient: Gradient, forcing: f64) -> Progress {
        let Gradient { g, g_b, curvatures, sums, .. } = gradient;
        let rows = self.examples.rows;
        let (s, step_b) = {
            let model = Quadratic::new(rows, self.subspace, 1.0, &curvatures, sums, self.intercept);
            let s = model.minimise(&model.reduce(&g, g_b), forcing, rows.d() + 20).s;
            let step_b = model.intercept_step(&s, g_b);
            (s, step_b)
        };
        let mut along = curvatures;
        self.blocks.fill(&mut along, |i| rows.dot(i, &s) + step_b);
        let slope = dot(&g, &s) + g_b * step_b;
        let rounding = ROUNDING * self.objective.abs();
        let mut size = 1.0;
        for _ in 0..HALVINGS_MAX {
            let mut w = self.w.clone();
            add_scaled(&s, size, &mut w);
            let objective = self.objective_at(&w, |i| self.scores[i] + size * along[i]);
            if objective <= self.objective + DECREASE * size * slope + rounding {
                let is_visible = objective < self.objective - rounding;
                self.move_to(w, self.b + size * step_b, objective);
                return if is_visible { Progress::Visible } else { Progress::Rounding };
            }
            size *= 0.5;
        }
        Progress::Rounding
    }

    /// Moves to a start; back again, and `false`, where the objective is not lower there.
    fn move_if_lower(&mut self, start: Start<'_>) -> bool {
        let (w, b, objective) = (self.w.clone(), self.b, self.objective);
        let intercept = if self.intercept == Intercept::Free { start.intercept } else { 0.0 };
        self.move_to(start.coefficients.to_vec(), intercept, 0.0);
        self.objective = self.objective_at(&self.w, |i| self.scores[i]);
        let is_lower = self.objective < objective;
        if !is_lower {
            self.move_to(w, b, objective);
        }
        is_lower
    }

    /// Takes weights as the next iterate. Scores are computed afresh, so that rounding does not add up over steps.
    fn move_to(&mut self, w: Vec<f64>, b: f64, objective: f64) {
        (self.w, self.b, self.objective) = (w, b, objective);
        if let Some(subspace) = self.subspace {
            subspace.move_into(&mut self.w);
        }
        let (rows, w) = (self.examples.rows, &self.w);
        self.blocks.fill(&mut self.scores, |i| rows.dot(i, w) + b);
    }
}

/// A loss of the margin m = y f.
#[derive(Clone, Copy)]
enum Loss {
    Logistic,
    SquaredHinge,
}

impl Loss {
    /// Returns the loss at a margin, without overflow and without loss of digits where it is small.
    fn at(self, m: f64) -> f64 {
        match self {
            Self::Logistic => (-m.abs()).exp().ln_1p() + (-m).max(0.0),
            Self::SquaredHinge => (1.0 - m).max(0.0).powi(2),
        }
    }

    /// Returns minus the derivative: how strongly a row pulls its margin up. For the logistic loss, the probability that
    /// the model gives to the class that did not come to pass.
    fn pull(self, m: f64) -> f64 {
        match self {
            Self::Logistic => {
                let e = (-m.abs()).exp();
                (if m >= 0.0 { e } else { 1.0 }) / (1.0 + e)
            }
            Self::SquaredHinge => 2.0 * (1.0 - m).max(0.0),
        }
    }

    /// Returns the second derivative, which both losses' first one determines.
    fn curvature(self, pull: f64) -> f64 {
        match self {
            Self::Logistic => pull * (1.0 - pull),
            Self::SquaredHinge => {
                if pull > 0.0 {
                    2.0
                } else {
                    0.0
                }
            }
        }
    }

    /// Returns the best intercept for w = 0.
    fn best_constant(self, targets: &[f64], costs: &[f64]) -> Result<f64, SolverError> {
        let (mut negative, mut positive) = (0.0, 0.0);
        for (&target, cost) in targets.iter().zip(costs) {
            *(if target > 0.0 { &mut positive } else { &mut negative }) += cost;
        }
        match self {
            Self::Logistic if negative > 0.0 && positive > 0.0 => Ok(f64::ln(positive) - f64::ln(negative)),
            Self::Logistic => Err(SolverError::OneClass { target: if positive > 0.0 { 1.0 } else { -1.0 } }),
            Self::SquaredHinge => Ok((positive - negative) / (positive + negative)),
        }
    }
}
