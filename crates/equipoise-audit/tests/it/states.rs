//! States from files and from memory.

use equipoise_audit::{
    Kind, Parameter, Question, Silent, Spelling, count, report,
    states::{self, Identical, Merging},
};
use equipoise_report::Provenance;

use crate::{Place, csv, names, question, rows};

fn asked() -> Question {
    let mut question = question(Spelling::PythonTable, &["g"], "p");
    question.positive = names(&["1"]);
    question
}

fn state(rows: &[String]) -> Vec<u8> {
    let place = Place::new();
    let table = place.table("t.csv", &csv(rows));
    count(&asked(), &table, &Silent).unwrap().statistics.to_bytes()
}

#[test]
fn parts_in_files_and_in_memory_are_the_whole() {
    let (place, rows) = (Place::new(), rows(90));
    std::fs::write(place.path("1.state"), state(&rows[..30])).unwrap();
    let mut merging = Merging::new(Identical::Refuse, Spelling::PythonTable);
    merging.add_bytes("second", &state(&rows[30..60])).unwrap();
    merging.add_file(&place.path("1.state")).unwrap();
    merging.add_bytes("third", &state(&rows[60..])).unwrap();
    let merged = merging.finish().unwrap();
    assert_eq!(merged.to_bytes(), state(&rows));
    let names = names(&["second", "first", "third"]);
    let counted = states::counted(&asked(), merged, names.clone()).unwrap();
    let expected = Provenance { sources: names, rows_read: 90, ..Provenance::default() };
    assert_eq!(counted.provenance, expected);
    assert_eq!(report(&counted.statistics, &asked()).unwrap().rows, 90);
}

#[test]
fn equal_states_are_refused_wherever_they_lie() {
    let place = Place::new();
    let bytes = state(&rows(30));
    std::fs::write(place.path("1.state"), &bytes).unwrap();
    let mut merging = Merging::new(Identical::Refuse, Spelling::PythonTable);
    merging.add_file(&place.path("1.state")).unwrap();
    let twice = merging.add_file(&place.path("./1.state")).unwrap_err();
    assert_eq!((twice.kind(), twice.parameter()), (Kind::State, Some(Parameter::States)));
    let equal = merging.add_bytes("copy", &bytes).unwrap_err();
    assert!(place.without_folder(equal.what()).starts_with("1.state and copy are equal"), "{equal}");
    assert_eq!(merging.finish().unwrap().rows(), 30);
    let mut merging = Merging::new(Identical::Allow, Spelling::PythonTable);
    merging.add_bytes("one", &bytes).unwrap();
    merging.add_bytes("two", &bytes).unwrap();
    assert_eq!(merging.finish().unwrap().rows(), 60);
}

#[test]
fn a_state_needs_no_columns_to_be_named() {
    let statistics = states::from_bytes("a", &state(&rows(30)), Spelling::PythonTable).unwrap();
    let silent = Question::new(Spelling::PythonTable);
    states::counted(&silent, statistics.clone(), Vec::new()).unwrap();
    states::agree(&asked(), statistics.layout()).unwrap();
    let mut other = asked();
    other.positive = names(&["2"]);
    let failure = states::counted(&other, statistics, Vec::new()).unwrap_err();
    assert_eq!((failure.kind(), failure.parameter()), (Kind::State, Some(Parameter::Positive)));
}

#[test]
fn what_is_no_state_is_named() {
    for bytes in [&b""[..], b"equipoise", &state(&rows(30))[1..]] {
        let failure = states::from_bytes("x", bytes, Spelling::PythonTable).unwrap_err();
        assert!(failure.kind() == Kind::State && failure.what().starts_with("cannot use x: "), "{failure}");
    }
    let failure = Merging::new(Identical::Refuse, Spelling::PythonTable).finish().unwrap_err();
    assert_eq!(failure.what(), "no state is named");
}
