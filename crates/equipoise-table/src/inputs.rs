//! From paths, folders, globs and `-` to the files of a table.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use crate::{
    error::TableError,
    memory::Columns,
    options::{Compression, Format, ReadOptions},
};

/// One input as the user gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input, written `-`. It is copied to a temporary file first, so that any format can be read from a
    /// pipe, and more than once.
    Stdin,
    /// A file, a pipe (read like standard input), a folder, or a pattern with `*`, `?`, `[…]` or `**`.
    ///
    /// Folders are read recursively, in the order of names; files and folders whose name begins with `.` or `_` are
    /// skipped. A folder named `key=value` below it is a column: `key` has the text `value` in all its files.
    Path(PathBuf),
}

impl From<&Path> for Input {
    fn from(path: &Path) -> Self {
        if path == Path::new("-") { Self::Stdin } else { Self::Path(path.to_owned()) }
    }
}

impl From<PathBuf> for Input {
    fn from(path: PathBuf) -> Self {
        path.as_path().into()
    }
}

impl From<&str> for Input {
    fn from(path: &str) -> Self {
        Path::new(path).into()
    }
}

/// A file of a table, or the table where it lies in memory.
#[derive(Clone, Debug)]
pub(crate) struct InputFile {
    /// The name that messages show.
    pub(crate) name: PathBuf,
    /// Where the bytes are.
    path: PathBuf,
    /// The columns, where the table lies in memory and there is no file.
    pub(crate) columns: Option<Arc<Columns>>,
    /// The columns that its folders' names give.
    pub(crate) folders: Vec<(String, String)>,
    /// How this file is to be read, where it came from another table; else the table's options hold.
    pub(crate) options: Option<Arc<ReadOptions>>,
    /// Keeps the copy of standard input until the last user is gone.
    _copy: Option<Arc<tempfile::TempPath>>,
}

/// An opened file and what its first bytes told.
pub(crate) struct Opened {
    pub(crate) file: File,
    pub(crate) compression: Compression,
    pub(crate) format: Format,
}

impl InputFile {
    /// Returns a table in memory, under the name that messages show.
    pub(crate) fn in_memory(columns: Arc<Columns>) -> Self {
        Self {
            name: "the table".into(),
            path: PathBuf::new(),
            columns: Some(columns),
            folders: Vec::new(),
            options: None,
            _copy: None,
        }
    }

    /// Returns how the file is to be read: as it says itself, else as its table says.
    pub(crate) fn options<'a>(&'a self, of_table: &'a ReadOptions) -> &'a ReadOptions {
        self.options.as_deref().unwrap_or(of_table)
    }

    /// Opens the file and finds out its format.
    pub(crate) fn open(&self, options: &ReadOptions) -> Result<Opened, TableError> {
        let error = |error| TableError::io(&self.name, error);
        let mut file = File::open(&self.path).map_err(error)?;
        let metadata = file.metadata().map_err(error)?;
        if metadata.is_dir() {
            return Err(error(io::ErrorKind::IsADirectory.into()));
        }
        let mut head = read_head(&mut file).map_err(error)?;
        file.seek(SeekFrom::Start(0)).map_err(error)?;
        let compression = Compression::of_magic(&head);
        let mut format = options.format.or_else(|| Format::of_suffix(&self.name));
        if format.is_none() && compression != Compression::None {
            // What cannot be decompressed is reported when it is read.
            head = read_head(&mut decompress(file.try_clone().map_err(error)?, compression).map_err(error)?)
                .unwrap_or_default();
            file.seek(SeekFrom::Start(0)).map_err(error)?;
        }
        let shown = Format::of_magic(&head);
        let format = *format.get_or_insert_with(|| shown.unwrap_or(Format::Csv));
        if let (None, Some(is @ (Format::Parquet | Format::ArrowIpc)), Format::Csv | Format::JsonLines) =
            (options.format, shown, format)
        {
            // Binary bytes would be read as one long name, and shown in errors.
            let name = if format == Format::Csv { "CSV" } else { "JSON lines" };
            let detail = format!("it begins as a file of format `{is}`");
            return Err(TableError::Malformed { file: self.name.clone(), format: name, detail });
        }
        Ok(Opened { file, compression, format })
    }

    /// Opens the file once more, for another thread.
    pub(crate) fn reopen(&self) -> Result<File, TableError> {
        File::open(&self.path).map_err(|error| TableError::io(&self.name, error))
    }
}

fn read_head(reader: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(64);
    reader.take(64).read_to_end(&mut head)?;
    Ok(head)
}

/// Returns a reader of the decompressed bytes. Several gzip members or zstd frames behind each other are one file.
pub(crate) fn decompress<R: Read + Send + 'static>(
    reader: R,
    compression: Compression,
) -> io::Result<Box<dyn Read + Send>> {
    Ok(match compression {
        Compression::None => Box::new(reader),
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(reader)),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(reader)?),
    })
}

/// Counts the bytes that were read, for progress.
pub(crate) struct Counted<R> {
    pub(crate) reader: R,
    pub(crate) n_bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.reader.read(buffer)?;
        self.n_bytes.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

/// Lists the files of all inputs, in the order given, folders and patterns in the order of names.
pub(crate) fn list(inputs: &[Input]) -> Result<Vec<InputFile>, TableError> {
    let mut files = Vec::new();
    for input in inputs {
        match input {
            Input::Stdin => files.push(copy_of("standard input".into(), &mut io::stdin().lock())?),
            Input::Path(path) => list_path(path, &mut files)?,
        }
    }
    Ok(files)
}

/// Copies what can be read only once to a temporary file.
fn copy_of(name: PathBuf, reader: &mut dyn Read) -> Result<InputFile, TableError> {
    let mut copy = || -> io::Result<tempfile::TempPath> {
        let mut copy = tempfile::NamedTempFile::new()?;
        io::copy(reader, &mut copy)?;
        Ok(copy.into_temp_path())
    };
    let copy = copy().map_err(|error| TableError::io(&name, error))?;
    Ok(InputFile {
        name,
        path: copy.to_path_buf(),
        columns: None,
        folders: Vec::new(),
        options: None,
        _copy: Some(Arc::new(copy)),
    })
}

/// Returns whether a path is a pipe, such as the shell's `<(…)`.
#[cfg(unix)]
fn is_pipe(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::FileTypeExt;
    metadata.file_type().is_fifo() || metadata.file_type().is_socket()
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

fn list_path(path: &Path, files: &mut Vec<InputFile>) -> Result<(), TableError> {
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => {
            let n_before = files.len();
            list_folder(path, &[], &mut Vec::new(), files)?;
            if files.len() == n_before { Err(TableError::NoFile { input: path.to_owned() }) } else { Ok(()) }
        }
        Ok(metadata) if is_pipe(&metadata) => {
            let mut pipe = File::open(path).map_err(|error| TableError::io(path, error))?;
            files.push(copy_of(path.to_owned(), &mut pipe)?);
            Ok(())
        }
        Ok(_) => {
            files.push(plain(path, Vec::new()));
            Ok(())
        }
        Err(error) => match path.to_str() {
            Some(pattern) if error.kind() == io::ErrorKind::NotFound && pattern.contains(['*', '?', '[']) => {
                list_pattern(path, pattern, files)
            }
            _ => Err(TableError::io(path, error)),
        },
    }
}

fn plain(path: &Path, folders: Vec<(String, String)>) -> InputFile {
    InputFile {
        name: path.to_owned(),
        path: path.to_owned(),
        columns: None,
        folders,
        options: None,
        _copy: None,
    }
}

fn list_pattern(input: &Path, pattern: &str, files: &mut Vec<InputFile>) -> Result<(), TableError> {
    // `*` passes over hidden folders, as in a shell.
    let options = glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
    let found = glob::glob_with(pattern, options)
        .map_err(|error| TableError::BadPattern { input: input.to_owned(), detail: error.msg.to_owned() })?;
    let n_before = files.len();
    for path in found {
        let path = path.map_err(|error| TableError::io(error.path().to_owned(), error.into()))?;
        let hidden = path.file_name().is_some_and(|name| is_hidden(&name.to_string_lossy()));
        if !hidden && path.is_file() {
            files.push(plain(&path, Vec::new()));
        }
    }
    if files.len() == n_before { Err(TableError::NoFile { input: input.to_owned() }) } else { Ok(()) }
}

fn is_hidden(name: &str) -> bool {
    name.starts_with(['.', '_'])
}

/// Lists the files of a folder; `above` holds the folders that led here, behind all links.
fn list_folder(
    folder: &Path,
    folders: &[(String, String)],
    above: &mut Vec<PathBuf>,
    files: &mut Vec<InputFile>,
) -> Result<(), TableError> {
    let error = |error| TableError::io(folder, error);
    let real = fs::canonicalize(folder).map_err(error)?;
    if above.contains(&real) {
        // It would never end, and two such links in one folder would double the work at every step.
        return Err(error(io::Error::other("it links back to a folder above it")));
    }
    // No real tree of tables is this deep.
    const DEPTH_MAX: usize = 64;
    if above.len() > DEPTH_MAX {
        return Err(error(io::Error::other("folders are nested too deeply")));
    }
    above.push(real);
    let mut entries: Vec<PathBuf> = fs::read_dir(folder)
        .map_err(error)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<_>>()
        .map_err(error)?;
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if is_hidden(&name) {
            continue;
        }
        let metadata = fs::metadata(&path).map_err(|error| TableError::io(&path, error))?;
        if metadata.is_dir() {
            let mut folders = folders.to_vec();
            if let Some((key, value)) = name.split_once('=') {
                folders.push((key.to_owned(), value.to_owned()));
            }
            list_folder(&path, &folders, above, files)?;
        } else {
            files.push(plain(&path, folders.to_vec()));
        }
    }
    above.pop();
    Ok(())
}
