//! The gaps of a section: value and interval, and below them where they come from.

use equipoise::audit::{Gap, Report, Section};

use super::{
    groups::interval_text,
    page::{Page, Style},
    table::INDENT,
};
use crate::{labels, numbers, words};

/// Groups named when a quantity is undefined in several.
const UNDEFINED_MAX: usize = 3;

pub(super) fn write(page: &mut Page, report: &Report, section: &Section) {
    if section.gaps.is_empty() {
        return;
    }
    page.blank();
    let head = format!("value and {} interval", numbers::level(report.confidence.get()));
    sides(page, ("Gaps between groups", Style::Bold), (&head, Style::Dim));
    for gap in &section.gaps {
        let name = labels::shown(&gap.quantity.to_string());
        sides(page, (&name, Style::Plain), (&value(gap), Style::Plain));
        for line in details(gap, report.rows_min) {
            page.wrapped(INDENT + 2, &line, Style::Dim);
        }
    }
}

/// Writes a text at the left edge and one at the right; over two lines where one is too short.
fn sides(page: &mut Page, left: (&str, Style), right: (&str, Style)) {
    let used = INDENT + labels::width(left.0) + labels::width(right.0);
    let indent = " ".repeat(INDENT);
    if used + 2 <= page.width {
        let blanks = " ".repeat(page.width - used);
        page.line(&[(format!("{indent}{}", left.0), left.1), (format!("{blanks}{}", right.0), right.1)]);
        return;
    }
    page.hanging(&indent, Style::Plain, left.0, left.1);
    let blanks = page.width.saturating_sub(labels::width(right.0)).max(INDENT + 2);
    page.wrapped(blanks.min(page.width / 2), right.0, right.1);
}

/// Returns how many decimals a gap is shown with.
pub(crate) fn decimals(gap: &Gap) -> usize {
    let half =
        gap.interval.map(|interval| interval.width() / 2.0).filter(|half| half.is_finite() && *half > 0.0);
    let size = gap.value.map_or(0.0, |value| value.abs() / 10.0);
    numbers::decimals_for(&[half.unwrap_or(size)])
}

/// Returns the value and its interval, or why there is none.
pub(super) fn value(gap: &Gap) -> String {
    let decimals = decimals(gap);
    match (gap.value, gap.interval) {
        (Err(why), _) => format!("undefined: {why}"),
        (Ok(value), None) => format!("{}  no interval", numbers::decimal(value, decimals)),
        (Ok(value), Some(interval)) => format!(
            "{}  {}",
            numbers::decimal(value, decimals),
            interval_text(interval.lower, interval.upper, decimals)
        ),
    }
}

/// Returns where the gap comes from, and who is not in it.
pub(crate) fn details(gap: &Gap, rows_min: u64) -> Vec<String> {
    let decimals = decimals(gap);
    let first: Vec<String> =
        [words::extremes(gap, decimals), words::expected(gap, decimals)].into_iter().flatten().collect();
    let mut lines = Vec::new();
    if !first.is_empty() {
        lines.push(first.join("; "));
    }
    lines.extend(words::undefined_groups(gap, UNDEFINED_MAX));
    lines.extend(words::left_out(gap, rows_min));
    lines
}
