//! From a recipe and a table to a model.

use equipoise::stats::Task;
use equipoise_audit::{Cut, CutPoints};
use equipoise_learning::{Quality, Reason, Recipe, Silent, Target, Trained, train};

use crate::data::{csv, people, recipe};

fn trained(recipe: &Recipe) -> Trained {
    train(&people(400).table, recipe, &Silent).unwrap_or_else(|failure| panic!("{failure}"))
}

#[track_caller]
fn fails(recipe: &Recipe, expected: &str) {
    let failure = train(&people(60).table, recipe, &Silent).expect_err("the recipe is wrong");
    assert!(failure.to_string().contains(expected), "{failure}");
}

#[test]
fn every_column_without_a_role_is_a_feature() {
    let trained = trained(&recipe("fair_svm", "hired"));
    let names = trained.model.encoder().feature_names();
    let expected =
        ["race=a", "race=b", "race=c", "age", "job=clerk", "job=cook", "job=smith", "job is missing"];
    assert_eq!(names, expected);
    let dropped: Vec<(&str, Reason)> = trained
        .model
        .encoder()
        .dropped()
        .iter()
        .map(|column| (column.name.as_str(), column.reason))
        .collect();
    assert_eq!(dropped, [("same", Reason::Constant), ("nothing", Reason::Empty)]);
    assert_eq!(*trained.model.target(), Target::binary("no", "yes"));
}

#[test]
fn sensitive_columns_are_features_only_on_request() {
    let mut asked = recipe("fair_svm", "hired");
    asked.sensitive_in_features = true;
    assert!(trained(&asked).model.encoder().feature_names().contains(&"sex=f".to_owned()));
    asked.sensitive_in_features = false;
    asked.features = vec!["age".to_owned(), "sex".to_owned()];
    asked.drop.clear();
    assert_eq!(trained(&asked).model.encoder().feature_names(), ["age", "sex=f", "sex=m"]);
}

#[test]
fn means_are_alike_at_a_bound_of_0_and_within_a_bound_above() {
    let mut asked = recipe("fair_svm", "hired");
    asked.settings = vec![("tol".to_owned(), "1e-8".to_owned())];
    asked.notion = Some("dp".to_owned());
    let gap = |recipe: &Recipe| {
        let trained = trained(recipe);
        trained.model.heads()[0].training.comparison.as_ref().unwrap().gaps[0].abs()
    };
    assert!(gap(&asked) < 1e-9);
    asked.bound = vec![0.1];
    assert!((gap(&asked) - 0.1).abs() < 1e-6, "the bound is active");
}

#[test]
fn classes_numbers_and_projections_are_told_apart() {
    let classes = trained(&recipe("fair_logistic", "level"));
    let expected: Vec<String> = ["high", "low", "middle"].map(str::to_owned).to_vec();
    assert_eq!(*classes.model.target(), Target::Classes(expected));
    assert_eq!(classes.model.heads().len(), 3);
    assert_eq!(classes.model.calibration().map(<[_]>::len), Some(3));
    let numbers = trained(&recipe("fair_ridge", "income"));
    assert_eq!(*numbers.model.target(), Target::Number);
    let Some(Quality::Error { rmse, deviation, .. }) = numbers.summary.fit else {
        panic!("numbers have errors")
    };
    assert!(rmse < deviation);
    let mut asked = recipe("fair_ridge", "hired");
    assert_eq!(*trained(&asked).model.target(), Target::binary("no", "yes"));
    asked.task = Some(Task::Regression);
    fails(&asked, "column `hired` has `");
    let projection = trained(&recipe("fair_projection", "hired"));
    assert_eq!(projection.model.transform().unwrap().rank(), 1);
}

#[test]
fn groups_of_a_numeric_column_need_cuts() {
    let mut asked = recipe("fair_ridge", "hired");
    asked.sensitive = vec!["income".to_owned()];
    asked.drop = vec!["level".to_owned()];
    asked.notion = Some("dp".to_owned());
    let failure = train(&people(400).table, &asked, &Silent).expect_err("each number would be a group");
    assert!(failure.to_string().contains("`--cut income=NUMBER,…`"), "{failure}");
    asked.cuts = vec![Cut { column: "income".to_owned(), points: CutPoints::Quantiles(2) }];
    let trained = trained(&asked);
    assert!(trained.notes.iter().any(|note| note.starts_with("`income` is cut at its quantiles")));
    let CutPoints::Numbers(points) = &trained.model.ingredients().cuts[0].points else {
        panic!("the model knows numbers")
    };
    assert_eq!(points.len(), 1);
}

#[test]
fn rows_held_out_take_no_part_in_the_fit() {
    let mut asked = recipe("fair_svm", "hired");
    asked.held_out = Some(0.25);
    let one = trained(&asked);
    assert_eq!((one.summary.rows_fitted, one.summary.rows_held_out), (300, 100));
    assert_eq!(one.model.heads()[0].training.rows, 300);
    let held_out = one.certificates[0].held_out.as_ref().unwrap();
    assert_eq!(held_out.rows, 100);
    // Drawn by the seed alone.
    assert_eq!(trained(&asked).model.to_bytes().unwrap(), one.model.to_bytes().unwrap());
    asked.seed = 1;
    assert_ne!(trained(&asked).model.to_bytes().unwrap(), one.model.to_bytes().unwrap());
}

#[test]
fn recipes_that_contradict_themselves_are_refused() {
    fails(&recipe("fair_svn", "hired"), "the nearest name is `fair_svm`");
    fails(&recipe("reweighing", "hired"), "reweighing makes no model");
    fails(&recipe("fair_svm", "hire"), "the nearest name is `hired`");
    let with = |change: &dyn Fn(&mut Recipe)| {
        let mut recipe = recipe("fair_svm", "hired");
        change(&mut recipe);
        recipe
    };
    fails(&with(&|recipe| recipe.target = None), "name it: `--target COLUMN`");
    fails(
        &with(&|recipe| recipe.sensitive = vec!["hired".to_owned()]),
        "both in `--target` and in `--sensitive`",
    );
    fails(
        &with(&|recipe| recipe.features = vec!["hired".to_owned()]),
        "both in `--target` and in `--features`",
    );
    fails(
        &with(&|recipe| recipe.notion = Some("calibration".to_owned())),
        "fair_svm cannot serve calibration",
    );
    fails(&with(&|recipe| recipe.notion = Some("equal".to_owned())), "in `--notion`");
    fails(&with(&|recipe| recipe.bound = vec![-1.0]), "`bound` is `-1`");
    fails(&with(&|recipe| recipe.settings = vec![("C".into(), "x".into())]), "`C` is `x`");
    fails(&with(&|recipe| recipe.bound = vec![0.1, 0.2]), "2 bounds are given, and 1 difference to bound");
    fails(
        &with(&|recipe| recipe.settings = vec![("kernel".into(), "precomputed".into())]),
        "a precomputed kernel takes none",
    );
    fails(&with(&|recipe| recipe.cross = true), "two or more sensitive columns");
    fails(&with(&|recipe| recipe.held_out = Some(1.5)), "strictly between 0 and 1");
    fails(&with(&|recipe| recipe.confidence = 1.0), "in `--confidence`");
    fails(&with(&|recipe| recipe.positive = vec!["maybe".to_owned()]), "no value of `hired` is `maybe`");
    fails(&with(&|recipe| recipe.task = Some(Task::Regression)), "fair_svm predicts no numbers");
    fails(&with(&|recipe| recipe.levels_max = 2), "`race` has too many different values");
    let without = |change: &dyn Fn(&mut Recipe)| {
        with(&|recipe| {
            recipe.sensitive.clear();
            change(recipe);
        })
    };
    fails(&without(&|recipe| recipe.bound = vec![0.1]), "`--bound` is given without `--sensitive`");
    fails(&without(&|recipe| recipe.notion = Some("dp".into())), "`--notion` is given without `--sensitive`");
    fails(&without(&|recipe| recipe.held_out = Some(0.5)), "nothing is compared");
}

#[test]
fn without_sensitive_columns_the_ordinary_model_is_made_and_said_so() {
    let mut asked = recipe("fair_svm", "hired");
    asked.sensitive.clear();
    let trained = trained(&asked);
    assert!(trained.model.notion().is_none() && trained.certificates.is_empty());
    assert!(trained.notes.iter().any(|note| note.contains("the ordinary model")));
    assert!(trained.model.encoder().feature_names().contains(&"sex=f".to_owned()));
}

#[test]
fn missing_outcomes_are_an_error_or_left_out() {
    let text = "sex,age,y\nf,1,1\nm,2,\nf,3,0\nm,4,1\nm,5,0\n";
    let written = csv(text);
    let mut asked = recipe("fair_ridge", "y");
    asked.drop.clear();
    asked.positive = vec!["1".to_owned()];
    let failure = train(&written.table, &asked, &Silent).expect_err("a row has no outcome");
    assert!(failure.to_string().contains("1 missing value"), "{failure}");
    asked.drop_missing = true;
    let trained = train(&written.table, &asked, &Silent).unwrap();
    assert_eq!((trained.summary.rows_read, trained.summary.rows_dropped), (5, 1));
}

#[test]
fn a_column_of_numbers_with_one_text_is_a_column_of_labels() {
    let mut text = String::from("sex,code,y\n");
    for row in 0..40 {
        let code = if row == 39 { "n/a".to_owned() } else { (row % 4).to_string() };
        text.push_str(&format!("{},{code},{}\n", ["f", "m"][row % 2], usize::from(row % 3 == 0)));
    }
    let mut asked = recipe("fair_ridge", "y");
    asked.drop.clear();
    asked.task = Some(Task::Binary);
    let trained = train(&csv(&text).table, &asked, &Silent).unwrap();
    assert_eq!(trained.model.encoder().feature_names(), ["code=0", "code=1", "code=2", "code=3", "code=n/a"]);
    let numbers = csv(&text.replace("n/a", "7"));
    let as_numbers = train(&numbers.table, &asked, &Silent).unwrap();
    assert_eq!(as_numbers.model.encoder().feature_names(), ["code"]);
    asked.categorical = vec!["code".to_owned()];
    let as_labels = train(&numbers.table, &asked, &Silent).unwrap();
    assert_eq!(as_labels.model.encoder().feature_names().len(), 5);
}

#[test]
fn strata_with_demographic_parity_are_conditional_parity() {
    let mut asked = recipe("fair_ridge", "income");
    asked.strata = vec!["race".to_owned()];
    let trained = trained(&asked);
    assert_eq!(trained.model.notion().unwrap().name(), "conditional_parity");
    assert_eq!(trained.model.heads()[0].training.comparison.as_ref().unwrap().events.len(), 3);
    asked.notion = Some("eodds".to_owned());
    fails(&asked, "equalized_odds has no strata");
}
