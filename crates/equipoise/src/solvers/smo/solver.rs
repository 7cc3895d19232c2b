//! The loop: choose two rows, move them, and now and then set aside the rows that seem settled.
//!
//! # Setting aside
//! A row whose coefficient is at a bound and whose residual lies beyond all others will not be chosen, so it need
//! not be kept up to date. When a group of rows is set aside, their residuals are right, and the coefficients of that
//! moment are noted. Later their residuals follow from the coefficients that have changed since: e_r loses
//! Σ_j K_rj (β_j − β_j at that moment), which needs one kernel row for each coefficient that moved, not for each that is
//! not 0. DIFFERENCE: LIBSVM keeps the part of the sum that belongs to coefficients at their bound, which takes a whole
//! kernel row each time one gets there or leaves.

use super::{
    cache::{Entry, Found, RowCache},
    intercept::{Residuals, gap, intercept},
    pair::{Along, Side, best_move},
    problem::{Problem, Report, Settings, Shrinking, SmoError, Solution},
    scan::{CURVATURE_MIN, Change, Extremes, FirstRow, extremes, second, update},
    start,
};
use crate::solvers::{Accuracy, GramRows, Outcome, Status};

/// Rows are set aside at most every so many iterations, as in LIBSVM.
const SHRINK_PERIOD: usize = 1000;

/// Setting aside fewer than one row in this many is not worth the copying of what is cached.
const SHRINK_SHARE: usize = 10;

/// The rows that take part, each at a position; columns run over positions.
struct Active<'a, T> {
    /// Rows of the data.
    rows: Vec<usize>,
    beta: Vec<f64>,
    /// t − Kβ.
    e: Vec<f64>,
    /// See [`scan`](super::scan).
    up: Vec<f64>,
    low: Vec<f64>,
    diagonal: Vec<f64>,
    cache: RowCache<T>,
    /// The Gram matrix of these rows alone, where it is had for less than the whole.
    gram: Option<Box<dyn GramRows + 'a>>,
}

/// Rows set aside together.
struct Aside {
    rows: Vec<usize>,
    /// All coefficients at that moment.
    beta: Vec<f64>,
}

pub(super) struct Solver<'a, T> {
    problem: &'a Problem<'a>,
    settings: &'a Settings,
    gram: &'a dyn GramRows,
    /// The whole diagonal.
    diagonal: Vec<f64>,
    /// All coefficients and residuals; those of active rows are the ones in `active`.
    beta: Vec<f64>,
    e: Vec<f64>,
    active: Active<'a, T>,
    aside: Vec<Aside>,
    /// A kernel row as it is evaluated.
    buffer: Vec<f64>,
    iterations: usize,
    rows_computed: usize,
}

impl<'a, T: Entry> Solver<'a, T> {
    /// Takes up a checked problem.
    pub(super) fn new(
        gram: &'a dyn GramRows,
        problem: &'a Problem<'a>,
        settings: &'a Settings,
    ) -> Result<Self, SmoError> {
        let n = gram.n();
        let diagonal = gram.diagonal();
        if let Some(row) = diagonal.iter().position(|k| !k.is_finite()) {
            return Err(SmoError::KernelNotFinite { row, column: row });
        }
        let beta = start::feasible(problem);
        let active = Active {
            rows: (0..n).collect(),
            beta: beta.clone(),
            e: problem.target.to_vec(),
            up: Vec::new(),
            low: Vec::new(),
            diagonal: diagonal.clone(),
            cache: RowCache::new(settings.cache_bytes, n),
            gram: None,
        };
        let mut solver = Self {
            problem,
            settings,
            gram,
            diagonal,
            beta,
            e: problem.target.to_vec(),
            active,
            aside: Vec::new(),
            buffer: vec![0.0; n],
            iterations: 0,
            rows_computed: 0,
        };
        solver.take_start_into_account()?;
        solver.renew_slopes();
        Ok(solver)
    }

    /// Iterates to the tolerance or the limit.
    pub(super) fn run(mut self) -> Result<Solution, SmoError> {
        let period = SHRINK_PERIOD.min(self.beta.len());
        let mut until_shrinking = period;
        let mut rows_before = 0;
        let mut now = self.extremes();
        let status = loop {
            let converged = now.violation() <= self.settings.tolerance;
            let limited = self.iterations >= self.settings.iterations_max;
            if (converged || limited) && !self.aside.is_empty() {
                self.take_back()?;
                now = self.extremes();
                continue;
            }
            if converged || limited {
                break if converged { Status::Converged } else { Status::IterationLimit };
            }
            if until_shrinking == 0 {
                until_shrinking = period;
                let new_rows = self.rows_computed - std::mem::replace(&mut rows_before, self.rows_computed);
                let settling = 4 * new_rows <= period || !self.active.cache.has_room();
                if self.settings.shrinking == Shrinking::On && settling && self.set_aside(now) {
                    now = self.extremes();
                }
            }
            until_shrinking -= 1;
            match self.step(now)? {
                Some(next) => now = next,
                None if self.aside.is_empty() => break Status::Stalled,
                None => {
                    self.take_back()?;
                    now = self.extremes();
                }
            }
        };
        Ok(self.solution(status, now))
    }

    /// Moves the best pair; `None` where no move changes a coefficient.
    fn step(&mut self, now: Extremes) -> Result<Option<Extremes>, SmoError> {
        let i = now.position;
        let slot_i = self.fetch(i)?;
        let active = &self.active;
        let first =
            FirstRow { gain: now.up_max, diagonal: active.diagonal[i], row: active.cache.row(slot_i) };
        let Some(j) = second(first, &active.e, &active.low, &active.diagonal) else { return Ok(None) };
        let slot_j = self.fetch(j)?;
        let active = &self.active;
        let k_ij: f64 = active.cache.row(slot_i)[j].into();
        let along = Along {
            gain: now.up_max - (active.e[j] + active.low[j]),
            curvature: (active.diagonal[i] + active.diagonal[j] - 2.0 * k_ij).max(CURVATURE_MIN),
            tube: self.problem.tube,
        };
        let (beta_i, beta_j) = best_move(self.side(i), self.side(j), along);
        let (delta_i, delta_j) = (beta_i - self.active.beta[i], beta_j - self.active.beta[j]);
        if delta_i == 0.0 && delta_j == 0.0 {
            return Ok(None);
        }
        self.iterations += 1;
        self.set_beta(i, beta_i);
        self.set_beta(j, beta_j);
        let active = &mut self.active;
        let first = Change { delta: delta_i, row: active.cache.row(slot_i) };
        let second = Change { delta: delta_j, row: active.cache.row(slot_j) };
        Ok(Some(update(&mut active.e, &active.up, &active.low, first, second)))
    }

    fn side(&self, position: usize) -> Side {
        let row = self.active.rows[position];
        let (lower, upper) = (self.problem.lower[row], self.problem.upper[row]);
        Side { beta: self.active.beta[position], lower, upper }
    }

    fn set_beta(&mut self, position: usize, beta: f64) {
        self.active.beta[position] = beta;
        let (up, low) = slopes(self.side(position), self.problem.tube);
        self.active.up[position] = up;
        self.active.low[position] = low;
    }

    fn renew_slopes(&mut self) {
        let n = self.active.rows.len();
        let slopes: Vec<_> = (0..n).map(|position| slopes(self.side(position), self.problem.tube)).collect();
        (self.active.up, self.active.low) = slopes.into_iter().unzip();
    }

    fn extremes(&self) -> Extremes {
        extremes(&self.active.e, &self.active.up, &self.active.low)
    }

    /// Returns the slot of a position's kernel row, which is evaluated where it is not cached.
    fn fetch(&mut self, position: usize) -> Result<usize, SmoError> {
        let slot = match self.active.cache.find(position) {
            Found::Cached(slot) => return Ok(slot),
            Found::Empty(slot) => slot,
        };
        self.rows_computed += 1;
        let row = self.active.rows[position];
        let target = self.active.cache.row_mut(slot);
        if let Some(gram) = &self.active.gram {
            let buffer = &mut self.buffer[..target.len()];
            gram.row(position, buffer);
            for (to, &from) in target.iter_mut().zip(&*buffer) {
                *to = T::of(from);
            }
        } else {
            self.gram.row(row, &mut self.buffer);
            for (to, &from) in target.iter_mut().zip(&self.active.rows) {
                *to = T::of(self.buffer[from]);
            }
        }
        if all_finite(target) { Ok(slot) } else { Err(self.not_finite(position, slot)) }
    }

    #[cold]
    fn not_finite(&self, position: usize, slot: usize) -> SmoError {
        let entries = self.active.cache.row(slot);
        let column = entries.iter().position(|&k| !k.into().is_finite()).unwrap_or(0);
        SmoError::KernelNotFinite { row: self.active.rows[position], column: self.active.rows[column] }
    }

    /// Subtracts Kβ of the coefficients that the run starts from.
    fn take_start_into_account(&mut self) -> Result<(), SmoError> {
        for position in 0..self.beta.len() {
            let beta = self.beta[position];
            if beta != 0.0 {
                let slot = self.fetch(position)?;
                let row = self.active.cache.row(slot);
                for (e, &k) in self.active.e.iter_mut().zip(row) {
                    *e -= beta * k.into();
                }
            }
        }
        Ok(())
    }

    /// Sets aside the rows that no pair can gain with as things stand; returns whether there were enough of them.
    fn set_aside(&mut self, now: Extremes) -> bool {
        let active = &self.active;
        // Infinite summands make the comparisons true for the direction that a bound forbids.
        let settled = |position: usize| {
            active.e[position] + active.up[position] < now.low_min
                && active.e[position] + active.low[position] > now.up_max
        };
        let (gone, kept): (Vec<usize>, Vec<usize>) =
            (0..active.rows.len()).partition(|&position| settled(position));
        if gone.is_empty() || gone.len() * SHRINK_SHARE < active.rows.len() {
            return false;
        }
        self.write_back();
        let rows = gone.iter().map(|&position| self.active.rows[position]).collect();
        self.aside.push(Aside { rows, beta: self.beta.clone() });
        let active = &mut self.active;
        active.rows = pick(&active.rows, &kept);
        for column in [&mut active.beta, &mut active.e, &mut active.up, &mut active.low, &mut active.diagonal]
        {
            *column = pick(column, &kept);
        }
        active.cache.narrow(&kept, &gone);
        active.gram = self.gram.restricted(&active.rows);
        true
    }

    /// Brings the residuals of all rows up to date and makes all rows active, those set aside last coming first.
    fn take_back(&mut self) -> Result<(), SmoError> {
        self.write_back();
        let asides = std::mem::take(&mut self.aside);
        let mut rows = std::mem::take(&mut self.active.rows);
        rows.extend(asides.iter().rev().flat_map(|aside| &aside.rows));
        self.active.cache.widen(rows.len());
        self.active.gram = None;
        self.active.rows = rows;
        for position in 0..self.active.rows.len() {
            let j = self.active.rows[position];
            if asides.iter().all(|aside| aside.beta[j] == self.beta[j]) {
                continue;
            }
            let slot = self.fetch(position)?;
            let row = self.active.cache.row(slot);
            let mut end = row.len();
            for aside in &asides {
                let delta = self.beta[j] - aside.beta[j];
                let start = end - aside.rows.len();
                for (&r, &k) in aside.rows.iter().zip(&row[start..end]) {
                    self.e[r] -= delta * k.into();
                }
                end = start;
            }
        }
        let active = &mut self.active;
        active.beta = pick(&self.beta, &active.rows);
        active.e = pick(&self.e, &active.rows);
        active.diagonal = pick(&self.diagonal, &active.rows);
        self.renew_slopes();
        Ok(())
    }

    fn write_back(&mut self) {
        for (position, &row) in self.active.rows.iter().enumerate() {
            self.beta[row] = self.active.beta[position];
            self.e[row] = self.active.e[position];
        }
    }

    /// The solution with its figures; all rows are active.
    fn solution(mut self, status: Status, now: Extremes) -> Solution {
        self.write_back();
        let Problem { target, tube, lower, upper, sum, .. } = *self.problem;
        let (beta, e) = (self.beta, self.e);
        let residuals = Residuals { residual: &e, tube, lower, upper, sum };
        let b = intercept(residuals);
        // ½βᵀKβ − tᵀβ = −½ Σ β (t + e), since Kβ = t − e.
        let dual: f64 =
            (0..beta.len()).map(|i| 0.5 * beta[i] * (target[i] + e[i]) - tube * beta[i].abs()).sum();
        let primal = dual + gap(residuals, &beta, b);
        let support = || beta.iter().enumerate().filter(|(_, b)| **b != 0.0);
        let report = Report {
            outcome: Outcome::new(self.iterations, Accuracy::DualityGap { primal, dual }, status),
            rows_computed: self.rows_computed,
            violation: now.violation().max(0.0),
            n_support: support().count(),
            n_bounded: support().filter(|&(i, &b)| b <= lower[i] || b >= upper[i]).count(),
        };
        let scores = target.iter().zip(&e).map(|(t, e)| t - e).collect();
        Solution { coefficients: beta, intercept: b, scores, report }
    }
}

/// What is added to e for the rates of gain of a rise and of loss of a fall: see [`scan`](super::scan).
fn slopes(side: Side, tube: f64) -> (f64, f64) {
    let up = match side.beta {
        beta if beta >= side.upper => f64::NEG_INFINITY,
        beta if beta < 0.0 => tube,
        _ => -tube,
    };
    let low = match side.beta {
        beta if beta <= side.lower => f64::INFINITY,
        beta if beta > 0.0 => -tube,
        _ => tube,
    };
    (up, low)
}

fn pick<V: Copy>(column: &[V], positions: &[usize]) -> Vec<V> {
    positions.iter().map(|&position| column[position]).collect()
}

/// Returns whether every entry is finite: 0·k is 0 for finite k and NaN for others, and such sums become vector code.
fn all_finite<T: Entry>(row: &[T]) -> bool {
    let mut lanes = [0.0; 8];
    let chunks = row.chunks_exact(lanes.len());
    let rest: f64 = chunks.remainder().iter().map(|&k| 0.0 * k.into()).sum();
    for chunk in chunks {
        for (lane, &k) in lanes.iter_mut().zip(chunk) {
            *lane += 0.0 * k.into();
        }
    }
    lanes.iter().sum::<f64>() + rest == 0.0
}
