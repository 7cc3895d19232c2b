//! JSON lines: one object a line.
//!
//! Only the requested keys are looked at; other values are skipped over. A key that is absent, or null, is missing.
//! A key that occurs twice counts with its last value, as in most readers. Numbers keep their text, unless they have
//! a point or an exponent: then they are doubles, printed like all doubles.

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{
    batch::ColumnData,
    coding::{parse_number, write_double},
    csv::{
        blocks::{Block, Blocks},
        decode::{FIELD_MAX, Fault, number},
        scan::Dialect,
    },
    error::TableError,
    plan::{Halt, Lane, Lanes, N_ROWS_MAX, Plan, Sink},
};

/// Lines are cut at line ends alone: JSON has none inside its texts.
pub(crate) const DIALECT: Dialect = Dialect { delimiter: b'\n', quote: None, comment: None, trim: false };

/// Lines that are read to find out the columns.
const N_LINES_LOOKED_AT: usize = 1000;

/// Finds the values of some keys in an object.
struct Keys<'k, 'v> {
    keys: &'k [&'k str],
    found: &'k mut [Option<&'v RawValue>],
}

impl<'v> DeserializeSeed<'v> for Keys<'_, 'v> {
    type Value = ();
    fn deserialize<D: Deserializer<'v>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'v> Visitor<'v> for Keys<'_, 'v> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'v>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'v, str>>()? {
            let mut wanted =
                self.keys.iter().enumerate().filter(|(_, other)| **other == key).map(|(at, _)| at);
            match wanted.next() {
                Some(at) => {
                    let value: &'v RawValue = map.next_value()?;
                    self.found[at] = Some(value);
                    wanted.for_each(|at| self.found[at] = Some(value));
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

/// Collects the keys of an object, in the order in which they stand.
struct AllKeys<'a>(&'a mut Vec<String>);

impl<'v> DeserializeSeed<'v> for AllKeys<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'v>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'v> Visitor<'v> for AllKeys<'_> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'v>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((key, _)) = map.next_entry::<std::borrow::Cow<'v, str>, IgnoredAny>()? {
            if !self.0.iter().any(|other| *other == key) {
                self.0.push(key.into_owned());
            }
        }
        Ok(())
    }
}

fn parse<'v>(line: &'v [u8], seed: impl DeserializeSeed<'v, Value = ()>) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(line);
    seed.deserialize(&mut deserializer)?;
    deserializer.end()
}

/// Says what is wrong, in words that show nothing of the line.
fn bad_json(error: &serde_json::Error, place: crate::error::Place) -> TableError {
    use serde_json::error::Category;
    let detail = match error.classify() {
        Category::Eof => "the line ends too early",
        Category::Data => "the value is not an object, or its text is not UTF-8",
        Category::Syntax | Category::Io => "unexpected character",
    };
    TableError::BadJson { detail, column: error.column().max(1), place }
}

/// Returns the keys of the first thousand lines, in the order of their first appearance.
pub(crate) fn read_head(blocks: &mut Blocks) -> Result<Vec<String>, TableError> {
    blocks.skip_byte_order_mark()?;
    blocks.first_line()?;
    let mut names = Vec::new();
    let mut line_number = blocks.place();
    // What follows the last line end may be cut off.
    let lines = match memchr::memrchr(b'\n', blocks.rest()) {
        Some(at) => &blocks.rest()[..at],
        None => blocks.rest(),
    };
    for line in lines.split(|&byte| byte == b'\n').take(N_LINES_LOOKED_AT) {
        if !line.trim_ascii().is_empty() {
            parse(line, AllKeys(&mut names)).map_err(|error| bad_json(&error, line_number.clone()))?;
        }
        line_number.row += 1;
    }
    Ok(names)
}

/// Decodes a block into batches.
pub(crate) fn decode(block: &Block, plan: &Plan, lanes: &mut Lanes, sink: &mut Sink<'_>) -> Result<(), Halt> {
    let keys: Vec<&str> = plan.stored.iter().map(|stored| stored.name.as_str()).collect();
    let mut lines = Vec::new();
    let mut text = String::new();
    lanes.start_batch(plan);
    for (offset, line) in block.records().split(|&byte| byte == b'\n').enumerate() {
        if line.trim_ascii().is_empty() {
            continue;
        }
        let number = block.line + offset as u64;
        decode_line(line, number, plan, &keys, lanes, &mut text)?;
        lines.push(number);
        if lines.len() == N_ROWS_MAX {
            finish(&mut lines, plan, lanes, sink)?;
            lanes.start_batch(plan);
        }
    }
    if lines.is_empty() { Ok(()) } else { finish(&mut lines, plan, lanes, sink) }
}

fn finish(lines: &mut Vec<u64>, plan: &Plan, lanes: &mut Lanes, sink: &mut Sink<'_>) -> Result<(), Halt> {
    for (column, stored) in lanes.columns.iter_mut().zip(&plan.stored) {
        if let ColumnData::Categorical { labels, .. } = column {
            *labels = lanes.lanes[stored.request].coder.shared_labels();
        }
    }
    sink(lines.len(), &mut lanes.columns, &|row| lines[row])?;
    lines.clear();
    Ok(())
}

fn decode_line(
    line: &[u8],
    number: u64,
    plan: &Plan,
    keys: &[&str],
    lanes: &mut Lanes,
    text: &mut String,
) -> Result<(), TableError> {
    let mut found = vec![None; keys.len()];
    parse(line, Keys { keys, found: &mut found }).map_err(|error| bad_json(&error, plan.place(number)))?;
    for (at, (stored, value)) in plan.stored.iter().zip(&found).enumerate() {
        let lane = &mut lanes.lanes[stored.request];
        let value = value.map(RawValue::get).unwrap_or("null");
        if value.len() > FIELD_MAX {
            return Err(TableError::TooLong { what: "field", limit: FIELD_MAX, place: plan.place(number) });
        }
        if value.starts_with(['{', '[']) {
            return Err(TableError::Nested { column: stored.name.clone(), place: plan.place(number) });
        }
        text.clear();
        let is_null = write_text(value, text).map_err(|error| bad_json(&error, plan.place(number)))?;
        append(&mut lanes.columns[at], lane, (!is_null).then_some(text))
            .map_err(|fault| fault.at(plan, at, number, text.as_bytes()))?;
    }
    Ok(())
}

/// Writes a value as text; returns whether it is null.
fn write_text(value: &str, text: &mut String) -> Result<bool, serde_json::Error> {
    match value.as_bytes().first() {
        Some(b'n') => return Ok(true),
        Some(b'"') => match value[1..].strip_suffix('"').filter(|inner| !inner.contains('\\')) {
            Some(inner) => text.push_str(inner),
            None => text.push_str(&serde_json::from_str::<String>(value)?),
        },
        _ => match parse_number(value.as_bytes()).filter(|_| value.contains(['.', 'e', 'E'])) {
            Some(number) if number.is_finite() => write_double(text, number),
            _ => text.push_str(value),
        },
    }
    Ok(false)
}

fn append(column: &mut ColumnData, lane: &mut Lane, text: Option<&mut String>) -> Result<(), Fault> {
    match column {
        ColumnData::Categorical { codes, .. } => codes.push(match text {
            None => lane.coder.missing(),
            Some(text) => lane.coder.code(text.as_bytes()).map_err(|_| Fault::NotUtf8)?,
        }),
        ColumnData::Real(values) => values.push(match text.map(|text| text.as_str()) {
            None => f64::NAN,
            Some("true") => 1.0,
            Some("false") => 0.0,
            Some(text) => number(text.trim_ascii().as_bytes(), lane)?,
        }),
    }
    Ok(())
}
