//! Whole outputs of real audits, and what holds of every output.

mod tables;

mod json;

mod text;

mod other_forms;

mod properties;
