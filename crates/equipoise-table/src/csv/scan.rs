//! Finds the separators of a block of CSV.
//!
//! ```text
//! for each 64 bytes:  mask = bytes equal to separator, line end or quote       (compare, one bit a byte)
//!   for each set bit: line end or separator outside quotes → the end of a field
//!                     quote at the beginning of a field    → inside quotes until the next lone quote
//! ```
//! Bytes inside fields are never looked at one by one, and a quote costs two more bits of the mask. The result is
//! the flat list of the ends of all fields, so a field of a column is found without walking over the others.
//!
//! Twin: the tests hold this equal to the state machine of the `csv-core` crate on any input.

/// The bytes that mean something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    pub(crate) delimiter: u8,
    pub(crate) quote: Option<u8>,
    pub(crate) comment: Option<u8>,
    pub(crate) trim: bool,
}

impl Dialect {
    /// Returns whether a byte is a blank that `trim` leaves out.
    #[inline]
    pub(crate) fn is_blank(&self, byte: u8) -> bool {
        (byte == b' ' || byte == b'\t') && byte != self.delimiter
    }
}

/// Where the fields of a block's records end.
#[derive(Debug, Default)]
pub(crate) struct Index {
    /// Where each record begins.
    pub(crate) starts: Vec<u32>,
    /// Where each field ends: `n_columns` a record.
    pub(crate) ends: Vec<u32>,
}

/// A record has another number of fields than the header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct RaggedRecord {
    /// Where the record begins.
    pub(crate) start: usize,
    /// Fields in it.
    pub(crate) found: usize,
}

/// One bit for each of 8 bytes that is one of the wanted.
///
/// Arithmetic on one word, since the processor's own comparison cannot be called without `unsafe`. A byte of `t` is
/// zero where the byte is wanted; adding 0x7f to its low seven bits sets the top bit of every other byte, and no
/// carry leaves a byte. The product gathers the eight top bits.
#[inline(always)]
fn mask_of<const N: usize>(chunk: &[u8; 8], wanted: [u8; N]) -> u64 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const LOW: u64 = 0x7f * ONES;
    let word = u64::from_le_bytes(*chunk);
    let other = wanted.iter().fold(!0, |other, &byte| {
        let t = word ^ (ONES * u64::from(byte));
        other & (((t & LOW) + LOW) | t)
    });
    let found = !(other | LOW) >> 7;
    found.wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// Calls `visit` with the position of each byte of a text that is one of the wanted, until it returns `false`.
#[inline(always)]
fn each_special<const N: usize>(bytes: &[u8], wanted: [u8; N], mut visit: impl FnMut(usize) -> bool) {
    let mut at = 0;
    let (blocks, rest) = bytes.as_chunks::<64>();
    for block in blocks {
        let mut mask = 0_u64;
        for (part, chunk) in block.as_chunks::<8>().0.iter().enumerate() {
            mask |= mask_of(chunk, wanted) << (8 * part);
        }
        while mask != 0 {
            if !visit(at + mask.trailing_zeros() as usize) {
                return;
            }
            mask &= mask - 1;
        }
        at += 64;
    }
    for (offset, byte) in rest.iter().enumerate() {
        if wanted.contains(byte) && !visit(at + offset) {
            return;
        }
    }
}

/// Follows quotes over the special bytes of a text.
struct Quotes<'a> {
    bytes: &'a [u8],
    dialect: Dialect,
    inside: bool,
    /// Where the field begins.
    field: usize,
    /// The position of the quote that was paired with the one before it.
    paired: Option<usize>,
    /// The field that is known to begin with text, so that its blanks are not looked at for every quote in it.
    begun: Option<usize>,
}

impl<'a> Quotes<'a> {
    fn new(bytes: &'a [u8], dialect: Dialect) -> Self {
        Self { bytes, dialect, inside: false, field: 0, paired: None, begun: None }
    }
}

impl Quotes<'_> {
    /// Takes in a quote.
    fn quote(&mut self, at: usize, quote: u8) {
        if self.paired == Some(at) {
            return;
        }
        if self.inside {
            if self.bytes.get(at + 1) == Some(&quote) {
                self.paired = Some(at + 1);
            } else {
                self.inside = false;
            }
        } else if at == self.field || self.is_blank_before(at) {
            self.inside = true;
        }
    }

    /// Returns whether nothing but blanks that are left out stands between the field's beginning and `at`.
    fn is_blank_before(&mut self, at: usize) -> bool {
        if !self.dialect.trim || self.begun == Some(self.field) {
            return false;
        }
        let is_blank = self.bytes[self.field..at].iter().all(|&byte| self.dialect.is_blank(byte));
        self.begun = (!is_blank).then_some(self.field);
        is_blank
    }
}

/// Finds the fields of a block of whole records; the last one must end with a line end.
pub(crate) fn index(
    bytes: &[u8],
    dialect: Dialect,
    n_columns: usize,
    index: &mut Index,
) -> Result<(), RaggedRecord> {
    index.starts.clear();
    index.ends.clear();
    match dialect.quote.filter(|&quote| memchr::memchr(quote, bytes).is_some()) {
        Some(quote) => {
            index_special(bytes, dialect, Some(quote), [dialect.delimiter, b'\n', quote], n_columns, index)
        }
        None => index_special(bytes, dialect, None, [dialect.delimiter, b'\n'], n_columns, index),
    }
}

#[inline(always)]
fn index_special<const N: usize>(
    bytes: &[u8],
    dialect: Dialect,
    quote: Option<u8>,
    wanted: [u8; N],
    n_columns: usize,
    index: &mut Index,
) -> Result<(), RaggedRecord> {
    let Index { starts, ends } = index;
    let mut quotes = Quotes::new(bytes, dialect);
    let mut start = 0;
    let mut n_before = 0;
    let mut ragged = None;
    let is_comment = |start: usize| dialect.comment.is_some_and(|comment| bytes.get(start) == Some(&comment));
    let mut comment = is_comment(0);
    each_special(bytes, wanted, |at| {
        let byte = bytes[at];
        if byte == b'\n' && !quotes.inside {
            let found = ends.len() - n_before + 1;
            let is_empty = found == 1 && (at == start || (at == start + 1 && bytes[start] == b'\r'));
            if comment || is_empty {
                ends.truncate(n_before);
            } else if found == n_columns {
                ends.push(at as u32);
                starts.push(start as u32);
                n_before += n_columns;
            } else {
                ragged = Some(RaggedRecord { start, found });
                return false;
            }
            start = at + 1;
            quotes.field = start;
            comment = is_comment(start);
        } else if comment {
            // Separators and quotes of a comment are text.
        } else if quote == Some(byte) {
            quotes.quote(at, byte);
        } else if !quotes.inside {
            ends.push(at as u32);
            quotes.field = at + 1;
        }
        true
    });
    ragged.map_or(Ok(()), Err)
}

/// What is known of a text that may end inside a record.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// The end of the last whole record.
    pub(crate) whole: usize,
    /// Whether the text ends inside quotes.
    pub(crate) open_quote: bool,
}

/// Finds the end of the last whole record of a text that begins with a record.
pub(crate) fn last_record_end(bytes: &[u8], dialect: Dialect) -> Cut {
    let Some(quote) = dialect.quote.filter(|&quote| memchr::memchr(quote, bytes).is_some()) else {
        return Cut { whole: memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1), open_quote: false };
    };
    let mut quotes = Quotes::new(bytes, dialect);
    let mut whole = 0;
    let mut comment = dialect.comment.is_some_and(|comment| bytes.first() == Some(&comment));
    each_special(bytes, [dialect.delimiter, b'\n', quote], |at| {
        let byte = bytes[at];
        if byte == b'\n' && !quotes.inside {
            whole = at + 1;
            quotes.field = whole;
            comment = dialect.comment.is_some_and(|comment| bytes.get(whole) == Some(&comment));
        } else if comment {
            // Separators and quotes of a comment are text.
        } else if byte == quote {
            quotes.quote(at, byte);
        } else if !quotes.inside {
            quotes.field = at + 1;
        }
        true
    });
    Cut { whole, open_quote: quotes.inside }
}

/// Finds the end of the first record, its line end included, and pushes the ends of its fields.
pub(crate) fn first_record(bytes: &[u8], dialect: Dialect, ends: &mut Vec<u32>) -> Option<usize> {
    let mut quotes = Quotes::new(bytes, dialect);
    let mut end = None;
    each_special(bytes, [dialect.delimiter, b'\n', dialect.quote.unwrap_or(b'\n')], |at| {
        let byte = bytes[at];
        if dialect.quote == Some(byte) {
            quotes.quote(at, byte);
        } else if !quotes.inside {
            ends.push(at as u32);
            quotes.field = at + 1;
            if byte == b'\n' {
                end = Some(at + 1);
            }
        }
        end.is_none()
    });
    end
}

/// The content of a field: a part of the block, or unescaped text.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Field<'a> {
    /// `bytes[start..end]`.
    Part(usize, usize),
    /// Text that stood between doubled quotes and the like.
    Unescaped(&'a [u8]),
}

/// Returns the content of the raw field `bytes[start..end]`.
#[inline]
pub(crate) fn content<'a>(
    bytes: &[u8],
    mut start: usize,
    mut end: usize,
    dialect: Dialect,
    scratch: &'a mut Vec<u8>,
) -> Field<'a> {
    if dialect.trim {
        while start < end && dialect.is_blank(bytes[start]) {
            start += 1;
        }
        while start < end && dialect.is_blank(bytes[end - 1]) {
            end -= 1;
        }
    }
    match dialect.quote {
        Some(quote) if start < end && bytes[start] == quote => {
            let inner = &bytes[start + 1..end];
            match memchr::memchr(quote, inner) {
                Some(at) if at + 1 == inner.len() => Field::Part(start + 1, end - 1),
                Some(_) => {
                    unescape(inner, quote, scratch);
                    Field::Unescaped(scratch)
                }
                None => Field::Part(start + 1, end),
            }
        }
        _ => Field::Part(start, end),
    }
}

/// Writes what stands after an opening quote: doubled quotes once, the closing one not, the rest as it is.
#[inline(never)]
fn unescape(inner: &[u8], quote: u8, text: &mut Vec<u8>) {
    text.clear();
    let mut inside = true;
    let mut at = 0;
    while at < inner.len() {
        if inside && inner[at] == quote {
            if inner.get(at + 1) == Some(&quote) {
                text.push(quote);
                at += 2;
            } else {
                inside = false;
                at += 1;
            }
        } else {
            text.push(inner[at]);
            at += 1;
        }
    }
}
