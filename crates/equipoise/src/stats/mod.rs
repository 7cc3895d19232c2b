//! Small statistics that merge: filled alike from slices, threads, a stream or a cluster.
//!
//! | part | what it holds |
//! |---|---|
//! | [`Layout`] | what the statistics are statistics of: task, columns by role, cut points, positives |
//! | [`Statistics`] | cells, moments and laws; `update`, `merge` |
//! | [`Evaluation`] | the statistics as plain numbers: a [`View`] for each group |
//! | [`state`] | the state file |
//!
//! Counts are integers and float sums are exact ([`ExactSum`]), so merging is associative and commutative bit for
//! bit: any split of the rows, in any order, on any number of threads, gives the same report.

mod exact_sum;

mod layout;

mod count;

mod batch;

mod moments;

mod law;

mod statistics;

pub mod view;

mod evaluation;

pub mod state;

pub use evaluation::{Classes, ClassesError, Evaluation, Unit};
pub use exact_sum::ExactSum;
pub use law::DISTINCT_MAX;
pub(crate) use law::{GRID_STEP, on_grid};
pub use layout::{Attribute, Layout, LayoutError, Task, WeightKind};
pub use statistics::{CLASSES_MAX, Statistics, StatsError, UNITS_MAX};
pub use view::View;
