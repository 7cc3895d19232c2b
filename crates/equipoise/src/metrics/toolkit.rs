//! Other toolkits, and what they call a metric.

/// A toolkit that people come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Toolkit {
    /// fairlearn 0.15 (Python).
    Fairlearn,
    /// AIF360 0.6, the classic classes (Python).
    Aif360,
    /// AIF360 0.6, the scikit-learn functions (Python).
    Aif360Sklearn,
    /// aequitas 1.1 (Python).
    Aequitas,
    /// SageMaker Clarify, smclarify 0.5 (Python).
    Clarify,
    /// jurity 2.1 (Python).
    Jurity,
    /// OxonFair (Python).
    OxonFair,
    /// Holistic AI (Python).
    HolisticAi,
    /// scikit-learn (Python).
    Sklearn,
    /// FairBench (Python).
    FairBench,
    /// EquiPy (Python).
    EquiPy,
    /// The LinkedIn Fairness Toolkit (Scala).
    Lift,
    /// mlr3fairness (R).
    Mlr3,
    /// fairmodels (R).
    Fairmodels,
    /// fairness (R).
    FairnessR,
}

impl Toolkit {
    /// Returns the toolkit's name as people write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fairlearn => "fairlearn",
            Self::Aif360 => "AIF360",
            Self::Aif360Sklearn => "AIF360 (scikit-learn functions)",
            Self::Aequitas => "aequitas",
            Self::Clarify => "SageMaker Clarify",
            Self::Jurity => "jurity",
            Self::OxonFair => "OxonFair",
            Self::HolisticAi => "Holistic AI",
            Self::Sklearn => "scikit-learn",
            Self::FairBench => "FairBench",
            Self::EquiPy => "EquiPy",
            Self::Lift => "LiFT",
            Self::Mlr3 => "mlr3fairness",
            Self::Fairmodels => "fairmodels",
            Self::FairnessR => "fairness (R)",
        }
    }
}

impl std::fmt::Display for Toolkit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// What a toolkit calls a metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The toolkit.
    pub toolkit: Toolkit,
    /// The name there.
    pub name: &'static str,
    /// Where its convention differs from ours (sign, 0/0, formula), and why; `None` where it is the same number.
    pub difference: Option<&'static str>,
}

impl Alias {
    pub(super) const fn new(toolkit: Toolkit, name: &'static str) -> Self {
        Self { toolkit, name, difference: None }
    }

    pub(super) const fn but(toolkit: Toolkit, name: &'static str, difference: &'static str) -> Self {
        Self { toolkit, name, difference: Some(difference) }
    }
}
