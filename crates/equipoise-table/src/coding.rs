//! From texts to codes.
//!
//! A [`Coder`] lives as long as its thread and keeps the labels it has met, so that batch after batch shares one
//! list of labels. Most columns that are labels have few values, and short ones: a text of up to 15 bytes is packed
//! with its length into 128 bits and looked up in a small table; only what is not there costs a hash of the text.

use std::sync::Arc;

use equipoise::groups::Label;
use hashbrown::{DefaultHashBuilder, HashTable};
use std::hash::BuildHasher;

use crate::known::{Known, UNKNOWN};

/// How many labels a coder keeps from batch to batch. Columns with more (keys, ages in days) start anew with every
/// batch, so memory stays bounded.
const N_KEPT_MAX: usize = 4096;

/// The texts that stand for a missing value, and the same as numbers.
#[derive(Clone, Debug, Default)]
pub(crate) struct Markers {
    texts: Vec<Box<[u8]>>,
    numbers: Vec<f64>,
    /// Whether the empty text is missing too.
    pub(crate) empty: bool,
}

impl Markers {
    /// Returns the markers; `trim` leaves out blanks around them, as it does around the values.
    pub(crate) fn new(texts: &[String], trim: bool, empty: bool) -> Self {
        let texts = texts.iter().map(|text| if trim { text.trim() } else { text });
        Self {
            numbers: texts.clone().filter_map(|text| text.parse().ok()).collect(),
            texts: texts.map(|text| text.as_bytes().into()).collect(),
            empty,
        }
    }

    /// Returns whether a text is missing.
    #[inline]
    pub(crate) fn is_missing(&self, text: &[u8]) -> bool {
        (self.empty && text.is_empty()) || self.texts.iter().any(|marker| **marker == *text)
    }

    /// Returns the number, or NaN where it stands for a missing value.
    #[inline]
    pub(crate) fn clean(&self, number: f64) -> f64 {
        if self.numbers.contains(&number) { f64::NAN } else { number }
    }

    /// Returns whether some number stands for a missing value.
    pub(crate) fn any_number(&self) -> bool {
        !self.numbers.is_empty()
    }
}

/// A text is not UTF-8.
#[derive(Debug)]
pub(crate) struct NotUtf8;

/// The longest text that fits a key, with its length.
pub(crate) const SHORT_MAX: usize = 15;

/// By length: the bytes of a text among 16, and a top byte that tells apart texts that differ in trailing zeros.
const SHAPES: [(u128, u128); SHORT_MAX + 1] = {
    let mut shapes = [(0, 0); SHORT_MAX + 1];
    let mut length = 0;
    while length <= SHORT_MAX {
        // No key is 0: the empty text has a length of one.
        shapes[length] = ((1 << (8 * length)) - 1, (length as u128 + 1) << 120);
        length += 1;
    }
    shapes
};

/// Returns the key of a text of `length` bytes, at most 15, at the beginning of 16.
#[inline(always)]
pub(crate) fn short_key(bytes: [u8; 16], length: usize) -> u128 {
    let (mask, top) = SHAPES[length];
    (u128::from_le_bytes(bytes) & mask) | top
}

/// Returns the first and the last eight bytes of a text, and some bits of its length; `None` of a shorter one.
#[inline(always)]
fn long_key(text: &[u8]) -> Option<u128> {
    let (first, last) = (u64::from_le_bytes(*text.first_chunk()?), u64::from_le_bytes(*text.last_chunk()?));
    Some(u128::from(first ^ text.len() as u64) | u128::from(last) << 64)
}

/// Gives texts their codes, and keeps their labels.
pub(crate) struct Coder {
    markers: Arc<Markers>,
    hasher: DefaultHashBuilder,
    /// Codes by text.
    table: HashTable<u32>,
    labels: Vec<Label>,
    missing: Option<u32>,
    /// The labels as batches share them, valid while their number is that of `labels`.
    shared: Arc<[Label]>,
    short: Known<u128>,
    /// By what long texts begin and end with; another text may do so too.
    long: Known<u128>,
    /// How often the labels were forgotten.
    epoch: u64,
}

impl Coder {
    pub(crate) fn new(markers: Arc<Markers>) -> Self {
        Self {
            markers,
            hasher: DefaultHashBuilder::default(),
            table: HashTable::new(),
            labels: Vec::new(),
            missing: None,
            shared: Arc::from([]),
            short: Known::new(),
            long: Known::new(),
            epoch: 1,
        }
    }

    /// Returns a number that changes whenever codes lose their meaning.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Begins a batch: forgets the labels if they have become many. Returns whether it did.
    pub(crate) fn start_batch(&mut self) -> bool {
        let many = self.labels.len() > N_KEPT_MAX;
        if many {
            self.epoch += 1;
            self.table.clear();
            self.labels.clear();
            self.shared = Arc::from([]);
            self.missing = None;
            self.short.clear();
            self.long.clear();
        }
        many
    }

    /// Returns the number of labels so far.
    pub(crate) fn n_labels(&self) -> usize {
        self.labels.len()
    }

    /// Returns the code of the missing value.
    pub(crate) fn missing(&mut self) -> u32 {
        let next = self.labels.len() as u32;
        *self.missing.get_or_insert_with(|| {
            self.labels.push(Label::Missing);
            next
        })
    }

    /// Returns the code of the text `bytes[start..end]`, where at least 16 bytes follow `start` in `bytes`.
    #[inline]
    pub(crate) fn code_padded(&mut self, bytes: &[u8], start: usize, end: usize) -> Result<u32, NotUtf8> {
        let length = end - start;
        if length <= SHORT_MAX
            && let Some(&word) = bytes[start..].first_chunk::<16>()
        {
            let key = short_key(word, length);
            let known = self.short.get(key);
            if known != UNKNOWN {
                return Ok(known);
            }
            let code = self.code_hashed(&bytes[start..end])?;
            self.short.insert(key, code);
            return Ok(code);
        }
        self.code_long(&bytes[start..end])
    }

    /// Returns the code of a text that is too long for a key, or stands at the end of its bytes.
    fn code_long(&mut self, text: &[u8]) -> Result<u32, NotUtf8> {
        let known = self.known_long(text);
        if known != UNKNOWN {
            return Ok(known);
        }
        let code = self.code_hashed(text)?;
        if let Some(key) = long_key(text)
            && self.long.get(key) == UNKNOWN
        {
            self.long.insert(key, code);
        }
        Ok(code)
    }

    /// Returns the codes of short texts, by [`short_key`].
    pub(crate) fn short(&self) -> &Known<u128> {
        &self.short
    }

    /// Returns the code of a text.
    pub(crate) fn code(&mut self, text: &[u8]) -> Result<u32, NotUtf8> {
        if text.len() <= SHORT_MAX {
            let mut padded = [0; 16];
            padded[..text.len()].copy_from_slice(text);
            return self.code_padded(&padded, 0, text.len());
        }
        self.code_long(text)
    }

    /// Returns the code of a text too long for a key, else `UNKNOWN`; it does not find missing markers.
    #[inline]
    pub(crate) fn known_long(&self, text: &[u8]) -> u32 {
        let known = long_key(text).map_or(UNKNOWN, |key| self.long.get(key));
        if known == UNKNOWN || text_of(&self.labels, known) == text { known } else { self.known(text) }
    }

    /// Returns the code of a text that was met before, else `UNKNOWN`; it does not find missing markers.
    #[inline(never)]
    fn known(&self, text: &[u8]) -> u32 {
        let hash = self.hasher.hash_one(text);
        let code = self.table.find(hash, |&code| text_of(&self.labels, code) == text);
        code.copied().unwrap_or(UNKNOWN)
    }

    #[inline(never)]
    fn code_hashed(&mut self, text: &[u8]) -> Result<u32, NotUtf8> {
        let labels = &self.labels;
        let hash = self.hasher.hash_one(text);
        if let Some(&code) = self.table.find(hash, |&code| text_of(labels, code) == text) {
            return Ok(code);
        }
        if self.markers.is_missing(text) {
            return Ok(self.missing());
        }
        let value = std::str::from_utf8(text).map_err(|_| NotUtf8)?;
        let code = self.labels.len() as u32;
        self.table.insert_unique(hash, code, |&code| self.hasher.hash_one(text_of(labels, code)));
        self.labels.push(Label::new(value));
        Ok(code)
    }

    /// Returns the labels of all codes so far; the same allocation as before where there is no new one.
    pub(crate) fn shared_labels(&mut self) -> Arc<[Label]> {
        if self.shared.len() != self.labels.len() {
            self.shared = self.labels.as_slice().into();
        }
        self.shared.clone()
    }
}

fn text_of(labels: &[Label], code: u32) -> &[u8] {
    labels[code as usize].text().unwrap_or_default().as_bytes()
}

/// Reads a number as people write it: an optional sign, digits, a point, an exponent; `NaN` in any case.
///
/// Infinity is read too, so that the caller can say what is wrong with it.
#[inline]
pub(crate) fn parse_number(text: &[u8]) -> Option<f64> {
    if text.len() <= 15 && !text.is_empty() && text.iter().all(u8::is_ascii_digit) {
        // Below 10^15 every integer is a double.
        let integer = text.iter().fold(0_u64, |number, digit| 10 * number + u64::from(digit - b'0'));
        return Some(integer as f64);
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// Returns the number that a text is read as in the role of a number; `None` where it is none.
///
/// Whether a column of texts can serve as numbers is decided by this alone. `NaN` and `inf` are read: the one is a
/// missing value there, the other an error.
///
/// ```
/// assert_eq!(equipoise_table::number_of("-1.5e3"), Some(-1500.0));
/// assert_eq!(equipoise_table::number_of("1,5"), None);
/// ```
pub fn number_of(text: &str) -> Option<f64> {
    parse_number(text.as_bytes())
}

/// Writes a double as a label: the shortest text that reads back the same, integral ones without `.0`.
pub(crate) fn write_double(text: &mut String, value: f64) {
    use std::fmt::Write;
    // Display prints the shortest digits that round-trip, never an exponent, and no `.0`; far from 1 that is long.
    let value = if value == 0.0 { 0.0 } else { value };
    let written = if value == 0.0 || (1e-5..1e16).contains(&value.abs()) {
        write!(text, "{value}")
    } else {
        write!(text, "{value:e}")
    };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}

/// Returns the label that a number has in a categorical column: the shortest text that reads back the same, integral
/// numbers without `.0`.
///
/// ```
/// assert_eq!(equipoise_table::number_label(1.0), "1");
/// assert_eq!(equipoise_table::number_label(0.1), "0.1");
/// ```
pub fn number_label(value: f64) -> String {
    let mut text = String::new();
    write_double(&mut text, value);
    text
}

/// Writes a single as a label, as [`write_double`] does: 0.1 stays `0.1`.
pub(crate) fn write_single(text: &mut String, value: f32) {
    use std::fmt::Write;
    let value = if value == 0.0 { 0.0 } else { value };
    let written = if value == 0.0 || (1e-5..1e16).contains(&value.abs()) {
        write!(text, "{value}")
    } else {
        write!(text, "{value:e}")
    };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}
