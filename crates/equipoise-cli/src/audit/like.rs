//! `--like`: what another toolkit prints for the same rows, by its own names and conventions.

use std::collections::HashMap;

use equipoise::{
    audit::GroupName,
    groups::Label,
    metrics::like::{self, Quote, Reference},
    stats::{Evaluation, Layout, Unit, View},
};

use crate::args::{AuditArgs, Toolkit};

/// The τ of aequitas, as it is set there.
const TAU: f64 = 0.8;

/// What a toolkit prints for the groups of one attribute, or of a crossing.
#[derive(Clone, Debug)]
pub(crate) struct Quoted {
    /// The toolkit.
    pub(crate) toolkit: Toolkit,
    /// The attributes.
    pub(crate) attributes: Vec<String>,
    /// Where the toolkit was asked about a pair: the group of concern and the one it is compared with.
    pub(crate) about: Option<String>,
    /// The names of the groups that the quotes number.
    pub(crate) groups: Vec<String>,
    /// The figures.
    pub(crate) quotes: Vec<Quote>,
}

/// Returns what the toolkit prints for groups of the given attributes.
pub(crate) fn quoted(
    toolkit: Toolkit,
    evaluation: &Evaluation<'_>,
    attributes: &[String],
    names: &[GroupName],
    args: &AuditArgs,
) -> Vec<Quoted> {
    let groups = Groups::new(evaluation, attributes, names, args);
    let overall = evaluation.overall();
    let texts = |chosen: &[usize]| chosen.iter().map(|&group| names[group].to_string()).collect::<Vec<_>>();
    let quoted = |about: Option<String>, groups: Vec<String>, quotes: Vec<Quote>| Quoted {
        toolkit,
        attributes: attributes.to_vec(),
        about,
        groups,
        quotes,
    };
    let all: Vec<usize> = (0..names.len()).collect();
    match toolkit {
        Toolkit::Fairlearn => vec![quoted(None, texts(&all), like::fairlearn(&groups.views, &overall))],
        Toolkit::Aequitas => {
            // aequitas leaves rows with a missing attribute out.
            let seen: Vec<usize> =
                all.into_iter().filter(|&group| !names[group].0.iter().any(Label::is_missing)).collect();
            let views: Vec<View> = seen.iter().map(|&group| groups.views[group].clone()).collect();
            let place =
                groups.reference.and_then(|reference| seen.iter().position(|&group| group == reference));
            let reference = place.map_or(Reference::Majority, Reference::Predefined);
            vec![quoted(None, texts(&seen), like::aequitas(&views, &overall, reference, TAU))]
        }
        Toolkit::Aif360 => {
            let mut all_quoted =
                vec![quoted(None, texts(&all), like::aif360_groups(&groups.views, &overall))];
            let Some(privileged) = groups.reference.or_else(|| groups.largest()) else { return all_quoted };
            for group in all.into_iter().filter(|&group| group != privileged) {
                let both = groups.together(evaluation, &[group, privileged]);
                let quotes = like::aif360(&groups.views[group], &groups.views[privileged], &both);
                let about = format!("unprivileged: {}; privileged: {}", names[group], names[privileged]);
                all_quoted.push(quoted(Some(about), texts(&[group, privileged]), quotes));
            }
            all_quoted
        }
        Toolkit::Clarify => {
            let of_group = |group: usize| {
                let rest: Vec<usize> = (0..names.len()).filter(|&other| other != group).collect();
                let strata = groups.strata(evaluation, group);
                let quotes =
                    like::clarify(&groups.views[group], &groups.together(evaluation, &rest), &strata);
                quoted(
                    Some(format!("facet d: {}; facet a: all others", names[group])),
                    texts(&[group]),
                    quotes,
                )
            };
            all.into_iter().filter(|_| names.len() > 1).map(of_group).collect()
        }
    }
}

/// The groups of a section, seen again.
struct Groups {
    /// Places of the attributes among the sensitive ones.
    places: Vec<usize>,
    numbers: HashMap<Vec<u32>, usize>,
    views: Vec<View>,
    reference: Option<usize>,
}

impl Groups {
    fn new(
        evaluation: &Evaluation<'_>,
        attributes: &[String],
        names: &[GroupName],
        args: &AuditArgs,
    ) -> Self {
        let statistics = evaluation.statistics();
        let places = places(statistics.layout(), attributes);
        let by_name: HashMap<&GroupName, usize> =
            names.iter().enumerate().map(|(number, name)| (name, number)).collect();
        let levels = statistics.attribute_levels();
        let mut numbers = HashMap::new();
        for unit in evaluation.units() {
            let key = key(&places, &unit);
            let labels =
                key.iter().zip(&places).map(|(&level, &place)| levels[place].label(level).clone()).collect();
            if let Some(&number) = by_name.get(&GroupName(labels)) {
                numbers.insert(key, number);
            }
        }
        let views = evaluation.views(names.len(), |unit| numbers.get(&key(&places, &unit)).copied());
        Self { reference: reference(attributes, names, args), places, numbers, views }
    }

    fn number(&self, unit: &Unit<'_>) -> Option<usize> {
        self.numbers.get(&key(&self.places, unit)).copied()
    }

    fn largest(&self) -> Option<usize> {
        let rows = |group: &usize| self.views[*group].matrix.total().rows;
        (0..self.views.len()).rev().max_by_key(rows)
    }

    /// The rows of several groups as one.
    fn together(&self, evaluation: &Evaluation<'_>, groups: &[usize]) -> View {
        let chosen = |unit: Unit<'_>| self.number(&unit).filter(|number| groups.contains(number)).map(|_| 0);
        evaluation.views(1, chosen).swap_remove(0)
    }

    /// In each stratum the group and all others.
    fn strata(&self, evaluation: &Evaluation<'_>, group: usize) -> Vec<(View, View)> {
        let mut strata: Vec<Vec<u32>> = evaluation.units().map(|unit| unit.strata.to_vec()).collect();
        strata.sort_unstable();
        strata.dedup();
        if evaluation.statistics().layout().strata.is_empty() {
            return Vec::new();
        }
        let mut views = evaluation
            .views(2 * strata.len(), |unit| {
                let stratum = strata.binary_search_by(|stratum| stratum.as_slice().cmp(unit.strata)).ok()?;
                Some(2 * stratum + usize::from(self.number(&unit)? != group))
            })
            .into_iter();
        std::iter::from_fn(|| Some((views.next()?, views.next()?))).collect()
    }
}

fn places(layout: &Layout, attributes: &[String]) -> Vec<usize> {
    let place = |name: &String| layout.sensitive.iter().position(|attribute| attribute.name == *name);
    attributes.iter().filter_map(place).collect()
}

fn key(places: &[usize], unit: &Unit<'_>) -> Vec<u32> {
    places.iter().map(|&place| unit.sensitive[place]).collect()
}

/// The reference group, where one is named for every attribute.
fn reference(attributes: &[String], names: &[GroupName], args: &AuditArgs) -> Option<usize> {
    let label = |attribute: &String| {
        args.groups
            .reference
            .iter()
            .find(|reference| reference.attribute == *attribute)
            .map(|reference| &reference.label)
    };
    let wanted: Vec<&Label> = attributes.iter().map(label).collect::<Option<_>>()?;
    names.iter().position(|name| name.0.iter().eq(wanted.iter().copied()))
}
