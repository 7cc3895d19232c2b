//! The sums of a least-squares problem, which merge.

use super::super::{Examples, SolverError, cholesky::add_gram, examples::check_length, vectors::add_scaled};

/// Most columns: d × d numbers of them are 3.2 GB. Beyond, conjugate gradients need none of it.
pub const COLUMNS_MAX: usize = 20_000;
/// Rows that are centred and multiplied together.
const CHUNK: usize = 256;
/// How many times faster a dense product makes a product of two entries than a loop over stored entries does.
const DENSE_ADVANTAGE: usize = 15;

/// Weighted means, centred products of columns and target, and the sums of each group: all that a ridge regression and
/// its constraints on groups need of the rows. d² numbers, whatever the number of rows.
///
/// Parts made apart merge (Chan, Golub and LeVeque 1983). As sums of f64 they depend on the order of rows and parts by
/// rounding. Products are taken of centred rows, so a column far from zero loses no digits; where rows are very sparse
/// they are centred afterwards, and such a column loses the digits of (mean/spread)².
///
/// ```
/// use equipoise::solvers::{Examples, Intercept, Rows, least_squares::{Moments, Ridge, ridge}};
/// let rows = Rows::dense(&[1.0, 2.0, 3.0, 4.0], 4, 1)?;
/// let mut moments = Moments::new(1, 2)?;
/// moments.update(&Examples { rows, targets: &[3.0, 5.0, 7.0, 9.0], weights: None }, Some(&[0, 0, 1, 1]))?;
/// assert_eq!(moments.difference(1, 0), Some(vec![2.0]));
/// let fit = ridge(&moments, None, Ridge { penalty: 0.0, intercept: Intercept::Free })?;
/// assert!((fit.coefficients[0] - 2.0).abs() < 1e-12 && (fit.intercept - 1.0).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Moments {
    pub(super) d: usize,
    pub(super) weight: f64,
    /// Weighted means of the columns and of the target.
    pub(super) mean: Vec<f64>,
    pub(super) mean_target: f64,
    /// Σ w (x − mean)(x − mean)ᵀ, lower triangle.
    pub(super) scatter: Vec<f64>,
    /// Σ w (x − mean)(y − mean), and Σ w (y − mean)².
    pub(super) cross: Vec<f64>,
    pub(super) scatter_target: f64,
    groups: Vec<GroupMoments>,
}

/// Rows, weights and means of one group.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct GroupMoments {
    /// Rows, whatever their weight.
    pub rows: u64,
    /// Sum of the weights.
    pub weight: f64,
    /// Weighted means of the columns; zeros without weight.
    pub mean: Vec<f64>,
    /// Weighted mean of the target; 0 without weight.
    pub mean_target: f64,
}

impl Moments {
    /// Returns the moments of no rows, of d columns and the given number of groups (0 where none matter).
    ///
    /// # Errors
    /// When there are more than [`COLUMNS_MAX`] columns.
    pub fn new(d: usize, n_groups: usize) -> Result<Self, SolverError> {
        if d > COLUMNS_MAX {
            let (parameter, range) = ("the number of columns", "at most 20,000; use conjugate gradients");
            return Err(SolverError::Parameter { parameter, value: d as f64, range });
        }
        let group = GroupMoments { rows: 0, weight: 0.0, mean: vec![0.0; d], mean_target: 0.0 };
        Ok(Self {
            d,
            weight: 0.0,
            mean: vec![0.0; d],
            mean_target: 0.0,
            scatter: vec![0.0; d * d],
            cross: vec![0.0; d],
            scatter_target: 0.0,
            groups: vec![group; n_groups],
        })
    }

    /// Returns the number of columns.
    pub const fn d(&self) -> usize {
        self.d
    }

    /// Returns the sum of the weights.
    pub const fn weight(&self) -> f64 {
        self.weight
    }

    /// Returns the groups, in the order of their numbers.
    pub fn groups(&self) -> &[GroupMoments] {
        &self.groups
    }

    /// Returns the mean row of group `a` minus that of group `b`, the vector of a constraint; `None` where one of them
    /// has no weight or does not exist.
    pub fn difference(&self, a: usize, b: usize) -> Option<Vec<f64>> {
        let (a, b) = (self.groups.get(a)?, self.groups.get(b)?);
        let both = a.weight > 0.0 && b.weight > 0.0;
        both.then(|| a.mean.iter().zip(&b.mean).map(|(a, b)| a - b).collect())
    }

    /// Counts rows in. `groups` holds the number of each row's group; `None` leaves the groups as they are. O(n d²) for
    /// dense rows, O(Σ entries² + d²) for very sparse ones.
    ///
    /// # Errors
    /// When lengths do not fit, a number is out of range, or a group does not exist; the moments are then unchanged.
    pub fn update(&mut self, examples: &Examples<'_>, groups: Option<&[u32]>) -> Result<(), SolverError> {
        check_length("the row", examples.rows.d(), self.d)?;
        let weights = match examples.check(None) {
            // Nothing to count but the rows of groups.
            Err(SolverError::NoRows) => vec![0.0; examples.rows.n()],
            checked => checked?,
        };
        if let Some(groups) = groups {
            check_length("groups", groups.len(), examples.rows.n())?;
            let bad = |group: &&u32| **group as usize >= self.groups.len();
            if let Some(row) = groups.iter().position(|group| bad(&group)) {
                let value = f64::from(groups[row]);
                return Err(SolverError::OutOfRange { argument: "groups", row, value });
            }
            self.update_groups(examples, &weights, groups);
        }
        let n = examples.rows.n();
        let squared_per_row = examples.rows.n_entries().div_ceil(n.max(1)).pow(2);
        if examples.rows.is_sparse() && squared_per_row.saturating_mul(DENSE_ADVANTAGE) < self.d * self.d {
            self.update_sparse(examples, &weights);
        } else {
            for start in (0..n).step_by(CHUNK) {
                self.update_chunk(examples, &weights, start, (start + CHUNK).min(n));
            }
        }
        Ok(())
    }

    /// Takes other targets for the same rows with the same weights, counted in at once, and a pull on the weights beside
    /// theirs, as a term −2⟨pull, w⟩ of the objective: O(entries), not O(n d²).
    ///
    /// # Errors
    /// When lengths do not fit or a number is out of range.
    pub(in crate::solvers) fn replace_targets(
        &mut self,
        examples: &Examples<'_>,
        pull: &[f64],
    ) -> Result<(), SolverError> {
        check_length("the row", examples.rows.d(), self.d)?;
        check_length("the pull", pull.len(), self.d)?;
        let weights = examples.check(None)?;
        let weighted = weights.iter().zip(examples.targets).map(|(weight, target)| weight * target);
        self.mean_target = weighted.sum::<f64>() / self.weight;
        self.cross.fill(0.0);
        self.scatter_target = 0.0;
        let mut total = 0.0;
        for (i, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            let residual = examples.targets[i] - self.mean_target;
            examples.rows.add_scaled(i, weight * residual, &mut self.cross);
            self.scatter_target += weight * residual * residual;
            total += weight * residual;
        }
        // Σ w residual is 0 but for rounding, which the columns' means would carry into the products.
        add_scaled(&self.mean, -total, &mut self.cross);
        add_scaled(pull, 1.0, &mut self.cross);
        Ok(())
    }

    /// Adds the rows of another part.
    ///
    /// # Errors
    /// When the parts differ in columns or groups.
    pub fn merge(&mut self, other: &Self) -> Result<(), SolverError> {
        check_length("the columns of the other part", other.d, self.d)?;
        check_length("the groups of the other part", other.groups.len(), self.groups.len())?;
        self.scatter.iter_mut().zip(&other.scatter).for_each(|(s, o)| *s += o);
        add_scaled(&other.cross, 1.0, &mut self.cross);
        self.scatter_target += other.scatter_target;
        self.join(other.weight, &other.mean, other.mean_target);
        for (group, other) in self.groups.iter_mut().zip(&other.groups) {
            group.rows += other.rows;
            group.add(other.weight, &other.mean, other.mean_target);
        }
        Ok(())
    }

    fn update_groups(&mut self, examples: &Examples<'_>, weights: &[f64], groups: &[u32]) {
        // Sums first, then one merge a group: O(entries), not O(n d).
        let mut sums = vec![vec![0.0; self.d]; self.groups.len()];
        let mut totals = vec![(0.0, 0.0); self.groups.len()];
        for (i, (&group, &weight)) in groups.iter().zip(weights).enumerate() {
            let group = group as usize;
            self.groups[group].rows += 1;
            examples.rows.add_scaled(i, weight, &mut sums[group]);
            totals[group].0 += weight;
            totals[group].1 += weight * examples.targets[i];
        }
        for ((group, mut sum), (weight, target)) in self.groups.iter_mut().zip(sums).zip(totals) {
            if weight > 0.0 {
                sum.iter_mut().for_each(|x| *x /= weight);
                group.add(weight, &sum, target / weight);
            }
        }
    }

    /// Counts a chunk in as dense, centred rows, each multiplied by the root of its weight.
    fn update_chunk(&mut self, examples: &Examples<'_>, weights: &[f64], start: usize, end: usize) {
        let Some((total, mean, mean_target)) = means(examples, weights, start, end) else { return };
        let mut centred = vec![0.0; (end - start) * self.d];
        let rows = centred.chunks_exact_mut(self.d.max(1));
        for ((i, weight), row) in (start..end).zip(&weights[start..end]).zip(rows) {
            let root = weight.sqrt();
            examples.rows.add_scaled(i, root, row);
            add_scaled(&mean, -root, row);
            add_scaled(row, root * (examples.targets[i] - mean_target), &mut self.cross);
        }
        for (i, weight) in (start..end).zip(&weights[start..end]) {
            self.scatter_target += weight * (examples.targets[i] - mean_target).powi(2);
        }
        add_gram(&centred, end - start, self.d, &mut self.scatter);
        self.join(total, &mean, mean_target);
    }

    /// Counts very sparse rows in as they are and centres the sums.
    fn update_sparse(&mut self, examples: &Examples<'_>, weights: &[f64]) {
        let n = examples.rows.n();
        let Some((total, mean, mean_target)) = means(examples, weights, 0, n) else { return };
        for (i, &weight) in weights.iter().enumerate() {
            for (j, x) in examples.rows.entries(i) {
                let row = &mut self.scatter[j * self.d..(j + 1) * self.d];
                // Columns rise within a row, so those up to j come first.
                for (k, z) in examples.rows.entries(i).take_while(|(k, _)| *k <= j) {
                    row[k] += weight * x * z;
                }
            }
            let residual = examples.targets[i] - mean_target;
            examples.rows.add_scaled(i, weight * residual, &mut self.cross);
            self.scatter_target += weight * residual * residual;
        }
        for (row, mean_j) in self.scatter.chunks_exact_mut(self.d.max(1)).zip(&mean) {
            add_scaled(&mean, -total * mean_j, row);
        }
        self.join(total, &mean, mean_target);
    }

    /// Moves the means, and adds what the distance of two parts' means adds to the centred sums.
    fn join(&mut self, weight: f64, mean: &[f64], mean_target: f64) {
        let total = self.weight + weight;
        if weight <= 0.0 {
            return;
        }
        let share = weight / total;
        let apart: Vec<f64> = mean.iter().zip(&self.mean).map(|(other, own)| other - own).collect();
        let apart_target = mean_target - self.mean_target;
        let factor = self.weight * share;
        if factor > 0.0 {
            for (row, apart_j) in self.scatter.chunks_exact_mut(self.d.max(1)).zip(&apart) {
                add_scaled(&apart, factor * apart_j, row);
            }
            add_scaled(&apart, factor * apart_target, &mut self.cross);
            self.scatter_target += factor * apart_target * apart_target;
        }
        add_scaled(&apart, share, &mut self.mean);
        self.mean_target += share * apart_target;
        self.weight = total;
    }
}

impl GroupMoments {
    fn add(&mut self, weight: f64, mean: &[f64], mean_target: f64) {
        if weight <= 0.0 {
            return;
        }
        self.weight += weight;
        let share = weight / self.weight;
        self.mean.iter_mut().zip(mean).for_each(|(own, other)| *own += share * (other - *own));
        self.mean_target += share * (mean_target - self.mean_target);
    }
}

/// Returns weight and means of some rows; `None` where they have no weight.
fn means(examples: &Examples<'_>, weights: &[f64], start: usize, end: usize) -> Option<(f64, Vec<f64>, f64)> {
    let total: f64 = weights[start..end].iter().sum();
    if total <= 0.0 {
        return None;
    }
    let mut mean = vec![0.0; examples.rows.d()];
    let mut mean_target = 0.0;
    for (i, weight) in (start..end).zip(&weights[start..end]) {
        examples.rows.add_scaled(i, weight / total, &mut mean);
        mean_target += weight / total * examples.targets[i];
    }
    Some((total, mean, mean_target))
}
