//! One pass over a table, on threads.
//!
//! ```text
//! feed (one thread at a time):  next file → next block, row group, record batch or piece, numbered
//! each thread:                  take one from the feed → decode → missing values → step
//! ```
//! Pieces are given out in the order of the table. When one fails, no more are given out, but all before it have
//! been and are finished: so the error with the lowest number is the same on any number of threads.

use std::{
    mem,
    num::NonZero,
    ops::Range,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use equipoise::groups::Label;

use crate::{
    batch::{Batch, CodeVec, ColumnData},
    coding::{Markers, parse_number},
    csv::{blocks::Block, decode::Decoder, scan::Dialect},
    error::{FoldError, Place, TableError},
    ipc,
    join::{JoinSummary, Joined, Matcher},
    json_lines, memory, parquet,
    plan::{Halt, Lanes, Plan},
    request::{ColumnRequest, Kind, MissingPolicy},
    source::{Source, Stream, open_file},
};

/// Below this many bytes a second thread costs more than it brings.
const BYTES_WORTH_A_THREAD: u64 = 1 << 18;

/// How far a pass has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Rows read so far.
    pub rows: u64,
    /// Bytes of the files given out so far.
    pub bytes: u64,
    /// Bytes of all files.
    pub bytes_total: u64,
}

/// What a pass has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReadSummary {
    /// Rows handed to the caller.
    pub rows: u64,
    /// Rows left out because of [`MissingPolicy::Drop`].
    pub rows_dropped: u64,
    /// Missing values of each requested column, whatever its policy, in all rows.
    pub missing: Vec<u64>,
    /// Files read, empty ones included; none of a table in memory.
    pub files: usize,
    /// How the rows met those of the joined file, where there is one.
    pub join: Option<JoinSummary>,
}

/// A part of the table.
struct Work {
    number: u64,
    plan: Arc<Plan>,
    payload: Payload,
}

enum Payload {
    Csv { block: Block, dialect: Dialect, n_columns: usize },
    JsonLines { block: Block },
    Parquet { table: Arc<parquet::Table>, group: usize },
    Ipc(ipc::Numbered),
    Memory { columns: Arc<memory::Columns>, rows: Range<usize> },
}

/// Gives out the parts of a table in order.
struct Feed<'a, E> {
    source: &'a Source,
    requests: &'a [ColumnRequest],
    next_file: usize,
    /// The first file that was not empty.
    first_file: Option<usize>,
    open: Option<(Arc<Plan>, Stream)>,
    next_number: u64,
    n_bytes: Arc<AtomicU64>,
    failure: Option<(u64, FoldError<E>)>,
}

impl<E> Feed<'_, E> {
    /// Takes note of a failure; the one of the earliest part stays.
    fn fail(&mut self, number: u64, error: FoldError<E>) {
        if self.failure.as_ref().is_none_or(|(earliest, _)| number < *earliest) {
            self.failure = Some((number, error));
        }
    }

    /// Returns the next part; `None` at the end, or after a failure.
    fn next(&mut self, spare: &mut Block) -> Option<Work> {
        if self.failure.is_some() {
            return None;
        }
        match self.try_next(spare) {
            Ok(Some((plan, payload))) => {
                self.next_number += 1;
                Some(Work { number: self.next_number - 1, plan, payload })
            }
            Ok(None) => None,
            Err(error) => {
                self.fail(self.next_number, error.into());
                None
            }
        }
    }

    fn try_next(&mut self, spare: &mut Block) -> Result<Option<(Arc<Plan>, Payload)>, TableError> {
        loop {
            let Some((plan, stream)) = &mut self.open else {
                if !self.open_next()? {
                    return Ok(None);
                }
                continue;
            };
            let payload = match stream {
                Stream::Csv { blocks, dialect, n_columns } => blocks.next(*dialect, spare)?.then(|| {
                    Payload::Csv { block: mem::take(spare), dialect: *dialect, n_columns: *n_columns }
                }),
                Stream::JsonLines { blocks } => blocks
                    .next(json_lines::DIALECT, spare)?
                    .then(|| Payload::JsonLines { block: mem::take(spare) }),
                Stream::Parquet { table, next_group } => (*next_group < table.n_row_groups()).then(|| {
                    let group = *next_group;
                    *next_group += 1;
                    self.n_bytes.fetch_add(table.n_bytes(group), Ordering::Relaxed);
                    Payload::Parquet { table: table.clone(), group }
                }),
                Stream::Ipc(batches) => batches.next(&plan.file)?.map(Payload::Ipc),
                Stream::Memory { columns, next_row } => columns.piece(*next_row).map(|rows| {
                    *next_row = rows.end;
                    let n_bytes = columns.share(self.source.n_bytes, rows.end);
                    self.n_bytes.store(n_bytes, Ordering::Relaxed);
                    Payload::Memory { columns: columns.clone(), rows }
                }),
            };
            if let Some(payload) = payload {
                return Ok(Some((plan.clone(), payload)));
            }
            self.open = None;
        }
    }

    /// Opens the next file that is not empty.
    fn open_next(&mut self) -> Result<bool, TableError> {
        let Source { files, options, .. } = self.source;
        while let Some(file) = files.get(self.next_file) {
            let file_idx = self.next_file;
            self.next_file += 1;
            let Some(open) = open_file(file, options, &self.n_bytes)? else { continue };
            let first = self.first_file.map(|first| &files[first]);
            let plan = Plan::new(file_idx, file, &open, self.requests, first)?;
            self.first_file.get_or_insert(file_idx);
            self.open = Some((Arc::new(plan), open.stream));
            return Ok(true);
        }
        Ok(false)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic in the caller's step is passed on when the threads are joined; the feed itself stays whole.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What one thread has counted.
#[derive(Default)]
struct Tally {
    rows: u64,
    rows_dropped: u64,
    missing: Vec<u64>,
    /// The first missing value of each column, by file and row.
    first_missing: Vec<Option<(usize, u64, Place)>>,
}

impl Tally {
    fn new(n_requests: usize) -> Self {
        Self { missing: vec![0; n_requests], first_missing: vec![None; n_requests], ..Self::default() }
    }

    /// Counts missing values, notes the first where they are errors. Returns whether rows have to be dropped.
    fn count(
        &mut self,
        requests: &[ColumnRequest],
        batch: &Batch,
        plan: &Plan,
        row: &dyn Fn(usize) -> u64,
    ) -> bool {
        let mut drops = false;
        for (request, (ColumnRequest { missing, .. }, column)) in
            requests.iter().zip(&batch.columns).enumerate()
        {
            let (n, Some(first)) = column.missing() else { continue };
            self.missing[request] += n;
            drops |= *missing == MissingPolicy::Drop;
            if *missing == MissingPolicy::Reject {
                let first = row(first);
                let earliest = &mut self.first_missing[request];
                if earliest.as_ref().is_none_or(|(file, row, _)| (plan.file_idx, first) < (*file, *row)) {
                    *earliest = Some((plan.file_idx, first, plan.place(first)));
                }
            }
        }
        drops
    }

    fn is_rejected(&self) -> bool {
        self.first_missing.iter().any(Option::is_some)
    }

    fn merge(&mut self, other: Self) {
        self.rows += other.rows;
        self.rows_dropped += other.rows_dropped;
        for (a, b) in self.missing.iter_mut().zip(other.missing) {
            *a += b;
        }
        for (a, b) in self.first_missing.iter_mut().zip(other.first_missing) {
            if let Some(b) = b
                && a.as_ref().is_none_or(|a| (b.0, b.1) < (a.0, a.1))
            {
                *a = Some(b);
            }
        }
    }

    /// Returns the error of the first request whose missing values are an error.
    fn rejection(&self, requests: &[ColumnRequest]) -> Option<TableError> {
        let first = self.first_missing.iter().position(Option::is_some)?;
        let (_, _, place) = self.first_missing[first].clone()?;
        Some(TableError::Missing {
            column: requests[first].column.to_string(),
            count: self.missing[first],
            first: place,
        })
    }
}

/// What one thread works with.
struct Worker<'a> {
    requests: &'a [ColumnRequest],
    stored: &'a [ColumnRequest],
    joined: Option<&'a Joined>,
    matcher: Matcher,
    decoder: Decoder,
    /// Everything else, and CSV, where the empty text is missing; made when the first part needs them.
    lanes: [Option<Lanes>; 2],
    source: &'a Source,
    /// The columns of the table itself, by request to it.
    own: Vec<ColumnData>,
    batch: Batch,
    keep: Vec<bool>,
    tally: Tally,
}

impl<'a> Worker<'a> {
    fn new(
        source: &'a Source,
        requests: &'a [ColumnRequest],
        stored: &'a [ColumnRequest],
        joined: Option<&'a Joined>,
    ) -> Self {
        Self {
            requests,
            stored,
            joined,
            matcher: Matcher::default(),
            decoder: Decoder::default(),
            lanes: [None, None],
            source,
            own: Vec::new(),
            batch: Batch::default(),
            keep: Vec::new(),
            tally: Tally::new(requests.len()),
        }
    }

    /// Decodes a part and steps over its batches.
    fn run<T, E>(
        &mut self,
        work: &mut Work,
        state: &mut T,
        step: &(impl Fn(&mut T, &Batch, &Rows<'_>) -> Result<(), E> + Sync),
        rows_read: &AtomicU64,
    ) -> Result<(), FoldError<E>> {
        let Self { requests, stored, joined, matcher, decoder, lanes, source, own, batch, keep, tally } =
            self;
        let plan = &work.plan;
        let is_csv = matches!(work.payload, Payload::Csv { .. });
        let lanes = lanes[usize::from(is_csv)].get_or_insert_with(|| {
            let options = &source.options;
            Lanes::new(stored, &Arc::new(Markers::new(&options.missing, options.trim, is_csv)))
        });
        let mut failure = None;
        let mut sink = |n_rows: usize, columns: &mut Vec<ColumnData>, row: &dyn Fn(usize) -> u64| {
            rows_read.fetch_add(n_rows as u64, Ordering::Relaxed);
            lend(plan, stored, n_rows, columns, own)?;
            batch.rows = n_rows;
            batch.columns.clear();
            match joined {
                None => mem::swap(&mut batch.columns, own),
                Some(joined) => joined.assemble(own, matcher, &mut batch.columns, n_rows),
            }
            let drops = tally.count(requests, batch, plan, row);
            if drops {
                keep.clear();
                keep.resize(n_rows, true);
                let drops =
                    requests.iter().zip(&batch.columns).filter(|(r, _)| r.missing == MissingPolicy::Drop);
                drops.for_each(|(_, column)| column.mark_missing(keep));
                batch.columns.iter_mut().for_each(|column| column.retain(keep));
                batch.rows = keep.iter().filter(|&&keep| keep).count();
                tally.rows_dropped += (n_rows - batch.rows) as u64;
            }
            tally.rows += batch.rows as u64;
            // After a rejected value the rest of the pass only counts.
            if batch.rows > 0 && !tally.is_rejected() {
                step(state, batch, &Rows { plan, row, kept: drops.then_some(&**keep) }).map_err(|error| {
                    failure = Some(error);
                    Halt::Stopped
                })?;
            }
            match joined {
                None => mem::swap(&mut batch.columns, own),
                Some(joined) => joined.take_back(own, &mut batch.columns),
            }
            give_back(plan, columns, own);
            Ok(())
        };
        let outcome = match &mut work.payload {
            Payload::Csv { block, dialect, n_columns } => {
                decoder.decode(block, plan, *dialect, *n_columns, lanes, &mut sink)
            }
            Payload::JsonLines { block } => json_lines::decode(block, plan, lanes, &mut sink),
            Payload::Parquet { table, group } => parquet::decode(table, *group, plan, lanes, &mut sink),
            Payload::Ipc(numbered) => ipc::decode(numbered, plan, lanes, &mut sink),
            Payload::Memory { columns, rows } => {
                memory::decode(columns, rows.clone(), plan, lanes, &mut sink)
            }
        };
        match (failure, outcome) {
            (Some(error), _) => Err(FoldError::Step(error)),
            (None, Err(Halt::Error(error))) => Err(error.into()),
            (None, Ok(()) | Err(Halt::Stopped)) => Ok(()),
        }
    }
}

/// Where the rows of a batch stand in their file.
pub struct Rows<'a> {
    pub(crate) plan: &'a Plan,
    /// The number in the file of each row of the batch before rows were dropped.
    row: &'a dyn Fn(usize) -> u64,
    /// Which of these rows were kept, where some were dropped.
    kept: Option<&'a [bool]>,
}

impl Rows<'_> {
    /// Returns the number in the file of a row of the batch.
    pub(crate) fn number(&self, row: usize) -> u64 {
        let Some(kept) = self.kept else { return (self.row)(row) };
        let of_kept = kept.iter().enumerate().filter(|(_, kept)| **kept).map(|(row, _)| row);
        of_kept.skip(row).map(self.row).next().unwrap_or_default()
    }

    /// Returns a key that orders the batches of one pass as their rows stand in the table: the number of the file, and
    /// that of the batch's first row in it.
    pub fn order(&self) -> (usize, u64) {
        (self.plan.file_idx, self.number(0))
    }

    /// Returns a row of the batch, by its index, as the user counts it.
    pub fn place(&self, row: usize) -> Place {
        self.plan.place(self.number(row))
    }
}

/// Moves the stored columns to where the requests want them, and adds the constant ones.
fn lend(
    plan: &Plan,
    stored: &[ColumnRequest],
    n_rows: usize,
    columns: &mut [ColumnData],
    own: &mut Vec<ColumnData>,
) -> Result<(), TableError> {
    own.resize_with(stored.len(), || ColumnData::Real(Vec::new()));
    for (column, stored) in columns.iter_mut().zip(&plan.stored) {
        mem::swap(column, &mut own[stored.request]);
    }
    for (request, value) in &plan.constant {
        own[*request] = constant(plan, &stored[*request], value, n_rows)?;
    }
    Ok(())
}

fn give_back(plan: &Plan, columns: &mut [ColumnData], own: &mut [ColumnData]) {
    for (column, stored) in columns.iter_mut().zip(&plan.stored) {
        mem::swap(column, &mut own[stored.request]);
    }
}

/// Returns the column that a folder's name gives.
fn constant(
    plan: &Plan,
    request: &ColumnRequest,
    value: &str,
    n_rows: usize,
) -> Result<ColumnData, TableError> {
    // What Hive writes for null.
    let is_missing = value.is_empty() || value == "__HIVE_DEFAULT_PARTITION__";
    match request.kind {
        Kind::Categorical => {
            let label = if is_missing { Label::Missing } else { Label::new(value) };
            Ok(ColumnData::Categorical { codes: CodeVec::U8(vec![0; n_rows]), labels: Arc::from([label]) })
        }
        Kind::Real if is_missing => Ok(ColumnData::Real(vec![f64::NAN; n_rows])),
        Kind::Real => {
            let number = parse_number(value.as_bytes()).filter(|number| !number.is_infinite());
            let number = number.ok_or_else(|| TableError::NotANumber {
                column: request.column.to_string(),
                value: crate::error::shown(value),
                place: plan.place(1),
            })?;
            Ok(ColumnData::Real(vec![number; n_rows]))
        }
    }
}

/// [`Source::fold`], whose step also learns the rows' numbers.
pub(crate) fn fold<T: Send, E: Send>(
    source: &Source,
    requests: &[ColumnRequest],
    threads: usize,
    progress: &(dyn Fn(Progress) + Sync),
    init: impl Fn() -> T + Sync,
    step: impl Fn(&mut T, &Batch, &Rows<'_>) -> Result<(), E> + Sync,
) -> Result<(Vec<T>, ReadSummary), FoldError<E>> {
    let joined = source.join.as_ref().map(|join| join.read(source, requests)).transpose()?;
    let stored = joined.as_ref().map_or(requests, |joined| joined.own_requests());
    let n_bytes = Arc::new(AtomicU64::new(0));
    let feed = Mutex::new(Feed {
        source,
        requests: stored,
        next_file: 0,
        first_file: None,
        open: None,
        next_number: 0,
        n_bytes: n_bytes.clone(),
        failure: None,
    });
    let rows_read = AtomicU64::new(0);
    let work = || {
        let mut state = init();
        let mut worker = Worker::new(source, requests, stored, joined.as_ref());
        let mut spare = Block::default();
        loop {
            let Some(mut work) = lock(&feed).next(&mut spare) else { break };
            if let Err(error) = worker.run(&mut work, &mut state, &step, &rows_read) {
                lock(&feed).fail(work.number, error);
            }
            if let Payload::Csv { block, .. } | Payload::JsonLines { block } = work.payload {
                spare = block;
            }
            progress(Progress {
                rows: rows_read.load(Ordering::Relaxed),
                bytes: n_bytes.load(Ordering::Relaxed).min(source.n_bytes),
                bytes_total: source.n_bytes,
            });
        }
        (state, worker.tally)
    };
    let done = on_threads(n_threads(threads, source.n_bytes), &work);
    let feed = feed.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, error)) = feed.failure {
        return Err(error);
    }
    if feed.first_file.is_none() {
        return Err(source.empty().into());
    }
    let mut states = Vec::new();
    let mut tally = Tally::new(requests.len());
    for (state, one) in done {
        states.push(state);
        tally.merge(one);
    }
    if let Some(error) = tally.rejection(requests) {
        return Err(error.into());
    }
    let summary = ReadSummary {
        rows: tally.rows,
        rows_dropped: tally.rows_dropped,
        missing: tally.missing,
        files: source.files().len(),
        join: joined.map(Joined::into_summary),
    };
    Ok((states, summary))
}

fn n_threads(asked: usize, n_bytes: u64) -> usize {
    let n = if asked == 0 { thread::available_parallelism().map_or(1, NonZero::get) } else { asked };
    n.min(usize::try_from(n_bytes / BYTES_WORTH_A_THREAD).unwrap_or(usize::MAX)).max(1)
}

/// Runs the same work on some threads, of which this one is the first.
fn on_threads<R: Send>(n_threads: usize, work: &(impl Fn() -> R + Sync)) -> Vec<R> {
    if n_threads == 1 {
        return vec![work()];
    }
    thread::scope(|scope| {
        let others: Vec<_> = (1..n_threads).map(|_| scope.spawn(work)).collect();
        let mut done = vec![work()];
        for other in others {
            match other.join() {
                Ok(result) => done.push(result),
                // The panic of a caller's step goes on where the caller can see it.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    })
}
