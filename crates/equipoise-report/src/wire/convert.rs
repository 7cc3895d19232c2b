//! From the report to the document, field by field.

use equipoise::{
    audit::{self, GroupName, Report, Standing},
    groups::{Cuts, Label},
    inference,
    metrics::Undefined,
    notion::{Functional, Need},
    stats,
};

use super::{
    Attribute, Class, Columns, Comparison, Counts, Document, Extremes, Figure, Gap, Group, Interval, LeftOut,
    Level, Name, SCHEMA_NAME, Section, Strata, Stratum, Undecided, UndefinedGroup, Unsaid, Value, Verdict,
    Weight, Within,
};
use crate::words;

pub(super) fn document(report: &Report) -> Document {
    Document {
        schema: SCHEMA_NAME,
        subject: words::subject_name(report.subject),
        task: words::task_name(report.layout.task),
        columns: columns(&report.layout),
        target_classes: report.target_classes.iter().map(class).collect(),
        prediction_classes: report.prediction_classes.iter().map(class).collect(),
        rows: report.rows,
        weight: finite(report.weight),
        confidence: report.confidence.get(),
        rows_min: report.rows_min,
        law_is_exact: report.law_is_exact,
        outcome: report.outcome().map(equipoise::verdict::Outcome::name),
        sections: report.sections.iter().map(section).collect(),
        verdicts: report.verdicts.iter().map(verdict).collect(),
        unsaid: report.unsaid.iter().map(unsaid).collect(),
    }
}

/// JSON has no spelling for NaN and infinities; where one can occur, a reason stands beside the field.
fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

fn columns(layout: &stats::Layout) -> Columns {
    Columns {
        sensitive: layout.sensitive.iter().map(attribute).collect(),
        strata: layout.strata.iter().map(attribute).collect(),
        target: layout.target.clone(),
        target_cuts: layout.target_cuts.as_ref().map(points),
        prediction: layout.prediction.clone(),
        score: layout.score.clone(),
        threshold: layout.threshold.and_then(finite),
        positive: layout.positive.clone(),
        positive_prediction: layout.positive_prediction.clone(),
        weight: layout
            .weight
            .as_ref()
            .map(|(name, kind)| Weight { name: name.clone(), kind: words::weight_name(*kind) }),
    }
}

fn attribute(attribute: &stats::Attribute) -> Attribute {
    Attribute { name: attribute.name.clone(), cuts: attribute.cuts.as_ref().map(points) }
}

fn points(cuts: &Cuts) -> Vec<f64> {
    cuts.points().to_vec()
}

fn class(label: &Label) -> Class {
    Class { value: label.text().map(str::to_owned), missing: label.is_missing() }
}

/// The labels with the columns they are labels of; a name of all rows has none.
fn name(columns: &[String], name: &GroupName) -> Name {
    let level = |(column, label): (&String, &Label)| Level {
        attribute: column.clone(),
        value: label.text().map(str::to_owned),
        missing: label.is_missing(),
    };
    columns.iter().zip(&name.0).map(level).collect()
}

fn section(section: &audit::Section) -> Section {
    let attributes = &section.attributes;
    Section {
        attributes: attributes.clone(),
        overall: group(attributes, &section.overall),
        groups: section.groups.iter().map(|one| group(attributes, one)).collect(),
        gaps: section.gaps.iter().map(|one| gap(attributes, one)).collect(),
        comparisons: section.comparisons.iter().map(|one| comparison(attributes, one)).collect(),
        strata: section.strata.as_ref().map(|some| strata(attributes, some)),
    }
}

fn group(attributes: &[String], group: &audit::Group) -> Group {
    Group {
        group: name(attributes, &group.name),
        rows: group.rows,
        weight: finite(group.weight),
        share: finite(group.share),
        standing: match group.standing {
            Standing::Compared => "compared",
            Standing::TooFewRows => "too_few_rows",
        },
        figures: group.figures.iter().map(figure).collect(),
    }
}

fn figure(figure: &audit::Figure) -> Figure {
    Figure {
        metric: figure.metric.clone(),
        value: value(figure.value),
        interval: figure.interval.map(|one| interval(one, figure.method)),
        counts: figure.counts.map(|(count, of)| Counts { count: finite(count), of: finite(of) }),
    }
}

fn value(value: Result<f64, Undefined>) -> Value {
    match value {
        Ok(number) if number.is_finite() => Value { value: Some(number), reason: None },
        Ok(number) if number.is_nan() => Value { value: None, reason: Some("not_a_number") },
        Ok(_) => Value { value: None, reason: Some(words::undefined_name(Undefined::Infinite)) },
        Err(why) => Value { value: None, reason: Some(words::undefined_name(why)) },
    }
}

fn interval(interval: inference::Interval, method: Option<&'static str>) -> Interval {
    let (lower, upper) = (finite(interval.lower), finite(interval.upper));
    let reason = (lower.is_none() || upper.is_none()).then_some("unbounded");
    Interval { lower, upper, reason, method }
}

fn gap(attributes: &[String], gap: &audit::Gap) -> Gap {
    let quantity = &gap.quantity;
    let undefined = |(group, why): &(GroupName, Undefined)| UndefinedGroup {
        group: name(attributes, group),
        reason: words::undefined_name(*why),
    };
    Gap {
        quantity: quantity.to_string(),
        subject: quantity.subject.to_string(),
        functional: match quantity.functional {
            Functional::Mean => "mean".to_owned(),
            other => other.to_string(),
        },
        comparison: quantity.comparison.to_string(),
        value: value(gap.value),
        interval: gap.interval.map(|one| interval(one, gap.method)),
        n_comparisons: gap.n_comparisons,
        expected_if_equal: gap.expected_if_equal.and_then(finite),
        extremes: gap.extremes.as_ref().map(|extremes| Extremes {
            low: name(attributes, &extremes.low),
            high: extremes.high.as_ref().map(|high| name(attributes, high)),
            low_value: extremes.low_value.and_then(finite),
            high_value: extremes.high_value.and_then(finite),
            event: extremes.event.clone(),
        }),
        n_groups: gap.n_groups,
        left_out: LeftOut { n_groups: gap.left_out.n_groups, share: finite(gap.left_out.share) },
        undefined: gap.undefined.iter().map(undefined).collect(),
    }
}

fn comparison(attributes: &[String], figure: &audit::ComparisonFigure) -> Comparison {
    Comparison {
        metric: figure.metric.clone(),
        group: figure.group.as_ref().map(|group| name(attributes, group)),
        reference: figure.reference.as_ref().map(|reference| name(attributes, reference)),
        value: value(figure.value),
    }
}

fn strata(attributes: &[String], strata: &audit::Strata) -> Strata {
    let stratum = |stratum: &audit::Stratum| Stratum {
        stratum: name(&strata.columns, &stratum.name),
        rows: stratum.rows,
        figures: stratum.figures.iter().map(figure).collect(),
    };
    Strata {
        columns: strata.columns.clone(),
        metric: strata.metric.clone(),
        strata: strata.rows.iter().map(stratum).collect(),
        within: strata.within.as_ref().map(|some| within(attributes, some)),
    }
}

fn within(attributes: &[String], within: &audit::WithinStrata) -> Within {
    Within {
        groups: [name(attributes, &within.groups[0]), name(attributes, &within.groups[1])],
        difference_pooled: finite(within.difference_pooled),
        difference: finite(within.difference),
        difference_interval: interval(within.difference_interval, Some(words::WITHIN_DIFFERENCE)),
        ratio: within.ratio.and_then(finite),
        ratio_interval: within.ratio_interval.map(|one| interval(one, Some(words::WITHIN_RATIO))),
        homogeneity_p: within.homogeneity_p.and_then(finite),
        rows_uninformative: within.rows_uninformative,
    }
}

fn verdict(verdict: &audit::Verdict) -> Verdict {
    let attributes = &verdict.attributes;
    Verdict {
        requirement: verdict.requirement.to_string(),
        attributes: attributes.clone(),
        outcome: verdict.outcome.name(),
        gap: gap(attributes, &verdict.gap),
        undecided: verdict.undecided.as_ref().map(|why| undecided(attributes, why)),
    }
}

fn undecided(attributes: &[String], undecided: &audit::Undecided) -> Undecided {
    let mut wire = Undecided {
        why: words::undecided_name(undecided),
        factor: None,
        group: None,
        rows: None,
        reason: None,
    };
    match undecided {
        audit::Undecided::MoreRows { factor, group, rows } => {
            wire.factor = finite(*factor);
            wire.group = group.as_ref().map(|group| name(attributes, group));
            wire.rows = *rows;
        }
        audit::Undecided::UndefinedInGroup { group, why } => {
            wire.group = Some(name(attributes, group));
            wire.reason = Some(words::undefined_name(*why));
        }
        audit::Undecided::Undefined { why } => wire.reason = Some(words::undefined_name(*why)),
        _ => {}
    }
    wire
}

fn unsaid(unsaid: &audit::Unsaid) -> Unsaid {
    let need = |need: &Need| match need {
        Need::Target => "target",
        Need::Prediction => "prediction",
        Need::Score => "score",
        Need::Strata => "strata",
    };
    Unsaid { notion: unsaid.notion.to_string(), missing: unsaid.missing.iter().map(need).collect() }
}
