//! Processor time of the barycenter repair beside a plain sort of the same numbers, as JSON lines.
//!
//! ```text
//! RAYON_NUM_THREADS=1 cargo bench -p equipoise --bench barycenter
//! ```
//!
//! Scores: 10⁶ continuous numbers in 2 and 10 groups, group s drawn as u^(1 + s/10) + s/10. `sort` is the standard library's
//! unstable sort of order-preserving 64-bit keys, its copy of the keys included. A figure is the least of the rounds; the sort and
//! the fits take turns.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and stops where it cannot go on"
)]

use std::{hint::black_box, time::Instant};

use equipoise::{
    groups::Label,
    inference::normals::Stream,
    methods::postprocessing::{
        Scored,
        barycenter::{Parameters, Plan, Quantiles},
    },
    sample::{Categorical, Codes},
};

const N: usize = 1_000_000;
const ROUNDS: usize = 9;

fn main() {
    for n_groups in [2, 10] {
        of_groups(n_groups);
    }
}

/// Processor time of all threads of this process in seconds, where Linux tells it to the nanosecond.
fn processor() -> Option<f64> {
    let nanoseconds = |task: std::io::Result<std::fs::DirEntry>| {
        let text = std::fs::read_to_string(task.ok()?.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    };
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    tasks.map(nanoseconds).sum::<Option<f64>>().map(|sum| sum / 1e9)
}

fn timed<T>(least: &mut f64, work: impl FnOnce() -> T) -> T {
    let (start, before) = (Instant::now(), processor());
    let result = work();
    let seconds = match (before, processor()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed().as_secs_f64(),
    };
    *least = least.min(seconds);
    result
}

fn of_groups(n_groups: u8) {
    let mut stream = Stream::new(1, u64::from(n_groups));
    let codes: Vec<u8> = (0..N).map(|_| (stream.bits() % u64::from(n_groups)) as u8).collect();
    let scores: Vec<f64> = codes
        .iter()
        .map(|&s| stream.uniform().powf(1.0 + f64::from(s) / 10.0) + f64::from(s) / 10.0)
        .collect();
    let keys: Vec<u64> = scores.iter().map(|score| score.to_bits()).collect();
    let labels: Vec<Label> = (0..n_groups).map(|s| Label::new(s.to_string())).collect();
    let sensitive = [Categorical { codes: Codes::U8(&codes), labels: &labels }];
    let sample = Scored::new(&scores, &sensitive);
    let plan = |quantiles| {
        let mut parameters = Parameters::default();
        parameters.quantiles = quantiles;
        Plan::new(parameters).unwrap()
    };
    let (coarse, exact) = (plan(Quantiles::Number(1000)), plan(Quantiles::Exact));
    let [mut sort, mut fit, mut fit_exact, mut predict, mut predict_exact] = [f64::INFINITY; 5];
    for _ in 0..ROUNDS {
        timed(&mut sort, || {
            let mut keys = keys.clone();
            keys.sort_unstable();
            black_box(keys);
        });
        let model = timed(&mut fit, || coarse.fit(&sample)).unwrap();
        timed(&mut predict, || black_box(model.transform(&sample))).unwrap();
        let model = timed(&mut fit_exact, || exact.fit(&sample)).unwrap();
        timed(&mut predict_exact, || black_box(model.transform(&sample))).unwrap();
    }
    let rate = |seconds: f64| N as f64 / seconds / 1e6;
    println!(
        "{{\"rows\": {N}, \"groups\": {n_groups}, \"sort_seconds\": {sort:.5}, \"fit_seconds\": {fit:.5}, \"fit_over_sort\": {:.3}, \
         \"fit_exact_seconds\": {fit_exact:.5}, \"fit_exact_over_sort\": {:.3}, \"predict_million_rows_a_second\": {:.1}, \
         \"predict_exact_million_rows_a_second\": {:.1}}}",
        fit / sort,
        fit_exact / sort,
        rate(predict),
        rate(predict_exact)
    );
}
