//! A document and named arrays, as bytes and back.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{ARRAYS_MAX, DEPTH_MAX, ModelFileError, NAME_MAX, RANK_MAX, header, json};

/// A JSON document and named arrays: what a model file holds.
///
/// ```
/// use equipoise::model_file::Container;
/// let mut container = Container::new(serde_json::json!({ "kind": "example" }));
/// container.put_f64("weights", &[2, 1], vec![0.5, -1.0])?;
/// let bytes = container.to_bytes()?;
/// let read = Container::from_bytes(&bytes)?;
/// assert_eq!(read.document()["kind"], "example");
/// assert_eq!(read.f64("weights")?, (&[2, 1][..], &[0.5, -1.0][..]));
/// # Ok::<(), equipoise::model_file::ModelFileError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Container {
    document: Value,
    arrays: BTreeMap<String, Array>,
}

/// Numbers of one type in a rectangle of up to [`RANK_MAX`] axes, the last the fastest.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Array {
    pub(super) shape: Vec<usize>,
    pub(super) values: Values,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Values {
    F64(Vec<f64>),
    U64(Vec<u64>),
    U32(Vec<u32>),
}

impl Values {
    pub(super) const fn type_name(&self) -> &'static str {
        match self {
            Self::F64(_) => "F64",
            Self::U64(_) => "U64",
            Self::U32(_) => "U32",
        }
    }

    /// Bytes of one number.
    pub(super) const fn width(&self) -> usize {
        match self {
            Self::F64(_) | Self::U64(_) => 8,
            Self::U32(_) => 4,
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::F64(values) => values.len(),
            Self::U64(values) => values.len(),
            Self::U32(values) => values.len(),
        }
    }
}

impl Container {
    /// Returns a container of a document, without arrays.
    ///
    /// The document is the caller's own. [`write_score`](super::write_score) and its like return values that have their
    /// place somewhere in it; a caller who knows them only after the arrays sets it by
    /// [`set_document`](Self::set_document).
    pub const fn new(document: Value) -> Self {
        Self { document, arrays: BTreeMap::new() }
    }

    /// Replaces the document.
    pub fn set_document(&mut self, document: Value) {
        self.document = document;
    }

    /// Returns the document.
    pub const fn document(&self) -> &Value {
        &self.document
    }

    /// Puts in an array of real numbers.
    ///
    /// # Errors
    /// When the name is none or is taken, there are not as many values as the shape says, or one is not finite.
    pub fn put_f64(&mut self, name: &str, shape: &[usize], values: Vec<f64>) -> Result<(), ModelFileError> {
        self.put(name, shape, Values::F64(values))
    }

    /// Puts in an array of whole numbers of 32 bits.
    ///
    /// # Errors
    /// As [`put_f64`](Self::put_f64).
    pub fn put_u32(&mut self, name: &str, shape: &[usize], values: Vec<u32>) -> Result<(), ModelFileError> {
        self.put(name, shape, Values::U32(values))
    }

    /// Puts in an array of whole numbers of 64 bits.
    ///
    /// # Errors
    /// As [`put_f64`](Self::put_f64).
    pub fn put_u64(&mut self, name: &str, shape: &[usize], values: Vec<u64>) -> Result<(), ModelFileError> {
        self.put(name, shape, Values::U64(values))
    }

    pub(super) fn put(&mut self, name: &str, shape: &[usize], values: Values) -> Result<(), ModelFileError> {
        check_name(name)?;
        let expected = n_entries(name, shape)?;
        if values.len() != expected {
            return Err(ModelFileError::Length { name: name.to_owned(), found: values.len(), expected });
        }
        if let Values::F64(values) = &values
            && let Some(place) = values.iter().position(|value| !value.is_finite())
        {
            return Err(ModelFileError::NotFinite { name: name.to_owned(), place, value: values[place] });
        }
        if self.arrays.contains_key(name) {
            return Err(ModelFileError::ArrayTwice { name: name.to_owned() });
        }
        if self.arrays.len() == ARRAYS_MAX {
            return Err(ModelFileError::TooManyArrays { found: ARRAYS_MAX + 1 });
        }
        self.arrays.insert(name.to_owned(), Array { shape: shape.to_vec(), values });
        Ok(())
    }

    /// Returns the names of the arrays, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.arrays.keys().map(String::as_str)
    }

    /// Returns whether there is an array of this name.
    pub fn has(&self, name: &str) -> bool {
        self.arrays.contains_key(name)
    }

    /// Returns the shape and the values of an array of real numbers. All are finite.
    ///
    /// # Errors
    /// When there is no such array, or it is of another type.
    pub fn f64(&self, name: &str) -> Result<(&[usize], &[f64]), ModelFileError> {
        match self.array(name)? {
            Array { shape, values: Values::F64(values) } => Ok((shape, values)),
            array => Err(wrong_type(name, array, "F64")),
        }
    }

    /// Returns the shape and the values of an array of whole numbers of 32 bits.
    ///
    /// # Errors
    /// As [`f64`](Self::f64).
    pub fn u32(&self, name: &str) -> Result<(&[usize], &[u32]), ModelFileError> {
        match self.array(name)? {
            Array { shape, values: Values::U32(values) } => Ok((shape, values)),
            array => Err(wrong_type(name, array, "U32")),
        }
    }

    /// Returns the shape and the values of an array of whole numbers of 64 bits.
    ///
    /// # Errors
    /// As [`f64`](Self::f64).
    pub fn u64(&self, name: &str) -> Result<(&[usize], &[u64]), ModelFileError> {
        match self.array(name)? {
            Array { shape, values: Values::U64(values) } => Ok((shape, values)),
            array => Err(wrong_type(name, array, "U64")),
        }
    }

    fn array(&self, name: &str) -> Result<&Array, ModelFileError> {
        self.arrays.get(name).ok_or_else(|| ModelFileError::MissingArray { name: name.to_owned() })
    }

    /// Checks that every array belongs to one of these prefixes: its name is the prefix, or goes on with a dot.
    ///
    /// A model that holds arrays nobody asks for may hold anything; who reads one calls this at the end.
    ///
    /// # Errors
    /// When an array belongs to none.
    pub fn check_prefixes(&self, prefixes: &[&str]) -> Result<(), ModelFileError> {
        match self.names().find(|name| !prefixes.iter().any(|prefix| belongs(name, prefix))) {
            Some(name) => Err(ModelFileError::UnexpectedArray { name: name.to_owned() }),
            None => Ok(()),
        }
    }

    /// Checks that no array belongs to the prefix but these, which are given without it.
    pub(super) fn check_parts(&self, prefix: &str, parts: &[&str]) -> Result<(), ModelFileError> {
        let is_known = |name: &str| parts.iter().any(|part| name == joined(prefix, part));
        match self.names().find(|name| belongs(name, prefix) && !is_known(name)) {
            Some(name) => Err(ModelFileError::UnexpectedArray { name: name.to_owned() }),
            None => Ok(()),
        }
    }

    /// Returns the file. Equal containers give equal bytes.
    ///
    /// # Errors
    /// When the document is nested too deep or is too large to be read again.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelFileError> {
        if json::depth(&self.document) >= DEPTH_MAX {
            return Err(ModelFileError::TooDeep { part: "document" });
        }
        header::write(&self.document, &self.arrays)
    }

    /// Reads a file, trusting nothing in it: no length is believed before that many bytes are there.
    ///
    /// # Errors
    /// When the bytes are not a model file of this version, whole and undamaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelFileError> {
        header::read(bytes)
    }
}

/// Returns the name of a part.
pub(super) fn joined(prefix: &str, part: &str) -> String {
    format!("{prefix}.{part}")
}

fn belongs(name: &str, prefix: &str) -> bool {
    name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn wrong_type(name: &str, array: &Array, expected: &'static str) -> ModelFileError {
    ModelFileError::WrongType { name: name.to_owned(), found: array.values.type_name(), expected }
}

pub(super) fn check_name(name: &str) -> Result<(), ModelFileError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
    let is_taken = name == header::METADATA;
    if (1..=NAME_MAX).contains(&name.len()) && name.bytes().all(is_plain) && !is_taken {
        return Ok(());
    }
    Err(ModelFileError::ArrayName { name: super::fields::shortened(name) })
}

pub(super) fn n_entries(name: &str, shape: &[usize]) -> Result<usize, ModelFileError> {
    let product = shape.iter().try_fold(1_usize, |product, &axis| product.checked_mul(axis));
    match product {
        Some(product) if shape.len() <= RANK_MAX => Ok(product),
        _ => Err(ModelFileError::Shape { name: name.to_owned() }),
    }
}
