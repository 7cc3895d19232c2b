//! Any text, read as a requirement and as a notion.

#![no_main]

#[path = "../../crates/equipoise/tests/it/requirement_law.rs"]
mod requirement_law;

libfuzzer_sys::fuzz_target!(|text: &str| requirement_law::check(text));
