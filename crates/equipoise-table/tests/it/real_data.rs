//! Real tables, with the counts their publishers or the data folder's README print.

use equipoise_table::{Header, MissingPolicy, ReadOptions, Source, TableError};

use crate::support::{Value, counts, data, label, open, read, real, with};

fn adult() -> ReadOptions {
    let mut options = ReadOptions::new();
    options.header = Header::None;
    options.trim = true;
    options.missing = vec!["?".to_owned()];
    options
}

#[test]
fn adult_has_its_published_counts() {
    let Some(path) = data("adult/adult.data") else { return };
    let source = open(&path, adult());
    let by_sex = counts(&source, &["#10", "#15"]);
    assert_eq!(by_sex["Female|>50K"] + by_sex["Male|>50K"], 7841);
    assert_eq!(by_sex["Female|>50K"] + by_sex["Female|<=50K"], 10771);
    assert_eq!(by_sex["Male|>50K"] + by_sex["Male|<=50K"], 21790);
    assert_eq!(counts(&source, &["#2"])["missing"], 1836);
    assert_eq!(counts(&source, &["#7"])["missing"], 1843);
    assert_eq!(counts(&source, &["#14"])["missing"], 583);
    let requests = ["#2", "#7", "#14"].map(|name| with(label(name), MissingPolicy::Drop));
    let (rows, summary) = read(&source, &requests).unwrap();
    assert_eq!((rows.len(), summary.rows, summary.rows_dropped), (30162, 30162, 2399));
    assert_eq!(summary.missing, [1836, 1843, 583]);
}

#[test]
fn adult_test_has_a_comment_to_skip() {
    let Some(path) = data("adult/adult.test") else { return };
    let mut options = adult();
    options.skip_rows = 1;
    let source = open(&path, options);
    let by_income = counts(&source, &["#15"]);
    assert_eq!((by_income["<=50K."], by_income[">50K."]), (12435, 3846));
}

#[test]
fn compas_has_two_columns_of_the_same_name() {
    let Some(path) = data("compas/compas-scores-two-years.csv") else { return };
    let source = open(&path, ReadOptions::new());
    let by_race = counts(&source, &["race", "two_year_recid", "score_text"]);
    let sum = |race: &str, recid: &str, texts: &[&str]| -> u64 {
        texts.iter().filter_map(|text| by_race.get(&format!("{race}|{recid}|{text}"))).sum()
    };
    let positive = ["Medium", "High"];
    assert_eq!(sum("African-American", "0", &["Low"]), 990);
    assert_eq!(sum("African-American", "0", &positive), 805);
    assert_eq!(sum("African-American", "1", &["Low"]), 532);
    assert_eq!(sum("African-American", "1", &positive), 1369);
    assert_eq!(sum("Caucasian", "0", &["Low"]), 1139);
    assert_eq!(sum("Caucasian", "1", &positive), 505);
    let names: Vec<String> = source.columns().unwrap().into_iter().map(|column| column.name).collect();
    assert_eq!(names.len(), 53);
    assert!(names.contains(&"decile_score.1".to_owned()) && names.contains(&"priors_count.1".to_owned()));
    let (rows, _) = read(&source, &[label("decile_score"), label("decile_score.1")]).unwrap();
    assert_eq!(rows.len(), 7214);
    assert!(rows.iter().all(|row| row[0] == row[1]));
}

#[test]
fn acs_income_counts_doubles_as_labels() {
    let Some(path) = data("acs_2018/ACSIncome.test.parquet") else { return };
    let Some(other) = data("acs_2018/ACSIncome.validation.parquet") else { return };
    let source = Source::open(&[path.as_path().into(), other.as_path().into()], ReadOptions::new()).unwrap();
    let by_sex = counts(&source, &["SEX", "PINCP"]);
    assert_eq!(by_sex["1|0"] + by_sex["1|1"], 346_838);
    assert_eq!(by_sex["2|0"] + by_sex["2|1"], 318_962);
    let by_race = counts(&source, &["RAC1P"]);
    assert_eq!((by_race["0"], by_race["1"], by_race["5"], by_race["3"]), (519_017, 59_124, 38_474, 363));
}

#[test]
fn kdd_census_income_is_read_through_gzip() {
    let Some(path) = data("kdd_census_income/census-income.test.gz") else { return };
    let source = open(&path, adult());
    let by_income = counts(&source, &["#13", "#42"]);
    assert_eq!(by_income["Female|- 50000."] + by_income["Female|50000+."], 51791);
    assert_eq!(by_income["Female|50000+."] + by_income["Male|50000+."], 6186);
    assert_eq!(counts(&source, &["#26"])["missing"], 49946);
    let (rows, _) = read(&source, &[real("#25")]).unwrap();
    assert!(rows.iter().all(|row| matches!(row[0], Value::Number(weight) if weight > 0.0)));
}

#[test]
fn diabetes_has_missing_races() {
    let Some(path) = data("diabetes_130/diabetic_data.csv") else { return };
    let mut options = ReadOptions::new();
    options.missing = vec!["?".to_owned()];
    let source = open(&path, options);
    let by_class = counts(&source, &["readmitted"]);
    assert_eq!((by_class["NO"], by_class[">30"], by_class["<30"]), (54864, 35545, 11357));
    assert_eq!(counts(&source, &["race"])["missing"], 2273);
    let error = read(&source, &[with(label("weight"), MissingPolicy::Reject)]).unwrap_err();
    assert!(matches!(error, TableError::Missing { count: 98569, .. }), "{error}");
}

#[test]
fn separators_are_found() {
    let Some(path) = data("bank_marketing/bank-full.csv") else { return };
    assert_eq!(counts(&open(&path, ReadOptions::new()), &["y"])["yes"], 5289);
    let Some(path) = data("student_performance/student-mat.csv") else { return };
    assert_eq!(counts(&open(&path, ReadOptions::new()), &["sex"])["F"], 208);
    let Some(path) = data("german_credit/german.data") else { return };
    let mut options = ReadOptions::new();
    options.header = Header::None;
    options.delimiter = Some(b' ');
    let source = open(&path, options);
    assert_eq!(counts(&source, &["#9"])["A93"], 548);
    assert_eq!(counts(&source, &["#21"])["1"], 700);
}

#[test]
fn law_data_has_an_unnamed_column_and_no_last_line_end() {
    let Some(path) = data("law_school/law_data.csv") else { return };
    let source = open(&path, ReadOptions::new());
    assert_eq!(source.columns().unwrap()[0].name, "#1");
    let by_sex = counts(&source, &["sex"]);
    assert_eq!((by_sex["2"], by_sex["1"]), (12254, 9537));
    let (rows, _) = read(&source, &[real("ZFYA")]).unwrap();
    assert_eq!(rows.len(), 21791);
}
