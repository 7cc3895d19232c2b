//! An error at its place in the text, shown with a line of carets.

use std::ops::Range;

use super::{
    Requirement, RequirementErrorKind, all,
    error::{alias_in_other_case, shown, visible},
    grammar, nearest,
};

/// An error in the text of a requirement or of a notion: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", .0.kind)]
pub struct RequirementError(Box<Located>);

#[derive(Clone, Debug, PartialEq)]
struct Located {
    kind: RequirementErrorKind,
    // The first `Requirement::BYTES_MAX` bytes at most; `span` lies inside it, on character boundaries.
    text: String,
    span: Range<usize>,
}

impl RequirementError {
    pub(super) fn new(text: &str, span: Range<usize>, kind: RequirementErrorKind) -> Self {
        let text = &text[..char_boundary(text, Requirement::BYTES_MAX)];
        let start = char_boundary(text, span.start);
        let end = char_boundary(text, span.end).max(start);
        Self(Box::new(Located { kind, text: text.to_owned(), span: start..end }))
    }

    /// Returns the error that the metric named in `text`, the text of a requirement, is not among the `known` ones.
    ///
    /// The grammar takes any name that is not a notion for a metric's; the registry that knows better says so with
    /// this. The place is that of the subject, or of the loss of a bounded loss. Names of notions are offered as well.
    pub fn unknown_metric<'a>(text: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let span = grammar::metric_place(text);
        let found = &text[span.clone()];
        let mut near: Vec<String> = alias_in_other_case(found).map(str::to_owned).into_iter().collect();
        let mut candidates: Vec<&str> =
            known.into_iter().chain(all().iter().map(|entry| entry.name())).collect();
        while let Some(name) = nearest(found, candidates.iter().copied())
            && near.len() < 3
        {
            near.push(name.to_owned());
            candidates.retain(|candidate| *candidate != name);
        }
        let kind = RequirementErrorKind::UnknownMetric { found: shown(found), near };
        Self::new(text, span, kind)
    }

    /// Returns what is wrong.
    pub fn kind(&self) -> &RequirementErrorKind {
        &self.0.kind
    }

    /// Returns the bytes of the text that are at fault; empty at its end where something is missing.
    pub fn span(&self) -> Range<usize> {
        self.0.span.clone()
    }

    /// Returns what to do about it, if there is more to say than the message does.
    pub fn help(&self) -> Option<String> {
        self.0.kind.help()
    }

    /// Returns the line of text at fault and under it a line of carets, both without a line end.
    ///
    /// A long text is clipped around the fault (`…`), and characters that are not seen are escaped, so the two lines
    /// align in any terminal that gives each character one column.
    pub fn excerpt(&self) -> (String, String) {
        excerpt(&self.0.text, &self.0.span)
    }

    /// Returns the whole message, several lines with `error: ` at its head and no line end after the last.
    ///
    /// ```
    /// # use equipoise::notion::Requirement;
    /// let error = "dp.ration >= 0.8".parse::<Requirement>().unwrap_err();
    /// assert!(error.render().starts_with("error: `ration` is not a functional or comparison
    ///   dp.ration >= 0.8
    ///      ^^^^^^
    ///   help: did you mean `ratio`?"));
    /// ```
    pub fn render(&self) -> String {
        let (line, carets) = self.excerpt();
        let mut message = format!("error: {self}\n  {line}\n  {carets}");
        if let Some(help) = self.help() {
            message.push('\n');
            message.push_str(&wrapped("  help:", &help));
        }
        message
    }
}

/// The last character boundary of the text at or before a byte.
fn char_boundary(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// Breaks a text at blanks into lines of at most [`EXCERPT_WIDTH`] columns where that can be done, the first after
/// `head` and the others below it. Code in backticks is not broken.
fn wrapped(head: &str, text: &str) -> String {
    let mut out = head.to_owned();
    let mut column = head.chars().count();
    let mut in_code = false;
    // The words are split at blanks outside code only.
    for word in text.split(|c| {
        in_code ^= c == '`';
        c == ' ' && !in_code
    }) {
        let width = word.chars().count();
        if column + 1 + width > EXCERPT_WIDTH && column > head.len() {
            out.push('\n');
            out.push_str(&" ".repeat(head.len()));
            column = head.len();
        }
        out.push(' ');
        out.push_str(word);
        column += 1 + width;
    }
    out
}

/// The columns that an excerpt takes at most, and those of them before the first caret in a clipped one.
const EXCERPT_WIDTH: usize = 76;
const EXCERPT_BEFORE: usize = 24;

fn excerpt(text: &str, span: &Range<usize>) -> (String, String) {
    let cells: Vec<(usize, String)> = text.char_indices().map(|(at, c)| (at, visible(c))).collect();
    let width = |(_, cell): &(usize, String)| cell.chars().count();
    let total: usize = cells.iter().map(width).sum();
    let fault = cells.partition_point(|(at, _)| *at < span.start);
    let mut first = 0;
    if total > EXCERPT_WIDTH {
        let mut before = 0;
        first = fault;
        while first > 0 && before + width(&cells[first - 1]) <= EXCERPT_BEFORE {
            first -= 1;
            before += width(&cells[first]);
        }
    }
    let (mut line, mut carets) = (String::new(), String::new());
    if first > 0 {
        line.push('…');
        carets.push(' ');
    }
    let mut used = 0;
    for cell in &cells[first..] {
        if total > EXCERPT_WIDTH && used + width(cell) > EXCERPT_WIDTH - 2 {
            line.push('…');
            break;
        }
        used += width(cell);
        line.push_str(&cell.1);
        let sign = if span.contains(&cell.0) { "^" } else { " " };
        carets.push_str(&sign.repeat(width(cell)));
    }
    let mut carets = carets.trim_end().to_owned();
    if !carets.ends_with('^') {
        // An empty span: something is missing before the fault's cell, so the caret stands in that column.
        let column = usize::from(first > 0) + cells[first..fault].iter().map(width).sum::<usize>();
        carets = format!("{}^", " ".repeat(column));
    }
    (line, carets)
}
