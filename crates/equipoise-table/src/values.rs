//! From Arrow arrays to columns.

use std::fmt::Write;

use arrow::{
    array::{Array, ArrayRef, ArrowPrimitiveType, AsArray, PrimitiveArray},
    datatypes::{
        DataType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, TimeUnit,
        TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
        UInt8Type, UInt16Type, UInt32Type, UInt64Type,
    },
    util::display::{ArrayFormatter, FormatOptions},
};

use crate::{
    batch::ColumnData,
    coding::{Coder, parse_number, write_double, write_single},
    csv::decode::Fault,
    error::TableError,
    plan::{Lane, Plan},
    request::Kind,
};

/// Where values go.
pub(crate) struct Target<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) stored: usize,
    pub(crate) lane: &'a mut Lane,
    pub(crate) column: &'a mut ColumnData,
    /// The number of the array's first row.
    pub(crate) first_row: u64,
}

/// Returns whether a type can serve a role.
pub(crate) fn is_supported(data_type: &DataType, kind: Kind) -> bool {
    use DataType as T;
    match data_type {
        T::Dictionary(_, values) => !matches!(**values, T::Dictionary(..)) && is_supported(values, kind),
        T::Null | T::Boolean => true,
        T::Utf8 | T::LargeUtf8 | T::Utf8View | T::Binary | T::LargeBinary | T::BinaryView => true,
        T::FixedSizeBinary(_) => kind == Kind::Categorical,
        T::Decimal32(..) | T::Decimal64(..) | T::Decimal128(..) | T::Decimal256(..) => true,
        T::Date32 | T::Date64 | T::Time32(_) | T::Time64(_) | T::Timestamp(..) => kind == Kind::Categorical,
        _ => data_type.is_integer() || data_type.is_floating(),
    }
}

/// Appends an array to a column under construction.
pub(crate) fn append(array: &ArrayRef, target: Target<'_>) -> Result<(), TableError> {
    let Target { plan, stored, lane, column, first_row } = target;
    let outcome = match column {
        ColumnData::Categorical { codes, labels } => {
            let outcome = codes_of(array, lane, &mut |code| codes.push(code));
            *labels = lane.coder.shared_labels();
            outcome
        }
        ColumnData::Real(values) => numbers_of(array, lane, values),
    };
    outcome.map_err(|(fault, row)| {
        let row_number = first_row + row as u64;
        match fault {
            Some(fault) => {
                let mut text = String::new();
                // Only the text of a number that is none is shown; what cannot be printed is shown as nothing.
                write_value(array, row, &mut text).unwrap_or_default();
                fault.at(plan, stored, row_number, text.as_bytes())
            }
            None => plan.unsupported(stored, array.data_type().to_string()),
        }
    })
}

/// What went wrong in which row of the array; no fault means that the type cannot serve.
type Failed = (Option<Fault>, usize);

fn codes_of(array: &ArrayRef, lane: &mut Lane, push: &mut dyn FnMut(u32)) -> Result<(), Failed> {
    use DataType as T;
    macro_rules! numbers {
        ($type:ty, $bits:expr, $write:expr) => {
            codes_of_numbers::<$type>(array.as_primitive(), lane, push, $bits, $write)
        };
    }
    macro_rules! texts {
        ($array:expr) => {{
            let texts = $array;
            each(array, push, |row| match row {
                None => Ok(lane.coder.missing()),
                Some(row) => {
                    let text: &[u8] = texts.value(row).as_ref();
                    Ok(lane.coder.code(text).map_err(|_| Fault::NotUtf8)?)
                }
            })
        }};
    }
    match array.data_type() {
        T::Int8 => numbers!(Int8Type, |v| v as u64, write_integer),
        T::Int16 => numbers!(Int16Type, |v| v as u64, write_integer),
        T::Int32 => numbers!(Int32Type, |v| v as u64, write_integer),
        T::Int64 => numbers!(Int64Type, |v| v as u64, write_integer),
        T::UInt8 => numbers!(UInt8Type, u64::from, write_integer),
        T::UInt16 => numbers!(UInt16Type, u64::from, write_integer),
        T::UInt32 => numbers!(UInt32Type, u64::from, write_integer),
        T::UInt64 => numbers!(UInt64Type, |v| v, write_integer),
        T::Float32 => numbers!(Float32Type, |v| u64::from(v.to_bits()), write_single),
        T::Float64 => numbers!(Float64Type, f64::to_bits, write_double),
        T::Utf8 => texts!(array.as_string::<i32>()),
        T::LargeUtf8 => texts!(array.as_string::<i64>()),
        T::Utf8View => texts!(array.as_string_view()),
        T::Binary => texts!(array.as_binary::<i32>()),
        T::LargeBinary => texts!(array.as_binary::<i64>()),
        T::BinaryView => texts!(array.as_binary_view()),
        T::FixedSizeBinary(_) => texts!(array.as_fixed_size_binary()),
        T::Dictionary(..) => codes_of_dictionary(array, lane, push),
        _ if is_supported(array.data_type(), Kind::Categorical) => {
            let mut text = String::new();
            each(array, push, |row| {
                let code = match row {
                    None => lane.coder.missing(),
                    Some(row) => code_of_value(array, row, &mut text, &mut lane.coder)?,
                };
                Ok(code)
            })
        }
        _ => Err((None, 0)),
    }
}

/// Hands on the value of each row; `None` stands for null.
fn each<V>(
    array: &dyn Array,
    mut push: impl FnMut(V),
    mut value: impl FnMut(Option<usize>) -> Result<V, Fault>,
) -> Result<(), Failed> {
    let nulls = array.logical_nulls().filter(|nulls| nulls.null_count() > 0);
    for row in 0..array.len() {
        let is_null = nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
        push(value(if is_null { None } else { Some(row) }).map_err(|fault| (Some(fault), row))?);
    }
    Ok(())
}

fn write_integer(text: &mut String, value: impl std::fmt::Display) {
    let written = write!(text, "{value}");
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
}

fn codes_of_numbers<T: ArrowPrimitiveType>(
    array: &PrimitiveArray<T>,
    lane: &mut Lane,
    push: &mut dyn FnMut(u32),
    bits: impl Fn(T::Native) -> u64,
    write: impl Fn(&mut String, T::Native),
) -> Result<(), Failed>
where
    T::Native: PartialEq,
{
    let Lane { coder, numbers, .. } = lane;
    // The same bits mean another number in another type, and files may differ in it.
    numbers.clear();
    let mut text = String::new();
    each(array, push, |row| {
        let Some(row) = row else { return Ok(coder.missing()) };
        let value = array.value(row);
        let code = numbers.code(bits(value), || {
            // Only NaN differs from itself.
            #[allow(clippy::eq_op)]
            if value != value {
                return Ok(coder.missing());
            }
            text.clear();
            write(&mut text, value);
            coder.code(text.as_bytes()).map_err(|_| Fault::NotUtf8)
        })?;
        Ok(code)
    })
}

fn codes_of_dictionary(array: &ArrayRef, lane: &mut Lane, push: &mut dyn FnMut(u32)) -> Result<(), Failed> {
    const UNKNOWN: u32 = u32::MAX;
    let dictionary = array.as_any_dictionary();
    let values = dictionary.values();
    if !is_supported(array.data_type(), Kind::Categorical) {
        return Err((None, 0));
    }
    let keys = if values.is_empty() { vec![0; array.len()] } else { dictionary.normalized_keys() };
    let mut codes = vec![UNKNOWN; values.len()];
    let mut text = String::new();
    each(dictionary.keys(), push, |row| {
        let Some(row) = row else { return Ok(lane.coder.missing()) };
        let Some(code) = codes.get_mut(keys[row]) else { return Ok(lane.coder.missing()) };
        if *code == UNKNOWN {
            *code = code_of_value(values, keys[row], &mut text, &mut lane.coder)?;
        }
        Ok(*code)
    })
}

/// Returns the code of one value of any type.
fn code_of_value(array: &ArrayRef, row: usize, text: &mut String, coder: &mut Coder) -> Result<u32, Fault> {
    if array.is_null(row) || array.data_type() == &DataType::Null {
        return Ok(coder.missing());
    }
    let bytes = match array.data_type() {
        DataType::Binary => Some(array.as_binary::<i32>().value(row)),
        DataType::LargeBinary => Some(array.as_binary::<i64>().value(row)),
        DataType::BinaryView => Some(array.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => Some(array.as_fixed_size_binary().value(row)),
        DataType::Float16 if array.as_primitive::<Float16Type>().value(row).is_nan() => {
            return Ok(coder.missing());
        }
        DataType::Float32 if array.as_primitive::<Float32Type>().value(row).is_nan() => {
            return Ok(coder.missing());
        }
        DataType::Float64 if array.as_primitive::<Float64Type>().value(row).is_nan() => {
            return Ok(coder.missing());
        }
        _ => None,
    };
    if let Some(bytes) = bytes {
        return coder.code(bytes).map_err(|_| Fault::NotUtf8);
    }
    text.clear();
    write_value(array, row, text).map_err(|()| Fault::NotUtf8)?;
    coder.code(text.as_bytes()).map_err(|_| Fault::NotUtf8)
}

/// Writes a value that is not null as its label.
fn write_value(array: &ArrayRef, row: usize, text: &mut String) -> Result<(), ()> {
    match array.data_type() {
        DataType::Utf8 => text.push_str(array.as_string::<i32>().value(row)),
        DataType::LargeUtf8 => text.push_str(array.as_string::<i64>().value(row)),
        DataType::Utf8View => text.push_str(array.as_string_view().value(row)),
        DataType::Float16 => write_single(text, array.as_primitive::<Float16Type>().value(row).to_f32()),
        DataType::Float32 => write_single(text, array.as_primitive::<Float32Type>().value(row)),
        DataType::Float64 => write_double(text, array.as_primitive::<Float64Type>().value(row)),
        // An instant is shown in UTC; its zone is a matter of display.
        DataType::Timestamp(unit, Some(_)) => {
            let array: ArrayRef = match unit {
                TimeUnit::Second => std::sync::Arc::new(
                    array.as_primitive::<TimestampSecondType>().clone().with_timezone_opt::<&str>(None),
                ),
                TimeUnit::Millisecond => std::sync::Arc::new(
                    array.as_primitive::<TimestampMillisecondType>().clone().with_timezone_opt::<&str>(None),
                ),
                TimeUnit::Microsecond => std::sync::Arc::new(
                    array.as_primitive::<TimestampMicrosecondType>().clone().with_timezone_opt::<&str>(None),
                ),
                TimeUnit::Nanosecond => std::sync::Arc::new(
                    array.as_primitive::<TimestampNanosecondType>().clone().with_timezone_opt::<&str>(None),
                ),
            };
            write_value(&array, row, text)?;
            text.push('Z');
        }
        _ => {
            let options = FormatOptions::new();
            let formatter = ArrayFormatter::try_new(array.as_ref(), &options).map_err(|_| ())?;
            formatter.value(row).write(text).map_err(|_| ())?;
        }
    }
    Ok(())
}

fn numbers_of(array: &ArrayRef, lane: &Lane, values: &mut Vec<f64>) -> Result<(), Failed> {
    use DataType as T;
    let finite = |value: f64| {
        let value = if lane.markers.any_number() { lane.markers.clean(value) } else { value };
        if value.is_infinite() { Err(Fault::NotFinite(value)) } else { Ok(value) }
    };
    macro_rules! numbers {
        ($type:ty, $convert:expr) => {{
            let array = array.as_primitive::<$type>();
            each(
                array,
                |value| values.push(value),
                |row| row.map_or(Ok(f64::NAN), |row| finite($convert(array.value(row)))),
            )
        }};
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
