//! Several attributes one after the other, each within the strata of those still to come: what each adds to the change.
//!
//! The first attribute is repaired inside each combination of all later ones, the last over everybody. In the population this is
//! the repair of the crossing, in every order: the later maps are common to all members of a stratum, so what was made equal stays so.
//! In a sample the orders differ by the order of one over the root of a cell's rows.
//!
//! The marginal sequence, which repairs each attribute over everybody, is not offered: it leaves the crossing unequal, and its
//! result depends on the order. Source: Hu, Ratz, Charpentier 2024, *A sequentially fair mechanism for multiple sensitive attributes*.

use super::{
    model::Model,
    plan::{Plan, Sample, Shares, Target, Unseen},
};
use crate::{
    groups::Label,
    methods::postprocessing::{
        RepairApplyError, RepairFitError, RowIds, Scored,
        lookup::{Lookup, UNSEEN, divide},
    },
    sample::{Categorical, Codes},
};

/// One attribute's turn: which, and the share of its squared unfairness that is left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Turn {
    /// The place of the attribute in the sample.
    pub attribute: usize,
    /// As [`Parameters::alpha`](super::Parameters::alpha), for this attribute.
    pub alpha: f64,
}

/// The repairs of one turn, one a stratum of the attributes to come.
#[derive(Clone, Debug, PartialEq)]
struct Step {
    turn: Turn,
    /// `None` for the last attribute: one stratum.
    strata: Option<Lookup>,
    /// `None` where the stratum has one value of the attribute: its scores stay.
    models: Vec<Option<Model>>,
}

/// A fitted sequence of repairs.
#[derive(Clone, Debug, PartialEq)]
pub struct Sequence {
    steps: Vec<Step>,
}

/// Scores after each turn.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Staged {
    /// By turn, the score of each row after it; the last is the repaired score.
    pub stages: Vec<Vec<f64>>,
}

/// What one turn changes, on average over rows.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Waterfall {
    /// The place of the attribute in the sample.
    pub attribute: usize,
    /// The mean of the change's magnitude over all rows, in the score's unit.
    pub change_absolute: f64,
    /// The mean change of each combination of all attributes, in order.
    pub changes: Vec<(Vec<Label>, f64)>,
}

/// The rows of one stratum with the attribute whose turn it is, and where they stood.
struct Stratum {
    rows: Vec<usize>,
    scores: Vec<f64>,
    codes: Vec<u32>,
    weights: Option<Vec<f64>>,
    ids: Vec<u64>,
}

impl Stratum {
    fn read<T>(&self, labels: &[Label], then: impl FnOnce(&Scored<'_>) -> T) -> T {
        let sensitive = [Categorical { codes: Codes::U32(&self.codes), labels }];
        then(&Scored {
            scores: &self.scores,
            sensitive: &sensitive,
            weights: self.weights.as_deref(),
            row_ids: RowIds::Given(&self.ids),
        })
    }
}

/// Divides the rows by stratum; rows of no stratum are left out.
fn strata(
    sample: &Scored<'_>,
    scores: &[f64],
    attribute: usize,
    codes: Option<&[u32]>,
    n_strata: usize,
) -> Vec<Stratum> {
    let empty = || Stratum {
        rows: Vec::new(),
        scores: Vec::new(),
        codes: Vec::new(),
        weights: sample.weights.map(|_| Vec::new()),
        ids: Vec::new(),
    };
    let mut strata: Vec<Stratum> = (0..n_strata).map(|_| empty()).collect();
    for (row, &score) in scores.iter().enumerate() {
        let code = codes.map_or(0, |codes| codes[row]);
        let Some(stratum) = strata.get_mut(code as usize) else { continue };
        stratum.rows.push(row);
        stratum.scores.push(score);
        stratum.codes.push(sample.sensitive[attribute].codes.get(row) as u32);
        stratum.ids.push(sample.row_ids.get(row));
        if let (Some(target), Some(weights)) = (&mut stratum.weights, sample.weights) {
            target.push(weights[row]);
        }
    }
    strata
}

impl Plan {
    /// Fits a repair of several attributes in turn, each within the strata of the attributes whose turn is still to come.
    ///
    /// Each turn has its own alpha, which takes the place of the plan's.
    ///
    /// # Errors
    /// As [`fit`](Self::fit); and when the turns do not name each attribute once, or a parameter speaks of groups of the crossing:
    /// shares other than those of the data, a target other than the barycenter, halves, or unseen groups that are no error.
    pub fn fit_sequence(&self, sample: &Scored<'_>, turns: &[Turn]) -> Result<Sequence, RepairFitError> {
        self.check_sequence(sample, turns)?;
        sample.check()?;
        // All codes are looked at once, so that they have labels from here on.
        divide(sample)?;
        let mut scores = sample.scores.to_vec();
        let mut steps = Vec::with_capacity(turns.len());
        for (place, turn) in turns.iter().enumerate() {
            let later: Vec<Categorical<'_>> =
                turns[place + 1..].iter().map(|turn| sample.sensitive[turn.attribute]).collect();
            let (lookup, codes) = match later.is_empty() {
                true => (None, None),
                false => divide(&Scored { sensitive: &later, ..*sample }).map(|(l, c)| (Some(l), Some(c)))?,
            };
            let n_strata = lookup.as_ref().map_or(1, |lookup| lookup.groups().len());
            let labels = sample.sensitive[turn.attribute].labels;
            let mut plan = self.clone();
            plan.parameters.alpha = turn.alpha;
            plan.parameters.seed = self.parameters.seed.wrapping_add(place as u64);
            let fit = |stratum: &Stratum| {
                let model = stratum.read(labels, |sample| plan.fit(sample))?;
                Ok(if model.groups().len() > 1 { Some(model) } else { None })
            };
            let parts = strata(sample, &scores, turn.attribute, codes.as_deref(), n_strata);
            let models: Vec<Option<Model>> = parts.iter().map(fit).collect::<Result<_, RepairFitError>>()?;
            // Rows without weight may be of groups that do not occur: they play no part.
            for (stratum, model) in parts.iter().zip(&models) {
                let Some(model) = model else { continue };
                if let Ok(repaired) = stratum.read(labels, |sample| model.transform(sample)) {
                    stratum.rows.iter().zip(repaired.scores).for_each(|(&row, score)| scores[row] = score);
                }
            }
            steps.push(Step { turn: *turn, strata: lookup, models });
        }
        Ok(Sequence { steps })
    }

    fn check_sequence(&self, sample: &Scored<'_>, turns: &[Turn]) -> Result<(), RepairFitError> {
        let parameters = &self.parameters;
        let refused = [
            ("shares", parameters.shares != Shares::Data),
            ("target", parameters.target != Target::Barycenter),
            ("sample", parameters.sample != Sample::Whole),
            ("unseen", parameters.unseen != Unseen::Error),
            ("alpha", parameters.alpha != 0.0),
        ];
        if let Some((parameter, _)) = refused.into_iter().find(|(_, is_set)| *is_set) {
            return Err(RepairFitError::NotInSequence { parameter });
        }
        let attributes = sample.sensitive.len();
        let mut named: Vec<usize> = turns.iter().map(|turn| turn.attribute).collect();
        named.sort_unstable();
        let has_alphas = turns.iter().all(|turn| (0.0..=1.0).contains(&turn.alpha));
        if attributes == 0 || !named.iter().copied().eq(0..attributes) || !has_alphas {
            return Err(RepairFitError::Order { attributes });
        }
        // A row without weight could be of a stratum or group that does not occur; it could not be carried to the next turn.
        if let Some(row) = sample.weights.and_then(|weights| weights.iter().position(|&w| w == 0.0)) {
            return Err(crate::methods::FitError::OutOfRange { argument: "weights", row, value: 0.0 }.into());
        }
        Ok(())
    }
}

impl Sequence {
    /// Returns the turns, in order.
    pub fn turns(&self) -> Vec<Turn> {
        self.steps.iter().map(|step| step.turn).collect()
    }

    /// Returns the scores after each turn.
    ///
    /// # Errors
    /// When the rows are out of order, or one is of a combination that did not occur in the fit.
    pub fn transform(&self, sample: &Scored<'_>) -> Result<Staged, RepairApplyError> {
        sample.check()?;
        let (found, expected) = (sample.sensitive.len(), self.steps.len());
        if found != expected {
            return Err(RepairApplyError::Attributes { found, expected });
        }
        let unseen = |row: usize| {
            let label = |column: &Categorical<'_>| column.labels[column.codes.get(row)].clone();
            RepairApplyError::UnseenGroup { row, group: sample.sensitive.iter().map(label).collect() }
        };
        self.check_codes(sample)?;
        let mut stages: Vec<Vec<f64>> = Vec::with_capacity(self.steps.len());
        for (place, step) in self.steps.iter().enumerate() {
            let mut scores = stages.last().cloned().unwrap_or_else(|| sample.scores.to_vec());
            let later: Vec<Categorical<'_>> =
                self.steps[place + 1..].iter().map(|step| sample.sensitive[step.turn.attribute]).collect();
            let codes = match &step.strata {
                Some(lookup) => Some(lookup.codes(&later, sample.n())?),
                None => None,
            };
            if let Some(row) = codes.as_ref().and_then(|codes| codes.iter().position(|&code| code == UNSEEN))
            {
                return Err(unseen(row));
            }
            let labels = sample.sensitive[step.turn.attribute].labels;
            let parts = strata(sample, &scores, step.turn.attribute, codes.as_deref(), step.models.len());
            for (stratum, model) in parts.iter().zip(&step.models) {
                let Some(model) = model else { continue };
                let repaired =
                    stratum.read(labels, |sample| model.transform(sample)).map_err(|error| match error {
                        RepairApplyError::UnseenGroup { row, .. } => unseen(stratum.rows[row]),
                        other => other,
                    })?;
                stratum.rows.iter().zip(repaired.scores).for_each(|(&row, score)| scores[row] = score);
            }
            stages.push(scores);
        }
        Ok(Staged { stages })
    }

    /// Attributes the change to the attributes: what each turn adds, by combination of all of them.
    ///
    /// # Errors
    /// As [`transform`](Self::transform).
    pub fn waterfall(&self, sample: &Scored<'_>) -> Result<Vec<Waterfall>, RepairApplyError> {
        let staged = self.transform(sample)?;
        let (lookup, codes) = divide(sample).map_err(|_| RepairApplyError::NothingToCompare)?;
        let n_groups = lookup.groups().len();
        let weight = |row: usize| sample.weights.map_or(1.0, |weights| weights[row]);
        let mut before = sample.scores;
        let mut falls = Vec::with_capacity(self.steps.len());
        for (step, after) in self.steps.iter().zip(&staged.stages) {
            let (mut sums, mut weights) = (vec![0.0; n_groups], vec![0.0; n_groups]);
            let mut absolute = 0.0;
            for (row, &code) in codes.iter().enumerate().filter(|(_, code)| **code != UNSEEN) {
                let change = after[row] - before[row];
                sums[code as usize] += weight(row) * change;
                weights[code as usize] += weight(row);
                absolute += weight(row) * change.abs();
            }
            let total: f64 = weights.iter().sum();
            let changes = lookup.groups().iter().cloned().zip(sums.iter().zip(&weights).map(|(s, w)| s / w));
            falls.push(Waterfall {
                attribute: step.turn.attribute,
                change_absolute: if total > 0.0 { absolute / total } else { 0.0 },
                changes: changes.collect(),
            });
            before = after;
        }
        Ok(falls)
    }

    /// Every code has a label.
    fn check_codes(&self, sample: &Scored<'_>) -> Result<(), RepairApplyError> {
        for column in sample.sensitive {
            if let Some(row) = (0..sample.n()).find(|&row| column.codes.get(row) >= column.labels.len()) {
                let code = column.codes.get(row);
                return Err(crate::methods::FitError::UnknownCode { argument: "sensitive", row, code }.into());
            }
        }
        Ok(())
    }
}
