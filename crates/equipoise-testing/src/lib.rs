//! What the tests of several crates share; unpublished.
//!
//! | module | what it holds |
//! |---|---|
//! | `case` | a folder of `cases/`: the data, what is asked, the document that is expected |
//! | `document` | whether two JSON documents are the same |
//! | `hostile` | the table of `cases/hostile/README.md` |
//!
//! What is deliberately absent: the command line and the table formats. Runners live with the front that they run.

pub mod case;

pub mod document;

pub mod hostile;

use std::path::PathBuf;

/// Returns the folder `cases` of the repository.
pub fn cases_folder() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).map_or_else(|| here.clone(), |root| root.join("cases"))
}
