//! Tables, lines and headings, each escaped where it is written.

use super::escape::escaped;
use crate::{labels, numbers};

/// The widest name in a cell, and the longest sentence.
const NAME_MAX: usize = 60;
const PARAGRAPH_MAX: usize = 600;

/// The pieces written so far.
#[derive(Default)]
pub(super) struct Page {
    out: String,
}

/// What stands in a cell of a table.
pub(super) enum Cell {
    /// A name or sentence.
    Text(String),
    /// Sentences below a first line, smaller.
    Lines(String, Vec<String>),
    /// A number or interval, at the right edge.
    Number(String),
    /// A value, its interval and its drawing.
    Figure {
        value: String,
        interval: Option<String>,
        drawing: String,
        /// Whether the drawing stands below the numbers, where many columns leave no room beside them.
        is_below: bool,
    },
    /// What is said in place of so many cells.
    Remark(String, usize),
    /// A drawing of ours; it holds no text.
    Drawing(String),
    /// An outcome: its class, which is a word of ours, and its sign and word.
    Outcome(&'static str, String),
}

impl Page {
    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Writes markup of ours.
    pub(super) fn raw(&mut self, markup: &str) {
        self.out.push_str(markup);
    }

    /// Writes a line of text of a class of ours.
    pub(super) fn line(&mut self, class: &str, text: &str) {
        self.out.push_str(&format!("<div class=\"{class}\">{}</div>\n", escaped(&paragraph(text))));
    }

    pub(super) fn small(&mut self, text: &str) {
        self.line("eq-s", text);
    }

    pub(super) fn heading(&mut self, text: &str) {
        self.line("eq-h", text);
    }

    /// Says how many more there are than are shown; nothing where there are none.
    pub(super) fn left_out(&mut self, n: usize, one: &str, many: &str) {
        if n > 0 {
            let what = if n == 1 { one } else { many };
            self.small(&format!("and {} {what}", numbers::count(n as u64)));
        }
    }

    /// Starts a table by the headings of its columns, numbers at the right.
    pub(super) fn start_table(&mut self, heads: &[Cell]) {
        self.out.push_str("<table class=\"eq\"><thead><tr>");
        for head in heads {
            self.cell("th", head);
        }
        self.out.push_str("</tr></thead><tbody>\n");
    }

    pub(super) fn row(&mut self, cells: &[Cell]) {
        self.row_of_class("", cells);
    }

    /// Writes the row that sums up those above it.
    pub(super) fn row_overall(&mut self, cells: &[Cell]) {
        self.row_of_class(" class=\"eq-o\"", cells);
    }

    fn row_of_class(&mut self, class: &str, cells: &[Cell]) {
        self.out.push_str(&format!("<tr{class}>"));
        for cell in cells {
            self.cell("td", cell);
        }
        self.out.push_str("</tr>\n");
    }

    pub(super) fn end_table(&mut self) {
        self.out.push_str("</tbody></table>\n");
    }

    fn cell(&mut self, element: &str, cell: &Cell) {
        let (class, content) = match cell {
            Cell::Text(text) => ("", escaped(&name(text))),
            Cell::Lines(first, lines) => {
                let lines: Vec<String> = lines
                    .iter()
                    .map(|line| format!("<div class=\"eq-s\">{}</div>", escaped(&paragraph(line))))
                    .collect();
                ("", format!("{}{}", escaped(&paragraph(first)), lines.concat()))
            }
            Cell::Number(text) => (" class=\"eq-n\"", escaped(text)),
            Cell::Figure { value, interval, drawing, is_below } => {
                let interval = interval.as_deref().unwrap_or_default();
                let interval = format!("<span class=\"eq-s\">{}</span>", escaped(interval));
                let between = if *is_below && !drawing.is_empty() { "<br/>" } else { " " };
                (" class=\"eq-k\"", format!("{} {interval}{between}{drawing}", escaped(value)))
            }
            Cell::Remark(text, n_columns) => {
                let content = format!("<td colspan=\"{n_columns}\">{}</td>", escaped(text));
                self.out.push_str(&content);
                return;
            }
            Cell::Drawing(markup) => (" class=\"eq-k\"", markup.clone()),
            Cell::Outcome(class, text) => {
                (" class=\"eq-k\"", format!("<span class=\"{class}\">{}</span>", escaped(text)))
            }
        };
        self.out.push_str(&format!("<{element}{class}>{content}</{element}>"));
    }
}

/// Returns a name cut to what a cell can hold.
pub(super) fn name(text: &str) -> String {
    labels::clipped(text, NAME_MAX, "…")
}

/// Returns a sentence, cut to what anyone would read.
pub(super) fn paragraph(text: &str) -> String {
    labels::clipped(text, PARAGRAPH_MAX, "…")
}
