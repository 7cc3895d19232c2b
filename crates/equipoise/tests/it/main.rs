//! The library through its public interface.

mod notion;
mod requirement;
mod requirement_errors;
mod requirement_law;
