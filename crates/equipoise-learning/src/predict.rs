//! A model applied to a table, batch by batch, in the order of its rows.
//!
//! Only the columns that the model knows are read, wherever they stand; others are ignored, but those that are kept. One
//! thread reads; each batch is scored on several, and each row by itself, so no score depends on the batches or on the
//! number of threads.

use std::{
    ops::Range,
    slice,
    sync::{Mutex, PoisonError},
    thread,
};

use equipoise::{groups::Label, sample::Codes, solvers::OwnedRows};
use equipoise_audit::{Failure, Kind, Parameter, Spelling, Table};
use equipoise_table::{
    Batch, Cells, ColumnData, ColumnInfo, ColumnRef, ColumnRequest, Field, FieldType, FoldError,
    Kind as Role, MissingPolicy, Rows,
};

use crate::{
    Pass, Watch,
    complaints::{cancelled, named_column, rows_error},
    encoder::{Oddities, Tally, Values},
    model::Model,
    target::Target,
};

/// The columns of the table that are written beside what is predicted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// None.
    #[default]
    None,
    /// All.
    All,
    /// These.
    Columns(
        /// Their names.
        Vec<String>,
    ),
}

/// How a model is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applying {
    /// In whose words errors are written.
    pub spelling: Spelling,
    /// The columns that are written beside what is predicted.
    pub keep: Keep,
    /// What stands before the names of the columns that are added.
    pub prefix: String,
    /// Threads that score; 0: one for each core. No result depends on it.
    pub threads: usize,
}

impl Applying {
    /// Returns all defaults: nothing is kept.
    pub fn new(spelling: Spelling) -> Self {
        Self { spelling, keep: Keep::None, prefix: String::new(), threads: 0 }
    }
}

/// What is predicted for some rows.
#[derive(Debug)]
#[non_exhaustive]
pub struct Predicted<'a> {
    /// The number of rows.
    pub rows: usize,
    /// The scores: for each score of the model, one a row.
    pub scores: &'a [Vec<f64>],
    /// The probability of each class, class by class; empty where the model gives none.
    pub probabilities: &'a [Vec<f64>],
    /// The number of the class of each row in [`Target::labels`]; empty where a number is predicted.
    pub classes: &'a [u32],
    labels: &'a [Label],
    kept: &'a [ColumnData],
}

impl Predicted<'_> {
    /// Returns the columns to write, as [`Application::fields`] names them.
    pub fn cells(&self) -> Vec<Cells<'_>> {
        let kept = self.kept.iter().filter_map(ColumnData::as_categorical);
        let mut cells: Vec<Cells<'_>> =
            kept.map(|column| Cells::Labels { codes: column.codes, labels: column.labels }).collect();
        cells.extend(self.scores.iter().map(|scores| Cells::Real(scores)));
        // Of two classes the second, which is positive, says it of both.
        let shown = if let [_, positive] = self.probabilities {
            slice::from_ref(positive)
        } else {
            self.probabilities
        };
        cells.extend(shown.iter().map(|probabilities| Cells::Real(probabilities)));
        if !self.labels.is_empty() {
            cells.push(Cells::Labels { codes: Codes::U32(self.classes), labels: self.labels });
        }
        cells
    }
}

/// What became of the rows that a model was applied to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Applied {
    /// Rows that were scored.
    pub rows: u64,
    /// Columns with something unusual.
    pub oddities: Vec<Oddities>,
}

impl Applied {
    /// Returns what was unusual, a sentence each.
    pub fn notes(&self) -> Vec<String> {
        let rows = |n: u64| format!("{n} row{}", if n == 1 { "" } else { "s" });
        let mut notes = Vec::new();
        for Oddities { column, unseen, missing } in &self.oddities {
            if *unseen > 0 {
                notes.push(format!(
                    "`{column}` has a value that training did not see in {}: no feature stands for it",
                    rows(*unseen)
                ));
            }
            if *missing > 0 {
                notes.push(format!("`{column}` is missing in {}", rows(*missing)));
            }
        }
        notes
    }
}

/// A model that is about to be applied to a table: its columns are found.
#[derive(Debug)]
pub struct Application<'a> {
    model: &'a Model,
    table: &'a Table,
    applying: &'a Applying,
    kept: Vec<ColumnInfo>,
    labels: Vec<Label>,
}

/// Why a pass stops.
enum Stop {
    Failure(Failure),
    Cancelled,
}

impl<'a> Application<'a> {
    /// Finds the columns.
    ///
    /// # Errors
    /// When the table cannot be read or lacks a column that the model needs or that is to be kept; when a kept column
    /// has the name of one that is added.
    pub fn new(model: &'a Model, table: &'a Table, applying: &'a Applying) -> Result<Self, Failure> {
        let columns = table.source.columns().map_err(|error| Failure::of_table(&error, applying.spelling))?;
        check_columns(model, &columns, table)?;
        let kept = match &applying.keep {
            Keep::None => Vec::new(),
            Keep::All => columns,
            Keep::Columns(names) => {
                let wanted: Vec<ColumnRef> = names.iter().map(|name| name.as_str().into()).collect();
                let (_, numbers) = table.source.find(&wanted).map_err(|error| {
                    Failure::of_table(&error, applying.spelling)
                        .about(Parameter::Keep)
                        .detail(applying.spelling.within(Parameter::Keep))
                })?;
                numbers.into_iter().map(|number| columns[number].clone()).collect()
            }
        };
        let labels = model.target().labels().into_iter().map(Label::new).collect();
        let application = Self { model, table, applying, kept, labels };
        application.check_names()?;
        Ok(application)
    }

    /// Returns the columns that are written: those kept, the scores, the prediction.
    pub fn fields(&self) -> Vec<Field> {
        let kept = self
            .kept
            .iter()
            .map(|column| Field { name: column.name.clone(), of: FieldType::of_name(&column.type_name) });
        kept.chain(self.added()).collect()
    }

    fn added(&self) -> Vec<Field> {
        let prefix = &self.applying.prefix;
        let real = |name: &str| Field { name: format!("{prefix}{name}"), of: FieldType::Real };
        let prediction = Field { name: format!("{prefix}prediction"), of: FieldType::Text };
        let has_probabilities = self.model.calibration().is_some();
        match self.model.target() {
            Target::Binary { .. } => {
                let probability = has_probabilities.then(|| real("probability"));
                [real("score")].into_iter().chain(probability).chain([prediction]).collect()
            }
            Target::Number => vec![real("prediction")],
            Target::Classes(classes) => {
                let of_each = |what: &str| -> Vec<Field> {
                    classes.iter().map(|class| real(&format!("{what}={class}"))).collect()
                };
                let probabilities = if has_probabilities { of_each("probability") } else { Vec::new() };
                of_each("score").into_iter().chain(probabilities).chain([prediction]).collect()
            }
            Target::Transformed => {
                self.model.encoder().feature_names().iter().map(|name| real(name)).collect()
            }
        }
    }

    fn check_names(&self) -> Result<(), Failure> {
        let added = self.added();
        let clash = self.kept.iter().find(|kept| added.iter().any(|added| added.name == kept.name));
        let Some(clash) = clash else { return Ok(()) };
        let spelling = self.applying.spelling;
        Err(Failure::new(format_args!(
            "`{}` is kept and is added: there would be two such columns",
            clash.name
        ))
        .about(Parameter::Keep)
        .help(format_args!(
            "{} begins the names of those that are added",
            spelling.word(Parameter::Prefix, "model_")
        )))
    }

    /// Applies the model: `sink` gets what is predicted, batch by batch, in the order of the rows.
    ///
    /// # Errors
    /// When the table cannot be read, or holds a text where the model takes numbers; when the watch wants no more; and
    /// those of `sink`.
    pub fn run(
        &self,
        watch: &dyn Watch,
        sink: &mut (dyn FnMut(&Predicted<'_>) -> Result<(), Failure> + Send),
    ) -> Result<Applied, Failure> {
        let spelling = self.applying.spelling;
        let encoder = self.model.encoder();
        let mut requests = encoder.requests();
        let keep = |column: &ColumnInfo| {
            ColumnRequest::new(column.name.as_str(), Role::Categorical, MissingPolicy::Label)
        };
        requests.extend(self.kept.iter().map(keep));
        watch.begin(Pass::Predicting);
        let shared = Mutex::new((sink, Tally::new(encoder.columns().len())));
        let step = |_: &mut (), batch: &Batch, _: &Rows<'_>| {
            if watch.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
            let (sink, tally) = &mut *shared;
            self.step(batch, tally, sink).map_err(Stop::Failure)
        };
        // One thread reads, so batches come in the order of the table.
        let folded = self.table.source.fold_rows(&requests, 1, &|at| watch.at(at), || (), step);
        let (_, summary) = folded.map_err(|error| match error {
            FoldError::Table(error) => {
                let failure = Failure::of_table(&error, spelling);
                match named_column(&error) {
                    Some(_) => failure.about(Parameter::Data),
                    None => failure,
                }
            }
            FoldError::Step(Stop::Failure(failure)) => failure,
            FoldError::Step(Stop::Cancelled) => cancelled(),
        })?;
        let (_, tally) = shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok(Applied { rows: summary.rows, oddities: tally.oddities(encoder) })
    }

    fn step(
        &self,
        batch: &Batch,
        tally: &mut Tally,
        sink: &mut (dyn FnMut(&Predicted<'_>) -> Result<(), Failure> + Send),
    ) -> Result<(), Failure> {
        let n = self.model.encoder().columns().len();
        let values: Vec<Values<'_>> = batch.columns[..n].iter().map(values_of).collect();
        let scores = self.scores(&values, batch.rows, tally)?;
        let classes = self.model.classes_of(&scores);
        let probabilities = self.model.probabilities_of(&scores);
        sink(&Predicted {
            rows: batch.rows,
            scores: &scores,
            probabilities: &probabilities,
            classes: &classes,
            labels: &self.labels,
            kept: &batch.columns[n..],
        })
    }

    /// Scores rows on several threads, each a run of them.
    fn scores(
        &self,
        values: &[Values<'_>],
        rows: usize,
        tally: &mut Tally,
    ) -> Result<Vec<Vec<f64>>, Failure> {
        let n_threads = match self.applying.threads {
            0 => thread::available_parallelism().map_or(1, std::num::NonZero::get),
            n => n,
        };
        let n_threads = n_threads.min(rows.div_ceil(ROWS_WORTH_A_THREAD)).max(1);
        let size = rows.div_ceil(n_threads).max(1);
        let runs: Vec<Range<usize>> =
            (0..n_threads).map(|run| (run * size).min(rows)..((run + 1) * size).min(rows)).collect();
        let of_run = |run: &Range<usize>| {
            let mut tally = Tally::new(values.len());
            let part: Vec<Values<'_>> = values.iter().map(|values| values.slice(run)).collect();
            let encoder = self.model.encoder();
            let encoded: OwnedRows =
                encoder.encode(&part, run.len(), &mut tally).map_err(|error| rows_error(&error, encoder))?;
            Scored::Ok((self.model.outputs_of(&encoded.view())?, tally))
        };
        let done: Vec<Scored> = match runs.as_slice() {
            [only] => vec![of_run(only)],
            several => thread::scope(|scope| {
                let of_run = &of_run;
                let started: Vec<_> = several.iter().map(|run| scope.spawn(move || of_run(run))).collect();
                let joined = started.into_iter().map(|thread| match thread.join() {
                    Ok(done) => done,
                    Err(panic) => std::panic::resume_unwind(panic),
                });
                joined.collect()
            }),
        };
        let mut all: Vec<Vec<f64>> = Vec::new();
        for part in done {
            let (scores, of_part) = part?;
            tally.add(&of_part);
            all.resize_with(scores.len(), || Vec::with_capacity(rows));
            all.iter_mut().zip(scores).for_each(|(all, part)| all.extend(part));
        }
        Ok(all)
    }
}

/// The scores of a run of rows, and what was unusual in them.
type Scored = Result<(Vec<Vec<f64>>, Tally), Failure>;

/// Below this many rows a second thread costs more than it brings.
const ROWS_WORTH_A_THREAD: usize = 1 << 11;

fn values_of(column: &ColumnData) -> Values<'_> {
    match column {
        ColumnData::Real(values) => Values::Real(values),
        ColumnData::Categorical { codes, labels } => Values::Labels { codes: codes.as_codes(), labels },
    }
}

/// Checks that the table has all columns of the model, and names all that it lacks.
fn check_columns(model: &Model, columns: &[ColumnInfo], table: &Table) -> Result<(), Failure> {
    let is_there = |name: &str| columns.iter().any(|column| column.name == name);
    let needed = model.encoder().columns();
    let lacking: Vec<String> = needed
        .iter()
        .filter(|column| !is_there(&column.name))
        .map(|column| format!("`{}`", column.name))
        .collect();
    if lacking.is_empty() {
        return Ok(());
    }
    let names = || columns.iter().map(|column| column.name.as_str());
    let s = if lacking.len() == 1 { "" } else { "s" };
    let near = equipoise::notion::nearest(lacking[0].trim_matches('`'), names());
    Err(Failure::new(format_args!(
        "{} lacks {} column{s} that the model needs: {}",
        equipoise_audit::listed(&table.names, table.names.len()),
        lacking.len(),
        equipoise_audit::listed(&lacking, lacking.len())
    ))
    .of_kind(Kind::Data)
    .about(Parameter::Data)
    .detail(format_args!("columns there: {}", equipoise_audit::listed(names(), columns.len())))
    .help_if(near.map(|near| format!("near {} is `{near}`", lacking[0]))))
}
