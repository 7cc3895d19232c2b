//! Fair ridge regression and its constraints: the hand set and table A.5 of the reference
//! (`papers/ferm-and-barycenters.md`), optimality conditions, invariances, hostile samples.

use equipoise::{
    groups::Label,
    methods::{
        Fairness, FitError, Labelled, Pairs, PlanError, TargetEvents,
        inprocessing::{
            Constraints,
            fair_ridge::{Model, Plan},
        },
    },
    notion::Notion,
    sample::{Categorical, Codes},
    solvers::{Intercept, Rows},
};

/// Twelve points in the plane, decimals exact.
const X: [f64; 24] = [
    0.5, 1.0, 1.0, 2.0, 1.5, 0.5, 2.0, 1.5, 2.5, 2.5, 0.0, 0.0, -0.5, 1.0, -1.0, -1.0, -1.5, 0.5, 0.5, -1.0,
    -2.0, -0.5, 1.0, -0.5,
];
const Y: [f64; 12] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0];
const S: [u8; 12] = [0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0];

struct Data {
    x: Vec<f64>,
    d: usize,
    y: Vec<f64>,
    s: Vec<u8>,
    labels: Vec<Label>,
    weights: Option<Vec<f64>>,
}

impl Data {
    fn new(x: &[f64], d: usize, y: &[f64], s: &[u8]) -> Self {
        let n_groups = s.iter().max().map_or(0, |&max| max + 1);
        let labels = (0..n_groups).map(|group| Label::new(group.to_string())).collect();
        Self { x: x.to_vec(), d, y: y.to_vec(), s: s.to_vec(), labels, weights: None }
    }

    fn hand() -> Self {
        Self::new(&X, 2, &Y, &S)
    }

    fn with<T>(&self, read: impl FnOnce(&Labelled<'_>) -> T) -> T {
        let sensitive = [Categorical { codes: Codes::U8(&self.s), labels: &self.labels }];
        read(&Labelled {
            rows: Rows::dense(&self.x, self.y.len(), self.d).unwrap(),
            target: &self.y,
            sensitive: &sensitive,
            strata: &[],
            weights: self.weights.as_deref(),
        })
    }

    fn fit(&self, fairness: Fairness, penalty: f64, intercept: Intercept) -> Model {
        let plan = Plan::builder(fairness).penalty(penalty).intercept(intercept).build().unwrap();
        self.with(|sample| plan.fit(sample)).unwrap()
    }
}

fn close(a: &[f64], b: &[f64], tolerance: f64) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!((a - b).abs() <= tolerance, "{a} and {b}");
    }
}

/// Some 60 rows in three columns with three groups, from a fixed recurrence.
fn three_groups() -> Data {
    let mut state = 12345_u64;
    let mut draw = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as f64 / (1_u64 << 24) as f64 - 0.5
    };
    let s: Vec<u8> = (0..60).map(|i| (i * 7 % 11 % 3) as u8).collect();
    let x: Vec<f64> =
        s.iter().flat_map(|&s| [draw() + 0.6 * f64::from(s), draw(), draw() - 0.3 * f64::from(s)]).collect();
    let y: Vec<f64> = x.chunks(3).map(|x| 2.0 * x[0] - x[1] + 0.5 * x[2] + draw()).collect();
    Data::new(&x, 3, &y, &s)
}

#[test]
fn hand_set_has_the_closed_form() {
    let data = Data::hand();
    let model = data.fit(Fairness::new(Notion::EqualOpportunity), 0.5, Intercept::Absent);
    close(model.signal(), &[-7.0 / 6.0, -1.5], 1e-15);
    close(model.coefficients(), &[0.269663, -0.209738], 5e-7);
    assert!((model.objective() - 10.921348).abs() < 5e-7);
    assert!(model.gaps()[0].abs() < 1e-15);
    let ordinary = data.fit(Fairness::new(Notion::EqualOpportunity).bound(1e3), 0.5, Intercept::Absent);
    close(ordinary.coefficients(), &[0.332465, 0.273739], 5e-7);
    assert!(ordinary.active().is_empty());
}

#[test]
fn coefficients_of_a_constraint_make_its_direction() {
    for pairs in [Pairs::All, Pairs::Pooled] {
        let data = three_groups();
        let fairness = Fairness::new(Notion::EqualizedOdds).pairs(pairs);
        let model = data.fit(fairness, 1.0, Intercept::Free);
        let constraints = model.constraints().unwrap();
        for (j, u) in model.signal().chunks(3).enumerate() {
            let mut sum = [0.0; 4];
            for (row, c) in constraints.coefficients(j) {
                (0..3).for_each(|column| sum[column] += c * data.x[row * 3 + column]);
                sum[3] += c;
            }
            close(&sum, &[u[0], u[1], u[2], 0.0], 1e-14);
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
        let data = three_groups();
        let fit =
            |bound| data.fit(Fairness::new(notion.clone()).pairs(pairs).bound(bound), 1.0, Intercept::Free);
        let objectives: Vec<f64> = (0..12).map(|step| fit(0.05 * f64::from(step)).objective()).collect();
        assert!(objectives.windows(2).all(|pair| pair[1] <= pair[0] + 1e-10), "{objectives:?}");
        assert!(objectives.windows(3).all(|three| three[0] + three[2] >= 2.0 * three[1] - 1e-10));
        assert!(fit(0.0).gaps().iter().all(|gap| gap.abs() < 1e-12));
        let free = fit(1e6);
        assert_eq!((free.active().len(), free.solves()), (0, 1));
        assert!(objectives[0] > free.objective() + 1e-3);
    }
}

/// The optimality conditions, with the gradient computed here: at the bounds, −gradient is a sum of ±u_j with weights
/// that are not negative; strictly inside there is no force. A random feasible step never lowers the objective.
#[test]
fn no_feasible_step_lowers_the_objective() {
    let data = three_groups();
    let bound = 0.1;
    let fairness = Fairness::new(Notion::EqualizedOdds).bound(bound);
    let model = data.fit(fairness, 1.0, Intercept::Free);
    assert!(!model.active().is_empty());
    let objective = |w: &[f64], b: f64| -> f64 {
        let loss: f64 = (data.x.chunks(3).zip(&data.y))
            .map(|(x, y)| (x.iter().zip(w).map(|(x, w)| x * w).sum::<f64>() + b - y).powi(2))
            .sum();
        loss + w.iter().map(|w| w * w).sum::<f64>()
    };
    let at = objective(model.coefficients(), model.intercept());
    assert!((at - model.objective()).abs() < 1e-9 * at);
    assert!(model.gaps().iter().all(|gap| gap.abs() <= bound * (1.0 + 1e-9)));
    let mut n_feasible = 0;
    for trial in 0..4000_u32 {
        let step =
            |k: u32| 1e-3 * (f64::from((trial * 4 + k).wrapping_mul(2_654_435_761) >> 8) / 8_388_608.0 - 1.0);
        let w: Vec<f64> = (0..3).map(|k| model.coefficients()[k as usize] + step(k)).collect();
        let gap = |u: &[f64]| u.iter().zip(&w).map(|(u, w)| u * w).sum::<f64>();
        if model.signal().chunks(3).all(|u| gap(u).abs() <= bound) {
            n_feasible += 1;
            assert!(objective(&w, model.intercept() + step(3)) >= at - 1e-12 * at);
        }
    }
    assert!(n_feasible > 50, "{n_feasible}");
}

#[test]
fn names_of_groups_order_of_rows_and_repetition_change_nothing() {
    let data = three_groups();
    let fairness = || Fairness::new(Notion::EqualizedOdds).bound(0.1);
    let expected = data.fit(fairness(), 1.0, Intercept::Free);
    let renamed = Data { labels: ["z", "b", "q"].map(Label::new).to_vec(), ..three_groups() };
    close(renamed.fit(fairness(), 1.0, Intercept::Free).coefficients(), expected.coefficients(), 1e-10);
    let order: Vec<usize> = (0..60).map(|i| i * 7 % 60).collect();
    let x: Vec<f64> = order.iter().flat_map(|&i| data.x[i * 3..][..3].to_vec()).collect();
    let y: Vec<f64> = order.iter().map(|&i| data.y[i]).collect();
    let s: Vec<u8> = order.iter().map(|&i| data.s[i]).collect();
    close(
        Data::new(&x, 3, &y, &s).fit(fairness(), 1.0, Intercept::Free).coefficients(),
        expected.coefficients(),
        1e-10,
    );
    let weights: Vec<f64> = (0..60).map(|i| f64::from(i % 3)).collect();
    let weighted = Data { weights: Some(weights.clone()), ..three_groups() };
    let copies: Vec<usize> = (0..60).flat_map(|i| vec![i; weights[i] as usize]).collect();
    let x: Vec<f64> = copies.iter().flat_map(|&i| data.x[i * 3..][..3].to_vec()).collect();
    let y: Vec<f64> = copies.iter().map(|&i| data.y[i]).collect();
    let s: Vec<u8> = copies.iter().map(|&i| data.s[i]).collect();
    let repeated = Data::new(&x, 3, &y, &s).fit(fairness(), 1.0, Intercept::Free);
    close(weighted.fit(fairness(), 1.0, Intercept::Free).coefficients(), repeated.coefficients(), 1e-10);
}

#[test]
fn all_pairs_of_three_groups_have_rank_two() {
    let model = three_groups().fit(Fairness::new(Notion::DemographicParity), 1.0, Intercept::Free);
    assert_eq!((model.gaps().len(), model.rank()), (3, 2));
}

#[test]
fn groups_with_equal_means_leave_the_ordinary_model() {
    let data = Data::new(&[1.0, -1.0, 1.0, -1.0], 1, &[2.0, 0.0, 3.0, 1.0], &[0, 0, 1, 1]);
    let model = data.fit(Fairness::new(Notion::DemographicParity), 1.0, Intercept::Free);
    assert_eq!(model.rank(), 0);
    // XᵀX + 1 = 5, Xᵀ(y − ȳ) = 4.
    close(model.coefficients(), &[0.8], 1e-15);
}

#[test]
fn groups_without_rows_in_an_event_are_reported() {
    let data = Data { s: vec![0, 1, 0, 1, 1, 0, 0, 2, 1, 0, 1, 0], ..Data::hand() };
    let data = Data { labels: ["a", "b", "c"].map(Label::new).to_vec(), ..data };
    let model = data.fit(Fairness::new(Notion::EqualOpportunity), 1.0, Intercept::Free);
    let empty = model.constraints().unwrap().empty();
    assert_eq!(empty.iter().map(|cell| (cell.event, cell.group)).collect::<Vec<_>>(), [(0, 2)]);
}

#[test]
fn what_cannot_be_served_is_a_typed_error() {
    let error = Plan::builder(Fairness::new(Notion::Calibration)).build().unwrap_err();
    assert!(matches!(error, PlanError::Unsupported(unsupported) if unsupported.method == "fair_ridge"));
    for bound in [-1.0, f64::NAN, f64::INFINITY] {
        let plan = Plan::builder(Fairness::new(Notion::DemographicParity).bound(bound)).build();
        assert!(matches!(plan, Err(PlanError::OutOfRange { parameter: "bound", .. })));
    }
    let fit = |data: &Data, fairness| {
        let plan = Plan::builder(fairness).build().unwrap();
        data.with(|sample| plan.fit(sample)).unwrap_err()
    };
    let one_group = Data { s: S.map(|_| 0).to_vec(), ..Data::hand() };
    let parity = || Fairness::new(Notion::DemographicParity);
    assert_eq!(fit(&one_group, parity()), FitError::NothingToCompare { events: 1 });
    let not_binary = fit(&three_groups(), Fairness::new(Notion::EqualOpportunity));
    assert!(matches!(not_binary, FitError::NotBinary { row: 0, .. }));
    assert_eq!(fit(&Data::hand(), parity().bounds(vec![0.1; 3])), FitError::Bounds { found: 3, expected: 1 });
    let conditional = Fairness::new("cp".parse::<Notion>().unwrap());
    assert_eq!(fit(&Data::hand(), conditional), FitError::NoStrata);
    let unknown = Data { labels: vec![Label::Missing], ..Data::hand() };
    assert!(matches!(fit(&unknown, parity()), FitError::UnknownCode { row: 1, code: 1, .. }));
    let weightless = Data { weights: Some(vec![0.0; 12]), ..Data::hand() };
    assert_eq!(fit(&weightless, parity()), FitError::NoRows);
}

#[test]
fn classes_are_events_where_they_are_asked_for() {
    let fairness = Fairness::new(Notion::EqualizedOdds).events(TargetEvents::Classes);
    Data::hand().with(|sample| {
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
    let data = Data::new(&x, d, &y, &s);
    let check = |fairness: Fairness, objective: f64, mean_gap: f64| {
        let model = data.fit(fairness, 10.0, Intercept::Free);
        assert!((model.objective() / objective - 1.0).abs() < 1e-9, "{} for {objective}", model.objective());
        let scores = model.predict(&Rows::dense(&data.x, n, d).unwrap()).unwrap();
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
