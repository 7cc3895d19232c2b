//! Audits: of columns, of files, of saved states, and batch by batch.

use std::{
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
};

use arrow::array::ArrayRef;
use equipoise::{audit::Report, verdict::Outcome};
use equipoise_audit::{
    Auditor, Counted, Failure, Question, Table, count, report,
    states::{self, Identical, Merging},
};
use equipoise_report::{JoinCounts, Provenance, TextStyle};
use equipoise_table::{Format, Header, Input, Join, ReadOptions, Source};
use pyo3::{exceptions::PyValueError, prelude::*, types::PyBytes};

use crate::{columns::Column, errors, question::Asked, running};

/// Columns with their names.
type Named<'py> = Vec<(String, Bound<'py, Column>)>;

/// Where rows come from, as Python keeps it beside a state: the fields of [`Provenance`] in their order.
type Origin = (Vec<String>, u64, u64, Vec<(String, u64)>, Option<[u64; 6]>, Vec<String>);

/// A report, and the statistics that it was made from.
#[pyclass(frozen, module = "equipoise._equipoise")]
pub(crate) struct Answer {
    counted: Counted,
    report: Report,
}

#[pymethods]
impl Answer {
    /// The JSON document.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        running::away(py, || equipoise_report::json(&self.report))
    }

    /// The report for a terminal.
    fn text(&self, py: Python<'_>, width: usize, ascii: bool) -> PyResult<String> {
        let style = TextStyle { width, color: false, ascii };
        running::away(py, || equipoise_report::text(&self.report, &self.counted.provenance, &style))
    }

    /// The report for pages.
    fn markdown(&self, py: Python<'_>) -> PyResult<String> {
        running::away(py, || equipoise_report::markdown(&self.report, &self.counted.provenance))
    }

    /// The report for a notebook.
    fn html(&self, py: Python<'_>) -> PyResult<String> {
        running::away(py, || equipoise_report::html_fragment(&self.report, &self.counted.provenance))
    }

    /// The report for spreadsheets.
    fn csv(&self, py: Python<'_>) -> PyResult<String> {
        running::away(py, || equipoise_report::csv(&self.report))
    }

    /// The bytes of the state file.
    fn state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let bytes = running::away(py, || self.counted.statistics.to_bytes())?;
        Ok(PyBytes::new(py, &bytes))
    }

    /// The worst of all verdicts.
    #[getter]
    fn outcome(&self) -> Option<&'static str> {
        self.report.outcome().map(Outcome::name)
    }

    /// What was decided for the user, a sentence each.
    #[getter]
    fn decided(&self) -> Vec<String> {
        self.counted.provenance.notes.clone()
    }

    /// Where the rows come from; with the state and the question it makes the answer again.
    #[getter]
    fn origin(&self) -> Origin {
        origin(&self.counted.provenance)
    }
}

/// Audits columns.
#[pyfunction]
pub(crate) fn audit_columns(
    py: Python<'_>,
    columns: Named<'_>,
    joined: Option<(Named<'_>, String, String)>,
    missing: Vec<String>,
    question: Asked,
) -> PyResult<Answer> {
    let question = question.question()?;
    let mut table = table_of(py, &columns, missing.clone(), &question)?;
    if let Some((columns, here, there)) = joined {
        let joined = table_of(py, &columns, missing, &question)?;
        table.source =
            table.source.with_join(Join::new(joined.source, here.as_str()).with_key_there(there.as_str()));
    }
    audit_table(py, question, table)
}

/// How files are to be read: format, separator, quote, names or none, lines left out, markers, trimming, comments.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Reading {
    input_format: Option<String>,
    delimiter: Option<u8>,
    quote: Option<u8>,
    header: bool,
    columns: Option<Vec<String>>,
    skip_rows: usize,
    missing: Vec<String>,
    trim: bool,
    comment: Option<u8>,
}

impl Reading {
    pub(crate) fn options(self) -> PyResult<ReadOptions> {
        let mut options = ReadOptions::new();
        let format = |name: String| name.parse::<Format>().map_err(PyValueError::new_err);
        options.format = self.input_format.map(format).transpose()?;
        options.delimiter = self.delimiter;
        options.quote = self.quote;
        options.header = match self.columns {
            Some(names) => Header::Names(names),
            None if self.header => Header::First,
            None => Header::None,
        };
        options.skip_rows = self.skip_rows;
        options.missing = self.missing;
        options.trim = self.trim;
        options.comment = self.comment;
        Ok(options)
    }
}

/// Audits files.
#[pyfunction]
pub(crate) fn audit_files(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    joined: Option<(PathBuf, String, String)>,
    reading: Reading,
    question: Asked,
) -> PyResult<Answer> {
    let question = question.question()?;
    let spelling = question.spelling;
    let options = reading.options()?;
    running::listening(py, spelling, move |cancel| {
        let inputs: Vec<Input> = paths.into_iter().map(Input::Path).collect();
        let mut join_options = ReadOptions::new();
        join_options.missing.clone_from(&options.missing);
        let open = |inputs: &[Input], options| {
            Source::open(inputs, options).map_err(|error| Failure::of_table(&error, spelling))
        };
        let mut table = Table::new(open(&inputs, options)?);
        if let Some((path, here, there)) = joined {
            let name = path.display().to_string();
            let other = open(&[Input::Path(path)], join_options)
                .map_err(|failure| failure.detail("in `join`").about(equipoise_audit::Parameter::Join))?;
            let join = Join::new(other, here.as_str()).with_key_there(there.as_str());
            table.source = table.source.with_join(join);
            table.names.push(name);
        }
        answer(&question, &table, cancel)
    })
}

/// Answers a question from saved states, given by their files.
#[pyfunction]
pub(crate) fn audit_states(
    py: Python<'_>,
    paths: Vec<PathBuf>,
    allow_identical: bool,
    question: Asked,
) -> PyResult<Answer> {
    let question = question.question()?;
    let spelling = question.spelling;
    running::listening(py, spelling, move |_| {
        let statistics = states::merged(&paths, identical(allow_identical), spelling)?;
        let names = paths.iter().map(|path| path.display().to_string()).collect();
        of_counted(&question, states::counted(&question, statistics, names)?)
    })
}

/// Answers a question from states in memory, merged; `origins` says where the rows of each come from.
#[pyfunction]
pub(crate) fn audit_parts(
    py: Python<'_>,
    parts: Vec<(Vec<u8>, Origin)>,
    allow_identical: bool,
    question: Asked,
) -> PyResult<Answer> {
    let mut question = question.question()?;
    // The rows were dropped when they were counted.
    question.drop_missing = false;
    let spelling = question.spelling;
    running::listening(py, spelling, move |_| {
        let mut merging = Merging::new(identical(allow_identical), spelling);
        let mut provenance = Provenance::default();
        for (place, (state, origin)) in parts.into_iter().enumerate() {
            merging.add_bytes(&format!("report {}", place + 1), &state)?;
            add_origin(&mut provenance, origin);
        }
        let mut counted = states::counted(&question, merging.finish()?, Vec::new())?;
        counted.provenance = provenance;
        of_counted(&question, counted)
    })
}

/// An audit batch by batch.
#[pyclass(frozen, module = "equipoise._equipoise")]
pub(crate) struct Counter {
    question: Question,
    auditor: Mutex<Auditor>,
}

impl Counter {
    /// Locks the auditor. It is never left half changed: what fails in it stays as it was.
    fn auditor(&self) -> MutexGuard<'_, Auditor> {
        self.auditor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn exception(&self, py: Python<'_>, failure: &Failure) -> PyErr {
        errors::exception(py, failure, self.question.spelling)
    }
}

#[pymethods]
impl Counter {
    /// A counter of no rows, or of those of another one's [`Counter::state`].
    #[new]
    #[pyo3(signature = (question, state = None))]
    fn new(py: Python<'_>, question: Asked, state: Option<(Vec<u8>, Origin)>) -> PyResult<Self> {
        let question = question.question()?;
        let spelling = question.spelling;
        let auditor = match state {
            None => Auditor::new(&question),
            Some((state, origin)) => {
                let mut provenance = Provenance::default();
                add_origin(&mut provenance, origin);
                states::from_bytes("the state", &state, spelling)
                    .and_then(|statistics| Auditor::resume(&question, statistics, &provenance))
            }
        };
        let auditor = auditor.map_err(|failure| errors::exception(py, &failure, spelling))?;
        Ok(Self { question, auditor: Mutex::new(auditor) })
    }

    /// Counts the rows of a batch; after an error none of them is counted.
    fn update(&self, py: Python<'_>, columns: Named<'_>) -> PyResult<()> {
        let table = table_of(py, &columns, Vec::new(), &self.question)?;
        // Counted apart and then added, so that several threads may count at once and Ctrl-C leaves nothing behind.
        let (question, spelling) = (self.question.clone(), self.question.spelling);
        let kept = table.clone();
        let part = running::listening(py, spelling, move |cancel| {
            let mut part = Auditor::new(&question)?;
            part.update(&table, cancel)?;
            Ok(part)
        })?;
        drop(kept);
        self.auditor().merge(&part).map_err(|failure| self.exception(py, &failure))
    }

    /// Adds what another counter has counted.
    fn merge(&self, py: Python<'_>, other: &Bound<'_, Self>) -> PyResult<()> {
        // One after the other, so that two that are merged crosswise do not wait for each other.
        let other = other.get().auditor().clone();
        self.auditor().merge(&other).map_err(|failure| self.exception(py, &failure))
    }

    /// The report so far.
    fn answer(&self, py: Python<'_>) -> PyResult<Answer> {
        let (auditor, question) = (self.auditor().clone(), self.question.clone());
        running::listening(py, question.spelling, move |_| of_counted(&question, auditor.into_counted()?))
    }

    /// Adds the rows of a state file.
    fn load(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let (question, spelling) = (self.question.clone(), self.question.spelling);
        let part = running::listening(py, spelling, move |_| {
            let name = path.display().to_string();
            let statistics = states::merged(&[path], Identical::Allow, spelling)?;
            let provenance = Provenance { sources: vec![name], ..Provenance::default() };
            Auditor::resume(&question, statistics, &provenance)
        })?;
        self.auditor().merge(&part).map_err(|failure| self.exception(py, &failure))
    }

    /// What `new` takes: the bytes, with a task that was left open still open, and where the rows come from.
    fn state<'py>(&self, py: Python<'py>) -> (Bound<'py, PyBytes>, Origin) {
        let auditor = self.auditor();
        (PyBytes::new(py, &auditor.statistics().to_bytes()), origin(&auditor.provenance()))
    }

    /// The bytes of the state file, which other fronts take.
    fn settled_state<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let counted = self.auditor().counted().map_err(|failure| self.exception(py, &failure))?;
        Ok(PyBytes::new(py, &counted.statistics.to_bytes()))
    }

    #[getter]
    fn rows(&self) -> u64 {
        self.auditor().statistics().rows()
    }
}

/// Returns columns as a table.
fn table_of(
    py: Python<'_>,
    columns: &Named<'_>,
    missing: Vec<String>,
    question: &Question,
) -> PyResult<Table> {
    let chunks = |column: &Bound<'_, Column>| -> Vec<ArrayRef> { column.get().chunks().to_vec() };
    let columns = columns.iter().map(|(name, column)| (name.clone(), chunks(column))).collect();
    let source = Source::of_columns(columns).map_err(|error| {
        errors::exception(py, &Failure::of_table(&error, question.spelling), question.spelling)
    })?;
    Ok(Table::new(source.with_missing(missing)))
}

fn audit_table(py: Python<'_>, question: Question, table: Table) -> PyResult<Answer> {
    // The arrays are freed here, where the interpreter's lock is held, and not on the thread of the work.
    let kept = table.clone();
    let outcome = running::listening(py, question.spelling, move |cancel| answer(&question, &table, cancel));
    drop(kept);
    outcome
}

fn answer(question: &Question, table: &Table, cancel: &running::Cancel) -> Result<Answer, Failure> {
    of_counted(question, count(question, table, cancel)?)
}

fn of_counted(question: &Question, counted: Counted) -> Result<Answer, Failure> {
    let report = report(&counted.statistics, question)?;
    Ok(Answer { counted, report })
}

fn identical(is_allowed: bool) -> Identical {
    if is_allowed { Identical::Allow } else { Identical::Refuse }
}

fn origin(provenance: &Provenance) -> Origin {
    let Provenance { sources, rows_read, rows_dropped, missing, join, notes } = provenance.clone();
    let counts = |join: JoinCounts| {
        [
            join.rows_matched,
            join.rows_unmatched,
            join.keys,
            join.keys_unmatched,
            join.rows_duplicate,
            join.rows_without_key,
        ]
    };
    (sources, rows_read, rows_dropped, missing, join.map(counts), notes)
}

fn add_origin(provenance: &mut Provenance, origin: Origin) {
    let (sources, rows_read, rows_dropped, missing, join, notes) = origin;
    // A pickle may say anything.
    provenance.rows_read = provenance.rows_read.saturating_add(rows_read);
    provenance.rows_dropped = provenance.rows_dropped.saturating_add(rows_dropped);
    for source in sources {
        if !provenance.sources.contains(&source) {
            provenance.sources.push(source);
        }
    }
    for note in notes {
        if !provenance.notes.contains(&note) {
            provenance.notes.push(note);
        }
    }
    for (column, n) in missing {
        match provenance.missing.iter_mut().find(|(known, _)| *known == column) {
            Some((_, known)) => *known = known.saturating_add(n),
            None => provenance.missing.push((column, n)),
        }
    }
    if let Some(other) = join {
        let join = provenance.join.get_or_insert_default();
        let mine = [
            &mut join.rows_matched,
            &mut join.rows_unmatched,
            &mut join.keys,
            &mut join.keys_unmatched,
            &mut join.rows_duplicate,
            &mut join.rows_without_key,
        ];
        mine.into_iter().zip(other).for_each(|(mine, other)| *mine = mine.saturating_add(other));
    }
}
