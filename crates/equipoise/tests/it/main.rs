//! The library through its public interface.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod notion;
mod requirement;
mod requirement_errors;
mod requirement_law;
mod requirement_sense;
mod state;
mod statistics;
mod statistics_reference_laws;
