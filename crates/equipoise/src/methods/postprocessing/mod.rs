//! Transformations of a model's scores into scores or decisions that treat groups alike; the model itself is not touched.
//!
//! What is fitted here reads [`Scored`] rows: scores and groups, and outcomes only where a notion needs them.

mod error;

mod scored;

mod lookup;

pub mod barycenter;

pub use error::{RepairApplyError, RepairFitError};
pub use scored::{RowIds, Scored};
