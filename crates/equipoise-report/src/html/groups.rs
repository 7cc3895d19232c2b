//! One table for each section: a row for each group, a column for each metric.

use equipoise::audit::{ComparisonFigure, Figure, Group, Report, Section, Standing};

use super::{
    page::{Cell, Page},
    whisker::{self, Mark},
};
use crate::{
    labels, numbers,
    text::{
        chart::{Bar, Scale},
        groups::{compared, decimals, interval_text, more, shown, size},
        head::is_count,
    },
    words,
};

/// At most so many groups are shown of each section: the smallest and largest values of its first metric.
const GROUPS_MAX: usize = 30;

/// At most so many metrics are shown, and so many comparisons.
const METRICS_MAX: usize = 12;
const COMPARISONS_MAX: usize = 60;

/// With more metrics, drawings stand below their numbers.
const BESIDE_MAX: usize = 2;

/// One metric, over all groups that are shown.
struct Column {
    metric: usize,
    decimals: usize,
    has_intervals: bool,
    scale: Option<Scale>,
    overall: Option<f64>,
    is_below: bool,
}

pub(super) fn write(page: &mut Page, report: &Report, section: &Section) {
    let n_metrics = section.overall.figures.len();
    if n_metrics == 0 {
        return;
    }
    let groups = shown(section, 0, GROUPS_MAX);
    let columns: Vec<Column> =
        (0..n_metrics.min(METRICS_MAX)).map(|metric| column(section, &groups, metric)).collect();
    let mut heads = vec![Cell::Text("group".to_owned()), Cell::Number("rows".to_owned())];
    for column in &columns {
        let name = section.overall.figures.get(column.metric).map_or("", |figure| figure.metric.as_str());
        heads.push(Cell::Text(words::metric_title(name)));
    }
    page.start_table(&heads);
    for group in &groups {
        let cells = cells(report, group, &columns);
        if group.name.0.is_empty() {
            page.row_overall(&cells);
        } else {
            page.row(&cells);
        }
    }
    page.end_table();
    if let Some(more) = more(section, 0, groups.len()) {
        page.small(&more);
    }
    page.left_out(n_metrics - columns.len(), "more metric", "more metrics");
    if columns.iter().any(|column| column.has_intervals) {
        let level = numbers::level(report.confidence.get());
        page.small(&format!("In brackets, {level} intervals of each group on its own; the dashed line is the value over all rows."));
    }
}

fn column(section: &Section, groups: &[&Group], metric: usize) -> Column {
    let compared = groups.iter().filter(|group| group.standing == Standing::Compared);
    let figures: Vec<&Figure> = compared.filter_map(|group| group.figures.get(metric)).collect();
    let overall = section.overall.figures.get(metric);
    let counts = overall.is_some_and(|figure| is_count(&figure.metric));
    let overall = overall.and_then(|figure| figure.value.ok()).filter(|value| value.is_finite());
    let bars: Vec<Bar> = figures.iter().filter_map(|figure| bar(figure)).collect();
    Column {
        metric,
        decimals: if counts { 0 } else { decimals(figures.iter().copied()) },
        has_intervals: figures.iter().any(|figure| figure.interval.is_some()),
        scale: if counts { None } else { Scale::of(bars.iter(), overall) },
        overall,
        is_below: section.overall.figures.len() > BESIDE_MAX,
    }
}

fn bar(figure: &Figure) -> Option<Bar> {
    figure.value.ok().map(|value| Bar { value, interval: figure.interval })
}

fn cells(report: &Report, group: &Group, columns: &[Column]) -> Vec<Cell> {
    let rows = size(report, group);
    let mut cells = vec![Cell::Text(labels::group(&group.name)), Cell::Number(rows.clone())];
    if group.standing == Standing::TooFewRows {
        let rows_min = numbers::count(report.rows_min);
        cells.push(Cell::Remark(format!("too few rows ({rows} < {rows_min})"), columns.len()));
        return cells;
    }
    cells.extend(columns.iter().map(|column| match group.figures.get(column.metric) {
        Some(figure) => figure_cell(figure, column),
        None => Cell::Text("–".to_owned()),
    }));
    cells
}

fn figure_cell(figure: &Figure, column: &Column) -> Cell {
    let value = match figure.value {
        Err(why) => return Cell::Text(format!("undefined: {why}")),
        Ok(value) => numbers::decimal(value, column.decimals),
    };
    let mark = column.overall.map_or(Mark::None, Mark::Overall);
    let drawing = whisker::draw(column.scale.as_ref(), bar(figure).as_ref(), mark);
    let interval =
        figure.interval.map(|interval| interval_text(interval.lower, interval.upper, column.decimals));
    Cell::Figure { value, interval, drawing, is_below: column.is_below }
}

/// Writes the metrics of a group against a reference, or of all groups together.
pub(super) fn write_comparisons(page: &mut Page, section: &Section) {
    if section.comparisons.is_empty() {
        return;
    }
    let heads = ["metric", "group"].map(|head| Cell::Text(head.to_owned()));
    let [metric, group] = heads;
    page.start_table(&[metric, group, Cell::Number("value".to_owned())]);
    for figure in section.comparisons.iter().take(COMPARISONS_MAX) {
        page.row(&comparison_cells(figure));
    }
    page.end_table();
    page.left_out(section.comparisons.len().saturating_sub(COMPARISONS_MAX), "more", "more");
}

fn comparison_cells(figure: &ComparisonFigure) -> [Cell; 3] {
    let value = match figure.value {
        Ok(value) => Cell::Number(numbers::decimal(value, numbers::decimals_for(&[value.abs() / 10.0]))),
        Err(why) => Cell::Text(format!("undefined: {why}")),
    };
    [Cell::Text(words::metric_title(&figure.metric)), Cell::Text(compared(figure)), value]
}
