//! The name a person probably meant.

/// Returns the candidate that `word` most likely misspells, or `None` where nothing is near.
///
/// Near means: at most a third of the word's characters (and at least one) are changed, added, left out or swapped
/// with a neighbour. Case and the choice between `-`, `_` and a blank do not count. Among equally near candidates
/// the first is returned. O(|word| · |candidate|) time for each candidate of a length that could be near.
///
/// ```
/// use equipoise::notion::nearest;
/// assert_eq!(nearest("ration", ["difference", "ratio"]), Some("ratio"));
/// assert_eq!(nearest("colour", ["difference", "ratio"]), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let folded = fold(word);
    let allowed = (folded.len() / 3).max(1);
    candidates
        .into_iter()
        .filter_map(|candidate| {
            let other = fold(candidate);
            if folded.len().abs_diff(other.len()) > allowed {
                return None;
            }
            let distance = distance(&folded, &other);
            // A distance as long as the candidate means that no character is shared.
            (distance <= allowed && distance < other.len().max(1)).then_some((distance, candidate))
        })
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, candidate)| candidate)
}

fn fold(text: &str) -> Vec<char> {
    text.chars().flat_map(char::to_lowercase).map(|c| if c == '-' || c == ' ' { '_' } else { c }).collect()
}

/// Edit distance with swaps of neighbours (optimal string alignment), by three rolling rows.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, &x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, &y) in b.iter().enumerate() {
            let mut best = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && x == b[j - 1] && a[i - 1] == y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::{distance, nearest};

    #[track_caller]
    fn check(a: &str, b: &str, expected: usize) {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        assert_eq!(distance(&a, &b), expected);
        assert_eq!(distance(&b, &a), expected);
    }

    #[test]
    fn distances_of_textbook_pairs() {
        // Wagner and Fischer's edits plus neighbour swaps; `ca`/`abc` is 3 in this variant (2 without its restriction).
        check("kitten", "sitting", 3);
        check("ratio", "ratoi", 1);
        check("ca", "abc", 3);
        check("", "abc", 3);
        check("", "", 0);
        check("größe", "große", 1);
    }

    #[test]
    fn case_and_joiners_do_not_count() {
        assert_eq!(nearest("Demographic-Parity", ["demographic_parity"]), Some("demographic_parity"));
    }

    #[test]
    fn a_word_that_shares_nothing_is_not_near() {
        assert_eq!(nearest("x", ["y", "ab"]), None);
        assert_eq!(nearest("", ["a"]), None);
    }

    #[test]
    fn the_first_of_equally_near_candidates_wins() {
        assert_eq!(nearest("mix", ["min", "max"]), Some("min"));
    }
}
