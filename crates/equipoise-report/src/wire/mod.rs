//! The JSON document: types of their own, converted by hand from the report.
//!
//! The document is a contract (`docs/formats/report.md`), so its types are not the library's: a renamed field there
//! does not rename one here. Every field is always written; what is not there is `null`, with a `reason` beside it where
//! there is something to say.

mod convert;

mod schema;

use equipoise::audit::Report;
pub use schema::schema;
use serde::Serialize;

use crate::labels;

/// The name and version of the document.
pub const SCHEMA_NAME: &str = "equipoise.audit/1";

/// Returns the report as a JSON document, pretty-printed, with a newline at its end.
///
/// Numbers are unrounded and read back as the same numbers; none is NaN or infinite, `null` and a `reason` stand instead.
/// Fields and arrays have a fixed order, so equal reports give equal bytes. See `docs/formats/report.md`.
pub fn json(report: &Report) -> String {
    let mut text = serde_json::to_string_pretty(&convert::document(report))
        .expect("invariant: the document has string keys and no value that refuses to be written");
    text.push('\n');
    escape_unseen(&text)
}

/// Writes as `\u…` what JSON allows inside a text but a terminal would obey or hide: a reader of JSON gets the same text.
/// Outside of texts there is nothing but ASCII and line ends.
fn escape_unseen(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && labels::is_unseen(c) {
            out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    subject: &'static str,
    task: &'static str,
    columns: Columns,
    target_classes: Vec<Class>,
    prediction_classes: Vec<Class>,
    rows: u64,
    weight: Option<f64>,
    confidence: f64,
    rows_min: u64,
    law_is_exact: Option<bool>,
    outcome: Option<&'static str>,
    sections: Vec<Section>,
    verdicts: Vec<Verdict>,
    unsaid: Vec<Unsaid>,
}

#[derive(Serialize)]
struct Columns {
    sensitive: Vec<Attribute>,
    strata: Vec<Attribute>,
    target: Option<String>,
    target_cuts: Option<Vec<f64>>,
    prediction: Option<String>,
    score: Option<String>,
    threshold: Option<f64>,
    positive: Vec<String>,
    positive_prediction: Vec<String>,
    weight: Option<Weight>,
}

#[derive(Serialize)]
struct Attribute {
    name: String,
    cuts: Option<Vec<f64>>,
}

#[derive(Serialize)]
struct Weight {
    name: String,
    kind: &'static str,
}

#[derive(Serialize)]
struct Class {
    value: Option<String>,
    missing: bool,
}

/// One part of a group's name: a crossing has one for each attribute.
#[derive(Serialize)]
struct Level {
    attribute: String,
    value: Option<String>,
    missing: bool,
}

type Name = Vec<Level>;

#[derive(Serialize)]
struct Section {
    attributes: Vec<String>,
    overall: Group,
    groups: Vec<Group>,
    gaps: Vec<Gap>,
    comparisons: Vec<Comparison>,
    strata: Option<Strata>,
}

#[derive(Serialize)]
struct Group {
    group: Name,
    rows: u64,
    weight: Option<f64>,
    share: Option<f64>,
    standing: &'static str,
    figures: Vec<Figure>,
}

#[derive(Serialize)]
struct Figure {
    metric: String,
    #[serde(flatten)]
    value: Value,
    interval: Option<Interval>,
    counts: Option<Counts>,
}

/// A number, or `null` and why there is none.
#[derive(Serialize)]
struct Value {
    value: Option<f64>,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Interval {
    lower: Option<f64>,
    upper: Option<f64>,
    /// Why a limit is `null`.
    reason: Option<&'static str>,
    method: Option<&'static str>,
}

#[derive(Serialize)]
struct Counts {
    count: Option<f64>,
    of: Option<f64>,
}

#[derive(Serialize)]
struct Gap {
    quantity: String,
    subject: String,
    functional: String,
    comparison: String,
    #[serde(flatten)]
    value: Value,
    interval: Option<Interval>,
    n_comparisons: usize,
    expected_if_equal: Option<f64>,
    extremes: Option<Extremes>,
    n_groups: usize,
    left_out: LeftOut,
    undefined: Vec<UndefinedGroup>,
}

#[derive(Serialize)]
struct Extremes {
    low: Name,
    high: Option<Name>,
    low_value: Option<f64>,
    high_value: Option<f64>,
    event: Option<String>,
}

#[derive(Serialize)]
struct LeftOut {
    n_groups: usize,
    share: Option<f64>,
}

#[derive(Serialize)]
struct UndefinedGroup {
    group: Name,
    reason: &'static str,
}

#[derive(Serialize)]
struct Comparison {
    metric: String,
    group: Option<Name>,
    reference: Option<Name>,
    #[serde(flatten)]
    value: Value,
}

#[derive(Serialize)]
struct Strata {
    columns: Vec<String>,
    metric: String,
    strata: Vec<Stratum>,
    within: Option<Within>,
}

#[derive(Serialize)]
struct Stratum {
    stratum: Name,
    rows: u64,
    figures: Vec<Figure>,
}

#[derive(Serialize)]
struct Within {
    groups: [Name; 2],
    difference_pooled: Option<f64>,
    difference: Option<f64>,
    difference_interval: Interval,
    ratio: Option<f64>,
    ratio_interval: Option<Interval>,
    homogeneity_p: Option<f64>,
    rows_uninformative: u64,
}

#[derive(Serialize)]
struct Verdict {
    requirement: String,
    attributes: Vec<String>,
    outcome: &'static str,
    gap: Gap,
    undecided: Option<Undecided>,
}

#[derive(Serialize)]
struct Undecided {
    why: &'static str,
    factor: Option<f64>,
    group: Option<Name>,
    rows: Option<u64>,
    reason: Option<&'static str>,
}

#[derive(Serialize)]
struct Unsaid {
    notion: String,
    missing: Vec<&'static str>,
}
