//! The audit as a whole: tables in, report out.

use equipoise::{
    audit::{self, AuditError, GroupName, Grouping, Report, Request, Standing, Subject, Undecided},
    groups::{Cuts, Label},
    metrics::Undefined,
    sample::{Categorical, Codes, Columns, Sample, Variable},
    stats::{Attribute, Layout, Statistics, Task, WeightKind},
    verdict::Outcome,
};

/// A column given as text, coded.
pub(crate) struct Column {
    codes: Vec<u32>,
    labels: Vec<Label>,
}

impl Column {
    pub(crate) fn new<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let mut labels: Vec<Label> = Vec::new();
        let codes = texts.into_iter().map(|text| {
            let label = if text.is_empty() { Label::Missing } else { Label::new(text) };
            let place = labels.iter().position(|l| *l == label).unwrap_or_else(|| {
                labels.push(label);
                labels.len() - 1
            });
            place as u32
        });
        let codes = codes.collect();
        Self { codes, labels }
    }

    pub(crate) fn categorical(&self) -> Categorical<'_> {
        Categorical { codes: Codes::U32(&self.codes), labels: &self.labels }
    }

    fn variable(&self) -> Variable<'_> {
        Variable::Categorical(self.categorical())
    }
}

/// Rows given as (group, target, prediction, how many).
type Counted<'t> = (&'t str, &'t str, &'t str, usize);

fn counted(rows: &[Counted<'_>]) -> Statistics {
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
    let sample = Sample::new(Columns {
        sensitive: vec![group.variable()],
        target: Some(target.variable()),
        prediction: Some(prediction.categorical()),
        ..Columns::default()
    })
    .unwrap();
    Statistics::collect(&layout, &sample, 1).unwrap()
}

/// The 1973 Berkeley admissions: department, men admitted, men rejected, women admitted, women rejected
/// (Bickel, Hammel & O'Connell 1975).
const BERKELEY: [(&str, [usize; 4]); 6] = [
    ("A", [512, 313, 89, 19]),
    ("B", [353, 207, 17, 8]),
    ("C", [120, 205, 202, 391]),
    ("D", [138, 279, 131, 244]),
    ("E", [53, 138, 94, 299]),
    ("F", [22, 351, 24, 317]),
];

fn berkeley(with_strata: bool) -> Statistics {
    let mut rows: Vec<[&str; 3]> = Vec::new();
    for (department, cells) in &BERKELEY {
        for (n, row) in cells.iter().zip([["men", "yes"], ["men", "no"], ["women", "yes"], ["women", "no"]]) {
            rows.extend(vec![[department, row[0], row[1]]; *n]);
        }
    }
    let column = |place: usize| Column::new(rows.iter().map(|row| row[place]));
    let (department, gender, admitted) = (column(0), column(1), column(2));
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("gender")];
    layout.prediction = Some("admitted".into());
    layout.strata = if with_strata { vec![Attribute::new("department")] } else { vec![] };
    let sample = Sample::new(Columns {
        sensitive: vec![gender.variable()],
        strata: if with_strata { vec![department.variable()] } else { vec![] },
        prediction: Some(admitted.categorical()),
        ..Columns::default()
    })
    .unwrap();
    Statistics::collect(&layout, &sample, 1).unwrap()
}

fn gated(gates: &[&str]) -> Request {
    let mut request = Request::new();
    request.requirements = gates.iter().map(|gate| gate.parse().unwrap()).collect();
    request
}

#[track_caller]
fn near(a: f64, b: f64) {
    // the reference prints ten decimals
    assert!((a - b).abs() <= 1e-10 * b.abs().max(1.0), "{a} is not {b}");
}

fn name(label: &str) -> GroupName {
    GroupName(vec![Label::new(label)])
}

/// Figures of the reference file: `berkeley_marginal`, `berkeley_mantel_haenszel`, `berkeley_breslow_day`.
#[test]
fn berkeley_is_unequal_pooled_and_not_within_departments() {
    let report =
        audit::audit(&berkeley(true), &gated(&["dp.ratio >= 0.8", "dp.difference <= 0.05"])).unwrap();
    assert_eq!(report.subject, Subject::Selection);
    let section = &report.sections[0];
    let men = &section.groups[0];
    assert_eq!(
        (men.name.clone(), men.rows, men.figures[0].counts),
        (name("men"), 2691, Some((1198.0, 2691.0)))
    );
    let difference = &section.gaps[0];
    near(difference.value.unwrap(), 0.141_645_428_2);
    let interval = difference.interval.unwrap();
    near(interval.lower, 0.113_258_177_5);
    near(interval.upper, 0.169_644_841_6);
    let ratio = section.gaps[1].interval.unwrap();
    near(section.gaps[1].value.unwrap(), 0.681_829_843_6);
    near(ratio.lower, 0.628_343_213_1);
    near(ratio.upper, 0.739_027_795_2);
    assert_eq!(report.verdicts[0].outcome, Outcome::Violated);
    assert_eq!(report.verdicts[1].outcome, Outcome::Violated);
    assert_eq!(report.outcome(), Some(Outcome::Violated));

    let strata = section.strata.as_ref().unwrap();
    assert_eq!(strata.rows.len(), 6);
    let within = strata.within.as_ref().unwrap();
    near(within.difference_pooled, 0.141_645_428_2);
    near(within.difference, -0.018_425_196_2);
    near(within.difference_interval.lower, -0.047_482_435_3);
    near(within.difference_interval.upper, 0.010_632_043_0);
    let p = within.homogeneity_p.unwrap();
    assert!((p - 0.0021).abs() < 5e-5, "{p}");
}

#[test]
fn verdicts_hold_are_violated_or_undecided_by_the_printed_interval() {
    let rows = [
        ("a", "1", "1", 300),
        ("a", "1", "0", 200),
        ("a", "0", "0", 500),
        ("b", "1", "1", 290),
        ("b", "1", "0", 210),
        ("b", "0", "0", 500),
    ];
    let report = audit::audit(
        &counted(&rows),
        &gated(&[
            "dp <= 0.1",
            "dp <= 0.02",
            "dp.ratio >= 0.99",
            "eo <= 0.2",
            "accuracy.min >= 0.9",
            "pe <= 0.01",
        ]),
    )
    .unwrap();
    let outcomes: Vec<Outcome> = report.verdicts.iter().map(|verdict| verdict.outcome).collect();
    use Outcome::{Holds, Undecided as Open, Violated};
    assert_eq!(outcomes, [Holds, Open, Open, Holds, Violated, Holds]);
    for verdict in &report.verdicts {
        let interval = verdict.gap.interval.unwrap();
        let again = equipoise::verdict::decide(interval.lower, interval.upper, verdict.requirement.bound());
        assert_eq!(again, verdict.outcome);
    }
    assert!(matches!(report.verdicts[1].undecided, Some(Undecided::MoreRows { factor, .. }) if factor > 1.0));
}

#[test]
fn small_groups_are_shown_but_do_not_count_and_missing_is_a_group() {
    let rows = [
        ("a", "1", "1", 40),
        ("a", "0", "0", 60),
        ("b", "1", "1", 45),
        ("b", "0", "0", 55),
        ("", "1", "0", 3),
    ];
    let report = audit::audit(&counted(&rows), &gated(&["dp <= 0.3"])).unwrap();
    let groups = &report.sections[0].groups;
    assert_eq!(groups[2].name, GroupName(vec![Label::Missing]));
    assert_eq!(groups[2].standing, Standing::TooFewRows);
    let verdict = &report.verdicts[0];
    assert_eq!(verdict.outcome, Outcome::Holds);
    assert_eq!(verdict.gap.n_groups, 2);
    assert_eq!(verdict.gap.left_out.n_groups, 1);
    near(verdict.gap.left_out.share, 3.0 / 203.0);
}

#[test]
fn a_group_without_positives_leaves_equal_opportunity_undecided_but_a_violation_stays() {
    let rows = [
        ("a", "1", "1", 100),
        ("a", "0", "0", 100),
        ("b", "1", "1", 99),
        ("b", "1", "0", 1),
        ("b", "0", "0", 100),
        ("c", "0", "0", 50),
    ];
    let report = audit::audit(&counted(&rows), &gated(&["eo <= 0.2", "eo.difference <= 0.0"])).unwrap();
    let undecided = &report.verdicts[0];
    assert_eq!(undecided.outcome, Outcome::Undecided);
    assert_eq!(
        undecided.undecided,
        Some(Undecided::UndefinedInGroup { group: name("c"), why: Undefined::NoPositives })
    );
    let figure =
        report.sections[0].groups[2].figures.iter().find(|f| f.metric == "true_positive_rate").unwrap();
    assert_eq!(figure.value, Err(Undefined::NoPositives));

    let unequal = [("a", "1", "1", 100), ("b", "1", "0", 100), ("c", "0", "0", 50)];
    let report = audit::audit(&counted(&unequal), &gated(&["eo <= 0.2"])).unwrap();
    assert_eq!(report.verdicts[0].outcome, Outcome::Violated);
}

#[test]
fn one_group_is_an_answer_and_not_an_error() {
    let report =
        audit::audit(&counted(&[("a", "1", "1", 40), ("a", "0", "0", 60)]), &gated(&["dp <= 0.1"])).unwrap();
    assert_eq!(report.sections[0].gaps[0].value, Err(Undefined::FewerThanTwoGroups));
    assert_eq!(report.verdicts[0].undecided, Some(Undecided::TooFewGroups));
}

#[test]
fn hundreds_of_groups_are_compared_by_their_own_limits() {
    let names: Vec<String> = (0..300).map(|i| format!("g{i}")).collect();
    let rows: Vec<(&str, &str, &str, usize)> = names
        .iter()
        .flat_map(|name| [(name.as_str(), "1", "1", 30), (name.as_str(), "0", "0", 30)])
        .collect();
    let report =
        audit::audit(&counted(&rows), &gated(&["dp <= 0.01", "dp.difference_to_overall <= 0.9"])).unwrap();
    let gap = &report.verdicts[0].gap;
    assert_eq!((gap.value.unwrap(), gap.n_groups), (0.0, 300));
    assert_eq!(report.verdicts[0].outcome, Outcome::Undecided);
    assert!(gap.expected_if_equal.unwrap() > 0.2);
    assert_eq!(report.verdicts[1].outcome, Outcome::Holds);
}

#[test]
fn pairs_references_and_crossings_are_found_by_name_or_refused_with_the_names_there() {
    let rows = [("a", "1", "1", 40), ("a", "0", "0", 60), ("b", "1", "1", 60), ("b", "0", "0", 40)];
    let statistics = counted(&rows);
    let verdict =
        |gate: &str| audit::audit(&statistics, &gated(&[gate])).map(|report| report.verdicts[0].clone());
    near(verdict("dp.difference(group = a, reference = b) <= 0.5").unwrap().gap.value.unwrap(), 0.2);
    near(verdict("dp.signed_difference(group = a, reference = b) >= -0.5").unwrap().gap.value.unwrap(), -0.2);
    near(verdict("dp.ratio(group = b, reference = a) >= 0.8").unwrap().gap.value.unwrap(), 1.5);
    near(verdict("dp.ratio(group = a, reference = b) >= 0.8").unwrap().gap.value.unwrap(), 2.0 / 3.0);
    near(verdict("dp.difference_to_reference[group](reference = b) <= 0.5").unwrap().gap.value.unwrap(), 0.2);
    assert_eq!(
        verdict("dp.difference(group = a, reference = z) <= 0.5").unwrap_err().to_string(),
        "`group` has no group `z`; its groups are `a`, `b`"
    );
    assert!(matches!(verdict("dp.difference[race] <= 0.5"), Err(AuditError::UnknownAttribute { .. })));
    assert!(matches!(verdict("dp.difference_to_reference <= 0.5"), Err(AuditError::NoReference { .. })));
    let mut request = gated(&["dp.ratio_to_reference >= 0.5"]);
    request.references = vec![("group".into(), Label::new("b"))];
    near(audit::audit(&statistics, &request).unwrap().verdicts[0].gap.value.unwrap(), 2.0 / 3.0);
}

#[test]
fn what_cannot_be_said_is_listed_and_a_gate_on_it_is_refused() {
    let report = audit::audit(&berkeley(false), &Request::new()).unwrap();
    let unsaid: Vec<String> = report.unsaid.iter().map(|unsaid| unsaid.notion.name().to_owned()).collect();
    assert!(unsaid.contains(&"equal_opportunity".to_owned()), "{unsaid:?}");
    assert!(unsaid.contains(&"conditional_parity".to_owned()), "{unsaid:?}");
    assert!(!unsaid.contains(&"demographic_parity".to_owned()), "{unsaid:?}");
    let error = audit::audit(&berkeley(false), &gated(&["eo <= 0.1"])).unwrap_err();
    assert!(matches!(error, AuditError::NotGiven { .. }), "{error}");
}

fn regression() -> (Statistics, Vec<f64>, Vec<f64>) {
    let n = 400;
    let y: Vec<f64> = (0..n).map(|i| f64::from((i * 37 % 101) as u32) / 10.0).collect();
    // Predictions are 0.4 or 0.6 too high in one group, and 0.25 too low in the other.
    let error = |i: usize| {
        if i % 2 == 1 {
            -0.25
        } else if i.is_multiple_of(4) {
            0.4
        } else {
            0.6
        }
    };
    let f: Vec<f64> = y.iter().enumerate().map(|(i, y)| y + error(i)).collect();
    let group = Column::new((0..n).map(|i| if i % 2 == 0 { "even" } else { "odd" }));
    let mut layout = Layout::new(Task::Regression);
    layout.sensitive = vec![Attribute::new("g")];
    layout.target = Some("y".into());
    layout.target_cuts = Some(Cuts::new(vec![3.0, 6.0]).unwrap());
    layout.score = Some("f".into());
    let sample = Sample::new(Columns {
        sensitive: vec![group.variable()],
        target: Some(Variable::Real(&y)),
        score: Some(&f),
        ..Columns::default()
    })
    .unwrap();
    (Statistics::collect(&layout, &sample, 1).unwrap(), y, f)
}

#[test]
fn regression_compares_means_laws_and_bins_of_the_target() {
    let (statistics, y, f) = regression();
    let gates = [
        "dp <= 5",
        "dp.ks <= 0.5",
        "dp.w1 <= 5",
        "eodds <= 2",
        "bounded_loss(mean_absolute_error) <= 1",
        "dp.quantile(0.5) <= 5",
    ];
    let report = audit::audit(&statistics, &gated(&gates)).unwrap();
    let mean = |values: &[f64], parity: usize| {
        let chosen: Vec<f64> = values.iter().skip(parity).step_by(2).copied().collect();
        chosen.iter().sum::<f64>() / chosen.len() as f64
    };
    near(report.verdicts[0].gap.value.unwrap(), (mean(&f, 0) - mean(&f, 1)).abs());
    let figures = &report.sections[0].groups[0].figures;
    near(figures.iter().find(|f| f.metric == "mean_residual").unwrap().value.unwrap(), -0.5);
    near(figures.iter().find(|f| f.metric == "mean_target").unwrap().value.unwrap(), mean(&y, 0));
    near(report.verdicts[4].gap.value.unwrap(), 0.5);
    // the loss of the group with constant errors does not vary, so nothing can be claimed of the larger one
    assert_eq!(report.verdicts[4].undecided, Some(Undecided::NoInterval));
    let others = report.verdicts.iter().enumerate().filter(|(i, _)| *i != 4);
    assert!(others.clone().all(|(_, verdict)| verdict.gap.interval.is_some()), "{:?}", report.verdicts);
    let event = report.verdicts[3].gap.extremes.clone().unwrap().event.unwrap();
    assert!(event.starts_with("y = "), "{event}");
}

#[test]
fn several_classes_are_compared_by_total_variation_and_shown_by_their_shares() {
    let classes = ["x", "y", "z"];
    let n = 900;
    let target = Column::new((0..n).map(|i| classes[i % 3]));
    let prediction = Column::new((0..n).map(|i| classes[if i % 10 == 0 { 0 } else { i % 3 }]));
    let group = Column::new((0..n).map(|i| if i < 300 { "a" } else { "b" }));
    let mut layout = Layout::new(Task::Multiclass);
    layout.sensitive = vec![Attribute::new("g")];
    layout.target = Some("t".into());
    layout.prediction = Some("p".into());
    let sample = Sample::new(Columns {
        sensitive: vec![group.variable()],
        target: Some(target.variable()),
        prediction: Some(prediction.categorical()),
        ..Columns::default()
    })
    .unwrap();
    let statistics = Statistics::collect(&layout, &sample, 1).unwrap();
    let report =
        audit::audit(&statistics, &gated(&["dp.tv <= 0.9", "dp <= 0.5", "eodds.tv <= 1.0"])).unwrap();
    assert!(
        report.verdicts.iter().all(|verdict| verdict.outcome == Outcome::Holds),
        "{:#?}",
        report.verdicts
    );
    let names: Vec<&str> = report.sections[0].overall.figures.iter().map(|f| f.metric.as_str()).collect();
    assert_eq!(names, ["accuracy", "predicted_share(x)", "predicted_share(y)", "predicted_share(z)"]);
    assert!(matches!(
        audit::audit(&statistics, &gated(&["eo <= 0.1"])).unwrap_err(),
        AuditError::UnsuitedNotion { .. }
    ));
}

/// Weighted by frequency, the audit is that of the repeated rows; by sampling the estimates agree and intervals widen.
#[test]
fn integer_weights_are_repetition_for_estimates_and_for_frequency_intervals() {
    let group = Column::new(["a", "a", "b", "b"]);
    let prediction = Column::new(["1", "0", "1", "0"]);
    let weights = [30.0, 70.0, 45.0, 55.0];
    let weighted = |kind| {
        let mut layout = Layout::new(Task::Binary);
        layout.sensitive = vec![Attribute::new("group")];
        layout.prediction = Some("p".into());
        layout.weight = Some(("w".into(), kind));
        let sample = Sample::new(Columns {
            sensitive: vec![group.variable()],
            prediction: Some(prediction.categorical()),
            weights: Some(&weights),
            ..Columns::default()
        })
        .unwrap();
        let statistics = Statistics::collect(&layout, &sample, 1).unwrap();
        let mut request = Request::new();
        request.rows_min = 1;
        audit::audit(&statistics, &request).unwrap()
    };
    let repeated =
        counted(&[("a", "1", "1", 30), ("a", "0", "0", 70), ("b", "1", "1", 45), ("b", "0", "0", 55)]);
    let repeated = audit::audit(&repeated, &Request::new()).unwrap();
    let gap = |report: &Report| {
        let gap = &report.sections[0].gaps[0];
        (gap.value.unwrap(), gap.interval.unwrap())
    };
    let (frequency, sampling) = (weighted(WeightKind::Frequency), weighted(WeightKind::Sampling));
    assert_eq!(gap(&frequency), gap(&repeated));
    near(gap(&sampling).0, 0.15);
    assert!(gap(&sampling).1.width() > gap(&frequency).1.width());
}

#[test]
fn renaming_groups_changes_names_only() {
    let rows = [
        ("a", "1", "1", 41),
        ("a", "0", "1", 60),
        ("b", "1", "1", 45),
        ("b", "0", "0", 55),
        ("c", "1", "0", 30),
    ];
    let renamed: Vec<(&str, &str, &str, usize)> = rows
        .iter()
        .map(|row| {
            (
                match row.0 {
                    "a" => "zz",
                    "b" => "yy",
                    _ => "xx",
                },
                row.1,
                row.2,
                row.3,
            )
        })
        .collect();
    let of = |rows: &[(&str, &str, &str, usize)]| {
        let report = audit::audit(&counted(rows), &Request::new()).unwrap();
        let gaps = &report.sections[0].gaps;
        gaps.iter().map(|gap| (gap.value, gap.n_comparisons)).collect::<Vec<_>>()
    };
    assert_eq!(of(&rows), of(&renamed));
}

#[test]
fn a_crossing_has_one_section_with_names_of_all_attributes() {
    let n = 400;
    let sex = Column::new((0..n).map(|i| if i % 2 == 0 { "f" } else { "m" }));
    let race = Column::new((0..n).map(|i| if i % 3 == 0 { "x" } else { "y" }));
    let prediction = Column::new((0..n).map(|i| if i % 5 == 0 { "1" } else { "0" }));
    let mut layout = Layout::new(Task::Binary);
    layout.sensitive = vec![Attribute::new("sex"), Attribute::new("race")];
    layout.prediction = Some("p".into());
    let sample = Sample::new(Columns {
        sensitive: vec![sex.variable(), race.variable()],
        prediction: Some(prediction.categorical()),
        ..Columns::default()
    })
    .unwrap();
    let statistics = Statistics::collect(&layout, &sample, 1).unwrap();
    let mut request = gated(&["dp.difference[race,sex] <= 0.9", "dp.difference[sex] <= 0.9"]);
    let each = audit::audit(&statistics, &request).unwrap();
    assert_eq!(each.sections.len(), 2);
    assert_eq!(each.verdicts[0].attributes, ["sex", "race"]);
    assert_eq!(each.verdicts[0].gap.n_groups, 4);
    request.grouping = Grouping::Crossed;
    let crossed = audit::audit(&statistics, &request).unwrap();
    assert_eq!(crossed.sections.len(), 1);
    let names: Vec<String> = crossed.sections[0].groups.iter().map(|group| group.name.to_string()).collect();
    assert_eq!(names, ["f, x", "f, y", "m, x", "m, y"]);
    assert_eq!(crossed.sections[0].groups.iter().map(|group| group.rows).sum::<u64>(), n as u64);
}
