//! `--like`: what another toolkit prints for the same rows, by its own names and conventions, beside ours.

mod page;

use std::collections::HashMap;

use equipoise::{
    audit::GroupName,
    groups::Label,
    metrics::{
        self, Choice, Kind,
        like::{self, Quote, Reference},
    },
    stats::{Evaluation, Layout, Unit, View},
};

pub(crate) use page::{markdown, text};

use crate::args::Toolkit;

/// The τ of aequitas, as it is set there.
const TAU: f64 = 0.8;

/// What a toolkit prints for the groups of one attribute, or of a crossing.
#[derive(Clone, Debug)]
pub(crate) struct Quoted {
    /// The attributes.
    pub(crate) attributes: Vec<String>,
    /// Where the toolkit was asked about one group against another: which.
    pub(crate) about: Option<String>,
    /// The figures.
    pub(crate) figures: Vec<Figure>,
}

/// One figure of a toolkit, and ours.
#[derive(Clone, Debug)]
pub(crate) struct Figure {
    /// The figure there.
    pub(crate) quote: Quote,
    /// The group that it is about.
    pub(crate) group: Option<String>,
    /// Our value for the same question, where there is one number that answers it.
    pub(crate) ours: Option<f64>,
}

/// Returns what the toolkit prints for groups of the given attributes.
pub(crate) fn quoted(
    toolkit: Toolkit,
    evaluation: &Evaluation<'_>,
    attributes: &[String],
    names: &[GroupName],
    references: &[(String, Label)],
) -> Vec<Quoted> {
    let groups = Groups::new(evaluation, attributes, names, references);
    let overall = evaluation.overall();
    let all: Vec<usize> = (0..names.len()).collect();
    let asked = |about: Option<String>, chosen: &[usize], other: Option<View>, whole: &View| Asked {
        attributes: attributes.to_vec(),
        about,
        names: chosen.iter().map(|&group| names[group].to_string()).collect(),
        views: chosen.iter().map(|&group| groups.views[group].clone()).collect(),
        other,
        whole: whole.clone(),
        strata: Vec::new(),
    };
    match toolkit {
        Toolkit::Fairlearn => {
            let asked = asked(None, &all, None, &overall);
            vec![asked.answer(like::fairlearn(&groups.views, &overall))]
        }
        Toolkit::Aequitas => {
            // aequitas leaves rows with a missing attribute out.
            let seen: Vec<usize> =
                all.into_iter().filter(|&group| !names[group].0.iter().any(Label::is_missing)).collect();
            let place =
                groups.reference.and_then(|reference| seen.iter().position(|&group| group == reference));
            let reference = place.map_or(Reference::Majority, Reference::Predefined);
            let against =
                groups.reference.or_else(|| groups.largest()).map(|group| groups.views[group].clone());
            let asked = asked(None, &seen, against, &overall);
            let quotes = like::aequitas(&asked.views, &overall, reference, TAU);
            vec![asked.answer(quotes)]
        }
        Toolkit::Aif360 => {
            let together = asked(None, &all, None, &overall);
            let mut answers = vec![together.answer(like::aif360_groups(&groups.views, &overall))];
            let Some(privileged) = groups.reference.or_else(|| groups.largest()) else { return answers };
            for group in all.into_iter().filter(|&group| group != privileged) {
                let about = format!("unprivileged: {}; privileged: {}", names[group], names[privileged]);
                let both = groups.together(evaluation, &[group, privileged]);
                let other = Some(groups.views[privileged].clone());
                let quotes = like::aif360(&groups.views[group], &groups.views[privileged], &both);
                answers.push(asked(Some(about), &[group, privileged], other, &both).answer(quotes));
            }
            answers
        }
        Toolkit::Clarify => {
            let of_group = |group: usize| {
                let rest: Vec<usize> = (0..names.len()).filter(|&other| other != group).collect();
                let rest = groups.together(evaluation, &rest);
                let strata = groups.strata(evaluation, group);
                let quotes = like::clarify(&groups.views[group], &rest, &strata);
                let about = format!("facet d: {}; facet a: all others", names[group]);
                Asked { strata, ..asked(Some(about), &[group], Some(rest), &overall) }.answer(quotes)
            };
            all.into_iter().filter(|_| names.len() > 1).map(of_group).collect()
        }
    }
}

/// What a toolkit was asked about, so that ours can be asked the same.
struct Asked {
    attributes: Vec<String>,
    about: Option<String>,
    names: Vec<String>,
    views: Vec<View>,
    /// The group that others are compared with.
    other: Option<View>,
    whole: View,
    strata: Vec<(View, View)>,
}

impl Asked {
    fn answer(self, quotes: Vec<Quote>) -> Quoted {
        let figure = |quote: Quote| Figure {
            group: quote.group.and_then(|group| self.names.get(group).cloned()),
            ours: self.ours(&quote),
            quote,
        };
        let figures = quotes.into_iter().map(figure).collect();
        Quoted { attributes: self.attributes.clone(), about: self.about.clone(), figures }
    }

    /// Our value for the question that a figure answers.
    fn ours(&self, quote: &Quote) -> Option<f64> {
        let metric = metrics::find(quote.ours?)?;
        if metric.parameter.is_some() && !quote.setting.is_empty() {
            return None;
        }
        let choice = Choice::of(metric);
        let group = quote.group.and_then(|group| self.views.get(group));
        let value = match (metric.kind, group) {
            (Kind::Within(_), Some(group)) => choice.of_group_within(group, &self.whole),
            (Kind::Pair(_), group) => choice.of_pair(group.or(self.views.first())?, self.other.as_ref()?),
            (Kind::Strata(_), _) => choice.of_strata(&self.strata),
            (Kind::Family(_), None) => choice.of_family(&self.views, &self.whole),
            (_, Some(group)) if metric.is_of_one_group() => choice.of_group(group),
            (_, None)
                if matches!(quote.setting.as_str(), "overall" | "both groups")
                    || quote.name == metric.name =>
            {
                choice.of_group(&self.whole)
            }
            (_, None) if metric.is_of_one_group() => return self.gap(quote, &choice),
            _ => return None,
        };
        value.ok()
    }

    /// Our gap, where a figure is how fairlearn makes one number of the groups' values.
    fn gap(&self, quote: &Quote, choice: &Choice) -> Option<f64> {
        let aspect = quote.name.rsplit_once(['.', '_']).map(|(_, aspect)| aspect)?;
        let is_between = quote.setting.is_empty() || quote.setting == "method=between_groups";
        let values = self.views.iter().filter_map(|view| choice.of_group(view).ok());
        let (low, high) = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        match aspect {
            _ if !is_between || !low.is_finite() => None,
            "difference" => Some(high - low),
            "ratio" if high > 0.0 => Some(low / high),
            "min" => Some(low),
            "max" => Some(high),
            _ => None,
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
        references: &[(String, Label)],
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
        Self { reference: reference(attributes, names, references), places, numbers, views }
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
fn reference(attributes: &[String], names: &[GroupName], references: &[(String, Label)]) -> Option<usize> {
    let label =
        |attribute: &String| references.iter().find(|(named, _)| named == attribute).map(|(_, label)| label);
    let wanted: Vec<&Label> = attributes.iter().map(label).collect::<Option<_>>()?;
    names.iter().position(|name| name.0.iter().eq(wanted.iter().copied()))
}
