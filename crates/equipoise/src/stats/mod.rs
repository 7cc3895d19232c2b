//! Small statistics that merge: filled alike from slices, threads, a stream or a cluster.
pub mod view;
