//! One table for each metric: a line for each group.

use equipoise::{
    audit::{ComparisonFigure, Figure, Group, Report, Section, Standing},
    stats::WeightKind,
};

use super::{
    GROUPS_MAX,
    chart::{Bar, Scale},
    head::is_count,
    page::{Page, Style},
    table::{Row, Table, Widths},
};
use crate::{labels, numbers, words};

/// Cells of a line before the value.
const VALUE: usize = 1;

pub(super) fn write(page: &mut Page, report: &Report, section: &Section) {
    let n_metrics = section.overall.figures.len();
    let (tables, more): (Vec<Table>, Vec<Option<String>>) =
        (0..n_metrics).map(|metric| table(page, report, section, metric)).unzip();
    let widths = Widths::of(&tables, page);
    for (table, more) in tables.iter().zip(more) {
        page.blank();
        table.write(page, &widths);
        if let Some(more) = more {
            page.wrapped(4, &more, Style::Dim);
        }
    }
}

/// The figures of one metric. A group without it (none should be) is passed over.
fn table(page: &Page, report: &Report, section: &Section, metric: usize) -> (Table, Option<String>) {
    let name = section.overall.figures.get(metric).map_or("", |figure| figure.metric.as_str());
    let shown = shown(section, metric, GROUPS_MAX);
    let figures: Vec<&Figure> = shown.iter().filter_map(|group| group.figures.get(metric)).collect();
    let decimals = if is_count(name) { 0 } else { decimals(figures.iter().copied()) };
    let rows: Vec<Row> = shown
        .iter()
        .filter_map(|group| Some(row(report, group, group.figures.get(metric)?, decimals)))
        .collect();
    let overall = section.overall.figures.get(metric).and_then(|figure| figure.value.ok());
    let bars = rows.iter().filter_map(|row| row.bar.as_ref());
    let scale = if is_count(name) { None } else { Scale::of(bars, overall) };
    let title = page.own(&words::metric_title(name));
    let mut heads = vec!["rows".to_owned(), "value".to_owned()];
    if figures.iter().any(|figure| figure.interval.is_some()) {
        heads.push(format!("{} interval", numbers::level(report.confidence.get())));
    }
    let more = more(section, metric, shown.len());
    (Table { title, heads, rows, scale }, more)
}

/// Returns the rows of a group; with frequency weights, those they stand for. This is what `rows_min` is held against.
pub(crate) fn size(report: &Report, group: &Group) -> String {
    match report.layout.weight {
        Some((_, WeightKind::Frequency)) => numbers::weight(group.weight),
        _ => numbers::count(group.rows),
    }
}

fn row(report: &Report, group: &Group, figure: &Figure, decimals: usize) -> Row {
    let rows = match figure.counts {
        Some((_, of)) => numbers::weight(of),
        None => size(report, group),
    };
    let mut row = Row::new(labels::group(&group.name), vec![rows]);
    if group.standing == Standing::TooFewRows {
        let (rows, rows_min) = (size(report, group), numbers::count(report.rows_min));
        row.cells = vec![rows.clone()];
        row.remark = Some((VALUE, format!("too few rows ({rows} < {rows_min})")));
        return row;
    }
    match figure.value {
        Err(why) => row.remark = Some((VALUE, format!("undefined: {why}"))),
        Ok(value) => {
            row.cells.push(numbers::decimal(value, decimals));
            row.cells.extend(
                figure.interval.map(|interval| interval_text(interval.lower, interval.upper, decimals)),
            );
            row.bar = Some(Bar { value, interval: figure.interval });
        }
    }
    row
}

/// Returns `[0.107, 0.119]`.
pub(crate) fn interval_text(lower: f64, upper: f64, decimals: usize) -> String {
    format!("[{}, {}]", numbers::decimal(lower, decimals), numbers::decimal(upper, decimals))
}

/// Returns how many decimals a column of figures is shown with: what the intervals carry, or three digits of the values.
pub(crate) fn decimals<'a>(figures: impl Iterator<Item = &'a Figure> + Clone) -> usize {
    let halves: Vec<f64> = figures.clone().filter_map(|f| Some(f.interval?.width() / 2.0)).collect();
    if halves.iter().any(|half| half.is_finite() && *half > 0.0) {
        return numbers::decimals_for(&halves);
    }
    let values: Vec<f64> =
        figures.filter_map(|figure| figure.value.ok().map(|value| value.abs() / 10.0)).collect();
    numbers::decimals_for(&values)
}

fn value(group: &Group, metric: usize) -> Option<f64> {
    group
        .figures
        .get(metric)
        .and_then(|figure| figure.value.ok())
        .filter(|_| group.standing == Standing::Compared)
}

/// Returns the groups to show, in their order, and all rows below them: all of few; of many, half of the lines for the
/// smallest and half for the largest values.
pub(crate) fn shown(section: &Section, metric: usize, groups_max: usize) -> Vec<&Group> {
    let groups = &section.groups;
    let mut shown: Vec<&Group> = if groups.len() <= groups_max {
        groups.iter().collect()
    } else {
        let mut valued: Vec<(f64, &Group)> =
            groups.iter().filter_map(|group| Some((value(group, metric)?, group))).collect();
        valued.sort_by(|a, b| a.0.total_cmp(&b.0));
        let n = valued.len();
        let kept = |place: usize| n <= groups_max || place < groups_max / 2 || place >= n - groups_max / 2;
        valued
            .into_iter()
            .enumerate()
            .filter(|(place, _)| kept(*place))
            .map(|(_, (_, group))| group)
            .collect()
    };
    shown.push(&section.overall);
    shown
}

/// Says which groups are not shown.
pub(crate) fn more(section: &Section, metric: usize, n_lines: usize) -> Option<String> {
    let n_hidden = section.groups.len().saturating_sub(n_lines.saturating_sub(1));
    if n_hidden == 0 {
        return None;
    }
    let few = section.groups.iter().filter(|group| group.standing == Standing::TooFewRows).count();
    let valued = section.groups.iter().filter(|group| value(group, metric).is_some()).count();
    let undefined = section.groups.len() - few - valued;
    let between = n_hidden.saturating_sub(few + undefined);
    let parts: Vec<String> =
        [(between, "between these"), (few, "with too few rows"), (undefined, "undefined")]
            .iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, what)| format!("{} {what}", numbers::count(*n as u64)))
            .collect();
    let hidden = numbers::of_things(n_hidden as u64, "more group");
    Some(format!("by value; {hidden}: {}", parts.join(", ")))
}

/// Writes the metrics of a group against a reference, or of all groups together.
pub(super) fn write_comparisons(page: &mut Page, section: &Section) {
    let mut rest = section.comparisons.as_slice();
    let (mut tables, mut more) = (Vec::new(), Vec::new());
    while let Some(first) = rest.first() {
        let n = rest.iter().take_while(|figure| figure.metric == first.metric).count();
        tables.push(comparison_table(page, &rest[..n]));
        more.push(n.saturating_sub(GROUPS_MAX));
        rest = &rest[n..];
    }
    let widths = Widths::of(&tables, page);
    for (table, more) in tables.iter().zip(more) {
        page.blank();
        table.write(page, &widths);
        if more > 0 {
            page.wrapped(4, &format!("{} more", numbers::count(more as u64)), Style::Dim);
        }
    }
}

fn comparison_table(page: &Page, figures: &[ComparisonFigure]) -> Table {
    let name = figures.first().map_or("", |figure| figure.metric.as_str());
    let values: Vec<f64> =
        figures.iter().filter_map(|figure| Some(figure.value.ok()?.abs() / 10.0)).collect();
    let decimals = numbers::decimals_for(&values);
    let row = |figure: &ComparisonFigure| {
        let mut row = Row::new(compared(figure), Vec::new());
        match figure.value {
            Ok(value) => row.cells.push(numbers::decimal(value, decimals)),
            Err(why) => row.remark = Some((0, format!("undefined: {why}"))),
        }
        row
    };
    let rows = figures.iter().take(GROUPS_MAX).map(row).collect();
    let title = page.own(&words::metric_title(name));
    Table { title, heads: vec!["value".to_owned()], rows, scale: None }
}

/// Returns `Female, reference Male`.
pub(crate) fn compared(figure: &ComparisonFigure) -> String {
    match (&figure.group, &figure.reference) {
        (None, _) => "all groups".to_owned(),
        (Some(group), None) => format!("{}, reference all others", labels::group(group)),
        (Some(group), Some(reference)) => {
            format!("{}, reference {}", labels::group(group), labels::group(reference))
        }
    }
}
