//! One row for each method: what it does, what it may be asked for, and its parameters.
//!
//! The command line's help, the documentation, the fronts that make models and the reader of `key=value` settings all
//! read this table.
//!
//! ```
//! use equipoise::methods::{inprocessing::fair_erm::Loss, registry};
//! let method = registry::find("fair_svm").ok_or("no such method")?;
//! assert!(method.notions.contains(&"equal_opportunity"));
//! let parameters = registry::parameters("fair_svm", &[("C", "10"), ("kernel", "rbf"), ("bound", "0.05")])?;
//! assert_eq!(parameters.loss, Loss::Hinge { cost: 10.0 });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod entries;

mod parameters;

mod settings;

pub use settings::{SettingError, fairness, parameters};

use crate::stats::Task;

/// What there is to know of one method before it is used.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Method {
    /// The name on every front.
    pub name: &'static str,
    /// The name as a heading.
    pub title: &'static str,
    /// When it acts.
    pub stage: Stage,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// What it minimises, or the rule by which it changes the data.
    pub does: &'static str,
    /// What it makes equal. Nothing beyond that is promised.
    pub equalises: &'static str,
    /// What it cannot do, in words.
    pub cannot: &'static str,
    /// The full names of the notions that it can be asked for.
    pub notions: &'static [&'static str],
    /// What may be predicted.
    pub tasks: &'static [Task],
    /// What comes of it.
    pub output: Output,
    /// Whether it reads the outcome while it is fitted.
    pub needs_labels: bool,
    /// Whether the group of a row must be known when the model is used.
    pub needs_groups_at_predict: bool,
    /// The parameters, in the order of the documentation.
    pub parameters: &'static [Parameter],
    /// Where it is described.
    pub source: &'static str,
}

/// When a method acts: before, during or after training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// On features, labels or weights, before any learner sees them.
    Preprocessing,
    /// Within the training of a model.
    Inprocessing,
    /// On the scores of a model that there is.
    Postprocessing,
}

/// What comes of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Output {
    /// A model with a score.
    Score,
    /// A map from rows to rows, for any learner.
    Transformer,
    /// A weight for each row, for any learner that takes weights.
    Weights,
}

/// A parameter of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Parameter {
    /// The name, as in `--set name=value`.
    pub name: &'static str,
    /// Other names that are read for it.
    pub aliases: &'static [&'static str],
    /// What kind of value it takes.
    pub kind: ValueKind,
    /// Which values are allowed, in words that complete "must be …".
    pub range: &'static str,
    /// What it is when it is not given, as it would be given.
    pub default: &'static str,
    /// What it means, in a sentence or two.
    pub doc: &'static str,
}

/// What kind of value a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueKind {
    /// A real number.
    Number,
    /// A whole number.
    Count,
    /// One of a few words.
    Word,
    /// Numbers with commas between.
    Numbers,
    /// `true` or `false`.
    Flag,
    /// The name of a notion.
    Notion,
}

impl Stage {
    /// Returns the name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Preprocessing => "preprocessing",
            Self::Inprocessing => "inprocessing",
            Self::Postprocessing => "postprocessing",
        }
    }
}

impl Output {
    /// Returns the name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Transformer => "transformer",
            Self::Weights => "weights",
        }
    }
}

impl ValueKind {
    /// Returns the name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Count => "whole number",
            Self::Word => "word",
            Self::Numbers => "number or list of numbers",
            Self::Flag => "true or false",
            Self::Notion => "notion",
        }
    }
}

/// Returns all methods, in the order of the documentation.
pub fn all() -> &'static [Method] {
    entries::METHODS
}

/// Returns a method by its name.
pub fn find(name: &str) -> Option<&'static Method> {
    all().iter().find(|method| method.name == name)
}

impl Method {
    /// Returns a parameter by its name or an alias.
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name || parameter.aliases.contains(&name))
    }
}
