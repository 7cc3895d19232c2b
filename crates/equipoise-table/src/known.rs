//! Codes by key, for the few keys that most columns have: short texts and numbers.
//!
//! An open hash table that stays at most half full; it holds no more keys than are worth finding without a hash of the
//! text itself.

/// Keys beyond which none is added: a column with more is one of names, not of groups.
const N_MAX: usize = 4096;

/// Slots at first.
const N_SLOTS_MIN: usize = 64;

/// The code of no key: no coder gives it.
pub(crate) const UNKNOWN: u32 = u32::MAX;

/// A key of a fixed size.
pub(crate) trait Key: Copy + Default + PartialEq {
    /// Returns a number that differs where keys do, as a rule.
    fn folded(self) -> u64;
}

impl Key for u64 {
    #[inline(always)]
    fn folded(self) -> u64 {
        self
    }
}

impl Key for u128 {
    #[inline(always)]
    fn folded(self) -> u64 {
        (self as u64) ^ ((self >> 64) as u64).rotate_left(23)
    }
}

/// Codes by key.
pub(crate) struct Known<K> {
    /// Key and code, `UNKNOWN` where there is none; a power of two of them.
    slots: Box<[(K, u32)]>,
    n: usize,
    /// What a product is shifted by to become a slot.
    shift: u32,
}

impl<K: Key> Known<K> {
    pub(crate) fn new() -> Self {
        Self::with_slots(N_SLOTS_MIN)
    }

    fn with_slots(n_slots: usize) -> Self {
        let slots = vec![(K::default(), UNKNOWN); n_slots].into_boxed_slice();
        Self { slots, n: 0, shift: 64 - n_slots.trailing_zeros() }
    }

    /// Forgets all keys.
    pub(crate) fn clear(&mut self) {
        if self.slots.len() > N_SLOTS_MIN {
            *self = Self::new();
        } else if self.n > 0 {
            self.slots.fill((K::default(), UNKNOWN));
            self.n = 0;
        }
    }

    #[inline(always)]
    fn slot(&self, key: K) -> usize {
        (key.folded().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize
    }

    /// Returns the code of a key, or `UNKNOWN`.
    #[inline(always)]
    pub(crate) fn get(&self, key: K) -> u32 {
        let mut slot = self.slot(key);
        loop {
            // At least half of the slots are empty: the search ends.
            let (other, code) = self.slots[slot & (self.slots.len() - 1)];
            if other == key || code == UNKNOWN {
                return code;
            }
            slot += 1;
        }
    }

    /// Adds a key that is not there, unless there are too many.
    pub(crate) fn insert(&mut self, key: K, code: u32) {
        if self.n >= N_MAX {
            return;
        }
        if 2 * (self.n + 1) > self.slots.len() {
            let mut larger = Self::with_slots(4 * self.slots.len());
            for &(key, code) in self.slots.iter().filter(|(_, code)| *code != UNKNOWN) {
                larger.insert(key, code);
            }
            *self = larger;
        }
        let mask = self.slots.len() - 1;
        let mut slot = self.slot(key) & mask;
        while self.slots[slot].1 != UNKNOWN {
            slot = (slot + 1) & mask;
        }
        self.slots[slot] = (key, code);
        self.n += 1;
    }
}

/// What the 64 bits of a number mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// An integer in two's complement.
    Signed,
    /// An integer from 0.
    Unsigned,
    /// The bits of an `f32`.
    Single,
    /// The bits of an `f64`.
    Double,
}

/// Codes of numbers, so that each distinct one is printed once.
///
/// Integers that lie near each other, as those of groups and classes do, have their codes in a window that their
/// value is an index to.
pub(crate) struct NumberCodes {
    meaning: Option<Meaning>,
    /// The number whose code is the first of the window.
    base: u64,
    window: Vec<u32>,
    known: Known<u64>,
}

impl NumberCodes {
    /// The longest window, 256 KiB.
    const WINDOW_MAX: u64 = 1 << 16;

    pub(crate) fn new() -> Self {
        Self { meaning: None, base: 0, window: Vec::new(), known: Known::new() }
    }

    pub(crate) fn clear(&mut self) {
        self.meaning = None;
        self.window.clear();
        self.known.clear();
    }

    /// Forgets all codes if bits meant something else before.
    pub(crate) fn start(&mut self, meaning: Meaning) {
        if self.meaning != Some(meaning) {
            self.clear();
            self.meaning = Some(meaning);
        }
    }

    /// Returns how to look up a number, `UNKNOWN` if it is not here.
    #[inline(always)]
    pub(crate) fn look(&self) -> impl Fn(u64) -> u32 + '_ {
        let Self { base, window, known, .. } = self;
        let (base, window) = (*base, window.as_slice());
        move |bits| {
            let at = bits.wrapping_sub(base);
            if at < window.len() as u64 { window[at as usize] } else { known.get(bits) }
        }
    }

    /// Adds a number that is not here.
    pub(crate) fn insert(&mut self, bits: u64, code: u32) {
        let is_integer = matches!(self.meaning, Some(Meaning::Signed | Meaning::Unsigned));
        if !is_integer || !self.widen(bits) {
            self.known.insert(bits, code);
            return;
        }
        self.window[bits.wrapping_sub(self.base) as usize] = code;
    }

    /// Makes the window reach an integer; returns whether it does.
    fn widen(&mut self, bits: u64) -> bool {
        let length = self.window.len() as u64;
        if length == 0 {
            // Room below too: labels are met in any order.
            self.base = bits.wrapping_sub(32);
            self.window.resize(64, UNKNOWN);
            return true;
        }
        let (above, below) = (bits.wrapping_sub(self.base), self.base.wrapping_sub(bits));
        if above < length {
            return true;
        }
        // A number of the table that the window grows over is found the slow way once more.
        let grown = (2 * length).min(Self::WINDOW_MAX);
        if above < Self::WINDOW_MAX {
            let length = grown.max((above + 1).next_power_of_two());
            self.window.resize(length as usize, UNKNOWN);
        } else if below.saturating_add(length) <= Self::WINDOW_MAX {
            let wanted = grown.max((below + length).next_power_of_two()).min(Self::WINDOW_MAX);
            let more = wanted - length;
            self.window.splice(..0, std::iter::repeat_n(UNKNOWN, more as usize));
            self.base = self.base.wrapping_sub(more);
        } else {
            return false;
        }
        true
    }

    /// Returns the code of a number, which `slow` finds when it is not here.
    #[inline]
    pub(crate) fn code<E>(&mut self, bits: u64, slow: impl FnOnce() -> Result<u32, E>) -> Result<u32, E> {
        let code = self.look()(bits);
        if code != UNKNOWN {
            return Ok(code);
        }
        let code = slow()?;
        self.insert(bits, code);
        Ok(code)
    }
}
