//! Samples for the tests of the barycenter, and its naive twin: for each row, count; O(n²), whole numbers throughout.

use equipoise::{
    groups::Label,
    inference::Confidence,
    methods::postprocessing::{
        RepairFitError, RowIds, Scored,
        barycenter::{Model, Parameters, Plan, Quantiles, Repaired, Shares, Unfairness, measure},
    },
    sample::{Categorical, Codes},
};

/// Scores with one sensitive column.
#[derive(Clone, Debug, Default)]
pub(crate) struct Data {
    pub(crate) scores: Vec<f64>,
    pub(crate) s: Vec<u8>,
    pub(crate) weights: Option<Vec<f64>>,
    pub(crate) ids: Option<Vec<u64>>,
}

pub(crate) fn labels(n: u8) -> Vec<Label> {
    (0..n).map(|group| Label::new(group.to_string())).collect()
}

impl Data {
    pub(crate) fn new(scores: &[f64], s: &[u8]) -> Self {
        Self { scores: scores.to_vec(), s: s.to_vec(), weights: None, ids: None }
    }

    /// Groups one after the other.
    pub(crate) fn of(groups: &[&[f64]]) -> Self {
        let scores = groups.concat();
        let s = (0_u8..).zip(groups).flat_map(|(number, scores)| vec![number; scores.len()]).collect();
        Self { scores, s, weights: None, ids: None }
    }

    pub(crate) fn with<T>(&self, read: impl FnOnce(&Scored<'_>) -> T) -> T {
        let labels = labels(self.s.iter().max().map_or(0, |&max| max + 1));
        let sensitive = [Categorical { codes: Codes::U8(&self.s), labels: &labels }];
        let mut sample = Scored::new(&self.scores, &sensitive);
        sample.weights = self.weights.as_deref();
        if let Some(ids) = &self.ids {
            sample.row_ids = RowIds::Given(ids);
        }
        read(&sample)
    }

    pub(crate) fn try_fit(&self, parameters: Parameters) -> Result<Model, RepairFitError> {
        let plan = Plan::new(parameters).unwrap();
        self.with(|sample| plan.fit(sample))
    }

    pub(crate) fn fit(&self, parameters: Parameters) -> Model {
        self.try_fit(parameters).unwrap()
    }

    pub(crate) fn repaired(&self, model: &Model) -> Repaired {
        self.with(|sample| model.transform(sample)).unwrap()
    }

    /// The scores after a repair fitted on these rows.
    pub(crate) fn repair(&self, parameters: Parameters) -> Vec<f64> {
        self.repaired(&self.fit(parameters)).scores
    }

    pub(crate) fn replaced(&self, scores: Vec<f64>) -> Self {
        Self { scores, ..self.clone() }
    }

    pub(crate) fn unfairness(&self, shares: &Shares) -> Unfairness {
        self.with(|sample| measure(sample, shares, Confidence::new(0.95).unwrap())).unwrap()
    }

    pub(crate) fn group(&self, number: u8) -> Vec<f64> {
        let of_group = self.scores.iter().zip(&self.s).filter(|(_, s)| **s == number);
        of_group.map(|(score, _)| *score).collect()
    }
}

pub(crate) fn exact() -> Parameters {
    let mut parameters = Parameters::default();
    parameters.quantiles = Quantiles::Exact;
    parameters
}

/// g = Σ p Q(F(z)) with F by counting all rows and Q by ⌈N k/m⌉ in whole numbers.
pub(crate) fn twin(quantiles: &Data, ranks: &Data, rows: &Data, shares: &[f64]) -> Vec<f64> {
    let sorted: Vec<Vec<f64>> = (0_u8..)
        .zip(shares)
        .map(|(group, _)| {
            let mut scores = quantiles.group(group);
            scores.sort_by(f64::total_cmp);
            scores
        })
        .collect();
    let one = |(z, s): (&f64, &u8)| {
        let own = ranks.group(*s);
        let k = own.iter().filter(|score| *score <= z).count();
        sorted.iter().zip(shares).map(|(q, p)| p * q[(q.len() * k).div_ceil(own.len()).max(1) - 1]).sum()
    };
    rows.scores.iter().zip(&rows.s).map(one).collect()
}

/// Uniform numbers from a fixed recurrence.
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    /// A sample of groups of these sizes, group s drawn by `law(s, u)`.
    pub(crate) fn data(&mut self, sizes: &[usize], law: impl Fn(usize, f64) -> f64) -> Data {
        let groups: Vec<Vec<f64>> = sizes
            .iter()
            .enumerate()
            .map(|(s, &n)| (0..n).map(|_| law(s, self.uniform())).collect())
            .collect();
        Data::of(&groups.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }
}
