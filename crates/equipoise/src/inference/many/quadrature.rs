//! One-dimensional integrals and roots of smooth functions.

/// ∫f over [from, to] by the trapezium rule: converges exponentially where f and its derivatives vanish at both ends,
/// as integrands made of normal densities do.
pub(super) fn trapezium(from: f64, to: f64, steps: u32, f: impl Fn(f64) -> f64) -> f64 {
    let h = (to - from) / f64::from(steps);
    let inner: f64 = (1..steps).map(|i| f(from + h * f64::from(i))).sum();
    h * (inner + 0.5 * (f(from) + f(to)))
}

/// ∫f over [from, to] by Simpson's rule with 2·`pairs` steps.
pub(super) fn simpson(from: f64, to: f64, pairs: u32, f: impl Fn(f64) -> f64) -> f64 {
    let h = (to - from) / f64::from(2 * pairs);
    let inner: f64 =
        (1..2 * pairs).map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * f(from + h * f64::from(i))).sum();
    h / 3.0 * (f(from) + inner + f(to))
}

/// The root of a monotone function between two points where its signs differ, to 1e-15 of the interval or of the root.
///
/// Regula falsi with the Illinois rule, and bisection where that is slow. Where the signs do not differ, the end with
/// the smaller value.
pub(super) fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let (mut at_low, mut at_high) = (f(low), f(high));
    if at_low == 0.0 || at_low.signum() == at_high.signum() {
        return if at_low.abs() <= at_high.abs() { low } else { high };
    }
    let floor = 1e-15 * (high - low);
    let mut last_side = 0;
    for step in 0..300 {
        let width = high - low;
        if width <= floor || width <= 4.0 * f64::EPSILON * low.abs().max(high.abs()) {
            break;
        }
        let share = at_low / (at_low - at_high);
        let middle = if step % 4 == 3 || !share.is_finite() {
            low + 0.5 * width
        } else {
            low + width * share.clamp(1e-9, 1.0 - 1e-9)
        };
        let at_middle = f(middle);
        if at_middle == 0.0 {
            return middle;
        }
        if at_middle.signum() == at_low.signum() {
            (low, at_low) = (middle, at_middle);
            if last_side == -1 {
                at_high *= 0.5;
            }
            last_side = -1;
        } else {
            (high, at_high) = (middle, at_middle);
            if last_side == 1 {
                at_low *= 0.5;
            }
            last_side = 1;
        }
    }
    0.5 * (low + high)
}
