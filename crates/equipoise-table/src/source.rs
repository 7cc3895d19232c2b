//! One table in any number of files, or in memory.

use std::{
    fs,
    path::PathBuf,
    sync::{Arc, atomic::AtomicU64},
};

use arrow::{array::ArrayRef, datatypes::Schema};

use crate::{
    Batch,
    csv::{blocks::Blocks, dialect, scan::Dialect},
    error::{FoldError, RowUnit, TableError},
    fold::{self, Progress, ReadSummary, Rows},
    inputs::{self, Counted, Input, InputFile, decompress},
    ipc,
    join::Join,
    json_lines, memory, names,
    options::{Compression, Format, ReadOptions},
    parquet,
    plan::{Plan, Stored},
    request::{ColumnRef, ColumnRequest},
};

/// A table in one or more files, or in memory, perhaps with columns joined from another.
///
/// Opening lists the files and checks that they can be read; [`Source::fold`] reads them, as often as it is called.
///
/// ```no_run
/// use equipoise_table::{ColumnRequest, Kind, MissingPolicy, ReadOptions, Source};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let loans = Source::open(&["loans.csv".into()], ReadOptions::new())?;
/// let requests = [ColumnRequest::new("sex", Kind::Categorical, MissingPolicy::Label)];
/// let (counts, summary) = loans.fold(
///     &requests,
///     2,
///     &|_| {},
///     || 0,
///     |n_rows, batch| {
///         *n_rows += batch.rows;
///         Ok::<_, std::convert::Infallible>(())
///     },
/// )?;
/// assert_eq!(counts.iter().sum::<usize>() as u64, summary.rows);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Source {
    pub(crate) files: Vec<InputFile>,
    pub(crate) options: ReadOptions,
    pub(crate) join: Option<Box<Join>>,
    pub(crate) n_bytes: u64,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ColumnInfo {
    /// The name, made distinct where the file repeats it.
    pub name: String,
    /// The type in the file: `text` in CSV, `JSON value`, an Arrow type, or `folder name`.
    pub type_name: String,
}

/// A file at its first row.
pub(crate) struct OpenFile {
    pub(crate) names: Vec<String>,
    pub(crate) types: Types,
    pub(crate) stream: Stream,
}

/// What is known of the types of a file's columns.
pub(crate) enum Types {
    All(&'static str),
    Arrow(Arc<Schema>),
}

/// The rows of a file.
pub(crate) enum Stream {
    Csv { blocks: Blocks, dialect: Dialect, n_columns: usize },
    JsonLines { blocks: Blocks },
    Parquet { table: Arc<parquet::Table>, next_group: usize },
    Ipc(ipc::Batches),
    Memory { columns: Arc<memory::Columns>, next_row: usize },
}

impl Source {
    /// Opens a table.
    ///
    /// # Errors
    /// When an input does not exist, cannot be read, or holds no file; when options clash.
    pub fn open(inputs: &[Input], options: ReadOptions) -> Result<Self, TableError> {
        dialect::check_options(&options)?;
        let files = inputs::list(inputs)?;
        let mut n_bytes = 0;
        for file in &files {
            n_bytes += file.length()?;
        }
        Ok(Self { files, options, join: None, n_bytes })
    }

    /// Takes a table that lies in memory: the names of its columns, and the chunks of each.
    ///
    /// All columns must have as many rows; where one chunk ends is each column's own affair. A column without
    /// chunks has no rows. Names are made distinct as those of a file are. Errors number the rows from 0 and name no
    /// file. The arrays are shared, not copied, and read a few ten thousand rows at a time. Texts are neither trimmed
    /// nor compared with missing markers, except those that [`Source::with_missing`] gives.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use arrow::array::{Int64Array, StringArray};
    /// use equipoise_table::Source;
    /// let sex = Arc::new(StringArray::from(vec!["f", "m", "f"]));
    /// let hired = Arc::new(Int64Array::from(vec![0, 1, 1]));
    /// let table = Source::of_columns(vec![("sex".into(), vec![sex]), ("hired".into(), vec![hired])])?;
    /// assert_eq!(table.columns()?[1].name, "hired");
    /// # Ok::<(), equipoise_table::TableError>(())
    /// ```
    ///
    /// # Errors
    /// [`TableError::LengthsDiffer`] when two columns have not as many rows.
    pub fn of_columns(columns: Vec<(String, Vec<ArrayRef>)>) -> Result<Self, TableError> {
        let columns = memory::Columns::new(columns)?;
        let n_bytes = columns.n_bytes();
        let files = vec![InputFile::in_memory(Arc::new(columns))];
        Ok(Self { files, options: ReadOptions::new(), join: None, n_bytes })
    }

    /// Takes some texts for missing values, in place of those of [`ReadOptions::missing`].
    pub fn with_missing(mut self, missing: Vec<String>) -> Self {
        self.options.missing = missing;
        self
    }

    /// Adds the columns of another table, row by row, where the key is equal.
    pub fn with_join(mut self, join: Join) -> Self {
        self.join = Some(Box::new(join));
        self
    }

    /// Adds the files of another table behind those of this one, each read by its own table's options.
    ///
    /// Missing markers and trimming hold for a table as a whole: where the two differ in them, nothing is added and
    /// `None` returned; so too where one of them lies in memory. A join of the other table is not taken over.
    pub fn chain(mut self, other: Self) -> Option<Self> {
        let same = self.options.missing == other.options.missing && self.options.trim == other.options.trim;
        if !same || self.is_in_memory() || other.is_in_memory() {
            return None;
        }
        let options = Arc::new(other.options);
        self.files.extend(other.files.into_iter().map(|mut file| {
            file.options.get_or_insert_with(|| options.clone());
            file
        }));
        self.n_bytes += other.n_bytes;
        Some(self)
    }

    /// Returns the names of the files, in the order in which they are read; a table in memory has none.
    pub fn files(&self) -> impl ExactSizeIterator<Item = &std::path::Path> {
        let files = if self.is_in_memory() { &[] } else { self.files.as_slice() };
        files.iter().map(|file| file.name.as_path())
    }

    fn is_in_memory(&self) -> bool {
        self.files.iter().any(|file| file.columns.is_some())
    }

    /// Returns the columns of the first file that is not empty, and those that folders' names give.
    ///
    /// Of JSON lines these are the keys of the first thousand lines.
    ///
    /// # Errors
    /// When the file cannot be read, or all files are empty.
    pub fn columns(&self) -> Result<Vec<ColumnInfo>, TableError> {
        let (_, columns) = self.first_columns()?;
        Ok(columns)
    }

    /// Returns all columns, as [`Source::columns`] does, and the numbers among them of those that are wanted.
    ///
    /// # Errors
    /// As [`Source::columns`], and [`TableError::UnknownColumn`] for the first that is not there.
    pub fn find(&self, wanted: &[ColumnRef]) -> Result<(Vec<ColumnInfo>, Vec<usize>), TableError> {
        let (file, columns) = self.first_columns()?;
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let number = |column: &ColumnRef| {
            names::find(&names, column).ok_or_else(|| unknown_column(column, file, names.clone()))
        };
        let numbers = wanted.iter().map(number).collect::<Result<_, _>>()?;
        Ok((columns, numbers))
    }

    /// Returns the first file that is not empty, and its columns.
    pub(crate) fn first_columns(&self) -> Result<(&InputFile, Vec<ColumnInfo>), TableError> {
        for file in &self.files {
            let Some(open) = open_file(file, &self.options, &Arc::default())? else { continue };
            let type_name = |column: usize| match &open.types {
                Types::All(name) => (*name).to_owned(),
                Types::Arrow(schema) => schema.field(column).data_type().to_string(),
            };
            let mut columns: Vec<ColumnInfo> = Vec::with_capacity(open.names.len());
            for (column, name) in open.names.into_iter().enumerate() {
                columns.push(ColumnInfo { name, type_name: type_name(column) });
            }
            for (name, _) in &file.folders {
                if !columns.iter().any(|column| column.name == *name) {
                    columns.push(ColumnInfo { name: name.clone(), type_name: "folder name".to_owned() });
                }
            }
            return Ok((file, columns));
        }
        Err(self.empty())
    }

    pub(crate) fn empty(&self) -> TableError {
        let file = self.files.first().map_or_else(PathBuf::new, |file| file.name.clone());
        TableError::Malformed { file, format: "table", detail: "it is empty".to_owned() }
    }

    /// Reads the requested columns once, in batches, on up to `threads` threads (0: as many as there are cores).
    ///
    /// Each thread makes one accumulator with `init` and calls `step` with it for each of its batches; the
    /// accumulators come back in no promised order, so what is done with them must not depend on it. `progress` is
    /// called now and then, from any of the threads.
    ///
    /// Needs memory for a few batches a thread, whatever the number of rows. Of several errors the one of the
    /// earliest part of the table is returned, so the same input gives the same error on any number of threads.
    ///
    /// # Errors
    /// [`FoldError::Table`] when a file or a value is at fault; [`FoldError::Step`] when `step` fails. Missing values
    /// under [`crate::MissingPolicy::Reject`] are reported after the whole table was read.
    pub fn fold<T: Send, E: Send>(
        &self,
        requests: &[ColumnRequest],
        threads: usize,
        progress: &(dyn Fn(Progress) + Sync),
        init: impl Fn() -> T + Sync,
        step: impl Fn(&mut T, &Batch) -> Result<(), E> + Sync,
    ) -> Result<(Vec<T>, ReadSummary), FoldError<E>> {
        fold::fold(self, requests, threads, progress, init, |state, batch, _| step(state, batch))
    }

    /// Reads the requested columns like [`Source::fold`]; the step also learns where the rows of a batch stand in
    /// their file, for errors that name one.
    ///
    /// # Errors
    /// As [`Source::fold`].
    pub fn fold_rows<T: Send, E: Send>(
        &self,
        requests: &[ColumnRequest],
        threads: usize,
        progress: &(dyn Fn(Progress) + Sync),
        init: impl Fn() -> T + Sync,
        step: impl Fn(&mut T, &Batch, &Rows<'_>) -> Result<(), E> + Sync,
    ) -> Result<(Vec<T>, ReadSummary), FoldError<E>> {
        fold::fold(self, requests, threads, progress, init, step)
    }
}

impl InputFile {
    fn length(&self) -> Result<u64, TableError> {
        let metadata = self.reopen()?.metadata().map_err(|error| TableError::io(&self.name, error))?;
        if metadata.is_dir() {
            return Err(TableError::io(&self.name, std::io::ErrorKind::IsADirectory.into()));
        }
        Ok(metadata.len())
    }
}

/// Opens a file and reads its head. `None` where a text file holds nothing.
pub(crate) fn open_file(
    file: &InputFile,
    options: &ReadOptions,
    n_bytes: &Arc<AtomicU64>,
) -> Result<Option<OpenFile>, TableError> {
    if let Some(columns) = &file.columns {
        let schema = columns.schema().clone();
        let stream = Stream::Memory { columns: columns.clone(), next_row: 0 };
        return Ok(Some(OpenFile { names: names_of(&schema), types: Types::Arrow(schema), stream }));
    }
    let options = file.options(options);
    let opened = file.open(options)?;
    let is_plain = opened.compression == Compression::None;
    let counted = |reader: fs::File| -> Result<Box<dyn std::io::Read + Send>, TableError> {
        let reader = Counted { reader, n_bytes: n_bytes.clone() };
        decompress(reader, opened.compression).map_err(|error| TableError::io(&file.name, error))
    };
    Ok(Some(match opened.format {
        Format::Csv => {
            let mut blocks = Blocks::new(counted(opened.file)?, &file.name);
            let Some(head) = dialect::read_head(&mut blocks, &file.name, options)? else { return Ok(None) };
            let n_columns = head.names.len();
            let stream = Stream::Csv { blocks, dialect: head.dialect, n_columns };
            OpenFile { names: head.names, types: Types::All("text"), stream }
        }
        Format::JsonLines => {
            let mut blocks = Blocks::new(counted(opened.file)?, &file.name);
            let names = json_lines::read_head(&mut blocks)?;
            if names.is_empty() {
                return Ok(None);
            }
            OpenFile { names, types: Types::All("JSON value"), stream: Stream::JsonLines { blocks } }
        }
        Format::Parquet if !is_plain => {
            return Err(TableError::Malformed {
                file: file.name.clone(),
                format: "Parquet",
                detail: "it is compressed as a whole; decompress it first".to_owned(),
            });
        }
        Format::Parquet => {
            let table = parquet::Table::open(file, &opened.file)?;
            let schema = table.schema().clone();
            let stream = Stream::Parquet { table: Arc::new(table), next_group: 0 };
            OpenFile { names: names_of(&schema), types: Types::Arrow(schema), stream }
        }
        Format::ArrowIpc => {
            let (schema, batches) = ipc::open(&file.name, counted(opened.file)?)?;
            OpenFile { names: names_of(&schema), types: Types::Arrow(schema), stream: Stream::Ipc(batches) }
        }
    }))
}

fn names_of(schema: &Schema) -> Vec<String> {
    names::distinct(schema.fields().iter().map(|field| field.name().clone()).collect())
}

/// Returns the error of a column that a list of columns lacks.
pub(crate) fn unknown_column(column: &ColumnRef, file: &InputFile, available: Vec<String>) -> TableError {
    const N_SHOWN: usize = 1000;
    let column = column.to_string();
    TableError::UnknownColumn {
        nearest: names::nearest(&available, &column).map(str::to_owned),
        column,
        file: file.name.clone(),
        n_available: available.len(),
        available: available.into_iter().take(N_SHOWN).collect(),
    }
}

impl Plan {
    /// Finds the requested columns in a file. `first` is the first file, where this is a later one.
    pub(crate) fn new(
        file_idx: usize,
        file: &InputFile,
        open: &OpenFile,
        requests: &[ColumnRequest],
        first: Option<&InputFile>,
    ) -> Result<Self, TableError> {
        let unit = match open.stream {
            Stream::Csv { .. } | Stream::JsonLines { .. } => RowUnit::Line,
            Stream::Parquet { .. } | Stream::Ipc(_) => RowUnit::Row,
            Stream::Memory { .. } => RowUnit::Index,
        };
        let mut plan =
            Self { file_idx, file: file.name.clone(), unit, stored: Vec::new(), constant: Vec::new() };
        for (request, ColumnRequest { column, kind, .. }) in requests.iter().enumerate() {
            if let Some(found) = names::find(&open.names, column) {
                let name = open.names[found].clone();
                plan.stored.push(Stored { request, column: found, name, kind: *kind });
                continue;
            }
            let folder = file.folders.iter().find(|(name, _)| *column == ColumnRef::Name(name.clone()));
            match (folder, first, column) {
                (Some((_, value)), _, _) => plan.constant.push((request, value.clone())),
                // A key that no line has is missing in all of them.
                (None, Some(_), ColumnRef::Name(name)) if matches!(open.stream, Stream::JsonLines { .. }) => {
                    let column = open.names.len();
                    plan.stored.push(Stored { request, column, name: name.clone(), kind: *kind });
                }
                (None, Some(first), _) => {
                    return Err(TableError::FilesDisagree {
                        column: column.to_string(),
                        first: first.name.clone(),
                        file: file.name.clone(),
                    });
                }
                (None, None, _) => return Err(unknown_column(column, file, open.names.clone())),
            }
        }
        if let Types::Arrow(schema) = &open.types {
            for (at, stored) in plan.stored.iter().enumerate() {
                let data_type = schema.field(stored.column).data_type();
                if !crate::values::is_supported(data_type, stored.kind) {
                    return Err(plan.unsupported(at, data_type.to_string()));
                }
            }
        }
        Ok(plan)
    }
}
