//! From Arrow arrays to numbers.

use arrow::{
    array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray},
    datatypes::{
        DataType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
        UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
};

use super::{Failed, each, is_supported, write_value};
use crate::{coding::parse_number, csv::decode::Fault, plan::Lane, request::Kind};

/// Appends the numbers of an array; NaN where missing.
pub(super) fn numbers_of(array: &ArrayRef, lane: &Lane, values: &mut Vec<f64>) -> Result<(), Failed> {
    use DataType as T;
    let finite = |value: f64| {
        let value = if lane.markers.any_number() { lane.markers.clean(value) } else { value };
        if value.is_infinite() { Err(Fault::NotFinite(value)) } else { Ok(value) }
    };
    macro_rules! numbers {
        ($type:ty, $convert:expr) => {
            numbers_of_primitive::<$type>(array.as_primitive(), lane, values, $convert)
        };
    }
    macro_rules! texts {
        ($array:expr) => {{
            let texts = $array;
            each(
                array,
                |value| values.push(value),
                |row| {
                    let Some(row) = row else { return Ok(f64::NAN) };
                    let text: &[u8] = texts.value(row).as_ref();
                    crate::csv::decode::number(text.trim_ascii(), lane)
                },
            )
        }};
    }
    match array.data_type() {
        T::Int8 => numbers!(Int8Type, f64::from),
        T::Int16 => numbers!(Int16Type, f64::from),
        T::Int32 => numbers!(Int32Type, f64::from),
        // Beyond 2^53 the nearest double.
        T::Int64 => numbers!(Int64Type, |value| value as f64),
        T::UInt8 => numbers!(UInt8Type, f64::from),
        T::UInt16 => numbers!(UInt16Type, f64::from),
        T::UInt32 => numbers!(UInt32Type, f64::from),
        T::UInt64 => numbers!(UInt64Type, |value| value as f64),
        T::Float16 => {
            numbers!(Float16Type, |value: <Float16Type as ArrowPrimitiveType>::Native| value.to_f64())
        }
        T::Float32 => numbers!(Float32Type, f64::from),
        T::Float64 => numbers!(Float64Type, |value| value),
        T::Boolean => {
            let array = array.as_boolean();
            each(
                array,
                |value| values.push(value),
                |row| row.map_or(Ok(f64::NAN), |row| finite(f64::from(u8::from(array.value(row))))),
            )
        }
        T::Utf8 => texts!(array.as_string::<i32>()),
        T::LargeUtf8 => texts!(array.as_string::<i64>()),
        T::Utf8View => texts!(array.as_string_view()),
        T::Binary => texts!(array.as_binary::<i32>()),
        T::LargeBinary => texts!(array.as_binary::<i64>()),
        T::BinaryView => texts!(array.as_binary_view()),
        T::Dictionary(..) => numbers_of_dictionary(array, lane, values),
        T::Null => {
            values.resize(values.len() + array.len(), f64::NAN);
            Ok(())
        }
        T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..) => {
            let mut text = String::new();
            each(
                array,
                |value| values.push(value),
                |row| {
                    let Some(row) = row else { return Ok(f64::NAN) };
                    text.clear();
                    // The text is exact, so parsing it rounds once.
                    write_value(array, row, &mut text).map_err(|()| Fault::NotANumber)?;
                    let value = parse_number(text.as_bytes()).ok_or(Fault::NotANumber)?;
                    finite(value)
                },
            )
        }
        _ => Err((None, 0)),
    }
}

/// Converts all values in one loop, then sees to what is null, missing or infinite.
fn numbers_of_primitive<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    lane: &Lane,
    values: &mut Vec<f64>,
    convert: impl Fn(T::Native) -> f64,
) -> Result<(), Failed> {
    let start = values.len();
    values.extend(array.values().iter().map(|&value| convert(value)));
    let new = &mut values[start..];
    if let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) {
        for (value, is_valid) in new.iter_mut().zip(nulls) {
            *value = if is_valid { *value } else { f64::NAN };
        }
    }
    if lane.markers.any_number() {
        new.iter_mut().for_each(|value| *value = lane.markers.clean(*value));
    }
    // All of a block are looked at, whatever the first ones are: such a loop needs no branches.
    let any = |block: &[f64]| block.iter().fold(false, |any, value| any | value.is_infinite());
    for (at, block) in new.chunks(1 << 12).enumerate().filter(|(_, block)| any(block)) {
        if let Some(row) = block.iter().position(|value| value.is_infinite()) {
            return Err((Some(Fault::NotFinite(block[row])), (at << 12) + row));
        }
    }
    Ok(())
}

fn numbers_of_dictionary(array: &ArrayRef, lane: &Lane, values: &mut Vec<f64>) -> Result<(), Failed> {
    let dictionary = array.as_any_dictionary();
    if !is_supported(array.data_type(), Kind::Real) {
        return Err((None, 0));
    }
    let keys =
        if dictionary.values().is_empty() { vec![0; array.len()] } else { dictionary.normalized_keys() };
    let mut known: Vec<Option<f64>> = vec![None; dictionary.values().len()];
    each(
        dictionary.keys(),
        |value| values.push(value),
        |row| {
            let Some(row) = row else { return Ok(f64::NAN) };
            let Some(value) = known.get_mut(keys[row]) else { return Ok(f64::NAN) };
            let value = match *value {
                Some(value) => value,
                None => {
                    let mut one = Vec::new();
                    numbers_of(&dictionary.values().slice(keys[row], 1), lane, &mut one)
                        .map_err(|(fault, _)| fault.unwrap_or(Fault::NotANumber))?;
                    *value.insert(one.first().copied().unwrap_or(f64::NAN))
                }
            };
            Ok(value)
        },
    )
}
