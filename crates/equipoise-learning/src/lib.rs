//! From a table to a model that treats groups alike, and back: what every front shares of learning.
//!
//! A front (the command line, the Python package) fills a [`Recipe`], opens a [`Table`], and asks for the rest. What is
//! decided on the way is decided here, once: which columns are features and how they become numbers, which values are
//! positive, what a missing value means; so is what every error says.
//!
//! ```no_run
//! use equipoise_learning::{Recipe, Silent, Spelling, Table, train};
//! use equipoise_table::{ReadOptions, Source};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut recipe = Recipe::new("fair_svm", Spelling::CommandLine);
//! recipe.target = Some("repaid".to_owned());
//! recipe.sensitive = vec!["sex".to_owned()];
//! let table = Table::new(Source::open(&["loans.csv".into()], ReadOptions::new())?);
//! let trained = train(&table, &recipe, &Silent)?;
//! println!("{} features", trained.model.encoder().n_features());
//! # Ok(()) }
//! ```
//!
//! The map, in reading order:
//!
//! | module | what it holds |
//! |---|---|
//! | `recipe` | the request, as data |
//! | `roles` | columns by role |
//! | `kinds` | which columns hold numbers, where the file does not say |
//! | `frame` | columns of a whole table in memory, in the order of the rows |
//! | `encoder` | from columns to features: a part of the model |
//! | `target`, `outcome` | what is predicted; the column of the outcome as numbers |
//! | `settings` | from a recipe to the parameters of a method |
//! | `sample`, `split` | what a method is fitted on; which rows are kept apart |
//! | `model` | encoder, scores, and what there is to say of them |
//! | `train` | the whole way from a table to a model |
//! | `summary` | how it came out |
//! | `file` | a model as bytes and back |
//! | `predict` | a model applied to a table, batch by batch |
//! | `explain` | what a model is made of, as data, text and JSON |
//! | `complaints` | errors of tables and methods in the words of the front |
//!
//! What is deliberately absent: arguments and their parsing, the terminal, files that are written, data sets.

mod recipe;

mod roles;

mod kinds;

mod frame;

mod encoder;

mod target;

mod outcome;

mod settings;

mod sample;

mod split;

mod model;

mod train;

mod summary;

mod file;

mod predict;

pub mod explain;

mod complaints;

pub use encoder::{Coding, DroppedColumn, EncodedColumn, Encoder, Oddities, Reason, Storage};
pub use equipoise_audit::{Cut, CutPoints, Failure, Hints, Parameter, Pass, Silent, Spelling, Table, Watch};
pub use model::{Head, Ingredients, Model, Parts};
pub use predict::{Application, Applied, Applying, Keep, Predicted};
pub use recipe::{LEVELS_MAX, Recipe, Scaling};
pub use summary::{Quality, Summary};
pub use target::Target;
pub use train::{Trained, train};
