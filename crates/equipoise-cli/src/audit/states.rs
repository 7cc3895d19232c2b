//! Saved states: read, merged, and held against the flags that name the same things again.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hasher},
    io::{self, Read},
    path::{Path, PathBuf},
};

use equipoise::{
    groups::Cuts,
    stats::{
        Attribute, Layout, Statistics, StatsError, Task, WeightKind,
        state::{self, HEADER_BYTES},
    },
};

use crate::{
    args::{
        AuditArgs, TaskName, WeightKindName,
        values::{CutAt, CutPoints, all_names},
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
pub(crate) fn of_audit(args: &AuditArgs) -> Result<Statistics, Failure> {
    if !args.data.is_empty() {
        return Err(
            Failure::new("both data and `--from-state` are given").help("a state takes the place of data")
        );
    }
    refuse_reading(args)?;
    let statistics = merged(&args.from_state, Identical::Refuse)?;
    agree(args, statistics.layout())?;
    if statistics.rows() == 0 {
        return Err(Failure::new("there are no rows to audit"));
    }
    Ok(statistics)
}

/// A state that was read: where it lies and what tells its bytes from others.
struct Known<'a> {
    path: &'a Path,
    real: PathBuf,
    fingerprint: (usize, u64),
}

/// Reads states and merges them.
pub(crate) fn merged(paths: &[PathBuf], identical: Identical) -> Result<Statistics, Failure> {
    let mut merged: Option<Statistics> = None;
    let mut known: Vec<Known<'_>> = Vec::new();
    for path in paths {
        let bytes = read(path).map_err(|error| Failure::reading(path, &error))?;
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.clone());
        if known.iter().any(|known| known.real == real) {
            return Err(Failure::new(format_args!("{} is named twice", path.display()))
                .detail("its rows would be counted twice"));
        }
        let fingerprint = fingerprint(&bytes);
        let same = |known: &&Known<'_>| known.fingerprint == fingerprint && is_equal(known.path, &bytes);
        if identical == Identical::Refuse
            && let Some(twin) = known.iter().find(same)
        {
            return Err(Failure::new(format_args!(
                "{} and {} are equal",
                twin.path.display(),
                path.display()
            ))
            .detail("nearly always this is the same rows given twice")
            .help("parts that happen to be equal merge with `equipoise merge --allow-identical`"));
        }
        known.push(Known { path, real, fingerprint });
        let statistics = Statistics::from_bytes(&bytes).map_err(|error| {
            Failure::new(format_args!("cannot use {}: {error}", path.display()))
                .help("a state is what `equipoise audit --save-state` or `equipoise merge` wrote")
        })?;
        match &mut merged {
            None => merged = Some(statistics),
            Some(merged) => merged.merge(&statistics).map_err(|error| differs(&error, &paths[0], path))?,
        }
    }
    merged.ok_or_else(|| Failure::new("no state is named"))
}

/// Reads a state, and of anything else no more than the beginning: a device need not end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    Read::by_ref(&mut file).take(HEADER_BYTES as u64).read_to_end(&mut bytes)?;
    if let Some(length) = state::length(&bytes) {
        // One byte more than there should be shows that there is more.
        let rest = length.saturating_add(1).saturating_sub(bytes.len() as u64);
        file.take(rest).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn fingerprint(bytes: &[u8]) -> (usize, u64) {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    (bytes.len(), hasher.finish())
}

fn is_equal(path: &Path, bytes: &[u8]) -> bool {
    read(path).is_ok_and(|other| other == bytes)
}

fn differs(error: &StatsError, first: &Path, second: &Path) -> Failure {
    let failure =
        Failure::new(format_args!("cannot merge {} and {}", first.display(), second.display())).detail(error);
    match error {
        StatsError::DifferentLayouts { .. } => {
            failure.help("count all parts with the same flags; `--task`, `--positive` and `--cut` say outright what else is found from the rows")
        }
        _ => failure,
    }
}

/// Refuses flags on reading tables: there is no table.
fn refuse_reading(args: &AuditArgs) -> Result<(), Failure> {
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
        Some((flag, _)) => Err(Failure::new(format_args!(
            "`{flag}` is about reading a table, and `--from-state` reads none"
        ))
        .help("give it when the state is saved")),
        None => Ok(()),
    }
}

/// Checks that flags which name again what was counted name the same.
fn agree(args: &AuditArgs, layout: &Layout) -> Result<(), Failure> {
    let columns = &args.columns;
    let names = |attributes: &[Attribute]| attributes.iter().map(|a| a.name.clone()).collect::<Vec<_>>();
    let text = |name: &Option<String>| name.iter().cloned().collect::<Vec<_>>();
    let is_regression = layout.task == Task::Regression;
    let prediction = if is_regression { &layout.score } else { &layout.prediction };
    let lists = [
        ("--sensitive", all_names(&args.groups.sensitive), names(&layout.sensitive)),
        ("--strata", all_names(&args.groups.strata), names(&layout.strata)),
        ("--target", text(&columns.target), text(&layout.target)),
        ("--prediction", text(&columns.prediction), text(prediction)),
        ("--score", text(&columns.score), text(&layout.score)),
        ("--positive", all_names(&columns.positive), layout.positive.clone()),
        (
            "--positive-prediction",
            all_names(&columns.positive_prediction),
            layout.positive_prediction.clone(),
        ),
        ("--weight", text(&columns.weight), layout.weight.iter().map(|(name, _)| name.clone()).collect()),
        (
            "--weight-kind",
            weight_kind(columns.weight_kind),
            weight_kind(layout.weight.as_ref().map(|w| kind_name(w.1))),
        ),
        ("--task", task_name(columns.task), task_name(Some(name_of(layout.task)))),
        (
            "--threshold",
            columns.threshold.iter().map(f64::to_string).collect(),
            layout.threshold.iter().map(f64::to_string).collect(),
        ),
    ];
    for (flag, given, counted) in lists {
        if !given.is_empty() && given != counted {
            return Err(disagrees(flag, &given, &counted));
        }
    }
    for cut in &args.groups.cut {
        agree_on_cut(cut, layout)?;
    }
    if args.groups.cross && layout.sensitive.len() < 2 {
        return Err(Failure::new("`--cross` needs two or more sensitive columns, and the state has one"));
    }
    Ok(())
}

/// Cut points must be those counted; quantiles, which need rows, at least as many groups (equal points were merged).
fn agree_on_cut(cut: &CutAt, layout: &Layout) -> Result<(), Failure> {
    let mut attributes = layout.sensitive.iter().chain(&layout.strata);
    let of_attribute =
        attributes.find(|attribute| attribute.name == cut.column).and_then(|a| a.cuts.as_ref());
    let of_target = layout.target_cuts.as_ref().filter(|_| layout.target.as_deref() == Some(&cut.column));
    let counted = of_attribute.or(of_target).map_or(&[] as &[f64], Cuts::points);
    let flag = format!("--cut {}=", cut.column);
    match &cut.points {
        CutPoints::Numbers(given) if given.points() != counted => {
            Err(disagrees(&flag, given.points(), counted))
        }
        CutPoints::Quantiles(n_groups) if counted.is_empty() || counted.len() >= *n_groups => {
            let counted: Vec<String> = counted.iter().map(f64::to_string).collect();
            Err(disagrees(&flag, &[format!("quantiles:{n_groups}")], &counted))
        }
        _ => Ok(()),
    }
}

fn disagrees<T: std::fmt::Display>(flag: &str, given: &[T], counted: &[T]) -> Failure {
    let list = |values: &[T]| {
        let values: Vec<String> = values.iter().map(T::to_string).collect();
        if values.is_empty() { "nothing".to_owned() } else { values.join(", ") }
    };
    Failure::new(format_args!("`{flag}` differs from what the state was counted with"))
        .detail(format_args!("given: {}", list(given)))
        .detail(format_args!("counted: {}", list(counted)))
        .help("leave the flag out, or count the rows again")
}

fn kind_name(kind: WeightKind) -> WeightKindName {
    match kind {
        WeightKind::Frequency => WeightKindName::Frequency,
        WeightKind::Sampling => WeightKindName::Sampling,
    }
}

fn weight_kind(kind: Option<WeightKindName>) -> Vec<String> {
    let name = |kind| match kind {
        WeightKindName::Frequency => "frequency",
        WeightKindName::Sampling => "sampling",
    };
    kind.map(|kind| name(kind).to_owned()).into_iter().collect()
}

fn name_of(task: Task) -> TaskName {
    match task {
        Task::Binary => TaskName::Binary,
        Task::Multiclass => TaskName::Multiclass,
        Task::Regression => TaskName::Regression,
    }
}

fn task_name(task: Option<TaskName>) -> Vec<String> {
    let name = |task| match task {
        TaskName::Binary => "binary",
        TaskName::Multiclass => "multiclass",
        TaskName::Regression => "regression",
    };
    task.map(|task| name(task).to_owned()).into_iter().collect()
}
