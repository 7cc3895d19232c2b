//! Intervals, tests, simultaneity, and the bias of the largest gap.
