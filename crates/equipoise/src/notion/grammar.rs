//! Reads the text of a requirement: a scanner that knows characters, and above it one function per rule of the
//! grammar in the [module's documentation](super).
//!
//! The scanner has no token types, since what a character means depends on the place: `.` joins the parts of a
//! path and stands inside numbers, `-` stands inside words and before numbers. No rule is recursive, so no text
//! nests deeper than the grammar, and every function moves forward. What is not linear (names are compared to find
//! one that is there twice) is bounded by the length of the text, [`Requirement::BYTES_MAX`].

use super::{
    Bound, ColumnNames, Comparison, Functional, GroupLabel, Level, MetricName, Notion, NotionArgument,
    NotionEntry, Relation, Requirement, RequirementError, RequirementErrorKind as Kind, Selector, Subject,
    by_name,
    comparison::QUANTILE,
    error::{Expected, Part, near_notion, shown},
    names::{MISSING, REFERENCE},
    nearest,
    scanner::{Fault, Scanner, Span},
};

/// Reads a requirement.
pub(super) fn requirement(text: &str) -> Result<Requirement, RequirementError> {
    read(text, Expected::Subject, Parser::requirement)
}

/// Reads a notion.
pub(super) fn notion(text: &str) -> Result<Notion, RequirementError> {
    read(text, Expected::Notion, |parser| {
        let (word, span) = parser.need_word(Expected::Notion)?;
        let entry = by_name(word).ok_or_else(|| Fault {
            span: span.clone(),
            kind: Kind::UnknownNotion { found: shown(word), near: near_notion(word) },
        })?;
        let notion = parser.notion(entry, span)?;
        parser.end()?;
        Ok(notion)
    })
}

/// Returns where the metric of a requirement's text is: the subject, or the loss of a bounded loss; the whole text
/// where it begins with neither.
pub(super) fn metric_place(text: &str) -> Span {
    let mut scanner = Scanner { text, at: 0 };
    let Some((word, span)) = scanner.word() else { return 0..text.len() };
    let takes_loss = by_name(word).is_some_and(|entry| entry.argument() == NotionArgument::Loss);
    let loss = if takes_loss && scanner.eat('(') { scanner.word() } else { None };
    loss.map_or(span, |(_, loss)| loss)
}

fn read<'t, T>(
    text: &'t str,
    expected: Expected,
    rule: impl FnOnce(&mut Parser<'t>) -> Result<T, Fault>,
) -> Result<T, RequirementError> {
    let limit = Requirement::BYTES_MAX;
    if text.len() > limit {
        let kind = Kind::TooLong { bytes: text.len(), limit };
        return Err(RequirementError::new(text, 0..limit, kind));
    }
    if text.trim().is_empty() {
        return Err(RequirementError::new(text, 0..0, Kind::Ends { expected }));
    }
    let mut parser = Parser { scanner: Scanner { text, at: 0 } };
    rule(&mut parser).map_err(|fault| RequirementError::new(text, fault.span, fault.kind))
}

/// A name or label as it is written, since a keyword in quotes is none.
enum Written<'t> {
    Bare(&'t str),
    Quoted(String),
}

impl Written<'_> {
    fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Bare(word) if *word == keyword)
    }

    fn into_text(self) -> Box<str> {
        match self {
            Self::Bare(word) => word.into(),
            Self::Quoted(text) => text.into(),
        }
    }

    fn into_label(self) -> GroupLabel {
        if self.is(MISSING) { GroupLabel::Missing } else { GroupLabel::Value(self.into_text()) }
    }
}

/// Where the parts of a requirement stand, for the faults that show only when all is read.
struct Places {
    subject: Span,
    functional: Span,
    comparison: Span,
    selector: Span,
    relation: Span,
    number: Span,
}

impl Places {
    fn of(&self, part: Part) -> Span {
        match part {
            Part::Whole => self.subject.start..self.number.end,
            Part::Functional => self.functional.clone(),
            Part::Comparison => self.comparison.clone(),
            Part::Selector => self.selector.clone(),
            Part::Relation => self.relation.clone(),
            Part::Number => self.number.clone(),
        }
    }
}

struct Parser<'t> {
    scanner: Scanner<'t>,
}

impl<'t> Parser<'t> {
    /// requirement = subject [ "." functional ] [ "." comparison ] [ groups ] [ pair ] relation number
    fn requirement(&mut self) -> Result<Requirement, Fault> {
        let (subject, subject_span) = self.subject()?;
        let (functional, comparison) = self.path(&subject)?;
        let (selector, selector_span) = self.selector(&subject_span)?;
        let (relation, relation_span) = self.relation()?;
        let (value, number) = self.number()?;
        self.end()?;

        let or_subject = |span: Option<Span>| span.unwrap_or_else(|| subject_span.clone());
        let (functional, functional_span) =
            functional.map_or((Functional::Mean, None), |(f, span)| (f, Some(span)));
        let (comparison, comparison_span) = match comparison {
            Some((comparison, span)) => (comparison, Some(span)),
            None if functional.is_distance() => (Comparison::Difference, None),
            None => match (subject.default_comparison(), &subject) {
                (Some(comparison), _) => (comparison, None),
                (None, subject) => {
                    let kind = Kind::ComparisonMissing { metric: shown(&subject.to_string()) };
                    return Err(Fault { span: subject_span, kind });
                }
            },
        };
        let places = Places {
            functional: or_subject(functional_span),
            comparison: or_subject(comparison_span),
            selector: selector_span,
            subject: subject_span,
            relation: relation_span,
            number,
        };
        Bound::new(relation, value)
            .and_then(|bound| Requirement::new(subject, functional, comparison, selector, bound))
            .map_err(|kind| Fault { span: places.of(kind.part()), kind })
    }

    fn subject(&mut self) -> Result<(Subject, Span), Fault> {
        // A number first is a bound on the wrong side; shown whole, not as the word before its point.
        if self.scanner.peek().is_some_and(|c| c.is_ascii_digit() || c == '-' || c == '+')
            && let Some((number, span)) = self.scanner.run(is_number_char)
        {
            let kind = Kind::Unexpected { found: shown(number), expected: Expected::Subject };
            return Err(Fault { span, kind });
        }
        let (word, span) = self.need_word(Expected::Subject)?;
        let subject = match by_name(word) {
            Some(entry) => Subject::Notion(self.notion(entry, span.clone())?),
            None => Subject::Metric(MetricName::new(word).map_err(Fault::at(span.clone()))?),
        };
        Ok((subject, span))
    }

    /// The rest of a notion after its name.
    fn notion(&mut self, entry: &'static NotionEntry, name: Span) -> Result<Notion, Fault> {
        match entry.argument() {
            NotionArgument::Columns if self.scanner.eat('(') => {
                Ok(Notion::ConditionalParity(self.columns(')', Expected::StrataSign)?))
            }
            NotionArgument::Loss if self.scanner.eat('(') => {
                let (word, span) = self.need_word(Expected::Loss)?;
                let loss = MetricName::new(word).map_err(Fault::at(span))?;
                self.need(')', Expected::Sign("`)`"))?;
                Ok(Notion::BoundedLoss(loss))
            }
            _ => entry.notion().ok_or(Fault { span: name, kind: Kind::LossMissing }),
        }
    }

    /// Columns up to and with the closing sign; the opening one is taken already. At least one.
    fn columns(&mut self, close: char, signs: Expected) -> Result<ColumnNames, Fault> {
        let mut columns = ColumnNames::none();
        loop {
            let (name, span) = self.name(Expected::Column)?;
            columns.push(name.into_text()).map_err(Fault::at(span))?;
            if self.scanner.eat(close) {
                return Ok(columns);
            }
            self.need(',', signs)?;
        }
    }

    /// The parts after the subject, each led by a point.
    #[expect(clippy::type_complexity, reason = "two parts, each with its place, used once")]
    fn path(
        &mut self,
        subject: &Subject,
    ) -> Result<(Option<(Functional, Span)>, Option<(Comparison, Span)>), Fault> {
        let (mut functional, mut comparison) = (None::<(Functional, Span)>, None::<(Comparison, Span)>);
        while self.scanner.eat('.') {
            let (word, span) = self.need_word(Expected::Part)?;
            let after = comparison.as_ref().map(|(c, _)| c.name());
            if let Some(found) = Comparison::by_name(word) {
                if let Some(after) = after {
                    return Err(Fault { span, kind: Kind::PartOrder { found: found.name(), after } });
                }
                comparison = Some((found, span));
            } else if let Some(found) = self.functional(word)? {
                if let Some(after) = after.or(functional.as_ref().map(|(f, _)| f.name())) {
                    return Err(Fault { span, kind: Kind::PartOrder { found: found.name(), after } });
                }
                // Even the default is refused of a metric: it would say that a mean of the metric is taken.
                if let Subject::Metric(metric) = subject {
                    let (functional, metric) = (found.name(), shown(metric.as_str()));
                    return Err(Fault { span, kind: Kind::FunctionalOfMetric { functional, metric } });
                }
                functional = Some((found, span));
            } else {
                let functional =
                    functional.is_none() && matches!(subject, Subject::Notion(_)) && after.is_none();
                return Err(Fault { span, kind: unknown_part(word, functional) });
            }
        }
        Ok((functional, comparison))
    }

    /// The functional of a word, with its argument if it takes one.
    fn functional(&mut self, word: &str) -> Result<Option<Functional>, Fault> {
        if word != QUANTILE {
            return Ok(Functional::by_name(word));
        }
        self.need('(', Expected::LevelOpen)?;
        let (level, span) = self.number()?;
        let level = Level::new(level).map_err(Fault::at(span))?;
        self.need(')', Expected::Sign("`)`"))?;
        Ok(Some(Functional::Quantile(level)))
    }

    /// [ groups ] [ pair ]; where there is neither, the place is the subject's.
    fn selector(&mut self, subject: &Span) -> Result<(Selector, Span), Fault> {
        self.scanner.peek();
        let start = self.scanner.at;
        let mut selector = Selector::all();
        let brackets = self.scanner.eat('[');
        if brackets {
            selector = Selector::over(self.columns(']', Expected::ListSign("`,` or `]`"))?);
        }
        if self.scanner.eat('(') {
            let attributes = selector.attributes().clone();
            let (pair, group, reference) = self.pair()?;
            let made = if group.is_empty() {
                Selector::with_reference(attributes, reference)
            } else if brackets && attributes != pair {
                let (brackets, pair) = (shown(&attributes.to_string()), shown(&pair.to_string()));
                Err(Kind::AttributesDiffer { brackets, pair })
            } else {
                Selector::pair(pair, group, reference)
            };
            selector = made.map_err(Fault::at(start..self.scanner.at))?;
        }
        let span = if start < self.scanner.at && selector != Selector::all() {
            start..self.scanner.at
        } else {
            subject.clone()
        };
        Ok((selector, span))
    }

    /// The inside of a pair's parentheses and the closing one: attributes, the group's labels, the reference's.
    fn pair(&mut self) -> Result<(ColumnNames, Vec<GroupLabel>, Vec<GroupLabel>), Fault> {
        let (mut attributes, mut group, mut reference) = (ColumnNames::none(), Vec::new(), Vec::new());
        loop {
            let (name, span) = self.name(Expected::PairEntry)?;
            self.need('=', Expected::Sign("`=`"))?;
            if name.is(REFERENCE) {
                if !reference.is_empty() {
                    return Err(Fault { span, kind: Kind::ReferenceTwice });
                }
                reference = self.reference()?;
            } else {
                attributes.push(name.into_text()).map_err(Fault::at(span))?;
                group.push(self.name(Expected::Label)?.0.into_label());
            }
            if self.scanner.eat(')') {
                return Ok((attributes, group, reference));
            }
            self.need(',', Expected::ListSign("`,` or `)`"))?;
        }
    }

    /// reference = label | "(" label { "," label } ")"
    fn reference(&mut self) -> Result<Vec<GroupLabel>, Fault> {
        if !self.scanner.eat('(') {
            return Ok(vec![self.name(Expected::Label)?.0.into_label()]);
        }
        let mut labels = Vec::new();
        loop {
            labels.push(self.name(Expected::Label)?.0.into_label());
            if self.scanner.eat(')') {
                return Ok(labels);
            }
            self.need(',', Expected::ListSign("`,` or `)`"))?;
        }
    }

    fn relation(&mut self) -> Result<(Relation, Span), Fault> {
        let is_sign = |c| matches!(c, '<' | '>' | '=' | '!' | '≤' | '≥' | '≠' | '~');
        let Some((sign, span)) = self.scanner.run(is_sign) else {
            return Err(self.scanner.unexpected(Expected::Relation));
        };
        match sign {
            "<=" | "≤" => Ok((Relation::AtMost, span)),
            ">=" | "≥" => Ok((Relation::AtLeast, span)),
            _ => Err(Fault { span, kind: Kind::NotARelation { found: shown(sign) } }),
        }
    }

    /// A finite decimal number, or a percentage as a share.
    fn number(&mut self) -> Result<(f64, Span), Fault> {
        let Some((digits, Span { start, .. })) = self.scanner.run(is_number_char) else {
            return Err(self.scanner.unexpected(Expected::Number));
        };
        let percent = self.scanner.eat('%');
        let span = start..self.scanner.at;
        // Words such as `inf` and `nan` are numbers to the standard library, not to people who write bounds.
        let decimal = digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E'));
        let value = match (decimal, percent) {
            (false, _) => None,
            (true, false) => digits.parse::<f64>().ok(),
            // Read in one go, since dividing by 100 would round twice (0.1% would not be 0.001 but near it).
            (true, true) => format!("{digits}e-2").parse::<f64>().ok(),
        };
        match value {
            Some(value) if value.is_finite() => Ok((value, span)),
            Some(value) => Err(Fault { span, kind: Kind::NotFinite { value } }),
            None => {
                let found = shown(self.scanner.text[span.clone()].trim());
                Err(Fault { span, kind: Kind::NotANumber { found } })
            }
        }
    }

    fn need_word(&mut self, expected: Expected) -> Result<(&'t str, Span), Fault> {
        match self.scanner.word() {
            Some(word) => Ok(word),
            None => Err(self.scanner.unexpected(expected)),
        }
    }

    fn need(&mut self, sign: char, expected: Expected) -> Result<(), Fault> {
        if self.scanner.eat(sign) { Ok(()) } else { Err(self.scanner.unexpected(expected)) }
    }

    fn end(&mut self) -> Result<(), Fault> {
        match self.scanner.peek() {
            None => Ok(()),
            Some(_) => {
                let (found, span) = self.scanner.thing();
                Err(Fault { span, kind: Kind::Trailing { found } })
            }
        }
    }

    /// A bare word, or a quoted text.
    fn name(&mut self, expected: Expected) -> Result<(Written<'t>, Span), Fault> {
        if let Some((word, span)) = self.scanner.word() {
            return Ok((Written::Bare(word), span));
        }
        let start = self.scanner.at;
        if !self.scanner.eat('"') {
            return Err(self.scanner.unexpected(expected));
        }
        let mut text = String::new();
        loop {
            let at = self.scanner.at;
            match self.scanner.next() {
                None => return Err(Fault { span: start..at, kind: Kind::UnclosedQuote }),
                Some('"') => return Ok((Written::Quoted(text), start..self.scanner.at)),
                Some('\\') => text.push(self.escape(at)?),
                Some(c) => text.push(c),
            }
        }
    }

    /// The character of an escape that begins at `start` and whose backslash is taken.
    fn escape(&mut self, start: usize) -> Result<char, Fault> {
        let c = match self.scanner.next() {
            Some(c @ ('"' | '\\')) => Some(c),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            Some('t') => Some('\t'),
            Some('u') => self.code_point(),
            _ => None,
        };
        let span = start..self.scanner.at;
        c.ok_or_else(|| {
            let found = shown(&self.scanner.text[span.clone()]);
            Fault { span, kind: Kind::BadEscape { found } }
        })
    }

    /// Takes the `{hex}` of an escape, or what stands in its place.
    fn code_point(&mut self) -> Option<char> {
        if self.scanner.char() != Some('{') {
            return None;
        }
        self.scanner.next();
        let start = self.scanner.at;
        while self.scanner.char().is_some_and(|c| c.is_ascii_hexdigit()) {
            self.scanner.next();
        }
        let digits = &self.scanner.text[start..self.scanner.at];
        // A sign before the digits cannot be there, so the standard library reads what we read.
        let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
        if self.scanner.char() != Some('}') {
            return None;
        }
        self.scanner.next();
        c
    }
}

/// Returns whether a character can belong to a number, or to a word in its place.
fn is_number_char(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '+' | '-' | '_')
}

fn unknown_part(word: &str, functional: bool) -> Kind {
    let comparisons = Comparison::all().flat_map(|c| [c.name()].into_iter().chain(c.aliases()));
    let functionals = Functional::names().filter(|_| functional);
    Kind::UnknownPart { found: shown(word), functional, near: nearest(word, comparisons.chain(functionals)) }
}
