//! Fields of a document, read strictly.

use serde_json::{Map, Value};

use super::ModelFileError;

/// An object of a document while it is read: every field is asked for by name, and what is left over is an error.
///
/// ```
/// use equipoise::model_file::Fields;
/// let document = serde_json::json!({ "kind": "linear", "columns": 3, "size": 1 });
/// let mut fields = Fields::of(&document, "score")?;
/// assert_eq!(fields.text("kind")?, "linear");
/// assert_eq!(fields.count("columns")?, 3);
/// let error = fields.finish().unwrap_err().to_string();
/// assert_eq!(error, "the document of the model has a field `score.size` that this version does not know");
/// # Ok::<(), equipoise::model_file::ModelFileError>(())
/// ```
#[derive(Debug)]
pub struct Fields<'a> {
    object: &'a Map<String, Value>,
    path: String,
    read: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    /// Begins to read an object; `path` is where in the document it stands, for errors.
    ///
    /// # Errors
    /// When the value is no object.
    pub fn of(value: &'a Value, path: &str) -> Result<Self, ModelFileError> {
        match value {
            Value::Object(object) => Ok(Self { object, path: path.to_owned(), read: Vec::new() }),
            _ => Err(wrong(path.to_owned(), value, "an object")),
        }
    }

    /// Returns where in the document the object stands.
    pub fn place(&self) -> &str {
        &self.path
    }

    /// Returns where in the document a field of the object stands.
    pub fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// Returns a field, or `None` where it is not there.
    pub fn optional(&mut self, name: &'static str) -> Option<&'a Value> {
        self.read.push(name);
        self.object.get(name)
    }

    /// Returns a field.
    ///
    /// # Errors
    /// When it is not there.
    pub fn value(&mut self, name: &'static str) -> Result<&'a Value, ModelFileError> {
        self.optional(name).ok_or_else(|| ModelFileError::MissingField { path: self.path(name) })
    }

    /// Returns a text.
    ///
    /// # Errors
    /// When it is not there or no text.
    pub fn text(&mut self, name: &'static str) -> Result<&'a str, ModelFileError> {
        let value = self.value(name)?;
        value.as_str().ok_or_else(|| self.wrong(name, "a text"))
    }

    /// Returns a number.
    ///
    /// # Errors
    /// When it is not there or no number.
    pub fn number(&mut self, name: &'static str) -> Result<f64, ModelFileError> {
        let value = self.value(name)?;
        value.as_f64().ok_or_else(|| self.wrong(name, "a number"))
    }

    /// Returns a number that may be `null`: NaN then.
    ///
    /// # Errors
    /// When it is not there, or neither a number nor `null`.
    pub fn figure(&mut self, name: &'static str) -> Result<f64, ModelFileError> {
        match self.value(name)? {
            Value::Null => Ok(f64::NAN),
            value => value.as_f64().ok_or_else(|| self.wrong(name, "a number or null")),
        }
    }

    /// Returns a whole number from 0.
    ///
    /// # Errors
    /// When it is not there or no such number.
    pub fn count(&mut self, name: &'static str) -> Result<usize, ModelFileError> {
        let value = self.value(name)?.as_u64().and_then(|value| usize::try_from(value).ok());
        value.ok_or_else(|| self.wrong(name, "a whole number from 0"))
    }

    /// Returns yes or no.
    ///
    /// # Errors
    /// When it is not there or neither.
    pub fn flag(&mut self, name: &'static str) -> Result<bool, ModelFileError> {
        let value = self.value(name)?;
        value.as_bool().ok_or_else(|| self.wrong(name, "true or false"))
    }

    /// Returns a list.
    ///
    /// # Errors
    /// When it is not there or no list.
    pub fn list(&mut self, name: &'static str) -> Result<&'a [Value], ModelFileError> {
        let value = self.value(name)?;
        value.as_array().map(Vec::as_slice).ok_or_else(|| self.wrong(name, "a list"))
    }

    /// Begins to read an object inside this one.
    ///
    /// # Errors
    /// When it is not there or no object.
    pub fn object(&mut self, name: &'static str) -> Result<Self, ModelFileError> {
        let value = self.value(name)?;
        Self::of(value, &self.path(name))
    }

    /// Returns the error that a field's value is not what it may be.
    pub fn wrong(&self, name: &str, allowed: &str) -> ModelFileError {
        wrong(self.path(name), self.object.get(name).unwrap_or(&Value::Null), allowed)
    }

    /// Ends reading.
    ///
    /// # Errors
    /// When a field was not asked for.
    pub fn finish(self) -> Result<(), ModelFileError> {
        match self.object.keys().find(|name| !self.read.contains(&name.as_str())) {
            Some(name) => Err(ModelFileError::UnknownField { path: self.path(&shortened(name)) }),
            None => Ok(()),
        }
    }
}

/// Returns the error that a value is not what it may be.
pub(super) fn wrong(path: String, found: &Value, allowed: &str) -> ModelFileError {
    let found = match found {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => shortened(&other.to_string()),
    };
    ModelFileError::Field { path, found, allowed: allowed.to_owned() }
}

/// A number for a document: `null` where it is not finite, which JSON has no word for.
pub(super) fn figure(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// A text of others, as an error can carry it: cut, and without characters that a terminal would act on.
pub(super) fn shortened(text: &str) -> String {
    const LENGTH_MAX: usize = 60;
    let plain = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let mut short: String = text.chars().take(LENGTH_MAX).map(plain).collect();
    if text.chars().nth(LENGTH_MAX).is_some() {
        short.push('…');
    }
    short
}
