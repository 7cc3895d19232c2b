//! The model file: what is read back is what was written, to the bit.

use equipoise::{
    groups::Label,
    kernels::{Fourier, Function, Gamma, Landmarks, Nystrom},
    methods::{
        Crossing, Fairness, FeatureMap, FeatureScore, KernelScore, LinearScore, Pairs, Score,
        inprocessing::{
            EventRows,
            fair_erm::{KernelChoice, Loss, Parameters, Refine, Training},
        },
        preprocessing::fair_projection,
    },
    model_file::{
        Container, ModelFileError, read_projection, read_score, read_training, write_projection, write_score,
        write_training,
    },
    notion::Notion,
    solvers::{OwnedRows, Rows},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{methods_samples::Table, model_file_law};

/// A number as bits decide it: −0 is not 0, and no NaN.
fn any_number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -10.0..10.0_f64,
        1 => prop::sample::select(vec![0.0, -0.0, f64::MIN_POSITIVE, 5e-324, -1e300, f64::MAX, 0.1 + 0.2]),
        1 => any::<f64>().prop_filter("finite", |value| value.is_finite()),
    ]
}

/// Rows within the magnitude that rows may have.
fn any_rows() -> impl Strategy<Value = OwnedRows> {
    (1..6_usize, 1..5_usize, any::<bool>()).prop_flat_map(|(n, d, sparse)| {
        let entry = prop_oneof![Just(0.0), -3.0..3.0_f64, Just(-0.0), Just(1e-300)];
        prop::collection::vec(entry, n * d).prop_map(move |values| {
            if sparse { as_csr(&values, n, d) } else { OwnedRows::dense(values, n, d).unwrap() }
        })
    })
}

fn as_csr(values: &[f64], n: usize, d: usize) -> OwnedRows {
    let (mut offsets, mut indices, mut kept) = (vec![0], Vec::new(), Vec::new());
    for row in 0..n {
        for column in (0..d).filter(|column| values[row * d + column] != 0.0) {
            indices.push(column as u32);
            kept.push(values[row * d + column]);
        }
        offsets.push(kept.len());
    }
    OwnedRows::csr(offsets, indices, kept, d).unwrap()
}

fn any_kernel() -> impl Strategy<Value = Function> {
    let gamma = 0.01..3.0_f64;
    prop_oneof![
        Just(Function::Linear),
        gamma.clone().prop_map(|gamma| Function::Rbf { gamma }),
        gamma.clone().prop_map(|gamma| Function::Laplacian { gamma }),
        (1..5_u32, gamma.clone(), -1.0..1.0_f64).prop_map(|(degree, gamma, constant)| Function::Polynomial {
            degree,
            gamma,
            constant
        }),
        (gamma, -1.0..1.0_f64).prop_map(|(gamma, constant)| Function::Sigmoid { gamma, constant }),
    ]
}

fn any_score() -> impl Strategy<Value = Score> {
    let linear = (prop::collection::vec(any_number(), 0..6), any_number())
        .prop_map(|(coefficients, intercept)| Score::Linear(LinearScore { coefficients, intercept }));
    let kernel = (any_kernel(), any_rows(), prop::collection::vec(any_number(), 6), any_number()).prop_map(
        |(kernel, support, mut coefficients, intercept)| {
            coefficients.truncate(support.n());
            Score::Kernel(KernelScore { kernel, support, coefficients, intercept })
        },
    );
    let features = (any_rows(), any::<bool>(), 0.1..2.0_f64, -5.0..5.0_f64).prop_map(
        |(rows, by_landmarks, gamma, intercept)| {
            let kernel = Function::Rbf { gamma };
            let map = if by_landmarks {
                let map = Nystrom::new(&kernel, rows.view(), 4, Landmarks::Pivoted).unwrap();
                FeatureMap::Nystrom { kernel, map }
            } else {
                FeatureMap::Fourier(Fourier::new(kernel, rows.d(), 3, 7).unwrap())
            };
            let coefficients = (0..map.n_features()).map(|i| 0.3 * i as f64 - 0.7).collect();
            Score::Features(FeatureScore { map, coefficients, intercept })
        },
    );
    prop_oneof![linear, kernel, features]
}

/// Writes a score into a file and reads it again.
fn score_again(score: &Score) -> Score {
    let mut container = Container::new(Value::Null);
    let document = write_score(score, "score", &mut container).unwrap();
    container.set_document(json!({ "score": document }));
    let bytes = container.to_bytes().unwrap();
    model_file_law::check(&bytes);
    let read = Container::from_bytes(&bytes).unwrap();
    read.check_prefixes(&["score"]).unwrap();
    read_score(&read.document()["score"], "score", &read).unwrap()
}

fn training_again(training: &Training) -> Training {
    let mut container = Container::new(Value::Null);
    let document = write_training(training, "training", &mut container).unwrap();
    container.set_document(json!({ "training": document }));
    let bytes = container.to_bytes().unwrap();
    model_file_law::check(&bytes);
    let read = Container::from_bytes(&bytes).unwrap();
    read_training(&read.document()["training"], "training", &read).unwrap()
}

/// The debug text tells −0 from 0, which equality does not.
#[track_caller]
fn same<T: std::fmt::Debug>(a: &T, b: &T) {
    assert_eq!(format!("{a:?}"), format!("{b:?}"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_score_that_is_read_back_predicts_the_same_bits(score in any_score(), x in prop::collection::vec(-3.0..3.0_f64, 24)) {
        let again = score_again(&score);
        same(&again, &score);
        let d = score.d();
        let n = x.len().checked_div(d).unwrap_or(3);
        let rows = Rows::dense(&x[..n * d], n, d).unwrap();
        let bits = |score: &Score| {
            score.of_rows(&rows).map(|scores| scores.iter().map(|score| score.to_bits()).collect::<Vec<_>>())
        };
        prop_assert_eq!(bits(&again), bits(&score));
    }

    #[test]
    fn arrays_and_document_are_read_back(
        f64s in prop::collection::vec(any_number(), 0..9),
        u32s in prop::collection::vec(any::<u32>(), 0..9),
        u64s in prop::collection::vec(any::<u64>(), 0..9),
        text in any::<String>(),
        number in any_number(),
    ) {
        let document = json!({ text.clone(): [number, null, true, { "inner": text }], "n": u64::MAX, "i": i64::MIN });
        let mut container = Container::new(document);
        container.put_f64("a.f64", &[f64s.len(), 1], f64s).unwrap();
        container.put_u32("b.u32", &[u32s.len()], u32s).unwrap();
        container.put_u64("c.u64", &[1, u64s.len()], u64s).unwrap();
        let bytes = container.to_bytes().unwrap();
        model_file_law::check(&bytes);
        let read = Container::from_bytes(&bytes).unwrap();
        same(&read, &container);
    }

    #[test]
    fn labels_ends_and_figures_of_a_training_are_read_back(
        texts in prop::collection::vec(prop::option::of(any::<String>()), 1..4),
        figures in prop::collection::vec(any_number(), 6),
        cut in any_number(),
    ) {
        let mut training = three_groups(Loss::Squared { penalty: 1.0 }, KernelChoice::Linear);
        let comparison = training.comparison.as_mut().unwrap();
        let labels: Vec<Label> = texts.into_iter().map(|text| text.map_or(Label::Missing, Label::new)).collect();
        comparison.groups[0][1] = labels.clone();
        comparison.events.extend([
            EventRows::Bin { above: f64::NEG_INFINITY, to: cut },
            EventRows::Bin { above: cut, to: f64::INFINITY },
            EventRows::Stratum(labels),
            EventRows::Positive,
            EventRows::Negative,
        ]);
        comparison.crossing = Crossing::Crossed;
        comparison.cells[0].weight = figures[0];
        comparison.figures[1].mean = figures[1];
        comparison.radius = figures[2];
        comparison.gaps[0] = figures[3];
        (training.objective, training.squared_norm) = (figures[4], figures[5]);
        same(&training_again(&training), &training);
    }
}

fn three_groups(loss: Loss, kernel: KernelChoice) -> Training {
    let table = Table::three_groups();
    let table = if loss.is_classifier() { table.classified() } else { table };
    let mut parameters = Parameters::new(loss, Fairness::new(Notion::DemographicParity));
    parameters.kernel = kernel;
    table.fit(parameters).training
}

#[test]
fn every_learner_and_kernel_is_read_back() {
    let losses = [
        Loss::Hinge { cost: 1.0 },
        Loss::Logistic { cost: 0.5 },
        Loss::Squared { penalty: 0.3 },
        Loss::EpsilonInsensitive { cost: 1.0, epsilon: 0.1 },
    ];
    for loss in losses {
        for kernel in [KernelChoice::Linear, KernelChoice::Rbf(Gamma::Scale)] {
            for (notion, pairs, bound) in
                [("equalized_odds", Pairs::All, 0.02), ("demographic_parity", Pairs::Pooled, 0.0)]
            {
                let table = Table::three_groups();
                let table = if loss.is_classifier() { table.classified() } else { table };
                let fairness = Fairness::new(notion.parse().unwrap()).pairs(pairs).bound(bound);
                let mut parameters = Parameters::new(loss, fairness);
                parameters.kernel = kernel;
                let fitted = table.fit(parameters);
                same(&training_again(&fitted.training), &fitted.training);
                let again = score_again(&fitted.score);
                assert_eq!(again.of_rows(&table.rows()), fitted.score.of_rows(&table.rows()));
            }
        }
    }
}

#[test]
fn a_refinement_is_read_back() {
    let mut parameters = Parameters::new(Loss::Hinge { cost: 1.0 }, Fairness::new(Notion::DemographicParity));
    parameters.refine = Refine::Rates { bound: 0.05 };
    let training = Table::three_groups().classified().fit(parameters).training;
    assert!(training.refinement.is_some());
    same(&training_again(&training), &training);
}

#[test]
fn the_ordinary_model_has_no_comparison() {
    let mut training = three_groups(Loss::Squared { penalty: 1.0 }, KernelChoice::Linear);
    training.comparison = None;
    same(&training_again(&training), &training);
}

#[test]
fn a_figure_that_is_not_finite_is_null_and_nan() {
    let mut training = three_groups(Loss::Squared { penalty: 1.0 }, KernelChoice::Linear);
    training.objective = f64::INFINITY;
    assert!(training_again(&training).objective.is_nan());
}

#[test]
fn a_projection_that_is_read_back_gives_the_same_bits() {
    let table = Table::three_groups();
    let plan = fair_projection::Plan::new(Fairness::new(Notion::DemographicParity)).unwrap();
    let model = table.with(|sample| plan.fit(sample)).unwrap();
    let mut container = Container::new(Value::Null);
    let document = write_projection(model.projection(), "projection", &mut container).unwrap();
    let bytes = container.to_bytes().unwrap();
    let read = Container::from_bytes(&bytes).unwrap();
    let again = read_projection(&document, "projection", &read).unwrap();
    assert_eq!(again.rank(), 2);
    assert_eq!(again.transform(&table.rows()), model.transform(&table.rows()));
}

#[test]
fn equal_containers_have_equal_bytes_however_they_were_filled() {
    let mut first = Container::new(json!({ "a": 1, "b": 2 }));
    first.put_f64("x", &[1], vec![1.0]).unwrap();
    first.put_u32("y", &[1], vec![1]).unwrap();
    let mut second = Container::new(json!({ "b": 2, "a": 1 }));
    second.put_u32("y", &[1], vec![1]).unwrap();
    second.put_f64("x", &[1], vec![1.0]).unwrap();
    assert_eq!(first.to_bytes().unwrap(), second.to_bytes().unwrap());
}

/// The format's own library, by its authors, is what people look at the arrays with.
#[test]
fn the_safetensors_library_reads_our_files() {
    let mut container = Container::new(json!({ "kind": "example" }));
    container.put_u32("codes", &[3], vec![7, 8, 9]).unwrap();
    container.put_f64("weights", &[2, 2], vec![0.5, -1.0, 2.0, 1e-300]).unwrap();
    container.put_u64("counts", &[1], vec![u64::MAX]).unwrap();
    container.put_f64("nothing", &[0, 5], vec![]).unwrap();
    let bytes = container.to_bytes().unwrap();
    let theirs = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let mut names = theirs.names();
    names.sort_unstable();
    assert_eq!(names, ["codes", "counts", "nothing", "weights"]);
    let weights = theirs.tensor("weights").unwrap();
    assert_eq!((weights.dtype(), weights.shape()), (safetensors::Dtype::F64, &[2, 2][..]));
    let values: Vec<f64> =
        weights.data().chunks(8).map(|bytes| f64::from_le_bytes(bytes.try_into().unwrap())).collect();
    assert_eq!(values, [0.5, -1.0, 2.0, 1e-300]);
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&bytes).unwrap();
    let document: Value = serde_json::from_str(&metadata.metadata().as_ref().unwrap()["equipoise"]).unwrap();
    assert_eq!(document, json!({ "schema": "equipoise.model/1", "model": { "kind": "example" } }));
}

#[test]
fn what_could_not_be_read_again_is_not_written() {
    let mut container = Container::new(Value::Null);
    let error = container.put_f64("x", &[2], vec![0.0, f64::NAN]).unwrap_err();
    assert_eq!(error.to_string(), "entry 1 of the array `x` is NaN, not a finite number");
    let error = container.put_f64("x", &[2], vec![0.0]).unwrap_err();
    assert_eq!(error, ModelFileError::Length { name: "x".to_owned(), found: 1, expected: 2 });
    assert!(matches!(container.put_f64("", &[0], vec![]), Err(ModelFileError::ArrayName { .. })));
    assert!(matches!(container.put_f64("a\"b", &[0], vec![]), Err(ModelFileError::ArrayName { .. })));
    assert!(matches!(container.put_f64("__metadata__", &[0], vec![]), Err(ModelFileError::ArrayName { .. })));
    assert!(matches!(container.put_f64("x", &[usize::MAX, 2], vec![]), Err(ModelFileError::Shape { .. })));
    container.put_f64("x", &[0], vec![]).unwrap();
    assert!(matches!(container.put_u32("x", &[0], vec![]), Err(ModelFileError::ArrayTwice { .. })));
    let deep = (0..64).fold(Value::Null, |inner, _| json!([inner]));
    assert!(matches!(Container::new(deep).to_bytes(), Err(ModelFileError::TooDeep { .. })));
    let large = Container::new(Value::from("x".repeat(17 << 20)));
    assert!(matches!(large.to_bytes(), Err(ModelFileError::HeaderTooLong { .. })));
    let score = Score::Linear(LinearScore { coefficients: vec![], intercept: f64::INFINITY });
    let error = write_score(&score, "score", &mut Container::new(Value::Null)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "`score.intercept` in the document of the model is inf; it must be a finite number"
    );
}
