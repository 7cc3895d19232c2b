//! What a fit returns and what it says of itself.

use super::{Refinement, solution::Solution};
use crate::{
    groups::Label,
    methods::{
        Crossing, Pairs, Score,
        inprocessing::{Cell, Constraint, EmptyCell, EventRows},
    },
    notion::Notion,
    solvers::Outcome,
};

/// What a fit returns.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fitted {
    /// The model: what is kept.
    pub score: Score,
    /// What the fit says of itself; O(columns · constraints), no rows.
    pub training: Training,
    /// f of the fitting rows.
    pub scores: Vec<f64>,
    /// What a fit with other bounds can start from.
    pub(super) solution: Solution,
}

/// What a fit says of itself.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Training {
    /// The method.
    pub method: &'static str,
    /// Rows with a positive weight.
    pub rows: usize,
    /// How the last solve ended. Not having converged is a value, with numbers. Over a kernel its objectives leave
    /// out what the constraints fix of w.
    pub outcome: Outcome,
    /// The whole objective of the [`Loss`](super::Loss) on the fitting rows.
    pub objective: f64,
    /// ‖w‖², in the space of φ.
    pub squared_norm: f64,
    /// How many problems with equalities were solved, without those of the refinement.
    pub solves: usize,
    /// What driving the rates together took; `None` where it was not asked for.
    pub refinement: Option<Refinement>,
    /// What was asked of the groups and what came of it; `None` for the ordinary model.
    pub comparison: Option<Comparison>,
}

/// What was asked of the groups, and what came of it on the fitting rows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// The notion.
    pub notion: Notion,
    /// Which differences were bounded.
    pub pairs: Pairs,
    /// How attributes became groups.
    pub crossing: Crossing,
    /// The events.
    pub events: Vec<EventRows>,
    /// The labels of the groups of each grouping.
    pub groups: Vec<Vec<Vec<Label>>>,
    /// The cells with rows.
    pub cells: Vec<Cell>,
    /// Figures of the score in each cell.
    pub figures: Vec<CellFigures>,
    /// Groups without rows in an event.
    pub empty: Vec<EmptyCell>,
    /// The differences that were bounded, in order.
    pub constraints: Vec<Constraint>,
    /// The difference of mean scores of each constraint.
    pub gaps: Vec<f64>,
    /// Constraints that hold with equality, by number.
    pub active: Vec<usize>,
    /// How many constraints are independent: the rank of M.
    pub rank: usize,
    /// ‖u_j‖ of each constraint: the distance between the groups' means of φ (the biased MMD).
    pub distances: Vec<f64>,
    /// u_j in the columns of x, k × d, where the score is linear in them (the linear kernel); else empty.
    pub signal: Vec<f64>,
    /// The largest ‖φ(x)‖ of a fitting row in an event.
    pub radius: f64,
}

/// Weighted figures of the score over the rows of one cell.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CellFigures {
    /// Mean of f.
    pub mean: f64,
    /// Share of f > 0.
    pub rate: f64,
}
