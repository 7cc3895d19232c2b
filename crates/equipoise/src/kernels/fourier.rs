//! Random Fourier features: cosines and sines whose products average to a kernel.

use rayon::prelude::*;

use super::{Function, KernelError};
use crate::inference::normals::Stream;
use crate::solvers::Rows;

/// A feature map z with E⟨z(x), z(x')⟩ = K(x, x'), for kernels of the difference x − x'.
///
/// With frequencies ω_p drawn from the kernel's spectrum, z(x) = (cos ω_pᵀx, sin ω_pᵀx)/√pairs. The RBF kernel's
/// spectrum is normal with variance 2γ, the Laplacian's Cauchy with scale γ, column by column. The
/// product's standard error is at most √(1/(2·pairs)), and ⟨z(x), z(x)⟩ = 1. Rahimi & Recht 2007; pairs instead of random
/// phases by Sutherland & Schneider 2015, who show that their variance is lower for the RBF kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Fourier {
    d: usize,
    n_pairs: usize,
    /// Column after column of the data: ω_pc at c·pairs + p.
    frequencies: Vec<f64>,
}

impl Fourier {
    /// Draws the frequencies of `n_pairs` pairs for rows of `d` columns: 8 bytes for each pair and column.
    ///
    /// Pair p depends on the seed and p only, so more pairs extend fewer.
    ///
    /// # Errors
    /// When the kernel is not RBF or Laplacian, its γ is out of range, or there are no pairs.
    pub fn new(function: Function, d: usize, n_pairs: usize, seed: u64) -> Result<Self, KernelError> {
        function.check()?;
        if n_pairs == 0 {
            let allowed = "at least 1";
            return Err(KernelError::Parameter { name: "pairs", value: 0.0, allowed });
        }
        let draw: fn(&mut Stream) -> f64 = match function {
            Function::Rbf { .. } => |stream| stream.normal(),
            // The quotient of two independent normal numbers is Cauchy.
            Function::Laplacian { .. } => |stream| stream.normal() / stream.normal(),
            Function::Linear | Function::Polynomial { .. } | Function::Sigmoid { .. } => {
                return Err(KernelError::NoFourier);
            }
        };
        let scale = match function {
            Function::Rbf { gamma } => (2.0 * gamma).sqrt(),
            Function::Laplacian { gamma } => gamma,
            Function::Linear | Function::Polynomial { .. } | Function::Sigmoid { .. } => 1.0,
        };
        let mut frequencies = vec![0.0; d * n_pairs];
        for pair in 0..n_pairs {
            let mut stream = Stream::new(seed, pair as u64);
            for column in 0..d {
                frequencies[column * n_pairs + pair] = scale * draw(&mut stream);
            }
        }
        Ok(Self { d, n_pairs, frequencies })
    }

    /// Puts a map together from the frequencies of [`frequencies`](Self::frequencies), d × pairs.
    ///
    /// # Errors
    /// When there are no pairs, not d·pairs frequencies, or one is not finite.
    pub fn from_parts(d: usize, n_pairs: usize, frequencies: Vec<f64>) -> Result<Self, KernelError> {
        let wrong =
            |name, value: usize, allowed| Err(KernelError::Parameter { name, value: value as f64, allowed });
        if n_pairs == 0 {
            return wrong("pairs", 0, "at least 1");
        }
        if d.checked_mul(n_pairs) != Some(frequencies.len()) {
            return wrong("the number of frequencies", frequencies.len(), "one for each column and pair");
        }
        match frequencies.iter().position(|omega| !omega.is_finite()) {
            Some(place) => Err(KernelError::NotFinite { row: place % n_pairs, column: place / n_pairs }),
            None => Ok(Self { d, n_pairs, frequencies }),
        }
    }

    /// Returns the frequencies, the pairs of the first column of the data, then those of the second: d × pairs.
    pub fn frequencies(&self) -> &[f64] {
        &self.frequencies
    }

    /// Returns the number of columns of the rows it takes.
    pub const fn d(&self) -> usize {
        self.d
    }

    /// Returns the number of features, two a pair.
    pub const fn n_features(&self) -> usize {
        2 * self.n_pairs
    }

    /// Returns the features of `rows`, row after row, the cosines of all pairs before the sines: n × 2·pairs.
    ///
    /// A row costs pairs multiplications for each of its non-zeros, and pairs cosines and sines. All threads; the
    /// bytes do not depend on them.
    ///
    /// # Errors
    /// When the rows have another number of columns than the map, or a product overflows.
    pub fn features(&self, rows: Rows<'_>) -> Result<Vec<f64>, KernelError> {
        if rows.d() != self.d {
            let allowed = "the number of columns of the map";
            return Err(KernelError::Parameter { name: "columns", value: rows.d() as f64, allowed });
        }
        let scale = (self.n_pairs as f64).sqrt().recip();
        let mut features = vec![0.0; rows.n() * self.n_features()];
        features.par_chunks_exact_mut(self.n_features()).enumerate().for_each(|(i, out)| {
            let (cosines, sines) = out.split_at_mut(self.n_pairs);
            for (column, value) in rows.entries(i).filter(|&(_, value)| value != 0.0) {
                let omega = &self.frequencies[column * self.n_pairs..][..self.n_pairs];
                for (phase, omega) in cosines.iter_mut().zip(omega) {
                    *phase += value * omega;
                }
            }
            for (cosine, sine) in cosines.iter_mut().zip(sines) {
                let (s, c) = cosine.sin_cos();
                (*cosine, *sine) = (scale * c, scale * s);
            }
        });
        match features.iter().position(|value| !value.is_finite()) {
            Some(place) => {
                let (row, column) = (place / self.n_features(), place % self.n_features());
                Err(KernelError::NotFinite { row, column })
            }
            None => Ok(features),
        }
    }
}
