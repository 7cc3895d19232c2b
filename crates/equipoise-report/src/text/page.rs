//! A page of lines that are never wider than asked, with styles that never carry meaning alone.

use super::TextStyle;
use crate::{labels, numbers::GLUE};

/// The narrowest page; a narrower one could not hold a verdict and its requirement.
const WIDTH_MIN: usize = 40;

/// How a piece of text stands out, where colour is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Bold,
    Dim,
    Holds,
    Violated,
    Undecided,
}

impl Style {
    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Bold => Some("1"),
            Self::Dim => Some("2"),
            Self::Holds => Some("32"),
            Self::Violated => Some("1;31"),
            Self::Undecided => Some("33"),
        }
    }
}

/// The signs that are drawn with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Signs {
    pub(super) rule: &'static str,
    pub(super) clipped: &'static str,
    pub(super) times: &'static str,
    pub(super) minus: &'static str,
    pub(super) dash: &'static str,
    pub(super) holds: &'static str,
    pub(super) violated: &'static str,
    pub(super) undecided: &'static str,
    pub(super) dot: char,
    pub(super) whisker: char,
    pub(super) end_left: char,
    pub(super) end_right: char,
    pub(super) beyond: char,
    pub(super) overall: char,
}

const UNICODE: Signs = Signs {
    rule: "─",
    clipped: "…",
    times: "×",
    minus: "−",
    dash: "–",
    holds: "✓",
    violated: "✗",
    undecided: "?",
    dot: '●',
    whisker: '─',
    end_left: '├',
    end_right: '┤',
    beyond: '▸',
    overall: '┊',
};

const ASCII: Signs = Signs {
    rule: "-",
    clipped: "..",
    times: "x",
    minus: "-",
    dash: "-",
    holds: "+",
    violated: "!",
    undecided: "?",
    dot: 'o',
    whisker: '-',
    end_left: '|',
    end_right: '|',
    beyond: '>',
    overall: ':',
};

/// The lines written so far.
pub(super) struct Page {
    out: String,
    pub(super) width: usize,
    pub(super) signs: Signs,
    ascii: bool,
    color: bool,
}

impl Page {
    pub(super) fn new(style: &TextStyle) -> Self {
        Self {
            out: String::new(),
            width: style.width.max(WIDTH_MIN),
            signs: if style.ascii { ASCII } else { UNICODE },
            ascii: style.ascii,
            color: style.color,
        }
    }

    pub(super) fn finish(self) -> String {
        self.out
    }

    /// Returns a text of ours as the page may show it. Labels are the user's and stay as they are.
    pub(super) fn own(&self, text: &str) -> String {
        if !self.ascii {
            return text.to_owned();
        }
        let plain = |c| match c {
            '–' | '−' => '-',
            '×' => 'x',
            '≤' => '<',
            '≥' => '>',
            'á' => 'a',
            'é' => 'e',
            'ö' => 'o',
            'Š' => 'S',
            c if c.is_ascii() || c == GLUE => c,
            _ => '?',
        };
        text.chars().map(plain).collect()
    }

    pub(super) fn blank(&mut self) {
        self.out.push('\n');
    }

    /// Writes one line of pieces; what does not fit is cut, and blanks at the end are left out.
    pub(super) fn line(&mut self, pieces: &[(String, Style)]) {
        let n_used =
            pieces.iter().rposition(|(text, _)| !text.trim_end().is_empty()).map_or(0, |last| last + 1);
        let mut left = self.width;
        for (number, (text, style)) in pieces[..n_used].iter().enumerate() {
            let text = if number + 1 == n_used { text.trim_end() } else { text };
            let text = labels::clipped(text, left, self.signs.clipped).replace(GLUE, " ");
            left = left.saturating_sub(labels::width(&text));
            self.piece(&text, *style);
        }
        self.out.push('\n');
    }

    fn piece(&mut self, text: &str, style: Style) {
        match style.code().filter(|_| self.color && !text.trim().is_empty()) {
            None => self.out.push_str(text),
            Some(code) => {
                self.out.push_str("\u{1b}[");
                self.out.push_str(code);
                self.out.push('m');
                self.out.push_str(text);
                self.out.push_str("\u{1b}[0m");
            }
        }
    }

    /// Writes a heading with a rule to the right edge.
    pub(super) fn heading(&mut self, title: &str) {
        let title = labels::clipped(title, self.width, self.signs.clipped);
        let rest = self.width.saturating_sub(labels::width(&title) + 1);
        let rule = self.signs.rule.repeat(rest);
        self.line(&[(title, Style::Bold), (format!(" {rule}"), Style::Dim)]);
    }

    /// Writes a text over as many lines as it takes, each behind the indent.
    pub(super) fn wrapped(&mut self, indent: usize, text: &str, style: Style) {
        self.hanging(&" ".repeat(indent), Style::Plain, text, style);
    }

    /// Writes a lead and a text beside it; the text's further lines start where its first does.
    pub(super) fn hanging(&mut self, lead: &str, lead_style: Style, text: &str, style: Style) {
        let indent = labels::width(lead).min(self.width / 2);
        for (number, line) in wrap(text, self.width - indent).into_iter().enumerate() {
            let lead = if number == 0 { lead.to_owned() } else { " ".repeat(indent) };
            self.line(&[(lead, lead_style), (line, style)]);
        }
    }
}

/// Breaks a text at blanks into lines of at most this width; a longer word is broken inside.
fn wrap(text: &str, width_max: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if labels::width(&joined) <= width_max {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        let mut rest = word;
        while labels::width(rest) > width_max {
            let start = labels::start_of(rest, width_max);
            // A single character wider than the line would never be used up.
            if start.is_empty() {
                break;
            }
            lines.push(start.to_owned());
            rest = &rest[start.len()..];
        }
        rest.clone_into(&mut line);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn texts_break_at_blanks_and_long_words_inside() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij k", 4), ["abcd", "efgh", "ij k"]);
        assert_eq!(wrap("", 4), [""]);
    }
}
