//! A dot with whiskers, drawn.

use equipoise::inference::Interval;

use crate::text::chart::{Bar, Scale};

const WIDTH: f64 = 130.0;
const HEIGHT: f64 = 14.0;
/// Room at both sides for the dot's half and the arrow of a whisker that goes on.
const MARGIN: f64 = 6.0;

/// What the upright line across a drawing stands for.
#[derive(Clone, Copy)]
pub(super) enum Mark {
    /// The value over all rows.
    Overall(f64),
    /// The bound of a requirement.
    Bound(f64),
    None,
}

/// Returns a drawing of a value and its interval on an axis, without any text; nothing where there is no axis.
///
/// A screen reader passes over it, since the numbers stand beside it.
pub(super) fn draw(scale: Option<&Scale>, bar: Option<&Bar>, mark: Mark) -> String {
    let (Some(scale), Some(bar)) = (scale, bar) else { return String::new() };
    let x = |value: f64| MARGIN + scale.share(value) * (WIDTH - 2.0 * MARGIN);
    let middle = HEIGHT / 2.0;
    let mut out = format!(
        "<svg width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" aria-hidden=\"true\" fill=\"none\" \
         stroke=\"currentColor\" stroke-width=\"1.4\">"
    );
    out.push_str(&format!("<path opacity=\".3\" d=\"M{MARGIN} {middle}H{}\"/>", WIDTH - MARGIN));
    if let Mark::Bound(at) | Mark::Overall(at) = mark
        && !at.is_nan()
    {
        let how = if matches!(mark, Mark::Bound(_)) {
            "stroke-width=\"2.2\""
        } else {
            "opacity=\".75\" stroke-dasharray=\"2 2\""
        };
        out.push_str(&format!("<path {how} d=\"M{:.1} 0V{HEIGHT}\"/>", x(at)));
    }
    if let Some(interval) = bar.interval.filter(|interval| interval.lower <= interval.upper) {
        out.push_str(&format!("<path d=\"{}\"/>", whisker(scale, interval, x, middle)));
    }
    if bar.value.is_finite() {
        out.push_str(&format!(
            "<circle cx=\"{:.1}\" cy=\"{middle}\" r=\"2.6\" fill=\"currentColor\"/>",
            x(bar.value)
        ));
    }
    out.push_str("</svg>");
    out
}

/// The line from limit to limit, with a stroke at each end, or an arrow where the limit lies beyond the axis.
fn whisker(scale: &Scale, interval: Interval, x: impl Fn(f64) -> f64, middle: f64) -> String {
    let (left, right) = (x(interval.lower), x(interval.upper));
    let (top, bottom) = (middle - 4.0, middle + 4.0);
    let end = |at: f64, beyond: bool, tip: f64| {
        if beyond {
            format!("M{at:.1} {top}L{tip:.1} {middle}L{at:.1} {bottom}")
        } else {
            format!("M{at:.1} {top}V{bottom}")
        }
    };
    let ends = [
        end(left, scale.is_below(interval.lower), left - 4.0),
        end(right, scale.is_above(interval.upper), right + 4.0),
    ];
    format!("M{left:.1} {middle}H{right:.1}{}", ends.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_beyond_the_axis_is_an_arrow() {
        let bar = |value, lower, upper| Bar { value, interval: Some(Interval { lower, upper }) };
        let bars = [bar(0.5, 0.2, f64::INFINITY), bar(0.8, 0.6, 1.0)];
        let scale = Scale::of(bars.iter(), None);
        let drawn = draw(scale.as_ref(), bars.first(), Mark::Bound(0.8));
        assert!(drawn.contains("M29.6 7H124.0M29.6 3V11M124.0 3L128.0 7L124.0 11"), "{drawn}");
        assert!(drawn.contains("M100.4 0V14"), "{drawn}");
    }

    #[test]
    fn what_is_no_number_is_not_drawn() {
        let bar = Bar { value: f64::NAN, interval: Some(Interval { lower: f64::NAN, upper: 1.0 }) };
        let scale = Scale::of([Bar { value: 1.0, interval: None }].iter(), None);
        let drawn = draw(scale.as_ref(), Some(&bar), Mark::None);
        assert!(!drawn.contains("circle") && !drawn.contains("NaN"), "{drawn}");
        assert_eq!(draw(None, Some(&bar), Mark::None), "");
        assert_eq!(draw(scale.as_ref(), None, Mark::None), "");
    }
}
