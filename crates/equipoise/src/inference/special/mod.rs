//! Special functions: normal, gamma, beta, Student, binomial and Kolmogorov laws, with their inverses.
//!
//! All of them are our own, because rare events in large tables (3 events in 10⁶ rows) are where libraries fail.
//! They are right to about 1e-13 in the body and 1e-12 in the tails, for shape parameters up to 10¹²; the tests
//! compare them with a grid computed in 34 digits.
//!
//! The shape parameters a caller passes are trusted to be in range (positive, finite), as they come from checked
//! counts. What is out of range is not an error but a limit: a probability at or beyond 0 or 1 has the end of the
//! support as its quantile, and a law with a shape outside [10⁻¹⁰⁰, 10¹⁰⁰] gives NaN, the only NaN here;
//! the intervals of this module check their arguments first and never pass such a shape on.

mod beta;
mod binomial;
mod gamma;
mod kolmogorov;
mod log_gamma;
mod normal;
mod student;
mod tail;

pub use beta::{beta_cdf, beta_quantile, beta_quantile_upper, beta_survival};
pub use binomial::{binomial_cdf, binomial_ln_pmf, binomial_pmf, binomial_survival};
pub use gamma::{
    chi_square_cdf, chi_square_quantile, chi_square_quantile_upper, chi_square_survival, gamma_p, gamma_q,
};
pub use kolmogorov::kolmogorov_survival;
pub use log_gamma::{ln_beta, ln_choose, ln_gamma};
pub use normal::{
    erf, erfc, normal_cdf, normal_density, normal_ln_cdf, normal_ln_survival, normal_quantile,
    normal_quantile_upper, normal_survival,
};
pub use student::{student_t_cdf, student_t_quantile, student_t_quantile_upper, student_t_survival};
