//! The registry: names, hand-made values, and what holds for any rows.

use std::collections::HashSet;

use equipoise::{
    groups::Label,
    inference::{Confidence, normals::Stream},
    metrics::{Choice, ChoiceError, Kind, Metric, Needs, NoInterval, Undefined, all, find, like, near},
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{
        Attribute, Evaluation, Layout, Statistics, Task, View, WeightKind,
        view::{Cell, Matrix},
    },
};
use proptest::prelude::*;

/// A row: group, stratum, target, prediction, score (tenths), weight.
type Row = (u8, u8, u8, u8, u8, u8);

fn row() -> impl Strategy<Value = Row> {
    (0..3u8, 0..2u8, 0..3u8, 0..3u8, 0..11u8, 0..4u8)
}

/// The views of three groups, of all rows, and of groups 0 and 1 in each stratum.
struct Views {
    groups: Vec<View>,
    overall: View,
    strata: Vec<(View, View)>,
}

fn labels(n: u8, prefix: &str) -> Vec<Label> {
    (0..n).map(|i| Label::new(format!("{prefix}{i}"))).collect()
}

/// Counts rows for a task. In binary tasks classes 1 and 2 are one; in regression the target is a number.
fn views(task: Task, rows: &[Row], weighted: bool, prefix: &str) -> Views {
    let mut layout = Layout::new(task);
    layout.sensitive = vec![Attribute::new("s")];
    layout.strata = vec![Attribute::new("z")];
    layout.target = Some("y".into());
    layout.weight = weighted.then(|| ("w".into(), WeightKind::Frequency));
    let class = |class: u8| if task == Task::Binary { class.min(1) } else { class };
    let group: Vec<u8> = rows.iter().map(|row| row.0).collect();
    let stratum: Vec<u8> = rows.iter().map(|row| row.1).collect();
    let target: Vec<u8> = rows.iter().map(|row| class(row.2)).collect();
    let prediction: Vec<u8> = rows.iter().map(|row| class(row.3)).collect();
    let score: Vec<f64> = rows.iter().map(|row| f64::from(row.4) / 10.0).collect();
    let weight: Vec<f64> = rows.iter().map(|row| f64::from(row.5)).collect();
    let real: Vec<f64> = rows.iter().map(|row| f64::from(row.2) / 2.0).collect();
    let (groups, strata, classes) = (labels(3, prefix), labels(2, ""), labels(3, ""));
    let column = |codes, labels| Categorical { codes: Codes::U8(codes), labels };
    let mut columns = Columns {
        sensitive: vec![Variable::Categorical(column(&group, &groups))],
        strata: vec![Variable::Categorical(column(&stratum, &strata))],
        weights: weighted.then_some(&weight),
        ..Columns::default()
    };
    if task == Task::Regression {
        columns.target = Some(Variable::Real(&real));
    } else {
        layout.prediction = Some("p".into());
        columns.target = Some(Variable::Categorical(column(&target, &classes)));
        columns.prediction = Some(column(&prediction, &classes));
    }
    if task == Task::Binary {
        layout.positive = vec!["1".into()];
    }
    if task != Task::Multiclass {
        layout.score = Some("r".into());
        columns.score = Some(&score);
    }
    let statistics = Statistics::collect(&layout, &Sample::new(columns).unwrap(), 1).unwrap();
    of_statistics(&statistics, prefix)
}

fn of_statistics(statistics: &Statistics, prefix: &str) -> Views {
    // A positive label that no row has is an error of the evaluation, not of the metrics.
    let Ok(evaluation) = Evaluation::new(statistics) else {
        return Views { groups: vec![View::default(); 3], overall: View::default(), strata: Vec::new() };
    };
    let levels = statistics.attribute_levels();
    let group =
        |level: u32| levels[0].label(level).text().unwrap().strip_prefix(prefix).unwrap().parse().unwrap();
    let groups = evaluation.views(3, |unit| Some(group(unit.sensitive[0])));
    let strata = (0..2u32)
        .map(|stratum| {
            let mut pair = evaluation.views(2, |unit| {
                let here = levels[1].label(unit.strata[0]).text() == Some(stratum.to_string().as_str());
                Some(group(unit.sensitive[0])).filter(|group| here && *group < 2)
            });
            let second = pair.pop().unwrap();
            (pair.pop().unwrap(), second)
        })
        .collect();
    Views { groups, overall: evaluation.overall(), strata }
}

/// Every value of a metric on some views, with what it is a value of.
fn values(choice: &Choice, views: &Views) -> Vec<Result<f64, Undefined>> {
    let Views { groups, overall, strata } = views;
    match choice.metric().kind {
        Kind::Within(_) => groups.iter().map(|view| choice.of_group_within(view, overall)).collect(),
        Kind::Pair(_) => groups.iter().skip(1).map(|view| choice.of_pair(&groups[0], view)).collect(),
        Kind::Strata(_) => vec![choice.of_strata(strata)],
        Kind::Family(_) => vec![choice.of_family(groups, overall)],
        _ => groups.iter().chain([overall]).map(|view| choice.of_group(view)).collect(),
    }
}

fn of_task(task: Task) -> impl Iterator<Item = &'static Metric> {
    let given = Needs {
        target: true,
        decisions: task != Task::Regression,
        score: task != Task::Multiclass,
        strata: true,
    };
    all().filter(move |metric| metric.tasks.contains(&task) && metric.needs.lacking(given).is_empty())
}

const TASKS: [Task; 3] = [Task::Binary, Task::Multiclass, Task::Regression];

fn binary(tp: u64, fp: u64, fn_: u64, tn: u64) -> View {
    let cells = [tn, fp, fn_, tp].map(Cell::of_rows).to_vec();
    View { matrix: Matrix { n_target: 2, n_prediction: 2, cells }, ..View::default() }
}

fn of(name: &str, view: &View) -> Result<f64, Undefined> {
    name.parse::<Choice>().unwrap().of_group(view)
}

fn assert_near(ours: f64, expected: f64) {
    assert!((ours - expected).abs() <= 1e-12 * (1.0 + expected.abs()), "{ours} is not {expected}");
}

#[test]
fn names_are_unique_and_every_entry_is_complete() {
    let mut names = HashSet::new();
    for metric in all() {
        let name = metric.name;
        assert!(names.insert(name), "{name} stands twice");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c.is_ascii_digit()), "{name}");
        for text in [
            metric.title,
            metric.definition,
            metric.measures,
            metric.cannot_see,
            metric.reading,
            metric.undefined_when,
            metric.source,
        ] {
            assert!(!text.is_empty(), "{name} has an empty text");
        }
        assert!(metric.measures.ends_with('.') || metric.measures.ends_with(". O(groups²)."), "{name}");
        assert!(!metric.tasks.is_empty(), "{name}");
        assert!(metric.best.is_none_or(|best| metric.range.contains(best)), "{name}");
        if let Some(parameter) = metric.parameter {
            assert!(parameter.allowed.contains(parameter.default), "{name}");
        }
        assert_eq!(find(name).map(|found| found.name), Some(name));
        for alias in metric.aliases {
            assert!(find(alias.name).is_some(), "{name}: {}", alias.name);
        }
    }
    assert!(names.len() > 120, "{} metrics", names.len());
}

#[test]
fn our_name_wins_over_a_toolkits() {
    // Clarify's KS of labels, aequitas' ppr, fairlearn's signed-elsewhere difference
    for (name, ours) in [
        ("KS", "ks_labels"),
        ("ppr", "share_of_selected"),
        ("pprev", "selection_rate"),
        ("DPL", "label_proportion_difference"),
        ("DI", "disparate_impact"),
        ("accuracy", "accuracy"),
        ("Equal Opportunity-Difference", "equal_opportunity_difference"),
        ("gini", "gini"),
        ("for", "false_omission_rate"),
    ] {
        assert_eq!(find(name).unwrap().name, ours, "{name}");
    }
}

#[test]
fn a_name_that_is_nearly_right_is_suggested() {
    assert!(near("selection_rat").contains(&"selection_rate"));
    assert!(near("true_postive_rate").contains(&"true_positive_rate"));
    assert!(near("xyzzy_plugh_quux").is_empty());
    let error = "selectoin_rate".parse::<Choice>().unwrap_err();
    assert!(error.to_string().contains("near are `selection_rate`"), "{error}");
}

#[test]
fn choices_print_as_they_are_read() {
    for text in [
        "selection_rate",
        "pinball(0.9)",
        "generalized_entropy(0.5)",
        "f_beta(0.5)",
        "expected_calibration_error(20)",
    ] {
        assert_eq!(text.parse::<Choice>().unwrap().to_string(), text);
    }
    assert_eq!("pinball".parse::<Choice>().unwrap().to_string(), "pinball(0.5)");
    assert_eq!("pinball(tau = 0.25)".parse::<Choice>().unwrap().argument(), Some(0.25));
    for metric in all() {
        let choice = metric.choose();
        assert_eq!(choice.to_string().parse::<Choice>().unwrap(), choice);
    }
}

#[test]
fn parameters_out_of_range_are_refused() {
    for text in ["pinball(1.5)", "pinball(x)", "pinball(NaN)", "pinball()", "expected_calibration_error(2.5)"]
    {
        assert!(matches!(text.parse::<Choice>(), Err(ChoiceError::Parameter { .. })), "{text}");
    }
    assert!(matches!("f1(2)".parse::<Choice>(), Err(ChoiceError::NoParameter { name: "f1" })));
    assert!(matches!("pinball(0.5".parse::<Choice>(), Err(ChoiceError::Form { .. })));
    assert!(matches!("(0.5)".parse::<Choice>(), Err(ChoiceError::Unknown { .. })));
}

#[test]
fn table_metrics_equal_hand_made_values() {
    // tp 6, fp 2, fn 4, tn 8
    let view = binary(6, 2, 4, 8);
    for (name, expected) in [
        ("count", 20.0),
        ("base_rate", 0.5),
        ("selection_rate", 0.4),
        ("true_positive_rate", 0.6),
        ("false_positive_rate", 0.2),
        ("positive_predictive_value", 0.75),
        ("false_omission_rate", 4.0 / 12.0),
        ("accuracy", 0.7),
        ("error_rate", 0.3),
        ("balanced_accuracy", 0.7),
        ("f1", 12.0 / 18.0),
        ("f_beta(2)", 30.0 / (30.0 + 16.0 + 2.0)),
        ("f_beta(0)", 0.75),
        ("jaccard", 0.5),
        ("matthews_correlation", (48.0 - 8.0) / (10.0_f64 * 10.0 * 8.0 * 12.0).sqrt()),
        ("cohen_kappa", (0.7 - 0.5) / 0.5),
        ("error_ratio", 2.0),
        ("conditional_acceptance", 1.25),
        ("conditional_rejection", 10.0 / 12.0),
        ("error_imbalance", 0.1),
        ("macro_recall", 0.7),
        ("worst_class_recall", 0.6),
    ] {
        assert_near(of(name, &view).unwrap(), expected);
    }
}

#[test]
fn inequality_equals_hand_made_values() {
    // benefits: 14 rows 1, 2 rows 2, 4 rows 0; mean 0.9
    let view = binary(6, 2, 4, 8);
    let mu = 0.9_f64;
    let squares = (14.0 * (1.0 - mu).powi(2) + 2.0 * (2.0 - mu).powi(2) + 4.0 * mu * mu) / 20.0;
    assert_near(of("coefficient_of_variation", &view).unwrap(), squares.sqrt() / mu);
    assert_near(of("generalized_entropy(2)", &view).unwrap(), squares / (2.0 * mu * mu));
    let theil = (14.0 / mu * (1.0 / mu).ln() + 2.0 * 2.0 / mu * (2.0 / mu).ln()) / 20.0;
    assert_near(of("theil_index", &view).unwrap(), theil);
    // the general case runs into the special one
    let close = of("generalized_entropy(1.0000001)", &view).unwrap();
    assert!((close - theil).abs() < 1e-6, "{close} {theil}");
    assert_eq!(of("mean_log_deviation", &view), Err(Undefined::Infinite));
    assert_near(of("atkinson(1)", &view).unwrap(), 1.0);
    let half = (14.0 * (1.0 / mu).sqrt() + 2.0 * (2.0 / mu).sqrt()) / 20.0;
    assert_near(of("atkinson(0.5)", &view).unwrap(), 1.0 - half * half);
    // mean absolute difference: pairs (1,2), (1,0), (2,0)
    let pairs = 2.0 * (14.0 * 2.0 + 14.0 * 4.0 + 2.0 * 4.0 * 2.0) / 400.0;
    assert_near(of("gini", &view).unwrap(), pairs / (2.0 * mu));
    assert_eq!(of("theil_index", &binary(0, 0, 5, 0)), Err(Undefined::ZeroDenominator));
}

#[test]
fn what_is_undefined_says_why() {
    for (name, view, why) in [
        ("true_positive_rate", binary(0, 1, 0, 1), Undefined::NoPositives),
        ("false_positive_rate", binary(1, 0, 1, 0), Undefined::NoNegatives),
        ("positive_predictive_value", binary(0, 0, 1, 1), Undefined::NothingSelected),
        ("negative_predictive_value", binary(1, 1, 0, 0), Undefined::EverythingSelected),
        ("selection_rate", binary(0, 0, 0, 0), Undefined::NoRows),
        ("matthews_correlation", binary(2, 2, 0, 0), Undefined::NoVariance),
        ("error_ratio", binary(1, 0, 1, 1), Undefined::Infinite),
        ("error_ratio", binary(1, 0, 0, 1), Undefined::ZeroDenominator),
        ("roc_auc", binary(1, 1, 1, 1), Undefined::NotGiven),
        ("demographic_parity_difference", binary(1, 1, 1, 1), Undefined::NotGiven),
    ] {
        assert_eq!(of(name, &view), Err(why), "{name}");
    }
}

#[test]
fn a_group_without_positives_makes_the_gap_undefined_and_not_large() {
    let groups = [binary(5, 1, 5, 9), binary(0, 2, 0, 8)];
    let overall = binary(5, 3, 5, 17);
    let gap = find("equalized_odds_difference").unwrap().choose();
    assert_eq!(gap.of_family(&groups, &overall), Err(Undefined::NoPositives));
    // fairlearn's rate of 0 makes a gap of one half out of it
    let theirs = like::fairlearn(&groups, &overall);
    let quote = theirs.iter().find(|quote| quote.name == "equalized_odds_difference").unwrap();
    assert_near(quote.value, 0.5);
}

#[test]
fn regression_equals_hand_made_values() {
    // group 0: y − f = 0.5 − 0.1, 0 − 0.4, 1 − 0.6
    let rows = [(0, 0, 1, 0, 1, 1), (0, 0, 0, 0, 4, 1), (0, 0, 2, 0, 6, 1)];
    let views = views(Task::Regression, &rows, false, "");
    let view = &views.groups[0];
    assert_near(of("mean_residual", view).unwrap(), 0.4 / 3.0);
    assert_near(of("mean_absolute_error", view).unwrap(), 0.4);
    assert_near(of("mean_squared_error", view).unwrap(), 0.16);
    assert_near(of("root_mean_squared_error", view).unwrap(), 0.4);
    assert_near(of("r2", view).unwrap(), 1.0 - 0.16 / (0.5 / 3.0));
    assert_near(of("pinball(0.9)", view).unwrap(), (0.9 * 0.8 + 0.1 * 0.4) / 3.0);
    assert_near(of("mean_target", view).unwrap(), 0.5);
}

#[test]
fn distances_of_laws_equal_hand_made_values() {
    // group 0 scores 0 and 1, group 1 scores 0.5 and 1: quantile functions differ by 0.5 on half of [0, 1]
    let rows = [(0, 0, 0, 0, 0, 1), (0, 0, 1, 1, 10, 1), (1, 0, 0, 0, 5, 1), (1, 0, 1, 1, 10, 1)];
    let Views { groups, overall, .. } = views(Task::Binary, &rows, false, "");
    let pair = |name: &str| name.parse::<Choice>().unwrap().of_pair(&groups[0], &groups[1]).unwrap();
    let family = |name: &str| name.parse::<Choice>().unwrap().of_family(&groups, &overall).unwrap();
    assert_near(pair("wasserstein1_distance"), 0.25);
    assert_near(pair("wasserstein2_distance"), (0.125_f64).sqrt());
    assert_near(pair("ks_distance"), 0.5);
    assert_near(family("ks_unfairness"), 0.5);
    assert_near(family("wasserstein1_unfairness"), 0.25);
    // each group is 0.25 from the barycenter on half of [0, 1]
    assert_near(family("barycenter_unfairness"), 0.5 * 0.0625);
    assert_near(family("mean_gap_to_overall"), 0.125);
    assert_near(family("parity_above_quantile(0.25)"), 0.5);
    assert_near(family("no_disparate_impact_level(0.8)"), 0.0);
    assert_near(pair("xauc"), 1.0);
    assert_near(pair("abroca"), 0.0);
    assert_near(find("scoring_rate").unwrap().choose().of_group_within(&groups[0], &overall).unwrap(), 0.5);
}

#[test]
fn multiclass_parity_is_the_share_of_decisions_that_must_change() {
    // group 0 predicts 0, 1, 2, 2; group 1 predicts 0, 0, 0, 2
    let predicted = [[0, 1, 2, 2], [0, 0, 0, 2]];
    let rows: Vec<Row> = (0..2u8)
        .flat_map(|group| predicted[usize::from(group)].map(|class| (group, 0, 1, class, 0, 1)))
        .collect();
    let Views { groups, overall, .. } = views(Task::Multiclass, &rows, false, "");
    for name in ["multiclass_parity_max", "multiclass_parity_mean", "multiclass_opportunity_max"] {
        assert_near(find(name).unwrap().choose().of_family(&groups, &overall).unwrap(), 0.5);
    }
}

#[test]
fn an_interval_of_width_zero_is_never_printed() {
    let confidence = Confidence::new(0.95).unwrap();
    for metric in of_task(Task::Binary).filter(|metric| metric.is_of_one_group()) {
        for view in [
            binary(5, 0, 0, 5),
            binary(5, 0, 0, 0),
            binary(0, 0, 0, 0),
            binary(0, 3, 3, 0),
            binary(1, 0, 0, 0),
        ] {
            let figure = metric.choose().figure(&view, confidence, None);
            assert_eq!(figure.interval.is_none(), figure.no_interval.is_some(), "{}", metric.name);
            assert_eq!(figure.interval.is_some(), figure.method.is_some(), "{}", metric.name);
            if let Some(interval) = figure.interval {
                assert!(interval.width() > 0.0, "{}", metric.name);
            }
        }
    }
    let figure = find("accuracy").unwrap().choose().figure(&binary(5, 0, 0, 5), confidence, None);
    assert_eq!(figure.interval.unwrap().upper, 1.0);
    assert_eq!(figure.counts.unwrap().hits.rows, 10);
    let figure = find("f1").unwrap().choose().figure(&binary(5, 0, 0, 5), confidence, None);
    assert_eq!(figure.no_interval, Some(NoInterval::NoVariation));
    let figure = find("true_positive_rate").unwrap().choose().figure(&binary(0, 1, 0, 1), confidence, None);
    assert_eq!((figure.value, figure.no_interval), (Err(Undefined::NoPositives), Some(NoInterval::NoValue)));
    assert_eq!(figure.counts.unwrap().of.rows, 0);
}

#[test]
fn sampling_weights_widen_an_interval_and_frequency_weights_narrow_it() {
    let heavy = Cell { rows: 10, weight: 40.0, weight_squared: 400.0 };
    let light = Cell { rows: 10, weight: 10.0, weight_squared: 10.0 };
    let matrix = Matrix { n_target: 2, n_prediction: 2, cells: vec![heavy, light, light, heavy] };
    let view = View { matrix, ..View::default() };
    let confidence = Confidence::new(0.95).unwrap();
    for name in ["selection_rate", "f1", "matthews_correlation"] {
        let choice = find(name).unwrap().choose();
        let width = |weights| choice.figure(&view, confidence, Some(weights)).interval.unwrap().width();
        assert!(width(WeightKind::Frequency) < width(WeightKind::Sampling), "{name}");
    }
}

/// 95 % is asked, and 94.9 to 95.5 % are covered in 10,000 tables; here there are 1,000, whose coverage has a
/// standard error of 0.7 %: three of them are allowed on either side.
#[test]
fn delta_intervals_cover_the_truth() {
    let confidence = Confidence::new(0.95).unwrap();
    let truth = binary(300, 150, 100, 450);
    let names = [
        "f1",
        "jaccard",
        "balanced_accuracy",
        "matthews_correlation",
        "cohen_kappa",
        "error_ratio",
        "theil_index",
    ];
    let mut hits = [0; 7];
    let (tables, rows) = (1000, 200);
    let mut stream = Stream::new(7, 0);
    for _ in 0..tables {
        let mut counts = [0_u64; 4];
        for _ in 0..rows {
            let at = match stream.uniform() {
                u if u < 0.30 => 0,
                u if u < 0.45 => 1,
                u if u < 0.55 => 2,
                _ => 3,
            };
            counts[at] += 1;
        }
        let [tp, fp, fn_, tn] = counts;
        let view = binary(tp, fp, fn_, tn);
        for (name, hits) in names.iter().zip(&mut hits) {
            let choice = find(name).unwrap().choose();
            let interval = choice.figure(&view, confidence, None).interval.unwrap();
            *hits += u64::from(interval.contains(choice.of_group(&truth).unwrap()));
        }
    }
    for (name, hits) in names.iter().zip(hits) {
        let coverage = hits as f64 / f64::from(tables);
        assert!((0.949 - 0.021..=0.955 + 0.021).contains(&coverage), "{name}: {coverage}");
    }
}

#[test]
fn views_of_nothing_are_undefined_everywhere() {
    let nothing = Views {
        groups: vec![View::default(); 3],
        overall: View::default(),
        strata: vec![(View::default(), View::default())],
    };
    for metric in all().filter(|metric| metric.name != "count") {
        for value in values(&metric.choose(), &nothing) {
            assert!(value.is_err(), "{}: {value:?}", metric.name);
        }
    }
    assert!(like::fairlearn(&nothing.groups, &nothing.overall).is_empty());
    assert!(like::aif360(&nothing.overall, &nothing.overall, &nothing.overall).is_empty());
    assert!(like::aequitas(&nothing.groups, &nothing.overall, like::Reference::Majority, 0.8).is_empty());
    assert_eq!(like::clarify(&nothing.overall, &nothing.overall, &[]).len(), 1);
}

#[test]
fn clarify_counts_zero_by_zero_as_zero() {
    let quotes = like::clarify(&binary(0, 0, 3, 3), &binary(0, 0, 2, 4), &[]);
    let value = |name: &str| quotes.iter().find(|quote| quote.name == name).unwrap().value;
    for (name, expected) in [("DI", 0.0), ("DPPL", 0.0), ("DAR", 0.0), ("TE", 0.0), ("DCA", 0.0)] {
        assert_eq!(value(name), expected, "{name}");
    }
    let quotes = like::clarify(&binary(3, 0, 3, 3), &binary(0, 0, 2, 4), &[]);
    assert_eq!(quotes.iter().find(|quote| quote.name == "DI").unwrap().value, f64::INFINITY);
}

fn near_result(a: Result<f64, Undefined>, b: Result<f64, Undefined>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 * (1.0 + b.abs()),
        (a, b) => a == b,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn every_value_is_finite_and_in_its_range(rows in prop::collection::vec(row(), 1..40), weighted: bool) {
        let confidence = Confidence::new(0.9).unwrap();
        for task in TASKS {
            let views = views(task, &rows, weighted, "");
            for metric in of_task(task) {
                let choice = metric.choose();
                for value in values(&choice, &views).into_iter().flatten() {
                    let range = metric.range;
                    let slack = 1e-9 * (1.0 + value.abs());
                    prop_assert!(value.is_finite(), "{choice}: {value}");
                    prop_assert!(range.lowest - slack <= value && value <= range.highest + slack, "{choice}: {value}");
                }
                if metric.is_of_one_group() {
                    for kind in [WeightKind::Frequency, WeightKind::Sampling] {
                        let figure = choice.figure(&views.overall, confidence, weighted.then_some(kind));
                        if let Some(interval) = figure.interval {
                            let slack = 1e-9 * (1.0 + interval.upper.abs());
                            let value = figure.value.unwrap();
                            prop_assert!(interval.lower <= value + slack && value <= interval.upper + slack, "{choice}: {interval:?} {value}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn names_and_order_of_rows_change_nothing(rows in prop::collection::vec(row(), 1..30)) {
        let mut reversed = rows.clone();
        reversed.reverse();
        for task in TASKS {
            let (a, b) = (views(task, &rows, true, ""), views(task, &reversed, true, "group "));
            for metric in of_task(task) {
                let choice = metric.choose();
                prop_assert_eq!(values(&choice, &a), values(&choice, &b), "{}", choice);
            }
        }
    }

    #[test]
    fn frequency_weights_are_repetition(rows in prop::collection::vec(row(), 1..30)) {
        let repeated: Vec<Row> =
            rows.iter().flat_map(|row| std::iter::repeat_n(*row, usize::from(row.5))).collect();
        prop_assume!(!repeated.is_empty());
        let confidence = Confidence::new(0.95).unwrap();
        for task in TASKS {
            let (weighted, plain) = (views(task, &rows, true, ""), views(task, &repeated, false, ""));
            // Classes that only rows of weight 0 have are absent from the repeated rows.
            if weighted.overall.matrix.cells.len() != plain.overall.matrix.cells.len() {
                continue;
            }
            for metric in of_task(task) {
                let choice = metric.choose();
                if !metric.is_of_one_group() {
                    for (a, b) in values(&choice, &weighted).into_iter().zip(values(&choice, &plain)) {
                        prop_assert!(near_result(a, b), "{choice}: {a:?} {b:?}");
                    }
                } else {
                    let a = choice.figure(&weighted.overall, confidence, Some(WeightKind::Frequency));
                    let b = choice.figure(&plain.overall, confidence, None);
                    prop_assert!(near_result(a.value, b.value), "{choice}: {a:?} {b:?}");
                    let (a, b) = (a.interval, b.interval);
                    let near = |x: f64, y: f64| (x - y).abs() <= 1e-6 * (1.0 + y.abs());
                    prop_assert_eq!(a.is_some(), b.is_some(), "{}", choice);
                    if let (Some(a), Some(b)) = (a, b) {
                        prop_assert!(near(a.lower, b.lower) && near(a.upper, b.upper), "{choice}: {a:?} {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn inequality_is_between_plus_within(
        tables in prop::collection::vec((0..20u64, 0..20u64, 0..20u64, 0..20u64), 2..6),
        alpha in 0.1..4.0_f64,
    ) {
        let groups: Vec<View> = tables.iter().map(|&(tp, fp, fn_, tn)| binary(tp, fp, fn_, tn)).collect();
        let sum = |pick: fn(&(u64, u64, u64, u64)) -> u64| tables.iter().map(pick).sum::<u64>();
        let overall = binary(sum(|t| t.0), sum(|t| t.1), sum(|t| t.2), sum(|t| t.3));
        // A group of misses only has no entropy of its own, and no benefit to share.
        let with = |name: &str| Choice::with(find(name).unwrap(), alpha).unwrap();
        let total = with("generalized_entropy").of_group(&overall);
        let between = with("between_group_generalized_entropy").of_family(&groups, &overall);
        let within = with("within_group_generalized_entropy").of_family(&groups, &overall);
        match (total, between, within) {
            (Ok(total), Ok(between), Ok(within)) => prop_assert!((total - between - within).abs() < 1e-9),
            (total, ..) => prop_assert!(total.is_err()),
        }
    }
}
