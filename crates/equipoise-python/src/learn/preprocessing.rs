//! Transformations of rows, and weights of them.

use std::sync::Arc;

use equipoise::{
    methods::{
        inprocessing::Directions,
        preprocessing::{
            fair_elimination::{self, Elimination, Pivot},
            fair_projection::{self, Projection},
            reweighing::{Reweighed, reweigh},
        },
    },
    notion::Event,
    solvers::Rows,
};
use equipoise_audit::Spelling;
use equipoise_learning::{Model, Parts, Target};
use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1};
use pyo3::{exceptions::PyValueError, prelude::*, types::PyBytes};

use super::{
    complaint::Complaint,
    groups::{Coded, coded, uncoded},
    learned::Given,
    matrix::Matrix,
    parameters::Asked,
};
use crate::{columns::Column, errors, running};

type Array1<'py> = Bound<'py, PyArray1<f64>>;
type Named<'py> = Vec<(String, Bound<'py, Column>)>;

/// How columns are transformed.
enum Map {
    /// And the differences of means, k × d, which it does not need any more.
    Projection(Projection, Vec<f64>),
    Elimination(Elimination),
}

impl Map {
    /// Makes a map from the differences of means, and a basis of them (a projection) or their scales.
    fn new(word: &str, d: usize, vectors: Vec<f64>, rest: Vec<f64>) -> Result<Self, Complaint> {
        match word {
            "fair_projection" => Ok(Self::Projection(Projection::from_parts(rest, d)?, vectors)),
            "fair_elimination" => {
                let directions = Directions { vectors, scales: rest };
                Ok(Self::Elimination(Elimination::new(directions, d, Pivot::Largest)?))
            }
            _ => Err(Complaint::of_word("method", word, &["fair_projection", "fair_elimination"])),
        }
    }

    fn transform(&self, rows: &Rows<'_>) -> Result<Vec<f64>, Complaint> {
        Ok(match self {
            Self::Projection(projection, _) => projection.transform(rows)?,
            Self::Elimination(elimination) => elimination.transform(rows)?,
        })
    }

    /// What [`Map::new`] takes.
    fn parts(&self) -> (&[f64], &[f64]) {
        match self {
            Self::Projection(projection, vectors) => (vectors, projection.basis()),
            Self::Elimination(elimination) => {
                let Directions { vectors, scales } = elimination.directions();
                (vectors, scales)
            }
        }
    }
}

/// Finds the directions in which groups differ, for `fair_projection` or `fair_elimination`. Targets of classes are −1
/// and +1.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "each is an argument of Python's")]
pub(crate) fn fit_map(
    py: Python<'_>,
    asked: Asked,
    matrix: &Matrix,
    target: Option<&Column>,
    sensitive: Named<'_>,
    strata: Named<'_>,
    weights: Option<&Column>,
) -> PyResult<LinearMap> {
    let exception = |complaint: &Complaint| complaint.exception(py);
    let fairness = asked.fairness().map_err(|complaint| exception(&complaint))?;
    let reads_target = !matches!(fairness.notion.event(), Event::AllRows | Event::EachStratum);
    let given = match target {
        Some(target) => Given::new(matrix, target, &sensitive, &strata, weights)?,
        None if reads_target => return Err(exception(&Complaint::no_target())),
        None => Given::without_target(matrix, &sensitive, &strata, weights)?,
    };
    let (method, d) = (asked.method().to_owned(), matrix.shape().1);
    running::listening_for(py, exception, move |_| {
        let sample = given.sample()?;
        let map = if method == "fair_projection" {
            let plan = fair_projection::Plan::new(fairness)?;
            let model = sample.with(|labelled| Ok(plan.fit(labelled)?))?;
            Map::Projection(model.projection().clone(), model.signal().to_vec())
        } else {
            let plan = fair_elimination::Plan::new(fairness, Pivot::Largest)?;
            Map::Elimination(sample.with(|labelled| Ok(plan.fit(labelled)?.elimination().clone()))?)
        };
        Ok(LinearMap { method, d, map: Arc::new(map) })
    })
}

/// A transformation of columns, which is made again from the differences of means that it takes out.
#[pyclass(frozen, module = "equipoise._equipoise")]
pub(crate) struct LinearMap {
    method: String,
    d: usize,
    map: Arc<Map>,
}

#[pymethods]
impl LinearMap {
    /// Makes it from the differences, row after row, and a basis of them or their scales.
    #[new]
    fn new(
        py: Python<'_>,
        method: String,
        d: usize,
        vectors: PyReadonlyArray1<'_, f64>,
        rest: PyReadonlyArray1<'_, f64>,
    ) -> PyResult<Self> {
        let map = Map::new(&method, d, vectors.to_vec()?, rest.to_vec()?);
        let map = map.map_err(|complaint| complaint.exception(py))?;
        Ok(Self { method, d, map: Arc::new(map) })
    }

    /// The transformed rows.
    fn transform<'py>(&self, py: Python<'py>, matrix: &Matrix) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let (map, stored) = (self.map.clone(), matrix.stored());
        let n = matrix.shape().0;
        let values = running::listening_for(
            py,
            |complaint: &Complaint| complaint.exception(py),
            move |_| map.transform(&stored.rows()?),
        )?;
        PyArray1::from_vec(py, values).reshape([n, self.d - self.removed().len()])
    }

    /// How many independent directions are taken out.
    #[getter]
    fn rank(&self) -> usize {
        match self.map.as_ref() {
            Map::Projection(projection, _) => projection.rank(),
            Map::Elimination(elimination) => elimination.rank(),
        }
    }

    /// The columns that are no longer there.
    #[getter]
    fn removed(&self) -> Vec<usize> {
        match self.map.as_ref() {
            Map::Projection(..) => Vec::new(),
            Map::Elimination(elimination) => elimination.removed().to_vec(),
        }
    }

    /// The difference of group means of each comparison, row after row.
    #[getter]
    fn vectors<'py>(&self, py: Python<'py>) -> Array1<'py> {
        PyArray1::from_slice(py, self.map.parts().0)
    }

    /// The bytes of the model file; of a projection only.
    fn to_bytes<'py>(&self, py: Python<'py>, features: Vec<String>) -> PyResult<Bound<'py, PyBytes>> {
        let Map::Projection(projection, _) = self.map.as_ref() else {
            return Err(PyValueError::new_err("an elimination has no model file"));
        };
        let mut parts = Parts::new(features, Target::Transformed, Vec::new());
        parts.transform = Some(projection.clone());
        parts.ingredients.method.clone_from(&self.method);
        let bytes = Model::of_arrays(parts).and_then(|model| model.to_bytes());
        let bytes = bytes.map_err(|failure| errors::exception(py, &failure, Spelling::PythonArrays))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// What `new` takes.
    fn __getnewargs__<'py>(&self, py: Python<'py>) -> (String, usize, Array1<'py>, Array1<'py>) {
        let rest = PyArray1::from_slice(py, self.map.parts().1);
        (self.method.clone(), self.d, self.vectors(py), rest)
    }
}

/// Returns the weights of Kamiran and Calders, and how many pairs of group and outcome are lacking. Each label is an
/// outcome.
#[pyfunction]
pub(crate) fn reweigh_rows<'py>(
    py: Python<'py>,
    target: &Bound<'_, Column>,
    sensitive: Named<'_>,
    strata: Named<'_>,
    weights: Option<&Column>,
) -> PyResult<(Array1<'py>, usize)> {
    let target = uncoded(&[("y".to_owned(), target.clone())]);
    let given = Given::without_features(&sensitive, &strata, weights)?;
    let Reweighed { weights, lacking, .. } = running::listening_for(
        py,
        |complaint: &Complaint| complaint.exception(py),
        move |_| {
            let outcomes = coded(target, Spelling::PythonArrays)?;
            let outcomes = outcomes.first().map(Coded::numbers).transpose()?.unwrap_or_default();
            given.sample_of(outcomes)?.with(|labelled| Ok(reweigh(labelled)?))
        },
    )?;
    Ok((PyArray1::from_vec(py, weights), lacking.len()))
}
