//! The figures of an explanation on the rows of a table.

use equipoise::{
    groups::{Cuts, Label},
    methods::{
        Fairness, TargetEvents,
        inprocessing::{Against, Constraints, EventRows, fair_erm::Comparison},
        preprocessing::fair_projection,
    },
    notion::Event,
};
use equipoise_audit::{CutPoints, Failure, Hints, Kind, Parameter, Spelling, Table};
use equipoise_table::{ColumnRequest, Kind as Role, MissingPolicy};

use super::{CellExplained, Explanation, GapExplained, GroupsExplained, Names, taken_out};
use crate::{
    Watch,
    complaints::{fit_error, read_error, rows_error},
    encoder::{Tally, Values},
    frame::{self, Coded, Column},
    model::{Ingredients, Model},
    recipe::Recipe,
    roles::known_positives,
    sample::Sample,
    target::Target,
};

/// Different values of a column of groups or of the outcome.
const LEVELS_MAX: usize = 65_536;

/// Replaces the figures of an explanation by those of the rows of a table.
pub(super) fn measure(
    model: &Model,
    table: &Table,
    spelling: Spelling,
    watch: &dyn Watch,
    explanation: &mut Explanation,
) -> Result<(), Failure> {
    let ingredients = model.ingredients();
    if model.notion().is_none() {
        return Err(Failure::new("the model compares no groups, so a table adds nothing to its explanation")
            .about(Parameter::Model));
    }
    if ingredients.sensitive.is_empty() {
        return Err(Failure::new(
            "the model was made of arrays, and does not know which columns make groups",
        )
        .about(Parameter::Model));
    }
    let measured = Measured::read(model, table, spelling, watch)?;
    let scores = model.scores_of(&measured.sample.rows.view())?;
    for (number, score) in explanation.scores.iter_mut().enumerate() {
        let Some(comparison) = &model.heads()[number].training.comparison else { continue };
        let target = measured.target_of(model, number);
        let class = score.class.clone();
        let is_linear = !score.weights.is_empty();
        let groups =
            measured.groups(model, comparison, class.as_deref(), &target, &scores[number], is_linear)?;
        score.groups = Some(groups);
    }
    explanation.rows_measured = Some(measured.rows as u64);
    Ok(())
}

/// The rows of the table as the model takes them.
struct Measured {
    rows: usize,
    sample: Sample,
    /// The outcome: the class or the number of each row; `None` where the notion does not look at it.
    outcome: Option<Vec<f64>>,
    recipe: Recipe,
}

impl Measured {
    fn read(model: &Model, table: &Table, spelling: Spelling, watch: &dyn Watch) -> Result<Self, Failure> {
        let ingredients = model.ingredients();
        let encoder = model.encoder();
        let mut recipe = Recipe::new(ingredients.method.clone(), spelling);
        recipe.sensitive.clone_from(&ingredients.sensitive);
        let needs_outcome = model.notion().is_some_and(|notion| {
            matches!(notion.event(), Event::TargetPositive | Event::TargetNegative | Event::EachTarget)
        });
        let target = ingredients.target.as_deref().filter(|_| needs_outcome);
        let (requests, places) = requests(model, ingredients, target);
        let most = vec![LEVELS_MAX; requests.len()];
        let frame = frame::read(&table.source, &requests, &most, 0, watch)
            .map_err(|error| read_error(error, &places, &recipe))?;
        if frame.rows == 0 {
            return Err(Failure::new("there are no rows to explain the model by").of_kind(Kind::Data));
        }
        let rows = frame.rows;
        let mut columns = frame.columns.into_iter();
        let features: Vec<Column> = columns.by_ref().take(encoder.columns().len()).collect();
        let values: Vec<Values<'_>> = features.iter().map(Column::values).collect();
        let mut tally = Tally::new(values.len());
        let encoded =
            encoder.encode(&values, rows, &mut tally).map_err(|error| rows_error(&error, encoder))?;
        let mut attributes = Vec::new();
        for name in ingredients.sensitive.iter().chain(&ingredients.strata) {
            let column = columns.next().expect("invariant: a column for each request");
            attributes.push(group(column, cuts_of(ingredients, name)?.as_ref()));
        }
        let strata = attributes.split_off(ingredients.sensitive.len());
        let mut next = |is_there: bool| if is_there { columns.next() } else { None };
        let weights = match next(ingredients.weight.is_some()) {
            Some(Column::Real(values)) => {
                Some(crate::sample::weights(values, ingredients.weight.as_deref().unwrap_or_default())?)
            }
            _ => None,
        };
        let outcome = match (target, next(target.is_some())) {
            (Some(name), Some(column)) => Some(outcome(&column, name, model.target(), &table.hints)?),
            _ => None,
        };
        let sample = Sample { rows: encoded, sensitive: attributes, strata, weights };
        Ok(Self { rows, sample, outcome, recipe })
    }

    /// The target of one score.
    fn target_of(&self, model: &Model, score: usize) -> Vec<f64> {
        let Some(outcome) = &self.outcome else { return vec![0.0; self.rows] };
        let sign = |is: bool| if is { 1.0 } else { -1.0 };
        match model.target() {
            Target::Binary { .. } => outcome.iter().map(|&class| sign(class > 0.0)).collect(),
            Target::Classes(_) => outcome.iter().map(|&class| sign(class as usize == score)).collect(),
            Target::Number | Target::Transformed => outcome.clone(),
        }
    }

    fn groups(
        &self,
        model: &Model,
        comparison: &Comparison,
        class: Option<&str>,
        target: &[f64],
        scores: &[f64],
        is_linear: bool,
    ) -> Result<GroupsExplained, Failure> {
        let fairness = Fairness::new(comparison.notion.clone())
            .pairs(comparison.pairs)
            .crossing(comparison.crossing)
            .events(events(comparison));
        let failed = |error| fit_error(&error, &self.recipe, model.encoder(), model.target());
        let constraints = self
            .sample
            .with(target, |labelled| Constraints::new(labelled, &fairness, &TargetEvents::Classes))
            .map_err(failed)?;
        let signal = match is_linear {
            false => Vec::new(),
            true => {
                let plan = fair_projection::Plan::new(fairness.clone())
                    .map_err(|error| Failure::new(&error).about(Parameter::Model))?;
                let fitted = self.sample.with(target, |labelled| plan.fit(labelled)).map_err(failed)?;
                fitted.signal().to_vec()
            }
        };
        let names = Names {
            ingredients: model.ingredients(),
            target: model.target(),
            class,
            crossing: comparison.crossing,
        };
        Ok(self.explained(&names, comparison, &constraints, scores, &signal))
    }

    fn explained(
        &self,
        names: &Names<'_>,
        comparison: &Comparison,
        constraints: &Constraints,
        scores: &[f64],
        signal: &[f64],
    ) -> GroupsExplained {
        let means = constraints.cell_means(scores);
        let positive: Vec<f64> = scores.iter().map(|&score| f64::from(u8::from(score > 0.0))).collect();
        let rates = constraints.cell_means(&positive);
        let group = |grouping: usize, group: usize| Names::group(&constraints.groups()[grouping][group]);
        let event = |event: usize| names.event(&constraints.events()[event]);
        let cells: Vec<CellExplained> = constraints
            .cells()
            .iter()
            .zip(means.iter().zip(&rates))
            .map(|(cell, (&mean, &rate))| CellExplained {
                attributes: names.attributes(cell.grouping),
                group: group(cell.grouping, cell.group),
                event: event(cell.event),
                rows: cell.rows,
                weight: cell.weight,
                mean,
                rate,
            })
            .collect();
        let d = self.sample.rows.d();
        let bound = comparison.constraints.first().map_or(0.0, |constraint| constraint.bound);
        let gaps = constraints.list().iter().zip(constraints.gaps(scores)).enumerate();
        let gaps = gaps.map(|(number, (constraint, gap))| GapExplained {
            attributes: cells[constraint.cell].attributes.clone(),
            group: cells[constraint.cell].group.clone(),
            against: match constraint.against {
                Against::Cell(other) => Some(cells[other].group.clone()),
                Against::Pooled => None,
            },
            event: cells[constraint.cell].event.clone(),
            bound,
            gap,
            active: None,
            differences: signal.get(number * d..(number + 1) * d).unwrap_or_default().to_vec(),
        });
        let empty = constraints.empty().iter().map(|empty| {
            (names.attributes(empty.grouping), group(empty.grouping, empty.group), event(empty.event))
        });
        GroupsExplained {
            notion: comparison.notion.to_string(),
            pairs: comparison.pairs,
            crossing: comparison.crossing,
            gaps: gaps.collect(),
            empty: empty.collect(),
            rank: equipoise::solvers::Subspace::orthogonal_to(signal, d).map_or(0, |span| span.rank()),
            taken_out: if signal.is_empty() { Vec::new() } else { taken_out(signal, d) },
            cells,
        }
    }
}

/// What is read, in order: features, sensitive columns, strata, weight, outcome.
fn requests<'a>(
    model: &'a Model,
    ingredients: &'a Ingredients,
    target: Option<&'a str>,
) -> (Vec<ColumnRequest>, Vec<(&'a str, Parameter)>) {
    let mut requests = model.encoder().requests();
    let mut places: Vec<(&str, Parameter)> =
        model.encoder().columns().iter().map(|column| (column.name.as_str(), Parameter::Data)).collect();
    let mut add = |name: &'a str, role: Role, missing: MissingPolicy| {
        requests.push(ColumnRequest::new(name, role, missing));
        places.push((name, Parameter::Data));
    };
    for name in ingredients.sensitive.iter().chain(&ingredients.strata) {
        let is_cut = ingredients.cuts.iter().any(|cut| cut.column == *name);
        add(name, if is_cut { Role::Real } else { Role::Categorical }, MissingPolicy::Label);
    }
    if let Some(weight) = &ingredients.weight {
        add(weight, Role::Real, MissingPolicy::Reject);
    }
    if let Some(target) = target {
        let role = if *model.target() == Target::Number { Role::Real } else { Role::Categorical };
        add(target, role, MissingPolicy::Reject);
    }
    (requests, places)
}

fn cuts_of(ingredients: &Ingredients, name: &str) -> Result<Option<Cuts>, Failure> {
    let Some(cut) = ingredients.cuts.iter().find(|cut| cut.column == name) else { return Ok(None) };
    let CutPoints::Numbers(points) = &cut.points else { return Ok(None) };
    let cuts = Cuts::new(points.clone()).map_err(|error| {
        Failure::new(format_args!("the model cuts `{name}` so: {error}")).about(Parameter::Model)
    });
    cuts.map(Some)
}

fn group(column: Column, cuts: Option<&Cuts>) -> Coded {
    match (column, cuts) {
        (Column::Labels(coded), _) => coded,
        (Column::Real(values), Some(cuts)) => {
            let codes = values.iter().map(|&value| cuts.group(value) as u32).collect();
            Coded { codes, labels: cuts.labels() }
        }
        (Column::Real(_), None) => unreachable!("invariant: a column that is not cut is read as labels"),
    }
}

/// The class or the number of each row. Of yes or no, labels that training did not see are what the table's hints say: the
/// parts of a data set may spell them in two ways.
fn outcome(column: &Column, name: &str, target: &Target, hints: &Hints) -> Result<Vec<f64>, Failure> {
    let coded = match column {
        Column::Real(values) => return Ok(values.clone()),
        Column::Labels(coded) => coded,
    };
    let sides: Vec<Vec<String>> = match target {
        Target::Binary { negative, positive } => vec![negative.clone(), positive.clone()],
        Target::Classes(classes) => classes.iter().map(|class| vec![class.clone()]).collect(),
        Target::Number | Target::Transformed => Vec::new(),
    };
    let known = known_positives(hints, name);
    let is_binary = matches!(target, Target::Binary { .. });
    let class = |label: &Label| {
        let text = label.to_string();
        let is_seen = sides.iter().any(|labels| labels.contains(&text));
        if is_binary && !is_seen && !known.is_empty() {
            return Ok(usize::from(known.contains(&text)));
        }
        sides.iter().position(|labels| labels.contains(&text)).ok_or_else(|| {
            let known: Vec<&String> = sides.iter().flatten().collect();
            Failure::new(format_args!("`{name}` has the value `{text}`, which the model does not know"))
                .of_kind(Kind::Data)
                .about(Parameter::Data)
                .detail(format_args!("it knows {}", equipoise_audit::listed(&known, known.len())))
        })
    };
    let classes: Vec<usize> = coded.labels.iter().map(class).collect::<Result<_, _>>()?;
    Ok(coded.codes.iter().map(|&code| classes[code as usize] as f64).collect())
}

/// The events of the fit, for bins of the outcome by the same numbers.
fn events(comparison: &Comparison) -> TargetEvents {
    let ends = comparison.events.iter().filter_map(|event| match event {
        EventRows::Bin { to, .. } if to.is_finite() => Some(*to),
        _ => None,
    });
    let ends: Vec<f64> = ends.collect();
    let has_bins = comparison.events.iter().any(|event| matches!(event, EventRows::Bin { .. }));
    if has_bins { TargetEvents::Cuts(ends) } else { TargetEvents::Classes }
}
