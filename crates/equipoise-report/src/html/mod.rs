//! The report as a piece of HTML that stands inside somebody else's page, as a notebook shows it.
//!
//! There is no script, no link and nothing to load, and no text of a stranger stands in an attribute or in the style.
//! All that is drawn or coloured is said in words and numbers as well: pages that strip the style lose nothing.

mod escape;

mod whisker;

mod page;

mod verdicts;

mod gaps;

mod groups;

mod strata;

use equipoise::audit::{Report, Section};
use escape::escaped;
use page::Page;

use crate::{
    Provenance, numbers,
    text::head::{legend, roles, sources},
    words,
};

/// At most so many sections are shown.
const SECTIONS_MAX: usize = 12;

/// Rules for what stands inside the fragment only. Greys are half transparent and text has the page's own colour, so that
/// it reads on light and on dark; the hues are told apart by those who see no red or no green.
const STYLE: &str = "\
.equipoise{font-size:13px;line-height:1.4;max-width:76em;overflow-x:auto}\
.equipoise .eq-h{font-weight:600;margin:.9em 0 .2em;border-bottom:1px solid rgba(128,128,128,.45)}\
.equipoise .eq-t{font-size:15px;font-weight:600}\
.equipoise .eq-s{opacity:.75;font-size:12px}\
.equipoise table.eq{border-collapse:collapse;table-layout:auto;width:auto;margin:.2em 0 .5em;font-size:13px;font-variant-numeric:tabular-nums;color:inherit}\
.equipoise table.eq th,.equipoise table.eq td{text-align:left;vertical-align:top;padding:2px 12px 2px 0;border:0;\
border-bottom:1px solid rgba(128,128,128,.22);background:none;max-width:34em;white-space:normal;overflow-wrap:break-word}\
.equipoise table.eq th{font-weight:600}\
.equipoise table.eq td:first-child{min-width:5em}\
.equipoise table.eq .eq-n{text-align:right;white-space:nowrap}\
.equipoise table.eq .eq-k{white-space:nowrap}\
.equipoise table.eq .eq-o{border-top:1px solid rgba(128,128,128,.6)}\
.equipoise svg{vertical-align:middle;overflow:visible}\
.equipoise .eq-holds{border-left:4px solid #0a84c6;padding-left:6px;font-weight:600}\
.equipoise .eq-violated{border-left:4px solid #d55e00;padding-left:6px;font-weight:600}\
.equipoise .eq-undecided{border-left:4px solid #8c8c8c;padding-left:6px;font-weight:600}\
.equipoise summary{cursor:pointer}";

/// Returns the report as a fragment of HTML: one `div`, well-formed as XML too, for a notebook's `_repr_html_`.
///
/// Verdicts come first, then for each section the gaps and the groups, all with their intervals. Labels and names of columns are
/// [shown](crate::shown) and escaped. A long report is shortened, and says by how much; [`json`](crate::json) and
/// [`csv`](crate::csv()) have everything. O(length of the output), which is at most some 200 kB a section.
pub fn html_fragment(report: &Report, provenance: &Provenance) -> String {
    let mut page = Page::default();
    page.raw("<div class=\"equipoise\"><style>");
    page.raw(STYLE);
    page.raw("</style>\n");
    head(&mut page, report, provenance);
    verdicts::write(&mut page, report);
    for section in report.sections.iter().take(SECTIONS_MAX) {
        write_section(&mut page, report, section);
    }
    page.left_out(report.sections.len().saturating_sub(SECTIONS_MAX), "more section", "more sections");
    unsaid(&mut page, report);
    for paragraph in legend(report) {
        page.small(&paragraph);
    }
    page.raw("</div>\n");
    page.finish()
}

fn head(page: &mut Page, report: &Report, provenance: &Provenance) {
    let title = format!(
        "{}, {}: {}",
        words::subject_title(report.subject),
        words::task_name(report.layout.task),
        numbers::of_things(report.rows, "row")
    );
    page.line("eq-t", &title);
    for (role, what) in roles(report).into_iter().chain(sources(provenance)) {
        page.raw(&format!(
            "<div><span class=\"eq-s\">{role}</span> {}</div>\n",
            escaped(&page::paragraph(&what))
        ));
    }
}

fn write_section(page: &mut Page, report: &Report, section: &Section) {
    page.heading(&format!("By {}", words::attributes_title(&section.attributes, "×")));
    gaps::write(page, report, section);
    groups::write(page, report, section);
    groups::write_comparisons(page, section);
    if let Some(strata) = &section.strata {
        strata::write(page, report, section, strata);
    }
}

fn unsaid(page: &mut Page, report: &Report) {
    if report.unsaid.is_empty() {
        return;
    }
    page.raw("<details><summary>What cannot be said from these columns</summary>\n");
    for (without, notions) in words::unsaid(&report.unsaid) {
        page.small(&format!("{without}: {}", notions.join(", ")));
    }
    page.raw("</details>\n");
}
