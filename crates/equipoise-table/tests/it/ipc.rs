//! Arrow IPC, file and stream; and that every type becomes the labels and numbers it should.

use std::sync::Arc;

use arrow::{
    array::*,
    buffer::NullBuffer,
    datatypes::{Field, Int8Type, Int32Type, Int64Type, Schema, UInt16Type},
    ipc::{
        CompressionType,
        writer::{FileWriter, IpcWriteOptions, StreamWriter},
    },
};
use equipoise_table::{Format, ReadOptions, TableError};
use expect_test::expect;
use proptest::prelude::*;

use crate::support::{Value, label, message, read_file, real, text};

/// A column's name, its three values, the last one null, and what they read as: labels and numbers.
type Typed = (&'static str, ArrayRef, [&'static str; 2], Option<[f64; 2]>);

/// A column of each type.
pub(crate) fn all_types() -> Vec<Typed> {
    fn made<A: Array + 'static>(array: A) -> ArrayRef {
        Arc::new(array)
    }
    let strings = vec![Some("a"), Some("b c"), None];
    let digits = vec![Some("1"), Some(" 2.5 "), None];
    let keyed: DictionaryArray<Int8Type> = vec![Some("x"), Some("y"), None].into_iter().collect();
    let wide: DictionaryArray<Int64Type> = vec![Some("x"), Some("y"), None].into_iter().collect();
    let numbers = DictionaryArray::<UInt16Type>::new(
        vec![Some(1), Some(0), None].into(),
        made(Int32Array::from(vec![7, 8])),
    );
    let timestamp = || vec![Some(0), Some(86_400_000_001), None];
    vec![
        ("utf8", made(StringArray::from(strings.clone())), ["a", "b c"], None),
        ("large_utf8", made(LargeStringArray::from(digits.clone())), ["1", " 2.5 "], Some([1.0, 2.5])),
        ("view", made(StringViewArray::from(strings)), ["a", "b c"], None),
        ("view_digits", made(StringViewArray::from(digits)), ["1", " 2.5 "], Some([1.0, 2.5])),
        (
            "binary",
            made(BinaryArray::from(vec![Some(&b"3"[..]), Some(b"4"), None])),
            ["3", "4"],
            Some([3.0, 4.0]),
        ),
        ("dictionary", made(keyed), ["x", "y"], None),
        ("wide_dictionary", made(wide), ["x", "y"], None),
        ("number_dictionary", made(numbers), ["8", "7"], Some([8.0, 7.0])),
        (
            "boolean",
            made(BooleanArray::from(vec![Some(true), Some(false), None])),
            ["true", "false"],
            Some([1.0, 0.0]),
        ),
        ("i8", made(Int8Array::from(vec![Some(-1), Some(7), None])), ["-1", "7"], Some([-1.0, 7.0])),
        ("i16", made(Int16Array::from(vec![Some(-300), Some(7), None])), ["-300", "7"], Some([-300.0, 7.0])),
        (
            "i32",
            made(Int32Array::from(vec![Some(i32::MIN), Some(7), None])),
            ["-2147483648", "7"],
            Some([-2147483648.0, 7.0]),
        ),
        (
            "i64",
            made(Int64Array::from(vec![Some(i64::MIN), Some(7), None])),
            ["-9223372036854775808", "7"],
            Some([-9223372036854775808.0, 7.0]),
        ),
        ("u8", made(UInt8Array::from(vec![Some(255), Some(7), None])), ["255", "7"], Some([255.0, 7.0])),
        (
            "u16",
            made(UInt16Array::from(vec![Some(65535), Some(7), None])),
            ["65535", "7"],
            Some([65535.0, 7.0]),
        ),
        (
            "u32",
            made(UInt32Array::from(vec![Some(u32::MAX), Some(7), None])),
            ["4294967295", "7"],
            Some([4294967295.0, 7.0]),
        ),
        (
            "u64",
            made(UInt64Array::from(vec![Some(u64::MAX), Some(7), None])),
            ["18446744073709551615", "7"],
            Some([18446744073709551615.0, 7.0]),
        ),
        (
            "f32",
            made(Float32Array::from(vec![Some(1.0), Some(0.1), None])),
            ["1", "0.1"],
            Some([1.0, f64::from(0.1_f32)]),
        ),
        (
            "f64",
            made(Float64Array::from(vec![Some(-0.0), Some(1e300), None])),
            ["0", "1e300"],
            Some([0.0, 1e300]),
        ),
        (
            "f64_nan",
            made(Float64Array::from(vec![Some(2.0), Some(0.1), Some(f64::NAN)])),
            ["2", "0.1"],
            Some([2.0, 0.1]),
        ),
        (
            "decimal",
            made(
                Decimal128Array::from(vec![Some(1250), Some(-5), None])
                    .with_precision_and_scale(10, 2)
                    .unwrap(),
            ),
            ["12.50", "-0.05"],
            Some([12.5, -0.05]),
        ),
        (
            "date",
            made(Date32Array::from(vec![Some(0), Some(19_000), None])),
            ["1970-01-01", "2022-01-08"],
            None,
        ),
        (
            "timestamp",
            made(TimestampMicrosecondArray::from(timestamp())),
            ["1970-01-01T00:00:00", "1970-01-02T00:00:00.000001"],
            None,
        ),
        (
            "instant",
            made(TimestampMicrosecondArray::from(timestamp()).with_timezone("Europe/Paris")),
            ["1970-01-01T00:00:00Z", "1970-01-02T00:00:00.000001Z"],
            None,
        ),
        (
            "time",
            made(Time64MicrosecondArray::from(vec![Some(0), Some(1_500_000), None])),
            ["00:00:00", "00:00:01.500"],
            None,
        ),
    ]
}

/// A batch of all types, and of two that cannot serve.
pub(crate) fn batch_of_all_types() -> RecordBatch {
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (name, array, ..) in all_types() {
        fields.push(Field::new(name, array.data_type().clone(), true));
        columns.push(array);
    }
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)]), None, None]);
    let inner: ArrayRef = Arc::new(Int32Array::from(vec![1, 2, 3]));
    let fields_of_struct = vec![Arc::new(Field::new("inner", inner.data_type().clone(), false))].into();
    let structure =
        StructArray::new(fields_of_struct, vec![inner], Some(NullBuffer::from(vec![true, true, false])));
    for (name, array) in [("list", Arc::new(list) as ArrayRef), ("struct", Arc::new(structure))] {
        fields.push(Field::new(name, array.data_type().clone(), true));
        columns.push(array);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

/// Checks the labels and numbers of all types in a file.
pub(crate) fn check_all_types(name: &str, bytes: &[u8]) {
    for (column, _, labels, numbers) in all_types() {
        let rows = read_file(name, bytes, ReadOptions::new(), &[label(column)]).unwrap();
        assert_eq!(rows, [[text(labels[0])], [text(labels[1])], [Value::Missing]], "{column}");
        let rows = read_file(name, bytes, ReadOptions::new(), &[real(column)]);
        match numbers {
            Some([a, b]) => {
                let expected = [[Value::Number(a)], [Value::Number(b)], [Value::Missing]];
                assert_eq!(rows.unwrap(), expected, "{column}");
            }
            None => assert!(
                matches!(rows, Err(TableError::NotANumber { .. } | TableError::UnsupportedType { .. })),
                "{column}: {rows:?}"
            ),
        }
    }
}

fn file_of(batches: &[RecordBatch], compression: Option<CompressionType>) -> Vec<u8> {
    let options = IpcWriteOptions::default().try_with_compression(compression).unwrap();
    let mut writer = FileWriter::try_new_with_options(Vec::new(), &batches[0].schema(), options).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

pub(crate) fn stream_of(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer = StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    batches.iter().for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

#[test]
fn every_type_becomes_labels_and_numbers() {
    let batch = batch_of_all_types();
    check_all_types("t.arrow", &file_of(std::slice::from_ref(&batch), None));
    check_all_types("no_suffix", &stream_of(&[batch]));
}

#[test]
fn nested_types_are_refused_by_name() {
    let bytes = file_of(&[batch_of_all_types()], None);
    for (column, expected) in [
        ("list", expect!["column `list` of t.arrow has type List(Int32), which cannot be read as labels"]),
        (
            "struct",
            expect![[
                r#"column `struct` of t.arrow has type Struct("inner": non-null Int32), which cannot be read as labels"#
            ]],
        ),
    ] {
        expected.assert_eq(&message(read_file("t.arrow", &bytes, ReadOptions::new(), &[label(column)])));
    }
    let outcome = read_file("t.arrow", &bytes, ReadOptions::new(), &[real("date")]);
    expect!["column `date` of t.arrow has type Date32, which cannot be read as numbers"]
        .assert_eq(&message(outcome));
}

#[test]
fn compressed_buffers_and_several_batches_are_read() {
    let batch = batch_of_all_types();
    for compression in [CompressionType::LZ4_FRAME, CompressionType::ZSTD] {
        let bytes = file_of(&[batch.clone(), batch.clone()], Some(compression));
        let rows = read_file("t.feather", bytes, ReadOptions::new(), &[label("i8"), label("utf8")]).unwrap();
        assert_eq!(rows.len(), 6);
        assert_eq!(rows[4], [text("7"), text("b c")]);
    }
}

/// The specification has a stream between the magic numbers, but readers go by the footer, and Polars writes something else
/// before the first batch.
#[test]
fn a_file_is_read_by_its_footer_whatever_stands_before_the_first_batch() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "a"]));
    let batch = RecordBatch::try_from_iter([("t", texts)]).unwrap();
    let mut bytes = file_of(&[batch.clone(), batch], None);
    // The schema comes as a message with a mark and a length; the second mark begins the first batch.
    let marks = bytes.windows(4).enumerate().filter(|(_, four)| *four == [0xff; 4]).map(|(at, _)| at);
    let first_batch = marks.filter(|at| at % 8 == 0).nth(1).unwrap();
    bytes[8..first_batch].fill(0x5a);
    let rows = read_file("t.arrow", &bytes, ReadOptions::new(), &[label("t")]).unwrap();
    assert_eq!(rows.concat(), ["a", "b", "a", "a", "b", "a"].map(text));
}

#[test]
fn infinities_are_no_numbers() {
    let array: ArrayRef = Arc::new(Float64Array::from(vec![1.0, f64::NEG_INFINITY]));
    let bytes = file_of(&[RecordBatch::try_from_iter([("x", array)]).unwrap()], None);
    let outcome = read_file("t.arrow", bytes, ReadOptions::new(), &[real("x")]);
    expect!["column `x` has the value -inf, not a finite number, in t.arrow, row 2"]
        .assert_eq(&message(outcome));
}

#[test]
fn markers_are_missing_in_every_type() {
    let numbers: ArrayRef = Arc::new(Int32Array::from(vec![-9, 1]));
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["?", ""]));
    let bytes = file_of(&[RecordBatch::try_from_iter([("n", numbers), ("t", texts)]).unwrap()], None);
    let mut options = ReadOptions::new();
    options.missing = vec!["?".to_owned(), "-9".to_owned()];
    let rows = read_file("t.arrow", bytes, options, &[label("n"), real("n"), label("t")]).unwrap();
    assert_eq!(rows[0], [Value::Missing, Value::Missing, Value::Missing]);
    assert_eq!(rows[1], [text("1"), Value::Number(1.0), text("")]);
}

#[test]
fn broken_files_are_refused() {
    let batch = batch_of_all_types();
    for whole in [file_of(std::slice::from_ref(&batch), None), stream_of(&[batch])] {
        for length in (0..whole.len() - 8).step_by(11) {
            // A stream that ends between messages is whole, and the empty file is empty.
            match read_file("t.arrow", &whole[..length], ReadOptions::new(), &[label("i8")]) {
                Ok(rows) => assert!(rows.is_empty() || rows.len() == 3),
                Err(error) => assert!(matches!(error, TableError::Malformed { .. }), "{length}: {error}"),
            }
        }
    }
}

proptest! {
    #[test]
    fn flipped_bytes_never_panic(at in 0.0..1.0_f64, flip in 1_u8.., kind in 0..3) {
        let batch = batch_of_all_types();
        let mut bytes = match kind {
            0 => stream_of(&[batch]),
            1 => file_of(&[batch], None),
            _ => file_of(&[batch], Some(CompressionType::LZ4_FRAME)),
        };
        let at = (at * bytes.len() as f64) as usize;
        bytes[at] ^= flip;
        let mut options = ReadOptions::new();
        options.format = Some(Format::ArrowIpc);
        for column in ["utf8", "view", "dictionary", "boolean", "decimal", "instant"] {
            let _ = read_file("t.arrow", &bytes, options.clone(), &[label(column)]);
        }
        let _ = read_file("t.arrow", &bytes, options, &[real("f64")]);
    }
}
