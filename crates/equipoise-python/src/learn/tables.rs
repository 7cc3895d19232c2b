//! Models of tables: made, kept, applied and explained as the command line does it.

use std::{path::PathBuf, sync::Arc};

use arrow::array::ArrayRef;
use equipoise::groups::Label;
use equipoise_audit::{Failure, Spelling, Table};
use equipoise_learning::{
    Application, Applying, Model, Predicted, Recipe, Scaling, Target, Trained, explain::explain, train,
};
use equipoise_table::{Cells, Input, Source};
use numpy::PyArray1;
use pyo3::{
    exceptions::PyValueError,
    prelude::*,
    types::{PyBytes, PyList},
};

use super::certificate;
use crate::{audit::Reading, columns::Column, errors, question, running};

const SPELLING: Spelling = Spelling::PythonTable;

/// A table in memory, with texts that mean missing; or files.
#[derive(FromPyObject)]
pub(crate) enum Data<'py> {
    #[pyo3(transparent)]
    Columns((Vec<(String, Bound<'py, Column>)>, Vec<String>)),
    #[pyo3(transparent)]
    Files((Vec<PathBuf>, Reading)),
}

/// The same, as work on another thread can hold it.
enum Held {
    Columns(Vec<(String, Vec<ArrayRef>)>, Vec<String>),
    Files(Vec<PathBuf>, equipoise_table::ReadOptions),
}

impl Data<'_> {
    fn held(self) -> PyResult<Held> {
        Ok(match self {
            Self::Columns((columns, missing)) => {
                let chunks = |(name, column): &(String, Bound<'_, Column>)| {
                    (name.clone(), column.get().chunks().to_vec())
                };
                Held::Columns(columns.iter().map(chunks).collect(), missing)
            }
            Self::Files((paths, reading)) => Held::Files(paths, reading.options()?),
        })
    }
}

impl Held {
    fn table(self) -> Result<Table, Failure> {
        let source = match self {
            Self::Columns(columns, missing) => Source::of_columns(columns).map(|s| s.with_missing(missing)),
            Self::Files(paths, options) => {
                let inputs: Vec<Input> = paths.into_iter().map(Input::Path).collect();
                Source::open(&inputs, options)
            }
        };
        source.map(Table::new).map_err(|error| Failure::of_table(&error, SPELLING))
    }
}

/// What a model is to be made of.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Order {
    method: String,
    settings: Vec<(String, String)>,
    notion: Option<String>,
    bound: Vec<f64>,
    probabilities: bool,
    held_out: Option<f64>,
    confidence: f64,
    task: Option<String>,
    target: Option<String>,
    positive: Vec<String>,
    features: Vec<String>,
    drop: Vec<String>,
    categorical: Vec<String>,
    levels_max: usize,
    scaling: String,
    missing_indicators: bool,
    weight: Option<String>,
    drop_missing: bool,
    sensitive: Vec<String>,
    cross: bool,
    sensitive_in_features: bool,
    cuts: Vec<(String, Option<Vec<f64>>, Option<usize>)>,
    strata: Vec<String>,
    seed: u64,
    threads: usize,
}

impl Order {
    fn recipe(self) -> PyResult<Recipe> {
        let mut recipe = Recipe::new(self.method, SPELLING);
        recipe.settings = self.settings;
        recipe.notion = self.notion;
        recipe.bound = self.bound;
        recipe.probabilities = self.probabilities;
        recipe.held_out = self.held_out;
        recipe.confidence = self.confidence;
        recipe.task = self.task.as_deref().map(question::task).transpose()?;
        recipe.target = self.target;
        recipe.positive = self.positive;
        recipe.features = self.features;
        recipe.drop = self.drop;
        recipe.categorical = self.categorical;
        recipe.levels_max = self.levels_max;
        recipe.scaling = match self.scaling.as_str() {
            "standard" => Scaling::Standard,
            "off" => Scaling::Off,
            word => return Err(PyValueError::new_err(format!("no scaling `{word}`"))),
        };
        recipe.missing_indicators = self.missing_indicators;
        recipe.weight = self.weight;
        recipe.drop_missing = self.drop_missing;
        recipe.sensitive = self.sensitive;
        recipe.cross = self.cross;
        recipe.sensitive_in_features = self.sensitive_in_features;
        recipe.cuts = self.cuts.into_iter().map(question::cut).collect::<PyResult<_>>()?;
        recipe.strata = self.strata;
        recipe.seed = self.seed;
        recipe.threads = self.threads;
        Ok(recipe)
    }
}

/// A model; what there is to tell of it; what each of its scores shows; and what to beware of.
type Made = (TableModel, String, Vec<Vec<String>>, Vec<String>);

/// Makes a model of a table.
#[pyfunction]
pub(crate) fn train_model(py: Python<'_>, data: Data<'_>, order: Order, width: usize) -> PyResult<Made> {
    let (held, recipe) = (data.held()?, order.recipe()?);
    let trained: Trained =
        running::listening(py, SPELLING, move |cancel| train(&held.table()?, &recipe, cancel))?;
    let text = trained.text(width);
    let certificate = certificate::sentences(&trained.certificates);
    Ok((TableModel { model: Arc::new(trained.model) }, text, certificate, trained.notes))
}

/// A model that takes tables.
#[pyclass(frozen, module = "equipoise._equipoise")]
pub(crate) struct TableModel {
    model: Arc<Model>,
}

/// Columns as Python has them, by name.
type NamedObjects<'py> = Vec<(String, Bound<'py, PyAny>)>;

/// A column of what is predicted, while it grows.
enum Grown {
    Numbers(Vec<f64>),
    Texts(Vec<Option<String>>),
}

impl Grown {
    fn add(&mut self, cells: &Cells<'_>) {
        match (self, cells) {
            (Self::Numbers(all), Cells::Real(values)) => all.extend_from_slice(values),
            (Self::Texts(all), Cells::Labels { codes, labels }) => {
                let text = |row: usize| labels.get(codes.get(row)).and_then(Label::text).map(str::to_owned);
                all.extend((0..codes.len()).map(text));
            }
            _ => {}
        }
    }
}

#[pymethods]
impl TableModel {
    /// Reads the bytes of a model file.
    #[new]
    fn new(py: Python<'_>, bytes: Vec<u8>) -> PyResult<Self> {
        let model = Model::from_bytes("the model", &bytes, SPELLING);
        let model = model.map_err(|failure| errors::exception(py, &failure, SPELLING))?;
        Ok(Self { model: Arc::new(model) })
    }

    /// Reads a model file.
    #[staticmethod]
    fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let model = running::listening(py, SPELLING, move |_| Model::read(&path, SPELLING))?;
        Ok(Self { model: Arc::new(model) })
    }

    /// The bytes of the model file.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = running::away(py, || self.model.to_bytes())?;
        let bytes = bytes.map_err(|failure| errors::exception(py, &failure, SPELLING))?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The method.
    #[getter]
    fn method(&self) -> String {
        self.model.ingredients().method.clone()
    }

    /// What is predicted: `binary`, `multiclass`, `regression` or `transformation`.
    #[getter]
    fn task(&self) -> &'static str {
        self.model.target().word()
    }

    /// What was not to depend on the group.
    #[getter]
    fn notion(&self) -> Option<String> {
        self.model.notion().map(ToString::to_string)
    }

    /// The columns that it reads.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.model.encoder().columns().iter().map(|column| column.name.clone()).collect()
    }

    /// The columns that its groups came from, with those of strata and of the outcome.
    #[getter]
    fn columns_of_groups(&self) -> Vec<String> {
        let ingredients = self.model.ingredients();
        let groups = ingredients.sensitive.iter().chain(&ingredients.strata).cloned();
        groups.chain(ingredients.target.clone()).chain(ingredients.weight.clone()).collect()
    }

    /// The labels of what is predicted.
    #[getter]
    fn classes(&self) -> Vec<String> {
        match self.model.target() {
            Target::Number | Target::Transformed => Vec::new(),
            target => target.labels(),
        }
    }

    /// What each score shows by itself: sentences, none of an ordinary model.
    fn certificate(&self, py: Python<'_>, confidence: f64) -> PyResult<Vec<Vec<String>>> {
        let certificates = certificate::of_model(&self.model, confidence);
        let certificates = certificates.map_err(|complaint| complaint.exception(py))?;
        Ok(certificate::sentences(&certificates))
    }

    /// Applies the model; returns its columns (numbers as arrays, texts as lists) and what was unusual.
    fn predict<'py>(
        &self,
        py: Python<'py>,
        data: Data<'_>,
        threads: usize,
    ) -> PyResult<(NamedObjects<'py>, Vec<String>)> {
        let (held, model) = (data.held()?, self.model.clone());
        let (columns, notes) = running::listening(py, SPELLING, move |cancel| {
            let table = held.table()?;
            let mut applying = Applying::new(SPELLING);
            applying.threads = threads;
            let application = Application::new(&model, &table, &applying)?;
            let mut columns: Option<Vec<Grown>> = None;
            let applied = application.run(cancel, &mut |predicted: &Predicted<'_>| {
                let cells = predicted.cells();
                let empty = |cells: &Cells<'_>| match cells {
                    Cells::Labels { .. } => Grown::Texts(Vec::new()),
                    _ => Grown::Numbers(Vec::new()),
                };
                let all = columns.get_or_insert_with(|| cells.iter().map(empty).collect());
                all.iter_mut().zip(&cells).for_each(|(all, cells)| all.add(cells));
                Ok(())
            })?;
            let names: Vec<String> = application.fields().into_iter().map(|field| field.name).collect();
            let columns = columns.unwrap_or_default();
            Ok((names.into_iter().zip(columns).collect::<Vec<_>>(), applied.notes()))
        })?;
        let object = |(name, column): (String, Grown)| -> PyResult<(String, Bound<'py, PyAny>)> {
            Ok((
                name,
                match column {
                    Grown::Numbers(values) => PyArray1::from_vec(py, values).into_any(),
                    Grown::Texts(texts) => PyList::new(py, texts)?.into_any(),
                },
            ))
        };
        Ok((columns.into_iter().map(object).collect::<PyResult<_>>()?, notes))
    }

    /// Explains the model: as a JSON document, and as text. With rows, means, rates and gaps are theirs.
    fn explain(
        &self,
        py: Python<'_>,
        data: Option<Data<'_>>,
        width: usize,
        features_max: usize,
    ) -> PyResult<(String, String)> {
        let held = data.map(Data::held).transpose()?;
        let model = self.model.clone();
        running::listening(py, SPELLING, move |cancel| {
            let table = held.map(Held::table).transpose()?;
            let explanation = explain(&model, table.as_ref(), SPELLING, cancel)?;
            Ok((explanation.json(), explanation.text(width, features_max)))
        })
    }

    /// What `new` takes.
    fn __getnewargs__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyBytes>,)> {
        Ok((self.to_bytes(py)?,))
    }
}
