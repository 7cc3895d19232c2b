//! What the fitting rows show: gaps of means, what these say of rates, and how far true means can be.

use super::{Assumption, Use};
use crate::{
    groups::Label,
    inference::Confidence,
    kernels::Function,
    methods::{
        FeatureMap, Score,
        inprocessing::{
            Against, Constraint, EventRows,
            fair_erm::{self, Comparison, Refinement},
        },
    },
};

/// What the fitting rows show.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Training {
    /// The method.
    pub method: &'static str,
    /// Rows with a positive weight.
    pub rows: usize,
    /// Whether the solver met its tolerance.
    pub converged: bool,
    /// ‖w‖ of the score ⟨w, φ(x)⟩ + b.
    pub norm: f64,
    /// How long φ(x) can be.
    pub radius: Radius,
    /// The level of all `gap_true_max` together.
    pub confidence: f64,
    /// What driving the rates together took, where it was asked for.
    pub refinement: Option<Refinement>,
    /// One for each constraint, in order.
    pub differences: Vec<Difference>,
    /// Groups without rows in an event, of which nothing is said.
    pub n_empty: usize,
    /// What `gap_true_max` rests on.
    pub assumptions: Vec<Assumption>,
}

/// The largest ‖φ(x)‖.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Radius {
    /// Of every row there can be: 1 for the RBF and the Laplacian kernel, and for features in their place.
    Known(
        /// The radius.
        f64,
    ),
    /// Of the fitting rows; that others are not longer is an assumption.
    Observed(
        /// The radius.
        f64,
    ),
}

impl Radius {
    /// Returns the number.
    pub const fn get(self) -> f64 {
        match self {
            Self::Known(radius) | Self::Observed(radius) => radius,
        }
    }

    fn of(score: &Score, observed: f64) -> Self {
        let is_unit = match score {
            Score::Linear(_) => false,
            Score::Kernel(score) => is_unit(&score.kernel),
            Score::Features(score) => match &score.map {
                FeatureMap::Nystrom { kernel, .. } => is_unit(kernel),
                FeatureMap::Fourier(_) => true,
            },
        };
        if is_unit { Self::Known(1.0) } else { Self::Observed(observed) }
    }
}

/// Whether K(x, x) = 1 for every x. Nyström features are projections, so they are no longer than φ.
const fn is_unit(kernel: &Function) -> bool {
    matches!(kernel, Function::Rbf { .. } | Function::Laplacian { .. })
}

/// What a group is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Another group.
    Group(
        /// Its labels, one an attribute.
        Vec<Label>,
    ),
    /// All rows of the event.
    Pooled,
}

/// One difference of mean scores.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// Which grouping: the number of the attribute, or 0 where they are crossed.
    pub grouping: usize,
    /// The rows inside which it is.
    pub event: EventRows,
    /// The group.
    pub group: Vec<Label>,
    /// What it is compared with.
    pub against: Compared,
    /// Rows of the two.
    pub rows: [usize; 2],
    /// What was asked of |gap|; given up where rates were driven together after.
    pub bound: f64,
    /// The mean score of the first minus that of the second, on the fitting rows.
    pub gap: f64,
    /// With the certificate's confidence the true difference of mean scores is at most this in magnitude.
    pub gap_true_max: f64,
    /// What the means say of the rates; `None` where the score is no decision.
    pub rates: Option<RateBound>,
}

/// What equal means say of rates, on the same rows (a linear loss in the place of the 0/1 loss).
///
/// |rate_a − rate_b| = ½ |mean_a sign f − mean_b sign f| ≤ ½ |mean_a f − mean_b f| + Δ̂ with
/// Δ̂ = ½ Σ_g |mean_g (sign f − f)|, for every f. The left side does not change where f is multiplied by c > 0, so the
/// smallest right side over c is the best bound of the kind. As a function of c it is convex and linear between the zeros
/// c = mean_g sign f / mean_g f of its terms, so the smallest is at one of these, or in the limit c → 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateBound {
    /// Rate of f > 0 in the first minus that in the second.
    pub rate_gap: f64,
    /// Δ̂. Small where scores gather near −1 and +1.
    pub distance: f64,
    /// ½ |gap of means| + Δ̂.
    pub bound: f64,
    /// The c at which the bound of c f is smallest; 0 for the limit.
    pub scale: f64,
    /// The bound there; never below |rate_gap|.
    pub bound_scaled: f64,
}

impl RateBound {
    /// Returns the bound from the means of f and the rates of f > 0 on two sets of rows.
    pub fn new(mean: [f64; 2], rate: [f64; 2]) -> Self {
        let signs = rate.map(|rate| 2.0 * rate - 1.0);
        let distance = |c: f64| 0.5 * ((signs[0] - c * mean[0]).abs() + (signs[1] - c * mean[1]).abs());
        let bound = |c: f64| 0.5 * c * (mean[0] - mean[1]).abs() + distance(c);
        let zeros = (0..2).map(|g| signs[g] / mean[g]).filter(|c| c.is_finite() && *c > 0.0);
        let (mut scale, mut bound_scaled) = (0.0, bound(0.0));
        for c in zeros.chain([1.0]) {
            if bound(c) < bound_scaled {
                (scale, bound_scaled) = (c, bound(c));
            }
        }
        let rate_gap = rate[0] - rate[1];
        // Never below by rounding.
        let at_least = |bound: f64| bound.max(rate_gap.abs());
        Self {
            rate_gap,
            distance: distance(1.0),
            bound: at_least(bound(1.0)),
            scale,
            bound_scaled: at_least(bound_scaled),
        }
    }
}

/// A set of rows whose mean is estimated: cells with their shares of it.
#[derive(Clone, Debug, PartialEq)]
struct Side {
    cells: Vec<(usize, f64)>,
    rows: usize,
    /// Σ a_i² of its normalised weights.
    concentration: f64,
}

impl Side {
    fn of_cell(comparison: &Comparison, cell: usize) -> Self {
        let of = &comparison.cells[cell];
        Self { cells: vec![(cell, 1.0)], rows: of.rows, concentration: of.concentration }
    }

    fn pooled(comparison: &Comparison, cell: usize) -> Self {
        let cells = &comparison.cells;
        let is_there = |other: &usize| {
            (cells[*other].grouping, cells[*other].event) == (cells[cell].grouping, cells[cell].event)
        };
        let members: Vec<usize> = (0..cells.len()).filter(is_there).collect();
        let total: f64 = members.iter().map(|&member| cells[member].weight).sum();
        let share = |member: usize| cells[member].weight / total;
        Self {
            cells: members.iter().map(|&member| (member, share(member))).collect(),
            rows: members.iter().map(|&member| cells[member].rows).sum(),
            concentration: members.iter().map(|&m| share(m) * share(m) * cells[m].concentration).sum(),
        }
    }

    fn mean(&self, of_cells: impl Fn(usize) -> f64) -> f64 {
        self.cells.iter().map(|&(cell, share)| share * of_cells(cell)).sum()
    }
}

impl Training {
    pub(super) fn new(
        training: &fair_erm::Training,
        comparison: &Comparison,
        score: &Score,
        predicts: Use,
        confidence: Confidence,
    ) -> Self {
        let sides: Vec<[Side; 2]> =
            comparison.constraints.iter().map(|constraint| sides(comparison, constraint)).collect();
        let mut distinct: Vec<&Side> = Vec::new();
        for side in sides.iter().flatten() {
            if !distinct.contains(&side) {
                distinct.push(side);
            }
        }
        let radius = Radius::of(score, comparison.radius);
        let norm = training.squared_norm.max(0.0).sqrt();
        // ‖û − u‖ ≤ R (1 + √(2 ln(1/δ))) √(Σ a²) with probability 1 − δ (McDiarmid); for all means at once δ is shared.
        let delta = confidence.alpha() / distinct.len().max(1) as f64;
        let factor = norm * radius.get() * (1.0 + (-2.0 * delta.ln()).sqrt());
        let mut assumptions = vec![Assumption::Independent, Assumption::FeaturesGiven];
        let is_weighted = |side: &&Side| side.concentration * side.rows as f64 > 1.0 + 1e-9;
        if distinct.iter().any(is_weighted) {
            assumptions.push(Assumption::WeightsGiven);
        }
        if let Radius::Observed(radius) = radius {
            assumptions.push(Assumption::LongestSeen { radius });
        }
        let numbered = sides.iter().enumerate();
        Self {
            method: training.method,
            rows: training.rows,
            converged: training.outcome.converged(),
            norm,
            radius,
            confidence: confidence.get(),
            refinement: training.refinement.clone(),
            differences: numbered
                .map(|(number, sides)| Difference::new(comparison, number, sides, factor, predicts))
                .collect(),
            n_empty: comparison.empty.len(),
            assumptions,
        }
    }
}

/// Returns what a constraint compares.
fn sides(comparison: &Comparison, constraint: &Constraint) -> [Side; 2] {
    let second = match constraint.against {
        Against::Cell(cell) => Side::of_cell(comparison, cell),
        Against::Pooled => Side::pooled(comparison, constraint.cell),
    };
    [Side::of_cell(comparison, constraint.cell), second]
}

impl Difference {
    /// `factor` times the root of the sum of a side's squared weights is how far its mean can be from the true one.
    fn new(comparison: &Comparison, number: usize, sides: &[Side; 2], factor: f64, predicts: Use) -> Self {
        let Constraint { cell, against, bound } = comparison.constraints[number];
        let of = &comparison.cells[cell];
        let group_of = |cell: usize| {
            let of = &comparison.cells[cell];
            comparison.groups[of.grouping][of.group].clone()
        };
        let gap = comparison.gaps[number];
        let [a, b] = sides;
        let mean = |side: &Side| side.mean(|cell| comparison.figures[cell].mean);
        let rate = |side: &Side| side.mean(|cell| comparison.figures[cell].rate);
        Self {
            grouping: of.grouping,
            event: comparison.events[of.event].clone(),
            group: group_of(cell),
            against: match against {
                Against::Cell(cell) => Compared::Group(group_of(cell)),
                Against::Pooled => Compared::Pooled,
            },
            rows: [a.rows, b.rows],
            bound,
            gap,
            gap_true_max: gap.abs() + factor * (a.concentration.sqrt() + b.concentration.sqrt()),
            rates: (predicts == Use::Decision)
                .then(|| RateBound::new([mean(a), mean(b)], [rate(a), rate(b)])),
        }
    }
}
