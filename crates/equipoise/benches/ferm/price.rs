//! What fairness costs in time: fair fits against our own ordinary ones, of the same data at the same tolerance.

use std::cell::Cell;

use equipoise::{
    groups::Label,
    kernels::{Function, Gamma, Gram},
    methods::{
        Fairness, Labelled,
        inprocessing::fair_erm::{Fitted, KernelChoice, Loss, Parameters, Plan},
    },
    notion::Notion,
    sample::{Categorical, Codes},
    solvers::{
        ClassWeights, Examples, GramRows as _, Intercept, Subspace,
        correction::{Corrected, Correction, MeanMaps},
        dual_descent::{self, Power},
        newton,
    },
};

use super::{
    data::Table,
    turns::{Turns, geometric_mean},
};

/// How many constraints there are, 0 for the ordinary learner: equal opportunity of two groups, or equalized odds of five.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Nothing,
    One,
    Eight,
}

pub(crate) const ASKED: [Asked; 3] = [Asked::Nothing, Asked::One, Asked::Eight];

/// Fits a plan, groups and constraints included.
pub(crate) fn fit(table: &Table, loss: Loss, kernel: KernelChoice, asked: Asked) -> Fitted {
    let labels: Vec<Label> = (0..5).map(|code| Label::new(code.to_string())).collect();
    let (notion, codes) = match asked {
        Asked::Nothing | Asked::One => (Notion::EqualOpportunity, &table.two),
        Asked::Eight => (Notion::EqualizedOdds, &table.five),
    };
    let sensitive = [Categorical { codes: Codes::U8(codes), labels: &labels }];
    let mut parameters = Parameters::new(loss, Fairness::new(notion));
    parameters.kernel = kernel;
    let sample = Labelled {
        rows: table.rows(),
        target: &table.targets,
        sensitive: if asked == Asked::Nothing { &[] } else { &sensitive },
        strata: &[],
        weights: None,
    };
    let fitted = Plan::new(parameters).unwrap().fit(&sample).unwrap();
    if !fitted.training.outcome.converged() {
        println!("{}: {:?}", table.name, fitted.training.outcome);
    }
    fitted
}

/// Prints how many times as long as the ordinary fit a fair one takes in all.
pub(crate) fn total(tables: &[Table], turns: usize) {
    const LEARNERS: &[(&str, Loss, KernelChoice)] = &[
        ("SVM, C = 0.1", Loss::Hinge { cost: 0.1 }, KernelChoice::Linear),
        ("SVM, C = 1", Loss::Hinge { cost: 1.0 }, KernelChoice::Linear),
        ("logistic, C = 1", Loss::Logistic { cost: 1.0 }, KernelChoice::Linear),
        ("ridge, λ = 1", Loss::Squared { penalty: 1.0 }, KernelChoice::Linear),
        ("SVM, RBF, C = 1", Loss::Hinge { cost: 1.0 }, KernelChoice::Rbf(Gamma::Scale)),
    ];
    head("learner", "", tables);
    for (name, loss, kernel) in LEARNERS {
        let mut figures = [const { Vec::new() }; 3];
        for table in tables {
            let head = table.head(10_000);
            let table = if *kernel == KernelChoice::Linear { table } else { &head };
            let mut cases: Vec<Box<dyn FnMut()>> = Vec::new();
            for asked in ASKED {
                cases.push(Box::new(move || drop(fit(table, *loss, *kernel, asked))));
            }
            let times = Turns::run(turns, &mut cases);
            figures[0].push(times.seconds(0));
            (1..3).for_each(|case| figures[case].push(times.ratio(case, 0)));
        }
        row(name, "ordinary, CPU s", &figures[0], false);
        row("", "1 constraint, times", &figures[1], true);
        row("", "8 constraints, times", &figures[2], true);
    }
}

/// A linear solver, which returns how many units of work it took.
type Solver = fn(&Examples<'_>, Option<&Subspace>) -> f64;

const SOLVERS: &[(&str, &str, Solver)] = &[
    ("descent, hinge, C = 1", "visit of a row", |e, s| descent(e, s, Power::Linear)),
    ("descent, squared hinge, C = 1", "visit of a row", |e, s| descent(e, s, Power::Squared)),
    ("Newton, logistic, C = 1", "Newton step", |examples, subspace| {
        let fit = newton::logistic(examples, subspace, newton::Options::default()).unwrap();
        fit.outcome.iterations as f64
    }),
];

fn descent(examples: &Examples<'_>, subspace: Option<&Subspace>, power: Power) -> f64 {
    let mut options = dual_descent::Options::default();
    (options.power, options.intercept) = (power, Intercept::Free);
    (options.tolerance, options.iterations_max) = (1e-4, 10_000);
    let fit = dual_descent::classify_from(examples, subspace, ClassWeights::EQUAL, options, None).unwrap();
    fit.visits as f64
}

/// Prints how many times as long a unit of a solver's work takes inside a subspace, setting up included.
pub(crate) fn unit(tables: &[Table], turns: usize) {
    head("solver, unit", "", tables);
    for (name, unit, solver) in SOLVERS {
        let mut figures = [const { Vec::new() }; 2];
        for table in tables {
            let subspaces = ASKED.map(|asked| subspace(table, asked));
            let examples = Examples { rows: table.rows(), targets: &table.targets, weights: None };
            let work = [const { Cell::new(0.0) }; 3];
            let mut cases: Vec<Box<dyn FnMut() + '_>> = Vec::new();
            for (subspace, work) in subspaces.iter().zip(&work) {
                let examples = &examples;
                cases.push(Box::new(move || work.set(solver(examples, subspace.as_ref()))));
            }
            let times = Turns::run(turns, &mut cases);
            for case in 1..3 {
                figures[case - 1].push(times.ratio(case, 0) * work[0].get() / work[case].get());
            }
        }
        row(&format!("{name}: {unit}"), "1 constraint, times", &figures[0], true);
        row("", "8 constraints, times", &figures[1], true);
    }
    let mut figures = [const { Vec::new() }; 2];
    for table in tables {
        let times = kernel_rows(&table.head(10_000), turns);
        (1..3).for_each(|case| figures[case - 1].push(times.ratio(case, 0)));
    }
    row("RBF: kernel row", "1 constraint, times", &figures[0], true);
    row("", "8 constraints, times", &figures[1], true);
}

/// Times kernel rows as they are, and corrected.
fn kernel_rows(table: &Table, turns: usize) -> Turns {
    let rows = table.rows();
    let gram = Gram::new(Function::Rbf { gamma: Gamma::Scale.resolve(&rows).unwrap() }, rows).unwrap();
    let factor = |asked| -> Vec<f64> {
        let c = coefficients(table, asked);
        let k = c.len() / table.n();
        let maps = MeanMaps::of(&gram, &c, k).unwrap();
        Correction::new(&maps.moments, k, maps.scale).unwrap().factor(&maps.kappa).unwrap()
    };
    let corrected = ASKED.map(|asked| Corrected::new(&gram, factor(asked)).unwrap());
    let mut out = vec![vec![0.0; table.n()]; 3];
    let mut cases: Vec<Box<dyn FnMut() + '_>> = Vec::new();
    for ((corrected, out), asked) in corrected.iter().zip(&mut out).zip(ASKED) {
        let gram = &gram;
        let some = (0..table.n()).step_by(table.n().div_ceil(500));
        cases.push(match asked {
            Asked::Nothing => Box::new(move || some.clone().for_each(|i| gram.row(i, out))),
            _ => Box::new(move || some.clone().for_each(|i| corrected.row(i, out))),
        });
    }
    Turns::run(turns, &mut cases)
}

/// Returns c of the differences of the groups' means to the first group's, a column each.
fn coefficients(table: &Table, asked: Asked) -> Vec<f64> {
    let (groups, classes, n_groups): (_, &[f64], _) = match asked {
        Asked::Nothing => return Vec::new(),
        Asked::One => (&table.two, &[1.0], 2),
        Asked::Eight => (&table.five, &[1.0, -1.0], 5),
    };
    let mut c = Vec::new();
    for &class in classes {
        let is_in = |i: usize, group: u8| groups[i] == group && table.targets[i] == class;
        let share = |group: u8| 1.0 / (0..table.n()).filter(|&i| is_in(i, group)).count() as f64;
        for group in 1..n_groups {
            let (own, first) = (share(group), share(0));
            let entry = |i| {
                if is_in(i, group) {
                    own
                } else if is_in(i, 0) {
                    -first
                } else {
                    0.0
                }
            };
            c.extend((0..table.n()).map(entry));
        }
    }
    c
}

fn subspace(table: &Table, asked: Asked) -> Option<Subspace> {
    let rows = table.rows();
    let c = coefficients(table, asked);
    let mut vectors = vec![0.0; c.len() / table.n() * table.d];
    for (c, u) in c.chunks_exact(table.n()).zip(vectors.chunks_exact_mut(table.d)) {
        c.iter().enumerate().filter(|(_, c)| **c != 0.0).for_each(|(i, &c)| rows.add_scaled(i, c, u));
    }
    (!c.is_empty()).then(|| Subspace::orthogonal_to(&vectors, table.d).unwrap())
}

fn head(first: &str, second: &str, tables: &[Table]) {
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    println!("| {first} | {second} | {} | geometric mean |", names.join(" | "));
    println!("|---|---|{}--:|", "--:|".repeat(names.len()));
}

fn row(first: &str, second: &str, figures: &[f64], is_ratio: bool) {
    let cells: Vec<String> = figures.iter().map(|figure| significant(*figure, is_ratio)).collect();
    let mean = if is_ratio { significant(geometric_mean(figures), true) } else { String::new() };
    println!("| {first} | {second} | {} | {mean} |", cells.join(" | "));
}

fn significant(figure: f64, is_ratio: bool) -> String {
    match is_ratio {
        true => format!("{figure:.2}"),
        false if figure < 0.01 => format!("{figure:.5}"),
        false => format!("{figure:.3}"),
    }
}
