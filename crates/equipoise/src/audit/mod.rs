//! From a request to a report, as data.
//!
//! [`audit`] looks at [`Statistics`] only, so rows counted once, in parts or on a cluster answer any request. What
//! is shown of each group has a pointwise interval; what is compared between groups has an interval that holds for
//! all that is compared together; a verdict follows from that interval and the bound, and from nothing else.
//!
//! A target alone is audited as if its labels were decisions: demographic parity then compares base rates.

use std::collections::{BTreeMap, btree_map::Entry};

mod quantity;

mod report;

mod request;

mod error;

mod defaults;

mod section;

mod check;

mod figures;

mod estimate;

mod events;

mod compared;

mod gap;

mod pair;

mod distance;

mod strata;

mod decide;

pub use error::AuditError;
pub use quantity::Quantity;
pub use report::{
    ComparisonFigure, Extremes, Figure, Gap, Group, GroupName, LeftOut, Report, Section, Standing, Strata,
    Stratum, Subject, Undecided, Unsaid, Verdict, WithinStrata,
};
pub use request::{Grouping, Request};

use crate::{
    groups::Label,
    metrics::Choice,
    notion::{Relation, Requirement},
    stats::{Evaluation, Statistics, View},
};
use check::{check_quantity, check_references, unsaid};
use figures::{choose, class_shares, comparisons, figure_of};
use section::{Context, Groups};

/// Answers a request.
///
/// # Errors
/// When there are no rows, when which labels are positive cannot be decided, and when the request names a metric,
/// an attribute, a group or a requirement that cannot be answered from these statistics. Everything else is an
/// answer: undefined with a reason, or undecided with what would decide.
pub fn audit(statistics: &Statistics, request: &Request) -> Result<Report, AuditError> {
    if statistics.rows() == 0 {
        return Err(AuditError::NoRows);
    }
    let evaluation = Evaluation::new(statistics)?;
    let context = Context::new(&evaluation, request);
    let layout = statistics.layout();
    let names: Vec<String> = match request.metrics.as_slice() {
        [] => defaults::metrics(layout).into_iter().map(str::to_owned).collect(),
        named => named.to_vec(),
    };
    let choices = names.iter().map(|name| choose(&context, name)).collect::<Result<Vec<_>, _>>()?;
    check_references(statistics, request)?;
    for requirement in &request.requirements {
        check_quantity(layout, &Quantity::from(requirement), &requirement.to_string())?;
    }
    let mut answering = Answering { context: &context, request, groups: BTreeMap::new() };
    let quantities = request.quantities.clone().unwrap_or_else(|| defaults::quantities(layout));
    for quantity in &quantities {
        check_quantity(layout, quantity, &quantity.to_string())?;
        answering.check_section(quantity)?;
    }
    let sections = answering
        .places()
        .into_iter()
        .map(|places| answering.section(&places, &choices, &quantities))
        .collect::<Result<Vec<_>, _>>()?;
    let mut verdicts = Vec::new();
    for requirement in &request.requirements {
        verdicts.extend(answering.verdicts(requirement)?);
    }
    Ok(Report {
        subject: defaults::subject(layout),
        layout: layout.clone(),
        target_classes: evaluation.target().labels.clone(),
        prediction_classes: evaluation.prediction().labels.clone(),
        rows: statistics.rows(),
        weight: context.overall.matrix.total().weight,
        confidence: request.confidence,
        rows_min: request.rows_min,
        sections,
        verdicts,
        unsaid: unsaid(layout),
        law_is_exact: (!context.overall.law.is_empty()).then_some(context.overall.law_is_exact),
    })
}

/// Groups by the places of their attributes, made once.
struct Answering<'a> {
    context: &'a Context<'a>,
    request: &'a Request,
    groups: BTreeMap<Vec<usize>, Groups>,
}

impl Answering<'_> {
    /// The places of the attributes of each section.
    fn places(&self) -> Vec<Vec<usize>> {
        let n = self.context.layout().sensitive.len();
        match self.request.grouping {
            Grouping::Each => (0..n).map(|place| vec![place]).collect(),
            Grouping::Crossed => vec![(0..n).collect()],
        }
    }

    fn groups(&mut self, places: &[usize]) -> Result<&Groups, AuditError> {
        let groups = match self.groups.entry(places.to_vec()) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(entry) => entry.insert(Groups::new(self.context, places)?),
        };
        Ok(groups)
    }

    /// A quantity that names attributes must find its section, or it would be passed over in silence.
    fn check_section(&self, quantity: &Quantity) -> Result<(), AuditError> {
        let asked: Vec<String> = quantity.selector.attributes().iter().map(str::to_owned).collect();
        places_of(self.context, &quantity.to_string(), &asked)?;
        let sensitive = &self.context.layout().sensitive;
        let attributes_of = |places: &Vec<usize>| -> Vec<String> {
            places.iter().map(|&place| sensitive[place].name.clone()).collect()
        };
        let sections: Vec<Vec<String>> = self.places().iter().map(attributes_of).collect();
        if sections.iter().any(|attributes| applies(quantity, attributes)) {
            return Ok(());
        }
        let sections = sections.iter().map(|attributes| attributes.join(" × ")).collect();
        Err(AuditError::NoSection { quantity: quantity.to_string(), asked, sections })
    }

    fn section(
        &mut self,
        places: &[usize],
        choices: &[Choice],
        quantities: &[Quantity],
    ) -> Result<Section, AuditError> {
        let (context, request) = (self.context, self.request);
        let groups = self.groups(places)?;
        let of_groups: Vec<Choice> =
            choices.iter().filter(|choice| choice.metric().is_of_one_group()).copied().collect();
        let total = context.overall.matrix.total().weight;
        let group = |name: GroupName, view: &View| {
            let cell = view.matrix.total();
            let mut figures: Vec<Figure> =
                of_groups.iter().map(|choice| figure_of(context, choice, view)).collect();
            figures.extend(class_shares(context, view, request));
            Group {
                name,
                rows: cell.rows,
                weight: cell.weight,
                share: if total > 0.0 { cell.weight / total } else { 0.0 },
                standing: if !context.is_large(cell) { Standing::TooFewRows } else { Standing::Compared },
                figures,
            }
        };
        let gaps = quantities
            .iter()
            .filter(|quantity| applies(quantity, &groups.attributes))
            .map(|quantity| compare(context, groups, quantity, request, None))
            .collect::<Result<Vec<Gap>, AuditError>>()?;
        Ok(Section {
            attributes: groups.attributes.clone(),
            overall: group(GroupName(Vec::new()), &context.overall),
            groups: groups
                .names
                .iter()
                .cloned()
                .zip(&groups.views)
                .map(|(name, view)| group(name, view))
                .collect(),
            gaps,
            comparisons: comparisons(context, groups, choices, request)?,
            strata: strata::inside(context, groups, choices),
        })
    }

    fn verdicts(&mut self, requirement: &Requirement) -> Result<Vec<Verdict>, AuditError> {
        let (context, request) = (self.context, self.request);
        let quantity = Quantity::from(requirement);
        let asked: Vec<String> = requirement.selector().attributes().iter().map(str::to_owned).collect();
        let sections = match asked.as_slice() {
            [] => self.places(),
            asked => vec![places_of(context, &requirement.to_string(), asked)?],
        };
        let mut verdicts = Vec::new();
        for places in sections {
            let groups = self.groups(&places)?;
            let relation = Some(requirement.bound().relation());
            let gap = compare(context, groups, &quantity, request, relation)?;
            verdicts.push(decide::verdict(requirement, &groups.attributes, gap, context.confidence));
        }
        Ok(verdicts)
    }
}

/// Returns the places of the attributes that `text`, a requirement or a quantity, names, in the order of the layout.
fn places_of(context: &Context<'_>, text: &str, asked: &[String]) -> Result<Vec<usize>, AuditError> {
    let known: Vec<String> =
        context.layout().sensitive.iter().map(|attribute| attribute.name.clone()).collect();
    let mut places = Vec::new();
    for attribute in asked {
        let place = known.iter().position(|name| name == attribute);
        places.push(place.ok_or_else(|| AuditError::UnknownAttribute {
            requirement: text.to_owned(),
            attribute: attribute.clone(),
            known: known.clone(),
        })?);
    }
    places.sort_unstable();
    places.dedup();
    Ok(places)
}

/// A quantity that names attributes is of the section with those.
fn applies(quantity: &Quantity, attributes: &[String]) -> bool {
    let mut asked: Vec<&str> = quantity.selector.attributes().iter().collect();
    let mut here: Vec<&str> = attributes.iter().map(String::as_str).collect();
    asked.sort_unstable();
    here.sort_unstable();
    asked.is_empty() || asked == here
}

fn compare(
    context: &Context<'_>,
    groups: &Groups,
    quantity: &Quantity,
    request: &Request,
    relation: Option<Relation>,
) -> Result<Gap, AuditError> {
    if quantity.functional.is_distance() {
        return distance::compare_laws(context, groups, quantity);
    }
    let reference = if quantity.comparison.needs_reference() {
        let missing =
            || AuditError::NoReference { quantity: quantity.to_string(), attribute: groups.title() };
        Some(reference_of(groups, quantity, request)?.ok_or_else(missing)?)
    } else {
        None
    };
    gap::compare_values(context, groups, quantity, reference, relation)
}

/// The reference group: named by the quantity, else by the request for every attribute of the section.
fn reference_of(
    groups: &Groups,
    quantity: &Quantity,
    request: &Request,
) -> Result<Option<usize>, AuditError> {
    if let (None, Some(labels)) = (quantity.selector.group(), quantity.selector.reference()) {
        let asked: Vec<String> = quantity.selector.attributes().iter().map(str::to_owned).collect();
        let attributes = if asked.is_empty() { &groups.attributes } else { &asked };
        return groups.find(attributes, labels).map(Some);
    }
    stated_reference(groups, request)
}

/// The reference group that the request states for every attribute of the section.
fn stated_reference(groups: &Groups, request: &Request) -> Result<Option<usize>, AuditError> {
    let label_of = |attribute: &String| {
        let reference = request.references.iter().find(|(name, _)| name == attribute);
        reference.map(|(_, label)| label.clone())
    };
    let Some(labels) = groups.attributes.iter().map(label_of).collect::<Option<Vec<Label>>>() else {
        return Ok(None);
    };
    let name = GroupName(labels);
    match groups.names.iter().position(|group| *group == name) {
        Some(place) => Ok(Some(place)),
        None => Err(AuditError::UnknownGroup {
            attribute: groups.title(),
            group: name.to_string(),
            known: groups.names.iter().map(|name| Label::new(name.to_string())).collect(),
        }),
    }
}
