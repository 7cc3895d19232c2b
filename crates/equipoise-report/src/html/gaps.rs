//! The gaps of a section, differences on one axis and ratios on another.

use equipoise::{
    audit::{Gap, LeftOut, Report, Section},
    notion::Comparison,
};

use super::{
    page::{Cell, Page},
    whisker::{self, Mark},
};
use crate::{
    labels, numbers,
    text::{
        chart::{Bar, Scale},
        gaps::{decimals, details},
        groups::interval_text,
    },
    words,
};

/// At most so many gaps are shown of each section.
const GAPS_MAX: usize = 40;

pub(super) fn write(page: &mut Page, report: &Report, section: &Section) {
    if section.gaps.is_empty() {
        return;
    }
    let level = numbers::level(report.confidence.get());
    page.start_table(&[
        Cell::Text("gap between groups".to_owned()),
        Cell::Number("value".to_owned()),
        Cell::Number(format!("{level} interval")),
        Cell::Text(String::new()),
    ]);
    let shown = &section.gaps[..section.gaps.len().min(GAPS_MAX)];
    // Most gaps leave out the same groups, so that is said once.
    let common = shown.first().map(|gap| gap.left_out).unwrap_or_default();
    let axes = [Axis::Difference, Axis::Ratio].map(|axis| (axis, scale(shown, axis)));
    for gap in shown {
        let left_out = if gap.left_out == common { LeftOut::default() } else { gap.left_out };
        let bar = bar(gap);
        let own = Scale::of(bar.iter(), None);
        let shared =
            axes.iter().find(|(axis, _)| Some(*axis) == Axis::of(gap)).and_then(|(_, scale)| scale.as_ref());
        page.row(&[
            Cell::Lines(labels::shown(&gap.quantity.to_string()), details(gap, left_out)),
            value_cell(gap),
            interval_cell(gap),
            Cell::Drawing(whisker::draw(shared.or(own.as_ref()), bar.as_ref(), Mark::None)),
        ]);
    }
    page.end_table();
    if let Some(text) = words::left_out(common) {
        page.small(&text);
    }
    page.left_out(section.gaps.len() - shown.len(), "more gap", "more gaps");
}

/// Gaps that compare by eye: those without a unit.
#[derive(Clone, Copy, PartialEq)]
enum Axis {
    Difference,
    Ratio,
}

impl Axis {
    /// Returns the axis of a gap; a gap in the unit of its variable has one of its own.
    fn of(gap: &Gap) -> Option<Self> {
        let bar = bar(gap)?;
        let (lower, upper) =
            bar.interval.map_or((bar.value, bar.value), |interval| (interval.lower, interval.upper));
        match gap.quantity.comparison {
            comparison if comparison.is_ratio() => Some(Self::Ratio),
            Comparison::Overall | Comparison::Min | Comparison::Max => None,
            _ if lower >= -1.0 && upper <= 1.0 => Some(Self::Difference),
            _ => None,
        }
    }
}

/// Returns the axis that the gaps of one kind share; ratios are seen against 1.
fn scale(gaps: &[Gap], axis: Axis) -> Option<Scale> {
    let bars: Vec<Bar> = gaps.iter().filter(|gap| Axis::of(gap) == Some(axis)).filter_map(bar).collect();
    Scale::of(bars.iter(), (axis == Axis::Ratio && !bars.is_empty()).then_some(1.0))
}

pub(super) fn bar(gap: &Gap) -> Option<Bar> {
    gap.value.ok().map(|value| Bar { value, interval: gap.interval })
}

pub(super) fn value_cell(gap: &Gap) -> Cell {
    match gap.value {
        Ok(value) => Cell::Number(numbers::decimal(value, decimals(gap))),
        Err(why) => Cell::Text(format!("undefined: {why}")),
    }
}

pub(super) fn interval_cell(gap: &Gap) -> Cell {
    let decimals = decimals(gap);
    Cell::Number(match (gap.interval, gap.value) {
        (Some(interval), _) => interval_text(interval.lower, interval.upper, decimals),
        (None, Ok(_)) => "no interval".to_owned(),
        (None, Err(_)) => "–".to_owned(),
    })
}
