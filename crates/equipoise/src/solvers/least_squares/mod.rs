//! Ridge regression: directly from mergeable moments, by conjugate gradients where d × d numbers are too many, and with
//! a kernel.
//!
//! All of them minimise Σ_i weight_i (y_i − f(x_i))² + penalty · ‖w‖², with no ½ and no division by n, and never penalise
//! the intercept.
//!
//! | function | reads | costs | for |
//! |---|---|---|---|
//! | [`ridge`] | [`Moments`], made in one pass | d³/3 | any number of rows, d up to some thousands |
//! | [`ridge_by_gradients`] | the rows, once an iteration | entries · iterations | large d, sparse rows |
//! | [`kernel_ridge`] | a kernel matrix | n³/3 | n up to some thousands |
//! | [`kernel_ridge_by_gradients`] | a product with the kernel matrix | n² · iterations | matrices that are not kept |

mod gradients;
mod kernel;
mod moments;
mod ridge;

pub use gradients::{GradientOptions, ridge_by_gradients};
pub use kernel::{KernelFit, kernel_ridge, kernel_ridge_by_gradients};
pub use moments::{COLUMNS_MAX, GroupMoments, Moments};
pub use ridge::ridge;

use super::{Intercept, SolverError, rows::MAGNITUDE_MAX};

/// Parameters of every ridge regression.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ridge {
    /// What ‖w‖² costs: positive, or 0 where the columns are independent.
    pub penalty: f64,
    /// Whether there is a constant.
    pub intercept: Intercept,
}

impl Ridge {
    fn check(&self) -> Result<(), SolverError> {
        if (0.0..=MAGNITUDE_MAX).contains(&self.penalty) {
            return Ok(());
        }
        let (parameter, range) = ("penalty", "finite and not negative");
        Err(SolverError::Parameter { parameter, value: self.penalty, range })
    }
}
