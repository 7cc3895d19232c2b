//! Fair ridge regression and its constraints: the hand set and table A.5 of the reference
//! (`papers/ferm-and-barycenters.md`), optimality conditions, invariances, hostile samples.

use equipoise::{
    groups::Label,
    methods::{
        Fairness, FitError, Pairs, PlanError, TargetEvents,
        inprocessing::{
            Constraints,
            fair_erm::{Fitted, Loss, Parameters, Plan},
        },
    },
    notion::Notion,
    solvers::Intercept,
};

use super::methods_samples::{S, Table, all_close, coefficients, comparison};

fn parameters(fairness: Fairness, penalty: f64, intercept: Intercept) -> Parameters {
    let mut parameters = Parameters::new(Loss::Squared { penalty }, fairness);
    parameters.intercept = intercept;
    parameters
}

fn fit(table: &Table, fairness: Fairness) -> Fitted {
    table.fit(parameters(fairness, 1.0, Intercept::Free))
}

fn constraints(table: &Table, fairness: &Fairness) -> Constraints {
    table.with(|sample| Constraints::new(sample, fairness, &TargetEvents::Quantiles(3))).unwrap()
}

#[test]
fn hand_set_has_the_closed_form() {
    let data = Table::hand();
    let model = data.fit(parameters(Fairness::new(Notion::EqualOpportunity), 0.5, Intercept::Absent));
    all_close(&comparison(&model).signal, &[-7.0 / 6.0, -1.5], 1e-15);
    all_close(coefficients(&model), &[0.269663, -0.209738], 5e-7);
    assert!((model.training.objective - 10.921348).abs() < 5e-7);
    assert!(comparison(&model).gaps[0].abs() < 1e-15);
    let ordinary =
        data.fit(parameters(Fairness::new(Notion::EqualOpportunity).bound(1e3), 0.5, Intercept::Absent));
    all_close(coefficients(&ordinary), &[0.332465, 0.273739], 5e-7);
    assert!(comparison(&ordinary).active.is_empty());
}

#[test]
fn coefficients_of_a_constraint_make_its_direction() {
    for pairs in [Pairs::All, Pairs::Pooled] {
        let data = Table::three_groups();
        let fairness = Fairness::new(Notion::EqualizedOdds).pairs(pairs);
        let constraints = constraints(&data, &fairness);
        let model = fit(&data, fairness);
        for (j, u) in comparison(&model).signal.chunks(3).enumerate() {
            let mut sum = [0.0; 4];
            for (row, c) in constraints.coefficients(j) {
                (0..3).for_each(|column| sum[column] += c * data.x[row * 3 + column]);
                sum[3] += c;
            }
            all_close(&sum, &[u[0], u[1], u[2], 0.0], 1e-14);
        }
    }
}

/// At a bound of 0 all gaps vanish; the objective falls as the bound grows and is convex in it; at large bounds the
/// ordinary model is left.
#[test]
fn objective_is_convex_and_falling_in_the_bound() {
    for (notion, pairs) in [
        (Notion::DemographicParity, Pairs::All),
        (Notion::DemographicParity, Pairs::Pooled),
        (Notion::EqualizedOdds, Pairs::All),
    ] {
        let data = Table::three_groups();
        let fit = |bound| fit(&data, Fairness::new(notion.clone()).pairs(pairs).bound(bound));
        let objectives: Vec<f64> =
            (0..12).map(|step| fit(0.05 * f64::from(step)).training.objective).collect();
        assert!(objectives.windows(2).all(|pair| pair[1] <= pair[0] + 1e-10), "{objectives:?}");
        assert!(objectives.windows(3).all(|three| three[0] + three[2] >= 2.0 * three[1] - 1e-10));
        assert!(comparison(&fit(0.0)).gaps.iter().all(|gap| gap.abs() < 1e-12));
        let free = fit(1e6);
        assert_eq!((comparison(&free).active.len(), free.training.solves), (0, 1));
        assert!(objectives[0] > free.training.objective + 1e-3);
    }
}

/// The optimality conditions, with the gradient computed here: at the bounds, −gradient is a sum of ±u_j with weights
/// that are not negative; strictly inside there is no force. A random feasible step never lowers the objective.
#[test]
fn no_feasible_step_lowers_the_objective() {
    let data = Table::three_groups();
    let bound = 0.1;
    let fairness = Fairness::new(Notion::EqualizedOdds).bound(bound);
    let model = fit(&data, fairness);
    assert!(!comparison(&model).active.is_empty());
    let objective = |w: &[f64], b: f64| -> f64 {
        let loss: f64 = (data.x.chunks(3).zip(&data.y))
            .map(|(x, y)| (x.iter().zip(w).map(|(x, w)| x * w).sum::<f64>() + b - y).powi(2))
            .sum();
        loss + w.iter().map(|w| w * w).sum::<f64>()
    };
    let at = objective(coefficients(&model), model.score.intercept());
    assert!((at - model.training.objective).abs() < 1e-9 * at);
    assert!(comparison(&model).gaps.iter().all(|gap| gap.abs() <= bound * (1.0 + 1e-9)));
    let mut n_feasible = 0;
    for trial in 0..4000_u32 {
        let step =
            |k: u32| 1e-3 * (f64::from((trial * 4 + k).wrapping_mul(2_654_435_761) >> 8) / 8_388_608.0 - 1.0);
        let w: Vec<f64> = (0..3).map(|k| coefficients(&model)[k as usize] + step(k)).collect();
        let gap = |u: &[f64]| u.iter().zip(&w).map(|(u, w)| u * w).sum::<f64>();
        if comparison(&model).signal.chunks(3).all(|u| gap(u).abs() <= bound) {
            n_feasible += 1;
            assert!(objective(&w, model.score.intercept() + step(3)) >= at - 1e-12 * at);
        }
    }
    assert!(n_feasible > 50, "{n_feasible}");
}

#[test]
fn names_of_groups_order_of_rows_and_repetition_change_nothing() {
    let data = Table::three_groups();
    let fairness = || Fairness::new(Notion::EqualizedOdds).bound(0.1);
    let expected = fit(&data, fairness());
    let renamed = Table { labels: ["z", "b", "q"].map(Label::new).to_vec(), ..Table::three_groups() };
    all_close(coefficients(&fit(&renamed, fairness())), coefficients(&expected), 1e-10);
    let order: Vec<usize> = (0..60).map(|i| i * 7 % 60).collect();
    let x: Vec<f64> = order.iter().flat_map(|&i| data.x[i * 3..][..3].to_vec()).collect();
    let y: Vec<f64> = order.iter().map(|&i| data.y[i]).collect();
    let s: Vec<u8> = order.iter().map(|&i| data.s[i]).collect();
    all_close(coefficients(&fit(&Table::new(&x, 3, &y, &s), fairness())), coefficients(&expected), 1e-10);
    let weights: Vec<f64> = (0..60).map(|i| f64::from(i % 3)).collect();
    let weighted = Table { weights: Some(weights.clone()), ..Table::three_groups() };
    let copies: Vec<usize> = (0..60).flat_map(|i| vec![i; weights[i] as usize]).collect();
    let x: Vec<f64> = copies.iter().flat_map(|&i| data.x[i * 3..][..3].to_vec()).collect();
    let y: Vec<f64> = copies.iter().map(|&i| data.y[i]).collect();
    let s: Vec<u8> = copies.iter().map(|&i| data.s[i]).collect();
    let repeated = fit(&Table::new(&x, 3, &y, &s), fairness());
    all_close(coefficients(&fit(&weighted, fairness())), coefficients(&repeated), 1e-10);
}

#[test]
fn all_pairs_of_three_groups_have_rank_two() {
    let model = fit(&Table::three_groups(), Fairness::new(Notion::DemographicParity));
    assert_eq!((comparison(&model).gaps.len(), comparison(&model).rank), (3, 2));
}

#[test]
fn groups_with_equal_means_leave_the_ordinary_model() {
    let data = Table::new(&[1.0, -1.0, 1.0, -1.0], 1, &[2.0, 0.0, 3.0, 1.0], &[0, 0, 1, 1]);
    let model = fit(&data, Fairness::new(Notion::DemographicParity));
    assert_eq!(comparison(&model).rank, 0);
    // XᵀX + 1 = 5, Xᵀ(y − ȳ) = 4.
    all_close(coefficients(&model), &[0.8], 1e-15);
}

#[test]
fn groups_without_rows_in_an_event_are_reported() {
    let data = Table { s: vec![0, 1, 0, 1, 1, 0, 0, 2, 1, 0, 1, 0], ..Table::hand() };
    let data = Table { labels: ["a", "b", "c"].map(Label::new).to_vec(), ..data };
    let model = fit(&data, Fairness::new(Notion::EqualOpportunity));
    let empty = &comparison(&model).empty;
    assert_eq!(empty.iter().map(|cell| (cell.event, cell.group)).collect::<Vec<_>>(), [(0, 2)]);
}

#[test]
fn what_cannot_be_served_is_a_typed_error() {
    let plan_of = |fairness| Plan::new(parameters(fairness, 1.0, Intercept::Free));
    let error = plan_of(Fairness::new(Notion::Calibration)).unwrap_err();
    assert!(matches!(error, PlanError::Unsupported(unsupported) if unsupported.method == "fair_ridge"));
    for bound in [-1.0, f64::NAN, f64::INFINITY] {
        let plan = plan_of(Fairness::new(Notion::DemographicParity).bound(bound));
        assert!(matches!(plan, Err(PlanError::OutOfRange { parameter: "bound", .. })));
    }
    let fit = |data: &Table, fairness| data.try_fit(parameters(fairness, 1.0, Intercept::Free)).unwrap_err();
    let one_group = Table { s: S.map(|_| 0).to_vec(), ..Table::hand() };
    let parity = || Fairness::new(Notion::DemographicParity);
    assert_eq!(fit(&one_group, parity()), FitError::NothingToCompare { events: 1 });
    let not_binary = fit(&Table::three_groups(), Fairness::new(Notion::EqualOpportunity));
    assert!(matches!(not_binary, FitError::NotBinary { row: 0, .. }));
    assert_eq!(
        fit(&Table::hand(), parity().bounds(vec![0.1; 3])),
        FitError::Bounds { found: 3, expected: 1 }
    );
    let conditional = Fairness::new("cp".parse::<Notion>().unwrap());
    assert_eq!(fit(&Table::hand(), conditional), FitError::NoStrata);
    let unknown = Table { labels: vec![Label::Missing], ..Table::hand() };
    assert!(matches!(fit(&unknown, parity()), FitError::UnknownCode { row: 1, code: 1, .. }));
    let weightless = Table { weights: Some(vec![0.0; 12]), ..Table::hand() };
    assert_eq!(fit(&weightless, parity()), FitError::NoRows);
}

#[test]
fn classes_are_events_where_they_are_asked_for() {
    let fairness = Fairness::new(Notion::EqualizedOdds).events(TargetEvents::Classes);
    Table::hand().with(|sample| {
        let constraints = Constraints::new(sample, &fairness, &TargetEvents::Quantiles(3)).unwrap();
        assert_eq!((constraints.events().len(), constraints.list().len()), (2, 2));
        let first = constraints.coefficients(0).map(|(row, _)| row).collect::<Vec<_>>();
        assert_eq!(first, [0, 1, 2, 3, 4, 5]);
    });
}

/// law of table A.5: ridge with penalty 10 on training rows (i mod 3 ≠ 2), objectives and mean gaps as printed.
#[test]
fn law_school_has_the_objectives_of_the_reference() {
    let Some(folder) = std::env::var_os("EQUIPOISE_DATA") else {
        eprintln!("skipped: EQUIPOISE_DATA is not set");
        return;
    };
    let file = std::path::Path::new(&folder).join("law_school/law_school_clean.csv");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: law_school/law_school_clean.csv is not in EQUIPOISE_DATA");
        return;
    };
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let place = |name: &str| header.iter().position(|column| *column == name).unwrap();
    let columns = ["lsat", "ugpa", "fulltime", "fam_inc", "male", "tier"].map(place);
    let (race, target) = (place("race"), place("zfygpa"));
    let (mut x, mut y, mut s) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines.enumerate().filter(|(i, _)| i % 3 != 2).map(|(_, line)| line) {
        let fields: Vec<&str> = line.split(',').collect();
        let white = u8::from(fields[race] == "White");
        x.extend(columns.map(|column| fields[column].parse::<f64>().unwrap()));
        x.push(f64::from(white));
        y.push(fields[target].parse().unwrap());
        s.push(white);
    }
    let (n, d) = (y.len(), 7);
    for column in 0..d {
        let mean = x.iter().skip(column).step_by(d).sum::<f64>() / n as f64;
        let variance = x.iter().skip(column).step_by(d).map(|x| (x - mean).powi(2)).sum::<f64>() / n as f64;
        x.iter_mut().skip(column).step_by(d).for_each(|x| *x = (*x - mean) / variance.sqrt());
    }
    let data = Table::new(&x, d, &y, &s);
    let check = |fairness: Fairness, objective: f64, mean_gap: f64| {
        let model = data.fit(parameters(fairness, 10.0, Intercept::Free));
        assert!(
            (model.training.objective / objective - 1.0).abs() < 1e-9,
            "{} for {objective}",
            model.training.objective
        );
        let scores = model.score.of_rows(&data.rows()).unwrap();
        let gap = data.with(|sample| {
            let parity = Fairness::new(Notion::DemographicParity);
            Constraints::new(sample, &parity, &TargetEvents::Classes).unwrap().gaps(&scores)[0]
        });
        assert!((gap - mean_gap).abs() < 1e-6, "{gap} for {mean_gap}");
    };
    check(Fairness::new(Notion::DemographicParity).bound(1e6), 10074.322432, -0.697630);
    check(Fairness::new(Notion::DemographicParity), 10974.805625, 0.0);
    check(Fairness::new(Notion::EqualizedOdds), 11594.873001, -0.012184);
}
