//! Prose for a terminal: headings, wrapped paragraphs, entries with a hanging text, and the little Markdown that the
//! registries are written in.

use clap::builder::styling::Style;

use crate::terminal::Terminal;

/// Wider prose is hard to read.
const WIDTH_MAX: usize = 100;

/// Text under construction.
pub(crate) struct Layout {
    width: usize,
    colors: bool,
    text: String,
}

impl Layout {
    /// Returns an empty text for stdout.
    pub(crate) fn new(terminal: &Terminal) -> Self {
        Self { width: terminal.width().min(WIDTH_MAX), colors: terminal.colors_stdout(), text: String::new() }
    }

    /// Returns the text.
    pub(crate) fn finish(self) -> String {
        format!("{}\n", self.text.trim_end())
    }

    /// Adds an empty line, but no second one.
    pub(crate) fn blank(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Adds a heading.
    pub(crate) fn heading(&mut self, heading: &str) {
        let heading = self.bold(heading);
        self.text.push_str(&heading);
        self.text.push('\n');
    }

    /// Adds a wrapped paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.hanging("", text, 0);
    }

    /// Adds a command as it is typed, on lines of its own.
    pub(crate) fn command(&mut self, command: &str) {
        for line in command.lines() {
            let line = self.bold(line);
            self.text.push_str("  ");
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    /// Adds text that is laid out already.
    pub(crate) fn verbatim(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Adds a name and what there is to say of it, side by side where the name is short enough.
    pub(crate) fn entry(&mut self, name: &str, name_width: usize, text: &str) {
        let indent = name_width + 4;
        let shown = self.bold(name);
        let gap = indent.saturating_sub(2 + name.chars().count());
        if gap >= 2 {
            self.hanging(&format!("  {shown}{}", " ".repeat(gap)), text, indent);
        } else {
            self.text.push_str(&format!("  {shown}\n"));
            self.hanging(&" ".repeat(indent), text, indent);
        }
    }

    /// Adds Markdown: headings, paragraphs, and lists of one level.
    pub(crate) fn markdown(&mut self, markdown: &str) {
        let mut paragraph = String::new();
        let flush = |layout: &mut Self, paragraph: &mut String| {
            if let Some(item) = paragraph.strip_prefix("- ") {
                layout.hanging("  - ", item, 4);
            } else if !paragraph.is_empty() {
                layout.paragraph(paragraph);
            }
            paragraph.clear();
        };
        for line in markdown.lines() {
            let line = line.trim();
            if line.is_empty() {
                flush(self, &mut paragraph);
                self.blank();
            } else if line.starts_with('#') && line.trim_start_matches('#').starts_with(' ') {
                flush(self, &mut paragraph);
                self.heading(line.trim_start_matches('#').replace('`', "").trim_start());
            } else if line.starts_with("- ") {
                flush(self, &mut paragraph);
                paragraph.push_str(line);
            } else {
                if !paragraph.is_empty() {
                    paragraph.push(' ');
                }
                paragraph.push_str(line);
            }
        }
        flush(self, &mut paragraph);
    }

    /// Adds wrapped text whose first line begins with `head`, which takes `indent` columns, as do the blanks
    /// before the other lines.
    fn hanging(&mut self, head: &str, text: &str, indent: usize) {
        self.text.push_str(head);
        let mut column = indent;
        for (place, word) in words(text).enumerate() {
            let length = word.chars().count();
            if place > 0 && column + 1 + length > self.width {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(indent));
                column = indent;
            } else if place > 0 {
                self.text.push(' ');
                column += 1;
            }
            self.text.push_str(word);
            column += length;
        }
        self.text.push('\n');
    }

    fn bold(&self, text: &str) -> String {
        let style = Style::new().bold();
        if self.colors { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

/// The words of a text; what stands between backticks is one word.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.split(move |c: char| {
        is_code ^= c == '`';
        c.is_whitespace() && !is_code
    })
    .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(width: usize) -> Layout {
        Layout { width, colors: false, text: String::new() }
    }

    #[test]
    fn prose_is_wrapped_and_code_kept_whole() {
        let mut layout = layout(20);
        layout.markdown(
            "# The `head`\n\none two three four\nfive `--six seven` eight\n\n- an item that is long\n- b",
        );
        assert_eq!(
            layout.finish(),
            "The head\n\none two three four\nfive `--six seven`\neight\n\n  - an item that is\n    long\n  - b\n"
        );
    }

    #[test]
    fn a_long_name_stands_above_its_text() {
        let mut layout = layout(30);
        layout.entry("short", 8, "one two three four five");
        layout.entry("much_longer", 8, "one");
        assert_eq!(
            layout.finish(),
            "  short     one two three four\n            five\n  much_longer\n            one\n"
        );
    }
}
