//! The flags as a question.

use equipoise::stats::{Task, WeightKind};
use equipoise_audit::{Cut, CutPoints, Question, Spelling};

use crate::args::{
    AuditArgs, TaskName, WeightKindName,
    values::{self, CutAt, all_names},
};

/// Returns what the arguments ask.
pub(crate) fn question(args: &AuditArgs) -> Question {
    let AuditArgs { columns, groups, question: asked, gates, running, .. } = args;
    let mut question = Question::new(Spelling::CommandLine);
    question.target.clone_from(&columns.target);
    question.prediction.clone_from(&columns.prediction);
    question.score.clone_from(&columns.score);
    question.threshold = columns.threshold;
    question.sensitive = all_names(&groups.sensitive);
    question.cross = groups.cross;
    question.cuts = groups.cut.iter().map(cut).collect();
    question.strata = all_names(&groups.strata);
    question.positive = all_names(&columns.positive);
    question.positive_prediction = all_names(&columns.positive_prediction);
    question.weight.clone_from(&columns.weight);
    question.weight_kind = columns.weight_kind.map(|kind| match kind {
        WeightKindName::Frequency => WeightKind::Frequency,
        WeightKindName::Sampling => WeightKind::Sampling,
    });
    question.task = columns.task.map(|task| match task {
        TaskName::Binary => Task::Binary,
        TaskName::Multiclass => Task::Multiclass,
        TaskName::Regression => Task::Regression,
    });
    let references = groups.reference.iter();
    question.references =
        references.map(|reference| (reference.attribute.clone(), reference.label.clone())).collect();
    question.drop_missing = columns.drop_missing;
    question.metrics = all_names(&asked.metric);
    let notions = all_names(&asked.notion);
    question.notions = (!notions.is_empty()).then_some(notions);
    question.requirements.clone_from(&gates.gate);
    question.confidence = asked.confidence;
    question.rows_min = groups.rows_min;
    question.seed = running.seed;
    question.threads = usize::from(running.threads.unwrap_or(0));
    question
}

/// Returns cut points as the request has them.
pub(crate) fn cut(cut: &CutAt) -> Cut {
    let points = match &cut.points {
        values::CutPoints::Numbers(cuts) => CutPoints::Numbers(cuts.points().to_vec()),
        values::CutPoints::Quantiles(n_groups) => CutPoints::Quantiles(*n_groups),
    };
    Cut { column: cut.column.clone(), points }
}
