//! Processor time of support vector machines on Adult, and what the correction adds to a kernel row, as JSON lines.
//!
//! ```text
//! EQUIPOISE_DATA=../shared/data RAYON_NUM_THREADS=1 cargo bench -p equipoise --bench svm
//! EQUIPOISE_PYTHON=python3 …    also fits scikit-learn's SVC on the same numbers, by turns
//! ```
//!
//! Rows: the first 10,000 complete ones of `adult.data`, numbers standardised, categories one-hot (`one_hot`); and the same
//! columns all standardised, so that no entry is 0 (`dense`). RBF, tolerance 1e-3, cache 200 MB, both sides alike. A
//! figure is the least of the rounds. scikit-learn's time is that of `fit` alone, without its start and its reading.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a bench prints its figures and stops where it cannot go on"
)]

use std::{collections::BTreeSet, io::Write, process::Command, time::Instant};

use equipoise::{
    inference::normals::Stream,
    kernels::{Function, Gamma, Gram},
    solvers::{
        Accuracy, GramRows, Rows,
        correction::{Corrected, Correction, MeanMaps},
        smo::{Classification, Settings, Shrinking, Solution, classify},
    },
};

const N: usize = 10_000;
const ROUNDS: usize = 3;
const NUMBERS: [usize; 6] = [0, 2, 4, 10, 11, 12];

/// Reads rows and labels as little-endian f64 and prints `seconds iterations support_vectors` of one fit.
const RIVAL: &str = "
import sys, time, numpy as np
from sklearn.svm import SVC
n, C, gamma = int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4])
values = np.fromfile(sys.argv[1])
y, X = values[:n], np.ascontiguousarray(values[n:].reshape(n, -1))
start = time.process_time()
model = SVC(C=C, gamma=gamma, tol=1e-3, cache_size=200).fit(X, y)
print(time.process_time() - start, model.n_iter_[0], len(model.support_))
";

/// Processor time of this process: user and system ticks of 10 ms, where Linux tells them, else the time on the wall.
fn seconds(start: Instant) -> f64 {
    let ticks = || {
        let text = std::fs::read_to_string("/proc/self/stat").ok()?;
        let fields: Vec<&str> = text.rsplit(')').next()?.split_whitespace().collect();
        Some((fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?) / 100.0)
    };
    ticks().unwrap_or_else(|| start.elapsed().as_secs_f64())
}

/// Least seconds of some runs, and what the last of them returned.
fn least<T>(rounds: usize, mut work: impl FnMut() -> T) -> (f64, T) {
    let start = Instant::now();
    let mut one = || {
        let before = seconds(start);
        let result = work();
        (seconds(start) - before, result)
    };
    let mut best = one();
    for _ in 1..rounds {
        let (time, result) = one();
        best = (best.0.min(time), result);
    }
    best
}

struct Table {
    name: &'static str,
    x: Vec<f64>,
    d: usize,
    positive: Vec<bool>,
}

/// The first complete rows of Adult.
fn adult(folder: &str) -> [Table; 2] {
    let text = std::fs::read_to_string(format!("{folder}/adult/adult.data")).unwrap();
    let records: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.contains(',') && !line.contains('?'))
        .map(|line| line.split(',').map(str::trim).collect())
        .take(N)
        .collect();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let mut dense: Vec<Vec<f64>> = Vec::new();
    for place in 0..14 {
        let values = || records.iter().map(|record| record[place]);
        if NUMBERS.contains(&place) {
            columns.push(standardised(values().map(|value| value.parse().unwrap()).collect()));
            dense.push(columns[columns.len() - 1].clone());
        } else {
            for level in values().collect::<BTreeSet<_>>() {
                columns.push(values().map(|value| f64::from(u8::from(value == level))).collect());
                dense.push(standardised(columns[columns.len() - 1].clone()));
            }
        }
    }
    let positive: Vec<bool> = records.iter().map(|record| record[14] == ">50K").collect();
    [("one_hot", columns), ("dense", dense)].map(|(name, columns)| Table {
        name,
        x: (0..N).flat_map(|i| columns.iter().map(move |column| column[i])).collect(),
        d: columns.len(),
        positive: positive.clone(),
    })
}

fn standardised(column: Vec<f64>) -> Vec<f64> {
    let mean = column.iter().sum::<f64>() / N as f64;
    let deviation = (column.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / N as f64).sqrt();
    column.into_iter().map(|x| (x - mean) / deviation).collect()
}

fn fit(gram: &dyn GramRows, positive: &[bool], cost: f64, shrinking: Shrinking) -> Solution {
    let rows = Classification { positive, cost: &vec![cost; positive.len()], offset: None, start: None };
    let mut settings = Settings::default();
    settings.shrinking = shrinking;
    classify(gram, &rows, &settings).unwrap()
}

/// One fit of scikit-learn: its figures as printed.
fn rival(python: &str, table: &Table, cost: f64, gamma: f64) -> Vec<f64> {
    let path = std::env::temp_dir().join(format!("equipoise-svm-{}.f64", std::process::id()));
    let labels = table.positive.iter().map(|&p| if p { 1.0 } else { -1.0 });
    let bytes: Vec<u8> = labels.chain(table.x.iter().copied()).flat_map(f64::to_le_bytes).collect();
    std::fs::File::create(&path).unwrap().write_all(&bytes).unwrap();
    let output = Command::new(python)
        .args(["-c", RIVAL])
        .arg(&path)
        .args([N.to_string(), cost.to_string(), gamma.to_string()])
        .env("OMP_NUM_THREADS", "1")
        .env("OPENBLAS_NUM_THREADS", "1")
        .output()
        .unwrap();
    std::fs::remove_file(&path).unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.split_whitespace().map(|figure| figure.parse().unwrap()).collect()
}

fn report(name: &str, time: f64, solution: &Solution) {
    let Accuracy::DualityGap { primal, dual } = solution.report.outcome.accuracy else { return };
    println!(
        "{{\"tool\": \"equipoise\", \"n\": {N}, \"key\": \"{name}\", \"seconds_cpu\": {time:.3}, \"iterations\": {}, \
         \"kernel_rows\": {}, \"support\": {}, \"primal\": {primal:.4}, \"dual\": {dual:.4}}}",
        solution.report.outcome.iterations, solution.report.rows_computed, solution.report.n_support
    );
}

/// Whole fits, ours and scikit-learn's by turns.
fn fits(table: &Table, python: Option<&str>) {
    let rows = Rows::dense(&table.x, N, table.d).unwrap();
    let scale = Gamma::Scale.resolve(&rows).unwrap();
    for (cost, gamma) in [(1.0, scale), (10.0, 0.1), (0.1, scale), (100.0, 0.003)] {
        let name = format!("{} C={cost} gamma={gamma:.4}", table.name);
        let mut ours = (f64::INFINITY, None);
        let mut theirs: Option<Vec<f64>> = None;
        for _ in 0..ROUNDS {
            let (time, solution) = least(1, || {
                let gram = Gram::new(Function::Rbf { gamma }, rows).unwrap();
                fit(&gram, &table.positive, cost, Shrinking::On)
            });
            ours = (ours.0.min(time), Some(solution));
            if let Some(figures) = python.map(|python| rival(python, table, cost, gamma)) {
                theirs = Some(theirs.filter(|best| best[0] < figures[0]).unwrap_or(figures));
            }
        }
        if let (time, Some(solution)) = &ours {
            report(&name, *time, solution);
        }
        if let Some([time, iterations, support]) = theirs.as_deref() {
            println!(
                "{{\"tool\": \"scikit-learn\", \"n\": {N}, \"key\": \"{name}\", \"seconds_cpu\": {time:.3}, \
                 \"iterations\": {iterations}, \"support\": {support}, \"times_ours\": {:.2}}}",
                time / ours.0
            );
        }
        let (time, _) = least(ROUNDS, || {
            let gram = Gram::new(Function::Rbf { gamma }, rows).unwrap();
            fit(&gram, &table.positive, cost, Shrinking::Off)
        });
        println!(
            "{{\"tool\": \"equipoise\", \"n\": {N}, \"key\": \"{name} no shrinking\", \"seconds_cpu\": {time:.3}}}"
        );
    }
}

/// Kernel rows and whole fits with k directions taken out, against none.
fn corrections(table: &Table) {
    let rows = Rows::dense(&table.x, N, table.d).unwrap();
    let gamma = Gamma::Scale.resolve(&rows).unwrap();
    let gram = Gram::new(Function::Rbf { gamma }, rows).unwrap();
    let mut out = vec![0.0; N];
    let mut rows_of = |gram: &dyn GramRows| (0..2000).for_each(|i| gram.row(5 * i, &mut out));
    let (mut plain_row, mut plain_fit) = (0.0, 0.0);
    for k in [0, 1, 8] {
        // Means of random halves of the positives: what the directions are does not matter to the time.
        let mut stream = Stream::new(k as u64, 0);
        let c: Vec<f64> = (0..N * k)
            .map(|place| if table.positive[place % N] { stream.normal() / N as f64 } else { 0.0 })
            .collect();
        let maps = MeanMaps::of(&gram, &c, k).unwrap();
        let factor = Correction::new(&maps.moments, k, maps.scale).unwrap().factor(&maps.kappa).unwrap();
        let corrected = Corrected::new(&gram, factor).unwrap();
        let (row, ()) = least(5, || if k == 0 { rows_of(&gram) } else { rows_of(&corrected) });
        let (time, solution) = least(ROUNDS, || fit(&corrected, &table.positive, 1.0, Shrinking::On));
        if k == 0 {
            (plain_row, plain_fit) = (row, time);
        }
        let name = format!("{} k={k}", table.name);
        println!(
            "{{\"tool\": \"equipoise\", \"n\": {N}, \"key\": \"{name} kernel row\", \"seconds_cpu\": {:.7}, \
             \"times_plain\": {:.3}}}",
            row / 2000.0,
            row / plain_row
        );
        report(&format!("{name} fit, {:.3} times plain", time / plain_fit), time, &solution);
    }
}

fn main() {
    let Ok(folder) = std::env::var("EQUIPOISE_DATA") else {
        eprintln!("skipped: EQUIPOISE_DATA names no folder of data sets");
        return;
    };
    let python = std::env::var("EQUIPOISE_PYTHON").ok();
    for table in adult(&folder) {
        fits(&table, python.as_deref());
        corrections(&table);
    }
}
