//! The layout of the file: `header length u64 | header, JSON | arrays`, as safetensors has it.
//!
//! The header names every array with its type, shape and place; `__metadata__` holds the document as a text and the
//! CRC-32C of the whole file, computed with zeros in place of its own eight digits.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    ARRAYS_MAX, HEADER_MAX, ModelFileError, SCHEMA,
    container::{Array, Container, Values, check_name, n_entries},
    fields::shortened,
    json::{self, parse},
};

/// Bytes that say how long the header is.
const LENGTH: usize = 8;

/// What stands in the header for no array.
pub(super) const METADATA: &str = "__metadata__";

/// What stands before the digits of the checksum. It can occur nowhere else: quotes within the document are escaped.
const CHECKSUM: &str = "\"crc32c\":\"";

/// What stands there while the checksum is computed.
const NO_DIGITS: &str = "00000000";

/// Returns the file.
pub(super) fn write(document: &Value, arrays: &BTreeMap<String, Array>) -> Result<Vec<u8>, ModelFileError> {
    let mut text = String::new();
    json::write(&json!({ "schema": SCHEMA, "model": document }), &mut text);
    let mut header =
        format!("{{\"{METADATA}\":{{{CHECKSUM}{NO_DIGITS}\",\"equipoise\":{}}}", Value::String(text));
    let mut end = 0;
    for (name, array) in in_order(arrays) {
        let start = end;
        end += array.values.len() * array.values.width();
        let entry = json!({ "dtype": array.values.type_name(), "shape": array.shape });
        let Value::Object(entry) = entry else { continue };
        header.push_str(&format!(
            ",\"{name}\":{{\"dtype\":{},\"shape\":{},\"data_offsets\":[{start},{end}]}}",
            entry["dtype"], entry["shape"]
        ));
    }
    header.push('}');
    // Arrays start at a multiple of eight.
    while !header.len().is_multiple_of(8) {
        header.push(' ');
    }
    if header.len() > HEADER_MAX {
        return Err(ModelFileError::HeaderTooLong { found: header.len() as u64 });
    }
    let mut file = Vec::with_capacity(LENGTH + header.len() + end);
    file.extend((header.len() as u64).to_le_bytes());
    file.extend(header.as_bytes());
    for (_, array) in in_order(arrays) {
        match &array.values {
            Values::F64(values) => {
                values.iter().for_each(|value| file.extend_from_slice(&value.to_le_bytes()))
            }
            Values::U64(values) => {
                values.iter().for_each(|value| file.extend_from_slice(&value.to_le_bytes()))
            }
            Values::U32(values) => {
                values.iter().for_each(|value| file.extend_from_slice(&value.to_le_bytes()))
            }
        }
    }
    let digits = digits_at(&file[LENGTH..LENGTH + header.len()]).ok_or(ModelFileError::Checksum)? + LENGTH;
    let checksum = format!("{:08x}", crc32c::crc32c(&file));
    file[digits..digits + NO_DIGITS.len()].copy_from_slice(checksum.as_bytes());
    Ok(file)
}

/// Wider numbers first, so that every array starts at a multiple of its width.
fn in_order(arrays: &BTreeMap<String, Array>) -> impl Iterator<Item = (&String, &Array)> {
    let of_width = |width: usize| arrays.iter().filter(move |(_, array)| array.values.width() == width);
    of_width(8).chain(of_width(4))
}

/// Returns how many bytes from the start must be there to know more, and at last how long the file is.
///
/// One who reads a file asks again after each part, until there are as many bytes as the answer says, and so need not
/// take in a file that is none or that never ends.
///
/// ```
/// use equipoise::model_file::{Container, bytes_needed};
/// let bytes = Container::new(serde_json::Value::Null).to_bytes()?;
/// assert_eq!(bytes_needed(&[])?, 9);
/// let header = bytes_needed(&bytes[..9])? as usize;
/// assert_eq!(bytes_needed(&bytes[..header])?, bytes.len() as u64);
/// # Ok::<(), equipoise::model_file::ModelFileError>(())
/// ```
///
/// # Errors
/// When the bytes are the start of no model file.
pub fn bytes_needed(start: &[u8]) -> Result<u64, ModelFileError> {
    if start.len() <= LENGTH {
        return Ok(LENGTH as u64 + 1);
    }
    let (length, rest) = header_length(start)?;
    let Some(header) = rest.get(..length) else { return Ok((LENGTH + length) as u64) };
    let Value::Object(mut entries) = parse("header", header)? else { return Err(ModelFileError::NotAModel) };
    entries.remove(METADATA).ok_or(ModelFileError::NotAModel)?;
    let end = arrays_of(entries.iter())?.last().map_or(0, |array| array.end);
    Ok(end.saturating_add((LENGTH + length) as u64))
}

/// Returns the length of the header and the bytes from there on.
fn header_length(bytes: &[u8]) -> Result<(usize, &[u8]), ModelFileError> {
    let (start, rest) = bytes.split_first_chunk::<LENGTH>().ok_or(ModelFileError::NotAModel)?;
    let length = u64::from_le_bytes(*start);
    // No other file begins with a number and then a brace.
    if length < 2 || rest.first() != Some(&b'{') {
        return Err(ModelFileError::NotAModel);
    }
    match usize::try_from(length) {
        Ok(length) if length <= HEADER_MAX => Ok((length, rest)),
        _ => Err(ModelFileError::HeaderTooLong { found: length }),
    }
}

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Result<Container, ModelFileError> {
    let (length, rest) = header_length(bytes)?;
    let wrong_length = |expected: u64| ModelFileError::WrongLength { found: bytes.len() as u64, expected };
    let Some((header, data)) = rest.split_at_checked(length) else {
        return Err(wrong_length((LENGTH + length) as u64));
    };
    let Value::Object(mut entries) = parse("header", header)? else { return Err(ModelFileError::NotAModel) };
    let metadata = entries.remove(METADATA).ok_or(ModelFileError::NotAModel)?;
    let document = document_of(&metadata)?;
    let arrays = arrays_of(entries.iter())?;
    let expected = arrays.last().map_or(0, |array| array.end);
    if data.len() as u64 != expected {
        return Err(wrong_length(expected.saturating_add((LENGTH + length) as u64)));
    }
    check_checksum(bytes, header, &metadata)?;
    let mut container = Container::new(document);
    for array in arrays {
        // Their ends have been found to be those of the data.
        let data = &data[array.start as usize..array.end as usize];
        container.put(array.name, &array.shape, values_of(array.kind, data))?;
    }
    Ok(container)
}

/// Returns the document, when its schema is that of this version.
fn document_of(metadata: &Value) -> Result<Value, ModelFileError> {
    let text = metadata.get("equipoise").and_then(Value::as_str).ok_or(ModelFileError::NotAModel)?;
    let mut envelope = parse("document", text.as_bytes())?;
    match envelope.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => return Err(ModelFileError::Schema { found: shortened(other) }),
        None => return Err(ModelFileError::MissingField { path: "schema".to_owned() }),
    }
    match envelope.get_mut("model") {
        Some(document) => Ok(document.take()),
        None => Err(ModelFileError::MissingField { path: "model".to_owned() }),
    }
}

fn check_checksum(bytes: &[u8], header: &[u8], metadata: &Value) -> Result<(), ModelFileError> {
    let written = metadata.get("crc32c").and_then(Value::as_str).ok_or(ModelFileError::Checksum)?;
    let start = LENGTH + digits_at(header).ok_or(ModelFileError::Checksum)?;
    let (before, rest) = bytes.split_at(start);
    let (digits, after) = rest.split_at_checked(NO_DIGITS.len()).ok_or(ModelFileError::Checksum)?;
    let checksum = crc32c::crc32c_append(crc32c::crc32c(before), NO_DIGITS.as_bytes());
    let expected = format!("{:08x}", crc32c::crc32c_append(checksum, after));
    if digits == written.as_bytes() && expected == written { Ok(()) } else { Err(ModelFileError::Checksum) }
}

/// Returns where the digits of the checksum start within the header.
fn digits_at(header: &[u8]) -> Option<usize> {
    let place = header.windows(CHECKSUM.len()).position(|window| window == CHECKSUM.as_bytes())?;
    Some(place + CHECKSUM.len())
}

#[derive(Clone, Copy)]
enum Kind {
    F64,
    U64,
    U32,
}

/// What the header says of one array.
struct Entry<'a> {
    name: &'a str,
    kind: Kind,
    shape: Vec<usize>,
    start: u64,
    end: u64,
}

/// Returns the arrays by their place, without overlaps and holes.
fn arrays_of<'a>(
    entries: impl ExactSizeIterator<Item = (&'a String, &'a Value)>,
) -> Result<Vec<Entry<'a>>, ModelFileError> {
    if entries.len() > ARRAYS_MAX {
        return Err(ModelFileError::TooManyArrays { found: entries.len() });
    }
    let mut arrays = entries.map(|(name, entry)| entry_of(name, entry)).collect::<Result<Vec<_>, _>>()?;
    // Arrays without entries lie where others start.
    arrays.sort_by_key(|array| (array.start, array.end));
    let mut expected_start = 0_u64;
    for Entry { name, kind, shape, start, end } in &arrays {
        let width = match kind {
            Kind::F64 | Kind::U64 => 8_u64,
            Kind::U32 => 4,
        };
        let size = (n_entries(name, shape)? as u64)
            .checked_mul(width)
            .ok_or_else(|| ModelFileError::Shape { name: (*name).to_owned() })?;
        let expected_end = expected_start.saturating_add(size);
        if (*start, *end) != (expected_start, expected_end) {
            let (name, start, end) = ((*name).to_owned(), *start, *end);
            return Err(ModelFileError::Place { name, start, end, expected_start, expected_end });
        }
        expected_start = expected_end;
    }
    Ok(arrays)
}

fn entry_of<'a>(name: &'a str, entry: &'a Value) -> Result<Entry<'a>, ModelFileError> {
    check_name(name)?;
    let wrong = |field: &str, allowed: &str| ModelFileError::Field {
        path: format!("{name}.{field}"),
        found: shortened(&entry.get(field).unwrap_or(&Value::Null).to_string()),
        allowed: allowed.to_owned(),
    };
    let kind = match entry.get("dtype").and_then(Value::as_str) {
        Some("F64") => Kind::F64,
        Some("U64") => Kind::U64,
        Some("U32") => Kind::U32,
        Some(other) => {
            return Err(ModelFileError::UnknownType { name: name.to_owned(), found: shortened(other) });
        }
        None => return Err(wrong("dtype", "F64, U64 or U32")),
    };
    let numbers = |field: &str| -> Option<Vec<u64>> {
        entry.get(field)?.as_array()?.iter().map(Value::as_u64).collect()
    };
    let shape = numbers("shape").ok_or_else(|| wrong("shape", "a list of whole numbers"))?;
    let shape = shape
        .into_iter()
        .map(usize::try_from)
        .collect::<Result<_, _>>()
        .map_err(|_| ModelFileError::Shape { name: name.to_owned() })?;
    match numbers("data_offsets").as_deref() {
        Some(&[start, end]) => Ok(Entry { name, kind, shape, start, end }),
        _ => Err(wrong("data_offsets", "two whole numbers")),
    }
}

fn values_of(kind: Kind, data: &[u8]) -> Values {
    match kind {
        Kind::F64 => Values::F64(data.as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect()),
        Kind::U64 => Values::U64(data.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes)).collect()),
        Kind::U32 => Values::U32(data.as_chunks().0.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect()),
    }
}
