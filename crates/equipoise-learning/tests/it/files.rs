//! Models as bytes and back.

use equipoise_learning::{Model, Silent, Spelling, train};

use crate::data::{people, predicted, recipe};

fn models() -> Vec<(&'static str, Model)> {
    let with = |method: &str, target: &str, settings: &[(&str, &str)], probabilities: bool| {
        let mut asked = recipe(method, target);
        asked.settings = settings.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        asked.probabilities = probabilities;
        train(&people(200).table, &asked, &Silent)
            .unwrap_or_else(|failure| panic!("{method}: {failure}"))
            .model
    };
    let nystrom = [("kernel", "rbf"), ("approximation", "nystrom"), ("components", "20")];
    let fourier = [("kernel", "rbf"), ("approximation", "fourier"), ("components", "20")];
    vec![
        ("linear", with("fair_svm", "hired", &[], false)),
        ("sigmoid", with("fair_svm", "hired", &[], true)),
        ("kernel", with("fair_svm", "hired", &[("kernel", "rbf")], false)),
        ("landmarks", with("fair_logistic", "hired", &nystrom, false)),
        ("frequencies", with("fair_ridge", "income", &fourier, false)),
        ("classes", with("fair_logistic", "level", &[], false)),
        ("numbers", with("fair_svr", "income", &[], false)),
        ("projection", with("fair_projection", "hired", &[], false)),
    ]
}

#[test]
fn every_kind_of_model_reads_back_and_predicts_the_same_bits() {
    let table = people(50);
    for (name, model) in models() {
        let bytes = model.to_bytes().unwrap();
        let read = Model::from_bytes(name, &bytes, Spelling::CommandLine)
            .unwrap_or_else(|failure| panic!("{name}: {failure}"));
        assert_eq!(read.to_bytes().unwrap(), bytes, "{name}");
        assert_eq!(read.encoder(), model.encoder(), "{name}");
        assert_eq!(read.ingredients(), model.ingredients(), "{name}");
        let expected = predicted(&model, &table.table, 1).unwrap();
        assert_eq!(predicted(&read, &table.table, 1).unwrap(), expected, "{name}");
    }
}

#[test]
fn cut_and_changed_files_are_refused_without_a_panic() {
    let (_, model) = models().remove(0);
    let bytes = model.to_bytes().unwrap();
    for length in (0..bytes.len()).step_by(7) {
        assert!(Model::from_bytes("m", &bytes[..length], Spelling::CommandLine).is_err(), "{length} bytes");
    }
    for place in (0..bytes.len()).step_by(11) {
        let mut changed = bytes.clone();
        changed[place] ^= 0x20;
        assert!(Model::from_bytes("m", &changed, Spelling::CommandLine).is_err(), "byte {place}");
    }
}

#[test]
fn documents_that_contradict_themselves_are_refused() {
    use equipoise::model_file::Container;
    use serde_json::{Value, json};

    let (_, model) = models().remove(0);
    let bytes = model.to_bytes().unwrap();
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut container = Container::from_bytes(&bytes).unwrap();
        let mut document = container.document().clone();
        change(&mut document);
        container.set_document(document);
        let bytes = container.to_bytes().unwrap();
        Model::from_bytes("m.model", &bytes, Spelling::CommandLine)
            .expect_err("it contradicts itself")
            .to_string()
    };
    let column = |document: &mut Value, place: usize, field: &str, value: Value| {
        document["encoder"]["columns"][place][field] = value;
    };
    let texts = [
        refused(&|document| document["target"] = json!({ "kind": "regression", "positive": [] })),
        refused(&|document| document["target"] = json!({ "kind": "multiclass", "classes": ["a", "b", "c"] })),
        refused(&|document| {
            document["target"] = json!({ "kind": "multiclass", "classes": [] });
            document["scores"] = json!([]);
            document["trainings"] = json!([]);
        }),
        refused(&|document| document["target"]["positive"] = json!([])),
        refused(&|document| column(document, 0, "levels", json!(["b", "a", "c"]))),
        refused(&|document| column(document, 0, "levels", json!(["a", "b"]))),
        refused(&|document| column(document, 1, "scale", json!(0.0))),
        refused(&|document| column(document, 1, "scale", json!(1e300))),
        refused(&|document| column(document, 1, "kind", json!("plan"))),
        refused(&|document| document["calibration"] = json!([])),
        refused(&|document| document["trainings"] = json!([])),
        refused(&|document| document["scores"] = json!([])),
        refused(&|document| document["more"] = json!(1)),
        refused(&|document| document["ingredients"]["seed"] = json!(-1)),
        refused(&|document| *document = json!([])),
    ];
    for text in texts {
        assert!(text.starts_with("cannot use m.model: "), "{text}");
        assert!(text.ends_with("help: a model is what `equipoise train` wrote"), "{text}");
    }
}
