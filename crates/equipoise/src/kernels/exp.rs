//! The exponential as a plain loop that becomes vector code.

/// Below this e^x is taken as 0: the smallest normal number is 2.2·10⁻³⁰⁸ = e^−708.4.
const LEAST: f64 = -708.0;

/// Above this e^x is infinite to this function.
const MOST: f64 = 709.0;

/// 1.5·2⁵²: a number of moderate size plus this is rounded to a whole number, in the low bits of the sum.
const ROUND: f64 = 6_755_399_441_055_744.0;

/// ln 2 in two parts, the first with enough zero bits that a multiple by up to 1024 is exact.
const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;

/// 1/3!, 1/4!, … 1/13!: Taylor's series on |r| ≤ ln 2/2 leaves out less than 5·10⁻¹⁸.
const COEFFICIENTS: [f64; 11] = [
    1.0 / 6.0,
    1.0 / 24.0,
    1.0 / 120.0,
    1.0 / 720.0,
    1.0 / 5_040.0,
    1.0 / 40_320.0,
    1.0 / 362_880.0,
    1.0 / 3_628_800.0,
    1.0 / 39_916_800.0,
    1.0 / 479_001_600.0,
    1.0 / 6_227_020_800.0,
];

/// Returns e^x with an error of at most one unit in the last place; 0 below −708 and ∞ above 709. NaN gives NaN.
///
/// The same bits on every machine, which the C library's `exp` does not promise, and no branch.
#[inline(always)]
pub(super) fn exp(x: f64) -> f64 {
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let mut p = COEFFICIENTS[10];
    for c in COEFFICIENTS[..10].iter().rev() {
        p = p * r + c;
    }
    // 1 + (r + (r²/2 + r³ p)): the small parts are added first.
    let y = 1.0 + (r + (r * r) * (0.5 + r * p));
    let scaled = f64::from_bits(y.to_bits().wrapping_add(shifted.to_bits() << 52));
    let scaled = if x < LEAST { 0.0 } else { scaled };
    if x > MOST { f64::INFINITY } else { scaled }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_within_one_unit_in_the_last_place() {
        let mut worst = 0.0_f64;
        for step in 0..2_000_000 {
            let x = -708.0 + 1417.0 * f64::from(step) / 2e6;
            let (found, expected) = (exp(x), x.exp());
            let ulp = f64::from_bits(expected.to_bits() + 1) - expected;
            worst = worst.max((found - expected).abs() / ulp);
        }
        // Against a library that is itself within half a unit or a little more.
        assert!(worst <= 1.0, "{worst}");
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn exp_ends_at_zero_and_infinity() {
        assert_eq!([-708.1, -1e9, f64::NEG_INFINITY].map(exp), [0.0; 3]);
        assert_eq!([709.1, 1e300, f64::INFINITY].map(exp), [f64::INFINITY; 3]);
        assert!(exp(f64::NAN).is_nan());
    }
}
