//! CSV: text with separators.
//!
//! One thread at a time cuts the file into blocks of whole records ([`blocks`]); any thread then finds the
//! separators of a block ([`scan`]) and reads the requested fields between them ([`decode`]). Lines end with `\n` or
//! `\r\n`; empty lines are left out. A quote means something only at the beginning of a field (after blanks, with
//! `trim`); inside quotes, a doubled quote is one, and separators and line ends are text. What follows a closing
//! quote up to the separator belongs to the field, as in most readers.

pub(crate) mod blocks;

pub(crate) mod decode;

pub(crate) mod dialect;

pub(crate) mod scan;
