//! Fair learners: what fairness costs in time, scikit-learn and fairlearn beside, and the largest tables.
//!
//! ```text
//! cargo xtask bench ferm                                   all of it
//! cargo bench -p equipoise --bench ferm -- unit|total|rivals
//! cargo bench -p equipoise --bench ferm -- scale dense 1000000
//! ```
//!
//! Needs the folder of data sets in `EQUIPOISE_DATA` (not for `scale`), and for the others a Python that has them in
//! `EQUIPOISE_PYTHON`. Tables are printed in Markdown. Seconds are those of the processor, all threads together.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and stops where it cannot go on"
)]

mod data;
mod price;
mod rivals;
mod scale;
mod turns;

use std::path::PathBuf;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let turns = std::env::var("EQUIPOISE_TURNS").ok().and_then(|turns| turns.parse().ok()).unwrap_or(5);
    if let ["scale", name, rest @ ..] = words.as_slice() {
        return scale::run(name, rest.first().map(|rows| rows.parse().unwrap()));
    }
    let Some(folder) = std::env::var_os("EQUIPOISE_DATA").map(PathBuf::from) else {
        println!("skipped: EQUIPOISE_DATA does not name the folder of data sets");
        return;
    };
    let tables = data::all(&folder);
    match words.as_slice() {
        [] | ["unit"] => price::unit(&tables, turns),
        ["total"] => price::total(&tables, turns),
        ["rivals"] => rivals::run(&tables[0], std::env::var("EQUIPOISE_PYTHON").ok().as_deref(), turns),
        other => println!("`{}` is no part", other.join(" ")),
    }
}
