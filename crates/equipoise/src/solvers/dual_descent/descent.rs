//! The descent: passes over the dual variables, and the exact measurements between them.
//!
//! ```text
//! repeat
//!     for every active row i, in random order:
//!         G = ⟨x̃_i, v⟩ + b + ridge β_i − target_i              b = centre + σ Σβ
//!         β_i ← the best value between its bounds;  v, Û v and Σβ follow
//!         a row that rests at a bound or a kink, more firmly than the last pass's violations, is set aside
//!     centre ← b
//!     now and then: the scores of all rows, the duality gap, a new set of active rows
//! until the gap is small
//! ```
//!
//! DIFFERENCE: LIBLINEAR sets a row aside where it rests more firmly than the *largest* violation, and looks again at the
//! end. Here the measurements look again at every row, so the *root mean square* of the violations will do: half the
//! time on Adult, for the hinge and its square.

use super::{
    super::{
        Accuracy, Intercept, LinearFit, Outcome, Rows, Status, Subspace,
        vectors::{add_scaled, dot},
    },
    DualFit, Options, Start,
    losses::{Losses, RowLoss},
};
use crate::inference::normals::Stream;

/// From this pass on the centre moves only under the rule that proves convergence.
const PASSES_UNPROVEN: usize = 64;
/// Share of σ(Σβ)²/2 that the gap of a round may be when the centre moves; any number below 1 converges.
const INEXACTNESS: f64 = 0.9;
/// A row whose part outside of the span is below this share of it has its squared norm computed without cancellation.
const CANCELLATION: f64 = 1e-4;

/// One dual variable with what a step needs: a cache line together.
#[derive(Clone, Copy)]
struct Variable {
    loss: RowLoss,
    /// Second derivative of the dual objective: ‖x̃‖² + σ + ridge.
    curvature: f64,
    beta: f64,
}

pub(super) struct Descent<'a> {
    rows: Rows<'a>,
    subspace: Option<&'a Subspace>,
    /// Z, n × rank.
    coordinates: Vec<f64>,
    rank: usize,
    losses: Losses,
    variables: Vec<Variable>,
    /// v = Σ β_i x_i, of which the weights are the projection.
    v: Vec<f64>,
    /// Û v.
    along: Vec<f64>,
    /// σ; 0 without an intercept.
    sigma: f64,
    centre: f64,
    /// Σ β.
    sum: f64,
    active: Vec<usize>,
    /// Rows that rest more firmly than this are set aside.
    firm: f64,
    stream: Stream,
    tolerance: f64,
    /// Rounding of the objective's terms: a gap below it is none, whatever the objective has fallen to.
    rounding: f64,
    iterations_max: usize,
}

/// What a measurement of all rows finds.
struct Measured {
    w: Vec<f64>,
    scores: Vec<f64>,
    intercept: f64,
    primal: f64,
    dual: f64,
    /// The gap of the round's problem, whose intercept is penalised.
    gap_of_round: f64,
}

impl<'a> Descent<'a> {
    pub(super) fn new(
        rows: Rows<'a>,
        subspace: Option<&'a Subspace>,
        mut losses: Losses,
        options: &Options,
    ) -> Self {
        let rank = subspace.map_or(0, Subspace::rank);
        let coordinates = subspace.map_or_else(Vec::new, |subspace| subspace.coordinates(&rows));
        if let Some(subspace) = subspace {
            // The part of the weights in the span is fixed, and moves each row's score by a constant.
            for (i, loss) in losses.rows.iter_mut().enumerate() {
                loss.target -= dot(&coordinates[i * rank..(i + 1) * rank], subspace.fixed());
            }
        }
        let norms: Vec<f64> =
            (0..rows.n()).map(|i| squared_norm(&rows, i, subspace, &coordinates, rank)).collect();
        let sigma = match options.intercept {
            Intercept::Absent => 0.0,
            Intercept::Free => mean_positive(&norms),
        };
        let variable = |(&loss, norm): (&RowLoss, f64)| Variable {
            loss,
            curvature: norm + sigma + loss.ridge,
            beta: 0.0,
        };
        let variables: Vec<Variable> = losses.rows.iter().zip(norms).map(variable).collect();
        let active = (0..rows.n()).filter(|&i| losses.rows[i].counts()).collect();
        let (v, along) = (vec![0.0; rows.d()], vec![0.0; rank]);
        let rounding = f64::EPSILON * losses.total(&vec![0.0; rows.n()], 0.0);
        Self {
            rows,
            subspace,
            coordinates,
            rank,
            losses,
            variables,
            v,
            along,
            sigma,
            centre: 0.0,
            sum: 0.0,
            active,
            firm: f64::INFINITY,
            stream: Stream::new(options.seed, 0),
            tolerance: options.tolerance,
            rounding,
            iterations_max: options.iterations_max,
        }
    }

    /// Starts elsewhere than at zeros.
    pub(super) fn start_at(&mut self, start: Start<'_>) {
        for (variable, &beta) in self.variables.iter_mut().zip(start.variables) {
            variable.beta = beta.clamp(variable.loss.lower, variable.loss.upper);
        }
        self.refresh();
        if self.sigma > 0.0 {
            self.centre = start.intercept - self.sigma * self.sum;
        }
    }

    pub(super) fn run(mut self) -> DualFit {
        let mut schedule = Schedule::new(self.rows.n());
        let (mut pass, mut work) = (0, 0);
        loop {
            if pass == self.iterations_max {
                let measured = self.measure();
                let status = if self.is_done(&measured) { Status::Converged } else { Status::IterationLimit };
                return self.finish(measured, pass, status);
            }
            pass += 1;
            // A pass over a handful of rows counts as a 64th: a few rows must not spend all passes between measurements.
            work += self.active.len().max(self.rows.n() / 64);
            let moved = self.pass();
            if pass < PASSES_UNPROVEN {
                self.move_centre();
            }
            if work < schedule.next && moved && !self.active.is_empty() {
                continue;
            }
            let mut measured = self.measure();
            if self.is_done(&measured) {
                // Once more without the rounding that v gathered on the way.
                self.refresh();
                measured = self.measure();
                if self.is_done(&measured) {
                    return self.finish(measured, pass, Status::Converged);
                }
            }
            let drift = self.sigma * self.sum;
            let is_proven = measured.gap_of_round <= INEXACTNESS * 0.5 * drift * self.sum;
            if pass >= PASSES_UNPROVEN && is_proven {
                self.move_centre();
            }
            if !moved && !schedule.tolerates_rest() {
                return self.finish(measured, pass, Status::Stalled);
            }
            schedule.plan(work, measured.primal - measured.dual, self.gap_allowed(&measured));
            self.activate(&measured);
        }
    }

    /// Visits every active row once; returns whether a variable moved.
    fn pass(&mut self) -> bool {
        for last in (1..self.active.len()).rev() {
            // The high half of a product with the range; its bias, range/2⁶⁴, is nothing.
            let other = (u128::from(self.stream.bits()) * (last as u128 + 1)) >> 64;
            self.active.swap(last, other as usize);
        }
        let mut moved = false;
        let (mut violations, mut n_violations) = (0.0, 0.0);
        let mut kept = 0;
        for at in 0..self.active.len() {
            let i = self.active[at];
            let variable = self.variables[i];
            let gradient = self.gradient(i, &variable);
            let rest = firmness(&variable, self.losses.epsilon, gradient);
            if rest > self.firm {
                continue;
            }
            self.active[kept] = i;
            kept += 1;
            if rest >= 0.0 {
                continue;
            }
            violations += rest * rest;
            n_violations += 1.0;
            let beta = best(&variable, self.losses.epsilon, gradient);
            let change = beta - variable.beta;
            if change != 0.0 {
                moved = true;
                self.variables[i].beta = beta;
                self.rows.add_scaled(i, change, &mut self.v);
                let z = &self.coordinates[i * self.rank..(i + 1) * self.rank];
                self.along.iter_mut().zip(z).for_each(|(a, z)| *a += change * z);
                self.sum += change;
            }
        }
        self.active.truncate(kept);
        self.firm = if n_violations > 0.0 { (violations / n_violations).sqrt() } else { f64::INFINITY };
        moved
    }

    /// Returns the derivative of the smooth part of the dual objective (to be minimised) in one variable.
    #[inline]
    fn gradient(&self, i: usize, variable: &Variable) -> f64 {
        let z = &self.coordinates[i * self.rank..(i + 1) * self.rank];
        let removed: f64 = z.iter().zip(&self.along).map(|(z, a)| z * a).sum();
        let score = self.rows.dot(i, &self.v) - removed + self.centre + self.sigma * self.sum;
        score + variable.loss.ridge * variable.beta - variable.loss.target
    }

    /// Moves the centre of the intercept's penalty to the intercept, which jumps by as much again.
    fn move_centre(&mut self) {
        let jump = self.sigma * self.sum;
        self.centre += jump;
        self.firm += jump.abs();
    }

    /// Recomputes v and Û v from the dual variables.
    fn refresh(&mut self) {
        self.v.fill(0.0);
        self.sum = 0.0;
        for (i, variable) in self.variables.iter().enumerate().filter(|(_, variable)| variable.beta != 0.0) {
            self.rows.add_scaled(i, variable.beta, &mut self.v);
            self.sum += variable.beta;
        }
        if let Some(subspace) = self.subspace {
            for (along, basis) in self.along.iter_mut().zip(subspace.vectors()) {
                *along = dot(basis, &self.v);
            }
        }
    }

    /// Computes every row's score, a primal and a dual value. The primal one takes the round's intercept unless it is
    /// close to the end, where the best one is worth sorting for.
    fn measure(&self) -> Measured {
        let mut w = self.v.clone();
        if let Some(subspace) = self.subspace {
            subspace.project(&mut w);
        }
        let scores: Vec<f64> = (0..self.rows.n()).map(|i| self.rows.dot(i, &w)).collect();
        let epsilon = self.losses.epsilon;
        let square = dot(&w, &w);
        let bare: f64 = self.variables.iter().map(|v| v.loss.dual_at(epsilon, v.beta)).sum();
        let intercept = self.centre + self.sigma * self.sum;
        let primal = 0.5 * square + self.losses.total(&scores, intercept);
        let penalty = self.sigma * self.sum * self.sum;
        let gap_of_round = primal + 0.5 * square - bare + penalty + self.centre * self.sum;
        let dual = bare - 0.5 * square;
        let mut measured = Measured { w, scores, intercept, primal, dual, gap_of_round };
        if self.sigma > 0.0 {
            self.measure_intercept(&mut measured, square);
        }
        measured
    }

    /// With an intercept, dual variables must sum to zero to bound the objective: those of the sign in surplus are
    /// shrunk in proportion, which keeps their bounds.
    fn measure_intercept(&self, measured: &mut Measured, square: f64) {
        let epsilon = self.losses.epsilon;
        let sign = self.sum.signum();
        let surplus: f64 = self.variables.iter().map(|v| (v.beta * sign).max(0.0)).sum();
        let factor = if surplus > 0.0 { (1.0 - self.sum.abs() / surplus).max(0.0) } else { 1.0 };
        let is_shrunk = |variable: &Variable| variable.beta * sign > 0.0;
        let near = measured.gap_of_round <= 2.0 * self.gap_allowed(measured)
            && self.sum.abs() <= self.tolerance.sqrt() * surplus;
        let mut across = 0.0;
        let mut bare = 0.0;
        for (variable, score) in self.variables.iter().zip(&measured.scores) {
            let shrunk = is_shrunk(variable);
            across += if shrunk { variable.beta * score } else { 0.0 };
            bare += variable.loss.dual_at(epsilon, variable.beta * if shrunk { factor } else { 1.0 });
        }
        // ‖w − (1 − factor) w₊‖², with w₊ the shrunk variables' share of w.
        let cut = 1.0 - factor;
        let mut square_of_share = 0.0;
        if cut > 0.0 {
            if !near {
                // Not worth a pass: ‖w₊‖ is left to the triangle inequality, and no bound comes of it.
                measured.dual = f64::NEG_INFINITY;
                return;
            }
            let mut share = vec![0.0; self.rows.d()];
            for (i, variable) in self.variables.iter().enumerate().filter(|(_, v)| is_shrunk(v)) {
                self.rows.add_scaled(i, variable.beta, &mut share);
            }
            if let Some(subspace) = self.subspace {
                subspace.project(&mut share);
            }
            square_of_share = dot(&share, &share);
        }
        let square = (square - 2.0 * cut * across + cut * cut * square_of_share).max(0.0);
        measured.dual = bare - 0.5 * square;
        if near {
            let best = self.losses.best_intercept(&measured.scores);
            let primal = 0.5 * dot(&measured.w, &measured.w) + self.losses.total(&measured.scores, best);
            if primal <= measured.primal {
                (measured.primal, measured.intercept) = (primal, best);
            }
        }
    }

    fn gap_allowed(&self, measured: &Measured) -> f64 {
        (self.tolerance * measured.primal).max(self.rounding)
    }

    fn is_done(&self, measured: &Measured) -> bool {
        measured.primal - measured.dual <= self.gap_allowed(measured)
    }

    /// Takes back the rows that were set aside and now violate their optimality condition.
    fn activate(&mut self, measured: &Measured) {
        let b = self.centre + self.sigma * self.sum;
        let mut is_active = vec![false; self.variables.len()];
        self.active.iter().for_each(|&i| is_active[i] = true);
        let mut violation_max = 0.0_f64;
        for (i, variable) in self.variables.iter().enumerate().filter(|(_, v)| v.loss.counts()) {
            let smooth = measured.scores[i] + b + variable.loss.ridge * variable.beta - variable.loss.target;
            let rest = firmness(variable, self.losses.epsilon, smooth);
            violation_max = violation_max.max(-rest);
            if rest < 0.0 && !is_active[i] {
                self.active.push(i);
            }
        }
        let firm = violation_max + (self.sigma * self.sum).abs();
        self.firm = if violation_max > 0.0 { firm } else { f64::INFINITY };
    }

    fn finish(&self, measured: Measured, passes: usize, status: Status) -> DualFit {
        let Measured { mut w, intercept, primal, dual, .. } = measured;
        let mut constant = 0.0;
        if let Some(subspace) = self.subspace {
            subspace.move_into(&mut w);
            constant = 0.5 * dot(subspace.fixed(), subspace.fixed());
        }
        let accuracy = Accuracy::DualityGap { primal: primal + constant, dual: dual + constant };
        let intercept = if self.sigma > 0.0 { intercept } else { 0.0 };
        let outcome = Outcome::new(passes, accuracy, status);
        let fit = LinearFit { coefficients: w, intercept, objective: primal + constant, outcome };
        DualFit { fit, variables: self.variables.iter().map(|variable| variable.beta).collect() }
    }
}

/// Returns by how much the dual objective rises, per unit, when the variable leaves its place in the better of the
/// directions open to it. Negative: a violation of the optimality condition, of that size.
#[inline]
fn firmness(variable: &Variable, epsilon: f64, gradient: f64) -> f64 {
    let Variable { loss, beta, .. } = variable;
    let up = gradient + if *beta >= 0.0 { epsilon } else { -epsilon };
    let down = gradient + if *beta > 0.0 { epsilon } else { -epsilon };
    let up = if *beta < loss.upper { up } else { f64::INFINITY };
    let down = if *beta > loss.lower { -down } else { f64::INFINITY };
    up.min(down)
}

/// Returns the value between the bounds that minimises the dual objective in this variable alone.
#[inline]
fn best(variable: &Variable, epsilon: f64, gradient: f64) -> f64 {
    let Variable { loss, curvature, beta } = variable;
    if *curvature <= 0.0 {
        // A row of zeros: the objective is linear on both sides of 0.
        let beta = if gradient > epsilon { loss.lower } else { 0.0 };
        return if gradient < -epsilon { loss.upper } else { beta };
    }
    let free = beta - gradient / curvature;
    let width = epsilon / curvature;
    let kinked = if free > width {
        free - width
    } else if free < -width {
        free + width
    } else {
        0.0
    };
    kinked.max(loss.lower).min(loss.upper)
}

/// Returns ‖x̃_i‖², of which a difference of squares keeps no digit when a row lies almost in the span.
fn squared_norm(
    rows: &Rows<'_>,
    i: usize,
    subspace: Option<&Subspace>,
    coordinates: &[f64],
    rank: usize,
) -> f64 {
    let whole = rows.squared_norm(i);
    let Some(subspace) = subspace else { return whole };
    let z = &coordinates[i * rank..(i + 1) * rank];
    let left = whole - dot(z, z);
    if left > CANCELLATION * whole {
        return left;
    }
    let mut x = vec![0.0; rows.d()];
    rows.add_scaled(i, 1.0, &mut x);
    for (basis, z) in subspace.vectors().zip(z) {
        add_scaled(basis, -z, &mut x);
    }
    dot(&x, &x)
}

/// Returns the mean of the numbers that are positive; 1 where none is.
fn mean_positive(numbers: &[f64]) -> f64 {
    let (sum, count) = numbers
        .iter()
        .filter(|&&number| number > 0.0)
        .fold((0.0, 0.0), |(sum, count), number| (sum + number, count + 1.0));
    if count > 0.0 { sum / count } else { 1.0 }
}

/// When to measure, in visits of a row. A measurement costs most of a pass over all rows, and a gap falls about
/// geometrically, so the next one is where the last two say that the tolerance is met, and never further away than
/// a good third of the work so far.
struct Schedule {
    n: usize,
    next: usize,
    last: Option<(usize, f64)>,
    rests: usize,
}

impl Schedule {
    fn new(n: usize) -> Self {
        Self { n, next: 2 * n, last: None, rests: 0 }
    }

    /// Returns whether one more pass without any movement is worth it: a new centre or new active rows may move it.
    fn tolerates_rest(&mut self) -> bool {
        self.rests += 1;
        self.rests < 8
    }

    fn plan(&mut self, work: usize, gap: f64, target: f64) {
        let furthest = work + work * 2 / 5 + self.n;
        self.next = furthest;
        if let Some((last, gap_last)) = self.last.filter(|_| gap > 0.0 && gap.is_finite()) {
            let rate = (gap_last.ln() - gap.ln()) / (work - last).max(1) as f64;
            let needed = (gap.ln() - target.max(f64::MIN_POSITIVE).ln()) / rate;
            if rate > 0.0 && needed.is_finite() && needed < (furthest - work) as f64 {
                self.next = work + needed.ceil() as usize;
            }
        }
        self.last = (gap.is_finite() && gap > 0.0).then_some((work, gap));
    }
}
