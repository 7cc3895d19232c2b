//! Text that cannot become markup, nor turn what stands beside it around.

/// Returns a text, already [shown](crate::labels::shown), as the content of an element.
///
/// What is markup becomes a reference; what neither HTML nor XML allows becomes an escape. Words that are written from
/// right to left stand in an element of their own, so that the numbers beside them keep their places.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let Some((before, turned, after)) = split_turned(rest) {
        push_escaped(&mut out, before);
        out.push_str("<bdi>");
        push_escaped(&mut out, turned);
        out.push_str("</bdi>");
        rest = after;
    }
    push_escaped(&mut out, rest);
    out
}

fn push_escaped(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Noncharacters: the last two of every plane, and a block that Arabic left over.
            c if u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c) => {
                out.extend(c.escape_unicode());
            }
            // Labels are shown before, so none of these comes here; XML has no way to write them.
            c if c.is_control() && c != '\n' => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
}

/// Splits at the first run of words from right to left: what is before it, the run without the blanks around it, and
/// what is behind it.
fn split_turned(text: &str) -> Option<(&str, &str, &str)> {
    let first = text.find(is_turned)?;
    let is_blank = |c: char| c == ' ';
    let start = text[..first].rfind(is_blank).map_or(0, |blank| blank + 1);
    let mut end = start;
    let mut place = start;
    for word in text[start..].split_inclusive(is_blank) {
        let stripped = word.trim_end_matches(is_blank);
        if !stripped.is_empty() && !stripped.contains(is_turned) {
            break;
        }
        if !stripped.is_empty() {
            // A sentence goes on in its own direction behind a label, so its punctuation is not the label's.
            end = place + stripped.trim_end_matches([',', ';', ':', ')']).len();
        }
        place += word.len();
        if stripped.ends_with([',', ';', ':', ')']) {
            break;
        }
    }
    (end > start).then(|| (&text[..start], &text[start..end], &text[end..]))
}

/// Whether a letter is written from right to left: the blocks of Hebrew to Arabic, and their like further up.
fn is_turned(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn nothing_becomes_markup() {
        assert_eq!(
            escaped("<script>alert(\"1\" & '2')</script>"),
            "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"
        );
    }

    #[test]
    fn what_neither_html_nor_xml_has_is_escaped() {
        assert_eq!(
            escaped("a\0b\u{1b}c\u{fffe}d\u{ffff}e\u{fdd0}f\u{1ffff}"),
            "a\\u{0}b\\u{1b}c\\u{fffe}d\\u{ffff}e\\u{fdd0}f\\u{1ffff}"
        );
    }

    #[test]
    fn words_from_right_to_left_do_not_move_numbers() {
        assert_eq!(escaped("נשים 0.3, גברים 0.4"), "<bdi>נשים</bdi> 0.3, <bdi>גברים</bdi> 0.4");
        assert_eq!(escaped("כל הנשים 0.3"), "<bdi>כל הנשים</bdi> 0.3");
        assert_eq!(escaped("at x = נשים; more"), "at x = <bdi>נשים</bdi>; more");
        assert_eq!(escaped("نساء, رجال"), "<bdi>نساء</bdi>, <bdi>رجال</bdi>");
        assert_eq!(escaped("(<נ>)"), "<bdi>(&lt;נ&gt;</bdi>)");
        assert_eq!(escaped("  נ  "), "  <bdi>נ</bdi>  ");
    }
}
