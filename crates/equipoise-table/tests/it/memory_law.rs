//! Columns of every kind of array against a twin that writes out each row's label, whatever the chunks, offsets and
//! nulls.

use std::sync::Arc;

use arrow::{array::*, datatypes::*};
use equipoise_table::Source;
use proptest::prelude::*;

use crate::support::{Value, label, read, real, text};

/// A column: its array, and the label and the number of each row.
type Column = (ArrayRef, Vec<Value>, Option<Vec<Value>>);

fn column(array: impl Array + 'static, labels: Vec<Option<String>>) -> Column {
    let value = |label: Option<String>| label.map_or(Value::Missing, Value::Text);
    (Arc::new(array), labels.into_iter().map(value).collect(), None)
}

fn with_numbers(column: Column) -> Column {
    let number = |label: &Value| match label {
        Value::Text(text) => Value::Number(text.parse().unwrap()),
        other => other.clone(),
    };
    let numbers = column.1.iter().map(number).collect();
    (column.0, column.1, Some(numbers))
}

/// Integers `start + step · row`, as far as the type has them.
fn integers<T: ArrowPrimitiveType>(rows: &[Option<u16>], start: i128, step: i128) -> Column
where
    T::Native: TryFrom<i128> + ToString,
{
    let value = |&row: &Option<u16>| T::Native::try_from(start + step * i128::from(row?)).ok();
    let values: Vec<Option<T::Native>> = rows.iter().map(value).collect();
    let labels = values.iter().map(|value| value.as_ref().map(T::Native::to_string)).collect();
    with_numbers(column(PrimitiveArray::<T>::from_iter(values), labels))
}

/// A text of 0 to some twenty bytes.
fn name(row: u16) -> String {
    match row {
        0 => String::new(),
        1 => "\0".to_owned(),
        _ => format!("{row}{}", "é-".repeat(usize::from(row % 7))),
    }
}

/// Keys to values that repeat, in no order, some of them null.
fn dictionary<K: ArrowDictionaryKeyType>(rows: &[Option<u16>], n_values: usize) -> Column
where
    K::Native: TryFrom<usize>,
{
    let values: Vec<Option<String>> =
        (0..n_values).map(|key| (key % 7 != 3).then(|| name((key * 5 % 97) as u16))).collect();
    let key = |&row: &Option<u16>| K::Native::try_from(usize::from(row?) % n_values).ok();
    let keys: Vec<Option<K::Native>> = rows.iter().map(key).collect();
    let labels = keys.iter().map(|key| values[(*key)?.as_usize()].clone()).collect();
    let keys = PrimitiveArray::<K>::from_iter(keys);
    column(DictionaryArray::try_new(keys, Arc::new(StringArray::from(values))).unwrap(), labels)
}

fn floats(rows: &[Option<u16>]) -> Vec<Column> {
    let value =
        |&row: &Option<u16>| row.map(|row| if row == 2 { f64::NAN } else { f64::from(row) / 4.0 - 3.0 });
    let values: Vec<Option<f64>> = rows.iter().map(value).collect();
    let labels = || values.iter().map(|value| value.filter(|v| !v.is_nan()).map(|v| v.to_string())).collect();
    let singles = values.iter().map(|value| value.map(|value| value as f32));
    vec![
        with_numbers(column(Float64Array::from(values.clone()), labels())),
        with_numbers(column(Float32Array::from_iter(singles), labels())),
    ]
}

fn texts(rows: &[Option<u16>]) -> Vec<Column> {
    let names: Vec<Option<String>> = rows.iter().map(|row| row.map(name)).collect();
    let bytes = || names.iter().map(|name| name.as_ref().map(String::as_bytes));
    let digits: Vec<Option<String>> = rows.iter().map(|row| row.map(|row| format!("{row:06}"))).collect();
    let fixed = digits.iter().map(|name| name.as_ref().map(String::as_bytes));
    let fixed = FixedSizeBinaryArray::try_from_sparse_iter_with_size(fixed, 6).unwrap();
    vec![
        column(StringArray::from(names.clone()), names.clone()),
        column(LargeStringArray::from(names.clone()), names.clone()),
        column(StringViewArray::from(names.clone()), names.clone()),
        column(BinaryArray::from_iter(bytes()), names.clone()),
        column(BinaryViewArray::from_iter(bytes()), names.clone()),
        column(fixed, digits),
    ]
}

/// The same rows in every kind of array.
fn columns(rows: &[Option<u16>], start: i64, step: i64) -> Vec<Column> {
    let (start, step) = (i128::from(start), i128::from(step));
    let bits = rows.iter().map(|row| row.map(|row| row % 2 == 1));
    let names = bits.clone().map(|bit| bit.map(|bit| bit.to_string())).collect();
    let mut columns = vec![
        integers::<Int8Type>(rows, -3, 1),
        integers::<Int16Type>(rows, start, 1),
        integers::<Int32Type>(rows, start, step),
        integers::<Int64Type>(rows, start, step),
        integers::<Int64Type>(rows, i128::from(i64::MAX) - 5, 1),
        integers::<UInt8Type>(rows, 0, 1),
        integers::<UInt16Type>(rows, 100, 1),
        integers::<UInt32Type>(rows, 0, step),
        integers::<UInt64Type>(rows, i128::from(u64::MAX) - 5, 1),
        column(BooleanArray::from_iter(bits), names),
        dictionary::<Int8Type>(rows, 90),
        dictionary::<UInt8Type>(rows, 3),
        dictionary::<Int32Type>(rows, 700),
        dictionary::<UInt64Type>(rows, 2000),
    ];
    columns.extend(floats(rows));
    columns.extend(texts(rows));
    columns
}

/// Cuts an array into chunks of some lengths, by turns.
fn cut(array: &ArrayRef, lengths: &[usize]) -> Vec<ArrayRef> {
    let (mut chunks, mut start) = (Vec::new(), 0);
    for &length in lengths.iter().cycle() {
        let length = length.min(array.len() - start);
        chunks.push(array.slice(start, length));
        start += length;
        if start == array.len() {
            return chunks;
        }
    }
    chunks
}

fn rows() -> impl Strategy<Value = Vec<Option<u16>>> {
    let row = (1_u16..2000, 0_u8..=3).prop_flat_map(|(limit, nulls)| {
        let row = prop_oneof![u32::from(nulls) => Just(None), 4 => (0..limit).prop_map(Some)];
        prop::collection::vec(row, 1..1500)
    });
    // Long stretches of one value, and of nulls, beside noise.
    let run = (prop::option::of(0_u16..20), 1_usize..400).prop_map(|(row, n)| vec![row; n]);
    prop_oneof![row, prop::collection::vec(run, 1..6).prop_map(|runs| runs.concat())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_array_reads_as_its_rows_are_written(
        rows in rows(),
        start in prop_oneof![-200_i64..200, Just(-30_000), Just(1 << 40)],
        step in prop_oneof![Just(1_i64), Just(-1), Just(60), Just(1 << 33)],
        skipped in 0_usize..70,
        lengths in prop::collection::vec((0_usize..700).prop_map(|n| n + 1), 1..4),
    ) {
        let skipped = skipped.min(rows.len());
        let columns = columns(&rows, start, step);
        let (mut named, mut requests) = (Vec::new(), Vec::new());
        let mut expected: Vec<Vec<Value>> = Vec::new();
        for (at, (array, labels, numbers)) in columns.iter().enumerate() {
            let array = array.slice(skipped, rows.len() - skipped);
            let mut lengths = lengths.clone();
            lengths.push(at);
            named.push((at.to_string(), cut(&array, &lengths)));
            requests.push(label(&at.to_string()));
            expected.push(labels[skipped..].to_vec());
            if let Some(numbers) = numbers {
                requests.push(real(&at.to_string()));
                expected.push(numbers[skipped..].to_vec());
            }
        }
        let (found, _) = read(&Source::of_columns(named).unwrap(), &requests).unwrap();
        prop_assert_eq!(found.len(), rows.len() - skipped);
        for (row, found) in found.iter().enumerate() {
            for (column, found) in found.iter().enumerate() {
                prop_assert_eq!(found, &expected[column][row], "row {}, {:?}", row, &requests[column]);
            }
        }
    }
}

#[test]
fn a_hundred_thousand_labels_and_a_changed_dictionary() {
    let n = 200_000_u32;
    let ids: Vec<String> = (0..n).map(|row| format!("person {}", row % 100_000)).collect();
    let keys = |keys: &[i32]| Int32Array::from(keys.to_vec());
    let half = |names: &[&str], n: u32| -> ArrayRef {
        let rows: Vec<i32> = (0..n as i32).map(|row| row % 2).collect();
        Arc::new(DictionaryArray::new(keys(&rows), Arc::new(StringArray::from(names.to_vec()))))
    };
    let source = Source::of_columns(vec![
        ("id".to_owned(), vec![Arc::new(StringViewArray::from_iter_values(&ids))]),
        ("n".to_owned(), vec![Arc::new(UInt32Array::from_iter_values((0..n).map(|row| row * 7)))]),
        ("g".to_owned(), vec![half(&["a", "b"], 70_001), half(&["b", "c"], n - 70_001)]),
    ]);
    let (found, _) = read(&source.unwrap(), &[label("id"), label("n"), label("g")]).unwrap();
    assert_eq!(found.len(), n as usize);
    for (row, found) in (0..n).zip(found) {
        let names = if row < 70_001 { ["a", "b"] } else { ["b", "c"] };
        let at = if row < 70_001 { row } else { row - 70_001 };
        let group = names[(at % 2) as usize];
        assert_eq!(found, [text(&ids[row as usize]), text(&(row * 7).to_string()), text(group)]);
    }
}

#[test]
fn long_texts_with_the_same_ends_are_told_apart() {
    let texts: Vec<String> = (0..3000).map(|row| format!("beginning {} the end", row % 37 + 10)).collect();
    let source = Source::of_columns(vec![(
        "x".to_owned(),
        vec![Arc::new(LargeStringArray::from_iter_values(&texts)) as ArrayRef],
    )]);
    let (found, _) = read(&source.unwrap(), &[label("x")]).unwrap();
    assert!(found.iter().zip(&texts).all(|(found, expected)| *found == [text(expected)]));
}
