//! The catalogue against itself and, where `EQUIPOISE_DATA` points to them, against the published files.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

mod catalogue;
mod published;
