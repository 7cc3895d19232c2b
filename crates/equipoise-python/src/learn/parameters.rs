//! The parameters of a learner from a dictionary, made by `python/equipoise/_parameters.py`, in the library's types.
//!
//! Python has checked types; which words there are, what is in range and what goes together is decided here and in the
//! library.

use equipoise::{
    kernels::Gamma,
    methods::{
        Bounds, Crossing, Fairness, Pairs, TargetEvents,
        inprocessing::fair_erm::{
            Approximation, ClassBalance, Formulation, KernelChoice, Loss, Parameters, Refine,
        },
    },
    notion::Notion,
    solvers::Intercept,
};
use pyo3::prelude::*;

use super::complaint::Complaint;

/// What is asked of the groups.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Groups {
    notion: String,
    /// One bound for all, or one for each difference.
    bound: Vec<f64>,
    has_one_bound: bool,
    pairs: String,
    cross: bool,
    /// How many bins of the outcome.
    bins: Option<usize>,
    /// Or where they are cut.
    cuts: Option<Vec<f64>>,
}

impl Groups {
    /// Returns them in the library's types. `is_classifier` says what events of the outcome are made of.
    pub(crate) fn fairness(self, is_classifier: bool) -> Result<Fairness, Complaint> {
        let notion: Notion =
            self.notion.parse().map_err(|error| Complaint::of_notion(&self.notion, &error))?;
        let mut fairness = Fairness::new(notion).pairs(pairs(&self.pairs)?);
        if self.cross {
            fairness = fairness.crossing(Crossing::Crossed);
        }
        fairness.bounds = match self.bound.as_slice() {
            [bound] if self.has_one_bound => Bounds::Same(*bound),
            _ => Bounds::Each(self.bound),
        };
        fairness.events = match (is_classifier, self.cuts, self.bins) {
            (true, ..) => Some(TargetEvents::Classes),
            (false, Some(cuts), _) => Some(TargetEvents::Cuts(cuts)),
            (false, None, bins) => bins.map(TargetEvents::Quantiles),
        };
        Ok(fairness)
    }
}

fn pairs(word: &str) -> Result<Pairs, Complaint> {
    match word {
        "all" => Ok(Pairs::All),
        "pooled" => Ok(Pairs::Pooled),
        _ => Err(Complaint::of_word("pairs", word, &["all", "pooled"])),
    }
}

/// γ: a rule by its name, or a number.
#[derive(FromPyObject)]
enum GammaValue {
    Number(f64),
    Rule(String),
}

impl GammaValue {
    fn gamma(self) -> Result<Gamma, Complaint> {
        match self {
            Self::Number(value) => Ok(Gamma::Value(value)),
            Self::Rule(word) => match word.as_str() {
                "scale" => Ok(Gamma::Scale),
                "auto" => Ok(Gamma::Auto),
                _ => Err(Complaint::of_word("gamma", &word, &["scale", "auto", "a number"])),
            },
        }
    }
}

/// The parameters of a learner.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Learner {
    method: String,
    is_classifier: bool,
    /// C, or λ of the squared loss.
    strength: f64,
    epsilon: f64,
    kernel: String,
    gamma: GammaValue,
    degree: u32,
    constant: f64,
    approximation: String,
    n_components: usize,
    intercept: bool,
    groups: Groups,
    /// A factor for each class.
    class_factors: Option<Vec<f64>>,
    is_balanced: bool,
    tolerance: f64,
    cache_bytes: usize,
    seed: u64,
    formulation: String,
    refine: Option<String>,
}

impl Learner {
    /// Returns them in the library's types, for each score that classes need: of two classes one, of more one each, in
    /// which the class has its factor and the rest has none.
    pub(crate) fn of_scores(mut self, n_classes: usize) -> Result<Vec<Parameters>, Complaint> {
        let factors = self.class_factors.take();
        let parameters = self.parameters()?;
        if n_classes < 2 {
            return Ok(vec![parameters]);
        }
        let of_score = |positive: usize| {
            let mut parameters = parameters.clone();
            if let Some(factors) = &factors {
                let of = |class: usize| factors.get(class).copied().unwrap_or(1.0);
                let (negative, positive) = (if n_classes == 2 { of(0) } else { 1.0 }, of(positive));
                parameters.class_balance = ClassBalance::Factors { negative, positive };
            }
            parameters
        };
        Ok(if n_classes == 2 { vec![of_score(1)] } else { (0..n_classes).map(of_score).collect() })
    }

    fn parameters(self) -> Result<Parameters, Complaint> {
        let loss = match self.method.as_str() {
            "fair_svm" => Loss::Hinge { cost: self.strength },
            "fair_logistic" => Loss::Logistic { cost: self.strength },
            "fair_svr" => Loss::EpsilonInsensitive { cost: self.strength, epsilon: self.epsilon },
            _ => Loss::Squared { penalty: self.strength },
        };
        let refine_bound = self.groups.bound.first().copied().unwrap_or(0.0);
        let mut parameters = Parameters::new(loss, self.groups.fairness(self.is_classifier)?);
        parameters.kernel = kernel(&self.kernel, self.gamma, self.degree, self.constant)?;
        parameters.approximation = approximation(&self.approximation, self.n_components)?;
        parameters.intercept = if self.intercept { Intercept::Free } else { Intercept::Absent };
        if self.is_balanced {
            parameters.class_balance = ClassBalance::Balanced;
        }
        parameters.tolerance = self.tolerance;
        parameters.cache_bytes = self.cache_bytes;
        parameters.seed = self.seed;
        parameters.formulation = formulation(&self.formulation)?;
        parameters.refine = refine(self.refine.as_deref(), refine_bound)?;
        Ok(parameters)
    }
}

fn kernel(word: &str, gamma: GammaValue, degree: u32, constant: f64) -> Result<KernelChoice, Complaint> {
    let gamma = gamma.gamma()?;
    Ok(match word {
        "linear" => KernelChoice::Linear,
        "rbf" => KernelChoice::Rbf(gamma),
        "poly" => KernelChoice::Polynomial { degree, gamma, constant },
        "sigmoid" => KernelChoice::Sigmoid { gamma, constant },
        "laplacian" => KernelChoice::Laplacian(gamma),
        "precomputed" => KernelChoice::Precomputed,
        _ => {
            let known = ["linear", "rbf", "poly", "sigmoid", "laplacian", "precomputed", "a function"];
            return Err(Complaint::of_word("kernel", word, &known));
        }
    })
}

fn approximation(word: &str, n_components: usize) -> Result<Approximation, Complaint> {
    match word {
        "exact" => Ok(Approximation::Exact),
        "nystrom" => Ok(Approximation::Nystrom { landmarks: n_components }),
        // A frequency makes a cosine and a sine.
        "fourier" => Ok(Approximation::Fourier { pairs: n_components.div_ceil(2) }),
        _ => Err(Complaint::of_word("approximation", word, &["exact", "nystrom", "fourier"])),
    }
}

fn formulation(word: &str) -> Result<Formulation, Complaint> {
    match word {
        "exact" => Ok(Formulation::Exact),
        "published" => Ok(Formulation::Published),
        _ => Err(Complaint::of_word("formulation", word, &["exact", "published"])),
    }
}

fn refine(word: Option<&str>, bound: f64) -> Result<Refine, Complaint> {
    match word {
        None => Ok(Refine::Not),
        Some("rates") => Ok(Refine::Rates { bound }),
        Some(word) => Err(Complaint::of_word("refine", word, &["None", "rates"])),
    }
}
