//! Every failure in the words of every front: a table to be read by people. It is made anew by `UPDATE_EXPECT=1`.

use equipoise::{
    groups::Label,
    stats::{Task, WeightKind},
};
use equipoise_audit::{
    Auditor, Cut, CutPoints, Failure, Question, Silent, Spelling, Table, count, report,
    states::{self, Identical, Merging},
};
use equipoise_table::{Input, ReadOptions, Source};
use expect_test::expect_file;

use crate::{Place, names, question};

const TABLE: &str = "sex,age,grade,approved,repaid,score,w\n\
                     f,25,a,yes,1,0.5,1\nm,31,b,no,0,0.25,2\nf,47,c,yes,1,0.75,1\nm,52,a,no,1,0.5,-1\n";

/// Changes a sound question so that it fails.
type Change = fn(&mut Question);

fn cut(column: &str, points: CutPoints) -> Vec<Cut> {
    vec![Cut { column: column.to_owned(), points }]
}

/// What fails when a table is counted or its statistics are asked.
const CHANGES: &[(&str, Change)] = &[
    ("no groups", |q| q.sensitive.clear()),
    ("nothing to audit", |q| q.prediction = None),
    ("a column that is not there", |q| q.prediction = Some("aproved".to_owned())),
    ("an attribute twice", |q| q.strata = names(&["sex"])),
    ("a threshold beside a prediction", |q| q.threshold = Some(0.5)),
    ("a threshold that is no number", |q| q.threshold = Some(f64::NAN)),
    ("positive values in a multiclass task", |q| {
        q.task = Some(Task::Multiclass);
        q.positive = names(&["yes"]);
    }),
    ("a score in a multiclass task", |q| {
        q.task = Some(Task::Multiclass);
        q.score = Some("score".to_owned());
    }),
    ("two predicted numbers", |q| {
        q.task = Some(Task::Regression);
        q.score = Some("score".to_owned());
    }),
    ("a text for a number", |q| q.score = Some("approved".to_owned())),
    ("the kind of no weights", |q| q.weight_kind = Some(WeightKind::Sampling)),
    ("a negative weight", |q| q.weight = Some("w".to_owned())),
    ("a column cut twice", |q| {
        q.cuts = [cut("sex", CutPoints::Quantiles(2)), cut("sex", CutPoints::Quantiles(2))].concat();
    }),
    ("a cut column without a role", |q| q.cuts = cut("sax", CutPoints::Quantiles(2))),
    ("cut points that descend", |q| q.cuts = cut("sex", CutPoints::Numbers(vec![2.0, 1.0]))),
    ("one group of quantiles", |q| q.cuts = cut("sex", CutPoints::Quantiles(1))),
    ("positive predictions without a prediction", |q| {
        q.prediction = None;
        q.score = Some("score".to_owned());
        q.positive_prediction = names(&["yes"]);
    }),
    ("positive values of a score", |q| {
        q.prediction = None;
        q.score = Some("score".to_owned());
        q.positive = names(&["yes"]);
    }),
    ("positive values of both without a target", |q| {
        q.positive = names(&["yes"]);
        q.positive_prediction = names(&["yes"]);
    }),
    ("a crossing of one", |q| q.cross = true),
    ("a reference of another attribute", |q| q.references = vec![("sax".to_owned(), Label::new("f"))]),
    ("two references", |q| q.references = vec![("sex".to_owned(), Label::new("f")); 2]),
    ("a reference that nobody is in", |q| q.references = vec![("sex".to_owned(), Label::new("g"))]),
    ("positive values that are not said", |q| q.prediction = Some("grade".to_owned())),
    ("positive values that are not said, and a target", |q| {
        q.target = Some("repaid".to_owned());
        q.prediction = Some("grade".to_owned());
    }),
    ("scores given as decisions", |q| {
        q.target = Some("repaid".to_owned());
        q.prediction = Some("score".to_owned());
    }),
    ("a positive value that nobody has", |q| q.positive = names(&["Yes!"])),
    ("an unclear task", |q| q.target = Some("grade".to_owned())),
    ("an unknown metric", |q| q.metrics = names(&["selection_rat"])),
    ("a metric unlike any", |q| q.metrics = names(&["zzzzzzzzzz"])),
    ("a metric that cannot be computed", |q| q.metrics = names(&["fpr"])),
    ("an unknown notion", |q| q.notions = Some(names(&["dpp"]))),
    ("a notion that cannot be said", |q| q.notions = Some(names(&["eodds"]))),
    ("an unreadable requirement", |q| q.requirements = names(&["dp.ration >= 0.8"])),
    ("a requirement on what is not there", |q| q.requirements = names(&["eodds <= 0.1"])),
    ("a requirement on another attribute", |q| q.requirements = names(&["dp.ratio[sax] >= 0.8"])),
    ("a requirement on a group that is not there", |q| {
        q.requirements = names(&["dp.signed_difference(sex=g, reference=m) <= 0.1"]);
    }),
    ("a requirement without its reference", |q| {
        q.requirements = names(&["dp.difference_to_reference <= 0.1"]);
    }),
    ("a requirement without its pair", |q| q.requirements = names(&["dp.signed_difference <= 0.1"])),
    ("a requirement in strata where there are none", |q| {
        q.requirements = names(&["conditional_parity(age) <= 0.1"]);
    }),
    ("a requirement in other strata", |q| {
        q.strata = names(&["grade"]);
        q.requirements = names(&["conditional_parity(age) <= 0.1"]);
    }),
    ("a level that is none", |q| q.confidence = 95.0),
];

/// What fails in tables other than [`TABLE`].
const TABLES: &[(&str, &str, Change)] = &[
    ("a missing decision", "sex,approved\nf,\nm,yes\n", |_| {}),
    ("all rows left out", "sex,approved\nf,\nm,\n", |q| q.drop_missing = true),
    ("no rows", "sex,approved\n", |_| {}),
    ("an infinite score", "sex,score\nf,inf\n", |q| {
        q.prediction = None;
        q.score = Some("score".to_owned());
    }),
    ("a score too large to count with", "sex,score\nf,1e50\n", |q| {
        q.prediction = None;
        q.score = Some("score".to_owned());
    }),
    ("a line with a field too many", "sex,approved\nf,yes\nm,no,maybe\n", |_| {}),
    ("a quote that is not closed", "sex,approved\nf,\"yes\nm,no\n", |_| {}),
    ("a separator that is not clear", "sex;approved,x\nf;yes,1\n", |_| {}),
    ("quantiles of equal values", "age,approved\n30,yes\n30,no\n", |q| {
        q.sensitive = names(&["age"]);
        q.cuts = cut("age", CutPoints::Quantiles(4));
    }),
    ("a text that is not cut", "sex,approved\nf,yes\n", |q| {
        q.cuts = cut("sex", CutPoints::Numbers(vec![1.0]));
    }),
];

fn of_table(question: &Question, table: &Table) -> Result<(), Failure> {
    let counted = count(question, table, &Silent)?;
    report(&counted.statistics, question).map(|_| ())
}

/// What fails without a table that is counted.
fn others(spelling: Spelling, place: &Place) -> Vec<(&'static str, Failure)> {
    let open = |name: &str| {
        let input: Input = place.path(name).into();
        let error = Source::open(&[input], ReadOptions::new()).unwrap_err();
        Failure::of_table(&error, spelling)
    };
    std::fs::create_dir_all(place.path("empty")).unwrap();
    let sound = question(spelling, &["sex"], "approved");
    let state =
        |question: &Question| count(question, &place.table("t.csv", TABLE), &Silent).unwrap().statistics;
    let bytes = state(&sound).to_bytes();
    let mut twice = Merging::new(Identical::Refuse, spelling);
    twice.add_bytes("one.state", &bytes).unwrap();
    let mut other = sound.clone();
    other.sensitive = names(&["grade"]);
    let of_state = |change: Change| {
        let mut question = Question::new(spelling);
        change(&mut question);
        states::counted(&question, state(&sound), Vec::new()).unwrap_err()
    };
    let mut quantiles = sound.clone();
    quantiles.cuts = cut("sex", CutPoints::Quantiles(4));
    vec![
        ("a file that is not there", open("nowhere.csv")),
        ("an empty folder", open("empty")),
        ("a state twice", twice.add_bytes("two.state", &bytes).unwrap_err()),
        ("states of other columns", twice.add_bytes("other.state", &state(&other).to_bytes()).unwrap_err()),
        ("what is no state", states::from_bytes("x.state", b"x", spelling).unwrap_err()),
        ("no state", Merging::new(Identical::Refuse, spelling).finish().unwrap_err()),
        ("other columns than counted", of_state(|q| q.sensitive = names(&["age"]))),
        ("another task than counted", of_state(|q| q.task = Some(Task::Regression))),
        (
            "cut points that were not counted",
            of_state(|q| q.cuts = cut("age", CutPoints::Numbers(vec![3.0]))),
        ),
        ("a crossing of what was counted alone", of_state(|q| q.cross = true)),
        ("rows left out of a state", of_state(|q| q.drop_missing = true)),
        ("quantiles of a stream", Auditor::new(&quantiles).unwrap_err()),
        ("other columns than before", {
            let resumed = |question: &Question| {
                Auditor::resume(question, state(question), &Default::default()).unwrap()
            };
            resumed(&sound).merge(&resumed(&other)).unwrap_err()
        }),
    ]
}

fn told(spelling: Spelling) -> String {
    let place = Place::new();
    let sound = question(spelling, &["sex"], "approved");
    of_table(&sound, &place.table("t.csv", TABLE)).unwrap();
    let mut failures: Vec<(&str, Failure)> = Vec::new();
    let mut fail = |what: &'static str, text: &str, change: Change| {
        let mut question = sound.clone();
        change(&mut question);
        let failure = of_table(&question, &place.table("t.csv", text));
        failures.push((what, failure.expect_err(what)));
    };
    CHANGES.iter().for_each(|(what, change)| fail(what, TABLE, *change));
    TABLES.iter().for_each(|(what, text, change)| fail(what, text, *change));
    failures.extend(others(spelling, &place));
    let told = |(what, failure): &(&str, Failure)| {
        let parameter = failure.parameter().and_then(|parameter| spelling.parameter(parameter));
        let about = parameter.map_or(String::new(), |parameter| format!(", {parameter}"));
        let text = failure.to_string().replace('\n', "\n  ");
        format!("# {what} ({:?}{about})\n  {text}\n\n", failure.kind())
    };
    place.without_folder(&failures.iter().map(told).collect::<String>())
}

#[test]
fn every_failure_is_told_in_the_words_of_the_command_line() {
    expect_file!["spellings/command_line.txt"].assert_eq(&told(Spelling::CommandLine));
}

#[test]
fn every_failure_is_told_in_the_words_of_python() {
    for spelling in [Spelling::PythonTable, Spelling::PythonArrays] {
        let told = told(spelling);
        assert!(!told.contains("`--") && !told.contains("flag") && !told.contains("gate"), "{told}");
        match spelling {
            Spelling::PythonTable => expect_file!["spellings/python_table.txt"].assert_eq(&told),
            _ => expect_file!["spellings/python_arrays.txt"].assert_eq(&told),
        }
    }
}
