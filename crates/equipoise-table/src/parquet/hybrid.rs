//! Decodes Parquet's hybrid of runs: equal values, or values packed in as few bits as the largest needs.
//!
//! ```text
//! run    = equal | packed
//! equal  = varint(count << 1)        value in ⌈width / 8⌉ bytes
//! packed = varint(groups << 1 | 1)   groups × 8 values of `width` bits, the lowest bits first
//! ```
//! Source: the format's specification, `Encodings.md`, "Run Length Encoding / Bit-Packing Hybrid".

use bytes::Bytes;

/// The data ends before its values, or is no hybrid.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Broken;

/// The run that is being read.
#[derive(Clone, Copy, Debug)]
enum Run {
    Equal {
        value: u32,
        n_left: usize,
    },
    /// The bytes of the run begin at `start`; `n_done` values of them are read.
    Packed {
        start: usize,
        n_done: usize,
        n_left: usize,
    },
}

/// Reads values from front to back.
#[derive(Debug)]
pub(crate) struct Hybrid {
    bytes: Bytes,
    /// Where the next run begins.
    at: usize,
    width: usize,
    run: Run,
}

/// A number that packed values are read to.
pub(crate) trait Unpacked: Copy + Default {
    /// Unpacks whole groups of 8 values; `bytes` holds `width` bytes a group.
    fn unpack(bytes: &[u8], width: usize, out: &mut [Self]);
    /// Converts a value that is known to fit.
    fn from_value(value: u32) -> Self;
}

impl Hybrid {
    /// Reads values of `width` bits, at most 32.
    pub(crate) fn new(bytes: Bytes, width: u8) -> Result<Self, Broken> {
        if width > 32 {
            return Err(Broken);
        }
        Ok(Self { bytes, at: 0, width: usize::from(width), run: Run::Equal { value: 0, n_left: 0 } })
    }

    /// Returns the width of the values in bits.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Leaves out `n` values if all of them are `value` and stand in one run; else leaves everything as it was.
    pub(crate) fn skip_equal(&mut self, wanted: u32, n: usize) -> Result<bool, Broken> {
        if n == 0 {
            return Ok(true);
        }
        self.start_run()?;
        match &mut self.run {
            Run::Equal { value, n_left } if *value == wanted && *n_left >= n => {
                *n_left -= n;
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    /// Fills `out`. Values of up to 8 bits may be read as bytes.
    pub(crate) fn read<T: Unpacked>(&mut self, mut out: &mut [T]) -> Result<(), Broken> {
        while !out.is_empty() {
            self.start_run()?;
            let n = match &mut self.run {
                Run::Equal { value, n_left } => {
                    let n = out.len().min(*n_left);
                    out[..n].fill(T::from_value(*value));
                    *n_left -= n;
                    n
                }
                Run::Packed { start, n_done, n_left } => {
                    let n = out.len().min(*n_left);
                    unpack_part(&self.bytes[*start..], self.width, *n_done, &mut out[..n]);
                    *n_done += n;
                    *n_left -= n;
                    n
                }
            };
            out = &mut out[n..];
        }
        Ok(())
    }

    /// Makes sure that the run has values left.
    fn start_run(&mut self) -> Result<(), Broken> {
        while let Run::Equal { n_left: 0, .. } | Run::Packed { n_left: 0, .. } = self.run {
            let header = self.varint()?;
            let count = usize::try_from(header >> 1).map_err(|_| Broken)?;
            if header & 1 == 0 {
                let n_bytes = self.width.div_ceil(8);
                let value = self.bytes.get(self.at..self.at + n_bytes).ok_or(Broken)?;
                let value = value.iter().rev().fold(0_u32, |value, &byte| value << 8 | u32::from(byte));
                if self.width < 32 && value >> self.width != 0 {
                    return Err(Broken);
                }
                self.at += n_bytes;
                self.run = Run::Equal { value, n_left: count };
            } else {
                let n_bytes = count.checked_mul(self.width).ok_or(Broken)?;
                // The last group of a page may be cut off behind its last value.
                let n_there = n_bytes.min(self.bytes.len() - self.at);
                let n_values = count.checked_mul(8).ok_or(Broken)?;
                let n_left = if n_there < n_bytes { 8 * n_there / self.width } else { n_values };
                if n_left == 0 && count > 0 {
                    return Err(Broken);
                }
                self.run = Run::Packed { start: self.at, n_done: 0, n_left };
                self.at += n_there;
            }
        }
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, Broken> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.at).ok_or(Broken)?;
            self.at += 1;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Broken)
    }
}

/// Unpacks the values from `n_done` on; `bytes` may end inside the last group.
fn unpack_part<T: Unpacked>(bytes: &[u8], width: usize, n_done: usize, out: &mut [T]) {
    if width == 0 {
        out.fill(T::default());
        return;
    }
    let group_of = |group: usize| {
        let mut padded = [0_u8; 32];
        let bytes = bytes.get(group * width..).unwrap_or_default();
        let n = width.min(bytes.len());
        padded[..n].copy_from_slice(&bytes[..n]);
        let mut values = [T::default(); 8];
        T::unpack(&padded[..width], width, &mut values);
        values
    };
    let (mut group, before) = (n_done / 8, n_done % 8);
    let mut filled = 0;
    if before > 0 {
        filled = out.len().min(8 - before);
        out[..filled].copy_from_slice(&group_of(group)[before..before + filled]);
        group += 1;
    }
    let n_whole = (out.len() - filled) / 8;
    let n_there = (bytes.len() / width).saturating_sub(group).min(n_whole);
    T::unpack(
        &bytes[group * width..(group + n_there) * width],
        width,
        &mut out[filled..filled + 8 * n_there],
    );
    group += n_there;
    filled += 8 * n_there;
    for part in out[filled..].chunks_mut(8) {
        part.copy_from_slice(&group_of(group)[..part.len()]);
        group += 1;
    }
}

/// Spreads 8 values of `W` bits over 8 bytes, by halves: 4 + 4, then 2 + 2, then 1 + 1.
#[inline(always)]
fn spread<const W: usize>(word: u64) -> u64 {
    // Fields that stay in place at each step: of 64 bits the lower 4 fields, of 32 the lower 2, of 16 the lower one.
    let low = |bits: usize| if bits >= 64 { !0_u64 } else { (1_u64 << bits) - 1 };
    let step4 = low(4 * W);
    let step2 = low(2 * W) | low(2 * W) << 32;
    let step1 = low(W) * 0x0001_0001_0001_0001;
    let word = (word & step4) | (word & !step4) << (32 - 4 * W);
    let word = (word & step2) | (word & !step2) << (16 - 2 * W);
    (word & step1) | (word & !step1) << (8 - W)
}

fn unpack_bytes<const W: usize>(bytes: &[u8], out: &mut [u8]) {
    for (packed, out) in bytes.chunks_exact(W).zip(out.chunks_exact_mut(8)) {
        let mut word = [0; 8];
        word[..W].copy_from_slice(packed);
        // Bits beyond the eighth value are zero: a group is W bytes.
        out.copy_from_slice(&spread::<W>(u64::from_le_bytes(word)).to_le_bytes());
    }
}

impl Unpacked for u8 {
    fn unpack(bytes: &[u8], width: usize, out: &mut [u8]) {
        match width {
            1 => unpack_bytes::<1>(bytes, out),
            2 => unpack_bytes::<2>(bytes, out),
            3 => unpack_bytes::<3>(bytes, out),
            4 => unpack_bytes::<4>(bytes, out),
            5 => unpack_bytes::<5>(bytes, out),
            6 => unpack_bytes::<6>(bytes, out),
            7 => unpack_bytes::<7>(bytes, out),
            8 => out.copy_from_slice(&bytes[..out.len()]),
            _ => unreachable!("invariant: bytes hold values of 1 to 8 bits"),
        }
    }

    fn from_value(value: u32) -> u8 {
        value as u8
    }
}

impl Unpacked for u32 {
    fn unpack(bytes: &[u8], width: usize, out: &mut [u32]) {
        let mask = u64::from(u32::MAX >> (32 - width));
        for (packed, out) in bytes.chunks_exact(width).zip(out.chunks_exact_mut(8)) {
            let mut padded = [0_u8; 40];
            padded[..width].copy_from_slice(packed);
            for (at, out) in out.iter_mut().enumerate() {
                let (byte, shift) = (at * width / 8, at * width % 8);
                let word = padded[byte..].first_chunk().map_or(0, |word| u64::from_le_bytes(*word));
                *out = (word >> shift & mask) as u32;
            }
        }
    }

    fn from_value(value: u32) -> u32 {
        value
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes runs as the specification says, bit by bit.
    fn encode(runs: &[(bool, Vec<u32>)], width: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let varint = |mut value: usize, bytes: &mut Vec<u8>| {
            while value >= 0x80 {
                bytes.push((value & 0x7f) as u8 | 0x80);
                value >>= 7;
            }
            bytes.push(value as u8);
        };
        for (packed, values) in runs {
            if *packed {
                let n_groups = values.len() / 8;
                varint(n_groups << 1 | 1, &mut bytes);
                let mut bits = vec![0_u8; n_groups * width];
                for (at, value) in values.iter().enumerate() {
                    for bit in 0..width {
                        let place = at * width + bit;
                        bits[place / 8] |= ((value >> bit & 1) as u8) << (place % 8);
                    }
                }
                bytes.extend(bits);
            } else {
                varint(values.len() << 1, &mut bytes);
                bytes.extend(&values[0].to_le_bytes()[..width.div_ceil(8)]);
            }
        }
        bytes
    }

    fn runs(width: usize) -> impl Strategy<Value = Vec<(bool, Vec<u32>)>> {
        let value = 0..=if width == 0 { 0 } else { u32::MAX >> (32 - width) };
        let packed = prop::collection::vec(value.clone(), 8..100).prop_map(|mut values| {
            values.truncate(values.len() / 8 * 8);
            (true, values)
        });
        let equal = (value, 1_usize..40).prop_map(|(value, n)| (false, vec![value; n]));
        prop::collection::vec(prop_oneof![packed, equal], 1..6)
    }

    fn check<T: Unpacked + Into<u32>>(bytes: &[u8], width: usize, step: usize, expected: &[u32]) {
        let mut hybrid = Hybrid::new(Bytes::copy_from_slice(bytes), width as u8).unwrap();
        let mut found: Vec<u32> = Vec::new();
        for chunk in expected.chunks(step) {
            let mut out = vec![T::default(); chunk.len()];
            hybrid.read(&mut out).unwrap();
            found.extend(out.into_iter().map(Into::into));
        }
        assert_eq!(found, expected);
    }

    proptest! {
        #[test]
        fn runs_are_read_in_steps_of_any_size(
            (width, runs) in (0_usize..=32).prop_flat_map(|width| (Just(width), runs(width))),
            step in 1_usize..50,
        ) {
            let expected: Vec<u32> = runs.iter().flat_map(|(_, values)| values.clone()).collect();
            let bytes = encode(&runs, width);
            check::<u32>(&bytes, width, step, &expected);
            if width <= 8 {
                check::<u8>(&bytes, width, step, &expected);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>, width in 0_u8..=40, n in 0_usize..200) {
            let Ok(mut hybrid) = Hybrid::new(bytes.clone().into(), width) else { return Ok(()) };
            let mut out = vec![0_u32; n];
            let _ = hybrid.read(&mut out);
            if let (Ok(mut hybrid), true) = (Hybrid::new(bytes.into(), width), width <= 8) {
                let _ = hybrid.read(&mut vec![0_u8; n]);
            }
        }
    }
}
