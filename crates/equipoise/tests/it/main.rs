//! The library through its public interface.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod audit;
mod audit_coverage;
mod audit_gaps;
mod audit_hostile;
mod inference_coverage;
mod inference_groups;
mod inference_laws;
mod inference_ranking;
mod inference_rates;
mod kernels;
mod metrics;
mod metrics_reference;
mod notion;
mod requirement;
mod requirement_errors;
mod requirement_law;
mod requirement_sense;
mod solvers_data;
mod solvers_least_squares;
mod solvers_machines;
mod solvers_newton;
mod solvers_rows;
mod solvers_subspace;
mod special_functions;
mod state;
mod state_law;
mod statistics;
mod statistics_reference;
mod statistics_reference_laws;
mod svm;
mod svm_correction;
mod svm_optimum;
mod svm_reference;
mod svm_twin;
