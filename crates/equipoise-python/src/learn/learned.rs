//! Fitting on a thread of its own, and what was learned: scores of rows.

use std::sync::Arc;

use arrow::{buffer::ScalarBuffer, datatypes::Float64Type};
use equipoise::{
    methods::{
        Labelled, Score,
        inprocessing::fair_erm::{Plan, Training},
    },
    sample::Categorical,
    solvers::OwnedRows,
};
use equipoise_audit::Spelling;
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
        let views = |columns: &'_ [Coded]| -> Vec<Categorical<'_>> { columns.iter().map(Coded::view).collect() };
        fit(&Labelled {
            rows: self.matrix.rows()?,
            target: &self.target,
            sensitive: &views(&self.sensitive),
            strata: &views(&self.strata),
            weights: self.weights.as_deref(),
        })
    }
}

/// Fits a learner. Targets of a classifier are −1 and +1.
#[pyfunction]
pub(crate) fn fit_learner(
    py: Python<'_>,
    learner: Learner,
    matrix: &Matrix,
    target: &Column,
    sensitive: Named<'_>,
    strata: Named<'_>,
    weights: Option<&Column>,
) -> PyResult<Learned> {
    let given = Given::new(matrix, target, &sensitive, &strata, weights)?;
    let plan = learner
        .parameters()
        .and_then(|parameters| Ok(Plan::new(parameters)?))
        .map_err(|complaint| complaint.exception(py))?;
    let attributes = sensitive.into_iter().map(|(name, _)| name).collect();
    let strata = strata.into_iter().map(|(name, _)| name).collect();
    running::listening_for(py, |complaint: &Complaint| complaint.exception(py), move |_| {
        let sample = given.sample()?;
        let fitted = sample.with(|labelled| Ok(plan.fit(labelled)?))?;
        Ok(Learned { score: Arc::new(fitted.score), training: fitted.training, attributes, strata })
    })
}

/// A fitted score.
#[pyclass(frozen, module = "equipoise._equipoise")]
pub(crate) struct Learned {
    score: Arc<Score>,
    training: Training,
    attributes: Vec<String>,
    strata: Vec<String>,
}

#[pymethods]
impl Learned {
    /// f of each row.
    fn scores<'py>(&self, py: Python<'py>, matrix: &Matrix) -> PyResult<Array1<'py>> {
        let (score, stored) = (self.score.clone(), matrix.stored());
        let scores = running::listening_for(
            py,
            |complaint: &Complaint| complaint.exception(py),
            move |_| Ok(score.of_rows(&stored.rows()?)?),
        )?;
        Ok(PyArray1::from_vec(py, scores))
    }

    /// The constant.
    #[getter]
    fn intercept(&self) -> f64 {
        self.score.intercept()
    }

    /// The weights of the columns, where the score is linear in them.
    #[getter]
    fn coefficients<'py>(&self, py: Python<'py>) -> Option<Array1<'py>> {
        self.score.linear().map(|score| PyArray1::from_slice(py, &score.coefficients))
    }

    /// The rows that a kernel score keeps, and their coefficients; `None` of other scores.
    fn support<'py>(&self, py: Python<'py>) -> PyResult<Option<(Kept<'py>, Array1<'py>)>> {
        match self.score.as_ref() {
            Score::Kernel(score) => {
                let kept = kept(py, &score.support)?;
                Ok(Some((kept, PyArray1::from_slice(py, &score.coefficients))))
            }
            _ => Ok(None),
        }
    }

    /// What the fit says of itself.
    fn training<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        training::dictionary(py, &self.training, &self.attributes, &self.strata)
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
        let values: Vec<f64> =
            (0..rows.n()).flat_map(|i| view.entries(i).map(|(_, value)| value)).collect();
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
