//! The results as JSON: types of their own, so that the published format changes on purpose only.
//!
//! Described in `docs/reproduction.md`. Fields are added, never renamed, within a version.

use serde::Serialize;

use crate::{
    data::Split,
    ferm::{Facts, Results},
    learner::{COSTS_LINEAR, COSTS_RBF, Point},
    protocol::{Options, Run, Series, Spread},
    readme::{Four, How, Row},
    sample::GroupInX,
    selection::SHORTLIST,
};

/// The version of the format.
pub const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document {
    format: &'static str,
    version: u32,
    equipoise: &'static str,
    experiment: &'static str,
    protocol: ProtocolDocument,
    printed: Vec<PrintedDocument>,
    tables: Vec<TableDocument>,
    results: Vec<SeriesDocument>,
}

#[derive(Serialize)]
struct ProtocolDocument {
    splits: usize,
    folds: usize,
    seed: u64,
    shortlist: f64,
    rows_max_linear: Option<usize>,
    rows_max_rbf: Option<usize>,
    costs_linear: [f64; 3],
    costs_rbf: [f64; 3],
    gammas: &'static [f64],
}

#[derive(Serialize)]
struct FourDocument {
    accuracy_test: f64,
    accuracy_train: f64,
    deo_test: f64,
    deo_train: f64,
}

#[derive(Serialize)]
struct PrintedDocument {
    how: &'static str,
    kernel: &'static str,
    cost: f64,
    gamma: Option<f64>,
    rows_train: usize,
    rows_test: usize,
    objective: f64,
    support: Option<usize>,
    #[serde(flatten)]
    figures: FourDocument,
    printed: Option<FourDocument>,
    figures_equal: Option<usize>,
}

#[derive(Serialize)]
struct TableDocument {
    name: &'static str,
    data_set: &'static str,
    positive: &'static str,
    attribute: &'static str,
    groups: [&'static str; 2],
    rows: usize,
    columns: usize,
    positives: [usize; 2],
    rows_train_given: Option<usize>,
}

#[derive(Serialize)]
struct SpreadDocument {
    mean: f64,
    deviation: f64,
}

#[derive(Serialize)]
struct SeriesDocument {
    table: &'static str,
    group_in_x: bool,
    kernel: &'static str,
    method: &'static str,
    accuracy: Option<SpreadDocument>,
    deo: Option<SpreadDocument>,
    splits_constant: usize,
    splits: Vec<RunDocument>,
}

#[derive(Serialize)]
struct RunDocument {
    cost: f64,
    gamma: Option<f64>,
    accuracy: f64,
    deo: Option<f64>,
    selected: f64,
    accuracy_train: f64,
    deo_train: Option<f64>,
}

/// Returns the results as JSON, indented, with a line break at the end.
pub fn json(results: &Results) -> String {
    let document = Document {
        format: "equipoise-reproduction",
        version: VERSION,
        equipoise: env!("CARGO_PKG_VERSION"),
        experiment: "ferm",
        protocol: (&results.options).into(),
        printed: results.readme.iter().map(Into::into).collect(),
        tables: results.tables.iter().map(Into::into).collect(),
        results: results.series.iter().map(Into::into).collect(),
    };
    let text = serde_json::to_string_pretty(&document);
    text.expect("invariant: the document has no map, so nothing of it can fail") + "\n"
}

impl How {
    /// Returns its name in documents.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Svm => "svm",
            Self::Elimination => "elimination",
            Self::RestrictedDual => "restricted dual",
            Self::Exact => "exact",
        }
    }
}

impl From<&Options> for ProtocolDocument {
    fn from(options: &Options) -> Self {
        let limit = |rows: usize| (rows != usize::MAX).then_some(rows);
        Self {
            splits: options.splits,
            folds: options.folds,
            seed: options.seed,
            shortlist: SHORTLIST,
            rows_max_linear: limit(options.rows_linear),
            rows_max_rbf: limit(options.rows_rbf),
            costs_linear: COSTS_LINEAR,
            costs_rbf: COSTS_RBF,
            gammas: options.gammas.values(),
        }
    }
}

impl From<&Four> for FourDocument {
    fn from(four: &Four) -> Self {
        let Four { accuracy_test, accuracy_train, deo_test, deo_train } = *four;
        Self { accuracy_test, accuracy_train, deo_test, deo_train }
    }
}

impl From<&Row> for PrintedDocument {
    fn from(row: &Row) -> Self {
        let Point { cost, gamma } = row.point;
        Self {
            how: row.how.name(),
            kernel: row.family.name(),
            cost,
            gamma,
            rows_train: row.rows_train,
            rows_test: row.rows_test,
            objective: row.objective,
            support: row.support,
            figures: (&row.figures).into(),
            printed: row.printed.as_ref().map(Into::into),
            figures_equal: row.n_equal(),
        }
    }
}

impl From<&Facts> for TableDocument {
    fn from(facts: &Facts) -> Self {
        Self {
            name: facts.name,
            data_set: facts.data_set,
            positive: facts.positive,
            attribute: facts.groups.attribute,
            groups: facts.groups.names,
            rows: facts.rows,
            columns: facts.columns,
            positives: facts.positives,
            rows_train_given: match facts.split {
                Split::Given { train } => Some(train),
                Split::Random => None,
            },
        }
    }
}

impl From<Spread> for SpreadDocument {
    fn from(Spread { mean, deviation }: Spread) -> Self {
        Self { mean, deviation }
    }
}

impl From<&Series> for SeriesDocument {
    fn from(series: &Series) -> Self {
        Self {
            table: series.data,
            group_in_x: series.group_in_x == GroupInX::Yes,
            kernel: series.family.name(),
            method: series.method.name(),
            accuracy: series.accuracy().map(Into::into),
            deo: series.deo().map(Into::into),
            splits_constant: series.n_constant(),
            splits: series.runs.iter().map(Into::into).collect(),
        }
    }
}

impl From<&Run> for RunDocument {
    fn from(run: &Run) -> Self {
        Self {
            cost: run.point.cost,
            gamma: run.point.gamma,
            accuracy: run.figures.accuracy,
            deo: run.figures.deo,
            selected: run.figures.selected,
            accuracy_train: run.figures_train.accuracy,
            deo_train: run.figures_train.deo,
        }
    }
}
