//! The report as Markdown with tables, as GitHub and many wikis read it.

use equipoise::{
    audit::{Figure, Gap, Group, Report, Section, Standing, Strata},
    inference::Interval,
    verdict::Outcome,
};

use crate::{
    Provenance, labels, numbers,
    text::{gaps, groups, head},
    words,
};

/// At most so many groups are shown of each section.
const GROUPS_MAX: usize = 100;

/// Returns the report as Markdown, with a newline at its end.
///
/// Labels and names of columns stand in code spans, in which nothing is markup, a link, a mention or HTML; a pipe in
/// one does not end the table's cell.
pub fn markdown(report: &Report, provenance: &Provenance) -> String {
    let mut page = Page::default();
    let subject = words::subject_title(report.subject);
    page.line(&format!(
        "## {subject}, {}: {}",
        words::task_name(report.layout.task),
        numbers::of_things(report.rows, "row")
    ));
    page.blank();
    for (role, what) in head::roles(report).into_iter().chain(head::sources(provenance)) {
        page.line(&format!("- {role}: {}", code(&what)));
    }
    if !report.verdicts.is_empty() {
        page.blank();
        verdicts(&mut page, report);
    }
    for section in &report.sections {
        page.blank();
        page.line(&format!("### By {}", code(&words::attributes_title(&section.attributes, "×"))));
        for metric in 0..section.overall.figures.len() {
            figures(&mut page, report, section, metric);
        }
        comparisons(&mut page, section);
        gap_table(&mut page, report, section);
        if let Some(strata) = &section.strata {
            strata_table(&mut page, section, strata);
        }
    }
    if !report.unsaid.is_empty() {
        page.blank();
        page.line("### What cannot be said from these columns");
        page.blank();
        for (without, notions) in words::unsaid(&report.unsaid) {
            let notions: Vec<String> = notions.iter().map(|notion| code(notion)).collect();
            page.line(&format!("- {without}: {}", notions.join(", ")));
        }
    }
    for paragraph in head::legend(report) {
        page.blank();
        page.line(&paragraph);
    }
    page.out.replace(numbers::GLUE, " ")
}

#[derive(Default)]
struct Page {
    out: String,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn blank(&mut self) {
        self.out.push('\n');
    }

    /// Starts a table: the first columns hold text, the last `n_right` numbers.
    fn table(&mut self, heads: &[String], n_right: usize) {
        self.blank();
        self.row(heads);
        let n_left = heads.len().saturating_sub(n_right);
        let rule: Vec<String> =
            (0..heads.len()).map(|place| if place < n_left { "---" } else { "---:" }.to_owned()).collect();
        self.row(&rule);
    }

    fn row(&mut self, cells: &[String]) {
        self.line(&format!("| {} |", cells.join(" | ")));
    }
}

/// Returns a text, already [shown](labels::shown), as a code span, in which nothing is markup.
fn code(text: &str) -> String {
    let run = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(run + 1);
    // A blank at both ends is taken off again; without it a backtick at an end would join the fence.
    let touches = text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']);
    if text.is_empty() {
        "` `".to_owned()
    } else if touches {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// Returns a text as a code span inside a table, whose cells end at pipes even in code.
///
/// Readers disagree on a backslash before a pipe when another stands before it, so pipes stand between code spans, as
/// entities.
fn cell(text: &str) -> String {
    let parts = text.split('|').map(|part| if part.is_empty() { String::new() } else { code(part) });
    if text.is_empty() { code(text) } else { parts.collect::<Vec<_>>().join("&#124;") }
}

/// Returns the heading of a metric; a name that holds a label is shown as one.
fn title(metric: &str) -> String {
    words::known_title(metric).unwrap_or_else(|| cell(&labels::shown(metric)))
}

fn verdicts(page: &mut Page, report: &Report) {
    page.line("### Verdicts");
    let level = numbers::level(report.confidence.get());
    let heads =
        ["outcome", "requirement", "by", "why", "value", &format!("{level} interval")].map(str::to_owned);
    page.table(&heads, 2);
    for verdict in &report.verdicts {
        let sign = match verdict.outcome {
            Outcome::Holds => "✓",
            Outcome::Violated => "✗",
            Outcome::Undecided => "?",
        };
        let mut why = gaps::details(&verdict.gap, verdict.gap.left_out);
        if let Some(undecided) = &verdict.undecided {
            why.push(words::undecided(undecided, report.rows_min));
        }
        let (value, interval) = value(&verdict.gap);
        page.row(&[
            format!("{sign} **{}**", verdict.outcome),
            cell(&labels::shown(&verdict.requirement.to_string())),
            cell(&words::attributes_title(&verdict.attributes, "×")),
            why_cell(&why),
            value,
            interval,
        ]);
    }
}

/// Sentences hold labels, so they stand in code spans whole.
fn why_cell(why: &[String]) -> String {
    why.iter().map(|line| cell(line)).collect::<Vec<_>>().join("; ")
}

fn value(gap: &Gap) -> (String, String) {
    let decimals = gaps::decimals(gap);
    let value = match gap.value {
        Ok(value) => numbers::decimal(value, decimals),
        Err(why) => format!("undefined: {why}"),
    };
    (value, interval(gap.interval, decimals))
}

fn interval(interval: Option<Interval>, decimals: usize) -> String {
    interval.map_or_else(|| "–".to_owned(), |i| groups::interval_text(i.lower, i.upper, decimals))
}

fn figures(page: &mut Page, report: &Report, section: &Section, metric: usize) {
    let name = section.overall.figures.get(metric).map_or("", |figure| figure.metric.as_str());
    let shown: Vec<&Group> = section.groups.iter().take(GROUPS_MAX).chain([&section.overall]).collect();
    let of_metric: Vec<&Figure> = shown.iter().filter_map(|group| group.figures.get(metric)).collect();
    let decimals = if head::is_count(name) { 0 } else { groups::decimals(of_metric.iter().copied()) };
    let level = numbers::level(report.confidence.get());
    let heads = [title(name), "rows".to_owned(), "value".to_owned(), format!("{level} interval")];
    page.table(&heads, 3);
    for group in &shown {
        let Some(figure) = group.figures.get(metric) else { continue };
        let rows = figure.counts.map_or_else(|| groups::size(report, group), |(_, of)| numbers::weight(of));
        let (rows, value, interval) = match (group.standing, figure.value) {
            (Standing::TooFewRows, _) => {
                let rows = groups::size(report, group);
                let few = format!("too few rows ({rows} &lt; {})", numbers::count(report.rows_min));
                (rows, few, "–".to_owned())
            }
            (_, Err(why)) => (rows, format!("undefined: {why}"), "–".to_owned()),
            (_, Ok(value)) => (rows, numbers::decimal(value, decimals), interval(figure.interval, decimals)),
        };
        let name = if group.name.0.is_empty() {
            format!("**{}**", labels::ALL_ROWS)
        } else {
            cell(&labels::group(&group.name))
        };
        page.row(&[name, rows, value, interval]);
    }
    more(page, section.groups.len());
}

fn more(page: &mut Page, n: usize) {
    if n > GROUPS_MAX {
        page.blank();
        page.line(&format!("and {}", numbers::of_things((n - GROUPS_MAX) as u64, "more group")));
    }
}

fn comparisons(page: &mut Page, section: &Section) {
    if section.comparisons.is_empty() {
        return;
    }
    page.table(&["metric", "group", "value"].map(str::to_owned), 1);
    for figure in section.comparisons.iter().take(GROUPS_MAX) {
        let value = match figure.value {
            Ok(value) => numbers::decimal(value, numbers::decimals_for(&[value.abs() / 10.0])),
            Err(why) => format!("undefined: {why}"),
        };
        page.row(&[title(&figure.metric), cell(&groups::compared(figure)), value]);
    }
    if section.comparisons.len() > GROUPS_MAX {
        page.blank();
        page.line(&format!("and {} more", numbers::count((section.comparisons.len() - GROUPS_MAX) as u64)));
    }
}

fn gap_table(page: &mut Page, report: &Report, section: &Section) {
    if section.gaps.is_empty() {
        return;
    }
    let level = numbers::level(report.confidence.get());
    page.table(&["gap", "where", "value", &format!("{level} interval")].map(str::to_owned), 2);
    for gap in &section.gaps {
        let (value, interval) = value(gap);
        page.row(&[
            cell(&labels::shown(&gap.quantity.to_string())),
            why_cell(&gaps::details(gap, gap.left_out)),
            value,
            interval,
        ]);
    }
}

fn strata_table(page: &mut Page, section: &Section, strata: &Strata) {
    let shown = section.groups.len().min(GROUPS_MAX);
    let decimals = groups::decimals(strata.rows.iter().flat_map(|stratum| &stratum.figures));
    let columns = words::attributes_title(&strata.columns, "×");
    page.blank();
    page.line(&format!("{} within {}", title(&strata.metric), code(&columns)));
    let mut heads = vec![cell(&columns), "rows".to_owned()];
    heads.extend(section.groups.iter().take(shown).map(|group| cell(&labels::group(&group.name))));
    page.table(&heads, shown + 1);
    for stratum in strata.rows.iter().take(GROUPS_MAX) {
        let mut row = vec![cell(&labels::group(&stratum.name)), numbers::count(stratum.rows)];
        row.extend(stratum.figures.iter().take(shown).map(|figure| match (figure.value, figure.counts) {
            (Ok(value), Some((_, of))) => {
                format!("{} of {}", numbers::decimal(value, decimals), numbers::weight(of))
            }
            (Ok(value), None) => numbers::decimal(value, decimals),
            (Err(_), _) => "–".to_owned(),
        }));
        page.row(&row);
    }
    if strata.rows.len() > GROUPS_MAX {
        page.blank();
        page.line(&format!("and {} more strata", numbers::count((strata.rows.len() - GROUPS_MAX) as u64)));
    }
    within_table(page, strata);
}

fn within_table(page: &mut Page, strata: &Strata) {
    let Some(within) = &strata.within else { return };
    let [first, second] = &within.groups;
    let (first, second) = (labels::group(first), labels::group(second));
    let decimals = numbers::decimals_for(&[within.difference_interval.width() / 2.0]);
    let heads = [cell(&format!("{first} − {second}")), "value".to_owned(), "interval".to_owned()];
    page.table(&heads, 2);
    let pooled = numbers::decimal(within.difference_pooled, decimals);
    page.row(&["over all rows".to_owned(), pooled, "–".to_owned()]);
    let difference = numbers::decimal(within.difference, decimals);
    let limits = interval(Some(within.difference_interval), decimals);
    page.row(&["within strata (Mantel–Haenszel)".to_owned(), difference, limits]);
    if let Some(ratio) = within.ratio {
        let decimals =
            within.ratio_interval.map_or(2, |limits| numbers::decimals_for(&[limits.width() / 2.0]));
        let limits = interval(within.ratio_interval, decimals);
        page.row(&["the same as a ratio".to_owned(), numbers::decimal(ratio, decimals), limits]);
    }
    if let Some(p) = within.homogeneity_p {
        let test = "one odds ratio in all strata (Breslow–Day, Tarone)".to_owned();
        page.row(&[test, numbers::p_value(p).replace('<', "&lt;"), "–".to_owned()]);
    }
}

#[cfg(test)]
mod tests {
    use super::{cell, code};

    #[test]
    fn nothing_of_a_label_is_markup() {
        assert_eq!(code("<b>@all</b> [x](http://y)"), "`<b>@all</b> [x](http://y)`");
        assert_eq!(code("a`b``c"), "```a`b``c```");
        assert_eq!(code("`a"), "`` `a ``");
    }

    #[test]
    fn a_pipe_does_not_end_a_cell() {
        assert_eq!(cell("a|b"), "`a`&#124;`b`");
        assert_eq!(cell("a\\|"), "`a\\`&#124;");
    }
}
