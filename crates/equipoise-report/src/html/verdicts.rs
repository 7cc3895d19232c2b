//! The verdicts: outcome, requirement, value and interval against the bound.

use equipoise::{
    audit::{Report, Verdict},
    verdict::Outcome,
};

use super::{
    gaps::{bar, interval_cell, value_cell},
    page::{Cell, Page, paragraph},
    whisker::{self, Mark},
};
use crate::{
    labels, numbers,
    text::{chart::Scale, gaps::details},
    words,
};

/// At most so many verdicts are shown: the worst.
const VERDICTS_MAX: usize = 40;

pub(super) fn write(page: &mut Page, report: &Report) {
    if report.verdicts.is_empty() {
        return;
    }
    page.heading(&format!("Verdicts: {}", tally(report.verdicts.iter())));
    let level = numbers::level(report.confidence.get());
    page.start_table(&[
        Cell::Text("outcome".to_owned()),
        Cell::Text("requirement".to_owned()),
        Cell::Number("value".to_owned()),
        Cell::Number(format!("{level} interval")),
        Cell::Text("against the bound".to_owned()),
    ]);
    let (shown, hidden) = split(&report.verdicts);
    for verdict in shown {
        page.row(&cells(report, verdict));
    }
    page.end_table();
    if !hidden.is_empty() {
        page.small(&format!(
            "and {} more: {}",
            numbers::count(hidden.len() as u64),
            tally(hidden.into_iter())
        ));
    }
}

/// Returns the worst verdicts and the others, both in the order asked.
fn split(verdicts: &[Verdict]) -> (Vec<&Verdict>, Vec<&Verdict>) {
    let mut places: Vec<usize> = (0..verdicts.len()).collect();
    places.sort_by_key(|&place| (std::cmp::Reverse(verdicts[place].outcome), place));
    let mut is_shown = vec![false; verdicts.len()];
    for &place in places.iter().take(VERDICTS_MAX) {
        is_shown[place] = true;
    }
    let (shown, hidden): (Vec<_>, Vec<_>) =
        verdicts.iter().zip(is_shown).partition(|(_, is_shown)| *is_shown);
    let verdicts_of = |part: Vec<(_, bool)>| part.into_iter().map(|(verdict, _)| verdict).collect();
    (verdicts_of(shown), verdicts_of(hidden))
}

/// Returns `1 violated, 2 undecided, 4 hold`, the worst first.
fn tally<'a>(verdicts: impl Iterator<Item = &'a Verdict> + Clone) -> String {
    let of = |outcome| verdicts.clone().filter(|verdict| verdict.outcome == outcome).count();
    let n_hold = of(Outcome::Holds);
    let parts = [
        (of(Outcome::Violated), "violated"),
        (of(Outcome::Undecided), "undecided"),
        (n_hold, if n_hold == 1 { "holds" } else { "hold" }),
    ];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{} {what}", numbers::count(*n as u64)))
        .collect();
    parts.join(", ")
}

fn cells(report: &Report, verdict: &Verdict) -> [Cell; 5] {
    let (class, sign) = match verdict.outcome {
        Outcome::Holds => ("eq-holds", "✓"),
        Outcome::Violated => ("eq-violated", "✗"),
        Outcome::Undecided => ("eq-undecided", "?"),
    };
    let gap = &verdict.gap;
    let attributes = words::attributes_title(&verdict.attributes, "×");
    let requirement = paragraph(&labels::shown(&verdict.requirement.to_string()));
    let mut why = details(gap, gap.left_out);
    if let Some(undecided) = &verdict.undecided {
        why.push(words::undecided(undecided, report.rows_min));
    }
    let bound = verdict.requirement.bound().value();
    let bar = bar(gap);
    let scale = Scale::of(bar.iter(), Some(bound));
    [
        Cell::Outcome(class, format!("{sign} {}", verdict.outcome)),
        Cell::Lines(format!("{requirement}, by {attributes}"), why),
        value_cell(gap),
        interval_cell(gap),
        Cell::Drawing(whisker::draw(scale.as_ref(), bar.as_ref(), Mark::Bound(bound))),
    ]
}
