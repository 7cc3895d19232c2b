//! Columns by role: the layout of the statistics, and what is read of the table.

use equipoise::{
    groups::Cuts,
    notion::nearest,
    sample::Columns,
    stats::{Attribute, Layout, Task, WeightKind},
};
use equipoise_table::{Batch, ColumnRequest, Kind, MissingPolicy};

use crate::{
    explain,
    failure::Failure,
    question::{Cut, CutPoints, QUANTILE_GROUPS, Question},
    spelling::{Parameter, Spelling},
    table::Hints,
};

/// What is counted, what is read for it, and what there is to tell. It depends on the question and on hints, never on
/// the rows; only cut points at quantiles stay open.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The layout of the statistics. While a cut is open, the attribute has none.
    pub(crate) layout: Layout,
    /// The columns to read, by role: sensitive, strata, target, prediction, score, weight.
    pub(crate) requests: Vec<ColumnRequest>,
    /// Columns that are to be cut at quantiles.
    pub(crate) open_cuts: Vec<OpenCut>,
    /// What was decided for the user.
    pub(crate) notes: Vec<String>,
}

/// A column that is to be cut at quantiles.
#[derive(Clone, Debug)]
pub(crate) struct OpenCut {
    /// The column.
    pub(crate) column: String,
    /// How many groups are asked for.
    pub(crate) n_groups: usize,
}

impl Plan {
    /// Gives every column its role.
    pub(crate) fn new(question: &Question, hints: &Hints) -> Result<Self, Failure> {
        let mut notes = Vec::new();
        let mut layout = roles(question)?;
        layout.positive = positives(question, hints, &mut notes);
        layout.positive_prediction = positive_predictions(question, hints, &layout, &mut notes);
        layout.weight = weight(question, hints, &mut notes)?;
        let open_cuts = cut(&mut layout, &question.cuts, question.spelling)?;
        layout.check().map_err(|error| explain::layout_error(&error, question.spelling))?;
        check_use(question, &layout)?;
        let requests = requests(&layout, question, &open_cuts);
        Ok(Self { layout, requests, open_cuts, notes })
    }

    /// Returns a batch's columns by role.
    pub(crate) fn columns<'a>(&self, batch: &'a Batch) -> Columns<'a> {
        let layout = &self.layout;
        let mut columns = batch.columns.iter();
        let sensitive =
            columns.by_ref().take(layout.sensitive.len()).map(|column| column.as_variable()).collect();
        let strata = columns.by_ref().take(layout.strata.len()).map(|column| column.as_variable()).collect();
        let mut next = |is_there: bool| if is_there { columns.next() } else { None };
        Columns {
            sensitive,
            strata,
            target: next(layout.target.is_some()).map(|column| column.as_variable()),
            prediction: next(layout.prediction.is_some()).and_then(|column| column.as_categorical()),
            score: next(layout.score.is_some()).and_then(|column| column.as_real()),
            weights: next(layout.weight.is_some()).and_then(|column| column.as_real()),
        }
    }

    /// Sets the cut points of a column that was open.
    pub(crate) fn close(&mut self, column: &str, cuts: &Cuts) {
        set_cuts(&mut self.layout, column, cuts);
    }
}

fn roles(question: &Question) -> Result<Layout, Failure> {
    // Binary is only a beginning where no task is named.
    let mut layout = Layout::new(question.task.unwrap_or(Task::Binary));
    layout.sensitive = question.sensitive.iter().map(Attribute::new).collect();
    layout.strata = question.strata.iter().map(Attribute::new).collect();
    layout.target.clone_from(&question.target);
    layout.threshold = question.threshold;
    if layout.task != Task::Regression {
        layout.prediction.clone_from(&question.prediction);
        layout.score.clone_from(&question.score);
        return Ok(layout);
    }
    layout.score = match (&question.prediction, &question.score) {
        (Some(prediction), Some(score)) if prediction != score => {
            let spelling = question.spelling;
            return Err(Failure::new(format_args!(
                "{} and {} name two columns of predicted numbers",
                spelling.name(Parameter::Prediction),
                spelling.name(Parameter::Score)
            ))
            .about(Parameter::Score)
            .detail(format_args!("in regression both {}s mean the predicted number", spelling.kind_word()))
            .help("name one of them"));
        }
        (prediction, score) => prediction.clone().or_else(|| score.clone()),
    };
    Ok(layout)
}

/// The positive values of the target: as given, else as the hints know them.
fn positives(question: &Question, hints: &Hints, notes: &mut Vec<String>) -> Vec<String> {
    let given = question.positive.clone();
    if !given.is_empty() || !may_guess_positives(question) {
        return given;
    }
    let Some(target) = &question.target else { return given };
    known_positives(target, hints, notes)
}

/// The positive values of the prediction: as given, else as the hints know them.
fn positive_predictions(
    question: &Question,
    hints: &Hints,
    layout: &Layout,
    notes: &mut Vec<String>,
) -> Vec<String> {
    let given = question.positive_prediction.clone();
    if !given.is_empty() || !may_guess_positives(question) {
        return given;
    }
    let Some(prediction) = &question.prediction else { return given };
    if layout.target.is_none() && !layout.positive.is_empty() {
        return given;
    }
    let known = known_positives(prediction, hints, notes);
    if known == layout.positive { Vec::new() } else { known }
}

fn may_guess_positives(question: &Question) -> bool {
    matches!(question.task, None | Some(Task::Binary))
}

fn known_positives(column: &str, hints: &Hints, notes: &mut Vec<String>) -> Vec<String> {
    let known = hints.positives(column);
    if !known.is_empty() {
        let list = known.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
        notes.push(format!("positive values of `{column}`, from the catalogue of data sets: {list}"));
    }
    known.to_vec()
}

fn weight(
    question: &Question,
    hints: &Hints,
    notes: &mut Vec<String>,
) -> Result<Option<(String, WeightKind)>, Failure> {
    let spelling = question.spelling;
    let Some(column) = &question.weight else {
        return match question.weight_kind {
            Some(_) => Err(Failure::new(format_args!(
                "{} is given without {}",
                spelling.name(Parameter::WeightKind),
                spelling.name(Parameter::Weight)
            ))
            .about(Parameter::WeightKind)
            .help(format_args!(
                "name the column of weights: {}",
                spelling.form(Parameter::Weight, "COLUMN")
            ))),
            None => Ok(None),
        };
    };
    let kind = match (question.weight_kind, hints.weight_kind(column)) {
        (Some(kind), _) => kind,
        (None, Some(known)) => {
            let name = weight_kind_word(known);
            notes.push(format!("weights of `{column}` are {name} weights, from the catalogue of data sets"));
            known
        }
        (None, None) => {
            notes.push(format!(
                "weights of `{column}` are taken as sampling weights; {} counts people",
                spelling.word(Parameter::WeightKind, weight_kind_word(WeightKind::Frequency))
            ));
            WeightKind::Sampling
        }
    };
    Ok(Some((column.clone(), kind)))
}

pub(crate) fn weight_kind_word(kind: WeightKind) -> &'static str {
    match kind {
        WeightKind::Frequency => "frequency",
        WeightKind::Sampling => "sampling",
    }
}

/// Sets the cut points that are given as numbers, and returns what is to be cut at quantiles.
fn cut(layout: &mut Layout, cuts: &[Cut], spelling: Spelling) -> Result<Vec<OpenCut>, Failure> {
    let mut open = Vec::new();
    let fault = |failure: Failure| failure.detail(spelling.within(Parameter::Cuts)).about(Parameter::Cuts);
    for (place, cut) in cuts.iter().enumerate() {
        let column = &cut.column;
        if cuts[..place].iter().any(|before| before.column == *column) {
            return Err(fault(Failure::new(format_args!("`{column}` is cut twice"))));
        }
        if !is_cuttable(layout, column) {
            let attributes =
                layout.sensitive.iter().chain(&layout.strata).map(|attribute| attribute.name.as_str());
            let near = nearest(column, attributes).map(|near| format!("the nearest of them is `{near}`"));
            return Err(fault(Failure::new(format_args!(
                "`{column}` is cut, but is neither a sensitive column nor a stratum"
            )))
            .help_if(near));
        }
        match &cut.points {
            CutPoints::Numbers(points) => {
                let cuts = Cuts::new(points.clone()).map_err(|error| {
                    fault(Failure::new(format_args!("`{column}` cannot be cut so: {error}")))
                })?;
                set_cuts(layout, column, &cuts);
            }
            CutPoints::Quantiles(n_groups) if QUANTILE_GROUPS.contains(n_groups) => {
                open.push(OpenCut { column: column.clone(), n_groups: *n_groups })
            }
            CutPoints::Quantiles(n_groups) => {
                let (least, most) = QUANTILE_GROUPS.into_inner();
                return Err(fault(Failure::new(format_args!(
                    "quantiles make {least} to {most} groups, but `{column}` is to have {n_groups}"
                ))));
            }
        }
    }
    Ok(open)
}

/// In regression the target may be cut as well: its bins are the events of equalized odds.
fn is_cuttable(layout: &Layout, column: &str) -> bool {
    let is_target = layout.task == Task::Regression && layout.target.as_deref() == Some(column);
    is_target || layout.sensitive.iter().chain(&layout.strata).any(|attribute| attribute.name == column)
}

fn set_cuts(layout: &mut Layout, column: &str, cuts: &Cuts) {
    for attribute in layout.sensitive.iter_mut().chain(&mut layout.strata) {
        if attribute.name == column {
            attribute.cuts = Some(cuts.clone());
        }
    }
    if layout.task == Task::Regression && layout.target.as_deref() == Some(column) {
        layout.target_cuts = Some(cuts.clone());
    }
}

/// Refuses parameters that would change nothing.
fn check_use(question: &Question, layout: &Layout) -> Result<(), Failure> {
    let spelling = question.spelling;
    let name = |parameter| spelling.name(parameter);
    if !question.positive_prediction.is_empty() && layout.prediction.is_none() {
        return Err(Failure::new(format_args!(
            "{} is given without {}",
            name(Parameter::PositivePrediction),
            name(Parameter::Prediction)
        ))
        .about(Parameter::PositivePrediction)
        .help(format_args!(
            "a score with {} makes decisions that need no positive value; name a column of decisions otherwise",
            name(Parameter::Threshold)
        )));
    }
    let has_classes = layout.target.is_some() || layout.prediction.is_some();
    if !question.positive.is_empty() && !has_classes {
        return Err(Failure::new(format_args!(
            "{} is given, but neither {} nor {}",
            name(Parameter::Positive),
            name(Parameter::Target),
            name(Parameter::Prediction)
        ))
        .about(Parameter::Positive));
    }
    let both_apart = layout.target.is_none() && !question.positive.is_empty();
    if both_apart && !question.positive_prediction.is_empty() {
        return Err(Failure::new(format_args!(
            "{} is given without {}, and {} beside it",
            name(Parameter::Positive),
            name(Parameter::Target),
            name(Parameter::PositivePrediction)
        ))
        .about(Parameter::Positive)
        .help("keep one of them: there is only a prediction"));
    }
    if question.cross && layout.sensitive.len() < 2 {
        return Err(Failure::new(format_args!(
            "{} needs two or more sensitive columns",
            name(Parameter::Cross)
        ))
        .about(Parameter::Cross));
    }
    check_references(question, layout)
}

/// Checks that references are of attributes that are there.
fn check_references(question: &Question, layout: &Layout) -> Result<(), Failure> {
    let is_there = |name: &str| layout.sensitive.iter().any(|attribute| attribute.name == name);
    match question.references.iter().find(|(attribute, _)| !is_there(attribute)) {
        Some((attribute, _)) => Err(explain::unknown_attribute(attribute, layout)
            .detail(question.spelling.within(Parameter::References))
            .about(Parameter::References)),
        None => Ok(()),
    }
}

fn requests(layout: &Layout, question: &Question, open_cuts: &[OpenCut]) -> Vec<ColumnRequest> {
    let attribute = |attribute: &Attribute| {
        let is_open = open_cuts.iter().any(|open| open.column == attribute.name);
        let kind = if attribute.cuts.is_some() || is_open { Kind::Real } else { Kind::Categorical };
        ColumnRequest::new(attribute.name.as_str(), kind, MissingPolicy::Label)
    };
    let missing = if question.drop_missing { MissingPolicy::Drop } else { MissingPolicy::Reject };
    let target = if layout.task == Task::Regression { Kind::Real } else { Kind::Categorical };
    let others = [
        (layout.target.as_deref(), target),
        (layout.prediction.as_deref(), Kind::Categorical),
        (layout.score.as_deref(), Kind::Real),
        (layout.weight.as_ref().map(|(column, _)| column.as_str()), Kind::Real),
    ];
    let others =
        others.into_iter().filter_map(|(column, kind)| Some(ColumnRequest::new(column?, kind, missing)));
    layout.sensitive.iter().chain(&layout.strata).map(attribute).chain(others).collect()
}
