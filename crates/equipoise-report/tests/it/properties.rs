//! What holds of every text, for any labels, numbers and widths.

use equipoise::{audit::Report, groups::Label, inference::Interval, metrics::Undefined};
use equipoise_report::{TextStyle, csv, html_fragment, json, markdown, text};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr;

use crate::{html, tables};

fn check_text(report: &Report, style: TextStyle) {
    let text = text(report, &tables::provenance(), &style);
    assert!(text.ends_with('\n'));
    for line in text.lines() {
        assert!(line.width() <= style.width.max(40), "{} > {}: {line}", line.width(), style.width);
        assert!(!line.contains(char::is_control), "{line:?}");
        assert_eq!(line.trim_end(), line, "no blanks at the end");
    }
}

#[test]
fn no_line_is_wider_than_the_page() {
    for (_, report) in tables::all() {
        for width in [0, 40, 57, 60, 80, 120, 250] {
            for ascii in [false, true] {
                check_text(&report, TextStyle { width, color: false, ascii });
            }
        }
    }
}

#[test]
fn ascii_is_ascii_where_the_labels_are() {
    for (name, report) in tables::all() {
        let text = text(&report, &tables::provenance(), &TextStyle { ascii: true, ..TextStyle::default() });
        assert!(text.is_ascii() || name == "hostile", "{name}: {text}");
    }
}

#[test]
fn colour_adds_sequences_and_changes_nothing_else() {
    for (_, report) in tables::all() {
        let provenance = tables::provenance();
        let plain = text(&report, &provenance, &TextStyle::default());
        let coloured = text(&report, &provenance, &TextStyle { color: true, ..TextStyle::default() });
        assert_ne!(plain, coloured);
        let mut stripped = String::new();
        let mut rest = coloured.as_str();
        while let Some((before, after)) = rest.split_once('\u{1b}') {
            stripped.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        stripped.push_str(rest);
        assert_eq!(plain, stripped);
    }
}

#[test]
fn a_label_as_long_as_a_book_does_not_fill_the_page() {
    let mut report = tables::hostile();
    let lines = text(&report, &tables::provenance(), &TextStyle::default()).lines().count();
    let long = Label::new("word ".repeat(50_000));
    report.sections[0].groups[0].name.0[0] = long.clone();
    report.verdicts[0].gap.extremes.as_mut().unwrap().low.0[0] = long;
    let lines_long = text(&report, &tables::provenance(), &TextStyle::default()).lines().count();
    assert!(lines_long <= lines + 2, "{lines_long} instead of {lines} lines");
}

/// Any label, the hostile ones often.
fn label() -> impl Strategy<Value = Label> {
    prop_oneof![
        1 => Just(Label::Missing),
        3 => proptest::sample::select(tables::HOSTILE.to_vec()).prop_map(Label::new),
        4 => any::<String>().prop_map(Label::new),
    ]
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -2.0..2.0_f64,
        2 => any::<f64>(),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(0.0),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Reports are plain data, so any label and number may stand in one.
    #[test]
    fn any_labels_and_numbers_make_sound_documents(
        labels in proptest::collection::vec(label(), 3),
        numbers in proptest::collection::vec((number(), number(), number()), 3),
        width in 0_usize..130,
    ) {
        let mut report = tables::model();
        let section = &mut report.sections[0];
        for ((group, label), (value, lower, upper)) in section.groups.iter_mut().zip(&labels).zip(&numbers) {
            group.name.0[0] = label.clone();
            for figure in &mut group.figures {
                figure.value = if *value == 0.0 { Err(Undefined::NoRows) } else { Ok(*value) };
                figure.interval = Some(Interval { lower: *lower, upper: *upper });
            }
        }
        let (value, lower, upper) = numbers[0];
        for verdict in &mut report.verdicts {
            verdict.gap.value = Ok(value);
            verdict.gap.interval = Some(Interval { lower, upper });
            verdict.gap.expected_if_equal = Some(upper);
            if let Some(extremes) = &mut verdict.gap.extremes {
                extremes.low.0[0] = labels[0].clone();
                extremes.event = labels[1].text().map(str::to_owned);
            }
        }
        check_text(&report, TextStyle { width, ..TextStyle::default() });
        html::check_sound(&html_fragment(&report, &tables::provenance()));
        let document = json(&report);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&document).is_ok());
        prop_assert!(csv(&report).lines().count() > 20);
        let page = markdown(&report, &tables::provenance());
        prop_assert!(page.lines().all(|line| !line.contains(char::is_control)));
    }
}
