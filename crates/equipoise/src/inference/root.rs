//! A root of a function that changes sign once, by Brent's method.

/// The most evaluations: bisection from the widest bracket that occurs ends within this number.
const EVALUATIONS_MAX: usize = 250;

/// An end of a bracket and the function's value there.
#[derive(Clone, Copy)]
pub(super) struct End {
    /// The argument.
    pub(super) at: f64,
    /// The function's value; only its sign need be right.
    pub(super) value: f64,
}

/// Returns the root of `f` between two ends whose values differ in sign, to a few units in the last place.
///
/// Brent 1973: inverse quadratic steps where they behave, else secant, else bisection. Where the values do not
/// differ in sign, the end with the smaller value in size is returned. `f` must not be NaN.
pub(super) fn between(mut f: impl FnMut(f64) -> f64, first: End, second: End) -> f64 {
    let (mut a, mut b) = (first, second);
    let mut c = a;
    let mut step = b.at - a.at;
    let mut before = step;
    for _ in 0..EVALUATIONS_MAX {
        if c.value.abs() < b.value.abs() {
            a = b;
            b = c;
            c = a;
        }
        let tolerance = f64::EPSILON * b.at.abs() + f64::MIN_POSITIVE;
        let half = 0.5 * (c.at - b.at);
        if b.value == 0.0 || half.abs() <= tolerance || b.value.signum() == c.value.signum() {
            return b.at;
        }
        (step, before) = next_step(a, b, c, half, tolerance, step, before);
        a = b;
        b.at += if step.abs() > tolerance { step } else { tolerance.copysign(half) };
        b.value = f(b.at);
        if b.value.signum() == c.value.signum() {
            c = a;
            step = b.at - a.at;
            before = step;
        }
    }
    b.at
}

/// Returns Brent's next step and the one before it, as the next round sees them.
fn next_step(a: End, b: End, c: End, half: f64, tolerance: f64, step: f64, before: f64) -> (f64, f64) {
    if before.abs() < tolerance || a.value.abs() <= b.value.abs() {
        return (half, half);
    }
    let s = b.value / a.value;
    let (mut p, mut q) = if a.at == c.at {
        (2.0 * half * s, 1.0 - s)
    } else {
        let (q, r) = (a.value / c.value, b.value / c.value);
        let p = s * (2.0 * half * q * (q - r) - (b.at - a.at) * (r - 1.0));
        (p, (q - 1.0) * (r - 1.0) * (s - 1.0))
    };
    if p > 0.0 {
        q = -q;
    } else {
        p = -p;
    }
    if 2.0 * p < (3.0 * half * q - (tolerance * q).abs()).min((before * q).abs()) {
        (p / q, step)
    } else {
        (half, half)
    }
}

/// Returns the root of a decreasing `f` in [`low`, `high`], where f(low) > 0 > f(high) is known without evaluation.
///
/// The search starts at `guess` and looks for the root within steps that begin at `reach` and grow eightfold, so
/// that a good guess costs few evaluations and a bad one does no harm. `f` should lie in [−1, 1].
pub(super) fn decreasing_from_guess(
    mut f: impl FnMut(f64) -> f64,
    guess: f64,
    reach: f64,
    low: f64,
    high: f64,
) -> f64 {
    let guess = if guess > low && guess < high { guess } else { 0.5 * (low + high) };
    let mut near = End { at: guess, value: f(guess) };
    if near.value == 0.0 {
        return guess;
    }
    // The root lies above a positive value and below a negative one.
    let upward = near.value > 0.0;
    let mut reach = if reach > 0.0 && reach < f64::INFINITY { reach } else { 0.5 * (high - low) };
    for _ in 0..EVALUATIONS_MAX {
        let at = if upward { near.at + reach } else { near.at - reach };
        if !(at > low && at < high) {
            break;
        }
        let end = End { at, value: f(at) };
        if (end.value > 0.0) != upward {
            return between(f, near, end);
        }
        near = end;
        reach *= 8.0;
    }
    let end = if upward { End { at: high, value: -1.0 } } else { End { at: low, value: 1.0 } };
    between(f, near, end)
}
