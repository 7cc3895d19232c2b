//! What DATA names: files, or one data set of the catalogue, read as one table.

use std::{ffi::OsString, io::Write, path::Path};

use equipoise::stats::WeightKind;
use equipoise_audit::{Hints, Spelling, Table};
use equipoise_datasets::{
    Folders, Selection,
    catalogue::{Audited, SuggestedAudit, WeightKind as KnownKind},
    locate::{Place, locate},
    selection::PREFIX,
};
use equipoise_table::{Header, Input as TableInput, Join, ReadOptions, Source, TableError};

use crate::{
    args::{AuditArgs, ReaderArgs, values::all_names},
    datasets,
    failure::Failure,
};

/// One table, ready to be read as often as needed.
pub(crate) struct Input {
    /// The table, called by its files or by the data set.
    pub(crate) table: Table,
    /// Copies of what is built in; they vanish with the input.
    _copies: Vec<tempfile::TempPath>,
}

impl Input {
    /// Opens what the arguments of an audit name.
    pub(crate) fn open(args: &AuditArgs) -> Result<Self, Failure> {
        let mut input = Self::of_data(&args.data, &args.reader)?;
        match (&args.columns.join, &args.columns.on) {
            (None, None) => Ok(input),
            (Some(_), None) => {
                Err(Failure::new("`--join` is given without `--on`").help("name the key: `--on COLUMN`"))
            }
            (None, Some(_)) => {
                Err(Failure::new("`--on` is given without `--join`").help("name the file: `--join FILE`"))
            }
            (Some(file), Some(key)) => {
                let mut options = ReadOptions::new();
                options.missing = all_names(&args.reader.missing);
                let joined = Source::open(&[file.clone().into()], options)
                    .map_err(|error| failure(&error).detail("in `--join`"))?;
                let join = Join::new(joined, key.here.as_str()).with_key_there(key.there.as_str());
                input.table.source = input.table.source.with_join(join);
                input.table.names.push(file.display().to_string());
                Ok(input)
            }
        }
    }

    /// Opens files, or one data set.
    pub(crate) fn of_data(data: &[OsString], reader: &ReaderArgs) -> Result<Self, Failure> {
        let mut references =
            data.iter().filter_map(|data| data.to_str().filter(|text| text.starts_with(PREFIX)));
        match references.next() {
            Some(reference) if data.len() == 1 => Self::of_data_set(reference, reader),
            Some(reference) => Err(Failure::new(format_args!("`{reference}` stands beside other data"))
                .help("a data set is read alone; `equipoise datasets path` prints its files")),
            None => Self::of_files(data, reader),
        }
    }

    fn of_files(data: &[OsString], reader: &ReaderArgs) -> Result<Self, Failure> {
        let inputs: Vec<TableInput> = data.iter().map(|data| Path::new(data).into()).collect();
        let options = options(reader, ReadOptions::new())?;
        let source = Source::open(&inputs, options).map_err(|error| failure(&error))?;
        Ok(Self { table: Table::new(source), _copies: Vec::new() })
    }

    fn of_data_set(reference: &str, reader: &ReaderArgs) -> Result<Self, Failure> {
        let located = locate(reference, &Folders::from_environment())
            .map_err(|error| datasets::locate_failure(&error))?;
        let mut copies = Vec::new();
        let mut chained: Option<Source> = None;
        for found in &located.files {
            let reading = found.file.table.as_ref().map(|table| &table.reading);
            let known = reading.map_or_else(ReadOptions::new, ReadOptions::from);
            let path = match &found.place {
                Place::Path(path) => path.clone(),
                Place::Embedded(text) => {
                    let copy = copy(text).map_err(|error| {
                        Failure::new(format_args!("cannot write a temporary file: {error}"))
                    })?;
                    copies.push(copy);
                    copies[copies.len() - 1].to_path_buf()
                }
            };
            let source =
                Source::open(&[path.into()], options(reader, known)?).map_err(|error| failure(&error))?;
            chained = match chained {
                None => Some(source),
                Some(before) => Some(before.chain(source).ok_or_else(|| {
                    Failure::new(format_args!("the files of `{reference}` differ in their missing markers"))
                        .help("name one of them, or the same `--missing` for all")
                })?),
            };
        }
        let source = chained.ok_or_else(|| Failure::new(format_args!("`{reference}` has no files")))?;
        let hints = hints(&located.selection);
        let table = Table::new(source).named(vec![reference.to_owned()]).with_hints(hints);
        Ok(Self { table, _copies: copies })
    }
}

fn failure(error: &TableError) -> Failure {
    Failure::of_table(error, Spelling::CommandLine)
}

/// What the catalogue knows of the columns of a data set, from the audits that it suggests.
fn hints(selection: &Selection) -> Hints {
    let mut hints = Hints::default();
    let owned = |values: &[&str]| values.iter().map(|&value| value.to_owned()).collect();
    for SuggestedAudit { target, positive, audited, weight, .. } in selection.audits() {
        if !positive.is_empty() {
            hints.positives.push(((*target).to_owned(), owned(positive)));
        }
        if let Audited::Prediction { column, positive } = audited {
            hints.positives.push(((*column).to_owned(), owned(positive)));
        }
        if let Some(weight) = weight {
            let kind = match weight.kind {
                KnownKind::Frequency => WeightKind::Frequency,
                KnownKind::Sampling => WeightKind::Sampling,
            };
            hints.weight_kinds.push((weight.column.to_owned(), kind));
        }
    }
    hints
}

/// Writes what is built in to a temporary file, since tables are read from files.
fn copy(text: &str) -> std::io::Result<tempfile::TempPath> {
    let mut file = tempfile::Builder::new().prefix("equipoise-").suffix(".csv").tempfile()?;
    file.write_all(text.as_bytes())?;
    file.flush()?;
    Ok(file.into_temp_path())
}

/// Returns reading options: those that are known, with what the flags say in their place.
fn options(reader: &ReaderArgs, known: ReadOptions) -> Result<ReadOptions, Failure> {
    let mut options = known;
    options.format = reader.input_format.or(options.format);
    if let Some(delimiter) = reader.delimiter {
        options.delimiter = Some(delimiter);
    }
    if let Some(quote) = reader.quote {
        options.quote = quote.0;
    }
    if let Some(skip_rows) = reader.skip_rows {
        options.skip_rows = skip_rows;
    }
    if let Some(comment) = reader.comment {
        options.comment = Some(comment);
    }
    let columns = all_names(&reader.columns);
    if !columns.is_empty() {
        options.header = Header::Names(columns);
    } else if reader.no_header {
        options.header = Header::None;
    }
    options.missing.extend(all_names(&reader.missing));
    options.trim |= reader.trim;
    Ok(options)
}
