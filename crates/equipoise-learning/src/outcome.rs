//! The column of the outcome as the numbers that a method is fitted to.

use equipoise::{
    groups::Label,
    methods::registry::{Method, Output},
    stats::Task,
};
use equipoise_audit::{Failure, Hints, Kind, Parameter};
use equipoise_table::number_of;

use crate::{
    frame::{Coded, Column},
    kinds::Holds,
    recipe::Recipe,
    roles::known_positives,
    target::{self, Target},
};

/// Classes that are fitted one against the rest: more are numbers that were not meant as classes.
pub(crate) const CLASSES_MAX: usize = 100;

/// Numbers that are taken for classes unasked.
const NUMBERS_MAX: usize = 20;

/// What is predicted, and what the rows say of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) target: Target,
    values: Values,
}

#[derive(Debug)]
enum Values {
    /// Numbers, or −1 and +1.
    Numbers(Vec<f64>),
    /// The class of each row.
    Classes(Vec<u32>),
}

/// How the column is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As labels.
    Labels,
    /// As numbers.
    Numbers,
}

impl Reading {
    /// Decides how the column of the outcome is read; `holds` is what it holds, where that was asked.
    pub(crate) fn of(
        recipe: &Recipe,
        method: &Method,
        hints: &Hints,
        column: &str,
        holds: Option<Holds>,
        notes: &mut Vec<String>,
    ) -> Self {
        let is_able = |task: Task| method.output == Output::Transformer || method.tasks.contains(&task);
        match (recipe.task, is_able(Task::Regression), is_able(Task::Binary)) {
            (Some(Task::Regression), _, _) | (None, _, false) => Self::Numbers,
            (Some(_), _, _) | (None, false, true) => Self::Labels,
            (None, true, true) => {
                let has_positive = !recipe.positive.is_empty() || !known_positives(hints, column).is_empty();
                if has_positive || holds != Some(Holds::Numbers) {
                    return Self::Labels;
                }
                notes.push(format!(
                    "`{column}` is taken as a number; {} takes it as yes or no",
                    recipe.spelling.word(Parameter::Task, "binary")
                ));
                Self::Numbers
            }
        }
    }
}

impl Outcome {
    /// Makes a target of the column of the outcome.
    pub(crate) fn new(
        column: Column,
        name: &str,
        recipe: &Recipe,
        hints: &Hints,
        notes: &mut Vec<String>,
    ) -> Result<Self, Failure> {
        match column {
            Column::Real(values) => Ok(Self { target: Target::Number, values: Values::Numbers(values) }),
            Column::Labels(coded) => Self::of_labels(&coded, name, recipe, hints, notes),
        }
    }

    fn of_labels(
        coded: &Coded,
        name: &str,
        recipe: &Recipe,
        hints: &Hints,
        notes: &mut Vec<String>,
    ) -> Result<Self, Failure> {
        let mut positive = recipe.positive.clone();
        if positive.is_empty() && recipe.task != Some(Task::Multiclass) {
            positive = known_positives(hints, name).to_vec();
            if !positive.is_empty() {
                let list: Vec<String> = positive.iter().map(|value| format!("`{value}`")).collect();
                notes.push(format!(
                    "positive values of `{name}`, from the catalogue of data sets: {}",
                    list.join(", ")
                ));
            }
        }
        let n = coded.labels.len();
        let is_multiclass = match recipe.task {
            Some(Task::Multiclass) => true,
            Some(_) => false,
            None => n > 2 && positive.is_empty(),
        };
        if is_multiclass {
            return Self::of_classes(coded, name, recipe, notes);
        }
        let (target, is_positive) = target::binary(&coded.labels, &positive)
            .map_err(|error| Failure::of_classes(&error, name, recipe.spelling))?;
        if let Target::Binary { negative, positive } = &target
            && (negative.is_empty() || positive.is_empty())
        {
            let what = if positive.is_empty() { "no row is" } else { "all rows are" };
            return Err(Failure::new(format_args!("{what} positive: `{name}` has one class alone"))
                .of_kind(Kind::Data)
                .about(Parameter::Target)
                .detail(format_args!("values there: {}", target_values(coded))));
        }
        let sign = |&code: &u32| if is_positive[code as usize] { 1.0 } else { -1.0 };
        Ok(Self { target, values: Values::Numbers(coded.codes.iter().map(sign).collect()) })
    }

    fn of_classes(
        coded: &Coded,
        name: &str,
        recipe: &Recipe,
        notes: &mut Vec<String>,
    ) -> Result<Self, Failure> {
        let n = coded.labels.len();
        let spelling = recipe.spelling;
        if !recipe.positive.is_empty() {
            return Err(Failure::new("one of several classes is predicted, and a positive value is named")
                .about(Parameter::Positive)
                .help(format_args!("leave out {}", spelling.name(Parameter::Positive))));
        }
        let is_number = |label: &Label| label.text().is_some_and(|text| number_of(text).is_some());
        let are_numbers = recipe.task.is_none() && coded.labels.iter().all(is_number);
        let most = if are_numbers { NUMBERS_MAX } else { CLASSES_MAX };
        if !(2..=most).contains(&n) {
            return Err(Failure::new(format_args!("`{name}` has {n} different values, as classes"))
                .of_kind(Kind::Data)
                .about(Parameter::Target)
                .detail(format_args!("2 to {most} classes are possible"))
                .help_if(are_numbers.then(|| {
                    format!(
                        "{} makes classes of up to {CLASSES_MAX}",
                        spelling.word(Parameter::Task, "multiclass")
                    )
                }))
                .help(format_args!(
                    "numbers are predicted by {} and {}",
                    spelling.word(Parameter::Method, "fair_ridge"),
                    spelling.word(Parameter::Method, "fair_svr")
                )));
        }
        if recipe.task.is_none() {
            notes.push(format!(
                "`{name}` has {n} classes, each fitted against the rest; {} makes it a yes or no",
                spelling.form(Parameter::Positive, "VALUE")
            ));
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by(|&a, &b| coded.labels[a].cmp(&coded.labels[b]));
        let mut class = vec![0; n];
        order.iter().enumerate().for_each(|(place, &code)| class[code] = place as u32);
        let classes = order.iter().map(|&code| coded.labels[code].to_string()).collect();
        let of_row = coded.codes.iter().map(|&code| class[code as usize]).collect();
        Ok(Self { target: Target::Classes(classes), values: Values::Classes(of_row) })
    }

    /// Returns the classes of some rows; of yes or no, 1 where a row is positive.
    pub(crate) fn classes(&self, rows: &[usize]) -> Vec<u32> {
        rows.iter().map(|&row| self.class(row)).collect()
    }

    /// Returns some rows as numbers: the numbers that are predicted, or −1 and +1.
    pub(crate) fn numbers(&self, rows: &[usize]) -> Vec<f64> {
        match &self.values {
            Values::Numbers(values) => rows.iter().map(|&row| values[row]).collect(),
            Values::Classes(classes) => rows.iter().map(|&row| f64::from(classes[row])).collect(),
        }
    }

    /// Returns the target of one score on some rows: numbers, or −1 and +1.
    pub(crate) fn of_score(&self, score: usize, rows: &[usize]) -> Vec<f64> {
        let Values::Classes(classes) = &self.values else { return self.numbers(rows) };
        rows.iter().map(|&row| if classes[row] as usize == score { 1.0 } else { -1.0 }).collect()
    }

    /// Returns the class of a row; of yes or no, 1 where it is positive.
    pub(crate) fn class(&self, row: usize) -> u32 {
        match &self.values {
            Values::Numbers(values) => u32::from(values[row] > 0.0),
            Values::Classes(classes) => classes[row],
        }
    }
}

fn target_values(coded: &Coded) -> String {
    let labels = coded.labels.iter().map(|label| format!("`{label}`"));
    equipoise_audit::listed(labels, coded.labels.len())
}
