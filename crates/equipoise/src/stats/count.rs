//! Counting rows by cell: the hot loop of every audit.
//!
//! For a block of rows, the cell numbers are computed first (plain shifts and ors over the code columns, which become
//! vector code), then counted into four tables in turn: consecutive rows of the same cell would otherwise
//! wait for each other's store. Tables and blocks stay in the first-level cache for up to a few thousand cells.

use crate::sample::Codes;

/// Rows whose cell numbers are computed at once.
pub(super) const BLOCK: usize = 4096;
/// Above this many cells a second to fourth table would cost more to fold than the stalls they avoid.
const CELLS_IN_FOUR_TABLES: usize = 1 << 12;

/// One code column and the number of bits its code is shifted by in the cell number.
#[derive(Clone, Copy)]
pub(super) struct Axis<'a> {
    pub(super) codes: Codes<'a>,
    pub(super) shift: u32,
}

/// Writes the cell numbers of the rows from `start` on.
pub(super) fn cell_numbers(axes: &[Axis<'_>], start: usize, numbers: &mut [u32]) {
    numbers.fill(0);
    for axis in axes {
        let end = start + numbers.len();
        match axis.codes {
            Codes::U8(codes) => or_shifted(&codes[start..end], axis.shift, numbers),
            Codes::U16(codes) => or_shifted(&codes[start..end], axis.shift, numbers),
            Codes::U32(codes) => or_shifted(&codes[start..end], axis.shift, numbers),
        }
    }
}

fn or_shifted<C: Copy + Into<u32>>(codes: &[C], shift: u32, numbers: &mut [u32]) {
    for (number, &code) in numbers.iter_mut().zip(codes) {
        *number |= code.into() << shift;
    }
}

/// The same in 16 bits, for at most 65,536 cells: half the work of the vector code.
fn short_cell_numbers(axes: &[Axis<'_>], start: usize, numbers: &mut [u16]) {
    numbers.fill(0);
    for axis in axes {
        let end = start + numbers.len();
        match axis.codes {
            Codes::U8(codes) => {
                for (number, &code) in numbers.iter_mut().zip(&codes[start..end]) {
                    *number |= u16::from(code) << axis.shift;
                }
            }
            Codes::U16(codes) => {
                for (number, &code) in numbers.iter_mut().zip(&codes[start..end]) {
                    *number |= code << axis.shift;
                }
            }
            Codes::U32(codes) => {
                for (number, &code) in numbers.iter_mut().zip(&codes[start..end]) {
                    *number |= (code as u16) << axis.shift;
                }
            }
        }
    }
}

/// Counts the rows `start..end` into `1 << bits` cells. At most 2^32 − 1 rows.
pub(super) fn count(axes: &[Axis<'_>], bits: u32, start: usize, end: usize) -> Vec<u32> {
    let n_cells = 1usize << bits;
    if bits <= 16 {
        return count_short(axes, n_cells, start, end);
    }
    let mut table = vec![0u32; n_cells];
    let mut numbers = [0u32; BLOCK];
    for from in (start..end).step_by(BLOCK) {
        let numbers = &mut numbers[..BLOCK.min(end - from)];
        cell_numbers(axes, from, numbers);
        for &number in &*numbers {
            table[number as usize] += 1;
        }
    }
    table
}

fn count_short(axes: &[Axis<'_>], n_cells: usize, start: usize, end: usize) -> Vec<u32> {
    let n_tables = if n_cells <= CELLS_IN_FOUR_TABLES { 4 } else { 1 };
    let mut tables = vec![0u32; n_tables * n_cells];
    let mut numbers = [0u16; BLOCK];
    for from in (start..end).step_by(BLOCK) {
        let numbers = &mut numbers[..BLOCK.min(end - from)];
        short_cell_numbers(axes, from, numbers);
        if n_tables == 4 {
            count_in_four(numbers, n_cells, &mut tables);
        } else {
            for &number in &*numbers {
                tables[usize::from(number)] += 1;
            }
        }
    }
    let (first, rest) = tables.split_at_mut(n_cells);
    for table in rest.chunks_exact(n_cells) {
        for (sum, part) in first.iter_mut().zip(table) {
            *sum += part;
        }
    }
    tables.truncate(n_cells);
    tables
}

fn count_in_four(numbers: &[u16], n_cells: usize, tables: &mut [u32]) {
    // Cell numbers are below the power of two `n_cells`; the mask says so to the compiler, which then
    // needs no bounds check in the loop.
    let mask = n_cells - 1;
    let (a, rest) = tables.split_at_mut(n_cells);
    let (b, rest) = rest.split_at_mut(n_cells);
    let (c, d) = rest.split_at_mut(n_cells);
    let (a, b, c, d) = (&mut a[..=mask], &mut b[..=mask], &mut c[..=mask], &mut d[..=mask]);
    let mut quads = numbers.chunks_exact(4);
    for quad in &mut quads {
        a[usize::from(quad[0]) & mask] += 1;
        b[usize::from(quad[1]) & mask] += 1;
        c[usize::from(quad[2]) & mask] += 1;
        d[usize::from(quad[3]) & mask] += 1;
    }
    for &number in quads.remainder() {
        a[usize::from(number) & mask] += 1;
    }
}

/// Bits that hold codes below `n`.
pub(super) fn bits_for(n: usize) -> u32 {
    n.max(1).next_power_of_two().trailing_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(columns: &[(&[u32], u32)], bits: u32) -> Vec<u32> {
        let mut table = vec![0; 1 << bits];
        for row in 0..columns[0].0.len() {
            let number: u32 = columns.iter().map(|(codes, shift)| codes[row] << shift).sum();
            table[number as usize] += 1;
        }
        table
    }

    proptest! {
        #[test]
        fn counts_equal_the_naive_twin_for_every_width(
            rows in prop::collection::vec((0u32..200, 0u32..2, 0u32..3), 0..10_000),
            wide in any::<bool>(),
        ) {
            let group: Vec<u32> = rows.iter().map(|row| row.0).collect();
            let target: Vec<u32> = rows.iter().map(|row| row.1).collect();
            let prediction: Vec<u32> = rows.iter().map(|row| row.2).collect();
            let bytes: Vec<u8> = group.iter().map(|&code| code as u8).collect();
            let shorts: Vec<u16> = target.iter().map(|&code| code as u16).collect();
            // 11 bits are needed; a wide shift makes the table larger than 2^16 cells
            let shift = if wide { 10 } else { 3 };
            let axes = [
                Axis { codes: Codes::U8(&bytes), shift },
                Axis { codes: Codes::U16(&shorts), shift: 2 },
                Axis { codes: Codes::U32(&prediction), shift: 0 },
            ];
            let bits = shift + 8;
            let columns = [(&group[..], shift), (&target[..], 2), (&prediction[..], 0)];
            prop_assert_eq!(count(&axes, bits, 0, rows.len()), naive(&columns, bits));
        }
    }

    #[test]
    fn bits_hold_their_codes() {
        assert_eq!([0, 1, 2, 3, 4, 5, 256, 257].map(bits_for), [0, 0, 1, 2, 2, 3, 8, 9]);
    }
}
