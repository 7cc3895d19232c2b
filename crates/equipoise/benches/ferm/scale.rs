//! The largest tables: rows from a seeded generator, one case a process, so that its peak of memory is its own.

use std::fs;

use cpu_time::ProcessTime;
use equipoise::{
    groups::Label,
    inference::normals::Stream,
    kernels::Gamma,
    methods::{
        Fairness, Labelled,
        inprocessing::fair_erm::{
            Approximation, Difference, KernelChoice, Loss, Parameters, Plan, ridge_of_moments,
        },
    },
    notion::Notion,
    sample::{Categorical, Codes},
    solvers::{
        Examples, Intercept, Rows,
        least_squares::{Moments, Ridge},
    },
};

/// A case: what it is called, its rows in full, and how it runs with so many.
type Case = (&'static str, usize, fn(usize));

const CASES: &[Case] = &[
    ("dense", 10_000_000, dense),
    ("sparse", 1_000_000, sparse),
    ("rbf", 50_000, |n| kernel(n, Approximation::Exact)),
    ("nystrom", 50_000, |n| kernel(n, Approximation::Nystrom { landmarks: 1000 })),
    ("stream", 10_000_000, stream),
];

/// Runs the case of this name with so many rows, or as many as it has in full.
pub(crate) fn run(name: &str, rows: Option<usize>) {
    match CASES.iter().find(|case| case.0 == name) {
        Some((_, full, case)) => case(rows.unwrap_or(*full)),
        None => println!(
            "`{name}` is no case: {}",
            CASES.iter().map(|case| case.0).collect::<Vec<_>>().join(", ")
        ),
    }
}

/// The most memory that was resident at one time, in megabytes, where Linux tells.
fn peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024 / 1_000_000)
}

fn report(name: &str, start: ProcessTime, what: &str) {
    let peak = peak().map_or_else(|| "–".to_owned(), |peak| peak.to_string());
    println!("| {name} | {:.1} | {peak} | {what} |", start.elapsed().as_secs_f64());
}

/// Draws the columns of one row and its class; group 1 has a larger first column.
fn draw(stream: &mut Stream, row: &mut [f32], numbers: &mut [f64]) -> (u8, f64) {
    let group = u8::from(stream.uniform() < 0.4);
    stream.fill_normal(numbers);
    numbers[0] += f64::from(group);
    row.iter_mut().zip(&*numbers).for_each(|(x, number)| *x = *number as f32);
    let score = numbers.iter().take(8).sum::<f64>() / 3.0 + stream.normal();
    (group, if score > 0.5 { 1.0 } else { -1.0 })
}

fn fit(name: &str, rows: Rows<'_>, target: &[f64], groups: &[u8], parameters: Parameters) {
    let labels = ["0", "1"].map(Label::new);
    let sensitive = [Categorical { codes: Codes::U8(groups), labels: &labels }];
    let start = ProcessTime::now();
    let plan = Plan::new(parameters).unwrap();
    let sample = Labelled { rows, target, sensitive: &sensitive, strata: &[], weights: None };
    let fitted = plan.fit(&sample).unwrap();
    let training = &fitted.training;
    let gap = training.comparison.as_ref().map_or(f64::NAN, |comparison| comparison.gaps[0]);
    report(
        name,
        start,
        &format!(
            "{} iterations, converged: {}, gap {gap:.1e}",
            training.outcome.iterations,
            training.outcome.converged()
        ),
    );
}

fn logistic() -> Parameters {
    Parameters::new(Loss::Logistic { cost: 1.0 }, Fairness::new(Notion::EqualOpportunity))
}

/// Fair logistic regression of n dense rows of 50 columns in f32.
fn dense(n: usize) {
    let d = 50;
    let (mut stream, mut numbers) = (Stream::new(1, 0), vec![0.0; d]);
    let (mut x, mut target, mut groups) =
        (vec![0.0_f32; n * d], Vec::with_capacity(n), Vec::with_capacity(n));
    for row in x.chunks_exact_mut(d) {
        let (group, y) = draw(&mut stream, row, &mut numbers);
        groups.push(group);
        target.push(y);
    }
    let rows = Rows::dense_f32(&x, n, d, d).unwrap();
    fit(&format!("fair logistic, {n} × {d} dense, f32"), rows, &target, &groups, logistic());
}

/// Fair logistic regression of n rows with 50 non-zeros in 10⁵ columns, the frequent ones first.
fn sparse(n: usize) {
    let (d, per_row) = (100_000_usize, 50);
    let mut stream = Stream::new(2, 0);
    let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
    let (mut target, mut groups) = (Vec::with_capacity(n), Vec::with_capacity(n));
    let mut columns: Vec<u32> = Vec::new();
    for _ in 0..n {
        let group = u8::from(stream.uniform() < 0.4);
        columns.clear();
        while columns.len() < per_row {
            // Densest at the first columns; the second half is rarer in group 1.
            let place = stream.uniform().powi(if group == 1 { 3 } else { 2 });
            let column = ((d as f64 * place) as u32).min(d as u32 - 1);
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        columns.sort_unstable();
        let mut score = stream.normal();
        for &column in &columns {
            let value = 0.5 + stream.uniform();
            indices.push(column);
            values.push(value as f32);
            score += if column % 3 == 0 { value } else { -0.5 * value } / 4.0;
        }
        offsets.push(indices.len());
        groups.push(group);
        target.push(if score > 0.0 { 1.0 } else { -1.0 });
    }
    let rows = Rows::csr_f32(&offsets, &indices, &values, d).unwrap();
    fit(
        &format!("fair logistic, {n} × {d} with {per_row} non-zeros a row, f32"),
        rows,
        &target,
        &groups,
        logistic(),
    );
}

/// The fair support vector machine of n dense rows of 20 columns.
fn kernel(n: usize, approximation: Approximation) {
    let d = 20;
    let (mut stream, mut numbers) = (Stream::new(3, 0), vec![0.0; d]);
    let (mut x, mut target, mut groups) =
        (vec![0.0_f32; n * d], Vec::with_capacity(n), Vec::with_capacity(n));
    for row in x.chunks_exact_mut(d) {
        let (group, y) = draw(&mut stream, row, &mut numbers);
        groups.push(group);
        target.push(y);
    }
    let rows = Rows::dense_f32(&x, n, d, d).unwrap();
    let mut parameters = Parameters::new(Loss::Hinge { cost: 1.0 }, Fairness::new(Notion::EqualOpportunity));
    parameters.kernel = KernelChoice::Rbf(Gamma::Scale);
    parameters.approximation = approximation;
    fit(&format!("fair SVM, RBF, {n} × {d}, {approximation:?}"), rows, &target, &groups, parameters);
}

/// Fair ridge regression of n rows of 50 columns that come and go in batches.
fn stream(n: usize) {
    let (d, batch) = (50, 10_000);
    let (mut stream, mut numbers) = (Stream::new(1, 0), vec![0.0; d]);
    let mut moments = Moments::new(d, 2).unwrap();
    let mut x = vec![0.0_f32; batch * d];
    let start = ProcessTime::now();
    let mut drawing = 0.0;
    let mut left = n;
    while left > 0 {
        let size = left.min(batch);
        left -= size;
        let before = ProcessTime::now();
        let (mut target, mut groups) = (Vec::new(), Vec::new());
        for row in x[..size * d].chunks_exact_mut(d) {
            let (group, y) = draw(&mut stream, row, &mut numbers);
            groups.push(u32::from(group));
            target.push(y);
        }
        drawing += before.elapsed().as_secs_f64();
        let rows = Rows::dense_f32(&x[..size * d], size, d, d).unwrap();
        moments.update(&Examples { rows, targets: &target, weights: None }, Some(&groups)).unwrap();
    }
    let ridge = Ridge { penalty: 1.0, intercept: Intercept::Free };
    let fit = ridge_of_moments(&moments, &[Difference { group: 1, other: 0, bound: 0.0 }], ridge).unwrap();
    let what = format!("gap {:.1e}; drawing the rows, {drawing:.1} s of it, included", fit.gaps[0]);
    report(&format!("fair ridge, {n} × {d} in batches of {batch}"), start, &what);
}
