//! The extension module `equipoise._equipoise`: arguments from Python to the library, and its answers back.
//!
//! Thin on purpose. Whatever users see (names, defaults, docstrings, frames) is Python and lies in `python/equipoise`;
//! whatever is computed is Rust and lies in the other crates.

mod tabulate;

use pyo3::prelude::*;

/// The extension module of the package `equipoise`.
#[pymodule]
mod _equipoise {
    use super::*;

    #[pymodule_export]
    use crate::tabulate::{
        areas_of, cells_of, crossing_of, encode_floats, encode_objects, encode_records, encode_texts,
        first_bad_weight, log_losses_of, moments_of, order_of, resample_areas, resample_counts, resample_sums,
    };

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
