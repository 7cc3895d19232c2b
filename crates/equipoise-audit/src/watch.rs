//! Progress, and the wish to stop.

use equipoise_table::Progress;

/// A pass over the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pass {
    /// Finding quantiles: over the columns that are to be cut there.
    Quantiles,
    /// Counting.
    Counting,
    /// Finding out which columns hold numbers: over the columns that a model is to be made of.
    Kinds,
    /// Reading the rows that a model is fitted to.
    Reading,
    /// Applying a model.
    Predicting,
}

/// Looks on while a table is read. Called from any of the reading threads.
pub trait Watch: Sync {
    /// A pass begins.
    fn begin(&self, _pass: Pass) {}

    /// So far the pass has come.
    fn at(&self, _progress: Progress) {}

    /// Returns whether the work is to stop; asked before every batch of rows. It ends with a failure of kind
    /// [`crate::Kind::Cancelled`].
    fn is_cancelled(&self) -> bool {
        false
    }
}

/// Nobody looks on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Watch for Silent {}
