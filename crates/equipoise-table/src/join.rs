//! Attributes that lie in another file, found by a key.
//!
//! The joined file is read once into memory, compactly: the texts of the keys behind each other, and of each
//! requested column 4 bytes (labels) or 8 bytes (numbers) a key. With keys of 8 bytes and one attribute that is some
//! 40 bytes a key: 400 MB for ten million people. The table itself is still streamed.
//!
//! Keys are compared as labels: the integer 7 of a Parquet file meets the text `7` of a CSV file; `07` does not.
//! A missing key meets nothing.

use std::{
    hash::BuildHasher,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use equipoise::groups::Label;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};

use crate::{
    batch::{Batch, CodeVec, ColumnData},
    error::{FoldError, Place, TableError},
    fold::{Rows, fold},
    request::{ColumnRef, ColumnRequest, Kind, MissingPolicy},
    source::{Source, unknown_column},
};

/// Another table, whose columns are added where the keys are equal.
///
/// A requested column may be in either table; one that is in both is an error, except the key, and except by number
/// (numbers are those of the main table). In a row of the main table whose key is not in the joined one, the joined
/// columns are missing. A key may occur several times in the joined table if all requested columns agree.
#[derive(Clone, Debug)]
pub struct Join {
    source: Source,
    key: ColumnRef,
    key_there: ColumnRef,
}

/// How the rows of a table met those of the joined one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JoinSummary {
    /// Rows of the table whose key is in the joined table.
    pub rows_matched: u64,
    /// Rows of the table whose key is not there, or missing.
    pub rows_unmatched: u64,
    /// Distinct keys of the joined table.
    pub keys: u64,
    /// Of these, the ones that no row of the table has.
    pub keys_unmatched: u64,
    /// Rows of the joined table that repeat a key; their values agree.
    pub rows_duplicate: u64,
    /// Rows of the joined table that have no key.
    pub rows_without_key: u64,
}

/// One requested column of the joined table, by key.
enum JoinedColumn {
    Categorical { codes: Vec<u32>, labels: Vec<Label>, by_label: HashMap<Label, u32> },
    Real(Vec<f64>),
}

/// The joined table in memory, while it is read.
struct Builder {
    hasher: DefaultHashBuilder,
    table: HashTable<u32>,
    /// The keys' texts behind each other, and where each ends.
    texts: String,
    ends: Vec<usize>,
    /// File and row of each key's first row.
    rows: Vec<(usize, u64)>,
    columns: Vec<JoinedColumn>,
    summary: JoinSummary,
}

/// Where a requested column comes from.
#[derive(Clone, Copy)]
enum Origin {
    Own(usize),
    Joined(usize),
}

/// The joined table in memory, and which requests it answers.
pub(crate) struct Joined {
    builder: Builder,
    origins: Vec<Origin>,
    own_requests: Vec<ColumnRequest>,
    /// Labels of each categorical column, the missing one last.
    labels: Vec<Arc<[Label]>>,
    /// One bit a key: whether a row of the table had it.
    met: Vec<AtomicU64>,
    rows_matched: AtomicU64,
    rows_unmatched: AtomicU64,
}

/// What a thread keeps: for each row of a batch the key's number.
#[derive(Default)]
pub(crate) struct Matcher {
    by_label: Vec<u32>,
    by_row: Vec<u32>,
}

/// The number of no key.
const NO_KEY: u32 = u32::MAX;

impl Join {
    /// Returns a join on a column that has the same name in both tables.
    pub fn new(source: Source, key: impl Into<ColumnRef>) -> Self {
        let key = key.into();
        let mut source = source;
        for file in source.files.iter_mut().filter(|file| file.columns.is_some()) {
            // Its name tells it apart from the table that it is joined to.
            file.name = "the joined table".into();
        }
        Self { source, key_there: key.clone(), key }
    }

    /// Returns the same join, with another name of the key in the joined table.
    pub fn with_key_there(mut self, key: impl Into<ColumnRef>) -> Self {
        self.key_there = key.into();
        self
    }

    /// Reads what the requests need of the joined table.
    pub(crate) fn read(&self, main: &Source, requests: &[ColumnRequest]) -> Result<Joined, TableError> {
        let (origins, mut own_requests, joined_requests) = self.split(main, requests)?;
        own_requests.push(ColumnRequest::new(self.key.clone(), Kind::Categorical, MissingPolicy::Label));
        let mut all =
            vec![ColumnRequest::new(self.key_there.clone(), Kind::Categorical, MissingPolicy::Label)];
        all.extend(joined_requests.iter().cloned());
        let new = || Builder::new(&joined_requests);
        // One thread: the first row of a key is then the first in the file.
        let step = |builder: &mut Builder, batch: &Batch, rows: &Rows<'_>| builder.add(batch, rows, self);
        let (built, _) = fold(&self.source, &all, 1, &|_| {}, new, step).map_err(|error| match error {
            FoldError::Table(error) | FoldError::Step(error) => error,
        })?;
        let builder = built.into_iter().next().unwrap_or_else(new);
        Ok(Joined::new(builder, origins, own_requests))
    }

    /// Finds out which table answers which request.
    #[allow(clippy::type_complexity)]
    fn split(
        &self,
        main: &Source,
        requests: &[ColumnRequest],
    ) -> Result<(Vec<Origin>, Vec<ColumnRequest>, Vec<ColumnRequest>), TableError> {
        let (main_file, main_columns) = main.first_columns()?;
        let (joined_file, joined_columns) = self.source.first_columns()?;
        let (mut origins, mut own, mut joined) = (Vec::new(), Vec::new(), Vec::new());
        for request in requests {
            let has = |columns: &[crate::ColumnInfo]| matches!(&request.column, ColumnRef::Name(name) if columns.iter().any(|column| column.name == *name));
            let is_own = has(&main_columns) || matches!(request.column, ColumnRef::Number(_));
            match (is_own, has(&joined_columns)) {
                (true, true) if request.column != self.key => {
                    return Err(TableError::AmbiguousColumn {
                        column: request.column.to_string(),
                        file: main_file.name.clone(),
                        joined: joined_file.name.clone(),
                    });
                }
                (true, _) => {
                    origins.push(Origin::Own(own.len()));
                    own.push(request.clone());
                }
                (false, true) => {
                    origins.push(Origin::Joined(joined.len()));
                    joined.push(ColumnRequest { missing: MissingPolicy::Label, ..request.clone() });
                }
                (false, false) => {
                    let all = main_columns.iter().chain(&joined_columns);
                    let all = all.map(|column| column.name.clone()).collect();
                    return Err(unknown_column(&request.column, main_file, all));
                }
            }
        }
        Ok((origins, own, joined))
    }
}

impl Builder {
    fn new(requests: &[ColumnRequest]) -> Self {
        let column = |request: &ColumnRequest| match request.kind {
            Kind::Categorical => {
                JoinedColumn::Categorical { codes: Vec::new(), labels: Vec::new(), by_label: HashMap::new() }
            }
            Kind::Real => JoinedColumn::Real(Vec::new()),
        };
        Self {
            hasher: DefaultHashBuilder::default(),
            table: HashTable::new(),
            texts: String::new(),
            ends: Vec::new(),
            rows: Vec::new(),
            columns: requests.iter().map(column).collect(),
            summary: JoinSummary::default(),
        }
    }

    fn find(&self, text: &str) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        self.table.find(hash, |&key| key_text(&self.texts, &self.ends, key) == text).copied()
    }

    /// Adds a batch: the key, then the requested columns.
    fn add(&mut self, batch: &Batch, rows: &Rows<'_>, join: &Join) -> Result<(), TableError> {
        let Some((keys, columns)) = batch.columns.split_first() else { return Ok(()) };
        let Some(keys) = keys.as_categorical() else { return Ok(()) };
        for row in 0..batch.rows {
            let Some(text) = keys.labels[keys.codes.get(row)].text() else {
                self.summary.rows_without_key += 1;
                continue;
            };
            let Some(known) = self.find(text) else {
                self.insert(text, columns, row, rows, join)?;
                continue;
            };
            if !self.columns.iter().zip(columns).all(|(kept, column)| kept.agrees(known, column, row)) {
                let (file_idx, first) = self.rows[known as usize];
                let unit = rows.plan.unit;
                return Err(TableError::ContradictingKey {
                    column: join.key_there.to_string(),
                    first: Place { file: join.source.files[file_idx].name.clone(), row: first, unit },
                    second: rows.plan.place(rows.number(row)),
                });
            }
            self.summary.rows_duplicate += 1;
        }
        Ok(())
    }

    /// Adds a key.
    fn insert(
        &mut self,
        text: &str,
        columns: &[ColumnData],
        row: usize,
        rows: &Rows<'_>,
        join: &Join,
    ) -> Result<(), TableError> {
        let key = u32::try_from(self.ends.len()).ok().filter(|&key| key != NO_KEY).ok_or_else(|| {
            TableError::TooManyValues { column: join.key_there.to_string(), limit: u64::from(NO_KEY) }
        })?;
        self.texts.push_str(text);
        self.ends.push(self.texts.len());
        self.rows.push((rows.plan.file_idx, rows.number(row)));
        for (kept, column) in self.columns.iter_mut().zip(columns) {
            kept.push(column, row);
        }
        let Self { hasher, table, texts, ends, .. } = self;
        let hash = |key: u32| hasher.hash_one(key_text(texts, ends, key));
        table.insert_unique(hash(key), key, |&key| hash(key));
        self.summary.keys += 1;
        Ok(())
    }
}

fn key_text<'a>(texts: &'a str, ends: &[usize], key: u32) -> &'a str {
    let key = key as usize;
    let start = key.checked_sub(1).map_or(0, |before| ends[before]);
    &texts[start..ends[key]]
}

impl JoinedColumn {
    /// Appends a value.
    fn push(&mut self, column: &ColumnData, row: usize) {
        match (self, column) {
            (
                Self::Categorical { codes, labels, by_label },
                ColumnData::Categorical { codes: from, labels: texts },
            ) => {
                let label = &texts[from.as_codes().get(row)];
                let next = labels.len() as u32;
                let code = *by_label.entry_ref(label).or_insert_with(|| {
                    labels.push(label.clone());
                    next
                });
                codes.push(code);
            }
            (Self::Real(values), ColumnData::Real(from)) => values.push(from[row]),
            _ => unreachable!("invariant: a column has the kind that was requested"),
        }
    }

    /// Returns whether a value is that of a key; missing agrees with missing.
    fn agrees(&self, key: u32, column: &ColumnData, row: usize) -> bool {
        match (self, column) {
            (
                Self::Categorical { codes, labels, .. },
                ColumnData::Categorical { codes: from, labels: texts },
            ) => labels[codes[key as usize] as usize] == texts[from.as_codes().get(row)],
            (Self::Real(values), ColumnData::Real(from)) => {
                let (kept, value) = (values[key as usize], from[row]);
                kept == value || (kept.is_nan() && value.is_nan())
            }
            _ => unreachable!("invariant: a column has the kind that was requested"),
        }
    }
}

impl Joined {
    fn new(builder: Builder, origins: Vec<Origin>, own_requests: Vec<ColumnRequest>) -> Self {
        let labels = builder.columns.iter().map(|column| match column {
            JoinedColumn::Categorical { labels, .. } => {
                labels.iter().cloned().chain(std::iter::once(Label::Missing)).collect()
            }
            JoinedColumn::Real(_) => Arc::from([]),
        });
        Self {
            labels: labels.collect(),
            met: (0..builder.ends.len().div_ceil(64)).map(|_| AtomicU64::new(0)).collect(),
            builder,
            origins,
            own_requests,
            rows_matched: AtomicU64::new(0),
            rows_unmatched: AtomicU64::new(0),
        }
    }

    /// Returns what is to be read of the table itself: its own columns, then the key.
    pub(crate) fn own_requests(&self) -> &[ColumnRequest] {
        &self.own_requests
    }

    /// Makes the requested columns of a batch from the table's own, the last of which is the key.
    pub(crate) fn assemble(
        &self,
        own: &mut [ColumnData],
        matcher: &mut Matcher,
        columns: &mut Vec<ColumnData>,
        n_rows: usize,
    ) {
        if let Some(keys) = own.last().and_then(ColumnData::as_categorical) {
            let by_label =
                keys.labels.iter().map(|label| label.text().and_then(|text| self.builder.find(text)));
            matcher.by_label.clear();
            matcher.by_label.extend(by_label.map(|key| key.unwrap_or(NO_KEY)));
            matcher.by_row.clear();
            matcher.by_row.extend((0..n_rows).map(|row| matcher.by_label[keys.codes.get(row)]));
        }
        let mut n_matched = 0;
        for &key in matcher.by_row.iter().filter(|&&key| key != NO_KEY) {
            n_matched += 1;
            let (word, bit) = (key as usize / 64, 1 << (key % 64));
            // Most keys of a table with many rows a key are known to be met: a load is cheaper than an exchange.
            if self.met[word].load(Ordering::Relaxed) & bit == 0 {
                self.met[word].fetch_or(bit, Ordering::Relaxed);
            }
        }
        self.rows_matched.fetch_add(n_matched, Ordering::Relaxed);
        self.rows_unmatched.fetch_add(n_rows as u64 - n_matched, Ordering::Relaxed);
        columns.extend(self.origins.iter().map(|&origin| match origin {
            Origin::Own(at) => std::mem::replace(&mut own[at], ColumnData::Real(Vec::new())),
            Origin::Joined(at) => self.column(at, &matcher.by_row),
        }));
    }

    /// Returns a joined column for the rows with some keys.
    fn column(&self, at: usize, keys: &[u32]) -> ColumnData {
        match &self.builder.columns[at] {
            JoinedColumn::Categorical { codes: by_key, labels, .. } => {
                let missing = labels.len() as u32;
                let mut codes = CodeVec::default();
                codes.reset(labels.len() + 1);
                keys.iter().for_each(|&key| codes.push(by_key.get(key as usize).copied().unwrap_or(missing)));
                ColumnData::Categorical { codes, labels: self.labels[at].clone() }
            }
            JoinedColumn::Real(values) => ColumnData::Real(
                keys.iter().map(|&key| values.get(key as usize).copied().unwrap_or(f64::NAN)).collect(),
            ),
        }
    }

    /// Moves the table's own columns back to where they were.
    pub(crate) fn take_back(&self, own: &mut [ColumnData], columns: &mut [ColumnData]) {
        for (column, &origin) in columns.iter_mut().zip(&self.origins) {
            if let Origin::Own(at) = origin {
                std::mem::swap(column, &mut own[at]);
            }
        }
    }

    /// Returns how the rows met.
    pub(crate) fn into_summary(self) -> JoinSummary {
        let n_met: u64 =
            self.met.iter().map(|word| u64::from(word.load(Ordering::Relaxed).count_ones())).sum();
        let summary = self.builder.summary;
        JoinSummary {
            rows_matched: self.rows_matched.into_inner(),
            rows_unmatched: self.rows_unmatched.into_inner(),
            keys_unmatched: summary.keys - n_met,
            ..summary
        }
    }
}
