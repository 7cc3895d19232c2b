//! All of it as one request.

use equipoise_datasets::Folders;

use crate::{
    ReproductionError,
    data::{self, Data, Groups, Split},
    learner::Family,
    protocol::{self, Options, Series},
    readme,
    sample::GroupInX,
};

/// What is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Request {
    /// Names of tables, of [`data::NAMES`]. The printed results are made where `adult` is among them.
    pub tables: Vec<&'static str>,
    /// How much of the experiment is made.
    pub options: Options,
}

impl Request {
    /// Returns a request for all tables.
    pub fn new(options: Options) -> Self {
        Self { tables: data::NAMES.to_vec(), options }
    }
}

/// What a table is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// Its name.
    pub name: &'static str,
    /// The data set it is made of.
    pub data_set: &'static str,
    /// What an outcome of +1 means.
    pub positive: &'static str,
    /// Its groups.
    pub groups: Groups,
    /// Its rows.
    pub rows: usize,
    /// Rows with an outcome of +1, in group 0 and in group 1.
    pub positives: [usize; 2],
    /// Its columns, before constant ones are dropped.
    pub columns: usize,
    /// How it is split.
    pub split: Split,
}

/// What was made.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Results {
    /// How much of the experiment.
    pub options: Options,
    /// The results printed with the code.
    pub readme: Vec<readme::Row>,
    /// The tables.
    pub tables: Vec<Facts>,
    /// The experiment: by table, with the group among the features or not, kernel and method.
    pub series: Vec<Series>,
}

/// A step of the work that is about to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
    /// Steps before it.
    pub done: usize,
    /// All steps.
    pub total: usize,
    /// What is done in it.
    pub what: &'a str,
}

/// Makes what is asked for. `progress` is called before each step.
///
/// # Errors
/// When a data set is not here (all are looked for before the work), an option is out of range or a fit fails.
pub fn run(
    request: &Request,
    folders: &Folders,
    progress: &dyn Fn(Progress<'_>),
) -> Result<Results, ReproductionError> {
    request.options.check()?;
    let tables: Vec<Data> =
        request.tables.iter().map(|name| data::load(name, folders)).collect::<Result<_, _>>()?;
    let cases: Vec<(&Data, GroupInX, Family)> = tables
        .iter()
        .flat_map(|data| [GroupInX::No, GroupInX::Yes].map(|group_in_x| (data, group_in_x)))
        .flat_map(|(data, group_in_x)| Family::ALL.map(|family| (data, group_in_x, family)))
        .collect();
    let adult = tables.iter().find(|data| data.name == "adult");
    let total = cases.len() + usize::from(adult.is_some());
    let mut readme = Vec::new();
    if let Some(adult) = adult {
        progress(Progress { done: 0, total, what: "the printed results" });
        readme = readme::run(adult)?;
    }
    let mut series = Vec::new();
    for (place, (data, group_in_x, family)) in cases.into_iter().enumerate() {
        let done = place + usize::from(adult.is_some());
        let within = if group_in_x == GroupInX::Yes { "with" } else { "without" };
        let what = format!("{}, {}, {within} the group among the features", data.name, family.name());
        progress(Progress { done, total, what: &what });
        series.extend(protocol::run(data, group_in_x, family, &request.options)?);
    }
    let options = request.options.clone();
    Ok(Results { options, readme, tables: tables.iter().map(facts).collect(), series })
}

fn facts(data: &Data) -> Facts {
    let count = |group: u8| (0..data.n()).filter(|&row| data.y[row] > 0.0 && data.s[row] == group).count();
    Facts {
        name: data.name,
        data_set: data.data_set,
        positive: data.positive,
        groups: data.groups,
        rows: data.n(),
        positives: [count(0), count(1)],
        columns: data.d(),
        split: data.split,
    }
}
