//! Methods that make models treat groups alike.
//!
//! A method is a plan, whose constructor reports all errors of parameters; fitting it to a [`Labelled`] sample reports all
//! errors of the data and returns an immutable model. What is asked of the groups is a [`Fairness`], the same for all.
//! Reweighing alone has no parameters and is a function.
//!
//! | method | stage | equalises | notions |
//! |---|---|---|---|
//! | [`reweighing`](preprocessing::reweighing) | preprocessing | weighted rates of the outcome | none is promised of predictions |
//! | [`fair_projection`](preprocessing::fair_projection) | preprocessing | means of the features, so of every linear score | demographic parity, equal opportunity, predictive equality, equalized odds, conditional parity |
//! | [`fair_erm`](inprocessing::fair_erm): support vector machines, logistic, ridge and support vector regression | inprocessing | means of the score | demographic parity, equal opportunity, predictive equality, equalized odds, conditional parity |
//! | [`barycenter`](postprocessing::barycenter) | postprocessing | the whole law of the score | demographic parity |
//!
//! [`one_vs_rest`] makes classifiers of any number of classes of them, with probabilities by [`platt`].
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

pub use error::{ApplyError, FitError, PlanError, Unsupported};
pub use fairness::{Bounds, Fairness, Pairs, TargetEvents};
pub use labelled::{Crossing, Grouping, Labelled};
pub use score::{FeatureMap, FeatureScore, KernelScore, LinearScore, Score};
