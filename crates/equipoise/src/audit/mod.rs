//! From a request to a report, as data.
//!
//! [`audit`] looks at [`Statistics`] only, so rows counted once, in parts or on a cluster answer any request. What
//! is shown of each group has a pointwise interval; what is compared between groups has an interval that holds for
//! all that is compared together; a verdict follows from that interval and the bound, and from nothing else.
//!
//! A target alone is audited as if its labels were decisions: demographic parity then compares base rates.

use std::{
    borrow::Cow,
    collections::{BTreeMap, btree_map::Entry},
};

mod quantity;

mod report;

mod request;

mod error;

mod defaults;

mod section;

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
    metrics::{Choice, Kind, Needs, Undefined},
    notion::{Compared, Event, Need, Notion, Relation, Requirement},
    stats::{Evaluation, Layout, Statistics, Task, View, WeightKind, view::Cell},
};
use estimate::{Estimate, sound};
use section::{Context, Groups};

/// Classes of a multiclass task whose shares are shown for each group.
const CLASSES_SHOWN: usize = 12;

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

/// Returns a metric by name, if it suits the task and what is there.
fn choose(context: &Context<'_>, name: &str) -> Result<Choice, AuditError> {
    let layout = context.layout();
    let choice: Choice = name.parse().map_err(AuditError::Metric)?;
    let metric = choice.metric();
    let unsuited = |why: String| AuditError::UnsuitedMetric { name: choice.to_string(), why };
    if !metric.tasks.contains(&layout.task) {
        let task = match layout.task {
            Task::Binary => "binary tasks",
            Task::Multiclass => "multiclass tasks",
            Task::Regression => "regression",
        };
        return Err(unsuited(format!("it is not for {task}")));
    }
    match metric.needs.lacking(Needs::given_by(layout)).as_slice() {
        [] => Ok(choice),
        lacking => Err(unsuited(format!("it needs {}", lacking.join(" and ")))),
    }
}

fn figure_of(context: &Context<'_>, choice: &Choice, view: &View) -> Figure {
    let figure = choice.figure(view, context.confidence, context.weights());
    let counts = figure.counts.and_then(|rate| {
        let estimate = Estimate::rate(rate.hits, rate.of, context.weights()).ok()?;
        counts_of(context, rate.hits, rate.of, &estimate)
    });
    Figure {
        metric: choice.to_string(),
        value: figure.value,
        interval: figure.interval.and_then(|interval| sound(interval).ok()),
        method: figure.method.map(crate::metrics::Method::name),
        counts,
    }
}

/// The counts behind a rate, as a reader would count them.
fn counts_of(context: &Context<'_>, hits: Cell, of: Cell, estimate: &Estimate<'_>) -> Option<(f64, f64)> {
    match *estimate {
        // Under sampling weights an effective number is not what a reader would count: show rows.
        Estimate::Rate { .. } if context.weights() == Some(WeightKind::Sampling) => {
            Some((hits.rows as f64, of.rows as f64))
        }
        Estimate::Rate { k, n, .. } => Some((k, n)),
        _ => None,
    }
}

/// In a multiclass task without metrics of the request's own, the share of each class.
fn class_shares(context: &Context<'_>, view: &View, request: &Request) -> Vec<Figure> {
    let layout = context.layout();
    if layout.task != Task::Multiclass || !request.metrics.is_empty() {
        return Vec::new();
    }
    let of_outcomes = !layout.has_decisions();
    let (name, classes) = if of_outcomes {
        ("class_share", context.evaluation.target())
    } else {
        ("predicted_share", context.evaluation.prediction())
    };
    let share = |(class, label): (usize, &Label)| {
        let hits = if of_outcomes { view.matrix.target(class) } else { view.matrix.prediction(class) };
        let metric = format!("{name}({label})");
        let of = view.matrix.total();
        match Estimate::rate(hits, of, context.weights()) {
            Ok(estimate) => Figure {
                metric,
                value: Ok(estimate.value()),
                interval: estimate.at(context.confidence.z()).ok().map(|at| at.interval),
                method: Some("Wilson"),
                counts: counts_of(context, hits, of, &estimate),
            },
            Err(why) => Figure { metric, value: Err(why), interval: None, method: None, counts: None },
        }
    };
    classes.labels.iter().enumerate().take(CLASSES_SHOWN).map(share).collect()
}

/// The request's metrics that are of a group within all, of a group and a reference, or of all groups.
fn comparisons(
    context: &Context<'_>,
    groups: &Groups,
    choices: &[Choice],
    request: &Request,
) -> Result<Vec<ComparisonFigure>, AuditError> {
    let mut figures = Vec::new();
    let large: Vec<usize> =
        (0..groups.names.len()).filter(|&g| context.is_large(groups.views[g].matrix.total())).collect();
    for choice in choices {
        let metric = choice.to_string();
        if let Kind::Family(_) = choice.metric().kind {
            let views: Vec<View> = large.iter().map(|&group| groups.views[group].clone()).collect();
            let value = if views.len() < 2 {
                Err(Undefined::FewerThanTwoGroups)
            } else {
                choice.of_family(&views, &context.overall)
            };
            figures.push(ComparisonFigure { metric, group: None, reference: None, value });
            continue;
        }
        if choice.metric().is_of_one_group() {
            continue;
        }
        let quantity = defaults::quantities(context.layout());
        let reference = match quantity.first() {
            Some(quantity) => reference_of(groups, quantity, request)?,
            None => None,
        };
        let laws =
            context.has_law() && (choice.metric().needs.score || context.layout().task == Task::Regression);
        let within = matches!(choice.metric().kind, Kind::Within(_));
        for &group in &large {
            if reference == Some(group) && !within {
                continue;
            }
            let value = match choice.metric().kind {
                Kind::Within(_) => choice.of_group_within(&groups.views[group], &context.overall),
                Kind::Strata(_) => choice.of_strata(&strata_pairs(context, groups, group, reference)),
                // Each pair looks at the whole law of the reference.
                _ if laws && large.len() > gap::PAIRS_MAX => Err(Undefined::TooManyGroups),
                _ => {
                    let other = reference_view(context, groups, group, reference);
                    choice.of_pair(&groups.views[group], &other)
                }
            };
            figures.push(ComparisonFigure {
                metric: metric.clone(),
                group: Some(groups.names[group].clone()),
                reference: reference.filter(|_| !within).map(|place| groups.names[place].clone()),
                value,
            });
        }
    }
    Ok(figures)
}

/// The reference group's view, or that of everyone outside the group: with the law of its score, but for many groups.
fn reference_view<'g>(
    context: &Context<'_>,
    groups: &'g Groups,
    group: usize,
    reference: Option<usize>,
) -> Cow<'g, View> {
    match reference {
        Some(reference) => Cow::Borrowed(&groups.views[reference]),
        None if groups.names.len() > gap::PAIRS_MAX => Cow::Owned(groups.rest(context, None, group)),
        None => Cow::Owned(groups.everyone_else(context, None, group)),
    }
}

fn strata_pairs(
    context: &Context<'_>,
    groups: &Groups,
    group: usize,
    reference: Option<usize>,
) -> Vec<(View, View)> {
    let pairs = groups.strata.iter().enumerate();
    pairs
        .map(|(stratum, (_, views))| {
            let other = match reference {
                Some(reference) => views[reference].clone(),
                None => groups.rest(context, Some(stratum), group),
            };
            (views[group].clone(), other)
        })
        .collect()
}

/// What a notion needs and the layout does not give.
fn missing(layout: &Layout, notion: &Notion, needs: &[Need]) -> Vec<Need> {
    let labels_alone = defaults::subject(layout) == Subject::Labels;
    // Where only outcomes are given they are audited as decisions, inside no events or inside strata.
    let as_decisions = labels_alone
        && notion.compared() == Compared::Prediction
        && matches!(notion.event(), Event::AllRows | Event::EachStratum);
    let score = layout.score.is_some() || (labels_alone && layout.task == Task::Regression);
    let given = |need: &Need| match need {
        Need::Target => layout.target.is_some(),
        Need::Prediction => as_decisions || layout.has_decisions() || layout.score.is_some(),
        Need::Score => score,
        Need::Strata => !layout.strata.is_empty(),
    };
    needs.iter().copied().filter(|need| !given(need)).collect()
}

/// Decisions are what some notions are about, where a score alone is not enough.
fn needs_decisions(layout: &Layout, notion: &Notion) -> bool {
    layout.task != Task::Regression
        && !layout.has_decisions()
        && matches!(notion.compared(), Compared::Outcome | Compared::Correctness)
}

/// A reference names a sensitive attribute and one of its labels.
fn check_references(statistics: &Statistics, request: &Request) -> Result<(), AuditError> {
    let sensitive = &statistics.layout().sensitive;
    for (attribute, label) in &request.references {
        let levels = sensitive.iter().zip(statistics.attribute_levels());
        let Some((_, levels)) = levels.into_iter().find(|(known, _)| known.name == *attribute) else {
            return Err(AuditError::UnknownAttribute {
                requirement: format!("reference {attribute} = {label}"),
                attribute: attribute.clone(),
                known: sensitive.iter().map(|known| known.name.clone()).collect(),
            });
        };
        if !levels.labels().contains(label) {
            let mut known = levels.labels().to_vec();
            known.sort();
            return Err(AuditError::UnknownGroup {
                attribute: attribute.clone(),
                group: label.to_string(),
                known,
            });
        }
    }
    Ok(())
}

/// Checks that a requirement or a quantity, as its `text` has it, can be said from what is there.
fn check_quantity(layout: &Layout, quantity: &Quantity, text: &str) -> Result<(), AuditError> {
    let Some(notion) = quantity.notion() else { return Ok(()) };
    if !quantity.functional.applies_to(notion.compared()) {
        let variable = "what this notion compares";
        return Err(AuditError::UnsupportedFunctional { functional: quantity.functional, variable });
    }
    let mut lacking = missing(layout, notion, &quantity.needs());
    if lacking.is_empty() && needs_decisions(layout, notion) {
        lacking.push(Need::Prediction);
    }
    if !lacking.is_empty() {
        return Err(AuditError::NotGiven { requirement: text.to_owned(), missing: lacking });
    }
    check_task(layout, notion)?;
    if let Notion::ConditionalParity(columns) = notion {
        let asked: Vec<String> = columns.iter().map(str::to_owned).collect();
        let known: Vec<String> = layout.strata.iter().map(|stratum| stratum.name.clone()).collect();
        let (mut a, mut b) = (asked.clone(), known.clone());
        a.sort_unstable();
        b.sort_unstable();
        if !asked.is_empty() && a != b {
            return Err(AuditError::OtherStrata { notion: notion.clone(), asked, known });
        }
    }
    Ok(())
}

/// Some notions speak of a positive class, or of correct decisions.
fn check_task(layout: &Layout, notion: &Notion) -> Result<(), AuditError> {
    let positive =
        matches!(notion.event(), Event::TargetPositive | Event::TargetNegative | Event::PredictionPositive);
    let why = match (layout.task, notion.event(), notion.compared()) {
        (Task::Multiclass | Task::Regression, ..) if positive => "it needs a binary task",
        (Task::Multiclass | Task::Regression, Event::EachScoreBin, _) => {
            "it needs a binary task with a score"
        }
        (Task::Regression, _, Compared::Correctness) => {
            "there is no right or wrong in regression: bound a loss"
        }
        (Task::Regression, Event::EachTarget, _) if layout.target_cuts.is_none() => {
            "its events are bins of the target: state cut points"
        }
        _ => return Ok(()),
    };
    Err(AuditError::UnsuitedNotion { notion: notion.clone(), why })
}

/// The notions of the table that cannot be said, and what is missing for them.
fn unsaid(layout: &Layout) -> Vec<Unsaid> {
    let notions = crate::notion::all().iter().filter_map(|entry| entry.notion());
    notions
        .filter(|notion| check_task(layout, notion).is_ok())
        .filter_map(|notion| {
            let mut missing = missing(layout, &notion, &notion.needs());
            if missing.is_empty() && needs_decisions(layout, &notion) {
                missing.push(Need::Prediction);
            }
            (!missing.is_empty()).then_some(Unsaid { notion, missing })
        })
        .collect()
}
