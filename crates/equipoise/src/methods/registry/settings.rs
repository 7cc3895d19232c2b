//! Settings as texts, `key=value`, and the parameters that they mean: one reader for all fronts.

use super::{Method, Parameter, all, find};
use crate::{
    kernels::Gamma,
    methods::{
        Bounds, Crossing, Fairness, Pairs, PlanError, TargetEvents,
        inprocessing::fair_erm::{
            Approximation, ClassBalance, Formulation, KernelChoice, Loss, Parameters, Refine,
        },
    },
    notion::{Notion, nearest},
    sample::MAGNITUDE_MAX,
    solvers::Intercept,
};

/// Why settings are no parameters.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SettingError {
    /// There is no such method.
    #[error("`{name}` is not a method")]
    UnknownMethod {
        /// The name.
        name: String,
        /// The name that was probably meant.
        nearest: Option<&'static str>,
    },
    /// The method makes no score.
    #[error("{method} is no learner: it makes no score")]
    NoLearner {
        /// The method.
        method: &'static str,
    },
    /// The method has no such parameter.
    #[error("{method} has no parameter `{key}`; it has {}", known.join(", "))]
    UnknownKey {
        /// The method.
        method: &'static str,
        /// The key.
        key: String,
        /// The parameter that was probably meant.
        nearest: Option<&'static str>,
        /// The parameters that it has.
        known: Vec<&'static str>,
    },
    /// A parameter is given twice, perhaps by two of its names.
    #[error("`{key}` is given twice")]
    Twice {
        /// The parameter.
        key: &'static str,
    },
    /// A parameter cannot have this value.
    #[error("`{key}` is `{value}`; it must be {allowed}")]
    Value {
        /// The parameter.
        key: &'static str,
        /// The value.
        value: String,
        /// What it may be.
        allowed: &'static str,
        /// The word that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A parameter has no effect beside another, so it must be a mistake.
    #[error("`{key}` has no effect with {with}")]
    NoEffect {
        /// The parameter.
        key: &'static str,
        /// The choice that leaves it without effect.
        with: &'static str,
    },
}

/// Returns the parameters of a learner from settings; what is not given has its default.
///
/// The keys are the parameters of the method's row, or their aliases. Ranges are checked here; what goes together with
/// what is checked by [`Plan::new`](crate::methods::inprocessing::fair_erm::Plan::new).
///
/// ```
/// use equipoise::methods::registry;
/// let error = registry::parameters("fair_svm", &[("kernal", "rbf")]).unwrap_err();
/// assert!(error.to_string().starts_with("fair_svm has no parameter `kernal`"));
/// let error = registry::parameters("fair_svm", &[("C", "-1")]).unwrap_err();
/// assert_eq!(error.to_string(), "`C` is `-1`; it must be a positive number, at most 1e40");
/// ```
///
/// # Errors
/// When there is no such learner, it has no such parameter, one is given twice or a value is not allowed.
pub fn parameters<K: AsRef<str>, V: AsRef<str>>(
    method: &str,
    settings: &[(K, V)],
) -> Result<Parameters, PlanError> {
    Ok(Settings::of(method, settings)?.parameters()?)
}

/// Returns what is asked of the groups, from the settings of a method that has no other parameters, such as
/// `fair_projection`; of a learner's settings those that say it.
///
/// # Errors
/// As [`parameters`].
pub fn fairness<K: AsRef<str>, V: AsRef<str>>(
    method: &str,
    settings: &[(K, V)],
) -> Result<Fairness, PlanError> {
    Ok(Settings::of(method, settings)?.fairness()?)
}

/// Settings of a method whose keys have been found.
struct Settings<'a> {
    method: &'static Method,
    given: Vec<(&'static Parameter, &'a str)>,
}

impl<'a> Settings<'a> {
    fn of<K: AsRef<str>, V: AsRef<str>>(method: &str, settings: &'a [(K, V)]) -> Result<Self, SettingError> {
        let unknown = || SettingError::UnknownMethod {
            name: method.to_owned(),
            nearest: nearest(method, all().iter().map(|method| method.name)),
        };
        let method = find(method).ok_or_else(unknown)?;
        let mut given: Vec<(&'static Parameter, &str)> = Vec::new();
        for (key, value) in settings {
            let parameter =
                method.parameter(key.as_ref()).ok_or_else(|| unknown_key(method, key.as_ref()))?;
            if given.iter().any(|(other, _)| other.name == parameter.name) {
                return Err(SettingError::Twice { key: parameter.name });
            }
            given.push((parameter, value.as_ref().trim()));
        }
        Ok(Self { method, given })
    }

    fn parameters(&self) -> Result<Parameters, SettingError> {
        let loss = match self.method.name {
            "fair_svm" => Loss::Hinge { cost: self.positive("C")? },
            "fair_logistic" => Loss::Logistic { cost: self.positive("C")? },
            "fair_ridge" => Loss::Squared { penalty: self.not_negative("penalty")? },
            "fair_svr" => {
                Loss::EpsilonInsensitive { cost: self.positive("C")?, epsilon: self.not_negative("epsilon")? }
            }
            method => return Err(SettingError::NoLearner { method }),
        };
        let fairness = self.fairness()?;
        let refine = self.refine(&fairness.bounds)?;
        let mut parameters = Parameters::new(loss, fairness);
        parameters.kernel = self.kernel()?;
        parameters.approximation = self.approximation()?;
        parameters.class_balance = self.class_balance()?;
        parameters.intercept =
            self.word("intercept", &[("true", Intercept::Free), ("false", Intercept::Absent)])?;
        parameters.tolerance = self.positive("tol")?;
        let megabytes = self.number("cache_size", |value| (0.0..=1e6).contains(&value))?;
        parameters.cache_bytes = (megabytes * f64::from(1 << 20)) as usize;
        parameters.seed = self.seed()?;
        parameters.refine = refine;
        if self.has("formulation") {
            let words = [("exact", Formulation::Exact), ("published", Formulation::Published)];
            parameters.formulation = self.word("formulation", &words)?;
        }
        Ok(parameters)
    }

    fn fairness(&self) -> Result<Fairness, SettingError> {
        let text = self.text("notion");
        let notion: Notion = text.parse().map_err(|_| {
            let names = self.method.notions.iter().copied();
            self.wrong_near("notion", text, nearest(text, names))
        })?;
        let mut fairness = Fairness::new(notion)
            .pairs(self.word("pairs", &[("all", Pairs::All), ("pooled", Pairs::Pooled)])?)
            .crossing(
                self.word("crossing", &[("separate", Crossing::Separate), ("crossed", Crossing::Crossed)])?,
            );
        if self.has("bound") {
            let bounds = self.numbers("bound", |value| (0.0..=MAGNITUDE_MAX).contains(&value))?;
            fairness.bounds = match bounds.as_slice() {
                [bound] => Bounds::Same(*bound),
                _ => Bounds::Each(bounds),
            };
        }
        if self.has("bins") {
            fairness.events = self.events()?;
        }
        Ok(fairness)
    }

    /// Where neither bins nor cuts are given, the method's own default holds.
    fn events(&self) -> Result<Option<TargetEvents>, SettingError> {
        match (self.is_set("bins"), self.is_set("cuts")) {
            (true, true) => Err(SettingError::NoEffect { key: "bins", with: "`cuts`" }),
            (false, true) => {
                let cuts = self.numbers("cuts", f64::is_finite)?;
                if cuts.windows(2).all(|pair| pair[0] < pair[1]) {
                    Ok(Some(TargetEvents::Cuts(cuts)))
                } else {
                    Err(self.wrong("cuts"))
                }
            }
            (true, false)
                if self.text("bins") == "classes" && self.entry("bins").range.contains("classes") =>
            {
                Ok(Some(TargetEvents::Classes))
            }
            (true, false) => Ok(Some(TargetEvents::Quantiles(self.count("bins")?))),
            (false, false) => Ok(None),
        }
    }

    fn kernel(&self) -> Result<KernelChoice, SettingError> {
        let gamma = self.gamma()?;
        let degree = u32::try_from(self.count("degree")?).map_err(|_| self.wrong("degree"))?;
        let constant = self.number("coef0", |value| value.abs() <= MAGNITUDE_MAX)?;
        let kernel = self.word(
            "kernel",
            &[
                ("linear", KernelChoice::Linear),
                ("rbf", KernelChoice::Rbf(gamma)),
                ("polynomial", KernelChoice::Polynomial { degree, gamma, constant }),
                ("poly", KernelChoice::Polynomial { degree, gamma, constant }),
                ("sigmoid", KernelChoice::Sigmoid { gamma, constant }),
                ("laplacian", KernelChoice::Laplacian(gamma)),
                ("precomputed", KernelChoice::Precomputed),
            ],
        )?;
        let (idle, with): (&[&'static str], &'static str) = match kernel {
            KernelChoice::Linear => (&["gamma", "degree", "coef0"], "the linear kernel"),
            KernelChoice::Precomputed => (&["gamma", "degree", "coef0"], "a precomputed kernel"),
            KernelChoice::Rbf(_) => (&["degree", "coef0"], "the RBF kernel"),
            KernelChoice::Laplacian(_) => (&["degree", "coef0"], "the Laplacian kernel"),
            KernelChoice::Sigmoid { .. } => (&["degree"], "the sigmoid kernel"),
            KernelChoice::Polynomial { .. } => (&[], "the polynomial kernel"),
        };
        self.check_idle(idle, with)?;
        Ok(kernel)
    }

    fn gamma(&self) -> Result<Gamma, SettingError> {
        match self.text("gamma") {
            "scale" => Ok(Gamma::Scale),
            "auto" => Ok(Gamma::Auto),
            _ => Ok(Gamma::Value(self.positive("gamma")?)),
        }
    }

    fn approximation(&self) -> Result<Approximation, SettingError> {
        let n = self.count("components")?;
        let words = [
            ("exact", Approximation::Exact),
            ("nystrom", Approximation::Nystrom { landmarks: n }),
            // A frequency makes a cosine and a sine.
            ("fourier", Approximation::Fourier { pairs: n.div_ceil(2) }),
        ];
        let approximation = self.word("approximation", &words)?;
        if approximation == Approximation::Exact {
            self.check_idle(&["components"], "the exact kernel")?;
        }
        Ok(approximation)
    }

    fn class_balance(&self) -> Result<ClassBalance, SettingError> {
        if !self.has("class_weight") {
            return Ok(ClassBalance::Equal);
        }
        match self.text("class_weight") {
            "none" => Ok(ClassBalance::Equal),
            "balanced" => Ok(ClassBalance::Balanced),
            _ => {
                let factors = self.numbers("class_weight", |value| value > 0.0 && value <= MAGNITUDE_MAX)?;
                match factors.as_slice() {
                    &[negative, positive] => Ok(ClassBalance::Factors { negative, positive }),
                    _ => Err(self.wrong("class_weight")),
                }
            }
        }
    }

    /// Rates are driven within the bound of the means, or the smallest of them.
    fn refine(&self, bounds: &Bounds) -> Result<Refine, SettingError> {
        if !self.has("refine") {
            return Ok(Refine::Not);
        }
        let bound = match bounds {
            Bounds::Same(bound) => *bound,
            Bounds::Each(bounds) => bounds.iter().copied().fold(f64::INFINITY, f64::min),
        };
        self.word("refine", &[("none", Refine::Not), ("rates", Refine::Rates { bound })])
    }

    fn seed(&self) -> Result<u64, SettingError> {
        self.text("seed").parse().map_err(|_| self.wrong("seed"))
    }

    fn has(&self, name: &str) -> bool {
        self.method.parameter(name).is_some()
    }

    fn entry(&self, name: &'static str) -> &'static Parameter {
        self.method.parameter(name).expect("invariant: readers ask for parameters that the method has")
    }

    fn text(&self, name: &'static str) -> &'a str {
        match self.given.iter().find(|(parameter, _)| parameter.name == name) {
            Some((_, value)) => value,
            None => self.entry(name).default,
        }
    }

    /// Returns whether a parameter is given another value than its default.
    fn is_set(&self, name: &'static str) -> bool {
        self.text(name) != self.entry(name).default
    }

    fn check_idle(&self, names: &[&'static str], with: &'static str) -> Result<(), SettingError> {
        match names.iter().find(|name| self.is_set(name)) {
            Some(key) => Err(SettingError::NoEffect { key, with }),
            None => Ok(()),
        }
    }

    fn wrong(&self, key: &'static str) -> SettingError {
        self.wrong_near(key, self.text(key), None)
    }

    fn wrong_near(&self, key: &'static str, value: &str, nearest: Option<&'static str>) -> SettingError {
        SettingError::Value { key, value: value.to_owned(), allowed: self.entry(key).range, nearest }
    }

    fn word<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Result<T, SettingError> {
        let text = self.text(key);
        let found = words.iter().find(|(word, _)| *word == text);
        let near = || nearest(text, words.iter().map(|(word, _)| *word));
        found.map(|(_, value)| *value).ok_or_else(|| self.wrong_near(key, text, near()))
    }

    fn number(&self, key: &'static str, is_allowed: impl Fn(f64) -> bool) -> Result<f64, SettingError> {
        let value = self.text(key).parse().ok().filter(|&value| is_allowed(value));
        value.ok_or_else(|| self.wrong(key))
    }

    fn positive(&self, key: &'static str) -> Result<f64, SettingError> {
        self.number(key, |value| value > 0.0 && value <= MAGNITUDE_MAX)
    }

    fn not_negative(&self, key: &'static str) -> Result<f64, SettingError> {
        self.number(key, |value| (0.0..=MAGNITUDE_MAX).contains(&value))
    }

    fn count(&self, key: &'static str) -> Result<usize, SettingError> {
        let value = self.text(key).parse().ok().filter(|&value: &usize| value > 0);
        value.ok_or_else(|| self.wrong(key))
    }

    fn numbers(&self, key: &'static str, is_allowed: impl Fn(f64) -> bool) -> Result<Vec<f64>, SettingError> {
        let number = |text: &str| text.trim().parse().ok().filter(|&value| is_allowed(value));
        let numbers = self.text(key).split(',').map(number).collect::<Option<_>>();
        numbers.ok_or_else(|| self.wrong(key))
    }
}

fn unknown_key(method: &'static Method, key: &str) -> SettingError {
    let known: Vec<&'static str> = method.parameters.iter().map(|parameter| parameter.name).collect();
    let names = method
        .parameters
        .iter()
        .flat_map(|parameter| std::iter::once(parameter.name).chain(parameter.aliases.iter().copied()));
    let nearest = nearest(key, names);
    SettingError::UnknownKey { method: method.name, key: key.to_owned(), nearest, known }
}
