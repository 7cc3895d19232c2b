//! Every kind of error in the text of a requirement: the message, the place, the remedy.

use equipoise::notion::{
    Bound, Comparison, Functional, MetricName, Notion, Relation, Requirement, RequirementError,
    RequirementErrorKind, Selector, Subject,
};
use expect_test::{Expect, expect};

#[track_caller]
fn check(text: &str, expected: Expect) {
    let error = text.parse::<Requirement>().expect_err(text);
    expected.assert_eq(&(error.render() + "\n"));
}

#[test]
fn too_long_text_names_the_limit() {
    check(
        &"a".repeat(5000),
        expect![[r#"
        error: the text is 5000 bytes long, at most 4096 are allowed
          aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…
          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    "#]],
    );
}

#[test]
fn empty_text_shows_the_form() {
    check(
        " \t",
        expect![[r#"
            error: the text ends where a notion or a metric is needed
               \t
              ^
              help: write `SUBJECT.COMPARISON <= NUMBER`, such as `dp.difference <= 0.1`
                    or `dp.ratio[sex] >= 0.8`
        "#]],
    );
}

#[test]
fn subject_is_missing() {
    check(
        ".ratio >= 0.8",
        expect![[r#"
            error: `.` stands where a notion or a metric is needed
              .ratio >= 0.8
              ^
              help: write `SUBJECT.COMPARISON <= NUMBER`, such as `dp.difference <= 0.1`
                    or `dp.ratio[sex] >= 0.8`
        "#]],
    );
}

#[test]
fn bound_first_is_not_a_name() {
    check(
        "0.8 <= dp.ratio",
        expect![[r#"
            error: `0.8` stands where a notion or a metric is needed
              0.8 <= dp.ratio
              ^^^
              help: write `SUBJECT.COMPARISON <= NUMBER`, such as `dp.difference <= 0.1`
                    or `dp.ratio[sex] >= 0.8`
        "#]],
    );
}

#[test]
fn hyphens_in_a_notion_are_pointed_at() {
    check(
        "demographic-parity <= 0.1",
        expect![[r#"
            error: `demographic-parity` cannot be the name of a notion or metric
              demographic-parity <= 0.1
              ^^^^^^^^^^^^^^^^^^
              help: did you mean `demographic_parity`? write
                    `SUBJECT.COMPARISON <= NUMBER`, such as `dp.difference <= 0.1` or
                    `dp.ratio[sex] >= 0.8`
        "#]],
    );
}

#[test]
fn comparison_without_subject() {
    check(
        "ratio >= 0.8",
        expect![[r#"
            error: `ratio` is a comparison, not a notion or metric
              ratio >= 0.8
              ^^^^^
              help: write `SUBJECT.COMPARISON <= NUMBER`, such as `dp.difference <= 0.1`
                    or `dp.ratio[sex] >= 0.8`
        "#]],
    );
}

#[test]
fn misspelt_comparison() {
    check(
        "dp.ration >= 0.8",
        expect![[r#"
            error: `ration` is not a functional or comparison
              dp.ration >= 0.8
                 ^^^^^^
              help: did you mean `ratio`? comparisons: difference, signed_difference,
                    ratio, difference_to_overall, ratio_to_overall,
                    difference_to_reference, ratio_to_reference, difference_to_rest,
                    spread, min, max, overall; functionals: mean, rate, ks, w1, w2, mmd,
                    tv, quantile
        "#]],
    );
}

#[test]
fn misspelt_comparison_of_a_metric() {
    check(
        "fpr.diference <= 0.1",
        expect![[r#"
            error: `diference` is not a comparison
              fpr.diference <= 0.1
                  ^^^^^^^^^
              help: did you mean `difference`? comparisons: difference,
                    signed_difference, ratio, difference_to_overall, ratio_to_overall,
                    difference_to_reference, ratio_to_reference, difference_to_rest,
                    spread, min, max, overall
        "#]],
    );
}

#[test]
fn misspelt_functional() {
    check(
        "dp.quantiel(0.5) <= 0.1",
        expect![[r#"
            error: `quantiel` is not a functional or comparison
              dp.quantiel(0.5) <= 0.1
                 ^^^^^^^^
              help: did you mean `quantile`? comparisons: difference, signed_difference,
                    ratio, difference_to_overall, ratio_to_overall,
                    difference_to_reference, ratio_to_reference, difference_to_rest,
                    spread, min, max, overall; functionals: mean, rate, ks, w1, w2, mmd,
                    tv, quantile
        "#]],
    );
}

#[test]
fn unknown_part_lists_all() {
    check(
        "dp.gini <= 0.1",
        expect![[r#"
            error: `gini` is not a functional or comparison
              dp.gini <= 0.1
                 ^^^^
              help: comparisons: difference, signed_difference, ratio,
                    difference_to_overall, ratio_to_overall, difference_to_reference,
                    ratio_to_reference, difference_to_rest, spread, min, max, overall;
                    functionals: mean, rate, ks, w1, w2, mmd, tv, quantile
        "#]],
    );
}

#[test]
fn comparison_twice() {
    check(
        "dp.ratio.difference <= 0.1",
        expect![[r#"
            error: `difference` cannot follow `ratio`
              dp.ratio.difference <= 0.1
                       ^^^^^^^^^^
              help: one functional may stand before one comparison:
                    `dp.quantile(0.5).difference <= 2`
        "#]],
    );
}

#[test]
fn functional_after_comparison() {
    check(
        "dp.difference.ks <= 0.1",
        expect![[r#"
            error: `ks` cannot follow `difference`
              dp.difference.ks <= 0.1
                            ^^
              help: one functional may stand before one comparison:
                    `dp.quantile(0.5).difference <= 2`
        "#]],
    );
}

#[test]
fn part_is_missing_after_the_point() {
    check(
        "dp. <= 0.1",
        expect![[r#"
            error: `<` stands where a functional or a comparison is needed
              dp. <= 0.1
                  ^
              help: comparisons: difference, signed_difference, ratio,
                    difference_to_overall, ratio_to_overall, difference_to_reference,
                    ratio_to_reference, difference_to_rest, spread, min, max, overall;
                    functionals: mean, rate, ks, w1, w2, mmd, tv, quantile
        "#]],
    );
}

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
fn bounded_loss_without_loss() {
    check(
        "bounded_loss <= 0.1",
        expect![[r#"
            error: `bounded_loss` does not say which loss
              bounded_loss <= 0.1
              ^^^^^^^^^^^^
              help: a loss is a metric, named in parentheses:
                    `bounded_loss(log_loss) <= 0.2`
        "#]],
    );
}

#[test]
fn bounded_loss_of_a_notion() {
    check(
        "bounded_loss(dp) <= 0.1",
        expect![[r#"
            error: `dp` is a notion, not a metric
              bounded_loss(dp) <= 0.1
                           ^^
              help: a loss is a metric, named in parentheses:
                    `bounded_loss(log_loss) <= 0.2`
        "#]],
    );
}

#[test]
fn strata_of_a_notion_without() {
    check(
        "dp(department) <= 0.1",
        expect![[r#"
            error: `)` stands where `=` is needed
              dp(department) <= 0.1
                           ^
              help: a pair is written `(race = Black, reference = White)`; strata are
                    named in `conditional_parity(department)`
        "#]],
    );
}

#[test]
fn brackets_not_closed() {
    check(
        "dp[race <= 0.1",
        expect![[r#"
            error: `<` stands where `,` or `]` is needed
              dp[race <= 0.1
                      ^
              help: the list is not closed, or a name with a sign in it is not in double
                    quotes
        "#]],
    );
}

#[test]
fn parenthesis_not_closed() {
    check(
        "dp(race = a, reference = b <= 0.1",
        expect![[r#"
            error: `<` stands where `,` or `)` is needed
              dp(race = a, reference = b <= 0.1
                                         ^
              help: the list is not closed, or a name with a sign in it is not in double
                    quotes
        "#]],
    );
}

#[test]
fn reference_without_label() {
    check(
        "dp(race = a, reference) <= 0.1",
        expect![[r#"
        error: `)` stands where `=` is needed
          dp(race = a, reference) <= 0.1
                                ^
          help: a pair is written `(race = Black, reference = White)`; strata are
                named in `conditional_parity(department)`
    "#]],
    );
}

#[test]
fn negative_bound_first() {
    check(
        "-0.1 <= fpr.signed_difference",
        expect![[r#"
            error: `-0.1` stands where a notion or a metric is needed
              -0.1 <= fpr.signed_difference
              ^^^^
              help: write `SUBJECT.COMPARISON <= NUMBER`, such as `dp.difference <= 0.1`
                    or `dp.ratio[sex] >= 0.8`
        "#]],
    );
}

#[test]
fn pair_in_place_of_strata() {
    check(
        "cp(race = a, reference = b) <= 0.1",
        expect![[r#"
            error: `=` stands where `,` or `)` is needed
              cp(race = a, reference = b) <= 0.1
                      ^
              help: the first parentheses of conditional_parity name its strata, a pair
                    stands in the next
        "#]],
    );
}

#[test]
fn column_twice() {
    check(
        "dp[race, sex, race] <= 0.1",
        expect![[r#"
        error: column `race` is named twice
          dp[race, sex, race] <= 0.1
                        ^^^^
          help: name it once
    "#]],
    );
}

#[test]
fn brackets_are_empty() {
    check(
        "dp[] <= 0.1",
        expect![[r#"
            error: `]` stands where a column is needed
              dp[] <= 0.1
                 ^
              help: without brackets every attribute of the request is meant
        "#]],
    );
}

#[test]
fn bare_blank_in_a_label() {
    check(
        "dp(race = African American, reference = White) <= 0.1",
        expect![[r#"
            error: `American` stands where `,` or `)` is needed
              dp(race = African American, reference = White) <= 0.1
                                ^^^^^^^^
              help: names and labels with blanks or signs stand in double quotes:
                    `"African American"`
        "#]],
    );
}

#[test]
fn bare_sign_in_a_label() {
    check(
        "dp(readmitted = <30, reference = NO) <= 0.1",
        expect![[r#"
            error: `<` stands where a label is needed
              dp(readmitted = <30, reference = NO) <= 0.1
                              ^
              help: names and labels with blanks or signs stand in double quotes:
                    `"African American"`
        "#]],
    );
}

#[test]
fn single_quotes() {
    check(
        "dp['job title'] <= 0.1",
        expect![[r#"
            error: `'` stands where a column is needed
              dp['job title'] <= 0.1
                 ^
              help: names and labels with blanks or signs stand in double quotes:
                    `"African American"`
        "#]],
    );
}

#[test]
fn quote_not_closed() {
    check(
        "dp[\"job title] <= 0.1",
        expect![[r#"
        error: the quote is not closed
          dp["job title] <= 0.1
             ^^^^^^^^^^^^^^^^^^
          help: end the name with `"`, and write a quote inside it as `\"`
    "#]],
    );
}

#[test]
fn unknown_escape() {
    check(
        r#"dp["a\x41"] <= 0.1"#,
        expect![[r#"
        error: `\x` is not an escape
          dp["a\x41"] <= 0.1
               ^^
          help: escapes: \", \\, \n, \r, \t, \u{1f600}
    "#]],
    );
}

#[test]
fn surrogate_is_no_character() {
    check(
        r#"dp["\u{d800}"] <= 0.1"#,
        expect![[r#"
            error: `\u{d800}` is not an escape
              dp["\u{d800}"] <= 0.1
                  ^^^^^^^^
              help: escapes: \", \\, \n, \r, \t, \u{1f600}
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
fn reference_twice() {
    check(
        "dp(race = a, reference = b, reference = c) <= 0.1",
        expect![[r#"
        error: the reference is given twice
          dp(race = a, reference = b, reference = c) <= 0.1
                                      ^^^^^^^^^
          help: name it once
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
fn relation_is_missing() {
    check(
        "dp.difference",
        expect![[r#"
            error: the text ends where `<=` or `>=` is needed
              dp.difference
                           ^
              help: the order is
                    `SUBJECT.FUNCTIONAL.COMPARISON[attributes](pair) <= NUMBER`
        "#]],
    );
}

#[test]
fn selector_before_comparison() {
    check(
        "dp[race].difference <= 0.1",
        expect![[r#"
            error: `.` stands where `<=` or `>=` is needed
              dp[race].difference <= 0.1
                      ^
              help: the order is
                    `SUBJECT.FUNCTIONAL.COMPARISON[attributes](pair) <= NUMBER`
        "#]],
    );
}

#[test]
fn strict_relation() {
    check(
        "dp.difference < 0.1",
        expect![[r#"
        error: `<` is not a relation
          dp.difference < 0.1
                        ^
          help: relations: <= and >=, the bound itself is allowed
    "#]],
    );
}

#[test]
fn turned_relation() {
    check(
        "dp.difference =< 0.1",
        expect![[r#"
        error: `=<` is not a relation
          dp.difference =< 0.1
                        ^^
          help: relations: <= and >=, the bound itself is allowed
    "#]],
    );
}

#[test]
fn number_is_missing() {
    check(
        "dp.difference <=",
        expect![[r#"
            error: the text ends where a number is needed
              dp.difference <=
                              ^
              help: numbers are written 0.1, 1e-3 or 5%
        "#]],
    );
}

#[test]
fn number_is_a_word() {
    check(
        "dp.difference <= small",
        expect![[r#"
        error: `small` is not a number
          dp.difference <= small
                           ^^^^^
          help: numbers are written 0.1, 1e-3 or 5%
    "#]],
    );
}

#[test]
fn infinity_is_not_a_number() {
    check(
        "dp.difference <= inf",
        expect![[r#"
        error: `inf` is not a number
          dp.difference <= inf
                           ^^^
          help: numbers are written 0.1, 1e-3 or 5%
    "#]],
    );
}

#[test]
fn overflowing_number() {
    check(
        "dp.difference <= 1e999",
        expect![[r#"
            error: inf is not a finite number
              dp.difference <= 1e999
                               ^^^^^
        "#]],
    );
}

#[test]
fn decimal_comma() {
    check(
        "dp.difference <= 0,1",
        expect![[r#"
            error: `,` stands after the end
              dp.difference <= 0,1
                                ^
              help: numbers have a decimal point, and one text holds one requirement
        "#]],
    );
}

#[test]
fn text_after_the_number() {
    check(
        "dp.difference <= 0.1 and dp.ratio >= 0.8",
        expect![[r#"
            error: `and` stands after the end
              dp.difference <= 0.1 and dp.ratio >= 0.8
                                   ^^^
              help: one text holds one requirement, or one notion
        "#]],
    );
}

#[test]
fn level_out_of_range() {
    check(
        "dp.quantile(90).difference <= 0.1",
        expect![[r#"
        error: the level 90 of a quantile is not above 0 and below 1
          dp.quantile(90).difference <= 0.1
                      ^^
          help: the median is `quantile(0.5)`
    "#]],
    );
}

#[test]
fn level_is_missing() {
    check(
        "dp.quantile.difference <= 0.1",
        expect![[r#"
            error: `.` stands where `(` is needed
              dp.quantile.difference <= 0.1
                         ^
              help: the median is `quantile(0.5)`
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
fn carets_count_characters_not_bytes() {
    check(
        "dp[größe, 年齢].ration >= 0.8",
        expect![[r#"
            error: `.` stands where `<=` or `>=` is needed
              dp[größe, 年齢].ration >= 0.8
                           ^
              help: the order is
                    `SUBJECT.FUNCTIONAL.COMPARISON[attributes](pair) <= NUMBER`
        "#]],
    );
}

#[test]
fn invisible_characters_are_escaped() {
    check(
        "dp[\"a\u{0}\u{202e}\"]\u{7} <= 0.1",
        expect![[r#"
            error: `\u{7}` stands where `<=` or `>=` is needed
              dp["a\u{0}\u{202e}"]\u{7} <= 0.1
                                  ^^^^^
              help: the order is
                    `SUBJECT.FUNCTIONAL.COMPARISON[attributes](pair) <= NUMBER`
        "#]],
    );
}

#[test]
fn long_texts_are_clipped_around_the_fault() {
    check(
        &format!(
            "dp[{}].ratio >= 0.8",
            ["column"; 40].iter().enumerate().map(|(i, c)| format!("{c}_{i}")).collect::<Vec<_>>().join(",")
        ),
        expect![[r#"
            error: `.` stands where `<=` or `>=` is needed
              …_37,column_38,column_39].ratio >= 0.8
                                       ^
              help: the order is
                    `SUBJECT.FUNCTIONAL.COMPARISON[attributes](pair) <= NUMBER`
        "#]],
    );
}

#[test]
fn long_faults_are_clipped() {
    check(
        &format!("dp.{} >= 0.8", "x".repeat(300)),
        expect![[r#"
            error: `xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…` is not a functional or comparison
              dp.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
              help: comparisons: difference, signed_difference, ratio,
                    difference_to_overall, ratio_to_overall, difference_to_reference,
                    ratio_to_reference, difference_to_rest, spread, min, max, overall;
                    functionals: mean, rate, ks, w1, w2, mmd, tv, quantile
        "#]],
    );
}

#[test]
fn unknown_metric_is_pointed_at_with_near_names() {
    let known = ["fpr", "fnr", "tpr", "selection_rate", "accuracy"];
    let error = RequirementError::unknown_metric(" fbr.difference <= 0.1", known);
    expect![[r#"
        error: `fbr` is neither a notion nor a metric
           fbr.difference <= 0.1
           ^^^
          help: did you mean `fpr` or `fnr`?
    "#]]
    .assert_eq(&(error.render() + "\n"));
    let error = RequirementError::unknown_metric("demografic_parity.ratio >= 0.8", known);
    assert_eq!(error.kind().suggestion(), Some("demographic_parity"));
    let error = RequirementError::unknown_metric("DP.ratio >= 0.8", known);
    assert_eq!(error.kind().suggestion(), Some("dp"));
    let text = "bounded_loss( acuracy ) <= 0.8";
    let error = RequirementError::unknown_metric(text, known);
    assert_eq!((&text[error.span()], error.kind().suggestion()), ("acuracy", Some("accuracy")));
    let error = RequirementError::unknown_metric("zzzzzz.ratio >= 0.8", known);
    expect![[r#"
        error: `zzzzzz` is neither a notion nor a metric
          zzzzzz.ratio >= 0.8
          ^^^^^^
          help: the lists of metrics and of notions hold the names that are known
    "#]]
    .assert_eq(&(error.render() + "\n"));
}

#[test]
fn unknown_notion_lists_the_notions() {
    let error = "equalised_odds".parse::<Notion>().expect_err("british spelling");
    expect![[r#"
        error: `equalised_odds` is not a notion
          equalised_odds
          ^^^^^^^^^^^^^^
          help: did you mean `equalized_odds`? notions: demographic_parity,
                equal_opportunity, predictive_equality, equalized_odds,
                conditional_parity, predictive_parity, calibration, accuracy_parity,
                bounded_loss
    "#]]
    .assert_eq(&(error.render() + "\n"));
    let error = "EO".parse::<Notion>().expect_err("names are in lower case");
    assert_eq!(error.kind().suggestion(), Some("eo"));
    let error = "dp <= 0.1".parse::<Notion>().expect_err("a requirement");
    expect![[r#"
        error: `<` stands after the end
          dp <= 0.1
             ^
          help: one text holds one requirement, or one notion
    "#]]
    .assert_eq(&(error.render() + "\n"));
}

#[test]
fn spans_are_bytes_of_the_text() {
    let text = "dp[größe].ration >= 0.8";
    let error = text.parse::<Requirement>().expect_err("the selector stands after the comparison");
    assert_eq!(&text[error.span()], ".");
    let text = "größe.ratio >= 0.8";
    let error = text.parse::<Requirement>().expect_err("metrics are ASCII");
    assert_eq!(&text[error.span()], "größe");
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
