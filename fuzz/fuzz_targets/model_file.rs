//! Any bytes, read as a model file. Seeds: the golden file in `crates/equipoise/tests/reference`.

#![no_main]

#[path = "../../crates/equipoise/tests/it/model_file_law.rs"]
mod model_file_law;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| model_file_law::check(bytes));
