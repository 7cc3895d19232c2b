//! Questions that nobody means: each ends in an answer or a failure, never in a panic.

use equipoise::{
    groups::Label,
    stats::{Task, WeightKind},
};
use equipoise_audit::{Auditor, Cut, CutPoints, Question, Silent, Spelling, count, report, states};

use crate::{Place, csv, names, rows};

const SPELLINGS: [Spelling; 3] = [Spelling::CommandLine, Spelling::PythonTable, Spelling::PythonArrays];

/// Texts that mean something elsewhere.
const TEXTS: [&str; 8] = ["", " ", "#1", "#0", "g", "it's \"a\", \\n", "\u{202e}\u{0}\n", "[(=<>)]"];

/// Every way of filling one field, on top of a question.
fn spoiled(whole: &Question) -> Vec<Question> {
    let mut all = Vec::new();
    let mut with = |change: &dyn Fn(&mut Question)| {
        let mut question = whole.clone();
        change(&mut question);
        all.push(question);
    };
    for text in TEXTS {
        let (one, list) = (Some(text.to_owned()), names(&[text, text]));
        with(&|question| question.target.clone_from(&one));
        with(&|question| question.prediction.clone_from(&one));
        with(&|question| question.score.clone_from(&one));
        with(&|question| question.weight.clone_from(&one));
        with(&|question| question.sensitive.clone_from(&list));
        with(&|question| question.sensitive = names(&[text]));
        with(&|question| question.strata.clone_from(&list));
        with(&|question| question.positive.clone_from(&list));
        with(&|question| question.positive_prediction.clone_from(&list));
        with(&|question| question.metrics.clone_from(&list));
        with(&|question| question.notions = Some(list.clone()));
        with(&|question| question.requirements.clone_from(&list));
        with(&|question| question.references = vec![(text.to_owned(), Label::new(text)); 2]);
        with(&|question| question.references = vec![("g".to_owned(), Label::new(text))]);
        let cut = |points| Cut { column: text.to_owned(), points };
        with(&|question| question.cuts = vec![cut(CutPoints::Quantiles(2))]);
        with(&|question| question.cuts = vec![cut(CutPoints::Numbers(vec![0.0]))]);
    }
    for number in [f64::NAN, f64::INFINITY, -0.0, 0.0, 1.0, -1.0, f64::MAX] {
        with(&|question| question.threshold = Some(number));
        with(&|question| question.confidence = number);
        let cut = || Cut { column: "age".to_owned(), points: CutPoints::Numbers(vec![number, number]) };
        with(&|question| question.cuts = vec![cut(), cut()]);
    }
    for n in [0, 1, usize::MAX] {
        with(&|question| question.threads = n);
        with(&|question| question.rows_min = n as u64);
        with(&|question| question.seed = n as u64);
        let cut = || Cut { column: "age".to_owned(), points: CutPoints::Quantiles(n) };
        with(&|question| {
            question.sensitive = names(&["age"]);
            question.cuts = vec![cut()];
        });
    }
    for task in [Task::Binary, Task::Multiclass, Task::Regression] {
        with(&|question| question.task = Some(task));
    }
    with(&|question| {
        question.cuts = vec![Cut { column: "g".to_owned(), points: CutPoints::Numbers(vec![]) }]
    });
    with(&|question| question.cross = true);
    with(&|question| question.drop_missing = true);
    with(&|question| question.weight_kind = Some(WeightKind::Sampling));
    with(&|question| question.notions = Some(Vec::new()));
    all
}

#[test]
fn no_question_is_a_panic_and_every_failure_says_something() {
    let place = Place::new();
    let table = place.table("t.csv", &csv(&rows(40)));
    let mut n_answers = 0;
    for spelling in SPELLINGS {
        let empty = Question::new(spelling);
        let mut decisions = Question::new(spelling);
        decisions.sensitive = names(&["g"]);
        decisions.prediction = Some("p".to_owned());
        decisions.positive = names(&["1"]);
        let mut numbers = Question::new(spelling);
        numbers.sensitive = names(&["g", "z"]);
        (numbers.target, numbers.score) = (Some("w".to_owned()), Some("f".to_owned()));
        numbers.task = Some(Task::Regression);
        let state = count(&decisions, &table, &Silent).unwrap().statistics;
        for question in [empty, decisions, numbers].iter().flat_map(spoiled) {
            let answer = count(&question, &table, &Silent)
                .and_then(|counted| report(&counted.statistics, &question).map(|_| ()));
            let streamed = Auditor::new(&question)
                .and_then(|mut auditor| auditor.update(&table, &Silent).map(|()| auditor))
                .and_then(|auditor| auditor.counted())
                .map(|_| ());
            let of_state = states::counted(&question, state.clone(), Vec::new())
                .and_then(|counted| report(&counted.statistics, &question).map(|_| ()));
            n_answers += usize::from(answer.is_ok());
            for failure in [answer, streamed, of_state].into_iter().filter_map(Result::err) {
                assert!(!failure.what().is_empty(), "{question:?}");
                if spelling != Spelling::CommandLine {
                    let text = failure.to_string();
                    assert!(!text.contains("`--") && !text.contains("flag"), "{text}\n{question:?}");
                }
            }
        }
    }
    assert!(n_answers > 100, "{n_answers}");
}
