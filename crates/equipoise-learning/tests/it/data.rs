//! A made-up table: deterministic, with everything that can be unpleasant in a column.

use std::fmt::Write as _;

use equipoise_learning::{Application, Applying, Failure, Model, Predicted, Recipe, Silent, Spelling, Table};
use equipoise_table::{Input, ReadOptions, Source};

/// A table in a file that vanishes with it.
pub(crate) struct Written {
    pub(crate) table: Table,
    _folder: tempfile::TempDir,
}

pub(crate) fn csv(text: &str) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.csv");
    std::fs::write(&path, text).unwrap();
    let source = Source::open(&[Input::from(path.as_path())], ReadOptions::new()).unwrap();
    Written { table: Table::new(source).named(vec!["people.csv".to_owned()]), _folder: folder }
}

/// Numbers in [0, 1), the same on every machine.
pub(crate) struct Draws(u64);

impl Draws {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }
}

pub(crate) const HEADER: &str = "sex,race,age,job,same,nothing,income,hired,level";

/// People: two sexes, three races, an age (some missing), a job (some missing), a column with one value and one with none,
/// and three outcomes: a number, yes or no, and one of three.
pub(crate) fn rows(n: usize) -> Vec<String> {
    let mut draws = Draws::new(7);
    let mut rows = Vec::with_capacity(n);
    for _ in 0..n {
        let is_woman = draws.next() < 0.45;
        let race = ["a", "b", "c"][(draws.next() * 3.0) as usize];
        let age = 20.0 + (40.0 * draws.next()).round();
        let job = ["clerk", "cook", "smith", ""][(draws.next() * 4.0) as usize];
        let shift = if is_woman { -0.8 } else { 0.0 };
        let pull = f64::from(u8::from(job == "smith")) + 0.05 * (age - 40.0) + shift;
        let income = pull + 2.0 * draws.next();
        let hired = if income > 1.0 { "yes" } else { "no" };
        let level = if income > 1.6 {
            "high"
        } else if income > 0.4 {
            "middle"
        } else {
            "low"
        };
        let age = if draws.next() < 0.05 { String::new() } else { age.to_string() };
        let sex = if is_woman { "f" } else { "m" };
        rows.push(format!("{sex},{race},{age},{job},1,,{income},{hired},{level}"));
    }
    rows
}

pub(crate) fn people(n: usize) -> Written {
    let mut text = format!("{HEADER}\n");
    rows(n).iter().for_each(|row| writeln!(text, "{row}").unwrap());
    csv(&text)
}

/// A recipe for one of the outcomes, the two others left out.
pub(crate) fn recipe(method: &str, target: &str) -> Recipe {
    let mut recipe = Recipe::new(method, Spelling::CommandLine);
    recipe.target = Some(target.to_owned());
    recipe.sensitive = vec!["sex".to_owned()];
    recipe.drop = ["income", "hired", "level"]
        .into_iter()
        .filter(|other| *other != target)
        .map(str::to_owned)
        .collect();
    recipe
}

/// The bits of all scores, row after row, and the classes.
pub(crate) type Answers = (Vec<Vec<u64>>, Vec<u32>);

pub(crate) fn predicted(model: &Model, table: &Table, threads: usize) -> Result<Answers, Failure> {
    let mut applying = Applying::new(Spelling::CommandLine);
    applying.threads = threads;
    let mut answers: Answers = (vec![Vec::new(); model.heads().len()], Vec::new());
    Application::new(model, table, &applying)?.run(&Silent, &mut |predicted: &Predicted<'_>| {
        for (all, some) in answers.0.iter_mut().zip(predicted.scores) {
            all.extend(some.iter().map(|score| score.to_bits()));
        }
        answers.1.extend(predicted.classes);
        Ok(())
    })?;
    Ok(answers)
}
