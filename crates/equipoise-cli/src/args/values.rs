//! Values that have a little grammar of their own: lists of names, pairs, cut points, characters, levels.

use equipoise::groups::{Cuts, Label};
use equipoise_audit::QUANTILE_GROUPS;

/// Names with commas between them. `"…"` encloses a name that holds a comma or begins or ends with a blank; a quote
/// inside is doubled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names(pub(crate) Vec<String>);

impl Names {
    /// Reads a list of columns or labels.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut names = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            let (name, after) = if rest.starts_with('"') {
                quoted(rest)?
            } else {
                let end = rest.find(',').unwrap_or(rest.len());
                (rest[..end].trim_end().to_owned(), &rest[end..])
            };
            if name.is_empty() && !rest.starts_with('"') {
                return Err("a name is empty: is there a comma too many?".to_owned());
            }
            names.push(name);
            let after = after.trim_start();
            match after.strip_prefix(',') {
                Some(after) => rest = after,
                None if after.is_empty() => return Ok(Self(names)),
                None => return Err("a comma is expected after a closing quote".to_owned()),
            }
        }
    }

    /// Reads a list of metrics or notions, whose parentheses may hold commas: `conditional_parity(a, b), dp`.
    pub(crate) fn parse_calls(text: &str) -> Result<Self, String> {
        let mut names = vec![String::new()];
        let (mut depth, mut quoted) = (0_usize, false);
        for character in text.chars() {
            match character {
                '"' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth = depth.saturating_sub(1),
                ',' if !quoted && depth == 0 => {
                    names.push(String::new());
                    continue;
                }
                _ => {}
            }
            if let Some(name) = names.last_mut() {
                name.push(character);
            }
        }
        let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
        if names.iter().any(String::is_empty) {
            return Err("a name is empty: is there a comma too many?".to_owned());
        }
        Ok(Self(names))
    }

    /// Returns a name as [`Self::parse`] reads it back.
    pub(crate) fn quote(name: &str) -> String {
        equipoise_audit::quoted_name(name)
    }
}

/// Returns all names of a flag that may be repeated.
pub(crate) fn all_names(lists: &[Names]) -> Vec<String> {
    lists.iter().flat_map(|list| list.0.iter().cloned()).collect()
}

/// Reads `"…"` at the head of a text, and returns it with what comes after.
fn quoted(text: &str) -> Result<(String, &str), String> {
    let mut name = String::new();
    let mut rest = &text[1..];
    loop {
        let Some(end) = rest.find('"') else { return Err("a quote is not closed".to_owned()) };
        name.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(after) => {
                name.push('"');
                rest = after;
            }
            None => return Ok((name, rest)),
        }
    }
}

/// Splits `LEFT=RIGHT`, where `LEFT` may be quoted.
fn split_pair(text: &str) -> Result<Option<(String, &str)>, String> {
    if text.starts_with('"') {
        let (left, rest) = quoted(text)?;
        return Ok(rest.trim_start().strip_prefix('=').map(|right| (left, right)));
    }
    Ok(text.split_once('=').map(|(left, right)| (left.trim().to_owned(), right)))
}

fn unquoted(text: &str) -> Result<(String, bool), String> {
    let text = text.trim();
    if !text.starts_with('"') {
        return Ok((text.to_owned(), false));
    }
    match quoted(text)? {
        (name, "") => Ok((name, true)),
        _ => Err("nothing may follow a closing quote".to_owned()),
    }
}

/// The groups of a numeric column: `age=25,40` or `age=quantiles:4`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CutAt {
    /// The column.
    pub(crate) column: String,
    /// Where it is cut.
    pub(crate) points: CutPoints,
}

/// Where a column is cut.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CutPoints {
    /// At these numbers.
    Numbers(Cuts),
    /// At the quantiles that make this many groups.
    Quantiles(usize),
}

impl CutAt {
    /// Reads `COLUMN=NUMBER,…` or `COLUMN=quantiles:GROUPS`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "write COLUMN=NUMBER,NUMBER… or COLUMN=quantiles:GROUPS";
        // Points hold no `=`, so the last one separates, whatever the column is called.
        let Some((column, points)) = text.rsplit_once('=') else { return Err(FORM.to_owned()) };
        let (column, _) = unquoted(column)?;
        if column.is_empty() {
            return Err(FORM.to_owned());
        }
        let points = match points.trim().strip_prefix("quantiles:") {
            Some(groups) => match groups.trim().parse::<usize>() {
                Ok(groups) if QUANTILE_GROUPS.contains(&groups) => CutPoints::Quantiles(groups),
                _ => return Err("quantiles make 2 to 1000 groups, for example quantiles:4".to_owned()),
            },
            None => {
                let numbers = points.split(',').map(|point| point.trim().parse::<f64>());
                let numbers = numbers.collect::<Result<Vec<f64>, _>>().map_err(|_| FORM.to_owned())?;
                CutPoints::Numbers(Cuts::new(numbers).map_err(|error| error.to_string())?)
            }
        };
        Ok(Self { column, points })
    }
}

/// A reference group: `race=White`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// The attribute.
    pub(crate) attribute: String,
    /// Its value; `missing` without quotes is the missing value.
    pub(crate) label: Label,
}

impl Reference {
    /// Reads `ATTRIBUTE=VALUE`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let Some((attribute, label)) = split_pair(text)? else {
            return Err("write ATTRIBUTE=VALUE, for example race=White".to_owned());
        };
        let (label, was_quoted) = unquoted(label)?;
        if attribute.is_empty() || (label.is_empty() && !was_quoted) {
            return Err("write ATTRIBUTE=VALUE, for example race=White".to_owned());
        }
        let label = if label == "missing" && !was_quoted { Label::Missing } else { Label::new(label) };
        Ok(Self { attribute, label })
    }
}

/// The key of a join: `id`, or `id=person` where the other file calls it `person`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    /// Its name in the data.
    pub(crate) here: String,
    /// Its name in the joined file.
    pub(crate) there: String,
}

impl Key {
    /// Reads `KEY` or `KEY=OTHERKEY`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (here, there) = match split_pair(text)? {
            Some((here, there)) => (here, unquoted(there)?.0),
            None => {
                let (key, _) = unquoted(text)?;
                (key.clone(), key)
            }
        };
        if here.is_empty() || there.is_empty() {
            return Err("write KEY, or KEY=OTHERKEY where the other file has another name for it".to_owned());
        }
        Ok(Self { here, there })
    }
}

/// A parameter of a method: `C=10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Setting {
    /// Its name.
    pub(crate) key: String,
    /// Its value.
    pub(crate) value: String,
}

impl Setting {
    /// Reads `KEY=VALUE`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            Some((key, value)) if !key.trim().is_empty() && !value.trim().is_empty() => {
                Ok(Self { key: key.trim().to_owned(), value: value.trim().to_owned() })
            }
            _ => Err("write KEY=VALUE, for example C=10".to_owned()),
        }
    }
}

/// Reads a separator: one ASCII character, `tab` or `space`.
pub(crate) fn separator(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        "space" => Ok(b' '),
        _ => character(text),
    }
}

/// A quoting character, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quote(pub(crate) Option<u8>);

impl Quote {
    /// Reads one ASCII character or `none`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        if text == "none" { Ok(Self(None)) } else { character(text).map(|quote| Self(Some(quote))) }
    }
}

/// Reads one ASCII character that may stand in a line.
pub(crate) fn character(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Ok(*byte),
        _ => Err("one ASCII character is needed".to_owned()),
    }
}

/// Reads a level of confidence: `0.95` or `95%`.
pub(crate) fn confidence(text: &str) -> Result<f64, String> {
    let number = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|percent| percent / 100.0),
        None => text.parse::<f64>(),
    };
    match number {
        Ok(level) if level > 0.0 && level < 1.0 => Ok(level),
        _ => Err("it lies strictly between 0 and 1, for example 0.95 or 95%".to_owned()),
    }
}

/// Reads a finite number.
pub(crate) fn finite(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
        .ok_or_else(|| "a finite number is needed".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn names(text: &str, expected: &[&str]) {
        assert_eq!(Names::parse(text).unwrap().0, expected);
    }

    #[test]
    fn names_are_separated_by_commas_and_quoted_where_they_hold_one() {
        names("race", &["race"]);
        names("race, sex", &["race", "sex"]);
        names("\"income, yearly\",sex", &["income, yearly", "sex"]);
        names("\"a \"\"b\"\" c\"", &["a \"b\" c"]);
        names("5\" nails", &["5\" nails"]);
        names("\" >50K\", >50K.", &[" >50K", ">50K."]);
        for bad in ["", "a,", ",a", "\"a", "\"a\"b"] {
            assert!(Names::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_quoted_name_reads_back() {
        for name in ["a", "a,b", " a", "\"", "a \"b\"", "", "ü,\"\""] {
            assert_eq!(Names::parse(&Names::quote(name)).unwrap().0, [name]);
        }
    }

    #[test]
    fn commas_in_parentheses_do_not_separate() {
        let names = Names::parse_calls("dp, conditional_parity(a, \"b),\"),eo").unwrap().0;
        assert_eq!(names, ["dp", "conditional_parity(a, \"b),\")", "eo"]);
        assert!(Names::parse_calls("dp,,eo").is_err());
    }

    #[test]
    fn cuts_are_numbers_or_quantiles() {
        let cut = CutAt::parse("age=25,40").unwrap();
        assert_eq!(cut.column, "age");
        assert_eq!(cut.points, CutPoints::Numbers(Cuts::new(vec![25.0, 40.0]).unwrap()));
        assert_eq!(CutAt::parse("a=b=quantiles:4").unwrap().column, "a=b");
        for bad in ["age", "=1", "age=", "age=x", "age=40,25", "age=quantiles:1", "age=inf"] {
            assert!(CutAt::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn references_tell_the_missing_value_from_the_word() {
        assert_eq!(Reference::parse("race=White").unwrap().label, Label::new("White"));
        assert_eq!(Reference::parse("race=missing").unwrap().label, Label::Missing);
        assert_eq!(Reference::parse("race=\"missing\"").unwrap().label, Label::new("missing"));
        assert_eq!(
            Reference::parse("\"a=b\"=c=d").unwrap(),
            Reference { attribute: "a=b".into(), label: Label::new("c=d") }
        );
        assert!(Reference::parse("race").is_err());
    }

    #[test]
    fn keys_may_differ_between_files() {
        assert_eq!(Key::parse("id").unwrap(), Key { here: "id".into(), there: "id".into() });
        assert_eq!(Key::parse("id=person").unwrap(), Key { here: "id".into(), there: "person".into() });
        assert!(Key::parse("id=").is_err());
    }

    #[test]
    fn levels_and_characters_are_checked() {
        assert_eq!(confidence("95%"), Ok(0.95));
        assert!(confidence("95").is_err() && confidence("0").is_err() && confidence("NaN").is_err());
        assert_eq!(separator("tab"), Ok(b'\t'));
        assert!(separator("ab").is_err() && separator("ü").is_err());
        assert_eq!(Quote::parse("none"), Ok(Quote(None)));
        assert!(finite("inf").is_err());
    }
}
