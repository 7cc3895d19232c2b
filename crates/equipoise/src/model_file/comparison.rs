//! What was asked of the groups, and what came of it: labels in the document, numbers in arrays.

use serde_json::{Value, json};

use super::{
    Container, Fields, ModelFileError,
    container::joined,
    fields::{figure, wrong},
    score::{counts, indices_of, vector_of, wrong_shape},
};
use crate::{
    groups::Label,
    methods::{
        Crossing, Pairs,
        inprocessing::{
            Against, Cell, Constraint, EmptyCell, EventRows,
            fair_erm::{CellFigures, Comparison},
        },
    },
};

/// The arrays of a comparison, without their prefix.
pub(super) const PARTS: &[&str] = &[
    "cells",
    "cell_figures",
    "empty_cells",
    "constraints",
    "bounds",
    "gaps",
    "distances",
    "active",
    "signal",
];

pub(super) fn write(
    comparison: &Comparison,
    prefix: &str,
    container: &mut Container,
) -> Result<Value, ModelFileError> {
    put_cells(comparison, prefix, container)?;
    put_constraints(comparison, prefix, container)?;
    let groups =
        comparison.groups.iter().map(|groups| groups.iter().map(|group| labels_document(group)).collect());
    Ok(json!({
        "notion": comparison.notion.to_string(),
        "pairs": match comparison.pairs { Pairs::All => "all", Pairs::Pooled => "pooled" },
        "crossing": match comparison.crossing { Crossing::Separate => "separate", Crossing::Crossed => "crossed" },
        "events": comparison.events.iter().map(event_document).collect::<Vec<Value>>(),
        "groups": groups.collect::<Vec<Value>>(),
        "rank": comparison.rank,
        "radius": figure(comparison.radius),
    }))
}

pub(super) fn read(
    fields: &mut Fields<'_>,
    prefix: &str,
    container: &Container,
) -> Result<Comparison, ModelFileError> {
    let notion = fields.text("notion")?.parse().map_err(|_| fields.wrong("notion", "a notion"))?;
    let pairs = match fields.text("pairs")? {
        "all" => Pairs::All,
        "pooled" => Pairs::Pooled,
        _ => return Err(fields.wrong("pairs", "all or pooled")),
    };
    let crossing = match fields.text("crossing")? {
        "separate" => Crossing::Separate,
        "crossed" => Crossing::Crossed,
        _ => return Err(fields.wrong("crossing", "separate or crossed")),
    };
    let path = fields.path("events");
    let events =
        fields.list("events")?.iter().map(|event| event_of(event, &path)).collect::<Result<Vec<_>, _>>()?;
    let path = fields.path("groups");
    let groups = fields
        .list("groups")?
        .iter()
        .map(|groups| groups_of(groups, &path))
        .collect::<Result<Vec<_>, _>>()?;
    let sizes = Sizes { events: events.len(), groups: groups.iter().map(Vec::len).collect() };
    let (cells, figures) = cells_of(prefix, container, &sizes)?;
    let empty = empty_cells_of(prefix, container, &sizes)?;
    let constraints = constraints_of(prefix, container, cells.len())?;
    let k = constraints.len();
    let (name, signal_name) = (joined(prefix, "active"), joined(prefix, "signal"));
    let active = indices_of(container, &name)?;
    check_below(&name, &active, k)?;
    let (shape, signal) = container.f64(&signal_name)?;
    if !(shape == [0, 0] || matches!(shape, &[rows, columns] if rows == k && columns > 0)) {
        return Err(wrong_shape(&signal_name, shape, &[k, 0]));
    }
    Ok(Comparison {
        notion,
        pairs,
        crossing,
        events,
        groups,
        cells,
        figures,
        empty,
        constraints,
        gaps: vector_of(container, &joined(prefix, "gaps"), k)?,
        active,
        rank: fields.count("rank")?,
        distances: vector_of(container, &joined(prefix, "distances"), k)?,
        signal: signal.to_vec(),
        radius: fields.figure("radius")?,
    })
}

/// How many events there are, and groups of each grouping.
struct Sizes {
    events: usize,
    groups: Vec<usize>,
}

impl Sizes {
    /// Checks the numbers of a grouping, an event and a group, which stand at `place` and after in an array.
    fn check(&self, name: &str, place: usize, numbers: [usize; 3]) -> Result<(), ModelFileError> {
        let groups = self.groups.get(numbers[0]).copied().unwrap_or(0);
        let limits = [self.groups.len(), self.events, groups];
        match (0..3).find(|&i| numbers[i] >= limits[i]) {
            Some(i) => Err(ModelFileError::Entry {
                name: name.to_owned(),
                place: place + i,
                value: numbers[i] as f64,
                allowed: "the number of a grouping, an event or a group that there is",
            }),
            None => Ok(()),
        }
    }
}

fn put_cells(comparison: &Comparison, prefix: &str, container: &mut Container) -> Result<(), ModelFileError> {
    let Comparison { cells, figures, empty, .. } = comparison;
    let n = cells.len();
    let numbers =
        |cell: &Cell| [cell.grouping, cell.event, cell.group, cell.rows].map(|number| number as u64);
    container.put_u64(&joined(prefix, "cells"), &[n, 4], cells.iter().flat_map(numbers).collect())?;
    let of_cell = |(cell, figures): (&Cell, &CellFigures)| {
        [cell.weight, cell.concentration, figures.mean, figures.rate]
    };
    let values = cells.iter().zip(figures).flat_map(of_cell).collect();
    container.put_f64(&joined(prefix, "cell_figures"), &[n, 4], values)?;
    let numbers = |cell: &EmptyCell| [cell.grouping, cell.event, cell.group].map(|number| number as u64);
    let values = empty.iter().flat_map(numbers).collect();
    container.put_u64(&joined(prefix, "empty_cells"), &[empty.len(), 3], values)
}

fn cells_of(
    prefix: &str,
    container: &Container,
    sizes: &Sizes,
) -> Result<(Vec<Cell>, Vec<CellFigures>), ModelFileError> {
    let name = joined(prefix, "cells");
    let numbers = table(container, &name, 4)?;
    let figures_name = joined(prefix, "cell_figures");
    let (shape, values) = container.f64(&figures_name)?;
    let n = numbers.len() / 4;
    if shape != [n, 4] {
        return Err(wrong_shape(&figures_name, shape, &[n, 4]));
    }
    let (mut cells, mut figures) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for (cell, (numbers, values)) in numbers.chunks_exact(4).zip(values.chunks_exact(4)).enumerate() {
        let [grouping, event, group, rows] = [numbers[0], numbers[1], numbers[2], numbers[3]];
        sizes.check(&name, 4 * cell, [grouping, event, group])?;
        cells.push(Cell { grouping, event, group, rows, weight: values[0], concentration: values[1] });
        figures.push(CellFigures { mean: values[2], rate: values[3] });
    }
    Ok((cells, figures))
}

fn empty_cells_of(
    prefix: &str,
    container: &Container,
    sizes: &Sizes,
) -> Result<Vec<EmptyCell>, ModelFileError> {
    let name = joined(prefix, "empty_cells");
    let numbers = table(container, &name, 3)?;
    let cell = |(cell, numbers): (usize, &[usize])| {
        let [grouping, event, group] = [numbers[0], numbers[1], numbers[2]];
        sizes.check(&name, 3 * cell, [grouping, event, group])?;
        Ok(EmptyCell { grouping, event, group })
    };
    numbers.chunks_exact(3).enumerate().map(cell).collect()
}

/// A constraint is two cells; a cell against all rows of its event has the number of cells in the second place.
fn put_constraints(
    comparison: &Comparison,
    prefix: &str,
    container: &mut Container,
) -> Result<(), ModelFileError> {
    let Comparison { constraints, cells, gaps, distances, active, signal, .. } = comparison;
    let k = constraints.len();
    let numbers = |constraint: &Constraint| {
        let against = match constraint.against {
            Against::Cell(second) => second,
            Against::Pooled => cells.len(),
        };
        [constraint.cell as u64, against as u64]
    };
    let values = constraints.iter().flat_map(numbers).collect();
    container.put_u64(&joined(prefix, "constraints"), &[k, 2], values)?;
    let bounds = constraints.iter().map(|constraint| constraint.bound).collect();
    container.put_f64(&joined(prefix, "bounds"), &[k], bounds)?;
    container.put_f64(&joined(prefix, "gaps"), &[k], gaps.clone())?;
    container.put_f64(&joined(prefix, "distances"), &[k], distances.clone())?;
    let active: Vec<u64> = active.iter().map(|&constraint| constraint as u64).collect();
    container.put_u64(&joined(prefix, "active"), &[active.len()], active)?;
    // A score that is not linear in the columns has none.
    let shape = if signal.is_empty() || k == 0 { [0, 0] } else { [k, signal.len() / k] };
    container.put_f64(&joined(prefix, "signal"), &shape, signal.clone())
}

fn constraints_of(
    prefix: &str,
    container: &Container,
    n_cells: usize,
) -> Result<Vec<Constraint>, ModelFileError> {
    let name = joined(prefix, "constraints");
    let numbers = table(container, &name, 2)?;
    let bounds = vector_of(container, &joined(prefix, "bounds"), numbers.len() / 2)?;
    let constraint = |(place, (numbers, bound)): (usize, (&[usize], f64))| {
        let [cell, against] = [numbers[0], numbers[1]];
        for (offset, wrong) in [(0, cell >= n_cells), (1, against > n_cells || against == cell)] {
            if wrong {
                let (place, value) = (2 * place + offset, numbers[offset] as f64);
                let allowed = "the number of a cell that there is, and of another than it is compared with";
                return Err(ModelFileError::Entry { name: name.clone(), place, value, allowed });
            }
        }
        let against = if against == n_cells { Against::Pooled } else { Against::Cell(against) };
        Ok(Constraint { cell, against, bound })
    };
    numbers.chunks_exact(2).zip(bounds).enumerate().map(constraint).collect()
}

/// Returns the rows of a table of so many whole numbers each, one after the other.
fn table(container: &Container, name: &str, width: usize) -> Result<Vec<usize>, ModelFileError> {
    let (shape, values) = container.u64(name)?;
    match *shape {
        [_, columns] if columns == width => counts(name, values),
        _ => Err(wrong_shape(name, shape, &[values.len() / width, width])),
    }
}

fn check_below(name: &str, numbers: &[usize], n: usize) -> Result<(), ModelFileError> {
    match numbers.iter().position(|&number| number >= n) {
        Some(place) => Err(ModelFileError::Entry {
            name: name.to_owned(),
            place,
            value: numbers[place] as f64,
            allowed: "the number of a constraint that there is",
        }),
        None => Ok(()),
    }
}

/// A missing value is `null`.
fn labels_document(labels: &[Label]) -> Value {
    labels.iter().map(|label| label.text().map_or(Value::Null, Value::from)).collect()
}

fn labels_of(value: &Value, path: &str) -> Result<Vec<Label>, ModelFileError> {
    let allowed = "a list of labels, each a text or null";
    let label = |value: &Value| match value {
        Value::Null => Ok(Label::Missing),
        Value::String(text) => Ok(Label::new(text.as_str())),
        other => Err(wrong(path.to_owned(), other, allowed)),
    };
    value.as_array().ok_or_else(|| wrong(path.to_owned(), value, allowed))?.iter().map(label).collect()
}

fn groups_of(value: &Value, path: &str) -> Result<Vec<Vec<Label>>, ModelFileError> {
    let groups = value.as_array().ok_or_else(|| wrong(path.to_owned(), value, "a list of groups"))?;
    groups.iter().map(|group| labels_of(group, path)).collect()
}

fn event_document(event: &EventRows) -> Value {
    match event {
        EventRows::All => json!({ "kind": "all" }),
        EventRows::Positive => json!({ "kind": "positive" }),
        EventRows::Negative => json!({ "kind": "negative" }),
        EventRows::Bin { above, to } => json!({ "kind": "bin", "above": figure(*above), "to": figure(*to) }),
        EventRows::Stratum(labels) => json!({ "kind": "stratum", "labels": labels_document(labels) }),
    }
}

fn event_of(value: &Value, path: &str) -> Result<EventRows, ModelFileError> {
    let mut fields = Fields::of(value, path)?;
    let event = match fields.text("kind")? {
        "all" => EventRows::All,
        "positive" => EventRows::Positive,
        "negative" => EventRows::Negative,
        // The first bin has no lower end and the last no upper one.
        "bin" => EventRows::Bin {
            above: end_of(fields.figure("above")?, f64::NEG_INFINITY),
            to: end_of(fields.figure("to")?, f64::INFINITY),
        },
        "stratum" => EventRows::Stratum(labels_of(fields.value("labels")?, &fields.path("labels"))?),
        _ => return Err(fields.wrong("kind", "all, positive, negative, bin or stratum")),
    };
    fields.finish()?;
    Ok(event)
}

fn end_of(value: f64, outermost: f64) -> f64 {
    if value.is_nan() { outermost } else { value }
}
