//! Integration tests of `equipoise-audit`: a question and a table in, statistics, reports and failures out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod answers;
mod hostile;
mod spellings;
mod states;
mod streams;
mod watching;

use std::{fs, path::PathBuf};

use equipoise_audit::{Question, Spelling, Table};
use equipoise_table::{ReadOptions, Source};

/// A folder of its own with tables in it.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a CSV file and opens it, called by its name without the folder.
    fn table(&self, name: &str, text: &str) -> Table {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        let source = Source::open(&[path.into()], ReadOptions::new()).unwrap();
        Table::new(source).named(vec![name.to_owned()])
    }

    /// A message without the folder's name.
    fn without_folder(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.0.path().display()), "")
    }
}

/// A question with sensitive columns and a prediction.
fn question(spelling: Spelling, sensitive: &[&str], prediction: &str) -> Question {
    let mut question = Question::new(spelling);
    question.sensitive = names(sensitive);
    question.prediction = Some(prediction.to_owned());
    question
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// Rows of a small linear congruential generator: y, p, f, g, age, z, w.
fn rows(n: usize) -> Vec<String> {
    let mut state = 12_345_u64;
    let mut next = |n: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    let row = |_| {
        let (y, p, f, g) = (next(3), next(3), next(1000), ["a", "b", "c", ""][next(4) as usize]);
        let (age, z, w) = (18 + next(60), next(3), next(90) as f64 / 7.0);
        format!("{y},{p},{},{g},{age},{z},{w}", f as f64 / 1000.0)
    };
    (0..n).map(row).collect()
}

const HEAD: &str = "y,p,f,g,age,z,w";

fn csv(rows: &[String]) -> String {
    format!("{HEAD}\n{}\n", rows.join("\n"))
}
