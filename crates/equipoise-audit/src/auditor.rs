//! Statistics of one table or of many, batch by batch. Every thread fills statistics of its own, which merge in any
//! order to the same bits.

use equipoise::{
    sample::{Sample, SampleError},
    stats::{Statistics, StatsError, Task},
};
use equipoise_report::{JoinCounts, Provenance};
use equipoise_table::{Batch, FoldError, JoinSummary, MissingPolicy, Place, ReadSummary, Rows};

use crate::{
    explain,
    failure::{Failure, Kind, listed},
    plan::Plan,
    question::Question,
    spelling::Parameter,
    states,
    table::{Hints, Table},
    task,
    watch::{Pass, Watch},
};

/// What was counted, and what there is to tell of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Counted {
    /// The statistics: they answer any question about the same columns, and make a state.
    pub statistics: Statistics,
    /// Where the rows come from, for reports.
    pub provenance: Provenance,
    /// What was decided for the user and what became of rows, a sentence each: to be said at once, beside the answer.
    pub notes: Vec<String>,
}

/// Counts tables that come one after the other, such as the batches of a stream.
///
/// Any split of the same rows into tables gives the statistics of one pass, byte for byte. For that, what is counted
/// must not depend on which rows come first, so it is settled by the question alone, before the first table:
///
/// - cut points are numbers: quantiles need all rows, so they are refused;
/// - hints of the tables are not used: name positive values that do not say it themselves, and the kind of weights;
/// - a task that is left open stays open, and is settled by all the values seen when [`Auditor::counted`] is asked.
///
/// ```no_run
/// use equipoise_audit::{Auditor, Question, Silent, Spelling, Table, report};
/// # fn tables() -> Vec<Table> { Vec::new() }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut question = Question::new(Spelling::CommandLine);
/// question.prediction = Some("approved".to_owned());
/// question.sensitive = vec!["sex".to_owned()];
/// let mut auditor = Auditor::new(&question)?;
/// for table in tables() {
///     auditor.update(&table, &Silent)?;
/// }
/// let report = report(&auditor.counted()?.statistics, &question)?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Auditor {
    question: Question,
    plan: Plan,
    statistics: Statistics,
    tally: Tally,
    /// Why it can count no more.
    broken: Option<Failure>,
}

/// What became of the rows.
#[derive(Clone, Debug, Default)]
struct Tally {
    sources: Vec<String>,
    rows_read: u64,
    rows_dropped: u64,
    /// By request.
    missing: Vec<u64>,
    join: Option<JoinCounts>,
}

/// Why a pass stops.
enum Stop {
    Sample(SampleError, Option<Place>),
    Stats(StatsError),
    Cancelled,
}

impl Auditor {
    /// Returns an auditor that has seen no row.
    ///
    /// # Errors
    /// When the question contradicts itself, or asks for cut points at quantiles.
    pub fn new(question: &Question) -> Result<Self, Failure> {
        question.request()?;
        let plan = Plan::new(question, &Hints::default())?;
        if let Some(open) = plan.open_cuts.first() {
            return Err(Failure::new(format_args!(
                "`{}` is to be cut at quantiles, which are not known before all rows are",
                open.column
            ))
            .about(Parameter::Cuts)
            .help(format_args!("state numbers: {}", question.spelling.cut_form(&open.column))));
        }
        Self::of_plan(question, plan)
    }

    /// Returns an auditor that has seen the rows of some statistics, such as those of [`Auditor::statistics`] or of a
    /// state. What became of the rows is told by the provenance, that of [`Auditor::provenance`] or an empty one.
    ///
    /// # Errors
    /// As [`Auditor::new`], and when the statistics are of other columns, or columns in other roles.
    pub fn resume(
        question: &Question,
        statistics: Statistics,
        provenance: &Provenance,
    ) -> Result<Self, Failure> {
        let mut auditor = Self::new(question)?;
        states::agree(question, statistics.layout())?;
        // A task that was left open may have been settled when the state was saved.
        let statistics = match (question.task, statistics.layout().task) {
            (None, Task::Multiclass) => statistics
                .with_task(Task::Binary)
                .map_err(|error| explain::stats_error(&error, question, &auditor.plan.layout))?,
            _ => statistics,
        };
        auditor.add(&statistics)?;
        let of_column = |column: &String| {
            provenance.missing.iter().find(|(known, _)| known == column).map_or(0, |&(_, n)| n)
        };
        auditor.tally = Tally {
            sources: provenance.sources.clone(),
            rows_read: provenance.rows_read.max(statistics.rows()),
            rows_dropped: provenance.rows_dropped,
            missing: auditor
                .plan
                .requests
                .iter()
                .map(|request| of_column(&request.column.to_string()))
                .collect(),
            join: provenance.join,
        };
        Ok(auditor)
    }

    /// An auditor whose plan is settled: no cut is open.
    pub(crate) fn of_plan(question: &Question, plan: Plan) -> Result<Self, Failure> {
        let statistics = Statistics::new(plan.layout.clone())
            .map_err(|error| explain::stats_error(&error, question, &plan.layout))?;
        let tally = Tally { missing: vec![0; plan.requests.len()], ..Tally::default() };
        Ok(Self { question: question.clone(), plan, statistics, tally, broken: None })
    }

    /// Counts the rows of a table. After an error nothing of the table is counted.
    ///
    /// # Errors
    /// When the table cannot be read, lacks a column, or holds a value that its role does not allow; when the watch
    /// wants no more; when there are more groups or classes than can be told apart, and then ever after.
    pub fn update(&mut self, table: &Table, watch: &dyn Watch) -> Result<(), Failure> {
        self.check()?;
        let (question, plan) = (&self.question, &self.plan);
        let none = Statistics::new(plan.layout.clone()).map_err(|error| self.refused(&error))?;
        let step = |statistics: &mut Statistics, batch: &Batch, rows: &Rows<'_>| {
            if watch.is_cancelled() {
                return Err(Stop::Cancelled);
            }
            let sample = Sample::new(plan.columns(batch)).map_err(|error| {
                let place = error_row(&error).map(|row| rows.place(row));
                Stop::Sample(error, place)
            })?;
            statistics.update(&sample).map_err(Stop::Stats)
        };
        watch.begin(Pass::Counting);
        let folded = table.source.fold_rows(
            &plan.requests,
            question.n_threads(),
            &|at| watch.at(at),
            || none.clone(),
            step,
        );
        let (parts, summary) = folded.map_err(|error| match error {
            FoldError::Table(error) => explain::table_error(&error, question),
            FoldError::Step(Stop::Sample(error, place)) => {
                explain::sample_error(&error, question, &plan.layout, place.as_ref())
            }
            FoldError::Step(Stop::Stats(error)) => self.refused(&error),
            FoldError::Step(Stop::Cancelled) => Failure::cancelled(),
        })?;
        let mut parts = parts.into_iter();
        let mut counted = parts.next().unwrap_or(none);
        for part in parts {
            counted.merge(&part).map_err(|error| self.refused(&error))?;
        }
        if self.statistics.rows() == 0 {
            // Of the same layout: nothing has to be translated.
            self.statistics = counted;
        } else {
            self.add(&counted)?;
        }
        self.tally.add_table(table, &summary);
        Ok(())
    }

    /// Adds the rows that another auditor has seen.
    ///
    /// # Errors
    /// When the other counts other columns, or columns in other roles.
    pub fn merge(&mut self, other: &Self) -> Result<(), Failure> {
        self.add(&other.statistics)?;
        self.tally.add(&other.tally);
        Ok(())
    }

    /// Returns the question.
    pub fn question(&self) -> &Question {
        &self.question
    }

    /// Returns the statistics so far, with a task that was left open still open: what [`Auditor::resume`] takes. To be
    /// reported or saved for other fronts, take those of [`Auditor::counted`].
    pub fn statistics(&self) -> &Statistics {
        &self.statistics
    }

    /// Returns what became of the rows so far.
    pub fn provenance(&self) -> Provenance {
        self.tally.clone().provenance(&self.plan)
    }

    /// Returns what was counted so far, with the task settled, and what there is to tell.
    ///
    /// # Errors
    /// When there are no rows, when the task was left open and the values leave doubt, and when counting failed for good.
    pub fn counted(&self) -> Result<Counted, Failure> {
        self.clone().into_counted()
    }

    /// Returns what [`Auditor::counted`] does, without a copy.
    ///
    /// # Errors
    /// As [`Auditor::counted`].
    pub fn into_counted(self) -> Result<Counted, Failure> {
        self.check()?;
        let Self { question, plan, statistics, tally, .. } = self;
        if statistics.rows() == 0 {
            return Err(no_rows(&question, &tally));
        }
        let mut notes = tally.notes(&plan);
        let mut decided = plan.notes.clone();
        let statistics = task::settle(statistics, &question, &mut decided)?;
        decided.extend(unseen_positives(&question, &statistics));
        notes.extend(decided.iter().cloned());
        let mut provenance = tally.provenance(&plan);
        provenance.notes = decided;
        Ok(Counted { statistics, provenance, notes })
    }

    /// Adds statistics. Those of another layout leave nothing behind; too many groups or classes, which no further row
    /// can mend, leave a part, so from then on that failure is the only answer.
    fn add(&mut self, statistics: &Statistics) -> Result<(), Failure> {
        self.check()?;
        self.statistics.merge(statistics).map_err(|error| match error {
            StatsError::DifferentLayouts { .. } => {
                Failure::new("what was counted apart does not fit together")
                    .of_kind(Kind::State)
                    .detail(&error)
                    .help(states::same_parameters(self.question.spelling))
            }
            StatsError::TooManyRows => self.refused(&error),
            error => {
                let failure = self.refused(&error);
                self.broken = Some(failure.clone());
                failure
            }
        })
    }

    fn check(&self) -> Result<(), Failure> {
        self.broken.clone().map_or(Ok(()), Err)
    }

    fn refused(&self, error: &StatsError) -> Failure {
        explain::stats_error(error, &self.question, &self.plan.layout)
    }
}

fn error_row(error: &SampleError) -> Option<usize> {
    match error {
        SampleError::Missing { row, .. }
        | SampleError::NotFinite { row, .. }
        | SampleError::NegativeWeight { row, .. } => Some(*row),
        _ => None,
    }
}

fn no_rows(question: &Question, tally: &Tally) -> Failure {
    let mut failure = Failure::new("there are no rows to audit").of_kind(Kind::Data);
    if !tally.sources.is_empty() {
        failure = failure.detail(format_args!("read: {}", listed(&tally.sources, tally.sources.len())));
    }
    match tally.rows_dropped {
        0 => failure,
        n => failure
            .about(Parameter::DropMissing)
            .detail(format_args!("{} left out all {n} rows", question.spelling.on(Parameter::DropMissing))),
    }
}

/// Says which positive values that the user named nobody has. The catalogue of data sets also names those of other parts.
fn unseen_positives(question: &Question, statistics: &Statistics) -> Option<String> {
    let given = [question.positive.as_slice(), &question.positive_prediction].concat();
    let unseen = statistics.unseen_positives();
    let unseen: Vec<String> = unseen
        .into_iter()
        .filter(|unseen| given.iter().any(|given| given == unseen))
        .map(|name| format!("`{name}`"))
        .collect();
    // Where nobody has any of them, the audit is an error that says so itself.
    (!unseen.is_empty() && unseen.len() < given.len())
        .then(|| format!("no row has the positive value {}", unseen.join(" or ")))
}

impl Tally {
    fn add_table(&mut self, table: &Table, summary: &ReadSummary) {
        self.add(&Self {
            sources: table.names.clone(),
            rows_read: summary.rows + summary.rows_dropped,
            rows_dropped: summary.rows_dropped,
            missing: summary.missing.clone(),
            join: summary.join.as_ref().map(join_counts),
        });
    }

    /// Adds other rows. Of joins every count is added up, keys included: each table was joined on its own.
    fn add(&mut self, other: &Self) {
        for source in &other.sources {
            if !self.sources.contains(source) {
                self.sources.push(source.clone());
            }
        }
        // Where a stream was interrupted, these come back from outside, and may say anything.
        self.rows_read = self.rows_read.saturating_add(other.rows_read);
        self.rows_dropped = self.rows_dropped.saturating_add(other.rows_dropped);
        let missing = self.missing.iter_mut().zip(&other.missing);
        missing.for_each(|(n, more)| *n = n.saturating_add(*more));
        self.join = match (self.join, other.join) {
            (Some(a), Some(b)) => Some(JoinCounts {
                rows_matched: a.rows_matched.saturating_add(b.rows_matched),
                rows_unmatched: a.rows_unmatched.saturating_add(b.rows_unmatched),
                keys: a.keys.saturating_add(b.keys),
                keys_unmatched: a.keys_unmatched.saturating_add(b.keys_unmatched),
                rows_duplicate: a.rows_duplicate.saturating_add(b.rows_duplicate),
                rows_without_key: a.rows_without_key.saturating_add(b.rows_without_key),
            }),
            (a, b) => a.or(b),
        };
    }

    /// Which rows were left out or found no match; the report says it too, but may go to a program.
    fn notes(&self, plan: &Plan) -> Vec<String> {
        let mut notes = Vec::new();
        if self.rows_dropped > 0 {
            let lacking = plan.requests.iter().zip(&self.missing);
            let lacking = lacking.filter(|(request, n)| request.missing == MissingPolicy::Drop && **n > 0);
            let lacking: Vec<String> =
                lacking.map(|(request, n)| format!("`{}` is missing in {n}", request.column)).collect();
            notes.push(format!(
                "{} of {} rows are left out: {}",
                self.rows_dropped,
                self.rows_read,
                lacking.join(", ")
            ));
        }
        let Some(join) = &self.join else { return notes };
        let counts = [
            ("rows without a match in the joined file", join.rows_unmatched),
            ("keys of the joined file without a row", join.keys_unmatched),
            ("rows of the joined file that repeat a key", join.rows_duplicate),
            ("rows of the joined file without a key", join.rows_without_key),
        ];
        notes.extend(counts.into_iter().filter(|(_, n)| *n > 0).map(|(what, n)| format!("{what}: {n}")));
        notes
    }

    fn provenance(self, plan: &Plan) -> Provenance {
        let columns = plan.requests.iter().zip(&self.missing).filter(|(_, n)| **n > 0);
        Provenance {
            missing: columns.map(|(request, &n)| (request.column.to_string(), n)).collect(),
            sources: self.sources,
            rows_read: self.rows_read,
            rows_dropped: self.rows_dropped,
            join: self.join,
            notes: Vec::new(),
        }
    }
}

fn join_counts(join: &JoinSummary) -> JoinCounts {
    JoinCounts {
        rows_matched: join.rows_matched,
        rows_unmatched: join.rows_unmatched,
        keys: join.keys,
        keys_unmatched: join.keys_unmatched,
        rows_duplicate: join.rows_duplicate,
        rows_without_key: join.rows_without_key,
    }
}
