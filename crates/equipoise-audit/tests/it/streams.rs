//! Batches of a stream: whatever the split, the statistics of one pass.

use equipoise::stats::{Statistics, Task, WeightKind};
use equipoise_audit::{Auditor, Counted, Cut, CutPoints, Kind, Parameter, Question, Silent, Spelling, count};

use crate::{HEAD, Place, csv, names, rows};

fn scored() -> Question {
    let mut question = Question::new(Spelling::PythonTable);
    question.sensitive = names(&["g", "age"]);
    question.strata = names(&["z"]);
    question.score = Some("f".to_owned());
    question.threshold = Some(0.5);
    question.weight = Some("w".to_owned());
    question.weight_kind = Some(WeightKind::Sampling);
    question.cuts = vec![Cut { column: "age".to_owned(), points: CutPoints::Numbers(vec![30.0, 50.0]) }];
    question
}

fn classified() -> Question {
    let mut question = Question::new(Spelling::PythonTable);
    question.sensitive = names(&["g"]);
    question.target = Some("y".to_owned());
    question.prediction = Some("p".to_owned());
    question
}

fn in_batches(question: &Question, rows: &[String], size: usize) -> Auditor {
    let place = Place::new();
    let mut auditor = Auditor::new(question).unwrap();
    for batch in rows.chunks(size) {
        auditor
            .update(&place.table("t.csv", &csv(batch)), &Silent)
            .unwrap_or_else(|failure| panic!("{failure}"));
    }
    auditor
}

fn in_one_pass(question: &Question, rows: &[String]) -> Counted {
    count(question, &Place::new().table("t.csv", &csv(rows)), &Silent).unwrap()
}

#[test]
fn batches_of_any_size_are_one_pass() {
    let rows = rows(700);
    for question in [scored(), classified()] {
        let whole = in_one_pass(&question, &rows);
        for size in [1, 7, 100, 699, 1000] {
            let batched = in_batches(&question, &rows, size).into_counted().unwrap();
            assert!(batched.statistics.to_bytes() == whole.statistics.to_bytes(), "{size}");
            assert_eq!(batched.provenance, whole.provenance, "{size}");
            assert_eq!(batched.notes, whole.notes, "{size}");
        }
    }
}

#[test]
fn an_open_task_is_settled_by_all_values() {
    // The first rows have two classes only: one by one they would be a binary task.
    let mut rows = rows(200);
    rows.sort_by_key(|row| row.starts_with('2'));
    let mut auditor = in_batches(&classified(), &rows[..50], 10);
    assert_eq!(auditor.counted().unwrap().statistics.layout().task, Task::Binary);
    auditor.merge(&in_batches(&classified(), &rows[50..], 10)).unwrap();
    assert_eq!(auditor.statistics().layout().task, Task::Binary);
    let counted = auditor.counted().unwrap();
    assert_eq!(counted.statistics.layout().task, Task::Multiclass);
    assert_eq!(counted.statistics.to_bytes(), in_one_pass(&classified(), &rows).statistics.to_bytes());
}

#[test]
fn a_stream_goes_on_after_a_rest() {
    let rows = rows(200);
    let place = Place::new();
    let mut question = classified();
    question.drop_missing = true;
    let mut before = in_batches(&question, &rows[..120], 50);
    before.update(&place.table("gap.csv", &format!("{HEAD}\n,1,,a,,,\n")), &Silent).unwrap();
    let bytes = before.statistics().to_bytes();
    let state = Statistics::from_bytes(&bytes).unwrap();
    let mut after = Auditor::resume(&question, state, &before.provenance()).unwrap();
    after.update(&place.table("t.csv", &csv(&rows[120..])), &Silent).unwrap();
    let counted = after.counted().unwrap();
    assert_eq!(counted.statistics.to_bytes(), in_one_pass(&classified(), &rows).statistics.to_bytes());
    assert_eq!(counted.notes[0], "1 of 201 rows are left out: `y` is missing in 1");
    // A settled state is taken as well.
    let settled = Auditor::resume(&question, counted.statistics, &counted.provenance).unwrap();
    assert_eq!(settled.counted().unwrap().provenance.rows_dropped, 1);
}

#[test]
fn a_batch_that_fails_leaves_nothing_behind() {
    let rows = rows(20);
    let place = Place::new();
    let mut auditor = in_batches(&classified(), &rows, 20);
    let before = auditor.statistics().to_bytes();
    let failure = auditor
        .update(&place.table("bad.csv", &format!("{}1,,0.5,a,20,0,1\n", csv(&rows))), &Silent)
        .unwrap_err();
    assert_eq!((failure.kind(), failure.parameter()), (Kind::Data, Some(Parameter::Prediction)));
    assert_eq!(auditor.statistics().to_bytes(), before);
    assert_eq!(auditor.provenance().rows_read, 20);
}

#[test]
fn too_many_classes_are_the_answer_ever_after() {
    let place = Place::new();
    let table = |from: usize, name: &str| {
        let rows: Vec<String> = (from..from + 600).map(|y| format!("{y},0,0.5,a,20,0,1")).collect();
        place.table(name, &csv(&rows))
    };
    let mut auditor = Auditor::new(&classified()).unwrap();
    auditor.update(&table(0, "1.csv"), &Silent).unwrap();
    let failure = auditor.update(&table(600, "2.csv"), &Silent).unwrap_err();
    assert_eq!(failure.what(), "`y` has more than 1024 different values");
    assert_eq!(auditor.update(&table(0, "1.csv"), &Silent), Err(failure.clone()));
    assert_eq!(auditor.counted().unwrap_err(), failure);
}

#[test]
fn what_needs_all_rows_is_refused() {
    let mut question = scored();
    question.cuts[0].points = CutPoints::Quantiles(4);
    let failure = Auditor::new(&question).unwrap_err();
    assert_eq!(failure.parameter(), Some(Parameter::Cuts));
    assert_eq!(failure.remedies(), ["state numbers: `cuts={'age': [NUMBER, …]}`"]);
}

#[test]
fn auditors_of_other_questions_do_not_merge() {
    let rows = rows(20);
    let failure = in_batches(&scored(), &rows, 20).merge(&in_batches(&classified(), &rows, 20)).unwrap_err();
    assert_eq!(failure.kind(), Kind::State);
    let mut other = classified();
    other.sensitive = names(&["z"]);
    let statistics = in_batches(&classified(), &rows, 20).statistics().clone();
    let failure = Auditor::resume(&other, statistics, &Default::default()).unwrap_err();
    assert_eq!((failure.kind(), failure.parameter()), (Kind::State, Some(Parameter::Sensitive)));
}

#[test]
fn an_auditor_without_rows_says_so() {
    let failure = Auditor::new(&classified()).unwrap().counted().unwrap_err();
    assert_eq!((failure.what(), failure.kind()), ("there are no rows to audit", Kind::Data));
}
