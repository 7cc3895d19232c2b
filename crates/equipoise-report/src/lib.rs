//! Reports of equipoise as documents: JSON with a schema, text, HTML, CSV and Markdown.
//!
//! An [`equipoise::audit::Report`] is data: unrounded, without a word of prose. This crate writes it down in five forms.
//! Nothing here computes a statistic.
//!
//! | function | for | holds |
//! |---|---|---|
//! | [`json`] | programs | everything, unrounded; [`schema`] describes it |
//! | [`text`] | a person at a terminal | what fits a page, with the [`Provenance`] of the rows |
//! | [`html_fragment`] | a notebook | verdicts, gaps and groups, drawn; long reports shortened |
//! | [`csv`] | spreadsheets | one fact a line |
//! | [`markdown`] | pull requests and wikis | tables, with the provenance |
//!
//! **Labels are data.** Names of columns and groups come from files of strangers. In text, HTML and Markdown, control characters,
//! escape sequences and characters that reorder or hide text are written as escapes; in CSV a text that a
//! spreadsheet would run as a formula is defused; in HTML and Markdown nothing of a label is read as markup.

mod provenance;

mod wire;

mod words;

mod numbers;

mod labels;

mod text;

mod html;

mod csv;

mod markdown;

pub use csv::csv;
pub use html::html_fragment;
pub use labels::shown;
pub use markdown::markdown;
pub use provenance::{JoinCounts, Provenance};
pub use text::{TextStyle, text};
pub use wire::{SCHEMA_NAME, json, schema};
