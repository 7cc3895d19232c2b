//! Numbers as a person reads them. Documents for programs never pass through here.

/// The blank inside what must not be broken over two lines. Pages write it as a common blank; no label holds one, since
/// labels are [shown](crate::labels::shown).
pub(crate) const GLUE: char = '\u{a0}';

/// Returns a count with thousands separators.
pub(crate) fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// Returns a count and its noun: `1 group`, `2 groups`.
pub(crate) fn of_things(number: u64, noun: &str) -> String {
    format!("{} {noun}{}", count(number), if number == 1 { "" } else { "s" })
}

/// Returns a count to two significant digits, upwards: what is estimated is not known better.
pub(crate) fn about(number: u64) -> String {
    let mut step = 1_u64;
    while number / step >= 100 {
        step *= 10;
    }
    count(number.div_ceil(step).saturating_mul(step))
}

/// Returns a sum of weights: whole where it is whole, else with a digit or two.
pub(crate) fn weight(number: f64) -> String {
    if number.fract() == 0.0 { decimal(number, 0) } else { decimal(number, 2) }
}

/// Returns a share as a percentage.
pub(crate) fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if percent > 0.0 && percent < 0.05 {
        format!("under{GLUE}0.1{GLUE}%")
    } else {
        format!("{percent:.1}{GLUE}%")
    }
}

/// Returns a level of confidence: `95 %`.
pub(crate) fn level(level: f64) -> String {
    // Enough digits for 99.99 %, without the rounding of a product: 0.07 · 100 is 7.000000000000001.
    let text = format!("{:.6}", level * 100.0);
    format!("{}{GLUE}%", text.trim_end_matches('0').trim_end_matches('.'))
}

/// How many decimals show two significant digits of the median of some sizes (half-widths of intervals, or values).
///
/// More digits than the interval carries say nothing; one number for a whole column keeps its points aligned.
pub(crate) fn decimals_for(sizes: &[f64]) -> usize {
    let mut sizes: Vec<f64> = sizes.iter().copied().filter(|size| size.is_finite() && *size > 0.0).collect();
    sizes.sort_unstable_by(f64::total_cmp);
    let Some(&size) = sizes.get(sizes.len() / 2) else { return 3 };
    let exponent = size.log10().floor();
    (0_u8..=6).find(|&decimals| f64::from(decimals) >= 1.0 - exponent).map_or(6, usize::from)
}

/// Returns a number with so many decimals and thousands separators; with an exponent where it is huge, or so small that
/// the decimals would show nothing of it.
pub(crate) fn decimal(number: f64, decimals: usize) -> String {
    let size = number.abs();
    if !number.is_finite() {
        return if number.is_nan() {
            "?"
        } else if number > 0.0 {
            "inf"
        } else {
            "-inf"
        }
        .to_owned();
    }
    if size >= 1e12 {
        return format!("{number:.3e}");
    }
    let text = format!("{number:.decimals$}");
    let is_zero = !text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
    if is_zero && size > 0.0 && size < 1e-6 && decimals >= 6 {
        return format!("{number:.1e}");
    }
    let text = if is_zero { text.trim_start_matches('-').to_owned() } else { text };
    grouped(&text)
}

/// Returns a number with so many significant digits.
pub(crate) fn figures(number: f64, digits: usize) -> String {
    let size = number.abs();
    let whole = if size >= 1.0 && size.is_finite() { size.log10().floor() } else { 0.0 };
    let decimals = (0..digits).find(|&d| d as f64 + whole + 1.0 >= digits as f64).unwrap_or(digits);
    decimal(number, decimals)
}

/// Returns a p value: to two digits, and no smaller than anyone should believe.
pub(crate) fn p_value(p: f64) -> String {
    if p < 0.0001 {
        format!("p{GLUE}<{GLUE}0.0001")
    } else if p < 0.01 {
        format!("p{GLUE}={GLUE}{p:.4}")
    } else {
        format!("p{GLUE}={GLUE}{p:.2}")
    }
}

/// Puts commas between thousands of the digits before the point.
fn grouped(text: &str) -> String {
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (whole, fraction) =
        rest.split_once('.').map_or((rest, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut out = String::from(sign);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated_before_the_point_only() {
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(decimal(-1234.5678, 4), "-1,234.5678");
        assert_eq!(decimal(999.0, 0), "999");
    }

    #[test]
    fn decimals_are_those_the_interval_carries() {
        assert_eq!(decimals_for(&[0.095]), 3);
        assert_eq!(decimals_for(&[0.006]), 4);
        assert_eq!(decimals_for(&[0.2]), 2);
        assert_eq!(decimals_for(&[150.0]), 0);
        assert_eq!(decimals_for(&[]), 3);
        assert_eq!(decimals_for(&[0.0, f64::NAN, f64::INFINITY]), 3);
    }

    #[test]
    fn a_negative_number_that_rounds_to_zero_has_no_sign() {
        assert_eq!(decimal(-0.0001, 2), "0.00");
        assert_eq!(decimal(-0.0, 1), "0.0");
    }

    #[test]
    fn huge_and_tiny_numbers_take_an_exponent() {
        assert_eq!(decimal(1.5e30, 0), "1.500e30");
        assert_eq!(decimal(2.5e-9, 6), "2.5e-9");
        assert_eq!(decimal(f64::INFINITY, 2), "inf");
    }

    #[test]
    fn estimated_rows_are_rounded_up_to_two_digits() {
        assert_eq!(about(1_801), "1,900");
        assert_eq!(about(99), "99");
        assert_eq!(about(100), "100");
        assert_eq!(about(101), "110");
        // Rounding up would leave the integers.
        assert_eq!(about(u64::MAX), "18,446,744,073,709,551,615");
    }

    #[test]
    fn levels_are_written_as_people_say_them() {
        assert_eq!(level(0.95), "95\u{a0}%");
        assert_eq!(level(0.999), "99.9\u{a0}%");
        assert_eq!(level(0.07), "7\u{a0}%");
    }

    #[test]
    fn significant_digits_are_kept_at_any_size() {
        assert_eq!(figures(1.26, 2), "1.3");
        assert_eq!(figures(12.6, 2), "13");
        assert_eq!(figures(99.7, 2), "100");
    }
}
