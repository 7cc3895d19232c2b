//! What a metric looks at: the evaluated statistics of one group, of one group in one stratum, or of all rows.
//!
//! A [`View`] is made by evaluating mergeable statistics; it holds plain numbers and merges no further.

/// A cell of a count table.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// Rows. With frequency weights, the people they stand for are in `weight`.
    pub rows: u64,
    /// Σw; equal to `rows` without weights.
    pub weight: f64,
    /// Σw²; equal to `rows` without weights.
    pub weight_squared: f64,
}

impl Cell {
    /// Returns a cell of unweighted rows.
    pub fn of_rows(rows: u64) -> Self {
        Self { rows, weight: rows as f64, weight_squared: rows as f64 }
    }
}

impl std::ops::Add for Cell {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            // Frequency weights may say that a row is more people than a number of rows can hold.
            rows: self.rows.saturating_add(other.rows),
            weight: self.weight + other.weight,
            weight_squared: self.weight_squared + other.weight_squared,
        }
    }
}

impl std::iter::Sum for Cell {
    fn sum<I: Iterator<Item = Self>>(cells: I) -> Self {
        cells.fold(Self::default(), |a, b| a + b)
    }
}

/// The four cells of a binary decision against a binary outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Confusion {
    /// Positive and predicted positive.
    pub tp: Cell,
    /// Negative and predicted positive.
    pub fp: Cell,
    /// Positive and predicted negative.
    pub fn_: Cell,
    /// Negative and predicted negative.
    pub tn: Cell,
}

/// Counts by target class and predicted class. A side that was not given has a single class.
///
/// In binary tasks, class 0 is negative and class 1 positive, on both sides.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix {
    /// Number of target classes; 1 where no target was given.
    pub n_target: usize,
    /// Number of predicted classes; 1 where no prediction was given.
    pub n_prediction: usize,
    /// Row-major: `cells[target * n_prediction + prediction]`.
    pub cells: Vec<Cell>,
}

impl Matrix {
    /// Returns the cell of a target class and a predicted class.
    ///
    /// # Panics
    /// When a class is out of range.
    pub fn get(&self, target: usize, prediction: usize) -> Cell {
        assert!(target < self.n_target && prediction < self.n_prediction, "class out of range");
        self.cells[target * self.n_prediction + prediction]
    }

    /// Returns all rows of a target class.
    pub fn target(&self, target: usize) -> Cell {
        (0..self.n_prediction).map(|prediction| self.get(target, prediction)).sum()
    }

    /// Returns all rows of a predicted class.
    pub fn prediction(&self, prediction: usize) -> Cell {
        (0..self.n_target).map(|target| self.get(target, prediction)).sum()
    }

    /// Returns all rows.
    pub fn total(&self) -> Cell {
        self.cells.iter().copied().sum()
    }
}

/// The first two moments of a real variable.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moment {
    /// Rows, Σw and Σw².
    pub cell: Cell,
    /// Σwx / Σw.
    pub mean: f64,
    /// Σw(x − mean)² / Σw: the population variance of the weighted sample (divide by n, not n − 1).
    pub variance: f64,
    /// Σw²(x − mean)² / (Σw)²: the linearised variance of the mean, before the factor n / (n − 1).
    /// Equal to `variance / n` without weights.
    pub variance_of_mean: f64,
}

/// The moments of everything real that an audit looks at. In regression with a target, all are there;
/// in classification only `score`; what was not given is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// The score or predicted value f.
    pub score: Option<Moment>,
    /// The real outcome y (regression).
    pub target: Option<Moment>,
    /// The residual y − f (regression).
    pub residual: Option<Moment>,
    /// |y − f| (regression).
    pub absolute_error: Option<Moment>,
    /// (y − f)² (regression).
    pub squared_error: Option<Moment>,
    /// The covariance Σw(y − ȳ)(f − f̄) / Σw (regression).
    pub covariance: Option<f64>,
}

/// One value of a score and the rows that have it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Atom {
    /// The value, finite.
    pub value: f64,
    /// The rows with that value.
    pub cell: Cell,
}

/// Everything a metric may look at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// Counts by target class and predicted class. In regression the target classes are the bins of Y
    /// (one when none were stated) and there is one predicted class.
    pub matrix: Matrix,
    /// Moments over all rows of the view.
    pub moments: Moments,
    /// Moments by target class (same order as the matrix); empty where nothing real was given.
    pub moments_by_target: Vec<Moments>,
    /// The law of the score (or, where there is no score in regression, of the target) by target class:
    /// atoms in ascending order of value. Empty where no score was given.
    pub law: Vec<Vec<Atom>>,
    /// Whether the law is exact, or was put on the fixed grid (more than 65,536 distinct values).
    pub law_is_exact: bool,
}

impl View {
    /// Returns the four cells of a binary audit that has both a target and a prediction.
    pub fn confusion(&self) -> Option<Confusion> {
        (self.matrix.n_target == 2 && self.matrix.n_prediction == 2).then(|| Confusion {
            tn: self.matrix.get(0, 0),
            fp: self.matrix.get(0, 1),
            fn_: self.matrix.get(1, 0),
            tp: self.matrix.get(1, 1),
        })
    }

    /// Returns the law over all target classes: atoms in ascending order, one for each distinct value.
    pub fn pooled_law(&self) -> Vec<Atom> {
        let mut atoms: Vec<Atom> = self.law.iter().flatten().copied().collect();
        atoms.sort_by(|a, b| a.value.total_cmp(&b.value));
        atoms.dedup_by(|next, kept| {
            let same = next.value == kept.value;
            if same {
                kept.cell = kept.cell + next.cell;
            }
            same
        });
        atoms
    }
}

impl View {
    /// Returns the view of the rows that are in `self` and not in `part`, a view of some of them.
    ///
    /// Counts, weights, means and variances; the law is left empty. With weights the variance of the mean is that of
    /// weights unrelated to the values. O(cells).
    pub fn without(&self, part: &Self) -> Self {
        let cells = self.matrix.cells.iter().zip(&part.matrix.cells).map(|(all, part)| all.without(*part));
        let matrix = Matrix { cells: cells.collect(), ..self.matrix };
        let by_target = self.moments_by_target.iter().zip(&part.moments_by_target);
        Self {
            matrix,
            moments: self.moments.without(&part.moments),
            moments_by_target: by_target.map(|(all, part)| all.without(part)).collect(),
            law: Vec::new(),
            law_is_exact: self.law_is_exact,
        }
    }
}

impl Cell {
    fn without(self, part: Self) -> Self {
        let rows = self.rows.saturating_sub(part.rows);
        // Without rows there is no weight; a rounding error must not leave one.
        let rest = |all: f64, part: f64| if rows == 0 { 0.0 } else { (all - part).max(0.0) };
        Self {
            rows,
            weight: rest(self.weight, part.weight),
            weight_squared: rest(self.weight_squared, part.weight_squared),
        }
    }
}

impl Moments {
    fn without(&self, part: &Self) -> Self {
        let rest = |all: Option<Moment>, part: Option<Moment>| match (all, part) {
            (Some(all), Some(part)) => all.without(part),
            (all, _) => all,
        };
        Self {
            score: rest(self.score, part.score),
            target: rest(self.target, part.target),
            residual: rest(self.residual, part.residual),
            absolute_error: rest(self.absolute_error, part.absolute_error),
            squared_error: rest(self.squared_error, part.squared_error),
            covariance: None,
        }
    }
}

impl Moment {
    fn without(self, part: Self) -> Option<Self> {
        let cell = self.cell.without(part.cell);
        if cell.weight <= 0.0 {
            return None;
        }
        // Chan's merging formula, solved for one of the two parts.
        let mean = (self.cell.weight * self.mean - part.cell.weight * part.mean) / cell.weight;
        let between = (mean - part.mean).powi(2) * cell.weight * part.cell.weight / self.cell.weight;
        let squares = self.cell.weight * self.variance - part.cell.weight * part.variance - between;
        let variance = (squares / cell.weight).max(0.0);
        let variance_of_mean = variance * cell.weight_squared / (cell.weight * cell.weight);
        Some(Self { cell, mean, variance, variance_of_mean })
    }
}
