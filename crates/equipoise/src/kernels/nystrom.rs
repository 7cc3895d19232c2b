//! Nyström features: what a few landmark rows can tell of a kernel.

use rayon::prelude::*;

use super::{
    Kernel, KernelError,
    factor::{Choice, Factor},
};
use crate::inference::normals::Stream;
use crate::solvers::Rows;

/// How landmarks are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Landmarks {
    /// Drawn without replacement, all rows alike. Costs nothing, and serves where rows are alike.
    Uniform {
        /// Of the draw.
        seed: u64,
    },
    /// One after the other, each the row that those before it tell least of (pivoted Cholesky, greedy). No
    /// chance in it, but drawn to outliers.
    Pivoted,
    /// One after the other, each drawn with the probability that those before it leave of it. Chen, Epperly, Tropp &
    /// Webber 2025, *Randomly pivoted Cholesky*: nearly the best features that so many kernel rows can buy.
    RandomlyPivoted {
        /// Of the draws.
        seed: u64,
    },
}

/// Rows that are mapped together: one lane of the vector unit each, eight at a time.
const LANES: usize = 8;

/// A feature map z with ⟨z(x), z(x')⟩ = k(x)ᵀ K_mm⁺ k(x'), k(x) being the kernel of x with m landmarks.
///
/// The product equals K(x, x') where x or x' is a landmark, and never exceeds it on the diagonal. Williams & Seeger 2001.
/// The map is L⁻¹ k(x), L the Cholesky factor of the landmarks' matrix: landmarks that depend on others are left out, so
/// there are [`rank`](Self::rank) features.
#[derive(Clone, Debug, PartialEq)]
pub struct Nystrom {
    landmarks: Vec<usize>,
    /// The landmarks' rows, sparse.
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
    d: usize,
    /// L, row by row, with its diagonal replaced by the reciprocals.
    factor: Vec<f64>,
}

impl Nystrom {
    /// Chooses at most `n_landmarks` of `rows` and returns their feature map.
    ///
    /// O(m²) memory for m landmarks; O(m³) time, and for pivoted choices m kernel rows, O(n·m²) time and O(n·m)
    /// memory. Rows whose kernel with themselves is not positive are not chosen.
    ///
    /// # Errors
    /// When a parameter of the kernel is out of range, there are no rows, more columns than 32 bits can number, no
    /// row has a positive kernel with itself, or the kernel is not finite.
    pub fn new(
        kernel: &dyn Kernel,
        rows: Rows<'_>,
        n_landmarks: usize,
        choice: Landmarks,
    ) -> Result<Self, KernelError> {
        if rows.n() == 0 || n_landmarks == 0 {
            return Err(KernelError::NoRows);
        }
        let m = n_landmarks.min(rows.n());
        let (landmarks, factor) = match choice {
            Landmarks::Uniform { seed } => {
                let drawn = draw(rows.n(), m, seed);
                let drawn_rows = OwnedRows::of(&rows, &drawn)?;
                let (kept, factor) = pivoted(kernel, drawn_rows.view()?, m, Choice::Largest)?;
                (kept.iter().map(|&position| drawn[position]).collect(), factor)
            }
            Landmarks::Pivoted => pivoted(kernel, rows, m, Choice::Largest)?,
            Landmarks::RandomlyPivoted { seed } => {
                pivoted(kernel, rows, m, Choice::Drawn(Stream::new(seed, 0)))?
            }
        };
        let OwnedRows { offsets, indices, values, d } = OwnedRows::of(&rows, &landmarks)?;
        Ok(Self { landmarks, offsets, indices, values, d, factor })
    }

    /// Returns the numbers of the rows that became landmarks, in the order of choice.
    pub fn landmarks(&self) -> &[usize] {
        &self.landmarks
    }

    /// Returns the number of columns of the rows it takes.
    pub const fn d(&self) -> usize {
        self.d
    }

    /// Returns the number of features.
    pub fn rank(&self) -> usize {
        self.landmarks.len()
    }

    /// Returns the features of `rows`, row after row: n × rank.
    ///
    /// `kernel` is the one that the map was made with. One kernel row against the landmarks and rank²/2
    /// multiplications a row, on all threads; the bytes do not depend on them.
    ///
    /// # Errors
    /// When a parameter of the kernel is out of range, the rows have another number of columns than the landmarks, or
    /// the kernel is not finite.
    pub fn features(&self, kernel: &dyn Kernel, rows: Rows<'_>) -> Result<Vec<f64>, KernelError> {
        if rows.d() != self.d {
            let allowed = "the number of columns of the landmarks";
            return Err(KernelError::Parameter { name: "columns", value: rows.d() as f64, allowed });
        }
        let landmarks =
            Rows::csr(&self.offsets, &self.indices, &self.values, self.d).map_err(|_| KernelError::NoRows)?;
        let against = kernel.over(landmarks)?;
        let m = self.rank();
        let mut features = vec![0.0; rows.n() * m];
        features.par_chunks_mut(LANES * m).enumerate().for_each(|(block, out)| {
            for (lane, out) in out.chunks_exact_mut(m).enumerate() {
                against.row_of(&rows, block * LANES + lane, out);
            }
            self.solve(out);
        });
        match features.iter().position(|value| !value.is_finite()) {
            Some(place) => Err(KernelError::NotFinite { row: place / m, column: place % m }),
            None => Ok(features),
        }
    }

    /// Replaces k by L⁻¹ k, for up to [`LANES`] rows at once.
    fn solve(&self, rows: &mut [f64]) {
        let m = self.rank();
        let mut lanes = vec![[0.0; LANES]; m];
        for (lane, row) in rows.chunks_exact(m).enumerate() {
            for (lanes, value) in lanes.iter_mut().zip(row) {
                lanes[lane] = *value;
            }
        }
        for i in 0..m {
            let (done, rest) = lanes.split_at_mut(i);
            let row = &self.factor[i * m..];
            let mut sum = rest[0];
            for (l, z) in row.iter().zip(done.iter()) {
                for lane in 0..LANES {
                    sum[lane] -= l * z[lane];
                }
            }
            rest[0] = sum.map(|value| value * row[i]);
        }
        for (lane, row) in rows.chunks_exact_mut(m).enumerate() {
            for (lanes, value) in lanes.iter().zip(row) {
                *value = lanes[lane];
            }
        }
    }
}

/// Rows copied out of a table.
struct OwnedRows {
    offsets: Vec<usize>,
    indices: Vec<u32>,
    values: Vec<f64>,
    d: usize,
}

impl OwnedRows {
    fn of(rows: &Rows<'_>, numbers: &[usize]) -> Result<Self, KernelError> {
        let d = rows.d();
        if u32::try_from(d).is_err() {
            let allowed = "a number of 32 bits";
            return Err(KernelError::Parameter { name: "columns", value: d as f64, allowed });
        }
        let (mut offsets, mut indices, mut values) = (vec![0], Vec::new(), Vec::new());
        for &i in numbers {
            for (column, value) in rows.entries(i).filter(|&(_, value)| value != 0.0) {
                indices.push(column as u32);
                values.push(value);
            }
            offsets.push(values.len());
        }
        Ok(Self { offsets, indices, values, d })
    }

    fn view(&self) -> Result<Rows<'_>, KernelError> {
        Rows::csr(&self.offsets, &self.indices, &self.values, self.d).map_err(|_| KernelError::NoRows)
    }
}

/// The first m of a shuffle (Fisher & Yates) of the numbers below n.
fn draw(n: usize, m: usize, seed: u64) -> Vec<usize> {
    let mut stream = Stream::new(seed, 0);
    let mut numbers: Vec<usize> = (0..n).collect();
    for i in 0..m {
        // Below n · 2⁻⁵³ of a bias, and never n − i itself, since the uniform number is below 1.
        let step = (stream.uniform() * (n - i) as f64) as usize;
        numbers.swap(i, i + step.min(n - i - 1));
    }
    numbers.truncate(m);
    numbers
}

/// Chooses landmarks. Returns them and L at their rows, with reciprocals on the diagonal.
fn pivoted(
    kernel: &dyn Kernel,
    rows: Rows<'_>,
    m: usize,
    choice: Choice,
) -> Result<(Vec<usize>, Vec<f64>), KernelError> {
    let factor = Factor::pivoted(&kernel.over(rows)?, m, choice)?;
    let rank = factor.rank();
    let mut landmarks = Vec::with_capacity(rank * rank);
    for (i, &pivot) in factor.pivots().iter().enumerate() {
        let row = &factor.values()[pivot * rank..][..rank];
        landmarks.extend_from_slice(&row[..i]);
        landmarks.push(row[i].recip());
        landmarks.resize((i + 1) * rank, 0.0);
    }
    Ok((factor.pivots().to_vec(), landmarks))
}
