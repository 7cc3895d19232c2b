//! Reads tables of decisions (CSV, Parquet, JSON lines, Arrow IPC, arrays in memory) as streams of coded columns.
//!
//! A [`Source`] is one table in any number of files, or in memory. [`Source::fold`] reads the requested columns in batches of
//! bounded size, on any number of threads, and hands each [`Batch`] to the caller: categorical columns as codes
//! with their [`equipoise::groups::Label`]s, real columns as `f64`. No file is ever held in memory, so peak memory
//! depends on the number of threads and columns, not on the number of rows. Batches arrive in no promised order:
//! the library's statistics do not depend on it.
//!
//! The map, in reading order:
//!
//! | module | what it holds |
//! |---|---|
//! | `options` | how a table is to be read: format, separator, header, missing markers |
//! | `request` | which columns, in which role, and what a missing value means there |
//! | `batch` | what comes out: codes with labels, and numbers |
//! | `error` | everything that can be wrong with a table |
//! | `inputs` | from paths, folders, globs and `-` to files |
//! | `names` | from the names a user wrote to columns |
//! | `source`, `fold` | one table in many files; one pass over it, on threads |
//! | `join` | attributes that lie in another file |
//! | `known`, `coding`, `plan` | codes of short keys; from texts to codes; what of one file is read |
//! | `guard` | makes panics of other libraries' decoders errors |
//! | `values` | from Arrow arrays to columns |
//! | `csv`, `json_lines`, `parquet`, `ipc` | the formats |
//! | `memory` | tables that are Arrow arrays already |
//! | `write` | batches of columns out to CSV and Parquet |
//!
//! What is deliberately absent: filters, expressions, type inference (a column's role fixes its type), and any
//! client of the network.
//!
//! # How values become labels
//! Labels are the user's own text. Integers are printed without decoration; floats as the shortest text that
//! reads back to the same number, integral ones without `.0` (so `--positive 1` finds the double 1.0); booleans as
//! `true` and `false`; decimals with all their digits; dates and times in ISO 8601. In a categorical role NaN is
//! missing, like null.

mod options;

mod request;

mod batch;

mod error;

mod inputs;

mod names;

mod source;

mod fold;

mod join;

mod known;

mod coding;

mod plan;

mod guard;

mod values;

mod csv;

mod json_lines;

mod parquet;

mod ipc;

mod memory;

mod write;

pub use batch::{Batch, CodeVec, ColumnData};
pub use coding::{number_label, number_of};
pub use error::{FoldError, Place, RowUnit, TableError};
pub use fold::{Progress, ReadSummary, Rows};
pub use inputs::Input;
pub use join::{Join, JoinSummary};
pub use options::{Format, Header, ReadOptions};
pub use request::{ColumnRef, ColumnRequest, Kind, MissingPolicy};
pub use source::{ColumnInfo, Source};
pub use write::{Cells, Field, FieldType, TableWriter};
