//! The verdicts, and what cannot be said.

use equipoise::{
    audit::{Report, Verdict},
    verdict::Outcome,
};

use super::{
    gaps::{details, value},
    page::{Page, Style},
};
use crate::{labels, words};

/// The outcome's sign and word, in columns.
const OUTCOME: usize = 14;

pub(super) fn write(page: &mut Page, report: &Report) {
    if !report.verdicts.is_empty() {
        page.blank();
        page.heading("Verdicts");
        for verdict in &report.verdicts {
            write_verdict(page, report, verdict);
        }
    }
    if !report.unsaid.is_empty() {
        page.blank();
        page.heading("What cannot be said from these columns");
        for (without, notions) in words::unsaid(&report.unsaid) {
            page.hanging(&format!("  {without}: "), Style::Plain, &notions.join(", "), Style::Plain);
        }
    }
}

fn write_verdict(page: &mut Page, report: &Report, verdict: &Verdict) {
    let (sign, style) = match verdict.outcome {
        Outcome::Holds => (page.signs.holds, Style::Holds),
        Outcome::Violated => (page.signs.violated, Style::Violated),
        Outcome::Undecided => (page.signs.undecided, Style::Undecided),
    };
    let lead = format!("{:OUTCOME$}", format!("{sign} {}", verdict.outcome));
    let attributes = words::attributes_title(&verdict.attributes, page.signs.times);
    let requirement = labels::shown(&verdict.requirement.to_string());
    page.hanging(&lead, style, &format!("{requirement}, by {attributes}"), Style::Bold);
    page.wrapped(OUTCOME, &value(&verdict.gap), Style::Plain);
    for line in details(&verdict.gap, verdict.gap.left_out) {
        page.wrapped(OUTCOME, &line, Style::Dim);
    }
    if let Some(why) = &verdict.undecided {
        page.wrapped(OUTCOME, &words::undecided(why, report.rows_min), Style::Plain);
    }
}
