//! What a fit says of itself, as numbers and columns of which `python/equipoise/_training.py` makes frames.

use equipoise::{
    groups::Label,
    methods::{
        Crossing, Pairs,
        inprocessing::{
            Against, EventRows,
            fair_erm::{Comparison, Training},
        },
    },
    solvers::Status,
};
use equipoise_learning::Ingredients;
use numpy::PyArray1;
use pyo3::{prelude::*, types::PyDict};

/// Returns everything as a dictionary.
pub(super) fn dictionary<'py>(
    py: Python<'py>,
    training: &Training,
    names: &Ingredients,
) -> PyResult<Bound<'py, PyDict>> {
    let all = PyDict::new(py);
    all.set_item("method", training.method)?;
    all.set_item("rows", training.rows)?;
    all.set_item("converged", training.outcome.converged())?;
    all.set_item("status", status(training.outcome.status))?;
    all.set_item("iterations", training.outcome.iterations)?;
    all.set_item("accuracy", training.outcome.accuracy.relative())?;
    all.set_item("objective", training.objective)?;
    all.set_item("squared_norm", training.squared_norm)?;
    all.set_item("solves", training.solves)?;
    let comparison = training.comparison.as_ref();
    let comparison = comparison.map(|comparison| Described { comparison, names }.dictionary(py));
    all.set_item("comparison", comparison.transpose()?)?;
    Ok(all)
}

const fn status(status: Status) -> &'static str {
    match status {
        Status::Converged => "converged",
        Status::IterationLimit => "iteration limit",
        Status::Stalled => "stalled",
        _ => "ended",
    }
}

/// A comparison, and what its columns are called.
struct Described<'a> {
    comparison: &'a Comparison,
    names: &'a Ingredients,
}

impl Described<'_> {
    fn dictionary<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let comparison = self.comparison;
        let all = PyDict::new(py);
        all.set_item("notion", comparison.notion.name())?;
        all.set_item(
            "pairs",
            match comparison.pairs {
                Pairs::All => "all",
                Pairs::Pooled => "pooled",
            },
        )?;
        all.set_item("rank", comparison.rank)?;
        all.set_item("radius", comparison.radius)?;
        all.set_item("cells", self.cells(py)?)?;
        all.set_item("constraints", self.constraints(py)?)?;
        all.set_item("empty", self.empty(py)?)?;
        all.set_item("signal", PyArray1::from_slice(py, &comparison.signal))?;
        Ok(all)
    }

    fn cells<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let Comparison { cells, figures, .. } = self.comparison;
        let columns = PyDict::new(py);
        columns.set_item("attribute", list(cells, |cell| self.attribute(cell.grouping)))?;
        columns.set_item("event", list(cells, |cell| self.event(cell.event)))?;
        columns.set_item("group", list(cells, |cell| self.group(cell.grouping, cell.group)))?;
        columns.set_item("rows", list(cells, |cell| cell.rows))?;
        columns.set_item("weight", list(cells, |cell| cell.weight))?;
        columns.set_item("score_mean", list(figures, |figures| figures.mean))?;
        columns.set_item("rate", list(figures, |figures| figures.rate))?;
        Ok(columns)
    }

    fn constraints<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let Comparison { cells, constraints, gaps, active, distances, .. } = self.comparison;
        let columns = PyDict::new(py);
        let cell = |constraint: &equipoise::methods::inprocessing::Constraint| cells[constraint.cell];
        columns.set_item("attribute", list(constraints, |one| self.attribute(cell(one).grouping)))?;
        columns.set_item("event", list(constraints, |one| self.event(cell(one).event)))?;
        columns
            .set_item("group", list(constraints, |one| self.group(cell(one).grouping, cell(one).group)))?;
        let against = |one: &equipoise::methods::inprocessing::Constraint| match one.against {
            Against::Cell(other) => self.group(cells[other].grouping, cells[other].group),
            Against::Pooled => "all".to_owned(),
        };
        columns.set_item("against", list(constraints, against))?;
        columns.set_item("gap", gaps)?;
        columns.set_item("bound", list(constraints, |one| one.bound))?;
        let is_active = |number: usize| u32::from(active.contains(&number));
        let is_active: Vec<u32> = (0..constraints.len()).map(is_active).collect();
        columns.set_item("active", is_active)?;
        columns.set_item("distance", distances)?;
        Ok(columns)
    }

    fn empty<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let empty = &self.comparison.empty;
        let columns = PyDict::new(py);
        columns.set_item("attribute", list(empty, |cell| self.attribute(cell.grouping)))?;
        columns.set_item("event", list(empty, |cell| self.event(cell.event)))?;
        columns.set_item("group", list(empty, |cell| self.group(cell.grouping, cell.group)))?;
        Ok(columns)
    }

    fn attribute(&self, grouping: usize) -> String {
        match self.comparison.crossing {
            Crossing::Crossed => self.names.sensitive.join(" × "),
            Crossing::Separate => self.names.sensitive.get(grouping).cloned().unwrap_or_default(),
        }
    }

    fn group(&self, grouping: usize, group: usize) -> String {
        labels(&self.comparison.groups[grouping][group])
    }

    fn event(&self, event: usize) -> String {
        match &self.comparison.events[event] {
            EventRows::All => "all".to_owned(),
            EventRows::Positive => "positive".to_owned(),
            EventRows::Negative => "negative".to_owned(),
            EventRows::Bin { above, to } => format!("({above}, {to}]"),
            EventRows::Stratum(of_columns) => {
                let each = self.names.strata.iter().zip(of_columns);
                each.map(|(name, label)| format!("{name}={label}")).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

fn labels(labels: &[Label]) -> String {
    labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn list<T, U>(items: &[T], of: impl Fn(&T) -> U) -> Vec<U> {
    items.iter().map(of).collect()
}
