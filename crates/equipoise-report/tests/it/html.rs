//! The fragment for notebooks: whole, well-formed, and with nothing in it that a stranger wrote as markup.

use equipoise::{audit::Report, groups::Label};
use equipoise_report::{Provenance, html_fragment};
use expect_test::{Expect, expect};
use roxmltree::Document;

use crate::tables;

/// The elements and attributes that there are. None of them runs or loads anything.
const ELEMENTS: [&str; 16] = [
    "bdi", "br", "circle", "details", "div", "path", "span", "style", "summary", "svg", "table", "tbody",
    "td", "th", "thead", "tr",
];
const ATTRIBUTES: [&str; 15] = [
    "aria-hidden",
    "class",
    "colspan",
    "cx",
    "cy",
    "d",
    "fill",
    "height",
    "opacity",
    "r",
    "stroke",
    "stroke-dasharray",
    "stroke-width",
    "viewBox",
    "width",
];

/// Checks what holds of every fragment, and returns its text as a reader sees it.
#[track_caller]
pub(crate) fn check_sound(fragment: &str) -> String {
    let document = Document::parse(fragment).unwrap_or_else(|why| panic!("{why}: {fragment}"));
    let mut text = String::new();
    for node in document.root().descendants() {
        if node.is_element() {
            assert!(ELEMENTS.contains(&node.tag_name().name()), "<{}>", node.tag_name().name());
            if ["div", "tr", "td", "th", "summary"].contains(&node.tag_name().name()) {
                text.push('\n');
            }
        }
        for attribute in node.attributes() {
            assert!(ATTRIBUTES.contains(&attribute.name()), "{}", attribute.name());
            let is_ours = |c: char| c.is_ascii_alphanumeric() || " .-".contains(c);
            assert!(attribute.value().chars().all(is_ours), "{attribute:?}");
            assert!(
                !attribute.value().contains("NaN") && !attribute.value().contains("inf"),
                "{attribute:?}"
            );
        }
        let is_style = node.parent().is_some_and(|parent| parent.has_tag_name("style"));
        text.push_str(node.text().filter(|_| node.is_text() && !is_style).unwrap_or_default());
    }
    assert_eq!(document.root().children().count(), 1, "one element, and nothing outside of it");
    assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    text
}

fn sound(report: &Report) -> String {
    check_sound(&html_fragment(report, &tables::provenance()))
}

#[track_caller]
fn check(report: &Report, expected: Expect) {
    let fragment = html_fragment(report, &Provenance::default());
    check_sound(&fragment);
    let (before, after) = fragment.split_once("<style>").unwrap();
    let (_, after) = after.split_once("</style>").unwrap();
    expected.assert_eq(&format!("{before}{after}"));
}

#[test]
fn berkeley() {
    check(
        &tables::berkeley(),
        expect![[r#"
            <div class="equipoise">
            <div class="eq-t">Audit of a selection, binary: 4,526 rows</div>
            <div><span class="eq-s">prediction</span> admitted, positive yes: 1,755 of 4,526 (38.8 %)</div>
            <div><span class="eq-s">strata</span> department</div>
            <div class="eq-h">Verdicts: 1 violated, 1 undecided</div>
            <table class="eq"><thead><tr><th>outcome</th><th>requirement</th><th class="eq-n">value</th><th class="eq-n">95 % interval</th><th>against the bound</th></tr></thead><tbody>
            <tr><td class="eq-k"><span class="eq-violated">✗ violated</span></td><td>demographic_parity.difference &lt;= 0.05, by gender<div class="eq-s">women 0.304, men 0.445; equal groups would show 0.012 on average</div></td><td class="eq-n">0.142</td><td class="eq-n">[0.113, 0.170]</td><td class="eq-k"><svg width="130" height="14" viewBox="0 0 130 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4"><path opacity=".3" d="M6 7H124"/><path stroke-width="2.2" d="M38.8 0V14"/><path d="M80.2 7H117.2M80.2 3V11M117.2 3V11"/><circle cx="98.9" cy="7" r="2.6" fill="currentColor"/></svg></td></tr>
            <tr><td class="eq-k"><span class="eq-undecided">? undecided</span></td><td>conditional_parity(department).difference &lt;= 0.2, by gender<div class="eq-s">men 0.621, women 0.824, at department = A; equal groups would show 0.089 on average</div><div class="eq-s">the interval holds the bound, and more than a hundred times the rows would be needed to decide</div></td><td class="eq-n">0.203</td><td class="eq-n">[0.081, 0.274]</td><td class="eq-k"><svg width="130" height="14" viewBox="0 0 130 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4"><path opacity=".3" d="M6 7H124"/><path stroke-width="2.2" d="M84.7 0V14"/><path d="M37.9 7H113.6M37.9 3V11M113.6 3V11"/><circle cx="86.0" cy="7" r="2.6" fill="currentColor"/></svg></td></tr>
            </tbody></table>
            <div class="eq-h">By gender</div>
            <table class="eq"><thead><tr><th>gap between groups</th><th class="eq-n">value</th><th class="eq-n">95 % interval</th><th></th></tr></thead><tbody>
            <tr><td>demographic_parity.difference<div class="eq-s">women 0.304, men 0.445; equal groups would show 0.012 on average</div></td><td class="eq-n">0.142</td><td class="eq-n">[0.113, 0.170]</td><td class="eq-k"><svg width="130" height="14" viewBox="0 0 130 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4"><path opacity=".3" d="M6 7H124"/><path d="M50.5 7H72.7M50.5 3V11M72.7 3V11"/><circle cx="61.7" cy="7" r="2.6" fill="currentColor"/></svg></td></tr>
            <tr><td>demographic_parity.ratio<div class="eq-s">women 0.304, men 0.445; equal groups would show 0.971 on average</div></td><td class="eq-n">0.682</td><td class="eq-n">[0.628, 0.739]</td><td class="eq-k"><svg width="130" height="14" viewBox="0 0 130 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4"><path opacity=".3" d="M6 7H124"/><path d="M14.4 7H47.0M14.4 3V11M47.0 3V11"/><circle cx="30.1" cy="7" r="2.6" fill="currentColor"/></svg></td></tr>
            <tr><td>conditional_parity.difference<div class="eq-s">men 0.621, women 0.824, at department = A; equal groups would show 0.089 on average</div></td><td class="eq-n">0.203</td><td class="eq-n">[0.081, 0.274]</td><td class="eq-k"><svg width="130" height="14" viewBox="0 0 130 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4"><path opacity=".3" d="M6 7H124"/><path d="M37.9 7H113.6M37.9 3V11M113.6 3V11"/><circle cx="86.0" cy="7" r="2.6" fill="currentColor"/></svg></td></tr>
            </tbody></table>
            <table class="eq"><thead><tr><th>group</th><th class="eq-n">rows</th><th>Selection rate</th></tr></thead><tbody>
            <tr><td>men</td><td class="eq-n">2,691</td><td class="eq-k">0.445 <span class="eq-s">[0.427, 0.464]</span> <svg width="130" height="14" viewBox="0 0 130 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4"><path opacity=".3" d="M6 7H124"/><path opacity=".75" stroke-dasharray="2 2" d="M69.6 0V14"/><path d="M92.4 7H114.6M92.4 3V11M114.6 3V11"/><circle cx="103.5" cy="7" r="2.6" fill="currentColor"/></svg></td></tr>
            <tr><td>women</td><td class="eq-n">1,835</td><td class="eq-k">0.304 <span class="eq-s">[0.283, 0.325]</span> <svg width="130" height="14" viewBox="0 0 130 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4"><path opacity=".3" d="M6 7H124"/><path opacity=".75" stroke-dasharray="2 2" d="M69.6 0V14"/><path d="M7.7 7H32.5M7.7 3V11M32.5 3V11"/><circle cx="19.9" cy="7" r="2.6" fill="currentColor"/></svg></td></tr>
            <tr class="eq-o"><td>all rows</td><td class="eq-n">4,526</td><td class="eq-k">0.388 <span class="eq-s">[0.374, 0.402]</span> <svg width="130" height="14" viewBox="0 0 130 14" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="1.4"><path opacity=".3" d="M6 7H124"/><path opacity=".75" stroke-dasharray="2 2" d="M69.6 0V14"/><path d="M61.3 7H78.0M61.3 3V11M78.0 3V11"/><circle cx="69.6" cy="7" r="2.6" fill="currentColor"/></svg></td></tr>
            </tbody></table>
            <div class="eq-s">In brackets, 95 % intervals of each group on its own; the dashed line is the value over all rows.</div>
            <table class="eq"><thead><tr><th>men − women</th><th class="eq-n">value</th><th class="eq-n">95 % interval</th></tr></thead><tbody>
            <tr><td>over all rows</td><td class="eq-n">0.142</td><td class="eq-n">–</td></tr>
            <tr><td>within department (Mantel–Haenszel)</td><td class="eq-n">-0.018</td><td class="eq-n">[-0.047, 0.011]</td></tr>
            <tr><td>the same as a ratio</td><td class="eq-n">0.945</td><td class="eq-n">[0.866, 1.030]</td></tr>
            </tbody></table>
            <div class="eq-s">the same odds ratio in all strata: p = 0.0021 (Breslow–Day, Tarone); strata differ, so read each</div>
            <details><summary>Selection rate within department</summary>
            <table class="eq"><thead><tr><th>department</th><th class="eq-n">rows</th><th>men</th><th>women</th></tr></thead><tbody>
            <tr><td>A</td><td class="eq-n">933</td><td>0.621 of 825</td><td>0.824 of 108</td></tr>
            <tr><td>B</td><td class="eq-n">585</td><td>0.630 of 560</td><td>0.680 of 25</td></tr>
            <tr><td>C</td><td class="eq-n">918</td><td>0.369 of 325</td><td>0.341 of 593</td></tr>
            <tr><td>D</td><td class="eq-n">792</td><td>0.331 of 417</td><td>0.349 of 375</td></tr>
            <tr><td>E</td><td class="eq-n">584</td><td>0.277 of 191</td><td>0.239 of 393</td></tr>
            <tr><td>F</td><td class="eq-n">714</td><td>0.059 of 373</td><td>0.070 of 341</td></tr>
            </tbody></table>
            </details>
            <details><summary>What cannot be said from these columns</summary>
            <div class="eq-s">without a target: equal_opportunity, predictive_equality, equalized_odds, predictive_parity, accuracy_parity</div>
            <div class="eq-s">without a target and a score: calibration</div>
            </details>
            <div class="eq-s">Intervals are at 95 %: of groups each on its own (Wilson); of gaps together over all that a gap compares (Miettinen–Nurminen).</div>
            <div class="eq-s">A largest gap is larger than zero even among equal groups; what they would show stands beside it.</div>
            </div>
        "#]],
    );
}

#[test]
fn every_fragment_is_sound() {
    for (name, report) in tables::all() {
        let text = sound(&report);
        assert!(text.contains("Verdicts: "), "{name}: {text}");
    }
}

#[test]
fn verdicts_are_said_in_words_and_signs() {
    let text = sound(&tables::model());
    for outcome in ["✗ violated", "? undecided", "✓ holds", "Verdicts: 1 violated, 1 undecided, 2 hold"] {
        assert!(text.contains(outcome), "{outcome}: {text}");
    }
}

#[test]
fn hostile_labels_are_text() {
    let text = sound(&tables::hostile());
    let shown = [
        "<script>alert(1)</script>",
        "\\u{1b}[2J\\u{1b}[31mred",
        "\\u{202e}reversed",
        "new\\nline\\ttab",
        "zero\\u{200b}width",
        "gro\\nup",
        "\"missing\"",
    ];
    for label in shown {
        assert!(text.contains(label), "{label}: {text}");
    }
}

#[test]
fn a_label_cannot_end_what_it_stands_in() {
    let mut report = tables::hostile();
    for (label, shown) in [
        (
            "</td></table></div><img src=x onerror=alert(1)>",
            "</td></table></div><img src=x onerror=alert(1)>",
        ),
        ("\"><svg onload=alert(1)>", "\"><svg onload=alert(1)>"),
        ("]]><!--&#x3c;script>", "]]><!--&#x3c;script>"),
        ("nul\0, \u{ffff}, \u{fffe}", "nul\\u{0}, \\u{ffff}, \\u{fffe}"),
        ("</style><script>", "</style><script>"),
    ] {
        report.sections[0].attributes[0] = label.to_owned();
        report.sections[0].groups[0].name.0[0] = Label::new(label);
        report.verdicts[0].attributes[0] = label.to_owned();
        report.verdicts[0].gap.extremes.as_mut().unwrap().event = Some(label.to_owned());
        report.layout.prediction = Some(label.to_owned());
        let text = sound(&report);
        assert!(text.matches(shown).count() >= 5, "{text}");
    }
}

#[test]
fn words_from_right_to_left_stand_apart() {
    let mut report = tables::berkeley();
    report.sections[0].groups[0].name.0[0] = Label::new("رجال");
    let fragment = html_fragment(&report, &Provenance::default());
    assert!(fragment.contains("<td><bdi>رجال</bdi></td>"), "{fragment}");
}

#[test]
fn a_long_report_is_shortened_and_says_by_how_much() {
    let report = tables::many_groups(300);
    let text = sound(&report);
    let rows = text.matches("district ").count();
    assert!(rows < 40, "{rows}");
    assert!(text.contains("by value; 270 more groups: 227 between these, 43 with too few rows"), "{text}");

    let mut report = tables::model();
    let verdicts = report.verdicts.clone();
    report.verdicts = std::iter::repeat_n(verdicts, 50).flatten().collect();
    let gap = report.sections[0].gaps[0].clone();
    report.sections[0].gaps = vec![gap; 1_000];
    let section = report.sections[0].clone();
    report.sections = vec![section; 100];
    let fragment = html_fragment(&report, &tables::provenance());
    let text = check_sound(&fragment);
    assert!(text.contains("Verdicts: 50 violated, 50 undecided, 100 hold"), "{text}");
    assert!(text.contains("and 160 more: 10 violated, 50 undecided, 100 hold"), "{text}");
    assert!(text.contains("and 960 more gaps") && text.contains("and 88 more sections"), "{text}");
    assert!(fragment.len() < 1_000_000, "{}", fragment.len());
}

#[test]
fn a_report_of_nothing_is_a_fragment() {
    let mut report = tables::berkeley();
    report.sections.clear();
    report.verdicts.clear();
    report.unsaid.clear();
    let text = sound(&report);
    assert!(
        text.contains("Audit of a selection, binary: 4,526 rows") && !text.contains("Verdicts"),
        "{text}"
    );
}
