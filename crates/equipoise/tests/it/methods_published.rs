//! The published formulation: the columns "restricted dual" of tables A.3.2 and A.7 of the reference
//! (`papers/ferm-and-barycenters.md`), which come from another interior-point solver.

use equipoise::{
    kernels::Gamma,
    methods::{
        Fairness, FitError, Pairs, PlanError,
        inprocessing::fair_erm::{
            Approximation, ClassBalance, Fitted, Formulation, KernelChoice, Loss, Parameters, Plan,
        },
    },
    notion::Notion,
    solvers::{
        Accuracy, Intercept,
        smo::intercept::{Residuals, intercept},
    },
};

use super::methods_samples::{S, Table, X, Y, all_close, close, coefficients, comparison};

const RBF: KernelChoice = KernelChoice::Rbf(Gamma::Value(0.5));
const LINEAR: KernelChoice = KernelChoice::Linear;

fn parameters(kernel: KernelChoice, cost: f64, tolerance: f64) -> Parameters {
    let mut parameters = Parameters::new(Loss::Hinge { cost }, Fairness::new(Notion::EqualOpportunity));
    (parameters.kernel, parameters.tolerance) = (kernel, tolerance);
    parameters.formulation = Formulation::Published;
    parameters
}

/// The objective with the best intercept in the place of the published one.
fn objective_with_best_intercept(fitted: &Fitted, y: &[f64], cost: f64) -> f64 {
    let without: Vec<f64> = fitted.scores.iter().map(|score| score - fitted.score.intercept()).collect();
    let residual: Vec<f64> = y.iter().zip(&without).map(|(y, f)| y - f).collect();
    let side =
        |class: f64| -> Vec<f64> { y.iter().map(|&y| if y == class { y * cost } else { 0.0 }).collect() };
    let (lower, upper) = (side(-1.0), side(1.0));
    let b = intercept(Residuals { residual: &residual, tube: 0.0, lower: &lower, upper: &upper, sum: 0.0 });
    let loss: f64 = y.iter().zip(&without).map(|(y, f)| (1.0 - y * (f + b)).max(0.0)).sum();
    0.5 * fitted.training.squared_norm + cost * loss
}

#[test]
fn hand_cases_have_the_values_of_the_restricted_dual() {
    for (kernel, cost, primal, dual) in [
        (LINEAR, 1.0, 11.14062500, 3.05937500),
        (RBF, 1.0, 5.99685323, 5.00184295),
        (RBF, 10.0, 12.35362429, 9.11694977),
    ] {
        let fitted = Table::hand().fit(parameters(kernel, cost, 1e-7));
        let training = &fitted.training;
        assert!(training.outcome.converged());
        close(objective_with_best_intercept(&fitted, &Y, cost), primal, 2e-6);
        let Accuracy::DualityGap { primal: above, dual: below } = training.outcome.accuracy else {
            panic!("no gap")
        };
        close(below, dual, 2e-8);
        close(above, dual, 2e-8);
        assert!(comparison(&fitted).gaps[0].abs() < 1e-6);
        // It is worse than the optimum under the same constraint.
        let mut exact = parameters(kernel, cost, 1e-9);
        exact.formulation = Formulation::Exact;
        assert!(Table::hand().fit(exact).training.objective < primal);
    }
}

#[test]
fn scores_are_those_of_the_model_whatever_the_kernel_is_given_as() {
    let table = Table::hand();
    let by_function = table.fit(parameters(LINEAR, 1.0, 1e-6));
    all_close(&by_function.score.of_rows(&table.rows()).unwrap(), &by_function.scores, 1e-12);
    assert_eq!(coefficients(&by_function).len(), 2);
    let gram: Vec<f64> =
        (0..144).map(|at| (0..2).map(|k| X[at / 12 * 2 + k] * X[at % 12 * 2 + k]).sum()).collect();
    let by_matrix = Table::new(&gram, 12, &Y, &S).fit(parameters(KernelChoice::Precomputed, 1.0, 1e-6));
    all_close(&by_matrix.scores, &by_function.scores, 1e-9);
}

#[test]
fn without_groups_it_is_the_ordinary_machine_but_for_its_intercept() {
    let plan = Plan::new(parameters(RBF, 1.0, 1e-7)).unwrap();
    let fitted = Table::hand()
        .with(|sample| {
            let mut sample = *sample;
            sample.sensitive = &[];
            plan.fit(&sample)
        })
        .unwrap();
    close(objective_with_best_intercept(&fitted, &Y, 1.0), 5.18516690, 1e-6);
    assert!(fitted.training.comparison.is_none());
}

#[test]
fn weights_are_repetitions() {
    let mut weighted = Table::hand();
    weighted.weights = Some((0..12).map(|i| f64::from(i % 3)).collect());
    let numbers: Vec<usize> = (0..12).flat_map(|i| std::iter::repeat_n(i, i % 3)).collect();
    let repeated = Table::hand().rows_of(&numbers).fit(parameters(RBF, 1.0, 1e-6));
    let weighted = weighted.fit(parameters(RBF, 1.0, 1e-6));
    close(weighted.score.intercept(), repeated.score.intercept(), 1e-5);
    all_close(
        &weighted.score.of_rows(&Table::hand().rows()).unwrap(),
        &repeated.score.of_rows(&Table::hand().rows()).unwrap(),
        1e-5,
    );
}

#[test]
fn groups_with_equal_means_ask_for_nothing() {
    // The same four rows in both groups: κ is 0 everywhere, and no equality.
    let x = [1.0, 0.0, 2.0, 1.0, -1.0, 0.0, 0.0, -2.0];
    let y = [1.0, 1.0, -1.0, -1.0];
    let (x, y) = ([x, x].concat(), [y, y].concat());
    let fitted = Table::new(&x, 2, &y, &[0, 0, 0, 0, 1, 1, 1, 1]).fit(parameters(RBF, 1.0, 1e-6));
    assert_eq!(comparison(&fitted).rank, 0);
    assert!(fitted.training.outcome.converged());
}

#[test]
fn what_the_published_code_does_not_have_is_refused_by_name() {
    let refused = |change: &dyn Fn(&mut Parameters)| {
        let mut parameters = parameters(RBF, 1.0, 1e-3);
        change(&mut parameters);
        match Plan::new(parameters).unwrap_err() {
            PlanError::Conflict { choice: "the published formulation", with, .. } => with,
            other => panic!("{other}"),
        }
    };
    assert_eq!(refused(&|p| p.loss = Loss::Logistic { cost: 1.0 }), "the loss");
    assert_eq!(refused(&|p| p.fairness = p.fairness.clone().bound(0.1)), "a bound above 0");
    assert_eq!(
        refused(&|p| p.fairness = p.fairness.clone().pairs(Pairs::Pooled)),
        "differences to the pooled mean"
    );
    assert_eq!(refused(&|p| p.approximation = Approximation::Nystrom { landmarks: 3 }), "an approximation");
    assert_eq!(refused(&|p| p.intercept = Intercept::Absent), "a score without intercept");
    assert_eq!(refused(&|p| p.class_balance = ClassBalance::Balanced), "a balance of classes");
    let thirds: Vec<u8> = (0..12).map(|i| i % 3).collect();
    let error = Table::new(&X, 2, &Y, &thirds).try_fit(parameters(RBF, 1.0, 1e-3)).unwrap_err();
    assert_eq!(error, FitError::NotTwoGroups { found: 3 });
}

#[test]
fn more_rows_than_a_dense_matrix_holds_are_refused_before_the_work() {
    let n = 10_001;
    let x: Vec<f64> = (0..n).map(|i| i as f64).collect();
    let y: Vec<f64> = (0..n).map(|i| if i % 3 == 0 { 1.0 } else { -1.0 }).collect();
    let s: Vec<u8> = (0..n).map(|i| (i % 2) as u8).collect();
    let error = Table::new(&x, 1, &y, &s).try_fit(parameters(RBF, 1.0, 1e-3)).unwrap_err();
    assert_eq!(error, FitError::TooManyRows { found: n, allowed: 10_000 });
}
