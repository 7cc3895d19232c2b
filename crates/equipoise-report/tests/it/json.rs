//! The document and its schema.

use equipoise_report::{SCHEMA_NAME, json, schema};
use expect_test::expect;
use serde_json::Value;

use crate::tables;

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn documents_follow_their_schema() {
    let validator = validator();
    for (name, report) in tables::all() {
        let document = parsed(&json(&report));
        let errors: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
        assert_eq!(document["schema"], SCHEMA_NAME);
    }
}

/// Calls `visit` with a pointer to every value of a document.
fn pointers(value: &Value, at: &str, visit: &mut impl FnMut(&str, &Value)) {
    visit(at, value);
    match value {
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(place, item)| pointers(item, &format!("{at}/{place}"), visit));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| pointers(field, &format!("{at}/{name}"), visit));
        }
        _ => {}
    }
}

#[test]
fn a_document_with_a_field_more_or_less_fails_the_schema() {
    let validator = validator();
    let document = parsed(&json(&tables::berkeley()));
    let mut objects = Vec::new();
    pointers(&document, "", &mut |at, value| {
        if let Value::Object(fields) = value {
            objects.push((at.to_owned(), fields.keys().cloned().collect::<Vec<_>>()));
        }
    });
    // One of each shape is enough: the first objects, and those of the strata and verdicts at the end.
    let last = objects.len() - 25;
    for (at, fields) in objects.iter().take(25).chain(&objects[last..]) {
        let mut more = document.clone();
        more.pointer_mut(at).unwrap()["surplus"] = Value::Null;
        assert!(!validator.is_valid(&more), "a surplus field at {at}");
        for field in fields {
            let mut less = document.clone();
            less.pointer_mut(at).unwrap().as_object_mut().unwrap().remove(field);
            assert!(!validator.is_valid(&less), "without {field} at {at}");
        }
    }
}

#[test]
fn a_document_with_a_value_of_another_kind_fails_the_schema() {
    let validator = validator();
    let document = parsed(&json(&tables::model()));
    let wrong = [
        ("/schema", Value::from("equipoise.audit/2")),
        ("/rows", Value::from(-1)),
        ("/rows", Value::from(1.5)),
        ("/confidence", Value::from(1.0)),
        ("/subject", Value::from("people")),
        ("/outcome", Value::from("pass")),
        ("/sections/0/groups/0/figures/0/value", Value::Null),
        ("/sections/0/groups/0/figures/0/value", Value::from("0.5")),
        ("/sections/0/groups/0/figures/0/reason", Value::from("no_rows")),
        ("/sections/0/groups/0/figures/0/interval/upper", Value::Null),
        ("/sections/0/groups/0/standing", Value::from("large")),
        ("/verdicts/0/outcome", Value::Null),
        ("/verdicts/0/requirement", Value::from(3)),
    ];
    for (at, value) in wrong {
        let mut document = document.clone();
        *document.pointer_mut(at).unwrap() = value.clone();
        assert!(!validator.is_valid(&document), "{value} at {at}");
    }
}

#[test]
fn numbers_read_back_as_the_same_numbers() {
    let report = tables::model();
    let document = parsed(&json(&report));
    for (s, section) in report.sections.iter().enumerate() {
        for (g, group) in section.groups.iter().enumerate() {
            for (f, figure) in group.figures.iter().enumerate() {
                let wire = &document["sections"][s]["groups"][g]["figures"][f];
                assert_eq!(wire["value"].as_f64(), figure.value.ok());
                assert_eq!(wire["interval"]["lower"].as_f64(), figure.interval.map(|i| i.lower));
            }
        }
    }
}

#[test]
fn a_missing_value_is_told_from_the_text() {
    let document = parsed(&json(&tables::hostile()));
    let groups = document["sections"][0]["groups"].as_array().unwrap();
    let named = |value: &Value| groups.iter().find(|group| group["group"][0]["value"] == *value).unwrap();
    assert_eq!(named(&Value::Null)["group"][0]["missing"], true);
    assert_eq!(named(&Value::from("missing"))["group"][0]["missing"], false);
    assert!(
        groups.iter().any(|group| group["group"][0]["value"] == tables::HOSTILE[0]),
        "labels are unchanged"
    );
}

#[test]
fn an_undefined_figure_is_null_with_a_reason() {
    let document = parsed(&json(&tables::weighted()));
    let groups = document["sections"][0]["groups"].as_array().unwrap();
    let east = groups.iter().find(|group| group["group"][0]["value"] == "east").unwrap();
    let figures = east["figures"].as_array().unwrap();
    let rate = figures.iter().find(|figure| figure["metric"] == "true_positive_rate").unwrap();
    assert_eq!(rate["value"], Value::Null);
    assert_eq!(rate["reason"], "no_positives");
}

#[test]
fn the_head_and_the_verdicts_are_written_like_this() {
    let text = json(&tables::multiclass());
    let (head, rest) = text.split_once("  \"sections\": [").unwrap();
    let (_, tail) = rest.split_once("  \"verdicts\": [").unwrap();
    expect![[r#"
        {
          "schema": "equipoise.audit/1",
          "subject": "model",
          "task": "multiclass",
          "columns": {
            "sensitive": [
              {
                "name": "race",
                "cuts": null
              }
            ],
            "strata": [],
            "target": "readmitted",
            "target_cuts": null,
            "prediction": "predicted",
            "score": null,
            "threshold": null,
            "positive": [],
            "positive_prediction": [],
            "weight": null
          },
          "target_classes": [
            {
              "value": "<30",
              "missing": false
            },
            {
              "value": ">30",
              "missing": false
            },
            {
              "value": "NO",
              "missing": false
            }
          ],
          "prediction_classes": [
            {
              "value": "<30",
              "missing": false
            },
            {
              "value": ">30",
              "missing": false
            },
            {
              "value": "NO",
              "missing": false
            }
          ],
          "rows": 400,
          "weight": 400.0,
          "confidence": 0.95,
          "rows_min": 10,
          "law_is_exact": null,
          "outcome": "undecided",
          "sections": […],
          "verdicts": [
            {
              "requirement": "demographic_parity.tv <= 0.3",
              "attributes": [
                "race"
              ],
              "outcome": "undecided",
              "gap": {
                "quantity": "demographic_parity.tv",
                "subject": "demographic_parity",
                "functional": "tv",
                "comparison": "difference",
                "value": 0.023137254901960808,
                "reason": null,
                "interval": {
                  "lower": 0.0,
                  "upper": 0.40349973640163345,
                  "reason": null,
                  "method": "multinomial deviation bound, all pairs"
                },
                "n_comparisons": 6,
                "expected_if_equal": null,
                "extremes": {
                  "low": [
                    {
                      "attribute": "race",
                      "value": "A",
                      "missing": false
                    }
                  ],
                  "high": [
                    {
                      "attribute": "race",
                      "value": "B",
                      "missing": false
                    }
                  ],
                  "low_value": null,
                  "high_value": null,
                  "event": null
                },
                "n_groups": 4,
                "left_out": {
                  "n_groups": 0,
                  "share": 0.0
                },
                "undefined": []
              },
              "undecided": {
                "why": "more_rows",
                "factor": 3.856363,
                "group": null,
                "rows": null,
                "reason": null
              }
            }
          ],
          "unsaid": [
            {
              "notion": "conditional_parity",
              "missing": [
                "strata"
              ]
            }
          ]
        }
    "#]]
    .assert_eq(&format!("{head}  \"sections\": […],\n  \"verdicts\": [{tail}"));
}

/// None of them speaks of files, dropped rows or joins, which differ between one pass and merged states.
#[test]
fn the_document_has_these_fields_and_no_other() {
    let document = parsed(&json(&tables::model()));
    let mut fields: Vec<&str> = document.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    let known = [
        "columns",
        "confidence",
        "law_is_exact",
        "outcome",
        "prediction_classes",
        "rows",
        "rows_min",
        "schema",
        "sections",
        "subject",
        "target_classes",
        "task",
        "unsaid",
        "verdicts",
        "weight",
    ];
    assert_eq!(fields, known);
}

#[test]
fn every_group_is_in_the_document() {
    let document = parsed(&json(&tables::many_groups(300)));
    assert_eq!(document["sections"][0]["groups"].as_array().unwrap().len(), 300);
}
