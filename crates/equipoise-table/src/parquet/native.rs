//! Decodes the usual pages of a column chunk straight to codes and numbers.
//!
//! ```text
//! dictionary page → values of the dictionary → their codes, or numbers, once a row group
//! data page       → definition levels (usually one run: nothing is null)
//!                 → indices, unpacked 8 at a time to bytes → codes by a table of 256 bytes
//!                   or plain values, when the writer gave up on its dictionary
//! ```
//! Taken: columns outside of lists and structs, of booleans, integers, floats and texts, in dictionary or plain pages
//! of either version. Everything else is left to the Arrow reader, and so is a text column in a real role.

use std::{fs::File, sync::Arc};

use arrow::datatypes::DataType;
use bytes::Bytes;
use parquet::{
    basic::{Encoding, Type as Physical},
    column::page::{Page, PageReader},
    errors::ParquetError,
    file::serialized_reader::SerializedPageReader,
};

use super::{
    Table,
    hybrid::{Broken, Hybrid},
    malformed, too_short,
};
use crate::{
    batch::{CodeVec, ColumnData},
    coding::{write_double, write_single},
    csv::decode::Fault,
    error::TableError,
    guard::guarded,
    inputs::InputFile,
    known::UNKNOWN,
    plan::{Lane, Plan},
    request::Kind,
    values::Target,
};

/// What the stored values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Values {
    Boolean,
    Signed32,
    Signed64,
    Unsigned32,
    Unsigned64,
    Single,
    Double,
    Text,
}

/// The values of a dictionary page.
struct Dictionary {
    /// Where each text lies in `bytes`; of numbers, empty.
    spans: Vec<(u32, u32)>,
    bytes: Bytes,
    n: usize,
    codes: DictionaryCodes,
    /// The numbers, in a real role.
    numbers: Vec<f64>,
}

/// The codes of a dictionary's values, as far as they are known.
#[derive(Default)]
struct DictionaryCodes {
    /// By index; `UNKNOWN` where not yet asked for.
    all: Vec<u32>,
    /// The same in bytes, when all are known and fit.
    small: Option<Box<[u8; 256]>>,
    /// Whether `small` changes nothing.
    is_identity: bool,
    /// The coder's state for which they hold.
    epoch: u64,
}

enum PageValues {
    /// Indices to the dictionary.
    Indices(Hybrid),
    /// Booleans as runs.
    Bits(Hybrid),
    /// Plain values from a byte (of booleans: a bit) on.
    Plain { bytes: Bytes, at: usize },
}

struct DataPage {
    n_left: usize,
    /// Definition levels, where the column may be null.
    levels: Option<Hybrid>,
    values: PageValues,
}

/// Reads the pages of one column chunk.
pub(crate) struct Pages {
    reader: SerializedPageReader<File>,
    values: Values,
    nullable: bool,
    dictionary: Option<Dictionary>,
    page: Option<DataPage>,
    validity: Vec<u8>,
    bytes: Vec<u8>,
    indices: Vec<u32>,
}

/// Why a page cannot be read.
enum Trouble {
    Parquet(ParquetError),
    Broken,
    TooShort,
    /// A value, counted from the first row asked for.
    Value(Fault, usize, String),
}

impl From<Broken> for Trouble {
    fn from(_: Broken) -> Self {
        Self::Broken
    }
}

impl From<ParquetError> for Trouble {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

impl Values {
    /// Returns what the values are, where this module knows them.
    fn of(data_type: &DataType, physical: Physical) -> Option<Self> {
        use DataType as T;
        let data_type = match data_type {
            T::Dictionary(_, values) => values,
            other => other,
        };
        Some(match (data_type, physical) {
            (T::Boolean, Physical::BOOLEAN) => Self::Boolean,
            (T::Int8 | T::Int16 | T::Int32, Physical::INT32) => Self::Signed32,
            (T::UInt8 | T::UInt16 | T::UInt32, Physical::INT32) => Self::Unsigned32,
            (T::Int64, Physical::INT64) => Self::Signed64,
            (T::UInt64, Physical::INT64) => Self::Unsigned64,
            (T::Float32, Physical::FLOAT) => Self::Single,
            (T::Float64, Physical::DOUBLE) => Self::Double,
            (T::Utf8 | T::LargeUtf8 | T::Utf8View, Physical::BYTE_ARRAY) => Self::Text,
            (T::Binary | T::LargeBinary | T::BinaryView, Physical::BYTE_ARRAY) => Self::Text,
            _ => return None,
        })
    }

    /// Bytes of a plain value; 0 for texts and booleans.
    fn width(self) -> usize {
        match self {
            Self::Boolean | Self::Text => 0,
            Self::Signed32 | Self::Unsigned32 | Self::Single => 4,
            Self::Signed64 | Self::Unsigned64 | Self::Double => 8,
        }
    }

    /// Returns the bits of the plain value at the beginning of `bytes`.
    fn bits(self, bytes: &[u8]) -> Option<u64> {
        match self.width() {
            4 => bytes.first_chunk().map(|bytes| u64::from(u32::from_le_bytes(*bytes))),
            8 => bytes.first_chunk().map(|bytes| u64::from_le_bytes(*bytes)),
            _ => None,
        }
    }

    /// Returns the number that some bits are; beyond 2^53 the nearest double.
    #[inline(always)]
    fn number(self, bits: u64) -> f64 {
        match self {
            Self::Boolean | Self::Text | Self::Unsigned32 => (bits as u32).into(),
            Self::Signed32 => (bits as u32).cast_signed().into(),
            Self::Signed64 => bits.cast_signed() as f64,
            Self::Unsigned64 => bits as f64,
            Self::Single => f32::from_bits(bits as u32).into(),
            Self::Double => f64::from_bits(bits),
        }
    }

    /// Returns the code of a number.
    fn code(self, bits: u64, lane: &mut Lane) -> Result<u32, Fault> {
        let Lane { coder, numbers, .. } = lane;
        numbers.code(bits, || {
            let mut text = String::new();
            match self {
                Self::Single | Self::Double if self.number(bits).is_nan() => return Ok(coder.missing()),
                Self::Single => write_single(&mut text, f32::from_bits(bits as u32)),
                Self::Double => write_double(&mut text, f64::from_bits(bits)),
                Self::Signed32 => text = (bits as u32).cast_signed().to_string(),
                Self::Signed64 => text = bits.cast_signed().to_string(),
                Self::Boolean | Self::Text | Self::Unsigned32 | Self::Unsigned64 => text = bits.to_string(),
            }
            coder.code(text.as_bytes()).map_err(|_| Fault::NotUtf8)
        })
    }
}

/// Returns a number as a real role wants it.
#[inline(always)]
fn cleaned(number: f64, lane: &Lane) -> Result<f64, Fault> {
    let number = if lane.markers.any_number() { lane.markers.clean(number) } else { number };
    if number.is_infinite() { Err(Fault::NotFinite(number)) } else { Ok(number) }
}

impl Dictionary {
    fn new(bytes: Bytes, n: usize, values: Values, kind: Kind) -> Result<Self, Broken> {
        let mut dictionary =
            Self { spans: Vec::new(), bytes, n, codes: DictionaryCodes::default(), numbers: Vec::new() };
        let bytes = &dictionary.bytes;
        if values == Values::Text {
            let mut at = 0;
            for _ in 0..n {
                let (start, end) = text_at(bytes, at)?;
                let narrow = |at: usize| u32::try_from(at).map_err(|_| Broken);
                dictionary.spans.push((narrow(start)?, narrow(end)?));
                at = end;
            }
        } else if values.width() == 0
            || n.checked_mul(values.width()).is_none_or(|length| length > bytes.len())
        {
            return Err(Broken);
        } else if kind == Kind::Real {
            let numbers = bytes.chunks_exact(values.width()).take(n).filter_map(|bytes| values.bits(bytes));
            dictionary.numbers = numbers.map(|bits| values.number(bits)).collect();
        }
        Ok(dictionary)
    }

    /// Codes one value.
    fn code(&self, index: usize, values: Values, lane: &mut Lane) -> Result<u32, Fault> {
        if values == Values::Text {
            let (start, end) = self.spans[index];
            return lane.coder.code(&self.bytes[start as usize..end as usize]).map_err(|_| Fault::NotUtf8);
        }
        let bits = values.bits(&self.bytes[index * values.width()..]).unwrap_or(0);
        values.code(bits, lane)
    }

    /// Makes the codes valid for the coder's present state; small dictionaries are coded whole.
    fn prepare(&mut self, values: Values, lane: &mut Lane) {
        let epoch = lane.coder.epoch();
        if self.codes.epoch == epoch && self.codes.all.len() == self.n {
            return;
        }
        let mut codes = DictionaryCodes { all: vec![UNKNOWN; self.n], epoch, ..DictionaryCodes::default() };
        if self.n <= 256 {
            let mut small = Box::new([0; 256]);
            codes.is_identity = true;
            let mut fits = true;
            for index in 0..self.n {
                // A text that is not UTF-8 is an error only where it is used: the slow way meets it again.
                match self.code(index, values, lane) {
                    Ok(code) => {
                        codes.all[index] = code;
                        codes.is_identity &= code as usize == index;
                        match u8::try_from(code) {
                            Ok(code) => small[index] = code,
                            Err(_) => fits = false,
                        }
                    }
                    Err(_) => fits = false,
                }
            }
            codes.small = fits.then_some(small);
        }
        self.codes = codes;
    }
}

/// Returns where the text lies whose length stands at `at`.
fn text_at(bytes: &[u8], at: usize) -> Result<(usize, usize), Broken> {
    let length = bytes.get(at..).and_then(|bytes| bytes.first_chunk()).ok_or(Broken)?;
    let length = usize::try_from(u32::from_le_bytes(*length)).map_err(|_| Broken)?;
    let start = at + 4;
    let end = start.checked_add(length).filter(|&end| end <= bytes.len()).ok_or(Broken)?;
    Ok((start, end))
}

impl Pages {
    /// Opens a column chunk, if its pages are of the usual kind.
    pub(crate) fn open(
        table: &Table,
        file: &Arc<File>,
        group: usize,
        plan: &Plan,
        stored: usize,
    ) -> Result<Option<Self>, ParquetError> {
        let root = plan.stored[stored].column;
        let Some(leaf) = table.leaf_of_root[root] else { return Ok(None) };
        let row_group = table.metadata.metadata().row_group(group);
        let chunk = row_group.column(leaf);
        let description = chunk.column_descr();
        let data_type = table.schema().field(root).data_type();
        let Some(values) = Values::of(data_type, chunk.column_type()) else { return Ok(None) };
        let is_usual = chunk.encodings().all(|encoding| {
            #[allow(deprecated)]
            let bit_packed = Encoding::BIT_PACKED;
            [Encoding::PLAIN, Encoding::RLE, Encoding::PLAIN_DICTIONARY, Encoding::RLE_DICTIONARY, bit_packed]
                .contains(&encoding)
        });
        let is_number_from_text = values == Values::Text && plan.stored[stored].kind == Kind::Real;
        if !is_usual
            || is_number_from_text
            || description.max_rep_level() != 0
            || description.max_def_level() > 1
        {
            return Ok(None);
        }
        let n_rows = usize::try_from(row_group.num_rows()).unwrap_or(0);
        Ok(Some(Self {
            reader: SerializedPageReader::new(file.clone(), chunk, n_rows, None)?,
            values,
            nullable: description.max_def_level() == 1,
            dictionary: None,
            page: None,
            validity: Vec::new(),
            bytes: Vec::new(),
            indices: Vec::new(),
        }))
    }

    /// Appends `n_rows` rows to the column.
    pub(crate) fn read(
        &mut self,
        file: &InputFile,
        n_rows: usize,
        target: Target<'_>,
    ) -> Result<(), TableError> {
        let Target { plan, stored, lane, column, first_row } = target;
        // The same bits may have been another number in the file before.
        lane.numbers.clear();
        let mut n_done = 0;
        while n_done < n_rows {
            let part = self.read_part(n_rows - n_done, plan.stored[stored].kind, lane, column);
            n_done += part.map_err(|trouble| match trouble {
                Trouble::Parquet(error) => malformed(file, &error),
                Trouble::Broken => malformed(file, &ParquetError::General("a page is corrupt".to_owned())),
                Trouble::TooShort => too_short(file),
                Trouble::Value(fault, row, text) => {
                    fault.at(plan, stored, first_row + (n_done + row) as u64, text.as_bytes())
                }
            })?;
        }
        lane.end_column(column);
        Ok(())
    }

    /// Appends up to `n_rows` rows of one page; returns how many.
    fn read_part(
        &mut self,
        n_rows: usize,
        kind: Kind,
        lane: &mut Lane,
        column: &mut ColumnData,
    ) -> Result<usize, Trouble> {
        while self.page.as_ref().is_none_or(|page| page.n_left == 0) {
            self.next_page(kind)?;
        }
        let Self { values, dictionary, page, validity, bytes, indices, .. } = self;
        let Some(page) = page else { return Err(Trouble::TooShort) };
        let n = n_rows.min(page.n_left);
        let mut n_valid = n;
        if let Some(levels) = &mut page.levels
            && !levels.skip_equal(1, n)?
        {
            validity.resize(n, 0);
            levels.read(validity)?;
            n_valid = validity.iter().map(|&level| usize::from(level)).sum();
        }
        page.n_left -= n;
        let mut scratch = Scratch { bytes, indices };
        let start = column.len();
        let outcome = match column {
            ColumnData::Categorical { codes, .. } => {
                codes_of(*values, &mut page.values, dictionary, n_valid, lane, codes, &mut scratch)
            }
            ColumnData::Real(numbers) => {
                numbers_of(*values, &mut page.values, dictionary.as_ref(), n_valid, lane, numbers)
            }
        };
        // A value's number among the valid ones becomes its row.
        outcome.map_err(|trouble| match trouble {
            Trouble::Value(fault, value, text) if n_valid < n => {
                let row = validity.iter().enumerate().filter(|(_, level)| **level == 1).nth(value);
                Trouble::Value(fault, row.map_or(value, |(row, _)| row), text)
            }
            other => other,
        })?;
        if n_valid < n {
            match column {
                ColumnData::Categorical { codes, .. } => {
                    spread_codes(codes, start, validity, lane.coder.missing())
                }
                ColumnData::Real(numbers) => spread_over(numbers, start, validity, f64::NAN),
            }
        }
        Ok(n)
    }

    /// Goes on to the next data page, over a dictionary page.
    fn next_page(&mut self, kind: Kind) -> Result<(), Trouble> {
        let page = guarded(|| self.reader.get_next_page()).map_err(ParquetError::General)??;
        let page = page.ok_or(Trouble::TooShort)?;
        let n_left = page.num_values() as usize;
        match page {
            Page::DictionaryPage { buf, .. } => {
                self.dictionary = Some(Dictionary::new(buf, n_left, self.values, kind)?);
            }
            Page::DataPage { buf, encoding, def_level_encoding, .. } => {
                let (levels, rest) = if self.nullable {
                    if def_level_encoding != Encoding::RLE {
                        let text = format!("definition levels in the encoding {def_level_encoding}");
                        return Err(ParquetError::NYI(text).into());
                    }
                    let (start, end) = text_at(&buf, 0)?;
                    (Some(Hybrid::new(buf.slice(start..end), 1)?), buf.slice(end..))
                } else {
                    (None, buf)
                };
                self.page = Some(DataPage { n_left, levels, values: self.page_values(rest, encoding)? });
            }
            Page::DataPageV2 { buf, encoding, def_levels_byte_len, rep_levels_byte_len, .. } => {
                let start = rep_levels_byte_len as usize;
                let end = start.checked_add(def_levels_byte_len as usize).filter(|&end| end <= buf.len());
                let end = end.ok_or(Trouble::Broken)?;
                let levels = if self.nullable { Some(Hybrid::new(buf.slice(start..end), 1)?) } else { None };
                let values = self.page_values(buf.slice(end..), encoding)?;
                self.page = Some(DataPage { n_left, levels, values });
            }
        }
        Ok(())
    }

    fn page_values(&self, bytes: Bytes, encoding: Encoding) -> Result<PageValues, Trouble> {
        match encoding {
            Encoding::PLAIN => Ok(PageValues::Plain { bytes, at: 0 }),
            Encoding::RLE if self.values == Values::Boolean => {
                let (start, end) = text_at(&bytes, 0)?;
                Ok(PageValues::Bits(Hybrid::new(bytes.slice(start..end), 1)?))
            }
            Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY => match bytes.first() {
                Some(&width) => Ok(PageValues::Indices(Hybrid::new(bytes.slice(1..), width)?)),
                // A page of nulls alone needs no indices.
                None => Ok(PageValues::Indices(Hybrid::new(bytes, 0)?)),
            },
            other => Err(ParquetError::NYI(format!("a page in the encoding {other}")).into()),
        }
    }
}

struct Scratch<'a> {
    bytes: &'a mut Vec<u8>,
    indices: &'a mut Vec<u32>,
}

/// Appends the codes of `n` values that are not null.
fn codes_of(
    values: Values,
    page: &mut PageValues,
    dictionary: &mut Option<Dictionary>,
    n: usize,
    lane: &mut Lane,
    codes: &mut CodeVec,
    scratch: &mut Scratch<'_>,
) -> Result<(), Trouble> {
    match page {
        PageValues::Indices(_) if n == 0 => Ok(()),
        PageValues::Indices(indices) => {
            let dictionary = dictionary.as_mut().ok_or(Trouble::Broken)?;
            dictionary.prepare(values, lane);
            codes_of_indices(values, indices, dictionary, n, lane, codes, scratch)
        }
        PageValues::Bits(bits) => {
            scratch.bytes.clear();
            scratch.bytes.resize(n, 0);
            bits.read(scratch.bytes)?;
            codes_of_booleans(scratch.bytes.iter().map(|&bit| bit == 1), lane, codes)
        }
        PageValues::Plain { bytes, at } if values == Values::Boolean => {
            let bits = bits_of(bytes, at, n)?;
            codes_of_booleans(bits, lane, codes)
        }
        PageValues::Plain { bytes, at } if values == Values::Text => {
            for row in 0..n {
                let (start, end) = text_at(bytes, *at)?;
                let code = lane.coder.code(&bytes[start..end]);
                codes.push(code.map_err(|_| Trouble::Value(Fault::NotUtf8, row, String::new()))?);
                *at = end;
            }
            Ok(())
        }
        PageValues::Plain { bytes, at } => {
            for (row, bits) in plain_bits(values, bytes, at, n)?.enumerate() {
                let code = values.code(bits, lane);
                codes.push(code.map_err(|fault| Trouble::Value(fault, row, String::new()))?);
            }
            Ok(())
        }
    }
}

fn codes_of_indices(
    values: Values,
    indices: &mut Hybrid,
    dictionary: &mut Dictionary,
    n: usize,
    lane: &mut Lane,
    codes: &mut CodeVec,
    scratch: &mut Scratch<'_>,
) -> Result<(), Trouble> {
    if let (CodeVec::U8(codes), Some(small), 0..=8) = (&mut *codes, &dictionary.codes.small, indices.width())
    {
        let start = codes.len();
        codes.resize(start + n, 0);
        let new = &mut codes[start..];
        indices.read(new)?;
        if new.iter().fold(0, |most: u8, &index| most.max(index)) as usize >= dictionary.n {
            return Err(Trouble::Broken);
        }
        if !dictionary.codes.is_identity {
            new.iter_mut().for_each(|index| *index = small[usize::from(*index)]);
        }
        return Ok(());
    }
    scratch.indices.clear();
    scratch.indices.resize(n, 0);
    indices.read(scratch.indices)?;
    for (row, &index) in scratch.indices.iter().enumerate() {
        let index = index as usize;
        let mut code = *dictionary.codes.all.get(index).ok_or(Trouble::Broken)?;
        if code == UNKNOWN {
            code = dictionary
                .code(index, values, lane)
                .map_err(|fault| Trouble::Value(fault, row, String::new()))?;
            dictionary.codes.all[index] = code;
        }
        codes.push(code);
    }
    Ok(())
}

fn codes_of_booleans(
    bits: impl Iterator<Item = bool>,
    lane: &mut Lane,
    codes: &mut CodeVec,
) -> Result<(), Trouble> {
    let mut known = [UNKNOWN; 2];
    for (row, bit) in bits.enumerate() {
        let code = &mut known[usize::from(bit)];
        if *code == UNKNOWN {
            let text: &[u8] = if bit { b"true" } else { b"false" };
            let coded = lane.coder.code(text);
            *code = coded.map_err(|_| Trouble::Value(Fault::NotUtf8, row, String::new()))?;
        }
        codes.push(*code);
    }
    Ok(())
}

/// Returns the next `n` plain booleans.
fn bits_of<'a>(
    bytes: &'a Bytes,
    at: &mut usize,
    n: usize,
) -> Result<impl Iterator<Item = bool> + 'a, Broken> {
    let start = *at;
    if start + n > 8 * bytes.len() {
        return Err(Broken);
    }
    *at += n;
    Ok((start..start + n).map(|at| bytes[at / 8] >> (at % 8) & 1 == 1))
}

/// Returns the bits of the next `n` plain numbers.
fn plain_bits<'a>(
    values: Values,
    bytes: &'a Bytes,
    at: &mut usize,
    n: usize,
) -> Result<impl Iterator<Item = u64> + 'a, Broken> {
    let width = values.width();
    let end = n.checked_mul(width).and_then(|length| at.checked_add(length)).ok_or(Broken)?;
    let part = bytes.get(*at..end).ok_or(Broken)?;
    *at = end;
    Ok(part.chunks_exact(width).map(move |bytes| values.bits(bytes).unwrap_or(0)))
}

/// Appends `n` numbers that are not null.
fn numbers_of(
    values: Values,
    page: &mut PageValues,
    dictionary: Option<&Dictionary>,
    n: usize,
    lane: &Lane,
    numbers: &mut Vec<f64>,
) -> Result<(), Trouble> {
    let start = numbers.len();
    match page {
        PageValues::Indices(_) if n == 0 => {}
        PageValues::Indices(indices) => {
            let known = &dictionary.ok_or(Trouble::Broken)?.numbers;
            let mut read = vec![0_u32; n];
            indices.read(&mut read)?;
            for index in read {
                numbers.push(*known.get(index as usize).ok_or(Trouble::Broken)?);
            }
        }
        PageValues::Bits(bits) => {
            let mut read = vec![0_u8; n];
            bits.read(&mut read)?;
            numbers.extend(read.into_iter().map(f64::from));
        }
        PageValues::Plain { bytes, at } if values == Values::Boolean => {
            numbers.extend(bits_of(bytes, at, n)?.map(|bit| f64::from(u8::from(bit))));
        }
        PageValues::Plain { bytes, at } => {
            numbers.extend(plain_bits(values, bytes, at, n)?.map(|bits| values.number(bits)));
        }
    }
    if lane.markers.any_number() || numbers[start..].iter().any(|number| number.is_infinite()) {
        for (row, number) in numbers[start..].iter_mut().enumerate() {
            *number = cleaned(*number, lane).map_err(|fault| Trouble::Value(fault, row, String::new()))?;
        }
    }
    Ok(())
}

fn spread_codes(codes: &mut CodeVec, start: usize, validity: &[u8], missing: u32) {
    codes.widen_for(missing);
    match codes {
        CodeVec::U8(codes) => spread_over(codes, start, validity, missing as u8),
        CodeVec::U16(codes) => spread_over(codes, start, validity, missing as u16),
        CodeVec::U32(codes) => spread_over(codes, start, validity, missing),
    }
}

/// Moves the values from `start` on to the valid rows, from the back, and puts `missing` between them.
fn spread_over<T: Copy>(values: &mut Vec<T>, start: usize, validity: &[u8], missing: T) {
    let mut next = values.len();
    values.resize(start + validity.len(), missing);
    for (row, &level) in validity.iter().enumerate().rev() {
        values[start + row] = if level == 1 {
            next -= 1;
            values[next]
        } else {
            missing
        };
    }
}
