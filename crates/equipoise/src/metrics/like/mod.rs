//! What other toolkits print for the same rows: by their names, with their signs and their rules for 0/0.
//!
//! A toolkit's figure may be NaN or infinite, as it is there; ours never is. `ours` names the metric here that answers the
//! same question, and `note` says where the two differ and why. Reproduced to 1e-9 from fairlearn 0.15.0, AIF360 0.6.1,
//! aequitas 1.1.0 and smclarify 0.5 on Adult and COMPAS.

mod aequitas;

mod aif360;

mod clarify;

mod fairlearn;

pub use aequitas::{Reference, aequitas};
pub use aif360::{aif360, aif360_groups};
pub use clarify::clarify;
pub use fairlearn::fairlearn;

use super::Counts;
use crate::stats::view::{Cell, View};

/// One figure of a toolkit.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// The toolkit's name of it.
    pub name: String,
    /// The group it is about, by its place among the groups that were passed; `None` for a figure about all.
    pub group: Option<usize>,
    /// What the toolkit was asked for, such as `method=to_overall`; empty where there is no choice.
    pub setting: String,
    /// The figure as the toolkit prints it, NaN and infinities included.
    pub value: f64,
    /// Our metric for the same question.
    pub ours: Option<&'static str>,
    /// Where ours differs, and why.
    pub note: Option<&'static str>,
}

impl Quote {
    fn new(name: impl Into<String>, value: f64) -> Self {
        Self { name: name.into(), group: None, setting: String::new(), value, ours: None, note: None }
    }

    fn of(mut self, group: usize) -> Self {
        self.group = Some(group);
        self
    }

    fn with(mut self, setting: impl Into<String>) -> Self {
        self.setting = setting.into();
        self
    }

    fn ours(mut self, name: &'static str) -> Self {
        self.ours = Some(name);
        self
    }

    fn note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }
}

/// Returns the four weights, or four zeros where target or decision lack.
fn counts(view: &View) -> Counts {
    Counts::of(view).unwrap_or(Counts { tp: 0.0, fp: 0.0, fn_: 0.0, tn: 0.0 })
}

/// Toolkits without weights count rows.
fn rows_only(view: &View) -> View {
    let mut view = view.clone();
    let cell = |cell: &mut Cell| *cell = Cell::of_rows(cell.rows);
    view.matrix.cells.iter_mut().for_each(cell);
    view
}

/// Whether target and decision are there, and binary.
fn has_decisions(view: &View) -> bool {
    view.confusion().is_some()
}

/// Whether there is a score and a binary target.
fn has_scores(view: &View) -> bool {
    view.law.len() == 2 && view.matrix.n_target == 2 && view.moments.target.is_none()
}

/// Whether there is a predicted value and a real target.
fn has_errors(view: &View) -> bool {
    view.moments.squared_error.is_some()
}
