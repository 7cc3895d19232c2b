//! What a model is made of, as data: weights in the user's own columns, which of them carry the group, what the
//! constraint takes out, and what the model holds of people.
//!
//! All of it is in the model itself. With a table, gaps, means, rates and differences are those of its rows instead.

mod measure;

pub(crate) mod text;

mod wire;

use equipoise::{
    certificate::{Certificate, Use},
    groups::Label,
    inference::Confidence,
    kernels::Function,
    methods::{
        Crossing, FeatureMap, Pairs, Score,
        inprocessing::{Against, EventRows, fair_erm::Comparison},
    },
    solvers::{Outcome, Subspace},
};
use equipoise_audit::{Failure, Spelling, Table};

use crate::{
    Watch,
    encoder::{Coding, Encoder, Storage},
    model::{Head, Ingredients, Model},
    target::Target,
};

pub use wire::{SCHEMA_NAME, schema};

/// What a model is made of.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Explanation {
    /// What the model was made with.
    pub ingredients: Ingredients,
    /// What is predicted.
    pub target: Target,
    /// Columns that became features.
    pub columns: usize,
    /// Columns that became none.
    pub dropped: Vec<String>,
    /// The features, in order.
    pub features: Vec<Feature>,
    /// Whether rows are stored with their zeros.
    pub storage: Storage,
    /// What the file holds of the rows that the model was fitted to.
    pub holds: Holds,
    /// The scores.
    pub scores: Vec<ScoreExplained>,
    /// Where nothing is predicted: how many directions are taken out, and of each feature which share.
    pub transform: Option<TakenOut>,
    /// Rows of the table that figures are of; `None` where they are of the rows of the fit.
    pub rows_measured: Option<u64>,
}

/// A feature.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// The column that it was made of.
    pub column: String,
    /// How much of it one unit of the column is: 1 / scale for numbers, 1 for a level.
    pub of_unit: f64,
}

/// What a model's file holds of the rows that it was fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Holds {
    /// No row.
    Nothing,
    /// Encoded rows.
    Rows {
        /// What they are: `support vectors` or `landmarks`.
        what: &'static str,
        /// How many, in the scores together.
        rows: usize,
    },
}

/// One score.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct ScoreExplained {
    /// The class that it is for, where there are several.
    pub class: Option<String>,
    /// What kind of function it is: `linear`, or the name of a kernel.
    pub kind: String,
    /// The constant.
    pub intercept: f64,
    /// The weight of each feature; empty where the score is not linear in them.
    pub weights: Vec<f64>,
    /// Rows with a positive weight that it was fitted to.
    pub rows: usize,
    /// How the fit ended.
    pub outcome: Outcome,
    /// The objective on the rows of the fit.
    pub objective: f64,
    /// ‖w‖².
    pub squared_norm: f64,
    /// What was asked of the groups, and what came of it; `None` for an ordinary model.
    pub groups: Option<GroupsExplained>,
    /// What the fit shows by itself, sentence by sentence; empty for an ordinary model.
    pub certificate: Vec<String>,
}

/// What was asked of the groups, and what came of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupsExplained {
    /// The notion.
    pub notion: String,
    /// Which differences are bounded.
    pub pairs: Pairs,
    /// How attributes became groups.
    pub crossing: Crossing,
    /// The groups with rows in an event.
    pub cells: Vec<CellExplained>,
    /// Groups without rows in an event, of which nothing is asked there: attributes, group, event.
    pub empty: Vec<(String, String, String)>,
    /// The differences.
    pub gaps: Vec<GapExplained>,
    /// How many of the differences are independent.
    pub rank: usize,
    /// What the constraint takes out of each feature; empty where the score is not linear in them.
    pub taken_out: Vec<f64>,
}

/// The rows of one group in one event.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CellExplained {
    /// The attributes that make the group.
    pub attributes: String,
    /// The group.
    pub group: String,
    /// The event.
    pub event: String,
    /// Rows with a positive weight.
    pub rows: usize,
    /// Their weight.
    pub weight: f64,
    /// The mean score.
    pub mean: f64,
    /// The share of scores above 0.
    pub rate: f64,
}

/// One difference of mean scores.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GapExplained {
    /// The attributes that make the groups.
    pub attributes: String,
    /// The group.
    pub group: String,
    /// What it is compared with: another group; `None` for all rows of the event.
    pub against: Option<String>,
    /// The event.
    pub event: String,
    /// How large the difference might be.
    pub bound: f64,
    /// Mean score of the group minus that of what it is compared with.
    pub gap: f64,
    /// Whether the bound is what keeps it there; `None` on the rows of a table, which the fit did not see.
    pub active: Option<bool>,
    /// The difference of the means of each feature, u; empty where the score is not linear in them.
    pub differences: Vec<f64>,
}

/// What a transformation takes out.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TakenOut {
    /// Independent directions.
    pub rank: usize,
    /// Of each feature the share of its unit vector that lies in them, from 0 to 1.
    pub shares: Vec<f64>,
}

/// Explains a model; with a table, by its rows, which must have the columns of groups (and of the outcome, where the
/// notion looks at it).
///
/// # Errors
/// When the table lacks a column, cannot be read or holds a value that does not fit; when the model was made of arrays
/// and so knows no columns of groups.
pub fn explain(
    model: &Model,
    table: Option<&Table>,
    spelling: Spelling,
    watch: &dyn Watch,
) -> Result<Explanation, Failure> {
    let mut explanation = of_model(model);
    if let Some(table) = table {
        measure::measure(model, table, spelling, watch, &mut explanation)?;
    }
    Ok(explanation)
}

impl Explanation {
    /// Returns the explanation as a JSON document, which [`schema`] describes, with a newline at its end.
    pub fn json(&self) -> String {
        wire::json(self)
    }

    /// Returns the explanation as text of this width, at most so many features of each list.
    pub fn text(&self, width: usize, features_max: usize) -> String {
        text::text(self, width, features_max)
    }
}

pub(crate) fn of_model(model: &Model) -> Explanation {
    let encoder = model.encoder();
    let heads = model.heads();
    let classes = match model.target() {
        Target::Classes(classes) => classes.as_slice(),
        _ => &[],
    };
    let score = |(number, head): (usize, &Head)| score_explained(model, head, classes.get(number).cloned());
    Explanation {
        ingredients: model.ingredients().clone(),
        target: model.target().clone(),
        columns: encoder.columns().len(),
        dropped: encoder.dropped().iter().map(|column| column.name.clone()).collect(),
        features: features(encoder),
        storage: encoder.storage(),
        holds: holds(heads),
        scores: heads.iter().enumerate().map(score).collect(),
        transform: model.transform().map(|transform| TakenOut {
            rank: transform.rank(),
            shares: shares(transform.basis(), transform.d()),
        }),
        rows_measured: None,
    }
}

fn features(encoder: &Encoder) -> Vec<Feature> {
    let of_column = |column: &crate::encoder::EncodedColumn| {
        let name = column.name.clone();
        let of_unit = match column.coding {
            Coding::Number { scale, .. } => 1.0 / scale,
            Coding::Plain | Coding::Levels(_) => 1.0,
        };
        let names = column.feature_names();
        names.into_iter().enumerate().map(move |(place, feature)| Feature {
            name: feature,
            column: name.clone(),
            // The second feature of numbers says where they are missing.
            of_unit: if place == 0 { of_unit } else { 1.0 },
        })
    };
    encoder.columns().iter().flat_map(of_column).collect()
}

fn holds(heads: &[Head]) -> Holds {
    let of_head = |head: &Head| match &head.score {
        Score::Kernel(score) => Some(("support vectors", score.coefficients.len())),
        Score::Features(score) => match &score.map {
            FeatureMap::Nystrom { map, .. } => Some(("landmarks", map.landmarks().len())),
            _ => None,
        },
        _ => None,
    };
    let held: Vec<(&'static str, usize)> = heads.iter().filter_map(of_head).collect();
    match held.first() {
        Some(&(what, _)) => Holds::Rows { what, rows: held.iter().map(|(_, rows)| rows).sum() },
        None => Holds::Nothing,
    }
}

fn kind(score: &Score) -> String {
    match score {
        Score::Linear(_) => "linear".to_owned(),
        Score::Kernel(score) => kernel(&score.kernel),
        Score::Features(score) => match &score.map {
            FeatureMap::Nystrom { kernel, .. } => format!("{}, by landmarks", self::kernel(kernel)),
            _ => "random Fourier features".to_owned(),
        },
        _ => "another function".to_owned(),
    }
}

fn kernel(function: &Function) -> String {
    match *function {
        Function::Linear => "linear kernel".to_owned(),
        Function::Rbf { gamma } => format!("RBF kernel, gamma {gamma}"),
        Function::Polynomial { degree, gamma, constant } => {
            format!("polynomial kernel, degree {degree}, gamma {gamma}, coef0 {constant}")
        }
        Function::Sigmoid { gamma, constant } => format!("sigmoid kernel, gamma {gamma}, coef0 {constant}"),
        Function::Laplacian { gamma } => format!("Laplacian kernel, gamma {gamma}"),
    }
}

fn score_explained(model: &Model, head: &Head, class: Option<String>) -> ScoreExplained {
    let training = &head.training;
    let weights = head.score.linear().map(|linear| linear.coefficients.clone()).unwrap_or_default();
    let comparison = training.comparison.as_ref();
    ScoreExplained {
        kind: kind(&head.score),
        intercept: head.score.intercept(),
        rows: training.rows,
        outcome: training.outcome,
        objective: training.objective,
        squared_norm: training.squared_norm,
        groups: comparison
            .map(|comparison| groups_explained(model, comparison, class.as_deref(), weights.len())),
        certificate: certificate(model, head, DEFAULT_CONFIDENCE)
            .map_or_else(Vec::new, |certificate| certificate.sentences()),
        weights,
        class,
    }
}

/// The level of what a model says of itself.
const DEFAULT_CONFIDENCE: f64 = 0.95;

/// Returns what the fit of one score shows by itself; `None` for the ordinary model, and where the level is none.
pub(crate) fn certificate(model: &Model, head: &Head, confidence: f64) -> Option<Certificate> {
    let predicts = match model.target() {
        Target::Number => Use::Number,
        _ => Use::Decision,
    };
    let confidence = Confidence::new(confidence).ok()?;
    let mut certificate = Certificate::of_training(&head.training, &head.score, predicts, confidence)?;
    certificate.attributes.clone_from(&model.ingredients().sensitive);
    Some(certificate)
}

/// The names of what is compared, in the user's own words.
pub(crate) struct Names<'a> {
    pub(crate) ingredients: &'a Ingredients,
    pub(crate) target: &'a Target,
    pub(crate) class: Option<&'a str>,
    pub(crate) crossing: Crossing,
}

impl Names<'_> {
    pub(crate) fn attributes(&self, grouping: usize) -> String {
        let names = &self.ingredients.sensitive;
        match (self.crossing, names.get(grouping)) {
            (Crossing::Crossed, _) if !names.is_empty() => names.join(" × "),
            (_, Some(name)) => name.clone(),
            _ => format!("attribute {}", grouping + 1),
        }
    }

    pub(crate) fn group(labels: &[Label]) -> String {
        labels.iter().map(ToString::to_string).collect::<Vec<_>>().join(" × ")
    }

    pub(crate) fn event(&self, event: &EventRows) -> String {
        let outcome = self.ingredients.target.as_deref().unwrap_or("the outcome");
        let labels = self.target.labels();
        let side = |positive: bool| match (self.class, labels.as_slice()) {
            (Some(class), _) if positive => format!("{outcome} is {class}"),
            (Some(class), _) => format!("{outcome} is not {class}"),
            (None, [negative, of_positive]) => {
                format!("{outcome} is {}", if positive { of_positive } else { negative })
            }
            _ => format!("{outcome} is {}", if positive { "positive" } else { "negative" }),
        };
        match event {
            EventRows::All => "all rows".to_owned(),
            EventRows::Positive => side(true),
            EventRows::Negative => side(false),
            EventRows::Bin { above, to } => match (above.is_finite(), to.is_finite()) {
                (true, true) => format!("{outcome} above {above}, at most {to}"),
                (true, false) => format!("{outcome} above {above}"),
                (false, true) => format!("{outcome} at most {to}"),
                (false, false) => "all rows".to_owned(),
            },
            EventRows::Stratum(labels) => {
                let names = &self.ingredients.strata;
                let name = |place: usize| names.get(place).map_or("stratum", String::as_str);
                let parts: Vec<String> = labels
                    .iter()
                    .enumerate()
                    .map(|(place, label)| format!("{} is {label}", name(place)))
                    .collect();
                parts.join(", ")
            }
        }
    }
}

fn groups_explained(
    model: &Model,
    comparison: &Comparison,
    class: Option<&str>,
    n_weights: usize,
) -> GroupsExplained {
    let names = Names {
        ingredients: model.ingredients(),
        target: model.target(),
        class,
        crossing: comparison.crossing,
    };
    let group = |grouping: usize, group: usize| Names::group(&comparison.groups[grouping][group]);
    let cells: Vec<CellExplained> = comparison
        .cells
        .iter()
        .zip(&comparison.figures)
        .map(|(cell, figures)| CellExplained {
            attributes: names.attributes(cell.grouping),
            group: group(cell.grouping, cell.group),
            event: names.event(&comparison.events[cell.event]),
            rows: cell.rows,
            weight: cell.weight,
            mean: figures.mean,
            rate: figures.rate,
        })
        .collect();
    let d = n_weights;
    let has_signal = d > 0 && comparison.signal.len() == d * comparison.constraints.len();
    let gaps = comparison.constraints.iter().zip(&comparison.gaps).enumerate();
    let gaps = gaps.map(|(number, (constraint, &gap))| {
        let cell = &cells[constraint.cell];
        GapExplained {
            attributes: cell.attributes.clone(),
            group: cell.group.clone(),
            against: match constraint.against {
                Against::Cell(other) => Some(cells[other].group.clone()),
                Against::Pooled => None,
            },
            event: cell.event.clone(),
            bound: constraint.bound,
            gap,
            active: Some(comparison.active.contains(&number)),
            differences: match has_signal {
                true => comparison.signal[number * d..(number + 1) * d].to_vec(),
                false => Vec::new(),
            },
        }
    });
    let empty = comparison.empty.iter().map(|empty| {
        let event = names.event(&comparison.events[empty.event]);
        (names.attributes(empty.grouping), group(empty.grouping, empty.group), event)
    });
    GroupsExplained {
        notion: comparison.notion.to_string(),
        pairs: comparison.pairs,
        crossing: comparison.crossing,
        gaps: gaps.collect(),
        empty: empty.collect(),
        rank: comparison.rank,
        taken_out: if has_signal { taken_out(&comparison.signal, d) } else { Vec::new() },
        cells,
    }
}

/// Returns of each feature the share of its unit vector inside the span of some differences.
pub(crate) fn taken_out(differences: &[f64], d: usize) -> Vec<f64> {
    // Differences that are no subspace (out of range) were refused by the fit.
    Subspace::orthogonal_to(differences, d).map_or_else(|_| vec![0.0; d], |span| shares(span.basis(), d))
}

fn shares(basis: &[f64], d: usize) -> Vec<f64> {
    let mut shares = vec![0.0; d];
    for row in basis.chunks_exact(d.max(1)) {
        shares.iter_mut().zip(row).for_each(|(share, x)| *share += x * x);
    }
    shares
}
