//! What stands above the sections, and the legend below them.

use equipoise::{
    audit::{Gap, Report},
    groups::Label,
    inference::Interval,
    metrics::Kind,
    stats::{Layout, Task, WeightKind},
};

use super::page::{Page, Style};
use crate::{JoinCounts, Provenance, labels, numbers, words};

/// The column in which what is said of a role starts.
const ROLE: usize = 13;

pub(super) fn write(page: &mut Page, report: &Report, provenance: &Provenance) {
    let title = format!("{}, {}", words::subject_title(report.subject), words::task_name(report.layout.task));
    let rows = numbers::of_things(report.rows, "row");
    page.line(&[(title, Style::Bold), (format!(": {rows}"), Style::Plain)]);
    for (role, what) in roles(report) {
        item(page, role, &what);
    }
    for (role, what) in sources(provenance) {
        item(page, role, &what);
    }
}

fn item(page: &mut Page, role: &str, what: &str) {
    page.hanging(&format!("  {role:ROLE$}"), Style::Dim, what, Style::Plain);
}

/// Returns the columns by role, with what they hold.
pub(crate) fn roles(report: &Report) -> Vec<(&'static str, String)> {
    let layout = &report.layout;
    let mut roles = Vec::new();
    if let Some(target) = &layout.target {
        let counted = counted(report, "base_rate");
        let classes = classes(layout.task, &report.target_classes, counted);
        roles.push(("target", format!("{}{classes}", name(target))));
    }
    if let Some(prediction) = &layout.prediction {
        let counted = counted(report, "selection_rate");
        let classes = classes(layout.task, &report.prediction_classes, counted);
        roles.push(("prediction", format!("{}{classes}", name(prediction))));
    }
    if let Some(score) = &layout.score {
        let threshold = layout.threshold.map_or(String::new(), |threshold| {
            let counted = counted(report, "selection_rate").unwrap_or_default();
            format!(", selected from {threshold} on{counted}")
        });
        roles.push(("score", format!("{}{threshold}", name(score))));
    }
    if let Some((column, kind)) = &layout.weight {
        let meaning = match kind {
            WeightKind::Frequency => "frequency weights (a row stands for that many people)",
            WeightKind::Sampling => "sampling weights",
        };
        let sum = numbers::weight(report.weight);
        roles.push(("weights", format!("{}, {meaning}, in all {sum}", name(column))));
    }
    if !layout.strata.is_empty() {
        roles.push(("strata", names(layout)));
    }
    roles
}

fn name(column: &str) -> String {
    labels::brief(&labels::shown(column))
}

fn names(layout: &Layout) -> String {
    layout.strata.iter().map(|stratum| name(&stratum.name)).collect::<Vec<_>>().join(", ")
}

/// Returns `: 120 of 400 (30.0 %)` from a rate over all rows, where it was asked for.
fn counted(report: &Report, metric: &str) -> Option<String> {
    let overall = &report.sections.first()?.overall;
    let figure = overall.figures.iter().find(|figure| figure.metric == metric)?;
    let ((count, of), share) = (figure.counts?, figure.value.ok()?);
    let (count, of) = (numbers::weight(count), numbers::weight(of));
    Some(format!(": {count} of {of} ({})", numbers::percent(share)))
}

fn classes(task: Task, classes: &[Label], counted: Option<String>) -> String {
    match (task, classes) {
        (Task::Binary, [_, positive]) => {
            format!(", positive {}{}", labels::brief(&labels::label(positive)), counted.unwrap_or_default())
        }
        (_, []) => String::new(),
        (_, classes) => {
            let shown: Vec<String> =
                classes.iter().take(12).map(|class| labels::brief(&labels::label(class))).collect();
            let more = if classes.len() > 12 { ", and others" } else { "" };
            format!(", {} classes: {}{more}", numbers::count(classes.len() as u64), shown.join(", "))
        }
    }
}

/// Returns where the rows come from and what became of them.
pub(crate) fn sources(provenance: &Provenance) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let rows = (provenance.rows_read > 0).then(|| {
        let read = numbers::of_things(provenance.rows_read, "row");
        let dropped = match provenance.rows_dropped {
            0 => String::new(),
            dropped => format!(", {} of them left out", numbers::count(dropped)),
        };
        format!("{read}{dropped}")
    });
    let sources: Vec<String> = provenance.sources.iter().map(|source| labels::shown(source)).collect();
    match (sources.join(", "), rows) {
        (names, Some(rows)) if names.is_empty() => lines.push(("read", rows)),
        (names, Some(rows)) => lines.push(("read", format!("{names}: {rows}"))),
        (names, None) if names.is_empty() => {}
        (names, None) => lines.push(("read", names)),
    }
    let missing = provenance.missing.iter().filter(|(_, n)| *n > 0);
    let missing: Vec<String> =
        missing.map(|(column, n)| format!("{} {}", name(column), numbers::count(*n))).collect();
    if !missing.is_empty() {
        lines.push(("missing", missing.join(", ")));
    }
    if let Some(join) = &provenance.join {
        lines.push(("join", joined(join)));
    }
    lines.extend(provenance.notes.iter().map(|note| ("note", labels::shown(note))));
    lines
}

fn joined(join: &JoinCounts) -> String {
    let mut parts = vec![format!("{} matched", numbers::of_things(join.rows_matched, "row"))];
    let others = [
        (join.rows_unmatched, "rows without a match"),
        (join.rows_without_key, "rows without a key"),
        (join.rows_duplicate, "rows with a key seen before"),
    ];
    parts.extend(
        others.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{} {what}", numbers::count(*n))),
    );
    let unasked = match join.keys_unmatched {
        0 => String::new(),
        n => format!(", {} of them never asked for", numbers::count(n)),
    };
    parts.push(format!("{}{unasked}", numbers::of_things(join.keys, "key")));
    parts.join("; ")
}

/// Writes how to read the numbers.
pub(super) fn write_legend(page: &mut Page, report: &Report) {
    page.blank();
    if report.sections.iter().any(|section| !section.overall.figures.is_empty()) {
        let signs = page.signs;
        let whiskers = format!("{}{}{}", signs.end_left, signs.whisker, signs.end_right);
        let line =
            format!("{} value, {whiskers} its interval, {} value over all rows.", signs.dot, signs.overall);
        page.wrapped(0, &line, Style::Dim);
    }
    for line in legend(report) {
        let line = page.own(&line);
        page.wrapped(0, &line, Style::Dim);
    }
}

/// Returns how to read the numbers, a paragraph each.
pub(crate) fn legend(report: &Report) -> Vec<String> {
    let figures = report
        .sections
        .iter()
        .flat_map(|section| section.groups.iter().chain([&section.overall]).flat_map(|group| &group.figures));
    let of_groups = methods(figures.map(|figure| (figure.method, figure.interval)));
    let gaps = || report.sections.iter().flat_map(|section| &section.gaps);
    let gaps = || gaps().chain(report.verdicts.iter().map(|verdict| &verdict.gap));
    let of_gaps = methods(gaps().map(|gap| (gap.method, gap.interval)));
    let mut text = format!("Intervals are at {}", numbers::level(report.confidence.get()));
    if !of_groups.is_empty() {
        text.push_str(&format!(": of groups each on its own ({of_groups})"));
    }
    if !of_gaps.is_empty() {
        let lead = if of_groups.is_empty() { ": " } else { "; " };
        text.push_str(&format!("{lead}of gaps together over all that a gap compares ({of_gaps})"));
    }
    text.push('.');
    let mut lines = vec![text];
    if gaps().any(|gap: &Gap| gap.expected_if_equal.is_some()) {
        lines.push("A largest gap is larger than zero even among equal groups; what they would show stands beside it.".to_owned());
    }
    if report.rows_min > 1 && report.sections.iter().any(has_small_groups) {
        let rows = numbers::count(report.rows_min);
        lines.push(format!(
            "Groups with fewer than {rows} rows are shown, but take no part in gaps and verdicts."
        ));
    }
    if report.law_is_exact == Some(false) {
        lines.push(
            "Scores were put on a fixed grid; figures of whole laws are as fine as the grid.".to_owned(),
        );
    }
    lines
}

fn has_small_groups(section: &equipoise::audit::Section) -> bool {
    section.groups.iter().any(|group| group.standing == equipoise::audit::Standing::TooFewRows)
}

/// Returns the distinct methods of intervals, in the order in which they first occur.
fn methods(found: impl Iterator<Item = (Option<&'static str>, Option<Interval>)>) -> String {
    let mut methods: Vec<&'static str> = Vec::new();
    for method in found.filter_map(|(method, interval)| method.filter(|_| interval.is_some())) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    methods.join("; ")
}

/// Returns whether a metric counts rows: what it says estimates nothing, and needs neither decimals nor a drawing.
pub(crate) fn is_count(metric: &str) -> bool {
    metric
        .parse::<equipoise::metrics::Choice>()
        .is_ok_and(|choice| matches!(choice.metric().kind, Kind::Count(_)))
}
