//! Reweighing against its definition.

use equipoise::{
    groups::Label,
    methods::{
        FitError, Labelled,
        preprocessing::reweighing::{Reweighed, reweigh},
    },
    sample::{Categorical, Codes},
    solvers::Rows,
};

fn of(s: &[u8], z: &[u8], y: &[f64]) -> Result<Reweighed, FitError> {
    let labels = ["a", "b", "c"].map(Label::new);
    let column = |codes| [Categorical { codes: Codes::U8(codes), labels: &labels }];
    let (sensitive, strata) = (column(s), column(z));
    let rows = Rows::dense(&[], y.len(), 0).unwrap();
    reweigh(&Labelled { rows, target: y, sensitive: &sensitive, strata: &strata, weights: None })
}

/// Group a: 2 of 6 positive, b: 3 of 4. Weights P(g)P(y)/P(g, y) by hand: a+ 6·5/(10·2), a− 6·5/(10·4), and so on.
#[test]
fn weights_of_two_groups_are_those_of_the_definition() {
    let y = [1.0, 1.0, -1.0, -1.0, -1.0, -1.0, 1.0, 1.0, 1.0, -1.0];
    let reweighed = of(&[0, 0, 0, 0, 0, 0, 1, 1, 1, 1], &[0; 10], &y).unwrap();
    let (a, b) = ([1.5, 1.5, 0.75, 0.75, 0.75, 0.75], [2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0, 2.0]);
    for (weight, expected) in reweighed.weights.iter().zip(a.into_iter().chain(b)) {
        assert!((weight - expected).abs() < 1e-15, "{weight} for {expected}");
    }
    assert!(reweighed.lacking.is_empty());
}

#[test]
fn outcomes_do_not_depend_on_the_group_in_any_stratum() {
    let s: Vec<u8> = (0..90).map(|i| (i * 7 % 13 % 3) as u8).collect();
    let z: Vec<u8> = (0..90).map(|i| (i % 2) as u8).collect();
    let y: Vec<f64> = (0..90).map(|i| if i * 11 % 17 < 6 { 1.0 } else { -1.0 }).collect();
    let weights = of(&s, &z, &y).unwrap().weights;
    let sum = |of: &dyn Fn(usize) -> bool| (0..90).filter(|&i| of(i)).map(|i| weights[i]).sum::<f64>();
    for stratum in 0..2 {
        let overall = sum(&|i| z[i] == stratum && y[i] > 0.0) / sum(&|i| z[i] == stratum);
        for group in 0..3 {
            let is_there = |i: usize| z[i] == stratum && s[i] == group;
            let rate = sum(&|i| is_there(i) && y[i] > 0.0) / sum(&is_there);
            assert!((rate - overall).abs() < 1e-14, "{rate} and {overall}");
        }
    }
}

#[test]
fn what_does_not_occur_is_reported() {
    let lacking = of(&[0, 0, 1, 1], &[0; 4], &[1.0, -1.0, 1.0, 1.0]).unwrap().lacking;
    assert_eq!(lacking.iter().map(|l| (l.stratum, l.group, l.target)).collect::<Vec<_>>(), [(0, 1, -1.0)]);
}

#[test]
fn every_value_is_an_outcome_and_both_zeros_are_one() {
    let y = [0.0, 1.0, 2.0, -0.0, 2.0, 0.0, 1.0, 2.0, 1.0, 0.0, 0.0, 2.0];
    let s = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1];
    let reweighed = of(&s, &[0; 12], &y).unwrap();
    assert!(reweighed.lacking.is_empty());
    let sum =
        |of: &dyn Fn(usize) -> bool| (0..12).filter(|&i| of(i)).map(|i| reweighed.weights[i]).sum::<f64>();
    for outcome in [0.0, 1.0, 2.0] {
        let share = |group: u8| sum(&|i| s[i] == group && y[i] == outcome) / sum(&|i| s[i] == group);
        assert!((share(0) - share(1)).abs() < 1e-14, "{outcome}");
        let n = y.iter().filter(|&&y| y == outcome).count() as f64;
        assert!((sum(&|i| y[i] == outcome) - n).abs() < 1e-14, "{outcome}");
    }
}
