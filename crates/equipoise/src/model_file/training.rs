//! What a fit says of itself.

use serde_json::{Value, json};

use super::{
    Container, Fields, ModelFileError, comparison, container::joined, fields::figure, score::vector_of,
};
use crate::{
    methods::{
        inprocessing::fair_erm::{Comparison, Refinement, Training},
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
    let refinement = match &training.refinement {
        Some(refinement) => write_refinement(refinement, prefix, container)?,
        None => Value::Null,
    };
    Ok(json!({
        "method": training.method,
        "rows": training.rows,
        "outcome": outcome_document(&training.outcome),
        "objective": figure(training.objective),
        "squared_norm": figure(training.squared_norm),
        "solves": training.solves,
        "refinement": refinement,
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
    let n_constraints = comparison.as_ref().map_or(0, |comparison| comparison.constraints.len());
    let refinement = match fields.value("refinement")? {
        Value::Null => None,
        value => {
            let fields = Fields::of(value, &fields.path("refinement"))?;
            Some(refinement_of(fields, prefix, container, n_constraints)?)
        }
    };
    let mut parts = Vec::new();
    parts.extend(comparison.iter().flat_map(|_| comparison::PARTS));
    parts.extend(refinement.iter().flat_map(|_| REFINEMENT_PARTS));
    let training = Training {
        method,
        rows: fields.count("rows")?,
        outcome: outcome_of(fields.object("outcome")?)?,
        objective: fields.figure("objective")?,
        squared_norm: fields.figure("squared_norm")?,
        solves: fields.count("solves")?,
        refinement,
        comparison,
    };
    fields.finish()?;
    container.check_parts(prefix, &parts)?;
    Ok(training)
}

/// The arrays of a refinement, without their prefix.
const REFINEMENT_PARTS: &[&str] = &["rate_gaps_before", "rate_gaps"];

fn write_refinement(
    refinement: &Refinement,
    prefix: &str,
    container: &mut Container,
) -> Result<Value, ModelFileError> {
    let gaps = [&refinement.rate_gaps_before, &refinement.rate_gaps];
    for (name, gaps) in REFINEMENT_PARTS.iter().zip(gaps) {
        container.put_f64(&joined(prefix, name), &[gaps.len()], gaps.clone())?;
    }
    Ok(json!({
        "bound": figure(refinement.bound),
        "reached": refinement.reached,
        "solves": refinement.solves,
        "objective_before": figure(refinement.objective_before),
    }))
}

fn refinement_of(
    mut fields: Fields<'_>,
    prefix: &str,
    container: &Container,
    n_constraints: usize,
) -> Result<Refinement, ModelFileError> {
    let gaps = |name: &str| vector_of(container, &joined(prefix, name), n_constraints);
    let refinement = Refinement {
        bound: fields.number("bound")?,
        reached: fields.flag("reached")?,
        solves: fields.count("solves")?,
        rate_gaps_before: gaps(REFINEMENT_PARTS[0])?,
        rate_gaps: gaps(REFINEMENT_PARTS[1])?,
        objective_before: fields.figure("objective_before")?,
    };
    fields.finish()?;
    Ok(refinement)
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
