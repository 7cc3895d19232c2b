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
        request.quantities.get_or_insert_default().push(quantity(&name)?);
    }
    for text in &args.gates.gate {
        request.requirements.push(gate(text).map_err(|failure| failure.detail("in `--gate`"))?);
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

/// Returns what to compare: a notion by its name, or a requirement without its bound, such as `dp.ratio`.
fn quantity(text: &str) -> Result<Quantity, Failure> {
    let error = match text.parse::<Notion>() {
        Ok(notion) => {
            let comparison = notion.entry().default_comparison();
            return Ok(Quantity::new(Subject::Notion(notion), Functional::Mean, comparison));
        }
        Err(error) => error,
    };
    // Which relation fits depends on the comparison; no bound is used.
    let bounded = [format!("{text} <= 1"), format!("{text} >= 1")].map(|text| gate(&text));
    let error = match bounded {
        [Ok(requirement), _] | [_, Ok(requirement)] => return Ok(Quantity::from(&requirement)),
        [Err(failure), Err(_)] if text.contains('.') => failure,
        _ => requirement_error(&error),
    };
    Err(error.detail("in `--notion`"))
}

fn gate(text: &str) -> Result<Requirement, Failure> {
    let requirement: Requirement = text.parse().map_err(|error| requirement_error(&error))?;
    if let Subject::Metric(name) = requirement.subject()
        && metrics::find(name.as_str()).is_none()
    {
        let known = metrics::all().map(|metric| metric.name);
        return Err(requirement_error(&RequirementError::unknown_metric(text, known)));
    }
    Ok(requirement)
}

fn requirement_error(error: &RequirementError) -> Failure {
    let (line, carets) = error.excerpt();
    Failure::new(error).detail(line).detail(carets).help_if(error.help())
}
