//! Costs of reading and counting a table in memory, as JSON lines for `cargo xtask bench audit`.
//!
//! Each line is named after the type of the groups, then of the target and the prediction; `read` hands out batches
//! alone, `count` counts them.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures and stops where it cannot go on"
)]

use std::{sync::Arc, time::Instant};

use arrow::{
    array::{
        ArrayRef, BooleanArray, DictionaryArray, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array,
        LargeStringArray, StringArray, StringViewArray,
    },
    datatypes::{ArrowDictionaryKeyType, Int8Type, Int16Type, Int32Type},
};
use equipoise::{
    sample::{Columns, Sample},
    stats::{Attribute, Layout, Statistics, Task},
};
use equipoise_table::{Batch, ColumnRequest, Kind, MissingPolicy, Source};

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

/// Numbers below a limit, at random.
fn below(limit: u64, n: usize, seed: u64) -> Vec<usize> {
    let mut noise = Noise(88_172_645_463_325_252 ^ seed);
    (0..n).map(|_| ((noise.next() >> 8) % limit) as usize).collect()
}

fn dictionary<K: ArrowDictionaryKeyType>(
    groups: &[usize],
    n_groups: usize,
    key: impl Fn(usize) -> K::Native,
) -> ArrayRef {
    let keys = groups.iter().map(|&group| Some(key(group))).collect();
    let names = StringArray::from_iter_values((0..n_groups).map(|group| format!("group_{group:04}")));
    Arc::new(DictionaryArray::<K>::try_new(keys, Arc::new(names)).unwrap())
}

/// The groups of all rows, in every type.
fn group_columns(n: usize, n_groups: usize) -> Vec<(&'static str, ArrayRef)> {
    let groups = below(n_groups as u64, n, 1);
    let names = || groups.iter().map(|group| format!("group_{group:04}"));
    let long = groups.iter().map(|group| format!("people of the group number {group}"));
    let small: ArrayRef = if n_groups <= 128 {
        dictionary::<Int8Type>(&groups, n_groups, |group| group as i8)
    } else {
        dictionary::<Int16Type>(&groups, n_groups, |group| group as i16)
    };
    let rare = Int64Array::from_iter(
        groups.iter().enumerate().map(|(row, &group)| (row % 10 > 0).then_some(group as i64)),
    );
    vec![
        ("dictionary, small keys", small),
        ("dictionary, i32 keys", dictionary::<Int32Type>(&groups, n_groups, |group| group as i32)),
        ("i64", Arc::new(Int64Array::from_iter_values(groups.iter().map(|&group| group as i64)))),
        ("i64, a tenth null", Arc::new(rare)),
        ("i16", Arc::new(Int16Array::from_iter_values(groups.iter().map(|&group| group as i16)))),
        ("f64", Arc::new(Float64Array::from_iter_values(groups.iter().map(|&group| group as f64)))),
        ("string", Arc::new(StringArray::from_iter_values(names()))),
        ("large string", Arc::new(LargeStringArray::from_iter_values(names()))),
        ("string view", Arc::new(StringViewArray::from_iter_values(names()))),
        ("long string", Arc::new(LargeStringArray::from_iter_values(long))),
    ]
}

/// Zeros and ones in every type.
fn binary_columns(n: usize, seed: u64) -> Vec<(&'static str, ArrayRef)> {
    let ones = below(2, n, seed);
    vec![
        ("i64", Arc::new(Int64Array::from_iter_values(ones.iter().map(|&one| one as i64)))),
        ("i32", Arc::new(Int32Array::from_iter_values(ones.iter().map(|&one| one as i32)))),
        ("i8", Arc::new(Int8Array::from_iter_values(ones.iter().map(|&one| one as i8)))),
        ("bool", Arc::new(BooleanArray::from_iter(ones.iter().map(|&one| Some(one == 1))))),
        ("f64", Arc::new(Float64Array::from_iter_values(ones.iter().map(|&one| one as f64)))),
    ]
}

fn layout() -> Layout {
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("group")];
    layout.target = Some("y".into());
    layout.prediction = Some("p".into());
    layout
}

fn count(statistics: &mut Statistics, batch: &Batch) -> Result<(), String> {
    let columns = Columns {
        sensitive: vec![batch.columns[0].as_variable()],
        target: Some(batch.columns[1].as_variable()),
        prediction: batch.columns[2].as_categorical(),
        ..Columns::default()
    };
    statistics
        .update(&Sample::new(columns).map_err(|error| error.to_string())?)
        .map_err(|error| error.to_string())
}

/// Reads a column of numbers.
fn time_real(n: usize) {
    let numbers: ArrayRef =
        Arc::new(Float64Array::from_iter_values(below(1000, n, 4).into_iter().map(|n| n as f64)));
    let source = Source::of_columns(vec![("x".to_owned(), vec![numbers])]).unwrap();
    let requests = [ColumnRequest::new("x", Kind::Real, MissingPolicy::Label)];
    let none = |(): &mut (), _: &Batch| Ok::<_, String>(());
    let seconds = least(9, || drop(source.fold(&requests, 1, &|_| {}, || (), none).unwrap()));
    line("read a column of f64 as numbers", n, seconds);
}

fn line(tool: &str, n: usize, seconds: f64) {
    let ns = 1e9 * seconds / n as f64;
    println!("{{\"tool\": \"{tool}\", \"n\": {n}, \"seconds\": {seconds:.6}, \"ns_per_row\": {ns:.4}}}");
}

/// Reads a table, and reads and counts it.
fn time(what: &str, n: usize, columns: [&ArrayRef; 3]) {
    let named = ["group", "y", "p"].iter().zip(columns);
    let named = named.map(|(name, array)| ((*name).to_owned(), vec![array.clone()])).collect();
    let source = Source::of_columns(named).unwrap();
    let requests =
        ["group", "y", "p"].map(|name| ColumnRequest::new(name, Kind::Categorical, MissingPolicy::Label));
    let none = |(): &mut (), _: &Batch| Ok::<_, String>(());
    line(
        &format!("read {what}"),
        n,
        least(9, || drop(source.fold(&requests, 1, &|_| {}, || (), none).unwrap())),
    );
    let new = || Statistics::new(layout()).unwrap();
    line(
        &format!("count {what}"),
        n,
        least(9, || drop(source.fold(&requests, 1, &|_| {}, new, count).unwrap())),
    );
}

fn main() {
    let n = 1_000_000;
    let (y, p) = (binary_columns(n, 2), binary_columns(n, 3));
    for n_groups in [5, 1000] {
        for (name, groups) in group_columns(n, n_groups) {
            time(&format!("{n_groups} groups of {name}; i64"), n, [&groups, &y[0].1, &p[0].1]);
        }
    }
    let groups = dictionary::<Int8Type>(&below(5, n, 1), 5, |group| group as i8);
    for ((name, y), (_, p)) in y.iter().zip(&p).skip(1) {
        time(&format!("5 groups of dictionary, small keys; {name}"), n, [&groups, y, p]);
    }
    time_real(n);
}
