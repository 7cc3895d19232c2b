//! Whole outputs of real audits, and what holds of every output.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod tables;

mod json;

mod text;

mod html;

mod other_forms;

mod properties;
