//! From Arrow arrays to columns.

mod codes;

mod numbers;

use arrow::{
    array::{Array, ArrayRef, AsArray},
    datatypes::{
        DataType, Float16Type, Float32Type, Float64Type, TimeUnit, TimestampMicrosecondType,
        TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
    },
    util::display::{ArrayFormatter, FormatOptions},
};

pub(crate) use codes::DictionaryCodes;
use codes::codes_of;
use numbers::numbers_of;

use crate::{
    batch::ColumnData,
    coding::{Coder, write_double, write_single},
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

/// Appends an array to a column under construction; [`Lane::end_column`] ends it.
pub(crate) fn append(array: &ArrayRef, target: Target<'_>) -> Result<(), TableError> {
    let Target { plan, stored, lane, column, first_row } = target;
    let outcome = match column {
        ColumnData::Categorical { codes, .. } => codes_of(array, lane, codes),
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
