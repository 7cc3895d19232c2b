//! Fair support vector machines on the hand set: tables A.3.2, A.3.3 and A.8 of the reference
//! (`papers/ferm-and-barycenters.md`), whose values are those of an interior-point solver on the primal problem.

use equipoise::{
    kernels::Gamma,
    methods::{
        Fairness, FitError, PlanError, Score,
        inprocessing::fair_erm::{Fitted, KernelChoice, Loss, Parameters, Plan},
    },
    notion::Notion,
    solvers::Rows,
};

use super::methods_samples::{S, Table, X, Y, all_close, close, comparison};

const RBF: KernelChoice = KernelChoice::Rbf(Gamma::Value(0.5));
const LINEAR: KernelChoice = KernelChoice::Linear;

fn parameters(fairness: Fairness, kernel: KernelChoice, cost: f64) -> Parameters {
    let mut parameters = Parameters::new(Loss::Hinge { cost }, fairness);
    (parameters.kernel, parameters.tolerance) = (kernel, 1e-10);
    parameters
}

fn fit(notion: Notion, bound: f64, kernel: KernelChoice, cost: f64) -> Fitted {
    Table::hand().fit(parameters(Fairness::new(notion).bound(bound), kernel, cost))
}

#[test]
fn objectives_of_one_constraint_are_those_of_the_primal_problem() {
    for (kernel, cost, bound, objective) in [
        (LINEAR, 1.0, 1e3, 4.17283951),
        (LINEAR, 1.0, 0.2, 8.42938462),
        (LINEAR, 1.0, 0.05, 9.37325789),
        (LINEAR, 1.0, 0.0, 9.68998628),
        (RBF, 1.0, 1e3, 5.18516690),
        (RBF, 1.0, 0.2, 5.31527684),
        (RBF, 1.0, 0.05, 5.54214801),
        (RBF, 1.0, 0.0, 5.63954888),
        (RBF, 10.0, 0.2, 9.13312694),
        (RBF, 10.0, 0.05, 9.26231497),
        (RBF, 10.0, 0.0, 9.37226487),
    ] {
        let fitted = fit(Notion::EqualOpportunity, bound, kernel, cost);
        close(fitted.training.objective, objective, 2e-8);
        assert!(comparison(&fitted).gaps[0].abs() <= bound + 1e-10);
        assert!(fitted.training.outcome.converged());
    }
}

#[test]
fn unconstrained_gaps_and_the_distance_of_groups_are_those_of_the_reference() {
    let linear = fit(Notion::EqualOpportunity, 1e3, LINEAR, 1.0);
    close(comparison(&linear).distances[0].powi(2), 65.0 / 18.0, 1e-14);
    close(comparison(&linear).gaps[0], -19.0 / 9.0, 1e-8);
    let rbf = fit(Notion::EqualOpportunity, 1e3, RBF, 1.0);
    close(comparison(&rbf).distances[0].powi(2), 0.84812190, 5e-9);
    close(comparison(&rbf).gaps[0], -0.43318988, 5e-9);
    assert_eq!(comparison(&rbf).radius, 1.0);
    close(comparison(&fit(Notion::EqualOpportunity, 1e3, RBF, 10.0)).gaps[0], -0.16197325, 5e-9);
    close(fit(Notion::EqualOpportunity, 0.0, RBF, 1.0).score.intercept(), -0.225192, 5e-7);
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
            let fairness = Fairness::new(notion.clone()).bound(bound);
            let fitted = Table::new(&X, 2, &Y, s).fit(parameters(fairness, RBF, 1.0));
            let comparison = comparison(&fitted);
            close(fitted.training.objective, objective, 2e-8);
            assert!(comparison.gaps.iter().all(|gap| gap.abs() <= bound + 1e-8), "{:?}", comparison.gaps);
            assert_eq!(comparison.rank, rank);
        }
    }
}

/// Table A.8: gaps without constraint and at a bound of 0.1.
#[test]
fn gaps_of_several_constraints_are_those_of_the_reference() {
    let thirds: Vec<u8> = (0..12).map(|i| i % 3).collect();
    let gaps = |s: &[u8], notion: Notion, bound| {
        let fairness = Fairness::new(notion).bound(bound);
        comparison(&Table::new(&X, 2, &Y, s).fit(parameters(fairness, RBF, 1.0))).gaps.clone()
    };
    let free = gaps(&thirds, Notion::EqualOpportunity, 1e3);
    all_close(&free, &[0.107531, 0.649785, 0.542254], 1e-6);
    all_close(&gaps(&thirds, Notion::EqualOpportunity, 0.1), &[0.0, 0.1, 0.1], 1e-6);
    all_close(&gaps(&S, Notion::EqualizedOdds, 1e3), &[-0.433190, 0.412570], 1e-6);
    all_close(&gaps(&S, Notion::EqualizedOdds, 0.1), &[-0.1, 0.1], 1e-9);
    all_close(&gaps(&S, Notion::DemographicParity, 0.1), &[-0.010310], 1e-6);
}

#[test]
fn scores_of_fitting_rows_are_those_of_the_model() {
    for bound in [0.0, 0.1] {
        let fitted = fit(Notion::EqualizedOdds, bound, RBF, 1.0);
        let scores = fitted.score.of_rows(&Table::hand().rows()).unwrap();
        scores.iter().zip(&fitted.scores).for_each(|(a, b)| close(*a, *b, 1e-12));
        let Score::Kernel(score) = &fitted.score else { panic!("{:?}", fitted.score) };
        let of_support = fitted.score.of_rows(&score.support.view()).unwrap();
        let products =
            score.coefficients.iter().zip(of_support).map(|(beta, f)| beta * (f - score.intercept));
        close(products.sum(), fitted.training.squared_norm, 1e-9);
        assert!(fitted.score.of_rows(&Rows::dense(&[1.0], 1, 1).unwrap()).is_err());
    }
}

#[test]
fn names_of_groups_change_nothing() {
    let asked = || parameters(Fairness::new(Notion::EqualOpportunity).bound(0.05), RBF, 1.0);
    let a = Table::hand().fit(asked());
    let b = Table::new(&X, 2, &Y, &S.map(|s| 1 - s)).fit(asked());
    close(a.training.objective, b.training.objective, 1e-9);
    close(comparison(&a).gaps[0], -comparison(&b).gaps[0], 1e-9);
}

#[test]
fn samples_that_cannot_be_fitted_are_errors() {
    let asked = || parameters(Fairness::new(Notion::EqualOpportunity), RBF, 1.0);
    let one_group = Table::new(&X, 2, &Y, &Y.map(|y| u8::from(y < 0.0))).try_fit(asked());
    assert_eq!(one_group.unwrap_err(), FitError::NothingToCompare { events: 1 });
    let not_binary = Table::new(&X, 2, &[0.5; 12], &S).try_fit(asked());
    assert!(matches!(not_binary, Err(FitError::NotBinary { .. })));
    let one_class = Table::new(&X, 2, &[1.0; 12], &S).try_fit(asked());
    assert_eq!(one_class.unwrap_err(), FitError::OneClass { target: 1.0 });
    let negative = KernelChoice::Rbf(Gamma::Value(-1.0));
    let plan = Plan::new(parameters(Fairness::new(Notion::EqualOpportunity), negative, 1.0));
    assert!(matches!(plan, Err(PlanError::OutOfRange { parameter: "gamma", .. })));
}
