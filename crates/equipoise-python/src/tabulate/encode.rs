//! Values of any kind as small numbers, in the order of their first appearance; missing values as −1.

use arrow::array::{
    Array, ArrayRef, AsArray, GenericStringArray, OffsetSizeTrait, StringViewArray, downcast_integer_array,
};
use arrow::datatypes::{ArrowNativeType, DataType};
use hashbrown::HashMap;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFloat};

/// The code of a missing value.
pub(super) const MISSING: i32 = -1;

/// Slots of the direct-mapped memory that answers before the hash table: labels are few and repeat.
const SLOTS: usize = 256;

/// Rows of Python objects after which Ctrl-C is heard.
const ROWS_BETWEEN_SIGNALS: usize = 1 << 16;

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

/// Slots of the memory of short texts: a thousand groups fill a quarter of it.
const TEXT_SLOTS: usize = 4096;

/// Slots that a key may lie in, one after the other. Beyond, the hash table answers, which no one can make slow.
const PROBES: usize = 4;

/// Room behind the last slot, so that no probe starts again at the first.
const SLOTS_AND_PROBES: usize = TEXT_SLOTS + PROBES;

/// By the length of a text of up to sixteen bytes, the bits that it fills when read as a number.
const FILLED: [u128; 17] = {
    let mut filled = [u128::MAX; 17];
    let mut length = 0;
    while length < 16 {
        filled[length] = (1 << (8 * length)) - 1;
        length += 1;
    }
    filled
};

/// A text that was seen: what tells it from all others of its array (its first bytes or where it lies, and its
/// length), and its code.
#[derive(Clone, Copy)]
struct Slot {
    bits: u128,
    length: u32,
    code: i32,
}

impl Slot {
    /// A slot without a text: no text has all bits set and no length.
    const FREE: Self = Self { bits: u128::MAX, length: 0, code: MISSING };
}

/// Numbers texts, those that were seen before by comparing two words.
struct Texts<'a> {
    bytes: Bytes<'a>,
    seen: Vec<Slot>,
}

impl<'a> Texts<'a> {
    fn new() -> Self {
        Self { bytes: Bytes::new(), seen: vec![Slot::FREE; SLOTS_AND_PROBES] }
    }

    /// Forgets what was seen in one array, which may mean other texts in the next.
    fn forget(&mut self) {
        self.seen.fill(Slot::FREE);
    }

    /// Returns the code of the text that `value` gives; texts of one `bits` and `length` must be equal.
    #[inline]
    fn code(&mut self, bits: u128, length: u32, value: impl FnOnce() -> &'a [u8]) -> i32 {
        // Texts may differ in a digit or two at their ends: both words are multiplied with each other.
        let words = (bits as u64 ^ 0x9E37_79B9_7F4A_7C15, (bits >> 64) as u64 ^ 0xD1B5_4A32_D192_ED03);
        let product = u128::from(words.0) * u128::from(words.1.wrapping_add(u64::from(length)));
        let home = (product as u64 ^ (product >> 64) as u64) as usize % TEXT_SLOTS;
        let slots = &mut self.seen[home..home + PROBES];
        let mut place = 0;
        for (probe, slot) in slots.iter().enumerate() {
            if slot.bits == bits && slot.length == length {
                return slot.code;
            }
            if slot.length == Slot::FREE.length {
                place = probe;
                break;
            }
        }
        let code = self.bytes.code(value());
        slots[place] = Slot { bits, length, code };
        code
    }

    /// Appends the codes of an array with offsets.
    fn add_plain<O: OffsetSizeTrait>(&mut self, array: &'a GenericStringArray<O>, codes: &mut Vec<i32>) {
        let (offsets, data, nulls) = (array.value_offsets(), array.value_data(), array.nulls());
        let coded = offsets.windows(2).enumerate().map(|(row, ends)| {
            if nulls.is_some_and(|nulls| nulls.is_null(row)) {
                return MISSING;
            }
            let (start, end) = (ends[0].as_usize(), ends[1].as_usize());
            let length = end - start;
            // Sixteen bytes are read whatever the length; those of the next texts are struck out.
            match (FILLED.get(length), data.get(start..).and_then(<[u8]>::first_chunk)) {
                (Some(filled), Some(&head)) => {
                    let bits = u128::from_le_bytes(head) & filled;
                    self.code(bits, 1 + length as u32, || &data[start..end])
                }
                _ => self.bytes.code(&data[start..end]),
            }
        });
        codes.extend(coded);
    }

    /// Appends the codes of an array of views. A view holds a text of up to twelve bytes whole, and says of a longer
    /// one where in this array it lies.
    fn add_views(&mut self, array: &'a StringViewArray, codes: &mut Vec<i32>) {
        self.forget();
        let nulls = array.nulls();
        let coded = array.views().iter().enumerate().map(|(row, &view)| {
            if nulls.is_some_and(|nulls| nulls.is_null(row)) {
                return MISSING;
            }
            self.code(view, 1, || array.value(row).as_bytes())
        });
        codes.extend(coded);
        self.forget();
    }

    /// Appends the codes of any array of texts; `None` for other types.
    fn add(&mut self, array: &'a ArrayRef, codes: &mut Vec<i32>) -> Option<()> {
        match array.data_type() {
            DataType::Utf8 => self.add_plain(array.as_string::<i32>(), codes),
            DataType::LargeUtf8 => self.add_plain(array.as_string::<i64>(), codes),
            DataType::Utf8View => self.add_views(array.as_string_view(), codes),
            DataType::Dictionary(..) => {
                let dictionary = array.as_any_dictionary();
                let mut of_key = Vec::with_capacity(dictionary.values().len());
                self.add(dictionary.values(), &mut of_key)?;
                let code = |key: usize| of_key.get(key).copied().unwrap_or(MISSING);
                let keys = dictionary.keys();
                downcast_integer_array!(
                    keys => match keys.nulls().filter(|nulls| nulls.null_count() > 0) {
                        None => codes.extend(keys.values().iter().map(|key| code(key.as_usize()))),
                        Some(_) => codes.extend(keys.iter().map(|k| k.map_or(MISSING, |k| code(k.as_usize())))),
                    },
                    _ => return None,
                );
            }
            _ => return None,
        }
        Some(())
    }
}

/// Numbers the texts of Arrow arrays (plain, large, view, or a dictionary of any of these); `None` for other types.
pub(super) fn texts(chunks: &[ArrayRef]) -> Option<(Vec<i32>, Vec<String>)> {
    let mut texts = Texts::new();
    let mut codes = Vec::with_capacity(chunks.iter().map(|c| c.len()).sum());
    for chunk in chunks {
        texts.add(chunk, &mut codes)?;
    }
    let uniques = texts.bytes.uniques.iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    Some((codes, uniques.collect()))
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
        if row % ROWS_BETWEEN_SIGNALS == 0 {
            py.check_signals()?;
        }
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
