//! The joint counts of several columns: how many rows, and how much weight, each combination of values has.
//!
//! ```text
//! layout = for each column, its least value and the bits of its span, from the first rows
//! for each chunk of rows that fits the first-level cache:
//!     place[row] = bits of all columns side by side       (vectorised)
//!     if any value lies outside the layout: start again with the layout of all rows
//!     rows[place] += 1, sum[place] += weight
//! ```
//!
//! Where the combinations are too many for a table, the columns are numbered by hashing instead ([`Crossing`]).

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::ints::IntSlice;

/// Rows that are placed at a time: 16 KiB of places.
const CHUNK: usize = 4096;

/// Tables up to this many bits are counted in four copies, so that equal neighbours do not wait for each other.
const LANES_BITS_MAX: u32 = 8;

/// The largest table: 2²⁰ places, 8 MiB of counts.
const TABLE_BITS_MAX: u32 = 20;

/// Combinations of values that occur, with their rows and sums of weights.
pub(super) struct Cells {
    /// The values of each cell, one after the other: `n_columns` numbers for each.
    pub(super) values: Vec<i64>,
    pub(super) rows: Vec<i64>,
    /// For each column of weights, the sum in each cell.
    pub(super) sums: Vec<Vec<f64>>,
}

/// Where the value of each column goes in a place.
struct Layout {
    lo: Vec<i64>,
    bits: Vec<u32>,
}

/// A value that the layout has no place for.
struct OutsideLayout;

impl Layout {
    /// Returns the layout of the first `rows` rows, unless its table were too large for them.
    fn of(columns: &[IntSlice<'_>], rows: usize) -> Option<Self> {
        // A table far larger than the data costs more to clear than the rows cost to hash.
        let n_rows = columns.first().map_or(0, |c| c.len());
        let bits_max = TABLE_BITS_MAX.min(14.max(n_rows.max(1).ilog2() + 1));
        let mut layout = Self { lo: Vec::new(), bits: Vec::new() };
        for column in columns {
            let (lo, hi) = column.extent(rows);
            layout.lo.push(lo);
            layout.bits.push(u64::BITS - hi.abs_diff(lo).leading_zeros());
        }
        (layout.bits_total() <= bits_max).then_some(layout)
    }

    fn bits_total(&self) -> u32 {
        self.bits.iter().sum()
    }

    /// Writes the places of the rows from `start` on.
    fn place(&self, columns: &[IntSlice<'_>], start: usize, places: &mut [u32]) -> Result<(), OutsideLayout> {
        places.fill(0);
        let mut shift = 0;
        for (column, (&lo, &bits)) in columns.iter().zip(self.lo.iter().zip(&self.bits)) {
            let seen = column.add_offsets(start, lo, shift, places);
            if seen.checked_shr(bits).unwrap_or(0) != 0 {
                return Err(OutsideLayout);
            }
            shift += bits;
        }
        Ok(())
    }

    /// Appends the values that a place stands for.
    fn values_of(&self, place: usize, values: &mut Vec<i64>) {
        let mut rest = place as u64;
        for (&lo, &bits) in self.lo.iter().zip(&self.bits) {
            values.push(lo.wrapping_add((rest & ((1 << bits) - 1)) as i64));
            rest >>= bits;
        }
    }
}

/// Calls `each` with the places of successive chunks.
fn for_places(
    layout: &Layout,
    columns: &[IntSlice<'_>],
    mut each: impl FnMut(usize, &[u32]),
) -> Result<(), OutsideLayout> {
    let n_rows = columns.first().map_or(0, |c| c.len());
    let mut places = [0; CHUNK];
    for start in (0..n_rows).step_by(CHUNK) {
        let places = &mut places[..CHUNK.min(n_rows - start)];
        layout.place(columns, start, places)?;
        each(start, places);
    }
    Ok(())
}

/// A sum that carries its rounding error along (Neumaier 1974), so that it is exact to about 2⁻⁵² whatever the order.
#[derive(Clone, Copy, Default)]
pub(super) struct Sum {
    sum: f64,
    carry: f64,
}

impl Sum {
    /// Adds a finite number.
    #[inline]
    pub(super) fn add(&mut self, value: f64) {
        let total = self.sum + value;
        self.carry += if self.sum.abs() >= value.abs() {
            (self.sum - total) + value
        } else {
            (value - total) + self.sum
        };
        self.sum = total;
    }

    /// Returns the sum.
    pub(super) fn get(self) -> f64 {
        self.sum + self.carry
    }
}

/// Counts with a layout.
fn count(
    layout: &Layout,
    columns: &[IntSlice<'_>],
    weights: &[&[f64]],
) -> Result<(Vec<u64>, Vec<Vec<Sum>>), OutsideLayout> {
    let bits = layout.bits_total();
    let n_places = 1 << bits;
    let n_lanes = if bits <= LANES_BITS_MAX { 4 } else { 1 };
    let mut rows = vec![0_u64; n_places * n_lanes];
    let mut sums = vec![vec![Sum::default(); n_places]; weights.len()];
    for_places(layout, columns, |start, places| {
        if n_lanes == 1 {
            places.iter().for_each(|&place| rows[place as usize] += 1);
        } else {
            let quads = places.chunks_exact(4);
            quads.remainder().iter().for_each(|&place| rows[place as usize] += 1);
            for quad in quads {
                for (lane, &place) in quad.iter().enumerate() {
                    rows[(lane << bits) | place as usize] += 1;
                }
            }
        }
        for (sums, weights) in sums.iter_mut().zip(weights) {
            for (&place, &weight) in places.iter().zip(&weights[start..]) {
                sums[place as usize].add(weight);
            }
        }
    })?;
    let (total, lanes) = rows.split_at_mut(n_places);
    for lane in lanes.chunks_exact(n_places) {
        total.iter_mut().zip(lane).for_each(|(t, l)| *t += l);
    }
    rows.truncate(n_places);
    Ok((rows, sums))
}

/// Finds a layout that all rows fit, trying that of the first rows first, and runs `pass` with it.
fn with_layout<T>(
    columns: &[IntSlice<'_>],
    mut pass: impl FnMut(&Layout) -> Result<T, OutsideLayout>,
) -> Option<(Layout, T)> {
    for rows in [CHUNK, usize::MAX] {
        let layout = Layout::of(columns, rows)?;
        if let Ok(done) = pass(&layout) {
            return Some((layout, done));
        }
    }
    None
}

/// Returns the cells of `columns` (all of one length), with the sums of each of `weights` (finite, the same length).
///
/// O(rows) time; memory for the table alone, or 4 bytes a row where the combinations are too many for one.
pub(super) fn cells(columns: &[IntSlice<'_>], weights: &[&[f64]]) -> Cells {
    let Some((layout, (rows, sums))) = with_layout(columns, |layout| count(layout, columns, weights)) else {
        return cells_of_crossing(&Crossing::by_hashing(columns), columns, weights);
    };
    let mut cells = Cells { values: Vec::new(), rows: Vec::new(), sums: vec![Vec::new(); weights.len()] };
    for (place, &n) in rows.iter().enumerate().filter(|(_, n)| **n > 0) {
        layout.values_of(place, &mut cells.values);
        cells.rows.push(n as i64);
        for (kept, sums) in cells.sums.iter_mut().zip(&sums) {
            kept.push(sums[place].get());
        }
    }
    cells
}

fn cells_of_crossing(crossing: &Crossing, columns: &[IntSlice<'_>], weights: &[&[f64]]) -> Cells {
    let n_cells = crossing.first.len();
    let mut rows = vec![0; n_cells];
    crossing.ids.iter().for_each(|&id| rows[id as usize] += 1);
    let sums = weights.iter().map(|weights| {
        let mut sums = vec![Sum::default(); n_cells];
        crossing.ids.iter().zip(*weights).for_each(|(&id, &w)| sums[id as usize].add(w));
        sums.into_iter().map(Sum::get).collect()
    });
    let sums = sums.collect();
    Cells { values: crossing.values(columns), rows, sums }
}

/// The number of the cell that each row lies in.
pub(super) struct Crossing {
    pub(super) ids: Vec<u32>,
    /// The first row of each cell.
    first: Vec<usize>,
}

impl Crossing {
    /// Numbers the combinations of `columns` that occur.
    pub(super) fn of(columns: &[IntSlice<'_>]) -> Self {
        let n_rows = columns.first().map_or(0, |c| c.len());
        let placed = with_layout(columns, |layout| {
            let mut ids = vec![u32::MAX; 1 << layout.bits_total()];
            let mut crossing = Self { ids: Vec::with_capacity(n_rows), first: Vec::new() };
            for_places(layout, columns, |start, places| {
                for (offset, &place) in places.iter().enumerate() {
                    let id = &mut ids[place as usize];
                    if *id == u32::MAX {
                        *id = crossing.first.len() as u32;
                        crossing.first.push(start + offset);
                    }
                    crossing.ids.push(*id);
                }
            })?;
            Ok(crossing)
        });
        placed.map_or_else(|| Self::by_hashing(columns), |(_, crossing)| crossing)
    }

    /// Combines one column after the other: (number so far, value) is numbered anew.
    fn by_hashing(columns: &[IntSlice<'_>]) -> Self {
        let n_rows = columns.first().map_or(0, |c| c.len());
        let mut crossing = Self { ids: vec![0; n_rows], first: vec![0; n_rows.min(1)] };
        for column in columns {
            let mut seen: HashMap<(u32, i64), u32> = HashMap::new();
            let mut first = Vec::new();
            for (row, id) in crossing.ids.iter_mut().enumerate() {
                *id = match seen.entry((*id, column.value(row))) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(new) => {
                        first.push(row);
                        *new.insert(first.len() as u32 - 1)
                    }
                };
            }
            crossing.first = first;
        }
        crossing
    }

    /// Returns how many cells there are.
    pub(super) fn n_cells(&self) -> usize {
        self.first.len()
    }

    /// Returns the values of each cell, one cell after the other.
    pub(super) fn values(&self, columns: &[IntSlice<'_>]) -> Vec<i64> {
        self.first.iter().flat_map(|&row| columns.iter().map(move |c| c.value(row))).collect()
    }
}
