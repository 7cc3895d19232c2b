//! Reads Rust well enough for the laws: words and paths, without comments, literals and tests.
//!
//! A parser would be the heavier dependency and would not see more that matters here: a law concerns paths
//! (`use crate::{a::b, c}`, `super::x::f()`), macro calls and single words.

/// A word or a sign, with the line it stands on (from 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) line: usize,
    pub(super) kind: Kind<'a>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind<'a> {
    /// An identifier or keyword.
    Word(&'a str),
    /// `::`
    PathSeparator,
    /// Any other sign; a number is the sign `0`.
    Sign(char),
}

/// A path as used: `std::fs::read` or one branch of a `use` tree. A macro's name ends in `!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UsedPath {
    pub(super) line: usize,
    pub(super) segments: Vec<String>,
    /// How many modules of the same file it stands in (`mod tests { … }` is one).
    pub(super) inline_depth: usize,
}

impl UsedPath {
    pub(super) fn text(&self) -> String {
        self.segments.join("::")
    }

    pub(super) fn starts_with(&self, prefix: &str) -> bool {
        let mut segments = self.segments.iter();
        prefix.split("::").all(|part| segments.next().is_some_and(|segment| segment == part))
    }
}

/// Returns the text with comments and the insides of literals turned into blanks; lines stay where they were.
pub(super) fn code_of(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut code = String::with_capacity(text.len());
    let mut at = 0;
    while at < chars.len() {
        let end = literal_or_comment_end(&chars, at);
        if end > at {
            code.extend(chars[at..end].iter().map(|&c| if c == '\n' { '\n' } else { ' ' }));
            at = end;
        } else {
            code.push(chars[at]);
            at += 1;
        }
    }
    code
}

/// Returns where the comment or literal that begins at `at` ends; `at` itself where none begins.
fn literal_or_comment_end(chars: &[char], at: usize) -> usize {
    let peek = |offset: usize| chars.get(at + offset).copied();
    let in_word = at > 0 && is_word_char(chars[at - 1]);
    match (chars[at], peek(1)) {
        ('/', Some('/')) => find(chars, at, |i| chars[i] == '\n'),
        ('/', Some('*')) => block_comment_end(chars, at),
        ('"', _) => quoted_end(chars, at + 1, '"'),
        ('r', _) if !in_word || matches!(chars[at - 1], 'b' | 'c') => raw_string_end(chars, at),
        ('\'', Some('\\')) => quoted_end(chars, at + 1, '\''),
        // `'a'` is a character, `'a` a lifetime.
        ('\'', Some(_)) if peek(2) == Some('\'') => at + 3,
        _ => at,
    }
}

fn find(chars: &[char], from: usize, is_end: impl Fn(usize) -> bool) -> usize {
    (from..chars.len()).find(|&i| is_end(i)).unwrap_or(chars.len())
}

fn block_comment_end(chars: &[char], at: usize) -> usize {
    let (mut depth, mut i) = (0_usize, at);
    while i < chars.len() {
        match (chars[i], chars.get(i + 1)) {
            ('/', Some('*')) => (depth, i) = (depth + 1, i + 2),
            ('*', Some('/')) => (depth, i) = (depth - 1, i + 2),
            _ => i += 1,
        }
        if depth == 0 {
            return i;
        }
    }
    chars.len()
}

fn quoted_end(chars: &[char], from: usize, quote: char) -> usize {
    let mut i = from;
    while i < chars.len() {
        match chars[i] {
            '\\' => i += 2,
            c if c == quote => return i + 1,
            _ => i += 1,
        }
    }
    chars.len()
}

fn raw_string_end(chars: &[char], at: usize) -> usize {
    let hashes = chars[at + 1..].iter().take_while(|&&c| c == '#').count();
    let open = at + 1 + hashes;
    if chars.get(open) != Some(&'"') {
        return at;
    }
    let closes = |i: usize| {
        chars[i] == '"' && chars[i + 1..].iter().take(hashes).filter(|&&c| c == '#').count() == hashes
    };
    (find(chars, open + 1, closes) + 1 + hashes).min(chars.len())
}

fn is_word_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// Splits code (see [`code_of`]) into tokens.
pub(super) fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut line = 1;
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let (length, kind) = if is_word_char(first) {
            let length = rest.find(|c| !is_word_char(c)).unwrap_or(rest.len());
            let word = &rest[..length];
            (length, Some(if first.is_numeric() { Kind::Sign('0') } else { Kind::Word(word) }))
        } else if rest.starts_with("::") {
            (2, Some(Kind::PathSeparator))
        } else {
            (first.len_utf8(), (!first.is_whitespace()).then_some(Kind::Sign(first)))
        };
        tokens.extend(kind.map(|kind| Token { line, kind }));
        line += usize::from(first == '\n');
        rest = &rest[length..];
    }
    tokens
}

/// Leaves out the items under `#[cfg(test)]`: they are not shipped.
pub(super) fn without_tests<'a>(tokens: &[Token<'a>]) -> Vec<Token<'a>> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        match attribute_end(tokens, at) {
            Some(end) if is_test_attribute(&tokens[at..end]) => at = item_end(tokens, end),
            Some(end) => {
                kept.extend_from_slice(&tokens[at..end]);
                at = end;
            }
            None => {
                kept.push(tokens[at]);
                at += 1;
            }
        }
    }
    kept
}

/// Returns the end of the outer attribute that begins at `at`.
fn attribute_end(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let opens = tokens.get(at)?.kind == Kind::Sign('#') && tokens.get(at + 1)?.kind == Kind::Sign('[');
    opens.then(|| closing(tokens, at + 1, '[', ']'))
}

fn is_test_attribute(attribute: &[Token<'_>]) -> bool {
    let has = |word| attribute.iter().any(|token| token.kind == Kind::Word(word));
    attribute.get(2).is_some_and(|token| token.kind == Kind::Word("cfg")) && has("test") && !has("not")
}

/// Returns the end of the item that begins at `from`: after its `;`, or after its braces.
fn item_end(tokens: &[Token<'_>], from: usize) -> usize {
    let mut at = from;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Sign('{') => return closing(tokens, at, '{', '}'),
            Kind::Sign(';') => return at + 1,
            Kind::Sign('[') => at = closing(tokens, at, '[', ']'),
            Kind::Sign('(') => at = closing(tokens, at, '(', ')'),
            _ => at += 1,
        }
    }
    tokens.len()
}

/// Returns the index after the sign that closes the one at `at`.
fn closing(tokens: &[Token<'_>], at: usize, open: char, close: char) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(at) {
        if token.kind == Kind::Sign(open) {
            depth += 1;
        } else if token.kind == Kind::Sign(close) {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return i + 1;
            }
        }
    }
    tokens.len()
}

/// Returns every path and every single word used, `use` trees unfolded.
pub(super) fn paths(tokens: &[Token<'_>]) -> Vec<UsedPath> {
    let mut found = Vec::new();
    let mut braces: Vec<bool> = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Word(_) => {
                let depth = braces.iter().filter(|&&is_module| is_module).count();
                at = unfold(tokens, at, &[], depth, &mut found);
                continue;
            }
            Kind::Sign('{') => braces.push(opens_module(tokens, at)),
            Kind::Sign('}') => drop(braces.pop()),
            Kind::Sign(_) | Kind::PathSeparator => {}
        }
        at += 1;
    }
    found
}

fn opens_module(tokens: &[Token<'_>], brace: usize) -> bool {
    brace >= 2
        && tokens[brace - 2].kind == Kind::Word("mod")
        && matches!(tokens[brace - 1].kind, Kind::Word(_))
}

/// Unfolds the path or tree that begins at the word `at`; returns the index after it.
fn unfold(
    tokens: &[Token<'_>],
    at: usize,
    prefix: &[String],
    depth: usize,
    found: &mut Vec<UsedPath>,
) -> usize {
    let mut segments = prefix.to_vec();
    let line = tokens[at].line;
    let kind = |i: usize| tokens.get(i).map(|token| token.kind);
    let mut i = at;
    while let Some(Kind::Word(word)) = kind(i) {
        segments.push(word.to_owned());
        i += 1;
        if kind(i) != Some(Kind::PathSeparator) {
            break;
        }
        match kind(i + 1) {
            Some(Kind::Word(_)) => i += 1,
            Some(Kind::Sign('*')) => {
                segments.push("*".to_owned());
                i += 2;
                break;
            }
            Some(Kind::Sign('{')) => {
                let end = closing(tokens, i + 1, '{', '}');
                let mut branch = i + 2;
                while branch < end {
                    branch = match kind(branch) {
                        Some(Kind::Word("as")) => branch + 2,
                        Some(Kind::Word(_)) => unfold(tokens, branch, &segments, depth, found),
                        _ => branch + 1,
                    };
                }
                return end;
            }
            _ => {
                i += 1;
                break;
            }
        }
    }
    let is_macro = kind(i) == Some(Kind::Sign('!')) && kind(i + 1) != Some(Kind::Sign('='));
    if let (true, Some(name)) = (is_macro, segments.last_mut()) {
        name.push('!');
    }
    found.push(UsedPath { line, segments, inline_depth: depth });
    i
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<String> {
        let code = code_of(source);
        paths(&tokens(&code)).iter().map(UsedPath::text).filter(|path| path.contains("::")).collect()
    }

    #[test]
    fn comments_and_literals_are_blank() {
        let source = "a /* x /* y */ z */ b // c\n\"d \\\" e\" f r#\"g \" h\"# 'i' '\\'' 'j br\"k\" l";
        let code = code_of(source);
        let words: Vec<&str> = code.split_whitespace().collect();
        assert_eq!(words, ["a", "b", "f", "'j", "b", "l"]);
        assert_eq!(code.lines().count(), source.lines().count());
    }

    #[test]
    fn unterminated_literals_end_with_the_text() {
        for source in ["\"abc", "r##\"abc\"#", "/* a /* b */", "'\\", "r", "\"\\"] {
            assert!(code_of(source).chars().count() <= source.chars().count(), "{source}");
        }
    }

    #[test]
    fn use_trees_are_unfolded() {
        let source = "use crate::{groups::{Label, Cuts as C}, sample::*, stats};\nuse std::io;";
        let expected =
            ["crate::groups::Label", "crate::groups::Cuts", "crate::sample::*", "crate::stats", "std::io"];
        assert_eq!(texts(source), expected);
    }

    #[test]
    fn paths_in_expressions_are_seen() {
        let source = "fn f() -> crate::a::B { x.y(std::fs::read(p)?); Vec::<u8>::new(); ::std::env::args() }";
        let found = texts(source);
        for path in ["crate::a::B", "std::fs::read", "std::env::args"] {
            assert!(found.contains(&path.to_owned()), "{path} not in {found:?}");
        }
    }

    #[test]
    fn macro_names_end_in_a_mark() {
        let code = code_of("println!(\"x\"); a != b; std::println!(); std::dbg!(y)");
        let found: Vec<String> = paths(&tokens(&code)).iter().map(UsedPath::text).collect();
        assert_eq!(found, ["println!", "a", "b", "std::println!", "std::dbg!", "y"]);
    }

    #[test]
    fn items_under_cfg_test_are_left_out() {
        let source = "use a::b;\n#[cfg(test)]\nmod tests { use c::d; fn f() { if x { } } }\n#[cfg(test)] #[path = \"x\"] use e::f;\n#[cfg(not(test))]\nuse g::h;";
        let code = code_of(source);
        let kept = without_tests(&tokens(&code));
        let found: Vec<String> =
            paths(&kept).iter().map(UsedPath::text).filter(|path| path.contains("::")).collect();
        assert_eq!(found, ["a::b", "g::h"]);
    }

    #[test]
    fn inline_modules_deepen_a_path() {
        let code = code_of("use super::a;\nmod inner { fn f() { super::b::g() } }\nuse super::c;");
        let found: Vec<(String, usize)> = paths(&tokens(&code))
            .iter()
            .filter(|path| path.starts_with("super"))
            .map(|path| (path.text(), path.inline_depth))
            .collect();
        assert_eq!(found, [("super::a".into(), 0), ("super::b::g".into(), 1), ("super::c".into(), 0)]);
    }

    #[test]
    fn lines_are_counted_through_literals() {
        let code = code_of("/* one\ntwo */\n\"three\nfour\" std::fs");
        assert_eq!(paths(&tokens(&code))[0].line, 4);
    }
}
