//! One registry of every metric.
