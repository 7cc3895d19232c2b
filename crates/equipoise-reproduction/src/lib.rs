//! Published experiments with fair learners, made again: the data as the authors encoded them, their protocol, the results as
//! a document.
//!
//! The map, in reading order:
//!
//! | module | what it holds |
//! |---|---|
//! | [`data`] | six tables as numbers: features, outcome, two groups |
//! | [`sample`] | some of their rows, standardised, and the figures of a score on them |
//! | [`splits`] | random splits and folds, by a generator that is easy to write again |
//! | [`learner`] | the learners compared, and the grids of their parameters |
//! | [`selection`] | cross-validation, and how a point of the grid is chosen |
//! | [`readme`] | the four results printed with the code of the paper |
//! | [`protocol`] | the experiment of the paper |
//! | [`ferm`] | all of it, as one request |
//! | [`document`], [`text`], [`tables`] | the results as JSON and as text; the encoded rows for other tools |
//!
//! Absent: methods of its own (the library's), the terminal, and figures that are only remembered of a paper.
//!
//! Source: Donini, Oneto, Ben-David, Shawe-Taylor and Pontil 2018, *Empirical Risk Minimization under Fairness
//! Constraints*, and the code published with it (`jmikko/fair_ERM`).

pub mod data;

pub mod sample;

pub mod splits;

pub mod learner;

pub mod selection;

pub mod readme;

pub mod protocol;

pub mod ferm;

pub mod document;

pub mod text;

pub mod tables;

mod error;

pub use error::ReproductionError;
