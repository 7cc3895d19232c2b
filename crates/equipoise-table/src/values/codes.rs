//! From Arrow arrays to codes, in tight loops.
//!
//! ```text
//! rows, a block at a time → codes known already, straight into the column
//!                         → where one was not known: the block once more, row by row
//! ```
//! What is known lies where a loop finds it at once: of integers in a window by value, of other numbers and short
//! texts in a small table, of a dictionary by key.

use std::{fmt::Display, ops::Range, sync::Arc};

use arrow::{
    array::{
        Array, ArrayRef, ArrowPrimitiveType, AsArray, BooleanArray, FixedSizeBinaryArray, GenericByteArray,
        GenericByteViewArray, PrimitiveArray,
    },
    buffer::NullBuffer,
    datatypes::{
        ArrowDictionaryKeyType, ArrowNativeType, ByteArrayType, ByteViewType, DataType, Float32Type,
        Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
        UInt64Type,
    },
};

use super::{Failed, code_of_value, each, is_supported};
use crate::{
    batch::CodeVec,
    coding::{Coder, SHORT_MAX, short_key, write_double, write_single},
    csv::decode::Fault,
    known::{Meaning, Run, UNKNOWN, Window},
    plan::Lane,
    request::Kind,
};

/// Rows of a block; among nulls, those of a word of bits.
const N_BLOCK: usize = 512;

/// The rows of an array, as a loop reads their codes.
trait Rows {
    /// Codes some of the first rows before the others, so that neighbouring values get neighbouring codes. A fault in
    /// one of them is met again in its turn.
    fn begin(&mut self, _nulls: Option<&NullBuffer>) {}
    /// Appends the codes of some rows, null or not, if they can be computed; else returns `false`, perhaps with as many
    /// codes of no meaning appended.
    fn compute(&mut self, _rows: Range<usize>, _codes: &mut Vec<u8>) -> bool {
        false
    }
    /// Returns how to look up the code of one of some rows, counted from the first of them; `UNKNOWN` where it is not
    /// known. No null is asked for.
    fn look(&self, rows: Range<usize>) -> impl Fn(usize) -> u32 + '_;
    /// Finds the code of a row that is not null.
    fn find(&mut self, row: usize) -> Result<u32, Fault>;
    fn coder(&mut self) -> &mut Coder;
}

/// Appends the codes of all rows.
fn append(
    mut rows: impl Rows,
    n: usize,
    nulls: Option<&NullBuffer>,
    codes: &mut CodeVec,
) -> Result<(), Failed> {
    let nulls = nulls.filter(|nulls| nulls.null_count() > 0);
    rows.begin(nulls);
    let Some(nulls) = nulls else {
        for start in (0..n).step_by(N_BLOCK) {
            append_block(&mut rows, start..n.min(start + N_BLOCK), codes)?;
        }
        return Ok(());
    };
    let missing = rows.coder().missing();
    let words = nulls.inner().bit_chunks();
    for (start, valid) in (0..n).step_by(64).zip(words.iter_padded()) {
        let block = start..n.min(start + 64);
        if valid.count_ones() as usize == block.len() {
            append_block(&mut rows, block, codes)?;
            continue;
        }
        let n_before = codes.len();
        let all = {
            let look = rows.look(block.clone());
            let is_valid = |row: usize| valid >> row & 1 == 1;
            codes.try_extend(block.len(), |row| if is_valid(row) { look(row) } else { missing })
        };
        if !all {
            codes.truncate(n_before);
            append_valid(&mut rows, block, valid, missing, codes)?;
        }
    }
    Ok(())
}

/// Appends the codes of some rows, none of which is null.
fn append_block(rows: &mut impl Rows, block: Range<usize>, codes: &mut CodeVec) -> Result<(), Failed> {
    let n = codes.len();
    if let CodeVec::U8(bytes) = codes {
        if rows.compute(block.clone(), bytes) {
            return Ok(());
        }
        bytes.truncate(n);
    }
    let all = {
        let look = rows.look(block.clone());
        codes.try_extend(block.len(), look)
    };
    if !all {
        codes.truncate(n);
        append_valid(rows, block, u64::MAX, 0, codes)?;
    }
    Ok(())
}

/// Appends the codes of some rows one by one; those whose bit is not set are missing. Of more than 64 rows all bits
/// have to be set.
fn append_valid(
    rows: &mut impl Rows,
    block: Range<usize>,
    valid: u64,
    missing: u32,
    codes: &mut CodeVec,
) -> Result<(), Failed> {
    for row in block.clone() {
        if valid >> ((row - block.start) % 64) & 1 == 0 {
            codes.push(missing);
            continue;
        }
        let known = rows.look(row..row + 1)(0);
        let code = if known == UNKNOWN { rows.find(row).map_err(|fault| (Some(fault), row))? } else { known };
        codes.push(code);
    }
    Ok(())
}

/// Appends the codes of an array.
pub(super) fn codes_of(array: &ArrayRef, lane: &mut Lane, codes: &mut CodeVec) -> Result<(), Failed> {
    use DataType as T;
    use Meaning::{Double, Signed, Single, Unsigned};
    macro_rules! floats {
        ($type:ty, $bits:expr, $meaning:expr) => {
            codes_of_floats::<$type>(array.as_primitive(), lane, codes, $bits, $meaning)
        };
    }
    macro_rules! texts {
        ($array:expr) => {{
            let texts = TextRows { texts: $array, coder: &mut lane.coder };
            append(texts, array.len(), array.nulls(), codes)
        }};
    }
    match array.data_type() {
        T::Boolean => {
            let booleans = BooleanRows { values: array.as_boolean(), known: [UNKNOWN; 2], lane };
            append(booleans, array.len(), array.nulls(), codes)
        }
        T::Int8 => codes_of_integers::<Int8Type>(array, lane, codes, Signed),
        T::Int16 => codes_of_integers::<Int16Type>(array, lane, codes, Signed),
        T::Int32 => codes_of_integers::<Int32Type>(array, lane, codes, Signed),
        T::Int64 => codes_of_integers::<Int64Type>(array, lane, codes, Signed),
        T::UInt8 => codes_of_integers::<UInt8Type>(array, lane, codes, Unsigned),
        T::UInt16 => codes_of_integers::<UInt16Type>(array, lane, codes, Unsigned),
        T::UInt32 => codes_of_integers::<UInt32Type>(array, lane, codes, Unsigned),
        T::UInt64 => codes_of_integers::<UInt64Type>(array, lane, codes, Unsigned),
        T::Float32 => floats!(Float32Type, |v| u64::from(v.to_bits()), Single),
        T::Float64 => floats!(Float64Type, f64::to_bits, Double),
        T::Utf8 => texts!(array.as_string::<i32>()),
        T::LargeUtf8 => texts!(array.as_string::<i64>()),
        T::Utf8View => texts!(array.as_string_view()),
        T::Binary => texts!(array.as_binary::<i32>()),
        T::LargeBinary => texts!(array.as_binary::<i64>()),
        T::BinaryView => texts!(array.as_binary_view()),
        T::FixedSizeBinary(_) => texts!(array.as_fixed_size_binary()),
        T::Dictionary(key, _) if is_supported(array.data_type(), Kind::Categorical) => match **key {
            T::Int8 => codes_of_dictionary::<Int8Type>(array, lane, codes),
            T::Int16 => codes_of_dictionary::<Int16Type>(array, lane, codes),
            T::Int32 => codes_of_dictionary::<Int32Type>(array, lane, codes),
            T::Int64 => codes_of_dictionary::<Int64Type>(array, lane, codes),
            T::UInt8 => codes_of_dictionary::<UInt8Type>(array, lane, codes),
            T::UInt16 => codes_of_dictionary::<UInt16Type>(array, lane, codes),
            T::UInt32 => codes_of_dictionary::<UInt32Type>(array, lane, codes),
            T::UInt64 => codes_of_dictionary::<UInt64Type>(array, lane, codes),
            _ => Err((None, 0)),
        },
        _ if is_supported(array.data_type(), Kind::Categorical) => {
            let mut text = String::new();
            each(
                array,
                |code| codes.push(code),
                |row| {
                    let code = match row {
                        None => lane.coder.missing(),
                        Some(row) => code_of_value(array, row, &mut text, &mut lane.coder)?,
                    };
                    Ok(code)
                },
            )
        }
        _ => Err((None, 0)),
    }
}

/// A type of integers.
trait Integer: Copy {
    /// Returns the integer in 64 bits.
    fn bits(self) -> u64;
    /// Returns whether 64 bits are one of these integers.
    fn has(bits: u64) -> bool;
    /// Appends the lowest byte of each integer less `first`; returns whether it is all of it.
    fn extend_from(values: &[Self], first: u64, bytes: &mut Vec<u8>) -> bool;
}

macro_rules! integers {
    ($($type:ty, $unsigned:ty;)*) => {$(
        impl Integer for $type {
            #[inline(always)]
            #[allow(clippy::unnecessary_cast, reason = "one of the types is that of the bits")]
            fn bits(self) -> u64 {
                self as u64
            }

            fn has(bits: u64) -> bool {
                (bits as Self).bits() == bits
            }

            #[allow(clippy::unnecessary_cast, reason = "one of the types is that of the bytes")]
            fn extend_from(values: &[Self], first: u64, bytes: &mut Vec<u8>) -> bool {
                let mut all: $unsigned = 0;
                bytes.extend(values.iter().map(|&value| {
                    let offset = (value as $unsigned).wrapping_sub(first as $unsigned);
                    all |= offset;
                    offset as u8
                }));
                u8::try_from(all).is_ok()
            }
        }
    )*};
}

integers! {
    i8, u8; i16, u16; i32, u32; i64, u64;
    u8, u8; u16, u16; u32, u32; u64, u64;
}

/// Appends the codes of integers, if all of them are of the run; else returns `false`.
fn extend_by_run<N: Integer>(values: &[N], run: Run, codes: &mut Vec<u8>) -> bool {
    let start = codes.len();
    if !N::has(run.first) || !N::has(run.last) || !N::extend_from(values, run.first, codes) {
        return false;
    }
    let new = &mut codes[start..];
    if u64::from(new.iter().fold(0, |most: u8, &offset| most.max(offset))) > run.last.wrapping_sub(run.first)
    {
        return false;
    }
    if run.code > 0 {
        // The last code fits a byte, so none wraps.
        new.iter_mut().for_each(|code| *code = code.wrapping_add(run.code));
    }
    true
}

/// Returns rows with each value of the first ones, in the order of the values; none where they are far apart.
fn one_of_each<N: Integer>(values: &[N], nulls: Option<&NullBuffer>) -> Vec<usize> {
    let rows = || (0..values.len().min(N_BLOCK)).filter(|&row| nulls.is_none_or(|nulls| nulls.is_valid(row)));
    let mut each: Vec<(u64, usize)> = rows().map(|row| (values[row].bits(), row)).collect();
    let Some(&(any, _)) = each.first() else { return Vec::new() };
    // By how far above or below some value they are: bits of negative integers lie above all others.
    let place = |bits: u64| bits.wrapping_sub(any).wrapping_add(0x100);
    if each.iter().any(|&(bits, _)| place(bits) > 0x200) {
        return Vec::new();
    }
    each.sort_unstable_by_key(|&(bits, row)| (place(bits), row));
    each.dedup_by_key(|(bits, _)| *bits);
    each.into_iter().map(|(_, row)| row).collect()
}

/// Integers.
struct IntegerRows<'a, N> {
    values: &'a [N],
    is_new: bool,
    lane: &'a mut Lane,
}

fn codes_of_integers<T: ArrowPrimitiveType>(
    array: &ArrayRef,
    lane: &mut Lane,
    codes: &mut CodeVec,
    meaning: Meaning,
) -> Result<(), Failed>
where
    T::Native: Integer + Display,
{
    let is_new = lane.numbers.start(meaning);
    let array = array.as_primitive::<T>();
    append(IntegerRows { values: array.values(), is_new, lane }, array.len(), array.nulls(), codes)
}

impl<N: Integer + Display> Rows for IntegerRows<'_, N> {
    fn begin(&mut self, nulls: Option<&NullBuffer>) {
        if self.is_new {
            for row in one_of_each(self.values, nulls) {
                let _ = self.find(row);
            }
        }
    }

    fn compute(&mut self, rows: Range<usize>, codes: &mut Vec<u8>) -> bool {
        let run = self.lane.numbers.run();
        run.is_some_and(|run| extend_by_run(&self.values[rows], run, codes))
    }

    #[inline(always)]
    fn look(&self, rows: Range<usize>) -> impl Fn(usize) -> u32 + '_ {
        let (values, look) = (&self.values[rows], self.lane.numbers.look());
        move |row| look(values[row].bits())
    }

    fn find(&mut self, row: usize) -> Result<u32, Fault> {
        let Lane { coder, numbers, .. } = &mut *self.lane;
        let value = self.values[row];
        let code = coder.code(value.to_string().as_bytes()).map_err(|_| Fault::NotUtf8)?;
        numbers.insert(value.bits(), code);
        Ok(code)
    }

    fn coder(&mut self) -> &mut Coder {
        &mut self.lane.coder
    }
}

/// Floats.
struct FloatRows<'a, N, B> {
    values: &'a [N],
    bits: B,
    meaning: Meaning,
    lane: &'a mut Lane,
    text: String,
}

fn codes_of_floats<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    lane: &mut Lane,
    codes: &mut CodeVec,
    bits: impl Fn(T::Native) -> u64,
    meaning: Meaning,
) -> Result<(), Failed> {
    // The same bits mean another number in another type, and files may differ in it.
    lane.numbers.start(meaning);
    let rows = FloatRows { values: array.values(), bits, meaning, lane, text: String::new() };
    append(rows, array.len(), array.nulls(), codes)
}

impl<N: Copy, B: Fn(N) -> u64> Rows for FloatRows<'_, N, B> {
    #[inline(always)]
    fn look(&self, rows: Range<usize>) -> impl Fn(usize) -> u32 + '_ {
        let (values, look, bits) = (&self.values[rows], self.lane.numbers.look(), &self.bits);
        move |row| look(bits(values[row]))
    }

    fn find(&mut self, row: usize) -> Result<u32, Fault> {
        let Self { values, bits, meaning, lane, text } = self;
        let bits = bits(values[row]);
        let Lane { coder, numbers, .. } = lane;
        let (single, double) = (f32::from_bits(bits as u32), f64::from_bits(bits));
        text.clear();
        let is_nan = match meaning {
            Meaning::Single => {
                write_single(text, single);
                single.is_nan()
            }
            _ => {
                write_double(text, double);
                double.is_nan()
            }
        };
        let code = if is_nan { Ok(coder.missing()) } else { coder.code(text.as_bytes()) };
        let code = code.map_err(|_| Fault::NotUtf8)?;
        numbers.insert(bits, code);
        Ok(code)
    }

    fn coder(&mut self) -> &mut Coder {
        &mut self.lane.coder
    }
}

/// Returns the bits of a byte as bytes, the lowest first.
#[inline(always)]
fn spread(byte: u8) -> u64 {
    // Seven copies of seven bits stand side by side; an eighth bit would overlap with the next copy.
    let low = u64::from(byte & 0x7f).wrapping_mul(0x0002_0408_1020_4081) & 0x0001_0101_0101_0101;
    low | u64::from(byte >> 7) << 56
}

struct BooleanRows<'a> {
    values: &'a BooleanArray,
    known: [u32; 2],
    lane: &'a mut Lane,
}

impl Rows for BooleanRows<'_> {
    fn compute(&mut self, rows: Range<usize>, codes: &mut Vec<u8>) -> bool {
        let [Ok(no), Ok(yes)] = self.known.map(u8::try_from) else { return false };
        let end = codes.len() + rows.len();
        let bits = self.values.values().slice(rows.start, rows.len());
        // Eight at a time; a product with a byte changes none of its neighbours.
        let each = 0x0101_0101_0101_0101_u64;
        let (base, change) = (u64::from(no) * each, u64::from(no ^ yes));
        for byte in bits.bit_chunks().iter_padded().flat_map(u64::to_le_bytes) {
            codes.extend_from_slice(&(base ^ (spread(byte) * change)).to_le_bytes());
        }
        codes.truncate(end);
        true
    }

    #[inline(always)]
    fn look(&self, rows: Range<usize>) -> impl Fn(usize) -> u32 + '_ {
        let bits = self.values.values();
        let (bytes, start, known) = (bits.values(), bits.offset() + rows.start, self.known);
        move |row| known[usize::from(bytes[(start + row) / 8] >> ((start + row) % 8) & 1)]
    }

    fn find(&mut self, row: usize) -> Result<u32, Fault> {
        let value = self.values.value(row);
        let text: &[u8] = if value { b"true" } else { b"false" };
        let code = self.lane.coder.code(text).map_err(|_| Fault::NotUtf8)?;
        self.known[usize::from(value)] = code;
        Ok(code)
    }

    fn coder(&mut self) -> &mut Coder {
        &mut self.lane.coder
    }
}

/// Arrays of texts.
trait Texts {
    /// Returns how to read the key of one of some rows; 0 where its text is too long for one.
    fn keys(&self, rows: Range<usize>) -> impl Fn(usize) -> u128 + '_;
    fn text(&self, row: usize) -> &[u8];
}

struct TextRows<'a, A> {
    texts: &'a A,
    coder: &'a mut Coder,
}

impl<A: Texts> Rows for TextRows<'_, A> {
    #[inline(always)]
    fn look(&self, rows: Range<usize>) -> impl Fn(usize) -> u32 + '_ {
        let (short, first) = (self.coder.short(), rows.start);
        let keys = self.texts.keys(rows);
        move |row| match keys(row) {
            0 => self.coder.known_long(self.texts.text(first + row)),
            key => short.get(key),
        }
    }

    fn find(&mut self, row: usize) -> Result<u32, Fault> {
        self.coder.code(self.texts.text(row)).map_err(|_| Fault::NotUtf8)
    }

    fn coder(&mut self) -> &mut Coder {
        self.coder
    }
}

/// Returns the key of the text `bytes[start..end]`.
#[inline(always)]
fn key_at(bytes: &[u8], start: usize, end: usize) -> u128 {
    let length = end.wrapping_sub(start);
    if length > SHORT_MAX {
        return 0;
    }
    match bytes.get(start..).and_then(|bytes| bytes.first_chunk()) {
        Some(&word) => short_key(word, length),
        None => key_at_end(bytes, start, end),
    }
}

/// [`key_at`], where fewer than 16 bytes follow the start.
#[inline(never)]
fn key_at_end(bytes: &[u8], start: usize, end: usize) -> u128 {
    let Some(text) = bytes.get(start..end) else { return 0 };
    let mut word = [0; 16];
    word[..text.len()].copy_from_slice(text);
    short_key(word, text.len())
}

impl<T: ByteArrayType> Texts for GenericByteArray<T>
where
    T::Native: AsRef<[u8]>,
{
    #[inline(always)]
    fn keys(&self, rows: Range<usize>) -> impl Fn(usize) -> u128 + '_ {
        let (offsets, bytes) = (&self.value_offsets()[rows.start..=rows.end], self.value_data());
        move |row| key_at(bytes, offsets[row].as_usize(), offsets[row + 1].as_usize())
    }

    fn text(&self, row: usize) -> &[u8] {
        self.value(row).as_ref()
    }
}

impl<T: ByteViewType> Texts for GenericByteViewArray<T>
where
    T::Native: AsRef<[u8]>,
{
    #[inline(always)]
    fn keys(&self, rows: Range<usize>) -> impl Fn(usize) -> u128 + '_ {
        let views = &self.views()[rows.clone()];
        move |row| {
            let view = views[row];
            let length = view as u32 as usize;
            // Texts of up to 12 bytes stand in the view itself, behind their length.
            if length <= 12 {
                return short_key((view >> 32).to_le_bytes(), length);
            }
            if length > SHORT_MAX { 0 } else { key_at_end(self.text(rows.start + row), 0, length) }
        }
    }

    fn text(&self, row: usize) -> &[u8] {
        self.value(row).as_ref()
    }
}

impl Texts for FixedSizeBinaryArray {
    #[inline(always)]
    fn keys(&self, rows: Range<usize>) -> impl Fn(usize) -> u128 + '_ {
        move |row| {
            let text = self.value(rows.start + row);
            key_at(text, 0, text.len())
        }
    }

    fn text(&self, row: usize) -> &[u8] {
        self.value(row)
    }
}

/// The codes of the dictionary that was met last, as far as they are known.
#[derive(Default)]
pub(crate) struct DictionaryCodes {
    values: Option<ArrayRef>,
    /// The coder's state for which they hold.
    epoch: u64,
    /// By key.
    codes: Window,
}

impl DictionaryCodes {
    /// Forgets all codes, unless the dictionary and the coder are those of before. Returns whether it did.
    fn start(&mut self, values: &ArrayRef, epoch: u64) -> bool {
        let same = self.values.as_ref().is_some_and(|known| Arc::ptr_eq(known, values));
        if same && self.epoch == epoch {
            return false;
        }
        *self = Self { values: Some(values.clone()), epoch, codes: Window::of_length(values.len()) };
        true
    }
}

struct DictionaryRows<'a, N> {
    keys: &'a [N],
    values: &'a ArrayRef,
    is_new: bool,
    lane: &'a mut Lane,
    text: String,
}

fn codes_of_dictionary<K: ArrowDictionaryKeyType>(
    array: &ArrayRef,
    lane: &mut Lane,
    codes: &mut CodeVec,
) -> Result<(), Failed>
where
    K::Native: Integer,
{
    let array = array.as_dictionary::<K>();
    let epoch = lane.coder.epoch();
    let is_new = lane.dictionary.start(array.values(), epoch);
    let (keys, values) = (array.keys(), array.values());
    let rows = DictionaryRows { keys: keys.values(), values, is_new, lane, text: String::new() };
    append(rows, keys.len(), keys.nulls(), codes)
}

impl<N: Integer> Rows for DictionaryRows<'_, N> {
    fn begin(&mut self, nulls: Option<&NullBuffer>) {
        if self.is_new {
            for row in one_of_each(self.keys, nulls) {
                let _ = self.find(row);
            }
        }
    }

    fn compute(&mut self, rows: Range<usize>, codes: &mut Vec<u8>) -> bool {
        let run = self.lane.dictionary.codes.run();
        run.is_some_and(|run| extend_by_run(&self.keys[rows], run, codes))
    }

    #[inline(always)]
    fn look(&self, rows: Range<usize>) -> impl Fn(usize) -> u32 + '_ {
        let (keys, look) = (&self.keys[rows], self.lane.dictionary.codes.look());
        move |row| look(keys[row].bits()).unwrap_or(UNKNOWN)
    }

    fn find(&mut self, row: usize) -> Result<u32, Fault> {
        let Self { keys, values, lane, text, .. } = self;
        let Lane { coder, dictionary, .. } = &mut **lane;
        let bits = keys[row].bits();
        // A key beyond the dictionary, which Arrow forbids, stands for nothing.
        let Some(key) = usize::try_from(bits).ok().filter(|&key| key < values.len()) else {
            return Ok(coder.missing());
        };
        let code = code_of_value(values, key, text, coder)?;
        dictionary.codes.set(bits, code);
        Ok(code)
    }

    fn coder(&mut self) -> &mut Coder {
        &mut self.lane.coder
    }
}
