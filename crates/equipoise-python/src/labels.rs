//! From Python objects to labels: the text by which a value is known in reports, the same whichever way it came.
//!
//! As in tables: `True` and `False` are `true` and `false`, `1.0` is `1`, dates and times are written in ISO 8601, `None`
//! and not-a-number are missing. What has no text of its own is refused.

use equipoise_table::number_label;
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::{
        PyBool, PyByteArray, PyBytes, PyComplex, PyDict, PyFloat, PyFrozenSet, PyInt, PyList, PySet,
        PyString, PyTuple, PyType,
    },
};

/// Returns the label of one object; `None` where it is missing.
#[pyfunction]
pub(crate) fn label_of(py: Python<'_>, value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    Labels::new(py)?.text(value, 0)
}

/// What is needed to tell objects apart.
pub(crate) struct Labels<'py> {
    numpy_scalar: Bound<'py, PyAny>,
    numpy_array: Bound<'py, PyAny>,
    object: Bound<'py, PyType>,
}

impl<'py> Labels<'py> {
    pub(crate) fn new(py: Python<'py>) -> PyResult<Self> {
        let numpy = py.import(intern!(py, "numpy"))?;
        Ok(Self {
            numpy_scalar: numpy.getattr(intern!(py, "generic"))?,
            numpy_array: numpy.getattr(intern!(py, "ndarray"))?,
            object: py.import(intern!(py, "builtins"))?.getattr(intern!(py, "object"))?.cast_into()?,
        })
    }

    /// Returns the text of an object; `None` where it is missing.
    ///
    /// # Errors
    /// `TypeError` where it is a container, a complex number or has no text, `ValueError` where its text is not valid.
    pub(crate) fn text(&self, object: &Bound<'py, PyAny>, row: usize) -> PyResult<Option<String>> {
        if object.is_none() {
            return Ok(None);
        }
        if let Ok(text) = object.cast::<PyString>() {
            let text = text.to_str().map_err(|_| invalid_text(row))?;
            return Ok(Some(text.to_owned()));
        }
        if let Ok(value) = object.cast::<PyBool>() {
            return Ok(Some(if value.is_true() { "true" } else { "false" }.to_owned()));
        }
        if object.is_instance_of::<PyInt>() {
            return match object.extract::<i64>() {
                Ok(value) => Ok(Some(value.to_string())),
                Err(_) => integer_text(object, row).map(Some),
            };
        }
        if let Ok(value) = object.cast::<PyFloat>() {
            let value = value.value();
            return Ok((!value.is_nan()).then(|| number_label(value)));
        }
        self.text_of_other(object, row)
    }

    /// What is rarer than texts and numbers.
    fn text_of_other(&self, object: &Bound<'py, PyAny>, row: usize) -> PyResult<Option<String>> {
        let py = object.py();
        if let Ok(bytes) = object.cast::<PyBytes>() {
            let text = str::from_utf8(bytes.as_bytes()).map_err(|_| invalid_text(row))?;
            return Ok(Some(text.to_owned()));
        }
        let type_name = object.get_type().name()?.to_string();
        // pandas' own markers; pandas is not imported to ask.
        if type_name == "NAType" || type_name == "NaTType" {
            return Ok(None);
        }
        if self.is_refused(object)? {
            return Err(refused(&type_name, row));
        }
        if object.is_instance(&self.numpy_scalar)? {
            let item = object.call_method0(intern!(py, "item"))?;
            // A long double has no Python type and gives itself.
            let item = if item.is_instance(&self.numpy_scalar)? { float(&item)? } else { item };
            return self.text(&item, row);
        }
        if type_name == "Decimal" && object.hasattr(intern!(py, "is_nan"))? {
            let is_nan = object.call_method0(intern!(py, "is_nan"))?.is_truthy()?;
            let text = || object.call_method1(intern!(py, "__format__"), ("f",))?.extract();
            return if is_nan { Ok(None) } else { text().map(Some) };
        }
        if object.hasattr(intern!(py, "isoformat"))? {
            return self.time_text(object).map(Some);
        }
        if !self.has_text(object)? {
            return Err(refused(&type_name, row));
        }
        let text = object.str()?;
        Ok(Some(text.to_str().map_err(|_| invalid_text(row))?.to_owned()))
    }

    /// Writes a date or a time. An instant is shown in UTC, as in tables; its zone is a matter of display.
    fn time_text(&self, object: &Bound<'py, PyAny>) -> PyResult<String> {
        let py = object.py();
        let isoformat = |time: &Bound<'py, PyAny>| time.call_method0(intern!(py, "isoformat"))?.extract();
        let is_instant = object.hasattr(intern!(py, "astimezone"))?
            && !object.call_method0(intern!(py, "utcoffset"))?.is_none();
        if !is_instant {
            return isoformat(object);
        }
        let utc = py.import(intern!(py, "datetime"))?.getattr("timezone")?.getattr("utc")?;
        let time = object.call_method1(intern!(py, "astimezone"), (utc,))?;
        let no_zone = PyDict::new(py);
        no_zone.set_item(intern!(py, "tzinfo"), py.None())?;
        let time = time.call_method(intern!(py, "replace"), (), Some(&no_zone))?;
        isoformat(&time).map(|text: String| text + "Z")
    }

    fn is_refused(&self, object: &Bound<'py, PyAny>) -> PyResult<bool> {
        Ok(object.is_instance_of::<PyList>()
            || object.is_instance_of::<PyTuple>()
            || object.is_instance_of::<PyDict>()
            || object.is_instance_of::<PySet>()
            || object.is_instance_of::<PyFrozenSet>()
            || object.is_instance_of::<PyByteArray>()
            || object.is_instance_of::<PyComplex>()
            || object.is_instance(&self.numpy_array)?)
    }

    /// Returns whether an object's type says how it is written; all others are written by their address in memory, which
    /// is another one on each run.
    fn has_text(&self, object: &Bound<'py, PyAny>) -> PyResult<bool> {
        let py = object.py();
        for name in [intern!(py, "__str__"), intern!(py, "__repr__")] {
            if !object.get_type().getattr(name)?.is(&self.object.getattr(name)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn float<'py>(number: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let value: f64 = number.extract()?;
    Ok(PyFloat::new(number.py(), value).into_any())
}

/// Writes an integer beyond 64 bits. Python refuses to write very long ones.
fn integer_text(object: &Bound<'_, PyAny>, row: usize) -> PyResult<String> {
    // `int`'s own text: an enumeration of integers would be written by its name.
    let int = object.py().get_type::<PyInt>();
    let text = int.call_method1("__repr__", (object,)).and_then(|text| text.extract());
    text.map_err(|_| PyValueError::new_err(format!("the integer at row {row} has too many digits")))
}

fn invalid_text(row: usize) -> PyErr {
    PyValueError::new_err(format!("the text at row {row} is not valid Unicode"))
}

fn refused(type_name: &str, row: usize) -> PyErr {
    PyTypeError::new_err(format!(
        "a value of type `{type_name}` stands at row {row}, which is no text, number or date"
    ))
}
