//! One pass over the table: every thread fills statistics of its own, which merge in any order to the same bits.

use equipoise::{
    sample::{Sample, SampleError},
    stats::{Statistics, StatsError},
};
use equipoise_report::{JoinCounts, Provenance};
use equipoise_table::{Batch, FoldError, JoinSummary, MissingPolicy, Place, ReadSummary, Rows};

use super::{explain, input::Input, plan::Plan};
use crate::{
    args::AuditArgs,
    failure::{Failure, listed},
    terminal::Terminal,
};

/// Why the library refuses a batch.
enum Refusal {
    Sample(SampleError, Option<Place>),
    Stats(StatsError),
}

/// Counts the rows of a table.
pub(crate) fn count(
    plan: &Plan,
    input: &Input,
    args: &AuditArgs,
    terminal: &Terminal,
) -> Result<(Statistics, Provenance), Failure> {
    let refused = |error: &StatsError| explain::stats_error(error, &plan.layout);
    let none = Statistics::new(plan.layout.clone()).map_err(|error| refused(&error))?;
    let bar = terminal.progress("counting");
    let threads = usize::from(args.running.threads.unwrap_or(0));
    let step = |statistics: &mut Statistics, batch: &Batch, rows: &Rows<'_>| {
        let sample = Sample::new(plan.columns(batch)).map_err(|error| {
            let place = error_row(&error).map(|row| rows.place(row));
            Refusal::Sample(error, place)
        })?;
        statistics.update(&sample).map_err(Refusal::Stats)
    };
    let folded = input.source.fold_rows(&plan.requests, threads, &|at| bar.at(at), || none.clone(), step);
    let (parts, summary) = folded.map_err(|error| match error {
        FoldError::Table(error) => explain::table_error(&error),
        FoldError::Step(Refusal::Sample(error, place)) => {
            explain::sample_error(&error, &plan.layout, place.as_ref())
        }
        FoldError::Step(Refusal::Stats(error)) => refused(&error),
    })?;
    let mut parts = parts.into_iter();
    let mut statistics = parts.next().unwrap_or(none);
    for part in parts {
        statistics.merge(&part).map_err(|error| refused(&error))?;
    }
    if statistics.rows() == 0 {
        return Err(no_rows(input, &summary));
    }
    say_what_lacks(plan, &summary, terminal);
    Ok((statistics, provenance(plan, input, &summary)))
}

fn error_row(error: &SampleError) -> Option<usize> {
    match error {
        SampleError::Missing { row, .. }
        | SampleError::NotFinite { row, .. }
        | SampleError::NegativeWeight { row, .. } => Some(*row),
        _ => None,
    }
}

fn no_rows(input: &Input, summary: &ReadSummary) -> Failure {
    let failure = Failure::new("there are no rows to audit")
        .detail(format_args!("read: {}", listed(&input.names, input.names.len())));
    match summary.rows_dropped {
        0 => failure,
        n => failure.detail(format_args!("`--drop-missing` left out all {n} rows")),
    }
}

/// Says which rows were left out or found no match; the report says it too, but may go to a program.
fn say_what_lacks(plan: &Plan, summary: &ReadSummary, terminal: &Terminal) {
    if summary.rows_dropped > 0 {
        let all = summary.rows + summary.rows_dropped;
        let lacking = plan.requests.iter().zip(&summary.missing);
        let lacking = lacking.filter(|(request, n)| request.missing == MissingPolicy::Drop && **n > 0);
        let lacking: Vec<String> =
            lacking.map(|(request, n)| format!("`{}` is missing in {n}", request.column)).collect();
        terminal.note(&format!(
            "{} of {all} rows are left out: {}",
            summary.rows_dropped,
            lacking.join(", ")
        ));
    }
    let Some(join) = &summary.join else { return };
    let counts = [
        ("rows without a match in the joined file", join.rows_unmatched),
        ("keys of the joined file without a row", join.keys_unmatched),
        ("rows of the joined file that repeat a key", join.rows_duplicate),
        ("rows of the joined file without a key", join.rows_without_key),
    ];
    for (what, n) in counts.into_iter().filter(|(_, n)| *n > 0) {
        terminal.note(&format!("{what}: {n}"));
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

fn provenance(plan: &Plan, input: &Input, summary: &ReadSummary) -> Provenance {
    let columns = plan.requests.iter().zip(&summary.missing).filter(|(_, n)| **n > 0);
    Provenance {
        sources: input.names.clone(),
        rows_read: summary.rows + summary.rows_dropped,
        rows_dropped: summary.rows_dropped,
        missing: columns.map(|(request, &n)| (request.column.to_string(), n)).collect(),
        join: summary.join.as_ref().map(join_counts),
        notes: Vec::new(),
    }
}
