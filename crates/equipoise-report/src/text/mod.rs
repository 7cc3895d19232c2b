//! The report as text that a person reads at a terminal.

mod page;

pub(crate) mod chart;

mod table;

pub(crate) mod head;

pub(crate) mod groups;

pub(crate) mod gaps;

pub(crate) mod strata;

mod verdicts;

use equipoise::audit::Report;
use page::Page;

use crate::{Provenance, words};

/// At most so many groups are shown of each metric: the extremes. JSON and CSV have all.
const GROUPS_MAX: usize = 40;

/// How text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextStyle {
    /// Columns of the page. Less than 40 counts as 40.
    pub width: usize,
    /// Whether headings and verdicts are coloured by ANSI sequences. Nothing is said by colour alone.
    pub color: bool,
    /// Whether only ASCII is drawn with. Labels are the user's own and stay as they are.
    pub ascii: bool,
}

impl Default for TextStyle {
    fn default() -> Self {
        Self { width: 80, color: false, ascii: false }
    }
}

/// Returns the report as text, with a newline at its end.
///
/// No line is wider than the style's width, in columns of a terminal. Numbers are rounded to what their intervals
/// carry. Of many groups the extremes are shown, and how many more there are.
pub fn text(report: &Report, provenance: &Provenance, style: &TextStyle) -> String {
    let mut page = Page::new(style);
    head::write(&mut page, report, provenance);
    for section in &report.sections {
        page.blank();
        let title = words::attributes_title(&section.attributes, page.signs.times);
        page.heading(&format!("By {title}"));
        groups::write(&mut page, report, section);
        groups::write_comparisons(&mut page, section);
        gaps::write(&mut page, report, section);
        if let Some(strata) = &section.strata {
            strata::write(&mut page, report, section, strata);
        }
    }
    verdicts::write(&mut page, report);
    head::write_legend(&mut page, report);
    page.finish()
}
