//! The five data sets of the paper as numbers: columns standardised, categories one column a value, the sensitive
//! attributes among them.

use std::{collections::BTreeSet, fs, ops::Range, path::Path};

use equipoise::solvers::Rows;

/// One data set: rows, classes, and two divisions of its people.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) d: usize,
    pub(crate) targets: Vec<f64>,
    /// Two groups: one constraint for equal opportunity.
    pub(crate) two: Vec<u8>,
    /// Five groups: eight constraints for equalized odds.
    pub(crate) five: Vec<u8>,
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
    /// Empty where the rows are read as sparse ones.
    dense: Vec<f64>,
}

impl Table {
    pub(crate) fn n(&self) -> usize {
        self.targets.len()
    }

    /// Returns the rows in the layout that suits them.
    pub(crate) fn rows(&self) -> Rows<'_> {
        let rows = match self.dense.as_slice() {
            [] => Rows::csr(&self.offsets, &self.indices, &self.values, self.d),
            dense => Rows::dense(dense, self.n(), self.d),
        };
        rows.expect("the columns are finite")
    }

    /// Returns every entry, row after row.
    pub(crate) fn to_dense(&self) -> Vec<f64> {
        let mut dense = vec![0.0; self.n() * self.d];
        for (i, row) in dense.chunks_exact_mut(self.d).enumerate() {
            for at in self.offsets[i]..self.offsets[i + 1] {
                row[self.indices[at] as usize] = self.values[at];
            }
        }
        dense
    }

    /// Returns the rows in compressed form.
    pub(crate) fn sparse(&self) -> (&[usize], &[u32], &[f64]) {
        (&self.offsets, &self.indices, &self.values)
    }

    /// Returns the first `n` rows, dense.
    pub(crate) fn head(&self, n: usize) -> Self {
        let mut head = self.part(0..n.min(self.n()));
        head.dense = head.to_dense();
        head
    }

    /// Returns some of the rows, sparse.
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let (start, end) = (self.offsets[range.start], self.offsets[range.end]);
        Self {
            name: self.name,
            d: self.d,
            targets: self.targets[range.clone()].to_vec(),
            two: self.two[range.clone()].to_vec(),
            five: self.five[range.clone()].to_vec(),
            offsets: self.offsets[range.start..=range.end].iter().map(|offset| offset - start).collect(),
            indices: self.indices[start..end].to_vec(),
            values: self.values[start..end].to_vec(),
            dense: Vec::new(),
        }
    }
}

/// Returns all five, Adult first (45,222 complete rows of both parts, sparse; the others dense).
pub(crate) fn all(folder: &Path) -> [Table; 5] {
    [adult(folder), compas(folder), german(folder), drug(folder), arrhythmia(folder)]
}

/// A column before it is encoded.
enum Column<'a> {
    Number(Vec<f64>),
    Category(Vec<&'a str>),
}

impl<'a> Column<'a> {
    fn of(records: &[Vec<&'a str>], place: usize) -> Self {
        let texts: Vec<&str> = records.iter().map(|record| record[place]).collect();
        let numbers: Option<Vec<f64>> = texts.iter().map(|text| number(text)).collect();
        numbers.map_or(Column::Category(texts), Column::Number)
    }
}

/// A missing number is the column's mean after standardising, which is what NaN stands for here.
fn number(text: &str) -> Option<f64> {
    if text == "?" { Some(f64::NAN) } else { text.parse().ok() }
}

fn encode(
    name: &'static str,
    columns: Vec<Column<'_>>,
    targets: Vec<f64>,
    two: Vec<u8>,
    five: Vec<u8>,
    is_sparse: bool,
) -> Table {
    let n = targets.len();
    let mut entries: Vec<Vec<(u32, f64)>> = vec![Vec::new(); n];
    let mut d = 0;
    for column in columns {
        match column {
            Column::Number(values) => {
                if let Some(values) = standardised(&values) {
                    entries.iter_mut().zip(values).for_each(|(row, value)| row.push((d, value)));
                    d += 1;
                }
            }
            Column::Category(values) => {
                let levels: Vec<&str> = values.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
                for (row, value) in entries.iter_mut().zip(values) {
                    row.push((d + levels.partition_point(|level| *level < value) as u32, 1.0));
                }
                d += levels.len() as u32;
            }
        }
    }
    let mut offsets = vec![0];
    for row in &entries {
        offsets.push(offsets[offsets.len() - 1] + row.len());
    }
    let (indices, values) = entries.into_iter().flatten().unzip();
    let d = d as usize;
    let mut table = Table { name, d, targets, two, five, offsets, indices, values, dense: Vec::new() };
    if !is_sparse {
        table.dense = table.to_dense();
    }
    table
}

/// Returns the column with mean 0 and standard deviation 1; `None` where it is constant.
fn standardised(values: &[f64]) -> Option<Vec<f64>> {
    let known: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    let deviation = (known.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / known.len() as f64).sqrt();
    let scaled = |x: &f64| if x.is_nan() { 0.0 } else { (x - mean) / deviation };
    (deviation > 0.0).then(|| values.iter().map(scaled).collect())
}

/// Returns the number of each value among the sorted ones.
fn codes(values: &[&str]) -> Vec<u8> {
    let levels: Vec<&str> = values.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    values.iter().map(|value| levels.partition_point(|level| level < value) as u8).collect()
}

/// Returns the fifth of each value: 0 to 4, equal values together.
fn fifths(values: &[&str]) -> Vec<u8> {
    let values: Vec<f64> = values.iter().filter_map(|value| number(value)).collect();
    let mut sorted = values.clone();
    sorted.sort_unstable_by(f64::total_cmp);
    let fifth = |value: &f64| 5 * sorted.partition_point(|other| other < value) / sorted.len();
    values.iter().map(|value| fifth(value) as u8).collect()
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn split<'a>(text: &'a str, by: char) -> Vec<Vec<&'a str>> {
    let record = |line: &'a str| line.trim_end().split(by).map(str::trim).collect();
    text.lines().filter(|line| !line.is_empty()).map(record).collect()
}

fn column<'a>(records: &[Vec<&'a str>], place: usize) -> Vec<&'a str> {
    records.iter().map(|record| record[place]).collect()
}

fn classes(records: &[Vec<&str>], place: usize, is_positive: impl Fn(&str) -> bool) -> Vec<f64> {
    records.iter().map(|record| if is_positive(record[place]) { 1.0 } else { -1.0 }).collect()
}

/// Income above 50K; men and women; five races.
fn adult(folder: &Path) -> Table {
    let texts = ["adult.data", "adult.test"].map(|part| read(&folder.join("adult").join(part)));
    let mut records: Vec<Vec<&str>> = texts.iter().flat_map(|text| split(text, ',')).collect();
    records.retain(|record| record.len() == 15 && !record.contains(&"?"));
    let columns = (0..14).map(|place| Column::of(&records, place)).collect();
    let targets = classes(&records, 14, |income| income.starts_with(">50K"));
    encode("adult", columns, targets, codes(&column(&records, 9)), codes(&column(&records, 8)), true)
}

/// Recidivism within two years, of those screened within 30 days of the arrest; African-Americans and others; five races.
fn compas(folder: &Path) -> Table {
    let text = read(&folder.join("compas/compas-scores-two-years.csv"));
    let mut records = split(&text, ',');
    // Columns up to the charge's degree hold no quotes; the outcome is the last column.
    let is_in = |record: &Vec<&str>| {
        record[15].parse::<i32>().is_ok_and(|days| days.abs() <= 30) && ["F", "M"].contains(&record[22])
    };
    records.retain(is_in);
    let columns = [5, 7, 9, 10, 12, 13, 14, 22].map(|place| Column::of(&records, place));
    let targets = records.iter().map(|record| if record.last() == Some(&"1") { 1.0 } else { -1.0 }).collect();
    let races: Vec<&str> = column(&records, 9)
        .into_iter()
        .map(|race| if ["Asian", "Native American"].contains(&race) { "Asian or Native" } else { race })
        .collect();
    let two = races.iter().map(|race| u8::from(*race == "African-American")).collect();
    encode("compas", columns.into(), targets, two, codes(&races), false)
}

/// Good credit; men and women; fifths of age.
fn german(folder: &Path) -> Table {
    let text = read(&folder.join("german_credit/german.data"));
    let records = split(&text, ' ');
    let columns = (0..20).map(|place| Column::of(&records, place)).collect();
    let targets = classes(&records, 20, |credit| credit == "1");
    let two = records.iter().map(|record| u8::from(record[8] == "A92")).collect();
    encode("german", columns, targets, two, fifths(&column(&records, 12)), false)
}

/// Has used cannabis in the last year; white or not; fifths of age (of six values).
fn drug(folder: &Path) -> Table {
    let text = read(&folder.join("drug_consumption/drug_consumption.data"));
    let records = split(&text, ',');
    let columns = (1..13).map(|place| Column::of(&records, place)).collect();
    let targets = classes(&records, 18, |use_| ["CL3", "CL4", "CL5", "CL6"].contains(&use_));
    let two = records.iter().map(|record| u8::from(record[5] == "-0.31685")).collect();
    // 18–24 holds a third of all: ages, not their fifths.
    let ages = ["-0.95197", "-0.07854", "0.49788", "1.09449"];
    let five = records.iter().map(|r| ages.iter().position(|age| *age == r[1]).map_or(4, |at| at as u8));
    encode("drug", columns, targets, two, five.collect(), false)
}

/// Normal heartbeat; men and women; fifths of age.
fn arrhythmia(folder: &Path) -> Table {
    let text = read(&folder.join("arrhythmia/arrhythmia.data"));
    let records = split(&text, ',');
    let columns = (0..279).map(|place| Column::of(&records, place)).collect();
    let targets = classes(&records, 279, |class| class == "1");
    encode("arrhythmia", columns, targets, codes(&column(&records, 1)), fifths(&column(&records, 0)), false)
}
