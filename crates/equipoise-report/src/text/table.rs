//! Columns that line up: the first gives way when the page is narrow, the last draws in what is left.

use super::{
    chart::{Bar, Scale},
    page::{Page, Style},
};
use crate::labels;

/// Blanks between columns.
const GAP: usize = 2;

/// Blanks before a table.
pub(super) const INDENT: usize = 2;

/// The first column is no wider than this, and gives way down to [`NAME_MIN`].
const NAME_MAX: usize = 34;

const NAME_MIN: usize = 10;

/// A drawing narrower than this says nothing; a wider one than [`CHART_MAX`] no more.
const CHART_MIN: usize = 12;

const CHART_MAX: usize = 36;

/// A row of a table.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) cells: Vec<String>,
    /// Stands in place of the cells from this one on.
    pub(super) remark: Option<(usize, String)>,
    pub(super) bar: Option<Bar>,
    pub(super) style: Style,
}

impl Row {
    pub(super) fn new(name: String, cells: Vec<String>) -> Self {
        Self { name, cells, remark: None, bar: None, style: Style::Plain }
    }
}

/// Columns with a heading: names to the left, cells to the right, and perhaps a drawing.
pub(super) struct Table {
    pub(super) title: String,
    pub(super) heads: Vec<String>,
    pub(super) rows: Vec<Row>,
    /// The axis that bars are drawn on.
    pub(super) scale: Option<Scale>,
}

/// The widths that several tables share.
#[derive(Clone, Debug)]
pub(super) struct Widths {
    name: usize,
    cells: Vec<usize>,
    chart: usize,
}

impl Widths {
    /// Returns widths at which all the tables line up on a page; tables may differ in their number of columns.
    pub(super) fn of(tables: &[Table], page: &Page) -> Self {
        let mut widths = Self { name: NAME_MIN, cells: Vec::new(), chart: 0 };
        for table in tables {
            let names = table.rows.iter().map(|row| &row.name).chain([&table.title]);
            let name = names.map(|name| labels::width(name)).max().unwrap_or(0);
            widths.name = widths.name.max(name.min(NAME_MAX));
            let rows = table.rows.iter().map(|row| row.cells.as_slice());
            for cells in rows.chain([table.heads.as_slice()]) {
                for (place, cell) in cells.iter().enumerate() {
                    if place == widths.cells.len() {
                        widths.cells.push(0);
                    }
                    widths.cells[place] = widths.cells[place].max(labels::width(cell));
                }
            }
        }
        widths.fit(page.width, tables.iter().any(|table| table.scale.is_some()));
        widths
    }

    fn fit(&mut self, width: usize, draws: bool) {
        let cells: usize = self.cells.iter().map(|cell| cell + GAP).sum();
        let left = width.saturating_sub(INDENT + cells);
        if draws && left >= self.name + GAP + CHART_MIN {
            self.chart = (left - self.name - GAP).min(CHART_MAX);
        } else if draws && left >= NAME_MIN * 2 + GAP + CHART_MIN {
            self.chart = CHART_MIN;
            self.name = left - GAP - CHART_MIN;
        }
        self.name = self.name.min(left.max(NAME_MIN));
    }
}

impl Table {
    /// Takes away the columns for which a page is too narrow; returns how many are left beside the name.
    pub(super) fn keep_columns(&mut self, width: usize) -> usize {
        let widest = |column: usize| {
            let cells =
                self.rows.iter().filter_map(|row| row.cells.get(column)).chain(self.heads.get(column));
            cells.map(|cell| labels::width(cell)).max().unwrap_or(0)
        };
        let mut used = INDENT + NAME_MIN;
        let kept = (0..self.heads.len()).take_while(|&column| {
            used += GAP + widest(column);
            used <= width
        });
        let n_columns = kept.count();
        self.heads.truncate(n_columns);
        self.rows.iter_mut().for_each(|row| row.cells.truncate(n_columns));
        n_columns
    }

    pub(super) fn write(&self, page: &mut Page, widths: &Widths) {
        self.write_heads(page, widths);
        for row in &self.rows {
            let mut pieces =
                vec![(format!("{:INDENT$}{}", "", left(&row.name, widths.name, page)), row.style)];
            let n_cells = row.remark.as_ref().map_or(row.cells.len(), |(place, _)| *place);
            pieces.extend(cells(&row.cells[..n_cells.min(row.cells.len())], widths, row.style));
            if let Some((_, remark)) = &row.remark {
                pieces.push((format!("{:GAP$}{remark}", ""), Style::Dim));
            } else if let (Some(bar), Some(scale)) = (&row.bar, &self.scale)
                && widths.chart > 0
            {
                pieces.extend(absent(row.cells.len(), widths));
                pieces.push((
                    format!("{:GAP$}{}", "", scale.draw(bar, widths.chart, &page.signs)),
                    Style::Plain,
                ));
            }
            page.line(&pieces);
        }
    }

    fn write_heads(&self, page: &mut Page, widths: &Widths) {
        let mut title = self.title.clone();
        if labels::width(&title) > widths.name {
            page.line(&[(format!("{:INDENT$}{title}", ""), Style::Bold)]);
            title = String::new();
            if self.heads.is_empty() {
                return;
            }
        }
        let mut pieces = vec![(format!("{:INDENT$}{}", "", left(&title, widths.name, page)), Style::Bold)];
        pieces.extend(cells(&self.heads, widths, Style::Dim));
        if let Some(scale) = self.scale.as_ref().filter(|_| widths.chart > 0) {
            pieces.extend(absent(self.heads.len(), widths));
            pieces.push((format!("{:GAP$}{}", "", scale.ends(widths.chart)), Style::Dim));
        }
        page.line(&pieces);
    }
}

fn cells<'a>(
    cells: &'a [String],
    widths: &'a Widths,
    style: Style,
) -> impl Iterator<Item = (String, Style)> + 'a {
    cells.iter().zip(&widths.cells).map(move |(cell, width)| {
        let blanks = (width + GAP).saturating_sub(labels::width(cell));
        (format!("{:blanks$}{cell}", ""), style)
    })
}

/// Blanks in place of the cells that this table does not have and another does.
fn absent(n_cells: usize, widths: &Widths) -> Option<(String, Style)> {
    let blanks: usize = widths.cells.iter().skip(n_cells).map(|cell| cell + GAP).sum();
    (blanks > 0).then(|| (" ".repeat(blanks), Style::Plain))
}

fn left(text: &str, width: usize, page: &Page) -> String {
    let text = labels::clipped(text, width, page.signs.clipped);
    let blanks = width.saturating_sub(labels::width(&text));
    format!("{text}{:blanks$}", "")
}
