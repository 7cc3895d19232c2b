//! Every way in which the parts of a requirement do not go together: the message, the place, the remedy.

use equipoise::notion::{
    Bound, Comparison, Functional, MetricName, Relation, Requirement, RequirementErrorKind, Selector, Subject,
};
use expect_test::expect;

use crate::requirement_errors::check;

#[test]
fn metric_without_comparison() {
    check(
        "fpr <= 0.1",
        expect![[r#"
            error: metric `fpr` has no comparison
              fpr <= 0.1
              ^^^
              help: write `fpr.difference` for the gap between groups, `fpr.max` or
                    `fpr.min` for each group, `fpr.overall` for all rows
        "#]],
    );
}

#[test]
fn functional_of_a_metric() {
    check(
        "fpr.ks <= 0.1",
        expect![[r#"
            error: `ks` cannot be asked of metric `fpr`, which is a number for each group already
              fpr.ks <= 0.1
                  ^^
              help: leave it out; comparisons: difference, signed_difference, ratio,
                    difference_to_overall, ratio_to_overall, difference_to_reference,
                    ratio_to_reference, difference_to_rest, spread, min, max, overall
        "#]],
    );
}

#[test]
fn functional_of_a_notion_of_means() {
    check(
        "calibration.ks <= 0.1",
        expect![[r#"
            error: `ks` cannot be asked of calibration, whose variable is outcome - score
              calibration.ks <= 0.1
                          ^^
              help: write `calibration.difference`, of the means
        "#]],
    );
}

#[test]
fn pair_without_reference() {
    check(
        "dp.difference(race = Black) <= 0.1",
        expect![[r#"
            error: the group has no reference to compare it with
              dp.difference(race = Black) <= 0.1
                           ^^^^^^^^^^^^^^
              help: a pair is written `(race = Black, reference = White)`
        "#]],
    );
}

#[test]
fn pair_with_a_label_short() {
    check(
        "dp.difference(race = Black, sex = f, reference = White) <= 0.1",
        expect![[r#"
            error: the reference has 1 label where 2 are needed, one for each attribute
              dp.difference(race = Black, sex = f, reference = White) <= 0.1
                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              help: a crossing is written
                    `(race = Black, sex = f, reference = (White, m))`
        "#]],
    );
}

#[test]
fn pair_of_one_group() {
    check(
        "dp(race = a, reference = \"a\") <= 0.1",
        expect![[r#"
        error: the group and its reference are the same
          dp(race = a, reference = "a") <= 0.1
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^
          help: name two different groups
    "#]],
    );
}

#[test]
fn pair_beside_other_brackets() {
    check(
        "dp[sex](race = a, reference = b) <= 0.1",
        expect![[r#"
        error: the brackets name `sex`, the pair names `race`
          dp[sex](race = a, reference = b) <= 0.1
            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
          help: leave the brackets out, the pair names its attributes
    "#]],
    );
}

#[test]
fn pair_of_a_comparison_over_all() {
    check(
        "dp.spread(race = a, reference = b) <= 0.1",
        expect![[r#"
        error: `spread` runs over all groups and takes no pair
          dp.spread(race = a, reference = b) <= 0.1
                   ^^^^^^^^^^^^^^^^^^^^^^^^^
          help: a pair has difference, signed_difference and ratio
    "#]],
    );
}

#[test]
fn pair_of_a_comparison_with_reference() {
    check(
        "dp.ratio_to_reference(race = a, reference = b) >= 0.8",
        expect![[r#"
        error: `ratio_to_reference` runs over all groups and takes no pair
          dp.ratio_to_reference(race = a, reference = b) >= 0.8
                               ^^^^^^^^^^^^^^^^^^^^^^^^^
          help: write `ratio(…)` for the pair
    "#]],
    );
}

#[test]
fn reference_of_a_comparison_without() {
    check(
        "dp.difference[race](reference = White) <= 0.1",
        expect![[r#"
            error: `difference` does not compare with a reference
              dp.difference[race](reference = White) <= 0.1
                           ^^^^^^^^^^^^^^^^^^^^^^^^^
              help: write difference_to_reference or ratio_to_reference, or name the
                    group before the reference: `(race = Black, reference = White)`
        "#]],
    );
}

#[test]
fn signed_difference_without_pair() {
    check(
        "dp.signed_difference[race] <= 0.1",
        expect![[r#"
            error: `signed_difference` has a sign only between two named groups
              dp.signed_difference[race] <= 0.1
                 ^^^^^^^^^^^^^^^^^
              help: write `signed_difference(race = Black, reference = White)`, or
                    `difference` for all groups
        "#]],
    );
}

#[test]
fn overall_of_a_notion() {
    check(
        "dp.overall <= 0.1",
        expect![[r#"
        error: demographic_parity is about groups and has no value over all rows
          dp.overall <= 0.1
             ^^^^^^^
          help: name the metric: `selection_rate.overall <= 0.5`
    "#]],
    );
}

#[test]
fn overall_with_groups() {
    check(
        "fpr.overall[sex] <= 0.1",
        expect![[r#"
        error: `overall` takes all rows together, so no groups can be named
          fpr.overall[sex] <= 0.1
                     ^^^^^^
          help: leave the groups out, or write `min` or `max`
    "#]],
    );
}

#[test]
fn ratio_of_a_distance() {
    check(
        "dp.ks.ratio >= 0.8",
        expect![[r#"
            error: `ks` is a distance between two groups, so there is no `ratio` of it
              dp.ks.ratio >= 0.8
                    ^^^^^
              help: write `ks` alone for the largest distance of a pair, or add one of
                    difference, difference_to_overall, difference_to_reference,
                    difference_to_rest
        "#]],
    );
}

#[test]
fn ratio_of_residuals() {
    check(
        "calibration.ratio >= 0.8",
        expect![[r#"
        error: calibration compares residuals, which have either sign, so there is no `ratio` of them
          calibration.ratio >= 0.8
                      ^^^^^
          help: write `calibration.difference`
    "#]],
    );
}

#[test]
fn ratio_bounded_from_above() {
    check(
        "dp.ratio <= 1.2",
        expect![[r#"
            error: `ratio <=` does not ask for equal treatment, 1 is equality and the ratio is at most 1
              dp.ratio <= 1.2
                       ^^
              help: write `ratio >=`; the ratio of a pair,
                    `ratio(race = Black, reference = White)`, can be bounded on either
                    side
        "#]],
    );
}

#[test]
fn difference_bounded_from_below() {
    check(
        "dp >= 0.1",
        expect![[r#"
        error: `difference >=` does not ask for equal treatment, 0 is equality and the gap is at least 0
          dp >= 0.1
             ^^
          help: write `difference <=`
    "#]],
    );
}

#[test]
fn distance_bounded_from_below() {
    check(
        "dp.ks >= 0.1",
        expect![[r#"
        error: `ks >=` does not ask for equal treatment, 0 is equality and the gap is at least 0
          dp.ks >= 0.1
                ^^
          help: write `ks <=`
    "#]],
    );
}

#[test]
fn minimum_bounded_from_above() {
    check(
        "accuracy.min <= 0.7",
        expect![[r#"
        error: `min <=` does not ask for equal treatment, it holds as soon as one group is low
          accuracy.min <= 0.7
                       ^^
          help: write `max <=` to bound every group from above, or `min >=`
    "#]],
    );
}

#[test]
fn maximum_bounded_from_below() {
    check(
        "accuracy.max >= 0.7",
        expect![[r#"
        error: `max >=` does not ask for equal treatment, it holds as soon as one group is high
          accuracy.max >= 0.7
                       ^^
          help: write `min >=` to bound every group from below, or `max <=`
    "#]],
    );
}

#[test]
fn ratio_above_one() {
    check(
        "dp.ratio >= 80",
        expect![[r#"
            error: the bound 80 is out of range, `ratio` lies between 0 and 1
              dp.ratio >= 80
                          ^^
              help: did you mean `80%`?
        "#]],
    );
}

#[test]
fn negative_difference() {
    check(
        "fpr.difference <= -0.1",
        expect![[r#"
        error: the bound -0.1 is out of range, `difference` lies at or above 0
          fpr.difference <= -0.1
                            ^^^^
    "#]],
    );
}

#[test]
fn distance_above_one() {
    check(
        "dp.ks <= 10",
        expect![[r#"
            error: the bound 10 is out of range, `ks` lies between 0 and 1
              dp.ks <= 10
                       ^^
              help: did you mean `10%`?
        "#]],
    );
}

#[test]
fn accuracy_above_one() {
    check(
        "accuracy_parity.min >= 1.5",
        expect![[r#"
            error: the bound 1.5 is out of range, `min` lies between 0 and 1
              accuracy_parity.min >= 1.5
                                     ^^^
        "#]],
    );
}

#[test]
fn constructed_requirements_are_checked_like_written_ones() {
    let metric = Subject::Metric(MetricName::new("auc").expect("a name"));
    let bound = Bound::new(Relation::AtMost, 0.1).expect("finite");
    let made =
        Requirement::new(metric.clone(), Functional::Ks, Comparison::Difference, Selector::all(), bound);
    assert!(matches!(made, Err(RequirementErrorKind::FunctionalOfMetric { .. })));
    let made = Requirement::new(metric, Functional::Mean, Comparison::Min, Selector::all(), bound);
    assert!(matches!(made, Err(RequirementErrorKind::WrongRelation { .. })));
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(Bound::new(Relation::AtLeast, value).is_err());
    }
}

#[test]
fn what_would_print_too_long_is_refused() {
    // Escapes are longer than what they stand for: three bytes become eight.
    let text = format!("dp[\"{}\"] <= 1", "\u{202e}".repeat(1300));
    let error = text.parse::<Requirement>().expect_err("longer than the limit when printed");
    assert!(matches!(error.kind(), RequirementErrorKind::TooLong { .. }));
}
