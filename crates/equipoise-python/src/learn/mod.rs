//! Models that treat groups alike, behind the estimators of `python/equipoise`.
//!
//! | module | what it holds |
//! |---|---|
//! | `matrix` | the rows of a design matrix, where NumPy has them |
//! | `groups` | columns that tell people apart, as codes and labels |
//! | `parameters` | a learner's parameters, from a dictionary |
//! | `complaint` | what is wrong with them, under scikit-learn's names |
//! | `learned` | fitting, and what was learned |
//! | `training` | what a fit says of itself, as columns for frames |
//! | `certificate` | what a fit and rows held out show, as sentences |
//! | `preprocessing` | projections of the rows, and weights of them |
//! | `tables` | models of tables: made, kept, applied, explained |

mod matrix;

mod groups;

mod parameters;

mod complaint;

mod learned;

mod training;

mod certificate;

mod preprocessing;

mod tables;

pub(crate) use learned::{Learned, fit_learner};
pub(crate) use matrix::Matrix;
pub(crate) use preprocessing::{LinearMap, fit_map, reweigh_rows};
pub(crate) use tables::{TableModel, train_model};
