//! Gaps against figures of statsmodels and of formulas written anew, and what an audit may never say.

use equipoise::{
    audit::{self, AuditError, Gap, GroupName, Grouping, Quantity, Report, Request, Undecided},
    groups::Label,
    metrics::Undefined,
    notion::{Comparison, Functional, MetricName, Notion, Subject},
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{Attribute, Layout, Statistics, Task, WeightKind},
    verdict::Outcome,
};

use crate::audit::Column;

/// Rows given as (group, target, prediction, how many), and the weight of each where rows are weighted.
type Counted<'t> = (&'t str, &'t str, &'t str, usize);

fn statistics(rows: &[Counted<'_>], weights: Option<&[f64]>, kind: WeightKind) -> Statistics {
    let column = |pick: &dyn Fn(&Counted<'_>) -> String| {
        let texts: Vec<String> = rows.iter().flat_map(|row| vec![pick(row); row.3]).collect();
        Column::new(texts.iter().map(String::as_str))
    };
    let group = column(&|row| row.0.to_owned());
    let target = column(&|row| row.1.to_owned());
    let prediction = column(&|row| row.2.to_owned());
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("group")];
    layout.target = Some("y".into());
    layout.prediction = Some("p".into());
    layout.weight = weights.map(|_| ("w".into(), kind));
    let sample = Sample::new(Columns {
        sensitive: vec![Variable::Categorical(group.categorical())],
        target: Some(Variable::Categorical(target.categorical())),
        prediction: Some(prediction.categorical()),
        weights,
        ..Columns::default()
    })
    .unwrap();
    Statistics::collect(&layout, &sample, 1).unwrap()
}

fn counted(rows: &[Counted<'_>]) -> Statistics {
    statistics(rows, None, WeightKind::Frequency)
}

fn gated(gates: &[&str]) -> Request {
    let mut request = Request::new();
    request.requirements = gates.iter().map(|gate| gate.parse().unwrap()).collect();
    request
}

fn audited(rows: &[Counted<'_>], gates: &[&str]) -> Report {
    audit::audit(&counted(rows), &gated(gates)).unwrap()
}

fn name(label: &str) -> GroupName {
    GroupName(vec![Label::new(label)])
}

#[track_caller]
fn near(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
}

#[test]
fn a_ratio_to_a_group_without_events_is_zero_and_not_one() {
    let rows = [("a", "1", "1", 30), ("a", "1", "0", 70), ("b", "1", "0", 100)];
    let mut request = gated(&["dp.ratio_to_reference >= 0.8"]);
    request.references = vec![("group".into(), Label::new("b"))];
    let report = audit::audit(&counted(&rows), &request).unwrap();
    let verdict = &report.verdicts[0];
    assert_eq!(verdict.gap.value, Ok(0.0));
    assert_eq!(verdict.outcome, Outcome::Violated);
}

#[test]
fn a_ratio_of_nothing_to_nothing_or_of_something_to_nothing_is_undefined() {
    let nobody = [("a", "1", "0", 100), ("b", "1", "0", 100)];
    let verdict = audited(&nobody, &["dp.ratio >= 0.8"]).verdicts[0].clone();
    assert_eq!(verdict.gap.value, Err(Undefined::ZeroDenominator));
    assert_eq!(verdict.outcome, Outcome::Undecided);
    let rows = [("a", "1", "1", 30), ("a", "1", "0", 70), ("b", "1", "0", 100)];
    let verdict = audited(&rows, &["dp.ratio(group = a, reference = b) >= 0.8"]).verdicts[0].clone();
    assert_eq!(verdict.gap.value, Err(Undefined::Infinite));
    assert_eq!(
        verdict.undecided,
        Some(Undecided::UndefinedInGroup { group: name("b"), why: Undefined::Infinite })
    );
}

#[test]
fn a_small_group_is_left_out_once_however_many_events_there_are() {
    let rows = [
        ("a", "1", "1", 50),
        ("a", "0", "0", 47),
        ("b", "1", "1", 48),
        ("b", "0", "0", 50),
        ("c", "1", "1", 5),
    ];
    let left_out = audited(&rows, &["eodds <= 0.5"]).verdicts[0].gap.left_out;
    assert_eq!(left_out.n_groups, 1);
    near(left_out.share, 5.0 / 200.0);
}

/// With Σw as shares, group − overall = (1 − W_g/W)(group − rest): the interval must be that of the rest, scaled so.
#[test]
fn sampling_weights_and_not_effective_rows_scale_the_interval_to_overall() {
    let rows = [("a", "1", "1", 60), ("a", "1", "0", 40), ("b", "1", "1", 90), ("b", "1", "0", 110)];
    // Group a has weights that vary a lot, so that its effective rows are few.
    let weights: Vec<f64> =
        (0..300).map(|i| if i < 100 { if i % 4 == 0 { 13.0 } else { 1.0 } } else { 1.0 }).collect();
    let statistics = statistics(&rows, Some(&weights), WeightKind::Sampling);
    let gates = ["dp.difference_to_overall <= 0.5", "dp.difference_to_rest <= 0.5"];
    let report = audit::audit(&statistics, &gated(&gates)).unwrap();
    let [to_overall, to_rest] = [0, 1].map(|i| report.verdicts[i].gap.clone());
    // Both groups deviate from the rest alike; from all rows the one of less weight deviates most.
    let share = 200.0 / 600.0;
    near(to_overall.value.unwrap(), to_rest.value.unwrap() * (1.0 - share));
    near(to_overall.interval.unwrap().upper, to_rest.interval.unwrap().upper * (1.0 - share));
}

#[test]
fn a_signed_difference_bounded_below_is_judged_by_its_lowest_event() {
    // Against the reference, b is 0.4 lower among positives and 0.4 higher among negatives.
    let rows = [
        ("a", "1", "1", 700),
        ("a", "1", "0", 300),
        ("a", "0", "1", 300),
        ("a", "0", "0", 700),
        ("b", "1", "1", 300),
        ("b", "1", "0", 700),
        ("b", "0", "1", 700),
        ("b", "0", "0", 300),
    ];
    let gates = [
        "eodds.signed_difference(group = b, reference = a) >= -0.1",
        "eodds.signed_difference(group = b, reference = a) <= 0.1",
        "eodds.ratio(group = b, reference = a) <= 1.25",
    ];
    let report = audited(&rows, &gates);
    assert!(report.verdicts.iter().all(|verdict| verdict.outcome == Outcome::Violated));
    near(report.verdicts[0].gap.value.unwrap(), -0.4);
    near(report.verdicts[1].gap.value.unwrap(), 0.4);
    near(report.verdicts[2].gap.value.unwrap(), 7.0 / 3.0);
}

fn selection_only() -> Statistics {
    let rows = [("a", "1", "1", 30), ("a", "1", "0", 70), ("b", "1", "1", 60), ("b", "1", "0", 40)];
    let texts = |pick: fn(&Counted<'_>) -> &'static str| {
        Column::new(rows.iter().flat_map(move |row| vec![pick(row); row.3]).collect::<Vec<_>>())
    };
    let group = texts(|row| if row.0 == "a" { "a" } else { "b" });
    let prediction = texts(|row| if row.2 == "1" { "1" } else { "0" });
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("group")];
    layout.prediction = Some("p".into());
    let sample = Sample::new(Columns {
        sensitive: vec![Variable::Categorical(group.categorical())],
        prediction: Some(prediction.categorical()),
        ..Columns::default()
    })
    .unwrap();
    Statistics::collect(&layout, &sample, 1).unwrap()
}

#[test]
fn quantities_are_checked_as_requirements_are() {
    let statistics = selection_only();
    let of = |quantity: Quantity| {
        let mut request = Request::new();
        request.quantities = Some(vec![quantity]);
        audit::audit(&statistics, &request)
    };
    let notion = |notion, comparison| Quantity::new(Subject::Notion(notion), Functional::Mean, comparison);
    let error = of(notion(Notion::EqualOpportunity, Comparison::Difference)).unwrap_err();
    assert!(matches!(error, AuditError::NotGiven { .. }), "{error}");
    let error = of(notion(Notion::DemographicParity, Comparison::SignedDifference)).unwrap_err();
    assert!(matches!(error, AuditError::PairNeeded { .. }), "{error}");
    let gate: equipoise::notion::Requirement = "dp.difference[race] <= 0.5".parse().unwrap();
    assert!(matches!(of(Quantity::from(&gate)), Err(AuditError::UnknownAttribute { .. })));
}

#[test]
fn a_reference_that_is_not_there_is_refused_even_where_nothing_is_compared_with_it() {
    let statistics = selection_only();
    let mut request = Request::new();
    request.references = vec![("group".into(), Label::new("z"))];
    assert!(matches!(audit::audit(&statistics, &request), Err(AuditError::UnknownGroup { .. })));
    request.references = vec![("race".into(), Label::new("a"))];
    assert!(matches!(audit::audit(&statistics, &request), Err(AuditError::UnknownAttribute { .. })));
}

#[test]
fn the_overall_value_needs_no_group() {
    let rows = [("a", "1", "1", 900), ("a", "1", "0", 100), ("b", "0", "0", 50)];
    let report = audited(&rows, &["true_positive_rate.overall >= 0.8", "true_positive_rate.min >= 0.8"]);
    assert_eq!(report.verdicts[0].outcome, Outcome::Holds);
    near(report.verdicts[0].gap.value.unwrap(), 0.9);
    assert_eq!(report.verdicts[1].outcome, Outcome::Undecided);
}

/// √(S² − mean p(1 − p)/(n − 1)) by hand.
#[test]
fn the_spread_subtracts_the_unbiased_sampling_variance() {
    let rows = [
        ("a", "1", "1", 2),
        ("a", "1", "0", 18),
        ("b", "1", "1", 10),
        ("b", "1", "0", 10),
        ("c", "1", "1", 18),
        ("c", "1", "0", 2),
    ];
    let gap = audited(&rows, &["dp.spread <= 0.1"]).verdicts[0].gap.clone();
    let variance: f64 = 0.16 - (0.09 / 19.0 + 0.25 / 19.0 + 0.09 / 19.0) / 3.0;
    near(gap.value.unwrap(), variance.sqrt());
}

#[test]
fn rows_that_would_decide_are_rows_of_the_group_and_not_of_the_event() {
    // One in ten rows of b has the outcome; the same rows alone are a sample of a tenth the size.
    let rows = [
        ("a", "1", "1", 5000),
        ("a", "1", "0", 5000),
        ("b", "1", "1", 56),
        ("b", "1", "0", 44),
        ("b", "0", "0", 900),
    ];
    let alone = [rows[0], rows[1], rows[2], rows[3]];
    let more = |rows: &[Counted<'_>]| match audited(rows, &["eo <= 0.12"]).verdicts[0].undecided.clone() {
        Some(Undecided::MoreRows { rows: Some(rows), group: Some(group), .. }) => (rows, group),
        other => panic!("{other:?}"),
    };
    let ((with_others, group), (alone, _)) = (more(&rows), more(&alone));
    assert_eq!(group, name("b"));
    assert!((with_others as f64 / alone as f64 - 10.0).abs() < 0.1, "{with_others} {alone}");
}

/// The mean of the largest of two independent half-normal gaps is larger than of either alone: |N(0, s²)| has the mean
/// s√(2/π), and the larger of two alike 2s/√π.
#[test]
fn what_equal_groups_would_show_is_the_worst_over_events() {
    let mut rows = Vec::new();
    for group in ["a", "b"] {
        for target in ["0", "1"] {
            rows.extend([(group, target, "1", 200), (group, target, "0", 200)]);
        }
    }
    let report = audited(&rows, &["eo <= 0.5", "eodds <= 0.5"]);
    let s = (2.0 * 0.25 / 401.0_f64).sqrt();
    let expected = |i: usize| report.verdicts[i].gap.expected_if_equal.unwrap();
    let pi = std::f64::consts::PI;
    assert!((expected(0) / (s * (2.0 / pi).sqrt()) - 1.0).abs() < 0.02, "{}", expected(0));
    assert!((expected(1) / (s * 2.0 / pi.sqrt()) - 1.0).abs() < 0.02, "{}", expected(1));
}

/// The level 1 − α is shared by Šidák's rule for the near end, and the far end is the ordinary one.
#[test]
fn two_events_widen_the_near_end_only() {
    let rows = [
        ("a", "1", "1", 80),
        ("a", "1", "0", 20),
        ("a", "0", "1", 50),
        ("a", "0", "0", 50),
        ("b", "1", "1", 40),
        ("b", "1", "0", 60),
        ("b", "0", "1", 50),
        ("b", "0", "0", 50),
    ];
    let report = audited(&rows, &["eo <= 0.5", "eodds <= 0.5"]);
    let interval = |i: usize| report.verdicts[i].gap.interval.unwrap();
    assert_eq!(interval(0).upper, interval(1).upper);
    assert!(interval(1).lower < interval(0).lower);
}

/// A column of many groups, as codes.
fn many_groups(n_groups: usize, score: Option<&[f64]>, rows_each: usize, strata: bool) -> Statistics {
    let labels: Vec<Label> = (0..n_groups).map(|i| Label::new(format!("g{i}"))).collect();
    let codes: Vec<u32> = (0..n_groups * rows_each).map(|row| (row / rows_each) as u32).collect();
    let binary = [Label::new("0"), Label::new("1")];
    let decisions: Vec<u8> = (0..codes.len()).map(|row| (row % 3 == 0) as u8).collect();
    let halves: Vec<u8> = (0..codes.len()).map(|row| (row % 2) as u8).collect();
    let many = Variable::Categorical(Categorical { codes: Codes::U32(&codes), labels: &labels });
    let two = Variable::Categorical(Categorical { codes: Codes::U8(&halves), labels: &binary });
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("group")];
    layout.prediction = Some("p".into());
    layout.score = score.map(|_| "s".into());
    let mut columns = Columns {
        sensitive: vec![many],
        prediction: Some(Categorical { codes: Codes::U8(&decisions), labels: &binary }),
        score,
        ..Columns::default()
    };
    if strata {
        layout.strata = vec![Attribute::new("z")];
        (columns.sensitive, columns.strata) = (vec![two], vec![many]);
    }
    Statistics::collect(&layout, &Sample::new(columns).unwrap(), 1).unwrap()
}

#[test]
fn whole_laws_of_more_than_a_hundred_groups_are_refused_with_a_reason_and_of_a_pair_compared() {
    let score: Vec<f64> = (0..101 * 20).map(|row| f64::from(row % 7)).collect();
    let statistics = many_groups(101, Some(&score), 20, false);
    let gates = ["dp.ks <= 0.1", "dp.tv <= 0.1", "dp.ks(group = g1, reference = g2) <= 1"];
    let report = audit::audit(&statistics, &gated(&gates[..2])).unwrap();
    for verdict in &report.verdicts {
        assert_eq!(verdict.gap.value, Err(Undefined::TooManyGroups));
        assert_eq!(verdict.undecided, Some(Undecided::Undefined { why: Undefined::TooManyGroups }));
    }
    let ks = |gaps: &[Gap]| gaps.iter().find(|gap| gap.quantity.functional == Functional::Ks).unwrap().value;
    assert_eq!(ks(&report.sections[0].gaps), Err(Undefined::TooManyGroups));
    let report = audit::audit(&statistics, &gated(&gates[2..])).unwrap();
    assert!(report.verdicts[0].gap.value.is_ok());
}

/// Twenty thousand strata of twenty rows in two groups: quadratic work would take minutes.
#[test]
fn many_strata_are_compared_in_one_pass() {
    let statistics = many_groups(20_000, None, 20, true);
    let report = audit::audit(&statistics, &gated(&["conditional_parity <= 0.9"])).unwrap();
    let gap = &report.verdicts[0].gap;
    assert_eq!(gap.n_comparisons, 20_000);
    assert!(gap.interval.unwrap().upper < 1.0 && gap.expected_if_equal.unwrap() > 0.5);
}

#[test]
fn more_groups_in_strata_than_memory_can_hold_are_refused() {
    let labels: Vec<Label> = (0..2000).map(|i| Label::new(format!("{i}"))).collect();
    let codes: Vec<u32> = (0..2000).collect();
    let column = Variable::Categorical(Categorical { codes: Codes::U32(&codes), labels: &labels });
    let decisions: Vec<u8> = codes.iter().map(|code| (code % 2) as u8).collect();
    let binary = [Label::new("0"), Label::new("1")];
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("group")];
    layout.strata = vec![Attribute::new("z")];
    layout.prediction = Some("p".into());
    let columns = Columns {
        sensitive: vec![column],
        strata: vec![column],
        prediction: Some(Categorical { codes: Codes::U8(&decisions), labels: &binary }),
        ..Columns::default()
    };
    let statistics = Statistics::collect(&layout, &Sample::new(columns).unwrap(), 1).unwrap();
    let error = audit::audit(&statistics, &Request::new()).unwrap_err();
    assert!(matches!(error, AuditError::TooManyCells { groups: 2000, strata: 2000, .. }), "{error}");
}

#[test]
fn a_crossing_refuses_a_quantity_of_one_of_its_attributes() {
    let sex = Column::new((0..40).map(|i| if i % 2 == 0 { "f" } else { "m" }));
    let race = Column::new((0..40).map(|i| if i % 3 == 0 { "x" } else { "y" }));
    let prediction = Column::new((0..40).map(|i| if i % 5 == 0 { "1" } else { "0" }));
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("sex"), Attribute::new("race")];
    layout.prediction = Some("p".into());
    let columns = Columns {
        sensitive: vec![Variable::Categorical(sex.categorical()), Variable::Categorical(race.categorical())],
        prediction: Some(prediction.categorical()),
        ..Columns::default()
    };
    let statistics = Statistics::collect(&layout, &Sample::new(columns).unwrap(), 1).unwrap();
    let gate: equipoise::notion::Requirement = "dp.difference[sex] <= 0.5".parse().unwrap();
    let mut request = Request::new();
    request.quantities = Some(vec![Quantity::from(&gate)]);
    assert!(audit::audit(&statistics, &request).is_ok());
    request.grouping = Grouping::Crossed;
    assert!(matches!(audit::audit(&statistics, &request), Err(AuditError::NoSection { .. })));
}

#[test]
fn the_auc_of_a_group_is_compared_with_that_of_the_rest() {
    let rows: Vec<(&str, &str, f64)> = (0..300)
        .map(|i| {
            let (group, target) = (["a", "b", "c"][i % 3], ["0", "1"][i / 3 % 2]);
            let shift = if target == "1" && group == "a" { 40.0 } else { 0.0 };
            (group, target, (i * 37 % 101) as f64 + shift)
        })
        .collect();
    let group = Column::new(rows.iter().map(|row| row.0));
    let target = Column::new(rows.iter().map(|row| row.1));
    let score: Vec<f64> = rows.iter().map(|row| row.2).collect();
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("group")];
    (layout.target, layout.score) = (Some("y".into()), Some("s".into()));
    let columns = Columns {
        sensitive: vec![Variable::Categorical(group.categorical())],
        target: Some(Variable::Categorical(target.categorical())),
        score: Some(&score),
        ..Columns::default()
    };
    let statistics = Statistics::collect(&layout, &Sample::new(columns).unwrap(), 1).unwrap();
    let mut request = Request::new();
    let subject = Subject::Metric(MetricName::new("roc_auc").unwrap());
    request.quantities = Some(vec![Quantity::new(subject, Functional::Mean, Comparison::DifferenceToRest)]);
    let gap = audit::audit(&statistics, &request).unwrap().sections[0].gaps[0].clone();
    let auc = |inside: &dyn Fn(&str) -> bool| {
        let of = |label: &str| -> Vec<f64> {
            rows.iter().filter(|row| inside(row.0) && row.1 == label).map(|row| row.2).collect()
        };
        let (positives, negatives) = (of("1"), of("0"));
        let wins = |p: &f64| {
            negatives.iter().map(|n| if p > n { 1.0 } else { f64::from(u8::from(p == n)) / 2.0 }).sum::<f64>()
        };
        positives.iter().map(wins).sum::<f64>() / (positives.len() * negatives.len()) as f64
    };
    near(gap.value.unwrap(), auc(&|group| group == "a") - auc(&|group| group != "a"));
    assert!(gap.interval.unwrap().contains(gap.value.unwrap()));
}
