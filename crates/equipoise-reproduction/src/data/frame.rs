//! Encoded columns, collected one by one.

use super::{Data, Groups, Split};

/// Columns of numbers under their names.
#[derive(Default)]
pub(super) struct Frame {
    names: Vec<String>,
    columns: Vec<Vec<f64>>,
    of_sensitive: Vec<usize>,
}

/// What is not a feature.
pub(super) struct About {
    pub(super) name: &'static str,
    pub(super) data_set: &'static str,
    pub(super) positive: &'static str,
    pub(super) groups: Groups,
    pub(super) y: Vec<f64>,
    pub(super) s: Vec<u8>,
    pub(super) split: Split,
}

impl Frame {
    pub(super) fn number(&mut self, name: &str, values: Vec<f64>) {
        self.names.push(name.to_owned());
        self.columns.push(values);
    }

    /// Adds a column for each text that occurs, in the order of their bytes.
    pub(super) fn one_hot(&mut self, name: &str, texts: &[Box<str>]) {
        for level in levels(texts) {
            let indicator = texts.iter().map(|text| f64::from(u8::from(**text == *level))).collect();
            self.number(&format!("{name}={level}"), indicator);
        }
    }

    /// Adds the number of each text among those that occur, in the order of their bytes.
    pub(super) fn codes(&mut self, name: &str, texts: &[Box<str>]) {
        let levels = levels(texts);
        let code = |text: &str| levels.partition_point(|level| *level < text) as f64;
        self.number(name, texts.iter().map(|text| code(text)).collect());
    }

    /// Marks the columns from this number on as telling the group: they are left out where it is not to be in x.
    pub(super) fn tell_the_group(&mut self, from: usize) {
        self.of_sensitive.extend(from..self.columns.len());
    }

    pub(super) fn len(&self) -> usize {
        self.columns.len()
    }

    pub(super) fn columns_mut(&mut self) -> &mut [Vec<f64>] {
        &mut self.columns
    }

    /// Puts the columns together, row after row, without the rows that are not kept.
    pub(super) fn finish(self, about: About, is_standardised: bool) -> Data {
        let n = about.y.len();
        let x = (0..n).flat_map(|row| self.columns.iter().map(move |column| column[row])).collect();
        Data {
            name: about.name,
            data_set: about.data_set,
            positive: about.positive,
            groups: about.groups,
            columns: self.names,
            x,
            y: about.y,
            s: about.s,
            of_sensitive: self.of_sensitive,
            split: about.split,
            is_standardised,
        }
    }
}

fn levels(texts: &[Box<str>]) -> Vec<&str> {
    let mut levels: Vec<&str> = texts.iter().map(|text| &**text).collect();
    levels.sort_unstable();
    levels.dedup();
    levels
}
