//! What DATA names: files, or one data set of the catalogue, read as one table.

use std::{io::Write, path::Path};

use equipoise::stats::WeightKind;
use equipoise_datasets::{
    Folders, Selection,
    catalogue::{Audited, SuggestedAudit, WeightKind as KnownKind},
    locate::{Place, locate},
    selection::PREFIX,
};
use equipoise_table::{Header, Input as TableInput, Join, ReadOptions, Source};

use super::explain;
use crate::{
    args::{AuditArgs, ReaderArgs, values::all_names},
    datasets,
    failure::Failure,
};

/// One table, ready to be read as often as needed.
pub(crate) struct Input {
    /// The table.
    pub(crate) source: Source,
    /// What it is called: the files, or the data set.
    pub(crate) names: Vec<String>,
    /// The data set, where the table is one.
    known: Option<Selection>,
    /// Copies of what is built in; they vanish with the input.
    _copies: Vec<tempfile::TempPath>,
}

impl Input {
    /// Opens what the arguments name.
    pub(crate) fn open(args: &AuditArgs) -> Result<Self, Failure> {
        let references =
            args.data.iter().filter_map(|data| data.to_str().filter(|text| text.starts_with(PREFIX)));
        let mut input = match references.into_iter().next() {
            Some(reference) if args.data.len() == 1 => Self::of_data_set(reference, &args.reader)?,
            Some(reference) => {
                return Err(Failure::new(format_args!("`{reference}` stands beside other data"))
                    .help("a data set is audited alone; `equipoise datasets path` prints its files"));
            }
            None => Self::of_files(args)?,
        };
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
                    .map_err(|error| explain::table_error(&error).detail("in `--join`"))?;
                let join = Join::new(joined, key.here.as_str()).with_key_there(key.there.as_str());
                input.source = input.source.with_join(join);
                input.names.push(file.display().to_string());
                Ok(input)
            }
        }
    }

    fn of_files(args: &AuditArgs) -> Result<Self, Failure> {
        let inputs: Vec<TableInput> = args.data.iter().map(|data| Path::new(data).into()).collect();
        let options = options(&args.reader, ReadOptions::new())?;
        let source = Source::open(&inputs, options).map_err(|error| explain::table_error(&error))?;
        let names = source.files().map(|file| file.display().to_string()).collect();
        Ok(Self { source, names, known: None, _copies: Vec::new() })
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
            let source = Source::open(&[path.into()], options(reader, known)?)
                .map_err(|error| explain::table_error(&error))?;
            chained = match chained {
                None => Some(source),
                Some(before) => Some(before.chain(source).ok_or_else(|| {
                    Failure::new(format_args!("the files of `{reference}` differ in their missing markers"))
                        .help("name one of them, or the same `--missing` for all")
                })?),
            };
        }
        let source = chained.ok_or_else(|| Failure::new(format_args!("`{reference}` has no files")))?;
        let name = reference.to_owned();
        Ok(Self { source, names: vec![name], known: Some(located.selection), _copies: copies })
    }

    /// Returns the positive values of a column, where the catalogue of data sets knows them.
    pub(crate) fn positives(&self, column: &str) -> Vec<String> {
        let of_audit = |audit: &SuggestedAudit| match audit.audited {
            _ if audit.target == column && !audit.positive.is_empty() => Some(audit.positive),
            Audited::Prediction { column: prediction, positive } if prediction == column => Some(positive),
            _ => None,
        };
        let known = self.audits().find_map(of_audit).unwrap_or_default();
        known.iter().map(|&value| value.to_owned()).collect()
    }

    /// Returns the kind of a column of weights, where the catalogue of data sets knows it.
    pub(crate) fn weight_kind(&self, column: &str) -> Option<WeightKind> {
        let kind =
            self.audits().filter_map(|audit| audit.weight).find(|weight| weight.column == column)?.kind;
        Some(match kind {
            KnownKind::Frequency => WeightKind::Frequency,
            KnownKind::Sampling => WeightKind::Sampling,
        })
    }

    /// The suggested audits of what was named.
    fn audits(&self) -> impl Iterator<Item = &'static SuggestedAudit> {
        self.known.as_ref().map_or(&[] as &[SuggestedAudit], Selection::audits).iter()
    }
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
