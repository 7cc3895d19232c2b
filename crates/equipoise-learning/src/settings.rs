//! From a recipe to the parameters of a method.

use equipoise::{
    kernels::Gamma,
    methods::{
        Crossing, Fairness, Pairs,
        inprocessing::fair_erm::{KernelChoice, Loss, Parameters},
    },
    notion::Notion,
    stats::Task,
};
use equipoise_audit::{Failure, Kind, Parameter};

use crate::recipe::Recipe;

/// Returns the parameters that a recipe asks for.
pub(crate) fn parameters(recipe: &Recipe, notion: Notion) -> Result<Parameters, Failure> {
    let mut loss = match recipe.method.as_str() {
        "fair_svm" => Loss::Hinge { cost: 1.0 },
        "fair_logistic" => Loss::Logistic { cost: 1.0 },
        "fair_ridge" => Loss::Squared { penalty: 1.0 },
        "fair_svr" => Loss::EpsilonInsensitive { cost: 1.0, epsilon: 0.1 },
        name => {
            return Err(Failure::new(format_args!("`{name}` is not a method")).about(Parameter::Method));
        }
    };
    let mut pairs = Pairs::All;
    let mut kernel = KernelChoice::Linear;
    let mut tolerance = None;
    for (key, value) in &recipe.settings {
        let number = || {
            value.parse::<f64>().map_err(|_| {
                Failure::new(format_args!("`{key}` is `{value}`, not a number")).about(Parameter::Settings)
            })
        };
        match (key.as_str(), &mut loss) {
            (
                "cost",
                Loss::Hinge { cost } | Loss::Logistic { cost } | Loss::EpsilonInsensitive { cost, .. },
            ) => {
                *cost = number()?;
            }
            ("penalty", Loss::Squared { penalty }) => *penalty = number()?,
            ("epsilon", Loss::EpsilonInsensitive { epsilon, .. }) => *epsilon = number()?,
            ("tolerance", _) => tolerance = Some(number()?),
            ("pairs", _) if value == "pooled" => pairs = Pairs::Pooled,
            ("kernel", _) if value == "rbf" => kernel = KernelChoice::Rbf(Gamma::Scale),
            _ => {
                return Err(Failure::new(format_args!("`{key}` is no parameter of {}", recipe.method))
                    .about(Parameter::Settings));
            }
        }
    }
    let crossing = if recipe.cross { Crossing::Crossed } else { Crossing::Separate };
    let fairness = Fairness::new(notion).bound(recipe.bound).crossing(crossing).pairs(pairs);
    let mut parameters = Parameters::new(loss, fairness);
    parameters.kernel = kernel;
    parameters.seed = recipe.seed;
    if let Some(tolerance) = tolerance {
        parameters.tolerance = tolerance;
    }
    Ok(parameters)
}

/// What a method can predict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Able {
    /// Classes.
    Classes,
    /// Numbers.
    Numbers,
    /// Both.
    Both,
}

impl Able {
    pub(crate) fn of(loss: &Loss) -> Self {
        match loss {
            Loss::Hinge { .. } | Loss::Logistic { .. } => Self::Classes,
            Loss::EpsilonInsensitive { .. } => Self::Numbers,
            Loss::Squared { .. } => Self::Both,
        }
    }

    /// Checks a task that is asked for.
    pub(crate) fn check(self, recipe: &Recipe) -> Result<(), Failure> {
        let is_number = recipe.task == Some(Task::Regression);
        let is_class = matches!(recipe.task, Some(Task::Binary | Task::Multiclass));
        let (found, what) = match self {
            Self::Classes if is_number => ("numbers", "classes"),
            Self::Numbers if is_class => ("classes", "numbers"),
            Self::Numbers if !recipe.positive.is_empty() => ("a positive value", "numbers"),
            _ => return Ok(()),
        };
        Err(Failure::new(format_args!("{} predicts {what}, and {found} are asked for", recipe.method))
            .of_kind(Kind::Usage)
            .about(Parameter::Task))
    }
}
