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
mod methods_fair_projection;
mod methods_fair_ridge;
mod methods_fair_svm;
mod methods_reweighing;
mod metrics;
mod metrics_reference;
mod notion;
mod requirement;
mod requirement_errors;
mod requirement_law;
mod requirement_sense;
mod special_functions;
mod state;
mod state_law;
mod statistics;
mod statistics_reference;
mod statistics_reference_laws;
