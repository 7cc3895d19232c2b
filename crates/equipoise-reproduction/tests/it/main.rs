//! The experiments, where `EQUIPOISE_DATA` names a folder with the data sets.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]
#![allow(clippy::print_stderr, reason = "a skipped test says so")]

mod encodings;
mod experiment;
mod printed;

use equipoise_datasets::{Folders, locate::VARIABLE};
use equipoise_reproduction::data::{Data, load};

/// Returns a table; `None`, and says so, where the data sets are not here.
fn table(name: &str) -> Option<Data> {
    if std::env::var_os(VARIABLE).is_none() {
        eprintln!("skipped: {VARIABLE} is not set");
        return None;
    }
    match load(name, &Folders::from_environment()) {
        Ok(data) => Some(data),
        Err(error) => {
            eprintln!("skipped: {error}");
            None
        }
    }
}
