//! Fitting on a thread of its own, and what was learned: scores of rows.

use std::sync::Arc;

use arrow::{buffer::ScalarBuffer, datatypes::Float64Type};
use equipoise::{
    methods::{
        Labelled, Score,
        inprocessing::fair_erm::{Fitted, Plan},
        one_vs_rest::{Classed, Probabilities, class_probabilities, fit_balanced},
        platt::Platt,
    },
    sample::{Categorical, Codes},
    solvers::OwnedRows,
};
use equipoise_audit::Spelling;
use equipoise_learning::{Head, Model, Parts, Storage, Target};
use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::{
    prelude::*,
    types::{PyBytes, PyDict},
};

use super::{
    certificate::{self, Gap},
    complaint::Complaint,
    groups::{Coded, Uncoded, coded, uncoded},
    matrix::{Matrix, Stored, numbers},
    parameters::Asked,
    training,
};
use crate::{columns::Column, errors, running};

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

    /// As [`Given::new`], of rows without features, whose outcomes are still to come.
    pub(super) fn without_features(
        sensitive: &Named<'_>,
        strata: &Named<'_>,
        weights: Option<&Column>,
    ) -> PyResult<Self> {
        Ok(Self {
            matrix: Arc::new(Stored::without_columns(0)),
            target: Vec::new().into(),
            sensitive: uncoded(sensitive),
            strata: uncoded(strata),
            weights: weights.map(numbers::<Float64Type>).transpose()?,
        })
    }

    /// Codes the groups of rows without features, whose outcomes are these.
    pub(super) fn sample_of(self, target: Vec<f64>) -> Result<Sample, Complaint> {
        let matrix = Arc::new(Stored::without_columns(target.len()));
        Self { matrix, target: target.into(), ..self }.sample()
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

/// How classes are told apart.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Classes {
    /// A factor for each class.
    factors: Option<Vec<f64>>,
    /// In how many folds scores are found that probabilities are made of; 0 for none.
    folds: usize,
}

/// Fits a learner. Targets of a classifier are numbers of classes.
#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "each is an argument of Python's")]
pub(crate) fn fit_learner(
    py: Python<'_>,
    asked: Asked,
    names: Names,
    classes: Classes,
    matrix: &Matrix,
    target: &Column,
    sensitive: Named<'_>,
    strata: Named<'_>,
    weights: Option<&Column>,
) -> PyResult<Learned> {
    let given = Given::new(matrix, target, &sensitive, &strata, weights)?;
    let exception = |complaint: &Complaint| complaint.exception(py);
    let plan = asked.plan().map_err(|complaint| exception(&complaint))?;
    let sensitive: Vec<String> = sensitive.into_iter().map(|(name, _)| name).collect();
    let strata: Vec<String> = strata.into_iter().map(|(name, _)| name).collect();
    running::listening_for(py, exception, move |_| {
        let sample = given.sample()?;
        let classifier = match names.classes.len() {
            0 => sample.with(|labelled| Ok(plan.fit(labelled)?)).map(|fitted| (vec![head(fitted)], None)),
            n_classes => classifier(&plan, &sample, n_classes, &classes),
        };
        let (heads, calibration) = classifier?;
        let mut parts = Parts::new(names.features, target_of(&names.classes), heads);
        parts.calibration = calibration;
        parts.storage = if sample.matrix.is_sparse() { Storage::Sparse } else { Storage::Dense };
        parts.ingredients.settings = asked.into_settings();
        parts.ingredients.sensitive = sensitive;
        parts.ingredients.strata = strata;
        Ok(Learned { model: Arc::new(Model::of_arrays(parts)?) })
    })
}

fn head(fitted: Fitted) -> Head {
    Head { score: fitted.score, training: fitted.training }
}

fn classifier(
    plan: &Plan,
    sample: &Sample,
    n_classes: usize,
    classes: &Classes,
) -> Result<(Vec<Head>, Option<Vec<Platt>>), Complaint> {
    let codes: Vec<u32> = sample.target.iter().map(|code| *code as u32).collect();
    let probabilities = match classes.folds {
        0 => Probabilities::Direct,
        folds => Probabilities::OutOfFold { folds },
    };
    let fitted = sample.with(|labelled| {
        let Labelled { rows, sensitive, strata, weights, .. } = *labelled;
        let codes = Codes::U32(&codes);
        let classed = Classed { rows, codes, n_classes, sensitive, strata, weights };
        Ok(fit_balanced(plan, &classed, classes.factors.as_deref(), probabilities)?)
    })?;
    let heads = fitted.scores.into_iter().zip(fitted.trainings);
    Ok((heads.map(|(score, training)| Head { score, training }).collect(), fitted.calibration))
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
    /// Reads a model that was fitted to arrays, from the bytes of a model file.
    #[new]
    fn new(py: Python<'_>, bytes: Vec<u8>) -> PyResult<Self> {
        let spelling = Spelling::PythonArrays;
        let model = Model::from_bytes("the pickled model", &bytes, spelling);
        let model = model.map_err(|failure| errors::exception(py, &failure, spelling))?;
        Ok(Self { model: Arc::new(model) })
    }

    /// The bytes of the model file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = running::away(py, || self.model.to_bytes())?;
        let bytes = bytes.map_err(|failure| errors::exception(py, &failure, Spelling::PythonArrays))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// What `new` takes.
    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyBytes>,)> {
        Ok((self.to_bytes(py)?,))
    }

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

    /// The probability of each class, from scores; `None` where there are none.
    fn probabilities<'py>(&self, py: Python<'py>, scores: &Array2<'py>) -> PyResult<Option<Array2<'py>>> {
        let Some(calibration) = self.model.calibration() else { return Ok(None) };
        let scores = scores.try_readonly()?;
        let probabilities = class_probabilities(scores.as_slice()?, calibration);
        let n_classes = if calibration.len() == 1 { 2 } else { calibration.len() };
        let n = probabilities.len() / n_classes;
        PyArray1::from_vec(py, probabilities).reshape([n, n_classes]).map(Some)
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

    /// What each score shows by itself: sentences, none of an ordinary model.
    fn certificate(&self, py: Python<'_>, confidence: f64) -> PyResult<Vec<Vec<String>>> {
        let certificates = certificate::of_model(&self.model, confidence);
        let certificates = certificates.map_err(|complaint| complaint.exception(py))?;
        Ok(certificate::sentences(&certificates))
    }

    /// The same with what rows show that had no part in the fit, and the gaps between groups in them.
    #[allow(clippy::too_many_arguments, reason = "each is an argument of Python's")]
    fn certify(
        &self,
        py: Python<'_>,
        matrix: &Matrix,
        target: &Column,
        sensitive: Named<'_>,
        strata: Named<'_>,
        weights: Option<&Column>,
        confidence: f64,
    ) -> PyResult<(Vec<Vec<String>>, Vec<Gap>)> {
        let given = Given::new(matrix, target, &sensitive, &strata, weights)?;
        let names: Vec<String> = sensitive.into_iter().map(|(name, _)| name).collect();
        let model = self.model.clone();
        running::listening_for(
            py,
            |complaint: &Complaint| complaint.exception(py),
            move |_| {
                let sample = given.sample()?;
                let (certificates, gaps) =
                    sample.with(|rows| certificate::with_held_out(&model, rows, &names, confidence))?;
                Ok((certificate::sentences(&certificates), gaps))
            },
        )
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
