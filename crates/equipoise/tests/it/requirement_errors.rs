//! Every kind of error in how a requirement is written: the message, the place, the remedy.

use equipoise::notion::{Notion, Requirement, RequirementError};
use expect_test::{Expect, expect};

/// Reads a text that is not a requirement and compares the whole message.
#[track_caller]
pub(crate) fn check(text: &str, expected: Expect) {
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
