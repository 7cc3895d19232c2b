//! Transformations of rows, and weights of them.

use std::sync::Arc;

use equipoise::methods::preprocessing::{
    fair_projection,
    reweighing::{Reweighed, reweigh},
};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;

use super::{complaint::Complaint, learned::Given, matrix::Matrix, parameters::Groups};
use crate::{columns::Column, running};

type Named<'py> = Vec<(String, Bound<'py, Column>)>;

/// Finds the directions in which groups differ. Targets of classes are −1 and +1.
#[pyfunction]
pub(crate) fn fit_projection(
    py: Python<'_>,
    groups: Groups,
    is_classifier: bool,
    matrix: &Matrix,
    target: &Column,
    sensitive: Named<'_>,
    strata: Named<'_>,
    weights: Option<&Column>,
) -> PyResult<Projected> {
    let given = Given::new(matrix, target, &sensitive, &strata, weights)?;
    let exception = |complaint: &Complaint| complaint.exception(py);
    let plan = groups
        .fairness(is_classifier)
        .and_then(|fairness| Ok(fair_projection::Plan::new(fairness)?))
        .map_err(|complaint| exception(&complaint))?;
    running::listening_for(py, exception, move |_| {
        let model = given.sample()?.with(|labelled| Ok(plan.fit(labelled)?))?;
        Ok(Projected { model: Arc::new(model) })
    })
}

/// A fitted projection.
#[pyclass(frozen, module = "equipoise._equipoise")]
pub(crate) struct Projected {
    model: Arc<fair_projection::Model>,
}

#[pymethods]
impl Projected {
    /// The rows without the directions in which groups differ.
    fn transform<'py>(&self, py: Python<'py>, matrix: &Matrix) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let (model, stored) = (self.model.clone(), matrix.stored());
        let (rows, columns) = matrix.shape();
        let values = running::listening_for(
            py,
            |complaint: &Complaint| complaint.exception(py),
            move |_| Ok(model.transform(&stored.rows()?)?),
        )?;
        PyArray1::from_vec(py, values).reshape([rows, columns])
    }

    /// How many independent directions are taken out.
    #[getter]
    fn rank(&self) -> usize {
        self.model.rank()
    }

    /// The difference of group means of each comparison, row after row.
    #[getter]
    fn signal<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, self.model.signal())
    }
}

/// Returns the weights of Kamiran and Calders, and how many pairs of group and outcome are lacking.
#[pyfunction]
pub(crate) fn reweigh_rows<'py>(
    py: Python<'py>,
    target: &Column,
    sensitive: Named<'_>,
    strata: Named<'_>,
    weights: Option<&Column>,
) -> PyResult<(Bound<'py, PyArray1<f64>>, usize)> {
    let given = Given::without_features(target, &sensitive, &strata, weights)?;
    let Reweighed { weights, lacking, .. } = running::listening_for(
        py,
        |complaint: &Complaint| complaint.exception(py),
        move |_| given.sample()?.with(|labelled| Ok(reweigh(labelled)?)),
    )?;
    Ok((PyArray1::from_vec(py, weights), lacking.len()))
}
