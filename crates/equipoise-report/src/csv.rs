//! The report as comma-separated values: one fact a line, for spreadsheets and data frames.

use equipoise::{
    audit::{
        ComparisonFigure, Figure, Gap, Group, GroupName, Report, Section, Standing, Strata, WithinStrata,
    },
    inference::Interval,
    metrics::Undefined,
};

use crate::{labels, words};

/// The columns, in order.
const COLUMNS: [&str; 21] = [
    "kind",
    "attributes",
    "name",
    "group",
    "reference",
    "event",
    "stratum",
    "rows",
    "weight",
    "value",
    "reason",
    "lower",
    "upper",
    "method",
    "count",
    "of",
    "standing",
    "n_comparisons",
    "expected_if_equal",
    "outcome",
    "undecided",
];

/// One line: the text of each column that has one.
#[derive(Clone, Default)]
struct Line {
    fields: [String; COLUMNS.len()],
}

impl Line {
    fn new(kind: &str, attributes: &[String], name: &str) -> Self {
        let attributes = joined(attributes);
        Self::default().with("kind", kind).with("attributes", &attributes).with("name", name)
    }

    /// Sets a column to a text of the user's or of ours.
    fn with(self, column: &str, text: &str) -> Self {
        self.set(column, quoted(text))
    }

    fn count(self, column: &str, number: u64) -> Self {
        self.set(column, number.to_string())
    }

    /// Numbers are unrounded and read back as the same numbers; what is not finite is left empty, like what is not there.
    fn number(self, column: &str, number: Option<f64>) -> Self {
        let text =
            number.filter(|number| number.is_finite()).map_or(String::new(), |number| format!("{number:?}"));
        self.set(column, text)
    }

    fn value(self, value: Result<f64, Undefined>) -> Self {
        match value {
            Ok(value) => self.number("value", Some(value)),
            Err(why) => self.with("reason", words::undefined_name(why)),
        }
    }

    fn interval(self, interval: Option<Interval>, method: Option<&str>) -> Self {
        let Some(interval) = interval else { return self };
        let line = self.number("lower", Some(interval.lower)).number("upper", Some(interval.upper));
        line.with("method", method.unwrap_or_default())
    }

    fn set(mut self, column: &str, text: String) -> Self {
        if let Some(place) = COLUMNS.iter().position(|name| *name == column) {
            self.fields[place] = text;
        }
        self
    }

    fn write(&self, out: &mut String) {
        out.push_str(&self.fields.join(","));
        out.push('\n');
    }
}

/// Returns the report as CSV (RFC 4180, but lines end in a newline alone), with a line of column names.
///
/// `kind` says what a line is: `figure` of a group, `comparison`, `gap`, `stratum`, `within`, `verdict`. Numbers are
/// unrounded; what does not exist is empty, with a name in `reason` where there is a reason. A crossing's labels are
/// joined by `, `, a missing value is `missing`. Texts are escaped as in [`text`](crate::text()); one that a spreadsheet
/// would run as a formula starts with an apostrophe.
pub fn csv(report: &Report) -> String {
    let mut out = COLUMNS.join(",");
    out.push('\n');
    for section in &report.sections {
        for group in section.groups.iter().chain([&section.overall]) {
            for figure in &group.figures {
                of_group(section, group, figure).write(&mut out);
            }
        }
        for figure in &section.comparisons {
            comparison(section, figure).write(&mut out);
        }
        for one in &section.gaps {
            gap("gap", &section.attributes, &one.quantity.to_string(), one).write(&mut out);
        }
        if let Some(strata) = &section.strata {
            of_strata(section, strata, &mut out);
        }
    }
    for verdict in &report.verdicts {
        let undecided = verdict.undecided.as_ref().map_or("", words::undecided_name);
        gap("verdict", &verdict.attributes, &verdict.requirement.to_string(), &verdict.gap)
            .with("outcome", verdict.outcome.name())
            .with("undecided", undecided)
            .write(&mut out);
    }
    out
}

fn figure(line: Line, figure: &Figure) -> Line {
    let (count, of) = figure.counts.map_or((None, None), |(count, of)| (Some(count), Some(of)));
    line.value(figure.value).interval(figure.interval, figure.method).number("count", count).number("of", of)
}

fn of_group(section: &Section, group: &Group, one: &Figure) -> Line {
    let standing = match group.standing {
        Standing::Compared => "compared",
        Standing::TooFewRows => "too_few_rows",
    };
    let line = Line::new("figure", &section.attributes, &one.metric)
        .with("group", &labels::group(&group.name))
        .count("rows", group.rows)
        .number("weight", Some(group.weight))
        .with("standing", standing);
    figure(line, one)
}

fn comparison(section: &Section, figure: &ComparisonFigure) -> Line {
    let group = figure.group.as_ref().map_or("all groups".to_owned(), labels::group);
    let reference = match (&figure.group, &figure.reference) {
        (Some(_), None) => "all others".to_owned(),
        (_, reference) => reference.as_ref().map_or(String::new(), labels::group),
    };
    Line::new("comparison", &section.attributes, &figure.metric)
        .with("group", &group)
        .with("reference", &reference)
        .value(figure.value)
}

fn gap(kind: &str, attributes: &[String], name: &str, gap: &Gap) -> Line {
    let line = Line::new(kind, attributes, name)
        .value(gap.value)
        .interval(gap.interval, gap.method)
        .count("n_comparisons", gap.n_comparisons as u64)
        .number("expected_if_equal", gap.expected_if_equal);
    let Some(extremes) = &gap.extremes else { return line };
    let high = extremes.high.as_ref().map_or(String::new(), labels::group);
    line.with("group", &labels::group(&extremes.low))
        .with("reference", &high)
        .with("event", extremes.event.as_deref().unwrap_or_default())
}

fn of_strata(section: &Section, strata: &Strata, out: &mut String) {
    let name = |stratum: &GroupName| {
        let parts = strata.columns.iter().zip(&stratum.0);
        parts
            .map(|(column, label)| format!("{column} = {}", labels::label(label)))
            .collect::<Vec<_>>()
            .join(", ")
    };
    for stratum in &strata.rows {
        for (group, one) in section.groups.iter().zip(&stratum.figures) {
            let line = Line::new("stratum", &section.attributes, &one.metric)
                .with("group", &labels::group(&group.name))
                .with("stratum", &name(&stratum.name))
                .count("rows", stratum.rows);
            figure(line, one).write(out);
        }
    }
    if let Some(within) = &strata.within {
        of_within(section, strata, within, out);
    }
}

fn of_within(section: &Section, strata: &Strata, within: &WithinStrata, out: &mut String) {
    let [first, second] = &within.groups;
    let columns = joined(&strata.columns);
    let line = |name: &str| {
        Line::new("within", &section.attributes, name)
            .with("group", &labels::group(first))
            .with("reference", &labels::group(second))
            .with("stratum", &columns)
    };
    let of = |what: &str| format!("{}.{what}", strata.metric);
    line(&of("difference_pooled")).value(Ok(within.difference_pooled)).write(out);
    line(&of("difference"))
        .value(Ok(within.difference))
        .interval(Some(within.difference_interval), Some(words::WITHIN_DIFFERENCE))
        .write(out);
    if let Some(ratio) = within.ratio {
        let line = line(&of("ratio")).value(Ok(ratio));
        line.interval(within.ratio_interval, Some(words::WITHIN_RATIO)).write(out);
    }
    if let Some(p) = within.homogeneity_p {
        line("homogeneity_p").value(Ok(p)).write(out);
    }
}

/// Returns a crossing's columns.
fn joined(columns: &[String]) -> String {
    columns.join(" × ")
}

/// Returns a text as a field. Quotes only where they are needed.
fn quoted(text: &str) -> String {
    let mut text = labels::shown(text);
    // Spreadsheets run what starts like this, after blanks too; an apostrophe says that it is text.
    if text.trim_start().starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠']) {
        text.insert(0, '\'');
    }
    if text.contains([',', '"', '\n', ';']) || text.starts_with(' ') || text.ends_with(' ') {
        text = format!("\"{}\"", text.replace('"', "\"\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn formulas_are_defused() {
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted(" @SUM(A1)"), "' @SUM(A1)");
        assert_eq!(quoted("\t=1"), "\\t=1");
        assert_eq!(quoted("-5 to 5, open"), "\"'-5 to 5, open\"");
        assert_eq!(quoted("plain"), "plain");
    }

    #[test]
    fn quotes_and_separators_stay_inside_the_field() {
        assert_eq!(quoted("a \"b\", c"), "\"a \"\"b\"\", c\"");
        assert_eq!(quoted("a\nb"), "a\\nb");
    }
}
