//! Elimination against the constrained optimum, the reference table A.7, and what must change nothing.

use equipoise::{
    groups::Label,
    kernels::{Function, Gram},
    methods::{
        ApplyError, Fairness, FitError, Labelled, TargetEvents,
        preprocessing::{
            fair_elimination::{Model, Pivot, Plan},
            fair_projection,
        },
    },
    notion::Notion,
    sample::{Categorical, Codes},
    solvers::{
        Rows,
        smo::{Classification, Settings, Storage, classify},
    },
};
use proptest::prelude::*;

use super::{
    methods_data::{arrhythmia, compas, drug, german},
    methods_samples::{S, Table, X, Y},
};

fn with<T>(x: &[f64], d: usize, y: &[f64], s: &[u8], read: impl FnOnce(&Labelled<'_>) -> T) -> T {
    let labels = ["0", "1", "2"].map(Label::new);
    let sensitive = [Categorical { codes: Codes::U8(s), labels: &labels }];
    let rows = Rows::dense(x, y.len(), d).unwrap();
    read(&Labelled { rows, target: y, sensitive: &sensitive, strata: &[], weights: None })
}

fn eliminate(fairness: Fairness, pivot: Pivot, sample: &Labelled<'_>) -> Result<Model, FitError> {
    Plan::new(fairness, pivot).unwrap().fit(sample)
}

fn hand(notion: Notion) -> Model {
    let fairness = Fairness::new(notion).events(TargetEvents::Classes);
    with(&X, 2, &Y, &S, |sample| eliminate(fairness, Pivot::Largest, sample)).unwrap()
}

/// ½‖w‖² + cost · Σ hinge of the linear machine, and w.
fn machine(x: &[f64], y: &[f64], cost: f64, tolerance: f64) -> (f64, Vec<f64>) {
    let (n, d) = (y.len(), x.len() / y.len());
    let rows = Rows::dense(x, n, d).unwrap();
    let gram = Gram::new(Function::Linear, rows).unwrap();
    let positive: Vec<bool> = y.iter().map(|&y| y > 0.0).collect();
    let costs = vec![cost; n];
    let data = Classification { positive: &positive, cost: &costs, offset: None, start: None };
    let mut settings = Settings::default();
    (settings.tolerance, settings.storage) = (tolerance, Storage::Double);
    let solution = classify(&gram, &data, &settings).unwrap();
    let mut w = vec![0.0; d];
    (0..n).for_each(|i| rows.add_scaled(i, solution.coefficients[i], &mut w));
    let loss = |i: usize| (1.0 - y[i] * (rows.dot(i, &w) + solution.intercept)).max(0.0);
    let objective = 0.5 * w.iter().map(|w| w * w).sum::<f64>() + cost * (0..n).map(loss).sum::<f64>();
    (objective, w)
}

/// elimination ≤ exact ≤ elimination + ½ Σ w_i², 9.68998628 being the exact optimum of the hand set.
#[test]
fn the_constrained_optimum_lies_between_elimination_and_its_missing_penalty() {
    let model = hand(Notion::EqualOpportunity);
    assert_eq!((model.removed(), model.kept()), (&[1][..], &[0][..]));
    let (objective, w) = machine(&model.transform(&Rows::dense(&X, 12, 2).unwrap()).unwrap(), &Y, 1.0, 1e-9);
    let full = model.weights(&w).unwrap();
    let missing = 0.5 * full[1] * full[1];
    assert!(objective <= 9.68998628 && 9.68998628 <= objective + missing, "{objective} {missing}");
    // u = (−7/6, −3/2): the weights are orthogonal to it.
    assert!((full[0] * 7.0 / 6.0 + full[1] * 1.5).abs() < 1e-14);
}

#[test]
fn columns_of_the_hand_set_are_those_of_the_formula() {
    let model = hand(Notion::EqualOpportunity);
    let new = model.transform(&Rows::dense(&X, 12, 2).unwrap()).unwrap();
    // x₁ − x₂ u₁/u₂ with u₁/u₂ = 7/9
    for (row, new) in X.chunks(2).zip(&new) {
        assert!((row[0] - row[1] * 7.0 / 9.0 - new).abs() < 1e-15);
    }
    assert!(model.constraints().gaps(&new)[0].abs() < 1e-15);
    assert_eq!(model.names_removed(&["first", "second"]).unwrap(), [&"second"]);
    // All u are negative, so the largest with its sign is the smaller difference.
    let fairness = Fairness::new(Notion::EqualOpportunity);
    let published = with(&X, 2, &Y, &S, |sample| eliminate(fairness, Pivot::Published, sample)).unwrap();
    assert_eq!(published.removed(), [0]);
}

#[test]
fn as_many_differences_as_columns_leave_none() {
    let model = hand(Notion::EqualizedOdds);
    assert_eq!((model.rank(), model.kept().len()), (2, 0));
    assert_eq!(model.transform(&Rows::dense(&X, 12, 2).unwrap()).unwrap(), [0.0; 0]);
    assert_eq!(model.weights(&[]).unwrap(), [0.0, 0.0]);
}

/// A.8.11: nothing but the indicator differs, so it goes and the rest stays as it is.
#[test]
fn a_column_that_is_the_group_is_removed_and_nothing_else_changes() {
    let x: Vec<f64> = (0..8).flat_map(|i| [f64::from(i / 2), f64::from(i % 2), 1.0]).collect();
    let s: Vec<u8> = (0..8).map(|i| i % 2).collect();
    let model = with(&x, 3, &[1.0; 8], &s, |sample| {
        eliminate(Fairness::new(Notion::DemographicParity), Pivot::Largest, sample).unwrap()
    });
    assert_eq!(model.removed(), [1]);
    let expected: Vec<f64> = (0..8).flat_map(|i| [f64::from(i / 2), 1.0]).collect();
    assert_eq!(model.transform(&Rows::dense(&x, 8, 3).unwrap()).unwrap(), expected);
}

/// 0.1 + 0.2 + 0.3 in two orders: equal up to rounding, which is no difference to remove.
#[test]
fn groups_with_equal_means_lose_no_column() {
    let fit = |pivot| {
        with(&[0.1, 0.2, 0.2, 0.3, 0.3, 0.1], 1, &[1.0; 6], &[0, 0, 1, 0, 1, 1], |sample| {
            eliminate(Fairness::new(Notion::DemographicParity), pivot, sample)
        })
    };
    assert_eq!(fit(Pivot::Largest).unwrap().rank(), 0);
    assert!(matches!(fit(Pivot::Published), Err(FitError::PublishedPivot { constraints: 1, .. })));
}

#[test]
fn hostile_samples_are_errors() {
    let odds = || Fairness::new(Notion::EqualizedOdds).events(TargetEvents::Classes);
    let several = with(&X, 2, &Y, &S, |sample| eliminate(odds(), Pivot::Published, sample));
    assert!(matches!(several, Err(FitError::PublishedPivot { constraints: 2, .. })));
    let one = with(&X, 2, &Y, &[0; 12], |sample| eliminate(odds(), Pivot::Largest, sample));
    assert_eq!(one.unwrap_err(), FitError::NothingToCompare { events: 2 });
    let none = Rows::dense(&[], 12, 0).unwrap();
    let labels = ["0", "1"].map(Label::new);
    let sensitive = [Categorical { codes: Codes::U8(&S), labels: &labels }];
    let sample = Labelled { rows: none, target: &Y, sensitive: &sensitive, strata: &[], weights: None };
    let model = eliminate(odds(), Pivot::Largest, &sample).unwrap();
    assert_eq!((model.rank(), model.transform(&none).unwrap()), (0, vec![]));
    let hand = hand(Notion::EqualOpportunity);
    assert_eq!(
        hand.transform(&Rows::dense(&[1.0], 1, 1).unwrap()).unwrap_err(),
        ApplyError::Columns { found: 1, expected: 2 }
    );
    assert!(hand.weights(&[1.0, 2.0]).is_err() && hand.names_removed(&["a"]).is_err());
    assert!(Plan::new(Fairness::new(Notion::Calibration), Pivot::Largest).is_err());
}

proptest! {
    /// Every linear score of the new columns has equal means, and is the score of the original columns that it says.
    #[test]
    fn every_score_of_the_new_columns_is_a_fair_score_of_the_old(
        x in prop::collection::vec(-2.0..2.0f64, 30 * 6),
        w in prop::collection::vec(-1.0..1.0f64, 6),
        s in prop::collection::vec(0..3u8, 30),
    ) {
        let y: Vec<f64> = (0..30).map(|i| if i % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let fairness = Fairness::new(Notion::EqualizedOdds).events(TargetEvents::Classes);
        let Ok(model) = with(&x, 6, &y, &s, |sample| eliminate(fairness, Pivot::Largest, sample)) else {
            return Ok(());
        };
        let (rows, kept) = (Rows::dense(&x, 30, 6).unwrap(), model.kept().len());
        prop_assert_eq!(kept + model.rank(), 6);
        let w = &w[..kept];
        let new = model.transform(&rows).unwrap();
        let score = |i: usize| new[i * kept..][..kept].iter().zip(w).map(|(x, w)| x * w).sum::<f64>();
        let scores: Vec<f64> = (0..30).map(score).collect();
        let full = model.weights(w).unwrap();
        let size = 1.0 + full.iter().map(|w| w.abs()).sum::<f64>();
        for (i, score) in scores.iter().enumerate() {
            prop_assert!((rows.dot(i, &full) - score).abs() < 1e-9 * size);
        }
        for gap in model.constraints().gaps(&scores) {
            prop_assert!(gap.abs() < 1e-9 * size, "{}", gap);
        }
    }

    /// Renaming groups and permuting rows change neither the columns removed nor (but for rounding) the new ones.
    #[test]
    fn names_of_groups_and_the_order_of_rows_change_nothing(
        x in prop::collection::vec(-2.0..2.0f64, 24 * 4),
        shift in 1..24usize,
    ) {
        let s: Vec<u8> = (0..24).map(|i| (i % 3) as u8).collect();
        let fit = |x: &[f64], s: &[u8]| {
            let fairness = Fairness::new(Notion::DemographicParity);
            with(x, 4, &[1.0; 24], s, |sample| eliminate(fairness, Pivot::Largest, sample)).unwrap()
        };
        let rows = Rows::dense(&x, 24, 4).unwrap();
        let model = fit(&x, &s);
        let renamed = fit(&x, &s.iter().map(|&s| (s + 1) % 3).collect::<Vec<_>>());
        let order: Vec<usize> = (0..24).map(|i| (i + shift) % 24).collect();
        let moved_x: Vec<f64> = order.iter().flat_map(|&i| x[i * 4..][..4].to_vec()).collect();
        let moved = fit(&moved_x, &order.iter().map(|&i| s[i]).collect::<Vec<_>>());
        let new = model.transform(&rows).unwrap();
        for other in [renamed, moved] {
            prop_assert_eq!(other.removed(), model.removed());
            for (a, b) in other.transform(&rows).unwrap().iter().zip(&new) {
                prop_assert!((a - b).abs() < 1e-8 * (1.0 + a.abs()));
            }
        }
    }
}

/// One row of table A.7: cost, the exact objective, and for each pivot the column removed and the objective.
struct Reference {
    cost: f64,
    exact: f64,
    largest: (usize, f64),
    published: (usize, f64),
}

#[track_caller]
fn check(train: &Table, expected: &Reference) {
    let eliminated = |pivot| {
        let fairness = Fairness::new(Notion::EqualOpportunity);
        let model = train.with(|sample| eliminate(fairness, pivot, sample)).unwrap();
        let (objective, w) = machine(&model.transform(&train.rows()).unwrap(), &train.y, expected.cost, 1e-5);
        let full = model.weights(&w).unwrap();
        let missing = 0.5 * full[model.removed()[0]].powi(2);
        assert!(objective <= expected.exact * (1.0 + 1e-6), "{objective} above {}", expected.exact);
        assert!(expected.exact <= (objective + missing) * (1.0 + 1e-6), "{objective} + {missing}");
        (model.removed()[0], objective)
    };
    for (pivot, (column, objective)) in
        [(Pivot::Largest, expected.largest), (Pivot::Published, expected.published)]
    {
        let found = eliminated(pivot);
        assert_eq!(found.0, column, "{pivot:?}");
        assert!((found.1 - objective).abs() <= 1e-6 * objective, "{} is not {objective}", found.1);
    }
}

/// Also: the projected rows have the exact optimum.
#[track_caller]
fn check_projection(train: &Table, cost: f64, exact: f64) {
    let plan = fair_projection::Plan::new(Fairness::new(Notion::EqualOpportunity)).unwrap();
    let rows = train.with(|sample| plan.fit(sample)).unwrap().transform(&train.rows()).unwrap();
    let (objective, _) = machine(&rows, &train.y, cost, 1e-5);
    assert!((objective - exact).abs() <= 1e-6 * exact, "{objective} is not {exact}");
}

#[test]
fn german_credit_has_the_reference_objectives() {
    let Some(split) = german() else { return };
    let (largest, published) = ((33, 32.692386), (34, 32.691821));
    check(&split.train, &Reference { cost: 0.1, exact: 32.692401, largest, published });
    check_projection(&split.train, 0.1, 32.692401);
}

#[test]
fn drug_consumption_has_the_reference_objectives() {
    let Some(split) = drug() else { return };
    let (largest, published) = ((2, 91.974590), (2, 91.974590));
    check(&split.train, &Reference { cost: 0.1, exact: 91.990432, largest, published });
}

#[test]
fn arrhythmia_has_the_reference_objectives() {
    let Some(split) = arrhythmia() else { return };
    assert_eq!(split.train.d, 254);
    let (largest, published) = ((1, 1.311390), (3, 1.306856));
    check(&split.train, &Reference { cost: 0.01, exact: 1.312104, largest, published });
    check_projection(&split.train, 0.01, 1.312104);
}

#[test]
fn compas_has_the_reference_columns() {
    let Some(split) = compas() else { return };
    assert_eq!(split.train.y.len() + split.test.y.len(), 6172);
    for (pivot, column) in [(Pivot::Largest, 7), (Pivot::Published, 0)] {
        let fairness = Fairness::new(Notion::EqualOpportunity);
        let model = split.train.with(|sample| eliminate(fairness, pivot, sample)).unwrap();
        assert_eq!(model.removed(), [column]);
    }
}
