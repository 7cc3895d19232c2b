//! Integration tests of `equipoise-learning`: everything through the public API.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod data;

mod explaining;

mod files;

mod predicting;

mod training;
