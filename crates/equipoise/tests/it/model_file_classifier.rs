//! Classifiers in model files.

use equipoise::{
    methods::{
        inprocessing::fair_erm::Loss,
        one_vs_rest::{Classifier, Probabilities},
        platt::Platt,
    },
    model_file::{Container, read_classifier, write_classifier, write_sigmoid},
};
use serde_json::{Value, json};

use crate::{
    methods_one_vs_rest::{codes, fit},
    methods_samples::Table,
    model_file_law,
};

fn written(classifier: &Classifier) -> Container {
    let mut container = Container::new(Value::Null);
    let document = write_classifier(classifier, "classifier", &mut container).unwrap();
    container.set_document(json!({ "classifier": document }));
    let bytes = container.to_bytes().unwrap();
    model_file_law::check(&bytes);
    Container::from_bytes(&bytes).unwrap()
}

#[track_caller]
fn refused(change: impl FnOnce(&mut Value), text: &str) {
    let container =
        written(&fit(Loss::Hinge { cost: 1.0 }, &codes(), 3, Probabilities::OutOfFold { folds: 2 }));
    let mut document = container.document()["classifier"].clone();
    change(&mut document);
    assert_eq!(read_classifier(&document, "classifier", &container).unwrap_err().to_string(), text);
}

#[test]
fn classifiers_that_are_read_back_give_the_same_bits() {
    let two: Vec<u8> = codes().iter().map(|&code| u8::from(code > 0)).collect();
    for (codes, classes) in [(&two, 2), (&codes(), 3)] {
        for (loss, probabilities) in [
            (Loss::Hinge { cost: 1.0 }, Probabilities::OutOfFold { folds: 2 }),
            (Loss::Squared { penalty: 1.0 }, Probabilities::Direct),
            (Loss::Logistic { cost: 1.0 }, Probabilities::Direct),
        ] {
            let classifier = fit(loss, codes, classes, probabilities);
            let container = written(&classifier);
            container.check_prefixes(&["classifier"]).unwrap();
            let again =
                read_classifier(&container.document()["classifier"], "classifier", &container).unwrap();
            assert_eq!(format!("{again:?}"), format!("{classifier:?}"));
            let table = Table::three_groups();
            assert_eq!(again.decision(&table.rows()), classifier.decision(&table.rows()));
            assert_eq!(again.probabilities(&table.rows()), classifier.probabilities(&table.rows()));
        }
    }
}

#[test]
fn a_classifier_that_contradicts_itself_is_refused() {
    refused(
        |document| document["classes"] = 2.into(),
        "`classifier.scores` in the document of the model is 3; it must be 1, one for each class or one for two classes",
    );
    refused(
        |document| document["classes"] = u64::MAX.into(),
        "`classifier.scores` in the document of the model is 3; it must be 18446744073709551615, one for each class or \
         one for two classes",
    );
    refused(
        |document| document["classes"] = 1.into(),
        "`classifier.classes` in the document of the model is 1; it must be a whole number, at least 2",
    );
    refused(
        |document| document["scores"][1]["sigmoid"] = Value::Null,
        "`classifier.scores` in the document of the model is 2 sigmoids; it must be none, or one for each score",
    );
    refused(
        |document| document["scores"][1]["sigmoid"]["slope"] = "steep".into(),
        "`classifier.scores[1].sigmoid.slope` in the document of the model is \"steep\"; it must be a number",
    );
}

#[test]
fn a_classifier_that_could_not_be_read_is_not_written() {
    let mut classifier = fit(Loss::Logistic { cost: 1.0 }, &codes(), 3, Probabilities::Direct);
    classifier.trainings.pop();
    assert!(write_classifier(&classifier, "c", &mut Container::new(Value::Null)).is_err());
    let error = write_sigmoid(&Platt { slope: f64::NAN, offset: 0.0 }, "sigmoid").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`sigmoid.slope` in the document of the model is NaN; it must be a finite number"
    );
}
