//! Any bytes, read as CSV under any options.

#![no_main]

#[path = "../../crates/equipoise-table/tests/it/csv_law.rs"]
mod csv_law;

libfuzzer_sys::fuzz_target!(|input: (csv_law::Options, &[u8])| csv_law::check(input.1, input.0));
