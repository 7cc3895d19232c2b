//! Parquet: every kind of page, and files that are broken.

use std::sync::Arc;

use arrow::{array::*, datatypes::Field};
use equipoise_table::{ReadOptions, TableError};
use expect_test::expect;
use parquet::{
    arrow::ArrowWriter,
    basic::{Compression, Encoding},
    file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion},
};
use proptest::prelude::*;

use crate::{
    ipc::{batch_of_all_types, check_all_types},
    support::{Rows, Value, label, message, read_file, real, text},
};

fn file_of(batch: &RecordBatch, properties: WriterProperties) -> Vec<u8> {
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

fn builder() -> WriterPropertiesBuilder {
    WriterProperties::builder()
}

#[test]
fn every_type_becomes_labels_and_numbers() {
    let batch = batch_of_all_types();
    for dictionary in [true, false] {
        for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
            let properties = builder().set_dictionary_enabled(dictionary).set_writer_version(version);
            check_all_types("t.parquet", &file_of(&batch, properties.build()));
        }
    }
}

#[test]
fn nested_types_are_refused_by_name() {
    let bytes = file_of(&batch_of_all_types(), builder().build());
    let outcome = read_file("t.parquet", bytes, ReadOptions::new(), &[label("list")]);
    expect!["column `list` of t.parquet has type List(Int32), which cannot be read as labels"]
        .assert_eq(&message(outcome));
}

/// How a file is written.
#[derive(Clone, Debug)]
struct Written {
    dictionary: bool,
    version_2: bool,
    dictionary_bytes: usize,
    page_rows: usize,
    group_rows: usize,
    compression: Compression,
}

fn written() -> impl Strategy<Value = Written> {
    let compressions = prop_oneof![
        Just(Compression::UNCOMPRESSED),
        Just(Compression::SNAPPY),
        Just(Compression::ZSTD(Default::default())),
        Just(Compression::LZ4_RAW),
        Just(Compression::GZIP(Default::default())),
    ];
    (any::<bool>(), any::<bool>(), 1_usize..200, 1_usize..40, 1_usize..300, compressions).prop_map(
        |(dictionary, version_2, dictionary_bytes, page_rows, group_rows, compression)| Written {
            dictionary,
            version_2,
            dictionary_bytes,
            page_rows,
            group_rows,
            compression,
        },
    )
}

fn properties(written: &Written) -> WriterProperties {
    let version = if written.version_2 { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
    builder()
        .set_dictionary_enabled(written.dictionary)
        .set_writer_version(version)
        .set_dictionary_page_size_limit(written.dictionary_bytes)
        .set_data_page_row_count_limit(written.page_rows)
        .set_write_batch_size(7)
        .set_max_row_group_row_count(Some(written.group_rows))
        .set_compression(written.compression)
        .build()
}

type Row = (Option<String>, Option<i64>, Option<f64>, Option<bool>, i32);

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn pages_of_any_layout_give_the_values_that_were_written(
        rows in prop::collection::vec(
            (
                prop::option::weighted(0.8, "[a-e]{0,20}"),
                prop::option::weighted(0.9, prop_oneof![-3_i64..3, any::<i64>()]),
                prop::option::weighted(0.7, prop_oneof![Just(1.0), Just(0.25), -1e9..1e9_f64]),
                prop::option::of(any::<bool>()),
                0..4_i32,
            ),
            1..400,
        ),
        written in written(),
    ) {
        let columns: Vec<(&str, ArrayRef, bool)> = vec![
            ("s", Arc::new(rows.iter().map(|row| row.0.clone()).collect::<StringArray>()), true),
            ("i", Arc::new(rows.iter().map(|row| row.1).collect::<Int64Array>()), true),
            ("f", Arc::new(rows.iter().map(|row| row.2).collect::<Float64Array>()), true),
            ("b", Arc::new(rows.iter().map(|row| row.3).collect::<BooleanArray>()), true),
            ("r", Arc::new(rows.iter().map(|row| row.4).collect::<Int32Array>()), false),
        ];
        let fields: Vec<_> =
            columns.iter().map(|(name, array, null)| Field::new(*name, array.data_type().clone(), *null)).collect();
        let arrays = columns.into_iter().map(|(_, array, _)| array).collect();
        let batch = RecordBatch::try_new(Arc::new(arrow::datatypes::Schema::new(fields)), arrays).unwrap();
        let bytes = file_of(&batch, properties(&written));
        let label_of = |text: Option<String>| text.map_or(Value::Missing, Value::Text);
        let number_of = |number: Option<f64>| number.map_or(Value::Missing, Value::Number);
        let expected: Rows = rows
            .iter()
            .map(|(s, i, f, b, r): &Row| {
                vec![
                    label_of(s.clone()),
                    label_of(i.map(|i| i.to_string())),
                    number_of(*f),
                    label_of(b.map(|b| b.to_string())),
                    label_of(Some(r.to_string())),
                    number_of(i.map(|i| i as f64)),
                    number_of(b.map(|b| f64::from(u8::from(b)))),
                ]
            })
            .collect();
        let requests = [label("s"), label("i"), real("f"), label("b"), label("r"), real("i"), real("b")];
        let found = read_file("t.parquet", bytes, ReadOptions::new(), &requests).unwrap();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn flipped_bytes_never_panic(at in 0.0..1.0_f64, flip in 1_u8.., dictionary: bool) {
        let batch = batch_of_all_types();
        let mut bytes = file_of(&batch, builder().set_dictionary_enabled(dictionary).build());
        let at = (at * bytes.len() as f64) as usize;
        bytes[at] ^= flip;
        for column in ["utf8", "i64", "f64", "boolean", "decimal"] {
            let _ = read_file("t.parquet", &bytes, ReadOptions::new(), &[label(column)]);
        }
        let _ = read_file("t.parquet", &bytes, ReadOptions::new(), &[real("f64")]);
    }
}

#[test]
fn rare_encodings_are_read() {
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..5000));
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..5000).map(|row| format!("t{row}"))));
    let reals: ArrayRef = Arc::new(Float64Array::from_iter_values((0..5000).map(f64::from)));
    let batch = RecordBatch::try_from_iter([("n", numbers), ("t", texts), ("x", reals)]).unwrap();
    let properties = builder()
        .set_dictionary_enabled(false)
        .set_column_encoding("n".into(), Encoding::DELTA_BINARY_PACKED)
        .set_column_encoding("t".into(), Encoding::DELTA_BYTE_ARRAY)
        .set_column_encoding("x".into(), Encoding::BYTE_STREAM_SPLIT);
    let bytes = file_of(&batch, properties.build());
    let rows =
        read_file("t.parquet", bytes, ReadOptions::new(), &[label("n"), label("t"), real("x")]).unwrap();
    for (row, values) in rows.iter().enumerate() {
        assert_eq!(*values, [text(&row.to_string()), text(&format!("t{row}")), Value::Number(row as f64)]);
    }
}

#[test]
fn large_dictionaries_are_coded() {
    for n in [256, 257, 5_000, 70_000] {
        let texts: ArrayRef =
            Arc::new(StringArray::from_iter_values((0..2 * n).map(|row| format!("t{}", row % n))));
        let batch = RecordBatch::try_from_iter([("t", texts)]).unwrap();
        let properties = builder().set_dictionary_page_size_limit(1 << 24).build();
        let rows =
            read_file("t.parquet", file_of(&batch, properties), ReadOptions::new(), &[label("t")]).unwrap();
        assert_eq!(rows.len(), 2 * n);
        assert!(rows.iter().enumerate().all(|(row, values)| values[0] == text(&format!("t{}", row % n))));
    }
}

#[test]
fn a_file_without_row_groups_has_no_rows() {
    let schema = batch_of_all_types().schema();
    let writer = ArrowWriter::try_new(Vec::new(), schema, None).unwrap();
    let rows =
        read_file("t.parquet", writer.into_inner().unwrap(), ReadOptions::new(), &[label("i8")]).unwrap();
    assert!(rows.is_empty());
}

#[test]
fn texts_that_are_not_utf8_are_refused_where_they_are_used() {
    let array: ArrayRef = Arc::new(BinaryArray::from(vec![&b"a"[..], b"\xff"]));
    let bytes = file_of(&RecordBatch::try_from_iter([("b", array)]).unwrap(), builder().build());
    let outcome = read_file("t.parquet", bytes, ReadOptions::new(), &[label("b")]);
    expect!["column `b` has text that is not UTF-8, in t.parquet, row 2"].assert_eq(&message(outcome));
}

#[test]
fn infinities_are_no_numbers() {
    let array: ArrayRef = Arc::new(Float32Array::from(vec![Some(1.0), None, Some(f32::INFINITY)]));
    let bytes = file_of(&RecordBatch::try_from_iter([("x", array)]).unwrap(), builder().build());
    let outcome = read_file("t.parquet", bytes, ReadOptions::new(), &[real("x")]);
    expect!["column `x` has the value inf, not a finite number, in t.parquet, row 3"]
        .assert_eq(&message(outcome));
}

#[test]
fn broken_files_are_refused() {
    let whole = file_of(&batch_of_all_types(), builder().build());
    let read = |bytes: &[u8]| read_file("t.parquet", bytes, ReadOptions::new(), &[label("i8")]);
    for length in (0..whole.len()).step_by(53) {
        let error = read(&whole[..length]).unwrap_err();
        assert!(matches!(error, TableError::Malformed { format: "Parquet", .. }), "{length}: {error}");
    }
    let mut footer = whole.clone();
    let n = footer.len();
    footer[n - 8..n - 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert!(read(&footer).is_err());
    let mut encrypted = whole.clone();
    encrypted[n - 4..].copy_from_slice(b"PARE");
    expect!["t.parquet is not a readable Parquet file: Parquet file has an encrypted footer but the encryption feature is disabled"].assert_eq(&message(read(&encrypted)));
    let mut huge = whole;
    huge[n - 8..n - 4].copy_from_slice(&(n as u32 - 9).to_le_bytes());
    assert!(matches!(read(&huge), Err(TableError::Malformed { .. })));
}
