//! The groups inside each stratum, folded away until asked for, and what remains of their difference there.

use equipoise::{
    audit::{Report, Section, Strata, WithinStrata},
    inference::Interval,
};

use super::{
    escape::escaped,
    page::{Cell, Page, name},
};
use crate::{
    labels, numbers,
    text::{
        groups::{decimals, interval_text},
        strata::{cell, shown},
    },
    words,
};

/// Strata and groups shown.
const STRATA_MAX: usize = 30;
const GROUPS_MAX: usize = 12;

pub(super) fn write(page: &mut Page, report: &Report, section: &Section, strata: &Strata) {
    let columns = words::attributes_title(&strata.columns, "×");
    let metric = words::metric_title(&strata.metric);
    if let Some(within) = &strata.within {
        write_within(page, report, &columns, within);
    }
    let title = format!("{metric} within {columns}");
    page.raw(&format!("<details><summary>{}</summary>\n", escaped(&name(&title))));
    let decimals = decimals(strata.rows.iter().flat_map(|stratum| &stratum.figures));
    let groups = section.groups.iter().take(GROUPS_MAX);
    let mut heads = vec![Cell::Text(columns), Cell::Number("rows".to_owned())];
    heads.extend(groups.map(|group| Cell::Text(labels::brief_group(&group.name))));
    page.start_table(&heads);
    for stratum in shown(strata, STRATA_MAX) {
        let mut row =
            vec![Cell::Text(labels::group(&stratum.name)), Cell::Number(numbers::count(stratum.rows))];
        row.extend(
            stratum.figures.iter().take(GROUPS_MAX).map(|figure| Cell::Text(cell(figure, decimals, "–"))),
        );
        page.row(&row);
    }
    page.end_table();
    page.left_out(strata.rows.len().saturating_sub(STRATA_MAX), "more stratum", "more strata");
    page.left_out(section.groups.len().saturating_sub(GROUPS_MAX), "more group", "more groups");
    page.raw("</details>\n");
}

fn write_within(page: &mut Page, report: &Report, columns: &str, within: &WithinStrata) {
    let decimals = numbers::decimals_for(&[within.difference_interval.width() / 2.0]);
    let [first, second] = &within.groups;
    let level = numbers::level(report.confidence.get());
    page.start_table(&[
        Cell::Text(format!("{} − {}", labels::brief_group(first), labels::brief_group(second))),
        Cell::Number("value".to_owned()),
        Cell::Number(format!("{level} interval")),
    ]);
    let limits = |interval: Option<Interval>, decimals| {
        Cell::Number(interval.map_or("–".to_owned(), |i| interval_text(i.lower, i.upper, decimals)))
    };
    let number = |value, decimals| Cell::Number(numbers::decimal(value, decimals));
    page.row(&[
        Cell::Text("over all rows".to_owned()),
        number(within.difference_pooled, decimals),
        limits(None, decimals),
    ]);
    page.row(&[
        Cell::Text(format!("within {columns} (Mantel–Haenszel)")),
        number(within.difference, decimals),
        limits(Some(within.difference_interval), decimals),
    ]);
    if let Some(ratio) = within.ratio {
        let decimals =
            within.ratio_interval.map_or(2, |limits| numbers::decimals_for(&[limits.width() / 2.0]));
        page.row(&[
            Cell::Text("the same as a ratio".to_owned()),
            number(ratio, decimals),
            limits(within.ratio_interval, decimals),
        ]);
    }
    page.end_table();
    if let Some(p) = within.homogeneity_p {
        let differ = if p < report.confidence.alpha() { "; strata differ, so read each" } else { "" };
        let p = numbers::p_value(p);
        page.small(&format!("the same odds ratio in all strata: {p} (Breslow–Day, Tarone){differ}"));
    }
    if within.rows_uninformative > 0 {
        let rows = numbers::of_things(within.rows_uninformative, "row");
        page.small(&format!("{rows} in strata with one of the groups only, which say nothing"));
    }
}
