//! An explanation as text that a person reads at a terminal.

use std::fmt::Write as _;

use equipoise::methods::Crossing;

use super::{Explanation, GapExplained, GroupsExplained, Holds, ScoreExplained, TakenOut};
use crate::{
    encoder::Storage,
    summary::{accuracy_words, outcome_words},
    target::Target,
};

/// Groups and gaps of one score that are shown: JSON has all.
const GROUPS_MAX: usize = 40;

pub(super) fn text(explanation: &Explanation, width: usize, features_max: usize) -> String {
    let mut page = Page { text: String::new(), width: width.max(60) };
    head(&mut page, explanation);
    for score in &explanation.scores {
        write_score(&mut page, explanation, score, features_max);
        write_certificate(&mut page, &score.certificate);
    }
    if let Some(transform) = &explanation.transform {
        write_transform(&mut page, explanation, transform, features_max);
    }
    page.text
}

/// The head, what `lines` say, and the groups of each score: what is told of a model that has just been made.
pub(crate) fn short(
    explanation: &Explanation,
    lines: &[String],
    with_certificate: bool,
    width: usize,
) -> String {
    let mut page = Page { text: String::new(), width: width.max(60) };
    // What was left out is a note, said at once.
    head(&mut page, &Explanation { dropped: Vec::new(), ..explanation.clone() });
    lines.iter().for_each(|line| page.line(&format!("  {line}")));
    for score in explanation.scores.iter().filter(|score| score.groups.is_some()) {
        if let Some(class) = &score.class {
            page.blank();
            page.line(&format!("Score of {class}"));
        }
        if let Some(groups) = &score.groups {
            write_groups(&mut page, groups, &explanation.target);
        }
        if with_certificate {
            write_certificate(&mut page, &score.certificate);
        }
    }
    page.text
}

/// Text under construction.
struct Page {
    text: String,
    width: usize,
}

impl Page {
    fn line(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }

    /// An item of a list, wrapped between words.
    fn item(&mut self, text: &str) {
        let mut line = String::from("  -");
        for word in text.split_whitespace() {
            if line.chars().count() + 1 + word.chars().count() > self.width && line.len() > 4 {
                self.line(&line);
                line = String::from("   ");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    fn blank(&mut self) {
        self.text.push('\n');
    }

    /// A table: the first column to the left, the others to the right.
    fn table(&mut self, head: &[&str], rows: &[Vec<String>]) {
        let of_column = |column: usize| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([head[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..head.len()).map(of_column).collect();
        let rest: usize = widths[1..].iter().map(|width| width + 2).sum();
        let first = widths[0].min(self.width.saturating_sub(rest + 2).max(12));
        let mut write = |cells: Vec<String>| {
            let mut line = format!("  {:<first$}", clipped(&cells[0], first));
            for (cell, width) in cells[1..].iter().zip(&widths[1..]) {
                let _ = write!(line, "  {cell:>width$}");
            }
            self.line(&line);
        };
        write(head.iter().map(|&head| head.to_owned()).collect());
        rows.iter().for_each(|row| write(row.clone()));
    }
}

/// What is longer is cut in the middle: both ends of a name tell.
fn clipped(text: &str, width: usize) -> String {
    let n = text.chars().count();
    if n <= width {
        return text.to_owned();
    }
    let (head, tail) = (width.div_ceil(2), width / 2 - 1);
    text.chars().take(head).chain(['…']).chain(text.chars().skip(n - tail)).collect()
}

fn number(value: f64) -> String {
    if value.abs() < 1e-12 {
        // Equal up to rounding.
        "0.0000".to_owned()
    } else if (1e-3..1e6).contains(&value.abs()) {
        format!("{value:.4}")
    } else {
        format!("{value:.2e}")
    }
}

fn head(page: &mut Page, explanation: &Explanation) {
    let ingredients = &explanation.ingredients;
    let target = ingredients.target.as_deref().unwrap_or("the outcome");
    let what = match &explanation.target {
        Target::Binary { .. } => {
            let labels = explanation.target.labels();
            format!("{target} is {}", labels[1])
        }
        Target::Classes(classes) => format!("{target}, one of {} classes", classes.len()),
        Target::Number => target.to_owned(),
        Target::Transformed => "transformed features".to_owned(),
    };
    page.line(&format!("{}: {what}", ingredients.method));
    let storage = if explanation.storage == Storage::Sparse { ", most of them zero" } else { "" };
    page.line(&format!(
        "  {} features of {} columns{storage}",
        explanation.features.len(),
        explanation.columns
    ));
    if !explanation.dropped.is_empty() {
        let list = equipoise_audit::listed(&explanation.dropped, explanation.dropped.len());
        page.line(&format!("  left out, since they have one value or none: {list}"));
    }
    match explanation.holds {
        Holds::Nothing => page.line("  the file holds no row of the fit"),
        Holds::Rows { what, rows } => {
            page.line(&format!("  the file holds {rows} rows of the fit, as {what}"))
        }
    }
    if let Some(rows) = explanation.rows_measured {
        page.line(&format!("  means, rates and gaps are those of {rows} rows of the table"));
    }
}

fn write_score(page: &mut Page, explanation: &Explanation, score: &ScoreExplained, features_max: usize) {
    page.blank();
    if let Some(class) = &score.class {
        page.line(&format!("Score of {class}"));
    }
    page.line(&format!(
        "  {}, fitted to {} rows; {} ({})",
        score.kind,
        score.rows,
        outcome_words(&score.outcome),
        accuracy_words(&score.outcome.accuracy)
    ));
    if let Some(groups) = &score.groups {
        write_groups(page, groups, &explanation.target);
    }
    write_weights(page, explanation, score, features_max);
}

fn write_groups(page: &mut Page, groups: &GroupsExplained, target: &Target) {
    let has_rates = !matches!(target, Target::Number);
    let crossed = if groups.crossing == Crossing::Crossed { ", crossed" } else { "" };
    page.line(&format!(
        "  {}{crossed}: {} difference{}, {} of them independent",
        groups.notion,
        groups.gaps.len(),
        if groups.gaps.len() == 1 { "" } else { "s" },
        groups.rank
    ));
    let mut blocks: Vec<(&str, &str)> =
        groups.cells.iter().map(|cell| (cell.attributes.as_str(), cell.event.as_str())).collect();
    blocks.dedup();
    for (attributes, event) in blocks {
        page.blank();
        page.line(&format!("{attributes}, {event}"));
        let cells = groups.cells.iter().filter(|cell| cell.attributes == attributes && cell.event == event);
        let rows: Vec<Vec<String>> = cells
            .take(GROUPS_MAX)
            .map(|cell| {
                let mut row = vec![cell.group.clone(), cell.rows.to_string(), number(cell.mean)];
                row.extend(has_rates.then(|| format!("{:.1} %", 100.0 * cell.rate)));
                row
            })
            .collect();
        let head = ["group", "rows", "mean score", "score above 0"];
        page.table(&head[..if has_rates { 4 } else { 3 }], &rows);
        write_gaps(page, groups, attributes, event);
        if has_rates {
            write_rates(page, groups, attributes, event);
        }
    }
    for (attributes, group, event) in groups.empty.iter().take(GROUPS_MAX) {
        page.line(&format!("  {attributes} {group}: no rows where {event}; nothing is asked there"));
    }
}

fn write_gaps(page: &mut Page, groups: &GroupsExplained, attributes: &str, event: &str) {
    let mut gaps: Vec<&GapExplained> =
        groups.gaps.iter().filter(|gap| gap.attributes == attributes && gap.event == event).collect();
    gaps.sort_by(|a, b| b.gap.abs().total_cmp(&a.gap.abs()));
    if let Some(largest) = gaps.first() {
        let against = largest.against.as_deref().unwrap_or("all");
        let n = match gaps.len() {
            1 => "difference".to_owned(),
            n => format!("largest of {n} differences"),
        };
        page.line(&format!(
            "  {n} of mean scores: {} ({} − {against}), bound {}",
            number(largest.gap),
            largest.group,
            number(largest.bound)
        ));
    }
}

fn write_certificate(page: &mut Page, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    page.blank();
    page.line("What was shown");
    sentences.iter().for_each(|sentence| page.item(sentence));
}

/// Means that are alike say nothing of the rates: how far these differ is said beside.
fn write_rates(page: &mut Page, groups: &GroupsExplained, attributes: &str, event: &str) {
    let cells = groups.cells.iter().filter(|cell| cell.attributes == attributes && cell.event == event);
    let (least, most, n) = cells.fold((f64::INFINITY, f64::NEG_INFINITY, 0), |(least, most, n), cell| {
        (cell.rate.min(least), cell.rate.max(most), n + 1)
    });
    if n > 1 {
        page.line(&format!("  the rates of scores above 0 differ by {:.1} points", 100.0 * (most - least)));
    }
}

fn write_weights(page: &mut Page, explanation: &Explanation, score: &ScoreExplained, features_max: usize) {
    if score.weights.is_empty() {
        return;
    }
    let gap = score.groups.as_ref().and_then(|groups| {
        groups.gaps.iter().filter(|gap| !gap.differences.is_empty()).max_by(|a, b| {
            let size = |gap: &GapExplained| {
                gap.differences.iter().zip(&score.weights).map(|(u, w)| (u * w).abs()).sum::<f64>()
            };
            size(a).total_cmp(&size(b))
        })
    });
    let mut order: Vec<usize> = (0..score.weights.len()).collect();
    let size = |feature: usize| match gap {
        Some(gap) => (gap.differences[feature] * score.weights[feature]).abs(),
        None => score.weights[feature].abs(),
    };
    order.sort_by(|&a, &b| size(b).total_cmp(&size(a)).then(a.cmp(&b)));
    let n = order.len();
    order.truncate(features_max);
    page.blank();
    let shown =
        if order.len() < n { format!("{} of {n} features", order.len()) } else { "Features".to_owned() };
    let Some(gap) = gap else {
        page.line(&format!("{shown}, by weight"));
        let row = |&feature: &usize| {
            let Named { name, per_unit } = named(explanation, score, feature);
            vec![name, number(score.weights[feature]), per_unit]
        };
        let rows: Vec<Vec<String>> = order.iter().map(row).collect();
        page.table(&["feature", "weight", "a unit"], &rows);
        return;
    };
    let taken_out = score.groups.as_ref().map_or(&[] as &[f64], |groups| &groups.taken_out);
    page.line(&format!(
        "{shown}, by their part in the difference {} − {} where {}",
        gap.group,
        gap.against.as_deref().unwrap_or("all"),
        gap.event
    ));
    let row = |&feature: &usize| {
        let (w, u) = (score.weights[feature], gap.differences[feature]);
        let taken = taken_out.get(feature).map_or(String::new(), |share| format!("{:.1} %", 100.0 * share));
        vec![named(explanation, score, feature).name, number(w), number(u), number(w * u), taken]
    };
    let rows: Vec<Vec<String>> = order.iter().map(row).collect();
    page.table(&["feature", "weight", "groups differ by", "part", "taken out"], &rows);
    page.line("  the parts of all features add up to the difference of mean scores");
}

struct Named {
    name: String,
    per_unit: String,
}

fn named(explanation: &Explanation, score: &ScoreExplained, feature: usize) -> Named {
    let Some(known) = explanation.features.get(feature) else {
        return Named { name: format!("feature {feature}"), per_unit: String::new() };
    };
    Named {
        name: equipoise_audit::listed([&known.name], 1),
        per_unit: number(score.weights[feature] * known.of_unit),
    }
}

fn write_transform(page: &mut Page, explanation: &Explanation, transform: &TakenOut, features_max: usize) {
    page.blank();
    let s = if transform.rank == 1 { "" } else { "s" };
    page.line(&format!("  {} direction{s} taken out", transform.rank));
    let mut order: Vec<usize> = (0..transform.shares.len()).collect();
    order.sort_by(|&a, &b| transform.shares[b].total_cmp(&transform.shares[a]).then(a.cmp(&b)));
    order.truncate(features_max);
    let row = |&feature: &usize| {
        let name = explanation.features.get(feature).map_or(String::new(), |feature| feature.name.clone());
        vec![name, format!("{:.1} %", 100.0 * transform.shares[feature])]
    };
    page.table(&["feature", "taken out"], &order.iter().map(row).collect::<Vec<_>>());
}
