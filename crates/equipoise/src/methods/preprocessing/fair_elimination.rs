//! Features whose group means are equal, with a column fewer for each difference: elimination.
//!
//! A linear score with ⟨w, u⟩ = 0 has w_i = −Σ_{j≠i} w_j u_j / u_i, so it is a linear score of the columns
//! x_j − x_i u_j / u_i without column i, whatever its weights. For several differences the same is done one after the other
//! (Gauss–Jordan on the k × d matrix of the u, always with its largest remaining entry as the pivot), until what is left is
//! rounding.
//!
//! **It is not the constrained learner.** The weight of the removed column is no longer in the penalty, so
//! elimination ≤ exact ≤ elimination + ½ Σ w_i² over the removed columns, in the objective ½‖w‖² + losses. And the answer
//! depends on which column is removed and on the scales of the columns. [`fair_projection`](super::fair_projection) has
//! neither flaw; this is the paper's own transformation, offered for its figures and for learners that want fewer
//! columns.
//!
//! The differences are of the rows as they are given. Standardise before, never after: that would bring them back.
//!
//! Source: Donini et al. 2018, section 4 (one constraint). DIFFERENCE: several constraints; and the pivot is the largest
//! entry by magnitude, where the published code takes the largest with its sign ([`Pivot::Published`]).

use crate::{
    methods::{
        ApplyError, Bounds, Fairness, FitError, Labelled, PlanError, TargetEvents, inprocessing::Constraints,
    },
    solvers::{Rows, subspace::RANK_TOLERANCE},
};

const METHOD: &str = "fair_elimination";
/// A pivot below this share of the largest entry of all differences is rounding.
const PIVOT_MIN: f64 = 1e-10;

/// Which column is removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pivot {
    /// The one whose means differ most: the largest |u_j|; of equal ones the first.
    #[default]
    Largest,
    /// The largest u_j with its sign, u being the mean of the first group minus that of the second in the order of
    /// their labels, as the code published with the paper has it for one constraint. Where all u_j are negative that is
    /// the column whose means differ least. To reproduce its figures only.
    Published,
}

/// Parameters that have been checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    fairness: Fairness,
    pivot: Pivot,
}

impl Plan {
    /// Checks what is asked of the groups.
    ///
    /// # Errors
    /// When the notion is not one of means in events known while fitting, or a bound is not 0: elimination leaves no
    /// difference.
    ///
    /// ```
    /// use equipoise::{methods::{Fairness, preprocessing::fair_elimination::{Pivot, Plan}}, notion::Notion};
    /// assert!(Plan::new(Fairness::new(Notion::DemographicParity), Pivot::Largest).is_ok());
    /// assert!(Plan::new(Fairness::new(Notion::DemographicParity).bound(0.1), Pivot::Largest).is_err());
    /// ```
    pub fn new(fairness: Fairness, pivot: Pivot) -> Result<Self, PlanError> {
        fairness.check(METHOD)?;
        let bounds = match &fairness.bounds {
            Bounds::Same(bound) => std::slice::from_ref(bound),
            Bounds::Each(bounds) => bounds,
        };
        match bounds.iter().find(|&&bound| bound != 0.0) {
            Some(&value) => Err(PlanError::OutOfRange { parameter: "bound", value, allowed: "0" }),
            None => Ok(Self { fairness, pivot }),
        }
    }

    /// Finds the differences of group means and the columns to remove. One pass over the rows for each attribute, then
    /// O(k² d).
    ///
    /// # Errors
    /// When the sample is out of order, there is nothing to compare (no sensitive attribute included), or the published
    /// pivot is asked for and there are several constraints, or none whose largest entry is a number to divide by.
    pub fn fit(&self, sample: &Labelled<'_>) -> Result<Model, FitError> {
        let constraints = Constraints::new(sample, &self.fairness, &TargetEvents::Quantiles(3))?;
        let directions = constraints.directions(&sample.rows);
        let d = sample.rows.d();
        let largest = directions.vectors.iter().fold(0.0_f64, |largest, u| largest.max(u.abs()));
        let mut table = Table {
            d,
            entries: directions.vectors.clone(),
            floors: directions.scales.iter().map(|s| (RANK_TOLERANCE * s).max(PIVOT_MIN * largest)).collect(),
            pivots: Vec::new(),
        };
        match self.pivot {
            Pivot::Largest => {
                while let Some(pivot) = table.largest() {
                    table.eliminate(pivot);
                }
            }
            Pivot::Published => table.eliminate(table.published()?),
        }
        let mut reduced = Vec::with_capacity(table.pivots.len() * d);
        table.pivots.sort_by_key(|pivot| pivot.column);
        for pivot in &table.pivots {
            reduced.extend_from_slice(&table.entries[pivot.row * d..][..d]);
        }
        let removed: Vec<usize> = table.pivots.iter().map(|pivot| pivot.column).collect();
        let kept = (0..d).filter(|column| removed.binary_search(column).is_err()).collect();
        Ok(Model { constraints, vectors: directions.vectors, removed, kept, reduced })
    }
}

/// An entry of the table that is divided by.
#[derive(Clone, Copy)]
struct At {
    row: usize,
    column: usize,
}

/// The differences u_j, k × d, on their way to the reduced echelon form.
struct Table {
    d: usize,
    entries: Vec<f64>,
    /// Below this an entry of the row is rounding.
    floors: Vec<f64>,
    pivots: Vec<At>,
}

impl Table {
    /// Returns the largest entry outside the rows and columns of earlier pivots, unless it is rounding.
    fn largest(&self) -> Option<At> {
        let mut found: Option<(f64, At)> = None;
        for row in (0..self.floors.len()).filter(|&row| self.pivots.iter().all(|pivot| pivot.row != row)) {
            for column in 0..self.d {
                let size = self.entries[row * self.d + column].abs();
                let is_larger = found.is_none_or(|(largest, _)| size > largest);
                // Columns of earlier pivots hold exact zeros here.
                if size > self.floors[row] && is_larger {
                    found = Some((size, At { row, column }));
                }
            }
        }
        found.map(|(_, at)| at)
    }

    fn published(&self) -> Result<At, FitError> {
        let constraints = self.floors.len();
        let mut column = 0;
        for other in 0..self.d {
            if self.entries[other] > self.entries[column] {
                column = other;
            }
        }
        let entry = self.entries.get(column).copied().unwrap_or(0.0);
        if constraints == 1 && entry.abs() > self.floors[0] {
            Ok(At { row: 0, column })
        } else {
            Err(FitError::PublishedPivot { constraints, entry })
        }
    }

    /// Makes the entry 1 and its column 0 in all other rows.
    fn eliminate(&mut self, pivot: At) {
        let d = self.d;
        let start = pivot.row * d;
        let divisor = self.entries[start + pivot.column];
        let row: Vec<f64> = self.entries[start..][..d].iter().map(|u| u / divisor).collect();
        for (other, entries) in self.entries.chunks_exact_mut(d).enumerate() {
            if other == pivot.row {
                entries.copy_from_slice(&row);
            } else {
                let factor = entries[pivot.column];
                entries.iter_mut().zip(&row).for_each(|(entry, u)| *entry -= factor * u);
                entries[pivot.column] = 0.0;
            }
        }
        self.pivots.push(pivot);
    }
}

/// A fitted elimination. Holds no rows; the group is not needed to apply it.
#[derive(Clone, Debug)]
pub struct Model {
    constraints: Constraints,
    vectors: Vec<f64>,
    removed: Vec<usize>,
    kept: Vec<usize>,
    /// One row for each removed column i, over all columns: u_j / u_i, 1 at i and 0 at the other removed ones.
    reduced: Vec<f64>,
}

impl Model {
    /// Returns the constraints that every linear score of the new columns satisfies.
    pub const fn constraints(&self) -> &Constraints {
        &self.constraints
    }

    /// Returns u_j of every constraint, k × d: which columns carry the difference between the groups.
    pub fn signal(&self) -> &[f64] {
        &self.vectors
    }

    /// Returns how many columns are removed: the number of independent differences.
    pub fn rank(&self) -> usize {
        self.removed.len()
    }

    /// Returns the numbers of the removed columns, ascending.
    pub fn removed(&self) -> &[usize] {
        &self.removed
    }

    /// Returns the numbers of the columns that the new ones are made of, ascending.
    pub fn kept(&self) -> &[usize] {
        &self.kept
    }

    /// Returns the names of the removed columns, given those of all.
    ///
    /// # Errors
    /// When there are not as many names as columns.
    pub fn names_removed<'n, T>(&self, names: &'n [T]) -> Result<Vec<&'n T>, ApplyError> {
        self.check(names.len())?;
        Ok(self.removed.iter().map(|&column| &names[column]).collect())
    }

    /// Returns the new rows, n × (d − rank), row after row; dense even where the rows are sparse.
    ///
    /// # Errors
    /// When the rows have another number of columns.
    pub fn transform(&self, rows: &Rows<'_>) -> Result<Vec<f64>, ApplyError> {
        let d = self.d();
        self.check(rows.d())?;
        let mut new = Vec::with_capacity(rows.n() * self.kept.len());
        let mut row = vec![0.0; d];
        for i in 0..rows.n() {
            row.fill(0.0);
            rows.add_scaled(i, 1.0, &mut row);
            for (place, &column) in self.removed.iter().enumerate() {
                // The other removed columns have a 0 here, so all are read as they were.
                let x = row[column];
                if x != 0.0 {
                    let reduced = &self.reduced[place * d..][..d];
                    row.iter_mut().zip(reduced).for_each(|(entry, u)| *entry -= x * u);
                }
            }
            new.extend(self.kept.iter().map(|&column| row[column]));
        }
        Ok(new)
    }

    /// Returns the weights of the original columns that make the same score as these weights of the new ones.
    ///
    /// # Errors
    /// When there are not as many weights as new columns.
    pub fn weights(&self, of_new: &[f64]) -> Result<Vec<f64>, ApplyError> {
        if of_new.len() != self.kept.len() {
            return Err(ApplyError::Columns { found: of_new.len(), expected: self.kept.len() });
        }
        let d = self.d();
        let mut weights = vec![0.0; d];
        self.kept.iter().zip(of_new).for_each(|(&column, w)| weights[column] = *w);
        for (place, &column) in self.removed.iter().enumerate() {
            let reduced = &self.reduced[place * d..][..d];
            weights[column] = -self.kept.iter().zip(of_new).map(|(&j, w)| reduced[j] * w).sum::<f64>();
        }
        Ok(weights)
    }

    fn d(&self) -> usize {
        self.removed.len() + self.kept.len()
    }

    fn check(&self, found: usize) -> Result<(), ApplyError> {
        let expected = self.d();
        if found == expected { Ok(()) } else { Err(ApplyError::Columns { found, expected }) }
    }
}
