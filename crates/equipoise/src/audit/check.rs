//! Whether a request can be answered from what there is: its references, quantities and notions.

use super::{
    defaults,
    error::AuditError,
    quantity::Quantity,
    report::{Subject, Unsaid},
    request::Request,
};
use crate::{
    notion::{Compared, Event, Need, Notion},
    stats::{Layout, Statistics, Task},
};

/// What a notion needs and the layout does not give.
pub(super) fn missing(layout: &Layout, notion: &Notion, needs: &[Need]) -> Vec<Need> {
    let labels_alone = defaults::subject(layout) == Subject::Labels;
    // Where only outcomes are given they are audited as decisions, inside no events or inside strata.
    let as_decisions = labels_alone
        && notion.compared() == Compared::Prediction
        && matches!(notion.event(), Event::AllRows | Event::EachStratum);
    let score = layout.score.is_some() || (labels_alone && layout.task == Task::Regression);
    let given = |need: &Need| match need {
        Need::Target => layout.target.is_some(),
        Need::Prediction => as_decisions || layout.has_decisions() || layout.score.is_some(),
        Need::Score => score,
        Need::Strata => !layout.strata.is_empty(),
    };
    needs.iter().copied().filter(|need| !given(need)).collect()
}

/// Decisions are what some notions are about, where a score alone is not enough.
pub(super) fn needs_decisions(layout: &Layout, notion: &Notion) -> bool {
    layout.task != Task::Regression
        && !layout.has_decisions()
        && matches!(notion.compared(), Compared::Outcome | Compared::Correctness)
}

/// A reference names a sensitive attribute and one of its labels.
pub(super) fn check_references(statistics: &Statistics, request: &Request) -> Result<(), AuditError> {
    let sensitive = &statistics.layout().sensitive;
    for (attribute, label) in &request.references {
        let levels = sensitive.iter().zip(statistics.attribute_levels());
        let Some((_, levels)) = levels.into_iter().find(|(known, _)| known.name == *attribute) else {
            return Err(AuditError::UnknownAttribute {
                requirement: format!("reference {attribute} = {label}"),
                attribute: attribute.clone(),
                known: sensitive.iter().map(|known| known.name.clone()).collect(),
            });
        };
        if !levels.labels().contains(label) {
            let mut known = levels.labels().to_vec();
            known.sort();
            return Err(AuditError::UnknownGroup {
                attribute: attribute.clone(),
                group: label.to_string(),
                known,
            });
        }
    }
    Ok(())
}

/// Checks that a requirement or a quantity, as its `text` has it, can be said from what is there.
pub(super) fn check_quantity(layout: &Layout, quantity: &Quantity, text: &str) -> Result<(), AuditError> {
    let Some(notion) = quantity.notion() else { return Ok(()) };
    if !quantity.functional.applies_to(notion.compared()) {
        let variable = "what this notion compares";
        return Err(AuditError::UnsupportedFunctional { functional: quantity.functional, variable });
    }
    let mut lacking = missing(layout, notion, &quantity.needs());
    if lacking.is_empty() && needs_decisions(layout, notion) {
        lacking.push(Need::Prediction);
    }
    if !lacking.is_empty() {
        return Err(AuditError::NotGiven { requirement: text.to_owned(), missing: lacking });
    }
    check_task(layout, notion)?;
    if let Notion::ConditionalParity(columns) = notion {
        let asked: Vec<String> = columns.iter().map(str::to_owned).collect();
        let known: Vec<String> = layout.strata.iter().map(|stratum| stratum.name.clone()).collect();
        let (mut a, mut b) = (asked.clone(), known.clone());
        a.sort_unstable();
        b.sort_unstable();
        if !asked.is_empty() && a != b {
            return Err(AuditError::OtherStrata { notion: notion.clone(), asked, known });
        }
    }
    Ok(())
}

/// Some notions speak of a positive class, or of correct decisions.
fn check_task(layout: &Layout, notion: &Notion) -> Result<(), AuditError> {
    let positive =
        matches!(notion.event(), Event::TargetPositive | Event::TargetNegative | Event::PredictionPositive);
    let why = match (layout.task, notion.event(), notion.compared()) {
        (Task::Multiclass | Task::Regression, ..) if positive => "it needs a binary task",
        (Task::Multiclass | Task::Regression, Event::EachScoreBin, _) => {
            "it needs a binary task with a score"
        }
        (Task::Regression, _, Compared::Correctness) => {
            "there is no right or wrong in regression: bound a loss"
        }
        (Task::Regression, Event::EachTarget, _) if layout.target_cuts.is_none() => {
            "its events are bins of the target: state cut points"
        }
        _ => return Ok(()),
    };
    Err(AuditError::UnsuitedNotion { notion: notion.clone(), why })
}

/// The notions of the table that cannot be said, and what is missing for them.
pub(super) fn unsaid(layout: &Layout) -> Vec<Unsaid> {
    let notions = crate::notion::all().iter().filter_map(|entry| entry.notion());
    notions
        .filter(|notion| check_task(layout, notion).is_ok())
        .filter_map(|notion| {
            let mut missing = missing(layout, &notion, &notion.needs());
            if missing.is_empty() && needs_decisions(layout, &notion) {
                missing.push(Need::Prediction);
            }
            (!missing.is_empty()).then_some(Unsaid { notion, missing })
        })
        .collect()
}
