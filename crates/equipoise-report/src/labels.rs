//! Labels are data: shown so that they can neither drive a terminal nor hide what they are.

use equipoise::{audit::GroupName, groups::Label};
use unicode_width::UnicodeWidthStr;

/// Returns a text with everything that cannot be seen written as an escape.
///
/// Escaped are control characters (so escape sequences have no start), the signs that change the direction of text, and
/// blanks other than the common one and characters without a width of their own, which hide differences between labels. Line breaks become `\n`. Marks that
/// combine with the letter before them stay, as do joiners after letters that are not ASCII: many languages are
/// written with them.
pub fn shown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        let joins = matches!(c, '\u{200c}' | '\u{200d}') && !before.is_ascii();
        before = c;
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_unseen(c) && !joins => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// Whether a character moves the cursor, turns the text around, or hides.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{a0}' | '\u{2000}'..='\u{200f}' | '\u{205f}' | '\u{2028}'..='\u{202f}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
            | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}')
}

/// Returns one label. A text that could be taken for a word of ours, or for nothing, stands in quotes.
pub(crate) fn label(label: &Label) -> String {
    match label.text() {
        None => "missing".to_owned(),
        Some(text @ ("missing" | "all rows" | "all groups" | "all others" | "all other rows")) => {
            format!("\"{text}\"")
        }
        Some(text) if text.trim().is_empty() => format!("\"{}\"", shown(text)),
        Some(text) => shown(text),
    }
}

/// What stands for the group of all rows.
pub(crate) const ALL_ROWS: &str = "all rows";

/// Returns a group's name: its labels with `, ` between them; [`ALL_ROWS`] for the name without labels.
pub(crate) fn group(name: &GroupName) -> String {
    if name.0.is_empty() {
        return ALL_ROWS.to_owned();
    }
    name.0.iter().map(label).collect::<Vec<_>>().join(", ")
}

/// The widest name inside a sentence.
pub(crate) const BRIEF_MAX: usize = 60;

/// Returns a text, already shown, cut to what a sentence can hold.
pub(crate) fn brief(text: &str) -> String {
    clipped(text, BRIEF_MAX, "...")
}

/// Returns a group's name, cut to what a sentence can hold.
pub(crate) fn brief_group(name: &GroupName) -> String {
    brief(&group(name))
}

/// Returns the columns that a text takes on a terminal.
pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// Returns the text, cut to a width in columns; `mark` stands for what was cut.
pub(crate) fn clipped(text: &str, width_max: usize, mark: &str) -> String {
    if width(text) <= width_max {
        return text.to_owned();
    }
    let mut out = start_of(text, width_max.saturating_sub(width(mark))).to_owned();
    if width(&out) + width(mark) <= width_max {
        out.push_str(mark);
    }
    out
}

/// Returns the longest start of the text that is no wider than this.
pub(crate) fn start_of(text: &str, width_max: usize) -> &str {
    // The width of a text is not the sum of its characters' widths (marks, joined emoji), so prefixes are measured
    // whole. Nobody needs more than a few characters a column: the bound keeps a label of a megabyte cheap.
    let ends = text.char_indices().map(|(place, c)| place + c.len_utf8()).take(width_max * 4 + 16);
    let best = ends.take_while(|&end| width(&text[..end]) <= width_max).last().unwrap_or(0);
    &text[..best]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_sequences_cannot_start() {
        assert_eq!(shown("\u{1b}[31mred\u{9b}2J"), "\\u{1b}[31mred\\u{9b}2J");
        assert_eq!(shown("two\nlines\tand\rmore"), "two\\nlines\\tand\\rmore");
    }

    #[test]
    fn text_that_reorders_or_hides_is_shown() {
        assert_eq!(shown("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(shown("a\u{200b}b\u{2028}"), "a\\u{200b}b\\u{2028}");
        assert_eq!(shown("a\u{a0}b"), "a\\u{a0}b");
        assert_eq!(shown("a\u{200d}b, می\u{200c}خواهم"), "a\\u{200d}b, می\u{200c}خواهم");
        assert_eq!(shown("é, हिन्दी, e\u{301}"), "é, हिन्दी, e\u{301}");
    }

    #[test]
    fn a_text_spelled_missing_is_told_from_a_missing_value() {
        let name = GroupName(vec![Label::Missing, Label::new("missing"), Label::new("")]);
        assert_eq!(group(&name), "missing, \"missing\", \"\"");
    }

    #[test]
    fn texts_are_cut_by_the_columns_they_take() {
        assert_eq!(clipped("abcdef", 4, "…"), "abc…");
        assert_eq!(clipped("日本語", 5, "…"), "日本…");
        assert_eq!(clipped("日本語", 4, "…"), "日…");
        assert_eq!(clipped("abc", 3, "…"), "abc");
        assert_eq!(clipped("abc", 0, "…"), "");
        assert_eq!(width(&clipped("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 3, "…")), 3);
    }
}
