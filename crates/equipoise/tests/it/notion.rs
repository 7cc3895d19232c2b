//! The table of notions.

use equipoise::notion::{
    self, ColumnNames, Compared, Comparison, Event, MetricName, Need, Notion, NotionArgument, Requirement,
};
use expect_test::expect;
use proptest::prelude::*;

#[test]
fn the_table_of_notions() {
    let mut table = String::new();
    for entry in notion::all() {
        let needs: Vec<_> = entry.needs().iter().map(ToString::to_string).collect();
        let columns = [
            [&[entry.name()], entry.aliases()].concat().join(", "),
            entry.event().to_string(),
            entry.compared().to_string(),
            needs.join(" + "),
            format!("{:?}", entry.argument()),
            entry.default_comparison().to_string(),
        ];
        table.push_str(&columns.join(" | "));
        table.push('\n');
    }
    expect![[r#"
        demographic_parity, dp, statistical_parity | all rows | prediction | prediction or score | Nothing | difference
        equal_opportunity, eo | Y = positive | prediction | target + prediction or score | Nothing | difference
        predictive_equality, pe | Y = negative | prediction | target + prediction or score | Nothing | difference
        equalized_odds, eodds | Y = y for each y | prediction | target + prediction or score | Nothing | difference
        conditional_parity, cp | Z = z for each z | prediction | prediction or score + strata | Columns | difference
        predictive_parity, pp | prediction = positive | outcome | target + prediction or score | Nothing | difference
        calibration | score in bin b for each b | outcome - score | target + score | Nothing | difference
        accuracy_parity | all rows | correctness | target + prediction or score | Nothing | difference
        bounded_loss | all rows | loss | target + prediction or score | Loss | max
    "#]].assert_eq(&table);
}

#[test]
fn names_and_aliases_are_distinct_and_name_their_notion() {
    let mut seen = std::collections::HashSet::new();
    for entry in notion::all() {
        for name in [&[entry.name()], entry.aliases()].concat() {
            assert!(seen.insert(name), "{name} is there twice");
            assert!(std::ptr::eq(notion::by_name(name).expect("a name of the table"), entry));
            // No metric and no comparison can take the name.
            assert!(MetricName::new(name).is_err());
            assert!(Comparison::all().all(|c| c.name() != name && c.aliases().all(|alias| alias != name)));
            match entry.argument() {
                NotionArgument::Loss => assert!(name.parse::<Notion>().is_err()),
                _ => assert_eq!(name.parse::<Notion>().ok(), entry.notion()),
            }
        }
    }
}

#[test]
fn eo_is_equal_opportunity_and_eodds_equalized_odds() {
    assert_eq!("eo".parse(), Ok(Notion::EqualOpportunity));
    assert_eq!("eodds".parse(), Ok(Notion::EqualizedOdds));
}

#[test]
fn notions_with_arguments() {
    let columns = ColumnNames::new(["department", "job title"]).expect("two names");
    let notion = Notion::ConditionalParity(columns);
    assert_eq!(notion.to_string(), "conditional_parity(department,\"job title\")");
    assert_eq!(" cp ( department , \"job title\" ) ".parse(), Ok(notion));
    assert_eq!("cp".parse(), Ok(Notion::ConditionalParity(ColumnNames::none())));
    let notion = Notion::BoundedLoss(MetricName::new("log_loss").expect("a name"));
    assert_eq!("bounded_loss(log_loss)".parse(), Ok(notion.clone()));
    assert_eq!((notion.event(), notion.compared()), (Event::AllRows, Compared::Loss));
}

#[test]
fn laws_need_a_score_where_rates_need_any_prediction() {
    let needs = |text: &str| text.parse::<Requirement>().expect(text).needs();
    assert_eq!(needs("dp <= 0.1"), Some(vec![Need::Prediction]));
    assert_eq!(needs("dp.tv <= 0.1"), Some(vec![Need::Prediction]));
    assert_eq!(needs("dp.ks <= 0.1"), Some(vec![Need::Score]));
    assert_eq!(needs("eodds.quantile(0.5) <= 0.1"), Some(vec![Need::Target, Need::Score]));
    assert_eq!(needs("cp.w1 <= 0.1"), Some(vec![Need::Score, Need::Strata]));
    assert_eq!(needs("calibration <= 0.1"), Some(vec![Need::Target, Need::Score]));
    assert_eq!(needs("fpr.difference <= 0.1"), None);
}

proptest! {
    #[test]
    fn printed_notions_read_back(names in proptest::collection::hash_set(any::<String>(), 0..4)) {
        let columns = ColumnNames::new(names).expect("names of a set are distinct");
        let notion = Notion::ConditionalParity(columns);
        prop_assert_eq!(notion.to_string().parse::<Notion>(), Ok(notion));
    }
}
