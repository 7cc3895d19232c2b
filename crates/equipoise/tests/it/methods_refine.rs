//! Rates driven together: reached where they can be, told where they cannot, and what must change nothing.

use equipoise::{
    kernels::Gamma,
    methods::{
        Fairness, Pairs, PlanError,
        inprocessing::fair_erm::{
            Approximation, Fitted, KernelChoice, Loss, Parameters, Plan, Refine, Refinement,
        },
    },
    notion::Notion,
};

use super::methods_data::compas;
use super::methods_samples::{Table, close, comparison};

const RBF: KernelChoice = KernelChoice::Rbf(Gamma::Value(0.5));

/// 240 rows of six columns and three groups, whose scores differ in spread: equal means leave the rates apart.
fn spread() -> Table {
    let mut state = 99_u64;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f64 / (1_u64 << 24) as f64 - 0.5
    };
    let s: Vec<u8> = (0..240).map(|i| (i % 3) as u8).collect();
    let mut x = Vec::new();
    let mut y = Vec::new();
    for &group in &s {
        let z = draw() + draw() + draw();
        // A skewed law in the second and third group.
        let first = if group == 0 { z } else { z.abs() * (1.0 + f64::from(group)) - 0.6 };
        let second = draw() * 2.0;
        y.push(if first + 0.6 * second + 0.4 * draw() > 0.15 { 1.0 } else { -1.0 });
        x.extend([first, second, first * first, second * second, first * second, draw()]);
    }
    Table::new(&x, 6, &y, &s)
}

fn parameters(loss: Loss, kernel: KernelChoice, bound: f64) -> Parameters {
    let mut parameters = Parameters::new(loss, Fairness::new(Notion::DemographicParity));
    (parameters.kernel, parameters.refine) = (kernel, Refine::Rates { bound });
    parameters
}

fn refinement(fitted: &Fitted) -> &Refinement {
    fitted.training.refinement.as_ref().unwrap()
}

/// The largest difference of rates between the groups, counted.
fn counted(table: &Table, scores: &[f64]) -> f64 {
    let rate = |group: u8| {
        let rows: Vec<usize> = (0..scores.len()).filter(|&i| table.s[i] == group).collect();
        rows.iter().filter(|&&i| scores[i] > 0.0).count() as f64 / rows.len() as f64
    };
    let rates = [rate(0), rate(1), rate(2)];
    rates.iter().fold(0.0_f64, |m, r| m.max(*r)) - rates.iter().fold(1.0_f64, |m, r| m.min(*r))
}

#[test]
fn rates_come_within_the_bound_for_every_loss_and_kernel() {
    let table = spread();
    let losses = [Loss::Hinge { cost: 1.0 }, Loss::Logistic { cost: 1.0 }, Loss::Squared { penalty: 1.0 }];
    for loss in losses {
        for kernel in [KernelChoice::Linear, RBF] {
            let fitted = table.fit(parameters(loss, kernel, 0.05));
            let refinement = refinement(&fitted);
            let [before, after] = refinement.largest();
            close(after, counted(&table, &fitted.scores), 1e-12);
            assert!(before > 0.05 && refinement.solves > 0, "{loss:?} {kernel:?}: {refinement:?}");
            assert!(refinement.reached && after <= 0.05, "{loss:?} {kernel:?}: {refinement:?}");
            // What is kept is the model that is told of (a kernel solved as columns is cut at its rank).
            let predicted = fitted.score.of_rows(&table.rows()).unwrap();
            predicted.iter().zip(&fitted.scores).for_each(|(a, b)| close(*a, *b, 1e-6));
            let comparison = comparison(&fitted);
            assert!(comparison.active.is_empty());
            let rates: Vec<f64> = comparison.figures.iter().map(|figures| figures.rate).collect();
            close(refinement.rate_gaps[0], rates[0] - rates[1], 1e-12);
        }
    }
}

#[test]
fn features_and_pooled_differences_are_refined_too() {
    let table = spread();
    let mut features = parameters(Loss::Hinge { cost: 1.0 }, RBF, 0.05);
    features.approximation = Approximation::Nystrom { landmarks: 30 };
    assert!(refinement(&table.fit(features)).reached);
    let mut pooled = parameters(Loss::Hinge { cost: 1.0 }, KernelChoice::Linear, 0.03);
    pooled.fairness = pooled.fairness.pairs(Pairs::Pooled);
    let fitted = table.fit(pooled);
    assert_eq!(refinement(&fitted).rate_gaps.len(), 3);
    assert!(refinement(&fitted).reached && refinement(&fitted).largest()[1] <= 0.03);
    let mut odds = parameters(Loss::Logistic { cost: 1.0 }, KernelChoice::Linear, 0.12);
    odds.fairness = Fairness::new(Notion::EqualizedOdds);
    let fitted = table.fit(odds);
    let [before, after] = refinement(&fitted).largest();
    assert!(after <= before, "{before} {after}");
}

#[test]
fn rates_within_the_bound_are_left_as_they_are() {
    let table = spread();
    let refined = table.fit(parameters(Loss::Hinge { cost: 1.0 }, KernelChoice::Linear, 1.0));
    let mut plain = parameters(Loss::Hinge { cost: 1.0 }, KernelChoice::Linear, 1.0);
    plain.refine = Refine::Not;
    let plain = table.fit(plain);
    assert_eq!((refinement(&refined).solves, refinement(&refined).reached), (0, true));
    assert_eq!(refined.score, plain.score);
    assert_eq!(refined.training.objective, refinement(&refined).objective_before);
    assert_eq!(plain.training.refinement, None);
}

/// Two rows a group: rates of 0, ½ and 1 only, and one column, which is the outcome.
#[test]
fn a_bound_that_cannot_be_reached_is_told() {
    let table = Table::new(
        &[1.0, 1.0, 1.0, -1.0, -1.0, -1.0],
        1,
        &[1.0, 1.0, 1.0, -1.0, -1.0, -1.0],
        &[0, 0, 0, 0, 1, 1],
    );
    let fitted = table.fit(parameters(Loss::Logistic { cost: 1.0 }, KernelChoice::Linear, 0.0));
    let refinement = refinement(&fitted);
    let [before, after] = refinement.largest();
    assert_eq!(refinement.reached, after == 0.0);
    assert!(after <= before);
    assert!(fitted.scores.iter().all(|f| f.is_finite()));
}

#[test]
fn names_of_groups_and_threads_change_nothing() {
    let table = spread();
    let ask = parameters(Loss::Hinge { cost: 1.0 }, RBF, 0.05);
    let fitted = table.fit(ask.clone());
    let pool = rayon::ThreadPoolBuilder::new().num_threads(3).build().unwrap();
    let threaded = pool.install(|| table.fit(ask.clone()));
    assert_eq!((threaded.scores, threaded.training), (fitted.scores.clone(), fitted.training.clone()));
    let mut renamed = table.clone();
    renamed.s.iter_mut().for_each(|s| *s = 2 - *s);
    let renamed = renamed.fit(ask);
    assert!(refinement(&renamed).reached && refinement(&fitted).reached);
    // The path is not the same: another group comes first.
    let ratio = renamed.training.objective / fitted.training.objective;
    assert!((ratio - 1.0).abs() < 0.1, "{ratio}");
}

#[test]
fn parameters_out_of_range_are_refused() {
    for bound in [-0.1, 1.5, f64::NAN] {
        let plan = Plan::new(parameters(Loss::Hinge { cost: 1.0 }, KernelChoice::Linear, bound));
        assert!(matches!(plan, Err(PlanError::OutOfRange { .. })), "{bound}");
    }
    let tube = Loss::EpsilonInsensitive { cost: 1.0, epsilon: 0.1 };
    let plan = Plan::new(parameters(tube, KernelChoice::Linear, 0.1));
    assert!(matches!(plan, Err(PlanError::Conflict { .. })));
}

/// Equal means leave 0.06 (linear) on COMPAS; the rates of held-out rows follow here.
#[test]
fn compas_reaches_a_hundredth_and_held_out_rows_follow() {
    let Some(split) = compas() else { return };
    let mut ask = parameters(Loss::Hinge { cost: 0.1 }, KernelChoice::Linear, 0.01);
    ask.fairness = Fairness::new(Notion::EqualOpportunity);
    let fitted = split.train.fit(ask);
    let [before, after] = refinement(&fitted).largest();
    assert!(before > 0.05 && after <= 0.01, "{before} {after}");
    let scores = fitted.score.of_rows(&split.test.rows()).unwrap();
    let rate = |group: u8| {
        let is_one = |i: &usize| split.test.s[*i] == group && split.test.y[*i] > 0.0;
        let rows: Vec<usize> = (0..scores.len()).filter(is_one).collect();
        rows.iter().filter(|&&i| scores[i] > 0.0).count() as f64 / rows.len() as f64
    };
    assert!((rate(0) - rate(1)).abs() < 0.03);
}
