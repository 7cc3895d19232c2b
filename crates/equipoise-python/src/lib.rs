//! The extension module `equipoise._equipoise`: arguments from Python to the library, and its answers back.
//!
//! Thin on purpose. Whatever users see (names, defaults, docstrings, frames) is Python and lies in `python/equipoise`;
//! whatever is computed is Rust and lies in the other crates.

use pyo3::prelude::*;

/// The extension module of the package `equipoise`.
#[pymodule]
mod _equipoise {
    use super::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
