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
///
/// A row that was there when part of the set was put aside still has those entries behind the active ones, as a tail,
/// until memory is short.
pub(super) struct RowCache<T> {
    entries_max: usize,
    /// Entries of all rows together.
    entries: usize,
    /// Entries of a row that are active.
    length: usize,
    has_tails: bool,
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
            entries_max: bytes / size_of::<T>(),
            entries: 0,
            length,
            has_tails: false,
            slot_of: vec![NO_SLOT; length],
            owner: Vec::new(),
            last_use: Vec::new(),
            rows: Vec::new(),
            clock: 0,
        }
    }

    /// Returns whether another row fits without driving one out.
    pub(super) fn has_room(&self) -> bool {
        self.rows.len() < 2 || self.entries_max.saturating_sub(self.entries) >= self.length
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
        if !self.has_room() {
            self.drop_tails();
        }
        let slot = if self.has_room() {
            self.rows.push(vec![T::ZERO; self.length]);
            self.owner.push(0);
            self.last_use.push(0);
            self.entries += self.length;
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
        &self.rows[slot][..self.length]
    }

    pub(super) fn row_mut(&mut self, slot: usize) -> &mut [T] {
        &mut self.rows[slot][..self.length]
    }

    /// Makes the positions `kept` (increasing) the active ones. Entries at the other positions, `gone` (increasing), go
    /// to the front of the tails.
    pub(super) fn narrow(&mut self, kept: &[usize], gone: &[usize]) {
        let mut gone_entries = Vec::with_capacity(gone.len());
        for row in &mut self.rows {
            gone_entries.clear();
            gone_entries.extend(gone.iter().map(|&position| row[position]));
            for (to, &from) in kept.iter().enumerate() {
                row[to] = row[from];
            }
            row[kept.len()..self.length].copy_from_slice(&gone_entries);
        }
        self.length = kept.len();
        self.has_tails = true;
        self.renumber(kept);
    }

    /// Ends all setting aside: a row whose tail holds the entries of all `n` positions has them all active again,
    /// other rows leave.
    pub(super) fn widen(&mut self, n: usize) {
        self.length = n;
        self.has_tails = false;
        self.slot_of.resize(n, NO_SLOT);
        for slot in (0..self.rows.len()).rev() {
            if self.rows[slot].len() < n {
                self.remove(slot);
            }
        }
    }

    /// Gives rows the numbers of their positions among `kept`; the rows of other positions leave.
    fn renumber(&mut self, kept: &[usize]) {
        let slots: Vec<u32> = kept.iter().map(|&position| self.slot_of[position]).collect();
        self.owner.fill(NO_SLOT);
        for (position, &slot) in slots.iter().enumerate().filter(|(_, slot)| **slot != NO_SLOT) {
            self.owner[slot as usize] = position as u32;
        }
        self.slot_of = slots;
        for slot in (0..self.rows.len()).rev() {
            if self.owner[slot] == NO_SLOT {
                self.remove(slot);
            }
        }
    }

    fn remove(&mut self, slot: usize) {
        self.entries -= self.rows[slot].len();
        self.rows.swap_remove(slot);
        self.last_use.swap_remove(slot);
        let owner = self.owner.swap_remove(slot);
        if owner != NO_SLOT {
            self.slot_of[owner as usize] = NO_SLOT;
        }
        if let Some(&moved) = self.owner.get(slot).filter(|&&moved| moved != NO_SLOT) {
            self.slot_of[moved as usize] = slot as u32;
        }
    }

    fn drop_tails(&mut self) {
        if !self.has_tails {
            return;
        }
        self.has_tails = false;
        for row in &mut self.rows {
            row.truncate(self.length);
            row.shrink_to_fit();
        }
        self.entries = self.rows.len() * self.length;
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

    /// A cache of four rows, entry j of row i being 10 i + j.
    fn full(bytes: usize) -> RowCache<f64> {
        let mut cache = RowCache::new(bytes, 4);
        for position in 0..4 {
            let (slot, _) = slot(&cache.find(position));
            for (j, entry) in cache.row_mut(slot).iter_mut().enumerate() {
                *entry = (10 * position + j) as f64;
            }
        }
        cache
    }

    fn cached(cache: &mut RowCache<f64>, position: usize) -> Option<Vec<f64>> {
        match cache.find(position) {
            Found::Cached(slot) => Some(cache.row(slot).to_vec()),
            Found::Empty(_) => None,
        }
    }

    #[test]
    fn narrowed_rows_hold_the_active_entries() {
        let mut cache = full(usize::MAX);
        cache.narrow(&[1, 3], &[0, 2]);
        assert_eq!(cached(&mut cache, 0), Some(vec![11.0, 13.0]));
        assert_eq!(cached(&mut cache, 1), Some(vec![31.0, 33.0]));
    }

    #[test]
    fn widened_rows_have_the_latest_aside_first() {
        let mut cache = full(usize::MAX);
        cache.narrow(&[0, 1, 3], &[2]);
        cache.narrow(&[0, 2], &[1]);
        cache.widen(4);
        assert_eq!(cached(&mut cache, 1), Some(vec![30.0, 33.0, 31.0, 32.0]));
        assert_eq!(cached(&mut cache, 2), None);
    }

    #[test]
    fn tails_make_room_for_rows() {
        // Two rows of four entries fill it; of their two active entries each, there is room for four.
        let mut cache = RowCache::new(8 * 8, 4);
        assert_eq!([0, 1].map(|p| ask(&mut cache, p)), [false, false]);
        cache.narrow(&[0, 1, 2], &[3]);
        cache.narrow(&[0, 1], &[2]);
        cache.drop_tails();
        assert_eq!(cache.entries, 4);
        cache.widen(4);
        assert_eq!(cached(&mut cache, 0), None);
    }
}
