//! The exit codes: a contract that pipelines rely on.

use std::process::ExitCode;

use equipoise::verdict::Outcome;

use crate::args::WhenUndecided;

/// How the command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done, and every gate holds.
    Done,
    /// 1: a gate is violated.
    Violated,
    /// 2: the arguments or the input are at fault, or an output could not be written.
    Failed,
    /// 3: no gate is violated, but one is undecided.
    Undecided,
}

impl Exit {
    /// Returns how an audit ends whose worst gate came out so; `None` without gates.
    pub(crate) fn of_gates(worst: Option<Outcome>, undecided: WhenUndecided) -> Self {
        match (worst, undecided) {
            (Some(Outcome::Violated), _) => Self::Violated,
            (Some(Outcome::Undecided), WhenUndecided::Fail) => Self::Undecided,
            (Some(Outcome::Undecided), WhenUndecided::Pass) | (Some(Outcome::Holds) | None, _) => Self::Done,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Violated => 1,
            Exit::Failed => 2,
            Exit::Undecided => 3,
        })
    }
}
