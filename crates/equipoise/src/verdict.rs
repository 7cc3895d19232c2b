//! Holds, violated, undecided.
