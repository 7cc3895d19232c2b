//! Everything of the library through its public interface.

mod statistics_reference_laws;
