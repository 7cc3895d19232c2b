//! What fairness costs in time: fair fits against our own ordinary ones.

use std::{cell::Cell, path::Path};

use equipoise::solvers::{
    ClassWeights, Examples, Intercept, Rows, Subspace,
    dual_descent::{self, Power},
    least_squares::{Moments, Ridge, ridge},
    newton,
};

use super::{
    data::{self, Table},
    turns::{Turns, geometric_mean},
};

/// A linear solver with its settings.
#[derive(Clone, Copy)]
struct Solver {
    name: &'static str,
    /// What a unit of its work is called.
    unit: &'static str,
    /// Fits, and returns how many units it took.
    fit: fn(&Examples<'_>, Option<&Subspace>) -> f64,
}

const SOLVERS: &[Solver] = &[
    Solver { name: "hinge, C = 0.1", unit: "visit of a row", fit: |e, s| hinge(e, s, 0.1, Power::Linear) },
    Solver { name: "hinge, C = 1", unit: "visit of a row", fit: |e, s| hinge(e, s, 1.0, Power::Linear) },
    Solver {
        name: "squared hinge, C = 1",
        unit: "visit of a row",
        fit: |e, s| hinge(e, s, 1.0, Power::Squared),
    },
    Solver { name: "logistic, C = 1", unit: "Newton step", fit: logistic },
    Solver { name: "ridge, λ = 1", unit: "fit", fit: least_squares },
];

fn hinge(examples: &Examples<'_>, subspace: Option<&Subspace>, cost: f64, power: Power) -> f64 {
    let mut options = dual_descent::Options::default();
    (options.power, options.cost, options.intercept) = (power, cost, Intercept::Free);
    (options.tolerance, options.iterations_max) = (1e-3, 10_000);
    let fit =
        dual_descent::classify(examples, subspace, ClassWeights::EQUAL, options).expect("it is a problem");
    if !fit.outcome.converged() {
        println!("not converged: {:?}", fit.outcome);
    }
    fit.outcome.iterations as f64
}

fn logistic(examples: &Examples<'_>, subspace: Option<&Subspace>) -> f64 {
    let fit = newton::logistic(examples, subspace, newton::Options::default()).expect("it is a problem");
    fit.outcome.iterations as f64
}

fn least_squares(examples: &Examples<'_>, subspace: Option<&Subspace>) -> f64 {
    let mut moments = Moments::new(examples.rows.d(), 0).expect("there are few columns");
    moments.update(examples, None).expect("the rows are in order");
    let options = Ridge { penalty: 1.0, intercept: Intercept::Free };
    ridge(&moments, subspace, options).expect("the penalty is positive");
    1.0
}

/// Returns the differences of the groups' means to the first group's, within rows of one class or both.
fn differences(table: &Table, groups: &[u8], classes: &[f64]) -> Vec<f64> {
    let rows = table.rows();
    let n_groups = groups.iter().copied().max().map_or(0, usize::from) + 1;
    let mut vectors = Vec::new();
    for &class in classes {
        let mean = |group: usize| {
            let is_in = |i: &usize| usize::from(groups[*i]) == group && table.targets[*i] == class;
            let members: Vec<usize> = (0..table.n()).filter(is_in).collect();
            let mut mean = vec![0.0; table.d];
            members.iter().for_each(|&i| rows.add_scaled(i, 1.0 / members.len() as f64, &mut mean));
            mean
        };
        let first = mean(0);
        for group in 1..n_groups {
            vectors.extend(mean(group).iter().zip(&first).map(|(a, b)| a - b));
        }
    }
    vectors
}

/// Prints the table of the linear solvers.
pub(crate) fn linear(folder: &Path, turns: usize) {
    let only = std::env::var("ONLY").unwrap_or_default();
    let tables: Vec<Table> =
        data::all(folder).into_iter().filter(|t| only.is_empty() || t.name == only).collect();
    let solvers: Vec<Solver> = SOLVERS
        .iter()
        .copied()
        .filter(|s| s.name.starts_with(&std::env::var("SOLVER").unwrap_or_default()))
        .collect();
    println!(
        "| solver | constraints | {} | geometric mean |",
        tables.iter().map(|t| t.name).collect::<Vec<_>>().join(" | ")
    );
    println!("|---|--:|{}--:|", "--:|".repeat(tables.len()));
    for solver in solvers {
        let mut total = vec![Vec::new(); 3];
        let mut unit = vec![Vec::new(); 3];
        for table in &tables {
            let subspaces = [
                None,
                Some(differences(table, &table.two, &[1.0])),
                Some(differences(table, &table.five, &[1.0, -1.0])),
            ]
            .map(|vectors| vectors.map(|v| Subspace::orthogonal_to(&v, table.d).expect("means are finite")));
            let examples = Examples { rows: table.rows(), targets: &table.targets, weights: None };
            let work = [Cell::new(0.0), Cell::new(0.0), Cell::new(0.0)];
            let mut cases: Vec<Box<dyn FnMut()>> = Vec::new();
            for (subspace, work) in subspaces.iter().zip(&work) {
                let examples = &examples;
                cases.push(Box::new(move || work.set((solver.fit)(examples, subspace.as_ref()))));
            }
            let times = Turns::run(turns, &mut cases);
            drop(cases);
            for case in 0..3 {
                let ratio = if case == 0 { times.seconds(0) } else { times.ratio(case, 0) };
                total[case].push(ratio);
                unit[case].push(times.ratio(case, 0) * work[0].get() / work[case].get());
            }
        }
        for (case, k) in [0, 1, 8].into_iter().enumerate() {
            let cells =
                |figures: &[f64]| figures.iter().map(|f| format!("{f:.3}")).collect::<Vec<_>>().join(" | ");
            if case == 0 {
                println!("| {} | seconds | {} | |", solver.name, cells(&total[0]));
            } else {
                println!("| | {k}: total | {} | {:.2} |", cells(&total[case]), geometric_mean(&total[case]));
                println!(
                    "| | {k}: {} | {} | {:.2} |",
                    solver.unit,
                    cells(&unit[case]),
                    geometric_mean(&unit[case])
                );
            }
        }
    }
}
