//! From a request to a report, as data.

mod quantity;

mod report;

mod request;

pub use quantity::Quantity;
pub use report::{
    ComparisonFigure, Extremes, Figure, Gap, Group, GroupName, LeftOut, Report, Section, Standing, Strata,
    Stratum, Subject, Undecided, Unsaid, Verdict, WithinStrata,
};
pub use request::{Grouping, Request};
