//! The samples that the tests of fair empirical risk minimization share.

use equipoise::{
    groups::Label,
    methods::{
        FitError, Labelled,
        inprocessing::fair_erm::{Comparison, Fitted, Parameters, Plan},
    },
    sample::{Categorical, Codes},
    solvers::Rows,
};

/// Twelve points in the plane, decimals exact (A.8 of the reference).
pub(crate) const X: [f64; 24] = [
    0.5, 1.0, 1.0, 2.0, 1.5, 0.5, 2.0, 1.5, 2.5, 2.5, 0.0, 0.0, -0.5, 1.0, -1.0, -1.0, -1.5, 0.5, 0.5, -1.0,
    -2.0, -0.5, 1.0, -0.5,
];
pub(crate) const Y: [f64; 12] = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, -1.0, -1.0, -1.0, -1.0, -1.0, -1.0];
pub(crate) const S: [u8; 12] = [0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0];

/// Rows with one sensitive column.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) x: Vec<f64>,
    pub(crate) d: usize,
    pub(crate) y: Vec<f64>,
    pub(crate) s: Vec<u8>,
    pub(crate) labels: Vec<Label>,
    pub(crate) weights: Option<Vec<f64>>,
}

impl Table {
    pub(crate) fn new(x: &[f64], d: usize, y: &[f64], s: &[u8]) -> Self {
        let n_groups = s.iter().max().map_or(0, |&max| max + 1);
        let labels = (0..n_groups).map(|group| Label::new(group.to_string())).collect();
        Self { x: x.to_vec(), d, y: y.to_vec(), s: s.to_vec(), labels, weights: None }
    }

    pub(crate) fn hand() -> Self {
        Self::new(&X, 2, &Y, &S)
    }

    /// 60 rows in three columns with three groups, from a fixed recurrence.
    pub(crate) fn three_groups() -> Self {
        let mut state = 12345_u64;
        let mut draw = || {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            (state >> 40) as f64 / (1_u64 << 24) as f64 - 0.5
        };
        let s: Vec<u8> = (0..60).map(|i| (i * 7 % 11 % 3) as u8).collect();
        let row = |&s: &u8| [draw() + 0.6 * f64::from(s), draw(), draw() - 0.3 * f64::from(s)];
        let x: Vec<f64> = s.iter().flat_map(row).collect();
        let y: Vec<f64> = x.chunks(3).map(|x| 2.0 * x[0] - x[1] + 0.5 * x[2] + draw()).collect();
        Self::new(&x, 3, &y, &s)
    }

    /// The same with classes for targets.
    pub(crate) fn classified(mut self) -> Self {
        let mut sorted = self.y.clone();
        sorted.sort_by(f64::total_cmp);
        let median = sorted[sorted.len() / 2];
        self.y.iter_mut().for_each(|y| *y = if *y > median { 1.0 } else { -1.0 });
        self
    }

    /// The rows of these numbers, in this order; a number may come again.
    pub(crate) fn rows_of(&self, numbers: &[usize]) -> Self {
        Self {
            x: numbers.iter().flat_map(|&i| self.x[i * self.d..][..self.d].to_vec()).collect(),
            y: numbers.iter().map(|&i| self.y[i]).collect(),
            s: numbers.iter().map(|&i| self.s[i]).collect(),
            weights: self.weights.as_ref().map(|weights| numbers.iter().map(|&i| weights[i]).collect()),
            ..self.clone()
        }
    }

    pub(crate) fn rows(&self) -> Rows<'_> {
        Rows::dense(&self.x, self.y.len(), self.d).unwrap()
    }

    pub(crate) fn with<T>(&self, read: impl FnOnce(&Labelled<'_>) -> T) -> T {
        let sensitive = [Categorical { codes: Codes::U8(&self.s), labels: &self.labels }];
        read(&Labelled {
            rows: self.rows(),
            target: &self.y,
            sensitive: &sensitive,
            strata: &[],
            weights: self.weights.as_deref(),
        })
    }

    pub(crate) fn try_fit(&self, parameters: Parameters) -> Result<Fitted, FitError> {
        let plan = Plan::new(parameters).unwrap();
        self.with(|sample| plan.fit(sample))
    }

    pub(crate) fn fit(&self, parameters: Parameters) -> Fitted {
        self.try_fit(parameters).unwrap()
    }
}

pub(crate) fn comparison(fitted: &Fitted) -> &Comparison {
    fitted.training.comparison.as_ref().unwrap()
}

/// The weights of a linear score.
pub(crate) fn coefficients(fitted: &Fitted) -> &[f64] {
    &fitted.score.linear().unwrap().coefficients
}

#[track_caller]
pub(crate) fn close(value: f64, expected: f64, tolerance: f64) {
    assert!((value - expected).abs() <= tolerance, "{value} for {expected}");
}

#[track_caller]
pub(crate) fn all_close(values: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(values.len(), expected.len());
    values.iter().zip(expected).for_each(|(a, b)| close(*a, *b, tolerance));
}
