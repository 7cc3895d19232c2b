//! The extension module `equipoise._equipoise`: arguments from Python to the library, and its answers back.
//!
//! Thin on purpose. Whatever users see (names, defaults, docstrings, frames) is Python and lies in `python/equipoise`;
//! whatever is computed is Rust and lies in the other crates.
//!
//! | module | what it holds |
//! |---|---|
//! | `labels` | from Python objects to labels |
//! | `columns` | from NumPy, Arrow and lists to columns |
//! | `errors` | failures as exceptions |
//! | `running` | long work without the interpreter's lock, and Ctrl-C |
//! | `question` | what is asked, from a dictionary |
//! | `audit` | audits of columns, files and states, and batch by batch |
//! | `tabulate` | counts, sums and replicates behind the metrics of `MetricFrame` |
//! | `learn` | models that treat groups alike: matrices, groups and parameters in; what was learned out |
//! | `quantity` | what a quantity is, and which of its values are better |

mod labels;

mod columns;

mod errors;

mod running;

mod question;

mod audit;

mod learn;

mod quantity;
mod tabulate;

use pyo3::prelude::*;

/// The extension module of the package `equipoise`.
#[pymodule]
mod _equipoise {
    use super::*;

    #[pymodule_export]
    use crate::tabulate::{
        areas_of, cells_of, crossing_of, encode_floats, encode_objects, encode_records, encode_texts,
        first_bad_weight, log_losses_of, moments_of, order_of, resample_areas, resample_counts,
        resample_sums,
    };

    #[pymodule_export]
    use crate::columns::{Column, columns_of_arrow};

    #[pymodule_export]
    use crate::labels::label_of;

    #[pymodule_export]
    use crate::audit::{Answer, Counter, audit_columns, audit_files, audit_parts, audit_states};

    #[pymodule_export]
    use crate::learn::{
        Learned, LinearMap, Matrix, TableModel, fit_learner, fit_map, reweigh_rows, train_model,
    };

    #[pymodule_export]
    use crate::quantity::read_quantity;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
