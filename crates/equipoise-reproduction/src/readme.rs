//! The four results printed with the code of the paper, all on Adult, made again.
//!
//! Linear: a support vector machine with C = 0.1 on all rows, and the constraint by elimination of a column with C = 0.01.
//! RBF: a machine with C = 10 and γ = 0.01 on the first 1,628 rows, and the restricted dual with C = 1 and γ = 0.1.
//! Beside the two fair ones stands the optimum of the constrained problem itself.

use equipoise::{
    methods::{Fairness, FitError, Score, preprocessing::fair_elimination},
    notion::Notion,
};

use crate::{
    ReproductionError,
    data::{Data, Split},
    learner::{Family, Learner, Point, fit},
    sample::{Figures, GroupInX, Sample},
};

/// Rows of the fits with the RBF kernel: a twentieth.
const RBF_SHARE: usize = 20;
/// The tolerance of fits with the exact formulation: a thousandth of what moves a figure.
const TOLERANCE: f64 = 1e-6;
/// The tolerance at which the published formulation stops as CVXOPT does.
const TOLERANCE_OF_CVXOPT: f64 = 1e-3;

/// Accuracy and difference of equal opportunity on both parts.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Four {
    /// Accuracy on the test part.
    pub accuracy_test: f64,
    /// Accuracy on the rows of the fit.
    pub accuracy_train: f64,
    /// Difference of equal opportunity on the test part.
    pub deo_test: f64,
    /// Difference of equal opportunity on the rows of the fit.
    pub deo_train: f64,
}

/// How a result was come by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// No constraint.
    Svm,
    /// Elimination of the column that the published code takes.
    Elimination,
    /// The restricted dual with the published intercept.
    RestrictedDual,
    /// The optimum of the constrained problem.
    Exact,
}

/// One result.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Row {
    /// How it was come by.
    pub how: How,
    /// The kernel.
    pub family: Family,
    /// C and γ.
    pub point: Point,
    /// Rows of the fit.
    pub rows_train: usize,
    /// Rows of the test part.
    pub rows_test: usize,
    /// ½‖w‖² + C Σ max(0, 1 − y f) over the columns that were fitted to.
    pub objective: f64,
    /// Rows with a part in the score; `None` where it is linear.
    pub support: Option<usize>,
    /// The figures.
    pub figures: Four,
    /// What the README of the published code prints; `None` where it has no such result.
    pub printed: Option<Four>,
}

const fn four(accuracy_test: f64, accuracy_train: f64, deo_test: f64, deo_train: f64) -> Four {
    Four { accuracy_test, accuracy_train, deo_test, deo_train }
}

/// The README of `jmikko/fair_ERM` at commit b501848.
const PRINTED: [Four; 4] = [
    four(0.8083879630360951, 0.8103252357114339, 0.10901912244853612, 0.10884903768735288),
    four(0.7956717478872127, 0.7979484659562053, 0.03310957683705801, 0.009642964975845436),
    four(0.832240739278098, 0.8329238329238329, 0.22031819509710115, 0.18403298350824593),
    four(0.8315298949530053, 0.8734643734643734, 0.12431885180001784, 0.07821089455272356),
];

impl Row {
    /// Returns how many of the four figures are the printed ones to the last digit; `None` where nothing is printed.
    pub fn n_equal(&self) -> Option<usize> {
        let all = |four: &Four| [four.accuracy_test, four.accuracy_train, four.deo_test, four.deo_train];
        let printed = all(self.printed.as_ref()?);
        Some(all(&self.figures).iter().zip(printed).filter(|(ours, printed)| **ours == *printed).count())
    }
}

/// Makes the results again; `data` is the table `adult`. A few seconds of processor time.
///
/// # Errors
/// When the table has no given split, or a fit fails.
pub fn run(data: &Data) -> Result<Vec<Row>, ReproductionError> {
    run_some(data, |_, _| true)
}

/// Makes those of the results again that are wanted.
///
/// # Errors
/// As [`run`].
pub fn run_some(data: &Data, is_wanted: impl Fn(Family, How) -> bool) -> Result<Vec<Row>, ReproductionError> {
    let Split::Given { train: n_train } = data.split else {
        let what = "the results are those of a given split";
        return Err(ReproductionError::Unexpected { data_set: data.name, what });
    };
    let part = |rows: std::ops::Range<usize>| Sample::of(data, &rows.collect::<Vec<_>>(), GroupInX::Yes);
    let parts = Parts {
        name: data.name,
        all: part(0..n_train),
        small: part(0..n_train / RBF_SHARE),
        test: part(n_train..data.n()),
    };
    let linear = |cost| Point { cost, gamma: None };
    let rbf = |cost, gamma| Point { cost, gamma: Some(gamma) };
    let [svm, ferm, svm_rbf, ferm_rbf] = PRINTED.map(Some);
    let rows = [
        (How::Svm, linear(0.1), svm),
        (How::Elimination, linear(0.01), ferm),
        (How::Exact, linear(0.01), None),
        (How::Svm, rbf(10.0, 0.01), svm_rbf),
        (How::RestrictedDual, rbf(1.0, 0.1), ferm_rbf),
        (How::Exact, rbf(1.0, 0.1), None),
    ];
    rows.into_iter()
        .filter(|(how, point, _)| is_wanted(point.family(), *how))
        .map(|(how, point, printed)| parts.row(how, point, printed))
        .collect()
}

struct Parts {
    name: &'static str,
    all: Sample,
    small: Sample,
    test: Sample,
}

impl Parts {
    fn row(&self, how: How, point: Point, printed: Option<Four>) -> Result<Row, ReproductionError> {
        let family = point.family();
        let train = match family {
            Family::Rbf => &self.small,
            Family::Linear => &self.all,
        };
        let (learner, tolerance) = match how {
            How::Svm | How::Elimination => (Learner::Svm, TOLERANCE),
            How::RestrictedDual => (Learner::FermPublished, TOLERANCE_OF_CVXOPT),
            How::Exact => (Learner::Ferm, TOLERANCE),
        };
        let eliminated = match how {
            How::Elimination => Some(self.eliminated(train)?),
            _ => None,
        };
        let (fitted_to, tested_on) = match &eliminated {
            Some((fitted_to, tested_on)) => (fitted_to, tested_on),
            None => (train, &self.test),
        };
        let fitted = fit(self.name, fitted_to, learner, point, tolerance)?;
        let on_train = Figures::of(&fitted.scores, &train.y, &train.s);
        let scores = fitted.score.of_rows(&tested_on.rows()?)?;
        let on_test = Figures::of(&scores, &self.test.y, &self.test.s);
        let (Some(deo_test), Some(deo_train)) = (on_test.deo, on_train.deo) else {
            let what = "a group has no positive rows";
            return Err(ReproductionError::Unexpected { data_set: self.name, what });
        };
        Ok(Row {
            how,
            family,
            point,
            rows_train: train.n(),
            rows_test: self.test.n(),
            objective: fitted.training.objective,
            support: match &fitted.score {
                Score::Kernel(score) => Some(score.coefficients.len()),
                _ => None,
            },
            figures: four(on_test.accuracy, on_train.accuracy, deo_test, deo_train),
            printed,
        })
    }

    /// Returns the columns of the published elimination, of the rows of the fit and of the test.
    fn eliminated(&self, train: &Sample) -> Result<(Sample, Sample), ReproductionError> {
        let fairness = Fairness::new(Notion::EqualOpportunity);
        let plan = fair_elimination::Plan::new(fairness, fair_elimination::Pivot::Published)?;
        let failed = |source: FitError| ReproductionError::Fit { data_set: self.name, source };
        let model = train.with(true, |labelled| plan.fit(labelled))?.map_err(failed)?;
        let apply = |sample: &Sample| -> Result<Sample, ReproductionError> {
            let x = model.transform(&sample.rows()?)?;
            Ok(Sample { x, d: model.kept().len(), ..sample.clone() })
        };
        Ok((apply(train)?, apply(&self.test)?))
    }
}
