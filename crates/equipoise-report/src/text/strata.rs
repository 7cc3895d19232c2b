//! The groups inside each stratum, and what remains of their difference there.

use equipoise::{
    audit::{Figure, Report, Section, Strata, Stratum, WithinStrata},
    inference::Interval,
};

use super::{
    groups::{decimals, interval_text},
    page::{Page, Style},
    table::{INDENT, Row, Table, Widths},
};
use crate::{labels, numbers, words};

/// Strata shown: those with the most rows.
const STRATA_MAX: usize = 40;

/// No page is wide enough for more groups.
const COLUMNS_MAX: usize = 60;

/// A group's heading is no wider than this.
const GROUP_MAX: usize = 16;

pub(super) fn write(page: &mut Page, report: &Report, section: &Section, strata: &Strata) {
    page.blank();
    let columns = words::attributes_title(&strata.columns, page.signs.times);
    let metric = page.own(&words::metric_title(&strata.metric));
    page.line(&[(format!("{:INDENT$}{metric} within {columns}", ""), Style::Bold)]);
    let mut table = table(page, section, strata);
    let n_groups = table.keep_columns(page.width).saturating_sub(1);
    let widths = Widths::of(std::slice::from_ref(&table), page);
    table.write(page, &widths);
    let hidden = [
        (strata.rows.len().saturating_sub(STRATA_MAX), "more stratum", "more strata"),
        (section.groups.len().saturating_sub(n_groups), "more group", "more groups"),
    ];
    let hidden: Vec<String> = hidden
        .iter()
        .filter(|(n, ..)| *n > 0)
        .map(|(n, one, many)| format!("{} {}", numbers::count(*n as u64), if *n == 1 { one } else { many }))
        .collect();
    if !hidden.is_empty() {
        page.wrapped(4, &hidden.join(" and "), Style::Dim);
    }
    if let Some(within) = &strata.within {
        write_within(page, report, strata, within);
    }
}

fn table(page: &Page, section: &Section, strata: &Strata) -> Table {
    let figures = strata.rows.iter().flat_map(|stratum| &stratum.figures);
    let decimals = decimals(figures);
    let mut heads = vec!["rows".to_owned()];
    let names = section.groups.iter().take(COLUMNS_MAX).map(|group| labels::group(&group.name));
    heads.extend(names.map(|name| labels::clipped(&name, GROUP_MAX, page.signs.clipped)));
    let row = |stratum: &Stratum| {
        let mut row = Row::new(labels::group(&stratum.name), vec![numbers::count(stratum.rows)]);
        row.cells.extend(
            stratum.figures.iter().take(COLUMNS_MAX).map(|figure| cell(figure, decimals, page.signs.dash)),
        );
        row
    };
    Table {
        title: String::new(),
        heads,
        rows: shown(strata, STRATA_MAX).into_iter().map(row).collect(),
        scale: None,
    }
}

/// Returns the strata with the most rows, in the order of all.
pub(crate) fn shown(strata: &Strata, strata_max: usize) -> Vec<&Stratum> {
    let mut by_rows: Vec<(usize, &Stratum)> = strata.rows.iter().enumerate().collect();
    by_rows.sort_by_key(|(place, stratum)| (std::cmp::Reverse(stratum.rows), *place));
    by_rows.truncate(strata_max);
    by_rows.sort_by_key(|(place, _)| *place);
    by_rows.into_iter().map(|(_, stratum)| stratum).collect()
}

/// Returns `0.62 of 825`.
pub(crate) fn cell(figure: &Figure, decimals: usize, dash: &str) -> String {
    match (figure.value, figure.counts) {
        (Ok(value), Some((_, of))) => {
            format!("{} of {}", numbers::decimal(value, decimals), numbers::weight(of))
        }
        (Ok(value), None) => numbers::decimal(value, decimals),
        (Err(_), _) => dash.to_owned(),
    }
}

fn write_within(page: &mut Page, report: &Report, strata: &Strata, within: &WithinStrata) {
    let decimals = numbers::decimals_for(&[within.difference_interval.width() / 2.0]);
    let [first, second] = &within.groups;
    let (first, second) = (labels::brief_group(first), labels::brief_group(second));
    let columns = words::attributes_title(&strata.columns, page.signs.times);
    let minus = format!("{first} {} {second}", page.signs.minus);
    let interval =
        interval_text(within.difference_interval.lower, within.difference_interval.upper, decimals);
    let name = format!("within {columns}");
    let pooled = numbers::decimal(within.difference_pooled, decimals);
    let mut rows = vec![
        Row::new("over all rows".to_owned(), vec![pooled]),
        Row::new(name.clone(), vec![numbers::decimal(within.difference, decimals), interval]),
    ];
    if let Some(ratio) = within.ratio {
        let half = |interval: Interval| interval.width() / 2.0;
        let decimals = within.ratio_interval.map_or(2, |interval| numbers::decimals_for(&[half(interval)]));
        let interval = within.ratio_interval.map(|i| interval_text(i.lower, i.upper, decimals));
        let mut row = Row::new(format!("{name}, as a ratio"), vec![numbers::decimal(ratio, decimals)]);
        row.cells.extend(interval);
        rows.push(row);
    }
    let table = Table { title: minus, heads: Vec::new(), rows, scale: None };
    page.blank();
    table.write(page, &Widths::of(std::slice::from_ref(&table), page));
    let level = numbers::level(report.confidence.get());
    let mut notes = vec![page.own(&format!("Mantel–Haenszel, {level} intervals"))];
    if let Some(p) = within.homogeneity_p {
        let differ = if p < report.confidence.alpha() { "; strata differ, so read each" } else { "" };
        let test = page.own("Breslow–Day, Tarone");
        notes.push(format!("the same odds ratio in all strata: {} ({test}){differ}", numbers::p_value(p)));
    }
    if within.rows_uninformative > 0 {
        let rows = numbers::of_things(within.rows_uninformative, "row");
        notes.push(format!("{rows} in strata with one of the groups only, which say nothing"));
    }
    for note in notes {
        page.wrapped(INDENT + 2, &note, Style::Dim);
    }
}
