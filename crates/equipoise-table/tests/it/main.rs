//! Integration tests of `equipoise-table`: everything through the public API.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

mod csv;

mod csv_law;

mod inputs;

mod ipc;

mod join;

mod json_lines;

mod memory;

mod memory_law;

mod missing;

mod parquet;

mod real_data;

mod support;

mod write;
