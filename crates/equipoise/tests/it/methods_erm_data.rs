//! Table A.7 of the reference (`papers/ferm-and-barycenters.md`): objectives of Clarabel on the primal problem (linear) and of
//! a dense interior point method (RBF), accuracies and gaps counted, at a bound of 0 and without constraint.

use equipoise::{
    kernels::Gamma,
    methods::{
        Fairness,
        inprocessing::fair_erm::{Fitted, KernelChoice, Loss, Parameters},
    },
    notion::Notion,
};

use super::methods_data::{Split, adult, arrhythmia, compas, drug, german};
use super::methods_samples::{Table, close, comparison};

/// A row of the table.
struct Row {
    objective: f64,
    /// Of train and test.
    accuracies: [f64; 2],
    /// Differences of the rates of f > 0 among the positives, of train and test.
    rate_gaps: [f64; 2],
    /// Of the mean score, train; `None` for the constrained machine, where it is 0.
    mean_gap: Option<f64>,
    /// Δ̂ of train.
    distance: f64,
}

fn accuracy(table: &Table, scores: &[f64]) -> f64 {
    let is_right = |(y, f): &(&f64, &f64)| (**f > 0.0) == (**y > 0.0);
    table.y.iter().zip(scores).filter(is_right).count() as f64 / table.y.len() as f64
}

/// Returns the mean of something of the score over the positives of a group.
fn mean(table: &Table, scores: &[f64], group: u8, of: impl Fn(f64) -> f64) -> f64 {
    let rows: Vec<usize> = (0..scores.len()).filter(|&i| table.y[i] > 0.0 && table.s[i] == group).collect();
    rows.iter().map(|&i| of(scores[i])).sum::<f64>() / rows.len() as f64
}

fn rate_gap(table: &Table, scores: &[f64]) -> f64 {
    let rate = |group| mean(table, scores, group, |f| f64::from(u8::from(f > 0.0)));
    (rate(0) - rate(1)).abs()
}

#[track_caller]
fn check_row(split: &Split, fitted: &Fitted, row: &Row) {
    let Split { train, test } = split;
    close(fitted.training.objective, row.objective, 1e-6 * row.objective);
    let scores = [fitted.scores.clone(), fitted.score.of_rows(&test.rows()).unwrap()];
    let smallest = |table: &Table| {
        let count = |group| (0..table.y.len()).filter(|&i| table.y[i] > 0.0 && table.s[i] == group).count();
        count(0).min(count(1)) as f64
    };
    for (part, table) in [train, test].into_iter().enumerate() {
        // A row or two on the margin, and rows of discrete columns whose score is 0 but for rounding.
        let on_margin = 2 + scores[part].iter().filter(|f| f.abs() < 1e-9).count();
        let slack = |rows: f64| on_margin as f64 / rows + 1e-6;
        close(accuracy(table, &scores[part]), row.accuracies[part], slack(table.y.len() as f64));
        close(rate_gap(table, &scores[part]), row.rate_gaps[part], slack(smallest(table)));
    }
    let comparison = comparison(fitted);
    match row.mean_gap {
        Some(gap) => close(comparison.gaps[0], gap, 2e-4),
        None => assert!(comparison.gaps[0].abs() < 1e-9),
    }
    let sign = |f: f64| if f > 0.0 { 1.0 } else { -1.0 };
    let half = |group| 0.5 * mean(train, &fitted.scores, group, |f| sign(f) - f).abs();
    let on_margin = fitted.scores.iter().filter(|f| f.abs() < 1e-9).count() as f64;
    close(half(0) + half(1), row.distance, 6e-4 + on_margin / smallest(train));
    // The inequality of A.1.
    let bound = 0.5 * comparison.gaps[0].abs() + half(0) + half(1);
    assert!(rate_gap(train, &fitted.scores) <= bound + 1e-12);
}

fn fit(split: &Split, kernel: KernelChoice, cost: f64, tolerance: f64, bound: f64) -> Fitted {
    let fairness = Fairness::new(Notion::EqualOpportunity).bound(bound);
    let mut parameters = Parameters::new(Loss::Hinge { cost }, fairness);
    (parameters.kernel, parameters.tolerance) = (kernel, tolerance);
    split.train.fit(parameters)
}

/// Checks the ordinary machine and the one at a bound of 0.
#[track_caller]
fn check(split: &Split, kernel: KernelChoice, cost: f64, tolerance: f64, rows: [Row; 2]) {
    for (bound, row) in [1e3, 0.0].into_iter().zip(rows) {
        check_row(split, &fit(split, kernel, cost, tolerance, bound), &row);
    }
}

fn rbf(gamma: f64) -> KernelChoice {
    KernelChoice::Rbf(Gamma::Value(gamma))
}

fn row(
    objective: f64,
    accuracies: [f64; 2],
    rate_gaps: [f64; 2],
    mean_gap: Option<f64>,
    distance: f64,
) -> Row {
    Row { objective, accuracies, rate_gaps, mean_gap, distance }
}

/// The first rows of the part that is fitted.
fn first(split: &Split, n: usize) -> Split {
    let numbers: Vec<usize> = (0..n).collect();
    Split { train: split.train.rows_of(&numbers), test: split.test.clone() }
}

#[test]
fn adult_is_that_of_the_reference() {
    let Some(adult) = adult() else { return };
    let linear = KernelChoice::Linear;
    check(
        &adult,
        linear,
        0.1,
        1e-6,
        [
            row(1345.938518, [0.810356, 0.808388], [0.108849, 0.109019], Some(-0.717770), 0.5565),
            row(1378.610024, [0.795062, 0.793381], [0.007956, 0.030275], None, 0.6398),
        ],
    );
    check(
        &adult,
        linear,
        0.01,
        1e-6,
        [
            row(136.019759, [0.810264, 0.807993], [0.117036, 0.110284], Some(-0.694506), 0.4533),
            row(139.489029, [0.797948, 0.795672], [0.009643, 0.033110], None, 0.5870),
        ],
    );
    let small = first(&adult, 1628);
    for (bound, objective) in [(1e3, 6348.076803), (0.0, 6354.396056)] {
        let fitted = fit(&small, rbf(0.01), 10.0, 1e-5, bound);
        close(fitted.training.objective, objective, 1e-6 * objective);
    }
    check(
        &small,
        rbf(0.1),
        1.0,
        1e-5,
        [
            row(593.136151, [0.861179, 0.832478], [0.054348, 0.156348], Some(-0.077325), 0.0930),
            row(593.305251, [0.859951, 0.832636], [0.062969, 0.121632], None, 0.0630),
        ],
    );
}

#[test]
fn german_is_that_of_the_reference() {
    let Some(german) = german() else { return };
    check(
        &german,
        KernelChoice::Linear,
        0.1,
        1e-6,
        [
            row(32.229835, [0.790105, 0.747748], [0.065859, 0.100575], Some(0.406827), 0.5081),
            row(32.692401, [0.787106, 0.735736], [0.005325, 0.027586], None, 0.5192),
        ],
    );
    check(
        &german,
        rbf(0.02),
        1.0,
        1e-5,
        [
            row(269.693557, [0.923538, 0.774775], [0.032384, 0.069540], Some(0.118897), 0.0697),
            row(270.553714, [0.928036, 0.777778], [0.018200, 0.075287], None, 0.0781),
        ],
    );
}

#[test]
fn compas_is_that_of_the_reference() {
    let Some(compas) = compas() else { return };
    check(
        &compas,
        KernelChoice::Linear,
        0.1,
        1e-6,
        [
            row(307.204162, [0.662211, 0.655323], [0.248762, 0.230742], Some(-0.682330), 0.2796),
            row(315.815857, [0.655893, 0.650948], [0.057473, 0.052386], None, 0.1871),
        ],
    );
    check(
        &first(&compas, 1500),
        rbf(0.1),
        1.0,
        1e-5,
        [
            row(988.707457, [0.701333, 0.664074], [0.390466, 0.369118], Some(-0.758035), 0.0674),
            row(1031.649676, [0.685333, 0.648517], [0.126232, 0.087451], None, 0.1323),
        ],
    );
}

#[test]
fn arrhythmia_is_that_of_the_reference() {
    let Some(arrhythmia) = arrhythmia() else { return };
    check(
        &arrhythmia,
        KernelChoice::Linear,
        0.01,
        1e-6,
        [
            row(1.301397, [0.887417, 0.800000], [0.002471, 0.029825], Some(-0.192632), 0.0988),
            row(1.312104, [0.874172, 0.786667], [0.002471, 0.021053], None, 0.0035),
        ],
    );
    check(
        &arrhythmia,
        rbf(0.003),
        1.0,
        1e-5,
        [
            row(155.083990, [0.857616, 0.773333], [0.010944, 0.045614], Some(-0.143248), 0.1201),
            row(155.808943, [0.854305, 0.766667], [0.038835, 0.045614], None, 0.0898),
        ],
    );
}

#[test]
fn drug_is_that_of_the_reference() {
    let Some(drug) = drug() else { return };
    check(
        &drug,
        KernelChoice::Linear,
        0.1,
        1e-6,
        [
            row(91.338340, [0.676213, 0.679936], [0.010892, 0.074426], Some(-0.096257), 0.0372),
            row(91.990432, [0.671440, 0.664013], [0.021338, 0.029720], None, 0.0794),
        ],
    );
    check(
        &drug,
        rbf(0.05),
        1.0,
        1e-5,
        [
            row(801.510924, [0.736675, 0.675159], [0.021146, 0.124625], Some(-0.010494), 0.0379),
            row(801.515623, [0.736675, 0.675159], [0.019554, 0.121379], None, 0.0432),
        ],
    );
}
