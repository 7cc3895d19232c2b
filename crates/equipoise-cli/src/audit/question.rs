//! What is asked: metrics, notions and gates become the library's request. Nothing here needs the rows.

use equipoise::{
    audit::{Grouping, Quantity, Request},
    inference::Confidence,
    metrics::{self, Choice, ChoiceError},
    notion::{Functional, Notion, Requirement, RequirementError, Subject},
};

use crate::{
    args::{AuditArgs, values::all_names},
    failure::Failure,
    registry,
};

/// Returns the request that the arguments make.
pub(crate) fn request(args: &AuditArgs) -> Result<Request, Failure> {
    let mut request = Request::new();
    for name in all_names(&args.question.metric) {
        request.metrics.push(metric(&name)?);
    }
    for name in all_names(&args.question.notion) {
        request.quantities.push(quantity(&name)?);
    }
    for text in &args.gates.gate {
        request.requirements.push(gate(text)?);
    }
    request.grouping = if args.groups.cross { Grouping::Crossed } else { Grouping::Each };
    for reference in &args.groups.reference {
        if request.references.iter().any(|(attribute, _)| *attribute == reference.attribute) {
            return Err(Failure::new(format_args!("`{}` has two reference groups", reference.attribute))
                .detail("in `--reference`"));
        }
        request.references.push((reference.attribute.clone(), reference.label.clone()));
    }
    request.confidence = Confidence::new(args.question.confidence)
        .map_err(|error| Failure::new(error).detail("in `--confidence`"))?;
    request.rows_min = args.groups.rows_min;
    request.seed = args.running.seed;
    Ok(request)
}

fn metric(name: &str) -> Result<String, Failure> {
    let choice: Choice = name.parse().map_err(|error| match error {
        ChoiceError::Unknown { name, .. } => registry::unknown_metric(&name).detail("in `--metric`"),
        error => Failure::new(error).detail("in `--metric`"),
    })?;
    Ok(choice.to_string())
}

fn quantity(name: &str) -> Result<Quantity, Failure> {
    let notion: Notion = name.parse().map_err(|error| requirement_error(&error, "--notion"))?;
    let comparison = notion.entry().default_comparison();
    Ok(Quantity::new(Subject::Notion(notion), Functional::Mean, comparison))
}

fn gate(text: &str) -> Result<Requirement, Failure> {
    let requirement: Requirement = text.parse().map_err(|error| requirement_error(&error, "--gate"))?;
    if let Subject::Metric(name) = requirement.subject()
        && metrics::find(name.as_str()).is_none()
    {
        let known = metrics::all().map(|metric| metric.name);
        return Err(requirement_error(&RequirementError::unknown_metric(text, known), "--gate"));
    }
    Ok(requirement)
}

fn requirement_error(error: &RequirementError, flag: &str) -> Failure {
    let (line, carets) = error.excerpt();
    Failure::new(error).detail(line).detail(carets).detail(format_args!("in `{flag}`")).help_if(error.help())
}
