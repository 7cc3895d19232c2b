//! The barycenter repair: the hand cases and laws of B.9 of the reference (`papers/ferm-and-barycenters.md`), its twin, and
//! hostile samples.

use equipoise::{
    groups::Label,
    methods::{
        FitError, PlanError,
        postprocessing::{
            RepairApplyError, RepairFitError,
            barycenter::{
                Beyond, Flag, Interpolation, Jitter, Parameters, Plan, Quantiles, Sample, Shares, Target,
                Unseen,
            },
        },
    },
};

use super::methods_barycenter_twin::{Data, Draws, exact, twin};

#[track_caller]
fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (idx, (a, b)) in found.iter().zip(expected).enumerate() {
        assert!((a - b).abs() <= tolerance * (1.0 + b.abs()), "{idx}: {a} is not {b}");
    }
}

fn with(change: impl FnOnce(&mut Parameters)) -> Parameters {
    let mut parameters = exact();
    change(&mut parameters);
    parameters
}

/// Case 2 of B.9.
fn hand() -> Data {
    Data::of(&[&[1.0, 2.0, 3.0, 4.0], &[10.0, 20.0]])
}

#[test]
fn hand_case_of_unequal_sizes_has_the_values_of_the_reference() {
    let data = hand();
    let model = data.fit(exact());
    close(&model.shares(), &[2.0 / 3.0, 1.0 / 3.0], 1e-15);
    let repaired = data.repaired(&model).scores;
    close(&repaired, &[4.0, 14.0 / 3.0, 26.0 / 3.0, 28.0 / 3.0, 14.0 / 3.0, 28.0 / 3.0], 1e-15);
    let before = data.unfairness(&Shares::Data);
    let after = data.replaced(repaired).unfairness(&Shares::Data);
    close(
        &[before.wasserstein, before.ks, after.wasserstein, after.ks],
        &[115.0 / 3.0, 1.0, 4.0 / 81.0, 0.25],
        1e-14,
    );
    let others = Data::of(&[&[0.5, 2.5, 99.0], &[5.0, 15.0, 25.0]]);
    let repaired = others.repaired(&model);
    close(&repaired.scores, &[4.0, 14.0 / 3.0, 28.0 / 3.0, 4.0, 14.0 / 3.0, 28.0 / 3.0], 1e-15);
    assert_eq!((repaired.below, repaired.above), (2, 2));
}

#[test]
fn gaussian_groups_get_the_closed_form() {
    // Case 1 of B.9: N(0, 1) and N(2, 9) at p = ¼, ¾ go to N(1.5, 2.5²); quantiles of 1,999 midpoints stand for the laws.
    let n = 1999;
    let z: Vec<f64> = (0..n)
        .map(|i| equipoise::inference::special::normal_quantile((f64::from(i) + 0.5) / f64::from(n)))
        .collect();
    let wide: Vec<f64> = z.iter().map(|z| 2.0 + 3.0 * z).collect();
    let shares = Shares::Given(vec![(vec![Label::new("0")], 1.0), (vec![Label::new("1")], 3.0)]);
    let data = Data::of(&[&z, &wide]);
    for interpolation in [Interpolation::Step, Interpolation::Midpoint] {
        let repaired = data.repair(with(|p| (p.shares, p.interpolation) = (shares.clone(), interpolation)));
        let expected: Vec<f64> = z.iter().chain(&z).map(|z| 1.5 + 2.5 * z).collect();
        close(&repaired, &expected, 1e-12);
    }
    // U = Σ p [(m − 1.5)² + (σ − 2.5)²] = 1.5 up to the tails beyond the grid.
    assert!((data.unfairness(&shares).wasserstein - 1.5).abs() < 2e-3);
}

#[test]
fn uniform_and_shifted_groups_get_the_closed_form() {
    let u: Vec<f64> = (0..500).map(|i| (f64::from(i) + 0.5) / 500.0).collect();
    let wide: Vec<f64> = u.iter().map(|u| 4.0 + 6.0 * u).collect();
    let repaired = Data::of(&[&u, &wide]).repair(exact());
    close(&repaired[..500], &u.iter().map(|u| 2.0 + 3.5 * u).collect::<Vec<_>>(), 1e-14);
    let shifted: Vec<f64> = u.iter().map(|u| u + 3.0).collect();
    let repaired = Data::of(&[&u, &shifted]).repair(exact());
    close(&repaired[500..], &shifted.iter().map(|f| f - 3.0 + 1.5).collect::<Vec<_>>(), 1e-14);
}

#[test]
fn equal_sizes_have_equal_laws_to_the_bit() {
    let mut draws = Draws(7);
    let data = draws.data(&[211, 211, 211], |s, u| (u + 0.1 * s as f64).powi(1 + s as i32) * 10.0);
    for quantiles in [Quantiles::Exact, Quantiles::Number(50), Quantiles::Number(211)] {
        for interpolation in [Interpolation::Step, Interpolation::Midpoint] {
            let repaired = data.repair(with(|p| (p.quantiles, p.interpolation) = (quantiles, interpolation)));
            let repaired = data.replaced(repaired);
            let sorted = |group| {
                let mut scores = repaired.group(group);
                scores.sort_by(f64::total_cmp);
                scores
            };
            if quantiles != Quantiles::Number(50) || interpolation == Interpolation::Step {
                assert_eq!(repaired.unfairness(&Shares::Data).ks, 0.0, "{quantiles:?} {interpolation:?}");
                assert_eq!(sorted(0), sorted(1));
                assert_eq!(sorted(0), sorted(2));
            }
        }
    }
}

#[test]
fn partial_repair_leaves_its_share_of_the_unfairness() {
    let data = Data::of(&[&[1.0, 2.0, 3.0], &[11.0, 12.0, 13.0]]);
    let repaired = data.repair(with(|p| p.alpha = 0.25));
    close(&repaired, &[3.5, 4.5, 5.5, 8.5, 9.5, 10.5], 1e-15);
    let after = data.replaced(repaired.clone()).unfairness(&Shares::Data);
    assert_eq!((after.wasserstein, after.ks), (6.25, 1.0));
    let risk = repaired.iter().zip(&data.scores).map(|(g, f)| (g - f).powi(2)).sum::<f64>() / 6.0;
    assert_eq!(risk, 6.25);
    assert_eq!(data.repair(with(|p| p.alpha = 1.0)), data.scores);
    assert_eq!(data.repair(exact()), [6.0, 7.0, 8.0, 6.0, 7.0, 8.0]);
}

#[test]
fn alpha_scales_unfairness_and_risk_for_equal_sizes() {
    let mut draws = Draws(3);
    let data = draws.data(&[64, 64], |s, u| (1.0 - u).ln() * -(1.0 + s as f64));
    let u = data.unfairness(&Shares::Data).wasserstein;
    let model = data.fit(exact());
    for alpha in [0.0, 0.1, 0.5, 0.9, 1.0] {
        let partial = data.repaired(&model.with_alpha(alpha).unwrap()).scores;
        let risk = partial.iter().zip(&data.scores).map(|(g, f)| (g - f).powi(2)).sum::<f64>() / 128.0;
        assert!((risk - (1.0 - alpha.sqrt()).powi(2) * u).abs() < 1e-13 * u, "{alpha}");
        let left = data.replaced(partial).unfairness(&Shares::Data).wasserstein;
        assert!((left - alpha * u).abs() < 1e-13 * u, "{alpha}: {left} of {u}");
    }
}

#[test]
fn fast_and_naive_agree_to_the_bit() {
    let mut draws = Draws(11);
    for (case, sizes) in [vec![1, 1], vec![5, 3], vec![40, 17, 9], vec![100, 100], vec![30, 1, 64, 2, 33]]
        .into_iter()
        .enumerate()
    {
        for levels in [5.0, 1e9] {
            let law = |s: usize, u: f64| ((u * levels).floor() / levels) * (1.0 + s as f64) - 0.3;
            let data = draws.data(&sizes, law);
            let others = draws.data(&sizes, law);
            let model = data.fit(with(|p| p.jitter = Jitter::Never));
            let shares = model.shares();
            for rows in [&data, &others] {
                assert_eq!(rows.repaired(&model).scores, twin(&data, &data, rows, &shares), "case {case}");
            }
            let plan = Plan::new(with(|p| p.jitter = Jitter::Never)).unwrap();
            let model =
                data.with(|quantiles| others.with(|ranks| plan.fit_halves(quantiles, ranks))).unwrap();
            let shares = model.shares();
            assert_eq!(data.repaired(&model).scores, twin(&data, &others, &data, &shares), "case {case}");
        }
    }
}

#[test]
fn affine_maps_commute_and_other_increasing_maps_do_not() {
    let mut draws = Draws(5);
    let data = draws.data(&[33, 20], |s, u| u * (1.0 + s as f64));
    let repaired = data.repair(exact());
    let moved = data.replaced(data.scores.iter().map(|f| 4.0 * f - 7.0).collect());
    close(&moved.repair(exact()), &repaired.iter().map(|g| 4.0 * g - 7.0).collect::<Vec<_>>(), 1e-14);
    let bent = data.replaced(data.scores.iter().map(|f| f.exp()).collect()).repair(exact());
    let largest = bent.iter().zip(&repaired).map(|(a, b)| (a - b.exp()).abs()).fold(0.0, f64::max);
    assert!(largest > 0.05, "{largest}");
}

#[test]
fn rows_may_be_permuted_and_groups_renamed() {
    let mut draws = Draws(6);
    let data = draws.data(&[30, 21, 8], |s, u| u + s as f64);
    for parameters in [exact(), with(|p| p.quantiles = Quantiles::Number(5))] {
        let repaired = data.repair(parameters.clone());
        let order: Vec<usize> = (0..59).map(|i| i * 17 % 59).collect();
        let scores: Vec<f64> = order.iter().map(|&i| data.scores[i]).collect();
        let s: Vec<u8> = order.iter().map(|&i| data.s[i]).collect();
        let permuted = Data::new(&scores, &s).repair(parameters.clone());
        assert!(order.iter().zip(&permuted).all(|(&i, g)| *g == repaired[i]));
        let renamed =
            Data::new(&data.scores, &data.s.iter().map(|s| 2 - s).collect::<Vec<_>>()).repair(parameters);
        close(&renamed, &repaired, 1e-15);
    }
}

#[test]
fn one_group_and_equal_laws_stay_as_they_are() {
    let mut draws = Draws(8);
    let one = draws.data(&[57], |_, u| u.tan());
    let same = Data::of(&[&one.scores, &one.scores]);
    for interpolation in [Interpolation::Step, Interpolation::Midpoint] {
        let parameters = with(|p| p.interpolation = interpolation);
        assert_eq!(one.repair(parameters.clone()), one.scores, "{interpolation:?}");
        close(&same.repair(parameters), &same.scores, 1e-15);
    }
}

#[test]
fn repaired_scores_stay_when_repaired_again() {
    let mut draws = Draws(9);
    let data = draws.data(&[80, 80], |s, u| u * u + s as f64);
    for interpolation in [Interpolation::Step, Interpolation::Midpoint] {
        let once = data.replaced(data.repair(with(|p| p.interpolation = interpolation)));
        close(&once.repair(with(|p| p.interpolation = interpolation)), &once.scores, 1e-15);
    }
}

#[test]
fn order_within_groups_and_the_mean_are_kept() {
    let mut draws = Draws(10);
    let data = draws.data(&[500, 500, 500], |s, u| (u * 3.0).exp() * (1.0 + s as f64));
    for parameters in [
        exact(),
        with(|p| p.quantiles = Quantiles::Number(50)),
        with(|p| p.interpolation = Interpolation::Midpoint),
    ] {
        let repaired = data.replaced(data.repair(parameters.clone()));
        for group in 0..3 {
            let mut pairs: Vec<(f64, f64)> =
                data.group(group).into_iter().zip(repaired.group(group)).collect();
            pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert!(pairs.windows(2).all(|pair| pair[0].1 <= pair[1].1));
        }
        let mean = |data: &Data| data.scores.iter().sum::<f64>() / 1500.0;
        assert!((mean(&data) - mean(&repaired)).abs() < 1e-12 * mean(&data), "{parameters:?}");
    }
}

#[test]
fn wasserstein_distance_of_two_equal_groups_is_the_sorted_pairing() {
    let mut draws = Draws(12);
    let data = draws.data(&[90, 90], |s, u| u * u * (2.0 + s as f64));
    let [mut a, mut b] = [data.group(0), data.group(1)];
    a.sort_by(f64::total_cmp);
    b.sort_by(f64::total_cmp);
    let w2 = a.iter().zip(&b).map(|(x, y)| (x - y).powi(2)).sum::<f64>() / 90.0;
    assert!((data.unfairness(&Shares::Equal).wasserstein - 0.25 * w2).abs() < 1e-14);
}

#[test]
fn split_halves_average_to_equal_laws() {
    // Case 10 of B.9: ranks are uniform on {0..m} for both groups of equal size, whatever the laws.
    let mut draws = Draws(13);
    let mut below = [[0_u32; 3]; 2];
    let runs = 1500;
    for seed in 0..runs {
        let data = draws.data(&[21, 21], |s, u| (u + 0.2).powi(1 + 2 * s as i32));
        let model = data.fit(with(|p| p.sample = Sample::Split { seed }));
        let new = draws.data(&[1, 1], |s, u| (u + 0.2).powi(1 + 2 * s as i32));
        for (s, g) in new.repaired(&model).scores.iter().enumerate() {
            for (count, t) in below[s].iter_mut().zip([0.4, 0.7, 1.1]) {
                *count += u32::from(*g <= t);
            }
        }
    }
    let [a, b] = below;
    for (a, b) in a.into_iter().zip(b) {
        let [a, b] = [a, b].map(|count| f64::from(count) / runs as f64);
        // Five standard errors of a difference of two shares.
        assert!((a - b).abs() < 5.0 * (0.5 / runs as f64).sqrt(), "{a} {b}");
    }
}

#[test]
fn prediction_does_not_depend_on_the_rows_beside_it() {
    let mut data = Draws(14).data(&[60, 40], |s, u| (u * 6.0).floor() + s as f64);
    data.ids = Some((0..100).map(|i| i * 31).collect());
    for parameters in
        [exact(), with(|p| p.jitter = Jitter::Width(0.3)), with(|p| p.quantiles = Quantiles::Number(3))]
    {
        let model = data.fit(parameters);
        let all = data.repaired(&model).scores;
        for row in (0..100).step_by(7) {
            let mut one = Data::new(&data.scores[row..=row], &data.s[row..=row]);
            one.ids = Some(vec![row as u64 * 31]);
            assert_eq!(one.repaired(&model).scores, [all[row]]);
        }
        let mut second = Data::new(&data.scores[60..], &data.s[60..]);
        second.ids = Some((60..100).map(|i| i * 31).collect());
        assert_eq!(second.repaired(&model).scores, all[60..]);
    }
}

#[test]
fn ties_keep_their_gap_unless_their_ranks_are_spread() {
    let data = Data::of(&[&[1.0, 1.0, 2.0, 2.0], &[1.0, 2.0, 2.0, 2.0]]);
    let never = with(|p| p.jitter = Jitter::Never);
    assert_eq!(data.repair(never), [1.5, 1.5, 2.0, 2.0, 1.0, 2.0, 2.0, 2.0]);
    let model = data.fit(exact());
    let mut many = Data::default();
    for _ in 0..4000 {
        many.scores.extend(&data.scores);
        many.s.extend(&data.s);
    }
    let repaired = many.replaced(many.repaired(&model).scores);
    // Levels ¼, ½, ¾, 1 of the barycenter are 1, 1.5, 2, 2, for both groups alike.
    let share = |group: u8, value: f64| {
        repaired.group(group).iter().filter(|g| **g == value).count() as f64 / 16_000.0
    };
    for group in [0, 1] {
        for (value, expected) in [(1.0, 0.25), (1.5, 0.25), (2.0, 0.5)] {
            assert!(
                (share(group, value) - expected).abs() < 5.0 * (expected / 16_000.0_f64).sqrt(),
                "{group} {value}"
            );
        }
    }
}

#[test]
fn integer_weights_are_repetitions() {
    let mut data = Draws(15).data(&[40, 25], |s, u| u * (1.0 + s as f64));
    let counts: Vec<usize> = (0..65).map(|i| i * 7 % 4).collect();
    let expand =
        |values: &[f64]| -> Vec<f64> { values.iter().zip(&counts).flat_map(|(v, n)| vec![*v; *n]).collect() };
    let s = data.s.iter().zip(&counts).flat_map(|(s, n)| vec![*s; *n]).collect::<Vec<u8>>();
    let repeated = Data::new(&expand(&data.scores), &s);
    data.weights = Some(counts.iter().map(|&n| n as f64).collect());
    for parameters in [
        with(|p| p.jitter = Jitter::Never),
        with(|p| (p.jitter, p.quantiles) = (Jitter::Never, Quantiles::Number(7))),
        with(|p| p.interpolation = Interpolation::Midpoint),
    ] {
        let (weighted, plain) = (data.fit(parameters.clone()), repeated.fit(parameters));
        close(&data.repaired(&weighted).scores, &data.repaired(&plain).scores, 1e-14);
        // Halves of weights change nothing: only shares of weight count.
        let halved = Data {
            weights: data.weights.as_ref().map(|w| w.iter().map(|w| 0.3 * w).collect()),
            ..data.clone()
        };
        if weighted.parameters().interpolation == Interpolation::Step {
            close(
                &data.repaired(&halved.fit(weighted.parameters().clone())).scores,
                &data.repaired(&plain).scores,
                1e-12,
            );
        }
    }
    let weighted = data.unfairness(&Shares::Data);
    let plain = repeated.unfairness(&Shares::Data);
    assert!(
        (weighted.ks - plain.ks).abs() < 1e-14 && (weighted.wasserstein - plain.wasserstein).abs() < 1e-13
    );
}

#[test]
fn coarse_models_stay_near_exact_ones_and_hold_no_more_values_than_asked() {
    let data = Draws(16).data(&[4000, 2500], |s, u| u + s as f64 * u * u);
    let whole = data.repair(exact());
    for interpolation in [Interpolation::Step, Interpolation::Midpoint] {
        let model =
            data.fit(with(|p| (p.quantiles, p.interpolation) = (Quantiles::Number(200), interpolation)));
        assert!(model.table(0).unwrap().0.len() <= 200);
        let coarse = data.repaired(&model).scores;
        let error = whole.iter().zip(&coarse).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / 6500.0;
        // Scores span 1.6 or so: a share of 1/200 is less than 0.01 wide.
        assert!(error.sqrt() < 0.01, "{}", error.sqrt());
        assert!(data.replaced(coarse).unfairness(&Shares::Data).ks <= 1.0 / 200.0 + 1e-12);
    }
}

#[test]
fn target_may_be_a_group_or_a_given_law() {
    let data = hand();
    let of_group = data.repair(with(|p| p.target = Target::Group(vec![Label::new("1")])));
    assert_eq!(of_group, [10.0, 10.0, 20.0, 20.0, 10.0, 20.0]);
    let of_law = data.repair(with(|p| p.target = Target::Law(vec![0.9, 0.1])));
    assert_eq!(of_law, [0.1, 0.1, 0.9, 0.9, 0.1, 0.9]);
}

#[test]
fn scores_beyond_the_fit_are_cut_or_extended() {
    let data = Data::of(&[&[1.0, 2.0], &[3.0, 4.0]]);
    let others = Data::of(&[&[0.0, 5.0], &[3.0, 9.0]]);
    assert_eq!(others.repaired(&data.fit(exact())).scores, [2.0, 3.0, 2.0, 3.0]);
    let extended = data.fit(with(|p| p.beyond = Beyond::Extend));
    assert_eq!(others.repaired(&extended).scores, [1.0, 6.0, 2.0, 8.0]);
    let mut kept = with(|p| (p.beyond, p.range) = (Beyond::Extend, Some((1.0, 4.5))));
    assert_eq!(others.repaired(&data.fit(kept.clone())).scores, [1.0, 4.5, 2.0, 4.5]);
    kept.range = Some((1.5, 4.0));
    let error = data.try_fit(kept).unwrap_err();
    assert_eq!(error, RepairFitError::OutsideRange { row: 0, value: 1.0, lower: 1.5, upper: 4.0 });
}

#[test]
fn unseen_groups_are_refused_or_flagged() {
    let data = Data::of(&[&[1.0, 2.0], &[3.0, 4.0]]);
    let alien = Data::of(&[&[1.0], &[], &[3.5]]);
    let error = alien.with(|sample| data.fit(exact()).transform(sample)).unwrap_err();
    assert_eq!(error, RepairApplyError::UnseenGroup { row: 1, group: vec![Label::new("2")] });
    let untouched = alien.repaired(&data.fit(with(|p| p.unseen = Unseen::Untouched)));
    assert_eq!((untouched.scores, untouched.flagged), (vec![2.0, 3.5], vec![(1, Flag::Untouched)]));
    // Among 1, 2, 3, 4 the score 3.5 has the level ¾; the barycenter there is 3.
    let pooled = alien.repaired(&data.fit(with(|p| p.unseen = Unseen::Pooled)));
    assert_eq!((pooled.scores, pooled.flagged), (vec![2.0, 3.0], vec![(1, Flag::Pooled)]));
}

#[test]
fn both_zeros_are_one_score() {
    let data = Data::of(&[&[-0.0, 1.0], &[0.0, 3.0]]);
    let model = data.fit(exact());
    let others = Data::of(&[&[0.0], &[-0.0]]);
    assert_eq!(others.repaired(&model).scores, [0.0, 0.0]);
}

#[test]
fn hostile_samples_are_refused() {
    for bad in [f64::NAN, f64::INFINITY, -1e41] {
        let error = Data::of(&[&[1.0, bad], &[2.0]]).try_fit(exact()).unwrap_err();
        assert!(matches!(
            error,
            RepairFitError::Sample(FitError::OutOfRange { argument: "scores", row: 1, .. })
        ));
        let model = hand().fit(exact());
        let error = Data::of(&[&[bad]]).with(|sample| model.transform(sample)).unwrap_err();
        assert!(matches!(error, RepairApplyError::Sample(FitError::OutOfRange { row: 0, .. })));
    }
    assert_eq!(Data::default().try_fit(exact()).unwrap_err(), RepairFitError::Sample(FitError::NoRows));
    let mut data = hand();
    data.weights = Some(vec![1.0, -1.0, 1.0, 1.0, 1.0, 1.0]);
    assert!(data.try_fit(exact()).is_err());
    data.weights = Some(vec![0.0; 6]);
    assert_eq!(data.try_fit(exact()).unwrap_err(), RepairFitError::Sample(FitError::NoRows));
    data.weights = Some(vec![1.0; 5]);
    assert!(data.try_fit(exact()).is_err());
    let split = with(|p| p.sample = Sample::Split { seed: 1 });
    assert!(matches!(
        Data::of(&[&[1.0, 2.0], &[3.0]]).try_fit(split).unwrap_err(),
        RepairFitError::SmallGroup { rows: 1, .. }
    ));
    let alien = with(|p| p.target = Target::Group(vec![Label::new("z")]));
    assert!(matches!(
        hand().try_fit(alien).unwrap_err(),
        RepairFitError::UnknownGroup { parameter: "target", .. }
    ));
    let partial = with(|p| p.shares = Shares::Given(vec![(vec![Label::new("0")], 1.0)]));
    assert!(matches!(hand().try_fit(partial).unwrap_err(), RepairFitError::NoShare { .. }));
}

#[test]
fn huge_and_tiny_scores_and_weights_give_finite_results() {
    let mut data = Data::of(&[&[-1e40, 0.0, 1e-310, 1e40], &[1e40, 1e40, -1e40]]);
    for interpolation in [Interpolation::Step, Interpolation::Midpoint] {
        for quantiles in [Quantiles::Exact, Quantiles::Number(1), Quantiles::Number(2)] {
            for weights in [None, Some(vec![1e40, 1e-300, 1.0, 3.0, 1e-310, 1e40, 1e40])] {
                data.weights = weights;
                let repaired =
                    data.repair(with(|p| (p.interpolation, p.quantiles) = (interpolation, quantiles)));
                assert!(repaired.iter().all(|g| g.abs() <= 1e40), "{repaired:?}");
                assert!(data.unfairness(&Shares::Data).ks <= 1.0);
            }
        }
    }
}

#[test]
fn parameters_out_of_range_are_refused() {
    let refused =
        |change: fn(&mut Parameters)| matches!(Plan::new(with(change)), Err(PlanError::OutOfRange { .. }));
    assert!(refused(|p| p.alpha = 1.1));
    assert!(refused(|p| p.alpha = f64::NAN));
    assert!(refused(|p| p.quantiles = Quantiles::Number(0)));
    assert!(refused(|p| p.jitter = Jitter::Width(0.0)));
    assert!(refused(|p| p.range = Some((1.0, 1.0))));
    assert!(refused(|p| p.range = Some((0.0, f64::INFINITY))));
    assert!(refused(|p| p.target = Target::Law(Vec::new())));
    assert!(refused(|p| p.target = Target::Law(vec![f64::NAN])));
    assert!(refused(|p| p.shares = Shares::Given(vec![(vec![Label::new("0")], -1.0)])));
    assert!(refused(|p| p.shares = Shares::Given(Vec::new())));
}
