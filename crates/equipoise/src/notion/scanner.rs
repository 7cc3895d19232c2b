//! Characters and words of a requirement's text, and the place where something else was needed.

use std::ops::Range;

use super::{
    RequirementErrorKind as Kind,
    error::{Expected, shown},
    names::is_word_char,
};

/// The bytes of a part of the text.
pub(super) type Span = Range<usize>;

/// What is wrong and where, before it is put together with the text.
pub(super) struct Fault {
    pub(super) span: Span,
    pub(super) kind: Kind,
}

impl Fault {
    /// Returns what makes a fault at a place of what is wrong there.
    pub(super) fn at(span: Span) -> impl FnOnce(Kind) -> Self {
        move |kind| Self { span, kind }
    }
}

/// A place in the text. Every method but `char` and `next` first skips blanks.
pub(super) struct Scanner<'t> {
    pub(super) text: &'t str,
    pub(super) at: usize,
}

impl<'t> Scanner<'t> {
    /// The character here.
    pub(super) fn char(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    /// Takes the character here.
    pub(super) fn next(&mut self) -> Option<char> {
        let c = self.char()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// The next character that is not a blank.
    pub(super) fn peek(&mut self) -> Option<char> {
        while self.char().is_some_and(char::is_whitespace) {
            self.next();
        }
        self.char()
    }

    /// Takes a sign if it stands here.
    pub(super) fn eat(&mut self, sign: char) -> bool {
        let found = self.peek() == Some(sign);
        if found {
            self.next();
        }
        found
    }

    /// Takes the longest run of such characters, if there is one.
    pub(super) fn run(&mut self, takes: impl Fn(char) -> bool) -> Option<(&'t str, Span)> {
        self.peek();
        let start = self.at;
        while self.char().is_some_and(&takes) {
            self.next();
        }
        (start < self.at).then(|| (&self.text[start..self.at], start..self.at))
    }

    /// Takes a bare word, if one stands here.
    pub(super) fn word(&mut self) -> Option<(&'t str, Span)> {
        self.run(is_word_char)
    }

    /// Takes the word or the character here, to be shown.
    pub(super) fn thing(&mut self) -> (String, Span) {
        self.peek();
        let start = self.at;
        if self.word().is_none() {
            self.next();
        }
        (shown(&self.text[start..self.at]), start..self.at)
    }

    /// The fault that something else stands here, or nothing.
    pub(super) fn unexpected(&mut self, expected: Expected) -> Fault {
        match self.thing() {
            (_, span) if span.is_empty() => Fault { span, kind: Kind::Ends { expected } },
            (found, span) => Fault { span, kind: Kind::Unexpected { found, expected } },
        }
    }
}
