//! How an error is laid out on a terminal.
//!
//! ```text
//! error: column `sex` is not in loans.parquet
//!   columns there: age, gender, income
//!   help: the nearest name is `gender`
//! ```

pub(crate) use equipoise_audit::{Failure, listed, reason};

use crate::layout::words;

/// Returns the lines under the first one: details, then what to do.
pub(crate) fn lines(failure: &Failure) -> impl Iterator<Item = String> {
    let lines =
        |texts: &[String]| texts.iter().flat_map(|text| text.lines()).map(str::to_owned).collect::<Vec<_>>();
    let details = lines(failure.details()).into_iter().flat_map(|line| wrapped(&line, "  ", "    "));
    let help = lines(failure.remedies()).into_iter().flat_map(|line| wrapped(&line, "  help: ", "        "));
    details.chain(help)
}

/// Columns of a message: longer lines are broken between words.
const WIDTH: usize = 100;

fn wrapped(text: &str, first: &str, others: &str) -> Vec<String> {
    let mut lines = vec![first.to_owned()];
    if first.chars().count() + text.chars().count() <= WIDTH {
        // As it is: the carets under an excerpt stand where they must.
        lines[0].push_str(text);
        return lines;
    }
    let mut width = first.chars().count();
    for (place, word) in words(text).enumerate() {
        let added = word.chars().count() + usize::from(place > 0);
        if place > 0 && width + added > WIDTH {
            lines.push(others.to_owned());
            width = others.chars().count();
        } else if place > 0 {
            lines.last_mut().expect("invariant: there is a first line").push(' ');
            width += 1;
        }
        lines.last_mut().expect("invariant: there is a first line").push_str(word);
        width += word.chars().count();
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_come_before_help_and_all_are_indented() {
        let failure = Failure::new("it broke").help("mend it").detail("here").detail("and\nthere");
        let lines: Vec<String> = lines(&failure).collect();
        assert_eq!(lines, ["  here", "  and", "  there", "  help: mend it"]);
    }

    #[test]
    fn long_lines_are_broken_between_words() {
        let lines: Vec<String> = lines(&Failure::new("").help("word ".repeat(40))).collect();
        assert!(
            lines.len() == 3 && lines[0].starts_with("  help: word") && lines[1].starts_with("        word")
        );
        assert!(lines.iter().all(|line| line.chars().count() <= WIDTH));
    }

    #[test]
    fn a_word_longer_than_a_line_stays_whole() {
        let long = "x".repeat(200);
        assert_eq!(lines(&Failure::new("").detail(&long)).next(), Some(format!("  {long}")));
    }
}
