//! Long work away from the interpreter: its lock is free for other threads, and Ctrl-C is heard within a second.

use std::{
    any::Any,
    panic::{self, AssertUnwindSafe},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::Duration,
};

use equipoise_audit::{Failure, Spelling, Watch};
use pyo3::prelude::*;

use crate::errors;

/// How often Python is asked whether a signal came.
const LISTEN_EVERY: Duration = Duration::from_millis(100);

/// How long cancelled work may take to end by itself; then it is left behind and its answer thrown away.
const GRACE: Duration = Duration::from_millis(500);

/// Whether the work is to stop.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cancel(Arc<AtomicBool>);

impl Watch for Cancel {
    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Does work on a thread of its own while this one listens for signals.
///
/// Only the main thread of Python hears them, and only where it holds the interpreter's lock; so the work itself must
/// be elsewhere. A panic in it becomes an exception like others.
pub(crate) fn listening<T: Send + 'static>(
    py: Python<'_>,
    spelling: Spelling,
    work: impl FnOnce(&Cancel) -> Result<T, Failure> + Send + 'static,
) -> PyResult<T> {
    listening_for(py, |failure| errors::exception(py, failure, spelling), work)
}

/// Does work as [`listening`] does, whose errors are of another kind.
pub(crate) fn listening_for<T: Send + 'static, E: Send + 'static>(
    py: Python<'_>,
    exception: impl FnOnce(&E) -> PyErr,
    work: impl FnOnce(&Cancel) -> Result<T, E> + Send + 'static,
) -> PyResult<T> {
    let cancel = Cancel::default();
    let (sender, mut receiver) = mpsc::channel();
    let of_work = cancel.clone();
    let run = move || {
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(&of_work)));
        // Nobody may be waiting any more.
        let _ = sender.send(outcome);
    };
    thread::Builder::new()
        .name("equipoise".to_owned())
        .spawn(run)
        .map_err(|error| errors::fault(py, &format!("no thread can be started: {error}")))?;
    loop {
        let outcome;
        (receiver, outcome) = wait(py, receiver, LISTEN_EVERY);
        match outcome {
            Ok(Ok(result)) => return result.map_err(|error| exception(&error)),
            Ok(Err(panic)) => return Err(errors::fault(py, text(panic.as_ref()))),
            Err(RecvTimeoutError::Disconnected) => return Err(errors::fault(py, "no answer came")),
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Err(signal) = py.check_signals() {
            cancel.0.store(true, Ordering::Relaxed);
            // Whatever came of it, nobody wants it now.
            let _ = wait(py, receiver, GRACE);
            return Err(signal);
        }
    }
}

/// Does short work on this thread, with the interpreter's lock free. A panic in it becomes an exception like others.
pub(crate) fn away<T: Send>(py: Python<'_>, work: impl FnOnce() -> T + Send) -> PyResult<T> {
    let outcome = py.detach(|| panic::catch_unwind(AssertUnwindSafe(work)));
    outcome.map_err(|panic| errors::fault(py, text(panic.as_ref())))
}

type Waited<T> = (mpsc::Receiver<T>, Result<T, RecvTimeoutError>);

/// Waits with the interpreter's lock free. The receiver goes in and out, since two threads must not share it.
fn wait<T: Send>(py: Python<'_>, receiver: mpsc::Receiver<T>, time: Duration) -> Waited<T> {
    py.detach(move || {
        let outcome = receiver.recv_timeout(time);
        (receiver, outcome)
    })
}

fn text(panic: &(dyn Any + Send)) -> &str {
    let text =
        panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("no detail")
}
