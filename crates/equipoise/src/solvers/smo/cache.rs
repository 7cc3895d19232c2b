//! Kernel rows kept between iterations, within a budget of bytes.
//!
//! The row used longest ago leaves first. It is found by a scan of the time stamps: there are at most as many as a
//! row has entries, so the scan never costs more than the row that makes it necessary.

/// How an entry of a cached row is kept.
pub(super) trait Entry: Copy + Into<f64> + Send + Sync {
    const ZERO: Self;
    fn of(value: f64) -> Self;
}

impl Entry for f32 {
    const ZERO: Self = 0.0;

    fn of(value: f64) -> Self {
        value as f32
    }
}

impl Entry for f64 {
    const ZERO: Self = 0.0;

    fn of(value: f64) -> Self {
        value
    }
}

const NO_SLOT: u32 = u32::MAX;

/// The cached rows of an active set: positions in the set, not rows of the data.
pub(super) struct RowCache<T> {
    bytes: usize,
    /// Entries of a row.
    length: usize,
    /// Slot of each position, [`NO_SLOT`] where none.
    slot_of: Vec<u32>,
    owner: Vec<u32>,
    last_use: Vec<u64>,
    rows: Vec<Vec<T>>,
    clock: u64,
}

/// Where a row lies, and whether it must be evaluated first.
pub(super) enum Found {
    Cached(usize),
    Empty(usize),
}

impl<T: Entry> RowCache<T> {
    /// An empty cache of rows with `length` entries. Two rows always fit, since a step needs two at once.
    pub(super) fn new(bytes: usize, length: usize) -> Self {
        Self {
            bytes,
            length,
            slot_of: vec![NO_SLOT; length],
            owner: Vec::new(),
            last_use: Vec::new(),
            rows: Vec::new(),
            clock: 0,
        }
    }

    fn slots_max(&self) -> usize {
        let row_bytes = (self.length * size_of::<T>()).max(1);
        // Slots are numbered by u32, with one number for "none".
        (self.bytes / row_bytes).max(2).min(NO_SLOT as usize)
    }

    /// Returns whether another row fits without driving one out.
    pub(super) fn has_room(&self) -> bool {
        self.rows.len() < self.slots_max()
    }

    /// Returns the slot of a position's row; an empty one (perhaps taken from the row used longest ago) where it
    /// is not cached. The slot returned by the call before keeps its row.
    pub(super) fn find(&mut self, position: usize) -> Found {
        self.clock += 1;
        let known = self.slot_of[position];
        if known != NO_SLOT {
            self.last_use[known as usize] = self.clock;
            return Found::Cached(known as usize);
        }
        let slot = if self.has_room() {
            self.rows.push(vec![T::ZERO; self.length]);
            self.owner.push(0);
            self.last_use.push(0);
            self.rows.len() - 1
        } else {
            let slot = oldest(&self.last_use);
            self.slot_of[self.owner[slot] as usize] = NO_SLOT;
            slot
        };
        self.owner[slot] = position as u32;
        self.slot_of[position] = slot as u32;
        self.last_use[slot] = self.clock;
        Found::Empty(slot)
    }

    pub(super) fn row(&self, slot: usize) -> &[T] {
        &self.rows[slot]
    }

    pub(super) fn row_mut(&mut self, slot: usize) -> &mut [T] {
        &mut self.rows[slot]
    }

    /// Keeps the entries at these positions (increasing) of every row, and the rows that lie at them.
    pub(super) fn keep(&mut self, positions: &[usize]) {
        let mut slot_of = vec![NO_SLOT; positions.len()];
        let mut kept = Self::new(self.bytes, positions.len());
        kept.clock = self.clock;
        for (new, &old) in positions.iter().enumerate() {
            let slot = self.slot_of[old];
            if slot == NO_SLOT {
                continue;
            }
            let mut row = std::mem::take(&mut self.rows[slot as usize]);
            for (to, &from) in positions.iter().enumerate() {
                row[to] = row[from];
            }
            row.truncate(positions.len());
            row.shrink_to_fit();
            slot_of[new] = kept.rows.len() as u32;
            kept.owner.push(new as u32);
            kept.last_use.push(self.last_use[slot as usize]);
            kept.rows.push(row);
        }
        kept.slot_of = slot_of;
        *self = kept;
    }
}

fn oldest(last_use: &[u64]) -> usize {
    let mut oldest = 0;
    for (slot, &time) in last_use.iter().enumerate() {
        if time < last_use[oldest] {
            oldest = slot;
        }
    }
    oldest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(found: &Found) -> (usize, bool) {
        match *found {
            Found::Cached(slot) => (slot, true),
            Found::Empty(slot) => (slot, false),
        }
    }

    fn ask(cache: &mut RowCache<f64>, position: usize) -> bool {
        let (slot, cached) = slot(&cache.find(position));
        if !cached {
            let length = cache.row(slot).len();
            cache.row_mut(slot).copy_from_slice(&vec![position as f64; length]);
        }
        assert_eq!(cache.row(slot)[0], position as f64);
        cached
    }

    #[test]
    fn row_used_longest_ago_leaves_first() {
        let mut cache = RowCache::new(3 * 4 * 8, 4);
        assert_eq!([0, 1, 2, 0].map(|p| ask(&mut cache, p)), [false, false, false, true]);
        assert!(!ask(&mut cache, 3));
        assert_eq!([0, 2, 3, 1].map(|p| ask(&mut cache, p)), [true, true, true, false]);
    }

    #[test]
    fn no_budget_still_holds_two_rows() {
        let mut cache = RowCache::new(0, 4);
        assert_eq!([0, 1, 0, 1, 2].map(|p| ask(&mut cache, p)), [false, false, true, true, false]);
    }

    #[test]
    fn kept_rows_hold_the_kept_entries() {
        let mut cache = RowCache::new(usize::MAX, 4);
        for position in 0..4 {
            let (slot, _) = slot(&cache.find(position));
            for (j, entry) in cache.row_mut(slot).iter_mut().enumerate() {
                *entry = (10 * position + j) as f64;
            }
        }
        cache.keep(&[1, 3]);
        let Found::Cached(slot) = cache.find(1) else { panic!("row 3 was cached") };
        assert_eq!(cache.row(slot), [31.0, 33.0]);
    }
}
