//! A model applied to tables that look otherwise than the one it was made of.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array, StringArray};
use equipoise_learning::{
    Application, Applying, Head, Keep, Model, Parts, Silent, Spelling, Table, Target, train,
};
use equipoise_table::Source;

use crate::data::{HEADER, csv, people, predicted, recipe, rows};

fn model(method: &str, target: &str) -> Model {
    train(&people(300).table, &recipe(method, target), &Silent).unwrap().model
}

#[test]
fn scores_do_not_depend_on_threads_or_batches() {
    for (method, target) in [("fair_logistic", "hired"), ("fair_ridge", "income"), ("fair_logistic", "level")]
    {
        let model = model(method, target);
        // Enough rows for several runs in a batch.
        let many = people(9000);
        let one = predicted(&model, &many.table, 1).unwrap();
        assert_eq!(predicted(&model, &many.table, 4).unwrap(), one);
        let few = predicted(&model, &people(300).table, 1).unwrap();
        assert_eq!(few.0[0], one.0[0][..300], "{method}: a row has the score that it has alone");
    }
}

#[test]
fn the_order_of_columns_is_no_matter_and_others_are_ignored() {
    let model = model("fair_svm", "hired");
    let expected = predicted(&model, &people(300).table, 1).unwrap();
    let mut text = String::from("new,job,age,race\n");
    for row in rows(300) {
        let fields: Vec<&str> = row.split(',').collect();
        text.push_str(&format!("x,{},{},{}\n", fields[3], fields[2], fields[1]));
    }
    assert_eq!(predicted(&model, &csv(&text).table, 1).unwrap(), expected);
}

#[test]
fn a_table_in_memory_gives_the_same_bits() {
    let model = model("fair_svm", "hired");
    let expected = predicted(&model, &people(300).table, 1).unwrap();
    let all = rows(300);
    let column = |place: usize| all.iter().map(move |row| row.split(',').nth(place).unwrap_or_default());
    let texts = |place: usize| -> ArrayRef {
        let texts: Vec<Option<&str>> =
            column(place).map(|text| Some(text).filter(|text| !text.is_empty())).collect();
        Arc::new(StringArray::from(texts))
    };
    let ages: Float64Array = column(2).map(|text| text.parse::<f64>().ok()).collect();
    assert!(ages.null_count() > 0, "some ages are missing");
    let columns = vec![
        ("age".to_owned(), vec![Arc::new(ages) as ArrayRef]),
        ("job".to_owned(), vec![texts(3)]),
        ("race".to_owned(), vec![texts(1)]),
    ];
    let table = Table::new(Source::of_columns(columns).unwrap());
    assert_eq!(predicted(&model, &table, 1).unwrap(), expected);
}

#[test]
fn missing_columns_are_named_all_at_once() {
    let model = model("fair_svm", "hired");
    let failure = predicted(&model, &csv("Age,jobs\n1,clerk\n").table, 1).expect_err("columns are missing");
    let text = failure.to_string();
    assert!(
        text.starts_with("people.csv lacks 3 columns that the model needs: `race`, `age`, `job`"),
        "{text}"
    );
    assert!(text.contains("columns there: Age, jobs"), "{text}");
}

#[test]
fn a_text_where_the_model_takes_numbers_is_told_by_column_and_line() {
    let model = model("fair_svm", "hired");
    let failure =
        predicted(&model, &csv("race,age,job\na,30,clerk\na,old,clerk\n").table, 1).expect_err("no number");
    assert!(failure.to_string().contains("column `age` has `old` where a number is needed"), "{failure}");
    assert!(failure.to_string().contains("line 3"), "{failure}");
}

#[test]
fn what_training_did_not_see_is_counted() {
    let model = model("fair_svm", "hired");
    let table = csv("race,age,job\nz,30,clerk\na,,clerk\n,31,baker\nq,32,\n");
    let applying = Applying::new(Spelling::CommandLine);
    let applied =
        Application::new(&model, &table.table, &applying).unwrap().run(&Silent, &mut |_| Ok(())).unwrap();
    assert_eq!(applied.rows, 4);
    let counts: Vec<(&str, u64, u64)> =
        applied.oddities.iter().map(|odd| (odd.column.as_str(), odd.unseen, odd.missing)).collect();
    // A missing job is a level of its own: training saw some.
    assert_eq!(counts, [("race", 2, 1), ("age", 0, 1), ("job", 1, 0)]);
}

#[test]
fn kept_columns_stand_before_what_is_added() {
    let model = model("fair_logistic", "hired");
    let table = csv(&format!("{HEADER}\n{}\n", rows(1)[0]));
    let mut applying = Applying::new(Spelling::CommandLine);
    applying.keep = Keep::Columns(vec!["sex".to_owned(), "#3".to_owned()]);
    let names = |applying: &Applying| -> Vec<String> {
        let application = Application::new(&model, &table.table, applying).unwrap();
        application.fields().into_iter().map(|field| field.name).collect()
    };
    assert_eq!(names(&applying), ["sex", "age", "score", "probability", "prediction"]);
    applying.keep = Keep::All;
    assert_eq!(names(&applying).len(), 12);
    let clash = csv("race,age,job,score\na,1,clerk,2\n");
    let failure = Application::new(&model, &clash.table, &applying).expect_err("two columns `score`");
    assert!(failure.to_string().contains("`--prefix model_`"), "{failure}");
    applying.prefix = "model_".to_owned();
    assert!(Application::new(&model, &clash.table, &applying).is_ok());
}

#[test]
fn a_model_of_arrays_reads_the_columns_of_its_names() {
    let trained = model("fair_ridge", "income");
    let head = trained.heads()[0].clone();
    let d = trained.encoder().n_features();
    let names: Vec<String> = (0..d).map(|column| format!("x{column}")).collect();
    let model = Model::of_arrays(Parts::new(names.clone(), Target::Number, vec![head.clone()])).unwrap();
    let row: Vec<String> = (0..d).map(|column| (column as f64 / 4.0).to_string()).collect();
    let table = csv(&format!("{}\n{}\n", names.join(","), row.join(",")));
    let values: Vec<f64> = row.iter().map(|text| text.parse().unwrap()).collect();
    let rows = equipoise::solvers::Rows::dense(&values, 1, d).unwrap();
    let expected = head.score.of_rows(&rows).unwrap()[0].to_bits();
    assert_eq!(predicted(&model, &table.table, 1).unwrap().0, [[expected]]);
    let gap = csv(&format!("{}\n{}\n", names.join(","), vec![""; d].join(",")));
    let failure = predicted(&model, &gap.table, 1).expect_err("arrays have no missing values");
    assert!(failure.to_string().contains("1 missing value"), "{failure}");
}

#[test]
fn parts_that_do_not_fit_are_no_model() {
    let head: Head = model("fair_ridge", "income").heads()[0].clone();
    let names = |n: usize| (0..n).map(|column| format!("x{column}")).collect::<Vec<String>>();
    let d = head.score.d();
    let of =
        |n: usize, target: Target, heads: Vec<Head>| Model::of_arrays(Parts::new(names(n), target, heads));
    assert!(of(d, Target::Number, vec![head.clone()]).is_ok());
    assert!(of(d + 1, Target::Number, vec![head.clone()]).is_err());
    assert!(of(d, Target::Number, vec![]).is_err());
    assert!(of(d, Target::Classes(vec!["a".into(), "b".into()]), vec![head.clone()]).is_err());
    let mut parts = Parts::new(names(d), Target::Transformed, vec![]);
    assert!(Model::of_arrays(parts.clone()).is_err());
    parts.target = Target::Number;
    parts.heads = vec![head];
    parts.calibration = Some(vec![equipoise::methods::platt::Platt::LOG_ODDS]);
    assert!(Model::of_arrays(parts).is_err());
}
