//! Fair support vector machines on the hand set: tables A.3.2, A.3.3 and A.8 of the reference
//! (`papers/ferm-and-barycenters.md`), whose values are those of an interior-point solver on the primal problem.

use equipoise::{
    groups::Label,
    kernels::Function,
    methods::{
        Fairness, FitError, Labelled,
        inprocessing::fair_svm::{Model, Plan},
    },
    notion::Notion,
    sample::{Categorical, Codes},
    solvers::Rows,
};

const X: [f64; 24] = [
    0.5, 1.0, 1.0, 2.0, 1.5, 0.5, 2.0, 1.5, 2.5, 2.5, 0.0, 0.0, -0.5, 1.0, -1.0, -1.0, -1.5, 0.5, 0.5, -1.0,
    -2.0, -0.5, 1.0, -0.5,
];
const Y: [f64; 12] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0];
const S: [u8; 12] = [0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0];
const RBF: Function = Function::Rbf { gamma: 0.5 };

fn fit_to(s: &[u8], y: &[f64], fairness: Fairness, kernel: Function, cost: f64) -> Result<Model, FitError> {
    let labels: Vec<Label> = (0..=2).map(|group| Label::new(group.to_string())).collect();
    let sensitive = [Categorical { codes: Codes::U8(s), labels: &labels }];
    let rows = Rows::dense(&X, 12, 2).unwrap();
    let sample = Labelled { rows, target: y, sensitive: &sensitive, strata: &[], weights: None };
    Plan::builder(fairness).kernel(kernel).cost(cost).tolerance(1e-10).build().unwrap().fit(&sample)
}

fn fit(notion: Notion, bound: f64, kernel: Function, cost: f64) -> Model {
    fit_to(&S, &Y, Fairness::new(notion).bound(bound), kernel, cost).unwrap()
}

#[track_caller]
fn close(value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{value} for {expected}");
}

#[test]
fn objectives_of_one_constraint_are_those_of_the_primal_problem() {
    let linear = Function::Linear;
    for (kernel, cost, bound, objective) in [
        (linear, 1.0, 1e3, 4.17283951),
        (linear, 1.0, 0.2, 8.42938462),
        (linear, 1.0, 0.05, 9.37325789),
        (linear, 1.0, 0.0, 9.68998628),
        (RBF, 1.0, 1e3, 5.18516690),
        (RBF, 1.0, 0.2, 5.31527684),
        (RBF, 1.0, 0.05, 5.54214801),
        (RBF, 1.0, 0.0, 5.63954888),
        (RBF, 10.0, 0.2, 9.13312694),
        (RBF, 10.0, 0.05, 9.26231497),
        (RBF, 10.0, 0.0, 9.37226487),
    ] {
        let model = fit(Notion::EqualOpportunity, bound, kernel, cost);
        close(model.objective(), objective, 2e-8);
        assert!(model.gaps()[0].abs() <= bound + 1e-10);
    }
}

#[test]
fn unconstrained_gaps_and_the_distance_of_groups_are_those_of_the_reference() {
    let linear = fit(Notion::EqualOpportunity, 1e3, Function::Linear, 1.0);
    close(linear.moments()[0], 65.0 / 18.0, 1e-14);
    close(linear.gaps()[0], -19.0 / 9.0, 1e-8);
    let rbf = fit(Notion::EqualOpportunity, 1e3, RBF, 1.0);
    close(rbf.moments()[0], 0.84812190, 5e-9);
    close(rbf.gaps()[0], -0.43318988, 5e-9);
    close(fit(Notion::EqualOpportunity, 1e3, RBF, 10.0).gaps()[0], -0.16197325, 5e-9);
    close(fit(Notion::EqualOpportunity, 0.0, RBF, 1.0).intercept(), -0.225192, 5e-7);
}

#[test]
fn objectives_of_several_constraints_are_those_of_the_primal_problem() {
    let thirds: Vec<u8> = (0..12).map(|i| i % 3).collect();
    let bounds = [0.0, 0.05, 0.1, 0.3, 1e3];
    for (s, notion, objectives, rank) in [
        (
            &thirds[..],
            Notion::EqualOpportunity,
            [6.40391362, 6.23763293, 6.07865641, 5.52978951, 5.18516690],
            2,
        ),
        (&S[..], Notion::EqualizedOdds, [6.29990714, 6.09300169, 5.90367172, 5.33902923, 5.18516690], 2),
        (&S[..], Notion::DemographicParity, [5.18626282, 5.18516690, 5.18516690, 5.18516690, 5.18516690], 1),
    ] {
        for (bound, objective) in bounds.into_iter().zip(objectives) {
            let model = fit_to(s, &Y, Fairness::new(notion.clone()).bound(bound), RBF, 1.0).unwrap();
            close(model.objective(), objective, 2e-8);
            assert!(model.gaps().iter().all(|gap| gap.abs() <= bound + 1e-8), "{:?}", model.gaps());
            assert_eq!(model.rank(), rank);
        }
    }
}

#[test]
fn scores_of_fitting_rows_are_those_of_the_decision() {
    for bound in [0.0, 0.1] {
        let model = fit(Notion::EqualizedOdds, bound, RBF, 1.0);
        let decision = model.decision(&Rows::dense(&X, 12, 2).unwrap()).unwrap();
        decision.iter().zip(model.scores()).for_each(|(a, b)| close(*a, *b, 1e-12));
        let (beta, b) = (model.coefficients(), model.intercept());
        let norm: f64 = beta.iter().zip(model.scores()).map(|(beta, f)| beta * (f - b)).sum();
        close(norm, model.squared_norm(), 1e-9);
        assert!(model.decision(&Rows::dense(&[1.0], 1, 1).unwrap()).is_err());
    }
}

#[test]
fn names_of_groups_change_nothing() {
    let swapped = S.map(|s| 1 - s);
    let fairness = || Fairness::new(Notion::EqualOpportunity).bound(0.05);
    let a = fit_to(&S, &Y, fairness(), RBF, 1.0).unwrap();
    let b = fit_to(&swapped, &Y, fairness(), RBF, 1.0).unwrap();
    close(a.objective(), b.objective(), 1e-9);
    close(a.gaps()[0], -b.gaps()[0], 1e-9);
}

#[test]
fn samples_that_cannot_be_fitted_are_errors() {
    let fairness = || Fairness::new(Notion::EqualOpportunity);
    let one_group = fit_to(&Y.map(|y| u8::from(y < 0.0)), &Y, fairness(), RBF, 1.0).unwrap_err();
    assert_eq!(one_group, FitError::NothingToCompare { events: 1 });
    assert!(matches!(fit_to(&S, &[0.5; 12], fairness(), RBF, 1.0), Err(FitError::NotBinary { .. })));
    assert!(matches!(fit_to(&S, &[1.0; 12], fairness(), RBF, 1.0), Err(FitError::Smo(_))));
    let rbf = Function::Rbf { gamma: -1.0 };
    assert!(matches!(fit_to(&S, &Y, fairness(), rbf, 1.0), Err(FitError::Kernel(_))));
}
