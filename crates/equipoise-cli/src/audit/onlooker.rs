//! The terminal looks on while a table is read: a bar for each pass, and a note where a pass is one more.

use std::sync::{PoisonError, RwLock};

use equipoise_audit::{Pass, Watch};
use equipoise_table::Progress;

use crate::{progress::ReadingBar, terminal::Terminal};

/// Shows the progress of each pass. Dropping it clears the line.
pub(crate) struct Onlooker<'a> {
    terminal: &'a Terminal,
    bar: RwLock<Option<ReadingBar>>,
}

impl<'a> Onlooker<'a> {
    pub(crate) fn new(terminal: &'a Terminal) -> Self {
        Self { terminal, bar: RwLock::new(None) }
    }
}

impl Watch for Onlooker<'_> {
    fn begin(&self, pass: Pass) {
        if pass == Pass::Quantiles {
            self.terminal.note("quantiles need a pass of their own over the columns that are cut");
        }
        let what = match pass {
            Pass::Quantiles => "finding quantiles",
            Pass::Kinds => "finding numbers",
            Pass::Reading => "reading",
            Pass::Predicting => "predicting",
            _ => "counting",
        };
        // The bar of the pass before vanishes first.
        let mut bar = self.bar.write().unwrap_or_else(PoisonError::into_inner);
        *bar = None;
        *bar = Some(self.terminal.progress(what));
    }

    fn at(&self, progress: Progress) {
        if let Some(bar) = &*self.bar.read().unwrap_or_else(PoisonError::into_inner) {
            bar.at(progress);
        }
    }
}
