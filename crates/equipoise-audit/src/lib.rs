//! From a question and a table to the statistics and the report of an audit: what every front shares.
//!
//! A front (the command line, the Python package) fills a [`Question`], opens a [`Table`], and asks for the rest.
//! What is decided on the way is decided here, once: the task, positive values, cut points at quantiles, the kind of
//! weights, what a missing value means; so is what every error says.
//!
//! ```no_run
//! use equipoise_audit::{Question, Silent, Spelling, Table, count, report};
//! use equipoise_table::{ReadOptions, Source};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let mut question = Question::new(Spelling::CommandLine);
//! question.prediction = Some("approved".to_owned());
//! question.sensitive = vec!["sex".to_owned()];
//! question.requirements = vec!["dp.ratio >= 0.8".to_owned()];
//! let table = Table::new(Source::open(&["loans.csv".into()], ReadOptions::new())?);
//! let counted = count(&question, &table, &Silent)?;
//! let report = report(&counted.statistics, &question)?;
//! println!("{:?}", report.outcome());
//! # Ok(()) }
//! ```
//!
//! The map, in reading order:
//!
//! | module | what it holds |
//! |---|---|
//! | `spelling` | the parameters of an audit, and what each front calls them |
//! | `failure` | what is wrong, where, and what to do; of which kind, and about which parameter |
//! | `question` | what is asked, as data; metrics, notions and requirements → the library's request |
//! | `table` | a table with its names and with what is known of its columns |
//! | `watch` | progress, and the wish to stop |
//! | `explain` | errors of the table and of the library, in the words of the front |
//! | `plan` | columns by role → the layout of the statistics and what is read of the table |
//! | `quantiles` | cut points at quantiles, in a pass of their own |
//! | `task` | binary or multiclass, where the question leaves it open |
//! | `auditor` | statistics of one table or of many, batch by batch |
//! | `states` | saved states: read, merged, and held against the question |
//! | `answer` | the whole way: a table → statistics, statistics → a report |
//!
//! What is deliberately absent: arguments and their parsing, the terminal, data sets and the network (a front
//! passes what its catalogue knows as [`Hints`]), and the layout of reports.

mod spelling;

mod failure;

mod question;

mod table;

mod watch;

mod explain;

mod plan;

mod quantiles;

mod task;

mod auditor;

pub mod states;

mod answer;

pub use answer::{count, report};
pub use auditor::{Auditor, Counted};
pub use failure::{Failure, Kind, listed, reason};
pub use question::{Cut, CutPoints, QUANTILE_GROUPS, Question, unknown_metric};
pub use spelling::{Parameter, Spelling, quoted_name};
pub use table::{Hints, Table};
pub use watch::{Pass, Silent, Watch};
