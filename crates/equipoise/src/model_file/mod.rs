//! The model file: a document and arrays as bytes, without code. Format: `docs/formats/model.md`.
//!
//! A model is put into a [`Container`] piece by piece and taken out again: [`write_score`] and [`read_score`],
//! [`write_training`] and [`read_training`], [`write_classifier`] and [`read_classifier`], [`write_projection`] and [`read_projection`]. Each writes its arrays under a prefix and returns a JSON value, which the
//! caller keeps in the document. The bytes are those of a safetensors file, so that people can look at the arrays
//! with common tools.
//!
//! The fields of the caller's own document are read by [`Fields`], which refuses what nobody asked for.
//!
//! What is read is trusted in nothing, and what is read back predicts the same bits. Nothing in a file is run.

mod error;

mod container;

mod header;

mod json;

mod fields;

mod score;

mod training;

mod comparison;

mod classifier;

mod projection;

pub use classifier::{read_classifier, read_sigmoid, write_classifier, write_sigmoid};
pub use container::Container;
pub use error::ModelFileError;
pub use fields::Fields;
pub use header::bytes_needed;
pub use projection::{read_projection, write_projection};
pub use score::{read_score, write_score};
pub use training::{read_training, write_training};

/// The schema of the document. The number rises when an older version could misread it.
pub const SCHEMA: &str = "equipoise.model/1";

/// The longest header, in bytes: it holds the document.
pub const HEADER_MAX: usize = 16 << 20;

/// How many arrays there may be.
pub const ARRAYS_MAX: usize = 16_384;

/// The longest name of an array, in bytes.
pub const NAME_MAX: usize = 256;

/// How many axes an array may have.
pub const RANK_MAX: usize = 4;

/// How deep a document may be nested.
pub const DEPTH_MAX: usize = 64;
