//! Downloads data sets from their public addresses, checks them, and keeps only the right bytes.
//!
//! For each file that is not already right: its sources are tried in order; the download goes into `<file>.part`
//! beside the target (resumed by HTTP range where an earlier one broke off), or into a part file of the archive that
//! holds it; SHA-256 is taken of what lies on disk; only the published bytes are renamed to the file's name. Wrong
//! bytes are removed. Addresses are `https`, redirects included; plain `http` is spoken to loopback only, for tests.

mod archive;
mod download;

#[cfg(test)]
mod tests;

use std::error::Error as StdError;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::catalogue::{DataFile, DataSet, Origin, Role, Source};
use crate::locate::{Folders, VARIABLE};
use crate::verify::{FileState, digest, verify_file};
use archive::ArchiveError;
use download::{Download, Limits};

/// No archive of the catalogue is a tenth of this; larger answers are refused.
const ARCHIVE_BYTES_MAX: u64 = 64 << 20;

/// How far a download is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress<'a> {
    /// The address.
    pub url: &'a str,
    /// Bytes there, those of an earlier, resumed download included.
    pub bytes: u64,
    /// Bytes in all, where the server said so.
    pub total: Option<u64>,
}

/// What became of one file.
#[derive(Debug)]
pub struct FetchedFile {
    /// The catalogue's entry.
    pub file: &'static DataFile,
    /// Where it is, or where it would have to be put.
    pub path: PathBuf,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a file.
#[derive(Debug)]
#[non_exhaustive]
pub enum Outcome {
    /// It was there, with the right checksum.
    AlreadyRight,
    /// It is there now, with the right checksum.
    Downloaded {
        /// The address it came from.
        url: &'static str,
    },
    /// No direct address is known; the data set's page and notes say where it comes from.
    ByHand,
    /// It is part of this program.
    Embedded,
    /// A description (never data) could not be had; the rows are unaffected.
    Failed(FetchError),
}

/// Why a data set was not fetched.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FetchError {
    /// There is no folder to put files in.
    #[error("no folder to fetch into: {VARIABLE} is not set and the home folder is unknown")]
    NoFolder,
    /// A local file or folder could not be read or written.
    #[error("cannot write {}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Another process is fetching the same file.
    #[error("{} is being written by another process", path.display())]
    Busy {
        /// The part file.
        path: PathBuf,
    },
    /// No answer: no network, unknown host, refused or timed-out connection, failed encryption.
    #[error("cannot reach {url}; by hand: visit {page} and put {} into {}", files.join(", "), folder.display())]
    Unreachable {
        /// The address tried.
        url: String,
        /// The page to visit.
        page: &'static str,
        /// The folder that the files belong in.
        folder: PathBuf,
        /// The files that are still missing there.
        files: Vec<&'static str>,
        /// The client's reason.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// No direct address is known for any of the data.
    #[error(
        "no direct address is known for data set `{data_set}`; by hand: visit {page} and put {} into {}",
        files.join(", "),
        folder.display()
    )]
    ByHand {
        /// The data set; its notes say more.
        data_set: &'static str,
        /// The page to visit.
        page: &'static str,
        /// The folder that the files belong in.
        folder: PathBuf,
        /// The files that are still missing there.
        files: Vec<&'static str>,
    },
    /// The server answered with another status than 200 or 206.
    #[error("{url} answered with HTTP status {status}")]
    Status {
        /// The address.
        url: String,
        /// The status.
        status: u16,
    },
    /// The connection broke off, again and again; what came is kept and the next fetch resumes.
    #[error("the connection to {url} broke off after {bytes} bytes, which are kept in {}", part.display())]
    Interrupted {
        /// The address.
        url: String,
        /// Bytes kept.
        bytes: u64,
        /// The file that keeps them.
        part: PathBuf,
        /// The client's reason.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// The answer is longer than what was published can be.
    #[error("{url} sends more than {limit} bytes; nothing was kept")]
    TooLarge {
        /// The address.
        url: String,
        /// The limit.
        limit: u64,
    },
    /// The bytes are not the published ones.
    #[error(
        "`{file}` from {url} is not the published file: SHA-256 {found}, {found_bytes} bytes, where {expected}, \
         {expected_bytes} bytes were expected; nothing was kept"
    )]
    WrongContent {
        /// The file.
        file: &'static str,
        /// The address.
        url: String,
        /// SHA-256 of what came.
        found: String,
        /// Bytes that came.
        found_bytes: u64,
        /// SHA-256 in the catalogue.
        expected: &'static str,
        /// Bytes in the catalogue.
        expected_bytes: u64,
    },
    /// The archive cannot be used.
    #[error("the archive from {url} cannot be used; nothing was kept")]
    Archive {
        /// The address.
        url: String,
        /// What is wrong with it.
        source: Box<dyn StdError + Send + Sync>,
    },
    /// An address, or a redirect, that is not `https`.
    #[error("refused to download over an unencrypted connection: {url}")]
    Insecure {
        /// The address.
        url: String,
    },
}

impl FetchError {
    /// Whether the bytes, not the way to them, were wrong.
    fn is_about_content(&self) -> bool {
        matches!(self, Self::WrongContent { .. } | Self::Archive { .. } | Self::TooLarge { .. })
    }

    /// Whether no other source can help.
    fn is_local(&self) -> bool {
        matches!(self, Self::Io { .. } | Self::Busy { .. } | Self::NoFolder)
    }

    fn io(path: &Path, source: io::Error) -> Self {
        Self::Io { path: path.to_owned(), source }
    }
}

/// Fetches what is missing or wrong of a data set into the folder that [`Folders::target`] names.
///
/// # Errors
/// As [`fetch_into`], and [`FetchError::NoFolder`].
pub fn fetch(
    data_set: &'static DataSet,
    folders: &Folders,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<FetchedFile>, FetchError> {
    fetch_into(data_set, &folders.target(data_set).ok_or(FetchError::NoFolder)?, progress)
}

/// Fetches what is missing or wrong of a data set into `folder` (which will hold the files themselves).
///
/// Files that are right are left alone, so a second call does nothing. A wrong file is replaced once the right bytes
/// are there. The order of the answer is the catalogue's.
///
/// # Errors
/// [`FetchError`] for the first data file that could not be had; files that were finished before stay. A description
/// that could not be had is not an error ([`Outcome::Failed`]), nor is a file to be got by hand beside others that
/// could be fetched ([`Outcome::ByHand`]).
pub fn fetch_into(
    data_set: &'static DataSet,
    folder: &Path,
    progress: &mut dyn FnMut(Progress<'_>),
) -> Result<Vec<FetchedFile>, FetchError> {
    let mut session = Session { data_set, folder, progress, archives: Vec::new() };
    let fetched = session.files();
    session.remove_archives();
    let fetched = fetched?;
    let lacking = |fetched: &FetchedFile| matches!(fetched.outcome, Outcome::ByHand);
    let of_data = || fetched.iter().filter(|fetched| fetched.file.role == Role::Data);
    if of_data().all(lacking) && of_data().next().is_some() {
        let files = of_data().map(|fetched| fetched.file.name).collect();
        let (data_set, page) = (data_set.name, data_set.page);
        return Err(FetchError::ByHand { data_set, page, folder: folder.to_owned(), files });
    }
    Ok(fetched)
}

/// One fetch: what it is for, and the archives it holds.
struct Session<'a> {
    data_set: &'static DataSet,
    folder: &'a Path,
    progress: &'a mut dyn FnMut(Progress<'_>),
    archives: Vec<(&'static str, Download)>,
}

impl Session<'_> {
    fn files(&mut self) -> Result<Vec<FetchedFile>, FetchError> {
        let mut fetched = Vec::new();
        for file in self.data_set.files {
            let check = verify_file(file, self.folder);
            let outcome = match (&file.origin, check.state) {
                (Origin::Embedded(_), _) => Outcome::Embedded,
                (_, FileState::Right) => Outcome::AlreadyRight,
                (_, FileState::Unreadable(error)) => return Err(FetchError::io(&check.path, error)),
                (Origin::ByHand, _) => Outcome::ByHand,
                (Origin::Download(sources), _) => match self.file(file, sources) {
                    Ok(url) => Outcome::Downloaded { url },
                    Err(error) if file.role == Role::Description && !error.is_local() => {
                        Outcome::Failed(error)
                    }
                    Err(error) => return Err(error),
                },
            };
            fetched.push(FetchedFile { file, path: check.path, outcome });
        }
        Ok(fetched)
    }

    /// Tries the sources in order; where all fail, the first one's error is the one to tell.
    fn file(
        &mut self,
        file: &'static DataFile,
        sources: &'static [Source],
    ) -> Result<&'static str, FetchError> {
        fs::create_dir_all(self.folder).map_err(|error| FetchError::io(self.folder, error))?;
        let mut first = None;
        let mut silent_host = None;
        for source in sources {
            // One wait for a host that does not answer is enough.
            if silent_host.is_some() && silent_host == Some(host(source.url)) {
                continue;
            }
            match self.try_source(file, source) {
                Ok(()) => return Ok(source.url),
                Err(error) if error.is_local() => return Err(error),
                Err(error) => {
                    if matches!(error, FetchError::Unreachable { .. }) {
                        silent_host = Some(host(source.url));
                    }
                    first.get_or_insert(error);
                }
            }
        }
        Err(first.expect("invariant: every downloadable file has a source (tested)"))
    }

    fn try_source(&mut self, file: &'static DataFile, source: &'static Source) -> Result<(), FetchError> {
        let mut resumed = false;
        match self.attempt(file, source, &mut resumed) {
            // The earlier half may have been of another file: begin again, once.
            Err(error) if resumed && error.is_about_content() => self.attempt(file, source, &mut resumed),
            other => other,
        }
    }

    fn attempt(
        &mut self,
        file: &'static DataFile,
        source: &'static Source,
        resumed: &mut bool,
    ) -> Result<(), FetchError> {
        let part = self.folder.join(format!("{}.part", file.name));
        let Some((member, outer)) = source.members.split_last() else {
            let limits = Limits { expected: Some(file.bytes), max: file.bytes };
            let download = self.download(source.url, part, limits)?;
            *resumed = download.resumed;
            return self.keep(file, source.url, download);
        };
        let at = self.archive(source.url)?;
        let archive = &mut self.archives[at].1;
        *resumed = archive.resumed;
        let mut target = Download::open(part)?;
        target.clear()?;
        match archive::extract(&mut archive.file, outer, member, file.bytes, &mut target.file) {
            Ok(()) => {
                let kept = self.keep(file, source.url, target);
                if kept.is_err() {
                    self.forget(source.url);
                }
                kept
            }
            Err(ArchiveError::Write(error)) => Err(FetchError::io(&target.path, error)),
            Err(error) => {
                target.remove();
                self.forget(source.url);
                Err(FetchError::Archive { url: source.url.to_owned(), source: error.into() })
            }
        }
    }

    /// The index in `archives` of the archive at this address, downloaded at most once a session.
    fn archive(&mut self, url: &'static str) -> Result<usize, FetchError> {
        if let Some(at) = self.archives.iter().position(|(known, _)| *known == url) {
            return Ok(at);
        }
        // The address is part of the name, so that only a download of the same address is resumed.
        let (tag, _) = digest(url.as_bytes()).map_err(|error| FetchError::io(self.folder, error))?;
        let part = self.folder.join(format!("archive-{}.zip.part", &tag[..16]));
        let limits = Limits { expected: None, max: ARCHIVE_BYTES_MAX };
        let download = self.download(url, part, limits)?;
        self.archives.push((url, download));
        Ok(self.archives.len() - 1)
    }

    fn download(&mut self, url: &'static str, part: PathBuf, limits: Limits) -> Result<Download, FetchError> {
        download::download(url, part, limits, self.progress).map_err(|error| match error {
            download::Failure::Unreachable(source) => FetchError::Unreachable {
                url: url.to_owned(),
                page: self.data_set.page,
                folder: self.folder.to_owned(),
                files: self.lacking(),
                source,
            },
            download::Failure::Other(error) => error,
        })
    }

    /// Downloadable or not: files of the data set that are not in the folder.
    fn lacking(&self) -> Vec<&'static str> {
        let absent = |file: &&DataFile| {
            !matches!(file.origin, Origin::Embedded(_)) && !self.folder.join(file.name).is_file()
        };
        self.data_set.files.iter().filter(absent).map(|file| file.name).collect()
    }

    /// Gives the part file its name if its bytes are the published ones, else removes it.
    fn keep(&self, file: &'static DataFile, url: &str, mut part: Download) -> Result<(), FetchError> {
        let (sha256, bytes) = part.digest()?;
        if sha256 != file.sha256 {
            part.remove();
            return Err(FetchError::WrongContent {
                file: file.name,
                url: url.to_owned(),
                found: sha256,
                found_bytes: bytes,
                expected: file.sha256,
                expected_bytes: file.bytes,
            });
        }
        part.rename(&self.folder.join(file.name))
    }

    fn forget(&mut self, url: &str) {
        if let Some(at) = self.archives.iter().position(|(known, _)| *known == url) {
            self.archives.swap_remove(at).1.remove();
        }
    }

    fn remove_archives(&mut self) {
        for (_, archive) in self.archives.drain(..) {
            archive.remove();
        }
    }
}

/// What stands between `//` and the next `/`.
fn host(url: &str) -> &str {
    let rest = url.split_once("//").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// Opens for reading and writing, creates what is missing, never truncates.
fn open_part(path: &Path) -> io::Result<File> {
    File::options().read(true).write(true).create(true).truncate(false).open(path)
}
