//! What a fit says of itself.

use serde_json::{Value, json};

use super::{Container, Fields, ModelFileError, comparison, fields::figure};
use crate::{
    methods::{
        inprocessing::fair_erm::{Comparison, Training},
        registry,
    },
    solvers::{Accuracy, Outcome, Status},
};

/// Puts the arrays of what a fit says of itself under `prefix`, and returns what the document has to say of it.
///
/// A figure that is not a finite number becomes `null`, and is NaN when it is read again. No rows are written.
///
/// # Errors
/// When lengths do not agree, or a name is taken.
pub fn write_training(
    training: &Training,
    prefix: &str,
    container: &mut Container,
) -> Result<Value, ModelFileError> {
    let comparison = match &training.comparison {
        Some(comparison) => comparison::write(comparison, prefix, container)?,
        None => Value::Null,
    };
    Ok(json!({
        "method": training.method,
        "rows": training.rows,
        "outcome": outcome_document(&training.outcome),
        "objective": figure(training.objective),
        "squared_norm": figure(training.squared_norm),
        "solves": training.solves,
        "comparison": comparison,
    }))
}

/// Returns what [`write_training`] wrote.
///
/// # Errors
/// When a field or an array is missing, unknown or contradicts another.
pub fn read_training(value: &Value, prefix: &str, container: &Container) -> Result<Training, ModelFileError> {
    let mut fields = Fields::of(value, prefix)?;
    let method = match registry::find(fields.text("method")?) {
        Some(method) => method.name,
        None => return Err(fields.wrong("method", "the name of a method")),
    };
    let comparison = match fields.value("comparison")? {
        Value::Null => None,
        value => {
            let mut fields = Fields::of(value, &fields.path("comparison"))?;
            let comparison: Comparison = comparison::read(&mut fields, prefix, container)?;
            fields.finish()?;
            Some(comparison)
        }
    };
    let training = Training {
        method,
        rows: fields.count("rows")?,
        outcome: outcome_of(fields.object("outcome")?)?,
        objective: fields.figure("objective")?,
        squared_norm: fields.figure("squared_norm")?,
        solves: fields.count("solves")?,
        comparison,
    };
    fields.finish()?;
    let parts: &[&str] = if training.comparison.is_some() { comparison::PARTS } else { &[] };
    container.check_parts(prefix, parts)?;
    Ok(training)
}

fn outcome_document(outcome: &Outcome) -> Value {
    let accuracy = match outcome.accuracy {
        Accuracy::DualityGap { primal, dual } => {
            json!({ "kind": "duality_gap", "primal": figure(primal), "dual": figure(dual) })
        }
        Accuracy::GradientNorm { norm, start, objective } => json!({
            "kind": "gradient_norm",
            "norm": figure(norm),
            "start": figure(start),
            "objective": figure(objective),
        }),
        Accuracy::Residual { norm, scale } => {
            json!({ "kind": "residual", "norm": figure(norm), "scale": figure(scale) })
        }
    };
    let status = match outcome.status {
        Status::Converged => "converged",
        Status::IterationLimit => "iteration_limit",
        Status::Stalled => "stalled",
    };
    json!({ "iterations": outcome.iterations, "accuracy": accuracy, "status": status })
}

fn outcome_of(mut fields: Fields<'_>) -> Result<Outcome, ModelFileError> {
    let iterations = fields.count("iterations")?;
    let status = match fields.text("status")? {
        "converged" => Status::Converged,
        "iteration_limit" => Status::IterationLimit,
        "stalled" => Status::Stalled,
        _ => return Err(fields.wrong("status", "converged, iteration_limit or stalled")),
    };
    let mut of = fields.object("accuracy")?;
    let accuracy = match of.text("kind")? {
        "duality_gap" => Accuracy::DualityGap { primal: of.figure("primal")?, dual: of.figure("dual")? },
        "gradient_norm" => Accuracy::GradientNorm {
            norm: of.figure("norm")?,
            start: of.figure("start")?,
            objective: of.figure("objective")?,
        },
        "residual" => Accuracy::Residual { norm: of.figure("norm")?, scale: of.figure("scale")? },
        _ => return Err(of.wrong("kind", "duality_gap, gradient_norm or residual")),
    };
    of.finish()?;
    fields.finish()?;
    Ok(Outcome::new(iterations, accuracy, status))
}
