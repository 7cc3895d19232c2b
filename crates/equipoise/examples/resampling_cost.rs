//! What resampling and simulated critical values cost: the median and the least of 15 repetitions, in milliseconds.
//!
//! `cargo run --release -p equipoise --example resampling_cost`
#![allow(clippy::print_stdout, reason = "a program that prints its measurements")]

use std::hint::black_box;
use std::time::Instant;

use equipoise::inference::Confidence;
use equipoise::inference::bootstrap::replicates;
use equipoise::inference::many::Draws;
use equipoise::stats::view::Cell;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let confidence = Confidence::new(0.95)?;
    for rows in [1_000_u64, 1_000_000, 1_000_000_000] {
        let table: Vec<Cell> =
            [5, 2, 7, 11, 3, 8, 6, 4].iter().map(|share| Cell::of_rows(rows * share / 46)).collect();
        let gap = |c: &[f64]| {
            Some((c[0] + c[1]) / c[..4].iter().sum::<f64>() - (c[4] + c[5]) / c[4..].iter().sum::<f64>())
        };
        median(&format!("1,000 replicates of 2 groups × 4 cells, {rows} rows"), || {
            black_box(replicates(&table, 1_000, 7, gap).is_ok())
        });
    }
    for n_groups in [5, 20, 100] {
        let uneven: Vec<f64> = (0..n_groups).map(|i| 0.01 * (1.0 + f64::from(i % 13))).collect();
        let wild: Vec<f64> = (0..n_groups).map(|i| 10.0_f64.powi(i % 7)).collect();
        let shares = vec![1.0; uneven.len()];
        median(&format!("{n_groups} groups: draws"), || black_box(Draws::new(uneven.len(), 1).is_ok()));
        let draws = Draws::new(uneven.len(), 1)?;
        median(&format!("{n_groups} groups: max-t, all pairs"), || {
            black_box(draws.max_t_all_pairs(&uneven, confidence).is_ok())
        });
        median(&format!("{n_groups} groups: max-t, all pairs, errors from 1 to 10⁶"), || {
            black_box(draws.max_t_all_pairs(&wild, confidence).is_ok())
        });
        median(&format!("{n_groups} groups: max-t, against overall"), || {
            black_box(draws.max_t_against_overall(&uneven, &shares, confidence).is_ok())
        });
        median(&format!("{n_groups} groups: bias at equality"), || {
            black_box(draws.at_equality(&uneven, &shares, 0.3).is_ok())
        });
    }
    Ok(())
}

fn median(name: &str, mut work: impl FnMut() -> bool) {
    let mut times: Vec<f64> = (0..15)
        .map(|_| {
            let start = Instant::now();
            assert!(work(), "{name}");
            start.elapsed().as_secs_f64() * 1e3
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!("{:8.3} ms, least {:8.3}  {name}", times[times.len() / 2], times[0]);
}
