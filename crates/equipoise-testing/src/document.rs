//! Whether two JSON documents are the same.

use serde_json::Value;

/// The relative difference up to which two numbers are the same. Counts are exact on every machine; intervals go
/// through logarithms and roots, which systems round differently in the last digits.
pub const TOLERANCE: f64 = 1e-9;

/// Returns where two documents differ first, or `None` where they are the same: numbers within [`TOLERANCE`],
/// everything else, the order of lists included, exactly.
pub fn difference(expected: &Value, found: &Value) -> Option<String> {
    differ(expected, found, String::new())
}

/// Returns whether two numbers are the same within [`TOLERANCE`].
pub fn is_same_number(expected: f64, found: f64) -> bool {
    (expected - found).abs() <= TOLERANCE * expected.abs().max(found.abs()).max(1.0)
}

fn differ(expected: &Value, found: &Value, at: String) -> Option<String> {
    let unlike = || Some(format!("at {at}: expected {expected}, found {found}"));
    match (expected, found) {
        (Value::Object(one), Value::Object(other)) => {
            let names = one.keys().chain(other.keys().filter(|name| !one.contains_key(*name)));
            for name in names {
                let inner = format!("{at}/{name}");
                match (one.get(name), other.get(name)) {
                    (Some(expected), Some(found)) => {
                        if let Some(said) = differ(expected, found, inner) {
                            return Some(said);
                        }
                    }
                    (Some(_), None) => return Some(format!("at {inner}: nothing found")),
                    (None, _) => return Some(format!("at {inner}: nothing expected")),
                }
            }
            None
        }
        (Value::Array(one), Value::Array(other)) => {
            if one.len() != other.len() {
                return Some(format!("at {at}: expected {} items, found {}", one.len(), other.len()));
            }
            let mut pairs = one.iter().zip(other).enumerate();
            pairs.find_map(|(place, (expected, found))| differ(expected, found, format!("{at}/{place}")))
        }
        (Value::Number(one), Value::Number(other)) => match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) if is_same_number(one, other) => None,
            _ => unlike(),
        },
        _ if expected == found => None,
        _ => unlike(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_may_differ_in_the_last_digits_and_nothing_else_may() {
        let one = json!({ "a": [1, { "b": 0.1 + 0.2 }], "c": null });
        assert_eq!(difference(&one, &json!({ "a": [1.0, { "b": 0.3 }], "c": null })), None);
        let said = difference(&one, &json!({ "a": [1, { "b": 0.31 }], "c": null })).unwrap_or_default();
        assert!(said.starts_with("at /a/1/b:"), "{said}");
        assert_eq!(
            difference(&json!([1]), &json!([1, 2])),
            Some("at : expected 1 items, found 2".to_owned())
        );
        assert_eq!(difference(&json!({}), &json!({ "x": 1 })), Some("at /x: nothing expected".to_owned()));
        assert_eq!(difference(&json!({ "x": 1 }), &json!({})), Some("at /x: nothing found".to_owned()));
        assert!(difference(&json!(null), &json!(0)).is_some());
    }
}
