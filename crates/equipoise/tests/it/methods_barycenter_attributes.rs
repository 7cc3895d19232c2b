//! Several attributes, and groups that are not known: the population examples of B.6 of the reference, on grids of normal quantiles.

use equipoise::{
    groups::Label,
    inference::{Confidence, special::normal_quantile},
    methods::postprocessing::{
        RepairApplyError, RepairFitError, Scored,
        barycenter::{Plan, Shares, Target, Turn, measure},
    },
    sample::{Categorical, Codes},
};

use super::methods_barycenter_twin::{Data, exact, labels};

/// N(m_ab, 1) on grids, cell (a, b) with its number of rows.
struct Crossed {
    scores: Vec<f64>,
    a: Vec<u8>,
    b: Vec<u8>,
}

impl Crossed {
    fn new(means: [[f64; 2]; 2], rows: [[usize; 2]; 2]) -> Self {
        let mut data = Self { scores: Vec::new(), a: Vec::new(), b: Vec::new() };
        for a in 0..2 {
            for b in 0..2 {
                let n = rows[a][b];
                data.scores
                    .extend((0..n).map(|i| means[a][b] + normal_quantile((i as f64 + 0.5) / n as f64)));
                data.a.extend(vec![a as u8; n]);
                data.b.extend(vec![b as u8; n]);
            }
        }
        data
    }

    fn with<T>(&self, scores: &[f64], read: impl FnOnce(&Scored<'_>) -> T) -> T {
        let labels = labels(2);
        let [a, b] = [&self.a, &self.b].map(|codes| Categorical { codes: Codes::U8(codes), labels: &labels });
        read(&Scored::new(scores, &[a, b]))
    }

    fn ks(&self, scores: &[f64]) -> f64 {
        self.with(scores, |sample| measure(sample, &Shares::Data, Confidence::default())).unwrap().ks
    }
}

fn turns(order: [usize; 2]) -> [Turn; 2] {
    order.map(|attribute| Turn { attribute, alpha: 0.0 })
}

#[test]
fn conditional_sequences_are_the_crossing_in_both_orders() {
    let cases = [
        ([[0.0, 1.0], [2.0, 3.0]], [[500, 500], [500, 500]]),
        ([[0.0, 1.0], [2.0, 6.0]], [[500, 500], [500, 500]]),
        ([[0.0, 1.0], [2.0, 3.0]], [[800, 200], [200, 800]]),
    ];
    let plan = Plan::new(exact()).unwrap();
    for (case, (means, rows)) in cases.into_iter().enumerate() {
        let data = Crossed::new(means, rows);
        let crossing =
            data.with(&data.scores, |sample| plan.fit(sample).unwrap().transform(sample)).unwrap().scores;
        assert!(data.ks(&crossing) <= 1.0 / 200.0 + 1e-12, "{case}");
        for order in [[0, 1], [1, 0]] {
            let staged = data.with(&data.scores, |sample| {
                plan.fit_sequence(sample, &turns(order)).unwrap().transform(sample).unwrap()
            });
            let last = staged.stages.last().unwrap();
            let squares: f64 = last.iter().zip(&crossing).map(|(x, y)| (x - y).powi(2)).sum();
            // A cell's steps of a fifth of a percent, at unit scale.
            assert!((squares / last.len() as f64).sqrt() < 0.02, "{case} {order:?}");
            assert!(data.ks(last) < 0.011, "{case} {order:?}: {}", data.ks(last));
        }
    }
}

#[test]
fn the_waterfall_attributes_the_change_to_the_attributes() {
    // Additive means: attribute a moves by ∓1 (half of 2), b by ±½ the other way, whatever the other attribute.
    let data = Crossed::new([[0.0, 1.0], [2.0, 3.0]], [[100, 100], [100, 100]]);
    let plan = Plan::new(exact()).unwrap();
    let falls = data.with(&data.scores, |sample| {
        plan.fit_sequence(sample, &turns([0, 1])).unwrap().waterfall(sample).unwrap()
    });
    let changes: Vec<Vec<f64>> =
        falls.iter().map(|fall| fall.changes.iter().map(|(_, x)| *x).collect()).collect();
    for (found, expected) in changes.concat().iter().zip([1.0, 1.0, -1.0, -1.0, 0.5, -0.5, 0.5, -0.5]) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
    assert!((falls[0].change_absolute - 1.0).abs() < 1e-12 && (falls[1].change_absolute - 0.5).abs() < 1e-12);
    assert_eq!(falls[0].changes[1].0, [Label::new("0"), Label::new("1")]);
}

#[test]
fn an_alpha_of_one_leaves_its_attribute_as_it_is() {
    let data = Crossed::new([[0.0, 1.0], [2.0, 3.0]], [[50, 60], [70, 80]]);
    let plan = Plan::new(exact()).unwrap();
    let mut turns = turns([0, 1]);
    turns[0].alpha = 1.0;
    let staged = data
        .with(&data.scores, |sample| plan.fit_sequence(sample, &turns).unwrap().transform(sample))
        .unwrap();
    assert_eq!(staged.stages[0], data.scores);
    assert_ne!(staged.stages[1], data.scores);
}

#[test]
fn sequences_that_make_no_sense_are_refused() {
    let data = Crossed::new([[0.0, 1.0], [2.0, 3.0]], [[5, 6], [7, 8]]);
    let plan = Plan::new(exact()).unwrap();
    let fit =
        |plan: &Plan, turns: &[Turn]| data.with(&data.scores, |sample| plan.fit_sequence(sample, turns));
    assert_eq!(fit(&plan, &turns([0, 0])).unwrap_err(), RepairFitError::Order { attributes: 2 });
    assert_eq!(fit(&plan, &turns([0, 1])[..1]).unwrap_err(), RepairFitError::Order { attributes: 2 });
    let mut parameters = exact();
    parameters.target = Target::Group(vec![Label::new("0")]);
    let error = fit(&Plan::new(parameters).unwrap(), &turns([0, 1])).unwrap_err();
    assert_eq!(error, RepairFitError::NotInSequence { parameter: "target" });
    let sequence = fit(&plan, &turns([0, 1])).unwrap();
    let one = Data::of(&[&[1.0]]).with(|sample| sequence.transform(sample)).unwrap_err();
    assert_eq!(one, RepairApplyError::Attributes { found: 1, expected: 2 });
}

#[test]
fn projection_is_the_mean_over_the_groups_a_row_may_be_of() {
    let data = Data::of(&[&[1.0, 2.0, 3.0, 4.0], &[10.0, 20.0]]);
    let model = data.fit(exact());
    let rows = Data::of(&[&[2.0, 15.0]]);
    let project = |likely: &[f64]| rows.with(|sample| model.project(sample, likely));
    // Certain groups: 2 as a of rank ½ → 14/3; 15 as b of rank ½ → 14/3, and as a of rank 1 → 28/3.
    let found = project(&[1.0, 0.0, 0.5, 0.5]).unwrap();
    assert!((found[0] - 14.0 / 3.0).abs() < 1e-15 && (found[1] - 7.0).abs() < 1e-15, "{found:?}");
    assert!(matches!(
        project(&[1.0, 0.0, 0.5, 0.4]).unwrap_err(),
        RepairApplyError::Probabilities { row: 1, .. }
    ));
    assert!(matches!(
        project(&[2.0, -1.0, 0.5, 0.5]).unwrap_err(),
        RepairApplyError::Probabilities { row: 0, .. }
    ));
    assert!(project(&[1.0, 0.0]).is_err());
}
