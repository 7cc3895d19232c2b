//! The whole way: a table becomes statistics, statistics a report.

use equipoise::{
    audit::{Report, audit},
    stats::Statistics,
};

use crate::{
    auditor::{Auditor, Counted},
    explain,
    failure::Failure,
    plan::Plan,
    quantiles,
    question::Question,
    table::Table,
    watch::Watch,
};

/// Counts the rows of a table: one pass, and one before it where a column is cut at quantiles.
///
/// # Errors
/// When the question contradicts itself, the table cannot be read, lacks a column or holds a value that its role does
/// not allow, has no rows, or leaves doubt about the task; when the watch wants no more.
pub fn count(question: &Question, table: &Table, watch: &dyn Watch) -> Result<Counted, Failure> {
    question.request()?;
    let mut plan = Plan::new(question, &table.hints)?;
    quantiles::settle(&mut plan, question, &table.source, watch)?;
    let mut auditor = Auditor::of_plan(question, plan)?;
    auditor.update(table, watch)?;
    auditor.into_counted()
}

/// Answers a question from statistics; it needs no rows.
///
/// # Errors
/// When the question asks for what cannot be read, or for what these statistics cannot answer; when which values are
/// positive cannot be decided; when there are no rows.
pub fn report(statistics: &Statistics, question: &Question) -> Result<Report, Failure> {
    let request = question.request()?;
    audit(statistics, &request)
        .map_err(|error| explain::audit_error(&error, statistics, &request, question.spelling))
}
