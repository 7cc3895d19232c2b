//! The shared cases, by the program as a whole and by the library with the table and report crates.
//!
//! `EQUIPOISE_CASES=write` writes the documents anew, by the program; the facts in `case.toml` must hold in them.

use equipoise::{
    audit::{self, Grouping, Request},
    groups::{Cuts, Label},
    inference::Confidence,
    notion::Requirement,
    sample::{Columns, Sample},
    stats::{Attribute, Layout, Statistics, Task, WeightKind},
    verdict::Outcome,
};
use equipoise_table::{Batch, ColumnRequest, Join, Kind, MissingPolicy, ReadOptions, Source};
use equipoise_testing::{
    case::{Asked, Case},
    cases_folder,
    document::difference,
};
use serde_json::Value;

use crate::Place;

fn all() -> Vec<Case> {
    let cases = Case::all(&cases_folder()).expect("cases can be read");
    assert!(cases.len() >= 10, "only {} cases are found", cases.len());
    cases
}

#[track_caller]
fn check(case: &Case, found: &Value, exit: i32) {
    let name = &case.name;
    let expected = case.expected().expect("the document can be read");
    assert_eq!(difference(&expected, found), None, "{name}");
    assert_eq!(case.text.broken_fact(found), None, "{name}");
    assert_eq!(exit, case.text.exit, "{name}");
    assert!(
        !case.text.about.is_empty() && !case.text.checked.is_empty() && !case.text.facts.is_empty(),
        "{name}"
    );
}

#[test]
fn the_program_prints_the_documents() {
    let writes = std::env::var_os("EQUIPOISE_CASES").is_some_and(|value| value == "write");
    let place = Place::new();
    for case in all() {
        let mut command = place.command(case.text.audit.arguments());
        let run = crate::run(command.current_dir(&case.folder).args(["--format", "json", "--quiet"]));
        assert_eq!(run.stderr, "", "{}", case.name);
        if writes {
            std::fs::write(case.expected_file(), &run.stdout).expect("the document can be written");
        }
        let found = serde_json::from_str(&run.stdout).expect("the program prints JSON");
        check(&case, &found, run.code);
    }
}

#[test]
fn the_library_gives_the_documents() {
    for case in all() {
        let asked = &case.text.audit;
        let statistics = count(&case);
        let report = audit::audit(&statistics, &request(asked)).expect("the request can be answered");
        let exit = match report.outcome() {
            Some(Outcome::Violated) => 1,
            Some(Outcome::Undecided) => 3,
            Some(Outcome::Holds) | None => 0,
        };
        let found = serde_json::from_str(&equipoise_report::json(&report)).expect("the report is JSON");
        check(&case, &found, exit);
    }
}

/// What a user of the three crates writes: a layout, the columns to read, and a pass over the table.
fn count(case: &Case) -> Statistics {
    let asked = &case.text.audit;
    let layout = layout(asked);
    let files: Vec<_> = asked.data.iter().map(|file| case.folder.join(file).into()).collect();
    let mut options = ReadOptions::new();
    options.missing.clone_from(&asked.missing);
    let mut source = Source::open(&files, options.clone()).expect("the data are there");
    if let (Some(file), Some(key)) = (&asked.join, &asked.on) {
        let (here, there) = key.split_once('=').unwrap_or((key, key));
        let joined = Source::open(&[case.folder.join(file).into()], options).expect("the data are there");
        source = source.with_join(Join::new(joined, here).with_key_there(there));
    }
    let requests = requests(asked, &layout);
    let step = |statistics: &mut Statistics, batch: &Batch| {
        let sample = Sample::new(columns(&layout, batch)).expect("the columns fit together");
        statistics.update(&sample)
    };
    let none = Statistics::new(layout.clone()).expect("the layout is right");
    let (parts, _) = source.fold(&requests, 2, &|_| {}, || none.clone(), step).expect("the data can be read");
    let mut statistics = none.clone();
    for part in &parts {
        statistics.merge(part).expect("parts of one table fit together");
    }
    statistics
}

fn layout(asked: &Asked) -> Layout {
    let task = match asked.task.as_deref() {
        None | Some("binary") => Task::Binary,
        Some("multiclass") => Task::Multiclass,
        Some("regression") => Task::Regression,
        Some(other) => panic!("no task is called {other}"),
    };
    let cuts_of = |name: &str| {
        let cut = asked.cut.iter().filter_map(|cut| cut.split_once('=')).find(|(column, _)| *column == name);
        cut.map(|(_, points)| {
            let points = points.split(',').map(|point| point.parse().expect("a number")).collect();
            Cuts::new(points).expect("cut points ascend")
        })
    };
    let attribute = |name: &String| {
        let mut attribute = Attribute::new(name.as_str());
        attribute.cuts = cuts_of(name);
        attribute
    };
    let mut layout = Layout::new(task);
    layout.sensitive = asked.sensitive.iter().map(attribute).collect();
    layout.strata = asked.strata.iter().map(attribute).collect();
    layout.target.clone_from(&asked.target);
    match task {
        // A predicted number, whichever flag names it.
        Task::Regression => layout.score = asked.prediction.clone().or_else(|| asked.score.clone()),
        _ => {
            layout.prediction.clone_from(&asked.prediction);
            layout.score.clone_from(&asked.score);
        }
    }
    layout.threshold = asked.threshold;
    layout.positive.clone_from(&asked.positive);
    layout.positive_prediction.clone_from(&asked.positive_prediction);
    layout.target_cuts = asked.target.as_deref().filter(|_| task == Task::Regression).and_then(cuts_of);
    layout.weight = asked.weight.clone().map(|column| match asked.weight_kind.as_deref() {
        Some("frequency") => (column, WeightKind::Frequency),
        Some("sampling") => (column, WeightKind::Sampling),
        other => panic!("no kind of weights is called {other:?}"),
    });
    layout
}

fn requests(asked: &Asked, layout: &Layout) -> Vec<ColumnRequest> {
    let missing = if asked.drop_missing { MissingPolicy::Drop } else { MissingPolicy::Reject };
    let attributes = layout.sensitive.iter().chain(&layout.strata).map(|attribute| {
        let kind = if attribute.cuts.is_some() { Kind::Real } else { Kind::Categorical };
        ColumnRequest::new(attribute.name.as_str(), kind, MissingPolicy::Label)
    });
    let target = if layout.task == Task::Regression { Kind::Real } else { Kind::Categorical };
    let weight = layout.weight.as_ref().map(|(column, _)| column);
    let others = [
        (layout.target.as_ref(), target),
        (layout.prediction.as_ref(), Kind::Categorical),
        (layout.score.as_ref(), Kind::Real),
        (weight, Kind::Real),
    ];
    let others = others.into_iter().filter_map(|(column, kind)| Some((column?, kind)));
    attributes
        .chain(others.map(|(column, kind)| ColumnRequest::new(column.as_str(), kind, missing)))
        .collect()
}

fn columns<'a>(layout: &Layout, batch: &'a Batch) -> Columns<'a> {
    let mut columns = batch.columns.iter();
    let variables = |n: usize, columns: &mut std::slice::Iter<'a, equipoise_table::ColumnData>| {
        columns.by_ref().take(n).map(|column| column.as_variable()).collect()
    };
    let sensitive = variables(layout.sensitive.len(), &mut columns);
    let strata = variables(layout.strata.len(), &mut columns);
    let mut next = |is_there: bool| if is_there { columns.next() } else { None };
    Columns {
        sensitive,
        strata,
        target: next(layout.target.is_some()).map(|column| column.as_variable()),
        prediction: next(layout.prediction.is_some()).and_then(|column| column.as_categorical()),
        score: next(layout.score.is_some()).and_then(|column| column.as_real()),
        weights: next(layout.weight.is_some()).and_then(|column| column.as_real()),
    }
}

fn request(asked: &Asked) -> Request {
    let mut request = Request::new();
    let gate = |text: &String| text.parse::<Requirement>().expect("a requirement");
    request.requirements = asked.gate.iter().map(gate).collect();
    request.grouping = if asked.cross { Grouping::Crossed } else { Grouping::Each };
    let pairs = asked.reference.iter().map(|text| text.split_once('=').expect("COLUMN=VALUE"));
    request.references = pairs.map(|(column, value)| (column.to_owned(), Label::new(value))).collect();
    if let Some(level) = asked.confidence {
        request.confidence = Confidence::new(level).expect("a level");
    }
    if let Some(rows) = asked.rows_min {
        request.rows_min = rows;
    }
    request
}
