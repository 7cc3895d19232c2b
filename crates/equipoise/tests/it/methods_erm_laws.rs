//! What must hold for every loss over every space (A.8 of the reference): bounds, invariances, ways that must agree.

use equipoise::{
    kernels::{Function, Gamma, Gram},
    methods::{
        Fairness, Pairs,
        inprocessing::fair_erm::{Approximation, Fitted, KernelChoice, Loss, Parameters},
    },
    notion::Notion,
    solvers::{GramRows, Intercept},
};

use super::methods_samples::{Table, all_close, close, comparison};

const LOSSES: [Loss; 4] = [
    Loss::Hinge { cost: 0.8 },
    Loss::Logistic { cost: 0.8 },
    Loss::Squared { penalty: 0.7 },
    Loss::EpsilonInsensitive { cost: 0.8, epsilon: 0.1 },
];
const SPACES: [(KernelChoice, Approximation); 5] = [
    (KernelChoice::Linear, Approximation::Exact),
    (KernelChoice::Rbf(Gamma::Scale), Approximation::Exact),
    (
        KernelChoice::Polynomial { degree: 2, gamma: Gamma::Auto, constant: 1.0 },
        Approximation::Nystrom { landmarks: 7 },
    ),
    (KernelChoice::Laplacian(Gamma::Value(0.3)), Approximation::Exact),
    (KernelChoice::Rbf(Gamma::Value(0.5)), Approximation::Fourier { pairs: 6 }),
];

fn table(loss: Loss) -> Table {
    if loss.is_classifier() { Table::three_groups().classified() } else { Table::three_groups() }
}

fn asked(loss: Loss, space: (KernelChoice, Approximation), bound: f64) -> Parameters {
    let mut parameters = Parameters::new(loss, Fairness::new(Notion::DemographicParity).bound(bound));
    (parameters.kernel, parameters.approximation) = space;
    parameters.tolerance = 1e-9;
    parameters
}

fn everything() -> impl Iterator<Item = (Loss, (KernelChoice, Approximation))> {
    LOSSES.into_iter().flat_map(|loss| SPACES.into_iter().map(move |space| (loss, space)))
}

fn precomputed(table: &Table, function: Function) -> Table {
    let gram = Gram::new(function, table.rows()).unwrap();
    let n = table.y.len();
    let mut x = vec![0.0; n * n];
    x.chunks_exact_mut(n).enumerate().for_each(|(i, row)| gram.row(i, row));
    Table { x, d: n, ..table.clone() }
}

/// Bounds hold, the objective falls with the bound and is convex in it, and at a large bound it is the ordinary one.
#[test]
fn bounds_hold_and_the_objective_is_convex_in_them() {
    for (loss, space) in everything() {
        let table = table(loss);
        let free = table.fit(asked(loss, space, 1e6));
        assert_eq!((comparison(&free).active.len(), free.training.solves), (0, 1));
        let gap = comparison(&free).gaps.iter().fold(0.0_f64, |largest, gap| largest.max(gap.abs()));
        let fits: Vec<Fitted> =
            (0..5).map(|step| table.fit(asked(loss, space, gap * f64::from(step) / 4.0))).collect();
        for (step, fit) in fits.iter().enumerate() {
            let bound = gap * step as f64 / 4.0;
            assert!(fit.training.outcome.converged(), "{loss:?} {space:?} {:?}", fit.training.outcome);
            let largest = comparison(fit).gaps.iter().fold(0.0_f64, |largest, gap| largest.max(gap.abs()));
            assert!(largest <= bound + 1e-9, "{loss:?} {space:?}: {largest} above {bound}");
        }
        let value = |step: usize| fits[step].training.objective;
        let slack = 1e-7 * value(0);
        assert!((0..4).all(|step| value(step) + slack >= value(step + 1)), "{loss:?} {space:?}");
        assert!((0..3).all(|step| value(step) + value(step + 2) + slack >= 2.0 * value(step + 1)));
        close(value(4), free.training.objective, slack);
    }
}

#[test]
fn scores_of_the_fit_are_those_of_the_model() {
    for (loss, space) in everything() {
        let table = table(loss);
        let fit = table.fit(asked(loss, space, 0.05));
        all_close(&fit.score.of_rows(&table.rows()).unwrap(), &fit.scores, 1e-10);
    }
}

/// The kernel as a function, as a matrix, and as full Nyström features: the same problem by three ways.
#[test]
fn kernels_as_functions_matrices_and_features_agree() {
    let function = Function::Rbf { gamma: 0.5 };
    for loss in LOSSES {
        for intercept in [Intercept::Free, Intercept::Absent] {
            let table = table(loss);
            let fit = |table: &Table, space| {
                let mut parameters = asked(loss, space, 0.02);
                parameters.intercept = intercept;
                table.fit(parameters)
            };
            let rbf = KernelChoice::Rbf(Gamma::Value(0.5));
            let exact = fit(&table, (rbf, Approximation::Exact));
            let matrix =
                fit(&precomputed(&table, function), (KernelChoice::Precomputed, Approximation::Exact));
            let features = fit(&table, (rbf, Approximation::Nystrom { landmarks: 60 }));
            let value = exact.training.objective;
            close(matrix.training.objective, value, 1e-8 * value);
            close(features.training.objective, value, 1e-7 * value);
            all_close(&matrix.scores, &exact.scores, 1e-6);
            all_close(&comparison(&features).distances, &comparison(&exact).distances, 1e-9);
            close(comparison(&features).radius, comparison(&exact).radius, 1e-9);
        }
    }
}

#[test]
fn order_of_rows_and_repetition_change_nothing() {
    for (loss, space) in everything().filter(|(_, space)| space.1 == Approximation::Exact) {
        // γ is given, since rules for it look at the rows and not at their weights.
        let space = match space.0 {
            KernelChoice::Rbf(_) => (KernelChoice::Rbf(Gamma::Value(0.4)), space.1),
            _ => space,
        };
        let table = table(loss);
        let objective = |table: &Table| {
            let mut parameters = asked(loss, space, 0.05);
            parameters.fairness.pairs = Pairs::Pooled;
            table.fit(parameters).training.objective
        };
        let order: Vec<usize> = (0..60).map(|i| i * 7 % 60).collect();
        close(objective(&table.rows_of(&order)), objective(&table), 1e-7);
        let weights: Vec<f64> = (0..60).map(|i| f64::from(i % 3)).collect();
        let copies: Vec<usize> = (0..60).flat_map(|i| vec![i; weights[i] as usize]).collect();
        let weighted = Table { weights: Some(weights), ..table.clone() };
        close(objective(&table.rows_of(&copies)), objective(&weighted), 1e-7);
    }
}

/// A path over bounds from warm starts ends where cold fits do.
#[test]
fn warm_starts_end_where_cold_ones_do() {
    for (loss, space) in everything() {
        let table = table(loss);
        let mut before: Option<Fitted> = None;
        for bound in [0.0, 0.02, 0.05, 0.1, 0.3, 0.08] {
            let plan =
                equipoise::methods::inprocessing::fair_erm::Plan::new(asked(loss, space, bound)).unwrap();
            let cold = table.fit(asked(loss, space, bound));
            let warm = match &before {
                Some(before) => table.with(|sample| plan.fit_from(sample, before)).unwrap(),
                None => table.with(|sample| plan.fit(sample)).unwrap(),
            };
            close(warm.training.objective, cold.training.objective, 1e-6 * cold.training.objective);
            before = Some(warm);
        }
    }
}
