//! The gaps of a section: value and interval, and below them where they come from.

use equipoise::audit::{Gap, LeftOut, Report, Section};

use super::{
    groups::interval_text,
    page::{Page, Style},
    table::INDENT,
};
use crate::{labels, numbers, words};

/// Groups named when a quantity is undefined in several.
const UNDEFINED_MAX: usize = 3;

/// Blanks between the columns.
const BETWEEN: usize = 2;

pub(super) fn write(page: &mut Page, report: &Report, section: &Section) {
    if section.gaps.is_empty() {
        return;
    }
    page.blank();
    let lines: Vec<[String; 3]> = section.gaps.iter().map(line).collect();
    let head = [
        "Gaps between groups".to_owned(),
        "value".to_owned(),
        format!("{} interval", numbers::level(report.confidence.get())),
    ];
    let widest = |column: usize, width_max: usize| {
        let widths = lines.iter().chain([&head]).map(|line| labels::width(&line[column]));
        widths.filter(|width| *width <= width_max).max().unwrap_or(0)
    };
    // A reason why there is no value is as long as it is, and has the line to itself from there on.
    let (value, interval) = (widest(1, VALUE_MAX), widest(2, page.width));
    let room = page.width.saturating_sub(INDENT + value + interval + 2 * BETWEEN);
    let columns = [widest(0, room), value, interval];
    write_line(page, &head, columns, [Style::Bold, Style::Dim]);
    // Most gaps leave out the same groups, so that is said once.
    let common = section.gaps.first().map(|gap| gap.left_out).unwrap_or_default();
    if let Some(text) = words::left_out(common) {
        page.wrapped(INDENT + 2, &text, Style::Dim);
    }
    for (gap, line) in section.gaps.iter().zip(&lines) {
        write_line(page, line, columns, [Style::Plain; 2]);
        let left_out = if gap.left_out == common { LeftOut::default() } else { gap.left_out };
        for detail in details(gap, left_out) {
            page.wrapped(INDENT + 2, &detail, Style::Dim);
        }
    }
}

/// The widest value that widens its column.
const VALUE_MAX: usize = 16;

fn line(gap: &Gap) -> [String; 3] {
    let decimals = decimals(gap);
    let name = labels::shown(&gap.quantity.to_string());
    match gap.value {
        Err(why) => [name, format!("undefined: {why}"), String::new()],
        Ok(value) => [name, numbers::decimal(value, decimals), interval(gap, decimals)],
    }
}

fn interval(gap: &Gap, decimals: usize) -> String {
    gap.interval.map_or("no interval".to_owned(), |i| interval_text(i.lower, i.upper, decimals))
}

/// Writes a name and two cells to its right; a name too wide has lines of its own.
fn write_line(page: &mut Page, cells: &[String; 3], columns: [usize; 3], styles: [Style; 2]) {
    let [name, value, interval] = cells;
    let blanks = |text: &str, width: usize| " ".repeat(width.saturating_sub(labels::width(text)));
    let indent = " ".repeat(INDENT);
    let mut lead = format!("{name}{}", blanks(name, columns[0]));
    if labels::width(name) > columns[0] {
        page.hanging(&indent, Style::Plain, name, styles[0]);
        lead = " ".repeat(columns[0]);
    }
    let between = " ".repeat(BETWEEN);
    let cells =
        format!("{}{value}{between}{}{interval}", blanks(value, columns[1]), blanks(interval, columns[2]));
    page.line(&[(format!("{indent}{lead}{between}"), styles[0]), (cells, styles[1])]);
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
    match gap.value {
        Err(why) => format!("undefined: {why}"),
        Ok(value) => format!("{}  {}", numbers::decimal(value, decimals), interval(gap, decimals)),
    }
}

/// Returns where the gap comes from and who is not in it, each a line; of the groups left out, those that are given.
pub(crate) fn details(gap: &Gap, left_out: LeftOut) -> Vec<String> {
    let decimals = decimals(gap);
    let parts = [words::extremes(gap, decimals), words::expected(gap, decimals), words::left_out(left_out)];
    let first: Vec<String> = parts.into_iter().flatten().collect();
    let mut lines = Vec::new();
    if !first.is_empty() {
        lines.push(first.join("; "));
    }
    lines.extend(words::undefined_groups(gap, UNDEFINED_MAX));
    lines
}
