//! Distances between whole laws: the largest over all pairs of groups, with bounds that hold for all pairs at once.

use super::{
    compared::Gathered,
    error::AuditError,
    estimate::sound,
    events::{LawEvent, law_events, stratum_name},
    gap::{PAIRS_MAX, pair_of, shared_level},
    quantity::Quantity,
    report::{Extremes, Gap},
    section::{Context, Groups},
};
use crate::{
    inference::{
        Confidence, Interval,
        laws::{self, Law, Range},
    },
    metrics::Undefined,
    notion::{Compared, Comparison, Event, Functional, Notion, Subject},
    stats::{Task, View, WeightKind},
};

/// The laws of the groups that take part, in one event.
struct Laws<T> {
    event: Option<String>,
    places: Vec<usize>,
    laws: Vec<T>,
}

/// What the two laws of a pair are away from each other.
struct Distance {
    value: f64,
    interval: Option<Interval>,
    at_equality: Option<f64>,
}

/// Compares the groups of a section by a distance between laws.
pub(super) fn compare_laws(
    context: &Context<'_>,
    groups: &Groups,
    quantity: &Quantity,
) -> Result<Gap, AuditError> {
    let Subject::Notion(notion) = &quantity.subject else {
        return Err(unsupported(quantity.functional, "a metric"));
    };
    if quantity.comparison != Comparison::Difference {
        return Err(unsupported(quantity.functional, "a comparison other than the difference"));
    }
    match quantity.functional {
        Functional::TotalVariation => class_laws(context, groups, quantity, notion),
        Functional::Ks | Functional::W1 | Functional::W2 => score_laws(context, groups, quantity, notion),
        functional => Err(unsupported(functional, "the laws of a score")),
    }
}

fn unsupported(functional: Functional, variable: &'static str) -> AuditError {
    AuditError::UnsupportedFunctional { functional, variable }
}

fn score_laws(
    context: &Context<'_>,
    groups: &Groups,
    quantity: &Quantity,
    notion: &Notion,
) -> Result<Gap, AuditError> {
    let events = law_events(context, groups, notion, quantity.functional)?;
    let of = |event: &LawEvent, view: &View| Law::new(&event.class.law(view)).map_err(|_| Undefined::NoRows);
    let named = events.iter().map(|event| (event.name.clone(), event.stratum, event));
    let (families, mut gap) =
        gather(context, groups, quantity, named.collect(), |event, view| of(event, view))?;
    let range = observed_range(context);
    let distance = |a: &Law, b: &Law, confidence: Confidence| {
        let bounds = laws::ks_bounds(a, b, confidence).ok();
        match quantity.functional {
            Functional::Ks => Distance {
                value: laws::ks(a, b),
                interval: bounds,
                at_equality: laws::ks_at_equality(a.n(), b.n()).ok(),
            },
            Functional::W1 => Distance {
                value: laws::wasserstein1(a, b),
                interval: range.and_then(|range| laws::wasserstein1_bounds(a, b, range, confidence).ok()),
                at_equality: None,
            },
            _ => Distance {
                value: laws::wasserstein2(a, b),
                interval: laws::wasserstein2_interval(a, b, confidence).ok(),
                at_equality: None,
            },
        }
    };
    let method = match quantity.functional {
        Functional::Ks => "DKW bands, all pairs",
        Functional::W1 => "DKW bands over the observed range, all pairs",
        _ => "delta method, all pairs",
    };
    largest(context, groups, &families, &mut gap, method, distance);
    Ok(gap)
}

/// The smallest and largest score of all rows: W₁ bounds hold for laws on that range.
fn observed_range(context: &Context<'_>) -> Option<Range> {
    let atoms = context.overall.law.iter().flatten().map(|atom| atom.value);
    let (low, high) =
        atoms.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x)));
    Range::new(low, high).ok()
}

/// A law over classes: probabilities and the number of rows, or the effective one.
struct Shares {
    shares: Vec<f64>,
    n: f64,
}

fn class_laws(
    context: &Context<'_>,
    groups: &Groups,
    quantity: &Quantity,
    notion: &Notion,
) -> Result<Gap, AuditError> {
    let layout = context.layout();
    if layout.task == Task::Regression || !(layout.has_decisions() || layout.target.is_some()) {
        return Err(unsupported(quantity.functional, "a score without decisions"));
    }
    let of_outcomes = !layout.has_decisions() || notion.compared() == Compared::Outcome;
    let events: Vec<(Option<String>, Option<usize>, Option<usize>)> = match notion.event() {
        Event::TargetPositive => vec![(None, None, Some(1))],
        Event::TargetNegative => vec![(None, None, Some(0))],
        Event::PredictionPositive => vec![(None, None, Some(1))],
        Event::EachTarget => {
            let target = layout.target.as_deref().unwrap_or("target");
            let labels = context.evaluation.target().labels.iter().enumerate();
            labels.map(|(class, label)| (Some(format!("{target} = {label}")), None, Some(class))).collect()
        }
        Event::EachStratum => (groups.strata.iter().enumerate())
            .map(|(stratum, (name, _))| (Some(stratum_name(context, name)), Some(stratum), None))
            .collect(),
        Event::AllRows | Event::EachScoreBin => vec![(None, None, None)],
    };
    let weights = context.weights();
    let of = |class: &Option<usize>, view: &View| {
        let matrix = &view.matrix;
        let cells: Vec<_> = match (of_outcomes, *class) {
            (false, None) => (0..matrix.n_prediction).map(|p| matrix.prediction(p)).collect(),
            (false, Some(class)) => (0..matrix.n_prediction).map(|p| matrix.get(class, p)).collect(),
            (true, None) => (0..matrix.n_target).map(|t| matrix.target(t)).collect(),
            (true, Some(class)) => (0..matrix.n_target).map(|t| matrix.get(t, class)).collect(),
        };
        let total: crate::stats::view::Cell = cells.iter().copied().sum();
        if total.rows == 0 || total.weight <= 0.0 {
            return Err(Undefined::NoRows);
        }
        let n = match weights {
            Some(WeightKind::Sampling) => total.weight * (total.weight / total.weight_squared),
            _ => total.weight,
        };
        Ok(Shares { shares: cells.iter().map(|cell| cell.weight / total.weight).collect(), n })
    };
    let named = events.iter().map(|(name, stratum, class)| (name.clone(), *stratum, class));
    let (families, mut gap) =
        gather(context, groups, quantity, named.collect(), |class, view| of(class, view))?;
    let distance = |a: &Shares, b: &Shares, confidence: Confidence| {
        let value = laws::total_variation(&a.shares, &b.shares).unwrap_or(0.0);
        // Weissman et al. 2003: P(‖p̂ − p‖₁ ≥ ε) ≤ (2^C − 2) exp(−nε²/2) for C classes; half of ε is the total
        // variation, and each of the two laws gets half of α.
        let classes = a.shares.len() as f64;
        let logarithm = classes * std::f64::consts::LN_2 + (-(1.0 - classes).exp2()).ln_1p()
            - (confidence.alpha() / 2.0).ln();
        let radius = |n: f64| 0.5 * (2.0 * logarithm / n).sqrt();
        let slack = radius(a.n) + radius(b.n);
        let interval = Interval { lower: (value - slack).max(0.0), upper: (value + slack).min(1.0) };
        Distance { value, interval: Some(interval), at_equality: None }
    };
    largest(context, groups, &families, &mut gap, "multinomial deviation bound, all pairs", distance);
    Ok(gap)
}

/// Collects the laws of the groups that are large enough.
fn gather<E, T>(
    context: &Context<'_>,
    groups: &Groups,
    quantity: &Quantity,
    events: Vec<(Option<String>, Option<usize>, E)>,
    of: impl Fn(&E, &View) -> Result<T, Undefined>,
) -> Result<(Vec<Laws<T>>, Gap), AuditError> {
    let pair = pair_of(groups, quantity)?;
    let mut gathered = Gathered::default();
    let mut families = Vec::new();
    for (event, stratum, which) in events {
        let views = stratum.map_or(&groups.views, |stratum| &groups.strata[stratum].1);
        let mut family = Laws { event, places: Vec::new(), laws: Vec::new() };
        for (place, view) in views.iter().enumerate() {
            if pair.is_some_and(|(a, b)| place != a && place != b) {
                continue;
            }
            let cell = view.matrix.total();
            if cell.rows == 0 || !context.is_large(cell) {
                gathered.leave_out(stratum, place, cell, context.overall.matrix.total());
                continue;
            }
            match of(&which, view) {
                Ok(law) => {
                    family.places.push(place);
                    family.laws.push(law);
                }
                Err(why) => gathered.undefined(groups, place, why),
            }
        }
        gathered.n_groups = gathered.n_groups.max(family.places.len());
        if family.places.len() >= 2 {
            families.push(family);
        }
    }
    let too_many = gathered.n_groups > PAIRS_MAX;
    let several = gathered.undefined.len() + gathered.n_groups >= 2;
    let mut gap = Gap::of_nothing(quantity.clone(), gathered.left_out, gathered.undefined);
    gap.n_groups = gathered.n_groups;
    if too_many {
        gap.value = Err(Undefined::TooManyGroups);
        families.clear();
    } else if let (Some((_, why)), true) = (gap.undefined.first(), several && families.is_empty()) {
        gap.value = Err(*why);
    }
    Ok((families, gap))
}

/// The largest distance over all pairs and events. Each pair's bound is taken at a level that lets all hold together
/// (Bonferroni over pairs and events), so the largest lower and the largest upper bound hold for the largest distance.
fn largest<T>(
    context: &Context<'_>,
    groups: &Groups,
    families: &[Laws<T>],
    gap: &mut Gap,
    method: &'static str,
    distance: impl Fn(&T, &T, Confidence) -> Distance,
) {
    let pairs_of = |n: usize| n * (n - 1) / 2;
    let n_comparisons: usize = families.iter().map(|family| pairs_of(family.laws.len())).sum();
    if n_comparisons == 0 {
        return;
    }
    let confidence = shared_level(context.confidence, families.len());
    let mut worst: Option<(f64, usize, usize, usize)> = None;
    let mut interval = Some(Interval { lower: 0.0, upper: 0.0 });
    let mut at_equality = None;
    for (number, family) in families.iter().enumerate() {
        let level = Confidence::from_alpha(confidence.alpha() / pairs_of(family.laws.len()) as f64)
            .unwrap_or(confidence);
        for i in 0..family.laws.len() {
            for j in i + 1..family.laws.len() {
                let pair = distance(&family.laws[i], &family.laws[j], level);
                let bounds = pair.interval.and_then(|bounds| sound(bounds).ok());
                interval = match (interval, bounds) {
                    (Some(all), Some(one)) => {
                        Some(Interval { lower: all.lower.max(one.lower), upper: all.upper.max(one.upper) })
                    }
                    _ => None,
                };
                if worst.is_none_or(|(value, ..)| pair.value > value) {
                    worst = Some((pair.value, number, i, j));
                    at_equality = pair.at_equality;
                }
            }
        }
    }
    let Some((value, number, i, j)) = worst else { return };
    let family = &families[number];
    gap.value = Ok(value);
    gap.interval = interval;
    gap.method = interval.map(|_| method);
    gap.n_comparisons = n_comparisons;
    // Of one pair only; the largest of many pairs would be larger still.
    gap.expected_if_equal = at_equality.filter(|_| n_comparisons == 1);
    gap.extremes = Some(Extremes {
        low: groups.names[family.places[i]].clone(),
        high: Some(groups.names[family.places[j]].clone()),
        low_value: None,
        high_value: None,
        event: family.event.clone(),
    });
}
