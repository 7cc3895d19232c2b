//! Values of any kind as small numbers, in the order of their first appearance; missing values as −1.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::DataType;
use hashbrown::HashMap;
use hashbrown::hash_map::EntryRef;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat};

/// The code of a missing value.
pub(super) const MISSING: i32 = -1;

/// Slots of the direct-mapped memory that answers before the hash table: labels are few and repeat.
const SLOTS: usize = 256;

/// Numbers floats by value: 0.0 and −0.0 are one, NaN is missing.
pub(super) fn floats(values: impl Iterator<Item = f64>) -> (Vec<i32>, Vec<f64>) {
    let mut recent = [(f64::NAN, MISSING); SLOTS];
    let mut codes: HashMap<u64, i32> = HashMap::new();
    let mut uniques = Vec::new();
    let coded = values.map(|value| {
        if value.is_nan() {
            return MISSING;
        }
        // Adding zero turns −0.0 into 0.0.
        let bits = (value + 0.0).to_bits();
        let slot = &mut recent[(bits.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56) as usize];
        if slot.0 != value {
            let code = *codes.entry(bits).or_insert_with(|| {
                uniques.push(value + 0.0);
                uniques.len() as i32 - 1
            });
            *slot = (value, code);
        }
        slot.1
    });
    let coded = coded.collect();
    (coded, uniques)
}

/// Numbers runs of bytes.
#[derive(Default)]
pub(super) struct Bytes<'a> {
    codes: HashMap<&'a [u8], i32>,
    pub(super) uniques: Vec<&'a [u8]>,
    recent: Vec<Option<(&'a [u8], i32)>>,
}

impl<'a> Bytes<'a> {
    pub(super) fn new() -> Self {
        Self { recent: vec![None; SLOTS], ..Self::default() }
    }

    /// Returns the code of a value.
    pub(super) fn code(&mut self, value: &'a [u8]) -> i32 {
        // Length, ends and middle tell most labels apart; where they do not, the comparison below does.
        let (first, last) = (value.first().copied().unwrap_or(0), value.last().copied().unwrap_or(0));
        let middle = value.get(value.len() / 2).copied().unwrap_or(0);
        let place =
            first.wrapping_mul(31) ^ last.wrapping_mul(7) ^ middle ^ (value.len() as u8).wrapping_mul(113);
        let slot = &mut self.recent[usize::from(place)];
        if let Some((known, code)) = slot
            && *known == value
        {
            return *code;
        }
        let uniques = &mut self.uniques;
        let code = *self.codes.entry(value).or_insert_with(|| {
            uniques.push(value);
            uniques.len() as i32 - 1
        });
        *slot = Some((value, code));
        code
    }
}

/// Numbers the texts of Arrow arrays (plain, large, view, or a dictionary of any of these); `None` for other types.
pub(super) fn texts(chunks: &[ArrayRef]) -> Option<(Vec<i32>, Vec<String>)> {
    let mut known: HashMap<String, i32> = HashMap::new();
    let mut uniques: Vec<String> = Vec::new();
    let mut coded = Vec::with_capacity(chunks.iter().map(|c| c.len()).sum());
    for chunk in chunks {
        let (codes, values) = texts_of_chunk(chunk)?;
        // Each chunk has its own numbers; those of the column come through the few distinct texts.
        let mut of_column = Vec::with_capacity(values.len());
        for value in values {
            of_column.push(match known.entry_ref(value.as_str()) {
                EntryRef::Occupied(known) => *known.get(),
                EntryRef::Vacant(new) => {
                    let code = uniques.len() as i32;
                    uniques.push(value.clone());
                    new.insert(code);
                    code
                }
            });
        }
        coded.extend(codes.into_iter().map(|code| usize::try_from(code).map_or(MISSING, |c| of_column[c])));
    }
    Some((coded, uniques))
}

fn texts_of_chunk(chunk: &ArrayRef) -> Option<(Vec<i32>, Vec<String>)> {
    fn number<'a>(values: impl Iterator<Item = Option<&'a str>>) -> (Vec<i32>, Vec<String>) {
        let mut bytes = Bytes::new();
        let codes = values.map(|v| v.map_or(MISSING, |v| bytes.code(v.as_bytes()))).collect();
        let texts = bytes.uniques.iter().map(|b| String::from_utf8_lossy(b).into_owned());
        (codes, texts.collect())
    }
    match chunk.data_type() {
        DataType::Utf8 => Some(number(chunk.as_string::<i32>().iter())),
        DataType::LargeUtf8 => Some(number(chunk.as_string::<i64>().iter())),
        DataType::Utf8View => Some(number(chunk.as_string_view().iter())),
        DataType::Dictionary(..) => {
            let dictionary = chunk.as_any_dictionary();
            let (of_key, texts) = texts_of_chunk(dictionary.values())?;
            let keys = dictionary.keys();
            let codes = dictionary.normalized_keys().into_iter().enumerate().map(|(row, key)| {
                if keys.is_null(row) { MISSING } else { of_key.get(key).copied().unwrap_or(MISSING) }
            });
            Some((codes.collect(), texts))
        }
        _ => None,
    }
}

/// Numbers objects by hash and equality, as a `dict` does; `None` and NaN are missing.
///
/// Returns the distinct objects as they first appeared. `TypeError`, with the row, where one cannot be hashed.
pub(super) fn objects<'py>(
    py: Python<'py>,
    values: &Bound<'py, PyAny>,
) -> PyResult<(Vec<i32>, Vec<Bound<'py, PyAny>>)> {
    let known = PyDict::new(py);
    let mut uniques: Vec<Bound<'py, PyAny>> = Vec::new();
    let mut codes = Vec::new();
    // Pointers of objects that `uniques` keeps alive, so that no other object can come to have the same one.
    let mut recent = [(std::ptr::null_mut(), MISSING); SLOTS];
    for (row, value) in values.try_iter()?.enumerate() {
        let value = value?;
        let pointer = value.as_ptr();
        let slot = &mut recent[(pointer as usize >> 4) % SLOTS];
        if slot.0 == pointer {
            codes.push(slot.1);
            continue;
        }
        if value.is_none() || value.cast::<PyFloat>().is_ok_and(|f| f.value().is_nan()) {
            codes.push(MISSING);
            continue;
        }
        let found = known.get_item(&value).map_err(|error| {
            PyTypeError::new_err(format!("the value at row {row} cannot be a label: {}", error.value(py)))
        })?;
        codes.push(match found {
            Some(code) => code.extract()?,
            None => {
                let code = uniques.len() as i32;
                known.set_item(&value, code)?;
                *slot = (pointer, code);
                uniques.push(value);
                code
            }
        });
    }
    Ok((codes, uniques))
}
