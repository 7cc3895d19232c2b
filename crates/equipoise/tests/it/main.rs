//! Tests of the library through its public surface.

mod state;
mod statistics;
