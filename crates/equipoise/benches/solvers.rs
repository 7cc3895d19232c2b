//! Times of the linear solvers, as JSON lines: Adult one-hot (sparse), plain and constrained, and a large dense table.
//!
//! Needs the folder of data sets in `EQUIPOISE_DATA` for Adult; without it, only the table made here is timed. Run with
//! `RAYON_NUM_THREADS=1` where seconds shall be seconds of processor time.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and stops where it cannot go on"
)]

use std::{collections::BTreeMap, time::Instant};

use equipoise::{
    inference::normals::Stream,
    solvers::{
        ClassWeights, Examples, Intercept, LinearFit, Rows, Subspace,
        dual_descent::{self, Power},
        newton,
    },
};

const NUMBERS: [usize; 6] = [0, 2, 4, 10, 11, 12];
const CATEGORIES: [usize; 8] = [1, 3, 5, 6, 7, 8, 9, 13];
const SEX: usize = 9;
const RACE: usize = 8;
const TARGET: usize = 14;

struct Table {
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
    d: usize,
    targets: Vec<f64>,
    /// sex × race of every row.
    groups: Vec<usize>,
}

impl Table {
    fn rows(&self) -> Rows<'_> {
        Rows::csr(&self.offsets, &self.indices, &self.values, self.d).unwrap()
    }

    /// Mean of the positives of one group minus that of another.
    fn difference(&self, group: impl Fn(usize) -> usize, a: usize, b: usize) -> Vec<f64> {
        let rows = self.rows();
        let mut u = vec![0.0; self.d];
        for (g, sign) in [(a, 1.0), (b, -1.0)] {
            let is_in = |i: &usize| group(self.groups[*i]) == g && self.targets[*i] > 0.0;
            let members: Vec<usize> = (0..rows.n()).filter(is_in).collect();
            for &i in &members {
                rows.add_scaled(i, sign / members.len() as f64, &mut u);
            }
        }
        u
    }
}

/// Complete rows of both parts of Adult: numbers standardised, categories as one column a value.
fn adult(folder: &str) -> Table {
    let mut records: Vec<Vec<String>> = Vec::new();
    for part in ["adult.data", "adult.test"] {
        let text = std::fs::read_to_string(format!("{folder}/adult/{part}")).unwrap();
        for line in text.lines().filter(|line| line.contains(',') && !line.contains('?')) {
            records.push(line.split(',').map(|field| field.trim().to_owned()).collect());
        }
    }
    let n = records.len();
    let mut columns: BTreeMap<(usize, &str), u32> = BTreeMap::new();
    for column in CATEGORIES {
        columns.extend(records.iter().map(|record| ((column, record[column].as_str()), 0)));
    }
    for (place, (_, index)) in columns.iter_mut().enumerate() {
        *index = (NUMBERS.len() + place) as u32;
    }
    let moments: Vec<(f64, f64)> = NUMBERS
        .iter()
        .map(|&column| {
            let values: Vec<f64> = records.iter().map(|record| record[column].parse().unwrap()).collect();
            let mean = values.iter().sum::<f64>() / n as f64;
            (mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64).sqrt())
        })
        .collect();
    let d = NUMBERS.len() + columns.len();
    let (offsets, indices, values) = (vec![0], Vec::new(), Vec::new());
    let mut table = Table { offsets, indices, values, d, targets: Vec::new(), groups: Vec::new() };
    let levels = |column: usize| -> Vec<&str> {
        columns.keys().filter(|(c, _)| *c == column).map(|(_, level)| *level).collect()
    };
    let (sexes, races) = (levels(SEX), levels(RACE));
    for record in &records {
        for (place, (&column, (mean, sd))) in NUMBERS.iter().zip(&moments).enumerate() {
            table.indices.push(place as u32);
            table.values.push((record[column].parse::<f64>().unwrap() - mean) / sd);
        }
        for column in CATEGORIES {
            table.indices.push(columns[&(column, record[column].as_str())]);
            table.values.push(1.0);
        }
        table.offsets.push(table.indices.len());
        table.targets.push(if record[TARGET].starts_with(">50K") { 1.0 } else { -1.0 });
        let place =
            |levels: &[&str], column: usize| levels.iter().position(|l| *l == record[column]).unwrap();
        table.groups.push(place(&sexes, SEX) * races.len() + place(&races, RACE));
    }
    table
}

/// Prints the least seconds of three runs, and what the last one found.
fn report(name: &str, entries: usize, run: impl Fn() -> LinearFit) {
    let mut least = f64::INFINITY;
    let mut fit = None;
    for _ in 0..3 {
        let start = Instant::now();
        fit = Some(run());
        least = least.min(start.elapsed().as_secs_f64());
    }
    let fit = fit.unwrap();
    let iterations = fit.outcome.iterations;
    println!(
        "{{\"bench\":\"{name}\",\"seconds\":{least:.4},\"iterations\":{iterations},\"ns_per_entry_and_iteration\":{:.3},\
         \"objective\":{:.9},\"accuracy\":{:.2e},\"converged\":{}}}",
        least * 1e9 / (entries as f64 * iterations.max(1) as f64),
        fit.objective,
        fit.outcome.accuracy.relative(),
        fit.outcome.converged()
    );
}

fn bench_adult(table: &Table) {
    let rows = table.rows();
    let examples = Examples { rows, targets: &table.targets, weights: None };
    let by_sex = table.difference(|group| group / 5, 0, 1);
    let mut all = Vec::new();
    for group in (0..10).filter(|&group| group != 9) {
        all.extend(table.difference(|g| g, group, 9));
    }
    all.truncate(8 * table.d);
    let one = Subspace::orthogonal_to(&by_sex, table.d).unwrap();
    let eight = Subspace::orthogonal_to(&all, table.d).unwrap();
    let subspaces = [("plain", None), ("k=1", Some(&one)), ("k=8", Some(&eight))];
    for (constraints, subspace) in subspaces {
        for intercept in [Intercept::Absent, Intercept::Free] {
            for (name, power, cost, tolerance) in [
                ("hinge", Power::Linear, 0.1, 1e-4),
                ("hinge", Power::Linear, 1.0, 1e-4),
                ("squared hinge", Power::Squared, 1.0, 1e-3),
            ] {
                let mut options = dual_descent::Options::default();
                (options.power, options.cost, options.intercept) = (power, cost, intercept);
                (options.tolerance, options.iterations_max) = (tolerance, 2000);
                report(
                    &format!("adult {name} C={cost} {constraints} {intercept:?}"),
                    rows.n_entries(),
                    || dual_descent::classify(&examples, subspace, ClassWeights::EQUAL, options).unwrap(),
                );
            }
            let mut options = newton::Options::default();
            options.intercept = intercept;
            report(&format!("adult logistic {constraints} {intercept:?}"), rows.n_entries(), || {
                newton::logistic(&examples, subspace, options).unwrap()
            });
            report(
                &format!("adult squared hinge newton {constraints} {intercept:?}"),
                rows.n_entries(),
                || newton::squared_hinge(&examples, subspace, options).unwrap(),
            );
        }
    }
}

/// A dense table whose columns are correlated and of different scales.
fn bench_dense(n: usize, d: usize) {
    let mut stream = Stream::new(1, 0);
    let mut x = vec![0.0; n * d];
    let mut targets = Vec::with_capacity(n);
    for row in x.chunks_exact_mut(d) {
        stream.fill_normal(row);
        let common = row[0];
        row.iter_mut().enumerate().for_each(|(j, x)| *x = (*x + 0.5 * common) * (1.0 + j as f64 / 10.0));
        let score = row.iter().take(10).sum::<f64>() / 5.0 + stream.normal();
        targets.push(if score > 0.0 { 1.0 } else { -1.0 });
    }
    let rows = Rows::dense(&x, n, d).unwrap();
    let examples = Examples { rows, targets: &targets, weights: None };
    let mut u = vec![0.0; d];
    (0..n)
        .for_each(|i| rows.add_scaled(i, if i % 3 == 0 { 2.0 / n as f64 } else { -1.0 / n as f64 }, &mut u));
    u[0] += 1.0;
    let subspace = Subspace::orthogonal_to(&u, d).unwrap();
    for (constraints, subspace) in [("plain", None), ("k=1", Some(&subspace))] {
        report(&format!("dense {n} x {d} logistic {constraints}"), rows.n_entries(), || {
            newton::logistic(&examples, subspace, newton::Options::default()).unwrap()
        });
    }
}

fn main() {
    match std::env::var("EQUIPOISE_DATA") {
        Ok(folder) => bench_adult(&adult(&folder)),
        Err(_) => println!("{{\"skipped\":\"adult: EQUIPOISE_DATA does not name the folder of data sets\"}}"),
    }
    bench_dense(1_000_000, 50);
}
