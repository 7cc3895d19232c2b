//! The encoded tables against figures of the reference (`papers/ferm-and-barycenters.md`, A.7), which another reader made.

use equipoise_reproduction::{
    data::Data,
    sample::{GroupInX, Sample, standardise},
    tables,
};

/// Every third row to the test, as the reference has it.
fn thirds(data: &Data) -> (Sample, Sample) {
    let part =
        |is_test: bool| -> Vec<usize> { (0..data.n()).filter(|row| (row % 3 == 2) == is_test).collect() };
    let mut train = Sample::of(data, &part(false), GroupInX::Yes);
    let mut test = Sample::of(data, &part(true), GroupInX::Yes);
    standardise(&mut train, &mut test);
    (train, test)
}

fn positives(sample: &Sample, group: u8) -> usize {
    (0..sample.n()).filter(|&row| sample.y[row] > 0.0 && sample.s[row] == group).count()
}

/// The norm of u, the difference of the groups' means over positives.
fn distance(sample: &Sample) -> f64 {
    let mean = |column: usize, group: u8| -> f64 {
        let rows = (0..sample.n()).filter(|&row| sample.y[row] > 0.0 && sample.s[row] == group);
        rows.map(|row| sample.x[row * sample.d + column]).sum::<f64>() / positives(sample, group) as f64
    };
    (0..sample.d).map(|column| (mean(column, 0) - mean(column, 1)).powi(2)).sum::<f64>().sqrt()
}

#[track_caller]
fn check(
    data: &Data,
    rows: usize,
    positives_by_group: [usize; 2],
    columns_left: usize,
    distance_of_means: f64,
) {
    let (train, _) = thirds(data);
    assert_eq!(data.n(), rows);
    assert_eq!([positives(&train, 0), positives(&train, 1)], positives_by_group);
    assert_eq!(train.d, columns_left);
    let found = distance(&train);
    assert!((found - distance_of_means).abs() < 1e-6, "{found}, expected {distance_of_means}");
}

#[test]
fn german_compas_arrhythmia_and_drug_are_the_tables_of_the_reference() {
    if let Some(data) = super::table("german-sex") {
        check(&data, 1000, [325, 141], 61, 3.016687);
    }
    if let Some(data) = super::table("compas") {
        check(&data, 6172, [779, 1104], 8, 2.112679);
    }
    if let Some(data) = super::table("arrhythmia") {
        check(&data, 452, [55, 103], 254, 3.740729);
    }
    if let Some(data) = super::table("drug") {
        check(&data, 1885, [50, 628], 12, 0.681269);
    }
}

#[test]
fn adult_is_the_table_of_the_published_code() {
    let Some(data) = super::table("adult") else { return };
    assert_eq!((data.n(), data.d(), data.of_sensitive.as_slice()), (45_222, 13, &[9][..]));
    let train = Sample::of(&data, &(0..32_561).collect::<Vec<_>>(), GroupInX::Yes);
    let found = distance(&train);
    assert!((found - 3.185842).abs() < 1e-6, "{found}");
    let column = |j: usize| data.x.iter().skip(j).step_by(13);
    for j in 0..13 {
        assert!(
            column(j).sum::<f64>().abs() < 1e-6
                && (column(j).map(|x| x * x).sum::<f64>() / 45_222.0 - 1.0).abs() < 1e-9
        );
    }
}

#[test]
fn features_that_tell_the_group_are_left_out_on_request() {
    for (name, columns) in
        [("german", 59), ("german-sex", 57), ("compas", 7), ("drug", 11), ("arrhythmia", 278)]
    {
        let Some(data) = super::table(name) else { continue };
        assert_eq!(Sample::of(&data, &[0], GroupInX::No).d, columns, "{name}");
    }
}

#[test]
fn written_tables_hold_the_numbers_and_the_splits() {
    let Some(data) = super::table("arrhythmia") else { return };
    let mut options = equipoise_reproduction::protocol::Options::quick();
    options.splits = 2;
    let csv = tables::csv(&data, &options);
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!((rows.len(), rows[0].len()), (453, 279 + 4));
    assert_eq!((rows[0][0], rows[0][1]), ("\"x.age\"", "\"g.sex\""));
    assert_eq!(&rows[0][279..], ["y", "s", "split.0", "split.1"]);
    let places: Vec<i64> = rows[1..].iter().map(|row| row[281].parse().unwrap()).collect();
    assert_eq!(places.iter().filter(|&&place| place < 0).count(), 150);
    let value: f64 = rows[8][0].parse().unwrap();
    assert_eq!(value, data.x[7 * 279]);
}
