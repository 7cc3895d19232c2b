//! Any rows, any request: an answer or an error, the same for any order of the rows, and never NaN.

use equipoise::{
    audit::{self, Gap, Request},
    groups::{Cuts, Label},
    inference::{Confidence, Interval},
    notion::Requirement,
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{Attribute, Layout, Statistics, Task, WeightKind},
    verdict::decide,
};
use proptest::{prelude::*, sample::select};

/// Group, stratum, target, prediction, score, real target, weight.
type Row = (u8, u8, u8, u8, f64, f64, f64);

fn row() -> impl Strategy<Value = Row> {
    let real = || select(vec![0.0, 0.5, 1.0, 0.25, -3.0, 7.5, 1e-300, 1e40, -1e40]);
    let weight = select(vec![0.0, 1e-200, 0.3, 1.0, 1.0, 2.0, 1e40]);
    (0..4u8, 0..3u8, 0..3u8, 0..3u8, real(), real(), weight)
}

#[derive(Clone, Debug)]
struct Setting {
    task: Task,
    weight: Option<WeightKind>,
    with: [bool; 4],
    rows_min: u64,
    level: f64,
}

fn setting() -> impl Strategy<Value = Setting> {
    let task = select(vec![Task::Binary, Task::Binary, Task::Multiclass, Task::Regression]);
    let weight = select(vec![None, Some(WeightKind::Frequency), Some(WeightKind::Sampling)]);
    let level = select(vec![0.01, 0.5, 0.95, 0.9999, 1.0 - 1e-12]);
    (task, weight, any::<[bool; 4]>(), 0..12u64, level)
        .prop_map(|(task, weight, with, rows_min, level)| Setting { task, weight, with, rows_min, level })
}

fn collect(setting: &Setting, rows: &[Row]) -> Option<Statistics> {
    let labels: Vec<Label> = (0..4).map(|i| Label::new(format!("{i}"))).collect();
    let [strata, target, prediction, score] = setting.with;
    // Of a binary task the classes are 0 and 1.
    let classes = if setting.task == Task::Binary { 2 } else { 3 };
    let codes = |pick: &dyn Fn(&Row) -> u8| rows.iter().map(pick).collect::<Vec<u8>>();
    let (group, stratum) = (codes(&|row| row.0), codes(&|row| row.1));
    let (y, p) = (codes(&|row| row.2 % classes), codes(&|row| row.3 % classes));
    let reals = |pick: &dyn Fn(&Row) -> f64| rows.iter().map(pick).collect::<Vec<f64>>();
    let (f, real_y, w) = (reals(&|row| row.4), reals(&|row| row.5), reals(&|row| row.6));
    let categorical = |codes| Categorical { codes: Codes::U8(codes), labels: &labels };
    let regression = setting.task == Task::Regression;
    let mut layout = Layout::new(setting.task);
    layout.sensitive = vec![Attribute::new("g")];
    let mut columns =
        Columns { sensitive: vec![Variable::Categorical(categorical(&group))], ..Columns::default() };
    if strata {
        layout.strata = vec![Attribute::new("z")];
        columns.strata = vec![Variable::Categorical(categorical(&stratum))];
    }
    if target {
        layout.target = Some("y".into());
        columns.target = Some(match regression {
            true => Variable::Real(&real_y),
            false => Variable::Categorical(categorical(&y)),
        });
        layout.target_cuts = regression.then(|| Cuts::new(vec![0.0, 1.0]).unwrap());
    }
    if prediction && !regression {
        layout.prediction = Some("p".into());
        columns.prediction = Some(categorical(&p));
    }
    if score && setting.task != Task::Multiclass {
        layout.score = Some("f".into());
        columns.score = Some(&f);
    }
    if let Some(kind) = setting.weight {
        layout.weight = Some(("w".into(), kind));
        columns.weights = Some(&w);
    }
    Statistics::collect(&layout, &Sample::new(columns).unwrap(), 1).ok()
}

/// Every notion with every comparison, and metrics of each kind, as far as the grammar has them.
fn requirements() -> Vec<Requirement> {
    let subjects = [
        "dp",
        "eo",
        "pe",
        "eodds",
        "conditional_parity",
        "pp",
        "calibration",
        "accuracy_parity",
        "bounded_loss(mean_absolute_error)",
        "dp.quantile(0.5)",
        "eodds.quantile(0.9)",
        "dp.ks",
        "eodds.w1",
        "conditional_parity.w2",
        "dp.tv",
        "roc_auc",
        "selection_rate",
        "mean_residual",
        "f1",
    ];
    let comparisons = [
        "difference",
        "difference(g = 1, reference = 0)",
        "signed_difference(g = 1, reference = 0)",
        "ratio",
        "ratio(g = 1, reference = 0)",
        "difference_to_overall",
        "ratio_to_overall",
        "difference_to_reference",
        "ratio_to_reference",
        "difference_to_rest",
        "spread",
        "min",
        "max",
        "overall",
    ];
    let mut all = Vec::new();
    for subject in subjects {
        for comparison in comparisons {
            let texts = ["<= 0.5", ">= 0.5"].map(|bound| format!("{subject}.{comparison} {bound}"));
            all.extend(texts.iter().filter_map(|text| text.parse::<Requirement>().ok()));
        }
    }
    all
}

fn check_gap(gap: &Gap) {
    if let Ok(value) = gap.value {
        assert!(value.is_finite(), "{gap:?}");
    }
    assert!(gap.interval.is_none_or(|interval| interval.lower <= interval.upper), "{gap:?}");
    assert!((0.0..=1.0).contains(&gap.left_out.share), "{gap:?}");
    assert!(gap.expected_if_equal.is_none_or(f64::is_finite), "{gap:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_request_is_answered_or_refused_alike_for_any_order_of_rows(
        rows in prop::collection::vec(row(), 0..80),
        setting in setting(),
    ) {
        let Some(statistics) = collect(&setting, &rows) else { return Ok(()) };
        let mut backward = rows.clone();
        backward.reverse();
        let again = collect(&setting, &backward).unwrap();
        let mut request = Request::new();
        request.rows_min = setting.rows_min;
        request.confidence = Confidence::new(setting.level).unwrap();
        let mut asked = vec![None];
        asked.extend(requirements().into_iter().map(Some));
        for requirement in asked {
            request.quantities = requirement.is_some().then(Vec::new);
            request.requirements = requirement.into_iter().collect();
            request.references =
                if rows.iter().any(|row| row.0 == 0) { vec![("g".into(), Label::new("0"))] } else { vec![] };
            let report = audit::audit(&statistics, &request);
            let other = audit::audit(&again, &request);
            prop_assert_eq!(format!("{report:?}"), format!("{other:?}"));
            let Ok(report) = report else { continue };
            for section in &report.sections {
                section.gaps.iter().for_each(check_gap);
                for figure in section.groups.iter().flat_map(|group| &group.figures) {
                    prop_assert!(figure.value.is_ok_and(f64::is_finite) || figure.value.is_err());
                    let sound = |interval: Interval| interval.lower <= interval.upper;
                    prop_assert!(figure.interval.is_none_or(sound), "{figure:?}");
                }
            }
            for verdict in &report.verdicts {
                check_gap(&verdict.gap);
                if let (Ok(_), Some(interval)) = (verdict.gap.value, verdict.gap.interval) {
                    let decided = decide(interval.lower, interval.upper, verdict.requirement.bound());
                    prop_assert!(decided <= verdict.outcome || !verdict.gap.undefined.is_empty());
                }
            }
        }
    }
}
