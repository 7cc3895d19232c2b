//! Why bytes are no model, or a model cannot be bytes.

use super::{ARRAYS_MAX, DEPTH_MAX, HEADER_MAX, NAME_MAX, RANK_MAX, SCHEMA};
use crate::{
    kernels::KernelError,
    solvers::{RowsError, SubspaceError},
};

/// Why bytes are no model file, or a model cannot be written as one.
///
/// The caller knows the file and adds its name. `part` is the header or the document; `name` is an array's name; `path`
/// leads to a field of the document, as in `score.kernel.gamma`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelFileError {
    /// The bytes are something else, or a file of arrays without a model's document.
    #[error("this is not an equipoise model file")]
    NotAModel,
    /// The document is of a newer version, or of another kind.
    #[error(
        "the model has the schema `{found}`, and this version of equipoise reads `{SCHEMA}`; read it with a newer version, \
         or train the model again with this one"
    )]
    Schema {
        /// The schema found.
        found: String,
    },
    /// The file ends early or goes on too long.
    #[error("the model is {found} bytes long where its header says {expected}")]
    WrongLength {
        /// Bytes there.
        found: u64,
        /// Bytes the header says.
        expected: u64,
    },
    /// The header is longer than any model's.
    #[error("the header of the model has {found} bytes, more than the {HEADER_MAX} that are read")]
    HeaderTooLong {
        /// Its length in bytes.
        found: u64,
    },
    /// The checksum differs.
    #[error("the model is damaged: its checksum does not match")]
    Checksum,
    /// A part is not JSON.
    #[error("the {part} of the model is not JSON: {reason}")]
    Json {
        /// The header or the document.
        part: &'static str,
        /// What is wrong, with line and column.
        reason: String,
    },
    /// JSON is nested too deep.
    #[error("the {part} of the model is nested deeper than {DEPTH_MAX} levels")]
    TooDeep {
        /// The header or the document.
        part: &'static str,
    },
    /// A name occurs twice in one object.
    #[error("the {part} of the model has `{name}` twice")]
    Duplicate {
        /// The header or the document.
        part: &'static str,
        /// The name.
        name: String,
    },
    /// There are more arrays than any model has.
    #[error("the model has {found} arrays, more than {ARRAYS_MAX}")]
    TooManyArrays {
        /// How many.
        found: usize,
    },
    /// An array's name is empty, too long, or has characters other than `A-Z a-z 0-9 _ . -`.
    #[error(
        "`{name}` is no name of an array: it must be 1 to {NAME_MAX} of the characters A-Z a-z 0-9 _ . -"
    )]
    ArrayName {
        /// The name.
        name: String,
    },
    /// An array's type is none that models have.
    #[error("the array `{name}` has the type {found}; it must be F64, U64 or U32")]
    UnknownType {
        /// The array.
        name: String,
        /// Its type.
        found: String,
    },
    /// An array's shape has too many axes, or is too large to count.
    #[error(
        "the shape of the array `{name}` has more than {RANK_MAX} axes or more entries than can be counted"
    )]
    Shape {
        /// The array.
        name: String,
    },
    /// An array's place in the file is not that of its shape, overlaps another's or leaves a hole.
    #[error(
        "the array `{name}` lies at bytes {start} to {end}, where {expected_start} to {expected_end} was expected"
    )]
    Place {
        /// The array.
        name: String,
        /// Its first byte, from the end of the header.
        start: u64,
        /// The byte after its last.
        end: u64,
        /// Where it should start.
        expected_start: u64,
        /// Where it should end.
        expected_end: u64,
    },
    /// There are more values than the shape says, or fewer.
    #[error("the array `{name}` has {found} values where its shape has {expected}")]
    Length {
        /// The array.
        name: String,
        /// The values.
        found: usize,
        /// What the shape says.
        expected: usize,
    },
    /// A number is NaN or infinite.
    #[error("entry {place} of the array `{name}` is {value}, not a finite number")]
    NotFinite {
        /// The array.
        name: String,
        /// The entry, from 0.
        place: usize,
        /// The number.
        value: f64,
    },
    /// An array that the document needs is not there.
    #[error("the model has no array `{name}`")]
    MissingArray {
        /// The array.
        name: String,
    },
    /// An array is there that the document does not need.
    #[error("the model has an array `{name}` that nothing needs")]
    UnexpectedArray {
        /// The array.
        name: String,
    },
    /// An array is put in twice.
    #[error("the model has an array `{name}` already")]
    ArrayTwice {
        /// The array.
        name: String,
    },
    /// An array has another type than what needs it.
    #[error("the array `{name}` has the type {found} where {expected} was expected")]
    WrongType {
        /// The array.
        name: String,
        /// Its type.
        found: &'static str,
        /// The type expected.
        expected: &'static str,
    },
    /// An array has another shape than what needs it.
    #[error("the array `{name}` has the shape {found:?} where {expected:?} was expected")]
    WrongShape {
        /// The array.
        name: String,
        /// Its shape.
        found: Vec<usize>,
        /// The shape expected.
        expected: Vec<usize>,
    },
    /// An entry of an array is a number that cannot be there.
    #[error("entry {place} of the array `{name}` is {value}; it must be {allowed}")]
    Entry {
        /// The array.
        name: String,
        /// The entry, from 0.
        place: usize,
        /// The number.
        value: f64,
        /// What it may be.
        allowed: &'static str,
    },
    /// A field of the document is not there.
    #[error("the document of the model has no `{path}`")]
    MissingField {
        /// The field.
        path: String,
    },
    /// A field of the document is there that nothing reads.
    #[error("the document of the model has a field `{path}` that this version does not know")]
    UnknownField {
        /// The field.
        path: String,
    },
    /// A field of the document has a value that it cannot have.
    #[error("`{path}` in the document of the model is {found}; it must be {allowed}")]
    Field {
        /// The field.
        path: String,
        /// Its value, shortened.
        found: String,
        /// What it may be.
        allowed: String,
    },
    /// The rows of a kernel model are no rows.
    #[error("the rows at `{path}`: {source}")]
    Rows {
        /// Where in the model.
        path: String,
        /// Why.
        source: RowsError,
    },
    /// A kernel or its features cannot be made from what is there.
    #[error("the kernel at `{path}`: {source}")]
    Kernel {
        /// Where in the model.
        path: String,
        /// Why.
        source: KernelError,
    },
    /// The directions of a projection are not orthonormal.
    #[error("the array `{name}`: {source}")]
    Basis {
        /// The array.
        name: String,
        /// Why.
        source: SubspaceError,
    },
}
