//! Sums of f64 without rounding: the same bits for any order and any split of the rows.
//!
//! The idea: a finite f64 is an integer times 2^-1074, so a sum of them is one long integer. It is kept in words of
//! 32 bits held in i64 (so that 2^31 additions need no carry), and only the window of words that the
//! values touch is stored: three words, 24 bytes, for most columns. Adding is exact, hence associative and
//! commutative, hence independent of batches, threads and machines; only [`ExactSum::value`] rounds, once.
//!
//! This is the "small superaccumulator" of Neal (2015, arXiv 1505.05571), with a window instead of all 67 words.

/// Bits of a word.
const WORD: usize = 32;
/// Additions after which the carries are moved on: each adds less than 2^32 to a word of 63 bits.
const ADDITIONS_MAX: u32 = 1 << 30;
/// Words that any sum can touch: 2046 exponents and 53 bits, and 64 bits for the number of terms.
pub(crate) const WORDS_MAX: usize = 68;

/// An exact sum of finite f64.
///
/// ```
/// use equipoise::stats::ExactSum;
/// let mut sum = ExactSum::default();
/// for x in [1e300, 1.0, -1e300] {
///     sum.add(x);
/// }
/// assert_eq!(sum.value(), 1.0);
/// ```
#[derive(Clone, Debug, Default)]
pub struct ExactSum {
    /// Index of the first stored word; word i weighs 2^(32 i - 1074).
    base: usize,
    words: Vec<i64>,
    additions: u32,
}

impl ExactSum {
    /// Adds a finite number exactly. Numbers that are not finite are refused at the door of every sample.
    pub fn add(&mut self, x: f64) {
        debug_assert!(x.is_finite(), "sums take finite numbers");
        let bits = x.to_bits();
        let exponent = (bits >> 52 & 0x7ff) as usize;
        let fraction = bits & ((1 << 52) - 1);
        // Subnormal numbers have exponent 0 and no hidden bit, and the place value of exponent 1.
        let (mantissa, place) =
            if exponent == 0 { (fraction, 0) } else { (fraction | 1 << 52, exponent - 1) };
        if mantissa == 0 {
            return;
        }
        let (word, shift) = (place / WORD, place % WORD);
        let shifted = u128::from(mantissa) << shift;
        let start = self.window(word);
        let words = &mut self.words[start..start + 3];
        let parts = [shifted as u32, (shifted >> 32) as u32, (shifted >> 64) as u32];
        let sign = if bits >> 63 == 0 { 1 } else { -1 };
        for (word, part) in words.iter_mut().zip(parts) {
            *word += sign * i64::from(part);
        }
        self.additions += 1;
        if self.additions >= ADDITIONS_MAX {
            self.carry();
        }
    }

    /// Adds the product a·b exactly (both factors and the product well inside the range of f64).
    pub fn add_product(&mut self, a: f64, b: f64) {
        let (high, low) = product(a, b);
        self.add(high);
        self.add(low);
    }

    /// Adds another sum exactly.
    pub fn merge(&mut self, other: &Self) {
        let mut other = other.clone();
        other.carry();
        self.carry();
        if other.words.is_empty() {
            return;
        }
        self.grow(other.base, other.base + other.words.len());
        let offset = other.base - self.base;
        for (word, part) in self.words[offset..].iter_mut().zip(&other.words) {
            *word += part;
        }
        self.additions = 1;
        self.carry();
    }

    /// Returns the sum rounded once to the nearest f64 (ties to even).
    pub fn value(&self) -> f64 {
        let (negative, base, words) = self.canonical();
        let Some(top) = words.len().checked_sub(1) else { return 0.0 };
        // The leading 96 bits, and whether anything is below them.
        let word = |i: usize| if i <= top { u128::from(words[top - i]) } else { 0 };
        let leading = word(0) << 64 | word(1) << 32 | word(2);
        let sticky = words.len() > 3 && words[..top - 2].iter().any(|&word| word != 0);
        let length = 128 - leading.leading_zeros() as usize;
        // Place of the lowest bit of `leading` in units of 2^-1074; negative when fewer than three words exist,
        // in which case the missing bits are zeros and shifting them out again loses nothing.
        let place = (WORD * (base + top)) as i64 - 64;
        let drop = (length as i64 - 53).max(-place);
        let (mut mantissa, mut place) = if drop > 0 {
            let half = 1u128 << (drop - 1);
            let rest = leading & ((half << 1) - 1);
            let kept = leading >> drop;
            let up = rest > half || (rest == half && (sticky || kept & 1 == 1));
            (kept + u128::from(up), place + drop)
        } else {
            (leading, place)
        };
        if mantissa == 1 << 53 {
            mantissa >>= 1;
            place += 1;
        }
        let magnitude = if mantissa < 1 << 52 {
            // Fewer than 53 bits: a small integer at its place. Exact, subnormal results included.
            scale(mantissa as f64, place)
        } else if place + 1 > 2046 {
            f64::INFINITY
        } else {
            f64::from_bits(((place + 1) as u64) << 52 | (mantissa as u64 & ((1 << 52) - 1)))
        };
        if negative { -magnitude } else { magnitude }
    }

    /// Returns the sum as an unevaluated pair: its value, and the value of what is left. Together 106 bits.
    pub fn pair(&self) -> (f64, f64) {
        let high = self.value();
        if !high.is_finite() {
            return (high, 0.0);
        }
        let mut rest = self.clone();
        rest.add(-high);
        (high, rest.value())
    }

    /// Returns sign, first word and the words of the magnitude without leading or trailing zeros:
    /// one spelling for each value.
    pub(crate) fn canonical(&self) -> (bool, usize, Vec<u32>) {
        let mut sum = self.clone();
        sum.carry();
        let negative = sum.words.last().is_some_and(|&word| word < 0);
        if negative {
            for word in &mut sum.words {
                *word = -*word;
            }
            sum.carry();
        }
        let mut words = sum.words;
        let mut base = sum.base;
        while words.last() == Some(&0) {
            words.pop();
        }
        let zeros = words.iter().take_while(|&&word| word == 0).count();
        words.drain(..zeros);
        base = if words.is_empty() { 0 } else { base + zeros };
        // After a carry every word but the last is in [0, 2^32), and the last is then split the same way.
        let words = words.into_iter().map(|word| word as u32).collect();
        (negative, base, words)
    }

    /// Builds a sum from its canonical spelling, or `None` where it is out of range or not canonical.
    pub(crate) fn from_canonical(negative: bool, base: usize, words: &[u32]) -> Option<Self> {
        if words.is_empty() {
            return (!negative && base == 0).then(Self::default);
        }
        let canonical = words.first() != Some(&0) && words.last() != Some(&0);
        if !canonical || base.checked_add(words.len())? > WORDS_MAX {
            return None;
        }
        let sign = if negative { -1 } else { 1 };
        let words = words.iter().map(|&word| sign * i64::from(word)).collect();
        let mut sum = Self { base, words, additions: 1 };
        sum.carry();
        Some(sum)
    }

    /// Makes sure that three words from `word` on are stored and returns where they begin.
    fn window(&mut self, word: usize) -> usize {
        if self.words.is_empty() || word < self.base || word + 3 > self.base + self.words.len() {
            self.grow(word, word + 3);
        }
        word - self.base
    }

    fn grow(&mut self, from: usize, to: usize) {
        if self.words.is_empty() {
            self.base = from;
        } else if from < self.base {
            let missing = self.base - from;
            self.words.splice(0..0, std::iter::repeat_n(0, missing));
            self.base = from;
        }
        let length = to.saturating_sub(self.base).max(self.words.len());
        self.words.resize(length, 0);
    }

    /// Moves carries on, so that every word but the last is in [0, 2^32) and the last in [-2^32, 2^32).
    fn carry(&mut self) {
        let mut carry = 0;
        let last = self.words.len().saturating_sub(1);
        for (i, word) in self.words.iter_mut().enumerate() {
            let total = *word + carry;
            if i == last {
                *word = total;
            } else {
                *word = total & 0xffff_ffff;
                carry = total >> WORD;
            }
        }
        while let Some(top) = self.words.last_mut() {
            if (-(1_i64 << WORD)..1_i64 << WORD).contains(top) {
                break;
            }
            let rest = *top >> WORD;
            *top &= 0xffff_ffff;
            self.words.push(rest);
        }
        self.additions = 0;
    }
}

impl PartialEq for ExactSum {
    fn eq(&self, other: &Self) -> bool {
        self.canonical() == other.canonical()
    }
}

/// m · 2^(place − 1074) for small m, in two exact steps where the power alone would underflow.
fn scale(mantissa: f64, place: i64) -> f64 {
    let mut result = mantissa;
    let mut exponent = place - 1074;
    while exponent < -1000 {
        // Multiplying a 53-bit integer by 2^-1000 stays normal; the second factor reaches 2^-1074 at least.
        result *= f64::from_bits((1023 - 500) << 52);
        exponent += 500;
    }
    result * f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// Returns a·b as an unevaluated pair (Dekker 1971 with Veltkamp's splitting): exact when nothing over- or underflows.
/// Not `mul_add`: without the instruction it is a slow library call, and the bits would be the same.
pub(crate) fn product(a: f64, b: f64) -> (f64, f64) {
    let split = |x: f64| {
        let c = 134_217_729.0 * x;
        let high = c - (c - x);
        (high, x - high)
    };
    let high = a * b;
    let ((a1, a2), (b1, b2)) = (split(a), split(b));
    (high, a2 * b2 - (((high - a1 * b1) - a2 * b1) - a1 * b2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum_of(values: &[f64]) -> ExactSum {
        let mut sum = ExactSum::default();
        values.iter().for_each(|&x| sum.add(x));
        sum
    }

    /// An independent twin: the sum as a big integer of 2^-1074, in 4,352 bits of two's complement.
    fn twin(values: &[f64]) -> Vec<u32> {
        let mut words = vec![0u32; 2 * WORDS_MAX];
        for &x in values {
            let mantissa_and_place = |x: f64| {
                let bits = x.abs().to_bits();
                let exponent = bits >> 52;
                let fraction = bits & ((1 << 52) - 1);
                if exponent == 0 { (fraction, 0) } else { (fraction + (1 << 52), exponent as usize - 1) }
            };
            let (mantissa, place) = mantissa_and_place(x);
            for bit in 0..53 {
                if mantissa >> bit & 1 == 0 {
                    continue;
                }
                let position = place + bit;
                let (mut i, unit) = (position / 32, 1u32 << (position % 32));
                let mut add = unit;
                loop {
                    let (value, over) =
                        if x > 0.0 { words[i].overflowing_add(add) } else { words[i].overflowing_sub(add) };
                    words[i] = value;
                    i += 1;
                    add = 1;
                    if !over || i == words.len() {
                        break;
                    }
                }
            }
        }
        words
    }

    fn words_of(sum: &ExactSum) -> Vec<u32> {
        let (negative, base, magnitude) = sum.canonical();
        let mut words = vec![0u32; 2 * WORDS_MAX];
        words[base..base + magnitude.len()].copy_from_slice(&magnitude);
        if negative {
            let mut carry = true;
            for word in &mut words {
                let (value, over) = (!*word).overflowing_add(u32::from(carry));
                *word = value;
                carry = over;
            }
        }
        words
    }

    fn any_finite() -> impl Strategy<Value = f64> {
        prop_oneof![
            any::<f64>().prop_filter("finite", |x| x.is_finite() && x.abs() < 1e300),
            -1e3..1e3,
            (0u64..50).prop_map(f64::from_bits),
        ]
    }

    proptest! {
        #[test]
        fn sums_equal_big_integers(values in prop::collection::vec(any_finite(), 0..40)) {
            prop_assert_eq!(words_of(&sum_of(&values)), twin(&values));
        }

        #[test]
        fn a_single_number_is_returned_as_it_is(x in any_finite()) {
            prop_assert_eq!(sum_of(&[x]).value(), x);
        }

        #[test]
        fn two_numbers_round_as_the_hardware_does(x in any_finite(), y in any_finite()) {
            prop_assert_eq!(sum_of(&[x, y]).value(), x + y);
        }

        #[test]
        fn any_split_in_any_order_gives_the_same_sum(mut values in prop::collection::vec(any_finite(), 1..40), at in 0usize..40) {
            let whole = sum_of(&values);
            values.reverse();
            let at = at % values.len();
            let mut merged = sum_of(&values[at..]);
            merged.merge(&sum_of(&values[..at]));
            prop_assert_eq!(merged.canonical(), whole.canonical());
        }

        #[test]
        fn the_canonical_spelling_reads_back(values in prop::collection::vec(any_finite(), 0..20)) {
            let sum = sum_of(&values);
            let (negative, base, words) = sum.canonical();
            let back = ExactSum::from_canonical(negative, base, &words).unwrap();
            prop_assert_eq!(back.canonical(), (negative, base, words));
            prop_assert_eq!(back.value(), sum.value());
        }

        #[test]
        fn products_are_exact(a in -1e50..1e50, b in -1e50..1e50) {
            let (high, low) = product(a, b);
            prop_assert_eq!(high, a * b);
            prop_assert_eq!(low, a.mul_add(b, -high));
        }
    }

    #[test]
    fn cancelling_leaves_the_small_term() {
        assert_eq!(sum_of(&[1e300, 1.0, -1e300]).value(), 1.0);
        assert_eq!(sum_of(&[1e-300, 1e300, -1e300]).value(), 1e-300);
        assert_eq!(sum_of(&[0.1; 10]).value(), 1.0);
    }

    #[test]
    fn an_overflowing_sum_is_infinite_and_does_not_wrap() {
        assert_eq!(sum_of(&[f64::MAX, f64::MAX]).value(), f64::INFINITY);
        assert_eq!(sum_of(&[f64::MAX, f64::MAX, -f64::MAX]).value(), f64::MAX);
    }

    #[test]
    fn spellings_that_are_not_canonical_are_refused() {
        assert!(ExactSum::from_canonical(false, 0, &[0, 1]).is_none());
        assert!(ExactSum::from_canonical(false, 0, &[1, 0]).is_none());
        assert!(ExactSum::from_canonical(true, 0, &[]).is_none());
        assert!(ExactSum::from_canonical(false, WORDS_MAX, &[1]).is_none());
        assert!(ExactSum::from_canonical(false, usize::MAX, &[1]).is_none());
    }
}
