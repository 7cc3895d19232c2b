//! What must be true of every text given to the grammar; the property tests and the fuzz target call this.

use equipoise::notion::{Notion, Requirement, RequirementError};

/// Reads `text` as a requirement and as a notion, and checks what is promised of any text.
///
/// A text that is read prints canonically: the print reads back as the same value and prints as itself. A text that
/// is not read gives an error whose place lies in the text and whose message can be shown.
///
/// # Panics
/// When a promise is broken.
pub(crate) fn check(text: &str) {
    match text.parse::<Requirement>() {
        Ok(requirement) => {
            let printed = requirement.to_string();
            let again: Requirement = printed.parse().expect("a printed requirement is read");
            assert_eq!(again, requirement, "{printed}");
            assert_eq!(again.to_string(), printed);
            assert_shown(&printed);
        }
        Err(error) => check_error(text, &error),
    }
    match text.parse::<Notion>() {
        Ok(notion) => {
            let printed = notion.to_string();
            assert!(printed.len() > Requirement::BYTES_MAX || printed.parse() == Ok(notion), "{printed}");
        }
        Err(error) => check_error(text, &error),
    }
    check_error(text, &RequirementError::unknown_metric(text, ["fpr", "selection_rate"]));
}

fn check_error(text: &str, error: &RequirementError) {
    let span = error.span();
    assert!(span.start <= span.end && span.end <= text.len(), "{span:?}");
    assert!(text.is_char_boundary(span.start) && text.is_char_boundary(span.end), "{span:?}");
    let (line, carets) = error.excerpt();
    assert!(carets.chars().all(|c| c == ' ' || c == '^') && carets.ends_with('^'), "{carets:?}");
    assert!(line.chars().count() <= 80, "{line:?}");
    assert!(carets.chars().count() <= line.chars().count() + 1, "{line:?}\n{carets:?}");
    for part in error.render().split('\n') {
        assert_shown(part);
    }
}

/// Nothing in a text moves the cursor, hides, or turns the line around.
fn assert_shown(text: &str) {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    assert!(!text.contains(hidden), "{text:?}");
}
