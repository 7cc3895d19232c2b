//! Columns by role: the layout of the statistics, and what is read of the table.

use equipoise::{
    groups::Cuts,
    notion::nearest,
    sample::Columns,
    stats::{Attribute, Layout, Task, WeightKind},
};
use equipoise_table::{Batch, ColumnRequest, Kind, MissingPolicy};

use super::{explain, input::Input};
use crate::{
    args::{
        AuditArgs, TaskName, WeightKindName,
        values::{CutAt, CutPoints, all_names},
    },
    failure::Failure,
};

/// What is counted, what is read for it, and what there is to tell.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// The layout of the statistics. While a cut is open, the attribute has none.
    pub(crate) layout: Layout,
    /// The columns to read, by role: sensitive, strata, target, prediction, score, weight.
    pub(crate) requests: Vec<ColumnRequest>,
    /// Columns that are to be cut at quantiles: the attribute's place among sensitive columns and strata, and the
    /// number of groups.
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
    pub(crate) fn new(args: &AuditArgs, input: &Input) -> Result<Self, Failure> {
        let mut notes = Vec::new();
        let mut layout = roles(args)?;
        layout.positive = positives(args, input, &mut notes);
        layout.positive_prediction = positive_predictions(args, input, &layout, &mut notes);
        layout.weight = weight(args, input, &mut notes)?;
        let open_cuts = cut(&mut layout, &args.groups.cut)?;
        layout.check().map_err(|error| explain::layout_error(&error))?;
        check_use(args, &layout)?;
        let requests = requests(&layout, args, &open_cuts);
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

/// Returns the task that the arguments name; binary is only a beginning where they name none.
fn task(args: &AuditArgs) -> Task {
    match args.columns.task {
        Some(TaskName::Binary) | None => Task::Binary,
        Some(TaskName::Multiclass) => Task::Multiclass,
        Some(TaskName::Regression) => Task::Regression,
    }
}

fn roles(args: &AuditArgs) -> Result<Layout, Failure> {
    let columns = &args.columns;
    let mut layout = Layout::new(task(args));
    layout.sensitive = all_names(&args.groups.sensitive).into_iter().map(Attribute::new).collect();
    layout.strata = all_names(&args.groups.strata).into_iter().map(Attribute::new).collect();
    layout.target.clone_from(&columns.target);
    layout.threshold = columns.threshold;
    if layout.task != Task::Regression {
        layout.prediction.clone_from(&columns.prediction);
        layout.score.clone_from(&columns.score);
        return Ok(layout);
    }
    layout.score = match (&columns.prediction, &columns.score) {
        (Some(prediction), Some(score)) if prediction != score => {
            return Err(Failure::new("`--prediction` and `--score` name two columns of predicted numbers")
                .detail("in regression both flags mean the predicted number")
                .help("name one of them"));
        }
        (prediction, score) => prediction.clone().or_else(|| score.clone()),
    };
    Ok(layout)
}

/// The positive values of the target: as given, else as the catalogue knows them.
fn positives(args: &AuditArgs, input: &Input, notes: &mut Vec<String>) -> Vec<String> {
    let given = all_names(&args.columns.positive);
    if !given.is_empty() || !may_guess_positives(args) {
        return given;
    }
    let Some(target) = &args.columns.target else { return given };
    known_positives(target, input, notes)
}

/// The positive values of the prediction: as given, else as the catalogue knows them.
fn positive_predictions(
    args: &AuditArgs,
    input: &Input,
    layout: &Layout,
    notes: &mut Vec<String>,
) -> Vec<String> {
    let given = all_names(&args.columns.positive_prediction);
    if !given.is_empty() || !may_guess_positives(args) {
        return given;
    }
    let Some(prediction) = &args.columns.prediction else { return given };
    if layout.target.is_none() && !layout.positive.is_empty() {
        return given;
    }
    let known = known_positives(prediction, input, notes);
    if known == layout.positive { Vec::new() } else { known }
}

fn may_guess_positives(args: &AuditArgs) -> bool {
    matches!(args.columns.task, None | Some(TaskName::Binary))
}

fn known_positives(column: &str, input: &Input, notes: &mut Vec<String>) -> Vec<String> {
    let known = input.positives(column);
    if !known.is_empty() {
        let list = known.iter().map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ");
        notes.push(format!("positive values of `{column}`, from the catalogue of data sets: {list}"));
    }
    known
}

fn weight(
    args: &AuditArgs,
    input: &Input,
    notes: &mut Vec<String>,
) -> Result<Option<(String, WeightKind)>, Failure> {
    let Some(column) = &args.columns.weight else {
        return match args.columns.weight_kind {
            Some(_) => Err(Failure::new("`--weight-kind` is given without `--weight`")
                .help("name the column of weights: `--weight COLUMN`")),
            None => Ok(None),
        };
    };
    let kind = match (args.columns.weight_kind, input.weight_kind(column)) {
        (Some(WeightKindName::Frequency), _) => WeightKind::Frequency,
        (Some(WeightKindName::Sampling), _) => WeightKind::Sampling,
        (None, Some(known)) => {
            let name = match known {
                WeightKind::Frequency => "frequency",
                WeightKind::Sampling => "sampling",
            };
            notes.push(format!("weights of `{column}` are {name} weights, from the catalogue of data sets"));
            known
        }
        (None, None) => {
            notes.push(format!(
                "weights of `{column}` are taken as sampling weights; `--weight-kind frequency` counts people"
            ));
            WeightKind::Sampling
        }
    };
    Ok(Some((column.clone(), kind)))
}

/// Sets the cut points that are given as numbers, and returns what is to be cut at quantiles.
fn cut(layout: &mut Layout, cuts: &[CutAt]) -> Result<Vec<OpenCut>, Failure> {
    let mut open = Vec::new();
    for (place, cut) in cuts.iter().enumerate() {
        let column = &cut.column;
        if cuts[..place].iter().any(|before| before.column == *column) {
            return Err(Failure::new(format_args!("`{column}` is cut twice")).detail("in `--cut`"));
        }
        if !is_cuttable(layout, column) {
            let attributes =
                layout.sensitive.iter().chain(&layout.strata).map(|attribute| attribute.name.as_str());
            let near = nearest(column, attributes).map(|near| format!("the nearest of them is `{near}`"));
            return Err(Failure::new(format_args!(
                "`{column}` is cut, but is neither a sensitive column nor a stratum"
            ))
            .detail("in `--cut`")
            .help_if(near));
        }
        match &cut.points {
            CutPoints::Numbers(cuts) => set_cuts(layout, column, cuts),
            CutPoints::Quantiles(n_groups) => {
                open.push(OpenCut { column: column.clone(), n_groups: *n_groups })
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

/// Refuses flags that would change nothing.
fn check_use(args: &AuditArgs, layout: &Layout) -> Result<(), Failure> {
    let columns = &args.columns;
    if !columns.positive_prediction.is_empty() && layout.prediction.is_none() {
        return Err(Failure::new("`--positive-prediction` is given without `--prediction`").help(
            "a score with `--threshold` makes decisions that need no positive value; name a column of decisions \
             otherwise",
        ));
    }
    let has_classes = layout.target.is_some() || layout.prediction.is_some();
    if !columns.positive.is_empty() && !has_classes {
        return Err(Failure::new("`--positive` is given, but neither `--target` nor `--prediction`"));
    }
    let both_apart = layout.target.is_none() && !columns.positive.is_empty();
    if both_apart && !columns.positive_prediction.is_empty() {
        return Err(Failure::new(
            "`--positive` is given without `--target`, and `--positive-prediction` beside it",
        )
        .help("keep one of them: there is only a prediction"));
    }
    if args.groups.cross && layout.sensitive.len() < 2 {
        return Err(Failure::new("`--cross` needs two or more sensitive columns"));
    }
    for reference in &args.groups.reference {
        if !layout.sensitive.iter().any(|attribute| attribute.name == reference.attribute) {
            return Err(explain::unknown_attribute(&reference.attribute, layout).detail("in `--reference`"));
        }
    }
    Ok(())
}

fn requests(layout: &Layout, args: &AuditArgs, open_cuts: &[OpenCut]) -> Vec<ColumnRequest> {
    let attribute = |attribute: &Attribute| {
        let is_open = open_cuts.iter().any(|open| open.column == attribute.name);
        let kind = if attribute.cuts.is_some() || is_open { Kind::Real } else { Kind::Categorical };
        ColumnRequest::new(attribute.name.as_str(), kind, MissingPolicy::Label)
    };
    let missing = if args.columns.drop_missing { MissingPolicy::Drop } else { MissingPolicy::Reject };
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
