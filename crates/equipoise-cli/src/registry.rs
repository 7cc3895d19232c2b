//! `equipoise metrics`, `notions` and `datasets list`: the registries, explained.

use equipoise_datasets::Folders;

use crate::{
    args::{ListFormat, NameArgs},
    exit::Exit,
    failure::Failure,
    terminal::Terminal,
};

pub(crate) fn metrics(_args: &NameArgs, _terminal: &Terminal) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}

pub(crate) fn notions(_args: &NameArgs, _terminal: &Terminal) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}

pub(crate) fn data_sets(
    _format: ListFormat,
    _folders: &Folders,
    _terminal: &Terminal,
) -> Result<Exit, Failure> {
    Ok(Exit::Done)
}
pub(crate) fn metrics_markdown() -> String {
    String::new()
}
pub(crate) fn notions_markdown() -> String {
    String::new()
}
pub(crate) fn data_sets_markdown() -> String {
    String::new()
}
