//! Support vector machines against stored figures: scikit-learn on made rows, and the reference table on real ones.

use std::collections::BTreeSet;

use equipoise::{
    kernels::{Function, Gamma, Gram},
    solvers::{
        ClassWeights, GramRows, Rows,
        correction::{Corrected, Correction, MeanMaps},
        smo::{Classification, Regression, Settings, Solution, classify, costs, regress},
    },
};

use super::svm_twin::{exact, primal_and_dual};

const N: usize = 60;

/// Sixty rows of three columns, by formula.
fn made() -> (Vec<f64>, Vec<bool>, Vec<f64>) {
    let row = |i: usize| {
        let i_real = i as f64;
        [i_real.sin(), (2.0 * i_real * i_real).cos(), (i % 7) as f64 / 3.0 - 1.0]
    };
    let positive = |i: usize| (0.7 * i as f64).sin() + row(i)[0] > 0.2;
    let target = |i: usize| row(i)[0] * row(i)[1] + 0.3 * (5.0 * i as f64).sin();
    ((0..N).flat_map(row).collect(), (0..N).map(positive).collect(), (0..N).map(target).collect())
}

/// What scikit-learn 1.9.1 (LIBSVM, tol = 1e-10) gives: dual objective, and scores of rows 0 and 7.
struct Expected {
    dual: f64,
    scores: [f64; 2],
}

#[track_caller]
fn check(solution: &Solution, expected: &Expected) {
    let (_, dual) = primal_and_dual(solution);
    assert!((dual - expected.dual).abs() < 1e-8 * expected.dual, "{dual}, expected {}", expected.dual);
    // The intercept may differ by the width of what is optimal; differences of scores do not.
    let found = solution.scores[0] - solution.scores[7];
    let difference = expected.scores[0] - expected.scores[1];
    assert!((found - difference).abs() < 1e-5, "{found}, expected {difference}");
}

#[test]
fn classifiers_agree_with_scikit_learn() {
    let (x, positive, _) = made();
    let rows = Rows::dense(&x, N, 3).unwrap();
    let gamma = Gamma::Scale.resolve(&rows).unwrap();
    let check = |function: Function, cost: f64, dual: f64, scores: [f64; 2]| {
        let gram = Gram::new(function, rows).unwrap();
        let data = Classification { positive: &positive, cost: &[cost; N], offset: None, start: None };
        check(&classify(&gram, &data, &exact()).unwrap(), &Expected { dual, scores });
    };
    check(Function::Rbf { gamma }, 2.0, 66.127572483834, [-0.871764944, 0.802773103]);
    check(Function::Linear, 0.5, 18.339693845721, [-0.497908016, 0.809330075]);
    let polynomial = Function::Polynomial { degree: 3, gamma: 0.5, constant: 1.0 };
    check(polynomial, 1.0, 32.283352594421, [-1.000000283, 0.762853125]);
    check(Function::Laplacian { gamma: 0.4 }, 1.0, 33.769096519915, [-0.723859449, 0.545629793]);
}

#[test]
fn weighted_classifier_agrees_with_scikit_learn() {
    let (x, positive, _) = made();
    let gram = Gram::new(Function::Rbf { gamma: 0.5 }, Rows::dense(&x, N, 3).unwrap()).unwrap();
    let weight: Vec<f64> = (0..N).map(|i| 1.0 + (i % 3) as f64).collect();
    let class_weights = ClassWeights { negative: 0.5, positive: 2.0 };
    let cost = costs(2.0, &positive, class_weights, Some(&weight)).unwrap();
    let data = Classification { positive: &positive, cost: &cost, offset: None, start: None };
    let expected = Expected { dual: 104.807009902666, scores: [0.890305641, 1.140130090] };
    check(&classify(&gram, &data, &exact()).unwrap(), &expected);
}

#[test]
fn regressors_agree_with_scikit_learn() {
    let (x, _, target) = made();
    let rows = Rows::dense(&x, N, 3).unwrap();
    let gram = Gram::new(Function::Rbf { gamma: 0.8 }, rows).unwrap();
    let data = Regression { target: &target, tube: 0.05, cost: &[3.0; N], offset: None, start: None };
    let expected = Expected { dual: 16.281880327456, scores: [-0.019649720, -0.518484115] };
    check(&regress(&gram, &data, &exact()).unwrap(), &expected);
    let function = Function::Polynomial { degree: 2, gamma: 0.5, constant: 0.5 };
    let cost: Vec<f64> = (0..N).map(|i| 3.0 * (1.0 + (i % 3) as f64)).collect();
    let data = Regression { target: &target, tube: 0.1, cost: &cost, offset: None, start: None };
    let expected = Expected { dual: 30.336553273247, scores: [-0.242205075, -0.381451027] };
    check(&regress(&Gram::new(function, rows).unwrap(), &data, &exact()).unwrap(), &expected);
}

/// Standardised training rows of a table.
struct Table {
    x: Vec<f64>,
    d: usize,
    positive: Vec<bool>,
    group: Vec<bool>,
}

#[allow(clippy::print_stderr, reason = "a test that is not run should say so")]
fn data_folder() -> Option<String> {
    let folder = std::env::var("EQUIPOISE_DATA").ok();
    if folder.is_none() {
        eprintln!("skipped: EQUIPOISE_DATA names no folder of data sets");
    }
    folder
}

/// Subtracts means and divides by population standard deviations of the first `n_scale` rows.
fn standardised(columns: &mut [Vec<f64>], n_scale: usize) {
    for column in columns {
        let scale = &column[..n_scale];
        let mean = scale.iter().sum::<f64>() / n_scale as f64;
        let variance = scale.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n_scale as f64;
        column.iter_mut().for_each(|x| *x = (*x - mean) / variance.sqrt());
    }
}

fn row_major(columns: &[Vec<f64>], n: usize) -> Vec<f64> {
    (0..n).flat_map(|i| columns.iter().map(move |column| column[i])).collect()
}

/// German credit: two of three rows, text columns one-hot, positive = good, group = A92.
fn german(folder: &str) -> Table {
    let text = std::fs::read_to_string(format!("{folder}/german_credit/german.data")).unwrap();
    let train: Vec<Vec<&str>> = text
        .lines()
        .enumerate()
        .filter(|(i, _)| i % 3 != 2)
        .map(|(_, line)| line.split_whitespace().collect())
        .collect();
    let mut columns = Vec::new();
    for place in 0..20 {
        let values: Vec<&str> = text.lines().filter_map(|line| line.split_whitespace().nth(place)).collect();
        let numbers: Option<Vec<f64>> = train.iter().map(|row| row[place].parse().ok()).collect();
        match numbers {
            Some(numbers) => columns.push(numbers),
            None => {
                columns.extend(
                    values.into_iter().collect::<BTreeSet<_>>().into_iter().map(|level| {
                        train.iter().map(|row| f64::from(u8::from(row[place] == level))).collect()
                    }),
                )
            }
        }
    }
    let n = train.len();
    columns.retain(|column: &Vec<f64>| column.iter().any(|&x| x != column[0]));
    standardised(&mut columns, n);
    Table {
        x: row_major(&columns, n),
        d: columns.len(),
        positive: train.iter().map(|row| row[20] == "1").collect(),
        group: train.iter().map(|row| row[8] == "A92").collect(),
    }
}

/// Adult as the code of the paper reads it: categories as numbers of the sorted levels, no country, the first 1628 rows.
fn adult_small(folder: &str) -> Table {
    let text: String = ["adult.data", "adult.test"]
        .map(|part| std::fs::read_to_string(format!("{folder}/adult/{part}")).unwrap())
        .concat();
    let records: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.trim_end_matches('.').split(',').map(str::trim).collect::<Vec<_>>())
        .filter(|fields| fields.len() == 15 && [1, 6, 13].iter().all(|&place| fields[place] != "?"))
        .collect();
    let mut columns: Vec<Vec<f64>> = (0..13)
        .map(|place| {
            let values = records.iter().map(|record| record[place]);
            if [0, 2, 4, 10, 11, 12].contains(&place) {
                return values.map(|value| value.parse().unwrap()).collect();
            }
            let levels: Vec<&str> = values.clone().collect::<BTreeSet<_>>().into_iter().collect();
            values.map(|value| levels.binary_search(&value).unwrap() as f64).collect()
        })
        .collect();
    standardised(&mut columns, records.len());
    let n = 1628;
    Table {
        x: row_major(&columns, n),
        d: 13,
        positive: records[..n].iter().map(|record| record[14] == ">50K").collect(),
        group: records[..n].iter().map(|record| record[9] == "Male").collect(),
    }
}

/// The objectives of the ordinary machine and of the one without a difference of the positives' mean scores.
fn objectives(table: &Table, cost: f64, gamma: f64) -> (f64, f64) {
    let n = table.positive.len();
    let rows = Rows::dense(&table.x, n, table.d).unwrap();
    let gram = Gram::new(Function::Rbf { gamma }, rows).unwrap();
    let mut settings = Settings::default();
    settings.tolerance = 1e-5;
    let trained = |gram: &dyn GramRows| {
        let data =
            Classification { positive: &table.positive, cost: &vec![cost; n], offset: None, start: None };
        primal_and_dual(&classify(gram, &data, &settings).unwrap()).0
    };
    let size = |group: bool| (0..n).filter(|&i| table.positive[i] && table.group[i] == group).count() as f64;
    let sizes = (size(false), size(true));
    let share = |i: usize| match (table.positive[i], table.group[i]) {
        (false, _) => 0.0,
        (true, false) => 1.0 / sizes.0,
        (true, true) => -1.0 / sizes.1,
    };
    let maps = MeanMaps::of(&gram, &(0..n).map(share).collect::<Vec<_>>(), 1).unwrap();
    let factor = Correction::new(&maps.moments, 1).unwrap().factor(&maps.kappa).unwrap();
    (trained(&gram), trained(&Corrected::new(&gram, factor).unwrap()))
}

#[track_caller]
fn check_objectives(table: &Table, (cost, gamma): (f64, f64), expected: (f64, f64)) {
    let found = objectives(table, cost, gamma);
    assert!((found.0 - expected.0).abs() < 1e-6 * expected.0, "ordinary {}, not {}", found.0, expected.0);
    assert!((found.1 - expected.1).abs() < 1e-6 * expected.1, "corrected {}, not {}", found.1, expected.1);
}

// The reference figures: a dense interior-point method with gaps below 3e-9, and LIBSVM on K and K̃ (tol 1e-9).

#[test]
fn german_credit_has_the_reference_objectives() {
    let Some(folder) = data_folder() else { return };
    let table = german(&folder);
    assert_eq!(table.d, 61);
    check_objectives(&table, (1.0, 0.02), (269.693557, 270.553714));
}

#[test]
fn adult_has_the_reference_objectives() {
    let Some(folder) = data_folder() else { return };
    let table = adult_small(&folder);
    check_objectives(&table, (1.0, 0.1), (593.136151, 593.305251));
    check_objectives(&table, (10.0, 0.01), (6348.076803, 6354.396056));
}
