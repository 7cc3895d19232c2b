//! Ours beside scikit-learn and fairlearn on Adult, by turns.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use cpu_time::ProcessTime;
use equipoise::{
    kernels::Gamma,
    methods::inprocessing::fair_erm::{KernelChoice, Loss},
    solvers::{ClassWeights, Examples, Intercept, Rows, dual_descent, newton},
};

use super::{
    data::Table,
    price::{self, Asked},
};

const SCRIPT: &str = include_str!("rivals.py");
/// The rows of `adult.data` among the complete ones; the rest, of `adult.test`, tell accuracy and gap.
const FIT_ROWS: usize = 30_162;

/// Figures of one fit.
#[derive(Clone, Debug, Default)]
struct Figures {
    seconds: f64,
    /// Of the rows not fitted on, or the objective.
    about: String,
}

/// Prints all comparisons. `python` has scikit-learn and fairlearn; without it only our own figures are shown.
pub(crate) fn run(adult: &Table, python: Option<&str>, turns: usize) {
    let folder = std::env::temp_dir().join(format!("equipoise-ferm-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    write(adult, &folder);
    println!("| part | fit | CPU s, least | about it |\n|---|---|--:|---|");
    for (part, ours) in [("linear", linear as fn(&Table) -> _), ("rbf", rbf), ("fair", fair)] {
        let mut least: BTreeMap<String, Figures> = BTreeMap::new();
        for _ in 0..turns {
            let theirs = python.map_or_else(Vec::new, |python| rival(python, &folder, part));
            for (name, figures) in ours(adult).into_iter().chain(theirs) {
                let best = least.entry(name).or_insert_with(|| figures.clone());
                if figures.seconds < best.seconds {
                    *best = figures;
                }
            }
        }
        for (name, Figures { seconds, about }) in least {
            println!("| {part} | {name} | {seconds:.4} | {about} |");
        }
    }
    fs::remove_dir_all(&folder).unwrap();
}

fn write(table: &Table, folder: &Path) {
    let (offsets, indices, values) = table.sparse();
    let put = |name: &str, bytes: Vec<u8>| fs::write(folder.join(name), bytes).unwrap();
    put("offsets", offsets.iter().flat_map(|&o| (o as u64).to_le_bytes()).collect());
    put("indices", indices.iter().flat_map(|i| i.to_le_bytes()).collect());
    put("values", values.iter().flat_map(|v| v.to_le_bytes()).collect());
    put("targets", table.targets.iter().flat_map(|y| y.to_le_bytes()).collect());
    put("groups", table.two.clone());
    put("shape", format!("{} {} {FIT_ROWS}", table.n(), table.d).into_bytes());
    put("rivals.py", SCRIPT.as_bytes().to_vec());
}

fn rival(python: &str, folder: &Path, part: &str) -> Vec<(String, Figures)> {
    let mut command = Command::new(python);
    command.arg(folder.join("rivals.py")).arg(folder).arg(part);
    command.env("OMP_NUM_THREADS", "1").env("OPENBLAS_NUM_THREADS", "1");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let figures = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |place: usize| words[place].parse::<f64>().ok();
        let about = match (number(2), number(3), number(4)) {
            (Some(accuracy), Some(gap), _) => tested(accuracy, gap),
            (_, _, Some(objective)) => valued(objective),
            _ => String::new(),
        };
        (format!("{} (theirs)", words[0]), Figures { seconds: words[1].parse().unwrap(), about })
    };
    text.lines().map(figures).collect()
}

fn tested(accuracy: f64, gap: f64) -> String {
    format!("accuracy {accuracy:.4}, gap of true positive rates {gap:.4}")
}

fn valued(objective: f64) -> String {
    format!("objective {objective:.3}")
}

/// The least seconds of three runs, and what the last returned.
fn least<T>(mut work: impl FnMut() -> T) -> (f64, T) {
    let mut one = || {
        let start = ProcessTime::now();
        let result = work();
        (start.elapsed().as_secs_f64(), result)
    };
    let first = one();
    (0..2).fold(first, |best, _| {
        let next = one();
        (best.0.min(next.0), next.1)
    })
}

/// The linear solvers without an intercept, which LIBLINEAR penalises, on all rows.
fn linear(table: &Table) -> Vec<(String, Figures)> {
    let examples = Examples { rows: table.rows(), targets: &table.targets, weights: None };
    let mut options = newton::Options::default();
    options.intercept = Intercept::Absent;
    let mut descent = dual_descent::Options::default();
    descent.intercept = Intercept::Absent;
    let fits = [
        ("logistic", least(|| newton::logistic(&examples, None, options).unwrap())),
        ("square", least(|| newton::squared_hinge(&examples, None, options).unwrap())),
        ("hinge", least(|| dual_descent::classify(&examples, None, ClassWeights::EQUAL, descent).unwrap())),
    ];
    let figures = fits
        .map(|(name, (seconds, fit))| (name.to_owned(), Figures { seconds, about: valued(fit.objective) }));
    figures.into()
}

/// The ordinary machine on the first 10,000 rows.
fn rbf(table: &Table) -> Vec<(String, Figures)> {
    let head = table.head(10_000);
    let kernel = KernelChoice::Rbf(Gamma::Scale);
    let (seconds, _) = least(|| price::fit(&head, Loss::Hinge { cost: 1.0 }, kernel, Asked::Nothing));
    vec![("rbf".to_owned(), Figures { seconds, about: String::new() })]
}

/// Plain and fair learners fitted on one part of the rows and looked at on the other.
fn fair(table: &Table) -> Vec<(String, Figures)> {
    let head = table.part(0..FIT_ROWS);
    let rest = table.part(FIT_ROWS..table.n());
    let mut found = Vec::new();
    for (name, loss) in [("logistic", Loss::Logistic { cost: 1.0 }), ("hinge", Loss::Hinge { cost: 1.0 })] {
        for (kind, asked) in [("plain", Asked::Nothing), ("fair", Asked::One)] {
            let (seconds, fitted) = least(|| price::fit(&head, loss, KernelChoice::Linear, asked));
            let scores = fitted
                .score
                .of_rows(&Rows::csr(rest.sparse().0, rest.sparse().1, rest.sparse().2, rest.d).unwrap());
            let (accuracy, gap) = test(&rest, &scores.unwrap());
            found.push((format!("{kind}-{name}"), Figures { seconds, about: tested(accuracy, gap) }));
        }
    }
    found
}

/// Returns the accuracy, and the gap of the true positive rates of the two groups.
fn test(table: &Table, scores: &[f64]) -> (f64, f64) {
    let right = table.targets.iter().zip(scores).filter(|(y, f)| (**f > 0.0) == (**y > 0.0)).count();
    let rate = |group: u8| {
        let is_in = |i: &usize| table.two[*i] == group && table.targets[*i] > 0.0;
        let of = (0..table.n()).filter(is_in).count() as f64;
        (0..table.n()).filter(is_in).filter(|&i| scores[i] > 0.0).count() as f64 / of
    };
    (right as f64 / table.n() as f64, (rate(0) - rate(1)).abs())
}
