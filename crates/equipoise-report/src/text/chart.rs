//! A dot with whiskers, in one line of characters.

use equipoise::inference::Interval;

use super::page::Signs;
use crate::{labels, numbers};

/// An axis with round ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    decimals: usize,
    /// The value over all rows, marked in every line.
    overall: Option<f64>,
}

/// One value with its interval.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bar {
    pub(crate) value: f64,
    pub(crate) interval: Option<Interval>,
}

impl Scale {
    /// Returns an axis on which all the bars find room; `None` where there is no stretch to draw.
    ///
    /// It starts at zero where that costs less than half of it, so that lengths compare too.
    pub(crate) fn of<'a>(bars: impl Iterator<Item = &'a Bar> + Clone, overall: Option<f64>) -> Option<Self> {
        let finite = |x: &f64| x.is_finite() && x.abs() < 1e12;
        let lower = bars.clone().map(|bar| bar.interval.map_or(bar.value, |interval| interval.lower));
        let upper = bars.clone().map(|bar| bar.interval.map_or(bar.value, |interval| interval.upper));
        let values = bars.map(|bar| bar.value).chain(overall);
        let ends: Vec<f64> = lower.chain(upper).chain(values).filter(finite).collect();
        let mut low = ends.iter().copied().reduce(f64::min)?;
        let mut high = ends.iter().copied().reduce(f64::max)?;
        if low >= 0.0 && low <= 0.5 * high {
            low = 0.0;
        } else if high <= 0.0 && high >= 0.5 * low {
            high = 0.0;
        }
        let stretch = high - low;
        if !(stretch > 0.0 && stretch > 1e-9 * high.abs().max(low.abs())) {
            return None;
        }
        let step = step(stretch);
        let (low, high) = ((low / step + 1e-9).floor() * step, (high / step - 1e-9).ceil() * step);
        let decimals = numbers::decimals_for(&[step]).saturating_sub(1);
        Some(Self { low, high, decimals, overall })
    }

    /// Returns how far along the axis a number stands, in [0, 1]; beyond the ends, the end.
    pub(crate) fn share(&self, x: f64) -> f64 {
        ((x - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// Returns whether a number lies beyond the left end.
    pub(crate) fn is_below(&self, x: f64) -> bool {
        x < self.low
    }

    /// Returns whether a number lies beyond the right end.
    pub(crate) fn is_above(&self, x: f64) -> bool {
        x > self.high
    }

    /// Returns the place of a number among the columns; beyond the ends, the end.
    fn place(&self, x: f64, width: usize) -> usize {
        let share = self.share(x);
        let places = width.saturating_sub(1);
        // The share is in [0, 1], and a page has fewer columns than f64 has integers.
        (0..places).find(|&place| share * (places as f64) < place as f64 + 0.5).unwrap_or(places)
    }

    /// Returns the numbers at both ends of the axis.
    pub(super) fn ends(&self, width: usize) -> String {
        let end = |x: f64| numbers::decimal(x, if x == 0.0 { 0 } else { self.decimals });
        let (low, high) = (end(self.low), end(self.high));
        let blanks = width.saturating_sub(labels::width(&low) + labels::width(&high));
        if blanks == 0 { low } else { format!("{low}{:blanks$}{high}", "") }
    }

    pub(super) fn draw(&self, bar: &Bar, width: usize, signs: &Signs) -> String {
        let mut line = vec![' '; width];
        if line.is_empty() || bar.value.is_nan() {
            return String::new();
        }
        if let Some(overall) = self.overall {
            line[self.place(overall, width)] = signs.overall;
        }
        if let Some(interval) = bar.interval {
            let (start, end) = (self.place(interval.lower, width), self.place(interval.upper, width));
            // Limits are in order, unless they are no numbers: then there is nothing to draw.
            if let Some(whisker) = line.get_mut(start..=end).filter(|_| interval.lower <= interval.upper) {
                whisker.fill(signs.whisker);
                line[start] = signs.end_left;
                line[end] = if self.is_above(interval.upper) { signs.beyond } else { signs.end_right };
            }
        }
        line[self.place(bar.value, width)] = signs.dot;
        line.into_iter().collect::<String>().trim_end().to_owned()
    }
}

/// Returns a round step, of which the stretch holds two to ten.
fn step(stretch: f64) -> f64 {
    let decade = 10_f64.powf(stretch.log10().floor());
    let parts = stretch / decade;
    decade
        * if parts < 2.0 {
            0.2
        } else if parts < 5.0 {
            0.5
        } else {
            1.0
        }
}

#[cfg(test)]
mod tests {
    use equipoise::inference::Interval;

    use super::{Bar, Scale};
    use crate::text::{TextStyle, page::Page};

    fn bar(value: f64, lower: f64, upper: f64) -> Bar {
        Bar { value, interval: Some(Interval { lower, upper }) }
    }

    #[test]
    fn dots_stand_where_their_numbers_are() {
        let page = Page::new(&TextStyle { ascii: true, ..TextStyle::default() });
        let bars = [bar(0.5, 0.25, 0.75), bar(1.0, 0.9, 1.0)];
        let scale = Scale::of(bars.iter(), Some(0.6)).unwrap();
        assert_eq!(scale.ends(21), "0                 1.0");
        assert_eq!(scale.draw(&bars[0], 21, &page.signs), "     |----o----|");
        assert_eq!(scale.draw(&bars[1], 21, &page.signs), "            :     |-o");
    }

    #[test]
    fn an_axis_needs_a_stretch() {
        assert!(Scale::of([].iter(), None).is_none());
        assert!(Scale::of([bar(0.0, 0.0, 0.0)].iter(), None).is_none());
        assert!(Scale::of([Bar { value: f64::NAN, interval: None }].iter(), None).is_none());
    }

    #[test]
    fn a_whisker_without_an_end_points_beyond() {
        let page = Page::new(&TextStyle { ascii: true, ..TextStyle::default() });
        let bars = [bar(1.0, 0.5, f64::INFINITY), bar(2.0, 1.5, 2.5)];
        let scale = Scale::of(bars.iter(), None).unwrap();
        assert!(scale.draw(&bars[0], 20, &page.signs).ends_with('>'));
    }
}
