//! From a request to a report, as data.
