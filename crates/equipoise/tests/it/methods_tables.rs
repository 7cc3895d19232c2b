//! Real tables as the reference encodes them (`papers/ferm-and-barycenters.md`, A.7 "Encodings"): row i is a test row if
//! i mod 3 = 2, columns standardised with the mean and the population standard deviation of the training rows.

use std::collections::BTreeSet;

use equipoise::{
    groups::Label,
    methods::Labelled,
    sample::{Categorical, Codes},
    solvers::Rows,
};

/// Rows with outcomes of −1 and +1 and two groups, 0 and 1.
#[derive(Clone)]
pub(crate) struct Part {
    pub(crate) x: Vec<f64>,
    pub(crate) d: usize,
    pub(crate) y: Vec<f64>,
    pub(crate) s: Vec<u8>,
}

pub(crate) struct Split {
    pub(crate) train: Part,
    #[allow(dead_code, reason = "not every user of the tables predicts")]
    pub(crate) test: Part,
}

impl Part {
    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows::dense(&self.x, self.y.len(), self.d).unwrap()
    }

    pub(crate) fn with<T>(&self, read: impl FnOnce(&Labelled<'_>) -> T) -> T {
        let labels = ["0", "1"].map(Label::new);
        let sensitive = [Categorical { codes: Codes::U8(&self.s), labels: &labels }];
        let (rows, target) = (self.rows(), self.y.as_slice());
        read(&Labelled { rows, target, sensitive: &sensitive, strata: &[], weights: None })
    }
}

#[allow(clippy::print_stderr, reason = "a test that is not run should say so")]
pub(crate) fn data_folder() -> Option<String> {
    let folder = std::env::var("EQUIPOISE_DATA").ok();
    if folder.is_none() {
        eprintln!("skipped: EQUIPOISE_DATA names no folder of data sets");
    }
    folder
}

/// Splits and standardises columns, and drops those that are constant in training.
fn split(columns: Vec<Vec<f64>>, y: &[f64], s: &[u8], is_test: impl Fn(usize) -> bool) -> Split {
    let (test, train): (Vec<usize>, Vec<usize>) = (0..y.len()).partition(|&i| is_test(i));
    let n = train.len() as f64;
    let standardised: Vec<Vec<f64>> = columns
        .into_iter()
        .filter_map(|column| {
            let mean = train.iter().map(|&i| column[i]).sum::<f64>() / n;
            let deviation = (train.iter().map(|&i| (column[i] - mean).powi(2)).sum::<f64>() / n).sqrt();
            (deviation > 1e-12).then(|| column.iter().map(|x| (x - mean) / deviation).collect())
        })
        .collect();
    let part = |rows: &[usize]| Part {
        x: rows.iter().flat_map(|&i| standardised.iter().map(move |column| column[i])).collect(),
        d: standardised.len(),
        y: rows.iter().map(|&i| y[i]).collect(),
        s: rows.iter().map(|&i| s[i]).collect(),
    };
    Split { train: part(&train), test: part(&test) }
}

fn sign(positive: bool) -> f64 {
    if positive { 1.0 } else { -1.0 }
}

/// Numbers as they are, texts as one column for each level.
fn encode(values: &[&str]) -> Vec<Vec<f64>> {
    match values.iter().map(|value| value.parse().ok()).collect::<Option<Vec<f64>>>() {
        Some(numbers) => vec![numbers],
        None => {
            let levels: BTreeSet<&str> = values.iter().copied().collect();
            let column =
                |level: &str| values.iter().map(|value| f64::from(u8::from(*value == level))).collect();
            levels.into_iter().map(column).collect()
        }
    }
}

fn every_third(i: usize) -> bool {
    i % 3 == 2
}

/// German credit: +1 is a good risk, group 1 the women (A92). 61 columns.
pub(crate) fn german(folder: &str) -> Split {
    let text = std::fs::read_to_string(format!("{folder}/german_credit/german.data")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let column = |place: usize| rows.iter().map(|row| row[place]).collect::<Vec<_>>();
    let columns = (0..20).flat_map(|place| encode(&column(place))).collect();
    let y: Vec<f64> = rows.iter().map(|row| sign(row[20] == "1")).collect();
    let s: Vec<u8> = rows.iter().map(|row| u8::from(row[8] == "A92")).collect();
    split(columns, &y, &s, every_third)
}

/// Drug consumption: +1 never took cocaine, group 1 is white.
pub(crate) fn drug(folder: &str) -> Split {
    let text = std::fs::read_to_string(format!("{folder}/drug_consumption/drug_consumption.data")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let column = |place: usize| rows.iter().map(|row| row[place].parse().unwrap()).collect();
    let y: Vec<f64> = rows.iter().map(|row| sign(row[20] == "CL0")).collect();
    let s: Vec<u8> = rows.iter().map(|row| u8::from(row[5] == "-0.31685")).collect();
    split((1..13).map(column).collect(), &y, &s, every_third)
}

/// Arrhythmia: +1 is a normal heart, group 1 the women; missing values are means.
pub(crate) fn arrhythmia(folder: &str) -> Split {
    let text = std::fs::read_to_string(format!("{folder}/arrhythmia/arrhythmia.data")).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
    let column = |place: usize| {
        let known: Vec<Option<f64>> = rows.iter().map(|row| row[place].parse().ok()).collect();
        let observed: Vec<f64> = known.iter().copied().flatten().collect();
        let mean = observed.iter().sum::<f64>() / observed.len().max(1) as f64;
        known.into_iter().map(|value| value.unwrap_or(mean)).collect()
    };
    let y: Vec<f64> = rows.iter().map(|row| sign(row[279] == "1")).collect();
    let s: Vec<u8> = rows.iter().map(|row| u8::from(row[1] == "1")).collect();
    split((0..279).map(column).collect(), &y, &s, every_third)
}

/// COMPAS by ProPublica's filter: +1 is charged again within two years, group 1 African-American.
pub(crate) fn compas(folder: &str) -> Split {
    let text = std::fs::read_to_string(format!("{folder}/compas/compas-scores-two-years.csv")).unwrap();
    let mut lines = text.lines();
    let header = fields(lines.next().unwrap());
    let place = |name: &str| header.iter().position(|column| column == name).unwrap();
    let rows: Vec<Vec<String>> = lines.map(fields).collect();
    let days = place("days_b_screening_arrest");
    let is_kept = |row: &&Vec<String>| {
        row[days].parse::<f64>().is_ok_and(|days| days.abs() <= 30.0)
            && row[place("is_recid")] != "-1"
            && row[place("c_charge_degree")] != "O"
            && row[place("score_text")] != "N/A"
    };
    let rows: Vec<&Vec<String>> = rows.iter().filter(is_kept).collect();
    let numbers = ["age", "juv_fel_count", "juv_misd_count", "juv_other_count", "priors_count"];
    let mut columns: Vec<Vec<f64>> = numbers
        .iter()
        .map(|name| rows.iter().map(|row| row[place(name)].parse().unwrap()).collect())
        .collect();
    for (name, level) in [("sex", "Male"), ("c_charge_degree", "F"), ("race", "African-American")] {
        columns.push(rows.iter().map(|row| f64::from(u8::from(row[place(name)] == level))).collect());
    }
    let y: Vec<f64> = rows.iter().map(|row| sign(row[place("two_year_recid")] == "1")).collect();
    let s: Vec<u8> = rows.iter().map(|row| u8::from(row[place("race")] == "African-American")).collect();
    split(columns, &y, &s, every_third)
}

/// Adult as the code of the paper reads it: levels as numbers, no country, standardised over all rows, of which the first
/// 32,561 are for training. Group 1 are men.
#[allow(dead_code, reason = "for measurements: too large for the default tests")]
pub(crate) fn adult(folder: &str) -> Split {
    let text: String = ["adult.data", "adult.test"]
        .map(|part| std::fs::read_to_string(format!("{folder}/adult/{part}")).unwrap())
        .concat();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.trim_end_matches('.').split(',').map(str::trim).collect::<Vec<_>>())
        .filter(|fields| fields.len() == 15 && [1, 6, 13].iter().all(|&place| fields[place] != "?"))
        .collect();
    let columns: Vec<Vec<f64>> = (0..13)
        .map(|place| {
            let values: Vec<&str> = rows.iter().map(|row| row[place]).collect();
            if [0, 2, 4, 10, 11, 12].contains(&place) {
                return values.iter().map(|value| value.parse().unwrap()).collect();
            }
            let levels: Vec<&str> = values.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            values.iter().map(|value| levels.binary_search(value).unwrap() as f64).collect()
        })
        .collect();
    let y: Vec<f64> = rows.iter().map(|row| sign(row[14] == ">50K")).collect();
    let s: Vec<u8> = rows.iter().map(|row| u8::from(row[9] == "Male")).collect();
    let all = split(columns, &y, &s, |_| false).train;
    let cut = |from: usize, to: usize| Part {
        x: all.x[from * all.d..to * all.d].to_vec(),
        d: all.d,
        y: all.y[from..to].to_vec(),
        s: all.s[from..to].to_vec(),
    };
    Split { train: cut(0, 32_561), test: cut(32_561, all.y.len()) }
}

/// Fields of a line of comma-separated values with quotes.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().unwrap().push(c),
        }
    }
    fields
}
