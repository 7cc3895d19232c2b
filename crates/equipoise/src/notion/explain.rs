//! What a notion measures and what it does not, in five parts: one text for rustdoc, the command line and the docs.

/// The explanation of a notion: Markdown with a first sentence and five headings, read from one file per notion.
///
/// The same file is the documentation of the variant of [`Notion`](super::Notion).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    text: &'static str,
}

impl Explanation {
    /// The five headings, in the order of the text.
    pub const HEADINGS: [&'static str; 5] =
        ["What it measures", "What it cannot see", "How to read it", "Example", "Sources"];

    pub(super) const fn new(text: &'static str) -> Self {
        Self { text }
    }

    /// Returns the whole text as Markdown.
    pub fn text(&self) -> &'static str {
        self.text
    }

    /// Returns the first paragraph: the notion in one sentence.
    pub fn summary(&self) -> &'static str {
        self.text.split("\n\n").next().unwrap_or_default().trim()
    }

    /// Returns what the notion measures.
    pub fn measures(&self) -> &'static str {
        self.section(0)
    }

    /// Returns what the notion cannot see.
    pub fn cannot_see(&self) -> &'static str {
        self.section(1)
    }

    /// Returns how to read its numbers.
    pub fn reading(&self) -> &'static str {
        self.section(2)
    }

    /// Returns an example with numbers in it.
    pub fn example(&self) -> &'static str {
        self.section(3)
    }

    /// Returns where the notion comes from.
    pub fn sources(&self) -> &'static str {
        self.section(4)
    }

    /// Returns the five parts, each under its heading.
    pub fn sections(&self) -> [(&'static str, &'static str); 5] {
        std::array::from_fn(|idx| (Self::HEADINGS[idx], self.section(idx)))
    }

    fn section(&self, idx: usize) -> &'static str {
        let heading = Self::HEADINGS[idx];
        let mut parts = self.text.split("\n# ").skip(1);
        parts.find_map(|part| part.strip_prefix(heading)).unwrap_or_default().trim()
    }
}

#[cfg(test)]
mod tests {
    use super::Explanation;
    use crate::notion;

    #[test]
    fn every_notion_has_all_five_parts_and_no_other() {
        for entry in notion::all() {
            let explanation = entry.explanation();
            assert!(explanation.summary().ends_with('.'), "{}", entry.name());
            assert!(!explanation.summary().contains('\n'), "{}", entry.name());
            let headings: Vec<_> =
                explanation.text().lines().filter_map(|line| line.strip_prefix("# ")).collect();
            assert_eq!(headings, Explanation::HEADINGS, "{}", entry.name());
            for (heading, part) in explanation.sections() {
                assert!(part.ends_with('.'), "{}: {heading}", entry.name());
            }
        }
    }

    #[test]
    fn every_requirement_in_the_texts_parses() {
        for entry in notion::all() {
            for code in entry.explanation().text().split('`').skip(1).step_by(2) {
                // Placeholders (Z, L, b) stand for a column, a loss and a number.
                let code = code.replace("(Z)", "(z)").replace("(L)", "(loss)").replace("<= b", "<= 1");
                let subject = code.split(['.', '(', ' ']).next().unwrap_or_default();
                if notion::by_name(subject).is_none() {
                    continue;
                }
                let bounded = if code.contains('=') { code.clone() } else { format!("{code} <= 0.1") };
                let raised = bounded.replace("<=", ">=");
                let parses = |text: &str| text.parse::<notion::Requirement>().is_ok();
                assert!(parses(&bounded) || parses(&raised), "{}: {code}", entry.name());
            }
        }
    }
}
