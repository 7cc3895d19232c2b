//! Everything of the library through its public interface.

mod inference_groups;
mod inference_laws;
mod inference_ranking;
mod statistics_reference_laws;
