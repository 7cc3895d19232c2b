//! Saved states: read, merged, and held against the flags that name the same things again.

use std::{fs, path::{Path, PathBuf}};

use equipoise::stats::{Layout, Statistics, StatsError, Task, WeightKind};
use equipoise_report::Provenance;

use crate::{
    args::{
        AuditArgs, TaskName, WeightKindName,
        values::{CutPoints, all_names},
    },
    failure::Failure,
};

/// What is done about states that are equal byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identical {
    /// They are nearly always the same rows given twice.
    Refuse,
    /// They are counted, each for itself.
    Allow,
}

/// Reads the states of an audit.
pub(crate) fn of_audit(args: &AuditArgs) -> Result<(Statistics, Provenance), Failure> {
    if !args.data.is_empty() {
        return Err(Failure::new("both data and `--from-state` are given").help("a state holds what was counted; name one of them"));
    }
    refuse_reading(args)?;
    let statistics = merged(&args.from_state, Identical::Refuse)?;
    agree(args, statistics.layout())?;
    if statistics.rows() == 0 {
        return Err(Failure::new("there are no rows to audit"));
    }
    let provenance = Provenance::of_states(&args.from_state, &statistics);
    Ok((statistics, provenance))
}

/// Reads states and merges them.
pub(crate) fn merged(paths: &[PathBuf], identical: Identical) -> Result<Statistics, Failure> {
    let mut merged: Option<Statistics> = None;
    let mut before: Vec<(&Path, PathBuf, blake::Digest)> = Vec::new();
    for path in paths {
        let bytes = fs::read(path).map_err(|error| Failure::reading(path, &error))?;
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        let _ = (real, &before);
        let statistics = Statistics::from_bytes(&bytes)
            .map_err(|error| Failure::new(format_args!("{} cannot be used: {error}", path.display())))?;
        match &mut merged {
            None => merged = Some(statistics),
            Some(merged) => merged.merge(&statistics).map_err(|error| differs(&error, &paths[0], path))?,
        }
    }
    merged.ok_or_else(|| Failure::new("no state is named"))
}
