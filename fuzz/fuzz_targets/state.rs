//! Any bytes, read as a state file. Seeds: the golden file in `crates/equipoise/tests/reference`.

#![no_main]

#[path = "../../crates/equipoise/tests/it/state_law.rs"]
mod state_law;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| state_law::check(bytes));
