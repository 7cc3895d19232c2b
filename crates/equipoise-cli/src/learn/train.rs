//! `equipoise train`: from arguments to a model file, with a short word on how it came out.

use equipoise::stats::Task;
use equipoise_audit::Spelling;
use equipoise_learning::{Recipe, Scaling, train};

use super::shown;
use crate::{
    args::{ScalingName, TaskName, TrainArgs, values::all_names},
    audit::{input::Input, onlooker::Onlooker, question::cut},
    exit::Exit,
    failure::Failure,
    output::{Destination, Existing, to_stdout},
    terminal::Terminal,
};

/// Runs `equipoise train`.
pub(crate) fn run(args: &TrainArgs, terminal: &Terminal) -> Result<Exit, Failure> {
    let output = Destination::new(Some(&args.output), Existing::of_force(args.force))?;
    let input = Input::of_data(&args.data, &args.reader)?;
    let onlooker = Onlooker::new(terminal);
    let trained = train(&input.table, &recipe(args), &onlooker)?;
    drop(onlooker);
    trained.notes.iter().for_each(|note| terminal.note(note));
    output.write(&trained.model.to_bytes()?)?;
    // Where the model itself goes to stdout, nothing else does.
    if output != Destination::Stdout {
        to_stdout(shown(&trained.text(terminal.width())).as_bytes())?;
    }
    Ok(Exit::Done)
}

fn recipe(args: &TrainArgs) -> Recipe {
    let TrainArgs { method, columns, groups, .. } = args;
    let mut recipe = Recipe::new(method.method.as_str(), Spelling::CommandLine);
    recipe.settings = method.set.iter().map(|set| (set.key.clone(), set.value.clone())).collect();
    recipe.notion.clone_from(&method.notion);
    recipe.bound.clone_from(&method.bound);
    recipe.probabilities = method.probabilities;
    recipe.held_out = method.held_out;
    recipe.confidence = method.confidence;
    recipe.task = method.task.map(|task| match task {
        TaskName::Binary => Task::Binary,
        TaskName::Multiclass => Task::Multiclass,
        TaskName::Regression => Task::Regression,
    });
    recipe.target = Some(columns.target.clone());
    recipe.positive = all_names(&columns.positive);
    recipe.features = all_names(&columns.features);
    recipe.drop = all_names(&columns.drop);
    recipe.categorical = all_names(&columns.categorical);
    recipe.levels_max = columns.levels_max;
    recipe.scaling = match columns.scaling {
        ScalingName::Standard => Scaling::Standard,
        ScalingName::Off => Scaling::Off,
    };
    recipe.missing_indicators = columns.missing_indicators;
    recipe.weight.clone_from(&columns.weight);
    recipe.drop_missing = columns.drop_missing;
    recipe.sensitive = all_names(&groups.sensitive);
    recipe.cross = groups.cross;
    recipe.sensitive_in_features = groups.sensitive_in_features;
    recipe.cuts = groups.cut.iter().map(cut).collect();
    recipe.strata = all_names(&groups.strata);
    recipe.seed = args.seed;
    recipe.threads = usize::from(args.threads.unwrap_or(0));
    recipe
}
