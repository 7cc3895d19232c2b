//! The orthogonal projection against the learner with the constraint inside.

use equipoise::{
    groups::Label,
    methods::{
        Fairness, Labelled,
        inprocessing::fair_erm::{self, Loss, Parameters},
        preprocessing::fair_projection::{Model, Plan},
    },
    notion::Notion,
    sample::{Categorical, Codes},
    solvers::{ClassWeights, Examples, Rows, dual_descent},
};

const X: [f64; 24] = [
    0.5, 1.0, 1.0, 2.0, 1.5, 0.5, 2.0, 1.5, 2.5, 2.5, 0.0, 0.0, -0.5, 1.0, -1.0, -1.0, -1.5, 0.5, 0.5, -1.0,
    -2.0, -0.5, 1.0, -0.5,
];
const Y: [f64; 12] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0];
const S: [u8; 12] = [0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0];

fn with<T>(read: impl FnOnce(&Labelled<'_>) -> T) -> T {
    let labels = ["a", "b"].map(Label::new);
    let sensitive = [Categorical { codes: Codes::U8(&S), labels: &labels }];
    let rows = Rows::dense(&X, 12, 2).unwrap();
    read(&Labelled { rows, target: &Y, sensitive: &sensitive, strata: &[], weights: None })
}

fn fit(notion: Notion) -> Model {
    with(|sample| Plan::new(Fairness::new(notion)).unwrap().fit(sample)).unwrap()
}

/// 9.68998628 is the optimum of the primal problem with the constraint (table A.3.2).
#[test]
fn linear_machine_on_projected_rows_is_the_constrained_one() {
    let rows = fit(Notion::EqualOpportunity).transform(&Rows::dense(&X, 12, 2).unwrap()).unwrap();
    let examples = Examples { rows: Rows::dense(&rows, 12, 2).unwrap(), targets: &Y, weights: None };
    let mut options = dual_descent::Options::default();
    options.tolerance = 1e-9;
    options.iterations_max = 100_000;
    let projected = dual_descent::classify(&examples, None, ClassWeights::EQUAL, options).unwrap();
    assert!((projected.objective - 9.68998628).abs() < 1e-7);
    let mut parameters = Parameters::new(Loss::Hinge { cost: 1.0 }, Fairness::new(Notion::EqualOpportunity));
    parameters.tolerance = 1e-10;
    let plan = fair_erm::Plan::new(parameters).unwrap();
    let inside = with(|sample| plan.fit(sample)).unwrap();
    assert!((projected.objective - inside.training.objective).abs() < 1e-7);
}

#[test]
fn projected_columns_have_equal_means_and_stay_when_projected_again() {
    let model = fit(Notion::DemographicParity);
    assert_eq!(model.rank(), 1);
    let once = model.transform(&Rows::dense(&X, 12, 2).unwrap()).unwrap();
    for column in 0..2 {
        let values: Vec<f64> = once.iter().skip(column).step_by(2).copied().collect();
        assert!(model.constraints().gaps(&values)[0].abs() < 1e-15);
    }
    let twice = model.transform(&Rows::dense(&once, 12, 2).unwrap()).unwrap();
    assert!(once.iter().zip(&twice).all(|(a, b)| (a - b).abs() < 1e-15));
    assert!(model.transform(&Rows::dense(&[1.0], 1, 1).unwrap()).is_err());
}

/// With two directions in the plane nothing is left.
#[test]
fn as_many_directions_as_columns_leave_nothing() {
    let model = with(|sample| {
        let fairness = Fairness::new(Notion::EqualizedOdds).events(equipoise::methods::TargetEvents::Classes);
        Plan::new(fairness).unwrap().fit(sample).unwrap()
    });
    assert_eq!(model.rank(), 2);
    let rows = model.transform(&Rows::dense(&X, 12, 2).unwrap()).unwrap();
    assert!(rows.iter().all(|x| x.abs() < 1e-14));
}
