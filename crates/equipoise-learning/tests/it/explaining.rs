//! What a model is made of.

use equipoise_learning::{Model, Recipe, Silent, Spelling, explain::explain, train};

use crate::data::{people, recipe};

fn model(recipe: &Recipe) -> Model {
    train(&people(300).table, recipe, &Silent).unwrap_or_else(|failure| panic!("{failure}")).model
}

#[test]
fn the_parts_of_the_features_add_up_to_the_gap() {
    let mut asked = recipe("fair_svm", "hired");
    asked.sensitive.push("race".to_owned());
    asked.bound = vec![0.2];
    asked.notion = Some("dp".to_owned());
    let explanation = explain(&model(&asked), None, Spelling::CommandLine, &Silent).unwrap();
    let score = &explanation.scores[0];
    let groups = score.groups.as_ref().unwrap();
    assert_eq!(groups.gaps.len(), 4, "one pair of sexes, three of races");
    for gap in &groups.gaps {
        let sum: f64 = gap.differences.iter().zip(&score.weights).map(|(u, w)| u * w).sum();
        assert!((sum - gap.gap).abs() < 1e-12, "{sum} {}", gap.gap);
    }
    // The shares of all unit vectors add up to the number of directions.
    let taken: f64 = groups.taken_out.iter().sum();
    assert!((taken - groups.rank as f64).abs() < 1e-9);
    assert!(groups.taken_out.iter().all(|share| (0.0..=1.0 + 1e-12).contains(share)));
}

#[test]
fn the_rows_of_the_fit_give_the_figures_of_the_fit() {
    let people = people(300);
    for (method, target) in [("fair_logistic", "hired"), ("fair_ridge", "income"), ("fair_logistic", "level")]
    {
        let mut asked = recipe(method, target);
        asked.notion = Some("eodds".to_owned());
        let model = train(&people.table, &asked, &Silent).unwrap().model;
        let of_fit = explain(&model, None, Spelling::CommandLine, &Silent).unwrap();
        let of_rows = explain(&model, Some(&people.table), Spelling::CommandLine, &Silent).unwrap();
        assert_eq!(of_rows.rows_measured, Some(300));
        for (fit, rows) in of_fit.scores.iter().zip(&of_rows.scores) {
            let (fit, rows) = (fit.groups.as_ref().unwrap(), rows.groups.as_ref().unwrap());
            assert_eq!(fit.cells.len(), rows.cells.len());
            for (a, b) in fit.cells.iter().zip(&rows.cells) {
                assert_eq!((&a.group, &a.event, a.rows), (&b.group, &b.event, b.rows), "{method}");
                assert!((a.mean - b.mean).abs() < 1e-9 && (a.rate - b.rate).abs() < 1e-12, "{method}");
            }
            for (a, b) in fit.gaps.iter().zip(&rows.gaps) {
                assert!((a.gap - b.gap).abs() < 1e-9, "{method}");
                assert_eq!(a.differences.len(), b.differences.len());
                assert!(a.differences.iter().zip(&b.differences).all(|(a, b)| (a - b).abs() < 1e-12));
            }
        }
    }
}

#[test]
fn a_kernel_model_says_that_it_holds_rows() {
    let mut asked = recipe("fair_svm", "hired");
    asked.settings = vec![("kernel".to_owned(), "rbf".to_owned())];
    let explanation = explain(&model(&asked), None, Spelling::CommandLine, &Silent).unwrap();
    let text = explanation.text(80, 20);
    assert!(text.contains("rows of the fit, as support vectors"), "{text}");
    assert!(explanation.scores[0].weights.is_empty());
    let linear = explain(&model(&recipe("fair_svm", "hired")), None, Spelling::CommandLine, &Silent).unwrap();
    assert!(linear.text(80, 20).contains("the file holds no row of the fit"));
}

#[test]
fn an_unknown_outcome_and_an_ordinary_model_are_told() {
    let model_of_hired = model(&recipe("fair_svm", "hired"));
    let changed = crate::data::csv("sex,race,age,job,hired\nf,a,30,clerk,perhaps\nm,a,31,clerk,yes\n");
    let failure = explain(&model_of_hired, Some(&changed.table), Spelling::CommandLine, &Silent)
        .expect_err("the outcome is unknown");
    assert!(failure.to_string().starts_with("`hired` has the value `perhaps`"), "{failure}");
    let mut asked = recipe("fair_svm", "hired");
    asked.sensitive.clear();
    let failure = explain(&model(&asked), Some(&people(50).table), Spelling::CommandLine, &Silent)
        .expect_err("nothing is compared");
    assert!(failure.to_string().contains("compares no groups"), "{failure}");
}
