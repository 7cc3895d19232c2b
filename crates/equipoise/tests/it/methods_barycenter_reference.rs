//! Table B.8 of the reference (`papers/ferm-and-barycenters.md`): five data sets, ridge regression, repair of its scores, to the
//! printed digits. The files come from `EQUIPOISE_DATA`.

use std::collections::BTreeSet;

use equipoise::{
    groups::Label,
    methods::postprocessing::barycenter::{Interpolation, Jitter, Model, Parameters, Plan, Shares},
};

use super::{
    methods_barycenter_twin::{Data, exact},
    methods_data::read,
};

/// Columns, target and group of every row, unsplit.
struct Table {
    columns: Vec<Vec<f64>>,
    y: Vec<f64>,
    s: Vec<u8>,
}

/// Scores and targets of a part of the rows.
struct Part {
    y: Vec<f64>,
    data: Data,
}

fn one_hot(columns: &mut Vec<Vec<f64>>, values: &[&str]) {
    for level in values.iter().collect::<BTreeSet<_>>() {
        columns.push(values.iter().map(|value| f64::from(u8::from(value == level))).collect());
    }
}

fn crime() -> Option<Table> {
    let text = read("communities_crime/communities.data")?;
    let rows: Vec<Vec<&str>> =
        text.lines().filter(|l| !l.trim().is_empty()).map(|l| l.trim().split(',').collect()).collect();
    let number = |j: usize| -> Vec<f64> { rows.iter().map(|row| row[j].parse().unwrap()).collect() };
    let is_complete = |j: &usize| rows.iter().all(|row| !row[*j].contains('?'));
    let mut columns: Vec<Vec<f64>> = (5..127).filter(is_complete).map(number).collect();
    let s: Vec<u8> = number(7).iter().map(|black| u8::from(*black > 0.06)).collect();
    columns.push(s.iter().map(|&s| f64::from(s)).collect());
    Some(Table { columns, y: number(127), s })
}

fn fields(line: &str, separator: char) -> Vec<&str> {
    line.split(separator).map(|field| field.trim_matches('"')).collect()
}

/// A file with a header; values may stand in quotes, and hold no separator.
fn columns_of(text: &str, separator: char) -> (Vec<&str>, Vec<Vec<&str>>) {
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let header = fields(lines.next().unwrap(), separator);
    (header, lines.map(|line| fields(line, separator)).collect())
}

fn column<'a>(header: &[&str], rows: &[Vec<&'a str>], name: &str) -> Vec<&'a str> {
    let place = header.iter().position(|column| *column == name).unwrap();
    rows.iter().map(|row| row[place]).collect()
}

fn numbers(values: &[&str]) -> Vec<f64> {
    values.iter().map(|value| value.parse().unwrap()).collect()
}

fn law() -> Option<Table> {
    let text = read("law_school/law_school_clean.csv")?;
    let (header, rows) = columns_of(&text, ',');
    let names = ["lsat", "ugpa", "fulltime", "fam_inc", "male", "tier"];
    let mut columns: Vec<Vec<f64>> =
        names.iter().map(|name| numbers(&column(&header, &rows, name))).collect();
    let s: Vec<u8> = column(&header, &rows, "race").iter().map(|race| u8::from(*race == "White")).collect();
    columns.push(s.iter().map(|&s| f64::from(s)).collect());
    Some(Table { columns, y: numbers(&column(&header, &rows, "zfygpa")), s })
}

fn nlsy() -> Option<Table> {
    let text = read("nlsy79/nlsy79.csv")?;
    let (header, rows) = columns_of(&text, ',');
    let names = ["age", "height", "weight", "famsize", "illegalact", "charged", "jobsnum90", "afqt89"];
    let mut columns: Vec<Vec<f64>> =
        names.iter().map(|name| numbers(&column(&header, &rows, name))).collect();
    for name in ["grade90", "genhealth", "typejob90", "partner", "jobtrain90", "gender"] {
        one_hot(&mut columns, &column(&header, &rows, name));
    }
    let s = column(&header, &rows, "gender").iter().map(|gender| u8::from(*gender == "Male")).collect();
    Some(Table { columns, y: numbers(&column(&header, &rows, "income90")), s })
}

fn students(file: &str) -> Option<Table> {
    let text = read(&format!("student_performance/{file}"))?;
    let (header, rows) = columns_of(&text, ';');
    let mut columns = Vec::new();
    for name in header.iter().filter(|name| !["G1", "G2", "G3"].contains(name)) {
        let values = column(&header, &rows, name);
        match values.iter().map(|value| value.parse::<f64>()).collect() {
            Ok(numbers) => columns.push(numbers),
            Err(_) => one_hot(&mut columns, &values),
        }
    }
    let s = column(&header, &rows, "sex").iter().map(|sex| u8::from(*sex == "M")).collect();
    Some(Table { columns, y: numbers(&column(&header, &rows, "G3")), s })
}

/// Solves A w = b for a symmetric positive definite A by Cholesky's factor.
fn solve(mut a: Vec<Vec<f64>>, mut b: Vec<f64>) -> Vec<f64> {
    let d = b.len();
    for j in 0..d {
        for k in 0..j {
            let factor = a[j][k];
            for row in a.iter_mut().skip(j) {
                row[j] -= row[k] * factor;
            }
        }
        let root = a[j][j].sqrt();
        a.iter_mut().skip(j).for_each(|row| row[j] /= root);
    }
    for j in 0..d {
        let sum: f64 = (0..j).map(|k| a[j][k] * b[k]).sum();
        b[j] = (b[j] - sum) / a[j][j];
    }
    for j in (0..d).rev() {
        let sum: f64 = (j + 1..d).map(|k| a[k][j] * b[k]).sum();
        b[j] = (b[j] - sum) / a[j][j];
    }
    b
}

impl Table {
    /// Ridge with penalty 10 on standardised columns of the rows i with i mod 3 ≠ 2; scores of those and of the others.
    fn ridge(self) -> [Part; 2] {
        let (test, train): (Vec<usize>, Vec<usize>) = (0..self.y.len()).partition(|i| i % 3 == 2);
        let n = train.len() as f64;
        let standardised = |column: &Vec<f64>| {
            let mean = train.iter().map(|&i| column[i]).sum::<f64>() / n;
            let deviation = (train.iter().map(|&i| (column[i] - mean).powi(2)).sum::<f64>() / n).sqrt();
            (deviation > 1e-12).then(|| column.iter().map(|x| (x - mean) / deviation).collect::<Vec<f64>>())
        };
        let columns: Vec<Vec<f64>> = self.columns.iter().filter_map(standardised).collect();
        let mean = train.iter().map(|&i| self.y[i]).sum::<f64>() / n;
        let product = |a: &[f64], b: &dyn Fn(usize) -> f64| train.iter().map(|&i| a[i] * b(i)).sum::<f64>();
        let gram = |j: usize| -> Vec<f64> {
            let penalty = |k: usize| if j == k { 10.0 } else { 0.0 };
            (0..columns.len()).map(|k| product(&columns[j], &|i| columns[k][i]) + penalty(k)).collect()
        };
        let moments = columns.iter().map(|column| product(column, &|i| self.y[i] - mean)).collect();
        let w = solve((0..columns.len()).map(gram).collect(), moments);
        let score = |i: usize| mean + columns.iter().zip(&w).map(|(column, w)| column[i] * w).sum::<f64>();
        [train, test].map(|rows| Part {
            y: rows.iter().map(|&i| self.y[i]).collect(),
            data: Data::new(
                &rows.iter().map(|&i| score(i)).collect::<Vec<_>>(),
                &rows.iter().map(|&i| self.s[i]).collect::<Vec<_>>(),
            ),
        })
    }
}

/// MSE, KS and U as the table prints them.
type Figures = [&'static str; 3];

/// Prints the significant digits of Python's `%.6e`.
fn scientific(x: f64) -> String {
    let text = format!("{x:.6e}");
    let (mantissa, exponent) = text.split_once('e').unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    format!("{mantissa}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

impl Part {
    fn mse(&self, scores: &[f64]) -> f64 {
        scores.iter().zip(&self.y).map(|(f, y)| (f - y).powi(2)).sum::<f64>() / self.y.len() as f64
    }

    #[track_caller]
    fn check(&self, scores: Vec<f64>, shares: &Shares, expected: Figures) {
        let mse = self.mse(&scores);
        let unfairness = self.data.replaced(scores).unfairness(shares);
        let found =
            [format!("{mse:.6}"), format!("{:.6}", unfairness.ks), scientific(unfairness.wasserstein)];
        assert_eq!(found, expected);
    }

    /// Every other row within each group, from the first or from the second on.
    fn alternate(&self, first: usize) -> Data {
        let (mut seen, mut half) = ([first; 2], Data::default());
        for (score, s) in self.data.scores.iter().zip(&self.data.s) {
            if seen[usize::from(*s)].is_multiple_of(2) {
                half.scores.push(*score);
                half.s.push(*s);
            }
            seen[usize::from(*s)] += 1;
        }
        half
    }
}

/// The rows of one data set: before, step, midpoint, split, partial at ¼, ½, ¾; each for the training and the test part.
struct Expected {
    before: [Figures; 2],
    step: [Figures; 2],
    midpoint: [Figures; 2],
    split: [Figures; 2],
    partial: [[Figures; 2]; 3],
    first: ([f64; 3], [f64; 3]),
}

fn parameters(interpolation: Interpolation) -> Parameters {
    let mut parameters = exact();
    (parameters.interpolation, parameters.jitter) = (interpolation, Jitter::Never);
    parameters
}

#[track_caller]
fn check(table: Option<Table>, expected: &Expected) {
    let Some(table) = table else { return };
    let parts = table.ridge();
    let [train, test] = &parts;
    let model = train.data.fit(parameters(Interpolation::Step));
    let shares = Shares::Given(model.groups().iter().cloned().zip(model.shares()).collect());
    let both = |model: &Model, expected: &[Figures; 2]| {
        for (part, figures) in parts.iter().zip(expected) {
            part.check(part.data.repaired(model).scores, &shares, *figures);
        }
    };
    for (part, figures) in parts.iter().zip(expected.before) {
        part.check(part.data.scores.clone(), &shares, figures);
    }
    both(&model, &expected.step);
    both(&train.data.fit(parameters(Interpolation::Midpoint)), &expected.midpoint);
    let mut split = parameters(Interpolation::Step);
    split.shares = shares.clone();
    let plan = Plan::new(split).unwrap();
    let (quantiles, ranks) = (train.alternate(0), train.alternate(1));
    let halves = quantiles.with(|quantiles| ranks.with(|ranks| plan.fit_halves(quantiles, ranks))).unwrap();
    both(&halves, &expected.split);
    for (alpha, figures) in [0.25, 0.5, 0.75].into_iter().zip(&expected.partial) {
        both(&model.with_alpha(alpha).unwrap(), figures);
    }
    let (first, repaired) = expected.first;
    let scores = test.data.repaired(&model).scores;
    for row in 0..3 {
        assert!((test.data.scores[row] - first[row]).abs() < 6e-7, "{row}");
        assert!((scores[row] - repaired[row]).abs() < 6e-7, "{row}");
    }
    assert_eq!(model.groups(), [[Label::new("0")], [Label::new("1")]]);
}

#[test]
fn crime_has_the_figures_of_the_reference() {
    check(
        crime(),
        &Expected {
            before: [["0.015939", "0.536636", "1.329438e-02"], ["0.019263", "0.567030", "1.492650e-02"]],
            step: [["0.030723", "0.001462", "8.040688e-07"], ["0.033518", "0.061147", "9.444092e-05"]],
            midpoint: [["0.030708", "0.001462", "3.319159e-07"], ["0.033447", "0.061147", "9.528578e-05"]],
            split: [["0.030706", "0.055986", "4.143909e-05"], ["0.033622", "0.052142", "1.374810e-04"]],
            partial: [
                [["0.020004", "0.295580", "3.321077e-03"], ["0.022894", "0.333660", "4.023618e-03"]],
                [["0.017513", "0.405745", "6.645006e-03"], ["0.020542", "0.434858", "7.693687e-03"]],
                [["0.016376", "0.479704", "9.969537e-03"], ["0.019550", "0.516594", "1.132113e-02"]],
            ],
            first: ([0.370096, 0.222452, 0.233504], [0.248314, 0.367328, 0.146169]),
        },
    );
}

#[test]
fn law_school_has_the_figures_of_the_reference() {
    check(
        law(),
        &Expected {
            before: [["0.726451", "0.782560", "6.588301e-02"], ["0.729387", "0.786194", "6.724531e-02"]],
            step: [["0.794779", "0.002125", "7.908576e-07"], ["0.808044", "0.034807", "2.375231e-05"]],
            midpoint: [["0.794713", "0.001011", "3.430359e-07"], ["0.808021", "0.034807", "2.386077e-05"]],
            split: [["0.795638", "0.018353", "1.498693e-05"], ["0.808937", "0.029949", "4.232504e-05"]],
            partial: [
                [["0.744127", "0.485983", "1.645397e-02"], ["0.752019", "0.516194", "1.708240e-02"]],
                [["0.732805", "0.633787", "3.292750e-02"], ["0.738594", "0.650976", "3.384433e-02"]],
                [["0.727953", "0.725567", "4.940439e-02"], ["0.732176", "0.727556", "5.055746e-02"]],
            ],
            first: ([0.199934, -0.646947, -0.056553], [0.087321, -0.779931, -0.184693]),
        },
    );
}

#[test]
fn income_has_the_figures_of_the_reference() {
    check(
        nlsy(),
        &Expected {
            before: [["1.310004", "0.455025", "1.567366e-01"], ["1.312960", "0.437601", "1.420090e-01"]],
            step: [["1.474621", "0.000610", "4.964506e-06"], ["1.445115", "0.058444", "1.348097e-03"]],
            midpoint: [["1.474958", "0.000610", "6.239814e-07"], ["1.445415", "0.058444", "1.399332e-03"]],
            split: [["1.490684", "0.032670", "5.079423e-04"], ["1.461213", "0.071908", "2.892544e-03"]],
            partial: [
                [["1.353137", "0.239425", "3.919678e-02"], ["1.339478", "0.226314", "3.213860e-02"]],
                [["1.325766", "0.332544", "7.837815e-02"], ["1.318895", "0.310680", "6.805441e-02"]],
                [["1.313877", "0.398960", "1.175578e-01"], ["1.312305", "0.378930", "1.048135e-01"]],
            ],
            first: ([1.698939, 2.456644, 2.430825], [2.12019, 2.940238, 2.916368]),
        },
    );
}

#[test]
fn portuguese_grades_has_the_figures_of_the_reference() {
    check(
        students("student-por.csv"),
        &Expected {
            before: [["6.405729", "0.233779", "3.482904e-01"], ["7.998610", "0.184730", "6.997010e-02"]],
            step: [["6.709610", "0.005628", "1.299737e-03"], ["8.247918", "0.213926", "1.560273e-01"]],
            midpoint: [["6.715172", "0.004767", "8.199207e-04"], ["8.245393", "0.213926", "1.505866e-01"]],
            split: [["6.746836", "0.039195", "6.284321e-03"], ["8.187330", "0.225161", "1.461495e-01"]],
            partial: [
                [["6.468946", "0.128310", "8.632860e-02"], ["8.033992", "0.093603", "2.624814e-02"]],
                [["6.421232", "0.167373", "1.733712e-01"], ["7.997675", "0.125100", "2.330916e-02"]],
                [["6.405264", "0.198623", "2.607451e-01"], ["7.990580", "0.151022", "4.123851e-02"]],
            ],
            first: ([10.418692, 13.48549, 12.562761], [9.792839, 13.839984, 13.056909]),
        },
    );
}

#[test]
fn mathematics_grades_has_the_figures_of_the_reference() {
    check(
        students("student-mat.csv"),
        &Expected {
            before: [["13.436716", "0.379045", "4.043196e-01"], ["21.627059", "0.256573", "4.070893e-01"]],
            step: [["14.043493", "0.007817", "2.659387e-03"], ["21.771657", "0.228638", "1.072221e-01"]],
            midpoint: [["13.987389", "0.007529", "1.394411e-03"], ["21.735045", "0.228638", "1.075530e-01"]],
            split: [["14.239825", "0.087936", "1.198020e-01"], ["22.093007", "0.200469", "4.955655e-01"]],
            partial: [
                [["13.638315", "0.225760", "1.023551e-01"], ["21.581553", "0.143662", "1.471133e-01"]],
                [["13.530112", "0.276855", "2.028936e-01"], ["21.571818", "0.183568", "2.280981e-01"]],
                [["13.470768", "0.357147", "3.035707e-01"], ["21.591758", "0.239906", "3.158438e-01"]],
            ],
            first: ([6.560774, 13.643561, 12.136944], [5.996972, 13.005915, 11.318288]),
        },
    );
}
