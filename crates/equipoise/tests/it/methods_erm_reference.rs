//! Every loss against independent solvers, with three groups, several constraints and weights.
//!
//! The objectives are those of Clarabel 0.11 on the primal problem (quadratic and exponential cones, tolerances 1e-11), over
//! the columns, or over an eigenvector factor of the kernel matrix. Without constraints scikit-learn 1.9.1 gives the same for
//! logistic regression (122.942123471) and kernel ridge regression (7.686896908, which has no intercept).

use equipoise::{
    kernels::Gamma,
    methods::{
        Bounds, Fairness,
        inprocessing::fair_erm::{Approximation, KernelChoice, Loss, Parameters},
    },
    notion::Notion,
    solvers::Intercept,
};

use super::methods_samples::{Table, close, comparison};

const HINGE: Loss = Loss::Hinge { cost: 2.0 };
const LOGISTIC: Loss = Loss::Logistic { cost: 2.0 };
const SQUARED: Loss = Loss::Squared { penalty: 0.7 };
const TUBE: Loss = Loss::EpsilonInsensitive { cost: 2.0, epsilon: 0.1 };
const RBF: KernelChoice = KernelChoice::Rbf(Gamma::Value(0.5));
const LINEAR: KernelChoice = KernelChoice::Linear;

/// Sixty rows of three columns, by formula, with weights of 1 to 3.
fn made(loss: Loss) -> Table {
    let row = |i: usize| [(i as f64).sin(), (2.0 * (i * i) as f64).cos(), (i % 7) as f64 / 3.0 - 1.0];
    let class = |i: usize| if (0.7 * i as f64).sin() + row(i)[0] > 0.2 { 1.0 } else { -1.0 };
    let number = |i: usize| row(i)[0] * row(i)[1] + 0.3 * (5.0 * i as f64).sin();
    let x: Vec<f64> = (0..60).flat_map(row).collect();
    let y: Vec<f64> = (0..60).map(|i| if loss.is_classifier() { class(i) } else { number(i) }).collect();
    let s: Vec<u8> = (0..60).map(|i| (i * 7 % 11 % 3) as u8).collect();
    let weights = (0..60).map(|i| 1.0 + (i % 3) as f64).collect();
    Table { weights: Some(weights), ..Table::new(&x, 3, &y, &s) }
}

fn asked(loss: Loss, kernel: KernelChoice, bound: f64) -> Parameters {
    let notion = match loss.is_classifier() {
        true => Notion::EqualizedOdds,
        false => Notion::DemographicParity,
    };
    let mut parameters = Parameters::new(loss, Fairness::new(notion).bound(bound));
    (parameters.kernel, parameters.tolerance) = (kernel, 1e-9);
    parameters
}

#[track_caller]
fn check(parameters: Parameters, objective: f64) {
    let fitted = made(parameters.loss).fit(parameters.clone());
    assert!(fitted.training.outcome.converged(), "{:?}", fitted.training.outcome);
    close(fitted.training.objective, objective, 2e-8 * objective);
    let bound = match parameters.fairness.bounds {
        Bounds::Same(bound) => bound,
        Bounds::Each(_) => unreachable!("one bound was set"),
    };
    assert!(comparison(&fitted).gaps.iter().all(|gap| gap.abs() <= bound + 1e-8));
}

#[track_caller]
fn check_path(loss: Loss, kernel: KernelChoice, objectives: [f64; 5], without_intercept: f64) {
    for (bound, objective) in [1e3, 0.3, 0.1, 0.03, 0.0].into_iter().zip(objectives) {
        check(asked(loss, kernel, bound), objective);
    }
    let mut parameters = asked(loss, kernel, 0.03);
    parameters.intercept = Intercept::Absent;
    check(parameters, without_intercept);
}

#[test]
fn objectives_over_a_kernel_are_those_of_the_primal_problem() {
    let hinge = [121.219276918, 121.219276918, 121.557990284, 122.323177647, 122.802630105];
    check_path(HINGE, RBF, hinge, 123.517589748);
    let logistic = [122.942123471, 122.942123471, 122.953312062, 123.206175521, 123.437155315];
    check_path(LOGISTIC, RBF, logistic, 124.422191927);
    let squared = [7.648859126, 7.648859126, 7.658057637, 8.104820660, 8.525322840];
    check_path(SQUARED, RBF, squared, 8.129243511);
    let tube = [16.676752421, 16.676752421, 16.834073709, 18.685936600, 19.989978149];
    check_path(TUBE, RBF, tube, 18.687509907);
}

#[test]
fn objectives_over_columns_are_those_of_the_primal_problem() {
    let hinge = [138.836024912, 138.836024912, 148.117331762, 177.010536480, 192.0];
    check_path(HINGE, LINEAR, hinge, 202.790333163);
    let logistic = [126.166064947, 126.307163938, 131.763607728, 146.461344387, 161.522800082];
    check_path(LOGISTIC, LINEAR, logistic, 151.124222661);
    let squared = [36.729028550, 36.729028550, 36.729028550, 36.729028550, 37.565260345];
    check_path(SQUARED, LINEAR, squared, 36.843574281);
    let tube = [88.147374754, 88.147374754, 88.147374754, 88.504318434, 90.139910505];
    check_path(TUBE, LINEAR, tube, 88.803959240);
}

/// As many landmarks as rows: the problem itself, solved over the features.
#[test]
fn full_features_reach_the_objectives_of_the_kernel() {
    for (loss, objective) in
        [(HINGE, 122.323177647), (LOGISTIC, 123.206175521), (SQUARED, 8.104820660), (TUBE, 18.685936600)]
    {
        let mut parameters = asked(loss, RBF, 0.03);
        parameters.approximation = Approximation::Nystrom { landmarks: 60 };
        check(parameters, objective);
    }
}

#[test]
fn kernel_ridge_regression_is_that_of_scikit_learn() {
    let mut parameters = asked(SQUARED, RBF, 1e3);
    parameters.intercept = Intercept::Absent;
    check(parameters.clone(), 7.686896908);
    let fitted = made(SQUARED).fit(parameters);
    for (score, expected) in fitted.scores.iter().zip([-0.19798304, -0.39087137, -0.14623850]) {
        close(*score, expected, 1e-7);
    }
}
