//! The kernels that are built in, and the rule for γ.

use super::KernelError;
use super::exp::exp;
use crate::solvers::Rows;

/// A kernel with its parameters, under scikit-learn's names and meanings.
///
/// | kernel | K(x, z) | positive semi-definite |
/// |---|---|---|
/// | linear | ⟨x, z⟩ | yes |
/// | RBF | exp(−γ ‖x − z‖²) | yes |
/// | polynomial | (γ ⟨x, z⟩ + c)^degree | for c ≥ 0 |
/// | sigmoid | tanh(γ ⟨x, z⟩ + c) | seldom |
/// | Laplacian | exp(−γ Σ \|x_j − z_j\|) | yes |
///
/// Distances are found from norms and products, as in LIBSVM: their error is the rounding of the squared norms, so columns
/// far from 0 (a year, a large constant) should be centred first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Function {
    /// ⟨x, z⟩.
    Linear,
    /// exp(−γ ‖x − z‖²).
    Rbf {
        /// γ > 0.
        gamma: f64,
    },
    /// (γ ⟨x, z⟩ + c)^degree.
    Polynomial {
        /// The exponent, at least 1.
        degree: u32,
        /// γ > 0.
        gamma: f64,
        /// c, scikit-learn's `coef0`.
        constant: f64,
    },
    /// tanh(γ ⟨x, z⟩ + c).
    Sigmoid {
        /// γ > 0.
        gamma: f64,
        /// c, scikit-learn's `coef0`.
        constant: f64,
    },
    /// exp(−γ Σ |x_j − z_j|).
    Laplacian {
        /// γ > 0.
        gamma: f64,
    },
}

impl Function {
    /// Returns the kernel when its parameters are in range.
    ///
    /// # Errors
    /// When γ is not positive and finite, the degree is 0 or the constant is not finite.
    pub fn checked(self) -> Result<Self, KernelError> {
        self.check().map(|()| self)
    }

    /// Checks the parameters.
    pub(super) fn check(&self) -> Result<(), KernelError> {
        let positive = |name: &'static str, value: f64| {
            let allowed = "a positive finite number";
            if value > 0.0 && value.is_finite() {
                Ok(())
            } else {
                Err(KernelError::Parameter { name, value, allowed })
            }
        };
        let finite = |name: &'static str, value: f64| {
            if value.is_finite() {
                Ok(())
            } else {
                Err(KernelError::Parameter { name, value, allowed: "a finite number" })
            }
        };
        match *self {
            Self::Linear => Ok(()),
            Self::Rbf { gamma } | Self::Laplacian { gamma } => positive("gamma", gamma),
            Self::Sigmoid { gamma, constant } => {
                positive("gamma", gamma)?;
                finite("constant", constant)
            }
            Self::Polynomial { degree, gamma, constant } => {
                positive("degree", f64::from(degree))?;
                positive("gamma", gamma)?;
                finite("constant", constant)
            }
        }
    }

    /// Returns whether the kernel is a function of the distance Σ |x_j − z_j|, not of ⟨x, z⟩.
    pub(super) const fn needs_distance(&self) -> bool {
        matches!(self, Self::Laplacian { .. })
    }

    /// Turns products ⟨x, z_j⟩ (or distances, for the Laplacian) into kernel values. `norm` is ‖x‖², `norms` ‖z_j‖².
    pub(super) fn finish(&self, norm: f64, norms: &[f64], out: &mut [f64]) {
        match *self {
            Self::Linear => {}
            Self::Rbf { gamma } => {
                for (out, norm_j) in out.iter_mut().zip(norms) {
                    // Rounding can make the distance of near rows negative; a value above 1 would be no RBF.
                    let squared = (norm + norm_j) - 2.0 * *out;
                    *out = exp(-gamma * if squared > 0.0 { squared } else { 0.0 });
                }
            }
            Self::Laplacian { gamma } => {
                for out in out {
                    *out = exp(-gamma * if *out > 0.0 { *out } else { 0.0 });
                }
            }
            Self::Polynomial { degree, gamma, constant } => {
                for out in out {
                    *out = power(gamma * *out + constant, degree);
                }
            }
            Self::Sigmoid { gamma, constant } => {
                for out in out {
                    *out = (gamma * *out + constant).tanh();
                }
            }
        }
    }

    /// Returns K(x, x) for a row with squared norm `norm`.
    pub(super) fn at_itself(&self, norm: f64) -> f64 {
        match *self {
            Self::Rbf { .. } | Self::Laplacian { .. } => 1.0,
            Self::Linear => norm,
            Self::Polynomial { degree, gamma, constant } => power(gamma * norm + constant, degree),
            Self::Sigmoid { gamma, constant } => (gamma * norm + constant).tanh(),
        }
    }
}

/// x^degree by squaring: the order of the products is fixed here, that of `powi` by the compiler.
#[inline(always)]
fn power(x: f64, degree: u32) -> f64 {
    let (mut result, mut square, mut left) = (1.0, x, degree);
    while left > 0 {
        if left & 1 == 1 {
            result *= square;
        }
        square *= square;
        left >>= 1;
    }
    result
}

/// How γ is found from the data, by scikit-learn's names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gamma {
    /// 1 / (d · the variance of all entries), and 1 where they are all equal; scikit-learn's `'scale'`.
    Scale,
    /// 1 / d; scikit-learn's `'auto'`.
    Auto,
    /// This number.
    Value(f64),
}

impl Gamma {
    /// Returns γ for the rows that are fitted.
    ///
    /// `Scale` takes the population variance of all n·d entries together, zeros that a sparse table leaves out included.
    ///
    /// # Errors
    /// When the value is not positive and finite, rows have no column, or the variance overflows.
    pub fn resolve(self, rows: &Rows<'_>) -> Result<f64, KernelError> {
        let gamma = match self {
            Self::Value(gamma) => gamma,
            Self::Auto => 1.0 / rows.d() as f64,
            Self::Scale => {
                let variance = variance(rows);
                if variance == 0.0 { 1.0 } else { 1.0 / (rows.d() as f64 * variance) }
            }
        };
        Function::Rbf { gamma }.check()?;
        Ok(gamma)
    }
}

/// Two passes: the second around the mean, so that a large mean does not cancel.
fn variance(rows: &Rows<'_>) -> f64 {
    let entries = rows.n() as f64 * rows.d() as f64;
    if entries == 0.0 {
        return 0.0;
    }
    let of_rows = |of_entry: &dyn Fn(f64) -> f64| -> f64 {
        (0..rows.n()).map(|i| rows.entries(i).map(|(_, value)| of_entry(value)).sum::<f64>()).sum()
    };
    let mean = of_rows(&|value| value) / entries;
    let absent = entries - rows.n_entries() as f64;
    (of_rows(&|value| (value - mean) * (value - mean)) + absent * mean * mean) / entries
}
