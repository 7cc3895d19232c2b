//! Integration tests of `equipoise-table`: everything through the public API.

#![allow(clippy::unwrap_used)]

mod csv;

mod inputs;

mod ipc;

mod join;

mod json_lines;

mod missing;

mod parquet;

mod real_data;

mod support;
