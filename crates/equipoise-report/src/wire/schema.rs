//! The JSON Schema of the document, built from a handful of small pieces.

use serde_json::{Map, Value, json};

use super::SCHEMA_NAME;

/// Returns the JSON Schema (2020-12) of what [`json`](super::json) writes, with a newline at its end.
///
/// It allows no field that it does not name. A later version of the program may write more fields under the same
/// `schema` value, and comes with a schema that names them: readers that must outlive versions check the fields they use.
pub fn schema() -> String {
    let root = object([
        ("schema", json!({ "const": SCHEMA_NAME })),
        ("subject", one_of(&["labels", "selection", "model"])),
        ("task", one_of(&["binary", "multiclass", "regression"])),
        ("columns", columns()),
        ("target_classes", array(reference("class"))),
        ("prediction_classes", array(reference("class"))),
        ("rows", count()),
        ("weight", or_null(at_least_zero())),
        ("confidence", json!({ "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 })),
        ("rows_min", count()),
        ("law_is_exact", json!({ "type": ["boolean", "null"] })),
        ("outcome", or_null(outcome())),
        ("sections", array(reference("section"))),
        ("verdicts", array(reference("verdict"))),
        ("unsaid", array(unsaid())),
    ]);
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("$id".to_owned(), json!("urn:equipoise:audit:1"));
    schema.insert("title".to_owned(), json!("An audit of equipoise"));
    if let Value::Object(root) = root {
        schema.extend(root);
    }
    schema.insert("$defs".to_owned(), definitions());
    let mut text = format!("{:#}", sorted(Value::Object(schema)));
    text.push('\n');
    text
}

/// Puts keys in the order of their letters. Whether a map of `serde_json` keeps another order depends on the features
/// that other crates of a build ask for, and the schema's bytes should not.
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

fn definitions() -> Value {
    json!({
        "class": object([("value", or_null(string())), ("missing", boolean())]),
        "name": array(object([
            ("attribute", string()), ("value", or_null(string())), ("missing", boolean()),
        ])),
        "interval": interval(),
        "figure": object_with_value(&[
            ("metric", string()),
            ("interval", or_null(reference("interval"))),
            ("counts", or_null(object([("count", or_null(number())), ("of", or_null(number()))]))),
        ]),
        "group": object([
            ("group", reference("name")),
            ("rows", count()),
            ("weight", or_null(at_least_zero())),
            ("share", or_null(share())),
            ("standing", one_of(&["compared", "too_few_rows"])),
            ("figures", array(reference("figure"))),
        ]),
        "gap": gap(),
        "section": section(),
        "strata": strata(),
        "verdict": verdict(),
    })
}

fn columns() -> Value {
    let attribute = || object([("name", string()), ("cuts", or_null(array(number())))]);
    object([
        ("sensitive", array(attribute())),
        ("strata", array(attribute())),
        ("target", or_null(string())),
        ("target_cuts", or_null(array(number()))),
        ("prediction", or_null(string())),
        ("score", or_null(string())),
        ("threshold", or_null(number())),
        ("positive", array(string())),
        ("positive_prediction", array(string())),
        ("weight", or_null(object([("name", string()), ("kind", one_of(&["frequency", "sampling"]))]))),
    ])
}

fn section() -> Value {
    let comparison = object_with_value(&[
        ("metric", string()),
        ("group", or_null(reference("name"))),
        ("reference", or_null(reference("name"))),
    ]);
    object([
        ("attributes", array(string())),
        ("overall", reference("group")),
        ("groups", array(reference("group"))),
        ("gaps", array(reference("gap"))),
        ("comparisons", array(comparison)),
        ("strata", or_null(reference("strata"))),
    ])
}

fn interval() -> Value {
    let mut interval = object([
        ("lower", or_null(number())),
        ("upper", or_null(number())),
        ("reason", or_null(reason())),
        ("method", or_null(string())),
    ]);
    interval["if"] = json!({ "properties": { "lower": number(), "upper": number() } });
    interval["then"] = json!({ "properties": { "reason": { "type": "null" } } });
    interval["else"] = json!({ "properties": { "reason": { "type": "string" } } });
    interval
}

fn gap() -> Value {
    let extremes = object([
        ("low", reference("name")),
        ("high", or_null(reference("name"))),
        ("low_value", or_null(number())),
        ("high_value", or_null(number())),
        ("event", or_null(string())),
    ]);
    object_with_value(&[
        ("quantity", string()),
        ("subject", string()),
        ("functional", string()),
        ("comparison", string()),
        ("interval", or_null(reference("interval"))),
        ("n_comparisons", count()),
        ("expected_if_equal", or_null(number())),
        ("extremes", or_null(extremes)),
        ("n_groups", count()),
        ("left_out", object([("n_groups", count()), ("share", or_null(at_least_zero()))])),
        ("undefined", array(object([("group", reference("name")), ("reason", reason())]))),
    ])
}

fn strata() -> Value {
    let stratum =
        object([("stratum", reference("name")), ("rows", count()), ("figures", array(reference("figure")))]);
    let two_names = json!({ "type": "array", "prefixItems": [reference("name"), reference("name")], "minItems": 2, "maxItems": 2 });
    let within = object([
        ("groups", two_names),
        ("difference_pooled", or_null(number())),
        ("difference", or_null(number())),
        ("difference_interval", reference("interval")),
        ("ratio", or_null(number())),
        ("ratio_interval", or_null(reference("interval"))),
        ("homogeneity_p", or_null(share())),
        ("rows_uninformative", count()),
    ]);
    object([
        ("columns", array(string())),
        ("metric", string()),
        ("strata", array(stratum)),
        ("within", or_null(within)),
    ])
}

fn verdict() -> Value {
    let why = [
        "more_rows",
        "more_than_hundredfold",
        "too_few_groups",
        "undefined",
        "undefined_in_group",
        "no_interval",
        "other",
    ];
    let undecided = object([
        ("why", one_of(&why)),
        ("factor", or_null(number())),
        ("group", or_null(reference("name"))),
        ("rows", or_null(count())),
        ("reason", or_null(reason())),
    ]);
    object([
        ("requirement", string()),
        ("attributes", array(string())),
        ("outcome", outcome()),
        ("gap", reference("gap")),
        ("undecided", or_null(undecided)),
    ])
}

fn unsaid() -> Value {
    let need = one_of(&["target", "prediction", "score", "strata"]);
    object([("notion", string()), ("missing", array(need))])
}

/// An object with all of these fields and no other.
fn object<const N: usize>(fields: [(&str, Value); N]) -> Value {
    object_of(&fields)
}

fn object_of(fields: &[(&str, Value)]) -> Value {
    let required: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        fields.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false })
}

/// An object that has a value, or `null` and a reason, beside these fields.
fn object_with_value(fields: &[(&str, Value)]) -> Value {
    let mut all = fields.to_vec();
    all.push(("value", or_null(number())));
    all.push(("reason", or_null(reason())));
    let mut object = object_of(&all);
    object["oneOf"] = json!([
        { "properties": { "value": number(), "reason": { "type": "null" } } },
        { "properties": { "value": { "type": "null" }, "reason": reason() } },
    ]);
    object
}

fn array(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{name}") })
}

fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn one_of(names: &[&str]) -> Value {
    json!({ "enum": names })
}

fn outcome() -> Value {
    one_of(&["holds", "violated", "undecided"])
}

/// A name of a reason. New reasons may appear within a version, so they are not listed here.
fn reason() -> Value {
    json!({ "type": "string", "pattern": "^[a-z][a-z_]*$" })
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn boolean() -> Value {
    json!({ "type": "boolean" })
}

fn number() -> Value {
    json!({ "type": "number" })
}

fn count() -> Value {
    json!({ "type": "integer", "minimum": 0 })
}

fn at_least_zero() -> Value {
    json!({ "type": "number", "minimum": 0 })
}

fn share() -> Value {
    json!({ "type": "number", "minimum": 0, "maximum": 1 })
}
