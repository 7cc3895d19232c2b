//! From the names a user wrote to columns.

use std::collections::HashSet;

use crate::request::ColumnRef;

/// Makes names distinct: an empty one becomes `#k`, a repeated one `name.1`, `name.2`, … (as pandas does), passing
/// over names that the file has already.
pub(crate) fn distinct(mut names: Vec<String>) -> Vec<String> {
    for (column, name) in names.iter_mut().enumerate().filter(|(_, name)| name.is_empty()) {
        *name = format!("#{}", column + 1);
    }
    let mut taken: HashSet<String> = names.iter().cloned().collect();
    if taken.len() == names.len() {
        return names;
    }
    let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for name in &mut names {
        let n_seen = seen.entry(name.clone()).or_insert(0);
        if *n_seen > 0 {
            let mut renamed = format!("{name}.{n_seen}");
            while taken.contains(&renamed) {
                *n_seen += 1;
                renamed = format!("{name}.{n_seen}");
            }
            taken.insert(renamed.clone());
            *name = renamed;
        }
        *n_seen += 1;
    }
    names
}

/// Returns the index of a column, by name before number.
pub(crate) fn find(names: &[String], column: &ColumnRef) -> Option<usize> {
    match column {
        ColumnRef::Name(name) => names.iter().position(|other| other == name),
        ColumnRef::Number(number) => {
            let literal = format!("#{number}");
            names
                .iter()
                .position(|other| *other == literal)
                .or_else(|| number.checked_sub(1).filter(|&index| index < names.len()))
        }
    }
}

/// Returns the name nearest to a text: the same but for case, or the fewest edits, up to a third of its length.
pub(crate) fn nearest<'a>(names: &'a [String], text: &str) -> Option<&'a str> {
    let lower = text.to_lowercase();
    let length = lower.chars().count();
    let limit = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        if name.len().abs_diff(lower.len()) > 4 * limit {
            continue;
        }
        let distance = edits(&lower, &name.to_lowercase());
        if distance <= limit && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, name));
        }
    }
    best.map(|(_, name)| name)
}

/// The Levenshtein distance, by characters. O(|a|·|b|) time, O(|b|) memory.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &b) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn repeated_and_empty_names_are_told_apart() {
        assert_eq!(distinct(owned(&["a", "b", "a", "a"])), owned(&["a", "b", "a.1", "a.2"]));
        assert_eq!(distinct(owned(&["a", "a", "a.1", "a"])), owned(&["a", "a.2", "a.1", "a.3"]));
        assert_eq!(distinct(owned(&["", "x", ""])), owned(&["#1", "x", "#3"]));
    }

    #[test]
    fn a_name_wins_over_a_number() {
        let names = owned(&["a", "#1", "c"]);
        assert_eq!(find(&names, &"#1".into()), Some(1));
        assert_eq!(find(&names, &"#3".into()), Some(2));
        assert_eq!(find(&names, &"#4".into()), None);
        assert_eq!(find(&names, &"#0".into()), None);
    }

    #[test]
    fn nearest_name_is_found_within_a_third() {
        let names = owned(&["gender", "income", "Age"]);
        assert_eq!(nearest(&names, "gendre"), Some("gender"));
        assert_eq!(nearest(&names, "AGE"), Some("Age"));
        assert_eq!(nearest(&names, "postcode"), None);
        assert_eq!(edits("kitten", "sitting"), 3);
    }
}
