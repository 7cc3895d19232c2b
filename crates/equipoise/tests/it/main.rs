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
mod methods_data;
mod methods_erm_data;
mod methods_erm_laws;
mod methods_erm_reference;
