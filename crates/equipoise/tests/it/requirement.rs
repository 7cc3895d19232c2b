//! Texts that are requirements, and their canonical forms.

use equipoise::notion::{
    self, Bound, ColumnNames, Comparison, Functional, GroupLabel, Level, MetricName, Notion, NotionArgument,
    Relation, Requirement, RequirementErrorKind, Selector, Subject,
};
use expect_test::expect;
use proptest::{collection::vec, prelude::*, sample::select};

use crate::requirement_law;

/// One line each: what is written, and how it is printed.
const ACCEPTED: &[(&str, &str)] = &[
    // the design's own examples
    ("demographic_parity.ratio >= 0.8", "demographic_parity.ratio >= 0.8"),
    ("eo.difference[race] <= 0.05", "equal_opportunity.difference[race] <= 0.05"),
    ("dp.ks <= 0.1", "demographic_parity.ks <= 0.1"),
    (
        "dp.difference(race = Black, reference = White) <= 0.03",
        "demographic_parity.difference(race = Black, reference = White) <= 0.03",
    ),
    ("dp <= 0.1", "demographic_parity.difference <= 0.1"),
    // subjects
    ("statistical_parity <= .1", "demographic_parity.difference <= 0.1"),
    ("pe <= 0.1", "predictive_equality.difference <= 0.1"),
    ("eodds <= 0.1", "equalized_odds.difference <= 0.1"),
    ("pp <= 0.1", "predictive_parity.difference <= 0.1"),
    ("calibration <= 0.1", "calibration.difference <= 0.1"),
    ("accuracy_parity.min >= 0.7", "accuracy_parity.min >= 0.7"),
    ("cp <= 0.1", "conditional_parity.difference <= 0.1"),
    ("cp(department)<=0.1", "conditional_parity(department).difference <= 0.1"),
    (
        "conditional_parity(department, \"job title\").ratio[sex] >= 0.8",
        "conditional_parity(department,\"job title\").ratio[sex] >= 0.8",
    ),
    ("bounded_loss(log_loss) <= 0.3", "bounded_loss(log_loss).max <= 0.3"),
    ("bounded_loss(mse).difference <= 3", "bounded_loss(mse).difference <= 3"),
    ("fpr.difference <= 0.1", "fpr.difference <= 0.1"),
    ("accuracy.min >= 0.7", "accuracy.min >= 0.7"),
    ("accuracy.group_min >= 0.7", "accuracy.min >= 0.7"),
    ("log_loss.group_max <= 2", "log_loss.max <= 2"),
    ("auc.difference <= 0.05", "auc.difference <= 0.05"),
    (
        "DPL.signed_difference(sex=f, reference=m) >= -0.1",
        "DPL.signed_difference(sex = f, reference = m) >= -0.1",
    ),
    ("theil_index.overall <= 0.2", "theil_index.overall <= 0.2"),
    // functionals
    ("dp.mean.difference <= 0.1", "demographic_parity.difference <= 0.1"),
    ("dp.rate <= 0.1", "demographic_parity.difference <= 0.1"),
    ("dp.quantile(0.9).difference <= 12.5", "demographic_parity.quantile(0.9).difference <= 12.5"),
    ("dp.quantile( 50% ) <= 2", "demographic_parity.quantile(0.5).difference <= 2"),
    ("dp.w1 <= 3", "demographic_parity.w1 <= 3"),
    ("dp.w2.difference <= 3", "demographic_parity.w2 <= 3"),
    ("dp.ks.difference_to_overall <= 0.1", "demographic_parity.ks.difference_to_overall <= 0.1"),
    ("eodds.mmd.difference_to_rest <= 0.1", "equalized_odds.mmd.difference_to_rest <= 0.1"),
    ("pp.tv <= 0.1", "predictive_parity.tv <= 0.1"),
    // comparisons
    ("dp.difference_to_overall <= 0.1", "demographic_parity.difference_to_overall <= 0.1"),
    ("dp.ratio_to_overall >= 0.8", "demographic_parity.ratio_to_overall >= 0.8"),
    ("dp.difference_to_reference <= 0.1", "demographic_parity.difference_to_reference <= 0.1"),
    ("dp.difference_to_rest <= 0.1", "demographic_parity.difference_to_rest <= 0.1"),
    ("dp.spread[race] <= 0.05", "demographic_parity.spread[race] <= 0.05"),
    // groups
    ("dp [ race , sex ] <= 0.1", "demographic_parity.difference[race,sex] <= 0.1"),
    (
        "dp.ratio_to_reference[race](reference = White) >= 0.8",
        "demographic_parity.ratio_to_reference[race](reference = White) >= 0.8",
    ),
    (
        "dp.difference_to_reference(reference = (White, m)) <= 0.1",
        "demographic_parity.difference_to_reference(reference = (White, m)) <= 0.1",
    ),
    (
        "dp.ratio(race = Black, reference = White) <= 1.25",
        "demographic_parity.ratio(race = Black, reference = White) <= 1.25",
    ),
    (
        "dp[race](race = a, reference = b) <= 0.1",
        "demographic_parity.difference(race = a, reference = b) <= 0.1",
    ),
    (
        "dp.difference(reference = (White, male), race = Black, sex = female) <= 0.1",
        "demographic_parity.difference(race = Black, sex = female, reference = (White, male)) <= 0.1",
    ),
    (
        "dp(race = missing, reference = \"missing\") <= 1",
        "demographic_parity.difference(race = missing, reference = \"missing\") <= 1",
    ),
    (
        "dp(\"reference\" = a, reference = reference) <= 1",
        "demographic_parity.difference(\"reference\" = a, reference = \"reference\") <= 1",
    ),
    (
        "dp(age = 25-40, reference = \"<25\") <= 1",
        "demographic_parity.difference(age = 25-40, reference = \"<25\") <= 1",
    ),
    (
        "dp(größe = \"1.5\", reference = 女) <= 1",
        "demographic_parity.difference(größe = \"1.5\", reference = 女) <= 1",
    ),
    (r#"dp["a\"b\\c\u{202e}"] <= 1"#, r#"demographic_parity.difference["a\"b\\c\u{202e}"] <= 1"#),
    ("dp[\"a\u{0}\nb\"] <= 1", r#"demographic_parity.difference["a\u{0}\nb"] <= 1"#),
    ("dp[\"\"] <= 1", "demographic_parity.difference[\"\"] <= 1"),
    ("dp[\"plain\"] <= 1", "demographic_parity.difference[plain] <= 1"),
    // relations and numbers
    ("dp≤0.1", "demographic_parity.difference <= 0.1"),
    ("dp.ratio ≥ 80%", "demographic_parity.ratio >= 0.8"),
    ("dp <= 5%", "demographic_parity.difference <= 0.05"),
    ("dp <= 0.1 %", "demographic_parity.difference <= 0.001"),
    ("  dp\t<=\u{a0}+1e-1\n", "demographic_parity.difference <= 0.1"),
    ("dp <= 1e300", "demographic_parity.difference <= 1e300"),
    ("dp <= 5e-324", "demographic_parity.difference <= 5e-324"),
    ("dp <= -0.0", "demographic_parity.difference <= 0"),
    ("r2.min >= -1.5", "r2.min >= -1.5"),
];

#[test]
fn accepted_texts_print_their_canonical_form() {
    for (text, canonical) in ACCEPTED {
        let requirement: Requirement = text.parse().unwrap_or_else(|error: notion::RequirementError| {
            panic!("{text}: {}", error.render());
        });
        assert_eq!(requirement.to_string(), *canonical);
        requirement_law::check(text);
    }
}

#[test]
fn parts_can_be_asked_for() {
    let requirement: Requirement =
        "eo.quantile(0.25).difference(race = Black, sex = missing, reference = (White, male)) <= 5%"
            .parse()
            .expect("valid");
    assert_eq!(requirement.notion(), Some(&Notion::EqualOpportunity));
    assert_eq!(requirement.metric(), None);
    assert_eq!(requirement.functional(), Functional::Quantile(Level::new(0.25).expect("a level")));
    assert_eq!(requirement.comparison(), Comparison::Difference);
    let selector = requirement.selector();
    assert_eq!(selector.attributes().iter().collect::<Vec<_>>(), ["race", "sex"]);
    assert_eq!(selector.group(), Some(&[GroupLabel::new("Black"), GroupLabel::Missing][..]));
    assert_eq!(selector.reference(), Some(&[GroupLabel::new("White"), GroupLabel::new("male")][..]));
    assert_eq!((requirement.bound().relation(), requirement.bound().value()), (Relation::AtMost, 0.05));
    let metric: Requirement = "auc.min >= 0.6".parse().expect("valid");
    assert_eq!(metric.metric().map(MetricName::as_str), Some("auc"));
}

#[test]
fn selectors_need_as_many_labels_as_attributes() {
    let names = |names: &[&str]| ColumnNames::new(names.iter().copied()).expect("distinct");
    let labels = |n: usize| vec![GroupLabel::new("a"); n];
    let missing = |n: usize| vec![GroupLabel::Missing; n];
    assert!(Selector::pair(names(&[]), labels(0), labels(0)).is_err());
    assert!(Selector::pair(names(&["x"]), labels(2), missing(1)).is_err());
    assert!(Selector::pair(names(&["x"]), labels(1), missing(2)).is_err());
    assert_eq!(Selector::pair(names(&["x"]), labels(1), labels(1)), Err(RequirementErrorKind::SameGroup));
    assert!(Selector::with_reference(names(&["x", "y"]), labels(1)).is_err());
    assert!(Selector::with_reference(names(&[]), labels(0)).is_err());
    assert!(Selector::with_reference(names(&[]), labels(2)).is_ok());
}

/// Columns and labels: plain words, keywords, signs of the grammar, and anything at all.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        select(vec![
            "race",
            "missing",
            "reference",
            "",
            " ",
            "ratio",
            "dp",
            "1.0",
            "-",
            "<30",
            "a b",
            "\"",
            "\\u{41}"
        ])
        .prop_map(str::to_owned),
        "[a-zA-Z0-9_-]{1,8}",
        "[\\[\\](){}<>=≤≥.,%\"\\\\ \t\n]{0,6}",
        "[\u{0}-\u{1f}\u{200b}-\u{206f}\u{5d0}\u{301}😀]{0,4}",
        any::<String>(),
    ]
}

fn label() -> impl Strategy<Value = GroupLabel> {
    prop_oneof![1 => Just(GroupLabel::Missing), 6 => text().prop_map(GroupLabel::new)]
}

fn columns(max: usize) -> impl Strategy<Value = ColumnNames> {
    proptest::collection::hash_set(text(), 0..=max)
        .prop_map(|names| ColumnNames::new(names).expect("distinct"))
}

fn metric() -> impl Strategy<Value = MetricName> {
    "[A-Za-z_][A-Za-z0-9_]{0,8}".prop_filter_map("a reserved word", |name| MetricName::new(&name).ok())
}

fn subject() -> impl Strategy<Value = Subject> {
    let notion = (select(notion::all().iter().collect::<Vec<_>>()), columns(3), metric()).prop_map(
        |(entry, columns, loss)| match entry.argument() {
            NotionArgument::Columns => Notion::ConditionalParity(columns),
            NotionArgument::Loss => Notion::BoundedLoss(loss),
            NotionArgument::Nothing => entry.notion().expect("no argument"),
        },
    );
    prop_oneof![3 => notion.prop_map(Subject::Notion), 1 => metric().prop_map(Subject::Metric)]
}

fn functional() -> impl Strategy<Value = Functional> {
    prop_oneof![
        4 => Just(Functional::Mean),
        1 => (f64::MIN_POSITIVE..1.0).prop_map(|level| Functional::Quantile(Level::new(level).expect("inside"))),
        3 => select(vec![Functional::Ks, Functional::W1, Functional::W2, Functional::Mmd, Functional::TotalVariation]),
    ]
}

fn selector() -> impl Strategy<Value = Selector> {
    let pair = (columns(3), vec(label(), 3), vec(label(), 3), 0..3).prop_filter_map(
        "not a selector",
        |(attributes, mut group, mut reference, kind)| {
            group.truncate(attributes.len());
            reference.truncate(attributes.len().max(1));
            match kind {
                0 => Some(Selector::over(attributes)),
                1 => Selector::pair(attributes, group, reference).ok(),
                _ => Selector::with_reference(attributes, reference).ok(),
            }
        },
    );
    prop_oneof![1 => Just(Selector::all()), 3 => pair]
}

fn bound() -> impl Strategy<Value = Bound> {
    let value = prop_oneof![
        0.0..=1.0,
        -3.0..3.0,
        proptest::num::f64::NORMAL | proptest::num::f64::SUBNORMAL,
        Just(-0.0)
    ];
    (select(vec![Relation::AtMost, Relation::AtLeast]), value)
        .prop_map(|(relation, value)| Bound::new(relation, value).expect("finite"))
}

fn requirement() -> impl Strategy<Value = Requirement> {
    let comparison = select(Comparison::all().collect::<Vec<_>>());
    (subject(), functional(), comparison, selector(), bound()).prop_filter_map(
        "parts that do not go together",
        |(subject, functional, comparison, selector, bound)| {
            Requirement::new(subject, functional, comparison, selector, bound).ok()
        },
    )
}

/// Pieces of requirements in any order: far more of these than of random strings get deep into the grammar.
fn near_requirement() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "dp",
        "eo",
        "cp",
        "conditional_parity",
        "bounded_loss",
        "fpr",
        "ratio",
        "difference",
        "signed_difference",
        "difference_to_reference",
        "overall",
        "min",
        "max",
        "ks",
        "quantile",
        "(",
        ")",
        "[",
        "]",
        "(race = Black, reference = White)",
        "[race]",
        "reference",
        "race",
        "missing",
        "=",
        ",",
        ".",
        "<=",
        ">=",
        "≤",
        "<",
        "0.1",
        "80%",
        "1e999",
        "nan",
        "\"",
        "\"a b\"",
        "\\",
        "\\u{",
        " ",
        "é",
        "\u{0}",
        "\u{202e}",
        "-",
    ]);
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { max_global_rejects: 1_000_000, ..ProptestConfig::default() })]

    #[test]
    fn printed_requirements_read_back(requirement in requirement()) {
        let printed = requirement.to_string();
        match printed.parse::<Requirement>() {
            Ok(again) => prop_assert_eq!(again, requirement),
            Err(error) => prop_assert!(false, "{}", error.render()),
        }
    }

    #[test]
    fn any_text_keeps_the_law(text in any::<String>()) {
        requirement_law::check(&text);
    }

    #[test]
    fn any_pieces_keep_the_law(text in near_requirement()) {
        requirement_law::check(&text);
    }

    /// A requirement with one character taken out, put in or changed.
    #[test]
    fn damaged_requirements_keep_the_law(requirement in requirement(), place in any::<prop::sample::Index>(), c in any::<char>(), kind in 0..3) {
        let mut chars: Vec<char> = requirement.to_string().chars().collect();
        let place = place.index(chars.len());
        match kind {
            0 => { chars.remove(place); }
            1 => chars.insert(place, c),
            _ => chars[place] = c,
        }
        requirement_law::check(&chars.into_iter().collect::<String>());
    }

    #[test]
    fn percent_is_a_hundredth(hundredths in 0_u32..=100) {
        let text = format!("dp <= {hundredths}%");
        let plain = format!("dp <= {}.{:02}", hundredths / 100, hundredths % 100);
        prop_assert_eq!(text.parse::<Requirement>(), plain.parse::<Requirement>());
    }
}

#[test]
fn hostile_texts_keep_the_law() {
    let texts = [
        "\u{0}".to_owned(),
        ".".repeat(100_000),
        ".".repeat(4096),
        "(".repeat(4000),
        format!("dp{}", ".ks".repeat(1000)),
        format!("dp[{}", "\"".repeat(4000)),
        format!("dp[\"{}\"] <= 1", "\u{202e}".repeat(1300)),
        format!("dp[\"{}\"] <= 1", "\u{202e}".repeat(400)),
        format!("{} <= 1", "\u{10ffff}".repeat(1000)),
        format!("{}.difference <= 1", "a".repeat(4000)),
        format!("dp <= 0.{}1", "0".repeat(4000)),
        format!("dp <= {}", "9".repeat(4000)),
        "dp.difference(race = 😀, reference = 👩‍👩‍👧) <= 1".to_owned(),
        "dp.ratio[\u{5d0}\u{5d1}] >= 0.8 \u{202e}".to_owned(),
        "\u{feff}dp <= 0.1".to_owned(),
        "dp <= 0.1\u{0}".to_owned(),
        "é".repeat(2047) + "aé",
        "é".repeat(2049),
    ];
    for text in texts {
        requirement_law::check(&text);
    }
}

/// Which comparisons go with which subjects, groups and sides: the whole table, with 0.1 as bound.
#[test]
fn what_goes_together() {
    let mut table = String::new();
    for subject in ["demographic_parity", "demographic_parity.ks", "calibration", "fpr"] {
        for comparison in Comparison::all() {
            let accepted: Vec<&str> = [
                ("<=", "", "<="),
                (">=", "", ">="),
                ("<= of a pair", "(a = x, reference = y)", "<="),
                (">= of a pair", "(a = x, reference = y)", ">="),
                ("<= with a reference", "(reference = y)", "<="),
                (">= with a reference", "(reference = y)", ">="),
            ]
            .into_iter()
            .filter(|(_, groups, relation)| {
                format!("{subject}.{comparison}{groups} {relation} 0.1").parse::<Requirement>().is_ok()
            })
            .map(|(name, _, _)| name)
            .collect();
            let accepted = if accepted.is_empty() { "-".to_owned() } else { accepted.join(", ") };
            table.push_str(&format!("{subject}.{comparison}: {accepted}\n"));
        }
    }
    expect![[r#"
        demographic_parity.difference: <=, <= of a pair
        demographic_parity.signed_difference: <= of a pair, >= of a pair
        demographic_parity.ratio: >=, <= of a pair, >= of a pair
        demographic_parity.difference_to_overall: <=
        demographic_parity.ratio_to_overall: >=
        demographic_parity.difference_to_reference: <=, <= with a reference
        demographic_parity.ratio_to_reference: >=, >= with a reference
        demographic_parity.difference_to_rest: <=
        demographic_parity.spread: <=
        demographic_parity.min: >=
        demographic_parity.max: <=
        demographic_parity.overall: -
        demographic_parity.ks.difference: <=, <= of a pair
        demographic_parity.ks.signed_difference: -
        demographic_parity.ks.ratio: -
        demographic_parity.ks.difference_to_overall: <=
        demographic_parity.ks.ratio_to_overall: -
        demographic_parity.ks.difference_to_reference: <=, <= with a reference
        demographic_parity.ks.ratio_to_reference: -
        demographic_parity.ks.difference_to_rest: <=
        demographic_parity.ks.spread: -
        demographic_parity.ks.min: -
        demographic_parity.ks.max: -
        demographic_parity.ks.overall: -
        calibration.difference: <=, <= of a pair
        calibration.signed_difference: <= of a pair, >= of a pair
        calibration.ratio: -
        calibration.difference_to_overall: <=
        calibration.ratio_to_overall: -
        calibration.difference_to_reference: <=, <= with a reference
        calibration.ratio_to_reference: -
        calibration.difference_to_rest: <=
        calibration.spread: <=
        calibration.min: >=
        calibration.max: <=
        calibration.overall: -
        fpr.difference: <=, <= of a pair
        fpr.signed_difference: <= of a pair, >= of a pair
        fpr.ratio: >=, <= of a pair, >= of a pair
        fpr.difference_to_overall: <=
        fpr.ratio_to_overall: >=
        fpr.difference_to_reference: <=, <= with a reference
        fpr.ratio_to_reference: >=, >= with a reference
        fpr.difference_to_rest: <=
        fpr.spread: <=
        fpr.min: >=
        fpr.max: <=
        fpr.overall: <=, >=
    "#]]
    .assert_eq(&table);
}
