//! Fitting on a thread of its own, and what was learned: scores of rows.

use std::sync::Arc;

use arrow::{buffer::ScalarBuffer, datatypes::Float64Type};
use equipoise::{
    methods::{Labelled, Score, inprocessing::fair_erm::Plan},
    sample::Categorical,
    solvers::OwnedRows,
};
use equipoise_audit::Spelling;
use equipoise_learning::{Head, Model, Parts, Storage, Target};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::{prelude::*, types::PyDict};

use super::{
    complaint::Complaint,
    groups::{Coded, Uncoded, coded, uncoded},
    matrix::{Matrix, Stored, numbers},
    parameters::Learner,
    training,
};
use crate::{columns::Column, running};

type Array1<'py> = Bound<'py, PyArray1<f64>>;
type Array2<'py> = Bound<'py, PyArray2<f64>>;
type Named<'py> = Vec<(String, Bound<'py, Column>)>;

/// The rows of a fit, as work on another thread holds them.
pub(super) struct Sample {
    matrix: Arc<Stored>,
    target: ScalarBuffer<f64>,
    sensitive: Vec<Coded>,
    strata: Vec<Coded>,
    weights: Option<ScalarBuffer<f64>>,
}

/// The rows of a fit before their groups are coded.
pub(super) struct Given {
    matrix: Arc<Stored>,
    target: ScalarBuffer<f64>,
    sensitive: Vec<Uncoded>,
    strata: Vec<Uncoded>,
    weights: Option<ScalarBuffer<f64>>,
}

impl Given {
    /// Takes what Python hands over.
    pub(super) fn new(
        matrix: &Matrix,
        target: &Column,
        sensitive: &Named<'_>,
        strata: &Named<'_>,
        weights: Option<&Column>,
    ) -> PyResult<Self> {
        Ok(Self {
            matrix: matrix.stored(),
            target: numbers::<Float64Type>(target)?,
            sensitive: uncoded(sensitive),
            strata: uncoded(strata),
            weights: weights.map(numbers::<Float64Type>).transpose()?,
        })
    }

    /// As [`Given::new`], of rows without features.
    pub(super) fn without_features(
        target: &Column,
        sensitive: &Named<'_>,
        strata: &Named<'_>,
        weights: Option<&Column>,
    ) -> PyResult<Self> {
        let target = numbers::<Float64Type>(target)?;
        Ok(Self {
            matrix: Arc::new(Stored::without_columns(target.len())),
            target,
            sensitive: uncoded(sensitive),
            strata: uncoded(strata),
            weights: weights.map(numbers::<Float64Type>).transpose()?,
        })
    }

    /// As [`Given::new`], of rows whose outcome is not read.
    pub(super) fn without_target(
        matrix: &Matrix,
        sensitive: &Named<'_>,
        strata: &Named<'_>,
        weights: Option<&Column>,
    ) -> PyResult<Self> {
        let matrix = matrix.stored();
        Ok(Self {
            target: vec![0.0; matrix.n()].into(),
            matrix,
            sensitive: uncoded(sensitive),
            strata: uncoded(strata),
            weights: weights.map(numbers::<Float64Type>).transpose()?,
        })
    }

    /// Codes the groups.
    pub(super) fn sample(self) -> Result<Sample, Complaint> {
        Ok(Sample {
            matrix: self.matrix,
            target: self.target,
            sensitive: coded(self.sensitive, Spelling::PythonArrays)?,
            strata: coded(self.strata, Spelling::PythonArrays)?,
            weights: self.weights,
        })
    }
}

impl Sample {
    /// Calls `fit` with the rows as the library borrows them.
    pub(super) fn with<T>(
        &self,
        fit: impl FnOnce(&Labelled<'_>) -> Result<T, Complaint>,
    ) -> Result<T, Complaint> {
        fit(&Labelled {
            rows: self.matrix.rows()?,
            target: &self.target,
            sensitive: &views(&self.sensitive),
            strata: &views(&self.strata),
            weights: self.weights.as_deref(),
        })
    }
}

fn views(columns: &[Coded]) -> Vec<Categorical<'_>> {
    columns.iter().map(Coded::view).collect()
}

/// What the columns and values of a fit are called.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Names {
    features: Vec<String>,
    /// The labels of the classes; empty in regression.
    classes: Vec<String>,
}

/// Fits a learner. Targets of a classifier are numbers of classes; of more than two, each has a score against the rest.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "each is an argument of Python's")]
pub(crate) fn fit_learner(
    py: Python<'_>,
    learner: Learner,
    names: Names,
    matrix: &Matrix,
    target: &Column,
    sensitive: Named<'_>,
    strata: Named<'_>,
    weights: Option<&Column>,
) -> PyResult<Learned> {
    let given = Given::new(matrix, target, &sensitive, &strata, weights)?;
    let exception = |complaint: &Complaint| complaint.exception(py);
    let Names { features, classes } = names;
    let plans = learner
        .of_scores(classes.len())
        .and_then(|all| all.into_iter().map(|one| Ok(Plan::new(one)?)).collect::<Result<Vec<Plan>, _>>())
        .map_err(|complaint| exception(&complaint))?;
    let sensitive = sensitive.into_iter().map(|(name, _)| name).collect();
    let strata = strata.into_iter().map(|(name, _)| name).collect();
    running::listening_for(py, exception, move |_| {
        let sample = given.sample()?;
        let heads = plans.iter().enumerate().map(|(score, plan)| head(plan, &sample, score, classes.len()));
        let mut parts = Parts::new(features, target_of(&classes), heads.collect::<Result<_, _>>()?);
        parts.storage = if sample.matrix.is_sparse() { Storage::Sparse } else { Storage::Dense };
        parts.ingredients.sensitive = sensitive;
        parts.ingredients.strata = strata;
        Ok(Learned { model: Arc::new(Model::of_arrays(parts)?) })
    })
}

/// Fits one score: of two classes that of the second, of more that of its number against the rest.
fn head(plan: &Plan, sample: &Sample, score: usize, n_classes: usize) -> Result<Head, Complaint> {
    let class = if n_classes == 2 { 1 } else { score };
    let fitted = sample.with(|labelled| {
        if n_classes == 0 {
            return Ok(plan.fit(labelled)?);
        }
        let sign = |code: &f64| if *code == class as f64 { 1.0 } else { -1.0 };
        let target: Vec<f64> = labelled.target.iter().map(sign).collect();
        Ok(plan.fit(&Labelled { target: &target, ..*labelled })?)
    })?;
    Ok(Head { score: fitted.score, training: fitted.training })
}

fn target_of(classes: &[String]) -> Target {
    match classes {
        [] => Target::Number,
        [negative, positive] => Target::binary(negative.as_str(), positive.as_str()),
        several => Target::Classes(several.to_vec()),
    }
}

/// A fitted model.
#[pyclass(frozen, module = "equipoise._equipoise")]
pub(crate) struct Learned {
    model: Arc<Model>,
}

impl Learned {
    fn scores(&self) -> impl Iterator<Item = &Score> {
        self.model.heads().iter().map(|head| &head.score)
    }
}

#[pymethods]
impl Learned {
    /// f of each row, a column for each score.
    #[pyo3(name = "scores")]
    fn of_rows<'py>(&self, py: Python<'py>, matrix: &Matrix) -> PyResult<Array2<'py>> {
        let (model, stored) = (self.model.clone(), matrix.stored());
        let (n, k) = (matrix.shape().0, self.model.heads().len());
        let of_rows = move |_: &running::Cancel| -> Result<Vec<f64>, Complaint> {
            let rows = stored.rows()?;
            match <[Vec<f64>; 1]>::try_from(model.scores_of(&rows)?) {
                Ok([only]) => Ok(only),
                Err(several) => Ok((0..rows.n()).flat_map(|i| several.iter().map(move |of| of[i])).collect()),
            }
        };
        let flat = running::listening_for(py, |complaint: &Complaint| complaint.exception(py), of_rows)?;
        PyArray1::from_vec(py, flat).reshape([n, k])
    }

    /// The constant of each score.
    #[getter]
    fn intercepts<'py>(&self, py: Python<'py>) -> Array1<'py> {
        PyArray1::from_vec(py, self.scores().map(Score::intercept).collect())
    }

    /// The weights of the columns, a row for each score, where scores are linear in them.
    #[getter]
    fn coefficients<'py>(&self, py: Python<'py>) -> PyResult<Option<Array2<'py>>> {
        let linear: Option<Vec<_>> = self.scores().map(Score::linear).collect();
        let Some(linear) = linear else { return Ok(None) };
        let d = linear.first().map_or(0, |score| score.coefficients.len());
        let flat = linear.iter().flat_map(|score| score.coefficients.iter().copied()).collect();
        PyArray1::from_vec(py, flat).reshape([linear.len(), d]).map(Some)
    }

    /// The rows that a kernel score keeps, and their coefficients; `None` of others and of several scores.
    fn support<'py>(&self, py: Python<'py>) -> PyResult<Option<(Kept<'py>, Array1<'py>)>> {
        match self.scores().collect::<Vec<_>>().as_slice() {
            [Score::Kernel(score)] => {
                let kept = kept(py, &score.support)?;
                Ok(Some((kept, PyArray1::from_slice(py, &score.coefficients))))
            }
            _ => Ok(None),
        }
    }

    /// What the fit of each score says of itself.
    fn training<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let heads = self.model.heads().iter();
        heads.map(|head| training::dictionary(py, &head.training, self.model.ingredients())).collect()
    }
}

/// Rows that are kept: dense, or offsets, indices and values of sparse ones.
#[derive(IntoPyObject)]
pub(crate) enum Kept<'py> {
    Dense(Array2<'py>),
    Sparse((Bound<'py, PyArray1<i64>>, Bound<'py, PyArray1<u32>>, Array1<'py>)),
}

fn kept<'py>(py: Python<'py>, rows: &OwnedRows) -> PyResult<Kept<'py>> {
    let view = rows.view();
    if !view.is_sparse() {
        let values: Vec<f64> = (0..rows.n()).flat_map(|i| view.entries(i).map(|(_, value)| value)).collect();
        return Ok(Kept::Dense(PyArray1::from_vec(py, values).reshape([rows.n(), rows.d()])?));
    }
    let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    for i in 0..rows.n() {
        for (column, value) in view.entries(i) {
            indices.push(column as u32);
            values.push(value);
        }
        offsets.push(values.len() as i64);
    }
    let (offsets, indices) = (PyArray1::from_vec(py, offsets), PyArray1::from_vec(py, indices));
    Ok(Kept::Sparse((offsets, indices, PyArray1::from_vec(py, values))))
}
