//! Runs of equal and of bit-packed values.
