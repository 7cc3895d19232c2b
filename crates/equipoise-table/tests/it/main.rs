//! Integration tests of `equipoise-table`: everything through the public API.

mod real_data;

mod support;
