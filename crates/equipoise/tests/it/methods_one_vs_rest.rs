//! Classifiers of two and more classes, and the probabilities that they give.

use equipoise::{
    kernels::Gamma,
    methods::{
        ApplyError, Bounds, Fairness, FitError, Score,
        inprocessing::fair_erm::{KernelChoice, Loss, Parameters, Plan},
        one_vs_rest::{self, Classed, Classifier, Probabilities},
        platt::Platt,
    },
    notion::Notion,
    sample::{Categorical, Codes},
    solvers::Rows,
};

use super::methods_samples::{Table, all_close, close};

const FOLDS: Probabilities = Probabilities::OutOfFold { folds: 5 };

/// The table of three groups with the terciles of its target for classes.
fn codes() -> Vec<u8> {
    let mut order: Vec<usize> = (0..60).collect();
    let table = Table::three_groups();
    order.sort_by(|&a, &b| table.y[a].total_cmp(&table.y[b]));
    let mut codes = vec![0; 60];
    order.iter().enumerate().for_each(|(place, &row)| codes[row] = (place / 20) as u8);
    codes
}

fn plan(loss: Loss) -> Plan {
    let mut parameters = Parameters::new(loss, Fairness::new(Notion::EqualOpportunity).bound(0.05));
    (parameters.kernel, parameters.tolerance) = (KernelChoice::Rbf(Gamma::Value(0.5)), 1e-8);
    Plan::new(parameters).unwrap()
}

fn try_fit(
    loss: Loss,
    codes: &[u8],
    n_classes: usize,
    probabilities: Probabilities,
) -> Result<Classifier, FitError> {
    let table = Table::three_groups();
    let sensitive = [Categorical { codes: Codes::U8(&table.s), labels: &table.labels }];
    let sample = Classed {
        rows: table.rows(),
        codes: Codes::U8(codes),
        n_classes,
        sensitive: &sensitive,
        strata: &[],
        weights: None,
    };
    one_vs_rest::fit(&plan(loss), &sample, probabilities)
}

fn fit(loss: Loss, codes: &[u8], n_classes: usize, probabilities: Probabilities) -> Classifier {
    try_fit(loss, codes, n_classes, probabilities).unwrap()
}

#[test]
fn each_score_is_the_fit_of_its_class_against_the_rest() {
    let codes = codes();
    for loss in [Loss::Hinge { cost: 1.0 }, Loss::Logistic { cost: 1.0 }, Loss::Squared { penalty: 1.0 }] {
        let classifier = fit(loss, &codes, 3, Probabilities::Direct);
        let decision = classifier.decision(&Table::three_groups().rows()).unwrap();
        for class in 0..3 {
            let y = codes.iter().map(|&code| if code == class { 1.0 } else { -1.0 }).collect();
            let table = Table { y, ..Table::three_groups() };
            let single = table.with(|sample| plan(loss).fit(sample)).unwrap();
            assert_eq!(classifier.trainings[usize::from(class)], single.training);
            let column: Vec<f64> = decision.iter().skip(usize::from(class)).step_by(3).copied().collect();
            assert_eq!(column, single.score.of_rows(&table.rows()).unwrap());
        }
        let predicted = classifier.predict(&Table::three_groups().rows()).unwrap();
        for (scores, class) in decision.chunks(3).zip(predicted) {
            assert!(scores.iter().all(|score| *score <= scores[class as usize]));
        }
    }
}

#[test]
fn two_classes_have_one_score_whose_sign_decides() {
    let codes: Vec<u8> = codes().iter().map(|&code| u8::from(code > 0)).collect();
    let classifier = fit(Loss::Hinge { cost: 1.0 }, &codes, 2, Probabilities::Direct);
    assert_eq!((classifier.scores.len(), classifier.trainings.len()), (1, 1));
    let rows = Table::three_groups();
    let decision = classifier.decision(&rows.rows()).unwrap();
    let predicted = classifier.predict(&rows.rows()).unwrap();
    assert!(decision.iter().zip(&predicted).all(|(score, class)| *class == u32::from(*score > 0.0)));
    assert_eq!(classifier.probabilities(&rows.rows()), Err(ApplyError::NoProbabilities));
}

#[test]
fn equal_scores_are_the_first_class() {
    let mut classifier = fit(Loss::Squared { penalty: 1.0 }, &codes(), 3, FOLDS);
    let score = classifier.scores[1].clone();
    classifier.scores = vec![score; 3];
    let predicted = classifier.predict(&Table::three_groups().rows()).unwrap();
    assert!(predicted.iter().all(|class| *class == 0));
}

#[test]
fn probabilities_sum_to_one_and_keep_the_order_of_one_score() {
    let rows = Table::three_groups();
    for loss in [
        Loss::Hinge { cost: 1.0 },
        Loss::Logistic { cost: 1.0 },
        Loss::Squared { penalty: 1.0 },
        Loss::EpsilonInsensitive { cost: 1.0, epsilon: 0.1 },
    ] {
        let classifier = fit(loss, &codes(), 3, FOLDS);
        let probabilities = classifier.probabilities(&rows.rows()).unwrap();
        assert_eq!(probabilities.len(), 180);
        for row in probabilities.chunks(3) {
            close(row.iter().sum(), 1.0, 1e-12);
            assert!(row.iter().all(|p| (0.0..=1.0).contains(p)));
        }
        let two: Vec<u8> = codes().iter().map(|&code| u8::from(code > 0)).collect();
        let classifier = fit(loss, &two, 2, FOLDS);
        let probabilities = classifier.probabilities(&rows.rows()).unwrap();
        let scores = classifier.decision(&rows.rows()).unwrap();
        for (a, b) in [(0, 1), (7, 30), (12, 59)] {
            let rises = scores[a] < scores[b];
            assert_eq!(probabilities[2 * a + 1] < probabilities[2 * b + 1], rises);
        }
    }
}

/// The logistic score is the logarithm of the odds: no fold is needed.
#[test]
fn logistic_probabilities_are_the_sigmoid_of_the_score() {
    let two: Vec<u8> = codes().iter().map(|&code| u8::from(code > 0)).collect();
    let classifier = fit(Loss::Logistic { cost: 1.0 }, &two, 2, Probabilities::Direct);
    let rows = Table::three_groups();
    let scores = classifier.decision(&rows.rows()).unwrap();
    let expected: Vec<f64> = scores.iter().map(|f| 1.0 / (1.0 + (-f).exp())).collect();
    let probabilities = classifier.probabilities(&rows.rows()).unwrap();
    let positive: Vec<f64> = probabilities.iter().skip(1).step_by(2).copied().collect();
    all_close(&positive, &expected, 1e-15);
}

/// A machine that learns classes without reason by heart: it knows the rows it has seen, and no others.
#[test]
fn out_of_fold_scores_do_not_see_their_rows() {
    let y = (0..60_u32).map(|i| if i.wrapping_mul(2_654_435_761) >> 31 == 0 { 1.0 } else { -1.0 }).collect();
    let table = Table { y, ..Table::three_groups() };
    let mut parameters = plan(Loss::Hinge { cost: 100.0 }).parameters().clone();
    parameters.kernel = KernelChoice::Rbf(Gamma::Value(100.0));
    parameters.fairness.bounds = Bounds::Same(10.0);
    let plan = Plan::new(parameters).unwrap();
    let right = |scores: &[f64]| scores.iter().zip(&table.y).filter(|(f, y)| *f * *y > 0.0).count();
    table.with(|sample| {
        let fitted = plan.fit(sample).unwrap();
        assert_eq!(right(&fitted.scores), 60);
        let scores = one_vs_rest::out_of_fold(&plan, sample, &fitted, 5).unwrap();
        assert!(right(&scores) < 45, "{}", right(&scores));
        assert_eq!(one_vs_rest::out_of_fold(&plan, sample, &fitted, 5).unwrap(), scores);
    });
}

/// 60 scores by formula. What scikit-learn 1.9.1 (`_SigmoidCalibration`, gradient to 1e-6) and SciPy's BFGS give for the
/// same objective.
#[test]
fn sigmoids_are_those_of_scikit_learn() {
    let class = |i: usize| if (0.7 * i as f64).sin() + (i as f64).sin() > 0.2 { 1.0 } else { -1.0 };
    let y: Vec<f64> = (0..60).map(class).collect();
    let bonus = |i: usize| if i.is_multiple_of(3) { 0.8 * y[i] } else { 0.0 };
    let scores: Vec<f64> = (0..60).map(|i| 1.5 * (i as f64).sin() + bonus(i) + 0.1).collect();
    let weights: Vec<f64> = (0..60).map(|i| 1.0 + (i % 3) as f64).collect();
    let tens: Vec<f64> = weights.iter().map(|weight| 10.0 * weight).collect();
    for (weights, slope, offset, first) in [
        (None, -1.28717152, 0.78804236, 0.15589917),
        (Some(&weights[..]), -1.19414179, 0.75198925, 0.16968117),
        (Some(&tens[..]), -1.256697804, 0.780356871, 0.15975591),
    ] {
        let (sigmoid, outcome) = Platt::fit(&scores, &y, weights).unwrap();
        assert!(outcome.converged());
        close(sigmoid.slope, slope, 5e-7);
        close(sigmoid.offset, offset, 5e-7);
        close(sigmoid.probability(scores[0]), first, 1e-6);
    }
}

#[test]
fn sigmoids_of_hostile_scores_are_finite() {
    let fit = |scores: &[f64], y: &[f64]| Platt::fit(scores, y, None);
    for (scores, y) in [
        (&[1.0, 1.0, 1.0, 1.0][..], &[1.0, -1.0, 1.0, 1.0][..]),
        (&[-1e30, -1.0, 1.0, 1e30], &[-1.0, -1.0, 1.0, 1.0]),
        (&[1e-300, 0.0, -1e-300, 2e-300], &[-1.0, 1.0, 1.0, -1.0]),
        (&[0.5, 0.7, 0.9, 1.1], &[1.0; 4]),
        (&[-1e8, 1e8, -1e8, 1e8], &[-1.0, 1.0, 1.0, -1.0]),
    ] {
        let (sigmoid, _) = fit(scores, y).unwrap();
        assert!(sigmoid.slope.is_finite() && sigmoid.offset.is_finite(), "{sigmoid:?}");
        assert!(scores.iter().all(|f| (0.0..=1.0).contains(&sigmoid.probability(*f))));
    }
    assert!(matches!(fit(&[f64::NAN], &[1.0]), Err(FitError::OutOfRange { argument: "scores", .. })));
    assert!(matches!(fit(&[1.0], &[0.5]), Err(FitError::NotBinary { .. })));
    assert!(matches!(fit(&[1.0], &[]), Err(FitError::LengthMismatch { .. })));
    assert_eq!(Platt::fit(&[1.0], &[1.0], Some(&[0.0])).unwrap_err(), FitError::NoRows);
}

#[test]
fn classes_that_cannot_be_fitted_are_errors() {
    let hinge = Loss::Hinge { cost: 1.0 };
    let direct = Probabilities::Direct;
    assert_eq!(try_fit(hinge, &[0; 60], 1, direct).unwrap_err(), FitError::Classes { found: 1 });
    assert_eq!(try_fit(hinge, &codes(), 4, direct).unwrap_err(), FitError::EmptyClass { class: 3 });
    assert!(matches!(try_fit(hinge, &codes(), 2, direct), Err(FitError::UnknownCode { code: 2, .. })));
    assert!(matches!(try_fit(hinge, &[0; 59], 2, direct), Err(FitError::LengthMismatch { .. })));
    let one_fold = Probabilities::OutOfFold { folds: 1 };
    assert_eq!(try_fit(hinge, &codes(), 3, one_fold).unwrap_err(), FitError::Folds { found: 1 });
}

/// Equal opportunity of each class: the mean score for it over its own rows.
#[test]
fn constraints_are_those_of_each_class() {
    let codes = codes();
    let classifier = fit(Loss::Hinge { cost: 1.0 }, &codes, 3, Probabilities::Direct);
    let table = Table::three_groups();
    let decision = classifier.decision(&table.rows()).unwrap();
    for class in 0..3_u8 {
        let mean = |group: u8| {
            let is_in = |i: &usize| codes[*i] == class && table.s[*i] == group;
            let rows: Vec<usize> = (0..60).filter(is_in).collect();
            rows.iter().map(|i| decision[i * 3 + usize::from(class)]).sum::<f64>() / rows.len() as f64
        };
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            let gap = (mean(a) - mean(b)).abs();
            assert!(gap.is_nan() || gap <= 0.05 + 1e-7, "class {class}: {gap}");
        }
        let comparison = classifier.trainings[usize::from(class)].comparison.as_ref().unwrap();
        assert_eq!(comparison.notion, Notion::EqualOpportunity);
    }
    assert!(matches!(classifier.scores[0], Score::Kernel(_)));
    assert!(classifier.decision(&Rows::dense(&[1.0], 1, 1).unwrap()).is_err());
}
