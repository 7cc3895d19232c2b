//! Failures as exceptions: the class says what a program shall do, the text what a person shall do.

use equipoise_audit::{Failure, Kind, Spelling};
use equipoise_report::shown;
use pyo3::{exceptions::PyKeyboardInterrupt, prelude::*, types::PyDict};

/// Returns the exception of a failure, with the parameter as Python spells it.
pub(crate) fn exception(py: Python<'_>, failure: &Failure, spelling: Spelling) -> PyErr {
    let class = match failure.kind() {
        Kind::Cancelled => return PyKeyboardInterrupt::new_err(()),
        Kind::Requirement => "RequirementError",
        Kind::State => "StateError",
        Kind::File(std::io::ErrorKind::NotFound) => "FileMissingError",
        Kind::File(_) => "FileError",
        _ => "InputError",
    };
    // Names and values come from files of strangers, and tracebacks end on terminals.
    let mut message = shown(failure.what());
    for line in failure.details().iter().flat_map(|detail| detail.lines()) {
        message.push_str("\n  ");
        message.push_str(&shown(line));
    }
    let remedies = failure.remedies().iter().flat_map(|remedy| remedy.lines()).map(shown);
    let help = Some(remedies.collect::<Vec<_>>().join("\n")).filter(|help| !help.is_empty());
    let parameter = failure.parameter().and_then(|parameter| spelling.parameter(parameter));
    instance(py, class, &message, parameter, help.as_deref()).unwrap_or_else(|error| error)
}

/// Returns the exception of a fault of our own.
pub(crate) fn fault(py: Python<'_>, what: &str) -> PyErr {
    let help = "this is a fault of equipoise: please report it, with what was called";
    let message = format!("the work broke off: {what}");
    instance(py, "EquipoiseError", &message, None, Some(help)).unwrap_or_else(|error| error)
}

/// Makes an exception of a class of `equipoise._errors`.
pub(crate) fn instance(
    py: Python<'_>,
    class: &str,
    message: &str,
    parameter: Option<&str>,
    help: Option<&str>,
) -> PyResult<PyErr> {
    let options = PyDict::new(py);
    options.set_item("parameter", parameter)?;
    options.set_item("help", help)?;
    let class = py.import("equipoise._errors")?.getattr(class)?;
    Ok(PyErr::from_value(class.call((message,), Some(&options))?))
}
