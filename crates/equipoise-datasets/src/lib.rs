//! The catalogue of fairness benchmark data sets, and the only network client of equipoise.
//!
//! No data file of others is in this crate: it knows where each is published, what the right bytes are, and how to
//! read them. The map, in reading order:
//!
//! | module | what it holds |
//! |---|---|
//! | [`catalogue`] | one static table: every data set, its files, checksums, columns, quirks, suggested audits |
//! | [`selection`] | the grammar of `dataset:NAME`, `dataset:NAME/PART`, `dataset:NAME/FILE` |
//! | [`reading`] | the reading facts of a file as options of the table crate |
//! | [`mod@locate`] | which folder holds the files: `EQUIPOISE_DATA` first, then the user's cache |
//! | [`mod@verify`] | are these the published bytes? |
//! | [`mod@fetch`] | download, resume, check, keep |
//! | [`berkeley`] | the embedded 1973 Berkeley admissions |
//!
//! Only [`fetch()`] opens a connection. Nothing here reads a row except [`berkeley`]'s own table.

pub mod catalogue;

pub mod selection;

pub mod reading;

pub mod locate;

pub mod verify;

pub mod fetch;

pub mod berkeley;

pub use catalogue::{DataFile, DataSet, all, find};
pub use fetch::fetch;
pub use locate::{Folders, Located, locate};
pub use selection::Selection;
pub use verify::verify;
