//! The five data sets of table A.7 of the reference, encoded and split as its text says. They come from `EQUIPOISE_DATA`.

use std::collections::BTreeSet;
use std::path::Path;

use super::methods_samples::Table;

/// Rows to fit and rows to judge by, standardised by the former (adult by both).
pub(crate) struct Split {
    pub(crate) train: Table,
    pub(crate) test: Table,
}

/// Reads a file of the folder of data sets; says why the test is skipped where there is none.
#[allow(clippy::print_stderr, reason = "a test that is not run should say so")]
pub(crate) fn read(file: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("EQUIPOISE_DATA") else {
        eprintln!("skipped: EQUIPOISE_DATA is not set");
        return None;
    };
    let text = std::fs::read(Path::new(&folder).join(file)).ok();
    if text.is_none() {
        eprintln!("skipped: {file} is not in EQUIPOISE_DATA");
    }
    Some(String::from_utf8_lossy(&text?).into_owned())
}

/// A table column by column, before it is split.
#[derive(Default)]
struct Columns {
    columns: Vec<Vec<f64>>,
    y: Vec<f64>,
    s: Vec<u8>,
}

impl Columns {
    fn push_one_hot(&mut self, values: &[&str]) {
        for level in values.iter().collect::<BTreeSet<_>>() {
            self.columns.push(values.iter().map(|value| f64::from(u8::from(value == level))).collect());
        }
    }

    /// Standardises by some of the rows, and drops columns constant there.
    fn standardise(&mut self, by: impl Fn(&usize) -> bool) {
        let rows: Vec<usize> = (0..self.y.len()).filter(by).collect();
        let n = rows.len() as f64;
        self.columns.retain_mut(|column| {
            let mean = rows.iter().map(|&i| column[i]).sum::<f64>() / n;
            let deviation = (rows.iter().map(|&i| (column[i] - mean).powi(2)).sum::<f64>() / n).sqrt();
            column.iter_mut().for_each(|x| *x = (*x - mean) / deviation);
            deviation > 1e-12
        });
    }

    fn table(&self, rows: &[usize]) -> Table {
        let x: Vec<f64> =
            rows.iter().flat_map(|&i| self.columns.iter().map(move |column| column[i])).collect();
        let y: Vec<f64> = rows.iter().map(|&i| self.y[i]).collect();
        let s: Vec<u8> = rows.iter().map(|&i| self.s[i]).collect();
        Table::new(&x, self.columns.len(), &y, &s)
    }

    /// Row i is for judging if i mod 3 = 2.
    fn split(mut self) -> Split {
        self.standardise(|i| i % 3 != 2);
        let (test, train): (Vec<usize>, Vec<usize>) = (0..self.y.len()).partition(|i| i % 3 == 2);
        Split { train: self.table(&train), test: self.table(&test) }
    }
}

fn sign(positive: bool) -> f64 {
    if positive { 1.0 } else { -1.0 }
}

/// The published loader of Adult with its quirks.
pub(crate) fn adult() -> Option<Split> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for file in ["adult/adult.data", "adult/adult.test"] {
        for line in read(file)?.lines() {
            let fields: Vec<String> =
                line.trim().trim_end_matches('.').split(',').map(|field| field.trim().to_owned()).collect();
            let is_known = |fields: &[String]| [1, 6, 13].iter().all(|&j| fields[j] != "?");
            if fields.len() == 15 && is_known(&fields) {
                rows.push(fields);
            }
        }
    }
    let mut columns = Columns::default();
    for j in 0..13 {
        let values: Vec<&str> = rows.iter().map(|row| row[j].as_str()).collect();
        if [1, 3, 5, 6, 7, 8, 9].contains(&j) {
            let levels: Vec<&str> = values.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            columns.columns.push(values.iter().map(|v| levels.binary_search(v).unwrap() as f64).collect());
        } else {
            columns.columns.push(values.iter().map(|value| value.parse().unwrap()).collect());
        }
    }
    columns.y = rows.iter().map(|row| sign(row[14] == ">50K")).collect();
    columns.s = rows.iter().map(|row| u8::from(row[9] == "Male")).collect();
    columns.standardise(|_| true);
    let numbers: Vec<usize> = (0..rows.len()).collect();
    let (train, test) = numbers.split_at(32561);
    Some(Split { train: columns.table(train), test: columns.table(test) })
}

pub(crate) fn german() -> Option<Split> {
    let text = read("german_credit/german.data")?;
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    let mut columns = Columns::default();
    for j in 0..20 {
        let values: Vec<&str> = rows.iter().map(|row| row[j]).collect();
        match values.iter().map(|value| value.parse::<f64>()).collect() {
            Ok(numbers) => columns.columns.push(numbers),
            Err(_) => columns.push_one_hot(&values),
        }
    }
    columns.y = rows.iter().map(|row| sign(row[20] == "1")).collect();
    columns.s = rows.iter().map(|row| u8::from(row[8] == "A92")).collect();
    Some(columns.split())
}

/// Splits a line at commas outside of quotes.
fn fields_of(line: &str) -> Vec<String> {
    let (mut fields, mut is_quoted) = (vec![String::new()], false);
    for character in line.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => fields.push(String::new()),
            _ => fields.last_mut().unwrap().push(character),
        }
    }
    fields
}

pub(crate) fn compas() -> Option<Split> {
    let text = read("compas/compas-scores-two-years.csv")?;
    let mut lines = text.lines();
    let header = fields_of(lines.next()?);
    let place = |name: &str| header.iter().position(|column| column == name).unwrap();
    let numbers = ["age", "juv_fel_count", "juv_misd_count", "juv_other_count", "priors_count"].map(place);
    let [days, recid, charge, score, race, sex, target] = [
        "days_b_screening_arrest",
        "is_recid",
        "c_charge_degree",
        "score_text",
        "race",
        "sex",
        "two_year_recid",
    ]
    .map(place);
    let mut columns = Columns { columns: vec![Vec::new(); 8], ..Columns::default() };
    for row in lines.map(fields_of) {
        let is_near = row[days].parse::<f64>().is_ok_and(|days| days.abs() <= 30.0);
        if !is_near || row[recid] == "-1" || row[charge] == "O" || row[score] == "N/A" {
            continue;
        }
        let group = u8::from(row[race] == "African-American");
        let flags = [u8::from(row[sex] == "Male"), u8::from(row[charge] == "F"), group].map(f64::from);
        let values = numbers.iter().map(|&j| row[j].parse::<f64>().unwrap()).chain(flags);
        columns.columns.iter_mut().zip(values).for_each(|(column, value)| column.push(value));
        columns.y.push(sign(row[target] == "1"));
        columns.s.push(group);
    }
    Some(columns.split())
}

pub(crate) fn arrhythmia() -> Option<Split> {
    let text = read("arrhythmia/arrhythmia.data")?;
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.trim().split(',').collect()).collect();
    let mut columns = Columns::default();
    for j in 0..279 {
        let values: Vec<Option<f64>> = rows.iter().map(|row| row[j].parse().ok()).collect();
        let observed: Vec<f64> = values.iter().filter_map(|value| *value).collect();
        let mean = observed.iter().sum::<f64>() / observed.len() as f64;
        columns.columns.push(values.iter().map(|value| value.unwrap_or(mean)).collect());
    }
    columns.y = rows.iter().map(|row| sign(row[279] == "1")).collect();
    columns.s = rows.iter().map(|row| u8::from(row[1] == "1")).collect();
    Some(columns.split())
}

pub(crate) fn drug() -> Option<Split> {
    let text = read("drug_consumption/drug_consumption.data")?;
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.trim().split(',').collect()).collect();
    let mut columns = Columns::default();
    for j in 1..13 {
        columns.columns.push(rows.iter().map(|row| row[j].parse().unwrap()).collect());
    }
    columns.y = rows.iter().map(|row| sign(row[20] == "CL0")).collect();
    columns.s = rows.iter().map(|row| u8::from(row[5] == "-0.31685")).collect();
    Some(columns.split())
}
