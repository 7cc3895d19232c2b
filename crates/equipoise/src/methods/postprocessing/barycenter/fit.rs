//! From scores to a model: sort by group, coarsen, tabulate.

use super::{
    model::{Group, Model},
    plan::{Interpolation, Jitter, Plan, Quantiles, Sample, Shares, Target},
    sort::{Sorted, by_group},
    steps::Steps,
};
use crate::{
    groups::Label,
    inference::normals::Stream,
    methods::postprocessing::{
        RepairFitError, Scored,
        lookup::{Lookup, divide},
        scored::uniform,
    },
    stats::{
        Evaluation, Unit,
        view::{Atom, View},
    },
};

/// What random numbers of a row are for: noise at the fit, noise when the repair is applied, the rank within an atom.
pub(super) const FIT: u64 = 1;
pub(super) const APPLY: u64 = 2;
pub(super) const ATOM: u64 = 3;

/// The law of one group's scores, in parts that were counted elsewhere: what an audit keeps of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupAtoms {
    /// The group's labels, one an attribute.
    pub labels: Vec<Label>,
    /// Distinct scores, ascending, with the rows that have them.
    pub atoms: Vec<Atom>,
    /// Whether the scores are those of the rows, or were put on the audit's grid (too many distinct ones).
    pub is_exact: bool,
}

impl GroupAtoms {
    /// Returns the laws of the score in each combination of the sensitive attributes, as an audit counted them; strata are
    /// counted together. Groups without scores are left out; so all are where no score was counted.
    pub fn of(evaluation: &Evaluation<'_>) -> Vec<Self> {
        let levels = evaluation.statistics().attribute_levels();
        let mut keys: Vec<Vec<u32>> = evaluation.units().map(|unit| unit.sensitive.to_vec()).collect();
        keys.sort_unstable();
        keys.dedup();
        let place = |unit: Unit<'_>| keys.binary_search_by(|key| key.as_slice().cmp(unit.sensitive)).ok();
        let views = evaluation.views(keys.len(), place);
        let labels =
            |key: &[u32]| key.iter().zip(levels).map(|(&n, levels)| levels.label(n).clone()).collect();
        let group = |(key, view): (&Vec<u32>, View)| Self {
            labels: labels(key),
            atoms: view.pooled_law(),
            is_exact: view.law_is_exact,
        };
        keys.iter().zip(views).map(group).filter(|group| !group.atoms.is_empty()).collect()
    }
}

/// The laws of one group: for ranks, for quantiles, and how many rows stand behind the ranks.
struct Laws {
    ranks: Steps,
    quantiles: Option<Steps>,
    rows: f64,
    rank_rows: f64,
    weight: f64,
    is_weighted: bool,
    has_ties: bool,
    is_coarse: bool,
    rank_error: f64,
}

/// What is kept of a sorted sample.
struct Kept {
    ranks: Steps,
    quantiles: Option<Steps>,
    is_coarse: bool,
    has_ties: bool,
}

impl Plan {
    /// Fits the repair. O(n log n), of which the sort is most.
    ///
    /// # Errors
    /// When the sample is out of order, a group is too small for its half, or a parameter names a group that is not there.
    pub fn fit(&self, sample: &Scored<'_>) -> Result<Model, RepairFitError> {
        self.check(sample)?;
        let (lookup, codes) = divide(sample)?;
        if lookup.groups().is_empty() {
            return Err(RepairFitError::Sample(crate::methods::FitError::NoRows));
        }
        let scores = self.jittered(sample);
        let n_groups = lookup.groups().len();
        match self.parameters.sample {
            Sample::Whole => {
                let sorted = by_group(&scores, &codes, n_groups, sample.weights);
                let laws = sorted.iter().map(|sorted| self.laws(sorted, None)).collect();
                self.assemble(&lookup, laws)
            }
            Sample::Split { seed } => {
                let is_rank = halves(&codes, sample, n_groups, seed);
                let half = |ranks: bool| -> Vec<u32> {
                    let pairs = codes.iter().zip(&is_rank);
                    pairs.map(|(&code, &is_rank)| if is_rank == ranks { code } else { u32::MAX }).collect()
                };
                let [quantiles, ranks] =
                    [false, true].map(|ranks| by_group(&scores, &half(ranks), n_groups, sample.weights));
                self.fit_sorted(&lookup, &quantiles, &ranks)
            }
        }
    }

    /// Fits the repair on two samples of one's own: the quantiles and the shares of the first, the ranks of the second.
    ///
    /// Independent samples make what [`Sample::Split`] makes of one. Each must hold the same groups.
    ///
    /// # Errors
    /// As [`fit`](Self::fit); and when a group lacks in one of them.
    pub fn fit_halves(&self, quantiles: &Scored<'_>, ranks: &Scored<'_>) -> Result<Model, RepairFitError> {
        self.check(quantiles)?;
        self.check(ranks)?;
        let (lookup, codes) = divide(quantiles)?;
        let (other, _) = divide(ranks)?;
        let is_alien = |group: &&Vec<Label>| lookup.groups().binary_search(group).is_err();
        if let Some(group) = other.groups().iter().find(is_alien) {
            return Err(RepairFitError::SmallGroup { group: group.clone(), rows: 0, needed: 1 });
        }
        let n_groups = lookup.groups().len();
        let rank_codes = lookup.codes(ranks.sensitive, ranks.n())?;
        let quantiles = by_group(&self.jittered(quantiles), &codes, n_groups, quantiles.weights);
        let ranks = by_group(&self.jittered(ranks), &rank_codes, n_groups, ranks.weights);
        self.fit_sorted(&lookup, &quantiles, &ranks)
    }

    /// Fits the repair to laws that were counted elsewhere, merged from any number of parts: see the module's text.
    ///
    /// A law on the audit's grid makes the repair one of the scores on that grid. [`Sample::Split`] and a width of noise
    /// need rows: here the whole laws serve, without noise.
    ///
    /// # Errors
    /// When a law is none, or groups are given twice.
    pub fn fit_atoms(&self, groups: &[GroupAtoms]) -> Result<Model, RepairFitError> {
        let mut order: Vec<&GroupAtoms> = groups.iter().collect();
        order.sort_by(|a, b| a.labels.cmp(&b.labels));
        let n_attributes = order.first().map_or(0, |group| group.labels.len());
        if n_attributes == 0 {
            return Err(RepairFitError::NoAttributes);
        }
        for (idx, group) in order.iter().enumerate() {
            if group.labels.len() != n_attributes || (idx > 0 && order[idx - 1].labels == group.labels) {
                return Err(RepairFitError::GroupsDisagree { group: group.labels.clone() });
            }
        }
        let lookup = Lookup::new(order.iter().map(|group| group.labels.clone()).collect());
        let laws: Result<Vec<Laws>, RepairFitError> = order.iter().map(|group| self.laws_of(group)).collect();
        self.assemble(&lookup, laws?)
    }

    fn laws_of(&self, group: &GroupAtoms) -> Result<Laws, RepairFitError> {
        let not_a_law = || RepairFitError::NotALaw { group: group.labels.clone() };
        let max = crate::sample::MAGNITUDE_MAX;
        let is_sound = |atom: &Atom| atom.value.abs() <= max && (0.0..=max).contains(&atom.cell.weight);
        let ascends = group.atoms.windows(2).all(|pair| pair[0].value < pair[1].value);
        let (lower, upper) = self.parameters.range.unwrap_or((-max, max));
        let in_range = group.atoms.iter().all(|atom| (lower..=upper).contains(&atom.value));
        if !ascends || !in_range || !group.atoms.iter().all(is_sound) {
            return Err(not_a_law());
        }
        let weighed = group.atoms.iter().filter(|atom| atom.cell.weight > 0.0);
        let (mut weight, mut squares, mut rows) = (0.0, 0.0, 0.0);
        for atom in weighed.clone() {
            weight += atom.cell.weight;
            squares += atom.cell.weight_squared;
            rows += atom.cell.rows as f64;
        }
        let law = Steps::of(weighed.map(|atom| (atom.value, atom.cell.weight)));
        if law.len() == 0 {
            return Err(not_a_law());
        }
        let is_weighted = squares != weight;
        let has_ties = law.has_atoms() || rows > law.len() as f64;
        let largest = (0..law.len()).map(|idx| law.at(idx)).fold(0.0, f64::max);
        let rank_error = if group.is_exact { 0.0 } else { largest / law.total() };
        let (ranks, quantiles, is_coarse) = self.coarsened(law);
        let rank_rows = if is_weighted { weight * (weight / squares) } else { rows };
        Ok(Laws { ranks, quantiles, rows, rank_rows, weight, is_weighted, has_ties, is_coarse, rank_error })
    }

    fn check(&self, sample: &Scored<'_>) -> Result<(), RepairFitError> {
        sample.check()?;
        if let Some((lower, upper)) = self.parameters.range
            && let Some(row) = sample.scores.iter().position(|score| !(lower..=upper).contains(score))
        {
            return Err(RepairFitError::OutsideRange { row, value: sample.scores[row], lower, upper });
        }
        Ok(())
    }

    fn jittered<'a>(&self, sample: &Scored<'a>) -> std::borrow::Cow<'a, [f64]> {
        let Jitter::Width(width) = self.parameters.jitter else { return sample.scores.into() };
        let ids = sample.row_ids;
        let noisy =
            |(row, score): (usize, &f64)| noisy(*score, width, self.parameters.seed, FIT, ids.get(row));
        sample.scores.iter().enumerate().map(noisy).collect()
    }

    fn fit_sorted(
        &self,
        lookup: &Lookup,
        quantiles: &[Sorted],
        ranks: &[Sorted],
    ) -> Result<Model, RepairFitError> {
        let pairs = quantiles.iter().zip(ranks).zip(lookup.groups());
        let laws = pairs.map(|((quantiles, ranks), group)| {
            let rows = quantiles.scores.len() + ranks.scores.len();
            if quantiles.scores.is_empty() || ranks.scores.is_empty() {
                return Err(RepairFitError::SmallGroup { group: group.clone(), rows, needed: 2 });
            }
            Ok(self.laws(ranks, Some(quantiles)))
        });
        self.assemble(lookup, laws.collect::<Result<_, _>>()?)
    }

    fn laws(&self, ranks: &Sorted, quantiles: Option<&Sorted>) -> Laws {
        let weight_of = |sorted: &Sorted| match &sorted.weights {
            Some(weights) => weights.iter().sum::<f64>(),
            None => sorted.scores.len() as f64,
        };
        let rank_rows = match &ranks.weights {
            Some(weights) => {
                let sum: f64 = weights.iter().sum();
                // Scaled first: squares of small weights vanish.
                1.0 / weights.iter().map(|w| (w / sum).powi(2)).sum::<f64>()
            }
            None => ranks.scores.len() as f64,
        };
        let is_weighted = ranks.weights.as_ref().is_some_and(|weights| weights.iter().any(|&w| w != 1.0));
        let (mut rows, mut weight) = (ranks.scores.len(), weight_of(ranks));
        let kept = self.kept(ranks);
        let quantiles = match quantiles {
            Some(sorted) => {
                rows += sorted.scores.len();
                weight += weight_of(sorted);
                let kept = self.kept(sorted);
                Some(kept.quantiles.unwrap_or(kept.ranks))
            }
            None => kept.quantiles,
        };
        let (rows, ranks) = (rows as f64, kept.ranks);
        let (has_ties, is_coarse) = (kept.has_ties, kept.is_coarse);
        Laws { ranks, quantiles, rows, rank_rows, weight, is_weighted, has_ties, is_coarse, rank_error: 0.0 }
    }

    /// Coarsens sorted rows, or keeps their law.
    fn kept(&self, sorted: &Sorted) -> Kept {
        let scores = &sorted.scores;
        let n_distinct = 1 + scores.windows(2).filter(|pair| pair[0] != pair[1]).count();
        let has_ties = n_distinct < scores.len();
        if let (Quantiles::Number(n), None) = (self.parameters.quantiles, &sorted.weights)
            && n_distinct > n
        {
            // The rows themselves are the law: it need not be built to be coarsened.
            let (ranks, quantiles) = match self.parameters.interpolation {
                Interpolation::Step => {
                    (Steps::lowest_of_rows(scores, n), Some(Steps::means_of_rows(scores, n)))
                }
                Interpolation::Midpoint => (Steps::middle_of_rows(scores, n), None),
            };
            return Kept { ranks, quantiles, is_coarse: true, has_ties };
        }
        let law = Steps::of_sorted(sorted);
        let has_ties = has_ties || law.has_atoms();
        let (ranks, quantiles, is_coarse) = self.coarsened(law);
        Kept { ranks, quantiles, is_coarse, has_ties }
    }

    /// Returns the law for ranks; where it differs, the law for quantiles; and whether it was coarsened.
    fn coarsened(&self, law: Steps) -> (Steps, Option<Steps>, bool) {
        match (self.parameters.quantiles, self.parameters.interpolation) {
            (Quantiles::Number(n), Interpolation::Step) if law.len() > n => {
                (law.lowest_of_shares(n), Some(law.means_of_shares(n)), true)
            }
            (Quantiles::Number(n), Interpolation::Midpoint) if law.len() > n => {
                (law.middle_of_shares(n), None, true)
            }
            _ => (law, None, false),
        }
    }

    fn assemble(&self, lookup: &Lookup, laws: Vec<Laws>) -> Result<Model, RepairFitError> {
        let shares = self.shares(lookup, &laws)?;
        if let Target::Group(labels) = &self.parameters.target
            && lookup.groups().binary_search(labels).is_err()
        {
            return Err(RepairFitError::UnknownGroup { parameter: "target", group: labels.clone() });
        }
        let group = |((laws, share), labels): ((Laws, f64), &Vec<Label>)| Group {
            labels: labels.clone(),
            rows: laws.rows,
            rank_rows: laws.rank_rows,
            is_weighted: laws.is_weighted,
            weight: laws.weight,
            share,
            has_ties: laws.has_ties,
            is_coarse: laws.is_coarse,
            rank_error: laws.rank_error,
            ranks: laws.ranks,
            quantiles: laws.quantiles,
        };
        let groups = laws.into_iter().zip(shares).zip(lookup.groups()).map(group).collect();
        Ok(Model::new(self.parameters.clone(), lookup.clone(), groups))
    }

    /// The weights p of the barycenter, summing to 1.
    fn shares(&self, lookup: &Lookup, laws: &[Laws]) -> Result<Vec<f64>, RepairFitError> {
        let raw: Vec<f64> = match &self.parameters.shares {
            Shares::Data => laws.iter().map(|laws| laws.weight).collect(),
            Shares::Equal => vec![1.0; laws.len()],
            Shares::Given(given) => {
                if let Some((group, _)) =
                    given.iter().find(|(group, _)| lookup.groups().binary_search(group).is_err())
                {
                    return Err(RepairFitError::UnknownGroup { parameter: "shares", group: group.clone() });
                }
                let share = |group: &Vec<Label>| {
                    let found = given.iter().find(|(labels, _)| labels == group);
                    found
                        .map(|(_, share)| *share)
                        .ok_or_else(|| RepairFitError::NoShare { group: group.clone() })
                };
                lookup.groups().iter().map(share).collect::<Result<_, _>>()?
            }
        };
        let sum: f64 = raw.iter().sum();
        Ok(raw.into_iter().map(|share| share / sum).collect())
    }
}

/// Returns the score with its row's noise.
pub(super) fn noisy(score: f64, width: f64, seed: u64, purpose: u64, id: u64) -> f64 {
    score + width * (2.0 * uniform(seed, purpose, id) - 1.0)
}

/// Returns which rows are of the half for ranks: of each group's rows with weight exactly half, of an odd number one more.
///
/// Selection sampling: each row is drawn with the chance that makes every half equally likely.
fn halves(codes: &[u32], sample: &Scored<'_>, n_groups: usize, seed: u64) -> Vec<bool> {
    let counts = |row: usize| sample.weights.is_none_or(|weights| weights[row] > 0.0);
    let mut left = vec![0_u64; n_groups];
    for (_, &code) in codes.iter().enumerate().filter(|(row, _)| counts(*row)) {
        left[code as usize] += 1;
    }
    let mut wanted: Vec<u64> = left.iter().map(|n| n.div_ceil(2)).collect();
    let mut stream = Stream::new(seed, 0);
    let mut draw = |row: usize| {
        let Some(left) = left.get_mut(codes[row] as usize).filter(|_| counts(row)) else { return false };
        let wanted = &mut wanted[codes[row] as usize];
        let is_rank = stream.uniform() * (*left as f64) < *wanted as f64;
        *left -= 1;
        *wanted -= u64::from(is_rank);
        is_rank
    };
    (0..codes.len()).map(&mut draw).collect()
}
