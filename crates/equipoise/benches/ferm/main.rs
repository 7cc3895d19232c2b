//! Fair learners: what fairness costs in time, scikit-learn and fairlearn beside, and the largest tables.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and stops where it cannot go on"
)]

mod data;
mod price;
mod turns;

use std::path::PathBuf;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let Some(folder) = std::env::var_os("EQUIPOISE_DATA").map(PathBuf::from) else {
        println!("skipped: EQUIPOISE_DATA does not name the folder of data sets");
        return;
    };
    let turns = 5;
    match arguments.first().map(String::as_str) {
        Some("unit") | None => price::unit(&data::all(&folder), turns),
        Some("total") => price::total(&data::all(&folder), turns),
        Some(other) => println!("`{other}` is no part"),
    }
}
