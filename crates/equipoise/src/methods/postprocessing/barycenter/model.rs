//! The fitted repair: a monotone table a group.

use rayon::prelude::*;

use super::{
    fit::{APPLY, ATOM, noisy},
    plan::{Beyond, Interpolation, Jitter, Parameters, Target, Unseen, check_alpha},
    sort::Sorted,
    steps::Steps,
    table::{Barycenter, Curve, Place, Table},
};
use crate::{
    groups::Label,
    methods::{
        PlanError,
        postprocessing::{
            RepairApplyError, RowIds, Scored,
            lookup::{Lookup, UNSEEN},
            scored::uniform,
        },
    },
    stats::{GRID_STEP, on_grid},
};

/// What a model knows of one group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) labels: Vec<Label>,
    /// Rows in the fit.
    pub(super) rows: f64,
    /// Rows behind the ranks; with weights the effective number.
    pub(super) rank_rows: f64,
    pub(super) is_weighted: bool,
    pub(super) weight: f64,
    pub(super) share: f64,
    /// Whether rows of the fit had equal scores.
    pub(super) has_ties: bool,
    /// Whether the law was coarsened to equal shares.
    pub(super) is_coarse: bool,
    /// The largest share of rows in one cell of the grid that scores were counted on; 0 where they were not.
    pub(super) rank_error: f64,
    pub(super) ranks: Steps,
    /// The law for quantiles, where it is another.
    pub(super) quantiles: Option<Steps>,
}

impl Group {
    pub(super) fn quantiles(&self) -> &Steps {
        self.quantiles.as_ref().unwrap_or(&self.ranks)
    }
}

/// A fitted repair. Immutable; holds no rows, but see [`Quantiles::Exact`](super::Quantiles::Exact).
#[derive(Clone, Debug, PartialEq)]
pub struct Model {
    pub(super) parameters: Parameters,
    pub(super) lookup: Lookup,
    pub(super) groups: Vec<Group>,
    /// The law of the target where it is given, else empty.
    target: Steps,
    tables: Vec<Table>,
    pooled: Option<Table>,
    /// For ranks between those of the tables: only where atoms are spread.
    curve: Option<Curve>,
}

/// What happened to a row that was not repaired as the method promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flag {
    /// Its group did not occur in the fit: repaired by its rank among all.
    Pooled,
    /// Its group did not occur in the fit: the score is the old one.
    Untouched,
}

/// Repaired scores and what to know of them.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Repaired {
    /// The new scores, in the order of the rows.
    pub scores: Vec<f64>,
    /// Rows that were not repaired as promised, ascending.
    pub flagged: Vec<(usize, Flag)>,
    /// Rows below the lowest score of their group in the fit.
    pub below: u64,
    /// Rows above the highest score of their group in the fit.
    pub above: u64,
}

/// Rows that one thread repairs at a time.
const CHUNK: usize = 1 << 14;

impl Model {
    pub(super) fn new(parameters: Parameters, lookup: Lookup, groups: Vec<Group>) -> Self {
        let target = match &parameters.target {
            Target::Law(values) => {
                let mut scores = values.clone();
                scores.sort_by(f64::total_cmp);
                Steps::of_sorted(&Sorted { scores, weights: None })
            }
            Target::Barycenter | Target::Group(_) => Steps::default(),
        };
        let mut model =
            Self { parameters, lookup, groups, target, tables: Vec::new(), pooled: None, curve: None };
        let interpolation = model.parameters.interpolation;
        let barycenter = model.barycenter();
        let tables: Vec<Table> = model
            .groups
            .par_iter()
            .map(|group| Table::new(&group.ranks, &barycenter, interpolation))
            .collect();
        let pooled = (model.parameters.unseen == Unseen::Pooled)
            .then(|| Table::new(&model.pooled_law(), &barycenter, interpolation));
        let curve = model.divides_steps().then(|| barycenter.curve());
        model.tables = tables;
        model.pooled = pooled;
        model.curve = curve;
        model
    }

    /// The law that all groups get.
    pub(super) fn barycenter(&self) -> Barycenter<'_> {
        let parts = match &self.parameters.target {
            Target::Law(_) => vec![(1.0, &self.target)],
            Target::Group(labels) => {
                let is_target = |group: &&Group| group.labels == *labels;
                self.groups.iter().filter(is_target).map(|group| (1.0, group.quantiles())).collect()
            }
            Target::Barycenter => {
                let takes_part = |group: &&Group| group.share > 0.0;
                self.groups.iter().filter(takes_part).map(|group| (group.share, group.quantiles())).collect()
            }
        };
        Barycenter { parts }
    }

    /// Whether rows of equal scores get random ranks where there are any.
    pub(super) fn spreads_atoms(&self) -> bool {
        self.parameters.jitter == Jitter::Auto && self.parameters.interpolation == Interpolation::Step
    }

    /// Whether some step of the ranks is to be divided: an atom, or a cell of a grid.
    fn divides_steps(&self) -> bool {
        let has_atom = |group: &Group| group.ranks.has_atoms() || (group.has_ties && !group.ranks.is_whole);
        self.is_grid() || (self.spreads_atoms() && self.groups.iter().any(has_atom))
    }

    fn pooled_law(&self) -> Steps {
        let mut points: Vec<(f64, f64)> = Vec::new();
        for group in &self.groups {
            let scale =
                if group.ranks.total() == group.weight { 1.0 } else { group.weight / group.ranks.total() };
            points.extend(
                (0..group.ranks.len()).map(|idx| (group.ranks.points[idx], scale * group.ranks.at(idx))),
            );
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Steps::of(points.into_iter())
    }

    /// Returns the parameters of the fit.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Returns the labels of each group, one an attribute, in order.
    pub fn groups(&self) -> &[Vec<Label>] {
        self.lookup.groups()
    }

    /// Returns the weights p of the groups in the barycenter, in the order of [`groups`](Self::groups).
    pub fn shares(&self) -> Vec<f64> {
        self.groups.iter().map(|group| group.share).collect()
    }

    /// Returns the same repair with another share of the unfairness left.
    ///
    /// # Errors
    /// When alpha is not in [0, 1].
    pub fn with_alpha(&self, alpha: f64) -> Result<Self, PlanError> {
        check_alpha(alpha)?;
        let mut model = self.clone();
        model.parameters.alpha = alpha;
        Ok(model)
    }

    /// Returns the repaired scores. O(log of the group's quantiles) a row, whatever the number of groups.
    ///
    /// A row's new score depends on its score, its groups and its row id, never on the rows beside it.
    ///
    /// # Errors
    /// When the rows are out of order, or one is of an unseen group and that is an error.
    pub fn transform(&self, sample: &Scored<'_>) -> Result<Repaired, RepairApplyError> {
        let codes = self.codes(sample)?;
        let n = sample.n();
        let mut repaired = Repaired { scores: vec![0.0; n], ..Repaired::default() };
        let chunks = repaired.scores.par_chunks_mut(CHUNK).enumerate();
        let tallies: Vec<Tally> =
            chunks.map(|(chunk, target)| self.fill(chunk * CHUNK, target, sample, &codes)).collect();
        for tally in tallies {
            repaired.below += tally.below;
            repaired.above += tally.above;
            repaired.flagged.extend(tally.flagged);
        }
        Ok(repaired)
    }

    /// Returns each row's group, after all checks.
    pub(super) fn codes(&self, sample: &Scored<'_>) -> Result<Vec<u32>, RepairApplyError> {
        sample.check()?;
        let (found, expected) = (sample.sensitive.len(), self.groups[0].labels.len());
        if found != expected {
            return Err(RepairApplyError::Attributes { found, expected });
        }
        let codes = self.lookup.codes(sample.sensitive, sample.n())?;
        if self.parameters.unseen == Unseen::Error
            && let Some(row) = codes.iter().position(|&code| code == UNSEEN)
        {
            let label =
                |column: &crate::sample::Categorical<'_>| column.labels[column.codes.get(row)].clone();
            let group = sample.sensitive.iter().map(label).collect();
            return Err(RepairApplyError::UnseenGroup { row, group });
        }
        Ok(codes)
    }

    fn fill(&self, start: usize, target: &mut [f64], sample: &Scored<'_>, codes: &[u32]) -> Tally {
        let mut tally = Tally::default();
        let (scores, codes) = (&sample.scores[start..][..target.len()], &codes[start..][..target.len()]);
        let is_plain = self.curve.is_none()
            && self.parameters.alpha == 0.0
            && self.parameters.beyond == Beyond::Clamp
            && self.parameters.range.is_none()
            && !matches!(self.parameters.jitter, Jitter::Width(_));
        for (offset, (target, (&score, &code))) in target.iter_mut().zip(scores.iter().zip(codes)).enumerate()
        {
            let Some(table) = self.tables.get(code as usize) else {
                *target = self.unseen(score, start + offset, sample.row_ids, &mut tally);
                continue;
            };
            if is_plain {
                let place = table.place(score);
                tally.count(table, place);
                *target = table.value(place);
            } else {
                let id = sample.row_ids.get(start + offset);
                let (place, repaired) = self.repaired(score, code as usize, id);
                tally.count(table, place);
                *target = repaired;
            }
        }
        tally
    }

    fn unseen(&self, score: f64, row: usize, ids: RowIds<'_>, tally: &mut Tally) -> f64 {
        match &self.pooled {
            Some(table) => {
                tally.flagged.push((row, Flag::Pooled));
                let noisy = self.noisy(score, ids.get(row));
                self.mixed(self.parameters.alpha.sqrt(), score, table.value(table.place(noisy)))
            }
            None => {
                tally.flagged.push((row, Flag::Untouched));
                score
            }
        }
    }

    fn noisy(&self, score: f64, id: u64) -> f64 {
        match self.parameters.jitter {
            Jitter::Width(width) => noisy(score, width, self.parameters.seed, APPLY, id),
            Jitter::Auto | Jitter::Never => score,
        }
    }

    /// √α f + (1 − √α) g, kept in the range.
    pub(super) fn mixed(&self, root: f64, score: f64, repaired: f64) -> f64 {
        let mixed = if root == 0.0 {
            repaired
        } else if root == 1.0 {
            score
        } else {
            root * score + (1.0 - root) * repaired
        };
        match self.parameters.range {
            Some((lower, upper)) => mixed.clamp(lower, upper),
            None => mixed,
        }
    }

    /// Returns where a row of a group lies in its table, and its repaired score.
    pub(super) fn repaired(&self, score: f64, group_idx: usize, id: u64) -> (Place, f64) {
        let noisy = self.noisy(score, id);
        let table = &self.tables[group_idx];
        let (place, level) = self.place(noisy, group_idx, id);
        let mut repaired = match (level, &self.curve) {
            (Some(level), Some(curve)) => curve.at(level),
            _ => table.value(place),
        };
        if self.parameters.beyond == Beyond::Extend {
            let (first, last) = (table.edges[0], table.edges[table.edges.len() - 1]);
            repaired += (noisy - first).min(0.0) + (noisy - last).max(0.0);
        }
        (place, self.mixed(self.parameters.alpha.sqrt(), score, repaired))
    }

    /// Returns where a score lies in its group's table, and its level where that is between those of the table.
    fn place(&self, score: f64, group_idx: usize, id: u64) -> (Place, Option<f64>) {
        let table = &self.tables[group_idx];
        if self.curve.is_none() {
            return (table.place(score), None);
        }
        let is_grid = self.is_grid();
        let place = table.place(if is_grid { on_grid(score) } else { score });
        if !place.is_on_edge {
            return (place, None);
        }
        let ranks = &self.groups[group_idx].ranks;
        let (below, weight) = (ranks.before(place.steps - 1), ranks.at(place.steps - 1));
        if ranks.is_whole && weight <= 1.0 {
            return (place, None);
        }
        let within = if is_grid {
            // The place in the cell stands for the rank in it: order is kept, and nothing is random.
            weight * place_in_cell(score)
        } else {
            let u = uniform(self.parameters.seed, ATOM, id);
            if ranks.is_whole { (u * weight).ceil() } else { u * weight }
        };
        (place, Some((below + within) / ranks.total()))
    }

    /// Returns where a row of a group lies in its table, and the level at which the quantiles are read for it.
    pub(super) fn level(&self, score: f64, group_idx: usize, id: u64) -> (Place, f64) {
        let (place, level) = self.place(self.noisy(score, id), group_idx, id);
        let ranks = &self.groups[group_idx].ranks;
        let of_table = || match (place.steps.checked_sub(1), self.parameters.interpolation) {
            (None, _) => 0.0,
            (Some(idx), Interpolation::Midpoint) if place.is_on_edge => {
                0.5 * (ranks.before(idx) + ranks.cumulative[idx]) / ranks.total()
            }
            (Some(idx), _) => ranks.cumulative[idx] / ranks.total(),
        };
        (place, level.unwrap_or_else(of_table))
    }

    /// Returns how many steps a group's table has.
    pub(super) fn n_steps(&self, group_idx: usize) -> usize {
        self.tables[group_idx].edges.len()
    }

    /// Returns whose laws are averaged; no labels for a law that was given.
    pub(super) fn target_names(&self) -> Vec<Vec<Label>> {
        match &self.parameters.target {
            Target::Law(_) => vec![Vec::new()],
            Target::Group(labels) => vec![labels.clone()],
            Target::Barycenter => {
                let takes_part = |group: &&Group| group.share > 0.0;
                self.groups.iter().filter(takes_part).map(|group| group.labels.clone()).collect()
            }
        }
    }

    /// Returns the scores where a group's rank steps and the value from each on, for a picture: see
    /// [`explain`](Self::explain) for the words.
    pub fn table(&self, group_idx: usize) -> Option<(&[f64], &[f64])> {
        self.tables.get(group_idx).map(|table| (&*table.edges, &table.values[1..]))
    }
}

/// Where in the grid's cell a score lies, from 0 at its lower end to 1 at its upper.
fn place_in_cell(score: f64) -> f64 {
    let nearer = on_grid(score).abs();
    let farther = f64::from_bits(nearer.to_bits() + GRID_STEP);
    let away = (score.abs() - nearer) / (farther - nearer);
    if score < 0.0 { 1.0 - away } else { away }
}

#[derive(Default)]
struct Tally {
    below: u64,
    above: u64,
    flagged: Vec<(usize, Flag)>,
}

impl Tally {
    #[inline]
    fn count(&mut self, table: &Table, place: Place) {
        self.below += u64::from(place.steps == 0);
        self.above += u64::from(place.steps == table.edges.len() && !place.is_on_edge);
    }
}
