//! Support vector classification whose mean score differs between groups by no more than a bound.
//!
//! Minimises ½‖w‖² + cost · Σ weight · max(0, 1 − y (⟨w, φ(x)⟩ + b)) subject to |⟨w, u_j⟩| ≤ bound_j, where u_j is a
//! difference of the groups' means of φ(x) inside an event ([`Constraints`]). At a bound of 0 it is the ordinary machine
//! with the corrected kernel K̃ = K − κM⁺κᵀ ([`correction`](crate::solvers::correction)); where some constraints hold
//! with equality at t ≠ 0, w = w⊥ + Σ a_j u_j with M a = t adds a fixed offset κ(x)ᵀa to every score.
//!
//! What is equalised is the *mean* of the score. The rates of decisions may still differ.
//!
//! Source: Donini et al. 2018. DIFFERENCE: the published code constrains the dual variables, Σ α_i y_i κ_i = 0 within the
//! box, which is another problem with a worse optimum; here the constrained problem itself is solved.

use super::{
    Constraints,
    active_set::{Active, Learner, minimise},
};
use crate::{
    kernels::{Function, Gram, KernelRows},
    methods::{ApplyError, Fairness, FitError, Labelled, PlanError, TargetEvents, error::check_positive},
    solvers::{
        ClassWeights, GramRows, Rows,
        correction::{Corrected, Correction, MeanMaps},
        smo::{Classification, Report, Settings, Storage, classify, costs},
    },
};

const METHOD: &str = "fair_svm";
/// A direction with ‖u‖² below this share of the largest ‖φ(x)‖² is rounding: equal means.
const NO_DIRECTION: f64 = 1e-14;
/// From this tolerance down kernel entries are kept in double precision.
const DOUBLE_FROM: f64 = 1e-5;

/// Parameters that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    fairness: Fairness,
    kernel: Function,
    cost: f64,
    class_weight: ClassWeights,
    tolerance: f64,
    cache_bytes: usize,
}

/// Parameters that have not been checked yet.
#[derive(Clone, Debug)]
pub struct Builder(Plan);

impl Plan {
    /// Starts with what is asked of the groups, the linear kernel, cost 1, equal classes, tolerance 1e-3, 200 MB of cache.
    ///
    /// ```
    /// use equipoise::{kernels::Function, methods::{Fairness, inprocessing::fair_svm::Plan}, notion::Notion};
    /// let plan = Plan::builder(Fairness::new(Notion::EqualOpportunity)).kernel(Function::Rbf { gamma: 0.5 });
    /// assert!(plan.clone().build().is_ok());
    /// assert!(plan.cost(0.0).build().is_err());
    /// ```
    pub fn builder(fairness: Fairness) -> Builder {
        let cache_bytes = Settings::default().cache_bytes;
        let kernel = Function::Linear;
        Builder(Self {
            fairness,
            kernel,
            cost: 1.0,
            class_weight: ClassWeights::EQUAL,
            tolerance: 1e-3,
            cache_bytes,
        })
    }

    /// Fits the plan to rows with targets −1 and +1. Time is that of the ordinary machine, times the number of sets of
    /// constraints tried, plus one kernel row for each row in an event; memory is the cache and O(n · constraints).
    ///
    /// Without sensitive attributes the ordinary machine is fitted.
    ///
    /// # Errors
    /// When the sample is out of order, a parameter of the kernel is out of range, there is only one class or nothing to
    /// compare, bounds are not as many as constraints, or the kernel yields a number that is not finite.
    pub fn fit(&self, sample: &Labelled<'_>) -> Result<Model, FitError> {
        sample.check()?;
        sample.check_binary()?;
        let constraints = match sample.sensitive {
            [] => None,
            _ => Some(Constraints::new(sample, &self.fairness, &TargetEvents::Classes)?),
        };
        let gram = Gram::new(self.kernel, sample.rows)?;
        let positive: Vec<bool> = sample.target.iter().map(|&y| y > 0.0).collect();
        let cost = costs(self.cost, &positive, self.class_weight, sample.weights)?;
        let storage = if self.tolerance <= DOUBLE_FROM { Storage::Double } else { Storage::Single };
        let settings = Settings {
            tolerance: self.tolerance,
            cache_bytes: self.cache_bytes,
            storage,
            ..Settings::default()
        };
        let mut machine = Machine::new(&gram, constraints.as_ref(), positive, cost, settings)?;
        let bounds: Vec<f64> = constraints
            .iter()
            .flat_map(|constraints| constraints.list().iter().map(|constraint| constraint.bound))
            .collect();
        let bounded = minimise(&mut machine, &bounds)?;
        let gaps = machine.gaps(&bounded.fit);
        let rank = Correction::new(&machine.moments_of(&machine.all()), machine.all().len())?.rank();
        let (moments, solves) = (machine.maps.moments, bounded.solves);
        let active = bounded.active.into_iter().map(|active| active.0).collect();
        Ok(Model::new(
            sample,
            self.kernel,
            bounded.fit,
            constraints,
            Side { gaps, moments, active, rank, solves },
        ))
    }
}

impl Builder {
    /// Sets the kernel.
    #[must_use]
    pub const fn kernel(mut self, kernel: Function) -> Self {
        self.0.kernel = kernel;
        self
    }

    /// Sets C, the cost of a row's loss against ½‖w‖²; positive.
    #[must_use]
    pub const fn cost(mut self, cost: f64) -> Self {
        self.0.cost = cost;
        self
    }

    /// Sets how much the rows of each class count; both positive.
    #[must_use]
    pub const fn class_weight(mut self, class_weight: ClassWeights) -> Self {
        self.0.class_weight = class_weight;
        self
    }

    /// Sets the largest violation of the optimality conditions that is accepted, in units of the score; positive.
    /// At 1e-5 and below kernel entries are cached in double precision, which takes twice the memory.
    #[must_use]
    pub const fn tolerance(mut self, tolerance: f64) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Sets the memory for kernel rows.
    #[must_use]
    pub const fn cache_bytes(mut self, cache_bytes: usize) -> Self {
        self.0.cache_bytes = cache_bytes;
        self
    }

    /// Checks the parameters (those of the kernel are checked by the fit).
    ///
    /// # Errors
    /// When one is out of range, or the notion is not one of means in events known while fitting.
    pub fn build(self) -> Result<Plan, PlanError> {
        let plan = self.0;
        plan.fairness.check(METHOD)?;
        let ClassWeights { negative, positive } = plan.class_weight;
        let numbers = [
            ("cost", plan.cost),
            ("negative", negative),
            ("positive", positive),
            ("tolerance", plan.tolerance),
        ];
        numbers.into_iter().try_for_each(|(name, value)| check_positive(name, value))?;
        Ok(plan)
    }
}

/// A fitted score f(x) = Σ β_i K(x_i, x) + b; positive where f > 0. **Holds the rows with β_i ≠ 0**, among them most rows of
/// the events. The group is not needed to apply it.
#[derive(Clone, Debug)]
pub struct Model {
    kernel: Function,
    d: usize,
    support: Vec<f64>,
    coefficients: Vec<f64>,
    fit: Fit,
    constraints: Option<Constraints>,
    side: Side,
}

#[derive(Clone, Debug)]
struct Side {
    gaps: Vec<f64>,
    moments: Vec<f64>,
    active: Vec<usize>,
    rank: usize,
    solves: usize,
}

impl Model {
    fn new(
        sample: &Labelled<'_>,
        kernel: Function,
        fit: Fit,
        constraints: Option<Constraints>,
        side: Side,
    ) -> Self {
        let d = sample.rows.d();
        let (mut support, mut coefficients) = (Vec::new(), Vec::new());
        for (row, &beta) in fit.coefficients.iter().enumerate().filter(|(_, beta)| **beta != 0.0) {
            coefficients.push(beta);
            let start = support.len();
            support.resize(start + d, 0.0);
            sample.rows.add_scaled(row, 1.0, &mut support[start..]);
        }
        Self { kernel, d, support, coefficients, fit, constraints, side }
    }

    /// Returns ½‖w‖² + cost · Σ losses on the fitting rows.
    pub const fn objective(&self) -> f64 {
        self.fit.objective
    }

    /// Returns b, exactly best for w.
    pub const fn intercept(&self) -> f64 {
        self.fit.intercept
    }

    /// Returns ‖w‖².
    pub const fn squared_norm(&self) -> f64 {
        self.fit.squared_norm
    }

    /// Returns β of every fitting row. They are not confined to the cost of their rows.
    pub fn coefficients(&self) -> &[f64] {
        &self.fit.coefficients
    }

    /// Returns the scores of the fitting rows.
    pub fn scores(&self) -> &[f64] {
        &self.fit.scores
    }

    /// Returns what the last solve took. Its objectives leave the fixed part of w out.
    pub const fn report(&self) -> Report {
        self.fit.report
    }

    /// Returns the constraints; `None` for the ordinary model.
    pub const fn constraints(&self) -> Option<&Constraints> {
        self.constraints.as_ref()
    }

    /// Returns M, k × k: ⟨u_j, u_l⟩. Its diagonal holds the squared distances (MMD) between the groups' features.
    pub fn moments(&self) -> &[f64] {
        &self.side.moments
    }

    /// Returns the difference of mean scores of every constraint on the fitting rows.
    pub fn gaps(&self) -> &[f64] {
        &self.side.gaps
    }

    /// Returns the numbers of the constraints that hold with equality.
    pub fn active(&self) -> &[usize] {
        &self.side.active
    }

    /// Returns the rank of M: how many of the constraints are independent.
    pub const fn rank(&self) -> usize {
        self.side.rank
    }

    /// Returns how many problems with equalities were solved.
    pub const fn solves(&self) -> usize {
        self.side.solves
    }

    /// Returns the score of each row.
    ///
    /// # Errors
    /// When the rows have another number of columns.
    pub fn decision(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        if rows.d() != self.d {
            return Err(ApplyError::Columns { found: rows.d(), expected: self.d });
        }
        let support = Rows::dense(&self.support, self.coefficients.len(), self.d)
            .expect("invariant: the rows were checked when the model was fitted");
        let gram = Gram::new(self.kernel, support)?;
        let mut similarities = vec![0.0; self.coefficients.len()];
        let score = |i: usize| {
            gram.row_of(rows, i, &mut similarities);
            let sum: f64 = similarities.iter().zip(&self.coefficients).map(|(k, beta)| k * beta).sum();
            sum + self.fit.intercept
        };
        Ok((0..rows.n()).map(score).collect())
    }
}

#[derive(Clone, Debug)]
struct Fit {
    /// Over the rows of the fit, for K itself.
    coefficients: Vec<f64>,
    /// For K̃: what a warm start needs.
    corrected: Vec<f64>,
    scores: Vec<f64>,
    intercept: f64,
    objective: f64,
    squared_norm: f64,
    /// γ − a, one an equality.
    multipliers: Vec<f64>,
    report: Report,
}

struct Machine<'a> {
    gram: &'a Gram<'a>,
    constraints: Option<&'a Constraints>,
    /// c, n × k, column after column.
    c: Vec<f64>,
    maps: MeanMaps,
    /// Whether u_j is 0 up to rounding.
    vacuous: Vec<bool>,
    positive: Vec<bool>,
    cost: Vec<f64>,
    settings: Settings,
}

impl<'a> Machine<'a> {
    fn new(
        gram: &'a Gram<'a>,
        constraints: Option<&'a Constraints>,
        positive: Vec<bool>,
        cost: Vec<f64>,
        settings: Settings,
    ) -> Result<Self, FitError> {
        let n = positive.len();
        let k = constraints.map_or(0, |constraints| constraints.list().len());
        let mut c = vec![0.0; n * k];
        for (constraint, column) in c.chunks_exact_mut(n.max(1)).enumerate() {
            let entries =
                constraints.into_iter().flat_map(|constraints| constraints.coefficients(constraint));
            entries.for_each(|(row, entry)| column[row] = entry);
        }
        let maps = MeanMaps::of(gram, &c, k)?;
        let largest = gram.diagonal().into_iter().fold(0.0, f64::max);
        let vacuous = (0..k).map(|j| maps.moments[j * k + j] <= NO_DIRECTION * largest).collect();
        Ok(Self { gram, constraints, c, maps, vacuous, positive, cost, settings })
    }

    fn all(&self) -> Vec<Active> {
        (0..self.vacuous.len()).filter(|&j| !self.vacuous[j]).map(|j| (j, 0.0)).collect()
    }

    fn columns(&self, of: &[f64], active: &[Active]) -> Vec<f64> {
        let n = self.positive.len();
        active.iter().flat_map(|(j, _)| &of[j * n..][..n]).copied().collect()
    }

    fn moments_of(&self, active: &[Active]) -> Vec<f64> {
        let k = self.vacuous.len();
        active
            .iter()
            .flat_map(|(j, _)| active.iter().map(move |(l, _)| self.maps.moments[j * k + l]))
            .collect()
    }
}

impl Learner for Machine<'_> {
    type Fit = Fit;

    fn solve(&mut self, active: &[Active], start: Option<&Fit>) -> Result<Fit, FitError> {
        let n = self.positive.len();
        let active: Vec<Active> = active.iter().copied().filter(|active| !self.vacuous[active.0]).collect();
        let k = active.len();
        let (kappa, c) = (self.columns(&self.maps.kappa, &active), self.columns(&self.c, &active));
        let correction = Correction::new(&self.moments_of(&active), k)?;
        // a = M⁺ t: with the identity for κ, the correction's M⁺κᵀβ is M⁺β.
        let identity: Vec<f64> = (0..k * k).map(|place| f64::from(u8::from(place % (k + 1) == 0))).collect();
        let values: Vec<f64> = active.iter().map(|active| active.1).collect();
        let a = correction.multipliers(&identity, &values)?;
        let combine = |columns: &[f64], factors: &[f64]| {
            let mut sum = vec![0.0; n];
            for (column, factor) in columns.chunks_exact(n).zip(factors) {
                sum.iter_mut().zip(column).for_each(|(sum, entry)| *sum += factor * entry);
            }
            sum
        };
        let offset = combine(&kappa, &a);
        let corrected = Corrected::new(self.gram, correction.factor(&kappa)?)?;
        let rows = Classification {
            positive: &self.positive,
            cost: &self.cost,
            offset: Some(&offset),
            start: start.map(|fit| fit.corrected.as_slice()),
        };
        let solution = classify(&corrected, &rows, &self.settings)?;
        let gamma = correction.multipliers(&kappa, &solution.coefficients)?;
        let multipliers: Vec<f64> = gamma.iter().zip(&a).map(|(gamma, a)| gamma - a).collect();
        let mut coefficients = solution.coefficients.clone();
        let along = combine(&c, &multipliers);
        coefficients.iter_mut().zip(&along).for_each(|(beta, along)| *beta -= along);
        let inner = |x: &[f64], y: &[f64]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
        let squared_norm = inner(&solution.coefficients, &solution.scores) + inner(&a, &values);
        let scores: Vec<f64> =
            solution.scores.iter().zip(&offset).map(|(f, o)| f + o + solution.intercept).collect();
        let loss: f64 = (0..n)
            .map(|i| {
                let margin = if self.positive[i] { scores[i] } else { -scores[i] };
                self.cost[i] * (1.0 - margin).max(0.0)
            })
            .sum();
        Ok(Fit {
            coefficients,
            corrected: solution.coefficients,
            scores,
            intercept: solution.intercept,
            objective: 0.5 * squared_norm + loss,
            squared_norm,
            multipliers,
            report: solution.report,
        })
    }

    fn gaps(&self, fit: &Fit) -> Vec<f64> {
        self.constraints.map_or_else(Vec::new, |constraints| constraints.gaps(&fit.scores))
    }

    fn multipliers(&self, fit: &Fit, active: &[Active]) -> Result<Vec<f64>, FitError> {
        let mut given = fit.multipliers.iter();
        let of = |j: usize, given: &mut std::slice::Iter<'_, f64>| {
            if self.vacuous[j] { 0.0 } else { given.next().copied().unwrap_or(0.0) }
        };
        Ok(active.iter().map(|(j, _)| of(*j, &mut given)).collect())
    }
}
