//! Batches of columns, out to CSV and Parquet.
//!
//! What comes in is what the readers hand out (codes with labels, numbers), so that a column can be carried from one
//! table to another. Numbers are written so that they read back the same; a missing value is an empty field or a null.

use std::{
    io::{self, Write},
    sync::Arc,
};

use arrow::{
    array::{ArrayRef, BooleanBuilder, Float64Builder, Int64Builder, StringBuilder},
    datatypes::{DataType, Field as ArrowField, Schema, SchemaRef},
    record_batch::RecordBatch,
};
use equipoise::{groups::Label, sample::Codes};
use parquet::{arrow::ArrowWriter, basic::Compression, file::properties::WriterProperties};

use crate::coding::{parse_number, write_double};

/// A column to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type; CSV, which has none, writes the same text for all.
    pub of: FieldType,
}

/// The type of a column in a file that has types. A label that is none of the type becomes a null there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// Text.
    Text,
    /// Doubles.
    Real,
    /// 64-bit integers.
    Integer,
    /// True and false.
    Boolean,
}

impl FieldType {
    /// Returns the type in which a column of a type that [`ColumnInfo`](crate::ColumnInfo) names is written again.
    pub fn of_name(type_name: &str) -> Self {
        match type_name {
            "Boolean" => Self::Boolean,
            "Int8" | "Int16" | "Int32" | "Int64" | "UInt8" | "UInt16" | "UInt32" => Self::Integer,
            "Float16" | "Float32" | "Float64" => Self::Real,
            _ => Self::Text,
        }
    }
}

/// The values of one column in a batch.
#[derive(Clone, Copy, Debug)]
pub enum Cells<'a> {
    /// Numbers; NaN is a missing value.
    Real(&'a [f64]),
    /// Labels by code.
    Labels {
        /// One code a row, each below `labels.len()`.
        codes: Codes<'a>,
        /// The labels.
        labels: &'a [Label],
    },
}

impl Cells<'_> {
    fn len(&self) -> usize {
        match self {
            Self::Real(values) => values.len(),
            Self::Labels { codes, .. } => codes.len(),
        }
    }
}

/// Writes a table batch by batch.
///
/// ```
/// use equipoise_table::{Cells, Field, FieldType, TableWriter};
/// let fields = vec![Field { name: "score".into(), of: FieldType::Real }];
/// let mut writer = TableWriter::csv(Vec::new(), fields)?;
/// writer.write(&[Cells::Real(&[0.5, f64::NAN])])?;
/// assert_eq!(writer.finish()?, b"score\n0.5\n\n");
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct TableWriter<W: Write + Send> {
    fields: Vec<Field>,
    sink: Sink<W>,
}

enum Sink<W: Write + Send> {
    Csv { out: W, text: String },
    Parquet { writer: Box<ArrowWriter<W>>, schema: SchemaRef },
}

impl<W: Write + Send> TableWriter<W> {
    /// Begins a CSV file: commas, quotes where needed, a header line.
    ///
    /// # Errors
    /// When the header cannot be written.
    pub fn csv(mut out: W, fields: Vec<Field>) -> io::Result<Self> {
        let mut text = String::new();
        for (place, field) in fields.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            write_field(&mut text, &field.name);
        }
        text.push('\n');
        out.write_all(text.as_bytes())?;
        Ok(Self { fields, sink: Sink::Csv { out, text } })
    }

    /// Begins a Parquet file, compressed by Zstandard.
    ///
    /// # Errors
    /// When the beginning cannot be written.
    pub fn parquet(out: W, fields: Vec<Field>) -> io::Result<Self> {
        let arrow_field = |field: &Field| ArrowField::new(&field.name, data_type(field.of), true);
        let schema = Arc::new(Schema::new(fields.iter().map(arrow_field).collect::<Vec<_>>()));
        let properties =
            WriterProperties::builder().set_compression(Compression::ZSTD(Default::default())).build();
        let writer = ArrowWriter::try_new(out, schema.clone(), Some(properties)).map_err(io::Error::other)?;
        Ok(Self { fields, sink: Sink::Parquet { writer: Box::new(writer), schema } })
    }

    /// Writes a batch: one entry a field, all of one length.
    ///
    /// # Errors
    /// When the columns are not as many as the fields or differ in length, and when they cannot be written.
    pub fn write(&mut self, columns: &[Cells<'_>]) -> io::Result<()> {
        let n_rows = columns.first().map_or(0, Cells::len);
        if columns.len() != self.fields.len() || columns.iter().any(|column| column.len() != n_rows) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "the columns do not fit the fields"));
        }
        match &mut self.sink {
            Sink::Csv { out, text } => {
                text.clear();
                for row in 0..n_rows {
                    for (place, column) in columns.iter().enumerate() {
                        if place > 0 {
                            text.push(',');
                        }
                        write_cell(text, column, row);
                    }
                    text.push('\n');
                }
                out.write_all(text.as_bytes())
            }
            Sink::Parquet { writer, schema } => {
                let arrays =
                    columns.iter().zip(&self.fields).map(|(column, field)| array(column, field.of)).collect();
                let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(io::Error::other)?;
                writer.write(&batch).map_err(io::Error::other)
            }
        }
    }

    /// Ends the file and returns what it was written to.
    ///
    /// # Errors
    /// When the end cannot be written.
    pub fn finish(self) -> io::Result<W> {
        match self.sink {
            Sink::Csv { mut out, .. } => out.flush().map(|()| out),
            Sink::Parquet { writer, .. } => writer.into_inner().map_err(io::Error::other),
        }
    }
}

fn write_cell(text: &mut String, column: &Cells<'_>, row: usize) {
    match column {
        Cells::Real(values) if values[row].is_nan() => {}
        Cells::Real(values) => write_double(text, values[row]),
        Cells::Labels { codes, labels } => {
            write_field(text, labels[codes.get(row)].text().unwrap_or_default());
        }
    }
}

/// Writes a text as one field of CSV.
fn write_field(text: &mut String, field: &str) {
    let is_plain = !field.contains(['"', ',', '\n', '\r']) && field.trim() == field;
    if is_plain {
        text.push_str(field);
    } else {
        text.push('"');
        text.push_str(&field.replace('"', "\"\""));
        text.push('"');
    }
}

fn data_type(of: FieldType) -> DataType {
    match of {
        FieldType::Text => DataType::Utf8,
        FieldType::Real => DataType::Float64,
        FieldType::Integer => DataType::Int64,
        FieldType::Boolean => DataType::Boolean,
    }
}

fn array(column: &Cells<'_>, of: FieldType) -> ArrayRef {
    match column {
        Cells::Real(values) => of_numbers(values, of),
        Cells::Labels { codes, labels } => of_labels(*codes, labels, of),
    }
}

fn of_numbers(values: &[f64], of: FieldType) -> ArrayRef {
    let there = |value: &f64| (!value.is_nan()).then_some(*value);
    match of {
        FieldType::Text => {
            let mut builder = StringBuilder::new();
            let mut text = String::new();
            for value in values.iter().map(there) {
                text.clear();
                builder.append_option(value.map(|value| {
                    write_double(&mut text, value);
                    text.as_str()
                }));
            }
            Arc::new(builder.finish())
        }
        FieldType::Real => {
            let mut builder = Float64Builder::with_capacity(values.len());
            values.iter().for_each(|value| builder.append_option(there(value)));
            Arc::new(builder.finish())
        }
        FieldType::Integer => {
            let mut builder = Int64Builder::with_capacity(values.len());
            let whole = |value: f64| (value.fract() == 0.0 && value.abs() < 2e18).then_some(value as i64);
            values.iter().for_each(|value| builder.append_option(there(value).and_then(whole)));
            Arc::new(builder.finish())
        }
        FieldType::Boolean => {
            let mut builder = BooleanBuilder::with_capacity(values.len());
            values.iter().for_each(|value| builder.append_option(there(value).map(|value| value != 0.0)));
            Arc::new(builder.finish())
        }
    }
}

fn of_labels(codes: Codes<'_>, labels: &[Label], of: FieldType) -> ArrayRef {
    // Each label is read once, not each row.
    fn each<T: Copy>(codes: Codes<'_>, of_label: &[Option<T>], mut append: impl FnMut(Option<T>)) {
        (0..codes.len()).for_each(|row| append(of_label[codes.get(row)]));
    }
    match of {
        FieldType::Text => {
            let mut builder = StringBuilder::new();
            let texts: Vec<Option<&str>> = labels.iter().map(Label::text).collect();
            each(codes, &texts, |text| builder.append_option(text));
            Arc::new(builder.finish())
        }
        FieldType::Real => {
            let mut builder = Float64Builder::with_capacity(codes.len());
            let number = |label: &Label| label.text().and_then(|text| parse_number(text.as_bytes()));
            let numbers: Vec<Option<f64>> = labels.iter().map(number).collect();
            each(codes, &numbers, |number| builder.append_option(number));
            Arc::new(builder.finish())
        }
        FieldType::Integer => {
            let mut builder = Int64Builder::with_capacity(codes.len());
            let number = |label: &Label| label.text().and_then(|text| text.parse::<i64>().ok());
            let numbers: Vec<Option<i64>> = labels.iter().map(number).collect();
            each(codes, &numbers, |number| builder.append_option(number));
            Arc::new(builder.finish())
        }
        FieldType::Boolean => {
            let mut builder = BooleanBuilder::with_capacity(codes.len());
            let value = |label: &Label| label.text().and_then(|text| text.parse::<bool>().ok());
            let values: Vec<Option<bool>> = labels.iter().map(value).collect();
            each(codes, &values, |value| builder.append_option(value));
            Arc::new(builder.finish())
        }
    }
}
