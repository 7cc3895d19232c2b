//! Saved states: read, merged, and held against the question that names the same things again.

use std::{
    fs::{self, File},
    hash::{DefaultHasher, Hasher},
    io::{self, Read},
    path::{Path, PathBuf},
};

use equipoise::{
    groups::Cuts,
    stats::{
        Attribute, Layout, Statistics, StatsError, Task,
        state::{self, HEADER_BYTES},
    },
};
use equipoise_report::Provenance;

use crate::{
    auditor::Counted,
    failure::{Failure, Kind},
    plan::weight_kind_word,
    question::{Cut, CutPoints, Question},
    spelling::{Parameter, Spelling},
    task::task_word,
};

/// What is done about states that are equal byte for byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identical {
    /// They are nearly always the same rows given twice.
    Refuse,
    /// They are counted, each for itself.
    Allow,
}

/// Merges states that come one after the other, and refuses the same one twice.
#[derive(Debug)]
pub struct Merging {
    identical: Identical,
    spelling: Spelling,
    known: Vec<Known>,
    merged: Option<Statistics>,
}

/// A state that was read: what it is called, where it lies, and what tells its bytes from others.
#[derive(Debug)]
struct Known {
    name: String,
    place: Place,
    fingerprint: (usize, u64),
}

/// Where the bytes of a state are.
#[derive(Debug)]
enum Place {
    File { path: PathBuf, real: PathBuf },
    Memory(Box<[u8]>),
}

impl Merging {
    /// Returns a merging of no state yet.
    pub fn new(identical: Identical, spelling: Spelling) -> Self {
        Self { identical, spelling, known: Vec::new(), merged: None }
    }

    /// Adds a state that lies in a file. Of a file that is no state not more than its beginning is read.
    ///
    /// # Errors
    /// When the file cannot be read, is no state, is there already, or is of other columns than those before it.
    pub fn add_file(&mut self, path: &Path) -> Result<(), Failure> {
        let bytes = read(path).map_err(|error| Failure::reading(path, &error))?;
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let is_it = |known: &Known| matches!(&known.place, Place::File { real: other, .. } if *other == real);
        if self.known.iter().any(is_it) {
            return Err(Failure::new(format_args!("{} is named twice", path.display()))
                .of_kind(Kind::State)
                .about(Parameter::States)
                .detail("its rows would be counted twice"));
        }
        let place = Place::File { path: path.to_owned(), real };
        self.add(path.display().to_string(), place, &bytes)
    }

    /// Adds a state that lies in memory, called `name` in messages.
    ///
    /// # Errors
    /// When the bytes are no state, are there already, or are of other columns than those before them.
    pub fn add_bytes(&mut self, name: &str, bytes: &[u8]) -> Result<(), Failure> {
        self.add(name.to_owned(), Place::Memory(bytes.into()), bytes)
    }

    fn add(&mut self, name: String, place: Place, bytes: &[u8]) -> Result<(), Failure> {
        let fingerprint = fingerprint(bytes);
        let same = |known: &&Known| known.fingerprint == fingerprint && known.place.holds(bytes);
        if self.identical == Identical::Refuse
            && let Some(twin) = self.known.iter().find(same)
        {
            let allow = match self.spelling {
                Spelling::CommandLine => "`equipoise merge --allow-identical`".to_owned(),
                _ => self.spelling.on(Parameter::AllowIdentical),
            };
            return Err(Failure::new(format_args!("{} and {name} are equal", twin.name))
                .of_kind(Kind::State)
                .about(Parameter::States)
                .detail("nearly always this is the same rows given twice")
                .help(format_args!("parts that happen to be equal merge with {allow}")));
        }
        let statistics = from_bytes(&name, bytes, self.spelling)?;
        match &mut self.merged {
            None => self.merged = Some(statistics),
            Some(merged) => merged
                .merge(&statistics)
                .map_err(|error| differs(&error, &self.known[0].name, &name, self.spelling))?,
        }
        self.known.push(Known { name, place, fingerprint });
        Ok(())
    }

    /// Returns the statistics of all.
    ///
    /// # Errors
    /// When there is none.
    pub fn finish(self) -> Result<Statistics, Failure> {
        self.merged
            .ok_or_else(|| Failure::new("no state is named").of_kind(Kind::State).about(Parameter::States))
    }
}

impl Place {
    fn holds(&self, bytes: &[u8]) -> bool {
        match self {
            Self::File { path, .. } => read(path).is_ok_and(|other| other == bytes),
            Self::Memory(other) => **other == *bytes,
        }
    }
}

/// Reads states from files and merges them.
///
/// # Errors
/// As [`Merging::add_file`], and when there is none.
pub fn merged(paths: &[PathBuf], identical: Identical, spelling: Spelling) -> Result<Statistics, Failure> {
    let mut merging = Merging::new(identical, spelling);
    for path in paths {
        merging.add_file(path)?;
    }
    merging.finish()
}

/// Reads a state, called `name` in messages.
///
/// # Errors
/// When the bytes are no state, damaged, or of a newer version.
pub fn from_bytes(name: &str, bytes: &[u8], spelling: Spelling) -> Result<Statistics, Failure> {
    Statistics::from_bytes(bytes).map_err(|error| {
        let save = match spelling {
            Spelling::CommandLine => "`equipoise audit --save-state`",
            _ => "`save_state`",
        };
        Failure::new(format_args!("cannot use {name}: {error}"))
            .of_kind(Kind::State)
            .about(Parameter::States)
            .help(format_args!("a state is what {save} or `equipoise merge` wrote"))
    })
}

/// Returns statistics that were counted before as if they had been counted now, called `names` in reports.
///
/// # Errors
/// When the question names again what was counted, and names something else; when there are no rows.
pub fn counted(question: &Question, statistics: Statistics, names: Vec<String>) -> Result<Counted, Failure> {
    if question.drop_missing {
        return Err(reads_no_table(&question.spelling.name(Parameter::DropMissing), question.spelling)
            .about(Parameter::DropMissing));
    }
    agree(question, statistics.layout())?;
    let rows_read = statistics.rows();
    if rows_read == 0 {
        return Err(Failure::new("there are no rows to audit").of_kind(Kind::Data));
    }
    let provenance = Provenance { sources: names, rows_read, ..Provenance::default() };
    Ok(Counted { statistics, provenance, notes: Vec::new() })
}

/// Returns that a parameter, written as it is typed, is about reading a table, and a state is not one.
pub fn reads_no_table(parameter: &str, spelling: Spelling) -> Failure {
    let state = match spelling {
        Spelling::CommandLine => format!("{} reads none", spelling.name(Parameter::States)),
        _ => "a state has none".to_owned(),
    };
    Failure::new(format_args!("{parameter} is about reading a table, and {state}"))
        .help("give it when the state is saved")
}

/// Reads a state, and of anything else no more than the beginning: a device need not end.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut bytes = Vec::new();
    Read::by_ref(&mut file).take(HEADER_BYTES as u64).read_to_end(&mut bytes)?;
    if let Some(length) = state::length(&bytes) {
        // One byte more than there should be shows that there is more.
        let rest = length.saturating_add(1).saturating_sub(bytes.len() as u64);
        file.take(rest).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

fn fingerprint(bytes: &[u8]) -> (usize, u64) {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    (bytes.len(), hasher.finish())
}

fn differs(error: &StatsError, first: &str, second: &str, spelling: Spelling) -> Failure {
    let failure = Failure::new(format_args!("cannot merge {first} and {second}"))
        .of_kind(Kind::State)
        .about(Parameter::States)
        .detail(error);
    match error {
        StatsError::DifferentLayouts { .. } => failure.help(same_parameters(spelling)),
        _ => failure,
    }
}

/// What to do so that parts fit together.
pub(crate) fn same_parameters(spelling: Spelling) -> String {
    format!(
        "count all parts with the same {}s; {}, {} and {} say outright what else is found from the rows",
        spelling.kind_word(),
        spelling.name(Parameter::Task),
        spelling.name(Parameter::Positive),
        spelling.name(Parameter::Cuts)
    )
}

/// Checks that what the question names again is what was counted. What it does not name is not checked.
///
/// # Errors
/// When it names something else.
pub fn agree(question: &Question, layout: &Layout) -> Result<(), Failure> {
    let spelling = question.spelling;
    for (parameter, given, counted) in named_twice(question, layout) {
        if !given.is_empty() && given != counted {
            return Err(disagrees(&spelling.name(parameter), &given, &counted, spelling).about(parameter));
        }
    }
    for cut in &question.cuts {
        agree_on_cut(cut, layout, spelling)?;
    }
    if question.cross && layout.sensitive.len() < 2 {
        return Err(Failure::new(format_args!(
            "{} needs two or more sensitive columns, and the state has one",
            spelling.name(Parameter::Cross)
        ))
        .about(Parameter::Cross));
    }
    Ok(())
}

/// What a question may name again, as it names it and as it was counted.
fn named_twice(question: &Question, layout: &Layout) -> Vec<(Parameter, Vec<String>, Vec<String>)> {
    let names = |attributes: &[Attribute]| attributes.iter().map(|a| a.name.clone()).collect::<Vec<_>>();
    let text = |name: &Option<String>| name.iter().cloned().collect::<Vec<_>>();
    let word = |word: Option<&str>| word.map(str::to_owned).into_iter().collect::<Vec<_>>();
    let number = |number: Option<f64>| number.iter().map(f64::to_string).collect::<Vec<_>>();
    let is_regression = layout.task == Task::Regression;
    let prediction = if is_regression { &layout.score } else { &layout.prediction };
    let weight = layout.weight.as_ref();
    vec![
        (Parameter::Sensitive, question.sensitive.clone(), names(&layout.sensitive)),
        (Parameter::Strata, question.strata.clone(), names(&layout.strata)),
        (Parameter::Target, text(&question.target), text(&layout.target)),
        (Parameter::Prediction, text(&question.prediction), text(prediction)),
        (Parameter::Score, text(&question.score), text(&layout.score)),
        (Parameter::Positive, question.positive.clone(), layout.positive.clone()),
        (
            Parameter::PositivePrediction,
            question.positive_prediction.clone(),
            layout.positive_prediction.clone(),
        ),
        (
            Parameter::Weight,
            text(&question.weight),
            weight.map(|(name, _)| name.clone()).into_iter().collect(),
        ),
        (
            Parameter::WeightKind,
            word(question.weight_kind.map(weight_kind_word)),
            word(weight.map(|&(_, kind)| weight_kind_word(kind))),
        ),
        (Parameter::Task, word(question.task.map(task_word)), word(Some(task_word(layout.task)))),
        (Parameter::Threshold, number(question.threshold), number(layout.threshold)),
    ]
}

/// Cut points must be those counted; quantiles, which need rows, at least as many groups (equal points were merged).
fn agree_on_cut(cut: &Cut, layout: &Layout, spelling: Spelling) -> Result<(), Failure> {
    let mut attributes = layout.sensitive.iter().chain(&layout.strata);
    let of_attribute =
        attributes.find(|attribute| attribute.name == cut.column).and_then(|a| a.cuts.as_ref());
    let of_target = layout.target_cuts.as_ref().filter(|_| layout.target.as_deref() == Some(&cut.column));
    let counted = of_attribute.or(of_target).map_or(&[] as &[f64], Cuts::points);
    let name = spelling.cut_of(&cut.column);
    let disagrees = |given: &[String]| {
        let counted: Vec<String> = counted.iter().map(f64::to_string).collect();
        Err(disagrees(&name, given, &counted, spelling).about(Parameter::Cuts))
    };
    match &cut.points {
        CutPoints::Numbers(given) if given != counted => {
            disagrees(&given.iter().map(f64::to_string).collect::<Vec<_>>())
        }
        CutPoints::Quantiles(n_groups) if counted.is_empty() || counted.len() >= *n_groups => {
            disagrees(&[format!("quantiles:{n_groups}")])
        }
        _ => Ok(()),
    }
}

fn disagrees(name: &str, given: &[String], counted: &[String], spelling: Spelling) -> Failure {
    let list = |values: &[String]| if values.is_empty() { "nothing".to_owned() } else { values.join(", ") };
    Failure::new(format_args!("{name} differs from what the state was counted with"))
        .of_kind(Kind::State)
        .detail(format_args!("given: {}", list(given)))
        .detail(format_args!("counted: {}", list(counted)))
        .help(format_args!("leave the {} out, or count the rows again", spelling.kind_word()))
}
