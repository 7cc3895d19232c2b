//! Checked parameters, and how a fit runs.

use super::{
    Approximation, Comparison, Fitted, Formulation, Parameters, Refine, Refinement, Training,
    active_set::minimise,
    columns::Columns,
    comparison::Geometry,
    gram::OverGram,
    kept::Kept,
    published,
    refine::{Redirect, refine},
    solution::{Learner, Solution},
    task::Task,
};
use crate::{
    kernels::{Factor, Fourier, Function, Gram, Landmarks, Nystrom, PrecomputedRows},
    methods::{FeatureMap, FeatureScore, FitError, KernelScore, Labelled, LinearScore, PlanError, Score},
    solvers::{GramRows, OwnedRows, Rows},
};

/// Parameters that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    parameters: Parameters,
}

impl Plan {
    /// Checks the parameters.
    ///
    /// # Errors
    /// When one is out of range, two do not go together, or the notion is not one of means in events known while
    /// fitting.
    ///
    /// ```
    /// use equipoise::{methods::{Fairness, inprocessing::fair_erm::{Loss, Parameters, Plan}}, notion::Notion};
    /// let plan = |cost| Plan::new(Parameters::new(Loss::Hinge { cost }, Fairness::new(Notion::EqualOpportunity)));
    /// assert!(plan(1.0).is_ok());
    /// assert!(plan(0.0).is_err());
    /// ```
    pub fn new(parameters: Parameters) -> Result<Self, PlanError> {
        parameters.check()?;
        Ok(Self { parameters })
    }

    /// Takes parameters that differ from checked ones in nothing that a check refuses.
    pub(in crate::methods) const fn of_checked(parameters: Parameters) -> Self {
        Self { parameters }
    }

    /// Returns the parameters.
    pub const fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Fits the plan to rows; for classifiers with targets −1 and +1.
    ///
    /// Time is that of the ordinary learner times the number of sets of constraints tried (1 at a bound of 0), plus one
    /// pass over the rows for each attribute, or over a kernel one kernel row for each row in an event. Memory beside the
    /// rows: O(n · constraints), for kernels the cache, for features n × features, for a kernel solved as columns
    /// n × its rank. Without sensitive attributes the ordinary learner is fitted.
    ///
    /// # Errors
    /// When the sample is out of order, a classifier has one class only, there is nothing to compare, bounds are not as
    /// many as constraints, the kernel is not finite, its full factor is beyond 4 GB (see [`Approximation::Exact`]), or
    /// the system is singular (squared loss, penalty 0 and dependent columns, or more than 8,192 rows of a kernel). Not converging is a value, [`Training::outcome`].
    pub fn fit(&self, sample: &Labelled<'_>) -> Result<Fitted, FitError> {
        self.fit_with(sample, None)
    }

    /// Fits the plan as [`fit`](Self::fit) does, starting from a fit of the same rows with other bounds, costs or
    /// tolerance, which saves time. The result meets the same tolerance; what of the start does not fit these rows is of
    /// no account.
    ///
    /// # Errors
    /// As [`fit`](Self::fit).
    pub fn fit_from(&self, sample: &Labelled<'_>, start: &Fitted) -> Result<Fitted, FitError> {
        self.fit_with(sample, Some(&start.solution))
    }

    fn fit_with(&self, sample: &Labelled<'_>, start: Option<&Solution>) -> Result<Fitted, FitError> {
        let task = Task::new(&self.parameters, sample)?;
        let function = self.parameters.kernel.resolve(&sample.rows)?;
        if self.parameters.formulation == Formulation::Published {
            return fit_published(&task, function);
        }
        match function {
            Some(Function::Linear) => {
                let (solution, training) = fit_columns(&task, sample.rows, Of::Rows, start)?;
                let score = linear(solution.coefficients.clone(), solution.intercept);
                Ok(Fitted::new(score, training, solution))
            }
            Some(function) => match feature_map(&self.parameters, function, &sample.rows)? {
                Some(map) => fit_features(&task, map, start),
                None => fit_gram(&task, Some(function), &Gram::new(function, sample.rows)?, start),
            },
            None => fit_gram(&task, None, &PrecomputedRows::new(sample.rows)?, start),
        }
    }
}

/// What columns are columns of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Rows,
    Features,
}

fn fit_columns(
    task: &Task<'_>,
    rows: Rows<'_>,
    of: Of,
    start: Option<&Solution>,
) -> Result<(Solution, Training), FitError> {
    let mut columns = Columns::new(task, rows)?;
    let (solution, solves) = minimise(&columns, &task.bounds(), start)?;
    let (solution, refinement) = refined(&mut columns, task, solution)?;
    let geometry = Geometry {
        gaps: columns.gaps(&solution),
        rank: columns.rank()?,
        distances: columns.distances(),
        signal: if of == Of::Rows { columns.vectors().to_vec() } else { Vec::new() },
        squared_norm: &|i| rows.squared_norm(i),
    };
    let training = training(task, &solution, solves, geometry, refinement);
    Ok((solution, training))
}

fn fit_features(task: &Task<'_>, map: FeatureMap, start: Option<&Solution>) -> Result<Fitted, FitError> {
    let values = map.values(&task.sample.rows)?;
    let n = task.sample.rows.n();
    let rows = Rows::dense(&values, n, map.n_features())?;
    let (solution, training) = fit_columns(task, rows, Of::Features, start)?;
    let (coefficients, intercept) = (solution.coefficients.clone(), solution.intercept);
    let score = Score::Features(FeatureScore { map, coefficients, intercept });
    Ok(Fitted::new(score, training, solution))
}

fn fit_gram(
    task: &Task<'_>,
    function: Option<Function>,
    gram: &dyn GramRows,
    start: Option<&Solution>,
) -> Result<Fitted, FitError> {
    if task.parameters.needs_factor() {
        let factor = Factor::new(gram)?;
        let rows = Rows::dense(factor.values(), gram.n(), factor.rank())?;
        let (solution, training) = fit_columns(task, rows, Of::Features, start)?;
        let coefficients = factor.coefficients(&solution.coefficients);
        let score = over_rows(task, function, coefficients, solution.intercept);
        return Ok(Fitted::new(score, training, solution));
    }
    // Means of features read most rows before a machine does.
    let cache_bytes = task.parameters.cache_bytes;
    let is_kept = task.constraints.is_some() && function.is_some() && Kept::fits(gram.n(), cache_bytes);
    let kept = is_kept.then(|| Kept::of(gram));
    let gram = kept.as_ref().map_or(gram, |kept| kept as &dyn GramRows);
    let left = cache_bytes - if is_kept { Kept::bytes(gram.n()) } else { 0 };
    let mut learner = OverGram::new(task, gram, left)?;
    let (solution, solves) = minimise(&learner, &task.bounds(), start)?;
    let (solution, refinement) = refined(&mut learner, task, solution)?;
    let geometry = Geometry {
        gaps: learner.gaps(&solution),
        rank: learner.rank()?,
        distances: learner.distances(),
        signal: Vec::new(),
        squared_norm: &|i| learner.diagonal()[i],
    };
    let training = training(task, &solution, solves, geometry, refinement);
    let score = over_rows(task, function, solution.coefficients.clone(), solution.intercept);
    Ok(Fitted::new(score, training, solution))
}

/// Solves the problem of the published code, which starts from nothing.
fn fit_published(task: &Task<'_>, function: Option<Function>) -> Result<Fitted, FitError> {
    published::check(task)?;
    let rows = task.sample.rows;
    let gram: Box<dyn GramRows> = match function {
        Some(function) => Box::new(Gram::new(function, rows)?),
        None => Box::new(PrecomputedRows::new(rows)?),
    };
    let over = OverGram::new(task, &*gram, task.parameters.cache_bytes)?;
    let solution = published::fit(task, &over, &*gram)?;
    let diagonal = over.diagonal();
    let is_linear = function == Some(Function::Linear);
    let signal = match &task.constraints {
        Some(constraints) if is_linear => constraints.directions(&rows).vectors,
        _ => Vec::new(),
    };
    let geometry = Geometry {
        gaps: over.gaps(&solution),
        rank: over.rank()?,
        distances: over.distances(),
        signal,
        squared_norm: &|i| diagonal[i],
    };
    let training = training(task, &solution, 1, geometry, None);
    let score = if is_linear {
        let mut w = vec![0.0; rows.d()];
        solution.coefficients.iter().enumerate().for_each(|(i, &beta)| rows.add_scaled(i, beta, &mut w));
        linear(w, solution.intercept)
    } else {
        over_rows(task, function, solution.coefficients.clone(), solution.intercept)
    };
    Ok(Fitted::new(score, training, solution))
}

/// Returns the features that stand in for a kernel, if any do.
fn feature_map(
    parameters: &Parameters,
    kernel: Function,
    rows: &Rows<'_>,
) -> Result<Option<FeatureMap>, FitError> {
    let seed = parameters.seed;
    Ok(match parameters.approximation {
        Approximation::Exact => None,
        Approximation::Nystrom { landmarks } => {
            let choice = Landmarks::RandomlyPivoted { seed };
            Some(FeatureMap::Nystrom { kernel, map: Nystrom::new(&kernel, *rows, landmarks, choice)? })
        }
        Approximation::Fourier { pairs } => {
            Some(FeatureMap::Fourier(Fourier::new(kernel, rows.d(), pairs, seed)?))
        }
    })
}

fn linear(coefficients: Vec<f64>, intercept: f64) -> Score {
    Score::Linear(LinearScore { coefficients, intercept })
}

/// Returns f(x) = Σ β_i K(x_i, x) + b, without the rows that have no part in it.
fn over_rows(task: &Task<'_>, function: Option<Function>, beta: Vec<f64>, intercept: f64) -> Score {
    let Some(kernel) = function else { return linear(beta, intercept) };
    let support = (0..beta.len()).filter(|&i| beta[i] != 0.0);
    Score::Kernel(KernelScore {
        kernel,
        support: OwnedRows::of(&task.sample.rows, support),
        coefficients: beta.iter().copied().filter(|beta| *beta != 0.0).collect(),
        intercept,
    })
}

/// Drives rates together, where that is asked for and there are groups.
fn refined<L: Redirect>(
    learner: &mut L,
    task: &Task<'_>,
    solution: Solution,
) -> Result<(Solution, Option<Refinement>), FitError> {
    match (task.parameters.refine, &task.constraints) {
        (Refine::Rates { bound }, Some(constraints)) => {
            let (solution, refinement) = refine(learner, task, constraints, solution, bound)?;
            Ok((solution, Some(refinement)))
        }
        _ => Ok((solution, None)),
    }
}

fn training(
    task: &Task<'_>,
    solution: &Solution,
    solves: usize,
    geometry: Geometry<'_>,
    refinement: Option<Refinement>,
) -> Training {
    let parameters = task.parameters;
    Training {
        method: parameters.loss.method(),
        rows: task.n_weighted(),
        outcome: solution.outcome,
        objective: task.objective(&solution.scores, solution.squared_norm),
        squared_norm: solution.squared_norm,
        solves,
        refinement,
        comparison: task
            .constraints
            .as_ref()
            .map(|constraints| Comparison::new(constraints, parameters, solution, geometry)),
    }
}

impl Fitted {
    fn new(score: Score, training: Training, mut solution: Solution) -> Self {
        let scores = std::mem::take(&mut solution.scores);
        Self { score, training, scores, solution }
    }
}
