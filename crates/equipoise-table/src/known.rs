//! Codes by key, for the few keys that most columns have: short texts and numbers.
//!
//! An open hash table that stays at most half full; it holds no more keys than are worth finding without a hash of the
//! text itself.

/// Keys beyond which none is added: a column with more is one of names, not of groups.
const N_MAX: usize = 4096;

/// Slots at first.
const N_SLOTS_MIN: usize = 64;

/// Slots up to which a second key for one of them is a reason to have more.
const N_SLOTS_ROOMY: usize = 1024;

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
        let is_taken = self.slots[self.slot(key) & (self.slots.len() - 1)].1 != UNKNOWN;
        // A few keys are worth the room in which each has the slot where it is looked for.
        if 2 * (self.n + 1) > self.slots.len() || (is_taken && self.slots.len() <= N_SLOTS_ROOMY) {
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

/// The least and the greatest of the integers that have codes one behind the other, and the code of the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) first: u64,
    pub(crate) last: u64,
    pub(crate) code: u8,
}

/// Codes of integers that lie near each other: their value is an index to them.
#[derive(Default)]
pub(crate) struct Window {
    /// The integer whose code is the first.
    base: u64,
    codes: Vec<u32>,
    /// All integers with a code, where they are a run; `None` until it is asked for.
    run: Option<Option<Run>>,
}

impl Window {
    /// The longest window, 256 KiB.
    const LENGTH_MAX: u64 = 1 << 16;
    /// The longest window in which a run is looked for: every new code asks for that again.
    const RUN_MAX: usize = 1024;

    /// Returns a window of `n` integers from 0, none of which has a code.
    pub(crate) fn of_length(n: usize) -> Self {
        Self { base: 0, codes: vec![UNKNOWN; n], run: None }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }

    /// Returns how to look up an integer: its code, `None` outside of the window.
    #[inline(always)]
    pub(crate) fn look(&self) -> impl Fn(u64) -> Option<u32> + Copy + '_ {
        let (base, codes) = (self.base, self.codes.as_slice());
        move |bits| codes.get(usize::try_from(bits.wrapping_sub(base)).unwrap_or(usize::MAX)).copied()
    }

    /// Gives an integer its code; returns whether the window reaches it.
    pub(crate) fn set(&mut self, bits: u64, code: u32) -> bool {
        let at = usize::try_from(bits.wrapping_sub(self.base)).unwrap_or(usize::MAX);
        let Some(known) = self.codes.get_mut(at) else { return false };
        *known = code;
        self.run = None;
        true
    }

    /// Makes the window reach an integer, if it does not become too long.
    fn widen(&mut self, bits: u64) {
        let length = self.codes.len() as u64;
        let (above, below) = (bits.wrapping_sub(self.base), self.base.wrapping_sub(bits));
        // A number outside that the window grows over is found the slow way once more.
        let grown = (2 * length).min(Self::LENGTH_MAX);
        if length == 0 {
            // Room below too: integers are met in any order.
            self.base = bits.wrapping_sub(32);
            self.codes.resize(64, UNKNOWN);
        } else if above < Self::LENGTH_MAX {
            let wanted =
                length.max(if above < length { 0 } else { grown.max((above + 1).next_power_of_two()) });
            self.codes.resize(wanted as usize, UNKNOWN);
        } else if below.saturating_add(length) <= Self::LENGTH_MAX {
            let more = grown.max((below + length).next_power_of_two()) - length;
            self.codes.splice(..0, std::iter::repeat_n(UNKNOWN, more as usize));
            self.base = self.base.wrapping_sub(more);
        }
    }

    /// Returns the run that all integers with a code are, if they are one, of at most 256, in a window not too long.
    pub(crate) fn run(&mut self) -> Option<Run> {
        let Self { base, codes, run } = self;
        if codes.len() > Self::RUN_MAX {
            return None;
        }
        *run.get_or_insert_with(|| {
            let is_known = |code: &u32| *code != UNKNOWN;
            let (first, last) = (codes.iter().position(is_known)?, codes.iter().rposition(is_known)?);
            let code = u8::try_from(codes[first]).ok()?;
            let is_run = (last - first + usize::from(code) <= 0xff)
                && codes[first..=last].iter().zip(u32::from(code)..).all(|(code, next)| *code == next);
            let integer = |at: usize| base.wrapping_add(at as u64);
            is_run.then(|| Run { first: integer(first), last: integer(last), code })
        })
    }
}

/// Codes of numbers, so that each distinct one is printed once.
pub(crate) struct NumberCodes {
    meaning: Option<Meaning>,
    /// Of integers.
    window: Window,
    /// Of all other numbers.
    known: Known<u64>,
}

impl NumberCodes {
    pub(crate) fn new() -> Self {
        Self { meaning: None, window: Window::default(), known: Known::new() }
    }

    pub(crate) fn clear(&mut self) {
        self.meaning = None;
        self.window = Window::default();
        self.known.clear();
    }

    /// Forgets all codes if bits meant something else before. Returns whether there is none.
    pub(crate) fn start(&mut self, meaning: Meaning) -> bool {
        if self.meaning != Some(meaning) {
            self.clear();
            self.meaning = Some(meaning);
        }
        self.window.is_empty() && self.known.n == 0
    }

    /// Returns how to look up a number, `UNKNOWN` if it is not here.
    #[inline(always)]
    pub(crate) fn look(&self) -> impl Fn(u64) -> u32 + '_ {
        let (in_window, known) = (self.window.look(), &self.known);
        move |bits| in_window(bits).unwrap_or_else(|| known.get(bits))
    }

    /// Adds a number that is not here.
    pub(crate) fn insert(&mut self, bits: u64, code: u32) {
        if let Some(Meaning::Signed | Meaning::Unsigned) = self.meaning {
            self.window.widen(bits);
            if self.window.set(bits, code) {
                return;
            }
        }
        self.known.insert(bits, code);
    }

    /// Returns the run that all numbers with a code are, if they are one.
    pub(crate) fn run(&mut self) -> Option<Run> {
        if self.known.n > 0 { None } else { self.window.run() }
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
