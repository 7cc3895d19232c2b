//! What a fit says of the groups.

use super::{CellFigures, Comparison, Parameters, solution::Solution};
use crate::methods::inprocessing::Constraints;

/// What the space of φ tells of the constraints.
pub(super) struct Geometry<'a> {
    pub(super) gaps: Vec<f64>,
    pub(super) rank: usize,
    pub(super) distances: Vec<f64>,
    pub(super) signal: Vec<f64>,
    /// ‖φ(x)‖² of a row.
    pub(super) squared_norm: &'a dyn Fn(usize) -> f64,
}

impl Comparison {
    pub(super) fn new(
        constraints: &Constraints,
        parameters: &Parameters,
        solution: &Solution,
        geometry: Geometry<'_>,
    ) -> Self {
        let fairness = &parameters.fairness;
        let means = constraints.cell_means(&solution.scores);
        let decisions: Vec<f64> =
            solution.scores.iter().map(|&score| f64::from(u8::from(score > 0.0))).collect();
        let rates = constraints.cell_means(&decisions);
        let compared = constraints.rows_compared();
        let largest = compared.map(geometry.squared_norm).fold(0.0, f64::max);
        Self {
            notion: fairness.notion.clone(),
            pairs: fairness.pairs,
            crossing: fairness.crossing,
            events: constraints.events().to_vec(),
            groups: constraints.groups().to_vec(),
            cells: constraints.cells().to_vec(),
            figures: means.into_iter().zip(rates).map(|(mean, rate)| CellFigures { mean, rate }).collect(),
            empty: constraints.empty().to_vec(),
            constraints: constraints.list().to_vec(),
            gaps: geometry.gaps,
            active: solution.active.iter().map(|active| active.0).collect(),
            rank: geometry.rank,
            distances: geometry.distances,
            signal: geometry.signal,
            radius: largest.sqrt(),
        }
    }
}
