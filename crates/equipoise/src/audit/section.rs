//! The groups of one attribute, or of a crossing, and their views.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc};

use super::{error::AuditError, report::GroupName};
use crate::{
    groups::Label,
    inference::many::Draws,
    notion::GroupLabel,
    stats::{Evaluation, Layout, Statistics, Unit, View, WeightKind, view::Cell},
};

/// Groups in strata that are kept apart: what a page of figures, and a few gigabytes, can hold.
const VIEWS_MAX: usize = 1_000_000;
/// Counts in the tables of all groups together: tables are dense, so many classes cost their square.
const CELLS_MAX: usize = 1 << 24;

/// What every part of the audit looks at: the evaluated statistics and the request's constants.
pub(super) struct Context<'a> {
    pub(super) evaluation: &'a Evaluation<'a>,
    pub(super) overall: View,
    /// All rows of each stratum, in the order of the strata's labels; empty without strata.
    pub(super) strata_overall: Vec<View>,
    pub(super) confidence: crate::inference::Confidence,
    pub(super) rows_min: u64,
    pub(super) seed: u64,
    /// Normal draws by number of groups: made once, used for every family of that many groups.
    draws: RefCell<BTreeMap<usize, Option<Rc<Draws>>>>,
}

impl<'a> Context<'a> {
    pub(super) fn new(evaluation: &'a Evaluation<'a>, request: &super::Request) -> Self {
        let statistics = evaluation.statistics();
        let (names, of_strata) = strata_of(evaluation);
        let strata_overall = if statistics.layout().strata.is_empty() {
            Vec::new()
        } else {
            evaluation.views(names.len(), |unit| of_strata.get(unit.strata).copied())
        };
        Self {
            evaluation,
            overall: evaluation.overall(),
            strata_overall,
            confidence: request.confidence,
            rows_min: request.rows_min,
            seed: request.seed,
            draws: RefCell::default(),
        }
    }

    /// Returns the normal draws for so many groups.
    pub(super) fn draws(&self, n_groups: usize) -> Option<Rc<Draws>> {
        let mut draws = self.draws.borrow_mut();
        draws.entry(n_groups).or_insert_with(|| Draws::new(n_groups, self.seed).ok().map(Rc::new)).clone()
    }

    pub(super) fn statistics(&self) -> &'a Statistics {
        self.evaluation.statistics()
    }

    pub(super) fn layout(&self) -> &'a Layout {
        self.statistics().layout()
    }

    /// Returns whether a group has the least number of rows to be compared; with frequency weights, of people.
    pub(super) fn is_large(&self, cell: Cell) -> bool {
        self.size(cell) >= self.rows_min as f64
    }

    /// Returns the number of rows; with frequency weights, of the people they stand for.
    pub(super) fn size(&self, cell: Cell) -> f64 {
        match self.weights() {
            Some(WeightKind::Frequency) => cell.weight,
            Some(WeightKind::Sampling) | None => cell.rows as f64,
        }
    }

    /// Returns whether there is a law of a score to look at.
    pub(super) fn has_law(&self) -> bool {
        !self.overall.law.is_empty()
    }

    pub(super) fn weights(&self) -> Option<WeightKind> {
        self.layout().weight.as_ref().map(|(_, kind)| *kind)
    }
}

/// The groups of one attribute, or of a crossing.
pub(super) struct Groups {
    /// Places of the attributes among the sensitive ones.
    pub(super) places: Vec<usize>,
    pub(super) attributes: Vec<String>,
    /// Ordered by label.
    pub(super) names: Vec<GroupName>,
    pub(super) views: Vec<View>,
    /// The group of each combination of levels.
    of_levels: BTreeMap<Vec<u32>, usize>,
    /// The strata, ordered by label, and in each the views of the groups.
    pub(super) strata: Vec<(GroupName, Vec<View>)>,
}

impl Groups {
    pub(super) fn new(context: &Context<'_>, places: &[usize]) -> Result<Self, AuditError> {
        let statistics = context.statistics();
        let layout = statistics.layout();
        let attributes: Vec<String> =
            places.iter().map(|&place| layout.sensitive[place].name.clone()).collect();
        let pick = |unit: &Unit<'_>| places.iter().map(|&place| unit.sensitive[place]).collect::<Vec<u32>>();
        let combinations = occurring(context.evaluation, |unit| pick(unit));
        let (names, of_levels) = named(statistics, places, combinations);
        let evaluation = context.evaluation;
        let cells = evaluation.target().len() * evaluation.prediction().len();
        let n_views = names.len().saturating_mul(context.strata_overall.len().max(1));
        if n_views > VIEWS_MAX || n_views.saturating_mul(cells) > CELLS_MAX {
            return Err(AuditError::TooManyCells {
                attribute: attributes.join(" × "),
                groups: names.len(),
                strata: context.strata_overall.len(),
                cells,
            });
        }
        let views = context.evaluation.views(names.len(), |unit| of_levels.get(&pick(&unit)).copied());
        let mut groups =
            Self { places: places.to_vec(), attributes, names, views, of_levels, strata: Vec::new() };
        if !layout.strata.is_empty() {
            groups.strata = groups.inside_strata(context);
        }
        Ok(groups)
    }

    fn inside_strata(&self, context: &Context<'_>) -> Vec<(GroupName, Vec<View>)> {
        let (names, of_strata) = strata_of(context.evaluation);
        let n_groups = self.names.len();
        let views = context.evaluation.views(names.len() * n_groups, |unit| {
            let levels: Vec<u32> = self.places.iter().map(|&place| unit.sensitive[place]).collect();
            let stratum = of_strata.get(unit.strata)?;
            Some(stratum * n_groups + self.of_levels.get(&levels)?)
        });
        let mut views = views.into_iter();
        names.into_iter().map(|name| (name, views.by_ref().take(n_groups).collect())).collect()
    }

    /// Returns the view of all rows (of a stratum) that are not in a group.
    pub(super) fn rest(&self, context: &Context<'_>, stratum: Option<usize>, group: usize) -> View {
        match stratum {
            None => context.overall.without(&self.views[group]),
            Some(stratum) => context.strata_overall[stratum].without(&self.strata[stratum].1[group]),
        }
    }

    /// Returns the view of all rows (of a stratum) that are not in a group, with the law of the score: O(all cells).
    pub(super) fn everyone_else(&self, context: &Context<'_>, stratum: Option<usize>, group: usize) -> View {
        let of_strata = stratum.map(|stratum| (stratum, strata_of(context.evaluation).1));
        let others = context.evaluation.views(1, |unit| {
            let levels: Vec<u32> = self.places.iter().map(|&place| unit.sensitive[place]).collect();
            let there = match &of_strata {
                Some((stratum, numbers)) => numbers.get(unit.strata) == Some(stratum),
                None => true,
            };
            (there && self.of_levels.get(&levels) != Some(&group)).then_some(0)
        });
        others.into_iter().next().unwrap_or_default()
    }

    /// Returns the title for messages: `race`, or `race × sex`.
    pub(super) fn title(&self) -> String {
        self.attributes.join(" × ")
    }

    /// Returns the group with these labels, one for each attribute in the given order.
    pub(super) fn find(&self, attributes: &[String], labels: &[GroupLabel]) -> Result<usize, AuditError> {
        let wanted = |name: &GroupName| {
            attributes.iter().zip(labels).all(|(attribute, label)| {
                let place = self.attributes.iter().position(|a| a == attribute);
                place.is_some_and(|place| matches(label, &name.0[place]))
            })
        };
        self.names.iter().position(wanted).ok_or_else(|| {
            let group: Vec<String> = labels.iter().map(ToString::to_string).collect();
            AuditError::UnknownGroup {
                attribute: self.title(),
                group: group.join(", "),
                known: self.names.iter().map(|name| Label::new(name.to_string())).collect(),
            }
        })
    }
}

fn matches(wanted: &GroupLabel, label: &Label) -> bool {
    wanted.text() == label.text()
}

/// Returns the strata ordered by label, and the number of each by its levels.
fn strata_of(evaluation: &Evaluation<'_>) -> (Vec<GroupName>, BTreeMap<Vec<u32>, usize>) {
    let statistics = evaluation.statistics();
    let n_sensitive = statistics.layout().sensitive.len();
    let places: Vec<usize> = (n_sensitive..n_sensitive + statistics.layout().strata.len()).collect();
    named(statistics, &places, occurring(evaluation, |unit| unit.strata.to_vec()))
}

/// Returns the distinct combinations that `pick` takes of the units.
fn occurring(evaluation: &Evaluation<'_>, pick: impl Fn(&Unit<'_>) -> Vec<u32>) -> Vec<Vec<u32>> {
    let mut combinations: Vec<Vec<u32>> = evaluation.units().map(|unit| pick(&unit)).collect();
    combinations.sort_unstable();
    combinations.dedup();
    combinations
}

/// Orders combinations of levels by their labels.
fn named(
    statistics: &Statistics,
    places: &[usize],
    combinations: Vec<Vec<u32>>,
) -> (Vec<GroupName>, BTreeMap<Vec<u32>, usize>) {
    let levels = statistics.attribute_levels();
    let mut pairs: Vec<(GroupName, Vec<u32>)> = combinations
        .into_iter()
        .map(|combination| {
            let labels =
                combination.iter().zip(places).map(|(&level, &place)| levels[place].label(level).clone());
            (GroupName(labels.collect()), combination)
        })
        .collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    let numbers = pairs.iter().enumerate().map(|(number, (_, levels))| (levels.clone(), number)).collect();
    (pairs.into_iter().map(|(name, _)| name).collect(), numbers)
}
