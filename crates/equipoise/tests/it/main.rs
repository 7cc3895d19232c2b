//! Tests of the library through its public surface.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod state;
mod statistics;
