//! From a recipe to a plan: the library's table of methods reads the settings.

use equipoise::{
    methods::{
        Fairness, PlanError,
        inprocessing::fair_erm::{KernelChoice, Parameters, Plan},
        preprocessing::fair_projection,
        registry::{self, Method, Output, SettingError},
    },
    notion::Notion,
    stats::Task,
};
use equipoise_audit::{Failure, Kind, Parameter, Spelling};

use crate::{complaints::plan_error, recipe::Recipe};

/// What is fitted.
#[derive(Clone, Debug)]
pub(crate) enum Fitting {
    /// Scores.
    Scores(Box<Plan>),
    /// A projection of the features.
    Projection(fair_projection::Plan),
}

/// Returns the row of the method.
pub(crate) fn method(recipe: &Recipe) -> Result<&'static Method, Failure> {
    let spelling = recipe.spelling;
    let name = recipe.method.as_str();
    let Some(method) = registry::find(name) else {
        let names: Vec<&str> = registry::all().iter().map(|method| method.name).collect();
        let near = equipoise::notion::nearest(name, names.iter().copied());
        return Err(Failure::new(format_args!("`{name}` is not a method"))
            .about(Parameter::Method)
            .detail(format_args!("methods are {}", names.join(", ")))
            .help_if(near.map(|near| format!("the nearest name is `{near}`"))));
    };
    let elsewhere = match (method.output, method.name) {
        (Output::Score, _) | (Output::Transformer, "fair_projection") => return Ok(method),
        (Output::Weights, _) => {
            "it makes a weight for each row: in Python `equipoise.reweigh`, for any learner \
                                 that takes weights"
        }
        _ => "in Python `equipoise.FairElimination`; `fair_projection` takes out the same differences",
    };
    Err(Failure::new(format_args!("{name} makes no model that can be applied to a table"))
        .about(Parameter::Method)
        .help(if spelling == Spelling::CommandLine { elsewhere } else { "use its own class" }))
}

/// Checks a task that is asked for.
pub(crate) fn check_task(recipe: &Recipe, method: &Method) -> Result<(), Failure> {
    let is_able = |task: Task| method.output == Output::Transformer || method.tasks.contains(&task);
    let asked = match recipe.task {
        Some(task) if !is_able(task) => Some((task, Parameter::Task)),
        None if !recipe.positive.is_empty() && !is_able(Task::Binary) => {
            Some((Task::Binary, Parameter::Positive))
        }
        _ => None,
    };
    let Some((task, parameter)) = asked else { return Ok(()) };
    let others: Vec<&str> = registry::all()
        .iter()
        .filter(|other| other.output == Output::Score && other.tasks.contains(&task))
        .map(|method| method.name)
        .collect();
    let what = if task == Task::Regression { "numbers" } else { "classes" };
    Err(Failure::new(format_args!("{} predicts no {what}", method.name))
        .about(parameter)
        .help(format_args!("methods that do: {}", others.join(", "))))
}

/// Returns what is fitted.
pub(crate) fn fitting(recipe: &Recipe, method: &Method, notion: &Notion) -> Result<Fitting, Failure> {
    let failed = |error: PlanError| failure(&error, recipe);
    let settings = settings(recipe, method);
    match method.output {
        Output::Transformer => {
            let mut fairness: Fairness = registry::fairness(method.name, &settings).map_err(failed)?;
            fairness.notion = notion.clone();
            fair_projection::Plan::new(fairness).map(Fitting::Projection).map_err(failed)
        }
        _ => {
            let mut parameters: Parameters = registry::parameters(method.name, &settings).map_err(failed)?;
            parameters.fairness.notion = notion.clone();
            if parameters.kernel == KernelChoice::Precomputed {
                return Err(Failure::new("a table has features, and a precomputed kernel takes none")
                    .about(Parameter::Settings)
                    .detail(recipe.spelling.within(Parameter::Settings))
                    .help("name a kernel that is computed from features, such as `rbf`"));
            }
            Plan::new(parameters).map(|plan| Fitting::Scores(Box::new(plan))).map_err(failed)
        }
    }
}

/// The settings that are typed, and those that have a parameter of their own; the notion is decided apart.
fn settings(recipe: &Recipe, method: &Method) -> Vec<(String, String)> {
    let mut settings: Vec<(String, String)> =
        recipe.settings.iter().filter(|(key, _)| key != "notion").cloned().collect();
    let mut add = |key: &str, value: String| settings.push((key.to_owned(), value));
    if !recipe.bound.is_empty() {
        let bounds: Vec<String> = recipe.bound.iter().map(f64::to_string).collect();
        add("bound", bounds.join(","));
    }
    if recipe.cross {
        add("crossing", "crossed".to_owned());
    }
    if recipe.seed != 0 && method.parameter("seed").is_some() {
        add("seed", recipe.seed.to_string());
    }
    settings
}

/// Returns an error of settings or of a plan.
fn failure(error: &PlanError, recipe: &Recipe) -> Failure {
    let PlanError::Setting(setting) = error else { return plan_error(error, recipe) };
    let spelling = recipe.spelling;
    let parameter = |key: &str| match key {
        "bound" if !recipe.bound.is_empty() => Parameter::Bound,
        _ => Parameter::Settings,
    };
    let failure = Failure::new(setting);
    let near = |near: &Option<&str>| near.map(|near| format!("the nearest is `{near}`"));
    match setting {
        SettingError::UnknownKey { nearest, method, .. } => {
            failure.about(Parameter::Settings).help_if(near(nearest)).help_if(
                (spelling == Spelling::CommandLine)
                    .then(|| format!("`equipoise methods {method}` explains them")),
            )
        }
        SettingError::Value { key, nearest, .. } => {
            failure.about(parameter(key)).detail(spelling.within(parameter(key))).help_if(near(nearest))
        }
        SettingError::Twice { key } => failure.about(parameter(key)).detail(format_args!(
            "both by its own {} and in {}",
            spelling.kind_word(),
            spelling.name(Parameter::Settings)
        )),
        _ => failure.about(Parameter::Settings),
    }
    .of_kind(Kind::Usage)
}
