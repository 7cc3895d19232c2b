//! Progress on stderr: only for a person who waits.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use equipoise_table::Progress;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// Work that is done sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(800);
/// How often a bar is redrawn.
const REDRAW: Duration = Duration::from_millis(100);

/// The progress of reading a table. Dropping it clears the line.
pub(crate) struct ReadingBar {
    what: &'static str,
    is_shown: bool,
    start: Instant,
    /// Whether another thread is drawing; then there is no need to.
    is_busy: AtomicBool,
    bar: Mutex<Option<(ProgressBar, Instant)>>,
}

impl ReadingBar {
    pub(crate) fn new(is_shown: bool, what: &'static str) -> Self {
        Self { what, is_shown, start: Instant::now(), is_busy: AtomicBool::new(false), bar: Mutex::new(None) }
    }

    /// Says how far the reading is; called from any thread.
    pub(crate) fn at(&self, progress: Progress) {
        if !self.is_shown || self.start.elapsed() < PATIENCE || self.is_busy.swap(true, Ordering::Acquire) {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let (bar, drawn) = bar.get_or_insert_with(|| (new_bar(self.what), now - 2 * REDRAW));
        if now.duration_since(*drawn) >= REDRAW {
            *drawn = now;
            bar.set_length(progress.bytes_total);
            bar.set_position(progress.bytes.min(progress.bytes_total));
            bar.set_message(format!("{} rows", HumanCount(progress.rows)));
        }
        self.is_busy.store(false, Ordering::Release);
    }
}

impl Drop for ReadingBar {
    fn drop(&mut self) {
        if let Some((bar, _)) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}

fn new_bar(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {bar:30} {percent:>3} %  {msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::new(0).with_style(style).with_prefix(what)
}

/// The progress of work in steps. Dropping it clears the line.
pub(crate) struct StepBar(Option<ProgressBar>);

impl StepBar {
    pub(crate) fn new(is_shown: bool) -> Self {
        Self(is_shown.then(|| new_bar("working")))
    }

    /// Says how many steps are done, and what is done now.
    pub(crate) fn at(&self, done: usize, total: usize, what: &str) {
        let Some(bar) = &self.0 else { return };
        bar.set_length(total as u64);
        bar.set_position(done as u64);
        bar.set_message(what.to_owned());
    }
}

impl Drop for StepBar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

/// The progress of downloads. Dropping it clears the line.
pub(crate) struct DownloadBar(Option<ProgressBar>);

impl DownloadBar {
    pub(crate) fn new(is_shown: bool) -> Self {
        Self(is_shown.then(|| new_bar("downloading")))
    }

    /// Says how far the download of an address is.
    pub(crate) fn at(&self, url: &str, bytes: u64, total: Option<u64>) {
        let Some(bar) = &self.0 else { return };
        bar.set_length(total.unwrap_or(bytes));
        bar.set_position(bytes);
        bar.set_message(url.to_owned());
    }
}

impl Drop for DownloadBar {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
