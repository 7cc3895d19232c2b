//! What a fitted model shows, as sentences; and what rows show that had no part in the fit.

use equipoise::{
    certificate::{Certificate, CertificateError, HeldOutGap, HeldOutRows, Use},
    inference::Confidence,
    methods::Labelled,
    stats::WeightKind,
};
use equipoise_learning::{Model, Target};
use pyo3::prelude::*;

use super::complaint::Complaint;

/// A gap between groups in rows held out.
#[derive(IntoPyObject)]
pub(crate) struct Gap {
    /// Which score it is of: the number of its class.
    score: usize,
    attribute: String,
    quantity: String,
    gap: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
}

impl Gap {
    fn of(score: usize, gap: &HeldOutGap) -> Self {
        Self {
            score,
            attribute: gap.attributes.join(" × "),
            quantity: gap.quantity.clone(),
            gap: gap.value.ok(),
            lower: gap.interval.map(|interval| interval.lower),
            upper: gap.interval.map(|interval| interval.upper),
        }
    }
}

/// Returns what each score of a model shows by itself; none of an ordinary model.
pub(super) fn of_model(model: &Model, confidence: f64) -> Result<Vec<Certificate>, Complaint> {
    let confidence = level(confidence)?;
    let predicts = match model.target() {
        Target::Number => Use::Number,
        _ => Use::Decision,
    };
    let of_head = |head: &equipoise_learning::Head| {
        let mut certificate = Certificate::of_training(&head.training, &head.score, predicts, confidence)?;
        certificate.attributes.clone_from(&model.ingredients().sensitive);
        Some(certificate)
    };
    Ok(model.heads().iter().filter_map(of_head).collect())
}

/// Returns the same with what rows show that had no part in the fit. Targets are numbers of classes.
pub(super) fn with_held_out(
    model: &Model,
    rows: &Labelled<'_>,
    attributes: &[String],
    confidence: f64,
) -> Result<(Vec<Certificate>, Vec<Gap>), Complaint> {
    let mut certificates = of_model(model, confidence)?;
    let level = level(confidence)?;
    let scores = model.scores_of(&rows.rows)?;
    let is_number = matches!(model.target(), Target::Number);
    let mut gaps = Vec::new();
    for (number, certificate) in certificates.iter_mut().enumerate() {
        let class = if scores.len() == 1 { 1 } else { number };
        let sign = |code: &f64| if *code == class as f64 { 1.0 } else { -1.0 };
        let target: Vec<f64> = match is_number {
            true => rows.target.to_vec(),
            false => rows.target.iter().map(sign).collect(),
        };
        let held_out = HeldOutRows {
            scores: &scores[number],
            target: Some(&target),
            sensitive: rows.sensitive,
            strata: rows.strata,
            weights: rows.weights.map(|weights| (weights, WeightKind::Sampling)),
            attributes,
        };
        certificate.add_held_out(&held_out, level)?;
        let found = certificate.held_out.iter().flat_map(|held_out| &held_out.gaps);
        gaps.extend(found.map(|gap| Gap::of(number, gap)));
    }
    Ok((certificates, gaps))
}

/// Returns the sentences of each.
pub(super) fn sentences(certificates: &[Certificate]) -> Vec<Vec<String>> {
    certificates.iter().map(Certificate::sentences).collect()
}

fn level(confidence: f64) -> Result<Confidence, Complaint> {
    Confidence::new(confidence).map_err(|error| Complaint::of_confidence(&error))
}

impl From<CertificateError> for Complaint {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::Rows(error) => error.into(),
            other => Self::of_held_out(&other),
        }
    }
}
