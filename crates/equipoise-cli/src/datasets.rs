//! `equipoise datasets`: the catalogue, and the only command that may use the network.

use std::{
    error::Error,
    path::{Path, PathBuf},
};

use equipoise::notion::nearest;
use equipoise_datasets::{
    DataSet, Folders, all,
    catalogue::{CatalogueError, find},
    fetch::{FetchError, Outcome, fetch},
    locate::{LocateError, Place, VARIABLE, locate},
    selection::PREFIX,
    verify::{FileState, verify},
};

use crate::{args::DatasetsCommand, exit::Exit, failure::Failure, output::to_stdout, terminal::Terminal};

/// Runs `equipoise datasets`.
pub(crate) fn run(command: &DatasetsCommand, terminal: &Terminal) -> Result<Exit, Failure> {
    let folders = Folders::from_environment();
    match command {
        DatasetsCommand::List { format } => crate::registry::data_sets(*format, &folders, terminal),
        DatasetsCommand::Path { name } => paths(name, &folders),
        DatasetsCommand::Verify { names } => check(names, &folders, terminal),
        DatasetsCommand::Fetch { names } => fetch_all(names, &folders, terminal),
    }
}

fn named(name: &str) -> Result<&'static DataSet, Failure> {
    find(name.strip_prefix(PREFIX).unwrap_or(name)).map_err(|error| catalogue_failure(&error))
}

fn paths(name: &str, folders: &Folders) -> Result<Exit, Failure> {
    let located = locate(name, folders).map_err(|error| locate_failure(&error))?;
    let mut text = String::new();
    for found in &located.files {
        match &found.place {
            Place::Path(path) => text.push_str(&format!("{}\n", path.display())),
            Place::Embedded(_) => {
                return Err(Failure::new(format_args!("`{name}` is built in and has no file"))
                    .help(format_args!("audit it as `dataset:{}`", located.selection.data_set.name)));
            }
        }
    }
    to_stdout(text.as_bytes())?;
    Ok(Exit::Done)
}

/// Checks data sets: those that are named must be whole; without names, what is here must be right.
fn check(names: &[String], folders: &Folders, terminal: &Terminal) -> Result<Exit, Failure> {
    let chosen: Vec<&'static DataSet> = match names {
        [] => all().to_vec(),
        names => names.iter().map(|name| named(name)).collect::<Result<_, Failure>>()?,
    };
    let must_be_here = !names.is_empty();
    let (mut n_right, mut n_wrong, mut n_missing) = (0_usize, 0_usize, 0_usize);
    for data_set in chosen {
        let folder = folder_of(data_set, folders);
        let checks = verify(data_set, folder.as_deref().unwrap_or(Path::new("")));
        let is_here = checks.iter().any(|check| !matches!(check.state, FileState::Missing));
        if !is_here && !must_be_here {
            continue;
        }
        let mut text = String::new();
        for check in &checks {
            let word = match &check.state {
                FileState::Right => {
                    n_right += 1;
                    "right".to_owned()
                }
                FileState::Missing => {
                    n_missing += 1;
                    "missing".to_owned()
                }
                FileState::Wrong { sha256, bytes } => {
                    n_wrong += 1;
                    format!(
                        "WRONG: SHA-256 {sha256}, {bytes} bytes; published: {}, {} bytes",
                        check.file.sha256, check.file.bytes
                    )
                }
                FileState::Unreadable(error) => {
                    n_wrong += 1;
                    format!("UNREADABLE: {}", crate::failure::reason(error))
                }
                _ => "in an unknown state".to_owned(),
            };
            text.push_str(&format!("{}/{}: {word}\n", data_set.name, check.file.name));
        }
        to_stdout(text.as_bytes())?;
    }
    if n_wrong + n_right + n_missing == 0 {
        terminal.note("no data set is here but those built in");
    }
    match (n_wrong, n_missing) {
        (0, 0) => Ok(Exit::Done),
        (0, _) if !must_be_here => Ok(Exit::Done),
        (0, n) => Err(Failure::new(format_args!("{n} files are missing"))
            .help("`equipoise datasets fetch NAME` downloads them")),
        (n, _) => Err(Failure::new(format_args!("{n} files are not what was published"))
            .help("`equipoise datasets fetch NAME` replaces them")),
    }
}

/// The folder that holds a data set: the first in which one of its files is, else the first.
fn folder_of(data_set: &DataSet, folders: &Folders) -> Option<PathBuf> {
    let candidates = folders.of(data_set);
    let holds = |folder: &&PathBuf| data_set.files.iter().any(|file| folder.join(file.name).exists());
    candidates.iter().find(holds).or(candidates.first()).cloned()
}

fn fetch_all(names: &[String], folders: &Folders, terminal: &Terminal) -> Result<Exit, Failure> {
    let chosen = names.iter().map(|name| named(name)).collect::<Result<Vec<_>, Failure>>()?;
    for data_set in chosen {
        let bar = terminal.download();
        let fetched = fetch(data_set, folders, &mut |progress| {
            bar.at(progress.url, progress.bytes, progress.total);
        });
        drop(bar);
        let mut text = String::new();
        let mut by_hand = Vec::new();
        for file in fetched.map_err(|error| fetch_failure(&error))? {
            let word = match &file.outcome {
                Outcome::AlreadyRight => "here already".to_owned(),
                Outcome::Downloaded { url } => format!("downloaded from {url}"),
                Outcome::ByHand => {
                    by_hand.push(file.file.name);
                    format!("to be had by hand from {}", data_set.page)
                }
                Outcome::Embedded => "built in".to_owned(),
                Outcome::Failed(error) => format!("not there: {}", chain(error)),
                _ => "in an unknown state".to_owned(),
            };
            text.push_str(&format!("{}: {word}\n", file.path.display()));
        }
        to_stdout(text.as_bytes())?;
        if !by_hand.is_empty() {
            terminal.note(&format!(
                "not everything of {} can be downloaded: see {}",
                data_set.name, data_set.page
            ));
        }
    }
    Ok(Exit::Done)
}

/// An error with what caused it.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn catalogue_failure(error: &CatalogueError) -> Failure {
    let (what, name, known) = match error {
        CatalogueError::UnknownDataSet { name, known } => {
            (format!("no data set is called `{name}`"), name.as_str(), known)
        }
        CatalogueError::UnknownPart { data_set, name, known } => {
            (format!("data set `{data_set}` has no part or file `{name}`"), name.as_str(), known)
        }
        CatalogueError::NotATable { data_set, file, known } => {
            (format!("`{file}` of data set `{data_set}` is not a table"), *file, known)
        }
        _ => return Failure::new(error),
    };
    Failure::new(what)
        .detail(format_args!("known: {}", known.join(", ")))
        .help_if(nearest(name, known.iter().copied()).map(|near| format!("the nearest name is `{near}`")))
}

/// Returns that a data set is not here, and how to get it.
pub(crate) fn locate_failure(error: &LocateError) -> Failure {
    match error {
        LocateError::Catalogue(error) => catalogue_failure(error),
        LocateError::NotHere { data_set, missing, looked_in, fetchable } => {
            let mut failure = Failure::new(format_args!("data set `{}` is not here", data_set.name))
                .detail(format_args!("missing: {}", missing.join(", ")));
            for folder in looked_in {
                failure = failure.detail(format_args!("looked in {}", folder.display()));
            }
            if looked_in.is_empty() {
                failure =
                    failure.detail(format_args!("{VARIABLE} is not set and the home folder is unknown"));
            }
            if *fetchable {
                failure.help(format_args!("`equipoise datasets fetch {}` downloads it", data_set.name))
            } else {
                failure
                    .help(format_args!("get it by hand from {} and put it into that folder", data_set.page))
            }
        }
        _ => Failure::new(error),
    }
}

fn fetch_failure(error: &FetchError) -> Failure {
    match error {
        FetchError::Unreachable { url, page, folder, files, source } => {
            Failure::new(format_args!("cannot reach {url}"))
                .detail(format_args!("{}", chain(source.as_ref())))
                .help(format_args!(
                    "by hand: visit {page} and put {} into {}",
                    files.join(", "),
                    folder.display()
                ))
        }
        FetchError::ByHand { data_set, page, folder, files } => {
            Failure::new(format_args!("no direct address is known for data set `{data_set}`")).help(
                format_args!("by hand: visit {page} and put {} into {}", files.join(", "), folder.display()),
            )
        }
        FetchError::Io { path, source } => Failure::writing(path, source),
        _ => Failure::new(chain(error)),
    }
}
