//! The golden file of the first version of model files.

use equipoise::{
    groups::Label,
    kernels::{Fourier, Function, Nystrom, NystromParts},
    methods::{
        FeatureMap, FeatureScore, KernelScore, LinearScore, Score,
        inprocessing::{Against, EventRows, fair_erm::Training},
        one_vs_rest::Classifier,
        platt::Platt,
        preprocessing::fair_projection,
    },
    model_file::{
        Container, read_classifier, read_projection, read_score, read_training, write_classifier,
        write_projection, write_score, write_training,
    },
    solvers::{OwnedRows, Rows},
};
use serde_json::{Value, json};

/// A model of which every number is written down here.
fn golden() -> Vec<u8> {
    let mut container = Container::new(Value::Null);
    let support = OwnedRows::csr(vec![0, 1, 3], vec![0, 0, 2], vec![1.0, 2.0, -0.5], 3).unwrap();
    let kernel = Function::Polynomial { degree: 2, gamma: 0.5, constant: 1.0 };
    let score =
        Score::Kernel(KernelScore { kernel, support, coefficients: vec![0.25, -1.5], intercept: 0.125 });
    let score = write_score(&score, "score", &mut container).unwrap();
    let frequencies = Fourier::from_parts(2, 1, vec![0.5, -0.75]).unwrap();
    let map = FeatureMap::Fourier(frequencies);
    let features = Score::Features(FeatureScore { map, coefficients: vec![1.0, 2.0], intercept: -1.0 });
    let features = write_score(&features, "features", &mut container).unwrap();
    let projection = fair_projection::Projection::from_parts(vec![0.6, 0.8], 2).unwrap();
    let projection = write_projection(&projection, "projection", &mut container).unwrap();
    let support = OwnedRows::dense(vec![1.0, -1.0], 2, 1).unwrap();
    let kernel = Function::Sigmoid { gamma: 0.5, constant: -1.0 };
    let dense = Score::Kernel(KernelScore { kernel, support, coefficients: vec![1.0, 2.0], intercept: 0.0 });
    let dense = write_score(&dense, "dense", &mut container).unwrap();
    let landmarks = write_score(&golden_landmarks(), "landmarks", &mut container).unwrap();
    let training = write_training(&golden_training(), "training", &mut container).unwrap();
    let linear = Score::Linear(LinearScore { coefficients: vec![0.5, -2.0, 0.25], intercept: 1.0 });
    let mut classifier = Classifier::of_two(linear, golden_training());
    classifier.calibration = Some(vec![Platt { slope: -1.5, offset: 0.25 }]);
    let classifier = write_classifier(&classifier, "classifier", &mut container).unwrap();
    container.set_document(json!({
        "score": score,
        "features": features,
        "projection": projection,
        "dense": dense,
        "landmarks": landmarks,
        "training": training,
        "classifier": classifier,
    }));
    container.to_bytes().unwrap()
}

fn golden_landmarks() -> Score {
    let map = Nystrom::from_parts(NystromParts {
        landmarks: vec![7, 2],
        offsets: vec![0, 1, 3],
        indices: vec![1, 0, 1],
        values: vec![2.0, 0.5, 1.0],
        d: 2,
        factor: vec![0.5, 0.0, 1.0, 2.0],
    });
    let map = FeatureMap::Nystrom { kernel: Function::Linear, map: map.unwrap() };
    Score::Features(FeatureScore { map, coefficients: vec![1.0, 10.0], intercept: 0.5 })
}

fn golden_training() -> Training {
    let mut container = Container::new(Value::Null);
    container.put_u64("t.cells", &[3, 4], vec![0, 0, 0, 5, 0, 0, 1, 7, 0, 1, 1, 2]).unwrap();
    let figures = vec![5.0, 0.2, 0.5, 0.6, 7.0, 0.125, -0.5, 0.25, 2.0, 0.5, 1.0, 1.0];
    container.put_f64("t.cell_figures", &[3, 4], figures).unwrap();
    container.put_u64("t.empty_cells", &[1, 3], vec![0, 1, 0]).unwrap();
    // The second compares with all rows of its event: the number of cells stands for them.
    container.put_u64("t.constraints", &[2, 2], vec![0, 1, 1, 3]).unwrap();
    container.put_f64("t.bounds", &[2], vec![1.0, 0.5]).unwrap();
    container.put_f64("t.gaps", &[2], vec![1.0, -0.25]).unwrap();
    container.put_f64("t.distances", &[2], vec![2.0, 1.0]).unwrap();
    container.put_u64("t.active", &[1], vec![0]).unwrap();
    container.put_f64("t.signal", &[2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    container.put_f64("t.rate_gaps_before", &[2], vec![0.5, -0.25]).unwrap();
    container.put_f64("t.rate_gaps", &[2], vec![0.0, 0.125]).unwrap();
    let document = json!({
        "method": "fair_ridge",
        "rows": 14,
        "outcome": {
            "iterations": 3,
            "accuracy": { "kind": "residual", "norm": 1e-9, "scale": 2.5 },
            "status": "converged",
        },
        "objective": 12.5,
        "squared_norm": null,
        "solves": 2,
        "refinement": { "bound": 0.125, "reached": true, "solves": 4, "objective_before": 11.5 },
        "comparison": {
            "notion": "equalized_odds",
            "pairs": "all",
            "crossing": "separate",
            "events": [
                { "kind": "bin", "above": null, "to": 1.5 },
                { "kind": "bin", "above": 1.5, "to": null },
            ],
            "groups": [[["a"], [null]]],
            "rank": 1,
            "radius": 3.5,
        },
    });
    read_training(&document, "t", &container).unwrap()
}

/// Models written by the first version must be readable for ever. If this fails, a new schema number is due.
#[test]
fn the_golden_model_of_version_1_is_what_is_written_today() {
    let golden_bytes = include_bytes!("../reference/model-v1.equipoise");
    assert!(golden() == golden_bytes, "the bytes of version 1 changed");
    let read = Container::from_bytes(golden_bytes).unwrap();
    let part = |name: &str| &read.document()[name];
    let score = read_score(part("score"), "score", &read).unwrap();
    let row = [1.0, 9.0, 2.0];
    // 0.25 (0.5·1 + 1)² − 1.5 (0.5·(2 − 1) + 1)² + 0.125
    let expected = 0.25 * 2.25 - 1.5 * 2.25 + 0.125;
    assert_eq!(score.of_rows(&Rows::dense(&row, 1, 3).unwrap()).unwrap(), [expected]);
    let features = read_score(part("features"), "features", &read).unwrap();
    let predicted = features.of_rows(&Rows::dense(&[0.0, 0.0], 1, 2).unwrap()).unwrap();
    assert_eq!(predicted, [1.0 * 1.0 + 2.0 * 0.0 - 1.0]);
    // k = (⟨z_1, x⟩, ⟨z_2, x⟩) = (2, 2); L⁻¹ k = (2 · 0.5, (2 − 1 · 1) · 2)
    let landmarks = read_score(part("landmarks"), "landmarks", &read).unwrap();
    let predicted = landmarks.of_rows(&Rows::dense(&[2.0, 1.0], 1, 2).unwrap()).unwrap();
    assert_eq!(predicted, [1.0 + 20.0 + 0.5]);
    let classifier = read_classifier(part("classifier"), "classifier", &read).unwrap();
    let rows = Rows::dense(&[2.0, 1.0, 4.0], 1, 3).unwrap();
    assert_eq!(classifier.decision(&rows).unwrap(), [1.0 - 2.0 + 1.0 + 1.0]);
    // A probability of 1 / (1 + exp(−1.5 · 1 + 0.25))
    assert!((classifier.probabilities(&rows).unwrap()[1] - 0.777_299_861_174_691_1).abs() < 1e-15);
    let projection = read_projection(part("projection"), "projection", &read).unwrap();
    assert_eq!(projection.basis(), [0.6, 0.8]);
    let training = read_training(part("training"), "training", &read).unwrap();
    assert_eq!(format!("{training:?}"), format!("{:?}", golden_training()));
    let comparison = training.comparison.unwrap();
    assert_eq!(comparison.events[0], EventRows::Bin { above: f64::NEG_INFINITY, to: 1.5 });
    assert_eq!(comparison.groups[0][1], [Label::Missing]);
    assert_eq!(comparison.constraints[1].against, Against::Pooled);
}
