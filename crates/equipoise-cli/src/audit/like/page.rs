//! Another toolkit's figures as text and as Markdown.

use equipoise_report::shown;

use super::{Figure, Quoted};
use crate::args::Toolkit;

/// Columns of a number.
const NUMBER: usize = 12;

fn title(toolkit: Toolkit) -> &'static str {
    match toolkit {
        Toolkit::Fairlearn => "fairlearn",
        Toolkit::Aif360 => "AIF360",
        Toolkit::Aequitas => "aequitas",
        Toolkit::Clarify => "SageMaker Clarify",
    }
}

/// Notes in the order in which they are first needed.
#[derive(Default)]
struct Notes(Vec<&'static str>);

impl Notes {
    fn mark(&mut self, note: Option<&'static str>) -> String {
        let Some(note) = note else { return String::new() };
        let place = self.0.iter().position(|known| *known == note).unwrap_or_else(|| {
            self.0.push(note);
            self.0.len() - 1
        });
        format!(" [{}]", place + 1)
    }
}

/// A number as it is there, rounded to six digits.
fn number(value: f64) -> String {
    if value.is_finite() && value.fract() == 0.0 && value.abs() < 1e9 {
        return format!("{value}");
    }
    let size = value.abs();
    match value {
        _ if !value.is_finite() => value.to_string(),
        _ if (1e-4..1e6).contains(&size) => {
            let digits = (5.0 - size.log10().floor()).clamp(0.0, 6.0) as usize;
            format!("{value:.digits$}")
        }
        _ => format!("{value:.5e}"),
    }
}

fn heading(toolkit: Toolkit, quoted: &Quoted) -> String {
    let attributes = quoted.attributes.iter().map(|name| shown(name)).collect::<Vec<_>>().join(" × ");
    let about = quoted.about.as_ref().map_or(String::new(), |about| format!("; {}", shown(about)));
    format!("As {} has it, by {attributes}{about}", title(toolkit))
}

/// What a figure is about: a group, a setting, both, or everything.
fn about(figure: &Figure) -> String {
    let group = figure.group.as_deref().map(shown);
    let setting = Some(figure.quote.setting.clone()).filter(|setting| !setting.is_empty());
    match (group, setting) {
        (Some(group), Some(setting)) => format!("{group}, {setting}"),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => "all groups".to_owned(),
    }
}

/// Returns the figures as text of some width.
pub(crate) fn text(toolkit: Toolkit, all: &[Quoted], width: usize) -> String {
    let mut notes = Notes::default();
    let mut text = String::new();
    let wide = width.saturating_sub(4 + 2 * (NUMBER + 1)).max(20);
    let title_width = wide + 2;
    for quoted in all.iter().filter(|quoted| !quoted.figures.is_empty()) {
        text.push_str(&format!("\n{}\n", heading(toolkit, quoted)));
        text.push_str(&format!("    {:wide$} {:>NUMBER$} {:>NUMBER$}\n", "", "there", "here"));
        let mut before = "";
        for figure in &quoted.figures {
            let name = figure.quote.name.as_str();
            let there = number(figure.quote.value);
            let here = figure.ours.map_or_else(|| "-".to_owned(), number);
            let ours = figure.quote.ours.filter(|ours| *ours != name);
            let ours = ours.map_or(String::new(), |ours| format!(" (here {ours})"));
            let is_alone = figure.group.is_none() && figure.quote.setting.is_empty();
            if name != before || is_alone {
                let title = format!("{name}{ours}{}", notes.mark(figure.quote.note));
                before = name;
                if is_alone && title.chars().count() <= wide + 2 {
                    text.push_str(&format!("  {title:title_width$} {there:>NUMBER$} {here:>NUMBER$}\n"));
                    continue;
                }
                text.push_str(&format!("  {title}\n"));
            }
            text.push_str(&format!("    {:wide$} {there:>NUMBER$} {here:>NUMBER$}\n", about(figure)));
        }
    }
    if text.is_empty() {
        return format!("\n{} has no figures for these columns.\n", title(toolkit));
    }
    for (place, note) in notes.0.iter().enumerate() {
        let mark = format!("[{}] ", place + 1);
        text.push('\n');
        text.push_str(&wrapped(&mark, note, width));
    }
    text
}

/// Breaks words into lines of at most the width; the first line begins with the mark, the others with as many blanks.
fn wrapped(mark: &str, words: &str, width: usize) -> String {
    let indent = " ".repeat(mark.len());
    let mut lines = vec![mark.to_owned()];
    for word in words.split(' ') {
        let line = lines.last().map_or(0, |line| line.chars().count());
        if line > indent.len() && line + word.chars().count() >= width {
            lines.push(indent.clone());
        }
        if let Some(line) = lines.last_mut() {
            line.push_str(word);
            line.push(' ');
        }
    }
    lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Returns the figures as Markdown.
pub(crate) fn markdown(toolkit: Toolkit, all: &[Quoted]) -> String {
    let cell = |text: &str| shown(text).replace('\\', "\\\\").replace('|', "\\|");
    let mut text = String::new();
    for quoted in all.iter().filter(|quoted| !quoted.figures.is_empty()) {
        text.push_str(&format!("\n## {}\n\n", cell(&heading(toolkit, quoted))));
        text.push_str("| there | about | value there | value here | here | note |\n");
        text.push_str("| --- | --- | ---: | ---: | --- | --- |\n");
        for figure in &quoted.figures {
            let quote = &figure.quote;
            let ours = figure.ours.map_or_else(String::new, number);
            let name = quote.ours.map_or_else(String::new, |name| format!("`{name}`"));
            text.push_str(&format!(
                "| `{}` | {} | {} | {ours} | {name} | {} |\n",
                quote.name,
                cell(&about(figure)),
                number(quote.value),
                quote.note.unwrap_or_default()
            ));
        }
    }
    if text.is_empty() {
        return format!("\n{} has no figures for these columns.\n", title(toolkit));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_six_digits() {
        for (value, text) in [
            (0.0, "0"),
            (12.0, "12"),
            (0.187_324_44, "0.187324"),
            (12.345_678_9, "12.3457"),
            (0.5, "0.500000"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
            (1.5e-7, "1.50000e-7"),
            (0.001_234_567, "0.001235"),
        ] {
            assert_eq!(number(value), text);
        }
    }
}
