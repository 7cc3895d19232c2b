//! The corrected kernel: constraints ⟨w, u_j⟩ = 0 on groups as k extra numbers a row.
//!
//! With u_j = Σ_i c_ij φ(x_i), κ = K c (n × k) and M = cᵀ K c (k × k), the ordinary learner on
//!
//! ```text
//! K̃(x, x') = K(x, x') − κ(x)ᵀ M⁺ κ(x')
//! ```
//!
//! is the constrained learner on K: K̃ is the kernel of the features projected on the complement of all u_j, and
//! nothing but ‖w‖² and ⟨w, φ⟩ enters a learner. With M⁺ = W Wᵀ and R = κ W, K̃ = K − R Rᵀ: a kernel row is corrected
//! by rank(M) multiples of columns of R, as it is made.
//!
//! ```text
//! let maps = MeanMaps::of(&gram, &c, k)?;             κ and M (of_classes, where c has few different rows)
//! let correction = Correction::new(&maps.moments, k, maps.scale)?; W
//! let fair = Corrected::new(&gram, correction.factor(&maps.kappa))?;
//! let solution = classify(&fair, …)?;                  β with f(x) = Σ β_i K̃(x_i, x) + b
//! let gamma = correction.multipliers(&maps.kappa, &solution.coefficients);
//! // the same f as Σ (β − c γ)_i K(x_i, x) + b: nothing but K is needed at prediction
//! ```
//!
//! Source: Donini et al. 2018, *Empirical Risk Minimization under Fairness Constraints*. DIFFERENCE: the published code
//! constrains the dual variables instead, which solves another problem and loses accuracy.

use super::GramRows;
use super::jacobi::eigen_symmetric;
use super::vectors::{add_scaled, dot};

/// Eigenvalues of M below this share of its scale are 0: means that do not differ, or differences that depend on the
/// others. The rounding of M is some 10⁻¹⁵ of what cancels in it; taken for a direction, it would be one of pure noise.
pub const RANK_CUT: f64 = 1e-12;

/// Entries of a row that are corrected together: they and the columns' parts stay in the nearest cache.
const BLOCK: usize = 1024;

/// Why a correction cannot be made.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CorrectionError {
    /// A slice does not have the length of its shape.
    #[error("{what} has {found} entries where {expected} were expected")]
    Shape {
        /// Which slice.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length that its shape needs.
        expected: usize,
    },
    /// A number is NaN or infinite.
    #[error("{what} holds a number that is not finite, at place {place}")]
    NotFinite {
        /// Which slice.
        what: &'static str,
        /// Where, from 0.
        place: usize,
    },
}

fn check(what: &'static str, values: &[f64], expected: usize) -> Result<(), CorrectionError> {
    if values.len() != expected {
        return Err(CorrectionError::Shape { what, found: values.len(), expected });
    }
    match values.iter().position(|value| !value.is_finite()) {
        Some(place) => Err(CorrectionError::NotFinite { what, place }),
        None => Ok(()),
    }
}

/// What k directions u_j = Σ_i c_ij φ(x_i) look like through the kernel.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct MeanMaps {
    /// κ = K c: entry (i, j) is ⟨φ(x_i), u_j⟩. n × k, column after column.
    pub kappa: Vec<f64>,
    /// M = cᵀ K c: entry (j, l) is ⟨u_j, u_l⟩. k × k, symmetric to the bit.
    pub moments: Vec<f64>,
    /// The largest of (Σ_i |c_ij| ‖φ(x_i)‖)²: what ‖u_j‖² would be if nothing cancelled.
    pub scale: f64,
}

impl MeanMaps {
    /// Returns κ and M for coefficients `c`, n × k, column after column. One kernel row for each row of `c` that is
    /// not all 0.
    ///
    /// # Errors
    /// When `c` is not n × k, holds a number that is not finite, or the kernel yields one.
    pub fn of(gram: &dyn GramRows, c: &[f64], k: usize) -> Result<Self, CorrectionError> {
        let n = gram.n();
        check("c", c, n.saturating_mul(k))?;
        let mut kappa = vec![0.0; n * k];
        let mut row = vec![0.0; n];
        for i in 0..n {
            if (0..k).all(|j| c[j * n + i] == 0.0) {
                continue;
            }
            gram.row(i, &mut row);
            for (kappa, c) in kappa.chunks_exact_mut(n).zip(c.chunks_exact(n)) {
                for (kappa, k) in kappa.iter_mut().zip(&row) {
                    *kappa += c[i] * k;
                }
            }
        }
        check("kappa", &kappa, n * k)?;
        let inner = |j: usize, l: usize| -> f64 {
            c[j * n..][..n].iter().zip(&kappa[l * n..][..n]).map(|(c, kappa)| c * kappa).sum()
        };
        let moments =
            (0..k * k).map(|place| 0.5 * (inner(place / k, place % k) + inner(place % k, place / k)));
        let norms: Vec<f64> = gram.diagonal().into_iter().map(|k| k.abs().sqrt()).collect();
        let size =
            |j: usize| -> f64 { c[j * n..][..n].iter().zip(&norms).map(|(c, norm)| c.abs() * norm).sum() };
        let scale = (0..k).map(|j| size(j) * size(j)).fold(0.0, f64::max);
        Ok(Self { moments: moments.collect(), scale, kappa })
    }
}

/// Coefficients c of k directions where many rows have the same ones up to a weight, as the rows of one group in one
/// event do: c_ij = weight_i · factor_{class of i, j}.
#[derive(Clone, Copy, Debug)]
pub struct Classes<'a> {
    /// The class of each row; [`Classes::NONE`] where all coefficients are 0.
    pub of_row: &'a [u32],
    /// The weight of each row.
    pub weights: &'a [f64],
    /// n_classes × k, class after class.
    pub factors: &'a [f64],
    /// The number of directions.
    pub k: usize,
}

impl Classes<'_> {
    /// The class of a row that has no part in any direction.
    pub const NONE: u32 = u32::MAX;

    /// Checks shapes and numbers; returns the number of classes.
    fn check(&self, n: usize) -> Result<usize, CorrectionError> {
        let n_classes = self.factors.len() / self.k.max(1);
        check("factors", self.factors, n_classes * self.k)?;
        check("weights", self.weights, n)?;
        if self.of_row.len() != n {
            return Err(CorrectionError::Shape { what: "of_row", found: self.of_row.len(), expected: n });
        }
        let largest = self.of_row.iter().copied().filter(|&class| class != Self::NONE).max();
        let needed = largest.map_or(0, |class| class as usize + 1);
        if needed > n_classes {
            let (found, expected) = (self.factors.len(), needed * self.k);
            return Err(CorrectionError::Shape { what: "factors", found, expected });
        }
        Ok(n_classes)
    }
}

impl MeanMaps {
    /// Returns κ and M for coefficients that classes of rows share. Each entry of the matrix that has a part in them is
    /// evaluated once, which is at most half of it, and costs two additions whatever the number of directions.
    /// O(n · (classes + k)) memory.
    ///
    /// # Errors
    /// When lengths do not fit, a class has no factors, a number is not finite, or the kernel yields one.
    pub fn of_classes(gram: &dyn GramRows, classes: &Classes<'_>) -> Result<Self, CorrectionError> {
        let n = gram.n();
        let n_classes = classes.check(n)?;
        let sums = if n_classes == 0 { Vec::new() } else { ClassSums::of(gram, classes, n_classes) };
        check("kappa", &sums, n * n_classes)?;
        let k = classes.k;
        let factor = |class: usize, j: usize| classes.factors[class * k + j];
        let mut kappa = vec![0.0; n * k];
        for (j, kappa) in kappa.chunks_exact_mut(n.max(1)).enumerate() {
            for (class, sums) in
                sums.chunks_exact(n).enumerate().filter(|(class, _)| factor(*class, j) != 0.0)
            {
                add_scaled(sums, factor(class, j), kappa);
            }
        }
        // M over the classes' sums first: k² sums of n terms would cost more.
        let mut between = vec![0.0; n_classes * k];
        let mut sizes = vec![0.0; n_classes];
        for (i, k_ii) in gram.diagonal().into_iter().enumerate() {
            if classes.of_row[i] != Classes::NONE {
                let class = classes.of_row[i] as usize;
                sizes[class] += classes.weights[i].abs() * k_ii.abs().sqrt();
                for j in 0..k {
                    between[class * k + j] += classes.weights[i] * kappa[j * n + i];
                }
            }
        }
        let inner = |j: usize, l: usize| -> f64 {
            (0..n_classes).map(|class| factor(class, j) * between[class * k + l]).sum()
        };
        let moments =
            (0..k * k).map(|place| 0.5 * (inner(place / k, place % k) + inner(place % k, place / k)));
        let size = |j: usize| -> f64 {
            sizes.iter().enumerate().map(|(class, size)| factor(class, j).abs() * size).sum()
        };
        let scale = (0..k).map(|j| size(j) * size(j)).fold(0.0, f64::max);
        Ok(Self { moments: moments.collect(), scale, kappa })
    }
}

/// The sums of kernel rows over each class, Σ_{i in class} weight_i K(x_i, ·): n × classes, class after class.
struct ClassSums<'a> {
    /// Rows in the order of their classes; those of no class come last.
    order: Vec<usize>,
    /// Where each class starts among them, and where the last one ends.
    starts: Vec<usize>,
    classes: &'a Classes<'a>,
}

impl ClassSums<'_> {
    fn of(gram: &dyn GramRows, classes: &Classes<'_>, n_classes: usize) -> Vec<f64> {
        let n = gram.n();
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&i| classes.of_row[i]);
        let starts = (0..=n_classes)
            .map(|class| order.partition_point(|&i| (classes.of_row[i] as usize) < class))
            .collect();
        let sums = ClassSums { order, starts, classes };
        match gram.restricted(&sums.order) {
            Some(sorted) => sums.by_halves(&*sorted),
            None => sums.by_rows(gram),
        }
    }

    /// The matrix is symmetric: of the sorted rows, each is evaluated from its own place on. An entry (i, j) beyond it adds
    /// to the sum of i's class at j and to that of j's class at i.
    fn by_halves(&self, sorted: &dyn GramRows) -> Vec<f64> {
        let n = self.order.len();
        let weights: Vec<f64> = self.order.iter().map(|&i| self.classes.weights[i]).collect();
        let n_classes = self.starts.len() - 1;
        let mut sums = vec![0.0; n * n_classes];
        let mut row = vec![0.0; n];
        for own in 0..n_classes {
            for p in self.starts[own]..self.starts[own + 1] {
                sorted.row_from(p, p, &mut row);
                add_scaled(&row[p..], weights[p], &mut sums[own * n + p..][..n - p]);
                for class in own..n_classes {
                    let range = self.starts[class].max(p + 1)..self.starts[class + 1].max(p + 1);
                    sums[class * n + p] += dot(&row[range.clone()], &weights[range]);
                }
            }
        }
        let mut in_order = vec![0.0; n * n_classes];
        for (to, from) in in_order.chunks_exact_mut(n.max(1)).zip(sums.chunks_exact(n.max(1))) {
            self.order.iter().zip(from).for_each(|(&i, sum)| to[i] = *sum);
        }
        in_order
    }

    fn by_rows(&self, gram: &dyn GramRows) -> Vec<f64> {
        let n = self.order.len();
        let n_classes = self.starts.len() - 1;
        let mut sums = vec![0.0; n * n_classes];
        let mut row = vec![0.0; n];
        for (class, sums) in sums.chunks_exact_mut(n.max(1)).enumerate() {
            for &i in &self.order[self.starts[class]..self.starts[class + 1]] {
                gram.row(i, &mut row);
                add_scaled(&row, self.classes.weights[i], sums);
            }
        }
        sums
    }
}

/// M⁺ = W Wᵀ for k directions, W being k × rank(M).
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    k: usize,
    rank: usize,
    /// Column after column.
    whitening: Vec<f64>,
}

impl Correction {
    /// Returns the correction for moments M, k × k and symmetric. Directions that are 0 or depend on the others, by
    /// [`RANK_CUT`] of the larger of `scale` and the largest eigenvalue, add nothing: the rank is what counts. O(k³).
    ///
    /// `scale` is that of [`MeanMaps`], and 0 where M is exact.
    ///
    /// # Errors
    /// When `moments` is not k × k, or a number is not finite.
    pub fn new(moments: &[f64], k: usize, scale: f64) -> Result<Self, CorrectionError> {
        check("moments", moments, k.saturating_mul(k))?;
        check("scale", &[scale], 1)?;
        let (values, vectors) = eigen_symmetric(moments, k);
        let cut = RANK_CUT * values.iter().copied().fold(scale, f64::max);
        let mut whitening = Vec::new();
        for (value, vector) in values.iter().zip(vectors.chunks_exact(k.max(1))) {
            if *value > cut.max(0.0) {
                let scale = value.sqrt().recip();
                whitening.extend(vector.iter().map(|v| v * scale));
            }
        }
        Ok(Self { k, rank: whitening.len() / k.max(1), whitening })
    }

    /// Returns the number of directions.
    pub const fn k(&self) -> usize {
        self.k
    }

    /// Returns the rank of M: the number of directions that do not depend on others.
    pub const fn rank(&self) -> usize {
        self.rank
    }

    /// Returns R = κ W, n × rank, column after column, for κ of any rows, n × k, column after column.
    ///
    /// # Errors
    /// When `kappa` is not a whole number of rows or holds a number that is not finite.
    pub fn factor(&self, kappa: &[f64]) -> Result<Vec<f64>, CorrectionError> {
        let n = kappa.len() / self.k.max(1);
        check("kappa", kappa, n * self.k)?;
        let mut factor = vec![0.0; n * self.rank];
        for (r, column) in factor.chunks_exact_mut(n.max(1)).enumerate() {
            for (j, kappa) in kappa.chunks_exact(n.max(1)).enumerate() {
                let w = self.whitening[r * self.k + j];
                for (entry, kappa) in column.iter_mut().zip(kappa) {
                    *entry += w * kappa;
                }
            }
        }
        Ok(factor)
    }

    /// Returns γ = M⁺ κᵀ β. With it, Σ β_i K̃(x_i, x) = Σ (β − c γ)_i K(x_i, x).
    ///
    /// # Errors
    /// When `kappa` is not as many rows as `beta` times k, or a number is not finite.
    pub fn multipliers(&self, kappa: &[f64], beta: &[f64]) -> Result<Vec<f64>, CorrectionError> {
        let n = beta.len();
        check("beta", beta, n)?;
        check("kappa", kappa, n.saturating_mul(self.k))?;
        let inner = |j: usize| -> f64 {
            kappa[j * n..][..n].iter().zip(beta).map(|(kappa, beta)| kappa * beta).sum()
        };
        let projected: Vec<f64> = (0..self.k).map(inner).collect();
        let mut gamma = vec![0.0; self.k];
        for column in self.whitening.chunks_exact(self.k.max(1)) {
            let along: f64 = column.iter().zip(&projected).map(|(w, p)| w * p).sum();
            for (gamma, w) in gamma.iter_mut().zip(column) {
                *gamma += along * w;
            }
        }
        Ok(gamma)
    }
}

/// The matrix K − R Rᵀ, row by row.
#[derive(Clone, Debug)]
pub struct Corrected<G> {
    gram: G,
    rank: usize,
    factor: Vec<f64>,
}

impl<G: GramRows> Corrected<G> {
    /// Returns K − R Rᵀ for K = `gram` and R = `factor`, n × rank, column after column: see [`Correction::factor`].
    ///
    /// # Errors
    /// When `factor` is not a whole number of columns or holds a number that is not finite.
    pub fn new(gram: G, factor: Vec<f64>) -> Result<Self, CorrectionError> {
        let n = gram.n();
        let rank = factor.len() / n.max(1);
        check("factor", &factor, n * rank)?;
        Ok(Self { gram, rank, factor })
    }

    /// Returns the number of columns of R.
    pub const fn rank(&self) -> usize {
        self.rank
    }
}

impl<G: GramRows> GramRows for Corrected<G> {
    fn n(&self) -> usize {
        self.gram.n()
    }

    fn diagonal(&self) -> Vec<f64> {
        let mut diagonal = self.gram.diagonal();
        for column in self.factor.chunks_exact(diagonal.len().max(1)) {
            for (entry, r) in diagonal.iter_mut().zip(column) {
                *entry -= r * r;
            }
        }
        diagonal
    }

    fn row(&self, i: usize, out: &mut [f64]) {
        self.gram.row(i, out);
        let n = out.len();
        for (block, out) in out.chunks_mut(BLOCK).enumerate() {
            let start = block * BLOCK;
            for column in self.factor.chunks_exact(n) {
                let r_i = column[i];
                for (entry, r) in out.iter_mut().zip(&column[start..]) {
                    *entry -= r_i * r;
                }
            }
        }
    }

    fn restricted(&self, rows: &[usize]) -> Option<Box<dyn GramRows + '_>> {
        let gram = self.gram.restricted(rows)?;
        let columns = self.factor.chunks_exact(self.gram.n().max(1));
        let factor = columns.flat_map(|column| rows.iter().map(|&row| column[row])).collect();
        Some(Box::new(Corrected { gram, rank: self.rank, factor }))
    }
}
