//! Measures how unequally a model treats groups of people, says how sure one can be of it, and gives a verdict.
//!
//! The library takes values and returns values: it opens no file, knows no table format, prints nothing and
//! reads no clock. The map, in reading order (each module may use the ones above it, never one below):
//!
//! | module | what it holds |
//! |---|---|
//! | [`notion`] | what must not depend on the group; requirements and their grammar |
//! | [`groups`] | labels, attributes, crossings, cut points |
//! | [`sample`] | checked, borrowed views of the rows |
//! | [`stats`] | small statistics that merge, and the state file |
//! | [`inference`] | numerics: intervals, tests, distances, simultaneity, bias of the largest gap |
//! | [`metrics`] | one registry of every metric |
//! | [`verdict`] | holds, violated, undecided, and the rows that would decide |
//! | [`audit`] | request → report, as data |
//! | [`solvers`] | learners as optimisation problems, with constraints on groups inside |
//! | [`kernels`] | similarities of rows as rows of their Gram matrix; features that approximate them |
//! | [`methods`] | models that treat groups alike: plans, fitted to samples |
//! | [`certificate`] | what a fit can show, on which rows and under which assumptions |

pub mod notion;

pub mod groups;

pub mod sample;

pub mod stats;

pub mod inference;

pub mod metrics;

pub mod verdict;

pub mod audit;

pub mod solvers;

pub mod kernels;

pub mod methods;

pub mod certificate;
