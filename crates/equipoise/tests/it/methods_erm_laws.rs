//! What must hold for every loss over every space (A.8 of the reference): bounds, invariances, ways that must agree.

use equipoise::{
    kernels::{Function, Gamma, Gram},
    methods::{
        Fairness, FitError, Labelled, Pairs, Score, TargetEvents,
        inprocessing::{
            Constraints,
            fair_erm::{Approximation, Fitted, KernelChoice, Loss, Parameters, Plan},
        },
    },
    notion::Notion,
    sample::{Categorical, Codes},
    solvers::{GramRows, Intercept, Rows},
};

use super::{
    methods_samples::{Table, all_close, close, coefficients, comparison},
    solvers_data::Csr,
};

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
            let plan = Plan::new(asked(loss, space, bound)).unwrap();
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

/// f is the same when every row is there twice and counts half (A.8.8).
#[test]
fn rows_that_are_there_twice_at_half_the_cost_change_nothing() {
    for loss in LOSSES {
        let table = table(loss);
        let half = match loss {
            Loss::Hinge { cost } => Loss::Hinge { cost: cost / 2.0 },
            Loss::Logistic { cost } => Loss::Logistic { cost: cost / 2.0 },
            Loss::Squared { penalty } => Loss::Squared { penalty: penalty * 2.0 },
            Loss::EpsilonInsensitive { cost, epsilon } => {
                Loss::EpsilonInsensitive { cost: cost / 2.0, epsilon }
            }
        };
        let space = (KernelChoice::Rbf(Gamma::Value(0.4)), Approximation::Exact);
        let once = table.fit(asked(loss, space, 0.03));
        let numbers: Vec<usize> = (0..60).chain(0..60).collect();
        let twice = table.rows_of(&numbers).fit(asked(half, space, 0.03));
        all_close(&twice.score.of_rows(&table.rows()).unwrap(), &once.scores, 2e-5);
    }
}

/// A rotation of the columns rotates a linear score's weights (A.8.7).
#[test]
fn rotated_columns_have_rotated_weights() {
    let (sine, cosine) = 0.7_f64.sin_cos();
    let turn = |x: &[f64]| [cosine * x[0] - sine * x[2], x[1], sine * x[0] + cosine * x[2]];
    for loss in LOSSES {
        let table = table(loss);
        let turned = Table { x: table.x.chunks(3).flat_map(turn).collect(), ..table.clone() };
        let fit = |table: &Table| table.fit(asked(loss, SPACES[0], 0.03));
        all_close(coefficients(&fit(&turned)), &turn(coefficients(&fit(&table))), 2e-5);
    }
}

/// A second sensitive column that says the same, and one that joins groups, add constraints that depend on the others: at
/// a bound of 0 they change nothing (A.8.7).
#[test]
fn constraints_that_depend_on_others_change_nothing() {
    for (loss, space) in everything() {
        let table = table(loss);
        let joined: Vec<u8> = table.s.iter().map(|&s| s.min(1)).collect();
        let plan = Plan::new(asked(loss, space, 0.0)).unwrap();
        let alone = table.with(|sample| plan.fit(sample)).unwrap();
        let together = table.with(|sample| {
            let column = |codes| Categorical { codes: Codes::U8(codes), labels: &table.labels };
            let sensitive = [column(&table.s), column(&table.s), column(&joined)];
            plan.fit(&Labelled { sensitive: &sensitive, ..*sample }).unwrap()
        });
        let (all, few) = (comparison(&together), comparison(&alone));
        assert_eq!((all.gaps.len(), few.gaps.len(), all.rank, few.rank), (7, 3, 2, 2));
        let value = alone.training.objective;
        close(together.training.objective, value, 1e-7 * value);
        assert!(all.gaps.iter().all(|gap| gap.abs() < 1e-9));
    }
}

/// Groups with equal means leave the ordinary learner, and no direction (A.8.9).
#[test]
fn groups_with_equal_means_leave_the_ordinary_learner() {
    for (loss, space) in everything() {
        let table = table(loss);
        // Every row is in both groups.
        let numbers: Vec<usize> = (0..60).flat_map(|i| [i, i]).collect();
        let s = (0..120).map(|i| i % 2).collect();
        let table = Table { s, ..table.rows_of(&numbers) };
        let constrained = table.fit(asked(loss, space, 0.0));
        let plan = Plan::new(asked(loss, space, 0.0)).unwrap();
        let ordinary = table.with(|sample| plan.fit(&Labelled { sensitive: &[], ..*sample })).unwrap();
        assert_eq!((comparison(&constrained).rank, ordinary.training.comparison), (0, None));
        assert!(comparison(&constrained).distances[0] < 1e-7);
        all_close(&constrained.scores, &ordinary.scores, 1e-5);
    }
}

/// Where all positives are of one group there is nothing to compare, and that is said (A.8.13).
#[test]
fn positives_of_one_group_are_nothing_to_compare() {
    let table = Table::three_groups().classified();
    let s = table.y.iter().map(|&y| u8::from(y < 0.0)).collect();
    let table = Table { s, ..table };
    for (loss, space) in everything().filter(|(loss, _)| loss.is_classifier()) {
        let mut parameters = asked(loss, space, 0.0);
        parameters.fairness = Fairness::new(Notion::EqualOpportunity);
        assert_eq!(table.try_fit(parameters).unwrap_err(), FitError::NothingToCompare { events: 1 });
    }
}

/// The optimality conditions of the machine over a kernel (A.3.3): w = Σ α_i y_i φ(x_i) − γ u with α_i = 0 where y f > 1, the cost
/// where y f < 1 and between elsewhere; γ pulls towards the inside of the bound. γ is found from the rows off the margin.
#[test]
fn machines_meet_the_optimality_conditions() {
    let table = Table::three_groups().classified();
    let table = Table { s: table.s.iter().map(|&s| s.min(1)).collect(), ..table };
    let (cost, space) = (0.8, (KernelChoice::Rbf(Gamma::Value(0.5)), Approximation::Exact));
    for bound in [0.0, 0.03] {
        let fit = table.fit(asked(LOSSES[0], space, bound));
        let Score::Kernel(score) = &fit.score else { panic!("{:?}", fit.score) };
        let support = score.support.dense_values().unwrap();
        let mut beta = vec![0.0; 60];
        for (x, coefficient) in support.chunks(3).zip(&score.coefficients) {
            beta[table.x.chunks(3).position(|row| row == x).unwrap()] = *coefficient;
        }
        let told = comparison(&fit);
        assert_eq!(told.active, [0]);
        close(told.gaps[0].abs(), bound, 1e-9);
        let mut c = [0.0; 60];
        let fairness = Fairness::new(Notion::DemographicParity);
        table.with(|sample| {
            let constraints = Constraints::new(sample, &fairness, &TargetEvents::Classes).unwrap();
            constraints.coefficients(0).for_each(|(row, entry)| c[row] = entry);
        });
        let margin = |i: usize| table.y[i] * fit.scores[i];
        let off: Vec<usize> = (0..60).filter(|&i| (margin(i) - 1.0).abs() > 1e-6).collect();
        let known = |i: usize| if margin(i) < 1.0 { table.y[i] * cost } else { 0.0 };
        let gammas: Vec<f64> = off.iter().map(|&i| (known(i) - beta[i]) / c[i]).collect();
        assert!(off.len() > 20 && gammas.iter().all(|gamma| (gamma - gammas[0]).abs() < 1e-6), "{gammas:?}");
        assert!(bound == 0.0 || gammas[0] * told.gaps[0] > 0.0);
        for i in 0..60 {
            let alpha = table.y[i] * (beta[i] + c[i] * gammas[0]);
            assert!((-1e-7..=cost + 1e-7).contains(&alpha), "{alpha}");
        }
        close((0..60).map(|i| beta[i] + c[i] * gammas[0]).sum(), 0.0, 1e-7);
    }
}

/// Rows may come sparse, and in single precision where their numbers are of it.
#[test]
fn sparse_rows_and_rows_in_single_precision_are_fitted_like_dense_ones() {
    for (loss, space) in everything() {
        let mut table = table(loss);
        let few_digits = |x: &f64| if x.abs() < 0.1 { 0.0 } else { f64::from(*x as f32) };
        table.x = table.x.iter().map(few_digits).collect();
        let csr = Csr::of(&table.x, 3);
        let single: Vec<f32> = table.x.iter().map(|&x| x as f32).collect();
        let plan = Plan::new(asked(loss, space, 0.03)).unwrap();
        let fit = |rows| table.with(|sample| plan.fit(&Labelled { rows, ..*sample })).unwrap();
        let dense = fit(table.rows());
        for rows in [csr.rows(), Rows::dense_f32(&single, 60, 3, 3).unwrap()] {
            let other = fit(rows);
            close(other.training.objective, dense.training.objective, 1e-8 * dense.training.objective);
            all_close(&other.score.of_rows(&table.rows()).unwrap(), &dense.scores, 1e-5);
            all_close(&other.score.of_rows(&rows).unwrap(), &other.scores, 1e-10);
        }
    }
}
