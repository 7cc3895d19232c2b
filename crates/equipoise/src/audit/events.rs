//! A notion taken apart: for each of its events the value of every group.

use super::{
    error::AuditError,
    estimate::Estimate,
    quantity::Quantity,
    section::{Context, Groups},
};
use crate::{
    inference::{Confidence, auc::levels, calibration::equal_mass_edges, laws::Law},
    metrics::{Choice, Kind, Undefined},
    notion::{Compared, Event, Functional, Notion, Subject},
    stats::{
        Task, View, WeightKind,
        view::{Atom, Cell},
    },
};

/// Bins of the score in which calibration is compared: equal shares of all rows.
const CALIBRATION_BINS: usize = 10;

/// Of a view: the rows that count and those they are a share of, or a mean, or another number.
pub(super) type ValueOf<'a> = Box<dyn for<'v> Fn(&'v View) -> Result<Estimate<'v>, Undefined> + 'a>;

/// One event: which view of a group is looked at, and what is read off it.
pub(super) struct EventOf<'a> {
    /// `None` where the notion has one event.
    pub(super) name: Option<String>,
    /// Place of the stratum whose views are read; `None` for the groups' own.
    pub(super) stratum: Option<usize>,
    pub(super) value: ValueOf<'a>,
}

impl EventOf<'_> {
    /// The views of the groups in this event.
    pub(super) fn views<'g>(&self, groups: &'g Groups) -> &'g [View] {
        match self.stratum {
            None => &groups.views,
            Some(stratum) => &groups.strata[stratum].1,
        }
    }
}

/// Returns the events of a quantity that compares values (not whole laws).
pub(super) fn events<'a>(
    context: &'a Context<'_>,
    groups: &Groups,
    quantity: &Quantity,
) -> Result<Vec<EventOf<'a>>, AuditError> {
    match &quantity.subject {
        Subject::Metric(name) => Ok(vec![single(metric_value(context, name.as_str())?)]),
        Subject::Notion(Notion::BoundedLoss(loss)) => Ok(vec![single(metric_value(context, loss.as_str())?)]),
        Subject::Notion(notion) => notion_events(context, groups, notion, quantity.functional),
    }
}

fn single(value: ValueOf<'_>) -> EventOf<'_> {
    EventOf { name: None, stratum: None, value }
}

fn notion_events<'a>(
    context: &'a Context<'_>,
    groups: &Groups,
    notion: &Notion,
    functional: Functional,
) -> Result<Vec<EventOf<'a>>, AuditError> {
    let weights = context.weights();
    if let Functional::Quantile(level) = functional {
        return quantile_events(context, groups, notion, functional, level.get());
    }
    Ok(match (notion.event(), notion.compared()) {
        (Event::PredictionPositive, _) => vec![single(rate(weights, |view| {
            let confusion = view.confusion().ok_or(Undefined::NotGiven)?;
            let of = confusion.tp + confusion.fp;
            if of.rows == 0 { Err(Undefined::NothingSelected) } else { Ok((confusion.tp, of)) }
        }))],
        (Event::EachScoreBin, _) => calibration_events(context)?,
        (_, Compared::Correctness) => vec![single(rate(weights, |view| {
            let matrix = &view.matrix;
            let right =
                (0..matrix.n_target.min(matrix.n_prediction)).map(|class| matrix.get(class, class)).sum();
            Ok((right, matrix.total()))
        }))],
        (Event::EachStratum, _) => {
            let mut events = Vec::new();
            for (stratum, (name, _)) in groups.strata.iter().enumerate() {
                for mut event in prediction_events(context, None) {
                    event.name = Some(join(&stratum_name(context, name), event.name.as_deref()));
                    event.stratum = Some(stratum);
                    events.push(event);
                }
            }
            events
        }
        (Event::TargetPositive, _) => prediction_events(context, Some(1)),
        (Event::TargetNegative, _) => prediction_events(context, Some(0)),
        (Event::EachTarget, _) => {
            let mut events = Vec::new();
            for (class, label) in context.evaluation.target().labels.iter().enumerate() {
                for mut event in prediction_events(context, Some(class)) {
                    let target = context.layout().target.as_deref().unwrap_or("target");
                    event.name = Some(join(&format!("{target} = {label}"), event.name.as_deref()));
                    events.push(event);
                }
            }
            events
        }
        (Event::AllRows, _) => prediction_events(context, None),
    })
}

fn join(first: &str, second: Option<&str>) -> String {
    second.map_or_else(|| first.to_owned(), |second| format!("{first}, {second}"))
}

/// Returns `department = A`, or `department = A, year = 1973`.
pub(super) fn stratum_name(context: &Context<'_>, name: &super::report::GroupName) -> String {
    let columns = context.layout().strata.iter().map(|stratum| &stratum.name);
    columns.zip(&name.0).map(|(column, label)| format!("{column} = {label}")).collect::<Vec<_>>().join(", ")
}

/// A share of rows by the two cells that `cells` reads.
fn rate<'a>(
    weights: Option<WeightKind>,
    cells: impl Fn(&View) -> Result<(Cell, Cell), Undefined> + 'a,
) -> ValueOf<'a> {
    Box::new(move |view| {
        let (hits, of) = cells(view)?;
        Estimate::rate(hits, of, weights)
    })
}

/// The prediction (or, in an audit of labels, the outcome itself) among the rows of one target class, or among all.
///
/// Decisions are compared by the share of positives; of several classes each in turn is the positive one. Where
/// there are no decisions, the mean of the score is compared, and in regression that of the predicted value.
fn prediction_events<'a>(context: &'a Context<'_>, target: Option<usize>) -> Vec<EventOf<'a>> {
    let weights = context.weights();
    let layout = context.layout();
    let empty = match (layout.task, target) {
        (Task::Binary, Some(1)) => Undefined::NoPositives,
        (Task::Binary, Some(0)) => Undefined::NoNegatives,
        _ => Undefined::NoRows,
    };
    let (side, by_target) = if layout.has_decisions() {
        (context.evaluation.prediction(), false)
    } else if layout.score.is_some() || layout.task == Task::Regression {
        return vec![single(Box::new(move |view| {
            let moments = match target {
                None => Some(&view.moments),
                Some(class) => view.moments_by_target.get(class),
            };
            let moment = moments.and_then(|moments| moments.score.or(moments.target));
            if moment.is_none() { Err(empty) } else { Estimate::mean(moment, weights) }
        }))];
    } else {
        (context.evaluation.target(), true)
    };
    let event = |class: usize| {
        rate(weights, move |view| {
            let matrix = &view.matrix;
            let (hits, of) = match target {
                None if by_target => (matrix.target(class), matrix.total()),
                None => (matrix.prediction(class), matrix.total()),
                Some(target) => (matrix.get(target, class), matrix.target(target)),
            };
            if of.rows == 0 { Err(empty) } else { Ok((hits, of)) }
        })
    };
    if layout.task == Task::Binary {
        return vec![single(event(1))];
    }
    let column = if by_target { layout.target.as_deref() } else { layout.prediction.as_deref() };
    let named = side.labels.iter().enumerate();
    named
        .map(|(class, label)| EventOf {
            name: Some(format!("{} = {label}", column.unwrap_or("prediction"))),
            stratum: None,
            value: event(class),
        })
        .collect()
}

/// A metric of one group as a value with an interval.
fn metric_value<'a>(context: &'a Context<'_>, name: &str) -> Result<ValueOf<'a>, AuditError> {
    let choice = super::figures::choose(context, name)?;
    let weights = context.weights();
    Ok(match choice.metric().kind {
        Kind::Rate(cells, empty) => rate(weights, move |view| {
            let rate = cells(view).ok_or(Undefined::NotGiven)?;
            if rate.of.rows == 0 { Err(empty) } else { Ok((rate.hits, rate.of)) }
        }),
        Kind::Mean(mean) => Box::new(move |view| Estimate::mean(Some(mean(view)?), weights)),
        Kind::Table(_) | Kind::Group { .. } => Box::new(move |view| other(choice, view, weights)),
        _ => {
            let why = "it is not a number of one group, so groups cannot be compared by it".to_owned();
            return Err(AuditError::UnsuitedMetric { name: name.to_owned(), why });
        }
    })
}

fn other(choice: Choice, view: &View, weights: Option<WeightKind>) -> Result<Estimate<'_>, Undefined> {
    let value = choice.of_group(view)?;
    let rows = view.matrix.total().rows as f64;
    let interval = move |confidence: Confidence| choice.figure(view, confidence, weights).interval;
    Ok(Estimate::Other { value, rows, interval: Box::new(interval) })
}

/// A quantile of the score, inside the events of a notion.
fn quantile_events<'a>(
    context: &'a Context<'_>,
    groups: &Groups,
    notion: &Notion,
    functional: Functional,
    level: f64,
) -> Result<Vec<EventOf<'a>>, AuditError> {
    Ok(law_events(context, groups, notion, functional)?
        .into_iter()
        .map(|event| EventOf {
            name: event.name,
            stratum: event.stratum,
            value: Box::new(move |view: &View| {
                let law = Law::new(&event.class.law(view)).map_err(|_| Undefined::NoRows)?;
                let value = law.quantile(level).map_err(|_| Undefined::NoRows)?;
                let rows = law.n();
                let interval = move |confidence: Confidence| {
                    crate::inference::laws::quantile_interval(&law, level, confidence).ok()
                };
                Ok(Estimate::Other { value, rows, interval: Box::new(interval) })
            }),
        })
        .collect())
}

/// Which rows' law of the score is meant.
#[derive(Clone, Copy)]
pub(super) enum LawOf {
    All,
    Target(usize),
}

impl LawOf {
    pub(super) fn law(self, view: &View) -> Vec<Atom> {
        match self {
            Self::All => view.pooled_law(),
            Self::Target(class) => view.law.get(class).cloned().unwrap_or_default(),
        }
    }
}

/// An event in which whole laws are compared.
pub(super) struct LawEvent {
    pub(super) name: Option<String>,
    pub(super) stratum: Option<usize>,
    pub(super) class: LawOf,
}

/// Returns the events of a notion in which laws of the score are compared.
pub(super) fn law_events(
    context: &Context<'_>,
    groups: &Groups,
    notion: &Notion,
    functional: Functional,
) -> Result<Vec<LawEvent>, AuditError> {
    if context.overall.law.is_empty() {
        return Err(AuditError::UnsupportedFunctional { functional, variable: "decisions without a score" });
    }
    let one = |class| vec![LawEvent { name: None, stratum: None, class }];
    Ok(match notion.event() {
        Event::TargetPositive => one(LawOf::Target(1)),
        Event::TargetNegative => one(LawOf::Target(0)),
        Event::EachTarget => {
            let target = context.layout().target.as_deref().unwrap_or("target");
            let labels = context.evaluation.target().labels.iter().enumerate();
            labels
                .map(|(class, label)| LawEvent {
                    name: Some(format!("{target} = {label}")),
                    stratum: None,
                    class: LawOf::Target(class),
                })
                .collect()
        }
        Event::EachStratum => (groups.strata.iter().enumerate())
            .map(|(stratum, (name, _))| LawEvent {
                name: Some(stratum_name(context, name)),
                stratum: Some(stratum),
                class: LawOf::All,
            })
            .collect(),
        _ => one(LawOf::All),
    })
}

/// Outcome minus score inside bins of the score with edges common to all groups.
fn calibration_events<'a>(context: &'a Context<'_>) -> Result<Vec<EventOf<'a>>, AuditError> {
    let overall = &context.overall;
    let sides = |view: &View| match view.law.as_slice() {
        [negatives, positives] => Some((positives.clone(), negatives.clone())),
        _ => None,
    };
    let edges = sides(overall)
        .and_then(|(positives, negatives)| levels(&positives, &negatives).ok())
        .and_then(|levels| equal_mass_edges(&levels, CALIBRATION_BINS).ok());
    let Some(edges) = edges else {
        return Err(AuditError::UnsupportedFunctional {
            functional: Functional::Mean,
            variable: "calibration without both outcomes and a score",
        });
    };
    let weights = context.weights();
    // Bins are (edge, next edge], as the calibration figures have them.
    let mut bounds = vec![f64::NEG_INFINITY];
    bounds.extend(&edges);
    if bounds.last() != Some(&f64::INFINITY) {
        bounds.push(f64::INFINITY);
    }
    Ok(bounds
        .windows(2)
        .map(|pair| (pair[0], pair[1]))
        .map(|(low, high)| EventOf {
            name: Some(format!("score in ({low}, {high}]").replace("inf]", "inf)")),
            stratum: None,
            value: Box::new(move |view: &View| {
                let (positives, negatives) = sides(view).ok_or(Undefined::NotGiven)?;
                let inside = |atom: &&Atom| low < atom.value && atom.value <= high;
                let residuals = positives.iter().filter(inside).map(|atom| (1.0 - atom.value, atom.cell));
                let residuals = residuals.chain(negatives.iter().filter(inside).map(|a| (-a.value, a.cell)));
                residual_mean(&residuals.collect::<Vec<_>>(), weights)
            }),
        })
        .collect())
}

/// The mean of residuals given as values with their cells.
fn residual_mean<'v>(
    residuals: &[(f64, Cell)],
    weights: Option<WeightKind>,
) -> Result<Estimate<'v>, Undefined> {
    let cell: Cell = residuals.iter().map(|(_, cell)| *cell).sum();
    if cell.rows == 0 || cell.weight <= 0.0 {
        return Err(Undefined::NoRows);
    }
    let sum = |f: &dyn Fn(f64, Cell) -> f64| residuals.iter().map(|&(x, cell)| f(x, cell)).sum::<f64>();
    let mean = sum(&|x, cell| x * cell.weight) / cell.weight;
    let variance = sum(&|x, cell| (x - mean).powi(2) * cell.weight) / cell.weight;
    let of_mean = sum(&|x, cell| (x - mean).powi(2) * cell.weight_squared) / (cell.weight * cell.weight);
    let moment = crate::stats::view::Moment { cell, mean, variance, variance_of_mean: of_mean };
    Estimate::mean(Some(moment), weights).and_then(|estimate| match estimate {
        // Identical residuals have no variance to make an interval of.
        Estimate::Mean { mean, .. } if mean.variance_of_mean <= 0.0 => Err(Undefined::NoVariance),
        estimate => Ok(estimate),
    })
}
