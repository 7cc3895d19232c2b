//! Methods that make models treat groups alike.
//!
//! A method is a plan, whose constructor reports all errors of parameters; fitting it to a [`Labelled`] sample reports all
//! errors of the data and returns an immutable model. What is asked of the groups is a [`Fairness`], the same for all.
//! Reweighing alone has no parameters and is a function.
//!
//! The table is made from [`registry`]. Where they live: [`reweighing`](preprocessing::reweighing),
//! [`fair_projection`](preprocessing::fair_projection), [`fair_elimination`](preprocessing::fair_elimination), and the
//! learners in [`fair_erm`](inprocessing::fair_erm). [`barycenter`](postprocessing::barycenter) repairs finished scores.
//!
#![doc = include_str!("table.md")]
//!
//! [`selection`] chooses among parameters and fits whole paths of bounds. [`one_vs_rest`] makes classifiers of any number of
//! classes of them, with probabilities by [`platt`].
//!
//! A notion that a method cannot serve is a typed error, [`Unsupported`].

mod labelled;

mod fairness;

mod error;

mod score;

pub mod inprocessing;

pub mod preprocessing;

pub mod postprocessing;

pub mod platt;

pub mod one_vs_rest;

pub mod selection;

pub mod registry;

pub use error::{ApplyError, FitError, PlanError, Unsupported};
pub use fairness::{Bounds, Fairness, Pairs, TargetEvents};
pub use labelled::{Crossing, Grouping, Labelled};
pub use score::{FeatureMap, FeatureScore, KernelScore, LinearScore, Score};
