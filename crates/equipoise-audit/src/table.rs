//! A table with its names and with what is known of its columns.

use equipoise::stats::WeightKind;
use equipoise_table::Source;

/// What is read, what it is called, and what is known of it beforehand.
#[derive(Clone, Debug)]
pub struct Table {
    /// The rows.
    pub source: Source,
    /// What they are called in reports and messages: files, a data set.
    pub names: Vec<String>,
    /// What a catalogue knows of the columns.
    pub hints: Hints,
}

impl Table {
    /// Returns a table that is called by its files and of which nothing is known.
    pub fn new(source: Source) -> Self {
        let names = source.files().map(|file| file.display().to_string()).collect();
        Self { source, names, hints: Hints::default() }
    }

    /// Sets what the table is called.
    pub fn named(self, names: Vec<String>) -> Self {
        Self { names, ..self }
    }

    /// Sets what is known of its columns.
    pub fn with_hints(self, hints: Hints) -> Self {
        Self { hints, ..self }
    }
}

/// What a catalogue of data sets knows of the columns of a table. What the question says itself counts more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// Columns and their positive values. Of several entries for a column the first counts.
    pub positives: Vec<(String, Vec<String>)>,
    /// Columns of weights and what a weight means there.
    pub weight_kinds: Vec<(String, WeightKind)>,
}

impl Hints {
    /// The positive values of a column, none where they are not known.
    pub(crate) fn positives(&self, column: &str) -> &[String] {
        self.positives.iter().find(|(known, _)| known == column).map_or(&[], |(_, values)| values)
    }

    pub(crate) fn weight_kind(&self, column: &str) -> Option<WeightKind> {
        self.weight_kinds.iter().find(|(known, _)| known == column).map(|&(_, kind)| kind)
    }
}
