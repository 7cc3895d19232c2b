//! Costs of an audit on columns that lie in memory, as JSON lines for `cargo xtask bench audit`.
//!
//! Each line names the loop of the machine's floor that it is compared with, on the same number of rows.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and stops where it cannot go on"
)]

use std::time::Instant;

use equipoise::{
    audit::{Request, audit},
    groups::Label,
    inference::bootstrap,
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{Attribute, Layout, Statistics, Task, view::Cell},
};

/// Least seconds of several runs.
fn least(runs: usize, mut work: impl FnMut()) -> f64 {
    let one = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    (0..runs).map(|_| one(&mut work)).fold(f64::INFINITY, f64::min)
}

/// The generator of the floor program, so that both see the same kind of column.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 20
    }
}

struct Rows {
    group: Vec<u32>,
    target: Vec<u8>,
    prediction: Vec<u8>,
    n_groups: u64,
}

impl Rows {
    fn new(n: usize, n_groups: u64) -> Self {
        let mut noise = Noise(88_172_645_463_325_252);
        let mut rows = Self {
            group: Vec::with_capacity(n),
            target: Vec::with_capacity(n),
            prediction: Vec::with_capacity(n),
            n_groups,
        };
        for _ in 0..n {
            let bits = noise.next();
            rows.target.push((bits & 1) as u8);
            rows.prediction.push((bits >> 1 & 1) as u8);
            rows.group.push(((bits >> 8) % n_groups) as u32);
        }
        rows
    }
}

fn layout() -> Layout {
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("group")];
    layout.target = Some("y".into());
    layout.prediction = Some("p".into());
    layout
}

/// Four rates of each group with their intervals; with the gaps between groups, or without.
fn request(with_gaps: bool) -> Request {
    let mut request = Request::new();
    request.quantities = if with_gaps { None } else { Some(Vec::new()) };
    let metrics = ["selection_rate", "true_positive_rate", "false_positive_rate", "accuracy"];
    request.metrics = metrics.map(str::to_owned).to_vec();
    request
}

/// Counting, and counting with the whole report, on code columns of a width that fits.
fn audit_in_memory(n: usize, n_groups: u64, against: &str) {
    let rows = Rows::new(n, n_groups);
    let bytes: Vec<u8> = rows.group.iter().map(|&code| code as u8).collect();
    let shorts: Vec<u16> = rows.group.iter().map(|&code| code as u16).collect();
    let codes = if rows.n_groups <= 256 { Codes::U8(&bytes) } else { Codes::U16(&shorts) };
    let groups: Vec<Label> = (0..n_groups).map(|group| Label::new(format!("group_{group:04}"))).collect();
    let classes = ["0", "1"].map(Label::new);
    let count = || {
        let sample = Sample::new(Columns {
            sensitive: vec![Variable::Categorical(Categorical { codes, labels: &groups })],
            target: Some(Variable::Categorical(Categorical {
                codes: Codes::U8(&rows.target),
                labels: &classes,
            })),
            prediction: Some(Categorical { codes: Codes::U8(&rows.prediction), labels: &classes }),
            ..Columns::default()
        })
        .unwrap();
        Statistics::collect(&layout(), &sample, 1).unwrap()
    };
    let line = |tool: String, seconds: f64| {
        let ns = 1e9 * seconds / n as f64;
        println!(
            "{{\"tool\": \"{tool}\", \"n\": {n}, \"seconds\": {seconds:.6}, \"ns_per_row\": {ns:.4}, \"against\": \"{against}\"}}"
        );
    };
    let counted = count();
    line(format!("count, {n_groups} groups"), least(5, || drop(count())));
    let report = |with_gaps: bool| drop(audit(&count(), &request(with_gaps)).unwrap());
    line(format!("count, intervals of 4 rates, {n_groups} groups"), least(3, || report(false)));
    line(format!("count, intervals, default gaps, {n_groups} groups"), least(3, || report(true)));
    line(
        format!("report alone, {n_groups} groups"),
        least(3, || drop(audit(&counted, &request(true)).unwrap())),
    );
}

/// A thousand replicates of two groups and four cells.
fn bootstrap_of_a_table() {
    let table: Vec<Cell> =
        [120_000, 380_000, 90_000, 410_000, 150_000, 350_000, 60_000, 440_000].map(Cell::of_rows).to_vec();
    let rate = |cells: &[f64], at: usize| cells[at] / (cells[at] + cells[at + 1]);
    let seconds = least(5, || {
        let difference = |cells: &[f64]| Some(rate(cells, 0) - rate(cells, 4));
        drop(bootstrap::replicates(&table, 1000, 7, difference).unwrap());
    });
    println!(
        "{{\"tool\": \"1,000 bootstrap replicates, 2 groups of 4 cells\", \"n\": 2000000, \"seconds\": {seconds:.6}}}"
    );
}

fn main() {
    let n = 10_000_000;
    audit_in_memory(n, 2, "count_u8_2groups");
    audit_in_memory(n, 100, "count_u8_100groups");
    audit_in_memory(n, 5, "count_u8_2groups");
    audit_in_memory(n, 1000, "count_u8_100groups");
    bootstrap_of_a_table();
}
