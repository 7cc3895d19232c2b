//! Saved states in the place of data.

use equipoise_audit::{
    Counted, Question,
    states::{Identical, counted, merged, reads_no_table},
};

use crate::{args::AuditArgs, failure::Failure};

/// Reads the states of an audit.
pub(crate) fn of_audit(args: &AuditArgs, question: &Question) -> Result<Counted, Failure> {
    if !args.data.is_empty() {
        return Err(
            Failure::new("both data and `--from-state` are given").help("a state takes the place of data")
        );
    }
    refuse_reading(args, question)?;
    let statistics = merged(&args.from_state, Identical::Refuse, question.spelling)?;
    let names = args.from_state.iter().map(|path| path.display().to_string()).collect();
    counted(question, statistics, names)
}

/// Refuses flags on reading tables: there is no table.
fn refuse_reading(args: &AuditArgs, question: &Question) -> Result<(), Failure> {
    let reader = &args.reader;
    let given = [
        ("--join", args.columns.join.is_some()),
        ("--on", args.columns.on.is_some()),
        ("--drop-missing", args.columns.drop_missing),
        ("--input-format", reader.input_format.is_some()),
        ("--columns", !reader.columns.is_empty()),
        ("--no-header", reader.no_header),
        ("--skip-rows", reader.skip_rows.is_some()),
        ("--delimiter", reader.delimiter.is_some()),
        ("--quote", reader.quote.is_some()),
        ("--comment", reader.comment.is_some()),
        ("--missing", !reader.missing.is_empty()),
        ("--trim", reader.trim),
    ];
    match given.into_iter().find(|(_, is_given)| *is_given) {
        Some((flag, _)) => Err(reads_no_table(&format!("`{flag}`"), question.spelling)),
        None => Ok(()),
    }
}
