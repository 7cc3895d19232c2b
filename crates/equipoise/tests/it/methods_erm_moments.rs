//! Fair ridge regression from moments: what the plan finds on the rows, whatever parts they came in.

use equipoise::{
    groups::Label,
    methods::{
        Fairness, FitError, Labelled, Pairs,
        inprocessing::fair_erm::{Difference, Loss, Parameters, Plan, ridge_of_moments},
    },
    notion::Notion,
    sample::{Categorical, Codes},
    solvers::{
        Examples, Intercept, Rows,
        least_squares::{Moments, Ridge},
    },
};

use super::solvers_data::{Sample, all_close, close};

const N_GROUPS: usize = 7;

fn codes(sample: &Sample) -> Vec<u32> {
    sample.groups.iter().map(|&group| group as u32).collect()
}

/// Moments of the rows in parts that end at `ends`.
fn moments(sample: &Sample, weights: Option<&[f64]>, ends: &[usize]) -> Moments {
    let groups = codes(sample);
    let mut whole = Moments::new(sample.d, N_GROUPS).unwrap();
    let mut start = 0;
    for &end in ends {
        let mut part = Moments::new(sample.d, N_GROUPS).unwrap();
        let rows = Rows::dense(&sample.x[start * sample.d..end * sample.d], end - start, sample.d).unwrap();
        let targets = &sample.numbers[start..end];
        let examples = Examples { rows, targets, weights: weights.map(|weights| &weights[start..end]) };
        part.update(&examples, Some(&groups[start..end])).unwrap();
        whole.merge(&part).unwrap();
        start = end;
    }
    assert_eq!(start, sample.n);
    whole
}

fn pairs(bound: f64) -> Vec<Difference> {
    let others = |group| (group + 1..N_GROUPS).map(move |other| Difference { group, other, bound });
    (0..N_GROUPS).flat_map(others).collect()
}

#[track_caller]
fn check(bound: f64, intercept: Intercept, weights: Option<&[f64]>) {
    let sample = Sample::new();
    let labels: Vec<Label> = (0..N_GROUPS).map(|group| Label::new(group.to_string())).collect();
    let codes = codes(&sample);
    let fairness = Fairness::new(Notion::DemographicParity).bound(bound).pairs(Pairs::All);
    let mut parameters = Parameters::new(Loss::Squared { penalty: 0.5 }, fairness);
    parameters.intercept = intercept;
    let fitted = Plan::new(parameters)
        .unwrap()
        .fit(&Labelled {
            rows: sample.rows(),
            target: &sample.numbers,
            sensitive: &[Categorical { codes: Codes::U32(&codes), labels: &labels }],
            strata: &[],
            weights,
        })
        .unwrap();
    let expected = fitted.training.comparison.unwrap();
    for ends in [&[60][..], &[1, 2, 33, 60], &[20, 20, 40, 60]] {
        let moments = moments(&sample, weights, ends);
        let found = ridge_of_moments(&moments, &pairs(bound), Ridge { penalty: 0.5, intercept }).unwrap();
        all_close(&found.gaps, &expected.gaps, 1e-12);
        close(found.objective, fitted.training.objective, 1e-12);
        assert_eq!(found.rank, expected.rank);
        // Of dependent differences at their bounds, rounding says which ones are called active.
        assert!(found.active.iter().all(|&j| (found.gaps[j].abs() - bound).abs() < 1e-12), "bound {bound}");
        let score = |i: usize| sample.rows().dot(i, &found.coefficients) + found.intercept;
        all_close(&(0..60).map(score).collect::<Vec<_>>(), &fitted.scores, 1e-12);
        assert!(found.gaps.iter().all(|gap| gap.abs() <= bound + 1e-12));
    }
}

#[test]
fn moments_of_any_parts_have_the_fit_of_the_rows() {
    let sample = Sample::new();
    for bound in [0.0, 0.01, 0.05, 0.2, 10.0] {
        for intercept in [Intercept::Free, Intercept::Absent] {
            check(bound, intercept, None);
            check(bound, intercept, Some(&sample.weights));
        }
    }
}

#[test]
fn no_difference_is_the_ordinary_ridge_regression() {
    let sample = Sample::new();
    let ridge = Ridge { penalty: 0.5, intercept: Intercept::Free };
    let moments = moments(&sample, None, &[60]);
    let found = ridge_of_moments(&moments, &[], ridge).unwrap();
    let expected = equipoise::solvers::least_squares::ridge(&moments, None, ridge).unwrap();
    assert_eq!(found.coefficients, expected.coefficients);
    assert_eq!((found.rank, found.solves, found.active.len()), (0, 1, 0));
}

#[test]
fn differences_that_are_none_are_refused() {
    let sample = Sample::new();
    let ridge = Ridge { penalty: 0.5, intercept: Intercept::Free };
    let moments = moments(&sample, None, &[60]);
    let fit = |group, bound| ridge_of_moments(&moments, &[Difference { group, other: 0, bound }], ridge);
    assert_eq!(fit(7, 0.0), Err(FitError::EmptyGroup { group: 7 }));
    for bound in [-1.0, f64::NAN, f64::INFINITY] {
        let error = fit(1, bound).unwrap_err();
        assert!(matches!(error, FitError::OutOfRange { row: 0, .. }), "{error}");
    }
    let none = Moments::new(2, 2).unwrap();
    let difference = Difference { group: 0, other: 1, bound: 0.0 };
    assert_eq!(ridge_of_moments(&none, &[difference], ridge), Err(FitError::EmptyGroup { group: 0 }));
}
