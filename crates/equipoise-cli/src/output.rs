//! Answers to stdout or to a file. A file is written whole or not at all.

use std::{
    fs,
    io::{self, ErrorKind, Write},
    path::{Path, PathBuf},
};

use crate::failure::Failure;

/// Writes an answer to stdout. A reader that has gone (a closed pipe) is no error: it has what it wanted.
pub(crate) fn to_stdout(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::writing(Path::new("stdout"), &error))
        }
        _ => Ok(()),
    }
}

/// Where an answer goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Stdout.
    Stdout,
    /// A file.
    File {
        /// Its path.
        path: PathBuf,
        /// What happens to a file that is there.
        existing: Existing,
    },
}

/// What happens to a file that is there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Existing {
    /// It stays, and the command fails.
    Keep,
    /// It is replaced (`--force`).
    Replace,
}

impl Existing {
    /// Returns what `--force`, given or not, says.
    pub(crate) fn of_force(force: bool) -> Self {
        if force { Self::Replace } else { Self::Keep }
    }
}

impl Destination {
    /// Returns the destination that `-o` names: none and `-` are stdout. Checks what can be checked before the work.
    pub(crate) fn new(path: Option<&Path>, existing: Existing) -> Result<Self, Failure> {
        match path {
            None => Ok(Self::Stdout),
            Some(path) if path == Path::new("-") => Ok(Self::Stdout),
            Some(path) => Self::file(path, existing),
        }
    }

    /// Returns a file as destination. Checks what can be checked before the work.
    pub(crate) fn file(path: &Path, existing: Existing) -> Result<Self, Failure> {
        match fs::metadata(path) {
            Ok(there) if there.is_dir() => {
                return Err(Failure::new(format_args!("cannot write {}: it is a folder", path.display())));
            }
            Ok(there) if there.is_file() && existing == Existing::Keep => return Err(exists(path)),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = folder_of(path);
                if !folder.is_dir() {
                    return Err(Failure::new(format_args!(
                        "cannot write {}: there is no folder {}",
                        path.display(),
                        folder.display()
                    )));
                }
            }
            Err(error) => return Err(Failure::writing(path, &error)),
        }
        Ok(Self::File { path: path.to_owned(), existing })
    }

    /// Returns whether both are one file, also where it is spelled in two ways.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::File { path: one, .. }, Self::File { path: other, .. }) => whole(one) == whole(other),
            _ => false,
        }
    }

    /// Writes the answer.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Stdout => to_stdout(bytes),
            Self::File { .. } => self.prepare(bytes)?.keep(),
        }
    }

    /// Begins to write an answer piece by piece; [`Stream::keep`] ends it, and without that no file is left.
    pub(crate) fn stream(&self) -> Result<Stream, Failure> {
        let Self::File { path, existing } = self else { return Ok(Stream::Stdout) };
        let failed = |error: &io::Error| Failure::writing(path, error);
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if fs::metadata(&target).is_ok_and(|there| !there.is_file()) {
            let device = fs::OpenOptions::new().write(true).open(&target).map_err(|error| failed(&error))?;
            return Ok(Stream::Device(device));
        }
        let file = temporary(folder_of(&target)).map_err(|error| failed(&error))?;
        Ok(Stream::File(Prepared::File { file, path: path.clone(), target, existing: *existing }))
    }

    /// Does all of writing that can fail for want of room, and leaves the last step to [`Prepared::keep`]: so that of
    /// two answers there are both or none.
    pub(crate) fn prepare(&self, bytes: &[u8]) -> Result<Prepared, Failure> {
        match self {
            Self::Stdout => to_stdout(bytes).map(|()| Prepared::Written),
            Self::File { path, existing } => prepare(path, bytes, *existing),
        }
    }
}

/// An answer that is written, but perhaps not yet under its name. It vanishes where it is not kept.
#[derive(Debug)]
pub(crate) enum Prepared {
    /// What went to stdout or a device is where it belongs.
    Written,
    /// A file beside the one to be.
    File {
        /// The file with the answer.
        file: tempfile::NamedTempFile,
        /// Its path as the user spelled it.
        path: PathBuf,
        /// Its path behind all links.
        target: PathBuf,
        /// What happens to a file that is there.
        existing: Existing,
    },
}

impl Prepared {
    /// Gives the answer its name.
    pub(crate) fn keep(self) -> Result<(), Failure> {
        let Self::File { file, path, target, existing } = self else { return Ok(()) };
        let kept = match existing {
            Existing::Keep => file.persist_noclobber(&target),
            Existing::Replace => file.persist(&target),
        };
        match kept {
            Ok(_) => Ok(()),
            Err(error) if error.error.kind() == ErrorKind::AlreadyExists => Err(exists(&path)),
            Err(error) => Err(Failure::writing(&path, &error.error)),
        }
    }
}

/// An answer that is written piece by piece.
#[derive(Debug)]
pub(crate) enum Stream {
    /// To stdout. What a reader that has gone no longer takes is thrown away.
    Stdout,
    /// To a device or a named pipe.
    Device(fs::File),
    /// To a file beside the one to be; it vanishes where it is not kept.
    File(Prepared),
}

impl Stream {
    /// Gives the answer its name.
    pub(crate) fn keep(self) -> Result<(), Failure> {
        match self {
            Self::File(prepared) => prepared.keep(),
            Self::Stdout | Self::Device(_) => Ok(()),
        }
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stdout => match io::stdout().lock().write(bytes) {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(bytes.len()),
                written => written,
            },
            Self::Device(file) => file.write(bytes),
            Self::File(Prepared::File { file, .. }) => file.write(bytes),
            Self::File(Prepared::Written) => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stdout => match io::stdout().lock().flush() {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
                flushed => flushed,
            },
            Self::Device(file) => file.flush(),
            Self::File(Prepared::File { file, .. }) => file.flush(),
            Self::File(Prepared::Written) => Ok(()),
        }
    }
}

/// Returns the path behind all links, also of a file that is still to come.
fn whole(path: &Path) -> PathBuf {
    let folder = || Some(fs::canonicalize(folder_of(path)).ok()?.join(path.file_name()?));
    fs::canonicalize(path).ok().or_else(folder).unwrap_or_else(|| path.to_owned())
}

fn exists(path: &Path) -> Failure {
    Failure::new(format_args!("{} exists already", path.display())).help("`--force` overwrites it")
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn prepare(path: &Path, bytes: &[u8], existing: Existing) -> Result<Prepared, Failure> {
    let failed = |error: &io::Error| Failure::writing(path, error);
    // Through a link to what it links to, which then is replaced; the link stays.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(&target).is_ok_and(|there| !there.is_file()) {
        // A device or a named pipe: it cannot be replaced, only written.
        let mut device = fs::OpenOptions::new().write(true).open(&target).map_err(|error| failed(&error))?;
        let written = device.write_all(bytes).and_then(|()| device.flush());
        return written.map(|()| Prepared::Written).map_err(|error| failed(&error));
    }
    let mut file = temporary(folder_of(&target)).map_err(|error| failed(&error))?;
    file.write_all(bytes).and_then(|()| file.flush()).map_err(|error| failed(&error))?;
    Ok(Prepared::File { file, path: path.to_owned(), target, existing })
}

/// Makes a file beside the one to be, so that renaming it is one step; it vanishes when it is dropped.
fn temporary(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".equipoise-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any new file gets; the system takes the umask off.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_stays_unless_it_is_to_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let new = Destination::file(&path, Existing::Keep).unwrap();
        new.write(b"one").unwrap();
        assert!(Destination::file(&path, Existing::Keep).is_err());
        assert!(new.write(b"two").is_err(), "also when it appears during the work");
        assert_eq!(fs::read(&path).unwrap(), b"one");
        Destination::file(&path, Existing::Replace).unwrap().write(b"three").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"three");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file is left");
    }

    #[test]
    fn a_folder_and_a_missing_folder_are_refused_before_the_work() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Destination::file(folder.path(), Existing::Replace).is_err());
        assert!(Destination::file(&folder.path().join("no/report.json"), Existing::Replace).is_err());
    }

    #[test]
    fn dash_is_stdout() {
        assert_eq!(Destination::new(Some(Path::new("-")), Existing::Keep), Ok(Destination::Stdout));
        assert_eq!(Destination::new(None, Existing::Keep), Ok(Destination::Stdout));
    }
}
