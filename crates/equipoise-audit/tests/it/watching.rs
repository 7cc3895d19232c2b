//! Progress is told, and the work stops when it is asked to.

use std::sync::{
    Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use equipoise_audit::{Auditor, Cut, CutPoints, Kind, Pass, Silent, Spelling, Watch, count};
use equipoise_table::Progress;

use crate::{Place, csv, question, rows};

/// Stops in a pass, when it has been asked a number of times.
#[derive(Default)]
struct Impatient {
    stops_in: Option<Pass>,
    patience: usize,
    passes: Mutex<Vec<Pass>>,
    n_asked: AtomicUsize,
    was_told: AtomicBool,
}

impl Watch for Impatient {
    fn begin(&self, pass: Pass) {
        self.passes.lock().unwrap().push(pass);
    }

    fn at(&self, progress: Progress) {
        assert!(progress.bytes <= progress.bytes_total);
        self.was_told.store(true, Ordering::Relaxed);
    }

    fn is_cancelled(&self) -> bool {
        self.passes.lock().unwrap().last().copied() == self.stops_in
            && self.n_asked.fetch_add(1, Ordering::Relaxed) >= self.patience
    }
}

#[test]
fn a_pass_is_announced_and_can_be_stopped() {
    let place = Place::new();
    let table = place.table("t.csv", &csv(&rows(500)));
    let mut question = question(Spelling::PythonArrays, &["age"], "p");
    question.positive = vec!["1".to_owned()];
    question.cuts = vec![Cut { column: "age".to_owned(), points: CutPoints::Quantiles(3) }];
    let patient = Impatient::default();
    count(&question, &table, &patient).unwrap();
    assert_eq!(*patient.passes.lock().unwrap(), [Pass::Quantiles, Pass::Counting]);
    assert!(patient.was_told.load(Ordering::Relaxed));
    for (pass, n_passes) in [(Pass::Quantiles, 1), (Pass::Counting, 2)] {
        let impatient = Impatient { stops_in: Some(pass), ..Impatient::default() };
        let failure = count(&question, &table, &impatient).unwrap_err();
        assert_eq!((failure.kind(), failure.parameter()), (Kind::Cancelled, None));
        assert_eq!(impatient.passes.lock().unwrap().len(), n_passes);
    }
}

#[test]
fn a_stopped_batch_leaves_the_stream_as_it_was() {
    let place = Place::new();
    let (few, many) =
        (place.table("few.csv", &csv(&rows(50))), place.table("many.csv", &csv(&rows(200_000))));
    let mut question = question(Spelling::PythonArrays, &["g"], "p");
    question.positive = vec!["1".to_owned()];
    question.threads = 2;
    let mut auditor = Auditor::new(&question).unwrap();
    auditor.update(&few, &Silent).unwrap();
    let before = auditor.statistics().to_bytes();
    let impatient = Impatient { stops_in: Some(Pass::Counting), patience: 2, ..Impatient::default() };
    let failure = auditor.update(&many, &impatient).unwrap_err();
    assert_eq!(failure.kind(), Kind::Cancelled);
    assert_eq!(auditor.statistics().to_bytes(), before);
    auditor.update(&many, &Silent).unwrap();
    assert_eq!(auditor.statistics().rows(), 200_050);
}
