//! The explanation as a JSON document, and its schema. A contract: fields are added, never renamed, within a version.

use std::ops::RangeInclusive;

use equipoise::{
    methods::{Crossing, Pairs},
    solvers::Accuracy,
};
use equipoise_audit::CutPoints;
use serde_json::{Map, Value, json};

use super::{Explanation, GapExplained, GroupsExplained, Holds, ScoreExplained, TakenOut};
use crate::{encoder::Storage, summary::status_word};

/// The name and version of the document.
pub const SCHEMA_NAME: &str = "equipoise.explain/1";

pub(super) fn json(explanation: &Explanation) -> String {
    let mut text = escape_unseen(&format!("{:#}", sorted(document(explanation))));
    text.push('\n');
    text
}

/// Writes as `\u…` what JSON allows inside a text but a terminal would obey or hide.
fn escape_unseen(text: &str) -> String {
    const UNSEEN: [RangeInclusive<char>; 6] = [
        '\u{7f}'..='\u{9f}',
        '\u{200b}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2060}'..='\u{206f}',
        '\u{feff}'..='\u{feff}',
        '\u{e0000}'..='\u{e007f}',
    ];
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if UNSEEN.iter().any(|range| range.contains(&c)) {
            out.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

fn document(explanation: &Explanation) -> Value {
    let ingredients = &explanation.ingredients;
    let features: Vec<Value> = explanation
        .features
        .iter()
        .map(|feature| json!({ "name": feature.name, "column": feature.column, "of_unit": figure(feature.of_unit) }))
        .collect();
    let cuts: Map<String, Value> = ingredients
        .cuts
        .iter()
        .filter_map(|cut| match &cut.points {
            CutPoints::Numbers(points) => Some((cut.column.clone(), json!(points))),
            CutPoints::Quantiles(_) => None,
        })
        .collect();
    let settings: Map<String, Value> =
        ingredients.settings.iter().map(|(key, value)| (key.clone(), json!(value))).collect();
    let (held, rows) = match explanation.holds {
        Holds::Nothing => (Value::Null, 0),
        Holds::Rows { what, rows } => (json!(what), rows),
    };
    json!({
        "schema": SCHEMA_NAME,
        "method": ingredients.method,
        "settings": settings,
        "seed": ingredients.seed,
        "task": explanation.target.word(),
        "labels": explanation.target.labels(),
        "target": ingredients.target,
        "sensitive": ingredients.sensitive,
        "cuts": cuts,
        "strata": ingredients.strata,
        "weight": ingredients.weight,
        "columns": explanation.columns,
        "dropped": explanation.dropped,
        "storage": if explanation.storage == Storage::Dense { "dense" } else { "sparse" },
        "features": features,
        "rows_held": { "what": held, "rows": rows },
        "rows_measured": explanation.rows_measured,
        "scores": explanation.scores.iter().map(score).collect::<Vec<_>>(),
        "transform": explanation.transform.as_ref().map(transform),
    })
}

/// `null` where a number is none.
fn figure(value: f64) -> Value {
    if value.is_finite() { json!(value) } else { Value::Null }
}

fn figures(values: &[f64]) -> Vec<Value> {
    values.iter().map(|&value| figure(value)).collect()
}

fn score(score: &ScoreExplained) -> Value {
    let is_linear = !score.weights.is_empty();
    let accuracy = match score.outcome.accuracy {
        Accuracy::DualityGap { primal, dual } => json!({ "duality_gap": figure(primal - dual) }),
        Accuracy::GradientNorm { norm, start, .. } => {
            json!({ "gradient_norm": figure(norm), "gradient_norm_at_start": figure(start) })
        }
        Accuracy::Residual { norm, scale } => json!({ "residual": figure(norm), "scale": figure(scale) }),
        _ => json!({}),
    };
    json!({
        "class": score.class,
        "kind": score.kind,
        "intercept": figure(score.intercept),
        "weights": is_linear.then(|| figures(&score.weights)),
        "rows": score.rows,
        "fit": {
            "status": status_word(&score.outcome),
            "iterations": score.outcome.iterations,
            "accuracy": accuracy,
            "objective": figure(score.objective),
            "squared_norm": figure(score.squared_norm),
        },
        "certificate": score.certificate,
        "groups": score.groups.as_ref().map(|groups| of_groups(groups, &score.weights)),
    })
}

fn of_groups(groups: &GroupsExplained, weights: &[f64]) -> Value {
    let cells: Vec<Value> = groups
        .cells
        .iter()
        .map(|cell| {
            json!({
                "attributes": cell.attributes, "group": cell.group, "event": cell.event, "rows": cell.rows,
                "weight": figure(cell.weight), "mean": figure(cell.mean), "rate": figure(cell.rate),
            })
        })
        .collect();
    let empty: Vec<Value> = groups
        .empty
        .iter()
        .map(|(attributes, group, event)| json!({ "attributes": attributes, "group": group, "event": event }))
        .collect();
    json!({
        "notion": groups.notion,
        "pairs": if groups.pairs == Pairs::All { "all" } else { "pooled" },
        "crossing": if groups.crossing == Crossing::Crossed { "crossed" } else { "separate" },
        "cells": cells,
        "empty": empty,
        "gaps": groups.gaps.iter().map(|gap| of_gap(gap, weights)).collect::<Vec<_>>(),
        "rank": groups.rank,
        "taken_out": (!groups.taken_out.is_empty()).then(|| figures(&groups.taken_out)),
    })
}

fn of_gap(gap: &GapExplained, weights: &[f64]) -> Value {
    let is_linear = !gap.differences.is_empty();
    let parts: Vec<f64> = gap.differences.iter().zip(weights).map(|(u, w)| u * w).collect();
    json!({
        "attributes": gap.attributes,
        "group": gap.group,
        "against": gap.against,
        "event": gap.event,
        "bound": figure(gap.bound),
        "gap": figure(gap.gap),
        "active": gap.active,
        "differences": is_linear.then(|| figures(&gap.differences)),
        "parts": is_linear.then(|| figures(&parts)),
    })
}

fn transform(transform: &TakenOut) -> Value {
    json!({ "rank": transform.rank, "taken_out": figures(&transform.shares) })
}

/// Returns the JSON Schema (2020-12) of the document, with a newline at its end.
pub fn schema() -> String {
    let mut root = object([
        ("schema", json!({ "const": SCHEMA_NAME })),
        ("method", string()),
        ("settings", json!({ "type": "object", "additionalProperties": string() })),
        ("seed", count()),
        ("task", one_of(&["binary", "multiclass", "regression", "transformation"])),
        ("labels", array(string())),
        ("target", or_null(string())),
        ("sensitive", array(string())),
        ("cuts", json!({ "type": "object", "additionalProperties": array(number()) })),
        ("strata", array(string())),
        ("weight", or_null(string())),
        ("columns", count()),
        ("dropped", array(string())),
        ("storage", one_of(&["dense", "sparse"])),
        (
            "features",
            array(object([("name", string()), ("column", string()), ("of_unit", or_null(number()))])),
        ),
        (
            "rows_held",
            object([("what", or_null(one_of(&["support vectors", "landmarks"]))), ("rows", count())]),
        ),
        ("rows_measured", or_null(count())),
        ("scores", array(score_schema())),
        ("transform", or_null(object([("rank", count()), ("taken_out", figures_schema())]))),
    ]);
    root["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    root["$id"] = json!("urn:equipoise:explain:1");
    root["title"] = json!("An explanation of a model of equipoise");
    let mut text = format!("{:#}", sorted(root));
    text.push('\n');
    text
}

fn score_schema() -> Value {
    let accuracy = json!({ "type": "object", "additionalProperties": or_null(number()) });
    object([
        ("class", or_null(string())),
        ("kind", string()),
        ("intercept", or_null(number())),
        ("weights", or_null(figures_schema())),
        ("rows", count()),
        (
            "fit",
            object([
                ("status", one_of(&["converged", "iteration_limit", "stalled"])),
                ("iterations", count()),
                ("accuracy", accuracy),
                ("objective", or_null(number())),
                ("squared_norm", or_null(number())),
            ]),
        ),
        ("certificate", array(string())),
        ("groups", or_null(groups_schema())),
    ])
}

fn groups_schema() -> Value {
    let cell = object([
        ("attributes", string()),
        ("group", string()),
        ("event", string()),
        ("rows", count()),
        ("weight", or_null(number())),
        ("mean", or_null(number())),
        ("rate", or_null(number())),
    ]);
    let gap = object([
        ("attributes", string()),
        ("group", string()),
        ("against", or_null(string())),
        ("event", string()),
        ("bound", or_null(number())),
        ("gap", or_null(number())),
        ("active", or_null(json!({ "type": "boolean" }))),
        ("differences", or_null(figures_schema())),
        ("parts", or_null(figures_schema())),
    ]);
    object([
        ("notion", string()),
        ("pairs", one_of(&["all", "pooled"])),
        ("crossing", one_of(&["separate", "crossed"])),
        ("cells", array(cell)),
        ("empty", array(object([("attributes", string()), ("group", string()), ("event", string())]))),
        ("gaps", array(gap)),
        ("rank", count()),
        ("taken_out", or_null(figures_schema())),
    ])
}

/// An object with exactly these fields.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

fn array(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn figures_schema() -> Value {
    array(or_null(number()))
}

fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn one_of(words: &[&str]) -> Value {
    json!({ "enum": words })
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn number() -> Value {
    json!({ "type": "number" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

/// Puts keys in the order of their letters, whatever order a map keeps in this build.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<(String, Value)> =
                fields.into_iter().map(|(name, field)| (name, sorted(field))).collect();
            fields.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Object(fields.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
