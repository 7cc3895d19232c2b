//! Counts the rows of each combination of labels of some columns.
//!
//! `cargo run --release -p equipoise-table --example count_labels -- FILE THREADS COLUMN…`
#![allow(clippy::print_stdout)]

use std::{collections::BTreeMap, error::Error};

use equipoise::groups::Label;
use equipoise_table::{Batch, ColumnRequest, Kind, MissingPolicy, ReadOptions, Source};

type Counts = BTreeMap<Vec<Label>, u64>;

/// Counts a batch by code first, and by label only once for each combination.
fn count(counts: &mut Counts, batch: &Batch) -> Result<(), std::convert::Infallible> {
    let columns: Vec<_> = batch.columns.iter().filter_map(|column| column.as_categorical()).collect();
    let n_cells: usize = columns.iter().map(|column| column.labels.len()).product();
    let mut cells = vec![0_u64; n_cells];
    let mut cell_of_row = vec![0_usize; batch.rows];
    for column in &columns {
        for (row, cell) in cell_of_row.iter_mut().enumerate() {
            *cell = *cell * column.labels.len() + column.codes.get(row);
        }
    }
    cell_of_row.iter().for_each(|&cell| cells[cell] += 1);
    for (cell, &n) in cells.iter().enumerate().filter(|&(_, &n)| n > 0) {
        let mut rest = cell;
        let mut labels: Vec<Label> = Vec::with_capacity(columns.len());
        for column in columns.iter().rev() {
            labels.push(column.labels[rest % column.labels.len()].clone());
            rest /= column.labels.len();
        }
        labels.reverse();
        *counts.entry(labels).or_default() += n;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, threads, columns @ ..] = arguments.as_slice() else {
        return Err("usage: count_labels FILE THREADS COLUMN…".into());
    };
    let source = Source::open(&[file.as_str().into()], ReadOptions::new())?;
    let requests: Vec<_> = columns
        .iter()
        .map(|column| ColumnRequest::new(column.as_str(), Kind::Categorical, MissingPolicy::Label))
        .collect();
    let (parts, summary) = source.fold(&requests, threads.parse()?, &|_| {}, Counts::new, count)?;
    let mut all = Counts::new();
    for (labels, n) in parts.into_iter().flatten() {
        *all.entry(labels).or_default() += n;
    }
    for (labels, n) in all.iter().take(20) {
        println!("{:>10}  {}", n, labels.iter().map(Label::to_string).collect::<Vec<_>>().join(" | "));
    }
    println!("{} rows in {} combinations", summary.rows, all.len());
    Ok(())
}
