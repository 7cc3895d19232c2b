//! From a question to a report: values counted by hand, and what was decided on the way.

use equipoise::{
    stats::{Task, WeightKind},
    verdict::Outcome,
};
use equipoise_audit::{Counted, Cut, CutPoints, Hints, Parameter, Question, Silent, Spelling, count, report};

use crate::{Place, csv, names, question, rows};

/// 60 of 100 women and 90 of 100 men are approved.
fn loans() -> String {
    let rows = |sex: &str, approved: usize| -> String {
        (0..100).map(|i| format!("{sex},{}\n", if i < approved { "yes" } else { "no" })).collect()
    };
    format!("sex,approved\n{}{}", rows("f", 60), rows("m", 90))
}

fn counted(question: &Question, text: &str) -> Counted {
    count(question, &Place::new().table("t.csv", text), &Silent).unwrap_or_else(|failure| panic!("{failure}"))
}

#[test]
fn a_table_becomes_a_report() {
    let mut question = question(Spelling::CommandLine, &["sex"], "approved");
    question.requirements = names(&["dp.ratio >= 0.9", "dp.difference <= 0.6"]);
    question.notions = Some(names(&["dp", "dp.ratio"]));
    let counted = counted(&question, &loans());
    let report = report(&counted.statistics, &question).unwrap();
    let section = &report.sections[0];
    let groups: Vec<(String, u64)> =
        section.groups.iter().map(|group| (group.name.to_string(), group.rows)).collect();
    assert_eq!(groups, [("f".to_owned(), 100), ("m".to_owned(), 100)]);
    let gaps: Vec<f64> = section.gaps.iter().map(|gap| *gap.value.as_ref().unwrap()).collect();
    assert!((gaps[0] - 0.3).abs() < 1e-15 && (gaps[1] - 2.0 / 3.0).abs() < 1e-15, "{gaps:?}");
    let outcomes: Vec<Outcome> = report.verdicts.iter().map(|verdict| verdict.outcome).collect();
    assert_eq!(outcomes, [Outcome::Violated, Outcome::Holds]);
    assert_eq!((counted.provenance.rows_read, counted.provenance.sources), (200, names(&["t.csv"])));
    assert!(counted.notes.is_empty());
}

#[test]
fn an_empty_list_of_notions_compares_nothing() {
    let mut question = question(Spelling::CommandLine, &["sex"], "approved");
    question.notions = Some(Vec::new());
    let statistics = counted(&question, &loans()).statistics;
    assert!(report(&statistics, &question).unwrap().sections[0].gaps.is_empty());
    question.notions = None;
    assert!(!report(&statistics, &question).unwrap().sections[0].gaps.is_empty());
}

#[test]
fn shared_classes_make_the_task_multiclass_and_a_note_says_so() {
    let mut question = question(Spelling::PythonTable, &["g"], "p");
    question.target = Some("y".to_owned());
    let text = csv(&rows(300));
    let open = counted(&question, &text);
    assert_eq!(open.statistics.layout().task, Task::Multiclass);
    assert_eq!(open.notes, ["the task is multiclass, with 3 classes; `task='multiclass'` says so itself"]);
    assert_eq!(open.provenance.notes, open.notes);
    question.task = Some(Task::Multiclass);
    let said = counted(&question, &text);
    assert!(said.notes.is_empty());
    assert_eq!(said.statistics.to_bytes(), open.statistics.to_bytes());
}

#[test]
fn quantiles_are_stated_as_numbers() {
    let mut question = Question::new(Spelling::PythonTable);
    question.sensitive = names(&["age"]);
    question.score = Some("f".to_owned());
    question.cuts = vec![Cut { column: "age".to_owned(), points: CutPoints::Quantiles(2) }];
    let text = csv(&rows(301));
    let at_quantiles = counted(&question, &text);
    // The 151st of 301 values, ascending, is their median.
    let mut ages: Vec<u32> =
        rows(301).iter().map(|row| row.split(',').nth(4).unwrap().parse().unwrap()).collect();
    ages.sort_unstable();
    let median = ages[150];
    assert_eq!(at_quantiles.notes, [format!("`age` is cut at its quantiles: cuts={{'age': [{median}]}}")]);
    question.cuts[0].points = CutPoints::Numbers(vec![f64::from(median)]);
    let at_numbers = counted(&question, &text);
    assert_eq!(at_quantiles.statistics.to_bytes(), at_numbers.statistics.to_bytes());
}

#[test]
fn hints_count_where_the_question_is_silent() {
    let place = Place::new();
    let table = place.table("t.csv", "sex,grade,w\nf,low,1\nm,high,2\nf,high,1\nm,middle,1\n");
    let hints = Hints {
        positives: vec![("grade".to_owned(), names(&["high", "middle"]))],
        weight_kinds: vec![("w".to_owned(), WeightKind::Frequency)],
    };
    let table = table.with_hints(hints);
    let mut question = question(Spelling::CommandLine, &["sex"], "grade");
    question.weight = Some("w".to_owned());
    let hinted = count(&question, &table, &Silent).unwrap();
    let layout = hinted.statistics.layout();
    assert_eq!(layout.positive_prediction, ["high", "middle"]);
    assert_eq!(layout.weight, Some(("w".to_owned(), WeightKind::Frequency)));
    assert_eq!(hinted.notes.len(), 2);
    question.positive = names(&["high"]);
    question.weight_kind = Some(WeightKind::Sampling);
    let said = count(&question, &table, &Silent).unwrap();
    assert_eq!(said.statistics.layout().positive, ["high"]);
    assert_eq!(said.statistics.layout().weight, Some(("w".to_owned(), WeightKind::Sampling)));
    assert!(said.notes.is_empty());
}

#[test]
fn rows_left_out_are_told() {
    let mut question = question(Spelling::PythonArrays, &["sex"], "approved");
    let text = "sex,approved\nf,yes\n,no\nm,\nm,yes\n";
    let failure = count(&question, &Place::new().table("t.csv", text), &Silent).unwrap_err();
    assert_eq!(failure.parameter(), Some(Parameter::Prediction));
    question.drop_missing = true;
    let counted = counted(&question, text);
    assert_eq!(counted.notes, ["1 of 4 rows are left out: `approved` is missing in 1"]);
    let provenance = counted.provenance;
    assert_eq!((provenance.rows_read, provenance.rows_dropped), (4, 1));
    assert_eq!(provenance.missing, [("sex".to_owned(), 1), ("approved".to_owned(), 1)]);
}

#[test]
fn a_positive_value_that_nobody_has_is_told() {
    let mut question = question(Spelling::CommandLine, &["sex"], "approved");
    question.positive = names(&["yes", "maybe"]);
    assert_eq!(counted(&question, &loans()).notes, ["no row has the positive value `maybe`"]);
}
